"""Our own worlds and the numbers that are claimed for them: derived, and published nowhere else."""

from __future__ import annotations

from fractions import Fraction

import stop_button as sb
from stop_button.auditing.flags import influence
from stop_button.auditing.frequencies import shift
from stop_button.auditing.gains import conditioning_shift, via
from tests.published.tables import check_table


def test_jackpot_steering() -> None:
    check_table(
        sb.worlds.jackpot_steering(),
        """
        policy  cf   cc      ccmin  ref
        quiet   2*   4       2*     4*
        steer   1.9  101.8*  .9     3.8
        """,
    )


def test_jackpot_steering_is_paid_for_changing_what_is_graded() -> None:
    world = sb.worlds.jackpot_steering()
    flag = conditioning_shift(world, sb.conditional_counterfactual, "steer")
    assert flag.amount == 98
    assert flag
    assert via(world, sb.conditional_counterfactual, "steer")
    assert via(world, sb.counterfactual, "steer").amount == 0
    assert shift(world, "steer").direction == sb.STOP
    assert influence(world, "steer")


def test_office_counterfactual_of_working_on() -> None:
    office = sb.worlds.office()
    assert sb.counterfactual(office, "work") == 2
    assert len(office.policies) == 16
    assert sb.counterfactual(office, office.policy(action=lambda glance: "work" if glance else "reassure")) == 2


def test_office_reassuring_ties_under_indifference_and_is_influence() -> None:
    office = sb.worlds.office()
    assert sb.counterfactual(office, "reassure") == sb.counterfactual(office, "work")
    assert sb.switch(office, "reassure") == sb.switch(office, "work") == 1
    assert shift(office, "reassure").direction == sb.FREE
    assert influence(office, "reassure").amount == Fraction(1, 4)
    assert sb.audit(office, sb.counterfactual).verdict == "permits"
