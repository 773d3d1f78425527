// A world: variables with tables, the roles that they play, and a baseline. Read from the document that Python writes
// (`world_to_json`), changed by edits, each of which returns a new world, and written again.

import { ONE, PageError, ZERO, isPositive, isZero, less, minus, over, plus, readNumber, readValue, same, shown, times, visible } from "./numbers.mjs";

export const MOST_POLICIES = 64;
export const MOST_VARIABLES = 40;
export const MOST_ROWS = 4096;
const MOST_VALUES = 64;
const NAME = /^[A-Za-z][\w[\] ]{0,39}$/;

/** How many combinations of values variables have. */
export const sizeOf = (world, names) => names.reduce((size, name) => size * variable(world, name).domain.length, 1);

export function variable(world, name) {
  const found = world.variables.find((v) => v.name === name);
  if (!found) throw new PageError(`there is no variable "${visible(name)}"; there are ${world.variables.map((v) => visible(v.name)).join(", ")}`);
  return found;
}

/** The combinations of values of some variables, as places in their domains, the last changing fastest. */
export function combinations(world, names) {
  return names.reduce((found, name) => found.flatMap((before) => variable(world, name).domain.map((_, i) => [...before, i])), [[]]);
}

export const rowOf = (world, names, places) => names.reduce((row, name, i) => row * variable(world, name).domain.length + places[i], 0);

/** The variables, each after those that it listens to; throws where they listen to each other in a circle. */
export function inOrder(world) {
  const done = new Map();
  const path = [];
  const visit = (v) => {
    if (path.includes(v.name)) throw new PageError(`the variables listen to each other in a circle: ${circle(path, v.name)}; break it at one of its arrows`);
    if (done.has(v.name)) return;
    path.push(v.name);
    for (const parent of v.parents) visit(variable(world, parent));
    path.pop();
    done.set(v.name, v);
  };
  world.variables.forEach(visit);
  return [...done.values()];
}

const circle = (path, name) => [...path.slice(path.indexOf(name)), name].reverse().map(visible).join(" → ");

// ---------------------------------------------------------------- from and to documents

const isObject = (thing) => thing !== null && typeof thing === "object" && !Array.isArray(thing);
const need = (truth, what) => {
  if (!truth) throw new PageError(`this is no world that the page can read: ${what}`);
};

/** The world of a document, checked in every part: a document may come from a stranger's link. */
export function readWorld(document) {
  need(isObject(document) && document.format === "stop_button world" && isObject(document.model) && isObject(document.model.variables), "not a world's document");
  const entries = Object.entries(document.model.variables);
  need(entries.length <= MOST_VARIABLES, `more than ${MOST_VARIABLES} variables`);
  const world = { variables: entries.map(([name, mechanism]) => started(name, mechanism)), roles: {}, policies: {}, baseline: null };
  for (const word of ["name", "description", "source", "caveat"]) {
    world[word] = document[word] ?? "";
    need(typeof world[word] === "string" && world[word].length <= 4000, `${word} is no short text`);
  }
  inOrder(world);
  entries.forEach(([name, mechanism]) => fill(world, variable(world, name), mechanism));
  need(isObject(document.roles), "no roles");
  for (const [name, role] of Object.entries(document.roles)) world.roles[name] = readRole(world, name, role);
  need(isObject(document.policies ?? {}), "policies are no object");
  for (const [name, rules] of Object.entries(document.policies ?? {})) {
    need(name !== "__proto__", "a policy has a name that cannot be");
    world.policies[name] = readRules(world, rules);
  }
  if (document.baseline) world.baseline = readRules(world, document.baseline);
  return checked(world);
}

function started(name, m) {
  need(name.length <= 60 && name !== "__proto__", "a name is too long");
  need(isObject(m), "a mechanism is no object");
  const kind = "noise" in m || ("cpt" in m && Array.isArray(m.parents) && !m.parents.length) ? "noise" : "choice" in m ? "choice" : "table";
  const parents = kind === "choice" ? m.sees : (m.parents ?? []);
  need(!("cpt" in m) || kind === "noise", "a conditional table leaves open how it shares its noise; the page judges functions of noise");
  need(Array.isArray(parents) && parents.every((p) => typeof p === "string") && new Set(parents).size === parents.length, "parents are no names");
  const rows = kind === "noise" ? (m.noise ?? m.cpt?.[0]?.[1]) : kind === "choice" ? m.choice : "constant" in m ? [[[], m.constant]] : m.table;
  need(Array.isArray(rows) && rows.length > 0 && rows.length <= MOST_ROWS, "a mechanism has no rows, or too many");
  const listed = kind === "choice" ? rows : rows.map((row) => (Array.isArray(row) ? row[kind === "noise" ? 0 : 1] : need(false, "a row is no pair")));
  need(Array.isArray(m.domain ?? listed), "a domain is no list");
  const domain = distinct((m.domain ?? listed).map(readValue));
  need(domain.length <= MOST_VALUES, `a variable takes more than ${MOST_VALUES} values`);
  return { name, kind, parents: [...parents], domain, rows: [], weights: [] };
}

const distinct = (values) => [...new Map(values.map((value) => [value.key, value])).values()];

function placeIn(v, json) {
  const place = v.domain.findIndex((value) => value.key === readValue(json).key);
  need(place >= 0, `${visible(v.name)} does not take ${readValue(json).shown}`);
  return place;
}

function fill(world, v, m) {
  if (v.kind === "choice") return;
  if (v.kind === "noise") {
    v.weights = v.domain.map(() => ZERO);
    for (const [value, weight] of m.noise ?? m.cpt[0][1]) v.weights[placeIn(v, value)] = readNumber(String(weight)) ?? need(false, "a weight is no number");
    need(v.weights.every((w) => !less(w, ZERO)) && same(v.weights.reduce(plus), ONE), `the probabilities of ${visible(v.name)} do not add up to 1`);
    return;
  }
  need(sizeOf(world, v.parents) <= MOST_ROWS, `${visible(v.name)} has more than ${MOST_ROWS} rows`);
  v.rows = Array(sizeOf(world, v.parents)).fill(-1);
  for (const [inputs, value] of "constant" in m ? [[[], m.constant]] : m.table) {
    need(Array.isArray(inputs) && inputs.length === v.parents.length, "a row has other inputs than its variable has parents");
    v.rows[rowOf(world, v.parents, inputs.map((one, i) => placeIn(variable(world, v.parents[i]), one)))] = placeIn(v, value);
  }
  need(!v.rows.includes(-1), `${visible(v.name)} misses a row`);
}

function readRole(world, name, role) {
  need(isObject(role) && typeof role.variable === "string" && Array.isArray(role.means ?? []), "a role is no object");
  need(name !== "__proto__" && !name.startsWith("intent["), "the wishes of several people are judged by the Python package, and not by this page");
  variable(world, role.variable);
  return { variable: role.variable, means: (role.means ?? []).map(([value, meaning]) => [readValue(value), readValue(meaning)]) };
}

function readRules(world, rules) {
  need(isObject(rules), "a policy is no object");
  const acts = {};
  for (const v of decisions(world)) {
    need(sizeOf(world, v.parents) <= MOST_ROWS && Array.isArray(rules[v.name]), "a policy misses a decision");
    acts[v.name] = Array(sizeOf(world, v.parents)).fill(-1);
    for (const [seen, act] of rules[v.name]) {
      need(Array.isArray(seen) && seen.length === v.parents.length, "a rule sees other things than its decision");
      acts[v.name][rowOf(world, v.parents, seen.map((one, i) => placeIn(variable(world, v.parents[i]), one)))] = placeIn(v, act);
    }
    need(!acts[v.name].includes(-1), "a policy misses something that may be seen");
  }
  return acts;
}

/** The world, once more than the page can judge or less than a world needs has been ruled out. */
function checked(world) {
  need(decisions(world).length > 0 || world.variables.length === 0, "nothing is decided in it");
  const policies = policyCount(world);
  if (policies > MOST_POLICIES) throw new PageError(`${policies > 1e9 ? "very many" : policies} policies are more than the ${MOST_POLICIES} that this page lists; let decisions see less, or use Python`);
  for (const [name, role] of Object.entries(world.roles)) {
    if (world.variables.some((v) => v.name === name) && role.variable !== name) need(false, `the role ${visible(name)} hides a variable`);
    const meanings = variable(world, role.variable).domain.map((value) => meaningOf(role, value));
    if (name === "stopped") need(meanings.every((m) => m.key === "n:1" || m.key === "n:0"), "being stopped is True or False");
    else if (name === "value") need(meanings.every((m) => m.number), "the task's value is a number");
    else for (const wish of ["t:stop", "t:free"]) need(meanings.filter((m) => m.key === wish).length === 1, `one value of ${visible(role.variable)} has to mean ${wish.slice(2)}`);
  }
  return world;
}

export const meaningOf = (role, value) => role.means.find(([v]) => v.key === value.key)?.[1] ?? value;
export const decisions = (world) => world.variables.filter((v) => v.kind === "choice");
export const policyCount = (world) => decisions(world).reduce((count, v) => count * v.domain.length ** sizeOf(world, v.parents), 1);

/** The document of a world, as Python reads it. */
export function writtenWorld(world) {
  const inputs = (names, places) => places.map((place, i) => variable(world, names[i]).domain[place].json);
  const rows = (v, list) => combinations(world, v.parents).map((places, row) => [inputs(v.parents, places), v.domain[list[row]].json]);
  const mechanism = (v) => {
    const domain = v.domain.map((value) => value.json);
    if (v.kind === "choice") return { choice: domain, sees: v.parents };
    if (v.kind === "table") return { table: rows(v, v.rows), parents: v.parents, domain };
    const weights = v.domain.map((value, i) => [value.json, shown(v.weights[i])]);
    return v.weights.some(isZero) ? { cpt: [[[], weights]], parents: [], coupling: "independent", domain } : { noise: weights };
  };
  const rules = (acts) => Object.fromEntries(decisions(world).map((v) => [v.name, rows(v, acts[v.name])]));
  return {
    format: "stop_button world", version: 2, name: world.name, description: world.description, source: world.source, caveat: world.caveat,
    model: { format: "causalkit model", version: 1, variables: Object.fromEntries(world.variables.map((v) => [v.name, mechanism(v)])) },
    roles: Object.fromEntries(Object.entries(world.roles).map(([name, r]) => [name, { variable: r.variable, means: r.means.map((pair) => pair.map((v) => v.json)) }])),
    policies: Object.fromEntries(Object.entries(world.policies).map(([name, acts]) => [name, rules(acts)])),
    baseline: world.baseline && rules(world.baseline),
  };
}

// ---------------------------------------------------------------- edits

const withVariable = (world, changed) => ({ ...world, variables: world.variables.map((v) => (v.name === changed.name ? changed : v)) });

/** Every policy of the world with the acts of one decision changed. */
function withActs(world, name, change) {
  const moved = (acts) => acts && { ...acts, [name]: change(acts[name]) };
  return { ...world, policies: Object.fromEntries(Object.entries(world.policies).map(([title, acts]) => [title, moved(acts)])), baseline: moved(world.baseline) };
}

/** An arrow more: the variable hears one thing more, and does as before whatever that is, until its rows are changed. */
export function addArrow(world, from, to) {
  const child = variable(world, to);
  const heard = variable(world, from).domain.length;
  if (child.parents.includes(from)) throw new PageError(`${visible(to)} listens to ${visible(from)} already`);
  if (child.kind === "noise") throw new PageError(`${visible(to)} is noise, which listens to nothing; let a table listen to both ${visible(from)} and ${visible(to)}`);
  if (sizeOf(world, child.parents) * heard > MOST_ROWS) throw new PageError(`${visible(to)} would have more than ${MOST_ROWS} rows`);
  const repeated = (rows) => rows.flatMap((row) => Array(heard).fill(row));
  return rewiredWorld(world, { ...child, parents: [...child.parents, from], rows: repeated(child.rows) }, repeated);
}

/** An arrow less: the variable does as it did when the parent had this value. */
export function removeArrow(world, from, to, place = 0) {
  const child = variable(world, to);
  const at = child.parents.indexOf(from);
  if (at < 0) throw new PageError(`${visible(to)} does not listen to ${visible(from)}`);
  if (!variable(world, from).domain[place]) throw new PageError(`${visible(from)} has no value number ${place + 1}`);
  const kept = combinations(world, child.parents).map((places, row) => [places[at], row]).filter(([heard]) => heard === place).map(([, row]) => row);
  const chosen = (rows) => kept.map((row) => rows[row]);
  return rewiredWorld(world, { ...child, parents: child.parents.filter((p) => p !== from), rows: child.kind === "table" ? chosen(child.rows) : [] }, chosen);
}

function rewiredWorld(world, child, change) {
  const changed = withVariable(world, child);
  inOrder(changed);
  const policies = policyCount(changed);
  if (policies > MOST_POLICIES) throw new PageError(`this would make ${policies > 1e9 ? "very many" : policies} policies, and the page lists at most ${MOST_POLICIES}`);
  return child.kind === "choice" ? withActs(changed, child.name, change) : changed;
}

/** A probability moved: the others share what is left as they shared it before, equally where they had nothing. */
export function setWeight(world, name, place, weight) {
  const v = variable(world, name);
  if (v.kind !== "noise" || !v.domain[place]) throw new PageError(`${visible(name)} has no such probability`);
  if (v.domain.length === 1 && !same(weight, ONE)) throw new PageError(`${visible(name)} has one value, whose probability is 1`);
  if (less(weight, ZERO) || less(ONE, weight)) throw new PageError(`a probability lies between 0 and 1, and ${shown(weight)} does not`);
  return withVariable(world, { ...v, weights: sharedOut(v.weights, place, weight) });
}

export function sharedOut(weights, place, weight) {
  const rest = minus(ONE, weight);
  const before = minus(ONE, weights[place]);
  const others = readNumber(String(weights.length - 1));
  return weights.map((w, i) => (i === place ? weight : isPositive(before) ? times(rest, over(w, before)) : over(rest, others)));
}

/** A row of a table set to another value of the variable; a number that is new there may be set where nobody listens. */
export function setRow(world, name, row, value) {
  const v = variable(world, name);
  if (v.kind !== "table" || !(row in v.rows)) throw new PageError(`${visible(name)} has no such row`);
  const known = v.domain.findIndex((one) => one.key === value.key);
  const domain = known >= 0 ? v.domain : [...v.domain, value];
  if (known < 0) {
    const listeners = world.variables.filter((one) => one.parents.includes(name)).map((one) => visible(one.name));
    if (listeners.length) throw new PageError(`${listeners.join(", ")} would not know what to do at ${visible(name)} = ${value.shown}; it takes ${v.domain.map((one) => one.shown).join(", ")}`);
  }
  const rows = v.rows.map((place, i) => (i !== row ? place : known >= 0 ? known : domain.length - 1));
  return checked(withVariable(world, { ...v, domain, rows }));
}

export const setBaseline = (world, acts) => ({ ...world, baseline: acts });

/** A variable more, to which nobody listens yet. */
export function addVariable(world, name, kind, values) {
  if (!NAME.test(name)) throw new PageError("a name begins with a letter, and has letters, digits, _ and brackets, 40 at most");
  if (world.variables.some((v) => v.name === name) || ["intent", "stopped", "value", "fact"].includes(name)) throw new PageError(`the name ${visible(name)} is taken`);
  if (world.variables.length >= MOST_VARIABLES) throw new PageError(`a world has at most ${MOST_VARIABLES} variables here`);
  const domain = distinct(values);
  if (domain.length < (kind === "table" ? 1 : 2) || domain.length > 12) throw new PageError("give between two and twelve different values, with commas between them");
  const weights = kind === "noise" ? domain.map(() => over(ONE, readNumber(String(domain.length)))) : [];
  const changed = { ...world, variables: [...world.variables, { name, kind, parents: [], domain, rows: kind === "table" ? [0] : [], weights }] };
  return kind === "choice" ? checked(withActs(changed, name, () => [0])) : checked(changed);
}

/** A variable less; one that plays a role, or that somebody listens to, stays. */
export function removeVariable(world, name) {
  variable(world, name);
  const role = Object.entries(world.roles).find(([, r]) => r.variable === name)?.[0];
  if (role) throw new PageError(`${visible(name)} plays the role ${visible(role)}, so it stays`);
  const listeners = world.variables.filter((v) => v.parents.includes(name)).map((v) => visible(v.name));
  if (listeners.length) throw new PageError(`${listeners.join(", ")} listens to ${visible(name)}; remove its arrows first`);
  return checked({ ...world, variables: world.variables.filter((v) => v.name !== name) });
}
