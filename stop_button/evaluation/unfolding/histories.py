"""Histories of what is seen, with the weights of what is hidden in each as a table: how they grow from one decision to the next."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from stop_button.evaluation.terms.integers import code_type, whole
from stop_button.evaluation.terms.scheme import Scheme, bits
from stop_button.evaluation.unfolding.blocks import Block, Unfit, does, held, over, sizes_of, worth, worth_before
from stop_button.evaluation.unfolding.frontier import alive

if TYPE_CHECKING:
    from stop_button.evaluation.terms.integers import Array

__all__ = ["Histories", "Met", "Passing", "passed", "recalls", "summed"]

MOST_CELLS = 2**24


@dataclass(frozen=True, eq=False)
class Histories:
    """What is seen so far, a row for each way, and how what is hidden may stand in each: weights over ``scale``, or these in floats.

    ``seen`` has a column for each copy of ``shown``: the places of values in its domain. The axes of ``weight`` are the histories and the
    copies of ``hidden``. ``terms`` are still to be added; ``known`` are the copies met so far. No history's whole weights add up to more
    than ``mass``.
    """

    terms: int
    known: int
    shown: tuple[int, ...]
    seen: Array
    hidden: tuple[int, ...]
    weight: Array
    scale: int
    mass: int

    def __len__(self) -> int:
        return len(self.weight)


@dataclass(frozen=True, eq=False)
class Met:
    """Histories when a decision is met, each with the row that it goes on from, and the places of what is newly seen.

    The decision before is the first of what is newly seen, unless it was fixed. ``weight`` has a row for each history, ``mass`` its sum.
    """

    now: Histories
    before: Array
    codes: Sequence[Array]
    mass: Array

    @property
    def weight(self) -> Array:
        """The weights of what is hidden, in one row for each history."""
        return self.now.weight.reshape(len(self.now), -1)


class Passing(Protocol):
    """What is made of the histories on the way."""

    in_floats: bool

    def met(self, met: Met, number: int) -> Histories:
        """The histories once a choice is made."""

    def added(self, now: Histories, block: Block, t: int, number: int) -> None:
        """A term that depends on no later choice, as a table over what is known."""


def recalls(scheme: Scheme) -> bool:
    """Whether there are several decisions without conditions, each met in one copy, that see what the one before saw and did."""
    if len(scheme.choices) < 2 or scheme.events or len(set(scheme.stage)) < len(scheme.choices):
        return False
    before: set[int] = set()
    for number, stage in zip(scheme.choices, scheme.stage, strict=True):
        sees = scheme.copies[number].parents
        if not before <= set(sees) or scheme.decisions[stage].sees != tuple(scheme.copies[copy].name for copy in sees):
            return False
        before = {number, *sees}
    return True


def passed(scheme: Scheme, through: Passing) -> dict[int, Fraction]:
    """Go through all histories, from the first choice to the last; what the terms add that no choice matters to, for each sum.

    Raises ``Unfit`` where the tables would be large.
    """
    import numpy as np

    terms = (1 << len(scheme.terms)) - 1
    ripe = _ripe(scheme, terms, 0)
    start = _at_start(scheme, ripe)
    one = np.ones(1) if through.in_floats else whole([1])
    now = Histories(terms & ~ripe, 0, (), np.zeros((1, 0), dtype=np.int8), (), one, 1, 1)
    for c, number in enumerate(scheme.choices):
        if not scheme.users[number] & now.terms:
            continue
        for copy in _towards(scheme, now, scheme.copies[number].parents):
            now = _joined(scheme, now, copy, in_floats=through.in_floats)
        now = through.met(_met(scheme, now, number), number)
        ripe = _ripe(scheme, now.terms, c + 1)
        for t in bits(ripe):
            through.added(now, worth_before(scheme, worth(scheme, t), now.known), t, number)
        now = _less(scheme, now, ripe)
    return start


def _ripe(scheme: Scheme, terms: int, made: int) -> int:
    """The terms that depend on none but the first so many choices."""
    return sum(1 << t for t in bits(terms) if not scheme.choices_of[t] >> made)


def _at_start(scheme: Scheme, terms: int) -> dict[int, Fraction]:
    sums: dict[int, Fraction] = {}
    for t in bits(terms):
        block = worth_before(scheme, worth(scheme, t), 0) if scheme.scopes[t] else None
        number = next(scheme.worths(t)) if block is None else Fraction(int(block.numbers), block.unit)
        channel = scheme.terms[t].channel
        sums[channel] = sums.get(channel, Fraction(0)) + number
    return sums


def _towards(scheme: Scheme, now: Histories, wanted: Sequence[int]) -> Iterator[int]:
    """What is not known of these copies and all that they depend on, parents first; noise only when it is needed."""
    needed = 0
    for copy in wanted:
        needed |= scheme.ancestors[copy]
    needed &= ~now.known & ~scheme.all_choices
    noise = needed & scheme.roots
    for copy in bits(needed & ~noise):
        for parent in scheme.copies[copy].parents:
            if noise >> parent & 1:
                yield parent
                noise &= ~(1 << parent)
        yield copy
    yield from bits(noise)


def _joined(scheme: Scheme, now: Histories, number: int, *, in_floats: bool) -> Histories:
    """The histories when one more copy is known, and what nothing depends on any more is taken out."""
    import numpy as np

    block = does(scheme, number)
    known, scale, mass = now.known | 1 << number, now.scale * block.unit, now.mass * block.unit
    if in_floats:
        block = block.in_floats()
    axes = (*now.hidden, *(copy for copy in block.scope if copy not in now.hidden and copy not in now.shown))
    gone = [copy for copy in axes if not alive(scheme, now.terms, known, copy)]
    if len(now) * math.prod(sizes_of(scheme, axes)) > MOST_CELLS:
        raise Unfit
    weight = held(now.weight, mass)
    shared = [copy for copy in block.scope if copy in now.hidden]
    if all(copy in gone for copy in shared) and not any(copy in now.shown for copy in block.scope):
        places = [1 + now.hidden.index(copy) for copy in shared], list(map(block.scope.index, shared))
        weight = np.tensordot(weight, block.numbers, places)
        axes = tuple([copy for copy in axes if copy not in shared])
    else:
        weight = weight.reshape(*weight.shape, *(1,) * (len(axes) - len(now.hidden))) * over(block, axes, now.shown, now.seen)
    weight, hidden = _without(gone, axes, weight)
    return Histories(now.terms, known, now.shown, now.seen, hidden, weight, scale, mass)


def _less(scheme: Scheme, now: Histories, ripe: int) -> Histories:
    """The histories without these terms, and without the hidden copies that nothing else depends on."""
    terms = now.terms & ~ripe
    gone = [copy for copy in now.hidden if not alive(scheme, terms, now.known, copy)]
    weight, hidden = _without(gone, now.hidden, now.weight)
    return Histories(terms, now.known, now.shown, now.seen, hidden, weight, now.scale, now.mass)


def _without(gone: Collection[int], axes: tuple[int, ...], weight: Array) -> tuple[Array, tuple[int, ...]]:
    """Weights added up over some copies, and the axes that are left."""
    places = tuple([1 + place for place, copy in enumerate(axes) if copy in gone])
    if not places:
        return weight, axes
    return weight.sum(axis=places), tuple([copy for copy in axes if copy not in gone])


def _met(scheme: Scheme, now: Histories, number: int) -> Met:
    """The histories when a choice is met: what it sees that was hidden tells them apart, and those without weight are left out."""
    import numpy as np

    new = sorted((copy for copy in scheme.copies[number].parents if copy not in now.shown), key=lambda copy: copy not in scheme.choices)
    rest = tuple([copy for copy in now.hidden if copy not in new])
    weight, axes = now.weight, now.hidden
    for copy in new:
        if copy not in axes:  # an act that nothing has listened to yet
            axes = (*axes, copy)
            weight = np.broadcast_to(weight[..., None], (*weight.shape, len(scheme.copies[copy].domain)))
    weight = weight.transpose([0, *(1 + axes.index(copy) for copy in (*new, *rest))])
    shape, sizes = weight.shape[1 + len(new) :], weight.shape[: 1 + len(new)]
    flat = weight.reshape(math.prod(sizes), -1)
    mass = flat.sum(axis=1)
    live = np.flatnonzero(mass)
    if len(live) < len(flat):
        flat, mass = flat[live], mass[live]
    before, *codes = np.unravel_index(live, sizes)
    kind = np.result_type(now.seen, code_type(max(sizes[1:], default=1)))
    seen = np.empty((len(live), len(now.shown) + len(new)), kind)
    seen[:, : len(now.shown)] = now.seen[before]
    for place, column in enumerate(codes, len(now.shown)):
        seen[:, place] = column
    known = now.known | 1 << number
    after = Histories(now.terms, known, (*now.shown, *new), seen, rest, flat.reshape(len(live), *shape), now.scale, now.mass)
    return Met(after, before, codes, mass)


def summed(now: Histories, block: Block, number: int | None, options: int) -> Array:
    """What a term adds in each history with each option: numbers over the scale of the weights and the unit of the table."""
    import numpy as np

    weight = held(now.weight, now.mass * block.most)
    axes = now.hidden if number is None else (*now.hidden, number)
    table = over(block, axes, now.shown, now.seen)
    if number is None:
        table = table[..., None]
    if len(table) > 1:
        numbers = (weight[..., None] * table).sum(axis=tuple(range(1, weight.ndim)))
    else:
        if table.shape[1:-1] != weight.shape[1:]:
            table = np.broadcast_to(table, (1, *weight.shape[1:], table.shape[-1]))
        numbers = weight.reshape(len(now), -1) @ table.reshape(-1, table.shape[-1])
    return numbers if numbers.shape[1] == options else np.broadcast_to(numbers, (len(now), options))
