"""What was found along the numbers of bundled worlds, as it is kept: made anew with ``python -m stop_button.atlas.along.stored FILE``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from causalkit.errors import WrongFile
from causalkit.values.render import number
from stop_button.atlas import COLUMNS, ROWS, Row
from stop_button.atlas.along.stretches import Parameter, Stretches, parameters, stretches, worlds_inside
from stop_button.decision.world_file import write_whole
from stop_button.worlds import REGISTER

__all__ = ["ASKED", "FEW", "SHORT", "Along", "Move", "Piece", "along", "committed", "looked_at", "read", "write"]

ASKED: Final = (
    "shuts_down_when_pressed", "prevents_no_press", "causes_no_press", "pursues_its_task", "keeps_what_shutdown_needs", "no_influence",
    "cautious", "no_safety_tax",
)  # fmt: skip
"""The properties that are asked on the way: those that take no expansion over what people see."""

FEW, SHORT = 5, 10
"""Worlds with more policies, or with more variables, than this are left out."""

FORMAT, VERSION = "stop_button atlas along numbers", 1


@dataclass(frozen=True)
class Piece:
    """An open interval of a number, as text: the best policies, the properties that fail on the whole of it, and those left open."""

    low: str
    high: str
    best: tuple[str, ...]
    fails: tuple[str, ...]
    undecided: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """A definition whose best policies change on the way, with the surfaces on which those on either side tie."""

    definition: str
    pieces: tuple[Piece, ...]
    surfaces: tuple[str, ...]


@dataclass(frozen=True)
class Along:
    """A number of a world from 0 to ``high``, and the definitions that apply.

    ``moves`` are those under which what is best changes on the way, ``steady`` those under which it stays, and of ``unknown`` it is not
    known in closed form.
    """

    world: str
    number: str
    high: str
    moves: tuple[Move, ...]
    steady: tuple[str, ...]
    unknown: tuple[str, ...]


def looked_at() -> Iterator[Parameter]:
    """The numbers of the bundled worlds with few policies and few variables.

    >>> sorted({one.world.name for one in looked_at()})[:3]
    ['backstop', 'basic_button', 'boxed_producer']
    """
    built = {world: world.variant(next(iter(world.variants))) for world in REGISTER.values()}
    small = [world for world, one in built.items() if one.policies.size <= FEW and len(one.model.names) <= SHORT]
    return (one for world in small for one in parameters(world))


def along(parameter: Parameter, rows: Mapping[str, Row] = ROWS) -> Along:
    """What is found along a number under every definition that applies.

    >>> import stop_button as sb
    >>> reward, *_ = parameters(sb.worlds.backstop)
    >>> found = along(reward, {name: ROWS[name] for name in ("causal_indifference", "switch")})
    >>> [piece.high for piece in found.moves[0].pieces], found.steady
    (['2', '20'], ('switch',))
    """
    inside, columns = worlds_inside(parameter), [COLUMNS[name] for name in ASKED]
    world = parameter.world(**{parameter.name: parameter.high / 3})
    found = {name: stretches(parameter, row, columns, inside) for name, row in rows.items() if row.form(world) is not None}
    moves = tuple(_move(one) for one in found.values() if one is not None and len(one.stretches) > 1)
    steady = tuple(name for name, one in found.items() if one is not None and len(one.stretches) == 1)
    unknown = tuple(name for name, one in found.items() if one is None)
    return Along(parameter.world.name, parameter.name, number(parameter.high), moves, steady, unknown)


def _move(one: Stretches) -> Move:
    pieces = tuple(Piece(number(s.low), number(s.high), tuple(map(str, s.best)), s.fails, s.undecided) for s in one.stretches)
    return Move(one.definition, pieces, one.surfaces)


def write(found: Iterable[Along], path: Path) -> None:
    """Write what was found to a file, a line each; the file is replaced when the whole of it has been written."""
    lines = [json.dumps({"format": FORMAT, "version": VERSION}), *(json.dumps(astuple(one), ensure_ascii=False) for one in found)]
    write_whole(path, "\n".join(lines) + "\n")


def committed() -> tuple[Along, ...]:
    """What was found when it was last made.

    >>> {one.world for one in committed()} <= set(REGISTER)
    True
    """
    place = resources.files("stop_button.atlas.along") / "along.jsonl"
    return _found(place.read_text(encoding="utf-8"), str(place))


def read(path: Path) -> tuple[Along, ...]:
    """What was found, from a file; raises ``WrongFile`` for another one."""
    return _found(path.read_text(encoding="utf-8"), str(path))


def _found(text: str, name: str) -> tuple[Along, ...]:
    try:
        head, *lines = [json.loads(line) for line in text.splitlines()]
        if head == {"format": FORMAT, "version": VERSION}:
            return tuple(map(_read, lines))
        why = f"is not of version {VERSION}"
    except (ValueError, TypeError) as error:
        why = f"is not what was found along numbers, or not the whole of it: {error}"
    raise WrongFile(f"{name} {why}; make one with: python -m stop_button.atlas.along.stored FILE")


def _read(said: Any) -> Along:
    world, name, high, moves, steady, unknown = said
    read = tuple(Move(row, tuple(Piece(a, b, *map(tuple, lists)) for a, b, *lists in pieces), tuple(ties)) for row, pieces, ties in moves)
    return Along(world, name, high, read, tuple(steady), tuple(unknown))


if __name__ == "__main__":
    write(map(along, looked_at()), Path(sys.argv[1]))
