"""A picture of a survey: how many of its settings have which verdict, under each utility."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from causalkit.plots.rows import labelled, named_rows
from causalkit.values.pictures import draws
from stop_button.auditing.verdicts import VERDICTS, Verdict
from stop_button.searching.parameter_survey import Survey

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_survey"]

LOOKS: dict[Verdict, dict[str, Any]] = {
    "clean": {"facecolor": "#ffffff", "hatch": ""},
    "permits": {"facecolor": "#56b4e9", "hatch": ".."},
    "rewards": {"facecolor": "#d55e00", "hatch": ""},
    "side effect": {"facecolor": "#e69f00", "hatch": "///"},
    "rewards or side effect": {"facecolor": "#cc79a7", "hatch": "xx"},
    "depends": {"facecolor": "#dddddd", "hatch": "\\\\\\"},
    "undefined": {"facecolor": "#999999", "hatch": ""},
}
"""How the parts of a bar look: each verdict has a colour and a pattern."""

EDGE: dict[str, Any] = {"edgecolor": "black", "linewidth": 0.6, "hatch_linewidth": 0.4}


@draws(Survey)
def plot_survey(found: Survey, *, ax: Axes | None = None) -> Axes:
    """The verdicts of a survey as horizontal bars: a row for each utility, cut into the numbers of settings that have each verdict.

    Each verdict has a colour and a pattern, told in a legend that has those that occur. A survey that was interrupted says so.

    :param found: the survey.
    :param ax: where to draw; without it, on a figure of its own. Nothing is shown.
    :returns: the Axes.

    >>> import stop_button as sb
    >>> found = sb.survey(sb.worlds.public_unsafe_act, sb.conditional_counterfactual, over={"loss": [5, 20, 30]})
    >>> ax = plot_survey(found)
    >>> [text.get_text() for text in ax.get_legend().get_texts()], [float(bar.get_width()) for bar in ax.patches]
    (['clean', 'side effect'], [2.0, 1.0])
    """
    utilities = list(dict.fromkeys(one.utility for one in found.settings))
    verdicts = [word for word in VERDICTS if any(one.verdict == word for one in found.settings)]
    rows = named_rows(utilities, legend=[Patch(label=word, **LOOKS[word], **EDGE) for word in verdicts], ax=ax)
    for row, utility in enumerate(utilities):
        left = 0
        for word in verdicts:
            many = sum(one.utility == utility and one.verdict == word for one in found.settings)
            if many:
                rows.ax.barh(rows.at(row), many, 0.9 * rows.height, left=left, **LOOKS[word], **EDGE)
            left += many
    rows.ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    rows.upright([0])
    rows.ax.set_xlim(left=0)
    labelled(rows, "settings" if found.complete else "settings looked at before it was interrupted")
    return rows.ax
