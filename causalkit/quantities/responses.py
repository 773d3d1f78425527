"""Canonical response functions: what a conditional table leaves open about the noise behind it, as a polytope and a polynomial.

A table that does not state a coupling says how likely each value is in each row, and nothing about rows together. Every way to share
the noise is a distribution over response functions, one value for each row, with the table's rows as margins; the noises of different
tables are independent. A question about branches is then a polynomial in those distributions, linear in each of them. Rows of a table
that never meet in one run of the world fall apart into groups, each with a coupling of its own.
Source: [balke1997]; [pearl2009], section 8.2.2.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar, cast

from causalkit.branches import Branches
from causalkit.errors import OpenChoice, TooLarge, Undecided
from causalkit.mechanisms.mechanism import CPT, Choice, Noise, Table
from causalkit.mechanisms.rows import Inputs
from causalkit.regime import Regime
from causalkit.values.dist import Dist, Value
from causalkit.values.exact import Number, exact, is_symbolic
from causalkit.values.linear_program import Column

__all__ = ["Polynomial", "Responses", "connected", "coupled", "polynomial", "responses", "uncoupled"]

Part = frozenset[tuple[str, Inputs, Value]]
Polynomial = Mapping[Part, Fraction]
Weights = Mapping[tuple[Value, ...], Fraction]

Pieces = list[tuple[dict[Inputs, Value], Fraction]]
T = TypeVar("T")

MOST_RESPONSES = 5_000


@dataclass(frozen=True)
class Responses:
    """The response functions of one table on a group of rows that meet in a question."""

    name: str
    rows: tuple[Inputs, ...]
    dists: tuple[Dist, ...]

    @property
    def count(self) -> int:
        return math.prod(len(dist) for dist in self.dists)

    @cached_property
    def functions(self) -> tuple[tuple[Value, ...], ...]:
        """Every response function: a value for each of the rows, in their order."""
        if self.count > MOST_RESPONSES:
            raise TooLarge(
                f"{self.name!r} has {self.count:,} response functions on the {len(self.rows)} rows that the question compares, and at most "
                f"{MOST_RESPONSES:,} are tried; state a coupling, or ask a question in which fewer of its rows meet"
            )
        return tuple(itertools.product(*(dist.support for dist in self.dists)))

    @cached_property
    def margins(self) -> tuple[list[Column], list[Fraction]]:
        """The couplings as a polytope: its columns, one for each response function, and its right-hand side; rows are independent."""
        cells = [(i, value) for i, dist in enumerate(self.dists) for value in dist.support[:-1]]
        place = {cell: k for k, cell in enumerate(cells, start=1)}
        columns: list[Column] = [
            {0: Fraction(1), **{place[cell]: Fraction(1) for cell in enumerate(function) if cell in place}} for function in self.functions
        ]
        return columns, [Fraction(1), *(cast("Fraction", self.dists[i][value]) for i, value in cells)]

    def agrees(self, function: tuple[Value, ...], part: Part) -> bool:
        """Whether a response function gives the values that a part of the polynomial speaks of."""
        return all(function[self._place[row]] == value for name, row, value in part if self.meets(name, row))

    def meets(self, name: str, row: Inputs) -> bool:
        """Whether a row of a table is one of these."""
        return name == self.name and row in self._place

    @cached_property
    def _place(self) -> Mapping[Inputs, int]:
        return {row: i for i, row in enumerate(self.rows)}


def uncoupled(regime: Regime) -> dict[str, CPT]:
    """The conditional tables of a regime that do not state a coupling.

    >>> from causalkit import coin, cpt
    >>> list(uncoupled(Regime.of({"x": coin("1/2"), "y": cpt(["x"], {True: {1: "1/2", 0: "1/2"}, False: {0: 1}})})))
    ['y']
    """
    return {name: one for name, one in regime.mechanisms.items() if isinstance(one, CPT) and one.coupling is None}


def polynomial(branches: Branches, quantity: Callable[[Any], Any]) -> Polynomial:
    """The mean of a quantity over the branches where the evidence holds, not divided by its probability, as a sum of parts.

    A part is a set of ``(table, row, value)`` with a coefficient: the sum over parts of the coefficient times the probability that the
    tables respond like that. Tables that respond in one row only are worked in already, as their row says how likely that is.
    """
    tables = uncoupled(branches.regime)
    # A table whose noise is left open is met by a question in the same way as a decision is: row by row, the same row once.
    opened = {name: Choice(one.domain, one.parents) for name, one in tables.items()}
    asked = Branches(branches.regime.with_mechanisms({**branches.regime.mechanisms, **opened}), branches.edits, branches.evidence)
    found: dict[Part, Fraction] = {}
    for responses_, weights in asked.by_choice(quantity).items():
        total = sum((weight * exact(value) for value, weight in weights.items()), exact(0))
        part, share = _worked_in(responses_, tables)
        if share and total:
            found[part] = found.get(part, Fraction(0)) + _number(total) * share
    return found


def _worked_in(part: Part, tables: Mapping[str, CPT]) -> tuple[Part, Fraction]:
    """The part without tables that respond in one row, and the probability that those, and each single row, give what they do."""
    share, kept = Fraction(1), set(part)
    for name in {name for name, _, _ in part}:
        if name not in tables:
            raise OpenChoice(f"{name!r} is a choice that nobody has made, and the bounds depend on it; plug in a rule with .choose(...)")
        own = [piece for piece in part if piece[0] == name]
        margins = [_number(tables[name].rows[row][value]) for _, row, value in own]
        if len(own) == 1 or not all(margins):
            share *= margins[0] if len(own) == 1 else 0
            kept.difference_update(own)
    return frozenset(kept), share


def _number(value: Number) -> Fraction:
    if is_symbolic(value):
        raise Undecided(f"bounds over couplings need fractions, and {value} holds symbols or irrationals; substitute fractions first")
    return Fraction(cast("Fraction", value))


def responses(regime: Regime, *polynomials: Polynomial) -> list[Responses]:
    """The groups of rows whose coupling matters to some polynomials; the one with most response functions comes last."""
    tables = uncoupled(regime)
    parts = [part for one in polynomials for part in one]
    found = []
    for name, table in tables.items():
        met = [{row for other, row, _ in part if other == name} for part in parts]
        for group in connected(met):
            rows = tuple(row for row in table.rows if row in group)
            found.append(Responses(name, rows, tuple(table.rows[row] for row in rows)))
    return sorted(found, key=lambda one: one.count)


def connected(sets: Iterable[Collection[T]]) -> list[set[T]]:
    """The elements in groups: those of one set belong together.

    >>> connected([{1, 2}, {3}, {2, 4}, set()])
    [{1, 2, 4}, {3}]
    """
    groups: list[set[T]] = []
    for one in sets:
        touched = [group for group in groups if not group.isdisjoint(one)]
        merged = set(one).union(*touched)
        groups = [merged if touched and group is touched[0] else group for group in groups if group not in touched[1:]]
        groups += [merged] if merged and not touched else []
    return groups


def coupled(regime: Regime, weights: Iterable[tuple[Responses, Weights]]) -> Regime:
    """The regime with tables made into functions of a noise of their own, whose response functions have these weights.

    Any coupling would do for what the weights do not speak of: other rows, and the groups among each other, follow the same noise along
    their values in order, and other tables are coupled monotonically.
    """
    chosen, tables = list(weights), uncoupled(regime)
    mechanisms = {**regime.mechanisms, **{name: replace(one, coupling="monotone") for name, one in tables.items()}}
    for name in dict.fromkeys(group.name for group, _ in chosen):
        table, spoken_of = tables[name], set[Inputs]()
        pieces: Pieces = [({}, Fraction(1))]
        for group, own in chosen:
            if group.name == name:
                pieces = _cut(pieces, [(dict(zip(group.rows, function, strict=True)), weight) for function, weight in own.items()])
                spoken_of.update(group.rows)
        for row in table.rows:
            pieces = pieces if row in spoken_of else _cut(pieces, [({row: v}, cast("Fraction", w)) for v, w in table.rows[row].items()])
        noise = _free_name(f"{name}.response", mechanisms)
        mechanisms[noise] = Noise(Dist({k: weight for k, (_, weight) in enumerate(pieces)}))
        listed = {(*row, k): response[row] for row in table.rows for k, (response, _) in enumerate(pieces)}
        mechanisms[name] = Table((*table.parents, noise), listed, table.domain)
    return regime.with_mechanisms(mechanisms)


def _cut(pieces: Pieces, others: Pieces) -> Pieces:
    """Two ways to cut the unit interval, laid over each other."""
    cut: Pieces = []
    left = list(others)
    for response, length in pieces:
        while length:
            other, share = left.pop(0)
            both = min(length, share)
            cut.append(({**response, **other}, both))
            left = [(other, share - both), *left] if share > both else left
            length -= both
    return cut


def _free_name(name: str, taken: Iterable[str]) -> str:
    return name if name not in taken else _free_name(f"{name}'", taken)
