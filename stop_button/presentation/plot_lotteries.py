"""A picture of shares: for how many utilities a test holds of all best policies, of some, of none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from causalkit.errors import WrongShape
from causalkit.plots.axes import open_axes
from causalkit.values.exact import as_fraction
from stop_button.lotteries import Estimate, Share

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_shares"]

COLOURS = {"of every best policy": "#0072b2", "of some": "#56b4e9", "of none": "#f2f2f2", "undefined of every": "#999999"}


def plot_shares(shares: Mapping[str, Share], *, ax: Axes | None = None) -> Axes:
    """A bar for each share, cut into utilities under which the test holds of every best policy, of some only, of none.

    Nothing is shown. A share from draws is drawn at what was seen, with its interval.

    :param shares: by what is written beside each bar.
    :param ax: where to draw; without it, on a figure of its own.
    :returns: the Axes.
    :raises WrongShape: without a share.

    >>> import stop_button as sb
    >>> from stop_button.lotteries import orbit, share
    >>> ax = plot_shares({"office": share(sb.E(sb.B) >= "1/2", orbit("value"), sb.worlds.office())})
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['office']
    """
    if not shares:
        raise WrongShape("there is no share to draw; type plot_shares({'office': share(...)})")
    ax = open_axes(ax, 7.2, 0.45 * len(shares) + 1.5)
    for row, found in enumerate(shares.values()):
        left = 0.0
        for (name, colour), wide in zip(COLOURS.items(), _cut(found), strict=True):
            label = name if row == 0 else None
            ax.barh(row, wide, left=left, height=0.7, color=colour, edgecolor="#666666", linewidth=0.6, label=label)
            left += wide
        if isinstance(found.strictly, Estimate):
            seen, low, high = (float(each) for each in (found.strictly.seen, found.strictly.low, found.strictly.high))
            ax.errorbar(seen, row, xerr=[[seen - low], [high - seen]], color="black", capsize=4, linewidth=1.2)
    ax.axvline(0.5, color="#444444", linestyle=":", linewidth=1)
    ax.set_yticks(range(len(shares)), list(shares))
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    ax.set_xlabel("share of the utilities")
    ax.legend(title="the test holds", frameon=False, fontsize="small", ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1))
    return ax


def _cut(found: Share) -> list[float]:
    strictly, weakly, undefined = (
        float(each.seen if isinstance(each, Estimate) else as_fraction(each))
        for each in (found.strictly, found.weakly, found.strictly_undefined)
    )
    some = max(0.0, weakly - strictly) if undefined == 0 else max(0.0, min(weakly - strictly, 1 - strictly - undefined))
    return [strictly, some, max(0.0, 1 - strictly - some - undefined), undefined]
