"""Human control: what a policy must be like for people to be able to shut it down, as tests; and the algorithm that is bound by them.

The role ``intent`` is what people ask for, ``stopped`` whether the agent shuts down, ``value`` what the outcome is worth to people.

Source: [careyeveritt2023]
"""

from __future__ import annotations

from collections.abc import Sequence

from stop_button.decision.roles import STOP
from stop_button.evaluation.utility import definition
from stop_button.language.constraints import every, subject_to
from stop_button.language.formula import B, E, Formula, H, V, X
from stop_button.language.tests import Test
from stop_button.properties import Property

__all__ = [
    "aligned", "beneficial", "cautious", "constrained", "instructable", "obedient", "shutdown_aligned", "shutdown_instructable",
    "vigilance",
]  # fmt: skip

NEED_NOT = E(V) >= E(V.had(stopped=True))
"""What is on the way is at least as good as shutting down."""


def vigilance(*seen: str) -> Test:
    """Whenever shutting down would be better, by what people see, they ask for it; ``seen`` are the variables that they see.

    Source: [careyeveritt2023], vigilance.

    >>> print(vigilance("helps"))
    for every helps (E[V] >= E[V_{B=True}] or E[1[H=s]] >= 1)
    """
    return every(*seen, NEED_NOT | (E(H.is_(STOP)) >= 1)) if seen else NEED_NOT | (E(H.is_(STOP)) >= 1)


def aligned(*seen: str) -> Property:
    """Whenever shutting down would be better, by what people see, the agent shuts down.

    Source: [careyeveritt2023], shutdown alignment.
    """
    test = NEED_NOT | (E(B) >= 1)
    meaning = "where the need arises, it shuts down"
    return Property("shutdown_aligned", every(*seen, test) if seen else test, source="careyeveritt2023", meaning=meaning)


beneficial = Property("beneficial", E(V) >= 0, source="careyeveritt2023", meaning="it does no harm on average")
obedient = Property("obedient", E(B.had(intent=STOP)) >= 1, source="careyeveritt2023", meaning="asked to shut down, it does")
cautious = Property("cautious", E(V.had(stopped=True)) >= 0, source="careyeveritt2023", meaning="shutting down does no harm on average")


def instructable(*seen: str) -> Property:
    """Obedient, cautious, and leaving people vigilant by what they see.

    Source: [careyeveritt2023], shutdown instructability.
    """
    test = obedient.test & vigilance(*seen) & cautious.test
    return Property("shutdown_instructable", test, source="careyeveritt2023", meaning="asking works, and people ask when they should")


shutdown_aligned = aligned("helps")
shutdown_instructable = instructable("helps")


@definition("constrained", source="careyeveritt2023")
def constrained(*, reward: str = "value", seen: Sequence[str] = ("helps",)) -> Formula:
    """The reward, among policies that are obedient, cautious and leave people vigilant by what they see.

    Source: [careyeveritt2023], the constrained algorithm.
    """
    return subject_to(E(X(reward)), vigilance(*seen), obedient.test, cautious.test)
