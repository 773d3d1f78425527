"""Makes the prose run beside the tests and the docstrings, marks what is slow, and keeps what has passed of the long runs."""

import gc
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from sybil import Document, Example, Region, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.myst import SkipParser
from sybil.parsers.myst.lexers import DirectiveLexer

from tests.slow_tests import SLOW

ROOT = Path(__file__).resolve().parent
os.environ.setdefault("MPLBACKEND", "Agg")

# Slow machines are no failures. `fixed` tries the same cases on every run, `few` two fifths of them, `many` twice as many; the default
# looks for new ones.
hypothesis.settings.register_profile("explore", deadline=None, database=None)
hypothesis.settings.register_profile("fixed", deadline=None, derandomize=True, database=None, max_examples=50)
hypothesis.settings.register_profile("few", deadline=None, derandomize=True, database=None, max_examples=20)
hypothesis.settings.register_profile("many", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("explore")

# Python's collector of garbage goes through all that is alive, which with 14,000 tests is much, and finds next to nothing: a third of
# the time that collecting the tests took. It comes seldom here, and what is there when the tests begin it leaves alone.
gc.set_threshold(100_000, 20, 50)

collect_ignore = ["make.py", "setup.py", "docs/conf.py", "docs/draw_readme_picture.py", "build", "bench"]


def code_cells(document: Document) -> Iterator[Region]:
    """The ``{code-cell}`` blocks of a page, with the tags that say how a notebook would run them."""
    for region in DirectiveLexer("code-cell", arguments=".*")(document):
        tags = region.lexemes["options"].get("tags", "")
        if "skip-execution" not in tags:
            yield Region(region.start, region.end, region.lexemes["source"], raises if "raises-exception" in tags else PythonEvaluator())


def raises(example: Example) -> None:
    """Run a cell that is there to show an error."""
    with pytest.raises(Exception, match=r"."):
        PythonEvaluator()(example)
    example.namespace.pop("__builtins__", None)


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), code_cells, SkipParser()],
    patterns=["*.md"],
    excludes=["build/*", ".venv/*"],
).pytest()


# ---------------------------------------------------------------- which tests are slow


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and put the files that take longest first: what is handed out last then takes little, and no process waits."""
    seconds = {file: sum(tests.values()) for file, tests in SLOW.items()}
    items.sort(key=lambda item: -seconds.get(item.nodeid.partition("::")[0], 0))
    for item in items:
        file, _, name = item.nodeid.partition("::")
        slow = SLOW.get(file, {})
        if name.partition("[")[0] in slow or "page" in slow:
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


# ---------------------------------------------------------------- figures


def pytest_runtest_teardown() -> None:
    """Close what a test, a docstring or a page has drawn: figures stay open until they are closed, and matplotlib warns of many."""
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


# ---------------------------------------------------------------- long runs that go on where they were stopped


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--unpassed", metavar="FILE", help="leave out what FILE says has passed on these sources, and add to it")
    parser.addoption("--part", metavar="K/N", help="only the share of the files that process K of N takes")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--unpassed")
    if path is not None:
        config.pluginmanager.register(Passed(Path(path), writes=not hasattr(config, "workerinput")), "passed")

    part = config.getoption("--part")
    if part is not None:
        config.pluginmanager.register(Part(*map(int, part.split("/"))), "part")


WORTH_A_LINE = 6  # seconds


class Passed:
    """Which tests have passed on the sources as they are now, and in how many seconds."""

    def __init__(self, path: Path, *, writes: bool) -> None:
        self.path = path
        self.writes = writes  # the workers read what to leave out; the process that hears from all of them writes
        self.sources = sources()
        self.seconds: dict[str, float] = self.read()

    def read(self) -> dict[str, float]:
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return dict(kept["seconds"]) if kept.get("sources") == self.sources else {}

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        passed = [item for item in items if item.nodeid in self.seconds]
        config.hook.pytest_deselected(items=passed)
        items[:] = [item for item in items if item.nodeid not in self.seconds]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if self.writes and report.when == "call" and report.passed:
            self.seconds[report.nodeid.partition("@")[0]] = round(report.duration, 1)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(json.dumps({"sources": self.sources, "seconds": self.seconds}, indent=1), encoding="utf-8")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for name, seconds in self.seconds.items():
            if seconds >= WORTH_A_LINE:
                terminalreporter.write_line(f"{seconds / 60:6.1f} min  {name}")


class Part:
    """The files of one of several processes, as long to run as those of the others by what was measured the last time."""

    def __init__(self, number: int, many: int) -> None:
        self.number = number
        self.taken = dealt(many)
        self.seconds: dict[str, float] = {}

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        name = collection_path.relative_to(ROOT).as_posix()
        return True if self.taken.get(name, self.number) != self.number else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        file = report.nodeid.partition("::")[0]
        self.seconds[file] = self.seconds.get(file, 0.0) + report.duration

    def pytest_sessionfinish(self) -> None:
        path = ROOT / "build" / f"seconds.{self.number}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({file: round(seconds, 3) for file, seconds in self.seconds.items()}), encoding="utf-8")


EVERY_FILE, A_BYTE = 0.02, 2e-6  # seconds, for a file of which nothing is known


def dealt(many: int) -> dict[str, int]:
    """For every file the number of the process that takes it: the longest first, each to the one that has least so far."""
    measured = ROOT / "build" / "seconds.json"
    known: dict[str, float] = json.loads(measured.read_text(encoding="utf-8")) if measured.exists() else {}
    paths = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    paths += [path for folder in ("tests", "causalkit", "stop_button") for path in (ROOT / folder).rglob("*.py")]
    size = {path.relative_to(ROOT).as_posix(): path.stat().st_size for path in paths}
    cost = {name: EVERY_FILE + known.get(name, of * A_BYTE if not known else 0.0) for name, of in size.items()}
    load, found = [0.0] * many, {}
    for name in sorted(cost, key=lambda name: (-cost[name], name)):
        least = load.index(min(load))
        found[name] = least + 1
        load[least] += cost[name]
    return found


def sources() -> str:
    """One text that changes when any module or test changes."""
    digest = hashlib.sha256()
    for folder in ("causalkit", "stop_button", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()
