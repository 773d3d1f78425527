"""The terminal: as wide as it is, with text that is never markup, one bar, and a colour for each verdict."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from causalkit.values.render import visible
from stop_button.auditing.verdicts import Verdict

__all__ = ["COLOUR", "bar", "console", "heading", "words"]

WIDE = 160
COLOUR: Mapping[Verdict, str] = {
    "clean": "green", "permits": "yellow", "rewards": "bold red", "side effect": "yellow", "rewards or side effect": "red",
    "depends": "magenta", "undefined": "dim",
}  # fmt: skip


class _Terminal(Console):
    """A terminal, or what stands for it."""

    def on_broken_pipe(self) -> None:
        """Whoever read the output has gone."""
        raise BrokenPipeError


def console() -> Console:
    """The terminal as wide as it is; a file or a pipe as wide as the tables need. What is printed is text, never markup."""
    terminal = _plain()
    return terminal if terminal.is_terminal or "COLUMNS" in os.environ else _plain(width=WIDE)


def _plain(*, stderr: bool = False, width: int | None = None) -> Console:
    return _Terminal(stderr=stderr, width=width, markup=False, highlight=False, emoji=False)


def words(text: object, style: str = "") -> Text:
    """Text of somebody's for the terminal, with what a terminal would obey written out."""
    return Text(visible(str(text), lines=True), style=style)


def bar() -> Progress:
    """A bar on the terminal, which goes away when it is full; nothing where there is no terminal."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    terminal = _plain(stderr=sys.stdout is None or not sys.stdout.isatty())
    return Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal)


def heading(name: str) -> str:
    """A long name on several lines."""
    return name.replace("_", "_\n").replace(" ", "\n")
