"""Multisets of types up to a symmetry: how many there are, in closed form, and each of them once.

A multiset stands for draws that are equally likely. Twice the same multiset is the same world with every draw split in two, so only
those count whose multiplicities have no common divisor.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Symmetry", "count", "fixed", "listed", "primitive"]


@dataclass(frozen=True)
class Symmetry:
    """A renaming: where it carries each frame and each type, by their places; a family's symmetries are a group."""

    frames: tuple[int, ...]
    types: tuple[int, ...]


def cycles(permutation: Sequence[int]) -> list[int]:
    """The lengths of the cycles of a permutation.

    >>> cycles([1, 0, 2])
    [2, 1]
    """
    seen: set[int] = set()
    lengths = []
    for start in range(len(permutation)):
        at, length = start, 0
        while at not in seen:
            seen.add(at)
            at, length = permutation[at], length + 1
        if length:
            lengths.append(length)
    return lengths


def fixed(permutation: Sequence[int], size: int) -> int:
    """How many multisets of a size a permutation of the types leaves as they are: the coefficient of x^size in prod 1 / (1 - x^cycle).

    >>> fixed([0, 1, 2], 2), fixed([1, 0], 2)
    (6, 1)
    """
    ways = [1] + [0] * size
    for length in cycles(permutation):
        for total in range(length, size + 1):
            ways[total] += ways[total - length]
    return ways[size]


def primitive(permutation: Sequence[int], size: int) -> int:
    """The same of those whose multiplicities have no common divisor, by Moebius inversion over the divisors of the size.

    >>> primitive([0, 1, 2], 2)
    3
    """
    return sum(_moebius(d) * fixed(permutation, size // d) for d in range(1, size + 1) if size % d == 0)


def _moebius(number: int) -> int:
    primes = [p for p in range(2, number + 1) if number % p == 0 and all(p % q for q in range(2, p))]
    return 0 if any(number % (p * p) == 0 for p in primes) else (-1) ** len(primes)


def count(symmetries: Sequence[Symmetry], size: int) -> int:
    """How many pairs of a frame and a multiset of a size there are up to a group, by Burnside's lemma: the mean number left as it is.

    >>> same, swapped = Symmetry((0,), (0, 1)), Symmetry((0,), (1, 0))
    >>> count([same, swapped], 1), count([same], 1)
    (1, 2)
    """
    left = sum(sum(at == to for at, to in enumerate(each.frames)) * primitive(each.types, size) for each in symmetries)
    return left // len(symmetries)


def listed(symmetries: Sequence[Symmetry], size: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """One pair of a frame and a multiset for each class: the first of it in the order of places.

    >>> same, swapped = Symmetry((0,), (0, 1)), Symmetry((0,), (1, 0))
    >>> list(listed([same, swapped], 1))
    [(0, (0,))]
    """
    frames, types = range(len(symmetries[0].frames)), range(len(symmetries[0].types))
    for frame, each in itertools.product(frames, itertools.combinations_with_replacement(types, size)):
        images = ((way.frames[frame], tuple(sorted(way.types[kind] for kind in each))) for way in symmetries)
        if math.gcd(*Counter(each).values()) == 1 and all((frame, each) <= image for image in images):
            yield frame, each
