"""Branches as a picture: a panel for every branch, and what all of them share, its noise above all, in the middle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from causalkit.branches import Branches
from causalkit.drawing.layout import LAYER_GAP, Box, layer_rows
from causalkit.drawing.levels import levels
from causalkit.drawing.picture import Link, Mark, Picture, acyclic, is_network, mark_of, observed, roles_checked, steps_on
from causalkit.mechanisms.mechanism import Mechanism
from causalkit.mechanisms.network import EdgeKey, NestedCounterfactual, Node

__all__ = ["Twins"]

SHARED = "shared"
PANEL_GAP, PANEL_PAD, PANEL_HEAD = 22.0, 12.0, 22.0


@dataclass(frozen=True)
class Twins:
    """Branches seen as copies of one model: which variables all branches share, and which have a copy in each.

    >>> from causalkit import Model, coin
    >>> m = Model(u=coin("1/2"), x=lambda u: u, y=lambda x, u: x and u)
    >>> twins = Twins(m.branches(on={"x": True}))
    >>> twins.shared, twins.own
    (('u',), ('x', 'y'))
    """

    branches: Branches

    @cached_property
    def nodes(self) -> Mapping[str, Mapping[str, Node]]:
        """The copy of every variable in every branch; the same copy where branches share it."""
        return {branch: {name: regime.node(name) for name in self._mechanisms} for branch, regime in self.branches.regimes.items()}

    @property
    def _mechanisms(self) -> Mapping[str, Mechanism]:
        return self.branches.regime.mechanisms

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """The variables that are one and the same in all branches."""
        copies = list(self.nodes.values())
        return tuple(name for name in self._mechanisms if all(found[name] is copies[0][name] for found in copies))

    @property
    def own(self) -> tuple[str, ...]:
        """The variables of which branches have copies of their own."""
        return tuple(name for name in self._mechanisms if name not in self.shared)

    def key(self, branch: str, name: str) -> str:
        """The name of a copy in the picture."""
        return name if name in self.shared else f"{branch}: {name}"

    # ---- what it shows

    def picture(self, roles: Mapping[str, str] | None = None) -> Picture:
        """The boxes and arrows of all branches."""
        played = roles_checked(roles, list(self._mechanisms))
        marks: dict[str, Mark] = {}
        links: dict[Link, None] = {}
        for branch in self.branches.edits:
            for name in self._mechanisms:
                if self.key(branch, name) not in marks:
                    marks[self.key(branch, name)] = self._mark(branch, name, played.get(name))
                    links.update(dict.fromkeys(self._links(branch, name)))
        return Picture(marks, tuple(links), (), tuple(dict.fromkeys(played.values())))

    def _mark(self, branch: str, name: str, role: str | None) -> Mark:
        mechanisms, edits = self._mechanisms, self.branches.edits
        first = self._first(branch, name)
        if first != branch and name not in edits[branch]:
            return Mark((name, f"as in {first}"), tone="copy")
        mark = mark_of(name, mechanisms[name], role, network=is_network(mechanisms.values()))
        titles = {found: title for title, found in reversed(list(edits.items()))}
        return mark.told(self._evidence.get(self.nodes[branch][name]), steps_on(name, mechanisms[name], edits[branch], titles))

    @cached_property
    def _evidence(self) -> Mapping[Node, str]:
        return observed(self.branches.observed)

    def _first(self, branch: str, name: str) -> str:
        """The first branch that has this very copy; the branch itself for what all share."""
        return branch if name in self.shared else next(b for b, copies in self.nodes.items() if copies[name] is self.nodes[branch][name])

    def _links(self, branch: str, name: str) -> Iterator[Link]:
        mechanism, edits = self._mechanisms[name], self.branches.edits[branch]
        edit = edits.get(name)
        if edit is None and self._first(branch, name) != branch:
            return
        here = self.key(branch, name)
        listens = self.branches.regimes[branch].parents(name)
        yield from (Link(self.key(branch, parent), here) for parent in listens)
        for parent in mechanism.parents:
            if parent not in listens and acyclic(self.arrows, [(parent, name)]):
                yield Link(self.key(branch, parent), here, "cut")
        through = [edits.get(EdgeKey((parent, name))) for parent in mechanism.parents]
        for found in (edit, *through):
            if isinstance(found, NestedCounterfactual):
                yield Link(self._source(found), here, "copy")

    def _source(self, found: NestedCounterfactual) -> str:
        branch = next((title for title, edits in self.branches.edits.items() if edits == found.edits), "fact")
        return self.key(branch, found.variable)

    @cached_property
    def arrows(self) -> list[tuple[str, str]]:
        """The arrows that hold in some branch, between variables."""
        pairs = [(p, name) for regime in self.branches.regimes.values() for name in self._mechanisms for p in regime.parents(name)]
        kept = [(parent, name) for name, mechanism in self._mechanisms.items() for parent in mechanism.parents]
        return acyclic([], [*kept, *pairs])

    # ---- where it stands

    def arranged(self, sizes: Mapping[str, tuple[float, float]]) -> tuple[dict[str, Box], tuple[tuple[str, Box], ...]]:
        """Boxes for all copies and a panel for every branch: the first to the left of what is shared and mirrored, the others right."""
        rows = self._rows()
        widths = {name: max(sizes[self.key(branch, name)][0] for branch in self.nodes) for name in self._mechanisms}
        heights = [max((sizes[self.key(b, name)][1] for b in self.nodes for name in row), default=0.0) for row in rows]
        y = {name: place for row, place in zip(rows, _downwards(heights), strict=True) for name in row}
        own, shared = (_across(rows, self.arrows, names, widths) for names in (self.own, self.shared))
        first, *others = self.nodes
        bands = [(first, {name: -x for name, x in own.items()}), (SHARED, shared), *((title, own) for title in others)]
        boxes: dict[str, Box] = {}
        panels: list[tuple[str, Box]] = []
        bottom, top = min(y.values()) - heights[-1] / 2 - PANEL_PAD, heights[0] / 2 + PANEL_HEAD
        edge = 0.0
        for title, band in ((title, band) for title, band in bands if band):
            left, right = (min(x - widths[name] / 2 for name, x in band.items()), max(x + widths[name] / 2 for name, x in band.items()))
            wide, shift = right - left + 2 * PANEL_PAD, edge + PANEL_PAD - left
            boxes |= {self.key(title, name): Box(x + shift, y[name], *sizes[self.key(title, name)]) for name, x in band.items()}
            panels.append((title, Box(edge + wide / 2, (bottom + top) / 2, wide, top - bottom)))
            edge += wide + PANEL_GAP
        return boxes, tuple(panels)

    def _rows(self) -> list[list[str]]:
        """The variables layer by layer, what is shared to the left of what is not, as far as the arrows like it."""
        rows = layer_rows(list(self._mechanisms), self.arrows)
        return [row[::-1] for row in rows] if _place(rows, self.shared) > _place(rows, self.own) else rows


def _place(rows: Sequence[Sequence[str]], names: Sequence[str]) -> float:
    """Where some variables stand in their layers on average, between 0 at the left and 1."""
    shares = [(i + 0.5) / len(row) for row in rows for i, name in enumerate(row) if name in names]
    return sum(shares) / len(shares) if shares else 0.5


def _downwards(heights: Sequence[float]) -> list[float]:
    y = [0.0]
    for above, below in pairwise(heights):
        y.append(y[-1] - (above + below) / 2 - LAYER_GAP)
    return y


def _across(
    rows: Sequence[Sequence[str]], arrows: Sequence[tuple[str, str]], names: Sequence[str], widths: Mapping[str, float]
) -> dict[str, float]:
    """The places of some of the variables within their band."""
    inside = [(a, b) for a, b in arrows if a in names and b in names]
    after = {name: [b for a, b in inside if a == name] for name in names}
    before = {name: [a for a, b in inside if b == name] for name in names}
    kept = [[name for name in row if name in names] for row in rows]
    return levels([row for row in kept if row], before, after, {name: widths[name] for name in names})
