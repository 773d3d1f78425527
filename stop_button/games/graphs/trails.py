"""Open trails through a graph on which some nodes may stand in some places only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from causalkit.errors import TooLarge
from causalkit.graphs.graph import Graph
from causalkit.graphs.path_search import Path, Step

__all__ = ["MOST_TRIED", "Trails"]

MOST_TRIED = 200_000
"""A search for a trail that has tried more beginnings than this is given up, and says so."""


@dataclass
class Trails:
    """The trails of one graph that are open given some nodes; ``passes`` says whether a node may be a chain, a fork or a collider.

    The ends of a trail block nothing, as in the sources. There can be exponentially many trails, so they come one by one.
    """

    graph: Graph
    given: Collection[str]
    passes: Callable[[str, str], bool]
    tried: int = field(default=0, init=False)

    def between(self, start: str, ends: Collection[str], first: str = "") -> Iterator[Path]:
        """The trails from ``start`` to one of ``ends``; ``first`` is the arrow with which they leave, ``->`` or ``<-``."""
        opened = set(self.graph.ancestors(self.given, include_self=True))
        for path in self._extended((start,), (), (), opened, ends):
            if not first or path.arrows[0] == first:
                yield path

    def _extended(
        self, nodes: tuple[str, ...], arrows: tuple[str, ...], steps: tuple[Step, ...], opened: set[str], ends: Collection[str]
    ) -> Iterator[Path]:
        self.tried += 1
        if self.tried > MOST_TRIED:
            raise TooLarge(
                f"more than {MOST_TRIED:,} trails from {nodes[0]} were begun and none of the open ones was enough; ask about a smaller "
                "diagram, such as simplified(diagram).diagram, or that of a subgame"
            )
        if arrows and nodes[-1] in ends:
            yield Path(nodes, arrows, steps)
            return
        last = nodes[-1]
        moves = [*(("<-", name) for name in self.graph.parents(last)), *(("->", name) for name in self.graph.children(last))]
        for arrow, after in moves:
            if after not in nodes:
                step = self._step(last, arrows[-1], arrow, opened) if arrows else None
                if step is None or (step.is_open and self.passes(last, step.kind)):
                    added = () if step is None else (step,)
                    yield from self._extended((*nodes, after), (*arrows, arrow), (*steps, *added), opened, ends)

    def _step(self, node: str, before: str, after: str, opened: set[str]) -> Step:
        if before == "->" and after == "<-":
            because = "it is given" if node in self.given else "a descendant of it is given" if node in opened else "nothing below is given"
            return Step(node, "collider", node in opened, because)
        kind = "fork" if before == "<-" and after == "->" else "chain"
        return Step(node, kind, node not in self.given, "it is given" if node in self.given else "it is not given")
