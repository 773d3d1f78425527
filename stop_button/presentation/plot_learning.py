"""Pictures of learning: what a forecast loses as a function of what is said, and how shares of behaviour move over steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from causalkit.errors import WrongShape
from causalkit.plots.axes import open_axes
from causalkit.plots.rows import HATCHES
from stop_button.learning.forecast import Forecast

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_forecast", "plot_shares_over_steps"]

HONEST, EXCESS, FIXED = "#0072b2", "#d55e00", "#009e73"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
FEW = 40


def plot_forecast(forecast: Forecast, *, points: int = FEW, ax: Axes | None = None) -> Axes:
    """The loss of a forecast in the world that it makes, its excess over the best for that world, and the fixed points; nothing is shown.

    :param forecast: one with squared loss, or with a grid of numbers.
    :param points: into how many steps the line from 0 to 1 is cut, when there is no grid.
    :param ax: where to draw; without it, on a figure of its own.
    :returns: the Axes.

    >>> from causalkit import coin
    >>> ax = plot_forecast(Forecast(lambda said: coin(1 - said)))
    >>> ax.get_xlabel()
    'what is said'
    """
    said = [Fraction(k, points) for k in range(points + 1)] if forecast.grid is None else list(forecast.grid)
    if not all(isinstance(point, Fraction) for point in said):
        raise WrongShape("forecasts that are no numbers cannot be drawn along a line; print their excess instead")
    ax = open_axes(ax, 6.4, 3.8)
    marker = "o" if forecast.grid is not None else ""
    xs = [float(point) for point in said]
    ax.plot(
        xs,
        [float(forecast.loss(point)) for point in said],
        color=HONEST,
        label="L(m, m), in the world it makes",
        marker=marker,
        markersize=4,
    )
    ax.plot(
        xs,
        [float(forecast.excess(point)) for point in said],
        color=EXCESS,
        label="L*(m), over the best for that world",
        linestyle="--",
        marker=marker and "s",
        markersize=4,
    )
    fixed = forecast.fixed_points()
    if fixed.everywhere:
        ax.axhline(0, color=FIXED, linewidth=4, alpha=0.5, label="every forecast is a fixed point")
    elif fixed:
        marks = [float(point) for point in fixed.points]
        ax.plot(marks, [0.0] * len(marks), linestyle="None", marker="D", markersize=9, color=FIXED, label="fixed points", clip_on=False)
        for mark in marks:
            ax.axvline(mark, color=FIXED, linewidth=0.8, linestyle=":")
    ax.set_xlabel("what is said")
    ax.set_ylabel("loss")
    ax.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def plot_shares_over_steps(shares: Sequence[Mapping[Any, Fraction]], *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """How the shares of behaviours move over steps of training, stacked; nothing is shown.

    :param shares: for each step, the share of each behaviour; they sum to 1.
    :param title: above the picture.
    :param ax: where to draw; without it, on a figure of its own.
    :returns: the Axes.

    >>> ax = plot_shares_over_steps([{"honest": Fraction(1, 2), "tamper": Fraction(1, 2)}, {"honest": Fraction(1), "tamper": Fraction(0)}])
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['honest', 'tamper']
    """
    if not shares:
        raise WrongShape("there are no steps to draw; give the shares of each step")
    ax = open_axes(ax, 6.4, 3.2)
    kinds = list(shares[0])
    heights = [[float(step[kind]) for step in shares] for kind in kinds]
    colours = [COLOURS[place % len(COLOURS)] for place in range(len(kinds))]
    hatches = [HATCHES[place % len(HATCHES)] for place in range(len(kinds))]
    named = [str(kind) for kind in kinds]
    ax.stackplot(range(len(shares)), heights, labels=named, colors=colours, hatch=hatches, edgecolor="white", linewidth=0.3)
    ax.set_xlim(0, max(1, len(shares) - 1))
    ax.set_ylim(0, 1)
    ax.set_xlabel("step")
    ax.set_ylabel("share")
    ax.set_title(title or "", fontsize=10)
    ax.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
    return ax
