"""Backward induction over discovered states: what each is worth when all that follows is decided best, in whole numbers.

Each layer's worths stand over one denominator, so that comparisons, and with them ties, are exact. Source: [bellman1957].
"""

from __future__ import annotations

import functools
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from stop_button.evaluation.terms.integers import added_up, how_many_different, plus, starts, times, whole
from stop_button.evaluation.unfolding.beliefs import Layer
from stop_button.evaluation.unfolding.discovery import Landscape

if TYPE_CHECKING:
    from stop_button.evaluation.terms.integers import Array

__all__ = ["Induction", "Worth", "induced", "valued", "worth_under"]


@dataclass(frozen=True, eq=False)
class Worth:
    """What each option is worth in each state of a layer, over one denominator, and which options are best there."""

    numerators: Array
    denominator: int
    best: Array


@dataclass(frozen=True, eq=False)
class Induction:
    """A landscape with the worth of its states: ``score`` is what nobody exceeds, whatever is recalled; ``worths`` go with the layers."""

    landscape: Landscape
    weights: tuple[Fraction, ...]
    score: Fraction
    worths: tuple[Worth, ...]

    @property
    def states(self) -> int:
        """The number of different states: of one decision, with another worth of some option; all where they come from tables."""
        if self.landscape.recalls:
            return sum(layer.size for layer in self.landscape.layers)
        return sum(how_many_different(worth.numerators) for worth in self.worths)


@dataclass(frozen=True, eq=False)
class _Share:
    """A part of what origins are worth, sorted by origin."""

    origins: Array
    numerators: Array
    denominator: int


def induced(landscape: Landscape, weights: Sequence[Fraction] = (Fraction(1),), *, within: Sequence[Array] | None = None) -> Induction:
    """The worth of every state when the sums are weighted so, and all that follows is decided best.

    ``within`` are the options that may be taken in each state of each layer: tables of true and false, as ``Worth.best`` is.
    """
    import numpy as np

    shares = _Shares(landscape, weights)
    worths: list[Worth] = []
    for place in reversed(range(len(landscape.layers))):
        layer = landscape.layers[place]
        numerators, denominator = _total(shares.of(place), layer.first, layer.size * layer.options)
        table = numerators.reshape(layer.size, layer.options)
        if within is not None:
            table = np.where(within[place], table, table.min() - 1)
        top = table.max(axis=1)
        worths.append(Worth(table, denominator, table == top[:, None]))
        shares.add(layer, top, denominator)
    start, denominator = _total(shares.of(-1), 0, 1)
    return Induction(landscape, tuple(weights), Fraction(int(start[0]), denominator), tuple(reversed(worths)))


def valued(landscape: Landscape, weights: Sequence[Fraction], acts: Mapping[int, Array]) -> Fraction:
    """The weighted sums under acts that are given: for the place of each layer, the number of the option taken in each state."""
    start, denominator = _under(landscape, weights, acts, -1)
    return Fraction(int(start[0]), denominator)


def worth_under(landscape: Landscape, weights: Sequence[Fraction], acts: Mapping[int, Array], place: int) -> Array:
    """What each option is worth in each state of a layer when all that follows is decided so, over a denominator that all share."""
    layer = landscape.layers[place]
    return _under(landscape, weights, acts, place)[0].reshape(layer.size, layer.options)


def _under(landscape: Landscape, weights: Sequence[Fraction], acts: Mapping[int, Array], until: int) -> tuple[Array, int]:
    import numpy as np

    shares = _Shares(landscape, weights)
    for place in reversed(range(until + 1, len(landscape.layers))):
        layer = landscape.layers[place]
        numerators, denominator = _total(shares.of(place), layer.first, layer.size * layer.options)
        taken = numerators.reshape(layer.size, layer.options)[np.arange(layer.size), acts[place]]
        shares.add(layer, taken, denominator)
    if until < 0:
        return _total(shares.of(-1), 0, 1)
    layer = landscape.layers[until]
    return _total(shares.of(until), layer.first, layer.size * layer.options)


class _Shares:
    """What has been found so far of what origins are worth, by the layer that they belong to; -1 is the start."""

    def __init__(self, landscape: Landscape, weights: Sequence[Fraction]) -> None:
        self._firsts = [layer.first for layer in landscape.layers]
        self._found: dict[int, list[_Share]] = {}
        for batch in landscape.batches:
            weight = weights[batch.channel]
            if weight:
                self._put(batch.origins, times(batch.numerators, weight.numerator), batch.denominator * weight.denominator)

    def of(self, place: int) -> list[_Share]:
        """The shares of a layer."""
        return self._found.pop(place, [])

    def add(self, layer: Layer, worth: Array, denominator: int) -> None:
        """What the states of a layer are worth, for the origins that lead to them."""
        edges = layer.edges
        begin = starts(edges.origins)
        sums = added_up(times(edges.weights, worth[edges.states]), begin)
        self._put(edges.origins[begin], sums, edges.denominator * denominator)

    def _put(self, origins: Array, numerators: Array, denominator: int) -> None:
        import numpy as np

        if not len(origins):
            return
        place = bisect_right(self._firsts, int(origins[0])) - 1
        if place == bisect_right(self._firsts, int(origins[-1])) - 1:  # they are sorted: all belong to one layer
            self._found.setdefault(place, []).append(_Share(origins, numerators, denominator))
            return
        places = np.searchsorted(self._firsts, origins, side="right") - 1
        begin = starts(places).tolist()
        for low, high in zip(begin, [*begin[1:], len(places)], strict=True):
            share = _Share(origins[low:high], numerators[low:high], denominator)
            self._found.setdefault(int(places[low]), []).append(share)


def _total(shares: Sequence[_Share], first: int, many: int) -> tuple[Array, int]:
    """The sum of shares, one number for each of the origins of a layer."""
    import numpy as np

    denominator = math.lcm(*(share.denominator for share in shares))
    if not shares:
        return whole([0] * many), 1
    raised = [times(share.numerators, denominator // share.denominator) for share in shares]
    if all(len(share.origins) == many for share in shares):  # each origin once, in order
        return functools.reduce(plus, raised), denominator
    origins, numbers = np.concatenate([share.origins for share in shares]), np.concatenate(raised)
    if len(shares) > 1:
        order = np.argsort(origins, kind="stable")
        origins, numbers = origins[order], numbers[order]
    begin = starts(origins)
    sums = added_up(numbers, begin)
    total = np.zeros(many, dtype=sums.dtype)
    total[origins[begin] - first] = sums
    return total, denominator
