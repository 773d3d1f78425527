"""What the engine refuses, and which way it goes, on worlds that are too large for the way small ones take."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Iterator
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit.engine import answer, decision_tensor, tree_query
from causalkit.engine.compiling import plan as plans
from causalkit.engine.compiling.tracing import SLACK
from causalkit.engine.exact import enumeration
from causalkit.errors import Impossible, NeedsCoupling, OpenChoice, TooLarge
from causalkit.mechanisms.coupling import monotone_segments
from causalkit.mechanisms.network import Edits, Network
from causalkit.testing import models
from causalkit.values.dist import Dist
from tests.tries import tries


def forget() -> None:
    """Plans are remembered, and would outlive the limits under which they were made."""
    for cached in (plans.planned_for, plans.eliminating, answer.point_query):
        cached.cache_clear()


@pytest.fixture
def no_small_worlds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every world takes the way of the large ones."""
    monkeypatch.setattr(plans, "FEW_VISITS", 0)
    forget()
    yield
    forget()


def chain(length: int) -> ck.Model:
    """Coins and their running sums modulo two: as many draws as steps, and tables of two variables."""
    variables: dict[str, Any] = {"x0": ck.coin("1/3")}
    for i in range(1, length):
        variables[f"u{i}"] = ck.coin("1/4")
        variables[f"x{i}"] = ck.function(lambda a, b: a != b, parents=[f"x{i - 1}", f"u{i}"])
    return ck.Model(variables)


def ended(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception as error:
        return type(error), str(error)


def bad(x3: bool, x9: bool) -> bool:
    if x3 and x9:
        raise LookupError("both")
    return x3


# ---------------------------------------------------------------- a coupling that nobody stated

UNCOUPLED = ck.Model(
    x=ck.coin("1/2"),
    act=ck.choice(0, 1, sees=["x"]),
    y=ck.cpt(["x"], {False: {0: "1/3", 1: "2/3"}, True: {0: "2/3", 1: "1/3"}}),
    z=lambda y, act: y * act,
)
ACTED = UNCOUPLED.choose(act=lambda x: 1)
AFTER = ACTED.given(y=1).do(x=False)
BRANCHES = ACTED.branches(had={"x": False})


def both(branches: Any) -> Any:
    return branches.had.z + branches.fact.z


ASKED: dict[str, Callable[[], Any]] = {
    "Model.prob": lambda: AFTER.prob(y=1),
    "Model.expect": lambda: AFTER.expect("y"),
    "Model.dist": lambda: AFTER.dist("y"),
    "Model.marginals": AFTER.marginals,
    "Model.marginals in floats": lambda: AFTER.marginals(floats=True),
    "Model.most_probable": AFTER.most_probable,
    "Model.by_rule": lambda: UNCOUPLED.given(y=1).do(x=False).by_rule("z"),
    "Model.compile": lambda: AFTER.compile("y"),
    "Model.plan": lambda: AFTER.plan("y"),
    "Model.estimate": lambda: AFTER.estimate("y"),
    "Model.samples": lambda: AFTER.samples(3, of=["y"]),
    "Branches.prob": lambda: BRANCHES.prob(lambda b: b.had.z == b.fact.z),
    "Branches.expect": lambda: BRANCHES.expect(both),
    "Branches.dist": lambda: BRANCHES.dist(both),
    "Branches.given": lambda: BRANCHES.given(lambda b: b.had.y == 1).expect(lambda b: b.fact.y),
    "Branches.by_choice": lambda: UNCOUPLED.branches(had={"x": False}).by_choice(both),
    "Branches.by_rule": lambda: UNCOUPLED.branches(had={"x": False}).by_rule(both),
    "Branches.plan": lambda: BRANCHES.plan(both),
}
NO_QUESTION = {
    "Model": {"branches", "choose", "do", "domain", "given", "mechanism", "of", "parents", "to_html"},
    "Branches": {"of", "reading"},
}


def test_every_question_is_among_those_asked() -> None:
    asked = {name.partition(" ")[0] for name in ASKED}
    for kind in (ck.Model, ck.Branches):
        verbs = {name for name, each in vars(kind).items() if callable(getattr(kind, name)) and not name.startswith("_")}
        assert verbs
        assert {f"{kind.__name__}.{name}" for name in verbs - NO_QUESTION[kind.__name__]} <= asked


@pytest.mark.parametrize("asked", ASKED.values(), ids=list(ASKED))
@pytest.mark.parametrize("few", [plans.FEW_VISITS, 0], ids=["small worlds", "no small worlds"])
def test_no_question_takes_copies_of_a_table_for_independent_in_silence(
    asked: Callable[[], Any], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "FEW_VISITS", few)
    forget()
    with pytest.raises(NeedsCoupling, match="'y' is a conditional table whose noise would be shared"):
        asked()
    forget()


# ---------------------------------------------------------------- what raises


def test_evidence_that_raises_where_it_can_happen_raises_on_a_large_world() -> None:
    large = chain(24)
    assert large.plan("x23").strategy == "elimination"
    with pytest.raises(LookupError, match="both"):
        large.given(bad).prob(x23=True)


def test_evidence_that_raises_where_nothing_has_weight_is_no_matter() -> None:
    never = chain(24).do(x3=False)
    assert never.given(lambda x3, x9: not bad(x3, x9) and x9).prob(x23=True) == never.given(x9=True).prob(x23=True)


def test_a_target_that_raises_in_a_run_of_weight_raises_on_either_way() -> None:
    def target(x3: bool, x9: bool, x23: bool) -> bool:
        return bad(x3, x9) or x23

    with pytest.raises(LookupError, match="both"):
        chain(24).expect(target)
    with pytest.raises(LookupError, match="both"):
        chain(24).given(x3=True).dist(target)
    assert 0 < chain(24).given(x3=False).expect(target) < 1


@settings(max_examples=tries(40))
@given(models(max_variables=4), st.data())
def test_a_question_ends_alike_on_the_way_of_small_and_of_large_worlds(model: ck.Model, data: st.DataObject) -> None:
    """A number, an impossibility, or the error of a reading that raises."""
    names = list(model.names)
    read = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
    values = [data.draw(st.sampled_from(model.domain(name))) for name in read]
    wrong = data.draw(st.sampled_from([None, *itertools.product(*(model.domain(name) for name in read))]))
    target = data.draw(st.sampled_from(names))

    def evidence(*seen: Any) -> bool:
        if seen == wrong:
            raise LookupError("there")
        return seen != tuple(values)

    source = f"lambda {', '.join(read)}: evidence({', '.join(read)})"
    asked = eval(source, {"evidence": evidence})
    small = ended(lambda: model.given(asked).dist(target))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plans, "FEW_VISITS", 0)
        forget()
        large = ended(lambda: model.given(asked).dist(target))
    forget()
    assert small == large


@pytest.mark.usefixtures("no_small_worlds")
def test_impossible_evidence_on_the_way_of_large_worlds() -> None:
    m = ck.Model(x=ck.coin("1/2"), a=ck.choice(0, 1, sees=["x"]), y=lambda x, a: a * x, z=ck.cpt(["x"], {False: {0: 1}, True: {1: 1}}))
    with pytest.raises(Impossible):
        m.given(x=True, z=0)
    with pytest.raises(Impossible):
        m.given(x=True).given(x=False)
    with pytest.raises(Impossible):
        m.choose(a=0).given(y=1)
    with pytest.raises(OpenChoice):
        m.prob(y=1)


# ---------------------------------------------------------------- which way


def test_open_choices_of_large_worlds_are_eliminated(monkeypatch: pytest.MonkeyPatch) -> None:
    large = chain(24)
    model = ck.Model({name: large.mechanism(name) for name in large.names} | {
        "act": ck.choice(False, True, sees=["x20"]), "pay": ck.function(lambda act, x23: act == x23, parents=["act", "x23"]),
    })  # fmt: skip

    def refused(*question: Any) -> Any:
        raise AssertionError("enumerated")

    monkeypatch.setattr(enumeration, "open_measure", refused)
    forget()
    found = model.branches().by_choice(lambda b: b.fact.pay)
    assert sum(weight for weights in found.values() for weight in weights.values()) == 2 * len(model.domain("x20")) / 2
    monkeypatch.setattr(enumeration, "measure", refused)
    assert 0 < large.prob(x23=True) < 1


@pytest.mark.usefixtures("no_small_worlds")
def test_where_elimination_would_take_more_enumeration_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    m = ck.Model(x=ck.coin("1/3"), y=lambda x: not x, z=lambda x, y: x or y)
    wanted = m.dist("z")
    monkeypatch.setattr(plans, "MOST_COST", -1)
    monkeypatch.setattr(tree_query, "MOST_ON_TREES", -1)
    forget()
    found = m.plan("z")
    assert (found.strategy, found.reason, bool(found)) == ("enumeration", "elimination would take more", True)
    assert m.dist("z") == wanted
    monkeypatch.setattr(plans, "MOST_RUNS", 1)
    forget()
    with pytest.raises(TooLarge, match="and the limit is 1 runs, or -1 multiply-adds"):
        m.dist("z")


def test_the_tensor_over_open_choices_has_a_limit_on_its_cost_and_on_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    m = ck.Model(x=ck.coin("1/3"), a=ck.choice(0, 1, sees=["x"]), y=lambda x, a: a * x)
    for name in ("MOST_COST", "MOST_CELLS"):
        with monkeypatch.context() as patch:
            patch.setattr(decision_tensor, name, 0)
            with pytest.raises(TooLarge, match="the tensor over the open choices has 4 cells"):
                m.by_rule("y")
    assert m.by_rule("y")(a=1) == Fraction(1, 3)


def test_a_target_is_narrow_up_to_the_limit_and_not_above() -> None:
    network = Network({f"u{i}": ck.Model(n=ck.uniform(*range(size))).mechanism("n") for i, size in enumerate((SLACK, SLACK + 1, 2))})
    nodes = [network.node(Edits(), f"u{i}") for i in range(3)]
    assert answer.is_narrow([nodes[0]])
    assert not answer.is_narrow([nodes[1]])
    assert not answer.is_narrow([nodes[0], nodes[2]])
    assert not answer.is_narrow([nodes[2], nodes[2]])


def test_evidence_that_a_function_fixes_rejects_no_sample() -> None:
    m = ck.Model(ill=ck.coin("1/3"), test=ck.cpt(["ill"], {True: ck.coin("9/10"), False: ck.coin("1/10")}))
    assert m.given(lambda test: test).estimate("ill", samples=100).acceptance == 1
    assert m.given(lambda test: not test).estimate("ill", samples=100).acceptance == 1
    assert m.given(lambda test, ill: test or ill).estimate("ill", samples=100).acceptance < 1
    assert m.given(test=True).estimate("ill", samples=1000, seed=4) == m.given(lambda test: test).estimate("ill", samples=1000, seed=4)


# ---------------------------------------------------------------- rows that share their noise, with weights that are no fractions


ROOT = sympy.sqrt(2)


def parts(draw: st.DrawFn, size: int) -> Dist:
    """Weights of the form (a + b sqrt 2) / c, all positive."""
    raw = [draw(st.integers(0, 3)) + draw(st.integers(0, 2)) * ROOT for _ in range(size - 1)] + [1 + draw(st.integers(0, 1)) * ROOT]
    total = sum(raw)
    return Dist({i: sympy.radsimp(weight / total) for i, weight in enumerate(raw)})


@st.composite
def irrational_rows(draw: st.DrawFn) -> dict[tuple[Hashable, ...], Dist]:
    return {(i,): parts(draw, 3) for i in range(draw(st.integers(2, 3)))}


def overlap(rows: list[Dist], values: tuple[int, ...]) -> float:
    """How much of the unit interval gives each row its value, read off the rows' cumulative weights in floats."""
    below = [sum(float(dist[v]) for v in range(value)) for dist, value in zip(rows, values, strict=True)]
    above = [low + float(dist[value]) for low, dist, value in zip(below, rows, values, strict=True)]
    return max(0.0, min(above) - max(below))


@settings(max_examples=tries(25))
@given(irrational_rows())
def test_the_monotone_coupling_of_irrational_weights_is_the_inverse_of_their_sums(rows: dict[tuple[Hashable, ...], Dist]) -> None:
    found = monotone_segments(rows, (0, 1, 2))
    lengths = [[length for _, length in pieces] for pieces in found.values()]
    assert all(each == lengths[0] for each in lengths)
    assert all(length.is_positive if hasattr(length, "is_positive") else length > 0 for length in lengths[0])
    for values in itertools.product(range(3), repeat=len(rows)):
        shared = sum(
            float(length)
            for k, length in enumerate(lengths[0])
            if all(pieces[k][0] == value for pieces, value in zip(found.values(), values, strict=True))
        )
        assert shared == pytest.approx(overlap(list(rows.values()), values), abs=1e-9)


def test_a_monotone_counterfactual_with_irrational_weights() -> None:
    rows = {0: {False: ROOT / 2, True: 1 - ROOT / 2}, 1: {False: ROOT / 4, True: 1 - ROOT / 4}}
    m = ck.Model(x=ck.Dist({0: "1/2", 1: "1/2"}), y=ck.cpt(["x"], rows, coupling="monotone", domain=[False, True]))
    b = m.branches(low={"x": 0}, high={"x": 1})
    assert b.prob(lambda b: b.low.y and not b.high.y) == 0
    assert sympy.simplify(b.prob(lambda b: b.high.y and not b.low.y) - ROOT / 4) == 0
    assert sympy.simplify(m.prob(y=True) - (1 - 3 * ROOT / 8)) == 0


def test_symbolic_rows_that_cannot_be_put_in_order_are_the_fraction_route_after_substitution() -> None:
    p = sympy.Symbol("p", positive=True)
    rows = {0: {0: p / (1 + p), 1: 1 / (1 + p)}, 1: {0: p / (2 + p), 1: 2 / (2 + p)}}
    found = ck.Model(x=ck.coin("1/2"), y=ck.cpt(["x"], {bool(k): row for k, row in rows.items()}, coupling="monotone", domain=[0, 1]))
    both = found.branches(off={"x": False}, on={"x": True}).prob(lambda b: b.on.y == 1 and b.off.y == 0)
    for value in (Fraction(1, 3), Fraction(2), Fraction(7, 2)):
        exactly = {bool(k): {y: at(weight, p, value) for y, weight in row.items()} for k, row in rows.items()}
        plain = ck.Model(x=ck.coin("1/2"), y=ck.cpt(["x"], exactly, coupling="monotone", domain=[0, 1]))
        wanted = plain.branches(off={"x": False}, on={"x": True}).prob(lambda b: b.on.y == 1 and b.off.y == 0)
        assert at(both, p, value) == wanted


def at(formula: Any, symbol: sympy.Symbol, value: Fraction) -> Fraction:
    return Fraction(str(sympy.sympify(formula).subs(symbol, sympy.Rational(value.numerator, value.denominator))))


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("mixed", [Dist({0: "1/4", 2: "3/4"}), Dist({0: "1/4", 1: 1 - ROOT / 2, 2: ROOT / 2 - sympy.Rational(1, 4)})])
def test_fractions_among_irrational_weights_are_coupled_as_they_are(place: int, mixed: Dist) -> None:
    """Some rows, or some weights of a row, are fractions; the route for fractions alone is not for these."""
    rows = [Dist({0: ROOT / 4, 1: 1 - ROOT / 4})]
    rows.insert(place, mixed)
    found = monotone_segments({(i,): row for i, row in enumerate(rows)}, (0, 1, 2))
    for values in itertools.product(range(3), repeat=2):
        pairs = [(left, right, length) for (left, length), (right, _) in zip(found[0,], found[1,], strict=True)]
        shared = sum(float(length) for *pair, length in pairs if tuple(pair) == values)
        assert shared == pytest.approx(overlap(rows, values), abs=1e-9)


# ---------------------------------------------------------------- what a plan says


PLANNED: dict[str, tuple[Callable[[ck.Model], ck.Model], Any]] = {
    "nothing seen": (lambda m: m, "x23"),
    "a value seen": (lambda m: m.given(x9=True), "x23"),
    "a value that a function fixes": (lambda m: m.given(lambda x9: not x9), "x23"),
    "two variables that a function reads": (lambda m: m.given(lambda x3, x9: x3 or x9), "x23"),
    "a function that may not read all": (lambda m: m.given(lambda x3, x9, x11: x3 or (x9 and x11)), "x23"),
    "a target that may not read all": (lambda m: m, lambda x3, x9, x23: x3 or (x9 and x23)),
    "a target that raises": (lambda m: m, lambda x3, x9, x23: bad(x3, x9) or x23),
    "a target that raises where nothing has weight": (lambda m: m.given(x3=False), lambda x3, x9, x23: bad(x3, x9) or x23),
    "a choice that is open beside": (lambda m: m, "x5"),
    "a choice that was made": (lambda m: m.choose(act=lambda x20: x20), "pay"),
    "a choice that is open": (lambda m: m, "pay"),
}


def with_a_choice(length: int) -> ck.Model:
    plain = chain(length)
    choice = {"act": ck.choice(False, True, sees=["x20"]), "pay": ck.function(lambda act, x23: act == x23, parents=["act", "x23"])}
    return ck.Model({name: plain.mechanism(name) for name in plain.names} | choice)


@pytest.mark.parametrize("kind", PLANNED)
def test_a_plan_of_every_kind_of_question_is_made_and_kept(kind: str) -> None:
    """Where a plan says that it can be done, it is; the answer does not depend on whether a plan was asked for."""
    asked, target = PLANNED[kind]
    plain, planned = asked(with_a_choice(24)), asked(with_a_choice(24))
    found = planned.plan(target)
    assert found
    assert found.strategy == "elimination"
    wanted = ended(lambda: plain.dist(target))
    assert ended(lambda: planned.dist(target)) == wanted
    assert isinstance(wanted, Dist) == (kind not in {"a target that raises", "a choice that is open"})


def test_open_choices_of_large_worlds_with_symbols_are_eliminated_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """What holds symbols is put to no tree; the way that is left is not to go through the runs one by one."""

    def refused(*question: Any) -> Any:
        raise AssertionError("enumerated")

    monkeypatch.setattr(enumeration, "open_measure", refused)
    forget()
    p = sympy.Symbol("p", positive=True)
    large = with_a_choice(24)
    model = ck.Model({name: large.mechanism(name) for name in large.names} | {"x0": ck.Dist({True: p, False: 1 - p})})
    found = model.branches().by_choice(lambda b: b.fact.pay)
    wanted = large.branches().by_choice(lambda b: b.fact.pay)
    assert len(found) == len(wanted) == 4
    for chosen, weights in found.items():
        assert {value: at(weight, p, Fraction(1, 3)) for value, weight in weights.items()} == wanted[chosen]
    forget()


@pytest.mark.parametrize("others", [2, 6, 10])
def test_where_no_run_reads_two_copies_no_coupling_is_needed_however_large_the_world(others: int) -> None:
    """On each run one copy of y is read, as it is or where x had been true: 1/3 + 2/3 of what y is where x is true, or where it is not."""
    names = [f"z{i}" for i in range(others)]
    rows = {(x, s): {0: Fraction(1 + s + x, 7), 1: Fraction(6 - s - x, 7)} for x in (False, True) for s in range(3)}
    laws = {**{name: ck.coin("1/2") for name in names}, "x": ck.coin("1/3"), "s": ck.function(lambda *z: sum(z) % 3, parents=names)}
    branches = ck.Model({**laws, "y": ck.cpt(["x", "s"], rows)}).branches(on={"x": True})
    mean = sum(Fraction(math.comb(others, ones), 2**others) * (ones % 3) for ones in range(others + 1))
    reads: list[tuple[Any, Fraction]] = [
        (lambda b: b.on.y if b.fact.x else b.fact.y, Fraction(1, 3)),
        (lambda b: b.fact.y if b.fact.x else b.on.y, Fraction(1)),
    ]
    for read, often in reads:
        assert branches.plan(read).reason == "whether a coupling is needed depends on the values that are read"
        assert branches.dist(read)[0] == (1 + mean + often) / 7
