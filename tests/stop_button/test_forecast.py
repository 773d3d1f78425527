"""Forecasts that change what they forecast: the numbers, the laws, and every answer against sums written out."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from causalkit import Dist, Model, choice, coin, cpt, uniform
from causalkit.errors import InvalidNumber, MechanismFailed, TooLarge, UnknownName, UnknownValue, WrongArgument, WrongShape
from stop_button.learning import Forecast, threshold_loss
from stop_button.presentation.plot_learning import plot_forecast
from tests.tries import tries

F = Fraction
GRID = [F(0), F(1, 4), F(1, 2), F(3, 4), F(1)]
USERS = [F(2 * k + 1, 40) for k in range(20)]

LEANING = Forecast(lambda said: coin(F(1, 5) + F(3, 5) * said))
DEFEATING = lambda grid: Forecast(lambda said: coin(1 - said), grid=grid)
FULFILLING = lambda grid=None: Forecast(coin, grid=grid)
BEATS: dict[tuple[str, ...], int] = {("R", "P"): 1, ("P", "S"): 1, ("S", "R"): 1, ("P", "R"): -1, ("S", "P"): -1, ("R", "S"): -1}
ROCK = Forecast(lambda said: Dist({said: 1}), grid="RPS", loss={(a, b): BEATS.get((a, b), 0) for a, b in product("RPS", repeat=2)})

# ---------------------------------------------------------------- the numbers


def test_a_world_that_leans_towards_the_forecast() -> None:
    """Derived: P(x = 1) = 1/5 + 3/5 of what was said."""
    assert [LEANING.loss(m) for m in GRID] == [F(1, 5), F(19, 80), F(1, 4), F(19, 80), F(1, 5)]
    assert [LEANING.excess(m) for m in GRID] == [F(1, 25), F(1, 100), 0, F(1, 100), F(1, 25)]
    assert LEANING.iterate(0, steps=5).points == (0, F(1, 5), F(8, 25), F(49, 125), F(272, 625))
    assert LEANING.fixed_points().points == (F(1, 2),)
    assert LEANING.loss("1/4", given="1/2") == F(5, 16)


def test_users_who_regret_trusting_it() -> None:
    """Derived: 4, 2, 0, 2, 4 of 20 users are hurt, and the mean regret is half the excess."""
    regrets = [LEANING.regret(m, users=USERS) for m in GRID]
    assert [len(regret.hurt) for regret in regrets] == [4, 2, 0, 2, 4]
    assert [regret.mean for regret in regrets] == [LEANING.excess(m) / 2 for m in GRID]
    assert [bool(regret) for regret in regrets] == [True, True, False, True, True]


def test_the_fixed_point_is_the_worst_honest_loss() -> None:
    """Derived: training that sees the world runs away from it; a user paid by predictability gets -1/5 at the ends and -1/4 there."""
    world = Forecast(lambda said: coin(F(1, 5) + F(3, 5) * said), grid=GRID)
    assert world.optimal() == (0, 1)
    assert world.fixed_points().points == (F(1, 2),)
    assert [-world.loss(m) for m in (0, F(1, 2), 1)] == [F(-1, 5), F(-1, 4), F(-1, 5)]


def test_a_forecast_that_defeats_itself() -> None:
    """Derived: no fixed point on {0, 1}, a cycle of 2, excess 1 and 1; with 1/2 allowed, one."""
    assert DEFEATING([0, 1]).fixed_points().kind == "none"
    run = DEFEATING([0, 1]).iterate(0, steps=10)
    assert (run.points, run.cycle, str(run)) == ((0, 1), 2, "0, 1, a cycle of 2")
    assert [DEFEATING([0, 1]).excess(m) for m in (0, 1)] == [1, 1]
    assert DEFEATING([0, "1/2", 1]).fixed_points().points == (F(1, 2),)


def test_a_forecast_that_fulfils_itself() -> None:
    """Derived: all are fixed points, with losses 0, 3/16, 1/4, 3/16, 0."""
    assert FULFILLING(GRID).fixed_points().kind == FULFILLING().fixed_points().kind == "all"
    assert [FULFILLING().loss(m) for m in GRID] == [0, F(3, 16), F(1, 4), F(3, 16), 0]
    assert FULFILLING(GRID).optimal() == (0, 1)


def test_rock_paper_scissors() -> None:
    """Derived: excess 1 for a pure forecast, 1/2 for (1/2, 1/2, 0), 0 for the uniform one, which is the only fixed point."""
    assert ROCK.excess("R") == 1
    assert ROCK.excess(Dist({"R": "1/2", "P": "1/2"})) == F(1, 2)
    assert ROCK.excess(uniform(*"RPS")) == 0
    assert ROCK.fixed_points().kind == "none"
    assert ROCK.mixed_fixed_points() == (uniform(*"RPS"),)
    assert ROCK.iterate("R", steps=9).cycle == 3


def test_a_run_names_the_forecasts_to_which_several_replies_were_best() -> None:
    """A coin of a half, heads or tails: both replies lose alike whatever was said, and the first is followed."""
    even = Forecast(lambda said: coin("1/2"), grid=[0, 1], loss={(a, b): int(a != b) for a, b in product((0, 1), repeat=2)})
    run = even.iterate(1, steps=5)
    assert (run.points, run.cycle, run.ties) == ((1, 0), 1, (1, 0))
    assert even.best_replies(1) == (0, 1)
    assert ROCK.iterate("R", steps=9).ties == ()


def test_gradients() -> None:
    """Derived: L(m, m) = 1/4 - (m - 1/2)^2 / 5, so its slope is (1 - 2m)/5; with the world held still it is 2 (m - mean)."""
    for m in GRID:
        gradient = LEANING.gradient(m)
        assert gradient.total == (1 - 2 * m) / 5
        assert gradient.myopic == 2 * (m - F(1, 5) - F(3, 5) * m)
    assert LEANING.gradient("1/2").myopic == 0


def model_of(p_low: Fraction, p_high: Fraction) -> Model:
    return Model(
        forecast=choice(0, F(1, 2), 1),
        x=cpt(["forecast"], {0: coin(p_low), F(1, 2): coin((p_low + p_high) / 2), 1: coin(p_high)}),
        loss=lambda forecast, x: (forecast - int(x)) ** 2,
    )


@settings(max_examples=tries(30))
@given(st.sampled_from(GRID), st.sampled_from(GRID), st.sampled_from([0, F(1, 2), 1]), st.sampled_from([0, F(1, 2), 1]))
def test_the_myopic_loss_is_a_do_on_one_branch(low: Fraction, high: Fraction, says: Fraction, heard: Fraction) -> None:
    """The path to the loss is kept and the path to the world is cut: what x hears is set on its own arrow."""
    model = model_of(low, high)
    forecast = Forecast(model, says="forecast", of="x")
    assert forecast.loss(says, given=heard) == model.do({"forecast": says, ("forecast", "x"): heard}).expect("loss")


# ---------------------------------------------------------------- against sums written out


@st.composite
def binary(draw: st.DrawFn) -> Callable[[Fraction], dict[Any, Fraction]]:
    """A coin whose chance is affine in the forecast."""
    ends = draw(st.tuples(*[st.sampled_from([F(k, 10) for k in range(11)])] * 2))
    return lambda d: {1: ends[0] + (ends[1] - ends[0]) * d, 0: 1 - ends[0] - (ends[1] - ends[0]) * d}


@st.composite
def spread(draw: st.DrawFn) -> Callable[[Fraction], dict[Any, Fraction]]:
    """Several outcomes between 0 and 1, mixed by the forecast."""
    outcomes = [F(0), F(1, 3), F(1, 2), F(1)]
    weights = [draw(st.lists(st.integers(0, 3), min_size=4, max_size=4).filter(any)) for _ in range(2)]
    laws = [[F(w, sum(row)) for w in row] for row in weights]
    return lambda d: {x: (1 - d) * a + d * b for x, a, b in zip(outcomes, *laws, strict=True)}


@st.composite
def jumping(draw: st.DrawFn) -> Callable[[Fraction], dict[Any, Fraction]]:
    """A coin that jumps at a threshold."""
    cut, low, high = draw(st.sampled_from(GRID)), draw(st.sampled_from(GRID)), draw(st.sampled_from(GRID))
    return lambda d: {1: high if d >= cut else low, 0: 1 - (high if d >= cut else low)}


WORLDS = st.one_of(binary(), spread(), jumping())
POINTS = st.sampled_from([F(k, 12) for k in range(13)])


def slow_mean(law: dict[Any, Fraction]) -> Fraction:
    return sum((x * p for x, p in law.items()), F(0))


def slow_loss(m: Fraction, law: dict[Any, Fraction]) -> Fraction:
    return sum((p * (m - x) ** 2 for x, p in law.items()), F(0))


@settings(max_examples=tries(60))
@given(WORLDS, POINTS, POINTS)
def test_losses_and_fixed_points_by_hand(world: Callable[[Fraction], dict[Any, Fraction]], m: Fraction, d: Fraction) -> None:
    forecast = Forecast(lambda said: Dist(world(said)), grid=[F(k, 12) for k in range(13)])
    assert forecast.loss(m, given=d) == slow_loss(m, world(d))
    assert forecast.excess(m) == slow_loss(m, world(m)) - slow_loss(slow_mean(world(m)), world(m)) >= 0
    assert forecast.fixed_points().points == tuple(k for k in forecast.grid or () if slow_mean(world(k)) == k)


@settings(max_examples=tries(40))
@given(WORLDS, POINTS)
def test_mean_regret_is_half_the_excess(world: Callable[[Fraction], dict[Any, Fraction]], m: Fraction) -> None:
    """L8; the integral over thresholds is the sum over midpoints between breaks, exact because regret is linear there."""
    forecast, truth = Forecast(lambda said: Dist(world(said))), slow_mean(world(m))
    breaks = sorted({F(0), F(1), m, truth})
    middles = {(a + b) / 2: b - a for a, b in pairwise(breaks)}
    integral = sum(length * max(truth - c, F(0)) - length * (truth - c) * (m >= c) for c, length in middles.items())
    assert forecast.mean_regret(m) == integral == forecast.excess(m) / 2


@settings(max_examples=tries(40))
@given(WORLDS, POINTS, st.dictionaries(POINTS, st.sampled_from([F(0), F(1), F(1, 2), F(3)]), min_size=1, max_size=4))
def test_any_weights_over_thresholds(
    world: Callable[[Fraction], dict[Any, Fraction]], m: Fraction, weights: dict[Fraction, Fraction]
) -> None:
    """L9: the excess of a proper loss is a weighted sum of regrets."""
    grid = sorted({F(0), F(1), m, *weights})
    forecast = Forecast(lambda said: Dist(world(said)), loss=threshold_loss(weights), grid=grid)
    regret = forecast.regret(m, users=weights)
    assert forecast.excess(m) == sum(weights[c] * lost for c, lost in regret.by_user.items())


@settings(max_examples=tries(15))
@given(WORLDS, POINTS, st.lists(st.integers(-3, 3), min_size=4, max_size=4))
def test_adding_a_function_of_the_outcome_alone_changes_no_excess(
    world: Callable[[Fraction], dict[Any, Fraction]], m: Fraction, g: list[int]
) -> None:
    grid, extra = [F(k, 12) for k in range(13)], lambda x: g[int(3 * x) % 4]
    plain = Forecast(lambda said: Dist(world(said)), loss=lambda m, x: (m - x) ** 2, grid=grid)
    moved = Forecast(lambda said: Dist(world(said)), loss=lambda m, x: (m - x) ** 2 + extra(x), grid=grid)
    assert plain.excess(m) == moved.excess(m) >= 0
    assert plain.fixed_points() == moved.fixed_points()


MATRICES = st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(st.integers(-2, 2), min_size=n, max_size=n), min_size=n, max_size=n))


@settings(max_examples=tries(60))
@given(MATRICES)
def test_mixed_fixed_points_exist_and_are_fixed(rows: list[list[int]]) -> None:
    """L10."""
    names = list(range(2, 2 + len(rows)))
    losses = {(a, b): rows[i][j] for i, a in enumerate(names) for j, b in enumerate(names)}
    forecast = Forecast(lambda said: Dist({said: 1}), grid=names, loss=losses)
    points = forecast.mixed_fixed_points()
    assert points
    for point in points:
        means = [sum(F(losses[a, b]) * point[b] for b in names) for a in names]
        assert all(point[a] == 0 or mean == min(means) for a, mean in zip(names, means, strict=True))
        assert forecast.excess(point) == 0
    pure = [a for j, a in enumerate(names) if rows[j][j] == min(row[j] for row in rows)]
    assert [a for a in names if Dist({a: 1}) in points] == pure == list(forecast.fixed_points().points)


@settings(max_examples=tries(40))
@given(st.lists(st.integers(-2, 2), min_size=4, max_size=4))
def test_two_by_two_mixed_fixed_points(rows: list[int]) -> None:
    """Inside, both forecasts lose the same: a linear equation in one unknown."""
    a, b, c, d = map(F, rows)
    forecast = Forecast(lambda said: Dist({said: 1}), grid=["u", "v"], loss={("u", "u"): a, ("u", "v"): b, ("v", "u"): c, ("v", "v"): d})
    slope = a - b - c + d
    inside = [(d - b) / slope] if slope and 0 < (d - b) / slope < 1 else []
    assert [p["u"] for p in forecast.mixed_fixed_points() if 0 < p["u"] < 1] == inside


@settings(max_examples=tries(30))
@given(binary(), POINTS)
def test_gradients_against_the_polynomial(world: Callable[[Fraction], dict[Any, Fraction]], m: Fraction) -> None:
    forecast = Forecast(lambda said: coin(world(said)[1]))
    q = lambda d: world(d)[1]
    whole = lambda m: slow_loss(m, world(m))
    step = F(1, 1000)
    slope = (8 * (whole(m + step) - whole(m - step)) - (whole(m + 2 * step) - whole(m - 2 * step))) / (12 * step)
    assert forecast.gradient(m).total == slope, "five points are exact up to degree 4"
    assert forecast.gradient(m).myopic == 2 * (m - q(m))


@settings(max_examples=tries(30))
@given(st.sampled_from([F(k, 10) for k in range(11)]))
def test_the_loss_at_a_middle_fixed_point_is_the_worst_when_the_world_leans_by_more_than_half(slope: Fraction) -> None:
    """L11: L(m, m) = 1/4 + (1 - 2b)(m - 1/2)^2."""
    forecast = Forecast(lambda said: coin(F(1, 2) + slope * (said - F(1, 2))))
    assert all(forecast.loss(m) == F(1, 4) + (1 - 2 * slope) * (m - F(1, 2)) ** 2 for m in GRID)


def test_fixed_points_between_0_and_1() -> None:
    assert Forecast(lambda said: coin(said * said)).fixed_points().points == (0, 1)
    assert str(Forecast(lambda said: coin(said * said)).fixed_points()) == "fixed points between 0 and 1: several: 0, 1"
    golden = Forecast(lambda said: coin(1 - said * said)).fixed_points().points
    assert golden == (sympy.Rational(-1, 2) + sympy.sqrt(5) / 2,)
    assert Forecast(lambda said: coin("1/3")).fixed_points().points == (F(1, 3),)


# ---------------------------------------------------------------- refused, drawn

REFUSED: dict[str, tuple[type[Exception], str, Callable[[], Any]]] = {
    "an improper loss": (
        WrongShape,
        r"the loss is improper: where the probability is 0\.25, saying 0 loses less .* type improper=True",
        lambda: Forecast(coin, loss=lambda m, x: abs(m - x), grid=GRID),
    ),
    "no grid": (WrongShape, r"needs the forecasts that may be said; type grid", lambda: Forecast(coin, loss={})),
    "no grid to compare": (WrongShape, r"which forecasts are compared is not said", LEANING.optimal),
    "a forecast above 1": (InvalidNumber, r"a forecast is 2, expected a number between 0 and 1", lambda: LEANING.loss(2)),
    "a symbol": (InvalidNumber, r"symbols are not carried here", lambda: LEANING.loss(sympy.Symbol("m"))),
    "another loss": (WrongShape, r"'cubed' is not a loss", lambda: Forecast(coin, loss="cubed")),
    "a gap in the table": (WrongShape, r"no entry for saying 'u'", lambda: Forecast(lambda s: Dist({s: 1}), loss={}, grid="uv").loss("u")),
    "a model without names": (WrongShape, r"type says='variable'", lambda: Forecast(model_of(F(0), F(1)))),
    "an unknown name": (UnknownName, r"'y' is not in the model", lambda: Forecast(model_of(F(0), F(1)), says="forecast", of="y")),
    "what a model cannot say": (
        UnknownValue,
        r"the best forecast after 0 is 0\.2, and what may be said is: 0, 0\.5, 1",
        lambda: Forecast(model_of(F(1, 5), F(1)), says="forecast", of="x").iterate(0, steps=4),
    ),
    "a world that jumps": (WrongShape, r"type grid=\[\.\.\.\]", lambda: Forecast(lambda said: coin(1 if said > 0.5 else 0)).fixed_points()),
    "a gradient of a table": (WrongShape, r"needs a loss that is smooth", lambda: ROCK.gradient("R")),
    "a slope that is not finite": (
        WrongShape,
        r"a probability is .*sqrt\(said\)",
        lambda: Forecast(lambda said: coin(said ** F(1, 2))).gradient(0),
    ),
    "a law that is another one in symbols": (
        WrongShape,
        r"reads otherwise where 0\.5 is said",
        lambda: Forecast(lambda said: coin("1/3" if isinstance(said, Fraction) else said)).gradient("1/2"),
    ),
    "too many supports": (
        TooLarge,
        r"8 forecasts have 6,561 supports",
        lambda: Forecast(lambda s: Dist({s: 1}), loss=lambda m, x: int(m != x), grid="abcdefgh").mixed_fixed_points(),
    ),
    "a negative weight": (InvalidNumber, r"expected numbers of 0 or more", lambda: threshold_loss({"1/2": -1})),
    "a loss that is none": (WrongShape, r"5 is not a loss; type loss='squared'", lambda: Forecast(coin, loss=5, grid=[0])),  # type: ignore[arg-type]
    "no pairs": (WrongShape, r"the key 'u', expected a pair", lambda: Forecast(coin, loss={"u": 1}, grid="u")),  # type: ignore[dict-item]
    "two losses of one number": (
        WrongShape,
        r"has 1, 2 for saying 0\.5 when it is False; give one",
        lambda: Forecast(lambda _: coin(0), loss={("1/2", 0): 1, (0.5, 0): 2}, grid=[0.5], improper=True).loss(0.5),
    ),
    "a loss that raises": (
        MechanismFailed,
        r"the loss raised ZeroDivisionError.* for saying 0\.5",
        lambda: Forecast(lambda _: coin(0), loss=lambda m, x: 1 / x, grid=["1/2"], improper=True).loss("1/2"),
    ),
    "what is not in the grid": (UnknownValue, r"'L' is not in the grid, .* R, P, S", lambda: ROCK.excess("L")),
    "a grid that is none": (WrongArgument, r"takes grid as Iterable.*, and got 5", lambda: Forecast(coin, grid=5)),  # type: ignore[arg-type]
    "a grid of lists": (WrongShape, r"cannot be looked up", lambda: Forecast(coin, loss={}, grid=[[0]])),
    "no users": (WrongArgument, r"takes users as Iterable.*, and got 5", lambda: LEANING.regret(0, users=5)),  # type: ignore[arg-type]
    "no world": (WrongShape, r"neither a model nor a function", lambda: Forecast(3)),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("case", REFUSED)
def test_misuse_is_refused_in_words(case: str) -> None:
    error, words, call = REFUSED[case]
    with pytest.raises(error, match=words):
        call()


def test_an_improper_loss_may_be_stated() -> None:
    stated = Forecast(coin, loss=lambda m, x: abs(m - x), grid=GRID, improper=True)
    assert stated.excess("1/4") == F(1, 8)


def test_the_picture_marks_the_fixed_points() -> None:
    ax = plot_forecast(LEANING)
    marks = [np.asarray(line.get_xdata()) for line in ax.lines if line.get_linestyle() == "None"]
    assert [[float(x) for x in mark] for mark in marks] == [[0.5]]


def test_users_of_the_same_threshold_each_count_in_the_mean() -> None:
    forecast = Forecast(lambda said: coin(F(1, 5) + F(3, 5) * said))
    assert forecast.regret("1/4", users=["3/10", "3/10", "9/10"]).mean == F(2, 3) * F(1, 20)
    with pytest.raises(WrongShape, match="no users"):
        forecast.regret("1/4", users=[])
    with pytest.raises(WrongShape, match="from 1 on"):
        forecast.iterate(0, steps=0)


def test_a_world_that_compares_the_forecast_is_not_read_as_a_polynomial() -> None:
    with pytest.raises(WrongShape, match="compares the forecast with 1"):
        Forecast(lambda said: coin(1 if said == 1 else 0)).fixed_points()
    with pytest.raises(WrongShape, match="reads as"):
        Forecast(lambda said: coin(1 if isinstance(said, F) else 0)).fixed_points()


def test_what_is_said_may_be_multiplied_by_itself() -> None:
    assert Forecast(lambda said: coin(said * said)).fixed_points().points == (0, 1)
    assert Forecast(lambda said: coin(said * (1 - said) + Fraction(1, 4))).fixed_points().points == (Fraction(1, 2),)


# ---------------------------------------------------------------- labels, numbers in text


LABELS = st.sampled_from([["1", "2", "x"], ["1/2", "no"], [0, "1"], ["1/4", "3/4"], [1, "1"]])


@settings(max_examples=tries(60))
@given(LABELS, st.data())
def test_a_forecast_is_found_whether_it_is_a_label_or_a_number_in_text(labels: list[Any], data: st.DataObject) -> None:
    """A table, a model and a draw of forecasts name it as it was written; sums written out."""
    numbers = st.lists(st.integers(0, 4), min_size=4, max_size=4)
    chances = dict(zip(labels, (F(number, 4) for number in data.draw(numbers)), strict=False))
    costs = {(label, x): F(number) for x in (0, 1) for label, number in zip(labels, data.draw(numbers), strict=False)}
    model = Model(says=choice(*labels), x=cpt(["says"], {label: coin(chance) for label, chance in chances.items()}))
    forecast = Forecast(model, says="says", of="x", loss=costs, improper=True)
    mean = {(a, b): chances[b] * costs[a, 1] + (1 - chances[b]) * costs[a, 0] for a, b in product(labels, repeat=2)}
    assert {(a, b): forecast.loss(a, given=b) for a, b in mean} == mean
    even = Dist(dict.fromkeys(labels, F(1, len(labels))))
    assert forecast.loss(even, given=labels[0]) == sum(mean[a, labels[0]] for a in labels) / len(labels)
    fixed = [place for place, a in enumerate(labels) if mean[a, a] == min(mean[b, a] for b in labels)]
    assert forecast.fixed_points().points == tuple((forecast.grid or ())[place] for place in fixed)


def test_a_draw_of_forecasts_is_refused_where_one_of_them_would_be() -> None:
    with pytest.raises(InvalidNumber, match="a forecast is 2, expected a number between 0 and 1"):
        LEANING.loss(Dist({2: 1}), given=0)


def test_users_of_a_threshold_that_is_written_in_two_ways_are_added_up() -> None:
    assert threshold_loss({"1/2": 1, 0.5: 2})(1, 0) == F(3, 2)
