"""A score as sums, products and extremes of ratios: what a condition's runs add up to, over the probability of the condition.

Top and bottom of a ratio are polynomials in the policy. Where no policy changes the bottom, the score is one polynomial.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from typing import Any

from causalkit.errors import Impossible, Undecided
from causalkit.values.exact import Number, exact, is_symbolic, is_zero, tidy
from causalkit.values.keeping import while_it_lives
from stop_button.decision.policy import Choices, InformationSet, PolicySpace
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import policy_polynomial
from stop_button.language.arithmetic import evaluate
from stop_button.language.constraints import SubjectTo
from stop_button.language.formula import Combination, Constant, Expectation, Formula, Leaf, Least, Most, Product, Quotient, Sum
from stop_button.language.parts import leaves
from stop_button.language.references import Agreed, Ambiguous, LargestDefined
from stop_button.language.tests import Both, Comparison, Either, Test, without_not
from stop_button.language.walking import Walk
from stop_button.solving.relaxing.paired import paired
from stop_button.solving.variable_elimination import Polynomial

__all__ = [
    "NOWHERE", "Pairs", "Ratio", "WeightedMean", "anchored", "in_ratios", "joined", "ratios_in", "scaled", "single_polynomial",
    "weighted_means",
]  # fmt: skip

NOWHERE: Choices = frozenset()
"""No choice at all: the monomial that counts under every policy."""

Pairs = Mapping[Choices, tuple[Number, Number]]
"""The monomials of a ratio, each with its weight in the top and in the bottom."""


@dataclass(frozen=True, repr=False, eq=False)
class Ratio(Leaf):
    """A leaf of a score: one polynomial in the policy over another; ``steady`` when the bottom is 1 under every policy.

    A monomial's weight in the bottom is above 0, unless the ratio is steady.
    """

    pairs: Pairs
    steady: bool


@dataclass(frozen=True)
class WeightedMean:
    """A mean times a number, with its policy left open; ``share`` is the probability of its condition where no policy changes it."""

    mean: Expectation | None
    scale: Number
    top: Polynomial
    bottom: Polynomial
    share: Number | None

    def check(self, world: World) -> None:
        """Raise ``Undecided`` for numbers that are no fractions."""
        if any(is_symbolic(weight) for weight in (*self.top.values(), *self.bottom.values())):
            raise Undecided(
                f"{'the formula' if self.mean is None else self.mean} holds symbols or irrationals in {world.title}; "
                "substitute fractions before solving it"
            )


# ---------------------------------------------------------------- polynomials


def anchored(polynomial: Polynomial, space: PolicySpace) -> dict[Choices, Number]:
    """The same polynomial in the one form in which no slot's first option is spoken of: it is 1 minus the others.

    Equal polynomials have equal forms, and a slot on which nothing depends is not in it.

    >>> from stop_button.decision.policy import Decision
    >>> go, stay = (("act", (), option) for option in ("go", "stay"))
    >>> anchored({frozenset({go}): exact(2), frozenset({stay}): exact(2)}, PolicySpace([Decision("act", ("go", "stay"), (), ((),))]))
    {frozenset(): Fraction(2, 1)}
    """
    found = dict(polynomial)
    for name, seen, options in space.slots:
        first = (name, seen, options[0])
        for choices in [choices for choices in found if first in choices]:
            weight, rest = found.pop(choices), choices - {first}
            _add(found, rest, weight)
            for option in options[1:]:
                _add(found, rest | {(name, seen, option)}, -weight)
    return {choices: tidy(weight) for choices, weight in found.items() if not is_zero(weight)}


def scaled(polynomial: Polynomial, by: Number) -> dict[Choices, Number]:
    """A polynomial times a number."""
    return {choices: weight * by for choices, weight in polynomial.items()}


def _add(polynomial: dict[Choices, Number], choices: Choices, weight: Number) -> None:
    polynomial[choices] = polynomial.get(choices, exact(0)) + weight


def _total(polynomials: Iterable[Polynomial]) -> dict[Choices, Number]:
    total: dict[Choices, Number] = {}
    for polynomial in polynomials:
        for choices, weight in polynomial.items():
            _add(total, choices, weight)
    return total


# ---------------------------------------------------------------- weighted sums of means


@while_it_lives(1)
def _opened(mean: Expectation, world: World) -> WeightedMean:
    parts = policy_polynomial(mean, world).parts
    top = {choices: worth for choices, _, worth in parts}
    if mean.given is None:
        return WeightedMean(mean, exact(1), top, {NOWHERE: exact(1)}, exact(1))
    bottom = {choices: mass for choices, mass, _ in parts}
    form = anchored(bottom, world.policies)
    if not form:
        raise Impossible(f"in {world.title}, {mean} is undefined under every policy: its condition has probability 0")
    return WeightedMean(mean, exact(1), top, bottom, form[NOWHERE] if set(form) == {NOWHERE} else None)


def weighted_means(f: Formula, world: World) -> tuple[WeightedMean, ...] | None:
    """The means of which a formula is a weighted sum, or ``None`` when it is something else.

    Raises ``Impossible`` for a mean that no policy defines, and for a division by the number zero.

    >>> import stop_button as sb
    >>> [str(each.mean) for each in weighted_means(sb.counterfactual.formula, sb.worlds.office())]
    ['E[B_s]', 'E[V_f]']
    >>> weighted_means(sb.ccmin.formula, sb.worlds.office())
    """
    if _is_number(f):
        return (WeightedMean(None, exact(1), {NOWHERE: _number(f)}, {NOWHERE: exact(1)}, exact(1)),)
    return _WEIGH(f, world)


def _weighted_sum(f: Combination, _visit: Any, world: World) -> tuple[WeightedMean, ...] | None:
    terms = [weighted_means(part, world) for part in f.parts]
    return None if None in terms else tuple(each for part in terms for each in part or ())


def _weighted_single(f: Combination, visit: Any, world: World) -> tuple[WeightedMean, ...] | None:
    """The smallest or largest of one formula is that formula."""
    return _weighted_sum(f, visit, world) if len(f.parts) == 1 else None


def _weighted_product(f: Product, _visit: Any, world: World) -> tuple[WeightedMean, ...] | None:
    return _weighted([part for part in f.parts if not _is_number(part)], [_number(part) for part in f.parts if _is_number(part)], world)


def _weighted_quotient(f: Quotient, _visit: Any, world: World) -> tuple[WeightedMean, ...] | None:
    return _weighted([f.top], [_number(Quotient(Constant(exact(1)), f.bottom))], world) if _is_number(f.bottom) else None


_WEIGH: Walk[tuple[WeightedMean, ...] | None] = Walk(
    "weighing means",
    {
        Expectation: lambda f, _visit, world: (_opened(f, world),),
        Sum: _weighted_sum,
        Least: _weighted_single,
        Most: _weighted_single,
        Product: _weighted_product,
        Quotient: _weighted_quotient,
        SubjectTo: lambda _f, _visit, _world: None,
        Agreed: lambda _f, _visit, _world: None,
        LargestDefined: lambda _f, _visit, _world: None,
    },
)


def _weighted(parts: Sequence[Formula], numbers: Sequence[Number], world: World) -> tuple[WeightedMean, ...] | None:
    means = weighted_means(parts[0], world) if len(parts) == 1 else None
    by = reduce(lambda a, b: a * b, numbers, exact(1))
    return (
        None
        if means is None
        else tuple(WeightedMean(each.mean, each.scale * by, scaled(each.top, by), each.bottom, each.share) for each in means)
    )


def _is_number(f: Formula) -> bool:
    return next(leaves(f), None) is None


def _number(f: Formula) -> Number:
    return evaluate(f, _no_leaf)


def _no_leaf(leaf: Formula) -> Number:
    raise AssertionError(leaf)


def single_polynomial(f: Formula, world: World) -> Polynomial | None:
    """The polynomial in the policy that a formula is, or ``None`` when it is not one: a condition's probability moves, or it is no sum.

    >>> import stop_button as sb
    >>> found = single_polynomial(sb.naive.formula, sb.worlds.basic_button())
    >>> found[frozenset()], len(found)
    (Fraction(174, 25), 5)
    """
    means = weighted_means(f, world)
    if means is None or any(each.share is None for each in means):
        return None
    return joined(means, world)


def joined(means: Iterable[WeightedMean], world: World) -> dict[Choices, Number]:
    """The sum of means as one polynomial, those left out whose condition's probability policies change."""
    return anchored(_total(scaled(each.top, 1 / each.share) for each in means if each.share is not None), world.policies)


# ---------------------------------------------------------------- ratios


def in_ratios(f: Formula, world: World) -> Formula:
    """The formula with every weighted sum of means written as one steady ratio and one for each condition that policies change.

    Raises ``Undecided`` when numbers hold symbols.
    """
    means = weighted_means(f, world)
    if means is not None:
        return _sum_of(_grouped(means, world))
    return _IN_RATIOS(f, world)


def _sum_in_ratios(f: Sum, _visit: Any, world: World) -> Formula:
    sums = {part: weighted_means(part, world) for part in f.parts}
    plain = tuple(each for part in f.parts for each in sums[part] or ())
    return _sum_of([*_grouped(plain, world), *(in_ratios(part, world) for part in f.parts if sums[part] is None)])


def _rebuilt_in_ratios(f: Formula, _visit: Any, world: World) -> Formula:
    return f.rebuilt([in_ratios(part, world) for part in f.children()])


def _defined_in_ratios(f: LargestDefined, _visit: Any, world: World) -> Formula:
    """The parts that some policy defines."""
    parts = []
    for part in f.parts:
        with suppress(Impossible):
            parts.append(in_ratios(part, world))
    if not parts:
        raise Impossible(f"in {world.title}, {f} is undefined under every policy: each makes a condition impossible")
    return f.rebuilt(parts)


def _agreed_in_ratios(f: Agreed, _visit: Any, world: World) -> Formula:
    raise Ambiguous(
        f"{f} is read under {len(f.parts)} best policies of {world.title}, which differ; name the one that is meant: .under(policy)"
    )


def _constrained_in_ratios(f: SubjectTo, _visit: Any, world: World) -> Formula:
    return SubjectTo(in_ratios(f.inner, world), tuple(_TEST_IN_RATIOS(without_not(test), world) for test in f.tests))


def _compared_in_ratios(test: Comparison, _visit: Any, world: World) -> Test:
    """Both sides brought together: what is compared with 0 is one sum; a test that no policy defines is one that none passes."""
    try:
        return Comparison(in_ratios(test.left - test.right, world), test.relation, Constant(exact(0)))
    except Impossible as error:
        if isinstance(error, Ambiguous):
            raise
        return Either(())


_TEST_IN_RATIOS: Walk[Test] = Walk(
    "writing tests as ratios",
    {
        Comparison: _compared_in_ratios,
        Both: lambda test, visit, _world: Both(tuple(map(visit, test.tests))),
        Either: lambda test, visit, _world: Either(tuple(map(visit, test.tests))),
    },
)

_IN_RATIOS: Walk[Formula] = Walk(
    "writing as ratios",
    {
        Sum: _sum_in_ratios,
        Quotient: _rebuilt_in_ratios,
        Product: _rebuilt_in_ratios,
        Least: _rebuilt_in_ratios,
        Most: _rebuilt_in_ratios,
        LargestDefined: _defined_in_ratios,
        Agreed: _agreed_in_ratios,
        SubjectTo: _constrained_in_ratios,
    },
)


def ratios_in(f: Formula) -> tuple[Ratio, ...]:
    """The ratios that a formula of ``in_ratios`` is made of."""
    return tuple(leaf for leaf in leaves(f) if isinstance(leaf, Ratio))


def _sum_of(parts: Sequence[Formula]) -> Formula:
    return parts[0] if len(parts) == 1 else Sum(tuple(parts))


def _grouped(means: Sequence[WeightedMean], world: World) -> list[Formula]:
    """The sum of these means as ratios: those with the same bottom, monomial by monomial, become one."""
    for each in means:
        each.check(world)
    steady = [each for each in means if each.share is not None]
    ratios: list[Formula] = [Ratio(_steady_pairs(joined(steady, world)), True)] if steady else []
    moving: dict[frozenset[Any], list[WeightedMean]] = {}
    for each in means:
        if each.share is None:
            moving.setdefault(frozenset((choices, mass) for choices, mass in each.bottom.items() if mass), []).append(each)
    for alike in moving.values():
        pairs = paired(_total(each.top for each in alike), alike[0].bottom, world.policies)
        ratios.append(Ratio(_without_idle_slots(pairs, world.policies), False))
    return ratios


def _steady_pairs(top: Polynomial) -> Pairs:
    pairs = {choices: (weight, exact(0)) for choices, weight in top.items()}
    return {**pairs, NOWHERE: (top.get(NOWHERE, exact(0)), exact(1))}


def _without_idle_slots(pairs: Pairs, space: PolicySpace) -> Pairs:
    """The same ratio without the choices that make no difference to either polynomial, all else being equal."""
    found = dict(pairs)
    for name, seen, options in space.slots:
        for rest, made in _by_rest(found, (name, seen)).items():
            if len(made) == len(options) and len(set(made.values())) == 1:
                for option in options:
                    del found[rest | {(name, seen, option)}]
                top, bottom = found.get(rest, (exact(0), exact(0)))
                more = next(iter(made.values()))
                found[rest] = (top + more[0], bottom + more[1])
    return found


def _by_rest(pairs: Pairs, slot: InformationSet) -> dict[Choices, dict[Hashable, tuple[Number, Number]]]:
    """The monomials that speak of a slot, gathered by what else they say."""
    found: dict[Choices, dict[Hashable, tuple[Number, Number]]] = {}
    for choices, pair in pairs.items():
        for act in choices:
            if act[:2] == slot:
                found.setdefault(choices - {act}, {})[act[2]] = pair
    return found
