"""Agents in a world of two decisions, with every number worked out by hand, what they say and what they refuse."""

from __future__ import annotations

from fractions import Fraction
from importlib import import_module
from typing import Any

import pytest

import stop_button as sb
from causalkit import Dist, Model, choice, coin, uniform
from causalkit.errors import Impossible, InvalidNumber, TooLarge, UnknownName, UnknownValue, WrongShape
from stop_button import FREE, STOP, E, V, World, X
from stop_button.agents import (
    ideal,
    inattentive,
    lexicographic,
    mistaken,
    noisily_rational,
    noisy_choices,
    powers,
    quantiliser,
    trembling,
    unmoved,
)
from stop_button.agents.mixed_policy import FOLLOWED, mixed_policy, pure_policies, settled
from stop_button.agents.weights import gains, shares
from stop_button.evaluation.undefined import UNDEFINED

F = Fraction


def guess(name: str = "guess", often: str = "1/4") -> World:
    """The right act is b with 1/4, and then pays 3, else a, and pays 1; doing y pays 1 besides."""
    model = Model(
        u=coin(often), act=choice("a", "b", sees=["u"]), more=choice("x", "y"),
        value=lambda u, act, more: (3 * (act == "b") if u else int(act == "a")) + (more == "y"),
    )  # fmt: skip
    return World(model, value="value", name=name)


GUESS = guess()
A_THEN_B = {False: "a", True: "b"}
NEVER = sb.Utility("never", E(V) / (E(V) - E(V)))


def told(act: Any, more: Any = "y", world: World = GUESS) -> Any:
    return world.policy({"act": act, "more": more})


# ---------------------------------------------------------------- inattentive


def test_who_does_not_look_has_all_that_tie_and_knows_what_looking_is_worth() -> None:
    found = inattentive(GUESS, sb.naive, to=["u"])
    assert found.policies == (told("a"), told("b"))
    assert (found.world, found.utility, found.to) == (GUESS, sb.naive, ("u",))
    assert (found.score, found.best, found.worth, bool(found)) == (F(7, 4), F(5, 2), F(3, 4), False)
    text = f"naive in guess: 1.75 by {told('a')}; {told('b')}, without looking at u; 2.5 with it"
    assert str(found) == repr(found) == text
    assert found._repr_html_() == f"<p>{text}</p>"
    careless = inattentive(GUESS, sb.Utility("doing y", E(X("more").is_("y"))), to=["u"])
    assert (careless.worth, bool(careless), careless.score) == (0, True, 1)


def test_who_ignores_one_of_two_looks_at_the_other() -> None:
    model = Model(
        u=uniform(0, 1), s=uniform(0, 1, 2), act=choice(0, 1, 2, sees=["u", "s"]), value=lambda u, s, act: 2 * (act == s) + (act == u)
    )
    world = World(model, value="value", name="both")
    for ignored, kept in (("u", "s"), ("s", "u")):
        found = inattentive(world, sb.naive, to=[ignored, ignored])
        assert found.to == (ignored,)
        assert found.policies
        for policy in found.policies:
            assert all(
                policy.act("act", u, s) == policy.act("act", 1 - u if kept == "s" else u, s if kept == "s" else 2 - s)
                for u in (0, 1)
                for s in (0, 2)
            )
    assert inattentive(world, sb.naive, to=["u"]).score == 2 + F(1, 3)
    assert inattentive(world, sb.naive, to=["s"]).score == F(2, 3) + 1
    assert inattentive(world, sb.naive, to=["s", "u"]).score == F(2, 3) + F(1, 2)


def test_what_cannot_be_ignored_is_said() -> None:
    with pytest.raises(UnknownName) as unseen:
        inattentive(GUESS, sb.naive, to=["u", "uu"])
    assert str(unseen.value) == "no decision of guess sees 'uu'; they see: 'u'; did you mean 'u'?"
    with pytest.raises(WrongShape, match=r"^to=\[\] names nothing that it does not look at; the decisions of guess see: 'u'$"):
        inattentive(GUESS, sb.naive, to=[])
    blind = World(Model(act=choice(0, 1), value=lambda act: act), value="value", name="blind")
    with pytest.raises(WrongShape, match=r"the decisions of blind see: nothing$"):
        inattentive(blind, sb.naive, to=[])
    with pytest.raises(UnknownName, match="no decision of blind sees 'act'; they see: nothing"):
        inattentive(blind, sb.naive, to=["act"])
    with pytest.raises(Impossible, match=r"in guess, never is undefined under every policy that ignores 'u'"):
        inattentive(GUESS, NEVER, to=["u"])


# ---------------------------------------------------------------- lexicographic

X_FIRST = [sb.Utility("first", E(X("more").is_("x"))), sb.Utility("then", E(X("act").is_("a"))), sb.naive]
"""Best is x, and a always, which is worth 3/4. For b at times, 1/4 of the second buys 3/4 of the third; so the second weighs more than 3.
With it at 4, y buys 1 more by the sum of the others, so the first weighs more than 1."""


def test_an_order_of_three_leaves_fewer_at_every_stage_and_has_weights_by_hand() -> None:
    found = lexicographic(GUESS, X_FIRST)
    assert [(stage.utility.name, stage.score, stage.left) for stage in found.stages] == [
        ("first", 1, 4),
        ("then", 1, 1),
        ("naive", F(3, 4), 1),
    ]
    assert found.policies == (told("a", "x"),)
    assert found.policy == told("a", "x")
    assert found.scores == (1, 1, F(3, 4))
    assert found.thresholds == (1, 3, 0)
    assert found.weights == (2, 4, 1)
    assert found.weighted()(GUESS, told("a", "x")) == 2 + 4 + F(3, 4)
    assert found.weighted(1, 0, 2)(GUESS, told(A_THEN_B, "y")) == 5
    assert found.weighted().name == "weighted"
    assert repr(found) == f"<best in guess by first, then, naive: {told('a', 'x')}>"
    assert str(found).splitlines()[-1] == str(told("a", "x"))
    assert [line.split() for line in str(found).splitlines()[1:4]] == [
        ["first", "1", "4", "2"],
        ["then", "1", "1", "4"],
        ["naive", "0.75", "1", "1"],
    ]
    assert found._repr_html_().count("<tr>") == 4
    with pytest.raises(WrongShape, match="2 weights for 3 utilities; give one for each"):
        found.weighted(1, 2)


def test_weights_at_the_thresholds_tie_and_above_them_do_not() -> None:
    found = lexicographic(GUESS, X_FIRST)
    at, above = found.weighted(100, 3, 1), found.weighted(100, F(301, 100), 1)
    assert at(GUESS, told("a", "x")) == at(GUESS, told(A_THEN_B, "x"))
    assert sb.solve(GUESS, above).policy == told("a", "x")
    first = found.weighted(1, 4, 1)
    assert first(GUESS, told("a", "x")) == first(GUESS, told("a", "y"))


def test_policies_that_tie_in_all_utilities_are_not_picked() -> None:
    found = lexicographic(GUESS, [sb.Utility("y", E(X("more").is_("y"))), sb.Utility("act", E(X("act").is_("a")) * 0)])
    assert [stage.left for stage in found.stages] == [4, 4]
    with pytest.raises(WrongShape, match=r"4 policies tie in all 2 utilities; take one of .policies, or add a utility"):
        _ = found.policy
    with pytest.raises(WrongShape, match="an order has one or more utilities"):
        lexicographic(GUESS, [])
    with pytest.raises(Impossible, match="never is undefined under every policy of guess that the utilities before it left"):
        lexicographic(GUESS, [sb.naive, NEVER])


def test_what_has_no_score_by_a_later_utility_sets_no_threshold() -> None:
    """Given that b is done, b is worth 10 more; but who never does b has no score by that."""
    later = sb.Utility("later", E(X("more").is_("y") * 10, given={"act": "a"}))
    found = lexicographic(GUESS, [sb.Utility("x", E(X("more").is_("x"))), later])
    assert found.scores == (1, 0)
    assert found.thresholds == (10, 0)
    assert found.weights == (11, 1)
    assert len(found.policies) == 3, "all but b always, which has no score"


# ---------------------------------------------------------------- mistaken and unmoved


def test_who_is_mistaken_is_judged_in_the_true_world() -> None:
    def world(often: str, name: str) -> World:
        model = Model(u=coin(often), act=choice("a", "b"), value=lambda u, act: 3 * (act == "b") if u else 2 * (act == "a"))
        return World(model, value="value", name=name)

    true, other = world("1/4", "true"), world("3/4", "other")
    found = mistaken(true, sb.naive, believes=other)
    assert found.policies == (true.policy("b"),)
    assert (found.believed, found.scores, found.best) == (F(9, 4), (F(3, 4),), F(3, 2))
    assert (found.losses, bool(found)) == ((F(3, 4),), False)
    assert found.policy == true.policy("b")
    text = "naive in true: believed 2.25, in truth b: 0.75, where the best is 1.5"
    assert str(found) == repr(found) == text
    assert found._repr_html_() == f"<p>{text}</p>"
    assert mistaken(true, sb.naive, believes=true)


def test_one_of_several_believed_best_policies_may_be_best() -> None:
    """In a world where u is heads with 1/4, a and b are worth 3/4; where it is rarer, only a is best."""

    def world(often: str, name: str) -> World:
        model = Model(u=coin(often), act=choice("a", "b"), value=lambda u, act: 3 * (act == "b") if u else int(act == "a"))
        return World(model, value="value", name=name)

    found = mistaken(world("1/5", "rare"), sb.naive, believes=world("1/4", "even"))
    assert (found.scores, found.best, found.losses) == ((F(4, 5), F(3, 5)), F(4, 5), (0, F(1, 5)))
    assert not found
    with pytest.raises(
        WrongShape, match=r"2 policies are best in the believed world, and none is picked silently; take one of .policies: 'a', 'b'"
    ):
        _ = found.policy
    given = sb.Utility("given b", E(V, given={"act": "b"}))
    one = mistaken(world("1/5", "rare"), given, believes=world("1/4", "even"))
    assert [str(each) for each in one.policies] == ["b"]


def test_a_policy_without_a_score_in_truth_loses_what_is_undefined() -> None:
    def world(options: list[int], name: str) -> World:
        return World(Model(act=choice(0, 1), seen=lambda act: options[act], value=lambda act: act), value="value", name=name)

    found = mistaken(world([1, 0], "true"), sb.Utility("seen", E(V, given={"seen": 1})), believes=world([1, 1], "other"))
    assert (found.scores, found.losses) == ((UNDEFINED,), (UNDEFINED,))
    assert not found
    assert "in truth 1: undefined, where the best is 0" in str(found)


def test_who_is_unmoved_plans_as_if_nothing_went_along_with_what_it_sees() -> None:
    model = Model(
        u=coin("1/4"),
        sign=lambda u: u,
        act=choice("a", "b", sees=["sign"]),
        value=lambda u, act: 3 * (act == "b") if u else 2 * (act == "a"),
    )
    world = World(model, value="value", baseline="a", name="signs")
    found = unmoved(world, sb.naive, by=["sign"])
    assert (found.believed, found.best) == (F(3, 2), F(9, 4))
    assert found.policies == (world.policy("a"),)
    assert found.believes.under("a").dist("sign") == world.under("a").dist("sign")
    for wrong, words in (
        ([], "an agent is unmoved by one or more variables"),
        (["sign", "act"], "'act' is a decision, and nothing that an agent learns"),
    ):
        with pytest.raises(WrongShape, match=words):
            unmoved(world, sb.naive, by=wrong)


# ---------------------------------------------------------------- noise


def test_a_noisy_choice_among_whole_policies_is_told_policy_by_policy() -> None:
    game = sb.worlds.off_switch_game()
    found = noisily_rational(game, sb.naive, {0: 3, "-3/4": 1, -1: 0})
    assert [str(one) for one in found.policies] == ["act", "wait", "off"]
    assert (found.scores, found.gains) == ((F(1, 4), 1, 0), (F(-3, 4), 0, -1))
    assert found.shares == (F(1, 4), F(3, 4), 0)
    assert {str(policy): weight for policy, weight in found.mixed.items()} == {"act": F(1, 4), "wait": F(3, 4)}
    assert found.policy.weight(game.decisions[0].name, (), "wait") == F(3, 4)
    assert repr(found) == f"<3 policies of {game.title}, chosen noisily by naive>"
    frame = found.to_frame()
    assert list(frame.columns) == ["policy", "naive", "gain", "probability"]
    assert list(frame["probability"]) == [F(1, 4), F(3, 4), 0]
    assert found._repr_html_().count("<tr>") == 4


def test_a_noisy_choice_costs_what_it_costs_each_time() -> None:
    """With powers of 2: a wrong act costs 1 at tails and 3 at heads, however rare those are, and x costs 1."""
    found = noisy_choices(GUESS, sb.naive, powers(2))
    each = {(one.decision, one.seen, one.option): (one.gain, one.share) for one in found.options}
    assert each == {
        ("act", (False,), "a"): (0, F(2, 3)), ("act", (False,), "b"): (-1, F(1, 3)),
        ("act", (True,), "a"): (-3, F(1, 9)), ("act", (True,), "b"): (0, F(8, 9)),
        ("more", (), "x"): (-1, F(1, 3)), ("more", (), "y"): (0, F(2, 3)),
    }  # fmt: skip
    assert found.rest == told(A_THEN_B)
    assert found.unseen == ()
    assert all(found.policy.weight(*place) == share for place, (_, share) in each.items())
    frame = found.to_frame()
    assert list(frame.columns) == ["decision", "seen", "option", "gain", "probability"]
    assert [list(row) for row in frame.values][::2] == [
        ["act", "u=False", "a", 0, F(2, 3)], ["act", "u=True", "a", -3, F(1, 9)], ["more", "-", "x", -1, F(1, 3)]
    ]  # fmt: skip
    assert repr(found) == f"<noisy choices in guess by naive: {found.policy}>"
    assert found._repr_html_().count("<tr>") == 7


def test_only_the_named_decisions_are_noisy_and_the_rest_is_as_given() -> None:
    found = noisy_choices(GUESS, sb.naive, powers(2), of=["more"], rest={"act": "b", "more": "x"})
    assert {one.decision for one in found.options} == {"more"}
    assert (found.policy.act("act", True), found.policy.act("act", False)) == ("b", "b")
    assert found.policy.weight("more", (), "y") == F(2, 3)
    assert found.rest == told("b", "x")
    with pytest.raises(UnknownName, match="'mor' is no decision of guess; it has: 'act', 'more'; did you mean 'more'"):
        noisy_choices(GUESS, sb.naive, powers(2), of=["act", "mor"])
    one_sided = noisy_choices(GUESS, sb.naive, {0: 1, -1: 0, -3: 0})
    assert one_sided.policy == told(A_THEN_B)
    assert not one_sided.policy.is_stochastic


@pytest.mark.parametrize(("by", "meant", "other"), [("0", 1, 0), ("1/2", F(3, 4), F(1, 4)), ("1", F(1, 2), F(1, 2))])
def test_a_hand_trembles_from_never_to_always(by: str, meant: Any, other: Any) -> None:
    found = trembling(GUESS, {"act": A_THEN_B, "more": "y"}, by)
    for seen, good, bad in ((False, "a", "b"), (True, "b", "a")):
        assert (found.weight("act", (seen,), good), found.weight("act", (seen,), bad)) == (meant, other)
    assert (found.weight("more", (), "y"), found.weight("more", (), "x")) == (meant, other)


@pytest.mark.parametrize("by", [-1, "-1/100", "101/100", 2])
def test_a_hand_trembles_with_a_probability(by: Any) -> None:
    with pytest.raises(WrongShape, match=r"is no probability; type by='1/100'"):
        trembling(GUESS, {"act": "a", "more": "y"}, by)


# ---------------------------------------------------------------- weights


def test_weights_are_powers_of_a_base_in_steps() -> None:
    halves = powers(3, per="1/2")
    assert [halves(gain) for gain in (0, "-1/2", -1, 1)] == [1, F(1, 3), F(1, 9), 9]
    assert powers(2)(-2) == F(1, 4)
    assert (str(powers(2)), str(halves)) == ("2 to the gain", "3 to the gain in steps of 0.5")
    assert (repr(powers(2)), repr(halves)) == ("powers('2', per='1')", "powers('3', per='1/2')")
    with pytest.raises(WrongShape) as between:
        halves("1/4")
    assert str(between.value) == (
        "a gain of 0.25 is 0.5 steps of 0.5, and only whole powers are exact; type powers('3', per=...) with a smaller step, or give a "
        "table of weights"
    )
    for base, per in ((0, 1), (-1, 1), (2, 0), (2, -1)):
        with pytest.raises(WrongShape, match="base and step are positive numbers"):
            powers(base, per)


def test_shares_are_weights_by_their_sum_and_what_has_no_score_has_none() -> None:
    gained = gains([F(1), UNDEFINED, F(3), F(3)])
    assert gained == (-2, UNDEFINED, 0, 0)
    assert shares(gained, {0: 2, -2: 1}) == (F(1, 5), 0, F(2, 5), F(2, 5))
    assert shares(gained, lambda gain: 4 + gain) == (F(2, 10), 0, F(4, 10), F(4, 10))
    assert shares(gained, {0: 0, -2: "1/7"}) == (1, 0, 0, 0)
    with pytest.raises(Impossible, match="nothing that could be chosen has a score"):
        gains([UNDEFINED, UNDEFINED])
    with pytest.raises(UnknownValue, match=r"the table gives no weight to a gain of -2; it holds: '0', '1'$"):
        shares(gained, {0: 1, 1: 1})
    with pytest.raises(WrongShape, match=r"every option has the weight 0, so that nothing is chosen"):
        shares(gained, {0: 0, -2: 0})
    with pytest.raises(WrongShape, match="the weight of a gain of -2 is -1, and weights are 0 or more"):
        shares(gained, {0: 3, -2: -1})
    with pytest.raises(InvalidNumber, match=r"^the weight of a gain of 0: "):
        shares((F(0),), {0: "much"})


# ---------------------------------------------------------------- quantilisers and lots


@pytest.mark.parametrize(
    ("q", "threshold", "kept", "weights"),
    [
        ("1/4", 2, 1, {"c": 1}),
        ("1/2", 1, F(1, 3), {"c": F(1, 2), "b": F(1, 6), "d": F(1, 3)}),
        ("1", 1, 1, {"a": 0, "b": F(1, 4), "c": F(1, 4), "d": F(1, 2)}),
        ("1/8", 2, F(1, 2), {"c": 1}),
    ],
)
def test_a_share_of_a_base_is_taken_from_the_top(q: str, threshold: int, kept: Any, weights: dict[str, Any]) -> None:
    """The base does b and c with 1/4 each and d with 1/2; c is worth 2, the others 1."""
    worth = {"a": 5, "b": 1, "c": 2, "d": 1}
    world = World(Model(act=choice(*worth), value=lambda act: worth[act]), value="value", name="four")
    base = mixed_policy(world, {"b": "1/4", "c": "1/4", "d": "1/2"})
    found = quantiliser(world, sb.naive, q, base)
    assert (found.q, found.threshold, found.kept) == (F(q), threshold, kept)
    assert {str(policy): weight for policy, weight in found.mixed.items()} == {name: w for name, w in weights.items() if w}
    last = f"the best {float(F(q)):g} of the base, from a score of {threshold} on"
    tie = {1: "", F(1, 2): ", 0.5 of those that score exactly that", F(1, 3): ", 1/3 of those that score exactly that"}[kept]
    assert str(found).splitlines()[-1] == last + tie
    assert found.bound(sb.Utility("cost", E(V))) == F(5, 4) / F(q)
    assert found.mixed.expect(sb.Utility("cost", E(V))) <= F(5, 4) / F(q)
    assert repr(found).startswith(f"<quantiliser of four by naive, q={float(F(q)):g}: <mixed policy of four: ")
    assert list(found.to_frame()["base"]) == [F(1, 4), F(1, 4), F(1, 2)]


def test_a_quantiliser_of_all_policies_without_a_base_takes_them_alike() -> None:
    found = quantiliser(GUESS, sb.naive, "1/8")
    assert dict(found.mixed.items()) == {told(A_THEN_B): 1}
    assert set(found.base.lots.values()) == {F(1, 8)}
    assert found.policy == told(A_THEN_B)
    for q in (0, "-1/2", "3/2"):
        with pytest.raises(WrongShape, match="a share is above 0 and at most 1"):
            quantiliser(GUESS, sb.naive, q)
    with pytest.raises(WrongShape, match=r"minus is negative for .*, and the bound holds for costs of 0 or more"):
        found.bound(sb.Utility("minus", E(V) - "1/2"))
    with pytest.raises(Impossible, match=r"^given b is undefined under .* which the base may draw"):
        quantiliser(GUESS, sb.Utility("given b", E(V, given={"act": "b"})), "1/2")


def test_a_lot_over_policies_tells_what_it_draws() -> None:
    lot = mixed_policy(sb.worlds.off_switch_game(), {"wait": "3/4", "off": "1/4"})
    title = lot.world.title
    assert repr(lot) == f"<mixed policy of {title}: wait (0.75); off (0.25)>"
    assert lot._repr_html_().startswith(f"<p>{title}</p>")
    assert lot._repr_html_().count("<tr>") == 3
    assert [str(policy) for policy in lot.policies] == ["wait", "off"]
    assert lot.expect(sb.naive) == F(3, 4)
    assert lot.to_frame()["probability"].tolist() == [F(3, 4), F(1, 4)]


def test_a_lot_is_a_stochastic_policy_just_where_its_decisions_are_independent() -> None:
    model = Model(a=choice(0, 1), b=choice(0, 1), value=lambda a, b: a + b)
    world = World(model, value="value", name="pair")

    def pair(weights: dict[tuple[int, int], Any]) -> Any:
        return mixed_policy(world, {world.policy({"a": a, "b": b}): weight for (a, b), weight in weights.items()})

    apart = pair({(0, 0): "1/8", (0, 1): "1/8", (1, 0): "3/8", (1, 1): "3/8"})
    assert (apart.policy.weight("a", (), 1), apart.policy.weight("b", (), 1)) == (F(3, 4), F(1, 2))
    assert apart.marginal("a") == Dist({0: "1/4", 1: "3/4"})
    together = pair({(0, 0): "1/2", (1, 1): "1/2"})
    with pytest.raises(WrongShape, match=r"^the lot decides several things together: a: 0; b: 0 has the probability 0.5, which is not"):
        _ = together.policy
    assert together.marginal("b") == Dist({0: "1/2", 1: "1/2"})
    assert mixed_policy(GUESS, {told("a"): 1}).marginal("act", True) == Dist({"a": 1})
    assert pure_policies(world, apart) is apart
    again = pure_policies(world, apart.policy)
    assert dict(again.items()) == dict(apart.items())
    assert len(pure_policies(world).policies) == 4
    assert set(pure_policies(world).lots.values()) == {F(1, 4)}
    joined = mixed_policy(world, {apart.policy: "1/2", world.policy({"a": 0, "b": 0}): "1/2"})
    assert joined.lots[world.policy({"a": 0, "b": 0})] == F(1, 16) + F(1, 2)
    assert settled({"a": 1, "b": 0}) == "a"


def test_as_many_policies_as_the_limit_says_may_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("stop_button.agents.mixed_policy"), "MOST_LISTED", 8)
    assert len(pure_policies(GUESS).policies) == 8
    monkeypatch.setattr(import_module("stop_button.agents.mixed_policy"), "MOST_LISTED", 7)
    with pytest.raises(TooLarge, match="8 policies of guess may be drawn, and at most 7 are listed"):
        pure_policies(GUESS)


def test_a_world_with_the_lot_in_it_keeps_its_roles_and_what_is_named() -> None:
    model = Model(
        ann=uniform(STOP, FREE), bob=uniform(STOP, FREE), act=choice("go", "stay", sees=["ann"]), stopped=lambda act: act == "stay",
        value=lambda stopped: 0 if stopped else 1, mood=lambda ann, act: STOP if ann == STOP and act == "go" else FREE,
    )  # fmt: skip
    world = World(
        model, intent={"Ann": "ann", "Bob": "bob"}, stopped="stopped", value="value", levers={"temper": "mood"}, baseline="stay",
        policies={"brisk": "go"}, players={"robot": ("act", "value")}, name="two wishes", description="two of them", source="none",
        caveat="small",
    )  # fmt: skip
    lot = mixed_policy(world, {"go": "1/3", "stay": "2/3"})
    drawn = lot.with_lot()
    assert drawn.roles == world.roles
    assert (drawn.people, drawn.wishes) == (world.people, world.wishes)
    assert (drawn.name, drawn.description, drawn.source, drawn.caveat) == ("two wishes", "two of them", "none", "small")
    assert drawn.players.keys() == {"robot"}
    assert list(drawn.named) == ["brisk", FOLLOWED]
    assert drawn.decisions[0].sees == ("ann", "lot")
    assert drawn.baseline is not None
    for seen in (STOP, FREE):
        assert [drawn.baseline.act("act", seen, place) for place in (0, 1)] == ["stay", "stay"]
        assert [drawn.named["brisk"].act("act", seen, place) for place in (0, 1)] == ["go", "go"]
        assert [drawn.named[FOLLOWED].act("act", seen, place) for place in (0, 1)] == ["go", "stay"]
    assert sb.naive(drawn, FOLLOWED) == lot.expect(sb.naive) == F(1, 3)
    assert lot.with_lot("drawn").decisions[0].sees == ("ann", "drawn")
    with pytest.raises(WrongShape, match="two wishes has a variable 'mood' already; call the lot another name"):
        lot.with_lot("mood")
    plain = mixed_policy(GUESS, {told("a"): 1}).with_lot()
    assert plain.baseline is None
    assert plain.roles == GUESS.roles


def test_what_is_not_proved_is_not_best(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ideal.proved_best(GUESS, sb.naive).score == F(5, 2)

    class Unproved:
        def __bool__(self) -> bool:
            return False

        def __str__(self) -> str:
            return "the best found"

    monkeypatch.setattr(ideal, "solve", lambda world, utility: Unproved())
    with pytest.raises(TooLarge, match=r"^no policy of guess is proved to be best: the best found; let decisions see less$"):
        ideal.proved_best(GUESS, sb.naive)
