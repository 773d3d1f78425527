"""Sampling: intervals cover the exact answer as often as they say, and nothing is rejected without a word."""

from __future__ import annotations

from typing import Any

import pytest
import sympy

import causalkit as ck
from causalkit.engine.likelihood_weighting import Estimate, estimate, estimates
from causalkit.engine.target_kinds import Kinds, one_or_not
from causalkit.errors import InvalidNumber, NeedsCoupling, OpenChoice, TooLarge, WrongShape
from tests.causalkit.engine_questions import branch_readings, readings

ROWS = {
    (0, False): {0: "1/5", 1: "3/5", 2: "1/5"},
    (1, False): {0: "1/2", 1: "1/4", 2: "1/4"},
    (0, True): {2: 1},
    (1, True): {0: "1/3", 2: "2/3"},
}


def ward(coupling: Any) -> ck.Model:
    return ck.Model(
        age=ck.Dist({"old": "1/3", "young": "2/3"}),
        ill=ck.cpt(["age"], {"old": ck.coin("1/2"), "young": ck.coin("1/10")}, coupling=coupling, domain=[False, True]),
        dose=ck.cpt(["age"], {"old": {0: "1/4", 1: "3/4"}, "young": {0: "2/3", 1: "1/3"}}, coupling=coupling, domain=[0, 1]),
        days=ck.cpt(["dose", "ill"], ROWS, coupling=coupling, domain=[0, 1, 2]),
        long=lambda days, ill: days + ill > 1,
    )


def coverage(question: Any, truth: float, runs: int = 200, samples: int = 800, level: float = 0.9) -> float:
    found = [estimate(*question, samples=samples, level=level, seed=seed) for seed in range(runs)]
    return sum(each.low <= truth <= each.high for each in found) / runs


QUESTIONS = {
    "seeing": lambda m: (m.given(dose=1), "days"),
    "doing": lambda m: (m.do(dose=1), "days"),
    "doing, then seeing": lambda m: (m.do(dose=1).given(days=0), "ill"),
    "seeing a summary": lambda m: (m.given(long=True), "ill"),
    "seeing through a function": lambda m: (m.given(lambda days, age: days > 0 or age == "old"), "dose"),
    "had it been": lambda m: (m.given(dose=0, long=True).do(dose=1), "days"),
    "had it been otherwise": lambda m: (m.given(days=2).do(ill=False), "long"),
}


@pytest.mark.parametrize("coupling", ["monotone", "independent"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_intervals_cover_at_their_level(name: str, coupling: Any) -> None:
    model, target = QUESTIONS[name](ward(coupling))
    found = coverage(readings(model, target), float(model.expect(target)))
    assert abs(found - 0.9) <= 4 * (0.9 * 0.1 / 200) ** 0.5


@pytest.mark.parametrize("coupling", ["monotone", "independent"])
def test_branches_share_their_noise(coupling: Any) -> None:
    branches = ward(coupling).branches(low={"dose": 0}, high={"dose": 1}, mixed={"ill": True, "dose": ck.as_in("high")})
    target = lambda b: (b.low.days > b.high.days) + (b.mixed.days == b.low.days)
    seen = branches.given(lambda b: b.fact.days != 1)
    assert abs(coverage(branch_readings(seen, target), float(seen.expect(target))) - 0.9) <= 4 * (0.9 * 0.1 / 200) ** 0.5
    same = estimate(*branch_readings(branches, lambda b: b.mixed.dose == b.high.dose), samples=500)
    assert (same.value, same.acceptance) == (1, 1)


def test_nothing_is_rejected_after_doing_or_by_evidence_on_tables() -> None:
    m = ward("monotone")
    assert estimate(*readings(m.do(dose=1, ill=False), "days"), samples=1000).acceptance == 1
    weighted = estimate(*readings(m.given(ill=True), "days"), samples=1000)
    assert weighted.acceptance == 1
    assert weighted.effective < 1000
    rejected = estimate(*readings(m.given(long=True), "days"), samples=1000)
    assert rejected.acceptance < 1


def test_the_probability_of_each_value() -> None:
    m = ward("independent")
    found = estimates(*readings(m, "days"), samples=50_000, level=0.999)
    exact = m.dist("days")
    assert set(found) == {0, 1, 2}
    assert all(each.low <= exact[value] <= each.high for value, each in found.items())
    assert sum(each.value for each in found.values()) == pytest.approx(1)


def test_a_seed_gives_the_same_estimate_again() -> None:
    question = readings(ward("monotone").given(long=True), "days")
    assert estimate(*question, samples=500, seed=3) == estimate(*question, samples=500, seed=3)
    assert estimate(*question, samples=500, seed=3) != estimate(*question, samples=500, seed=4)


def test_an_estimate_says_what_stands_behind_it() -> None:
    found = Estimate(0.25, 0.2, 0.3, 0.95, 1000, 0.5, 400.0, 7)
    assert str(found) == "0.25 in [0.2, 0.3] (95% interval, 1,000 samples, 50.0% accepted, worth 400, seed 7)"
    assert float(found) == 0.25
    assert found


def test_a_world_too_large_to_enumerate() -> None:
    n = 60
    m = ck.Model({f"u{i}": ck.coin("1/2") for i in range(n)} | {"all": ck.function(lambda *u: all(u), parents=["u0", "u1", "u2"])})
    total = lambda b: sum(b.fact[f"u{i}"] for i in range(n))
    found = estimate(*branch_readings(m.branches(), lambda b: b.fact["u0"] + b.fact["u59"] + b.fact["all"]), samples=20_000)
    assert found.low <= 1.125 <= found.high
    with pytest.raises(TooLarge):
        m.branches().expect(total)


def test_what_sampling_refuses() -> None:
    p = sympy.Symbol("p", positive=True)
    m = ck.Model(
        u=ck.coin("1/3"), a=ck.choice(0, 1, sees=["u"]), s=ck.coin(p), v=ck.cpt(["u"], {True: ck.coin("1/2"), False: ck.coin("1/3")})
    )
    with pytest.raises(OpenChoice, match=r"'a' is a choice that nobody has made; fill it with \.choose"):
        estimate(*readings(m, "a"))
    with pytest.raises(InvalidNumber, match="holds symbols or irrationals, and samples are drawn by fractions"):
        estimate(*readings(m.do(u=True), lambda s: s))
    with pytest.raises(NeedsCoupling):
        estimate(*branch_readings(m.branches(on={"u": True}), lambda b: b.fact.v + b.on.v))
    with pytest.raises(WrongShape, match="samples=0"):
        estimate(*readings(m, "u"), samples=0)
    rare = ck.Model({f"u{i}": ck.coin("1/100") for i in range(4)} | {"all": lambda u0, u1, u2, u3: u0 and u1 and u2 and u3})
    with pytest.raises(TooLarge, match="none of 100 samples agrees with the evidence"):
        estimate(*readings(rare.given(all=True), "u0"), samples=100)


def test_only_values_that_agree_with_the_evidence_are_estimated() -> None:
    m = ward("independent").given(long=True)
    question = readings(m, "days")
    possible = set(m.dist("days"))
    assert estimate(*question, samples=2000).acceptance < 1
    assert set(estimates(*question, samples=2000)) == possible


def test_what_was_missed_of_a_share_is_the_most_that_was_missed_of_any_other_value() -> None:
    kinds = Kinds({"a", "b", "c"}, {"a": 0.1, "b": 0.2, "c": 0.3})
    assert one_or_not("a", kinds) == Kinds({0.0, 1.0}, {1.0: 0.1, 0.0: 0.3})
    assert one_or_not("c", kinds) == Kinds({0.0, 1.0}, {1.0: 0.3, 0.0: 0.2})
    assert one_or_not("a", Kinds({"a"}, {"a": 0.1})) == Kinds({1.0}, {1.0: 0.1, 0.0: 0.0})
    assert one_or_not("z", Kinds({"a"}, {})) == Kinds({0.0, 1.0}, {1.0: 0.0, 0.0: 0.0})
    assert one_or_not("a", None) is None
