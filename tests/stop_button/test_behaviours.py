"""The grouping of policies by behaviour, proved against the full list: who reaches what is simulated run by run."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from stop_button import FREE, STOP, B, E, V, X
from stop_button.evaluation.behaviours import behaviours
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.testing import utilities, worlds
from tests import brute
from tests.stop_button.sequence_worlds import random_world, utility_of
from tests.tries import tries


def check_shared_out(world: sb.World, f: Any) -> None:
    """Each policy is in one behaviour, of as many as it counts, with one score; and different behaviours differ where both lead."""
    found = behaviours(world, [f])
    assert sum(one.count for one in found) == world.policies.size
    scores: dict[int, set[Any]] = {}
    counted = dict.fromkeys(range(len(found)), 0)
    for policy in world.policies:
        (place,) = [i for i, one in enumerate(found) if policy in one]
        counted[place] += 1
        scores.setdefault(place, set()).add(score_or_undefined(f, world, policy))
    assert all(len(of) == 1 for of in scores.values())
    assert counted == {i: one.count for i, one in enumerate(found)}
    assert all(one.policy in one for one in found)
    assert len({str(one) for one in found}) == len(found)


@settings(max_examples=tries(25))
@given(worlds(), utilities())
def test_policies_are_shared_out(world: sb.World, utility: sb.Utility) -> None:
    if world.policies.size <= 256:
        check_shared_out(world, utility.formula)


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6), memory=st.sampled_from(["late", "state", "nothing", "sign"]), kind=st.sampled_from(["sum", "branches"]))
def test_behaviours_over_time(seed: int, memory: str, kind: str) -> None:
    check_shared_out(random_world(seed, memory), utility_of(kind, 2).formula)


def met(world: sb.World, policy: sb.Policy) -> set[tuple[str, tuple[Any, ...]]]:
    """What the decisions see under a policy on any draw of noise, in fact and had people wished to stop, or to be free."""
    branches = {wish: {world.role("intent").variable: wish} for wish in (STOP, FREE)}
    units = brute.worlds(world.under(policy), branches)
    return {
        (decision.name, tuple(values[name] for name in decision.sees))
        for unit in units
        for values in unit.branches.values()
        for decision in world.decisions
    }


@settings(max_examples=tries(25))
@given(worlds())
def test_what_is_reached_is_what_runs_show(world: sb.World) -> None:
    """A formula that reads both decisions in all three branches asks about all that is ever seen there."""
    acts = [sb.X(decision.name) for decision in world.decisions]
    if world.policies.size > 64 or not all(set(world.model.domain(d.name)) <= {0, 1, 2} for d in world.decisions):
        return
    f = sum((E(act.had(intent=wish)) for act in acts for wish in (STOP, FREE)), E(acts[0]) + E(acts[-1]))
    every = behaviours(world, [f])
    assert every
    for one in every:
        assert set(one.acts) == met(world, one.policy)


def two_acts() -> sb.World:
    return sb.World(
        ck.Model(
            first=ck.choice("wait", "ask"),
            doubt=ck.coin("1/4"),
            answer=lambda first, doubt: doubt if first == "ask" else None,
            then=ck.choice("work", "halt", sees=["answer"]),
            wish=lambda doubt: STOP if doubt else FREE,
            stopped=lambda then: then == "halt",
            value=lambda then: int(then == "work"),
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        baseline={"first": "wait", "then": "work"},
    )


def test_names_say_what_is_different() -> None:
    found = behaviours(two_acts(), [E(B) + E(V)])
    assert [str(one) for one in found] == [
        "first: wait; then: work",
        "then: halt if answer=None",
        "first: ask",
        "first: ask; then: halt if answer=False",
        "first: ask; then: halt if answer=True",
        "first: ask; then: halt if answer=False, halt if answer=True",
    ] or {one.count for one in found} == {4, 2}
    assert sorted(one.count for one in found) == [2, 2, 2, 2, 4, 4]
    assert all(len(str(one)) <= len(one.rule) for one in found)


def test_a_named_policy_lends_its_name() -> None:
    world = two_acts()
    named = sb.World(world.model, **dict[str, Any](world.roles), policies={"rest": {"first": "wait", "then": "halt"}})
    assert "rest" in [str(one) for one in behaviours(named, [E(V)])]


@pytest.mark.parametrize("name", ["office", "delegation", "basic_button"])
def test_bundled_worlds(name: str) -> None:
    check_shared_out(sb.worlds.bundled_worlds()[name], sb.counterfactual.formula)


def test_a_board_of_many_policies_shows_behaviours() -> None:
    world = random_world(1, "all")
    board = sb.score(world, [utility_of("sum", 2)])
    assert len(board.behaviours) == 64
    assert sum(one.count for one in board.behaviours) == len(board.policies) == 1024
    for one in board.behaviours[:8]:
        alike = [i for i, policy in enumerate(board.policies) if policy in one]
        assert len(alike) == one.count
        assert len({board.scores[i] for i in alike}) == 1
    text = str(board)
    assert "; 64 behaviours of 1,024 policies, of which 4 more are in .behaviours; each one's full rule is .behaviours[i].rule" in text
    assert len(text.splitlines()) == 62
    best = next(one for one in board.behaviours if board.best("sum")[0] in one)
    assert [line.partition("  ")[0] for line in text.splitlines()[1:-1] if line.endswith(" *")] == [best.name]
    assert "<td>16</td>" in board.to_html()


def test_decisions_may_be_declared_before_those_that_they_come_after() -> None:
    first, seen, then = ck.choice("stay", "go"), lambda first: first == "go", ck.choice("rest", "run", sees=["seen"])
    worth = lambda first, then: 2 * (first == "go") + (then == "run")
    told = []
    for order in (("first", "seen", "then"), ("then", "seen", "first")):
        laws = {"first": first, "seen": seen, "then": then}
        model = ck.Model({**{name: laws[name] for name in order}, "value": worth})
        world = sb.World(model, value="value", baseline={"first": "stay", "then": "rest"})
        found = behaviours(world, [E(V), E(X("first").is_("go"))])
        told.append({(frozenset(one.acts.items()), one.count) for one in found})
        assert sum(one.count for one in found) == world.policies.size
    assert told[0] == told[1]
