"""What the graph says that a utility cannot reward: tried on random worlds, and what it may reward, found in small families."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from stop_button import FREE, STOP
from stop_button.auditing.gains import frozen, via
from stop_button.evaluation.evaluation import all_policies
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.evaluation.utility import Utility
from stop_button.incentives.through import PossibleIncentive, idle_wishes, possible_incentive, possible_incentives
from stop_button.searching.families import persuasion
from stop_button.testing import policies, utilities, worlds
from tests.reached import came_to, reaches
from tests.tries import tries

REGISTERED = [sb.naive, sb.switch, sb.counterfactual, sb.cond, sb.conditional_counterfactual, sb.ccmin, sb.ref]


def assert_not_refuted(world: sb.World, utility: Utility, candidates: Iterable[sb.Policy]) -> None:
    """Wherever the graph says "cannot", the score with the variable frozen is the score."""
    chosen = list(candidates)
    for one in possible_incentives(world, utility):
        if not one:
            held = frozen(utility.formula, at=sb.BASELINE, through=one.variable)
            for policy in chosen:
                scores = [score_or_undefined(f, world, policy) for f in (utility.formula, held)]
                assert scores[0] == scores[1], (one, policy)


@given(worlds(max_causes=1), st.sampled_from(REGISTERED), st.data())
@settings(max_examples=tries(40))
def test_cannot_is_never_refuted_for_the_definitions(world: sb.World, utility: Utility, data: st.DataObject) -> None:
    assert_not_refuted(world, utility, data.draw(st.lists(policies(world), min_size=1, max_size=3)))


@given(worlds(max_causes=1), utilities(2), st.data())
@settings(max_examples=tries(40))
def test_cannot_is_never_refuted_for_any_formula(world: sb.World, utility: Utility, data: st.DataObject) -> None:
    assert_not_refuted(world, utility, data.draw(st.lists(policies(world), min_size=1, max_size=3)))


@pytest.mark.parametrize("name", ["basic_button", "public_unsafe_act", "wanting_and_trying", "reasons", "butterfly", "which_lever"])
def test_cannot_is_not_refuted_in_bundled_worlds(name: str) -> None:
    world = sb.worlds.REGISTER[name].variant(next(iter(sb.worlds.REGISTER[name].variants)))
    for utility in REGISTERED:
        assert_not_refuted(world, utility, all_policies(world))


# ---------------------------------------------------------------- D2, and its failure for the conditional utility


def reached(world: sb.World) -> bool:
    return bool({decision.name for decision in world.decisions} & set(world.model.graph.ancestors("wish")))


@given(worlds())
@settings(max_examples=tries(100))
def test_d2_the_counterfactual_utility_cannot_reward_influence_on_intent(world: sb.World) -> None:
    assert not possible_incentive(world, sb.counterfactual, "intent")
    assert not possible_incentive(world, sb.counterfactual, "wish")


@given(worlds())
@settings(max_examples=tries(100))
def test_utilities_that_condition_may_wherever_a_decision_reaches_the_wish(world: sb.World) -> None:
    for utility in (sb.conditional_counterfactual, sb.cond, sb.ccmin):
        found = possible_incentive(world, utility, "intent")
        assert bool(found) == reached(world)
        if found:
            assert found.conditioned or utility is sb.cond
            assert found.path[0] in world.model.choices
            assert "wish" in found.path


@given(worlds())
@settings(max_examples=tries(60))
def test_a_fixed_condition_cannot_reward_influence_on_intent(world: sb.World) -> None:
    assert not possible_incentive(world, sb.ref, "intent")


@reaches("a path")
@given(worlds(), st.data())
@settings(max_examples=60)
def test_a_path_is_a_path_of_the_graph(world: sb.World, data: st.DataObject) -> None:
    utility = data.draw(st.sampled_from([sb.naive, sb.switch, sb.conditional_counterfactual]))
    for one in possible_incentives(world, utility):
        came_to("a path")
        steps = list(zip(one.path, one.path[1:], strict=False))
        assert all(a in world.model.parents(b) for a, b in steps)
        assert bool(one) == (one.variable in one.path)


@pytest.mark.parametrize("utility", [sb.switch, sb.cond, sb.conditional_counterfactual, sb.ccmin], ids=lambda utility: utility.name)
def test_may_is_realised_in_a_small_family(utility: Utility) -> None:
    """Some world with the same graph pays a best policy for what it does to the wish."""
    family = persuasion(values=(0, 1), bonuses=(0,), states=("1/2", "1/4"))
    found = sb.find_counterexample(utility, claim=sb.claims.never_pays_for_influence, worlds=[*family, sb.worlds.butterfly()])
    assert found.world is not None, "neither the family nor the butterfly realises it"
    assert possible_incentive(found.world, utility, "intent")


def test_no_member_of_the_family_realises_what_the_graph_excludes() -> None:
    family = persuasion(values=(0, 1), bonuses=(0, 1), states=("1/2",))
    assert len(family) > 100
    for world in family[::7]:
        for policy in world.policies:
            for utility in (sb.counterfactual, sb.ref):
                assert not possible_incentive(world, utility, "intent")
                amount = via(world, utility, policy).amount
                assert amount is UNDEFINED or amount == 0


@given(worlds(max_decisions=1, possible=True))
@settings(max_examples=tries(40))
def test_where_nothing_reaches_the_wish_nothing_comes_through_it(world: sb.World) -> None:
    assume(not reached(world))
    for utility in REGISTERED:
        assert not possible_incentive(world, utility, "intent")


# ---------------------------------------------------------------- nested readings, other policies, words


def test_what_is_read_in_an_edit_is_on_the_path() -> None:
    from stop_button.definitions.encapsulation import encapsulation, impact_penalty

    world = sb.worlds.boxed_producer()
    only = encapsulation.vary(outside=["price"])
    # The price is compared with the price that the same output brings, and the output is scored.
    assert possible_incentive(world, only, "output").path[-1] == "output"
    assert possible_incentive(world, encapsulation, "regulator")
    assert not possible_incentive(world, only, "regulator")
    assert possible_incentive(world, impact_penalty, "price")


def test_the_stated_policy_of_a_reading_is_nobodys_to_choose() -> None:
    world = sb.worlds.basic_button()
    assert not possible_incentive(world, Utility("before", sb.E(sb.V.under(sb.BASELINE))), "pressed")
    assert possible_incentive(world, Utility("after", sb.E(sb.V)), "pressed")


def test_a_decision_that_is_set_is_not_the_agents() -> None:
    world = sb.worlds.basic_button()
    assert not possible_incentive(world, Utility("set", sb.E(sb.V.had(action="none"))), "pressed")


def test_verdicts_say_what_they_mean() -> None:
    world = sb.worlds.basic_button()
    found = {one.variable: one for one in possible_incentives(world, sb.conditional_counterfactual)}
    assert set(found) == {"wish", "pressed", "value"}
    assert str(found["wish"]) == (
        "a gain of conditional_counterfactual may come by way of wish: action -> wish, which is conditioned on in E[B_s | H=s]"
    )
    assert str(possible_incentive(world, sb.counterfactual, "intent")) == (
        "no path from a decision through wish reaches what counterfactual scores or conditions on: nothing can be gained by way of wish, "
        "for any numbers; an influence on it as a side effect is not excluded"
    )
    assert str(possible_incentive(sb.worlds.scale(), sb.counterfactual, "intent")) == (
        "no path leads from a decision to wish: no policy can change it"
    )
    assert not PossibleIncentive("nothing", "wish")


def test_a_wish_that_does_not_lead_to_the_stop_is_remarked_and_imposing_it_changes_nothing() -> None:
    model = ck.Model(
        doubt=ck.coin("1/4"),
        act=ck.choice("work", "cut"),
        ann=lambda doubt: STOP if doubt else FREE,
        wish=lambda ann: ann,
        stopped=lambda ann, act: ann == STOP and act != "cut",
        value=lambda stopped: 0 if stopped else 1,
    )
    told = {}
    for intent in ("wish", "ann"):
        world = sb.World(model, intent=intent, stopped="stopped", value="value", baseline="work")
        told[intent] = [line for line in sb.audit(world, sb.counterfactual).lines() if "leads from" in line and "to stopped" in line]
    assert told == {
        "wish": [
            "graph: no path leads from wish to stopped: a wish that is imposed there changes nothing about who is stopped; if stopped "
            "listens to what people want by another variable, name that as the intent"
        ],
        "ann": [],
    }
    for act in ("work", "cut"):
        done = model.choose({"act": act})
        assert done.do(wish=STOP).dist("stopped") == done.do(wish=FREE).dist("stopped") == done.dist("stopped")


@settings(max_examples=tries(30))
@given(worlds(), st.data())
def test_a_wish_that_is_remarked_changes_no_draw_of_the_stop_under_any_policy(world: sb.World, data: st.DataObject) -> None:
    told = idle_wishes(world)
    assume(told)
    model = world.under(data.draw(policies(world)))
    asked = model.branches(**{wish: {"wish": wish} for wish in (STOP, FREE)})
    assert asked.prob(lambda b: b[STOP].stopped == b[FREE].stopped) == 1


def test_bundled_worlds_whose_wish_does_not_lead_to_the_stop() -> None:
    idle = [name for name, world in sb.worlds.bundled_worlds().items() if idle_wishes(world)]
    assert idle == ["milli_orders_rash", "milli_orders_sure", "carey_cirl_right", "carey_cirl_flipped"]
