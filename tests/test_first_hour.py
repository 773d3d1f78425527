"""From the README to a world of one's own, a verdict, a figure and a table: every command and cell, as printed, in a fresh folder.

What makes an environment is left to others: `pip install .` and `make.py` are tried by ``tools/matrix.py`` and by continuous integration.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.source import ROOT

BLOCK = re.compile(r"^```(?P<kind>bash|python)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)
INSTALLING = ["pip install .", "python3 make.py demo", "python3 make.py test"]


def run_command(line: str, folder: Path) -> str:
    """What a command prints; it is run as the package's module, which needs no PATH."""
    program, *arguments = shlex.split(line)
    assert program == "stop-button", line
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "stop_button", *arguments]
    done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def run_cell(text: str, names: dict[str, Any]) -> None:
    """A cell, or a session with what it answers, which must be what is printed."""
    if ">>>" not in text:
        exec(compile(text, "a cell", "exec"), names)
        return
    session = doctest.DocTestParser().get_doctest(text, names, "a session", None, None)
    said: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(session, out=said.append, clear_globs=False)
    assert result.attempted
    assert not result.failed, "".join(said)
    names |= session.globs


def test_the_path_from_the_readme_to_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    commands: list[str] = []
    printed: list[str] = []
    for block in BLOCK.finditer((ROOT / "README.md").read_text(encoding="utf-8")):
        if block["kind"] == "python":
            run_cell(block["text"], names)
            continue
        commands += block["text"].splitlines()
        printed += [run_command(line, tmp_path) for line in block["text"].splitlines() if line not in INSTALLING]
    assert commands == [*INSTALLING, "stop-button new my_world.py", "stop-button audit my_world.py"]
    assert re.search(r"│ counterfactual +│ permits +│", printed[-1])
    assert capsys.readouterr().out.startswith("permits work reassure\n")
    assert (tmp_path / "my_world.pdf").read_bytes().startswith(b"%PDF")
    table = (tmp_path / "my_world.tex").read_text(encoding="utf-8")
    assert all(part in table for part in (r"\begin{tabular}", r"\bottomrule", r"\label{tab:mine}"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my_world.pdf", "my_world.py", "my_world.tex"]
