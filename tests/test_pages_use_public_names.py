"""What a reader is shown can be typed: pages, examples and notebooks import from the packages and their public modules alone."""

from __future__ import annotations

import ast
import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import causalkit
import stop_button
from causalkit.loading import moved_names
from tests.source import ROOT

PAGES = sorted(
    path
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*.py"), *(ROOT / "docs").rglob("*.ipynb")]
    if "contributing" not in path.parts and "decisions" not in path.parts
)
"""All but what is written for those who build the packages."""

INNER = {
    "causalkit.interop.pgmpy",
    "causalkit.interop.networkx",
    "causalkit.interop.dot",
    "causalkit.interop.uai",
    "stop_button.games.graphs",
}
"""Public modules within public modules."""

IMPORT = re.compile(r"^(?:>>> )?((?:from|import) (?:causalkit|stop_button)\b[^\n(]*(?:\([^)]*\))?)", re.MULTILINE)


def code(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code")
    return text


def public(module: str) -> set[str]:
    """What a module offers to everybody; nothing where it is not for everybody."""
    package, _, rest = module.partition(".")
    top = importlib.import_module(package)
    if not rest:
        return {*top.__all__, *top.PUBLIC_MODULES}
    homes = {getattr(top, name).__name__ for name in top.PUBLIC_MODULES}
    if module in INNER | homes or "." not in rest:
        found = set(getattr(importlib.import_module(module), "__all__", ()))
        return found | {name.rpartition(".")[2] for name in INNER if name.rpartition(".")[0] == module}
    return set()


def wrong(path: Path) -> Iterator[str]:
    for found in IMPORT.findall(code(path)):
        for node in ast.parse(re.sub(r"^>>> ", "", found)).body:
            if isinstance(node, ast.ImportFrom):
                names = public(node.module or "")
                yield from (f"{node.module}.{name.name}" for name in node.names if name.name not in names)
            elif isinstance(node, ast.Import):
                yield from (name.name for name in node.names if not public(name.name))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_names_what_is_public(path: Path) -> None:
    assert list(wrong(path)) == [], "put the name into the __all__ of a public module, or use what is there"


def test_the_pages_are_found_and_a_deep_path_is_seen(tmp_path: Path) -> None:
    assert sum(bool(IMPORT.search(code(path))) for path in PAGES) > 40
    page = tmp_path / "page.md"
    page.write_text(
        "from causalkit.values.exact import exact\nfrom stop_button.atlas.plug_in import (\n    own,\n)\nimport stop_button as sb\n",
        "utf-8",
    )
    assert list(wrong(page)) == ["causalkit.values.exact.exact", "stop_button.atlas.plug_in.own"]


@pytest.mark.parametrize("package", [causalkit, stop_button], ids=["causalkit", "stop_button"])
def test_every_public_name_of_a_public_module_is_there(package: object) -> None:
    modules = [getattr(package, name) for name in package.PUBLIC_MODULES]  # type: ignore[attr-defined]
    assert modules
    for module in modules:
        assert [name for name in getattr(module, "__all__", ()) if not hasattr(module, name)] == []


@pytest.mark.filterwarnings("ignore:causalkit:DeprecationWarning", "ignore:stop_button:DeprecationWarning")
@pytest.mark.parametrize("package", [causalkit, stop_button], ids=["causalkit", "stop_button"])
def test_a_public_name_is_the_same_whatever_was_imported_before(package: object) -> None:
    """A module inside that has the name of a function outside would take its place once it is imported."""
    modules = [getattr(package, name) for name in package.PUBLIC_MODULES]  # type: ignore[attr-defined]
    assert modules
    for module in modules:
        for folder in getattr(module, "__path__", ()):
            for path in Path(folder).glob("[a-z]*.py"):
                importlib.import_module(f"{module.__name__}.{path.stem}")
        for old in moved_names(package.__name__):  # type: ignore[attr-defined]
            if old.startswith(f"{module.__name__}."):
                importlib.import_module(old)
        found = {name for name in getattr(module, "__all__", ()) if isinstance(getattr(module, name), ModuleType)}
        assert found <= {inner.rpartition(".")[2] for inner in (*INNER, "causalkit.interop.json")}, module.__name__
