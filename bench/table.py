"""Medians and ratios from the JSON that pytest-benchmark writes: `python bench/table.py queries.json`.

Each row is a question; times are medians, and in brackets how many times slower than the first column. Ratios within one run can
be compared; times of different machines cannot.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path
from typing import Any


def medians(report: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Group to engine to median in seconds."""
    found: dict[str, dict[str, float]] = {}
    for entry in report["benchmarks"]:
        engine = entry["extra_info"].get("engine") or entry["name"]
        found.setdefault(entry["group"] or entry["fullname"], {})[engine] = entry["stats"]["median"]
    return found


def table(found: dict[str, dict[str, float]]) -> str:
    """The medians as Markdown."""
    engines = list(dict.fromkeys(engine for row in found.values() for engine in row))
    lines = ["| question | " + " | ".join(engines) + " |", "| --- |" + " ---: |" * len(engines)]
    for group, row in found.items():
        first = row.get(engines[0])
        lines.append(f"| {group.replace('|', chr(92) + '|')} | " + " | ".join(cell(row.get(engine), first) for engine in engines) + " |")
    shares = {engine: ratios(found, engines[0], engine) for engine in engines}
    lines.append("| median ratio | " + " | ".join(f"{statistics.median(r):.2g}" if r else "" for r in shares.values()) + " |")
    lines.append("| smallest ratio | " + " | ".join(f"{min(r):.2g}" if r else "" for r in shares.values()) + " |")
    return "\n".join(lines)


def ratios(found: dict[str, dict[str, float]], first: str, engine: str) -> list[float]:
    """How many times slower than the first engine, question by question."""
    return [row[engine] / row[first] for row in found.values() if engine in row and first in row]


def cell(seconds: float | None, first: float | None) -> str:
    if seconds is None:
        return "left out"
    return seconds_text(seconds) + (f" ({seconds / first:.2g})" if first and first != seconds else "")


def seconds_text(seconds: float) -> str:
    for unit, size in [("s", 1), ("ms", 1e-3)]:
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} us"


def main(arguments: list[str]) -> None:
    if len(arguments) != 1:
        sys.exit("type: python bench/table.py REPORT.json, where REPORT.json comes from pytest bench --benchmark-json=REPORT.json")
    report = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    machine = report["machine_info"]
    print(f"Python {machine['python_version']}, {machine['cpu'].get('count', '?')} cores, {machine['system']}\n")
    print(table(medians(report)))


if __name__ == "__main__":
    main(sys.argv[1:])
