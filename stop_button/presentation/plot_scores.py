"""Pictures of a board: the scores of policies as bars, under their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from causalkit.errors import visible
from causalkit.plot import INK
from causalkit.plots.rows import HATCHES, Rows, labelled, named_rows
from causalkit.values.pictures import draws
from stop_button.auditing.scoreboard import Scoreboard, rows_shown
from stop_button.evaluation.undefined import defined

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

__all__ = ["COLOURS", "plot_scores"]

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999", "#f0e442")
"""The colours of utilities in charts: told apart by readers with any kind of colour vision."""


@draws(Scoreboard)
def plot_scores(board: Scoreboard, *, ax: Axes | None = None) -> Axes:
    """The scores of a board as horizontal bars: a row for each policy, a colour and a pattern for each utility, the best outlined.

    Undefined scores have no bar and are marked with a question mark. Of more than 60 policies 60 are drawn, those that are best before
    others; where more are best, the label says how many of these are left out. Long names are broken into lines; where they do not fit the
    Axes they are cut, and the number before a name is its place in ``board.policies``. Without Axes, the figure is as high as its rows
    need. Scores with symbols cannot be drawn: ``TypeError``.

    :param board: the scores.
    :param ax: where to draw; without it, on a figure of its own. Nothing is shown.
    :returns: the Axes.

    >>> import stop_button as sb
    >>> ax = plot_scores(sb.score(sb.worlds.jackpot_steering(), sb.counterfactual))
    >>> [label.get_text() for label in ax.get_yticklabels()], [float(bar.get_width()) for bar in ax.patches]
    (['quiet', 'steer'], [2.0, 1.9])
    """
    winners = board.winners()
    best = {row for row, _ in winners}
    places = rows_shown(len(board.scores), best)
    values = [[float(score) if defined(score) else None for score in board.scores[place]] for place in places]
    utilities = [visible(utility.name) for utility in board.utilities]
    handles: list[Artist] = [Patch(label=name, **_look(i)) for i, name in enumerate(utilities)]
    handles += [Patch(facecolor="white", edgecolor="black", linewidth=1.6, label="best, every tie")] if winners else []
    handles += [Line2D([], [], linestyle="", marker="$?$", color=INK, label="undefined")] if any(None in row for row in values) else []
    names = [str(board.policies[place]) for place in places]
    rows = named_rows(names, bars=len(utilities), legend=handles, full=".policies", numbers=places, ax=ax)
    for row, (place, of_policy) in enumerate(zip(places, values, strict=True)):
        for column, score in enumerate(of_policy):
            _draw(rows, (row, column), score, best=(place, column) in winners)
    rows.upright([0])
    hidden, tied = len(board.scores) - len(places), len(best.difference(places))
    more = f"; {hidden:,} more policies in .scores" if hidden else ""
    labelled(rows, f"score{more}{f', {tied:,} of them best' if tied else ''}")
    return rows.ax


def _look(column: int) -> dict[str, Any]:
    """The colour and the pattern of a utility."""
    return {
        "facecolor": COLOURS[column % len(COLOURS)],
        "hatch": HATCHES[column % len(HATCHES)],
        "edgecolor": "black",
        "linewidth": 0,
        "hatch_linewidth": 0.4,
    }


def _draw(rows: Rows, at: tuple[int, int], score: float | None, *, best: bool) -> None:
    where = rows.at(*at)
    if score is None:
        size = min(9.0, 0.8 * rows.points)
        rows.ax.annotate("?", (0, where), (2, 0), textcoords="offset points", va="center_baseline", color=INK, fontsize=size)
        return
    look = _look(at[1]) | {"linewidth": min(1.6, 0.25 * rows.points) if best else 0}
    rows.ax.barh(where, score, 0.86 * rows.height, **look)
