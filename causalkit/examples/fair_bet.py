"""A bet on a fair coin."""

from __future__ import annotations

from causalkit.model import Model
from causalkit.values.dist import coin

__all__ = ["fair_bet"]


def fair_bet() -> Model:
    """A bet on heads or tails wins when it agrees with a fair coin.

    Shows that the probabilities of causation are not in the data: betting changes the chance of winning in no way, and still, once the
    bet is won it was necessary for winning, and once it is lost the other bet would have been sufficient.

    CAVEAT: a bookmaker who looks at the coin and ignores the bet produces the same data.

    Source: [pearl2009], section 9.3.1.

    >>> fair_bet().given(heads=True, win=True).do(heads=False).prob(win=True)
    Fraction(0, 1)
    """
    return Model(coin=coin("1/2"), heads=coin("1/2"), win=lambda coin, heads: coin == heads)
