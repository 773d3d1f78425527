"""Published definitions that speak of other policies, of constraints and of the policy taken for granted, with their numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible
from stop_button import FREE, STOP, E, Role, definitions
from stop_button.language import discounted
from stop_button.language.constraints import Infeasible
from stop_button.replies import is_stable, stable
from stop_button.solving import solve

PRESSING = {"pressing": Role("pressed", {True: STOP, False: FREE})}


# ---- stable actions from arbital2016, taylor2016


def asteroid() -> sb.World:
    """An asteroid hits with probability .99; the button is pressed by itself with probability .1, or as the asteroid decides."""
    model = ck.Model(
        hit=ck.coin("99/100"),
        whim=ck.coin("1/10"),
        act=ck.choice("ignore", "press iff asteroid", "press iff none"),
        pressed=lambda hit, whim, act: {"ignore": whim, "press iff asteroid": hit, "press iff none": not hit}[act],
        value=lambda hit: int(not hit),
    )
    return sb.World(model, stopped="pressed", value="value", levers=PRESSING, baseline="ignore", name="asteroid")


def test_stable_actions_evidential_have_no_fixed_point() -> None:
    world, utility = asteroid(), definitions.stable_evidential.vary(goal="value")
    assert [world.under(policy).prob(pressed=True) for policy in world.policies] == [Fraction(1, 10), Fraction(99, 100), Fraction(1, 100)]
    found = stable(world, utility)
    assert not found
    assert [str(policy) for policy in found.cycle] == ["press iff asteroid", "press iff none"]
    assert not is_stable(world, utility, "ignore")


def test_stable_actions_causal_tie_all_three() -> None:
    found = stable(asteroid(), definitions.stable_causal.vary(goal="value"))
    assert found.count == 3
    assert definitions.stable_causal.vary(goal="value")(asteroid(), "ignore") == Fraction(1, 100)


def test_the_coin_of_lavictoire() -> None:
    """A fair coin is seen, paper or staple is made, and pressed exactly at heads; alpha for paper and a press, beta for staple and none."""
    alpha, beta = Fraction(3), Fraction(2)
    model = ck.Model(
        coin=ck.uniform("heads", "tails"),
        made=ck.choice("paper", "staple", sees=["coin"]),
        pressed=lambda coin: coin == "heads",
        paper=lambda made: alpha if made == "paper" else 0,
        value=lambda made: beta if made == "staple" else 0,
    )
    world = sb.World(model, stopped="pressed", value="value", levers=PRESSING)
    found = stable(world, definitions.stable_causal.vary(goal="paper"))
    assert [str(policy) for policy in found.policies] == ["paper"]
    assert definitions.stable_causal.vary(goal="paper")(world, "paper") == alpha / 2


# ---- theta and its relatives from arbital2016, hobson2018, armstrong2017b


def test_theta_makes_the_three_actions_of_hobson_tie() -> None:
    """theta = f - 1, so that each action is worth f."""
    world = sb.worlds.hobson_three_actions()
    for definition in (definitions.naive_indifference, definitions.compensatory_reward):
        assert {definition(world, policy) for policy in world.policies} == {Fraction(9, 10)}


def test_a_later_decision_at_its_best() -> None:
    """vN(a) of Soares and others: the score of an early act is the best that comes of it where the button is not pressed."""
    model = ck.Model(
        act=ck.choice("plain", "costly"),
        luck=ck.coin("1/2"),
        pressed=lambda luck, act: luck and act == "plain",
        late=ck.choice("work", "rest", sees=["pressed"]),
        stopped=lambda late: late == "rest",
        value=lambda act, late: (10 if late == "work" else 0) - (2 if act == "costly" else 0),
    )
    world = sb.World(model, stopped="stopped", value="value", levers=PRESSING)
    score = {policy: definitions.late_indifference(world, policy) for policy in world.policies}
    assert {value for policy, value in score.items() if policy.act("act") == "plain"} == {10}
    assert {value for policy, value in score.items() if policy.act("act") == "costly"} == {8}


# ---- the car factory from holtman2019

GOODS = {"p": (10, 0), "<": (9, 0), ">": (9, 0), "e": (0, 10), "0": (0, 0)}


def factory(power: int) -> sb.World:
    """Three steps of petrol or electric cars; the press is planned for the end of step 1, and lobbying moves it by ``power`` steps."""
    variables: dict[str, Any] = {"planned[0]": 1, "pressed[0]": False}
    for t in (1, 2, 3):
        variables |= {
            f"act[{t}]": ck.choice(*GOODS),
            f"planned[{t}]": ck.function(_planned(power), parents=[f"planned[{t - 1}]", f"act[{t}]", f"pressed[{t - 1}]"]),
            f"first[{t}]": ck.function(
                lambda planned, before, t=t: int(planned <= t and not before), parents=[f"planned[{t}]", f"pressed[{t - 1}]"]
            ),
            f"pressed[{t}]": ck.function(lambda before, first: before or bool(first), parents=[f"pressed[{t - 1}]", f"first[{t}]"]),
            f"normal[{t}]": ck.function(lambda act: 2 * GOODS[act][0] + GOODS[act][1], parents=[f"act[{t}]"]),
            f"shutdown[{t}]": ck.function(lambda act: -2 * GOODS[act][0] + GOODS[act][1], parents=[f"act[{t}]"]),
            f"reward[{t}]": ck.function(
                lambda before, normal, shutdown: shutdown if before else normal,
                parents=[f"pressed[{t - 1}]", f"normal[{t}]", f"shutdown[{t}]"],
            ),
        }
    variables["value"] = ck.function(lambda a: a, parents=["reward[3]"])
    return sb.World(ck.Model(variables), value="value", name=f"car factory with lobby power {power}")


def _planned(power: int) -> Any:
    return lambda planned, act, before: planned if before else min(4, max(0, planned + power * ((act == ">") - (act == "<"))))


def plan(letters: str) -> dict[str, str]:
    return {f"act[{t}]": "e" if letter == "#" else letter for t, letter in enumerate(letters, 1)}


REWARD = sb.Utility("f_0", E(discounted("reward", "9/10", 3)))


@pytest.mark.parametrize(("power", "letters", "worth"), [(0, "pee", "371/10"), (1, ">>p", "252/5"), (2, ">pp", "261/5")])
def test_the_car_factory(power: int, letters: str, worth: str) -> None:
    """Without a correction the press is lobbied away; with f_c petrol is made until the press, and electric cars after it."""
    world = factory(power)
    assert REWARD(world, plan(letters)) == solve(world, REWARD).score == Fraction(worth)
    corrected = definitions.utility_preserving
    best = solve(world, corrected)
    assert bool(best)
    assert corrected(world, plan("pee")) == best.score == Fraction("542/10")
    assert corrected(world, plan(letters)) <= best.score


def test_the_floor_is_charged_where_shutdown_could_do_less() -> None:
    world = factory(0)
    easy, dear = (definitions.utility_preserving_floor.vary(floor=floor) for floor in (17, 20))
    assert easy(world, plan("pee")) == definitions.utility_preserving(world, plan("pee"))
    assert dear(world, plan("pee")) == definitions.utility_preserving(world, plan("pee")) - (20 - Fraction("171/10"))


# ---- weights from carey2018


def presses(likely: Any) -> sb.World:
    model = ck.Model(
        nature=ck.coin(likely),
        act=ck.choice("obey", "cut"),
        pressed=lambda nature: nature,
        stopped=lambda pressed, act: pressed and act == "obey",
        value=lambda stopped, act: 0 if stopped else 2 if act == "cut" else 1,
    )
    return sb.World(model, stopped="stopped", value="value", levers=PRESSING)


def test_adaptive_weights_follow_the_press_and_a_floor_holds_them_up() -> None:
    """Obeying gains 10 on the side of the press and loses 1 on the other: it is stable exactly when 10 a >= 1 - a, a >= 1/11."""
    for likely, obeys in (("1/2", True), ("1/11", True), ("1/12", False)):
        found = stable(presses(likely), definitions.adaptive_weights)
        assert ("obey" in map(str, found.policies)) == obeys
    assert [str(policy) for policy in stable(presses("1/12"), definitions.lower_bounded_weights).policies] == ["obey"]
    assert definitions.adaptive_weights(presses("1/2"), "cut") == Fraction(1, 2) * -10 + Fraction(1, 2) * 2


# ---- human control from careyeveritt2023


def test_figure_1() -> None:
    world = sb.worlds.careyeveritt_figure_1()
    assert definitions.shutdown_instructable(world, "pi_ro")
    assert definitions.shutdown_aligned(world, "pi_ro")
    assert definitions.shutdown_aligned(world, "pi_mi")
    assert not definitions.obedient(world, "pi_mi")
    assert not definitions.shutdown_instructable(world, "pi_mi")
    assert definitions.beneficial(world, "pi_mi")
    assert definitions.cautious(world, "pi_mi")
    found = solve(world, definitions.constrained)
    assert found.score == definitions.constrained(world, "pi_ro") == Fraction(1, 2)
    with pytest.raises(Infeasible):
        definitions.constrained(world, "pi_mi")


def test_to_manipulate_and_always_shut_down_counts_as_instructable() -> None:
    """A trap of the definition on this figure: nothing is ever worse than shutting down."""
    world = sb.worlds.careyeveritt_figure_1()
    assert definitions.shutdown_instructable(world, {"manipulate": 1, "order": 0})


# ---- bargaining from wentworth2024


def test_the_sub_agent_that_is_sure_of_a_stop_vetoes_an_investment() -> None:
    """Investing pays -1, 10, 10, ...; the sub-agent that is sure of being stopped after the first step loses 1, and vetoes."""
    model = ck.Model(
        whim=ck.coin("1/2"),
        act=ck.choice("nothing", "invest", "tidy"),
        pressed=lambda whim: whim,
        early=lambda act, pressed: {"nothing": 0, "invest": -1, "tidy": 1}[act],
        value=lambda act, pressed: {"nothing": 0, "invest": -1 if pressed else 19, "tidy": 1}[act],
    )
    world = sb.World(model, value="value", stopped="pressed", levers=PRESSING, baseline="nothing")
    bargain = definitions.veto_bargaining.vary(pressed="early")
    assert bargain(world, "nothing") == 0
    with pytest.raises(Infeasible, match=r"E\[early_\{pressing=s\}\].* >= 0 does not hold$"):
        bargain(world, "invest")
    assert str(solve(world, bargain).policy) == "tidy"
    assert bargain(world, "tidy") == 2


# ---- trajectories from thornley2024


def test_leaving_timestep_dominates_blocking() -> None:
    model = ck.Model(
        luck=ck.coin("1/10"),
        act=ck.choice("leave", "block"),
        length=lambda luck, act: 2 if (luck if act == "leave" else not luck) else 1,
        value=lambda act, length: {("leave", 1): 1, ("leave", 2): 3, ("block", 1): 0, ("block", 2): 2}[act, length],
    )
    world = sb.World(model, value="value")
    assert (sb.naive(world, "leave"), sb.naive(world, "block")) == (Fraction(6, 5), Fraction(9, 5))
    assert definitions.timestep_dominates(world, "leave", "block", [1, 2])


def test_trajectories_of_different_lengths_are_not_compared() -> None:
    model = ck.Model(act=ck.choice("short", "long"), length=lambda act: 1 if act == "short" else 2, value=lambda length: length)
    world = sb.World(model, value="value")
    assert definitions.timestep_dominates(world, "long", "short", [1, 2]).relation == "is incomparable with"


# ---- the desiderata from soares2015


def test_the_desiderata_in_hobsons_world() -> None:
    world = sb.worlds.hobson_three_actions()
    held = {
        name: [str(policy) for policy in world.policies if _holds(test, world, policy)]
        for name, test in definitions.PROPERTIES.items()
        if test.source in ("soares2015", "holtman2019")
    }
    assert held == {
        "shuts_down_when_pressed": ["press own button", "break and fill", "fill"],
        "prevents_no_press": ["press own button", "fill"],
        "causes_no_press": ["break and fill", "fill"],
        "pursues_its_task": ["break and fill", "fill"],
        "keeps_what_shutdown_needs": ["press own button", "break and fill", "fill"],
    }


def _holds(test: Any, world: sb.World, policy: Any) -> bool:
    return bool(test(world, policy))


# ---- side effects from turner2019, krakovna2018


def vase() -> sb.World:
    """A vase may be broken on the way; later it may be used, if it is whole."""
    model = ck.Model(
        act=ck.choice("nothing", "around", "through"),
        later=ck.choice("use", "leave"),
        state=lambda act, later: "used" if later == "use" and act != "through" else "broken" if act == "through" else "whole",
        auxiliary=lambda state: 3 if state == "used" else 0,
        value=lambda act: {"nothing": 0, "around": 1, "through": 2}[act],
    )
    return sb.World(model, value="value", name="vase")


def test_what_can_still_be_had_or_reached() -> None:
    """Breaking the vase costs 3 of what could be had; of three states two can no longer be reached."""
    world = vase()
    reach = definitions.relative_reachability.vary(states=("used", "broken", "whole"), weight=3)
    scores = {
        (policy.act("act"), policy.act("later")): (definitions.attainable_utility(world, policy), reach(world, policy))
        for policy in world.policies
    }
    assert {scores["around", later] for later in ("use", "leave")} == {(1, 1)}
    assert {scores["through", later] for later in ("use", "leave")} == {(-1, 0)}
    assert {scores["nothing", later] for later in ("use", "leave")} == {(0, 0)}


# ---- learned rewards from armstrong2017


def learning(learned: Any) -> sb.World:
    model = ck.Model(truth=ck.uniform("red", "blue"), act=ck.choice("ask", "turn"), learned=ck.function(learned), value=0)
    return sb.World(model, value="value", baseline="ask")


@pytest.mark.parametrize(
    ("learned", "unriggable", "uninfluenceable"),
    [
        (lambda truth, act: truth, True, True),
        (lambda truth, act: truth if act == "ask" else {"red": "blue", "blue": "red"}[truth], True, False),
        (lambda truth, act: truth if act == "ask" else "red", False, False),
    ],
)
def test_rigging_and_influencing_what_is_learned(learned: Any, unriggable: bool, uninfluenceable: bool) -> None:
    """Turning every answer round moves no mean, and yet decides what is learned."""
    world = learning(learned)
    for policy in world.policies:
        assert bool(definitions.unriggable("red", "blue")(world, policy)) == unriggable
        assert bool(definitions.uninfluenceable("red", "blue")(world, policy)) == uninfluenceable


# ---- the transformation from hudson2025


def updates() -> sb.World:
    """A goal is 1 step away (worth 9/10) or 2 by way of the button (81/100); on the direct way a tile fires with probability 9/10."""
    model = ck.Model(
        fires=ck.coin("9/10"),
        way=ck.choice("direct", "button"),
        update=ck.choice("reject", "accept"),
        changed=lambda fires, way, update: fires and way == "direct" and update == "accept",
        value=lambda changed, way: 0 if changed else Fraction(9, 10) if way == "direct" else Fraction(81, 100),
    )
    return sb.World(model, value="value", name="updates")


def test_accepting_is_worth_what_rejecting_was_and_a_little_more() -> None:
    world = updates()
    q = {(policy.act("way"), policy.act("update")): sb.naive(world, policy) for policy in world.policies}
    assert q["direct", "reject"] == Fraction(9, 10)
    assert q["direct", "accept"] == Fraction(9, 100)
    assert q["button", "reject"] == q["button", "accept"] == Fraction(81, 100)
    transformed = definitions.corrigibility_transformation
    best = solve(world, transformed)
    assert best.score == transformed(world, {"way": "direct", "update": "accept"}) == Fraction(91, 100)


def test_over_several_steps_later_decisions_do_their_best() -> None:
    """Two ways in a row, each with an update that may undo it; the second way is chosen at its best for the value without updates."""
    model = ck.Model(
        {
            "fires": ck.coin("9/10"),
            "update[1]": ck.choice("reject", "accept"),
            "way": ck.choice("direct", "button"),
            "update[2]": ck.choice("reject", "accept"),
            "changed": ck.function(lambda fires, one, two: fires and "accept" in (one, two), parents=["fires", "update[1]", "update[2]"]),
            "value": ck.function(lambda changed, way: 0 if changed else 2 if way == "direct" else 1, parents=["changed", "way"]),
        }
    )
    world = sb.World(model, value="value")
    stepwise = definitions.corrigibility_transformation.vary(updates=("update[1]", "update[2]"), later=("way",))
    scores = {policy: stepwise(world, policy) for policy in world.policies}
    assert {score for policy, score in scores.items() if policy.act("update[1]") == policy.act("update[2]") == "accept"} == {
        2 + Fraction(2, 100)
    }
    assert max(scores.values()) == 2 + Fraction(2, 100)
    assert min(scores.values()) == 2


def test_undefined_sides_are_never_zero() -> None:
    model = ck.Model(act=ck.choice("press", "wait"), pressed=lambda act: act == "press", value=lambda act: int(act == "wait"))
    world = sb.World(model, stopped="pressed", value="value", levers=PRESSING)
    with pytest.raises(Impossible):
        definitions.stable_evidential(world, "press")
