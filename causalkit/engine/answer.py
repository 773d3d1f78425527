"""Exact answers by whichever engine is predicted to be cheaper, for questions of any kind; ``plain`` answers plain ones alike."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

from causalkit.engine.compiling.plan import planned
from causalkit.engine.compiling.query import Asked, asked, wanted
from causalkit.engine.compiling.tracing import SLACK
from causalkit.engine.exact import elimination, enumeration
from causalkit.engine.exact.enumeration import Assignment
from causalkit.mechanisms.network import Reading
from causalkit.values.exact import Number, exact, is_zero

__all__ = ["measure", "open_measure"]


def measure(evidence: Sequence[Reading], target: Reading) -> dict[Hashable, Number]:
    """The weight of each value of the target together with the evidence.

    Raises ``OpenChoice`` when the answer depends on an open choice, ``NeedsCoupling``, and ``TooLarge`` before anything is computed.

    >>> from causalkit.values.dist import coin
    >>> from causalkit.mechanisms.mechanism import Noise, Table
    >>> from causalkit.mechanisms.network import Edits, Network, Reading
    >>> network = Network({"u": Noise(coin("1/3")), "y": Table(("u",), {(False,): 0, (True,): 1})})
    >>> y = network.node(Edits(), "y")
    >>> measure([], Reading((y,), lambda values: values[y]))
    {0: Fraction(2, 3), 1: Fraction(1, 3)}
    """
    sought = wanted(target)
    if sought is not None and math.prod(len(node.mechanism.domain) for node in sought) > SLACK:
        return _truth(evidence, target)
    question = asked(evidence, target)
    plan, found = planned(question)
    plan.check()
    if found is None or found.tables.choices or not isinstance(question, Asked):
        return enumeration.measure(evidence, target)
    return elimination.measure(question, found)


def _truth(evidence: Sequence[Reading], target: Reading) -> dict[Hashable, Number]:
    """How likely it is that many nodes have certain values, without a table of all their combinations."""
    anything = Reading((), lambda values: True)
    total: Number = measure(evidence, anything).get(True, exact(0))
    true: Number = measure([*evidence, target], anything).get(True, exact(0))
    return {value: weight for value, weight in [(False, total - true), (True, true)] if not is_zero(weight)}


def open_measure(evidence: Sequence[Reading], target: Reading) -> dict[Assignment, dict[Hashable, Number]]:
    """The same with choices left open: for each set of choices that a run depends on, the weights of the target's values."""
    question = asked(evidence, target)
    plan, found = planned(question)
    plan.check()
    if found is None or not isinstance(question, Asked):
        return enumeration.open_measure(evidence, target)
    return elimination.open_measure(question, found)
