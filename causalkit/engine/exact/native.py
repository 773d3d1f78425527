"""A compiled question as machine code: one loop over the sums of its circuit. Needs numba."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from causalkit.engine.exact.circuit import Program, Sums
from causalkit.errors import MissingExtra
from causalkit.values.arrays import Array

__all__ = ["Native", "native"]


@dataclass(frozen=True, eq=False)
class Native:
    """A program flattened into one array of numbers and one of places, with the loop that runs it.

    Called with rows of places of observed values, it gives rows of weights, one for each value of the target.
    """

    numbers: Array
    places: Array
    width: int
    slots: int
    loop: Callable[..., None]

    def __call__(self, seen: Array) -> Array:
        import numpy as np

        found = np.zeros((len(seen), self.width))
        self.loop(self.numbers, self.places, seen, np.empty(self.slots), found)
        return found


def native(program: Program, observed: Sequence[int], target: Array) -> Native:
    """A program as machine code; ``observed`` are the variables in the order of the rows, ``target`` the value of each kept combination.

    Raises ``MissingExtra`` when numba is not installed.
    """
    import numpy as np

    circuit = program.circuit
    tables = [table.reshape(-1) for table in program.tables]
    inputs = list(_inputs(program, {variable: i for i, variable in enumerate(observed)}))
    sums = [number for layer in circuit.varying for number in _sums(layer)]
    answers = [number for pair in zip(circuit.answer.tolist(), target.tolist(), strict=True) if pair[0] >= 0 for number in pair]
    head = [len(program.carried), len(circuit.inputs), sum(layer.hi - layer.lo for layer in circuit.varying), len(answers) // 2]
    return Native(
        np.concatenate([program.carried, *tables]).astype(np.float64),
        np.array([*head, *inputs, *sums, *answers], np.int64),
        int(target.max(initial=-1)) + 1,
        circuit.working,
        _loop(),
    )


def _inputs(program: Program, column: Mapping[int, int]) -> Iterator[int]:
    """For each table: its first slot, how many, where its numbers begin, and how far each observed variable moves that."""
    start = len(program.carried)
    for entry, table in zip(program.circuit.inputs, program.tables, strict=True):
        yield from (entry.lo, entry.hi - entry.lo, start, len(entry.observed))
        for axis, variable in enumerate(entry.observed):
            yield from (column[variable], math.prod(table.shape[axis + 1 :]))
        start += table.size


def _sums(layer: Sums) -> Iterator[int]:
    """For each sum: its slot, how many products, and the slots of their factors."""
    starts = range(len(layer.left)) if layer.starts is None else layer.starts.tolist()
    left, right = layer.left.tolist(), layer.right.tolist()
    for slot, (begin, end) in zip(range(layer.lo, layer.hi), itertools.pairwise([*starts, len(left)]), strict=True):
        yield from (slot, end - begin)
        for i in range(begin, end):
            yield from (left[i], right[i])


@cache
def _loop() -> Callable[..., None]:
    try:
        from numba import njit
    except ImportError:
        raise MissingExtra("machine code needs numba, which is not installed; type: pip install 'causalkit[fast]'") from None
    signature = "void(float64[::1], int64[::1], int64[:, ::1], float64[::1], float64[:, ::1])"
    try:
        compiled: Callable[..., None] = njit(signature, cache=True)(_run)
    except Exception:  # a place that cannot be written or a broken cache: machine code is then made anew by every process
        compiled = njit(signature)(_run)
    return compiled


def _run(numbers: Any, places: Any, seen: Any, slots: Any, found: Any) -> None:
    """Fill ``found`` row by row: what is carried over, then the tables at what is seen, then sum after sum."""
    carried, inputs, sums, answers = places[0], places[1], places[2], places[3]
    slots[:carried] = numbers[:carried]
    for row in range(len(seen)):
        at = 4
        for _ in range(inputs):
            lo, width, start, count = places[at], places[at + 1], places[at + 2], places[at + 3]
            at += 4
            for _ in range(count):
                start += seen[row, places[at]] * places[at + 1]
                at += 2
            for i in range(width):
                slots[lo + i] = numbers[start + i]
        for _ in range(sums):
            slot, count = places[at], places[at + 1]
            at += 2
            total = 0.0
            for _ in range(count):
                total += slots[places[at]] * slots[places[at + 1]]
                at += 2
            slots[slot] = total
        for _ in range(answers):
            found[row, places[at + 1]] += slots[places[at]]
            at += 2
