"""Simpson's reversal, in the numbers that Pearl uses."""

from __future__ import annotations

from causalkit.mechanisms.constructors import cpt
from causalkit.model import Model
from causalkit.values.dist import Dist

__all__ = ["simpson"]


def simpson() -> Model:
    """Eighty patients: a drug that seems to help people, and to hurt men and to hurt women.

    Forty took the drug and 20 of them recovered; of the others 16 did. Among men it is 18 of 30 against 7 of 10, among women 2 of 10
    against 9 of 30. Gender is a cause of both, so the drug lowers recovery by 1/10 although it is associated with 1/10 more.

    CAVEAT: the same numbers with a common effect, or a mediator, in the place of gender call for the other answer; the table alone does
    not say which.

    Source: [pearl2009], section 6.1.

    >>> m = simpson()
    >>> m.given(drug=True).prob(recovered=True), m.do(drug=True).prob(recovered=True)
    (Fraction(1, 2), Fraction(2, 5))
    """
    return Model(
        gender=Dist({"man": "40/80", "woman": "40/80"}),
        drug=cpt(["gender"], {"man": {True: "30/40", False: "10/40"}, "woman": {True: "10/40", False: "30/40"}}),
        recovered=cpt(
            ["gender", "drug"],
            {
                ("man", True): {True: "18/30", False: "12/30"},
                ("man", False): {True: "7/10", False: "3/10"},
                ("woman", True): {True: "2/10", False: "8/10"},
                ("woman", False): {True: "9/30", False: "21/30"},
            },
        ),
    )
