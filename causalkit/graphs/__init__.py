"""Causal graphs with latent confounders: separation with its evidence, sets to adjust for, instruments, implied independences."""

from typing import TYPE_CHECKING

from causalkit.graphs.graph import Graph
from causalkit.loading.later import homes_in, later

if TYPE_CHECKING:
    from causalkit.graphs.adjustment import (
        adjustment_sets,
        backdoor_sets,
        frontdoor_sets,
        is_adjustment_set,
        is_backdoor_set,
        is_frontdoor_set,
    )
    from causalkit.graphs.direct import direct_effect_sets, is_direct_effect_set
    from causalkit.graphs.independence import Independence, implied_independences, markov_blanket
    from causalkit.graphs.instrument import conditional_instruments, instruments, is_instrument
    from causalkit.graphs.parsing import parse_text
    from causalkit.graphs.path_search import directed_path, open_path, paths
    from causalkit.graphs.separation import d_separated, minimal_separator, minimal_separators

__all__ = [
    "Graph", "Independence", "adjustment_sets", "backdoor_sets", "conditional_instruments", "d_separated", "direct_effect_sets",
    "directed_path", "frontdoor_sets", "implied_independences", "instruments", "is_adjustment_set", "is_backdoor_set",
    "is_direct_effect_set", "is_frontdoor_set", "is_instrument", "markov_blanket", "minimal_separator", "minimal_separators", "open_path",
    "parse_text", "paths",
]  # fmt: skip

_HOMES = {
    "adjustment": ("adjustment_sets", "backdoor_sets", "frontdoor_sets", "is_adjustment_set", "is_backdoor_set", "is_frontdoor_set"),
    "direct": ("direct_effect_sets", "is_direct_effect_set"),
    "independence": ("Independence", "implied_independences", "markov_blanket"),
    "instrument": ("conditional_instruments", "instruments", "is_instrument"),
    "parsing": ("parse_text",),
    "path_search": ("directed_path", "open_path", "paths"),
    "separation": ("d_separated", "minimal_separator", "minimal_separators"),
}

# A model needs the graph alone, and is quick to import; the rest is loaded when it is first asked for.
__getattr__, __dir__ = later(__name__, __all__, homes_in(__name__, _HOMES))
