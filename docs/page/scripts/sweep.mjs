// Where the verdict flips while one probability moves: judged at every hundredth, and each change narrowed down.

import { ZERO, fraction, less, minus, over, plus, simplestBetween, times } from "./numbers.mjs";
import { signature } from "./audit.mjs";
import { setWeight } from "./world.mjs";

const STEPS = 100;
const HALF = fraction(1, 2);
const WIDTHS = [fraction(1, 10n ** 5n), fraction(1, 10n ** 9n), fraction(1, 10n ** 12n)];
const MOST_PIECES = 40;

/**
 * The pieces from 0 to 1, in order, each with what is judged there; a piece from a number to the same number is that number alone.
 * `about` says which ends are known to a 10^-12th only. It stops for breath after each judgement, and says how far it is.
 */
export function* pieces(judge, name, place) {
  const kept = new Map();
  const at = (p) => {
    const key = `${p.n}/${p.d}`;
    if (!kept.has(key)) kept.set(key, judge.judged(judge.engine.weights(setWeight(judge.engine.world, name, place, p))));
    return kept.get(key);
  };
  const found = [{ from: ZERO, to: ZERO, about: { from: false, to: false }, judged: at(ZERO) }];
  for (let i = 1; i <= STEPS; i += 1) {
    const [low, high] = [fraction(i - 1, STEPS), fraction(i, STEPS)];
    if (signature(at(low)) !== signature(at(high)) && found.length < MOST_PIECES) yield* change(at, low, high, found);
    found.at(-1).to = high;
    yield i / STEPS;
  }
  return found;
}

/** Narrow one change down, and put down the pieces that begin in it. */
function* change(at, low, high, found) {
  const [left, right] = [signature(at(low)), signature(at(high))];
  for (const width of WIDTHS) {
    while (less(width, minus(high, low))) {
      const middle = times(HALF, plus(low, high));
      const here = signature(at(middle));
      yield null;
      if (here === left) low = middle;
      else if (here === right) high = middle;
      else {
        if (found.length < MOST_PIECES) yield* change(at, low, middle, found);
        if (found.length < MOST_PIECES) yield* change(at, middle, high, found);
        return;
      }
    }
    const simplest = simplestBetween(low, high);
    const here = signature(at(simplest));
    yield null;
    if (here !== left && here !== right) {
      begin(found, simplest, false, at(simplest));
      begin(found, simplest, false, at(high));
      return;
    }
    if (here === left) low = simplest;
    else high = simplest;
  }
  const simplest = simplestBetween(low, high);
  begin(found, simplest, !isRound(simplest), at(high));
}

/** Whether a number is a step of the slider: a change that is known to within a 10^-12th of one is said to be there. */
const isRound = (p) => fraction(STEPS).n % p.d === 0n;

function begin(found, from, about, judged) {
  const before = found.at(-1);
  before.to = from;
  if (signature(before.judged) === signature(judged)) return;
  before.about.to = about;
  found.push({ from, to: from, about: { from: about, to: false }, judged });
}

/** How far along a number is, for drawing. */
export const share = (p) => Number((p.n * 100000n) / p.d) / 100000;
export const hundredth = (step) => over(fraction(step), fraction(STEPS));
