"""The facts about the two utilities, in every small world and for every policy, stochastic ones too.

U_cf = E[B_s] + E[V_f] is the counterfactual utility, Control(C) = E[B_s | C] + E[V_f | C], U_cc = Control(S) + Control(F) the
conditional and counterfactual one; S and F are the events that people wish to stop, or not. Source: [tailcalled2021]; [tailcalled2022].
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import strategies as st

import stop_button as sb
from causalkit import Dist, choice, function, uniform
from causalkit.errors import Impossible
from causalkit.mechanisms.mechanism import Coupling
from causalkit.testing import mechanisms
from causalkit.values.frozen import Frozen
from stop_button import FREE, STOP, UNDEFINED, B, E, H, V
from stop_button.auditing.gains import conditioning_shift, via
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.definitions.stop_button_post import control
from stop_button.evaluation.policy_polynomial import score_directly, score_of
from stop_button.testing import policies, worlds
from tests.changed_worlds import acts_of, for_all, rebuilt, with_policy

COUPLINGS: tuple[Coupling, ...] = ("monotone", "independent")
WISHES = (STOP, FREE)
stop_s, value_f = B.had(intent=STOP), V.had(intent=FREE)

plain = worlds()
any_world = st.one_of(plain, worlds(2, 1, couplings=COUPLINGS))
sure_worlds = worlds(possible=True)


def cell(world: World, policy: Policy, wished: str, imposed: str) -> Any:
    """What is scored where people wished one thing and had wished another: E[B_s | wished] or E[V_f | wished]."""
    return score_directly(E(stop_s if imposed == STOP else value_f, given={"intent": wished}), world, policy)


# ---------------------------------------------------------------- the counterfactual utility


@for_all(with_policy(any_world))
def test_d1_the_counterfactual_utility_is_interventional(drawn: tuple[World, Policy]) -> None:
    """U_cf is the sum of two answers of the second rung."""
    world, policy = drawn
    m = world.under(policy)
    assert sb.counterfactual(world, policy) == m.do(wish=STOP).prob(stopped=True) + m.do(wish=FREE).expect("value")


@for_all(with_policy(any_world), st.fractions(0, Fraction(5, 6), max_denominator=6))
def test_d1_it_is_a_switch_on_a_wish_that_is_thrown(drawn: tuple[World, Policy], q: Fraction) -> None:
    """With the wish replaced by an independent coin that says stop with probability q: E[B if H=s else V] = q E[B_s] + (1-q) E[V_f]."""
    world, policy = drawn
    toss = function(lambda toss: STOP if toss else FREE, domain=WISHES)
    thrown = rebuilt(world, toss=uniform(*range(q.denominator)).map(lambda n: n < q.numerator), wish=toss)
    assert sb.switch(thrown, policy) == (1 - q) * sb.counterfactual.vary(weight=q / (1 - q))(world, policy)


@for_all(with_policy(any_world), st.data())
def test_d2_how_the_wish_comes_about_does_not_matter(drawn: tuple[World, Policy], data: st.DataObject) -> None:
    """U_cf is the same whatever mechanism the wish has."""
    world, policy = drawn
    order = world.model.graph.order
    before = {name: world.model.domain(name) for name in order[: order.index("wish")] if name not in world.model.graph.descendants("wish")}
    parents = data.draw(st.lists(st.sampled_from(list(before)), unique=True, max_size=2)) if before else []
    other = data.draw(mechanisms({name: before[name] for name in parents}, WISHES, couplings=COUPLINGS))
    assert sb.counterfactual(rebuilt(world, wish=other), policy) == sb.counterfactual(world, policy)


@for_all(with_policy(any_world), st.data())
def test_d2_nothing_comes_through_the_wish(drawn: tuple[World, Policy], data: st.DataObject) -> None:
    """What U_cf gains via intent is identically zero, whatever the baseline; the same holds of what it gains by conditioning."""
    world, policy = drawn
    base = data.draw(policies(world))
    assert via(world, sb.counterfactual, policy, base=base).amount == 0
    assert conditioning_shift(world, sb.counterfactual, policy, base=base).amount == 0


@for_all(with_policy(any_world), st.sampled_from([Fraction(0), Fraction(1, 3)]))
def test_d3_manipulation_only_costs(drawn: tuple[World, Policy], cost: Fraction) -> None:
    """An act that moves nothing but the wish scores as if it were not done, less what it costs."""
    world, policy = drawn
    pushed = rebuilt(
        world,
        first=world.model.mechanism("wish"),
        push=choice("none", *WISHES),
        wish=function(lambda first, push: first if push == "none" else push, domain=WISHES),
        worth=world.model.mechanism("value"),
        value=lambda worth, push: worth - cost * (push != "none"),
    )
    scores = [sb.counterfactual(pushed, pushed.policy({**acts_of(policy), "push": push})) for push in ("none", *WISHES)]
    assert scores == [sb.counterfactual(world, policy) - cost * (push != "none") for push in ("none", *WISHES)]


# ---------------------------------------------------------------- conditional and counterfactual


@for_all(with_policy(any_world))
def test_c1_consistency(drawn: tuple[World, Policy]) -> None:
    """E[B_s | S] = E[B | S] and E[V_f | F] = E[V | F]: only the other two cells are about what is not the case."""
    world, policy = drawn
    m = world.under(policy)
    for wish, factual, imposed in [(STOP, B, stop_s), (FREE, V, value_f)]:
        if m.prob(wish=wish) > 0:
            known = score_directly(E(factual, given={"intent": wish}), world, policy)
            assert score_directly(E(imposed, given={"intent": wish}), world, policy) == known


@for_all(with_policy(any_world))
def test_c2_identity(drawn: tuple[World, Policy]) -> None:
    """U_cf = P(S) Control(S) + P(F) Control(F)."""
    world, policy = drawn
    shares = {wish: world.under(policy).prob(wish=wish) for wish in WISHES}
    parts = [share * score_directly(control({"intent": wish}), world, policy) for wish, share in shares.items() if share]
    assert sb.counterfactual(world, policy) == sum(parts)


@for_all(with_policy(any_world))
def test_c2_where_either_wish_is_as_likely_the_two_agree(drawn: tuple[World, Policy]) -> None:
    """P(S) = 1/2 implies U_cc = 2 U_cf: the wish is turned round by a fair toss that also moves the value."""
    world, policy = drawn
    wish, value = world.model.mechanism("wish"), world.model.mechanism("value")
    turned = rebuilt(
        world,
        toss=uniform(False, True),
        first=wish,
        worth=value,
        wish=function(lambda first, toss: {STOP: FREE, FREE: STOP}[first] if toss else first, domain=WISHES),
        value=lambda worth, wish, toss: worth + 2 * toss + 5 * (toss and wish == FREE),
    )
    policy = turned.policy(acts_of(policy))
    assert turned.under(policy).prob(wish=STOP) == Fraction(1, 2)
    assert sb.conditional_counterfactual(turned, policy) == 2 * sb.counterfactual(turned, policy)


@for_all(with_policy(sure_worlds))
def test_c3_weights_over_natural_and_imposed_wish(drawn: tuple[World, Policy]) -> None:
    """U_cf puts P(n)/2 on each cell of natural wish n and imposed wish; U_cc puts 1/4 on each."""
    world, policy = drawn
    cells = {(n, i): cell(world, policy, n, i) for n in WISHES for i in WISHES}
    shares = {n: world.under(policy).prob(wish=n) for n in WISHES}
    assert sb.counterfactual(world, policy) == 2 * sum(shares[n] / 2 * score for (n, _), score in cells.items())
    assert sb.conditional_counterfactual(world, policy) == 4 * sum(score / 4 for score in cells.values())


def test_c5_how_the_wish_comes_about_does_matter_under_conditions() -> None:
    """D2 fails for U_cc: P(u | C) depends on the policy through the wish."""
    world = sb.worlds.jackpot_steering()
    deaf = rebuilt(world, wish=uniform(STOP, FREE))
    assert sb.conditional_counterfactual(world, "steer") == Fraction("101.8")
    assert sb.conditional_counterfactual(deaf, "steer") == Fraction("3.8")


@for_all(with_policy(plain))
def test_c6_an_impossible_condition_leaves_the_score_undefined(drawn: tuple[World, Policy]) -> None:
    """Called, it is Impossible; on a board, undefined; and it never wins."""
    world, policy = drawn
    possible = all(world.under(policy).prob(wish=wish) > 0 for wish in WISHES)
    board = sb.score(world, sb.conditional_counterfactual, policies=[policy])
    if possible:
        assert board.scores[0][0] == sb.conditional_counterfactual(world, policy)
        assert board.best("conditional_counterfactual") == (policy,)
    else:
        with pytest.raises(Impossible):
            sb.conditional_counterfactual(world, policy)
        with pytest.raises(Impossible):
            score_of(sb.conditional_counterfactual.formula, world, policy)
        assert board.scores == ((UNDEFINED,),)
        assert board.best("conditional_counterfactual") == ()


# ---------------------------------------------------------------- its relatives


@for_all(with_policy(any_world))
def test_ref_under_its_own_reference_is_the_conditional_utility(drawn: tuple[World, Policy]) -> None:
    world, policy = drawn
    if policy.is_stochastic or not all(world.under(policy).prob(wish=wish) > 0 for wish in WISHES):
        return
    assert sb.ref.vary(policy=policy)(world, policy) == sb.conditional_counterfactual(world, policy)
    assert conditioning_shift(world, sb.conditional_counterfactual, policy, base=policy).amount == 0


@for_all(with_policy(sure_worlds))
def test_ccmin_is_the_smaller_control(drawn: tuple[World, Policy]) -> None:
    world, policy = drawn
    controls = [score_directly(control({"intent": wish}), world, policy) for wish in WISHES]
    assert sb.ccmin(world, policy) == min(controls)
    assert sb.conditional_counterfactual(world, policy) == sum(controls)


@for_all(with_policy(any_world))
def test_switch_is_total_probability_over_the_factual_cells(drawn: tuple[World, Policy]) -> None:
    """E[B if H=s else V] = P(S) E[B | S] + P(F) E[V | F]."""
    world, policy = drawn
    m = world.under(policy)
    parts = [
        m.prob(wish=wish) * score_directly(E(read, given=H.is_(wish)), world, policy)
        for wish, read in [(STOP, B), (FREE, V)]
        if m.prob(wish=wish) > 0
    ]
    assert sb.switch(world, policy) == sum(parts)


@for_all(with_policy(any_world), st.fractions(0, 1, max_denominator=5))
def test_the_counterfactual_utility_is_linear_in_what_is_done_in_one_situation(drawn: tuple[World, Policy], share: Fraction) -> None:
    world, policy = drawn
    decision, (one, other) = world.decisions[0], world.decisions[0].options[:2]
    place = decision.name, decision.contexts[0]
    first, second, mixed = (
        sb.counterfactual(world, Policy(policy.decisions, Frozen({**policy.acts, place: act})))
        for act in (one, other, Dist({one: share, other: 1 - share}))
    )
    assert mixed == share * first + (1 - share) * second
