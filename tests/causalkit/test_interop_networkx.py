"""networkx graphs, both ways."""

from __future__ import annotations

import networkx
import pytest
from hypothesis import given

from causalkit import Model, choice, coin, cpt
from causalkit.errors import CyclicModel, InvalidName, WrongShape
from causalkit.graphs.graph import Graph
from causalkit.interop.networkx import from_networkx, to_networkx
from causalkit.testing import AWKWARD_NAMES, dags, models


@given(dags(confounded=True))
def test_round_trip(graph: Graph) -> None:
    assert from_networkx(to_networkx(graph)) == graph


@given(models(max_variables=4, choices=1, names=AWKWARD_NAMES))
def test_the_graph_of_a_model(model: Model) -> None:
    found = to_networkx(model)
    assert from_networkx(found) == model.graph
    assert networkx.is_directed_acyclic_graph(found)
    assert {name: sorted(found.predecessors(name)) for name in found} == {name: sorted(model.parents(name)) for name in model.names}


def test_what_nodes_carry() -> None:
    model = Model(u=coin("1/2"), k=3, act=choice("x", "y"), t=lambda u: u, y=cpt(["u"], {False: {0: 1}, True: {1: 1}}))
    found = to_networkx(model)
    assert dict(found.nodes(data="kind")) == {"u": "noise", "k": "constant", "act": "choice", "t": "table", "y": "cpt"}
    assert found.nodes["act"]["values"] == ("x", "y")


def test_what_was_done_shows() -> None:
    model = Model(u=coin("1/2"), x=lambda u: u, y=lambda x: x)
    assert list(to_networkx(model.do(x=True)).edges) == [("x", "y")]


def test_latents_become_pairs() -> None:
    plain = networkx.DiGraph([("u", "x"), ("u", "y"), ("x", "y")])
    assert from_networkx(plain, latent=["u"]) == Graph(["x", "y"], edges=[("x", "y")], confounded=[("x", "y")])
    plain.nodes["u"]["latent"] = True
    assert from_networkx(plain) == Graph(["x", "y"], edges=[("x", "y")], confounded=[("x", "y")])


def test_what_is_refused() -> None:
    with pytest.raises(WrongShape, match="undirected"):
        from_networkx(networkx.Graph([("a", "b")]))
    with pytest.raises(CyclicModel, match="a -> b -> a"):
        from_networkx(networkx.DiGraph([("a", "b"), ("b", "a")]))
    with pytest.raises(InvalidName, match="3 cannot name a variable"):
        from_networkx(networkx.DiGraph([(3, "a")]))
    with pytest.raises(WrongShape, match="list is not a networkx graph"):
        from_networkx([("a", "b")])
    with pytest.raises(WrongShape, match="str is neither a Model nor a Graph"):
        to_networkx("a -> b")  # type: ignore[arg-type]
