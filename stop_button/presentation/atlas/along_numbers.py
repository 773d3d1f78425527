"""The part of the page of the atlas about the numbers of bundled worlds: for which of them which policies are best and what fails."""

from __future__ import annotations

from collections.abc import Sequence

from causalkit.values.render import html_text
from stop_button.atlas.along.stored import ASKED, FEW, SHORT, Along, Move
from stop_button.presentation.atlas.opened import anchor
from stop_button.presentation.atlas.tables import table

__all__ = ["numbers_section"]

HEAD = ("from", "to", "best", "fails")


def numbers_section(found: Sequence[Along]) -> str:
    """Every number along which some definition changes its mind, to be opened; and those along which none is known to."""
    if not found:
        return ""
    still = [f"{one.number} of {one.world}" for one in found if not one.moves]
    said = f"<p>Along these, none is known to change: {html_text(', '.join(still))}.</p>" if still else ""
    return (
        f"<h2>Where a number decides</h2><p>A number of a bundled world of at most {FEW} policies and {SHORT} variables, from 0 to 1 if "
        "it is a probability, else to twice what it is by default; the others as they are by default. For each definition whose best "
        "policies change on the way: the open intervals with exact ends, the policies that are best on the whole of each, and the "
        "properties that fail there, also by a tie. Below stands where the policies on either side tie, in all the world's numbers. "
        f"Asked are {html_text(', '.join(ASKED))}.</p>{''.join(_along(one) for one in found if one.moves)}{said}"
    )


def _along(one: Along) -> str:
    place, title = anchor("along", one.world, one.number), f"{one.world}: {one.number} from 0 to {one.high}"
    rest = [f"the same throughout under {', '.join(one.steady)}"] if one.steady else []
    rest += [f"not known in closed form under {', '.join(one.unknown)}"] if one.unknown else []
    return (
        f'<details id="{place}"><summary>{html_text(title)} ({len(one.moves)} of '
        f"{len(one.moves) + len(one.steady) + len(one.unknown)} definitions change)</summary>{''.join(map(_move, one.moves))}"
        f'<p class="quiet">{html_text("; ".join(rest))}</p></details>'
    )


def _move(one: Move) -> str:
    rows = [
        [piece.low, piece.high, "; ".join(piece.best), ", ".join([*piece.fails, *(f"{name} (open)" for name in piece.undecided)]) or "-"]
        for piece in one.pieces
    ]
    ties = "".join(f"<li>{html_text(text)}</li>" for text in one.surfaces)
    return f'<h3>{html_text(one.definition)}</h3>{table(one.definition, HEAD, rows)}<ul class="quiet">{ties}</ul>'
