"""Information: how uncertain readings are, and how much they tell about each other, in bits.

An entropy is a formula like a mean: it is asked of a world and a policy, conditioned on an event, read under other policies and in other
branches. Its value is exact: a fraction, or a sum of fractions and logarithms of whole numbers. Two such are compared exactly.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from causalkit.errors import WrongShape
from stop_button.language.algebra import Combination, Formula, Leaf
from stop_button.language.formula import Expectation, Reading, event
from stop_button.language.notation import Style
from stop_button.language.walking import each_leaf

__all__ = ["Entropy", "Shannon", "conditional_entropy", "entropy", "mutual_information"]


@dataclass(frozen=True, repr=False)
class Entropy(Leaf):
    """How uncertain readings are together, given an event; ``entropy`` builds one. What they may mean has to be found in a world."""

    asks_world: ClassVar[bool] = True
    of: tuple[Reading, ...]
    given: Formula | None = None

    def children(self) -> tuple[Formula, ...]:
        return self.of if self.given is None else (*self.of, self.given)

    def rebuilt(self, children: Sequence[Any], /) -> Entropy:
        many = len(self.of)
        return Entropy(tuple(children[:many]), *children[many:])

    def written(self, style: Style) -> str:
        given = "" if self.given is None else self.given.listed(style) if style.lists_events else self.given.written(style)
        return style.entropy([reading.written(style) for reading in self.of], given)


@dataclass(frozen=True, repr=False)
class Shannon(Combination):
    """The entropy of a law whose probabilities are these means: the sum of -p log2 p, with 0 where p is 0."""

    def written(self, style: Style) -> str:
        return style.entropy([part.written(style) for part in self.parts], "")


def entropy(*readings: Any, given: Mapping[str, Hashable] | Formula | None = None) -> Formula:
    """How uncertain readings are together, in bits: Shannon's entropy of what they mean, given an event.

    0 for what is certain, log2 n for n meanings that are equally likely. Undefined where the event has probability zero. A variable under
    a policy that draws lots counts the lots.

    :param readings: readings such as ``X("length")`` or ``H.had(...)``, one or more; of several, the entropy of their joint law.
    :param given: a mapping of roles to meanings, or an event.
    :returns: a formula.
    :raises WrongShape: for what is no reading.

    Source: [cover2006]

    >>> from stop_button import B, H, X
    >>> print(entropy(X("length")), entropy(H, B, given={"pressing": "free"}))
    entropy(length) entropy(H, B | pressing=f)
    """
    if not readings or not all(isinstance(reading, Reading) for reading in readings):
        raise WrongShape(f"entropy takes readings, and got {readings!r}; type entropy(X('length')), and E(...) for a mean")
    condition = event(given) if isinstance(given, Mapping) else given
    if condition is not None and any(isinstance(leaf, Expectation | Entropy) for leaf in each_leaf(condition)):
        raise WrongShape(f"given={given!r} is no event of one draw; type given={{'intent': STOP}}")
    return Entropy(readings, condition)


def conditional_entropy(of: Any, on: Any, *, given: Mapping[str, Hashable] | Formula | None = None) -> Formula:
    """How uncertain a reading still is, on average, once another is known, in bits.

    :param of: the reading.
    :param on: the reading that is known.
    :param given: an event that both are conditioned on.
    :returns: a formula, the entropy of both less that of what is known.

    Source: [cover2006]

    >>> from stop_button import B, H
    >>> conditional_entropy(B, H)
    entropy(B, H) - entropy(H)
    """
    return entropy(of, on, given=given) - entropy(on, given=given)


def mutual_information(a: Any, b: Any, *, given: Mapping[str, Hashable] | Formula | None = None) -> Formula:
    """How much two readings tell about each other, in bits: 0 just when they are independent.

    :param a: a reading.
    :param b: another.
    :param given: an event that both are conditioned on.
    :returns: a formula, the sum of their entropies less that of both.

    Source: [cover2006]

    >>> from stop_button import B, H
    >>> mutual_information(H, B)
    entropy(H) + entropy(B) - entropy(H, B)
    """
    return entropy(a, given=given) + entropy(b, given=given) - entropy(a, b, given=given)
