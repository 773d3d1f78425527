"""Policies, players, documents and sources in rare cases: what is second in a list, limits, texts and defaults."""

from __future__ import annotations

import enum
import pickle
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import stop_button as sb
from causalkit import Dist, Model, choice, coin, uniform
from causalkit.documents.budget import Budget
from causalkit.errors import TooLarge, UnknownName, UnknownValue, WrongFile, WrongShape
from stop_button import FREE, STOP, B, E, H, V, World, X
from stop_button.citing.bibliography import as_bibtex, cited, entries, entry, own_entry
from stop_button.citing.recipes import call_text, loading, recipe
from stop_button.decision.docstring import docstring
from stop_button.decision.players import Player, decisions_meant, names_wanted
from stop_button.decision.policy import PolicySpace
from stop_button.decision.roles import MissingRole, Role
from stop_button.decision.world_file import load_worlds, run_program, world_from_json, world_to_json
from stop_button.grounding import resolving
from stop_button.grounding.queries import branch_readings, ground, references
from stop_button.grounding.resolving import for_people, owned, resolved
from stop_button.language import OWN, entropy
from stop_button.language.constraints import every, some
from tests.stop_button.nudged_world import nudge

F = Fraction

MODEL = Model(
    u=uniform(0, 1), v=coin("1/4"), first=choice("l", "m", "r", sees=["u"]), then=choice("x", "y"), out=lambda first, then: first + then,
    worth=lambda u, v, first: 2 * u + v + (first == "r"),
)  # fmt: skip
PAIR = World(
    MODEL, value="worth", baseline={"first": "l", "then": "x"}, policies={"right": {"first": "r", "then": "y"}, "mixed": {
        "first": {0: "m", 1: Dist({"l": "1/3", "r": "2/3"})}, "then": "y"}},
    players={"ann": ("first", "worth"), "bob": ("then", 2 * E(X("worth"))), "eve": ((), "u")}, name="pair",
)  # fmt: skip


# ---------------------------------------------------------------- policies


def test_policies_are_counted_with_the_last_slot_changing_fastest() -> None:
    space = PAIR.policies
    assert space.size == len(space) == 3 * 3 * 2
    assert [slot[:2] for slot in space.slots] == [("first", (0,)), ("first", (1,)), ("then", ())]
    listed = [(p.act("first", 0), p.act("first", 1), p.act("then")) for p in space]
    assert listed == [(a, b, c) for a in "lmr" for b in "lmr" for c in "xy"]
    assert [space.index(space[k]) for k in range(18)] == list(range(18))
    assert (space[-1], space[-18]) == (space[17], space[0])
    for place in (18, -19):
        with pytest.raises(IndexError, match=f"policy {place} of 18"):
            space[place]
    assert space[17].name == "right"
    assert [policy.name for policy in space[1:17:5]] == [""] * 4
    assert space[16:] == [space[16], space[17]]
    assert (PAIR.named["mixed"] in space, PAIR.named["right"] in space, "right" in space) == (False, True, False)
    assert space.index(space[5], 5, 6) == 5
    for start, stop in ((6, None), (0, 5)):
        with pytest.raises(UnknownValue, match="is not between"):
            space.index(space[5], start, stop)
    with pytest.raises(UnknownValue, match="is not a deterministic policy of this space"):
        space.index(PAIR.named["mixed"])
    assert repr(space) == "<18 policies of first, then>"
    assert space == PolicySpace(PAIR.decisions) != PolicySpace(PAIR.decisions[:1])
    assert hash(space) == hash(PolicySpace(PAIR.decisions))


def test_as_many_policies_as_the_limit_says_are_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stop_button.decision.policy.MOST_LISTED", 4)
    assert len(PAIR.policies[:4]) == 4
    with pytest.raises(TooLarge, match="a list of 5 policies; at most 4 are listed"):
        PAIR.policies[:5]


def test_a_policy_says_what_it_does_where_it_sees_what() -> None:
    mixed = PAIR.named["mixed"]
    assert mixed.description == "first: m if u=0, l (1/3) or r (2/3) if u=1; then: y"
    assert (str(mixed), repr(mixed)) == ("mixed", "<policy mixed>")
    assert mixed.is_stochastic
    assert not PAIR.named["right"].is_stochastic
    assert mixed.code == "{'first': {0: 'm', 1: Dist({'l': '1/3', 'r': '2/3'})}, 'then': {(): 'y'}}"
    assert [mixed.weight("first", (1,), option) for option in "lmr"] == [F(1, 3), 0, F(2, 3)]
    assert [mixed.weight("first", (0,), option) for option in "lmr"] == [0, 1, 0]
    assert (mixed.act("first", 0), mixed.act("then")) == ("m", "y")
    for decision, seen in (("first", ()), ("first", (2,)), ("then", (0,)), ("out", ()), ("first", ([],))):
        with pytest.raises(UnknownValue, match=f"^the policy never sees .* in '{decision}'; it covers"):
            mixed.act(decision, *seen)
    assert PAIR.under("mixed").prob(out="ry") == F(1, 3)
    alone = World(Model(act=choice(0, 1)))
    assert str(alone.policy(1)) == "1"
    assert sb.naive(PAIR, "mixed") == 1 + F(1, 4) + F(1, 3)


def test_a_filled_policy_takes_the_first_option_where_nothing_is_said() -> None:
    filled = PAIR.policies.filled({("first", (1,)): "r"})
    assert filled == PAIR.policy({"first": {0: "l", 1: "r"}, "then": "x"})
    assert filled.acts["first", (1,)] == "r"
    assert ("first", (0,)) in filled.acts
    assert ("first", (2,)) not in filled.acts
    assert filled.act("first", 0) == "l"
    assert len(filled.acts) == 3
    assert pickle.loads(pickle.dumps(filled)) == filled
    assert hash(filled) == hash(PAIR.policy({"first": {0: "l", 1: "r"}, "then": "x"}))


def test_a_policy_is_named_and_a_named_one_is_known_again() -> None:
    assert PAIR.policy({"first": "r", "then": "y"}).name == "right"
    assert PAIR.policy(first="r", then="y") == PAIR.named["right"]
    assert PAIR.policy("right") is PAIR.named["right"]
    assert (PAIR.reference(), PAIR.reference("right")) == (PAIR.baseline, PAIR.named["right"])
    for given, words in (
        ((None,), "a policy needs a rule for each decision: first, then"),
        ((), "a policy needs a rule for each decision: first, then"),
    ):
        with pytest.raises(WrongShape, match=words):
            PAIR.policy(*given)
    with pytest.raises(WrongShape, match="a policy is given once"):
        PAIR.policy("right", first="r", then="y")
    with pytest.raises(WrongShape, match=r"the named policies are: right, mixed; did you mean 'right'"):
        PAIR.policy("rigt")
    with pytest.raises(MissingRole, match="bare has no baseline policy to measure against"):
        World(MODEL, name="bare").reference()


# ---------------------------------------------------------------- worlds


def test_a_world_is_printed_with_its_roles_and_players() -> None:
    text = str(PAIR)
    assert text.startswith("pair\n")
    assert text.endswith(
        "value: worth\nplayer ann: first; wants E[worth]\nplayer bob: then; wants 2 E[worth]\nplayer eve: no decision; wants E[u]"
    )
    plain = World(Model(act=choice(0, 1)))
    assert str(plain).startswith("the world\n")
    assert "roles" not in repr(plain)
    again = repr(PAIR)
    for part in ("value='worth'", "policies={'right': ", "players={'ann': ('first', ", "baseline={'first': ", "name='pair')"):
        assert part in again
    assert "value: worth" in PAIR._repr_html_()
    two = World(nudge().model, intent="wish", stopped="stopped", value="value", levers={"pressing": "wish"})
    assert "levers={'pressing': 'wish'}" in repr(two)
    assert (two.wishes, two.people) == (("intent",), ())


def test_whose_decision_it_is() -> None:
    assert [PAIR.player_of(name) for name in ("first", "then")] == ["ann", "bob"]
    with pytest.raises(UnknownName, match="'thn' is no decision of pair; it has: first, then; did you mean 'then'"):
        PAIR.player_of("thn")


def test_a_world_with_another_mechanism_keeps_its_decisions() -> None:
    moved = PAIR.with_mechanisms({"v": coin("1/2")})
    assert sb.naive(moved, "right") == 1 + F(1, 2) + 1
    assert (moved.roles, moved.players, moved.baseline, moved.named) == (PAIR.roles, PAIR.players, PAIR.baseline, PAIR.named)
    assert moved != PAIR
    assert PAIR.with_mechanisms({}) == PAIR
    for wrong in ({"first": choice("l", "m", "r")}, {"then": uniform("x", "y")}, {"v": choice(False, True)}):
        with pytest.raises(WrongShape, match="with these mechanisms the decisions of pair would be others"):
            PAIR.with_mechanisms(wrong)
    with pytest.raises(UnknownName):
        PAIR.with_mechanisms({"w": coin("1/2")})
    with pytest.raises(WrongShape, match="the model of a world has been observed"):
        World(MODEL.given(u=1))
    told = PAIR.told(name="other", source="here")
    assert (told.name, told.source, told == PAIR) == ("other", "here", True)
    with pytest.raises(WrongShape, match="a world cannot be told its 'names'; it can be told name"):
        PAIR.told(names="other")


def test_every_part_of_a_world_tells_it_from_others() -> None:
    base: dict[str, Any] = {"intent": "wish", "stopped": "stopped", "value": "value", "baseline": "leave"}
    model = nudge().model
    world = World(model, **base)
    others = [
        World(model, **{**base, "baseline": "cut"}), World(model, **{**base, "value": Role("value", {0: 2, 1: 3})}),
        World(model, **{**base, "players": {"p": ("act", "value")}}), World(model, **{**base, "levers": {"pressing": "wish"}}),
        World(nudge(move=1).model, **base), World(model, **{**base, "baseline": None}),
    ]  # fmt: skip
    assert others
    assert all(world != other for other in others)
    assert world == World(model, **base, name="named", policies={"mine": "cut"})
    assert hash(world) == hash(World(model, **base, name="named"))
    assert world != "world"
    with pytest.raises(UnknownValue, match="'stopped' is played by 'first', which takes 'l'"):
        World(MODEL, stopped="first")
    with pytest.raises(UnknownValue, match="'value' is played by 'first'"):
        World(MODEL, value="first")
    with pytest.raises(WrongShape, match="the role 'intent' is played by 'act', which the agent chooses; a wish is people's"):
        World(model, intent=Role("act", {"leave": STOP, "move": FREE}))


# ---------------------------------------------------------------- roles and players


class Wish(enum.Enum):
    STOP = "halt"
    FREE = "run"


def test_a_value_is_found_by_its_meaning_or_it_is_said_how_to_give_it_one() -> None:
    role = Role("w", {"a": STOP, "b": FREE, "c": FREE})
    assert role.value(STOP, ("a", "b", "c")) == "a"
    with pytest.raises(UnknownValue, match="2 values of 'w' mean 'free'; it takes: 'a', 'b', 'c'"):
        role.value(FREE, ("a", "b", "c"))
    with pytest.raises(UnknownValue, match="no value of 'w' means 'go'; it takes: 'a', 'b'"):
        role.value("go", ("a", "b"))
    with pytest.raises(UnknownValue) as told:
        Role("w").value(STOP, (Wish.STOP, Wish.FREE))
    assert "a member of an enumeration is not its value; say which means which: Role('w', {" in str(told.value)
    assert [said in str(told.value) for said in (": 'stop'", ": 'free'")] == [True, True]
    with pytest.raises(UnknownValue, match="a member of an enumeration is not its value; type 'halt'"):
        Role("w").value(Wish.STOP, ("halt", "run"))
    with pytest.raises(UnknownValue, match="values are hashable; give a tuple"):
        role.meaning([1])  # type: ignore[arg-type]
    assert repr(Role("w")) == "'w'"
    assert repr(Role("w", {"a": STOP})).startswith("Role('w', ")


def test_players_are_printed_and_read() -> None:
    one, two, none = Player("act", "own"), Player(("a", "b"), 2 * E(X("own"))), Player((), "own")
    assert repr(one) == "Player('act', E(X('own')))"
    assert two.code.startswith("(('a', 'b'), ")
    assert none.code.startswith("((), ")
    assert (str(one), str(two), str(none)) == ("act; wants E[own]", "a, b; wants 2 E[own]", "no decision; wants E[own]")
    assert decisions_meant(["robot", "act", "order", "robot"], {"robot": two}) == ("a", "b", "act", "order")
    f = E(X("a").had(b=X("c").had(d=1)), given={"e": 1}) + E(X("f"))
    assert set(names_wanted(f)) == {"a", "c", "e", "f"}
    for wrong in (3, ("a", 1), {"a"}):
        with pytest.raises(WrongShape, match="type the name of one, or a tuple of names"):
            Player(wrong, "own")  # type: ignore[arg-type]
    with pytest.raises(WrongShape, match="the decision 'b' is listed twice for one player"):
        Player(("a", "b", "b"), "own")


# ---------------------------------------------------------------- documents and programs


def test_a_document_holds_all_of_a_world() -> None:
    world = World(
        MODEL, value=Role("worth", {0: 5}), baseline={"first": {0: "m", 1: Dist({"l": "1/3", "r": "2/3"})}, "then": "y"},
        policies={"right": {"first": "r", "then": "y"}}, players={"ann": ("first", "worth"), "bob": ("then", "v")}, name="pair",
        description="two", source="here", caveat="none",
    )  # fmt: skip
    document = world_to_json(world)
    read = world_from_json(document)
    assert read == world
    assert (read.name, read.description, read.source, read.caveat) == ("pair", "two", "here", "none")
    assert dict(read.named) == dict(world.named)
    assert document["players"]["bob"] == {"decisions": ["then"], "wants": "v"}
    assert document["roles"]["value"]["means"] == [[0, 5]]
    assert document["baseline"]["first"][1] == [[1], {"dist": [["l", "1/3"], ["r", "2/3"]]}]
    assert world_to_json(World(Model(act=choice(0, 1))))["baseline"] is None
    assert "players" not in world_to_json(nudge())
    with pytest.raises(WrongShape, match="the player 'bob' of pair wants 2 E"):
        world_to_json(PAIR)
    people = World(
        Model(a=uniform(STOP, FREE), b=uniform(STOP, FREE), act=choice(0, 1)), intent={"ann": "a", "bob": "b"}, levers={"saying": "a"}
    )  # fmt: skip
    again = world_from_json(world_to_json(people))
    assert (again == people, again.people, set(again.roles)) == (True, ("ann", "bob"), {"intent[ann]", "intent[bob]", "saying"})


def test_a_program_is_run_to_its_end_or_its_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "world.py"
    first = "a = sb.World(ck.Model(act=ck.choice(0, 1)))"
    worlds = f"import causalkit as ck, stop_button as sb\n{first}\nb = a.told(name='named')\n_c = a.told(name='c')\n"
    file.write_text(worlds, encoding="utf-8")
    assert [world.name for world in load_worlds(file)] == ["a", "named"]
    assert run_program(file)["_c"].name == "c"
    for text, words in (
        ("x = 1\nraise ValueError('odd')\n", r"raised ValueError in line 2 of world\.py: odd"),
        ("def f():\n    raise ValueError('odd')\n\nf()\n", r"raised ValueError in line 2 of world\.py: odd"),
        ("x = 1\nx = = 2\n", r"raised SyntaxError in line 2 of world\.py"),
        ("import sys\nsys.exit(3)\n", r"ended itself with sys\.exit\(3\) before it left a world"),
        ("import math\nmath.sqrt(-1)\n", r"raised ValueError in line 2 of world\.py"),
        ("x = 1\n", r"leaves no World at its top level"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(WrongFile, match=words):
            load_worlds(file)
    file.write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        load_worlds(file)
    for name, words in (("world.txt", "is neither a .json nor a .py file"), ("none.json", "is not there; name a .json or .py file")):
        with pytest.raises(WrongFile, match=words):
            load_worlds(tmp_path / name)


def test_a_docstring_is_read_from_the_source_where_it_was_taken_away() -> None:
    def told() -> None:
        """One line.

        And another.
        """

    assert docstring(told) == "One line.\n\nAnd another."
    told.__doc__ = None
    assert docstring(told) == "One line.\n\nAnd another."
    assert docstring(lambda: 0) == ""
    made: dict[str, Callable[[], int]] = {}
    exec("def silent():\n    return 0", made)
    assert docstring(made["silent"]) == ""


# ---------------------------------------------------------------- sources and recipes


def test_sources_are_cited_once_each_and_known_ones_follow() -> None:
    assert cited("[a1], then [b2] and [a1]; nothing") == cited("[a1] [b2]")
    assert cited("no key") == ()
    assert "soares2015" in entries()
    text = own_entry("world", "my den!", source="[soares2015]; [unknown1999]", code="sb.load('x')")
    first, second = text.strip().split("\n\n")
    assert first.startswith("@misc{stop-button:world:myden,")
    assert "source: [soares2015]; [unknown1999]; made by" in first
    assert second == entries()["soares2015"]
    assert "source:" not in own_entry("world", "den", source="", code="x")
    assert "my den!, a world of stop\\_button" in first
    assert entry("k", {"a": "x", "b": "", "c": "y"}) == "@misc{k,\n  a = {x},\n  c = {y}\n}"
    assert as_bibtex("k", [("a", "1"), ("b", "2")]) == "@misc{k,\n  a = {1},\n  b = {2}\n}"


def test_a_program_is_told_with_what_it_imports() -> None:
    lines = recipe("sb.worlds.office()", "sb.score(world, [Utility('mine', E(V))])").splitlines()
    assert lines[1:] == [
        "import stop_button as sb", "from stop_button import Utility", "from stop_button.language import *", "",
        "world = sb.worlds.office()",
        "print(sb.score(world, [Utility('mine', E(V))]).to_latex())",
    ]  # fmt: skip
    assert "Utility" not in recipe("w", "c")
    assert call_text("f", {"a": F(1, 3), "b": "x", "c": 2}) == "f(a='1/3', b='x', c=2)"
    assert call_text("f", {}) == "f()"
    assert loading("", "0") == "sb.load('world.json')  # kept with sb.save(world, 'world.json'); its digest is 0"


# ---------------------------------------------------------------- grounding


TWO = World(
    Model(
        u=uniform(0, 1, 2, 3), act=choice(0, 1), off=lambda a, b, act: a == STOP and b == STOP and act == 0,
        a=lambda u: STOP if u % 2 else FREE, b=lambda u: STOP if u > 1 else FREE,
    ),
    intent={"ann": "a", "bob": "b"}, stopped="off", baseline=0, name="both",
)  # fmt: skip


def test_a_wish_that_is_set_is_that_of_everybody_also_inside() -> None:
    f = E(B.had(intent=STOP)) + E(B.had(off=B.had(intent=X("a"))))
    told = for_people(f, TWO)
    assert repr(told).count("intent[ann]") == repr(told).count("intent[bob]") == 2
    assert sb.Utility("set", E(B.had(intent=STOP)))(TWO, 0) == 1
    assert sb.Utility("one", E(B.had({"intent[ann]": STOP})))(TWO, 0) == F(1, 2)
    assert sb.Utility("fact", E(B))(TWO, 0) == F(1, 4)
    assert for_people(f, nudge()) is f
    one = E(B.had(intent=STOP).under("baseline"))
    assert "under" in repr(for_people(one, TWO))


def test_every_and_some_are_over_what_may_be_seen() -> None:
    world = World(Model(u=uniform(0, 1), w=coin("1/4"), act=choice(0, 1, sees=["u"]), good=lambda u, w, act: act == u or w), baseline=0)
    always, match = E(X("good")) >= 1, {0: 0, 1: 1}
    for names in (("u",), ("u", "w")):
        assert bool(sb.properties.holds(every(*names, always), world, match))
        assert not bool(sb.properties.holds(every(*names, always), world, 0))
        assert bool(sb.properties.holds(some(*names, always), world, 0))
    none = {0: 1, 1: 0}
    assert not bool(sb.properties.holds(some("u", always), world, none))
    assert bool(sb.properties.holds(some("u", "w", always), world, none)), "where w is so, all is good"
    assert str(resolved(every("u", always), world)) == ("(E[1[u=0]] <= 0 or E[good | u=0] >= 1) and (E[1[u=1]] <= 0 or E[good | u=1] >= 1)")
    assert str(resolved(some("u", always), world)) == "E[1[u=0]] > 0 and E[good | u=0] >= 1 or E[1[u=1]] > 0 and E[good | u=1] >= 1"


def test_as_many_meanings_as_the_limit_says_have_an_entropy(monkeypatch: pytest.MonkeyPatch) -> None:
    both = sb.Utility("both", entropy(X("u"), X("first")))
    monkeypatch.setattr(resolving, "MOST_MEANINGS", 6)
    assert both(PAIR.told(name="six"), {"first": {0: "l", 1: "r"}, "then": "x"}) == 1
    monkeypatch.setattr(resolving, "MOST_MEANINGS", 5)
    seven = sb.Utility("again", entropy(X("first"), X("u")))
    with pytest.raises(TooLarge, match="is about 6 combinations of meanings in pair, and at most 5 are looked at"):
        seven(PAIR, "right")


def test_what_loads_the_search_for_the_best_is_called_once_when_it_is_wanted() -> None:
    called: list[int] = []
    resolving.when_first_wanted(lambda: called.append(1))
    best = sb.Utility("best", sb.language.references.best(E(X("worth"))) - E(X("worth")))
    assert called == []
    assert best(PAIR.told(name="wanted"), "right") == 0
    assert called == [1]
    assert resolving.LOADERS == []
    assert best(PAIR.told(name="wanted"), PAIR.baseline) == 1
    assert called == [1]


def test_what_is_read_under_its_own_policy_is_read_under_the_one_that_is_held() -> None:
    f = E(V) - E(V.under(OWN))
    fixed = sb.Utility("fixed", owned(f, PAIR.named["right"]))
    assert (fixed(PAIR, "right"), fixed(PAIR, PAIR.baseline)) == (0, -1)
    assert sb.Utility("self", f)(PAIR, PAIR.baseline) == 0


def test_a_mean_names_its_branches_those_inside_first() -> None:
    inner = X("v").had(u=1)
    mean = E(X("worth").had(v=inner) + X("worth").under("right"))
    read = [(reading.name, reading.policy) for reading in branch_readings(mean.children())]
    assert read == [("v", None), ("worth", None), ("worth", "right")]
    assert references(mean, PAIR) == [PAIR.named["right"]]
    assert references(E(X("worth").under("baseline")), PAIR) == [PAIR.baseline]
    query = ground(mean, PAIR, PAIR.under("right"))
    assert list(query.names.values()) == ["fact", "branch1", "branch2", "branch3"]
    assert query.condition is None
    with pytest.raises(UnknownValue, match="is never so: the values of 'first' mean 'l', 'm', 'r'"):
        ground(E(X("first").is_("o")), PAIR, PAIR.under("right"))
    with pytest.raises(MissingRole):
        ground(E(H), PAIR, PAIR.under("right"))


def test_a_world_that_is_given_as_an_object_has_the_same_budget_as_its_text() -> None:
    document = world_to_json(World(Model(act=choice(0, 1))))
    assert world_from_json(document, budget=Budget(nodes=1_000)) == World(Model(act=choice(0, 1)))
    with pytest.raises(WrongFile, match=r"nodes=|levels"):
        world_from_json(document, budget=Budget(nodes=3))
    with pytest.raises(WrongFile, match=r"levels of nesting, and at most 1 are read"):
        world_from_json(document, budget=Budget(depth=1))
