"""From a planned elimination and its weights to answers: looked up, run as a circuit, or carried out on whole tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from causalkit.engine.circuit import circuit, program, spread
from causalkit.engine.factors import Factor, Problem
from causalkit.engine.ordering import Order, Scope, eliminated

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

__all__ = ["CarriedOut", "LookedUp", "Runner", "runner"]

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
        return CarriedOut(whole, order, tuple(weights), dtype)
    compiled = program(circuit(whole, order.variables), weights, dtype)
    if whole.observed == tables.observed:
        return compiled
    return LookedUp(every_answer(tables, whole, compiled({})), tables.observed)


def every_answer(tables: Problem, whole: Problem, answer: Array) -> Array:
    """The answers for all observed values: an axis for each observed variable, and a last one for the kept combinations."""
    axes = [*tables.observed, *tables.kept]
    table = answer.reshape([tables.cards[v] for v in whole.kept]).transpose([whole.kept.index(v) for v in axes])
    return table.reshape([*(tables.cards[v] for v in tables.observed), -1])


@dataclass(frozen=True, eq=False)
class LookedUp:
    """Answers that are all known: an axis for each observed variable, and a last one for the kept combinations."""

    answers: Array
    observed: tuple[int, ...]

    def __call__(self, seen: Mapping[int, Any]) -> Array:
        found: Array = self.answers[tuple([seen[variable] for variable in self.observed])]
        return found

    def batch(self, seen: Mapping[int, Array], count: int) -> Array:
        return self(seen)


class _Block(NamedTuple):
    scope: Scope
    varies: bool
    values: Array


@dataclass(frozen=True, eq=False)
class CarriedOut:
    """The same elimination on whole tables, for what is too large to be kept as a circuit."""

    tables: Problem
    order: Order
    weights: tuple[Array, ...]
    dtype: Any

    def __call__(self, seen: Mapping[int, int]) -> Array:
        import numpy as np

        tables = self.tables
        blocks = [_sliced(factor, table, tables, seen, self.dtype) for factor, table in zip(tables.factors, self.weights, strict=True)]
        one = _Block((), False, np.ones((), self.dtype))
        last = eliminated(blocks, self.order.variables, tables.cards, partial(_product, tables.cards, self.dtype), one)
        shape = [tables.cards[variable] for variable in tables.kept]
        return np.broadcast_to(spread(last.scope, last.values, tables.kept, tables.cards), shape).reshape(-1)

    def batch(self, seen: Mapping[int, Array], count: int) -> Array:
        import numpy as np

        return np.stack([self({variable: int(places[i]) for variable, places in seen.items()}) for i in range(count)])


def _product(cards: Sequence[int], dtype: Any, a: _Block, b: _Block, variable: int | None) -> _Block:
    """The product of two tables, summed over a variable unless it is None."""
    import numpy as np

    scope = tuple(sorted({*a.scope, *b.scope} - {variable}))
    if variable is not None and dtype is not object and variable in a.scope and variable in b.scope:
        return _Block(scope, False, _matrix_product(a, b, variable, scope, cards))
    axes = scope if variable is None else (*scope, variable)
    product = np.asarray(spread(a.scope, a.values, axes, cards) * spread(b.scope, b.values, axes, cards), dtype)
    return _Block(scope, False, product if variable is None else np.asarray(np.add.reduce(product, axis=-1), dtype))


def _matrix_product(a: _Block, b: _Block, variable: int, scope: Scope, cards: Sequence[int]) -> Array:
    """The product summed over a variable, as matrix products: one for each combination of what both hold besides it."""
    both = [v for v in scope if v in a.scope and v in b.scope]
    left, right = [v for v in scope if v not in b.scope], [v for v in scope if v not in a.scope]
    sizes = [math.prod(cards[v] for v in group) for group in (both, left, right)]
    one = spread(a.scope, a.values, [*both, *left, variable], cards).reshape(sizes[0], sizes[1], -1)
    two = spread(b.scope, b.values, [*both, variable, *right], cards).reshape(sizes[0], -1, sizes[2])
    axes = [*both, *left, *right]
    found: Array = (one @ two).reshape([cards[v] for v in axes]).transpose([axes.index(v) for v in scope])
    return found


def _sliced(factor: Factor, table: Array, tables: Problem, seen: Mapping[int, int], dtype: Any) -> _Block:
    """A whole table at the observed values, its axes ascending."""
    import numpy as np

    dense = np.zeros(math.prod(tables.cards[variable] for variable in factor.scope), dtype)
    dense[list(factor.cells)] = table
    dense = dense.reshape([tables.cards[variable] for variable in factor.scope])
    dense = dense[tuple(seen.get(variable, slice(None)) for variable in factor.scope)]
    free = [variable for variable in factor.scope if variable not in seen]
    return _Block(tuple(sorted(free)), False, np.asarray(dense, dtype).transpose(np.argsort(free)))
