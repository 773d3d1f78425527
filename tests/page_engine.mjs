// Follow courses of edits with the page's own program, outside a browser: courses come in as JSON, what it says goes out.

import { readFileSync } from "node:fs";
import { isZero, readNumber, shown, PageError } from "../docs/page/scripts/numbers.mjs";
import { readFormula } from "../docs/page/scripts/language.mjs";
import { addArrow, readWorld, removeArrow, setRow, setWeight, variable, writtenWorld } from "../docs/page/scripts/world.mjs";
import { Engine } from "../docs/page/scripts/engine.mjs";
import { Judge, KINDS } from "../docs/page/scripts/audit.mjs";
import { program } from "../docs/page/scripts/python.mjs";
import { pieces } from "../docs/page/scripts/sweep.mjs";

const EDITS = {
  "add arrow": (world, step) => addArrow(world, step.from, step.to),
  "remove arrow": (world, step) => removeArrow(world, step.from, step.to, step.place),
  "set weight": (world, step) => setWeight(world, step.name, step.place, readNumber(step.weight)),
  "set row": (world, step) => setRow(world, step.name, step.row, variable(world, step.name).domain[step.place]),
};

function judged(world, utility) {
  const began = performance.now();
  const engine = new Engine(world);
  const judge = new Judge(engine, readFormula(utility));
  const result = judge.judged();
  const weights = engine.weights();
  const cell = (flags, kind) => flags.filter((flag) => flag.kind === kind).map((flag) => (isZero(flag.amount) ? "-" : shown(flag.amount))).join(" / ");
  const said = {
    policies: engine.policies.map((policy) => policy.shown),
    scores: result.scores.map((score) => (score === null ? "undefined" : shown(score))),
    flags: engine.policies.map((policy) => KINDS.map((kind) => cell(judge.flags(policy, weights), kind))),
    best: result.best.map((i) => engine.policies[i].shown),
    verdict: result.verdict,
    kinds: result.kinds,
    gains: result.judged.map((one) => one.gains.map(({ amount }) => (amount === null ? "undefined" : shown(amount)))),
  };
  return { said, milliseconds: performance.now() - began, document: writtenWorld(world), program: program(world, utility, "mine", null) };
}

function follow({ document, utility, steps }) {
  let world = readWorld(document);
  return steps.map((step) => {
    try {
      const changed = EDITS[step.do](world, step);
      const found = judged(changed, utility);
      world = changed;
      return found;
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      return { said: null, refusal: error.message };
    }
  });
}

function judgedAtOnce({ document, utility }) {
  try {
    return judged(readWorld(document), utility).said;
  } catch (error) {
    if (!(error instanceof PageError)) throw error;
    return error.message;
  }
}

const text = (judge, { from, to, about, judged: { verdict, best } }) => ({ from: shown(from), to: shown(to), about, verdict, best: best.map((i) => judge.engine.policies[i].shown) });

function swept({ document, utility, name, place }) {
  const judge = new Judge(new Engine(readWorld(document)), readFormula(utility));
  const steps = pieces(judge, name, place);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value.map((piece) => text(judge, piece));
}

function read(formula) {
  try {
    readFormula(formula);
    return null;
  } catch (error) {
    if (!(error instanceof PageError)) throw error;
    return error.message;
  }
}

const asked = JSON.parse(readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify({ judged: (asked.judged ?? []).map(judgedAtOnce), courses: (asked.courses ?? []).map(follow), sweeps: (asked.sweeps ?? []).map(swept), read: (asked.read ?? []).map(read) }));
