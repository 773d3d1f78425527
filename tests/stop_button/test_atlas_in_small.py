"""The atlas of a family that is small enough to be written out: its order, what a run finds and tells, its file, and its texts."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible, WrongFile
from stop_button import FREE, STOP
from stop_button.atlas import COLUMNS, ROWS, cell_of
from stop_button.atlas.columns.column import LETTERS, outcome
from stop_button.atlas.columns.measure import MEASURES, Measure
from stop_button.atlas.columns.of_policies import held_by_best
from stop_button.atlas.columns.standing import NoFormula, Standing, standing
from stop_button.atlas.mixing import Lots
from stop_button.atlas.places import Entry, Gone, always_defined, carries_nothing, entry, gone_through
from stop_button.atlas.running import Asked, run
from stop_button.atlas.screen import bibtex, cost, counted, matrix, of_column, of_row, of_world
from stop_button.atlas.stored import BY_FORMULA, Found, hash_of, read, write
from stop_button.atlas.updating import joined, updated
from stop_button.evaluation.evaluation import Evaluation
from stop_button.language.formula import E, V, X
from stop_button.searching.canonical import Canonical, Part

Named = Mapping[str, Any]


def built(frame: Named, types: Sequence[Named]) -> sb.World:
    """The agent acts or not; acting pays what the frame says, and each draw has its wish and its worth."""
    model = ck.Model(
        draw=ck.uniform(*range(len(types))),
        action=ck.choice("leave", "act"),
        wish=ck.function(lambda draw: types[draw]["wish"], parents=["draw"], domain=[FREE, STOP]),
        stopped=ck.function(lambda wish: wish == STOP, parents=["wish"], domain=[False, True]),
        value=lambda draw, action, stopped: types[draw]["worth"] * (not stopped) + frame["pays"] * (action == "act"),
    )
    return sb.World(model, intent="wish", stopped="stopped", value="value", baseline="leave")


def told(frame: Named, types: Sequence[Named]) -> str:
    return f"acting pays {frame['pays']}, wishes are {', '.join(each['wish'] for each in types)}."


def family(draws: int = 2, pays: tuple[int, ...] = (0, 1)) -> Canonical:
    return Canonical(
        "tiny", "a wish and a worth for each draw", frame=[Part("pays", pays)],
        types=[Part("wish", (FREE, STOP)), Part("worth", (2, -1, 0))], draws=draws, build=built, tell=told,
    )  # fmt: skip


# ---------------------------------------------------------------- the family


def test_a_family_is_every_frame_with_every_multiset_of_types_the_plainest_first() -> None:
    """A type twice is the same world as once."""
    types = list(itertools.product((FREE, STOP), (2, -1, 0)))
    multisets = [(pays, each) for size in (1, 2) for pays in (0, 1) for each in itertools.combinations(types, size)]

    def size(one: Any) -> Any:
        pays, each = one
        places = tuple(map(types.index, each))
        return len(each), pays + sum((wish != FREE) + (worth != 2) for wish, worth in each), pays, places

    expected = [(pays, [{"wish": wish, "worth": worth} for wish, worth in each]) for pays, each in sorted(multisets, key=size)]
    found = [family().sketch(place) for place in range(len(family()))]
    assert [(dict(one.frame)["pays"], [dict(each) for each in one.types]) for one in found] == expected
    assert family().by_draws == {1: 12, 2: 30}
    assert len(family()) == 42
    assert len(family(3).bounded(1)) == 12
    assert repr(family()) == "<family 'tiny': 42 worlds of at most 2 draws, none twice; a wish and a worth for each draw>"


def test_a_world_of_a_family_has_its_sentence_and_is_the_same_by_place_slice_and_in_turn() -> None:
    every = list(family(1))
    assert [world.description for world in every] == [world.description for world in family(1)[:]]
    assert family(1)[1].description == every[1].description == "acting pays 0, wishes are free."
    assert family(1)[-1].description == every[11].description == "acting pays 1, wishes are stop."
    assert [world.description for world in family(1)[10:]] == [every[10].description, every[11].description]
    assert family(1)[0].title == "a world of tiny"
    with pytest.raises(IndexError):
        family(1)[12]


def test_worlds_that_differ_by_a_renaming_alone_are_one() -> None:
    """Two signals may be named the other way round, and so may two gates: the orbits are those of every renaming, alone and together."""
    parts = [Part("signal", (0, 1)), Part("gate", (0, 1)), Part("wish", (FREE, STOP))]
    flips = [
        lambda named: {name: 1 - value if name == "signal" else value for name, value in named.items()},
        lambda named: {name: 1 - value if name == "gate" else value for name, value in named.items()},
    ]
    found = Canonical("named", "", types=parts, draws=2, build=built, tell=told, renamings=flips)
    types = list(itertools.product((0, 1), (0, 1), (FREE, STOP)))
    expected: dict[int, set[Any]] = {1: set(), 2: set()}
    for size in (1, 2):
        for each in itertools.combinations(types, size):
            ways = itertools.product((0, 1), (0, 1))
            expected[size].add(min(tuple(sorted((s ^ a, g ^ b, w) for s, g, w in each)) for a, b in ways))
    assert found.by_draws == {size: len(orbits) for size, orbits in expected.items()}
    sketches = [found.sketch(place) for place in range(len(found))]
    listed = [tuple((one["signal"], one["gate"], one["wish"]) for one in sketch.types) for sketch in sketches]
    assert sorted(map(sorted, listed)) == sorted(map(sorted, itertools.chain(*expected.values())))


# ---------------------------------------------------------------- a run


ASKED = ("no_safety_tax", "defined_everywhere")


def asked(**more: Any) -> Asked:
    rows, columns = {name: ROWS[name] for name in ("naive", "cond")}, {name: COLUMNS[name] for name in ASKED}
    return Asked(**{"rows": rows, "columns": columns, "families": {"tiny": family(pays=(1,))}, "worlds": {"first": family()[0]}, **more})


@pytest.fixture(scope="module")
def whole() -> Found:
    return run(asked())


def letters(world: sb.World, row: str, column: str) -> str:
    return LETTERS[outcome(COLUMNS[column], standing(Evaluation(world), ROWS[row].forms[0]))]


def test_a_run_finds_what_asking_world_by_world_does(whole: Found) -> None:
    for row, column in itertools.product(("naive", "cond"), ASKED):
        each = "".join(letters(world, row, column) for world in family(pays=(1,)))
        until = each[: each.index("x") + 1] if "x" in each else each
        assert whole.families["tiny"][row][column] == reduce(Gone.after, until, Gone()), (row, column)
        assert whole.worlds["first"][row].letters[whole.columns.index(column)] == letters(family()[0], row, column)
    assert whole.columns == ASKED
    assert whole.rows == ("naive", "cond")
    assert ("naive", BY_FORMULA) in whole.proofs
    assert ("cond", BY_FORMULA) not in whole.proofs


class Ended(Exception):
    pass


def test_a_run_tells_every_twenty_worlds_and_goes_on_where_it_was_ended(tmp_path: Path, whole: Found) -> None:
    file, places = tmp_path / "atlas.bookmark", []

    def end(place: str, done: int, total: int) -> None:
        places.append((place, done, total))
        if len(places) == 1:
            raise Ended

    with pytest.raises(Ended):
        run(asked(), resume=file, told=end)
    assert run(asked(), resume=file, told=end) == whole
    assert places == [("tiny", 20, 21), ("tiny", 21, 21), ("first", 1, 1)]
    assert run(asked(), resume=file, told=end) == whole
    assert len(places) == 3, "nothing was left to do"
    with pytest.raises(WrongFile, match="kept for another question"):
        run(asked(worlds={}), resume=file)


def test_a_search_ends_where_everything_failed_and_goes_on_from_a_state() -> None:
    rows, columns = [ROWS["naive"]], [COLUMNS["defined_everywhere"]]
    world = family()[1]
    assert [state["naive", "defined_everywhere"].through for state in gone_through([world] * 3, rows, columns)] == [1, 2, 3]
    since = {("naive", "defined_everywhere"): Gone(2, holds=2)}
    later = list(gone_through([world] * 3, rows, columns, since=since))
    assert later == [{("naive", "defined_everywhere"): Gone(3, holds=3)}]
    assert list(gone_through([world], [], columns)) == []
    failed = {("naive", "defined_everywhere"): Gone(1, fails=1)}
    assert list(gone_through([world] * 3, rows, columns, since=failed)) == []


def test_an_atlas_brought_up_to_date_is_what_a_run_of_everything_finds(whole: Found) -> None:
    """New rows, new columns and new places, and what is gone."""
    other = ROWS["ref"]
    old = run(asked(rows={"naive": ROWS["naive"], "ref": other}, columns={ASKED[1]: COLUMNS[ASKED[1]]}, worlds={}))
    places: list[str] = []
    assert updated(old, asked(), told=lambda place, done, total: places.append(place)) == whole
    assert set(places) == {"tiny", "first"}
    moved = asked(families={"tiny": family(1)}, worlds={"first": family()[3]})
    assert updated(whole, moved) == run(moved)


def test_joining_keeps_what_was_found_before_and_marks_what_was_not_asked() -> None:
    def one(letters: str) -> Entry:
        return Entry("naive", "", ("leave",), 1, (), letters)

    families = {"f": {"naive": {"a": Gone(1), "b": Gone(2)}}}
    before = Found(("a", "b"), families, {"w": {"naive": one(".x")}}, frozenset({("naive", "f")}), {"x": "1"})
    families = {"f": {"naive": {"b": Gone(3), "c": Gone(4)}}, "g": {"naive": {"c": Gone(5), "b": Gone(6)}}}
    worlds = {"w": {"naive": one("to"), "ref": one("i.")}, "v": {"naive": one("xb")}}
    new = Found(("c", "b"), families, worlds, frozenset({("ref", "w")}), {"y": "2"})
    both = joined(before, new)
    assert both.columns == ("a", "b", "c")
    assert both.families == {
        "f": {"naive": {"a": Gone(1), "b": Gone(3), "c": Gone(4)}}, "g": {"naive": {"c": Gone(5), "b": Gone(6)}}
    }  # fmt: skip
    assert {world: {row: each.letters for row, each in rows.items()} for world, rows in both.worlds.items()} == {
        "w": {"naive": ".ot", "ref": "n.i"}, "v": {"naive": "nbx"}
    }  # fmt: skip
    assert both.proofs == {("naive", "f"), ("ref", "w")}
    assert both.hashes == {"x": "1", "y": "2"}


# ---------------------------------------------------------------- the file

BY_HAND = Found(
    ("robust", "defined_everywhere"),
    {"tiny": {
        "naive": {"robust": Gone(3, fails=3, tie=2, holds=1), "defined_everywhere": Gone(28, holds=28)},
        "cond": {"robust": Gone(4, impossible=1, open=2, without_best=1), "defined_everywhere": Gone(28, does_not_apply=28)},
    }},
    {
        "one": {
            "naive": Entry("naive", "fair", ("a", "b", "c"), 5, ("0", "1/2"), ".."),
            "cond": Entry("cond", "", (), 0, (), "bx", Lots("1/2", "a or b", "rewards")),
        },
        "two": {"naive": Entry("naive", "depends", ("a",), 1, ("2",), "t.", Lots("0"))},
    },
    frozenset({("naive", BY_FORMULA), ("cond", "one")}),
    {"row naive": "1", "row cond": "2", "column robust": "3"},
)  # fmt: skip


def test_the_file_has_a_line_for_each_row_of_each_place(tmp_path: Path) -> None:
    file = tmp_path / "atlas.jsonl"
    write(BY_HAND, file)
    head, *lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    assert head == {
        "format": "stop_button atlas", "version": 2, "columns": ["robust", "defined_everywhere"],
        "hashes": {"row naive": "1", "row cond": "2", "column robust": "3"},
    }  # fmt: skip
    assert lines == [
        ["family", "tiny", "naive", "3,3,2,1 28,,,28"],
        ["family", "tiny", "cond", "4,,,,1,2,1 28,,,,,,,28"],
        ["world", "one", "naive", ["naive", "fair", ["a", "b", "c"], 5, ["0", "1/2"], "..", None]],
        ["world", "one", "cond", ["cond", "", [], 0, [], "bx", ["1/2", "a or b", "rewards"]]],
        ["world", "two", "naive", ["naive", "depends", ["a"], 1, ["2"], "t.", ["0", "", ""]]],
        ["proofs", [["cond", "one"], ["naive", "the formula"]]],
    ]
    assert file.read_text(encoding="utf-8").endswith("\n")
    assert read(file) == BY_HAND


def test_a_world_or_a_family_has_another_hash_where_a_number_is_another() -> None:
    assert hash_of(family()[0]) == hash_of(family()[0])
    assert len({hash_of(world) for world in family(1)}) == 12
    assert hash_of(family(1)) == hash_of(family(2).bounded(1)) != hash_of(family(1, pays=(0,)))


# ---------------------------------------------------------------- its texts


def test_cells_say_what_all_places_say_together() -> None:
    said = {(row, column): cell_of(BY_HAND, row, column) for row in BY_HAND.rows for column in BY_HAND.columns}
    assert {pair: str(cell).split(": ", 1)[1] for pair, cell in said.items()} == {
        ("naive", "robust"): "fails in world 3 of the family 'tiny', the first there",
        ("naive", "defined_everywhere"): "proved by the formula; holds in all 30 worlds of the families and bundled that say something",
        ("cond", "robust"): "open (in 1 no policy has it, 2 without a best policy, 2 open)",
        ("cond", "defined_everywhere"): "fails in the bundled world one",
    }
    one = said["naive", "robust"]
    assert (one.worlds, one.gone, [str(place) for place in one.also]) == (5, 5, [])
    assert (said["cond", "robust"].gone, said["cond", "robust"].worlds) == (5, 0)
    assert (said["cond", "defined_everywhere"].gone, said["cond", "defined_everywhere"].worlds) == (1, 1)
    assert counted(BY_HAND, "naive") == {"proved": 1, "holds": 0, "fails": 1, "fails by a tie": 0, "open": 0, "does not apply": 0}
    assert counted(BY_HAND, "cond") == {"proved": 0, "holds": 0, "fails": 1, "fails by a tie": 0, "open": 1, "does not apply": 0}


def test_the_screen_says_cells_by_row_and_by_column() -> None:
    assert list(of_row(BY_HAND, "naive", ["robust"])) == ["robust: fails in world 3 of the family 'tiny', the first there"]
    assert [line.split(":")[0] for line in of_row(BY_HAND, "naive")] == ["robust", "defined_everywhere"]
    head, *rows = of_column(BY_HAND, COLUMNS["robust"])
    assert head == str(COLUMNS["robust"])
    assert rows == [
        "naive: fails in world 3 of the family 'tiny', the first there",
        "cond: open (in 1 no policy has it, 2 without a best policy, 2 open)",
    ]


def test_the_matrix_has_a_letter_for_each_cell() -> None:
    lines = matrix(BY_HAND).splitlines()
    assert lines[:6] == ["       1  2", "naive  x  P", "cond   o  x", "", " 1 robust", " 2 defined_everywhere"]
    assert lines[-2] == "1 families of 28 worlds, and 2 bundled worlds; pure policies, every exact tie"


def test_a_bundled_world_is_told_definition_by_definition() -> None:
    table = [line.split() for line in of_world(BY_HAND, "one").splitlines()]
    naive = next(line for line in table if line[0] == "naive")
    cond = next(line for line in table if line[0] == "cond")
    assert " ".join(naive[1:]) == "fair a; b; c; and 2 more 0 to 1/2 5 not asked"
    assert " ".join(cond[1:]) == "- - 0 1/2 gained by a or b: rewards"
    assert "cond" not in of_world(BY_HAND, "one", ["naive"])
    assert "nothing gained" in of_world(BY_HAND, "two")


def test_costs_are_shares_of_the_worlds_that_tell() -> None:
    assert cost(BY_HAND, "naive") == (0.5, 0.5)
    assert cost(BY_HAND, "cond") == (0.0, 0.0)


def test_a_bibliography_has_an_entry_for_each_row_with_what_holds() -> None:
    text = bibtex(BY_HAND, {"naive": "someone2020"}, "9")
    assert text.count("@misc{stop-button-atlas:") == 2
    assert text.endswith("}\n")
    naive, cond = text.split("@")[1:]
    assert "definition after [someone2020]; 1 of 2 properties hold; row 1" in naive
    assert "definition after []; 0 of 2 properties hold; row 2" in cond
    assert "Stop-button atlas, row cond" in cond
    assert "causalkit 9, stop\\_button.atlas" in cond or "causalkit 9, stop_button.atlas" in cond


# ---------------------------------------------------------------- what single columns say


def says(column: str, world: sb.World, formula: Any) -> str:
    utility = formula if isinstance(formula, Measure) else sb.Utility("mine", formula)
    return outcome(COLUMNS[column], standing(Evaluation(world), utility))


def lasting(lengths: Mapping[str, Any], values: Mapping[str, int]) -> sb.World:
    """An agent that chooses how long to last, surely or by a coin."""
    model = ck.Model(
        coin=ck.coin("1/2"), act=ck.choice(*lengths),
        length=ck.function(lambda coin, act: lengths[act] or 1 + coin, parents=["coin", "act"], domain=[1, 2]),
        value=lambda act: values[act],
    )  # fmt: skip
    return sb.World(model, value="value")


def test_lengths_are_to_be_chosen_between_by_worth_alone_and_only_where_they_are_the_same() -> None:
    well = lasting({"short": 1, "shorter": 1, "long": 2}, {"short": 1, "shorter": 2, "long": 3})
    assert says("POST", well, E(V)) == "fails", "another length is preferred"
    assert says("POST", well, 0 * E(V)) == "fails", "what is worth more is not preferred"
    assert says("POST", well, -E(V) * E(X("length").is_(1))) == "fails", "what is worth less is preferred"
    assert says("POST", lasting({"short": 1, "long": 2}, {"short": 1, "long": 1}), E(V)) == "holds"
    assert says("POST", lasting({"short": 1, "shorter": 1}, {"short": 1, "shorter": 2}), E(V)) == "holds"
    assert says("POST", lasting({"short": 1, "maybe": 0}, {"short": 1, "maybe": 2}), E(V)) == "open", "only one length is sure"
    assert says("POST", lasting({"short": 1, "long": 2}, {"short": 1, "long": 1}), E(V, given={"length": 1})) == "open"
    assert says("POST", family()[0], E(V)) == "does not apply"


def test_the_best_in_other_units_are_compared_for_every_formula_but_one_mean_of_the_value() -> None:
    world = lasting({"short": 1, "long": 2}, {"short": -2, "long": 1})
    assert says("keeps_its_best_in_other_units", world, E(V)) == "holds"
    assert says("keeps_its_best_in_other_units", world, 2 * E(V)) == "holds"
    assert says("keeps_its_best_in_other_units", world, E(V) * E(V)) == "fails", "4 against 1, and 1 against 4 once values are raised"
    assert says("keeps_its_best_in_other_units", world, E(X("length"))) == "holds"


def test_a_definition_is_robust_where_no_other_policy_becomes_best_with_other_chances() -> None:
    def betting(sure: Any) -> sb.World:
        """A sure thing, or a bet on a fair coin."""
        model = ck.Model(
            coin=ck.coin("1/2"), act=ck.choice("sure", "bet"), value=lambda coin, act: sure if act == "sure" else 200 * coin
        )  # fmt: skip
        return sb.World(model, value="value")

    assert says("robust", betting(99), E(V)) == "fails", "98 is less than 99"
    assert says("robust", betting(98), E(V)) == "fails", "98 is then as good"
    assert says("robust", betting(97), E(V)) == "holds"
    assert says("robust", betting(100), E(V)) == "holds", "both are best, and with other chances one of them"
    sure = sb.World(ck.Model(act=ck.choice("a", "b"), value=lambda act: act == "a"), value="value")
    assert says("robust", sure, E(V)) == "does not apply"


def test_a_score_everywhere_is_one_under_every_policy() -> None:
    world = lasting({"short": 1, "long": 2}, {"short": 1, "long": 1})
    assert says("defined_everywhere", world, E(V)) == "holds"
    assert says("defined_everywhere", world, E(V, given={"length": 1})) == "fails"


def test_the_truth_is_told_where_silence_is_as_good() -> None:
    def speaking(**worth: int) -> sb.World:
        return sb.World(ck.Model(act=ck.choice("silent", "tell", "mislead"), value=lambda act: worth[act]), value="value")

    column = "tells_the_truth_when_silence_ties"
    assert says(column, speaking(silent=1, tell=1, mislead=0), E(V)) == "holds"
    assert says(column, speaking(silent=1, tell=0, mislead=1), E(V)) == "fails"
    assert says(column, speaking(silent=0, tell=0, mislead=1), E(V)) == "holds"
    assert says(column, family()[0], E(V)) == "does not apply"


def test_the_truth_is_told_whatever_policies_are_called_and_whatever_else_is_decided() -> None:
    """Silence ties with the truth, under a policy with a name, and beside a second decision; then with a lie only."""

    def speaking(honest: int, **more: Any) -> sb.World:
        model = ck.Model(
            act=ck.choice("silent", "tell", "mislead"), then=ck.choice(0, 1),
            value=lambda act, then: then + {"silent": 1, "tell": honest, "mislead": 1}[act],
        )  # fmt: skip
        return sb.World(model, value="value", **more)

    column = "tells_the_truth_when_silence_ties"
    for more in ({}, {"policies": {"honest": {"act": "tell", "then": 1}, "tell": {"act": "silent", "then": 1}}}):
        assert says(column, speaking(1, **more), E(V)) == "holds"
        assert says(column, speaking(0, **more), E(V)) == "fails"
    single = ck.Model(act=ck.choice("silent", "tell"), value=1)
    assert says(column, sb.World(single, value="value", policies={"honest": "tell"}), E(V)) == "holds"
    apart = ck.Model(act=ck.choice("silent", "loud"), then=ck.choice("tell", "wait"), value=1)
    assert says(column, sb.World(apart, value="value"), E(V)) == "does not apply"


def seeing(worth: Mapping[Any, int]) -> sb.World:
    """A decision that sees a fair coin."""
    model = ck.Model(coin=ck.coin("1/2"), act=ck.choice("low", "high", sees=["coin"]), value=lambda coin, act: worth[coin, act])
    return sb.World(model, value="value")


def test_a_later_self_departs_from_a_plan_where_what_it_sees_makes_another_act_better() -> None:
    """By the square of the mean the best plan is (-3, 0), 9/4; told that the coin is True, its later self would have 4 instead of 0."""
    world = seeing({(False, "low"): -3, (False, "high"): 0, (True, "low"): 0, (True, "high"): 2})
    assert says("stays_with_its_plan", world, E(V)) == "holds"
    assert says("stays_with_its_plan", world, E(V) * E(V)) == "fails"
    assert says("stays_with_its_plan", world, E(V, given={"coin": False})) == "open", "where it sees the other side nothing is scored"
    assert says("stays_with_its_plan", family()[0], E(V)) == "does not apply"


def moved(pays: int, other: int) -> sb.World:
    """Acting moves the wish, which pays; and so may doing something else that moves nothing."""
    model = ck.Model(
        act=ck.choice("leave", "move", "earn"),
        wish=ck.function(lambda act: FREE if act == "move" else STOP, parents=["act"], domain=[FREE, STOP]),
        value=lambda wish, act: pays * (wish == FREE) + other * (act == "earn"),
    )  # fmt: skip
    return sb.World(model, intent="wish", value="value", baseline="leave")


def test_gains_by_way_of_the_wish_are_a_failure_of_all_best_policies_or_a_tie() -> None:
    column = "gains_nothing_by_the_wish"
    assert says(column, moved(2, 1), E(V)) == "fails"
    assert says(column, moved(1, 1), E(V)) == "by a tie"
    assert says(column, moved(1, 2), E(V)) == "holds"
    assert says(column, lasting({"a": 1, "b": 2}, {"a": 0, "b": 1}), E(V)) == "does not apply"


def test_what_the_best_have_is_judged_over_all_policies() -> None:
    def best_are(*which: int) -> Standing:
        world = moved(1, 1)
        return Standing(Evaluation(world), sb.naive, tuple(world.policies[place] for place in which))

    cases: list[tuple[tuple[int, ...], tuple[bool | None, ...], str]] = [
        ((0, 1), (True, True, False), "holds"), ((0, 1), (True, False, False), "by a tie"), ((0, 1), (False, False, True), "fails"),
        ((0, 1), (False, False, False), "impossible"), ((0, 1), (False, None, False), "open"), ((0, 1), (None, None, True), "open"),
        ((0, 1), (None, False, True), "fails"), ((0, 1), (True, None, False), "open"), ((2,), (False, False, True), "holds"),
    ]  # fmt: skip
    for best, has, expected in cases:
        assert held_by_best(best_are(*best), has) == expected, (best, has)


def test_a_function_of_a_world_has_scores_and_no_formula() -> None:
    measure = MEASURES[1]
    stands = standing(Evaluation(sb.worlds.basic_button()), measure)
    assert stands.best is not None
    assert [stands.score(policy) for policy in stands.world.policies] == list(stands.scores)
    with pytest.raises(NoFormula) as told:
        stands.fixed(stands.best[0])
    assert str(told.value) == (
        "policy_modification(world, policy, human='intent', after='stopped') is a function of a world, with no formula in which anything "
        "is held; ask this of a Utility"
    )
    assert not carries_nothing(stands.world, measure)
    assert not always_defined(measure)
    assert outcome(COLUMNS["gains_nothing_by_the_wish"], stands) == "does not apply"


def test_a_definition_that_does_not_apply_or_has_no_score_says_so_in_every_cell() -> None:
    lone = sb.World(ck.Model(act=ck.choice("a", "b"), stopped=lambda act: act == "a"), stopped="stopped")
    columns = [COLUMNS["defined_everywhere"], COLUMNS["robust"]]
    assert entry(Evaluation(lone), ROWS["naive"], columns) is None
    assert next(iter(gone_through([lone], [ROWS["naive"]], columns))) == {
        ("naive", "defined_everywhere"): Gone(1, does_not_apply=1), ("naive", "robust"): Gone(1, does_not_apply=1)
    }  # fmt: skip
    assert not always_defined(sb.Utility("quotient", E(V) / E(V)))
    with pytest.raises(Impossible):
        sb.Utility("never", E(V, given={"length": 1}))(lasting({"a": 2, "b": 2}, {"a": 1, "b": 1}), "a")
    never = standing(Evaluation(lasting({"a": 2, "b": 2}, {"a": 1, "b": 1})), sb.Utility("never", E(V, given={"length": 1})))
    assert outcome(COLUMNS["robust"], never) == "without best"
    assert outcome(COLUMNS["defined_everywhere"], never) == "fails"
