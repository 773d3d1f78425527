"""The part of the page of the atlas about the bundled worlds: what each definition prefers there, and what that costs."""

from __future__ import annotations

from causalkit.values.render import html_table, html_text
from stop_button.atlas.screen import WORLD_HEAD, world_rows
from stop_button.presentation.atlas.opened import Shown, anchor

__all__ = ["worlds_section"]


def worlds_section(shown: Shown) -> str:
    """Every bundled world, to be opened: a line for each definition that applies to it."""
    return "".join(["<h2>In the bundled worlds</h2>", *(_world(shown, name) for name in shown.found.worlds if name in shown.worlds)])


def _world(shown: Shown, name: str) -> str:
    world, place = shown.worlds[name], anchor("world", name)
    table = html_table(WORLD_HEAD, world_rows(shown.found, name, list(shown.rows)))
    caveat = f'<p class="quiet">Caveat: {html_text(world.caveat)}</p>' if world.caveat else ""
    return (
        f'<details id="{place}"><summary>{html_text(name)}</summary><p>{html_text(world.description)}</p>{caveat}'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{html_text(name)}">{table}</div></details>'
    )
