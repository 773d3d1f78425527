"""ID* and IDC*: every formula against enumeration of all worlds together, and the refusals of the published examples."""

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from typing import cast

import numpy
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from causalkit.errors import CannotTell, CausalError, Impossible, UnknownName, WrongShape
from causalkit.graphs.graph import Graph
from causalkit.identification.counterfactual import Counterfactual, CounterfactualQuery, counterfactual_query, parsed_events
from causalkit.identification.counterfactual_graph import make_counterfactual_graph
from causalkit.identification.id_algorithm import Identified, NotIdentified, identify
from causalkit.identification.id_star import InConflict, NotIdentifiedCounterfactual, identify_conjunction, identify_counterfactual
from causalkit.identification.symbol import At, Symbol
from tests.causalkit.admg import Scm, admgs, random_scm
from tests.tries import tries

DRUG = Graph.parse("x -> w -> y, d -> z -> y, x <-> y")
PARTY = Graph.parse("ann -> bob, ann -> chloe, bob -> scuffle, chloe -> scuffle")


def happens(model: Scm, unit: Mapping[str, int], event: Counterfactual, values: Mapping[Symbol, int]) -> bool:
    world = {at.variable: values.get(at.value, at.value) for at in event.world}  # type: ignore[call-overload]
    return bool(model.at(unit, world)[event.variable] == values.get(event.value, event.value))  # type: ignore[call-overload]


def weight(model: Scm, events: tuple[Counterfactual, ...], values: Mapping[Symbol, int] | None = None) -> Fraction:
    """The probability of the events together: all worlds, one draw of noise."""
    units = model.units()
    return sum((w for unit, w in units if all(happens(model, unit, event, values or {}) for event in events)), Fraction(0))


def truth(model: Scm, query: CounterfactualQuery, values: Mapping[Symbol, int] | None = None) -> Fraction:
    return weight(model, (*query.events, *query.given), values) / weight(model, query.given, values)


@st.composite
def conjunctions(draw: st.DrawFn, graph: Graph, most: int = 3, values: int = 2) -> tuple[Counterfactual, ...]:
    found = []
    for _ in range(draw(st.integers(1, most))):
        variable = draw(st.sampled_from(graph.nodes))
        world = draw(st.lists(st.sampled_from([n for n in graph.nodes if n != variable]), unique=True, max_size=2))
        value = draw(st.integers(0, values - 1))
        found.append(Counterfactual(variable, value, tuple(At(name, draw(st.integers(0, values - 1))) for name in world)))
    return tuple(dict.fromkeys(found))


@st.composite
def questions(draw: st.DrawFn) -> tuple[Graph, CounterfactualQuery]:
    graph = draw(admgs(least=2, most=4, shared=3))
    events = draw(conjunctions(graph))
    seen = draw(conjunctions(graph, most=2)) if draw(st.booleans()) else ()
    return graph, CounterfactualQuery(events, seen)


# ---------------------------------------------------------------- theorems


@given(questions(), st.integers(0, 10**6))
@settings(max_examples=tries(150))
def test_id_star_and_idc_star_are_sound(question: tuple[Graph, CounterfactualQuery], seed: int) -> None:
    graph, query = question
    model = random_scm(graph, seed)
    below = weight(model, query.given)
    try:
        found = identify_counterfactual(graph, query, experiments=True)
    except Impossible:
        assert below == 0
        return
    assume(below > 0)
    assume(found)
    assert isinstance(found, Identified)
    try:
        value = found.evaluate(model)
    except CannotTell:  # no data show whether the conditions are possible, and what is asked does not depend on how likely they are
        assert not identify_counterfactual(graph, CounterfactualQuery(query.given), experiments=True)
        return
    assert value == truth(model, query)


def test_what_no_data_can_show_is_not_taken_for_possible() -> None:
    graph, seen = Graph.parse("v0 -> v2, v1"), (Counterfactual("v2", 1, (At("v0", 1),)), Counterfactual("v2", 0))
    found = identify_counterfactual(graph, CounterfactualQuery((Counterfactual("v1", 0),), seen), experiments=True)
    assert isinstance(found, Identified)
    with pytest.raises(CannotTell, match=r"whether the conditions of P\(v1=0 \| .* are possible"):
        found.evaluate(random_scm(graph, 0))
    assert not identify_counterfactual(graph, CounterfactualQuery(seen), experiments=True)


@given(questions(), st.integers(0, 10**6))
@settings(max_examples=tries(100))
def test_from_observation_alone(question: tuple[Graph, CounterfactualQuery], seed: int) -> None:
    graph, query = question
    model = random_scm(graph, seed)
    assume(weight(model, query.given) > 0)
    found = identify_counterfactual(graph, query)
    if isinstance(found, Identified):
        assert found.evaluate(model) == truth(model, query)
    else:
        wider = identify_counterfactual(graph, query, experiments=True)
        assert isinstance(found, NotIdentified) == bool(wider)


@given(admgs(least=2, most=4, shared=3), st.data(), st.integers(0, 10**6))
@settings(max_examples=tries(80))
def test_in_one_world_it_is_an_ordinary_effect(graph: Graph, data: st.DataObject, seed: int) -> None:
    names = data.draw(st.permutations(graph.nodes))
    cut = data.draw(st.integers(1, len(names) - 1))
    world = tuple(At(name, 1) for name in names[cut:])
    events = tuple(Counterfactual(name, 0, world) for name in names[:cut])
    assert identify_counterfactual(graph, events, experiments=True)
    plain = identify(graph, dict.fromkeys(names[:cut], 0), do=dict.fromkeys(names[cut:], 1))
    found = identify_counterfactual(graph, events)
    assert bool(found) == bool(plain)
    if isinstance(found, Identified) and isinstance(plain, Identified):
        model = random_scm(graph, seed)
        assert found.evaluate(model) == plain.evaluate(model)


@given(questions())
def test_the_counterfactual_graph_holds_the_ancestors_of_the_events(question: tuple[Graph, CounterfactualQuery]) -> None:
    graph, query = question
    try:
        found = make_counterfactual_graph(graph, query.events)
    except CausalError:
        found = None
    assume(found is not None)
    assert found is not None
    seen = [copy.name for copy in found.copies if copy.observed]
    assert set(found.graph.ancestors(seen, include_self=True)) == set(found.graph.nodes)
    for a, b in combinations(found.copies, 2):
        assert a.variable != b.variable or a.inputs != b.inputs


@given(st.integers(0, 10**6), st.data())
@settings(max_examples=tries(60))
def test_copies_that_are_one_have_one_value(seed: int, data: st.DataObject) -> None:
    """Lemma 24 of [shpitser2008]: where the events hold, merged copies agree in every world of theirs."""
    graph = data.draw(admgs(least=2, most=4, shared=3))
    events = data.draw(conjunctions(graph))
    found = make_counterfactual_graph(graph, [e for e in events if e.variable not in {at.variable for at in e.world}])
    assume(found is not None)
    assert found is not None
    model = random_scm(graph, seed)
    for unit, _ in model.units():
        if all(happens(model, unit, event, {}) for event in events):
            for copy in found.copies:
                worlds = [{at.variable: at.value for at in world} for world in copy.worlds]
                assert len({model.at(unit, world)[copy.variable] for world in worlds}) == 1  # type: ignore[arg-type]


@st.composite
def ternary(draw: st.DrawFn) -> tuple[Graph, CounterfactualQuery]:
    graph = draw(st.sampled_from([Graph.parse("x -> y, x <-> y"), Graph.parse("x -> y, x <-> y, x <-> z, y <-> z")]))
    events = draw(conjunctions(graph, values=3))
    return graph, CounterfactualQuery(events, draw(conjunctions(graph, most=2, values=3)) if draw(st.booleans()) else ())


@cache
def all_responses(graph: Graph) -> tuple[list[tuple[dict[tuple[int, ...], int], ...]], "numpy.ndarray"]:
    """Every way the variables can respond to their parents, and a basis of what all experiments say about their distribution."""
    tables = []
    for name in graph.nodes:
        keys = list(product(range(3), repeat=len(graph.parents(name))))
        tables.append([dict(zip(keys, values, strict=True)) for values in product(range(3), repeat=len(keys))])
    units = list(product(*tables))
    rows = []
    for size in range(len(graph) + 1):
        for names in combinations(graph.nodes, size):
            for values in product(range(3), repeat=size):
                outcomes = [tuple(respond(graph, unit, dict(zip(names, values, strict=True))).values()) for unit in units]
                rows += [[float(outcome == seen) for outcome in outcomes] for seen in set(outcomes)]
    _, weights, basis = numpy.linalg.svd(numpy.array(rows), full_matrices=False)
    return units, basis[weights > 1e-9]


def respond(graph: Graph, unit: tuple[dict[tuple[int, ...], int], ...], done: Mapping[str, int]) -> dict[str, int]:
    values: dict[str, int] = {}
    for name in graph.order:
        key = tuple(values[parent] for parent in graph.parents(name))
        values[name] = done[name] if name in done else unit[graph.nodes.index(name)][key]
    return values


def is_determined(graph: Graph, events: tuple[Counterfactual, ...]) -> bool:
    units, basis = all_responses(graph)
    worlds = [{at.variable: at.value for at in event.world} for event in events]
    holds = [all(respond(graph, u, w)[e.variable] == e.value for e, w in zip(events, worlds, strict=True)) for u in units]  # type: ignore[arg-type]
    asked = numpy.array(holds, dtype=float)
    return bool(numpy.linalg.norm(asked - basis.T @ (basis @ asked)) < 1e-7)


@given(ternary())
@settings(max_examples=tries(120))
def test_id_star_is_complete_where_one_unseen_cause_reaches_all(question: tuple[Graph, CounterfactualQuery]) -> None:
    """There every probability is linear in the distribution of responses, so linear algebra tells what experiments determine."""
    graph, query = question
    try:
        found = identify_counterfactual(graph, query, experiments=True)
    except Impossible:
        return
    joint, below = (*query.events, *query.given), query.given
    assume(not below or not implied(graph, query))
    assert bool(found) == (is_determined(graph, joint) and is_determined(graph, below))


def implied(graph: Graph, query: CounterfactualQuery) -> bool:
    """Whether the conditions decide the events in every model, so that the answer is 0 or 1 whatever the data."""
    units, _ = all_responses(graph)

    def holds(events: tuple[Counterfactual, ...], unit: tuple[dict[tuple[int, ...], int], ...]) -> bool:
        return all(respond(graph, unit, {at.variable: at.value for at in e.world})[e.variable] == e.value for e in events)  # type: ignore[misc]

    return len({holds(query.events, unit) for unit in units if holds(query.given, unit)}) == 1


# ---------------------------------------------------------------- published examples


def test_the_drug_example_of_shpitser_and_pearl() -> None:
    """The effect of a drug on those who did not take it, given that d stopped z: identified from experiments."""
    joint = identify_counterfactual(DRUG, "P(y_{x}, x', z_{d}, d)", experiments=True)
    assert str(joint) == "P(y_{x}, x', z_{d}, d) = P(d) P(z | do(d)) Σ_w P(x', y | do(w, z)) P(w | do(x))"
    conditional = identify_counterfactual(DRUG, "P(y_{x} | x', z_{d}, d)", experiments=True)
    assert str(conditional) == "P(y_{x} | x', z_{d}, d) = (Σ_w P(x', y | do(w, z)) P(w | do(x))) / P(x')"
    assert isinstance(conditional, Identified)
    model = random_scm(DRUG, 4)
    query = counterfactual_query(DRUG, "P(y_{x} | x', z_{d}, d)")
    for x, y, z, d in product((0, 1), repeat=4):
        values = {Symbol("x"): x, Symbol("x", 1): 1 - x, Symbol("y"): y, Symbol("z"): z, Symbol("d"): d}
        named = {str(symbol): value for symbol, value in values.items()}
        assert conditional.evaluate(model, named) == truth(model, query, values)


def test_the_counterfactual_graph_of_the_drug_example() -> None:
    """Figure 9 (c) of [shpitser2008]; in ours no node stands for x set to a value."""
    found = make_counterfactual_graph(DRUG, parsed_events("y_{x}, x', z_{d}, d"))
    assert found is not None
    assert found.graph == Graph(["x", "w_{x}", "y_{x}", "d", "z"], [("w_{x}", "y_{x}"), ("d", "z"), ("z", "y_{x}")], [("x", "y_{x}")])


def test_a_direct_effect_makes_the_drug_example_unidentified() -> None:
    found = identify_counterfactual(Graph.parse("x -> w -> y, x -> y, d -> z -> y, x <-> y"), "P(y_{x} | x', z_{d}, d)", experiments=True)
    assert isinstance(found, NotIdentifiedCounterfactual)
    assert found.conflict.variable == "x"
    assert found.conflict.values == ("x", "x'")
    seen_both = identify_counterfactual(DRUG, "P(y_{x}, x', z_{d}, d, w)", experiments=True)
    assert isinstance(seen_both, NotIdentifiedCounterfactual)


def test_the_party_of_shpitser_and_pearl() -> None:
    """Would there be a scuffle at the party had Bob come, given that he did not: no confounders, so identified."""
    found = identify_counterfactual(PARTY, "P(scuffle_{bob} | bob')", experiments=True)
    assert isinstance(found, Identified)
    observed = identify_counterfactual(PARTY, "P(scuffle_{bob} | bob')")
    assert isinstance(observed, Identified)
    query = counterfactual_query(PARTY, "P(scuffle_{bob} | bob')")
    for seed in range(5):
        model = random_scm(PARTY, seed)
        for bob, scuffle in product((0, 1), repeat=2):
            values = {Symbol("bob"): bob, Symbol("bob", 1): 1 - bob, Symbol("scuffle"): scuffle}
            named = {str(symbol): value for symbol, value in values.items()}
            assert found.evaluate(model, named) == observed.evaluate(model, named) == truth(model, query, values)


def test_the_firing_squad_of_causality() -> None:
    """[pearl2009], section 7.1.2: had A not shot, would the prisoner have died, given that he did.

    Pearl's squad is deterministic; the graph alone leaves the prisoner's own noise, which ties the two worlds.
    """
    squad = Graph.parse("order -> captain, captain -> a -> death, captain -> b -> death")
    unseen = identify_counterfactual(squad, "P(death'_{a'} | death)", experiments=True)
    assert isinstance(unseen, NotIdentifiedCounterfactual)
    assert unseen.conflict.component == ("death", "death_{a'}")
    # Given what the riflemen did, the other world follows: b would have shot all the same.
    seen = identify_counterfactual(squad, "P(death_{a'} | a, b)")
    assert isinstance(seen, Identified)
    model = random_scm(squad, 1)
    query = counterfactual_query(squad, "P(death_{a'} | a, b)")
    values = {Symbol("death"): 1, Symbol("a", 1): 0, Symbol("a"): 1, Symbol("b"): 1}
    assert seen.evaluate(model, {str(symbol): value for symbol, value in values.items()}) == truth(model, query, values)


def test_the_zigzag_graph_is_not_identified() -> None:
    """Outcomes of two worlds at the ends of a chain of confounders, all of it seen."""
    graph = Graph.parse("x -> y, y <-> a, a <-> b, b <-> z, x -> z")
    assert isinstance(identify_counterfactual(graph, "P(y_{x}, a, b, z_{x'})", experiments=True), NotIdentifiedCounterfactual)
    broken = identify_counterfactual(graph, "P(y_{x}, a, z_{x'})", experiments=True)
    assert str(broken) == "P(y_{x}, a, z_{x'}) = P(a, y | do(x)) P(z | do(x'))"


def test_the_w_graph() -> None:
    """A confounder on each side: two worlds of one cause whose outcomes share an unseen cause directly."""
    graph = Graph.parse("x -> y, y <-> z, x -> z")
    assert isinstance(identify_counterfactual(graph, "P(y_{x}, z_{x'})", experiments=True), NotIdentifiedCounterfactual)
    assert identify_counterfactual(graph, "P(y_{x}, z_{x})", experiments=True)


def test_effect_on_the_treated() -> None:
    bow = Graph.parse("x -> y, x <-> y")
    assert not identify_counterfactual(bow, "P(y_{x} | x')", experiments=True)
    found = identify_counterfactual(Graph.parse("x -> z -> y, x <-> y"), "P(y_{x} | x')")
    assert str(found) == "P(y_{x} | x') = Σ_z P(y | x', z) P(z | x)"
    assert str(identify_counterfactual(Graph.parse("z -> x -> y, z -> y"), "P(y_{x} | x')")) == "P(y_{x} | x') = Σ_z P(y | x, z) P(z | x')"
    query = counterfactual_query(Graph.parse("x -> z -> y, x <-> y"), "P(y_{x} | x')")
    model = random_scm(Graph.parse("x -> z -> y, x <-> y"), 2)
    values = {Symbol("x"): 1, Symbol("x", 1): 0, Symbol("y"): 1}
    assert found.evaluate(model, {"x": 1, "x'": 0, "y": 1}) == truth(model, query, values)  # type: ignore[union-attr]


def test_the_effect_on_the_treated_of_a_binary_treatment_is_known_where_the_general_one_is_not() -> None:
    """Why a refusal speaks of domains of any size: P(y_x, x') = P(y | do(x)) - P(x, y) when x' is all that is not x."""
    bow = Graph.parse("x -> y, x <-> y")
    query = counterfactual_query(bow, "P(y_{x=1}=1, x=0)")
    assert not identify_counterfactual(bow, query, experiments=True)
    for seed in range(10):
        model = random_scm(bow, seed)
        assert truth(model, query) == model.do({"x": 1}).dist("y")[1] - model.dist("x", "y").get((1, 1), 0)


def test_probability_of_necessity_is_not_identified() -> None:
    graph = Graph.parse("x -> y")
    assert isinstance(identify_counterfactual(graph, "P(y'_{x'} | x, y)", experiments=True), NotIdentifiedCounterfactual)
    assert isinstance(identify_counterfactual(graph, "P(y_{x}, y'_{x'})", experiments=True), NotIdentifiedCounterfactual)


# ---------------------------------------------------------------- the lines


def test_line_2_and_line_5_contradictions_are_zero() -> None:
    graph = Graph.parse("x -> y")
    assert str(identify_counterfactual(graph, "P(x_{x'})")) == "P(x_{x'}) = 0"
    assert str(identify_counterfactual(graph, "P(y, y')")) == "P(y, y') = 0"
    assert str(identify_counterfactual(graph, "P(y_{x}, x, y')")) == "P(y_{x}, x, y') = 0"
    assert str(identify_counterfactual(graph, "P(x, x_{y})")) == "P(x, x_{y}) = P(x)"


def test_line_3_tautologies_are_dropped() -> None:
    graph = Graph.parse("x -> y")
    assert str(identify_counterfactual(graph, "P(x_{x})")) == "P(x_{x}) = 1"
    assert str(identify_counterfactual(graph, "P(x_{x}, y_{x})")) == "P(x_{x}, y_{x}) = P(y | x)"


def test_consistency_merges_the_worlds() -> None:
    assert str(identify_counterfactual(Graph.parse("x -> y, x <-> y"), "P(y_{x}, x)")) == "P(y_{x}, x) = P(x, y)"
    assert str(identify_counterfactual(Graph.parse("x -> y, x <-> y"), "P(y_{x} | x)")) == "P(y_{x} | x) = P(y | x)"


def test_line_4_of_idc_star_keeps_the_other_conditions() -> None:
    """With y -> d <- g, moving y into the world of g alone would answer P(g | d) where P(g | y, d) is asked."""
    graph = Graph.parse("y -> d, g -> d")
    found = identify_counterfactual(graph, "P(g=1 | y=1, d=1)")
    assert isinstance(found, Identified)
    model = random_scm(graph, 3)
    query = counterfactual_query(graph, "P(g=1 | y=1, d=1)")
    without = counterfactual_query(graph, "P(g=1 | d=1)")
    assert found.evaluate(model) == truth(model, query) != truth(model, without)


def test_line_4_of_idc_star_joins_copies_by_the_conditions_alone() -> None:
    """Joining y and y_{x=0} because x=0 is asked, though not known, would make y look independent of x."""
    graph = Graph.parse("x -> y, x -> z, x <-> z")
    query = counterfactual_query(graph, "P(x=0, z=1 | y=1, z_{x=0}=1)")
    assert isinstance(identify_counterfactual(graph, query, experiments=True), NotIdentifiedCounterfactual)
    model = random_scm(graph, 8)
    wrong = model.dist("x", "z").get((0, 1), 0) / model.do({"x": 0}).dist("z")[1]
    assert truth(model, query) != wrong
    other = Graph(["y", "z", "x"], graph.edges, graph.confounded)
    worlds = counterfactual_query(other, "P(x_{y=1, z=0}=0, z_{y=1}=1 | y_{z=1}=1, z_{x=0}=1)")
    assert truth(model, worlds) == truth(model, query)
    assert not identify_counterfactual(other, worlds, experiments=True)


def test_line_1_of_idc_star_refuses_contradictory_conditions() -> None:
    with pytest.raises(Impossible) as caught:
        identify_counterfactual(Graph.parse("x -> y"), "P(x | y_{x}, x, y')")
    assert str(caught.value) == "the conditions y_{x}, x, y' contradict each other, so the query has no answer; drop one of them"


# ---------------------------------------------------------------- how results print, and what bad input gets


def test_results_print_as_text_and_latex() -> None:
    found = identify_counterfactual(DRUG, "P(y_{x} | x')", experiments=True)
    assert isinstance(found, Identified)
    assert found.latex().startswith(r"P(y_{x} \mid x') = \frac{")
    refused = identify_counterfactual(Graph.parse("x -> y, x <-> y"), "P(y_{x}=1, x=0)".replace("_{x}", "_{x=1}"))
    assert str(refused) == (
        "P(y_{x=1}=1, x=0) is not identified in x -> y, x <-> y: (x, y_{x=1}) share unseen causes and need x at both x=0 and x=1"
    )
    hedged = identify_counterfactual(Graph.parse("x -> y, x <-> y"), "P(y_{x})")
    assert isinstance(hedged, NotIdentified)
    assert str(hedged).startswith("P(y_{x}) is not identified in x -> y, x <-> y: hedge for P(y | do(x)) (x -> y, x <-> y) around (y)")


@pytest.mark.parametrize(
    ("wrong", "error", "text"),
    [
        (lambda g: identify_counterfactual(g, "P(y_{x}"), WrongShape, "'P(y_{x}' is not a counterfactual query"),
        (
            lambda g: identify_counterfactual(g, "P(y_{x} | do(x))"),
            WrongShape,
            "'do(x)' is not a counterfactual event; write y_{x}, y', y_{x=0}=1",
        ),
        (
            lambda g: identify_counterfactual(g, "P(y | do x)"),
            WrongShape,
            "in 'P(y | do x)' what is done is no event; behind what is asked type y_{x=1}, or y_{x} for any value",
        ),
        (
            lambda g: identify_counterfactual(g, "P(y_{x_{z}})"),
            WrongShape,
            "has a world within a world; set each variable of a world to a value",
        ),
        (lambda g: identify_counterfactual(g, "P(y'=1)"), WrongShape, '"y\'=1" has both primes and a value; a value needs no primes'),
        (
            lambda g: identify_counterfactual(g, "P(y_{x, x'})"),
            WrongShape,
            "y_{x, x'} sets 'x' to two values; a world has one value for each variable",
        ),
        (lambda g: identify_counterfactual(g, "P(wish_{x})"), UnknownName, "'wish' is not in the graph; it has: x, y"),
        (lambda g: identify_counterfactual(g, []), WrongShape, "the query asks for no event; name at least one"),
        (
            lambda g: cast(Identified, identify_counterfactual(Graph.parse("x -> z -> y, x <-> y"), "P(y_{x} | x')")).evaluate(
                random_scm(g, 0), {"x": 1, "x'": 1}
            ),
            WrongShape,
            "x and x' stand for different values of 'x'; give each its own",
        ),
    ],
)
def test_errors_say_what_was_found(wrong, error, text) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error) as caught:
        wrong(Graph.parse("x -> y"))
    assert text in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        *("P(| x)", "P(y | )", "P(y,, x)", "P(y | | x)", "P(y_{x},)", "P(, y)", "P(y_{x,})", "P(y_{, x} | x)", "P(y | x,)"),
        *(
            "P()",
            "P( )",
            "P(y | x | x)",
            "P(y))",
            "P((y)",
            "P(y)x",
            "Q(y)",
            "P(y_{x}{x})",
            "P(y{x})",
            "P(y_{x=0}=)",
            "P(y_{x})=1",
            "P(y=one)",
        ),
        *("P(y_{x'=1})", "P(y'' = 1)", "P(y_{x_{x}})", "P(y_{x, x=1})", "P(y_{x=0, x=1})", "P(y_{x=0}, x_{y, y'})"),
    ],
)
def test_nothing_of_a_query_is_dropped_or_guessed(text: str) -> None:
    with pytest.raises(WrongShape):
        counterfactual_query(Graph.parse("x -> y"), text)


NAMED = st.sampled_from(["x", "y", "z[1]", "a b"])
VALUES = st.one_of(st.integers(-2, 2), st.booleans(), st.sampled_from(["go", "a,b}", "|", "it's", (1, "="), None]))


@st.composite
def events_of_any_kind(draw: st.DrawFn) -> Counterfactual:
    def at(name: str) -> At:
        return At(name, draw(st.one_of(VALUES, st.integers(0, 2).map(lambda primes: Symbol(name, primes)))))

    own = at(draw(NAMED))
    return Counterfactual(own.variable, own.value, tuple(map(at, draw(st.lists(NAMED, unique=True, max_size=2)))))


@given(st.lists(events_of_any_kind(), min_size=1, max_size=3), st.lists(events_of_any_kind(), max_size=2))
@settings(max_examples=tries(60))
def test_a_query_is_read_as_it_is_printed(events: list[Counterfactual], seen: list[Counterfactual]) -> None:
    graph = Graph(["x", "y", "z[1]", "a b"], [])
    query = CounterfactualQuery(tuple(events), tuple(seen))
    assert counterfactual_query(graph, str(query)) == counterfactual_query(graph, query) == query


def test_a_world_is_a_set_of_what_is_set() -> None:
    """The order in which it is written, and what is written twice, make no other event."""
    one, other = At("x", 0), At("z", 1)
    assert Counterfactual("y", 1, (one, other)) == Counterfactual("y", 1, (other, one, other))
    assert hash(Counterfactual("y", 1, (one, other))) == hash(Counterfactual("y", 1, (other, one)))
    assert str(Counterfactual("y", 1, (other, one, one))) == "y_{x=0, z=1}=1"
    assert Counterfactual("y", 1, (one,)) != Counterfactual("y", 1, (other,))


def test_a_conjunction_in_conflict_is_an_error_that_says_the_conflict() -> None:
    with pytest.raises(InConflict) as told:
        identify_conjunction(Graph.parse("x -> y, x <-> y"), parsed_events("y_{x}, x'"))
    assert str(told.value) == str(told.value.conflict) == "(x, y_{x}) share unseen causes and need x at both x and x'"
