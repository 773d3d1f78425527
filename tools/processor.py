"""A pytest plugin that says which tests take the most processor time, all cases of a test together; other programs do not disturb it.

.venv/bin/python -m pytest -n0 -p no:benchmark -p tools.processor --hypothesis-profile=fixed
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest

SHOWN = 40
SECONDS: Counter[str] = Counter()


def spent() -> float:
    """Seconds of this process and of those that it waited for."""
    import resource  # not on Windows

    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    begun = spent()
    try:
        return (yield)
    finally:
        SECONDS[item.nodeid.partition("[")[0]] += spent() - begun  # type: ignore[assignment]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"{sum(SECONDS.values()):8.1f} s  all")
    for name, seconds in SECONDS.most_common(SHOWN):
        terminalreporter.write_line(f"{seconds:8.1f} s  {name}")
