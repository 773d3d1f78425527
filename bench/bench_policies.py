"""Every policy of a world at once: the ranking of a million policies, and of some hundreds beside asking for them one by one.

    python -m pytest bench/bench_policies.py --benchmark-json=policies.json
    python bench/table.py policies.json

The world has ten things to see and four actions, so 4 ** 10 policies; the smaller one has six things to see and three actions. What
does not depend on the policy is worked out before the clock starts. The best policies of all ways are checked to be the same.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

import stop_button as sb
from stop_button.evaluation.evaluation import places_of_best
from stop_button.evaluation.policy_polynomial import score_of
from tests.stop_button.wide_world import wide

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

DEFINITIONS = [sb.naive, sb.counterfactual, sb.conditional_counterfactual, sb.ccmin]


@pytest.mark.parametrize("utility", DEFINITIONS, ids=lambda utility: utility.name)
def test_a_million_policies(benchmark: Any, utility: sb.Utility) -> None:
    world = wide(10, 4)
    benchmark.group, benchmark.extra_info["engine"] = f"4^10 policies, {utility.name}", "all at once"
    ranking = benchmark(sb.rank, world, utility)
    assert ranking.complete
    assert ranking.looked_at == 4**10


def test_reading_a_million_scores_once(benchmark: Any) -> None:
    """What writes down a float64 for each policy, and looks for the largest, cannot be faster than reading them."""
    import numpy as np

    benchmark.group, benchmark.extra_info["engine"] = "4^10 numbers", "numpy reads"
    scores = np.random.default_rng(1).random(4**10)
    benchmark(scores.max)
    if benchmark.stats:
        benchmark.extra_info["note"] = f"{scores.nbytes / benchmark.stats.stats.median / 1e9:.3g} GB/s"


@pytest.mark.parametrize("utility", DEFINITIONS, ids=lambda utility: utility.name)
@pytest.mark.parametrize("engine", ["all at once", "look-ups one by one", "plugged in one by one"])
def test_some_hundred_policies(benchmark: Any, engine: str, utility: sb.Utility) -> None:
    world = wide(6, 3)
    benchmark.group, benchmark.extra_info["engine"] = f"3^6 policies, {utility.name}", engine
    best = sb.rank(world, utility, top=1).places[0]
    if engine == "all at once":
        assert benchmark(sb.rank, world, utility).places[0] == best
        return
    policies = list(world.policies)
    look_up = engine.startswith("look-ups")

    def one_by_one() -> list[Any]:
        return [score_of(utility.formula, world, policy) if look_up else utility(world, policy) for policy in policies]

    scores = one_by_one() if look_up else None
    found = benchmark.pedantic(one_by_one, rounds=1 if not look_up else 3)
    assert places_of_best(found)[0] == best
    assert scores is None or scores == found
