"""What a user's type checker sees: exact numbers are numbers, and a wrong use of one is an error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SNIPPET = """
from fractions import Fraction

import causalkit as ck

m = ck.Model(x=ck.coin("1/3"), n=lambda x: int(x))
half: float = float(m.prob(x=True)) / 2
likelier: bool = m.prob(x=True) > Fraction(1, 2)
total = m.prob(x=True) + m.prob(x=False) * 2 - 1
m.branches(on={"x": True}).prob(lambda b: b.fact.x) + m.expect("n")
print(sum(m.dist("n").values(), total))
"""

WRONG = {
    "m.prob(x=True).upper()": "upper",
    "m.expect('n').numerators": "numerators",
    "m.dist('n')[1].title()": "title",
    "m.dist('n').expect().title()": "title",
    "m.branches(on={'x': True}).expect(lambda b: b.fact.n).title()": "title",
    "(m.prob(x=True) + 1).title()": "title",
}


def test_a_wrong_use_of_a_probability_is_an_error(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    wrong = list(WRONG)
    file = tmp_path / "snippet.py"
    file.write_text(SNIPPET + "\n".join(wrong) + "\n", encoding="utf-8")
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "pyproject.toml", "--no-error-summary", str(file)]
    checked = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert not checked.stderr
    first = SNIPPET.count("\n") + 1
    errors = [line for line in checked.stdout.splitlines() if ": error: " in line]
    assert [int(line.split("snippet.py:")[1].split(":")[0]) for line in errors] == list(range(first, first + len(wrong)))
    assert all(f'"Number" has no attribute "{WRONG[line]}"' in error for line, error in zip(wrong, errors, strict=True))
