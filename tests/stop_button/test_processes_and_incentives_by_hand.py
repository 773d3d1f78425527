"""Processes with cycles, exact equations, recall and amounts of incentives, what a stop leaves moving, forecasts: by hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
import sympy

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible, MechanismFailed, TooLarge, UnknownName, WrongShape
from causalkit.graphs.graph import Graph
from stop_button import E, V, X
from stop_button.incentives import Diagram, admits_indirect_value_of_control, indirect_value_of_control
from stop_button.incentives.evidence import childless, covered, cut, missing, shown
from stop_button.incentives.necessity import lowest_rung
from stop_button.incentives.optimum import optimum
from stop_button.incentives.realised import quantitative_instrumental_control_incentive, quantitative_response_incentive
from stop_button.incentives.relevance import relevance_graph, s_reachable, sufficient_recall
from stop_button.incentives.stopping import safety_tax as tax_module
from stop_button.incentives.stopping import stop_reach as reach_module
from stop_button.incentives.stopping.safety_tax import safety_tax
from stop_button.incentives.stopping.stop_reach import stop_reach
from stop_button.learning import Forecast, outcome
from stop_button.learning.answers import FixedPoints, Gradient, Regret, Run
from stop_button.learning.heard import Heard
from stop_button.learning.training import Caught, Training, replicated
from stop_button.searching.parameter_survey import survey
from stop_button.sequences import Process
from stop_button.sequences.linear_equations import PRIMES, solution
from stop_button.sequences.team import returns_to_power
from stop_button.worlds.meter import meter

F = Fraction

# ---------------------------------------------------------------- cycles


@pytest.mark.parametrize(
    ("ends_with", "a", "b", "in_a", "in_b"),
    [
        (4, F(5), F(4), ("go",), ("end",)),  # v(A) = 3 + 4 / 2, and back pays 1 + 5 / 2
        (0, F(14, 3), F(10, 3), ("go",), ("back",)),  # v(A) = 3 + v(B) / 2, v(B) = 1 + v(A) / 2
        (F(10, 3), F(14, 3), F(10, 3), ("go",), ("back", "end")),
    ],
)
def test_the_best_on_a_cycle_solves_its_equations(ends_with: Any, a: Fraction, b: Fraction, in_a: Any, in_b: Any) -> None:
    process = Process({"A": {"stay": "A", "go": "B"}, "B": {"back": "A", "end": "E"}}, {"A": 1, "B": 3, "E": ends_with}, discount="1/2")
    assert (process.value("A"), process.value("B"), process.value("E")) == (a, b, 0)
    assert (process.best("A"), process.best("B")) == (in_a, in_b)
    assert process.residual(process) == {}


@pytest.mark.parametrize(("ends_with", "worth", "best"), [(F(3, 2), 2, ("stay",)), (2, 2, ("stay", "go")), (3, 3, ("go",))])
def test_to_stay_for_ever_is_worth_a_sum_without_end(ends_with: Any, worth: int, best: Any) -> None:
    """1 + 1/2 + 1/4 + ... = 2."""
    process = Process({"A": {"stay": "A", "go": "E"}}, {"A": 1, "E": ends_with}, discount="1/2")
    assert (process.value("A"), process.best("A")) == (worth, best)
    assert process.value("A", horizon=1) == max(1, ends_with)
    assert process.value("A", horizon=2) == max(F(3, 2), ends_with, 1 + F(ends_with) / 2)


def test_better_moves_are_taken_up_where_a_guess_ends_too_soon() -> None:
    """One step short of floats: a lottery between staying and leaving, with chances on both ways."""
    process = Process(
        {"A": {"safe": "E", "risky": ck.Dist({"A": "1/2", "B": "1/2"})}, "B": {"on": "A", "off": "E"}}, {"A": 2, "B": 1, "E": 3},
        discount="9/10",
    )  # fmt: skip
    # v(A) = 3/2 + 9/20 (v(A) + v(B)); v(B) = 2 + 9/10 v(A): v(A) (1 - 9/20 - 81/200) = 3/2 + 9/10
    assert process.value("A") == F(12, 5) / F(29, 200)
    assert process.value("B") == 2 + F(9, 10) * process.value("A")
    assert (process.best("A"), process.best("B")) == (("risky",), ("on",))


BASE = Process({"A": ["B", "E"], "B": ["C"], "D": ["A"], "E": ["F"]}, {"C": 1, "F": -1}, discount="9/10")
RING = Process({k: [(k + 1) % 3] for k in range(3)}, {0: 1}, discount="1/2")
WRONG: tuple[Any, ...] = (0, -1, True, "2")
BLIND = Process({"A": ["B"]}, discount=0)
NOT_ASKED: dict[str, tuple[type[Exception], str, Callable[[], Any]]] = {
    "sweeps": (WrongShape, "lies on a cycle, where sweeps come closer and never end", lambda: RING.sweeps(RING, [0])),
    "a path": (WrongShape, "lies on a cycle, so a path may have no end; type horizon", lambda: RING.result(0, 1, {})),
    "a rest": (WrongShape, "with a discount of 0 the rest of a target is not defined", lambda: BLIND.result("A", "B", {})),
    "no old value": (UnknownName, "'G', 'H' had no value in the old process", lambda: BASE.with_edge("G", "H").residual(BASE)),
    "success that raises": (
        MechanismFailed, "success raised ZeroDivisionError: .* with 0 units", lambda: returns_to_power(lambda x: F(1, x), upto=2)
    ),
    "success that is refused": (WrongShape, "^mine$", lambda: returns_to_power(refusing, upto=2)),
    "no power": (WrongShape, "upto=0 is no number of things; give a whole number from 1 on", lambda: returns_to_power(F, upto=0)),
    **{f"a horizon of {one!r}": (WrongShape, "expected a number of moves, 1 or more", partial(BASE.value, "A", horizon=one))
       for one in WRONG},
}  # fmt: skip


def refusing(units: int) -> Any:
    raise WrongShape("mine")


@pytest.mark.parametrize("name", NOT_ASKED)
def test_what_cannot_be_asked_of_a_process_is_refused(name: str) -> None:
    error, words, call = NOT_ASKED[name]
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(("rises_at", "upto", "first"), [(1, 3, 1), (2, 3, 2), (3, 3, 3), (4, 3, None), (3, 2, None)])
def test_returns_rise_where_a_step_is_larger_than_the_one_before(rises_at: int, upto: int, first: int | None) -> None:
    found = returns_to_power(lambda x: F(x) + (x > rises_at), upto=upto)
    assert (found.first, bool(found)) == (first, first is None)


def test_a_choice_beside_the_move_is_refused() -> None:
    step = {"go": ck.choice(0, 1, sees=["on_before"]), "other": ck.choice(0, 1), "on": lambda go, other: go + other}
    with pytest.raises(WrongShape, match=r"'other\[1\]' is a choice too; plug in a rule for it"):
        Process.of(ck.unroll(step, 1, start={"on": 0}), state=["on"], action="go")


# ---------------------------------------------------------------- equations


@pytest.mark.parametrize(
    "wanted",
    [
        [F(1, 10**60 + 7), F(-3), F(10**40, 7)],
        [F(10**70 + 1), F(1, 3), F(0)],
        [F(-1, 2), F(5, 6), F(-7, 11)],
        [F(1, PRIMES[0]), F(PRIMES[1]), F(2, PRIMES[0] * PRIMES[1])],
    ],
)
def test_equations_with_long_numbers_are_solved_exactly(wanted: list[Fraction]) -> None:
    """They take more digits the longer they are; three equations with a known solution, a pivot of 0 among them."""
    rows = [{1: F(2), 2: F(-1, 3)}, {0: F(5), 1: F(1, 7)}, {0: F(-1), 1: F(4), 2: F(9)}]
    right = [sum((c * wanted[j] for j, c in row.items()), F(0)) for row in rows]
    assert solution(rows, right) == wanted


@pytest.mark.parametrize("singular", [1, 2, 3])
def test_a_matrix_without_an_inverse_modulo_a_prime_has_one_modulo_another(singular: int) -> None:
    scale = 1
    for prime in PRIMES[:singular]:
        scale *= prime
    assert solution([{0: F(scale)}, {1: F(1)}], [F(3), F(4)]) == [F(3, scale), F(4)]
    with pytest.raises(WrongShape, match="2 equations have no single solution; a discount below 1 gives one"):
        solution([{0: F(1), 1: F(2)}, {0: F(2), 1: F(4)}], [F(3), F(6)])


# ---------------------------------------------------------------- recall


def two_agents() -> Diagram:
    """The decisions of one rely on each other; the other has one decision."""
    graph = Graph.parse("first -> pay, second -> pay, alone -> gain")
    return Diagram(graph, {"one": ["first", "second"], "other": ["alone"]}, {"one": ["pay"], "other": ["gain"]})


def test_recall_is_asked_of_one_agent_or_of_all() -> None:
    diagram = two_agents()
    for agent, recalls in ((None, False), ("one", False), ("other", True)):
        found = sufficient_recall(diagram, agent)
        assert bool(found) == recalls
        assert [one.name for one in found.agents] == (["one", "other"] if agent is None else ["agent"])
    assert str(sufficient_recall(diagram, "one")) == "no sufficient recall: first relies on second relies on first"
    assert str(sufficient_recall(diagram, "other")) == "sufficient recall: the decisions can be solved one after the other"
    assert relevance_graph(diagram).edges == (("first", "second"), ("second", "first"))
    with pytest.raises(WrongShape, match="'first' is asked about itself"):
        s_reachable(diagram, "first", "first")


def test_who_stands_in_the_other_order_is_asked_too() -> None:
    graph = Graph.parse("alone -> gain, first -> pay, second -> pay")
    diagram = Diagram(graph, {"other": ["alone"], "one": ["first", "second"]}, {"other": ["gain"], "one": ["pay"]})
    assert sufficient_recall(diagram).cycle == ("first", "second", "first")


# ---------------------------------------------------------------- evidence in words


def test_why_there_is_no_path_is_said() -> None:
    whole = Graph.parse("start -> a -> end, start -> b, other -> a, other -> end")
    reduced = whole.without_outgoing("a").without_outgoing("other")
    assert cut(whole, reduced, "start", ["end"]) == "the minimal reduction cuts a -> end"
    assert cut(whole, reduced, "b", ["end", "a"]) == missing(whole, "b", ["end", "a"]) == "no directed path leads from b to end, a"
    assert missing(whole, "start", ["end"]) == ""
    diagram = Diagram(Graph.parse("act -> pay, act -> gain -> more"), "act", ["pay", "more"])
    assert childless(diagram)
    assert covered(diagram)
    assert not childless(Diagram(Graph.parse("act -> pay, act -> gain -> more"), "act", ["pay", "gain"]))
    assert not covered(Diagram(Graph.parse("act -> pay, act -> gain -> more"), "act", ["pay", "gain"]))
    assert not covered(Diagram(Graph.parse("act -> pay, late -> pay"), ["act", "late"], "pay"))


def test_a_judgement_is_typeset() -> None:
    diagram = Diagram(Graph.parse("cause -> state -> pay, act -> pay, state -> sign -> act"), "act", "pay")
    assert indirect_value_of_control(diagram, "act") == ("sign",)
    judgement = admits_indirect_value_of_control(diagram, "act", "sign")
    assert str(judgement) == (
        "sign may have indirect value of control for act: sign -> act -> pay, and sign <- state -> pay is open given act"
    )
    assert judgement._repr_latex_() == str(judgement).replace("<-", "<{}-")
    assert shown(judgement.paths[0]) == str(judgement.paths[0]) == str(judgement.path)


def test_a_utility_that_is_seen_is_controlled_for_what_it_shows() -> None:
    """Two utilities, of which one is seen: control of it matters by way of the other alone."""
    diagram = Diagram(Graph.parse("cause -> seen -> act -> pay, cause -> pay"), "act", ["seen", "pay"])
    assert indirect_value_of_control(diagram, "act") == ("seen",)
    found = admits_indirect_value_of_control(diagram, "act", "seen")
    assert [path.nodes for path in found.paths] == [("seen", "act", "pay"), ("seen", "cause", "pay")]


# ---------------------------------------------------------------- amounts


def noticed() -> ck.Model:
    """A draw of three and a coin are seen, and one of six numbers is named: right is one pay."""
    return ck.Model(
        draw=ck.uniform(0, 1, 2), coin=ck.Dist({0: "1/2", 1: "1/2"}), act=ck.choice(*range(6), sees=["draw", "coin"]),
        pay=lambda draw, coin, act: int(act == 2 * draw + coin),
    )  # fmt: skip


@pytest.mark.parametrize(("node", "worth"), [("draw", F(2, 3)), ("coin", F(1, 2)), ("pay", 0), ("act", 0)])
def test_a_response_is_worth_what_is_lost_by_who_does_not_respond(node: str, worth: Any) -> None:
    """Who does not respond to the draw sees the coin alone, and is right in one case of three."""
    assert quantitative_response_incentive(noticed(), "pay", decision="act", node=node).value == worth


def test_what_stands_behind_what_is_seen_is_responded_to_as_far_as_it_shows() -> None:
    """Of three draws two look alike; who does not respond names one number."""
    model = ck.Model(
        draw=ck.Dist({0: "1/2", 1: "1/3", 2: "1/6"}), sign=lambda draw: int(draw > 0), act=ck.choice(0, 1, 2, sees=["sign"]),
        pay=lambda draw, act: int(act == draw),
    )  # fmt: skip
    for node in ("draw", "sign"):
        found = quantitative_response_incentive(model, "pay", decision="act", node=node)
        assert found.value == F(1, 3)
        assert "the best score is 5/6 with a response to it and 1/2 without" in str(found)


@pytest.mark.parametrize("asked", [quantitative_response_incentive, quantitative_instrumental_control_incentive])
def test_amounts_are_of_one_open_choice_and_a_node_that_is_there(asked: Any) -> None:
    two = ck.Model(act=ck.choice(0, 1), other=ck.choice(0, 1), pay=lambda act, other: act + other)
    with pytest.raises(WrongShape, match="a model with one open choice, 'act', and the open choices are: act, other"):
        asked(two, "pay", decision="act", node="pay")
    with pytest.raises(WrongShape, match="a model with one open choice, 'pay', and the open choices are: act"):
        asked(two.choose(other=0), "pay", decision="pay", node="pay")
    with pytest.raises(UnknownName, match="nothing"):
        asked(two.choose(other=0), "pay", decision="act", node="nothing")


def test_an_optimum_names_one_of_its_policies() -> None:
    found = optimum(noticed(), "pay")
    assert (found.expected_utility, found.count) == (1, 1)
    assert found.policy == next(iter(found.policies()))
    steps = {"go": ck.choice(0, 1, sees=["on_before"]), "on": lambda go: go}
    long = optimum(ck.unroll(steps, 3, start={"on": 0}), ["on[1]", "on[3]"])
    assert long.expected_utility == 2
    assert long.policy == next(long.policies())


def test_nothing_to_compare_is_refused() -> None:
    world = sb.worlds.office()
    with pytest.raises(WrongShape, match="there is nothing to compare; name roles or variables"):
        lowest_rung(world, "work", "cut the wire", of=[])


# ---------------------------------------------------------------- what a stop leaves moving


def idle_stop(wired: bool, pays: bool) -> sb.World:
    model = ck.Model(
        act=ck.choice("leave", "go"), wish=ck.Dist({"stop": "1/2", "free": "1/2"}),
        stopped=ck.function(lambda wish: wired and wish == "stop", parents=["wish"], domain=[False, True]),
        sent=lambda act: int(act == "go"), value=lambda sent, stopped: sent if pays or not stopped else 3,
    )  # fmt: skip
    return sb.World(model, intent="wish", stopped="stopped", value="value", baseline="leave", name=f"idle {wired} {pays}")


@pytest.mark.parametrize("few", [1_000, 0])
@pytest.mark.parametrize(
    ("wired", "pays", "moves", "through"), [(True, True, True, ("sent",)), (True, False, False, ()), (False, True, False, ())]
)
def test_what_moves_around_a_stop_is_found_by_listing_or_at_the_ends(
    few: int, wired: bool, pays: bool, moves: bool, through: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where people have wished a stop the value is what was sent, or 3; without a wire nobody is stopped."""
    monkeypatch.setattr(reach_module, "FEW", few)
    found = stop_reach(idle_stop(wired, pays))
    assert (found.moves, found.through, found.later, found.alone, bool(found)) == (moves, through, (), False, not moves)
    said = "mean value still differs between policies although the agent is stopped, through sent: " if moves else "in idle "
    assert str(found).startswith(said)


# ---------------------------------------------------------------- the tax


def three_acts() -> sb.World:
    model = ck.Model(
        act=ck.choice("a", "b", "c"), value=ck.function({"a": 1, "b": 3, "c": 4}.__getitem__, parents=["act"], domain=[1, 3, 4]),
        shown=lambda act: int(act != "c"),
    )  # fmt: skip
    return sb.World(model, value="value", name="three acts")


def test_the_tax_of_a_product_of_means_is_that_of_all_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    """a and b are best by what is shown: they bring 1 and 3 where 4 can be had."""
    world, shown_twice = three_acts(), sb.Utility("shown", E(X("shown")) * E(X("shown")))
    found = safety_tax(world, shown_twice)
    assert (found.best, found.least, found.most) == (4, 1, 3)
    never = sb.Utility("never", E(V) / (E(V) - E(V)) * E(X("shown")))
    with pytest.raises(Impossible):
        safety_tax(world, never)
    monkeypatch.setattr(tax_module, "MOST_LISTED", 3)
    assert safety_tax(three_acts(), shown_twice).most == 3
    monkeypatch.setattr(tax_module, "MOST_LISTED", 2)
    with pytest.raises(TooLarge, match="three acts has more than 2 policies to list, and "):
        safety_tax(three_acts(), shown_twice)


# ---------------------------------------------------------------- forecasts and training


def test_a_forecast_that_is_heard_calculates_with_numbers_alone() -> None:
    heard = Heard(sympy.Symbol("said"))
    assert repr(heard * 2) == str(heard * 2) == "2*said"
    assert repr(heard / 3) == "said/3"
    assert repr(heard + "1/4") == "said + 1/4"
    assert repr(heard * 0.5) == "said/2"
    for wrong in (lambda: heard + object(), lambda: object() * heard, lambda: heard - "words?"):
        with pytest.raises(TypeError, match="unsupported operand"):
            wrong()


def test_a_law_that_is_no_polynomial_is_refused() -> None:
    rational = Forecast(lambda said: ck.coin(1 / (1 + said)))
    with pytest.raises(WrongShape, match=r"the mean is .*, not a polynomial of the forecast; type grid="):
        rational.fixed_points()
    assert rational.best_replies("1/2") == (F(2, 3),)


@pytest.mark.parametrize(
    ("points", "among", "everywhere", "kind", "said"),
    [
        ((), None, True, "all", "fixed points between 0 and 1: all"),
        ((), None, False, "none", "fixed points between 0 and 1: none"),
        ((F(1, 2),), None, False, "one", "fixed points between 0 and 1: one: 0.5"),
        ((F(0), F(1)), None, False, "several", "fixed points between 0 and 1: several: 0, 1"),
        ((F(0), F(1)), (F(0), F(1)), False, "all", "fixed points among 0, 1: all: 0, 1"),
        ((F(0),), (F(0),), False, "one", "fixed points among 0: one: 0"),
        (("R",), ("R", "P"), False, "one", "fixed points among R, P: one: R"),
        ((), ("R", "P"), False, "none", "fixed points among R, P: none"),
    ],
)
def test_fixed_points_are_counted_in_words(points: Any, among: Any, everywhere: bool, kind: str, said: str) -> None:
    found = FixedPoints(points, among, everywhere)
    assert (found.kind, bool(found), str(found)) == (kind, kind != "none", said)


def test_runs_regrets_and_gradients_say_what_they_hold() -> None:
    for cycle, end in ((None, ""), (1, ", a fixed point"), (2, ", a cycle of 2")):
        assert str(Run((F(0), F(1, 4)), cycle)) == f"0, 0.25{end}"
    regret = Regret({F(1, 4): F(0), F(1, 2): F(1, 10), F(3, 4): F(1, 5)}, {F(1, 4): 2, F(1, 2): 1, F(3, 4): 3})
    assert (regret.mean, regret.hurt, bool(regret)) == (F(7, 60), (F(1, 2), F(3, 4)), True)
    assert not Regret({F(1, 4): F(0)}, {F(1, 4): 1})
    assert Gradient(F(1, 3), F(1, 6)).total == F(1, 2)


def test_who_is_caught_is_tabled() -> None:
    found = Training(meter(), outcome("measured")).caught()
    assert str(found) == str(found._result())
    assert found._repr_html_() == found._result().html()
    first, second, third = sb.worlds.office().policies[0], sb.worlds.office().policies[1], three_acts().policies[0]
    margins = {first: F(1, 2), second: F(0), third: F(-1)}
    caught = Caught((), margins)
    assert (caught.missed, bool(caught), bool(Caught((), {first: F(1, 2)}))) == ((second, third), False, True)
    assert [line.split()[-1] for line in str(caught).splitlines()[1:]] == ["caught", "missed", "missed"]


def test_kinds_that_leave_no_copies_die_out() -> None:
    assert replicated({"a": "1/2", "b": "1/2"}, {"a": 2, "b": 0}, steps=0) == {"a": F(1, 2), "b": F(1, 2)}
    assert replicated({"a": "1/2", "b": "1/4", "c": "1/4"}, {"a": 1, "b": 2, "c": 0}, steps=2) == {"a": F(1, 3), "b": F(2, 3), "c": 0}
    with pytest.raises(Impossible, match="after 1 steps nothing is left"):
        replicated({"a": 1}, {"a": 0}, steps=1)
    with pytest.raises(WrongShape, match="steps=-1 is no number of things"):
        replicated({"a": 1}, {"a": 1}, steps=-1)


# ---------------------------------------------------------------- surveys


def test_a_survey_under_no_utility_or_over_nothing_has_no_rows() -> None:
    def build(pays: int = 0) -> sb.World:
        model = ck.Model(
            act=ck.choice("a", "b"), wish=ck.Dist({"stop": "1/2", "free": "1/2"}), stopped=lambda wish: wish == "stop",
            value=lambda act: pays * (act == "b"),
        )  # fmt: skip
        return sb.World(model, intent="wish", stopped="stopped", value="value", baseline="a")

    empty = survey(build, [], over={"pays": [1, 2]})
    assert (empty.settings, empty.complete) == ((), True)
    assert survey(build, sb.naive, over={"pays": []}).settings == ()
    one = survey(build, sb.naive, over={})
    assert [setting.parameters for setting in one.settings] == [()]
    two = survey(build, [sb.naive, sb.Utility("less", -E(V))], over={"pays": [1, 2]})
    assert [(s.parameters, s.utility, s.best, s.score) for s in two.settings] == [
        ((("pays", pays),), name, best, score)
        for pays, (name, best, score) in itertools.chain(
            ((1, row) for row in (("naive", ("b",), 1), ("less", ("a",), 0))),
            ((2, row) for row in (("naive", ("b",), 2), ("less", ("a",), 0))),
        )
    ]
    assert repr(two) == str(two)
    assert two._repr_html_() == two._result().html()
