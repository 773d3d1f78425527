"""Laws of comparisons, best replies and constraints, and each of them once among more than 10^9 policies against a closed form."""

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
from causalkit.errors import Impossible, TooLarge, UnknownName, WrongShape
from stop_button import BASELINE, FREE, STOP, UNDEFINED, B, E, H, V, X, least, most
from stop_button.evaluation.sensitivity_analysis import leaning, sensitivity
from stop_button.evaluation.utility import applies
from stop_button.incentives.through import possible_incentive
from stop_button.language.algebra import Formula
from stop_button.language.constraints import Infeasible, every, lexicographic, some, subject_to
from stop_button.language.references import BEST, OWN, Ambiguous, Best, best, best_policy, discounted, worst
from stop_button.properties import dominates, holds
from stop_button.replies import best_values, stable
from stop_button.replies.separable import separately
from stop_button.searching.claims import holds_of_the_best
from stop_button.solving import solve
from stop_button.testing import formulas, policies, worlds
from tests.tries import tries

SMALL = worlds(1, 2, values=(0, 1, 3))
OFFICE = sb.worlds.office()
BUTTON = sb.worlds.basic_button()


def score(f: Formula, world: sb.World, policy: Any) -> Any:
    try:
        return sb.Utility("f", f)(world, policy)
    except Impossible:
        return UNDEFINED


@settings(max_examples=tries(30))
@given(SMALL, formulas(2), st.data())
def test_nothing_exceeds_the_best_and_nothing_is_below_the_worst(world: sb.World, f: Formula, data: st.DataObject) -> None:
    policy = data.draw(policies(world))
    mine, top, bottom = (score(each, world, policy) for each in (f, best(f), worst(f)))
    if mine is not UNDEFINED:
        assert bottom <= mine <= top
        assert score(worst(-f), world, policy) == -top
        assert bottom <= score(worst(f, of="act"), world, policy) <= mine <= score(best(f, of="act"), world, policy) <= top


@settings(max_examples=tries(30))
@given(SMALL, formulas(1), formulas(1), st.data())
def test_a_test_and_its_negation_exclude_each_other(world: sb.World, a: Formula, b: Formula, data: st.DataObject) -> None:
    policy = data.draw(policies(world))
    for test in (a >= b, a < b, a.equals(b), every("intent", a > b), some("intent", a <= b)):
        held, denied = holds(test, world, policy), holds(~test, world, policy)
        assert (held.value is UNDEFINED) == (denied.value is UNDEFINED)
        assert held.value is UNDEFINED or bool(held) != bool(denied)
        assert (~~test) == test


@settings(max_examples=tries(20))
@given(SMALL, formulas(2), st.data())
def test_a_constraint_that_every_policy_meets_changes_nothing(world: sb.World, f: Formula, data: st.DataObject) -> None:
    policy = data.draw(policies(world, stochastic=True))
    assert score(subject_to(f, E(B) <= 1, E(B) >= 0), world, policy) == score(f, world, policy)


@settings(max_examples=tries(20))
@given(SMALL, formulas(2), formulas(1))
def test_lexicographic(world: sb.World, first: Formula, second: Formula) -> None:
    """Of one formula it is that formula; of two, the best of the second among the best of the first."""
    assume(world.policies.size <= 64)
    assert lexicographic(first) == first
    scores = [(score(first, world, p), score(second, world, p)) for p in world.policies]
    top = [one for one, _ in scores if one is not UNDEFINED]
    among = [two for one, two in scores if top and one == max(top) and two is not UNDEFINED]
    ranking = sb.rank(world, sb.Utility("order", lexicographic(first, second)), top=1)
    assert list(ranking.scores) == ([max(among)] if among else [])


# ---------------------------------------------------------------- more than 10^9 policies


def signs(many: int) -> sb.World:
    """One sign of many is seen with equal probability, and a door of three is taken; door d earns d, and only door 0 can be stopped."""
    model = ck.Model(
        sign=ck.uniform(*range(many)),
        wish=ck.Dist({STOP: "1/2", FREE: "1/2"}),
        door=ck.choice(0, 1, 2, sees=["sign"]),
        stopped=lambda wish, door: wish == STOP and door == 0,
        value=lambda sign, door: door * (sign + 1),
    )
    return sb.World(model, intent="wish", stopped="stopped", value="value", name="signs")


def test_best_among_more_than_ten_to_the_nine() -> None:
    """Door 2 everywhere: 2 (1 + ... + n) / n = n + 1; the regret of taking door 0 everywhere is all of it."""
    world = signs(25)
    assert world.policies.size > 8 * 10**11
    regret = sb.Utility("regret", best(E(V)) - E(V))
    assert regret(world, 0) == 26
    assert regret(world, 2) == 0
    assert solve(world, regret).score == 26
    assert sb.Utility("worst", worst(E(V)))(world, 1) == 0


def test_constraints_among_more_than_ten_to_the_nine() -> None:
    """To be stoppable with probability 1 all doors are door 0; where it is asked for at the last 5 signs alone, the others take door 2."""
    world = signs(25)
    obedient = E(B.had(intent=STOP)) >= 1
    found = solve(world, sb.Utility("obedient", E(V), subject_to=[obedient]))
    assert (found.score, bool(found)) == (0, True)
    late = [E(B.had(intent=STOP), given={"sign": sign}) >= 1 for sign in range(20, 25)]
    found = solve(world, sb.Utility("late", E(V), subject_to=late))
    assert (found.score, bool(found)) == (Fraction(2 * sum(range(1, 21)), 25), True)
    with pytest.raises(Infeasible, match=r"^in signs, never = .* is infeasible: no policy with a score passes every test"):
        solve(world, sb.Utility("never", E(V), subject_to=[E(V) >= 27]))


# ---------------------------------------------------------------- references


def test_best_references_agree_or_the_range_is_shown() -> None:
    """In the office four policies without influence have E[V] = 1; under none of them is it stopped, and they differ in what is wished."""
    agreed = sb.Utility("agreed", E(V) - E(V.under(BEST)))
    assert agreed(OFFICE, "work") == Fraction(-1, 4)
    assert sb.Utility("stopped", E(B.under(BEST)))(OFFICE, "work") == 0
    wished = sb.Utility("wished", E(H.under(BEST).is_(STOP)))
    with pytest.raises(Ambiguous, match=r"policies are best, and it is between 0 and 1/4 under them$"):
        wished(OFFICE, "work")
    assert sb.score(OFFICE, wished).score(wished, "work") is UNDEFINED


def test_a_best_policy_for_something_else() -> None:
    stoppable = best_policy(E(B.had(intent=STOP)))
    assert sb.Utility("u", E(B.had(intent=STOP).under(stoppable)))(BUTTON, "disable") == 1
    assert str(E(V.under(stoppable))) == "E[V_{best for E[B_s]}]"


def test_a_best_over_some_decisions_leaves_the_others_as_they_are() -> None:
    """Indifference whose later decision does its best on either side of the press (soares2015)."""
    world = sb.World(
        ck.Model(
            early=ck.choice("meet", "hide"),
            seen=ck.coin("1/2"),
            pressing=lambda early, seen: STOP if early == "meet" and seen else FREE,
            late=ck.choice("go", "stay", sees=["pressing"]),
            stopped=lambda late: late == "stay",
            value=lambda early, late, pressing: (0 if late == "stay" else 4 if pressing == FREE else 3) - (early == "hide"),
        ),
        intent="pressing", stopped="stopped", value="value", baseline={"early": "meet", "late": {FREE: "go", STOP: "stay"}},
    )  # fmt: skip
    indifferent = sb.Utility("late at its best", best(E(V), of="late", given={"intent": FREE}))
    assert {str(policy): indifferent(world, policy) for policy in world.policies if policy.act("late", FREE) == "stay"} == {
        "early: meet; late: stay": 4,
        "early: meet; late: stay if pressing='free', go if pressing='stop'": 4,
        "early: hide; late: stay": 3,
        "early: hide; late: stay if pressing='free', go if pressing='stop'": 3,
    }


def test_discounted_rewards() -> None:
    assert discounted("r", "1/2", 2) == X("r[1]") + Fraction(1, 2) * X("r[2]")
    with pytest.raises(WrongShape, match=r"^a sum of steps from 1 to 0 has no step"):
        discounted("r", "1/2", 0)


# ---------------------------------------------------------------- carried through


@pytest.mark.parametrize("policy", ["none", "manip_f", "self_press"])
@pytest.mark.parametrize("f", [best(E(V)) - E(V), worst(E(V)) * E(B), subject_to(best(E(B + V)), E(V) <= 100), E(V) - E(V.under(BEST))])
def test_slopes_are_the_derivatives_of_the_score(f: Formula, policy: str) -> None:
    """The slope from the tied best policies is the derivative of the score with all policies written out."""
    utility, near = sb.Utility("f", f), Fraction(1, 10**7)
    for noise, value in (("first", STOP), ("slip", True)):
        slope = sensitivity(BUTTON, utility, policy, of=noise).slope(noise, value)
        moved = leaning(BUTTON, utility, policy, noise=noise, value=value, weight=near) - utility(BUTTON, policy)
        assert abs(moved / near - slope) < Fraction(1, 10**3)


def test_symbols() -> None:
    p = sympy.Symbol("p", positive=True)
    world = sb.World(ck.Model(act=ck.choice("safe", "bold"), value=lambda act: 2 if act == "bold" else 1, luck=ck.coin(p)), value="value")
    assert sb.Utility("best", best(E(V)))(world, "safe") == 2
    assert sb.Utility("best", best(E(V) * E(X("luck"))))(world, "safe") in (2 * p, sympy.Max(p, 2 * p))


def test_graph_verdicts() -> None:
    """What is best over all policies is the same for each, and carries no incentive; what a constraint compares does."""
    assert not possible_incentive(BUTTON, sb.Utility("constant", best(E(V)) + E(B, given=None).had(intent=STOP)), "intent")
    assert possible_incentive(BUTTON, sb.Utility("limited", E(V.had(intent=FREE)), subject_to=[E(B) >= 0]), "intent")
    assert not possible_incentive(BUTTON, sb.Utility("free", E(V.had(intent=FREE)), subject_to=[E(B.had(intent=STOP)) >= 0]), "intent")
    assert possible_incentive(BUTTON, sb.Utility("regret", best(E(V)) - E(V)), "intent")


def test_audits_and_flags() -> None:
    audit = sb.audit(BUTTON, sb.Utility("limited", E(V), subject_to=[E(B.had(intent=STOP)) >= 1]))
    assert [str(policy) for policy in audit.best] == ["manip_f"]
    assert audit.verdict == "rewards"
    assert audit.fired


def test_what_a_world_lacks() -> None:
    f = sb.Utility("f", subject_to(best(E(V), of="later"), every("glimpse", E(V.under(best_policy(E(X("noise"))))) >= 1)))
    assert applies(f, OFFICE).missing == ("decision later", "glimpse", "noise")
    with pytest.raises(UnknownName, match=r"^best\(\.\.\., of='later'\) names no decision of office; it has: action"):
        sb.Utility("f", best(E(V), of="later"))(OFFICE, "work")


def test_dominance() -> None:
    """Timestep dominance of two lotteries over lengths (thornley2024): the lower total dominates."""
    world = sb.World(
        ck.Model(
            luck=ck.coin("1/10"),
            act=ck.choice("leave", "block", "other"),
            length=lambda luck, act: 1 if act == "other" else 2 if (luck if act == "leave" else not luck) else 1,
            value=lambda act, length: {"leave": {1: 1, 2: 3}, "block": {1: 0, 2: 2}, "other": {1: 9, 2: 9}}[act][length],
        ),
        value="value",
    )  # fmt: skip
    by = [E(V, given={"length": n}) for n in (1, 2)]
    assert (sb.naive(world, "leave"), sb.naive(world, "block")) == (Fraction(12, 10), Fraction(18, 10))
    assert dominates(world, "leave", "block", by=by)
    assert dominates(world, "block", "leave", by=by).relation == "is dominated by"
    assert dominates(world, "leave", "leave", by=by).relation == "equals"
    other = dominates(world, "other", "leave", by=by)
    assert (other.relation, other.undefined) == ("is incomparable with", (by[1],))


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (lambda: 0 <= E(V) <= 1, r"holds of a policy in a world, and is neither true nor false by itself; put two together with & or \| "),
        (lambda: max(E(V), E(B)), r"take the larger of two with most\(a, b\)"),
        (lambda: (E(V) >= 1) and (E(B) >= 1), r"and not with 'and', 'or' or 0 <= a <= 1"),
        (lambda: abs(E(V)), r"^abs\(E\(V\)\) is written most\(f, -f\)$"),
        (lambda: E(V) ** 2, r"is written as a product: f \* f$"),
        (lambda: E(V) // 2, r"divide E\(V\) with /$"),
        (lambda: E(V) >= 1 & E(B), r"^E\(B\) is a number, and & joins two tests; put brackets round each"),
        (lambda: (E(V) >= 1) & 1, r"^1 is no test, and & joins two tests"),
        (
            lambda: E(V, given=H == STOP),  # type: ignore[arg-type]
            r"^given=False is no event: == compares formulas by structure; type given=\{'intent': STOP\}, or",
        ),
        (lambda: V.had(intent=lambda: STOP), r"^had\(intent=\.\.\.\) was given a function, which cannot be printed; give its table"),
        (lambda: V.had(intent=E(V)), r"type had\(intent=X\('other'\)\)$"),
        (lambda: every(E(V) >= 1), r"^every takes names of roles or variables and then a test; type every\('intent', E\(V\) >= 1\)$"),
        (lambda: subject_to(E(V), E(V)), r"^E\(V\) is no test; constraints are tests, such as E\(V\) >= 1$"),  # type: ignore[arg-type]
        (lexicographic, r"^lexicographic\(\) takes one or more formulas"),
        (lambda: holds(True, OFFICE, "work"), r"^True is no test"),  # type: ignore[arg-type]
        (lambda: dominates(OFFICE, "work", "work", by=[]), r"^policies are compared by one or more formulas"),
    ],
)
def test_pythons_operators_fail_in_words(typed: Any, message: str) -> None:
    with pytest.raises(WrongShape, match=message):
        typed()


def test_a_formula_with_a_policy_inside_pastes_back() -> None:
    names: dict[str, Any] = {"B": B, "E": E, "V": V, "H": H, "Dist": ck.Dist, "least": least, "most": most}
    for policy in [OFFICE.policy("work"), OFFICE.policy(ck.Dist({"work": "1/3", "reassure": "2/3"}))]:
        f = E(V.under(policy)) + E(B.had(intent=H.under(BASELINE)))
        again = eval(repr(f), names)
        assert repr(again) == repr(f)
        assert sb.Utility("f", again)(OFFICE, "cut the wire") == sb.Utility("f", f)(OFFICE, "cut the wire")


def test_a_test_is_a_claim() -> None:
    """The counterfactual utility has stoppable best policies wherever a stop costs nothing else; value alone does not."""
    claim = holds_of_the_best(sb.definitions.obedient)
    found = sb.find_counterexample(sb.naive, claim=claim)
    assert found
    assert found.flag is not None
    assert str(found.flag).startswith("obedient: E[B_s] >= 1 does not hold of act")
    assert not sb.find_counterexample(sb.Utility("bound", E(V), subject_to=[sb.definitions.obedient.test]), claim=claim, most=60)


# ---- edits that are mechanisms


@settings(max_examples=tries(25))
@given(SMALL, st.data())
def test_an_edit_that_is_a_mechanism_is_the_intervention(world: sb.World, data: st.DataObject) -> None:
    """E[V had the wish listened to this] is the mean of the value in the model with that mechanism in its place."""
    policy = data.draw(policies(world))
    model = world.under(policy)
    rule = ck.table(["act"], {act: data.draw(st.sampled_from([STOP, FREE])) for act in world.model.domain("act")})
    assert sb.Utility("f", E(V.had(wish=rule)))(world, policy) == model.do(wish=rule).expect("value")
    both = sb.Utility("f", E(V.had(wish=rule) * V))(world, policy)
    assert both == model.branches(other={"wish": rule}).expect(lambda b: b.other.value * b.fact.value)


@settings(max_examples=tries(25))
@given(SMALL, st.data())
def test_a_wiring_is_the_mechanism_that_hears_something_else(world: sb.World, data: st.DataObject) -> None:
    """The stop hears, in place of the wish, another source that takes the same values; everything else is as it was."""
    model = ck.Model(
        {**{name: world.model.mechanism(name) for name in world.model.names}, "elsewhere": ck.Dist({STOP: "1/3", FREE: "2/3"})}
    )
    wired = sb.World(model, intent="wish", stopped="stopped", value="value")
    policy = data.draw(policies(wired))
    assume("wish" in model.parents("stopped"))
    plain = wired.under(policy)
    mechanism = plain.mechanism("stopped")
    heard = ["elsewhere" if parent == "wish" else parent for parent in mechanism.parents]
    rows = {}
    for seen in itertools.product(*(plain.domain(parent) for parent in heard)):
        outcomes = plain.do(dict(zip(mechanism.parents, seen, strict=True))).dist("stopped")
        rows[seen if len(seen) > 1 else seen[0]] = outcomes
    rewired = plain.do(stopped=ck.cpt(heard, rows, coupling="independent"))
    f = E(V.had(wiring={"stopped": {"wish": "elsewhere"}}))
    assert sb.Utility("f", f)(wired, policy) == rewired.expect("value")


def test_wiring_prints_and_is_judged_on_the_rewired_graph() -> None:
    f = E(V.had(wiring={"value": {"pressed": "doubt"}}).had(intent=STOP))
    assert str(f) == "E[V_{value(pressed:=doubt), s}]"
    assert eval(repr(f), {"E": E, "V": V}) == f
    assert not possible_incentive(OFFICE, sb.Utility("f", f), "intent")
    unheard = E(V.had(wiring={"value": {"pressed": "doubt"}}))
    assert possible_incentive(OFFICE, sb.naive, "intent")
    assert not possible_incentive(OFFICE, sb.Utility("f", unheard), "intent")
    rule = ck.table(["wish"], {STOP: True, FREE: True})
    drawn = E(V.had(pressed=ck.Dist({True: "1/4", False: "3/4"})))
    assert eval(repr(drawn), {"E": E, "V": V, "Dist": ck.Dist}) == drawn
    assert sb.Utility("f", drawn)(OFFICE, "work") == Fraction(3, 4)
    assert not possible_incentive(OFFICE, sb.Utility("f", drawn), "intent")
    again = E(V.had(pressed=rule))
    assert eval(repr(again), {"E": E, "V": V, "table": ck.table}) == again
    assert possible_incentive(OFFICE, sb.Utility("f", again), "intent")
    lacking = applies(sb.Utility("f", E(V.had(wiring={"value": {"pressed": "dobt"}, "vale": {"a": "b"}}))), OFFICE)
    assert lacking.missing == ("dobt", "vale", "a", "b")
    with pytest.raises(WrongShape, match=r"^wiring says for each variable which parent is heard as what; type had\(wiring="):
        V.had(wiring={"value": "pressed"})


@settings(max_examples=tries(40))
@given(SMALL, st.sampled_from(["act", "react"]), st.booleans(), st.data())
def test_a_best_over_one_decision_is_the_same_set_by_set(world: sb.World, decision: str, largest: bool, data: st.DataObject) -> None:
    """The sum over what is seen and the comparison of all ways to decide are the same number."""
    assume(decision in world.model.choices)
    policy = data.draw(st.one_of(policies(world), policies(world, stochastic=True)))
    f = data.draw(
        st.sampled_from([E(V), E(V - 2 * B), E(V.had(intent=FREE)) * 3 - E(B) + 1, E(V * B.under(BASELINE)), E(V, given={"a": 1})])
    )
    if "a" not in world.model.names or 1 not in world.model.domain("a"):
        f = E(V) - E(B.had(intent=STOP))
    node = Best(f, (decision,), largest)
    apart = separately(node, world, lambda g, made: best_values._decided(g, made, world, {decision}))
    assert apart is not None
    assert score(apart, world, policy) == score(node, world, policy)


@settings(max_examples=tries(20))
@given(SMALL, formulas(1), st.booleans(), st.data())
def test_a_best_over_some_decisions_is_the_best_of_all_ways_to_make_them(
    world: sb.World, f: Formula, largest: bool, data: st.DataObject
) -> None:
    """One decision, both, or one named twice; also where all ways are too many to compare and sets are taken one by one."""
    names = [decision.name for decision in world.decisions]
    assume(world.policies.size <= 64)
    of = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3))
    whole = data.draw(st.sampled_from([f, E(V) - 2 * E(B), 1 + E(V) * 0, E(V.had(intent=FREE)) - 3, E(V * V.under(BASELINE))]))
    policy = data.draw(policies(world))
    others = [place for place in policy.acts if place[0] not in of]
    agreeing = [each for each in world.policies if all(each.acts[place] == policy.acts[place] for place in others)]
    scores = [one for one in (score(whole, world, each) for each in agreeing) if one is not UNDEFINED]
    wanted = (max if largest else min)(scores, default=UNDEFINED)
    few = data.draw(st.sampled_from([0, best_values.MOST_COPIES]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(best_values, "MOST_COPIES", few)
        try:
            found = score(Best(whole, tuple(of), largest), world, policy)
        except TooLarge:
            assert few == 0
            return
    assert found == wanted


def test_a_best_over_a_decision_that_sees_much() -> None:
    """Of 3^25 ways to take a door after a sign, door 2 is best after each: 26; an early decision doubles what it earns, or costs 1."""
    model = ck.Model(
        early=ck.choice("double", "rest"),
        sign=ck.uniform(*range(25)),
        door=ck.choice(0, 1, 2, sees=["sign"]),
        value=lambda early, sign, door: door * (sign + 1) * (2 if early == "double" else 1) - (early == "double"),
    )
    world = sb.World(model, value="value", name="doors")
    late = sb.Utility("late", best(E(V), of="door"))
    assert late(world, {"early": "rest", "door": 0}) == 26
    assert late(world, {"early": "double", "door": 1}) == 51
    assert solve(world, late).score == 51


def test_best_policies_that_differ_only_draw_by_draw_are_not_the_same_reference() -> None:
    """Both acts stop with probability 1/2, in opposite draws: each is best for E[B], and given a stop under one the other never stops."""
    model = ck.Model(
        luck=ck.coin("1/2"), act=ck.choice("with", "against"), stopped=lambda luck, act: luck if act == "with" else not luck, value=0
    )
    world = sb.World(model, stopped="stopped", value="value")
    assert sb.Utility("alone", E(B.under(best_policy(E(B)))))(world, "with") == Fraction(1, 2)
    with pytest.raises(Ambiguous, match=r"2 policies are best, and it is between 0 and 1 under them$"):
        sb.Utility("given", E(B.under(best_policy(E(B))), given={"stopped": True}))(world, "with")


def test_a_best_and_a_worst_leave_out_what_is_undefined() -> None:
    """Late can hide the light: then its condition is impossible, and the score is left out of the comparison, not taken for 0."""
    model = ck.Model(
        early=ck.choice(1, 2),
        late=ck.choice("dim", "bright", "hide"),
        light=lambda late: late != "hide",
        value=lambda early, late: {"dim": 3, "bright": 5, "hide": -7}[late] * early,
    )
    world = sb.World(model, value="value")
    f = E(V, given={"light": True})
    assert [score(best(f, of="late"), world, {"early": early, "late": "hide"}) for early in (1, 2)] == [5, 10]
    assert [score(worst(f, of="late"), world, {"early": early, "late": "hide"}) for early in (1, 2)] == [3, 6]
    assert solve(world, sb.Utility("spread", best(f, of="late") - worst(f, of="late"))).score == 4


def test_the_slope_of_a_best_is_that_of_its_best_policies() -> None:
    """Guessing a fair coin: either guess is right with probability 1/2, and as the coin leans the better guess gains 1/2 per unit."""
    world = sb.World(
        ck.Model(luck=ck.coin("1/2"), guess=ck.choice(True, False), value=lambda luck, guess: int(luck == guess)), value="value"
    )
    found = sensitivity(world, sb.Utility("best", best(E(V))), True)
    assert [found.slope("luck", side) for side in (True, False)] == [Fraction(1, 2), Fraction(1, 2)]
    lowest = sensitivity(world, sb.Utility("worst", worst(E(V))), True)
    assert [lowest.slope("luck", side) for side in (True, False)] == [Fraction(-1, 2), Fraction(-1, 2)]
    assert leaning(world, sb.Utility("best", best(E(V))), True, noise="luck", value=True, weight="1/3") == Fraction(2, 3)
    one = sensitivity(world, sb.Utility("of", best(E(V), of="guess")), True)
    assert [one.slope("luck", side) for side in (True, False)] == [Fraction(1, 2), Fraction(1, 2)]
    filled = sensitivity(sb.worlds.hobson_three_actions(), sb.Utility("regret", best(E(V)) - E(V)), "fill")
    assert filled.slope("works", True) == Fraction(1, 10) - Fraction(9, 10) * Fraction(1, 10)


def test_what_cancels_when_policies_are_the_same_need_not_cancel_when_they_differ() -> None:
    """Both acts stop with probability 1/2, in opposite draws: the same act agrees with the one taken for granted, the other never does."""
    model = ck.Model(luck=ck.coin("1/2"), act=ck.choice("with", "against"), stopped=lambda luck, act: luck == (act == "with"), value=0)
    world = sb.World(model, stopped="stopped", value="value")
    agrees = E(B * B.under(OWN))
    for policy in world.policies:
        assert score(agrees, world, policy) == score(best(agrees), world, policy) == Fraction(1, 2)
        assert score(worst(agrees), world, policy) == 0
    assert stable(world, sb.Utility("agrees", agrees)).count == 2
    assert not stable(world, sb.Utility("differs", -agrees))
