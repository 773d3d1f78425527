"""Two models with the same conditional table."""

from __future__ import annotations

from causalkit.model import Model
from causalkit.values.dist import Dist, coin

__all__ = ["copy_or_fixed", "copy_or_negate"]


def copy_or_negate() -> Model:
    """A fair coin A, and B that copies it with probability 3/4 and negates it otherwise.

    Together with ``copy_or_fixed`` it shows that P(B | A) does not determine a counterfactual: given that both came out false, B would
    have been true had A been with probability 1 here, and with 2/3 there.

    CAVEAT: no data on A and B, experiments included, tell the two apart.

    Source: [armstrong2016].

    >>> copy_or_negate().given(A=False, B=False).do(A=True).prob(B=True)
    Fraction(1, 1)
    """
    return Model(A=coin("1/2"), how=Dist({"copy": "3/4", "negate": "1/4"}), B=lambda A, how: A if how == "copy" else not A)


def copy_or_fixed() -> Model:
    """A fair coin A, and B that copies it with probability 1/2, and is else always true or always false.

    The companion of ``copy_or_negate``.

    CAVEAT: as there.

    Source: [armstrong2016].

    >>> copy_or_fixed().given(A=False, B=False).do(A=True).prob(B=True)
    Fraction(2, 3)
    """
    how = Dist({"copy": "1/2", "true": "1/4", "false": "1/4"})
    return Model(A=coin("1/2"), how=how, B=lambda A, how: A if how == "copy" else how == "true")
