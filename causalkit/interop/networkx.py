"""Causal graphs as networkx graphs, both ways, so that its algorithms and drawings can be used."""

from __future__ import annotations

from typing import Any

from causalkit.errors import WrongShape
from causalkit.graphs.graph import Graph
from causalkit.graphs.order import Names
from causalkit.model import Model

__all__ = ["from_networkx", "to_networkx"]


def to_networkx(of: Model | Graph) -> Any:
    """The ``networkx.DiGraph`` of a model, as it is after what was done, or of a graph.

    A model's nodes carry ``kind`` (``"noise"``, ``"table"``, ``"cpt"``, ``"choice"``, ``"constant"``) and ``values``. Of a graph, each
    pair with an unseen common cause becomes a node with ``latent=True``. Arrows carry nothing.

    >>> from causalkit import coin
    >>> graph = to_networkx(Model(rain=coin("1/4"), wet=lambda rain: rain))
    >>> list(graph.edges), graph.nodes["wet"]
    ([('rain', 'wet')], {'kind': 'table', 'values': (False, True)})
    """
    if isinstance(of, Graph):
        return of.to_networkx()
    if not isinstance(of, Model):
        raise WrongShape(f"{type(of).__name__} is neither a Model nor a Graph")
    found = of.graph.to_networkx()
    for name in of.names:
        found.nodes[name].update(kind=type(of.mechanism(name)).__name__.lower(), values=of.domain(name))
    return found


def from_networkx(graph: Any, *, latent: Names = ()) -> Graph:
    """The causal graph of a ``networkx.DiGraph``; nodes named as ``latent``, or marked ``latent=True``, become unseen common causes.

    Raises ``WrongShape`` for a graph without directions, ``CyclicModel``, ``InvalidName`` for nodes that are no names.

    >>> import networkx
    >>> print(from_networkx(networkx.DiGraph([("u", "x"), ("u", "y"), ("x", "y")]), latent="u"))
    x -> y, x <-> y
    """
    if not hasattr(graph, "is_directed"):
        raise WrongShape(f"{type(graph).__name__} is not a networkx graph; give a networkx.DiGraph")
    return Graph.from_networkx(graph, latent=latent)
