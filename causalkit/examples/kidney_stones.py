"""Two treatments of kidney stones."""

from __future__ import annotations

from causalkit.mechanisms.constructors import cpt
from causalkit.model import Model
from causalkit.values.dist import Dist

__all__ = ["kidney_stones"]


def kidney_stones() -> Model:
    """Seven hundred patients: open surgery does better on small stones and on large ones, and worse over all.

    Open surgery: 81 of 87 small and 192 of 263 large stones; puncture (percutaneous nephrolithotomy): 234 of 270 and 55 of 80. Surgery
    got the large stones, which are harder.

    CAVEAT: that the size of the stone is all that confounds is an assumption of the model and not a finding of the study.

    Source: [charig1986], by size of stone; [julious1994], as an example of the reversal.

    >>> m = kidney_stones()
    >>> m.given(treatment="surgery").prob(success=True), m.given(treatment="puncture").prob(success=True)
    (Fraction(39, 50), Fraction(289, 350))
    """
    return Model(
        stone=Dist({"small": "357/700", "large": "343/700"}),
        treatment=cpt(
            ["stone"],
            {"small": {"surgery": "87/357", "puncture": "270/357"}, "large": {"surgery": "263/343", "puncture": "80/343"}},
        ),
        success=cpt(
            ["stone", "treatment"],
            {
                ("small", "surgery"): {True: "81/87", False: "6/87"},
                ("small", "puncture"): {True: "234/270", False: "36/270"},
                ("large", "surgery"): {True: "192/263", False: "71/263"},
                ("large", "puncture"): {True: "55/80", False: "25/80"},
            },
        ),
    )
