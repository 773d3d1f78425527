"""A bar is shown where somebody can watch it, and leaves nothing where what is printed is kept."""

from __future__ import annotations

import io
import sys
from types import ModuleType

import pytest

from stop_button.parallel import each_in_order


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("notebook", [False, True])
def test_no_bar_is_left_where_there_is_no_terminal(notebook: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if notebook:
        monkeypatch.setitem(sys.modules, "ipykernel", ModuleType("ipykernel"))
    errors, out = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", errors)
    monkeypatch.setattr(sys, "stdout", out)
    assert len(list(each_in_order(abs, range(200), total=200, what="looking"))) == 200
    assert (errors.getvalue(), out.getvalue()) == ("", "")


def test_work_goes_on_without_a_stream_for_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert list(each_in_order(abs, [-1], total=1)) == [(-1, 1)]


def test_a_terminal_has_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    errors = Terminal()
    monkeypatch.setattr(sys, "stderr", errors)
    assert list(each_in_order(abs, [-1], total=1, what="looking")) == [(-1, 1)]
    assert "looking" in errors.getvalue()
