"""A world is loaded in a word, and a file that holds several says which."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import UnknownName, WrongFile
from stop_button.decision import world_file
from stop_button.decision.world_file import save_world

TWO = """
import stop_button as sb
one = sb.worlds.office().told(name="one")
two = sb.worlds.scale().told(name="two")
"""


def test_a_saved_world_comes_back(tmp_path: Path) -> None:
    save_world(sb.worlds.scale(), tmp_path / "scale.json")
    assert sb.load(tmp_path / "scale.json") == sb.worlds.scale()
    assert sb.load(str(tmp_path / "scale.json"), "scale") == sb.worlds.scale()


def test_of_several_worlds_one_is_named(tmp_path: Path) -> None:
    file = tmp_path / "two.py"
    file.write_text(TWO, encoding="utf-8")
    assert sb.load(file, "two").name == "two"
    with pytest.raises(WrongFile, match="holds 2 worlds"):
        sb.load(file)
    with pytest.raises(UnknownName, match="holds no world 'tow'"):
        sb.load(file, "tow")
    file.write_text(TWO.replace('name="two"', 'name="one"'), encoding="utf-8")
    with pytest.raises(WrongFile, match="2 worlds that are named 'one'"):
        sb.load(file, "one")


def test_a_distribution_as_a_data_frame_keeps_its_fractions_and_its_values() -> None:
    model = ck.Model(x=ck.coin("1/4"), y=ck.Dist({(1, 2): "1/3", None: "2/3"}))
    frame = model.dist("y").to_frame()
    assert frame["value"].tolist() == [(1, 2), None]
    assert frame["probability"].tolist() == [Fraction(1, 3), Fraction(2, 3)]
    assert list(frame.columns) == ["value", "probability"]


@pytest.mark.parametrize(
    ("path", "better"), [("", "world.json"), (".", "world.json"), ("..", "../world.json"), ("a.py", "a.json"), ("a/", "a.json")]
)
def test_a_world_is_saved_under_a_name_that_can_be_typed(path: str, better: str) -> None:
    with pytest.raises(WrongFile, match=re.escape(f"type save(world, {better!r})")):
        sb.save(sb.worlds.office(), path)


@pytest.mark.parametrize(("text", "where"), [("x = (", "in line 1 of w.py"), ("x = 1\nx / 0\n", "in line 2 of w.py")])
def test_where_a_file_fails(text: str, where: str, tmp_path: Path) -> None:
    (tmp_path / "w.py").write_text(text)
    with pytest.raises(WrongFile, match=f"Error {where}: "):
        world_file.run_program(tmp_path / "w.py")
    assert world_file._where(tmp_path / "w.py", ValueError("no line of it was run")) == "before its first line"
