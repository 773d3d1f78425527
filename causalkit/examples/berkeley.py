"""Admissions to graduate study at Berkeley, 1973."""

from __future__ import annotations

from fractions import Fraction

from causalkit.mechanisms.constructors import cpt
from causalkit.model import Model
from causalkit.values.dist import Dist

__all__ = ["ADMISSIONS", "berkeley"]

ADMISSIONS = {
    ("man", "A"): (512, 313),
    ("man", "B"): (353, 207),
    ("man", "C"): (120, 205),
    ("man", "D"): (138, 279),
    ("man", "E"): (53, 138),
    ("man", "F"): (22, 351),
    ("woman", "A"): (89, 19),
    ("woman", "B"): (17, 8),
    ("woman", "C"): (202, 391),
    ("woman", "D"): (131, 244),
    ("woman", "E"): (94, 299),
    ("woman", "F"): (24, 317),
}
"""Applicants admitted and rejected, by sex and department: the six largest departments."""


def berkeley() -> Model:
    """Who applied to which of the six largest departments, and who was admitted, as sex -> department -> admitted <- sex.

    Of the men 1198 of 2691 were admitted (45 %), of the women 557 of 1835 (30 %); in four of the six departments women did better.
    Shows mediation: the total effect of sex splits into what runs through the choice of department and what does not.

    CAVEAT: that nothing else is behind both the choice of department and admission is an assumption that has been disputed since the
    first publication, and "the effect of sex" may not be a thing that one can do.

    Source: [bickel1975], the study; [freedman2007], chapter 2, the departments; [pearl2009], section 4.5.3, direct and indirect effects.

    >>> berkeley().given(sex="woman").prob(admitted=True)
    Fraction(557, 1835)
    """
    applied = {key: admitted + rejected for key, (admitted, rejected) in ADMISSIONS.items()}
    of_sex = {sex: sum(count for (s, _), count in applied.items() if s == sex) for sex in ("man", "woman")}
    return Model(
        sex=Dist({sex: Fraction(count, sum(of_sex.values())) for sex, count in of_sex.items()}),
        department=cpt(
            ["sex"], {sex: {d: Fraction(count, of_sex[sex]) for (s, d), count in applied.items() if s == sex} for sex in of_sex}
        ),
        admitted=cpt(
            ["sex", "department"],
            {key: {True: Fraction(yes, yes + no), False: Fraction(no, yes + no)} for key, (yes, no) in ADMISSIONS.items()},
        ),
    )
