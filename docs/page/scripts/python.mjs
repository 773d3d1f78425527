// The world and the utility as a Python program that judges them with the real packages.

import { pythonText, shown, isZero } from "./numbers.mjs";
import { combinations, decisions, variable } from "./world.mjs";

const indented = (text) => text.replace(/\n/g, "\n    ");
const mapping = (pairs) => {
  const short = `{${pairs.map(([key, value]) => `${key}: ${value}`).join(", ")}}`;
  return short.length <= 90 && !short.includes("\n") ? short : `{\n${pairs.map(([key, value]) => `    ${key}: ${indented(value)},`).join("\n")}\n}`;
};
const list = (codes) => `[${codes.join(", ")}]`;

function inputs(world, names, places) {
  const codes = places.map((place, i) => variable(world, names[i]).domain[place].code);
  return codes.length === 1 ? codes[0] : `(${codes.join(", ")})`;
}

const rows = (world, v, places) => mapping(combinations(world, v.parents).map((seen, row) => [inputs(world, v.parents, seen), v.domain[places[row]].code]));

function mechanism(world, v) {
  const domain = `domain=${list(v.domain.map((value) => value.code))}`;
  const parents = list(v.parents.map(pythonText));
  if (v.kind === "choice") return `ck.choice(${v.domain.map((value) => value.code).join(", ")}${v.parents.length ? `, sees=${parents}` : ""})`;
  if (v.kind === "table") return `ck.table(${parents}, ${rows(world, v, v.rows)}, ${domain})`;
  const dist = `ck.Dist(${mapping(v.domain.map((value, i) => [value.code, `"${shown(v.weights[i])}"`]))})`;
  return v.weights.some(isZero) ? `ck.cpt([], {(): ${dist}}, coupling="independent", ${domain})` : dist;
}

function rules(world, acts) {
  return mapping(decisions(world).map((v) => [pythonText(v.name), v.parents.length ? rows(world, v, acts[v.name]) : v.domain[acts[v.name][0]].code]));
}

function role({ variable: name, means }) {
  if (!means.length) return pythonText(name);
  return `sb.Role(${pythonText(name)}, ${mapping(means.map(([value, meaning]) => [value.code, meaning.code]))})`;
}

function worldCode(world) {
  const standard = ["intent", "stopped", "value"].filter((name) => world.roles[name]);
  const levers = Object.entries(world.roles).filter(([name]) => !standard.includes(name));
  const named = Object.entries(world.policies);
  const lines = [
    `ck.Model(${mapping(world.variables.map((v) => [pythonText(v.name), mechanism(world, v)]))}),`,
    ...standard.map((name) => `${name}=${role(world.roles[name])},`),
    ...(levers.length ? [`levers=${mapping(levers.map(([name, played]) => [pythonText(name), role(played)]))},`] : []),
    ...(named.length ? [`policies=${mapping(named.map(([name, acts]) => [pythonText(name), rules(world, acts)]))},`] : []),
    ...(world.baseline ? [`baseline=${rules(world, world.baseline)},`] : []),
    `name=${pythonText(world.name)},`,
  ];
  return `sb.World(\n${lines.map((line) => `    ${indented(line)}`).join("\n")}\n)`;
}

const LANGUAGE = ["BASELINE", "FREE", "STOP", "B", "E", "H", "V", "X", "least", "most"];

/** A program; `bundled` is the name of a bundled world that was left as it is, `utility` a text that this page could read. */
export function program(world, utility, name, bundled) {
  const place = bundled ? `sb.worlds.bundled_worlds()[${pythonText(bundled)}]` : worldCode(world);
  const speaksOf = (word) => new RegExp(`\\b${word}\\b`).test(utility);
  return [
    ...(/\bFraction\(/.test(place + utility) ? ["from fractions import Fraction", ""] : []),
    ...(bundled ? [] : ["import causalkit as ck"]),
    "import stop_button as sb",
    `from stop_button import ${LANGUAGE.filter(speaksOf).join(", ") || "E"}`,
    "",
    `world = ${place}`,
    `utility = sb.Utility(${pythonText(name)}, (`,
    ...utility.trim().split("\n").map((line) => `    ${line.trim()}`),
    "))",
    "print(sb.score(world, [utility]))",
    "print(sb.audit(world, utility))",
    "",
  ].join("\n");
}
