"""Flows, attributions, repairs, bounds and stories in cases that come seldom: what is found, and what is refused, in whole sentences."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy

from causalkit import Dist, Model, coin, cpt, errors, uniform
from causalkit.mechanisms.constructors import function
from causalkit.quantities.bounding import Bounds, CausationBounds, bounds, causation_bounds
from causalkit.quantities.causation import benefit, harm, probability_of_necessity, probability_of_sufficiency, studies
from causalkit.quantities.effects import (
    average_effect,
    controlled_direct_effect,
    natural_direct_effect,
    natural_indirect_effect,
    path_specific_effect,
    shift,
)
from causalkit.quantities.execution import Execution, execution_of
from causalkit.quantities.fair_attribution import Attribution, attribution, attribution_in
from causalkit.quantities.flow import Flow, balance, paid
from causalkit.quantities.least_repairs import Adjustment, adjusted, repairs, sweep
from causalkit.quantities.repair_search import least_cost_bounds, minimal_sets, width
from tests.refusing import check_refused, check_told

HALF, ONE = Fraction(1, 2), Fraction(1)
PARITY = Execution({"a": 1, "b": 1}, {"odd": lambda a, b: a ^ b})
BOTH = Execution({"a": 0, "b": 0, "c": 1}, {"both": lambda a, b: a & b, "all": lambda both, c: both & c, "apart": lambda c: c})
TOWN = Flow({"source": 10, "reserve": 0}, {"source": {"factory": "3/5", "town": "2/5"}, "factory": {"clips": "1/2", "heat": "1/2"}})
LEFT = cpt(["x"], {False: {True: 1, False: 0}, True: {True: "1/2", False: "1/2"}})
UNSURE = Model(x=coin("1/2"), y=LEFT)


# ---------------------------------------------------------------- flows


def test_where_a_flow_comes_from_and_where_it_ends() -> None:
    assert TOWN.sources == ("source", "reserve")
    assert sorted(TOWN.sinks) == ["clips", "heat", "reserve", "town"]
    assert TOWN.model.dist("source", "reserve", "factory", "town", "clips", "heat").support == ((10, 0, 6, 4, 3, 3),)


def test_payers_share_what_is_owed() -> None:
    after = TOWN.do({"factory": 2}, paid_by={"town": "3/4", "reserve": "1/4"})
    assert after.dist("factory", "town", "reserve", "clips").support == ((2, 7, 1, 1),)
    plain = TOWN.do({"factory": 2})
    assert plain.dist("factory", "town", "reserve", "clips").support == ((2, 4, 0, 1),)
    assert TOWN.do({"source": 5}, paid_by="reserve").dist("source", "reserve", "town").support == ((5, 5, 2),)


FLOWS: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "the shares of 's' are a=Fraction(-1, 2), b=Fraction(3, 2), expected numbers of 0 or more that sum to 1": (
        errors.WrongShape,
        lambda: Flow({"s": 1}, {"s": {"a": "-1/2", "b": "3/2"}}),
    ),
    "the shares of 's' are a=Fraction(1, 2), b=Fraction(1, 4), expected numbers of 0 or more that sum to 1": (
        errors.WrongShape,
        lambda: Flow({"s": 1}, {"s": {"a": "1/2", "b": "1/4"}}),
    ),
    "'t' is a source and 's' flows into it; a node has a supply or inflows": (
        errors.WrongShape,
        lambda: Flow({"s": 1, "t": 1}, {"s": {"t": 1}}),
    ),
    "nothing flows into 'a'; a node has a supply or inflows": (errors.WrongShape, lambda: Flow({"s": 1}, {"a": {"b": 1}})),
    "'s' is -1, and what is held or supplied is 0 or more": (errors.InvalidNumber, lambda: Flow({"s": -1}, {})),
    "'town' is set and pays for it; let another pay": (errors.WrongShape, lambda: TOWN.do({"town": 0}, paid_by="town")),
    "'y' is set and pays for it; let another pay": (
        errors.WrongShape,
        lambda: paid(Model(x=1, y=lambda x: x), {"y": 1}, by={"y": 1}),
    ),
    "'clips' gets its flow by way of 'factory', which is to pay for it; let somebody else pay": (
        errors.CyclicModel,
        lambda: TOWN.do({"clips": 0}, paid_by="factory"),
    ),
    "'reserve' cannot pay: it would be left with -4; set less, or let others pay too": (
        errors.Impossible,
        lambda: TOWN.do({"factory": 10}, paid_by="reserve"),
    ),
    "'fabric' is no node of the flow; it has: ": (errors.UnknownName, lambda: TOWN.do({"fabric": 0})),
    "'twon' is no node of the flow; it has: ": (errors.UnknownName, lambda: TOWN.do({"factory": 0}, paid_by="twon")),
    "the payers' shares are town=Fraction(1, 2), reserve=Fraction(1, 4), expected numbers that sum to 1": (
        errors.WrongShape,
        lambda: TOWN.do({"factory": 0}, paid_by={"town": "1/2", "reserve": "1/4"}),
    ),
    "'factory' is -1, and what is held or supplied is 0 or more": (errors.InvalidNumber, lambda: TOWN.do({"factory": -1})),
    "'s' pays and its supply is left to chance; let it pass on to a node that pays": (
        errors.WrongShape,
        lambda: Flow({"s": uniform(1, 2), "t": 1}, {"t": {"a": 1}}).do({"a": 0}, paid_by="s"),
    ),
    "there is nothing to balance; name variables with into=[...] and out=[...]": (
        errors.WrongShape,
        lambda: balance(TOWN.model, into=[], out=[]),
    ),
    "'b' listens to 'a', which is to pay for it; let somebody pay who is not upstream": (
        errors.CyclicModel,
        lambda: paid(Model(z=1, a=lambda z: z, b=lambda a: a), {"b": 1}, by="a"),
    ),
    "'a' is left to chance or to a choice; give it a noise of its own and write it as a function": (
        errors.WrongShape,
        lambda: paid(Model(a=uniform(0, 1), b=lambda a: a), {"b": 1}, by="a"),
    ),
    "s is p, and symbols are not carried here: who can pay must be decided; give numbers with .subs(...)": (
        errors.InvalidNumber,
        lambda: Flow({"s": sympy.Symbol("p")}, {}),
    ),
}


@pytest.mark.parametrize("words", FLOWS)
def test_what_a_flow_refuses_is_told_why(words: str) -> None:
    check_refused(FLOWS, words)


# ---------------------------------------------------------------- attributions


def test_inputs_of_the_same_size_stand_together() -> None:
    found = Attribution({"one": {"a": Fraction(-2), "b": ONE, "c": Fraction(2), "d": Fraction(0)}}, ONE, ())
    assert found.order("one") == (("a", "c"), ("b",), ("d",))


def test_methods_by_hand() -> None:
    """Of 2 a b + b**2 at (3, 1) against (1, 0): the output is 7 and was 0."""
    found = attribution(
        lambda a, b: 2 * a * b + b**2,
        at={"a": 3, "b": 1},
        baseline={"a": 1, "b": 0},
        how=["ablation", "shapley", "but-for", "gradient", "gradient x input", "integrated gradients"],
    )
    assert found.total == 7
    assert {method: tuple(row.values()) for method, row in found.by_method.items()} == {
        "ablation": (4, 7),
        "shapley": (2, 5),
        "but-for": (1, 1),
        "gradient": (2, 8),
        "gradient x input": (6, 8),
        "integrated gradients": (2, 5),
    }
    assert found.joint == (("a",), ("b",))
    assert found.order("gradient") == (("b",), ("a",))
    assert bool(found)
    assert found.to_markdown().splitlines()[0] == "| method | a | b | sum |"
    assert "<td" in found._repr_html_()
    assert found._repr_html_().count("<tr") == 7


def test_slopes_are_taken_in_all_inputs_at_once() -> None:
    """Each input is put in the place of its own symbol, also where what is put there is another input's name."""
    swapped = attribution(lambda a, b: a**2 * b, at={"a": 2, "b": 3}, baseline={"a": 1, "b": 1}, how=["gradient", "integrated gradients"])
    assert tuple(swapped.by_method["gradient"].values()) == (12, 4)
    assert sum(swapped.by_method["integrated gradients"].values()) == 11


def test_inputs_of_a_model_are_those_of_the_baseline_or_those_named() -> None:
    model = Model(a=coin("1/2"), b=coin("1/2"), y=lambda a, b: 2 * a + b)
    both = attribution_in(model, "y", baseline={"a": False, "b": False}, context={"a": True, "b": True})
    assert dict(both.by_method["ablation"]) == {"a": 2, "b": 1}
    one = attribution_in(model, "y", baseline={"a": False}, context={"a": True, "b": True})
    assert dict(one.by_method["ablation"]) == {"a": 2}
    named = attribution_in(model, "y", baseline={"b": False}, among="b", context={"a": True, "b": True})
    assert dict(named.by_method["ablation"]) == {"b": 1}


p = sympy.Symbol("p")
ATTRIBUTIONS: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "p is not a plain number; symbols are not carried through an attribution, give numbers": (
        errors.InvalidNumber,
        lambda: attribution(lambda a: a * p, at={"a": 1}, baseline={"a": 0}),
    ),
    "'a' has no value in at; every input needs both: a": (errors.UnknownName, lambda: attribution(lambda a: a, at={}, baseline={"a": 0})),
    "'a' has no value in baseline; every input needs both: a": (
        errors.UnknownName,
        lambda: attribution(lambda a: a, at={"a": 0}, baseline={}),
    ),
    "'shapely' is no list of methods; the methods are: ": (
        errors.UnknownName,
        lambda: attribution(lambda a: a, at={"a": 1}, baseline={"a": 0}, how=["ablation", "shapely"]),
    ),
    "'shapley' is no list of methods; the methods are: ": (
        errors.UnknownName,
        lambda: attribution(lambda a: a, at={"a": 1}, baseline={"a": 0}, how="shapley"),
    ),
}


@pytest.mark.parametrize("words", ATTRIBUTIONS)
def test_what_an_attribution_refuses_is_told_why(words: str) -> None:
    check_refused(ATTRIBUTIONS, words)


# ---------------------------------------------------------------- executions and repairs


def test_what_a_leaf_could_be_where_nothing_is_said() -> None:
    run = Execution(
        {"sure": True, "bit": 0, "grade": "b"}, {"end": lambda sure, bit, grade: (sure, bit)}, domains={"grade": ["a", "b", "a"]}
    )
    assert (run.domains["sure"], run.domains["bit"], run.domains["grade"]) == ((False, True), (0, 1), ("a", "b"))
    assert all(type(value) is bool for value in run.domains["sure"])
    assert all(type(value) is int for value in run.domains["bit"])
    assert run.domains["end"] == ((False, 0), (False, 1), (True, 0), (True, 1))
    assert run.before("end") == ["end"]
    assert BOTH.before("all") == ["both", "all"]
    assert BOTH.before("a") == []


def test_executions_are_equal_where_leaves_their_values_and_steps_are() -> None:
    step = {"y": lambda a: a}
    one = Execution({"a": 0}, step)
    assert one == Execution({"a": 0}, step)
    assert hash(one) == hash(Execution({"a": 0}, step))
    assert one != Execution({"a": 1}, step)
    assert one != Execution({"a": 0}, step, domains={"a": [0, 2]})
    assert one != Execution({"a": 0}, {"y": lambda a: a})
    assert one != 3


EXECUTIONS: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "'all' is no leaf; the leaves are: a, b, c": (errors.UnknownName, lambda: BOTH.run({"all": 1})),
    "'z' is no leaf; the leaves are: a, b, c": (errors.UnknownName, lambda: BOTH.restricted(["a", "z"])),
    "'z' is neither a leaf nor a step; there are: 'a', 'b', 'c', 'both', 'all', 'apart'": (errors.UnknownName, lambda: BOTH.before("z")),
    "'a' is both a leaf and a step; give one of them another name": (errors.WrongShape, lambda: Execution({"a": 0}, {"a": lambda: 0})),
    "the step 'y' takes 'z', which is neither a leaf nor a step": (errors.UnknownName, lambda: Execution({"a": 0}, {"y": lambda z: z})),
    "the step 'y' is ('f', 'a'), expected a function of its inputs; type {'y': lambda a, b: ...}": (
        errors.WrongShape,
        lambda: Execution({"a": 0}, {"y": ("f", "a")}),
    ),
    "the leaf 'a' is [], and values must be hashable; give a tuple or a frozenset": (
        errors.WrongShape,
        lambda: Execution({"a": []}, {}),  # type: ignore[dict-item]
    ),
    "the leaf 'a' is 2, which is not among its values: 0, 1": (
        errors.UnknownValue,
        lambda: Execution({"a": 2}, {}, domains={"a": [0, 1]}),
    ),
    "what else the leaf 'a' could be is not said, it is 2; type domains={'a': [2, ...]}": (
        errors.WrongShape,
        lambda: Execution({"a": 2}, {}),
    ),
    "the step 'y' raised ZeroDivisionError: ": (errors.MechanismFailed, lambda: Execution({"a": 0}, {"y": lambda a: 1 // a}).values),
    "Model is no execution; type execution_of(model, ...)": (
        errors.WrongShape,
        lambda: adjusted(Model(a=1), "a", wanted=1),  # type: ignore[arg-type]
    ),
    "adjust='two', expected 'all' or 'one'": (
        errors.WrongShape,
        lambda: adjusted(PARITY, "odd", wanted=1, adjust="two"),  # type: ignore[arg-type]
    ),
    "an execution has happened, so it takes no context; change its leaves, or give a model": (
        errors.WrongShape,
        lambda: sweep(PARITY, "odd", wanted=1, context={}),
    ),
    "'z' is not in the model; it has: a, y": (errors.UnknownName, lambda: execution_of(Model(a=1, y=lambda a: a), "z")),
}


@pytest.mark.parametrize("words", EXECUTIONS)
def test_what_an_execution_refuses_is_told_why(words: str) -> None:
    check_refused(EXECUTIONS, words)


def test_advice_is_followed_as_often_as_is_said_and_no_more() -> None:
    assert adjusted(PARITY, "odd", wanted=1, steps=0) == Adjustment(({"a": 1, "b": 1},), False, None)
    once = adjusted(PARITY, "odd", wanted=1, steps=1)
    assert once == Adjustment(({"a": 1, "b": 1}, {"a": 0, "b": 1}), True, None)
    assert bool(once)
    all_at_once = adjusted(PARITY, "odd", wanted=1, adjust="all", steps=1)
    assert all_at_once == Adjustment(({"a": 1, "b": 1}, {"a": 0, "b": 0}), False, None)
    assert adjusted(PARITY, "odd", wanted=1, adjust="all") == Adjustment(({"a": 1, "b": 1}, {"a": 0, "b": 0}), False, 2)
    assert adjusted(PARITY, "odd", wanted=0) == Adjustment(({"a": 1, "b": 1},), True, None)
    stuck = Execution({"a": 0}, {"y": lambda a: 0})
    assert adjusted(stuck, "y", wanted=1) == Adjustment(({"a": 0},), False, 1)


def test_what_no_leaf_moves_is_as_it_is() -> None:
    fixed = Execution({"a": 0, "b": 1}, {"sure": lambda: 1, "y": lambda sure: sure, "z": lambda a: a})
    assert minimal_sets(fixed, "y", 1) == frozenset([frozenset()])
    assert minimal_sets(fixed, "y", 0) == frozenset()
    assert minimal_sets(fixed, "b", 0) == frozenset([frozenset("b")])
    assert width(fixed, "y") == 1
    assert width(BOTH, "both") == 8
    assert width(BOTH, "all") == 8


def test_a_leaf_that_matters_in_two_ways_at_once() -> None:
    run = Execution(
        {"a": 0, "b": 0, "c": 0}, {"first": lambda a, b: a | b, "second": lambda a, c: a | c, "y": lambda first, second: first & second}
    )
    assert minimal_sets(run, "y", 1) == frozenset([frozenset("a"), frozenset("bc")])
    found = repairs(run, "y", wanted=1, costs={"a": 3})
    assert found.minimal == ({"a": 1}, {"b": 1, "c": 1})
    assert found.smallest == ({"b": 1, "c": 1},)
    assert list(map(found.cost, found.minimal)) == [3, 2]
    assert (found.sweep.several, found.sweep.shared) == (("a",), ("a",))


def test_bounds_on_the_least_cost() -> None:
    costs = {"a": Fraction(2), "b": Fraction(3), "c": ONE}
    assert least_cost_bounds(BOTH, "all", 1, costs, [{"a": 1, "b": 1, "c": 0}, {"a": 1, "b": 1}]) == (3, 5)
    assert least_cost_bounds(BOTH, "all", 1, costs, [{"a": 1}]) == (3, None)
    for tried in ([{"a": 1, "b": 1, "c": 1}, {"a": 1, "b": 1}], [{"a": 1, "b": 1}, {"a": 1, "b": 1, "c": 1}]):
        assert least_cost_bounds(BOTH, "all", 1, costs, tried) == (3, 5)
    assert least_cost_bounds(BOTH, "all", 7, costs, []) == (None, None)
    assert least_cost_bounds(BOTH, "all", 0, costs, [{}]) == (0, 0)


def test_a_sweep_names_six_shared_nodes_at_most() -> None:
    leaves = {f"x{i}": 0 for i in range(7)}
    steps = {f"y{i}": (lambda a, b: a ^ b, (f"x{i}", f"x{i}")) for i in range(7)}
    run = Execution(leaves, {**steps, "all": (lambda *each: sum(each), list(steps))})
    assert str(sweep(run, "all", wanted=1)).endswith("not exact here: ways meet again from x0, x1, x2, x3, x4, x5, ...)")
    six = Execution(
        {f"x{i}": 0 for i in range(6)}, {**{k: steps[k] for k in list(steps)[:6]}, "all": (lambda *each: sum(each), list(steps)[:6])}
    )
    assert str(sweep(six, "all", wanted=1)).endswith("not exact here: ways meet again from x0, x1, x2, x3, x4, x5)")


# ---------------------------------------------------------------- bounds


def test_evidence_that_no_coupling_allows() -> None:
    branches = UNSURE.branches(off={"x": False}, on={"x": True})
    for never in (lambda b: not b.off.y, lambda b: not b.off.y and b.on.y, lambda b: False):
        with pytest.raises(errors.Impossible) as told:
            bounds(branches, lambda b: b.on.y, given=never)
        assert str(told.value) == (
            "the evidence has probability 0 under every coupling, so there is nothing to bound; "
            "observe something that the model can produce"
        )


def test_bounds_are_those_of_the_best_couplings() -> None:
    """Two rows of 1/2 and 1/4: both happen together with probability 0 to 1/4."""
    model = Model(x=coin("1/2"), y=cpt(["x"], {False: {True: "1/2", False: "1/2"}, True: {True: "1/4", False: "3/4"}}))
    branches = model.branches(off={"x": False}, on={"x": True})
    both = bounds(branches, lambda b: b.on.y and b.off.y)
    assert (both.lower, both.upper, both.width) == (0, Fraction(1, 4), Fraction(1, 4))
    one = bounds(branches, lambda b: b.on.y, given=lambda b: b.off.y)
    assert (one.lower, one.upper) == (0, HALF)
    held = bounds(branches, lambda b: b.on.y, given=lambda b: b.off.y != b.on.y)
    assert (held.lower, held.upper) == (0, Fraction(1, 3))
    assert (both.lowest is None, both.highest is None) == (False, False)
    assert bounds(model, "y") == Bounds(Fraction(3, 8), Fraction(3, 8))
    assert bounds(model, "y")


def test_the_noise_of_a_coupling_gets_a_name_of_its_own() -> None:
    taken = Model({"x": coin("1/2"), "y": LEFT, "y.response": 1, "y.response'": 2})
    found = bounds(taken.branches(off={"x": False}, on={"x": True}), lambda b: b.on.y and b.off.y)
    assert found.lowest is not None
    assert set(found.lowest.names) - set(taken.names) == {"y.response''"}
    assert found.lowest.prob(y=True) == taken.prob(y=True) == Fraction(3, 4)


BOUNDED: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "bounds come from data; give observed={(treated, outcome): probability}, experimental={treated: probability}, or both": (
        errors.WrongShape,
        causation_bounds,
    ),
    "(1, 2) is not a pair (treated, outcome) of truth values; type {(True, True): '1/4', ...}": (
        errors.WrongShape,
        lambda: causation_bounds({(True, True): 0, (1, 2): 1}),  # type: ignore[dict-item]
    ),
    "found the arms [True], expected True and False; type {True: P(y_x), False: P(y_x')}": (
        errors.WrongShape,
        lambda: causation_bounds(experimental={True: 1}),
    ),
    "the probability of the outcome in the arm True is 3/2, and probabilities lie between 0 and 1": (
        errors.WrongShape,
        lambda: causation_bounds(experimental={True: "3/2", False: 0}),
    ),
    "the probability of the outcome in the arm False is -1/2, and probabilities lie between 0 and 1": (
        errors.WrongShape,
        lambda: causation_bounds(experimental={True: 1, False: "-1/2"}),
    ),
    "bounds from studies need fractions, and p is none; substitute numbers first": (
        errors.Undecided,
        lambda: causation_bounds(experimental={True: p, False: 0}),
    ),
    "no model gives both studies: doing True leads to the outcome with probability 1/4, and by what was observed it lies between "
    "1/2 and 1; are they studies of the same population?": (
        errors.WrongShape,
        lambda: causation_bounds({(True, True): HALF, (False, False): HALF}, {True: "1/4", False: 0}),
    ),
    "no model gives both studies: doing False leads to the outcome with probability 3/4, and by what was observed it lies between "
    "0 and 1/2; are they studies of the same population?": (
        errors.WrongShape,
        lambda: causation_bounds({(True, True): HALF, (False, False): HALF}, {True: HALF, False: "3/4"}),
    ),
    "the data contradict monotone=True: the outcome must be at least as likely when treated as observed, and as untreated": (
        errors.WrongShape,
        lambda: causation_bounds(experimental={True: "1/4", False: HALF}, monotone=True),
    ),
    "given=... is evidence on branches; on a model, observe with model.given(...) before asking for bounds": (
        errors.WrongShape,
        lambda: bounds(UNSURE, "y", given=lambda b: True),
    ),
}


@pytest.mark.parametrize("words", BOUNDED)
def test_what_bounds_refuse_is_told_why(words: str) -> None:
    check_told(BOUNDED, words)


def test_without_monotonicity_an_experiment_leaves_more_open() -> None:
    """Of 1/4 and 1/2: nobody has to be saved, and at most the quarter is; monotone, exactly the quarter that the arms differ by."""
    arms = {True: HALF, False: Fraction(1, 4)}
    assert causation_bounds(experimental=arms).both == Bounds(Fraction(1, 4), HALF)
    assert causation_bounds(experimental=arms, monotone=True).both == Bounds(Fraction(1, 4), Fraction(1, 4))
    alike = causation_bounds(experimental={True: HALF, False: HALF})
    assert alike.both == Bounds(Fraction(0), HALF)


def test_what_is_undefined_in_every_model_is_said_to_be() -> None:
    nobody = causation_bounds({(False, False): HALF, (False, True): HALF})
    assert nobody.necessity is None
    assert str(nobody).splitlines()[0] == "necessity: undefined"
    assert str(CausationBounds(None, Bounds(HALF, HALF), Bounds(Fraction(0), HALF))) == (
        "necessity: undefined\nsufficiency: exactly 0.5\nnecessity and sufficiency: between 0 and 0.5"
    )
    assert ("1/4" in Bounds(Fraction(1, 4), HALF), "1/2" in Bounds(Fraction(1, 4), HALF), "0.51" in Bounds(Fraction(1, 4), HALF)) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("limit", "most", "words"),
    [
        ("responses.MOST_RESPONSES", 4, "'y' has 4 response functions on the 2 rows that the question compares, and at most 3 are tried"),
        ("bounding.MOST_COMBINATIONS", 2, "2 groups of rows meet in the question, which takes 2 linear programs, and at most 1 are solved"),
    ],
)
def test_bounds_take_as_much_as_their_limits_and_no_more(limit: str, most: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {False: coin("1/2"), True: coin("1/4")}
    model = Model(x=coin("1/2"), y=cpt(["x"], rows), z=cpt(["x"], rows))
    ask = lambda: bounds(model.branches(off={"x": False}, on={"x": True}), lambda b: (b.on.y and b.off.y) * (b.on.z and b.off.z))
    monkeypatch.setattr(f"causalkit.quantities.{limit}", most)
    assert ask().lower == 0
    monkeypatch.setattr(f"causalkit.quantities.{limit}", most - 1)
    with pytest.raises(errors.TooLarge) as told:
        ask()
    assert str(told.value).startswith(words)


# ---------------------------------------------------------------- causation

THREE = Model(x=uniform(0, 1, 2), y=lambda x: x > 0)
CAUSED: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "with probability 1/3 the treatment is neither of (0, 1); a study compares two treatments": (
        errors.WrongShape,
        lambda: studies(THREE, "y", {"x": (0, 1)}),
    ),
    "the treatment and the outcome: observing that has probability 0, so what would follow is undefined; "
    "ask about a change and an event that can occur": (
        errors.Impossible,
        lambda: probability_of_necessity(THREE, {"y": True}, {"x": (1, 0)}),
    ),
    "neither the treatment nor the outcome: observing that has probability 0, so what would follow is undefined; "
    "ask about a change and an event that can occur": (
        errors.Impossible,
        lambda: probability_of_sufficiency(THREE, {"y": True}, {"x": (1, 0)}),
    ),
    "'x' takes the values 0, 1, 2, so it is no event by itself; type {'x': 0}": (
        errors.WrongShape,
        lambda: probability_of_necessity(THREE, "x", {"x": (0, 1)}),
    ),
    "{'x': [0, 1]} is not a change of treatment; type {'x': (before, after)}": (
        errors.WrongShape,
        lambda: average_effect(THREE, "y", {"x": [0, 1]}),  # type: ignore[dict-item]
    ),
    "{} is not a change of treatment; type {'x': (before, after)}": (errors.WrongShape, lambda: average_effect(THREE, "y", {})),
    "'x' is the treatment, so it cannot be its own mediator; name variables between treatment and outcome": (
        errors.WrongShape,
        lambda: natural_direct_effect(THREE, "y", {"x": (0, 1)}, mediators="x"),
    ),
    "('y', 'x') is not an edge of the model; its edges are: ('x', 'y')": (
        errors.WrongShape,
        lambda: path_specific_effect(THREE, "y", {"x": (0, 1)}, edges=[("y", "x")]),
    ),
    "('x',) is not a path; type a tuple of names from the treatment to the outcome, such as ('x', 'z', 'y')": (
        errors.WrongShape,
        lambda: path_specific_effect(THREE, "y", {"x": (0, 1)}, paths=[("x",)]),
    ),
    "the path x -> y must lead from x to x, and meet a treatment only at its start": (
        errors.WrongShape,
        lambda: path_specific_effect(THREE, "x", {"x": (0, 1)}, paths=[("x", "y")]),
    ),
    "a path-specific effect goes along edges or along paths; type edges=[('x', 'y'), ...] or paths=[('x', 'z', 'y'), ...]": (
        errors.WrongShape,
        lambda: path_specific_effect(THREE, "y", {"x": (0, 1)}),
    ),
}


@pytest.mark.parametrize("words", CAUSED)
def test_what_causation_and_effects_refuse_is_told_why(words: str) -> None:
    check_told(CAUSED, words)


def test_what_studies_of_two_treatments_find() -> None:
    model = Model(u=coin("1/4"), x=lambda u: 1 if u else 0, y=lambda x, u: x == 1 or u)
    seen, done = studies(model, "y", {"x": (0, 1)})
    assert (dict(seen), done) == ({(False, False): Fraction(3, 4), (True, True): Fraction(1, 4)}, {False: Fraction(1, 4), True: ONE})
    assert harm(model, lambda y: 8 * y, {"x": (1, 0)}) == 6
    assert benefit(model, lambda y: 8 * y, {"x": (1, 0)}) == 0
    assert benefit(model, lambda y: 8 * y, {"x": (0, 1)}) == 6


def test_effects_by_hand() -> None:
    """Of 4 x + 2 m + x m with m = x: everything, the direct and the indirect part, and each way."""
    model = Model(x=uniform(0, 1), m=lambda x: x, y=lambda x, m: 4 * x + 2 * m + x * m, z=lambda y: -y)
    change: Any = {"x": (0, 1)}
    assert average_effect(model, "y", change) == 7
    assert natural_direct_effect(model, "y", change, mediators="m") == 4
    assert natural_indirect_effect(model, "y", change, mediators="m") == 2
    assert path_specific_effect(model, "y", change, paths=[("x", "m", "y")]) == 2
    assert path_specific_effect(model, "z", change, paths=[("x", "m", "y", "z"), ("x", "y", "z")]) == -7
    assert path_specific_effect(model, "z", change, edges=[("x", "y"), ("y", "z")]) == -4
    assert path_specific_effect(model, "z", change, edges=[("x", "y")]) == 0
    assert path_specific_effect(model, "y", change, paths=[]) == 0
    assert controlled_direct_effect(model, "y", change, at={"m": 1}) == 5
    assert average_effect(model, {"y": 7}, change) == 1
    assert shift(model, x=lambda x: 1 - x).dist("x", "m") == Dist({(0, 1): "1/2", (1, 0): "1/2"})
    assert shift(model) == model


# ---------------------------------------------------------------- stories


def test_a_story_is_as_long_as_something_listens() -> None:
    model = Model(u=uniform(0, 1), v=coin("1/2"), w=1, y=function(lambda u, w: u + w), z=lambda y, v: y > 1 and v)
    run = execution_of(model, "y", context={"u": 1})
    assert run.leaves == {"u": 1}
    assert run.values == {"u": 1, "w": 1, "y": 2}
    cut = execution_of(model, "z", among=["y"], context={"u": 1, "v": True})
    assert cut.leaves == {"y": 2}
    assert cut.domains["y"] == (1, 2)
    assert cut.run({"y": 1})["z"] is False
    with pytest.raises(errors.WrongShape, match=r"2 contexts are possible, .*for example the values of u"):
        execution_of(model, "y")


def test_one_gradient_among_methods_is_enough_to_ask_whether_the_function_answers_to_symbols() -> None:
    """A function that asks whether its inputs are equal gives something else to symbols, whatever else is asked for beside the gradient."""
    at, baseline = {"a": 1, "b": 1}, {"a": 0, "b": 1}

    def same(a: Any, b: Any) -> int:
        return 1 if a == b else 0

    assert attribution(same, at=at, baseline=baseline, how=["ablation", "shapley"]).by_method["ablation"] == {"a": 1, "b": 0}
    for how in (["gradient"], ["ablation", "gradient"], ["gradient x input", "shapley"]):
        with pytest.raises(errors.WrongShape, match=r"^the function answers to symbols with 0, and that is not what it gives for"):
            attribution(same, at=at, baseline=baseline, how=how)
