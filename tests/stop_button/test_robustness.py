"""How verdicts move with probabilities: every stretch and every point against an audit of the world with that probability."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit.errors import NeedsCoupling, TooLarge, UnknownName, WrongShape
from stop_button import FREE, STOP
from stop_button.auditing.robustness import Margin, robustness
from stop_button.testing import worlds
from tests.reached import came_to, reaches

JACKPOT = sb.worlds.jackpot_steering()


def at(world: sb.World, margin: Margin, share: Fraction) -> sb.World:
    """The world with this probability, the others in proportion, as one would type it."""
    before = world.model.dist(margin.noise)
    moved = {v: share if v == margin.value else (1 - share) * w / (1 - before[margin.value]) for v, w in before.items()}
    return world.with_mechanisms({margin.noise: ck.Dist(moved)})


def test_the_jackpot_pays_for_steering_only_where_luck_is_rare() -> None:
    """Derived: steering is worth 101.8 less what it costs at odds of 99 to 1, and draws level where luck has probability .499."""
    (luck,) = robustness(JACKPOT, sb.conditional_counterfactual, noises=["lucky"]).margins
    assert [(each.verdict, each.low, each.high) for each in luck.stretches] == [
        ("clean", 0, Fraction("0.501")),
        ("rewards", Fraction("0.501"), 1),
    ]
    assert luck.points == ((Fraction("0.501"), "permits"),)
    assert (luck.low, luck.high) == (Fraction("0.501"), 1)
    assert luck.at == Fraction("0.99")
    assert str(luck) == ("P(lucky=False), 0.99 here: clean between 0 and 0.501; rewards between 0.501 and 1; permits at 0.501")


def test_a_verdict_that_no_probability_moves() -> None:
    found = robustness(sb.worlds.scale(), sb.counterfactual)
    assert found
    assert [margin.noise for margin in found.margins] == ["wish"]
    assert "side effect between 0 and 1" in str(found)
    assert "<table>" in found._repr_html_()


def test_a_verdict_may_turn_where_a_probability_is_irrational() -> None:
    """Derived: acting scores P(u)^2 and waiting 1/2, so they draw level at P(u) = sqrt(1/2), where no world of fractions stands."""
    world = sb.World(
        ck.Model(u=ck.coin("1/3"), act=ck.choice(0, 1), wish=lambda u: STOP if u else FREE, value=lambda act, u: act * u),
        intent="wish", value="value", baseline=0,
    )  # fmt: skip
    squared = sb.Utility("squared", sb.E(sb.V) * sb.E(sb.V) + sb.E(sb.X("act").is_(0)) / 2)
    (margin,) = robustness(world, squared).margins
    assert [word for _, word in margin.points] == ["depends"]
    (point,) = [point for point, _ in margin.points]
    assert not isinstance(point, Fraction)
    assert 2 * (1 - point) ** 2 == 1
    assert [each.high for each in margin.stretches] == [point, 1]


def test_a_flag_that_is_known_by_bounds_only_is_refused_though_others_are_known() -> None:
    world = sb.World(
        ck.Model(
            mood=ck.coin("1/2"),
            act=ck.choice("wait", "talk"),
            wish=ck.cpt(["act"], {"wait": ck.Dist({STOP: "1/2", FREE: "1/2"}), "talk": ck.Dist({STOP: "1/4", FREE: "3/4"})}),
            value=lambda act, mood: (act == "talk") + mood,
        ),
        intent="wish", value="value", baseline="wait",
    )  # fmt: skip
    with pytest.raises(NeedsCoupling, match="leave flags or gains between bounds, which are worked out for one probability at a time"):
        robustness(world, sb.naive)


UTILITIES = (sb.naive, sb.switch, sb.counterfactual, sb.cond, sb.conditional_counterfactual)


@reaches("a stretch")
@settings(max_examples=4, phases=[Phase.explicit, Phase.generate])
@given(worlds(max_causes=1, max_decisions=1), st.sampled_from(UTILITIES), st.fractions(0, 1, max_denominator=40))
def test_inside_every_stretch_the_verdict_is_that_of_the_world_with_that_probability(
    world: sb.World, utility: sb.Utility, share: Fraction
) -> None:
    for margin in robustness(world, utility).margins:
        for stretch in margin.stretches:
            inside = stretch.low + (stretch.high - stretch.low) * (share * 9 + 1) / 11
            if isinstance(inside, Fraction):
                came_to("a stretch")
                assert sb.audit(at(world, margin, inside), utility).verdict == stretch.verdict, (margin, inside)
        for point, verdict in margin.points:
            if isinstance(point, Fraction):
                assert sb.audit(at(world, margin, point), utility).verdict == verdict


def test_what_is_refused() -> None:
    with pytest.raises(UnknownName, match=r"'luck' is not in the model; .*did you mean 'lucky'"):
        robustness(JACKPOT, sb.naive, noises=["luck"])
    with pytest.raises(WrongShape, match="'wish' is no source of noise"):
        robustness(JACKPOT, sb.naive, noises=["wish"])
    wide = sb.World(
        ck.Model(u=ck.uniform(*range(7)), act=ck.choice(0, 1, sees=["u"]), wish=lambda u: STOP if u else FREE, value=lambda act: act),
        intent="wish", value="value", baseline=0,
    )  # fmt: skip
    with pytest.raises(TooLarge, match="128 policies, and at most 64 are compared"):
        robustness(wide, sb.naive)


def test_other_mechanisms_in_the_same_roles() -> None:
    assert JACKPOT.with_mechanisms({"lucky": ck.coin("1/2")}).roles == JACKPOT.roles
    with pytest.raises(WrongShape, match="the decisions of office would be others"):
        sb.worlds.office().with_mechanisms({"action": ck.choice("work", "reassure", "cut the wire", "press it myself")})
    with pytest.raises(UnknownName, match="'luck'"):
        JACKPOT.with_mechanisms({"luck": ck.coin("1/2")})


def test_a_margin_reaches_to_the_nearest_turns() -> None:
    turns = tuple((Fraction(point, 10), "rewards influence") for point in (2, 4, 6, 8))
    for at, low, high in ((1, 0, 2), (3, 2, 4), (5, 4, 6), (6, 6, 6), (9, 8, 10)):
        margin = Margin("u", True, Fraction(at, 10), "clean", (), turns)  # type: ignore[arg-type]
        assert (margin.low, margin.high) == (Fraction(low, 10), Fraction(high, 10))
