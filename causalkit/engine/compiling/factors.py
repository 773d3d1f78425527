"""The branch network as a product of tables: one for each node, with shared draws as variables of their own."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

from causalkit.engine.compiling.ordering import Shape
from causalkit.mechanisms.mechanism import CPT, Choice, Mechanism, Row
from causalkit.mechanisms.network import Node, closure
from causalkit.values.dist import Value
from causalkit.values.exact import Number, exact

__all__ = ["Condition", "Factor", "Problem", "SharedFactors", "Structure", "condition_holds", "groups", "problem", "shared_factors"]

Domain = tuple[Value, ...]
ONE = exact(1)


class Factor(NamedTuple):
    """A table that holds its nonzero cells only: ascending row-major positions over the scope, and their weights."""

    scope: tuple[int, ...]
    cells: tuple[int, ...]
    weights: tuple[Number, ...]


class Condition(NamedTuple):
    """An event over some nodes: whether it holds, for every combination of their mechanisms' domains."""

    scope: tuple[Node, ...]
    holds: tuple[bool, ...]


class Structure(NamedTuple):
    """What is asked of a network, without the values of the nodes that are observed: what a compiled answer depends on."""

    observed: tuple[Node, ...]
    conditions: tuple[Condition, ...]
    target: tuple[Node, ...]

    @property
    def asked_for(self) -> tuple[Node, ...]:
        """Every node that is spoken of."""
        return (*self.observed, *(node for condition in self.conditions for node in condition.scope), *self.target)

    def about(self, target: tuple[Node, ...]) -> Structure:
        """The same evidence, asked about other nodes."""
        return self._replace(target=target)


@dataclass(frozen=True, eq=False)
class Problem:
    """Tables over numbered variables: first the nodes, parents before children, then the draws that several nodes share.

    Variables of one value are in no table. ``observed`` will be given a value; ``kept`` stay; the rest is to be summed out.
    """

    nodes: tuple[Node, ...]
    domains: tuple[Domain, ...]
    cards: tuple[int, ...]
    factors: tuple[Factor, ...]
    observed: tuple[int, ...]
    kept: tuple[int, ...]
    choices: tuple[int, ...]

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The variables of each table without the observed ones, and whether it has some."""
        observed = set(self.observed)
        free = [tuple(sorted(set(factor.scope) - observed)) for factor in self.factors]
        return tuple(Shape(left, len(left) < len(factor.scope)) for left, factor in zip(free, self.factors, strict=True))

    @cached_property
    def axes(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """Each copy of an open choice, with what it sees."""
        number = {node: i for i, node in enumerate(self.nodes)}
        return tuple((choice, tuple(number[parent] for parent in self.nodes[choice].parents)) for choice in self.choices)

    def opened(self) -> Problem:
        """The same tables with the observed variables kept open, so that one answer holds for all that can be observed."""
        return replace(self, observed=(), kept=tuple(sorted({*self.kept, *self.observed})))


class _Rows(NamedTuple):
    """What a node can take, and its row for every combination of what its parents can take."""

    domain: Domain
    rows: tuple[Row, ...]


@dataclass(frozen=True, eq=False)
class _Same:
    """A mechanism compared by identity: equal mechanisms may write equal values differently, as 1 and True."""

    mechanism: Mechanism

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.mechanism is other.mechanism

    def __hash__(self) -> int:
        return id(self.mechanism)


class _Draft(NamedTuple):
    """What the tables are made from: the rows and the number of each node, and how many values each variable has."""

    rows: Mapping[Node, _Rows]
    number: Mapping[Node, int]
    cards: list[int]


def problem(structure: Structure) -> Problem:
    """The tables whose product, summed over all that is not kept, answers a structure."""
    nodes = closure(structure.asked_for)
    number = {node: i for i, node in enumerate(nodes)}
    rows: dict[Node, _Rows] = {}
    for node in nodes:
        rows[node] = _rows(_Same(node.mechanism), tuple(rows[parent].domain for parent in node.parents))
    domains = {node: rows[node].domain for node in nodes}
    cards = [len(domains[node]) for node in nodes]
    factors = [factor for group in groups(nodes) for factor in _group_factors(group, _Draft(rows, number, cards))]
    factors += [_condition_factor(condition, domains, number) for condition in structure.conditions]
    choices = tuple(number[node] for node in nodes if isinstance(node.mechanism, Choice))
    kept = {*(number[node] for node in structure.target), *choices, *(number[p] for c in choices for p in nodes[c].parents)}
    observed = tuple(number[node] for node in structure.observed)
    tables = [_without_constants(factor, cards) for factor in factors]
    tables = [factor for factor in tables if factor != Factor((), (0,), (ONE,))]
    return Problem(
        tuple(nodes), tuple(domains.values()), tuple(cards), tuple(tables), observed, tuple(sorted(kept - set(observed))), choices
    )


class SharedFactors(NamedTuple):
    """The tables of copies that share draws: over ``nodes`` first, the copies and what they listen to, then over the ``draws``."""

    nodes: tuple[Node, ...]
    draws: tuple[Hashable, ...]
    cards: tuple[int, ...]
    factors: tuple[Factor, ...]


def shared_factors(group: Sequence[Node], domain: Callable[[Node], Domain]) -> SharedFactors:
    """The tables of two or more copies of a variable that may share draws; ``domain`` says what a node can take."""
    nodes = tuple(dict.fromkeys([*(parent for node in group for parent in node.parents), *group]))
    rows = {node: _rows(_Same(node.mechanism), tuple([domain(parent) for parent in node.parents])) for node in group}
    draft = _Draft(rows, {node: i for i, node in enumerate(nodes)}, [len(domain(node)) for node in nodes])
    factors = tuple(_group_factors(group, draft))
    mechanism, variable = group[0].mechanism, group[0].variable
    draws = tuple([(variable, mechanism, draw) for draw in _shared_draws([rows[node].rows for node in group])])
    return SharedFactors(nodes, draws, tuple(draft.cards), factors)


def condition_holds(condition: Condition, domain: Callable[[Node], Domain]) -> list[bool]:
    """Whether an event holds, for every combination of what its nodes can take."""
    domains = {node: domain(node) for node in condition.scope}
    factor = _condition_factor(condition, domains, dict.fromkeys(condition.scope, 0))
    held = set(factor.cells)
    return [i in held for i in range(math.prod(map(len, domains.values())))]


@lru_cache(maxsize=8192)
def _rows(same: _Same, inputs: tuple[Domain, ...]) -> _Rows:
    rows = tuple(same.mechanism.row(values) for values in itertools.product(*inputs))
    reached = {value for row in rows for value, _ in row.outcomes}
    return _Rows(tuple(value for value in same.mechanism.domain if value in reached), rows)


def groups(nodes: Iterable[Node]) -> list[list[Node]]:
    """The nodes, with the copies that may share a draw together."""
    groups: dict[Hashable, list[Node]] = {}
    for node in nodes:
        mechanism = node.mechanism
        shares = isinstance(mechanism, CPT) and mechanism.coupling is not None
        groups.setdefault((node.variable, mechanism) if shares else node, []).append(node)
    return list(groups.values())


def _group_factors(group: Sequence[Node], draft: _Draft) -> Iterator[Factor]:
    """The tables of copies that may share draws; each shared draw becomes a variable, and its number of values joins the draft."""
    cards = draft.cards
    shared = _shared_draws([draft.rows[node].rows for node in group])
    latents: dict[Hashable, tuple[int, tuple[int, ...]]] = {}
    for draw, members in shared.items():
        kinds, weights = _kinds(members)
        latents[draw] = (len(cards), kinds)
        cards.append(len(weights))
        yield Factor((len(cards) - 1,), tuple(range(len(weights))), weights)
    for node in group:
        if isinstance(node.mechanism, Choice):
            continue
        yield _own_factor(node, draft, latents)
        for draw, (latent, kinds) in latents.items():
            yield _link(node, draft, draw, latent, kinds)


def _shared_draws(tables: Sequence[Sequence[Row]]) -> dict[Hashable, list[Row]]:
    """The draws that two or more copies can listen to, with all rows that do."""
    if len(tables) < 2:
        return {}
    users: dict[Hashable, set[int]] = {}
    members: dict[Hashable, list[Row]] = {}
    for i, table in enumerate(tables):
        for row in table:
            users.setdefault(row.draw, set()).add(i)
            members.setdefault(row.draw, []).append(row)
    return {draw: members[draw] for draw, found in users.items() if len(found) > 1}


def _kinds(rows: Sequence[Row]) -> tuple[tuple[int, ...], tuple[Number, ...]]:
    """The outcomes of a draw by what they do: outcomes that give equal values in all rows are one."""
    first: dict[tuple[Value, ...], int] = {}
    weights: list[Number] = []
    kinds = []
    for k, (_, weight) in enumerate(rows[0].outcomes):
        signature = tuple(row.outcomes[k][0] for row in rows)
        kind = first.setdefault(signature, len(first))
        assert weight is not None, "a draw that is shared has weights"
        if kind == len(weights):
            weights.append(weight)
        else:
            weights[kind] = weights[kind] + weight
        kinds.append(kind)
    return tuple(kinds), tuple(weights)


def _own_factor(node: Node, draft: _Draft, latents: Mapping[Hashable, object]) -> Factor:
    """A node given its parents; where it listens to a shared draw, which values are possible."""
    at = {value: i for i, value in enumerate(draft.rows[node].domain)}

    def cells(row: Row) -> dict[int, Number]:
        found: dict[int, Number] = {}
        for value, weight in row.outcomes:
            i = at[value]
            if row.draw is None or row.draw in latents:
                found[i] = ONE
            else:
                assert weight is not None, "a draw has weights"
                found[i] = found[i] + weight if i in found else weight
        return found

    return _table(node, draft, [cells(row) for row in draft.rows[node].rows], (draft.number[node],))


def _link(node: Node, draft: _Draft, draw: Hashable, latent: int, kinds: Sequence[int]) -> Factor:
    """Which values of a node go with which outcomes of a shared draw, in the rows that listen to it."""
    domain, width = draft.rows[node].domain, draft.cards[latent]
    at = {value: i for i, value in enumerate(domain)}
    free = dict.fromkeys(range(len(domain) * width), ONE)

    def cells(row: Row) -> dict[int, Number]:
        if row.draw != draw:
            return free
        return {at[value] * width + kind: ONE for kind, (value, _) in zip(kinds, row.outcomes, strict=True)}

    return _table(node, draft, [cells(row) for row in draft.rows[node].rows], (draft.number[node], latent))


def _table(node: Node, draft: _Draft, cells: Sequence[Mapping[int, Number]], tail: tuple[int, ...]) -> Factor:
    """One table from its rows' cells over the variables of the tail; a parent that is listened to twice is one variable."""
    cards = draft.cards
    parents = [draft.number[parent] for parent in node.parents]
    distinct = tuple(dict.fromkeys(parents))
    size = math.prod(cards[variable] for variable in tail)
    found: list[tuple[int, Number]] = []
    for i, values in enumerate(itertools.product(*(range(cards[p]) for p in distinct))):
        value = dict(zip(distinct, values, strict=True))
        row = cells[_position([value[p] for p in parents], [cards[p] for p in parents])]
        found += [(i * size + cell, row[cell]) for cell in sorted(row)]
    return Factor((*distinct, *tail), tuple(cell for cell, _ in found), tuple(weight for _, weight in found))


def _condition_factor(condition: Condition, domains: Mapping[Node, Domain], number: Mapping[Node, int]) -> Factor:
    """An event as a table of ones over what its nodes can take."""
    whole = [node.mechanism.domain for node in condition.scope]
    places = [[one.index(value) for value in domains[node]] for node, one in zip(condition.scope, whole, strict=True)]
    sizes = [len(one) for one in whole]
    cells = [i for i, where in enumerate(itertools.product(*places)) if condition.holds[_position(where, sizes)]]
    return Factor(tuple(number[node] for node in condition.scope), tuple(cells), (ONE,) * len(cells))


def _position(index: Iterable[int], sizes: Iterable[int]) -> int:
    """The row-major position of an index."""
    position = 0
    for i, size in zip(index, sizes, strict=True):
        position = position * size + i
    return position


def _without_constants(factor: Factor, cards: Sequence[int]) -> Factor:
    """The same table without the variables of one value, which do not change a row-major position."""
    return Factor(tuple(variable for variable in factor.scope if cards[variable] > 1), factor.cells, factor.weights)
