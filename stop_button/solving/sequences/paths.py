"""Rules between rules: to do as one does in what comes first and as another in the rest, and to look where that is best.

Of two policies that do what is best for a sum of means in every state, all that lie between do so too, and one of them divides what is
traded between the means almost as evenly as a lottery would: the next one differs from it in what is done in a single state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from causalkit.values.exact import Number
from stop_button.evaluation.unfolding.discovery import Landscape
from stop_button.solving.sequences.backward_induction import induced
from stop_button.solving.sequences.over_states import Met

if TYPE_CHECKING:
    from stop_button.solving.relaxing.formulas import Array

__all__ = ["Acts", "best_between", "ends_of_ties"]

Acts = dict[int, "Array"]
"""For the place of each layer, the number of the option taken in each state."""

Score = Callable[[Sequence[int]], Number | None]
"""What a rule is worth, ``None`` where that is undefined."""

SPLITS = 8


def ends_of_ties(landscape: Landscape, met: Met) -> Iterator[tuple[Acts, Acts]]:
    """For each sum, two policies that are best for what was met, with the most and with the least of that sum."""
    best = [worth.best for worth in met.induction.worths]
    for unit in landscape.units:
        signs = (unit, [-weight for weight in unit])
        most, least = (Met(induced(landscape, weights, within=best)).acts for weights in signs)
        yield most, least


def best_between(first: Sequence[int], last: Sequence[int], ends: Sequence[int], score: Score) -> tuple[Number, Sequence[int]] | None:
    """The best rule met between two, looked for ever more closely where it is best so far; ``None`` where none has a score.

    Rules are options by number, in an order in which some places are ``ends``, at which is looked in any case.
    """
    length = len(first)
    known: dict[int, Number | None] = {}
    step = max(1, length // SPLITS)
    places = sorted({*range(0, length, step), length, *ends[:SPLITS], *ends[-SPLITS:]})
    while True:
        for place in places:
            if place not in known:
                known[place] = score((*first[:place], *last[place:]))
        found = [(number, place) for place, number in known.items() if number is not None]
        if not found:
            return None
        number, place = max(found, key=lambda one: one[0])
        if step == 1:
            return number, (*first[:place], *last[place:])
        step = max(1, step // 2)
        places = [near for near in (place - step, place + step) if 0 <= near <= length]
