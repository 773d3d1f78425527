"""Covariates to adjust for, mediators that stand in for confounders, and instruments: sets a graph allows, and why not the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from causalkit.arguments import checked
from causalkit.errors import TooLarge, WrongShape
from causalkit.graphs.graph import Graph
from causalkit.graphs.order import Names, several
from causalkit.graphs.paths import Path, directed_path
from causalkit.graphs.separation import d_separated, minimal_separators

__all__ = [
    "Condition",
    "Instrument",
    "Validity",
    "adjustment_sets",
    "backdoor_sets",
    "frontdoor_sets",
    "instruments",
    "is_adjustment_set",
    "is_backdoor_set",
    "is_frontdoor_set",
    "is_instrument",
]

Kind = Literal["all", "minimal", "smallest"]
Sets = tuple[tuple[str, ...], ...]

MOST_CANDIDATES = 16
"""Sets are tried one by one up to this many candidates, which is 65,536 sets."""


@dataclass(frozen=True)
class Condition:
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
class Validity:
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

    >>> print(is_backdoor_set(Graph.parse("z -> x -> y, z -> y, y -> c"), "x", "y", given="c"))
    no: c meets the back-door criterion for x and y
      fails: no descendant of x is in the set (c)
      fails: every back-door path from x to y is blocked (x <- z -> y)
    """
    _apart(graph, x, y, given)
    seen = graph.select(given)
    below = tuple(name for name in graph.descendants(x) if name in seen)
    split = d_separated(graph.without_outgoing(x), x, y, seen)
    return Validity(
        f"{_set(seen)} meets the back-door criterion for {x} and {y}",
        (
            Condition(f"no descendant of {x} is in the set", not below, below or None),
            Condition(f"every back-door path from {x} to {y} is blocked", bool(split), split.open_path),
        ),
    )


@checked
def backdoor_sets(graph: Graph, x: str, y: str, *, kind: Kind = "minimal", among: Names | None = None) -> Sets:
    """The sets that meet the back-door criterion: all of them, those without a valid smaller part, or those of least size.

    ``among`` limits the covariates. Raises ``TooLarge`` when ``kind="all"`` would try more than 65,536 sets.
    Source: [pearl2009], definition 3.3.1; minimal sets by [vanderzander2019], section 4.

    >>> graph = Graph.parse("x <- a -> b -> y, x -> y")
    >>> backdoor_sets(graph, "x", "y")
    (('a',), ('b',))
    >>> backdoor_sets(graph, "x", "y", kind="all")
    (('a',), ('b',), ('a', 'b'))
    """
    _apart(graph, x, y)
    allowed = _allowed(graph, {x, y, *graph.descendants(x)}, among)
    if kind == "all":
        return tuple(_tried(allowed, lambda given: bool(is_backdoor_set(graph, x, y, given)), kind))
    return _of_kind(minimal_separators(graph.without_outgoing(x), x, y, among=allowed), kind)


@checked
def is_adjustment_set(graph: Graph, x: Names, y: Names, given: Names = ()) -> Validity:
    """Whether adjusting for ``given`` yields ``P(y | do(x))`` in every model with this graph; the back-door criterion made complete.

    The set may hold no variable on, or after, a causal path from ``x`` to ``y``, and blocks every other path between them.
    Source: [shpitser2010]; in this form [vanderzander2019], section 3.

    >>> bool(is_adjustment_set(Graph.parse("x -> y, x -> d"), "x", "y", given="d"))
    True
    """
    _apart(graph, x, y, given)
    seen, forbidden = graph.select(given), _after_causal_paths(graph, x, y)
    wrong = tuple(name for name in seen if name in forbidden)
    split = d_separated(_without_causal_starts(graph, x, y), x, y, seen)
    from_, to = ", ".join(several(x)), ", ".join(several(y))
    return Validity(
        f"{_set(seen)} meets the adjustment criterion for {from_} and {to}",
        (
            Condition(f"nothing on or after a causal path from {from_} to {to} is in the set", not wrong, wrong or None),
            Condition(f"every other path from {from_} to {to} is blocked", bool(split), split.open_path),
        ),
    )


@checked
def adjustment_sets(graph: Graph, x: Names, y: Names, *, kind: Kind = "minimal", among: Names | None = None) -> Sets:
    """The sets that meet the adjustment criterion; ``x`` and ``y`` may be several variables.

    Raises ``TooLarge`` when ``kind="all"`` would try more than 65,536 sets. Source: [vanderzander2019], section 4.

    >>> adjustment_sets(Graph.parse("a -> x, a -> z, x -> z -> y, x -> y"), ["x", "z"], "y")
    ((),)
    """
    _apart(graph, x, y)
    allowed = _allowed(graph, {*several(x), *several(y), *_after_causal_paths(graph, x, y)}, among)
    if kind == "all":
        return tuple(_tried(allowed, lambda given: bool(is_adjustment_set(graph, x, y, given)), kind))
    return _of_kind(minimal_separators(_without_causal_starts(graph, x, y), x, y, among=allowed), kind)


@checked
def is_frontdoor_set(graph: Graph, x: str, y: str, through: Names) -> Validity:
    """Whether ``through`` lies on every causal path from ``x`` to ``y``, unconfounded with ``x``, and with ``y`` once ``x`` is known.

    Then ``P(y | do(x)) = Σ_z P(z | x) Σ_x' P(y | x', z) P(x')``. Source: [pearl2009], definition 3.3.3.

    >>> bool(is_frontdoor_set(Graph.parse("x -> z -> y, x <-> y"), "x", "y", "z"))
    True
    """
    _apart(graph, x, y, through)
    z = graph.select(through)
    around = directed_path(graph, x, y, avoiding=z)
    first = d_separated(graph.without_outgoing(x), x, z)
    second = d_separated(graph.without_outgoing(z), z, y, x)
    return Validity(
        f"{_set(z)} meets the front-door criterion for {x} and {y}",
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

    >>> frontdoor_sets(Graph.parse("x -> z -> y, x <-> y"), "x", "y")
    (('z',),)
    """
    _apart(graph, x, y)
    allowed = _allowed(graph, {x, y}, among)
    return tuple(_tried(allowed, lambda through: bool(is_frontdoor_set(graph, x, y, through)), kind))


@dataclass(frozen=True)
class Instrument:
    """A variable that moves ``x`` and reaches ``y`` through ``x`` alone, once ``given`` is held fixed."""

    variable: str
    given: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.variable + (f" given {', '.join(self.given)}" if self.given else "")


@checked
def is_instrument(graph: Graph, z: str, x: str, y: str, given: Names = ()) -> Validity:
    """Whether ``z`` is an instrument for the effect of ``x`` on ``y`` given covariates that ``x`` does not affect.

    An instrument does not identify the effect without further assumptions, such as linearity or monotonicity.
    Source: [pearl2009], definition 7.4.1.

    >>> bool(is_instrument(Graph.parse("z -> x -> y, x <-> y"), "z", "x", "y"))
    True
    """
    _apart(graph, x, y, [z, *several(given)])
    seen = graph.select(given)
    below = tuple(name for name in graph.descendants(x) if name in seen)
    relevant = d_separated(graph, z, x, seen)
    excluded = d_separated(graph.without_incoming(x), z, y, seen)
    return Validity(
        f"{Instrument(z, seen)} is an instrument for the effect of {x} on {y}",
        (
            Condition(f"{x} affects none of the covariates", not below, below or None),
            Condition(f"{z} and {x} are dependent", not relevant),
            Condition(f"{z} and {y} are separated once nothing reaches {x}", bool(excluded), excluded.open_path),
        ),
    )


@checked
def instruments(graph: Graph, x: str, y: str, *, among: Names | None = None) -> tuple[Instrument, ...]:
    """Every instrument for the effect of ``x`` on ``y``, with each minimal set of covariates that makes it one.

    Only sets that separate minimally are looked at; a larger set is never needed to find an effect, and may still be valid.

    >>> print(*instruments(Graph.parse("w -> z -> x -> y, w -> y, x <-> y"), "x", "y"), sep="; ")
    z given w
    """
    _apart(graph, x, y)
    allowed = _allowed(graph, {x, y, *graph.descendants(x)}, among)
    cut = graph.without_incoming(x)
    found = ((z, given) for z in _allowed(graph, {x, y}, among) for given in minimal_separators(cut, z, y, among={*allowed} - {z}))
    return tuple(Instrument(z, given) for z, given in found if is_instrument(graph, z, x, y, given))


def _apart(graph: Graph, x: Names, y: Names, given: Names = ()) -> None:
    sides = [graph.select(side) for side in (x, y, given)]
    both = [name for name in graph.nodes if sum(name in side for side in sides) > 1]
    if both:
        raise WrongShape(f"{both[0]!r} stands on more than one side; the cause, the outcome and the set must not overlap")


def _set(names: tuple[str, ...]) -> str:
    return ", ".join(names) if names else "the empty set"


def _allowed(graph: Graph, excluded: set[str], among: Names | None) -> tuple[str, ...]:
    return tuple(name for name in (graph.nodes if among is None else graph.select(among)) if name not in excluded)


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


def _tried(allowed: tuple[str, ...], valid: Callable[[tuple[str, ...]], bool], kind: Kind) -> Iterator[tuple[str, ...]]:
    if len(allowed) > MOST_CANDIDATES:
        raise TooLarge(
            f"{len(allowed)} candidates make {2 ** len(allowed):,} sets to try, and the limit is {2**MOST_CANDIDATES:,}; "
            f"name at most {MOST_CANDIDATES} of them with among=[...]"
        )
    found: list[frozenset[str]] = []
    for size in range(len(allowed) + 1):
        if kind == "smallest" and found:
            return
        for each in combinations(allowed, size):
            larger = kind != "all" and any(smaller <= set(each) for smaller in found if len(smaller) < size)
            if not larger and valid(each):
                found.append(frozenset(each))
                yield each
