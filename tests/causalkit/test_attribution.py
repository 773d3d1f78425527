"""Attribution: the numbers, the laws, and Shapley values against all orders gone through."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import combinations, permutations, product
from math import prod
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causalkit import Model, coin, cpt
from causalkit.errors import InvalidNumber, TooLarge, UnknownName, WrongShape
from causalkit.quantities.fair_attribution import METHODS, attribution, attribution_in
from tests.tries import tries

F = Fraction
WEIGHTS = {"w1": 1, "w2": 2, "w3": 4}
PRODUCT = lambda w1, w2, w3: w1 * w2 * w3
ALL = [method for method in METHODS if method != "but-for"]


def rows(baseline: int) -> dict[str, list[Fraction]]:
    found = attribution(PRODUCT, at=WEIGHTS, baseline=dict.fromkeys(WEIGHTS, baseline), how=ALL)
    return {method: list(row.values()) for method, row in found.by_method.items()}


# ---------------------------------------------------------------- the numbers


def test_a_product_of_weights() -> None:
    """Derived: f = w1 w2 w3 at (1, 2, 4)."""
    assert rows(0) == {
        "gradient": [8, 4, 2],
        "gradient x input": [8, 8, 8],
        "ablation": [8, 8, 8],
        "shapley": [F(8, 3)] * 3,
        "integrated gradients": [F(8, 3)] * 3,
    }
    assert rows(1)["shapley"] == [0, F(5, 2), F(9, 2)]


def test_no_method_is_proportional_to_the_weights() -> None:
    """Derived: none gives 1/7, 2/7, 4/7; only those with baseline 1 order as the weights do."""
    everything = {**{(0, m): v for m, v in rows(0).items()}, **{(1, m): v for m, v in rows(1).items()}}
    wanted = [F(w, 7) for w in WEIGHTS.values()]
    assert not [key for key, values in everything.items() if sum(values) and [v / sum(values) for v in values] == wanted]
    rising = {key for key, values in everything.items() if values[0] < values[1] < values[2]}
    assert {base for base, _ in rising} == {1}
    found = attribution(PRODUCT, at=WEIGHTS, baseline=dict.fromkeys(WEIGHTS, 1), how=["gradient", "shapley"])
    assert ("gradient", "shapley", "w1", "w3") in found.disagreements
    assert not found


@pytest.mark.parametrize(("curvature", "at", "parts"), [(F(1, 2), 3, (F(9, 2), F(9, 4))), (F(2), 1, (2, 1))])
def test_a_quadratic(curvature: Fraction, at: int, parts: tuple[Fraction, Fraction]) -> None:
    """Derived: gradient part 9/2 and ablation 9/4 along the flat direction, 2 and 1 along the curved one."""
    found = attribution(lambda w: curvature * w * w / 2, at={"w": at}, baseline={"w": 0}, how=["gradient x input", "ablation"])
    assert tuple(row["w"] for row in found.by_method.values()) == parts


def test_saturation_hides_single_ablations() -> None:
    """Derived: min(1, a + b) at (1, 1): 0, 0, and 1 for both."""
    found = attribution(lambda a, b: min(1, a + b), at={"a": 1, "b": 1}, baseline={"a": 0, "b": 0})
    assert (list(found.by_method["ablation"].values()), found.total, found.joint) == ([0, 0], 1, (("a", "b"),))


def test_a_model_in_one_story() -> None:
    model = Model(a=coin("1/2"), b=coin("1/2"), c=lambda a: a, y=lambda b, c: int(b and c))
    found = attribution_in(model, "y", baseline={"c": False, "b": False}, context={"a": True, "b": True})
    assert dict(found.by_method["shapley"]) == {"c": F(1, 2), "b": F(1, 2)}
    assert found.joint == (("b",), ("c",))


# ---------------------------------------------------------------- all orders, and laws

TABLES = st.integers(1, 4).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.integers(-3, 3), min_size=2**n, max_size=2**n)))
POLYNOMIALS = st.lists(st.tuples(st.integers(-2, 2), st.tuples(*[st.integers(0, 2)] * 3)), min_size=1, max_size=3)
POINTS = st.tuples(*[st.integers(-2, 2)] * 3)


def table_function(size: int, values: list[int]) -> Callable[..., int]:
    rows = dict(zip(product([0, 1], repeat=size), values, strict=True))
    return lambda **inputs: rows[tuple(inputs.values())]


def polynomial(terms: list[tuple[int, tuple[int, ...]]]) -> Callable[..., Any]:
    return lambda x, y, z: sum((c * prod(v**k for v, k in zip((x, y, z), powers, strict=True)) for c, powers in terms), F(0))


def slow_shapley(f: Callable[..., Any], at: Mapping[str, Any], baseline: Mapping[str, Any]) -> dict[str, Fraction]:
    totals = dict.fromkeys(at, F(0))
    orders = list(permutations(at))
    for order in orders:
        now = dict(baseline)
        for name in order:
            before = f(**now)
            now[name] = at[name]
            totals[name] += F(f(**now) - before, len(orders))
    return totals


@settings(max_examples=tries(60))
@given(TABLES)
def test_tables_against_all_orders_and_all_sets(drawn: tuple[int, list[int]]) -> None:
    size, values = drawn
    names = [f"x{k}" for k in range(size)]
    f, at, baseline = table_function(size, values), dict.fromkeys(names, 1), dict.fromkeys(names, 0)
    found = attribution(f, at=at, baseline=baseline)
    assert dict(found.by_method["shapley"]) == slow_shapley(f, at, baseline)
    assert sum(found.by_method["shapley"].values()) == found.total == values[-1] - values[0]
    changing = [set(gone) for k in range(size + 1) for gone in combinations(names, k) if f(**{**at, **dict.fromkeys(gone, 0)}) != f(**at)]
    minimal = [gone for gone in changing if not any(other < gone for other in changing)]
    assert [set(gone) for gone in found.joint] == sorted(minimal, key=lambda gone: (len(gone), sorted(gone)))
    for name in names:
        alone = f(**at) - f(**{**at, name: 0})
        assert found.by_method["ablation"][name] == alone
        assert found.by_method["but-for"][name] == (alone != 0)


@settings(max_examples=tries(40))
@given(POLYNOMIALS, POINTS, POINTS)
def test_polynomials(terms: list[tuple[int, tuple[int, ...]]], here: tuple[int, ...], there: tuple[int, ...]) -> None:
    f = polynomial(terms)
    at, baseline = (dict(zip("xyz", point, strict=True)) for point in (here, there))
    found = attribution(f, at=at, baseline=baseline, how=METHODS)
    assert dict(found.by_method["shapley"]) == slow_shapley(f, at, baseline)
    assert sum(found.by_method["integrated gradients"].values()) == found.total == f(**at) - f(**baseline)
    for name in "xyz":
        step = lambda h, name=name: f(**{**at, name: at[name] + h})
        slope = (8 * (step(F(1, 10)) - step(F(-1, 10))) - (step(F(1, 5)) - step(F(-1, 5)))) / (12 * F(1, 10))
        assert found.by_method["gradient"][name] == slope, "five points are exact up to degree 4"


@settings(max_examples=tries(30))
@given(POLYNOMIALS, POINTS, POINTS)
def test_dummies_get_nothing_and_twins_the_same(
    terms: list[tuple[int, tuple[int, ...]]], here: tuple[int, ...], there: tuple[int, ...]
) -> None:
    base = polynomial([(c, (a, a, 0)) for c, (a, _, _) in terms])
    at, baseline = {"x": here[0], "y": here[0], "z": here[2]}, {"x": there[0], "y": there[0], "z": there[2]}
    rows = attribution(base, at=at, baseline=baseline, how=METHODS).by_method
    assert set(rows) == set(METHODS)
    for method, row in rows.items():
        assert row["z"] == 0, method
        assert row["x"] == row["y"], method


def smaller(a: Any, b: Any) -> Any:
    return min(a, b)


REFUSED: dict[str, tuple[type[Exception], str, Callable[[], Any]]] = {
    "an unknown method": (
        UnknownName,
        r"the methods are: 'gradient'",
        lambda: attribution(PRODUCT, at=WEIGHTS, baseline=WEIGHTS, how=["lime"]),
    ),
    "no baseline": (UnknownName, r"'w3' has no value in baseline", lambda: attribution(PRODUCT, at=WEIGHTS, baseline={"w1": 0, "w2": 0})),
    "too many": (
        TooLarge,
        r"8,192 subsets",
        lambda: attribution(max, at=dict.fromkeys("abcdefghijklm", 1), baseline=dict.fromkeys("abcdefghijklm", 0)),
    ),
    "no symbols": (
        WrongShape,
        r"does not answer to symbols",
        lambda: attribution(smaller, at={"a": 1, "b": 2}, baseline={"a": 0, "b": 0}, how=["gradient"]),
    ),
    "words": (InvalidNumber, r"not an exact number", lambda: attribution(lambda a: "much", at={"a": 1}, baseline={"a": 0})),
    "a gradient of a model": (
        WrongShape,
        r"a model is a table",
        lambda: attribution_in(Model(a=1, y=lambda a: a), "y", baseline={"a": 1}, how=["gradient"]),
    ),
    "a table without a coupling": (
        WrongShape,
        r"conditional table",
        lambda: attribution_in(Model(a=1, y=cpt(["a"], {1: coin("1/2")})), "y", baseline={"a": 1}),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_misuse_is_refused_in_words(case: str) -> None:
    error, words, call = REFUSED[case]
    with pytest.raises(error, match=words):
        call()


def test_disagreements_are_told_up_to_three_and_the_others_are_counted() -> None:
    """Gradients of a product fall where its inputs rise, and so all n (n - 1) / 2 pairs of inputs are in opposite orders."""
    for n in (2, 3, 4):
        at = {f"w{i}": i + 2 for i in range(n)}
        found = attribution(lambda **w: prod(w.values()), at=at, baseline=dict.fromkeys(at, 1), how=["gradient", "shapley"])
        pairs = n * (n - 1) // 2
        assert len(found.disagreements) == pairs
        lines = [line for line in str(found).splitlines() if " above " in line]
        assert len(lines) == min(pairs, 3)
        assert (f"and {pairs - 3} more such pairs" in str(found).splitlines()) == (pairs > 3)


@pytest.mark.parametrize("function", [lambda a, b: 5 if a == 1 else b, lambda a, b: a and b])
def test_a_function_that_compares_its_inputs_has_no_gradient_in_silence(function: Callable[..., Any]) -> None:
    with pytest.raises(WrongShape, match="answers to symbols with"):
        attribution(function, at={"a": 1, "b": 1}, baseline={"a": 0, "b": 2}, how=["gradient"])


def test_no_method_at_all_is_refused() -> None:
    with pytest.raises(UnknownName, match="no list of methods"):
        attribution(lambda a: a, at={"a": 1}, baseline={"a": 0}, how=[])
