"""Where a decision does not recall enough: rules that are best one decision at a time, with what nobody exceeds.

The rule of each decision in turn is made best while all others stay as they are, until none can be bettered: a local optimum.
Source: [lauritzen2001], single policy updating.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from stop_button.decision.policy import Policy
from stop_button.evaluation.terms.integers import added_up, starts, times, whole
from stop_button.evaluation.unfolding.discovery import Landscape
from stop_button.evaluation.unfolding.open_form import all_seen_values
from stop_button.solving.sequences.backward_induction import Induction, valued, worth_under

if TYPE_CHECKING:
    from stop_button.evaluation.terms.integers import Array

__all__ = ["Rules", "bettered", "first_rules", "in_states", "rules_in"]

Rules = list["Array"]
"""For each layer, the number of the option taken in each context."""


def first_rules(induction: Induction) -> Rules:
    """In each context, the option that is best in most of the states that look so, earlier ones preferred."""
    import numpy as np

    rules = []
    for layer, worth in zip(induction.landscape.layers, induction.worths, strict=True):
        votes = np.zeros((len(layer.seen), layer.options), dtype=np.int64)
        np.add.at(votes, layer.context, worth.best.astype(np.int64))
        rules.append(votes.argmax(axis=1))
    return rules


def rules_in(landscape: Landscape, policy: Policy) -> Rules:
    """What a policy does in each context of each layer."""
    import numpy as np

    found = []
    for layer in landscape.layers:
        name, options = layer.decision.name, layer.decision.options
        taken = [options.index(policy.act(name, *seen)) for seen in all_seen_values(landscape, layer)]
        found.append(np.array(taken, dtype=np.int64))
    return found


def in_states(landscape: Landscape, rules: Rules) -> dict[int, Array]:
    """The option that rules take in each state of each layer."""
    return {place: rule[layer.context] for place, (layer, rule) in enumerate(zip(landscape.layers, rules, strict=True))}


def bettered(landscape: Landscape, weights: Sequence[Fraction], rules: Rules) -> tuple[Rules, Fraction]:
    """Rules of which none can be bettered alone, and what they are worth."""
    rules = list(rules)
    score = valued(landscape, weights, in_states(landscape, rules))
    while True:
        for place in reversed(range(len(landscape.layers))):
            rules[place] = _best_rule(landscape, weights, rules, place)
        new = valued(landscape, weights, in_states(landscape, rules))
        if new == score:
            return rules, score
        score = new


def _best_rule(landscape: Landscape, weights: Sequence[Fraction], rules: Rules, place: int) -> Array:
    """The best rule of one layer while all others stay; what already is best stays too."""
    import numpy as np

    layer = landscape.layers[place]
    worth = worth_under(landscape, weights, in_states(landscape, rules), place)
    weight = _reach(landscape, rules, place)
    order = np.argsort(layer.context, kind="stable")
    first = starts(layer.context[order])
    table = np.stack([added_up(times(worth[:, a], weight)[order], first) for a in range(layer.options)], axis=1)
    rule = rules[place].copy()
    now = table[np.arange(len(rule)), rule]
    better = table.max(axis=1) > now
    rule[better] = (table == table.max(axis=1)[:, None]).argmax(axis=1)[better]
    return np.asarray(rule)


def _reach(landscape: Landscape, rules: Rules, place: int) -> Array:
    """With what weights the states of a layer are reached, over a denominator that all of them share."""
    import numpy as np

    acts = in_states(landscape, rules)
    passed = {0: Fraction(1)}
    weights: list[Fraction] = []
    for at, layer in enumerate(landscape.layers[: place + 1]):
        weights = [Fraction(0)] * layer.size
        edges = layer.edges
        for origin, state, weight in zip(edges.origins.tolist(), edges.states.tolist(), edges.weights.tolist(), strict=True):
            if origin in passed:
                weights[state] += passed[origin] * Fraction(weight, edges.denominator)
        for state, weight in enumerate(weights):
            if weight:
                passed[layer.first + state * layer.options + int(acts[at][state])] = weight
    unit = np.lcm.reduce(np.array([weight.denominator for weight in weights], dtype=object))
    return whole(weight.numerator * (int(unit) // weight.denominator) for weight in weights)
