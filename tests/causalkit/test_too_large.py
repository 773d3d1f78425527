"""What is too large to be exact: the plan says so before anything is computed, and an estimate says that it is one."""

from __future__ import annotations

import pytest

import causalkit as ck
from causalkit.errors import TooLarge


def parity(noises: int) -> ck.Model:
    """Coins, every pair of which is compared, and a count that listens to all comparisons of neighbours: wide on purpose."""
    coins = {f"u{i}": ck.coin("1/3") for i in range(noises)}
    pairs = {f"c{i}_{j}": ck.function(lambda a, b: a == b, parents=[f"u{i}", f"u{j}"]) for i in range(noises) for j in range(i + 1, noises)}
    return ck.Model({**coins, **pairs})


def test_a_plan_is_printed_before_it_is_run() -> None:
    text = str(parity(4).plan("c0_1"))
    assert text.splitlines()[0].startswith("strategy")
    assert "nodes" in text


def test_a_wide_question_is_refused_with_the_counts_and_the_ways_out() -> None:
    model = parity(26)
    names = [name for name in model.names if name.startswith("c")]
    with pytest.raises(TooLarge, match=r"runs of the world.*estimate the answer from samples with \.estimate"):
        model.dist(*names)


def test_what_is_too_large_can_be_estimated_also_given_evidence() -> None:
    model = parity(26)
    names = [name for name in model.names if name.startswith("c0_")][:3]
    exact = parity(4).given(c0_1=True).prob(c0_2=True)
    found = model.given({names[0]: True}).estimate(names[1], samples=20_000)
    assert found.low < exact < found.high
    assert 0 < found.acceptance <= 1


def test_an_estimate_agrees_with_the_exact_answer_after_given_and_do() -> None:
    model = ck.Model(u=ck.coin("1/3"), x=ck.coin("1/2"), y=lambda x, u: x and u, z=lambda y, x: y or not x)
    asked = model.given(y=False).do(x=True)
    found = asked.estimate("z", samples=40_000, seed=1)
    assert found.low < asked.prob(z=True) < found.high


def test_the_same_seed_gives_the_same_estimate() -> None:
    model = ck.Model(n=ck.uniform(1, 2, 3))
    assert model.estimate("n", seed=5) == model.estimate("n", seed=5)
    assert model.estimate("n", seed=5) != model.estimate("n", seed=6)
