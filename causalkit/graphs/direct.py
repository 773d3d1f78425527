"""Covariates that leave the direct effect of one variable on another: every other path between them is blocked."""

from __future__ import annotations

from causalkit.graphs.adjustment import Condition, Kind, Sets, Validity, allowed_names, apart, set_text, tried
from causalkit.graphs.graph import Graph
from causalkit.graphs.order import Names
from causalkit.graphs.separation import d_separated, minimal_separators
from causalkit.values.arguments import checked

__all__ = ["direct_effect_sets", "is_direct_effect_set"]


@checked
def is_direct_effect_set(graph: Graph, x: str, y: str, given: Names = ()) -> Validity:
    """Whether the slope of ``y`` on ``x`` given these covariates is the coefficient of the arrow ``x -> y`` in every linear model.

    The set holds no descendant of ``y``, and separates ``x`` and ``y`` once the arrow is taken away. Without linearity it does not make
    the direct effect a formula of the observed. Source: [pearl2009], theorem 5.3.1 (the single-door criterion).

    :param graph: a causal graph, also with confounded pairs
    :param x: the name of the cause
    :param y: the name of the outcome
    :param given: a name, or names, of covariates
    :returns: a judgement, truthy when every condition holds, else with what breaks it
    :raises UnknownName: for a name that is not in the graph
    :raises WrongShape: where ``x``, ``y`` and ``given`` overlap

    >>> print(is_direct_effect_set(Graph.parse("x -> m -> y, x -> y"), "x", "y"))
    no: the empty set leaves the direct effect of x on y
      holds: no descendant of y is in the set
      fails: every path from x to y but the arrow is blocked (x -> m -> y)
    """
    apart(graph, x, y, given)
    held = graph.select(given)
    below = tuple(name for name in graph.descendants(y) if name in held)
    split = d_separated(_without_arrow(graph, x, y), x, y, held)
    return Validity(
        f"{set_text(held)} leaves the direct effect of {x} on {y}",
        (
            Condition(f"no descendant of {y} is in the set", not below, below or None),
            Condition(f"every path from {x} to {y} but the arrow is blocked", bool(split), split.open_path),
        ),
    )


@checked
def direct_effect_sets(
    graph: Graph, x: str, y: str, *, kind: Kind = "minimal", included: Names = (), excluded: Names = (), among: Names | None = None
) -> Sets:
    """The sets that leave the direct effect of ``x`` on ``y``: all of them, those without a valid smaller part, or those of least size.

    :param graph: a causal graph, also with confounded pairs
    :param x: the name of the cause
    :param y: the name of the outcome
    :param kind: ``"minimal"`` (no smaller part is valid), ``"smallest"`` (of least size), or ``"all"``
    :param included: a name, or names, of covariates that must be in every set
    :param excluded: a name, or names, of variables that may be in no set
    :param among: a name, or names, of covariates to choose from; by default all that may be used
    :returns: the sets, each a tuple of names; none when no set is valid
    :raises TooLarge: where ``kind="all"`` would try more than 65,536 sets
    :raises UnknownName: for a name that is not in the graph
    :raises WrongShape: where ``x``, ``y`` and ``included`` overlap, or a name in ``included`` is excluded or not in ``among``

    >>> direct_effect_sets(Graph.parse("x -> m -> y, x -> y, c -> m, c -> y"), "x", "y")
    (('m', 'c'),)
    """
    apart(graph, x, y, included)
    allowed = allowed_names(graph, {x, y, *graph.descendants(y)}, among, excluded, included)
    if allowed is None:
        return ()
    if kind == "all":
        return tuple(tried(allowed, lambda given: bool(is_direct_effect_set(graph, x, y, given)), kind, graph.select(included)))
    sets = minimal_separators(_without_arrow(graph, x, y), x, y, included=included, among=allowed)
    return tuple(each for each in sets if kind != "smallest" or len(each) == len(sets[0]))


def _without_arrow(graph: Graph, x: str, y: str) -> Graph:
    return Graph(graph.nodes, [edge for edge in graph.edges if edge != (x, y)], graph.confounded)
