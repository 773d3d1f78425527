"""Incentives over several steps: backward induction says what enumeration says that shares no code, and long worlds end."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from bench.sequence_worlds import rewards, walk
from causalkit.errors import Impossible
from stop_button import FREE, STOP, B, E, V, X
from stop_button.decision.policy import PolicySpace, decisions_of
from stop_button.evaluation.evaluation import places_of_best, sweep
from stop_button.incentives.optimum import OptimumOverTime, best_expected_utility, optimum
from stop_button.incentives.quantitative import quantitative_value_of_control, quantitative_value_of_information
from stop_button.incentives.stopping.safety_tax import safety_tax
from stop_button.incentives.stopping.stop_reach import stop_reach
from tests.stop_button.plain_laws import laws
from tests.stop_button.sequence_worlds import MEMORIES, RATIOS, random_world, utility_of

seeds = st.integers(0, 10**6)
REWARDS = ["reward[1]", "reward[2]"]
MANY = 32


def listed(model: ck.Model) -> dict[sb.Policy, Fraction]:
    """What every policy earns."""
    return {policy: sum((weight * sum(values) for values, weight in law.items()), Fraction(0)) for policy, law in laws(model, REWARDS)}


def with_(model: ck.Model, **mechanisms: Any) -> ck.Model:
    """The model with other mechanisms for some variables, named without brackets."""
    named = {f"{name[:-1]}[{name[-1]}]": mechanism for name, mechanism in mechanisms.items()}
    return ck.Model({name: named.get(name, model.mechanism(name)) for name in model.names})


@pytest.mark.parametrize("memory", MEMORIES)
@settings(max_examples=2)
@given(seed=seeds)
def test_every_best_policy_of_two_decisions(memory: str, seed: int) -> None:
    model = random_world(seed, memory).model
    if len(PolicySpace(decisions_of(model))) > MANY:
        model = with_(model, act2=ck.choice(0, 1, sees=["act[1]"]))
    scores = listed(model)
    found = optimum(model, REWARDS)
    best = {policy for policy, score in scores.items() if score == max(scores.values())}
    assert found.expected_utility == max(scores.values()) == best_expected_utility(model, REWARDS)
    assert found.count == len(best)
    assert set(found.policies()) == best
    assert found.policy in best


@settings(max_examples=3)
@given(seed=seeds, memory=st.sampled_from(["state", "sign", "late", "nothing"]), node=st.sampled_from(["luck[2]", "sign[1]", "state[0]"]))
def test_what_seeing_and_what_deciding_is_worth(seed: int, memory: str, node: str) -> None:
    model = random_world(seed, memory).model
    with_it = with_(model, act2=ck.choice(0, 1, sees=list(dict.fromkeys([*model.parents("act[2]"), node]))))
    without = with_(model, act2=ck.choice(0, 1, sees=[name for name in model.parents("act[2]") if name != node]))
    found = quantitative_value_of_information(model, REWARDS, decision="act[2]", node=node)
    assert found.value == max(listed(with_it).values()) - max(listed(without).values())
    control = quantitative_value_of_control(model, REWARDS, node="luck[1]")
    assert control.value == max(listed(with_(model, luck1=ck.choice(0, 1))).values()) - max(listed(model).values())


@settings(max_examples=6)
@given(seed=seeds, kind=st.sampled_from(RATIOS), memory=st.sampled_from(["nothing", "late", "sign", "state"]))
def test_the_tax_of_a_ratio_over_time(seed: int, kind: str, memory: str) -> None:
    world, utility = random_world(seed, memory), utility_of(kind, 2)
    scores = sweep(utility.formula, world)
    places = places_of_best(scores)
    if not places:
        with pytest.raises(Impossible):
            safety_tax(world, utility)
        return
    tasks: Any = sweep(E(V), world)
    kept = [tasks[place] for place in places]
    found = safety_tax(world, utility)
    assert (found.best, found.best - found.least, found.best - found.most) == (max(tasks), max(kept), min(kept))


@settings(max_examples=6)
@given(seed=seeds, memory=st.sampled_from(["state", "nothing", "late", "sign"]))
def test_how_far_a_stop_reaches_by_the_ends_and_by_listing(seed: int, memory: str) -> None:
    world = random_world(seed, memory)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(stop_reach.__globals__, "FEW", 10**9)
        one_by_one = stop_reach(world)
        patch.setitem(stop_reach.__globals__, "FEW", 0)
        assert stop_reach(world) == one_by_one


# ---------------------------------------------------------------- long worlds


def helpers(steps: int, *, obedient: bool) -> sb.World:
    """Each step the agent works or makes one of two helpers, which earn each step; obedient helpers stop when it does."""
    step: dict[str, Any] = {
        "wish": ck.Dist({STOP: "1/4", FREE: "3/4"}),
        "act": ck.choice("work", "make", sees=["helpers_before", "stopped_before", "wish"]),
        "stopped": ck.function(lambda wish, stopped_before: wish == STOP or stopped_before, domain=[False, True]),
        "helpers": ck.function(
            lambda helpers_before, act, stopped: min(2, helpers_before + (act == "make" and not stopped)), domain=[0, 1, 2]
        ),
        "reward": ck.function(
            lambda stopped, act, helpers: (0 if stopped else (act == "work")) + (0 if stopped and obedient else helpers),
            domain=[0, 1, 2, 3],
        ),
        "total": lambda total_before, reward: total_before + reward,
    }
    model = ck.unroll(step, steps, start={"helpers": 0, "stopped": False, "total": 0})
    last = f"[{steps}]"
    return sb.World(model, intent=f"wish{last}", stopped=f"stopped{last}", value=f"total{last}", name=f"{steps} steps with helpers")


def test_a_long_world_of_helpers() -> None:
    found = stop_reach(helpers(8, obedient=False))
    assert found.moves
    assert {"helpers[1]", "helpers[8]", "reward[6]", "total[7]"} <= set(found.through)
    assert safety_tax(helpers(60, obedient=True), sb.Utility("stopped", E(B))).least == 0


def test_a_late_condition_does_not_multiply_the_wishes_before_it() -> None:
    world = helpers(40, obedient=True)
    found = sb.solve(world, sb.Utility("had they wished", E(V.had(intent=STOP), given=B.had(intent=STOP))))
    assert found
    assert found.method == "backward induction"


def test_incentives_of_forty_steps() -> None:
    steps = 40
    model, names = walk(steps, "coin").model, [f"reward[{t}]" for t in range(1, steps + 1)]
    best = optimum(model, names)
    assert isinstance(best, OptimumOverTime)
    assert best.expected_utility == sb.solve(walk(steps, "coin"), rewards(steps)).score
    assert str(best).startswith(f"{best.count:,} polic")
    assert next(best.policies()) == best.policy
    slip = quantitative_value_of_information(model, names, decision="act[20]", node="slip[20]")
    assert slip.value > 0
    assert quantitative_value_of_control(model, names, node="mood[20]").value > 0
    assert best_expected_utility(model, "reward[40]") == sb.solve(walk(steps, "coin"), sb.Utility("last", E(X("reward[40]")))).score
