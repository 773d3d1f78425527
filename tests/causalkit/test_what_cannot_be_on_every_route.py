"""Evidence that cannot be, asked in every way that a model has, in models large and small: the same refusal, and weights of zero."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import causalkit as ck
from causalkit.engine.compiling.greedy_elimination import greedy_elimination, neighbours
from causalkit.engine.compiling.network_memory import NetworkMemory
from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.compiling.triangulation import join_tree
from causalkit.engine.point_query import point_query
from causalkit.errors import Impossible, TooLarge

Ask = Callable[[ck.Model], Any]

LENGTHS = [2, 25]
"""Of few runs, which are gone through, and of so many that tables are needed."""

ASKED: dict[str, Ask] = {
    "prob": lambda model: model.prob(y=True),
    "prob of what is observed": lambda model: model.prob(last="up"),
    "dist": lambda model: model.dist("y"),
    "joint dist": lambda model: model.dist("y", "x1"),
    "expect": lambda model: model.expect(lambda y: y),
    "marginals": lambda model: model.marginals(),
    "marginals in floats": lambda model: model.marginals(floats=True),
    "most probable": lambda model: model.most_probable(),
    "the three most probable": lambda model: model.most_probable(3),
    "of a function": lambda model: model.dist(lambda x0, x1: x0 + x1),
    "after do": lambda model: model.do(x0=True).dist("y"),
    "estimate": lambda model: model.estimate("y", samples=100),
    "samples": lambda model: model.samples(10),
}


def chain(length: int) -> ck.Model:
    """Coins that listen to each other; the last cannot be "never", though its table names it, and y says whether it is up."""
    variables: dict[str, Any] = {"x0": ck.coin("1/3")}
    for i in range(1, length):
        variables[f"x{i}"] = ck.cpt([f"x{i - 1}"], {False: ck.coin("1/4"), True: ck.coin("2/3")})
    rows = {False: ck.Dist({"up": "1/5", "down": "4/5"}), True: ck.Dist({"up": "1/2", "down": "1/2"})}
    variables["last"] = ck.cpt([f"x{length - 1}"], rows, domain=["up", "down", "never"])
    variables["y"] = lambda last: last == "up"
    return ck.Model(variables)


EVIDENCE: dict[str, dict[str, Any]] = {"never": {"last": "never"}, "contradiction": {"last": "down", "y": True}}


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("evidence", EVIDENCE)
@pytest.mark.parametrize("asked", ASKED)
def test_impossible_evidence_is_refused_on_every_route(asked: str, evidence: str, length: int) -> None:
    with pytest.raises(Impossible):
        ASKED[asked](chain(length).given(EVIDENCE[evidence]))


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("floats", [False, True])
def test_impossible_values_have_probability_zero(length: int, floats: bool) -> None:
    model = chain(length)
    assert model.prob(last="never") == 0
    assert model.prob(last="down", y=True) == 0
    assert "never" not in model.marginals(floats=floats)["last"]


@pytest.mark.parametrize("length", LENGTHS)
def test_what_is_observed_alike_twice_is_observed_once(length: int) -> None:
    model = chain(length)
    assert model.given(x0=True).given(x0=True).dist("y") == model.given(x0=True).dist("y")
    for verb in ("dist", "expect"):
        with pytest.raises(Impossible):
            getattr(model.given(x0=True).given(x0=False), verb)("y")


@pytest.mark.parametrize("native", [False, True])
@pytest.mark.parametrize("length", LENGTHS)
def test_a_compiled_question_has_no_weights_where_evidence_cannot_be(length: int, native: bool) -> None:
    model = chain(length)
    compiled = model.given(last="up").compile("x0", native=native)
    exactly = [float(model.given(last="up").dist("x0")[value]) for value in compiled.values]
    for _ in range(3):
        assert compiled("up").tolist() == pytest.approx(exactly)
        with pytest.raises(Impossible):
            compiled("never")
    assert compiled.batch([["up"], ["up"]]).tolist() == [pytest.approx(exactly)] * 2


@pytest.mark.parametrize("length", LENGTHS)
def test_choices_left_open_with_evidence_that_cannot_be(length: int) -> None:
    laws: dict[str, Any] = {name: chain(length).mechanism(name) for name in chain(length).names}
    model = ck.Model({**laws, "act": ck.choice(0, 1, sees=["x1"]), "z": lambda act, y: act * y})
    rules = [{"act": 0}, {"act": 1}]
    for impossible in EVIDENCE.values():
        with pytest.raises(Impossible):
            model.given(impossible).choose(rules[1]).dist("z")
        with pytest.raises(Impossible):
            model.given(impossible).by_rule("z")
    found = model.given(last="up").by_rule("z")
    assert [found(rule) for rule in rules] == [model.given(last="up").choose(rule).expect("z") for rule in rules]


@pytest.mark.parametrize("length", LENGTHS)
def test_copies_that_share_draws_cannot_be_what_each_alone_can(length: int) -> None:
    """Whoever is up in the worse branch is up in the better one, because the table says that its noise is shared so."""
    rows = {0: ck.coin("1/4"), 1: ck.coin("3/4")}
    laws: dict[str, Any] = {name: chain(length).mechanism(name) for name in chain(length).names}
    table = ck.cpt(["z"], rows, coupling="monotone", domain=[False, True])
    both = ck.Model({**laws, "z": ck.uniform(0, 1), "w": table}).branches(low={"z": 0}, high={"z": 1})
    assert both.dist(lambda b: (b.low.w, b.high.w)) == ck.Dist({(False, False): "1/4", (False, True): "1/2", (True, True): "1/4"})
    with pytest.raises(Impossible):
        both.given(lambda b: b.low.w and not b.high.w)
    assert both.given(lambda b: b.low.w).prob(lambda b: b.high.w) == 1


# ---------------------------------------------------------------- parts of the engine by hand


def test_a_plan_that_fits_is_given_back() -> None:
    plan = chain(3).plan("y")
    assert plan.check() is plan


def test_a_question_beyond_the_limits_is_not_made_into_machine_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("causalkit.engine.compiling.plan.MOST_COST", 5)
    with pytest.raises(TooLarge):
        chain(25).given(last="up").compile("x0", native=True)


def test_a_rule_decides_the_order_and_sizes_its_ties() -> None:
    path = neighbours(4, [(0, 1), (1, 2), (2, 3)])
    favourite = [3.0, 1.0, 1.0, 0.0]

    def rule(variable: int, near: Any) -> float:
        return favourite[variable]

    def size(variable: int, near: Any) -> float:
        return -variable

    with_rule, without = (greedy_elimination(path, range(4), size, *more)[0] for more in ((rule,), ()))
    assert [variable for variable, _ in with_rule] == [3, 2, 1, 0]
    assert [variable for variable, _ in without] == [3, 2, 1, 0]
    assert [variable for variable, _ in greedy_elimination(path, range(4), lambda v, _: v, rule)[0]] == [3, 1, 2, 0]


def test_the_largest_clique_of_a_tree() -> None:
    tree = join_tree((2, 2, 7, 3), [(0, 1), (1, 2), (2, 3)])
    sizes = [math.prod((2, 2, 7, 3)[v] for v in range(4) if clique >> v & 1) for clique in tree.cliques]
    assert (max(sizes), min(sizes), tree.largest, tree.cells) == (21, 4, 21, sum(sizes))


def test_tables_made_from_others_count_for_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("causalkit.engine.compiling.network_memory.MOST_CELLS_KEPT", 10)
    memory, made = NetworkMemory(), []

    def make() -> Table:
        made.append(1)
        return Table(1, np.arange(8), 8)

    for key, times in (("a", 1), ("a", 1), ("b", 2), ("a", 2)):  # eight cells may stay
        memory.derived(key, make)
        assert len(made) == times
    memory.trim()
    memory.derived("a", make)
    assert len(made) == 3
    memory.trim()
    memory.derived("a", make)
    assert len(made) == 3


def test_one_of_several_repeated_observations_may_contradict() -> None:
    model = chain(25)
    x, y = model.regime.node("x0"), model.regime.node("x5")
    asked = [point_query((x, x, y, y), ()) for _ in range(2)]
    assert asked[0]((True, True, False, True)).total == 0
    assert not asked[1].is_surely_positive((True, True, False, True), lambda: pytest.fail("no tree is needed"))
