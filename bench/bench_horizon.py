"""The cost of a question about a long world: the first answer after T = 10 to 1000 steps, and the next one.

    python -m pytest bench/bench_horizon.py --benchmark-json=horizon.json
    python bench/table.py horizon.json
    python bench/plot_horizon.py horizon.json

The question is what a state would have been, had the one halfway been another, given the last: both branches are T steps long.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

import causalkit as ck
from bench.forgetting import forget

HORIZONS = [10, 30, 100, 300, 1000]


@cache
def chain(horizon: int) -> ck.Model:
    """A state that mostly stays as it is, seen through a sensor that is mostly right."""
    stay = {True: ck.coin("7/8"), False: ck.coin("1/10")}
    right = {True: ck.coin("9/10"), False: ck.coin("1/5")}
    mechanisms: dict[str, Any] = {"state[0]": ck.coin(Fraction(1, 3))}
    for t in range(1, horizon + 1):
        mechanisms[f"state[{t}]"] = ck.cpt([f"state[{t - 1}]"], stay, coupling="monotone", domain=[False, True])
        mechanisms[f"seen[{t}]"] = ck.cpt([f"state[{t}]"], right, coupling="monotone", domain=[False, True])
    return ck.Model(mechanisms)


@pytest.mark.parametrize("horizon", HORIZONS)
@pytest.mark.parametrize("call", ["first", "next"])
def test_had_it_been(benchmark: Any, call: str, horizon: int) -> None:
    benchmark.group = f"T = {horizon}"
    benchmark.extra_info["engine"] = call
    model = chain(horizon)
    done = {f"state[{horizon // 2}]": False}
    turns = itertools.cycle([True, False])

    def ask() -> Any:
        return model.given({f"seen[{horizon}]": next(turns)}).do(done).prob({f"state[{horizon}]": True})

    assert 0 < ask() < 1
    if call == "first":
        benchmark.pedantic(ask, setup=forget, rounds=5, iterations=1)
    else:
        ask()
        benchmark(ask)
