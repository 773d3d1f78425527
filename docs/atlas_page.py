"""Write the page of the atlas, on which each cell opens: one file, made of what was found when the atlas was made."""

from __future__ import annotations

import sys
from pathlib import Path

import stop_button as sb
from causalkit import CausalError
from stop_button.atlas import COLUMNS, FAMILIES, ROWS, committed
from stop_button.atlas.along import stored as along
from stop_button.presentation.atlas.opened import Shown
from stop_button.presentation.atlas.page import atlas_page


def shown() -> Shown:
    """All that was found of the definitions, properties and worlds that there are."""
    found = committed()
    rows = {name: ROWS[name] for name in found.rows if name in ROWS}
    columns = {name: COLUMNS[name] for name in found.columns if name in COLUMNS}
    return Shown(found, rows, columns, FAMILIES, sb.worlds.bundled_worlds(), along.committed())


def write(folder: Path) -> Path:
    """Write the page into a folder; where it stands."""
    place = folder / "atlas.html"
    place.write_text(atlas_page(shown()), encoding="utf-8")
    return place


if __name__ == "__main__":
    try:
        write(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
    except CausalError as error:
        sys.exit(str(error))
