"""What may be hidden when a decision is met, with its chances: beliefs, compared exactly, and the layer of states that they make."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from stop_button.decision.policy import Decision
from stop_button.evaluation.terms.integers import added_up, code_type, combined, different, in_order, numbered, runs, starts, times
from stop_button.evaluation.terms.scheme import Scheme
from stop_button.evaluation.unfolding.frontier import Frontier, alive

if TYPE_CHECKING:
    from stop_button.evaluation.terms.integers import Array

__all__ = ["Edges", "Layer", "met"]

MOST_PADDED = 16
"""Beliefs over so many ways at most are compared as the rows of a table."""


@dataclass(frozen=True, eq=False)
class Edges:
    """From origins to states of a layer: whole numbers over one denominator, sorted by origin."""

    origins: Array
    states: Array
    weights: Array
    denominator: int


@dataclass(frozen=True, eq=False)
class Layer:
    """The states of one decision: ``context`` is the number of what is seen in each, ``seen`` the values by their places in the domains.

    State ``s`` with option ``a`` is the origin ``first + s * options + a`` of what follows.
    """

    decision: Decision
    seen: Array
    context: Array
    edges: Edges
    first: int

    @property
    def size(self) -> int:
        """The number of states."""
        return len(self.context)

    @property
    def options(self) -> int:
        """The number of options."""
        return len(self.decision.options)


@dataclass(frozen=True, eq=False)
class _Rows:
    """The rows of every frontier that has come to a decision, side by side and sorted by origin and context."""

    frontier: Array
    row: Array
    origin: Array
    context: Array
    hidden: Array
    weight: Array


def met(scheme: Scheme, decision: Decision, arrived: list[tuple[int, Frontier]], first: int) -> tuple[Layer, list[Frontier]]:
    """The states in which a decision is met by the frontiers that arrive at it, and what follows, for every option, from each.

    ``first`` is the number of the first origin of the layer.
    """
    scale = math.lcm(*(frontier.scale for _, frontier in arrived))
    seen, context = _contexts(scheme, decision, arrived)
    passing = [(copy, _after(scheme, copy, frontier)) for copy, frontier in arrived]
    rows = _side_by_side(scheme, passing, context, scale)
    begin = starts(rows.origin, rows.context)
    beliefs, factor = _primitive(rows, begin)
    state_of, example = _states(rows, begin, beliefs)
    kept = rows.context[begin[example]]
    where, place = numbered(kept, len(seen))
    edges = Edges(rows.origin[begin], state_of, factor, scale)
    layer = Layer(decision, seen[kept[where]], place, edges, first)
    return layer, list(_onward(layer, passing, rows, begin, beliefs, example))


def _contexts(scheme: Scheme, decision: Decision, arrived: list[tuple[int, Frontier]]) -> tuple[Array, Array]:
    """The values seen, by their places in the domains of what the decision sees, in each row of all frontiers; and the number of each row.

    Where a branch shows another variable in the place of one that is seen, its values have other places in their own domain.
    """
    import numpy as np

    domains = [scheme.world.model.domain(name) for name in decision.sees]
    columns = [
        np.concatenate(
            [
                _placed(frontier.columns[scheme.copies[copy].parents[i]], scheme.copies[copy].parent_domains[i], domain)
                for copy, frontier in arrived
            ]
        )
        for i, domain in enumerate(domains)
    ]
    length = sum(len(frontier) for _, frontier in arrived)
    sizes = list(map(len, domains))
    seen = np.stack(columns, axis=1) if columns else np.zeros((length, 0), dtype=np.int8)
    where, inverse = numbered(combined(columns, sizes, length), math.prod(sizes))
    return seen[where], inverse


def _placed(column: Array, domain: Sequence[Hashable], wanted: Sequence[Hashable]) -> Array:
    """Places in one domain as places in another, which holds all of its values."""
    import numpy as np

    if domain == wanted:
        return column
    place = {value: i for i, value in enumerate(wanted)}
    found: Array = np.array([place[value] for value in domain], code_type(len(wanted)))[column]
    return found


def _after(scheme: Scheme, copy: int, frontier: Frontier) -> Frontier:
    """The frontier once a choice is made: what was only to be seen by it is forgotten, and no rows are joined."""
    made = replace(frontier, known=frontier.known | 1 << copy)
    live = {other: column for other, column in made.columns.items() if alive(scheme, made.terms, made.known, other)}
    return replace(made, columns=live)


def _side_by_side(scheme: Scheme, passing: list[tuple[int, Frontier]], context: Array, scale: int) -> _Rows:
    import numpy as np

    hidden, offset = [], 0
    for _, frontier in passing:
        sizes = [len(scheme.copies[copy].domain) for copy in frontier.columns]
        key, many = combined(list(frontier.columns.values()), sizes, len(frontier)), math.prod(sizes)
        if many > len(frontier):  # else few numbers are left out if each key is its own
            distinct, key = numbered(key, many)
            many = len(distinct)
        hidden.append(key + offset)
        offset += many
    lengths = [len(frontier) for _, frontier in passing]
    weights = [times(frontier.weight, scale // frontier.scale) for _, frontier in passing]
    every = _Rows(
        np.repeat(np.arange(len(passing)), lengths), np.concatenate([np.arange(length) for length in lengths]),
        np.concatenate([frontier.origin for _, frontier in passing]), context, np.concatenate(hidden), np.concatenate(weights),
    )  # fmt: skip
    order = in_order(every.origin, every.context, every.hidden)
    origin, met, key = every.origin[order], every.context[order], every.hidden[order]
    first = starts(origin, met, key)
    if len(first) == len(order) and (order[1:] > order[:-1]).all():
        return every
    rows = order[first]
    return _Rows(every.frontier[rows], every.row[rows], origin[first], met[first], key[first], added_up(every.weight[order], first))


def _primitive(rows: _Rows, begin: Array) -> tuple[Array, Array]:
    """Each belief divided by the greatest number that divides all of it, and these numbers."""
    import numpy as np

    factor = np.gcd.reduceat(rows.weight, begin)
    size = np.diff(np.append(begin, len(rows.weight)))
    return rows.weight // np.repeat(factor, size), factor


def _states(rows: _Rows, begin: Array, beliefs: Array) -> tuple[Array, Array]:
    """The number of the state that each group of rows is, and for each state the first group that is it."""
    import numpy as np

    if not (np.bincount(rows.context[begin]) > 1).any():  # what is seen says it all, as with perfect recall: no two beliefs need comparing
        every = np.arange(len(begin))
        return every, every
    size = np.diff(np.append(begin, len(rows.weight)))
    if (size == 1).all():
        example, state_of = different([rows.context, rows.hidden], len(begin))
        return state_of, example
    if beliefs.dtype != object and int(size.max()) <= MOST_PADDED:
        place = np.repeat(np.arange(len(begin)), size), np.arange(len(beliefs)) - np.repeat(begin, size)
        hidden, weight = np.full((2, len(begin), int(size.max())), -1, dtype=np.int64)
        hidden[place], weight[place] = rows.hidden, beliefs
        example, state_of = different([rows.context[begin], *hidden.T, *weight.T], len(begin))
        return state_of, example
    number: dict[Any, int] = {}
    found = np.empty(len(begin), dtype=np.int64)
    examples: list[int] = []
    keys, context, listed = rows.hidden, rows.context[begin].tolist(), beliefs.tolist()
    for i, (at, many) in enumerate(zip(begin.tolist(), size.tolist(), strict=True)):
        key = context[i], keys[at : at + many].tobytes(), tuple(listed[at : at + many])
        state = number.setdefault(key, len(number))
        found[i] = state
        if state == len(examples):
            examples.append(i)
    return found, np.array(examples, dtype=np.int64)


def _onward(
    layer: Layer, passing: list[tuple[int, Frontier]], rows: _Rows, begin: Array, beliefs: Array, example: Array
) -> Iterator[Frontier]:
    """For each frontier, its rows in every state with every option, each with the state and option as its origin."""
    import numpy as np

    size = np.diff(np.append(begin, len(rows.weight)))
    index, state = _ranges(begin[example], size[example])
    options = layer.options
    for k, (copy, frontier) in enumerate(passing):
        mine = rows.frontier[index] == k
        which, many = index[mine], np.bincount(state[mine], minlength=layer.size)
        place, act = _ranges(np.repeat(np.cumsum(many) - many, options), np.repeat(many, options))
        place = which[place]
        row = rows.row[place]
        columns = {other: column[row] for other, column in frontier.columns.items()}
        taken: Array = (act % options).astype(code_type(options))
        yield Frontier(frontier.terms, frontier.known, {**columns, copy: taken}, layer.first + act, beliefs[place], 1, len(act))


def _ranges(first: Array, many: Array) -> tuple[Array, Array]:
    """Runs of so many numbers from each of these on, one run after the other; and which run each number belongs to."""
    import numpy as np

    return runs(first, many), np.repeat(np.arange(len(many)), many)
