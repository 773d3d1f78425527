"""The atlas of this release: cells at random are worked out again, what it says is counted, and the command shows it."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import WrongFile
from stop_button.atlas import COLUMNS, FAMILIES, ROWS, cell_of, cells, committed
from stop_button.atlas.columns.column import LETTERS
from stop_button.atlas.places import entry, letters_of
from stop_button.atlas.plug_in import own
from stop_button.atlas.running import Asked, run
from stop_button.atlas.stored import hash_of, read
from stop_button.atlas.story import story
from stop_button.atlas.updating import updated
from stop_button.evaluation.evaluation import Evaluation
from stop_button.presentation.cli import main
from tests.source import ROOT

FOUND = committed()
WORLDS = sb.worlds.bundled_worlds()
SEED = 2026
SHARE = 50
"""One cell in so many is worked out again."""


def as_it_is(name: str) -> bool:
    """Whether a definition or a property is what it was when the atlas was made; the rest waits for the next making."""
    kind, _, what = name.partition(" ")
    there: Mapping[str, Any] = {"row": ROWS, "column": COLUMNS}[kind]
    return what in there and FOUND.hashes[name] == hash_of(there[what])


STANDING = [column for column in FOUND.columns if as_it_is(f"column {column}")]
ASKED = [(row, column) for row in FOUND.rows if as_it_is(f"row {row}") for column in STANDING]


def test_the_atlas_has_forty_rows_and_fourteen_columns_that_are_as_they_were() -> None:
    rows, columns = {row for row, _ in ASKED}, {column for _, column in ASKED}
    assert len(rows) >= 40
    assert len(columns) >= 14


def test_cells_of_families_at_random() -> None:
    """A failure fails again, and a world before it, or any where none fails, does not."""
    draw = random.Random(SEED)
    every = [(family, row, column) for family in FOUND.families for row, column in ASKED]
    chosen = draw.sample(every, len(every) // SHARE)
    assert chosen
    for family, row, column in chosen:
        gone = FOUND.families[family][row][column]
        before = gone.fails - 1 if gone.fails else gone.through
        places = [(draw.randrange(before), False)] if before else []
        for place, fails in [*places, *([(gone.fails - 1, True)] if gone.fails else [])]:
            letter = letters_of(Evaluation(FAMILIES[family][place]), ROWS[row], [COLUMNS[column]])[column]
            assert (letter == LETTERS["fails"]) == fails, (family, place, row, column)


def test_entries_of_bundled_worlds_at_random() -> None:
    draw = random.Random(SEED)
    kept = [world for world in FOUND.worlds if world in WORLDS and FOUND.hashes[f"world {world}"] == hash_of(WORLDS[world])]
    every = [(world, row) for world in kept for row in FOUND.worlds[world] if as_it_is(f"row {row}")]
    chosen = draw.sample(every, len(every) // SHARE)
    assert chosen
    for world, row in chosen:
        again = entry(Evaluation(WORLDS[world]), ROWS[row], [COLUMNS[column] for column in FOUND.columns])
        assert again == FOUND.worlds[world][row], (world, row)


def test_drawing_lots_is_said_to_change_what_it_changes() -> None:
    """In every bundled world: where it is asked it gains nothing, but for two."""
    said = {(world, row): one.lots for world, entries in FOUND.worlds.items() for row, one in entries.items()}
    gain = {place: one for place, one in said.items() if one is not None and one.gain != "0"}
    assert {place: one.gain for place, one in gain.items()} == {
        ("butterfly_decided", "ccmin"): "70/3", ("misleading_signals_misleading", "veto_bargaining"): "1/24",
    }  # fmt: skip
    assert sum(one is not None for one in said.values()) > 900
    assert sum(one is None for one in said.values()) > 500
    granted = ("stable_evidential", "stable_causal", "adaptive_weights", "lower_bounded_weights")
    assert {one for (_, row), one in said.items() if row in granted} == {None}


def test_what_lots_gain_by_hand() -> None:
    """Flapping with probability f leaves 1 + 100 f where people wish a stop and 41 - 100/3 f where they do not: both are 31 at 3/10."""
    world = WORLDS["butterfly_decided"]
    said = FOUND.worlds["butterfly_decided"]["ccmin"].lots
    assert said is not None
    for f in (Fraction(1, 10), Fraction(3, 10), Fraction(1, 2)):
        drawn = world.policies.filled({("action", ()): ck.Dist({"flap": f, "still": 1 - f})})
        assert sb.ccmin(world, drawn) == min(1 + 100 * f, 41 - Fraction(100, 3) * f)
    assert [sb.ccmin(world, act) for act in ("still", "flap")] == [1, Fraction(23, 3)]
    assert (said.policy, Fraction(said.gain)) == ("still (7/10) or flap (3/10)", 31 - Fraction(23, 3))


def test_at_most_fifteen_cells_in_a_hundred_do_not_apply() -> None:
    counted = Counter(cell.status for cell in cells(FOUND))
    assert sum(counted.values()) == len(FOUND.rows) * len(FOUND.columns)
    assert counted["does not apply"] <= 0.15 * sum(counted.values())


def test_what_a_cell_says_is_what_its_places_say() -> None:
    for cell in (found := list(cells(FOUND))):
        gone = [rows[cell.row][cell.column] for rows in FOUND.families.values()]
        at = FOUND.columns.index(cell.column)
        letters = [entries[cell.row].letters[at] for entries in FOUND.worlds.values() if cell.row in entries]
        fails = any(one.fails for one in gone) or LETTERS["fails"] in letters
        ties = any(one.tie for one in gone) or LETTERS["by a tie"] in letters
        assert (cell.status == "fails") == fails
        assert (cell.status == "fails by a tie") == (ties and not fails)
        assert bool(cell.first) == (fails or ties)
    assert found


@pytest.mark.parametrize("name", ["switch", "cond", "ccmin", "stable_causal", "constrained"])
def test_a_story_shows_the_failure_that_its_cell_claims(name: str) -> None:
    told = [story(cell, ROWS[name], COLUMNS[cell.column], FAMILIES, WORLDS) for cell in cells(FOUND) if cell.row == name]
    assert any(told)
    for one in filter(None, told[:6]):
        names: dict[str, object] = {}
        exec(one.code.replace("print(", "found = ("), names)
        assert not names["found"]


def test_the_command_shows_the_whole_a_row_a_column_a_world_and_a_cell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page, data = tmp_path / "atlas.html", tmp_path / "atlas.json"
    calls = [
        ["atlas"], ["atlas", "--definition", "switch"], ["atlas", "--property", "cautious"], ["atlas", "--world", "office"],
        ["atlas", "--definition", "switch", "--property", "no_influence"], ["atlas", "--bibtex"], ["atlas", "--json", str(data)],
    ]  # fmt: skip
    for call in calls:
        assert main(call) == 0, call
    said = capsys.readouterr().out
    assert "sb.atlas.ask(world" in said
    assert "@misc{stop-button-atlas:naive," in said
    assert len(json.loads(data.read_text(encoding="utf-8"))) == len(FOUND.rows) * len(FOUND.columns)
    assert main(["atlas", "--definition", "nothing"]) == 2
    assert not page.exists()


MINE = """
import causalkit as ck
import stop_button as sb
from stop_button import B, E, V, least

mine = sb.Utility("mine", least(E(B.had(intent="stop")), E(V.had(intent="free"))))
"""


def test_a_definition_of_your_own_gets_its_row(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(MINE, encoding="utf-8")
    brought = own([file])
    assert list(brought.rows) == ["mine"]
    found = run(Asked(brought.rows, {"no_influence": COLUMNS["no_influence"]}, {}, {"office": sb.worlds.office()}))
    assert cell_of(found, "mine", "no_influence").worlds == 1
    empty = tmp_path / "empty.py"
    empty.write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(WrongFile, match="no Utility and no World"):
        own([empty])


def written_as(page: str, file: Path) -> Path:
    """The first program of a page, copied into a file as a reader would."""
    text = (ROOT / "docs" / "contributing" / page).read_text(encoding="utf-8")
    program = re.search(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert program is not None
    file.write_text(program[1], encoding="utf-8")
    return file


def test_add_a_definition_followed_to_the_letter_gives_a_row(tmp_path: Path) -> None:
    brought = own([written_as("add-a-definition.md", tmp_path / "worse_side.py")])
    assert list(brought.rows) == ["worse_side"]
    assert "worse_side" not in sb.definitions.__all__, "a reader could not export it"
    found = run(Asked(brought.rows, COLUMNS, {"telling": FAMILIES["telling"].bounded(1)}, {"office": sb.worlds.office()}))
    assert cell_of(found, "worse_side", "defined_everywhere").status == "proved"
    assert cell_of(found, "worse_side", "no_influence").worlds > 5


def test_add_a_world_followed_to_the_letter_gives_entries(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written_as("add-a-world.md", tmp_path / "curtain.py")
    worlds = own([file]).worlds
    assert list(worlds) == ["curtain"]
    claims = worlds["curtain"].published
    assert {(claim.definition, claim.policy): claim.score for claim in claims} == {
        (name, policy): sb.definitions.NAMED[name](worlds["curtain"], policy)
        for name in ("naive", "counterfactual") for policy in ("work", "hide")
    }  # fmt: skip
    assert main(["atlas", str(file), "--world", "curtain"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"^naive .* hide ", said, re.MULTILINE), said
    assert all(re.search(rf"^{name} ", said, re.MULTILINE) for name in ("switch", "counterfactual", "policy_modification"))


def test_what_changed_is_made_anew_and_the_rest_is_kept() -> None:
    small = {"telling": FAMILIES["telling"].bounded(1)}
    columns = {name: COLUMNS[name] for name in ("no_influence", "cautious", "defined_everywhere")}
    before = Asked({name: ROWS[name] for name in ("naive", "cond")}, {name: columns[name] for name in ("no_influence", "cautious")}, small,
                   {"office": sb.worlds.office(), "scale": sb.worlds.scale()})  # fmt: skip
    after = Asked({name: ROWS[name] for name in ("naive", "switch")}, columns, small, {"office": sb.worlds.office(doubt="1/3")})
    assert updated(run(before), after) == run(after)


@pytest.mark.parametrize("changed", [{"format": "another"}, {"version": 999}, {"format": "another", "version": 999}])
def test_an_atlas_of_another_kind_is_not_read(changed: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "atlas.jsonl"
    head = (resources.files("stop_button.atlas") / "atlas.jsonl").read_text(encoding="utf-8").splitlines()[0]
    file.write_text(head, encoding="utf-8")
    assert read(file).columns == committed().columns
    file.write_text(json.dumps({**json.loads(head), **changed}), encoding="utf-8")
    with pytest.raises(WrongFile, match="is no atlas of version"):
        read(file)
