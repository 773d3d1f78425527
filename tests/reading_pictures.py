"""What is written on a picture, and where: for tests that words neither lie over each other nor leave the figure."""

from __future__ import annotations

from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox, BboxBase

TOUCHING = 0.5
"""Boxes of words may share so much of a pixel."""


def figure_of(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    assert figure is not None
    return figure


def legend_of(ax: Axes) -> list[str]:
    """What the legend of Axes says, line by line."""
    legend = ax.get_legend()
    return [text.get_text() for text in legend.get_texts()] if legend else []


def texts_of(ax: Axes) -> list[Text]:
    """Every text that can be read on Axes, after the figure was laid out."""
    legend = ax.get_legend()
    axes = [ax.xaxis.label, ax.yaxis.label, *_tick_labels(ax.xaxis), *_tick_labels(ax.yaxis)] if ax.axison else []
    return [
        text for text in [ax.title, *axes, *ax.texts, *(legend.get_texts() if legend else [])] if text.get_visible() and text.get_text()
    ]


def _tick_labels(axis: Axis) -> list[Text]:
    """The labels of the ticks that are in view."""
    low, high = sorted(axis.get_view_interval())
    return [tick.label1 for tick in axis.get_major_ticks() if low - 1e-9 <= tick.get_loc() <= high + 1e-9]


def laid_out(ax: Axes) -> list[tuple[str, Bbox]]:
    """The words of a picture with the boxes that they fill, in pixels."""
    figure_of(ax).draw_without_rendering()
    return [(text.get_text(), text.get_window_extent()) for text in texts_of(ax)]


def unreadable(ax: Axes) -> list[str]:
    """What is wrong with the words of a picture: those that lie over each other, and those that leave the figure."""
    words, page = laid_out(ax), figure_of(ax).bbox
    over = [f"{a!r} and {b!r} lie over each other" for (a, one), (b, other) in combinations(words, 2) if _common(one, other)]
    return over + [f"{text!r} leaves the figure" for text, box in words if not _inside(box, page)]


def _inside(box: Bbox, page: BboxBase) -> bool:
    return bool(min(box.x0 - page.x0, page.x1 - box.x1, box.y0 - page.y0, page.y1 - box.y1) >= -TOUCHING)


def _common(one: Bbox, other: Bbox) -> bool:
    wide, high = min(one.x1, other.x1) - max(one.x0, other.x0), min(one.y1, other.y1) - max(one.y0, other.y0)
    return bool(wide > TOUCHING and high > TOUCHING)
