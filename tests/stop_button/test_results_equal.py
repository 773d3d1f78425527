"""Two results of one question are equal and hash equal, here and after a journey, and nobody can change what one holds."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import pytest
import sympy

import causalkit as ck
import stop_button as sb
from causalkit.graphs import Graph
from causalkit.identification import identify
from stop_button.evaluation.branch_distance import distances
from stop_button.evaluation.sensitivity_analysis import sensitivity
from stop_button.incentives.criteria import admits_value_of_control
from stop_button.incentives.diagram import Diagram
from stop_button.searching.families import persuasion


def world() -> sb.World:
    return sb.worlds.basic_button()


def model() -> ck.Model:
    return ck.Model(u=ck.coin("1/3"), x=lambda u: u, y=lambda x, u: x or u, z=lambda y: 1 if y else 0)


def happened(b: Any) -> bool:
    return bool(b.on.y)


p = sympy.Symbol("p", positive=True)
RESULTS: dict[str, Callable[[], Any]] = {
    "world": world,
    "policies": lambda: world().policies,
    "policy": lambda: world().policies[2],
    "scoreboard": lambda: sb.score(world(), [sb.counterfactual, sb.naive]),
    "audit": lambda: sb.audit(world(), sb.cond),
    "flag": lambda: sb.audit(world(), sb.cond).flags[0],
    "report": lambda: sb.report(world(), [sb.counterfactual, sb.ccmin, sb.naive]),
    "ranking": lambda: sb.rank(world(), sb.naive),
    "solution": lambda: sb.solve(world(), sb.naive),
    "survey": lambda: sb.survey(sb.worlds.basic_button, [sb.naive], over={"cost": ["1/100", "1/10"]}),
    "counterexample": lambda: sb.find_counterexample(sb.naive, worlds=[world()]),
    "family": lambda: persuasion(values=(0, 1), bonuses=(0,)),
    "distances": lambda: distances(world(), sb.counterfactual, "none"),
    "sensitivity": lambda: sensitivity(world(), sb.counterfactual, "none"),
    "judgement": lambda: admits_value_of_control(Diagram(Graph.parse("x -> y"), "x", "y"), "x"),
    "bundled": lambda: sb.worlds.office,
    "utility": lambda: sb.counterfactual.vary(weight=3),
    "identified": lambda: identify(Graph.parse("x -> y"), "P(y | do(x))"),
    "not identified": lambda: identify(Graph.parse("x -> y, x <-> y"), "P(y | do(x))"),
    "separation": lambda: ck.d_separated(Graph.parse("x -> y"), "x", "y"),
    "model": model,
    "edited model": lambda: model().given(x=True).do(y=False),
    "branches": lambda: model().branches(on={"x": True}),
    "observed branches": lambda: model().branches(on={"x": True}).given(happened),
    "distribution": lambda: model().dist("y", "z"),
    "plan": lambda: model().plan("y"),
    "estimate": lambda: model().estimate("z", samples=100),
    "symbolic": lambda: ck.Model(u=ck.coin(p), v=lambda u: 1 if u else 0).dist("v"),
}


@pytest.mark.parametrize("name", RESULTS)
def test_equal_results_are_equal(name: str) -> None:
    one, other = RESULTS[name](), RESULTS[name]()
    again = pickle.loads(pickle.dumps(one))
    for same in (other, again):
        assert one == same
        assert hash(one) == hash(same)
        assert len({one, same}) == 1


@pytest.mark.parametrize("name", RESULTS)
def test_no_two_kinds_of_results_are_equal(name: str) -> None:
    one = RESULTS[name]()
    for other in (name, None, 0, model().do(u=True), sb.score(world(), [sb.naive]), world().policies[0]):
        assert one != other


def held(shown: Any, path: str = "", depth: int = 4) -> list[str]:
    """Public fields that are containers which anyone can change."""
    if depth == 0:
        return []
    if isinstance(shown, tuple):
        return [place for part in shown[:3] for place in held(part, f"{path}[]", depth - 1)]
    if not dataclasses.is_dataclass(shown) or isinstance(shown, type):
        return [path] if isinstance(shown, dict | list | set | bytearray) else []
    names = [field.name for field in dataclasses.fields(shown) if not field.name.startswith("_")]
    return [place for name in names for place in held(getattr(shown, name), f"{path}.{name}", depth - 1)]


@pytest.mark.parametrize("name", RESULTS)
def test_what_a_result_holds_cannot_be_changed(name: str) -> None:
    assert held(RESULTS[name](), name) == []


@pytest.mark.parametrize("name", RESULTS)
def test_what_a_property_returns_is_fixed_or_a_copy(name: str) -> None:
    shown = RESULTS[name]()
    public = [name for name in dir(type(shown)) if isinstance(getattr(type(shown), name), property) and not name.startswith("_")]
    pairs = {name: (getattr(shown, name), getattr(shown, name)) for name in public}
    assert [name for name, (one, other) in pairs.items() if isinstance(one, dict | list | set) and one is other] == []


def test_a_definition_cannot_be_changed_through_its_parameters() -> None:
    with pytest.raises(TypeError):
        sb.counterfactual.parameters["weight"] = 7  # type: ignore[index]
    with pytest.raises(TypeError):
        sb.worlds.office.variants["new"] = {}  # type: ignore[index]
