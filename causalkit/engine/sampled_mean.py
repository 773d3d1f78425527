"""From weighted samples to a mean with an interval, by what the target can take and not by what happened to be drawn.

Samples that were all alike say that nothing else is common, and not that there is nothing else. So each end of the interval counts some
samples more than were drawn: at the largest value that the target can take for the upper end, at the smallest for the lower. Their
number is that of [agresti1998] for shares. Each of them weighs as much as a drawn sample is worth, or as much as one could have weighed
that was possible and not drawn.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

__all__ = ["Spread", "interval", "spread"]

MANY = 8


@dataclass(frozen=True)
class Spread:
    """What weighted samples say: their number, their mean, and what the interval is made of.

    ``total`` is the sum of the weights, ``squares`` that of their squares, ``first`` and ``second`` are sums of squared weights times the
    distance to the mean, and times its square; ``effective`` independent samples would say as much. ``above`` and ``below`` are what a
    sample weighs on either side of the mean. ``seen`` are the values drawn.
    """

    mean: float
    total: float
    squares: float
    first: float
    second: float
    variance: float
    effective: float
    above: float
    below: float
    seen: frozenset[float]

    def unit(self, place: float) -> float:
        """What one sample weighs where the mean would be at a place between all below (0) and all above (1)."""
        here = self.second / (self.variance * self.total) if self.second else self.total / self.effective
        return max(here, (1 - place) * self.above + place * self.below)

    def end(self, z: float, extra: Mapping[float, float]) -> tuple[float, float]:
        """The interval once ``z * z / 2`` samples more are counted at each of some values, with the weights that these map to."""
        count = z * z / 2
        total = self.total + count * sum(extra.values())
        mean = self.mean + count * sum(weight * (value - self.mean) for value, weight in extra.items()) / total
        shift = self.mean - mean
        squares = self.second + 2 * shift * self.first + shift * shift * self.squares
        squares += count * sum((weight * (value - mean)) ** 2 for value, weight in extra.items())
        half = z * math.sqrt(max(squares, 0.0)) / total
        return mean - half, mean + half


def spread(numbers: Array, weights: Array) -> Spread:
    """What samples with positive weights say.

    >>> import numpy
    >>> found = spread(numpy.array([0.0, 1.0]), numpy.ones(2))
    >>> found.mean, found.effective, found.unit(0.5)
    (0.5, 2.0, 1.0)
    """
    import numpy as np

    total = float(weights.sum())
    mean = float(weights @ numbers / total)
    far = numbers - mean
    squares = weights**2
    return Spread(
        mean, total, float(squares.sum()), float(squares @ far), float(squares @ far**2), float(weights @ far**2 / total),
        total**2 / float(squares.sum()), _typical(weights[far > 0]), _typical(weights[far < 0]), frozenset(np.unique(numbers).tolist()),
    )  # fmt: skip


def _typical(weights: Array) -> float:
    """What samples weigh, by weight."""
    return float((weights**2).sum() / weights.sum()) if len(weights) else 0.0


def interval(found: Spread, possible: Collection[float], missed: Mapping[float, float], level: float) -> tuple[float, float]:
    """An interval for the mean of a target that can take ``possible`` values.

    ``missed`` maps values to what a sample with them, of a kind that was not drawn, could weigh at most. Source: [agresti1998] for
    targets of two values; [ours] for others and for weights.

    >>> import numpy
    >>> low, high = interval(spread(numpy.zeros(100), numpy.ones(100)), [0.0, 1.0], {1.0: 1.0}, 0.95)
    >>> low, round(high, 3)
    (0.0, 0.044)
    >>> interval(spread(numpy.ones(1), numpy.ones(1)), [1.0], {}, 0.95)
    (1.0, 1.0)
    """
    values = found.seen | set(possible)
    least, most = min(values), max(values)
    if least == most:
        return least, most
    z = NormalDist().inv_cdf((1 + level) / 2)
    return max(least, _end(found, z, least, most, missed, upper=False)), min(most, _end(found, z, least, most, missed, upper=True))


def _end(found: Spread, z: float, least: float, most: float, missed: Mapping[float, float], *, upper: bool) -> float:
    """One end; what a sample weighs there depends on where it is, so it is found twice."""
    side, far = int(upper), most if upper else least
    two = found.seen <= {least, most} and missed.keys() <= {least, most}
    end = found.mean
    for _ in range(2):
        unit = found.unit(min(1.0, max(0.0, (end - least) / (most - least))))
        # Shares are counted towards the middle where there is enough to count; a ratio of few heavy samples is too far from normal.
        extra = {least: unit, most: unit} if two and found.total > MANY * z * z * unit else {far: unit}
        end = found.end(z, extra)[side]
    unseen = max((weight * (value - found.mean) / (far - found.mean) for value, weight in missed.items() if far != found.mean), default=0.0)
    if unseen <= unit:
        return end
    wider = found.end(z, {far: unseen})[side]
    return max(end, wider) if upper else min(end, wider)
