"""The strategies and the ready-made property that users import."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import stop_button as sb
from causalkit import Model, choice, cpt, table
from causalkit.values.dist import Dist
from stop_button import FREE, STOP, claims
from stop_button.decision.world import World
from stop_button.testing import assert_holds, policies, worlds


@given(worlds())
def test_three_lines_for_a_utility_of_your_own(world: World) -> None:
    assert_holds(claims.never_pays_for_influence, sb.counterfactual, world)


def test_a_utility_that_pays_for_manipulation_is_caught() -> None:
    @settings(database=None, phases=[Phase.generate])
    @given(worlds())
    def test_my_utility(world: World) -> None:
        assert_holds(claims.never_pays_for_influence, sb.switch, world)

    with pytest.raises(AssertionError) as caught:
        test_my_utility()
    head, flag, formula, roles, model = str(caught.value).split("\n")[:5]
    assert head == "switch: 'no best policy gains by way of what people want' fails in the world"
    assert flag.startswith("by way of the wish: switch of ")
    assert formula.startswith("switch = E[")
    assert roles.startswith("intent: wish, stopped: stopped, value: value, baseline: ")
    pasted = eval(model, {"Model": Model, "Dist": Dist, "choice": choice, "table": table, "cpt": cpt})
    assert pasted.names[-1] == "value"


@given(worlds(possible=True), st.data())
def test_with_possible_either_wish_is_possible_under_every_policy(world: World, data: st.DataObject) -> None:
    m = world.under(data.draw(policies(world, stochastic=True)))
    assert m.prob(wish=STOP) > 0
    assert m.prob(wish=FREE) > 0


def test_what_comes_up() -> None:
    """Impossible wishes, second decisions, decisions that see the wish, policies that draw lots and move the wish."""
    seen: set[str] = set()

    @settings(database=None, derandomize=True)
    @given(worlds(), st.data())
    def look(world: World, data: st.DataObject) -> None:
        policy = data.draw(policies(world, stochastic=True))
        stops = {p: world.under(p).prob(wish=STOP) for p in (policy, world.baseline)}
        found = {
            "an impossible wish": 0 in stops.values(),
            "a moved wish": len(set(stops.values())) == 2,
            "two decisions": len(world.decisions) == 2,
            "a decision that sees the wish": any("wish" in d.sees for d in world.decisions),
            "a policy that draws lots": policy.is_stochastic,
        }
        seen.update(what for what, so in found.items() if so)

    look()
    assert len(seen) == 5


@given(worlds(max_decisions=1, values=(0, 5)))
def test_arguments(world: World) -> None:
    assert len(world.decisions) == 1
    assert set(world.model.domain("value")) <= {0, 5}
    assert world.baseline in world.policies
