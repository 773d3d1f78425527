"""Entropy and mutual information as formulas, and the definitions that use them: numbers, laws, and answers against laws written out."""

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stop_button as sb
from causalkit import Dist, Model, choice, coin, cpt, function, uniform
from causalkit.errors import Impossible, InvalidNumber, TooLarge, Undecided, WrongShape
from causalkit.values.exact import exact, is_zero, less
from causalkit.values.logarithms import between, entropy_of, logarithms
from stop_button import BASELINE, FREE, STOP, B, E, H, V, X
from stop_button.definitions import goal_directedness, neutrality, policy_modification
from stop_button.evaluation.evaluation import sweep
from stop_button.evaluation.undefined import defined
from stop_button.language import (
    BEST,
    OWN,
    Formula,
    Test,
    best,
    conditional_entropy,
    entropy,
    every,
    lexicographic,
    mutual_information,
    subject_to,
)
from stop_button.properties import holds
from stop_button.replies import stable
from stop_button.solving import solve
from stop_button.testing import policies, worlds
from tests import brute
from tests.stop_button import brute_scores
from tests.tries import tries

HALF = Fraction(1, 2)
READINGS = [H, B, V, V.had(intent=STOP), H.under(BASELINE), B.had(intent=FREE)]
EVENTS: list[Any] = [None, {"intent": STOP}, {"stopped": True}, H.under(BASELINE).is_(FREE)]


# ---------------------------------------------------------------- laws written out


def law(readings: Sequence[Any], event: Any, world: sb.World, policy: sb.Policy) -> list[Fraction]:
    """The probability of every combination of meanings, each a mean over all units; ``brute.Undefined`` for an impossible event."""
    roles = [world.role(reading.name) for reading in readings]
    meanings = [sorted({role.meaning(value) for value in world.model.domain(role.variable)}, key=repr) for role in roles]
    shares = []
    for case in product(*meanings):
        events = [reading.is_(meaning) for reading, meaning in zip(readings, case, strict=True)]
        shares.append(brute_scores.score(E(reduce(lambda a, b: a * b, events), given=event), world, policy))
    return shares


def power_product(shares: Sequence[Fraction], scale: int) -> Fraction:
    """The product of p to the power of p, to the power of a scale that makes the powers whole: 2 ** (-scale * entropy)."""
    return math.prod((share ** int(share * scale) for share in shares if share), start=Fraction(1))


def check_against_laws(world: sb.World, readings: list[Any], event: Any, pair: tuple[sb.Policy, sb.Policy]) -> None:
    found, laws = [], []
    for policy in pair:
        utility = sb.Utility("entropy", entropy(*readings, given=event))
        try:
            laws.append(law(readings, event, world, policy))
        except brute.Undefined:
            with pytest.raises(Impossible):
                utility(world, policy)
            return
        found.append(utility(world, policy))
        slow = -sum(float(share) * math.log2(share) for share in laws[-1] if share)
        ends = between(found[-1])
        assert float(ends.low) - 1e-9 <= slow <= float(ends.high) + 1e-9
        assert ends.high - ends.low < Fraction(1, 10**9)
    scale = math.lcm(*(share.denominator for shares in laws for share in shares))
    if scale <= 400:
        one, other = (power_product(shares, scale) for shares in laws)
        assert less(found[0], found[1]) == (one > other)  # the larger entropy has the smaller product
        assert is_zero(found[0] - found[1]) == (one == other)


def two(world: sb.World, data: st.DataObject, *, stochastic: bool = False) -> tuple[sb.Policy, sb.Policy]:
    return data.draw(policies(world, stochastic=stochastic)), data.draw(policies(world))


@settings(max_examples=tries(15))
@given(worlds(max_causes=1, max_decisions=1, couplings=["monotone"]), st.data())
def test_entropies_agree_with_laws_in_small_worlds(world: sb.World, data: st.DataObject) -> None:
    readings = data.draw(st.lists(st.sampled_from(READINGS), min_size=1, max_size=2, unique=True))
    check_against_laws(world, readings, data.draw(st.sampled_from(EVENTS)), two(world, data))


@settings(max_examples=8)
@given(worlds(max_causes=1, max_decisions=2, values=(0, 1), couplings=["monotone"]), st.data())
def test_entropies_agree_with_laws_in_worlds_with_two_decisions(world: sb.World, data: st.DataObject) -> None:
    check_against_laws(world, [data.draw(st.sampled_from(READINGS))], data.draw(st.sampled_from(EVENTS)), two(world, data))


@settings(max_examples=8)
@given(worlds(max_causes=1, max_decisions=1, values=(0, 1), couplings=["monotone"]), st.data())
def test_entropies_agree_with_laws_under_policies_that_draw_lots(world: sb.World, data: st.DataObject) -> None:
    check_against_laws(world, [data.draw(st.sampled_from(READINGS[:4]))], None, two(world, data, stochastic=True))


# ---------------------------------------------------------------- laws of information


@settings(max_examples=tries(12))
@given(worlds(max_causes=2, max_decisions=1), st.data())
def test_mutual_information_is_symmetric_and_not_negative_and_zero_just_for_independence(world: sb.World, data: st.DataObject) -> None:
    policy = data.draw(policies(world))
    one, other = (sb.Utility("i", mutual_information(*pair))(world, policy) for pair in ((H, B), (B, H)))
    assert is_zero(one - other)
    assert not less(one, exact(0))
    joint, wishes, stops = (world.under(policy).dist(*names) for names in (("wish", "stopped"), ("wish",), ("stopped",)))
    independent = all(joint[wish, stop] == wishes[wish] * stops[stop] for wish in (STOP, FREE) for stop in (True, False))
    assert is_zero(one) == independent


@settings(max_examples=tries(12))
@given(worlds(max_causes=2, max_decisions=1), st.data())
def test_conditional_entropy_is_the_mean_of_entropies_given_what_is_known(world: sb.World, data: st.DataObject) -> None:
    policy = data.draw(policies(world))
    found = sb.Utility("c", conditional_entropy(V, H))(world, policy)
    total: Any = exact(0)
    for wish, share in world.under(policy).dist("wish").items():
        total = total + share * sb.Utility("e", entropy(V, given={"intent": wish}))(world, policy)
    assert is_zero(found - total)


@settings(max_examples=tries(12))
@given(worlds(max_causes=1, max_decisions=1), st.data())
def test_what_is_set_is_certain(world: sb.World, data: st.DataObject) -> None:
    assert holds(entropy(H.had(intent=STOP)).equals(0), world, data.draw(policies(world)))


@settings(max_examples=10)
@given(worlds(max_causes=1, max_decisions=1), st.data())
def test_ranks_and_sweeps_of_entropies_are_scores_one_by_one(world: sb.World, data: st.DataObject) -> None:
    f = data.draw(st.sampled_from([entropy(H), entropy(V) - E(B), mutual_information(H, B), subject_to(entropy(V), E(B) >= HALF)]))
    utility, scores = sb.Utility("u", f), sweep(f, world)
    slow = []
    for policy, score in zip(world.policies, scores, strict=True):
        try:
            slow.append(utility(world, policy))
            assert is_zero(slow[-1] - score)
        except Impossible:
            assert not defined(score)
    ranking = sb.rank(world, utility, top=1)
    assert bool(slow) == bool(ranking.scores)
    assert not any(less(ranking.scores[0], score) for score in slow)


FORMULAS: list[Formula] = [
    best(E(B, given={"intent": STOP}), given={"intent": STOP}),
    entropy(X("length")),
    entropy(H, B.had(intent=STOP), given={"stopped": True}),
    mutual_information(H, B) / 2 - E(V),
    conditional_entropy(V.under(BASELINE), H.had(intent=FREE)),
    best(entropy(H), of=["act"]),
    entropy(B.under(BEST), given=H.is_(STOP)),
]
NAMES: Mapping[str, Any] = {
    "B": B, "BASELINE": BASELINE, "BEST": BEST, "E": E, "H": H, "V": V, "X": X, "best": best, "entropy": entropy,
    "Fraction": Fraction,
}  # fmt: skip


@pytest.mark.parametrize("f", FORMULAS, ids=str)
def test_formulas_of_information_can_be_pasted_back(f: Formula) -> None:
    assert eval(repr(f), dict(NAMES)) == f
    assert f._repr_latex_().startswith("$")


# ---------------------------------------------------------------- numbers, and what goes together


def test_in_the_office_the_wish_has_the_entropy_of_a_quarter() -> None:
    world = sb.worlds.office()
    found = sb.Utility("u", entropy(H))
    assert is_zero(found(world, "work") - entropy_of([Fraction(1, 4), Fraction(3, 4)]))
    assert found(world, "reassure") == 0
    assert str(between(found(world, "work"))) == "between 0.811278124459 and 0.811278124460"


def test_a_test_between_logarithms_is_decided_exactly() -> None:
    """A ninth nine times has twice the entropy of a third three times; in floats the two may differ."""
    world = sb.World(Model(a=uniform(0, 1, 2), b=uniform(0, 1, 2), act=choice(0, 1)), name="dice")
    assert holds(entropy(X("a"), X("b")).equals(2 * entropy(X("a"))), world, 0)
    assert holds(entropy(X("a")) > Fraction(3, 2), world, 0)
    assert holds(entropy(X("a")) <= Fraction(8, 5), world, 0)
    assert not holds(mutual_information(X("a"), X("b")) > 0, world, 0)


def test_conditions_and_best_values_go_with_entropies() -> None:
    world = sb.worlds.office()
    assert holds(every("doubt", entropy(H) <= 0), world, "work")
    assert holds(best(entropy(H)) >= entropy(H), world, "reassure")
    assert holds(entropy(H.under(BASELINE)) >= entropy(H), world, "reassure")
    first = sb.Utility("first", lexicographic(E(V), entropy(H)))
    assert is_zero(sb.rank(world, first, top=1).scores[0] - entropy_of([Fraction(1, 4), Fraction(3, 4)]))  # cutting the wire is best


def one_length(p: Any) -> tuple[sb.World, Any]:
    world = sb.World(Model(length=choice(1, 2), value=lambda length: length), value="value", name="lengths")
    return world, world.policy(Dist({1: p, 2: 1 - Fraction(p)}))


@pytest.mark.parametrize(("p", "bits"), [("1/2", 1), ("1", 0), ("1/4", "3/4")])
def test_derived_neutrality_is_the_entropy_of_the_length(p: str, bits: object) -> None:
    """Derived, for [thornley2024b]: a fair lot between two lengths has 1 bit, a certain length 0, a quarter 2 - (3/4) log2 3."""
    world, policy = one_length(p)
    found = sb.Utility("neutrality", neutrality())(world, policy)
    if p == "1/4":
        assert is_zero(found - (2 - Fraction(3, 4) * logarithms([(Fraction(1), Fraction(3))])))
    else:
        assert found == bits


# ---------------------------------------------------------------- policy modification


def orders(after: Callable[[str, str], str], names: Sequence[str] = ("left", "right", "stay")) -> sb.World:
    law = function(after, domain=list(names))
    return sb.World(Model(order=uniform(*names), act=choice("listen", "disable"), after=law), name="orders")


def test_derived_an_agent_that_listens_can_be_told_all_and_one_that_does_not_nothing() -> None:
    """Derived, for [turner2021b]: log2 3 bits, and 0."""
    world = orders(lambda order, act: order if act == "listen" else "stay")
    assert policy_modification(world, "listen").bits == logarithms([(Fraction(1), Fraction(3))])
    assert policy_modification(world, "disable").bits == 0
    one = orders(lambda order, act: "left" if act == "listen" and order == "left" else "stay")
    assert policy_modification(one, "listen").bits == 1  # to be corrected to one policy only
    lots = Dist({"listen": "1/2", "disable": "1/2"})
    found = policy_modification(one, lots)
    assert found.bits == logarithms([(Fraction(1), Fraction(5, 4))])  # a channel that slips half of the time, one way


def test_what_the_agent_chooses_is_no_order_of_people() -> None:
    with pytest.raises(WrongShape, match="what the agent chooses"):
        policy_modification(orders(lambda order, act: order), "listen", human="act")


# ---------------------------------------------------------------- goal-directedness


def bandit(*payoffs: int) -> sb.World:
    options = [f"o{i}" for i in range(len(payoffs))]
    paid = dict(zip(options, payoffs, strict=True))
    return sb.World(Model(act=choice(*options), value=function(lambda act: paid[act], domain=sorted(set(payoffs)))), value="value")


def float_directedness(taken: Sequence[float], payoffs: Sequence[float], strengths: Sequence[float]) -> float:
    """The largest gain over a grid of strengths, by softmax, in floats."""
    gains = []
    for beta in strengths:
        scores = [beta * payoff for payoff in payoffs]
        total = math.log(sum(math.exp(score - max(scores)) for score in scores)) + max(scores)
        gains.append(sum(p * (score - total) for p, score in zip(taken, scores, strict=True)) + math.log(len(payoffs)))
    return max(gains) / math.log(2)


@settings(max_examples=tries(25))
@given(st.lists(st.integers(0, 3), min_size=2, max_size=4), st.data())
def test_goal_directedness_against_a_grid_of_strengths(payoffs: list[int], data: st.DataObject) -> None:
    parts = data.draw(st.lists(st.integers(0, 4), min_size=len(payoffs), max_size=len(payoffs)).filter(any))
    world = bandit(*payoffs)
    taken = [Fraction(part, sum(parts)) for part in parts]
    policy = world.policy(Dist({f"o{i}": share for i, share in enumerate(taken)}))
    found = goal_directedness(world, policy)
    slow = float_directedness([float(share) for share in taken], payoffs, [step / 8 for step in range(-240, 241)])
    assert slow <= float(found.within.high) + 1e-9  # none of the grid predicts better
    assert float(found.within.low) <= slow + 0.02  # and some of it nearly as well
    assert found.within.high - found.within.low < Fraction(1, 10**6)
    assert found.bits is None or (not less(found.bits, found.within.low) and not less(found.within.high, found.bits))
    opposite = goal_directedness(bandit(*(-payoff for payoff in payoffs)), bandit(*(-p for p in payoffs)).policy(policy.act("act")))
    assert opposite.within.low <= found.within.high
    assert found.within.low <= opposite.within.high


@settings(max_examples=tries(20))
@given(st.lists(st.integers(0, 3), min_size=2, max_size=4), st.integers(1, 3), st.integers(-2, 2), st.integers(0, 3))
def test_goal_directedness_has_no_unit_and_no_zero(payoffs: list[int], by: int, more: int, which: int) -> None:
    act = f"o{which % len(payoffs)}"
    one, other = (goal_directedness(bandit(*paid), act) for paid in (payoffs, [by * payoff + more for payoff in payoffs]))
    assert one.bits == other.bits
    assert one.within.low <= other.within.high
    assert other.within.low <= one.within.high
    assert one.within.high <= logarithms([(Fraction(1), Fraction(len(payoffs)))]) + Fraction(1, 10**9)


def test_derived_goal_directedness_by_hand() -> None:
    """Derived, for [macdermott2024]: certain of the best of n options log2 n; a lot of each alike 0; no option pays more: 0."""
    assert goal_directedness(bandit(0, 0, 0, 1), "o3").bits == 2
    assert goal_directedness(bandit(0, 0, 0, 1), "o0").bits == logarithms([(Fraction(1), Fraction(4, 3))])
    assert goal_directedness(bandit(1, 1), "o0").bits == 0
    fair = bandit(0, 1).policy(Dist({"o0": "1/2", "o1": "1/2"}))
    assert goal_directedness(bandit(0, 1), fair).bits == 0
    twice = bandit(0, 1).policy(Dist({"o0": "1/3", "o1": "2/3"}))
    found = goal_directedness(bandit(0, 1), twice)
    assert found.strength == 2
    assert is_zero(found.bits - (1 - entropy_of([Fraction(1, 3), Fraction(2, 3)])))


def test_goal_directedness_sees_what_the_decision_sees() -> None:
    rows = {(seen, act): Dist({int(seen == act): 1}) for seen in (0, 1) for act in (0, 1)}
    world = sb.World(Model(sky=coin("1/4").map(int), act=choice(0, 1, sees=["sky"]), value=cpt(["sky", "act"], rows)), value="value")
    follows, ignores = world.policy({0: 0, 1: 1}), world.policy(0)
    assert goal_directedness(world, follows).bits == 1
    found = goal_directedness(world, ignores)  # right three times of four: as a lot of 3 to 1
    assert found.strength == 3
    assert is_zero(found.bits - (1 - entropy_of([Fraction(1, 4), Fraction(3, 4)])))


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (entropy, WrongShape, "type entropy"),
        (lambda: entropy(E(V)), WrongShape, "takes readings"),
        (lambda: entropy(V + 1), WrongShape, "takes readings"),
        (lambda: entropy(V, given=E(B)), WrongShape, "no event"),
        (lambda: E(entropy(V)), WrongShape, "take it out"),
        (lambda: E(V, given=entropy(V)), WrongShape, "take it out"),
        (lambda: solve(sb.worlds.office(), sb.Utility("u", entropy(H))), WrongShape, "sb.rank"),
        (lambda: solve(sb.worlds.office(), sb.Utility("u", entropy(H) + E(V)), mixed=True), WrongShape, "sb.rank"),
        (lambda: stable(sb.worlds.office(), sb.Utility("u", entropy(H.under(OWN)))), WrongShape, "sb.rank"),
        (lambda: goal_directedness(sb.worlds.office(), "work", of=E(V, given={"intent": STOP})), WrongShape, "without a condition"),
        (lambda: goal_directedness(bandit(0, 1, 5000), "o0"), TooLarge, "5,000 units"),
    ],
)
def test_misuse_is_refused_in_words(ask: Callable[[], Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        ask()


def test_symbols_have_no_entropy_here() -> None:
    import sympy

    p = sympy.Symbol("p", positive=True)
    world = sb.World(Model(a=coin(p), act=choice(0, 1), value=lambda act: act), value="value")
    with pytest.raises(Undecided, match="symbols"):
        sb.Utility("u", entropy(X("a")))(world, 0)
    with pytest.raises(InvalidNumber):
        policy_modification(sb.World(Model(order=uniform(0, 1), s=coin(p), act=choice(0), after=lambda order, s: order and s)), 0)


def test_too_many_meanings_are_said_with_their_number() -> None:
    names = {f"x{i}": uniform(*range(17)) for i in range(3)}
    world = sb.World(Model(**names, act=choice(0, 1)), name="large")
    test: Test = entropy(*(X(name) for name in names)) >= 0
    with pytest.raises(TooLarge, match=r"4,913 combinations"):
        holds(test, world, 0)


def test_what_people_bring_about_by_chance_may_add_to_what_they_bring_about_surely() -> None:
    """Two behaviours surely and a third by chance tell more than one bit; where each order is surely one of n, it is log2 n."""

    def later(order: str, luck: bool, act: str) -> str:
        return order if order != "gamble" else "third" if luck else "left"

    orders = uniform("left", "right", "gamble")
    world = sb.World(Model(order=orders, luck=coin("1/2"), act=choice("listen"), after=later))
    found = policy_modification(world, "listen")
    assert found.within.low > 1
    sure = sb.World(Model(order=orders, act=choice("listen"), after=lambda order, act: "left" if order == "gamble" else order))
    assert policy_modification(sure, "listen").bits == 1
