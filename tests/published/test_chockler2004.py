"""[chockler2004]: responsibility and blame of ten marksmen with one live bullet.

Published: degree 1 and blame 1/10. What a test calls derived is ours.
"""

from __future__ import annotations

from fractions import Fraction

from causalkit.examples import marksmen
from causalkit.quantities.actual import blame, responsibility

SHOTS = [f"shoots[{i}]" for i in range(1, 11)]
ALL_SHOOT = dict.fromkeys(SHOTS, True)
SQUAD = marksmen()


def test_the_marksman_with_the_live_bullet_is_fully_responsible() -> None:
    for i, name in enumerate(SHOTS, start=1):
        expected = 1 if i == 4 else 0
        assert responsibility(SQUAD, {name: True}, "dead", context={**ALL_SHOOT, "live": 4}, among=SHOTS) == expected


def test_each_marksman_is_to_blame_by_a_tenth() -> None:
    m = SQUAD.do(ALL_SHOOT)
    for name in SHOTS:
        assert blame(m, {name: True}, "dead", among=SHOTS) == Fraction(1, 10)


def test_who_knows_more_is_to_blame_otherwise_derived() -> None:
    m = SQUAD.given(lambda live: live <= 2).do(ALL_SHOOT)
    assert blame(m, {"shoots[1]": True}, "dead", among=SHOTS) == Fraction(1, 2)
    assert blame(m, {"shoots[3]": True}, "dead", among=SHOTS) == 0
