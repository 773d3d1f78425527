"""What a copy of a variable may be in every case of what it listens to, as arrays."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from causalkit.mechanisms.mechanism import CPT, Mechanism, Noise, Table
from causalkit.values.exact import in_units
from stop_button.evaluation.terms.integers import code_type, runs, whole

if TYPE_CHECKING:
    from stop_button.evaluation.terms.integers import Array

__all__ = ["Law", "Outcome", "laid_out", "law_of"]

Outcome = tuple[int, Fraction]
"""A value, by its place in the domain, and its probability."""


class Law(NamedTuple):
    """What may be in several cases, one case after the other: values by their places, with whole numbers over ``unit``.

    ``many`` says how many values each case has; None where each has one for certain, and then there are no weights.
    """

    codes: Array
    weights: Array | None
    many: Array | None
    unit: int

    def dense(self, size: int) -> Array:
        """A table with a line for each case and a column for each of so many values.

        >>> laid_out([[(0, Fraction(1, 2)), (1, Fraction(1, 2))], [(1, Fraction(1))]], 2).dense(2).tolist()
        [[1, 1], [0, 2]]
        """
        import numpy as np

        if self.weights is None or self.many is None:
            table = np.zeros((len(self.codes), size), dtype=np.int64)
            table[np.arange(len(self.codes)), self.codes] = 1
        else:
            table = np.zeros((len(self.many), size), dtype=self.weights.dtype)
            table[np.repeat(np.arange(len(self.many)), self.many), self.codes] = self.weights
        return table


def laid_out(cases: Sequence[Sequence[Outcome]], size: int) -> Law:
    """What may be in each case, out of ``size`` values, side by side.

    >>> law = laid_out([[(0, Fraction(1, 2)), (1, Fraction(1, 2))], [(1, Fraction(1))]], 2)
    >>> law.codes.tolist(), law.weights.tolist(), law.many.tolist(), law.unit
    ([0, 1, 1], [1, 1, 2], [2, 1], 2)
    """
    import numpy as np

    every = [outcome for case in cases for outcome in case]
    codes: Array = np.array([code for code, _ in every], code_type(size))
    if len(every) == len(cases):
        return Law(codes, None, None, 1)
    counts, unit = in_units([weight for _, weight in every])
    return Law(codes, whole(counts), np.array(list(map(len, cases))), unit)


def law_of(mechanism: Mechanism, place: Mapping[Hashable, int], inputs: Sequence[Sequence[Hashable]]) -> Law | None:
    """What a mechanism does for every combination of what its parents can take, the last changing fastest.

    None for a choice, for chances with symbols, and for rows that stand in another order.

    :param place: of each value in its domain.

    >>> from causalkit import table
    >>> law_of(table(["x"], {0: "b", 1: "a"}), {"a": 0, "b": 1}, [(0, 1)]).codes.tolist()
    [1, 0]
    """
    import numpy as np

    kind = code_type(len(place))
    if isinstance(mechanism, Noise) and mechanism.dist.counts is not None:
        counts, unit = mechanism.dist.counts
        codes: Array = np.array(list(map(place.__getitem__, mechanism.dist)), kind)
        return Law(codes, whole(counts), np.array([len(codes)]), unit) if len(codes) > 1 else Law(codes, None, None, 1)
    if not isinstance(mechanism, Table | CPT) or mechanism.grid != tuple(inputs):
        return None
    if isinstance(mechanism, Table):
        return Law(np.array(list(map(place.__getitem__, mechanism.domain)), kind)[mechanism.places], None, None, 1)
    found = mechanism.counted
    if found.weights is None:
        return None
    codes = np.array(list(map(place.__getitem__, found.domain)), kind)[found.columns]
    if len(found.which) == len(found.many):
        return Law(codes, found.weights, found.many, found.scale)
    many = found.many[found.which]
    pieces = runs((np.cumsum(found.many) - found.many)[found.which], many)
    return Law(codes[pieces], found.weights[pieces], many, found.scale)
