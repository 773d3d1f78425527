"""Formulas for effects where a set of covariates, or of mediators, is valid: the back door and the front door."""

from __future__ import annotations

from causalkit.graphs.order import Names, several
from causalkit.identification.estimand import Estimand, P, Symbol
from causalkit.identification.estimand_algebra import multiplied, summed
from causalkit.values.arguments import checked

__all__ = ["adjustment_estimand", "frontdoor_estimand"]


@checked
def adjustment_estimand(x: Names, y: Names, given: Names = ()) -> Estimand:
    """The adjustment formula. No graph is asked, so whether the set is valid is for ``is_adjustment_set`` to say.

    :param x: a name, or names, of treatments
    :param y: a name, or names, of outcomes
    :param given: a name, or names, of the covariates to adjust for
    :returns: the formula, in probabilities of the variables as observed

    >>> print(adjustment_estimand("x", "y", "z"))
    Σ_z P(y | x, z) P(z)
    """
    seen = several(given)
    return summed(map(Symbol, seen), multiplied([P(y, given=[*several(x), *seen]), *([P(seen)] if seen else [])]))


@checked
def frontdoor_estimand(x: str, y: str, through: Names) -> Estimand:
    """The front-door formula. No graph is asked, so whether the set is valid is for ``is_frontdoor_set`` to say.

    :param x: the treatment's name
    :param y: the outcome's name
    :param through: a name, or names, of variables between the two
    :returns: the formula, in probabilities of the variables as observed

    >>> print(frontdoor_estimand("x", "y", "z"))
    Σ_z P(z | x) Σ_{x'} P(y | x', z) P(x')
    """
    z = several(through)
    back = summed([Symbol(x)], multiplied([P(y, given=[x, *z]), P(x)]))
    return summed(map(Symbol, z), multiplied([P(z, given=x), back])) if z else back
