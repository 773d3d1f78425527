"""Diagrams of several agents that are small enough to be judged by eye: who relies on whom, what responds, which patterns there are."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import stop_button as sb
from causalkit import Model, choice, coin, uniform
from causalkit.errors import TooLarge, UnknownName, WrongShape
from causalkit.graphs.graph import Graph
from stop_button import FREE, STOP, E, V, World, X
from stop_button.games.graphs import (
    Diagram,
    backward_induction,
    closed_decisions,
    compare_interventions,
    game_diagram,
    intervened_world,
    mechanised_graph,
    patterns_of,
    perfect_recall,
    post_policy,
    pre_policy,
    r_reachable,
    reasoning_patterns,
    simplified,
    subgame,
    subgames,
)
from stop_button.games.graphs.patterns import KINDS
from stop_button.games.graphs.players import variables_wanted
from stop_button.games.graphs.subgames import MOST_COMPONENTS
from stop_button.games.graphs.trails import Trails
from stop_button.language.formula import formula

F = Fraction

LEAD = Diagram(Graph.parse("a -> u, a -> b -> v, a -> v, b -> u"), {1: "a", 2: "b"}, {1: "u", 2: "v"})
"""The first acts, the second sees it; both acts matter to both."""

AT_ONCE = Diagram(Graph.parse("a -> u, b -> u, a -> v, b -> v"), {1: "a", 2: "b"}, {1: "u", 2: "v"})
APART = Diagram(Graph.parse("a -> u, b -> v"), {1: "a", 2: "b"}, {1: "u", 2: "v"})
HIRING = Diagram(
    Graph.parse("type -> ask -> hire -> profit, type -> profit, hire -> wage, type -> wage"),
    {"worker": "ask", "firm": "hire"}, {"worker": "wage", "firm": "profit"},
)  # fmt: skip


# ---------------------------------------------------------------- mechanised graphs


def test_each_rule_depends_on_the_mechanisms_that_matter_to_it() -> None:
    lead, at_once, apart = map(mechanised_graph, (LEAD, AT_ONCE, APART))
    assert set(lead.edges) == {("u", "a"), ("b", "a"), ("v", "b")}
    assert set(at_once.edges) == {("u", "a"), ("b", "a"), ("v", "b"), ("a", "b")}
    assert set(apart.edges) == {("u", "a"), ("v", "b")}
    assert str(apart) == "mechanism of u -> rule at a, mechanism of v -> rule at b"
    assert repr(apart) == f"<mechanised graph: {apart}>"
    assert apart._repr_html_() == "<p>mechanism of u -&gt; rule at a, mechanism of v -&gt; rule at b</p>"
    nothing = mechanised_graph(Diagram(Graph.parse("a, u"), "a", "u"))
    assert str(nothing) == "no mechanism is relevant for a decision rule"


def test_why_is_the_judgement_of_that_variable_and_that_decision() -> None:
    graph = mechanised_graph(AT_ONCE)
    for node, decision, relevant in (("u", "a", True), ("v", "a", False), ("b", "a", True), ("a", "b", True), ("u", "b", False)):
        one = graph.why(node, decision)
        assert (one.node, one.decision, bool(one)) == (node, decision, relevant)
        assert one in graph.judgements
        assert bool(r_reachable(AT_ONCE, decision, node)) == relevant
    with pytest.raises(WrongShape, match="'a' is asked about itself"):
        graph.why("a", "a")
    with pytest.raises(UnknownName):
        graph.why("w", "a")


def test_rules_that_rely_on_each_other_are_one_node() -> None:
    at_once, lead = mechanised_graph(AT_ONCE), mechanised_graph(LEAD)
    assert set(at_once.graph.edges) == {
        ("rules at a and b", "a"), ("rules at a and b", "b"), ("mechanism of u", "u"), ("mechanism of v", "v"),
        ("mechanism of u", "rules at a and b"), ("mechanism of v", "rules at a and b"), *AT_ONCE.graph.edges,
    }  # fmt: skip
    assert ("rule at b", "rule at a") in lead.graph.edges
    assert set(lead.independent.edges) == {
        ("rule at a", "a"), ("rule at b", "b"), ("mechanism of u", "u"), ("mechanism of v", "v"), *LEAD.graph.edges
    }  # fmt: skip
    assert at_once.roles == {
        "rules at a and b": "decision rule", "mechanism of u": "mechanism", "mechanism of v": "mechanism", "a": "decision", "b": "decision",
        "u": "utility", "v": "utility",
    }  # fmt: skip
    assert lead.relevance.components == mechanised_graph(LEAD).relevance.components
    assert [(a, b) for a, b in lead.relevance.edges] == [("a", "b")]
    named = mechanised_graph(Diagram(Graph.parse("a -> u, rule at a -> u"), "a", "u"))
    assert named.mechanism("a") == "rule at a'"
    assert named.mechanism("u") == "mechanism of u"


def test_what_an_intervention_reaches_is_told_by_a_shortest_way() -> None:
    lead = mechanised_graph(LEAD)
    assert lead.reached("v")["b"] == ("v", "b")
    assert lead.reached("v")["a"][-1] == "a"
    assert lead.reached(["u", "v"])["a"] == ("u", "a")
    assert lead.reached("a") == {}
    assert lead.reached("b") == {"a": ("b", "a")}
    assert mechanised_graph(APART).reached("u") == {"a": ("u", "a")}
    before, after = pre_policy(LEAD, "b"), post_policy(LEAD, "b")
    assert (before.rules, before.variables, bool(before)) == (("a",), ("a", "u", "b", "v"), True)
    assert (after.rules, after.variables, bool(after)) == ((), ("u", "b", "v"), False)
    still = pre_policy(APART, "a")
    assert not still
    assert str(still) == "do(a) before policies are fixed: no rule has a reason to respond, and a, u may change"
    assert str(post_policy(APART, ["a", "b"])) == "do(a, b) after policies are fixed: no rule responds, and a, u, b, v may change"
    assert str(before) == "do(b) before policies are fixed: the rules at these may respond: a, by b -> a"
    assert before._repr_html_() == "<p>do(b) before policies are fixed: the rules at these may respond: a, by b -&gt; a</p>"


# ---------------------------------------------------------------- subgames


def test_subgames_hold_what_is_relevant_and_read_what_is_above() -> None:
    assert [str(one) for one in subgames(APART)] == ["a: a, u", "b: b, v", "a, b: a, u, b, v"]
    assert [one.is_proper for one in subgames(APART)] == [True, True, False]
    assert [one.decisions for one in subgames(AT_ONCE)] == [("a", "b")]
    later = subgame(LEAD, "b")
    assert (later.base, later.given, later.decisions, later.is_proper) == (("b", "v"), ("a",), ("b",), True)
    assert subgame(LEAD, "u").base == ("u",)
    assert subgame(LEAD, ["a"]).decisions == ("a", "b")
    assert not subgame(LEAD, "a").is_proper
    assert closed_decisions(APART) == (("a",), ("b",), ("a", "b"))
    assert closed_decisions(AT_ONCE) == (("a", "b"),)
    assert closed_decisions(LEAD) == (("b",), ("a", "b"))


def test_three_decisions_apart_have_every_set() -> None:
    three = Diagram(Graph.parse("a -> u, b -> v, c -> w"), {1: "a", 2: "b", 3: "c"}, {1: "u", 2: "v", 3: "w"})
    assert closed_decisions(three) == (("a",), ("b",), ("c",), ("a", "b"), ("a", "c"), ("b", "c"), ("a", "b", "c"))
    assert [one.decisions for one in subgames(three)] == list(closed_decisions(three))


def test_more_groups_of_decisions_than_the_limit_says_are_not_listed() -> None:
    many = MOST_COMPONENTS + 1
    wide = Diagram(
        Graph.parse(", ".join(f"d{k} -> u{k}" for k in range(many))), {k: f"d{k}" for k in range(many)}, {k: f"u{k}" for k in range(many)}
    )
    for ask in (subgames, closed_decisions):
        with pytest.raises(TooLarge, match=f"the decisions fall into {many} groups, so there may be {2**many:,} sets of them"):
            ask(wide)


# ---------------------------------------------------------------- recall and trails


def test_an_agent_forgets_what_its_later_decision_does_not_see() -> None:
    both = Diagram(Graph.parse("s -> a -> b -> u, s -> b"), ["a", "b"], "u")
    assert str(perfect_recall(both)) == "perfect recall: a before b"
    lost = perfect_recall(Diagram(Graph.parse("s -> a -> b -> u"), ["a", "b"], "u"))
    assert (bool(lost), lost.earlier, lost.later, lost.lost, lost.orders) == (False, "a", "b", ("s",), ())
    blind = perfect_recall(Diagram(Graph.parse("s -> a -> u, b -> u"), ["a", "b"], "u"))
    assert not blind
    assert str(blind) == f"no perfect recall: {blind.later} comes after {blind.earlier} and does not see {', '.join(blind.lost)}"
    two = Diagram(Graph.parse("a -> u, b -> c -> v, a -> v"), {1: "a", 2: ["b", "c"]}, {1: "u", 2: "v"})
    assert perfect_recall(two).orders == (("a",), ("b", "c"))
    assert perfect_recall(two, 2).agents == (2,)
    forgetful = Diagram(Graph.parse("a -> u, s -> b -> c -> v"), {1: "a", 2: ["b", "c"]}, {1: "u", 2: "v"})
    assert perfect_recall(forgetful, 1)
    assert not perfect_recall(forgetful, 2)
    assert not perfect_recall(forgetful)


def test_trails_are_open_where_colliders_are_known_and_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = Graph.parse("a -> c <- b, c -> d, a -> m -> b")
    anywhere = lambda node, kind: True
    known = [path.nodes for path in Trails(graph, {"d"}, anywhere).between("a", ["b"])]
    assert sorted(known) == [("a", "c", "b"), ("a", "m", "b")]
    steps = {
        step.node: (step.kind, step.is_open, step.because)
        for path in Trails(graph, {"d"}, anywhere).between("a", ["b"])
        for step in path.steps
    }
    assert steps == {"c": ("collider", True, "a descendant of it is given"), "m": ("chain", True, "it is not given")}
    assert [path.nodes for path in Trails(graph, {"c", "m"}, anywhere).between("a", ["b"])] == [("a", "c", "b")]
    assert [path.nodes for path in Trails(graph, set(), anywhere).between("a", ["b"])] == [("a", "m", "b")]
    assert [path.nodes for path in Trails(graph, set(), lambda node, kind: node != "m").between("a", ["b"])] == []
    assert [path.nodes for path in Trails(graph, {"c"}, anywhere).between("b", ["a"], "->")] == [("b", "c", "a")]
    assert [path.nodes for path in Trails(graph, {"c"}, anywhere).between("b", ["a"], "<-")] == [("b", "m", "a")]
    fork = next(Trails(Graph.parse("a <- f -> b"), set(), anywhere).between("a", ["b"]))
    assert [(step.node, step.kind) for step in fork.steps] == [("f", "fork")]
    monkeypatch.setattr("stop_button.games.graphs.trails.MOST_TRIED", 3)
    with pytest.raises(TooLarge, match="more than 3 trails from a were begun"):
        list(Trails(graph, {"d"}, anywhere).between("a", ["b"]))


# ---------------------------------------------------------------- patterns


def test_a_worker_asks_to_signal_and_a_firm_hires_for_the_profit() -> None:
    found = reasoning_patterns(HIRING)
    assert [(one.decision, one.kind, one.other, one.key) for one in found.patterns] == [
        ("ask", "signaling", "hire", "type"), ("hire", "direct effect", None, None)
    ]  # fmt: skip
    assert (found.effective, found.ineffective) == (("ask", "hire"), ())
    assert found.kinds("ask") == ("signaling",)
    assert found.of("hire") == found.patterns[1:]
    assert found.first_only() == {
        kind: tuple(d for d, k in (("ask", "signaling"), ("hire", "direct effect")) if k == kind) for kind in KINDS
    }
    signal = "ask may be made for signaling toward hire about type: ask -> hire; hire -> wage; ask <- type -> profit; type -> wage"
    assert str(found) == f"{signal}\nhire may be made for direct effect: hire -> profit"
    assert found._repr_html_().count("<p>") == 2
    frame = found.to_frame()
    assert list(frame.columns) == ["decision", "kind", "other", "key", "paths"]
    assert list(frame.iloc[0])[:4] == ["ask", "signaling", "hire", "type"]
    assert frame.iloc[0]["paths"] == "ask -> hire; hire -> wage; ask <- type -> profit; type -> wage"
    with pytest.raises(UnknownName):
        found.of("wage")


def test_a_decision_that_changes_what_another_wants_manipulates_it() -> None:
    diagram = Diagram(Graph.parse("a -> b -> u, a -> v, b -> v"), {1: "a", 2: "b"}, {1: "u", 2: "v"})
    assert [(one.decision, one.kind, one.other) for one in reasoning_patterns(diagram).patterns] == [
        ("a", "manipulation", "b"), ("b", "direct effect", None)
    ]  # fmt: skip
    assert [one.kind for one in patterns_of(diagram, "a", effective=["a", "b"])] == ["manipulation"]
    assert patterns_of(diagram, "a", effective=["a"]) == ()
    with pytest.raises(UnknownName):
        patterns_of(diagram, "a", effective=["a", "u"])
    latent = Diagram(Graph(["a", "s", "u"], [("a", "u")], [("s", "u")]), "a", "u")
    with pytest.raises(WrongShape, match="the graph has latent causes, and reasoning patterns are defined for graphs without"):
        patterns_of(latent, "a")


def test_what_nobody_has_a_reason_for_is_left_out() -> None:
    graph = Graph.parse("type -> ask -> hire -> profit, type -> profit, hire -> wage, hair -> hire")
    diagram = Diagram(graph, {"worker": "ask", "firm": "hire"}, {"worker": "wage", "firm": "profit"})
    found = reasoning_patterns(diagram)
    assert (found.effective, found.ineffective) == (("hire",), ("ask",))
    assert str(found).splitlines()[-1] == "ask has no reasoning pattern"
    less = simplified(diagram)
    assert (less.idle, less.cut, bool(less)) == (("ask",), (("type", "ask"), ("ask", "hire"), ("hair", "hire")), True)
    assert less.diagram is not None
    assert less.diagram.decisions == ("hire",)
    assert less._repr_html_().startswith("<p>ask may be decided by a uniform lot; ")
    nothing = simplified(APART)
    assert (bool(nothing), str(nothing), nothing.idle, nothing.cut) == (False, "nothing can be left out", (), ())
    idle = simplified(Diagram(Graph.parse("s -> a, u"), "a", "u"))
    assert (idle.diagram, idle.idle, idle.cut) == (None, ("a",), (("s", "a"),))
    link = simplified(Diagram(Graph.parse("s -> a -> u"), "a", "u"))
    assert (link.idle, link.cut, str(link)) == ((), (("s", "a"),), "a need not see s")


# ---------------------------------------------------------------- worlds


def ordering(**more: Any) -> World:
    """She orders, he obeys or not; both are paid for agreement, and she for the first order besides."""
    model = Model(
        order=choice(0, 1), act=choice(0, 1, sees=["order"]), gain=lambda order, act: int(order == act),
        extra=lambda order: 2 * (order == 0),
    )  # fmt: skip
    return World(model, **{"players": {"she": ("order", E(X("gain")) + E(X("extra"))), "he": ("act", "gain")}, "name": "ordering", **more})


def test_backward_induction_goes_from_the_last_to_the_first() -> None:
    found = backward_induction(ordering())
    assert found.order == ("act", "order")
    assert (found.policy.act("order"), found.policy.act("act", 0), found.policy.act("act", 1)) == (0, 0, 1)
    assert found.payoffs == (("she", 3), ("he", 1))
    assert found.ties == ()
    text = f"{found.policy}; she gets 3, he gets 1; solved in the order act, order; 0 ties"
    assert str(found) == text
    assert found._repr_html_().startswith("<p>order: 0; act: ")
    model = Model(
        lead=choice(0, 1, 2), follow=choice(0, 1, sees=["lead"]), pay=lambda lead, follow: lead // 2, own=lambda lead, follow: lead * follow
    )
    tied = backward_induction(World(model, players={"a": ("lead", "pay"), "b": ("follow", "own")}))
    assert tied.ties == (("follow", (0,), (0, 1)),)
    assert tied.policy.act("lead") == 2
    even = backward_induction(World(model, players={"a": ("lead", E(X("pay")) * 0 + E(X("own")) * 0), "b": ("follow", "own")}))
    assert even.ties[-1] == ("lead", (), (0, 1, 2))
    assert even.policy.act("lead") == 0
    at_once = World(
        Model(a=choice(0, 1), b=choice(0, 1), u=lambda a, b: a * b, v=lambda a, b: a - b), players={"x": ("a", "u"), "y": ("b", "v")}
    )
    with pytest.raises(WrongShape, match=r"^(a relies on b relies on a|b relies on a relies on b), so these decisions cannot be solved"):
        backward_induction(at_once)


@pytest.mark.parametrize(
    ("utility", "names"),
    [
        ("gain", ("gain",)), (E(X("extra") + X("gain")), ("gain", "extra")), (2 * E(X("gain")) - 3, ("gain",)),
        (E(X("gain")) / 2, ("gain",)),
        (E(X("act").is_(1)), ("act",)), (E(2 * X("gain")), ("gain",)),
    ],
)  # fmt: skip
def test_what_a_player_wants_is_a_sum_over_variables(utility: Any, names: tuple[str, ...]) -> None:
    world = ordering(players={"she": ("order", utility), "he": ("act", "gain")})
    assert variables_wanted(world, "she") == names


@pytest.mark.parametrize(
    "utility",
    [
        E(X("gain")) * E(X("extra")), E(X("gain"), given={"act": 1}), E(X("gain")) / E(X("extra") + 1), E(X("gain").had(act=1)),
        E(X("gain") * X("extra")),
    ],
)  # fmt: skip
def test_what_is_no_sum_is_refused(utility: Any) -> None:
    with pytest.raises(WrongShape, match="is no sum over variables; a diagram has one utility for each variable that is summed"):
        variables_wanted(ordering(players={"she": ("order", utility), "he": ("act", "gain")}), "she")


def test_the_diagram_of_a_world_copies_what_several_want() -> None:
    diagram = game_diagram(ordering())
    assert {agent.name: (agent.decisions, agent.utilities) for agent in diagram.agents} == {
        "she": (("order",), ("extra", "gain for she")), "he": (("act",), ("gain for he",))
    }  # fmt: skip
    assert ("gain", "gain for she") in diagram.graph.edges
    assert ("gain", "gain for he") in diagram.graph.edges
    own = game_diagram(ordering(players={"she": ("order", E(X("order"))), "he": ("act", "gain")}))
    assert [agent.utilities for agent in own.agents] == [("order for she",), ("gain",)]
    with pytest.raises(WrongShape, match="ordering has no player 'it'; its players are: she, he"):
        variables_wanted(ordering(), "it")
    with pytest.raises(WrongShape, match=r"the player 'she' wants .*, which reads no variable"):
        variables_wanted(ordering(players={"she": ("order", formula(1)), "he": ("act", "gain")}), "she")
    with pytest.raises(WrongShape, match="bare has no player 'she'; its players are: none"):
        variables_wanted(World(ordering().model, name="bare"), "she")
    with pytest.raises(WrongShape, match="bare has no players with decisions"):
        game_diagram(World(ordering().model, name="bare"))


def test_an_intervention_on_a_decision_leaves_the_others_open() -> None:
    model = Model(
        ann=coin("1/2"), bob=uniform(STOP, FREE), wish=lambda ann: STOP if ann else FREE, order=choice(0, 1),
        act=choice(0, 1, sees=["order"]), stopped=lambda act: act == 1, gain=lambda order, act: int(order == act),
    )  # fmt: skip
    world = World(
        model, intent={"Ann": "wish", "Bob": "bob"}, stopped="stopped", value="gain",
        levers={"saying": sb.Role("order", {0: STOP, 1: FREE})}, baseline={"order": 0, "act": 0}, policies={"both": {"order": 1, "act": 1}},
        players={"she": ("order", "gain"), "he": ("act", "gain")}, name="two",
    )  # fmt: skip
    moved = intervened_world(world, {"ann": True})
    assert (moved.roles, moved.people, moved.baseline, dict(moved.named)) == (world.roles, world.people, world.baseline, dict(world.named))
    assert [player.decisions for player in moved.players.values()] == [("order",), ("act",)]
    assert moved.name == "two"
    fixed = intervened_world(world, {"order": 1})
    assert (fixed.baseline, dict(fixed.named), fixed.roles) == (None, {}, world.roles)
    assert [player.decisions for player in fixed.players.values()] == [(), ("act",)]
    with pytest.raises(WrongShape, match=r"after do\(order, act\) nobody decides anything"):
        intervened_world(world, {"order": 1, "act": 0})
    plain = World(Model(a=choice(0, 1), b=choice(0, 1), v=lambda a: a), value="v", baseline={"a": 0, "b": 1})
    assert intervened_world(plain, {"v": 1}).players == {}
    assert intervened_world(plain, {"v": 1}).baseline == plain.baseline


def test_what_each_gets_without_after_and_before_is_a_table() -> None:
    found = compare_interventions(ordering(), {"order": 1}, policy={"order": 0, "act": 0}, response={"act": {(0,): 0, (1,): 1}})
    assert (found.intervention, found.players) == ((("order", 1),), ("she", "he"))
    assert (found.without, found.post_policy, found.pre_policy) == ((3, 1), (0, 0), (1, 1))
    text = "do(order=1): without it, after policies are fixed, before\nshe: 3, 0, 1\nhe: 1, 0, 1"
    assert str(found) == text
    assert found._repr_html_() == "".join(f"<p>{line}</p>" for line in text.splitlines())
    frame = found.to_frame()
    assert list(frame.columns) == ["player", "without", "post-policy", "pre-policy"]
    assert [list(row) for row in frame.values] == [["she", 3, 0, 1], ["he", 1, 0, 1]]
    with pytest.raises(WrongShape, match="bare has no players"):
        compare_interventions(World(ordering().model, name="bare"), {"order": 1}, policy={"order": 0, "act": 0}, response=0)


def test_the_value_is_wanted_by_its_role() -> None:
    world = ordering(players={"she": ("order", E(V)), "he": ("act", "gain")}, value="extra")
    assert variables_wanted(world, "she") == ("extra",)
