"""Orbits: all permutations of the payoffs of outcomes, and the distinct arrangements that there are among them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from causalkit.errors import UnknownValue, WrongShape, listing, suggestion
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact
from causalkit.values.frozen import Frozen
from causalkit.values.render import Printed, number
from stop_button.decision.world import World
from stop_button.language.algebra import Formula
from stop_button.language.formula import E, X, formula

__all__ = ["Arrangement", "Orbit", "Payoffs", "arrangements", "count_of_arrangements", "orbit", "payoffs_of"]

Arrangement = tuple[Number, ...]
"""A payoff for each outcome, in the order of the outcomes."""


@dataclass(frozen=True)
class Orbit(Printed):
    """All permutations of the payoffs that outcomes have; ``orbit`` builds one.

    ``variables`` take the outcomes and read the same payoffs, ``outcomes`` are those whose payoffs are permuted (None: all), ``payoffs``
    are what they are paid (None: what they mean in the world), ``utility`` is what policies are best for.
    """

    variables: tuple[str, ...]
    outcomes: tuple[Hashable, ...] | None
    payoffs: Frozen[Hashable, Number] | tuple[Number, ...] | None
    utility: Formula

    def __str__(self) -> str:
        of = f" of {listing(self.outcomes)}" if self.outcomes is not None else ""
        return f"the orbit of the payoffs of {', '.join(self.variables)}{of}, for {self.utility}"


@checked
def orbit(
    *variables: str,
    outcomes: Sequence[Hashable] | None = None,
    payoffs: Mapping[Any, Any] | Sequence[Any] | None = None,
    utility: Any = None,
) -> Orbit:
    """All permutations of what the outcomes of a variable are paid, every permutation counting the same.

    An outcome is a value that the variable takes. Where formulas and tests read the variable as a number, they read its payoff; an event,
    such as ``X("end").is_("left")``, stays about the outcome. Source: [turner2021], orbits of reward functions

    :param variables: a role or variable; or several that take the same outcomes and read the same payoffs, such as one at each step.
    :param outcomes: the outcomes whose payoffs are permuted, the others keep theirs; all if left out.
    :param payoffs: what each outcome is paid: a mapping from outcomes, or a list in the order of the domain; if left out, what the values
        mean in the world, which are then numbers.
    :param utility: what policies are best for; the mean of the variable if left out, of the sum of several.
    :returns: an ``Orbit``, to be asked with ``share`` or ``power``.
    :raises WrongShape: without a variable.

    >>> print(orbit("value"))
    the orbit of the payoffs of value, for E[V]
    """
    if not variables or not all(isinstance(name, str) for name in variables):
        raise WrongShape("an orbit permutes the payoffs of a variable's outcomes; type orbit('value')")
    paid = Frozen({key: exact(worth) for key, worth in payoffs.items()}) if isinstance(payoffs, Mapping) else payoffs
    listed = paid if paid is None or isinstance(paid, Frozen) else tuple(map(exact, paid))
    read = E(sum((X(name) for name in variables[1:]), start=X(variables[0]))) if utility is None else getattr(utility, "formula", utility)
    return Orbit(variables, None if outcomes is None else tuple(outcomes), listed, formula(read))


@dataclass(frozen=True)
class Payoffs:
    """An orbit in a world: the outcomes, what each is paid, and the places of those whose payoffs are permuted."""

    variables: tuple[str, ...]
    outcomes: tuple[Hashable, ...]
    paid: Arrangement
    moved: tuple[int, ...]

    def placed(self, arranged: Sequence[Number]) -> Arrangement:
        """All payoffs, with those that are permuted arranged so."""
        new = list(self.paid)
        for place, worth in zip(self.moved, arranged, strict=True):
            new[place] = worth
        return tuple(new)

    def text(self, arrangement: Arrangement) -> str:
        """An arrangement in words."""
        return ", ".join(f"{outcome}: {number(worth)}" for outcome, worth in zip(self.outcomes, arrangement, strict=True))


def payoffs_of(of: Orbit, world: World) -> Payoffs:
    """The outcomes of an orbit in a world, with their payoffs; raises ``WrongShape`` and ``UnknownValue`` for what does not fit."""
    roles = [world.role(name) for name in of.variables]
    domains = [world.model.domain(role.variable) for role in roles]
    if any(set(domain) != set(domains[0]) for domain in domains):
        raise WrongShape(
            f"{', '.join(of.variables)} do not take the same outcomes: {listing(domains[0])} and "
            f"{listing(next(domain for domain in domains if set(domain) != set(domains[0])))}; declare the same domain for each"
        )
    outcomes = domains[0]
    moved = outcomes if of.outcomes is None else of.outcomes
    for outcome in moved:
        if outcome not in outcomes:
            known = f"it takes: {listing(outcomes)}{suggestion(outcome, outcomes)}"
            raise UnknownValue(f"{outcome!r} is no outcome of {of.variables[0]!r}; {known}")
    if len(set(moved)) < len(moved):
        raise WrongShape(f"an outcome is named twice in {listing(moved)}; name each once")
    variables = tuple(role.variable for role in roles)
    return Payoffs(variables, outcomes, _paid(of, world, outcomes), tuple(outcomes.index(outcome) for outcome in moved))


def _paid(of: Orbit, world: World, outcomes: tuple[Hashable, ...]) -> Arrangement:
    if of.payoffs is None:
        meanings = [tuple(exact(world.role(name).meaning(outcome)) for outcome in outcomes) for name in of.variables]
        if any(other != meanings[0] for other in meanings):
            raise WrongShape(f"{', '.join(of.variables)} pay the same outcomes differently; type orbit(..., payoffs={{outcome: number}})")
        return meanings[0]
    if isinstance(of.payoffs, tuple):
        if len(of.payoffs) != len(outcomes):
            raise WrongShape(f"{len(of.payoffs)} payoffs for {len(outcomes)} outcomes: {listing(outcomes)}; give one for each")
        return of.payoffs
    missing = [outcome for outcome in outcomes if outcome not in of.payoffs]
    unknown = [outcome for outcome in of.payoffs if outcome not in outcomes]
    if missing or unknown:
        said = f"no payoff for {listing(missing)}" if missing else f"a payoff for {listing(unknown)}, which is no outcome"
        raise WrongShape(f"there is {said}; the outcomes are: {listing(outcomes)}")
    return tuple(of.payoffs[outcome] for outcome in outcomes)


# ---------------------------------------------------------------- distinct arrangements


def arrangements(paid: Sequence[Number], classes: Sequence[Sequence[int]]) -> Iterator[tuple[Arrangement, int]]:
    """The arrangements of payoffs that differ, each with the number of permutations that it stands for.

    Two permutations are the same arrangement where equal payoffs change places, or outcomes of one class do. The numbers sum to n!.

    :param paid: the payoffs that are permuted.
    :param classes: the places of outcomes in groups that nothing tells apart; every place is in one of them.

    >>> [(arranged, many) for arranged, many in arrangements([exact(0), exact(0), exact(1)], [[0, 1], [2]])] == [
    ...     ((0, 0, 1), 2), ((0, 1, 0), 4)]
    True
    """
    counts = Counter(paid)
    worths = list(counts)
    for choice, ways in _dealt(tuple(counts.values()), tuple(map(len, classes))):
        arranged: list[Number] = [exact(0)] * len(paid)
        for places, dealt in zip(classes, choice, strict=True):
            given = [worth for worth, many in zip(worths, dealt, strict=True) for _ in range(many)]
            for place, worth in zip(places, given, strict=True):
                arranged[place] = worth
        yield tuple(arranged), ways * math.prod(map(math.factorial, counts.values()))


def _dealt(counts: tuple[int, ...], sizes: tuple[int, ...]) -> Iterator[tuple[tuple[tuple[int, ...], ...], int]]:
    """Ways to deal payoffs to classes of outcomes, each with the number of ways to order what each class has got."""
    if not sizes:
        yield (), 1
        return
    for dealt in _hands(counts, sizes[0]):
        orders = math.factorial(sizes[0]) // math.prod(map(math.factorial, dealt))
        left = tuple(many - less for many, less in zip(counts, dealt, strict=True))
        for rest, ways in _dealt(left, sizes[1:]):
            yield (dealt, *rest), orders * ways


def _hands(counts: tuple[int, ...], size: int) -> Iterator[tuple[int, ...]]:
    """Ways to take so many payoffs from those that are left."""
    if not counts:
        if size == 0:
            yield ()
        return
    for many in range(min(size, counts[0]), max(-1, size - sum(counts[1:]) - 1), -1):
        for rest in _hands(counts[1:], size - many):
            yield (many, *rest)


LONGEST_COUNTED = 4_096


def count_of_arrangements(paid: Sequence[Number], classes: Sequence[Sequence[int]]) -> int:
    """How many arrangements differ, before any is made; at most so many, where equal payoffs and large classes meet in large numbers.

    >>> count_of_arrangements([0, 0, 1], [[0, 1], [2]]), count_of_arrangements(range(8), [[i] for i in range(8)])
    (2, 40320)
    """
    counts, sizes = tuple(Counter(paid).values()), tuple(map(len, classes))
    if all(size == 1 for size in sizes):
        return math.factorial(len(paid)) // math.prod(map(math.factorial, counts))
    if all(many == 1 for many in counts):
        return math.factorial(len(paid)) // math.prod(map(math.factorial, sizes))
    if math.prod(many + 1 for many in counts) > LONGEST_COUNTED:
        larger = max(math.prod(map(math.factorial, counts)), math.prod(map(math.factorial, sizes)))
        return math.factorial(len(paid)) // larger

    @cache
    def ways(left: tuple[int, ...], place: int) -> int:
        if place == len(sizes):
            return 1
        hands = product(*(range(min(many, sizes[place]) + 1) for many in left))
        after = (tuple(many - less for many, less in zip(left, hand, strict=True)) for hand in hands if sum(hand) == sizes[place])
        return sum(ways(rest, place + 1) for rest in after)

    return ways(counts, 0)
