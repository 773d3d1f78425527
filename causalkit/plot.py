"""Pictures of causal graphs, models and branches, in matplotlib and as SVG."""

from __future__ import annotations

import hashlib
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from causalkit.branches import Branches
from causalkit.drawing.colours import ACCENT, INK, MUTED, PALETTE, PLAIN, role_colours
from causalkit.drawing.layout import Direction, count_items
from causalkit.drawing.paint import Sheet, painted, placed, placed_branches
from causalkit.drawing.picture import picture_of, with_path
from causalkit.drawing.twins import Twins
from causalkit.errors import WrongArgument, WrongShape, suggestion
from causalkit.graphs.graph import Graph
from causalkit.loading import later
from causalkit.model import Model
from causalkit.regime import Regime
from causalkit.values.arguments import checked
from causalkit.values.keeping import while_it_lives
from causalkit.values.pictures import paints
from causalkit.values.render import html_text

if TYPE_CHECKING:
    from causalkit.plots.flow import plot_flow as flow
    from causalkit.plots.regions import plot_regions as regions
    from causalkit.plots.repairs import plot_repairs as repairs

__all__ = [
    "ACCENT", "INK", "MUTED", "PALETTE", "PLAIN", "column", "draw", "draw_branches", "flow", "is_small", "regions", "repairs", "to_svg",
]  # fmt: skip

MOST_ITEMS = 200
"""A picture of more boxes, and places where an arrow crosses a layer, is drawn when it is asked for only."""

PRINTED: Any = {
    "font.size": 8, "axes.titlesize": 8, "axes.labelsize": 8, "xtick.labelsize": 7, "ytick.labelsize": 7, "legend.fontsize": 7,
    "axes.linewidth": 0.6, "pdf.fonttype": 42, "ps.fonttype": 42, "svg.fonttype": "none",
}  # fmt: skip
"""Matplotlib's settings for a figure that is printed at its own size, with letters that stay letters."""

OPTIONS = ("roles", "colours", "path", "path_label", "title", "direction")


@checked
def draw(
    shown: Model | Graph,
    *,
    ax: Axes | None = None,
    roles: Mapping[str, str] | None = None,
    colours: Mapping[str, str] | None = None,
    path: Sequence[str] = (),
    path_label: str = "path",
    title: str | None = None,
    direction: Direction = "right",
) -> Axes:
    """Draw a model or a graph in layers from causes to effects, and return the Axes; nothing is shown.

    Decisions are rectangles, payoffs hexagons, noise small and pale. What was done is written ``do(x=1)`` on a heavy border with the cut
    arrows dashed; what was observed is written ``given x=1`` on a double border. Below stands what colours, kinds of lines and pale boxes
    mean.

    :param shown: the model or the graph.
    :param ax: the Axes to draw on; new ones if left out.
    :param roles: variables to roles, which are coloured and listed in a legend; the roles ``"decision"`` and ``"value"`` (or
        ``"utility"``) give their shapes too.
    :param colours: roles to colours of your own, also for ``decision``, ``value``, ``treatment`` and ``outcome``, which have one.
    :param path: the names of variables, one after the other, along whose arrows the picture points.
    :param path_label: what the path is called in the legend.
    :param title: the title of the picture; none if left out.
    :param direction: where the effects lie, ``"right"`` or ``"down"``.
    :returns: the Axes that were drawn on.
    :raises UnknownName: for a role of an unknown variable, and a path along what is no arrow.
    :raises WrongShape: for what is neither a model nor a graph.

    >>> from causalkit import coin
    >>> ax = draw(Model(rain=coin("1/4"), wet=lambda rain: rain), roles={"wet": "outcome"})
    >>> [text.get_text() for text in ax.texts]
    ['rain', 'wet']
    """
    picture = with_path(picture_of(_drawable(shown), roles), path, path_label)
    return painted(placed(picture, direction), role_colours(picture.roles, colours), Sheet(ax, title))


@checked
def draw_branches(
    branches: Branches,
    *,
    ax: Axes | None = None,
    roles: Mapping[str, str] | None = None,
    colours: Mapping[str, str] | None = None,
    title: str | None = None,
) -> Axes:
    """Draw branches side by side, with the noise that they share in the middle, and return the Axes; nothing is shown.

    What no edit touches is drawn once, in the middle; what some branches have in common is pale in all but the first of them. Two
    branches make the twin network. Source: [balke1994].

    :param branches: the branches of a model, as from ``model.branches``.
    :param ax: the Axes to draw on; new ones if left out.
    :param roles: variables to roles, which are coloured and listed in a legend, as in ``draw``.
    :param colours: roles to colours of your own.
    :param title: the title of the picture; none if left out.
    :returns: the Axes that were drawn on.

    >>> from causalkit import coin
    >>> m = Model(rain=coin("1/4"), wet=lambda rain: rain, slips=lambda wet: wet)
    >>> ax = draw_branches(m.branches(dry={"wet": False}))
    >>> [text.get_text() for text in ax.texts]
    ['fact', 'shared', 'dry', 'rain', 'wet', 'slips', 'do(wet=False)', 'slips']
    """
    scene = placed_branches(branches, roles)
    return painted(scene, role_colours(scene.picture.roles, colours), Sheet(ax, title))


@contextmanager
def column(width: float = 3.4, height: float = 2.4) -> Iterator[Axes]:
    """Axes of a figure that is printed at its own size, as wide as a column of text; to be drawn on with ``ax=`` and saved within.

    Type is of 7 and 8 points, and stays text in a PDF. A graph that is larger is drawn smaller, letters and all.

    :param width: of the figure, in inches: 3.4 is a column of many journals.
    :param height: of the figure, in inches.
    :returns: a context that gives the Axes.
    :raises WrongShape: for a size that is not positive.

    >>> with column(height=1.5) as ax:
    ...     _ = draw(Graph.parse("x -> y"), ax=ax)
    >>> ax.figure.get_size_inches().tolist()
    [3.4, 1.5]
    """
    for name, size in (("width", width), ("height", height)):
        given: object = size
        if not isinstance(given, int | float) or not 0 < given < math.inf:
            raise WrongShape(f"{name}={size!r} is no size in inches; type column(width=3.4, height=2.4)")
    with matplotlib.rc_context(PRINTED):
        yield Figure(figsize=(width, height), layout="constrained").add_subplot()


@checked
def to_svg(shown: Axes | Model | Graph | Branches, **options: Any) -> str:
    """The picture as self-contained SVG text, the same on every run: letters are outlines, and names of parts belong to this picture alone.

    Takes the Axes of any plot (its whole figure is written), or a model, graph or branches with the options of ``draw``.

    >>> svg = to_svg(Graph.parse("x -> y"))
    >>> svg.startswith("<svg"), to_svg(Graph.parse("x -> y")) == svg
    (True, True)
    """
    unknown = next((name for name in options if name not in OPTIONS), None)
    if unknown is not None:
        raise WrongArgument(f"to_svg has no option {unknown!r}; it has: {', '.join(OPTIONS)}{suggestion(unknown, OPTIONS)}")
    ax = shown if isinstance(shown, Axes) else _undisplayed(shown, **options)
    figure = ax.get_figure(root=True)
    assert figure is not None
    file = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "causalkit", "svg.fonttype": "path"}):
        figure.savefig(file, format="svg", metadata=dict.fromkeys(["Date", "Creator", "Format", "Type"]))
    return _inlined(file.getvalue(), _words(figure))


@checked
def is_small(model: Model) -> bool:
    """Whether a model may be drawn each time it is displayed: its arrows do not cross so many layers that this would take long."""
    shown = picture_of(model.regime)
    return count_items(list(shown.marks), [(a.start, a.end) for a in shown.links]) <= MOST_ITEMS


@paints(Model)
@while_it_lives(0)
def _small_model(model: Model) -> str | None:
    return to_svg(model) if is_small(model) else None


@paints(Branches)
def _small_branches(branches: Branches) -> str | None:
    return to_svg(branches) if count_items(list(branches.regime.mechanisms), Twins(branches).arrows) <= MOST_ITEMS else None


@checked
def _undisplayed(
    shown: Model | Graph | Branches,
    *,
    roles: Mapping[str, str] | None = None,
    colours: Mapping[str, str] | None = None,
    path: Sequence[str] = (),
    path_label: str = "path",
    title: str | None = None,
    direction: Direction = "right",
) -> Axes:
    """The picture on a figure of its own that pyplot does not know, so that nothing can show it."""
    if isinstance(shown, Branches):
        scene = placed_branches(shown, roles)
    else:
        scene = placed(with_path(picture_of(_drawable(shown), roles), path, path_label), direction)
    return painted(scene, role_colours(scene.picture.roles, colours), Sheet(None, title, shown=False))


def _drawable(shown: Model | Graph) -> Regime | Graph:
    return shown.regime if isinstance(shown, Model) else shown


def _words(figure: Figure) -> list[str]:
    """All that can be read in a figure, each text once."""
    texts = [text for ax in figure.axes for text in _texts(ax)]
    return list(dict.fromkeys(line.strip() for text in texts for line in text.get_text().split("\n") if line.strip()))


def _texts(ax: Axes) -> list[Text]:
    legend = ax.get_legend()
    around = [ax.xaxis.label, ax.yaxis.label, *ax.get_xticklabels(), *ax.get_yticklabels()] if ax.axison else []
    return [ax.title, *ax.texts, *around, *(legend.get_texts() if legend else [])]


def _inlined(svg: str, words: list[str]) -> str:
    """An SVG file as an element of a page: no prologue, no style that reaches outside, no name that another picture has too."""
    body = re.sub(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>\s*", "", svg[svg.index("<svg") :], count=1, flags=re.DOTALL)
    own = f"c{hashlib.sha256(body.encode()).hexdigest()[:10]}-"
    body = re.sub(r'(\sid="|href="#|url\(#)', rf"\g<1>{own}", body)
    label = html_text(", ".join(words))
    style = 'style="max-width: 100%; height: auto" stroke-linejoin="round" stroke-linecap="butt"'
    return body.replace("<svg ", f'<svg role="img" aria-label="{label}" {style} ', 1)


_HOMES = {
    "flow": "causalkit.plots.flow:plot_flow",
    "regions": "causalkit.plots.regions:plot_regions",
    "repairs": "causalkit.plots.repairs:plot_repairs",
}

__getattr__, __dir__ = later(__name__, __all__, _HOMES)
