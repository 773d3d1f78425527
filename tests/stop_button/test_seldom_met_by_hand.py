"""What only large or loose worlds meet, in small ones: shared noise, bounds apart, behaviours, ratios without a value."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
import sympy

import stop_button as sb
from causalkit import Model, choice, coin, cpt, function, table
from causalkit.errors import Impossible, NeedsCoupling, WrongFile, WrongShape
from causalkit.values import linear_program
from causalkit.values.dist import Dist
from stop_button import FREE, STOP, B, E, V, World, X, least
from stop_button.atlas import running
from stop_button.atlas.mixing import Lots
from stop_button.atlas.places import Entry, Gone
from stop_button.auditing import audits, gains, remedies, robustness, scoreboard
from stop_button.bookmarks import digest
from stop_button.definitions.goal_directedness import goal_directedness
from stop_button.evaluation.enclosure import Enclosure, _outer
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.terms.laws import law_of
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.evaluation.utility import applies
from stop_button.games.extreme_points import maximal_subsets
from stop_button.games.graphs.players import game_diagram
from stop_button.incentives.necessity import from_lower_rungs
from stop_button.language import Ambiguous, Formula, best, best_policy, subject_to
from stop_button.lotteries import judging, opened, orbit
from stop_button.lotteries.arrangements import payoffs_of
from stop_button.searching import counterexample as searches
from stop_button.searching.counterexample import Counterexample
from stop_button.searching.families import persuasion
from stop_button.solving.sequences.secondary import among_best
from stop_button.solving.sequences.sequence import SequenceSolution, solve_sequence
from tests.stop_button.nudged_world import nudge

F = Fraction
ONE, HALF, QUARTER = F(1), F(1, 2), F(1, 4)
NUDGE = nudge()


# ---------------------------------------------------------------- noise that two branches share


@pytest.mark.parametrize(("coupling", "both"), [("monotone", QUARTER), ("independent", F(1, 8))])
def test_an_event_in_fact_and_in_a_branch_shares_its_noise_as_its_coupling_says(coupling: Any, both: Fraction) -> None:
    """Off with 1/4 where it is not heard, and with 1/2 where it is: alike in the branch where it is heard; else both or one by lot."""
    rows = {0: Dist({1: QUARTER, 0: 1 - QUARTER}), 1: Dist({1: HALF, 0: HALF})}
    model = Model(act=choice(0, 1), heard=lambda act: act, off=cpt(["heard"], rows, coupling=coupling, domain=[0, 1]))
    world, together = World(model), E(X("off") * X("off").had(heard=1))
    for sign, score, act in ((1, HALF, 1), (-1, -both, 0)):
        found = solve_sequence(world, sb.Utility("together", sign * together))
        assert isinstance(found, SequenceSolution)
        assert (found.score, found.ties, found.policy.act("act")) == (score, 1, act)
    three = E(X("off") * X("off").had(heard=1) * X("off").had(heard=0) + X("off"))
    found = solve_sequence(world, sb.Utility("three", three))
    assert isinstance(found, SequenceSolution)
    assert found.score == both + HALF


def test_rows_that_are_alike_are_laid_out_case_by_case() -> None:
    """Two of three cases share a row, which the table keeps once."""
    even, sure = Dist({"a": HALF, "b": HALF}), Dist({"b": 1})
    table = cpt(["x"], {0: even, 1: sure, 2: even}, coupling="independent", domain=["a", "b"]).tabulated("y", {"x": (0, 1, 2)})
    law = law_of(table, {"a": 1, "b": 0}, [(0, 1, 2)])
    assert law is not None
    assert law.weights is not None
    assert law.many is not None
    cases, at = [], 0
    for many in law.many.tolist():
        cases.append({int(law.codes[i]): F(int(law.weights[i]), law.unit) for i in range(at, at + many)})
        at += many
    assert at == len(law.codes) == len(law.weights)
    assert cases == [{1: HALF, 0: HALF}, {0: ONE}, {1: HALF, 0: HALF}]


# ---------------------------------------------------------------- what each branch says by itself


def test_bounds_from_branches_apart() -> None:
    """What is likely with 1/4 in one branch and with 3/4 in another is so in both with 1/4 at the most, and with 0 at the least."""
    wish, stopped = X("wish"), X("stopped")
    cut, move = wish.had(act="cut"), wish.had(act="move")
    events: dict[str, tuple[Any, Fraction, Fraction]] = {
        "sure beside": (((wish, STOP), (move, FREE)), QUARTER, QUARTER),
        "apart": (((wish, FREE), (cut, STOP)), F(0), QUARTER),
        "must overlap": (((wish, FREE), (cut, FREE)), HALF, F(3, 4)),
        "one branch": (((wish, STOP), (stopped, True)), QUARTER, QUARTER),
        "three": (((wish, FREE), (cut, FREE), (stopped.had(intent=STOP), True)), HALF, F(3, 4)),
    }
    evaluation, policy = Evaluation(NUDGE), NUDGE.policy("leave")
    for name, (event, low, high) in events.items():
        assert _outer(evaluation, policy, [event]) == Enclosure(low, high, sharp=False), name
    every = [event for event, _, _ in events.values()]
    assert _outer(evaluation, policy, every) == Enclosure(F(3, 2), F(9, 4), sharp=False)
    assert _outer(evaluation, policy, []) == Enclosure(F(0), F(0), sharp=False)


# ---------------------------------------------------------------- a table with a row for each behaviour


def stages() -> World:
    """Two steps, each worth what is chosen; the second sees the first, so that half of its rule is never followed."""
    return World(
        Model(first=choice(0, 1), then=choice(0, 1, sees=["first"]), value=lambda first, then: first + 2 * then),
        value="value",
        name="stages",
    )


@pytest.mark.parametrize(("rows", "values"), [(7, [0, 2, 1, 3]), (3, [0, 2, 3]), (1, [3])])
def test_policies_that_do_the_same_share_a_row_and_the_best_are_always_shown(
    rows: int, values: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoreboard, "MOST_ROWS", rows)
    board = sb.score(stages(), sb.naive)
    table = board._result()
    assert table.header[:2] == ["behaviour", "policies"] == list(table.header[:2])
    assert [row[2] for row in table.rows] == values
    assert [row[1] for row in table.rows] == [2] * len(values)
    assert table.marked == {(len(values) - 1, 2)}
    more = f", of which {4 - rows} more are in .behaviours" if rows < 4 else ""
    assert f"best under each utility, every exact tie; 4 behaviours of 8 policies{more}; each one's full rule" in str(board)


def test_policies_have_rows_of_their_own_where_they_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoreboard, "MOST_ROWS", 8)
    assert sb.score(stages(), sb.naive)._result().header == ["policy", "naive"]
    monkeypatch.setattr(scoreboard, "MOST_ROWS", 1)
    assert sb.score(NUDGE, sb.naive)._result().header == ["policy", "naive"], "of one decision, every policy is a behaviour"


# ---------------------------------------------------------------- many best policies are judged as few are


def loose() -> World:
    """Whether the agent is stopped is a matter of chance that no coupling ties together."""
    rows = {(wish, act): Dist({True: QUARTER, False: 1 - QUARTER}) for wish in (STOP, FREE) for act in "ab"}
    model = Model(
        tired=coin(HALF), act=choice("a", "b"),
        wish=function(lambda tired: STOP if tired else FREE, parents=["tired"], domain=[STOP, FREE]),
        stopped=cpt(["wish", "act"], rows), value=lambda stopped: 0 if stopped else 1,
    )  # fmt: skip
    return World(model, intent="wish", stopped="stopped", value="value", baseline="a", name="loose")


def test_working_formulas_out_beforehand_changes_no_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    world = NUDGE
    tie = sb.Utility("tie", 0 * E(V))
    few = sb.audit(world, tie)
    asked: list[Any] = []
    before = audits._work_out

    def noted(evaluation: Evaluation, formulas: Any) -> None:
        listed = list(formulas)
        asked.append(listed)
        before(evaluation, listed)

    monkeypatch.setattr(audits, "_work_out", noted)
    monkeypatch.setattr(audits, "FEW", world.policies.size)
    assert str(sb.audit(world, tie)) == str(few)
    assert asked == []
    monkeypatch.setattr(audits, "FEW", world.policies.size - 1)
    assert str(sb.audit(world, tie)) == str(few)
    assert len(asked) == 1
    assert asked[0]


def test_formulas_are_worked_out_beforehand_where_no_coupling_is_missing() -> None:
    evaluation, apart = Evaluation(loose()), E(X("stopped").had(intent=STOP) * X("stopped").had(intent=FREE))
    with pytest.raises(NeedsCoupling):
        evaluation.scores(apart)
    audits._work_out(evaluation, [apart, E(V), E(B)])
    assert repr(evaluation) == "<evaluation of loose: 2 formulas over all policies>"


# ---------------------------------------------------------------- ratios that some policies leave undefined


def wishing(other: Any) -> World:
    """To ask makes people wish a stop half of the time, and then the value is 1; not to ask leaves nothing to judge by."""
    model = Model(
        mood=coin(HALF), ask=choice(0, 1, 2),
        wish=function(lambda mood, ask: STOP if mood and ask else FREE, parents=["mood", "ask"], domain=[STOP, FREE]),
        value=lambda ask: int(ask > 0), other=other,
    )  # fmt: skip
    return World(model, intent="wish", value="value", name="wishing")


def test_what_else_is_had_under_the_best_ratio_leaves_out_what_has_none() -> None:
    """Where the least lies with what has no ratio, nothing is said; where it lies between those that have one, it is."""
    ratio = sb.Utility("ratio", E(V, given={"intent": STOP}))
    assert among_best(wishing(lambda ask: {0: 2, 1: 1, 2: 3}[ask]), ratio, E(X("other"))) == (1, 3)
    for values in ({0: 0, 1: 1, 2: 3}, {0: 4, 1: 1, 2: 3}):
        said = among_best(wishing(lambda ask, of=values: of[ask]), ratio, E(X("other")))
        assert said == "ratio in wishing: the least or the most is that of policies under which it is undefined"
    found = solve_sequence(wishing(lambda ask: ask), ratio)
    assert isinstance(found, SequenceSolution)
    assert found.score == 1
    assert found.policy.act("ask") in (1, 2)


ASLEEP = E(V, given={"intent": "sleep"})


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (best(ASLEEP) + E(V), "a best over policies is undefined: no policy has a score"),
        (best(ASLEEP, of="act"), "is undefined under every policy: its condition has probability 0"),
        (best(ASLEEP * E(V), of="act") + E(V), "is undefined under every policy: each makes a condition impossible"),
        (E(V.under(best_policy(ASLEEP))), "a best over policies is undefined: no policy has a score"),
    ],
)
def test_a_best_that_no_policy_defines_makes_a_formula_impossible(f: Formula, words: str) -> None:
    model = Model(
        wish=function(lambda: FREE, parents=[], domain=[FREE, STOP, "sleep"]), act=choice(0, 1), then=choice(0, 1),
        value=lambda act, then: act + then,
    )  # fmt: skip
    with pytest.raises(Impossible) as told:
        sb.solve(World(model, intent="wish", value="value", name="awake"), sb.Utility("never", f))
    assert type(told.value) is Impossible
    assert words in str(told.value)


def test_best_policies_that_differ_are_no_reference_in_a_formula_or_a_limit() -> None:
    """Moving and cutting are best alike, and only one of them is moving; a limit that reads that is not one that nothing meets."""
    moved = E(X("act").under(best_policy(E(V))).is_("move"))
    for f in (moved, moved * E(V), subject_to(E(V), moved >= HALF), subject_to(E(V), E(V) * moved >= 0)):
        with pytest.raises(Ambiguous, match="under 2 best policies of nudge, which differ; name the one that is meant"):
            sb.solve(NUDGE, sb.Utility("moved", f))
    agreed = E(V.under(best_policy(E(V))))
    assert sb.solve(NUDGE, sb.Utility("agreed", agreed * E(V) - 2)).score == -1


# ---------------------------------------------------------------- payoffs that cannot be looked up once


def test_payoffs_in_an_extreme_are_judged_by_asking_the_world_each_time() -> None:
    payoffs = payoffs_of(orbit("value", payoffs=[5, -1], utility=E(V)), NUDGE)
    test = E(B) >= QUARTER
    for f in (E(least(V, 2)), E(V) + E(least(V, B)), best(E(V)) - E(V)):
        judge = judging.judge_of(f, test, payoffs, NUDGE)
        assert (judge.kinds, judge.apart) == (3, ((0,), (1,)))
        for arrangement in itertools.permutations(payoffs.paid):
            slow = judging.by_definition(opened.paid(f, payoffs, arrangement, NUDGE), test, NUDGE)
            assert judge.judge(arrangement) == slow
    judge = judging.judge_of(E(least(V, 2)), test, payoffs, NUDGE)
    unless_stopped, stopped = (judge.judge(order) for order in ((F(-1), F(5)), (F(5), F(-1))))
    assert (unless_stopped.best, unless_stopped.score, unless_stopped.all) == ((1, 2), 2, False)
    assert (stopped.best, stopped.score, stopped.all) == ((0,), -F(1, 4), True)


# ---------------------------------------------------------------- linear programs that are proposed


@pytest.mark.parametrize("few", [0, 48])
def test_a_linear_program_has_the_least_of_its_vertices_whatever_is_proposed(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where what is proposed is no vertex, or a bad one, or nothing."""
    monkeypatch.setattr(linear_program, "FEW_COLUMNS", few)
    columns = [{0: ONE, 1: F(2)}, {0: ONE, 1: F(1)}, {0: ONE}, {0: ONE, 1: F(-1)}, {1: ONE}]
    costs, rhs = [F(3), F(1), F(2), F(0), F(5)], [F(2), F(1)]
    worth = min(sum(costs[j] * x for j, x in vertex.items()) for vertex in linear_program.vertices(columns, rhs))
    assert worth == F(3, 2)
    preferred = linear_program._preferred
    for order in (preferred, lambda *_: [3, 4, 0], lambda *_: [0, 1], lambda *_: [2], lambda *_: [], lambda *_: [4, 3, 2, 1, 0]):
        monkeypatch.setattr(linear_program, "_preferred", order)
        found = linear_program.minimised(costs, columns, rhs)
        assert found is not None
        assert found.value == worth
        assert found.point == {1: F(3, 2), 3: HALF}
        assert sum((price * value for price, value in zip(found.prices, rhs, strict=True)), F(0)) == worth
        twice = [{**column, 2: 2 * column.get(0, F(0))} for column in columns]
        again = linear_program.minimised(costs, twice, [*rhs, F(4)])
        assert again is not None
        assert again.value == worth
    monkeypatch.setattr(linear_program, "_preferred", preferred)
    assert linear_program.minimised(costs[:1], columns[:1], rhs) is None, "twice as much in the second row as in the first"


# ---------------------------------------------------------------- where a verdict turns


def test_neighbouring_stretches_of_one_verdict_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Points at which nothing changes part nothing; a point at which the verdict is another one parts what is alike on both sides."""

    def told(world: World, _utility: Any, *, base: Any) -> Any:
        at = world.model.dist("mood")[True]
        return SimpleNamespace(verdict="permits" if at == F(2, 3) else "side effect" if at > F(4, 5) else "clean", base=base)

    monkeypatch.setattr(robustness, "audit", told)
    for turns, stretches, points in (
        ([F(1, 3)], [(0, F(4, 5), "clean")], ()),
        ([F(1, 3), F(2, 3)], [(0, F(2, 3), "clean"), (F(2, 3), F(4, 5), "clean")], ((F(2, 3), "permits"),)),
        ([], [(0, F(4, 5), "clean")], ()),
    ):
        monkeypatch.setattr(robustness, "_turns", lambda *_, at=turns: [*at, F(4, 5)])
        between, at_points = robustness._verdicts(NUDGE, sb.naive, None, "mood", True)
        assert [(each.low, each.high, each.verdict) for each in between] == [*stretches, (F(4, 5), 1, "side effect")]
        assert at_points == (*points, (F(4, 5), "clean"))


def test_where_a_difference_is_zero_and_whether_that_is_a_probability() -> None:
    p, q = sympy.symbols("p q", positive=True)
    assert robustness._where_zero(3 * p - 1, p) == (F(1, 3),)
    assert robustness._where_zero(p**2 + 1, p) == ()
    with pytest.raises(WrongShape, match="the least or the most of two that change places as p moves"):
        robustness._where_zero(sympy.Max(p, 1 - p) - F(2, 3), p)
    inside = {F(0): False, HALF: True, F(1): False, F(3, 2): False, -HALF: False, sympy.sqrt(2) / 2: True, sympy.sqrt(2): False, q: False}
    assert {point: robustness._inside(point) for point in inside} == inside


def test_what_is_set_to_what_it_is_follows_from_what_is_seen() -> None:
    for wish in (STOP, FREE):
        seen = Evaluation(NUDGE).score(E(V, given={"intent": wish}), NUDGE.policy("leave"))
        assert from_lower_rungs(NUDGE, "leave", "value", imposed=wish, given=wish) == seen == (0 if wish == STOP else 1)


# ---------------------------------------------------------------- what is kept of long work


def test_what_an_atlas_keeps_is_read_as_it_was() -> None:
    families = {("naive", "vigilant"): Gone(9, 8, 7, 6, 5, 4, 3, 2), ("switch", "cautious"): Gone()}
    entries = {
        "naive": Entry("naive", "clean", ("a", "b"), 5, ("0", "0.25"), "tf", None),
        "switch": Entry("switch", "", (), 0, (), "", Lots("1/4", "half and half", "permits")),
    }
    for said in (families, entries):
        assert running._of_json(json.loads(json.dumps(running._as_json(said)))) == said


def test_a_search_that_refuted_a_claim_is_picked_up_with_its_doubt() -> None:
    claim = sb.claims.never_pays_for_influence
    worlds = [sb.worlds.office(), sb.worlds.basic_button()]
    found = {utility: [claim.asked_of(utility, world).doubt for world in worlds] for utility in (sb.naive, sb.counterfactual)}
    refuted = [(utility, at) for utility, doubts in found.items() for at, doubt in enumerate(doubts) if doubt is not None]
    supported = [(utility, at) for utility, doubts in found.items() for at, doubt in enumerate(doubts) if doubt is None]
    assert refuted
    assert supported
    for utility, at in (*refuted, *supported):
        begin = Counterexample(utility, claim, 0, "", complete=False)
        state = {"looked_at": at + 1, "without_best": 1, "undecided": 0, "refuted": True, "last": digest(worlds[at])}
        if (utility, at) in refuted:
            so_far, last = searches._picked_up(begin, worlds, None, state)
            assert (so_far.looked_at, so_far.without_best, so_far.world, so_far.flag) == (at + 1, 1, worlds[at], found[utility][at])
            assert last == worlds[at]
        else:
            with pytest.raises(WrongFile, match=f"world {at + 1} is said to refute the claim, and does not"):
                searches._picked_up(begin, worlds, None, state)
        open_, last = searches._picked_up(begin, worlds, None, {**state, "refuted": False})
        assert (open_.world, last) == (None, worlds[at])


def test_a_family_made_again_is_the_same_family() -> None:
    one, again, other = persuasion(), persuasion(), persuasion(values=(0, 1))
    assert {one, again, other} == {one, other}
    assert len({one, again, other}) == 2
    with pytest.raises(WrongShape, match="these worlds are told apart by numbers"):
        persuasion(states=[sympy.Symbol("p", positive=True)])


# ---------------------------------------------------------------- names, and what a world lacks


def test_equilibria_of_corners_that_share_replies_are_one_more_set() -> None:
    """One corner goes with two replies, another with two, and both with the one that they share."""
    a, b, x, y, z = (tuple(F(k == i) for k in range(5)) for i in range(5))
    pairs = [(a, x), (a, y), (b, y), (b, z)]
    sets = [(set(mine), set(theirs)) for mine, theirs in maximal_subsets(pairs)]
    assert len(sets) == 3
    for expected in (({a}, {x, y}), ({b}, {y, z}), ({a, b}, {y})):
        assert expected in sets


def test_a_copy_of_what_several_want_has_a_name_of_its_own() -> None:
    model = Model({
        "order": choice(0, 1), "act": choice(0, 1, sees=["order"]), "gain": lambda order, act: int(order == act),
        "gain for he": lambda order: order, "gain for he'": lambda order: order,
    })  # fmt: skip
    diagram = game_diagram(World(model, players={"she": ("order", "gain"), "he": ("act", "gain")}))
    assert [agent.utilities for agent in diagram.agents] == [("gain for she",), ("gain for he''",)]
    assert ("gain", "gain for he''") in diagram.graph.edges


def test_what_a_mechanism_in_a_formula_listens_to_must_be_in_the_world() -> None:
    heard = function(lambda mood, nowhere: mood and nowhere, parents=["mood", "nowhere"])
    asked = sb.Utility("asked", E(V.had(stopped=heard)))
    assert applies(asked, NUDGE).missing == ("nowhere",)
    assert applies(sb.Utility("asked", E(V.had(stopped=function(lambda mood: mood, parents=["mood"])))), NUDGE).missing == ()


def test_a_table_without_parents_is_a_number_that_no_policy_moves() -> None:
    world = World(Model(act=choice(0, 1), k=table([], {(): 3}), value=lambda act, k: act * k), value="value")
    for f, score, ties in ((E(X("k")), 3, 2), (E(X("k")) - 2 * E(V), 3, 1), (E(X("k") * V), 9, 1)):
        found = solve_sequence(world, sb.Utility("u", f))
        assert isinstance(found, SequenceSolution)
        assert (found.score, found.ties) == (score, ties)


# ---------------------------------------------------------------- what an audit says where something is open


def test_scores_are_gone_through_in_tiers_and_all_at_once_where_symbols_leave_the_order_open() -> None:
    p = sympy.Symbol("p", positive=True)
    assert list(remedies._tiers([F(1), UNDEFINED, F(3), F(1), F(2), F(3)])) == [[2, 5], [4], [0, 3]]
    assert list(remedies._tiers([F(1), UNDEFINED, p, F(3)])) == [[0, 2, 3]]
    assert list(remedies._tiers([UNDEFINED, UNDEFINED])) == []


def test_a_gain_that_only_bounds_are_known_of_is_said_with_its_bounds() -> None:
    policy, between = NUDGE.policy("leave"), Enclosure(QUARTER, HALF, sharp=True)
    said = gains._compared(sb.naive, policy, ONE, between, Enclosure(HALF, F(3, 4), sharp=True), "with the wish held")
    assert said == (
        f"naive of leave is 1, and {between} with the wish held: the difference is {Enclosure(HALF, F(3, 4), sharp=True)}, "
        "by the coupling of its tables"
    )
    assert gains._compared(sb.naive, policy, ONE, UNDEFINED, UNDEFINED, "with the wish held") == (
        "naive of leave is 1, and undefined with the wish held"
    )
    assert gains._compared(sb.naive, policy, ONE, ONE, F(0), "with the wish held") == "naive of leave is 1, and the same with the wish held"
    assert gains._compared(sb.naive, policy, ONE, HALF, HALF, "with the wish held") == (
        "naive of leave is 1, and 0.5 with the wish held: a difference of 0.5"
    )


def test_a_ratio_of_decisions_that_forget_what_they_need_is_told_and_left_to_search() -> None:
    """The first matches the coin, for 2; the second earns 1 by doing the same, and does not see it: 5/2 is best, and 3 for who recalls."""
    world = World(
        Model(
            u=coin(HALF), a=choice(0, 1, sees=["u"]), b=choice(0, 1),
            value=lambda u, a, b: 2 * (a == u) + (a == b), other=lambda a: 0 * a,
        ),
        value="value", name="forgets",
    )  # fmt: skip
    ratio = sb.Utility("ratio", E(V) / (1 + E(X("other"))))
    words = "ratio in forgets: its decisions do not recall what they would need"
    assert solve_sequence(world, ratio) == words
    assert among_best(world, ratio, E(X("other"))) == words
    found = sb.solve(world, ratio)
    assert (found.score, bool(found), found.policy.act("a", False), found.policy.act("a", True)) == (F(5, 2), True, 0, 1)


def test_what_is_never_seen_says_nothing_of_a_goal() -> None:
    """A row of the rule that no run meets counts for nothing, whatever is paid there."""
    paid = {("a", 0): 2, ("b", 0): 0, ("a", 1): 0, ("b", 1): 7}
    blind = World(Model(act=choice("a", "b"), value=lambda act: paid[act, 0]), value="value", name="blind")
    sees = World(
        Model(s=function(lambda: 0, parents=[], domain=[0, 1]), act=choice("a", "b", sees=["s"]), value=lambda act, s: paid[act, s]),
        value="value", name="sees",
    )  # fmt: skip
    for act in ("a", "b"):
        expected = goal_directedness(blind, act)
        for unmet in ("a", "b"):
            found = goal_directedness(sees, {(0,): act, (1,): unmet})
            assert (found.bits, found.within, found.strength, found.unit) == (
                expected.bits,
                expected.within,
                expected.strength,
                expected.unit,
            )
