"""Worlds with a source and a caveat, one per file; ``bundled_worlds()`` builds them all."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from stop_button.world import World
from stop_button.worlds.basic_button import basic_button
from stop_button.worlds.register import Bundled, bundled, scores

__all__ = ["REGISTER", "Bundled", "basic_button", "bundled", "bundled_worlds", "scores"]

REGISTER: Mapping[str, Bundled] = MappingProxyType({world.name: world for world in [basic_button]})
"""Every bundled world by its name, in the order in which tables show them."""


def bundled_worlds() -> dict[str, World]:
    """Every bundled world in every variant, by name.

    >>> sorted(bundled_worlds())[0]
    'basic_button'
    """
    return {world.name: world for one in REGISTER.values() for world in (one.variant(title) for title in one.variants)}
