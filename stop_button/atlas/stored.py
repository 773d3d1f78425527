"""The atlas as a document: its rows, columns and places with hashes of what they are, and what each place says."""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from importlib import resources
from pathlib import Path
from sys import modules
from typing import Any, Final

from causalkit import CausalError
from causalkit.errors import WrongFile
from stop_button.atlas.columns.column import Column
from stop_button.atlas.columns.measure import Measure
from stop_button.atlas.places import Entry, Gone
from stop_button.atlas.rows import Row
from stop_button.decision.world import World
from stop_button.decision.world_file import world_to_json, write_whole
from stop_button.searching.canonical import Canonical

__all__ = ["BY_FORMULA", "Found", "committed", "hash_of", "read", "write"]

BY_FORMULA: Final = "the formula"
"""What a definition that has a score everywhere owes it to, in the place of a place."""

FORMAT, VERSION = "stop_button atlas", 2
_MAKE = "make one with: stop-button atlas --check --write FILE"


@dataclass(frozen=True)
class Found:
    """What was found: for every family how far each definition and property came, for every bundled world an entry for each definition.

    ``hashes`` say of what: of every row, column, family and world, by ``"row naive"``, ``"world office"``. ``proofs`` are the pairs of a
    definition and a place whose graph lets nothing be gained by way of the wish, and of a definition and ``BY_FORMULA`` where its formula
    has a score under every policy of every world.
    """

    columns: tuple[str, ...]
    families: Mapping[str, Mapping[str, Mapping[str, Gone]]]
    worlds: Mapping[str, Mapping[str, Entry]]
    proofs: frozenset[tuple[str, str]]
    hashes: Mapping[str, str]

    @property
    def rows(self) -> tuple[str, ...]:
        """The definitions, in order."""
        return tuple(name.removeprefix("row ") for name in self.hashes if name.startswith("row "))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def hash_of(one: Row | Column | Canonical | World) -> str:
    """A hash of what something is: the forms of a definition, the code of a column, all the tables of a world or of a family's worlds.

    >>> from stop_button.atlas import ROWS
    >>> hash_of(ROWS["naive"]) == hash_of(ROWS["naive"]) != hash_of(ROWS["switch"])
    True
    """
    if isinstance(one, Row):
        return _short("".join([repr(one.forms), *(_code(form.of.__module__) for form in one.forms if isinstance(form, Measure))]))
    if isinstance(one, Column):
        return _short(f"{one}{_code(one.ask.__module__)}")
    if isinstance(one, World):
        return _short(_told(one))
    return _short("".join(_told(world) for world in one))


def _code(module: str) -> str:
    """The code of a module, without its layout and its comments; the same text under every Python."""
    return _parsed(ast.parse(inspect.getsource(modules[module])))


def _parsed(part: Any) -> str:
    """A part of parsed code as text; what later Pythons add to a node is empty where it is not used, and is left out."""
    if isinstance(part, ast.AST):
        fields = (f"{name}={_parsed(value)}" for name, value in ast.iter_fields(part) if value not in (None, []))
        return f"{type(part).__name__}({', '.join(fields)})"
    return f"[{', '.join(map(_parsed, part))}]" if isinstance(part, list) else repr(part)


def _told(world: World) -> str:
    try:
        return json.dumps(world_to_json(world), sort_keys=True)
    except (CausalError, TypeError):
        return repr(world)


def write(found: Found, path: Path) -> None:
    """Write what was found to a file; the file is replaced when the whole of it has been written, or left as it was."""
    write_whole(path, _as_text(found))


def _as_text(found: Found) -> str:
    """A line a row of each place, so that a change is a line."""
    head = {"format": FORMAT, "version": VERSION, "columns": list(found.columns), "hashes": dict(found.hashes)}
    lines = [json.dumps(head, ensure_ascii=False)]
    for family, rows in found.families.items():
        lines += [json.dumps(["family", family, row, _packed(cells, found.columns)], ensure_ascii=False) for row, cells in rows.items()]
    for world, entries in found.worlds.items():
        lines += [json.dumps(["world", world, row, list(astuple(one))], ensure_ascii=False) for row, one in entries.items()]
    lines.append(json.dumps(["proofs", sorted(map(list, found.proofs))], ensure_ascii=False))
    return "\n".join(lines) + "\n"


def _packed(cells: Mapping[str, Gone], columns: tuple[str, ...]) -> str:
    return " ".join(",".join(str(number or "") for number in astuple(cells[name])).rstrip(",") for name in columns)


def _unpacked(text: str, columns: tuple[str, ...]) -> dict[str, Gone]:
    names = [field.name for field in fields(Gone)]
    cells = {}
    for name, part in zip(columns, text.split(" "), strict=True):
        numbers = [int(number or 0) for number in part.split(",")]
        cells[name] = Gone(**dict(zip(names, numbers, strict=False)))
    return cells


def read(path: Path) -> Found:
    """What was found, from a file; raises ``WrongFile`` for another one."""
    return _read(path.read_text(encoding="utf-8"), str(path))


def committed() -> Found:
    """What was found when the atlas of this release was made.

    >>> "no_influence" in committed().columns
    True
    """
    place = resources.files("stop_button.atlas") / "atlas.jsonl"
    return _read(place.read_text(encoding="utf-8"), str(place))


def _read(text: str, name: str) -> Found:
    try:
        head, *lines = [json.loads(line) for line in text.splitlines()]
        if head.get("format") != FORMAT or head.get("version") != VERSION:
            raise WrongFile(f"{name} is no atlas of version {VERSION}; {_MAKE}")
        columns = tuple(head["columns"])
        families: dict[str, dict[str, Any]] = {}
        worlds: dict[str, dict[str, Any]] = {}
        proofs: frozenset[tuple[str, str]] = frozenset()
        for kind, *rest in lines:
            if kind == "family":
                families.setdefault(rest[0], {})[rest[1]] = _unpacked(rest[2], columns)
            elif kind == "world":
                worlds.setdefault(rest[0], {})[rest[1]] = Entry.told(rest[2])
            else:
                proofs = frozenset((row, place) for row, place in rest[0])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WrongFile(f"{name} is no atlas, or not the whole of one: {error}; {_MAKE}") from None
    return Found(columns, families, worlds, proofs, head["hashes"])
