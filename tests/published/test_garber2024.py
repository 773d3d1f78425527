"""The partially observable off-switch game of [garber2024], Example 4.1.

The payoffs are the source's as noted in this project; the text could not be seen again, so the results count as derived.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import stop_button as sb
from stop_button.solving import solve

WORTH = {("L", "1.0"): 3, ("L", "2.0"): -1, ("M", "1.0"): -5, ("M", "2.0"): 5}


def worth(order: dict[str, str], action: dict[str, str]) -> Fraction:
    """What a pair of policies is worth, written out case by case."""
    total = Fraction(0)
    for (code, version), paid in WORTH.items():
        goes = action[code] == "act" or (action[code] == "wait" and order[version] == "on")
        total += Fraction(paid, 4) if goes else 0
    return total


ORDERS = [dict(zip(("1.0", "2.0"), rule, strict=True)) for rule in product(("on", "off"), repeat=2)]
ACTIONS = [dict(zip(("L", "M"), rule, strict=True)) for rule in product(("act", "wait", "off"), repeat=2)]


def test_every_pair_of_policies_by_hand() -> None:
    world = sb.worlds.garber_example_4_1()
    assert len(world.policies) == len(ORDERS) * len(ACTIONS)
    for order, action in product(ORDERS, ACTIONS):
        assert sb.naive(world, world.policy(order=order, action=action)) == worth(order, action)


def test_the_only_optimum_acts_on_l_and_waits_on_m() -> None:
    world = sb.worlds.garber_example_4_1()
    found = solve(world, sb.naive)
    assert found
    assert (found.score, found.ties) == (Fraction(7, 4), 1)
    assert world.policy(found.policy) == world.policy("act on L")
    assert [(o, a) for o, a in product(ORDERS, ACTIONS) if worth(o, a) == Fraction(7, 4)] == [
        ({"1.0": "off", "2.0": "on"}, {"L": "act", "M": "wait"})
    ]


def test_an_assistant_that_always_waits_is_worth_1_at_most() -> None:
    world = sb.worlds.garber_example_4_1()
    waits = {"L": "wait", "M": "wait"}
    assert max(worth(order, waits) for order in ORDERS) == 1 == sb.naive(world, "always wait")


def test_neither_player_does_better_alone_than_in_the_optimum() -> None:
    order, action = {"1.0": "off", "2.0": "on"}, {"L": "act", "M": "wait"}
    assert max(worth(other, action) for other in ORDERS) == max(worth(order, other) for other in ACTIONS) == Fraction(7, 4)


def test_to_be_asked_tells_the_human_what_she_cannot_see() -> None:
    """Asked always, she knows nothing of the code; asked on M alone, she knows it."""
    world = sb.worlds.garber_example_4_1()
    asked = {policy: world.under(policy).given(action="wait").prob(code="M") for policy in ("always wait", "act on L")}
    assert asked == {"always wait": Fraction(1, 2), "act on L": 1}
