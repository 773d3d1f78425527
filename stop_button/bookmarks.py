"""Long work that can be put down: a file keeps where it stands, and a later run goes on from there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar

from causalkit import __version__
from causalkit.documents.budget import Budget
from causalkit.documents.files import write_whole
from causalkit.documents.json import in_file
from causalkit.errors import CausalError, WrongFile
from causalkit.values.arguments import checked

__all__ = ["NOWHERE", "Bookmark", "digest"]

T = TypeVar("T")

FORMAT: Final = "stop_button bookmark"
LARGE: Final = Budget(text=200_000_000, nodes=20_000_000)
SECONDS: Final = 5.0
"""A bookmark is written no more often than this while work goes on."""


def digest(thing: object) -> str:
    """A short text that differs, but for chance, where what a thing prints as differs.

    >>> digest((1, 2)) == digest((1, 2)), len(digest("world"))
    (True, 16)
    """
    return sha256(repr(thing).encode("utf-8", "backslashreplace")).hexdigest()[:16]


class Bookmark:
    """Where some long work stands, in a file that belongs to one question; without a path nothing is kept.

    ``question`` says in words what is asked; a file that was kept for another question, or by another version, is refused with what
    differs. States are JSON documents: nothing in the file is run.

    >>> Bookmark(None, {"utility": "E[V]"}).state is None
    True
    """

    @checked
    def __init__(self, path: str | Path | None, question: Mapping[str, str]) -> None:
        self._path = None if path is None else Path(path)
        self._question = {"version": __version__, **question}
        self._written = time.monotonic()
        self.state: Any = None
        """Where the work stood when it was put down, ``None`` where it begins anew."""
        if self._path is not None and self._path.exists():
            self.state = in_file(self._path, self._read, LARGE)

    def _read(self, document: Any) -> Any:
        if not isinstance(document, dict) or document.get("format") != FORMAT or not {"question", "state"} <= document.keys():
            raise WrongFile("it keeps no place in long work, and is not written over; name another file in resume=")
        kept = document["question"]
        for name, asked in self._question.items():
            found = kept.get(name) if isinstance(kept, dict) else None
            if found != asked:
                raise WrongFile(f"it was kept for another question: its {name} is {found!r}, and now it is {asked!r}; name another file")
        return document["state"]

    def picked_up(self, read: Callable[[Any], T], otherwise: T) -> T:
        """What a reader makes of the state that was kept, or something else where none was; raises ``WrongFile`` where it cannot."""
        if self.state is None:
            return otherwise
        try:
            return read(self.state)
        except (CausalError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            why = error if isinstance(error, CausalError) else f"its state is not one of this work ({type(error).__name__}: {error})"
            raise WrongFile(f"{self._path}: {why}; name another file in resume=, or remove this one") from None

    def keep(self, state: Callable[[], Any], *, now: bool = False) -> None:
        """Write where the work stands, if some seconds have passed since the last time, or ``now``."""
        if self._path is None or (not now and time.monotonic() - self._written < SECONDS):
            return
        document = {"format": FORMAT, "question": self._question, "state": state()}
        write_whole(self._path, json.dumps(document, ensure_ascii=False) + "\n")
        self._written = time.monotonic()

    @contextmanager
    def kept(self, state: Callable[[], Any]) -> Iterator[None]:
        """However the work inside ends, where it stands is written."""
        try:
            yield
        finally:
            self.keep(state, now=True)


NOWHERE: Final = Bookmark(None, {})
"""The bookmark of work that is not kept."""
