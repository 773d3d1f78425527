"""The page about the plan of the house shows the house as it is."""

import importlib.util

import pytest

from tests.source import ROOT

SPEC = importlib.util.spec_from_file_location("layers", ROOT / "tools" / "layers.py")
assert SPEC is not None
assert SPEC.loader is not None
layers = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(layers)

REMEDY = "type: python tools/layers.py"


def test_the_picture_shows_the_imports_of_today() -> None:
    assert layers.PICTURE.read_text(encoding="utf-8") == layers.picture(layers.floors(layers.arrows())), REMEDY


def test_the_list_shows_the_rooms_of_today() -> None:
    text = layers.PAGE.read_text(encoding="utf-8")
    assert text == layers.page(text), REMEDY


@pytest.mark.parametrize(
    ("uses", "rows"),
    [
        ({"a": set(), "b": {"a"}, "c": {"a"}, "d": {"b", "a"}}, [["a"], ["b", "c"], ["d"]]),
        ({"a": {"b"}, "b": {"a"}, "c": {"b"}}, [["a", "b"], ["c"]]),
        ({"a": set(), "b": set()}, [["a", "b"]]),
    ],
)
def test_a_room_stands_above_what_it_imports(uses: dict[str, set[str]], rows: list[list[str]]) -> None:
    assert layers.floors(uses) == rows
