"""Copies of the tree in which mutants stand, and the processes that run tests in them."""

from __future__ import annotations

import compileall
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import IO, Any

from tools.faults import ROOT

BUILD = ROOT / "build" / "mutants"
PYTEST = ["-q", "-p", "no:cacheprovider", "-p", "no:benchmark", "-p", "no:xdist", "--hypothesis-profile=fixed"]
COPIED = ["causalkit", "stop_button", "tests", "docs", "tools", "bench", "examples", "changelog.d"]


def copied(name: str, source: Path = ROOT) -> Path:
    """A fresh copy of a tree: mutants never stand in the one that one works in."""
    tree = BUILD / name
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for folder in COPIED:
        shutil.copytree(source / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in source.iterdir():
        if path.is_file():
            shutil.copy2(path, tree / path.name)
    return tree


def compiled(tree: Path) -> Path:
    """The copy with its packages compiled, each valid for the text of its module and not for its time: no mutant is taken for another."""
    for package in ("causalkit", "stop_button"):
        compileall.compile_dir(tree / package, quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    return tree


def ran(tree: Path, tests: list[str], limit: float) -> tuple[str, str]:
    """What became of some tests in a copy of the tree: passed, noticed, or late, and the first that failed."""
    if not tests:
        return "passed", ""
    listed = tree.with_suffix(".txt")
    listed.write_text("\n".join(tests), encoding="utf-8")
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", *PYTEST, "-m", "not long", f"@{listed}"],
            cwd=tree,
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


@contextmanager
def forks(tree: Path, jobs: int) -> Iterator[tuple[IO[str], Iterator[dict[str, Any]]]]:
    """A process that tries mutants in forks: where they are asked, and what it tells of them. It takes a minute to collect all tests."""
    (asked, ask), (tell, told) = os.pipe(), os.pipe()
    command = [sys.executable, "-m", "pytest", "-p", "tools.forks", *PYTEST, "-m", "not long", "tests", "causalkit", "stop_button"]
    environment = {**os.environ, "MUTANTS": f"{jobs},{asked},{told}", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with tree.with_suffix(".log").open("w") as log, os.fdopen(ask, "w") as asking, os.fdopen(tell) as telling:
        process = subprocess.Popen(command, cwd=tree, env=environment, pass_fds=(asked, told), stdout=log, stderr=log)
        os.close(asked)
        os.close(told)
        print(next(map(json.loads, telling), "nothing was collected"), flush=True)
        try:
            yield asking, map(json.loads, telling)
        finally:
            process.kill()
            process.wait()
