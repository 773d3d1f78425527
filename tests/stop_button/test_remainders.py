"""Remainders tell integers of any size apart."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stop_button.evaluation.residues import LARGEST, layers, moduli, remainders

LARGE = st.integers(-(2**90), 2**90)


@given(st.data())
def test_equal_remainders_are_equal_integers(data: st.DataObject) -> None:
    """Every entry of a product of matrices, in Python's integers and by remainders: equal in one exactly when equal in the other."""
    rows, inner, outer, columns = (data.draw(st.integers(1, 3)) for _ in range(4))
    left, right = (bits(data, *shape) for shape in ((rows, inner), (outer, columns)))
    some = data.draw(st.lists(LARGE, min_size=1, max_size=2))
    cells = [(a, b, data.draw(st.sampled_from([*some, -some[0], 0]))) for a in range(inner) for b in range(outer)]
    whole = [[sum(int(left[i, a] * right[b, j]) * w for a, b, w in cells) for j in range(columns)] for i in range(rows)]
    where = [(i, j) for i in range(rows) for j in range(columns)]
    found = remainders(left, layers(cells, right, inner), np.array([i for i, _ in where]), np.array([j for _, j in where]))
    keys = [tuple(column[n] for column in found) for n in range(len(where))]
    assert where
    for n, one in enumerate(where):
        for m, other in enumerate(where):
            assert (keys[n] == keys[m]) == (whole[one[0]][one[1]] == whole[other[0]][other[1]])


def bits(data: st.DataObject, height: int, width: int) -> Any:
    return np.array([[data.draw(st.integers(0, 1)) for _ in range(width)] for _ in range(height)], float)


@given(st.integers(1, 400))
def test_moduli_are_different_primes_with_a_product_that_is_large_enough(size: int) -> None:
    found = moduli(size)
    assert len(set(found)) == len(found)
    assert math.prod(found).bit_length() > size
    assert all(2 < prime < LARGEST and pow(2, prime - 1, prime) == 1 for prime in found)
