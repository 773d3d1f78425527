"""The safety tax is the difference of task values, at its least and most over ties; a press tells what Bayes' rule says."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible
from stop_button import FREE, STOP, E, V
from stop_button.decision.roles import MissingRole
from stop_button.evaluation.evaluation import places_of_best, sweep
from stop_button.evaluation.undefined import defined
from stop_button.incentives.stopping.safety_tax import SafetyTax, press_tells, safety_tax
from stop_button.solving.sequences.secondary import among_best
from stop_button.testing import utilities, worlds
from tests.stop_button import brute_scores
from tests.stop_button.sequence_worlds import FORMULAS, RATIOS, random_world, utility_of
from tests.tries import tries


def listed_tax(world: sb.World, utility: sb.Utility) -> tuple[Fraction, Fraction, Fraction]:
    """By listing all policies, with scores of plain enumeration."""
    values = [brute_scores.score(E(V), world, policy) for policy in world.policies]
    scores = [sb.evaluation.policy_polynomial.score_or_undefined(utility.formula, world, policy) for policy in world.policies]
    defined = [score for score in scores if isinstance(score, Fraction)]
    kept = [value for value, score in zip(values, scores, strict=True) if score == max(defined)]
    return max(values), max(values) - max(kept), max(values) - min(kept)


@settings(max_examples=tries(25))
@given(worlds(possible=True), utilities())
def test_the_tax_is_that_of_all_policies_listed(world: sb.World, utility: sb.Utility) -> None:
    if world.policies.size > 64:
        return
    try:
        found = safety_tax(world, utility)
    except Impossible:
        return
    assert (found.best, found.least, found.most) == listed_tax(world, utility)
    assert bool(found) == (found.most > 0)


@settings(max_examples=6)
@given(seed=st.integers(0, 10**6), kind=st.sampled_from(FORMULAS), memory=st.sampled_from(["nothing", "late", "sign", "state"]))
def test_the_tax_over_time(seed: int, kind: str, memory: str) -> None:
    world, utility = random_world(seed, memory), utility_of(kind, 2)
    found = safety_tax(world, utility)
    space = world.policies
    values, scores = [value for value in sweep(E(V), world) if defined(value)], sweep(utility.formula, world)
    kept = [values[i] for i in places_of_best(scores)]
    assert space.size == len(values)
    assert (found.best, found.least, found.most) == (max(values), max(values) - max(kept), max(values) - min(kept))


def test_a_sensor_of_the_wish() -> None:
    rows = {STOP: ck.Dist({True: "3/4", False: "1/4"}), FREE: ck.Dist({True: "1/8", False: "7/8"})}
    world = sb.World(
        ck.Model(
            wish=ck.Dist({STOP: "1/3", FREE: "2/3"}),
            pressed=ck.cpt(["wish"], rows),
            act=ck.choice("go", "halt"),
            value=lambda wish, act: 0 if act == "halt" else (1 if wish == FREE else -1),
        ),
        intent="wish",
        stopped="pressed",
        value="value",
        baseline="go",
    )
    found = press_tells(world)
    # Pressed: 1/4 stop, 1/12 free; a press says stop with 3/4, and the agent had better halt: it gains 1/4 - 1/12.
    assert found.after[True][STOP] == Fraction(3, 4)
    assert found.before == ck.Dist({STOP: "1/3", FREE: "2/3"})
    assert found.task == {"act": Fraction(1, 4) - Fraction(1, 12)}
    joint = {(STOP, 1): 1 / 4, (STOP, 0): 1 / 12, (FREE, 1): 1 / 12, (FREE, 0): 7 / 12}
    told = sum(p * math.log2(p / ((1 / 3 if wish == STOP else 2 / 3) * (1 / 3 if press else 2 / 3))) for (wish, press), p in joint.items())
    assert abs(found.bits - told) < 1e-12
    assert str(found).startswith("stopped tells 0.285 bits about what people want; for the task it is worth act: ")


WHY_NOT = (
    "its decisions do not recall what they would need",
    "the least or the most is that of policies under which it is undefined",
)


def test_among_the_best_of_decisions_that_see_little() -> None:
    """What else the best are worth is that of all listed, or refused in words, which is rare."""
    refused = 0
    for seed in range(48):
        memory, kind = ("nothing", "sign", "state")[seed % 3], (*FORMULAS, *RATIOS)[seed // 3 % 12]
        world, utility = random_world(seed, memory), utility_of(kind, 2)
        others: list[Any] = list(sweep(E(V), world))
        kept = [others[place] for place in places_of_best(sweep(utility.formula, world))]
        if not kept:
            with pytest.raises(Impossible):
                among_best(world, utility, E(V))
            continue
        found = among_best(world, utility, E(V))
        if isinstance(found, str):
            refused += 1
            assert found.removeprefix(f"{kind} in {world.title}: ") in WHY_NOT
        else:
            assert list(found) == [min(kept), max(kept)]
    assert refused < 12


def test_the_tax_over_many_steps_in_which_nothing_is_seen() -> None:
    """Who wants to stop and be stopped asks at every step; who runs is never stopped."""
    asked = safety_tax(sb.worlds.reassurance(steps=24), sb.Utility("stopped", E(sb.B)))
    assert (asked.best, asked.least, asked.most) == (1, 1 - Fraction(3, 4) ** 24, 1 - Fraction(3, 4) ** 24)


@settings(max_examples=tries(40))
@given(seed=st.integers(0, 10**6), memory=st.sampled_from(["nothing", "sign"]))
def test_over_time_a_press_is_worth_what_listing_all_policies_says(seed: int, memory: str) -> None:
    world = random_world(seed, memory)
    found = press_tells(world, press="stopped[1]")
    assert found.task
    for name, worth in found.task.items():
        others = [parent for parent in world.model.parents(name) if parent != "stopped[1]"]
        assert worth == most_with(world, name, [*others, "stopped[1]"]) - most_with(world, name, others)


def most_with(world: sb.World, decision: str, sees: list[str]) -> Fraction:
    """The most of the value over all policies, listed, when a decision sees these variables."""
    mechanisms = {name: world.model.mechanism(name) for name in world.model.names}
    model = ck.Model({**mechanisms, decision: ck.choice(*world.model.domain(decision), sees=sees)})
    seen = sb.World(model, value=world.role("value"))
    return max(score for score in sweep(E(V), seen) if isinstance(score, Fraction))


def test_over_many_steps_in_which_hardly_anything_is_seen() -> None:
    """An agent that sees one press only, of 24: nothing is gained by it, as reassuring always pays."""
    for press in ("running[1]", "running[20]"):
        found = press_tells(sb.worlds.reassurance(steps=24), press=press)
        assert set(found.task.values()) == {0}
        assert list(found.task)[-1] == "act[24]"


def test_what_a_world_does_not_have_is_said() -> None:
    world = sb.World(ck.Model(act=ck.choice(0, 1), value=lambda act: act), value="value")
    with pytest.raises(MissingRole, match="no role or variable 'stopped'"):
        press_tells(world)


def test_a_tax_that_is_alike_for_all_best_policies_is_one_number() -> None:
    for least, most, said in ((0, 0, "0"), ("1/4", "1/4", "0.25"), (0, "1/4", "0 to 0.25")):
        tax = SafetyTax("office", "mine", Fraction(1), Fraction(least), Fraction(most))
        assert str(tax) == f"mine costs {said} of 1 in office"
        assert bool(tax) == (most != 0)


@pytest.mark.parametrize("parts", [3, 5, 6, 10, 11, 13])
def test_a_press_that_has_nothing_to_do_with_the_wish_tells_nothing(parts: int) -> None:
    """In floats the entropies differ by a little more or less than nothing."""
    wish = ck.Dist({STOP: Fraction(1, parts), FREE: Fraction(parts - 1, parts)})
    model = ck.Model(act=ck.choice("a", "b"), wish=wish, fails=ck.uniform(*range(7)), value=lambda act: int(act == "a"))
    found = press_tells(sb.World(model, intent="wish", value="value", baseline="a"), press="fails")
    assert str(found).startswith("fails tells 0 bits about what people want; ")
