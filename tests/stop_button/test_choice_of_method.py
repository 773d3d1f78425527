"""Which method ``solve`` takes where decisions recall too little: by the work that each would have, counted and not timed."""

from __future__ import annotations

import itertools
import random
import sys
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from types import FrameType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit.errors import TooLarge
from causalkit.values.exact import Number, exact
from stop_button import FREE, STOP, E, V, X
from stop_button.decision.policy import Choices, Decision
from stop_button.evaluation.evaluation import places_of_best, sweep
from stop_button.evaluation.terms.sums import linear_means
from stop_button.evaluation.unfolding.open_form import how_many_parts, landscape_of, open_parts
from stop_button.grounding.resolving import resolved
from stop_button.solving.methods import BackwardInduction
from stop_button.solving.sequences.formulas_over_time import mean_of, shares_of
from stop_button.solving.sequences.sequence import SequenceSolution, solve_sequence
from stop_button.solving.variable_elimination import Optimum, maximised
from tests.stop_button.sequence_worlds import FORMULAS, MEMORIES, random_world, utility_of

ACTS = ("work", "rest", "repair")


def sure(value: int) -> ck.Dist:
    return ck.Dist({value: 1})


def wear_and_trust(days: int) -> sb.World:
    """A machine wears by chance and by what is done; every second day people come to trust it or not. The agent sees nothing."""
    worn = {(w, a): ck.Dist({w: "1/2", min(2, w + 1): "1/2"}) if a == "work" and w < 2 else sure(w) for w in range(3) for a in ACTS}
    worn |= {(w, "repair"): sure(0) for w in range(3)}
    trust = {(w, a): ck.Dist({w: "1/2", min(2, w + 1): "1/2"}) if a == "rest" and w < 2 else sure(w) for w in range(3) for a in ACTS}
    trust |= {(w, "work"): sure(max(0, w - 1)) for w in range(3)}
    pay = {(w, a): 3 - w if a == "work" else int(a == "rest") for w in range(3) for a in ACTS}
    variables: dict[str, Any] = {"worn0": ck.uniform(0, 1, 2), "trust0": ck.uniform(0, 1, 2), "total0": 0}
    last = "trust0"
    for t in range(1, days + 1):
        variables[f"act{t}"] = ck.choice(*ACTS)
        variables[f"worn{t}"] = ck.cpt([f"worn{t - 1}", f"act{t}"], worn, domain=[0, 1, 2])
        if t % 2:
            variables[f"trust{t}"] = ck.cpt([last, f"act{t}"], trust, domain=[0, 1, 2])
            last = f"trust{t}"
        variables[f"pay{t}"] = ck.table([f"worn{t}", f"act{t}"], pay)
        variables[f"total{t}"] = ck.function(lambda a, b: a + b, parents=[f"total{t - 1}", f"pay{t}"])
    variables["wish"] = ck.function(lambda trust: STOP if trust < 1 else FREE, parents=[last], domain=[STOP, FREE])
    return sb.World(ck.Model(variables), value=f"total{days}", intent="wish", name=f"{days} days")


BOTH = sb.Utility("both", E(V) + 4 * E(X("intent").is_(FREE)))


def calls_of(ask: Callable[[], object]) -> Counter[str]:
    """How often each Python function is called, by its name."""
    counts: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _arg: object) -> None:
        if event == "call":
            counts[frame.f_code.co_name] += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        ask()
    finally:
        sys.setprofile(before)
    return counts


def parts_of(world: sb.World, utility: sb.Utility) -> float:
    means = linear_means(resolved(utility.formula, world)) or []
    shares = shares_of(world, means)
    return how_many_parts(landscape_of(world, [mean_of(scale, mean, shares) for scale, mean in means]))


def test_where_nothing_is_seen_what_is_proved_is_not_proved_again_at_length() -> None:
    """Of eight days the ties would take 9,922 sets of choices; the answer is that of the other method, for a small part of its work."""
    found: list[sb.Solution] = []
    by_itself = calls_of(lambda: found.append(sb.solve(wear_and_trust(8), BOTH)))
    by_elimination = calls_of(lambda: found.append(sb.solve(wear_and_trust(8), BOTH, method="factorised")))
    taken, other = found
    assert (taken.method, taken.score, bool(taken), taken.ties) == ("backward induction", other.score, True, None)
    assert other.ties
    assert 3 * by_itself.total() < by_elimination.total()
    assert taken.why == "up to 9,922 sets of choices would have to be written out; type method='factorised' to try"
    assert f"states, ties not counted: {taken.why})" in str(taken)


@pytest.mark.parametrize("days", [2, 3, 4, 5])
def test_where_ties_are_soon_counted_they_are(days: int) -> None:
    world = wear_and_trust(days)
    scores = sweep(BOTH.formula, world)
    best = places_of_best(scores)
    found = sb.solve(world, BOTH)
    assert (found.score, found.ties) == (scores[best[0]], len(best))
    assert found.why == ""
    if days > 2:
        assert found.method == "factorised"


def test_either_way_the_score_is_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    world = wear_and_trust(4)
    first = sb.solve(world, BOTH)
    monkeypatch.setattr("stop_button.solving.methods.FEW_PARTS", 10)
    second = sb.solve(world, BOTH)
    assert (first.method, second.method) == ("factorised", "backward induction")
    assert first.score == second.score == BOTH(world, second.policy)
    assert bool(first) is bool(second) is True


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), memory=st.sampled_from(MEMORIES), kind=st.sampled_from(FORMULAS))
def test_the_sets_of_choices_are_as_many_as_said_at_most(seed: int, memory: str, kind: str) -> None:
    """Of the polynomial that elimination is given, with every slot's first option written as what is left."""
    world, utility = random_world(seed, memory), utility_of(kind, 2)
    found = solve_sequence(world, utility)
    if isinstance(found, str):
        return
    means = [mean for _, mean in linear_means(resolved(utility.formula, world)) or [] if mean is not None]
    written = {choices for mean in means for choices, _, worth in open_parts(mean, world) if worth}
    assert len(written) <= parts_of(world, utility)
    assert found.parts in (None, parts_of(world, utility))
    assert isinstance(found, SequenceSolution)
    assert (found.parts is None) == (found.optimal is not None)


def remembered(days: int) -> sb.World:
    """What people have made of each act is a number of its own for ever: all acts matter at the end, and none is seen."""
    variables: dict[str, Any] = {"mood0": ck.uniform(*range(2))}
    for t in range(1, days + 1):
        rows = {(m, a): ck.Dist({0: 1 - share, 1: share}) for m in range(2) for a in ACTS for share in [Fraction(1 + m + ACTS.index(a), 5)]}
        variables |= {f"act{t}": ck.choice(*ACTS), f"mood{t}": ck.cpt([f"mood{t - 1}", f"act{t}"], rows, domain=[0, 1])}
    return sb.World(ck.Model(variables), value=f"mood{days}", name=f"{days} days")


def test_too_many_states_are_what_is_said_when_nothing_else_is_quicker(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not what the engine says of the polynomial that was tried next; where that is small, it is solved."""
    monkeypatch.setattr("stop_button.evaluation.unfolding.discovery.MOST_STATES", 100)
    assert sb.solve(remembered(5), sb.naive).method == "factorised"
    with pytest.raises(TooLarge, match=r"the decisions of 24 days have more than 100 states .* let them see less, fix some with model"):
        sb.solve(remembered(24), sb.naive)


# ---------------------------------------------------------------- the work of elimination


def listed(score: dict[Any, Any], decisions: list[Decision]) -> tuple[Any, int]:
    """The best of all ways to fill the slots, and how many reach it."""
    slots = [(d.name, seen, d.options) for d in decisions for seen in d.contexts]
    counts: Counter[Any] = Counter()
    for picks in itertools.product(*(options for _, _, options in slots)):
        acts = {(name, seen, pick) for (name, seen, _), pick in zip(slots, picks, strict=True)}
        counts[sum((weight for choices, weight in score.items() if choices <= acts), exact(0))] += 1
    best = max(counts)
    return best, counts[best]


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6))
def test_summands_within_each_other_are_joined_without_a_change(seed: int) -> None:
    draw = random.Random(seed)
    decisions = [Decision(f"d{i}", tuple(range(draw.randint(1, 3))), (), ((),)) for i in range(draw.randint(1, 5))]
    score: dict[Choices, Number] = {}
    for _ in range(draw.randint(0, 14)):
        among = draw.sample(decisions, draw.randint(0, len(decisions)))
        score[frozenset((d.name, (), draw.choice(d.options)) for d in among)] = exact(draw.randint(-3, 3))
    found: Optimum = maximised(score, decisions)
    best, many = listed(score, decisions)
    assert (found.expected_utility, found.count) == (best, many)
    assert sum(1 for _ in found.policies()) == many


def test_a_summand_for_each_set_of_eight_costs_little_more_than_one_of_all() -> None:
    """256 summands about some of eight choices of three: as many look-ups as the cells, and not 256 times as many."""
    decisions = [Decision(f"d{i}", (0, 1, 2), (), ((),)) for i in range(8)]
    score: dict[Choices, Number] = {
        frozenset((f"d{i}", (), 1 + (i + many) % 2) for i in among): exact(many)
        for many in range(9)
        for among in itertools.combinations(range(8), many)
    }
    calls = calls_of(lambda: maximised(score, decisions))
    assert calls["_joined"] < 40_000


@pytest.mark.parametrize("is_tied", [False, True])
def test_nothing_is_said_of_ties_that_are_counted(is_tied: bool) -> None:
    world = wear_and_trust(2)
    found = sb.solve(world, BOTH, tied=[list(world.model.choices)] if is_tied else None)
    assert found.ties
    assert found.why == ""


def test_how_many_sets_of_choices_would_be_written_out_is_said_up_to_a_quadrillion() -> None:
    def why(parts: int | None, bound: int = 1) -> str:
        answer: Any = SimpleNamespace(parts=parts, score=1, bound=bound)
        return BackwardInduction()._why(answer)

    end = " sets of choices would have to be written out; type method='factorised' to try"
    assert why(10**15 - 1) == f"up to 999,999,999,999,999{end}"
    assert why(10**15) == why(10**40) == f"very many{end}"
    assert why(None) == why(7, bound=2) == ""
