"""Making the atlas: every place gone through, kept as it goes, so that a run that was ended goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from causalkit.values.arguments import checked
from stop_button.atlas.columns.column import Column
from stop_button.atlas.places import Entry, Gone, always_defined, carries_nothing, entry, gone_through
from stop_button.atlas.rows import Row
from stop_button.atlas.stored import BY_FORMULA, Found, hash_of
from stop_button.bookmarks import Bookmark, digest
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation
from stop_button.searching.canonical import Canonical

__all__ = ["EACH", "Asked", "Progress", "changed", "gone_on", "run"]

EACH = 20
"""After so many worlds of a family it is told how far a run is."""

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Asked:
    """What an atlas is made of: definitions, properties, families, and single worlds, each by its name."""

    rows: Mapping[str, Row]
    columns: Mapping[str, Column]
    families: Mapping[str, Canonical]
    worlds: Mapping[str, World]

    @property
    def key(self) -> str:
        """A short text that is another one for another question."""
        return digest(sorted(self.hashes().items()))

    def hashes(self) -> dict[str, str]:
        """The hash of every one of them."""
        kinds: dict[str, Mapping[str, Any]] = {"row": self.rows, "column": self.columns, "family": self.families, "world": self.worlds}
        return {f"{kind} {name}": hash_of(one) for kind, all_ in kinds.items() for name, one in all_.items()}


State = dict[tuple[str, str], Gone]


class Progress:
    """What has been found so far of one or several runs, by a bookmark; without a file nothing is kept.

    >>> Progress(None, {}).of("the first step")
    {}
    """

    def __init__(self, resume: str | Path | None, question: Mapping[str, str]) -> None:
        self._mark = Bookmark(resume, {"work": "atlas", **question})
        self._found: dict[str, dict[str, Any]] = self._mark.picked_up(_read, {})

    def of(self, step: str) -> dict[str, Any]:
        """What a step has found, to be added to: states of families by ``"family ..."``, entries of worlds by ``"world ..."``."""
        return self._found.setdefault(step, {})

    def keep(self) -> None:
        """Write it, unless it was written a moment ago."""
        self._mark.keep(self._written)

    def kept(self) -> AbstractContextManager[None]:
        """However the work inside ends, what was found is written."""
        return self._mark.kept(self._written)

    def _written(self) -> dict[str, Any]:
        return {step: {name: _as_json(said) for name, said in found.items()} for step, found in self._found.items()}


def _as_json(said: Any) -> Any:
    """A family's state as rows, a world's entries by their definitions."""
    if all(isinstance(one, Gone) for one in said.values()):
        return [[row, column, *astuple(gone)] for (row, column), gone in said.items()]
    return {row: astuple(one) for row, one in said.items()}


def _read(state: Any) -> dict[str, dict[str, Any]]:
    return {step: {name: _of_json(said) for name, said in found.items()} for step, found in state.items()}


def _of_json(said: Any) -> Any:
    if isinstance(said, list):
        return {(row, column): Gone(*numbers) for row, column, *numbers in said}
    return {row: Entry.told(one) for row, one in said.items()}


@checked
def run(asked: Asked, *, resume: str | Path | None = None, told: Told | None = None) -> Found:
    """Go through every family and every world for all definitions and properties.

    :param asked: what the atlas is made of.
    :param resume: a file that keeps what was found, written every few seconds and when the run ends or is stopped; given again, the run
        goes on from there.
    :param told: called with a place, how many worlds of it were gone through, and how many there are.
    :returns: what was found.
    :raises WrongFile: for a file of another question.

    >>> import stop_button as sb
    >>> from stop_button.atlas import COLUMNS, ROWS
    >>> found = run(Asked({"naive": ROWS["naive"]}, {"no_influence": COLUMNS["no_influence"]}, {}, {"office": sb.worlds.office()}))
    >>> found.worlds["office"]["naive"].letters
    't'
    """
    return gone_on(asked, Progress(resume, {"asked": asked.key}), told)


def gone_on(asked: Asked, progress: Progress, told: Told | None) -> Found:
    """The same with what is known of it already."""
    known, report = progress.of(asked.key), told or (lambda place, done, total: None)
    with progress.kept():
        families = {name: _family(asked, name, known, progress, report) for name in asked.families}
        worlds = {name: _world(asked, name, known, progress, report) for name in asked.worlds}
    return Found(tuple(asked.columns), families, worlds, frozenset(_proofs(asked)), asked.hashes())


def _family(asked: Asked, name: str, known: dict[str, Any], progress: Progress, report: Told) -> dict[str, dict[str, Gone]]:
    family, place = asked.families[name], f"family {name}"
    state: State = known.get(place, {})
    start = done = max((one.through for one in state.values()), default=0)
    for now in gone_through(family, asked.rows.values(), asked.columns.values(), since=state or None):
        known[place] = state = dict(now)
        done += 1
        progress.keep()
        if done % EACH == 0:
            report(name, done, len(family))
    if done > start:
        report(name, len(family), len(family))
    found: dict[str, dict[str, Gone]] = {row: {} for row in asked.rows}
    for (row, column), gone in state.items():
        found[row][column] = gone
    return found


def _world(asked: Asked, name: str, known: dict[str, Any], progress: Progress, report: Told) -> dict[str, Entry]:
    place = f"world {name}"
    if place not in known:
        evaluation = Evaluation(asked.worlds[name])
        known[place] = {row: one for row in asked.rows if (one := entry(evaluation, asked.rows[row], asked.columns.values())) is not None}
        progress.keep()
        report(name, 1, 1)
    entries: dict[str, Entry] = known[place]
    return entries


def _proofs(asked: Asked) -> Iterator[tuple[str, str]]:
    """The pairs of a definition and a place whose graph lets nothing be gained by way of the wish; a family's worlds share their graph."""
    yield from ((name, BY_FORMULA) for name, row in asked.rows.items() if all(map(always_defined, row.forms)))
    places: dict[str, World] = {**{name: family[0] for name, family in asked.families.items()}, **asked.worlds}
    for place, world in places.items():
        for name, row in asked.rows.items():
            form = row.form(world)
            if form is not None and carries_nothing(world, form):
                yield name, place


def changed(found: Found, asked: Asked) -> dict[str, tuple[str, ...]]:
    """What is new or different since something was found, and what is gone: rows, columns, families and worlds by their names.

    >>> import stop_button as sb
    >>> from stop_button.atlas import ROWS
    >>> one = Asked({"naive": ROWS["naive"]}, {}, {}, {"office": sb.worlds.office()})
    >>> changed(run(one), Asked({}, {}, {}, {"office": sb.worlds.office(doubt="1/3")}))
    {'new': ('world office',), 'gone': ('row naive',)}
    """
    now = asked.hashes()
    new = tuple(name for name, each in now.items() if found.hashes.get(name) != each)
    return {"new": new, "gone": tuple(name for name in found.hashes if name not in now)}
