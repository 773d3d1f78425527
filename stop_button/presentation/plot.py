"""Pictures of worlds and scores; every function takes and returns matplotlib Axes and shows nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from causalkit.loading import later
from causalkit.plot import ACCENT, PALETTE, draw, is_small, to_svg
from causalkit.plots.rows import labelled, named_rows
from causalkit.values.exact import is_symbolic
from causalkit.values.keeping import while_it_lives
from causalkit.values.pictures import draws, paints
from stop_button.auditing.audits import Audit
from stop_button.auditing.flags import Flag
from stop_button.auditing.scoreboard import MOST_ROWS
from stop_button.decision.world import World
from stop_button.evaluation.enclosure import Enclosure
from stop_button.evaluation.undefined import Undefined
from stop_button.presentation.plot_scores import COLOURS
from stop_button.presentation.plot_scores import plot_scores as scores
from stop_button.presentation.plot_survey import plot_survey as survey

if TYPE_CHECKING:
    from matplotlib.artist import Artist
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
    "roles_of", "rungs", "scores", "shares_over_steps", "survey", "survivors", "transfers", "world", "world_svg",
]  # fmt: skip

FIRES, IDLE, BETWEEN, OPEN = "the flag fires", "it does not fire", "between bounds", "depends on symbols, or undefined"
BARS: dict[str, dict[str, Any]] = {
    FIRES: {"facecolor": ACCENT, "edgecolor": ACCENT},
    IDLE: {"facecolor": "none", "edgecolor": "grey"},
    BETWEEN: {"facecolor": "none", "edgecolor": ACCENT, "hatch": "///"},
    OPEN: {},
}
"""How the bars of flags look: filled, empty or hatched."""

ROLE_COLOURS = dict(zip(("intent", "stopped", "value", "decision"), (PALETTE[2], PALETTE[1], PALETTE[0], PALETTE[3]), strict=True))
"""The colours of roles in graphs."""


def world(place: World, *, ax: Axes | None = None, path: Sequence[str] = (), path_label: str = "path", title: str | None = None) -> Axes:
    """The causal graph of a world, with the roles of its variables coloured, the same in every world, and a path pointed out.

    :param place: the world.
    :param ax: where to draw; without it, on a figure of its own.
    :param path: names of variables, each a parent of the next; pointed out.
    :param path_label: what the path is called in the legend.
    :param title: above the picture.
    :returns: the Axes.
    """
    return draw(place.model, ax=ax, path=path, path_label=path_label, title=title, **_dressed(place))


def _dressed(place: World) -> dict[str, Any]:
    """Which roles the variables play, and the colours of the roles that every world may have."""
    roles = roles_of(place)
    return {"roles": roles, "colours": {role: colour for role, colour in ROLE_COLOURS.items() if role in roles.values()}}


@draws(Audit)
def audit(judged: Audit, *, ax: Axes | None = None) -> Axes:
    """The causal graph of an audited world, with the path of a possible incentive on what people want pointed out."""
    path = judged.path.path if set(pairwise(judged.path.path)) <= set(judged.world.model.graph.edges) else ()
    return world(judged.world, ax=ax, path=path, path_label="possible incentive", title=f"{judged.utility.name}: {judged.verdict}")


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
    """The flags of an audit as bars, those that fire filled; bounds are hatched, and what depends on symbols is a question mark.

    Without Axes, the figure is as high as its rows need; names that do not fit the Axes are cut, with their place in ``judged.flags``.
    """
    kinds = [_kind_of_bar(flag) for flag in judged.flags]
    handles = [_handle(kind) for kind in BARS if kind in kinds]
    rows = named_rows([f"{flag.title}: {flag.policy}" for flag in judged.flags], legend=handles, full=".flags", ax=ax)
    for row, (flag, kind) in enumerate(zip(judged.flags, kinds, strict=True)):
        if isinstance(flag.amount, Enclosure):
            low, high = float(flag.amount.low), float(flag.amount.high)
            rows.ax.barh(rows.at(row), high - low, 0.9 * rows.height, left=low, **BARS[kind])
        elif is_symbolic(flag.amount) or isinstance(flag.amount, Undefined):
            rows.ax.annotate("?", (0, rows.at(row)), (2, 0), textcoords="offset points", va="center_baseline", fontsize="small")
        else:
            rows.ax.barh(rows.at(row), float(flag.amount), 0.9 * rows.height, **BARS[kind])
    rows.upright([0])
    labelled(rows, "probability of the draws")
    return rows.ax


def _kind_of_bar(flag: Flag) -> str:
    if isinstance(flag.amount, Enclosure):
        return BETWEEN
    return OPEN if is_symbolic(flag.amount) or isinstance(flag.amount, Undefined) else FIRES if flag else IDLE


def _handle(kind: str) -> Artist:
    return Line2D([], [], linestyle="", marker="$?$", color="black", label=kind) if kind == OPEN else Patch(label=kind, **BARS[kind])


def figure_of(judged: Audit) -> Figure:
    """An audit as one figure: the graph with the path of the incentive, and beside it the scores and the flags."""
    rows = 0.24 * (min(len(judged.board.policies), MOST_ROWS) + len(judged.flags))
    figure = plt.figure(figsize=(13, max(6.2, rows + 2)), layout="constrained")
    axes = figure.subplot_mosaic([["graph", "scores"], ["graph", "flags"]])
    audit(judged, ax=axes["graph"])
    scores(judged.board, ax=axes["scores"])
    flags(judged, ax=axes["flags"])
    return figure


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
