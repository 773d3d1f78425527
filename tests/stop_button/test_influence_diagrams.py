"""Every answer in tests/data/influence_diagrams.json: influence diagrams answered by another library and by brute force."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from causalkit import Dist, Model, choice, cpt, function
from causalkit.graphs.graph import Graph
from causalkit.graphs.path_search import Path as GraphPath
from causalkit.graphs.path_search import paths
from causalkit.graphs.separation import d_separated
from stop_button import E, World, X, games, incentives
from stop_button.decision.policy import Policy, PolicySpace, decisions_of
from stop_button.games.graphs import closed_decisions, mechanised_graph, patterns_of, reasoning_patterns, subgames
from stop_button.incentives import Diagram, minimal_reduction, sufficient_recall
from stop_button.incentives.optimum import OptimumOverTime, optimum
from stop_button.incentives.quantitative import (
    expected_utility,
    introduced_total_effect,
    quantitative_value_of_control,
    quantitative_value_of_information,
    uniform_policy,
)
from stop_button.incentives.relevance import relevance_graph
from stop_button.incentives.requisite import requisite_observations
from stop_button.solving.variable_elimination import Optimum

Case = dict[str, Any]

DATA = json.loads((Path(__file__).resolve().parent.parent / "data" / "influence_diagrams.json").read_text(encoding="utf-8"))
NAMED = {case["id"]: case for case in DATA["cases"]}
RANDOM = {case["id"]: case for case in DATA["random_worlds"]}
CASES = {**NAMED, **RANDOM}

TOLERANCE = 1e-9  # the expected answers are decimals


# ---------------------------------------------------------------- reading the data


def diagram_of(case: Case) -> Diagram:
    graph = Graph(case["nodes"], map(tuple, case["edges"]))
    agents = case["agents"]
    if len(agents) == 1:
        (agent,) = agents.values()
        return Diagram(graph, agent["decisions"], agent["utilities"])
    decisions = {name: agent["decisions"] for name, agent in agents.items()}
    return Diagram(graph, decisions, {name: agent["utilities"] for name, agent in agents.items()})


def model_of(case: Case) -> Model:
    return Model({name: mechanism(name, case["parameters"]) for name in case["nodes"]})


def mechanism(name: str, parameters: Case) -> Any:
    one = parameters[name]
    if "cpt" not in one:
        return choice(*one["domain"], sees=one["parents"])
    rows = [dict(zip(one["domain"], row, strict=True)) for row in one["cpt"]]
    if not one["parents"]:
        return Dist(rows[0])
    contexts = itertools.product(*(parameters[parent]["domain"] for parent in one["parents"]))
    return cpt(one["parents"], dict(zip(contexts, rows, strict=True)), domain=one["domain"])


def utilities_of(case: Case) -> list[str]:
    return list(case["agents"]["0"]["utilities"])


def with_field(*fields: str) -> list[Any]:
    """The cases for which a field is expected."""
    return [pytest.param(case, id=name) for name, case in CASES.items() if set(fields) & set(case["expected"])]


def with_known(field: str) -> list[Any]:
    """The cases for which the other library gave some answer to a field: a failure is a mapping, as answers by name are."""
    answers = {name: case["expected"][field] for name, case in CASES.items() if field in case["expected"]}
    return [pytest.param(CASES[name], id=name) for name, answer in answers.items() if not failed(answer) and answers_by_name(answer)]


def answers_by_name(answer: Any) -> Any:
    return known(answer) if isinstance(answer, dict) else [answer]


def with_answer(field: str) -> list[Any]:
    """The cases that answer a field, with the answer: by brute force where there is one, else the other library's."""
    found = []
    for name, case in CASES.items():
        answers = [source[field] for source in (case.get("independent", {}), case["expected"]) if field in source]
        found += [pytest.param(case, answer, id=name) for answer in answers[:1]]
    return found


def known(answers: Case) -> dict[str, Any]:
    """Answers by name, without those that the other library failed to give."""
    return {name: answer for name, answer in answers.items() if not failed(answer)}


def failed(answer: Any) -> bool:
    return isinstance(answer, dict) and "pycid_error" in answer


def close(found: Any, expected: float) -> bool:
    return math.isclose(float(found), expected, abs_tol=TOLERANCE)


def values(text: str, case: Case) -> dict[str, Any]:
    """``S1=0`` as a value of the domain of S1."""
    name, _, written = text.partition("=")
    return {name: next(value for value in case["parameters"][name]["domain"] if str(value) == written)}


def test_every_field_is_answered() -> None:
    _, _, here = Path(__file__).read_text(encoding="utf-8").partition("-- graphs")
    fields = {field for case in CASES.values() for part in ("expected", "independent") for field in case.get(part, {})}
    assert len(fields) > 20
    assert not {field for field in fields if f'"{field}"' not in here}


# ---------------------------------------------------------------- graphs


PER_DECISION: dict[str, Callable[[Diagram, str], tuple[str, ...]]] = {
    "voi": incentives.value_of_information,
    "ri": incentives.response_incentive,
    "ici": incentives.instrumental_control_incentive,
    "indirect_voc": incentives.indirect_value_of_control,
    "requisite_parents": lambda diagram, decision: requisite_observations(minimal_reduction(diagram), decision),
}

PER_DIAGRAM: dict[str, Callable[[Diagram], tuple[str, ...]]] = {
    "voc": incentives.value_of_control,
    "direct_voc": incentives.direct_value_of_control,
}


def decisions_with_answers() -> list[Any]:
    """Every answer about a decision; where there is one decision, it may go without saying."""
    found = []
    for field, (name, case) in itertools.product(PER_DECISION, CASES.items()):
        answers = case["expected"].get(field, {})
        by_decision = answers if isinstance(answers, dict) else dict.fromkeys(case["agents"]["0"]["decisions"], answers)
        for decision, nodes in known(by_decision).items():
            found.append(pytest.param(field, case, decision, nodes, id=f"{name}-{decision}-{field}"))
    return found


@pytest.mark.parametrize(("field", "case", "decision", "expected"), decisions_with_answers())
def test_incentives_of_decisions(field: str, case: Case, decision: str, expected: list[str]) -> None:
    assert sorted(PER_DECISION[field](diagram_of(case), decision)) == sorted(expected)


@pytest.mark.parametrize(
    ("field", "case"), [pytest.param(field, *one.values, id=f"{one.id}-{field}") for field in PER_DIAGRAM for one in with_known(field)]
)
def test_value_of_control(field: str, case: Case) -> None:
    assert sorted(PER_DIAGRAM[field](diagram_of(case))) == sorted(case["expected"][field])


@pytest.mark.parametrize("case", with_field("requisite_graph_edges"))
def test_minimal_reduction(case: Case) -> None:
    found = minimal_reduction(diagram_of(case)).graph.edges
    assert sorted(found) == sorted(map(tuple, case["expected"]["requisite_graph_edges"]))


@pytest.mark.parametrize("case", with_field("relevance_edges"))
def test_relevance_edges(case: Case) -> None:
    assert sorted(relevance_graph(diagram_of(case)).edges) == sorted(map(tuple, case["expected"]["relevance_edges"]))


@pytest.mark.parametrize("case", with_field("sufficient_recall"))
def test_sufficient_recall(case: Case) -> None:
    expected, diagram = case["expected"]["sufficient_recall"], diagram_of(case)
    if isinstance(expected, bool):
        assert bool(sufficient_recall(diagram)) == expected
    else:
        assert {agent: bool(sufficient_recall(diagram, agent)) for agent in expected} == expected


@pytest.mark.parametrize("case", with_field("strongly_connected"))
def test_strongly_connected_decisions(case: Case) -> None:
    found = relevance_graph(diagram_of(case)).components
    assert sorted(map(sorted, found)) == sorted(map(sorted, case["expected"]["strongly_connected"]))


@pytest.mark.parametrize("case", with_field("scc_order"))
def test_order_of_strongly_connected_decisions(case: Case) -> None:
    graph = relevance_graph(diagram_of(case))
    assert sorted(map(sorted, graph.components)) == sorted(map(sorted, case["expected"]["scc_order"]))
    for order in (graph.components, case["expected"]["scc_order"]):  # the order is not unique
        place = {name: i for i, group in enumerate(order) for name in group}
        assert all(place[a] <= place[b] for a, b in graph.edges)


@pytest.mark.parametrize("case", with_field("subgame_decision_sets"))
def test_decisions_of_subgames(case: Case) -> None:
    diagram, expected = diagram_of(case), sorted(map(sorted, case["expected"]["subgame_decision_sets"]))
    assert sorted(map(sorted, closed_decisions(diagram))) == expected
    assert sorted(sorted(one.decisions) for one in subgames(diagram)) == expected  # here no path between two of them needs a third


@pytest.mark.parametrize("case", with_field("reasoning_patterns"))
def test_reasoning_patterns_by_the_first_that_fits(case: Case) -> None:
    names = {"dir_effect": "direct effect", "sig": "signaling", "manip": "manipulation", "rev_den": "revealing or denying"}
    expected = {names[field]: sorted(decisions) for field, decisions in case["expected"]["reasoning_patterns"].items()}
    assert {kind: sorted(found) for kind, found in reasoning_patterns(diagram_of(case)).first_only().items()} == expected


@pytest.mark.parametrize("case", with_field("patterns_if_all_decisions_effective"))
def test_reasoning_patterns_if_all_decisions_are_effective(case: Case) -> None:
    diagram, answers = diagram_of(case), case["expected"]["patterns_if_all_decisions_effective"]
    assert sorted(answers) == sorted(diagram.decisions)
    for decision, expected in answers.items():
        found = {one.kind for one in patterns_of(diagram, decision)}
        assert {kind.replace("_", " ") for kind, holds in expected.items() if holds} == found


@pytest.mark.parametrize("case", with_field("relevance_edges"))
def test_rules_in_the_mechanised_graph(case: Case) -> None:
    found = {(b, a) for a, b in mechanised_graph(diagram_of(case)).edges if a in diagram_of(case).decisions}
    assert found == set(map(tuple, case["expected"]["relevance_edges"]))


@pytest.mark.parametrize("case", with_field("d_separation"))
def test_d_separation(case: Case) -> None:
    graph = Graph(case["nodes"], map(tuple, case["edges"]))
    wrong = [q for q in case["expected"]["d_separation"] if bool(d_separated(graph, q["a"], q["b"], q["given"])) == q["d_connected"]]
    assert not wrong


@pytest.mark.parametrize("case", with_field("paths"))
def test_paths(case: Case) -> None:
    graph = Graph(case["nodes"], map(tuple, case["edges"]))
    assert case["expected"]["paths"]
    for asked in case["expected"]["paths"]:
        every = {path.nodes: path for path in paths(graph, asked["from"], asked["to"])}
        order = [tuple(nodes) for nodes in asked["undirected_paths"]]
        assert sorted(every) == sorted(order)
        assert sorted(nodes for nodes, path in every.items() if set(path.arrows) == {"->"}) == sorted(map(tuple, asked["directed_paths"]))
        assert [motifs(every[nodes]) for nodes in order] == asked["motifs"]
        for given in asked["given"]:
            seen = {path.nodes: path for path in paths(graph, asked["from"], asked["to"], given["observed"])}
            active = [seen[nodes] for nodes in order if seen[nodes].is_open]
            assert [seen[nodes].is_open for nodes in order] == given["active"]
            assert any(path.arrows[0] == "<-" for path in active) == given["active_backdoor"]
            assert any(path.arrows[0] == "->" and "<-" in path.arrows for path in active) == given["active_indirect_frontdoor"]


def motifs(path: GraphPath) -> list[str]:
    kinds = ["chain", *(step.kind for step in path.steps)]
    along = {"->": "forward", "<-": "backward"}
    return [*(along[arrow] if kind == "chain" else kind for kind, arrow in zip(kinds, path.arrows, strict=True)), "endpoint"]


# ---------------------------------------------------------------- numbers


def best(case: Case) -> Optimum | OptimumOverTime:
    return optimum(model_of(case), utilities_of(case))


@pytest.mark.parametrize(("case", "expected"), with_answer("optimal_eu"))
def test_optimal_expected_utility(case: Case, expected: float) -> None:
    assert close(best(case).expected_utility, expected)


@pytest.mark.parametrize("case", with_known("optimal_eu"))
def test_optimal_expected_utility_of_the_other_library(case: Case) -> None:
    assert close(best(case).expected_utility, case["expected"]["optimal_eu"])


@pytest.mark.parametrize(("case", "expected"), with_answer("optimal_policies"))
def test_number_of_optimal_policies(case: Case, expected: int) -> None:
    found = best(case)
    assert found.count == expected
    if expected <= 100:
        policies = list(found.policies())
        assert len(policies) == len(set(policies)) == expected
        model, utilities = model_of(case), utilities_of(case)
        assert {expected_utility(model, utilities, policy=policy) for policy in policies} == {found.expected_utility}


@pytest.mark.parametrize("case", with_field("pure_policies"))
def test_number_of_policies(case: Case) -> None:
    assert len(PolicySpace(decisions_of(model_of(case)))) == case["expected"]["pure_policies"]


@pytest.mark.parametrize("case", with_field("the_optimal_policy"))
def test_the_optimal_policy(case: Case) -> None:
    (policy,) = best(case).policies()
    assert policy.decisions
    for decision in policy.decisions:
        for row in case["expected"]["the_optimal_policy"][decision.name]:
            seen = [values(f"{name}={row['given'][name]}", case)[name] for name in decision.sees]
            assert str(policy.act(decision.name, *seen)) == str(row["action"])


@pytest.mark.parametrize(("case", "expected"), with_answer("uniform_policy_eu"))
def test_expected_utility_of_the_uniform_policy(case: Case, expected: float) -> None:
    model = model_of(case)
    assert close(expected_utility(model, utilities_of(case), policy=uniform_policy(model)), expected)


@pytest.mark.parametrize("case", with_field("uniform_policy_eu_under_do"))
def test_expected_utility_of_the_uniform_policy_after_interventions(case: Case) -> None:
    model = played_uniformly(case)
    answers = known(case["expected"]["uniform_policy_eu_under_do"])
    assert answers
    for edit, expected in answers.items():
        assert close(expected_utility(model.do(values(edit, case)), utilities_of(case)), expected), edit


@pytest.mark.parametrize("case", with_known("uniform_policy_eu_given"))
def test_expected_utility_of_the_uniform_policy_on_evidence(case: Case) -> None:
    model = played_uniformly(case)
    answers = known(case["expected"]["uniform_policy_eu_given"])
    assert answers
    for evidence, expected in answers.items():
        assert close(expected_utility(model.given(**values(evidence, case)), utilities_of(case)), expected), evidence


def played_uniformly(case: Case) -> Model:
    model = model_of(case)
    return model.choose(uniform_policy(model).rules)


@pytest.mark.parametrize("case", with_known("quantitative_voi"))
def test_quantitative_value_of_information(case: Case) -> None:
    model, utilities = model_of(case), utilities_of(case)
    (decision,) = model.choices
    answers = known(case["expected"]["quantitative_voi"])
    assert answers
    for node, expected in answers.items():
        assert close(quantitative_value_of_information(model, utilities, decision=decision, node=node).value, expected), node


@pytest.mark.parametrize("case", with_known("quantitative_voc"))
def test_quantitative_value_of_control(case: Case) -> None:
    model = model_of(case)
    answers = known(case["expected"]["quantitative_voc"])
    assert answers
    for node, expected in answers.items():
        assert close(quantitative_value_of_control(model, utilities_of(case), node=node).value, expected), node


def unanswered() -> Iterator[Any]:
    """What the other library failed to answer and nobody answered by brute force."""
    for name, case in CASES.items():
        for field in ("quantitative_voi", "quantitative_voc"):
            for node, answer in case["expected"].get(field, {}).items():
                if failed(answer):
                    yield pytest.param(case, field, node, id=f"{name}-{field}-{node}")


@pytest.mark.parametrize(("case", "field", "node"), list(unanswered()))
def test_what_the_other_library_fails_to_answer_by_trying_every_policy(case: Case, field: str, node: str) -> None:
    model, utilities = model_of(case), utilities_of(case)
    (decision,) = model.choices
    if field == "quantitative_voi":
        sees = [name for name in model.parents(decision) if name != node]
        wide, narrow = ({**parts(model), decision: choice(*model.domain(decision), sees=s)} for s in ([*sees, node], sees))
        found = quantitative_value_of_information(model, utilities, decision=decision, node=node).value
    else:
        narrow = parts(model)
        wide = {**narrow, node: choice(*model.domain(node), sees=model.parents(node))}
        found = quantitative_value_of_control(model, utilities, node=node).value
    assert found == tried(Model(wide), utilities) - tried(Model(narrow), utilities)


def parts(model: Model) -> dict[str, Any]:
    return {name: model.mechanism(name) for name in model.names}


def tried(model: Model, utilities: list[str]) -> Any:
    """The best expected utility, by trying every policy; a decision that changes nothing is tried once."""
    decisions = decisions_of(model)
    matters = any(set(utilities) & set(model.graph.descendants(d.name)) for d in decisions)
    policies = PolicySpace(decisions)
    return max(expected_utility(model, utilities, policy=policy) for policy in (policies if matters else policies[:1]))


# ---------------------------------------------------------------- equilibria of two agents


def world_of(case: Case) -> World:
    wishes = {
        name: sum((E(X(node)) for node in agent["utilities"][1:]), E(X(agent["utilities"][0]))) for name, agent in case["agents"].items()
    }
    return World(model_of(case), players={name: (tuple(agent["decisions"]), wishes[name]) for name, agent in case["agents"].items()})


def outcomes(answers: list[Case]) -> list[Any]:
    """Each expected profile, as what is done with which probability, with its payoffs."""
    return sorted((sorted(one["policy"].items()), sorted(one["utilities"].items())) for one in answers)


def found_outcomes(policies: list[Policy], world: World) -> list[Any]:
    found = []
    for policy in policies:
        rows = {d.name: [[float(policy.weight(d.name, seen, act)) for act in d.options] for seen in d.contexts] for d in world.decisions}
        payoffs = games.is_equilibrium(world, policy).payoffs
        found.append((sorted(rows.items()), sorted((player, float(value)) for player, value in payoffs.items())))
    return sorted(found)


@pytest.mark.parametrize("case", with_field("pure_nash"))
def test_pure_equilibria(case: Case) -> None:
    world = world_of(case)
    found = [judgement.policy for judgement in games.equilibria(world)]
    assert found_outcomes(found, world) == outcomes(case["expected"]["pure_nash"])


@pytest.mark.parametrize("case", with_field("pure_subgame_perfect"))
def test_pure_subgame_perfect_equilibria(case: Case) -> None:
    world = world_of(case)
    found = [judgement.policy for judgement in games.subgame_perfect(world)]
    assert found_outcomes(found, world) == outcomes(case["expected"]["pure_subgame_perfect"])


@pytest.mark.parametrize("case", with_field("nash_extreme_points"))
def test_extreme_equilibria(case: Case) -> None:
    world = world_of(case)
    found = [games.behavioural(judgement) for judgement in games.equilibria(world, mixed=True)]
    assert found_outcomes(found, world) == outcomes(case["expected"]["nash_extreme_points"])


# ---------------------------------------------------------------- models without decisions, and effects


@pytest.mark.parametrize("case", with_field("queries"))
def test_queries(case: Case) -> None:
    model = model_of(case)
    assert case["expected"]["queries"]
    for query in case["expected"]["queries"]:
        asked = model.do(query["do"]) if query["do"] else model
        asked = asked.given(**query["given"]) if query["given"] else asked
        dist = asked.dist(query["target"])
        found = {str(value): dist[value] for value in model.domain(query["target"])}
        assert found.keys() == query["distribution"].keys()
        assert all(close(found[value], weight) for value, weight in query["distribution"].items())
        assert close(asked.expect(query["target"]), query["mean"])


@pytest.mark.parametrize("case", with_field("is_scm"))
def test_structural_models_have_noise_at_their_roots_only(case: Case) -> None:
    model = model_of(case)
    contexts = {name: itertools.product(*(model.domain(parent) for parent in model.parents(name))) for name in model.names}
    inner = [model.mechanism(name).row(seen) for name, each in contexts.items() for seen in each if model.parents(name)]
    assert all(len(row.outcomes) == 1 for row in inner) == case["expected"]["is_scm"]


@pytest.mark.parametrize("case", with_field("effects"))
def test_effects(case: Case) -> None:
    model = model_of(case)
    prediction = {x: model.choose(D=0).given(X=x).expect("Y") for x in model.domain("X")}
    guessing = Model({**parts(model), "D": function(lambda X: prediction[X]), "U": function(lambda D, Y: -((D - Y) ** 2))})
    played = {"uniform": model.choose(uniform_policy(model).rules), "conditional expectation": guessing}
    assert case["expected"]["effects"]
    for asked in case["expected"]["effects"]:
        assert close(effect(played[asked["policy"]], asked), asked.get("value", asked.get("expected_utility"))), asked


def effect(model: Model, asked: Case) -> Any:
    if "introduced_total_effect_of" in asked:
        prediction, target = asked["on"]
        return introduced_total_effect(model, prediction, target=target, of={asked["introduced_total_effect_of"]: (0, 1)})
    if "expected_utility" in asked:
        return expected_utility(model, "U")
    cause = asked["total_effect_of"]
    return model.do({cause: asked["to"]}).expect(asked["on"]) - model.do({cause: asked["from"]}).expect(asked["on"])
