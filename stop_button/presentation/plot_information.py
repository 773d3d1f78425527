"""A picture of bits against something that is turned: exact values as dots, what is enclosed as bars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from causalkit.errors import WrongShape
from causalkit.plots.axes import open_axes
from causalkit.values.logarithms import Between, between

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_bits"]

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")
MARKERS, DASHES = "osD^vP", ("-", "--", ":", "-.")
"""What tells lines apart beside their colours."""


def plot_bits(curves: Mapping[str, Mapping[Any, Any]], *, along: str = "", ax: Axes | None = None) -> Axes:
    """Curves of numbers in bits, each with its bounds where they are wide enough to be seen; nothing is shown.

    :param curves: for each name, what is turned with the number that it gives: a score, or a ``Between``.
    :param along: what is turned, for the axis.
    :param ax: where to draw; without it, on a figure of its own.
    :returns: the Axes.
    :raises WrongShape: without a curve.

    >>> ax = plot_bits({"a coin": {0: 0, 1: 1}}, along="fairness")
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('fairness', 'bits')
    """
    if not curves:
        raise WrongShape("there is no curve to draw; type plot_bits({'a coin': {0: 0, 1: 1}})")
    ax = open_axes(ax, 6.4, 3.4)
    for i, (name, curve) in enumerate(curves.items()):
        ends = [each if isinstance(each, Between) else between(each) for each in curve.values()]
        where, low, high = [float(x) for x in curve], [float(each.low) for each in ends], [float(each.high) for each in ends]
        middle = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
        spread = [[m - a for m, a in zip(middle, low, strict=True)], [b - m for m, b in zip(middle, high, strict=True)]]
        colour = COLOURS[i % len(COLOURS)]
        line: dict[str, Any] = {"color": colour, "marker": MARKERS[i % len(MARKERS)], "linestyle": DASHES[i % len(DASHES)]}
        ax.errorbar(where, middle, yerr=spread, markersize=3.5, linewidth=1.3, capsize=3, label=name, **line)
    ax.set_xlabel(along)
    ax.set_ylabel("bits")
    ax.set_ylim(bottom=min(0.0, ax.get_ylim()[0]))
    ax.legend(frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
    return ax
