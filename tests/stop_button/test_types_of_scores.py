"""What a user's type checker sees: a score is a number, and a wrong use of one is an error before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

USES = {
    "import stop_button as sb; world = sb.worlds.office(); score = sb.naive(world, 'work')": "",
    "half = score / 2": "",
    "share = world.under('work').prob(pressed=True) + 1": "",
    "score.upper()": '"Number" has no attribute "upper"',
    "len(score)": 'Argument 1 to "len" has incompatible type "Number"',
    "world.under('work').prob(pressed=True).upper()": '"Number" has no attribute "upper"',
    "sb.solve(world, sb.naive, method='factorized')": "incompatible type \"Literal['factorized']\"",
}


def test_a_type_checker_sees_what_a_score_is(tmp_path: Path) -> None:
    api = pytest.importorskip("mypy.api")
    file = tmp_path / "used.py"
    file.write_text("\n".join(USES))
    printed, _, _ = api.run([str(file), "--ignore-missing-imports", "--follow-imports=silent", "--cache-dir=.mypy_cache"])
    faults = [[line for line in printed.splitlines() if f"used.py:{number}: error" in line] for number in range(1, len(USES) + 1)]
    assert faults
    for fault, lines in zip(USES.values(), faults, strict=True):
        assert len(lines) == bool(fault), printed
        assert all(fault in line for line in lines), printed
