"""Effects from observation alone: the ID and IDC algorithms, line by line, with a formula or a hedge as the answer."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from causalkit.errors import CannotTell, Impossible, UnknownName, WrongShape, suggestion
from causalkit.graphs.graph import Graph
from causalkit.graphs.separation import d_separated
from causalkit.identification.counterfactual import CounterfactualQuery
from causalkit.identification.estimand import Estimand, P, Probability, given_once
from causalkit.identification.estimand_algebra import any_value, divided, multiplied, simplified, summed
from causalkit.identification.hedge import Hedge, hedge
from causalkit.identification.notation import html_of
from causalkit.identification.query import Events, asked
from causalkit.identification.symbol import At, Symbol
from causalkit.values.arguments import checked
from causalkit.values.exact import is_zero
from causalkit.values.render import Printed, typed

__all__ = ["Effect", "Identified", "NotIdentified", "Unidentifiable", "identify", "identify_effect"]


@dataclass(frozen=True)
class Identified:
    """The judgement that the data determine the answer to a query: truthy, with the formula that computes it.

    ``evidence`` is the formula for the probability of the query's conditions, where it has some and that is identified too:
    where it is zero, evaluating raises ``Impossible``. ``witness`` is the probability of an observation that proves the conditions
    possible where it is positive; it decides where ``evidence`` is None or has no value.
    """

    query: Probability | CounterfactualQuery
    graph: Graph
    estimand: Estimand
    evidence: Estimand | None = None
    witness: Estimand | None = None

    def __bool__(self) -> Literal[True]:
        return True

    @checked
    def evaluate(self, source: Any, values: Mapping[Any, Hashable] | None = None, /, **named: Hashable) -> Any:
        """The answer on a model, or on anything with ``dist(*names)``: see ``Estimand.evaluate``.

        Values may be given for every variable that the query leaves open, also where the formula turns out not to need it. Raises
        ``Impossible`` where the query's conditions have probability zero, and ``CannotTell`` where the data do not show whether they do,
        or where the formula has no value because something it conditions on was never observed.

        >>> from causalkit.values.dist import coin
        >>> from causalkit.model import Model
        >>> model = Model(x=coin("1/4"), y=lambda x: not x)
        >>> identify(Graph.parse("x -> y"), "P(y | do(x))").evaluate(model, x=True, y=False)
        Fraction(1, 1)
        """
        given = given_once(values, named)
        asked_for = {str(symbol): symbol for symbol in self.query.free}
        for name in given:
            if name not in asked_for:
                has = ", ".join(asked_for) or "none"
                raise UnknownName(f"'{name}' is not left open by {self.query}; it leaves open: {has}{suggestion(name, asked_for)}")
        _check_primes(asked_for, given)
        if self.query.given and not self._is_possible(source, given):
            where = ", ".join(f"{name}={typed(value)}" for name, value in given.items())
            raise CannotTell(f"the data cannot tell whether the conditions of {self.query} are possible{where and f' at {where}'}")
        try:
            return self.estimand.evaluate(source, _restricted(given, self.estimand))
        except Impossible as error:
            raise CannotTell(f"the data cannot tell {self.query}: {error}") from error

    def _is_possible(self, source: Any, given: Mapping[str, Hashable]) -> bool:
        """Whether the data show that the conditions are possible; raises ``Impossible`` where they show that they are not."""
        if self.evidence is not None and _check_possible(self.query, self.evidence, source, _restricted(given, self.evidence)):
            return True
        if self.witness is None:
            return False
        found = self.witness.evaluate(source, _restricted(given, self.witness))
        return not any(map(is_zero, found.values() if isinstance(found, Mapping) else [found]))

    def __str__(self) -> str:
        return f"{self.query} = {self.estimand}"

    def latex(self) -> str:
        r"""The query and its formula in LaTeX, without dollar signs.

        >>> print(identify(Graph.parse("x -> y"), "P(y | do(x))").latex())
        P(y \mid do(x)) = P(y \mid x)
        """
        return f"{self.query.latex()} = {self.estimand.latex()}"

    def _repr_html_(self) -> str:
        return html_of(str(self))

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"


@dataclass(frozen=True)
class NotIdentified(Printed):
    """The judgement that observation does not determine the answer: falsy, with the hedge that shows it.

    The hedge is one for ``effect``: the query itself, or, when the query has conditions, the joint effect that it comes down to.
    """

    query: Probability | CounterfactualQuery
    graph: Graph
    effect: Probability
    hedge: Hedge

    def __bool__(self) -> Literal[False]:
        return False

    def __str__(self) -> str:
        of = "" if str(self.effect) == str(self.query) else f" for {self.effect}"
        return f"{self.query} is not identified in {self.graph}: hedge{of} {self.hedge}"


@dataclass(frozen=True)
class Effect:
    """One call of ID: the effect of ``x`` on ``y`` in a graph whose distribution is the formula ``p``, on the way to ``query``."""

    y: frozenset[str]
    x: frozenset[str]
    p: Estimand
    graph: Graph
    query: Probability

    @property
    def v(self) -> frozenset[str]:
        """The variables of the graph."""
        return frozenset(self.graph.nodes)

    def sum(self, over: Iterable[str], of: Estimand) -> Estimand:
        """A sum over variables of the graph, in its order."""
        names = set(over)
        return summed([Symbol(name) for name in self.graph.nodes if name in names], of)


class Unidentifiable(Exception):
    """Line 5 of ID: the effect is not identified, and this is the hedge."""

    def __init__(self, effect: Probability, found: Hedge) -> None:
        super().__init__(f"{effect} is not identified: {found}")
        self.effect = effect
        self.hedge = found


@checked
def identify(graph: Graph, query: Probability | Events, *, do: Events = (), given: Events = ()) -> Identified | NotIdentified:
    """Whether, and by which formula, observation of the graph's variables determines a probability after interventions.

    The algorithm is complete: without a formula there are two models with this graph that agree on all that is observed and disagree on
    the query. Source: [shpitser2006] (ID); [shpitser2006b] (IDC).

    :param graph: a causal graph, also with confounded pairs
    :param query: text such as ``"P(y | do(x), z)"``, a ``P(...)`` term, or the outcomes by name or as a mapping to their values
    :param do: the variables that are set, by name or as a mapping to values, when the query names outcomes only
    :param given: the variables that are conditioned on, likewise, when the query names outcomes only
    :returns: a judgement, truthy with an ``estimand``, or falsy with a ``hedge``
    :raises UnknownName: for a name that is not in the graph
    :raises WrongShape: for text that is no query, no outcome, a name on two sides, or ``do`` or ``given`` beside a whole query

    >>> print(identify(Graph.parse("x -> m -> y, x <-> y"), "P(y | do(x))"))
    P(y | do(x)) = Σ_m P(m | x) Σ_{x'} P(y | m, x') P(x')
    >>> print(identify(Graph.parse("x -> y, x <-> y"), "y", do="x"))
    P(y | do(x)) is not identified in x -> y, x <-> y: hedge (x -> y, x <-> y) around (y), rooted in y, with x cut off by the intervention
    """
    question = asked(graph, query, do, given)
    y, x, z = (frozenset(at.variable for at in side) for side in (question.events, question.do, question.given))
    try:
        formula = simplified(identify_conditional_effect(graph, y, x, z), graph)
    except Unidentifiable as failure:
        return NotIdentified(question, graph, failure.effect, failure.hedge)
    evidence = _evidence(graph, x, z) if z else None
    fixed = {Symbol(at.variable): at.value for at in (*question.events, *question.do, *question.given)}
    witness = Probability((*question.given, *question.do)) if z else None
    return Identified(question, graph, formula.substituted(fixed), evidence and evidence.substituted(fixed), witness)


def _evidence(graph: Graph, x: frozenset[str], z: frozenset[str]) -> Estimand | None:
    try:
        return simplified(identify_effect(graph, z, x), graph)
    except Unidentifiable:
        return None


def identify_conditional_effect(graph: Graph, y: frozenset[str], x: frozenset[str], z: frozenset[str]) -> Estimand:
    """IDC: the formula for ``P(y | do(x), z)``; raises ``Unidentifiable``.

    Source: [shpitser2006b] (IDC).

    >>> graph = Graph.parse("z -> x -> y, z -> y")
    >>> print(identify_conditional_effect(graph, frozenset("y"), frozenset("x"), frozenset("z")))
    P(y | x, z)
    """
    exchanged = idc_line_1(graph, y, x, z)
    if exchanged is not None:
        return identify_conditional_effect(graph, y, x | {exchanged}, z - {exchanged})
    return idc_line_2(graph, y, x, z)


def idc_line_1(graph: Graph, y: frozenset[str], x: frozenset[str], z: frozenset[str]) -> str | None:
    """A condition that can be turned into an intervention by the second rule of do-calculus, if there is one."""
    cut = graph.without_incoming(x)
    for name in graph.select(z):
        if d_separated(cut.without_outgoing(name), y, name, x | z - {name}):
            return name
    return None


def idc_line_2(graph: Graph, y: frozenset[str], x: frozenset[str], z: frozenset[str]) -> Estimand:
    """The joint effect on outcome and conditions, divided by that on the conditions."""
    joint = identify_effect(graph, y | z, x)
    return divided(joint, summed([Symbol(name) for name in graph.select(y)], joint)) if z else joint


def identify_effect(graph: Graph, y: frozenset[str], x: frozenset[str]) -> Estimand:
    """ID: the formula for ``P(y | do(x))``; raises ``Unidentifiable``.

    Source: [shpitser2006] (ID).

    >>> print(identify_effect(Graph.parse("z -> x -> y, z -> y"), frozenset("y"), frozenset("x")))
    Σ_z P(z) P(y | x, z)
    """
    observed = Probability(tuple(At(name, Symbol(name)) for name in graph.nodes))
    return identified(Effect(y, x, observed, graph, P(graph.select(y), do=graph.select(x))))


def identified(call: Effect) -> Estimand:
    """The first line of ID that applies."""
    for line in (line_1, line_2, line_3, line_4, line_5, line_6):
        found = line(call)
        if found is not None:
            return found
    return line_7(call)


def line_1(call: Effect) -> Estimand | None:
    """Nothing is done: marginalise."""
    return None if call.x else call.sum(call.v - call.y, call.p)


def line_2(call: Effect) -> Estimand | None:
    """Variables that are no ancestors of the outcome do not matter."""
    kept = frozenset(call.graph.ancestors(call.y, include_self=True))
    if kept == call.v:
        return None
    return identified(replace(call, x=call.x & kept, p=call.sum(call.v - kept, call.p), graph=call.graph.subgraph(kept)))


def line_3(call: Effect) -> Estimand | None:
    """Variables without effect on the outcome once ``x`` is done can be set, to any value."""
    relevant = frozenset(call.graph.without_incoming(call.x).ancestors(call.y, include_self=True))
    idle = call.v - call.x - relevant
    if not idle:
        return None
    inner = identified(replace(call, x=call.x | idle))
    return any_value([Symbol(name) for name in call.graph.nodes if name in idle], inner)


def line_4(call: Effect) -> Estimand | None:
    """Several c-components without ``x``: identify each with all the others set, multiply, and sum."""
    parts = _components(call.graph, call.v - call.x)
    if len(parts) < 2:
        return None
    factors = [identified(replace(call, y=part, x=call.v - part)) for part in parts]
    return call.sum(call.v - call.y - call.x, multiplied(factors))


def line_5(call: Effect) -> Estimand | None:
    """The whole graph is one c-component, and so is the part without ``x``: a hedge."""
    if len(call.graph.c_components()) > 1:
        return None
    cut = {at.variable for at in call.query.do} & call.v
    raise Unidentifiable(call.query, hedge(call.graph, call.v - call.x, cut))


def line_6(call: Effect) -> Estimand | None:
    """The part without ``x`` is a whole c-component: the product of its conditionals."""
    part = call.v - call.x
    if part not in _components(call.graph, call.v):
        return None
    return call.sum(part - call.y, _conditionals(call, part))


def line_7(call: Effect) -> Estimand:
    """The part without ``x`` lies within a larger c-component: go on there, with the rest set."""
    part = call.v - call.x
    around = next(group for group in _components(call.graph, call.v) if part < group)
    return identified(replace(call, x=call.x & around, p=_conditionals(call, around), graph=call.graph.subgraph(around)))


def _components(graph: Graph, among: frozenset[str]) -> list[frozenset[str]]:
    return [frozenset(group) for group in graph.subgraph(among).c_components()]


def _conditionals(call: Effect, part: frozenset[str]) -> Estimand:
    """The product over a c-component of each variable's probability given all that come before it."""
    order = call.graph.order
    factors = []
    for i in range(len(order) - 1, -1, -1):
        if order[i] in part:
            until = call.sum(order[i + 1 :], call.p)
            factors.append(divided(until, call.sum([order[i]], until)))
    return multiplied(factors)


def _check_primes(symbols: Mapping[str, Symbol], values: Mapping[str, Hashable]) -> None:
    """Raises ``WrongShape`` where two symbols of one variable, which stand for different values, are not told apart."""
    for name, symbol in symbols.items():
        others = [other for other in symbols if symbols[other].variable == symbol.variable and other != name]
        if others and (name not in values or any(values.get(other) == values[name] for other in others)):
            raise WrongShape(f"{name} and {', '.join(others)} stand for different values of {symbol.variable!r}; give each its own")


def _restricted(values: Mapping[str, Hashable], estimand: Estimand) -> dict[str, Hashable]:
    open_ = {str(symbol) for symbol in estimand.free}
    return {name: value for name, value in values.items() if name in open_}


def _check_possible(query: object, evidence: Estimand, source: Any, values: Mapping[str, Hashable]) -> bool:
    """Whether the formula for the conditions of a query has a value; raises ``Impossible`` where it is zero."""
    try:
        found = evidence.evaluate(source, values)
    except Impossible:
        return False
    left = [str(symbol) for symbol in evidence.free if str(symbol) not in values]
    for key, weight in found.items() if left else [((), found)]:
        if is_zero(weight):
            shown = {**values, **dict(zip(left, key if len(left) > 1 else (key,), strict=bool(left)))}
            where = ", ".join(f"{name}={typed(value)}" for name, value in shown.items())
            raise Impossible(
                f"the conditions of {query} have probability 0" + (f" at {where}" if where else "") + ", so it is undefined there"
            )
    return True
