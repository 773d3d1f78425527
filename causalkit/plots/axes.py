"""Axes to draw on: those that somebody hands over, or those of a figure of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["open_axes"]


def open_axes(ax: Axes | None, width: float, height: float) -> Axes:
    """The Axes that are given, else those of a new figure of this size in inches; open at the top and at the right.

    >>> ax = open_axes(None, 6.4, 3.2)
    >>> ax.figure.get_size_inches().tolist(), open_axes(ax, 1, 1) is ax
    ([6.4, 3.2], True)
    """
    if ax is None:
        import matplotlib.pyplot as plt

        _, ax = plt.subplots(figsize=(width, height), layout="constrained")
    ax.spines[["top", "right"]].set_visible(False)
    return ax
