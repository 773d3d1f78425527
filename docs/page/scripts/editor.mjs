// The part of the page where a world is changed: one variable at a time, its probabilities, its rows, what it sees.

import { PageError, readNumber, readValue, shown, textValue, truthValue, numberValue, visible } from "./numbers.mjs";
import { combinations, setRow, setWeight, variable } from "./world.mjs";
import { el, put, table } from "./dom.mjs";

/** A value as somebody types it into a field: a number, True or False, else text. */
export function typedValue(text) {
  const trimmed = text.trim();
  if (trimmed === "True" || trimmed === "False") return truthValue(trimmed === "True");
  const number = readNumber(trimmed);
  return number ? numberValue(number) : readValue(textValue(trimmed).json);
}

/** The fields of one variable; `edit` takes a change of the world and says whether it was made. */
export function showVariable(world, name, edit) {
  const v = variable(world, name);
  const body = v.kind === "noise" ? probabilities(v, edit) : v.kind === "table" ? rows(world, v, edit) : choices(world, v);
  put("variable", el("p", {}, describe(v)), body);
}

function describe(v) {
  const hears = v.parents.map(visible).join(", ");
  if (v.kind === "noise") return `${visible(v.name)} is noise: it is drawn by chance and listens to nothing.`;
  if (v.kind === "choice") return `${visible(v.name)} is the agent's choice${hears ? `; it sees ${hears}` : ", and it sees nothing"}. An arrow to it lets it see more.`;
  return `${visible(v.name)} is a table${hears ? ` over ${hears}` : " with one row"}: what it is for each combination.`;
}

const choices = (world, v) => el("p", {}, `Its options: ${v.domain.map((value) => value.shown).join(", ")}.`);

function probabilities(v, edit) {
  const fields = v.domain.map((value, place) => {
    const label = `P(${visible(v.name)} = ${value.shown})`;
    const text = el("input", { type: "text", "aria-label": `${label}, as a number such as 1/4`, value: shown(v.weights[place]), "data-place": place, size: 9, autocomplete: "off", spellcheck: "false" });
    const range = el("input", { type: "range", min: 0, max: 100, step: 1, "aria-label": `${label}, in hundredths`, value: Math.round(toFloat(v.weights[place]) * 100), "data-place": place });
    const move = (weight, tag) => edit((world) => setWeight(world, v.name, place, weight), { tag });
    text.addEventListener("change", () => {
      edit((world) => setWeight(world, v.name, place, numberTyped(text.value).number));
    });
    range.addEventListener("input", () => move(readNumber(`${range.value}/100`), `move ${v.name} ${place}`));
    return el("div", { class: "field" }, el("span", {}, label), text, range);
  });
  return el("div", { class: "fields", "data-variable": v.name }, fields);
}

const toFloat = (a) => Number(a.n) / Number(a.d);

/** Write the probabilities that are there now into the fields that stand there, all but the one in use. */
export function refreshProbabilities(world) {
  const fields = document.querySelector("#variable .fields");
  if (!fields) return;
  const { weights } = variable(world, fields.dataset.variable);
  for (const input of fields.querySelectorAll("input")) {
    const weight = weights[input.dataset.place];
    if (input !== document.activeElement || input.type === "text") input.value = input.type === "text" ? shown(weight) : String(Math.round(toFloat(weight) * 100));
  }
}

function rows(world, v, edit) {
  const isFree = v.domain.every((value) => !["boolean", "string"].includes(typeof value.json)) && !world.variables.some((one) => one.parents.includes(v.name));
  const lines = combinations(world, v.parents).map((places, row) => {
    const label = v.parents.map((name, i) => `${visible(name)} = ${variable(world, name).domain[places[i]].shown}`).join(", ") || "always";
    const current = v.domain[v.rows[row]];
    const field = isFree
      ? el("input", { type: "text", "aria-label": `${visible(v.name)} where ${label}`, value: current.shown, size: 9, autocomplete: "off", spellcheck: "false" })
      : el("select", { "aria-label": `${visible(v.name)} where ${label}` }, v.domain.map((value, i) => el("option", { value: i, selected: i === v.rows[row] }, value.shown)));
    field.addEventListener("change", () => {
      edit((now) => setRow(now, v.name, row, isFree ? numberTyped(field.value) : variable(now, v.name).domain[Number(field.value)]));
    });
    return { cells: [label, field] };
  });
  return table(`Rows of ${visible(v.name)}`, ["where", visible(v.name)], lines);
}

function numberTyped(text) {
  const number = readNumber(text);
  if (!number) throw new PageError(`"${visible(text)}" is no number; type one such as 1/4 or 0.25`);
  return numberValue(number);
}
