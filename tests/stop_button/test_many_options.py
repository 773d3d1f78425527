"""Scores of decisions with very many options: the same as in arrays, in memory that grows as the options do."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from stop_button import FREE, STOP
from stop_button.evaluation import evaluation
from stop_button.evaluation.evaluation import sweep

BOTH = [sb.counterfactual, sb.conditional_counterfactual]


def acts(options: int) -> sb.World:
    return sb.World(
        ck.Model(
            doubt=ck.coin("1/4"),
            act=ck.choice(*range(options)),
            wish=lambda doubt, act: STOP if doubt and act % 3 else FREE,
            stopped=lambda wish, act: wish == STOP and act % 5 != 0,
            value=lambda stopped, act: 0 if stopped else act % 7,
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        baseline=0,
    )


@pytest.mark.parametrize("utility", BOTH, ids=lambda utility: utility.name)
def test_the_same_scores_either_way(utility: sb.Utility, monkeypatch: pytest.MonkeyPatch) -> None:
    world = acts(60)
    in_arrays = sweep(utility.formula, world)
    monkeypatch.setattr(evaluation, "MANY_OPTIONS", 2)
    monkeypatch.setattr(evaluation, "all_scores", None)
    assert sweep(utility.formula, world) == in_arrays == tuple(_direct(utility, world, policy) for policy in world.policies)


def _direct(utility: sb.Utility, world: sb.World, policy: sb.Policy) -> Any:
    try:
        return utility(world, policy)
    except ck.Impossible:
        return sb.UNDEFINED


def peak(options: int) -> int:
    """The most memory, in bytes, that scoring a new world held at once."""
    world = acts(options)
    tracemalloc.start()
    sb.score(world, sb.counterfactual)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_memory_grows_as_the_options_do() -> None:
    peak(512)
    assert peak(1200) < 3 * peak(600)
