"""Pictures of processes: where a reward is hoped for, and how far old values are off."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from causalkit.errors import TooLarge
from causalkit.plots.axes import open_axes
from stop_button.presentation.plot_information import DASHES, MARKERS
from stop_button.sequences.allocation import Allocation
from stop_button.sequences.process import Process
from stop_button.sequences.team import Team

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_hope", "plot_shares", "plot_transfers"]

GAIN, LOSS, IDLE = "#0072b2", "#d55e00", "#d9d9d9"
MOST_DRAWN = 40


def plot_hope(process: Process, state: Any, action: Any, *, ax: Axes | None = None) -> Axes:
    """The graph of a process with what is hoped for written where it lies: gains blue, losses red, by area; nothing is shown.

    A legend says what circles, borders and arrows mean.

    :param process: one of at most 40 states.
    :param state: where one stands, drawn with a heavy border.
    :param action: what one does there.
    :param ax: where to draw; without it, on a figure of its own.
    :returns: the Axes.

    >>> road = Process({"A": ["B", "E"], "B": ["C"], "D": ["A"], "E": ["F"]}, {"C": 1, "F": -1}, discount="9/10")
    >>> [text.get_text() for text in plot_hope(road, "D", "A").texts if "0." in text.get_text()]
    ['+0.81']
    """
    if len(process.states) > MOST_DRAWN:
        raise TooLarge(f"{len(process.states):,} states, and at most {MOST_DRAWN} are drawn; print the hope, or draw its shares")
    hope, visits = process.hope(state, action), process.visits(state, action)
    where, sizes = _positions(process), _sizes(process, hope)
    middle = sum(y for _, y in where.values()) / len(where)
    ax = open_axes(ax, 7.0, 3.6)
    for one in process.states:
        for move in process.actions(one):
            for to in process.leads_to(one, move):
                walked = (one == state and move == action) or (visits[one] > 0 and move == process.best(one)[0])
                _arrow(ax, (where[one], where[to]), (sizes[one], sizes[to]), walked)
    for one, (x, y) in where.items():
        amount = hope[one]
        colour = GAIN if amount > 0 else LOSS if amount < 0 else IDLE
        ax.scatter(x, y, s=sizes[one], color=colour, edgecolors="black", linewidths=2.2 if one == state else 0.6, zorder=3)
        ax.text(x, y, str(one), ha="center", va="center", color="white" if amount else "black", zorder=4)
        if amount:
            up = 1 if y > middle else -1  # away from the arrows, most of which run in the middle
            away, side = (0, up * (_radius(sizes[one]) + 4)), "bottom" if up > 0 else "top"
            ax.annotate(f"{float(amount):+.4g}", (x, y), xytext=away, textcoords="offset points", ha="center", va=side, fontsize=9)
    ax.margins(0.15, 0.25)
    ax.set_axis_off()
    _tell(ax, hope)
    ax.set_title(f"hope of {action} in {state}: {float(hope.total):.4g}", fontsize=10)
    return ax


def plot_shares(hopes: Mapping[Any, Allocation], event: Callable[[Any], object], *, label: str = "behind", ax: Axes | None = None) -> Axes:
    """Hopes as bars, split into what lies behind an event, hatched, and what does not; nothing is shown.

    :param hopes: each hope under its title, such as the action that it is the hope of.
    :param event: a function of a state.
    :param label: what the event is called in the legend.
    :param ax: where to draw; without it, on a figure of its own.
    :returns: the Axes.

    >>> from fractions import Fraction
    >>> ax = plot_shares({"ask": Allocation.of({"running": Fraction(3, 4)})}, lambda state: state != "running")
    >>> [float(bar.get_width()) for bar in ax.patches]
    [0.75, 0.0]
    """
    ax = open_axes(ax, 6.4, 0.6 * len(hopes) + 1.3)
    titles = list(hopes)
    hidden = [float(hope.behind(event)) for hope in hopes.values()]
    plain = [float(hope.total) - part for hope, part in zip(hopes.values(), hidden, strict=True)]
    ax.barh(titles, plain, color=GAIN, label="elsewhere")
    drawn = ax.barh(titles, hidden, left=plain, color="white", edgecolor=LOSS, hatch="///", label=label)
    for bar, part in zip(drawn, hidden, strict=True):
        bar.set_linewidth(1.0 if part else 0.0)
    ax.axvline(0, color="black", linewidth=0.8)
    ax.invert_yaxis()
    ax.set_xlabel("what is hoped for")
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return ax


def _positions(process: Process) -> dict[Any, tuple[float, float]]:
    """Columns by the longest way to get there, cycles as one; rows in the order of the states."""
    import networkx as nx

    arrows = nx.DiGraph([(one, to) for one in process.states for move in process.actions(one) for to in process.leads_to(one, move)])
    arrows.add_nodes_from(process.states)
    parts = nx.condensation(arrows)
    column = {place: depth for depth, layer in enumerate(nx.topological_generations(parts)) for place in layer}
    by_column: dict[int, list[Any]] = {}
    for one in process.states:
        by_column.setdefault(column[parts.graph["mapping"][one]], []).append(one)
    return {
        one: (float(depth), (len(states) - 1) / 2 - row + 0.12 * (depth % 2))
        for depth, states in by_column.items()
        for row, one in enumerate(states)
    }


def _sizes(process: Process, hope: Allocation) -> dict[Any, float]:
    """The areas of the states, in square points, by what is hoped for there."""
    largest = max((abs(amount) for amount in hope.values()), default=1)
    return {one: 420 + 1600 * float(abs(hope[one]) / largest) for one in process.states}


def _radius(size: float) -> float:
    return math.sqrt(size) / 2


def _tell(ax: Axes, hope: Allocation) -> None:
    """Below the picture, what circles and arrows mean."""
    from matplotlib.lines import Line2D

    amounts = list(hope.values())
    dots = {"gain": (GAIN, any(amount > 0 for amount in amounts)), "loss": (LOSS, any(amount < 0 for amount in amounts))}
    look: dict[str, Any] = {"linestyle": "", "marker": "o", "markersize": 8, "markeredgecolor": "black"}
    handles = [Line2D([], [], color=colour, label=name, **look) for name, (colour, is_there) in dots.items() if is_there]
    handles += [Line2D([], [], color="white", markeredgewidth=2.2, label="where one stands", **look)]
    handles += [Line2D([], [], color="black", linewidth=1.8, label="way that is taken")]
    handles += [Line2D([], [], color="#aaaaaa", linewidth=0.9, label="other ways")]
    ax.legend(handles=handles, frameon=False, fontsize="small", ncols=3, loc="upper center", bbox_to_anchor=(0.5, 0.02))


def _arrow(ax: Axes, ends: tuple[tuple[float, float], tuple[float, float]], sizes: tuple[float, float], walked: bool) -> None:
    """An arrow from the rim of one state to the rim of another."""
    shape = {"arrowstyle": "-|>", "color": "black" if walked else "#aaaaaa", "linewidth": 1.8 if walked else 0.9}
    shape |= {"shrinkA": _radius(sizes[0]) + 4, "shrinkB": _radius(sizes[1]) + 4, "connectionstyle": "arc3,rad=0.08"}
    ax.annotate("", xy=ends[1], xytext=ends[0], arrowprops=shape, zorder=1)


def plot_transfers(teams: Mapping[str, Team], taker: str, loser: str, *, ax: Axes | None = None) -> Axes:
    """What the utility of teams becomes as power moves from one sub-agent to another, now marked; nothing is shown.

    :param teams: a title for each team.
    :param taker: who gains power to the right.
    :param loser: who loses it.
    :param ax: where to draw; without it, on a figure of its own.
    :returns: the Axes.

    >>> from fractions import Fraction
    >>> ax = plot_transfers({"even": Team(lambda x: Fraction(x, x + 1), weights=[1, 1], power=[2, 2])}, "S1", "S2")
    >>> [float(x) for x in ax.lines[0].get_xdata()]
    [-2.0, -1.0, 0.0, 1.0, 2.0]
    """
    ax = open_axes(ax, 6.0, 3.2)
    markers, dashes = itertools.cycle(MARKERS), itertools.cycle(DASHES)
    for title, team in teams.items():
        one, other = team.names.index(taker), team.names.index(loser)
        moves = range(-team.power[one], team.power[other] + 1)
        powers = [[x + k * (i == one) - k * (i == other) for i, x in enumerate(team.power)] for k in moves]
        gains = [float(team.utility(power) - team.utility()) for power in powers]
        ax.plot(list(moves), gains, marker=next(markers), linestyle=next(dashes), label=title)
    ax.axvline(0, color="black", linewidth=0.8, linestyle=":")
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set_xlabel(f"units that {taker} takes from {loser}")
    ax.set_ylabel("change of the utility")
    back, forth = (max(team.power[team.names.index(name)] for team in teams.values()) for name in (taker, loser))
    ax.set_xticks(range(-back, forth + 1))
    ax.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
    return ax
