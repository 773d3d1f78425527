"""What results are true of, and equal to: every class that says so itself, with cases on both sides of the line."""

from __future__ import annotations

import ast
import functools
import importlib
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.quantities.execution import Execution
from causalkit.values.frozen import Frozen
from stop_button import UNDEFINED
from stop_button.language.references import OWN
from stop_button.sequences import Process

WHERE = Path(ck.__file__).resolve().parent.parent
ONE, HALF, NOTHING = Fraction(1), Fraction(1, 2), Fraction(0)
NEVER_TRUE_OR_FALSE = {"Formula", "Number", "Test"}  # a protocol, and what raises

Said = dict[str, Any]
"""What an instance says of itself: the fields and properties that its truth may look at."""


def worths(*values: Any) -> tuple[Any, ...]:
    return tuple(SimpleNamespace(slope=value, holds=value, verdict=value) for value in values)


STEPS = {"never": Fraction(2), "always": Fraction(3)}
DECEIVES: Said = {"responds": True, "knows": True, "amount": HALF, "payoff": ONE, "payoff_instead": HALF, "payoff_secured": ONE}
PLAYED: Said = {"against_first": (HALF, ONE), "value": HALF, "against_second": (NOTHING, HALF)}
CAUSED: Said = {"happened": True, "witness": ({}, {}), "smaller": None}

TRUE: dict[str, list[Said]] = {
    "Plan": [{"fits": True}],
    "Estimate": [{"effective": 0.25}, {"effective": 100.0}],
    "Validity": [{"conditions": ()}, {"conditions": worths(True, True)}],
    "Separation": [{"open_path": None}],
    "Identified": [{}],
    "ActualCause": [CAUSED],
    "Attribution": [{"by_method": {"a": {"x": ONE, "y": HALF}, "b": {"x": ONE, "y": ONE}}}, {"by_method": {}}],
    "Balance": [{"unit": None}],
    "Bounds": [{"lower": HALF, "upper": HALF}],
    "Sweep": [{"single": {"leaf": (1,)}}],
    "Repairs": [{"minimal": ({"a": 1},), "bounds": (None, None)}, {"minimal": None, "bounds": (None, ONE)}],
    "Adjustment": [{"repaired": True}],
    "Inattentive": [{"best": ONE, "score": ONE}, {"best": NOTHING, "score": NOTHING}],
    "Mistaken": [{"best": ONE, "scores": (ONE, ONE)}],
    "Answered": [{"outcome": "holds"}],
    "Cell": [{"status": "proved"}, {"status": "holds"}],
    "Audit": [{"verdict": "clean"}],
    "Report": [{"complete": True, "audits": (True, True)}, {"complete": True, "audits": ()}],
    "Robustness": [
        {"verdict": "clean", "margins": ()},
        {"verdict": "clean", "margins": (SimpleNamespace(stretches=worths("clean", "clean"), points=((HALF, "clean"),)),)},
    ],
    "HasAmount": [{"amount": HALF}],
    "Ranking": [{"places": (0,)}],
    "Sensitivity": [{"slopes": worths(NOTHING, ONE)}, {"slopes": worths(-ONE)}],
    "Applies": [{"missing": ()}],
    "EquilibriaAudit": [{"verdict": "all clean"}],
    "Disobedience": [{"gain": HALF}],
    "CorrelatedJudgement": [{"disobediences": (False, False)}, {"disobediences": ()}],
    "Equilibria": [{"found": (1,)}],
    "Responses": [{"ways": (1,)}],
    "PerfectRecall": [{"lost": ()}],
    "Simplification": [{"idle": ("a",), "cut": ()}, {"idle": (), "cut": ("a",)}],
    "Deviation": [{"payoff": HALF, "best": ONE}],
    "NashJudgement": [{"deviations": (False, False)}, {"deviations": ()}],
    "SubgameJudgement": [{"subgames": (("a", (False,)), ("b", (False, False)))}],
    "SubgamePerfect": [{"found": (1,)}],
    "GameValue": [PLAYED],
    "Judgement": [{"paths": ("a",)}],
    "Difference": [{"laws": (ONE, HALF)}],
    "Worth": [{"value": HALF}, {"value": -HALF}],
    "Recall": [{"cycle": ()}],
    "SafetyTax": [{"most": (1,)}],
    "StopReach": [{"moves": (), "later": ()}],
    "PossibleIncentive": [{"path": ("a",)}],
    "FixedPoints": [
        {"points": (ONE,), "among": None, "everywhere": False},
        {"points": (ONE, HALF), "among": (ONE, HALF), "everywhere": False},
        {"points": (), "among": None, "everywhere": True},
    ],
    "Regret": [{"by_user": {ONE: NOTHING, HALF: Fraction(1, 100)}}],
    "Caught": [{"margins": {}}, {"margins": {"p": HALF, "q": Fraction(1, 100)}}],
    "Tampering": [{"worth": {"p": -ONE, "q": Fraction(1, 100)}}],
    "Obstruction": [{"share": ONE}],
    "Retargeting": [{"exchange": (1,)}],
    "Share": [{"draws": 0, "strictly": ONE}],
    "Deception": [DECEIVES],
    "Dominance": [{"relation": "dominates"}],
    "Holds": [{"value": True}],
    "Failure": [{"held": SimpleNamespace(value=False)}],
    "Mixtures": [{"everywhere": True, "shares": ()}, {"everywhere": False, "shares": (HALF,)}],
    "Stable": [{"policies": (1,)}],
    "Counterexample": [{"world": 0}],
    "Grab": [{"gain": HALF}],
    "Returns": [{"first": None}],
    "Trial": [{"totals": {**STEPS, "once": Fraction(4)}}],
    "Conditioned": [{"worth": ONE, "asked": ONE}, {"worth": ONE, "asked": HALF}],
    "Halfway": [{"seen": HALF, "done": HALF}],
    "SequenceSolution": [{"score": ONE, "bound": ONE}],
    "Solution": [{"proved": True}],
}
FALSE: dict[str, list[Said]] = {
    "Plan": [{"fits": False}],
    "Estimate": [{"effective": 0.0}],
    "Validity": [{"conditions": worths(True, False)}, {"conditions": worths(False, True)}],
    "Separation": [{"open_path": "x -> y"}],
    "NotIdentified": [{}],
    "NotIdentifiedCounterfactual": [{}],
    "ActualCause": [{**CAUSED, "happened": False}, {**CAUSED, "witness": None}, {**CAUSED, "smaller": ("x",)}],
    "Attribution": [{"by_method": {"a": {"x": ONE, "y": HALF}, "b": {"x": HALF, "y": ONE}}}],
    "Balance": [{"unit": {}}, {"unit": {"a": 1}}],
    "Bounds": [{"lower": HALF, "upper": ONE}, {"lower": NOTHING, "upper": Fraction(1, 10**9)}],
    "Sweep": [{"single": {}}],
    "Repairs": [{"minimal": (), "bounds": (None, ONE)}, {"minimal": None, "bounds": (None, None)}],
    "Adjustment": [{"repaired": False}],
    "Inattentive": [{"best": ONE, "score": HALF}, {"best": ONE, "score": NOTHING}],
    "Mistaken": [{"best": ONE, "scores": (ONE, HALF)}, {"best": ONE, "scores": (UNDEFINED, ONE)}],
    "Answered": [{"outcome": "fails"}, {"outcome": "open"}],
    "Cell": [{"status": status} for status in ("fails", "fails by a tie", "open", "gone")],
    "Audit": [{"verdict": verdict} for verdict in ("rewards", "permits", "side effect", "unclear")],
    "Report": [{"complete": False, "audits": (True,)}, {"complete": True, "audits": (True, False)}],
    "Robustness": [
        {"verdict": "clean", "margins": (SimpleNamespace(stretches=worths("clean", "rewards"), points=()),)},
        {"verdict": "clean", "margins": (SimpleNamespace(stretches=worths("clean"), points=((HALF, "permits"),)),)},
        {"verdict": "clean", "margins": (SimpleNamespace(stretches=worths("rewards"), points=()),)},
    ],
    "HasAmount": [{"amount": NOTHING}, {"amount": UNDEFINED}],
    "Ranking": [{"places": ()}],
    "Sensitivity": [{"slopes": ()}, {"slopes": worths(NOTHING, NOTHING)}],
    "Applies": [{"missing": ("stopped",)}],
    "EquilibriaAudit": [{"verdict": "some clean"}, {"verdict": "none clean"}],
    "Disobedience": [{"gain": NOTHING}, {"gain": -ONE}],
    "CorrelatedJudgement": [{"disobediences": (False, True)}],
    "Equilibria": [{"found": ()}],
    "Responses": [{"ways": ()}],
    "PerfectRecall": [{"lost": ("a",)}],
    "Simplification": [{"idle": (), "cut": ()}],
    "Deviation": [{"payoff": ONE, "best": ONE}],
    "NashJudgement": [{"deviations": (False, True)}],
    "SubgameJudgement": [{"subgames": (("a", (False,)), ("b", (False, True)))}],
    "SubgamePerfect": [{"found": ()}],
    "GameValue": [{**PLAYED, "against_first": (ONE, ONE)}, {**PLAYED, "against_second": (ONE, HALF)}, {**PLAYED, "value": ONE}],
    "Judgement": [{"paths": ()}],
    "Difference": [{"laws": (HALF, HALF)}],
    "Worth": [{"value": NOTHING}],
    "Recall": [{"cycle": ("a", "b")}],
    "SafetyTax": [{"most": ()}],
    "StopReach": [{"moves": ("a",), "later": ()}, {"moves": (), "later": ("a",)}],
    "PossibleIncentive": [{"path": None}, {"path": ()}],
    "FixedPoints": [{"points": (), "among": None, "everywhere": False}, {"points": (), "among": (ONE, HALF), "everywhere": False}],
    "Regret": [{"by_user": {ONE: NOTHING, HALF: -ONE}}, {"by_user": {}}],
    "Caught": [{"margins": {"p": HALF, "q": NOTHING}}, {"margins": {"p": -HALF}}],
    "Tampering": [{"worth": {"p": -ONE, "q": NOTHING}}, {"worth": {}}],
    "Obstruction": [{"share": HALF}, {"share": NOTHING}],
    "Retargeting": [{"exchange": ()}],
    "Share": [{"draws": 10, "strictly": ONE}, {"draws": 0, "strictly": HALF}, {"draws": 0, "strictly": NOTHING}],
    "Deception": [
        *({**DECEIVES, **other} for other in ({"responds": False}, {"knows": False}, {"amount": NOTHING})),
        *({**DECEIVES, **other} for other in ({"payoff_instead": ONE}, {"payoff_secured": HALF})),
    ],
    "Dominance": [{"relation": relation} for relation in ("is dominated by", "equals", "is incomparable with")],
    "Holds": [{"value": False}, {"value": UNDEFINED}],
    "Failure": [{"held": SimpleNamespace(value=True)}, {"held": SimpleNamespace(value=UNDEFINED)}],
    "Mixtures": [{"everywhere": False, "shares": ()}],
    "Stable": [{"policies": ()}],
    "Counterexample": [{"world": None}],
    "Grab": [{"gain": NOTHING}, {"gain": -HALF}],
    "Returns": [{"first": 2}, {"first": 0}],
    "Trial": [{"totals": {**STEPS, "once": Fraction(3)}}, {"totals": {"never": Fraction(3), "always": Fraction(2), "once": Fraction(3)}}],
    "Conditioned": [{"worth": HALF, "asked": ONE}],
    "Halfway": [{"seen": ONE, "done": HALF}, {"seen": HALF, "done": ONE}],
    "SequenceSolution": [{"score": HALF, "bound": ONE}],
    "Solution": [{"proved": False}],
}


@functools.cache
def defining(method: str) -> dict[str, str]:
    """The classes of both packages that define a method, with their modules."""
    found = {}
    for package in ("causalkit", "stop_button"):
        for path in sorted((WHERE / package).rglob("*.py")):
            if method not in (text := path.read_text(encoding="utf-8")):
                continue
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.ClassDef) and any(isinstance(f, ast.FunctionDef) and f.name == method for f in node.body):
                    found[node.name] = ".".join(path.relative_to(WHERE).with_suffix("").parts)
    return found


def test_every_result_with_a_truth_of_its_own_is_here() -> None:
    assert defining("__bool__").keys() - NEVER_TRUE_OR_FALSE == set(TRUE) | set(FALSE)
    assert set(TRUE) ^ set(FALSE) == {"Identified", "NotIdentified", "NotIdentifiedCounterfactual"}


@pytest.mark.parametrize("name", sorted(set(TRUE) | set(FALSE)))
def test_a_result_is_true_of_what_it_says_and_of_nothing_else(name: str) -> None:
    kind = getattr(importlib.import_module(defining("__bool__")[name]), name)
    for truth, cases in ((True, TRUE), (False, FALSE)):
        for said in cases.get(name, []):
            one: object = object.__new__(type(name, (kind,), said))
            assert bool(one) is truth, said


# ---------------------------------------------------------------- what nothing else is equal to


MODEL = ck.Model(a=ck.choice(0, 1), v=lambda a: a)
WORLD = sb.World(MODEL, value="v")
EXAMPLES: dict[str, Any] = {
    "Allocation": Process({"a": ["b"]}, {"b": 1}).hope("a", "b"),
    "Dist": ck.Dist({0: 1}),
    "Execution": Execution({"a": 0}, {"b": lambda a: a}),
    "Family": sb.families.persuasion(),
    "Frozen": Frozen({"a": 1}),
    "Graph": ck.Graph.parse("a -> b"),
    "Mechanism": MODEL.mechanism("v"),
    "Model": MODEL,
    "Own": OWN,
    "PolicySpace": WORLD.policies,
    "Process": Process({"a": ["b"]}, {"b": 1}),
    "Regime": MODEL.regime,
    "World": WORLD,
}
HIDDEN = {"_Same"}


def test_every_class_with_an_equality_of_its_own_is_here() -> None:
    assert defining("__eq__").keys() - HIDDEN == set(EXAMPLES)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_what_is_of_another_kind_is_not_equal_and_no_error(name: str) -> None:
    one = EXAMPLES[name]
    assert one == one
    for other in (
        None,
        0,
        1.5,
        "a",
        (),
        ("a", 1),
        ["a"],
        object(),
        {1, 2},
        len,
        *(each for kind, each in EXAMPLES.items() if kind != name),
    ):
        assert (one == other) is False, other
        assert (one != other) is True, other
