"""The policies that make a polynomial in the policy greatest, exactly, by eliminating one thing seen after the other."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

from causalkit.errors import TooLarge
from causalkit.values.exact import Number, exact, is_zero, less, tidy
from causalkit.values.frozen import Frozen
from causalkit.values.render import Printed
from stop_button.decision.policy import Choices, Decision, InformationSet, Policy

__all__ = ["Optimum", "Polynomial", "largest", "maximised"]

Polynomial = Mapping[Choices, Number]
"""A score as a polynomial in the policy: the weight that counts when the policy makes all of these choices."""

Options = tuple[Hashable, ...]
"""An option for each of some slots."""

MOST_CELLS = 1_000_000


class Cell(NamedTuple):
    """The best score that is still open, and the number of ways to reach it."""

    score: Number
    ways: int


NOTHING = Cell(exact(0), 1)


@dataclass(frozen=True)
class Factor:
    """A summand of the score that depends on some slots; picks that are not listed add nothing."""

    slots: tuple[InformationSet, ...]
    cells: Mapping[Options, Cell]


@dataclass(frozen=True)
class Stage:
    """The best picks for one slot, for each way of filling the slots that it depends on."""

    slot: InformationSet
    depends: tuple[InformationSet, ...]
    best: Frozen[Options, tuple[Hashable, ...]]


@dataclass(frozen=True)
class Optimum(Printed):
    """The best expected utility that a deterministic policy can reach, and the policies that reach it.

    ``count`` is their number. Policies that differ only in what they do after seeing something that never happens count as
    different, as do all others that differ anywhere.
    """

    expected_utility: Number
    count: int
    decisions: tuple[Decision, ...]
    stages: tuple[Stage, ...] = field(repr=False)

    @property
    def policy(self) -> Policy:
        """One best policy: of several, the one that prefers options named earlier."""
        return next(self.policies())

    def policies(self) -> Iterator[Policy]:
        """Every best policy, one by one; there may be very many."""
        waiting: list[dict[InformationSet, Hashable]] = [{}]
        while waiting:
            acts = waiting.pop()
            if len(acts) == len(self.stages):
                acts = {(d.name, seen): acts[d.name, seen] for d in self.decisions for seen in d.contexts}
                yield Policy(self.decisions, Frozen(acts))
                continue
            stage = self.stages[-1 - len(acts)]
            best = stage.best[tuple(acts[slot] for slot in stage.depends)]
            waiting.extend({**acts, stage.slot: option} for option in reversed(best))

    def __str__(self) -> str:
        what = "1 policy reaches" if self.count == 1 else f"{self.count:,} policies reach"
        return f"{what} the best expected utility, {self.expected_utility}"


def maximised(score: Polynomial, decisions: Sequence[Decision]) -> Optimum:
    """The policies that make a polynomial greatest: slots are eliminated one by one, those with the fewest neighbours first.

    >>> from stop_button.decision.policy import Decision
    >>> act = Decision("act", ("go", "stay"), (), ((),))
    >>> str(maximised({frozenset({("act", (), "go")}): exact(2)}, [act]).policy)
    'go'
    """
    options = {(d.name, seen): d.options for d in decisions for seen in d.contexts}
    factors = _absorbed(_factors(score, tuple(options)), options)
    order = tuple(_order(options, factors))
    place = {slot: i for i, slot in enumerate(order)}
    buckets: dict[int, list[Factor]] = {i: [] for i in range(len(order) + 1)}
    stages = []
    for factor in factors:
        buckets[_first(factor, place)].append(factor)
    for i, slot in enumerate(order):
        stage, message = _eliminated(slot, buckets[i], options)
        stages.append(stage)
        buckets[_first(message, place)].append(message)
    rest = [factor.cells.get((), NOTHING) for factor in buckets[len(order)]]
    value = tidy(sum((cell.score for cell in rest), exact(0)))
    return Optimum(value, math.prod(cell.ways for cell in rest), tuple(decisions), tuple(stages))


def _factors(score: Polynomial, slots: Sequence[InformationSet]) -> list[Factor]:
    """The polynomial, its terms gathered by the slots that they speak of."""
    place = {slot: i for i, slot in enumerate(slots)}
    tables: dict[tuple[InformationSet, ...], dict[Options, Cell]] = {}
    for choices, weight in score.items():
        acts = sorted(choices, key=lambda act: place[act[0], act[1]])
        about = tuple((name, seen) for name, seen, _ in acts)
        tables.setdefault(about, {})[tuple(option for _, _, option in acts)] = Cell(weight, 1)
    return [Factor(about, cells) for about, cells in tables.items()]


def _absorbed(factors: Sequence[Factor], options: Mapping[InformationSet, Options]) -> list[Factor]:
    """The same summands, each that depends on some of another's slots added to that one: fewer are then looked up for each pick.

    It costs no more than to look the smaller one up when the larger is eliminated.
    """
    tables = {frozenset(factor.slots): factor for factor in factors}
    holders: dict[InformationSet, dict[frozenset[InformationSet], None]] = {}
    for about in tables:
        for slot in about:
            holders.setdefault(slot, {})[about] = None
    size = {about: math.prod(len(options[slot]) for slot in about) for about in tables}
    for about in sorted(tables, key=len):
        near = min((holders[slot] for slot in about), key=len, default={})
        larger = [other for other in near if about < other and size[other] <= MOST_CELLS]
        if larger:
            into = min(larger, key=size.__getitem__)
            tables[into] = _added(tables.pop(about), tables[into], options)
            for slot in about:
                del holders[slot][about]
    return list(tables.values())


def _added(small: Factor, large: Factor, options: Mapping[InformationSet, Options]) -> Factor:
    """A summand of which another, that depends on some of its slots, is a part."""
    cells = dict(large.cells)
    for picks, cell in small.cells.items():
        made = {slot: (option,) for slot, option in zip(small.slots, picks, strict=True)}
        for full in itertools.product(*(made.get(slot, options[slot]) for slot in large.slots)):
            cells[full] = _joined(cells.get(full, NOTHING), cell)
    return Factor(large.slots, cells)


def _first(factor: Factor, place: Mapping[InformationSet, int]) -> int:
    """When a summand is needed: at the first of its slots, or after all of them when it has none."""
    return min((place[slot] for slot in factor.slots), default=len(place))


def _order(options: Mapping[InformationSet, tuple[Hashable, ...]], factors: Sequence[Factor]) -> Iterator[InformationSet]:
    """The slots, next always the one whose neighbours can be filled in the fewest ways; eliminating it makes them neighbours."""
    near: dict[InformationSet, dict[InformationSet, None]] = {slot: {} for slot in options}
    for factor in factors:
        for slot in factor.slots:
            near[slot].update(dict.fromkeys(factor.slots))
    place = {slot: i for i, slot in enumerate(options)}

    def entry(slot: InformationSet) -> tuple[int, int, InformationSet]:
        return math.prod(len(options[other]) for other in near[slot]), place[slot], slot

    waiting = [entry(slot) for slot in options]
    heapq.heapify(waiting)
    while waiting:
        found = heapq.heappop(waiting)
        slot = found[-1]
        if slot not in near or found != entry(slot):
            continue
        yield slot
        around = {other: None for other in near.pop(slot) if other != slot}
        for other in around:
            near[other] = {each: None for each in (*near[other], *around) if each != slot}
            heapq.heappush(waiting, entry(other))


def _eliminated(
    slot: InformationSet, involved: Sequence[Factor], options: Mapping[InformationSet, tuple[Hashable, ...]]
) -> tuple[Stage, Factor]:
    """The best picks for a slot as a table over its neighbours, and the summand that is left when they are made."""
    depends = tuple(dict.fromkeys(other for factor in involved for other in factor.slots if other != slot))
    cells = math.prod(len(options[other]) for other in (slot, *depends))
    if cells > MOST_CELLS:
        raise TooLarge(
            f"finding the best policy takes a table of {cells:,} cells, more than {MOST_CELLS:,}, because {len(depends) + 1} choices hang "
            "together; let decisions see less, or fix some of them with model.choose(...)"
        )
    best: dict[Options, tuple[Hashable, ...]] = {}
    message: dict[Options, Cell] = {}
    for picks in itertools.product(*(options[other] for other in depends)):
        made = dict(zip(depends, picks, strict=True))
        found = {
            option: reduce(_joined, (_cell(factor, {**made, slot: option}) for factor in involved), NOTHING) for option in options[slot]
        }
        best[picks] = largest({option: cell.score for option, cell in found.items()})
        message[picks] = Cell(found[best[picks][0]].score, sum(found[option].ways for option in best[picks]))
    return Stage(slot, depends, Frozen(best)), Factor(depends, message)


def _cell(factor: Factor, made: Mapping[InformationSet, Hashable]) -> Cell:
    return factor.cells.get(tuple(made[slot] for slot in factor.slots), NOTHING)


def _joined(a: Cell, b: Cell) -> Cell:
    return Cell(a.score + b.score, a.ways * b.ways)


def largest(scores: Mapping[Hashable, Number]) -> tuple[Hashable, ...]:
    """The options with the greatest score, ties included, in their order."""
    best: list[Hashable] = []
    for option, score in scores.items():
        if best and less(score, scores[best[0]]):
            continue
        best = [*best, option] if best and is_zero(score - scores[best[0]]) else [option]
    return tuple(best)
