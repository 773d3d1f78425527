"""Branches: several edits of one model that share one draw of noise."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from causalkit import engine
from causalkit.errors import Impossible, InvalidName, UnknownName, WrongShape, listing, suggestion, visible
from causalkit.mechanisms.event import check_name
from causalkit.mechanisms.network import BranchReference, Edits, NestedCounterfactual, Node, Reading, UnknownNode
from causalkit.regime import Regime
from causalkit.values.arguments import checked
from causalkit.values.dist import Dist
from causalkit.values.exact import Number, is_zero, tidy
from causalkit.values.frozen import Frozen
from causalkit.values.pictures import picture
from causalkit.values.render import Printed

if TYPE_CHECKING:
    from causalkit.engine.answer import Answers
    from causalkit.engine.compiling.plan import Plan
    from causalkit.engine.compiling.world import World
    from causalkit.engine.exact.enumeration import Assignment
    from causalkit.engine.rule_expectation import RuleExpectation

__all__ = ["Branches", "as_in"]

BranchQuery = Callable[[Any], Any]


def as_in(branch: str, variable: str | None = None) -> BranchReference:
    """The value that a variable takes in another branch, for use as an edit: a nested counterfactual.

    >>> from causalkit import Model, coin
    >>> m = Model(u=coin("1/3"), x=coin("1/2"), z=lambda x, u: x or u, y=lambda x, z: x and z)
    >>> b = m.branches(off={"x": False}, direct={"x": True, "z": as_in("off")})
    >>> b.prob(lambda b: b.direct.y)
    Fraction(1, 3)
    """
    return BranchReference(branch, variable)


@dataclass(frozen=True, repr=False)
class Branches(Printed):
    """Several edits of one regime that share one draw of noise, with evidence on any of them.

    Questions are functions of a record ``b``: ``b.fact.pressed`` is the value of ``pressed`` in the branch ``fact``;
    ``b["fact"]["wish[3]"]`` reads names that are not identifiers. ``model.branches`` builds one.
    """

    regime: Regime
    edits: Mapping[str, Edits]
    evidence: tuple[BranchQuery, ...] = ()

    @classmethod
    @checked
    def of(cls, regime: Regime, branches: Mapping[str, Mapping[Any, Any]]) -> Branches:
        """The branches of a model; raises for names that are taken, for circles of ``as_in`` and for unknown names and values."""
        done: dict[str, Edits] = {"fact": regime.edits}
        waiting = dict(branches)
        for name, edits in branches.items():
            if not _is_branch_name(name):
                raise InvalidName(
                    f"{name!r} cannot name a branch: 'fact' is the model as it stands, and names are identifiers; type branch1={{...}}"
                )
            _check_references(name, edits, {"fact", *branches})
        while waiting:
            ready = {n: e for n, e in waiting.items() if all(ref.branch in done for ref in _references(e))}
            if not ready:
                raise WrongShape(f"the branches {listing(waiting)} refer to each other in a circle; let one of them use values only")
            for name, edits in ready.items():
                done[name] = _branch_edits(regime, edits, done)
                del waiting[name]
        return cls(regime, Frozen({name: done[name] for name in ["fact", *branches]}))

    @checked
    def given(self, event: BranchQuery) -> Branches:
        """The branches after observing an event on any of them; raises ``Impossible`` when it has probability zero.

        >>> from causalkit import Model, coin
        >>> m = Model(u=coin("1/2"), x=coin("1/2"), y=lambda x, u: x and u)
        >>> b = m.branches(treated={"x": True})
        >>> b.given(lambda b: not b.fact.y).prob(lambda b: b.treated.y)
        Fraction(1, 3)
        """
        new = Branches(self.regime, self.edits, (*self.evidence, event))
        if is_zero(new._answers.mass):
            raise Impossible(
                "the event has probability 0 on these branches, so what follows from it is undefined; observe something they can produce"
            )
        return new

    @checked
    def prob(self, event: BranchQuery) -> Number:
        """The probability of an event that may read every branch."""
        return self._answers.prob(self.reading(event))

    @checked
    def expect(self, quantity: BranchQuery) -> Number:
        """The mean of a quantity that may read every branch."""
        return self.dist(quantity).expect()

    @checked
    def dist(self, quantity: BranchQuery) -> Dist:
        """The distribution of a quantity that may read every branch.

        >>> from causalkit import Model, coin
        >>> m = Model(u=coin("1/3"), x=lambda u: u)
        >>> m.branches(on={"x": True}).dist(lambda b: (b.fact.x, b.on.x))
        Dist({(False, True): '2/3', (True, True): '1/3'})
        """
        return self._answers.dist(self.reading(quantity))

    @checked
    def by_choice(self, quantity: BranchQuery) -> dict[Assignment, dict[Hashable, Number]]:
        """The weight of each value of a quantity, together with the evidence, for each way of making the open choices it meets.

        The keys are sets of ``(decision, what was seen, what was done)``. A policy's answer is the sum over the keys that it agrees
        with: this is the polynomial in the policy from which all policies can be scored without asking again.

        >>> from causalkit import Model, coin, choice
        >>> m = Model(u=coin("1/3"), a=choice(0, 1, sees=["u"]), y=lambda a, u: a == u)
        >>> len(m.branches().by_choice(lambda b: b.fact.y))
        4
        """
        found = self._answers.by_choice(self.reading(quantity))
        return {choices: {v: tidy(w) for v, w in weights.items()} for choices, weights in found.items()}

    @checked
    def plan(self, quantity: BranchQuery) -> Plan:
        """How the distribution of a quantity would be computed and at what cost; nothing is computed.

        >>> from causalkit import Model, coin
        >>> b = Model(u=coin("1/3"), x=lambda u: u).branches(on={"x": True})
        >>> print(b.plan(lambda b: b.fact.x == b.on.x))
        strategy     enumeration: there are few runs
        nodes        3
        enumeration  at most 2 runs
        """
        return self._answers.plan(self.reading(quantity))

    @checked
    def by_rule(self, quantity: BranchQuery) -> RuleExpectation:
        """The mean of a quantity for every way of filling the open choices, as ``Model.by_rule``.

        >>> from causalkit import Model, choice, coin
        >>> m = Model(u=coin("1/3"), a=choice(0, 1, sees=["u"]), y=lambda a, u: a == u)
        >>> m.branches(on={"u": True}).by_rule(lambda b: b.fact.y and b.on.y)(a=lambda u: int(u))
        Fraction(1, 1)
        """
        return engine.decision_tensor.every_rule_expectation(self.observed, self.reading(quantity))

    @cached_property
    def _answers(self) -> Answers:
        return engine.answer.Answers([*self.regime.observed, *map(self.reading, self.evidence)], self._world)

    def _world(self) -> World:
        return engine.answer.world_of(self.regime.network, [*(before for before, _ in self.regime.evidence), *self.edits.values()])

    @cached_property
    def regimes(self) -> Mapping[str, Regime]:
        """The regime of each branch: the same mechanisms, with the edits of the branch."""
        return {name: self.regime.with_edits(edits) for name, edits in self.edits.items()}

    @property
    def observed(self) -> Sequence[Reading]:
        """What has been observed, before the branches parted and on them, as readings."""
        return tuple(self._answers.evidence)

    def reading(self, quantity: BranchQuery) -> Reading:
        """A function of the branches as something read off one run of the network."""
        return Reading((), lambda values: quantity(_Record(self.regimes, values)))

    def __reduce__(self) -> Any:
        return Branches, (self.regime, self.edits, self.evidence)  # what was worked out stays here

    def _repr_svg_(self) -> str | None:
        copies = {regime.node(name) for regime in self.regimes.values() for name in regime.mechanisms}
        return picture(self, boxes=len(copies))

    def _repr_html_(self) -> str:
        return (self._repr_svg_() or "") + super()._repr_html_()

    def __repr__(self) -> str:
        return visible(f"<branches {', '.join(self.edits)} of a model of {', '.join(self.regime.mechanisms)}>")


class _Record:
    """The branches of one run; attributes are branches."""

    __slots__ = ("_regimes", "_values")

    def __init__(self, regimes: Mapping[str, Regime], values: Mapping[Node, Hashable]) -> None:
        self._regimes, self._values = regimes, values

    def __getattr__(self, branch: str) -> _Branch:
        if branch not in self._regimes:
            there = self._regimes
            raise UnknownName(f"{branch!r} is not a branch; there are: {', '.join(there)}{suggestion(branch, there)}")
        return _Branch(self._regimes[branch], self._values)

    __getitem__ = __getattr__


class _Branch:
    """One branch of one run; attributes are the values of variables."""

    __slots__ = ("_regime", "_values")

    def __init__(self, regime: Regime, values: Mapping[Node, Hashable]) -> None:
        self._regime, self._values = regime, values

    def __getattr__(self, variable: str) -> Any:
        names = self._regime.mechanisms
        if variable not in names:
            raise UnknownName(f"{variable!r} is not in the model; it has: {', '.join(names)}{suggestion(variable, names)}")
        node = self._regime.node(variable)
        if node not in self._values:
            raise UnknownNode(node)
        return self._values[node]

    __getitem__ = __getattr__


def _is_branch_name(name: Any) -> bool:
    return isinstance(name, str) and name.isidentifier() and not name.startswith("_") and name != "fact"


def _references(edits: Mapping[Any, Any]) -> list[BranchReference]:
    return [edit for edit in edits.values() if isinstance(edit, BranchReference)]


def _check_references(name: str, edits: Any, known: set[str]) -> None:
    if not isinstance(edits, Mapping):
        raise WrongShape(
            f"the branch {name!r} is {edits!r}, and a branch is a mapping of names to values; type {name}={{'variable': value}}"
        )
    for reference in _references(edits):
        if reference.branch not in known:
            raise UnknownName(f"the branch {name!r} refers to {reference.branch!r}; there are: {', '.join(sorted(known))}")


def _branch_edits(regime: Regime, edits: Mapping[Any, Any], done: Mapping[str, Edits]) -> Edits:
    read = {key: _elsewhere(regime, key, edit, done) if isinstance(edit, BranchReference) else edit for key, edit in edits.items()}
    return regime.do(read).edits if read else regime.edits


def _elsewhere(regime: Regime, key: Any, edit: BranchReference, done: Mapping[str, Edits]) -> NestedCounterfactual:
    variable = edit.variable or (key[0] if isinstance(key, tuple) else key)
    check_name(variable, regime.domains)
    return NestedCounterfactual(done[edit.branch], variable)
