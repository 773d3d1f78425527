"""Pictures of worlds and scores; every function takes and returns matplotlib Axes and shows nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
from matplotlib.patches import Patch

from causalkit.plot import draw, to_svg
from stop_button.score import Scoreboard
from stop_button.undefined import defined
from stop_button.world import World

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["COLOURS", "plot_scores", "plot_world", "world_svg"]

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999", "#f0e442")
"""The colours of utilities in charts: told apart by readers with any kind of colour vision."""


def plot_world(world: World, *, ax: Axes | None = None) -> Axes:
    """The causal graph of a world, with the roles of its variables coloured."""
    return draw(world.model, ax=ax, roles=roles_of(world))


def roles_of(world: World) -> dict[str, str]:
    """Which variable plays which role, with the decisions."""
    played = {role.variable: name for name, role in reversed(list(world.roles.items()))}
    return {**played, **{decision.name: "decision" for decision in world.decisions}}


def world_svg(world: World) -> str:
    """The causal graph of a world as SVG text that needs nothing outside itself."""
    ax = plot_world(world)
    text = to_svg(ax)
    plt.close(ax.figure)  # type: ignore[arg-type]
    return text


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
