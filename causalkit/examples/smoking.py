"""Smoking, tar and cancer: the front door."""

from __future__ import annotations

from causalkit.mechanisms.constructors import cpt
from causalkit.model import Model
from causalkit.values.dist import coin

__all__ = ["smoking"]


def smoking() -> Model:
    """A genotype that nobody sees is behind smoking and cancer; smoking works through tar alone.

    By the table, those who smoke get cancer far more often (P = .8525 against .0975), and yet smoking lowers the probability of cancer:
    the front-door formula gives .4525 for doing it and .4975 for not. Only smoking, tar and cancer are meant to be observed.

    CAVEAT: the numbers are made up by the source, to show that the answer depends on assumptions. Its table leaves open what the hidden
    cause is; here it is a fair coin that decides smoking, which is one of the models that agree with the table.

    Source: [pearl2009], section 3.3.2, table 3.1.

    >>> m = smoking()
    >>> m.do(smokes=True).prob(cancer=True), m.do(smokes=False).prob(cancer=True)
    (Fraction(181, 400), Fraction(199, 400))
    """
    return Model(
        genotype=coin("1/2"),
        smokes=lambda genotype: genotype,
        tar=cpt(["smokes"], {True: {True: ".95", False: ".05"}, False: {True: ".05", False: ".95"}}),
        cancer=cpt(
            ["tar", "genotype"],
            {
                (False, False): {True: ".10", False: ".90"},
                (False, True): {True: ".90", False: ".10"},
                (True, False): {True: ".05", False: ".95"},
                (True, True): {True: ".85", False: ".15"},
            },
        ),
    )
