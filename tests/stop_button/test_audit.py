"""Audits: one verdict per utility, with its evidence."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

import causalkit as ck
import stop_button as sb
from causalkit import Model, choice
from stop_button import FREE, STOP
from stop_button.auditing.flags import policy_flags
from stop_button.auditing.verdict import VERDICTS, audit
from stop_button.decision.roles import MissingRole
from stop_button.decision.world import World
from stop_button.testing import utilities, worlds

BUTTON = sb.worlds.basic_button()


def refusal(kind: type[Exception], give: Any) -> str:
    with pytest.raises(kind) as caught:
        give()
    return str(caught.value)


@pytest.mark.parametrize(
    ("world", "utility", "verdict"),
    [
        (BUTTON, sb.counterfactual, "clean"),
        (BUTTON, sb.conditional_counterfactual, "clean"),
        (BUTTON, sb.switch, "rewards"),
        (BUTTON, sb.naive, "rewards"),
        (sb.worlds.office(), sb.counterfactual, "permits"),
        (sb.worlds.jackpot_steering(), sb.conditional_counterfactual, "rewards"),
        (sb.worlds.jackpot_steering(), sb.counterfactual, "clean"),
        (sb.worlds.jackpot_steering(), sb.ccmin, "clean"),
        (sb.worlds.jackpot_steering(), sb.ref, "clean"),
        (sb.worlds.public_unsafe_act.variant("a"), sb.conditional_counterfactual, "clean"),
        (sb.worlds.public_unsafe_act.variant("b"), sb.conditional_counterfactual, "rewards"),
        (sb.worlds.public_unsafe_act.variant("c"), sb.conditional_counterfactual, "rewards"),
        (sb.worlds.scale(), sb.counterfactual, "rewards"),
        (sb.worlds.scale(), sb.counterfactual.vary(weight=4), "clean"),
        (sb.worlds.scale(), sb.counterfactual.vary(weight=3), "permits"),
    ],
    ids=lambda given: getattr(given, "name", given),
)
def test_verdicts(world: World, utility: sb.Utility, verdict: str) -> None:
    found = audit(world, utility)
    assert found.verdict == verdict
    assert bool(found) == (verdict == "clean")


@settings(max_examples=40)
@given(worlds(), utilities())
def test_the_remedy_is_the_best_of_all_policies_without_a_flag(world: World, utility: sb.Utility) -> None:
    remedy = audit(world, utility).remedy
    if remedy is None:
        return
    scores = dict(zip(world.policies, sb.score(world, utility).scores, strict=True))
    defined_scores = {policy: score for policy, (score,) in scores.items() if score is not sb.UNDEFINED}
    fair = {policy: score for policy, score in defined_scores.items() if not any(policy_flags(world, policy))}
    if not fair:
        assert remedy.policy is None
        return
    assert remedy.policy is not None
    assert fair[remedy.policy] == max(fair.values())
    assert remedy.margin == max(defined_scores.values()) - max(fair.values())


@settings(max_examples=40)
@given(worlds(), utilities())
def test_a_verdict_follows_from_the_flags_of_the_best_policies(world: World, utility: sb.Utility) -> None:
    found = audit(world, utility)
    assert found.best == found.board.best(utility)
    flagged = {flag.policy for flag in found.flags if flag and flag.policy is not None}
    assert flagged <= set(found.best)
    assert {policy for policy in found.best if any(policy_flags(world, policy))} <= flagged
    clean = len(found.best) - len(flagged)
    expected = "undefined" if not found.best else "clean" if not flagged else "permits" if clean else "rewards"
    assert found.verdict == expected
    assert expected in VERDICTS


@settings(max_examples=40)
@given(worlds())
def test_the_counterfactual_utility_never_pays_for_manipulation(world: World) -> None:
    """Fact D2, as an audit says it."""
    found = audit(world, sb.counterfactual)
    assert not any(flag for flag in found.flags if flag.kind in ("via intent", "conditioning shift"))
    assert not found.path


def test_the_baseline_is_an_argument() -> None:
    assert audit(BUTTON, sb.switch, base="manip_f").best == audit(BUTTON, sb.switch).best
    assert audit(BUTTON, sb.switch).verdict == "rewards"
    assert audit(BUTTON, sb.switch, base="manip_f").verdict == "clean"


def test_all_flags_are_kept_and_those_that_fire_are_told() -> None:
    found = audit(BUTTON, sb.switch)
    assert [flag.kind for flag in found.flags] == [
        "influence", "prevents stopping", "stops unasked", "via intent", "conditioning shift", "incentive gap",
    ]  # fmt: skip
    assert [flag.kind for flag in found.fired] == ["influence", "via intent", "incentive gap"]
    assert {flag.kind: flag.amount for flag in found.fired} == {
        "influence": Fraction("0.294"), "via intent": Fraction("2.64306"), "incentive gap": Fraction("2.6361"),
    }  # fmt: skip


def test_what_would_have_to_change() -> None:
    assert audit(BUTTON, sb.counterfactual).remedy is None
    assert str(audit(BUTTON, sb.switch).remedy) == "none would win if what the best policies do cost more than 2.6361"
    tied = audit(sb.worlds.scale(), sb.counterfactual.vary(weight=3)).remedy
    assert str(tied) == "wait scores as much and is not flagged; any cost of what the others do would decide for it"


def test_what_would_have_to_change_where_every_policy_is_flagged() -> None:
    world = World(
        Model(
            action=choice("flatter", "scare"),
            wish=lambda action: FREE if action == "flatter" else STOP,
            stopped=ck.coin("1/2"),
            value=1,
        ),
        intent="wish", stopped="stopped", value="value", baseline=ck.Dist({"flatter": "1/2", "scare": "1/2"}),
    )  # fmt: skip
    found = audit(world, sb.naive)
    assert found.verdict == "rewards"
    assert str(found.remedy) == "every policy with a score is flagged; the world would need another action, or another baseline"


def test_print() -> None:
    found = audit(BUTTON, sb.switch)
    lines = str(found).splitlines()
    assert lines[:3] == [
        "switch in basic_button: rewards (every best policy is flagged: the utility rewards it)",
        "best: manip_f",
        "flag: influence: manip_f moves intent towards free: P(intent=free) is 0.99, and 0.696 under none",
    ]
    assert any(line.startswith("graph: switch may reward an influence on wish: ") for line in lines)
    assert found._repr_html_().startswith("<p><b>switch in basic_button: rewards")
    assert found.board._repr_html_() in found._repr_html_()
    assert r"manip\_f" in found._repr_latex_()
    assert found._repr_latex_().count(r"\item") == len(lines) - 1


# ---------------------------------------------------------------- what is refused, and how


def test_without_an_intent() -> None:
    world = World(BUTTON.model, stopped="pressed", value="value", baseline="none", name="half")
    assert refusal(MissingRole, lambda: audit(world, sb.naive)).startswith("half has no role or variable 'intent'; ")


def test_without_a_baseline() -> None:
    world = World(BUTTON.model, intent="wish", stopped="pressed", value="value", name="half")
    message = refusal(MissingRole, lambda: audit(world, sb.naive))
    assert message == "half has no baseline policy to measure against; type World(..., baseline=...) or base=..."
    assert audit(world, sb.naive, base="none").verdict == "rewards"


def test_with_a_utility_that_needs_more_than_the_world_has() -> None:
    world = World(BUTTON.model, intent="wish", value="value", baseline="none", name="half")
    assert refusal(MissingRole, lambda: audit(world, sb.counterfactual)).startswith("half has no role or variable 'stopped'; ")
