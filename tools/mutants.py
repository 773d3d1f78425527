"""Mutants: the code with one small fault, to see whether the tests notice.

    .venv/bin/python -m tools.mutants map
    .venv/bin/python -m tools.mutants run --seed 2026 --count 200

`map` runs all tests once and keeps which statements each one runs. `run` draws mutants, and for each it runs the tests that reach it, the
nearest and quickest first, until one fails or the seconds are spent. Both work on a copy of the tree in build/mutants. What was found is
in build/mutants/SEED.jsonl, a line for each mutant; started again, it goes on where it was.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import pickle
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tools.faults import ROOT, Mutant, mutants_of

BUILD = ROOT / "build" / "mutants"
TREE = BUILD / "tree"
LEFT_OUT = (
    "stop_button/presentation/", "stop_button/worlds/", "causalkit/plots/", "causalkit/drawing/", "causalkit/plot.py", "/loading/",
    "causalkit/examples/", "causalkit/errors.py", "causalkit/values/pictures.py", "__main__.py", "__init__.py",
)  # fmt: skip
"""Pictures, old import paths, data, and words of errors: no line there makes a number, a flag or a refusal."""

PYTEST = ["-q", "-p", "no:cacheprovider", "-p", "no:benchmark", "-p", "no:xdist", "--hypothesis-profile=fixed", "-m", "not long"]
COPIED = ["causalkit", "stop_button", "tests", "docs", "tools", "bench", "examples", "changelog.d"]


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


def sample(seed: int, count: int) -> list[Mutant]:
    """Mutants drawn without replacement, at most one a line: a module by its lines of code, then a kind, then one of that kind."""
    rng = random.Random(seed)
    pool: dict[str, dict[str, list[Mutant]]] = {}
    for module in modules():
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
class Plan:
    """The tests for a mutant in the order in which they run, a few at first, and how many there was no time for."""

    first: list[str]
    rest: list[str]
    left: int


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

    def plan(self, mutant: Mutant, seconds: float) -> Plan:
        """Tests that run the statement, then those that run its function: nearest by name and quickest first."""
        begins, ends = function_around(mutant)
        before = max((line for line in self.lines.get(mutant.module, {}) if begins <= line <= mutant.line), default=mutant.line)
        running = self.between(mutant.module, before, mutant.end)
        stem = Path(mutant.module).stem.rstrip("s")

        def rank(name: str) -> tuple[bool, float]:
            return name not in running, self.tests[name][1] * (0.2 if stem in name.partition("::")[0] else 1)

        chosen, total, left = [], 0.0, 0
        for name in sorted(running | self.between(mutant.module, begins, ends), key=rank):
            needed = self.tests[name][1] + 0.02
            if total + needed > seconds:
                left += 1
            else:
                total += needed
                chosen.append(name)
        return Plan(chosen[:50], chosen[50:], left)


def function_around(mutant: Mutant) -> tuple[int, int]:
    """The lines of the innermost function around a mutant, or of the whole module."""
    spans = [(0, sys.maxsize)]
    for node in ast.walk(ast.parse((ROOT / mutant.module).read_bytes())):
        if isinstance(node, ast.FunctionDef):
            begins = min(node.lineno, *(one.lineno for one in node.decorator_list), node.lineno)
            spans += [(begins, node.end_lineno or begins)] if begins <= mutant.line <= (node.end_lineno or begins) else []
    return max(spans)


def ran(tests: list[str], limit: float) -> tuple[str, str]:
    """What became of some tests: passed, noticed, or late, and the first that failed."""
    if not tests:
        return "passed", ""
    listed = BUILD / "tests.txt"
    listed.write_text("\n".join(tests), encoding="utf-8")
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", *PYTEST, f"@{listed}"],
            cwd=TREE,
            env=environment,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "late", ""
    said = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return "passed" if done.returncode in (0, 5) else "noticed", (said or done.stdout.splitlines()[-1:] or [""])[0]


def tried(mutant: Mutant, plan: Plan, seconds: float) -> dict[str, Any]:
    """A mutant put into the copy, its tests, and the copy as it was."""
    path = TREE / mutant.module
    source = (ROOT / mutant.module).read_bytes()
    path.write_bytes(mutant.put_into(source))
    try:
        result, by = ran(plan.first, 2 * seconds)
        result, by = ran(plan.rest, 4 * seconds) if result == "passed" else (result, by)
    finally:
        path.write_bytes(source)
    return {**asdict(mutant), "result": result, "by": by, "tests": len(plan.first) + len(plan.rest), "left": plan.left}


# ---------------------------------------------------------------- the commands


def copied() -> None:
    """A fresh copy of the tree: mutants never stand in the tree that one works in."""
    shutil.rmtree(TREE, ignore_errors=True)
    TREE.mkdir(parents=True)
    for name in COPIED:
        shutil.copytree(ROOT / name, TREE / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy2(path, TREE / path.name)


def make_map() -> None:
    copied()
    subprocess.run([sys.executable, "-m", "pytest", "-p", "tools.statements", *PYTEST], cwd=TREE, check=False)
    shutil.copy2(TREE / "statements.pickle", BUILD / "statements.pickle")


def run(seed: int, count: int, seconds: float) -> None:
    copied()
    tests, results = Tests(BUILD / "statements.pickle"), BUILD / f"{seed}.jsonl"
    lines = results.read_text(encoding="utf-8").splitlines() if results.exists() else []
    found: list[Mapping[str, Any]] = [json.loads(line) for line in lines]
    for number, mutant in enumerate(sample(seed, count)[len(found) :], len(found)):
        row = tried(mutant, tests.plan(mutant, seconds), seconds)
        found.append(row)
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        print(
            f"{number:4} {row['result']:8} {mutant.module}:{mutant.line} {mutant.kind}: {mutant.old[:60]!r} -> {mutant.new[:60]!r}",
            flush=True,
        )
    print(Counter(row["result"] for row in found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("map", help="run all tests once, and keep which statements each one runs")
    command = commands.add_parser("run", help="draw mutants and run the tests that reach them")
    command.add_argument("--seed", type=int, default=1)
    command.add_argument("--count", type=int, default=200)
    command.add_argument("--seconds", type=float, default=60, help="processor seconds of tests for each mutant")
    chosen = parser.parse_args()
    if chosen.command == "map":
        make_map()
    else:
        run(chosen.seed, chosen.count, chosen.seconds)


if __name__ == "__main__":
    main()
