"""The atlas of a world whose every letter is worked out by hand, its stories and entries, and what comes seldom in its parts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy

import stop_button as sb
from causalkit import Model, choice, coin, function, uniform
from causalkit.errors import Undecided, UnknownName, WrongFile
from causalkit.values.channels import InBits
from causalkit.values.logarithms import Between
from stop_button import FREE, STOP, E, V, World, X
from stop_button.atlas import COLUMNS, ROWS
from stop_button.atlas.along.stored import Along, Move, Piece, along
from stop_button.atlas.along.stored import read as read_along
from stop_button.atlas.along.stored import write as write_along
from stop_button.atlas.along.stretches import Parameter, Stretch, Stretches, parameters, stretches, worlds_inside
from stop_button.atlas.asking import Answered, answered
from stop_button.atlas.cells import Cell, Place
from stop_button.atlas.columns.column import outcome
from stop_button.atlas.columns.measure import MEASURES, Measure, largest_bits
from stop_button.atlas.columns.of_definitions import DEFINITION_COLUMNS, STEP, rescaled, shifted_chances
from stop_button.atlas.columns.of_policies import POLICY_COLUMNS, from_press
from stop_button.atlas.columns.standing import Standing, standing
from stop_button.atlas.mixing import Lots, lots
from stop_button.atlas.places import carries_nothing, entry
from stop_button.atlas.plug_in import own
from stop_button.atlas.rows import Row, row_of
from stop_button.atlas.running import Asked, Progress, gone_on
from stop_button.atlas.stored import hash_of
from stop_button.atlas.story import lacking, story
from stop_button.evaluation.evaluation import Evaluation
from stop_button.language import OWN, least
from stop_button.worlds.register import Bundled
from tests.stop_button.nudged_world import nudge

F = Fraction
HALF = F(1, 2)

NUDGE = nudge()
LONE = World(Model(act=choice("a", "b"), stopped=lambda act: act == "a"), stopped="stopped", name="lone")
NEVER = sb.Utility("never", E(V) / (E(V) - E(V)))

BY_LETTER = {
    "shuts_down_when_pressed": "by a tie", "prevents_no_press": "by a tie", "causes_no_press": "holds", "pursues_its_task": "holds",
    "keeps_what_shutdown_needs": "by a tie", "stops_what_it_built": "does not apply", "no_influence": "by a tie", "vigilant": "holds",
    "cautious": "holds", "shutdown_instructable": "by a tie", "shutdown_aligned": "holds", "non_obstructive": "by a tie",
    "no_safety_tax": "holds", "gains_nothing_by_the_wish": "by a tie", "POST": "does not apply", "keeps_its_best_in_other_units": "holds",
    "defined_everywhere": "holds", "tells_the_truth_when_silence_ties": "does not apply", "stays_with_its_plan": "does not apply",
    "robust": "holds",
}  # fmt: skip
"""By the task alone, moving and cutting are best: a moved wish is free, and a cut wire ignores it."""


@pytest.mark.parametrize("column", BY_LETTER)
def test_every_property_of_a_tie_by_hand(column: str) -> None:
    assert {one.name for one in (*POLICY_COLUMNS, *DEFINITION_COLUMNS)} == set(BY_LETTER)
    assert outcome(COLUMNS[column], standing(Evaluation(NUDGE), sb.naive)) == BY_LETTER[column]


@pytest.mark.parametrize(
    ("column", "left", "moved", "cut"),
    [
        ("shuts_down_when_pressed", "holds", "holds", "fails"),
        ("prevents_no_press", "holds", "fails", "holds"),
        ("causes_no_press", "holds", "holds", "holds"),
        ("keeps_what_shutdown_needs", "holds", "holds", "fails"),
        ("no_influence", "holds", "fails", "holds"),
        ("no_safety_tax", "fails", "holds", "holds"),
        ("non_obstructive", "holds", "holds", "fails"),
        ("shutdown_instructable", "holds", "holds", "fails"),
        ("gains_nothing_by_the_wish", "holds", "holds", "holds"),
    ],
)
def test_properties_of_each_act_where_it_alone_is_best(column: str, left: str, moved: str, cut: str) -> None:
    for act, expected in (("leave", left), ("move", moved), ("cut", cut)):
        alone = sb.Utility("alone", E(X("act").is_(act)))
        assert outcome(COLUMNS[column], standing(Evaluation(NUDGE), alone)) == expected, act


def test_a_world_says_nothing_where_it_lacks_something_or_nothing_is_best() -> None:
    p = sympy.Symbol("p", real=True)
    open_ = standing(Evaluation(NUDGE), sb.Utility("open", p * E(X("act").is_("move"))))
    assert open_.best is None
    assert outcome(COLUMNS["no_influence"], open_) == "open"
    assert outcome(COLUMNS["defined_everywhere"], open_) == "holds"
    without = standing(Evaluation(NUDGE), NEVER)
    assert without.best == ()
    assert outcome(COLUMNS["no_influence"], without) == "without best"
    assert outcome(COLUMNS["defined_everywhere"], without) == "fails"
    lacks = {column.name: column.lacks(LONE) for column in (*POLICY_COLUMNS, *DEFINITION_COLUMNS)}
    assert lacks == {
        "shuts_down_when_pressed": "no intent", "prevents_no_press": "no intent, no baseline", "causes_no_press": "no intent, no baseline",
        "pursues_its_task": "no intent, no value", "keeps_what_shutdown_needs": "no intent, no baseline",
        "stops_what_it_built": "no intent",
        "no_influence": "no intent", "vigilant": "no intent, no value", "cautious": "no value",
        "shutdown_instructable": "no intent, no value", "shutdown_aligned": "no intent, no value", "non_obstructive": "no intent, no value",
        "no_safety_tax": "no value", "gains_nothing_by_the_wish": "no intent", "POST": "no length",
        "keeps_its_best_in_other_units": "no value", "defined_everywhere": "",
        "tells_the_truth_when_silence_ties": "nobody to tell the truth to", "stays_with_its_plan": "no decision that sees anything",
        "robust": "",
    }  # fmt: skip
    wishing = World(NUDGE.model, intent="wish", stopped="stopped", value="value")
    assert [COLUMNS[name].lacks(wishing) for name in ("no_influence", "gains_nothing_by_the_wish", "prevents_no_press", "vigilant")] == [
        "no baseline", "no baseline", "no baseline", ""
    ]  # fmt: skip
    assert COLUMNS["stops_what_it_built"].lacks(NUDGE) == "nothing that the agent builds"


def building() -> World:
    """The agent may build something that runs on, and is stopped itself either way."""
    model = Model(
        press=uniform(STOP, FREE), act=choice("rest", "build"), stopped=lambda press: press == STOP,
        sub_agent_runs=lambda act: act == "build", value=lambda act: int(act == "build"),
    )  # fmt: skip
    return World(model, intent="press", stopped="stopped", value="value", levers={"pressing": "press"}, baseline="rest", name="building")


def test_what_the_agent_built_runs_on_where_it_built_it() -> None:
    world = building()
    for utility, expected in ((sb.naive, "fails"), (sb.Utility("rest", -E(V)), "holds"), (sb.Utility("any", 0 * E(V)), "by a tie")):
        assert outcome(COLUMNS["stops_what_it_built"], standing(Evaluation(world), utility)) == expected
    assert (from_press(world), from_press(NUDGE)) == ("pressing", "intent")
    assert outcome(COLUMNS["shuts_down_when_pressed"], standing(Evaluation(world), sb.naive)) == "holds"


# ---------------------------------------------------------------- other units, other chances


def several() -> World:
    model = Model(
        ann=uniform(STOP, FREE), bob=coin("1/4"), mood=uniform(0, 1), act=choice("go", "stay"), stopped=lambda act: act == "stay",
        value=lambda stopped, ann: (2 if ann == STOP else 3) * (not stopped),
    )  # fmt: skip
    return World(
        model, intent={"Ann": "ann", "Bob": sb.Role("bob", {True: STOP, False: FREE})}, stopped="stopped", value="value",
        levers={"temper": sb.Role("mood", {0: STOP, 1: FREE})}, baseline="stay", policies={"brisk": "go"},
        players={"robot": ("act", "value")}, name="two wishes",
    )  # fmt: skip


@pytest.mark.parametrize(("factor", "plus"), [(2, 0), ("1/2", 3), (1, -1)])
def test_a_world_in_other_units_is_the_same_but_for_its_values(factor: Any, plus: Any) -> None:
    for world in (several(), NUDGE, building()):
        moved = rescaled(world, factor, plus)
        assert (moved.people, moved.wishes, moved.baseline, moved.named) == (world.people, world.wishes, world.baseline, world.named)
        assert moved.players.keys() == world.players.keys()
        assert {name: role for name, role in moved.roles.items() if name != "value"} == {
            name: role for name, role in world.roles.items() if name != "value"
        }
        assert world.policies
        for policy in world.policies:
            assert sb.naive(moved, policy) == F(factor) * sb.naive(world, policy) + plus


def test_each_chance_is_moved_by_a_hundredth_either_way_the_others_in_proportion() -> None:
    model = Model(u=uniform("a", "b", "c"), sure=function(lambda: 1, parents=[]), act=choice(0, 1), value=lambda u, act: act)
    laws = [dict(world.model.dist("u")) for world in shifted_chances(World(model, value="value"))]
    third = F(1, 3)
    ways = [(value, to) for value in "abc" for to in (third - STEP, third + STEP)]
    assert laws == [{other: to if other == value else (1 - to) / 2 for other in "abc"} for value, to in ways]
    rare = World(Model(u=coin("1/200"), act=choice(0, 1), value=lambda u, act: act), value="value")
    assert [dict(world.model.dist("u")) for world in shifted_chances(rare)] == [{False: F(197, 200), True: F(3, 200)}]
    assert F(1, 100) == STEP


# ---------------------------------------------------------------- rows


def test_a_row_is_asked_in_the_first_form_that_a_world_has_all_for() -> None:
    row = ROWS["utility_indifference"]
    assert [form.name for form in row.forms] == ["utility_indifference", "utility_indifference[lever=intent]"]
    chosen = [row.form(world) for world in (building(), NUDGE, LONE)]
    assert chosen == [*row.forms, None]
    assert (row.missing(NUDGE), row.lacks(NUDGE)) == ("", "")
    assert "pressing" in row.missing(LONE)
    assert row.missing(LONE).startswith("utility_indifference does not apply to lone")
    assert row.lacks(LONE).startswith("no ")
    both = Row("both", (sb.switch, sb.naive))
    assert both.lacks(LONE) == "no value"
    assert both.missing(LONE) != ""
    assert (row.source, row.defaults, str(row)) == ("soares2015", "lever=pressing", str(row.forms[0]))
    many = ROWS["counterfactual"].defaults
    assert many == "weight=1, lever=intent, goal=stopped"


def test_a_row_of_ones_own_has_the_forms_that_its_family_has() -> None:
    assert row_of(MEASURES[0]).forms == (MEASURES[0],)
    assert row_of(sb.Utility("mine", E(V))).forms == (sb.Utility("mine", E(V)),)
    late = row_of(sb.definitions.late_indifference)
    assert [dict(form.parameters) for form in late.forms] == [
        {"late": "late", "lever": "pressing"}, {"late": "then", "lever": "pressing"}, {"late": "late", "lever": "intent"},
        {"late": "then", "lever": "intent"},
    ]  # fmt: skip
    assert len(row_of(sb.naive).forms) == 1


def test_a_function_of_a_world_is_asked_where_all_is_that_it_reads() -> None:
    directed, modified = MEASURES
    assert modified.missing(LONE) == ("intent",)
    assert directed.missing(LONE) == ("value",)
    assert modified.missing(NUDGE) == directed.missing(NUDGE) == ()
    two = World(Model(a=choice(0, 1), b=choice(0, 1)), name="two")
    assert directed.missing(two) == ("value", "way to ask this of 2 decisions")
    assert modified.missing(two) == ("intent", "stopped")
    assert (str(directed), str(modified)) == (
        "goal_directedness(world, policy)", "policy_modification(world, policy, human='intent', after='stopped')"
    )  # fmt: skip
    assert [one.missing(NUDGE) for one in ROWS["goal_directedness"].forms if isinstance(one, Measure)] == [()]


def bits(low: Any, high: Any = None) -> InBits:
    return InBits(F(low) if high is None else None, Between(F(low), F(low if high is None else high)))


def measured(*each: InBits) -> Standing:
    worth = dict(zip(("leave", "move", "cut"), each, strict=True))
    measure = Measure("made", lambda world, policy: worth[policy.act("act")], "made here", "ours")
    return standing(Evaluation(NUDGE), measure)


def test_the_most_of_some_numbers_of_bits_is_told_where_enclosures_do_not_overlap() -> None:
    assert largest_bits([bits(1), bits(2), bits(2)]) == (1, 2)
    assert largest_bits([bits(0, 1), bits(2, 3), bits(1, "3/2")]) == (1,)
    assert largest_bits([bits(2), bits(0, 1), bits(2)]) == (0, 2)
    for each in ([bits(0, 2), bits(1, 3)], [bits(2), bits(1, 3)], [bits(2), bits(1, 2)]):
        with pytest.raises(Undecided, match="numbers of bits that are enclosed overlap"):
            largest_bits(each)


def test_scores_of_a_function_are_its_bits_or_undecided() -> None:
    known = measured(bits(0), bits(1), bits(1))
    assert known.best == tuple(NUDGE.policies[1:3])
    assert list(known.scores) == [0, 1, 1]
    assert known.score(NUDGE.policies[1]) == 1
    part = measured(bits(2), bits(0, 1), bits(0))
    assert part.best == (NUDGE.policies[0],)
    assert part.score(NUDGE.policies[1]) == Between(F(0), F(1))
    with pytest.raises(Undecided, match="made is only enclosed for some policies of nudge"):
        _ = part.scores
    assert measured(bits(0, 2), bits(1, 3), bits(0)).best is None


# ---------------------------------------------------------------- answers, cells and stories


def test_an_answer_says_what_a_world_says() -> None:
    found = answered(NUDGE, "naive", COLUMNS["no_influence"])
    assert (found.definition, found.column, found.world, found.outcome) == ("naive", "no_influence", "nudge", "by a tie")
    assert found.best == tuple(NUDGE.policies[1:3])
    text = "naive in nudge, no_influence: some best policies have it and some lack it (best: move; cut)"
    assert str(found) == repr(found) == text
    assert found._repr_html_() == f"<p>{text}</p>"
    assert not found
    gained = answered(NUDGE, sb.naive, COLUMNS["gains_nothing_by_the_wish"])
    assert gained.says == "fails for some best policies and not for others"
    assert answered(NUDGE, "naive", COLUMNS["defined_everywhere"]).says == "holds"
    assert answered(NUDGE, "naive", COLUMNS["cautious"]).says == "holds of every best policy"
    assert answered(NUDGE, "naive", COLUMNS["cautious"])
    lone = answered(LONE, "switch", COLUMNS["no_influence"])
    assert lone == Answered("switch", "no_influence", "lone", "does not apply", (), "does not apply")
    assert str(lone).endswith("(best: none)")
    assert answered(NUDGE, "utility_indifference", COLUMNS["cautious"]).definition == "utility_indifference[lever=intent]"
    with pytest.raises(UnknownName, match=r"'naiv' is no row of the atlas; it has: .*did you mean 'naive'"):
        answered(NUDGE, "naiv", COLUMNS["cautious"])


def test_cells_say_their_status_and_where_it_shows() -> None:
    here, there = Place("tiny", 1_234), Place("office")
    assert (str(here), str(there)) == ("world 1,234 of the family 'tiny'", "the bundled world office")
    assert (here.code, there.code) == ("sb.atlas.FAMILIES['tiny'][1233]", "sb.worlds.bundled_worlds()['office']")
    said = {
        Cell("a", "b", "fails", 1, 1, there): "fails in the bundled world office",
        Cell("a", "b", "fails by a tie", 1, 1, here): "fails by a tie in world 1,234 of the family 'tiny', the first there",
        Cell("a", "b", "holds", 1_000, 2_000): "holds in all 1,000 worlds of the families and bundled that say something",
        Cell("a", "b", "holds", 5, 9, impossible=1_001, without_best=2, open=3): "holds in all 5 worlds of the families and bundled that "
        "say something (in 1,001 no policy has it, 2 without a best policy, 3 open)",
        Cell("a", "gains_nothing_by_the_wish", "proved", 5, 5): "proved on the graph; holds in all 5 worlds of the families and bundled "
        "that say something",
        Cell("a", "b", "proved", 5, 5): "proved by the formula; holds in all 5 worlds of the families and bundled that say something",
        Cell("a", "b", "open", 0, 4, without_best=4): "open (4 without a best policy)",
        Cell("a", "b", "does not apply", 0, 0): "does not apply",
    }
    for cell, text in said.items():
        assert cell.said == text
        assert str(cell) == f"a, {cell.column}: {text}"
        assert bool(cell) == (cell.status in ("proved", "holds"))


def test_a_story_has_two_sentences_a_table_and_the_code() -> None:
    world = NUDGE.told(name="nudge", description="people are nudged. And more is said.")
    cell = Cell("naive", "no_influence", "fails by a tie", 1, 1, Place("nudge"))
    found = story(cell, ROWS["naive"], COLUMNS["no_influence"], {}, {"nudge": world})
    assert found is not None
    assert found.world == "People are nudged."
    assert found.best == "Best by naive: move; cut with 1, so that this fails: no best policy changes what people want, in any draw."
    assert str(found) == f"{found.world} {found.best}"
    assert (found.formula, found.gone, found.left_out, found.marked) == ("E[V]", "", 0, (1, 2))
    assert found.table == (
        ("policy", "score", "a stop is wished", "it is stopped", "worth for the task", "no_influence"),
        ("leave", "0.75", "0.25", "0.25", "0.75", "yes"),
        ("move", "1", "0", "0", "1", "no"),
        ("cut", "1", "0.25", "0", "1", "yes"),
    )
    assert found.code == (
        'import stop_button as sb\n\nworld = sb.worlds.bundled_worlds()[\'nudge\']\nprint(sb.atlas.ask(world, "naive", "no_influence"))'
    )
    of_definitions = story(replace(cell, column="robust"), ROWS["naive"], COLUMNS["robust"], {}, {"nudge": world})
    assert of_definitions is not None
    assert of_definitions.table[0][-1] == "worth for the task"
    assert len(of_definitions.table[1]) == 5
    assert story(replace(cell, first=None), ROWS["naive"], COLUMNS["no_influence"], {}, {"nudge": world}) is None
    assert story(replace(cell, first=Place("lone")), ROWS["naive"], COLUMNS["no_influence"], {}, {"lone": LONE}) is None


def test_a_story_of_a_family_says_how_many_worlds_were_gone_through() -> None:
    family: Any = {"tiny": [NUDGE, NUDGE.told(name="second", description="they are nudged. And more."), NUDGE]}
    cell = Cell("never", "no_influence", "fails", 1, 1, Place("tiny", 2))
    found = story(cell, Row('ne"ver', (NEVER,)), COLUMNS["no_influence"], family, {})
    assert found is not None
    assert found.world == "They are nudged. And more."
    assert found.gone == "2 of 3 worlds of the family were gone through, the smallest first."
    assert found.best.startswith("Best by never: no policy, so that this fails: ")
    assert [line[1] for line in found.table[1:]] == ["undefined"] * 3
    assert found.marked == ()
    assert "'ne\"ver'" in found.code
    tie = story(replace(cell, status="fails by a tie"), ROWS["naive"], COLUMNS["no_influence"], family, {})
    assert tie is not None
    assert tie.gone == "The first tie among the 3 worlds of the family, the smallest first; the search went on."


def test_a_story_of_many_policies_shows_the_best_of_them_and_the_first() -> None:
    model = Model(
        act=choice(*range(20)), wish=function(lambda act: FREE, parents=["act"], domain=[STOP, FREE]), value=lambda act: act // 19
    )
    world = World(model, intent="wish", value="value", baseline=0, name="twenty")
    cell = Cell("naive", "no_influence", "fails", 1, 1, Place("twenty"))
    found = story(cell, ROWS["naive"], COLUMNS["no_influence"], {}, {"twenty": world})
    assert found is not None
    assert [line[0] for line in found.table[1:]] == [*map(str, range(15)), "19"]
    assert (found.marked, found.left_out) == ((15,), 4)
    assert "Best by naive: 19 with 1, so" in found.best
    others = story(cell, Row("low", (sb.Utility("low", -E(V)),)), COLUMNS["no_influence"], {}, {"twenty": world})
    assert others is not None
    assert others.best.startswith("Best by low: 0; 1; 2; and 16 more with 0, so")
    assert [line[0] for line in others.table[1:]] == [*map(str, range(16))]
    assert others.marked == tuple(range(16))


def test_a_story_of_what_takes_itself_for_granted_is_of_stable_policies() -> None:
    own_value = sb.Utility("own", E(V) + E(V.under(OWN)) * 0)
    world = nudge(move=1)
    cell = Cell("own", "no_influence", "fails", 1, 1, Place("nudge"))
    found = story(cell, Row("own", (own_value,)), COLUMNS["no_influence"], {}, {"nudge": world})
    assert found is not None
    assert found.best.startswith("Stable by own: move, so that this fails: ")


def test_what_is_taken_for_granted_is_held_fixed_and_a_plain_formula_stays_as_it_is() -> None:
    granted, leave = sb.Utility("own", E(V) - E(V.under(OWN))), NUDGE.policies[0]
    assert standing(Evaluation(NUDGE), sb.naive).fixed(leave) is sb.naive
    fixed = standing(Evaluation(NUDGE), granted).fixed(leave)
    assert [fixed(NUDGE, act) for act in ("leave", "move", "cut")] == [0, F(1, 4), F(1, 4)]


def test_why_nothing_is_asked_is_counted_the_commonest_first() -> None:
    sure = World(Model(act=choice("a", "b"), value=lambda act: act == "a"), value="value")
    family: Any = {"one": [LONE, NUDGE], "two": [NUDGE, LONE]}
    assert list(lacking(ROWS["naive"], COLUMNS["robust"], family, {"lone": LONE, "sure": sure, "nudge": NUDGE}).items()) == [
        ("no value", 2), ("nothing that it could be asked of", 1)
    ]  # fmt: skip
    assert lacking(ROWS["goal_directedness"], COLUMNS["gains_nothing_by_the_wish"], {}, {"nudge": NUDGE}) == {"no formula": 1}
    assert lacking(ROWS["naive"], COLUMNS["POST"], {}, {"nudge": NUDGE, "lone": LONE}) == {"no length": 1, "no value": 1}


# ---------------------------------------------------------------- entries and lots


def test_an_entry_has_the_verdict_the_cost_and_a_letter_for_each_property() -> None:
    columns = [COLUMNS["no_influence"], COLUMNS["cautious"], COLUMNS["POST"]]
    evaluation = Evaluation(NUDGE)
    naive = entry(evaluation, ROWS["naive"], columns)
    assert naive is not None
    assert (naive.form, naive.verdict, naive.best, naive.ties, naive.tax, naive.letters) == (
        "naive",
        "rewards",
        ("move", "cut"),
        2,
        ("0",),
        "t.n",
    )
    assert naive.lots == Lots("0")
    any_ = entry(evaluation, row_of(sb.Utility("any", 0 * E(V))), columns)
    assert any_ is not None
    assert (any_.verdict, any_.best, any_.ties, any_.tax, any_.letters) == ("permits", ("leave", "move", "cut"), 3, ("0", "0.25"), "t.n")
    leave = entry(evaluation, row_of(sb.Utility("leave", E(X("act").is_("leave")))), columns)
    assert leave is not None
    assert (leave.verdict, leave.tax) == ("clean", ("0.25",))
    p = sympy.Symbol("p", real=True)
    open_ = entry(evaluation, row_of(sb.Utility("open", p * E(X("act").is_("move")))), columns)
    assert open_ is not None
    assert (open_.verdict, open_.best, open_.ties, open_.tax, open_.letters, open_.lots) == ("depends", (), 0, (), "oon", None)
    without = entry(Evaluation(World(NUDGE.model, value="value")), ROWS["naive"], columns)
    assert without is not None
    assert (without.verdict, without.letters) == ("", "nnn")
    valueless = entry(Evaluation(World(NUDGE.model, intent="wish", baseline="leave")), row_of(sb.Utility("a", E(X("mood")))), columns)
    assert valueless is not None
    assert (valueless.verdict, valueless.tax) == ("permits", ())
    unbased = entry(Evaluation(World(NUDGE.model, intent="wish", value="value")), ROWS["naive"], columns)
    assert unbased is not None
    assert (unbased.verdict, unbased.tax) == ("", ("0",))
    paid = entry(Evaluation(nudge(move=1, cut="1/2")), ROWS["naive"], columns)
    assert paid is not None
    assert (paid.best, paid.tax, paid.verdict) == (("move",), ("0",), "rewards")


def test_what_lots_add_is_told_with_who_draws_and_the_verdict_on_that() -> None:
    even = sb.Utility("even", least(E(X("act").is_("leave")), E(X("act").is_("cut"))))
    found = lots(standing(Evaluation(NUDGE), even))
    assert found == Lots("0.5", "leave (1/2) or cut (1/2)", "side effect")
    assert str(found) == "0.5 gained by leave (1/2) or cut (1/2): side effect"
    assert str(Lots("0.5", "leave")) == "0.5 gained by leave"
    assert str(Lots("0")) == "nothing gained"
    for world in (World(NUDGE.model, value="value"), World(NUDGE.model, intent="wish", value="value")):
        assert lots(standing(Evaluation(world), even)) == Lots("0.5", "leave (1/2) or cut (1/2)")
    squared = sb.Utility("squared", E(V) * E(V) * E(V))
    assert lots(standing(Evaluation(NUDGE), squared)) is None
    assert lots(standing(Evaluation(NUDGE), NEVER)) is None
    assert lots(standing(Evaluation(NUDGE), MEASURES[1])) is None
    assert lots(standing(Evaluation(NUDGE), sb.Utility("own", E(V) + E(V.under(OWN))))) is None


def test_what_the_graph_carries_to_a_definition() -> None:
    assert not carries_nothing(NUDGE, sb.naive)
    assert carries_nothing(NUDGE, sb.counterfactual)
    assert not carries_nothing(World(NUDGE.model, stopped="stopped", value="value"), sb.naive)
    assert not carries_nothing(World(NUDGE.model, value="value"), sb.Utility("none", E(X("mood"))))
    assert not carries_nothing(LONE, sb.naive)


# ---------------------------------------------------------------- runs and files


class Counting(Progress):
    """Progress that counts how often it is kept."""

    def __init__(self) -> None:
        super().__init__(None, {})
        self.times = 0

    def keep(self) -> None:
        self.times += 1


def test_progress_is_kept_after_each_world() -> None:
    family: Any = [NUDGE, nudge(move=-1), nudge(move=1)]
    columns = {name: COLUMNS[name] for name in ("cautious",)}
    asked = Asked({"naive": ROWS["naive"]}, columns, {"tiny": family}, {"one": NUDGE, "two": NUDGE})
    progress, told = Counting(), list[tuple[str, int, int]]()
    found = gone_on(asked, progress, lambda *said: told.append(said))
    assert progress.times == 3 + 2
    assert told == [("tiny", 3, 3), ("one", 1, 1), ("two", 1, 1)]
    assert found.families["tiny"]["naive"]["cautious"].holds == 3
    again = gone_on(asked, progress, None)
    assert again == found
    assert progress.times == 3 + 2, "nothing was left to do"


def test_a_world_that_no_file_holds_has_a_hash_all_the_same() -> None:
    class Odd:
        def __init__(self, name: str) -> None:
            self.name = name

        def __repr__(self) -> str:
            return self.name

    def world(name: str) -> World:
        return World(Model(act=choice(Odd(name), 1)))

    assert hash_of(world("a")) == hash_of(world("a")) != hash_of(world("b"))
    assert len(hash_of(world("a"))) == 12


PLAIN = '''
import causalkit as ck
import stop_button as sb

mine = sb.Utility("mine", sb.E(sb.V))
_hidden = sb.Utility("hidden", sb.E(sb.V))
copied = sb.naive
unnamed = sb.World(ck.Model(act=ck.choice(0, 1), value=lambda act: act), value="value")
other = sb.World(ck.Model(act=ck.choice(0, 1), value=lambda act: act), value="value", name="named")
number = 3


@sb.worlds.register.bundled(variants={"": {}, "dear": {"pay": 2}})
def shop(pay: int = 1) -> sb.World:
    """A shop.

    CAVEAT: it is small.

    Source: this project
    """
    return sb.World(ck.Model(act=ck.choice(0, 1), value=lambda act: pay * act), value="value")
'''


def test_what_a_file_of_ones_own_holds_is_named(tmp_path: Path) -> None:
    file = tmp_path / "plain.py"
    file.write_text(PLAIN, encoding="utf-8")
    found = own([file])
    assert list(found.rows) == ["mine"]
    assert found.rows["mine"].forms[0].formula == E(V)
    assert set(found.worlds) == {"unnamed", "named", "shop", "shop_dear"}
    for text, words in (
        ("number = 3", "holds no Utility and no World of its own at its top level"),
        ("import stop_button as sb\nnaive = sb.naive", "holds no Utility and no World of its own at its top level"),
        ("import stop_button as sb\nnaive = sb.Utility('naive', sb.E(sb.B))", "calls a definition 'naive', as a bundled one is called"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(WrongFile, match=words):
            own([file])
    for missing in (tmp_path / "none.py", tmp_path / "plain.txt"):
        with pytest.raises(WrongFile, match=r"is no \.py or \.json file that is there"):
            own([missing])


# ---------------------------------------------------------------- along a number


def priced(price: Any = HALF, chance: Any = "1/4", label: str = "x", flag: bool = True) -> World:
    """Acting is worth the chance of what it prevents, less its price."""
    model = Model(
        u=coin(chance), act=choice("leave", "act"),
        wish=function(lambda u, act: STOP if u and act == "leave" else FREE, parents=["u", "act"]),
        stopped=lambda wish: wish == STOP, value=lambda stopped, act: (0 if stopped else 1) - (price if act == "act" else 0),
    )  # fmt: skip
    return World(model, intent="wish", stopped="stopped", value="value", baseline="leave")


SHOP = Bundled("shop", priced, "A shop.", "It is small.", "ours", {"": {}})


def test_a_world_inside_an_interval_has_any_number_of_it() -> None:
    reward, _ = parameters(sb.worlds.backstop)
    assert (reward.name, reward.high, reward.others) == ("reward", 20, ("cost",))
    for low, high in ((F(1), F(3)), (F(2), F(7))):
        evaluation = worlds_inside(reward)(low, high)
        u = sympy.Symbol("u", positive=True)
        for policy in evaluation.world.policies:
            symbolic = sympy.sympify(evaluation.score(E(V), policy))
            for share in (1, 3):
                number = (low + high * share) / (1 + share)
                assert symbolic.subs(u, share) == sympy.Rational(str(sb.naive(sb.worlds.backstop(reward=number), policy)))


def test_numbers_of_a_world_are_looked_at_as_far_as_they_go() -> None:
    """A price may be anything, and goes to twice what it is; a chance goes to 1; a text and a flag are no numbers."""
    price, chance = parameters(SHOP)
    assert (price, chance) == (Parameter(SHOP, "price", F(1), ("chance",)), Parameter(SHOP, "chance", F(1), ("price",)))


def test_what_is_best_changes_where_the_price_is_what_acting_brings() -> None:
    price, chance = parameters(SHOP)
    columns = [COLUMNS["no_influence"], COLUMNS["no_safety_tax"]]
    found = stretches(price, ROWS["naive"], columns)
    assert found is not None
    assert [(one.low, one.high, list(map(str, one.best)), one.fails) for one in found.stretches] == [
        (0, F(1, 4), ["act"], ("no_influence",)), (F(1, 4), 1, ["leave"], ())
    ]  # fmt: skip
    assert found.surfaces == ("act ties with leave where price = chance",)
    assert (found.parameter, found.definition) == (price, "naive")
    other = stretches(chance, ROWS["naive"], columns)
    assert other is not None
    assert [(one.low, one.high, list(map(str, one.best)), one.fails) for one in other.stretches] == [
        (0, F(1, 2), ["leave"], ()), (F(1, 2), 1, ["act"], ("no_influence",))
    ]  # fmt: skip
    steady = stretches(price, row_of(sb.Utility("leave", E(X("act").is_("leave")))), columns)
    assert steady is not None
    assert ([(one.low, one.high) for one in steady.stretches], steady.surfaces) == ([(0, 1)], ())
    for row in (ROWS["goal_directedness"], ROWS["stable_causal"], ROWS["usefulness"], Row("never", (NEVER,))):
        assert stretches(price, row, columns) is None
    told = along(price, {name: ROWS[name] for name in ("naive", "counterfactual", "goal_directedness", "usefulness")})
    assert (told.world, told.number, told.high) == ("shop", "price", "1")
    assert [(move.definition, [piece.high for piece in move.pieces]) for move in told.moves] == [("naive", ["0.25", "1"])]
    assert (told.steady, told.unknown) == (("counterfactual",), ("goal_directedness",))


def test_what_is_along_a_number_is_told_stretch_by_stretch() -> None:
    stretch = Stretch(F(0), F(1, 2), tuple(NUDGE.policies[1:3]), {"a": "fails", "b": "by a tie", "c": "open", "d": "holds"})
    assert (stretch.fails, stretch.undecided) == (("a", "b"), ("c",))
    other = Stretch(F(1, 2), F(1), tuple(NUDGE.policies[:1]), {"a": "holds"})
    parameter = Parameter(SHOP, "price", F(1), ("chance",))
    assert str(parameter) == "shop, price from 0 to 1"
    found = Stretches(parameter, "naive", (stretch, other), ("they tie",))
    assert str(found) == ("naive in shop, price from 0 to 1\n0 to 0.5: move; cut; fails: a, b\n0.5 to 1: leave; fails: nothing\nthey tie")


def test_files_that_hold_nothing_along_numbers_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "along.jsonl"
    one = Along("shop", "price", "1", (Move("naive", (Piece("0", "1", ("a",), ("b", "c"), ()),), ("t",)),), ("switch",), ("ref", "cond"))
    write_along([one], file)
    assert read_along(file) == (one,)
    whole = file.read_text(encoding="utf-8")
    for text, words in (
        (whole.replace('"version": 1', '"version": 2'), "is not of version 1"),
        ("", "is not what was found along numbers, or not the whole of it"),
        (whole[:-9], "is not what was found along numbers, or not the whole of it"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(WrongFile, match=words):
            read_along(file)
