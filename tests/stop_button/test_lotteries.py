"""Shares of orbits and lotteries, power, non-obstruction: the numbers, the laws, and answers against all permutations written out."""

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import permutations, product
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import stop_button as sb
from causalkit import Dist, Model, choice, coin, cpt, function
from causalkit.errors import TooLarge, Undecided, UnknownValue, WrongShape
from causalkit.values.exact import as_fraction
from stop_button import BASELINE, FREE, STOP, B, E, V, X, least
from stop_button.evaluation.evaluation import Evaluation
from stop_button.language import BEST, Formula, Test, best
from stop_button.lotteries import Estimate, non_obstruction, orbit, power, retargeting, share, terminal_power
from stop_button.lotteries.arrangements import arrangements, count_of_arrangements, payoffs_of
from stop_button.lotteries.opened import are_found_first, opened, paid, reads_payoffs, terms_of_mean
from stop_button.testing import policies, worlds
from tests import brute
from tests.stop_button import brute_language
from tests.tries import tries

HALF = Fraction(1, 2)


def fork(*ends: str, chance: dict[str, Any] | None = None) -> sb.World:
    """A choice among ends; what ``chance`` names is reached by lot."""
    lots = chance or {}
    laws = {end: {end: 1} for end in ends} | lots
    outcomes = list(dict.fromkeys([*ends, *(outcome for law in lots.values() for outcome in law)]))
    rows = {act: Dist(law) for act, law in laws.items()}
    return sb.World(Model(act=choice(*laws), end=cpt(["act"], rows, coupling="independent", domain=outcomes)), name="fork")


def runs(n: int) -> sb.World:
    """The agent is stopped half of the time if it complies, and never if it steers; else it runs in one of n ways."""
    ways = [f"run {i}" for i in range(n)]

    def end(stop: bool, act: str, way: str) -> str:
        return "stopped" if stop and act == "comply" else way

    model = Model(stop=coin("1/2"), act=choice("comply", "steer"), way=choice(*ways), end=function(end, domain=["stopped", *ways]))
    return sb.World(model, name="runs")


STEERS = E(X("act").is_("steer")) >= 1

# ---------------------------------------------------------------- all permutations written out

Counts = tuple[Fraction, Fraction, Fraction, Fraction]


def slow_share(test: Test, utility: Formula, world: sb.World, payoffs: Sequence[Any], moved: Sequence[int] = ()) -> Counts:
    """Every permutation, in a world whose value means something else; every policy, every unit."""
    role = world.roles["value"].variable
    outcomes, found = world.model.domain(role), []
    places = moved or range(len(outcomes))
    for order in permutations(places):
        arranged = dict(enumerate(payoffs)) | {place: payoffs[other] for place, other in zip(places, order, strict=True)}
        paid = sb.Role(role, {outcome: Fraction(arranged[i]) for i, outcome in enumerate(outcomes)})
        other_roles: dict[str, Any] = {name: played for name, played in world.roles.items() if name != "value"}
        there = sb.World(world.model, **other_roles, value=paid, baseline=world.baseline)
        scores: list[tuple[Fraction, sb.Policy]] = []
        for policy in there.policies:
            try:
                scores.append((brute_language.value(utility, there, policy), policy))
            except brute.Undefined:
                continue
        most = max((score for score, _ in scores), default=None)
        found.append([brute_language.truth(test, there, policy) for score, policy in scores if score == most])
    return tallied(found)


def tallied(found: Sequence[Sequence[bool | None]]) -> Counts:
    some = [None if not each or (True not in each and None in each) else True in each for each in found]
    every = [None if not each or (False not in each and None in each) else False not in each for each in found]
    counts = [sum(answer is wanted for answer in answers) for wanted in (True, None) for answers in (some, every)]
    weakly, strictly, weak_none, strict_none = (Fraction(count, len(found)) for count in counts)
    return weakly, strictly, weak_none, strict_none


def counts_of(found: Any) -> Counts:
    return found.weakly, found.strictly, found.weakly_undefined, found.strictly_undefined


UTILITIES: list[Formula] = [
    E(V),
    E(V, given={"intent": STOP}),
    E(V.had(intent=STOP)) - 2 * E(B),
    E(B * V) + E(V) / 2,
    E(V * V.had(intent=STOP)),
    least(E(V), E(V.had(intent=STOP))),
    E(least(V, B)),
]
TESTS: list[Test] = [
    E(B) >= HALF,
    E(B.had(intent=STOP)) >= 1,
    E(V) >= E(V.under(BASELINE)),
    (E(V, given={"intent": STOP}) >= 1) | (E(B) <= 0),
    E(B, given={"intent": STOP}) >= 1,
    E(V) >= best(E(V)),
    E(B.under(BASELINE)) >= E(B.under(BEST)),
]
PAYOFFS = st.lists(st.sampled_from([0, 1, 1, 3, -2, HALF]), min_size=3, max_size=3)


def check(world: sb.World, utility: Formula, test: Test, payoffs: Sequence[Any]) -> None:
    found = share(test, orbit("value", payoffs=payoffs, utility=utility), world)
    assert counts_of(found) == slow_share(test, utility, world, payoffs)
    assert found.of == 6
    assert found.looked_at <= 6


@settings(max_examples=10)
@given(worlds(max_causes=1, max_decisions=1, values=(0, 1, 3), couplings=["monotone"]), st.data())
def test_shares_agree_with_all_permutations_in_small_worlds(world: sb.World, data: st.DataObject) -> None:
    check(world, data.draw(st.sampled_from(UTILITIES)), data.draw(st.sampled_from(TESTS)), data.draw(PAYOFFS))


@settings(max_examples=8)
@given(worlds(max_causes=1, max_decisions=2, values=(0, 1, 3), couplings=["monotone"]), st.data())
def test_shares_agree_with_all_permutations_in_worlds_with_two_decisions(world: sb.World, data: st.DataObject) -> None:
    check(world, data.draw(st.sampled_from(UTILITIES[:4])), data.draw(st.sampled_from(TESTS[:3])), data.draw(PAYOFFS))


@st.composite
def reaching(draw: st.DrawFn, ends: int = 4, acts: int = 4, *, surely: bool = False) -> sb.World:
    """A choice among acts, each with a law over ends."""
    parts = st.sampled_from(
        [(4, 0, 0, 0), (0, 4, 0, 0), (0, 0, 4, 0), (0, 0, 0, 4)] + [(2, 2, 0, 0), (1, 1, 1, 1), (0, 3, 1, 0)] * (not surely)
    )
    laws = draw(st.lists(parts, min_size=2, max_size=acts, unique=True))
    rows = {act: Dist({end: Fraction(part, 4) for end, part in enumerate(law[:ends]) if part}) for act, law in enumerate(laws)}
    model = Model(act=choice(*rows), end=cpt(["act"], rows, coupling="independent", domain=tuple(range(ends))))
    return sb.World(model, value="end", name="reaching")


@settings(max_examples=tries(25))
@given(reaching(), st.lists(st.sampled_from([0, 1, 2, 5]), min_size=4, max_size=4), st.integers(0, 3))
def test_shares_agree_with_all_permutations_in_choices_among_laws(world: sb.World, payoffs: list[int], act: int) -> None:
    test = E(X("act").is_(world.decisions[0].options[act % len(world.decisions[0].options)])) >= 1
    found = share(test, orbit("value", payoffs=payoffs), world)
    assert counts_of(found) == slow_share(test, E(V), world, payoffs)
    some = share(test, orbit("value", payoffs=payoffs, outcomes=[1, 3]), world)
    assert counts_of(some) == slow_share(test, E(V), world, payoffs, moved=(1, 3))


@settings(max_examples=tries(25))
@given(reaching(), st.lists(st.sampled_from([0, 1, 2, 5]), min_size=4, max_size=4))
def test_power_is_the_mean_of_the_largest_over_all_permutations(world: sb.World, payoffs: list[int]) -> None:
    laws = [world.under(policy).dist("end") for policy in world.policies]
    orders = list(permutations(payoffs))
    slow = sum(max(sum(law[end] * order[end] for end in range(4)) for law in laws) for order in orders) / Fraction(len(orders))
    assert power(orbit("value", payoffs=payoffs), world) == slow


@settings(max_examples=tries(30))
@given(st.lists(st.sampled_from([0, 1, 2]), min_size=1, max_size=6), st.data())
def test_distinct_arrangements_stand_for_every_permutation_once(paid: list[int], data: st.DataObject) -> None:
    """A class of outcomes may change places: permutations up to that, and up to equal payoffs, counted one by one."""
    numbers = [Fraction(worth) for worth in paid]
    of = data.draw(st.lists(st.integers(0, 2), min_size=len(paid), max_size=len(paid)))
    classes = [[i for i, each in enumerate(of) if each == kind] for kind in sorted(set(of))]
    slow: dict[Any, int] = {}
    for order in permutations(numbers):
        key = tuple(tuple(sorted(order[i] for i in places)) for places in classes)
        slow[key] = slow.get(key, 0) + 1
    found = list(arrangements(numbers, classes))
    assert {tuple(tuple(sorted(each[i] for i in places)) for places in classes): many for each, many in found} == slow
    assert len(found) == len(slow) == count_of_arrangements(numbers, classes)


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 7])
def test_naive_steers_in_n_of_n_plus_one(n: int) -> None:
    """Derived, for [tailcalled2021] and [turner2021]: n ways to run and one to be stopped, distinct payoffs; steering pays unless being
    stopped pays most."""
    found = share(STEERS, orbit("end", payoffs=range(n + 1)), runs(n))
    assert found.weakly == found.strictly == Fraction(n, n + 1)
    assert found.looked_at == n + 1  # the ways to run may change places
    assert found.holding is not None
    assert found.failing is not None
    assert found.failing.utility["stopped"] == n
    assert found.holding.all is True


def test_published_turner2021_three_ends_with_uniform_rewards_have_power_three_quarters() -> None:
    """Published: the mean of the largest of three uniform draws."""
    assert terminal_power("end", fork("a", "b", "c")) == Fraction(3, 4)


@pytest.mark.parametrize("n", [1, 2, 4, 6])
def test_uniform_rewards_have_power_n_of_n_plus_one(n: int) -> None:
    """Derived: order statistics. An end that is forced half of the time counts with its mean."""
    ends = [f"e{i}" for i in range(n)]
    assert terminal_power("end", fork(*ends)) == Fraction(n, n + 1)
    if n > 1:
        half = {f"a{i}": {"off": HALF, end: HALF} for i, end in enumerate(ends)}
        rows = {act: Dist(law) for act, law in half.items()}
        world = sb.World(Model(act=choice(*rows), end=cpt(["act"], rows, coupling="independent", domain=("off", *ends))))
        assert terminal_power("end", world) == HALF * HALF + HALF * Fraction(n, n + 1)


def test_power_of_finite_rewards_is_that_of_every_draw_written_out() -> None:
    law = Dist({0: "1/2", 1: "1/3", 5: "1/6"})
    slow = sum(law[a] * law[b] * law[c] * max(a, b, c) for a, b, c in product((0, 1, 5), repeat=3))
    assert terminal_power("end", fork("a", "b", "c"), rewards=law) == slow


def test_an_end_that_is_reached_by_chance_alone_is_no_order_statistic() -> None:
    with pytest.raises(WrongShape, match="'b' is reached by chance"):
        terminal_power("end", fork("a", chance={"lot": {"b": HALF, "c": HALF}}))
    assert terminal_power("end", fork("a", "b", chance={"lot": {"a": HALF, "b": HALF}})) == Fraction(2, 3)  # a lot between what can be had


def test_derived_turner2020_an_ai_that_can_be_corrected_obstructs_nobody() -> None:
    """Derived from the definition: people who can still choose can have every end with the AI on; where the AI decides, half."""
    corrected = lambda ai, aim: aim
    stubborn = lambda ai, aim: "a" if ai == "on" else aim
    found = []
    for end in (corrected, stubborn):
        world = sb.World(Model(ai=choice("on", "off"), aim=choice("a", "b", "c"), end=function(end, domain=["a", "b", "c"])), name="aims")
        found.append(non_obstruction(orbit("end", payoffs=[2, 1, 0]), world, on={"ai": "on"}, off={"ai": "off"}))
    assert found[0]
    assert found[0].share == 1
    assert found[0].obstructed is None
    assert not found[1]
    assert found[1].share == Fraction(1, 3)
    assert str(found[1]).startswith("not obstructed for 1/3 of the goals in aims; obstructed: a: ")
    goals = Dist({E(X("end").is_("a")): "1/4", E(X("end").is_("b")): "3/4"})
    assert non_obstruction(goals, world, on={"ai": "on"}, off={"ai": "off"}).share == Fraction(1, 4)


def test_shares_in_a_world_of_symbols_are_those_of_any_number() -> None:
    def lot(p: Any) -> sb.World:
        ends = {"wait": Dist({"a": p / (1 + p), "b": 1 / (1 + p)}), "act": Dist({"a": p / (2 + p), "c": 2 / (2 + p)})}
        return sb.World(Model(act=choice("wait", "act"), end=cpt(["act"], ends, coupling="independent")), name="lot")

    chance = sympy.Symbol("p", positive=True)
    goals = Dist({E(X("end").is_("b")): "1/4", E(X("end").is_("c")): "1/4", E(X("act").is_("wait")): "1/2"})
    waits = E(X("act").is_("wait")) >= 1
    assert share(waits, goals, lot(chance)).weakly == share(waits, goals, lot(Fraction(1, 3))).weakly
    for payoffs, expected in (([1, 0, 0], Fraction(2, 3)), ([2, 1, 0], Fraction(1, 2))):
        for p in (chance, Fraction(1, 3)):
            found = share(waits, orbit("end", payoffs=payoffs), lot(p))
            assert (found.weakly, found.strictly) == (expected, expected)


def test_a_goal_that_has_no_score_is_neither_obstructed_nor_not() -> None:
    world = sb.World(Model(ai=choice("on", "off"), aim=choice("a", "b"), end=lambda ai, aim: "a" if ai == "on" else aim), name="lever")
    given_b = E(X("aim").is_("b"), given={"end": "b"})  # with the AI on no end is b
    goals = Dist({given_b: "1/4", E(X("end").is_("a")): "3/4"})
    found = non_obstruction(goals, world, on={"ai": "on"}, off={"ai": "off"})
    assert (found.share, found.undefined, found.obstructed) == (Fraction(3, 4), Fraction(1, 4), None)
    assert not found
    assert str(found) == "not obstructed for 0.75 of the goals in lever, undefined for 0.25"


def test_a_lottery_counts_its_utilities_by_their_weight() -> None:
    world = sb.worlds.office()
    lottery = Dist({sb.naive: "1/4", sb.counterfactual: "3/4"})
    stoppable = E(B.had(intent=STOP)) >= 1
    each = {}
    for utility in (sb.naive, sb.counterfactual):
        scores = {policy: utility(world, policy) for policy in world.policies}
        each[utility] = [
            bool(sb.properties.holds(stoppable, world, policy)) for policy, score in scores.items() if score == max(scores.values())
        ]
    found = share(stoppable, lottery, world)
    assert found.weakly == sum(lottery[utility] * any(truths) for utility, truths in each.items())
    assert found.strictly == sum(lottery[utility] * all(truths) for utility, truths in each.items())
    assert power(lottery, world) == sum(lottery[u] * max(u(world, policy) for policy in world.policies) for u in each)


# ---------------------------------------------------------------- laws


@settings(max_examples=tries(20))
@given(worlds(max_causes=1, max_decisions=1, values=(0, 1, 3), couplings=["monotone"]), st.data())
def test_shares_of_a_test_and_its_negation_add_up(world: sb.World, data: st.DataObject) -> None:
    """It holds of some best policy, or its negation of all, or it is undefined."""
    test, of = data.draw(st.sampled_from(TESTS[:5])), orbit("value", utility=data.draw(st.sampled_from(UTILITIES)))
    yes, no = share(test, of, world), share(~test, of, world)
    assert as_fraction(yes.weakly) + as_fraction(no.strictly) + as_fraction(yes.weakly_undefined) == 1
    assert as_fraction(yes.strictly) + as_fraction(no.weakly) + as_fraction(yes.strictly_undefined) == 1
    assert yes.weakly_undefined == no.strictly_undefined


@settings(max_examples=tries(20))
@given(reaching(), st.lists(st.integers(-2, 3), min_size=4, max_size=4), st.permutations(range(4)), st.integers(0, 3))
def test_relabelling_outcomes_changes_no_share(world: sb.World, payoffs: list[int], names: list[int], act: int) -> None:
    laws = [world.under(policy).dist("end") for policy in world.policies]
    rows = {i: Dist({names[end]: weight for end, weight in law.items()}) for i, law in enumerate(laws)}  # type: ignore[call-overload]
    other = sb.World(Model(act=choice(*rows), end=cpt(["act"], rows, coupling="independent", domain=tuple(range(4)))), value="end")
    place = act % len(laws)
    asked = [E(X("act").is_(there.decisions[0].options[place])) >= 1 for there in (world, other)]
    found = [share(test, orbit("value", payoffs=payoffs), there) for test, there in zip(asked, (world, other), strict=True)]
    assert counts_of(found[0]) == counts_of(found[1])


@settings(max_examples=tries(30))
@given(reaching(surely=True), st.integers(1, 3))
def test_law_of_a_choice_among_ends_the_share_is_the_part_of_the_ends(world: sb.World, many: int) -> None:
    """With distinct payoffs and ends that are reached surely, policies that reach k of n ends are best for k/n of the orbit."""
    options = world.decisions[0].options
    some = options[:many]
    test = E(sum((X("act").is_(option) for option in some[1:]), start=X("act").is_(some[0]))) >= 1
    found = share(test, orbit("value"), world)
    assert found.weakly == found.strictly == Fraction(len(some), len(options))


@settings(max_examples=tries(40))
@given(reaching(), st.lists(st.sampled_from([0, 1, 2, -3, 10]), min_size=4, max_size=4), st.integers(0, 15))
def test_law_of_retargeting_half_of_every_orbit(world: sb.World, payoffs: list[int], which: int) -> None:
    """Where an exchange carries failing policies' laws onto passing ones', the test holds weakly for half; looks for a world where not."""
    options = world.decisions[0].options
    some = [option for i, option in enumerate(options) if which >> i & 1] or [options[0]]
    test = E(sum((X("act").is_(option) for option in some[1:]), start=X("act").is_(some[0]))) >= 1
    claim = retargeting(test, "end", world)
    found = share(test, orbit("value", payoffs=payoffs), world)
    assert not claim or as_fraction(found.weakly) >= HALF
    assert not claim or as_fraction(found.strictly) >= 1 - as_fraction(
        found.weakly
    )  # passing ones are better at least as often as failing ones


def test_reaching_more_by_chance_is_not_enough_for_half() -> None:
    """A lot between three ends reaches more than one end that is chosen; yet with one bad end it is best for a quarter only."""
    world = fork("off", chance={"lot": {"a": "1/3", "b": "1/3", "c": "1/3"}})
    lot = E(X("act").is_("lot")) >= 1
    assert share(lot, orbit("end", payoffs=[-10, 1, 1, 1]), world).weakly == Fraction(1, 4)
    assert not retargeting(lot, "end", world)
    three = fork("off", "a", "b", "c")
    assert share(~(E(X("act").is_("off")) >= 1), orbit("end", payoffs=[-10, 1, 1, 1]), three).weakly == 1
    assert retargeting(~(E(X("act").is_("off")) >= 1), "end", three)


@settings(max_examples=tries(25))
@given(reaching(), st.integers(1, 3), st.integers(-2, 2), st.lists(st.integers(-2, 3), min_size=4, max_size=4))
def test_scaling_and_shifting_payoffs_changes_no_share(world: sb.World, by: int, more: int, payoffs: list[int]) -> None:
    test = E(X("act").is_(world.decisions[0].options[0])) >= 1
    found = [share(test, orbit("value", payoffs=paid), world) for paid in (payoffs, [by * worth + more for worth in payoffs])]
    assert counts_of(found[0]) == counts_of(found[1])


# ---------------------------------------------------------------- beyond the exact size


def test_beyond_the_exact_size_the_count_and_the_ways_out_are_said() -> None:
    ends = [f"e{i}" for i in range(9)]
    rows = {end: Dist({end: "2/3", ends[(i + 1) % 9]: "1/3"}) for i, end in enumerate(ends)}
    world = sb.World(Model(act=choice(*ends), end=cpt(["act"], rows, coupling="independent", domain=ends)), name="ring")
    test, of = E(X("act").is_("e0")) >= 1, orbit("end", payoffs=range(9))
    with pytest.raises(TooLarge, match=r"362,880 arrangements.*draws=10_000"):
        share(test, of, world)
    found = share(test, of, world, draws=400, seed=3)
    assert isinstance(found.weakly, Estimate)
    assert not found.is_exact
    assert not found
    assert found.weakly.low <= Fraction(1, 9) <= found.weakly.high  # by the ring's symmetry
    assert "400 draws" in str(found)
    assert "level 0.95" in str(found)
    assert str(share(test, of, world, draws=400, seed=3)) == str(found)


def test_intervals_of_draws_hold_more_often_than_their_level() -> None:
    world, of = runs(3), orbit("end", payoffs=range(4))
    held = [share(STEERS, of, world, draws=60, seed=seed, level="0.8").weakly for seed in range(40)]
    assert sum(found.low <= Fraction(3, 4) <= found.high for found in held if isinstance(found, Estimate)) >= 32


def test_large_orbits_are_exact_where_outcomes_may_change_places() -> None:
    found = share(STEERS, orbit("end", payoffs=range(13)), runs(12))
    assert found.weakly == Fraction(12, 13)
    assert found.of == 6_227_020_800
    assert found.looked_at == 13


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (orbit, WrongShape, "type orbit"),
        (lambda: share(STEERS, orbit("end", payoffs=[1]), runs(2)), WrongShape, "1 payoffs for 3 outcomes"),
        (lambda: share(STEERS, orbit("end", payoffs={"stopped": 1}), runs(1)), WrongShape, "no payoff for"),
        (lambda: share(STEERS, orbit("end", payoffs=[1, 2], outcomes=["walk"]), runs(1)), UnknownValue, "'walk' is no outcome"),
        (lambda: share(STEERS, orbit("end", payoffs=[1, 2], outcomes=["run 0"] * 2), runs(1)), WrongShape, "named twice"),
        (lambda: share(STEERS, orbit("end", "act", payoffs=[1, 2]), runs(1)), WrongShape, "do not take the same outcomes"),
        (lambda: share(STEERS, Dist({"naive": 1}), runs(1)), WrongShape, "is no utility"),
        (lambda: share(STEERS, Dist({E(X("stop")): 1}), runs(1), draws=5), WrongShape, "counted, not drawn"),
        (lambda: share(STEERS, orbit("end", payoffs=[1, 2]), runs(1), draws=5, level=2), WrongShape, "no probability"),
    ],
)
def test_misuse_is_refused_in_words(ask: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        ask()


def test_symbols_that_decide_are_undecided() -> None:
    import sympy

    with pytest.raises(Undecided):
        share(STEERS, orbit("end", payoffs=[0, sympy.Symbol("p", real=True)]), runs(1))


def test_several_variables_read_one_payoff_function() -> None:
    """Two steps, the same ends: the same permutation is read at both."""
    model = Model(
        act=choice("a", "b"), end_1=function(lambda act: act, domain=["a", "b"]), end_2=function(lambda act: "a", domain=["a", "b"])
    )
    world = sb.World(model)
    of = orbit("end_1", "end_2", payoffs=[1, 0])
    assert power(of, world) == Fraction(3, 2)  # a, a pays 2; b, a pays 1 if b does
    assert share(E(X("act").is_("a")) >= 1, of, world).strictly == HALF


def test_an_event_stays_about_the_outcome_while_payoffs_move() -> None:
    world = fork("a", "b")
    chosen = E(X("end").is_("a")) >= 1
    assert share(chosen, orbit("end", payoffs=[1, 0]), world).strictly == HALF
    paid_one = E(X("end")) >= 1
    assert share(paid_one, orbit("end", payoffs=[1, 0]), world).strictly == 1


@settings(max_examples=10)
@given(worlds(max_causes=1, max_decisions=1), st.data())
def test_a_policy_of_the_world_is_a_member_of_its_evidence(world: sb.World, data: st.DataObject) -> None:
    policy = data.draw(policies(world))
    found = share(E(V) >= E(V.under(policy)), orbit("value"), world)
    for member in (found.holding, found.failing):
        assert member is None or member.best
    assert found
    assert found.strictly == 1
    assert found.failing is None
    assert "<table" in found._repr_html_()
    assert "tabular" in found.to_latex()


def test_goals_are_compared_for_as_many_kinds_of_policies_as_the_larger_side_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three payoffs in an order, and three ends that can be had with the AI off, though one with it on."""
    end = function(lambda ai, aim: "a" if ai == "on" else aim, domain=["a", "b", "c"])
    world = sb.World(Model(ai=choice("on", "off"), aim=choice("a", "b", "c"), end=end), name="lever")
    monkeypatch.setattr("stop_button.lotteries.shares.MOST_COMPARED", 9)
    assert non_obstruction(orbit("end", payoffs=[2, 1, 0]), world, on={"ai": "on"}, off={"ai": "off"}).share == Fraction(1, 3)
    monkeypatch.setattr("stop_button.lotteries.shares.MOST_COMPARED", 8)
    with pytest.raises(TooLarge, match="up to 3 arrangements that differ in lever, to be compared for 3 kinds of policies each"):
        non_obstruction(orbit("end", payoffs=[2, 1, 0]), world, on={"ai": "on"}, off={"ai": "off"})


def test_an_estimated_share_lies_between_0_and_1_with_room_on_both_sides() -> None:
    """Of the arrangements of different payoffs a half holds; of the two extremes all or none does, and the interval ends there."""
    world = sb.World(Model(act=choice("a", "b", "c", "d"), end=lambda act: act), name="fork")
    for test, expected in ((E(X("end").is_("a")) <= 1, 1), (E(X("end").is_("a")) > 1, 0)):
        found = share(test, orbit("end", payoffs=[1, 2, 3, 4]), world, draws=200, level="0.9").weakly
        assert isinstance(found, Estimate)
        assert found.seen == expected
        assert (found.low, found.high)[expected] == expected
        assert 0 <= found.low < found.high <= 1
        assert found.high - found.low == pytest.approx((math.log(2 / 0.1) / (2 * 200)) ** 0.5, abs=1e-6)


def heeding() -> sb.World:
    """One decision of three options that decides how the wish is heard, and what is had unless it is stopped."""
    model = Model(
        tired=coin("1/3"),
        act=choice("leave", "deaf", "move"),
        wish=function(lambda tired, act: STOP if tired or act == "move" else FREE, parents=["tired", "act"], domain=[FREE, STOP]),
        stopped=function(lambda wish, act: wish == STOP and act != "deaf", parents=["wish", "act"], domain=[False, True]),
        value=function(lambda stopped, tired, act: 0 if stopped else 3 if tired or act == "move" else 1, domain=[0, 1, 3]),
    )
    return sb.World(model, intent="wish", stopped="stopped", value="value", baseline="leave")


@pytest.mark.parametrize("place", range(7))
def test_shares_of_every_formula_and_test_in_one_world_are_those_of_all_permutations(place: int) -> None:
    """Each formula with two of the tests, and each test with two of the formulas."""
    for test in (TESTS[place], TESTS[(place + 3) % 7]):
        check(heeding(), UTILITIES[place], test, [0, 1, -2])


def test_a_mean_of_payoffs_is_a_sum_over_products_of_what_outcomes_are_paid() -> None:
    world = heeding()
    payoffs = payoffs_of(orbit("value", payoffs=[5, 7, 11], utility=E(V)), world)
    assert (payoffs.variables, payoffs.outcomes, payoffs.paid, payoffs.moved) == (("value",), (0, 1, 3), (5, 7, 11), (0, 1, 2))
    score = Evaluation(world).score
    for f in (E(V), E(V * V), E(V * B + 2 * V), E(V * V.had(intent=STOP)), E(V, given={"intent": STOP}), E(B)):
        terms = terms_of_mean(f, payoffs, world)
        assert terms is not None
        for policy in world.policies:
            total = sum((math.prod(payoffs.paid[i] for i in factors) * score(mean, policy) for factors, mean in terms.items()), Fraction(0))
            assert total == score(paid(f, payoffs, payoffs.paid, world), policy), (f, policy)
    assert sorted(terms_of_mean(E(V * V), payoffs, world) or ()) == [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
    assert terms_of_mean(E(B, given=V.is_(1)), payoffs, world) is None, "payoffs in a condition"
    assert terms_of_mean(E(least(V, B)), payoffs, world) is None, "payoffs in an extreme"
    assert terms_of_mean(E(least(B, 1)), payoffs, world) == {(): E(least(B, 1))}
    assert opened(E(V) + E(least(V, B)), payoffs, world) is None
    assert set(opened(E(V) + E(B) * E(V), payoffs, world) or ()) == {E(V), E(B)}
    eighth = E(V * V * V * V * V * V * V * V)
    assert terms_of_mean(eighth, payoffs, world) is not None


def test_payoffs_are_read_by_what_reads_them_anywhere() -> None:
    world = heeding()
    payoffs = payoffs_of(orbit("value", payoffs=[5, 7, 11], utility=E(V)), world)
    read = {E(V): True, E(B): False, E(B, given=V.is_(1)): True, E(B.under(BEST)): True, E(B.under(BASELINE)): False}
    assert {f: reads_payoffs(f, payoffs, world) for f in read} == read
    assert reads_payoffs(E(V) >= 1, payoffs, world)
    assert [are_found_first(f, payoffs, world) for f in (E(V), best(E(V)), best(E(B)), E(B.under(BEST)), E(V.under(BASELINE)))] == [
        True, False, True, False, True
    ]  # fmt: skip
    named = sb.World(world.model, value=sb.Role("value", {0: 1, 1: 2, 3: 4}), intent="wish", stopped="stopped")
    with pytest.raises(WrongShape, match="its outcomes have no names"):
        reads_payoffs(E(V), payoffs, named)
