"""Policies that draw lots where no linear program applies: against sums written out over chances, on a grid and at what was found."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible, TooLarge, Undecided, WrongShape
from stop_button import B, E, V, X, least, most
from stop_button.solving.lots.bernstein import Form, Monomial, form
from stop_button.solving.lots.intervals import between
from stop_button.solving.relaxing.formulas import Unbounded, Undefined
from tests.tries import tries

OPTIONS = 2
NUMBERS = ("one", "other", "seen")
Tables = Mapping[str, Mapping[tuple[int, int], int]]
Chances = tuple[Fraction, ...]

PAIRS = [(a, b) for a in range(OPTIONS) for b in range(OPTIONS)]
tables = st.fixed_dictionaries(
    {
        "one": st.fixed_dictionaries({pair: st.integers(-3, 4) for pair in PAIRS}),
        "other": st.fixed_dictionaries({pair: st.integers(-3, 4) for pair in PAIRS}),
        "seen": st.fixed_dictionaries({pair: st.integers(0, 1) for pair in PAIRS}),
    }
)
SEEN, NOT = X("seen").is_(1), X("seen").is_(0)


def two(of: Tables) -> sb.World:
    """Two decisions that see nothing, and numbers that depend on both."""
    rows = {name: ck.table(["a", "b"], of[name], domain=sorted({*of[name].values(), 0, 1})) for name in NUMBERS}
    return sb.World(ck.Model({"a": ck.choice(*range(OPTIONS)), "b": ck.choice(*range(OPTIONS)), **rows}), value="one")


def mean(of: Tables, name: str, first: Chances, second: Chances, given: int | None = None) -> Fraction:
    """A mean written out; ``ZeroDivisionError`` where its condition is impossible."""
    runs = [(first[a] * second[b], of[name][a, b]) for a, b in PAIRS if given is None or of["seen"][a, b] == given]
    total = sum((weight for weight, _ in runs), Fraction(0))
    return sum((weight * value for weight, value in runs), Fraction(0)) / total


FORMULAS: dict[str, tuple[Any, Any]] = {
    "a mean": (E(V), lambda of, p, q: mean(of, "one", p, q)),
    "the least": (least(E(V), E(X("other"))), lambda of, p, q: min(mean(of, "one", p, q), mean(of, "other", p, q))),
    "the most": (most(E(V), E(X("other"))), lambda of, p, q: max(mean(of, "one", p, q), mean(of, "other", p, q))),
    "a product": (E(V) * E(X("other")), lambda of, p, q: mean(of, "one", p, q) * mean(of, "other", p, q)),
    "a conditional mean": (E(V, given=SEEN), lambda of, p, q: mean(of, "one", p, q, 1)),
    "two conditions": (
        E(V, given=SEEN) + E(X("other"), given=NOT),
        lambda of, p, q: mean(of, "one", p, q, 1) + mean(of, "other", p, q, 0),
    ),
}

GRID = [(Fraction(i, 8), Fraction(8 - i, 8)) for i in range(9)]


def chances(policy: sb.Policy, name: str) -> Chances:
    return tuple(Fraction(str(policy.weight(name, (), option))) for option in range(OPTIONS))


@pytest.mark.parametrize("which", FORMULAS)
@pytest.mark.parametrize("tied", [True, False])
@settings(max_examples=tries(16))
@given(of=tables)
def test_no_chances_on_a_grid_exceed_the_bound(which: str, tied: bool, of: Tables) -> None:
    formula, by_hand = FORMULAS[which]
    world, utility = two(of), sb.Utility("drawn", formula)
    groups = [["a", "b"]] if tied else None
    try:
        found = sb.solve(world, utility, mixed=True, tied=groups, method=None if tied else "subdivision", most=2_000)
    except Impossible:
        found = None
    scores = []
    for p, q in zip(GRID, GRID, strict=True) if tied else itertools.product(GRID, GRID):
        try:
            scores.append(by_hand(of, p, q))
        except ZeroDivisionError:
            continue
    if found is None:
        assert not scores
        return
    first, second = chances(found.policy, "a"), chances(found.policy, "b")
    assert not tied or first == second
    assert found.bound is not None
    assert found.score == by_hand(of, first, second) <= found.bound
    assert all(score <= found.bound for score in scores)
    assert bool(found) == (found.score == found.bound)
    if found.looked_at < 100:
        reach = max(abs(value) for name in NUMBERS for value in of[name].values()) or 1
        assert found.bound - found.score <= Fraction(4 * reach**2, 10**9)


@settings(max_examples=tries(30))
@given(rows=st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=2, max_size=2))
def test_it_agrees_with_the_linear_program(rows: list[tuple[int, int]]) -> None:
    columns = {f"column{j}": ck.function(lambda act, j=j: rows[act][j], parents=["act"]) for j in range(2)}
    world = sb.World(ck.Model({"act": ck.choice(*range(len(rows))), **columns}))
    utility = sb.Utility("smaller", least(*(E(X(name)) for name in columns)))
    program = sb.solve(world, utility, mixed=True)
    found = sb.solve(world, utility, mixed=True, method="subdivision")
    assert program
    assert found.score <= program.score <= found.bound
    assert found.bound - found.score <= Fraction(1, 10**6)


def test_lots_pay_under_a_sum_of_two_conditions() -> None:
    """Each condition is met under one act only, so that without lots the sum has no value."""
    world = sb.World(ck.Model(act=ck.choice(0, 1), value=lambda act: 2 + act), value="value")
    both = sb.Utility("both", E(V, given=X("act").is_(0)) + E(V, given=X("act").is_(1)))
    found = sb.solve(world, both, mixed=True)
    assert found
    assert (found.score, found.method) == (5, "subdivision")
    assert found.policy.is_stochastic
    with pytest.raises(Impossible, match="is undefined under every policy that draws no lots: each makes a condition impossible"):
        sb.solve(world, both)


def test_what_is_approached_and_never_reached_is_enclosed() -> None:
    """The rarer the one act, the better, and without it there is no score: nothing is best."""
    world = sb.World(ck.Model(act=ck.choice(0, 1), value=lambda act: act), value="value")
    rare = sb.Utility("rare", E(V) + E(V, given=X("act").is_(0)))
    found = sb.solve(world, rare, mixed=True)
    assert not found
    assert found.bound == 1
    assert 0 < found.bound - found.score < Fraction(1, 1000)
    assert "the best found, and none of all policies that draw lots has more than 1 (subdivision; " in str(found)


# ---------------------------------------------------------------- steps of the proof


fractions = st.fractions(min_value=-3, max_value=3, max_denominator=4)


@st.composite
def monomials(draw: st.DrawFn, sizes: list[int]) -> list[Monomial]:
    def powers() -> dict[int, tuple[int, ...]]:
        return {k: tuple(draw(st.integers(0, 2)) for _ in range(size)) for k, size in enumerate(sizes) if draw(st.booleans())}

    return [(powers(), draw(fractions), Fraction(draw(st.integers(1, 3)))) for _ in range(draw(st.integers(1, 3)))]


def drawn_chances(draw: st.DrawFn, size: int) -> Chances:
    weights = [draw(st.integers(0, 4)) for _ in range(size)]
    weights[draw(st.integers(0, size - 1))] += 1
    return tuple(Fraction(weight, sum(weights)) for weight in weights)


@settings(max_examples=tries(60))
@given(st.data())
def test_a_ratio_lies_within_the_interval_of_its_form_on_every_part(data: st.DataObject) -> None:
    draw: Any = data.draw
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))
    listed, steady = draw(monomials(sizes)), draw(st.booleans())
    part: Form = form(listed, sizes, steady=steady)
    corners = [[tuple(Fraction(int(j == i)) for j in range(size)) for i in range(size)] for size in sizes]

    def ratio(point: list[Chances]) -> Fraction | None:
        top, bottom = Fraction(0), Fraction(0)
        for powers, above, below in listed:
            times = Fraction(1)
            for k, power in powers.items():
                for share, by in zip(point[k], power, strict=True):
                    times *= share**by
            top, bottom = top + above * times, bottom + below * times
        return top if steady else top / bottom if bottom else None

    for _ in range(draw(st.integers(0, 3))):
        group = draw(st.integers(0, len(sizes) - 1))
        corner = draw(st.integers(0, sizes[group] - 1))
        weights = drawn_chances(draw, sizes[group])
        if not weights[corner]:
            continue
        corners[group][corner] = mixed(corners[group], weights)
        part = part.with_corner(group, corner, weights)
    value = ratio([mixed(corners[k], drawn_chances(draw, size)) for k, size in enumerate(sizes)])
    try:
        low, high = part.interval
    except Undefined:
        assert value is None
        return
    assert value is None or low <= value <= high


def mixed(corners: list[Chances], weights: Chances) -> Chances:
    return tuple(sum((w * c[i] for w, c in zip(weights, corners, strict=True)), Fraction(0)) for i in range(len(corners)))


@settings(max_examples=tries(60))
@given(st.data())
def test_a_formula_lies_between_what_its_parts_allow(data: st.DataObject) -> None:
    means = [E(B), E(V), E(X("x"))]
    ends = {one: sorted(data.draw(st.tuples(fractions, fractions))) for one in means}
    inside = {
        one: low + data.draw(st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1)])) * (high - low)
        for one, (low, high) in ends.items()
    }
    formula = data.draw(
        st.sampled_from(
            [
                means[0] * means[1] - means[2], least(means[0], 2 * means[1]), most(means[0], means[1] * means[2]),
                (means[0] + 1) / (means[1] + 5), means[0] / means[1], 3 - least(means[2], most(means[0], 0)),
            ]
        )
    )  # fmt: skip
    try:
        low, high = between(formula, lambda one: (ends[one][0], ends[one][1]))
    except Undefined:
        assert ends[means[1]] == [0, 0]
        return
    except Unbounded:
        assert ends[means[1]][0] <= 0 <= ends[means[1]][1]
        return
    value, same = between(formula, lambda one: (inside[one], inside[one]))
    assert value == same
    assert low <= value <= high


# ---------------------------------------------------------------- limits, and wrong on purpose


DRIVE = two({"one": {(0, 0): 0, (0, 1): 0, (1, 0): 4, (1, 1): 1}, "other": dict.fromkeys(PAIRS, 0), "seen": dict.fromkeys(PAIRS, 0)})


def test_few_parts_leave_a_bound() -> None:
    never = sb.Utility("root 2", E(V) * E(X("other")))
    world = two({"one": {(0, 0): 0, (0, 1): 1, (1, 0): 2, (1, 1): 0}, "other": {(0, 0): 3, (0, 1): 1, (1, 0): 1, (1, 1): -1},
                 "seen": dict.fromkeys(PAIRS, 0)})  # fmt: skip
    few, more = (sb.solve(world, never, mixed=True, tied=[["a", "b"]], most=most, starts=1) for most in (20, 2_000))
    assert few.bound is not None
    assert more.bound is not None
    assert few.score <= more.score <= more.bound <= few.bound


def test_an_interruption_keeps_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sb.solve(DRIVE, sb.naive, mixed=True, tied=[["a", "b"]])

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(heapq, "heappop", stop)
    found = sb.solve(DRIVE, sb.naive, mixed=True, tied=[["a", "b"]])
    assert not found
    assert found.score == whole.score < found.bound


def test_what_does_not_fit_is_refused_in_words() -> None:
    constrained = sb.Utility("at most 1", E(V), subject_to=[E(V) <= 1])
    with pytest.raises(WrongShape, match="at most 1 has constraints, and chances are divided without any; leave them out"):
        sb.solve(DRIVE, constrained, mixed=True, tied=[["a", "b"]])
    with pytest.raises(WrongShape, match="tied decisions are solved by method='branch and bound over tied rules', and with mixed=True"):
        sb.solve(DRIVE, sb.naive, mixed=True, tied=[["a", "b"]], method="linear program")
    with pytest.raises(WrongShape, match="method='subdivision' finds policies that draw lots; type mixed=True"):
        sb.solve(DRIVE, sb.naive, method="subdivision")
    with pytest.raises(WrongShape, match="asks which decisions follow one rule"):
        sb.solve(DRIVE, sb.naive, mixed=True, method="subdivision over tied rules")
    symbolic = sb.worlds.public_unsafe_act(loss=sympy.Symbol("L", positive=True))
    with pytest.raises(Undecided):
        sb.solve(symbolic, sb.naive, mixed=True, method="subdivision")


def test_what_is_undefined_under_every_policy_is_said_to_be() -> None:
    never = sb.Utility("never", E(V, given=SEEN))
    with pytest.raises(Impossible, match="undefined under every policy"):
        sb.solve(DRIVE, never, mixed=True, tied=[["a", "b"]])


def test_a_division_by_nothing_but_0_is_undefined_under_every_policy() -> None:
    for nought in (E(V) / (E(V) * 0), 1 / (E(X("other")) - E(X("other")))):
        with pytest.raises(Impossible, match="each makes a condition impossible, or divides by 0"):
            sb.solve(DRIVE, sb.Utility("nought", nought), mixed=True, method="subdivision")


def test_what_grows_without_end_is_found_as_far_as_the_search_goes() -> None:
    """One over a chance: a climb goes beyond the largest float."""
    world = sb.World(ck.Model(act=ck.choice(0, 1), value=lambda act: act), value="value")
    found = sb.solve(world, sb.Utility("rare", 1 / E(V)), mixed=True, most=2_000)
    assert not found
    assert found.bound is None
    assert found.score == 1 / found.policy.weight("act", (), 1) > 1
    assert "and no bound is known" in str(found)


@pytest.mark.parametrize("unit", [Fraction(1), Fraction(1, 10**12)])
def test_a_divisor_that_may_be_0_makes_the_search_no_coarser_for_small_numbers(unit: Fraction) -> None:
    """The divisor is at least 1/12, which is known of small parts only; numbers may be far below a billionth."""
    world = sb.World(ck.Model(act=ck.choice(0, 1), value=lambda act: act), value="value")
    shaky = sb.Utility("shaky", unit * E(V) / (E(V) * E(V) - E(V) + Fraction(1, 3)))
    found = sb.solve(world, shaky, mixed=True, most=20_000)
    share = found.policy.weight("act", (), 1)
    assert found.score == unit * share / (share**2 - share + Fraction(1, 3))
    assert found.bound is not None
    assert found.bound - found.score <= unit / 50


@pytest.mark.parametrize("unit", [Fraction(10**400), Fraction(1, 10**400)])
def test_numbers_beyond_floats_are_scored_in_fractions(unit: Fraction) -> None:
    drive = {(0, 0): 0, (0, 1): 0, (1, 0): 4, (1, 1): 1}
    world = sb.World(ck.Model(a=ck.choice(0, 1), b=ck.choice(0, 1), value=lambda a, b: unit * drive[a, b]), value="value")
    found = sb.solve(world, sb.naive, mixed=True, tied=[["a", "b"]], most=400)
    first = chances(found.policy, "a")
    assert found.bound is not None
    assert found.score == unit * (4 * first[1] * first[0] + first[1] ** 2) <= unit * Fraction(4, 3) <= found.bound
    said = str(found)
    assert said.startswith("naive: about 1.")
    assert ("e+400" if unit > 1 else "e-400") in said


def test_too_many_coefficients_are_refused_before_the_work() -> None:
    many = range(150)
    model = ck.Model(a=ck.choice(*many), b=ck.choice(*many), value=lambda a, b: int(a == b))
    with pytest.raises(TooLarge, match="as a polynomial in chances it has 22,500 coefficients, and at most 20,000 are taken"):
        sb.solve(sb.World(model, value="value"), sb.naive, mixed=True)


def test_a_stop_button_under_two_conditions_is_answered() -> None:
    button = sb.worlds.basic_button()
    found = sb.solve(button, sb.conditional_counterfactual, mixed=True)
    assert found
    assert found.score >= sb.solve(button, sb.conditional_counterfactual).score
    assert sb.audit(button, sb.conditional_counterfactual, mixed=True).best
