"""The regimes that a question may speak of, as the variables of one join tree."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from causalkit.engine.compiling.factors import groups
from causalkit.engine.compiling.greedy_elimination import bits
from causalkit.engine.compiling.network_memory import NetworkMemory, Scopes, SharedEntry, memory_of
from causalkit.engine.compiling.triangulation import JoinTree
from causalkit.mechanisms.mechanism import Mechanism
from causalkit.mechanisms.network import Edits, Network, Node, closure
from causalkit.values.dist import Value

__all__ = ["World", "world_of"]


class World:
    """A network under the edits of one or more regimes: which variables a tree of it has.

    A variable of the tree is a *slot*. Where there is one regime it is a name, so that edits move nothing and regimes share one tree;
    where there are several it is a copy. Draws that several copies share have slots behind those.
    """

    def __init__(self, network: Network, edits: Iterable[Edits]) -> None:
        self.network, self.edits = network, tuple(dict.fromkeys(edits))
        self._trees: dict[int, JoinTree] = {}
        self._above: dict[Node, int] = {}
        self._at: dict[int, Node] = {}

    @cached_property
    def memory(self) -> NetworkMemory:
        """What has been worked out about the network."""
        return memory_of(self.network)

    @cached_property
    def is_single(self) -> bool:
        """Whether there is one regime, in which each name stands for one copy."""
        return len(self.edits) == 1 and all(isinstance(key, str) and isinstance(edit, Mechanism) for key, edit in self.edits[0].items())

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {name: i for i, name in enumerate(self.network.mechanisms)}

    @cached_property
    def _copies(self) -> Mapping[Node, int]:
        """Every copy of a variable in any of the regimes, parents first, with its place."""
        copies = closure([self.network.node(edits, name) for edits in self.edits for name in self.network.mechanisms])
        return {node: i for i, node in enumerate(copies)}

    @cached_property
    def _groups(self) -> tuple[SharedEntry, ...]:
        """Copies that share draws."""
        return tuple([self.memory.shared(tuple(group)) for group in groups(self._copies) if len(group) > 1])

    @cached_property
    def draws(self) -> Mapping[Hashable, int]:
        """The variable of the tree that a shared draw is."""
        if self.is_single:
            return MappingProxyType({})
        keys = [key for group in self._groups for key in group.shared.draws]
        return {key: len(self._copies) + i for i, key in enumerate(keys)}

    def slot(self, node: Node) -> int:
        """The variable of the tree that a node is."""
        return self._places[node.variable] if self.is_single else self._copies[node]

    def surely_can_be(self, nodes: Sequence[Node], values: Sequence[Value]) -> bool:
        """Whether each node can take its value whatever it listens to is, so that all of them can together; False where that is not seen.

        Under one regime every node has draws of its own: the others then take, parents first, any values that they can take.
        """
        if not self.is_single or len(set(nodes)) < len(nodes):
            return False
        return all(value in self.memory.always_possible(node) for node, value in zip(nodes, values, strict=True))

    def closure(self, nodes: Iterable[Node]) -> list[Node]:
        """The nodes and all that they listen to; under one regime found again from what was asked before."""
        if not self.is_single:
            return closure(nodes)
        mask = 0
        for node in nodes:
            if node not in self._above:
                self._climb(node)
            mask |= self._above[node]
        at = self._at
        return [at[slot] for slot in bits(mask)]

    def _climb(self, node: Node) -> None:
        """Finds for a node, and for all that it listens to, the slots of what they listen to."""
        for each in closure([node]):
            mask = 1 << (slot := self._places[each.variable])
            for parent in each.parents:
                mask |= self._above[parent]
            self._at[slot] = each
            self._above[each] = mask

    @cached_property
    def size(self) -> int:
        """How many variables a tree has."""
        return len(self._places) if self.is_single else len(self._copies) + len(self.draws)

    @cached_property
    def scopes(self) -> tuple[Scopes, ...]:
        """The variables of every table that a question can need: as the network stands, and then, if that differs, after its edits."""
        if not self.is_single:
            return (self._scopes_of_copies(),)
        at, laws, edits = self._places, self.network.mechanisms, self.edits[0]
        before = tuple([(*(at[parent] for parent in law.parents), at[name]) for name, law in laws.items()])
        if not edits:
            return (before,)
        after = tuple([(*(at[p] for p in edits.get(name, law).parents), at[name]) for name, law in laws.items()])  # type: ignore[union-attr]
        return before, after

    def trees(self, asks: int) -> Iterator[JoinTree]:
        """The trees of these scopes, as far as they are there or worth making for a question about so many variables."""
        for i, scopes in enumerate(self.scopes):
            if i not in self._trees:
                tree = self.memory.tree(scopes, self.cards, asks)
                if tree is None:
                    return
                self._trees[i] = tree
            yield self._trees[i]

    def _scopes_of_copies(self) -> Scopes:
        number = self._copies
        families = {node: (*(number[parent] for parent in node.parents), place) for node, place in number.items()}
        links: list[tuple[int, ...]] = []
        for group in self._groups:
            shared = group.shared
            variables = [*(number[node] for node in shared.nodes), *(self.draws[draw] for draw in shared.draws)]
            links += [tuple([variables[i] for i in factor.scope]) for factor in shared.factors]
        return (*families.values(), *links)

    def cards(self) -> Sequence[int]:
        """How many values each variable of a tree takes, roughly: the tree is good for these, and right for all."""
        if self.is_single:
            return [max(1, len(law.domain)) for law in self.network.mechanisms.values()]
        widths = [group.shared.cards[len(group.shared.nodes) + i] for group in self._groups for i in range(len(group.shared.draws))]
        return [len(node.mechanism.domain) for node in self._copies] + widths


def world_of(network: Network, edits: Iterable[Edits]) -> World:
    """The world of a network under these edits, the same one as long as it is kept with the network."""
    regimes = tuple(dict.fromkeys(edits))
    return memory_of(network).world(regimes, lambda: World(network, regimes))
