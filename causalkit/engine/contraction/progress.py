"""How far long work has come: a bar on a terminal, and nothing anywhere else."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

__all__ = ["watched"]

LONG = 5.0
"""Work of fewer seconds shows no bar."""

T = TypeVar("T")


def watched(items: Sequence[T], seconds: float) -> Iterator[T]:
    """The items one after the other; where all of them take long, a bar on a terminal says how many are done.

    >>> list(watched(["a", "b"], 0.1))
    ['a', 'b']
    """
    if seconds < LONG or sys.stderr is None or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True, force_jupyter=False), transient=True) as progress:
        bar = progress.add_task("parts of the answer", total=len(items))
        for item in items:
            yield item
            progress.advance(bar)
