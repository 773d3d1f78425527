"""From a planned elimination and its weights to answers: looked up, run as a circuit, or carried out on whole tables."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from causalkit.engine.compiling.factors import Factor, Problem
from causalkit.engine.compiling.ordering import Order, Scope, eliminated
from causalkit.engine.exact.circuit import circuit, program, spread
from causalkit.values.arrays import Array

__all__ = ["MOST_KEPT", "Einsum", "Runner", "TableLookup", "runner"]

MOST_KEPT = 1_000_000
"""An elimination of more multiply-adds than this is carried out without being kept for the next question."""


class Runner(Protocol):
    """From the places of the observed values to the weight of each combination of the kept variables, the last changing fastest."""

    def __call__(self, seen: Mapping[int, int]) -> Array: ...

    def batch(self, seen: Mapping[int, Array], count: int) -> Array:
        """The same for many settings of the observed variables: a row for each."""


def runner(tables: Problem, whole: Problem, order: Order, weights: Sequence[Array], dtype: Any) -> Runner:
    """An elimination ready to run; ``whole`` are the tables to which the order belongs, perhaps with the observed variables open."""
    if order.cost > MOST_KEPT:
        return Einsum(whole, order, tuple(weights), dtype)
    compiled = program(circuit(whole, order.variables), weights, dtype)
    if tables.observed and whole.observed == tables.observed:
        return compiled
    return TableLookup(every_answer(tables, whole, compiled({})), tables.observed)


def every_answer(tables: Problem, whole: Problem, answer: Array) -> Array:
    """The answers for all observed values: an axis for each observed variable, and a last one for the kept combinations."""
    axes = [*tables.observed, *tables.kept]
    table = answer.reshape([tables.cards[v] for v in whole.kept]).transpose([whole.kept.index(v) for v in axes])
    return table.reshape([*(tables.cards[v] for v in tables.observed), -1])


@dataclass(frozen=True, eq=False)
class TableLookup:
    """Answers that are all known: an axis for each observed variable, and a last one for the kept combinations."""

    answers: Array
    observed: tuple[int, ...]

    def __call__(self, seen: Mapping[int, Any]) -> Array:
        found: Array = self.answers[tuple([seen[variable] for variable in self.observed])]
        return found

    def batch(self, seen: Mapping[int, Array], count: int) -> Array:
        import numpy as np

        found = self(seen)
        return found if found.ndim > 1 else np.broadcast_to(found, (count, len(found)))


@dataclass(frozen=True, eq=False)
class Einsum:
    """The same elimination on whole tables, for what is too large to be kept as a circuit: a contraction by opt_einsum, its path kept."""

    tables: Problem
    order: Order
    weights: tuple[Array, ...]
    dtype: Any

    def __call__(self, seen: Mapping[int, int]) -> Array:
        import numpy as np

        tables = self.tables
        fixed = {variable: seen[variable] for variable in tables.observed}
        axes = [tuple(fixed.get(variable, slice(None)) for variable in factor.scope) for factor in tables.factors]
        operands = [table[axis] for table, axis in zip(self._dense, axes, strict=True)]
        last = np.asarray(self._contract(*operands), self.dtype)
        shape = [tables.cards[variable] for variable in tables.kept]
        return np.broadcast_to(spread(self._left, last, tables.kept, tables.cards), shape).reshape(-1)

    def batch(self, seen: Mapping[int, Array], count: int) -> Array:
        import numpy as np

        return np.stack([self({variable: int(places[i]) for variable, places in seen.items()}) for i in range(count)])

    @cached_property
    def _dense(self) -> list[Array]:
        """Every table with all of its cells."""
        return [
            _dense(factor, table, self.tables.cards, self.dtype) for factor, table in zip(self.tables.factors, self.weights, strict=True)
        ]

    @cached_property
    def _scopes(self) -> list[Scope]:
        """What is left of every table once the observed variables have their values."""
        observed = set(self.tables.observed)
        return [tuple(variable for variable in factor.scope if variable not in observed) for factor in self.tables.factors]

    @cached_property
    def _left(self) -> Scope:
        """The kept variables that some table holds."""
        held = {variable for scope in self._scopes for variable in scope}
        return tuple(variable for variable in self.tables.kept if variable in held)

    @cached_property
    def _contract(self) -> Callable[..., Any]:
        """The contraction, along the path that the elimination order gives."""
        import numpy as np
        from opt_einsum import contract_expression, get_symbol

        if not self._scopes:
            return lambda: np.ones((), self.dtype)
        cards = self.tables.cards
        texts = ["".join(map(get_symbol, scope)) for scope in [*self._scopes, self._left]]
        shapes = [[cards[variable] for variable in scope] for scope in self._scopes]
        contract: Callable[..., Any] = contract_expression(
            f"{','.join(texts[:-1])}->{texts[-1]}", *shapes, optimize=_path(self._scopes, self.order.variables, cards)
        )
        return contract


class _Operand(NamedTuple):
    """A table while the path is laid out: its number, or None for the table that is one everywhere."""

    scope: Scope
    varies: bool
    number: int | None


def _path(scopes: Sequence[Scope], order: Sequence[int], cards: Sequence[int]) -> list[tuple[int, ...]]:
    """An elimination order as a path: in each step the places of the tables that are multiplied, in a list whose end the product joins."""
    there = list(range(len(scopes)))
    path: list[tuple[int, ...]] = []
    fresh = itertools.count(len(scopes))

    def multiply(a: _Operand, b: _Operand, variable: int | None) -> _Operand:
        path.append(tuple(sorted(there.index(each.number) for each in (a, b) if each.number is not None)))
        for place in reversed(path[-1]):
            there.pop(place)
        there.append(next(fresh))
        return _Operand(tuple(sorted({*a.scope, *b.scope} - {variable})), a.varies or b.varies, there[-1])

    tables = [_Operand(tuple(sorted(scope)), False, i) for i, scope in enumerate(scopes)]
    eliminated(tables, order, cards, multiply, _Operand((), False, None))
    return path or [(0,)]


def _dense(factor: Factor, weights: Array, cards: Sequence[int], dtype: Any) -> Array:
    import numpy as np

    table = np.zeros(math.prod(cards[variable] for variable in factor.scope), dtype)
    table[list(factor.cells)] = weights
    return table.reshape([cards[variable] for variable in factor.scope])
