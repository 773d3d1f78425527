"""What it takes to import the packages, to audit every bundled world, to rank 16.8 million policies: processes, with their peak memory.

    python -m pytest bench/bench_footprint.py --benchmark-json=footprint.json
    python bench/table.py footprint.json

`python alone` is a process that does nothing: what the others take beyond it is ours. The note beside a time is the most memory that
the process held.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
STATUS = Path("/proc/self/status")
PEAK = f"print(next(line.split()[1] for line in open('{STATUS}') if line.startswith('VmHWM')))"
"""What the resource module calls the peak of a process includes that of the process which started it, so the system is asked."""

PROGRAMS = {
    "python alone": "",
    "import causalkit": "import causalkit",
    "import stop_button": "import stop_button",
    "audit of all bundled worlds": "from stop_button.presentation.cli import main; main(['audit'])",
    "ranking of 4^12 policies": "import stop_button as sb; from tests.stop_button.wide_world import wide; "
    "sb.rank(wide(12, 4), sb.conditional_counterfactual)",
}


def run(program: str) -> int:
    """The peak memory of a process that runs a program, in kB."""
    code = f"import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()):\n    {program or 'pass'}\n{PEAK}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.parametrize("engine", PROGRAMS)
def test_process(benchmark: Any, engine: str) -> None:
    if not STATUS.exists():
        pytest.skip(f"the peak memory of a process is read from {STATUS}, which this system lacks")
    benchmark.group, benchmark.extra_info["engine"] = "a process", engine
    peak = benchmark.pedantic(run, args=(PROGRAMS[engine],), rounds=9 if engine.startswith(("python", "import")) else 3, iterations=1)
    benchmark.extra_info["note"] = f"peak {peak / 1000:,.0f} MB"
    assert peak < 300_000
