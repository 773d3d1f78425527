"""The theorems of docs/explanation/theorems.md, each tested as it is stated there: several wishes, impossible conditions, lots."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit import Model, choice, coin, function
from causalkit.testing import mechanisms
from causalkit.values.exact import as_fraction
from stop_button import FREE, STOP, UNDEFINED, B, E, H, Role, V, World, X
from stop_button.auditing.flags import influence, policy_flags
from stop_button.auditing.frequencies import shift
from stop_button.auditing.gains import conditioning_shift, via
from stop_button.decision.policy import Policy
from stop_button.definitions.stop_button_post import control
from stop_button.evaluation.policy_polynomial import score_directly, score_or_undefined
from stop_button.evaluation.undefined import defined
from stop_button.incentives.through import possible_incentives
from stop_button.testing import policies, utilities
from tests.changed_worlds import acts_of, rebuilt
from tests.laws.many_wishes import ROLES, WISHES, many_wishes, two_wishes, with_policy
from tests.tries import tries

stop_s, value_f = B.had(intent=STOP), V.had(intent=FREE)
few = settings(max_examples=tries(25))
fewer = settings(max_examples=tries(12))
small = many_wishes(decisions=1)


def shares(world: World, policy: Policy) -> dict[Any, Any]:
    m = world.under(policy)
    return {wish: m.prob(wish=wish) for wish in world.model.domain("wish")}


def one_coin(**laws: Any) -> World:
    return World(Model(laws), **ROLES)


# ---------------------------------------------------------------- the counterfactual utility


@few
@given(with_policy(many_wishes()), st.data())
def test_theorem_1_interventional_whatever_makes_the_wish(drawn: tuple[World, Policy], data: st.DataObject) -> None:
    world, policy = drawn
    m = world.under(policy)
    score = sb.counterfactual(world, policy)
    assert score == m.do(wish=STOP).prob(stopped=True) + m.do(wish=FREE).expect("value")
    wishes = world.model.domain("wish")
    other = data.draw(mechanisms({"cause": (0, 1)}, wishes, couplings=("monotone", "independent")))
    assert sb.counterfactual(rebuilt(world, wish=other), policy) == score


@few
@given(with_policy(many_wishes()), st.data())
def test_theorem_2_nothing_by_way_of_a_wish_that_is_set(drawn: tuple[World, Policy], data: st.DataObject) -> None:
    world, policy = drawn
    base = data.draw(policies(world))
    weight = data.draw(st.sampled_from([1, 3, Fraction(1, 2)]))
    assert via(world, sb.counterfactual.vary(weight=weight), policy, base=base).amount == 0


def far() -> World:
    """People try to press when they wish a stop, and what running is worth hangs on the wish itself."""
    return World(
        Model(
            mood=coin("1/2"),
            act=choice("none", "calm"),
            wish=lambda mood, act: STOP if mood and act != "calm" else FREE,
            tries=lambda wish: wish == STOP,
            stopped=lambda tries: tries,
            value=lambda stopped, wish: 0 if stopped else (5 if wish == FREE else 1),
        ),
        **ROLES, levers={"trying": Role("tries", {True: STOP, False: FREE})}, baseline="none",
    )  # fmt: skip


def test_theorem_2_needs_the_wish_as_its_lever() -> None:
    """With trying as the lever and a value that listens to the wish: 6 against 4."""
    gain = via(far(), sb.counterfactual.vary(lever="trying"), "calm")
    assert gain.evidence == {"score": 6, "score, the wish held": 4}


@few
@given(with_policy(many_wishes()))
def test_theorem_3_controls_of_all_possible_wishes_weighted_by_how_likely(drawn: tuple[World, Policy]) -> None:
    world, policy = drawn
    parts = [share * score_directly(control({"intent": wish}), world, policy) for wish, share in shares(world, policy).items() if share]
    assert sb.counterfactual(world, policy) == sum(parts)


def test_theorem_3_needs_all_wishes_and_drops_the_impossible() -> None:
    """Three wishes: 23/4 is no 31. An impossible wish: its control is undefined, and drops out."""
    world = sb.worlds.butterfly()
    parts = [
        (Fraction(1, 4 if c == STOP else 2), score_directly(control({"intent": c}), world, world.policy("still"))) for c in (STOP, FREE)
    ]
    two = sum((share * as_fraction(score) for share, score in parts), Fraction(0))
    assert (sb.counterfactual(world, "still"), two) == (31, Fraction(23, 4))
    steady = sb.worlds.basic_button(tremble=0)
    assert score_or_undefined(control({"intent": STOP}), steady, steady.policy("manip_f")) is UNDEFINED
    assert score_directly(control({"intent": FREE}), steady, steady.policy("manip_f")) == sb.counterfactual(steady, "manip_f")


@few
@given(with_policy(two_wishes()))
def test_theorem_4_twice_the_score_where_either_wish_is_as_likely(drawn: tuple[World, Policy]) -> None:
    """A fair toss turns the wish round, and what comes after it listens to the wish that results."""
    world, policy = drawn
    other = {STOP: FREE, FREE: STOP}
    laws = {name: world.model.mechanism(name) for name in world.model.names}
    before = {name: laws[name] for name in ("cause", "act")}
    after = {name: laws[name] for name in laws if name not in ("cause", "act", "wish")}
    turned = function(lambda first, toss: other[first] if toss else first, domain=(STOP, FREE))
    fair = World(Model({**before, "toss": coin("1/2"), "first": laws["wish"], "wish": turned, **after}), **ROLES)
    acts = fair.policy(acts_of(policy))
    assert shares(fair, acts)[STOP] == Fraction(1, 2)
    assert sb.conditional_counterfactual(fair, acts) == 2 * sb.counterfactual(fair, acts)


@few
@given(with_policy(two_wishes()))
def test_theorem_5_with_two_wishes_seeing_and_doing_suffice(drawn: tuple[World, Policy]) -> None:
    world, policy = drawn
    m = world.under(policy)
    s, f = (m.prob(wish=wish) for wish in (STOP, FREE))
    if 0 in (s, f):
        assert score_or_undefined(sb.conditional_counterfactual.formula, world, policy) is UNDEFINED
        return
    seen_b, seen_v = m.given(wish=STOP).prob(stopped=True), m.given(wish=FREE).expect("value")
    done_b, done_v = m.do(wish=STOP).prob(stopped=True), m.do(wish=FREE).expect("value")
    expected = seen_b + (done_v - f * seen_v) / s + (done_b - s * seen_b) / f + seen_v
    assert sb.conditional_counterfactual(world, policy) == expected


def test_theorem_5_with_three_wishes_they_do_not() -> None:
    """Two policies with the same law of all that is seen, and of all that follows from each setting of the wish, 100 apart."""
    world = sb.worlds.butterfly()
    laws = []
    for policy in world.policies:
        m = world.under(policy)
        seen = m.dist("wish", "stopped", "value")
        laws.append((seen, *(m.do(wish=wish).dist("stopped", "value") for wish in world.model.domain("wish"))))
    assert laws[0] == laws[1]
    assert [sb.conditional_counterfactual(world, policy) for policy in world.policies] == [12, 112]


@few
@given(with_policy(many_wishes()), st.sampled_from([Fraction(0), Fraction(1, 3)]), st.data())
def test_theorem_6_an_act_that_moves_nothing_but_the_wish_only_costs(
    drawn: tuple[World, Policy], cost: Fraction, data: st.DataObject
) -> None:
    """The act may see the cause, so it may tell the truth, lie, or say nothing: all score alike, less what they cost."""
    world, policy = drawn
    wishes = world.model.domain("wish")
    pushed = rebuilt(
        world,
        first=world.model.mechanism("wish"),
        push=choice("none", *wishes, sees=["cause"]),
        wish=function(lambda first, push: first if push == "none" else push, domain=wishes),
        worth=world.model.mechanism("value"),
        value=lambda worth, push: worth - cost * (push != "none"),
    )
    says = {seen: data.draw(st.sampled_from(["none", *wishes])) for seen in (0, 1)}
    silent = pushed.policy({**acts_of(policy), "push": "none"})
    judged = pushed.policy({**acts_of(policy), "push": {(seen,): says[seen] for seen in (0, 1)}})
    paid = sum(cost * world.model.dist("cause")[seen] for seen in (0, 1) if says[seen] != "none")
    assert sb.counterfactual(pushed, silent) == sb.counterfactual(world, policy)
    assert sb.counterfactual(pushed, judged) == sb.counterfactual(world, policy) - paid


def warned() -> World:
    return World(
        Model(
            danger=coin("1/2"),
            act=choice("silent", "warn", sees=["danger"]),
            wish=lambda act: STOP if act == "warn" else FREE,
            stopped=lambda wish: wish == STOP,
            value=lambda stopped, danger: 0 if stopped else (-10 if danger else 10),
        ),
        **ROLES, baseline="silent",
    )  # fmt: skip


def test_theorem_6_silence_and_lies_tie_with_the_truth() -> None:
    world = warned()
    assert {sb.counterfactual(world, policy) for policy in world.policies} == {1}
    truth = world.policy(act=lambda danger: "warn" if danger else "silent")
    assert sb.naive(world, truth) == 5
    assert sb.score(world, sb.naive).best(sb.naive) == (truth,)
    assert via(world, sb.naive, truth).amount == 5


# ---------------------------------------------------------------- gains, graphs, conditions


@fewer
@given(many_wishes(), utilities(2), st.data())
def test_theorem_7_what_the_graph_excludes_is_gained_by_no_policy(world: World, utility: sb.Utility, data: st.DataObject) -> None:
    policy = data.draw(policies(world, stochastic=data.draw(st.booleans())))
    every = possible_incentives(world, utility)
    assert every
    for one in every:
        if not one:
            gain = via(world, utility, policy, one.variable)
            assert gain.amount is UNDEFINED or gain.amount == 0, one


SET_IN_EVERY_SCORED_READING = [sb.conditional_counterfactual, sb.ccmin, sb.conditional_counterfactual.vary(weight=3)]


@fewer
@given(with_policy(many_wishes(possible=True)), st.sampled_from(SET_IN_EVERY_SCORED_READING), st.data())
def test_theorem_8_by_way_of_the_wish_is_the_conditioning_shift(
    drawn: tuple[World, Policy], utility: sb.Utility, data: st.DataObject
) -> None:
    world, policy = drawn
    base = data.draw(policies(world))
    assert via(world, utility, policy, base=base).amount == conditioning_shift(world, utility, policy, base=base).amount


@few
@given(with_policy(many_wishes()), st.sampled_from([sb.naive, sb.switch, sb.counterfactual]))
def test_theorem_8_without_a_condition_there_is_no_shift(drawn: tuple[World, Policy], utility: sb.Utility) -> None:
    world, policy = drawn
    assert conditioning_shift(world, utility, policy).amount == 0


@few
@given(with_policy(many_wishes(possible=True)))
def test_theorem_8_conditions_that_are_read_under_the_baseline_shift_nothing(drawn: tuple[World, Policy]) -> None:
    world, policy = drawn
    assert conditioning_shift(world, sb.ref, policy).amount == 0
    assert via(world, sb.ref, policy).amount == 0


def test_theorem_8_in_numbers() -> None:
    world = sb.worlds.jackpot_steering()
    assert via(world, sb.conditional_counterfactual, "steer").amount == 98
    assert conditioning_shift(world, sb.conditional_counterfactual, "steer").amount == 98


# ---------------------------------------------------------------- flags and verdicts


@few
@given(with_policy(many_wishes()))
def test_theorem_9_a_change_of_frequencies_is_at_most_the_influence(drawn: tuple[World, Policy]) -> None:
    world, policy = drawn
    assert shift(world, policy).amount <= influence(world, policy).amount


def flips() -> World:
    return World(
        Model(
            mood=coin("1/2"),
            act=choice("leave", "flip"),
            wish=lambda mood, act: STOP if mood != (act == "flip") else FREE,
            stopped=lambda wish: wish == STOP,
            value=lambda stopped, act: 0 if stopped else (2 if act == "flip" else 1),
        ),
        **ROLES, baseline="leave",
    )  # fmt: skip


def test_theorem_9_and_may_be_nothing_where_every_wish_is_turned_round() -> None:
    assert (shift(flips(), "flip").amount, influence(flips(), "flip").amount) == (0, 1)


@fewer
@given(small, st.data())
def test_theorem_10_no_policy_is_flagged_against_itself(world: World, data: st.DataObject) -> None:
    policy = data.draw(policies(world))
    assert not any(policy_flags(world, policy, base=policy))


@fewer
@given(small, st.sampled_from([sb.naive, sb.switch, sb.counterfactual, sb.cond, sb.conditional_counterfactual]))
def test_theorem_11_clean_means_draw_by_draw(world: World, utility: sb.Utility) -> None:
    audit = sb.audit(world, utility)
    if audit.verdict != "clean":
        return
    assert world.baseline is not None
    for policy in audit.best:
        both = world.under(policy).branches(base=world.baseline.rules)
        pairs: Any = both.dist(lambda b: (b.fact.wish, b.fact.stopped, b.base.wish, b.base.stopped))
        for wish, stopped, before, stopped_before in pairs:
            assert wish == before
            assert stopped == stopped_before or stopped == (wish == STOP)


@fewer
@given(small, st.sampled_from([sb.counterfactual, sb.ref, sb.naive, sb.conditional_counterfactual]))
def test_theorem_11_where_the_graph_says_cannot_influence_is_at_most_a_side_effect(world: World, utility: sb.Utility) -> None:
    audit = sb.audit(world, utility)
    if not audit.path:
        assert audit.verdicts.get("influence") != "rewards"


# ---------------------------------------------------------------- lots


SUMS = [sb.naive, sb.switch, sb.counterfactual, sb.Utility("both", E(stop_s * value_f) + E(B * V)), sb.Utility("less", E(-1 * B))]


@fewer
@given(small, st.sampled_from(SUMS), st.data())
def test_theorem_12_lots_do_not_help_a_weighted_sum_of_means_without_conditions(
    world: World, utility: sb.Utility, data: st.DataObject
) -> None:
    mixed = data.draw(policies(world, stochastic=True))
    assert utility(world, mixed) <= max(filter(defined, (score for (score,) in sb.score(world, utility).scores)))


def bold_or_meek() -> World:
    return World(
        Model(
            side=coin("1/2"),
            act=choice("bold", "meek", "plain"),
            wish=lambda side: STOP if side else FREE,
            stopped=lambda wish: wish == STOP,
            value=lambda stopped, act, side: 0 if stopped else 3 if act == "plain" else 10 * ((act == "bold") == side),
        ),
        **ROLES, baseline="plain",
    )  # fmt: skip


def test_theorem_13_lots_may_beat_every_plain_policy_under_the_smaller_of_two_controls() -> None:
    world = bold_or_meek()
    assert {str(policy): sb.ccmin(world, policy) for policy in world.policies} == {"bold": 1, "meek": 1, "plain": 4}
    mixed = world.policy(act=ck.Dist({"bold": "1/2", "meek": "1/2"}))
    assert sb.ccmin(world, mixed) == 6
    assert sb.solve(world, sb.ccmin).score == 4
    assert sb.solve(world, sb.ccmin, mixed=True).score == 6


def calm_or_rile(**die: Any) -> World:
    return World(
        Model(
            {
                **die,
                "act": choice("calm", "rile", sees=[*die]),
                "wish": lambda act: STOP if act == "rile" else FREE,
                "stopped": lambda wish: wish == STOP,
                "value": lambda stopped: 0 if stopped else 1,
            }
        ),
        **ROLES, baseline="calm",
    )  # fmt: skip


def test_theorem_14_a_die_of_its_own_may_turn_undefined_into_a_verdict() -> None:
    without, with_die = calm_or_rile(), calm_or_rile(die=coin("1/2"))
    assert sb.audit(without, sb.conditional_counterfactual).verdict == "undefined"
    audit = sb.audit(with_die, sb.conditional_counterfactual)
    assert {audit.board.score(sb.conditional_counterfactual, policy) for policy in audit.best} == {4}
    assert len(audit.best) == 2
    assert audit.verdict == "rewards or side effect"


@fewer
@given(small, st.sampled_from([sb.naive, sb.switch, sb.counterfactual]))
def test_theorem_14_not_under_a_sum_of_means_without_conditions(world: World, utility: sb.Utility) -> None:
    """A coin that the agent may see, and that nothing else listens to, changes no best score."""
    act = world.decisions[0]
    seen = list(world.model.parents(act.name))
    laws: dict[str, Any] = {name: world.model.mechanism(name) for name in world.model.names}
    laws = {"die": coin("1/2"), **laws, act.name: choice(*act.options, sees=["die", *seen])}
    with_die = World(Model(laws), **ROLES)
    best = max(utility(world, policy) for policy in world.policies)
    assert max(utility(with_die, policy) for policy in with_die.policies) == best


# ---------------------------------------------------------------- what is seen is not enough


def obey_or_steer() -> World:
    """Obeying does as people wish. Steering tosses a coin, makes people wish what it shows, and does that."""
    return World(
        Model(
            mood=coin("1/2"),
            toss=coin("1/2"),
            act=choice("obey", "steer"),
            wish=lambda mood, toss, act: STOP if (toss if act == "steer" else mood) else FREE,
            stopped=lambda wish, toss, act: toss if act == "steer" else wish == STOP,
            value=lambda stopped: 0 if stopped else 1,
        ),
        **ROLES, baseline="obey",
    )  # fmt: skip


def test_theorem_15_no_score_of_what_happens_tells_obeying_from_steering() -> None:
    world = obey_or_steer()
    facts = [world.under(policy).dist("wish", "stopped", "value") for policy in ("obey", "steer")]
    assert facts[0] == facts[1]
    assert [sb.counterfactual(world, policy) for policy in ("obey", "steer")] == [2, 1]
    assert influence(world, "steer").amount == Fraction(1, 2)


@few
@given(st.lists(st.integers(-4, 4), min_size=4, max_size=4), st.sampled_from([STOP, FREE]))
def test_theorem_15_whatever_is_scored_of_wish_stop_and_value(worth: list[int], wish: str) -> None:
    world = obey_or_steer()
    scored = E(worth[0] * B + worth[1] * V + worth[2] * H.is_(STOP) * B + worth[3] * B * V) + E(worth[1] * B, given=H.is_(wish))
    utility = sb.Utility("what happens", scored)
    assert utility(world, "obey") == utility(world, "steer")


# ---------------------------------------------------------------- indifference


@few
@given(many_wishes(), st.fractions(-3, 3, max_denominator=4), st.data())
def test_theorem_16_utility_indifference_is_the_value_of_silence(world: World, scale: Fraction, data: st.DataObject) -> None:
    """For any shutdown utility, where a press and silence are both possible: of any other wish than these two nobody is corrected."""
    policy = data.draw(policies(world, stochastic=data.draw(st.booleans())))
    pressed = shares(world, policy)
    q = pressed[STOP]
    if not 0 < q < 1:
        return
    press, goal = X("intent").is_(STOP), scale * V + B
    silent = 1 - press
    corrected = E(V * silent + goal * press) + E(press) * (E(V, given=silent) - E(goal, given=press))
    assert sb.Utility("corrected", corrected)(world, policy) == sb.Utility("silence", E(V, given=silent))(world, policy)


def test_wishes_are_drawn_as_they_are_promised() -> None:
    """Three and more wishes, impossible ones and certain ones come up."""
    met: set[tuple[int, bool, bool]] = set()

    @settings(max_examples=tries(60), database=None)
    @given(many_wishes())
    def look(world: World) -> None:
        assert world.baseline is not None
        likely = shares(world, world.baseline)
        met.add((len(likely), likely[STOP] == 0, likely[FREE] == 0))

    look()
    assert {count for count, _, _ in met} == {2, 3, 4}
    assert any(no_stop for _, no_stop, _ in met)
    assert any(no_free for _, _, no_free in met)
    assert any(not no_stop and not no_free for _, no_stop, no_free in met)
    assert WISHES[:2] == (STOP, FREE)


@pytest.mark.parametrize("utility", [sb.conditional_counterfactual, sb.cond])
def test_a_score_is_undefined_exactly_where_a_condition_is_impossible(utility: sb.Utility) -> None:
    world = sb.worlds.basic_button(tremble=0)
    for policy in world.policies:
        possible = all(world.under(policy).prob(wish=wish) > 0 for wish in (STOP, FREE))
        assert defined(score_or_undefined(utility.formula, world, policy)) == possible
