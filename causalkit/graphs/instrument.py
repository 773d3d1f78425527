"""Instruments: variables that move a cause and reach the outcome through it alone, perhaps once covariates are held fixed."""

from __future__ import annotations

from dataclasses import dataclass

from causalkit.graphs.adjustment import Condition, Kind, Validity, allowed_names, apart, tried
from causalkit.graphs.graph import Graph
from causalkit.graphs.order import Names, several
from causalkit.graphs.separation import d_separated, minimal_separators
from causalkit.values.arguments import checked
from causalkit.values.render import Printed

__all__ = ["Instrument", "conditional_instruments", "instruments", "is_instrument"]


@dataclass(frozen=True)
class Instrument(Printed):
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

    :param graph: a causal graph, also with confounded pairs
    :param z: the name of the supposed instrument
    :param x: the name of the cause
    :param y: the name of the outcome
    :param given: a name, or names, of covariates
    :returns: a judgement, truthy when every condition holds, else with what breaks it
    :raises UnknownName: for a name that is not in the graph
    :raises WrongShape: where ``x``, ``y`` and the instrument with its covariates overlap

    >>> bool(is_instrument(Graph.parse("z -> x -> y, x <-> y"), "z", "x", "y"))
    True
    """
    apart(graph, x, y, [z, *several(given)])
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
def instruments(
    graph: Graph, x: str, y: str, *, included: Names = (), excluded: Names = (), among: Names | None = None
) -> tuple[Instrument, ...]:
    """Every instrument for the effect of ``x`` on ``y``, with each minimal set of covariates that separates it from ``y``.

    Only sets that separate minimally are looked at, which finds an instrument where there is one without covariates that make it
    relevant; ``conditional_instruments`` tries every set.

    :param graph: a causal graph, also with confounded pairs
    :param x: the name of the cause
    :param y: the name of the outcome
    :param included: a name, or names, that are among the covariates of every instrument
    :param excluded: a name, or names, that are neither instruments nor covariates
    :param among: a name, or names, that instruments and covariates are chosen from; by default all that may be used
    :returns: the instruments, each with its covariates; none where there is no instrument
    :raises UnknownName: for a name that is not in the graph
    :raises WrongShape: where ``x``, ``y`` and ``included`` overlap, or a name in ``included`` is excluded or not in ``among``

    >>> print(*instruments(Graph.parse("w -> z -> x -> y, w -> y, x <-> y"), "x", "y"), sep="; ")
    z given w
    """
    apart(graph, x, y, included)
    allowed = allowed_names(graph, {x, y, *graph.descendants(x)}, among, excluded, included)
    if allowed is None:
        return ()
    cut, kept = graph.without_incoming(x), graph.select(included)
    pairs = (
        (z, given)
        for z in allowed_names(graph, {x, y}, among, excluded) or ()
        if z not in kept
        for given in minimal_separators(cut, z, y, included=kept, among={*allowed} - {z})
    )
    return tuple(Instrument(z, given) for z, given in pairs if is_instrument(graph, z, x, y, given))


@checked
def conditional_instruments(
    graph: Graph, x: str, y: str, *, kind: Kind = "minimal", included: Names = (), excluded: Names = (), among: Names | None = None
) -> tuple[Instrument, ...]:
    """Every instrument for the effect of ``x`` on ``y`` with the covariates that make it one; every set is tried.

    Source: [pearl2009], definition 7.4.1; [vanderzander2015].

    :param graph: a causal graph, also with confounded pairs
    :param x: the name of the cause
    :param y: the name of the outcome
    :param kind: which sets of covariates to give for each variable: ``"minimal"`` (no smaller part will do), ``"smallest"`` (of least
        size), or ``"all"``
    :param included: a name, or names, that are among the covariates of every instrument
    :param excluded: a name, or names, that are neither instruments nor covariates
    :param among: a name, or names, that instruments and covariates are chosen from; by default all that may be used
    :returns: the instruments, each with its covariates; none where there is no instrument
    :raises TooLarge: where there are more than 16 candidates for covariates
    :raises UnknownName: for a name that is not in the graph
    :raises WrongShape: where ``x``, ``y`` and ``included`` overlap, or a name in ``included`` is excluded or not in ``among``

    >>> graph = Graph.parse("z -> c <- u -> x -> y, x <-> y")
    >>> print(*conditional_instruments(graph, "x", "y", among=["z", "c"]), sep="; ")
    z given c; c
    """
    apart(graph, x, y, included)
    allowed = allowed_names(graph, {x, y, *graph.descendants(x)}, among, excluded, included)
    if allowed is None:
        return ()
    kept = graph.select(included)
    found: list[Instrument] = []
    for z in allowed_names(graph, {x, y}, among, excluded) or ():
        if z not in kept:
            rest = tuple(name for name in allowed if name != z)
            sets = tried(rest, lambda given, z=z: bool(is_instrument(graph, z, x, y, given)), kind, kept)  # type: ignore[misc]
            found += [Instrument(z, given) for given in sets]
    return tuple(found)
