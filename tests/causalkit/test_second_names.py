"""A wrong name in the second place is refused as one in the first is, wherever several names are taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import CausalError, UnknownName, UnknownValue, WrongShape
from causalkit.graphs import (
    Graph,
    adjustment_sets,
    backdoor_sets,
    d_separated,
    frontdoor_sets,
    instruments,
    is_adjustment_set,
    is_backdoor_set,
    is_frontdoor_set,
    is_instrument,
    open_path,
)
from causalkit.identification import identify, identify_counterfactual
from causalkit.quantities import effects
from causalkit.quantities.actual import actual_causes, blame, responsibility
from causalkit.quantities.effects import shift
from stop_button import E, X
from stop_button.incentives import Diagram
from stop_button.incentives.quantitative import expected_utility, quantitative_value_of_information

M = ck.Model(
    u=ck.coin("1/3"),
    x=ck.coin("1/2"),
    z=lambda x, u: x or u,
    y=lambda x, z: x and z,
    act=ck.choice(0, 1, sees=["x"]),
    pay=lambda act, y: act,
)
FACTS = ck.Model(u=ck.coin("1/3"), x=ck.coin("1/2"), z=lambda x, u: x or u, y=lambda x, z: x and z)
G = Graph.parse("u -> z, x -> z, x -> y, z -> y")
CHANGE = {"x": (False, True)}
WORLD = sb.World(M, value="pay", stopped="y", baseline=0)

NAMES: dict[str, Callable[[Any], Any]] = {
    "prob": lambda n: FACTS.prob({"x": True, n: True}),
    "prob of a function": lambda n: FACTS.prob(eval(f"lambda x, {n}: True")),
    "expect of a function": lambda n: FACTS.expect(eval(f"lambda x, {n}: 1")),
    "given": lambda n: FACTS.given({"x": True, n: True}),
    "given a function": lambda n: FACTS.given(eval(f"lambda x, {n}: True")),
    "do": lambda n: FACTS.do({"x": True, n: True}),
    "do with a function": lambda n: FACTS.do(y=eval(f"lambda x, {n}: True")),
    "dist": lambda n: FACTS.dist("x", n),
    "dist of a function": lambda n: FACTS.dist(eval(f"lambda x, {n}: True")),
    "compile": lambda n: FACTS.compile(eval(f"lambda x, {n}: True")),
    "estimate": lambda n: FACTS.estimate(eval(f"lambda x, {n}: True"), samples=10),
    "plan": lambda n: FACTS.plan(eval(f"lambda x, {n}: True")),
    "branches": lambda n: FACTS.branches(other={"x": True, n: True}),
    "a second branch": lambda n: FACTS.branches(one={"x": True}, other={n: True}),
    "a model's function": lambda n: ck.Model(x=1, y=eval(f"lambda x, {n}: True")),
    "a table's parents": lambda n: ck.Model(x=1, y=ck.table(["x", n], {(1, 1): 1})),
    "a choice's sight": lambda n: ck.Model(x=1, y=ck.choice(0, 1, sees=["x", n])),
    "choose": lambda n: M.choose({"act": 0, n: 0}),
    "a rule": lambda n: M.choose(act=eval(f"lambda x, {n}: 0")),
    "a policy": lambda n: WORLD.policy(eval(f"lambda x, {n}: 0")),
    "a policy by decision": lambda n: WORLD.policy({"act": 0, n: 0}),
    "by_rule": lambda n: M.by_rule(eval(f"lambda pay, {n}: 0")),
    "shift": lambda n: shift(FACTS, {"x": lambda x: x, n: lambda x: x}),
    "the treatment": lambda n: effects.average_effect(FACTS, "y", {"x": (False, True), n: (False, True)}),
    "the outcome": lambda n: effects.average_effect(FACTS, {"y": True, n: True}, CHANGE),
    "mediators": lambda n: effects.natural_direct_effect(FACTS, "y", CHANGE, mediators=["z", n]),
    "mediators, indirect": lambda n: effects.natural_indirect_effect(FACTS, "y", CHANGE, mediators=["z", n]),
    "what is held": lambda n: effects.controlled_direct_effect(FACTS, "y", CHANGE, at={"z": True, n: True}),
    "a path": lambda n: effects.path_specific_effect(FACTS, "y", CHANGE, paths=[("x", "y"), ("x", n, "y")]),
    "an edge": lambda n: effects.path_specific_effect(FACTS, "y", CHANGE, edges=[("x", "y"), ("x", n)]),
    "a cause": lambda n: responsibility(FACTS, {"x": True, n: True}, {"y": True}, context={"u": True, "x": True}),
    "a context": lambda n: actual_causes(FACTS, {"y": True}, context={"u": True, "x": True, n: True}),
    "causes among": lambda n: actual_causes(FACTS, {"y": True}, context={"u": True, "x": True}, among=["x", n]),
    "blame": lambda n: blame(FACTS, {"x": True}, {"y": True}, among=["x", n]),
    "separation": lambda n: d_separated(G, ["u", n], "y"),
    "separation, other side": lambda n: d_separated(G, "u", ["y", n]),
    "separation, given": lambda n: d_separated(G, "u", "y", ["z", n]),
    "an open path": lambda n: open_path(G, "u", "y", ["z", n]),
    "a back door": lambda n: is_backdoor_set(G, "x", "y", ["u", n]),
    "back doors": lambda n: backdoor_sets(G, "x", "y", among=["u", n]),
    "an adjustment": lambda n: is_adjustment_set(G, ["x", n], "y"),
    "adjustments": lambda n: adjustment_sets(G, "x", "y", among=["u", n]),
    "a front door": lambda n: is_frontdoor_set(G, "x", "y", ["z", n]),
    "front doors": lambda n: frontdoor_sets(G, "x", "y", among=["z", n]),
    "an instrument": lambda n: is_instrument(G, "u", "z", "y", ["x", n]),
    "instruments": lambda n: instruments(G, "z", "y", among=["u", n]),
    "ancestors": lambda n: G.ancestors(["y", n]),
    "a subgraph": lambda n: G.subgraph(["y", n]),
    "a projection": lambda n: G.latent_projection(["u", n]),
    "cut arrows": lambda n: G.without_incoming(["y", n]).without_outgoing(["x"]),
    "a graph's edge": lambda n: Graph(["x", "y"], [("x", "y"), ("x", n)]),
    "a graph's confounders": lambda n: Graph(["x", "y"], [("x", "y")], [("x", "y"), ("x", n)]),
    "identify": lambda n: identify(G, ["y", n], do="x"),
    "identify, done": lambda n: identify(G, "y", do=["x", n]),
    "identify, given": lambda n: identify(G, "y", do="x", given=["z", n]),
    "a counterfactual": lambda n: identify_counterfactual(G, f"P(y_{{x}}, {n})"),
    "a counterfactual's world": lambda n: identify_counterfactual(G, f"P(y_{{x, {n}}})"),
    "a counterfactual's condition": lambda n: identify_counterfactual(G, f"P(y_{{x}} | u, {n})"),
    "decisions": lambda n: Diagram(G, ["x", n], "y"),
    "utilities": lambda n: Diagram(G, "x", ["y", n]),
    "two utilities": lambda n: expected_utility(M.choose(act=0), ["pay", n]),
    "value of information": lambda n: quantitative_value_of_information(M, ["pay", n], decision="act", node="u"),
    "a reading": lambda n: sb.Utility("u", E(X("pay") + X(n)))(WORLD, 0),
    "an edit of a reading": lambda n: sb.Utility("u", E(X("pay").had({"act": 0, n: 0})))(WORLD, 0),
    "an event": lambda n: sb.Utility("u", E(X("pay"), given=X("pay").is_(0) * X(n).is_(0)))(WORLD, 0),
}


@pytest.mark.parametrize("where", NAMES)
def test_an_unknown_name_in_the_second_place(where: str) -> None:
    with pytest.raises(CausalError, match="nope") as caught:
        NAMES[where]("nope")
    assert isinstance(caught.value, (UnknownName, WrongShape, LookupError))


VALUES: dict[str, Callable[[Any], Any]] = {
    "prob": lambda v: FACTS.prob({"x": True, "z": v}),
    "given": lambda v: FACTS.given({"x": True, "z": v}),
    "do": lambda v: FACTS.do({"x": True, "z": v}),
    "branches": lambda v: FACTS.branches(one={"x": True}, other={"x": True, "z": v}),
    "the treatment": lambda v: effects.average_effect(FACTS, "y", {"x": (False, True), "z": (False, v)}),
    "the treatment's other end": lambda v: effects.average_effect(FACTS, "y", {"x": (False, v)}),
    "the outcome": lambda v: effects.average_effect(FACTS, {"y": True, "z": v}, CHANGE),
    "what is held": lambda v: effects.controlled_direct_effect(FACTS, "y", CHANGE, at={"u": True, "z": v}),
    "a context": lambda v: actual_causes(FACTS, {"y": True}, context={"u": True, "x": v}),
    "a policy": lambda v: WORLD.policy({False: 0, True: v}),
}


@pytest.mark.parametrize("where", VALUES)
def test_an_unknown_value_in_the_second_place(where: str) -> None:
    with pytest.raises(UnknownValue, match="'maybe'"):
        VALUES[where]("maybe")


def test_the_treatment_is_no_mediator_in_any_place() -> None:
    for mediators in (["x"], ["z", "x"], ["x", "z"]):
        for ask in (effects.natural_direct_effect, effects.natural_indirect_effect):
            with pytest.raises(WrongShape, match="'x' is the treatment, so it cannot be its own mediator"):
                ask(FACTS, "y", CHANGE, mediators=mediators)


def test_a_policy_that_draws_lots_as_its_own_baseline_shares_its_draws() -> None:
    """Half of the time both do the same, because it is one draw: the difference is 0 in every run."""
    model = ck.Model(act=ck.choice(0, 1), value=lambda act: act)
    half = {"act": ck.Dist({0: "1/2", 1: "1/2"})}
    world = sb.World(model, value="value", baseline=half)
    agree = sb.Utility("agree", E(X("value") * X("value").under("baseline")))
    assert agree(world, world.baseline) == sb.score(world, [agree], policies=[world.baseline]).scores[0][0] == ck.coin("1/2")[True]
