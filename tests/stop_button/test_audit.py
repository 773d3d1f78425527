"""Audits: one verdict per utility, with its evidence."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

import causalkit as ck
import stop_button as sb
from causalkit import Model, choice
from causalkit.values.render import number
from stop_button import FREE, STOP
from stop_button.auditing.audits import audit
from stop_button.auditing.flags import policy_flags
from stop_button.auditing.remedies import remedy
from stop_button.auditing.verdicts import VERDICTS
from stop_button.decision.roles import MissingRole
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation
from stop_button.testing import utilities, worlds
from tests.refusing import refusal
from tests.tries import tries

BUTTON = sb.worlds.basic_button()


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
        (sb.worlds.public_unsafe_act.variant("b"), sb.counterfactual, "side effect"),
        (sb.worlds.scale(), sb.counterfactual, "side effect"),
        (sb.worlds.scale(), sb.naive, "side effect"),
        (sb.worlds.scale(), sb.counterfactual.vary(weight=4), "clean"),
        (sb.worlds.scale(), sb.counterfactual.vary(weight=3), "permits"),
    ],
    ids=lambda given: getattr(given, "name", given),
)
def test_verdicts(world: World, utility: sb.Utility, verdict: str) -> None:
    found = audit(world, utility)
    assert found.verdict == verdict
    assert bool(found) == (verdict == "clean")


@settings(max_examples=tries(40))
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


@settings(max_examples=tries(40))
@given(worlds(), utilities())
def test_a_verdict_follows_from_the_flags_and_gains_of_the_best_policies(world: World, utility: sb.Utility) -> None:
    found = audit(world, utility)
    assert found.best == found.board.best(utility)
    flagged = {flag.policy for flag in found.flags if flag}
    assert flagged == {policy for policy in found.best if any(policy_flags(world, policy))}
    clean = len(found.best) - len(flagged)
    expected = {"undefined"} if not found.best else {"clean"} if not flagged else {"permits"} if clean else FLAGGED
    assert found.verdict in expected
    assert found.verdict in VERDICTS
    for kind, word in found.verdicts.items():
        raised = [any(flag for flag in one.flags if flag.kind == kind) for one in found.judged]
        assert word in ({"clean"} if not any(raised) else FLAGGED if all(raised) else {"permits"})


FLAGGED = {"rewards", "side effect", "rewards or side effect"}


@settings(max_examples=tries(40))
@given(worlds())
def test_the_counterfactual_utility_never_pays_for_manipulation(world: World) -> None:
    """Fact D2, as an audit says it."""
    found = audit(world, sb.counterfactual)
    assert not any(gain for gain in (*found.gains, *found.offers) if gain.kind in ("by way of the wish", "conditioning shift"))
    assert not found.path


def test_the_baseline_is_an_argument() -> None:
    assert audit(BUTTON, sb.switch, base="manip_f").best == audit(BUTTON, sb.switch).best
    assert audit(BUTTON, sb.switch).verdict == "rewards"
    assert audit(BUTTON, sb.switch, base="manip_f").verdict == "clean"


def test_all_flags_are_kept_and_those_that_fire_are_told() -> None:
    found = audit(BUTTON, sb.switch)
    assert [flag.kind for flag in found.flags] == [
        "influence", "prevents stopping", "prevents stopping", "stops unasked", "stops unasked", "loses a stop", "forces a stop",
    ]  # fmt: skip
    assert {flag.kind: flag.amount for flag in found.fired} == {
        "influence": Fraction("0.3"), "loses a stop": Fraction("0.297"), "forces a stop": Fraction("0.003"),
    }  # fmt: skip
    assert {gain.kind: gain.amount for gain in (*found.gains, *found.offers) if gain} == {
        "by way of the wish": Fraction("2.64306"), "by way of the outcome": Fraction("2.973"), "incentive gap": Fraction("2.6361"),
    }  # fmt: skip
    assert dict(found.verdicts) == {
        "influence": "rewards", "prevents stopping": "clean", "stops unasked": "clean", "loses a stop": "rewards",
        "forces a stop": "rewards",
    }  # fmt: skip


def test_the_kinds_judged_and_the_baseline_are_named() -> None:
    assert audit(BUTTON, sb.counterfactual).lines()[2] == (
        "judged against none, a baseline that somebody chose, with the wishes that people have and with a wish to stop and one "
        "to be free imposed: "
        "clean of influence, prevents stopping, stops unasked, loses a stop, forces a stop"
    )
    wishing = World(BUTTON.model, intent="wish", value="value", baseline="none", name="half")
    assert audit(wishing, sb.naive).lines()[2].endswith(": clean of influence")


def test_free_persuasion_ties_and_any_cost_decides() -> None:
    free = audit(sb.worlds.basic_button(cost=0), sb.counterfactual)
    assert (free.verdict, free.at_a_small_cost) == ("permits", "clean")
    assert [str(policy) for policy in free.best] == ["none", "manip_f", "manip_s"]
    assert free.lines()[-1] == "cost: if departing from none cost little enough: clean (best: none)"
    assert audit(BUTTON, sb.counterfactual).verdict == "clean"


def test_against_every_baseline() -> None:
    found = audit(BUTTON, sb.counterfactual, baselines="all")
    assert {str(base): word for base, word in found.baselines} == {
        "none": "clean", "manip_f": "side effect", "manip_s": "side effect", "disable": "clean", "self_press": "clean",
    }  # fmt: skip
    assert found.lines()[-1] == "baselines: clean against none, disable, self_press; side effect against manip_f, manip_s"
    assert dict(found.baselines) == {policy: audit(BUTTON, sb.counterfactual, base=policy).verdict for policy in BUTTON.policies}


def test_too_many_baselines() -> None:
    world = World(
        Model(u=ck.uniform(*range(7)), act=choice(0, 1, sees=["u"]), wish=lambda u: STOP if u else FREE, stopped=lambda wish: wish == STOP),
        intent="wish", stopped="stopped", baseline=0, name="wide",
    )  # fmt: skip
    assert refusal(ck.errors.TooLarge, lambda: audit(world, sb.Utility("b", sb.E(sb.B)), baselines="all")).startswith(
        "wide has 128 policies, and at most 64 are taken for the baseline in turn; "
    )
    assert refusal(ck.errors.WrongShape, lambda: audit(BUTTON, sb.naive, baselines="some")).startswith("baselines='some': type ")


def test_a_verdict_that_depends_on_a_symbol() -> None:
    import sympy

    p = sympy.Symbol("p")
    world = World(
        Model(
            mood=ck.coin("1/2"), slip=ck.Dist({True: p, False: 1 - p}), act=choice("leave", "calm"),
            wish=lambda mood, slip, act: STOP if mood and not (act == "calm" and slip) else FREE,
            stopped=lambda wish: wish == STOP,
            value=lambda act: act == "calm",
        ),
        intent="wish", stopped="stopped", value="value", baseline="leave",
    )  # fmt: skip
    found = audit(world, sb.naive)
    assert found.verdict == "depends"
    assert not found
    assert found.flags[0].region == sympy.Gt(p / 2, 0)
    assert "open: influence of calm is p/2" in str(found)


def test_lots_among_the_policies() -> None:
    """What is best among plain policies may not be best among those that draw lots."""
    world = sb.worlds.scale()
    found = audit(world, sb.counterfactual, mixed=True)
    assert found.scope == "all policies, also those that draw lots"
    assert found.mixed is not None
    assert found.mixed.proved
    assert found.verdict == audit(world, sb.counterfactual).verdict == "side effect"


def test_an_evaluation_is_shared() -> None:
    evaluation = Evaluation(BUTTON)
    assert audit(evaluation, sb.switch) == audit(BUTTON, sb.switch)
    assert hash(audit(evaluation, sb.switch)) == hash(audit(BUTTON, sb.switch))


def test_a_remedy_where_a_coupling_decides_who_is_flagged() -> None:
    """Under one coupling nothing is flagged here, so that nothing can be said of what is surely flagged."""
    even = {STOP: "1/2", FREE: "1/2"}

    def found(wish: Any) -> Any:
        model = ck.Model(
            act=ck.choice("work", "x"), wish=wish, stopped=lambda wish: wish == STOP, value=lambda act: int(act == "x")
        )  # fmt: skip
        world = sb.World(model, intent="wish", stopped="stopped", value="value", baseline="work")
        return remedy(Evaluation(world), sb.naive, world.reference())

    uncoupled = found(ck.cpt(["act"], {"work": even, "x": even}))
    assert str(uncoupled) == "work is not flagged, and would win if being flagged, surely or perhaps, took more than 1 off the score"
    assert not uncoupled.sure
    assert found(ck.table(["act"], {"work": FREE, "x": STOP})).sure


def test_what_would_have_to_change() -> None:
    assert audit(BUTTON, sb.counterfactual).remedy is None
    assert str(audit(BUTTON, sb.switch).remedy) == "none is not flagged, and would win if being flagged took more than 2.6361 off the score"
    tied = audit(sb.worlds.scale(), sb.counterfactual.vary(weight=3)).remedy
    assert str(tied) == "wait scores as much and is not flagged"


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
    assert found.verdict == "side effect"
    assert (
        str(found.remedy)
        == "every policy with a score is flagged; the world would need another action, other mechanisms, or another baseline"
    )


def test_print() -> None:
    found = audit(BUTTON, sb.switch)
    lines = str(found).splitlines()
    assert lines[:4] == [
        "switch in basic_button: rewards (every best policy is flagged, and at least one gains in score by way of what it is flagged for)",
        "best of the policies that draw no lots: manip_f",
        "judged against none, a baseline that somebody chose, with the wishes that people have and with a wish to stop and one "
        "to be free imposed: influence: rewards, loses a stop: rewards, forces a stop: rewards; "
        "clean of prevents stopping, stops unasked",
        "flag: influence: manip_f changes what people want in 0.3 of all draws, against none "
        "(0.297 from stop to free; 0.003 from free to stop)",
    ]
    assert any(line.startswith("graph: a gain of switch may come by way of wish: ") for line in lines)
    assert found._repr_html_().startswith("<p><b>switch in basic_button: rewards")
    assert found.board._repr_html_() in found._repr_html_()
    assert r"manip\_f" in found._repr_latex_()
    assert found._repr_latex_().count(r"\item") == len(lines) - 1


def test_long_evidence_is_folded_and_nothing_of_it_is_left_out() -> None:
    found = sb.audit(sb.worlds.office(), sb.naive)
    lines = found.lines()
    assert len(lines) > 20
    shown = found._repr_html_()
    assert shown.count("<li>") == len(lines) - 1
    opened, _, folded = shown.partition("<details>")
    assert opened.count("<li>") == 3
    assert f"<summary>{len(lines) - 4} more lines of evidence</summary>" in folded
    assert "<details>" not in sb.audit(sb.worlds.basic_button(), sb.counterfactual)._repr_html_()


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


def test_what_lots_can_reach_is_said_where_nothing_is_proved() -> None:
    world = sb.worlds.scale()
    found = audit(world, sb.counterfactual, mixed=True)
    assert found.mixed is not None
    score = found.mixed.score
    for bound, said in ((score + 1, number(score + 1)), (None, "no known bound")):
        unproved = replace(found, mixed=replace(found.mixed, proved=False, bound=bound))
        assert f"lots: no best policy is proved; what can be reached lies between {number(score)} and {said}" in str(unproved).splitlines()
    assert "lots: no best policy" not in str(found)
