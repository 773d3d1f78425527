"""The language of utilities: what it says, how it prints, what it refuses."""

from __future__ import annotations

import operator
import pickle
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible, InvalidNumber, UnknownValue, WrongShape
from stop_button import BASELINE, FREE, STOP, B, E, H, V, X, least, most
from stop_button.decision.roles import MissingRole
from stop_button.language.algebra import formula
from stop_button.language.arithmetic import evaluate
from stop_button.language.formula import Constant, Expectation, Formula, Product, Quotient, Sum
from stop_button.language.notation import latex
from stop_button.language.parts import leaves, means, readings, rewritten
from stop_button.language.walking import UnknownNode, Walk
from stop_button.testing import formulas
from tests.refusing import refusal

OFFICE = sb.worlds.office()
NAMES = {"B": B, "E": E, "Fraction": Fraction, "H": H, "V": V, "X": X, "least": least, "most": most}

NUMBERS = st.one_of(st.integers(-3, 3), st.fractions(-2, 2, max_denominator=7))
READINGS = st.sampled_from(
    [
        B,
        V,
        H.is_(FREE),
        X("wish[3]").had({"two words": 1}),
        X("a + -b"),
        B.had(intent=STOP),
        V.had(intent=H.under(BASELINE)).under("work"),
        X("pressed").had(wish=STOP, value=Fraction(1, 3)),
    ]
)


def combined(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any way to write arithmetic on formulas down."""
    pair = st.tuples(parts, parts)
    one_number = st.tuples(parts, NUMBERS)
    return st.one_of(
        st.tuples(st.sampled_from([operator.add, operator.sub, operator.mul, operator.truediv]), pair).map(lambda d: d[0](*d[1])),
        st.tuples(st.sampled_from([operator.add, operator.sub, operator.mul, operator.truediv]), one_number).map(lambda d: d[0](*d[1])),
        st.tuples(st.sampled_from([operator.add, operator.sub, operator.mul]), one_number).map(lambda d: d[0](*d[1][::-1])),
        parts.map(operator.neg),
        st.lists(parts, min_size=1, max_size=3).flatmap(lambda of: st.sampled_from([least(*of), most(*of)])),
    )


INSIDE = st.recursive(READINGS, combined, max_leaves=4)
MEANS = st.builds(
    lambda inner, event: E(inner, given=event), INSIDE, st.sampled_from([None, {"intent": STOP}, H.had(stopped=True).is_(FREE)])
)
ARITHMETIC = st.recursive(MEANS, combined, max_leaves=5)


def asked(f: Formula) -> Any:
    return sb.Utility("asked", f)(OFFICE, "work")


# ---------------------------------------------------------------- paste-back


@given(st.one_of(ARITHMETIC, formulas()))
def test_what_is_printed_can_be_pasted_back(f: Formula) -> None:
    assert eval(repr(f), dict(NAMES)) == f


@given(ARITHMETIC)
def test_equal_formulas_have_equal_hashes_and_survive_a_pickle(f: Formula) -> None:
    again = pickle.loads(pickle.dumps(f))
    assert again == f
    assert hash(again) == hash(f)


@pytest.mark.parametrize("utility", sb.definitions.REGISTER.values(), ids=list(sb.definitions.REGISTER))
def test_definitions_can_be_pasted_back(utility: sb.Utility) -> None:
    assert eval(repr(utility), {**NAMES, "Utility": sb.Utility}) == utility


# ---------------------------------------------------------------- how it prints


@pytest.mark.parametrize(
    ("f", "text", "tex"),
    [
        (sb.naive.formula, "E[V]", r"\mathbb{E}\left[V\right]"),
        (sb.switch.formula, "E[B 1[H=s] + V 1[H=f]]", None),
        (sb.counterfactual.formula, "E[B_s] + E[V_f]", r"\mathbb{E}\left[B_{s}\right] + \mathbb{E}\left[V_{f}\right]"),
        (sb.cond.formula, "E[B | H=s] + E[V | H=f]", r"\mathbb{E}\left[B \mid H=s\right] + \mathbb{E}\left[V \mid H=f\right]"),
        (sb.conditional_counterfactual.formula, "E[B_s | H=s] + E[V_f | H=s] + E[B_s | H=f] + E[V_f | H=f]", None),
        (sb.ccmin.formula, "min(E[B_s | H=s] + E[V_f | H=s], E[B_s | H=f] + E[V_f | H=f])", None),
        (sb.ref.formula, None, None),
        (sb.counterfactual.vary(weight="1/3").formula, "1/3 E[B_s] + E[V_f]", None),
        (E(B) / 3, "E[B] / 3", r"\frac{\mathbb{E}\left[B\right]}{3}"),
        (E(B) - E(V), "E[B] - E[V]", None),
        (2 * (E(B) + E(V)), "2 (E[B] + E[V])", None),
        (
            E(X("pressed").had(action="work")),
            "E[pressed_{action=work}]",
            r"\mathbb{E}\left[\text{pressed}_{\text{action}=\text{work}}\right]",
        ),
        (E(B, given={"intent": STOP, "pressed": True}), "E[B | H=s, pressed=True]", None),
        (
            E(B.had(d=ck.Dist({1: "1/3", 2: "2/3"}), intent=ck.Dist({STOP: 1}))),
            "E[B_{d={1: 1/3, 2: 2/3}, {s: 1}}]",
            r"\mathbb{E}\left[B_{d={\{\text{1: 1/3, 2: 2/3}\}}, {\{\text{s: 1}\}}}\right]",
        ),
    ],
)
def test_it_prints_as_the_papers_write_it(f: Formula, text: str | None, tex: str | None) -> None:
    assert text is None or str(f) == text
    assert tex is None or latex(f) == tex
    assert f._repr_latex_() == f"${latex(f)}$"


# ---------------------------------------------------------------- what it means


def test_arithmetic() -> None:
    value = asked(E(V))
    assert value == Fraction(3, 4)
    assert asked(2 * E(V) - 1) == 2 * value - 1
    assert asked(1 - E(V)) == 1 - value
    assert asked(E(V) / 3) == value / 3
    assert asked(3 / E(V)) == 3 / value
    assert asked(-E(V)) == -value
    assert asked(E(V) * E(B)) == value * (1 - value)
    assert asked(least(E(V), "1/2", E(B))) == 1 - value
    assert asked(most(E(V), 2)) == 2
    assert asked(formula(sum([E(V), E(B)]))) == 1


def test_a_product_inside_a_mean_is_of_one_run() -> None:
    assert asked(E(B * V)) == 0
    assert asked(E(B) * E(V)) == Fraction(3, 16)
    assert asked(E(least(B, V))) == 0
    assert asked(E(B.had(intent=STOP) * V.had(intent=FREE))) == 1


def test_had_is_read_in_every_reading() -> None:
    f = E(B * V) + 2 * E(V, given={"intent": STOP})
    assert f.had(intent=FREE) == E(B.had(intent=FREE) * V.had(intent=FREE)) + 2 * E(V.had(intent=FREE), given=H.had(intent=FREE).is_(STOP))


def test_the_later_had_wins() -> None:
    assert B.had(intent=STOP).had(intent=FREE) == B.had(intent=FREE)


def test_nested() -> None:
    """People wish what they would have wished had the agent worked on."""
    assert asked(E(V.had(intent=H.under("work")))) == asked(E(V))
    assert sb.Utility("asked", E(V.had(intent=H.under("work"))))(OFFICE, "reassure") == Fraction(3, 4)


def test_what_another_policy_would_have_brought_about() -> None:
    f = sb.Utility("asked", E(V.under(BASELINE)))
    assert f(OFFICE, "press it myself") == sb.naive(OFFICE, "work")


def test_structure() -> None:
    assert E(B) + E(V) + 1 == Sum((E(B), E(V), Constant(Fraction(1))))
    assert 2 * E(B) * E(V) == Product((Constant(Fraction(2)), E(B), E(V)))
    assert E(B) / 2 == Quotient(E(B), Constant(Fraction(2)))
    assert E(B, given={"intent": STOP}) == Expectation(B, H.is_(STOP))
    assert 1 * E(B) == 0 + E(B) == E(B)


# ---------------------------------------------------------------- what is refused, and how


def test_a_reading_outside_a_mean() -> None:
    assert refusal(WrongShape, lambda: asked(B)) == "B stands outside a mean, where it has no single value; write E(B)"
    assert refusal(WrongShape, lambda: asked(E(V) + B.had(intent=STOP))) == (
        "B.had(intent='stop') stands outside a mean, where it has no single value; write E(B.had(intent='stop'))"
    )
    message = refusal(WrongShape, lambda: asked(H.is_(STOP) * E(V)))
    assert message == "H.is_('stop') stands outside a mean, where it has no single value; write E(H.is_('stop'))"


def test_a_mean_inside_a_mean() -> None:
    message = refusal(WrongShape, lambda: E(B * E(V)))
    assert message == "E(B * E(V)) holds a mean inside a mean; take the inner E away, or multiply the two outside"
    assert "holds a mean inside a mean" in refusal(WrongShape, lambda: E(B, given=E(V)))


def test_an_empty_event_and_an_empty_had() -> None:
    assert refusal(WrongShape, lambda: E(B, given={})) == "given={} is no event; leave it out, or name a role: given={'intent': STOP}"
    assert refusal(WrongShape, B.had) == "had needs at least one role=value, such as had(intent=STOP)"


def test_nothing_to_choose_from() -> None:
    assert refusal(WrongShape, least) == "least() takes one or more formulas; type least(E(B), E(V))"
    assert refusal(WrongShape, most) == "most() takes one or more formulas; type most(E(B), E(V))"


def test_a_weight_that_is_no_number() -> None:
    message = refusal(InvalidNumber, lambda: "much" * E(B))
    assert message.startswith("'much' is not an exact number; ")


def test_a_role_that_is_not_there() -> None:
    message = refusal(MissingRole, lambda: asked(E(X("wihs"))))
    assert message.startswith("office has no role or variable 'wihs'; its roles are: intent, stopped, value; did you mean 'wish'?")
    assert refusal(MissingRole, lambda: asked(E(B.had(inten=STOP)))).startswith("office has no role or variable 'inten'; ")
    assert refusal(MissingRole, lambda: asked(E(B, given={"inten": STOP}))).startswith("office has no role or variable 'inten'; ")


def test_a_meaning_that_is_not_there() -> None:
    assert refusal(UnknownValue, lambda: asked(E(B.had(intent="stpo")))).startswith("no value of 'wish' means 'stpo'; it takes: ")
    for f in (E(H.is_("stpo")), E(B, given={"intent": "stpo"})):
        message = refusal(UnknownValue, lambda f=f: asked(f))
        assert message.startswith("H.is_('stpo') is never so: the values of 'wish' mean ")
        assert message.endswith("; did you mean 'stop'?")


def test_an_unknown_reference() -> None:
    assert refusal(UnknownValue, lambda: asked(E(B.under("wrk")))).endswith("did you mean 'work'?")
    lonely = sb.World(OFFICE.model, intent="wish", stopped="pressed", value="value")
    assert refusal(MissingRole, lambda: sb.ref(lonely, "work")).startswith("the world has no baseline policy to measure against")


def test_division_by_zero_is_undefined() -> None:
    ratio = sb.Utility("ratio", E(V) / E(B.had(intent=FREE)))
    assert refusal(Impossible, lambda: ratio(OFFICE, "work")) == "E[V] / E[B_f] is undefined: what it divides by is 0"
    assert sb.score(OFFICE, ratio).score("ratio", "work") is sb.UNDEFINED


class Squared(Formula):
    """A kind of formula that no walk of the package has a rule for."""

    def __init__(self, part: Formula) -> None:
        self.part = part

    def children(self) -> tuple[Formula, ...]:
        return (self.part,)

    def rebuilt(self, children: Any, /) -> Squared:
        return Squared(*children)


def test_a_walk_says_which_node_it_has_no_rule_for() -> None:
    with pytest.raises(UnknownNode, match=r"^evaluating has no rule for a Squared: <squared>; it has rules for: Constant, Sum, Product, "):
        evaluate(Squared(E(V)), lambda leaf: Fraction(1))
    with pytest.raises(UnknownNode, match=r"^weighing means has no rule for a Squared"):
        sb.solve(OFFICE, sb.Utility("new", Squared(E(V))))
    with pytest.raises(UnknownNode, match=r"^evaluating has no rule for a Squared"):
        sb.Utility("new", E(V) + Squared(E(V)))(OFFICE, "work")


def test_a_new_node_is_added_to_a_walk_in_one_place() -> None:
    depth = Walk("measuring depth", {Formula: lambda f, visit: 1 + max(map(visit, f.children()), default=0)})
    assert depth(E(V)) == 2
    assert depth(Squared(E(V) + E(B))) == 4
    patient = Walk("measuring", {**depth.rules, Squared: lambda f, visit: visit(f.part)})
    assert patient(Squared(E(V) + E(B))) == 3
    assert rewritten(Squared(E(V)), lambda r: r.had(intent=STOP)).children() == (E(V.had(intent=STOP)),)


@given(ARITHMETIC)
def test_a_formula_is_its_parts_put_together_again(f: Formula) -> None:
    def again(node: Formula) -> Formula:
        return node.rebuilt([again(part) for part in node.children()])

    assert again(f) == f
    assert list(means(f)) == [leaf for leaf in leaves(f) if isinstance(leaf, Expectation)]
    for mean in means(f):
        assert all(isinstance(each.name, str) for each in readings(mean.inner))
