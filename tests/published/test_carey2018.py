"""Bad bets, the first of the three problems of [carey2018].

Derived: the story is the source's; every number follows from the definitions here and stands nowhere in it.
"""

from __future__ import annotations

import stop_button as sb
from tests.published.tables import check_table


def test_a_bet_settled_on_the_wish() -> None:
    check_table(
        sb.worlds.precursor_bet(),
        """
        policy  P(S)  switch  cf   cond  cc
        no_bet  .99   10*     20   20    40
        bet     .99   9.03    21*  21*   42*
        """,
        goal="stop_value",
    )


def test_a_bet_settled_on_the_precursor() -> None:
    check_table(
        sb.worlds.precursor_bet(settled_on="precursor"),
        """
        policy  P(S)  switch  cf     cond  cc
        no_bet  .99   10*     20*    20    40
        bet     .99   9.03    18.06  21*   42*
        """,
        goal="stop_value",
    )
