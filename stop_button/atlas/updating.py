"""What changed, made anew: an atlas brought up to what there is now, without asking again what is as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from stop_button.atlas.columns.column import LETTERS
from stop_button.atlas.places import Entry
from stop_button.atlas.running import Asked, Progress, Told, changed, gone_on
from stop_button.atlas.stored import BY_FORMULA, Found
from stop_button.bookmarks import digest

__all__ = ["joined", "updated"]


def updated(found: Found, asked: Asked, *, resume: str | Path | None = None, told: Told | None = None) -> Found:
    """What was found, with everything made anew that is new or has another hash, and without what is gone.

    New definitions go through every place; new properties, families and worlds are asked of the definitions that were there.

    :param found: what was found before.
    :param asked: what the atlas is to be made of now.
    :param resume: a file that keeps what was found, written every few seconds and when the work ends or is stopped; given again, it goes
        on from there.
    :param told: called with a place, how many worlds of it were gone through, and how many there are.
    :returns: what a run of everything would find.
    :raises WrongFile: for a file of another question.

    >>> import stop_button as sb
    >>> from stop_button.atlas import COLUMNS, ROWS
    >>> from stop_button.atlas.running import run
    >>> some = {"no_influence": COLUMNS["no_influence"]}
    >>> before = Asked({"naive": ROWS["naive"]}, some, {}, {"office": sb.worlds.office()})
    >>> after = Asked({"naive": ROWS["naive"], "ref": ROWS["ref"]}, some, {}, {"office": sb.worlds.office()})
    >>> updated(run(before), after) == run(after)
    True
    """
    new = {kind: [name.removeprefix(f"{kind} ") for name in changed(found, asked)["new"] if name.startswith(f"{kind} ")] for kind in _KINDS}
    kept = {name: one for name, one in asked.rows.items() if name not in new["row"]}
    fresh = {kind: _picked(getattr(asked, of), new[kind]) for kind, of in _KINDS.items()}
    steps = [
        Asked(fresh["row"], asked.columns, asked.families, asked.worlds),
        Asked(kept, asked.columns, fresh["family"], fresh["world"]),
        Asked(kept, fresh["column"], _rest(asked.families, fresh["family"]), _rest(asked.worlds, fresh["world"])),
    ]
    progress = Progress(resume, {"asked": asked.key, "found": digest(sorted(found.hashes.items()))})
    stale = {*new["row"], *new["family"], *new["world"]}
    result = replace(found, proofs=frozenset(pair for pair in found.proofs if not stale & set(pair)))
    for step in steps:
        if step.rows and step.columns and (step.families or step.worlds):
            result = joined(result, gone_on(step, progress, told))
    return _in_order(result, asked)


_KINDS = {"row": "rows", "column": "columns", "family": "families", "world": "worlds"}


def _picked(every: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: every[name] for name in names}


def _rest(every: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in every.items() if name not in names}


def joined(before: Found, new: Found) -> Found:
    """What was found before, with what was found now in its place."""
    columns = tuple(dict.fromkeys([*before.columns, *new.columns]))
    families = {name: dict(rows) for name, rows in before.families.items()}
    for family, rows in new.families.items():
        for row, each in rows.items():
            place = families.setdefault(family, {})
            place[row] = {**place.get(row, {}), **each}
    worlds = {name: {row: _spread(one, before.columns, columns) for row, one in entries.items()} for name, entries in before.worlds.items()}
    for world, entries in new.worlds.items():
        there = worlds.setdefault(world, {})
        for row, one in entries.items():
            there[row] = _merged(there.get(row), one, new.columns, columns)
    return Found(columns, families, worlds, before.proofs | new.proofs, {**before.hashes, **new.hashes})


def _spread(one: Entry, columns: tuple[str, ...], over: tuple[str, ...]) -> Entry:
    letters = dict(zip(columns, one.letters, strict=True))
    return replace(one, letters="".join(letters.get(name, LETTERS["does not apply"]) for name in over))


def _merged(before: Entry | None, new: Entry, columns: tuple[str, ...], over: tuple[str, ...]) -> Entry:
    if before is None:
        return _spread(new, columns, over)
    letters = {**dict(zip(over, before.letters, strict=True)), **dict(zip(columns, new.letters, strict=True))}
    return replace(new, letters="".join(letters[name] for name in over))


def _in_order(found: Found, asked: Asked) -> Found:
    """What was found of what is asked, in its order, with its hashes; what is gone is left out."""
    columns = tuple(asked.columns)
    families = {
        name: {row: {column: found.families[name][row][column] for column in columns} for row in asked.rows} for name in asked.families
    }
    worlds = {
        name: {
            row: _again(found.worlds.get(name, {})[row], found.columns, columns) for row in asked.rows if row in found.worlds.get(name, {})
        }
        for name in asked.worlds
    }
    places = {BY_FORMULA, *asked.families, *asked.worlds}
    proofs = frozenset((row, place) for row, place in found.proofs if row in asked.rows and place in places)
    return Found(columns, families, worlds, proofs, asked.hashes())


def _again(one: Entry, columns: tuple[str, ...], order: tuple[str, ...]) -> Entry:
    letters = dict(zip(columns, one.letters, strict=True))
    return replace(one, letters="".join(letters[name] for name in order))
