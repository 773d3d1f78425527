"""How many cells a table has, and the lengths of its axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["Cards", "shape_of", "size_of"]

Cards = Sequence[int]
"""How many values each variable takes."""


def size_of(mask: int, cards: Cards) -> int:
    """The number of combinations of the values of the variables in a mask.

    >>> size_of(5, (2, 3, 4))
    8
    """
    size = 1
    while mask:
        low = mask & -mask
        size *= cards[low.bit_length() - 1]
        mask ^= low
    return size


def shape_of(mask: int, axes: Iterable[int], cards: Cards) -> list[int]:
    """The lengths of the given axes: 1 for a variable that is not in the mask."""
    return [cards[variable] if mask >> variable & 1 else 1 for variable in axes]
