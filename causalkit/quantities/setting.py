"""A causal model in one context: what was, and what would have been, with nothing left to chance."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from causalkit.errors import OpenChoice, WrongShape
from causalkit.mechanisms.event import Quantity
from causalkit.mechanisms.mechanism import CPT, Choice, Mechanism, Noise
from causalkit.model import Model
from causalkit.quantities.effects import Outcome, occurrence
from causalkit.values.dist import Value
from causalkit.values.exact import Number, exact

__all__ = ["CausalSetting", "Values", "possible_settings", "single_setting"]

Values = Mapping[str, Value]


@dataclass(frozen=True, eq=False)
class CausalSetting:
    """A model in one context, and an event in it: everything is determined, and what would have happened too.

    ``laws`` are the mechanisms after what has been done, ``domains`` what each variable could be set to, ``order`` a causal order.
    """

    laws: Mapping[str, Mechanism]
    domains: Mapping[str, tuple[Value, ...]]
    order: tuple[str, ...]
    context: Values
    effect: Quantity

    @cached_property
    def heard(self) -> tuple[str, ...]:
        """The variables that the effect listens to, directly or through others, and its own, parents first."""
        heard = set(self.effect.names)
        for name in reversed(self.order):
            if name in heard:
                heard.update(self.laws[name].parents)
        return tuple(name for name in self.order if name in heard)

    @cached_property
    def candidates(self) -> tuple[str, ...]:
        """Those of them that are not the effect's own."""
        return tuple(name for name in self.heard if name not in self.effect.names)

    @cached_property
    def actual(self) -> Values:
        """What every variable was."""
        return self._solved({}, self.order)

    def effect_happens(self, edits: Values) -> bool:
        values = self._solved(edits, self.heard)
        return bool(self.effect.function(*(values[name] for name in self.effect.names)))

    def _solved(self, edits: Values, names: Iterable[str]) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for name in names:
            law = self.laws[name]
            if name in edits:
                values[name] = edits[name]
            elif isinstance(law, Noise):
                values[name] = self.context[name]
            else:
                values[name] = law.row(tuple(values[parent] for parent in law.parents)).outcomes[0][0]
        return values

    def holdable(self, cause: Iterable[str]) -> tuple[str, ...]:
        """The variables that holding can matter for: those between cause and effect."""
        after = set(cause)
        for name in self.heard:
            if name not in after and after.intersection(self.laws[name].parents):
                after.add(name)
        own = self.effect.names if len(self.effect.names) == 1 else ()
        return tuple(name for name in self.heard if name in after and name not in cause and name not in own)

    def contingencies(self, cause: tuple[str, ...]) -> Iterator[tuple[Values, Values]]:
        """Every way to hold some variables as they were and to change all of the cause, the fewest held first."""
        free = self.holdable(cause)
        others = [[value for value in self.domains[name] if value != self.actual[name]] for name in cause]
        for size in range(len(free) + 1):
            for held in itertools.combinations(free, size):
                for instead in itertools.product(*others):
                    yield {name: self.actual[name] for name in held}, dict(zip(cause, instead, strict=True))


def single_setting(model: Model, effect: Outcome, context: Values | None, also: Iterable[str] = ()) -> CausalSetting:
    """The setting that a context singles out for the effect and ``also`` other variables; ``WrongShape`` when several are possible."""
    found = possible_settings(model.given(context) if context else model, model, effect, also)
    if len(found) > 1:
        raise WrongShape(
            f"{len(found)} contexts are possible, and an actual cause is one in a single story; "
            f"say what happened with context={{...}}, for example the values of {', '.join(found[0][0].context)}"
        )
    return found[0][0]


def possible_settings(known: Model, model: Model, effect: Outcome, also: Iterable[str] = ()) -> list[tuple[CausalSetting, Number]]:
    """A model in each context that what is ``known`` allows, with its probability; noises that do not matter are left out."""
    read = occurrence(model, effect)
    graph = model.graph
    relevant = set(graph.ancestors([*read.names, *also], include_self=True))
    order = tuple(name for name in graph.order if name in relevant)
    laws = _laws(model, order)
    noises = [name for name in order if isinstance(laws[name], Noise)]
    return [(CausalSetting(laws, model.domains, order, context, read), weight) for context, weight in _contexts(known, noises)]


def _contexts(model: Model, noises: list[str]) -> list[tuple[Values, Number]]:
    """The values that the noises can have together, with their probabilities."""
    if not noises:
        return [({}, exact(1))]
    joint: Mapping[Any, Number] = model.dist(*noises)
    several = len(noises) > 1
    return [(dict(zip(noises, values if several else (values,), strict=True)), weight) for values, weight in joint.items()]


def _laws(model: Model, names: Iterable[str]) -> dict[str, Mechanism]:
    """The mechanisms after what has been done; raises for those that do not determine what would have happened."""
    if model.regime.special_edits:
        raise WrongShape(
            "actual causes are defined for a model, not for one with edited edges; build the model with the mechanisms you mean"
        )
    laws = {name: model.mechanism(name) for name in names}
    for name, law in laws.items():
        if isinstance(law, CPT):
            raise WrongShape(
                f"{name!r} is a conditional table, and actual causes are defined for functions of explicit noise; "
                f"give {name!r} a noise of its own and write it as a function"
            )
        if isinstance(law, Choice):
            raise OpenChoice(f"{name!r} is a choice that nobody has made; plug in a rule with .choose({{{name!r}: {law.domain[0]!r}}})")
    return laws
