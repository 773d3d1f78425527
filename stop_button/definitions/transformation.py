"""The corrigibility transformation: accepting an update is worth what rejecting it would have been, and a little more.

Source: [hudson2025]
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from causalkit.errors import WrongShape
from stop_button.evaluation.utility import definition
from stop_button.language.formula import E, Formula, V, X
from stop_button.language.references import best

__all__ = ["corrigibility_transformation"]


@definition("corrigibility_transformation", source="hudson2025")
def corrigibility_transformation(
    *, bonus: Any = "1/100", updates: Sequence[str] = ("update",), reject: Hashable = "reject", accept: Hashable = "accept",
    later: Sequence[str] = (),
) -> Formula:  # fmt: skip
    """The task's value had every update been rejected, with later decisions at their best, and a bonus for each update that is accepted.

    E[V had updates been rejected] + bonus * the expected number of updates accepted; over several steps ``later`` names the decisions
    that are made after the first update, which are taken at the best for the value without updates. Source: [hudson2025], the
    transformed Q-values.
    """
    if isinstance(updates, str) or not updates:
        raise WrongShape(f"the updates are a list of decisions, and got {updates!r}; type updates=['update']")
    rejected = E(V.had(dict.fromkeys(updates, reject)))
    paid: Formula = best(rejected, of=later) if later else rejected
    for update in updates:
        paid = paid + bonus * E(X(update).is_(accept))
    return paid
