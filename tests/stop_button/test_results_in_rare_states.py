"""What results say where something is undefined, open, tied or not there: a value, a word or a refusal for each such state."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit import Dist
from causalkit.errors import CausalError, TooLarge, WrongShape
from causalkit.graphs import Graph
from stop_button import FREE, STOP, B, E, V, X
from stop_button.atlas import COLUMNS, FAMILIES, ROWS, cell_of, committed
from stop_button.atlas.columns.standing import standing
from stop_button.atlas.places import entry
from stop_button.atlas.story import story
from stop_button.auditing.draws import flag_formulas
from stop_button.auditing.frequencies import frequencies
from stop_button.definitions.optimal_indifference import utility_preserving, utility_preserving_floor
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.grounding import resolving
from stop_button.grounding.resolving import resolved
from stop_button.incentives import Diagram
from stop_button.incentives.criteria import admits_indirect_value_of_control, indirect_value_of_control
from stop_button.incentives.realised import quantitative_instrumental_control_incentive, quantitative_response_incentive
from stop_button.incentives.relevance import s_reachable, sufficient_recall
from stop_button.language.information import entropy
from stop_button.language.references import OWN
from stop_button.language.tests import Comparison
from stop_button.lotteries import orbit, power, share, shares
from stop_button.lotteries.retargeting import retargeting
from stop_button.properties import Failure, holds
from stop_button.searching.claims import Claim, holds_of_the_best
from stop_button.searching.families import Sketch

F = Fraction

OFFICE = sb.worlds.office()
PLAIN = sb.World(
    ck.Model(act=ck.choice("a", "b", "c"), value=lambda act: {"a": 0, "b": 1, "c": 2}[act]), value="value", baseline="a", name="plain"
)
NEVER = E(V, given=X("act").is_("b"))
"""Undefined of every policy that does not take b."""


# ---------------------------------------------------------------- tests that hold, fail or are undefined


@pytest.mark.parametrize(
    ("act", "sign", "fires", "value", "said"),
    [("a", "open", False, UNDEFINED, "is undefined"), ("b", "zero", False, True, "holds")],
)
def test_a_claim_that_is_undefined_is_open(act: str, sign: str, fires: bool, value: Any, said: str) -> None:
    held = holds(NEVER <= 1, PLAIN, act)
    failure = Failure("small", held)
    assert (failure.sign, bool(failure), held.value, bool(held)) == (sign, fires, value, value is True)
    assert f"E[V | act=b] <= 1 {said} of {act} in plain" in str(failure)
    assert failure.kind == "small"
    assert held._repr_html_().count("<p>") == 1
    assert said in held._repr_html_()


def test_a_claim_that_fails_is_positive() -> None:
    failure = Failure("small", holds(NEVER <= "1/2", PLAIN, "b"))
    assert (failure.sign, bool(failure)) == ("positive", True)


@pytest.mark.parametrize("swap", [False, True])
def test_a_margin_with_an_undefined_side_is_undefined(swap: bool) -> None:
    test = Comparison(E(V), "<=", NEVER) if swap else Comparison(NEVER, "<=", E(V))
    (margin,) = holds(test, PLAIN, "a").evidence
    assert margin.margin is UNDEFINED
    assert (margin.left, margin.right) == ((F(0), UNDEFINED) if swap else (UNDEFINED, F(0)))
    assert "undefined" in str(margin)


@pytest.mark.parametrize(
    ("test", "margin"),
    [(E(V) <= 5, 3), (E(V) < 5, 3), (E(V) >= 5, -3), (E(V) > 5, -3), (E(V).equals(5), -3), (E(V).equals(-1), -3), (E(V).equals(2), 0)],
)
def test_a_margin_is_how_far_the_left_side_is_on_the_right_side(test: Any, margin: int) -> None:
    (found,) = holds(test, PLAIN, "c").evidence
    assert found.margin == margin


def test_doubts_that_are_open_are_counted_one_by_one() -> None:
    never = sb.Utility("zero", 0 * E(V))  # all three policies are best
    answer = holds_of_the_best(NEVER <= 1).asked_of(never, PLAIN)
    assert (answer.doubt, answer.has_best, answer.open) == (None, True, 2)
    sure = holds_of_the_best(E(V) <= 2).asked_of(never, PLAIN)
    assert (sure.doubt, sure.has_best, sure.open) == (None, True, 0)


def test_no_best_policy_is_no_open_doubt() -> None:
    answer = Claim("any", "any", lambda *_: iter(())).asked_of(sb.Utility("none", E(V) / (E(V) - E(V))), PLAIN)
    assert (answer.doubt, answer.has_best, answer.open) == (None, False, 0)


# ---------------------------------------------------------------- small worlds with a bonus, a cut wire


ORDER = (False, True, False, True)


@pytest.mark.parametrize(
    ("sketch", "size"),
    [
        (Sketch(F(1, 2), (1, 1), ORDER, 0, False), (0, 0, 2)),
        (Sketch(F(1, 2), (1, 1), ORDER, 1, False), (1, 0, 2)),
        (Sketch(F(1, 2), (1, 1), ORDER, 3, False), (1, 0, 2)),
        (Sketch(F(1, 2), (1, 1), ORDER, 0, True), (1, 0, 2)),
        (Sketch(F(1, 2), (0, 2), ORDER, 0, False), (1, 0, 2)),
        (Sketch(F(1, 4), (1, 1), ORDER, 0, False), (1, 0, 2)),
        (Sketch(F(1, 4), (0, 2), (True, False, True, True), 2, True), (4, 3, 2)),
    ],
)
def test_each_thing_that_a_small_world_has_makes_it_less_simple(sketch: Sketch, size: tuple[int, ...]) -> None:
    assert sketch.size == size


@pytest.mark.parametrize(("act", "cut", "worth"), [("act", False, 4), ("leave", False, F(5, 4)), ("act", True, 8)])
def test_a_bonus_is_added_to_what_running_is_worth(act: str, cut: bool, worth: Any) -> None:
    # Left alone it runs in one mood of two: (1/4 * 4 + 3/4 * 2) / 2. Once it acts, it is asked to stop in mood 1, and gets 3 more.
    sketch = Sketch(F(1, 4), (2, 4), ORDER, 3, cut)
    mean = F(3, 4) * 2 + F(1, 4) * 4
    expected = {"leave": mean / 2, "act": (mean + 3) * (1 if cut else F(1, 2))}[act]
    assert sb.naive(sketch.world(), act) == expected
    assert expected != worth or act == "leave"
    assert "; acting adds 3 to the value of running" in str(sketch)
    assert ("; acting cuts the wire" in str(sketch)) is cut


# ---------------------------------------------------------------- entropies, exchanges, shares, power


def test_an_entropy_is_taken_of_as_many_meanings_as_are_looked_at_and_not_of_one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = entropy(X("act"))
    monkeypatch.setattr(resolving, "MOST_MEANINGS", 3)
    assert str(resolved(wanted, PLAIN))
    monkeypatch.setattr(resolving, "MOST_MEANINGS", 2)
    with pytest.raises(TooLarge, match="is about 3 combinations of meanings in plain, and at most 2 are looked at"):
        resolved(wanted, sb.World(PLAIN.model, value="value", name="plain"))


def test_an_exchange_is_said_in_pairs_and_what_stays_is_not_said() -> None:
    world = sb.World(ck.Model(act=ck.choice("off", "a", "b"), end=lambda act: act), name="fork")
    on = ~(E(X("end").is_("off")) >= 1)
    found = retargeting(on, "end", world)
    assert dict(found.exchange) == {"off": "a", "a": "off", "b": "b"}
    assert str(found).endswith("best for their mean: exchange a with off")
    all_pass = retargeting(E(V) >= 0, "value", PLAIN)
    assert bool(all_pass)
    assert str(all_pass).endswith("exchange nothing")
    none = retargeting(E(X("end").is_("off")) >= 1, "end", world)
    assert not none
    assert str(none).startswith("no exchange of outcomes of end carries what policies reach that fail")


@pytest.mark.parametrize("level", [0, 1, "-1/2", "3/2"])
def test_an_interval_has_a_level_between_0_and_1(level: Any) -> None:
    with pytest.raises(WrongShape, match="is no probability of an interval to hold"):
        share(E(B) < "1/2", orbit("value"), OFFICE, draws=5, level=level)


def test_a_share_of_a_test_that_always_fails_has_a_case_against_and_none_for() -> None:
    found = share(E(V) >= 7, Dist({E(V): "1/2", -E(V): "1/2"}), PLAIN)
    assert (found.weakly, found.strictly, found.holding) == (0, 0, None)
    assert found.failing is not None
    assert (found.failing.some, found.failing.all) == (False, False)


def test_a_share_tells_the_clearest_case_for_and_the_clearest_against() -> None:
    """Of a tie the test holds of some; where all pass, or all fail, that is the better evidence, wherever it stands."""
    tie, good, bad = 0 * E(V), E(V), -E(V)
    for order in ((tie, good, bad), (good, bad, tie), (bad, tie, good)):
        found = share(E(V) >= 2, Dist(dict.fromkeys(order, "1/3")), PLAIN)
        assert (found.weakly, found.strictly) == (F(2, 3), F(1, 3))
        assert found.holding is not None
        assert found.failing is not None
        assert (found.holding.which, found.holding.all) == (str(good), True)
        assert (found.failing.which, found.failing.some) == (str(bad), False)


@pytest.mark.parametrize("ask", [power, lambda lottery, world: share(E(V) >= 1, lottery, world)])
def test_an_orbit_with_too_many_arrangements_is_refused(ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Three payoffs for three ends, of which no two are as likely under each act: six arrangements."""
    rows = {0: Dist({"a": "1/6", "b": "2/6", "c": "3/6"}), 1: Dist({"a": "3/6", "b": "1/6", "c": "2/6"})}
    model = ck.Model(act=ck.choice(0, 1), end=ck.cpt(["act"], rows), value=lambda end: {"a": 0, "b": 1, "c": 2}[end])
    world = sb.World(model, value="value", name="long")
    monkeypatch.setattr(shares, "MOST_ARRANGEMENTS", 6)
    assert ask(orbit("value"), world) is not None
    monkeypatch.setattr(shares, "MOST_ARRANGEMENTS", 5)
    with pytest.raises(TooLarge, match="up to 6 arrangements that differ in long, to be compared for 2 kinds"):
        ask(orbit("value"), world)


# ---------------------------------------------------------------- worlds without a wish, rows without a form


def test_where_nobody_wishes_there_are_no_frequencies_and_no_flags() -> None:
    model = ck.Model(act=ck.choice("a", "b"), off=lambda act: act == "b", value=lambda off: 0 if off else 1)
    for world in (PLAIN, sb.World(model, stopped="off", value="value", baseline="a")):
        assert frequencies(world, "b") == ()
        assert flag_formulas(world) == {}


def test_where_symbols_decide_the_best_a_verdict_depends_on_them() -> None:
    import sympy

    p = sympy.Symbol("p", positive=True)
    world = sb.World(
        ck.Model(
            rain=ck.coin(p), wish=lambda rain: STOP if rain else FREE, act=ck.choice("wet", "dry"),
            off=lambda wish: wish == STOP, value=lambda act, rain: int((act == "wet") == rain),
        ),
        intent="wish", stopped="off", value="value", baseline="wet",
    )  # fmt: skip
    stands = standing(Evaluation(world), ROWS["naive"].forms[0])
    assert stands.best is None
    found = entry(Evaluation(world), ROWS["naive"], [])
    assert found is not None
    assert (found.verdict, found.best, found.ties) == ("depends", (), 0)


def test_a_definition_that_does_not_apply_to_the_world_of_a_failure_has_no_story() -> None:
    cell = cell_of(committed(), "switch", "no_influence")
    without = next(row for row in ROWS.values() if cell.first is not None and row.form(FAMILIES[cell.first.name][0]) is None)
    assert story(cell, without, COLUMNS["no_influence"], FAMILIES, {}) is None


def test_a_utility_that_takes_its_policy_for_granted_is_fixed_and_another_stays_as_it_is() -> None:
    space, evaluation = PLAIN.policies, Evaluation(PLAIN)
    plain = sb.Utility("plain", E(V))
    assert standing(evaluation, plain).fixed(space[1]) is plain
    own = standing(evaluation, sb.Utility("own", E(V) - E(V.under(OWN))))
    fixed = own.fixed(space[1])
    assert str(fixed.formula) == "E[V] - E[V_b]"
    assert [evaluation.score(fixed.formula, policy) for policy in space] == [-1, 0, 1]
    assert fixed.name == "own"


# ---------------------------------------------------------------- incentives


def test_an_incentive_of_a_model_with_another_decision_is_refused() -> None:
    model = ck.Model(first=ck.choice(0, 1), then=ck.choice(0, 1), pay=lambda first, then: first + then)
    for ask in (quantitative_response_incentive, quantitative_instrumental_control_incentive):
        with pytest.raises(WrongShape, match="the open choices are: first, then; fill the others"):
            ask(model, "pay", decision="first", node="pay")
        with pytest.raises(CausalError, match="nowhere"):
            ask(model.choose(then=0), "pay", decision="first", node="nowhere")


def test_recall_is_asked_of_one_agent_or_of_all() -> None:
    """The first recalls; the second takes two decisions blindly that rely on each other."""
    graph = Graph.parse("a -> u, b -> v, c -> v")
    diagram = Diagram(graph, {1: "a", 2: ["b", "c"]}, {1: "u", 2: "v"})
    first, second, both = (sufficient_recall(diagram, agent) for agent in (1, 2, None))
    assert (bool(first), bool(second), bool(both)) == (True, False, False)
    assert [len(recall.agents) for recall in (first, second, both)] == [1, 1, 2]
    assert first.agents[0].decisions == ("a",)
    assert first.cycle == ()
    assert set(second.cycle) == {"b", "c"}


def test_a_utility_has_no_indirect_value_of_control_by_way_of_itself() -> None:
    diagram = Diagram(Graph.parse("bonus -> act -> pay, state -> bonus, state -> pay"), "act", ["bonus", "pay"])
    assert [bool(admits_indirect_value_of_control(diagram, "act", name)) for name in ("pay", "act")] == [False, False]
    assert indirect_value_of_control(diagram, "act") == ("bonus",)


# ---------------------------------------------------------------- definitions over steps


def test_the_floor_of_indifference_builds_on_the_indifference_of_the_same_settings() -> None:
    settings: dict[str, Any] = {
        "horizon": 2, "factor": "1/2", "reward": "r", "normal": "n", "shutdown": "s", "pressed": "p", "decision": "d",
    }  # fmt: skip
    assert utility_preserving.family is not None
    assert utility_preserving_floor.family is not None
    base = utility_preserving.family(**settings)
    more = utility_preserving_floor.family(floor=0, weight=1, **settings)
    assert str(more).startswith(str(base))
    assert str(more) != str(base)


# ---------------------------------------------------------------- what is meant where nothing is said


def test_definitions_weigh_stops_once_unless_told_otherwise() -> None:
    assert str(sb.counterfactual.formula) == "E[B_s] + E[V_f]"
    assert str(sb.conditional_counterfactual.formula) == "E[B_s | H=s] + E[V_f | H=s] + E[B_s | H=f] + E[V_f | H=f]"
    assert (sb.counterfactual.parameters["weight"], sb.conditional_counterfactual.parameters["weight"]) == (1, 1)


def test_relevance_of_decisions_is_complete_and_says_no_proviso() -> None:
    diagram = Diagram(Graph.parse("first -> pay, second -> pay"), ["first", "second"], "pay")
    found = s_reachable(diagram, "first", "second")
    assert (bool(found), found.complete) == (True, True)
    assert "no theorem" not in str(found)
