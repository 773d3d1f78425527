"""A picture of regions: on which intervals of a symbol which answer is the largest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.patches import Patch

from causalkit.errors import visible
from causalkit.plots.rows import labelled, named_rows
from causalkit.symbols import Regions
from causalkit.values.arguments import checked
from causalkit.values.pictures import draws

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_regions"]

ALONE: dict[str, Any] = {"facecolor": "#0072b2", "edgecolor": "black", "linewidth": 0.6, "label": "the best alone"}
TIED: dict[str, Any] = {"facecolor": "#56b4e9", "edgecolor": "black", "linewidth": 0.6, "hatch": "////", "label": "the best with others"}
SHORT = 60


@draws(Regions)
@checked
def plot_regions(found: Regions, *, ax: Axes | None = None) -> Axes:
    """The regions as bars: a row for each answer that is somewhere the largest, with a bar on every interval on which it is.

    Where several are the best together their bars are hatched. A dotted line stands at each end between two regions. Answers that are the
    largest on no interval have no row, be they so at a point; the label says which, or how many.

    :param found: the regions.
    :param ax: where to draw; without it, on a figure of its own. Nothing is shown.
    :returns: the Axes.

    >>> import sympy
    >>> from causalkit.symbols import regions
    >>> p = sympy.Symbol("p")
    >>> ax = plot_regions(regions({"bet": 2 * p, "keep": 1, "run": p / 2}, p, 0, 1))
    >>> [(float(bar.get_x()), float(bar.get_width())) for bar in ax.patches], ax.get_xlabel()
    ([(0.0, 0.5), (0.5, 0.5)], 'p; the best on no interval: run')
    """
    best = {name for region in found for name in region.best}
    names = [name for name in found.expressions if name in best]
    never = [name for name in found.expressions if name not in best]
    looks = [TIED if len(region.best) > 1 else ALONE for region in found]
    rows = named_rows(names, legend=[Patch(**look) for look in (ALONE, TIED) if TIED in looks and look in looks], ax=ax)
    for region, look in zip(found, looks, strict=True):
        low, high = float(region.low), float(region.high)
        for name in region.best:
            rows.ax.barh(rows.at(names.index(name)), high - low, 0.9 * rows.height, left=low, **look)
    rows.upright([float(region.low) for region in found.regions[1:]], dotted=True)
    rows.ax.set_xlim(float(found.regions[0].low), float(found.regions[-1].high))
    listed = ", ".join(never)
    more = listed if len(listed) <= SHORT else f"{len(never):,} others"
    labelled(rows, f"{visible(found.symbol)}; the best on no interval: {visible(more)}" if more else visible(found.symbol))
    return rows.ax
