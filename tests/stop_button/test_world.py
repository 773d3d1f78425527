"""Worlds and their roles."""

from __future__ import annotations

import pickle
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

import causalkit as ck
import stop_button as sb
from causalkit import Model, choice
from causalkit.errors import CausalError, UnknownName, UnknownValue, WrongShape
from causalkit.mechanisms.mechanism import Constant, Mechanism
from stop_button import FREE, STOP, Role
from stop_button.decision.docstring import docstring
from stop_button.decision.roles import MissingRole
from stop_button.decision.world import World
from stop_button.evaluation.utility import applies
from stop_button.testing import worlds
from tests.refusing import refusal


def model(**changed: Any) -> Model:
    variables: dict[str, Any] = {
        "mood": ck.uniform("calm", "cross"),
        "action": choice("work", "rest"),
        "wish": lambda mood: STOP if mood == "cross" else FREE,
        "pressed": lambda wish, action: wish == STOP and action == "work",
        "worth": lambda pressed: 0 if pressed else 1,
    }
    return Model({**variables, **changed})


ROLES: dict[str, Any] = {"intent": "wish", "stopped": "pressed", "value": "worth"}


# ---------------------------------------------------------------- roles


def test_roles_map_the_words_of_a_world_to_meanings() -> None:
    world = World(
        model(),
        intent=Role("mood", {"cross": STOP, "calm": FREE}),
        stopped=Role("action", {"rest": True, "work": False}),
        value=Role("wish", {STOP: "1/2", FREE: 2}),
        baseline="work",
    )
    assert world.value_of("intent", STOP) == "cross"
    assert sb.naive(world, "work") == world.under("work").expect(lambda wish: 2 if wish == FREE else Fraction(1, 2))
    assert sb.switch(world, "rest") == Fraction(1, 2) * 1 + Fraction(1, 2) * 2


def test_renaming_what_is_meant_changes_no_score() -> None:
    plain = World(model(), **ROLES, baseline="work")
    renamed = World(
        model(
            wish=lambda mood: mood == "cross",
            pressed=lambda wish, action: "down" if wish and action == "work" else "up",
            worth=lambda pressed: "none" if pressed == "down" else "one",
        ),
        intent=Role("wish", {True: STOP, False: FREE}),
        stopped=Role("pressed", {"down": True, "up": False}),
        value=Role("worth", {"none": 0, "one": 1}),
        baseline="work",
    )
    fitting = [utility for utility in sb.definitions.REGISTER.values() if applies(utility, plain)]
    assert fitting
    for utility in fitting:
        for policy in ("work", "rest"):
            assert utility(plain, policy) == utility(renamed, policy)


def test_a_variable_is_read_by_its_own_name() -> None:
    world = World(model(), **ROLES)
    assert world.role("mood") == Role("mood")
    assert sb.Utility("calm", sb.E(sb.X("mood").is_("calm")))(world, "work") * 2 == 1


def test_levers_are_roles() -> None:
    world = sb.worlds.which_lever()
    assert list(world.roles) == ["intent", "stopped", "value", "trying", "pressing"]
    assert world.value_of("trying", STOP) is True


def test_an_intent_may_have_more_instructions_than_two() -> None:
    wish = ck.uniform(STOP, FREE, "hurry")
    assert World(model(wish=wish), **ROLES).value_of("intent", "hurry") == "hurry"


def test_worlds_are_compared_by_model_roles_and_baseline() -> None:
    world = World(model(), **ROLES, baseline="work")
    assert world == World(model(), **ROLES, baseline="work", name="another name")
    assert hash(world) == hash(World(model(), **ROLES, baseline="work"))
    assert world != World(model(), **ROLES, baseline="rest")
    assert world != World(model(), **ROLES)
    assert world != World(model(mood=ck.uniform("cross", "calm")).do(mood="calm"), **ROLES, baseline="work")


def test_told_says_something_else_of_the_same_world() -> None:
    world = World(model(), **ROLES)
    told = world.told(name="den", source="this project")
    assert (told.title, told.source, world.title) == ("den", "this project", "the world")
    assert told == world


@given(worlds())
def test_a_world_survives_a_pickle(world: World) -> None:
    again = pickle.loads(pickle.dumps(world))
    assert again == world
    assert hash(again) == hash(world)


# ---------------------------------------------------------------- what is refused, and how


def test_a_model_without_a_choice() -> None:
    message = refusal(WrongShape, lambda: World(model().choose(action="work"), **ROLES))
    assert message == "the model of a world has no open choice for the agent; add one with causalkit.choice('this', 'that')"


def test_a_choice_that_was_made_is_no_choice() -> None:
    assert "has no open choice" in refusal(WrongShape, lambda: World(model().do(action="work"), **ROLES))


@pytest.mark.parametrize("role", ["intent", "stopped", "value"])
def test_a_role_played_by_nobody(role: str) -> None:
    misspelt: dict[str, Any] = {role: "wihs"}
    message = refusal(UnknownName, lambda: World(model(), **misspelt))
    assert message == (
        f"the role {role!r} is played by 'wihs', which is not in the model; it has: mood, action, wish, pressed, worth; "
        "did you mean 'wish'?"
    )


def test_a_role_that_is_no_name() -> None:
    message = refusal(WrongShape, lambda: World(model(), intent=3))  # type: ignore[arg-type]
    assert message == "the role 'intent' is 3; type intent='variable' or intent=Role('variable', {value: meaning})"


def test_a_meaning_for_a_value_that_is_not_taken() -> None:
    message = refusal(UnknownValue, lambda: World(model(), intent=Role("mood", {"cros": STOP, "calm": FREE})))
    assert message == (
        "the role 'intent' gives a meaning to 'cros', which 'mood' does not take; it takes: 'calm', 'cross'; did you mean 'cross'?"
    )


def test_an_intent_without_meanings() -> None:
    message = refusal(UnknownValue, lambda: World(model(), intent="mood"))
    assert message == (
        "no value of 'mood' means 'stop'; it takes: 'calm', 'cross'; say which value means which: Role('mood', {VALUE: 'stop', ...}), "
        "with one of them for VALUE"
    )


def test_an_intent_with_half_its_meanings() -> None:
    message = refusal(UnknownValue, lambda: World(model(), intent=Role("mood", {"cross": STOP})))
    assert message.startswith("no value of 'mood' means 'free'; it takes: 'calm', 'cross'; ")


def test_two_values_with_one_meaning() -> None:
    message = refusal(UnknownValue, lambda: World(model(), intent=Role("mood", {"cross": STOP, "calm": STOP})))
    assert message.startswith("2 values of 'mood' mean 'stop'; it takes: 'calm', 'cross'; say which value means which: ")


def test_a_lever_needs_meanings_too() -> None:
    message = refusal(UnknownValue, lambda: World(model(), **ROLES, levers={"pressing": "pressed"}))
    assert message == (
        "no value of 'pressed' means 'stop'; it takes: False, True; say which value means which: Role('pressed', {VALUE: 'stop', ...}), "
        "with one of them for VALUE"
    )


def test_a_lever_with_the_name_of_a_role() -> None:
    message = refusal(WrongShape, lambda: World(model(), **ROLES, levers={"intent": "mood"}))
    assert message == "a lever cannot be called 'intent', which is a role of its own; type intent=..., or rename the lever"


def test_being_stopped_is_true_or_false() -> None:
    message = refusal(UnknownValue, lambda: World(model(), stopped="mood"))
    assert message == (
        "'stopped' is played by 'mood', which takes 'calm'; being stopped is True or False; "
        "say which means which: stopped=Role('mood', {VALUE: True, OTHER: False}), with its own values"
    )


def test_a_value_that_is_no_number() -> None:
    message = refusal(UnknownValue, lambda: World(model(), value="mood"))
    assert message == (
        "'value' is played by 'mood': 'calm' is not an exact number; give an int, a Fraction, text such as '1/4' or '0.1', "
        "a float or a sympy expression"
    )


def test_a_baseline_that_is_no_policy() -> None:
    message = refusal(UnknownValue, lambda: World(model(), **ROLES, baseline="wrk"))
    assert message == "the policy does 'wrk' in 'action'; the options are: 'work', 'rest'; did you mean 'work'?"


def test_no_baseline_to_measure_against() -> None:
    message = refusal(MissingRole, lambda: World(model(), **ROLES).reference())
    assert message == "the world has no baseline policy to measure against; type World(..., baseline=...) or base=..."
    assert World(model(), **ROLES).reference("rest") == World(model()).policy("rest")


def test_a_role_that_the_world_does_not_have() -> None:
    message = refusal(MissingRole, lambda: World(model(), intent="wish", name="den").role("stopped"))
    assert message == (
        "den has no role or variable 'stopped'; its roles are: intent; give it one when the world is built: World(..., stopped='variable')"
    )
    message = refusal(MissingRole, lambda: World(model()).role("wihs"))
    assert message.startswith("the world has no role or variable 'wihs'; its roles are: none; did you mean 'wish'?")


def test_a_value_that_means_nothing() -> None:
    message = refusal(UnknownValue, lambda: World(model(), **ROLES).value_of("intent", "hurry"))
    assert message.startswith("no value of 'wish' means 'hurry'; it takes: ")


def test_told_something_else() -> None:
    message = refusal(WrongShape, lambda: World(model()).told(nane="den"))
    assert (
        message
        == "a world cannot be told its 'nane'; it can be told name, description, source, caveat, published, made; did you mean 'name'?"
    )


def test_all_errors_are_of_one_family() -> None:
    assert issubclass(MissingRole, CausalError)
    assert issubclass(MissingRole, LookupError)


# ---------------------------------------------------------------- how it prints


def test_print() -> None:
    world = World(model(), **ROLES, baseline="work", name="den", description="A den & a bear.")
    assert str(world).splitlines()[:2] == ["den", "A den & a bear."]
    assert str(world).splitlines()[-3:] == ["intent: wish", "stopped: pressed", "value: worth"]
    assert "A den &amp; a bear." in world._repr_html_()
    assert "baseline: work" in world._repr_html_()


@pytest.mark.parametrize("name", sorted(sb.worlds.bundled_worlds()))
def test_paste_back(name: str) -> None:
    world = sb.worlds.bundled_worlds()[name]
    names = {**vars(ck), "World": World, "Role": Role, "Fraction": Fraction, "Constant": Constant, "E": sb.E, "V": sb.V, "X": sb.X}
    assert eval(repr(world), names) == world


def test_a_variable_does_not_stand_in_for_a_missing_role() -> None:
    bare = World(Model(act=choice(0, 1), stopped=lambda act: act == 1))
    assert "has no role or variable 'stopped'" in refusal(MissingRole, lambda: bare.role("stopped"))


def test_a_role_may_not_hide_a_variable() -> None:
    message = refusal(WrongShape, lambda: World(model(value=0), **ROLES))
    assert message == "the role 'value' is played by 'worth' and would hide the variable 'value'; rename the variable"


def test_what_is_no_model() -> None:
    assert refusal(WrongShape, lambda: World("office")).startswith("'office' is not a causal model; type World(")  # type: ignore[arg-type]


def test_under_a_policy_it_is_an_ordinary_model() -> None:
    m = sb.worlds.office().under("reassure")
    assert isinstance(m, Model)
    assert m.do(wish=FREE).prob(pressed=True) == 0
    assert sb.worlds.office().under("work").given(wish=STOP).do(wish=FREE).expect("value") == 1


def orders() -> list[World]:
    """One model with its decisions, and what they see, listed in four orders."""
    made = []
    for moods in (["calm", "cross"], ["cross", "calm"]):
        mood = ck.Dist({mood: "1/4" if mood == "calm" else "3/4" for mood in moods})
        first, then = {"first": choice("work", "rest", sees=["mood"])}, {"then": choice(*range(5))}
        worth = {"worth": lambda mood, first, then: then + 10 * (first == "work") + 100 * (mood == "calm" and first == "rest")}
        made += [Model({"mood": mood, **decisions, **worth}) for decisions in ({**first, **then}, {**then, **first})]
    return [World(each, value="worth") for each in made]


def test_worlds_are_equal_only_if_they_have_the_same_policies_in_the_same_order() -> None:
    worlds = orders()
    for one in worlds:
        for other in worlds:
            assert one.model == other.model
            assert (one == other) == (list(one.policies) == list(other.policies))
    assert len(set(worlds)) == 4


def test_what_is_worked_out_about_a_world_is_not_taken_for_one_in_another_order() -> None:
    """All worlds are alive at once: what is kept with one is by the places of its policies."""
    worlds = orders()
    assert len(worlds) == 4
    for world in worlds:
        board = sb.score(world, [sb.naive])
        assert len(board.policies) == 20
        for policy in world.policies:
            worths = [policy.act("first", "calm") == "work", policy.act("first", "cross") == "work"]
            mean = policy.act("then") + Fraction(10 * (worths[0] + 3 * worths[1]), 4) + Fraction(100 * (not worths[0]), 4)
            assert board.score(sb.naive, policy) == mean


def test_worlds_that_were_found_equal_are_not_compared_in_depth_again(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = sb.worlds.basic_button(), sb.worlds.basic_button(stop="3/10")
    assert one is not other
    assert one == other
    assert one != sb.worlds.basic_button(stop="1/10")

    def compared(self: Mechanism, other: object) -> bool:
        raise AssertionError("a mechanism was compared")

    monkeypatch.setattr(Mechanism, "__eq__", compared)
    assert one == other
    assert one.model == other.model
    with pytest.raises(AssertionError, match="compared"):
        assert one == sb.worlds.basic_button(stop="3/10")


def test_a_docstring_without_source_is_read_and_laid_out() -> None:
    made: dict[str, Any] = {}
    exec("def told():\n    '''One line.\n\n        indented\n    '''\ndef silent(): pass", made)
    assert docstring(made["told"]) == "One line.\n\nindented"
    assert docstring(made["silent"]) == ""


def test_what_travels_of_a_world_is_not_what_was_worked_out_to_compare_it() -> None:
    world = sb.worlds.basic_button()
    before = len(pickle.dumps(world))
    assert hash(world) == hash(sb.worlds.basic_button())
    assert "_identity" in vars(world)
    assert "_identity" not in world.__getstate__()
    assert len(pickle.dumps(world)) == before
