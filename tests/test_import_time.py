"""Importing a package loads none of the large libraries, which keeps it under .3 s on any machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"IPython", "hypothesis", "matplotlib", "networkx", "numpy", "opt_einsum", "pandas", "pgmpy", "rich", "scipy", "sympy"}
SCRIPT = "import sys; before = set(sys.modules); import {package}; print(*set(sys.modules) - before)"


@pytest.mark.parametrize("package", ["causalkit", "stop_button"])
def test_importing_loads_no_large_library(package: str) -> None:
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-c", SCRIPT.format(package=package)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert package in loaded
    assert not HEAVY & {name.partition(".")[0] for name in loaded}


MOST = {"causalkit": 4, "stop_button": 8}


@pytest.mark.parametrize("package", list(MOST))
def test_importing_takes_a_small_multiple_of_starting_python(package: str, tmp_path: Path) -> None:
    """By processor time, the least of several tries of either in turn, the first of which compiles: a busy machine fails nothing."""
    resource = pytest.importorskip("resource")  # where there are no such numbers, as on Windows, the ratio is not measured
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(tmp_path)}

    def seconds(line: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", line], env={**os.environ, **compiled, "PYTHONPATH": paths}, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return float(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    nothing, loaded = [], []
    for tried in range(40):
        nothing.append(seconds("pass"))
        loaded.append(seconds(f"import {package}"))
        if tried >= 2 and min(loaded) <= MOST[package] * min(nothing):
            break
    assert min(loaded) <= MOST[package] * min(nothing), f"{min(loaded) / min(nothing):.1f} times"


FIRST = [
    "causalkit.graphs",
    "causalkit.identification",
    "causalkit.quantities",
    "causalkit.drawing",
    "causalkit.documents.json",
    "causalkit.unrolling",
]
LATER = ["Graph", "bounds", "break_even", "d_separated", "identify", "unroll"]


@pytest.mark.parametrize("line", [*(f"import {module}" for module in FIRST), *(f"import causalkit; causalkit.{name}" for name in LATER)])
def test_whatever_is_imported_first_can_be(line: str) -> None:
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-c", line], env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
