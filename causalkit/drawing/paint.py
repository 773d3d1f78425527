"""Painting with matplotlib: a picture is measured, placed, and put on Axes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, FancyBboxPatch, Patch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.textpath import text_to_path

from causalkit.branches import Branches
from causalkit.drawing.colours import ACCENT, FAINT, INK, MUTED, PAPER, PLAIN
from causalkit.drawing.layout import Box, Direction, layered
from causalkit.drawing.picture import Link, Mark, Meaning, Picture
from causalkit.drawing.routes import Curve, arcs, corner_radius, hexagon_slant, inside, routes, trimmed
from causalkit.drawing.twins import Twins
from causalkit.errors import visible

__all__ = ["Scene", "Sheet", "painted", "placed", "placed_branches", "size_of"]

Dashes = str | tuple[int, tuple[float, float]]

FONT, SMALL, LEGEND, TITLE = 11.0, 9.0, 9.5, 12.0
READABLE = 6.5
PADDING = {"rounded": (9.0, 5.5), "box": (9.0, 5.5), "hexagon": (15.0, 5.5), "ellipse": (8.0, 5.0)}
LINE_HEIGHT = 1.32
DOUBLE = 3.0
EDGE, GAP, CUT_GAP = 1.1, 1.5, 9.0
HEAD_LENGTH, HEAD_WIDTH = 8.0, 6.4
COPY_DASHES, PAIR_DASHES, CUT_DASHES = (0, (1.2, 1.8)), (0, (3.6, 2.4)), (0, (3.2, 2.6))
FRAME, STRIP, LEGEND_ROOM = 10.0, 18.0, 330.0


@dataclass(frozen=True)
class Scene:
    """A picture with a place for everything, in points from the lower left corner."""

    picture: Picture
    boxes: Mapping[str, Box]
    panels: tuple[tuple[str, Box], ...] = ()
    curves: Mapping[tuple[str, str], Curve] = field(default_factory=dict)
    bows: Mapping[tuple[str, str], Curve] = field(default_factory=dict)

    @property
    def extent(self) -> Box:
        """The smallest box that holds everything."""
        around = [*self.boxes.values(), *(box for _, box in self.panels)]
        points = [p for curve in (*self.curves.values(), *self.bows.values()) for p in curve.sampled()]
        xs = [x for box in around for x in (box.left, box.right)] + [x for x, _ in points]
        ys = [y for box in around for y in (box.bottom, box.top)] + [y for _, y in points]
        left, right, bottom, top = min(xs, default=0), max(xs, default=0), min(ys, default=0), max(ys, default=0)
        return Box((left + right) / 2, (bottom + top) / 2, right - left, top - bottom)


@dataclass(frozen=True)
class Sheet:
    """Where to paint: the user's Axes, or a new figure of the size of the picture, which pyplot knows of if it is to be shown."""

    ax: Axes | None
    title: str | None = None
    shown: bool = True


def placed(picture: Picture, direction: Direction) -> Scene:
    """A picture in layers, with a way for every arrow."""
    pairs = [(link.start, link.end) for link in picture.links]
    sizes = {key: size_of(mark) for key, mark in picture.marks.items()}
    return routed(Scene(picture, layered(list(sizes), pairs, sizes=sizes, direction=direction)))


def placed_branches(branches: Branches, roles: Mapping[str, str] | None = None) -> Scene:
    """Branches side by side, with what they share in the middle."""
    twins = Twins(branches)
    picture = twins.picture(roles)
    boxes, panels = twins.arranged({key: size_of(mark) for key, mark in picture.marks.items()})
    return routed(Scene(picture, boxes, panels))


def routed(scene: Scene) -> Scene:
    """The scene with a way for every arrow and every pair with a common cause, from border to border."""
    links = [(link.start, link.end) for link in scene.picture.links]
    clip = partial(_clipped, scene)
    curves = {edge: clip(edge, curve) for edge, curve in routes(scene.boxes, links).items()}
    bows = {pair: clip(pair, curve) for pair, curve in arcs(scene.boxes, scene.picture.pairs).items()}
    return replace(scene, curves=curves, bows=bows)


def _clipped(scene: Scene, edge: tuple[str, str], curve: Curve) -> Curve:
    start, end = (partial(inside, scene.picture.marks[key].shape, scene.boxes[key].grown(GAP)) for key in edge)
    return trimmed(curve, start, end)


def size_of(mark: Mark) -> tuple[float, float]:
    """The width and height of a box that holds its words."""
    size = font_size(mark)
    pad_x, pad_y = PADDING[mark.shape]
    width = max(text_width(line, size, bold=is_bold(mark)) for line in mark.lines)
    height = len(mark.lines) * size * LINE_HEIGHT
    if mark.shape == "ellipse":
        width *= 1.12
    more = DOUBLE if mark.seen else 0.0
    return width + 2 * (pad_x + more), height + 2 * (pad_y + more)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line of text in points."""
    font = FontProperties(size=size, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(visible(text), font, ismath=False)[0])


def font_size(mark: Mark) -> float:
    return SMALL if mark.tone == "noise" else FONT


def is_bold(mark: Mark) -> bool:
    return mark.set or mark.seen


# ---- the sheet


def painted(scene: Scene, fills: Mapping[str, str], sheet: Sheet) -> Axes:
    """Paint a scene and return its Axes."""
    extent, told = scene.extent, scene.picture.key
    entries = [_entry_width(said) for said in (*fills, *told.values())]
    wide = max(extent.width, min(sum(entries), LEGEND_ROOM), max(entries, default=0.0), text_width(sheet.title or "", TITLE), 1.0)
    columns, legend = _legend_of(entries, wide)
    wide, high = wide + 2 * FRAME, extent.height + 2 * FRAME
    ax = sheet.ax or _new_axes(wide, high + legend, sheet)
    grown = max(1.0, READABLE / LEGEND / _scale(ax, Box(0, 0, wide, high + legend)))
    if grown > 1:
        columns, legend = _legend_of([grown * entry for entry in entries], wide, grown)
    view = Box(extent.x, extent.y - legend / 2, wide, high + legend)
    scale = _fit(ax, view)
    if sheet.title:
        fits = min(1.0, (ax.get_xlim()[1] - ax.get_xlim()[0]) * scale / max(text_width(sheet.title, TITLE), 1.0))
        ax.set_title(visible(sheet.title), fontsize=TITLE * fits, color=INK, pad=0, parse_math=False)
    _paint_panels(ax, scene, scale)
    _paint_links(ax, scene, scale)
    for key, mark in scene.picture.marks.items():
        _paint_mark(ax, mark, scene.boxes[key], fills, scale)
    if entries:
        handles = [*(_role_handle(role, fill, scale) for role, fill in fills.items()), *(_key_handle(*one, scale) for one in told.items())]
        _paint_legend(ax, (view.x, view.bottom + FRAME / 2), handles, columns, grown * scale)
    return ax


def _legend_of(entries: Sequence[float], wide: float, grown: float = 1.0) -> tuple[int, float]:
    """How many columns a legend has in a width, and how high it is."""
    if not entries:
        return 0, 0.0
    columns = len(entries) if sum(entries) <= wide else max(int(wide // max(entries)), 1)
    return columns, math.ceil(len(entries) / columns) * STRIP * grown + FRAME / 2


def _new_axes(wide: float, high: float, sheet: Sheet) -> Axes:
    head = STRIP + FRAME / 2 if sheet.title else 0.0
    size = (wide / 72, (high + head) / 72)
    if sheet.shown:
        from matplotlib import pyplot

        figure = pyplot.figure(figsize=size)
    else:
        figure = Figure(figsize=size)
    return figure.add_axes((0, 0, 1, high / (high + head)))


def _points(ax: Axes) -> tuple[float, float]:
    """The width and the height of Axes in points."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    place = ax.get_position()
    return 72 * figure.get_figwidth() * place.width, 72 * figure.get_figheight() * place.height


def _scale(ax: Axes, view: Box) -> float:
    room_x, room_y = _points(ax)
    return min(1.0, room_x / view.width, room_y / view.height)


def _fit(ax: Axes, view: Box) -> float:
    """Show a rectangle of the scene, its points true to size where there is room; returns the scale."""
    (room_x, room_y), scale = _points(ax), _scale(ax, view)
    ax.set_xlim(view.x - room_x / scale / 2, view.x + room_x / scale / 2, auto=True)  # else each layout warns that it moves the limits
    ax.set_ylim(view.y - room_y / scale / 2, view.y + room_y / scale / 2, auto=True)
    ax.set_aspect("equal", adjustable="datalim")
    ax.set_axis_off()
    return scale


# ---- what is on it


def _entry_width(role: str) -> float:
    return text_width(role, LEGEND) + 38.0


def _role_handle(role: str, fill: str, scale: float) -> Artist:
    return Patch(facecolor=fill, edgecolor=INK, linewidth=0.8 * scale, label=visible(role))


def _key_handle(kind: Meaning, said: str, scale: float) -> Artist:
    """A piece of a line, or a pale box, as it is in the picture."""
    look: dict[str, Any] = {"label": visible(said), "linewidth": EDGE * scale, "color": MUTED, "linestyle": "solid"}
    if kind == "noise":
        size = 0.85 * LEGEND * scale
        look |= {"linestyle": "", "marker": "o", "markersize": size, "markerfacecolor": PAPER, "markeredgecolor": FAINT}
    elif kind == "marked":
        look |= {"color": ACCENT, "linewidth": 2.2 * EDGE * scale}
    elif kind == "cut":
        look |= {"color": FAINT, "linestyle": CUT_DASHES}
    else:
        look |= {"linestyle": COPY_DASHES if kind == "copy" else PAIR_DASHES}
    return Line2D([], [], **look)


def _paint_legend(ax: Axes, at: tuple[float, float], handles: Sequence[Artist], columns: int, scale: float) -> None:
    legend = ax.legend(
        handles=list(handles),
        loc="lower center",
        bbox_to_anchor=at,
        bbox_transform=ax.transData,
        ncols=columns,
        frameon=False,
        fontsize=LEGEND * scale,
        labelcolor=INK,
        handlelength=1.5,
        handleheight=0.9,
        handletextpad=0.5,
        columnspacing=1.4,
        borderpad=0.2,
        labelspacing=0.45,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)


def _paint_panels(ax: Axes, scene: Scene, scale: float) -> None:
    for name, box in scene.panels:
        style = "round,pad=0,rounding_size=8"
        ax.add_patch(FancyBboxPatch((box.left, box.bottom), box.width, box.height, boxstyle=style, fc="#F3F6F9", ec="none", zorder=0))
        _write(ax, (box.x, box.top - SMALL), name, SMALL * scale, MUTED, bold=True)


def _paint_links(ax: Axes, scene: Scene, scale: float) -> None:
    for link in scene.picture.links:
        curve = scene.curves[link.start, link.end]
        if link.style == "cut":
            _paint_cut(ax, curve, scale)
        elif link.style == "copy":
            _paint_arrow(ax, curve, MUTED, scale, dashes=COPY_DASHES)
        elif link.style == "marked":
            _paint_arrow(ax, curve, ACCENT, 2.2 * scale)
        else:
            _paint_arrow(ax, curve, _link_colour(scene, link), scale)
    for pair in scene.picture.pairs:
        _paint_arrow(ax, scene.bows[pair], MUTED, scale, both=True, dashes=PAIR_DASHES)


def _link_colour(scene: Scene, link: Link) -> str:
    return MUTED if scene.picture.marks[link.start].tone != "plain" else INK


def _paint_arrow(ax: Axes, curve: Curve, colour: str, scale: float, *, both: bool = False, dashes: Dashes = "solid") -> None:
    shaft = _without_tip(curve)
    _paint_head(ax, shaft, curve, colour)
    if both:
        back = Curve(curve.points[::-1])
        _paint_head(ax, _without_tip(back), back, colour)
        shaft = Curve(_without_tip(Curve(shaft.points[::-1])).points[::-1])
    ax.add_patch(PathPatch(_path(shaft), fill=False, ec=colour, lw=EDGE * scale, ls=dashes, capstyle="butt", zorder=1))


def _paint_head(ax: Axes, shaft: Curve, curve: Curve, colour: str) -> None:
    tip, base = curve.points[-1], shaft.points[-1]
    length = math.dist(base, tip) or 1.0
    x, y = (tip[0] - base[0]) / length, (tip[1] - base[1]) / length
    back = (tip[0] - HEAD_LENGTH * x, tip[1] - HEAD_LENGTH * y)
    wings = [(back[0] - side * y * HEAD_WIDTH / 2, back[1] + side * x * HEAD_WIDTH / 2) for side in (1, -1)]
    notch = (tip[0] - 0.75 * HEAD_LENGTH * x, tip[1] - 0.75 * HEAD_LENGTH * y)
    ax.add_patch(Polygon([tip, wings[0], notch, wings[1]], closed=True, fc=colour, ec="none", zorder=1.5))


def _without_tip(curve: Curve, length: float = 0.75 * HEAD_LENGTH) -> Curve:
    tip = curve.points[-1]
    return trimmed(curve, lambda p: False, lambda p: math.dist(p, tip) <= length)


def _paint_cut(ax: Axes, curve: Curve, scale: float) -> None:
    """A dashed line that stops at a bar, short of the box it no longer reaches."""
    shaft = _without_tip(curve, CUT_GAP)
    (x0, y0), (x1, y1) = shaft.points[-2], shaft.points[-1]
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    x, y = (x1 - x0) / length * HEAD_WIDTH * 0.6, (y1 - y0) / length * HEAD_WIDTH * 0.6
    ax.add_patch(PathPatch(_path(shaft), fill=False, ec=FAINT, lw=EDGE * scale, ls=CUT_DASHES, capstyle="butt", zorder=0.9))
    ax.add_patch(PathPatch(Path([(x1 - y, y1 + x), (x1 + y, y1 - x)]), fill=False, ec=FAINT, lw=1.6 * scale, zorder=0.9))


def _path(curve: Curve) -> Path:
    if curve.straight:
        return Path([curve.points[0], curve.points[-1]])
    return Path(list(curve.points), [Path.MOVETO, *[Path.CURVE4] * (len(curve.points) - 1)])


def _paint_mark(ax: Axes, mark: Mark, box: Box, fills: Mapping[str, str], scale: float) -> None:
    pale = mark.tone != "plain"
    fill = fills.get(mark.role or "", PAPER if pale else PLAIN)
    line, width = (FAINT, 0.9) if pale and not is_bold(mark) else (INK, 2.2 if mark.set else 1.0)
    dashes: Dashes = (0, (3, 2)) if mark.tone == "copy" else "solid"
    ax.add_patch(_outline(mark.shape, box, fc=fill, ec=line, lw=width * scale, ls=dashes, zorder=2))
    if mark.seen:
        ax.add_patch(_outline(mark.shape, box.grown(-DOUBLE), fc="none", ec=INK, lw=0.9 * scale, zorder=2.1))
    size = font_size(mark)
    for i, line_of_text in enumerate(mark.lines):
        y = box.y + ((len(mark.lines) - 1) / 2 - i) * size * LINE_HEIGHT
        _write(ax, (box.x, y), line_of_text, size * scale, MUTED if pale and not is_bold(mark) else INK, bold=is_bold(mark))


def _outline(shape: str, box: Box, *, fc: str, ec: str, lw: float, ls: object = "solid", zorder: float) -> Patch:
    style: dict[str, Any] = {"fc": fc, "ec": ec, "lw": lw, "ls": ls, "zorder": zorder}
    if shape == "ellipse":
        return Ellipse((box.x, box.y), box.width, box.height, **style)
    if shape == "hexagon":
        slant = hexagon_slant(box)
        return Polygon(_hexagon(box, slant), closed=True, joinstyle="miter", **style)
    if shape == "box":
        return Rectangle((box.left, box.bottom), box.width, box.height, joinstyle="miter", **style)
    corners = f"round,pad=0,rounding_size={corner_radius(box)}"
    return FancyBboxPatch((box.left, box.bottom), box.width, box.height, boxstyle=corners, **style)


def _hexagon(box: Box, slant: float) -> Sequence[tuple[float, float]]:
    left, right = box.left + slant, box.right - slant
    return [(box.left, box.y), (left, box.top), (right, box.top), (box.right, box.y), (right, box.bottom), (left, box.bottom)]


def _write(ax: Axes, at: tuple[float, float], text: str, size: float, colour: str, *, bold: bool = False) -> None:
    weight = "bold" if bold else "normal"
    ax.text(*at, visible(text), fontsize=size, color=colour, ha="center", va="center", parse_math=False, weight=weight, zorder=3)
