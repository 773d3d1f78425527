"""Behavioural policies, best for the smallest of several parts of a score: linear programs in floats, proved in fractions.

A part is a ratio of two functions that are linear in the probabilities of the options. At a level t, one program makes the smallest of
top - t * bottom as large as it can be; where that is above zero, its solution has a higher level, and the next program begins there, as
in [dinkelbach1967] and, for several ratios, [crouzeix1985]. A level is proved from both sides: a policy reaches it, and weights of the
parts exist under which no policy exceeds it on average.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from stop_button.decision.policy import Act, Slot
from stop_button.language.constraints import Infeasible
from stop_button.solving.lots.recovery import near_solution, simplest_between

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

__all__ = ["Line", "Mixed", "Part", "mixed_best"]

Behaviour = Mapping[Act, Fraction]
"""A behavioural policy: for each act, the probability with which it is taken."""

ZERO, ONE = Fraction(0), Fraction(1)
MOST_PROGRAMS = 100
STALLED = 1e-14
LEAST_SHARE = 1e-12
TOLERANCES = (1e-9, 1e-7, 1e-5)
ROUNDINGS = (10, 10**3, 10**6, 10**12)


@dataclass(frozen=True)
class Line:
    """A linear function of the probabilities of options."""

    constant: Fraction
    weights: Mapping[Act, Fraction]

    def __call__(self, behaviour: Behaviour) -> Fraction:
        return self.constant + sum((weight * behaviour.get(act, ZERO) for act, weight in self.weights.items()), ZERO)

    def minus(self, by: Fraction, other: Line) -> Line:
        """This function less a number times another."""
        acts = self.weights.keys() | other.weights.keys()
        left = {act: self.weights.get(act, ZERO) - by * other.weights.get(act, ZERO) for act in acts}
        return Line(self.constant - by * other.constant, left)


@dataclass(frozen=True)
class Part:
    """One part of a score: a linear function over another, which is a probability.

    A limit is a part without a bottom: its top is not to be negative. With limits, the bottoms of the other parts are constant.
    """

    top: Line
    bottom: Line

    @property
    def is_limit(self) -> bool:
        """Whether this is a constraint and no part of the score."""
        return not self.bottom.constant and not any(self.bottom.weights.values())


@dataclass(frozen=True)
class Mixed:
    """What a policy does, the score that it reaches, and what no policy exceeds; proved where the two are equal."""

    behaviour: Behaviour
    score: Fraction
    bound: Fraction
    programs: int


@dataclass(frozen=True)
class _Floats:
    """What the programs ended with: probabilities of options, weights of parts, and how many programs there were."""

    behaviour: Mapping[Act, float]
    weights: tuple[float, ...]
    programs: int


def mixed_best(parts: Sequence[Part], slots: Sequence[Slot]) -> Mixed:
    """The policy that makes the smallest of the parts largest, among those that draw in each slot on its own.

    >>> heads, tails = (("toss", (), side) for side in ("heads", "tails"))
    >>> sure = Line(ONE, {})
    >>> parts = [Part(Line(ZERO, {heads: ONE}), sure), Part(Line(ZERO, {tails: ONE}), sure)]
    >>> best = mixed_best(parts, [("toss", (), ("heads", "tails"))])
    >>> best.score, best.bound, best.behaviour[heads]
    (Fraction(1, 2), Fraction(1, 2), Fraction(1, 2))
    """
    unit = _unit(parts)
    found = _proved([_in_units(part, unit) for part in parts], slots)
    return Mixed(found.behaviour, found.score * unit, found.bound * unit, found.programs)


def _unit(parts: Sequence[Part]) -> Fraction:
    """The largest number in the tops of the parts of a score."""
    return max((_largest(part.top) for part in parts if not part.is_limit), default=ZERO) or ONE


def _in_units(part: Part, unit: Fraction) -> Part:
    """A part counted in units, a limit in its own, so that what floats call small does not depend on what numbers are counted in."""
    by = _largest(part.top) or ONE if part.is_limit else unit
    return Part(Line(part.top.constant / by, {act: weight / by for act, weight in part.top.weights.items()}), part.bottom)


def _largest(line: Line) -> Fraction:
    return max(map(abs, (line.constant, *line.weights.values())))


def _proved(parts: Sequence[Part], slots: Sequence[Slot]) -> Mixed:
    floats = _programmed(parts, slots)
    behaviour, score = _start(parts, slots, floats)
    bound = exceeded_by_none(parts, slots, [Fraction(weight) for weight in floats.weights], score)
    for tolerance in TOLERANCES:
        for level in dict.fromkeys((simplest_between(score, bound), bound, score)):
            for weights in _weights(parts, slots, level, floats, tolerance):
                bound = min(bound, exceeded_by_none(parts, slots, weights, score))
            found = _near_behaviour(parts, slots, bound, floats, tolerance)
            better = None if found is None else reached(parts, found)
            if found is not None and better is not None and better > score:
                behaviour, score = found, better
            if score == bound:
                return Mixed(_settled(parts, slots, behaviour, score), score, bound, floats.programs)
    return Mixed(behaviour, score, bound, floats.programs)


def _start(parts: Sequence[Part], slots: Sequence[Slot], floats: _Floats) -> tuple[Behaviour, Fraction]:
    """The best of the simple policies near what the programs ended with; raises ``Infeasible`` when none keeps the limits."""
    candidates = [*(_rounded(floats.behaviour, slots, most) for most in ROUNDINGS), _even(slots)]
    if any(part.is_limit for part in parts):
        tight = (_near_behaviour([part for part in parts if part.is_limit], slots, ZERO, floats, tolerance) for tolerance in TOLERANCES)
        candidates += [behaviour for behaviour in tight if behaviour is not None]
    behaviour, score = max(((behaviour, reached(parts, behaviour)) for behaviour in candidates), key=_score)
    if score is None:
        raise Infeasible("no policy near what the linear programs ended with passes every test")
    return behaviour, score


def _settled(parts: Sequence[Part], slots: Sequence[Slot], behaviour: Behaviour, score: Fraction) -> Behaviour:
    """The same score with draws only where they are needed: slot by slot, an option drawn is taken for sure if that costs nothing."""
    found = dict(behaviour)
    for name, seen, options in slots:
        acts = [act for act in ((name, seen, option) for option in options) if found.get(act)]
        for act in acts if len(acts) > 1 else []:
            sure = {**{other: share for other, share in found.items() if other not in acts}, act: ONE}
            if reached(parts, sure) == score:
                found = sure
                break
    return found


def _score(found: tuple[Behaviour, Fraction | None]) -> tuple[bool, Fraction]:
    return found[1] is not None, found[1] or ZERO


def reached(parts: Sequence[Part], behaviour: Behaviour) -> Fraction | None:
    """The smallest of the parts under a policy; ``None`` when one is undefined, or a limit is not kept."""
    if any(part.top(behaviour) < 0 for part in parts if part.is_limit):
        return None
    scored = [part for part in parts if not part.is_limit]
    bottoms = [part.bottom(behaviour) for part in scored]
    return min(part.top(behaviour) / bottom for part, bottom in zip(scored, bottoms, strict=True)) if all(bottoms) else None


def exceeded_by_none(parts: Sequence[Part], slots: Sequence[Slot], weights: Sequence[Fraction], level: Fraction) -> Fraction:
    """What no policy exceeds, because the smallest ratio is at most the sum of tops over the sum of bottoms, weighted; limits add to it.

    That ratio is largest for a deterministic policy; it is found by steps up from a ``level`` that some policy reaches.
    """
    top, bottom = (_weighted([getattr(part, side) for part in parts], weights) for side in ("top", "bottom"))
    while True:
        gain = top.minus(level, bottom)
        picks = {max(((name, seen, o) for o in options), key=lambda act: gain.weights.get(act, ZERO)): ONE for name, seen, options in slots}
        if gain(picks) <= 0:
            return level
        level = top(picks) / bottom(picks)


def _weighted(lines: Sequence[Line], weights: Sequence[Fraction]) -> Line:
    total = Line(ZERO, {})
    for line, weight in zip(lines, weights, strict=True):
        total = total.minus(-weight, line)
    return total


# ---------------------------------------------------------------- programs in floats


def _programmed(parts: Sequence[Part], slots: Sequence[Slot]) -> _Floats:
    """Programs at rising levels, until no policy has a higher one."""
    import numpy as np

    acts = [(name, seen, option) for name, seen, options in slots for option in options]
    owner = np.array([i for i, (_, _, options) in enumerate(slots) for _ in options], dtype=int)
    tops, bottoms = (_matrix([getattr(part, side) for part in parts], acts) for side in ("top", "bottom"))
    behaviour = np.array([1 / len(options) for _, _, options in slots for _ in options] + [1.0])
    scored = np.array([not part.is_limit for part in parts])
    if not scored.all():  # begin where the limits are kept
        behaviour, _ = _program(tops[~scored], np.ones((~scored).sum()), owner, len(slots))
    level = float(np.min((tops @ behaviour)[scored] / (bottoms @ behaviour)[scored]))
    weights, programs = np.ones(len(parts)), 0
    while programs < MOST_PROGRAMS:
        found, weights = _program(tops - level * bottoms, bottoms @ behaviour, owner, len(slots))
        programs += 1
        under = (bottoms @ found)[scored]
        enough = np.all(under > LEAST_SHARE * np.abs(bottoms[scored]).max(axis=1))
        higher = float(np.min((tops @ found)[scored] / under)) if enough else -np.inf
        if not higher > level + STALLED * abs(level):
            break
        behaviour, level = found, higher
    known = np.maximum(weights, 0) if weights.max() > 0 else np.ones(len(parts))
    return _Floats(dict(zip(acts, map(float, behaviour), strict=False)), tuple(float(weight) for weight in known), programs)


def _matrix(lines: Sequence[Line], acts: Sequence[Act]) -> Array:
    import numpy as np

    return np.array([[*(float(line.weights.get(act, 0)) for act in acts), float(line.constant)] for line in lines])


def _program(gains: Array, scale: Array, owner: Array, slots: int) -> tuple[Array, Array]:
    """The behaviour that makes the smallest scaled gain largest, and the weights of the parts that prove it."""
    import numpy as np
    from scipy.optimize import linprog

    gains = gains / (np.abs(gains[scale > 0]).max(initial=0.0) or 1.0)
    size = np.maximum(np.abs(gains).max(axis=1), scale)
    limits = np.column_stack([-gains[:, :-1] / size[:, None], scale / size])
    sums = np.zeros((slots, len(owner) + 1))
    sums[owner, np.arange(len(owner))] = 1
    costs = np.zeros(len(owner) + 1)
    costs[-1] = -1
    ranges = [*[(0, 1)] * len(owner), (None, None)]
    answer = linprog(
        costs, A_ub=limits, b_ub=gains[:, -1] / size, A_eq=sums if slots else None, b_eq=np.ones(slots) if slots else None,
        bounds=ranges, method="highs-ds",
    )  # fmt: skip
    if answer.x is None:
        return np.full(len(owner) + 1, np.nan), np.ones(len(gains))
    shares = np.maximum(answer.x[:-1], 0.0)  # a solver may end a little off; shares that do not add up to 1 would be no policy
    return np.append(shares / (sums[:, :-1] @ shares)[owner], 1.0), -answer.ineqlin.marginals / size


# ---------------------------------------------------------------- fractions


def _rounded(behaviour: Mapping[Act, float], slots: Sequence[Slot], most: int) -> Behaviour:
    """Behaviour as simple fractions that add up to 1 in each slot."""
    found: dict[Act, Fraction] = {}
    for name, seen, options in slots:
        near = {(name, seen, option): Fraction(max(behaviour[name, seen, option], 0.0)).limit_denominator(most) for option in options}
        total = sum(near.values(), ZERO)
        found |= {act: share / total for act, share in near.items() if share} if total else _even([(name, seen, options)])
    return found


def _even(slots: Sequence[Slot]) -> Behaviour:
    """Every option with the same probability: where some policy has a score, this one has."""
    return {(name, seen, option): Fraction(1, len(options)) for name, seen, options in slots for option in options}


def _weights(parts: Sequence[Part], slots: Sequence[Slot], level: Fraction, floats: _Floats, tolerance: float) -> Iterator[list[Fraction]]:
    """Weights of the parts under which all options that the policy uses, or that seem as good, gain the same at a level."""
    gains = [part.top.minus(level, part.bottom) for part in parts]
    used = [i for i, weight in enumerate(floats.weights) if weight > tolerance * max(floats.weights)]
    for options in (_as_good(gains, slots, floats, tolerance), _mixed_acts(slots, floats, tolerance)):
        rows = [[gains[i].weights.get(a, ZERO) - gains[i].weights.get(b, ZERO) for i in used] for a, *more in options for b in more]
        total = sum(floats.weights[i] for i in used)
        near = [floats.weights[i] / total for i in used]
        solved = near_solution([[ONE] * len(used), *rows], [ONE, *[ZERO] * len(rows)], near)
        if solved is not None and all(weight >= 0 for weight in solved):
            known = dict(zip(used, solved, strict=True))
            yield [known.get(i, ZERO) for i in range(len(parts))]


def _as_good(gains: Sequence[Line], slots: Sequence[Slot], floats: _Floats, tolerance: float) -> Iterator[list[Act]]:
    """For each slot, the options whose weighted gain is the largest, as far as floats can tell."""
    for name, seen, options in slots:
        worth = {
            (name, seen, option): sum(
                w * float(line.weights.get((name, seen, option), 0)) for w, line in zip(floats.weights, gains, strict=True)
            )
            for option in options
        }
        best = max(worth.values())
        yield [act for act, value in worth.items() if value >= best - tolerance * max(1.0, abs(best))]


def _mixed_acts(slots: Sequence[Slot], floats: _Floats, tolerance: float) -> Iterator[list[Act]]:
    """For each slot, the options that the policy uses."""
    for name, seen, options in slots:
        yield [(name, seen, option) for option in options if floats.behaviour[name, seen, option] > tolerance]


def _near_behaviour(parts: Sequence[Part], slots: Sequence[Slot], level: Fraction, floats: _Floats, tolerance: float) -> Behaviour | None:
    """Behaviour near what was found, on the same options, under which the parts that reach a level only just do reach it exactly."""
    used = list(_mixed_acts(slots, floats, tolerance))
    sure = {acts[0]: ONE for acts in used if len(acts) == 1}
    free = [act for acts in used if len(acts) > 1 for act in acts]
    gains = [part.top.minus(level, part.bottom) for part in parts]
    near = [floats.behaviour[act] for act in free]
    tight = [gain for gain in gains if _is_tight(gain, floats, tolerance)]
    rows = [[ONE if act in acts else ZERO for act in free] for acts in used if len(acts) > 1]
    rows += [[gain.weights.get(act, ZERO) for act in free] for gain in tight]
    rhs = [*[ONE] * (len(rows) - len(tight)), *(-gain(sure) for gain in tight)]
    solved = near_solution(rows, rhs, near)
    if solved is None or any(share < 0 for share in solved):
        return None
    return {**sure, **{act: share for act, share in zip(free, solved, strict=True) if share}}


def _is_tight(gain: Line, floats: _Floats, tolerance: float) -> bool:
    weighed = [float(weight) * floats.behaviour.get(act, 0.0) for act, weight in gain.weights.items()]
    size = max(1.0, abs(float(gain.constant)), *map(abs, weighed))
    return abs(float(gain.constant) + sum(weighed)) <= tolerance * size
