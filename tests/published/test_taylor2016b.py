"""Defending against backstops, the second of the two problems of [taylor2016b], pointed out by Yudkowsky; also [carey2018].

Derived: the story is the sources'; every number follows from the definitions and stands nowhere in them.
"""

from __future__ import annotations

import stop_button as sb
from tests.published.tables import check_table


def test_a_utility_that_sets_the_wish_trusts() -> None:
    check_table(sb.worlds.backstop(), "policy cf \n trust 11* \n defend 10")


def test_a_utility_that_sets_the_press_defends() -> None:
    check_table(sb.worlds.backstop(), "policy cf \n trust 6 \n defend 10*", lever="pressing")


def test_the_backstop_is_never_used_in_the_factual_world() -> None:
    assert sb.worlds.backstop().under("trust").prob(dismantled=True) == 0
    assert sb.worlds.backstop().under("trust").do(pressed=False).prob(dismantled=True) == sb.worlds.backstop().under("trust").prob(
        wish=sb.STOP
    )
