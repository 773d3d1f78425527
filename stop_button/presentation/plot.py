"""Pictures of worlds and scores; every function takes and returns matplotlib Axes and shows nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
from matplotlib.patches import Patch

from causalkit.plot import ACCENT, PALETTE, draw, to_svg
from causalkit.values.exact import is_symbolic
from stop_button.auditing.audits import Audit
from stop_button.auditing.scoreboard import Scoreboard
from stop_button.decision.world import World
from stop_button.evaluation.enclosure import Enclosure
from stop_button.evaluation.undefined import Undefined, defined

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["COLOURS", "ROLE_COLOURS", "figure_of", "plot_audit", "plot_flags", "plot_scores", "plot_world", "world_svg"]

ROLE_COLOURS = dict(zip(("intent", "stopped", "value", "decision"), (PALETTE[2], PALETTE[1], PALETTE[0], PALETTE[3]), strict=True))
"""The colours of roles in graphs."""

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999", "#f0e442")
"""The colours of utilities in charts: told apart by readers with any kind of colour vision."""


def plot_world(world: World, *, ax: Axes | None = None, path: Sequence[str] = (), title: str | None = None) -> Axes:
    """The causal graph of a world, with the roles of its variables coloured, the same in every world, and a path pointed out."""
    return draw(world.model, ax=ax, path=path, title=title, **_dressed(world))


def _dressed(world: World) -> dict[str, Any]:
    """Which roles the variables play, and the colours of the roles that every world may have."""
    roles = roles_of(world)
    return {"roles": roles, "colours": {role: colour for role, colour in ROLE_COLOURS.items() if role in roles.values()}}


def plot_audit(audit: Audit, *, ax: Axes | None = None) -> Axes:
    """The causal graph of an audited world, with the path of a possible incentive on what people want pointed out."""
    path = audit.path.path if set(pairwise(audit.path.path)) <= set(audit.world.model.graph.edges) else ()
    return plot_world(audit.world, ax=ax, path=path, title=f"{audit.utility.name}: {audit.verdict}")


def roles_of(world: World) -> dict[str, str]:
    """Which variable plays which role, with the decisions."""
    played = {role.variable: name for name, role in reversed(list(world.roles.items()))}
    return {**played, **{decision.name: "decision" for decision in world.decisions}}


def world_svg(world: World) -> str:
    """The causal graph of a world as SVG text that needs nothing outside itself."""
    return to_svg(world.model, **_dressed(world))


def plot_flags(audit: Audit, *, ax: Axes | None = None) -> Axes:
    """The flags of an audit as bars, those that fire filled; bounds are hatched, and what depends on symbols is a question mark."""
    if ax is None:
        _, ax = plt.subplots(figsize=(6.0, 0.4 * len(audit.flags) + 1.2), layout="constrained")
    for row, flag in enumerate(reversed(audit.flags)):
        if isinstance(flag.amount, Enclosure):
            low, high = float(flag.amount.low), float(flag.amount.high)
            ax.barh(row, high - low, left=low, color="none", edgecolor=ACCENT, hatch="///", height=0.7)
        elif is_symbolic(flag.amount) or isinstance(flag.amount, Undefined):
            ax.annotate("?", (0, row), va="center")
        else:
            ax.barh(row, float(flag.amount), color=ACCENT if flag else "none", edgecolor=ACCENT if flag else "grey", height=0.7)
    labels = [f"{flag.title}: {flag.policy}" for flag in reversed(audit.flags)]
    ax.set_yticks(range(len(labels)), labels)
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set_xlabel("probability of the draws; filled: the flag fires")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def figure_of(audit: Audit) -> Figure:
    """An audit as one figure: the graph with the path of the incentive, and beside it the scores and the flags."""
    figure = plt.figure(figsize=(13, 6.2), layout="constrained")
    axes = figure.subplot_mosaic([["graph", "scores"], ["graph", "flags"]])
    plot_audit(audit, ax=axes["graph"])
    plot_scores(audit.board, ax=axes["scores"])
    plot_flags(audit, ax=axes["flags"])
    return figure


def plot_scores(board: Scoreboard, *, ax: Axes | None = None) -> Axes:
    """The scores of a board as grouped bars: a group for each policy, a colour for each utility, the best outlined.

    Undefined scores have no bar and are marked with a question mark. Scores with symbols cannot be drawn: ``TypeError``.
    """
    if ax is None:
        _, ax = plt.subplots(figsize=(max(6.0, 1.1 * len(board.policies) + 3), 4.2), layout="constrained")
    winners, width = board.winners(), 0.8 / max(1, len(board.utilities))
    for row, scores in enumerate(board.scores):
        for column, score in enumerate(scores):
            where = row + (column - (len(scores) - 1) / 2) * width
            colour = COLOURS[column % len(COLOURS)]
            if not defined(score):
                ax.annotate("?", (where, 0), ha="center", va="bottom", color=colour)
                continue
            best = 1.6 if (row, column) in winners else 0
            ax.bar(where, float(score), width * 0.9, color=colour, edgecolor="black", linewidth=best)
    handles = [Patch(color=COLOURS[i % len(COLOURS)], label=utility.name) for i, utility in enumerate(board.utilities)]
    best_mark = Patch(facecolor="white", edgecolor="black", linewidth=1.6, label="best, every tie")
    ax.legend(handles=[*handles, best_mark], frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
    ax.set_xticks(range(len(board.policies)), [str(policy) for policy in board.policies], rotation=20, ha="right")
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set_ylabel("score")
    ax.spines[["top", "right"]].set_visible(False)
    return ax
