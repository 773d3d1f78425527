"""Arrays of whole numbers that are exact whatever their size: int64 where every result surely fits, Python's integers elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

__all__ = [
    "added_up", "code_type", "combined", "different", "how_many_different", "in_order", "largest",
    "numbered", "plus", "runs", "starts", "times", "whole",
]  # fmt: skip

MOST = 2**62
FEW, MANY = 4, 4_096
"""Numbers are told apart by a table with a place for each, where it has few more places than there are numbers, or is small."""

PRIME = 2**61 - 1
ODD = 0x9E3779B97F4A7C15


def whole(numbers: Iterable[int]) -> Array:
    """Whole numbers as an array.

    >>> whole([1, 2]).dtype, whole([2**70]).dtype
    (dtype('int64'), dtype('O'))
    """
    import numpy as np

    listed = list(numbers)
    return np.array(listed, dtype=object if any(abs(one) >= MOST for one in listed) else np.int64)


def largest(numbers: Array) -> int:
    """The largest of the absolute values, 0 for none."""
    return max(abs(int(numbers.max())), abs(int(numbers.min()))) if len(numbers) else 0


def times(a: Array, b: Array | int) -> Array:
    """The product, number by number."""
    import numpy as np

    if isinstance(b, int) and b == 1:
        return a
    if a.dtype != object:
        other = abs(b) if isinstance(b, int) else None if b.dtype == object else largest(b)
        if other is not None and other < MOST and largest(a) * other < MOST:
            return np.asarray(a * b)
        a = a.astype(object)
    return np.asarray(a * (b if isinstance(b, int) else b.astype(object)), dtype=object)


def plus(a: Array, b: Array) -> Array:
    """The sum, number by number."""
    import numpy as np

    if a.dtype != object and b.dtype != object and largest(a) + largest(b) < MOST:
        return np.asarray(a + b)
    return np.asarray(a.astype(object) + b.astype(object))


def added_up(numbers: Array, first: Array) -> Array:
    """The sums of the runs of an array that begin at these places, the first of which is 0."""
    import numpy as np

    if len(first) == len(numbers):
        return numbers
    if numbers.dtype != object and largest(numbers) * len(numbers) >= MOST:
        longest = int(np.diff(np.append(first, len(numbers))).max(initial=0))
        if largest(numbers) * longest >= MOST:
            numbers = numbers.astype(object)
    return np.add.reduceat(numbers, first) if len(first) else numbers[:0]


def starts(*keys: Array) -> Array:
    """Where, in arrays that are sorted together, a new combination of keys begins."""
    import numpy as np

    changed = np.zeros(len(keys[0]), dtype=bool)
    changed[:1] = True
    for key in keys:
        changed[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changed)


def runs(first: Array, many: Array | int) -> Array:
    """Runs of numbers from each of these on, one run after the other: so many of each, or of all the same.

    >>> runs(whole([5, 0]), whole([2, 3])).tolist(), runs(whole([5, 0]), 2).tolist()
    ([5, 6, 0, 1, 2], [5, 6, 0, 1])
    """
    import numpy as np

    if isinstance(many, int):
        every: Array = (first[:, None] + np.arange(many)).ravel()
        return every
    before = np.cumsum(many) - many
    return np.asarray(np.arange(int(many.sum())) + np.repeat(first - before, many))


def combined(columns: Sequence[Array], sizes: Sequence[int], length: int) -> Array:
    """One number for each row of columns, the same for the same rows and no other; in the order of the rows."""
    import numpy as np

    key, size = np.zeros(length, dtype=np.int64), 1
    for column, more in zip(columns, sizes, strict=True):
        if size * more >= MOST:
            distinct, key = np.unique(key, return_inverse=True)
            size = len(distinct)
        if size > 1:
            key *= more
        key += column
        size *= more
    return key


def numbered(key: Array, size: int) -> tuple[Array, Array]:
    """The place of the first of each different number of an array, and for each the number of its like; all are below ``size``.

    >>> [one.tolist() for one in numbered(whole([7, 2, 7, 5]), 8)]
    [[1, 3, 0], [2, 0, 2, 1]]
    """
    import numpy as np

    if size > FEW * len(key) + MANY:
        _, first, number = np.unique(key, return_index=True, return_inverse=True)
        return first, number
    where = np.full(size, -1, dtype=np.int64)
    where[key[::-1]] = np.arange(len(key) - 1, -1, -1)
    present = np.flatnonzero(where >= 0)
    first = where[present]
    where[present] = np.arange(len(present))
    return first, where[key]


def in_order(*keys: Array) -> Array:
    """The order that sorts arrays together, the first of them counting most; what is equal stays as it is.

    >>> in_order(whole([1, 0, 1]), whole([5, 7, 4])).tolist()
    [1, 2, 0]
    """
    import numpy as np

    sizes = [int(key.max(initial=0)) + 1 for key in keys]
    if math.prod(sizes) >= MOST or any(key.min(initial=0) < 0 for key in keys):
        return np.lexsort(keys[::-1])
    joined = combined(keys, sizes, len(keys[0]))
    if (joined[1:] >= joined[:-1]).all():
        return np.arange(len(joined))
    return np.argsort(joined, kind="stable")


def different(columns: Sequence[Array], length: int) -> tuple[Array, Array]:
    """The place of the first of each different row of columns of whole numbers, and for each row the number of its first like."""
    import numpy as np

    coded = [np.unique(column, return_inverse=True) for column in columns]
    key = combined([inverse for _, inverse in coded], [len(values) for values, _ in coded], length)
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    return first, number


def how_many_different(table: Array) -> int:
    """How many different rows of whole numbers a table has.

    One number is made of each row. Rows whose numbers differ are different; where neighbours in the order of these numbers have the same
    one, the rows are compared in full.

    >>> how_many_different(whole([1, 2, 2, 1, 1, 2]).reshape(3, 2))
    2
    """
    import numpy as np

    mixed = np.zeros(len(table), dtype=np.uint64)
    for column in table.T:
        small = (column % PRIME).astype(np.uint64) if column.dtype == object else column.astype(np.uint64)
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(ODD) + small
    ordered = np.sort(mixed)
    if not (ordered[1:] == ordered[:-1]).any():
        return len(table)
    order = np.argsort(mixed)
    same, rows = mixed[order[1:]] == mixed[order[:-1]], table[order]
    if (rows[1:][same] != rows[:-1][same]).any():
        return len(different(list(table.T), len(table))[0])
    return len(table) - int(same.sum())


def code_type(size: int) -> type:
    """The narrowest type that holds the places of a domain of this size."""
    import numpy as np

    return np.int8 if size < 128 else np.int32
