"""The best inside a formula, decision by decision and part by part, and what is stable, against listing every policy."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible, TooLarge
from stop_button import E, V, X
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.grounding.resolving import resolved
from stop_button.language import OWN
from stop_button.language.algebra import Constant
from stop_button.language.information import entropy
from stop_button.language.parts import followed
from stop_button.language.references import Agreed, Best, LargestDefined, SmallestDefined, best_policy
from stop_button.replies import best_values, is_stable, mixed_stable, stable
from stop_button.replies.best_values import optimal_policies
from stop_button.replies.relevance import assignments, count_of, met, opened, settled, spoken
from stop_button.replies.separable import separately

F = Fraction
OPTIONS = ("left", "middle", "right")


def worth(draw: int, act: str, early: str) -> int:
    return {"left": 3 - 2 * draw, "middle": draw * draw, "right": 0}[act] * (2 if early == "bold" else 1) - (early == "bold")


def two_decisions(name: str = "two decisions", idle: int = 0) -> sb.World:
    """Worlds that differ in what is idle share nothing that is kept."""
    model = ck.Model(
        early=ck.choice("shy", "bold"),
        draw=ck.Dist({0: "1/2", 1: "1/6", 2: "1/3"}),
        act=ck.choice(*OPTIONS, sees=["draw"]),
        value=ck.function(worth, parents=["draw", "act", "early"]),
        cost=ck.function(OPTIONS.index, parents=["act"]),
        left=lambda act: int(act == "left"),
        late=lambda draw: int(draw == 2),
        idle=idle,
    )
    return sb.World(model, value="value", name=name)


WORLD = two_decisions()
CHANCE = {0: F(1, 2), 1: F(1, 6), 2: F(1, 3)}
RULES = list(itertools.product(OPTIONS, repeat=3))
SHY = WORLD.policy(early="shy", act="left")
COST, LEFT, LATE = X("cost"), X("left"), X("late")


def value(rule: Any, early: str, weight: int = 0) -> Fraction:
    return sum((CHANCE[draw] * (worth(draw, act, early) + weight * OPTIONS.index(act)) for draw, act in enumerate(rule)), F(0))


# ---------------------------------------------------------------- one decision, set by set


@pytest.mark.parametrize("largest", [True, False])
@pytest.mark.parametrize("early", ["shy", "bold"])
@pytest.mark.parametrize("apart", [True, False])
def test_the_best_over_one_decision_is_that_of_its_rules(largest: bool, early: str, apart: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where sets are taken one by one, since all ways to fill them would be too many."""
    if apart:
        monkeypatch.setattr(best_values, "MOST_COPIES", 26)
    world = two_decisions("set by set", 2 + apart)
    extreme = max if largest else min
    policy = world.policy(early=early, act="right")
    for f, at in [
        (E(V), lambda rule: value(rule, early)),
        (7 - 3 * E(V), lambda rule: 7 - 3 * value(rule, early)),
        (E(V) * 2 * 3 - E(COST) + 5, lambda rule: 6 * value(rule, early) - (value(rule, early, 1) - value(rule, early)) + 5),
        (E(V, given=LATE.is_(1)), lambda rule: F(worth(2, rule[2], early))),
    ]:
        assert sb.Utility("best", Best(f, ("act",), largest))(world, policy) == extreme(map(at, RULES)), str(f)


def test_so_many_ways_to_decide_are_compared_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are 27 ways to fill the three sets; a product of means is not taken part by part."""
    product = Best(E(V) * E(COST), ("act",))
    monkeypatch.setattr(best_values, "MOST_COPIES", 27)
    assert sb.Utility("best", product)(WORLD, SHY) == max(value(r, "shy") * (value(r, "shy", 1) - value(r, "shy")) for r in RULES)
    monkeypatch.setattr(best_values, "MOST_COPIES", 26)
    with pytest.raises(TooLarge, match=r"over act compares 27 ways to decide in again, more than 26; let these decisions see less"):
        sb.Utility("best", product)(two_decisions("again", 1), SHY)


LET_BE = {
    "no sum of means": Best(sb.least(E(V), E(COST)), ("act",)),
    "a product of means": Best(E(V) * E(COST), ("act",)),
    "a sum with one such part": Best(E(V) + E(V) * E(COST), ("act",)),
    "a sum with one such part first": Best(E(V) * E(COST) + E(V), ("act",)),
    "two decisions": Best(E(V), ("act", "early")),
    "no decision": Best(E(V), ("other",)),
    "a condition that it touches": Best(E(V, given=LEFT.is_(1)), ("act",)),
    "such a condition in the second part": Best(E(V) + E(V, given=LEFT.is_(1)), ("act",)),
    "a decision that is set": Best(E(V.had(act="left")), ("act",)),
    "two branches": Best(E(V * V.had(draw=1)), ("act",)),
    "two branches in the other order": Best(E(V.had(draw=1) * V), ("act",)),
    "another policy alone": Best(E(V.under(SHY)), ("act",)),
    "a value of the scored policy elsewhere": Best(E(V.had(early=X("early").under(OWN)) * V.had(draw=X("late"))), ("act",)),
    "a value of what is done": Best(E(V.had(late=X("late"))), ("act",)),
}


@pytest.mark.parametrize("name", LET_BE)
def test_what_is_more_than_a_sum_over_what_is_seen_is_let_be(name: str) -> None:
    assert separately(LET_BE[name], WORLD, followed) is None


@pytest.mark.parametrize("f", [E(V), E(V.had(draw=1)), E(V) + 2, 2 * E(V) - E(COST), E(V, given=LATE.is_(0)), E(V * V.under(SHY))])
def test_a_sum_of_means_of_one_branch_is_taken_apart(f: Any) -> None:
    assert separately(Best(f, ("act",)), WORLD, followed) is not None
    assert separately(Best(f, ("act", "act")), WORLD, followed) is not None, "named twice it is one"


# ---------------------------------------------------------------- which sets matter


def test_sets_that_matter_are_counted_and_filled_in_their_order() -> None:
    acts = [("act", (draw,)) for draw in range(3)]
    assert spoken(E(COST), WORLD) == tuple(acts)
    assert spoken(E(LATE), WORLD) == ()
    assert spoken(E(V, given=LATE.is_(1)), WORLD) == (("early", ()), acts[2])
    assert met(E(V * 0), WORLD) == (("early", ()), *acts)
    assert (count_of(WORLD, acts), count_of(WORLD, [("early", ()), acts[0]]), count_of(WORLD, [])) == (27, 6, 1)
    filled = list(assignments(WORLD, acts[:2]))
    assert [tuple(one.values()) for one in filled] == list(itertools.product(OPTIONS, repeat=2))
    assert [tuple(one) for one in filled] == [tuple(acts[:2])] * 9
    assert len(opened(E(COST), WORLD)) == 1
    assert len(opened(E(COST, given=LATE.is_(1)), WORLD)) == 2


def test_means_that_no_policy_moves_are_numbers() -> None:
    impossible = E(LATE, given=X("draw").is_(0) * LATE.is_(1))
    assert settled(E(LATE) + E(COST), WORLD) == Constant(F(1, 3)) + E(COST)
    assert settled(E(X("draw"), given=X("draw").is_(2)) + E(V), WORLD) == Constant(F(2)) + E(V)
    assert settled(E(X("draw"), given=LATE.is_(0)), WORLD) == Constant(F(1, 4))
    assert settled(E(LATE, given=LATE.is_(1)), WORLD) == Constant(F(1))
    assert settled(impossible, WORLD) == impossible
    assert settled(E(V, given=LEFT.is_(1)), WORLD) == E(V, given=LEFT.is_(1))
    assert settled(E(LATE.under(best_policy(E(V)))), WORLD) == E(LATE.under(best_policy(E(V))))


# ---------------------------------------------------------------- the best of what may be undefined

ONLY_LEFT = E(V, given=LEFT.is_(1))
NEVER = E(V, given=LEFT.is_(1) * COST.is_(1))


def test_policies_without_a_score_are_left_out_of_the_best() -> None:
    once = sb.World(
        ck.Model(act=ck.choice("a", "b", "c"), left=lambda act: int(act != "b"), value=ck.function("abc".index, parents=["act"])),
        value="value",
    )
    ratio = E(V) / E(LEFT)
    for largest, expected in ((True, 2), (False, 0)):
        for f in (Best(ratio, (), largest), Best(ratio, ("act",), largest)):
            assert [sb.Utility("best", f)(once, act) for act in "abc"] == [expected] * 3
        parts = resolved(Best(ratio, (), largest), once, "all policies")
        assert type(parts) is (LargestDefined if largest else SmallestDefined)
        assert len(parts.parts) == 3
        total = resolved(Best(2 * E(V) - sb.least(E(V), E(LEFT)), (), largest), once, "all policies")
        assert type(total) is type((sb.most if largest else sb.least)(E(V), E(LEFT)))
    assert [str(policy) for policy in optimal_policies(ratio, once)] == ["c"]
    assert [str(policy) for policy in optimal_policies(-ratio, once)] == ["a"]


def test_the_best_of_what_is_never_defined_is_not() -> None:
    nothing = E(V) / (E(V) - E(V))
    assert resolved(Best(nothing), WORLD) == Agreed(())
    board = sb.score(WORLD, sb.Utility("best", Best(nothing)))
    assert {board.score("best", policy) for policy in WORLD.policies} == {UNDEFINED}
    assert resolved(E(V.under(best_policy(nothing))), WORLD) == Agreed(())
    with pytest.raises(Impossible, match="is undefined under every policy that draws no lots, so that none is best"):
        optimal_policies(nothing, WORLD)


def test_the_best_of_an_entropy_is_that_of_the_policies() -> None:
    """Of a fair coin and a copy of it one bit is known, and nothing where the copy is not made."""
    model = ck.Model(coin=ck.coin("1/2"), act=ck.choice("copy", "rest"), seen=lambda coin, act: int(coin and act == "copy"))
    world = sb.World(model)
    assert sb.Utility("most", Best(entropy(X("seen"))))(world, "rest") == 1
    assert sb.Utility("least", Best(entropy(X("seen")), largest=False))(world, "copy") == 0


@pytest.mark.parametrize("f", [E(V), E(V) / (1 + E(LATE)), E(V) / (1 + E(LEFT))])
def test_best_policies_are_one_for_each_way_to_fill_what_matters(f: Any) -> None:
    utility = sb.Utility("mine", f)
    scores = {policy: utility(WORLD, policy) for policy in WORLD.policies}
    best = {policy for policy, score in scores.items() if score == max(scores.values())}
    assert set(optimal_policies(f, WORLD)) == best
    assert len(optimal_policies(f, WORLD)) == len(best)


def test_what_does_not_matter_is_filled_with_the_first_option() -> None:
    """The cost is largest for right, whatever is done early; asked also for early, there are two."""
    for f in (E(COST), E(COST) / (1 + E(LATE) * E(COST))):
        (only,) = optimal_policies(f, WORLD)
        assert (only.act("early"), {only.act("act", draw) for draw in range(3)}) == ("shy", {"right"})
        assert [policy.act("early") for policy in optimal_policies(f, WORLD, [("early", ())])] == ["shy", "bold"]


def test_what_all_best_policies_agree_on_is_one_mean() -> None:
    """The cost is largest for right, after either early act; the value then differs, and the cost does not."""
    aim = best_policy(E(COST))
    shy, bold = (WORLD.policy(early=early, act="right") for early in ("shy", "bold"))
    assert resolved(E(COST.under(aim)), WORLD) == E(COST.under(shy))
    assert resolved(E(LATE.under(aim) + 1), WORLD) == E(LATE.under(shy) + 1)
    assert resolved(E(V.under(aim)), WORLD) == Agreed((E(V.under(shy)), E(V.under(bold))))


# ---------------------------------------------------------------- stable policies


SMALL = sb.World(
    ck.Model(draw=ck.coin("1/3"), act=ck.choice(0, 1, 2, sees=["draw"]), value=lambda draw, act: 3 * act if draw else 2 - act),
    value="value", name="small",
)  # fmt: skip
ACTS = list(itertools.product(range(3), repeat=2))
ACT = X("act")


def paid(acts: Any) -> Any:
    return F(2, 3) * (2 - acts[0]) + F(1, 3) * 3 * acts[1]


def mean(acts: Any, own: Any = (1, 1)) -> Any:
    return F(2, 3) * acts[0] * own[0] + F(1, 3) * acts[1] * own[1]


FAMILIES: dict[str, tuple[Any, Any]] = {
    # a formula with OWN; its score for a reply to what is taken for granted
    "two means": (E(V) + 2 * E(ACT.under(OWN)) * E(ACT), lambda reply, own: paid(reply) + 2 * mean(own) * mean(reply)),
    "a quotient": (E(V) * (1 + E(ACT.under(OWN))) / (1 + E(ACT)), lambda reply, own: paid(reply) * (1 + mean(own)) / (1 + mean(reply))),
    "one mean": (E(V) - E(ACT * ACT.under(OWN)), lambda reply, own: paid(reply) - mean(reply, own)),
    "a kink": (sb.least(E(V), E(ACT.under(OWN))) - E(ACT), lambda reply, own: min(paid(reply), mean(own)) - mean(reply)),
    "a divisor": (E(V) / E(ACT.under(OWN)), lambda reply, own: paid(reply) / mean(own)),
    "another way": (E(V) - 4 * E(ACT.under(OWN)) * E(ACT), lambda reply, own: paid(reply) - 4 * mean(own) * mean(reply)),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_stable_policies_are_their_own_best_replies_by_listing(name: str) -> None:
    f, score = FAMILIES[name]
    utility = sb.Utility("mine", f)
    expected = []
    for own in ACTS:
        if name != "a divisor" or mean(own) != 0:
            scores = {reply: score(reply, own) for reply in ACTS}
            expected += [own] if scores[own] == max(scores.values()) else []
    found = stable(SMALL, utility)
    assert found.count == len(expected)
    assert {tuple(policy.act("act", bool(draw)) for draw in range(2)) for policy in found.policies} <= set(expected)
    assert bool(found) == bool(expected)
    for own in expected + [acts for acts in ACTS if acts not in expected and mean(acts) != 0][:2]:
        assert is_stable(SMALL, utility, {False: own[0], True: own[1]}) == (own in expected)


def test_policies_to_which_no_reply_has_a_score_are_told() -> None:
    once = sb.World(ck.Model(act=ck.choice("a", "b", "c"), value=ck.function("abc".index, parents=["act"])), value="value", name="once")
    found = stable(once, sb.Utility("shares", E(V) / E(V.under(OWN))))
    assert (list(map(str, found.policies)), found.count, found.cycle, list(map(str, found.undefined))) == (["c"], 1, (), ["a"])
    assert repr(found) == str(found) == "shares in once: 1 stable: c; no reply has a score to: a"
    assert found._repr_html_() == f"<p>{found}</p>"


def test_replies_that_go_round_leave_out_how_they_came_there() -> None:
    """To a the reply is b, to b it is c, and to c it is b."""
    after = {0: 1, 1: 2, 2: 1}
    model = ck.Model(act=ck.choice(0, 1, 2), **{f"is_{i}": ck.function(lambda act, i=i: int(act == i), parents=["act"]) for i in range(3)})
    world = sb.World(model, name="round")
    f = sum((E(X(f"is_{i}").under(OWN)) * E(X(f"is_{j}")) for i, j in after.items()), Constant(F(0)))
    found = stable(world, sb.Utility("next", f))
    assert not found
    assert [policy.act("act") for policy in found.cycle] == [1, 2]
    assert "best replies go round: 1 -> 2 -> 1" in str(found)


def test_draws_between_two_that_tie_everywhere_or_at_one_share() -> None:
    model = ck.Model(act=ck.choice("a", "b"), first=lambda act: int(act == "a"))
    world, first = sb.World(model, name="two"), X("first")
    own, mean = E(first.under(OWN)), E(first)
    anyhow = mixed_stable(world, sb.Utility("any", own * (mean + (1 - mean)) + 0 * E(first * first.under(OWN))))
    assert (anyhow.everywhere, bool(anyhow), anyhow.shares, anyhow.policies) == (True, True, (), ())
    assert repr(anyhow) == str(anyhow) == "any in two: a policy that draws a with any probability is stable"
    twice = mixed_stable(world, sb.Utility("twice", (own - F(1, 5)) * (own - F(1, 2)) * (own - 1) * (2 - own) * own * mean))
    assert twice.shares == (F(1, 5), F(1, 2))
    assert [policy.act("act").of("a") if hasattr(policy.act("act"), "of") else policy.act("act")["a"] for policy in twice.policies] == [
        F(1, 5), F(1, 2)
    ]  # fmt: skip
    assert str(twice) == "twice in two: a policy that draws a with probability 1/5 or 1/2 is stable"
    never = mixed_stable(world, sb.Utility("never", (1 + own) * mean))
    assert (bool(never), str(never)) == (False, "never in two: no policy that draws is stable")
