"""What branch and bound counts as tied for the best is what going through all policies counts, or it says why it counted nothing."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from stop_button import FREE, STOP, E, V, X, least
from stop_button.solving import branch_and_bound

STILL = X("stopped")
STOPPED, FREELY = {"intent": STOP}, {"intent": FREE}
UTILITIES = [
    sb.Utility("least", least(E(V), 2 * E(STILL))),
    sb.Utility("quotients", E(V, given=STILL.is_(True)) + E(V, given=STILL.is_(False))),
    sb.Utility("product", E(V) * E(STILL) + E(V.had(FREELY))),
    sb.Utility("wished", E(V, given=STOPPED) * E(V.had(STOPPED)) - E(STILL, given=FREELY)),
]


def drawn(seed: int) -> sb.World:
    """Two decisions, of which some make no difference once the button is pressed or the first act is known, so that policies tie."""
    draw = random.Random(seed)
    sights, acts = draw.randint(1, 2), draw.randint(2, 3)
    unit: Any = draw.choice([1, Fraction(1, 3), 10**120])
    worth = {(sight, act): draw.randint(0, 4) * unit for sight in range(sights) for act in range(acts)}
    wished = {(sight, act): draw.choice([STOP, FREE]) for sight in range(sights) for act in range(acts)}
    obeys = {(sight, more): draw.random() < 0.6 for sight in range(sights) for more in (0, 1)}
    variables: dict[str, Any] = {
        "sight": ck.uniform(*range(sights)),
        "act": ck.choice(*range(acts), sees=["sight"]),
        "more": ck.choice(0, 1, sees=draw.choice([["act"], ["sight"]])),
        "wish": ck.function(lambda sight, act: wished[sight, act], domain=[STOP, FREE]),
        "stopped": ck.function(lambda wish, sight, more: wish == STOP and obeys[sight, more], domain=[False, True]),
        "value": lambda sight, act, stopped: 0 if stopped else worth[sight, act],
    }
    return sb.World(ck.Model(variables), intent="wish", stopped="stopped", value="value")


def scored(utility: sb.Utility, world: sb.World, policy: sb.Policy) -> Any:
    try:
        return utility(world, policy)
    except ck.Impossible:
        return None


def test_ties_are_counted_as_all_policies_count_them() -> None:
    counts: list[int] = []
    for seed in range(12):
        world = drawn(seed)
        for utility in UTILITIES:
            scores = [score for policy in world.policies if (score := scored(utility, world, policy)) is not None]
            if scores:
                solved = sb.solve(world, utility, method="branch and bound")
                assert (solved.score, solved.ties, solved.why) == (max(scores), scores.count(max(scores)), "")
                counts.append(solved.ties or 0)
    assert len(set(counts)) > 3, counts


def test_they_are_as_many_as_elimination_counts() -> None:
    counts: list[int] = []
    for seed in range(20):
        found = [sb.solve(drawn(seed), sb.naive, method=method) for method in ("branch and bound", "factorised")]
        assert found[0].ties == found[1].ties
        counts.append(found[0].ties or 0)
    assert max(counts) > 1


def test_too_many_are_told_and_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    model = ck.Model(sight=ck.uniform(*range(9)), act=ck.choice(0, 1, 2, sees=["sight"]), value=lambda act: int(act > 0))
    world = sb.World(model, value="value")
    squared = sb.Utility("squared", E(V) * E(V))
    solved = sb.solve(world, squared)
    assert solved
    assert solved.ties is None
    assert solved.why == f"more than {solved.looked_at + 200:,} partial policies would have to be looked at"
    assert f"partial policy looked at, ties not counted: {solved.why})" in str(solved)
    monkeypatch.setattr(branch_and_bound, "MOST_MORE", 1_600)  # 512 policies, 511 partial ones on the way, and one worse option beside each
    assert sb.solve(world, squared).ties == 512


def test_an_interruption_while_they_are_counted_keeps_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(branch_and_bound, "_ties", interrupted)
    solved = sb.solve(sb.worlds.office(), sb.conditional_counterfactual)
    assert solved
    assert (solved.score, solved.ties, solved.why) == (4, None, "stopped before they were")
    assert str(solved).endswith("ties not counted: stopped before they were)")


def test_nothing_is_counted_of_what_is_not_proved() -> None:
    model = ck.Model(sight=ck.uniform(*range(9)), act=ck.choice(0, 1, 2, sees=["sight"]), value=lambda sight, act: (sight * act) % 4)
    world = sb.World(model, value="value")
    stopped = sb.solve(world, sb.Utility("both", least(E(V), 5 - E(V) * E(V))), most=1)
    assert not stopped
    assert (stopped.ties, stopped.why) == (None, "")
