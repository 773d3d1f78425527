"""Mutants: the code with one small fault, to see whether the tests notice.

    .venv/bin/python -m tools.mutants map --quick
    .venv/bin/python -m tools.mutants run --seed 2026 --count 200
    .venv/bin/python -m tools.mutants again --seed 2026

`map` runs all tests once and keeps which statements each one runs; `--quick` leaves out slow tests and pages. `run` draws mutants, and for
each it runs the tests of the map that reach it, the nearest and quickest first, until one fails or the seconds are spent; and then slow
tests that the map does not have, those of the nearest files first. It does so in forks of one process that has all tests collected. What
is not noticed there, `again` tries in processes of their own. All work on copies of the tree in build/mutants. What was found is in
build/mutants/SEED.jsonl, a line for each mutant; started again, each goes on where it was.
"""

from __future__ import annotations

import argparse
import ast
import json
import pickle
import random
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tests.slow_tests import SLOW
from tools.faults import ROOT, Mutant, mutants_of
from tools.mutant_trees import BUILD, PYTEST, compiled, copied, forks, ran

LEFT_OUT = (
    "stop_button/presentation/", "stop_button/worlds/", "causalkit/plots/", "causalkit/drawing/", "causalkit/plot.py", "/loading/",
    "causalkit/examples/", "causalkit/errors.py", "causalkit/values/pictures.py", "__main__.py", "__init__.py",
)  # fmt: skip
"""Pictures, old import paths, data, and words of errors: no line there makes a number, a flag or a refusal."""

FEW = 20
"""A statement that so many tests run at most is run by few."""


# ---------------------------------------------------------------- the sample


def modules() -> list[str]:
    found = sorted(path.relative_to(ROOT).as_posix() for package in ("causalkit", "stop_button") for path in (ROOT / package).rglob("*.py"))
    return [name for name in found if not any(part in name for part in LEFT_OUT)]


def code_lines(module: str) -> int:
    """The lines of a module on which a statement begins, imports and bare text aside."""
    return len(
        {
            node.lineno
            for node in ast.walk(ast.parse((ROOT / module).read_bytes()))
            if isinstance(node, ast.stmt)
            and not isinstance(node, ast.Import | ast.ImportFrom)
            and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        }
    )


def is_program(mutant: Mutant) -> bool:
    """Whether a mutant can be read, and is another program than the original."""
    source = (ROOT / mutant.module).read_bytes()
    try:
        return ast.dump(ast.parse(mutant.put_into(source))) != ast.dump(ast.parse(source))
    except SyntaxError:
        return False


def sample(seed: int, count: int, only: str = "") -> list[Mutant]:
    """Mutants drawn without replacement, at most one a line: a module by its lines of code, then a kind, then one of that kind.

    `only` is how the paths of modules begin that are drawn from, to learn what tests of a part let through.
    """
    rng = random.Random(seed)
    pool: dict[str, dict[str, list[Mutant]]] = {}
    for module in [each for each in modules() if each.startswith(only)]:
        for mutant in mutants_of(module):
            pool.setdefault(module, {}).setdefault(mutant.kind, []).append(mutant)
    names = list(pool)
    weights = [code_lines(name) for name in names]
    drawn: dict[tuple[str, int], Mutant] = {}
    while len(drawn) < count:
        kinds = pool[rng.choices(names, weights)[0]]
        mutant = rng.choice(kinds[rng.choice(sorted(kinds))])
        if (mutant.module, mutant.line) not in drawn and is_program(mutant):
            drawn[mutant.module, mutant.line] = mutant
    return list(drawn.values())


# ---------------------------------------------------------------- the tests


@dataclass(frozen=True)
class Seconds:
    """Processor seconds of tests for one mutant: of those that are known to reach it, and of slow ones that may."""

    known: float
    slow: float


@dataclass(frozen=True)
class Plan:
    """The tests for a mutant in the order in which they run, a few at first, slow ones last, and how many there was no time for."""

    first: list[str]
    rest: list[str]
    slow: list[str]
    left: int
    seconds: float

    @property
    def all(self) -> list[str]:
        return [*self.first, *self.rest, *self.slow]


class Tests:
    """Which tests run a statement, and how long they take."""

    def __init__(self, kept: Path) -> None:
        places, self.tests = pickle.loads(kept.read_bytes())
        self.lines: dict[str, dict[int, int]] = {}
        for (module, line), number in places.items():
            self.lines.setdefault(module, {})[line] = number
        self.running: dict[int, set[str]] = {}
        for name, (statements, _) in self.tests.items():
            for number in statements:
                self.running.setdefault(number, set()).add(name)

    def between(self, module: str, first: int, last: int) -> set[str]:
        return {name for line, n in self.lines.get(module, {}).items() if first <= line <= last for name in self.running.get(n, ())}

    def seldom(self, module: str, first: int, last: int) -> set[str]:
        """The tests that run a statement among these lines which few tests run."""
        every = [self.running.get(number, set()) for line, number in self.lines.get(module, {}).items() if first <= line <= last]
        return set().union(*(tests for tests in every if len(tests) <= FEW))

    def plan(self, mutant: Mutant, seconds: Seconds) -> Plan:
        """Tests that run the statement, then those that run its function; then slow tests nearby.

        First come those that run what few run of what follows in the function, as where something is refused; then the nearest by name
        and the quickest.
        """
        begins, ends = function_around(mutant)
        before = max((line for line in self.lines.get(mutant.module, {}) if begins <= line <= mutant.line), default=mutant.line)
        running = self.between(mutant.module, before, mutant.end)
        reaching = running | self.between(mutant.module, begins, ends)
        seldom = self.seldom(mutant.module, mutant.line, ends)
        words = words_of(mutant.module)

        def rank(name: str) -> tuple[bool, bool, float]:
            return name not in running, name not in seldom, self.tests[name][1] * (0.2 if words <= words_of(file_of(name)) else 1)

        needed = {name: self.tests[name][1] + 0.02 for name in sorted(reaching, key=rank)}
        chosen, left = within(needed, seconds.known)
        nearby = self.slow(mutant, reaching)
        slow, left_slow = within(nearby, seconds.slow)
        return Plan(
            chosen[:50], chosen[50:], slow, left + left_slow, sum(map(needed.__getitem__, chosen)) + sum(map(nearby.__getitem__, slow))
        )

    def slow(self, mutant: Mutant, reaching: set[str]) -> dict[str, float]:
        """Slow tests that the map does not have and their seconds: by the name of the file, its imports, and what else of it is reached."""
        words, module = words_of(mutant.module), mutant.module.removesuffix(".py").replace("/", ".")
        reached = Counter(file_of(name) for name in reaching)
        tests = {f"{file}::{name}": each for file, names in SLOW.items() for name, each in names.items() if file.endswith(".py")}

        def rank(name: str) -> tuple[bool, bool, float, float]:
            file = file_of(name)
            text = (ROOT / file).read_text(encoding="utf-8")
            return not words <= words_of(file), module not in text, -min(reached[file], 5), tests[name]

        near = (name for name in tests if name not in self.tests and (reached[file_of(name)] or rank(name)[:2] != (True, True)))
        return {name: tests[name] for name in sorted(near, key=rank)}


def words_of(path: str) -> set[str]:
    """The words of a file's name, without plurals."""
    return {word.rstrip("s") for word in Path(path).stem.split("_")}


def file_of(test: str) -> str:
    return test.partition("::")[0]


def within(needed: dict[str, float], seconds: float) -> tuple[list[str], int]:
    """The first tests that seconds allow, and how many they do not."""
    chosen: list[str] = []
    for name, each in needed.items():
        if each <= seconds:
            seconds -= each
            chosen.append(name)
    return chosen, len(needed) - len(chosen)


def function_around(mutant: Mutant) -> tuple[int, int]:
    """The lines of the innermost function around a mutant, or of the whole module."""
    spans = [(0, sys.maxsize)]
    for node in ast.walk(ast.parse((ROOT / mutant.module).read_bytes())):
        if isinstance(node, ast.FunctionDef):
            begins = min(node.lineno, *(one.lineno for one in node.decorator_list), node.lineno)
            spans += [(begins, node.end_lineno or begins)] if begins <= mutant.line <= (node.end_lineno or begins) else []
    return max(spans)


def tried(tree: Path, mutant: Mutant, plan: Plan, seconds: Seconds) -> tuple[str, str]:
    """What became of the tests of a mutant, put into a copy of the tree that is then as it was."""
    path = tree / mutant.module
    source = path.read_bytes()
    path.write_bytes(mutant.put_into(source))
    result, by = "passed", ""
    try:
        for tests, limit in ((plan.first, seconds.known), (plan.rest, seconds.known), (plan.slow, seconds.slow)):
            if result == "passed":
                result, by = ran(tree, tests, 20 + 4 * limit)
    finally:
        path.write_bytes(source)
    return result, by


# ---------------------------------------------------------------- the commands


def make_map(quick: bool) -> None:
    tree = copied("map")
    chosen = ["-m", "not slow and not long", "tests", "causalkit", "stop_button"] if quick else ["-m", "not long"]
    subprocess.run([sys.executable, "-m", "pytest", "-p", "tools.statements", *PYTEST, *chosen], cwd=tree, check=False)
    shutil.copy2(tree / "statements.pickle", BUILD / "statements.pickle")


class Results:
    """What became of the mutants of a sample: a line of JSON for each, and another for what was tried again, which counts instead."""

    def __init__(self, seed: int) -> None:
        self.file = BUILD / f"{seed}.jsonl"
        lines = self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else []
        self.rows: dict[int, dict[str, Any]] = {row["number"]: row for row in map(json.loads, lines)}

    def keep(self, mutant: Mutant, row: dict[str, Any]) -> None:
        self.rows[row["number"]] = {**asdict(mutant), **row}
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(self.rows[row["number"]]) + "\n")
        change = f"{mutant.kind}: {mutant.old[:60]!r} -> {mutant.new[:60]!r}"
        print(f"{row['number']:4} {row['result']:8} {mutant.module}:{mutant.line} {change}", flush=True)


def run(drawn: list[Mutant], results: Results, seconds: Seconds, jobs: int) -> None:
    """Try what has not been tried of a sample, in forks."""
    tests = Tests(BUILD / "statements.pickle")
    left = {number: mutant for number, mutant in enumerate(drawn) if number not in results.rows}
    plans = {number: tests.plan(mutant, seconds) for number, mutant in left.items()}
    with forks(compiled(copied("forks")), jobs) as (asking, telling):
        for number, mutant in left.items():
            text = mutant.put_into((ROOT / mutant.module).read_bytes()).decode()
            asked = {"number": number, "module": mutant.module, "text": text, "tests": plans[number].all}
            asking.write(json.dumps({**asked, "seconds": int(12 + 3 * plans[number].seconds)}) + "\n")
        asking.close()
        for told in telling:
            results.keep(left[told["number"]], {**told, "plan": asdict(plans[told["number"]])})
    print(Counter(row["result"] for row in results.rows.values()))


def again(seed: int, seconds: Seconds, jobs: int) -> None:
    """Try what forks let pass, and what cannot be put into them or did not end, in processes of their own, on the same tree."""
    trees: SimpleQueue[Path] = SimpleQueue()
    for i in range(jobs):
        trees.put(compiled(copied(f"tree{i}", BUILD / "forks")))
    results = Results(seed)
    left = [row for row in results.rows.values() if row["result"] != "noticed" and "in_forks" not in row]

    def once_more(row: dict[str, Any]) -> None:
        mutant, tree = Mutant(**{each.name: row[each.name] for each in fields(Mutant)}), trees.get()
        result, by = tried(tree, mutant, Plan(**row["plan"]), seconds)
        trees.put(tree)
        results.keep(mutant, {**row, "in_forks": row["result"], "result": result, "by": by})

    with ThreadPoolExecutor(jobs) as pool:
        for done in pool.map(once_more, sorted(left, key=lambda row: row["result"] == "passed")):
            assert done is None
    print(Counter(row["result"] for row in results.rows.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("map", help="run all tests once, and keep which statements each one runs")
    command.add_argument("--quick", action="store_true", help="leave out slow tests and pages")
    helped = {"run": "draw mutants and run the tests that reach them", "again": "try what was not noticed in processes of its own"}
    for name, text in helped.items():
        command = commands.add_parser(name, help=text)
        command.add_argument("--seed", type=int, default=1)
        if name == "run":
            command.add_argument("--count", type=int, default=200)
            command.add_argument("--only", default="", help="how the paths of modules begin that are drawn from, as causalkit/graphs/")
        command.add_argument("--seconds", type=float, default=60, help="processor seconds of tests that reach it, for each mutant")
        command.add_argument("--slow-seconds", type=float, default=60, help="the same, of slow tests near it that the map does not have")
        command.add_argument("--jobs", type=int, default=1, help="mutants at a time")
    chosen = parser.parse_args()
    if chosen.command == "map":
        make_map(chosen.quick)
        return
    seconds = Seconds(chosen.seconds, chosen.slow_seconds)
    if chosen.command == "run":
        run(sample(chosen.seed, chosen.count, chosen.only), Results(chosen.seed), seconds, chosen.jobs)
    else:
        again(chosen.seed, seconds, chosen.jobs)


if __name__ == "__main__":
    main()
