"""Medians and ratios from the JSON that pytest-benchmark writes: `python bench/table.py queries.json policies.json`.

With `--write PAGE.md` in front, the same goes to a file that a page of the documentation can include.

Each row is a question; times are medians, and in brackets how many times slower than the first column. What was run for a part of the
work only, because all of it takes too long, is scaled up to all of it, and the cell says from how much. Ratios within one run can be
compared; times of different machines cannot.
"""

from __future__ import annotations

import argparse
import ast
import json
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Cell:
    """A median in seconds, and what is to be said beside it."""

    seconds: float
    said: str = ""


Table = dict[str, dict[str, Cell]]
"""Question to engine to what was measured."""


def tables(report: dict[str, Any]) -> dict[str, Table]:
    """A table for every file of benchmarks in a report."""
    found: dict[str, Table] = {}
    for entry in report["benchmarks"]:
        engine = entry["extra_info"].get("engine") or entry["name"]
        of_file = found.setdefault(Path(entry["fullname"].partition("::")[0]).stem, {})
        of_file.setdefault(entry["group"] or entry["fullname"], {})[engine] = measured(entry)
    return found


def measured(entry: dict[str, Any]) -> Cell:
    """The median; of a loop that was run `of` times the median of `all`, which is too long to wait for."""
    extra = entry["extra_info"]
    seconds, said = entry["stats"]["median"], [extra["note"]] if "note" in extra else []
    if "of" in extra and extra["of"] != extra["all"]:
        seconds *= extra["all"] / extra["of"]
        said.append(f"from {extra['of']:,}")
    return Cell(seconds, ", ".join(said))


def markdown(found: Table) -> str:
    """The medians as Markdown, and under them the ratios to the first column."""
    engines = list(dict.fromkeys(engine for row in found.values() for engine in row))
    rows = [[group, *(cell_text(row.get(engine), row.get(engines[0])) for engine in engines)] for group, row in found.items()]
    shares = [ratios(found, engines[0], engine) for engine in engines]
    rows.append(["median ratio", *(ratio_text(statistics.median(r)) if r else "" for r in shares)])
    rows.append(["smallest ratio", *(ratio_text(min(r)) if r else "" for r in shares)])
    lines = ["| " + " | ".join(text.replace("|", r"\|") for text in row) + " |" for row in [["question", *engines], *rows]]
    return "\n".join([lines[0], "| --- |" + " ---: |" * len(engines), *lines[1:]])


def ratios(found: Table, first: str, engine: str) -> list[float]:
    """How many times slower than the first engine, question by question."""
    return [row[engine].seconds / row[first].seconds for row in found.values() if engine in row and first in row]


def cell_text(cell: Cell | None, first: Cell | None) -> str:
    if cell is None:
        return "-"
    ratio = f" ({ratio_text(cell.seconds / first.seconds)})" if first and first != cell else ""
    return seconds_text(cell.seconds) + ratio + (f", {cell.said}" if cell.said else "")


def ratio_text(ratio: float) -> str:
    """Two digits, as one would write them.

    >>> ratio_text(0.0583), ratio_text(5.97), ratio_text(454_201)
    ('0.058', '6', '450,000')
    """
    rounded = float(f"{ratio:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:.2g}"


def seconds_text(seconds: float) -> str:
    for unit, size in [("s", 1), ("ms", 1e-3)]:
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} us"


def told(report: dict[str, Any]) -> str:
    """Every table of a report, under what its file of benchmarks says of itself, after the kind of machine."""
    machine = report["machine_info"]
    where = f"Python {machine['python_version']}, {machine['cpu'].get('count', '?')} cores, {machine['system']}"
    return "\n\n".join([where, *(f"**`{name}`** {says(name)}\n\n{markdown(found)}" for name, found in tables(report).items())])


def says(name: str) -> str:
    """The first line of a file of benchmarks, where it stands beside this one."""
    path = Path(__file__).with_name(f"{name}.py")
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0] if path.exists() else ""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", metavar="REPORT.json", type=Path, nargs="+", help="from pytest bench --benchmark-json=REPORT.json")
    parser.add_argument("--write", metavar="PAGE.md", type=Path, help="write the tables there instead of printing them")
    options = parser.parse_args(arguments)
    text = "\n\n".join(told(read(path, parser)) for path in options.reports) + "\n"
    if options.write is None:
        print(text, end="")
    else:
        options.write.write_text("<!-- written by bench/table.py --write -->\n\n" + text, encoding="utf-8")


def read(path: Path, parser: argparse.ArgumentParser) -> dict[str, Any]:
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        parser.error(f"{path} holds no report ({error}); make one: python -m pytest bench --benchmark-json={path}")
    if not isinstance(report, dict) or not {"benchmarks", "machine_info"} <= report.keys():
        parser.error(f"{path} is JSON but no report of pytest-benchmark; make one: python -m pytest bench --benchmark-json={path}")
    return report


if __name__ == "__main__":
    main()
