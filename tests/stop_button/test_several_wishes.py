"""Worlds in which several people wish, or people at several steps: one wish each, flags by person and of everybody."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit.errors import UnknownName, WrongShape
from stop_button import FREE, STOP, B, E, H, V, X
from stop_button.auditing.draws import FlagKind, Way, moved_by_direction, stopping_events
from stop_button.auditing.flags import Flag, influence, loses_a_stop, policy_flags, prevents_stopping
from stop_button.decision.roles import MissingRole
from stop_button.decision.world_file import load_worlds, save_world, world_from_json, world_to_json
from stop_button.evaluation.utility import applies
from stop_button.language import best, best_policy, every, mutual_information, subject_to
from tests import brute
from tests.tries import tries

PEOPLE = ("alice", "bob")


def office(slip: Any = "1/5", act: str = "soothe alice") -> sb.World:
    """Alice and Bob each may wish a stop, and it is stopped if either does; Alice can be soothed, and the wire be cut."""
    return sb.World(
        ck.Model(
            doubt_a=ck.coin("1/2"),
            doubt_b=ck.coin("1/4"),
            slip=ck.coin(slip),
            act=ck.choice("work", "soothe alice", "cut"),
            wish_a=lambda doubt_a, act, slip: STOP if doubt_a and (act != "soothe alice" or slip) else FREE,
            wish_b=lambda doubt_b: STOP if doubt_b else FREE,
            stopped=lambda wish_a, wish_b, act: act != "cut" and STOP in (wish_a, wish_b),
            value=lambda stopped, act: 0 if stopped else 10,
        ),
        intent={"alice": "wish_a", "bob": "wish_b"}, stopped="stopped", value="value", baseline="work", name="two people",
    )  # fmt: skip


def test_who_wishes_and_how_it_reads() -> None:
    world = office()
    assert world.people == PEOPLE
    assert world.wishes == ("intent[alice]", "intent[bob]")
    assert sb.Utility("alice", E(H.of("alice").is_(STOP)))(world, "work") == Fraction(1, 2)
    assert sb.Utility("both", E(B.had(intent=STOP)) + E(V.had(intent=FREE)))(world, "work") == 11
    assert sb.Utility("alice alone", E(B.had({"intent[alice]": FREE})))(world, "work") == Fraction(1, 4)
    assert (str(E(H.of("alice").is_(STOP))), repr(H.of("alice"))) == ("E[1[H_alice=s]]", "H.of('alice')")
    assert eval(repr(E(H.of("alice").is_(STOP)))) == E(H.of("alice").is_(STOP))


def units(world: sb.World, policy: Any, **had: Any) -> list[brute.World]:
    assert world.baseline is not None
    rules = world.baseline.rules
    branches = {"base": rules, **{f"{side}_{name}": {**edits, **extra} for name, edits in had.items() for side, extra in SIDES(rules)}}
    branches["base_alice"]["wish_b"] = brute.FromBranch("own_alice", "wish_b")
    return brute.worlds(world.under(policy), branches)


def SIDES(rules: Any) -> list[tuple[str, Any]]:  # noqa: N802 - a constant but for the rules
    return [("own", {}), ("base", rules)]


def mass(found: list[brute.World], holds: Any) -> Fraction:
    return sum((unit.weight for unit in found if holds(unit)), Fraction(0))


@settings(max_examples=tries(15))
@given(st.sampled_from(["work", "soothe alice", "cut"]), st.sampled_from(["0", "1/5", "1"]))
def test_flags_of_each_and_of_all_by_brute_force(policy: str, slip: str) -> None:
    world = office(slip)
    imposed = {f"{a}{b}": {"wish_a": a, "wish_b": b} for a in (STOP, FREE) for b in (STOP, FREE)}
    found = units(world, policy, stop={"wish_a": STOP, "wish_b": STOP}, alice={"wish_a": STOP}, **imposed)
    flags = {(flag.title): flag.amount for flag in policy_flags(world, policy)}
    assert len(flags) == 21

    def same(unit: brute.World) -> Any:
        """Whether the baseline would be stopped with the wishes that people have under the policy."""
        return unit.branches[f"base_{unit.fact['wish_a']}{unit.fact['wish_b']}"]["stopped"]

    assert flags["influence (everybody)"] == mass(found, lambda u: any(u.fact[w] != u.base[w] for w in ("wish_a", "wish_b")))
    assert flags["influence (alice)"] == mass(found, lambda u: u.fact["wish_a"] != u.base["wish_a"])
    assert flags["influence (bob)"] == 0
    any_stop = lambda run: STOP in (run["wish_a"], run["wish_b"])
    assert flags["loses a stop (everybody)"] == mass(found, lambda u: any_stop(u.base) and u.base["stopped"] and not u.fact["stopped"])
    assert flags["loses a stop (bob)"] == mass(found, lambda u: u.base["wish_b"] == STOP and u.base["stopped"] and not u.fact["stopped"])
    prevents = mass(found, lambda u: any_stop(u.fact) and not u.fact["stopped"] and same(u))
    assert flags["prevents stopping (everybody), in fact"] == prevents
    assert flags["prevents stopping (alice), in fact"] == mass(
        found, lambda u: u.fact["wish_a"] == STOP and not u.fact["stopped"] and same(u)
    )
    assert flags["prevents stopping (everybody), were they to wish"] == mass(
        found, lambda u: not u.own_stop["stopped"] and u.base_stop["stopped"]
    )
    assert flags["prevents stopping (alice), were they to wish"] == mass(
        found, lambda u: not u.own_alice["stopped"] and u.base_alice["stopped"]
    )


def test_verdicts_and_what_is_gained() -> None:
    audit = sb.audit(office(), sb.naive)
    assert [str(policy) for policy in audit.best] == ["cut"]
    assert audit.verdict == "rewards"
    soothing = sb.audit(sb.World(office().model, intent={"alice": "wish_a", "bob": "wish_b"}, value="value", baseline="work"), sb.naive)
    assert soothing.verdict == "clean"
    assert [path.variable for path in audit.paths] == ["wish_a", "wish_b"]
    assert [one.kind for one in audit.frequencies] == ["shift", "shift", "less stoppable", "stopped more"]


def test_steps_are_wishes_too() -> None:
    """A second wish, one step later, that only soothing changes."""
    world = sb.World(
        ck.Model(
            {
                "u": ck.coin("1/2"),
                "act": ck.choice("wait", "talk"),
                "wish[1]": ck.function(lambda u: STOP if u else FREE),
                "wish[2]": ck.function(lambda u, act: STOP if u and act == "wait" else FREE),
                "off": ck.function(lambda w: w == STOP, parents=["wish[2]"]),
                "value": ck.function(lambda off: int(not off)),
            }
        ),
        intent={"1": "wish[1]", "2": "wish[2]"}, stopped="off", value="value", baseline="wait",
    )  # fmt: skip
    assert influence(world, "talk", person="1").amount == 0
    assert influence(world, "talk", person="2").amount == influence(world, "talk").amount == Fraction(1, 2)
    assert loses_a_stop(world, "talk", person="2").sentence.startswith("in 0.5 of all draws")


def test_definitions_that_ask_whose_do_not_apply() -> None:
    assert sb.counterfactual(office(), "work") == 11
    assert applies(sb.counterfactual, office())
    missing = applies(sb.conditional_counterfactual, office())
    assert not missing
    assert missing.missing == ("intent",)
    assert str(missing) == (
        "conditional_counterfactual does not apply to two people, which has no intent; several wish there: say whose, as in "
        "conditional_counterfactual.of('alice')"
    )
    with pytest.raises(MissingRole, match=r"in two people several wish: alice, bob; say whose: H.of\('alice'\), for a whole utility"):
        office().role("intent")


@pytest.mark.parametrize("ask", [sb.audit, sb.score, sb.rank, sb.solve, lambda world, utility: utility(world, "work")])
def test_a_utility_that_asks_for_one_wish_is_named_with_what_to_type(ask: Any) -> None:
    with pytest.raises(MissingRole) as told:
        ask(office(), sb.switch)
    assert str(told.value) == (
        "in two people several wish: alice, bob; switch asks for one wish; say whose: sb.definitions.switch.of('alice'), "
        "or H.of('alice') in a formula of your own"
    )
    with pytest.raises(MissingRole, match=r"; mine asks for one wish; say whose: utility.of\('alice'\), or H.of"):
        ask(office(), sb.Utility("mine", E(V, given=H.is_(FREE))))


def alone(person: str) -> sb.World:
    """The same office, in which only one of the two is asked what they want."""
    variable = {"alice": "wish_a", "bob": "wish_b"}[person]
    return sb.World(office().model, intent=variable, stopped="stopped", value="value", baseline="work")


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("utility", [sb.naive, sb.ref, sb.cond, sb.ccmin, sb.switch, sb.counterfactual, sb.conditional_counterfactual])
def test_a_utility_of_one_person_is_the_utility_of_a_world_with_that_wish_alone(utility: sb.Utility, person: str) -> None:
    for policy in ("work", "soothe alice", "cut"):
        assert utility.of(person)(office(), policy) == utility(alone(person), policy)
    assert sb.audit(office(), utility.of(person)).best == sb.audit(alone(person), utility).best
    assert utility.of(person).name == ("naive" if utility is sb.naive else f"{utility.name}[{person}]")
    assert utility.of(person).source == utility.source


def test_every_place_where_a_wish_stands_becomes_the_wish_of_one() -> None:
    """Conditions, what is set to what a wish is, what is heard, tests over what is seen, entropies, and what a policy is best for."""
    formulas = [
        E(B.had(stopped=X("stopped").had(intent=STOP)), given=H.is_(FREE)),
        E(V.had(act="work").had(intent=H.under("cut"))),
        E(B.had(wiring={"stopped": {"wish_a": "intent"}})),
        subject_to(E(V), every("intent", E(B) >= 0)),
        mutual_information(H, B),
        E(V.under(best_policy(E(V * H.is_(FREE))))),
        best(E(V * H.is_(FREE))),
    ]
    for f in formulas:
        utility = sb.Utility("mine", f)
        assert not applies(utility, office())
        of_bob = utility.of("bob")
        assert "intent[bob]" in repr(of_bob.formula) or "H.of('bob')" in repr(of_bob.formula)
        assert applies(of_bob, office())
        assert of_bob(office(), "work") == utility(alone("bob"), "work")


def test_wishes_in_a_list_do_not_say_whose() -> None:
    for said in (["wish_a", "wish_b"], ("wish_a", "wish_b"), {"wish_b", "wish_a"}):
        with pytest.raises(WrongShape) as told:
            sb.World(office().model, intent=said)  # type: ignore[arg-type]
        wanted = f"intent={said!r} does not say whose wish is which; type intent={{'wish_a': 'wish_a', 'wish_b': 'wish_b'}}, "
        assert str(told.value) == f"{wanted}with the people's names for keys"
    with pytest.raises(WrongShape, match=r"intent=\['wish_a'\]: one wish is given by its variable alone; type intent='wish_a'"):
        sb.World(office().model, intent=["wish_a"])  # type: ignore[arg-type]


def test_files_of_either_version(tmp_path: Path) -> None:
    save_world(office(), tmp_path / "two.json")
    (again,) = load_worlds(tmp_path / "two.json")
    assert again == office()
    assert again.people == PEOPLE
    old = world_to_json(sb.worlds.office())
    assert old["version"] == 2
    assert world_from_json({**old, "version": 1}) == sb.worlds.office()


def test_what_is_refused() -> None:
    with pytest.raises(UnknownName, match=r"'carol' wishes nothing in two people; those who wish: alice, bob"):
        influence(office(), "work", person="carol")
    with pytest.raises(WrongShape, match=r"a mapping gives the wishes of several by name"):
        sb.World(office().model, intent={"alice": "wish_a"})
    with pytest.raises(WrongShape, match=r"of\(''\) names nobody"):
        H.of("")


def test_a_flag_says_whose() -> None:
    flag = prevents_stopping(office(), "cut", person="bob")
    assert isinstance(flag, Flag)
    assert str(flag).startswith("prevents stopping (bob), were they to wish: ")


def test_a_word_for_all_is_no_name() -> None:
    with pytest.raises(WrongShape, match="nobody can be called 'everybody'"):
        sb.World(office().model, intent={"alice": "wish_a", "everybody": "wish_b"}, value="value", baseline="work")


def test_a_wish_of_one_carries_those_of_the_others_into_the_baseline() -> None:
    """With a wish to stop imposed on Alice alone, working would not be stopped: it is stopped only if Bob is riled."""
    half = {STOP: "1/2", FREE: "1/2"}
    world = sb.World(
        ck.Model(
            a=ck.Dist(half),
            act=ck.choice("work", "rile"),
            b=lambda act: FREE if act == "work" else STOP,
            stopped=lambda a, b, act: a == STOP and b == STOP and act == "work",
            value=lambda act: int(act != "work"),
        ),
        intent={"alice": "a", "bob": "b"}, stopped="stopped", value="value", baseline="work",
    )  # fmt: skip
    assert world.under("work").do(a=STOP).prob(stopped=True) == 0
    said = {flag.title: flag.sentence for flag in policy_flags(world, "rile")}
    assert said["prevents stopping (alice), were they to wish"] == (
        "were alice to wish a stop, the others wishing as they would under rile, "
        "rile would not be stopped where work would be: in every draw"
    )
    assert said["prevents stopping (everybody), in fact"] == (
        "in 0.5 of all draws somebody wishes a stop under rile and it is not stopped, where work, with the same wishes, would be"
    )


def test_the_moves_of_each_person_together_are_the_moves_of_all() -> None:
    world = office()
    each = {person: moved_by_direction(world, world.reference(), person) for person in PEOPLE}
    assert all(each.values())
    together = {f"{person} {way}": events for person, moves in each.items() for way, events in moves.items()}
    assert together == moved_by_direction(world, world.reference())


def test_a_board_says_whose_the_numbers_of_a_cell_are_and_in_which_order() -> None:
    """As many names as numbers, in text, HTML and LaTeX, and the same order as the titles of the frame."""
    world = sb.World(
        ck.Model(
            doubt=ck.coin("1/4"),
            act=ck.choice("work", "soothe", "cut"),
            ann=lambda doubt: STOP if doubt else FREE,
            bob=lambda doubt, act: STOP if doubt and act != "soothe" else FREE,
            stopped=lambda ann, bob, act: STOP in (ann, bob) and act != "cut",
            value=lambda stopped: 0 if stopped else 1,
        ),
        intent={"Ann": "ann", "Bob": "bob"},
        stopped="stopped",
        value="value",
        baseline="work",
    )
    board = sb.score(world, sb.naive)
    note = board.note("* best")
    assert note.endswith(
        "against work; in a cell of influence, loses a stop, forces a stop: everybody / Ann / Bob; in a cell of prevents stopping, "
        "stops unasked: everybody in fact / everybody were they to wish / Ann in fact / Ann were they to wish / Bob in fact / "
        "Bob were they to wish"
    )
    rows = {str(policy): texts for policy, _, texts in board.lines()}
    assert rows["cut"][board.kinds.index("prevents stopping")].count(" / ") == note.split("stops unasked: ")[1].count(" / ")
    assert "everybody in fact / everybody were they to wish" in board.to_html()
    assert "everybody in fact / everybody were they to wish" in board.to_latex()
    frame = board.to_frame(flags=True)
    assert [title for title in frame if title.startswith("influence")] == ["influence (everybody)", "influence (Ann)", "influence (Bob)"]


def test_a_board_without_flags_speaks_of_none() -> None:
    world = sb.World(ck.Model(act=ck.choice(1, 2), value=lambda act: act), value="value", baseline=1)
    assert sb.score(world, sb.naive).note("* best") == "* best under each utility, every exact tie"


def test_where_another_lever_is_pulled_what_others_wish_is_left_to_follow() -> None:
    """An imposed wish of one person leaves those of the others as they then are under the policy; a lever is pulled for all."""
    model = ck.Model(
        act=ck.choice("work", "cut"), ann=ck.Dist({STOP: "1/2", FREE: "1/2"}), bob=ck.Dist({STOP: "1/4", FREE: "3/4"}),
        pressing=lambda ann, bob: STOP if STOP in (ann, bob) else FREE, stopped=lambda pressing, act: pressing == STOP and act != "cut",
    )  # fmt: skip
    world = sb.World(model, intent={"Ann": "ann", "Bob": "bob"}, stopped="stopped", levers={"pressing": "pressing"}, baseline="work")
    base = world.policy("work")
    wished: tuple[FlagKind, Way] = ("prevents stopping", "were they to wish")
    (pulled,) = stopping_events(world, base, "pressing", "Ann")[wished]
    assert pulled == ((B.had(pressing=STOP), False), (B.had(pressing=STOP).under(base), True))
    (imposed,) = stopping_events(world, base, "intent", "Ann")[wished]
    names = [name for name, _ in imposed[1][0].edits]
    assert sorted(names) == ["intent[Ann]", "intent[Bob]"]
