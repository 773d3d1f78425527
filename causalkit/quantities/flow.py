"""Conserved flows: whether what goes in comes out, and surgery on a stock with somebody who pays the difference.

Setting a stock breaks the balance of its model: units vanish or come from nowhere. A compensated surgery says who pays, and the answer to
what would then be so depends on it; so the payer is a parameter, and none is assumed.
"""

from __future__ import annotations

import graphlib
import itertools
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from causalkit.errors import CyclicModel, Impossible, InvalidNumber, UnknownName, WrongShape, listing, suggestion
from causalkit.graphs.order import Names, several
from causalkit.mechanisms.constructors import table
from causalkit.mechanisms.event import assignment_text, check_name
from causalkit.mechanisms.mechanism import CPT, Choice, Noise
from causalkit.model import Model
from causalkit.values.arguments import checked
from causalkit.values.dist import Dist
from causalkit.values.exact import exact
from causalkit.values.render import Printed, number

__all__ = ["Balance", "Flow", "balance", "paid"]

Payers = str | Mapping[str, Any]


@dataclass(frozen=True)
class Balance(Printed):
    """Whether what goes in comes out, in every case that can happen: truthy when it does.

    ``residuals`` is the law of what goes in minus what comes out; ``unit`` is a case in which they differ, or ``None``.
    """

    residuals: Dist
    unit: Mapping[str, Hashable] | None

    @property
    def residual(self) -> Fraction:
        """By how much more goes in than comes out in ``unit``; 0 when all balances."""
        if self.unit is None:
            return Fraction(0)
        return next(_amount(value, "the residual") for value in self.residuals if value != 0)

    def __bool__(self) -> bool:
        return self.unit is None

    def __str__(self) -> str:
        if self.unit is None:
            return "what goes in comes out"
        what = "goes in than comes out" if self.residual > 0 else "comes out than goes in"
        return f"{number(abs(self.residual))} more {what}, with {assignment_text(self.unit)}"


@checked
def balance(model: Model, *, into: Names, out: Names) -> Balance:
    """Whether the sum of some variables equals the sum of others in every case that can happen.

    :param model: a model in which the values of these variables are numbers.
    :param into: what goes in.
    :param out: what comes out.
    :returns: a ``Balance``: truthy when it holds, else with a case and by how much it fails there.
    :raises UnknownName: for a variable that is not there. ``InvalidNumber`` for values that are not plain numbers.

    Source: [tailcalled2021d]

    >>> m = Model(source=10, town=lambda source: 4, factory=lambda source: 6)
    >>> bool(balance(m, into=["source"], out=["town", "factory"])), balance(m, into=["source"], out=["town"]).residual
    (True, Fraction(6, 1))
    """
    ins, outs = several(into), several(out)
    names = tuple(dict.fromkeys([*ins, *outs]))
    if not names:
        raise WrongShape("there is nothing to balance; name variables with into=[...] and out=[...]")
    for name in names:
        check_name(name, model.domains)
    weights: dict[Fraction, Any] = {}
    unit: dict[str, Hashable] | None = None
    for row, weight in _rows(model.dist(*names), len(names)):
        values = dict(zip(names, row, strict=True))
        amounts = {name: _amount(value, name) for name, value in values.items()}
        residual = sum((amounts[name] for name in ins), Fraction(0)) - sum((amounts[name] for name in outs), Fraction(0))
        weights[residual] = weights.get(residual, Fraction(0)) + weight
        unit = values if unit is None and residual else unit
    return Balance(Dist(weights), unit)


@checked
def paid(model: Model, edits: Mapping[str, Any], *, by: Payers) -> Model:
    """The model after stocks are set, with the differences to what they would have been paid by other variables.

    A payer then is what it would be, plus its share of all that the stocks would have had and now have not.

    :param model: a model whose stocks and payers are functions of others, with values that are numbers.
    :param edits: what the stocks are set to.
    :param by: who pays: a variable, or shares that sum to 1.
    :returns: the model; its payers take values of their own domain.
    :raises Impossible: when a payer would have to be what it cannot be, with the case. ``CyclicModel`` when a stock listens to its
        payer. ``WrongShape`` for a stock or payer that is left to chance, for shares that do not sum to 1.

    Source: [tailcalled2021d], for the need

    >>> from causalkit.mechanisms.constructors import function
    >>> m = Model(
    ...     source=10, factory=function(lambda source: 6, domain=[0, 6]), town=function(lambda source: 4, domain=[4, 10])
    ... )
    >>> paid(m, {"factory": 0}, by="town").dist("town")
    Dist({10: '1'})
    """
    shares = _shares(by)
    for name in (*edits, *shares):
        check_name(name, model.domains)
        _check_settled(model, name)
    both = next((name for name in shares if name in edits), None)
    if both is not None:
        raise WrongShape(f"{both!r} is set and pays for it; let another pay")
    for payer, stock in itertools.product(shares, edits):
        if payer in model.graph.ancestors(stock):
            raise CyclicModel(f"{stock!r} listens to {payer!r}, which is to pay for it; let somebody pay who is not upstream")
    changed = model.do(edits)
    for payer in sorted(shares, key=lambda name: len(model.graph.ancestors(name))):  # who listens to another payer comes after it
        changed = changed.do({payer: _paying(model, changed, payer, shares[payer], edits)})
    return changed


@checked
class Flow:
    """Amounts that are split and passed on, never copied: sources with what they supply, and shares of what each node passes on.

    :param supply: what each source gives: a number or a ``Dist`` over numbers, 0 or more. A reserve is a source that gives 0.
    :param shares: for each node that passes on, the share that each next node gets; shares of a node sum to 1.
    :raises WrongShape: for shares that do not sum to 1, or a source that something flows into. ``CyclicModel`` for a circle.

    Source: [tailcalled2021d]

    >>> town = Flow({"source": 10}, {"source": {"factory": "3/5", "town": "2/5"}, "factory": {"clips": "1/2", "heat": "1/2"}})
    >>> town.model.dist("clips", "heat", "town").support
    ((Fraction(3, 1), Fraction(3, 1), Fraction(4, 1)),)
    """

    def __init__(self, supply: Mapping[str, Any], shares: Mapping[str, Mapping[str, Any]]) -> None:
        self.supply = {name: given if isinstance(given, Dist) else Dist({_amount(given, name): 1}) for name, given in supply.items()}
        for name, law in self.supply.items():
            for amount in law:
                _amount_held(amount, name)
        given: Mapping[str, Any] = shares
        stray = next((name for name, row in given.items() if not isinstance(row, Mapping)), None)
        if stray is not None:
            raise WrongShape(f"the shares of {stray!r} are {given[stray]!r}, expected the share of each next node: {{'town': '2/5', ...}}")
        self.shares = {
            name: {to: _amount(share, f"the share of {to!r} in {name!r}") for to, share in row.items()} for name, row in shares.items()
        }
        for name, row in self.shares.items():
            if sum(row.values()) != 1 or min(row.values()) < 0:
                raise WrongShape(f"the shares of {name!r} are {assignment_text(row)}, expected numbers of 0 or more that sum to 1")
        self.inflows: dict[str, dict[str, Fraction]] = {name: {} for name in self.supply}
        for name, row in self.shares.items():
            for to, share in row.items():
                self.inflows.setdefault(to, {})[name] = share
        fed = next((name for name in self.supply if self.inflows[name]), None)
        dry = next((name for name in self.shares if name not in self.inflows), None)
        if fed is not None or dry is not None:
            what = (
                f"{fed!r} is a source and {listing(self.inflows[fed])} flows into it" if fed is not None else f"nothing flows into {dry!r}"
            )
            raise WrongShape(f"{what}; a node has a supply or inflows")
        try:
            self.order = list(graphlib.TopologicalSorter({name: tuple(row) for name, row in self.inflows.items()}).static_order())
        except graphlib.CycleError as error:
            raise CyclicModel(f"{' -> '.join(error.args[1])} flow into each other; unroll the circle over time") from None

    @property
    def sources(self) -> tuple[str, ...]:
        """Where it comes from."""
        return tuple(self.supply)

    @property
    def sinks(self) -> tuple[str, ...]:
        """Where it ends: the nodes that pass nothing on."""
        return tuple(name for name in self.order if name not in self.shares)

    @property
    def model(self) -> Model:
        """The flow as a causal model; each node is its sources' shares."""
        return self.do({})

    @checked
    def do(self, edits: Mapping[str, Any], *, paid_by: Payers | None = None) -> Model:
        """The model after stocks are set, plain or compensated.

        :param edits: what nodes are set to, 0 or more.
        :param paid_by: who pays the difference to what the nodes would have had: a node, or shares that sum to 1; without it nobody
            does, and the balance fails.
        :returns: a model with the same names.
        :raises Impossible: when a payer would have to pay more than it has, with the case.
        """
        shares = {} if paid_by is None else _shares(paid_by)
        for name in (*edits, *shares):
            if name not in self.inflows:
                raise UnknownName(f"{name!r} is no node of the flow; it has: {', '.join(self.order)}{suggestion(name, self.order)}")
        self._check_downstream(edits, shares)
        sums = {name: self._sum(name, edits, shares) for name in self.order}
        needs = {name: each.names if isinstance(each, _Sum) else () for name, each in sums.items()}
        built: dict[str, Any] = {}
        domains: dict[str, tuple[Any, ...]] = {}
        for name in graphlib.TopologicalSorter(needs).static_order():
            each = sums[name]
            built[name] = each.mechanism(domains) if isinstance(each, _Sum) else each
            domains[name] = _domain(built[name])
        model = Model({name: built[name] for name in self.order})
        for payer in shares:
            short = [amount for value in model.dist(payer) if (amount := _amount(value, payer)) < 0]
            if short:
                raise Impossible(f"{payer!r} cannot pay: it would be left with {number(min(short))}; set less, or let others pay too")
        return model

    def _sum(self, name: str, edits: Mapping[str, Any], shares: Mapping[str, Fraction]) -> _Sum | Dist:
        """What a node is in the edited model: its supply, or a weighted sum of what it listens to."""
        if name in edits:
            return _Sum((), _amount_held(edits[name], name))
        if name in self.supply and name not in shares:
            return self.supply[name]
        start = self._certain(name) if name in self.supply else Fraction(0)
        weights = dict(self.inflows[name])
        for stock, value in edits.items() if name in shares else ():
            start -= shares[name] * _amount(value, stock)
            for parent, share in self.inflows[stock].items():
                weights[parent] = weights.get(parent, Fraction(0)) + shares[name] * share
            if stock in self.supply:
                start += shares[name] * self._certain(stock)
        return _Sum(tuple(weights.items()), start)

    def _certain(self, name: str) -> Fraction:
        if len(self.supply[name]) != 1:
            raise WrongShape(f"{name!r} pays and its supply is left to chance; let it pass on to a node that pays")
        return _amount(next(iter(self.supply[name])), name)

    def _check_downstream(self, edits: Mapping[str, Any], shares: Mapping[str, Fraction]) -> None:
        for payer in shares:
            if payer in edits:
                raise WrongShape(f"{payer!r} is set and pays for it; let another pay")
            reached = {payer}
            for name in self.order:
                if reached.intersection(self.inflows[name]):
                    reached.add(name)
            stock = next((name for name in edits if name in reached), None)
            if stock is not None:
                raise CyclicModel(f"{stock!r} gets its flow by way of {payer!r}, which is to pay for it; let somebody else pay")


@dataclass(frozen=True)
class _Sum:
    """A weighted sum of other nodes, and a number."""

    weights: tuple[tuple[str, Fraction], ...]
    start: Fraction

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.weights)

    def mechanism(self, domains: Mapping[str, tuple[Any, ...]]) -> Any:
        if not self.weights:
            return self.start
        return table(self.names, {row: self._at(row) for row in itertools.product(*(domains[name] for name in self.names))})

    def _at(self, row: tuple[Fraction, ...]) -> Fraction:
        return self.start + sum((share * value for (_, share), value in zip(self.weights, row, strict=True)), Fraction(0))


def _domain(variable: Any) -> tuple[Any, ...]:
    if isinstance(variable, Dist):
        return variable.support
    return (variable,) if isinstance(variable, Fraction) else tuple(variable.domain)


def _shares(by: Payers) -> dict[str, Fraction]:
    if isinstance(by, str):
        return {by: Fraction(1)}
    shares = {name: _amount(share, f"the share of {name!r}") for name, share in by.items()}
    if sum(shares.values()) != 1:
        raise WrongShape(f"the payers' shares are {assignment_text(shares)}, expected numbers that sum to 1")
    return shares


def _paying(model: Model, changed: Model, payer: str, share: Fraction, edits: Mapping[str, Any]) -> Any:
    """The payer's new mechanism: what it would be, and its share of what the stocks would have had and have not.

    What it listens to is as in ``changed``, where the stocks are set and who is upstream of it has paid.
    """
    heard = [payer, *edits]
    names = tuple(dict.fromkeys(itertools.chain.from_iterable(map(model.parents, heard))))
    possible = {row for row, _ in _rows(changed.dist(*names), len(names))} if names else {()}
    rows = {}
    for row in itertools.product(*(model.domain(name) for name in names)):
        values = dict(zip(names, row, strict=True))
        owed = sum((_worked_out(model, stock, values) - _amount(value, stock) for stock, value in edits.items()), Fraction(0))
        due = _worked_out(model, payer, values) + share * owed
        here = next((value for value in model.domain(payer) if _amount(value, payer) == due), None)
        if here is None and row in possible:
            case = f" with {assignment_text(values)}" if values else ""
            raise Impossible(f"{payer!r} would have to be {number(due)}{case}, and it can be: {listing(model.domain(payer))}")
        rows[row] = model.domain(payer)[0] if here is None else here
    return table(names, rows, domain=model.domain(payer)) if names else rows[()]


def _rows(law: Dist, width: int) -> list[tuple[tuple[Any, ...], Any]]:
    """The outcomes of a law of so many variables as tuples, with their weights."""
    outcomes: Mapping[Any, Any] = law
    return [(outcome if width > 1 else (outcome,), weight) for outcome, weight in outcomes.items()]


def _worked_out(model: Model, name: str, values: Mapping[str, Any]) -> Fraction:
    law = model.mechanism(name)
    return _amount(law.row(tuple(values[parent] for parent in law.parents)).outcomes[0][0], name)


def _check_settled(model: Model, name: str) -> None:
    law = model.mechanism(name)
    if isinstance(law, CPT | Choice | Noise):
        raise WrongShape(f"{name!r} is left to chance or to a choice; give it a noise of its own and write it as a function")


def _amount_held(value: Any, of: str) -> Fraction:
    amount = _amount(value, of)
    if amount < 0:
        raise InvalidNumber(f"{of!r} is {number(amount)}, and what is held or supplied is 0 or more")
    return amount


def _amount(value: Any, of: str) -> Fraction:
    read = exact(value)
    if not isinstance(read, Fraction):
        raise InvalidNumber(f"{of} is {read}, and symbols are not carried here: who can pay must be decided; give numbers with .subs(...)")
    return read
