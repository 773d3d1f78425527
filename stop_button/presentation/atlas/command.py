"""What ``stop-button atlas`` prints and writes; the command itself parses and shows progress."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from causalkit import __version__
from causalkit.errors import UnknownName, suggestion
from causalkit.values.render import text_table
from stop_button.atlas import COLUMNS, FAMILIES, ROWS
from stop_button.atlas.along import stored as along
from stop_button.atlas.cells import cell_of, cells
from stop_button.atlas.plug_in import own
from stop_button.atlas.running import Asked, changed, run
from stop_button.atlas.screen import bibtex, matrix, of_column, of_row, of_world
from stop_button.atlas.stored import Found, committed, read, write
from stop_button.atlas.story import lacking, story
from stop_button.atlas.updating import joined, updated
from stop_button.decision.world_file import write_whole
from stop_button.presentation.atlas.opened import Shown
from stop_button.presentation.atlas.page import atlas_page
from stop_button.worlds import bundled_worlds

__all__ = ["add_arguments", "atlas_lines"]

Told = Callable[[str, int, int], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``stop-button atlas``."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="your own definitions (.py) and worlds (.py, .json), to get rows as well")
    parser.add_argument("--definition", metavar="NAME", help="one definition by every property")
    parser.add_argument("--property", metavar="NAME", help="one property of every definition; with --definition a single cell")
    parser.add_argument("--world", metavar="NAME", help="one bundled world: best policies, verdict and safety tax of every definition")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every cell to a file")
    parser.add_argument("--html", type=Path, metavar="FILE", help="also write a page on which every cell, or each that is named, opens")
    parser.add_argument("--bibtex", action="store_true", help="print an entry for every row, under a key that stays")
    parser.add_argument("--check", action="store_true", help="ask again what changed since the atlas was made, and say what that was")
    parser.add_argument("--atlas", type=Path, metavar="FILE", help="read another atlas than the bundled one")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the atlas as it then is; until then, a bookmark is beside it")


@dataclass(frozen=True)
class _Known:
    """Everything there is to ask, with what somebody brought."""

    asked: Asked
    found: Found


def atlas_lines(asked: argparse.Namespace, told: Told) -> Iterator[str]:
    """What the command prints, a text at a time, while it works; ``told`` hears how far it is."""
    brought = own(asked.files)
    worlds = {**bundled_worlds(), **brought.worlds}
    there = Asked({**ROWS, **brought.rows}, COLUMNS, FAMILIES, worlds)
    found = committed() if asked.atlas is None else read(asked.atlas)
    if asked.check:
        difference = changed(found, there)
        yield "\n".join(f"{kind}: {', '.join(names) or 'nothing'}" for kind, names in difference.items())
        found = updated(found, there, resume=None if asked.write is None else _bookmark(asked.write), told=told)
    elif asked.files:
        found = _with_own(found, there, set(brought.rows), set(brought.worlds), told)
    known = _Known(there, found)
    sources = {name: row.source for name, row in there.rows.items()}
    yield bibtex(found, sources, __version__) if asked.bibtex else _shown(known, asked, brought.rows)
    yield from _written(known, asked)


def _with_own(found: Found, there: Asked, rows: set[str], worlds: set[str], told: Told) -> Found:
    """The atlas with rows and entries for what somebody brought; the rest as it was made."""
    mine = Asked({name: there.rows[name] for name in there.rows if name in rows}, there.columns, there.families, there.worlds)
    others = Asked({name: there.rows[name] for name in found.rows if name in there.rows}, there.columns, {}, _of(there.worlds, worlds))
    for part in (mine, others):
        if part.rows and (part.families or part.worlds):
            found = joined(found, run(part, told=told))
    return found


def _of(every: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: one for name, one in every.items() if name in names}


def _shown(known: _Known, asked: argparse.Namespace, brought: Mapping[str, Any]) -> str:
    found = known.found
    for name, there in ((asked.definition, found.rows), (asked.property, found.columns), (asked.world, tuple(found.worlds))):
        if name is not None and name not in there:
            raise UnknownName(f"{name!r} is not in the atlas; it has: {', '.join(there)}{suggestion(name, there)}")
    if asked.world is not None:
        return of_world(found, asked.world, None if asked.definition is None else [asked.definition])
    if asked.definition is not None and asked.property is not None:
        return _one(known, asked.definition, asked.property)
    if asked.property is not None:
        return "\n".join(of_column(found, known.asked.columns[asked.property]))
    rows = [asked.definition] if asked.definition is not None else list(brought)
    if rows:
        return "\n\n".join("\n".join([str(known.asked.rows[row]), *of_row(found, row)]) for row in rows)
    return matrix(found)


def _one(known: _Known, row: str, column: str) -> str:
    cell = cell_of(known.found, row, column)
    one, asked = known.asked.rows[row], known.asked.columns[column]
    told = story(cell, one, asked, known.asked.families, known.asked.worlds)
    lines = [str(one), str(asked), cell.said]
    if told is not None:
        head, *rows = told.table
        more = [f"{told.left_out:,} more policies"] if told.left_out else []
        lines += [told.gone] if told.gone else []
        lines += ["", str(told), "", text_table(list(head), rows), *more, "", told.code]
    if cell.status == "does not apply":
        why = lacking(one, asked, known.asked.families, known.asked.worlds)
        lines += [f"{reason}: {number} of the families and worlds" for reason, number in why.items()]
    return "\n".join(lines)


def _written(known: _Known, asked: argparse.Namespace) -> Iterator[str]:
    if asked.json is not None:
        write_whole(asked.json, json.dumps([asdict(cell) for cell in cells(known.found)], ensure_ascii=False, indent=1) + "\n")
        yield f"wrote {asked.json}"
    if asked.html is not None:
        write_whole(asked.html, atlas_page(_on_page(known, asked)))
        yield f"wrote {asked.html}"
    if asked.write is not None:
        write(known.found, asked.write)
        _bookmark(asked.write).unlink(missing_ok=True)
        yield f"wrote {asked.write}"


def _bookmark(path: Path) -> Path:
    """Where it is kept how far a file has come that is being made."""
    return path.with_suffix(".bookmark")


def _on_page(known: _Known, asked: argparse.Namespace) -> Shown:
    """What the page shows: all that was found, or the definition and the property that were named."""
    there = known.asked
    rows = {name: there.rows[name] for name in known.found.rows if name in there.rows and asked.definition in (None, name)}
    columns = {name: there.columns[name] for name in known.found.columns if name in there.columns and asked.property in (None, name)}
    whole = asked.definition is None and asked.property is None
    return Shown(known.found, rows, columns, there.families, there.worlds, along.committed() if whole else ())
