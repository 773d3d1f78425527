"""Means with the policy left open, read off the states of a world: what each way of deciding adds, however many draws there are."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction

from causalkit.mechanisms.mechanism import CPT, Noise
from causalkit.values.exact import exact
from stop_button.decision.policy import Choices
from stop_button.decision.world import World
from stop_button.evaluation.terms.objective import Mean, Refusal, grounded
from stop_button.evaluation.terms.scheme import scheme
from stop_button.evaluation.unfolding.beliefs import Layer
from stop_button.evaluation.unfolding.discovery import Landscape, discovered
from stop_button.language.formula import Constant, Expectation

__all__ = ["added_at", "all_seen_values", "has_many_draws", "how_many_parts", "landscape_of", "open_parts", "seen_values"]

Sums = tuple[Fraction, ...]
Open = dict[Choices, Sums]

MANY_DRAWS = 500
MOST_PARTS = 200_000


def has_many_draws(world: World) -> bool:
    """Whether a world's noise can be drawn in very many ways.

    >>> import stop_button as sb
    >>> has_many_draws(sb.worlds.office())
    False
    """
    draws = 1
    for name in world.model.names:
        if isinstance(world.model.mechanism(name), (Noise, CPT)):
            draws *= len(world.model.domain(name))
    return draws > MANY_DRAWS


def landscape_of(world: World, means: Sequence[Mean]) -> Landscape:
    """The discovered states of a world under some means; raises ``Refusal`` and ``TooLarge``."""
    return discovered(scheme(grounded(world, means)), 1 + max(mean.channel for mean in means))


def open_parts(mean: Expectation, world: World) -> list[tuple[Choices, Fraction, Fraction]]:
    """For each set of choices met, the probability of the condition and what the quantity adds where it holds.

    Raises ``Refusal`` where the states do not tell, and ``TooLarge``.

    >>> import stop_button as sb
    >>> for choices, mass, worth in open_parts(sb.E(sb.V, given={"intent": "stop"}), sb.worlds.office()):
    ...     print([(seen, act) for _, seen, act in choices], mass, worth)
    [((True,), 'work')] 1/4 0
    [((True,), 'cut the wire')] 1/4 1/4
    [((True,), 'press it myself')] 1/4 0
    """
    means = [Mean(exact(1), Constant(exact(1)), mean.given, 0), Mean(exact(1), mean.inner, mean.given, 1)]
    landscape = landscape_of(world, means)
    return [(choices, mass, worth) for choices, (mass, worth) in _opened(landscape).items() if mass or worth]


def how_many_parts(landscape: Landscape) -> float:
    """How many sets of choices the open form of a landscape has, at most: counted over its states, without making it.

    >>> import stop_button as sb
    >>> from stop_button.evaluation.terms.objective import Mean
    >>> world = sb.worlds.office()
    >>> how_many_parts(landscape_of(world, [Mean(exact(1), sb.V, None)])), len(open_parts(sb.E(sb.V), world))
    (8.0, 6)
    """
    import numpy as np

    last = landscape.layers[-1] if landscape.layers else None
    follow = np.zeros(1 if last is None else last.first + last.size * last.options)
    for batch in landscape.batches:
        follow[batch.origins] = 1
    with np.errstate(over="ignore"):
        for layer in reversed(landscape.layers):
            of_state = follow[layer.first : layer.first + layer.size * layer.options].reshape(layer.size, layer.options).sum(axis=1)
            np.add.at(follow, layer.edges.origins, of_state[layer.edges.states])
    return float(follow[0])


def _opened(landscape: Landscape) -> Open:
    """The sums of a landscape as polynomials in the policy, from the last decision to the first."""
    added = added_at(landscape)
    follow: dict[int, list[tuple[Open, Fraction]]] = {}
    for layer in reversed(landscape.layers):
        opened = [_state(landscape, layer, state, added, follow) for state in range(layer.size)]
        if sum(map(len, opened)) > MOST_PARTS:
            raise Refusal("there are too many ways of deciding to list")
        edges = layer.edges
        for origin, state, weight in zip(edges.origins.tolist(), edges.states.tolist(), edges.weights.tolist(), strict=True):
            follow.setdefault(origin, []).append((opened[state], Fraction(weight, edges.denominator)))
    return _after(0, landscape.channels, added, follow)


def added_at(landscape: Landscape) -> dict[int, list[Fraction]]:
    """What terms add at each origin, a number for each sum; nothing is said of origins where they add nothing."""
    found: dict[int, list[Fraction]] = {}
    for batch in landscape.batches:
        for origin, numerator in zip(batch.origins.tolist(), batch.numerators.tolist(), strict=True):
            found.setdefault(origin, [Fraction(0)] * landscape.channels)[batch.channel] += Fraction(numerator, batch.denominator)
    return found


def _state(
    landscape: Landscape, layer: Layer, state: int, added: dict[int, list[Fraction]], follow: dict[int, list[tuple[Open, Fraction]]]
) -> Open:
    seen = seen_values(landscape, layer, int(layer.context[state]))
    opened: Open = {}
    for place, option in enumerate(layer.decision.options):
        origin = layer.first + state * layer.options + place
        act = (layer.decision.name, seen, option)
        for choices, sums in _after(origin, landscape.channels, added, follow).items():
            opened[choices | {act}] = sums
    return opened


def _after(origin: int, channels: int, added: dict[int, list[Fraction]], follow: dict[int, list[tuple[Open, Fraction]]]) -> Open:
    """What follows from an origin."""
    opened: Open = {}
    if origin in added:
        opened[frozenset()] = tuple(added[origin])
    for of, weight in follow.get(origin, ()):
        for choices, sums in of.items():
            before = opened.get(choices, (Fraction(0),) * channels)
            opened[choices] = tuple(a + weight * b for a, b in zip(before, sums, strict=True))
    return opened


def seen_values(landscape: Landscape, layer: Layer, context: int) -> tuple[Hashable, ...]:
    """What is seen in a context of a layer."""
    return all_seen_values(landscape, layer, [context])[0]


def all_seen_values(landscape: Landscape, layer: Layer, contexts: Sequence[int] | None = None) -> list[tuple[Hashable, ...]]:
    """What is seen in each of some contexts of a layer; in all of them when none are named."""
    of_name = landscape.scheme.world.model.domains
    rows = layer.seen if contexts is None else layer.seen[contexts]
    columns = [map(of_name[name].__getitem__, codes) for name, codes in zip(layer.decision.sees, rows.T.tolist(), strict=True)]
    return list(zip(*columns, strict=True)) if columns else [()] * len(rows)
