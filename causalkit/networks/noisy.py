"""Noisy-or and noisy-max as plain rows: the largest of independent effects of the parents and a leak."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise, product

__all__ = ["expanded"]

Column = tuple[Fraction, ...]


def expanded(columns: Sequence[Column], sizes: Sequence[int], strengths: Sequence[int]) -> tuple[Column, ...] | str:
    """The rows of a noisy-max, or what is wrong with it.

    ``columns`` hold a distribution of the effect for every state of every parent, then that of the leak; the first state of the effect is
    its largest, the last its absence. ``sizes`` are the numbers of the parents' states; ``strengths`` order each parent's states, the
    strongest first, so that the last of them has no effect. The effect is at most ``k`` when every parent's part, and the leak, is.
    Source: [diez1993].

    >>> half, none, leak = (Fraction(1, 2), Fraction(1, 2)), (Fraction(0), Fraction(1)), (Fraction(1, 10), Fraction(9, 10))
    >>> expanded([half, none, leak], [2], [0, 1])
    ((Fraction(11, 20), Fraction(9, 20)), (Fraction(1, 10), Fraction(9, 10)))
    """
    parts: list[list[Column]] = []
    at = 0
    for i, size in enumerate(sizes):
        part = _part(columns[at : at + size], strengths[at : at + size])
        if isinstance(part, str):
            return f"parent {i + 1}: {part}"
        parts.append(part)
        at += size
    leak = columns[at]
    if any(sum(column) != 1 or min(column) < 0 for column in columns):
        return "a column of its parameters is no distribution"
    return tuple(_largest([leak, *chosen]) for chosen in product(*parts))


def _part(columns: Sequence[Column], strengths: Sequence[int]) -> list[Column] | str:
    """A parent's columns in the order of its states; they are stored in that order, or from the strongest to the weakest."""
    if sorted(strengths) != list(range(len(columns))):
        return f"the strengths {' '.join(map(str, strengths))} do not order {len(columns)} states"
    absent = (*(Fraction(0) for _ in columns[0][1:]), Fraction(1))
    weakest = strengths[-1]
    by_state, by_strength = columns[weakest] == absent, columns[-1] == absent
    ranked = [columns[strengths.index(state)] for state in range(len(columns))]
    if by_state and by_strength and list(columns) != ranked:
        return "its columns can be read in two orders; write it as a table"
    if not by_state and not by_strength:
        return "its weakest state has an effect; expected one column that is 0 but for the last state"
    return list(columns) if by_state else ranked


def _largest(columns: Sequence[Column]) -> Column:
    """The distribution of the largest of independent effects; cumulated from the last state, which is the least."""
    below = [Fraction(1)] * len(columns[0])
    for column in columns:
        below = [a * b for a, b in zip(below, accumulate(reversed(column)), strict=True)]
    return tuple(b - a for a, b in pairwise([Fraction(0), *below]))[::-1]
