"""Counterfactuals from experiments or observation: the ID* and IDC* algorithms, line by line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from causalkit.errors import Impossible
from causalkit.graphs.graph import Graph
from causalkit.graphs.separation import d_separated
from causalkit.identification.counterfactual import Counterfactual, CounterfactualQuery, counterfactual_query, in_world
from causalkit.identification.counterfactual_graph import Copy, CounterfactualGraph, make_counterfactual_graph
from causalkit.identification.estimand import AnyValue, Estimand, Probability, Product, Quotient, Sum
from causalkit.identification.estimand_algebra import ONE, ZERO, any_value, divided, multiplied, simplified, summed
from causalkit.identification.id_algorithm import Identified, NotIdentified, Unidentifiable, identify_effect
from causalkit.identification.notation import TEXT
from causalkit.identification.symbol import At, Symbol
from causalkit.values.arguments import checked
from causalkit.values.render import Printed

__all__ = ["Conflict", "InConflict", "NotIdentifiedCounterfactual", "identify_conjunction", "identify_counterfactual"]

Events = tuple[Counterfactual, ...]


@dataclass(frozen=True)
class Conflict(Printed):
    """Copies joined by unseen causes that need two values of one variable at once, so that no experiment shows them together."""

    component: tuple[str, ...]
    variable: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"({', '.join(self.component)}) share unseen causes and need {self.variable} at both {' and '.join(self.values)}"


@dataclass(frozen=True)
class NotIdentifiedCounterfactual(Printed):
    """The judgement that not even all experiments determine the answer: falsy, with the conflict that shows it.

    It holds for variables with domains of any size; in small domains an answer can still be pinned down, as the effect on
    the treated is for a binary treatment.
    """

    query: CounterfactualQuery
    graph: Graph
    conflict: Conflict

    def __bool__(self) -> Literal[False]:
        return False

    def __str__(self) -> str:
        return f"{self.query} is not identified in {self.graph}: {self.conflict}"


class InConflict(Exception):
    """Line 8 of ID*: the conjunction is not identified, and this is the conflict."""

    def __init__(self, found: Conflict) -> None:
        super().__init__(str(found))
        self.conflict = found


@checked
def identify_counterfactual(
    graph: Graph,
    query: CounterfactualQuery | str | Iterable[Counterfactual],
    *,
    given: Iterable[Counterfactual] = (),
    experiments: bool = False,
) -> Identified | NotIdentified | NotIdentifiedCounterfactual:
    """Whether, and by which formula, the data determine the probability of events in several worlds at once.

    Source: [shpitser2008] (ID* and IDC*); [shpitser2007].

    :param graph: a causal graph, also with confounded pairs
    :param query: text such as ``"P(y_{x} | x')"``, the world of an event in braces and primes for different values; or the events
    :param given: the events that are conditioned on, when the query is a row of events
    :param experiments: whether the data are the results of every experiment, and the formula holds terms such as ``P(y | do(x))``; by
        default they are the observational distribution
    :returns: a judgement, truthy with an ``estimand``, or falsy with the hedge or the conflict that shows why not
    :raises Impossible: where the conditions contradict each other
    :raises UnknownName: for a name that is not in the graph
    :raises WrongShape: for text that is no query, a query without events, or a world with two values of one variable

    >>> drug = Graph.parse("x -> w -> y, d -> z -> y, x <-> y")
    >>> print(identify_counterfactual(drug, "P(y_{x} | x', z_{d}, d)", experiments=True))
    P(y_{x} | x', z_{d}, d) = (Σ_w P(x', y | do(w, z)) P(w | do(x))) / P(x')
    >>> print(identify_counterfactual(Graph.parse("x -> y, x <-> y"), "P(y_{x} | x')"))
    P(y_{x} | x') is not identified in x -> y, x <-> y: (x, y_{x}) share unseen causes and need x at both x and x'
    """
    question = counterfactual_query(graph, query, given)
    try:
        formula = identify_conditional_conjunction(graph, question.events, question.given)
        found = formula if experiments else simplified(_observational(graph, formula), graph)
    except InConflict as failure:
        return NotIdentifiedCounterfactual(question, graph, failure.conflict)
    except Unidentifiable as failure:
        return NotIdentified(question, graph, failure.effect, failure.hedge)
    return Identified(question, graph, found, _evidence(graph, question.given, experiments), _witness(question.given))


def _witness(given: Events) -> Estimand | None:
    """An observation in which all conditions hold, because what their worlds set is what was observed; None where there is none."""
    values: dict[str, object] = {}
    for at in (at for event in given for at in (*event.world, At(event.variable, event.value))):
        if values.setdefault(at.variable, at.value) != at.value:
            return None
    return Probability(tuple(At(name, value) for name, value in values.items())) if given else None


def _evidence(graph: Graph, given: Events, experiments: bool) -> Estimand | None:
    try:
        formula = identify_conjunction(graph, given)
        return None if not given else formula if experiments else simplified(_observational(graph, formula), graph)
    except (InConflict, Unidentifiable):
        return None


def identify_conditional_conjunction(graph: Graph, events: Events, given: Events) -> Estimand:
    """IDC*: the formula for ``P(events | given)``; raises ``InConflict``, and ``Impossible`` for contradictory conditions.

    Source: [shpitser2008] (IDC*).

    >>> from causalkit.identification.counterfactual import parsed_events
    >>> print(identify_conditional_conjunction(Graph.parse("x -> y"), parsed_events("y_{x}"), parsed_events("x'")))
    P(y | do(x))
    """
    idc_star_line_1(graph, given)
    events, given = _without_tautologies(events), _without_tautologies(given)
    if _is_contradictory(events) or make_counterfactual_graph(graph, (*events, *given)) is None:
        return idc_star_line_3()
    moved = idc_star_line_4(graph, events, given)
    return idc_star_line_5(graph, events, given) if moved is None else identify_conditional_conjunction(graph, *moved)


def idc_star_line_1(graph: Graph, given: Events) -> None:
    """Conditions that contradict each other leave the probability undefined."""
    try:
        impossible = identify_conjunction(graph, given) == ZERO
    except InConflict:
        return
    if impossible:
        raise Impossible(f"the conditions {', '.join(map(str, given))} contradict each other, so the query has no answer; drop one of them")


def idc_star_line_3() -> Estimand:
    """Events that contradict the conditions have probability zero; line 2 has made the counterfactual graph."""
    return ZERO


def idc_star_line_4(graph: Graph, events: Events, given: Events) -> tuple[Events, Events] | None:
    """A condition moved into the worlds of what follows from it, by the second rule of do-calculus, if there is one.

    The published line is tightened where enumeration refutes its letter. The other conditions stay in the separation and move
    into the new world too: with ``y -> d <- g`` the query ``P(g | y, d)`` becomes ``P(g | d_{y})``, and not ``P(g | d)``.
    And copies are joined by the values of the conditions alone, since those of the events are not certain:
    with ``x -> y``, ``P(x=0 | y, y_{x=0})`` must not take ``y`` for independent of ``x``.
    """
    found = make_counterfactual_graph(graph, given, about=events)
    assert found is not None, "conditions that contradict each other are refused in line 1"
    asked = {found.copy_of(event).name for event in events}
    seen = {found.copy_of(event).name for event in given}
    for event in given:
        copy = found.copy_of(event)
        cut = found.graph.without_outgoing(copy.name)
        if copy.name not in asked and d_separated(cut, asked - seen, copy.name, seen - {copy.name}):
            rest = tuple(other for other in given if found.copy_of(other).name != copy.name)
            return _below(found, copy, events), _below(found, copy, rest)
    return None


def idc_star_line_5(graph: Graph, events: Events, given: Events) -> Estimand:
    """The joint probability of events and conditions, divided by that of the conditions."""
    return divided(identify_conjunction(graph, (*events, *given)), identify_conjunction(graph, given))


def identify_conjunction(graph: Graph, events: Events) -> Estimand:
    """ID*: the formula for the probability of counterfactual events together, from experiments; raises ``InConflict``.

    Source: [shpitser2008] (ID*).

    >>> from causalkit.identification.counterfactual import parsed_events
    >>> print(identify_conjunction(Graph.parse("x -> w -> y, d -> z -> y, x <-> y"), parsed_events("y_{x}, x', z_{d}, d")))
    P(d) P(z | do(d)) Σ_w P(x', y | do(w, z)) P(w | do(x))
    """
    known = line_1(events) or line_2(events) or line_3(graph, events)
    if known is not None:
        return known
    found = line_4(graph, events)
    return line_5() if found is None else line_6(found)


def line_1(events: Events) -> Estimand | None:
    """No event: certain."""
    return None if events else ONE


def line_2(events: Events) -> Estimand | None:
    """A variable set to one value does not take another."""
    return ZERO if _is_contradictory(events) else None


def line_3(graph: Graph, events: Events) -> Estimand | None:
    """A variable takes the value to which it is set."""
    left = _without_tautologies(events)
    return None if left == events else identify_conjunction(graph, left)


def line_4(graph: Graph, events: Events) -> CounterfactualGraph | None:
    """Make the counterfactual graph."""
    return make_counterfactual_graph(graph, events)


def line_5() -> Estimand:
    """Events that turn out to be about one variable in one state of the world, and disagree, are impossible; line 4 has found that."""
    return ZERO


def line_6(found: CounterfactualGraph) -> Estimand:
    """A factor for each component that shares unseen causes, summed over the values of all other ancestors.

    By composition a component can be written with every variable in the world that sets just its parents, so that the
    recursion of the published line ends at once, in lines 7 to 9.
    """
    hidden = [copy.value for copy in found.copies if not copy.observed]
    factors = [line_7(component) for component in found.components()]
    return summed([value for value in hidden if isinstance(value, Symbol)], multiplied(factors))


def line_7(component: tuple[Copy, ...]) -> Estimand:
    """One component: no experiment can show it, or one does."""
    line_8(component)
    return line_9(component)


def line_8(component: tuple[Copy, ...]) -> None:
    """Two values of one variable are needed, set or seen: the conjunction is not identified."""
    for variable, values in _needed(component).items():
        if len(values) > 1:
            shown = tuple(sorted(At(variable, value).shown({}, TEXT) for value in values))
            raise InConflict(Conflict(tuple(copy.name for copy in component), variable, shown))


def line_9(component: tuple[Copy, ...]) -> Estimand:
    """The experiment that sets the parents from outside the component, and sees the component."""
    inside = {copy.variable for copy in component}
    done = {at for copy in component for at in copy.inputs if at.variable not in inside}
    return Probability(tuple(At(copy.variable, copy.value) for copy in component), do=tuple(done))


def _needed(component: tuple[Copy, ...]) -> dict[str, set[object]]:
    found: dict[str, set[object]] = {}
    for copy in component:
        for at in (At(copy.variable, copy.value), *copy.inputs):
            found.setdefault(at.variable, set()).add(at.value)
    return found


def _is_contradictory(events: Events) -> bool:
    return any(at.variable == event.variable and at.value != event.value for event in events for at in event.world)


def _without_tautologies(events: Events) -> Events:
    return tuple(event for event in events if At(event.variable, event.value) not in event.world)


def _below(found: CounterfactualGraph, copy: Copy, events: Events) -> Events:
    """The events, those that descend from a copy moved into the world that sets it."""
    below = found.graph.descendants(copy.name)
    moved = {copy.variable: copy.value}
    return tuple(in_world(event, moved) if found.copy_of(event).name in below else event for event in events)


def _observational(graph: Graph, formula: Estimand) -> Estimand:
    """The formula with every experiment replaced by what ID finds for it; raises ``Unidentifiable``."""
    if isinstance(formula, Probability):
        return _identified_term(graph, formula)
    if isinstance(formula, Product):
        return multiplied(_observational(graph, factor) for factor in formula.factors)
    if isinstance(formula, Quotient):
        return divided(_observational(graph, formula.numerator), _observational(graph, formula.denominator))
    if isinstance(formula, Sum):
        return summed(formula.over, _observational(graph, formula.of))
    return any_value(formula.over, _observational(graph, formula.of)) if isinstance(formula, AnyValue) else formula


def _identified_term(graph: Graph, term: Probability) -> Estimand:
    y, x, z = (frozenset(at.variable for at in side) for side in (term.events, term.do, term.given))
    joint = simplified(identify_effect(graph, y | z, x), graph)
    formula = divided(joint, summed([Symbol(name) for name in sorted(y)], joint)) if z else joint
    return formula.substituted({Symbol(at.variable): at.value for at in (*term.events, *term.do, *term.given)})
