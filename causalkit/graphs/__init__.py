"""Causal graphs with latent confounders: separation with its evidence, sets to adjust for, instruments."""

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
from causalkit.graphs.graph import Graph
from causalkit.graphs.paths import directed_path, open_path, paths
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
