// What the page says of a utility in a world: verdict, scores, a draw told, the graph with its surgery.

import { isPositive, isZero, same, shown, visible } from "./numbers.mjs";
import { branchKey, branchWords, labelOf, meansOf, readingsOf } from "./language.mjs";
import { KINDS, VERDICTS } from "./audit.mjs";
import { byId, el, numberNode, numberText, put, svg, table } from "./dom.mjs";
import { curve, layout } from "./graph.mjs";
import { hundredth, share } from "./sweep.mjs";

const css = (verdict) => verdict.replaceAll(" ", "-");
const word = (verdict) => el("span", { class: `word ${css(verdict)}` }, verdict);

export function showVerdict(judge, result) {
  const { engine } = judge;
  const best = result.best.map((i) => engine.policies[i].shown).join("; ") || "none";
  const score = result.best.length ? [", with the score ", numberNode(result.scores[result.best[0]])] : [];
  put("verdict",
    el("p", { class: "verdict" }, word(result.verdict), `: ${VERDICTS[result.verdict]}.`),
    el("p", {}, "Best of the policies that draw no lots: ", el("b", {}, best), score, "."),
    result.kinds.length ? el("p", {}, `Judged against ${engine.baseline.shown}, a baseline that somebody chose:`) : null,
    el("ul", { class: "kinds" }, result.kinds.map(([kind, verdict]) => el("li", {}, `${kind}: `, word(verdict)))),
    taxLine(judge, result), remedyLine(judge, result), flagLines(result), gainLines(result, engine));
}

function taxLine(judge, result) {
  const tax = judge.tax(result);
  if (!tax) return null;
  const costs = same(tax.least, tax.most) ? numberText(tax.least) : `${numberText(tax.least)} to ${numberText(tax.most)}`;
  return el("p", {}, `Safety tax: it costs ${costs} of ${numberText(tax.best)}, the best task value there is.`);
}

function remedyLine(judge, result) {
  if (["clean", "undefined"].includes(result.verdict)) return null;
  const remedy = judge.remedy(result);
  if (!remedy) return el("p", {}, "Every policy with a score is flagged; the world would need another action, other mechanisms, or another baseline.");
  const how = isZero(remedy.margin) ? "scores as much and is not flagged" : `is not flagged, and would win if being flagged took more than ${numberText(remedy.margin)} off the score`;
  return el("p", {}, `What would have to change: ${remedy.policy.shown} ${how}.`);
}

function flagLines(result) {
  const lines = result.judged.flatMap(({ policy, flags }) => flags.filter((flag) => isPositive(flag.amount)).map((flag) => `${policy.shown}: ${flag.kind}${flag.way && `, ${flag.way}`}, in ${numberText(flag.amount) === "1" ? "every draw" : `${numberText(flag.amount)} of all draws`}`));
  return folded(lines, "flag that fires", "flags that fire");
}

function gainLines(result, engine) {
  const lines = result.judged.flatMap(({ policy, gains }) => gains.filter((gain) => gain.amount === null || isPositive(gain.amount)).map((gain) => {
    const amount = gain.amount === null ? "" : `: a difference of ${numberText(gain.amount)}`;
    return `${policy.shown}: ${numberText(gain.score)}, and ${numberText(gain.without)} with ${HELD[gain.through]} held as under ${engine.baseline.shown}${amount}`;
  }));
  return folded(lines, "gain by way of something", "gains by way of something");
}

const HELD = { "the wish": "the wish", "the answer": "the button's answer to each wish", "the outcome": "whether it is stopped" };

const folded = (lines, one, many) => (lines.length ? el("details", {}, el("summary", {}, `${lines.length} ${lines.length === 1 ? one : many}`), el("ul", {}, lines.map((line) => el("li", {}, line)))) : null);

// ---------------------------------------------------------------- scores

export function showScores(judge, result) {
  const { engine } = judge;
  const weights = engine.weights();
  const rows = engine.policies.map((policy, i) => {
    const best = result.best.includes(i);
    const flags = engine.world.roles.intent ? judge.flags(policy, weights) : [];
    const cells = KINDS.filter((kind) => flags.some((flag) => flag.kind === kind)).map((kind) => flags.filter((flag) => flag.kind === kind).map((flag) => (isZero(flag.amount) ? "-" : shown(flag.amount))).join(" / "));
    return { best, cells: [policy.shown, [numberNode(result.scores[i]), best ? " ★ best" : ""], ...cells] };
  });
  const kinds = engine.world.roles.stopped ? KINDS : KINDS.slice(0, 1);
  put("scores", table("Every policy: its score, and in how many draws each flag fires (two numbers: in fact / were they to wish)", ["policy", "score", ...(engine.world.roles.intent ? kinds : [])], rows));
}

// ---------------------------------------------------------------- a draw

export function showStory(judge, result) {
  const story = judge.story(result);
  if (!story) return put("story", el("p", {}, "No policy has a score, so there is no best one to tell of."));
  const { engine } = judge;
  const { world, baseline } = engine;
  const [mine, theirs] = [story.policy, baseline].map((policy) => engine.branch({ edits: [], policy: null }, policy)[story.draw]);
  const rows = world.variables.map((v, i) => {
    const differs = mine[i] !== theirs[i];
    return { cells: [visible(v.name), v.domain[theirs[i]].shown, el(differs ? "b" : "span", {}, v.domain[mine[i]].shown, differs ? " ≠" : "")] };
  });
  const fired = story.fired.length ? `In it ${story.policy.shown} is flagged: ${story.fired.join("; ")}.` : `In it, ${story.policy.shown}, a best policy, is not flagged.`;
  return put("story",
    el("p", {}, `A draw whose probability is ${numberText(story.share)}. ${fired}`),
    table(`One draw under ${baseline.shown} and under ${story.policy.shown}; ≠ marks what is different`, ["variable", `under ${baseline.shown}`, `under ${story.policy.shown}`], rows));
}

// ---------------------------------------------------------------- the graph

/** The branches that a utility looks at: the world as it is first, then each that is not. */
export function branchesOf(judge) {
  const found = new Map([["[[],null]", { edits: [], policy: null }]]);
  for (const r of judge ? meansOf(judge.formula).flatMap(readingsOf) : []) found.set(branchKey(r), r);
  return [...found].map(([key, r]) => ({ key, r, words: branchWords(r) }));
}

export function showGraph(world, engine, branch, path) {
  const { boxes, arrows, width, height } = layout(world);
  const roles = new Map(Object.entries(world.roles).reverse().map(([name, r]) => [r.variable, name]));
  const set = new Map((branch && engine ? branch.r.edits : []).map(([name, value]) => [engine.role(name).variable, value.kind === "reading" ? labelOf(value) : value.shown]));
  const kind = (name) => (world.variables.find((v) => v.name === name).kind === "choice" ? "decision" : (roles.get(name) ?? "plain"));
  const lines = arrows.map(({ from, to, points }) => svg("g", { class: `arrow${set.has(to) ? " cut" : ""}${path === `${from} ${to}` ? " chosen" : ""}`, "data-from": from, "data-to": to },
    svg("path", { class: "wide", d: curve(points) }), svg("path", { class: "line", d: curve(points), "marker-end": set.has(to) ? null : "url(#head)" }), set.has(to) ? cross(points.at(-1)) : null));
  const nodes = boxes.map((box) => {
    const shape = kind(box.name) === "decision" ? 2 : 12;
    const note = set.has(box.name) ? `set to ${set.get(box.name)}` : branch?.r.policy && kind(box.name) === "decision" ? `as in ${branch.r.policy.shown}` : "";
    return svg("g", { class: `box ${ROLES.includes(kind(box.name)) ? kind(box.name) : "plain"}${set.has(box.name) ? " set" : ""}`, "data-name": box.name },
      svg("rect", { x: box.x - box.width / 2, y: box.y - box.height / 2, width: box.width, height: box.height, rx: shape }),
      svg("text", { x: box.x, y: box.y + 5 }, visible(box.name)), note ? svg("text", { class: "note", x: box.x, y: box.y + box.height / 2 + 13 }, note) : null);
  });
  const head = svg("marker", { id: "head", viewBox: "0 0 10 10", refX: 8, refY: 5, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" }, svg("path", { d: "M 0 1 L 9 5 L 0 9 z" }));
  const words = arrows.map(({ from, to }) => `${visible(from)} to ${visible(to)}${set.has(to) ? " (cut)" : ""}`).join(", ");
  put("graph", svg("svg", { role: "img", "aria-label": `Causal graph. Arrows: ${words || "none"}`, viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height + 8)}`, width: Math.ceil(width), height: Math.ceil(height + 8) },
    svg("defs", {}, head), lines, nodes));
}

const ROLES = ["intent", "stopped", "value", "decision"];

const cross = ([x, y]) => svg("path", { class: "cross", d: `M ${x - 14} ${y - 5} l 10 10 m 0 -10 l -10 10` });

// ---------------------------------------------------------------- where the verdict flips

export function showPieces(pieces, policies, marker) {
  const strip = pieces.filter((piece) => !same(piece.from, piece.to)).map((piece) => {
    const part = el("span", { class: `piece ${css(piece.judged.verdict)}` }, share(piece.to) - share(piece.from) > 0.14 ? piece.judged.verdict : "");
    part.style.flexGrow = String(share(piece.to) - share(piece.from));
    return part;
  });
  const here = el("span", { class: "here" });
  here.style.left = `${100 * share(marker)}%`;
  const lines = pieces.map((piece) => el("li", {}, same(piece.from, piece.to) ? `at ${numberText(piece.from)}: ` : `from ${end(piece, "from")} to ${end(piece, "to")}: `,
    word(piece.judged.verdict), `, best: ${piece.judged.best.map((i) => policies[i].shown).join("; ") || "none"}`));
  put("pieces", el("div", { class: "strip", "aria-hidden": "true" }, strip, here), el("ul", {}, lines));
}

const end = (piece, which) => `${piece.about[which] ? "about " : ""}${numberText(piece[which])}`;

export function markSlider(p) {
  const here = byId("pieces").querySelector(".here");
  if (here) here.style.left = `${100 * share(p)}%`;
}

export const sliderNumber = (step) => hundredth(step);
