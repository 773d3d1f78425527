"""A picture of where a flow ends, under several surgeries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from causalkit.graphs.order import Names, several
from causalkit.model import Model
from causalkit.plots.axes import open_axes
from causalkit.plots.rows import HATCHES
from causalkit.values.arguments import checked

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_flow"]

COLOURS: Sequence[str] = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")


@checked
def plot_flow(models: Mapping[str, Model], *, into: Names, out: Names, ax: Axes | None = None) -> Axes:
    """Bars of what comes out, stacked, for each of several models, on average; what went in and comes out nowhere is hatched.

    :param models: a title for each.
    :param into: what goes in.
    :param out: what comes out, from the left.
    :param ax: where to draw; without it, on a figure of its own. Nothing is shown.
    :returns: the Axes.

    >>> m = Model(source=10, town=lambda source: 4)
    >>> [text.get_text() for text in plot_flow({"plain": m}, into="source", out="town").get_legend().get_texts()]
    ['town', 'vanished']
    """
    ax = open_axes(ax, 6.8, 0.6 * len(models) + 1.3)
    titles, ins, outs = list(models), several(into), several(out)
    left = [0.0] * len(titles)
    for place, name in enumerate(outs):
        widths = [float(model.expect(name)) for model in models.values()]
        look: dict[str, Any] = {"color": COLOURS[place % len(COLOURS)], "hatch": HATCHES[place % len(HATCHES)].replace("/", "|")}
        ax.barh(titles, widths, left=left, edgecolor="white", label=name, **look)
        left = [start + width for start, width in zip(left, widths, strict=True)]
    gaps = [sum(float(model.expect(name)) for name in ins) - end for model, end in zip(models.values(), left, strict=True)]
    if any(gap > 0 for gap in gaps):
        lost = [max(gap, 0.0) for gap in gaps]
        drawn = ax.barh(titles, lost, left=left, color="white", edgecolor="grey", hatch="///", label="vanished")
        for bar, gap in zip(drawn, lost, strict=True):
            bar.set_linewidth(1.0 if gap else 0.0)
    ax.set_xlim(right=1.02 * max(ax.get_xlim()[1], 0))
    ax.invert_yaxis()
    ax.set_xlabel("amount")
    ax.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
    return ax
