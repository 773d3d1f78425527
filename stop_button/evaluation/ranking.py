"""The best policies of spaces that are too large to list: scored in vectorised runs, every tie decided exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from causalkit.arguments import checked
from causalkit.values.exact import Number
from causalkit.values.render import number, text_table
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility
from stop_button.evaluation.vectorised import BLOCK, Block, DenseMean, blocks, dense_means, exact_scores, floats
from stop_button.language.formula import Expectation, Formula
from stop_button.parallel import each_in_order, keeping

if TYPE_CHECKING:
    from stop_button.evaluation.vectorised import Array

__all__ = ["Ranking", "rank"]

NEAR = 1e-9


@dataclass(frozen=True)
class Ranking:
    """The best policies under a utility: exact scores in falling order, with the index of each policy in the world's policy space.

    ``ties`` counts every policy with the largest score, listed or not; ``looked_at`` and ``complete`` say how much of the space was
    scored; ``undefined`` counts the policies without a score.
    """

    world: World
    utility: Utility
    places: tuple[int, ...]
    scores: tuple[Number, ...]
    ties: int
    looked_at: int
    undefined: int
    complete: bool

    def __bool__(self) -> bool:
        return bool(self.places)

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies listed, the best first."""
        space = self.world.policies
        return tuple(space[i] for i in self.places)

    def __str__(self) -> str:
        rows = [[str(policy), number(score)] for policy, score in zip(self.policies, self.scores, strict=True)]
        done = "all" if self.complete else "the first"
        note = f"{self.ties:,} with the largest score; {done} {self.looked_at:,} policies looked at, {self.undefined:,} of them undefined"
        return f"{text_table(['policy', self.utility.name], rows)}\n{note}"

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class _Found:
    """What one run of policies has to offer: exact scores with how often each occurs and where first, and what was left out."""

    counts: Mapping[Number, int]
    places: Mapping[Number, tuple[int, ...]]
    looked_at: int
    undefined: int


@checked
def rank(world: World, utility: Utility, *, top: int = 10, executor: Executor | None = None, pieces: int = 8) -> Ranking:
    """The best ``top`` policies of a world under a utility among all deterministic ones, exactly, in bounded memory.

    Scores are worked out in float64 in runs of policies, and whatever lies within 1e-9 of the threshold is scored again exactly, so that
    order and ties are those of fractions. ``executor`` is any ``concurrent.futures.Executor``; the space is then cut in ``pieces``.
    An interruption keeps what was found so far, and says so in ``complete``; a ``WorkerFailed`` carries it in ``so_far``. Raises
    ``Undecided`` for numbers with symbols.

    >>> import stop_button as sb
    >>> ranking = rank(sb.worlds.basic_button(), sb.counterfactual, top=2)
    >>> [str(policy) for policy in ranking.policies], ranking.ties
    (['none', 'manip_f'], 1)
    """
    size = world.policies.size
    found: list[_Found] = []
    step = -(-size // pieces) if executor else BLOCK
    spans = [(first, min(first + step, size)) for first in range(0, size, step)]
    scan = partial(_scan, world, utility.formula, top)
    runs = each_in_order(scan, spans, executor=executor, total=len(spans), what=f"{utility.name} in {world.title}")
    so_far = partial(_ranking, world, utility, top, found)
    try:
        with keeping(so_far):
            for _, part in runs:
                found.extend(part)
    except KeyboardInterrupt:
        pass
    return so_far()


def _ranking(world: World, utility: Utility, top: int, found: Sequence[_Found]) -> Ranking:
    """What the runs have to offer, put in order."""
    counts, places = _merged(found, top)
    order = [(score, i) for score in sorted(places, reverse=True) for i in sorted(places[score])][:top]
    looked_at = sum(part.looked_at for part in found)
    return Ranking(
        world,
        utility,
        tuple(i for _, i in order),
        tuple(score for score, _ in order),
        counts[order[0][0]] if order else 0,
        looked_at,
        sum(part.undefined for part in found),
        looked_at == world.policies.size,
    )


def _scan(world: World, f: Formula, top: int, span: tuple[int, int]) -> list[_Found]:
    """What each run of policies between two places has to offer, given what the runs before it had."""
    means = dense_means(f, world)
    first, last = span
    threshold, found = -float("inf"), []
    for block in blocks(means, world.policies.size, first=first, last=last):
        lo, hi = max(0, first - block.start), min(block.size, last - block.start)
        best, threshold = _best_of(world, f, means, _trimmed(block, lo, hi), top, threshold)
        found.append(best)
    return found


def _trimmed(block: Block, lo: int, hi: int) -> Block:
    if lo == 0 and hi == block.size:
        return block
    tops = {mean: values[lo:hi] for mean, values in block.tops.items()}
    return Block(block.start + lo, hi - lo, tops, {m: None if v is None else v[lo:hi] for m, v in block.bottoms.items()})


def _best_of(
    world: World, f: Formula, means: Mapping[Expectation, DenseMean], block: Block, top: int, threshold: float
) -> tuple[_Found, float]:
    import numpy as np

    scores = _floats(f, means, block)
    undefined = int(np.isnan(scores).sum())
    known = np.where(np.isnan(scores), -np.inf, scores) if undefined else scores
    kth = float(np.partition(known, -top)[-top]) if block.size > top else float(known.min(initial=np.inf))
    threshold = max(threshold, kth)
    near = (
        np.flatnonzero(known >= threshold - NEAR * max(1.0, abs(threshold)))
        if np.isfinite(threshold)
        else np.flatnonzero(np.isfinite(known))
    )
    exactly = exact_scores(f, world, means, block, near)
    counts: dict[Number, int] = {}
    places: dict[Number, tuple[int, ...]] = {}
    for score, where in exactly:
        counts[score] = counts.get(score, 0) + len(where)
        places[score] = tuple(sorted((*places.get(score, ()), *where[:top])))[:top]
    return _Found(counts, places, block.size, undefined), threshold


def _floats(f: Formula, means: Mapping[Expectation, DenseMean], block: Block) -> Array:
    import numpy as np

    def value(mean: Expectation) -> Array:
        top, bottom = block.tops[mean], block.bottoms[mean]
        return top / means[mean].scale if bottom is None else top / bottom

    with np.errstate(divide="ignore", invalid="ignore"):
        scores = floats(f, value)
        return np.broadcast_to(np.where(np.isinf(scores), np.nan, scores), (block.size,))


def _merged(found: Sequence[_Found], top: int) -> tuple[dict[Number, int], dict[Number, tuple[int, ...]]]:
    counts: dict[Number, int] = {}
    places: dict[Number, tuple[int, ...]] = {}
    for part in found:
        for score, count in part.counts.items():
            counts[score] = counts.get(score, 0) + count
            places[score] = tuple(sorted((*places.get(score, ()), *part.places[score])))[:top]
    return counts, places
