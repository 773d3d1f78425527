"""The truth tables of tests, entry by entry, and what every and some say of what is seen, of what is not, and of nothing."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from stop_button import UNDEFINED, E, V, X
from stop_button.evaluation.evaluation import sweep
from stop_button.evaluation.undefined import defined
from stop_button.language import every, some
from stop_button.properties import holds
from stop_button.solving import solve

WORLD = sb.World(
    ck.Model(
        luck=ck.Dist({0: "1/2", 1: "1/2"}),
        act=ck.choice("low", "high"),
        seen=ck.table(["luck"], {0: "left", 1: "right"}, domain=["left", "right", "never"]),
        mood=ck.table(["luck", "act"], {(0, "low"): 1, (1, "low"): 2, (0, "high"): 1, (1, "high"): 1}, domain=[1, 2]),
        value=lambda luck, act: luck + (2 if act == "high" else 0),
    ),
    value="value",
)
SAID = {True: E(V) >= 0, False: E(V) >= 100, UNDEFINED: E(V, given={"seen": "never"}) >= 0}
TABLE = {
    (True, True): (True, True),
    (True, UNDEFINED): (UNDEFINED, True),
    (True, False): (False, True),
    (UNDEFINED, UNDEFINED): (UNDEFINED, UNDEFINED),
    (UNDEFINED, False): (False, UNDEFINED),
    (False, False): (False, False),
}
"""Of two truth values, what & and | make of them."""


@pytest.mark.parametrize(("a", "b"), list(itertools.product(SAID, repeat=2)))
def test_the_truth_tables(a: Any, b: Any) -> None:
    both, either = TABLE[a, b] if (a, b) in TABLE else TABLE[b, a]
    for f, expected in ((SAID[a] & SAID[b], both), (SAID[a] | SAID[b], either)):
        assert holds(f, WORLD, "low").value is expected
        assert holds(~f, WORLD, "low").value is (UNDEFINED if expected is UNDEFINED else not expected)
        limited = sb.Utility("limited", E(V), subject_to=[f])
        assert [score is not UNDEFINED for score in sweep(limited.formula, WORLD)] == [expected is True] * 2
        if expected is True:
            assert solve(WORLD, limited).score == 5 / 2


@pytest.mark.parametrize(("typed", "relation"), [("<=", "<="), ("<", "<"), (">=", ">="), (">", ">"), ("equals", "==")])
@pytest.mark.parametrize("limit", ["0", "1/2", "1"])
def test_comparisons_below_at_and_above(typed: str, relation: str, limit: str) -> None:
    """E[V] is 1/2 under low."""
    test = {"<=": E(V) <= limit, "<": E(V) < limit, ">=": E(V) >= limit, ">": E(V) > limit, "equals": E(V).equals(limit)}[typed]
    number = {"0": 0, "1/2": 1 / 2, "1": 1}[limit]
    expected = {"<=": number >= 1 / 2, "<": number > 1 / 2, ">=": number <= 1 / 2, ">": number < 1 / 2, "==": number == 1 / 2}[relation]
    found = holds(test, WORLD, "low")
    assert found.value is expected
    (margin,) = found.evidence
    assert defined(margin.margin)
    assert (margin.margin > 0 or (margin.margin == 0 and relation not in ("<", ">"))) == expected
    limited = sb.Utility("limited", E(V) * 0, subject_to=[test, E(V) <= 1])
    if expected:
        assert str(solve(WORLD, limited).policy) == "low"
    else:
        with pytest.raises(ck.Impossible):
            solve(WORLD, limited)


def test_every_and_some_speak_of_what_is_seen() -> None:
    """Under low the value is 0 on the left and 1 on the right, and never is never seen."""
    assert holds(every("seen", E(V) <= 1), WORLD, "low").value is True
    assert holds(every("seen", E(V) <= 0), WORLD, "low").value is False
    assert holds(some("seen", E(V) <= 0), WORLD, "low").value is True
    assert holds(some("seen", E(V) >= 2), WORLD, "low").value is False
    assert holds(~every("seen", E(V) <= 0), WORLD, "low").value is True
    # what is seen depends on the policy: mood 2 is seen under low alone
    assert holds(some("mood", E(X("mood")) >= 2), WORLD, "low").value is True
    assert holds(some("mood", E(X("mood")) >= 2), WORLD, "high").value is False
    assert holds(every("mood", E(X("mood")) <= 1), WORLD, "high").value is True


def test_every_and_some_given_an_event() -> None:
    right = {"seen": "right"}
    assert holds(every("luck", E(V) >= 1, given=right), WORLD, "low").value is True
    assert holds(every("luck", E(V) >= 1), WORLD, "low").value is False
    assert holds(some("luck", E(V) <= 0, given=right), WORLD, "low").value is False
    # a mean that does not depend on what is seen is conditioned on the event all the same
    assert holds(every("act", E(V).equals(1), given=right), WORLD, "low").value is True


@pytest.mark.parametrize("kind", [every, some])
def test_of_nothing_both_are_undefined(kind: Any) -> None:
    for test in (E(V) >= 0, E(V) >= 100):
        said = kind("luck", test, given={"seen": "never"})
        assert holds(said, WORLD, "low").value is UNDEFINED
        assert holds(~said, WORLD, "low").value is UNDEFINED


def test_a_part_that_is_undefined_where_something_is_seen() -> None:
    """On the left the condition of the mean is impossible: undefined there, and decided elsewhere."""
    right = E(V, given={"seen": "right"})
    assert holds(every("seen", right >= 1), WORLD, "low").value is UNDEFINED
    assert holds(every("seen", right >= 2), WORLD, "low").value is False
    assert holds(some("seen", right >= 1), WORLD, "low").value is True
    assert holds(some("seen", right >= 2), WORLD, "low").value is UNDEFINED


def test_a_quantifier_within_another_is_conditioned_on_what_the_outer_one_sees() -> None:
    assert holds(every("seen", every("luck", E(V).equals(E(X("luck"))))), WORLD, "low").value is True
    assert holds(every("seen", some("luck", E(X("luck")) >= 1)), WORLD, "low").value is False
    assert holds(some("seen", every("luck", E(X("luck")) >= 1)), WORLD, "low").value is True


def test_several_names_are_seen_together() -> None:
    assert holds(every("seen", "mood", E(X("mood")).equals(E(X("luck")) + 1)), WORLD, "low").value is True
    assert holds(every("seen", "mood", E(X("mood")).equals(E(X("luck")) + 1)), WORLD, "high").value is False
