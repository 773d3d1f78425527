"""Tests stand by themselves: what several need is a strategy, an oracle or a world in a module that is no test."""

import ast
import re

from conftest import Part, dealt
from tests.slow_tests import SLOW
from tests.source import ROOT
from tools.matrix import ABOUT_THE_SOURCE


def test_test_modules_do_not_import_each_other() -> None:
    found = {
        f"{path.relative_to(ROOT).as_posix()} <- {node.module}"
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and re.match(r"tests\.(.+\.)?test_", node.module or "")
    }
    assert not found, "move what both need into tests/strategies.py, tests/brute.py, or a module beside them"


def test_every_slow_test_is_there() -> None:
    assert SLOW
    gone = [
        f"{file}::{name}"
        for file, names in SLOW.items()
        for name in names
        if not (ROOT / file).exists()
        or not (file.endswith(".md") if name == "page" else f"def {name.rpartition('.')[2]}(" in (ROOT / file).read_text(encoding="utf-8"))
    ]
    assert not gone, "renamed or removed: mend tests/slow_tests.py"


def test_modules_are_read_where_they_are_imported_from() -> None:
    """Beside the tests there are none where a wheel is tested; `modules()` of tests/source.py finds them there too."""
    readers = {
        path.name
        for path in (ROOT / "tests").rglob("test_*.py")
        if re.search(r"ROOT / (?:package|['\"](?:causalkit|stop_button)['\"])", path.read_text(encoding="utf-8"))
    }
    assert readers
    assert readers <= set(ABOUT_THE_SOURCE)


def test_every_file_of_tests_is_taken_by_one_of_several_processes() -> None:
    taken = dealt(3)
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    assert files <= set(taken)
    assert set(taken.values()) == {1, 2, 3}
    assert dealt(3) == taken
    assert Part(2, 3).pytest_ignore_collect(ROOT / "no such file") is None
    parts = [Part(number, 3) for number in (1, 2, 3)]
    ignored = [{name for name in files if part.pytest_ignore_collect(ROOT / name)} for part in parts]
    assert all(sum(name in one for one in ignored) == 2 for name in files)
