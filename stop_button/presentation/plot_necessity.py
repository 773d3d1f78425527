"""A picture of which rung tells which policies of a world apart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from stop_button.decision.world import World
from stop_button.incentives.necessity import RUNGS, lowest_rung

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_rungs"]

COLOURS = ("#f2f2f2", "#56b4e9", "#009e73", "#d55e00")
LABELS = ("no rung", *RUNGS)


def plot_rungs(world: World, *, of: Iterable[str] | None = None, ax: Axes | None = None) -> Axes:
    """Every two policies of a world, coloured by the lowest rung that tells them apart; nothing is shown.

    :param world: a world with few policies: there is a row and a column for each.
    :param of: roles or variables whose laws are compared, as for ``told_apart``.
    :param ax: where to draw; without it, on a figure of its own.
    :returns: the Axes.

    >>> from stop_button.worlds.two_coins import two_coins
    >>> ax = plot_rungs(two_coins())
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['obey', 'steer', 'deaf']
    """
    import matplotlib.pyplot as plt
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch

    policies = list(world.policies)
    rungs = [[lowest_rung(world, one, other, of=of) for other in policies] for one in policies]
    if ax is None:
        _, ax = plt.subplots(figsize=(0.8 * len(policies) + 3.4, 0.55 * len(policies) + 1.4), layout="constrained")
    codes = [[0 if rung is None else 1 + RUNGS.index(rung) for rung in row] for row in rungs]
    ax.imshow(codes, cmap=ListedColormap(COLOURS), vmin=0, vmax=3, aspect="auto")
    for row, line in enumerate(codes):
        for column, code in enumerate(line):
            if row != column:
                ax.text(column, row, LABELS[code], ha="center", va="center", fontsize=8, color="black" if code < 2 else "white")
    ax.set_xticks(range(len(policies)), [str(policy) for policy in policies])
    ax.set_yticks(range(len(policies)), [str(policy) for policy in policies])
    patches = [Patch(facecolor=colour, edgecolor="grey", label=label) for colour, label in zip(COLOURS, LABELS, strict=True)]
    ax.legend(handles=patches, title="told apart by", frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax
