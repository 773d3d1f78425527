"""Limits: what takes exactly as much as a limit allows is done, and with one less it is refused, in words that say how much it takes."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import TooLarge
from causalkit.graphs.adjustment import adjustment_sets
from causalkit.graphs.independence import implied_independences
from causalkit.quantities.actual import responsibility
from causalkit.quantities.execution import Execution
from causalkit.quantities.fair_attribution import attribution
from causalkit.quantities.repair_search import minimal_sets
from causalkit.values.linear_program import vertices
from stop_button import E, H, V, X
from stop_button.agents.attention import inattentive
from stop_button.auditing.robustness import robustness
from stop_button.definitions.goal_directedness import goal_directedness
from stop_button.evaluation.behaviours import behaviours
from stop_button.games.equilibria import equilibria
from stop_button.games.graphs.subgames import subgames
from stop_button.games.subgames import subgame_perfect
from stop_button.incentives.diagram import Diagram
from stop_button.incentives.necessity import twins
from stop_button.language.references import OWN
from stop_button.learning.equilibria import extreme_fixed_points
from stop_button.lotteries import orbit, share
from stop_button.lotteries.retargeting import retargeting
from stop_button.replies.stability import stable
from stop_button.sequences import Process
from tests.refusing import TWO

ONE, ZERO = Fraction(1), Fraction(0)
FORK = sb.World(
    ck.Model(act=ck.choice("off", "a", "b"), end=lambda act: act, value=lambda act: {"off": 0, "a": 1, "b": 2}[act]),
    value="value",
    name="fork",
)
PENNIES = sb.games.matrix_game({"even": [[1, -1], [-1, 1]], "odd": [[-1, 1], [1, -1]]})
FLAT = sb.games.matrix_game({"a": [[1, 1], [1, 1]], "b": [[1, 1], [1, 1]]})
FIRE = ck.Model(lightning=ck.coin("1/9"), match=ck.coin("1/2"), fire=lambda lightning, match: lightning or match)
CHAIN = Execution({"a": 0, "b": 1, "c": 1}, {"both": lambda a, b: a & b, "all": lambda both, c: both & c})
EITHER = Execution({"a": 0, "b": 0}, {"any": lambda a, b: a | b})
CONFOUNDED = ck.Graph.parse("z1 -> x, z2 -> x, z1 -> y, z2 -> y, x -> y")
PLAYED = Diagram(ck.Graph.parse("a -> u, a -> b -> v, a -> v, b -> u"), {1: "a", 2: "b"}, {1: "u", 2: "v"})
ROUND = Process({"a": ["b", "c"], "b": ["a", "d"], "c": ["d"], "d": []}, {"d": 1}, discount="1/2")
ASKED = sb.Utility("asked", E(H.under(OWN).is_("free")) * E(V))


def rare() -> Any:
    return share(E(X("act").is_("off")) < "1/2", orbit("value"), FORK)


def nearest() -> Any:
    return ROUND.result("a", "b", {"d": 1}, horizon=3, expected=True)


LIMITS: dict[str, tuple[int, Callable[[], Any], str]] = {
    "causalkit.graphs.adjustment.MOST_CANDIDATES": (
        2,
        lambda: adjustment_sets(CONFOUNDED, "x", "y", kind="all"),
        "2 candidates make 4 sets to try, and the limit is 2; name at most 1",
    ),
    "causalkit.graphs.independence.MOST_VARIABLES": (3, lambda: implied_independences(ck.Graph.parse("a -> b -> c"), kind="all"), "3"),
    "causalkit.mechanisms.rows.MOST_ROWS": (
        6,
        lambda: ck.Model(a=ck.uniform(1, 2, 3), b=ck.coin("1/2"), c=lambda a, b: a * b),
        "'c' has 6 rows, and at most 5 are tabulated",
    ),
    "causalkit.quantities.actual.MOST_SETTINGS": (
        4,
        lambda: responsibility(FIRE, {"match": True}, "fire", context={"lightning": True, "match": True}),
        "would try up to 4 settings, and at most 3 are tried",
    ),
    "causalkit.quantities.execution.MOST_ROWS": (
        4,
        lambda: minimal_sets(CHAIN, "all", 1),
        "'both' has 4 combinations of inputs, and at most 3",
    ),
    "causalkit.quantities.fair_attribution.MOST_INPUTS": (
        2,
        lambda: attribution(lambda a, b: min(1, a + b), at={"a": 1, "b": 1}, baseline={"a": 0, "b": 0}),
        "2 inputs have 4 subsets, and at most 1 inputs are taken",
    ),
    "causalkit.quantities.repair_search.MOST_ENTRIES": (
        8,
        lambda: minimal_sets(CHAIN, "all", 1),
        "a table of 8 entries would be made, and at most 7 are",
    ),
    "causalkit.quantities.repair_search.MOST_SETS": (
        2,
        lambda: minimal_sets(EITHER, "any", 1),
        "2 sets of leaves would be compared for one value, and at most 1 are",
    ),
    "causalkit.values.linear_program.MOST_BASES": (
        3,
        lambda: vertices([{0: ONE}] * 3, [ONE]),
        "3 sets of columns, and at most 2 are tried",
    ),
    "stop_button.agents.attention.MOST_LISTED": (
        4,
        lambda: inattentive(TWO, sb.naive, to=["rain"]),
        "4 policies of the world ignore 'rain', and at most 3 are listed",
    ),
    "stop_button.auditing.robustness.MOST_POLICIES": (
        16,
        lambda: robustness(TWO, sb.naive, noises=["rain"]),
        "16 policies, and at most 15 are compared",
    ),
    "stop_button.definitions.goal_directedness.MOST_LEVELS": (
        2,
        lambda: goal_directedness(FORK, "a"),
        "payoffs in fork differ by 2 units of 1, and at most 1 are compared",
    ),
    "stop_button.evaluation.behaviours.MOST_LISTED": (16, lambda: behaviours(TWO, [E(V)]), "the world has more than 15 behaviours"),
    "stop_button.evaluation.evaluation.MOST_LISTED": (16, lambda: sb.score(TWO, sb.naive), "has 16 policies, and at most 15 are listed"),
    "stop_button.games.extreme_points.MOST_EQUILIBRIA": (4, lambda: equilibria(FLAT, mixed=True), "more than 3 extreme points"),
    "stop_button.games.extreme_points.MOST_MIXED": (
        2,
        lambda: equilibria(PENNIES, mixed=True),
        "mixed equilibria of 2 x 2 reduced strategies are not enumerated, and those of at most 1 x 1 are",
    ),
    "stop_button.games.extreme_points.MOST_SUBSETS": (1, lambda: equilibria(FLAT, mixed=True), "more than 0 maximal subsets"),
    "stop_button.games.graphs.subgames.MOST_COMPONENTS": (
        2,
        lambda: subgames(PLAYED),
        "the decisions fall into 2 groups, so there may be 4 sets of them; at most 1 groups are listed",
    ),
    "stop_button.games.subgames.MOST_PERFECT": (4, lambda: subgame_perfect(FLAT), "more than 3 pure subgame-perfect equilibria"),
    "stop_button.games.subgames.MOST_WAYS": (4, lambda: subgame_perfect(PENNIES), "4 ways to decide in one subgame"),
    "stop_button.incentives.necessity.MOST_POLICIES": (16, lambda: twins(TWO), "16 policies would be compared, and at most 15 are"),
    "stop_button.learning.equilibria.MOST_PURE": (
        2,
        lambda: extreme_fixed_points([[ONE, ZERO], [ZERO, ONE]]),
        "2 forecasts have 9 supports to try, and at most 1 forecasts are",
    ),
    "stop_button.lotteries.retargeting.MOST_OUTCOMES": (
        3,
        lambda: retargeting(~(E(X("end").is_("off")) >= 1), "end", FORK),
        "'end' has 3 outcomes, and exchanges are tried for 2 at most",
    ),
    "stop_button.lotteries.shares.MOST_ARRANGEMENTS": (3, rare, "at most 2 arrangements and 5,000,000 comparisons are made"),
    "stop_button.lotteries.shares.MOST_COMPARED": (9, rare, "at most 50,000 arrangements and 8 comparisons are made"),
    "stop_button.replies.stability.MOST_FILLED": (
        5,
        lambda: stable(sb.worlds.basic_button(), ASKED),
        "can be filled in 5 ways in basic_button, more than 4",
    ),
    "stop_button.sequences.optimum.MOST_CYCLIC": (2, lambda: ROUND.value("a"), "2"),
    "stop_button.sequences.optimum.MOST_STEPS": (
        12,
        lambda: ROUND.value("a", horizon=3),
        "12 states and moves left, and at most 11 are taken",
    ),
    "stop_button.sequences.lookback.MOST_STEPS": (
        12,
        lambda: ROUND.rollout("a", 3, ROUND),
        "12 states and moves left, and at most 11 are taken; take fewer steps",
    ),
    "stop_button.sequences.nearest.DEEPEST": (2, nearest, "or more than 1 moves ahead"),
    "stop_button.sequences.nearest.MOST_REPLIES": (1, nearest, "more than 0 replies would be worked out"),
    "stop_button.sequences.allocation.MOST_STEPS": (2, lambda: ROUND.visits("a", "b", horizon=3), "2 visits, and at most 1 are taken"),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_lets_through_what_it_names_and_no_more(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    most, call, words = LIMITS[limit]
    module, _, name = limit.rpartition(".")
    place = importlib.import_module(module)
    monkeypatch.setattr(place, name, most)
    call()
    monkeypatch.setattr(place, name, most - 1)
    with pytest.raises(TooLarge) as told:
        call()
    assert words in str(told.value)
