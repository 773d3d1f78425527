"""Making the atlas: every place gone through, kept as it goes, so that a run that was ended goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

from stop_button.atlas.columns.column import Column
from stop_button.atlas.places import Entry, Gone, always_defined, carries_nothing, entry, gone_through
from stop_button.atlas.rows import Row
from stop_button.atlas.stored import BY_FORMULA, Found, hash_of
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation
from stop_button.searching.canonical import Canonical

__all__ = ["EACH", "Asked", "changed", "run"]

EACH = 20
"""After so many worlds of a family what was found is kept."""

Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Asked:
    """What an atlas is made of: definitions, properties, families, and single worlds, each by its name."""

    rows: Mapping[str, Row]
    columns: Mapping[str, Column]
    families: Mapping[str, Canonical]
    worlds: Mapping[str, World]

    def hashes(self) -> dict[str, str]:
        """The hash of every one of them."""
        kinds: dict[str, Mapping[str, Any]] = {"row": self.rows, "column": self.columns, "family": self.families, "world": self.worlds}
        return {f"{kind} {name}": hash_of(one) for kind, all_ in kinds.items() for name, one in all_.items()}


@dataclass
class _Journal:
    """What has been found so far in a file, a line each; without a file nothing is kept."""

    path: Path | None
    key: str
    known: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.path is not None and self.path.exists():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                self._learn(line)

    def _learn(self, line: str) -> None:
        try:
            key, name, said = json.loads(line)
        except ValueError:
            return  # the run was ended in the middle of a line
        if key == self.key:
            self.known[name] = said

    def keep(self, name: str, said: Any) -> None:
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps([self.key, name, said], ensure_ascii=False) + "\n")


def run(asked: Asked, *, journal: Path | None = None, told: Told | None = None) -> Found:
    """Go through every family and every world for all definitions and properties.

    :param asked: what the atlas is made of.
    :param journal: a file in which what was found is kept as it goes; a run with the same file goes on where the last one was ended.
    :param told: called with a place, how many worlds of it were gone through, and how many there are.
    :returns: what was found.

    >>> import stop_button as sb
    >>> from stop_button.atlas import COLUMNS, ROWS
    >>> found = run(Asked({"naive": ROWS["naive"]}, {"no_influence": COLUMNS["no_influence"]}, {}, {"office": sb.worlds.office()}))
    >>> found.worlds["office"]["naive"].letters
    't'
    """
    hashes = asked.hashes()
    kept = _Journal(journal, json.dumps(sorted(hashes.items())))
    report = told or (lambda place, done, total: None)
    families = {name: _family(asked, name, kept, report) for name in asked.families}
    worlds = {name: _world(asked, name, kept, report) for name in asked.worlds}
    return Found(tuple(asked.columns), families, worlds, frozenset(_proofs(asked)), hashes)


def _family(asked: Asked, name: str, kept: _Journal, report: Told) -> dict[str, dict[str, Gone]]:
    family = asked.families[name]
    known = kept.known.get(f"family {name}")
    state = None if known is None else {(row, column): Gone(*numbers) for row, column, numbers in known}
    done = max((one.through for one in (state or {}).values()), default=0)
    for now in gone_through(family, asked.rows.values(), asked.columns.values(), since=state):
        state, done = dict(now), done + 1
        if done % EACH == 0 or done == len(family):
            kept.keep(f"family {name}", [[row, column, astuple(gone)] for (row, column), gone in state.items()])
            report(name, done, len(family))
    found: dict[str, dict[str, Gone]] = {row: {} for row in asked.rows}
    for (row, column), gone in (state or {}).items():
        found[row][column] = gone
    return found


def _world(asked: Asked, name: str, kept: _Journal, report: Told) -> dict[str, Entry]:
    known = kept.known.get(f"world {name}")
    if known is None:
        evaluation = Evaluation(asked.worlds[name])
        entries = {row: one for row in asked.rows if (one := entry(evaluation, asked.rows[row], asked.columns.values())) is not None}
        kept.keep(f"world {name}", {row: astuple(one) for row, one in entries.items()})
        report(name, 1, 1)
        return entries
    return {row: Entry.told(said) for row, said in known.items()}


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
