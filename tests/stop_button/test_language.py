"""Comparisons, best replies and references mean what they say: against an evaluator that tries every policy and shares no code."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible
from stop_button import BASELINE, FREE, STOP, B, E, H, V, X, least, most
from stop_button.evaluation.evaluation import sweep
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.language.algebra import Formula, formula
from stop_button.language.constraints import every, lexicographic, some, subject_to
from stop_button.language.information import entropy
from stop_button.language.references import BEST, OWN, Ambiguous, best, best_policy, worst
from stop_button.language.tests import Comparison, Test
from stop_button.properties import holds
from stop_button.solving import solve
from stop_button.testing import formulas, policies, worlds
from tests import brute
from tests.stop_button import brute_language
from tests.tries import tries

NAMES: dict[str, Any] = {
    "B": B, "BEST": BEST, "E": E, "Fraction": Fraction, "H": H, "OWN": OWN, "V": V, "X": X, "best": best, "best_policy": best_policy,
    "every": every, "least": least, "lexicographic": lexicographic, "most": most, "some": some, "subject_to": subject_to, "worst": worst,
}  # fmt: skip

SMALL = worlds(1, 2, values=(0, 1, 3))
NUMBERS = st.sampled_from([0, 1, "1/2", 2])


def references() -> st.SearchStrategy[Any]:
    return st.sampled_from([BEST, OWN, BASELINE, best_policy(E(B)), best_policy(E(V, given={"intent": FREE}))])


def means() -> st.SearchStrategy[Formula]:
    """Means, some of them of what is read under a reference."""
    read = st.builds(lambda r, policy: E(r.under(policy)), st.sampled_from([B, V, V.had(intent=FREE)]), references())
    joint = st.builds(lambda policy: E(V * B.under(policy), given=None), references())
    return st.one_of(formulas(1), read, joint)


def extremes() -> st.SearchStrategy[Formula]:
    """The best or the worst of a formula over all decisions, or over one."""
    return st.builds(
        lambda kind, f, of, event: kind(f, of=of, given=event),
        st.sampled_from([best, worst]),
        means(),
        st.sampled_from([(), ("act",)]),
        st.sampled_from([None, {"intent": STOP}]),
    )


def numbers() -> st.SearchStrategy[Formula]:
    part = st.one_of(means(), extremes())
    return st.one_of(part, st.builds(lambda a, b: a - b, part, part), st.builds(least, part, part))


def comparisons() -> st.SearchStrategy[Test]:
    """Comparisons, put together with ``&``, ``|``, ``~``, ``every`` and ``some``."""
    compared = st.builds(
        Comparison,
        numbers(),
        st.sampled_from(["<=", "<", ">=", ">", "=="]),
        st.one_of(numbers(), NUMBERS.map(formula)),
    )
    events = st.sampled_from([None, {"intent": STOP}, {"stopped": True}])
    return st.recursive(
        compared,
        lambda inner: st.one_of(
            st.builds(lambda a, b: a & b, inner, inner),
            st.builds(lambda a, b: a | b, inner, inner),
            inner.map(lambda test: ~test),
            st.builds(lambda kind, test, event: kind("intent", test, given=event), st.sampled_from([every, some]), inner, events),
        ),
        max_leaves=3,
    )


def drawn(data: st.DataObject) -> tuple[sb.World, Any]:
    world = data.draw(SMALL)
    assume(world.policies.size <= 24)
    return world, data.draw(st.one_of(policies(world), policies(world, stochastic=True)))


def or_none(score: Any) -> Any:
    try:
        return score()
    except (Impossible, brute.Undefined):
        return None


@settings(max_examples=tries(30))
@given(st.data(), numbers())
def test_a_score_is_what_trying_every_policy_gives(data: st.DataObject, f: Formula) -> None:
    world, policy = drawn(data)
    assert or_none(lambda: sb.Utility("f", f)(world, policy)) == or_none(lambda: brute_language.value(f, world, policy))


@settings(max_examples=tries(25))
@given(st.data(), comparisons())
def test_a_test_has_three_values(data: st.DataObject, test: Test) -> None:
    world, policy = drawn(data)
    held = holds(test, world, policy)
    expected = brute_language.truth(test, world, policy)
    assert held.value is (UNDEFINED if expected is None else expected)
    assert bool(held) == (expected is True)
    denied = holds(~test, world, policy)
    assert denied.value is (UNDEFINED if expected is None else not expected)
    assert not (held and denied)


@settings(max_examples=tries(15))
@given(st.data(), numbers(), comparisons())
def test_scores_under_constraints_in_every_way_that_scores_are_worked_out(data: st.DataObject, f: Formula, test: Test) -> None:
    world = data.draw(SMALL)
    assume(world.policies.size <= 24)
    limited = sb.Utility("limited", f, subject_to=[test])
    scores = [or_none(lambda p=p: brute_language.value(limited.formula, world, p)) for p in world.policies]
    assert [None if score is UNDEFINED else score for score in sweep(limited.formula, world)] == scores
    known = sorted((score for score in scores if score is not None), reverse=True)
    ranking = sb.rank(world, limited, top=5)
    assert list(ranking.scores) == known[:5]
    assert ranking.undefined == len(scores) - len(known)
    if known:
        with suppress(Ambiguous):  # a search has no number for what is read under best policies that differ
            found = solve(world, limited)
            assert found.proved
            assert found.score == known[0]
    else:
        with pytest.raises(Impossible):
            solve(world, limited)


@settings(max_examples=tries(60))
@given(st.one_of(numbers(), comparisons()))
def test_what_is_printed_can_be_pasted_back(said: Any) -> None:
    assert eval(repr(said), dict(NAMES)) == said
    assert str(said)
    assert said._repr_latex_().startswith("$")


def test_conditions_of_quantifiers_are_written_in_each_style() -> None:
    one, two = X("pressing").is_(FREE), X("a").is_(1) * X("b").is_(2)
    for kind, called, sign in ((every, "every", "forall"), (some, "some", "exists")):
        for condition, said, code in ((one, "pressing=f", "X('pressing').is_('free')"), (two, "a=1, b=2", "X('a').is_(1) * X('b').is_(2)")):
            made = kind("intent", E(B) >= 1, given=condition)
            assert str(made) == f"for {called} H given {said} (E[B] >= 1)"
            assert repr(made) == f"{called}('intent', E(B) >= 1, given={code})"
            shown = said.replace("pressing", r"\text{pressing}")
            assert made._repr_latex_() == rf"$\{sign}_{{H \mid {shown}}}\left(\mathbb{{E}}\left[B\right] \ge 1\right)$"
            read = E(V, given=condition)
            assert str(read) == f"E[V | {said}]"
            assert repr(read) == f"E(V, given={code})"
            assert str(entropy(X("c"), given=condition)) == f"entropy(c | {said})"


def test_the_best_of_a_ratio_is_that_of_the_policies_that_define_it() -> None:
    """Derived: never stopped there is no ratio; else it is 2 by 1/2, or 3 by 1, with one more to divide where the first act adds it."""
    stops = {"none": 0, "some": 1, "all": 2}
    world = sb.World(
        ck.Model(
            u=ck.coin("1/2"),
            first=ck.choice(0, 1),
            act=ck.choice(*stops),
            wish=lambda u: STOP if u else FREE,
            stopped=lambda act, u: stops[act] == 2 or (stops[act] == 1 and u),
            value=lambda first, act: {"none": 5, "some": 2, "all": 3}[act] + first,
        ),
        intent="wish", stopped="stopped", value="value", baseline={"first": 0, "act": "none"},
    )  # fmt: skip
    ratio = E(V) / E(B)
    assert list(sweep(ratio, world)) == [UNDEFINED, 4, 3, UNDEFINED, 6, 4]
    for asked, expected in (
        (best(ratio), [6] * 6),
        (worst(ratio), [3] * 6),
        (best(E(V)), [6] * 6),
        (best(ratio, of="act"), [4, 4, 4, 6, 6, 6]),
        (worst(ratio, of="act"), [3, 3, 3, 4, 4, 4]),
        (best(E(V) + ratio, of="act"), [6, 6, 6, 9, 9, 9]),
        (best(E(V), of="act"), [5, 5, 5, 6, 6, 6]),
    ):
        assert list(sweep(asked, world)) == expected
