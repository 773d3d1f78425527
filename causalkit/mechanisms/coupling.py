"""How the rows of a conditional table share their noise."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections.abc import Hashable, Mapping
from fractions import Fraction
from functools import cmp_to_key
from typing import cast

from causalkit.mechanisms.rows import Inputs
from causalkit.values.dist import Dist
from causalkit.values.exact import Number, exact, is_zero, less, tidy

__all__ = ["monotone_segments"]

Segments = tuple[tuple[Hashable, Number], ...]


def monotone_segments(rows: Mapping[Inputs, Dist], order: tuple[Hashable, ...]) -> Mapping[Inputs, Segments]:
    """The unit interval cut wherever some row's CDF jumps: per row, the value on each piece and the piece's length.

    All rows have the same pieces, so that one uniform draw decides every row (the inverse-CDF coupling along ``order``).

    >>> rows = {(0,): Dist({"a": "1/2", "b": "1/2"}), (1,): Dist({"a": "1/4", "b": "3/4"})}
    >>> [value for value, length in monotone_segments(rows, ("a", "b"))[(1,)]]
    ['a', 'b', 'b']
    """
    if all(isinstance(weight, Fraction) for dist in rows.values() for weight in dist.values()):
        return _in_whole_numbers(rows, order)
    jumps = {inputs: _cumulative(dist, order) for inputs, dist in rows.items()}
    cuts = _distinct([cut for row in jumps.values() for _, cut in row])
    lengths = [tidy(b - a) for a, b in zip([exact(0), *cuts], cuts, strict=False)]
    return {inputs: tuple(zip(_values(row, cuts), lengths, strict=True)) for inputs, row in jumps.items()}


def _in_whole_numbers(rows: Mapping[Inputs, Dist], order: tuple[Hashable, ...]) -> Mapping[Inputs, Segments]:
    """The same for fractions, counted in units of one common denominator."""
    weights = {inputs: cast("Mapping[Hashable, Fraction]", dist) for inputs, dist in rows.items()}
    whole = math.lcm(*(weight.denominator for dist in weights.values() for weight in dist.values()))
    held = {inputs: [value for value in order if value in dist] for inputs, dist in rows.items()}
    ends = {
        inputs: list(itertools.accumulate(weights[inputs][v].numerator * (whole // weights[inputs][v].denominator) for v in values))
        for inputs, values in held.items()
    }
    cuts = sorted({end for row in ends.values() for end in row})
    lengths = [Fraction(b - a, whole) for a, b in itertools.pairwise([0, *cuts])]
    return {
        inputs: tuple((values[bisect_left(ends[inputs], cut)], length) for cut, length in zip(cuts, lengths, strict=True))
        for inputs, values in held.items()
    }


def _cumulative(dist: Dist, order: tuple[Hashable, ...]) -> list[tuple[Hashable, Number]]:
    total, jumps = exact(0), []
    for value in order:
        if value in dist:
            total = tidy(total + dist[value])
            jumps.append((value, total))
    return jumps


def _distinct(cuts: list[Number]) -> list[Number]:
    ordered = sorted(cuts, key=cmp_to_key(_compare))
    return [cut for i, cut in enumerate(ordered) if i == 0 or _compare(ordered[i - 1], cut)]


def _compare(a: Number, b: Number) -> int:
    return 0 if is_zero(a - b) else -1 if less(a, b) else 1


def _values(jumps: list[tuple[Hashable, Number]], cuts: list[Number]) -> list[Hashable]:
    """The value of one row on the piece that ends at each cut."""
    values, at = [], 0
    for cut in cuts:
        values.append(jumps[at][0])
        if _compare(jumps[at][1], cut) == 0:
            at += 1
    return values
