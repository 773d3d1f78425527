"""Local search: from a start, one slot at a time is given its best option, until no single change helps. It proves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stop_button.solving.fractional_form import Ratio
from stop_button.solving.term_matrix import Frame, Picks, combined

if TYPE_CHECKING:
    from stop_button.solving.term_matrix import Array

__all__ = ["Climb", "climbs"]

GAIN = 1e-12
BELOW = -1e250


@dataclass(frozen=True)
class Climb:
    """Where one climb ended, and how many policies it looked at on its way."""

    picks: Picks
    looked_at: int


def climbs(frame: Frame, *, seed: int, starts: int) -> Iterator[Climb]:
    """The ends of climbs from the first policy and from ``starts - 1`` random ones; scores are floats.

    >>> import stop_button as sb
    >>> from stop_button.solving.fractional_form import in_ratios
    >>> from stop_button.solving.term_matrix import framed
    >>> office = sb.worlds.office()
    >>> frame = framed(in_ratios(sb.naive.formula, office), office.policies)
    >>> {str(frame.policy(climb.picks)) for climb in climbs(frame, seed=0, starts=1)}
    {'work if glance=False, reassure if glance=True'}
    """
    import numpy as np

    draw = np.random.default_rng(seed)
    for start in range(starts):
        yield _climbed(frame, draw.integers(0, frame.sizes) if start and frame.sizes else np.zeros(len(frame.sizes), dtype=int), draw)


def _climbed(frame: Frame, picks: Array, draw: Any) -> Climb:
    """Slots are visited in a random order; one that can gain nothing since the last gain anywhere ends the climb."""
    import numpy as np

    picks, looked_at, quiet = picks.copy(), 1, 0
    misses = {ratio: _misses(frame, ratio, picks) for ratio in frame.sheets}
    while quiet < len(picks):
        for slot in draw.permutation(len(picks)):
            others = {ratio: missed - ~frame.sheets[ratio].fits[slot, picks[slot]] for ratio, missed in misses.items()}
            worth = _worths(frame, slot, others)
            looked_at += len(worth) - 1
            best = int(np.argmax(worth))
            here = worth[picks[slot]]
            quiet += 1
            if worth[best] > here and not worth[best] - here <= GAIN * max(1.0, abs(here)):
                picks[slot], quiet = best, 0
                misses = {ratio: other + ~frame.sheets[ratio].fits[slot, best] for ratio, other in others.items()}
            if quiet >= len(picks):
                break
    return Climb(tuple(int(pick) for pick in picks), looked_at)


def _misses(frame: Frame, ratio: Ratio, picks: Array) -> Array:
    """For each monomial, the number of slots in which the picks disagree with it."""
    sheet = frame.sheets[ratio]
    missed: Array = ((sheet.picks != -1) & (sheet.picks != picks)).sum(axis=1)
    return missed


def _worths(frame: Frame, slot: int, others: dict[Ratio, Array]) -> Array:
    """The score with each option in a slot; policies with an undefined score count below all others, those nearer to a score higher."""
    import numpy as np

    tops, bottoms = {}, {}
    for ratio, other in others.items():
        sheet = frame.sheets[ratio]
        on = sheet.fits[slot, : frame.sizes[slot]] & (other == 0)
        tops[ratio], bottoms[ratio] = on @ sheet.top, on @ sheet.bottom
    scores = np.broadcast_to(combined(frame.tree, lambda ratio: tops[ratio] / bottoms[ratio]), (frame.sizes[slot],))
    impossible = sum((bottom == 0).astype(int) for bottom in bottoms.values())
    worths: Array = np.where(np.isfinite(scores), scores, BELOW * (1 + impossible))
    return worths
