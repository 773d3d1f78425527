"""Finite structural causal models: seeing, doing and had-it-been, answered exactly."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from causalkit.branches import Branches, as_in
from causalkit.errors import CausalError, Impossible
from causalkit.mechanisms.constructors import choice, cpt, function, table
from causalkit.model import Model
from causalkit.values.dist import Dist, coin, point, uniform
from causalkit.values.pictures import when_first_wanted

__version__ = "0.1.0"

if TYPE_CHECKING:
    from causalkit.graphs import Graph, d_separated
    from causalkit.identification import identify
    from causalkit.networks import read
    from causalkit.quantities import bounds
    from causalkit.symbols import break_even
    from causalkit.unrolling import unroll

__all__ = [
    "Branches",
    "CausalError",
    "Dist",
    "Graph",
    "Impossible",
    "Model",
    "as_in",
    "bounds",
    "break_even",
    "choice",
    "coin",
    "cpt",
    "d_separated",
    "function",
    "identify",
    "point",
    "read",
    "table",
    "uniform",
    "unroll",
]

_LATER = {  # loaded when they are first asked for, so that a plain model is quick to import
    "Graph": "graphs",
    "bounds": "quantities",
    "break_even": "symbols",
    "d_separated": "graphs",
    "identify": "identification",
    "read": "networks",
    "unroll": "unrolling",
}


when_first_wanted(lambda: import_module("causalkit.plot"))


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'causalkit' has no attribute {name!r}; it has: {', '.join(__all__)}")
    return getattr(import_module(f"causalkit.{_LATER[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
