"""Formulas and tests valued by hand, named tests and dominance told in words, and what deception is refused for."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible, WrongShape
from stop_button import B, E, H, V
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.language import OWN
from stop_button.language.algebra import Constant
from stop_button.language.arithmetic import evaluate_means, truth_of_means
from stop_button.language.notation import code, text
from stop_button.language.parts import conditioned, readings
from stop_button.language.references import Agreed, Ambiguous, LargestDefined, SmallestDefined
from stop_button.language.tests import Both, Comparison, Either, Not, comparisons, without_not
from stop_button.properties import Failure, Property, deceives, dominates, holds

F = Fraction
WORLD = sb.World(
    ck.Model(draw=ck.coin("1/4"), act=ck.choice("a", "b", "c"), value=lambda draw, act: {"a": 1, "b": 4 * draw, "c": 2}[act]),
    value="value", name="three acts",
)  # fmt: skip
"""The value is 1 under a, 1 on average under b, and 2 under c."""

NEVER = E(V) / (E(V) - E(V))
VALUES = {E(V): F(3), E(B): F(5)}


def value(f: Any) -> Any:
    return evaluate_means(f, lambda mean: VALUES[mean])


# ---------------------------------------------------------------- formulas


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (Agreed((E(V),)), 3),
        (Agreed((E(V), E(B) - 2)), 3),
        (LargestDefined((NEVER, E(V), E(B))), 5),
        (LargestDefined((E(B), NEVER, E(V))), 5),
        (SmallestDefined((NEVER, E(B), E(V))), 3),
        (SmallestDefined((E(V), E(B), NEVER)), 3),
    ],
)
def test_what_agrees_or_is_defined_has_a_value(f: Any, expected: int) -> None:
    assert value(f) == expected


def test_what_nothing_defines_or_agrees_on_has_none() -> None:
    with pytest.raises(Impossible, match="is undefined: each of its 2 parts is"):
        value(LargestDefined((NEVER, NEVER * 2)))
    with pytest.raises(Impossible, match="a best over policies is undefined: no policy has a score"):
        value(Agreed(()))
    with pytest.raises(Ambiguous, match="3 policies are best, and it is between 1 and 5 under them"):
        value(Agreed((E(V), E(B), Constant(F(1)))))
    with pytest.raises(Ambiguous, match="2 policies are best, and it is between 3 and 5 under them"):
        value(Agreed((E(V), E(B))))


def test_formulas_of_several_best_are_written() -> None:
    assert (code(E(V)), text(E(V))) == ("E(V)", "E[V]")
    assert text(LargestDefined((E(V), E(B)))) == text(sb.most(E(V), E(B)))
    assert text(SmallestDefined((E(V), E(B)))) == text(sb.least(E(V), E(B)))
    assert code(SmallestDefined((E(V), E(B)))) == code(sb.least(E(V), E(B)))
    assert code(LargestDefined((E(V), E(B)))) == code(sb.most(E(V), E(B)))
    assert text(Agreed((E(B), E(V)))) == "E[B]"
    assert text(Agreed(())) == "0/0"


def test_a_sum_of_readings_is_read_under_a_policy_part_by_part() -> None:
    one, other = V.under("baseline"), B.under("baseline")
    assert (V + B).under("baseline") == one + other
    assert (V * B).under("baseline") == one * other
    assert (2 * V - B * B).under("baseline") == 2 * one - other * other


def test_readings_are_listed_and_a_mean_is_none() -> None:
    assert list(readings(V * H.is_("stop") + B)) == [V, H, B]
    with pytest.raises(WrongShape, match=r"E\(V\) cannot stand inside E\(\.\.\.\)"):
        list(readings(V + E(V)))


def test_conditions_come_together_once_each() -> None:
    free, pressed = H.is_("free"), B.is_(True)
    assert conditioned(E(V), free) == E(V, given=free)
    assert conditioned(E(V, given=free), free) == E(V, given=free)
    assert conditioned(E(V, given=free), pressed) == E(V, given=free * pressed)
    assert conditioned(E(V, given=free * pressed), pressed) == E(V, given=free * pressed)
    assert conditioned(2 * E(V) + 1, free) == 2 * E(V, given=free) + 1
    assert conditioned(E(V) >= E(B), free) == (E(V, given=free) >= E(B, given=free))


# ---------------------------------------------------------------- tests

TRUTHS = {"true": E(V) >= 3, "false": E(V) > 3, "undefined": NEVER >= 3}
TRUE, FALSE, OPEN = TRUTHS.values()
SAID = {"true": True, "false": False, "undefined": None}


def kleene_and(values: list[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True


def truth(test: Any) -> Any:
    return truth_of_means(test, lambda mean: VALUES[mean])


@pytest.mark.parametrize("first", TRUTHS)
@pytest.mark.parametrize("second", TRUTHS)
def test_two_tests_hold_together_as_kleene_has_it(first: str, second: str) -> None:
    a, b = TRUTHS[first], TRUTHS[second]
    p, q = SAID[first], SAID[second]
    expected = kleene_and([p, q])
    either = kleene_and([None if one is None else not one for one in (p, q)])
    assert truth(a & b) is expected
    assert truth(a | b) is (None if either is None else not either)
    for test in (~(a & b), ~(a | b), ~~(a & ~b), ~(a | ~b)):
        assert truth(without_not(test)) is truth(test)
        assert not any(isinstance(part, Not) for part in without_not(test).children())


@pytest.mark.parametrize(
    ("relation", "below", "equal", "above"),
    [("<=", True, True, False), ("<", True, False, False), (">=", False, True, True), (">", False, False, True),
     ("==", False, True, False)],
)  # fmt: skip
def test_relations_and_their_negations_by_hand(relation: Any, below: bool, equal: bool, above: bool) -> None:
    for number, expected in ((4, below), (3, equal), (2, above)):
        test = Comparison(E(V), relation, Constant(F(number)))
        assert truth(test) is expected
        assert truth(~test) is (not expected)
        assert truth(without_not(~test)) is (not expected)
    assert Comparison(E(V), relation, E(B)).is_strict == (relation in ("<", ">"))


def test_equal_is_negated_as_less_or_more() -> None:
    equal = Comparison(E(V), "==", E(B))
    assert without_not(~equal) == Either((Comparison(E(V), "<", E(B)), Comparison(E(V), ">", E(B))))
    assert without_not(equal) == equal
    assert without_not(~(equal & (E(V) >= 1))) == Either((without_not(~equal), E(V) < 1))
    assert without_not(~(TRUE | FALSE)) == Both((E(V) < 3, E(V) <= 3))


def test_comparisons_are_listed_in_their_order() -> None:
    assert list(comparisons((TRUE & FALSE) | ~OPEN)) == [TRUE, FALSE, OPEN]


# ---------------------------------------------------------------- whether a test holds


@pytest.mark.parametrize(
    ("relation", "number", "margin"),
    [("<=", 3, 1), ("<=", 1, -1), ("<", 3, 1), (">=", 1, 1), (">=", 3, -1), (">", "3/2", F(1, 2)), ("==", 2, 0), ("==", 5, -3),
     ("==", 1, -1)],
)  # fmt: skip
def test_a_margin_is_positive_where_the_comparison_holds(relation: Any, number: Any, margin: Any) -> None:
    found = holds(Comparison(E(V), relation, Constant(F(number))), WORLD, "c")
    (only,) = found.evidence
    assert (only.left, only.right, only.margin) == (2, F(number), margin)
    assert bool(found) == (margin >= 0)


@pytest.mark.parametrize("test", [NEVER >= 1, Constant(F(1)) >= NEVER, NEVER >= NEVER])
def test_a_test_that_is_undefined_has_no_margin_and_its_failure_is_open(test: Any) -> None:
    found = holds(test, WORLD, "c")
    assert found.value is UNDEFINED
    assert not found
    assert [one.margin for one in found.evidence] == [UNDEFINED]
    doubt = Failure("mine", found)
    assert (doubt.kind, doubt.sign, bool(doubt)) == ("mine", "open", False)
    assert f"{test} is undefined of c in three acts" in str(found)


def test_a_failure_fires_where_its_test_does_not_hold() -> None:
    low, high = (Failure("rich", holds(E(V) >= 2, WORLD, policy)) for policy in ("a", "c"))
    assert (low.sign, bool(low), high.sign, bool(high)) == ("positive", True, "zero", False)
    assert str(low) == "rich: E[V] >= 2 does not hold of a in three acts (E[V] >= 2: 1 against 2)"
    assert str(high) == "rich: E[V] >= 2 holds of c in three acts (E[V] >= 2: 2 against 2)"
    assert repr(low.held) == str(low.held)
    assert low.held._repr_html_() == "<p>E[V] &gt;= 2 does not hold of a in three acts (E[V] &gt;= 2: 1 against 2)</p>"


def test_each_comparison_is_shown_once() -> None:
    test = (E(V) >= 1) & ((E(V) <= 2) | (E(V) >= 1))
    assert [one.test for one in holds(test, WORLD, "a").evidence] == [E(V) >= 1, E(V) <= 2]


def test_a_property_is_told_by_name_and_test() -> None:
    rich = Property("rich", E(V) >= 2, source="here", meaning="much")
    assert (str(rich), repr(rich)) == ("rich: E[V] >= 2", "Property('rich', E(V) >= 2)")
    assert rich == Property("rich", E(V) >= 2)
    assert rich != Property("rich", E(V) > 2)
    assert (bool(rich(WORLD, "c")), bool(rich(WORLD, "b"))) == (True, False)


def test_one_policy_against_another_by_two_formulas() -> None:
    spread = E(V * V)  # 1 under a, 4 under b, 4 under c
    for one, other, relation in [
        ("c", "a", "dominates"), ("a", "c", "is dominated by"), ("c", "b", "dominates"), ("b", "a", "dominates"),
        ("a", "a", "equals"), ("b", "c", "is dominated by"),
    ]:  # fmt: skip
        found = dominates(WORLD, one, other, by=[E(V), spread])
        assert (found.relation, bool(found), found.undefined) == (relation, relation == "dominates", ())
    mixed = dominates(WORLD, "b", "a", by=[spread, -spread])
    assert mixed.relation == "is incomparable with"
    assert mixed.scores == ((4, 1), (-4, -1))
    assert repr(mixed) == str(mixed) == "b is incomparable with a (E[V V]: 4 against 1; -E[V V]: -4 against -1)"


def test_a_formula_defined_under_one_of_two_makes_them_incomparable() -> None:
    only_c = 1 / (E(V) - 1)  # undefined under a and b
    for one, other in (("c", "a"), ("a", "c")):
        found = dominates(WORLD, one, other, by=[E(V), only_c])
        assert (found.relation, found.undefined) == ("is incomparable with", (only_c,))
    both = dominates(WORLD, "a", "b", by=[only_c, E(V * V)])
    assert (both.relation, both.undefined) == ("is dominated by", ())


# ---------------------------------------------------------------- deception


def game(wanted: Any) -> sb.World:
    """A sender sees two coins and says something; a listener hears it."""
    model = ck.Model(
        left=ck.coin("1/2"), right=ck.coin("1/4"),
        says=ck.choice("yes", "no", sees=["left"]), does=ck.choice("go", "stay", sees=["says"]),
        value=lambda does: int(does == "go"),
    )  # fmt: skip
    players: Any = {"sender": ("says", wanted), "listener": ("does", E(V))}
    return sb.World(model, value="value", players=players, name="two coins")


def asked(wanted: Any = None, **changed: Any) -> Any:
    world = game(E(V) if wanted is None else wanted)
    trusting = {"yes": "go", "no": "stay"}
    given = {
        "by": "sender", "target": "does", "about": {"left": True}, "told": {True: "go", False: "stay"},
        "instead": {"says": {True: "yes", False: "no"}}, **changed,
    }  # fmt: skip
    return deceives(world, {"says": "yes", "does": trusting}, **given)


def test_all_that_is_believed_is_to_be_so() -> None:
    """Of two things believed one that fails makes the belief false, and whoever sees one of two does not know both."""
    one = asked()
    assert one.knows
    assert one
    assert one.amount == F(1, 2)
    assert repr(one) == str(one)
    assert one._repr_html_().startswith("<p>sender deceives does about left=True by ")
    both = asked(about={"left": True, "right": True})
    assert not both.knows
    assert not both
    assert both.amount == F(1, 2), "honest, the listener would have stayed wherever left is False; there the belief is false"
    other = asked(about={"right": True})
    assert other.amount == F(3, 8)
    assert "sender does not see it" in str(other)


@pytest.mark.parametrize(
    "wanted", [E(V.had(left=True)), E(V + V.had(left=True)), E(V) + E(V.had(right=True)), E(V.under(OWN)) + E(V), E(V) + E(V.under(OWN))]
)
def test_payoffs_of_other_branches_are_refused(wanted: Any) -> None:
    with pytest.raises(WrongShape, match="which speaks of other branches already; deception is read off payoffs as they come"):
        asked(wanted)
