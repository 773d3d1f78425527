"""How a verdict moves with the probabilities that a world was given: where it flips, and what it is on either side."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from causalkit import Dist, break_even
from causalkit.errors import NeedsCoupling, TooLarge, Undecided, UnknownName, WrongShape, suggestion
from causalkit.values.exact import Number, exact, is_symbolic, less, tidy
from causalkit.values.render import Printed, number
from causalkit.values.tables import ResultTable, Tabled
from stop_button.auditing.audits import audit
from stop_button.auditing.flags import Flag, policy_flags
from stop_button.auditing.gains import Gain, gains
from stop_button.auditing.verdicts import Verdict
from stop_button.decision.world import World
from stop_button.evaluation.enclosure import Enclosure
from stop_button.evaluation.evaluation import Evaluation, all_policies
from stop_button.evaluation.undefined import defined
from stop_button.evaluation.utility import Utility

__all__ = ["MOST_POLICIES", "Margin", "Robustness", "Stretch", "robustness"]

MOST_POLICIES = 64
"""So many policies at most are compared in pairs, with a symbol in the place of a probability."""


@dataclass(frozen=True)
class Stretch(Printed):
    """Probabilities between ``low`` and ``high``, neither of them included, over which the verdict is the same."""

    low: Number
    high: Number
    verdict: Verdict

    def __str__(self) -> str:
        return f"{self.verdict} between {number(self.low)} and {number(self.high)}"


@dataclass(frozen=True)
class Margin(Printed):
    """How the verdict moves with the probability of one value of one source of noise, the weights of the others kept in proportion.

    ``at`` is the probability that the world has. ``stretches`` go from 0 to 1 in order; at the points between two of them, ``points``,
    several policies may tie, and the verdict there is given with each.
    """

    noise: str
    value: Any
    at: Number
    verdict: Verdict
    stretches: tuple[Stretch, ...]
    points: tuple[tuple[Number, Verdict], ...]

    @property
    def low(self) -> Number:
        """The nearest point below at which the verdict may change, or 0."""
        return max((point for point, _ in self.points if point <= self.at), default=exact(0))

    @property
    def high(self) -> Number:
        """The nearest point above at which the verdict may change, or 1."""
        return min((point for point, _ in self.points if point >= self.at), default=exact(1))

    def __str__(self) -> str:
        turns = [f"{word} at {number(point)}" for point, word in self.points]
        said = "; ".join([*map(str, self.stretches), *turns])
        return f"P({self.noise}={self.value}), {number(self.at)} here: {said}"


@dataclass(frozen=True)
class Robustness(Tabled):
    """How a verdict moves with every probability of a world: truthy when it is the same for all of them strictly between 0 and 1."""

    world: World
    utility: Utility
    verdict: Verdict
    margins: tuple[Margin, ...]

    def __bool__(self) -> bool:
        words = {each for margin in self.margins for each in _words(margin)}
        return words <= {self.verdict}

    def __str__(self) -> str:
        head = f"{self.utility.name} in {self.world.title}: {self.verdict}"
        return "\n".join([head, str(self._result())]) if self.margins else f"{head}; no probability to vary"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return self._result().html()

    def _result(self) -> ResultTable:
        rows = [
            [
                f"P({each.noise}={each.value})",
                each.at,
                "; ".join(map(str, each.stretches)),
                "; ".join(f"{word} at {number(point)}" for point, word in each.points) or "-",
            ]
            for each in self.margins
        ]
        return ResultTable(_HEADER, rows, caption=f"{self.utility.name} in {self.world.title}: how far the verdict reaches")


_HEADER = ["probability", "here", "verdict", "where it may turn"]


def _words(margin: Margin) -> Iterator[Verdict]:
    yield from (each.verdict for each in margin.stretches)
    yield from (word for _, word in margin.points)


def robustness(world: World, utility: Utility, *, base: Any = None, noises: Sequence[str] | None = None) -> Robustness:
    """How the verdict on a utility moves with each probability of a world, exactly, one at a time.

    Between two probabilities at which some policy draws level with another, or some gain with zero, the order of the policies and the
    signs of the gains stay, and a flag is positive at all of them or at none; so the verdict is worked out once in each such stretch,
    and at each of its ends.

    :param world: the world.
    :param utility: the utility that is audited.
    :param base: the policy that is judged against; the world's baseline if left out.
    :param noises: the sources of noise whose probabilities move; all of them if left out.
    :returns: a ``Robustness``: a ``Margin`` for each value of each source of noise (for two values: for the first).
    :raises TooLarge: for more than 64 policies.
    :raises NeedsCoupling: where tables without a coupling leave a flag or a gain between bounds.
    :raises UnknownName: for a source of noise that is not there.
    :raises WrongShape: for a name that is no source of noise, and for a score that is no quotient of polynomials in the probability.

    >>> import stop_button as sb
    >>> found = robustness(sb.worlds.scale(), sb.counterfactual.vary(weight=3))
    >>> bool(found), found.verdict
    (True, 'permits')
    """
    policies = all_policies(world)
    if len(policies) > MOST_POLICIES:
        raise TooLarge(
            f"{world.title} has {len(policies):,} policies, and at most {MOST_POLICIES} are compared in pairs over a probability"
        )
    _check_coupled(world, utility, base)
    moved = [(name, value, at) for name in _noises(world, noises) for value, at in _values(world.model.dist(name))]
    found = [_verdicts(world, utility, base, name, value) for name, value, _ in moved]
    verdict = audit(world, utility, base=base).verdict
    margins = [Margin(*one, verdict, stretches, points) for one, (stretches, points) in zip(moved, found, strict=True)]
    return Robustness(world, utility, verdict, tuple(margins))


def _check_coupled(world: World, utility: Utility, base: Any) -> None:
    """Refuse what is known by bounds only, which are worked out for one probability at a time."""
    evaluation = Evaluation(world)
    for policy in all_policies(world):
        judged: tuple[Flag | Gain, ...] = (*policy_flags(evaluation, policy, base=base), *gains(evaluation, utility, policy, base=base))
        if any(isinstance(each.amount, Enclosure) for each in judged):
            raise NeedsCoupling(
                f"in {world.title} tables without a coupling leave flags or gains between bounds, which are worked out for one probability "
                "at a time; state how the tables share their noise, cpt(..., coupling='monotone') or 'independent', or use sb.survey(...)"
            )


def _noises(world: World, names: Sequence[str] | None) -> list[str]:
    model = world.model
    roots = [name for name in model.names if not model.parents(name) and name not in model.choices and len(model.domain(name)) > 1]
    if names is None:
        return roots
    for name in names:
        if name not in model.names:
            raise UnknownName(f"{name!r} is not in the model; the sources of noise are: {', '.join(roots)}{suggestion(name, roots)}")
        if name not in roots:
            raise WrongShape(f"{name!r} is no source of noise; the sources of noise are: {', '.join(roots) or 'none'}")
    return list(names)


def _values(dist: Dist) -> list[tuple[Any, Number]]:
    """The values whose probabilities are moved: with two of them the other's follows."""
    weights = list(dist.items())
    return weights[:1] if len(weights) == 2 else weights


def _verdicts(
    world: World, utility: Utility, base: Any, name: str, value: Any
) -> tuple[tuple[Stretch, ...], tuple[tuple[Number, Verdict], ...]]:
    """The verdicts as the probability of one value moves from 0 to 1: between points, and at them."""
    import sympy

    def verdict(share: Number) -> Verdict:
        if not isinstance(share, Fraction):
            return "depends"  # an irrational point: several policies tie there, and no world of fractions stands on it
        return audit(_with(world, name, value, share), utility, base=base).verdict

    symbol = sympy.Symbol(f"P({name})", positive=True)
    turns = _turns(_with(world, name, value, symbol), utility, base, symbol)
    edges = [exact(0), *turns, exact(1)]
    stretches: list[Stretch] = []
    for low, high in itertools.pairwise(edges):
        word = verdict(_between(low, high))
        if stretches and stretches[-1].verdict == word and verdict(low) == word:
            stretches[-1] = Stretch(stretches[-1].low, high, word)
        else:
            stretches.append(Stretch(low, high, word))
    return tuple(stretches), tuple((stretch.low, verdict(stretch.low)) for stretch in stretches[1:])


def _between(low: Number, high: Number) -> Fraction:
    """A fraction between two numbers, which is found by looking closer and closer."""
    parts = 1
    while True:
        parts *= 2
        nearest = Fraction(math.floor(float((low + high) / 2) * parts), parts)
        for candidate in (nearest, nearest + Fraction(1, parts)):
            if less(low, candidate) and less(candidate, high):
                return candidate


def _with(world: World, name: str, value: Any, share: Any) -> World:
    """The world with another probability for one value of one source of noise, the others in proportion."""
    before = world.model.dist(name)
    rest = 1 - before[value]
    moved = {each: share if each == value else (1 - share) * weight / rest for each, weight in before.items()}
    return world.with_mechanisms({name: Dist(moved)})


def _turns(world: World, utility: Utility, base: Any, symbol: Any) -> list[Number]:
    """The probabilities between 0 and 1, in order, at which two policies have the same score, or a gain is zero."""
    evaluation = Evaluation(world)
    scores = [score for score in dict.fromkeys(evaluation.scores(utility.formula)) if defined(score)]
    amounts = {gain.amount for policy in world.policies for gain in gains(evaluation, utility, policy, base=base)}
    differences = [one - other for i, one in enumerate(scores) for other in scores[i + 1 :]]
    zeros = {tidy(each) for each in [*differences, *amounts] if is_symbolic(each)}
    return sorted({point for each in zeros for point in _where_zero(each, symbol) if _inside(point)}, key=float)


def _where_zero(difference: Number, symbol: Any) -> tuple[Number, ...]:
    try:
        return break_even(difference, 0, symbol)
    except Undecided:  # zero nowhere, or everywhere
        return ()
    except WrongShape:
        raise WrongShape(
            f"the score has a part that is the least or the most of two that change places as {symbol} moves ({difference}); "
            "audit the world at the probabilities that matter with sb.survey(...)"
        ) from None


def _inside(point: Number) -> bool:
    try:
        return less(exact(0), point) and less(point, exact(1))
    except Undecided:
        return False
