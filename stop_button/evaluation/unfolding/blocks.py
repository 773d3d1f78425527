"""Tables over copies of variables, in whole numbers or in floats: what a copy does, what a term is worth, and what it is worth before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from causalkit.errors import CausalError
from causalkit.mechanisms.mechanism import Table
from causalkit.values.exact import in_units
from stop_button.evaluation.terms.integers import MOST, whole
from stop_button.evaluation.terms.laws import Law
from stop_button.evaluation.terms.objective import Refusal
from stop_button.evaluation.terms.scheme import Scheme

if TYPE_CHECKING:
    from stop_button.evaluation.terms.integers import Array

__all__ = ["MOST_BLOCK", "Block", "Unfit", "does", "held", "over", "sizes_of", "worth", "worth_before"]

MOST_BLOCK = 2**12
"""Tables of terms, of what a copy does, and of what is hidden in one state have at most so many cells."""


class Unfit(Exception):
    """The tables would be large, or a mechanism is no table of numbers: states are then found row by row."""


@dataclass(frozen=True, eq=False)
class Block:
    """A table with an axis for each copy of ``scope``: whole numbers over ``unit``, none larger than ``most``; or floats, rounded."""

    numbers: Array
    scope: tuple[int, ...]
    unit: int
    most: int

    def in_floats(self) -> Block:
        """The same numbers divided by the unit, in floats, each of them rounded three times at most."""
        import numpy as np

        if self.numbers.dtype == object:
            numbers = np.array([one / self.unit for one in self.numbers.ravel().tolist()]).reshape(self.numbers.shape)
        else:
            numbers = self.numbers / self.unit
        return Block(numbers, self.scope, self.unit, self.most)


def sizes_of(scheme: Scheme, copies: Sequence[int]) -> tuple[int, ...]:
    """The sizes of the axes of a table over these copies; raises ``Unfit`` for a large one."""
    sizes = tuple([len(scheme.copies[copy].domain) for copy in copies])
    if math.prod(sizes) > MOST_BLOCK or len(set(copies)) < len(copies):
        raise Unfit
    return sizes


def _law(scheme: Scheme, number: int) -> Law:
    law = scheme.copies[number].law
    if law is None:
        raise Unfit
    return law


def does(scheme: Scheme, number: int) -> Block:
    """What a copy does, with its parents' axes before its own."""
    copy = scheme.copies[number]
    scope = (*copy.parents, number)
    sizes = sizes_of(scheme, scope)
    table, unit = copy.table or (None, 1)
    if table is None:
        law = _law(scheme, number)
        table, unit = law.dense(sizes[-1]), law.unit
    return Block(table.reshape(sizes), scope, unit, unit)


def worth(scheme: Scheme, t: int) -> Block:
    """A term as a table over the copies that it reads."""
    scope = scheme.scopes[t]
    sizes = sizes_of(scheme, scope)
    try:
        numbers = list(scheme.worths(t))
    except (Refusal, CausalError, ArithmeticError, TypeError, ValueError) as error:
        raise Unfit from error  # it may be that such values never come about
    counts, unit = in_units(numbers)
    return Block(whole(counts).reshape(sizes), scope, unit, max(map(abs, counts)))


def over(block: Block, axes: Sequence[int], shown: Sequence[int] = (), seen: Array | None = None) -> Array:
    """A table with rows and these copies as axes, of size 1 where nothing depends on them; ``seen`` has what is ``shown`` in each row."""
    fixed = [place for place, copy in enumerate(block.scope) if copy in shown]
    place_of = {copy: place for place, copy in enumerate(block.scope)}
    table = block.numbers.transpose(fixed + [place_of[copy] for copy in axes if copy in place_of])
    if seen is not None and fixed:
        table = table[tuple([seen[:, shown.index(block.scope[place])] for place in fixed])]
    shape = [block.numbers.shape[place_of[copy]] if copy in place_of else 1 for copy in axes]
    return table.reshape(-1 if fixed else 1, *shape)


def held(numbers: Array, most: int) -> Array:
    """The same numbers in a type that holds products up to ``most``."""
    return numbers.astype(object) if most >= MOST and numbers.dtype.kind == "i" else numbers


def worth_before(scheme: Scheme, block: Block, known: int) -> Block:
    """A term's mean over what is not known, from the last copy to the first, as a table over copies that are known."""
    while unknown := [copy for copy in block.scope if not known >> copy & 1]:
        last = max(unknown)
        others, parents = [copy for copy in block.scope if copy != last], scheme.copies[last].parents
        if not others and isinstance(scheme.copies[last].mechanism, Table):
            sizes = sizes_of(scheme, parents)
            block = Block(block.numbers[_law(scheme, last).codes].reshape(sizes), parents, block.unit, block.most)
            continue
        axes = (*dict.fromkeys([*others, *parents]), last)
        sizes_of(scheme, axes)
        after = does(scheme, last)
        most = block.most * after.unit
        product = held(over(block, axes), most) * over(after, axes)
        block = Block(product.sum(axis=-1)[0], axes[:-1], block.unit * after.unit, most)
    return block
