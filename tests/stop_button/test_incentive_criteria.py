"""Graphical criteria against their definitions, read off random diagrams by listing every path."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from causalkit import Model, choice, coin
from causalkit.errors import CausalError, CyclicModel, UnknownName, WrongShape
from causalkit.graphs.graph import Graph
from stop_button import incentives
from stop_button.incentives import Diagram, Judgement, minimal_reduction, sufficient_recall
from stop_button.incentives.relevance import relevance_graph, s_reachable
from stop_button.incentives.requisite import is_requisite, requisite_observations

Edges = frozenset[tuple[str, str]]

DIAGRAMS = 300


# ---------------------------------------------------------------- the slow, obvious answers


def children(edges: Edges, node: str) -> list[str]:
    return sorted(b for a, b in edges if a == node)


def parents(edges: Edges, node: str) -> list[str]:
    return sorted(a for a, b in edges if b == node)


def descendants(edges: Edges, node: str) -> set[str]:
    return {node}.union(*(descendants(edges, child) for child in children(edges, node)))


def trails(edges: Edges, start: str, end: str, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every path between two nodes that visits no node twice, whatever its arrows."""
    visited = (*before, start)
    if start == end:
        yield visited
        return
    for after in [*children(edges, start), *parents(edges, start)]:
        if after not in visited:
            yield from trails(edges, after, end, visited)


def is_active(edges: Edges, trail: tuple[str, ...], given: set[str]) -> bool:
    for before, node, after in zip(trail, trail[1:], trail[2:], strict=False):
        collides = (before, node) in edges and (after, node) in edges
        if collides and not descendants(edges, node) & given:
            return False
        if not collides and node in given:
            return False
    return True


def connected(edges: Edges, start: str, ends: set[str], given: set[str]) -> bool:
    return any(is_active(edges, trail, given) for end in ends for trail in trails(edges, start, end))


def below(edges: Edges, decision: str, utilities: set[str]) -> set[str]:
    return utilities & (descendants(edges, decision) - {decision})


def reduced_at_random(edges: Edges, decisions: list[str], utilities: set[str], draw: random.Random) -> Edges:
    """Cut one link that is not requisite, any one, until there is none."""
    while True:
        links = [(node, d) for d in decisions for node in parents(edges, d)]
        idle = [(n, d) for n, d in links if not connected(edges, n, below(edges, d, utilities), {d, *parents(edges, d)} - {n})]
        if not idle:
            return edges
        edges = edges - {draw.choice(idle)}


def random_diagram(seed: int, decisions: int) -> tuple[Diagram, Edges, list[str], set[str]]:
    draw = random.Random(seed)
    nodes = list("abcdefgh")[: draw.randint(decisions + 2, 6 if decisions > 1 else 7)]
    sinks = {nodes[-1]} | ({nodes[-2]} if draw.random() < 1 / 4 and len(nodes) > decisions + 2 else set())
    density = draw.choice((0.3, 0.5, 0.7))
    edges = frozenset((a, b) for i, a in enumerate(nodes) for b in nodes[i + 1 :] if a not in sinks and draw.random() < density)
    decide = sorted(draw.sample([node for node in nodes if node not in sinks], decisions))
    shown = draw.sample(nodes, len(nodes))
    return Diagram(Graph(shown, edges), decide, sorted(sinks)), edges, decide, sinks


@pytest.mark.parametrize("decisions", [1, 2])
def test_criteria_agree_with_their_definitions_on_random_diagrams(decisions: int) -> None:
    for seed in range(DIAGRAMS if decisions == 1 else DIAGRAMS // 3):
        diagram, edges, decide, utilities = random_diagram(seed, decisions)
        draw = random.Random(seed)
        reduced = reduced_at_random(edges, decide, utilities, draw)
        assert set(minimal_reduction(diagram).graph.edges) == reduced, diagram
        above = {node: any(descendants(reduced, node) & {u} for u in utilities) for node in diagram.graph.nodes}
        assert set(incentives.value_of_control(diagram)) == {node for node in diagram.graph.nodes if above[node]} - set(decide)
        for d in decide:
            informative = set()
            for node in set(diagram.graph.nodes) - descendants(edges, d):
                linked = reduced_at_random(edges | {(node, d)}, decide, utilities, draw)
                informative |= {node} if (node, d) in linked and not known_beforehand(linked, decide, node, d) else set()
            assert set(incentives.value_of_information(diagram, d)) == informative, diagram
            assert set(incentives.response_incentive(diagram, d)) == {n for n in diagram.graph.nodes if d in descendants(reduced, n)} - {d}
            means = {n for n in descendants(edges, d) if descendants(edges, n) & utilities}
            assert set(incentives.instrumental_control_incentive(diagram, d)) == set(incentives.intent(diagram, d)) == means
            effects = descendants(edges, d) - {d} if below(edges, d, utilities) else set()
            assert set(incentives.impact_incentive(diagram, d)) == effects


def known_beforehand(edges: Edges, decisions: list[str], node: str, d: str) -> bool:
    """Whether a node is a decision all of whose causes, back to the first, are decisions and things that ``d`` sees without it."""
    seen = set(parents(edges, d)) - {node}

    def settled(name: str) -> bool:
        return name in seen or (name in decisions and name != d and all(settled(each) for each in parents(edges, name)))

    return node in decisions and settled(node)


def test_for_one_decision_value_of_information_is_d_connection_given_the_family() -> None:
    for seed in range(DIAGRAMS):
        diagram, edges, (d,), utilities = random_diagram(seed, 1)
        candidates = set(diagram.graph.nodes) - descendants(edges, d)
        family = {d, *parents(edges, d)}
        expected = {n for n in candidates if connected(edges, n, below(edges, d, utilities), family - {n})}
        assert set(incentives.value_of_information(diagram, d)) == expected, diagram
        assert set(requisite_observations(diagram, d)) == expected & family


def test_direct_and_indirect_value_of_control_agree_with_their_definitions() -> None:
    for seed in range(DIAGRAMS):
        diagram, edges, (d,), utilities = random_diagram(seed, 1)
        reduced = reduced_at_random(edges, [d], utilities, random.Random(seed))
        family = {d, *parents(edges, d)}
        past = frozenset(edge for edge in edges if d not in edge)
        chance = set(diagram.graph.nodes) - {d}
        assert set(incentives.direct_value_of_control(diagram)) == {n for n in chance if descendants(past, n) & utilities}
        indirect = {
            n
            for n in chance
            for u in utilities - {n}
            if d in descendants(reduced, n) and u in descendants(reduced, d)
            if any((t[1], n) in reduced and is_active(reduced, t, family - {n}) for t in trails(reduced, n, u))
        }
        assert set(incentives.indirect_value_of_control(diagram, d)) == indirect, diagram


def test_evidence_is_a_path_of_the_diagram_that_is_open() -> None:
    for seed in range(DIAGRAMS // 3):
        diagram, edges, (d,), _ = random_diagram(seed, 1)
        for node in diagram.graph.nodes:
            if found := incentives.admits_value_of_information(diagram, d, node).path:
                assert is_active(edges, found.nodes, {d, *parents(edges, d)} - {node})
            for judgement in directed_judgements(diagram, d, node):
                assert all(edge in edges for path in judgement.paths for edge in zip(path.nodes, path.nodes[1:], strict=False))
                assert all(node in path.nodes for path in judgement.paths[:1])


def directed_judgements(diagram: Diagram, decision: str, node: str) -> list[Judgement]:
    return [
        incentives.admits_response_incentive(diagram, decision, node),
        incentives.admits_value_of_control(diagram, node),
        incentives.admits_direct_value_of_control(diagram, node),
        incentives.admits_instrumental_control_incentive(diagram, decision, node),
        incentives.admits_impact_incentive(diagram, decision, node),
    ]


def test_s_reachability_is_d_connection_of_a_new_parent() -> None:
    for seed in range(DIAGRAMS // 3):
        diagram, edges, decide, utilities = random_diagram(seed, 2)
        for a, b in (decide, decide[::-1]):
            expected = connected(edges | {("rule", b)}, "rule", below(edges, a, utilities), {a, *parents(edges, a)})
            assert bool(s_reachable(diagram, a, b)) == expected
        edges_found = set(relevance_graph(diagram).edges)
        assert bool(sufficient_recall(diagram)) == (len(edges_found) < 2)


def test_perfect_recall_is_sufficient() -> None:
    for seed in range(DIAGRAMS // 3):
        diagram, *_ = random_diagram(seed, 2)
        first, second = (name for name in diagram.graph.order if name in diagram.decisions)
        for node in (first, *diagram.observations(first)):
            diagram = diagram.with_link(node, second)
        assert sufficient_recall(diagram)


def test_in_a_game_one_cut_can_make_room_for_another() -> None:
    """Bo sees the weather only because Ann, who has no use for it, may act on it."""
    graph = Graph.parse("weather -> x -> u, weather -> y -> v, x -> v")
    game = Diagram(graph, {"Ann": "x", "Bo": "y"}, {"Ann": "u", "Bo": "v"})
    assert requisite_observations(game, "y") == ("weather",)
    assert str(minimal_reduction(game).graph) == "weather, x -> u, x -> v, y -> v"


def test_names_that_would_clash_with_the_rule_of_a_decision() -> None:
    graph = Graph(["a", "b", "rule at b", "u"], [("a", "u"), ("b", "u"), ("rule at b", "u")])
    assert str(s_reachable(Diagram(graph, ["a", "b"], "u"), "a", "b").path) == "rule at b' -> b -> u"


# ---------------------------------------------------------------- judgements


TWO = Diagram(Graph.parse("hair -> then, first -> then, first -> pay, then -> pay"), ["first", "then"], "pay")
CHAIN = Diagram(Graph.parse("state -> sign -> act -> pay, state -> pay, act -> news, hair -> act"), "act", "pay")


@pytest.mark.parametrize(
    ("judgement", "text"),
    [
        (
            incentives.admits_value_of_information(CHAIN, "act", "act"),
            "act cannot have value of information for act: act is the decision itself",
        ),
        (
            incentives.admits_value_of_information(TWO, "first", "hair"),
            "hair cannot have value of information for first: the minimal reduction cuts hair -> first",
        ),
        (
            incentives.admits_value_of_control(CHAIN, "act"),
            "act cannot have value of control: act is a decision, and under control already",
        ),
        (incentives.admits_value_of_control(CHAIN, "pay"), "pay may have value of control: pay is a utility itself"),
        (incentives.admits_value_of_control(CHAIN, "hair"), "hair cannot have value of control: the minimal reduction cuts hair -> act"),
        (
            incentives.admits_direct_value_of_control(CHAIN, "sign"),
            "sign cannot have direct value of control: no directed path from sign to pay avoids every decision",
        ),
        (
            incentives.admits_impact_incentive(CHAIN, "act", "state"),
            "state cannot have an impact incentive for act: no directed path leads from act to state",
        ),
        (incentives.admits_intent(CHAIN, "act", "pay"), "pay may be influenced with intent for act: act -> pay"),
        (is_requisite(CHAIN, "act", "sign"), "sign may be material for act: sign <- state -> pay is open given act, hair"),
    ],
)
def test_judgements_in_words(judgement: Judgement, text: str) -> None:
    assert str(judgement) == text
    assert judgement._repr_html_() == f"<p>{text.replace('>', '&gt;').replace('<', '&lt;')}</p>"
    assert bool(judgement) == (" may " in text)


def test_a_utility_that_no_decision_can_affect_rewards_nothing() -> None:
    diagram = Diagram(Graph.parse("state -> pay, state -> act"), "act", "pay")
    assert str(incentives.admits_value_of_information(diagram, "act", "state")) == (
        "state cannot have value of information for act: no utility lies below act"
    )
    assert incentives.instrumental_control_incentive(diagram, "act") == ()
    assert incentives.value_of_control(diagram) == ("state", "pay")


def test_what_no_theorem_covers_is_said() -> None:
    """Without sufficient recall "cannot" is proved and "may" is not."""
    forgetful = Diagram(Graph.parse("state -> first -> pay, second -> pay, state -> pay"), ["first", "second"], "pay")
    assert not sufficient_recall(forgetful)
    judgement = incentives.admits_value_of_information(forgetful, "second", "state")
    assert judgement
    assert not judgement.complete
    assert str(judgement).endswith("(no theorem says that some model realises this)")
    assert incentives.admits_value_of_information(CHAIN, "act", "state").complete


def test_latent_causes_count_as_open_paths() -> None:
    diagram = Diagram(Graph.parse("sign <-> pay, act -> pay"), "act", "pay")
    assert str(incentives.admits_value_of_information(diagram, "act", "sign").path) == "sign <-> pay"
    assert incentives.value_of_control(diagram) == ("pay",)


def test_a_backdoor_leaves_the_node_backwards() -> None:
    graph = Graph.parse("z -> x -> d -> u, w -> x, w -> u")
    diagram = Diagram(graph, "d", "u")
    found = incentives.admits_indirect_value_of_control(diagram, "d", "x")
    assert [str(path) for path in found.paths] == ["x -> d -> u", "x <- w -> u"]
    assert not incentives.admits_indirect_value_of_control(diagram, "d", "w")
    through = incentives.admits_indirect_value_of_control(
        Diagram(Graph.parse("a -> x -> d -> u, a -> c <- w -> u, c -> x"), "d", "u"), "d", "x"
    )
    assert str(through.paths[1]) in {"x <- a -> c <- w -> u", "x <- c <- w -> u"}


# ---------------------------------------------------------------- diagrams


def test_several_agents() -> None:
    game = Diagram(Graph.parse("x -> y -> u, y -> v"), {"Ann": "x", "Bo": "y"}, {"Ann": "u", "Bo": "v"})
    assert game.decisions == ("x", "y")
    assert game.agent_of("y").utilities == ("v",)
    assert game.only("Ann") == Diagram(game.graph, "x", "u")
    assert repr(game.only("Ann")) == "Diagram(Graph(['x', 'y', 'u', 'v'], edges=[('x', 'y'), ('y', 'u'), ('y', 'v')]), ['x'], ['u'])"
    for diagram in (game, game.only("Bo")):
        assert eval(repr(diagram), {"Graph": Graph, "Diagram": Diagram}) == diagram
    assert hash(game) == hash(eval(repr(game), {"Graph": Graph, "Diagram": Diagram}))
    assert str(game) == "x -> y, y -> u, y -> v; Ann decides x for u; Bo decides y for v"


def test_the_diagram_of_a_model() -> None:
    model = Model(u=coin("1/2"), a=choice(0, 1, sees=["u"]), b=choice(0, 1), pay=lambda a, b, u: a + b + u)
    assert Diagram.of(model, "pay") == Diagram(model.graph, ["a", "b"], ["pay"])
    assert Diagram.of(model, "pay", decisions="a").decisions == ("a",)
    assert Diagram.of(model.do(b=1), "pay").decisions == ("a",)
    assert Diagram.of(model, {1: "pay", 2: "u"}, decisions={1: "a", 2: "b"}).agent_of("b").utilities == ("u",)


GRAPH = Graph.parse("state -> act -> pay")
MODEL = Model(state=coin("1/2"), act=choice(0, 1, sees=["state"]), pay=lambda act: act)
GAME = Diagram(Graph.parse("x -> y -> u, y -> v"), {"Ann": "x", "Bo": "y"}, {"Ann": "u", "Bo": "v"})


@pytest.mark.parametrize(
    ("ask", "error", "text"),
    [
        (
            lambda: Diagram(GRAPH, "akt", "pay"),
            UnknownName,
            "'akt' is not in the graph; it has: state, act, pay; did you mean 'act'?",
        ),
        (
            lambda: Diagram(GRAPH, "act", ["pai"]),
            UnknownName,
            "'pai' is not in the graph; it has: state, act, pay; did you mean 'pay'?",
        ),
        (
            lambda: Diagram(GRAPH, "act", "act"),
            WrongShape,
            "'act' has more than one role; a variable is a decision of one agent, a utility of one agent, or neither",
        ),
        (
            lambda: Diagram(GRAPH, [], "pay"),
            WrongShape,
            "'agent' has no decision; name at least one decision and one utility for each agent",
        ),
        (
            lambda: Diagram(GRAPH, "act", []),
            WrongShape,
            "'agent' has no utility; name at least one decision and one utility for each agent",
        ),
        (lambda: Diagram(GRAPH, {}, {}), WrongShape, "an influence diagram needs an agent; name the decisions and the utilities"),
        (
            lambda: Diagram(GRAPH, {"Ann": "act"}, "pay"),
            WrongShape,
            "decisions and utilities must both be names (one agent), or both be mappings from agents to names",
        ),
        (
            lambda: Diagram(GRAPH, {"Ann": "act"}, {"Bo": "pay"}),
            WrongShape,
            "the decisions belong to the agents 'Ann' and the utilities to 'Bo'; name the same agents",
        ),
        (
            lambda: Diagram(Graph.parse("act -> pay, act <-> pay"), "act", "pay"),
            WrongShape,
            "the decision 'act' shares a latent cause with 'pay'; "
            "a decision depends on what is seen alone, so declare the cause as a variable that it sees",
        ),
        (
            lambda: Diagram.of(MODEL.do(act=1), "pay"),
            WrongShape,
            "the model has no open choice, so nobody decides anything in it; declare one with choice(...)",
        ),
        (
            lambda: Diagram.of(MODEL.given(state=True), "pay"),
            WrongShape,
            "the model has been conditioned, and its graph does not show that; take the diagram before .given(...)",
        ),
        (
            lambda: Diagram.of(MODEL, "pay", decisions="state"),
            WrongShape,
            "'state' is not an open choice of the model; the open choices are: act",
        ),
        (lambda: Diagram.of(MODEL, "pya"), UnknownName, "'pya' is not in the graph; it has: state, act, pay; did you mean 'pay'?"),
        (
            lambda: incentives.value_of_information(CHAIN, "akt"),
            UnknownName,
            "'akt' is not a decision of the diagram; the decisions are: act; did you mean 'act'?",
        ),
        (
            lambda: incentives.admits_value_of_control(CHAIN, "sing"),
            UnknownName,
            "'sing' is not in the graph; it has: state, sign, act, pay, news, hair; did you mean 'sign'?",
        ),
        (
            lambda: incentives.value_of_control(GAME),
            WrongShape,
            "the diagram has several agents: 'Ann', 'Bo'; incentives are defined for one, so ask of diagram.only(...)",
        ),
        (lambda: GAME.only("Cy"), UnknownName, "'Cy' is not an agent of the diagram; the agents are: 'Ann', 'Bo'"),
        (lambda: GAME.only("Anne"), UnknownName, "'Anne' is not an agent of the diagram; the agents are: 'Ann', 'Bo'; did you mean 'Ann'?"),
        (
            lambda: is_requisite(CHAIN, "act", "state"),
            WrongShape,
            "'act' does not see 'state', it sees: sign, hair; ask admits_value_of_information instead",
        ),
        (
            lambda: s_reachable(GAME, "x", "x"),
            WrongShape,
            "'x' is asked about itself; s-reachability is a relation between two different decisions",
        ),
        (lambda: CHAIN.with_link("pay", "act"), CyclicModel, "circle"),
    ],
)
def test_errors(ask: object, error: type[CausalError], text: str) -> None:
    assert callable(ask)
    with pytest.raises(error) as found:
        ask()
    assert str(found.value) == text or (text == "circle" and text in str(found.value))
