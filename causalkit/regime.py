"""Where a model stands, with what has been observed and done: the answers to what is asked from there."""

from __future__ import annotations

from collections.abc import Hashable

from causalkit.engine.answer import measure
from causalkit.engine.point_query import is_narrow, plain
from causalkit.mechanisms.event import Quantity, reads_values
from causalkit.mechanisms.network import Edits, Network, Node, Reading
from causalkit.values.dist import Dist, normalised
from causalkit.values.exact import Number, exact, tidy
from causalkit.wording import Evidence

__all__ = ["Standing"]

Value = Hashable


class Standing:
    """A network with the edits made so far, and what was observed, each under the edits that had been made by then."""

    __slots__ = ("_edits", "_evidence", "_mass", "_network", "_seen")

    def __init__(self, network: Network, edits: Edits, evidence: Evidence) -> None:
        self._network, self._edits, self._evidence = network, edits, evidence
        self._seen = self._values_seen()
        self._mass: Number | None = None

    def prob(self, asked: Quantity) -> Number:
        """The probability of an event."""
        if asked.wanted is None or self._seen is None:
            return self.dist(asked if asked.wanted else Quantity(asked.names, lambda *read: bool(asked.function(*read))))[True]
        observed, before = self._seen
        together = plain((*observed, *self._nodes(asked, self._edits)), ())((*before, *asked.wanted))
        return tidy(together.total / self.mass)

    def dist(self, target: Quantity) -> Dist:
        """The distribution of a quantity."""
        nodes = self._nodes(target, self._edits)
        if self._seen is None or not reads_values(target) or not is_narrow(nodes) or set(nodes) & set(self._seen[0]):
            return normalised(self._measure(target))
        observed, values = self._seen
        return plain(observed, nodes)(values).dist()

    @property
    def mass(self) -> Number:
        """The probability of what has been observed, in the steps in which it was."""
        if self._mass is None:
            self._mass = self._mass_seen()
        return self._mass

    def _mass_seen(self) -> Number:
        if self._seen is None:
            return sum(self._measure(Quantity((), lambda: True)).values(), exact(0))
        observed, values = self._seen
        return plain(observed, ())(values).total if observed else exact(1)

    def _values_seen(self) -> tuple[tuple[Node, ...], tuple[Value, ...]] | None:
        """What has been observed, when it is nothing but values of variables."""
        nodes: list[Node] = []
        values: list[Value] = []
        for edits, seen in self._evidence:
            if seen.wanted is None:
                return None
            nodes += self._nodes(seen, edits)
            values += seen.wanted
        return tuple(nodes), tuple(values)

    def _measure(self, target: Quantity) -> dict[Value, Number]:
        return {v: tidy(w) for v, w in measure(self.observed(), self.reading(target, self._edits)).items()}

    def observed(self) -> list[Reading]:
        """What has been observed, as readings."""
        return [self.reading(seen, edits) for edits, seen in self._evidence]

    def reading(self, asked: Quantity, edits: Edits) -> Reading:
        """A quantity as a reading of the branch with these edits."""
        nodes = self._nodes(asked, edits)
        return Reading(nodes, lambda values: asked.function(*(values[node] for node in nodes)), asked.wanted)

    def _nodes(self, asked: Quantity, edits: Edits) -> tuple[Node, ...]:
        return tuple([self._network.node(edits, name) for name in asked.names])
