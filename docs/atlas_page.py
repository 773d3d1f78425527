"""The page of the atlas, on which each cell opens: one file, made of what was found when the atlas was made."""

from __future__ import annotations

import stop_button as sb
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


def page() -> str:
    """The whole page."""
    return atlas_page(shown())
