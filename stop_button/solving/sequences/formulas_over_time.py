"""A formula as sums over time: weighted means to be added up, and for what is no such sum, a formula of sums and of ratios of sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from causalkit.errors import Impossible
from causalkit.values.exact import Number, exact
from stop_button.decision.world import World
from stop_button.evaluation.terms.objective import Mean, Refusal
from stop_button.evaluation.terms.sums import Weighted, linear_means
from stop_button.evaluation.unfolding.open_form import landscape_of
from stop_button.language.formula import Constant, Expectation, Formula, Least, Most, Product, Quotient, Sum
from stop_button.language.walking import Walk
from stop_button.solving.sequences.backward_induction import induced
from stop_button.solving.sequences.over_states import SumOverTime

__all__ = ["in_sums", "mean_of", "shares_of", "steady_means"]

ONE = Fraction(1)

Share = tuple[Fraction, Fraction]
"""The least and the greatest probability of a condition."""


def steady_means(world: World, means: Sequence[Weighted], channel: int = 0) -> list[Mean] | None:
    """Weighted means to be added up as one sum, or ``None`` where policies make some condition more or less likely."""
    shares = shares_of(world, means)
    if not all(map(_is_steady, shares.values())):
        return None
    return [replace(mean_of(scale, mean, shares), channel=channel) for scale, mean in means]


def mean_of(scale: Number, mean: Expectation | None, shares: Mapping[Formula, Share]) -> Mean:
    """A weighted mean as what is added up, over the probability of its condition."""
    if mean is None:
        return Mean(scale, Constant(ONE), None)
    return Mean(scale if mean.given is None else scale / shares[mean.given][0], mean.inner, mean.given)


def shares_of(world: World, means: Sequence[Weighted]) -> dict[Formula, Share]:
    """For every condition, its least and its greatest probability among policies that recall everything; raises ``Impossible`` for 0."""
    found: dict[Formula, Share] = {}
    for _, mean in means:
        if mean is None or mean.given is None or mean.given in found:
            continue
        landscape = landscape_of(world, [Mean(ONE, Constant(ONE), mean.given)])
        found[mean.given] = (-induced(landscape, (-ONE,)).score, induced(landscape, (ONE,)).score)
        if not found[mean.given][1]:
            raise Impossible(f"in {world.title}, {mean} is undefined under every policy: its condition has probability 0")
    return found


def in_sums(f: Formula, world: World) -> tuple[Formula, list[Mean]]:
    """A formula with its weighted sums of means as leaves that read the sums of a landscape, and the means that the landscape adds up.

    A condition that policies make more or less likely makes a ratio. Raises ``Refusal`` for what is made of something else, and
    ``Impossible`` for a mean that no policy defines.

    >>> import stop_button as sb
    >>> tree, means = in_sums(sb.ccmin.formula, sb.worlds.basic_button())
    >>> type(tree).__name__, sorted({mean.channel for mean in means})
    ('Least', [0, 1, 2, 3])
    """
    sums = _Sums(world)
    return _IN_SUMS(f, sums), sums.means


@dataclass(eq=False)
class _Sums:
    """The means of a formula so far, each with the channel that it is added to."""

    world: World
    means: list[Mean] = field(default_factory=list)
    channels: int = 0

    def channel(self, means: Sequence[Mean]) -> int:
        """The means as one more sum."""
        self.means += [Mean(mean.scale, mean.inner, mean.given, self.channels) for mean in means]
        self.channels += 1
        return self.channels - 1

    def added(self, weighted: Sequence[Weighted]) -> Formula:
        """A weighted sum of means as one sum, and a ratio for each condition whose probability moves."""
        shares = shares_of(self.world, weighted)
        steady = [(scale, mean) for scale, mean in weighted if mean is None or mean.given is None or _is_steady(shares[mean.given])]
        parts: list[Formula] = [SumOverTime(self.channel([mean_of(scale, mean, shares) for scale, mean in steady]))] if steady else []
        for given, share in shares.items():
            if _is_steady(share):
                continue
            top = [Mean(scale, mean.inner, given) for scale, mean in weighted if mean is not None and mean.given == given]
            parts.append(SumOverTime(self.channel(top), self.channel([Mean(exact(1), Constant(ONE), given)])))
        return parts[0] if len(parts) == 1 else Sum(tuple(parts))


def _is_steady(share: Share) -> bool:
    return share[0] == share[1]


def _refused(f: Formula, *_: Any) -> Formula:
    raise Refusal(f"{f} is no sum, product, quotient, least or most of means")


def _or_parts(f: Formula, visit: Callable[[Formula], Formula], sums: _Sums) -> Formula:
    """A weighted sum of means as leaves; else the same kind of formula, part by part."""
    means = linear_means(f)
    if means is None:
        return f.rebuilt([visit(part) for part in f.children()])
    if all(mean is None for _, mean in means):
        return Constant(sum((scale for scale, _ in means), exact(0)))
    return sums.added(means)


def _sum_or_parts(f: Sum, visit: Callable[[Formula], Formula], sums: _Sums) -> Formula:
    """The parts that are weighted means together, and the others part by part."""
    of_part = [(part, linear_means(part)) for part in f.parts]
    together = [each for _, means in of_part for each in means or ()]
    others = [visit(part) for part, means in of_part if means is None]
    return Sum((sums.added(together), *others)) if together and others else Sum(tuple(others)) if others else sums.added(together)


_IN_SUMS: Walk[Formula] = Walk(
    "writing as sums over time",
    {
        Sum: _sum_or_parts,
        Constant: lambda f, _visit, _sums: f,
        **dict.fromkeys((Expectation, Product, Quotient, Least, Most), _or_parts),
        Formula: _refused,
    },
)
