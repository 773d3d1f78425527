"""Intervals of estimates cover the true mean as often as they say, for rare, skewed and two-valued targets, and are not too wide."""

from __future__ import annotations

import math
import statistics
from typing import Any

import pytest

import causalkit as ck
from causalkit.engine.likelihood_weighting import Estimate, estimates
from causalkit.errors import InvalidNumber, WrongShape
from causalkit.mechanisms.network import Edits, Network, Reading
from causalkit.values.exact import exact

Z = 1.6448536269514722


def ill(prior: str, hit: str, miss: str, seen: bool) -> ck.Model:
    """An illness seen through a test, which makes samples weigh by what is estimated."""
    return ck.Model(ill=ck.coin(prior), test=ck.cpt(["ill"], {True: ck.coin(hit), False: ck.coin(miss)})).given(test=seen)


def alarm() -> ck.Model:
    rows = {(1, 1): ck.coin(".99"), (1, 0): ck.coin(".95"), (0, 1): ck.coin(".1"), (0, 0): ck.coin(".01")}
    cost = lambda fire, smoke: 1000 * fire + 10 * smoke + 1
    return ck.Model(fire=ck.coin("1/300"), smoke=ck.coin("1/4"), alarm=ck.cpt(["fire", "smoke"], rows), cost=cost).given(alarm=True)


def two_ways() -> ck.Model:
    """What is asked happens in a light way that is common and in a heavy one that is seldom drawn."""
    ways = ck.Dist({"no": "3/4", "light": "199/800", "heavy": "1/800"})
    rows = {"no": ck.coin("1/2"), "light": ck.coin("1/50"), "heavy": ck.coin(1)}
    return ck.Model(way=ways, seen=ck.cpt(["way"], rows), n=lambda way: way != "no").given(seen=True)


def dice() -> ck.Model:
    return ck.Model(n=ck.uniform(*range(6)), other=ck.uniform(*range(6)), both=lambda n, other: n + other).given(lambda both: both > 8)


CASES: dict[str, tuple[ck.Model, str]] = {
    "a rare payoff": (ck.Model(n=ck.Dist({0: "199/200", 1000: "1/200"})), "n"),
    "a rarer payoff": (ck.Model(n=ck.Dist({0: "1999/2000", 1000: "1/2000"})), "n"),
    "a rare loss": (ck.Model(n=ck.Dist({0: "199/200", -1000: "1/200"})), "n"),
    "a rare share": (ck.Model(n=ck.coin("17/20000")), "n"),
    "half": (ck.Model(n=ck.coin("1/2")), "n"),
    "one or two": (ck.Model(n=ck.Dist({1: "99/100", 2: "1/100"})), "n"),
    "even": (ck.Model(n=ck.uniform(*range(10))), "n"),
    "skewed": (ck.Model(n=ck.Dist({0: "1/2", 1: "95/200", 10: "4/200", 1000: "1/200"})), "n"),
    "two tails": (ck.Model(n=ck.Dist({-500: "1/100", 0: "98/100", 700: "1/100"})), "n"),
    "a value far off": (ck.Model(n=ck.Dist({0: "1/2", 1: "499999/1000000", 1000: "1/1000000"})), "n"),
    "a rare illness, test positive": (ill("1/1000", ".99", ".01", True), "ill"),
    "an illness, test positive": (ill("1/10", ".9", ".2", True), "ill"),
    "an illness, test negative": (ill("1/20", ".1", ".99", True), "ill"),
    "a rare illness, test negative": (ill("1/1000", ".01", ".99", True), "ill"),
    "a fire behind an alarm": (alarm(), "cost"),
    "in two ways": (two_ways(), "n"),
    "some dice": (dice(), "n"),
}

PLAIN = ["half", "even", "an illness, test positive", "an illness, test negative"]
"""Targets for which a normal interval would do."""


def estimated(name: str, runs: int, samples: int, level: float) -> tuple[float, list[Estimate]]:
    model, target = CASES[name]
    return float(model.expect(target)), [model.estimate(target, samples=samples, level=level, seed=seed) for seed in range(runs)]


def assert_covers(name: str, runs: int, samples: int, level: float, margin: float) -> None:
    truth, found = estimated(name, runs, samples, level)
    covered = sum(each.low - 1e-12 <= truth <= each.high + 1e-12 for each in found) / runs
    assert covered >= level - margin * math.sqrt(level * (1 - level) / runs)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("samples", "level"), [(200, 0.99), (1000, 0.9)])
def test_the_stated_level_is_held(name: str, samples: int, level: float) -> None:
    assert_covers(name, 100, samples, level, margin=4)


@pytest.mark.long
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("samples", [50, 200, 1000, 5000])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_the_stated_level_is_held_over_thousands_of_seeds(name: str, samples: int, level: float) -> None:
    """Agresti and Coull's intervals fall short of their level by up to two in a hundred at some shares, by design."""
    truth, found = estimated(name, 2000, samples, level)
    covered = sum(each.low - 1e-12 <= truth <= each.high + 1e-12 for each in found) / 2000
    assert covered >= level - 0.02 - 3 * math.sqrt(level * (1 - level) / 2000)


@pytest.mark.parametrize("name", PLAIN)
def test_no_interval_is_wider_than_the_scatter_of_the_estimates_asks_for(name: str) -> None:
    """An interval by Kish's number of samples would be three times as wide where light samples decide."""
    truth, found = estimated(name, 200, 2000, 0.9)
    covered = sum(each.low <= truth <= each.high for each in found) / 200
    assert covered <= 0.9 + 4 * math.sqrt(0.9 * 0.1 / 200)
    width = statistics.mean(each.high - each.low for each in found)
    needed = 2 * Z * statistics.stdev(each.value for each in found)
    assert 0.8 <= width / needed <= 1.25


def test_one_sample_says_no_more_than_what_the_target_can_take() -> None:
    found = ck.Model(n=ck.Dist({1: "1/2", 2: "1/2"})).estimate("n", samples=1)
    assert (found.low, found.high) == (1, 2)
    sure = ck.Model(n=3).estimate("n", samples=1)
    assert (sure.low, sure.high) == (3, 3)


def test_the_interval_stays_within_what_the_target_can_take_and_holds_the_estimate() -> None:
    for name, (model, target) in CASES.items():
        for samples in (30, 300):
            for seed in range(5):
                try:
                    found = model.estimate(target, samples=samples, seed=seed)
                except ck.TooLarge:
                    continue
                values = [float(exact(value)) for value in model.domain(target)]
                assert min(values) <= found.low <= found.value <= found.high <= max(values), name
                assert found.every_value


def test_a_target_of_too_many_values_says_that_its_interval_goes_by_what_was_drawn() -> None:
    coins = [f"u{i}" for i in range(20)]
    model = ck.Model({name: ck.coin("1/2") for name in coins})
    total: Any = eval(f"lambda {', '.join(coins)}: {' + '.join(coins)}")
    found = model.estimate(total, samples=1000)
    assert not found.every_value
    assert "as if no value of weight had been missed" in str(found)
    assert found.low < 10 < found.high
    assert "missed" not in str(model.estimate("u0", samples=10))


def test_what_depends_on_a_draw_through_functions_is_followed_to_it() -> None:
    """The heavy way was not drawn, and the interval knows that there is one."""
    model, target = CASES["in two ways"]
    found = [model.estimate(target, samples=100, level=0.99, seed=seed) for seed in range(40)]
    assert all(each.high > 0.08 for each in found)


def test_evidence_on_hundreds_of_variables_does_not_underflow() -> None:
    model = ck.Model(u=ck.coin("1/2"), **{f"x{i}": ck.cpt(["u"], {True: ck.coin("1/100"), False: ck.coin("1/101")}) for i in range(400)})
    seen = model.given({f"x{i}": True for i in range(400)})
    found = seen.estimate("u", samples=2000, level=0.999)
    truth = 1 / (1 + (100 / 101) ** 400)
    assert found.low <= truth <= found.high
    assert found.value == pytest.approx(truth, abs=0.02)


def test_the_share_of_each_value_has_such_an_interval_too() -> None:
    model, target = CASES["a rare illness, test positive"]
    truth = {value: float(weight) for value, weight in model.dist(target).items()}
    network = Network({name: model.mechanism(name) for name in model.names})
    sick, tested = (network.node(Edits(), name) for name in ("ill", "test"))
    saw, asked = Reading((tested,), lambda values: values[tested]), Reading((sick,), lambda values: values[sick])
    covered = []
    for seed in range(150):
        found = estimates([saw], asked, samples=300, level=0.9, seed=seed)
        covered += [found[value].low <= truth[value] <= found[value].high for value in found]
    assert statistics.mean(covered) > 0.9 - 4 * math.sqrt(0.09 / 150)


def test_a_value_beyond_all_floats_is_refused() -> None:
    with pytest.raises(InvalidNumber, match="larger than any float"):
        ck.Model(n=10**400).estimate("n", samples=3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"samples": 2.5},
        {"samples": True},
        {"samples": -1},
        {"level": "0.9"},
        {"level": 1},
        {"level": math.nan},
        {"seed": -1},
        {"seed": "x"},
    ],
)
def test_arguments_that_make_no_interval_are_refused(wrong: dict[str, Any]) -> None:
    ((name, value),) = wrong.items()
    with pytest.raises(WrongShape, match=f"{name}={value!r} "):
        ck.Model(n=ck.coin("1/2")).estimate("n", **wrong)
