"""Run the quick tests in other surroundings: `python3 make.py matrix`, or `python3 make.py matrix --only lowest,wheel`.

Each cell is a virtual environment of its own in build/matrix, made afresh. Cells that need what is not there (another Python) say so and
are left out; every other cell must pass. Needs a network connection.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "matrix"
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DEPENDENCIES: list[str] = DECLARED["project"]["dependencies"]
EXTRAS: dict[str, list[str]] = DECLARED["project"]["optional-dependencies"]
RUNNERS = [line for line in EXTRAS["test"] if not re.match(r"mypy|ruff|pytest-benchmark", line)]
LIBRARIES = [*RUNNERS, *EXTRAS["cluster"], *EXTRAS["fast"]]
SETTINGS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "MPLBACKEND": "Agg", "PYTHONDONTWRITEBYTECODE": ""}
QUICK = ["-m", "not slow and not long", "-p", "no:benchmark", "--hypothesis-profile=fixed", "-q", "tests", "README.md"]
ABOUT_THE_SOURCE = [
    "test_layers.py",
    "test_bibliography.py",
    "test_architecture.py",
    "test_packaging.py",
    "test_docstrings.py",
    "test_reference.py",
    "test_tests.py",
]


@dataclass(frozen=True)
class Cell:
    """One surrounding: a Python, what is installed in it, settings of the environment, and where the packages come from."""

    says: str
    python: str = sys.executable
    installed: Sequence[str] = (*DEPENDENCIES, *LIBRARIES)
    settings: Mapping[str, str] = field(default_factory=dict)
    packages: str = "source"


def lowest(requirement: str) -> str:
    """A requirement at the oldest version that it allows.

    >>> lowest("numpy>=2.0")
    'numpy==2.0'
    """
    return re.sub(r">=([^,]+).*", r"==\1", requirement)


CELLS = {
    "py3.12": Cell("Python 3.12", python="python3.12"),
    "py3.13": Cell("Python 3.13", python="python3.13"),
    "py3.14": Cell("Python 3.14", python="python3.14"),
    "lowest": Cell("the oldest libraries that pyproject.toml allows", installed=[*map(lowest, DEPENDENCIES), *RUNNERS]),
    "bare": Cell("no extras: no numba, no cluster", installed=[*DEPENDENCIES, *RUNNERS]),
    "locale": Cell(
        "a machine that speaks ASCII", settings={"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "TZ": "Asia/Kolkata"}
    ),
    "seed": Cell("another order of sets", settings={"PYTHONHASHSEED": "4242"}),
    "wheel": Cell("the built wheel, tested from a folder without the source", packages="wheel"),
    "sdist": Cell("the source distribution, unpacked", packages="sdist"),
}


def main(arguments: Sequence[str]) -> int:
    """Run the cells that are asked for, and say of each whether it passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(CELLS), help="some of: " + ", ".join(CELLS))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("rest", nargs="*", help="what follows -- goes to pytest in place of the quick tests")
    options = parser.parse_args(arguments)
    names = [name.strip() for name in options.only.split(",")]
    if unknown := [name for name in names if name not in CELLS]:
        parser.error(f"there is no cell {', '.join(unknown)}; there are: {', '.join(CELLS)}")
    results = [(name, *timed(name, options.jobs, options.rest or QUICK)) for name in names]
    print("==> the matrix:")
    for name, outcome, seconds in results:
        print(f"    {name:7} {outcome:9} {seconds:6.1f} s  {CELLS[name].says}")
    return 1 if any(outcome == "FAILED" for _, outcome, _ in results) else 0


def timed(name: str, jobs: int, tests: Sequence[str]) -> tuple[str, float]:
    """How one cell went, and how long it took."""
    begun = time.monotonic()
    cell = CELLS[name]
    python = located(cell.python)
    if python is None:
        return "not here", 0.0
    place = BUILD / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    print(f"==> {name}: {cell.says}", flush=True)
    steps = prepared(replace(cell, python=python), place)
    passed = steps and run([inside(place), "-m", "pytest", *workers(jobs), *left_out(cell), *tests], steps, cell.settings)
    return ("passed" if passed else "FAILED"), time.monotonic() - begun


def located(python: str) -> str | None:
    """A Python that starts, of this name on the path or among the versions that pyenv keeps."""
    kept = sorted(Path.home().glob(f".pyenv/versions/{python.removeprefix('python')}.*/bin/{python}"))
    return next((each for each in [python, *map(str, kept)] if starts(each)), None)


def starts(python: str) -> bool:
    try:
        return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def workers(jobs: int) -> list[str]:
    return ["-n", str(jobs), "--dist", "loadfile", "--no-loadscope-reorder"] if jobs > 1 else []


def left_out(cell: Cell) -> list[str]:
    """Tests that read our source files have nothing to read where only the wheel is."""
    return [f"--deselect=tests/{name}" for name in ABOUT_THE_SOURCE] if cell.packages == "wheel" else []


def inside(place: Path) -> str:
    """The Python of a cell's environment."""
    return str(place / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def prepared(cell: Cell, place: Path) -> Path | None:
    """Make the environment and the folder that the tests run in; None when a step failed, which has said why."""
    pip = [inside(place), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    tree = place / "tree"
    if not run([cell.python, "-m", "venv", str(place / "venv")], ROOT) or not run([*pip, *cell.installed], ROOT):
        return None
    if cell.packages == "source":
        return ROOT
    if cell.packages == "sdist":
        return unpacked(pip, place)
    copy_project(tree)
    done = run([inside(place), "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(place / "dist"), str(tree)], ROOT)
    wheels = list((place / "dist").glob("*.whl"))
    if not done or not run([*pip, *map(str, wheels)], ROOT):
        return None
    for package in ("causalkit", "stop_button", "build", "causalkit.egg-info"):
        shutil.rmtree(tree / package, ignore_errors=True)
    return tree if run([inside(place), "-c", "import causalkit, stop_button; assert 'venv' in causalkit.__file__"], tree) else None


def unpacked(pip: Sequence[str], place: Path) -> Path | None:
    """The project as its source distribution holds it; every file of the project must be in it."""
    tree, out = place / "tree", place / "dist"
    copy_project(tree)
    if not run([*pip, "build"], ROOT) or not run([inside(place), "-m", "build", "--sdist", "--outdir", str(out), str(tree)], ROOT):
        return None
    (archive,) = out.glob("*.tar.gz")
    shutil.unpack_archive(archive, place, filter="data")
    there = place / archive.name.removesuffix(".tar.gz")
    missing = [name for name in project_files() if not (there / name).exists()]
    if missing:
        print(f"the source distribution lacks: {', '.join(missing)}; add them to MANIFEST.in")
        return None
    return there


def project_files() -> list[str]:
    """What git has or would take."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return sorted(name for name in listed if name and (ROOT / name).is_file())


def copy_project(tree: Path) -> None:
    for name in project_files():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tree / name)


def run(command: Sequence[str], folder: Path, settings: Mapping[str, str] | None = None) -> bool:
    around = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, cwd=folder, env={**around, **SETTINGS, **(settings or {})}, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
