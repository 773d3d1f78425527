"""Models and mechanisms as values: printed, compared, copied, never changed; symbols and truth values in them."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
from causalkit import Dist, Model, choice, coin, cpt, function, table, uniform
from causalkit.mechanisms.mechanism import Constant, Coupling
from causalkit.testing import AWKWARD_NAMES, domains, edits, events, evidence, mechanisms, models, rules
from tests.tries import tries

ROOT = Path(__file__).resolve().parent.parent.parent
COUPLINGS: list[Coupling | None] = ["monotone", "independent", None]
every_model = st.one_of(
    models(choices=0),
    models(max_variables=4, choices=2),
    models(max_variables=4, names=AWKWARD_NAMES),
    models(max_variables=3, couplings=COUPLINGS),
)
closed = st.one_of(models(max_variables=4), models(max_variables=4, names=AWKWARD_NAMES))
x = sympy.Symbol("x")
p = sympy.Symbol("p", positive=True)


def pasted(text: str) -> Any:
    """What a user gets who pastes a printed value back."""
    names = {name: getattr(ck, name) for name in ck.__all__}
    return eval(text, {**vars(sympy), **names, "Constant": Constant, "Fraction": Fraction})


# ---------------------------------------------------------------- paste-back


@given(st.data())
def test_paste_back_mechanisms(data: st.DataObject) -> None:
    parents = data.draw(st.dictionaries(st.sampled_from(AWKWARD_NAMES), domains(3), max_size=2))
    mechanism = data.draw(mechanisms(parents, data.draw(domains(3)), couplings=COUPLINGS))
    again = pasted(repr(mechanism))
    assert again == mechanism
    assert hash(again) == hash(mechanism)
    assert repr(again) == repr(mechanism)


@given(every_model)
def test_paste_back_models(model: Model) -> None:
    again = pasted(repr(model))
    assert again == model
    assert hash(again) == hash(model)
    assert (again.names, dict(again.domains)) == (model.names, dict(model.domains))
    assert repr(again) == repr(model)


@given(closed, st.data())
def test_paste_back_models_with_steps(model: Model, data: st.DataObject) -> None:
    seen = data.draw(evidence(model))
    edit = data.draw(edits(model))
    later = data.draw(evidence(model.given(seen).do(edit)))
    asked = model.given(seen).do(edit).given(later)
    again = pasted(repr(asked))
    assert again == asked
    assert again.dist(*model.names) == asked.dist(*model.names)


@given(models(max_variables=4, choices=1), st.data())
def test_paste_back_models_with_rules(model: Model, data: st.DataObject) -> None:
    ruled = model.choose(data.draw(rules(model, stochastic=data.draw(st.booleans()))))
    assert pasted(repr(ruled)) == ruled


@pytest.mark.parametrize(
    "model",
    [
        Model(),
        Model(a=3),
        Model(a="text", b=None, c=(1, "two"), d=Fraction(1, 3)),
        Model(a=coin(x), b=lambda a: x if a else x**2),
        Model(a=uniform((1,), 1), b=table(["a"], {((1,),): "tuple", (1,): "number"})),
        Model(a=table([], {(): 1})),
        Model({"class": 1, "wish[3]": function(lambda c: c + 1, parents=["class"])}),
        Model(a=uniform(0, 1), act=choice("x", (0,), None, sees=["a"])),
    ],
)
def test_paste_back_special_values(model: Model) -> None:
    assert pasted(repr(model)) == model


def test_paste_back_symbols_with_assumptions() -> None:
    """What is assumed of a symbol is part of it: two symbols called p are two when one is positive."""
    model = Model(a=coin(p))
    assert pasted(repr(model)) == model


# ---------------------------------------------------------------- equality


def test_functions_are_compared_by_what_they_do() -> None:
    assert Model(a=coin("1/2"), b=lambda a: not a) == Model(a=coin("1/2"), b=lambda a: a is False)
    assert Model(a=coin("1/2"), b=lambda a: not a) == Model(a=coin("1/2"), b=table(["a"], {True: False, False: True}))
    assert Model(a=coin("1/2"), b=lambda a: not a) != Model(a=coin("1/2"), b=lambda a: a)


def test_what_was_asked_first_counts() -> None:
    model = Model(a=coin("1/2"), b=lambda a: a)
    assert model.given(a=True).do(a=False) != model.do(a=False).given(b=False)
    assert model.given(a=True).do(a=False) == model.given(a=True).do(a=False)
    assert model.do(a=True) != model.given(a=True)
    assert model.given({"a": True}) == model.given(a=True)
    assert model != "model"
    assert coin("1/2") != model


def test_a_coupling_is_part_of_a_table() -> None:
    rows = {True: {0: "1/2", 1: "1/2"}, False: {0: 1}}
    one, other, neither = (cpt(["a"], rows, coupling=c, domain=[0, 1]) for c in ("monotone", "independent", None))
    assert one != other != neither != one
    assert cpt(["a"], rows, coupling="monotone", domain=[1, 0]) != one
    assert cpt(["a"], rows, coupling="independent", domain=[1, 0]) == other


def test_a_declared_domain_is_part_of_a_table() -> None:
    rows = {True: 0, False: 1}
    assert table(["a"], rows, domain=[0, 1, 2]) != table(["a"], rows)
    assert table(["a"], rows, domain=[1, 0]) == table(["a"], rows)


# ---------------------------------------------------------------- never changed


@given(closed, st.data())
def test_questions_and_verbs_change_nothing(model: Model, data: st.DataObject) -> None:
    before, state = repr(model), (model.names, dict(model.domains), hash(model))
    first = model.dist(*model.names)
    seen, edit = data.draw(evidence(model)), data.draw(edits(model))
    model.given(seen).do(edit).dist(*model.names)
    model.branches(a=edit).dist(lambda b: b.a[model.names[0]])
    assert repr(model) == before
    assert (model.names, dict(model.domains), hash(model)) == state
    assert model.dist(*model.names) == first


@pytest.mark.parametrize(
    "change",
    [
        lambda m: setattr(m, "names", ("b",)),
        lambda m: setattr(m, "graph", None),
        lambda m: m.domains.update(a=(1,)),
        lambda m: m.domains.__setitem__("a", (1,)),
        lambda m: m.mechanism("b").rows.__setitem__((True,), 7),
        lambda m: m.mechanism("b").rows.update({(True,): 7}),
        lambda m: setattr(m.mechanism("b"), "parents", ()),
        lambda m: setattr(m.mechanism("a"), "dist", coin("1/3")),
        lambda m: m.mechanism("a").dist.__setitem__(True, 1),
        lambda m: m.domain("a").append(3),
        lambda m: m.__setitem__("a", 3),
    ],
)
def test_nothing_can_be_changed(change: Any) -> None:
    model = Model(a=coin("1/2"), b=lambda a: a)
    with pytest.raises((AttributeError, TypeError)):
        change(model)
    assert model == Model(a=coin("1/2"), b=lambda a: a)


def test_what_it_was_made_of_may_change() -> None:
    rows, options, parts = {True: 1, False: 0}, ["x", "y"], {"a": coin("1/2")}
    model = Model(parts, b=table(["a"], rows), act=choice(*options, sees=(sees := ["a"])))
    before = repr(model)
    rows[True] = 7
    sees.append("b")
    parts["c"] = coin("1/2")
    assert repr(model) == before


# ---------------------------------------------------------------- copies


@given(every_model)
def test_pickle_and_copy(model: Model) -> None:
    hash(model)
    for twin in (pickle.loads(pickle.dumps(model)), copy.copy(model), copy.deepcopy(model)):
        assert twin == model
        assert hash(twin) == hash(model)
        assert repr(twin) == repr(model)


@given(closed, st.data())
def test_pickle_and_copy_after_steps(model: Model, data: st.DataObject) -> None:
    asked = model.given(data.draw(evidence(model))).do(data.draw(edits(model)))
    answer = asked.dist(*model.names)
    for twin in (pickle.loads(pickle.dumps(asked)), copy.copy(asked), copy.deepcopy(asked)):
        assert twin == asked
        assert twin.dist(*model.names) == answer


@given(models(max_variables=3), st.data())
def test_events_that_can_be_pickled_stay_in_a_pickled_model(model: Model, data: st.DataObject) -> None:
    seen = model.given(data.draw(events(model, possible=True)))
    assert pickle.loads(pickle.dumps(seen)).dist(*model.names) == seen.dist(*model.names)


ELSEWHERE = """
import pickle, sys
import causalkit as ck
model = pickle.load(sys.stdin.buffer)
fresh = ck.Model(sky=ck.Dist({"rain": "1/4", "sun": "3/4"}), wet=lambda sky: sky == "rain")
assert model == fresh.given(wet=True), "not equal"
assert hash(model) == hash(fresh.given(wet=True)), "another hash"
law = fresh.mechanism("sky")
assert model.branches(same={"sky": law}).prob(lambda b: b.fact.sky == b.same.sky) == 1, "another draw"
print("well")
"""


def test_a_model_travels_to_another_process() -> None:
    """Hashes of text differ from process to process; nothing of them may travel."""
    model = Model(sky=Dist({"rain": "1/4", "sun": "3/4"}), wet=lambda sky: sky == "rain").given(wet=True)
    hash(model)
    model.prob(sky="rain")
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run(
            [sys.executable, "-c", ELSEWHERE], input=pickle.dumps(model), capture_output=True, check=False, env=environment
        )
        assert (ran.stdout.decode().strip(), ran.stderr.decode()) == ("well", "")


# ---------------------------------------------------------------- truth values and numbers


def test_true_and_1_are_the_same_value() -> None:
    model = Model(a=uniform(0, 1), b=lambda a: a == 1)
    assert model.domain("b") == (False, True)
    assert model.prob(a=True) == model.prob(a=1) == Fraction(1, 2)
    assert model.do(a=True).prob(b=1) == 1
    assert model.do(a=True) == model.do(a=1)
    assert model.given(b=1).prob(a=True) == 1
    assert Model(a=coin("1/2"), b=table(["a"], {0: "no", 1: "yes"})).do(a=1).prob(b="yes") == 1


def test_one_value_under_two_spellings_is_one_value() -> None:
    model = Model(a=uniform("x", "y"), b=lambda a: 1 if a == "x" else True)
    assert model.domain("b") == (1,)
    assert model.prob(b=1) == 1


def test_text_is_no_number() -> None:
    model = Model(a=uniform("1", 1))
    assert model.prob(a="1") == model.prob(a=1) == Fraction(1, 2)


def test_expectations_of_truth_values_are_probabilities() -> None:
    model = Model(a=coin("1/4"))
    assert model.expect("a") == model.prob(a=True) == Fraction(1, 4)
    assert type(model.expect("a")) is Fraction


def test_events_may_return_anything_truthy() -> None:
    model = Model(n=uniform(0, 1, 2, 3))
    assert model.prob(lambda n: n) == Fraction(3, 4)
    assert model.given(lambda n: n).expect("n") == 2
    assert model.prob(lambda n: "") == 0
    assert model.prob(lambda n: n > 1, n=3) == Fraction(1, 4)


def test_floats_in_values_are_kept_and_their_means_exact() -> None:
    model = Model(price=uniform(0.1, 0.2))
    assert model.domain("price") == (0.1, 0.2)
    assert model.expect("price") == Fraction(3, 20)


def test_arguments_with_a_default_are_no_parents() -> None:
    models_ = [Model(a=uniform(1, 2), b=lambda a, k=k: a * k) for k in (1, 10)]
    assert [model.domain("b") for model in models_] == [(1, 2), (10, 20)]


# ---------------------------------------------------------------- symbols


def test_symbols_as_probabilities() -> None:
    model = Model(u=coin(p), v=coin("1/2"), y=lambda u, v: u and v)
    assert model.prob(y=True) == p / 2
    assert sympy.simplify(model.given(y=False).prob(u=True) - p / (2 - p)) == 0
    had_it_been: Any = model.given(y=False).do(v=True).prob(y=True)
    assert had_it_been.subs(p, sympy.Rational(1, 2)) == sympy.Rational(1, 3)
    assert model.do(u=True).prob(y=True) == Fraction(1, 2)


def test_symbols_as_payoffs() -> None:
    model = Model(u=coin("1/4"), pay=lambda u: x if u else 1 - x)
    assert sympy.expand(model.expect("pay") - (sympy.Rational(3, 4) - x / 2)) == 0
    assert model.domain("pay") == (1 - x, x)
    assert model.prob(pay=x) == Fraction(1, 4)
    assert model.do(pay=x).expect("pay") == x


def test_a_symbol_is_a_value_and_no_function() -> None:
    model = Model(cost=x, twice=lambda cost: 2 * cost)
    assert model.parents("cost") == ()
    assert model.expect("twice") == 2 * x
    assert model.do(cost=x) == model.do({"cost": x})
    assert Model(cost=sympy.sin(x)).domain("cost") == (sympy.sin(x),)


@settings(max_examples=tries(20))
@given(st.fractions(0, 1, max_denominator=12), st.integers(-3, 3))
def test_symbolic_answers_hold_numbers(number: Fraction, payoff: int) -> None:
    """Substituting into the answer is the answer after substituting."""

    def build(chance: Any, reward: Any) -> Model:
        return Model(u=coin(chance), v=coin("1/3"), y=lambda u, v: u or v, pay=lambda y, u: reward if y else (1 if u else 2))

    symbolic, numeric = build(sympy.Symbol("q", nonnegative=True), x), build(number, payoff)
    values = {sympy.Symbol("q", nonnegative=True): sympy.Rational(number.numerator, number.denominator), x: payoff}
    for ask in (
        lambda m: m.given(y=True).expect("pay"),
        lambda m: m.given(v=True).do(v=False).expect("pay"),
        lambda m: m.do(v=False).prob(y=True),
    ):
        assert sympy.sympify(ask(symbolic)).subs(values) == sympy.Rational(str(ask(numeric)))


def test_a_symbol_that_cancels_leaves_a_fraction() -> None:
    model = Model(u=coin(p), y=lambda u: 3)
    assert (model.expect("y"), type(model.expect("y"))) == (3, Fraction)


# ---------------------------------------------------------------- small things that are easily broken


def test_an_empty_model_has_one_way_to_be() -> None:
    assert Model().names == ()
    assert Model().prob(lambda: True) == 1


def test_names_are_in_declared_order_whatever_the_causal_order() -> None:
    model = Model(c=lambda b: b, b=lambda a: a, a=coin("1/2"))
    assert model.names == ("c", "b", "a")
    assert model.dist("c", "a")[True, True] == Fraction(1, 2)


def test_evidence_may_come_in_steps() -> None:
    model = Model(a=uniform(1, 2, 3, 4))
    assert model.given(lambda a: a > 1).given(lambda a: a < 4).dist("a") == uniform(2, 3)


def test_only_what_matters_is_drawn() -> None:
    """Forty coins that the question does not touch cost nothing."""
    bystanders = {f"coin{i}": coin("1/2") for i in range(40)}
    model = Model({"a": coin("1/3"), **bystanders, "b": function(lambda a: not a, parents=["a"])})
    assert model.given(b=True).do(coin7=True).prob(a=False) == 1


def test_a_long_chain() -> None:
    chain = {"x0": coin("1/4")} | {f"x{i}": function(lambda before: not before, parents=[f"x{i - 1}"]) for i in range(1, 1500)}
    assert Model(chain).prob(x1499=False) == Fraction(1, 4)


def test_how_it_shows() -> None:
    model = Model(a=coin("1/2"), b=lambda a: not a).given(b=True).do(a=False)
    assert str(model) == (
        "variable  mechanism  listens to       values\n"
        "a             noise           -  False, True\n"
        "b             table           a  True, False\n"
        "after given(b=True)\n"
        "after do(a=False)"
    )
    assert "<td>noise</td>" in model._repr_html_()
    assert "<script>" not in Model({"<script>": 1})._repr_html_()
    assert r"a\_b" in Model(a_b=1)._repr_latex_()


def test_branches_travel_with_their_edits_and_their_evidence() -> None:
    m = Model(u=coin("1/3"), x=lambda u: u, y=lambda x, u: x or u)
    asked = m.given(y=False).branches(had={"x": True})
    for twin in (pickle.loads(pickle.dumps(asked)), copy.copy(asked), copy.deepcopy(asked)):
        assert twin == asked
        assert twin.prob(lambda b: b.had.y) == asked.prob(lambda b: b.had.y) == 1
        assert twin.prob(lambda b: b.fact.y) == 0
