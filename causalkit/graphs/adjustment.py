"""Covariates to adjust for, and mediators that stand in for confounders: sets a graph allows, and why not the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from causalkit.errors import TooLarge, WrongShape
from causalkit.graphs.graph import Graph
from causalkit.graphs.order import Names, several
from causalkit.graphs.path_search import Path, directed_path
from causalkit.graphs.separation import d_separated, minimal_separators
from causalkit.loading.later import later
from causalkit.values.arguments import checked
from causalkit.values.render import Printed

__all__ = [
    "Condition",
    "Kind",
    "Sets",
    "Validity",
    "adjustment_sets",
    "allowed_names",
    "apart",
    "backdoor_sets",
    "frontdoor_sets",
    "is_adjustment_set",
    "is_backdoor_set",
    "is_frontdoor_set",
    "set_text",
    "tried",
]

Kind = Literal["all", "minimal", "smallest"]
Sets = tuple[tuple[str, ...], ...]

MOST_CANDIDATES = 16
"""Sets are tried one by one up to this many candidates, which is 65,536 sets."""


@dataclass(frozen=True)
class Condition(Printed):
    """One demand of a criterion: whether it holds, and if not the path or the variables that break it."""

    demand: str
    holds: bool
    evidence: Path | tuple[str, ...] | None = None

    def __str__(self) -> str:
        if self.holds:
            return f"holds: {self.demand}"
        shown = ", ".join(self.evidence) if isinstance(self.evidence, tuple) else self.evidence
        return f"fails: {self.demand}" + (f" ({shown})" if shown else "")


@dataclass(frozen=True)
class Validity(Printed):
    """The judgement that a set meets a criterion: truthy when every condition holds, else with what breaks it."""

    claim: str
    conditions: tuple[Condition, ...]

    def __bool__(self) -> bool:
        return not self.failures

    @property
    def failures(self) -> tuple[Condition, ...]:
        """The conditions that do not hold, with their evidence."""
        return tuple(condition for condition in self.conditions if not condition.holds)

    def __str__(self) -> str:
        return "\n  ".join([f"{'yes' if self else 'no'}: {self.claim}", *map(str, self.conditions)])


@checked
def is_backdoor_set(graph: Graph, x: str, y: str, given: Names = ()) -> Validity:
    """Whether ``given`` holds no descendant of ``x`` and blocks every path from ``x`` to ``y`` that starts with an arrow into ``x``.

    Then ``P(y | do(x)) = Σ_z P(y | x, z) P(z)``. Source: [pearl2009], definition 3.3.1.

    :param graph: a causal graph, also with confounded pairs
    :param x: the treatment's name
    :param y: the outcome's name
    :param given: a name, or names, of covariates
    :returns: a judgement, truthy when every condition holds, else with what breaks it

    >>> print(is_backdoor_set(Graph.parse("z -> x -> y, z -> y, y -> c"), "x", "y", given="c"))
    no: c meets the back-door criterion for x and y
      fails: no descendant of x is in the set (c)
      fails: every back-door path from x to y is blocked (x <- z -> y)
    """
    apart(graph, x, y, given)
    seen = graph.select(given)
    below = tuple(name for name in graph.descendants(x) if name in seen)
    split = d_separated(graph.without_outgoing(x), x, y, seen)
    return Validity(
        f"{set_text(seen)} meets the back-door criterion for {x} and {y}",
        (
            Condition(f"no descendant of {x} is in the set", not below, below or None),
            Condition(f"every back-door path from {x} to {y} is blocked", bool(split), split.open_path),
        ),
    )


@checked
def backdoor_sets(
    graph: Graph, x: str, y: str, *, kind: Kind = "minimal", included: Names = (), excluded: Names = (), among: Names | None = None
) -> Sets:
    """The sets that meet the back-door criterion: all of them, those without a valid smaller part, or those of least size.

    Source: [pearl2009], definition 3.3.1; minimal sets by [vanderzander2019], section 4.

    :param graph: a causal graph, also with confounded pairs
    :param x: the treatment's name
    :param y: the outcome's name
    :param kind: ``"minimal"`` (no smaller part is valid), ``"smallest"`` (of least size), or ``"all"``
    :param included: a name, or names, of covariates that must be in every set
    :param excluded: a name, or names, of variables that may be in no set
    :param among: a name, or names, of covariates to choose from; by default all that may be used
    :returns: the sets, each a tuple of names; none when no set is valid
    :raises TooLarge: where ``kind="all"`` would try more than 65,536 sets
    :raises UnknownName: for a name that is not in the graph
    :raises WrongShape: where ``x``, ``y`` and ``included`` overlap, or a name in ``included`` is excluded or not in ``among``

    >>> graph = Graph.parse("x <- a -> b -> y, x -> y")
    >>> backdoor_sets(graph, "x", "y")
    (('a',), ('b',))
    >>> backdoor_sets(graph, "x", "y", kind="all")
    (('a',), ('b',), ('a', 'b'))
    """
    apart(graph, x, y, included)
    allowed = allowed_names(graph, {x, y, *graph.descendants(x)}, among, excluded, included)
    if allowed is None:
        return ()
    if kind == "all":
        return tuple(tried(allowed, lambda given: bool(is_backdoor_set(graph, x, y, given)), kind, graph.select(included)))
    return _of_kind(minimal_separators(graph.without_outgoing(x), x, y, included=included, among=allowed), kind)


@checked
def is_adjustment_set(graph: Graph, x: Names, y: Names, given: Names = ()) -> Validity:
    """Whether adjusting for ``given`` yields ``P(y | do(x))`` in every model with this graph; the back-door criterion made complete.

    The set may hold no variable on, or after, a causal path from ``x`` to ``y``, and blocks every other path between them.
    Source: [shpitser2010]; in this form [vanderzander2019], section 3.

    :param graph: a causal graph, also with confounded pairs
    :param x: a name, or names, of treatments
    :param y: a name, or names, of outcomes
    :param given: a name, or names, of covariates
    :returns: a judgement, truthy when every condition holds, else with what breaks it

    >>> bool(is_adjustment_set(Graph.parse("x -> y, x -> d"), "x", "y", given="d"))
    True
    """
    apart(graph, x, y, given)
    seen, forbidden = graph.select(given), _after_causal_paths(graph, x, y)
    wrong = tuple(name for name in seen if name in forbidden)
    split = d_separated(_without_causal_starts(graph, x, y), x, y, seen)
    from_, to = ", ".join(several(x)), ", ".join(several(y))
    return Validity(
        f"{set_text(seen)} meets the adjustment criterion for {from_} and {to}",
        (
            Condition(f"nothing on or after a causal path from {from_} to {to} is in the set", not wrong, wrong or None),
            Condition(f"every other path from {from_} to {to} is blocked", bool(split), split.open_path),
        ),
    )


@checked
def adjustment_sets(
    graph: Graph, x: Names, y: Names, *, kind: Kind = "minimal", included: Names = (), excluded: Names = (), among: Names | None = None
) -> Sets:
    """The sets that meet the adjustment criterion; ``x`` and ``y`` may be several variables.

    Source: [vanderzander2019], section 4.

    :param graph: a causal graph, also with confounded pairs
    :param x: a name, or names, of treatments
    :param y: a name, or names, of outcomes
    :param kind: ``"minimal"`` (no smaller part is valid), ``"smallest"`` (of least size), or ``"all"``
    :param included: a name, or names, of covariates that must be in every set
    :param excluded: a name, or names, of variables that may be in no set
    :param among: a name, or names, of covariates to choose from; by default all that may be used
    :returns: the sets, each a tuple of names; none when no set is valid
    :raises TooLarge: where ``kind="all"`` would try more than 65,536 sets
    :raises UnknownName: for a name that is not in the graph
    :raises WrongShape: where ``x``, ``y`` and ``included`` overlap, or a name in ``included`` is excluded or not in ``among``

    >>> adjustment_sets(Graph.parse("a -> x, a -> z, x -> z -> y, x -> y"), ["x", "z"], "y")
    ((),)
    """
    apart(graph, x, y, included)
    allowed = allowed_names(graph, {*several(x), *several(y), *_after_causal_paths(graph, x, y)}, among, excluded, included)
    if allowed is None:
        return ()
    if kind == "all":
        return tuple(tried(allowed, lambda given: bool(is_adjustment_set(graph, x, y, given)), kind, graph.select(included)))
    return _of_kind(minimal_separators(_without_causal_starts(graph, x, y), x, y, included=included, among=allowed), kind)


@checked
def is_frontdoor_set(graph: Graph, x: str, y: str, through: Names) -> Validity:
    """Whether ``through`` lies on every causal path from ``x`` to ``y``, unconfounded with ``x``, and with ``y`` once ``x`` is known.

    Then ``P(y | do(x)) = Σ_z P(z | x) Σ_x' P(y | x', z) P(x')``. Source: [pearl2009], definition 3.3.3.

    :param graph: a causal graph, also with confounded pairs
    :param x: the treatment's name
    :param y: the outcome's name
    :param through: a name, or names, of variables between the two
    :returns: a judgement, truthy when every condition holds, else with what breaks it

    >>> bool(is_frontdoor_set(Graph.parse("x -> z -> y, x <-> y"), "x", "y", "z"))
    True
    """
    apart(graph, x, y, through)
    z = graph.select(through)
    around = directed_path(graph, x, y, avoiding=z)
    first = d_separated(graph.without_outgoing(x), x, z)
    second = d_separated(graph.without_outgoing(z), z, y, x)
    return Validity(
        f"{set_text(z)} meets the front-door criterion for {x} and {y}",
        (
            Condition(f"every causal path from {x} to {y} goes through the set", around is None, around),
            Condition(f"no back-door path from {x} to the set is open", bool(first), first.open_path),
            Condition(f"every back-door path from the set to {y} is blocked by {x}", bool(second), second.open_path),
        ),
    )


@checked
def frontdoor_sets(graph: Graph, x: str, y: str, *, kind: Kind = "minimal", among: Names | None = None) -> Sets:
    """The sets that meet the front-door criterion; tried one by one, so at most 16 candidates, else ``TooLarge``.

    The empty set is one of them when ``x`` has no effect on ``y`` at all. Source: [pearl2009], definition 3.3.3.

    :param graph: a causal graph, also with confounded pairs
    :param x: the treatment's name
    :param y: the outcome's name
    :param kind: ``"minimal"`` (no smaller part is valid), ``"smallest"`` (of least size), or ``"all"``
    :param among: a name, or names, of covariates to choose from; by default all that may be used
    :returns: the sets, each a tuple of names

    >>> frontdoor_sets(Graph.parse("x -> z -> y, x <-> y"), "x", "y")
    (('z',),)
    """
    apart(graph, x, y)
    allowed = allowed_names(graph, {x, y}, among) or ()
    return tuple(tried(allowed, lambda through: bool(is_frontdoor_set(graph, x, y, through)), kind))


def apart(graph: Graph, x: Names, y: Names, given: Names = ()) -> None:
    """Raises ``WrongShape`` when the cause, the outcome and the set overlap, ``UnknownName`` for a name that is not there."""
    sides = [graph.select(side) for side in (x, y, given)]
    both = [name for name in graph.nodes if sum(name in side for side in sides) > 1]
    if both:
        raise WrongShape(f"{both[0]!r} stands on more than one side; the cause, the outcome and the set must not overlap")


def set_text(names: tuple[str, ...]) -> str:
    """A set's names, for messages."""
    return ", ".join(names) if names else "the empty set"


def allowed_names(
    graph: Graph, forbidden: set[str], among: Names | None, excluded: Names = (), included: Names = ()
) -> tuple[str, ...] | None:
    """The names that a set may hold, or None when one that it must hold is forbidden; ``WrongShape`` when what is asked contradicts itself.

    >>> allowed_names(Graph.parse("x -> y, z"), {"x"}, None, excluded="y")
    ('z',)
    """
    kept, out = graph.select(included), set(graph.select(excluded))
    asked = [name for name in (graph.nodes if among is None else graph.select(among)) if name not in out]
    both = [name for name in kept if name not in asked]
    if both:
        raise WrongShape(f"{both[0]!r} is to be included, and it is excluded or not among the variables allowed")
    return None if forbidden & set(kept) else tuple(name for name in asked if name not in forbidden)


def _after_causal_paths(graph: Graph, x: Names, y: Names) -> set[str]:
    return set(graph.descendants(_on_causal_paths(graph, x, y), include_self=True))


def _on_causal_paths(graph: Graph, x: Names, y: Names) -> set[str]:
    below = set(graph.without_incoming(x).descendants(x))
    return below & set(graph.without_outgoing(x).ancestors(y, include_self=True)) - set(several(x))


def _without_causal_starts(graph: Graph, x: Names, y: Names) -> Graph:
    causes, inner = set(several(x)), _on_causal_paths(graph, x, y)
    return Graph(graph.nodes, [(a, b) for a, b in graph.edges if not (a in causes and b in inner)], graph.confounded)


def _of_kind(sets: Sets, kind: Kind) -> Sets:
    return tuple(found for found in sets if kind != "smallest" or len(found) == len(sets[0]))


def tried(
    allowed: tuple[str, ...], valid: Callable[[tuple[str, ...]], bool], kind: Kind, included: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """The valid sets that hold what must be included, each in the order of the names, smallest first; ``TooLarge`` for too many to try.

    >>> list(tried(("a", "b"), lambda names: "b" in names, "minimal"))
    [('b',)]
    """
    free = tuple(name for name in allowed if name not in included)
    if len(free) > MOST_CANDIDATES:
        raise TooLarge(
            f"{len(free)} candidates make {2 ** len(free):,} sets to try, and the limit is {2**MOST_CANDIDATES:,}; "
            f"name at most {MOST_CANDIDATES} of them with among=[...]"
        )
    found: list[frozenset[str]] = []
    for size in range(len(free) + 1):
        if kind == "smallest" and found:
            return
        for each in combinations(free, size):
            larger = kind != "all" and any(smaller <= set(each) for smaller in found if len(smaller) < size)
            whole = tuple(name for name in allowed if name in each or name in included)
            if not larger and valid(whole):
                found.append(frozenset(each))
                yield whole


_INSTRUMENTS = {name: f"causalkit.graphs.instrument:{name}" for name in ("Instrument", "instruments", "is_instrument")}

__getattr__, __dir__ = later(__name__, __all__, {}, _INSTRUMENTS)
