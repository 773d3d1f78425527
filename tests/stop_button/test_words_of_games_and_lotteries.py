"""Inputs at which games and lotteries once said too much, too little, or nothing."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy

import stop_button as sb
from causalkit import Dist, Model, choice
from causalkit.errors import InvalidNumber, WrongShape
from causalkit.values.logarithms import log2_between, sign_of_logarithms
from stop_button import B, E, X
from stop_button.games import is_correlated, is_equilibrium, matrix_game, strategic_form
from stop_button.lotteries import Estimate, orbit, retargeting, share


def test_a_text_that_several_strategies_share_names_none_of_them() -> None:
    game = matrix_game({"r": [[1, 0], [0, 2]], "c": [[1, 0], [0, 2]]}, options={"r": ["1", 1], "c": ["x", "y"]})
    with pytest.raises(WrongShape, match="2 strategies of r read '1'"):
        is_correlated(game, {("1", "x"): 1})
    rows, columns = strategic_form(game).strategies
    with pytest.raises(WrongShape, match="2 strategies of r read '1'"):
        is_equilibrium(game, {"c": Dist({columns[0]: 1}), "r": Dist({"1": 1})})
    assert is_correlated(game, {(rows[0], "x"): 1})
    assert not is_correlated(game, {(rows[1], "x"): 1})


@pytest.mark.parametrize("weights", [3, None, [1, 2], "ab"])
def test_what_is_no_distribution_over_profiles_is_told_so(weights: object) -> None:
    with pytest.raises(WrongShape, match="is no distribution over profiles"):
        is_correlated(matrix_game({"r": [[1, 0]], "c": [[1, 0]]}), weights)


def test_the_page_of_a_correlated_judgement_tells_the_whole_disobedience() -> None:
    model = Model(a=choice("x", "y"), b=choice("x", "y"), pay=lambda a, b: int(a == "y") + int(b == "y"), none=0, c=choice("x", "y"))
    world = sb.World(model, players={"one": (("a", "b"), "pay"), "two": ("c", "none")})
    found = is_correlated(world, {("a: x; b: x", "x"): 1})
    assert not found
    assert "no correlated equilibrium: one, told a: x; b: x, gains" in found._repr_html_()


def test_an_interval_is_hoeffdings_at_levels_that_floats_take_for_certain() -> None:
    office = sb.worlds.office()
    for zeros in (15, 17, 40, 400):
        level = 1 - Fraction(1, 10**zeros)
        found = share(E(B) < "1/2", orbit("value"), office, draws=1_000, level=level).weakly
        assert isinstance(found, Estimate)
        half = math.sqrt((math.log(2) + zeros * math.log(10)) / 2_000)
        assert float(found.high - found.seen) == pytest.approx(min(half, float(1 - found.seen)), abs=1e-8)


def test_retargeting_speaks_of_all_outcomes_since_an_orbit_of_some_is_another_matter() -> None:
    world = sb.World(Model(act=choice("off", "a", "b"), end=lambda act: act), name="fork")
    test = ~(E(X("end").is_("off")) >= 1)
    assert "payoffs of all outcomes of end" in str(retargeting(test, "end", world))
    some = orbit("end", outcomes=["a", "b"], payoffs={"off": 1, "a": 0, "b": 0})
    assert share(test, some, world).weakly == 0


def test_what_no_orbit_or_agent_can_be_asked_is_told_so() -> None:
    with pytest.raises(WrongShape, match=r"E\[B\] is no test|E\(B\) is no test"):
        retargeting(E(B), "stopped", sb.worlds.office())  # type: ignore[arg-type]
    with pytest.raises(WrongShape, match="names nothing that it does not look at"):
        sb.agents.inattentive(sb.worlds.office(), sb.naive, to=[])
    with pytest.raises(WrongShape, match="options are hashable"):
        matrix_game({"r": [1, 2]}, options={"r": [[1], [2]]})  # type: ignore[list-item]


def test_logarithms_of_what_has_none_are_refused() -> None:
    for number in (Fraction(0), Fraction(-1)):
        with pytest.raises(InvalidNumber, match="has no logarithm"):
            log2_between(number)
    with pytest.raises(InvalidNumber, match="divides by 0"):
        sign_of_logarithms(sympy.log(3) / (sympy.log(9) - 2 * sympy.log(3)))
