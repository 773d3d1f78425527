"""Identification: every formula against the truth of random models, every refusal against the definition of a hedge."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import cast

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from causalkit.errors import Impossible, UnknownName, UnknownValue, WrongShape
from causalkit.graphs.graph import Graph
from causalkit.identification.estimand import Estimand, P, Probability, Symbol
from causalkit.identification.hedge import Hedge
from causalkit.identification.id_algorithm import Identified, NotIdentified, identify
from causalkit.model import Model
from tests.causalkit.admg import Scm, admgs, random_scm
from tests.reached import came_to, reaches
from tests.tries import tries


@st.composite
def questions(draw: st.DrawFn, most: int = 5, conditions: bool = True) -> tuple[Graph, list[str], list[str], list[str]]:
    graph = draw(admgs(least=2, most=most, shared=3))
    names = list(draw(st.permutations(graph.nodes)))
    a = draw(st.integers(1, min(2, len(names) - 1)))
    b = draw(st.integers(a + 1, min(a + 2, len(names))))
    c = draw(st.integers(b, len(names))) if conditions else b
    return graph, names[:a], names[a:b], names[b:c]


def cells(model: Scm, names: list[str]) -> Iterator[dict[str, int]]:
    for values in product(*(model.domain(name) for name in names)):
        yield dict(zip(names, values, strict=True))


def truth(model: Scm, y: dict[str, int], x: dict[str, int], z: dict[str, int]) -> Fraction:
    """The probability of y given z after do(x), from the full model."""
    after = model.do(x)
    both = after.dist(*y, *z)
    key = (*y.values(), *z.values())
    found = both.get(key if len(key) > 1 else key[0], Fraction(0))
    below = after.dist(*z).get(tuple(z.values()) if len(z) > 1 else next(iter(z.values())), Fraction(0)) if z else Fraction(1)
    return found / below


def agrees(model: Scm, found: Identified, y: list[str], x: list[str], z: list[str]) -> bool:
    table = found.evaluate(model)
    open_ = [symbol.variable for symbol in found.estimand.free]
    for each in cells(model, [*y, *x, *z]):
        key = tuple(each[name] for name in open_)
        value = table if not open_ else table[key if len(key) > 1 else key[0]]
        if value != truth(model, {n: each[n] for n in y}, {n: each[n] for n in x}, {n: each[n] for n in z}):
            return False
    return True


def is_c_forest(graph: Graph) -> bool:
    return len(graph.c_components()) == 1 and all(len(graph.children(name)) <= 1 for name in graph.nodes)


def is_part(inner: Graph, outer: Graph) -> bool:
    return set(inner.nodes) <= set(outer.nodes) and set(inner.edges) <= set(outer.edges) and set(inner.confounded) <= set(outer.confounded)


def is_hedge(found: Hedge, graph: Graph, y: list[str], x: list[str]) -> bool:
    """Definition 6 of [shpitser2006]: two c-forests with the same roots, which are ancestors of y once x is done."""
    roots = {name for name in found.outer.nodes if not found.outer.children(name)}
    return (
        is_c_forest(found.outer)
        and is_c_forest(found.inner)
        and roots == set(found.roots)
        and is_part(found.inner, found.outer)
        and is_part(found.outer, graph)
        and bool(set(found.outer.nodes) & set(x))
        and not set(found.inner.nodes) & set(x)
        and roots <= set(graph.without_incoming(x).ancestors(y, include_self=True))
    )


# ---------------------------------------------------------------- theorems


@reaches("a refusal", "an answer")
@given(questions(conditions=False), st.integers(0, 10**6))
@settings(max_examples=50)
def test_id_is_sound_and_refuses_with_a_hedge(question: tuple[Graph, list[str], list[str], list[str]], seed: int) -> None:
    graph, y, x, _ = question
    found = identify(graph, y, do=x)
    if isinstance(found, NotIdentified):
        came_to("a refusal")
        assert is_hedge(found.hedge, graph, y, x)
    else:
        came_to("an answer")
        assert agrees(random_scm(graph, seed), found, y, x, [])


@given(admgs(least=5, most=7), st.data())
@settings(max_examples=tries(200))
def test_every_refusal_is_a_hedge(graph: Graph, data: st.DataObject) -> None:
    names = data.draw(st.permutations(graph.nodes))
    cut = data.draw(st.integers(1, 3))
    y, x = list(names[:cut]), list(names[cut : cut + data.draw(st.integers(1, 3))])
    found = identify(graph, y, do=x)
    assert found or is_hedge(found.hedge, graph, y, x)


@given(questions(most=4), st.integers(0, 10**6))
@settings(max_examples=tries(50))
def test_idc_is_sound(question: tuple[Graph, list[str], list[str], list[str]], seed: int) -> None:
    graph, y, x, z = question
    found = identify(graph, y, do=x, given=z)
    if isinstance(found, NotIdentified):
        # Conditions that were turned into interventions count as such.
        assert is_hedge(found.hedge, graph, [at.variable for at in found.effect.events], [at.variable for at in found.effect.do])
    else:
        assert agrees(random_scm(graph, seed), found, y, x, z)


@given(questions(most=4), st.integers(0, 10**6))
@settings(max_examples=tries(100))
def test_where_an_estimand_has_a_value_it_is_the_truth(question: tuple[Graph, list[str], list[str], list[str]], seed: int) -> None:
    """In models that rule some events out, an estimand has no value or the right one: never a wrong one."""
    graph, y, x, z = question
    found = identify(graph, y, do=x, given=z)
    assume(found)
    assert isinstance(found, Identified)
    model = random_scm(graph, seed, positive=False)
    for each in cells(model, [*y, *x, *z]):
        parts = [{name: each[name] for name in side} for side in (y, x, z)]
        possible = not z or truth(model, parts[2], parts[1], {}) > 0
        try:
            value = found.evaluate(model, each)
        except Impossible:
            continue
        assert value == truth(model, *parts) if possible else found.evidence is None or not has_value(found.evidence, model, each)


def has_value(estimand: Estimand, model: Scm, values: dict[str, int]) -> bool:
    try:
        estimand.evaluate(model, {symbol.variable: values[symbol.variable] for symbol in estimand.free})
    except Impossible:
        return False
    return True


@given(questions(most=4, conditions=False), st.integers(0, 10**6))
@settings(max_examples=tries(60))
def test_on_larger_domains(question: tuple[Graph, list[str], list[str], list[str]], seed: int) -> None:
    graph, y, x, _ = question
    found = identify(graph, y, do=x)
    assume(found)
    assert isinstance(found, Identified)
    assert agrees(random_scm(graph, seed, sizes=dict.fromkeys(x, 3)), found, y, x, [])


@given(admgs(most=5, shared=0), st.data())
def test_without_confounders_every_effect_is_identified(graph: Graph, data: st.DataObject) -> None:
    x, y, *z = data.draw(st.permutations(graph.nodes))
    assert identify(graph, y, do=x)
    assert identify(graph, y, do=x, given=z)


@given(questions(most=5))
def test_the_verdict_does_not_depend_on_the_order_of_declaration(question: tuple[Graph, list[str], list[str], list[str]]) -> None:
    graph, y, x, z = question
    turned = Graph(graph.nodes[::-1], graph.edges, graph.confounded)
    assert bool(identify(graph, y, do=x, given=z)) == bool(identify(turned, y, do=x, given=z))


# ---------------------------------------------------------------- published graphs


@pytest.mark.parametrize(
    ("graph", "query", "formula"),
    [
        pytest.param("z -> x -> y, z -> y", "P(y | do(x))", "Σ_z P(y | x, z) P(z)", id="back door"),
        pytest.param("x -> z -> y, x <-> y", "P(y | do(x))", "Σ_z P(z | x) Σ_{x'} P(y | x', z) P(x')", id="front door"),
        pytest.param(
            "w -> r -> x -> y, w <-> x, w <-> y",
            "P(y | do(x))",
            "[(Σ_w P(x, y | r, w) P(w)) / (Σ_w P(x | r, w) P(w)) at any r]",
            id="napkin",
        ),
        pytest.param("x -> y", "P(y | do(x))", "P(y | x)", id="no confounder"),
        pytest.param("w -> x -> y", "P(y | do(x))", "P(y | x)", id="line 3 sets a variable that then drops out"),
        pytest.param("x -> y, z -> y, y -> z2", "P(x | do(y))", "P(x)", id="line 2: no effect on a cause"),
        pytest.param("x -> y", "P(y=1 | do(x=0))", "P(y=1 | x=0)", id="values"),
        pytest.param(
            "w1 -> x -> y1, w2 -> y2, w1 <-> w2, w2 <-> x, w1 <-> y2, w1 <-> y1",
            "P(y1, y2 | do(x))",
            "P(y2) Σ_w1 P(y1 | w1, x) P(w1)",
            id="two outcomes, line 7",
        ),
        pytest.param(
            "z2 -> x, z2 -> z1, z2 -> z3, x -> z1, z3 -> y, z1 -> y, z2 <-> x, z2 <-> y, x <-> z3, x <-> y",
            "P(y | do(x))",
            "Σ_{z2, z1} P(z1 | x, z2) P(z2) Σ_{x'} P(y | x', z1, z2) P(x' | z2)",
            id="figure 3.8 (g) of [pearl2009]",
        ),
        pytest.param(
            "x -> z -> y, x <-> z", "P(y | do(x), z)", "P(y | z)", id="a conditional effect, though P(z | do(x)) is not identified"
        ),
    ],
)
def test_published_formulas(graph: str, query: str, formula: str) -> None:
    found = identify(Graph.parse(graph), query)
    assert found
    assert str(found.estimand) == formula


@pytest.mark.parametrize(
    ("graph", "query"),
    [
        pytest.param("x -> y, x <-> y", "P(y | do(x))", id="bow"),
        pytest.param("z -> x -> y, x <-> y", "P(y | do(x))", id="instrument"),
        pytest.param("x -> z -> y, x <-> z", "P(y | do(x))", id="confounded mediator"),
        pytest.param("x -> z -> y, x <-> z, z <-> y", "P(y | do(x))", id="chain of bows"),
        pytest.param("x -> y, z -> y, x <-> z, z <-> y", "P(y | do(x))", id="confounded covariate"),
        pytest.param("w1 -> x -> y1, w2 -> y2, w1 <-> w2, x <-> w2, w1 <-> y1, w1 <-> x", "P(y1, y2 | do(x))", id="two outcomes"),
        pytest.param("x -> y, x <-> z1, z1 <-> z2, z2 <-> y", "P(y | do(x), z1, z2)", id="two conditions that open a path"),
    ],
)
def test_published_refusals(graph: str, query: str) -> None:
    found = identify(Graph.parse(graph), query)
    assert isinstance(found, NotIdentified)
    x = [at.variable for at in found.effect.do]
    y = [at.variable for at in found.effect.events]
    assert is_hedge(found.hedge, Graph.parse(graph), y, x)


def test_idc_answers_where_the_joint_effect_is_not_identified() -> None:
    """Figure 6 (a) of [shpitser2008]: conditioning turns into doing, by the second rule of do-calculus."""
    graph = Graph.parse("x -> z -> y, x <-> z")
    assert not identify(graph, "P(y, z | do(x))")
    assert str(identify(graph, "P(y | do(x), z)")) == "P(y | do(x), z) = P(y | z)"


def test_the_w_graph() -> None:
    """Two conditions tied to cause and outcome: with either condition the effect is lost, without them it is there."""
    graph = Graph.parse("x -> y, x <-> z1, z1 <-> z2, z2 <-> y")
    assert str(identify(graph, "P(y | do(x))")) == "P(y | do(x)) = P(y | x)"
    assert str(identify(graph, "P(y | do(x), z1)")) == "P(y | do(x), z1) = P(y | x)"
    assert str(identify(graph, "P(y | do(x), z2)")) == "P(y | do(x), z2) = P(y | x, z2)"
    assert not identify(graph, "P(y | do(x), z1, z2)")


def test_on_the_napkin_the_conditional_is_not_the_effect() -> None:
    graph = Graph.parse("w -> r -> x -> y, w <-> x, w <-> y")
    found = identify(graph, "P(y | do(x))")
    assert isinstance(found, Identified)
    for seed in range(20):
        model = random_scm(graph, seed)
        assert agrees(model, found, ["y"], ["x"], [])
    assert any(
        P("y", given="x").evaluate(m, x=1, y=1) != truth(m, {"y": 1}, {"x": 1}, {}) for m in (random_scm(graph, seed) for seed in range(20))
    )


def test_the_value_of_a_variable_that_may_be_set_at_will_does_not_matter() -> None:
    graph = Graph.parse("w -> r -> x -> y, w <-> x, w <-> y")
    found = identify(graph, "P(y | do(x))")
    inner = found.estimand.of  # type: ignore[union-attr]
    model = random_scm(graph, 3)
    assert inner.evaluate(model, x=1, y=1, r=0) == inner.evaluate(model, x=1, y=1, r=1) == truth(model, {"y": 1}, {"x": 1}, {})


def test_an_instrument_does_not_identify_and_two_models_show_it() -> None:
    """Both models give the same P(z, x, y), and opposite effects; the noise u confounds x and y."""
    fair = {0: Fraction(1, 2), 1: Fraction(1, 2)}

    def model(effect: bool) -> Model:
        from causalkit.values.dist import Dist

        return Model(
            z=Dist(fair),
            u=Dist({0: Fraction(1, 2), 1: Fraction(1, 2)}),
            x=lambda z, u: u,
            y=(lambda x, u: x) if effect else (lambda x, u: u),
        )

    first, second = model(True), model(False)
    assert dict(first.dist("z", "x", "y")) == dict(second.dist("z", "x", "y"))
    assert first.do(x=1).prob(y=1) != second.do(x=1).prob(y=1)
    graph = Graph.parse("u -> x -> y, u -> y, z -> x")
    assert first.graph == second.graph == graph
    assert not identify(graph.latent_projection("u"), "P(y | do(x))")


# ---------------------------------------------------------------- on a Model of the package


def test_smoking_and_tar_on_a_model() -> None:
    from causalkit.values.dist import coin

    model = Model(
        gene=coin("1/2"),
        curious=coin("1/10"),
        dust=coin("1/20"),
        filter=coin("1/7"),
        luck=coin("1/3"),
        smoking=lambda gene, curious: gene != curious,
        tar=lambda smoking, dust, filter: (smoking and not filter) or dust,
        cancer=lambda gene, tar, luck: (gene or tar) and luck,
    )
    graph = model.graph.latent_projection(["gene", "curious", "dust", "filter", "luck"])
    assert graph == Graph.parse("smoking -> tar -> cancer, smoking <-> cancer")
    found = identify(graph, "P(cancer | do(smoking))")
    for smoking, cancer in product([True, False], repeat=2):
        assert found.evaluate(model, smoking=smoking, cancer=cancer) == model.do(smoking=smoking).prob(cancer=cancer)  # type: ignore[union-attr]
    assert found.evaluate(model, smoking=True) == {c: model.do(smoking=True).prob(cancer=c) for c in (False, True)}  # type: ignore[union-attr]
    assert found.evaluate(model)[(True, True)] == model.do(smoking=True).prob(cancer=True)  # type: ignore[union-attr]


def test_impossible_conditions_are_never_a_number() -> None:
    from causalkit.values.dist import coin

    conditional = identify(Graph.parse("x -> y -> z"), "P(z | do(x), y)")
    chain = Model(x=coin("1/2"), y=lambda x: x, noise=coin("1/2"), z=lambda y, noise: y != noise)
    assert conditional.evaluate(chain, x=True, y=True, z=True) == Fraction(1, 2)  # type: ignore[union-attr]
    with pytest.raises(Impossible) as caught:
        conditional.evaluate(chain, x=True, y=False, z=True)  # type: ignore[union-attr]
    assert str(caught.value) == "the conditions of P(z | do(x), y) have probability 0 at x=True, y=False, so it is undefined there"
    with pytest.raises(Impossible, match="have probability 0 at x=True, y=False"):
        conditional.evaluate(chain, x=True)  # type: ignore[union-attr]


def test_evidence_without_support_is_impossible() -> None:
    from causalkit.values.dist import coin

    model = Model(z=coin("1/2"), x=lambda z: z, y=lambda x, z: x and z)
    found = identify(Graph.parse("z -> x -> y, z -> y"), "P(y | do(x))")
    with pytest.raises(Impossible) as caught:
        found.evaluate(model, x=True, y=True)  # type: ignore[union-attr]
    assert str(caught.value) == (
        "the data cannot tell P(y | do(x)): P(y | x, z) conditions on x=True, z=False, which has probability 0; "
        "the formula has no value there"
    )


# ---------------------------------------------------------------- how results print, and what bad input gets


def test_results_print_as_text_and_latex() -> None:
    found = identify(Graph.parse("x -> z -> y, x <-> y"), "P(y | do(x))")
    assert isinstance(found, Identified)
    assert str(found) == "P(y | do(x)) = Σ_z P(z | x) Σ_{x'} P(y | x', z) P(x')"
    assert found.latex() == r"P(y \mid do(x)) = \sum_{z} P(z \mid x) \sum_{x'} P(y \mid x', z) P(x')"
    assert found._repr_latex_() == f"${found.latex()}$"
    napkin = identify(Graph.parse("w -> r -> x -> y, w <-> x, w <-> y"), "P(y | do(x))")
    expected = r"\left[\frac{\sum_{w} P(x, y \mid r, w) P(w)}{\sum_{w} P(x \mid r, w) P(w)}\right]_{\text{any } r}"
    assert napkin.estimand.latex() == expected  # type: ignore[union-attr]


def test_a_refusal_prints_its_hedge() -> None:
    found = identify(Graph.parse("z -> x -> y, x <-> y"), "P(y | do(x))")
    assert not found
    assert str(found) == (
        "P(y | do(x)) is not identified in z -> x, x -> y, x <-> y: "
        "hedge (x -> y, x <-> y) around (y), rooted in y, with x cut off by the intervention"
    )


def test_the_forms_of_a_query_agree() -> None:
    graph = Graph.parse("z -> x -> y, z -> y")
    text = identify(graph, "P(y | do(x), z)")
    assert text == identify(graph, "y", do="x", given="z") == identify(graph, P("y", do="x", given="z"))
    assert text == identify(graph, " P( y|do( x ) ,z ) ")
    valued = identify(graph, {"y": 1}, do={"x": "go"}, given={"z": (0, 1)})
    assert valued == identify(graph, "P(y=1 | do(x='go'), z=(0, 1))")
    assert isinstance(valued.query, Probability)
    assert valued.query == Probability(valued.query.events, valued.query.given, valued.query.do)


@pytest.mark.parametrize(
    ("wrong", "error", "text"),
    [
        (
            lambda g: identify(g, "P(y | do(x)"),
            WrongShape,
            "'do(x' is not the name of a variable; a query reads 'P(y | do(x), z)', with every bracket closed",
        ),
        (
            lambda g: identify(g, "P(y | do x)"),
            WrongShape,
            "in 'P(y | do x)' what is done has no brackets; behind the bar type do(x=1), or do(x) for any value",
        ),
        (lambda g: identify(g, "P(y | z, DO: x=1)"), WrongShape, "behind the bar type do(x=1), or do(x) for any value"),
        (lambda g: identify(g, "y | do x"), WrongShape, "'y | do x' is not a query; write 'P(y | do(x), z)'"),
        (lambda g: identify(g, "y", do="do x"), UnknownName, "'do x' is not in the graph; it has: z, x, y"),
        (lambda g: identify(g, "P(y | do_x)"), UnknownName, "'do_x' is not in the graph; it has: z, x, y"),
        (lambda g: identify(g, "P(y | x | z)"), WrongShape, "'P(y | x | z)' is not a query"),
        (lambda g: identify(g, "P(wish | do(x))"), UnknownName, "'wish' is not in the graph; it has: z, x, y"),
        (
            lambda g: identify(g, "P(y | do(x), x)"),
            WrongShape,
            "'x' occurs twice in P(y | do(x), x); a variable is asked for, done, or given",
        ),
        (lambda g: identify(g, [], do="x"), WrongShape, "the query asks for no variable; name at least one outcome"),
        (lambda g: identify(g, "P(y | do(x))", given="z"), WrongShape, "P(y | do(x)) already says what is done and given"),
        (
            lambda g: identify(g, "P(y=stop | do(x))"),
            WrongShape,
            "'stop' is not a value; write a number, True, False, None, a tuple, or text in quotes",
        ),
        (
            lambda g: cast(Identified, identify(g, "P(y | do(x))")).evaluate(random_scm(g, 0), wish=1),
            UnknownName,
            "'wish' is not left open by P(y | do(x)); it leaves open: x, y",
        ),
        (
            lambda g: cast(Identified, identify(g, "P(y | do(x))")).evaluate(random_scm(g, 0), x=7),
            UnknownValue,
            "'x' does not take the value 7; it takes: 0, 1",
        ),
        (lambda g: P("y").evaluate(random_scm(g, 0), x=1), UnknownName, "'x' is not an open value of P(y); it has: y"),
        (
            lambda g: P("y").substituted({Symbol("y"): 1}).evaluate(random_scm(g, 0), x=1),
            UnknownName,
            "'x' is not an open value of P(y=1); it has: none",
        ),
        (lambda g: P("y").evaluate(g), WrongShape, "has no .dist(*names); evaluate on a Model"),
    ],
)
def test_errors_say_what_was_found(wrong, error, text) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(error) as caught:
        wrong(Graph.parse("z -> x -> y, z -> y"))
    assert text in str(caught.value)


def test_terms_stand_by_the_latest_variable_that_each_asks() -> None:
    graph = Graph.parse("w1 -> x -> y1, x -> y2, w1 -> y1, w1 -> w2, w2 -> y2")
    places = [graph.order.index(name) for name in ("w1", "y1", "w2", "y2")]
    assert places == sorted(places)
    said = "P(y1, y2 | do(x)) = Σ_{w1, w2} P(y2 | w2, x) P(w1, w2) P(y1 | w1, x)"
    assert str(identify(graph, "P(y1, y2 | do(x))")) == said
