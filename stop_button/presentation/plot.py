"""Pictures of worlds and scores; every function takes and returns matplotlib Axes and shows nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
from matplotlib.patches import Patch

from causalkit.errors import visible
from causalkit.loading import later
from causalkit.plot import ACCENT, PALETTE, draw, is_small, to_svg
from causalkit.values.exact import is_symbolic
from causalkit.values.keeping import while_it_lives
from causalkit.values.pictures import draws, paints
from stop_button.auditing.audits import Audit
from stop_button.auditing.scoreboard import Scoreboard
from stop_button.decision.world import World
from stop_button.evaluation.enclosure import Enclosure
from stop_button.evaluation.undefined import Undefined, defined

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from stop_button.presentation.html import page
    from stop_button.presentation.plot_atlas import plot_survivors as survivors
    from stop_button.presentation.plot_information import plot_bits as bits
    from stop_button.presentation.plot_learning import plot_forecast as forecast
    from stop_button.presentation.plot_learning import plot_shares_over_steps as shares_over_steps
    from stop_button.presentation.plot_lotteries import plot_shares as orbit_shares
    from stop_button.presentation.plot_necessity import plot_rungs as rungs
    from stop_button.presentation.plot_sequences import plot_hope as hope
    from stop_button.presentation.plot_sequences import plot_shares as hope_shares
    from stop_button.presentation.plot_sequences import plot_transfers as transfers

__all__ = [
    "COLOURS", "ROLE_COLOURS", "audit", "bits", "figure_of", "flags", "forecast", "hope", "hope_shares", "orbit_shares", "page",
    "roles_of", "rungs", "scores", "shares_over_steps", "survivors", "transfers", "world", "world_svg",
]  # fmt: skip

ROLE_COLOURS = dict(zip(("intent", "stopped", "value", "decision"), (PALETTE[2], PALETTE[1], PALETTE[0], PALETTE[3]), strict=True))
"""The colours of roles in graphs."""

NARROW = 5.0
"""On a figure of less width, in inches, a legend stands above the bars and not beside them."""

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999", "#f0e442")
"""The colours of utilities in charts: told apart by readers with any kind of colour vision."""


def world(place: World, *, ax: Axes | None = None, path: Sequence[str] = (), title: str | None = None) -> Axes:
    """The causal graph of a world, with the roles of its variables coloured, the same in every world, and a path pointed out.

    :param place: the world.
    :param ax: where to draw; without it, on a figure of its own.
    :param path: names of variables, each a parent of the next; pointed out.
    :param title: above the picture.
    :returns: the Axes.
    """
    return draw(place.model, ax=ax, path=path, title=title, **_dressed(place))


def _dressed(place: World) -> dict[str, Any]:
    """Which roles the variables play, and the colours of the roles that every world may have."""
    roles = roles_of(place)
    return {"roles": roles, "colours": {role: colour for role, colour in ROLE_COLOURS.items() if role in roles.values()}}


@draws(Audit)
def audit(judged: Audit, *, ax: Axes | None = None) -> Axes:
    """The causal graph of an audited world, with the path of a possible incentive on what people want pointed out."""
    path = judged.path.path if set(pairwise(judged.path.path)) <= set(judged.world.model.graph.edges) else ()
    return world(judged.world, ax=ax, path=path, title=f"{judged.utility.name}: {judged.verdict}")


def roles_of(place: World) -> dict[str, str]:
    """Which variable plays which role, with the decisions."""
    played = {role.variable: name for name, role in reversed(list(place.roles.items()))}
    return {**played, **{decision.name: "decision" for decision in place.decisions}}


def world_svg(place: World) -> str:
    """The causal graph of a world as SVG text that needs nothing outside itself."""
    return to_svg(place.model, **_dressed(place))


@paints(World)
@while_it_lives(0)
def _small_world(place: World) -> str | None:
    """A world drawn in its colours each time it is displayed."""
    return world_svg(place) if is_small(place.model) else None


def flags(judged: Audit, *, ax: Axes | None = None) -> Axes:
    """The flags of an audit as bars, those that fire filled; bounds are hatched, and what depends on symbols is a question mark."""
    if ax is None:
        _, ax = plt.subplots(figsize=(6.0, 0.4 * len(judged.flags) + 1.2), layout="constrained")
    for row, flag in enumerate(reversed(judged.flags)):
        if isinstance(flag.amount, Enclosure):
            low, high = float(flag.amount.low), float(flag.amount.high)
            ax.barh(row, high - low, left=low, color="none", edgecolor=ACCENT, hatch="///", height=0.7)
        elif is_symbolic(flag.amount) or isinstance(flag.amount, Undefined):
            ax.annotate("?", (0, row), va="center")
        else:
            ax.barh(row, float(flag.amount), color=ACCENT if flag else "none", edgecolor=ACCENT if flag else "grey", height=0.7)
    labels = [f"{flag.title}: {flag.policy}" for flag in reversed(judged.flags)]
    ax.set_yticks(range(len(labels)), list(map(visible, labels)), parse_math=False)
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set_xlabel("probability of the draws; filled: the flag fires", loc="right")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def figure_of(judged: Audit) -> Figure:
    """An audit as one figure: the graph with the path of the incentive, and beside it the scores and the flags."""
    figure = plt.figure(figsize=(13, 6.2), layout="constrained")
    axes = figure.subplot_mosaic([["graph", "scores"], ["graph", "flags"]])
    audit(judged, ax=axes["graph"])
    scores(judged.board, ax=axes["scores"])
    flags(judged, ax=axes["flags"])
    return figure


@draws(Scoreboard)
def scores(board: Scoreboard, *, ax: Axes | None = None) -> Axes:
    """The scores of a board as grouped bars: a group for each policy, a colour for each utility, the best outlined.

    Undefined scores have no bar and are marked with a question mark. Scores with symbols cannot be drawn: ``TypeError``.
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(max(6.0, 1.1 * len(board.policies) + 3), 4.2), layout="constrained")
    winners, width = board.winners(), 0.8 / max(1, len(board.utilities))
    for row, of_policy in enumerate(board.scores):
        for column, score in enumerate(of_policy):
            where = row + (column - (len(of_policy) - 1) / 2) * width
            colour = COLOURS[column % len(COLOURS)]
            if not defined(score):
                ax.annotate("?", (where, 0), ha="center", va="bottom", color=colour)
                continue
            best = 1.6 if (row, column) in winners else 0
            ax.bar(where, float(score), width * 0.9, color=colour, edgecolor="black", linewidth=best)
    handles = [Patch(color=COLOURS[i % len(COLOURS)], label=visible(utility.name)) for i, utility in enumerate(board.utilities)]
    best_mark = Patch(facecolor="white", edgecolor="black", linewidth=1.6, label="best, every tie")
    figure = ax.get_figure(root=True)
    above = figure is not None and figure.get_figwidth() < NARROW
    beside: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1)} if above else {"loc": "upper left", "bbox_to_anchor": (1, 1)}
    legend = ax.legend(handles=[*handles, best_mark], frameon=False, fontsize="small", **beside)
    for text in legend.get_texts():
        text.set_parse_math(False)
    ax.set_xticks(
        range(len(board.policies)), [visible(str(policy)) for policy in board.policies], parse_math=False, rotation=20, ha="right"
    )
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set_ylabel("score")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


_MOVED = {f"plot_{name}": f"{__name__}:{name}" for name in ("audit", "flags", "scores", "world")}

_ROOM = "stop_button.presentation"

_HOMES = {
    "bits": f"{_ROOM}.plot_information:plot_bits",
    "forecast": f"{_ROOM}.plot_learning:plot_forecast",
    "hope": f"{_ROOM}.plot_sequences:plot_hope",
    "hope_shares": f"{_ROOM}.plot_sequences:plot_shares",
    "orbit_shares": f"{_ROOM}.plot_lotteries:plot_shares",
    "page": f"{_ROOM}.html:page",
    "rungs": f"{_ROOM}.plot_necessity:plot_rungs",
    "shares_over_steps": f"{_ROOM}.plot_learning:plot_shares_over_steps",
    "survivors": f"{_ROOM}.plot_atlas:plot_survivors",
    "transfers": f"{_ROOM}.plot_sequences:plot_transfers",
}

__getattr__, __dir__ = later(__name__, __all__, _HOMES, _MOVED)
