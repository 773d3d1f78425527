"""Everitt, Carey, Langlois, Ortega and Legg 2021: the node sets of the paper's examples, and models that realise them.

Derived: the node sets were written down from the criteria and could not be compared with the figures; the numbers of the models are ours.
The utilities are counted as their own values of control, and the decision and the utility as means to the utility.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import stop_button.incentives as incentives
from causalkit import Dist, Model, choice, cpt
from causalkit.graphs.graph import Graph
from stop_button.incentives import Diagram
from stop_button.incentives.optimum import optimum
from stop_button.incentives.quantitative import Worth, quantitative_value_of_control, quantitative_value_of_information
from stop_button.incentives.realised import quantitative_instrumental_control_incentive, quantitative_response_incentive

GRADE_PREDICTION = Diagram(Graph.parse("R -> HS -> E -> Gr -> Ac, HS -> P -> Ac, Ge -> P"), "P", "Ac")
CONTENT_RECOMMENDATION = Diagram(Graph.parse("O -> I -> C, O -> M -> P -> I, P -> C"), "P", "C")
PREDICTED_CLICKS = Diagram(Graph.parse("O -> I, O -> M -> P -> I, M -> C, P -> C"), "P", "C")
UNOBSERVED_OPINION = Diagram(Graph.parse("O -> M -> P -> I -> C, P -> C"), "P", "C")

EXPECTED = {
    "grade prediction": (
        GRADE_PREDICTION,
        {
            "value of information": {"HS", "E", "Gr"},
            "response incentive": {"R", "HS"},
            "value of control": {"R", "HS", "E", "Gr", "Ac"},
            "instrumental control incentive": {"P", "Ac"},
        },
    ),
    "content recommendation": (
        CONTENT_RECOMMENDATION,
        {
            "value of information": {"O", "M"},
            "response incentive": {"O", "M"},
            "value of control": {"O", "I", "M", "C"},
            "instrumental control incentive": {"P", "I", "C"},
        },
    ),
    "content recommendation for predicted clicks": (
        PREDICTED_CLICKS,
        {
            "value of information": {"M"},
            "response incentive": {"O", "M"},
            "value of control": {"O", "M", "C"},
            "instrumental control incentive": {"P", "C"},
        },
    ),
    "content recommendation past the original opinions": (
        UNOBSERVED_OPINION,
        {
            "value of information": set(),
            "response incentive": set(),
            "value of control": {"I", "C"},
            "instrumental control incentive": {"P", "I", "C"},
        },
    ),
}

CRITERIA: dict[str, Callable[[Diagram, str], tuple[str, ...]]] = {
    "value of information": incentives.value_of_information,
    "response incentive": incentives.response_incentive,
    "value of control": lambda diagram, decision: incentives.value_of_control(diagram),
    "instrumental control incentive": incentives.instrumental_control_incentive,
}

AMOUNTS: dict[str, Callable[[Model, str, str, str], Worth]] = {
    "value of information": lambda m, u, d, x: quantitative_value_of_information(m, u, decision=d, node=x),
    "response incentive": lambda m, u, d, x: quantitative_response_incentive(m, u, decision=d, node=x),
    "value of control": lambda m, u, d, x: quantitative_value_of_control(m, u, node=x),
    "instrumental control incentive": lambda m, u, d, x: quantitative_instrumental_control_incentive(m, u, decision=d, node=x),
}


@pytest.mark.parametrize("example", EXPECTED)
@pytest.mark.parametrize("incentive", CRITERIA)
def test_node_sets(example: str, incentive: str) -> None:
    diagram, expected = EXPECTED[example]
    assert set(CRITERIA[incentive](diagram, "P")) == expected[incentive]


def test_gender_is_not_requisite_for_grade_prediction() -> None:
    """The university's model sees gender and high school; high school tells all that gender could."""
    assert str(incentives.admits_value_of_information(GRADE_PREDICTION, "P", "Ge")) == (
        "Ge cannot have value of information for P: Ge and Ac are separated given HS, P"
    )
    assert str(incentives.admits_response_incentive(GRADE_PREDICTION, "P", "Ge")) == (
        "Ge cannot have a response incentive for P: the minimal reduction cuts Ge -> P"
    )
    assert incentives.minimal_reduction(GRADE_PREDICTION) == GRADE_PREDICTION.without_link("Ge", "P")


def test_the_recommender_of_clicks_may_influence_opinions_and_that_of_predicted_clicks_cannot() -> None:
    assert str(incentives.admits_instrumental_control_incentive(CONTENT_RECOMMENDATION, "P", "I")) == (
        "I may have an instrumental control incentive for P: P -> I -> C"
    )
    assert not incentives.admits_instrumental_control_incentive(PREDICTED_CLICKS, "P", "I")
    assert incentives.admits_impact_incentive(PREDICTED_CLICKS, "P", "I"), "opinions may still change as a side effect"


def test_value_of_information_of_a_copy_and_of_its_source() -> None:
    """S is +-1 with even odds, X a copy of it that is right with probability .8, D in {-1, 0, 1}, U = S * D."""
    copy = cpt(["S"], {s: {s: "4/5", -s: "1/5"} for s in (-1, 1)})
    model = Model(S=Dist({-1: "1/2", 1: "1/2"}), X=copy, D=choice(-1, 0, 1, sees=["X"]), U=lambda S, D: S * D)
    assert optimum(model, "U").expected_utility == Fraction(3, 5)
    assert quantitative_value_of_information(model, "U", decision="D", node="X").value == Fraction(3, 5)
    assert quantitative_value_of_information(model, "U", decision="D", node="S").value == Fraction(2, 5)


# ---------------------------------------------------------------- theorems 9, 12, 16 and 18 on the examples


REFUTING, REALISING = 10, 300


def random_model(diagram: Diagram, draw: random.Random) -> Model:
    """A model with the diagram's graph, all variables 0 or 1: fair coins at the roots, and rows that are mostly certain."""
    variables: dict[str, Any] = {}
    for name in diagram.graph.nodes:
        parents = diagram.graph.parents(name)
        if name in diagram.decisions:
            variables[name] = choice(0, 1, sees=parents)
            continue
        weights = [draw.choice(("0", "1", "0", "1", "1/3")) if parents else "1/2" for _ in range(2 ** len(parents))]
        rows = {tuple(i >> k & 1 for k in range(len(parents))): Dist({0: 1 - Fraction(p), 1: p}) for i, p in enumerate(weights)}
        variables[name] = cpt(parents, rows, coupling="monotone", domain=(0, 1))
    return Model(variables)


@pytest.mark.parametrize("example", EXPECTED)
def test_no_model_refutes_what_the_graph_excludes(example: str) -> None:
    diagram, expected = EXPECTED[example]
    draw = random.Random(example)
    excluded = [(i, node) for i in AMOUNTS for node in diagram.graph.nodes if defined(diagram, i, node) and node not in expected[i]]
    assert excluded
    for model in (random_model(diagram, draw) for _ in range(REFUTING)):
        assert not [(i, node) for i, node in excluded if AMOUNTS[i](model, diagram.utilities[0], "P", node)], model


@pytest.mark.parametrize("example", EXPECTED)
def test_some_model_realises_each_incentive_that_the_graph_allows(example: str) -> None:
    diagram, expected = EXPECTED[example]
    draw = random.Random(example)
    missing = [(i, node) for i, nodes in expected.items() for node in sorted(nodes)]
    for model in (random_model(diagram, draw) for _ in range(REALISING)):
        missing = [(i, node) for i, node in missing if not AMOUNTS[i](model, diagram.utilities[0], "P", node)]
        if not missing:
            return
    pytest.fail(f"not found in {REALISING} models: {missing}")


def defined(diagram: Diagram, incentive: str, node: str) -> bool:
    """Value of information is about what comes before the decision, value of control about what is not a decision."""
    if incentive == "value of information":
        return node not in diagram.graph.descendants("P", include_self=True)
    return incentive != "value of control" or node != "P"
