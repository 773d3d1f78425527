"""Pearl's firing squad."""

from __future__ import annotations

from causalkit.model import Model
from causalkit.values.dist import coin
from causalkit.values.exact import Numeric

__all__ = ["firing_squad"]


def firing_squad(order: Numeric = "1/2", nervous: Numeric = 0) -> Model:
    """A court may order an execution, a captain signals, two riflemen shoot, a prisoner dies.

    Rifleman A also shoots when he is nervous, with probability ``nervous``. Shows the three steps of a counterfactual: given that the
    prisoner is dead, would he be alive had A not shot? With probabilities p and q that is q (1 - p) / (1 - (1 - q) (1 - p)).

    CAVEAT: with ``nervous=0`` nothing but the order varies, so most conditions single out one story.

    Source: [pearl2009], section 7.1.2.

    >>> firing_squad().given(dead=True).do(a=False).prob(dead=True)
    Fraction(1, 1)
    """
    return Model(
        order=coin(order),
        nervous=coin(nervous),
        captain=lambda order: order,
        a=lambda captain, nervous: captain or nervous,
        b=lambda captain: captain,
        dead=lambda a, b: a or b,
    )
