"""Agents that are not ideal: the laws of each, every agent against a slow one written out here, and what is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import stop_button as sb
from causalkit import Dist, Model, choice, coin
from causalkit.errors import Impossible, TooLarge, UnknownName, UnknownValue, WrongShape
from causalkit.values.exact import Number
from stop_button import B, E, H, V
from stop_button.agents import (
    inattentive,
    lexicographic,
    mistaken,
    mixed_policy,
    noisily_rational,
    noisy_choices,
    powers,
    pure_policies,
    quantiliser,
    trembling,
    unmoved,
)  # fmt: skip
from stop_button.agents.mixed_policy import FOLLOWED
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.evaluation.utility import Utility
from stop_button.testing import policies, worlds
from tests.stop_button import brute_scores
from tests.tries import tries

STOPPABLE = Utility("stoppable", E(B.had(intent=sb.STOP)))
WISHES = Utility("wishes", E(H.is_(sb.FREE)))
HEEDS = Utility("heeds", E(B, given={"intent": sb.STOP}))
MEANS = [sb.naive, STOPPABLE, sb.counterfactual, WISHES]
GAME = sb.worlds.off_switch_game()
small = worlds(max_causes=1)
shares = st.fractions(Fraction(1, 12), 1, max_denominator=12)
utilities = st.sampled_from(MEANS)


def brute(world: World, utility: Utility) -> dict[Policy, Fraction]:
    """The score of every policy, slowly."""
    return {policy: brute_scores.score(utility.formula, world, policy) for policy in world.policies}


def drawn(mixed: Any) -> dict[Policy, Fraction]:
    return dict(mixed.lots.items())


@st.composite
def mixtures(draw: st.DrawFn, world: World, most: int = 4) -> Any:
    """A mixed policy over a few policies of a world."""
    places = draw(st.lists(st.integers(0, len(world.policies) - 1), min_size=1, max_size=most, unique=True))
    weights = [draw(st.integers(1, 5)) for _ in places]
    return mixed_policy(world, {world.policies[place]: Fraction(w, sum(weights)) for place, w in zip(places, weights, strict=True)})


# ---------------------------------------------------------------- quantilisers


@given(small, utilities, st.data())
@settings(max_examples=tries(12))
def test_a_quantiliser_of_everything_is_the_base(world: World, utility: Utility, data: st.DataObject) -> None:
    base = data.draw(mixtures(world))
    assert quantiliser(world, utility, 1, base).mixed == base


@given(small, utilities, st.data())
@settings(max_examples=tries(12))
def test_a_quantiliser_of_little_is_the_best_of_what_the_base_may_do(world: World, utility: Utility, data: st.DataObject) -> None:
    base = data.draw(mixtures(world))
    scores = {policy: brute_scores.score(utility.formula, world, policy) for policy in base.policies}
    best = {policy for policy, score in scores.items() if score == max(scores.values())}
    mass = sum(base.lots[policy] for policy in best)
    expected = {policy: base.lots[policy] / mass for policy in best}
    for q in (mass, mass / 7):
        assert drawn(quantiliser(world, utility, q, base).mixed) == expected


@given(small, utilities, shares, st.data())
@settings(max_examples=tries(16))
def test_a_quantiliser_by_hand(world: World, utility: Utility, q: Fraction, data: st.DataObject) -> None:
    """The three cases of the definition of 2015, policy by policy."""
    base = data.draw(mixtures(world))
    scores = {policy: brute_scores.score(utility.formula, world, policy) for policy in base.policies}
    expected = {}
    for policy, score in scores.items():
        above = sum(base.lots[other] for other in scores if scores[other] > score)
        tied = sum(base.lots[other] for other in scores if scores[other] == score)
        if above + tied < q:
            expected[policy] = base.lots[policy] / q
        elif above < q:
            expected[policy] = base.lots[policy] / tied * (q - above) / q
    assert drawn(quantiliser(world, utility, q, base).mixed) == expected


@given(small, utilities, shares, st.data())
@settings(max_examples=tries(16))
def test_taylors_lemma_the_cost_is_at_most_a_qth_of_the_base(world: World, utility: Utility, q: Fraction, data: st.DataObject) -> None:
    """For every cost that is negative of no policy; and the bound is reached by the cost of the best policies alone."""
    base = data.draw(mixtures(world))
    found = quantiliser(world, utility, q, base)
    costs = {policy: data.draw(st.fractions(0, 9, max_denominator=4)) for policy in base.policies}
    assert sum(w * costs[p] for p, w in found.mixed.lots.items()) <= sum(w * costs[p] for p, w in base.lots.items()) / q
    danger = Utility("danger", E((V - 3) * (V - 3)))
    assert found.mixed.expect(danger) <= found.bound(danger) == base.expect(danger) / q


def test_the_bound_of_taylors_lemma_is_reached() -> None:
    """A cost that only the best policies have: there is no smaller factor than 1/q."""
    found = quantiliser(GAME, sb.naive, "1/3")
    cost = Utility("cost", E(sb.X("action").is_("wait")))
    assert found.mixed.expect(cost) == found.bound(cost) == 1


@given(small, utilities, shares, shares, st.data())
@settings(max_examples=tries(12))
def test_a_smaller_share_scores_no_less(world: World, utility: Utility, q: Fraction, other: Fraction, data: st.DataObject) -> None:
    base = data.draw(mixtures(world))
    narrow, wide = (quantiliser(world, utility, share, base).mixed.expect(utility) for share in sorted([q, other]))
    assert narrow >= wide


def test_policies_that_tie_at_the_threshold_share_what_is_left_in_proportion() -> None:
    world = World(Model(act=choice("a", "b", "c"), value=lambda act: int(act == "c")), value="value")
    found = quantiliser(world, sb.naive, "1/2", mixed_policy(world, {"a": "1/2", "b": "1/4", "c": "1/4"}))
    shown = {str(policy): str(weight) for policy, weight in found.mixed.lots.items()}
    assert shown == {"a": "1/3", "b": "1/6", "c": "1/2"}
    assert (found.threshold, found.kept) == (0, Fraction(1, 3))
    assert str(found).endswith("the best 0.5 of the base, from a score of 0 on, 1/3 of those that score exactly that")


@pytest.mark.parametrize("q", [0, -1, "3/2"])
def test_a_share_is_above_0_and_at_most_1(q: Any) -> None:
    with pytest.raises(WrongShape, match=re.escape(f"q={q!r}: a share is above 0 and at most 1")):
        quantiliser(GAME, sb.naive, q)


def test_a_base_that_may_have_no_score_is_refused() -> None:
    world = World(
        Model(act=choice("calm", "ask"), wish=lambda act: sb.STOP if act == "ask" else sb.FREE, stopped=lambda wish: wish == sb.STOP),
        intent="wish",
        stopped="stopped",
    )
    with pytest.raises(Impossible, match="heeds is undefined under calm, which the base may draw"):
        quantiliser(world, HEEDS, "1/2")
    assert drawn(quantiliser(world, HEEDS, "1/2", "ask").mixed) == {world.policy("ask"): 1}
    assert noisily_rational(world, HEEDS, powers(2)).shares == (0, 1)


def test_a_negative_cost_has_no_bound() -> None:
    with pytest.raises(WrongShape, match="minus is negative for act, and the bound holds for costs of 0 or more"):
        quantiliser(GAME, sb.naive, "1/2").bound(Utility("minus", -E(V)))


# ---------------------------------------------------------------- noise


tables = st.lists(st.integers(0, 6), min_size=40, max_size=40).map(lambda numbers: [numbers[0] + 1, *numbers[1:]])


def by_rank(weights: list[int], scores: Any, scale: Fraction = Fraction(1)) -> dict[Fraction, Fraction]:
    """A table of weights for the gains that come up, the best first."""
    gains = sorted({score - max(scores) for score in scores}, reverse=True)
    return {gain: scale * weights[min(place, 39)] for place, gain in enumerate(gains)}


@given(small, utilities, tables, st.fractions(Fraction(1, 9), 9, max_denominator=9))
@settings(max_examples=tries(12))
def test_common_factors_of_weights_change_nothing(world: World, utility: Utility, weights: list[int], factor: Fraction) -> None:
    scores = brute(world, utility)
    plain = noisily_rational(world, utility, by_rank(weights, scores.values()))
    assert plain.shares == noisily_rational(world, utility, by_rank(weights, scores.values(), factor)).shares
    table = by_rank(weights, scores.values())
    best, total = max(scores.values()), sum(table[s - max(scores.values())] for s in scores.values())
    assert dict(zip(plain.policies, plain.shares, strict=True)) == {p: table[s - best] / total for p, s in scores.items()}


@given(small, utilities, st.fractions(-5, 5, max_denominator=3))
@settings(max_examples=10)
def test_a_constant_added_to_the_utility_changes_no_noisy_choice(world: World, utility: Utility, constant: Fraction) -> None:
    scores = brute(world, utility).values()
    per = Fraction(1, math.lcm(*(score.denominator for score in scores)))
    shifted = Utility("shifted", utility.formula + constant)
    assert noisily_rational(world, utility, powers(2, per)).shares == noisily_rational(world, shifted, powers(2, per)).shares


@given(small, utilities)
@settings(max_examples=10)
def test_weight_on_the_best_alone_is_an_ideal_agent_and_equal_weights_are_a_uniform_draw(world: World, utility: Utility) -> None:
    scores = brute(world, utility)
    ties = sum(score == max(scores.values()) for score in scores.values())
    sharp = noisily_rational(world, utility, lambda gain: int(gain == 0))
    assert sharp.shares == tuple(Fraction(int(score == max(scores.values())), ties) for score in scores.values())
    flat = noisily_rational(world, utility, lambda _gain: 1)
    assert flat.mixed == pure_policies(world)


@given(small, utilities, st.integers(2, 4))
@settings(max_examples=10)
def test_who_scores_more_is_chosen_no_less_where_weights_grow(world: World, utility: Utility, base: int) -> None:
    scores = brute(world, utility)
    per = Fraction(1, math.lcm(*(score.denominator for score in scores.values())))
    found = noisily_rational(world, utility, powers(base, per))
    ranked = sorted(zip(scores.values(), found.shares, strict=True))
    assert [share for _, share in ranked] == sorted(share for _, share in ranked)


@given(small, utilities, st.data())
@settings(max_examples=tries(12))
def test_noisy_choices_by_hand(world: World, utility: Utility, data: st.DataObject) -> None:
    """At each thing seen, options weighed by what they cost each time; nothing changes where a thing is not seen."""
    rest = data.draw(policies(world))
    weights = data.draw(tables)
    table: dict[Number, int] = {}

    def weigh(gain: Number) -> int:
        return table.setdefault(gain, weights[len(table) % 40] or 1)

    found = noisy_choices(world, utility, weigh, rest=rest)
    assert world.policies.slots
    for name, seen, options in world.policies.slots:
        sees = next(d.sees for d in world.decisions if d.name == name)
        often = world.under(rest).prob(dict(zip(sees, seen, strict=True))) if sees else Fraction(1)
        if often == 0:
            assert (name, seen) in found.unseen
            assert found.policy.acts[name, seen] == rest.acts[name, seen]
            continue
        scores = [
            brute_scores.score(utility.formula, world, world.policies.filled({**rest.acts, (name, seen): option})) for option in options
        ]
        weighed = [weigh((score - max(scores)) / often) for score in scores]
        assert [found.policy.weight(name, seen, o) for o in options] == [Fraction(w, sum(weighed)) for w in weighed]


def test_a_noisy_human_in_the_off_switch_game_allows_by_what_it_costs_her_each_time() -> None:
    """Her choice at a worth of u is a choice between u and 0, however rare u is."""
    world = World(
        Model(worth=Dist({-2: "1/4", 1: "3/4"}), allows=choice(False, True, sees=["worth"]), value=lambda worth, allows: worth * allows),
        value="value",
    )
    policy = noisy_choices(world, sb.naive, powers(2)).policy
    assert [policy.weight("allows", (worth,), True) for worth in (-2, 1)] == [Fraction(1, 5), Fraction(2, 3)]


def test_only_some_decisions_are_noisy() -> None:
    world = sb.worlds.careyeveritt_figure_1()
    found = noisy_choices(world, sb.naive, lambda gain: 1 if gain == 0 else 0, of=["order"])
    assert {one.decision for one in found.options} == {"order"}
    assert found.policy.acts["manipulate", ()] == found.rest.acts["manipulate", ()]
    with pytest.raises(UnknownName, match=r"'ordre' is no decision of careyeveritt_figure_1; it has: .*; did you mean 'order'"):
        noisy_choices(world, sb.naive, powers(2), of=["ordre"])


def test_weights_that_cannot_be_are_refused() -> None:
    with pytest.raises(UnknownValue, match=r"the table gives no weight to a gain of -0.75; it holds: '0'"):
        noisily_rational(GAME, sb.naive, {0: 1})
    with pytest.raises(WrongShape, match=r"the weight of a gain of -0.75 is -0.75, and weights are 0 or more"):
        noisily_rational(GAME, sb.naive, lambda gain: gain)
    with pytest.raises(WrongShape, match="every option has the weight 0"):
        noisily_rational(GAME, sb.naive, lambda _gain: 0)
    with pytest.raises(WrongShape, match=r"a gain of -0.75 is -0.75 steps of 1, and only whole powers are exact"):
        noisily_rational(GAME, sb.naive, powers(2))
    with pytest.raises(WrongShape, match="base and step are positive numbers"):
        powers(0)


@given(small, st.fractions(0, 1, max_denominator=8), st.data())
@settings(max_examples=10)
def test_a_trembling_hand_is_the_policy_or_a_uniform_draw(world: World, by: Fraction, data: st.DataObject) -> None:
    policy = data.draw(policies(world))
    found = trembling(world, policy, by)
    for name, seen, options in world.policies.slots:
        for option in options:
            meant = int(policy.acts[name, seen] == option)
            assert found.weight(name, seen, option) == (1 - by) * meant + by / len(options)
    assert trembling(world, policy, 0) == policy


# ---------------------------------------------------------------- mixed policies


@given(small, st.data())
@settings(max_examples=tries(12))
def test_a_stochastic_policy_taken_apart_scores_the_same_by_a_mean(world: World, data: st.DataObject) -> None:
    """What is linear in the lot: E[V], and means over branches, which share the draw."""
    policy = data.draw(policies(world, stochastic=True))
    mixed = pure_policies(world, policy)
    assert sum(mixed.lots.values()) == 1
    assert not any(each.is_stochastic for each in mixed.policies)
    assert mixed.policy == policy
    for utility in (sb.naive, sb.counterfactual):
        assert mixed.expect(utility) == utility(world, policy)


@given(small, st.data())
@settings(max_examples=10)
def test_the_lot_in_the_world_scores_as_is_expected_of_it_and_conditions_are_on_one_run(world: World, data: st.DataObject) -> None:
    mixed = data.draw(mixtures(world))
    with_lot = mixed.with_lot()
    for utility in MEANS:
        assert utility(with_lot, FOLLOWED) == mixed.expect(utility)
        assert utility(with_lot, with_lot.baseline) == utility(world, world.baseline)
    stops = sum(w * world.under(p).prob(wish=sb.STOP) for p, w in mixed.lots.items())
    assume(stops > 0)
    heeded = sum(w * world.under(p).prob(wish=sb.STOP, stopped=True) for p, w in mixed.lots.items())
    assert HEEDS(with_lot, FOLLOWED) == heeded / stops


def test_a_lot_that_decides_several_things_together_is_no_stochastic_policy() -> None:
    world = World(Model(one=choice(0, 1), two=choice(0, 1), value=lambda one, two: int(one == two)), value="value")
    together = mixed_policy(world, {world.policy(one=0, two=0): "1/2", world.policy(one=1, two=1): "1/2"})
    assert together.expect(sb.naive) == 1
    assert sb.naive(together.with_lot(), FOLLOWED) == 1
    assert bool(sb.properties.holds(E(V) >= 1, together.with_lot(), FOLLOWED))
    with pytest.raises(WrongShape, match="the lot decides several things together"):
        _ = together.policy
    apart = mixed_policy(world, {world.policy(one=one, two=two): "1/4" for one in (0, 1) for two in (0, 1)})
    assert sb.naive(world, apart.policy) == Fraction(1, 2)


def test_the_lot_needs_a_name_of_its_own() -> None:
    with pytest.raises(WrongShape, match="has a variable 'worth' already"):
        pure_policies(GAME).with_lot("worth")


def test_a_lottery_over_too_many_policies_is_refused() -> None:
    world = World(Model({**{f"act{i}": choice(*range(10)) for i in range(6)}, "value": lambda act0: act0}), value="value")
    with pytest.raises(TooLarge, match="1,000,000 policies of the world may be drawn"):
        pure_policies(world)
    assert len(pure_policies(world, dict.fromkeys((d.name for d in world.decisions), 0)).policies) == 1


# ---------------------------------------------------------------- wrong models


@given(small, utilities, st.data())
@settings(max_examples=10)
def test_a_mistaken_agent_by_hand(world: World, utility: Utility, data: st.DataObject) -> None:
    """Best by the believed world, judged by the true one; who believes the truth loses nothing."""
    believed = world.with_mechanisms({"value": Dist({world.model.domain("value")[0]: 1})} if data.draw(st.booleans()) else {})
    found = mistaken(world, utility, believes=believed)
    subjective, true = brute(believed, utility), brute(world, utility)
    best = [policy for policy, score in subjective.items() if score == max(subjective.values())]
    assert list(found.policies) == best
    assert found.believed == max(subjective.values())
    assert found.scores == tuple(true[policy] for policy in best)
    assert found.best == max(true.values())
    assert bool(found) == all(true[policy] == found.best for policy in best)
    assert mistaken(world, utility, believes=world)


def test_decisions_that_differ_are_refused_by_name() -> None:
    def game(**mechanisms: Any) -> World:
        return World(Model({"u": coin("1/2"), "act": choice(0, 1, sees=["u"]), **mechanisms, "value": lambda act: act}), value="value")

    with pytest.raises(WrongShape, match="the options of 'act' are 0, 1 in one and 0, 1, 2 in the other"):
        mistaken(game(), sb.naive, believes=game(act=choice(0, 1, 2, sees=["u"])))
    with pytest.raises(WrongShape, match="'act' sees 'u' in one and nothing in the other"):
        mistaken(game(), sb.naive, believes=game(act=choice(0, 1)))
    with pytest.raises(WrongShape, match="what 'act' sees takes other values in one than in the other"):
        mistaken(game(), sb.naive, believes=game(u=True))
    with pytest.raises(WrongShape, match="the decisions are 'act' in one and 'act', 'more' in the other"):
        mistaken(game(), sb.naive, believes=game(more=choice(0, 1)))


def test_of_several_believed_best_policies_none_is_picked_silently() -> None:
    found = mistaken(GAME, sb.naive, believes=indifferent())
    assert len(found.policies) == 3
    assert not found
    with pytest.raises(WrongShape, match="3 policies are best in the believed world, and none is picked silently"):
        _ = found.policy


def indifferent() -> World:
    """The off-switch game as one sees it who takes every act for worthless."""
    return GAME.with_mechanisms({"value": Dist({value: int(value == 0) for value in GAME.model.domain("value")})})


# ---------------------------------------------------------------- no learning


beliefs = st.dictionaries(st.integers(-3, 3), st.integers(1, 4), min_size=1, max_size=4)


@given(beliefs)
@settings(max_examples=tries(12))
def test_who_does_not_value_learning_does_not_wait_for_a_rational_human(belief: dict[int, int]) -> None:
    """Waiting is believed to be worth P(allowed) E[U], so it is no better than acting or switching off; in truth it gains Delta."""
    total = sum(belief.values())
    game = sb.worlds.off_switch_game(belief={u: Fraction(w, total) for u, w in belief.items()})
    mean = Fraction(sum(u * w for u, w in belief.items()), total)
    allowed = Fraction(sum(w for u, w in belief.items() if u >= 0), total)
    found = unmoved(game, sb.naive, by=["allows"])
    assert found.believed == max(mean, 0)
    assert sb.naive(found.believes, "wait") == allowed * mean
    waits = game.policy("wait") in found.policies
    assert waits == (allowed * mean == max(mean, 0))
    gained, spared = (Fraction(sum(max(sign * u, 0) * w for u, w in belief.items()), total) for sign in (1, -1))
    assert found.best - max(mean, 0) == min(gained, spared), "Delta of a rational human"


def test_an_agent_that_learns_nothing_from_what_tells_nothing_loses_nothing() -> None:
    assert unmoved(sb.worlds.off_switch_game(human="3/4"), sb.naive, by=["allows"])


def test_what_is_decided_is_not_learned() -> None:
    with pytest.raises(WrongShape, match="'action' is a decision"):
        unmoved(GAME, sb.naive, by=["action"])
    with pytest.raises(WrongShape, match="unmoved by one or more variables"):
        unmoved(GAME, sb.naive, by=[])
    with pytest.raises(UnknownName):
        unmoved(GAME, sb.naive, by=["alows"])


@given(worlds(max_causes=2), utilities)
@settings(max_examples=tries(12))
def test_an_inattentive_agent_by_hand(world: World, utility: Utility) -> None:
    """The best of all policies in which nothing depends on what is ignored; looking is never worth less than nothing."""
    seen = [name for d in world.decisions for name in d.sees]
    assume(seen)
    ignored = seen[0]
    found = inattentive(world, utility, to=[ignored])
    scores = brute(world, utility)
    same = {policy: score for policy, score in scores.items() if _ignores(policy, world, ignored)}
    assert set(found.policies) == {policy for policy, score in same.items() if score == max(same.values())}
    assert found.score == max(same.values())
    assert found.worth == max(scores.values()) - max(same.values()) >= 0


def _ignores(policy: Policy, world: World, name: str) -> bool:
    pairs = [
        (policy.acts[d.name, a], policy.acts[d.name, b])
        for d in world.decisions
        for a, b in product(d.contexts, d.contexts)
        if all(x == y for n, x, y in zip(d.sees, a, b, strict=True) if n != name)
    ]
    return all(one == other for one, other in pairs)


def test_what_nobody_sees_is_not_ignored() -> None:
    with pytest.raises(UnknownName, match="no decision of off_switch_game_rational sees 'worth'; they see: nothing"):
        inattentive(GAME, sb.naive, to=["worth"])


# ---------------------------------------------------------------- lexicographic


orders = st.lists(st.sampled_from(MEANS), min_size=1, max_size=4, unique=True)


@given(small, orders)
@settings(max_examples=tries(16))
def test_a_lexicographic_agent_by_hand(world: World, order: list[Utility]) -> None:
    """The policies whose scores, read as a list, are the largest list."""
    columns = [brute(world, utility) for utility in order]
    lists = {policy: [column[policy] for column in columns] for policy in world.policies}
    found = lexicographic(world, order)
    assert list(found.policies) == [policy for policy, scores in lists.items() if scores == max(lists.values())]
    assert list(found.scores) == max(lists.values())


@given(small, orders)
@settings(max_examples=tries(16))
def test_weights_above_the_thresholds_do_the_same_as_the_order(world: World, order: list[Utility]) -> None:
    found = lexicographic(world, order)
    assert all(weight > threshold for weight, threshold in zip(found.weights, found.thresholds, strict=True))
    total = brute(world, found.weighted())
    assert set(found.policies) == {policy for policy, score in total.items() if score == max(total.values())}


@given(small, st.sampled_from(MEANS), st.sampled_from(MEANS))
@settings(max_examples=tries(16))
def test_the_threshold_of_two_utilities_is_exact(world: World, first: Utility, second: Utility) -> None:
    """Above it the best policies are those of the order; at it another ties, and below it another is better, where it is positive."""
    found = lexicographic(world, [first, second])
    threshold = found.thresholds[0]
    best = set(found.policies)

    def winners(weight: Number) -> set[Policy]:
        total = brute(world, found.weighted(weight, 1))
        return {policy for policy, score in total.items() if score == max(total.values())}

    assert winners(threshold + Fraction(1, 97)) == best
    if threshold > 0:
        assert winners(threshold) > best
        assert not winners(threshold - Fraction(1, 10**9)) & best


@given(small, orders)
@settings(max_examples=10)
def test_the_order_is_a_best_policy_subject_to_the_best_of_those_before(world: World, order: list[Utility]) -> None:
    """The same by the solver: each utility is maximised where all before it are at what they were."""
    found = lexicographic(world, order)
    tests = [utility.formula >= score for utility, score in zip(order[:-1], found.scores[:-1], strict=True)]
    last = Utility("last", order[-1].formula, subject_to=tests)
    assert max(score for score in sb.score(world, last).scores if score[0] is not UNDEFINED)[0] == found.scores[-1]


def test_a_policy_without_a_score_by_a_utility_that_is_asked_is_not_best() -> None:
    world = World(
        Model(
            act=choice("calm", "ask", "both"),
            wish=lambda act: sb.STOP if act == "ask" else sb.FREE,
            stopped=lambda wish: wish == sb.STOP,
            value=lambda act: int(act != "both"),
        ),
        intent="wish",
        stopped="stopped",
        value="value",
    )
    found = lexicographic(world, [sb.naive, HEEDS])
    assert [str(policy) for policy in found.policies] == ["ask"]
    asked_first = lexicographic(world, [HEEDS, sb.naive])
    assert [str(policy) for policy in asked_first.policies] == ["ask"]
    with pytest.raises(Impossible, match="cond is undefined under every policy of the world that the utilities before it left"):
        lexicographic(world, [HEEDS, sb.cond])


def test_an_order_of_nothing_is_refused() -> None:
    with pytest.raises(WrongShape, match="an order has one or more utilities"):
        lexicographic(GAME, [])
    with pytest.raises(WrongShape, match="1 weights for 2 utilities"):
        lexicographic(GAME, [sb.naive, STOPPABLE]).weighted(3)
    with pytest.raises(WrongShape, match="3 policies tie in all 1 utilities"):
        _ = lexicographic(indifferent(), [sb.naive]).policy


# ---------------------------------------------------------------- they are policies like others


AGENTS: dict[str, Callable[[], Any]] = {
    "noisy": lambda: noisily_rational(GAME, sb.naive, powers(2, per="1/4")),
    "choices": lambda: noisy_choices(GAME, sb.naive, powers(2, per="1/4")),
    "quantiliser": lambda: quantiliser(GAME, sb.naive, "1/2"),
    "mistaken": lambda: mistaken(GAME, sb.naive, believes=sb.worlds.off_switch_game(human="1/4")),
    "unmoved": lambda: unmoved(GAME, sb.naive, by=["allows"]),
    "lexicographic": lambda: lexicographic(GAME, [STOPPABLE, sb.naive]),
}


@pytest.mark.parametrize("name", AGENTS)
def test_agents_are_scored_and_tested_as_policies_are_and_print(name: str) -> None:
    agent = AGENTS[name]()
    policy = agent.policy
    board = sb.score(GAME, [sb.naive, sb.counterfactual], policies=[policy])
    assert board.scores[0][0] == sb.naive(GAME, policy)
    assert sb.properties.holds(E(V) <= 1, GAME, policy)
    assert sb.auditing.flags.influence(GAME, policy).amount == 0
    assert str(agent)
    assert repr(agent)
    assert agent._repr_html_().startswith("<")


def test_a_lottery_of_policies_that_draw_lots_is_one_lottery() -> None:
    """Each way in which the draws can fall has the product of its probabilities, however it comes about."""
    game = sb.worlds.off_switch_game()
    shaky = sb.agents.trembling(game, "wait", "3/10")  # act 1/10, wait 8/10, off 1/10
    found = sb.agents.mixed_policy(game, {shaky: "1/4", "off": "3/4"})
    assert {str(policy): weight for policy, weight in found.lots.items()} == {
        "act": Fraction(1, 40), "wait": Fraction(8, 40), "off": Fraction(31, 40)
    }  # fmt: skip
