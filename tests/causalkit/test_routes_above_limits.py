"""Every way to an answer on small models: limits are lowered until the ways of large models are taken, against every unit written out."""

from __future__ import annotations

import functools
import itertools
import sys
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

import causalkit as ck
from causalkit.errors import Impossible, InvalidNumber, TooLarge
from causalkit.values.exact import exact
from tests import brute

LOWERED: dict[str, dict[str, Any]] = {
    "as it is": {},
    "no runs": {"FEW_VISITS": 0},
    "trees of their own": {"FEW_VISITS": 0, "CHEAP": 0, "CHEAP_IN_FLOATS": 0, "PER_CELL": 0, "SOON_TRIANGULATED": 0},
    "cells of four": {"FEW_VISITS": 0, "CHEAP": 0, "CHEAP_IN_FLOATS": 0, "PER_CELL": 0, "MOST_CELLS": 4},
    "parts of one": {"FEW_VISITS": 0, "AT_ONCE": 1},
    "products of matrices": {"FEW_VISITS": 0, "SMALL": 0, "THIN": 0, "AT_ONCE": 1},
    "each alone": {"FEW_VISITS": 0, "LONG": -(10**6), "EACH": -1000},
    "every rule of order": {"FEW_VISITS": 0, "CHEAP": 0, "SOON_DONE": 0, "STEP_CELLS": 0.001, "LITTLE": 0},
    "nothing kept": {
        "FEW_VISITS": 0, "MOST_BYTES": 0, "MOST_CELLS_KEPT": 0, "MOST_TREES": 1, "MOST_WORLDS": 1, "MOST_QUESTIONS": 1, "MOST_HELD": 0,
        "MOST_POSSIBLE": 0,
    },
    "no circuit": {"FEW_VISITS": 0, "MOST_KEPT": 0, "LITTLE": 0},
    "remainders as they grow": {"FEW_VISITS": 0, "is_dear": lambda bound, way: True},
    "remainders": {"FEW_VISITS": 0, "is_dear": lambda bound, way: True, "MOST_REMAINDERS": 4, "CELLS": 2, "ONCE": 1},
}  # fmt: skip
"""For each way the limits that lead to it, wherever in the engine they are known."""


def leaning(*parents: str, coupling: Any = "independent", by: int = 1) -> Any:
    """A coin that leans to what its parents are; no two of its rows are alike, and one is certain."""
    inputs = list(itertools.product((False, True), repeat=len(parents)))
    rows = {key: ck.coin(Fraction(i * by % 8, 7 + len(parents))) for i, key in enumerate(inputs)}
    return ck.cpt(list(parents), rows, coupling=coupling, domain=[False, True])


MODELS = {
    "diamond": ck.Model(
        u=ck.coin("1/3"), a=leaning("u", by=3), b=leaning("u", by=5, coupling="monotone"), y=leaning("a", "b", by=3), z=lambda y, u: y != u
    ),
    "circle": ck.Model(
        a=ck.Dist({0: "1/2", 1: "1/3", 2: "1/6"}), b=ck.coin("2/7"), c=lambda a, b: a + b, d=lambda b: "x" if b else "y",
        e=leaning("b", by=2), f=lambda c, e: (c % 2, e),
    ),
}  # fmt: skip
BOTH = ("no runs", "cells of four")
CASES = [(way, name) for i, way in enumerate(LOWERED) for j, name in enumerate(MODELS) if way in BOTH or (i + j) % 2]
"""Each way with a model, and the ways that most questions take with both."""

every_way = pytest.mark.parametrize(("lowered", "name"), CASES, indirect=["lowered"])

SEEN: dict[str, dict[str, Any]] = {"diamond": {"y": True}, "circle": {"c": 1}}
DONE: dict[str, dict[str, Any]] = {"diamond": {"a": True}, "circle": {"b": False}}


@pytest.fixture(params=LOWERED)
def lowered(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The limits of one way, in every module of the engine; plans that were made under others are forgotten."""
    engine = [module for name, module in sys.modules.items() if name.startswith("causalkit.engine.")]
    for module in engine:
        for limit, value in LOWERED[request.param].items():
            if hasattr(module, limit):
                monkeypatch.setattr(module, limit, value)
    forget(engine)
    yield request.param
    forget(engine)


def forget(modules: list[Any]) -> None:
    for module in modules:
        for each in vars(module).values():
            if isinstance(each, functools._lru_cache_wrapper):
                each.cache_clear()


def fresh(name: str) -> ck.Model:
    """The model with nothing remembered of it."""
    return ck.Model({each: MODELS[name].mechanism(each) for each in MODELS[name].names})


@functools.cache
def written_out(name: str) -> list[brute.World]:
    return brute.worlds(MODELS[name], {"done": DONE[name]})


def saw(name: str, branch: str = "fact") -> Any:
    return lambda world: brute.agrees(SEEN[name])(world.branches[branch])


@functools.cache
def expected(name: str, variable: str, branch: str, seen: str) -> ck.Dist:
    given = saw(name, seen) if seen else brute.always
    return brute.dist(written_out(name), lambda world: world.branches[branch][variable], given)


@every_way
def test_distributions_by_every_way(lowered: str, name: str) -> None:
    model = fresh(name)
    ways = {
        ("fact", ""): model,
        ("fact", "fact"): model.given(SEEN[name]),
        ("done", "done"): model.do(DONE[name]).given(SEEN[name]),
        ("done", "fact"): model.given(SEEN[name]).do(DONE[name]),
    }
    for i, ((branch, seen), had) in enumerate(ways.items()):
        for variable in model.names[i % 2 :: 2]:
            assert had.dist(variable) == expected(name, variable, branch, seen)


@every_way
def test_all_marginals_by_every_way(lowered: str, name: str) -> None:
    for model, branch in ((fresh(name).given(SEEN[name]), "fact"), (fresh(name).do(DONE[name]).given(SEEN[name]), "done")):
        exact, floats = model.marginals(), model.marginals(floats=True)
        for variable in model.names:
            one = expected(name, variable, branch, branch)
            assert exact[variable] == one
            assert dict(floats[variable]) == pytest.approx({value: float(weight) for value, weight in one.items()}, abs=1e-12)
    had = fresh(name).given(SEEN[name]).do(DONE[name])
    assert {variable: had.marginals()[variable] for variable in had.names} == {
        variable: expected(name, variable, "done", "fact") for variable in had.names
    }


@every_way
def test_two_branches_together_by_every_way(lowered: str, name: str) -> None:
    branches = fresh(name).branches(done=DONE[name])
    pairs = [(a, b) for a in branches.regime.mechanisms for b in branches.regime.mechanisms if a <= b][::5]
    assert pairs
    for a, b in pairs:
        given = branches.given(lambda at: all(at.done[key] == value for key, value in SEEN[name].items()))
        assert branches.dist(pair(a, b)) == brute.dist(written_out(name), pair(a, b))
        assert given.dist(pair(a, b)) == brute.dist(written_out(name), pair(a, b), saw(name, "done"))


def pair(a: str, b: str) -> Any:
    """What one variable is as things are, and another after what is done, on a run of either kind."""
    return lambda at: (at.fact[a], at.done[b])


@every_way
def test_the_likeliest_together_by_every_way(lowered: str, name: str) -> None:
    check_likeliest(fresh(name).given(SEEN[name]), name, "fact", "fact")


@every_way
def test_the_likeliest_together_after_what_was_done(lowered: str, name: str) -> None:
    if name == "circle":
        check_likeliest(fresh(name).do(DONE[name]), name, "done", "")
    else:
        check_likeliest(fresh(name).given(SEEN[name]).do(DONE[name]), name, "done", "fact")


def check_likeliest(model: ck.Model, name: str, branch: str, seen: str) -> None:
    given = saw(name, seen) if seen else brute.always
    joint = brute.dist(written_out(name), lambda world: tuple(world.branches[branch].items()), given)
    weights = sorted((weight for _, weight in joint.items()), reverse=True)
    found = model.most_probable(1000)
    assert list(found.probs) == weights
    assert [joint[tuple((each, at[each]) for each in model.names)] for at in found.assignments] == weights
    assert found.ties == weights.count(weights[0])
    assert [*model.most_probable(2).probs] == weights[:2]
    assert Counter(map(str, model.most_probable(2).assignments)) <= Counter(map(str, found.assignments))


@every_way
def test_compiled_questions_by_every_way(lowered: str, name: str) -> None:
    (seen,) = SEEN[name]
    target = "u" if name == "diamond" else "b"
    compiled = fresh(name).given(SEEN[name]).compile(target)
    rows, answers = [], []
    for value in MODELS[name].domain(seen):
        law = brute.dist(written_out(name), lambda world: world.fact[target], lambda world, v=value: world.fact[seen] == v)  # type: ignore[misc]
        rows.append([value])
        answers.append([float(law[each]) for each in compiled.values])
        for _ in range(3):
            assert compiled(value) == pytest.approx(answers[-1], abs=1e-12)
    assert compiled.batch(rows * 2) == pytest.approx(np.array(answers * 2), abs=1e-12)


OPENED = ck.Model(
    u=ck.coin("1/3"),
    s=leaning("u", by=3),
    a=ck.choice("l", "r", sees=["s"]),
    y=lambda a, u: (a == "r") == u,
    b=ck.choice(0, 1, sees=["a"]),
)


def worth(y: Any, b: Any, u: Any) -> Any:
    return 2 * y + 3 * b * u


def test_every_rule_by_every_way(lowered: str) -> None:
    opened = ck.Model({name: OPENED.mechanism(name) for name in OPENED.names})
    seen = opened.given(lambda s, u: s or u)
    if lowered == "cells of four":
        with pytest.raises(TooLarge, match="the tensor over the open choices has 16 cells"):
            seen.by_rule(worth)
        return
    form = seen.by_rule(worth)
    tables: dict[str, list[Any]] = {"a": [], "b": []}
    means = []
    for first, second in itertools.product(itertools.product("lr", repeat=2), ((0, 1), (1, 1))):
        rules: dict[str, Any] = {"a": dict(zip((False, True), first, strict=True)), "b": dict(zip("lr", second, strict=True))}
        worlds = brute.worlds(OPENED.choose(a=ck.table(["s"], rules["a"]), b=ck.table(["a"], rules["b"])))
        mean = brute.expect(
            worlds, lambda world: worth(*map(world.fact.get, ("y", "b", "u"))), lambda world: world.fact["s"] or world.fact["u"]
        )
        assert form(a=lambda s, rule=rules["a"]: rule[s], b=lambda a, rule=rules["b"]: rule[a]) == mean
        means.append(float(mean))
        for name, (saws, options) in form.tables.items():
            tables[name].append([[float(rules[name][saw[0]] == option) for option in options] for saw in saws])
    assert form.batch({name: np.array(each) for name, each in tables.items()}) == pytest.approx(np.array(means), abs=1e-12)


@every_way
def test_what_cannot_be_is_found_by_every_way(lowered: str, name: str) -> None:
    model = fresh(name)
    never = {"u": True, "y": True, "z": True} if name == "diamond" else {"a": 2, "c": 1}
    with pytest.raises(Impossible):
        model.given(never)
    with pytest.raises(Impossible):
        model.do(DONE[name]).given(never)
    assert model.prob(never) == 0
    ((seen, value),) = SEEN[name].items()
    once = model.given(SEEN[name])
    twice = once.given(SEEN[name])
    assert twice.dist(model.names[0]) == expected(name, model.names[0], "fact", "fact")
    for other in set(model.domain(seen)) - {value}:
        with pytest.raises(Impossible):
            once.given({seen: other})
        assert once.prob({seen: other}) == 0


MEETING = ck.Model(u=ck.coin("1/3"), v=ck.coin("1/4"), w=lambda u, v: 2 * u + v, y=leaning("u", "v"))


@pytest.mark.parametrize("child", ["w", "y"])
def test_a_table_alone_that_hears_one_variable_twice_by_every_way(lowered: str, child: str) -> None:
    """Both arrows are given what u is elsewhere: 2 u + v becomes 3 u."""
    model = ck.Model({name: MEETING.mechanism(name) for name in MEETING.names})
    found = model.branches(off={"v": True}, twice={("u", child): ck.as_in("off", "u"), ("v", child): ck.as_in("off", "u")})
    both: Any = dict(MEETING.mechanism("y").row((True, True)).outcomes)[True]  # and where both are false, y never is true
    expected = {"w": ck.Dist({0: "2/3", 3: "1/3"}), "y": ck.coin(both / 3)}
    assert found.dist(lambda at: at.twice[child]) == expected[child]


def test_an_answer_that_cannot_be_after_others_that_can_by_every_way(lowered: str) -> None:
    compiled = fresh("circle").given(a=0, c=1).compile("e")
    for _ in range(3):
        with pytest.raises(Impossible):
            compiled(2, 1)
        law = brute.dist(written_out("circle"), lambda world: world.fact["e"], lambda world: world.fact["c"] == 1 and world.fact["a"] == 0)
        assert compiled(0, 1) == pytest.approx([float(law[value]) for value in compiled.values])


def test_evidence_over_variables_far_apart_by_every_way(lowered: str) -> None:
    either = brute.dist(written_out("circle"), lambda world: world.fact["f"], lambda world: world.fact["a"] == 2 or world.fact["e"])
    assert fresh("circle").given(lambda a, e: a == 2 or e).dist("f") == either


def test_what_is_too_large_to_be_checked_can_be_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = [module for name, module in sys.modules.items() if name.startswith("causalkit.engine.")]
    for module in engine:
        for limit in ("FEW_VISITS", "MOST_RUNS", "MOST_COST", "MOST_CELLS", "MOST_ON_TREES"):
            if hasattr(module, limit):
                monkeypatch.setattr(module, limit, 0)
    forget(engine)
    seen = fresh("diamond").given(lambda y, z: y or z)
    with pytest.raises(TooLarge):
        seen.dist("b")
    found = seen.estimate("b", samples=2_000)
    law = brute.dist(written_out("diamond"), lambda world: world.fact["b"], lambda world: world.fact["y"] or world.fact["z"])
    assert found.low < law[True] < found.high
    forget(engine)


def test_within_a_limit_all_marginals_are_the_same_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for each alone they are asked one by one; with room for all, together; with less they are refused."""
    engine = [module for name, module in sys.modules.items() if name.startswith("causalkit.engine.")]
    answered = []
    for limit in range(0, 240, 20):
        for module in engine:
            for name, value in {"FEW_VISITS": 0, "MOST_RUNS": 0, "MOST_COST": 0, "MOST_ON_TREES": limit, "FLOATS_FASTER": 1}.items():
                if hasattr(module, name):
                    monkeypatch.setattr(module, name, value)
        forget(engine)
        had = fresh("circle").given({"c": 1, "f": (1, True)})
        try:
            found = had.marginals()
        except TooLarge:
            answered.append(False)
            continue
        answered.append(True)
        seen = lambda world: world.fact["c"] == 1 and world.fact["f"] == (1, True)
        assert all(found[name] == brute.dist(written_out("circle"), lambda world, n=name: world.fact[n], seen) for name in had.names)  # type: ignore[misc]
    assert answered == sorted(answered)
    assert set(answered) == {False, True}
    forget(engine)


@pytest.mark.parametrize("limit", [0, 2, 5, 8])
def test_what_is_too_large_for_a_tree_and_has_few_runs_has_all_marginals(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tree is too large for all at once, and for some alone, or has a bound that says so: few runs are gone through instead."""
    engine = [module for name, module in sys.modules.items() if name.startswith("causalkit.engine.")]
    for module in engine:
        for name, value in {"FEW_VISITS": 0, "MOST_ON_TREES": limit, "FLOATS_FASTER": 1}.items():
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)
    for name in MODELS:
        forget(engine)
        for had, branch, seen in (
            (fresh(name).given(SEEN[name]), "fact", "fact"), (fresh(name).given(SEEN[name]).do(DONE[name]), "done", "fact"),
        ):  # fmt: skip
            exact, floats = had.marginals(), had.marginals(floats=True)
            for variable in had.names:
                one = expected(name, variable, branch, seen)
                assert exact[variable] == one
                assert dict(floats[variable]) == pytest.approx({value: float(weight) for value, weight in one.items()}, abs=1e-12)
    forget(engine)


def test_floats_have_room_for_so_many_times_as_much_work_and_slice_as_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of two cells, and 200 multiply-adds: of tables of more, each value of some variable is gone through in turn."""
    seen = {"c": 1, "f": (1, True)}
    fresh("circle").given(seen).marginals(floats=True)  # loads what will be limited
    engine = [module for name, module in sys.modules.items() if name.startswith("causalkit.engine.")]
    limits = {"FEW_VISITS": 0, "MOST_RUNS": 0, "MOST_COST": 0, "MOST_CELLS": 2, "MOST_ON_TREES": 20, "FLOATS_FASTER": 10}
    for module in engine:
        for name, value in limits.items():
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)
    forget(engine)
    found = fresh("circle").given(seen).marginals(floats=True)
    held = lambda world: all(world.fact[name] == value for name, value in seen.items())
    for name in MODELS["circle"].names:
        law = brute.dist(written_out("circle"), lambda world, n=name: world.fact[n], held)  # type: ignore[misc]
        assert found[name] == pytest.approx({value: float(p) for value, p in law.items()})
    forget(engine)
    for module in engine:
        if hasattr(module, "FLOATS_FASTER"):
            monkeypatch.setattr(module, "FLOATS_FASTER", 0.1)
    with pytest.raises(TooLarge):
        fresh("circle").given(seen).marginals(floats=True)
    forget(engine)


def test_a_table_that_hears_one_copy_twice_by_every_way(lowered: str) -> None:
    """Both arrows into y are given what z is elsewhere, so that y hears one and the same variable in both places."""
    branches = fresh("diamond").branches(off={"u": True}, twice={("a", "y"): ck.as_in("off", "z"), ("b", "y"): ck.as_in("off", "z")})
    found = branches.dist(lambda at: (at.fact.y, at.off.z, at.twice.y))
    assert found == heard_twice()


@functools.cache
def heard_twice() -> ck.Dist:
    elsewhere = brute.FromBranch("off", "z")
    worlds = brute.worlds(MODELS["diamond"], {"off": {"u": True}, "twice": {("a", "y"): elsewhere, ("b", "y"): elsewhere}})
    return brute.dist(worlds, lambda world: (world.fact["y"], world.off["z"], world.twice["y"]))


p = sympy.Symbol("p", positive=True)


def test_symbols_by_every_way(lowered: str) -> None:
    """With p in the place of 1/3, and 1/3 put in its place afterwards."""
    model = ck.Model({**{each: MODELS["diamond"].mechanism(each) for each in MODELS["diamond"].names}, "u": ck.coin(p)})
    found = model.given(SEEN["diamond"]).do(DONE["diamond"]).dist("z")
    for value, weight in expected("diamond", "z", "done", "fact").items():
        assert exact(sympy.sympify(found[value]).subs(p, sympy.Rational(1, 3))) == weight
    with pytest.raises(InvalidNumber, match="some weights hold symbols or irrationals, and which is greatest depends on them"):
        model.most_probable()


def test_the_ways_are_those_of_the_engine() -> None:
    known = {name for module in list(sys.modules.values()) if module.__name__.startswith("causalkit.engine.") for name in vars(module)}
    assert {limit for limits in LOWERED.values() for limit in limits} <= known
