"""Runs a notebook in a kernel of its own, once for the tests and the site together: what it prints is kept in build/notebooks.

It is run again when it, a module of ours or an installed package has changed. `python3 -m docs.notebook_runs` stores every notebook
without what it prints, as the repository keeps them.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from importlib.metadata import distributions
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "notebooks"
KEPT = ROOT / "build" / "notebooks"
PACKAGES = ("causalkit", "stop_button")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def executed(path: Path) -> nbformat.NotebookNode:
    """The notebook with what its cells print; an error in a cell is raised."""
    kept = KEPT / f"{path.stem}-{_digest(path)}.ipynb"
    if not kept.exists():
        _keep(_run(path), kept)
    book: nbformat.NotebookNode = nbformat.read(kept, as_version=4)
    return book


def stripped(text: str) -> str:
    """A notebook without outputs, counts and the traces of editors; tags of cells stay."""
    book = json.loads(text)
    for cell in book["cells"]:
        cell["metadata"] = {"tags": cell["metadata"]["tags"]} if cell["metadata"].get("tags") else {}
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    book["metadata"] = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


def _run(path: Path) -> nbformat.NotebookNode:
    book: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    found = {name: text for name, text in os.environ.items() if name != "MPLBACKEND"}  # pictures go into the notebook
    found["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), found.get("PYTHONPATH")]))
    NotebookClient(book, timeout=120, coalesce_streams=True).execute(env=found)
    return book


def _keep(book: nbformat.NotebookNode, kept: Path) -> None:
    """Write it in one step, so that nobody reads a half, and remove what it was before."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    half = kept.with_suffix(f".{os.getpid()}")
    nbformat.write(book, half)
    for old in kept.parent.glob(f"{kept.stem.rpartition('-')[0]}-*.ipynb"):
        old.unlink(missing_ok=True)
    half.replace(kept)


def _digest(path: Path) -> str:
    """Some letters that change when anything does on which the outputs depend."""
    digest = hashlib.sha256(path.read_bytes())
    for package in PACKAGES:
        for module in sorted((ROOT / package).rglob("*.py")):
            digest.update(str(module.relative_to(ROOT)).encode() + module.read_bytes())
    installed = sorted(f"{found.name} {found.version}" for found in distributions())
    digest.update("\n".join([platform.python_version(), *installed]).encode())
    return digest.hexdigest()[:16]


if __name__ == "__main__":
    for found in sorted(FOLDER.glob("*.ipynb")):
        found.write_text(stripped(found.read_text(encoding="utf-8")), encoding="utf-8")
