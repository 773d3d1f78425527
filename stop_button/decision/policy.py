"""Policies: for every decision, a map from what is seen to what is done; and the space of all of them."""

from __future__ import annotations

import math
import sys
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, overload

from causalkit import Dist, Model, cpt, table
from causalkit.errors import TooLarge, UnknownValue, listing
from causalkit.graphs.order import topological_order
from causalkit.mechanisms.rows import assignment, every_input, rows_text
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact
from causalkit.values.frozen import Frozen
from causalkit.values.render import Printed, visible

__all__ = [
    "MOST_LISTED", "Act", "Choices", "Decision", "InformationSet", "Policy", "PolicySpace", "Slot", "decisions_in_order", "decisions_of",
]  # fmt: skip

Value = Hashable
Seen = tuple[Value, ...]

InformationSet = tuple[str, Seen]
"""Something to decide: a decision, and what is seen when it is made."""

Slot = tuple[str, Seen, tuple[Value, ...]]
"""An information set with its options."""

Act = tuple[str, Seen, Value]
"""One option taken: the decision, what was seen, and the option."""

Choices = frozenset[Act]
"""Acts that a policy does together; as a monomial, it counts when the policy does all of them."""

MOST_LISTED = 100_000


@dataclass(frozen=True)
class Decision:
    """An open choice of a model: its options, what is seen, and every combination that may be seen."""

    name: str
    options: tuple[Value, ...]
    sees: tuple[str, ...]
    contexts: tuple[Seen, ...]

    def text(self, seen: Seen) -> str:
        """What is seen, for messages."""
        return assignment(self.sees, seen)


def decisions_of(model: Model) -> tuple[Decision, ...]:
    """The open choices of a model, in the order in which they are declared."""
    return tuple(_decision(model, name) for name in model.choices)


def decisions_in_order(model: Model) -> tuple[str, ...]:
    """The names of the open choices, each after those that it may depend on, else in the order in which they are declared.

    It is the order within one branch. What branches say of each other may let choices wait otherwise, so unfolding, which goes through
    several branches together, has an order of its own.

    >>> from causalkit import choice
    >>> told = Model(act=choice("go", "stay", sees=["order"]), order=choice("go", "stay"), aside=choice("yes", "no"))
    >>> decisions_in_order(told)
    ('order', 'act', 'aside')
    """
    names, graph = tuple(model.choices), model.graph
    return topological_order(names, [(before, name) for name in names for before in graph.ancestors(name) if before in names])


def _decision(model: Model, name: str) -> Decision:
    sees = model.parents(name)
    return Decision(name, model.domain(name), sees, tuple(every_input(name, sees, model.domains)))


@dataclass(frozen=True, repr=False)
class Policy(Printed):
    """What an agent does: for every decision and everything that it may see, an option or a distribution over options.

    A stochastic policy draws independently for each decision and each thing seen, once, and all branches share the draw.
    ``World.policy`` builds one. Two policies that do the same are equal, whatever their names.
    """

    decisions: tuple[Decision, ...]
    acts: Frozen[InformationSet, Any]
    name: str = field(default="", compare=False)

    @checked
    def act(self, decision: str, *seen: Value) -> Any:
        """What the policy does in a decision when it sees these values: an option, or a ``Dist`` over options."""
        try:
            listed = (decision, seen) in self.acts
        except TypeError:
            listed = False
        if not listed:
            raise UnknownValue(f"the policy never sees {listing(seen) or 'nothing'} in {decision!r}; it covers: {listing(self.acts)}")
        return self.acts[decision, seen]

    @checked
    def weight(self, decision: str, seen: Seen, option: Value) -> Number:
        """The probability of an option, given what is seen."""
        act = self.act(decision, *seen)
        return act[option] if isinstance(act, Dist) else exact(int(act == option))

    @property
    def rules(self) -> dict[str, Any]:
        """The policy as mechanisms that fill the open choices of a model."""
        return {decision.name: self._rule(decision) for decision in self.decisions}

    def _rule(self, decision: Decision) -> Any:
        rows = {seen: self.acts[decision.name, seen] for seen in decision.contexts}
        if not any(isinstance(act, Dist) for act in rows.values()):
            return table(decision.sees, rows, domain=decision.options)
        dists = {seen: act if isinstance(act, Dist) else Dist({act: 1}) for seen, act in rows.items()}
        return cpt(decision.sees, dists, coupling="independent", domain=decision.options)

    @property
    def code(self) -> str:
        """The policy as it would be typed, a rule for each decision."""
        rows = {d.name: {seen: self.acts[d.name, seen] for seen in d.contexts} for d in self.decisions}
        return f"{{{', '.join(f'{name!r}: {rows_text(rule)}' for name, rule in rows.items())}}}"

    @property
    def is_stochastic(self) -> bool:
        """Whether any act is a distribution."""
        return any(isinstance(act, Dist) for act in self.acts.values())

    def __hash__(self) -> int:
        return hash((self.decisions, self.acts))

    def __str__(self) -> str:
        return visible(self.name or self.description)

    @property
    def description(self) -> str:
        """The policy in words: what is done after seeing what."""
        single = len(self.decisions) == 1
        return "; ".join(_described(d, self.acts) if single else f"{d.name}: {_described(d, self.acts)}" for d in self.decisions)

    def __repr__(self) -> str:
        return f"<policy {self}>"


def _described(decision: Decision, acts: Mapping[InformationSet, Any]) -> str:
    done = {seen: acts[decision.name, seen] for seen in decision.contexts}
    if len(set(done.values())) == 1:
        return _act_text(next(iter(done.values())))
    return ", ".join(f"{_act_text(act)} if {decision.text(seen)}" for seen, act in done.items())


def _act_text(act: Any) -> str:
    if not isinstance(act, Dist):
        return str(act)
    return " or ".join(f"{option} ({weight})" for option, weight in act.items())


class _Filled(Frozen[InformationSet, Any]):
    """Acts that are listed, and the first option everywhere else: written out when something else than what is listed is asked for."""

    __slots__ = ("_decisions", "_listed", "_written")

    def __init__(self, decisions: tuple[Decision, ...], acts: Mapping[InformationSet, Any]) -> None:
        self._decisions, self._listed = decisions, dict(acts)
        self._written: dict[InformationSet, Any] | None = None
        self._hash = None

    @property
    def _items(self) -> dict[InformationSet, Any]:  # type: ignore[override]
        if self._written is None:
            first = {(d.name, seen): d.options[0] for d in self._decisions for seen in d.contexts}
            self._written = first | self._listed
        return self._written

    def __getitem__(self, key: InformationSet) -> Any:
        return self._listed[key] if key in self._listed else self._items[key]

    def __contains__(self, key: object) -> bool:
        return key in self._listed or key in self._items

    def __reduce__(self) -> Any:
        return Frozen, (self._items,)


class PolicySpace(Sequence[Policy]):
    """Every deterministic policy, as a lazy sequence: its length is known and its members are made when asked for.

    ``slots`` are the decisions in their contexts, ``(decision, what is seen, options)``; a policy's index counts through them with the
    last slot changing fastest.
    """

    def __init__(self, decisions: Sequence[Decision], names: Mapping[Policy, str] | None = None) -> None:
        self.decisions = tuple(decisions)
        self._names = dict(names or {})

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The decisions in their contexts, made when they are asked for."""
        return tuple((d.name, seen, d.options) for d in self.decisions for seen in d.contexts)

    @property
    def size(self) -> int:
        """The number of policies, also when it is too large for ``len``."""
        return math.prod(len(d.options) ** len(d.contexts) for d in self.decisions)

    def __len__(self) -> int:
        if self.size > sys.maxsize:
            raise TooLarge(f"{self.size:,} policies are too many to be counted by len, or listed; type .size, or iterate over the space")
        return self.size

    @overload
    def __getitem__(self, index: int) -> Policy: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Policy]: ...
    @checked
    def __getitem__(self, index: int | slice) -> Policy | Sequence[Policy]:
        if isinstance(index, slice):
            places = range(*index.indices(self.size))
            if len(places) > MOST_LISTED:
                raise TooLarge(
                    f"a list of {len(places):,} policies; at most {MOST_LISTED:,} are listed, iterate over the space or take fewer"
                )
            return [self[i] for i in places]
        if not -self.size <= index < self.size:
            raise IndexError(f"policy {index} of {self.size}")
        return self._made(index % self.size)

    def _made(self, index: int) -> Policy:
        acts: dict[InformationSet, Value] = {}
        for name, seen, options in reversed(self.slots):
            index, which = divmod(index, len(options))
            acts[name, seen] = options[which]
        policy = Policy(self.decisions, Frozen(acts))
        return Policy(self.decisions, policy.acts, self._names.get(policy, ""))

    @checked
    def filled(self, acts: Mapping[InformationSet, Any]) -> Policy:
        """The policy that acts so, and takes the first option where nothing is said."""
        return Policy(self.decisions, _Filled(self.decisions, acts))

    @checked
    def index(self, policy: Any, start: int = 0, stop: int | None = None) -> int:
        """Where a deterministic policy stands in the space; raises ``ValueError`` for one that is not in it."""
        if not isinstance(policy, Policy) or policy.decisions != self.decisions or policy.is_stochastic:
            raise UnknownValue(f"{policy!r} is not a deterministic policy of this space")
        place = 0
        for name, seen, options in self.slots:
            place = place * len(options) + options.index(policy.acts[name, seen])
        if not start <= place < (self.size if stop is None else stop):
            raise UnknownValue(f"{policy!r} is not between {start} and {stop}")
        return place

    def __contains__(self, policy: object) -> bool:
        return isinstance(policy, Policy) and policy.decisions == self.decisions and not policy.is_stochastic

    def __iter__(self) -> Iterator[Policy]:
        return (self._made(i) for i in range(self.size))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PolicySpace) and self.decisions == other.decisions

    def __hash__(self) -> int:
        return hash(self.decisions)

    def __repr__(self) -> str:
        return f"<{self.size:,} policies of {', '.join(d.name for d in self.decisions) or 'no decision'}>"
