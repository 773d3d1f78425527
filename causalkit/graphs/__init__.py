"""Causal graphs with latent confounders: separation with its evidence, sets to adjust for, instruments."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from causalkit.graphs.graph import Graph
from causalkit.graphs.paths import directed_path, open_path, paths

if TYPE_CHECKING:
    from causalkit.graphs.adjustment import (
        adjustment_sets,
        backdoor_sets,
        frontdoor_sets,
        instruments,
        is_adjustment_set,
        is_backdoor_set,
        is_frontdoor_set,
        is_instrument,
    )
    from causalkit.graphs.separation import d_separated, minimal_separator, minimal_separators

__all__ = [
    "Graph",
    "adjustment_sets",
    "backdoor_sets",
    "d_separated",
    "directed_path",
    "frontdoor_sets",
    "instruments",
    "is_adjustment_set",
    "is_backdoor_set",
    "is_frontdoor_set",
    "is_instrument",
    "minimal_separator",
    "minimal_separators",
    "open_path",
    "paths",
]

_SEPARATION = ("d_separated", "minimal_separator", "minimal_separators")


def __getattr__(name: str) -> Any:
    """The rest is loaded when it is first asked for: a model needs the graph alone, and is quick to import.

    Paths are loaded at once, because the function ``paths`` has to hide the module that it is in.
    """
    if name not in __all__:
        raise AttributeError(f"module 'causalkit.graphs' has no attribute {name!r}; it has: {', '.join(__all__)}")
    return getattr(import_module(f"causalkit.graphs.{'separation' if name in _SEPARATION else 'adjustment'}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
