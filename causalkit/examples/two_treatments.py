"""Two treatments that cure equally many."""

from __future__ import annotations

from causalkit.mechanisms.constructors import choice
from causalkit.model import Model
from causalkit.values.dist import coin

__all__ = ["two_treatments"]


def two_treatments() -> Model:
    """Half of the patients would die untreated. The first treatment cures 60 % and does nothing to the others; the second cures 80 % and
    kills the others, whether or not they would have died.

    Under both four in five live. Shows counterfactual harm against not treating: none for the first, 1/10 for the second.

    CAVEAT: the harm depends on the default it is measured against, and on how a death under treatment goes with one without.

    Source: [richens2022].

    >>> m = two_treatments()
    >>> m.do(treatment="first").prob(lives=True), m.do(treatment="second").prob(lives=True)
    (Fraction(4, 5), Fraction(4, 5))
    """

    def lives(treatment: str, mortal: bool, first_cures: bool, second_cures: bool) -> bool:
        if treatment == "second":
            return second_cures
        return not mortal or (treatment == "first" and first_cures)

    return Model(
        treatment=choice("none", "first", "second"),
        mortal=coin("1/2"),
        first_cures=coin("3/5"),
        second_cures=coin("4/5"),
        lives=lives,
    )
