"""Elimination compiled once into sums of products: the same program for integers, polynomials, floats and batches."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from causalkit.engine.compiling.factors import Factor, Problem
from causalkit.engine.compiling.ordering import Scope, eliminated
from causalkit.values.arrays import Array

__all__ = ["Circuit", "Input", "Program", "Sums", "circuit", "program", "spread"]


class Sums(NamedTuple):
    """Sums of products that do not wait for each other: ``slots[lo:hi]`` are sums of ``slots[left] * slots[right]``.

    ``starts`` says where each sum begins, and is None when every sum has one product.
    """

    left: Array
    right: Array
    starts: Array | None
    lo: int
    hi: int


class Input(NamedTuple):
    """Where a table enters: its number, its first slot, and per setting of its observed variables where each slot's weight is.

    ``places`` has an axis for each observed variable and a last axis for the slots; -1 stands for weight zero.
    """

    factor: int
    lo: int
    hi: int
    observed: tuple[int, ...]
    places: Array

    def moved(self, lo: int) -> Input:
        """The same table with another first slot."""
        return Input(self.factor, lo, lo + self.hi - self.lo, self.observed, self.places)


@dataclass(frozen=True)
class Circuit:
    """The structure of one elimination: slots for numbers, and the sums of products that fill them.

    What does not depend on the observed variables is computed once, by ``fixed`` from ``constants``, where slot 0 holds one. Each
    query works on slots of its own: those ``carried`` over, then ``inputs``, then what ``varying`` computes, layer by layer.
    ``answer`` holds the slot of each combination of the kept variables, the last changing fastest, or -1 for weight zero.
    """

    size: int
    constants: tuple[Input, ...]
    fixed: tuple[Sums, ...]
    carried: Array
    inputs: tuple[Input, ...]
    varying: tuple[Sums, ...]
    working: int
    answer: Array

    @property
    def cost(self) -> int:
        """Multiply-adds for the first query."""
        return sum(len(sums.left) for sums in (*self.fixed, *self.varying))


class _Block(NamedTuple):
    """A table while the circuit is being laid out: a slot, or -1, for each combination of its variables."""

    scope: Scope
    varies: bool
    slots: Array


class _Step(NamedTuple):
    sums: Sums
    varies: bool


def circuit(problem: Problem, order: Sequence[int]) -> Circuit:
    """Lays out the elimination of a problem's variables in an order; cells that are zero for certain take no part."""
    import numpy as np

    inputs: list[Input] = []
    blocks: list[_Block] = []
    steps: list[_Step] = []
    size = 1
    for i, factor in enumerate(problem.factors):
        entry, block = _entered(i, factor, problem, size)
        inputs.append(entry)
        blocks.append(block)
        size = entry.hi

    def multiply(a: _Block, b: _Block, variable: int | None) -> _Block:
        nonlocal size
        step, block = _product(a, b, variable, problem.cards, size)
        steps.append(step)
        size = step.sums.hi
        return block

    one = _Block((), False, np.zeros((), np.int32))
    last = eliminated(blocks, order, problem.cards, multiply, one)
    shape = tuple(problem.cards[variable] for variable in problem.kept)
    answer = np.broadcast_to(spread(last.scope, last.slots, problem.kept, problem.cards), shape)
    return _numbered(size, inputs, steps, answer.reshape(-1))


def _entered(i: int, factor: Factor, problem: Problem, base: int) -> tuple[Input, _Block]:
    """A table's way in: one slot for each cell that has a weight under some setting of the observed variables."""
    import numpy as np

    shape = [problem.cards[variable] for variable in factor.scope]
    dense = np.full(shape, -1, np.int64)
    dense.reshape(-1)[list(factor.cells)] = np.arange(len(factor.cells))
    free = problem.shapes[i].scope
    seen = tuple(variable for variable in factor.scope if variable in problem.observed)
    dense = dense.transpose([factor.scope.index(variable) for variable in (*seen, *free)])
    possible = (dense >= 0).any(axis=tuple(range(len(seen))))
    slots = np.full(possible.shape, -1, np.int32)
    slots[possible] = base + np.arange(possible.sum(), dtype=np.int32)
    places = dense[..., possible]
    return Input(i, base, base + places.shape[-1], seen, places), _Block(free, bool(seen), slots)


def spread(scope: Scope, table: Array, axes: Sequence[int], cards: Sequence[int]) -> Array:
    """A table with an axis for each of the given variables, of length 1 where the table does not hold the variable."""
    held = [variable for variable in axes if variable in scope]
    return table.transpose([scope.index(variable) for variable in held]).reshape([cards[v] if v in scope else 1 for v in axes])


def _product(a: _Block, b: _Block, variable: int | None, cards: Sequence[int], base: int) -> tuple[_Step, _Block]:
    """The product of two blocks, summed over a variable unless it is None, and the step that computes it."""
    import numpy as np

    scope = tuple(sorted({*a.scope, *b.scope} - {variable}))
    axes = scope if variable is None else (*scope, variable)
    left, right = spread(a.scope, a.slots, axes, cards), spread(b.scope, b.slots, axes, cards)
    both = (left >= 0) & (right >= 0)
    lefts, rights = np.broadcast_to(left, both.shape)[both], np.broadcast_to(right, both.shape)[both]
    counts = both.astype(np.int32) if variable is None else both.sum(axis=-1, dtype=np.int32)
    held = counts > 0
    lengths = counts[held]
    starts = None if len(lengths) == len(lefts) else np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.intp)
    slots = np.full(held.shape, -1, np.int32)
    slots[held] = base + np.arange(len(lengths), dtype=np.int32)
    varies = a.varies or b.varies
    return _Step(Sums(lefts, rights, starts, base, base + len(lengths)), varies), _Block(scope, varies, slots)


def _numbered(size: int, inputs: Sequence[Input], steps: Sequence[_Step], answer: Array) -> Circuit:
    """Sets what a query computes anew apart, in slots of its own, and gathers it into layers."""
    import numpy as np

    level = np.zeros(size, np.int32)
    read = np.zeros(size, bool)
    read[answer[answer >= 0]] = True
    varying = [step.sums for step in steps if step.varies]
    fresh = [entry for entry in inputs if entry.observed]
    for entry in fresh:
        level[entry.lo : entry.hi] = 1
    for sums in varying:
        read[sums.left] = read[sums.right] = True
        level[sums.lo : sums.hi] = 1 + max(level[sums.left].max(initial=0), level[sums.right].max(initial=0))
    carried = np.flatnonzero(read & (level == 0))
    own = np.flatnonzero(level)
    own = own[np.argsort(level[own], kind="stable")]
    new = np.full(size + 1, -1, np.intp)
    new[carried] = np.arange(len(carried))
    new[own] = len(carried) + np.arange(len(own))
    return Circuit(
        size,
        tuple(entry for entry in inputs if not entry.observed),
        tuple(step.sums for step in steps if not step.varies),
        carried,
        tuple(entry.moved(int(new[entry.lo])) for entry in fresh),
        tuple(_layers([sums for sums in varying if sums.hi > sums.lo], level, new)),
        len(carried) + len(own),
        new[answer],
    )


def _layers(varying: Iterable[Sums], level: Array, new: Array) -> Iterator[Sums]:
    """Sums of the same level as one, in the new numbering."""
    import numpy as np

    for _, group in itertools.groupby(sorted(varying, key=lambda sums: (level[sums.lo], sums.lo)), key=lambda sums: level[sums.lo]):
        found = list(group)
        offsets = np.cumsum([0, *(len(sums.left) for sums in found)])
        starts = [(np.arange(len(s.left)) if s.starts is None else s.starts) + at for s, at in zip(found, offsets[:-1], strict=True)]
        joined = None if all(sums.starts is None for sums in found) else np.concatenate(starts)
        lo, hi = int(new[found[0].lo]), int(new[found[-1].hi - 1]) + 1
        yield Sums(new[np.concatenate([s.left for s in found])], new[np.concatenate([s.right for s in found])], joined, lo, hi)


@dataclass(frozen=True)
class Program:
    """A circuit with its weights loaded: called with the places of the observed values, it gives the weight of each kept combination."""

    circuit: Circuit
    carried: Array
    tables: tuple[Array, ...]

    def __call__(self, seen: Mapping[int, int]) -> Array:
        tables = zip(self.circuit.inputs, self.tables, strict=True)
        slots = self._slots([table[tuple([seen[v] for v in entry.observed])] for entry, table in tables])
        return slots.take(self.circuit.answer, 0, mode="wrap")

    def _slots(self, weights: Sequence[Array]) -> Array:
        import numpy as np

        batch = weights[0].shape[1:] if weights else ()
        slots = np.empty((self.circuit.working + 1, *batch), self.carried.dtype)
        slots[: len(self.carried)] = self.carried.reshape(-1, *[1] * len(batch))
        slots[-1] = 0
        for entry, given in zip(self.circuit.inputs, weights, strict=True):
            slots[entry.lo : entry.hi] = given
        for sums in self.circuit.varying:
            _fill(slots, sums)
        return slots

    def batch(self, seen: Mapping[int, Array], count: int) -> Array:
        """The same for many settings of the observed variables: a row for each."""
        import numpy as np

        tables = zip(self.circuit.inputs, self.tables, strict=True)
        slots = self._slots([table[tuple(seen[v] for v in entry.observed)].T for entry, table in tables])
        found = slots.take(self.circuit.answer, 0, mode="wrap").T
        return found if found.ndim > 1 else np.broadcast_to(found, (count, len(found)))


def _fill(slots: Array, sums: Sums) -> None:
    import numpy as np

    products = slots.take(sums.left, 0) * slots.take(sums.right, 0)
    slots[sums.lo : sums.hi] = products if sums.starts is None else np.add.reduceat(products, sums.starts)


def program(circuit: Circuit, weights: Sequence[Array], dtype: Any) -> Program:
    """Loads a circuit with the weights of each factor's cells, and computes what no observation changes."""
    import numpy as np

    slots = np.empty(circuit.size, dtype)
    slots[0] = 1
    for entry in circuit.constants:
        slots[entry.lo : entry.hi] = weights[entry.factor][entry.places]
    for sums in circuit.fixed:
        if sums.hi > sums.lo:
            _fill(slots, sums)
    tables = []
    for entry in circuit.inputs:
        padded = np.append(weights[entry.factor], np.zeros(1, dtype))
        tables.append(padded[entry.places])
    return Program(circuit, slots[circuit.carried], tuple(tables))
