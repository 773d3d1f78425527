"""Which states follow which in a landscape: where an act leads, with what weight, and which states are met on seeing the same."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from stop_button.evaluation.terms.integers import starts
from stop_button.evaluation.unfolding.discovery import Landscape

if TYPE_CHECKING:
    from stop_button.evaluation.terms.integers import Array

__all__ = ["Following"]


class Following:
    """The states of a landscape, numbered through all layers, with what leads to them.

    >>> import stop_button as sb
    >>> from causalkit.values.exact import exact
    >>> from stop_button.evaluation.terms.objective import Mean
    >>> from stop_button.evaluation.unfolding.open_form import landscape_of
    >>> follow = Following(landscape_of(sb.worlds.office(), [Mean(exact(1), sb.V, None)]))
    >>> follow.after(0), follow.recalls, follow.is_tree
    ([0, 1], True, True)
    """

    def __init__(self, landscape: Landscape) -> None:
        self.landscape = landscape
        self.offsets: tuple[int, ...] = (0, *itertools.accumulate(layer.size for layer in landscape.layers))

    @cached_property
    def _edges(self) -> tuple[Array, Array, Array, Array]:
        """Origins that lead to states, where the states of each begin, the states, and the edges in this order."""
        import numpy as np

        layers = self.landscape.layers
        if not layers:
            none = np.zeros(0, dtype=np.int64)
            return none, none, none, none
        origins = np.concatenate([layer.edges.origins for layer in layers])
        states = np.concatenate([layer.edges.states + offset for layer, offset in zip(layers, self.offsets, strict=False)])
        order = np.argsort(origins, kind="stable")
        origins, states = origins[order], states[order]
        begin = starts(origins)
        return origins[begin], np.append(begin, len(origins)), states, order

    def _range(self, origin: int) -> slice:
        import numpy as np

        origins, begin, _, _ = self._edges
        at = int(np.searchsorted(origins, origin))
        if at == len(origins) or origins[at] != origin:
            return slice(0, 0)
        return slice(int(begin[at]), int(begin[at + 1]))

    def after(self, origin: int) -> list[int]:
        """The states that an origin leads to."""
        found: list[int] = self._edges[2][self._range(origin)].tolist()
        return found

    @cached_property
    def _weights(self) -> list[Fraction]:
        edges = [layer.edges for layer in self.landscape.layers]
        every = [Fraction(weight, one.denominator) for one in edges for weight in one.weights.tolist()]
        return [every[place] for place in self._edges[3].tolist()]

    def with_weights(self, origin: int) -> list[tuple[int, Fraction]]:
        """The states that an origin leads to, each with the weight that it passes on."""
        return list(zip(self.after(origin), self._weights[self._range(origin)], strict=True))

    def origin(self, place: int, state: int, option: int) -> int:
        """The number of what follows an option in a state of a layer, both counted within the layer."""
        layer = self.landscape.layers[place]
        return layer.first + state * layer.options + option

    def led_to(self, place: int, states: Sequence[int], option: int) -> list[int]:
        """The states that an option leads to from some states of a layer."""
        return [after for state in states for after in self.after(self.origin(place, state, option))]

    def met(self, place: int, reached: Iterable[int]) -> dict[int, list[int]]:
        """The states reached of a layer, counted within it, by what is seen in them."""
        low, high = self.offsets[place], self.offsets[place + 1]
        context = self.landscape.layers[place].context
        met: dict[int, list[int]] = {}
        for state in sorted(state for state in reached if low <= state < high):
            met.setdefault(int(context[state - low]), []).append(state - low)
        return met

    @cached_property
    def recalls(self) -> bool:
        """Whether what is seen always says which state it is."""
        return all(layer.size == len(layer.seen) for layer in self.landscape.layers)

    @cached_property
    def is_tree(self) -> bool:
        """Whether each thing seen is met after one state only, as with perfect recall."""
        import numpy as np

        firsts = [layer.first for layer in self.landscape.layers]
        for layer in self.landscape.layers:
            origins = layer.edges.origins
            places = np.searchsorted(firsts, origins, side="right") - 1
            options = np.array([1, *(one.options for one in self.landscape.layers)])[places + 1]
            base = np.array([0, *firsts])[places + 1]
            parent = np.array([-1, *self.offsets[:-1]])[places + 1] + np.where(places < 0, 0, (origins - base) // options)
            pairs = np.unique(np.stack([layer.context[layer.edges.states], parent]), axis=1)
            if pairs.shape[1] > len(layer.seen):
                return False
        return True

    @property
    def all_policies(self) -> int:
        """How many policies the world has."""
        return self.landscape.scheme.world.policies.size
