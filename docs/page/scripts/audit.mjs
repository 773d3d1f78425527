// Verdicts: what the best policies do to people's wish and to the button, draw by draw, and what they are paid for.
// The rules are those of `stop_button.auditing`; docs/explanation/what-a-flag-proves.md says what each flag means.

import { PageError, isPositive, less, textValue } from "./numbers.mjs";
import { isConstant, reading, rewritten } from "./language.mjs";
import { gap, placesOfBest, probability } from "./engine.mjs";
import { variable } from "./world.mjs";

export const VERDICTS = {
  clean: "no flag fires on a best policy",
  permits: "some best policies are flagged, and others as good are not: the utility does not object",
  rewards: "every best policy is flagged, and at least one gains in score by way of what it is flagged for",
  "side effect": "every best policy is flagged, and none gains by way of what it is flagged for",
  "rewards or side effect": "every best policy is flagged, and what is gained by way of that cannot be told",
  undefined: "no policy that draws no lots has a score",
};
export const KINDS = ["influence", "prevents stopping", "stops unasked", "loses a stop", "forces a stop"];
const OWN = { influence: "the wish", "prevents stopping": "the answer", "stops unasked": "the answer", "loses a stop": "the outcome", "forces a stop": "the outcome" };
const [STOP, FREE] = [textValue("stop"), textValue("free")];

// ---------------------------------------------------------------- flags

/** The draws that each flag of a policy is the probability of: a list of marks for each. */
export function flagDraws(engine, policy, base) {
  const { world } = engine;
  if (!world.roles.intent) throw new PageError("nobody wishes anything in this world, so nothing can be judged; the scores stand in the table");
  const wish = wishes(engine, policy);
  const before = wishes(engine, base);
  const found = [{ kind: "influence", way: "", marks: wish.keys.map((key, i) => key !== before.keys[i]) }];
  if (!world.roles.stopped) return found;
  const stopped = (who, edits = []) => stops(engine, who, edits);
  const [now, then] = [stopped(policy), stopped(base)];
  const answer = baseAnswer(engine, base, wish.places);
  const [asked, askedThen] = [stopped(policy, [["intent", STOP]]), stopped(base, [["intent", STOP]])];
  const [freed, freedThen] = [stopped(policy, [["intent", FREE]]), stopped(base, [["intent", FREE]])];
  const each = (test) => now.map((_, i) => test(i));
  return [
    ...found,
    { kind: "prevents stopping", way: "in fact", marks: each((i) => wish.stop[i] && !now[i] && answer[i]) },
    { kind: "prevents stopping", way: "were they to wish", marks: each((i) => !asked[i] && askedThen[i]) },
    { kind: "stops unasked", way: "in fact", marks: each((i) => !wish.stop[i] && now[i] && !answer[i]) },
    { kind: "stops unasked", way: "were they to wish", marks: each((i) => freed[i] && !freedThen[i]) },
    { kind: "loses a stop", way: "", marks: each((i) => before.stop[i] && then[i] && !now[i]) },
    { kind: "forces a stop", way: "", marks: each((i) => !before.stop[i] && !then[i] && now[i]) },
  ];
}

/** What people want in every draw: the place of the value, what two wishes are compared by, and whether it is a wish to stop. */
function wishes(engine, policy) {
  const { variable: name } = engine.world.roles.intent;
  const places = engine.read(reading("intent"), policy);
  const meanings = engine.meanings("intent");
  const own = Object.hasOwn(engine.world.roles, name) ? engine.meanings(name).map((m) => m.key) : variable(engine.world, name).domain.map((_, i) => i);
  return { places, keys: places.map((place) => own[place]), stop: places.map((place) => meanings[place].key === STOP.key) };
}

function stops(engine, policy, edits) {
  const meanings = engine.meanings("stopped").map((m) => m.key === "n:1");
  return engine.read(reading("stopped", edits), policy).map((place) => meanings[place]);
}

/** Whether the baseline, with the wish that people have under the policy, would be stopped. */
function baseAnswer(engine, base, places) {
  const { variable: name } = engine.world.roles.intent;
  const known = Object.hasOwn(engine.world.roles, name) ? engine.meanings(name) : variable(engine.world, name).domain;
  const by = new Map([...new Set(places)].map((place) => [place, stops(engine, base, [[name, known[place]]])]));
  return places.map((place, i) => by.get(place)[i]);
}

// ---------------------------------------------------------------- gains

/** The formula with something held, draw by draw and in every branch, as under the baseline; what it sets itself stays set. */
export function held(f, through, base) {
  const at = (r) => {
    if (through === "the wish") return [["intent", reading("intent", r.edits, base)]];
    if (through === "the outcome") return [["stopped", reading("stopped", r.edits, base)]];
    const own = new Map([["intent", reading("intent", r.edits, r.policy)], ...r.edits]);
    return [["stopped", reading("stopped", [...own], base)]];
  };
  const change = (r) => {
    if (r.policy !== null) return r;
    const inner = r.edits.map(([name, value]) => [name, value.kind === "reading" ? change(value) : value]);
    return reading(r.name, [...new Map([...at(r), ...inner])]);
  };
  return rewritten(f, change);
}

function verdictOf(judged, kinds) {
  if (!judged.length) return "undefined";
  const raised = judged.map((one) => one.flags.filter((flag) => kinds.includes(flag.kind) && isPositive(flag.amount)).map((flag) => flag.kind));
  if (!raised.some((kind) => kind.length)) return "clean";
  if (!raised.every((kind) => kind.length)) return "permits";
  const paid = judged.flatMap((one, i) => one.gains.filter((gain) => raised[i].some((kind) => OWN[kind] === gain.through)));
  if (paid.some((gain) => gain.amount !== null && isPositive(gain.amount))) return "rewards";
  return paid.some((gain) => gain.amount === null) ? "rewards or side effect" : "side effect";
}

// ---------------------------------------------------------------- the whole judgement

/** A utility in a world, made ready: it is judged for any probabilities of the noise without following a draw again. */
export class Judge {
  constructor(engine, formula) {
    if (isConstant(formula)) throw new PageError("a utility reads something: it holds at least one E(...)");
    engine.check(formula);
    this.engine = engine;
    this.formula = formula;
    this.marks = new Map();
    this.gains = new Map();
    if (engine.world.roles.intent) {
      const throughs = engine.world.roles.stopped ? ["the wish", "the answer", "the outcome"] : ["the wish"];
      this.held = throughs.map((through) => ({ through, formula: held(this.formula, through, engine.baseline) }));
    }
  }

  flags(policy, weights) {
    if (!this.marks.has(policy.key)) this.marks.set(policy.key, flagDraws(this.engine, policy, this.engine.baseline));
    return this.marks.get(policy.key).map((flag) => ({ ...flag, amount: probability(flag.marks, weights) }));
  }

  /** Scores, best policies, flags, what is paid for, and the verdicts. */
  judged(weights = this.engine.weights()) {
    const { policies } = this.engine;
    const scores = policies.map((policy) => this.engine.score(this.formula, policy, weights));
    const best = placesOfBest(scores);
    const judged = best.map((i) => ({ policy: policies[i], flags: this.flags(policies[i], weights), gains: this.paid(policies[i], scores[i], weights) }));
    const kinds = KINDS.filter((kind) => judged.some((one) => one.flags.some((flag) => flag.kind === kind)));
    return { scores, best, judged, verdict: verdictOf(judged, KINDS), kinds: kinds.map((kind) => [kind, verdictOf(judged, [kind])]) };
  }

  paid(policy, score, weights) {
    return this.held.map(({ through, formula }) => {
      const without = this.engine.score(formula, policy, weights);
      return { through, score, without, amount: gap(score, without) };
    });
  }

  /** The best policy that is not flagged, and how far it is behind. */
  remedy({ scores, best }, weights = this.engine.weights()) {
    const fair = scores.map((score, i) => (this.flags(this.engine.policies[i], weights).some((flag) => isPositive(flag.amount)) ? null : score));
    const [place] = placesOfBest(fair);
    return place === undefined ? null : { policy: this.engine.policies[place], margin: gap(scores[best[0]], scores[place]) };
  }

  /** What the utility costs in task value: the best there is, less what its own best policies bring, at least and at most. */
  tax({ best }, weights = this.engine.weights()) {
    if (!this.engine.world.roles.value || !best.length) return null;
    const task = { kind: "mean", inner: reading("value"), given: null };
    const values = this.engine.policies.map((policy) => this.engine.score(task, policy, weights));
    const most = values[placesOfBest(values)[0]];
    const own = best.map((i) => values[i]);
    const [high, low] = [own.reduce((a, b) => (less(a, b) ? b : a)), own.reduce((a, b) => (less(b, a) ? b : a))];
    return { best: most, least: gap(most, high), most: gap(most, low) };
  }

  /** A draw worth telling: the likeliest in which a flag fires on a best policy, else the likeliest of all. */
  story({ judged }, weights = this.engine.weights()) {
    if (!judged.length) return null;
    const policy = (judged.find((one) => one.flags.some((flag) => isPositive(flag.amount))) ?? judged[0]).policy;
    const marks = this.flags(policy, weights);
    const fired = weights.map((_, i) => marks.filter((flag) => flag.marks[i]).map((flag) => flag.kind + (flag.way && `, ${flag.way}`)));
    const heaviest = (places) => places.reduce((a, b) => (a === null || weights[b] > weights[a] ? b : a), null);
    const possible = weights.flatMap((weight, i) => (weight > 0n ? [i] : []));
    const draw = heaviest(possible.filter((i) => fired[i].length)) ?? heaviest(possible);
    return { policy, draw, fired: fired[draw], share: probability(weights.map((_, i) => i === draw), weights) };
  }
}

/** What two judgements are compared by: the best policies and the verdict. */
export const signature = ({ best, verdict }) => `${verdict}|${best.join()}`;
