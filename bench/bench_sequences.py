"""Decisions over time: solving walks of five acts over T = 25 to 1000 steps, and decisions that recall everything beside numpy.

    python -m pytest bench/bench_sequences.py --benchmark-timer=time.process_time --benchmark-json=sequences.json
    python bench/table.py sequences.json

Building the world is not timed here; `extra_info` holds it. The numbers of discovered states are asserted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

import stop_button as sb
from bench.forgetting import forget
from bench.sequence_worlds import NAIVE, conditional, had_at_every_step, noisy, numpy_induction, recalling, rewards, walk
from stop_button.solving.sequences.answers import solve_certainly
from stop_button.solving.sequences.sequence import SequenceSolution, solve_sequence

HORIZONS = [25, 100, 1000]
STATES_A_STEP = {
    "walk": 15, "discounted": 15, "coin": 15, "hidden": 30, "idle": 15, "button": 16, "conditional": 30, "total": 15,
}  # fmt: skip
"""Places times moods; twice that with the last weather, or with a wish that may or may not stop the act; one more for an imposed stop."""

SHAPES: dict[str, tuple[tuple[str, ...], Callable[[int], sb.Utility]]] = {
    "walk": ((), rewards),
    "discounted": ((), lambda steps: rewards(steps, "9/10")),
    "coin": (("coin",), rewards),
    "hidden": (("hidden",), rewards),
    "idle": (("coin", "idle"), rewards),
    "button": (("button",), had_at_every_step),
    "conditional": (("button",), conditional),
    "total": (("total",), lambda steps: NAIVE),
}


@pytest.mark.parametrize("horizon", HORIZONS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_walk(benchmark: Any, shape: str, horizon: int) -> None:
    extras, utility = SHAPES[shape]
    start = time.perf_counter()
    world, asked = walk(horizon, *extras), utility(horizon)
    benchmark.group, benchmark.extra_info["engine"] = f"T = {horizon}", shape
    benchmark.extra_info["building, s"] = round(time.perf_counter() - start, 3)
    found = benchmark.pedantic(lambda: solve_sequence(world, asked), rounds=3, iterations=1)
    assert isinstance(found, SequenceSolution)
    assert found
    assert STATES_A_STEP[shape] * (horizon - 4) <= found.states <= STATES_A_STEP[shape] * horizon


@pytest.mark.parametrize("decisions", [6, 8, 10])
@pytest.mark.parametrize("engine", ["whole numbers", "certified floats", "a world asked first", "numpy"])
def test_perfect_recall(benchmark: Any, engine: str, decisions: int) -> None:
    benchmark.group, benchmark.extra_info["engine"] = f"{decisions} decisions that recall everything", engine
    ask: dict[str, Callable[[sb.World], Any]] = {
        "whole numbers": lambda world: solve_sequence(world, NAIVE),
        "certified floats": lambda world: solve_certainly(world, NAIVE),
        "a world asked first": lambda world: solve_sequence(world, NAIVE),
        "numpy": lambda _: numpy_induction(decisions),
    }
    known = recalling(decisions)
    ask[engine](known)  # what is kept with a world is made once

    def world() -> tuple[tuple[sb.World], dict[str, Any]]:
        return (recalling(decisions) if engine == "a world asked first" else known,), {}

    found = benchmark.pedantic(ask[engine], setup=world, rounds={6: 60, 8: 8, 10: 3}[decisions], iterations=1)
    score = found if engine == "numpy" else float(found.score)
    assert abs(score - numpy_induction(decisions)) < 1e-9 * score


@pytest.mark.parametrize("noises", [8, 20, 100])
@pytest.mark.parametrize("utility", [sb.counterfactual, sb.conditional_counterfactual], ids=lambda utility: utility.name)
def test_many_noises(benchmark: Any, utility: sb.Utility, noises: int) -> None:
    benchmark.group, benchmark.extra_info["engine"] = f"{noises} noises", utility.name

    def fresh() -> tuple[tuple[sb.World], dict[str, Any]]:
        forget()
        return (noisy(noises),), {}

    assert benchmark.pedantic(lambda world: bool(sb.solve(world, utility)), setup=fresh, rounds=3, iterations=1)
