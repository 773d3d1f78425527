"""What newcomers type first, and what they are told to type: each once failed in words that did not help, or in none."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import CausalError
from causalkit.identification import identify
from causalkit.symbols import substitute
from stop_button import B, E, V
from stop_button.incentives import sufficient_recall
from stop_button.incentives.diagram import Diagram

WORLD = sb.worlds.office()
MODEL = ck.Model(a=ck.coin("1/2"), b=lambda a: a)
SOME: Any = B
MEAN: Any = E(B)
"""Formulas of which a type checker does not know that they are neither true nor false."""
UTILITIES = [sb.naive, sb.counterfactual]


class Wish(enum.Enum):
    STOP = "stop"
    FREE = "free"


def of_members(**roles: Any) -> sb.World:
    """A world whose people wish for members of an enumeration."""
    model = ck.Model(
        doubt=ck.coin("1/4"),
        act=ck.choice("work", "rest"),
        wish=lambda doubt: Wish.STOP if doubt else Wish.FREE,
        pressed=lambda wish: wish == Wish.STOP,
        value=lambda pressed: 1 - pressed,
    )
    return sb.World(model, **{"intent": "wish", "stopped": "pressed", "value": "value", "baseline": "work", **roles})


def many_sights() -> sb.World:
    """A world with 4 ** 60 policies."""
    model = ck.Model(
        sight=ck.uniform(*range(60)),
        act=ck.choice(0, 1, 2, 3, sees=["sight"]),
        wish=lambda sight: "stop" if sight % 2 else "free",
        stopped=lambda act: act == 0,
        value=lambda act: act,
    )
    return sb.World(model, intent="wish", stopped="stopped", value="value", baseline=0)


PAIR = sb.World(
    ck.Model(
        act=ck.choice("work", "rest"),
        wish_a=ck.coin("1/2"),
        wish_b=lambda act: "stop" if act == "work" else "free",
        stopped=lambda wish_b: wish_b == "stop",
        value=lambda stopped: 1 - stopped,
    ),
    intent={"alice": sb.Role("wish_a", {True: "stop", False: "free"}), "bob": "wish_b"},
    stopped="stopped",
    value="value",
    baseline="work",
)


TRIES: dict[str, tuple[Callable[[], Any], str]] = {
    "several utilities to one audit": (lambda: sb.audit(WORLD, UTILITIES), "type stop_button.report(world, [...]) to judge several"),  # type: ignore[arg-type]
    "audit the other way round": (lambda: sb.audit(sb.naive, WORLD), "a utility comes after the world"),  # type: ignore[arg-type]
    "score the other way round": (lambda: sb.score(sb.naive, WORLD), "a utility comes after the world"),  # type: ignore[arg-type]
    "solve the other way round": (lambda: sb.solve(sb.naive, WORLD), "a utility comes after the world"),  # type: ignore[arg-type]
    "rank the other way round": (
        lambda: sb.rank(sb.naive, WORLD),  # type: ignore[arg-type]
        "the first two are the other way round: type rank(world, utility)",
    ),
    "a function for a utility": (lambda: sb.score(WORLD, lambda model: model.expect("value")), "a utility is a formula"),  # type: ignore[arg-type]
    "a function for a utility of an audit": (lambda: sb.audit(WORLD, lambda model: model), "Utility('mine', E(X('variable')))"),  # type: ignore[arg-type]
    "a formula without a name": (lambda: sb.score(WORLD, E(V)), "E(V) is a formula without a name; type Utility('mine', E(V))"),  # type: ignore[arg-type]
    "a utility by its name": (lambda: sb.score(WORLD, "naive"), "'naive' is text, and no utility; the definitions are in"),  # type: ignore[arg-type]
    "a misspelt role": (
        lambda: of_members(valeu="value"),
        "there is no role or argument 'valeu'; there is: intent, stopped, value, levers",
    ),
    "the nearest role": (lambda: of_members(valeu="value"), "; did you mean 'value'?"),
    "a role of one's own": (lambda: of_members(trying="act"), "; a role of your own is a lever: type levers={'trying': 'act'}"),
    "the model by keyword": (lambda: sb.World(model=WORLD.model), "World has no argument 'model'; it takes: intent, "),  # type: ignore[call-arg]
    "a role behind the model": (lambda: sb.World(WORLD.model, "wish"), "World: too many positional arguments; type World(model: Model)"),  # type: ignore[call-arg]
    "no mapping for levers": (lambda: of_members(levers="act"), "World takes levers as Mapping[str, str | Role] | None, and got 'act'"),
    "a misspelt word of a world": (
        lambda: WORLD.told(nme="ours"),
        "name, description, source, caveat, published, made; did you mean 'name'?",
    ),
    "a misspelt utility by its name": (
        lambda: sb.score(WORLD, ["counterfactul"]),  # type: ignore[list-item]
        "'counterfactul' is text, and no utility; the definitions are in stop_button.definitions; "
        "did you mean sb.definitions.counterfactual?",
    ),
    "text near no utility": (lambda: sb.score(WORLD, "my own"), "type Utility('mine', E(V)) for one of your own"),  # type: ignore[arg-type]
    "a misspelt utility of a claim": (
        lambda: sb.claims.never_pays_for_influence.refuted_by("swich", WORLD),  # type: ignore[arg-type]
        "takes utility as Utility, and got 'swich'; did you mean sb.definitions.switch?",
    ),
    "a misspelt claim by its name": (
        lambda: sb.find_counterexample(sb.naive, claim="no_best_policy_forces_stop"),  # type: ignore[arg-type]
        "is no claim; did you mean sb.claims.no_best_policy_forces_a_stop?",
    ),
    "a misspelt world by its name": (
        lambda: sb.solve("butterflies", sb.naive),  # type: ignore[arg-type]
        "solve takes world as World, and got 'butterflies'; did you mean sb.worlds.butterfly()?",
    ),
    "text for the builder of a world": (lambda: sb.survey("ofice", sb.naive, over={}), "; type survey(build: Callable[..., World]"),  # type: ignore[arg-type]
    "a misspelt property by its name": (
        lambda: sb.properties.holds("cautios", WORLD, "work"),  # type: ignore[arg-type]
        "'cautios' is no test; did you mean sb.definitions.cautious.test?",
    ),
    "an event by ==": (lambda: E(sb.H == sb.STOP), "False is no formula: == compares formulas by structure; type H.is_(STOP) for an event"),
    "a penalty by ==": (lambda: E(V) - 2 * E((sb.H == sb.STOP) * (1 - B)), "type H.is_(STOP) for an event"),
    "a sum with ==": (lambda: (sb.H == sb.STOP) + B, "type H.is_(STOP) for an event"),
    "a utility by ==": (lambda: sb.Utility("u", E(V) == 1), "type H.is_(STOP) for an event, or 1 and 0 for numbers"),
    "the least of a truth value": (lambda: sb.least(E(V), E(V) == 1), "type H.is_(STOP) for an event"),
    "not": (lambda: E(not SOME), "type 1 - f for 'not f'"),
    "and": (lambda: E(SOME and V), "f * g for 'f and g'"),
    "or": (lambda: sb.Utility("u", MEAN or E(V)), "most(f, g) for 'f or g', where they are 0 or 1"),
    "a function that gives a distribution": (
        lambda: ck.Model(x=ck.coin("1/2"), y=lambda x: ck.coin("9/10") if x else ck.coin("1/10")),
        "type cpt(['x'], {...}) for a distribution in each row",
    ),
    "a table of distributions": (
        lambda: ck.Model(x=ck.coin("1/2"), y=ck.table(["x"], {True: ck.coin("1/3"), False: 0})),
        "type cpt(['x'], {...})",
    ),
    "decisions to tie without a group": (
        lambda: sb.solve(WORLD, sb.naive, tied=["first", "second"]),
        "tied=['first', 'second'] is no list of groups of decisions; type tied=[['first', 'second']]",
    ),
    "a mean of text": (lambda: E("value"), "type E(X('value'))"),
    "a list of options": (lambda: ck.choice(["go", "wait"]), "type choice('go', 'wait')"),  # type: ignore[arg-type]
    "a list of names": (lambda: MODEL.dist(["a", "b"]), "type them without brackets: 'a', 'b'"),
    "a tuple of names": (lambda: MODEL.dist(("a", "b")), "type them without brackets: 'a', 'b'"),
    "a dictionary for noise": (lambda: ck.Model(a={"x": "1/2", "y": "1/2"}), "'a' is {'x': '1/2', 'y': '1/2'}"),
    "a dictionary for a table": (lambda: ck.Model(a=ck.coin("1/2"), b={True: 1, False: 0}), "table(['parent'], {value: value, ...})"),
    "a list for noise": (lambda: ck.Model(a=["x", "y"]), "type uniform(...) for noise, choice(...) for a decision"),
    "thirds as floats": (lambda: ck.Dist({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}), "type '1/3' in place of 0.3333333333333333"),
    "sixths as floats": (lambda: ck.Dist({"a": 1 / 6, "b": 5 / 6}), "'1/6' in place of 0.16666666666666666, '5/6' in place of"),
    "members of an enumeration": (of_members, "say which means which: Role('wish', {Wish.FREE: 'free', Wish.STOP: 'stop'})"),
    "a member for a wish": (lambda: sb.score(WORLD, sb.Utility("u", E(B.had(intent=Wish.STOP)))), "is not its value; type 'stop'"),
    "a graph in words": (lambda: identify("x -> y", "P(y | do(x))"), "type Graph.parse('x -> y')"),  # type: ignore[arg-type]
    "a model for a graph": (lambda: identify(MODEL, "P(b | do(a))"), "type .graph after it, for the graph of a model"),  # type: ignore[arg-type]
    "a formula for a name": (
        lambda: sb.Utility(E(V)),  # type: ignore[arg-type, call-arg]
        "Utility takes name as str, and got E(V); type Utility(name: str, formula: Formula)",
    ),
    "one test": (
        lambda: sb.Utility("u", E(V), subject_to=E(B) >= 1),  # type: ignore[arg-type]
        "takes subject_to as Sequence[Test], and got E(B) >= 1; one alone stands in brackets: type subject_to=[E(B) >= 1]",
    ),
    "one world for a family": (lambda: sb.find_counterexample(sb.naive, worlds=WORLD), "; one alone stands in brackets: type worlds=[...]"),  # type: ignore[arg-type]
    "a builder of a world": (lambda: sb.score(sb.worlds.office, sb.naive), "; it builds one when it is called: type office()"),  # type: ignore[arg-type]
    "text for values in turn": (
        lambda: sb.survey(sb.worlds.basic_button, [sb.naive], over={"cost": "1/4"}),
        "over gives 'cost' the value '1/4', and takes values in turn; type over={'cost': ['1/4']}",
    ),
    "a number for values in turn": (lambda: sb.survey(sb.worlds.basic_button, [sb.naive], over={"cost": 3}), "type over={'cost': [3]}"),  # type: ignore[dict-item]
    "a list for uniform": (lambda: ck.uniform([1, 2, 3]), "uniform takes its values one by one, and got [1, 2, 3]; type uniform(*values)"),  # type: ignore[arg-type]
    "a range for uniform": (lambda: ck.uniform(range(3)), "and got range(0, 3); type uniform(*values) with a star"),
    "percent for a coin": (lambda: ck.coin(30), "coin takes the probability of True, from 0 to 1, and got 30; type coin('1/4')"),
    "less than nothing for a coin": (lambda: ck.coin("-1/4"), "from 0 to 1, and got '-1/4'"),
    "a world for a diagram": (lambda: sufficient_recall(WORLD), "type Diagram.of(world.model, 'value'), with what is paid"),  # type: ignore[arg-type]
    "a typo in a name": (
        lambda: sb.score(WORLD, sb.Utility("u", E(sb.X("vlaue")))),
        "its roles are: intent, stopped, value; did you mean 'value'?",
    ),
    "a person for a variable": (
        lambda: sb.score(PAIR, sb.Utility("u", E(sb.X("bob")))),
        "'bob' is somebody who wishes: type H.of('bob') for what they wish",
    ),
    "a condition by keyword": (lambda: MODEL.prob({"a": True}, given={"b": True}), "type model.given(...).prob(...)"),  # type: ignore[arg-type]
    "a condition of a mean": (lambda: MODEL.expect("a", given={"b": True}), "expect has no argument 'given'"),  # type: ignore[call-arg]
    "an intervention by keyword": (lambda: MODEL.dist("a", do={"b": True}), "type model.do(...).prob(...)"),  # type: ignore[call-arg]
    "floats of a probability": (lambda: MODEL.prob({"a": True}, floats=True), "answers are exact: type float(...) around one"),
    "symbols in a world": (lambda: substitute(WORLD, {"p": 1}), "substitute takes an answer, and got a World; type substitute(model.prob"),
    "a world for a number": (lambda: ck.coin(WORLD), "... is not an exact number; give an int, a Fraction"),
    "too many policies to audit": (
        lambda: sb.audit(many_sights(), sb.naive),
        "score some with sb.score(world, utility, policies=[...]), or let decisions see less",
    ),
    "a list of too many policies": (lambda: list(many_sights().policies), "; type .size, or iterate over the space"),
    "no utility": (
        lambda: sb.audit(WORLD),  # type: ignore[call-arg]
        "missing a required argument: 'utility'; type audit(world: World | Evaluation, utility: Utility)",
    ),
    "an argument too many": (
        lambda: sb.rank(WORLD, sb.naive, 3),  # type: ignore[call-arg]
        "too many positional arguments; type rank(world: World, utility: Utility)",
    ),
    "an argument that there is not": (lambda: MODEL.estimate("a", sample=9), "it takes: samples, level, seed; did you mean 'samples'?"),  # type: ignore[call-arg]
}


@pytest.mark.parametrize(("tried", "words"), TRIES.values(), ids=list(TRIES))
def test_a_first_try_is_told_what_to_type(tried: Callable[[], Any], words: str) -> None:
    with pytest.raises(CausalError) as caught:
        tried()
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["do", "given", "prob", "expect", "dist", "branches", "estimate"])
def test_a_world_says_that_it_is_asked_under_a_policy(name: str) -> None:
    with pytest.raises(AttributeError, match=rf"type world.under\(policy\).{name}\(...\)"):
        _ = getattr(WORLD, name)
    assert hasattr(ck.Model, name)
    assert not hasattr(WORLD, name)


def test_models_and_worlds_say_what_draws_them() -> None:
    with pytest.raises(AttributeError, match=r"^'Model' object has no attribute 'plot'; type causalkit.plot.draw\(model\)$"):
        MODEL.plot()  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match=r"^a World has no 'plot'; type stop_button.plot.world\(world\)$"):
        WORLD.plot()  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match=r"^'Model' object has no attribute 'nmaes'$"):
        _ = MODEL.nmaes  # type: ignore[attr-defined]
    ck.plot.draw(MODEL)
    sb.plot.world(WORLD)


def test_a_world_says_where_its_model_is_and_what_it_does_not_have() -> None:
    with pytest.raises(AttributeError, match=r"type world.model.graph$"):
        _ = WORLD.graph  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match=r"^a World has no 'wurld'$"):
        _ = WORLD.wurld  # type: ignore[attr-defined]


def test_distributions_are_values_where_a_domain_says_so() -> None:
    fair, loaded = ck.coin("1/2"), ck.coin("9/10")
    model = ck.Model(x=ck.coin("1/4"), belief=ck.table(["x"], {True: loaded, False: fair}, domain=[fair, loaded]))
    assert model.dist("belief") == ck.Dist({fair: "3/4", loaded: "1/4"})


def test_what_they_are_told_to_type_works() -> None:
    assert ck.uniform(*[1, 2, 3]) == ck.Dist({1: "1/3", 2: "1/3", 3: "1/3"})
    assert ck.uniform((1, 2)) == ck.point((1, 2))
    assert sufficient_recall(Diagram.of(WORLD.model, WORLD.roles["value"].variable))
    assert sb.Utility("u", E(V), subject_to=[E(B) >= 1]).formula != sb.Utility("u", E(V)).formula
    many = many_sights()
    assert sb.score(many, sb.naive, policies=[3]).score(sb.naive, many.policy(3)) == 3
    assert many.policies.size == 4**60
    assert str(next(iter(many.policies))) == str(many.policies[0])
    assert sb.score(PAIR, sb.Utility("u", E(sb.H.of("bob").is_(sb.STOP)))).winners()
    assert float(MODEL.given(b=True).prob(a=True)) == 1.0
    role = sb.Role("wish", {Wish.FREE: "free", Wish.STOP: "stop"})
    assert sb.audit(of_members(intent=role), sb.counterfactual)
    assert ck.Dist({"a": "1/3", "b": "1/3", "c": "1/3"})["a"] * 3 == 1
    assert identify(ck.Graph.parse("x -> y"), "P(y | do(x))")
    assert identify(MODEL.graph, "P(b | do(a))")
    assert WORLD.under(action="work") == WORLD.under("work")
    assert sb.report(WORLD, sb.naive).verdicts == sb.report(WORLD, [sb.naive]).verdicts
    assert "Wish.STOP: '1/4'" in repr(ck.Model(w=ck.Dist({Wish.STOP: "1/4", Wish.FREE: "3/4"})))


def test_weights_that_miss_one_by_more_are_not_guessed() -> None:
    with pytest.raises(CausalError) as caught:
        ck.Dist({"a": 0.333, "b": 0.333, "c": 0.333})
    assert str(caught.value).endswith("nothing is filled in or rescaled")
