"""The best policies of spaces that are too large to list: scored in vectorised runs, every tie decided exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cmp_to_key, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from causalkit.documents.json import read_value, written_value
from causalkit.errors import Impossible, Undecided, WrongFile
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, count, exact, has_symbols, is_symbolic, less
from causalkit.values.render import Printed, number, text_table
from stop_button.bookmarks import NOWHERE, Bookmark, digest
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.error_bounds import BELIEF, believed, reach, reach_at_most
from stop_button.evaluation.undefined import defined
from stop_button.evaluation.utility import Utility, say_whose
from stop_button.evaluation.vectorised import BLOCK, Block, DenseMean, blocks, dense_means, exact_scores, floats
from stop_button.grounding.resolving import resolved
from stop_button.language.arithmetic import evaluate
from stop_button.language.constraints import SubjectTo
from stop_button.language.formula import Constant, Expectation, Formula
from stop_button.language.information import Shannon
from stop_button.language.parts import contains
from stop_button.language.references import Agreed, LargestDefined
from stop_button.language.walking import each_part
from stop_button.parallel import each_in_order, keeping

if TYPE_CHECKING:
    from stop_button.evaluation.vectorised import Array, Places

__all__ = ["Ranking", "rank"]

Scores = Mapping[Number, tuple[int, tuple[int, ...]]]
"""Scores, each with how many policies have it, and where the first of these stand."""


@dataclass(frozen=True)
class Ranking(Printed):
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
class _Part:
    """What one run of policies has to offer: its largest scores, how many policies were looked at, and how many have no score."""

    scores: Scores
    looked_at: int
    undefined: int


@checked
def rank(
    world: World,
    utility: Utility,
    *,
    top: int = 10,
    executor: Executor | None = None,
    pieces: int = 8,
    resume: str | Path | None = None,
) -> Ranking:
    """The best ``top`` policies of a world under a utility among all deterministic ones, exactly, in bounded memory.

    Scores are worked out in float64 in runs of policies, each with a proved bound on its error. That drops policies whose scores are
    certainly below the threshold; what is left is scored exactly, so that order and ties, and which policies have no score, are those
    of fractions. An interruption keeps what was looked at so far, and says so in ``complete``; a ``WorkerFailed`` carries it in
    ``so_far``.

    :param world: the world whose policies are ranked.
    :param utility: what they are ranked by.
    :param top: how many to list, at least 1; further ties for the first place are counted.
    :param executor: any ``concurrent.futures.Executor``; this process alone if left out.
    :param pieces: for an executor, into how many runs of policies the space is cut, at least 1.
    :param resume: a file that keeps the best so far, written every few seconds and when the ranking ends or is stopped; given again, the
        ranking goes on from there, and one that has ended is not done again.
    :returns: a ``Ranking``, the best policies first.
    :raises WrongFile: for a file of another question.
    :raises Undecided: for numbers with symbols.
    :raises WrongShape: for counts that are none, and for a reading outside a mean.
    :raises TooLarge: for a space of which not even a half can be listed.

    >>> import stop_button as sb
    >>> ranking = rank(sb.worlds.basic_button(), sb.counterfactual, top=2)
    >>> [str(policy) for policy in ranking.policies], ranking.ties
    (['none', 'manip_f'], 1)
    """
    top, pieces = count("top", top), count("pieces", pieces)
    _check_numbers(utility.formula)
    say_whose(utility, world)
    size = world.policies.size
    mark = NOWHERE if resume is None else Bookmark(resume, _question(world, utility, top))
    parts: list[_Part] = mark.picked_up(partial(_picked_up, size), list[_Part]())
    done = sum(part.looked_at for part in parts)
    step = -(-size // pieces) if executor else BLOCK
    spans = ((first, min(first + step, size)) for first in range(done, size, step))
    scan = partial(_scan, world, resolved(utility.formula, world), top)
    runs = each_in_order(scan, spans, executor=executor, total=-(-(size - done) // step), what=f"{utility.name} in {world.title}")
    so_far, state = partial(_ranking, world, utility, top, parts), partial(_state, top, parts)
    try:
        with mark.kept(state), keeping(so_far):
            for _, some in runs:
                parts.extend(some)
                mark.keep(state)
    except KeyboardInterrupt:
        pass
    return so_far()


def _question(world: World, utility: Utility, top: int) -> dict[str, str]:
    return {"work": "ranking", "world": f"{world.title} {digest(world)}", "utility": repr(utility), "top": str(top)}


def _state(top: int, parts: Sequence[_Part]) -> dict[str, Any]:
    """What was found so far as a document: whole runs only, since they are handed out in order."""
    together = _merged(top, parts)
    scores = [[written_value(score), many, list(places)] for score, (many, places) in together.scores.items()]
    return {"scores": scores, "looked_at": together.looked_at, "undefined": together.undefined}


def _picked_up(size: int, state: Any) -> list[_Part]:
    looked_at, undefined = count("looked_at", state["looked_at"], least=0), count("undefined", state["undefined"], least=0)
    scores = {}
    for score, many, places in state["scores"]:
        if not all(count("place", place, least=0) < looked_at for place in places):
            raise WrongFile(f"a policy of {places!r} was not looked at")
        scores[exact(read_value(score))] = count("many", many), tuple(places)
    if looked_at > size or undefined > looked_at:
        raise WrongFile(f"{looked_at:,} policies were looked at, and there are {size:,}")
    return [_Part(scores, looked_at, undefined)] if looked_at else []


def _check_numbers(f: Formula) -> None:
    if any(isinstance(part, Constant) and has_symbols(part.value) for part in each_part(f)):
        raise Undecided(f"{f} holds symbols; substitute numbers before ranking policies")


def _ranking(world: World, utility: Utility, top: int, parts: Sequence[_Part]) -> Ranking:
    """What the runs have to offer, put in order."""
    together = _merged(top, parts)
    best, looked_at = together.scores, together.looked_at
    order = [(score, place) for score, (_, places) in best.items() for place in places][:top]
    return Ranking(
        world,
        utility,
        tuple(place for _, place in order),
        tuple(score for score, _ in order),
        next(iter(best.values()))[0] if best else 0,
        looked_at,
        together.undefined,
        looked_at == world.policies.size,
    )


def _merged(top: int, parts: Sequence[_Part]) -> _Part:
    """What several runs have to offer together."""
    best: Scores = {}
    for part in parts:
        best = _largest(_together(best, part.scores), top)
    return _Part(best, sum(part.looked_at for part in parts), sum(part.undefined for part in parts))


def _together(some: Scores, more: Scores) -> Scores:
    both = dict(some)
    for score, (many, places) in more.items():
        before, where = both.get(score, (0, ()))
        both[score] = before + many, (*where, *places)
    return both


def _largest(scores: Scores, top: int) -> Scores:
    """The largest scores in falling order, as many as it takes to list ``top`` policies."""
    kept: dict[Number, tuple[int, tuple[int, ...]]] = {}
    listed, last = 0, None
    for score in sorted(scores, key=None if all(map(_is_plain, scores)) else cmp_to_key(_order), reverse=True):
        many, places = scores[score]
        if last is not None and not _is_plain(score) and _order(score, last) == 0:
            before, where = kept[last]  # one number, written in two ways
            kept[last] = before + many, tuple(sorted((*where, *places)))[:top]
        elif listed >= top:
            break
        else:
            kept[score], last = (many, tuple(sorted(places)[:top])), score
        listed += many
    return kept


def _is_plain(score: Number) -> bool:
    return not is_symbolic(score)


def _order(a: Number, b: Number) -> int:
    return -1 if less(a, b) else int(less(b, a))


def _scan(world: World, f: Formula, top: int, span: tuple[int, int]) -> list[_Part]:
    """What each run of policies between two places has to offer, given what the runs before it had."""
    means = dense_means(f, world)
    first, last = span
    if not means:
        return [_constant(f, top, range(first, last))]
    threshold, parts = -float("inf"), []
    for block in blocks(means, world.policies.size, first=first, last=last):
        lo, hi = max(0, first - block.start), min(block.size, last - block.start)
        part, threshold = _best_of(world, f, means, _trimmed(block, lo, hi), top, threshold)
        parts.append(part)
    return parts


def _constant(f: Formula, top: int, places: range) -> _Part:
    """What policies have to offer under a formula that asks nothing of them."""
    try:
        score = evaluate(f, lambda leaf: leaf)
    except Impossible:
        return _Part({}, len(places), len(places))
    return _Part({score: (len(places), tuple(places[:top]))}, len(places), 0)


def _trimmed(block: Block, lo: int, hi: int) -> Block:
    if lo == 0 and hi == block.size:
        return block
    tops = {mean: values[lo:hi] for mean, values in block.tops.items()}
    return Block(block.start + lo, hi - lo, tops, {m: None if v is None else v[lo:hi] for m, v in block.bottoms.items()})


def _best_of(
    world: World, f: Formula, means: Mapping[Expectation, DenseMean], block: Block, top: int, threshold: float
) -> tuple[_Part, float]:
    """A run's largest scores, and a number that certainly so many policies reach as are to be listed."""
    import numpy as np

    middles = middles_of(means, block)
    decided = contains(f, SubjectTo, Agreed, LargestDefined, Shannon)  # who has a score, or which, is decided exactly
    without = np.zeros(block.size, dtype=bool) if decided else _without_score(block)
    wide: Array | float = np.inf if decided else _reach(f, means, block, middles, without)
    with np.errstate(all="ignore"):
        near, threshold = _near(np.broadcast_to(floats(f, middles.__getitem__), (block.size,)), wide, without, top, threshold)
    found: dict[Number, tuple[int, tuple[int, ...]]] = {}
    undefined = int(np.count_nonzero(without))
    for score, where in exact_scores(f, world, means, block, near):
        if defined(score):
            before, places = found.get(score, (0, ()))
            found[score] = before + len(where), tuple(sorted((*places, *where[:top])))[:top]
        else:
            undefined += len(where)
    return _Part(_largest(found, top), block.size, undefined), threshold


def _near(scores: Array, wide: Array | float, without: Array, top: int, threshold: float) -> tuple[Places, float]:
    """The places whose scores may be among the largest, and the threshold that certainly so many reach as are to be listed."""
    import numpy as np

    if isinstance(wide, float) and np.isfinite(scores).all():  # then none is without a score
        if len(scores) >= top:
            threshold = max(threshold, float(np.partition(scores, -top)[-top] - wide))
        return np.flatnonzero(scores + wide >= threshold), threshold
    most = scores + wide
    certain = np.isfinite(most) & (without == 0)
    if len(scores) >= top:
        threshold = max(threshold, float(np.partition(np.where(certain, scores - wide, -np.inf), -top)[-top]))
    return np.flatnonzero((without == 0) & ((certain == 0) | (most >= threshold))), threshold


def _without_score(block: Block) -> Array:
    """Where a condition has probability 0, which floats say exactly."""
    import numpy as np

    none = np.zeros(block.size, dtype=bool)
    for bottom in block.bottoms.values():
        if bottom is not None:
            none |= bottom == 0
    return none


def middles_of(means: Mapping[Expectation, DenseMean], block: Block) -> dict[Expectation, Array]:
    """The means as floats make them, not finite where they fail."""
    import numpy as np

    with np.errstate(all="ignore"):
        return {
            mean: top / means[mean].scale if (bottom := block.bottoms[mean]) is None else top / bottom for mean, top in block.tops.items()
        }


def _reach(
    f: Formula, means: Mapping[Expectation, DenseMean], block: Block, middles: Mapping[Expectation, Array], without: Array
) -> Array | float:
    """How far the scores in floats may be from the true ones: one number for all where that says something, else one for each."""
    import numpy as np

    def largest(mean: Expectation) -> tuple[float, float]:
        slips, bottom = means[mean].slips, block.bottoms[mean]
        there = middles[mean] if bottom is None else np.where(without, 0.0, middles[mean])
        size = float(np.maximum(np.max(there, initial=0.0), -np.min(there, initial=0.0)))
        if bottom is None or slips == (0.0, 0.0):
            return size, slips[0]
        return size, _slip(size, float(np.min(np.where(without, np.inf, bottom), initial=np.inf)), slips)

    def each(mean: Expectation) -> tuple[Array, Array]:
        bottom, middle = block.bottoms[mean], middles[mean]
        if bottom is None:
            return believed(middle, means[mean].slips[0])
        return middle, believed(middle)[1] + _slip(np.abs(middle), bottom, means[mean].slips)

    with np.errstate(all="ignore"):
        for_all = reach_at_most(f, largest)
        return for_all if for_all < np.inf else np.broadcast_to(reach(f, each), (block.size,))


def _slip(size: Any, bottom: Any, slips: tuple[float, float]) -> Any:
    """How far rounding may have moved a quotient of this size; without a limit where the denominator may be nothing but rounding."""
    import numpy as np

    least = bottom * (1 - BELIEF) - slips[1]
    return (slips[0] + size * slips[1]) / np.maximum(least, 0.0)
