"""Every notebook is stored without what it prints, and runs from its first cell to its last in a kernel of its own."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from docs.notebook_runs import FOLDER, executed, stripped

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

MOST_LINES = 40
"""A cell is not longer than a screen."""


def test_there_are_notebooks_and_the_site_lists_them() -> None:
    assert len(NOTEBOOKS) >= 6
    listed = (FOLDER / "index.md").read_text(encoding="utf-8")
    assert not [path.name for path in NOTEBOOKS if f"({path.name})" not in listed or f"\n{path.stem}\n" not in listed]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_what_it_prints(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == stripped(text), "type: python3 -m docs.notebook_runs"
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    assert all(len(cell.source.splitlines()) <= MOST_LINES for cell in book.cells)
    assert {tag for cell in book.cells for tag in cell.metadata.get("tags", [])} <= {"wrap"}


def test_what_a_notebook_prints_and_who_edited_it_is_taken_out() -> None:
    text = NOTEBOOKS[0].read_text(encoding="utf-8")
    book = nbformat.reads(text, as_version=4)
    cell = next(cell for cell in book.cells if cell.cell_type == "code")
    cell.outputs, cell.execution_count = [nbformat.v4.new_output("stream", text="here")], 3
    cell.metadata["collapsed"] = True
    book.metadata["language_info"]["version"] = "3.99"
    assert stripped(nbformat.writes(book)) == text


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_prints_what_it_means_to(path: Path) -> None:
    outputs = [output for cell in executed(path).cells if cell.cell_type == "code" for output in cell.outputs]
    assert outputs
    assert not [output for output in outputs if output.output_type == "stream" and (output.name == "stderr" or "\r" in output.text)]
