"""Products of two tables as products of matrices, one for each combination of the variables that both hold and that stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from causalkit.engine.compiling.greedy_elimination import bits
from causalkit.engine.contraction.shapes import Cards, shape_of, size_of
from causalkit.values.arrays import Array

__all__ = ["by_matrices"]

Multiply = Callable[[Array, Array], Array]


def by_matrices(left: Array, right: Array, masks: tuple[int, int], gone: int, cards: Cards, multiply: Multiply) -> Array:
    """The product of two tables, summed over the variables in ``gone``, all of which both hold.

    ``masks`` are the variables of the tables, whose last axes are these, ascending; axes before them are common to both, and of length 1
    where one table stands for all. ``multiply`` is a product of stacks of matrices. The result has an axis for each variable that stays,
    ascending.
    """
    import numpy as np

    a, b = masks
    both, stays = a & b & ~gone, (a | b) & ~gone
    lead = left.ndim - a.bit_count()
    blocks = [list(bits(mask)) for mask in (both, a & ~b, b & ~a, gone)]
    common, mine, other, out = blocks
    sizes = [size_of(mask, cards) for mask in (both, a & ~b, b & ~a, gone)]
    first = _arranged(left, a, [*common, *mine, *out], lead).reshape(*left.shape[:lead], sizes[0], sizes[1], sizes[3])
    second = _arranged(right, b, [*common, *out, *other], lead).reshape(*right.shape[:lead], sizes[0], sizes[3], sizes[2])
    axes = [*common, *mine, *other]
    made = multiply(first, second)
    found = made.reshape([*made.shape[:lead], *shape_of(stays, axes, cards)])
    order = [axes.index(variable) for variable in bits(stays)]
    return np.asarray(found.transpose([*range(lead), *(lead + i for i in order)]))


def _arranged(cells: Array, mask: int, axes: Sequence[int], lead: int) -> Array:
    """The same cells with their variables in another order."""
    at = {variable: lead + i for i, variable in enumerate(bits(mask))}
    return cells.transpose([*range(lead), *(at[variable] for variable in axes)])
