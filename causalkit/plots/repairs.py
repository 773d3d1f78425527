"""A picture of an execution with the leaves that would repair it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from causalkit.graphs import Graph
from causalkit.plot import draw
from causalkit.quantities.execution import Execution
from causalkit.quantities.least_repairs import Repairs
from causalkit.values.arguments import checked

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_repairs"]

BOTH, CLAIMED, MISSED, PART, ROOT = (
    "repairs it alone",
    "sweep claims it, wrongly",
    "repairs it alone, sweep misses it",
    "part of a joint repair",
    "came out wrong",
)
COLOURS = {ROOT: "#d55e00", BOTH: "#009e73", CLAIMED: "#e69f00", MISSED: "#cc79a7", PART: "#56b4e9"}


@checked
def plot_repairs(run: Execution, found: Repairs, *, ax: Axes | None = None) -> Axes:
    """An execution as a graph, its leaves coloured by what the sweep and the exact answer say of them; nothing is shown.

    :param run: the execution.
    :param found: its repairs, worked out exactly.
    :param ax: where to draw; without it, on a figure of its own.
    :returns: the Axes.
    :raises TooLarge: when only bounds on the repairs are there.

    >>> from causalkit.quantities.least_repairs import repairs
    >>> run = Execution({"a": 0, "b": 0}, {"both": lambda a, b: a & b})
    >>> ax = plot_repairs(run, repairs(run, "both", wanted=1))
    >>> sorted(text.get_text() for text in ax.get_legend().get_texts())
    ['came out wrong', 'part of a joint repair']
    """
    wrong, alone = set(found.misleads), {leaf for change in found.smallest + _all(found) if len(change) == 1 for leaf in change}
    joint = {leaf for change in _all(found) if len(change) > 1 for leaf in change}
    roles = {found.root: ROOT}
    for leaf in run.leaves:
        if leaf in alone:
            roles[leaf] = MISSED if leaf in wrong else BOTH
        elif leaf in wrong:
            roles[leaf] = CLAIMED
        elif leaf in joint:
            roles[leaf] = PART
    graph = Graph.of(dict.fromkeys(run.leaves, ()) | {name: tuple(dict.fromkeys(run.steps[name][1])) for name in run.order})
    return draw(graph, ax=ax, roles=roles, colours={role: COLOURS[role] for role in dict.fromkeys(roles.values())})


def _all(found: Repairs) -> tuple[dict[str, object], ...]:
    return tuple(dict(change) for change in found.minimal or ())
