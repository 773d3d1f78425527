"""The public surface: few names, all there, none by accident; and every path of the release before still leads somewhere."""

from __future__ import annotations

import importlib
import importlib.util
import json
import subprocess
import sys
import warnings
from pathlib import Path
from types import ModuleType

import pytest

import causalkit
import stop_button
from causalkit.loading import moved_names

ROOT = Path(__file__).resolve().parent.parent

CAUSALKIT = [
    "Branches", "CausalError", "Dist", "Graph", "Impossible", "Model", "as_in", "bounds", "break_even", "choice", "coin", "cpt",
    "d_separated", "function", "identify", "point", "read", "table", "uniform", "unroll", "write",
]  # fmt: skip
STOP_BUTTON = [
    "BASELINE", "FREE", "STOP", "UNDEFINED", "B", "E", "H", "Policy", "Role", "Utility", "V", "World", "X", "audit", "ccmin", "cond",
    "conditional_counterfactual", "counterfactual", "find_counterexample", "least", "load", "most", "naive", "rank", "ref", "report",
    "save", "score", "solve", "survey", "switch",
]  # fmt: skip
MODULES = {
    "causalkit": "errors examples graphs identification interop networks plot quantities symbols testing".split(),  # noqa: SIM905
    "stop_button": [
        "agents", "atlas", "auditing", "claims", "definitions", "families", "flags", "frequencies", "gains", "games", "incentives",
        "language",
        "learning", "lotteries", "plot", "properties", "replies", "searching", "sequences", "solving", "testing", "verdicts", "worlds",
    ],
}  # fmt: skip
OLD: dict[str, list[str]] = json.loads((ROOT / "tests" / "data" / "release_0_1.json").read_text(encoding="utf-8"))
"""Every module of release 0.1 with the names in its ``__all__``, as they were listed before anything moved."""


@pytest.mark.parametrize(("package", "names"), [(causalkit, CAUSALKIT), (stop_button, STOP_BUTTON)], ids=["causalkit", "stop_button"])
def test_public_names(package: ModuleType, names: list[str]) -> None:
    assert sorted(package.__all__) == sorted(names)
    assert all(hasattr(package, name) for name in names)
    assert dir(package) == sorted([*names, *MODULES[package.__name__]])


@pytest.mark.parametrize(("package", "module"), [(package, module) for package, modules in MODULES.items() for module in modules])
def test_public_modules_load_when_they_are_asked_for(package: str, module: str) -> None:
    found = getattr(importlib.import_module(package), module)
    assert isinstance(found, ModuleType)
    assert found.__doc__


@pytest.mark.parametrize("package", [causalkit, stop_button], ids=["causalkit", "stop_button"])
def test_no_public_function_hides_a_module(package: ModuleType) -> None:
    hidden = [
        name for name in package.__all__ if callable(getattr(package, name)) and importlib.util.find_spec(f"{package.__name__}.{name}")
    ]
    assert [name for name in hidden if f"{package.__name__}.{name}" not in moved_names(package.__name__)] == []


@pytest.mark.parametrize(
    ("module", "typo", "meant"),
    [
        ("causalkit", "Modle", "Model"),
        ("causalkit", "plott", "plot"),
        ("stop_button", "audti", "audit"),
        ("stop_button.worlds", "ofice", "office"),
        ("stop_button.definitions", "counterfactul", "counterfactual"),
        ("causalkit.graphs", "d_seperated", "d_separated"),
    ],
)
def test_a_typo_is_an_attribute_error_that_says_what_was_meant(module: str, typo: str, meant: str) -> None:
    with pytest.raises(AttributeError, match=f"has no attribute '{typo}'; did you mean '{meant}'"):
        getattr(importlib.import_module(module), typo)


@pytest.mark.parametrize(
    ("package", "typed"),
    [
        ("causalkit", "causalkit.quantities.probability_of_necessity"),
        ("causalkit", "causalkit.errors.UnknownName"),
        ("causalkit", "causalkit.plot.draw"),
        ("stop_button", "causalkit.coin"),
        ("stop_button", "causalkit.Model"),
        ("stop_button", "causalkit.quantities.probability_of_necessity"),
        ("stop_button", "stop_button.claims.never_pays_for_influence"),
        ("stop_button", "stop_button.worlds.office"),
    ],
)
def test_a_name_that_is_public_elsewhere_is_pointed_to_there(package: str, typed: str) -> None:
    place, _, name = typed.rpartition(".")
    with pytest.raises(AttributeError, match=rf"^module '{package}' has no attribute '{name}'; type {typed}$"):
        getattr(importlib.import_module(package), name)
    there = (
        getattr(importlib.import_module("stop_button"), place.removeprefix("stop_button.")) if place.startswith("stop_button.") else None
    )
    assert hasattr(there or importlib.import_module(place), name)


def test_asking_for_a_name_that_is_not_there_loads_doors_only() -> None:
    script = (
        "import sys, causalkit, stop_button\n"
        "before = set(sys.modules)\n"
        "assert not any(hasattr(package, name) for package in (causalkit, stop_button) for name in ('draw', 'nothing', 'office'))\n"
        "print(*(name for name in set(sys.modules) - before if name.partition('.')[0] not in ('importlib', 'difflib')))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) <= {"stop_button.presentation", "stop_button.searching", "stop_button.auditing"}


@pytest.mark.parametrize("module", ["stop_button.worlds", "stop_button.definitions", "stop_button.auditing", "causalkit.graphs"])
def test_completion_shows_public_names_only(module: str) -> None:
    loaded = importlib.import_module(module)
    assert dir(loaded) == sorted(loaded.__all__)


# ---------------------------------------------------------------- release 0.1


def test_what_release_0_1_had_was_written_down() -> None:
    assert len(OLD) > 170
    assert sum(map(len, OLD.values())) > 800


@pytest.mark.parametrize("module", [module for module in OLD if module != "stop_button.__main__"])
def test_every_path_of_release_0_1_leads_somewhere(module: str) -> None:
    if module.endswith(".native"):
        pytest.importorskip("numba")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sys.modules.pop(module, None) if module in moved_names(module.partition(".")[0]) else None
        loaded = importlib.import_module(module)
        for name in OLD[module]:
            assert getattr(loaded, name) is not None
    if module in moved_names(module.partition(".")[0]):
        told = [str(each.message) for each in caught if each.category is DeprecationWarning]
        assert f"{module} has moved: import from {moved_names(module.partition('.')[0])[module]}" in told


def test_an_old_path_leaves_the_function_of_its_name_alone() -> None:
    script = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "import stop_button.score, stop_button.audit, stop_button as sb\n"
        "from stop_button.score import Scoreboard\n"
        "assert callable(sb.score) and callable(sb.audit), (sb.score, sb.audit)\n"
        "assert sb.audit(sb.worlds.basic_button(), sb.counterfactual)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_result_types_at_the_top_are_on_their_way_out() -> None:
    with pytest.warns(DeprecationWarning, match=r"stop_button\.Audit has moved: use stop_button\.auditing\.Audit"):
        assert stop_button.Audit is stop_button.auditing.Audit
    with pytest.warns(DeprecationWarning, match="never_pays_to_manipulate has moved"):
        assert stop_button.claims.never_pays_to_manipulate is stop_button.claims.never_pays_for_influence
