"""Utilities: named formulas, and families of them."""

from __future__ import annotations

import pickle
from fractions import Fraction
from typing import Any

import pytest

import stop_button as sb
from causalkit.errors import Impossible, UnknownName, UnknownValue
from stop_button import BASELINE, FREE, STOP, B, E, H, Utility, V
from stop_button.decision.roles import MissingRole
from stop_button.decision.world import World
from stop_button.evaluation.utility import Applies, applies, definition
from tests.refusing import refusal

BUTTON = sb.worlds.basic_button()
mine = Utility("mine", 3 * E(B.had(intent=STOP)) + E(V.had(intent=FREE)))


def without(*roles: str, baseline: Any = None) -> World:
    """The basic button without some of its roles, whose variables have other names."""
    kept: dict[str, Any] = {"intent": "wish", "stopped": "pressed", "value": "value"}
    return World(BUTTON.model, **{role: kept[role] for role in kept if role not in roles}, baseline=baseline, name="half")


def test_a_utility_is_a_function_of_a_world_and_a_policy() -> None:
    assert mine(BUTTON, "none") == 13
    assert mine(BUTTON, BUTTON.policy("none")) == mine(BUTTON, {"action": "none"}) == 13


def test_a_family_varied_by_hand_is_the_same_formula() -> None:
    assert sb.counterfactual.vary(weight=3).formula == mine.formula
    assert sb.counterfactual.vary(weight=1) == sb.counterfactual
    assert sb.counterfactual.vary(weight=3).vary(weight=1) == sb.counterfactual


def test_parameters_show_in_the_name() -> None:
    assert sb.counterfactual.vary(weight=3).name == "counterfactual[weight=3]"
    assert sb.counterfactual.vary(weight=3).vary(lever="pressing").name == "counterfactual[weight=3, lever=pressing]"
    assert sb.counterfactual.vary(weight=3).vary(weight=1).name == "counterfactual"
    assert str(sb.counterfactual.vary(lever="pressing")) == "counterfactual[lever=pressing] = E[B_{pressing=s}] + E[V_{pressing=f}]"


def test_a_goal_in_the_place_of_being_stopped() -> None:
    assert str(sb.counterfactual.vary(goal="stop_value").formula) == "E[stop_value_s] + E[V_f]"
    assert sb.counterfactual.vary(goal="stopped") == sb.counterfactual


def test_condition_and_lever_may_differ() -> None:
    f = sb.conditional_counterfactual.vary(lever="pressing", condition="intent").formula
    assert str(f) == ("E[B_{pressing=s} | H=s] + E[V_{pressing=f} | H=s] + E[B_{pressing=s} | H=f] + E[V_{pressing=f} | H=f]")


def test_a_source_and_a_meaning_are_told_and_not_compared() -> None:
    assert sb.counterfactual.source == "tailcalled2021"
    assert sb.counterfactual.meaning.startswith("Stopped if people had wished to stop")
    assert Utility("counterfactual", sb.counterfactual.formula) == sb.counterfactual
    assert hash(Utility("counterfactual", sb.counterfactual.formula)) == hash(sb.counterfactual)


@pytest.mark.parametrize("utility", [mine, *sb.definitions.REGISTER.values()], ids=lambda u: u.name)
def test_a_utility_prints(utility: Utility) -> None:
    assert str(utility) == f"{utility.name} = {utility.formula}"
    assert repr(utility) == f"Utility({utility.name!r}, {utility.formula!r})"
    assert utility._repr_latex_().startswith((r"$\text{", r"${\text{"))
    assert utility.source or utility is mine


def test_a_utility_of_your_own_survives_a_pickle() -> None:
    assert pickle.loads(pickle.dumps(mine)) == mine


def test_a_definition_of_your_own_has_parameters() -> None:
    @definition("patient", source="this project")
    def patient(*, delay: int = 0) -> Any:
        """Value less what waiting costs."""
        return E(V) - delay

    assert patient(BUTTON, "none") - patient.vary(delay=2)(BUTTON, "none") == 2
    assert patient.vary(delay=2).name == "patient[delay=2]"
    assert patient.meaning == "Value less what waiting costs."


def test_what_was_given_for_a_parameter_cannot_be_changed_afterwards() -> None:
    given: dict[str, Any] = {"delay": 2}
    own = sb.Utility("patient", E(V) - 2, parameters=given)
    given["delay"] = 3
    assert own.parameters == {"delay": 2}
    with pytest.raises(TypeError):
        own.parameters["delay"] = 4  # type: ignore[index]


# ---------------------------------------------------------------- what is refused, and how


def test_a_parameter_that_is_not_there() -> None:
    message = refusal(UnknownName, lambda: sb.counterfactual.vary(wieght=3))
    assert message == "counterfactual has no parameter 'wieght'; it has: weight, lever, goal; did you mean 'weight'?"
    assert refusal(UnknownName, lambda: sb.naive.vary(weight=3)) == "naive has no parameter 'weight'; it has: none"
    assert refusal(UnknownName, lambda: mine.vary(weight=3)) == "mine has no parameter 'weight'; it has: none"
    assert mine.vary() is mine


def test_a_lever_that_is_not_there() -> None:
    message = refusal(MissingRole, lambda: sb.counterfactual.vary(lever="pressing")(BUTTON, "none"))
    assert message.startswith(
        "basic_button has no role or variable 'pressing'; its roles are: intent, stopped, value; did you mean 'pressed'?"
    )


def test_a_lever_whose_values_mean_nothing() -> None:
    message = refusal(UnknownValue, lambda: sb.counterfactual.vary(lever="pressed")(BUTTON, "none"))
    assert message.startswith("no value of 'pressed' means 'stop'; it takes: ")


@pytest.mark.parametrize("role", ["intent", "stopped"])
def test_a_world_without_a_needed_role(role: str) -> None:
    message = refusal(MissingRole, lambda: sb.counterfactual(without(role), "none"))
    assert message.startswith(f"half has no role or variable {role!r}; its roles are: ")


def test_a_condition_that_is_impossible() -> None:
    steady = sb.worlds.basic_button(tremble=0)
    with pytest.raises(Impossible):
        sb.cond(steady, "manip_f")
    assert sb.counterfactual(steady, "manip_f") == Fraction("10.99")


def test_a_policy_that_is_none() -> None:
    assert refusal(UnknownValue, lambda: mine(BUTTON, "nome")).endswith("did you mean 'none'?")


# ---------------------------------------------------------------- applies


def test_what_a_world_lacks() -> None:
    half = without("stopped")
    fits = applies(sb.counterfactual, half)
    assert not fits
    assert fits == Applies("counterfactual", "half", ("stopped",))
    assert str(fits) == "counterfactual does not apply to half, which has no stopped"
    assert applies(sb.naive, half)
    assert str(applies(sb.naive, half)) == "naive applies to half"


def test_a_reference_needs_a_baseline() -> None:
    assert applies(sb.ref, without()).missing == ("baseline",)
    assert applies(sb.ref, without(baseline="none"))
    assert applies(Utility("held", E(V.had(intent=H.under(BASELINE)))), without()).missing == ("baseline",)


def test_levers_and_variables() -> None:
    assert applies(sb.counterfactual.vary(lever="pressing"), BUTTON).missing == ("pressing",)
    assert applies(sb.counterfactual.vary(lever="pressing"), sb.worlds.which_lever())
    assert applies(Utility("set", E(V.had(pressed=True))), BUTTON)
    assert applies(Utility("set", E(V.had(pressed="down"))), BUTTON).missing == ("pressed='down'",)
