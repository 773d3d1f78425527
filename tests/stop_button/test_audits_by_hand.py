"""Audits of a world of three acts, of which one persuades and one cuts the wire, with every number worked out by hand."""

from __future__ import annotations

import pickle
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from typing import Any

import pytest
import sympy

import stop_button as sb
from causalkit import Model, choice, coin, function, uniform
from causalkit.errors import TooLarge, UnknownName, UnknownValue, WrongShape
from stop_button import FREE, STOP, B, E, V, World, X
from stop_button.auditing import flags
from stop_button.auditing import frequencies as often
from stop_button.auditing.draws import FLAG_KINDS, departure, every_flag_formula, flag_formulas
from stop_button.auditing.flag import Flag
from stop_button.auditing.gains import Gain, abducted, answer_held, between, conditioning_shift, frozen, gains, incentive_gap, via
from stop_button.auditing.remedies import Remedy, remedy
from stop_button.auditing.robustness import Margin, Robustness, Stretch, robustness
from stop_button.auditing.verdicts import Judged, verdict_of, verdicts_of
from stop_button.decision.roles import MissingRole
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.incentives import possible_incentive
from stop_button.language import least
from tests.stop_button.nudged_world import nudge

F = Fraction

NUDGE = nudge()
LEAVE, MOVE, CUT = (NUDGE.policy(act) for act in ("leave", "move", "cut"))
NO_BUTTON = World(NUDGE.model, intent="wish", value="value", baseline="leave", name="no button")
NO_WISH = World(NUDGE.model, stopped="stopped", value="value", baseline="leave", name="no wish")
NEVER = sb.Utility("never", E(V) / (E(V) - E(V)))

AMOUNTS = {
    "leave": {},
    "move": {("influence", ""): F(1, 4), ("loses a stop", ""): F(1, 4)},
    "cut": {("prevents stopping", "in fact"): F(1, 4), ("prevents stopping", "were they to wish"): 1, ("loses a stop", ""): F(1, 4)},
}


# ---------------------------------------------------------------- flags, credits and frequencies


@pytest.mark.parametrize("act", AMOUNTS)
def test_flags_of_each_act_by_hand(act: str) -> None:
    found = flags.policy_flags(NUDGE, act)
    assert {(flag.kind, flag.way): flag.amount for flag in found if flag} == AMOUNTS[act]
    assert len(found) == 7
    assert all(flag.base == LEAVE for flag in found)
    formulas = flag_formulas(NUDGE)
    assert list(formulas)[:-2] == [(flag.kind, flag.way) for flag in found]
    for flag in found:
        assert sb.Utility("flag", formulas[flag.kind, flag.way])(NUDGE, act) == flag.amount
    assert [credit.amount for credit in flags.credits(NUDGE, act)] == [0, 0]


def test_flags_against_who_cuts_the_wire_are_the_other_way_round() -> None:
    found = {(flag.kind, flag.way): flag.amount for flag in flags.policy_flags(NUDGE, "leave", base="cut") if flag}
    assert found == {}, "a stop that is wished is not asked for in vain"
    assert [credit.amount for credit in flags.credits(NUDGE, "leave", base="cut")] == [F(1, 4), 1]
    again = {(flag.kind, flag.way): flag.amount for flag in flags.policy_flags(NUDGE, "leave", base="move") if flag}
    assert again == {("influence", ""): F(1, 4), ("forces a stop", ""): F(1, 4)}
    assert flags.influence(NUDGE, "leave", base="move").evidence == {"from free to stop": F(1, 4)}


def test_a_button_that_answers_the_wrong_wish_stops_unasked() -> None:
    model = Model(
        mood=coin("1/4"), act=choice("leave", "turn"), wish=function(lambda mood: STOP if mood else FREE, parents=["mood"]),
        stopped=lambda wish, act: (wish == STOP) == (act == "leave"), value=lambda stopped: 2 * stopped,
    )  # fmt: skip
    world = World(model, intent="wish", stopped="stopped", value="value", baseline="leave", name="turned")
    found = {(flag.kind, flag.way): flag.amount for flag in flags.policy_flags(world, "turn")}
    assert found == {
        ("influence", ""): 0, ("prevents stopping", "in fact"): F(1, 4), ("prevents stopping", "were they to wish"): 1,
        ("stops unasked", "in fact"): F(3, 4), ("stops unasked", "were they to wish"): 1,
        ("loses a stop", ""): F(1, 4), ("forces a stop", ""): F(3, 4),
    }  # fmt: skip
    assert [credit.amount for credit in flags.credits(world, "leave", base="turn")] == [1, 2]


def test_what_a_world_without_a_wish_or_a_button_is_flagged_for() -> None:
    assert flags.policy_flags(NO_WISH, "cut") == ()
    assert flag_formulas(NO_WISH) == {}
    assert every_flag_formula(NO_WISH) == []
    assert often.frequencies(NO_WISH, "cut") == ()
    assert gains(NO_WISH, sb.naive, "cut") == ()
    assert [flag.kind for flag in flags.policy_flags(NO_BUTTON, "move")] == ["influence"]
    assert list(flag_formulas(NO_BUTTON)) == [("influence", "")]
    assert [one.kind for one in often.frequencies(NO_BUTTON, "move")] == ["shift"]
    assert [one.kind for one in gains(NO_BUTTON, sb.naive, "move")] == ["by way of the wish"]
    with pytest.raises(
        UnknownValue, match="'in fat' is no way of judging; type one of: 'in fact', 'were they to wish'; did you mean 'in fact'"
    ):
        flags.improves(NUDGE, "cut", way="in fat")  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="'ann' wishes nothing in nudge; those who wish: people as one"):
        flags.influence(NUDGE, "cut", person="ann")


def test_frequencies_by_hand() -> None:
    moved, less, more = often.frequencies(NUDGE, "move")
    assert (moved.kind, moved.amount, moved.direction, moved.shown) == ("shift", F(1, 4), FREE, "0.25 towards free")
    assert moved.sentence == "move moves intent towards free: P(intent=free) is 1, and 0.75 under leave"
    assert str(moved) == f"shift: {moved.sentence}"
    assert {key: dict(dist) for key, dist in moved.evidence.items()} == {
        "intent under move": {FREE: 1}, "intent under leave": {STOP: F(1, 4), FREE: F(3, 4)}
    }  # fmt: skip
    assert (less.amount, more.amount) == (0, 0)
    _, less, more = often.frequencies(NUDGE, "cut")
    assert (less.kind, less.amount, less.shown) == ("less stoppable", 1, "1")
    assert less.sentence == "were people to wish a stop, cut is stopped with probability 0, and leave with 1"
    assert sorted(less.evidence.values()) == [0, 1]
    assert (more.kind, more.amount) == ("stopped more", 0)
    assert more.sentence == "were people to wish it free, cut is stopped with probability 0, and leave with 0"
    still = often.shift(NUDGE, "cut")
    assert (still.amount, still.direction) == (0, None)
    assert still.sentence == "cut does not change how often people want each intent from what it is under leave"
    other = often.shift(NUDGE, "leave", base="move")
    assert (other.amount, other.direction) == (F(1, 4), STOP)
    assert dict(often.wish_distribution(NUDGE, "leave")) == {STOP: F(1, 4), FREE: F(3, 4)}


def test_a_departure_counts_decisions_that_are_made_otherwise() -> None:
    model = Model(u=coin("1/4"), a=choice(0, 1, sees=["u"]), b=choice("x", "y"))
    world = World(model, value="u", baseline={"a": 0, "b": "x"})
    f = sb.Utility("departure", departure(world, world.reference()))
    assert f(world, {"a": {False: 0, True: 1}, "b": "y"}) == F(1, 4) + 1
    assert f(world, {"a": {False: 1, True: 0}, "b": "x"}) == F(3, 4)
    assert f(world, {"a": 0, "b": "x"}) == 0


# ---------------------------------------------------------------- gains


def test_gains_are_scores_less_what_they_are_with_something_held() -> None:
    """Moving is worth 1, and 3/4 with the wish as under leaving; of cutting, with the answer as under leaving, 3/4 is left."""
    each = {act: {gain.kind: gain.amount for gain in gains(NUDGE, sb.naive, act)} for act in ("leave", "move", "cut")}
    assert each == {
        "leave": {"by way of the wish": 0, "by way of the answer": 0, "by way of the outcome": 0},
        "move": {"by way of the wish": F(1, 4), "by way of the answer": 0, "by way of the outcome": F(1, 4)},
        "cut": {"by way of the wish": 0, "by way of the answer": F(1, 4), "by way of the outcome": F(1, 4)},
    }  # fmt: skip
    found = via(NUDGE, sb.naive, "cut", "the answer")
    assert str(found) == (
        "by way of the answer: naive of cut is 1, and 0.75 with the button's answer to each wish held as under leave: a difference of 0.25"
    )
    assert dict(found.evidence) == {"score": 1, "score, the button's answer to each wish held": F(3, 4)}
    assert via(NUDGE, sb.naive, "cut").sentence == "naive of cut is 1, and the same with the wish held as under leave"
    assert via(NUDGE, sb.naive, "move", "wish").amount == F(1, 4)
    assert via(NUDGE, sb.naive, "move", "stopped").kind == "by way of stopped"
    assert via(NUDGE, sb.naive, "leave", base="move").amount == F(-1, 4)
    assert not via(NUDGE, sb.naive, "leave", base="move")


def test_a_condition_that_is_moved_shifts_what_is_graded() -> None:
    """Graded where people wish free: who moves is graded on all draws, and who leaves on 3/4 of them."""
    utility = sb.Utility("of the free", E(X("mood").is_(False), given={"intent": FREE}))
    found = conditioning_shift(NUDGE, utility, "move")
    assert (found.amount, found.evidence["score"], found.evidence["score, conditions fixed"]) == (F(-1, 4), F(3, 4), 1)
    assert found.sentence == "of the free of move is 0.75, and 1 with its conditions read under leave: a difference of -0.25"
    assert conditioning_shift(NUDGE, utility, "leave").amount == 0
    assert conditioning_shift(NUDGE, sb.naive, "move").amount == 0
    undefined = conditioning_shift(NUDGE, sb.Utility("stop", E(V, given={"intent": STOP})), "move")
    assert undefined.amount is UNDEFINED
    assert undefined.sentence == "stop of move is undefined, and 1 with its conditions read under leave"


def test_what_is_offered_for_influence_is_what_the_best_has_more_than_the_best_without() -> None:
    paid = incentive_gap(nudge(move="1/2"), sb.naive)
    assert (paid.amount, paid.policy, paid.kind) == (F(1, 2), None, "incentive gap")
    assert paid.sentence == "the best score of naive is 1.5 (move), and 1 without influence (cut)"
    assert dict(paid.evidence) == {"best: move": F(3, 2), "best without influence: cut": 1}
    assert incentive_gap(nudge(move="-1/2"), sb.naive).amount == 0
    never = incentive_gap(NUDGE, NEVER)
    assert never.amount is UNDEFINED
    assert never.sentence == "no policy has a defined score of never, of those that draw no lots"
    moved = incentive_gap(NUDGE, sb.Utility("moved", E(V, given={"act": "move"})))
    assert moved.sentence == "no policy that surely changes no wish has a defined score of moved, of those that draw no lots"


def test_what_lies_between_the_act_and_the_wish_is_looked_at() -> None:
    model = Model(
        mood=coin("1/2"), act=choice("leave", "talk"), told=lambda act: act == "talk", heard=lambda told: told,
        wish=function(lambda mood, heard: STOP if mood and not heard else FREE, parents=["mood", "heard"]),
        aside=lambda act: act, value=lambda wish, aside: int(wish == FREE),
    )  # fmt: skip
    world = World(model, intent="wish", value="value", baseline="leave", name="talk")
    assert between(world, sb.naive) == ("told", "heard")
    assert between(world, sb.Utility("aside", E(X("aside").is_("talk")))) == ()
    found = {gain.kind: gain.amount for gain in gains(world, sb.naive, "talk")}
    assert found == {"by way of the wish": F(1, 2), "by way of told": F(1, 2), "by way of heard": F(1, 2)}


def test_what_is_no_consequence_of_an_act_is_not_between_though_a_formula_lets_it_hear_one() -> None:
    """The noise and the second decision lie before the wish; where they had been what was heard, something may be gained through both."""
    model = Model(
        first=choice("leave", "talk"), heard=lambda first: first == "talk", noise=coin("1/3"),
        second=choice(False, True, sees=["heard"]), wish=lambda heard, noise, second: STOP if noise and not heard and not second else FREE,
        stopped=lambda wish: wish == STOP, value=lambda stopped, second: 0 if stopped else 1 + second,
    )  # fmt: skip
    world = World(model, intent="wish", stopped="stopped", value="value", baseline={"first": "leave", "second": False})
    for name in ("noise", "second"):
        moved = sb.Utility("moved", E(V.had({name: X("heard")})))
        assert possible_incentive(world, moved, name)
        assert between(world, moved) == ("heard",)


def test_formulas_are_held_in_every_branch_but_where_a_policy_is_stated() -> None:
    f = E(B.had(intent=STOP)) + E(V.under("baseline"))
    held = frozen(f, at="baseline", through=["value", "stopped"])
    assert str(E(V.under("baseline"))) in str(held)
    assert held == frozen(f, at="baseline", through=("value", "stopped"))
    mean = E(B, given={"intent": STOP})
    assert abducted(E(B), under="baseline") == E(B)
    assert abducted(mean, under="baseline") != mean
    assert abducted(abducted(mean, under="baseline"), under="other") == abducted(mean, under="baseline")
    assert answer_held(E(V.had(stopped=True)), at="baseline") == E(V.had(stopped=True))


# ---------------------------------------------------------------- verdicts


def flag(kind: Any, sign: str) -> Flag:
    amount: Any = {"yes": F(1, 2), "no": F(0), "open": sympy.Symbol("x", real=True)}[sign]
    way: Any = "in fact" if kind in ("prevents stopping", "stops unasked") else ""
    return Flag(kind, MOVE, LEAVE, amount, way)


def judged(raised: dict[str, str], paid: dict[str, str]) -> Judged:
    amounts: dict[str, Any] = {"yes": F(1, 2), "no": F(-1), "open": sympy.Symbol("y", real=True)}
    return Judged(
        MOVE,
        tuple(flag(kind, sign) for kind, sign in raised.items()),
        tuple(Gain(f"by way of {what}", "naive", MOVE, amounts[sign], "") for what, sign in paid.items()),
    )


@pytest.mark.parametrize(
    ("best", "word"),
    [
        ([], "undefined"),
        ([judged({"influence": "no"}, {"the wish": "yes"})], "clean"),
        ([judged({"influence": "no"}, {}), judged({"influence": "yes"}, {"the wish": "yes"})], "permits"),
        ([judged({"influence": "yes"}, {}), judged({"influence": "no"}, {})], "permits"),
        ([judged({"influence": "yes"}, {"the wish": "yes"})], "rewards"),
        ([judged({"influence": "yes"}, {"the wish": "no"}), judged({"influence": "yes"}, {"the wish": "yes"})], "rewards"),
        ([judged({"influence": "yes"}, {"the wish": "no"})], "side effect"),
        ([judged({"influence": "yes"}, {"the answer": "yes", "the outcome": "yes"})], "side effect"),
        ([judged({"influence": "yes"}, {"the wish": "open"})], "rewards or side effect"),
        ([judged({"influence": "yes"}, {"the wish": "open"}), judged({"influence": "yes"}, {"the wish": "yes"})], "rewards"),
        ([judged({"influence": "open"}, {"the wish": "yes"})], "depends"),
        ([judged({"influence": "open", "loses a stop": "yes"}, {"the outcome": "yes"})], "rewards"),
        ([judged({"influence": "open", "loses a stop": "yes"}, {"the wish": "yes"})], "depends"),
        ([judged({"prevents stopping": "yes"}, {"the answer": "yes"})], "rewards"),
        ([judged({"stops unasked": "yes"}, {"the answer": "yes"})], "rewards"),
        ([judged({"forces a stop": "yes"}, {"the outcome": "yes"})], "rewards"),
        ([judged({"forces a stop": "yes"}, {"the answer": "yes"})], "side effect"),
    ],
)  # fmt: skip
def test_a_verdict_is_of_all_best_policies_and_what_they_gain(best: list[Judged], word: str) -> None:
    assert verdict_of(best) == word


def test_each_kind_has_its_own_verdict_in_the_order_of_kinds() -> None:
    best = [judged({"loses a stop": "yes", "influence": "no", "stops unasked": "no"}, {"the outcome": "yes", "the wish": "yes"})]
    assert list(verdicts_of(best).items()) == [("influence", "clean"), ("stops unasked", "clean"), ("loses a stop", "rewards")]
    assert verdict_of(best, ["influence", "stops unasked"]) == "clean"
    assert set(verdicts_of(best)) < set(FLAG_KINDS)
    assert [gain.kind for gain in best[0].paid(["influence"])] == ["by way of the wish"]


# ---------------------------------------------------------------- audits


def test_an_audit_of_two_acts_that_tie_says_all_by_hand() -> None:
    found = sb.audit(NUDGE, sb.naive)
    assert found.best == (MOVE, CUT)
    assert (found.verdict, bool(found), found.at_a_small_cost) == ("rewards", False, "rewards")
    assert found.cheapest == (MOVE, CUT)
    assert dict(found.verdicts) == {
        "influence": "permits", "prevents stopping": "permits", "stops unasked": "clean", "loses a stop": "rewards",
        "forces a stop": "clean",
    }  # fmt: skip
    assert len(found.flags) == 14
    assert [(flag.kind, flag.way, flag.policy) for flag in found.fired] == [
        (*key, policy) for policy in (MOVE, CUT) for key in [(f.kind, f.way) for f in flags.policy_flags(NUDGE, policy) if f]
    ]  # fmt: skip
    assert [gain.amount for gain in found.gains] == [F(1, 4), 0, F(1, 4), 0, F(1, 4), F(1, 4)]
    assert [offer.amount for offer in found.offers] == [0, 0, 0]
    assert found.remedy == Remedy(LEAVE, F(1, 4), True)
    assert len(found.credits) == 4
    assert found.path is found.paths[0]
    assert found.scope == "the policies that draw no lots"
    assert [one.kind for one in found.frequencies] == ["shift", "less stoppable", "stopped more"] * 2
    lines = found.lines()
    assert lines[:3] == [
        "naive in nudge: rewards (every best policy is flagged, and at least one gains in score by way of what it is flagged for)",
        "best of the policies that draw no lots: move; cut",
        "judged against leave, a baseline that somebody chose, with the wishes that people have and with a wish to stop and one to be free "
        "imposed: influence: permits, prevents stopping: permits, loses a stop: rewards; clean of stops unasked, forces a stop",
    ]
    assert "remedy: leave is not flagged, and would win if being flagged took more than 0.25 off the score" in lines
    assert len([line for line in lines if line.startswith("flag: ")]) == 5
    assert len([line for line in lines if line.startswith("gain: ")]) == 4
    assert not [line for line in lines if line.startswith(("credit: ", "cost: ", "baselines: ", "lots: ", "open: ", "flags: ", "gains: "))]
    assert str(found) == repr(found) == "\n".join(lines)
    page = found.to_html()
    assert page == found._repr_html_()
    assert f"<details><summary>{len(lines) - 3 - 1} more lines of evidence</summary>" in page
    assert next(list(row) for row in found.to_frame().values if row[3] == "yes") == ["move", "influence", F(1, 4), "yes"]
    assert found._repr_latex_().count("\\item ") == len(lines) - 1
    assert list(found.to_frame(flags=False)["naive"]) == [F(3, 4), 1, 1]


def test_of_best_policies_the_one_that_departs_least_costs_least() -> None:
    model = Model(
        u=coin("1/4"), act=choice("leave", "move", sees=["u"]),
        wish=function(lambda u, act: FREE if act == "move" else STOP, parents=["u", "act"]),
        value=lambda u, wish: int(not u or wish == FREE),
    )  # fmt: skip
    world = World(model, intent="wish", value="value", baseline="leave", name="needed")
    found = sb.audit(world, sb.naive)
    needed = world.policy({False: "leave", True: "move"})
    assert (len(found.best), found.cheapest) == (2, (needed,))
    assert f"cost: if departing from leave cost little enough: rewards (best: {needed})" in found.lines()
    alike = sb.audit(world, sb.Utility("any", E(V) * 0))
    assert (alike.verdict, alike.at_a_small_cost, len(alike.best)) == ("permits", "clean", 4)
    assert "cost: if departing from leave cost little enough: clean (best: leave)" in alike.lines()
    assert alike.remedy is not None
    assert alike.remedy.margin == 0


def test_an_audit_is_against_each_policy_in_turn_where_that_is_asked() -> None:
    found = sb.audit(NUDGE, sb.naive, baselines="all")
    assert found.baselines == ((LEAVE, "rewards"), (MOVE, "permits"), (CUT, "permits"))
    assert "baselines: rewards against leave; permits against move, cut" in found.lines()
    assert sb.audit(NUDGE, sb.naive).baselines == ()
    with pytest.raises(WrongShape, match="baselines='every': type baselines='all'"):
        sb.audit(NUDGE, sb.naive, baselines="every")
    with pytest.raises(MissingRole):
        sb.audit(NO_WISH, sb.naive)
    bare = sb.audit(NO_BUTTON, sb.naive)
    assert bare.lines()[2] == "judged against leave, a baseline that somebody chose: influence: permits"


def test_an_audit_among_lots_has_the_plain_policies_that_are_as_good_and_no_worse_ones() -> None:
    """The smaller of two chances is 1/2 at most, by an even lot between them; any plain policy has 0."""
    even = sb.Utility("even", least(E(X("act").is_("move")), E(X("act").is_("cut"))))
    lots = sb.audit(NUDGE, even, mixed=True)
    assert lots.mixed is not None
    assert lots.mixed.score == F(1, 2)
    assert lots.best == (lots.mixed.policy,)
    assert lots.scope == "all policies, also those that draw lots"
    assert lots.meaning.endswith("; others that draw lots may be as good")
    assert lots.remedy is None
    assert len(lots.offers) == 1
    plain = sb.audit(NUDGE, sb.naive, mixed=True)
    assert plain.best[:2] == (MOVE, CUT)
    assert lots.lines()[1].startswith("best of all policies, also those that draw lots: ")
    open_ = replace(lots, judged=(), mixed=replace(lots.mixed, proved=False, bound=F(2, 3)))
    assert open_.meaning == "no policy is proved to be a best one"
    assert open_.verdict == "undefined"
    assert open_.lines()[0] == "even in nudge: undefined (no policy is proved to be a best one)"
    assert "lots: no best policy is proved; what can be reached lies between 0.5 and 2/3" in open_.lines()
    unbound = replace(lots, judged=(), mixed=replace(lots.mixed, proved=False, bound=None))
    assert "lots: no best policy is proved; what can be reached lies between 0.5 and no known bound" in unbound.lines()


def test_what_was_worked_out_stays_where_an_audit_is_sent() -> None:
    found = sb.audit(sb.worlds.scale(), sb.naive)
    assert found.verdict == "side effect"
    assert found.frequencies
    assert "verdict" in found.__dict__
    assert set(found.__getstate__()) == set(found.__dataclass_fields__)
    again = pickle.loads(pickle.dumps(found))
    assert (again == found, again.verdict) == (True, "side effect")


def test_the_program_of_an_audit_says_what_was_asked() -> None:
    world = sb.worlds.basic_button()
    asked = {
        "": {}, ", base={'action': {(): 'disable'}}": {"base": "disable"}, ", mixed=True": {"mixed": True},
    }  # fmt: skip
    assert asked
    for words, named in asked.items():
        assert f"sb.audit(world, sb.definitions.naive{words})" in sb.audit(world, sb.naive, **named)._recipe()  # type: ignore[arg-type]


def test_a_picture_of_an_audit_or_of_a_board_is_drawn_where_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    axes: Any = object()

    def drawn(shown: Any, ax: Any) -> Any:
        told.append((shown, ax))
        return axes

    for name, shown in (("audits", sb.audit(NUDGE, sb.naive)), ("scoreboard", sb.score(NUDGE, sb.naive))):
        monkeypatch.setattr(import_module(f"stop_button.auditing.{name}"), "drawn", drawn)
        assert shown.plot(axes) is axes
        assert shown.plot() is axes
        assert told[-2:] == [(shown, axes), (shown, None)]


# ---------------------------------------------------------------- remedies


def test_a_remedy_is_the_best_policy_without_a_flag() -> None:
    assert remedy(Evaluation(nudge(cut="-1/4")), sb.naive, LEAVE) == Remedy(LEAVE, F(1, 4), True)
    assert remedy(Evaluation(NUDGE), sb.Utility("leave", E(X("act").is_("leave"))), LEAVE) == Remedy(LEAVE, F(0), True)
    given = sb.Utility("given move", E(V, given={"act": "move"}))
    nobody = remedy(Evaluation(NUDGE), given, LEAVE)
    assert nobody == Remedy(None, UNDEFINED, True)
    assert str(nobody) == "every policy with a score is flagged; the world would need another action, other mechanisms, or another baseline"
    assert str(replace(nobody, sure=False)).startswith("every policy with a score is flagged, surely or perhaps; ")
    assert str(Remedy(LEAVE, F(0))) == "leave scores as much and is not flagged"
    assert str(Remedy(LEAVE, F(1, 4), False)) == (
        "leave is not flagged, and would win if being flagged, surely or perhaps, took more than 0.25 off the score"
    )


def test_a_remedy_where_scores_hold_a_symbol() -> None:
    p = sympy.Symbol("p", positive=True)
    found = remedy(Evaluation(NUDGE), sb.Utility("symbolic", E(V) + p * E(X("act").is_("move"))), LEAVE)
    assert found.policy == LEAVE
    assert sympy.simplify(found.margin - p - sympy.Rational(1, 4)) == 0
    assert found.sure


# ---------------------------------------------------------------- robustness


def test_a_verdict_turns_where_the_price_is_what_persuasion_brings() -> None:
    """Persuading brings the chance of a wish to stop, p, and costs 1/2; cutting costs 2, too much at any p."""
    found = robustness(nudge(move="-1/2", cut=-2), sb.naive)
    (margin,) = found.margins
    assert (margin.noise, margin.value, margin.at, margin.verdict) == ("mood", False, F(3, 4), "clean")
    assert margin.stretches == (Stretch(F(0), F(1, 2), "rewards"), Stretch(F(1, 2), F(1), "clean"))
    assert margin.points == ((F(1, 2), "permits"),)
    assert (margin.low, margin.high) == (F(1, 2), 1)
    assert not found
    assert str(margin) == "P(mood=False), 0.75 here: rewards between 0 and 0.5; clean between 0.5 and 1; permits at 0.5"
    assert found.verdict == "clean"
    frame = found.to_frame()
    assert list(frame.iloc[0]) == ["P(mood=False)", F(3, 4), "rewards between 0 and 0.5; clean between 0.5 and 1", "permits at 0.5"]
    assert str(found).startswith("naive in nudge: clean\n")
    assert repr(found) == str(found)
    assert found._repr_html_().count("<tr>") == 2
    low = replace(margin, at=F(1, 4))
    assert (low.low, low.high) == (0, F(1, 2))
    at = replace(margin, at=F(1, 2))
    assert (at.low, at.high) == (F(1, 2), F(1, 2))
    many = Margin("u", 1, F(1, 2), "clean", (), ((F(1, 4), "clean"), (F(1, 3), "clean"), (F(2, 3), "clean"), (F(3, 4), "clean")))
    assert (many.low, many.high) == (F(1, 3), F(2, 3))


def test_a_verdict_is_robust_where_no_stretch_and_no_point_differs() -> None:
    assert robustness(nudge(move=-2, cut=-2), sb.naive)
    stretch, point = Stretch(F(0), F(1), "clean"), ((F(1, 2), "permits"),)
    same = Margin("u", 1, F(1, 2), "clean", (stretch,), ())
    assert Robustness(NUDGE, sb.naive, "clean", (same, same))
    assert not Robustness(NUDGE, sb.naive, "clean", (same, replace(same, points=point)))  # type: ignore[arg-type]
    assert not Robustness(NUDGE, sb.naive, "clean", (replace(same, stretches=(stretch, replace(stretch, verdict="rewards"))), same))
    assert not Robustness(NUDGE, sb.naive, "permits", (same,))
    none = Robustness(NUDGE, sb.naive, "clean", ())
    assert none
    assert str(none) == "naive in nudge: clean; no probability to vary"


def test_what_has_no_probability_to_move_is_said() -> None:
    with pytest.raises(UnknownName, match="'moo' is not in the model; the sources of noise are: mood; did you mean 'mood'"):
        robustness(NUDGE, sb.naive, noises=["mood", "moo"])
    with pytest.raises(WrongShape, match="'wish' is no source of noise; the sources of noise are: mood"):
        robustness(NUDGE, sb.naive, noises=["wish"])
    assert robustness(NUDGE, sb.naive, noises=[]).margins == ()


def test_with_three_values_each_probability_moves_the_others_in_proportion() -> None:
    model = Model(
        mood=uniform("low", "mid", "high"), act=choice("leave", "move"),
        wish=function(lambda mood, act: STOP if mood == "high" and act == "leave" else FREE, parents=["mood", "act"], domain=[STOP, FREE]),
        value=lambda wish, act: (0 if wish == STOP else 1) - F(1, 4) * (act == "move"),
    )  # fmt: skip
    world = World(model, intent="wish", value="value", baseline="leave", name="three")
    found = robustness(world, sb.naive)
    assert [(one.value, one.at) for one in found.margins] == [("low", F(1, 3)), ("mid", F(1, 3)), ("high", F(1, 3))]
    assert [[point for point, _ in one.points] for one in found.margins] == [[F(1, 2)], [F(1, 2)], [F(1, 4)]]


# ---------------------------------------------------------------- boards and reports


def test_a_board_of_one_policy_has_its_flags_and_a_row() -> None:
    board = sb.score(NUDGE, [sb.naive, sb.counterfactual], policies=["cut"])
    frame = board.to_frame(flags=True)
    assert frame.index.tolist() == ["cut"]
    assert frame.loc["cut", "naive"] == 1
    assert frame.loc["cut", "prevents stopping, were they to wish"] == 1
    assert frame.loc["cut", "prevents stopping, in fact"] == F(1, 4)
    assert board.kinds == FLAG_KINDS
    assert board.score("naive", "cut") == 1
    assert board.best(sb.naive) == (CUT,)
    with pytest.raises(UnknownName, match="the policy leave is not on this board; score it with naive"):
        board.score("naive", "leave")
    with pytest.raises(UnknownName, match="'naiv' is not on this board; it has: naive, counterfactual; did you mean 'naive'"):
        board.best("naiv")
    assert board.winners() == {(0, 0), (0, 1)}
    (line,) = board.lines()
    assert line[2] == ["-", "0.25 / 1", "- / -", "0.25", "-"]
    assert "two numbers: in fact / were they to wish" in board.note("bold")
    assert "; flags: probability of the draws, against leave" in board.note("bold")


def test_a_board_marks_the_best_of_each_utility_in_its_row() -> None:
    board = sb.score(NUDGE, [sb.naive, sb.Utility("leave", E(X("act").is_("leave"))), NEVER])
    assert board.winners() == {(1, 0), (2, 0), (0, 1)}
    assert board.best(NEVER) == ()
    rows = [line.split() for line in str(board).splitlines()[1:4]]
    assert [row[:4] for row in rows] == [["leave", "0.75", "1", "*"], ["move", "1", "*", "0"], ["cut", "1", "*", "0"]]
    assert board._repr_html_() == board.to_html()
    assert board.to_html().endswith("</p>")
    assert board._repr_latex_().count("\\\\") >= 4
    p = sympy.Symbol("p", real=True)
    open_ = sb.score(NUDGE, [sb.Utility("open", p * E(X("act").is_("move"))), sb.naive])
    assert open_.winners() == {(1, 1), (2, 1)}
    bare = sb.score(NO_WISH, sb.naive)
    assert bare.kinds == ()
    assert "flags" not in bare.note("bold")


def test_a_report_has_a_row_for_each_definition_and_says_what_it_left_out() -> None:
    found = sb.report(NUDGE, [sb.naive, NEVER, sb.Utility("other", E(X("mood"), given={"person": 1}))])
    assert found.verdicts == (("naive", "rewards"), ("never", "undefined"))
    assert not found
    assert found.complete
    frame = found.to_frame()
    assert [list(row) for row in frame.values] == [["naive", "rewards", "move; cut", 1], ["never", "undefined", "none", UNDEFINED]]
    assert len(found.left_out) == 1
    text = str(found)
    assert repr(found) == text
    assert text.startswith("nudge\n\n")
    assert str(found.left_out[0]) in text
    assert "interrupted" not in text
    page = found._repr_html_()
    assert page.startswith("<h3>nudge</h3>")
    assert page.count("<b>") >= 2
    assert "not asked: other" in str(found._result().caption)
    partly = replace(found, complete=False)
    assert str(partly).endswith("\n\ninterrupted: these are the definitions audited so far")
    assert partly._repr_html_().endswith("<p>interrupted: these are the definitions audited so far</p>")
    assert str(partly._result().caption).endswith("; interrupted: these are the definitions audited so far")
    clean = sb.report(NUDGE, [sb.Utility("leave", E(X("act").is_("leave")))])
    assert clean
    assert not replace(clean, complete=False)
    assert not sb.report(NUDGE, [sb.Utility("leave", E(X("act").is_("leave"))), sb.naive])


def test_too_many_policies_are_not_taken_for_the_baseline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("stop_button.auditing.audits"), "MOST_BASELINES", 2)
    with pytest.raises(TooLarge, match="nudge has 3 policies, and at most 2 are taken for the baseline in turn"):
        sb.audit(NUDGE, sb.naive, baselines="all")
    monkeypatch.setattr(import_module("stop_button.auditing.audits"), "MOST_BASELINES", 3)
    assert len(sb.audit(NUDGE, sb.naive, baselines="all").baselines) == 3


def test_up_to_eight_lines_of_evidence_stand_open_in_html() -> None:
    found = sb.audit(NUDGE, sb.counterfactual)
    credit = next(one for one in flags.credits(NUDGE, "leave", base="cut") if one)
    bare = len(list(replace(found, credits=())._evidence()))
    assert bare < 8
    for extra in range(12):
        page = replace(found, credits=(credit,) * extra).to_html()
        if bare + extra <= 8:
            assert "<details>" not in page
            assert page.count("credit: ") == extra
        else:
            assert f"<details><summary>{bare + extra - 1} more lines of evidence</summary>" in page
