"""Questions asked of a join tree: on the network's own tree, or on one for the question alone where that is much cheaper."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from causalkit.engine.compiling.binding import Bound
from causalkit.engine.compiling.greedy_elimination import bits, mask_of
from causalkit.engine.compiling.node_tables import Table
from causalkit.engine.compiling.plan import MOST_CELLS, PER_MULTIPLY_ADD
from causalkit.engine.compiling.triangulation import JoinTree, join_tree
from causalkit.engine.contraction.products import WHOLE, Pricing, Product
from causalkit.engine.contraction.shapes import shape_of, size_of
from causalkit.engine.exact.propagation import Flow, Messages, nothing_kept
from causalkit.mechanisms.network import Network, Node
from causalkit.values.arrays import Array

__all__ = ["CHEAP_IN_FLOATS", "Way", "all_priced", "all_singles", "axes_of", "gathered", "messages_of", "way_to", "way_to_all"]

CHEAP = 20_000
"""Multiply-adds that are soon done: what takes no more is asked of the network's own tree, and nothing cheaper is looked for."""

CHEAP_IN_FLOATS = 200_000
"""The same in floats."""

PER_CELL = 30
"""Cells of a tree for each cell of the tables that are put on it: where there are no more, nothing cheaper is looked for either."""


@dataclass(frozen=True)
class Way:
    """How a question is answered: on which tree, at what cost, and with which variables held fixed in turn.

    ``cost`` are multiply-adds; ``bounds`` say for each variable of all marginals what none of its weights exceeds;
    ``largest`` the cells of the largest table; ``width`` the variables in the widest product,
    or 0 where the costs are no more than a bound. ``sliced``
    are the variables whose values are gone through one after the other, so that ``largest`` stays within its limit.
    """

    tree: JoinTree
    own: bool
    cost: int
    largest: int
    width: int
    sliced: tuple[int, ...] = ()
    bounds: Mapping[int, int] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """About how long it takes in whole numbers."""
        return self.cost * PER_MULTIPLY_ADD


def messages_of(network: Network) -> Messages:
    """The messages that are kept with a network."""
    messages: Messages = network.memory.setdefault(Messages, Messages())
    return messages


def way_to(bound: Bound, cheap: int = CHEAP) -> Way:
    """The cheaper of the network's own tree and a tree for this question, if the one is not cheap anyway."""
    own = own_tree(bound)
    if own is not None and own.holder(bound.target) is not None:
        sizes = sizes_on(bound, own)
        entered = sum([size_of(table.mask, bound.cards) for table in bound.tables])
        if sum(sizes) <= max(cheap, PER_CELL * entered) and max(sizes) <= MOST_CELLS:
            return Way(own, True, 3 * sum(sizes), max(sizes), 0)
    first = None if own is None else priced(bound, own, True)
    if first is not None and first.cost <= cheap:
        return first
    second = priced(bound, tree_for_itself(bound), False)
    return second if first is None or 2 * second.cost < first.cost else first


def sizes_on(bound: Bound, tree: JoinTree) -> list[int]:
    """The cells of each clique that lies between the tables of a question, once what was observed is gone."""
    free = bound.free
    held = [clique for clique in [tree.holder(table.mask) for table in bound.tables] if clique is not None]
    return [size_of(tree.cliques[clique] & free, bound.cards) for clique in tree.spanned([*held, root_of(bound, tree)])]


def way_to_all(bound: Bound) -> Way:
    """The way to the weights of every single variable: on a tree that holds every table inside a clique, the network's own if it does."""
    tree = own_tree(bound, asks=len(bound.cards))
    return all_priced(bound, tree or tree_for_itself(replace(bound, target=0)), tree is not None)


def all_priced(bound: Bound, tree: JoinTree, own: bool) -> Way:
    """What the weights of all single variables cost on a tree."""
    pricing = Pricing()
    flow = flow_on(replace(bound, target=0), tree, pricing, nothing_kept(), 0, lean=2 if bound.ratios else 1)
    singles = dict(flow.singles(bound.target))
    largest = max([size_of(table.mask, bound.cards) for table in singles.values()], default=1)
    bounds = {variable: table.bound for variable, table in singles.items()}
    return Way(tree, own, pricing.cost, max(largest, pricing.largest), pricing.width, bounds=bounds)


def own_tree(bound: Bound, asks: int | None = None) -> JoinTree | None:
    """The network's tree, when it is there or worth making and every table is inside one of its cliques."""
    for tree in bound.world.trees(len(bound.tables) if asks is None else asks):
        if all(tree.holder(table.mask) is not None for table in bound.tables):
            return tree
    return None


def tree_for_itself(bound: Bound) -> JoinTree:
    """A tree made for one question, in which the target is inside a clique."""
    used = list(bits(bound.free))
    at = {variable: i for i, variable in enumerate(used)}
    masks = dict.fromkeys([*(table.mask for table in bound.tables), bound.target])
    tree = join_tree([bound.cards[v] for v in used], [tuple([at[v] for v in bits(mask)]) for mask in masks])
    home, rank = [0] * len(bound.cards), [0] * len(bound.cards)
    for variable, i in at.items():
        home[variable], rank[variable] = tree.home[i], tree.rank[i]
    cliques = tuple([mask_of(used[i] for i in bits(clique)) for clique in tree.cliques])
    return JoinTree(cliques, tree.above, tuple(home), tuple(rank), tree.cells, tree.largest)


def flow_on(bound: Bound, tree: JoinTree, product: Product, kept: Messages, root: int, *, lean: int = 0) -> Flow:
    """The tables put at the cliques of a tree; one that is inside no clique waits at the root. ``lean`` is as in ``Flow``."""
    held: dict[int, list[Table]] = {}
    keys: dict[int, tuple[Hashable, ...]] = {}
    stays = bound.target
    for table, key in zip(bound.tables, bound.keys, strict=True):
        clique = tree.holder(table.mask)
        if clique is None:
            clique = root
            stays |= table.mask
        held.setdefault(clique, []).append(table)
        keys[clique] = (*keys.get(clique, ()), key)
    return Flow(tree, bound.cards, held, keys, stays, product, kept, lean)


def root_of(bound: Bound, tree: JoinTree) -> int:
    """The clique where the target is gathered."""
    whole = tree.holder(bound.target)
    return whole if whole is not None else tree.home[min(bits(bound.target), key=tree.rank.__getitem__)]


def priced(bound: Bound, tree: JoinTree, own: bool) -> Way:
    """What the answer costs on a tree when nothing is kept."""
    pricing, root = Pricing(), root_of(bound, tree)
    last = flow_on(bound, tree, pricing, nothing_kept(), root).inward(root, bound.target)
    return Way(tree, own, pricing.cost, max(pricing.largest, size_of(last.mask, bound.cards)), pricing.width)


def gathered(bound: Bound, way: Way, product: Product = WHOLE, seconds: float = 0.0) -> Table:
    """The weights over the target, on a way that was found for the question; a bar shows where it takes so many seconds."""
    kept = messages_of(bound.world.network) if way.own else nothing_kept()
    root = root_of(bound, way.tree)
    return flow_on(bound, way.tree, product, kept, root).inward(root, bound.target, seconds)


def all_singles(bound: Bound, way: Way, product: Product = WHOLE, wanted: int = -1) -> Iterator[tuple[int, Table]]:
    """The weights of each variable of the target that is wanted, one after the other.

    They are gathered where the largest weights are: there the most of the network comes together.
    """
    kept = messages_of(bound.world.network) if way.own else nothing_kept()
    flow = flow_on(replace(bound, target=0), way.tree, product, kept, 0, lean=2 if bound.ratios else 1)
    deepest = max(bits(bound.target), key=lambda variable: way.bounds.get(variable, 0), default=None)
    yield from flow.singles(bound.target, wanted, 0 if deepest is None else way.tree.home[deepest])


def axes_of(bound: Bound, table: Table, nodes: Sequence[Node]) -> Array:
    """The weights with an axis for each node of the target, of length 1 for one that was observed or takes one value only."""
    import numpy as np

    free, slots = list(bits(bound.target)), [bound.world.slot(node) for node in nodes]
    cells = np.broadcast_to(table.cells.reshape(shape_of(table.mask, free, bound.cards)), [bound.cards[v] for v in free])
    kept = [slot for slot in slots if bound.target >> slot & 1]
    return cells.transpose([free.index(slot) for slot in kept]).reshape(
        [bound.cards[slot] if bound.target >> slot & 1 else 1 for slot in slots]
    )
