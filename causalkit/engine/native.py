"""A compiled question as machine code: one loop over the sums of its circuit. Needs numba."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from causalkit.engine.circuit import Program
from causalkit.errors import MissingExtra

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

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
    column = {variable: i for i, variable in enumerate(observed)}
    tables = [table.reshape(-1) for table in program.tables]
    numbers = np.concatenate([program.carried, *tables]).astype(np.float64)
    starts = len(program.carried) + np.cumsum([0, *(len(table) for table in tables)])
    inputs: list[int] = []
    for entry, table, start in zip(circuit.inputs, program.tables, starts, strict=False):
        strides = np.cumprod([1, *reversed(table.shape[1:])])[::-1] if table.ndim > 1 else np.ones(1, np.intp)
        inputs += [entry.lo, entry.hi - entry.lo, int(start), len(entry.observed)]
        for variable, stride in zip(entry.observed, strides, strict=False):
            inputs += [column[variable], int(stride)]
    sums: list[int] = []
    for layer in circuit.varying:
        ends = [*layer.starts[1:], len(layer.left)] if layer.starts is not None else range(1, len(layer.left) + 1)
        begin = 0
        for slot, end in zip(range(layer.lo, layer.hi), ends, strict=True):
            sums += [slot, int(end) - begin]
            for i in range(begin, int(end)):
                sums += [int(layer.left[i]), int(layer.right[i])]
            begin = int(end)
    answers = [value for pair in zip(circuit.answer.tolist(), target.tolist(), strict=True) for value in pair if pair[0] >= 0]
    head = [len(program.carried), len(circuit.inputs), sum(s.hi - s.lo for s in circuit.varying), len(answers) // 2]
    return Native(numbers, np.array([*head, *inputs, *sums, *answers], np.int64), int(target.max(initial=-1)) + 1, circuit.working, _loop())


@cache
def _loop() -> Callable[..., None]:
    try:
        from numba import njit
    except ImportError:
        raise MissingExtra("machine code needs numba, which is not installed; type: pip install 'causalkit[fast]'") from None
    compiled: Callable[..., None] = njit("void(float64[::1], int64[::1], int64[:, ::1], float64[::1], float64[:, ::1])", cache=True)(_run)
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
