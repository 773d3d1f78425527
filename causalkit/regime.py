"""A model's mechanisms under what was done and seen: edits, evidence, the answers from there, and how the steps print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from causalkit import engine
from causalkit.errors import Impossible, TooLarge, WrongShape
from causalkit.mechanisms.building import apply_edits, build_mechanisms, fill_choices, parents_after
from causalkit.mechanisms.event import Quantity, check_name, reads_values
from causalkit.mechanisms.mechanism import Choice, Constant, Mechanism
from causalkit.mechanisms.network import EdgeKey, Edits, NestedCounterfactual, Network, Node, Reading
from causalkit.values.dist import Dist, Value
from causalkit.values.exact import Number
from causalkit.values.render import keywords_text, typed

if TYPE_CHECKING:
    from causalkit.engine.answer import Answers
    from causalkit.engine.compiled_query import CompiledQuery
    from causalkit.engine.compiling.plan import Plan
    from causalkit.engine.compiling.world import World
    from causalkit.engine.most_probable import MostProbable

__all__ = ["HEADER", "Evidence", "Regime", "impossible_text", "mechanism_rows", "steps_text"]

Evidence = tuple[tuple[Edits, Quantity], ...]
"""What has been observed, each under the edits that had been made by then."""

NOTHING_DONE: Edits = Edits()

HEADER = ["variable", "mechanism", "listens to", "values"]


@dataclass(frozen=True, eq=False, repr=False)
class Regime:
    """Mechanisms under what was done and seen: a network, the edits made so far, and what was observed, in the order of the steps.

    Regimes that come from one another by seeing and doing share their network, and with it the copies of variables that no edit
    touches. Two regimes are equal when their mechanisms, edits and evidence are. ``is_possible`` says that the evidence is known to be.

    >>> from causalkit.values.dist import coin
    >>> regime = Regime.of({"rain": coin("1/4"), "wet": lambda rain: rain})
    >>> regime.do({"rain": True}).steps, regime.do({"rain": True}).parents("rain")
    (['do(rain=True)'], ())
    """

    network: Network
    edits: Edits = NOTHING_DONE
    evidence: Evidence = ()
    is_possible: bool = False

    @classmethod
    def of(cls, variables: Mapping[str, Any] | None, named: Mapping[str, Any] | None = None) -> Regime:
        """Mechanisms as a user types them, checked and tabulated, with nothing done or seen; raises as ``Model`` does."""
        return cls(Network(build_mechanisms(variables, named or {})))

    # ---- what it is

    @property
    def mechanisms(self) -> Mapping[str, Mechanism]:
        """How each variable listened to its parents before anything was done, in the order of declaration."""
        return self.network.mechanisms

    @property
    def domains(self) -> Mapping[str, tuple[Value, ...]]:
        """The values that each variable can take."""
        return self.network.domains

    def mechanism(self, name: str) -> Mechanism:
        """How a variable listens to its parents, after what has been done."""
        check_name(name, self.domains)
        edit = self.edits.get(name, self.mechanisms[name])
        return self.mechanisms[name] if isinstance(edit, NestedCounterfactual) else edit

    def parents(self, name: str) -> tuple[str, ...]:
        """The variables that a variable listens to, after what has been done."""
        check_name(name, self.domains)
        return parents_after(name, self.edits, self.mechanisms)

    @property
    def special_edits(self) -> tuple[Any, ...]:
        """The keys of edits that put no mechanism in a variable's place: edits of one arrow, and values taken from another regime."""
        return tuple(key for key, edit in self.edits.items() if isinstance(key, EdgeKey) or isinstance(edit, NestedCounterfactual))

    # ---- verbs

    def do(self, edits: Mapping[Any, Any]) -> Regime:
        """The regime after an intervention; raises as ``Model.do`` does."""
        return self.with_edits(apply_edits(self.mechanisms, self.edits, edits, self.domains))

    def given(self, event: Quantity) -> Regime:
        """The regime after observing an event; raises ``Impossible`` when it has probability zero."""
        new = Regime(self.network, self.edits, (*self.evidence, (self.edits, event)))
        try:
            if not new._answers.can_be:
                raise Impossible(impossible_text(self.evidence, self.edits, event))
        except TooLarge:
            return new  # what is too large to be checked is too large to be answered, but it can be estimated
        return new

    def choose(self, rules: Mapping[str, Any]) -> Regime:
        """The regime with open choices of its mechanisms filled by rules; raises as ``Model.choose`` does."""
        opened = next((name for name in rules if isinstance(self.edits.get(name), Choice)), None)
        if opened is not None:
            raise WrongShape(f"{opened!r} was opened by do, which stands in front of the model; fill it with .do({{{opened!r}: ...}})")
        return self.with_mechanisms(fill_choices(self.mechanisms, rules, self.domains))

    def with_edits(self, edits: Edits) -> Regime:
        """The same mechanisms and evidence under other edits, which have been checked."""
        return Regime(self.network, edits, self.evidence, bool(self.evidence) and self._answers.is_possible)

    def with_mechanisms(self, mechanisms: Mapping[str, Mechanism]) -> Regime:
        """The same steps over other mechanisms, which are tabulated."""
        return Regime(Network(mechanisms), self.edits, self.evidence)

    # ---- questions

    def node(self, name: str) -> Node:
        """The copy of a variable after what has been done."""
        return self.network.node(self.edits, name)

    def reading(self, quantity: Quantity) -> Reading:
        """A quantity as something read off one run of the network, after what has been done."""
        return _reading(quantity, self._nodes(quantity, self.edits))

    @property
    def observed(self) -> Sequence[Reading]:
        """What has been observed, as readings."""
        return self._answers.evidence

    @cached_property
    def _answers(self) -> Answers:
        readings = [_reading(event, self._nodes(event, edits)) for edits, event in self.evidence]
        return engine.answer.Answers(readings, self._world, self.is_possible)

    def _world(self) -> World:
        return engine.answer.world_of(self.network, [*(edits for edits, _ in self.evidence), self.edits])

    def prob(self, event: Quantity) -> Number:
        """The probability of an event."""
        return self._answers.prob(self.reading(event))

    def dist(self, target: Quantity) -> Dist:
        """The distribution of a quantity."""
        return self._answers.dist(self.reading(target))

    def compiled(self, target: Quantity, *, native: bool = False) -> CompiledQuery:
        """The distribution of a quantity in float64, to be asked again with other observed values."""
        return self._answers.compiled(self.reading(target), native=native)

    def plan(self, target: Quantity) -> Plan:
        """How the distribution of a quantity would be computed and at what cost."""
        return self._answers.plan(self.reading(target))

    def marginals(self) -> dict[str, Dist]:
        """The distribution of every variable."""
        return dict(zip(self.mechanisms, self._answers.marginals([self.node(name) for name in self.mechanisms]), strict=True))

    def float_marginals(self) -> dict[str, dict[Value, float]]:
        """The same in float64."""
        return dict(zip(self.mechanisms, self._answers.float_marginals([self.node(name) for name in self.mechanisms]), strict=True))

    def most_probable(self, m: int) -> MostProbable:
        """The ``m`` likeliest combinations of values of all variables."""
        return self._answers.most_probable(tuple(self.mechanisms), [self.node(name) for name in self.mechanisms], m)

    @property
    def mass(self) -> Number:
        """The probability of what has been observed, in the steps in which it was."""
        return self._answers.mass

    def _nodes(self, quantity: Quantity, edits: Edits) -> tuple[Node, ...]:
        node = self.network.node
        return tuple([node(edits, name) for name in quantity.names])

    # ---- how it is compared, kept and printed

    def __reduce__(self) -> Any:
        return _rebuilt, (dict(self.mechanisms), self.edits, self.evidence)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Regime) or (self._identity is not other._identity and self._identity != other._identity):
            return False
        other.__dict__["_identity"] = self._identity  # found to be equal once, they are not compared in depth again
        return True

    def __hash__(self) -> int:
        return hash(self._identity)

    @cached_property
    def _identity(self) -> Value:
        return frozenset(self.mechanisms.items()), self.edits, self.evidence

    def __repr__(self) -> str:
        return f"<regime of {', '.join(self.mechanisms)}{''.join(f'; {step}' for step in self.steps)}>"

    @property
    def rows(self) -> list[list[str]]:
        """The mechanisms as the rows of a table under ``HEADER``."""
        return mechanism_rows(self.mechanisms)

    @property
    def steps(self) -> list[str]:
        """What has been observed and done, in the order of the steps, as it would be typed."""
        return steps_text(self.evidence, self.edits)


def mechanism_rows(mechanisms: Mapping[str, Mechanism]) -> list[list[str]]:
    """The mechanisms as the rows of a table under ``HEADER``."""
    return [[name, type(m).__name__.lower(), ", ".join(m.parents) or "-", ", ".join(map(str, m.domain))] for name, m in mechanisms.items()]


def steps_text(evidence: Evidence, edits: Edits) -> list[str]:
    """What has been observed and done, in the order of the steps, as it would be typed."""
    steps, before = [], NOTHING_DONE
    for then, event in [*evidence, (edits, None)]:
        new = {key: edit for key, edit in then.items() if before.get(key) != edit}
        steps += [f"do({_edits_text(new)})"] if new else []
        steps += [f"given({event.text})"] if event is not None else []
        before = then
    return steps


def impossible_text(evidence: Evidence, edits: Edits, event: Quantity) -> str:
    """What to say of evidence that cannot be, after these steps."""
    after = f" after {'; '.join(steps_text(evidence, edits))}" if edits or evidence else ""
    fix = (
        "; to ask what would have been, observe first and then do: .given(...).do(...)"
        if edits
        else "; observe something that the model can produce"
    )
    return f"the evidence {event.text} has probability 0{after}, so what follows from it is undefined{fix}"


def _rebuilt(mechanisms: Mapping[str, Mechanism], edits: Edits, evidence: Evidence) -> Regime:
    return Regime(Network(build_mechanisms(mechanisms, {})), edits, evidence)


def _reading(quantity: Quantity, nodes: tuple[Node, ...]) -> Reading:
    return Reading(nodes, lambda values: quantity.function(*(values[node] for node in nodes)), quantity.wanted, reads_values(quantity))


def _edits_text(edits: Mapping[Any, Any]) -> str:
    return keywords_text({key: _edit_text(edit) for key, edit in edits.items()})


def _edit_text(edit: Mechanism | NestedCounterfactual) -> str:
    if isinstance(edit, NestedCounterfactual):
        return f"<{edit.variable} after do({_edits_text(edit.edits)})>"
    return typed(edit.value) if isinstance(edit, Constant) else repr(edit)
