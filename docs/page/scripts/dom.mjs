// Elements. Text only ever becomes text: nothing here, and nothing that uses it, parses markup.

import { decimal, readNumber, same, shown } from "./numbers.mjs";

const SVG = "http://www.w3.org/2000/svg";

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const el = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);
export const svg = (tag, attributes = {}, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);

export const byId = (id) => document.getElementById(id);

export function put(id, ...children) {
  byId(id).replaceChildren(...children.flat(9).filter((child) => child !== null && child !== false));
}

/** A number as an exact fraction, with a decimal beside it that says whether it is rounded. */
export function numberText(a) {
  if (a === null) return "undefined";
  if (a.d === 1n) return shown(a);
  const near = decimal(a);
  return `${shown(a)} ${same(readNumber(near), a) ? "=" : "≈"} ${near}`;
}

export function numberNode(a) {
  const [exact, ...near] = numberText(a).split(" ");
  return near.length ? [exact, el("small", {}, ` ${near.join(" ")}`)] : [exact];
}

export function options(select, entries, chosen) {
  select.replaceChildren(...entries.map(([value, text]) => el("option", { value, selected: value === chosen }, text)));
  if (entries.some(([value]) => value === chosen)) select.value = chosen;
}

/** A table with a head, which scrolls by itself; cells are text or nodes, and the first of a row is its name. */
export function table(caption, head, rows) {
  const line = ({ best, cells: [first, ...others] }) => el("tr", { class: best ? "best" : null }, el("th", { scope: "row" }, first), others.map((cell) => el("td", {}, cell)));
  const columns = el("thead", {}, el("tr", {}, head.map((text) => el("th", { scope: "col" }, text))));
  return [el("p", { class: "quiet" }, caption), el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, el("table", {}, columns, el("tbody", {}, rows.map(line))))];
}
