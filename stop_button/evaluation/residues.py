"""Integers too large for float64, told apart by their remainders: whoever has the same remainders by enough primes is the same."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]
    Places = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]

__all__ = ["layers", "moduli", "remainders"]

LARGEST = 2**25
"""Remainders stay below this, so that float64 adds more than a hundred million of them exactly."""


@cache
def moduli(bits: int) -> tuple[int, ...]:
    """Primes whose product has more than so many bits: integers of no more bits are equal when they leave the same remainders.

    >>> moduli(30)
    (33554393, 33554383)
    """
    found: list[int] = []
    primes = _primes()
    while math.prod(found).bit_length() <= bits:
        found.append(next(primes))
    return tuple(found)


def _primes() -> Iterator[int]:
    """Primes below ``LARGEST``, from the largest down."""
    return (n for n in range(LARGEST - 1, 2, -2) if all(n % d for d in itertools.chain([2], range(3, math.isqrt(n) + 1, 2))))


def layers(cells: Sequence[tuple[int, int, int]], right: Array, height: int) -> tuple[tuple[int, Array], ...]:
    """For each prime that is needed, ``weights @ right`` with the remainders of the weights in their place.

    ``cells`` are the weights that are not zero, with their rows, of which there are ``height``, and columns, as integers of any size;
    ``right`` holds zeros and ones.
    """
    import numpy as np

    bits = (2 * sum(abs(weight) for _, _, weight in cells) + 1).bit_length()
    found = []
    for prime in moduli(bits):
        weights = np.zeros((height, right.shape[0]))
        for row, column, weight in cells:
            weights[row, column] = (int(weights[row, column]) + weight) % prime
        found.append((prime, weights @ right))
    return tuple(found)


def remainders(left: Array, made: Iterable[tuple[int, Array]], rows: Places, columns: Places) -> list[Array]:
    """Remainders of ``left @ weights @ right`` at some rows and columns, an array for each of the ``layers``.

    ``left`` holds zeros and ones. Two of the numbers are equal exactly when all of their remainders are.

    >>> import numpy
    >>> ones = numpy.ones((1, 1))
    >>> made = layers([(0, 0, 2**40)], ones, 1)
    >>> [int(found[0]) for found in remainders(ones, made, numpy.array([0]), numpy.array([0]))]
    [1277952, 1605632]
    """
    import numpy as np

    needed, which = np.unique(rows, return_inverse=True)
    some = left[needed]
    return [(some @ part)[which, columns] % prime for prime, part in made]
