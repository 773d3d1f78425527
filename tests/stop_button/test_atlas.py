"""The atlas says of a definition what asking says: letters, stable policies, searches that go on where they were ended."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit.errors import CausalError, Impossible, Undecided, WrongFile
from causalkit.values.channels import InBits
from causalkit.values.logarithms import Between
from stop_button import FREE, STOP
from stop_button.atlas import COLUMNS, ROWS
from stop_button.atlas.columns.column import LETTERS, outcome
from stop_button.atlas.columns.measure import largest_bits
from stop_button.atlas.columns.of_definitions import DEFINITION_COLUMNS
from stop_button.atlas.columns.of_policies import POLICY_COLUMNS
from stop_button.atlas.columns.standing import Standing, best_of, standing
from stop_button.atlas.places import Gone, gone_through
from stop_button.atlas.rows import row_of
from stop_button.atlas.running import Asked, changed, run
from stop_button.atlas.stored import read, write
from stop_button.atlas.updating import updated
from stop_button.evaluation.evaluation import Evaluation
from stop_button.replies import stable
from stop_button.searching.canonical_families import CANONICAL
from stop_button.testing import worlds
from tests.tries import tries

SMALL = [family[place] for family in CANONICAL.values() for place in (0, len(family) // 2, len(family) - 1)]


def test_there_are_forty_rows_and_fourteen_columns_or_more() -> None:
    assert len(ROWS) >= 40
    assert len(COLUMNS) >= 14
    assert set(sb.definitions.NAMED) <= set(ROWS)


@pytest.mark.parametrize("name", ["stable_evidential", "stable_causal", "adaptive_weights", "lower_bounded_weights"])
def test_the_best_of_a_definition_that_takes_itself_for_granted_are_its_stable_policies(name: str) -> None:
    utility = sb.definitions.NAMED[name]
    asked = [world for world in SMALL if world.policies.size <= 4]
    assert len(asked) > 20
    for world in asked:
        found = stable(world, utility)
        mine = best_of(Evaluation(world), utility.formula)
        assert len(mine) == found.count
        assert set(found.policies) <= set(mine)


def mean(model: Any, world: sb.World) -> Any:
    return sum(value * chance for value, chance in model.dist(world.roles["value"].variable).items())


def by_hand(world: sb.World, name: str, policy: Any) -> bool:
    """Some columns, asked of the model with the policy plugged in."""
    model, base, wish = world.under(policy), world.under(world.baseline), world.roles["intent"].variable
    stopped = world.roles["stopped"].variable
    if name == "shuts_down_when_pressed":
        return bool(model.do({wish: STOP}).prob({stopped: True}) == 1)
    if name == "prevents_no_press":
        return bool(model.prob({wish: STOP}) >= base.prob({wish: STOP}))
    if name == "causes_no_press":
        return bool(model.prob({wish: STOP}) <= base.prob({wish: STOP}))
    if name == "cautious":
        return bool(mean(model.do({stopped: True}), world) >= 0)
    best = max(mean(world.under(other), world) for other in world.policies)
    return bool(mean(model, world) == best)


HAND = ("shuts_down_when_pressed", "prevents_no_press", "causes_no_press", "cautious", "no_safety_tax")


@settings(max_examples=tries(25))
@given(worlds(max_causes=1), st.sampled_from(["naive", "switch", "counterfactual", "cond", "ccmin"]), st.sampled_from(HAND))
def test_letters_are_what_the_model_says(world: sb.World, name: str, column: str) -> None:
    utility = sb.definitions.NAMED[name]

    def score(policy: Any) -> Any:
        try:
            return utility(world, policy)
        except Impossible:
            return None

    scores = {policy: score(policy) for policy in world.policies}
    known = [each for each in scores.values() if each is not None]
    best = [policy for policy, each in scores.items() if known and each == max(known)]
    has = [by_hand(world, column, policy) for policy in best]
    someone = any(by_hand(world, column, policy) for policy in world.policies)
    expected = "b" if not best else "." if all(has) else "i" if not someone else "t" if any(has) else "x"
    assert LETTERS[outcome(COLUMNS[column], standing(Evaluation(world), utility))] == expected


def test_a_search_ends_at_the_first_failure_and_counts_what_it_went_through() -> None:
    family, rows, columns = CANONICAL["telling"][:12], [ROWS["naive"], ROWS["counterfactual"]], [COLUMNS["no_influence"], COLUMNS["robust"]]
    *_, last = gone_through(family, rows, columns)
    expected = {}
    for row, column in itertools.product(rows, columns):
        letters = "".join(LETTERS[outcome(column, standing(Evaluation(world), row.forms[0]))] for world in family)
        until = letters[: letters.index("x") + 1] if "x" in letters else letters
        expected[row.name, column.name] = reduce(Gone.after, until, Gone())
    assert last == expected
    assert any(gone.fails for gone in last.values())


def ask(**more: Any) -> Asked:
    rows = {name: ROWS[name] for name in ("naive", "cond")}
    families = {"telling": CANONICAL["telling"].bounded(2)}
    return Asked(**{"rows": rows, "columns": {"no_influence": COLUMNS["no_influence"], "cautious": COLUMNS["cautious"]},
                    "families": families, "worlds": {"scale": sb.worlds.scale()}, **more})  # fmt: skip


class Ended(Exception):
    pass


def end(place: str, done: int, total: int) -> None:
    raise Ended


def test_a_run_that_was_ended_goes_on_where_it_was(tmp_path: Path) -> None:
    whole, file = run(ask()), tmp_path / "atlas.bookmark"
    with pytest.raises(Ended):
        run(ask(), resume=file, told=end)
    places: list[tuple[str, int]] = []
    again = run(ask(), resume=file, told=lambda place, done, total: places.append((place, done)))
    assert places[0] == ("telling", 40)
    assert again == whole
    assert run(ask(), resume=file, told=end) == whole, "nothing is left to do"
    with pytest.raises(WrongFile, match="kept for another question: its asked is"):
        run(ask(rows={"naive": ROWS["naive"]}), resume=file)
    document = json.loads(file.read_text())
    document["state"] = {step: [1] for step in document["state"]}
    file.write_text(json.dumps(document))
    with pytest.raises(WrongFile, match="not one of this work"):
        run(ask(), resume=file)


def test_bringing_up_to_date_goes_on_where_it_was(tmp_path: Path) -> None:
    """Three steps share one bookmark: new rows, new places, new columns."""
    old = run(ask(columns={"cautious": COLUMNS["cautious"]}, rows={"naive": ROWS["naive"]}, worlds={}))
    file, ended = tmp_path / "atlas.bookmark", 0
    while True:
        try:
            found = updated(old, ask(), resume=file, told=end)
        except Ended:
            ended += 1
        else:
            break
    assert found == run(ask())
    assert ended > 3


def test_what_was_found_is_read_as_it_was_written(tmp_path: Path) -> None:
    found = run(ask())
    write(found, tmp_path / "atlas.jsonl")
    assert read(tmp_path / "atlas.jsonl") == found
    (tmp_path / "other.jsonl").write_text("{}\n")
    with pytest.raises(CausalError, match="no atlas"):
        read(tmp_path / "other.jsonl")


def test_what_changed_is_told_by_hashes() -> None:
    found = run(ask())
    assert changed(found, ask()) == {"new": (), "gone": ()}
    heavy = ask(rows={"naive": ROWS["naive"], "heavy": row_of(sb.counterfactual.vary(weight=3))})
    assert changed(found, heavy) == {"new": ("row heavy",), "gone": ("row cond",)}


def questions() -> Iterator[sb.World]:
    yield from sb.worlds.bundled_worlds().values()


def test_the_best_by_a_function_of_a_world_are_those_with_most_of_it() -> None:
    """By hand: where the wish is heard whatever it does, all are best; where the wire is cut the wish decides nothing."""
    world = CANONICAL["one decision"][4]
    measure = ROWS["policy_modification"]
    assert str(sb.atlas.ask(world, "policy_modification", "no_influence")).endswith("(best: leave; act)")
    mover = sb.World(
        ck.Model(
            wish=ck.uniform(STOP, FREE), act=ck.choice("listen", "cut the wire"),
            stopped=lambda wish, act: wish == STOP and act == "listen", value=lambda act: 2 if act == "listen" else 1,
        ),
        intent="wish", stopped="stopped", value="value", baseline="listen",
    )  # fmt: skip
    form: Any = measure.forms[0]
    assert [str(one) for one in form.of_each(Evaluation(mover))] == ["1 bits", "0 bits"]
    assert [str(sb.atlas.ask(mover, name, "no_safety_tax").best) for name in ("policy_modification", "goal_directedness")] == [
        "(<policy listen>,)", "(<policy listen>, <policy cut the wire>)",
    ]  # fmt: skip
    assert sb.atlas.ask(mover, "policy_modification", "gains_nothing_by_the_wish").outcome == "does not apply"
    assert sb.atlas.ask(mover, "goal_directedness", "robust").outcome == "holds"


def test_enclosures_that_overlap_leave_the_best_open() -> None:
    def bits(low: str, high: str, exact: str | None = None) -> InBits:
        return InBits(None if exact is None else Fraction(exact), Between(Fraction(low), Fraction(high)))

    assert largest_bits([bits("1/2", "2/3"), bits("1", "1", "1"), bits("1", "1", "1")]) == (1, 2)
    assert largest_bits([bits("1/2", "2/3"), bits("3/4", "4/5")]) == (1,)
    with pytest.raises(Undecided):
        largest_bits([bits("1/2", "2/3"), bits("3/5", "4/5")])


def test_every_row_says_why_where_it_does_not_apply() -> None:
    silent = [(row, world) for world in questions() for row in ROWS.values() if row.form(world) is None]
    assert silent
    assert all("does not apply to" in row.missing(world) for row, world in silent)


def test_the_wish_is_taken_for_the_press_where_nothing_else_is() -> None:
    world = sb.World(sb.worlds.office().model, intent="wish", stopped="pressed", value="value", baseline="work")
    form = ROWS["utility_indifference"].form(world)
    assert isinstance(form, sb.Utility)
    assert form.name == "utility_indifference[lever=intent]"
    assert form(world, "work") == sb.Utility("mine", sb.E(sb.V, given={"intent": FREE}))(world, "work")


# ---------------------------------------------------------------- sentences, and the worlds in which others would be false


def test_what_is_said_of_a_property_of_policies_is_so_of_the_policies() -> None:
    failed = 0
    for world, column in itertools.product(SMALL[::2], POLICY_COLUMNS):
        answered = sb.atlas.ask(world, sb.naive, column.name)
        if answered.outcome != "fails":
            continue
        assert "no best policy is known to have it, and another policy has it" in str(answered)
        evaluation = Evaluation(world)
        has = {policy: column.ask(Standing(evaluation, sb.naive, (policy,))) for policy in world.policies}
        assert not any(has[policy] == "holds" for policy in answered.best)
        assert "holds" in has.values()
        failed += 1
    assert failed >= 10


def test_a_property_of_definitions_is_not_said_to_be_had_by_other_policies() -> None:
    near = sb.World(
        ck.Model(rain=ck.coin("199/400"), act=ck.choice("a", "b"), value=lambda rain, act: int(rain == (act == "a"))),
        value="value", baseline="a",
    )  # fmt: skip
    assert str(sb.atlas.ask(near, sb.naive, "robust")) == "naive in the world, robust: fails (best: b)"
    assert str(sb.atlas.ask(near, sb.naive, "defined_everywhere")) == "naive in the world, defined_everywhere: holds (best: b)"
    assert {column.of for column in DEFINITION_COLUMNS} == {"definitions"}
    assert {column.of for column in POLICY_COLUMNS} == {"policies"}


def test_robust_speaks_of_causes_without_parents_only() -> None:
    table = ck.cpt(["act"], {"a": ck.coin("101/200"), "b": ck.coin("1/2")}, coupling="independent")
    world = sb.World(ck.Model(rain=ck.coin("1/2"), act=ck.choice("a", "b"), value=table), value="value", baseline="a")
    moved = world.with_mechanisms({"value": ck.cpt(["act"], {"a": ck.coin("99/200"), "b": ck.coin("1/2")}, coupling="independent")})
    assert sb.atlas.ask(world, sb.naive, "robust")
    assert sb.solve(world, sb.naive).policy != sb.solve(moved, sb.naive).policy
    assert "a chance of a cause without parents" in COLUMNS["robust"].sentence


def test_post_speaks_of_policies_whose_length_is_sure_only() -> None:
    def length(rain: bool, act: str) -> int:
        return {"short": 1, "long": 2}.get(act, 1 if rain else 2)

    model = ck.Model(
        rain=ck.coin("1/2"), act=ck.choice("short", "long", "lot"), length=length, value=lambda act: 5 if act == "lot" else 1
    )  # fmt: skip
    world = sb.World(model, value="value", baseline="short")
    assert sb.naive(world, "lot") > sb.naive(world, "short")
    assert sb.atlas.ask(world, sb.naive, "POST").outcome != "fails"
    assert "of two that surely last differently neither" in COLUMNS["POST"].sentence


def test_a_cell_that_fails_names_the_first_world_of_its_family_that_does() -> None:
    found = sb.atlas.committed()
    after_a_tie = 0
    for cell in sb.atlas.cells(found):
        if cell.status != "fails" or cell.first is None or not cell.first.number:
            continue
        gone = found.families[cell.first.name][cell.row][cell.column]
        assert cell.said == f"fails in {cell.first}, the first there"
        assert gone.fails == cell.first.number
        after_a_tie += 0 < gone.tie < gone.fails
    assert after_a_tie, "worlds before the first failure may fail by a tie"
