"""A variable may have any name that is not reserved: none is taken by an argument of what names are given to."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import CausalError, WrongShape
from causalkit.graphs import Graph
from causalkit.identification import identify
from causalkit.identification.id_algorithm import Identified
from causalkit.quantities.effects import shift
from stop_button import E, X

# Argument names of what takes names as keywords, and what Python itself uses.
NAMES = [
    "self", "cls", "what", "edits", "values", "value", "rules", "named", "variables", "branches", "seen", "given", "model",
    "source", "shifts", "tables", "words", "parameters", "name", "f", "args", "kwargs", "samples", "level", "seed", "native",
    "policy", "world", "fact", "class", "None", "lambda", "in", "items", "keys", "get", "stopped", "intent", "do", "b",
    "definitions", "rows", "evidence", "target", "query",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_variable_of_any_name_is_asked_in_every_way(name: str) -> None:
    other = "x" if name != "x" else "z"
    model = ck.Model(**{name: ck.coin("1/3"), other: ck.function(lambda a: not a, parents=[name])})
    one: dict[str, Any] = {name: True}
    assert model.prob(**one) == model.prob({name: True}) == ck.coin("1/3")[True]
    assert model.given(**one).prob(**{other: False}) == 1
    assert model.do(**one).prob(**{other: False}) == 1
    assert model.dist(name)[True] == ck.coin("1/3")[True]
    assert model.branches(there=one).prob(lambda b: b["there"][name]) == 1
    assert model.given(**one).compile(other)(**one)[model.given(**one).compile(other).values.index(False)] == 1
    assert model.given(**one).compile(other).weights(**one).sum() == pytest.approx(1 / 3)
    always: Any = ck.function(lambda value: True, parents=[name])
    assert shift(model, {name: always}).prob(**{other: False}) == 1
    formula = identify(Graph.parse(f"{name} -> y"), "y", do=[name])
    assert isinstance(formula, Identified)
    y = ck.Model(**{name: ck.coin("1/3"), "y": ck.function(lambda a: a, parents=[name])})
    assert formula.evaluate(y, **{name: True, "y": True}) == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_choice_of_any_name_is_filled_in_every_way(name: str) -> None:
    import numpy as np

    model = ck.Model(**{name: ck.choice(0, 1), "x": ck.function(lambda a: a, parents=[name])})
    one: dict[str, Any] = {name: 1}
    assert model.choose(**one).prob(x=1) == 1
    form = model.by_rule("x")
    assert form(**one) == 1
    assert form.batch(**{name: np.array([[[0.5, 0.5]]])}).tolist() == [0.5]
    assert form.parts(**{name: np.array([[[0.5, 0.5]]])})[0].tolist() == [0.5]
    if name in ("value", "stopped", "intent"):  # in a world these name roles
        return
    world = sb.World(model, value="x")
    assert world.under(world.policy(**one)).prob(x=1) == 1
    assert sb.Utility("u", E(X("x").had(**one)))(world, 0) == 1


def public_functions() -> list[tuple[str, Callable[..., Any]]]:
    """Every function and method of both packages that can be reached without an underscore."""
    import importlib
    import pkgutil

    import causalkit
    import stop_button

    found: dict[str, Callable[..., Any]] = {}
    for package in (causalkit, stop_button):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(info.name)
            for owner in [
                module,
                *(each for each in vars(module).values() if inspect.isclass(each) and each.__module__ == module.__name__),
            ]:
                for name, each in vars(owner).items():
                    public = not name.startswith("_") or name in ("__init__", "__call__")
                    if inspect.isfunction(each) and public and each.__module__ == module.__name__:
                        found[f"{module.__name__}.{getattr(owner, '__name__', '')}.{name}"] = each
    return sorted(found.items())


@pytest.mark.parametrize("name", ["(a, b)", "P(y)", "f(x", "wish (now)"])
def test_a_name_with_brackets_that_the_graph_has_is_no_query(name: str) -> None:
    model = ck.Model({"x": ck.coin("1/2"), name: ck.function(lambda x: not x, parents=["x"])})
    assert ck.identify(model.graph, name, do="x") == ck.identify(model.graph, [name], do="x")
    found = ck.identify(model.graph, name, do={"x": True})
    assert isinstance(found, Identified)
    assert found.evaluate(model, {name: False}) == 1
    with pytest.raises(WrongShape, match=r"is not a query|is not the name"):
        ck.identify(model.graph, name + "(", do="x")


def test_a_name_that_reads_like_an_act_is_one_where_the_graph_has_it() -> None:
    graph = ck.Graph(["do x", "y"], edges=[("do x", "y")])
    assert ck.identify(graph, "P(y | do x)") == ck.identify(graph, "y", given="do x")


def test_what_takes_names_as_keywords_has_no_other_keyword_that_could_be_meant() -> None:
    """Options that stand beside names are few, and each says that a mapping may be given for a variable of that name."""
    offenders, looked_at = [], 0
    for where, f in public_functions():
        kinds = [(p.name, p.kind) for p in inspect.signature(f).parameters.values()]
        if all(kind is not inspect.Parameter.VAR_KEYWORD for _, kind in kinds):
            continue
        looked_at += 1
        named = [name for name, kind in kinds if kind in (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)]
        if named and (where.rsplit(".", 1)[1], tuple(named)) not in {("to_svg", ("shown",)), ("each_step", ("steps",))}:
            offenders.append((where, named))
    assert looked_at > 15
    assert not offenders


def test_a_name_is_given_once() -> None:
    m = ck.Model(a=ck.choice(0, 1), x=lambda a: a)
    y = ck.Model(x=ck.coin("1/3"), y=lambda x: x)
    effect = identify(Graph.parse("x -> y"), "y", do="x")
    assert isinstance(effect, Identified)
    asked: list[Callable[[], Any]] = [
        lambda: m.choose({"a": 1}, a=0),
        lambda: m.by_rule("x")({"a": 1}, a=0),
        lambda: m.by_rule("x").batch({"a": [[[1, 0]]]}, a=[[[0, 1]]]),  # type: ignore[dict-item, arg-type]
        lambda: y.do({"x": True}, x=False),
        lambda: y.given({"x": True}, x=False),
        lambda: effect.evaluate(y, {"x": True}, x=False, y=True),
        lambda: X("x").had({"a": 1}, a=0),
        lambda: sb.World(m, value="x").policy({"a": 1}, a=0),
    ]
    for ask in asked:
        with pytest.raises(CausalError, match=r"twice|once"):
            ask()


@pytest.mark.parametrize("text", ["xy", "x"])
def test_text_is_not_a_list_of_names(text: str) -> None:
    asked: list[Callable[[], Any]] = [
        lambda: Graph(text, []),
        lambda: Graph(text, [("x", "y")]),
        lambda: ck.table(text, {(0, 0): 1}),
        lambda: ck.cpt(text, {(0, 0): ck.coin("1/2")}),
        lambda: ck.choice(0, 1, sees=text),
        lambda: ck.function(lambda a: a, parents=text),
        lambda: ck.function(lambda a: a, domain=text),
    ]
    for ask in asked:
        with pytest.raises(WrongShape, match=r"\['?|list"):
            ask()


def test_each_pair_of_equal_labels_is_one_label() -> None:
    """1, True and 1.0 are one value, whichever is typed; a list of different values that names it twice is refused."""
    for one, other in itertools.permutations([1, True, 1.0], 2):
        model = ck.Model(x=ck.Dist({one: "1/2", 0: "1/2"}), y=ck.table(["x"], {other: "one", False: "none"}))
        assert model.given(x=other).prob(y="one") == model.do(x=other).prob(y="one") == model.prob(x=other) * 2 == 1
        assert ck.Model(x=ck.Dist({one: 1})) == ck.Model(x=ck.Dist({other: 1}))
        for make in (ck.choice, ck.uniform, lambda *values: ck.function(lambda: values[0], domain=values)):
            with pytest.raises(CausalError, match=r"different|twice"):
                make(one, other)
