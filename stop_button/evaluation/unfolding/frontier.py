"""A frontier: the ways that things may stand at one moment, as rows of the values that anything later still depends on.

Each row has a weight and an origin: the state and the act that it comes from. What nothing later depends on is forgotten, and rows
that have become equal are one row.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from causalkit.errors import TooLarge
from stop_button.evaluation.terms.integers import added_up, combined, in_order, numbered, runs, starts, times, whole
from stop_button.evaluation.terms.laws import laid_out
from stop_button.evaluation.terms.objective import Factor
from stop_button.evaluation.terms.scheme import Scheme, bits

if TYPE_CHECKING:
    from stop_button.evaluation.terms.integers import Array

__all__ = ["Batch", "Frontier", "alive", "forgotten", "grown", "harvested", "next_settled", "opening", "parts"]

MOST_ROWS = 4_000_000
FEW_ROWS = 16
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Batch:
    """What terms add at some origins: whole numbers over one denominator, for one of the sums."""

    channel: int
    origins: Array
    numerators: Array
    denominator: int


@dataclass(frozen=True, eq=False)
class Frontier:
    """The terms still to be added, the copies already known, and the rows; weights are whole numbers over ``scale``."""

    terms: int
    known: int
    columns: dict[int, Array]
    origin: Array
    weight: Array
    scale: int
    merged_at: int = 0
    parted: int = 0

    def __len__(self) -> int:
        return len(self.origin)


def opening(scheme: Scheme) -> Frontier:
    """The one row before anything has happened."""
    return Frontier((1 << len(scheme.terms)) - 1, 0, {}, whole([0]), whole([1]), 1)


def alive(scheme: Scheme, terms: int, known: int, copy: int) -> bool:
    """Whether anything still to come depends on a copy: a term, itself or through a copy that is not known."""
    if scheme.readers[copy] & terms:
        return True
    return any(not known >> child & 1 and scheme.users[child] & terms for child in reversed(scheme.children[copy]))


def forgotten(scheme: Scheme, frontier: Frontier, looked_at: Iterable[int] | None = None) -> Frontier:
    """The frontier without the columns that nothing depends on any more, of those that are looked at."""
    among = frontier.columns if looked_at is None else dict.fromkeys(looked_at)
    dead = [copy for copy in among if copy in frontier.columns and not alive(scheme, frontier.terms, frontier.known, copy)]
    if not dead:
        return frontier
    smaller = replace(frontier, columns={copy: column for copy, column in frontier.columns.items() if copy not in dead})
    return merged(scheme, smaller) if len(smaller) > FEW_ROWS + 2 * smaller.merged_at else smaller


def merged(scheme: Scheme, frontier: Frontier) -> Frontier:
    """Equal rows of one origin as one row, with their weights added; rows are sorted by origin."""
    if len(frontier) < 2:
        return frontier
    key = _key(scheme, frontier, frontier.columns)
    order = in_order(frontier.origin, key)
    key, origin = key[order], frontier.origin[order]
    first = starts(origin, key)
    rows = order[first]
    columns = {copy: column[rows] for copy, column in frontier.columns.items()}
    return replace(frontier, columns=columns, origin=origin[first], weight=added_up(frontier.weight[order], first), merged_at=len(first))


def _key(scheme: Scheme, frontier: Frontier, copies: Iterable[int]) -> Array:
    named = list(copies)
    return combined([frontier.columns[copy] for copy in named], [len(scheme.copies[copy].domain) for copy in named], len(frontier))


# ---------------------------------------------------------------- one copy after the other


def grown(scheme: Scheme, frontier: Frontier, wanted: int, most: int = MOST_ROWS) -> Iterator[Batch | Frontier]:
    """What terms add on the way to knowing these copies, and last the frontier there; ``TooLarge`` beyond ``most`` rows."""
    for copy in _order(scheme, frontier, wanted & ~frontier.known):
        frontier = _drawn(scheme, frontier, copy, most)
        frontier, found = harvested(scheme, frontier, scheme.readers[copy])
        yield from found
        near = {copy, *scheme.copies[copy].parents, *frontier.columns} if found else {copy, *scheme.copies[copy].parents}
        frontier = forgotten(scheme, frontier, near)
    yield frontier


def _order(scheme: Scheme, frontier: Frontier, wanted: int) -> Iterator[int]:
    """The copies, parents first, next always the one that leaves the fewest ways for things to stand; noise only when it is needed."""
    waiting = dict.fromkeys(bits(wanted & ~scheme.roots))
    done = frontier.known
    live = set(frontier.columns)
    missing = {copy: sum(1 for parent in set(scheme.copies[copy].parents) if parent in waiting) for copy in waiting}
    ready = [copy for copy in waiting if not missing[copy]]
    while ready:
        copy = ready[0] if len(ready) == 1 else min(ready, key=lambda one: (_growth(scheme, frontier, one, done, live), one))
        ready.remove(copy)
        for parent in dict.fromkeys(scheme.copies[copy].parents):
            if scheme.roots >> parent & 1 and not done >> parent & 1:
                yield parent
                done |= 1 << parent
                live.add(parent)
        yield copy
        done |= 1 << copy
        live |= {copy}
        live -= {one for one in (copy, *scheme.copies[copy].parents) if _dead_after(scheme, frontier, one, done)}
        for child in scheme.children[copy]:
            if child in missing and child != copy:
                missing[child] -= 1
                if not missing[child]:
                    ready.append(child)
    yield from bits(wanted & scheme.roots & ~done)


def _dead_after(scheme: Scheme, frontier: Frontier, copy: int, known: int) -> bool:
    if scheme.readers[copy] & frontier.terms:
        unread = scheme.readers[copy] & frontier.terms
        if any(not all(known >> one & 1 for one in scheme.scopes[t]) for t in bits(unread)):
            return False
    terms = frontier.terms
    return not any(not known >> child & 1 and scheme.users[child] & terms for child in reversed(scheme.children[copy]))


def _growth(scheme: Scheme, frontier: Frontier, copy: int, known: int, live: set[int]) -> float:
    """By how much the rows would be multiplied, at most, if a copy and the noise that it listens to came next; as a logarithm."""
    parents = set(scheme.copies[copy].parents)
    new = {copy} | {parent for parent in parents if parent not in live and not known >> parent & 1}
    after = known | sum(1 << one for one in new)
    gone = [one for one in new | (parents & live) if _dead_after(scheme, frontier, one, after)]
    size = sum(math.log(len(scheme.copies[one].domain)) for one in new)
    return size - sum(math.log(len(scheme.copies[one].domain)) for one in gone)


def next_settled(scheme: Scheme, frontier: Frontier) -> int | None:
    """A copy that acts which were taken have decided, and that leaves no more ways for things to stand than there are without it.

    What is carried is then what acts came to, and not the acts: where nothing that follows from them is seen, nothing else asks for it.
    """
    waiting: dict[int, None] = {}
    for column in frontier.columns:
        if scheme.ancestors[column] & scheme.all_choices:
            waiting.update(dict.fromkeys(child for child in scheme.children[column] if not frontier.known >> child & 1))
    live = set(frontier.columns)
    for copy in waiting:
        undecided = scheme.ancestors[copy] & scheme.all_choices & ~frontier.known
        unknown = scheme.ancestors[copy] & ~frontier.known & ~scheme.roots & ~(1 << copy)
        is_decided = scheme.users[copy] & frontier.terms and not undecided | unknown
        if is_decided and _growth(scheme, frontier, copy, frontier.known, live) < ROUNDING:
            return copy
    return None


def _drawn(scheme: Scheme, frontier: Frontier, number: int, most: int) -> Frontier:
    """The frontier when one more copy is known: a row for each of its values that may be."""
    import numpy as np

    copy = scheme.copies[number]
    law = copy.law if math.prod(map(len, copy.parent_domains)) <= FEW_ROWS * (len(frontier) + 1) else None
    if law is not None:
        inverse = _key(scheme, frontier, copy.parents)
    else:
        first, inverse = _combinations(scheme, frontier, copy.parents)
        law = laid_out(
            [copy.outcomes(tuple(int(frontier.columns[parent][row]) for parent in copy.parents)) for row in first], len(copy.domain)
        )
    known = frontier.known | 1 << number
    codes, weights, many, unit = law
    if weights is None or many is None:
        return replace(frontier, known=known, columns={**frontier.columns, number: codes[inverse]})
    before = np.cumsum(many) - many
    total = int(many[inverse].sum())
    if total > most:
        raise TooLarge(
            f"{copy.name!r} can be met in {total:,} ways, more than {most:,}, in {scheme.world.title}; let decisions see less, fix "
            "some with model.choose(...), shorten the horizon, or type method='local search'"
        )
    counts: Array | int = int(many[0]) if (many == many[0]).all() else many[inverse]
    place = runs(before[inverse], counts)
    columns = {other: np.repeat(column, counts) for other, column in frontier.columns.items()}
    return replace(
        frontier, known=known, columns={**columns, number: codes[place]}, origin=np.repeat(frontier.origin, counts),
        weight=times(np.repeat(frontier.weight, counts), weights[place]), scale=frontier.scale * unit,
    )  # fmt: skip


def _combinations(scheme: Scheme, frontier: Frontier, copies: Iterable[int]) -> tuple[Array, Array]:
    """A row for each combination of the values of some copies, and which combination each row has."""
    import numpy as np

    named = list(dict.fromkeys(copies))
    if not named:
        return np.zeros(1, dtype=np.int64), np.zeros(len(frontier), dtype=np.int64)
    return numbered(_key(scheme, frontier, named), math.prod(len(scheme.copies[copy].domain) for copy in named))


# ---------------------------------------------------------------- terms that are read


def parts(scheme: Scheme, frontier: Frontier) -> list[Frontier]:
    """The frontier with rows apart in which a condition that is now known holds, and in which it does not: there its terms are gone."""
    for e, (event, terms) in enumerate(scheme.events):
        copies = scheme.numbers_of(event)
        if frontier.parted >> e & 1 or not terms & frontier.terms or not all(frontier.known >> copy & 1 for copy in copies):
            continue
        first, inverse = _combinations(scheme, frontier, copies)
        holds = [bool(_read(scheme, frontier, event, int(row))) for row in first]
        frontier = replace(frontier, parted=frontier.parted | 1 << e)
        if not all(holds):
            return [one for part in _apart(frontier, holds, inverse, terms) for one in parts(scheme, forgotten(scheme, part))]
    return [frontier]


def _apart(frontier: Frontier, holds: list[bool], inverse: Array, terms: int) -> Iterator[Frontier]:
    import numpy as np

    held = np.array(holds)[inverse]
    for mask, kept in ((held, frontier.terms), (~held, frontier.terms & ~terms)):
        if kept and mask.any():
            columns = {copy: column[mask] for copy, column in frontier.columns.items()}
            yield replace(frontier, terms=kept, columns=columns, origin=frontier.origin[mask], weight=frontier.weight[mask])


def _read(scheme: Scheme, frontier: Frontier, factor: Factor, row: int) -> Fraction:
    copies = scheme.numbers_of(factor)
    return scheme.value(factor, [int(frontier.columns[copy][row]) for copy in copies])


def harvested(scheme: Scheme, frontier: Frontier, among: int) -> tuple[Frontier, list[Batch]]:
    """What the terms add whose copies are all known, and the frontier without them."""
    ripe = [t for t in bits(among & frontier.terms) if all(frontier.known >> copy & 1 for copy in scheme.scopes[t])]
    found = [batch for t in ripe for batch in _added(scheme, frontier, t)]
    return replace(frontier, terms=frontier.terms & ~sum(1 << t for t in ripe)), found


def _added(scheme: Scheme, frontier: Frontier, t: int) -> Iterator[Batch]:
    term, scope = scheme.terms[t], scheme.scopes[t]
    first, inverse = _combinations(scheme, frontier, scope)
    numbers = [_number(scheme, frontier, t, int(row)) for row in first]
    unit = math.lcm(*(number.denominator for number in numbers))
    whole_numbers = whole(number.numerator * (unit // number.denominator) for number in numbers)
    if not whole_numbers.any():
        return
    begin = starts(frontier.origin)
    sums = added_up(times(frontier.weight, whole_numbers[inverse]), begin)
    yield Batch(term.channel, frontier.origin[begin], sums, unit * frontier.scale)


def _number(scheme: Scheme, frontier: Frontier, t: int, row: int) -> Fraction:
    return scheme.worth(t, {copy: int(frontier.columns[copy][row]) for copy in scheme.scopes[t]})
