"""Finite structural causal models: seeing, doing and had-it-been, answered exactly."""

from causalkit.branches import Branches, as_in
from causalkit.declare import choice, cpt, function, table
from causalkit.dist import Dist, coin, point, uniform
from causalkit.errors import CausalError, Impossible
from causalkit.model import Model

__all__ = [
    "Branches",
    "CausalError",
    "Dist",
    "Impossible",
    "Model",
    "as_in",
    "choice",
    "coin",
    "cpt",
    "function",
    "point",
    "table",
    "uniform",
]
