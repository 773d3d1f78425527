"""Every long run has its row on the page that says what was tried, and every row is a long run or a tool."""

import ast
import itertools

from tests.source import ROOT

PAGE = ROOT / "docs" / "explanation" / "trust.md"
HEADING = ["what", "how many", "seed", "minutes", "where"]


def rows() -> list[list[str]]:
    """The first table of the page."""
    from_there = itertools.dropwhile(lambda line: not line.startswith("|"), PAGE.read_text(encoding="utf-8").splitlines())
    lines = itertools.takewhile(lambda line: line.startswith("|"), from_there)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def files_with_long_runs() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "pytest.mark.long"
    }


def test_the_table_has_its_columns() -> None:
    heading, line, *body = rows()
    assert heading == HEADING
    assert set("".join(line)) == {"-"}
    assert body
    assert all(len(row) == len(HEADING) for row in body)
    assert all(float(row[3]) >= 0 for row in body)


def test_every_long_run_has_a_row_and_every_row_a_run() -> None:
    """A row that names no test names a tool."""
    named = {row[-1].strip("`") for row in rows()[2:]}
    tools = {name for name in named if name.startswith("tools/")}
    assert named - tools == files_with_long_runs()
    assert all((ROOT / name).is_file() for name in tools)
