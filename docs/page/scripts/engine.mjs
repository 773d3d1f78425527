// Scores: every draw of the noise is followed through every branch, and what is read there is added up in exact fractions.

import { PageError, ZERO, fraction, isZero, less, minus, over, plus, same, times, visible } from "./numbers.mjs";
import { branchKey, meansOf, readingsOf } from "./language.mjs";
import { combinations, decisions, inOrder, meaningOf, policyCount, variable } from "./world.mjs";

const MOST_STEPS = 4_000_000;

/** A world made ready: its variables in order, its draws, its policies, and the branches followed so far. */
export class Engine {
  constructor(world) {
    this.world = world;
    this.place = new Map(world.variables.map((v, i) => [v.name, i]));
    this.order = inOrder(world).map((v) => this.prepared(v));
    this.noises = world.variables.filter((v) => v.kind === "noise");
    const draws = this.noises.reduce((count, v) => count * v.domain.length, 1);
    const steps = draws * policyCount(world) * world.variables.length;
    if (steps > MOST_STEPS) throw new PageError(`${draws} draws under ${policyCount(world)} policies are more than this page follows; take a value away, or use Python`);
    this.draws = combinations(world, this.noises.map((v) => v.name));
    this.policies = this.everyPolicy();
    this.followed = new Map();
    this.ready = new WeakMap();
  }

  prepared(v) {
    const sizes = v.parents.map((name) => variable(this.world, name).domain.length);
    return { ...v, at: this.place.get(v.name), from: v.parents.map((name) => this.place.get(name)), sizes };
  }

  everyPolicy() {
    const slots = decisions(this.world).flatMap((v) => combinations(this.world, v.parents).map(() => v));
    let found = [[]];
    for (const v of slots) found = found.flatMap((before) => v.domain.map((_, i) => [...before, i]));
    return found.map((taken) => this.policy(this.acts(taken), true));
  }

  acts(taken) {
    let at = 0;
    return Object.fromEntries(decisions(this.world).map((v) => {
      const rows = combinations(this.world, v.parents).length;
      return [v.name, taken.slice(at, (at += rows))];
    }));
  }

  /** A policy with the name that Python gives it: of two names for one policy, a list says the last and a reference the first. */
  policy(acts, listed = false) {
    const key = this.actsKey(acts);
    const names = Object.entries(this.world.policies).filter(([, other]) => this.actsKey(other) === key).map(([name]) => visible(name));
    return { acts, key: `p:${key}`, shown: names.at(listed ? -1 : 0) ?? this.described(acts) };
  }

  actsKey(acts) {
    return JSON.stringify(decisions(this.world).map((v) => acts[v.name]));
  }

  described(acts) {
    const found = decisions(this.world);
    return found.map((v) => (found.length > 1 ? `${visible(v.name)}: ` : "") + this.describedActs(v, acts[v.name])).join("; ");
  }

  describedActs(v, rows) {
    if (new Set(rows).size === 1) return v.domain[rows[0]].shown;
    const seen = combinations(this.world, v.parents).map((places) => v.parents.map((name, i) => `${visible(name)}=${variable(this.world, name).domain[places[i]].code}`));
    return rows.map((act, i) => `${v.domain[act].shown} if ${seen[i].join(", ")}`).join(", ");
  }

  get baseline() {
    if (!this.world.baseline) throw new PageError("the world has no baseline policy to measure against; choose one");
    return this.policy(this.world.baseline);
  }

  /** A policy that a formula names: the baseline, one of the named policies, or an option of the only decision. */
  reference(named) {
    if (named.acts) return named;
    if (named.key === "t:baseline") return this.baseline;
    const title = named.key.slice(2);
    if (named.key.startsWith("t:") && Object.hasOwn(this.world.policies, title)) return this.policy(this.world.policies[title]);
    const [only, ...others] = decisions(this.world);
    const option = others.length ? -1 : only.domain.findIndex((value) => value.key === named.key);
    if (option < 0) throw new PageError(`${named.shown} is no policy here that the page knows by name; it knows: baseline${this.namesText()}`);
    return this.policy({ [only.name]: Array(combinations(this.world, only.parents).length).fill(option) });
  }

  namesText() {
    const options = decisions(this.world).length === 1 ? decisions(this.world)[0].domain.map((value) => value.shown) : [];
    return ["", ...Object.keys(this.world.policies).map(visible), ...options].join(", ");
  }

  // -------------------------------------------------------------- roles

  /** A role of the world, or a variable by its own name. */
  role(name) {
    if (Object.hasOwn(this.world.roles, name)) return this.world.roles[name];
    if (this.place.has(name) && !["intent", "stopped", "value"].includes(name)) return { variable: name, means: [] };
    throw new PageError(`the world has no role or variable "${visible(name)}"; its roles are ${Object.keys(this.world.roles).map(visible).join(", ") || "none"}`);
  }

  meanings(name) {
    const role = this.role(name);
    return variable(this.world, role.variable).domain.map((value) => meaningOf(role, value));
  }

  valueOf(name, meaning) {
    const places = this.meanings(name).flatMap((one, i) => (one.key === meaning.key ? [i] : []));
    if (places.length !== 1) throw new PageError(`${places.length ? "several values" : "no value"} of ${visible(this.role(name).variable)} can be read as ${meaning.shown}; it is read as ${this.meanings(name).map((m) => m.shown).join(", ")}`);
    return places[0];
  }

  // -------------------------------------------------------------- branches

  /** The values of all variables in a branch, for every draw: a list of places in their domains for each. */
  branch(r, policy) {
    const key = `${branchKey(r)}|${policy.key}`;
    if (!this.followed.has(key)) {
      const acts = r.policy === null ? policy.acts : this.reference(r.policy).acts;
      const set = new Map(r.edits.map(([name, value]) => [this.place.get(this.role(name).variable), this.setting(name, value, policy)]));
      this.followed.set(key, this.draws.map((draw, i) => this.follow(draw, i, acts, set)));
    }
    return this.followed.get(key);
  }

  /** What a variable is set to in a draw: always the same, or what another reading is there. */
  setting(name, value, policy) {
    if (value.kind !== "reading") {
      const place = this.valueOf(name, value);
      return () => place;
    }
    const [target, source] = [variable(this.world, this.role(name).variable), variable(this.world, this.role(value.name).variable)];
    const places = source.domain.map((one) => target.domain.findIndex((other) => other.key === one.key));
    if (places.includes(-1)) throw new PageError(`${visible(target.name)} would be set to what ${visible(source.name)} is, and takes other values`);
    const [there, at] = [this.branch(value, policy), this.place.get(source.name)];
    return (i) => places[there[i][at]];
  }

  follow(draw, i, acts, set) {
    const values = new Array(this.order.length);
    let noise = 0;
    for (const v of this.world.variables) if (v.kind === "noise") values[this.place.get(v.name)] = draw[noise++];
    for (const v of this.order) {
      const edit = set.get(v.at);
      if (edit) values[v.at] = edit(i);
      else if (v.kind !== "noise") {
        const row = v.from.reduce((before, at, k) => before * v.sizes[k] + values[at], 0);
        values[v.at] = v.kind === "choice" ? acts[v.name][row] : v.rows[row];
      }
    }
    return values;
  }

  /** For every draw, the place of what a reading reads. */
  read(r, policy) {
    const at = this.place.get(this.role(r.name).variable);
    return this.branch(r, policy).map((values) => values[at]);
  }

  // -------------------------------------------------------------- formulas

  /** For every draw, the number that a formula of readings is. */
  numbers(f, policy) {
    if (f.kind === "constant") return this.draws.map(() => f.value);
    if (f.kind === "reading") {
      const numbers = this.meanings(f.name).map((meaning) => meaning.number);
      return this.read(f, policy).map((place) => numbers[place] ?? this.noNumber(f.name, place));
    }
    if (f.kind === "is") return this.holds(f, policy).map((truth) => fraction(truth ? 1 : 0));
    const parts = f.parts.map((part) => this.numbers(part, policy));
    return this.draws.map((_, i) => combined(f.kind, parts.map((part) => part[i])));
  }

  noNumber(name, place) {
    throw new PageError(`${visible(this.role(name).variable)} can be ${this.meanings(name)[place].shown}, which is no number; ask whether it is so with .is_(...)`);
  }

  holds(f, policy) {
    const [r] = f.parts;
    const meanings = this.meanings(r.name);
    if (!meanings.some((meaning) => meaning.key === f.meaning.key)) {
      throw new PageError(`${visible(r.name)} is never ${f.meaning.shown}; it can be ${meanings.map((m) => m.shown).join(", ")}`);
    }
    return this.read(r, policy).map((place) => meanings[place].key === f.meaning.key);
  }

  /** A mean, made ready for any weights of the draws: for every draw its number, or null where its condition fails. */
  graded(mean, policy) {
    if (!this.ready.has(mean)) this.ready.set(mean, new Map());
    const found = this.ready.get(mean);
    if (!found.has(policy.key)) {
      const given = mean.given && this.numbers(mean.given, policy);
      const inner = this.numbers(mean.inner, policy);
      found.set(policy.key, inner.map((number, i) => (given && isZero(given[i]) ? null : number)));
    }
    return found.get(policy.key);
  }

  /** The score of a policy under a formula, null where it is undefined. */
  score(f, policy, weights) {
    if (f.kind === "constant") return f.value;
    if (f.kind === "mean") return weighed(this.graded(f, policy), weights);
    const parts = f.parts.map((part) => this.score(part, policy, weights));
    if (parts.includes(null) || (f.kind === "quotient" && isZero(parts[1]))) return null;
    return combined(f.kind, parts);
  }

  /** What a formula asks of the world, checked before anything is added up. */
  check(f) {
    for (const r of meansOf(f).flatMap(readingsOf)) this.role(r.name);
    if (this.policies.length) for (const mean of meansOf(f)) this.graded(mean, this.policies[0]);
  }

  /** The weight of each draw, as whole numbers of one common part. */
  weights(world = this.world) {
    const found = this.noises.map((v) => variable(world, v.name).weights);
    const each = this.draws.map((draw) => draw.reduce((weight, place, i) => times(weight, found[i][place]), fraction(1)));
    const common = each.reduce((d, w) => (d % w.d === 0n ? d : d * over(fraction(w.d), fraction(d)).n), 1n);
    return each.map((w) => (w.n * common) / w.d);
  }
}

function weighed(numbers, weights) {
  const byPart = new Map();
  let mass = 0n;
  numbers.forEach((number, i) => {
    if (number === null || weights[i] === 0n) return;
    mass += weights[i];
    byPart.set(number.d, (byPart.get(number.d) ?? 0n) + number.n * weights[i]);
  });
  if (mass === 0n) return null;
  let total = ZERO;
  for (const [part, sum] of byPart) total = plus(total, fraction(sum, part));
  return over(total, fraction(mass));
}

function combined(kind, numbers) {
  const [first, ...others] = numbers;
  if (kind === "sum") return others.reduce(plus, first);
  if (kind === "product") return others.reduce(times, first);
  if (kind === "quotient") return over(first, others[0]);
  if (kind === "least") return others.reduce((best, one) => (less(one, best) ? one : best), first);
  return others.reduce((best, one) => (less(best, one) ? one : best), first);
}

/** The probability of the draws that are marked. */
export function probability(marks, weights) {
  let [held, all] = [0n, 0n];
  weights.forEach((weight, i) => {
    all += weight;
    if (marks[i]) held += weight;
  });
  return fraction(held, all);
}

/** Where the largest scores stand, every exact tie; undefined scores never win. */
export function placesOfBest(scores) {
  const defined = scores.flatMap((score, i) => (score === null ? [] : [i]));
  const top = defined.reduce((best, i) => (best === null || less(scores[best], scores[i]) ? i : best), null);
  return defined.filter((i) => same(scores[i], scores[top]));
}

export const gap = (a, b) => (a === null || b === null ? null : minus(a, b));
