"""Radiation and leukemia in southern Utah."""

from __future__ import annotations

from causalkit.mechanisms.constructors import cpt
from causalkit.model import Model
from causalkit.values.dist import Dist

__all__ = ["radiation"]


def radiation() -> Model:
    """Deaths from leukemia among children with high and with low exposure to fallout: 30 of 69,160 and 16 of 59,026.

    The table is coupled monotonically: nobody is saved by radiation. Then the probability that a death among the exposed would not have
    occurred without the exposure is the excess risk ratio.

    CAVEAT: no confounding and no prevention are assumptions; without the second, the number is a lower bound.

    Source: [pearl2009], section 9.3.3, table 9.1.

    >>> m = radiation().given(high=True, dies=True).do(high=False)
    >>> round(float(m.prob(dies=False)), 4)
    0.3751
    """
    low, high = {True: "16/59026", False: "59010/59026"}, {True: "30/69160", False: "69130/69160"}
    return Model(
        high=Dist({False: "59026/128186", True: "69160/128186"}),
        dies=cpt(["high"], {False: low, True: high}, coupling="monotone", domain=[False, True]),
    )
