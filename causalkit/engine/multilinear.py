"""Sums of products of table entries, for many tables at once: matrix products where a product has at most two factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from causalkit.values.arrays import Array

__all__ = ["MultilinearPolynomial", "multilinear_polynomial"]

CHUNK = 1 << 22
"""Products of three and more factors are worked out in pieces of so many numbers."""


@dataclass(frozen=True, eq=False)
class MultilinearPolynomial:
    """A polynomial in numbered entries, gathered by how many entries a product has: ``{degree: (entries, weights)}``.

    ``entries`` has a row for each product.
    """

    by_degree: Mapping[int, tuple[Array, Array]]

    def __call__(self, entries: Array) -> Array:
        """The value for each row of entries."""
        import numpy as np

        total = np.full(len(entries), self._constant)
        if self._linear is not None:
            places, weights = self._linear
            total += _columns(entries, places) @ weights
        if self._quadratic is not None:
            rows, matrix, columns = self._quadratic
            total += np.einsum("ij,ij->i", _columns(entries, rows) @ matrix, _columns(entries, columns))
        for degree, (products, weights) in self.by_degree.items():
            if degree > 2:
                total += _in_pieces(entries, products, weights)
        return total

    @cached_property
    def _constant(self) -> float:
        return float(self.by_degree[0][1].sum()) if 0 in self.by_degree else 0.0

    @cached_property
    def _linear(self) -> tuple[Array, Array] | None:
        """The entries that stand alone, each with its weight."""
        import numpy as np

        if 1 not in self.by_degree:
            return None
        products, weights = self.by_degree[1]
        places, which = np.unique(products[:, 0], return_inverse=True)
        return places, np.bincount(which, weights)

    @cached_property
    def _quadratic(self) -> tuple[Array, Array, Array] | None:
        """The pairs as a matrix between the entries that come first and those that come second."""
        import numpy as np

        if 2 not in self.by_degree:
            return None
        products, weights = self.by_degree[2]
        rows, row = np.unique(products[:, 0], return_inverse=True)
        columns, column = np.unique(products[:, 1], return_inverse=True)
        matrix = np.zeros((len(rows), len(columns)))
        np.add.at(matrix, (row, column), weights)
        return rows, matrix, columns


def _columns(entries: Array, places: Array) -> Array:
    """Some of the entries; where they stand side by side, without copying them."""
    if len(places) == places[-1] - places[0] + 1:
        return entries[:, places[0] : places[-1] + 1]
    found: Array = entries[:, places]
    return found


def _in_pieces(entries: Array, products: Array, weights: Array) -> Array:
    import numpy as np

    step = max(1, CHUNK // max(1, products.size))
    pieces = [entries[i : i + step][:, products].prod(axis=2) @ weights for i in range(0, len(entries), step)]
    return np.concatenate(pieces) if pieces else np.zeros(0)


def multilinear_polynomial(products: Array, weights: Array) -> MultilinearPolynomial:
    """A polynomial from its products, a row of entries for each, and their weights; an entry named twice in a row counts once.

    >>> import numpy
    >>> half = multilinear_polynomial(numpy.array([[0, 0], [1, 0]]), numpy.array([2.0, 10.0]))
    >>> half(numpy.array([[0.5, 0.5], [1, 0]])).tolist()
    [3.5, 2.0]
    """
    import numpy as np

    ascending = np.sort(products, axis=1)
    first = np.ones(ascending.shape, bool)
    first[:, 1:] = ascending[:, 1:] != ascending[:, :-1]
    degrees = first.sum(axis=1)
    groups = {int(degree): degrees == degree for degree in np.unique(degrees)}
    parts = {d: (ascending[which][first[which]].reshape(which.sum(), d), weights[which]) for d, which in groups.items()}
    return MultilinearPolynomial(parts)
