"""Finite structural causal models: seeing, doing and had-it-been, answered exactly.

Beside the names below there are public modules, loaded when they are asked for: ``graphs``, ``identification``, ``quantities``,
``symbols``, ``networks``, ``interop``, ``examples``, ``plot``, ``testing``, ``errors``.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from causalkit.branches import Branches, as_in
from causalkit.errors import CausalError, Impossible
from causalkit.loading import keep_old_paths, later, release_0_1
from causalkit.mechanisms.constructors import choice, cpt, function, table
from causalkit.model import Model
from causalkit.values.dist import Dist, coin, point, uniform
from causalkit.values.pictures import when_first_wanted

__version__ = "0.1.0"

if TYPE_CHECKING:
    from causalkit import errors as errors
    from causalkit import examples as examples
    from causalkit import graphs as graphs
    from causalkit import identification as identification
    from causalkit import interop as interop
    from causalkit import networks as networks
    from causalkit import plot as plot
    from causalkit import quantities as quantities
    from causalkit import symbols as symbols
    from causalkit import testing as testing
    from causalkit.graphs import Graph, d_separated
    from causalkit.identification import identify
    from causalkit.networks import read, write
    from causalkit.quantities import bounds
    from causalkit.symbols import break_even
    from causalkit.unrolling import unroll

__all__ = [
    "Branches", "CausalError", "Dist", "Graph", "Impossible", "Model", "as_in", "bounds", "break_even", "choice", "coin", "cpt",
    "d_separated", "function", "identify", "point", "read", "table", "uniform", "unroll", "write",
]  # fmt: skip

PUBLIC_MODULES = ("errors", "examples", "graphs", "identification", "interop", "networks", "plot", "quantities", "symbols", "testing")

_LATER = {  # loaded when they are first asked for, so that a plain model is quick to import
    "Graph": "causalkit.graphs:Graph",
    "bounds": "causalkit.quantities:bounds",
    "break_even": "causalkit.symbols:break_even",
    "d_separated": "causalkit.graphs:d_separated",
    "identify": "causalkit.identification:identify",
    "read": "causalkit.networks:read",
    "unroll": "causalkit.unrolling:unroll",
    "write": "causalkit.networks:write",
    **{name: f"causalkit.{name}" for name in PUBLIC_MODULES},
}

when_first_wanted(lambda: import_module("causalkit.plot"))
when_first_wanted(lambda: import_module("causalkit.plots.regions"))
keep_old_paths(__name__, release_0_1.MODULES, release_0_1.NAMES)
__getattr__, __dir__ = later(
    __name__, [*__all__, *PUBLIC_MODULES], _LATER, elsewhere={f"{__name__}.{name}": f"{__name__}.{name}" for name in PUBLIC_MODULES}
)
