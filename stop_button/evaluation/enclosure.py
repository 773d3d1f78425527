"""Numbers of which only bounds are known, because tables without a coupling leave open how they share their noise."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from causalkit import bounds
from causalkit.errors import Impossible, NeedsCoupling, TooLarge, Undecided
from causalkit.values.exact import Number, exact, is_symbolic, less, tidy
from causalkit.values.frozen import Frozen
from causalkit.values.render import Printed, number
from stop_button.decision.policy import Policy
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.undefined import UNDEFINED, Undefined
from stop_button.grounding.queries import ground
from stop_button.grounding.resolving import resolved
from stop_button.language.formula import Constant, E, Expectation, Formula, Product, Reading, Sum
from stop_button.language.walking import Walk

__all__ = ["Amount", "Enclosure", "Event", "HasAmount", "Sign", "amount_text", "difference", "joint", "sign", "value"]


@dataclass(frozen=True)
class Enclosure(Printed):
    """What is known of a number that depends on a coupling nobody stated: it lies between ``low`` and ``high``.

    ``sharp`` says that each bound is attained by some coupling; else the number may be confined to less.

    >>> print(Enclosure(exact("1/2"), exact("5/8"), sharp=True))
    between 0.5 and 0.625
    >>> print(Enclosure(exact(0), exact(1), sharp=False))
    between 0 and 1 (not sharp)
    """

    low: Number
    high: Number
    sharp: bool

    def __str__(self) -> str:
        return f"between {number(self.low)} and {number(self.high)}{'' if self.sharp else ' (not sharp)'}"

    def __contains__(self, other: Any) -> bool:
        return not less(exact(other), self.low) and not less(self.high, exact(other))


if TYPE_CHECKING:
    Amount: TypeAlias = Number | Enclosure | Undefined
else:
    Amount = Any
"""What is known of a number: the number itself, bounds, or that it does not exist."""

Event = tuple[tuple[Reading, Hashable], ...]
"""Readings with what each of them must mean, all in one draw of the noise."""


Sign = Literal["positive", "not positive", "open"]
"""Whether an amount is positive, is not, or may be either."""


def sign(amount: Amount) -> Sign:
    """Whether an amount is positive, is not, or may be either: with bounds around zero, with symbols that decide, or undefined.

    >>> sign(exact("1/4")), sign(Enclosure(exact(0), exact(1), sharp=True)), sign(UNDEFINED)
    ('positive', 'open', 'open')
    """
    if isinstance(amount, Undefined):
        return "open"
    low, high = (amount.low, amount.high) if isinstance(amount, Enclosure) else (amount, amount)
    try:
        if less(exact(0), low):
            return "positive"
        return "open" if less(exact(0), high) else "not positive"
    except Undecided:
        return "open"


def amount_text(amount: Amount) -> str:
    """An amount in words.

    >>> amount_text(exact("1/4")), amount_text(UNDEFINED)
    ('0.25', 'undefined')
    """
    if isinstance(amount, Undefined):
        return "undefined"
    return str(amount) if isinstance(amount, Enclosure) else number(amount)


class HasAmount(Printed):
    """What is worth an amount, with its evidence: truthy when the amount is certainly more than nothing."""

    amount: Amount
    evidence: Mapping[str, Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "evidence", Frozen(self.evidence))

    def __bool__(self) -> bool:
        return self.sign == "positive"

    @property
    def sign(self) -> Sign:
        """Whether the amount is positive, is not, or depends on symbols, on a coupling that nobody stated, or on what is undefined."""
        return sign(self.amount)

    @property
    def shown(self) -> str:
        """The amount as text."""
        return amount_text(self.amount)


def difference(a: Amount, b: Amount) -> Amount:
    """One amount less another; bounds of both together are not sharp, as their couplings may not be the same.

    >>> print(difference(exact(1), Enclosure(exact("1/4"), exact("1/2"), sharp=True)))
    between 0.5 and 0.75
    """
    if isinstance(a, Undefined) or isinstance(b, Undefined):
        return UNDEFINED
    (a_low, a_high), (b_low, b_high) = _ends(a), _ends(b)
    open_ends = [each for each in (a, b) if isinstance(each, Enclosure)]
    if not open_ends:
        return tidy(a_low - b_low)
    return Enclosure(tidy(a_low - b_high), tidy(a_high - b_low), len(open_ends) == 1 and open_ends[0].sharp)


def _ends(amount: Number | Enclosure) -> tuple[Number, Number]:
    return (amount.low, amount.high) if isinstance(amount, Enclosure) else (amount, amount)


def joint(events: Sequence[Event]) -> Formula:
    """The probability that one of several events that exclude each other happens, as a mean of a formula.

    >>> from stop_button import B, H
    >>> joint([((H, "stop"), (B, False))])
    E(H.is_('stop') * (1 - B))
    """
    products = [reduce(lambda a, b: a * b, [_factor(reading, meaning) for reading, meaning in event]) for event in events]
    return E(reduce(lambda a, b: a + b, products)) if products else Constant(exact(0))


def _factor(reading: Reading, meaning: Hashable) -> Formula:
    """1 where a reading has a meaning, else 0; being stopped is a number by itself, and may be sure."""
    if reading.name != "stopped":
        return reading.is_(meaning)
    return reading if meaning == True else 1 - reading  # noqa: E712 - True, 1 and 1.0 are one value


def value(f: Formula, evaluation: Evaluation, policy: Policy, events: Sequence[Event] = ()) -> Amount:
    """The score of a policy under a formula; ``UNDEFINED`` where a condition is impossible; bounds where a coupling is missing.

    ``events`` are what the formula is the probability of, when it is one: bounds then exist for models of any size. Raises ``TooLarge``.
    """
    try:
        return evaluation.score_or_undefined(f, policy)
    except NeedsCoupling:
        pass
    if events:
        return _enclosed_mean(f, evaluation, policy, events)
    return _enclosed(f, evaluation, policy)


def _enclosed(f: Formula, evaluation: Evaluation, policy: Policy) -> Amount:
    """Bounds of a weighted sum of means from those of its means; nothing is known of other formulas."""
    terms = _TERMS(f)
    if terms is None:
        return UNDEFINED
    low = high = exact(0)
    sharp = True
    for weight, mean in terms:
        part = _mean_amount(mean, evaluation, policy) if mean is not None else exact(1)
        if isinstance(part, Undefined):
            return UNDEFINED
        ends = sorted([weight * end for end in _ends(part)]) if not is_symbolic(weight) else [weight * end for end in _ends(part)]
        sharp = sharp and not (isinstance(part, Enclosure) and (not part.sharp or low != high))
        low, high = low + ends[0], high + ends[-1]
    return Enclosure(tidy(low), tidy(high), sharp)


Terms = list[tuple[Number, Expectation | None]] | None
"""A weighted sum of means, with None for the constant 1; None for a formula that is something else."""


def _terms_of_sum(f: Sum, visit: Callable[[Formula], Terms]) -> Terms:
    parts = [visit(part) for part in f.parts]
    return None if any(part is None for part in parts) else [term for part in parts for term in part or []]


def _terms_of_product(f: Product, visit: Callable[[Formula], Terms]) -> Terms:
    weights = [part.value for part in f.parts if isinstance(part, Constant)]
    others = [part for part in f.parts if not isinstance(part, Constant)]
    inner = visit(others[0]) if len(others) == 1 else None
    weight = reduce(lambda a, b: a * b, weights, exact(1))
    return None if inner is None else [(weight * each, mean) for each, mean in inner]


_TERMS: Walk[Terms] = Walk(
    "taking a weighted sum apart",
    {
        Expectation: lambda f, _visit: [(exact(1), f)],
        Constant: lambda f, _visit: [(f.value, None)],
        Sum: _terms_of_sum,
        Product: _terms_of_product,
        Formula: lambda _f, _visit: None,
    },
)


def _mean_amount(mean: Expectation, evaluation: Evaluation, policy: Policy) -> Amount:
    try:
        return evaluation.score_or_undefined(mean, policy)
    except NeedsCoupling:
        return _sharp(mean, evaluation, policy) or UNDEFINED


def _sharp(mean: Formula, evaluation: Evaluation, policy: Policy) -> Enclosure | None:
    """The sharp bounds over all couplings, where they can be worked out."""
    assert isinstance(mean, Expectation)
    question = ground(resolved(mean, evaluation.world), evaluation.world, evaluation.world.under(policy))
    try:
        found = bounds(question.branches, question.quantity, given=question.condition)
    except (TooLarge, Impossible, Undecided):
        return None
    return Enclosure(found.lower, found.upper, sharp=True)


def _enclosed_mean(f: Formula, evaluation: Evaluation, policy: Policy, events: Sequence[Event]) -> Enclosure:
    return _sharp(f, evaluation, policy) or _outer(evaluation, policy, events)


def _outer(evaluation: Evaluation, policy: Policy, events: Sequence[Event]) -> Enclosure:
    """Bounds from what each branch says by itself: an event in several branches is at most as likely as its likeliest part allows."""
    low = high = exact(0)
    for event in events:
        shares = list(_shares(evaluation, policy, event))
        least = sum(shares, exact(0)) - (len(shares) - 1)
        low, high = low + max(exact(0), least), high + min(shares)
    return Enclosure(tidy(low), tidy(high), sharp=False)


def _shares(evaluation: Evaluation, policy: Policy, event: Event) -> Iterable[Number]:
    """How likely each branch makes its own part of an event."""
    branches: dict[Any, list[tuple[Reading, Hashable]]] = {}
    for reading, meaning in event:
        branches.setdefault((reading.edits, reading.policy), []).append((reading, meaning))
    for part in branches.values():
        yield evaluation.score(joint([tuple(part)]), policy)
