"""Estimands as values: how they print, what substitution reaches, and that their algebra changes no number."""

from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causalkit.errors import Impossible
from causalkit.graphs.graph import Graph
from causalkit.identification.estimand import AnyValue, At, Estimand, P, Probability, Quotient, Scalar, Sum, Symbol
from causalkit.identification.estimand_algebra import ONE, ZERO, divided, multiplied, simplified, summed
from causalkit.model import Model
from tests.causalkit.admg import admgs, random_scm
from tests.tries import tries


@st.composite
def terms(draw: st.DrawFn, graph: Graph) -> Probability:
    names = draw(st.permutations(graph.nodes))
    cut = draw(st.integers(1, min(2, len(names))))
    return P(names[:cut], given=names[cut : cut + draw(st.integers(0, 2))])


@st.composite
def formulas(draw: st.DrawFn, graph: Graph, depth: int = 2) -> Estimand:
    """Sums, products and quotients of terms, as they come; they need not mean anything."""
    if not depth:
        return draw(terms(graph))
    parts = [draw(formulas(graph, depth - 1)) for _ in range(2)]
    over = [Symbol(name) for name in draw(st.lists(st.sampled_from(graph.nodes), unique=True, min_size=1, max_size=2))]
    forms = [lambda: Sum(tuple(over), parts[0] * parts[1]), lambda: parts[0] * parts[1], lambda: parts[0] / parts[1]]
    return draw(st.sampled_from(forms))()


@st.composite
def cases(draw: st.DrawFn) -> tuple[Graph, Estimand, Estimand, int]:
    graph = draw(admgs(least=2, most=4, shared=2))
    return graph, draw(formulas(graph)), draw(formulas(graph)), draw(st.integers(0, 10**6))


@given(cases(), st.data())
@settings(max_examples=tries(60))
def test_the_algebra_changes_no_number(case: tuple[Graph, Estimand, Estimand, int], data: st.DataObject) -> None:
    graph, a, b, seed = case
    model = random_scm(graph, seed)
    over = tuple(Symbol(name) for name in data.draw(st.lists(st.sampled_from(graph.nodes), unique=True, min_size=1)))
    values = {name: data.draw(st.integers(0, 1)) for name in graph.nodes}

    def worth(estimand: Estimand) -> Any:
        return estimand.evaluate(model, {symbol.variable: values[symbol.variable] for symbol in estimand.free})

    assert worth(multiplied([a, b])) == worth(a * b)
    assert worth(divided(a, b)) == worth(a / b)
    assert worth(summed(over, a)) == worth(Sum(over, a))
    assert worth(simplified(a, graph)) == worth(a)


@given(cases(), st.data())
@settings(max_examples=tries(60))
def test_substitution_is_evaluation_at_the_substituted_value(case: tuple[Graph, Estimand, Estimand, int], data: st.DataObject) -> None:
    graph, a, _, seed = case
    model = random_scm(graph, seed)
    values = {symbol.variable: data.draw(st.integers(0, 1)) for symbol in a.free}
    fixed = a.substituted({Symbol(name): value for name, value in values.items()})
    assert fixed.free == ()
    assert fixed.evaluate(model) == a.evaluate(model, values)


@given(cases())
def test_equal_formulas_print_alike_and_hash_alike(case: tuple[Graph, Estimand, Estimand, int]) -> None:
    _, a, b, _ = case
    if a == b:
        assert (str(a), a.latex(), hash(a)) == (str(b), b.latex(), hash(b))
    assert str(a)
    assert a.latex().count("{") == a.latex().count("}")


def test_the_order_within_a_term_does_not_matter() -> None:
    assert P(["y", "w"], given=["x", "z"]) == P(["w", "y"], given=["z", "x"])


def test_bound_values_get_primes_where_their_name_is_in_use() -> None:
    x = Symbol("x")
    inner = Sum((x,), P("y", given="x") * P("x"))
    assert str(inner) == "Σ_x P(y | x) P(x)"
    assert str(P("x") * inner) == "P(x) Σ_{x'} P(y | x') P(x')"
    assert str(Sum((x,), P("x") * inner)) == "Σ_x P(x) Σ_{x'} P(y | x') P(x')"


def test_substitution_captures_nothing() -> None:
    inner = Sum((Symbol("x"),), P("y", given="x") * P("x"))
    assert str(inner.substituted({Symbol("y"): Symbol("x")})) == "Σ_{x'} P(y=x | x') P(x')"
    assert inner.substituted({Symbol("x"): 1}) == inner


def test_latex_of_every_form() -> None:
    formula = P("y1", given=["x", "wish[3]"]) / Sum((Symbol("x"),), P("x") * P("y1", do="x"))
    assert formula.latex() == r"\frac{P(y_{1} \mid \mathit{wish}_{3}, x)}{\sum_{x'} P(x') P(y_{1} \mid do(x'))}"
    assert AnyValue((Symbol("r"),), P("y", given="r")).latex() == r"\left[P(y \mid r)\right]_{\text{any } r}"
    assert P("y")._repr_latex_() == "$P(y)$"
    valued = Probability((At("y", 1),), (At("x", "cut_it"), At("z", Fraction(1, 2))))
    assert valued.latex() == r"P(y=1 \mid x={\text{cut}\_\text{it}}, z=0.5)"
    assert str(valued) == "P(y=1 | x='cut_it', z=0.5)"


def test_text_has_brackets_where_they_are_needed() -> None:
    ratio = P("x") / (P("y") * P("z"))
    assert str(ratio) == "P(x) / (P(y) P(z))"
    assert str(ratio * P("w")) == "(P(x) / (P(y) P(z))) P(w)"
    assert str(Sum((Symbol("z"),), P("z")) * P("w")) == "(Σ_z P(z)) P(w)"
    assert str(Sum((Symbol("z"),), ratio)) == "Σ_z (P(x) / (P(y) P(z)))"


def test_a_zero_factor_makes_the_product_zero_and_a_zero_denominator_is_impossible() -> None:
    from causalkit.values.dist import coin

    model = Model(x=coin("1/2"), y=lambda x: x, z=lambda y: not y)
    assert (P("y", given="x") * P("z", given=["x", "y"])).evaluate(model, x=True, y=False, z=True) == 0
    with pytest.raises(Impossible) as caught:
        P("z", given=["x", "y"]).evaluate(model, x=True, y=False, z=True)
    assert str(caught.value) == "P(z | x, y) conditions on x=True, y=False, which has probability 0; the formula has no value there"
    with pytest.raises(Impossible) as caught:
        (P("x") / P(["x", "y"])).evaluate(model, x=True, y=False)
    assert str(caught.value) == "P(x, y) is 0, so P(x) / P(x, y) has no value there"
    with pytest.raises(Impossible):
        AnyValue((Symbol("x"),), P("z", given=["x", "y"]) / (P("x") / P("x") * ZERO)).evaluate(model, y=True, z=False)


def test_any_value_takes_the_first_that_is_defined() -> None:
    from causalkit.values.dist import coin

    model = Model(x=coin("1/2"), y=lambda x: x, z=lambda y: not y)
    assert AnyValue((Symbol("x"),), P("z", given=["x", "y"])).evaluate(model, y=True, z=False) == 1


def test_a_source_needs_nothing_but_dist() -> None:
    class Table:
        def dist(self, *names: str) -> dict[object, str]:
            return {0: "1/4", 1: "3/4"} if len(names) == 1 else {(0, 0): "1/4", (1, 1): "3/4"}

    assert P("y", given="x").evaluate(Table(), x=1) == {0: 0, 1: 1}
    assert P("y").evaluate(Table(), y=1) == Fraction(3, 4)
    assert Sum((Symbol("x"),), ONE).evaluate(Table()) == 2


def test_symbols_of_sympy_are_numbers_too() -> None:
    import sympy

    p = sympy.Symbol("p", positive=True)
    from causalkit.values.dist import coin

    model = Model(x=coin(p), y=lambda x: x)
    assert P("y").evaluate(model, y=True) == p
    assert P("x", given="y").evaluate(model, x=True, y=True) == 1


def test_scalars_and_quotients_of_equal_formulas() -> None:
    assert divided(P("x"), P("x")) == ONE
    assert str(Scalar(Fraction(1, 3))) == "1/3"
    assert divided(P(["x", "y"]), P("y", given="x")) == P("x")
    assert isinstance(divided(P("x"), P("y")), Quotient)
    assert all(multiplied([P(a), ZERO, P(b)]) == ZERO for a, b in combinations("xyz", 2))
