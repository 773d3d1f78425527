"""The part of the page of the atlas about the bundled worlds: what each definition prefers there, and what that costs."""

from __future__ import annotations

from causalkit.values.render import html_text
from stop_button.atlas.screen import WORLD_HEAD, world_rows
from stop_button.presentation.atlas.opened import Shown, anchor
from stop_button.presentation.atlas.tables import table

__all__ = ["worlds_section"]


def worlds_section(shown: Shown) -> str:
    """Every bundled world, to be opened: a line for each definition that applies to it."""
    return "".join(["<h2>In the bundled worlds</h2>", *(_world(shown, name) for name in shown.found.worlds if name in shown.worlds)])


def _world(shown: Shown, name: str) -> str:
    world, place = shown.worlds[name], anchor("world", name)
    caveat = f'<p class="quiet">Caveat: {html_text(world.caveat)}</p>' if world.caveat else ""
    return (
        f'<details id="{place}"><summary>{html_text(name)}</summary><p>{html_text(world.description)}</p>{caveat}'
        f"{table(name, WORLD_HEAD, world_rows(shown.found, name, list(shown.rows)))}</details>"
    )
