"""The door for what is your own: the definitions and the worlds of a file get rows and entries as the bundled ones have them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from causalkit.errors import WrongFile
from causalkit.values.arguments import checked
from stop_button.atlas.rows import ROWS, Row, row_of
from stop_button.decision.world import World
from stop_button.decision.world_file import load_worlds, run_program
from stop_button.evaluation.utility import Utility
from stop_button.worlds import REGISTER
from stop_button.worlds.register import Bundled

__all__ = ["Own", "own"]


@dataclass(frozen=True)
class Own:
    """Definitions and worlds that somebody brings, each by its name."""

    rows: dict[str, Row]
    worlds: dict[str, World]


@checked
def own(paths: Iterable[str | Path]) -> Own:
    """Every ``Utility`` and every ``World`` at the top level of ``.py`` files, which are run, and the worlds of ``.json`` files.

    A world that is declared with ``@bundled`` comes in each of its variants.

    :param paths: the files.
    :returns: rows and worlds by their names; a world without a name goes by that of its variable or file.
    :raises WrongFile: for a file that is missing or of another kind, holds neither, raises, or gives a definition a bundled name.
    """
    rows: dict[str, Row] = {}
    worlds: dict[str, World] = {}
    for path in map(Path, paths):
        for name, found in _top_level(path).items():
            if isinstance(found, Utility):
                rows[found.name] = _new_row(found, path)
            elif isinstance(found, World):
                worlds[found.name or name] = found
            elif isinstance(found, Bundled):
                worlds |= {world.name: world for world in map(found.variant, found.variants)}
    return Own(rows, worlds)


def _new_row(utility: Utility, path: Path) -> Row:
    known = ROWS.get(utility.name)
    if known is not None and known.forms[0] != utility:
        raise WrongFile(f"{path} calls a definition {utility.name!r}, as a bundled one is called; give it another name")
    return row_of(utility)


def _top_level(path: Path) -> dict[str, object]:
    if path.suffix == ".json":
        return dict(zip([path.stem], load_worlds(path), strict=True))
    if path.suffix != ".py" or not path.is_file():
        raise WrongFile(f"{path} is no .py or .json file that is there; name one that holds definitions or worlds")
    found = run_program(path)
    kept = {name: one for name, one in found.items() if isinstance(one, (Utility, World, Bundled)) and not name.startswith("_")}
    mine = {name: one for name, one in kept.items() if not _is_bundled(one)}
    if not mine:
        raise WrongFile(f"{path} holds no Utility and no World of its own at its top level; define one, and give it a name")
    return dict(mine)


def _is_bundled(one: object) -> bool:
    if isinstance(one, Bundled):
        return one.name in REGISTER and REGISTER[one.name] is one
    return isinstance(one, Utility) and one.name in ROWS and ROWS[one.name].forms[0] == one
