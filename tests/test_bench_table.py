"""What the reports of benchmarks are turned into: tables of medians and ratios, and the picture of the horizon."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.plot_horizon import main as draw
from bench.plot_horizon import plot_horizon, points
from bench.table import main, markdown, seconds_text, tables


def entry(engine: str, median: float, *, group: str = "q", file: str = "bench_queries", **more: Any) -> dict[str, Any]:
    params = more.pop("params", None)
    return {
        "name": f"test[{engine}]",
        "fullname": f"bench/{file}.py::test[{engine}]",
        "group": group,
        "params": params,
        "extra_info": {"engine": engine, **more},
        "stats": {"median": median},
    }


def report(*entries: dict[str, Any]) -> dict[str, Any]:
    machine = {"python_version": "3.11.7", "cpu": {"count": 2}, "system": "Linux"}
    return {"machine_info": machine, "benchmarks": list(entries)}


SMALL = report(
    entry("ours", 2e-6, group="P(y | x)"),
    entry("theirs", 1e-3, group="P(y | x)"),
    entry("ours", 1e-3, group="P(y)"),
    entry("theirs", 4e-3, group="P(y)"),
    entry("ours", 1.5, group="alone"),
)


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").replace(r"\|", "/").split("|")] for line in text.splitlines()]


def written(path: Path, what: Any) -> str:
    path.write_text(json.dumps(what), encoding="utf-8")
    return str(path)


def test_medians_and_ratios_to_the_first_column() -> None:
    assert rows(markdown(tables(SMALL)["bench_queries"])) == [
        ["question", "ours", "theirs"],
        ["---", "---:", "---:"],
        ["P(y / x)", "2 us", "1 ms (500)"],
        ["P(y)", "1 ms", "4 ms (4)"],
        ["alone", "1.5 s", "-"],
        ["median ratio", "1", "250"],
        ["smallest ratio", "1", "4"],
    ]


def test_what_was_run_in_part_is_scaled_and_says_so() -> None:
    found = tables(report(entry("ours", 1e-3, of=10_000, all=10_000), entry("loop", 0.5, of=50, all=10_000)))["bench_queries"]
    assert found["q"]["loop"].seconds == pytest.approx(100)
    assert rows(markdown(found))[2] == ["q", "1 ms", "100 s (100,000), from 50"]


def test_a_note_stands_in_its_cell() -> None:
    found = tables(report(entry("ours", 1e-3), entry("limit", 1e-4, note="18 GB/s")))["bench_queries"]
    assert rows(markdown(found))[2][2] == "100 us (0.1), 18 GB/s"


def test_a_table_for_each_file_of_benchmarks() -> None:
    both = report(entry("ours", 1.0), entry("first", 1.0, file="bench_horizon", group="T = 10"))
    assert {name: list(found) for name, found in tables(both).items()} == {"bench_queries": ["q"], "bench_horizon": ["T = 10"]}


@pytest.mark.parametrize(("seconds", "text"), [(12.34, "12.3 s"), (0.0123, "12.3 ms"), (4.5e-6, "4.5 us"), (3e-8, "0.03 us")])
def test_units(seconds: float, text: str) -> None:
    assert seconds_text(seconds) == text


def test_several_reports_are_printed_or_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = written(tmp_path / "one.json", SMALL), written(tmp_path / "two.json", report(entry("ours", 1.0, file="bench_chain")))
    main([one, two])
    printed = capsys.readouterr().out
    assert printed.startswith("Python 3.11.7, 2 cores, Linux\n\n**`bench_queries`** Single warm queries: ")
    assert "\n\n**`bench_chain`** Solving a long diagram: " in printed
    page = tmp_path / "page.md"
    main(["--write", str(page), one, two])
    assert page.read_text(encoding="utf-8") == "<!-- written by bench/table.py --write -->\n\n" + printed
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("text", "said"), [(None, "holds no report"), ("{", "holds no report"), ("[]", "no report of pytest-benchmark")])
def test_what_is_no_report_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, said: str) -> None:
    path = tmp_path / "report.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit):
        main([str(path)])
    told = capsys.readouterr().err
    assert said in told
    assert "python -m pytest bench --benchmark-json=" in told


HORIZON = report(
    *(
        entry(call, t * slow, file="bench_horizon", group=f"T = {t}", params={"call": call, "horizon": t})
        for call, slow in [("next", 1e-6), ("first", 1e-4)]
        for t in (100, 10)
    )
)


def test_the_picture_of_the_horizon(tmp_path: Path) -> None:
    from matplotlib.figure import Figure

    found = points(HORIZON)
    assert [(call, [t for t, _ in measured]) for call, measured in found.items()] == [("first", [10, 100]), ("next", [10, 100])]
    ax = Figure().subplots()
    assert plot_horizon(found, ax=ax) is ax
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    cost, slope = (line.get_ydata() for line in ax.lines[:2])
    assert cost == pytest.approx(slope)
    picture = tmp_path / "horizon.svg"
    draw([written(tmp_path / "horizon.json", HORIZON), str(picture)])
    assert picture.read_text(encoding="utf-8").startswith("<?xml")


def test_a_report_without_a_horizon_draws_nothing(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"has no benchmark of a horizon; run: python -m pytest bench/bench_horizon\.py"):
        draw([written(tmp_path / "other.json", SMALL)])
