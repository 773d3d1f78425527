"""Mechanisms: how one variable listens to its parents."""

from __future__ import annotations

import heapq
import itertools
import operator
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from causalkit.errors import NotADistribution
from causalkit.mechanisms.counted_rows import CountedRows, counted_rows
from causalkit.mechanisms.coupling import monotone_segments
from causalkit.mechanisms.rows import Domains, Inputs, answers, assignment, check_value, domain_text, every_input, grid, matched, rows_text
from causalkit.values.arrays import Array
from causalkit.values.dist import Dist, Value
from causalkit.values.exact import Number
from causalkit.values.frozen import Frozen
from causalkit.values.render import typed

__all__ = ["CPT", "Choice", "Constant", "Coupling", "Function", "Mechanism", "Noise", "Row", "Table"]

MOST_HASHED = 16
"""Of so many rows a table's hash is made, so that it is made in no time; whether two tables are equal is asked of all rows."""

Coupling = Literal["monotone", "independent"]


class Row(NamedTuple):
    """What a variable does for one combination of its parents' values.

    ``draw`` names the noise that decides between the outcomes (``None``: nothing to decide); two rows with the same
    ``draw`` share it, outcome by outcome. ``outcomes`` are values with weights; the weights of a choice are ``None``.
    """

    draw: Hashable
    outcomes: tuple[tuple[Value, Number | None], ...]


class Mechanism:
    """How one variable listens to its parents. Immutable, and compared by what it does."""

    parents: tuple[str, ...]
    domain: tuple[Value, ...]

    def tabulated(self, name: str, domains: Domains) -> Mechanism:
        """The same mechanism with every row known, given the domains of its parents."""
        return self

    def row(self, inputs: Inputs) -> Row:
        """What the variable does for these values of its parents."""
        raise NotImplementedError

    @cached_property
    def identity(self) -> Hashable:
        """What two mechanisms share exactly when they do the same."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mechanism) and self.identity == other.identity

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self.identity)

    def __getstate__(self) -> dict[str, Any]:
        """What travels in a pickle: not what was worked out, because hashes of text differ between processes."""
        return {name: value for name, value in self.__dict__.items() if name in self.__dataclass_fields__}  # type: ignore[attr-defined]


@dataclass(frozen=True, eq=False, repr=False)
class Noise(Mechanism):
    """An exogenous variable: drawn from a distribution, listening to nothing.

    >>> Noise(Dist({"rain": "1/4", "sun": "3/4"})).domain
    ('rain', 'sun')
    """

    dist: Dist

    @property
    def parents(self) -> tuple[str, ...]:  # type: ignore[override]
        return ()

    @property
    def domain(self) -> tuple[Value, ...]:  # type: ignore[override]
        return self.dist.support

    def tabulated(self, name: str, domains: Domains) -> Noise:
        for value in self.dist:
            check_value(name, (), (), value, None)
        return self

    def row(self, inputs: Inputs) -> Row:
        return Row((), tuple(self.dist.items()))

    @cached_property
    def identity(self) -> Hashable:
        return ("noise", self.dist)

    def __repr__(self) -> str:
        return repr(self.dist)


@dataclass(frozen=True, eq=False, repr=False)
class Constant(Mechanism):
    """A variable that always has one value.

    >>> Constant(3).row(()).outcomes[0][0]
    3
    """

    value: Value

    @property
    def parents(self) -> tuple[str, ...]:  # type: ignore[override]
        return ()

    @property
    def domain(self) -> tuple[Value, ...]:  # type: ignore[override]
        return (self.value,)

    def tabulated(self, name: str, domains: Domains) -> Constant:
        check_value(name, (), (), self.value, None)
        return self

    def row(self, inputs: Inputs) -> Row:
        return Row(None, ((self.value, None),))

    @cached_property
    def identity(self) -> Hashable:
        return ("table", (), frozenset([((), self.value)]), frozenset([self.value]))

    def __repr__(self) -> str:
        return f"Constant({typed(self.value)})"


@dataclass(frozen=True, eq=False, repr=False)
class Table(Mechanism):
    """A deterministic mechanism, row by row; ``table`` builds one."""

    parents: tuple[str, ...]
    rows: Mapping[Inputs, Value]
    declared: tuple[Value, ...] | None = None

    @cached_property
    def domain(self) -> tuple[Value, ...]:  # type: ignore[override]
        return self.declared or tuple(dict.fromkeys(self.rows.values()))

    def tabulated(self, name: str, domains: Domains) -> Table:
        rows = {inputs: self.rows[key] for inputs, key in matched(name, self.parents, self.rows, domains).items()}
        for inputs, value in rows.items():
            check_value(name, self.parents, inputs, value, self.declared)
        return Table(self.parents, Frozen(rows), self.declared)

    def row(self, inputs: Inputs) -> Row:
        return self._table[inputs]

    @cached_property
    def _table(self) -> Mapping[Inputs, Row]:
        return {inputs: Row(None, ((value, None),)) for inputs, value in self.rows.items()}

    @cached_property
    def grid(self) -> tuple[tuple[Value, ...], ...] | None:
        """The values of each parent, where the rows are their combinations, the last changing fastest."""
        return grid(self.rows)

    @cached_property
    def places(self) -> Array:
        """The place in the domain of each row's value, in the order in which the rows stand."""
        return _places(self.rows.values(), self.domain)

    def places_over(self, domains: tuple[tuple[Value, ...], ...]) -> Array:
        """The place in the domain of the value for every combination, with an axis for each parent."""
        there = self.places if self.grid == domains else _places(map(self.rows.__getitem__, itertools.product(*domains)), self.domain)
        return there.reshape([len(domain) for domain in domains])

    @cached_property
    def identity(self) -> Hashable:
        return ("table", self.parents, frozenset(self.rows.items()), frozenset(self.domain))

    def __repr__(self) -> str:
        return f"table({list(self.parents)!r}, {rows_text(self.rows)}{domain_text(self.declared)})"


@dataclass(frozen=True, eq=False, repr=False)
class CPT(Mechanism):
    """A conditional probability table, with or without a statement of how its noise is shared; ``cpt`` builds one."""

    parents: tuple[str, ...]
    rows: Mapping[Inputs, Dist]
    coupling: Coupling | None = None
    declared: tuple[Value, ...] | None = None

    @cached_property
    def domain(self) -> tuple[Value, ...]:  # type: ignore[override]
        return self.declared or tuple(dict.fromkeys(value for dist in self.rows.values() for value in dist))

    def tabulated(self, name: str, domains: Domains) -> CPT:
        rows = {inputs: self.rows[key] for inputs, key in matched(name, self.parents, self.rows, domains).items()}
        looked_at: set[int] = set()
        for inputs, dist in rows.items():
            if id(dist) in looked_at:
                continue
            looked_at.add(id(dist))
            if not isinstance(dist, Dist):
                raise NotADistribution(f"{name!r} with {assignment(self.parents, inputs)} is {dist!r}, and a row of a cpt is a Dist")
            for value in dist:
                check_value(name, self.parents, inputs, value, self.declared)
        return self if _are_same(self.rows, rows) else CPT(self.parents, Frozen(rows), self.coupling, self.declared)

    def row(self, inputs: Inputs) -> Row:
        return self._table[inputs]

    @cached_property
    def _table(self) -> Mapping[Inputs, Row]:
        if self.coupling == "monotone":
            return {inputs: Row((), pieces) for inputs, pieces in monotone_segments(self.rows, self.domain).items()}
        return {inputs: Row(inputs, tuple(dist.items())) for inputs, dist in self.rows.items()}

    @cached_property
    def grid(self) -> tuple[tuple[Value, ...], ...] | None:
        """The values of each parent, where the rows are their combinations, the last changing fastest."""
        return grid(self.rows)

    @cached_property
    def counted(self) -> CountedRows:
        """The rows in the order in which they stand, as whole numbers: no more of them than there are weights."""
        return counted_rows(list(self.rows.values()), self.domain)

    @cached_property
    def dense(self) -> Array | None:
        """The rows as a table over ``counted.scale``, with a column for each value of ``counted.domain``; None for symbols."""
        table = self.counted.dense()
        if table is not None:
            table.setflags(write=False)  # it is kept
        return table

    @cached_property
    def identity(self) -> Hashable:
        domain = self.domain if self.coupling == "monotone" else frozenset(self.domain)
        return ("cpt", self.parents, frozenset(self.rows.items()), self.coupling, domain)

    @cached_property
    def _hash(self) -> int:
        """The hash of some of the rows where there are many: those whose inputs have the smallest hashes, in whatever order they stand."""
        some: Collection[tuple[Inputs, Dist]] = self.rows.items()
        if len(self.rows) > MOST_HASHED:
            hashes = list(map(hash, self.rows))
            last = heapq.nsmallest(MOST_HASHED, hashes)[-1]
            some = list(itertools.compress(some, map(last.__ge__, hashes)))
        return hash(("cpt", self.parents, frozenset(some), len(self.rows), self.coupling, frozenset(self.domain)))

    def __repr__(self) -> str:
        coupling = f", coupling={self.coupling!r}" if self.coupling else ""
        return f"cpt({list(self.parents)!r}, {rows_text(self.rows)}{coupling}{domain_text(self.declared)})"


@dataclass(frozen=True, eq=False, repr=False)
class Choice(Mechanism):
    """A decision left open: its options, and the variables seen when it is made; ``choice`` builds one."""

    options: tuple[Value, ...]
    sees: tuple[str, ...] = ()

    @property
    def parents(self) -> tuple[str, ...]:  # type: ignore[override]
        return self.sees

    @property
    def domain(self) -> tuple[Value, ...]:  # type: ignore[override]
        return self.options

    def row(self, inputs: Inputs) -> Row:
        return Row(inputs, tuple((option, None) for option in self.options))

    @cached_property
    def identity(self) -> Hashable:
        return ("choice", self.options, self.sees)

    def __repr__(self) -> str:
        sees = f", sees={list(self.sees)!r}" if self.sees else ""
        return f"choice({', '.join(map(typed, self.options))}{sees})"


@dataclass(frozen=True, eq=False)
class Function(Mechanism):
    """A Python function of the parents that its arguments name; it becomes a ``Table`` when a model is built.

    It is asked twice for every row, in two orders, unless it is stated to be ``pure``.
    """

    f: Callable[..., Value]
    parents: tuple[str, ...]
    declared: tuple[Value, ...] | None = None
    pure: bool = False

    def tabulated(self, name: str, domains: Domains) -> Table:
        needs = "; it must return a value for every combination of its parents' values"
        inputs = every_input(name, self.parents, domains)
        rows = answers(self.f, f"the function of {name!r}", self.parents, inputs, twice=not self.pure, needs=needs)
        return Table(self.parents, rows, self.declared).tabulated(name, domains)

    @cached_property
    def identity(self) -> Hashable:
        return ("function", self.f, self.parents, self.declared, self.pure)


def _places(values: Iterable[Value], domain: tuple[Value, ...]) -> Array:
    import numpy as np

    place = {value: i for i, value in enumerate(domain)}
    places = np.fromiter(map(place.__getitem__, values), np.intp)
    places.setflags(write=False)  # they are kept with a mechanism
    return places


def _are_same(rows: Mapping[Inputs, Dist], tabulated: Mapping[Inputs, Dist]) -> bool:
    """Whether rows need not be made: they cannot change, and stand under the same inputs, the same objects, in the same order."""
    if not isinstance(rows, Frozen) or list(rows) != list(tabulated):
        return False
    flat = itertools.chain.from_iterable
    return all(map(operator.is_, flat(rows), flat(tabulated)))
