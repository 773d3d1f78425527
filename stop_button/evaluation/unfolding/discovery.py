"""The states of a sequence of decisions, discovered: what is seen at a decision, and what may then be hidden, with its chances.

A state is a context together with a belief: whole numbers without a common divisor, one for each way that what still matters may stand.
The belief is found by exact filtering, forwards, and holds only what the future depends on: never the history. A belief that comes
about in different ways is one state. Source: [astrom1965], for the belief as a state.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from causalkit.errors import TooLarge
from stop_button.decision.policy import Decision
from stop_button.evaluation.unfolding.frontier import Batch, Frontier, alive, forgotten, grown, harvested, opening, parts
from stop_button.evaluation.unfolding.integers import added_up, code_type, combined, different, starts, times
from stop_button.evaluation.unfolding.objective import Refusal
from stop_button.evaluation.unfolding.scheme import Scheme, bits

if TYPE_CHECKING:
    from stop_button.evaluation.unfolding.integers import Array

__all__ = ["MOST_STATES", "Edges", "Landscape", "Layer", "discovered"]

MOST_STATES = 2_000_000
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
class Landscape:
    """All that backward induction needs to know: the layers, in order, and what terms add at each origin; origin 0 is the start."""

    scheme: Scheme
    layers: tuple[Layer, ...]
    batches: tuple[Batch, ...]
    channels: int


@dataclass(eq=False)
class _Walk:
    """The frontiers that wait for a decision, and what has been added so far."""

    scheme: Scheme
    waiting: dict[int, list[tuple[int, Frontier]]]
    batches: list[Batch]
    passed: int = 0

    def on(self, frontier: Frontier) -> None:
        """Follow a frontier to its next decisions; what needs different copies of what is decided parts ways."""
        stack = [frontier]
        while stack:
            now = stack.pop()
            choice = self._next(now)
            if choice is None:
                self._finish(now)
            else:
                stack.extend(self._towards(now, choice))

    def _next(self, frontier: Frontier) -> int | None:
        """The place, among the choices, of the next one that the frontier's terms depend on."""
        scheme = self.scheme
        if not any(scheme.choices_of[t] >> self.passed for t in bits(frontier.terms)):
            return None
        for c in range(self.passed, len(scheme.choices)):
            copy = scheme.choices[c]
            if not frontier.known >> copy & 1 and scheme.users[copy] & frontier.terms:
                return c
        return None

    def _towards(self, frontier: Frontier, c: int) -> Iterator[Frontier]:
        scheme = self.scheme
        copy = scheme.choices[c]
        stay, leave = frontier.terms & scheme.users[copy], frontier.terms & ~scheme.users[copy]
        if leave:
            undecided = sum(1 << t for t in bits(leave) if scheme.choices_of[t] >> c)
            frontier = self._with_shared(frontier, leave & ~undecided, stay)
            ripe = leave & ~undecided & frontier.terms
            if ripe:
                self._finish(forgotten(scheme, replace(frontier, terms=ripe)))
            if undecided:
                yield forgotten(scheme, replace(frontier, terms=undecided))
            frontier = forgotten(scheme, replace(frontier, terms=stay))
        self._check_once(c, stay)
        frontier = self._grown(frontier, scheme.ancestors[copy] & ~(1 << copy))
        several = parts(scheme, frontier)
        if len(several) != 1 or several[0].terms != frontier.terms:
            yield from several
            return
        (frontier,) = several
        self.waiting.setdefault(scheme.stage[c], []).append((copy, frontier))

    def _with_shared(self, frontier: Frontier, ripe: int, stay: int) -> Frontier:
        """The frontier after what the terms that are decided have in common with those that are not."""
        scheme, wanted = self.scheme, 0
        for t in bits(ripe):
            for copy in scheme.scopes[t]:
                wanted |= scheme.ancestors[copy]
        common = sum(1 << copy for copy in bits(wanted & ~frontier.known & ~scheme.roots) if scheme.users[copy] & stay)
        return self._grown(frontier, self._closed(common)) if common else frontier

    def _closed(self, copies: int) -> int:
        found = 0
        for copy in bits(copies):
            found |= self.scheme.ancestors[copy]
        return found

    def _grown(self, frontier: Frontier, wanted: int) -> Frontier:
        for found in grown(self.scheme, frontier, wanted):
            if isinstance(found, Batch):
                self.batches.append(found)
            else:
                frontier = found
        return frontier

    def _finish(self, frontier: Frontier) -> None:
        """Add the terms whose choices are all made, apart from each other where they have nothing but noise in common."""
        for group in self._apart(frontier):
            part = forgotten(self.scheme, replace(frontier, terms=group))
            wanted = 0
            for t in bits(group):
                for copy in self.scheme.scopes[t]:
                    wanted |= self.scheme.ancestors[copy]
            part, found = harvested(self.scheme, part, group)
            self.batches += found
            self._grown(forgotten(self.scheme, part), wanted)

    def _apart(self, frontier: Frontier) -> list[int]:
        scheme = self.scheme
        if not frontier.terms & (frontier.terms - 1):
            return [frontier.terms] if frontier.terms else []
        groups: list[tuple[int, int]] = []
        for t in bits(frontier.terms):
            needs, members = 0, 1 << t
            for copy in scheme.scopes[t]:
                needs |= scheme.ancestors[copy]
            needs &= ~frontier.known & ~scheme.roots
            others = []
            for group in groups:
                if group[0] & needs:
                    needs, members = needs | group[0], members | group[1]
                else:
                    others.append(group)
            groups = [*others, (needs, members)]
        return [members for _, members in groups]

    def _check_once(self, c: int, terms: int) -> None:
        scheme = self.scheme
        for other in range(c + 1, len(scheme.choices)):
            if scheme.stage[other] != scheme.stage[c]:
                return
            if scheme.users[scheme.choices[other]] & terms:
                name = scheme.copies[scheme.choices[c]].name
                raise Refusal(f"one of its means reads {name!r} in two branches at once, in which the agent may see different things")


def discovered(scheme: Scheme, channels: int = 1) -> Landscape:
    """The states of a world's decisions under some terms; raises ``Refusal`` and ``TooLarge``."""
    walk = _Walk(scheme, {}, [])
    start, found = harvested(scheme, opening(scheme), (1 << len(scheme.terms)) - 1)
    walk.batches += found
    walk.on(start)
    layers: list[Layer] = []
    first, total = 1, 0
    for stage, decision in enumerate(scheme.decisions):
        arrived = walk.waiting.pop(stage, [])
        if not arrived:
            continue
        layer, onward = _met(scheme, decision, arrived, first)
        layers.append(layer)
        first += layer.size * layer.options
        total += layer.size
        if total > MOST_STATES:
            raise TooLarge(
                f"the decisions of {scheme.world.title} have more than {MOST_STATES:,} states ({total:,} up to {decision.name!r}); let "
                "them see less, fix some with .choose(...), shorten the horizon, or type method='local search'"
            )
        walk.passed = next((c for c, at in enumerate(scheme.stage) if at >= stage), len(scheme.choices))
        for frontier in onward:
            walk.on(frontier)
    return Landscape(scheme, tuple(layers), tuple(walk.batches), channels)


# ---------------------------------------------------------------- one decision


@dataclass(frozen=True, eq=False)
class _Rows:
    """The rows of every frontier that has come to a decision, side by side and sorted by origin and context."""

    frontier: Array
    row: Array
    origin: Array
    context: Array
    hidden: Array
    weight: Array


def _met(scheme: Scheme, decision: Decision, arrived: list[tuple[int, Frontier]], first: int) -> tuple[Layer, list[Frontier]]:
    """The states in which a decision is met, and what follows, for every option, from each."""
    scale = math.lcm(*(frontier.scale for _, frontier in arrived))
    seen, context = _contexts(scheme, arrived)
    passing = [(copy, _after(scheme, copy, frontier)) for copy, frontier in arrived]
    rows = _side_by_side(scheme, passing, context, scale)
    begin = starts(rows.origin, rows.context)
    beliefs, factor = _primitive(rows, begin)
    state_of, example = _states(rows, begin, beliefs)
    kept = rows.context[begin[example]]
    names, place = _numbered_contexts(kept)
    edges = Edges(rows.origin[begin], state_of, factor, scale)
    layer = Layer(decision, seen[names], place, edges, first)
    return layer, list(_onward(scheme, layer, passing, rows, begin, beliefs, example))


def _contexts(scheme: Scheme, arrived: list[tuple[int, Frontier]]) -> tuple[Array, Array]:
    """The values seen, by their places in the domains, in each row of all frontiers; and the number of each row."""
    import numpy as np

    columns = [
        np.concatenate([frontier.columns[scheme.copies[copy].parents[i]] for copy, frontier in arrived])
        for i in range(len(scheme.copies[arrived[0][0]].parents))
    ]
    length = sum(len(frontier) for _, frontier in arrived)
    sizes = [len(domain) for domain in scheme.copies[arrived[0][0]].parent_domains]
    seen = np.stack(columns, axis=1) if columns else np.zeros((length, 0), dtype=np.int8)
    _, where, inverse = np.unique(combined(columns, sizes, length), return_index=True, return_inverse=True)
    return seen[where], inverse


def _after(scheme: Scheme, copy: int, frontier: Frontier) -> Frontier:
    """The frontier once a choice is made: what was only to be seen by it is forgotten, and no rows are joined."""
    made = replace(frontier, known=frontier.known | 1 << copy)
    live = {other: column for other, column in made.columns.items() if alive(scheme, made, other)}
    return replace(made, columns=live)


def _side_by_side(scheme: Scheme, passing: list[tuple[int, Frontier]], context: Array, scale: int) -> _Rows:
    import numpy as np

    hidden, offset = [], 0
    for _, frontier in passing:
        sizes = [len(scheme.copies[copy].domain) for copy in frontier.columns]
        key = combined(list(frontier.columns.values()), sizes, len(frontier))
        distinct, inverse = np.unique(key, return_inverse=True)
        hidden.append(inverse + offset)
        offset += len(distinct)
    lengths = [len(frontier) for _, frontier in passing]
    weights = [times(frontier.weight, scale // frontier.scale) for _, frontier in passing]
    every = _Rows(
        np.repeat(np.arange(len(passing)), lengths), np.concatenate([np.arange(length) for length in lengths]),
        np.concatenate([frontier.origin for _, frontier in passing]), context, np.concatenate(hidden), np.concatenate(weights),
    )  # fmt: skip
    order = np.lexsort((every.hidden, every.context, every.origin))
    origin, met, key = every.origin[order], every.context[order], every.hidden[order]
    first = starts(origin, met, key)
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


def _numbered_contexts(context: Array) -> tuple[Array, Array]:
    import numpy as np

    names, place = np.unique(context, return_inverse=True)
    return names, place


def _onward(
    scheme: Scheme, layer: Layer, passing: list[tuple[int, Frontier]], rows: _Rows, begin: Array, beliefs: Array, example: Array
) -> Iterator[Frontier]:
    """For each frontier, its rows in every state with every option, each with the state and option as its origin."""
    import numpy as np

    size = np.diff(np.append(begin, len(rows.weight)))
    many = size[example]
    total = int(many.sum())
    state = np.repeat(np.arange(len(example)), many)
    index = np.repeat(begin[example], many) + np.arange(total) - np.repeat(np.cumsum(many) - many, many)
    for k, (copy, frontier) in enumerate(passing):
        mine = rows.frontier[index] == k
        which, of = index[mine], state[mine]
        options = layer.options
        taken = np.tile(np.arange(options), len(which))
        origin = layer.first + np.repeat(of * options, options) + taken
        row = np.repeat(rows.row[which], options)
        columns = {other: column[row] for other, column in frontier.columns.items()}
        order = np.argsort(origin, kind="stable")
        opened = Frontier(
            frontier.terms,
            frontier.known,
            {**columns, copy: taken.astype(code_type(options))},
            origin,
            np.repeat(beliefs[which], options),
            1,
            len(origin),
        )
        opened = replace(
            opened,
            columns={other: column[order] for other, column in opened.columns.items()},
            origin=origin[order],
            weight=opened.weight[order],
        )
        yield opened
