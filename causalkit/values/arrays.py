"""Numpy's arrays: their type, for annotations, and those of whole numbers; numpy itself is imported where it is used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]
else:
    Array = Any

__all__ = ["INT64", "LEAST", "Array", "whole"]

INT64 = 2**63
"""Whole numbers below this are kept as int64, others as Python's own."""

LEAST = 2.0**-900
"""Weights in floats below this may have lost digits, or all of them: they then say nothing, not even that something is impossible."""


def whole(numbers: Iterable[int], bound: int) -> Array:
    """Whole numbers of at most this size as an array: int64 where they surely fit, Python's integers otherwise.

    >>> whole([1, 2], 2).dtype.name, whole([1, 2], INT64).dtype.name
    ('int64', 'object')
    """
    import numpy as np

    return np.fromiter(numbers, np.int64 if bound < INT64 else object)
