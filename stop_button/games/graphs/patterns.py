"""Reasoning patterns: why a decision may matter to whoever makes it, read off a diagram, with the paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from causalkit.errors import WrongShape
from causalkit.graphs.path_search import Path, directed_path
from causalkit.values.arguments import checked
from causalkit.values.render import Printed, html_text
from causalkit.values.tables import ResultTable, Tabled
from stop_button.games.graphs.trails import Trails
from stop_button.incentives.diagram import Diagram

__all__ = ["KINDS", "Kind", "Pattern", "ReasoningPatterns", "patterns_of", "reasoning_patterns"]

Kind = Literal["direct effect", "signaling", "manipulation", "revealing or denying"]

KINDS: tuple[Kind, ...] = ("direct effect", "signaling", "manipulation", "revealing or denying")
"""The reasoning patterns, in the order in which a list with one pattern for each decision looks for them."""


@dataclass(frozen=True)
class Pattern(Printed):
    """One reason why a decision may matter to who makes it: its kind, the other decision that is to be moved, and the paths.

    ``paths`` are, after a direct effect's only one: from the decision to the other, from that to what is wanted, from the decision to what
    the other wants; and for signaling, from the ``key`` node, of which the other is to learn, to what is wanted.
    """

    decision: str
    kind: Kind
    other: str | None
    paths: tuple[Path, ...]
    key: str | None = None

    def __str__(self) -> str:
        toward = f" toward {self.other}" if self.other is not None else ""
        about = f" about {self.key}" if self.key is not None else ""
        return f"{self.decision} may be made for {self.kind}{toward}{about}: {'; '.join(map(str, self.paths))}"


@dataclass(frozen=True)
class ReasoningPatterns(Tabled):
    """All reasoning patterns of a diagram, and the decisions that have one: the ``effective`` ones.

    A decision that has none may be left to a lot that sees nothing: ``simplified`` does so. That is about some equilibrium, not about
    each profile: where a signal is read, its sender may prefer one even without a pattern. That a decision has a pattern says what kind
    of reason the graph does not exclude; no theorem here says that some numbers give it.
    """

    diagram: Diagram
    patterns: tuple[Pattern, ...]

    @property
    def effective(self) -> tuple[str, ...]:
        """The decisions that have a pattern."""
        return self.diagram.graph.select({one.decision for one in self.patterns})

    @property
    def ineffective(self) -> tuple[str, ...]:
        """The decisions that have none."""
        return tuple(name for name in self.diagram.decisions if name not in self.effective)

    def of(self, decision: str) -> tuple[Pattern, ...]:
        """The patterns of one decision."""
        self.diagram.agent_of(decision)
        return tuple(one for one in self.patterns if one.decision == decision)

    def kinds(self, decision: str) -> tuple[Kind, ...]:
        """Which kinds of pattern a decision has."""
        return tuple(kind for kind in KINDS if any(one.kind == kind for one in self.of(decision)))

    def first_only(self) -> dict[Kind, tuple[str, ...]]:
        """Every decision under the first kind that it has, as some libraries list them. Source: [fox2021]."""
        first = {name: self.kinds(name)[0] for name in self.effective}
        return {kind: tuple(name for name, one in first.items() if one == kind) for kind in KINDS}

    def __str__(self) -> str:
        lines = [str(one) for one in self.patterns]
        return "\n".join([*lines, *(f"{name} has no reasoning pattern" for name in self.ineffective)])

    def _repr_html_(self) -> str:
        return "".join(f"<p>{html_text(line)}</p>" for line in str(self).splitlines())

    def _result(self) -> ResultTable:
        """A row for each pattern."""
        rows = [[one.decision, one.kind, one.other, one.key, "; ".join(map(str, one.paths))] for one in self.patterns]
        return ResultTable(["decision", "kind", "other", "key", "paths"], rows, caption="Reasoning patterns")


@checked
def reasoning_patterns(diagram: Diagram) -> ReasoningPatterns:
    """The reasoning patterns of a diagram's decisions, where decisions that have none move nobody.

    Patterns toward or by way of a decision count only while that decision has a pattern itself; so decisions without any are taken away
    until nothing changes. What is left does not depend on the order. Raises ``WrongShape`` for a graph with latent causes, ``TooLarge`` for
    one with too many trails. Source: [pfeffer2007]; [antos2008].

    >>> from causalkit.graphs.graph import Graph
    >>> graph = Graph.parse("type -> ask -> hire -> profit, type -> profit, hire -> wage")
    >>> print(reasoning_patterns(Diagram(graph, {"worker": "ask", "firm": "hire"}, {"worker": "wage", "firm": "profit"})))
    hire may be made for direct effect: hire -> profit
    ask has no reasoning pattern
    """
    effective = diagram.decisions
    while True:
        found = tuple(one for name in effective for one in patterns_of(diagram, name, effective=effective))
        left = diagram.graph.select({one.decision for one in found})
        if left == effective:
            return ReasoningPatterns(diagram, found)
        effective = left


@checked
def patterns_of(diagram: Diagram, decision: str, *, effective: Iterable[str] | None = None) -> tuple[Pattern, ...]:
    """The reasoning patterns of one decision, when these other decisions are taken to be effective (by default all).

    The other decision may belong to the same agent, which does not recall everything. One pattern is listed for each kind and other
    decision. Source: [pfeffer2007]; [antos2008].

    :param diagram: an influence diagram, of one agent or several, without latent causes
    :param decision: one of its decisions
    :param effective: the decisions that matter to who makes them
    :returns: the patterns, in the order of ``KINDS``
    :raises UnknownName: for a name that is no decision
    :raises WrongShape: for a graph with latent causes
    :raises TooLarge: where too many trails were tried

    >>> from causalkit.graphs.graph import Graph
    >>> graph = Graph.parse("type -> ask -> hire -> profit, type -> profit, hire -> wage, type -> wage")
    >>> game = Diagram(graph, {"worker": "ask", "firm": "hire"}, {"worker": "wage", "firm": "profit"})
    >>> for one in patterns_of(game, "ask"):
    ...     print(one)
    ask may be made for signaling toward hire about type: ask -> hire; hire -> wage; ask <- type -> profit; type -> wage
    """
    mine = diagram.agent_of(decision)
    for name in effective or ():
        diagram.agent_of(name)
    if diagram.graph.confounded:
        raise WrongShape("the graph has latent causes, and reasoning patterns are defined for graphs without; declare each as a variable")
    search = _Search(diagram, decision, frozenset(diagram.decisions if effective is None else effective))
    free = directed_path(diagram.graph, decision, mine.utilities, avoiding=search.others())
    found = [Pattern(decision, "direct effect", None, (free,))] if free else []
    for other in diagram.decisions:
        ways = search.toward(other) if other != decision and other in search.effective else None
        found += search.moving(other, ways) if ways else []
    return tuple(sorted(found, key=lambda one: KINDS.index(one.kind)))


@dataclass(frozen=True)
class _Search:
    diagram: Diagram
    decision: str
    effective: frozenset[str]

    def others(self, *but: str) -> tuple[str, ...]:
        """All decisions but this one and some."""
        return tuple(name for name in self.diagram.decisions if name not in (self.decision, *but))

    def idle(self, *but: str) -> tuple[str, ...]:
        """The decisions that are not effective, but some."""
        return tuple(name for name in self.diagram.decisions if name not in self.effective and name not in but)

    def toward(self, other: str) -> tuple[Path, Path] | None:
        """A way to the other decision past all others, and an effective way from it to what is wanted."""
        graph, wanted = self.diagram.graph, self.diagram.agent_of(self.decision).utilities
        there = directed_path(graph, self.decision, other, avoiding=self.others(other))
        onward = directed_path(graph, other, wanted, avoiding=self.idle()) if there else None
        return (there, onward) if there and onward else None

    def moving(self, other: str, ways: tuple[Path, Path]) -> list[Pattern]:
        """The patterns by which the other decision is moved."""
        graph, theirs = self.diagram.graph, self.diagram.agent_of(other).utilities
        straight = directed_path(graph, self.decision, theirs, avoiding=(other, *self.idle(self.decision)))
        found = [Pattern(self.decision, "manipulation", other, (*ways, straight))] if straight else []
        below = graph.descendants(self.decision)
        known = {other, *(name for name in graph.parents(other) if name not in below)}
        for back, key, why in self.signals(known, theirs):
            found.append(Pattern(self.decision, "signaling", other, (*ways, back, why), key))
            break
        forth = self.trails(known).between(self.decision, theirs, "->")
        bent = next((path for path in forth if path.colliders), None)
        return found + ([Pattern(self.decision, "revealing or denying", other, (*ways, bent))] if bent else [])

    def signals(self, known: set[str], theirs: tuple[str, ...]) -> Iterator[tuple[Path, str, Path]]:
        """Open ways that leave the decision backwards to what the other wants, each with its key node and why that is of use."""
        graph, wanted = self.diagram.graph, self.diagram.agent_of(self.decision).utilities
        answers: dict[str, Path | None] = {}
        for back in self.trails(known).between(self.decision, theirs, "<-"):
            key = next((step.node for step in back.steps if step.kind == "fork"), None)
            if key is None:
                continue
            if key not in answers:
                below = graph.descendants(key)
                seen = {self.decision, *(name for name in graph.parents(self.decision) if name not in below)}
                answers[key] = next(self.trails(seen).between(key, wanted), None)
            why = answers[key]
            if why is not None:
                yield back, key, why

    def trails(self, given: set[str]) -> Trails:
        """Effective trails: a decision on one is effective, unless it is a fork."""
        idle = set(self.idle())
        return Trails(self.diagram.graph, frozenset(given), lambda node, kind: kind == "fork" or node not in idle)
