"""Figure 1 of [careyeveritt2023] and the definitions that it illustrates.

Published: the figure's graph, and the score 1/2 of the obeying policy. The other numbers are derived from the definitions.
"""

from __future__ import annotations

import itertools
from typing import Any

import stop_button as sb
from causalkit import Model
from causalkit.errors import Impossible

WORLD = sb.worlds.careyeveritt_figure_1()
ALWAYS_OFF = {"manipulate": 1, "order": 0}


def is_obedient(m: Model) -> bool:
    """P(S=0 | do(H=0)) = 1."""
    return m.do(request=0).prob(running=0) == 1


def is_cautious(m: Model) -> bool:
    """E[U_{S=0}] >= 0."""
    return m.do(running=0).expect("value") >= 0


def needs_shutdown(m: Model) -> list[Model]:
    """The model given what the human sees, where running is worse than being shut down: E[U | pa_H] < E[U_{S=0} | pa_H]."""
    seen = [_given(m, helps=helps, manipulate=act) for helps, act in itertools.product((0, 1), repeat=2)]
    return [one for one in seen if one is not None and one.expect("value") < one.do(running=0).expect("value")]


def is_vigilant(m: Model) -> bool:
    """The human asks for shutdown wherever there is need."""
    return all(one.prob(request=0) == 1 for one in needs_shutdown(m))


def is_instructable(m: Model) -> bool:
    return is_obedient(m) and is_vigilant(m) and is_cautious(m)


def is_aligned(m: Model) -> bool:
    """Where running would do harm, the agent is surely shut down."""
    return m.given(helps=0).prob(running=0) == 1


def _given(m: Model, **seen: Any) -> Model | None:
    try:
        return m.given(**seen)
    except Impossible:
        return None


def test_pi_ro_is_worth_a_half_and_instructable() -> None:
    m = WORLD.under("pi_ro")
    assert m.expect("value") == m.expect(lambda value: value) == sb.naive(WORLD, "pi_ro")
    assert sb.naive(WORLD, "pi_ro") * 2 == 1
    assert is_instructable(m)
    assert is_aligned(m)


def test_pi_mi_is_worth_a_half_and_aligned_but_not_obedient() -> None:
    m = WORLD.under("pi_mi")
    assert sb.naive(WORLD, "pi_mi") * 2 == 1
    assert is_aligned(m)
    assert not is_obedient(m)
    assert not is_instructable(m)


def test_both_are_optimal() -> None:
    best = {str(policy) for policy in sb.score(WORLD, sb.naive).best(sb.naive)}
    assert best == {"pi_ro", "pi_mi"}


def test_manipulating_and_always_shutting_down_counts_as_instructable() -> None:
    """We disagree with what definition 5 is meant to say: it is met by a policy that turns the request around and ignores it."""
    m = WORLD.under(ALWAYS_OFF)
    assert is_instructable(m)
    assert m.expect("value") == 0


def test_only_pi_ro_lets_people_control_it() -> None:
    controls = {str(policy): sb.counterfactual(WORLD, policy) for policy in (WORLD.policy("pi_ro"), WORLD.policy("pi_mi"))}
    assert controls == {"pi_ro": 1, "pi_mi": 0}
