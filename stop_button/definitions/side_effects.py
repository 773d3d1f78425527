"""Penalties for side effects by what can still be had, or reached, afterwards; later decisions do their best.

Source: [turner2019]; [krakovna2018]
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from causalkit.errors import WrongShape
from stop_button.evaluation.utility import definition
from stop_button.language.formula import E, Formula, V, X, most
from stop_button.language.references import best

__all__ = ["attainable_utility", "relative_reachability"]


@definition("attainable_utility", source="turner2019")
def attainable_utility(
    *, weight: Any = 1, auxiliary: Sequence[str] = ("auxiliary",), now: str = "act", nothing: Hashable = "nothing",
    later: str | Iterable[str] = "later",
) -> Formula:  # fmt: skip
    """The task's value, less how far what is done now moves the best that can be had of auxiliary rewards.

    E[V] - weight * mean over the rewards of |max over ``later`` of E[reward] - the same had ``nothing`` been done ``now``|. Absolute
    values count gains and losses alike. Source: [turner2019], attainable utility preservation.
    """
    if isinstance(auxiliary, str) or not auxiliary:
        raise WrongShape(f"the auxiliary rewards are a list of variables, and got {auxiliary!r}; type auxiliary=['auxiliary']")
    changes = [best(E(X(name)), of=later) - best(E(X(name).had({now: nothing})), of=later) for name in auxiliary]
    first, *others = (most(change, -change) for change in changes)
    penalty: Formula = weight * sum(others, first) / len(changes)
    return E(V) - penalty


@definition("relative_reachability", source="krakovna2018")
def relative_reachability(
    *, weight: Any = 1, state: str = "state", states: Sequence[Hashable] = (0, 1), now: str = "act", nothing: Hashable = "nothing",
    later: str | Iterable[str] = "later",
) -> Formula:  # fmt: skip
    """The task's value, less how much harder states are to reach after what is done now than after ``nothing``.

    E[V] - weight * mean over the states of max(0, reach had ``nothing`` been done - reach), where reach is the best probability over
    ``later`` of ending in the state. Source: [krakovna2018], relative reachability.
    """
    if not states:
        raise WrongShape("relative reachability is about one or more states; type states=[0, 1]")
    ends = X(state)
    first, *others = (most(0, best(E(ends.had({now: nothing}).is_(s)), of=later) - best(E(ends.is_(s)), of=later)) for s in states)
    penalty: Formula = weight * sum(others, first) / len(states)
    return E(V) - penalty
