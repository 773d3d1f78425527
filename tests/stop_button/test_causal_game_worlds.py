"""Causal games of worlds with players, what is refused, and how it prints."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from causalkit import Dist, Model, choice, coin, cpt, function
from causalkit.errors import TooLarge, UnknownName, WrongShape
from causalkit.graphs.graph import Graph
from causalkit.values.exact import as_fraction
from stop_button import STOP, B, E, H, World, X, most, worlds
from stop_button.games.graphs import (
    Diagram,
    backward_induction,
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
    relevance_graph,
    simplified,
    subgames,
)
from stop_button.games.graphs.players import variables_wanted
from stop_button.games.graphs.trails import Trails
from tests.stop_button.brute_diagrams import (
    Mechanisms,
    best_options,
    certain,
    contexts,
    drawn_diagram,
    drawn_game,
    is_equilibrium,
    payoff,
    worths,
)

SIGNAL = Diagram(
    Graph.parse("state -> sign -> act -> own, act -> pay, state -> pay, state -> own"),
    {"sender": "sign", "reader": "act"},
    {"sender": "own", "reader": "pay"},
)


def market(**more: Any) -> World:
    """A leader and a follower; each sells what it makes, at a price that falls with both."""
    return World(
        Model(
            demand=coin("1/2"),
            first=choice(1, 2, 3),
            second=choice(1, 2, 3, sees=["first"]),
            price=lambda demand, first, second: 6 + int(demand) - first - second,
            earned=lambda price, first: price * first,
            got=lambda price, second: price * second,
        ),
        players={"leader": ("first", "earned"), "follower": ("second", "got")},
        **more,
    )


# ---------------------------------------------------------------- from worlds


def test_the_diagram_of_a_world_has_its_graph_and_its_players() -> None:
    diagram = game_diagram(market())
    assert diagram.graph == market().model.graph
    assert [(one.name, one.decisions, one.utilities) for one in diagram.agents] == [
        ("leader", ("first",), ("earned",)),
        ("follower", ("second",), ("got",)),
    ]


@pytest.mark.parametrize(
    ("utility", "names"),
    [
        ("earned", ("earned",)),
        (E(X("earned")) - E(X("got")) / 2, ("earned", "got")),
        (2 * E(X("earned") - 3 * X("price") + 1), ("price", "earned")),
        (E(X("price").is_(2)), ("price",)),
        (E(B) + E(H.is_(STOP)), ("demand", "pressed")),
    ],
)
def test_a_sum_over_variables_gives_the_utilities(utility: Any, names: tuple[str, ...]) -> None:
    wishing = {
        "demand": Dist({STOP: "1/2", "free": "1/2"}),
        "price": function(lambda demand, first, second: 6 + int(demand == STOP) - first - second),
    }
    parts = {name: wishing.get(name, market().model.mechanism(name)) for name in market().model.names}
    model = Model({**parts, "pressed": function(lambda demand: demand == STOP)})
    world = World(model, intent="demand", stopped="pressed", players={"leader": ("first", utility), "follower": ("second", "got")})
    assert variables_wanted(world, "leader") == names


@pytest.mark.parametrize(
    "utility",
    [
        E(X("earned") * X("got")),
        E(X("earned")) * E(X("got")),
        most(E(X("earned")), E(X("got"))),
        E(X("earned"), given={"demand": True}),
        E(X("earned").had(first=1)),
        1 / E(X("earned")),
    ],
)
def test_what_is_no_sum_over_variables_is_refused(utility: Any) -> None:
    world = World(market().model, players={"leader": ("first", utility), "follower": ("second", "got")})
    with pytest.raises(WrongShape, match=r"is no sum over variables; .* make it a variable of the model"):
        game_diagram(world)


def test_a_shared_wish_is_copied_and_a_wished_decision_too() -> None:
    world = World(market().model, players={"leader": ("first", "price"), "follower": ("second", E(X("price")) + E(X("second")))})
    diagram = game_diagram(world)
    assert [one.utilities for one in diagram.agents] == [("price for leader",), ("second for follower", "price for follower")]
    assert diagram.graph.parents("second for follower") == ("second",)
    assert diagram.graph.parents("price for leader") == diagram.graph.parents("price for follower") == ("price",)


def test_who_decides_nothing_is_no_agent() -> None:
    world = World(market().model, players={"firms": (("first", "second"), "earned"), "buyer": ((), -E(X("price")))})
    assert [one.name for one in game_diagram(world).agents] == ["firms"]
    assert perfect_recall(game_diagram(world))


def test_a_world_without_players_is_refused() -> None:
    with pytest.raises(WrongShape, match="no players with decisions"):
        game_diagram(World(market().model))
    with pytest.raises(WrongShape, match="no players"):
        compare_interventions(World(market().model), {"demand": True}, policy={"first": 1, "second": 1}, response={"first": 1, "second": 1})
    with pytest.raises(WrongShape, match="no player 'boss'"):
        variables_wanted(market(), "boss")
    constant = World(market().model, players={"leader": ("first", E(1)), "follower": ("second", "got")})
    with pytest.raises(WrongShape, match="reads no variable"):
        game_diagram(constant)


# ---------------------------------------------------------------- interventions on worlds


def best_of(world: World) -> dict[str, Any]:
    """The plan found from the last move to the first, by trying every option."""
    second = {first: max((1, 2, 3), key=lambda s, f=first: got(world, "got", f, s)) for first in (1, 2, 3)}  # type: ignore[misc]
    first = max((1, 2, 3), key=lambda f: got(world, "earned", f, second[f]))
    return {"first": first, "second": second}


def got(world: World, name: str, first: int, second: int) -> Fraction:
    return as_fraction(world.under({"first": first, "second": second}).expect(name))


def test_an_intervention_before_policies_are_fixed_is_answered_and_one_after_is_not() -> None:
    world = market()
    do = {"demand": True}
    plan, response = best_of(world), best_of(intervened_world(world, do))
    found = compare_interventions(world, do, policy=plan, response=response)
    under = world.under(plan)
    assert found.without == (under.expect("earned"), under.expect("got"))
    assert found.post_policy == (under.do(do).expect("earned"), under.do(do).expect("got"))
    answered = world.under(response).do(do)
    assert found.pre_policy == (answered.expect("earned"), answered.expect("got"))
    assert found.post_policy != found.without
    assert str(found).splitlines()[0] == "do(demand=True): without it, after policies are fixed, before"
    assert list(found.to_frame().columns) == ["player", "without", "post-policy", "pre-policy"]


def test_to_fix_a_decision_before_the_others_choose_is_a_commitment() -> None:
    world = market()
    fixed = intervened_world(world, {"first": 3})
    assert [decision.name for decision in fixed.decisions] == ["second"]
    assert {name: one.decisions for name, one in fixed.players.items()} == {"leader": (), "follower": ("second",)}
    diagram = game_diagram(world)
    assert pre_policy(diagram, "first").rules == ()  # the follower sees what is done, and needs no rule
    assert pre_policy(diagram, "second").rules == ("first",)
    assert pre_policy(diagram, "demand").rules == ("first", "second")
    assert pre_policy(diagram, ["demand", "first"]).rules == ("second",)
    assert post_policy(diagram, "second").variables == ("second", "price", "earned", "got")


def test_roles_named_policies_and_the_baseline_stay_where_decisions_do() -> None:
    model = Model(
        wish=Dist({STOP: "1/2", "free": "1/2"}),
        act=choice(0, 1),
        also=choice(0, 1),
        pressed=lambda wish: wish == STOP,
        value=lambda act, also: act + also,
    )
    world = World(
        model,
        intent="wish",
        stopped="pressed",
        value="value",
        baseline={"act": 0, "also": 0},
        policies={"both": {"act": 1, "also": 1}},
        name="w",
    )
    kept = intervened_world(world, {"wish": STOP})
    assert (kept.roles, kept.baseline, kept.named, kept.name) == (world.roles, world.baseline, world.named, "w")
    assert kept.model.prob(pressed=True) == 1
    changed = intervened_world(world, {"act": 1})
    assert (changed.baseline, dict(changed.named), changed.players) == (None, {}, {})
    with pytest.raises(WrongShape, match="nobody decides anything"):
        intervened_world(world, {"act": 1, "also": 1})


# ---------------------------------------------------------------- backward induction


def world_of(diagram: Diagram, game: Mechanisms) -> World:
    """A diagram with numbers as a world with players."""
    parts: dict[str, Any] = {}
    for name in diagram.graph.order:
        sees = diagram.graph.parents(name)
        rows = {seen: Dist(dict(row)) for seen, row in game[name].items()}
        domain = None if name in diagram.utilities else (0, 1)
        parts[name] = choice(0, 1, sees=sees) if name in diagram.decisions else cpt(sees, rows, domain=domain)
    players = {f"player {one.name}": (one.decisions, sum(E(X(name)) for name in one.utilities)) for one in diagram.agents}
    return World(Model(parts), players=players)


def test_koller_milch_backward_induction_finds_an_equilibrium_of_a_world_whose_relevance_graph_is_acyclic() -> None:
    solved = refused = 0
    for seed in range(60):
        rng = random.Random(seed)
        diagram = drawn_diagram(rng, chances=rng.choice([1, 2]), decisions=rng.choice([2, 3]), agents=2, density=0.45)
        if any(len(contexts(diagram, name)) > 4 for name in diagram.decisions):
            continue
        game = drawn_game(rng, diagram)
        world = world_of(diagram, game)
        if relevance_graph(diagram).cycle:
            refused += 1
            with pytest.raises(WrongShape, match="relies on"):
                backward_induction(world)
            continue
        found = backward_induction(world)
        solved += 1
        acts = found.policy.acts
        played = {name: {seen: certain(acts[name, seen]) for seen in contexts(diagram, name)} for name in diagram.decisions}
        whole = {**game, **played}
        assert is_equilibrium(diagram, whole)
        assert [what for _, what in found.payoffs] == [payoff(diagram, whole, one.name) for one in diagram.agents]
        for name, seen, options in found.ties:
            worth = worths(diagram, whole, name).get(seen)  # type: ignore[arg-type]
            assert worth is None or best_options(worth) == list(options)
    assert solved >= 15
    assert refused >= 3


def test_derived_backward_induction_of_the_market() -> None:
    """Found by trying every option from the last move to the first."""
    world = market()
    found = backward_induction(world)
    assert found.order == ("second", "first")
    assert world.under(found.policy).expect("earned") == world.under(best_of(world)).expect("earned")
    assert "solved in the order second, first" in found._repr_html_()


# ---------------------------------------------------------------- derived from the definitions


def test_derived_a_decision_on_the_way_between_two_others_is_in_their_subgame() -> None:
    """``first`` and ``last`` rely on nobody, so their rules can be found before that of ``middle``; a subgame with both has it."""
    graph = Graph.parse("first -> middle -> last, first -> u, middle -> v, last -> w")
    game = Diagram(graph, {1: "first", 2: "middle", 3: "last"}, {1: "u", 2: "v", 3: "w"})
    assert mechanised_graph(game).relevance.edges == ()
    assert [one.decisions for one in subgames(game) if {"first", "last"} <= set(one.decisions)] == [("first", "middle", "last")]


def test_derived_the_four_patterns_of_a_signal() -> None:
    found = reasoning_patterns(SIGNAL)
    assert [str(one) for one in found.of("sign")] == [
        "sign may be made for signaling toward act about state: sign -> act; act -> own; sign <- state -> pay; state -> own"
    ]
    assert found.kinds("act") == ("direct effect",)
    assert found.first_only() == {"direct effect": ("act",), "signaling": ("sign",), "manipulation": (), "revealing or denying": ()}
    assert not found.ineffective
    led = Diagram(Graph.parse("lead -> follow, lead -> u, follow -> v, lead -> w, follow -> u"), {1: "lead", 2: "follow"}, {1: "v", 2: "u"})
    assert [str(one) for one in patterns_of(led, "lead")] == [
        "lead may be made for manipulation toward follow: lead -> follow; follow -> v; lead -> u"
    ]


def test_a_pattern_toward_who_has_none_is_none() -> None:
    """``low`` could move ``mid`` only because of ``mid``'s wish, and ``mid`` has no reason of its own to do anything."""
    graph = Graph.parse("low -> mid -> u, low -> v")
    game = Diagram(graph, {1: "low", 2: "mid"}, {1: "u", 2: "v"})
    assert [one.kind for one in patterns_of(game, "low")] == ["manipulation"]
    assert reasoning_patterns(game).effective == ()
    assert simplified(game).diagram is None


@pytest.mark.parametrize(
    ("name", "decision", "other", "key"), [("carey_cirl", "order", "act", "theta"), ("ward_war_game", "report", "order", "kind")]
)
def test_derived_what_is_said_in_bundled_worlds_is_said_as_a_signal(name: str, decision: str, other: str, key: str) -> None:
    found = reasoning_patterns(game_diagram(worlds.REGISTER[name]()))
    assert [(one.other, one.key) for one in found.of(decision) if one.kind == "signaling"] == [(other, key)]


def test_every_bundled_world_with_players_has_a_diagram() -> None:
    diagrams = [game_diagram(world) for world in worlds.bundled_worlds().values() if world.players]
    assert len(diagrams) >= 5
    assert all(reasoning_patterns(diagram).patterns for diagram in diagrams)


# ---------------------------------------------------------------- refusals and print


def test_what_is_refused_says_what_to_type() -> None:
    with pytest.raises(WrongShape, match="asked about itself"):
        r_reachable(SIGNAL, "act", "act")
    with pytest.raises(UnknownName, match="not a decision"):
        r_reachable(SIGNAL, "state", "act")
    with pytest.raises(UnknownName, match="not in the graph"):
        mechanised_graph(SIGNAL).why("stat", "act")
    with pytest.raises(UnknownName, match="not a decision"):
        patterns_of(SIGNAL, "sign", effective=["state"])
    latent = Diagram(Graph.parse("x -> y, x <-> y, d -> y"), "d", "y")
    with pytest.raises(WrongShape, match="latent causes"):
        reasoning_patterns(latent)


def test_too_many_subgames_are_counted_before_they_are_listed() -> None:
    names = [f"d{i}" for i in range(17)]
    graph = Graph([*names, *(f"u{i}" for i in range(17))], [(name, f"u{i}") for i, name in enumerate(names)])
    game = Diagram(graph, {i: [name] for i, name in enumerate(names)}, {i: [f"u{i}"] for i in range(17)})
    with pytest.raises(TooLarge, match=r"17 groups, so there may be 131,072 sets"):
        subgames(game)


def test_a_search_for_trails_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stop_button.games.graphs.trails.MOST_TRIED", 50)
    diagram = drawn_diagram(random.Random(1), chances=6, decisions=2, agents=2, density=0.8)
    trails = Trails(diagram.graph, frozenset(), lambda node, kind: True)
    with pytest.raises(TooLarge, match="more than 50 trails from d0 were begun"):
        assert list(trails.between("d0", diagram.utilities))


def test_judgements_print_and_escape() -> None:
    odd = Diagram(Graph([*"ab", "<u>"], [("a", "<u>"), ("b", "<u>")]), ["a", "b"], "<u>")
    mechanised = mechanised_graph(odd)
    assert repr(mechanised).startswith("<mechanised graph: mechanism of <u> -> rule at a, ") or "rule at b -> rule at a" in str(mechanised)
    for one in (mechanised, pre_policy(odd, "a"), post_policy(odd, "a"), reasoning_patterns(odd), simplified(odd)):
        assert "<u>" not in one._repr_html_()
        assert str(one)
    nobody = pre_policy(odd, ["a", "b"])
    assert str(nobody) == "do(a, b) before policies are fixed: no rule has a reason to respond, and a, b, <u> may change"
    assert str(simplified(odd)) == "nothing can be left out"
    assert str(reasoning_patterns(odd)) == "a may be made for direct effect: a -> <u>\nb may be made for direct effect: b -> <u>"
    assert list(reasoning_patterns(odd).to_frame().columns) == ["decision", "kind", "other", "key", "paths"]


def test_a_picture_of_the_mechanised_graph_tells_rules_from_mechanisms() -> None:
    mechanised = mechanised_graph(SIGNAL)
    assert mechanised.roles.keys() == {*mechanised.graph.nodes} - {"state"}
    assert mechanised.roles["mechanism of state"] == "mechanism"
    assert mechanised.roles["rules at sign and act"] == "decision rule"
    assert (mechanised.roles["act"], mechanised.roles["pay"]) == ("decision", "utility")


def test_a_mechanism_is_named_apart_from_a_variable_of_that_name() -> None:
    diagram = Diagram(Graph(["rule at a", "a", "u"], [("rule at a", "u"), ("a", "u")]), "a", "u")
    assert mechanised_graph(diagram).mechanism("a") == "rule at a'"
