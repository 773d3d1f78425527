// The page: what is chosen and changed, kept in the link, and what is shown of it.

import { PageError, same, visible } from "./numbers.mjs";
import { readFormula } from "./language.mjs";
import { addArrow, addVariable, readWorld, removeArrow, removeVariable, setBaseline, setWeight, variable, writtenWorld } from "./world.mjs";
import { Engine } from "./engine.mjs";
import { Judge } from "./audit.mjs";
import { pieces } from "./sweep.mjs";
import { program } from "./python.mjs";
import { branchesOf, markSlider, showGraph, showPieces, showScores, showStory, showVerdict, sliderNumber } from "./answer.mjs";
import { refreshProbabilities, showVariable, typedValue } from "./editor.mjs";
import { byId, el, options, put } from "./dom.mjs";

const DATA = JSON.parse(byId("data").textContent);
const OWN = "a utility of your own";
const LONGEST_LINK = 60000;
const BREATH = 12;
const PAUSE = 250;

const state = { world: null, bundled: null, utility: "", edited: "", branch: "", sweep: null, swept: null, undo: [] };
let shownNow = { engine: null, judge: null, result: null };
let sweeping = 0;
let pausing = 0;

// ---------------------------------------------------------------- the link

function encoded() {
  const what = { v: 1, w: state.bundled ?? writtenWorld(state.world), u: state.utility };
  const bytes = new TextEncoder().encode(JSON.stringify(what));
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function decoded(text) {
  if (text.length > LONGEST_LINK) throw new PageError("this link is too long to be one of this page");
  let what;
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    what = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new PageError("this link holds nothing that the page can read");
  }
  if (what === null || typeof what !== "object" || what.v !== 1 || typeof what.u !== "string") throw new PageError("this link holds nothing that the page can read");
  const bundled = typeof what.w === "string" ? what.w : null;
  return { world: bundled === null ? readWorld(what.w) : bundledWorld(bundled), bundled, utility: what.u };
}

function bundledWorld(name) {
  const found = DATA.worlds.find((one) => one.name === name);
  if (!found) throw new PageError(`there is no bundled world "${visible(name)}" here`);
  return readWorld(found);
}

/** Browsers let a page change its address only so often, so the address follows when the changes pause; the field has it at once. */
function keepInLink() {
  const link = `${location.href.split("#")[0]}#${encoded()}`;
  byId("link").value = link;
  clearTimeout(pausing);
  pausing = setTimeout(() => history.replaceState(null, "", link), PAUSE);
  const isRead = canBeRead(state.utility);
  byId("python").textContent = isRead ? program(state.world, state.utility, nameOfUtility(), state.bundled === DATA.blank ? null : state.bundled) : "";
  byId("copy-python").disabled = !isRead;
}

/** Whether a text is a formula: no other text is ever put into a program that somebody may run. */
function canBeRead(text) {
  try {
    readFormula(text);
    return true;
  } catch {
    return false;
  }
}

const nameOfUtility = () => DATA.utilities.find((one) => one.text === state.utility)?.name ?? "mine";

// ---------------------------------------------------------------- changes

function complain(error) {
  if (!(error instanceof PageError)) throw error;
  put("problem", error.message);
}

/** Change the world, or say why not. A `tag` joins the steps of one movement into one step back. */
function edit(change, { tag = null, keepSweep = false } = {}) {
  put("problem");
  try {
    const world = change(state.world);
    new Engine(world);
    remember(tag);
    Object.assign(state, { world, bundled: null });
  } catch (error) {
    complain(error);
    redraw({ fields: true });
    return false;
  }
  redraw({ keepSweep, fields: tag === null });
  return true;
}

function remember(tag) {
  if (tag !== null && state.undo.at(-1)?.tag === tag) return;
  state.undo.push({ tag, world: state.world, bundled: state.bundled, utility: state.utility });
  if (state.undo.length > 100) state.undo.shift();
}

function choose(name) {
  put("problem");
  remember(null);
  Object.assign(state, { world: bundledWorld(name), bundled: name, edited: "", branch: "", sweep: null });
  redraw({ fields: true });
}

function stepBack() {
  const before = state.undo.pop();
  if (!before) return;
  Object.assign(state, { world: before.world, bundled: before.bundled, utility: before.utility });
  byId("utility").value = state.utility;
  put("problem");
  redraw({ fields: true });
}

// ---------------------------------------------------------------- what is shown

function redraw({ keepSweep = false, fields = false } = {}) {
  judgeNow();
  showControls();
  if (fields) showVariable(state.world, state.edited, edit);
  else refreshProbabilities(state.world);
  showGraphNow();
  keepInLink();
  if (keepSweep) markSlider(weightNow());
  else startSweep();
}

function judgeNow() {
  shownNow = { engine: new Engine(state.world), judge: null, result: null };
  byId("answer").classList.remove("none");
  put("unread");
  try {
    const judge = new Judge(shownNow.engine, readFormula(state.utility));
    shownNow = { ...shownNow, judge, result: judge.judged() };
    showVerdict(judge, shownNow.result);
    showScores(judge, shownNow.result);
    showStory(judge, shownNow.result);
  } catch (error) {
    if (!(error instanceof PageError)) throw error;
    shownNow.judge = null;
    byId("answer").classList.add("none");
    put("unread", error.message);
    put("verdict", el("p", {}, `Not judged: ${error.message}.`));
    put("scores");
    put("story");
  }
}

function showControls() {
  const { world } = state;
  const names = world.variables.map((v) => [v.name, visible(v.name)]);
  if (!world.variables.some((v) => v.name === state.edited)) state.edited = world.variables[0].name;
  options(byId("world"), [...DATA.worlds.map((one) => [one.name, one.name.replaceAll("_", " ")]), ...(state.bundled ? [] : [["", "(changed)"]])], state.bundled ?? "");
  options(byId("definition"), [...DATA.utilities.map((one) => [one.text, one.name.replaceAll("_", " ")]), ["", OWN]], DATA.utilities.some((one) => one.text === state.utility) ? state.utility : "");
  options(byId("edited"), names, state.edited);
  options(byId("from"), names, byId("from").value || names[0][0]);
  options(byId("to"), names, byId("to").value || names.at(-1)[0]);
  showArrows();
  const engine = shownNow.engine;
  const base = engine.policies.findIndex((policy) => world.baseline && policy.key === engine.baseline.key);
  options(byId("baseline"), engine.policies.map((policy, i) => [String(i), policy.shown]), String(base));
  byId("about").textContent = [visible(world.description), world.caveat ? `Caveat: ${visible(world.caveat)}` : ""].filter(Boolean).join(" ");
  byId("back").disabled = !state.undo.length;
}

function showArrows() {
  const arrows = state.world.variables.flatMap((v) => v.parents.map((p) => [JSON.stringify([p, v.name]), `${visible(p)} → ${visible(v.name)}`]));
  const chosen = arrows.some(([key]) => key === byId("arrow").value) ? byId("arrow").value : arrows[0]?.[0];
  options(byId("arrow"), arrows, chosen);
  const parent = chosen && JSON.parse(chosen)[0];
  options(byId("as-if"), parent ? variable(state.world, parent).domain.map((value, i) => [String(i), value.shown]) : []);
  byId("remove-arrow").disabled = !chosen;
}

function showGraphNow() {
  const branches = branchesOf(shownNow.judge);
  if (!branches.some((one) => one.key === state.branch)) state.branch = branches.at(-1).key;
  put("branches", branches.map((one) => el("label", {}, el("input", { type: "radio", name: "branch", value: one.key, checked: one.key === state.branch }), ` ${one.words}`)));
  drawGraph();
}

function drawGraph() {
  const branch = branchesOf(shownNow.judge).find((one) => one.key === state.branch);
  const arrow = byId("arrow").value;
  showGraph(state.world, shownNow.judge && shownNow.engine, branch, arrow && JSON.parse(arrow).join(" "));
}

// ---------------------------------------------------------------- where the verdict flips

const movable = () => state.world.variables.filter((v) => v.kind === "noise" && v.domain.length > 1).flatMap((v) => v.domain.map((value, place) => [JSON.stringify([v.name, place]), `P(${visible(v.name)} = ${value.shown})`]));

const weightNow = () => {
  const [name, place] = JSON.parse(state.sweep);
  return variable(state.world, name).weights[place];
};

function startSweep() {
  sweeping += 1;
  const found = movable();
  if (!found.some(([key]) => key === state.sweep)) state.sweep = found[0]?.[0] ?? null;
  options(byId("swept"), found, state.sweep ?? undefined);
  byId("slider").disabled = !state.sweep;
  put("pieces");
  state.swept = state.world;
  if (!state.sweep) return;
  showSlider();
  if (!shownNow.judge) return;
  const [name, place] = JSON.parse(state.sweep);
  goOn(pieces(shownNow.judge, name, place), sweeping, shownNow.engine.policies);
}

/** Judge a little at a time, so that the page answers meanwhile; another change ends it. */
function goOn(steps, mine, policies) {
  if (mine !== sweeping) return;
  const until = performance.now() + BREATH;
  let step = steps.next();
  while (!step.done && performance.now() < until) step = steps.next();
  if (step.done) showPieces(step.value, policies, weightNow());
  else setTimeout(() => goOn(steps, mine, policies), 0);
}

function showSlider() {
  const weight = weightNow();
  byId("slider").value = String(Math.round((Number(weight.n) / Number(weight.d)) * 100));
  byId("slider").setAttribute("aria-valuetext", `${weight.n}/${weight.d}`);
}

function slide() {
  const [name, place] = JSON.parse(state.sweep);
  const weight = sliderNumber(Number(byId("slider").value));
  if (same(weight, weightNow())) return;
  const { swept } = state;
  edit(() => setWeight(swept, name, place, weight), { tag: `slide ${state.sweep}`, keepSweep: true });
  byId("slider").setAttribute("aria-valuetext", `${weight.n}/${weight.d}`);
}

// ---------------------------------------------------------------- fields and buttons

const on = (id, event, act) => byId(id).addEventListener(event, act);

function listen() {
  on("world", "change", () => byId("world").value && choose(byId("world").value));
  on("definition", "change", () => {
    if (!byId("definition").value) return byId("utility").focus();
    byId("utility").value = byId("definition").value;
    return utilityChanged();
  });
  on("utility", "input", utilityChanged);
  on("baseline", "change", () => edit((world) => setBaseline(world, shownNow.engine.policies[Number(byId("baseline").value)].acts)));
  on("add-arrow", "click", () => edit((world) => addArrow(world, byId("from").value, byId("to").value)));
  on("arrow", "change", () => {
    showArrows();
    drawGraph();
  });
  on("remove-arrow", "click", () => edit((world) => removeArrow(world, ...JSON.parse(byId("arrow").value), Number(byId("as-if").value))));
  on("edited", "change", () => {
    state.edited = byId("edited").value;
    showVariable(state.world, state.edited, edit);
  });
  on("add-variable", "click", () => edit((world) => addVariable(world, byId("new-name").value.trim(), byId("new-kind").value, byId("new-values").value.split(",").filter((text) => text.trim()).map(typedValue))));
  on("remove-variable", "click", () => edit((world) => removeVariable(world, state.edited)));
  on("branches", "change", (event) => {
    state.branch = event.target.value;
    drawGraph();
  });
  on("swept", "change", () => {
    state.sweep = byId("swept").value;
    startSweep();
  });
  on("slider", "input", slide);
  on("back", "click", stepBack);
  on("copy-link", "click", () => copy(byId("link").value, "The link is copied."));
  on("copy-python", "click", () => copy(byId("python").textContent, "The program is copied."));
  addEventListener("hashchange", fromLink);
  listenToGraph();
}

function utilityChanged() {
  remember("utility");
  state.utility = byId("utility").value;
  state.branch = "";
  put("problem");
  redraw();
}

async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    put("copied", done);
  } catch {
    put("copied", "The browser did not let the page copy; select the text and copy it.");
  }
}

/** Drag from a box to another to add an arrow; touch an arrow to choose it. */
function listenToGraph() {
  const graph = byId("graph");
  const boxAt = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest(".box")?.getAttribute("data-name") ?? null;
  let from = null;
  graph.addEventListener("pointerdown", (event) => {
    from = boxAt(event);
    if (from !== null) event.preventDefault();
    graph.classList.toggle("dragging", from !== null);
    const arrow = event.target.closest(".arrow");
    if (!arrow) return;
    byId("arrow").value = JSON.stringify([arrow.getAttribute("data-from"), arrow.getAttribute("data-to")]);
    showArrows();
    drawGraph();
  });
  addEventListener("pointerup", (event) => {
    graph.classList.remove("dragging");
    const [tail, to] = [from, from === null ? null : boxAt(event)];
    from = null;
    if (tail === null || to === null) return;
    if (tail !== to) edit((world) => addArrow(world, tail, to));
    else {
      state.edited = to;
      byId("edited").value = to;
      showVariable(state.world, to, edit);
    }
  });
}

/** What a link holds, or nothing with the reason said: whatever a stranger put into it, the page stays as it is. */
function found(text) {
  try {
    const read = decoded(text);
    new Engine(read.world);
    return read;
  } catch (error) {
    complain(error instanceof PageError ? error : new PageError("this link holds nothing that the page can read"));
    return null;
  }
}

function fromLink() {
  const text = location.hash.slice(1);
  if (text && state.world && text === encoded()) return;
  const read = text ? found(text) : null;
  if (read) {
    Object.assign(state, { ...read, edited: "", branch: "", sweep: null });
    put("problem");
  } else if (!state.world) {
    const { world, utility } = DATA.start;
    Object.assign(state, { world: bundledWorld(world), bundled: world, utility });
  } else {
    keepInLink();
    return;
  }
  byId("utility").value = state.utility;
  redraw({ fields: true });
}

document.documentElement.classList.add("live");
listen();
fromLink();
