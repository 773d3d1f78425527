"""The absent-minded driver of [piccione1997]: at each of two exits alike, who cannot tell which one it is gets off or goes on."""

from fractions import Fraction

import causalkit as ck
import stop_button as sb

OFF, ON = "exit", "go on"
DRIVE = sb.World(
    ck.Model(
        first=ck.choice(OFF, ON),
        second=ck.choice(OFF, ON),
        value=lambda first, second: 0 if first == OFF else 4 if second == OFF else 1,
    ),
    value="value",
    name="drive",
)
ALIKE = [["first", "second"]]


def test_published_planned_without_lots_the_best_is_to_go_on_for_1() -> None:
    found = sb.solve(DRIVE, sb.naive, tied=ALIKE)
    assert found
    assert found.score == 1
    assert found.policy.act("first") == found.policy.act("second") == ON


def test_published_with_lots_the_best_is_to_get_off_one_time_in_three_for_four_thirds() -> None:
    found = sb.solve(DRIVE, sb.naive, tied=ALIKE, mixed=True)
    assert found
    assert found.score == found.bound == Fraction(4, 3)
    assert found.policy.act("first") == found.policy.act("second") == ck.Dist({OFF: "1/3", ON: "2/3"})


def test_derived_who_can_tell_the_exits_apart_gets_4_and_needs_no_lots() -> None:
    found = sb.solve(DRIVE, sb.naive, mixed=True)
    assert found
    assert found.score == 4
    assert not found.policy.is_stochastic
