"""Published textbook models, one per file: each a function that returns a model, with its source and where it misleads.

>>> from causalkit.examples import firing_squad
>>> firing_squad().do(a=True).given(captain=False).prob(dead=True)
Fraction(1, 1)
"""

from causalkit.examples.berkeley import berkeley
from causalkit.examples.fair_bet import fair_bet
from causalkit.examples.firing_squad import firing_squad
from causalkit.examples.forest_fire import forest_fire
from causalkit.examples.introduced_effect import introduced_effect
from causalkit.examples.kidney_stones import kidney_stones
from causalkit.examples.marksmen import marksmen
from causalkit.examples.party import party
from causalkit.examples.radiation import radiation
from causalkit.examples.rock_throwing import rock_throwing
from causalkit.examples.simpson import simpson
from causalkit.examples.smoking import smoking
from causalkit.examples.two_mechanisms import copy_or_fixed, copy_or_negate
from causalkit.examples.two_treatments import two_treatments
from causalkit.examples.vase import vase
from causalkit.examples.voting import voting

__all__ = [
    "berkeley",
    "copy_or_fixed",
    "copy_or_negate",
    "fair_bet",
    "firing_squad",
    "forest_fire",
    "introduced_effect",
    "kidney_stones",
    "marksmen",
    "party",
    "radiation",
    "rock_throwing",
    "simpson",
    "smoking",
    "two_treatments",
    "vase",
    "voting",
]
