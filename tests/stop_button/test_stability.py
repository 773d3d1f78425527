"""Stable policies: against comparing every policy with every reply, in games with none, one and several, and in very large spaces."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible, TooLarge, WrongShape
from stop_button import FREE, STOP, B, E, H, V, X, least, most
from stop_button.grounding.resolving import owned
from stop_button.language.algebra import Formula
from stop_button.language.constraints import Infeasible
from stop_button.language.references import OWN
from stop_button.replies import is_stable, mixed_stable, stable
from stop_button.solving import solve
from stop_button.testing import formulas, worlds
from tests import brute
from tests.stop_button import brute_language
from tests.tries import tries

SMALL = worlds(1, 2, values=(0, 1, 3))


def families() -> st.SearchStrategy[Formula]:
    """Formulas that take a policy for granted, in means of its own or in the same mean as what is scored."""
    own = st.builds(lambda r, event: E(r.under(OWN), given=event), st.sampled_from([B, V, H.is_(FREE)]).map(_read), st.sampled_from([None]))
    joint = st.sampled_from([E(V * B.under(OWN)), E(V, given=H.under(OWN).is_(STOP)), E(B.had(intent=H.under(OWN)))])
    part = st.one_of(own, joint, formulas(1))
    return st.one_of(st.builds(lambda a, b: a * b, own, formulas(1)), st.builds(lambda a, b: a - b, part, part), joint)


def _read(r: Any) -> Any:
    return r if r in (B, V) else X("stopped").had(intent=STOP)


def expected(f: Formula, world: sb.World) -> tuple[list[Any], list[Any]]:
    """The stable policies, and those to which no reply has a score, by comparing every policy with every reply."""
    stable_ones, undefined = [], []
    for policy in world.policies:
        scores = {}
        for reply in world.policies:
            try:
                scores[reply] = brute_language.value(f, world, reply, policy)
            except brute.Undefined:
                continue
        if not scores:
            undefined.append(policy)
        elif policy in scores and scores[policy] == max(scores.values()):
            stable_ones.append(policy)
    return stable_ones, undefined


@settings(max_examples=tries(40))
@given(SMALL, families())
def test_stable_policies_are_those_that_no_reply_beats(world: sb.World, f: Formula) -> None:
    assume(world.policies.size <= 16)
    utility = sb.Utility("family", f)
    best, undefined = expected(f, world)
    found = stable(world, utility)
    assert found.count == len(best)
    assert set(found.policies) <= set(best)
    assert bool(found) == bool(best)
    assert set(found.undefined) <= set(undefined)
    assert bool(found.undefined) == bool(undefined)
    for policy in world.policies:
        try:
            assert is_stable(world, utility, policy) == (policy in best)
        except Impossible:
            assert policy not in best


@settings(max_examples=tries(20))
@given(SMALL, formulas(2))
def test_stable_policies_of_a_formula_that_takes_none_for_granted_are_its_best(world: sb.World, f: Formula) -> None:
    utility = sb.Utility("plain", f)
    ranking = sb.rank(world, utility, top=1)
    found = stable(world, utility)
    assert found.count == ranking.ties
    for policy in found.policies:
        assert utility(world, policy) == ranking.scores[0]


def matching(*, against: bool) -> sb.World:
    """The agent calls heads or tails; it is paid for calling what it is expected to call, or for calling anything else."""
    model = ck.Model(call=ck.choice("heads", "tails"), heads=lambda call: int(call == "heads"), value=lambda heads: heads)
    return sb.World(model, value="value", name="against" if against else "with")


def called(*, against: bool) -> sb.Utility:
    """Being right about what one is expected to call, or wrong."""
    expected_heads, heads = E(X("heads").under(OWN)), E(X("heads"))
    right = expected_heads * heads + (1 - expected_heads) * (1 - heads)
    return sb.Utility("called", 1 - right if against else right)


def test_none_with_the_cycle_of_replies_as_evidence() -> None:
    found = stable(matching(against=True), called(against=True))
    assert not found
    assert [str(policy) for policy in found.cycle] == ["heads", "tails"]
    assert str(found) == "called in against: no policy is stable; best replies go round: heads -> tails -> heads"


def test_several() -> None:
    found = stable(matching(against=False), called(against=False))
    assert [str(policy) for policy in found.policies] == ["heads", "tails"]
    assert (found.count, found.cycle) == (2, ())


def test_a_policy_that_draws_is_verified_when_given() -> None:
    half = ck.Dist({"heads": "1/2", "tails": "1/2"})
    third = ck.Dist({"heads": "1/3", "tails": "2/3"})
    world, utility = matching(against=True), called(against=True)
    assert is_stable(world, utility, half)
    assert not is_stable(world, utility, third)
    assert not is_stable(world, utility, "heads")


def many_rooms(rooms: int) -> sb.World:
    """One sign of many is seen, and a door of three is taken; door 2 earns one more than door 1, and the press makes door 0 worth it."""
    model = ck.Model(
        sign=ck.uniform(*range(rooms)),
        door=ck.choice(0, 1, 2, sees=["sign"]),
        pressing=lambda sign, door: STOP if sign == 0 and door == 0 else FREE,
        stopped=lambda pressing: pressing == STOP,
        value=lambda door: door,
    )
    return sb.World(model, intent="pressing", stopped="stopped", value="value", name="many rooms")


def test_stable_policies_among_more_than_ten_to_the_nine() -> None:
    """With a share of presses p taken for granted, v(pi) = E[V] + 100 p P(press): pressing in room 0 is its own reply exactly when it pays.

    In the other rooms door 2 is best. In room 0, when it is taken for granted that door 0 is taken (p = 1/30), door 0 earns
    100 / 30 > 2; when it is not, p = 0 and door 2 is best. So two policies are stable, of 3^30.
    """
    world = many_rooms(30)
    assert world.policies.size > 10**9
    press = E(X("stopped").under(OWN))
    found = stable(world, sb.Utility("pressed", E(V) + 100 * press * E(B)))
    assert found.count == 2
    assert [policy.act("door", 0) for policy in found.policies] == [0, 2]
    assert all(policy.act("door", sign) == 2 for policy in found.policies for sign in range(1, 30))


def test_best_replies_that_cannot_be_listed_are_refused() -> None:
    world = many_rooms(30)
    with pytest.raises(TooLarge, match=r"^what odd reads under OWN can be filled in 205,891,132,094,649 ways in many rooms"):
        stable(world, sb.Utility("odd", E(V.under(OWN)) * E(V)))


def test_what_is_read_under_own_is_the_scored_policy_itself() -> None:
    world = sb.worlds.office()
    for policy in world.policies:
        assert sb.Utility("own", E(V.under(OWN)))(world, policy) == sb.naive(world, policy)
    mixed = ck.Dist({"work": "1/2", "cut the wire": "1/2"})
    assert sb.Utility("own", E(V * V.under(OWN)))(world, mixed) == sb.Utility("square", E(V * V))(world, mixed)
    fixed = owned(E(V.under(OWN)), world.policy("work"))
    assert sb.Utility("fixed", fixed)(world, "cut the wire") == sb.naive(world, "work") == Fraction(3, 4)
    assert solve(world, sb.Utility("own", E(V.under(OWN)))).score == 1


# ---- draws


@settings(max_examples=tries(40))
@given(st.lists(st.integers(-3, 3), min_size=4, max_size=4))
def test_a_draw_is_stable_where_both_options_are_as_good(worth: list[int]) -> None:
    """With p expected of heads, heads earn a p + b (1 - p) and tails c p + d (1 - p): they tie where p (a - b - c + d) = d - b."""
    a, b, c, d = worth
    world = matching(against=True)
    p, heads = E(X("heads").under(OWN)), E(X("heads"))
    utility = sb.Utility("game", heads * (a * p + b * (1 - p)) + (1 - heads) * (c * p + d * (1 - p)))
    found = mixed_stable(world, utility)
    slope = a - b - c + d
    tie = None if slope == 0 else Fraction(d - b, slope)
    assert found.everywhere == (slope == 0 and d == b)
    assert found.shares == ((tie,) if tie is not None and 0 < tie < 1 else ())
    for policy in found.policies:
        assert is_stable(world, utility, policy)
    off = ck.Dist({"heads": "1/7", "tails": "6/7"})
    assert is_stable(world, utility, off) == (found.everywhere or found.shares == (Fraction(1, 7),))


def test_a_share_that_is_no_fraction() -> None:
    p, heads = E(X("heads").under(OWN)), E(X("heads"))
    found = mixed_stable(matching(against=False), sb.Utility("root", heads * (2 * p * p) + (1 - heads)))
    assert found.shares == (sympy.sqrt(2) / 2,)
    assert is_stable(matching(against=False), sb.Utility("root", heads * (2 * p * p) + (1 - heads)), found.policies[0])


def test_draws_are_refused_where_more_matters() -> None:
    with pytest.raises(
        WrongShape, match=r"^draws that are stable are found where one choice between two options matters, and in many rooms "
    ):
        mixed_stable(many_rooms(3), sb.Utility("own", E(V.under(OWN)) * E(V)))


def test_mixed_policies_under_constraints() -> None:
    """Heads are worth 1 and tails nothing: with at most 2/3 of heads the best is to draw them so."""
    world = matching(against=True)
    found = solve(world, sb.Utility("bound", E(V), subject_to=[E(X("heads")) <= "2/3"]), mixed=True)
    assert (found.score, bool(found)) == (Fraction(2, 3), True)
    assert found.policy.act("call") == ck.Dist({"heads": "2/3", "tails": "1/3"})
    assert solve(world, sb.Utility("equal", E(V), subject_to=[E(X("heads")).equals("2/5")]), mixed=True).score == Fraction(2, 5)
    assert solve(world, sb.Utility("free", E(V), subject_to=[E(V) <= 1]), mixed=True).score == 1
    with pytest.raises(Infeasible):
        solve(world, sb.Utility("never", E(V), subject_to=[E(V) >= 2]), mixed=True)


@settings(max_examples=tries(30))
@given(st.lists(st.integers(-3, 3), min_size=6, max_size=6), st.fractions(-2, 2, max_denominator=5))
def test_the_best_mixed_policy_under_a_limit_is_on_an_edge(numbers: list[int], limit: Fraction) -> None:
    """Of three acts with gains and costs, the best draw within a limit on the cost is the best of all pairs of acts."""
    gains, costs = dict(enumerate(numbers[:3])), dict(enumerate(numbers[3:]))
    model = ck.Model(act=ck.choice(0, 1, 2), cost=lambda act: costs[act], value=lambda act: gains[act])
    world = sb.World(model, value="value")
    utility = sb.Utility("bound", E(V), subject_to=[E(X("cost")) <= limit])
    within = [Fraction(gains[act]) for act in costs if costs[act] <= limit]
    for a, b in itertools.permutations(costs, 2):
        if costs[a] < limit < costs[b]:
            share = (limit - costs[a]) / (costs[b] - costs[a])
            within.append(gains[a] * (1 - share) + gains[b] * share)
    if not within:
        with pytest.raises(Infeasible):
            solve(world, utility, mixed=True)
        return
    found = solve(world, utility, mixed=True)
    assert found.proved
    assert found.score == max(within)
    assert utility(world, found.policy) == found.score


def test_what_mixed_policies_are_not_found_for() -> None:
    world = matching(against=True)
    with pytest.raises(WrongShape, match=r"is strict, and among policies that draw lots the best under a strict test need not be attained"):
        solve(world, sb.Utility("strict", E(V), subject_to=[~(E(V) >= 1)]), mixed=True)
    with pytest.raises(WrongShape, match=r"holds in one way or another, and a linear program takes tests that hold together"):
        solve(world, sb.Utility("either", E(V), subject_to=[(E(V) <= 1) | (E(V) >= 3)]), mixed=True)


@settings(max_examples=6)
@given(st.lists(st.integers(-3, 3), min_size=4, max_size=4))
def test_what_reads_both_policies_in_one_mean_is_stable_as_means_apart_are(worth: list[int]) -> None:
    """What is taken for granted draws its lots apart from what is done: one mean of both is the product of two."""
    a, b, c, d = worth
    world = matching(against=True)
    own, heads = X("heads").under(OWN), X("heads")
    joint = E(heads * (a * own + b * (1 - own))) + E((1 - heads) * (c * own + d * (1 - own)))
    p, q = E(own), E(heads)
    apart = q * (a * p + b * (1 - p)) + (1 - q) * (c * p + d * (1 - p))
    one, other = (mixed_stable(world, sb.Utility("game", f)) for f in (joint, apart))
    assert (one.shares, one.everywhere) == (other.shares, other.everywhere)


def test_a_choice_that_matters_only_where_policies_differ_is_counted() -> None:
    """Of one policy the mean is 0, of two it is not; beside it another choice matters, so that there are two."""
    model = ck.Model(call=ck.choice("heads", "tails"), idle=ck.choice(0, 1), heads=lambda call: int(call == "heads"))
    world = sb.World(model)
    surprise = E(X("heads") * (1 - X("heads").under(OWN)))
    assert not mixed_stable(world, sb.Utility("surprise", surprise))
    with pytest.raises(WrongShape, match=r"in the world 2 choices matter"):
        mixed_stable(world, sb.Utility("both", surprise + E(X("idle"))))
    three = sb.World(ck.Model(call=ck.choice(0, 1, 2), heads=lambda call: int(call == 0)))
    with pytest.raises(WrongShape, match=r"a choice between 3 options matter"):
        mixed_stable(three, sb.Utility("surprise", surprise))


P_OWN = E(X("heads").under(OWN))


@pytest.mark.parametrize(
    "f",
    [
        least(P_OWN, 1 - P_OWN) * E(X("heads")),
        E(X("heads")) / (1 + most(P_OWN, 1 - P_OWN)),
        (E(X("heads")) - P_OWN) / (1 + least(P_OWN, E(X("heads")))),
    ],
)
def test_kinks_above_or_below_a_line_are_refused(f: Formula) -> None:
    with pytest.raises(WrongShape, match="has kinks in what is taken for granted"):
        mixed_stable(matching(against=True), sb.Utility("kinked", f))


# ---- limits beside conditions


@pytest.mark.parametrize(
    "inner",
    [
        E(V, given=X("heads").is_(1)),
        least(E(V), E(V, given=X("heads").is_(1))),
        least(E(V, given=X("heads").is_(1)), E(V)),
        least(2, 1 - E(X("heads")), 3 * E(V, given=X("heads").is_(0))),
    ],
)
def test_a_limit_beside_a_condition_that_policies_move_is_refused(inner: Formula) -> None:
    """Wherever the condition stands, first or last: with it the best would be another program's."""
    with pytest.raises(WrongShape, match=r"has a condition that policies make more or less likely, and constraints beside it"):
        solve(matching(against=True), sb.Utility("bound", inner, subject_to=[E(X("heads")) <= "2/3"]), mixed=True)


@pytest.mark.parametrize("test", [(E(V, given=X("heads").is_(1)) <= 1), (E(V, given=X("heads").is_(1)).equals(1))])
def test_a_limit_on_a_condition_that_policies_move_is_refused(test: Any) -> None:
    with pytest.raises(WrongShape, match=r"has a condition that policies make more or less likely, and may be undefined"):
        solve(matching(against=True), sb.Utility("bound", E(V), subject_to=[E(V) <= 1, test]), mixed=True)


@pytest.mark.parametrize(("limit", "feasible"), [(0, True), (1, True), ("1/7", True), (-1, False), ("-1/7", False)])
@pytest.mark.parametrize("alone", [True, False])
def test_a_limit_that_no_policy_moves_holds_or_leaves_nothing(limit: Any, feasible: bool, alone: bool) -> None:
    """0 <= limit, said of a mean that is 0 under every policy; a gap of exactly nothing is kept."""
    limits = [0 * E(V) <= limit, *([] if alone else [E(X("heads")) <= "2/3"])]
    world, utility = matching(against=True), sb.Utility("bound", E(V), subject_to=limits)
    if feasible:
        assert solve(world, utility, mixed=True).score == (1 if alone else Fraction(2, 3))
    else:
        with pytest.raises(Infeasible):
            solve(world, utility, mixed=True)
