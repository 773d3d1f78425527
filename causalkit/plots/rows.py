"""Rows of bars under or beside their names: names that are long are broken, made smaller or cut, and never lie over each other."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

import matplotlib
from matplotlib.font_manager import FontProperties

from causalkit.drawing.paint import text_width
from causalkit.errors import visible

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

__all__ = ["HATCHES", "Rows", "cut", "labelled", "named_rows", "wrapped"]

HATCHES: Final = ("", "///", "\\\\\\", "xx", "---", "++", "..", "oo")
"""Patterns that tell bars apart in grey print, in the order of their use."""

LINE, SMALLEST, LARGEST = 1.25, 6.0, 9.0
MOST_LINES = 3
NAMES, MARGIN = 0.42, 12.0
WIDTH, THICK, THIN, FEW_BARS = 6.4, 7.0, 5.0, 4
BELOW = 30.0
LEAST_BAR, GAP, LEAST_NAME = 2.0, 3.0, 5.0
WORDS = re.compile(r"\s*[^\s_/]+[_/]*|\s*[_/]+|\s+")


@dataclass(frozen=True)
class Rows:
    """Axes with a row for each name: row ``i`` lies around ``y = i``, the first at the top, with its bars where ``at`` says."""

    ax: Axes
    many: int
    bars: int
    offset: float
    band: float
    pitch: float
    note: str

    @property
    def height(self) -> float:
        """How high one bar may be."""
        return self.band / max(1, self.bars)

    @property
    def points(self) -> float:
        """The height of one bar in points."""
        return self.height * self.pitch

    def at(self, row: int, bar: int = 0) -> float:
        """Where the middle of a bar lies, the first of a row at the top."""
        return row + self.offset + (bar - (self.bars - 1) / 2) * self.height

    def upright(self, places: Sequence[float], *, dotted: bool = False) -> None:
        """Draw upright lines through all rows, and not through the legend above them."""
        style: dict[str, Any] = {"linestyle": ":", "linewidth": 0.7, "zorder": 0} if dotted else {"linewidth": 0.8}
        self.ax.vlines(list(places), -0.5, self.many - 0.5, color="black", **style)


@dataclass(frozen=True)
class _Names:
    """How the names are written: the size of letters, over the bars or beside them, which of them, and whether any is cut."""

    size: float
    inside: bool
    texts: tuple[str, ...]
    step: int = 1
    is_cut: bool = False

    @property
    def lines(self) -> int:
        return max((text.count("\n") + 1 for text in self.texts), default=1)

    @property
    def high(self) -> float:
        return LINE * self.size * self.lines


@dataclass(frozen=True)
class _Room:
    """The room there is, in points: for the Axes, and for names to their left."""

    width: float
    height: float
    names: float


def named_rows(
    names: Sequence[str],
    *,
    bars: int = 1,
    legend: Sequence[Artist] = (),
    full: str = "",
    numbers: Sequence[int] | None = None,
    ax: Axes | None = None,
) -> Rows:
    """Axes that are ready for horizontal bars: a row for each name, with room for some bars, and a legend above the rows.

    A name stands beside its bars, or over them where that leaves more room; it is broken into lines, and smaller in a small figure. Where
    it still does not fit, its middle is cut out and its number stands before it; ``note`` then says where the names are in full.

    :param names: what each row is called.
    :param bars: how many bars a row has, one under the other.
    :param legend: handles of a legend; none if left out.
    :param full: what holds the names in full, by their number, such as ``.policies``.
    :param numbers: the number of each name there; their places if left out.
    :param ax: where to draw; without it, on a figure of its own, as high as its rows need. Nothing is shown.
    :returns: the rows.

    >>> rows = named_rows(["work", "rest"], bars=2)
    >>> [label.get_text() for label in rows.ax.get_yticklabels()], rows.at(0, 0) < rows.at(0, 1) < rows.at(1, 0)
    (['work', 'rest'], True)
    """
    shown = dict(enumerate(map(visible, names))) if numbers is None else dict(zip(numbers, map(visible, names), strict=True))
    if ax is None:
        written, pitch, ax = _own_figure(shown, bars, legend)
        head = _with_legend(ax, legend, _room(ax).width, written.size)
    else:
        room = _room(ax)
        head = _with_legend(ax, legend, room.width, _largest_size(ax))
        pitch = max(room.height - head, 1.0) / max(1, len(shown))
        written = _fitted(shown, bars, pitch, room, _largest_size(ax))
    over = min(written.high / pitch, 0.7) if written.inside else 0.0
    left = 1 - over - min(0.2, GAP / pitch)
    rows = Rows(ax, len(shown), bars, over / 2, left, pitch, _note(written, full))
    _write(ax, written, over)
    ax.set_ylim(max(1, len(shown)) - 0.5, -0.5 - head / pitch)
    ax.spines[["top", "right", "left"]].set_visible(False)
    return rows


def labelled(rows: Rows, text: str) -> None:
    """Write under the bars what they measure, broken where it is wider than the Axes, and where names are in full that were cut.

    >>> rows = named_rows(["work"])
    >>> labelled(rows, "score")
    >>> rows.ax.get_xlabel()
    'score'
    """
    size = min(_setting("axes.labelsize"), LARGEST)
    said = "; ".join(part for part in (text, rows.note) if part)
    rows.ax.set_xlabel(wrapped(said, _room(rows.ax).width, size), fontsize=size, parse_math=False)
    rows.ax.tick_params(axis="x", labelsize=min(size, _setting("xtick.labelsize")))


def wrapped(text: str, width: float, size: float) -> str:
    """A text in lines of at most a width in points: broken at spaces and underscores, and inside a word where it has none.

    >>> wrapped("press it myself", 50, 10).split(chr(10))
    ['press it', 'myself']
    """
    lines: list[str] = []
    line = ""
    for word in _words_that_fit(text, width, size):
        if line and _wide(line + word, size) > width:
            lines, line = [*lines, line], word.lstrip()
        else:
            line += word
    return "\n".join([*lines, line])


def cut(text: str, width: float, size: float, *, lines: int = 1) -> str:
    """A text with its middle left out, so that it fits into some lines of a width in points.

    >>> cut("press it myself", 40, 10), cut("rest", 40, 10)
    ('pres…lf', 'rest')
    """
    if wrapped(text, width, size).count("\n") < lines:
        return text
    low, high = 0, len(text)
    while high - low > 1:
        kept = (low + high) // 2
        low, high = (kept, high) if wrapped(_without_middle(text, kept), width, size).count("\n") < lines else (low, kept)
    return _without_middle(text, low)


def _without_middle(text: str, kept: int) -> str:
    head = math.ceil(0.6 * kept)
    return f"{text[:head]}…{text[len(text) - (kept - head) :]}"


def _words_that_fit(text: str, width: float, size: float) -> Iterator[str]:
    for word in WORDS.findall(text):
        part = ""
        for letter in word if _wide(word.lstrip(), size) > width else [word]:
            if part and _wide(part + letter, size) > width:
                yield part
                part = ""
            part += letter
        yield part


def _wide(text: str, size: float) -> float:
    return size * sum(map(_letter, text))


@cache
def _letter(letter: str) -> float:
    """The width of a letter, in sizes of the type; words are never wider than their letters."""
    return text_width(f"{letter}{letter}", 100) / 200 if letter != " " else text_width("x x", 100) / 100 - text_width("xx", 100) / 100


# ---- where there is room


def _room(ax: Axes) -> _Room:
    """The room of Axes, as far as can be told before the figure is laid out."""
    figure, root = ax.get_figure(root=False), ax.get_figure(root=True)
    assert figure is not None
    assert root is not None
    wide, high = (72 * size / root.dpi for size in (figure.bbox.width, figure.bbox.height))
    place = ax.get_position()
    others = [other.get_position() for other in figure.axes if other is not ax]
    left = max((other.x1 for other in others if other.x1 <= place.x0), default=0.0)
    if root.get_layout_engine() is None:
        return _Room(wide * place.width, high * place.height, wide * (place.x0 - left) - MARGIN)
    right = min((other.x0 for other in others if other.x0 >= place.x1), default=1.0)
    cell = wide * (right - left)
    return _Room(min(wide * place.width, (1 - NAMES) * cell - MARGIN), min(high * place.height, high - 2 * BELOW), NAMES * cell - MARGIN)


def _setting(name: Literal["axes.labelsize", "xtick.labelsize", "ytick.labelsize"]) -> float:
    """The size of letters in points that matplotlib is set to."""
    return FontProperties(size=matplotlib.rcParams[name]).get_size_in_points()


def _largest_size(ax: Axes) -> float:
    """The size of letters to begin with: that of tick labels, and no more than fits a figure that is narrow."""
    root = ax.get_figure(root=True)
    assert root is not None
    return min(_setting("ytick.labelsize"), LARGEST if root.get_figwidth() > 5 else LARGEST - 1)


def _sizes(largest: float) -> list[float]:
    steps = int(max(0.0, largest - SMALLEST) * 2)
    return [largest - 0.5 * step for step in range(steps + 1)]


def _least(written: _Names, bars: int) -> float:
    """The least height of a row, in points."""
    return written.high + bars * LEAST_BAR + GAP if written.inside else max(written.high + 1, bars * LEAST_BAR)


def _fitted(names: Mapping[int, str], bars: int, pitch: float, room: _Room, largest: float) -> _Names:
    """The names as they fit rows of a height: whole as long as letters can be read, else cut, else not all of them."""
    sizes = _sizes(largest)
    orders = [(size, inside) for some in (sizes[:3], sizes[3:]) for inside in (False, True) for size in some]
    for size, inside in orders:
        wide = room.width if inside else room.names
        whole = _Names(size, inside, tuple(wrapped(name, max(wide, size), size) for name in names.values()))
        if wide > 3 * size and whole.lines <= MOST_LINES and _least(whole, bars) <= pitch:
            return whole
    for size in sizes:
        if LINE * size + bars * LEAST_BAR + GAP <= pitch and room.names < 0.7 * room.width:
            return _Names(size, True, tuple(_short(names, room.width, size)), is_cut=True)
        if LINE * size + 1 <= pitch and room.names > 8 * size:
            return _Names(size, False, tuple(_short(names, room.names, size)), is_cut=True)
    step = math.ceil((LINE * SMALLEST + 1) / pitch)
    return _Names(SMALLEST, False, tuple(_short(names, max(room.names, 3 * SMALLEST), SMALLEST)), step, is_cut=True)


def _short(names: Mapping[int, str], width: float, size: float, lines: int = 1) -> Iterator[str]:
    """The names, each cut that is too long, with its number before it; of a name for which there is hardly any room, the number alone."""
    for place, name in names.items():
        whole = wrapped(name, width, size)
        if whole.count("\n") < lines:
            yield whole
        else:
            number = f"[{place}]"
            left = width - _wide(f"{number} ", size)
            short = f"{number} {cut(name, left, size)}" if lines == 1 else cut(f"{number} {name}", width, size, lines=lines)
            yield wrapped(short, width, size) if left > LEAST_NAME * size else number


def _own_figure(names: Mapping[int, str], bars: int, legend: Sequence[Artist]) -> tuple[_Names, float, Axes]:
    """How the names are written on a figure of its own, the height of a row in points, and its Axes, as high as all rows."""
    size = min(_setting("ytick.labelsize"), LARGEST)
    wide = NAMES * 72 * WIDTH - MARGIN
    written = _Names(size, False, tuple(wrapped(name, wide, size) for name in names.values()))
    if written.lines > MOST_LINES:
        wide = 0.9 * 72 * WIDTH
        written = _Names(size, True, tuple(wrapped(name, wide, size) for name in names.values()))
    if written.lines > MOST_LINES:
        written = _Names(size, True, tuple(_short(names, wide, size, MOST_LINES)), is_cut=True)
    inked = bars * (THICK if bars <= FEW_BARS else THIN) + 2 * GAP
    pitch = max(_least(written, bars), inked + written.high if written.inside else inked, 14.0)
    head = LINE * 1.4 * size * len(legend)
    high = pitch * max(1, len(names)) + min(head, 4 * LINE * size) + 2 * BELOW
    from matplotlib import pyplot

    _, ax = pyplot.subplots(figsize=(WIDTH, high / 72), layout="constrained")
    return written, pitch, ax


def _with_legend(ax: Axes, handles: Sequence[Artist], width: float, size: float) -> float:
    """Put a legend into the top of Axes, in as many columns as fit; returns its height in points, with a gap."""
    if not handles:
        return 0.0
    root = ax.get_figure(root=True)
    assert root is not None
    texts = [wrapped(str(handle.get_label()), max(width - 2.6 * size, 4 * size), size) for handle in handles]
    high = 0.0
    for columns in range(len(handles), 0, -1):
        look: dict[str, Any] = {"frameon": False, "fontsize": size, "borderpad": 0, "borderaxespad": 0, "columnspacing": 1.2}
        look |= {"handlelength": 1.6, "handletextpad": 0.5, "labelspacing": 0.35, "loc": "upper left", "bbox_to_anchor": (0, 1)}
        shown = ax.legend(handles=list(handles), labels=texts, ncols=columns, **look)
        for text in shown.get_texts():
            text.set_parse_math(False)
        extent = shown.get_window_extent()
        high = 72 * extent.height / root.dpi
        if 72 * extent.width / root.dpi <= width:
            break
    return high + 2 * GAP


def _write(ax: Axes, written: _Names, over: float) -> None:
    places = range(0, len(written.texts), written.step)
    look: dict[str, Any] = {"parse_math": False, "fontsize": written.size, "linespacing": 1.1}
    if written.inside:
        ax.set_yticks([place - 0.5 + over for place in places], [written.texts[place] for place in places], ha="left", va="bottom", **look)
        for label in ax.get_yticklabels():
            label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.3})
        ax.tick_params(axis="y", length=0, pad=-2)
    else:
        ax.set_yticks(list(places), [written.texts[place] for place in places], **look)
        ax.tick_params(axis="y", length=0, pad=4)


def _note(written: _Names, full: str) -> str:
    if not written.is_cut or not full:
        return ""
    named = f"one name in {written.step}; " if written.step > 1 else ""
    return f"{named}[i] in full: {full}[i]"
