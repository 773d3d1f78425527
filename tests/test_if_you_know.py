"""The pages for people who know another library: each line is run, theirs where the library is installed, and numbers are the same."""

from __future__ import annotations

import importlib.util
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from numbers import Real
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "how-to"
PAGES = sorted(FOLDER.glob("if-you-know-*.md"))
MODULES = {"gambit": "pygambit", "pyagrum": "pyagrum"}
NONE = "—"


@dataclass(frozen=True)
class Row:
    """What somebody wants to do, with the lines of either library; no lines where it has nothing ready."""

    wanted: str
    theirs: tuple[str, ...]
    ours: tuple[str, ...]


def rows(page: Path) -> Iterator[Row]:
    for line in page.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("|") and len(cells) == 3 and cells[0] != "to" and not cells[0].startswith("---"):
            yield Row(cells[0], lines(cells[1]), lines(cells[2]))


def lines(cell: str) -> tuple[str, ...]:
    found = tuple(line.replace(r"\|", "|") for line in re.findall(r"`([^`]+)`", cell))
    assert found or cell == NONE, f"a cell is lines of code, or {NONE} where there is nothing: {cell}"
    return found


def results(column: list[tuple[str, ...]]) -> list[Any]:
    """What the last line of each cell comes to, the cells run one after another; None where it is no expression."""
    names: dict[str, Any] = {}
    found = []
    for cell in column:
        value = None
        for line in cell:
            try:
                value = eval(compile(line, "<page>", "eval"), names)
            except SyntaxError:
                value = None
                exec(compile(line, "<page>", "exec"), names)
        found.append(value)
    return found


def is_number(value: Any) -> bool:
    return isinstance(value, Real | Fraction)


def module_of(page: Path) -> str:
    name = page.stem.removeprefix("if-you-know-")
    return MODULES.get(name, name)


def test_there_are_pages() -> None:
    assert {page.stem for page in PAGES} == {f"if-you-know-{name}" for name in ("dyce", "gambit", "pgmpy", "pyagrum", "pycid")}
    for page in PAGES:
        assert sum(bool(row.theirs) and bool(row.ours) for row in rows(page)) >= 6, page.stem


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
@pytest.mark.filterwarnings("ignore")
def test_each_line_runs_and_says_the_same(page: Path) -> None:
    table = list(rows(page))
    ours = results([row.ours for row in table])
    assert any(map(is_number, ours))
    if importlib.util.find_spec(module_of(page)) is None:
        return
    theirs = results([row.theirs for row in table])
    pairs = [(row.wanted, a, b) for row, a, b in zip(table, theirs, ours, strict=True) if is_number(a) and is_number(b)]
    assert pairs
    for wanted, a, b in pairs:
        assert float(a) == pytest.approx(float(b)), wanted


def test_pgmpy_is_one_of_those_that_are_run() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert importlib.util.find_spec("pgmpy") is not None
