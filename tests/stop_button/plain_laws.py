"""The law of a few variables under every policy of a small model: every way that things may go, one variable after the other.

Shares with the package only what a model is made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import causalkit as ck
import stop_button as sb
from causalkit.values.exact import as_fraction
from stop_button.decision.policy import PolicySpace, decisions_of

Law = dict[tuple[Any, ...], Fraction]


def laws(model: ck.Model, names: Sequence[str]) -> Iterator[tuple[sb.Policy, Law]]:
    """Every policy with the law of the named variables."""
    parents = {name: model.parents(name) for name in model.names}
    order: list[str] = []
    while len(order) < len(parents):
        order += [name for name in parents if name not in order and all(parent in order for parent in parents[name])]
    needed = [name for name in order if name in model.graph.ancestors(list(names), include_self=True)]
    for policy in PolicySpace(decisions_of(model)):
        yield policy, _law(model, policy, parents, needed, names)


def _law(model: ck.Model, policy: sb.Policy, parents: Mapping[str, Any], needed: Sequence[str], names: Sequence[str]) -> Law:
    ways: Law = {(): Fraction(1)}
    kept: list[str] = []
    for i, name in enumerate(needed):
        used = {*names, *(parent for later in needed[i + 1 :] for parent in parents[later])}
        stays = [place for place, one in enumerate([*kept, name]) if one in used]
        more: Law = {}
        for values, weight in ways.items():
            seen = tuple(values[kept.index(parent)] for parent in parents[name])
            outcomes = ((policy.acts[name, seen], None),) if name in model.choices else model.mechanism(name).row(seen).outcomes
            for value, chance in outcomes:
                key = tuple((*values, value)[place] for place in stays)
                more[key] = more.get(key, Fraction(0)) + (weight if chance is None else weight * as_fraction(chance))
        kept, ways = [[*kept, name][place] for place in stays], more
    return _in_order(ways, [kept.index(name) for name in names])


def _in_order(ways: Law, places: Sequence[int]) -> Law:
    law: Law = {}
    for values, weight in ways.items():
        key = tuple(values[place] for place in places)
        law[key] = law.get(key, Fraction(0)) + weight
    return law
