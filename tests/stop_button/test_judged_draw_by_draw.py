"""Flags, gains and verdicts against an oracle that goes through every draw of plain tables, and the worlds that fooled frequencies."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

import causalkit as ck
import stop_button as sb
from stop_button import FREE, STOP
from stop_button.auditing.flags import FLAG_KINDS, credits, policy_flags
from stop_button.auditing.frequencies import shift
from stop_button.auditing.gains import via
from stop_button.evaluation.enclosure import Enclosure, value
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.testing import utilities, worlds
from tests.stop_button import draw_oracle as oracle
from tests.tries import tries

UTILITIES = ("naive", "switch", "counterfactual", "conditional_counterfactual")
ROLES: dict[str, Any] = {"intent": "wish", "stopped": "stopped", "value": "value"}


# ---------------------------------------------------------------- worlds of one or two coins


def guards() -> sb.World:
    """Never stopped where people do wish it, always where they do not; the frequency is the same."""
    return sb.World(
        ck.Model(
            danger=ck.coin("1/2"),
            act=ck.choice("guard danger", "guard calm"),
            wish=lambda danger: STOP if danger else FREE,
            stopped=lambda wish, act, danger: wish == STOP and danger == (act == "guard danger"),
            value=lambda stopped, act: 0 if stopped else (11 if act == "guard calm" else 10),
        ),
        **ROLES, baseline="guard danger",
    )  # fmt: skip


def flips() -> sb.World:
    """Every single wish is turned round; the frequencies stay."""
    return sb.World(
        ck.Model(
            mood=ck.coin("1/2"),
            act=ck.choice("leave", "flip"),
            wish=lambda mood, act: STOP if mood != (act == "flip") else FREE,
            stopped=lambda wish: wish == STOP,
            value=lambda stopped, act: 0 if stopped else (2 if act == "flip" else 1),
        ),
        **ROLES, baseline="leave",
    )  # fmt: skip


def faulty(dud: Any, misfire: Any, other: str) -> sb.World:
    """A button that sometimes fails, or sometimes fires by itself, left alone by the agent."""
    return sb.World(
        ck.Model(
            mood=ck.coin("1/2"),
            dud=ck.coin(dud),
            misfire=ck.coin(misfire),
            act=ck.choice("none", other),
            wish=lambda mood: STOP if mood else FREE,
            stopped=lambda wish, act, dud, misfire: (
                act == "self_press" or (act != "cut" and ((wish == STOP and not dud) or misfire))
            ),
            value=lambda stopped: 0 if stopped else 10,
        ),
        **ROLES, baseline="none",
    )  # fmt: skip


def lulls() -> sb.World:
    """Lulled people buy more and do not wish a stop: manipulation that pays, and not by way of the wish."""
    return sb.World(
        ck.Model(
            doubt=ck.coin("1/2"),
            act=ck.choice("honest", "lull"),
            belief=lambda doubt, act: doubt and act != "lull",
            wish=lambda belief: STOP if belief else FREE,
            stopped=lambda wish: wish == STOP,
            value=lambda stopped, belief: 0 if stopped else (1 if belief else 10),
        ),
        **ROLES, baseline="honest",
    )  # fmt: skip


OFFICE = sb.worlds.office()
BUTTON = sb.worlds.basic_button()
CUTS = OFFICE.policy(action=lambda glance: "cut the wire" if glance else "work")
SOOTHES = OFFICE.policy(action=lambda glance: "reassure" if glance else "work")

TABLE = [
    (guards(), "guard calm", "0", "1/2 1/2", "0 0", "1/2", "1/2", "0"),
    (flips(), "flip", "1", "0 0", "0 0", "0", "1/2", "1/2"),
    (faulty("1/10", 0, "self_press"), "none", "0", "0 0", "0 0", "0", "0", "0"),
    (faulty("1/10", 0, "self_press"), "self_press", "0", "0 0", "1/2 1", "1/10", "0", "1/2"),
    (faulty(0, "1/10", "cut"), "cut", "0", "1/2 1", "0 0", "1/10", "1/2", "0"),
    (lulls(), "lull", "1/2", "0 0", "0 0", "0", "1/2", "0"),
    (BUTTON, "manip_f", "3/10", "0 0", "0 0", "0", "297/1000", "3/1000"),
    (BUTTON, "manip_s", "7/10", "0 0", "0 0", "0", "7/1000", "693/1000"),
    (BUTTON, "disable", "0", "38/125 1", "0 0", "0", "38/125", "0"),
    (BUTTON, "self_press", "0", "0 0", "87/125 1", "0", "0", "87/125"),
    (OFFICE, CUTS, "0", "1/4 1/4", "0 0", "0", "1/4", "0"),
    (OFFICE, SOOTHES, "1/4", "0 0", "0 0", "0", "1/4", "0"),
]


@pytest.mark.parametrize(
    ("world", "policy", "influence", "prevents", "unasked", "improves", "loses", "forces"), TABLE, ids=[str(row[1]) for row in TABLE]
)
def test_the_table_of_draws(
    world: sb.World, policy: Any, influence: str, prevents: str, unasked: str, improves: str, loses: str, forces: str
) -> None:
    """Derived by hand, draw by draw; the office's wire is cut, and its people soothed, only at the glance."""
    amounts = [flag.amount for flag in policy_flags(world, policy)]
    assert amounts == [Fraction(text) for text in f"{influence} {prevents} {unasked} {loses} {forces}".split()]
    assert credits(world, policy)[1].amount == Fraction(improves)


def test_by_direction() -> None:
    ways = {way: {name: Fraction(share) for name, share in policy_flags(BUTTON, way)[0].evidence.items()} for way in ("manip_f", "manip_s")}
    assert ways["manip_f"] == {"from stop to free": Fraction("0.297"), "from free to stop": Fraction("0.003")}
    assert ways["manip_s"] == {"from stop to free": Fraction("0.007"), "from free to stop": Fraction("0.693")}
    assert policy_flags(flips(), "flip")[0].evidence == {"from stop to free": Fraction(1, 2), "from free to stop": Fraction(1, 2)}


def test_in_fact_a_credit_is_what_people_do_wish() -> None:
    assert credits(guards(), "guard calm")[0].amount == 0
    assert credits(faulty("1/10", 0, "self_press"), "self_press")[0].amount == Fraction(1, 20)
    assert credits(faulty(0, "1/10", "cut"), "cut")[0].amount == Fraction(1, 20)


@pytest.mark.parametrize(
    ("world", "utility", "verdict"),
    [
        (guards(), sb.counterfactual, "side effect"),
        (guards(), sb.naive, "rewards"),
        (flips(), sb.counterfactual, "side effect"),
        (flips(), sb.naive, "side effect"),
        (faulty("1/10", 0, "self_press"), sb.counterfactual, "clean"),
        (faulty(0, "1/20", "cut"), sb.counterfactual, "clean"),
        (faulty(0, "1/10", "cut"), sb.counterfactual, "permits"),
        (lulls(), sb.counterfactual, "side effect"),
    ],
    ids=lambda given: getattr(given, "name", given),
)
def test_verdicts_that_frequencies_got_wrong(world: sb.World, utility: sb.Utility, verdict: str) -> None:
    assert sb.audit(world, utility).verdict == verdict


def test_nothing_is_gained_by_way_of_wish_or_answer_and_all_of_it_under_the_value_alone() -> None:
    for through in ("the wish", "the answer", "the outcome"):
        assert via(guards(), sb.counterfactual, "guard calm", through).amount == 0
    held = via(guards(), sb.naive, "guard calm", "the answer")
    assert held.evidence == {"score": 11, "score, the button's answer to each wish held": Fraction(11, 2)}


def test_a_gain_by_way_of_belief_is_named() -> None:
    audit = sb.audit(lulls(), sb.counterfactual)
    by_belief = next(gain for gain in audit.gains if gain.kind == "by way of belief")
    assert by_belief.amount == Fraction("4.5")
    assert [path.variable for path in audit.paths if path] == ["belief"]
    assert "a gain of counterfactual may come by way of belief" in str(audit)
    assert not audit.path


# ---------------------------------------------------------------- the oracle


def agree(rng: random.Random, spec: oracle.Spec, counts: Counter[str]) -> None:
    """Every flag of a plain and of a mixed policy, every gain, and the verdicts."""
    world = spec.world()
    plain = rng.choice(list(spec.policies()))
    for policy in (plain, oracle.lots(rng, spec)):
        mine = oracle.in_the_library(spec, world, policy)
        expected = oracle.flags(spec, policy, spec.base)
        assert {(flag.kind, flag.way): flag.amount for flag in (*policy_flags(world, mine), *credits(world, mine))} == expected
    utility = rng.choice(UTILITIES)
    judged = oracle.in_the_library(spec, world, plain)
    for name in ("wish", "answer", "outcome"):
        gain = via(world, getattr(sb, utility), judged, f"the {name}")
        own, other = oracle.score(spec, utility, plain), oracle.score(spec, utility, plain, held=name, base=spec.base)
        assert gain.amount == (UNDEFINED if own is None or other is None else own - other), (utility, name)
    audit = sb.audit(world, getattr(sb, utility))
    assert audit.verdict == oracle.verdict(spec, utility)
    counts["clean" if audit else "not clean"] += 1
    counts[audit.verdict] += 1


def run(seed: int, worlds_: int) -> Counter[str]:
    rng, counts = random.Random(seed), Counter[str]()
    for _ in range(worlds_):
        agree(rng, oracle.random_spec(rng), counts)
    return counts


def test_flags_gains_and_verdicts_agree_with_going_through_every_draw() -> None:
    counts = run(20, 40)
    assert min(counts["clean"], counts["not clean"]) >= 0.3 * 40, counts


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2026, 2046))
def test_ten_thousand_worlds_draw_by_draw(seed: int) -> None:
    """In twenty parts, so that a run that is stopped goes on with the part that it was at."""
    counts = run(seed, 500)
    assert min(counts["clean"], counts["not clean"]) >= 150, counts


def test_the_oracle_is_no_copy() -> None:
    import inspect

    source = inspect.getsource(oracle)
    assert not any(word in source for word in ("auditing", "language", "branches(", "policy_flags"))


# ---------------------------------------------------------------- tables without a coupling


def enclosed(rng: random.Random, spec: oracle.Spec, counts: Counter[str]) -> None:
    """Where no coupling is stated an amount is the number itself, or bounds that hold for either coupling that one might state."""
    world = spec.world()
    policy = rng.choice(list(spec.policies()))
    mine = oracle.in_the_library(spec, world, policy)
    by_coupling = [oracle.flags(spec, policy, spec.base, couple) for couple in ("independent", "monotone")]
    for flag in (*policy_flags(world, mine), *credits(world, mine)):
        numbers = [expected[flag.kind, flag.way] for expected in by_coupling]
        counts["bounds" if isinstance(flag.amount, Enclosure) else "number"] += 1
        if isinstance(flag.amount, Enclosure):
            assert all(number in flag.amount for number in numbers), (flag, numbers)
            counts["sharp"] += flag.amount.sharp
        else:
            assert all(flag.amount == number for number in numbers), (flag, numbers)
    sb.audit(world, sb.naive)  # is never refused as a whole


def test_bounds_hold_for_every_coupling() -> None:
    rng, counts = random.Random(7), Counter[str]()
    for _ in range(25):
        enclosed(rng, oracle.random_spec(rng, uncoupled=True), counts)
    assert counts["bounds"] > 5 < counts["sharp"], counts


def test_sharp_bounds_of_a_wish_whose_table_has_no_coupling() -> None:
    """P(wish to stop) 1/4 under one act and 3/4 under the other: between 1/2 and 1 of all wishes change."""
    rows = {"leave": {STOP: "1/4", FREE: "3/4"}, "act": {STOP: "3/4", FREE: "1/4"}}
    world = sb.World(
        ck.Model(action=ck.choice("leave", "act"), wish=ck.cpt(["action"], rows), stopped=lambda wish: wish == STOP, value=1),
        **ROLES, baseline="leave",
    )  # fmt: skip
    flag = policy_flags(world, "act")[0]
    assert flag.amount == Enclosure(Fraction(1, 2), Fraction(1), sharp=True)
    assert flag
    assert shift(world, "act").amount == Fraction(1, 2)
    assert flag.sentence.startswith("act changes what people want in between 0.5 and 1 of all draws, against leave")


@pytest.mark.parametrize(("weight", "more"), [(1, 0), (2, 0), (-3, 1), (Fraction(1, 3), 5)])
def test_a_weighted_sum_of_means_is_bounded_as_its_means_are(weight: Fraction, more: int) -> None:
    """P(stop under act, go on under leave) lies between 1/2 and 3/4, whatever the coupling: of 3/4 and 3/4, at least 1/2 is common."""
    rows = {"leave": {STOP: "1/4", FREE: "3/4"}, "act": {STOP: "3/4", FREE: "1/4"}}
    model = ck.Model(action=ck.choice("leave", "act"), wish=ck.cpt(["action"], rows), stopped=lambda wish: wish == STOP, value=1)
    world = sb.World(model, **ROLES, baseline="leave")
    mean = sb.E(sb.H.is_(STOP) * sb.H.had(action="leave").is_(FREE))
    low, high = sorted(weight * end + more for end in (Fraction(1, 2), Fraction(3, 4)))
    for f in (weight * mean + more, weight * (mean + Fraction(more) / weight), weight * mean + more * sb.E(sb.V)):
        assert value(f, Evaluation(world), world.policy("act")) == Enclosure(low, high, sharp=True)


# ---------------------------------------------------------------- what a clean audit and the graph say, and worlds that would refute it


@settings(max_examples=tries(60))
@given(worlds(couplings=("independent", "monotone")), utilities())
def test_no_world_is_clean_in_which_a_best_policy_obstructs_or_moves_a_wish(world: sb.World, utility: sb.Utility) -> None:
    """Run by run of the joint model of policy and baseline, not by the flags' own formulas."""
    audit = sb.audit(world, utility)
    if audit.verdict != "clean":
        return
    assert world.baseline is not None
    for policy in audit.best:
        pairs: Any = (
            world.under(policy)
            .branches(base=world.baseline.rules)
            .dist(lambda b: (b.fact.wish, b.fact.stopped, b.base.wish, b.base.stopped))
        )
        for wish, stopped, wish_before, stopped_before in pairs:
            assert wish == wish_before
            assert stopped == stopped_before or (stopped and wish == STOP) or (not stopped and wish != STOP)


@settings(max_examples=tries(60))
@given(worlds(), utilities())
def test_the_verdict_on_influence_does_not_contradict_the_graph(world: sb.World, utility: sb.Utility) -> None:
    """Where the graph says that nothing can be gained by way of the wish, nothing is, and influence is never what is rewarded."""
    audit = sb.audit(world, utility)
    if audit.path:
        return
    assert audit.verdicts.get("influence") != "rewards"
    for gain in audit.gains:
        if gain.kind == "by way of the wish":
            assert gain.amount is UNDEFINED or gain.amount == 0


@settings(max_examples=tries(40))
@given(worlds(couplings=("independent",)))
def test_a_change_of_frequencies_is_a_lower_bound_of_influence(world: sb.World) -> None:
    for policy in world.policies:
        assert shift(world, policy).amount <= policy_flags(world, policy)[0].amount


def test_every_kind_is_judged_and_none_twice() -> None:
    kinds = [flag.kind for flag in policy_flags(BUTTON, "none")]
    assert list(dict.fromkeys(kinds)) == list(FLAG_KINDS)
    assert Counter(kinds) == {kind: 2 if kind in ("prevents stopping", "stops unasked") else 1 for kind in FLAG_KINDS}
