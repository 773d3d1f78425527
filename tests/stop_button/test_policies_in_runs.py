"""Policies in runs: how they are cut, which are scored together, and what a run of them has to offer, against every policy one by one."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import TooLarge, WrongFile
from stop_button import UNDEFINED, E, V, X
from stop_button.evaluation import ranking, vectorised
from stop_button.evaluation.evaluation import places_of_best
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.evaluation.vectorised import all_scores, blocks, dense_means, exact_scores
from stop_button.language.formula import Formula

SIGHTS = 4
NUMBERS = itertools.count()


def sighted(options: int = 2, sights: int = SIGHTS, unit: Any = 1) -> sb.World:
    """What is done pays something else after each sight; some acts make a condition impossible."""
    return sb.World(
        ck.Model(
            mark=next(NUMBERS),  # no two worlds are equal, so that nothing that was kept of another one is taken
            sight=ck.uniform(*range(sights)),
            act=ck.choice(*range(options), sees=["sight"]),
            value=lambda sight, act: unit * (sight + 1) * act * act,
            late=lambda sight, act: int(sight == 0 and act == 1),
            wish=lambda late: sb.STOP if late else sb.FREE,
        ),
        intent="wish",
        value="value",
    )


MEAN = E(V)
RATIO = E(V, given={"intent": "stop"})


def one_by_one(f: Formula, world: sb.World) -> list[Any]:
    return [score_or_undefined(f, world, policy) for policy in world.policies]


@pytest.mark.parametrize(("options", "sights", "block", "sides"), [
    (2, 4, 2**18, (4, 4)), (2, 3, 2**18, (2, 4)), (3, 1, 2**18, (1, 3)), (2, 4, 2, (8, 2)), (2, 4, 3, (8, 2)), (2, 4, 4, (4, 4)),
    (2, 3, 3, (4, 2)), (5, 3, 4, (125, 1)),
])  # fmt: skip
def test_policies_are_cut_in_halves_the_second_no_larger_than_a_run(
    monkeypatch: pytest.MonkeyPatch, options: int, sights: int, block: int, sides: tuple[int, int]
) -> None:
    monkeypatch.setattr(vectorised, "BLOCK", block)
    (dense,) = dense_means(MEAN, sighted(options, sights)).values()
    assert (dense.left.shape[0], dense.top.shape[1]) == sides


@pytest.mark.parametrize(("first", "last"), [(0, None), (0, 16), (0, 5), (3, 9), (4, 8), (7, 16), (15, 16)])
@pytest.mark.parametrize("block", [4, 8, 9, 12, 1000])
def test_runs_hold_whole_rows_and_no_more_than_a_block(monkeypatch: pytest.MonkeyPatch, first: int, last: int | None, block: int) -> None:
    world = sighted()
    means = dense_means(RATIO + MEAN, world)
    monkeypatch.setattr(vectorised, "BLOCK", block)
    found = list(blocks(means, 16, first=first, last=last))
    row, end = 4, 16 if last is None else last
    begin, stop = first // row * row, -(-end // row) * row
    step = max(1, block // row) * row
    assert [one.start for one in found] == list(range(begin, stop, step))
    assert all(one.size == min(step, 16 - one.start) for one in found)
    weights, values = one_by_one(E(X("late")), world), one_by_one(MEAN, world)
    for one in found:
        for i in range(one.size):
            assert Fraction(int(one.tops[MEAN][i]), means[MEAN].scale) == values[one.start + i]
            assert Fraction(int(one.bottoms[RATIO][i]), means[RATIO].scale) == weights[one.start + i]  # type: ignore[index]
            assert one.bottoms[MEAN] is None


def test_a_run_is_as_long_as_a_block_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    means = dense_means(MEAN, sighted())
    assert len(list(blocks(means, 16))) == 1
    monkeypatch.setattr(vectorised, "BLOCK", 8)
    assert len(list(blocks(means, 16))) == 2


def test_halves_that_are_too_large_to_list_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A half has four policies, times as many sets of choices as are spoken of in a half."""
    (dense,) = dense_means(MEAN, sighted()).values()
    cells = 4 * max(dense.left.shape[1], dense.right.shape[0])
    monkeypatch.setattr(vectorised, "MOST_CELLS", cells)
    assert dense_means(MEAN, sighted())
    monkeypatch.setattr(vectorised, "MOST_CELLS", cells - 1)
    with pytest.raises(TooLarge, match="has 16 policies, too many to look at one by one"):
        dense_means(MEAN, sighted())
    monkeypatch.setattr(vectorised, "MOST_CELLS", 3)  # nothing is spoken of, and yet there are the policies of a half
    with pytest.raises(TooLarge):
        dense_means(E(X("sight")), sighted())


@pytest.mark.parametrize("f", [MEAN, RATIO, RATIO + MEAN, MEAN / (1 + RATIO)], ids=str)
@pytest.mark.parametrize("unit", [1, Fraction(10**30, 7)], ids=["small", "large"])
def test_all_scores_are_those_of_every_policy(f: Formula, unit: Any) -> None:
    world = sighted(3, unit=unit)
    assert list(all_scores(f, world) or ()) == one_by_one(f, world)


@pytest.mark.parametrize(("unit", "few"), [(1, 64), (1, 0), (10**30, 0)])
def test_policies_that_are_alike_are_scored_together(monkeypatch: pytest.MonkeyPatch, unit: int, few: int) -> None:
    """However few they are, where floats hold the integers."""
    monkeypatch.setattr(vectorised, "FEW", few)
    world = sighted(unit=unit)
    means = dense_means(RATIO, world)
    (block,) = blocks(means, 16)
    for places in (None, np.array([1, 3, 5, 12, 15])):
        found = [(score, sorted(where)) for score, where in exact_scores(RATIO, world, means, block, places)]
        every = one_by_one(RATIO, world)
        some = range(16) if places is None else places.tolist()
        assert sorted(place for _, where in found for place in where) == list(some)
        assert all(every[place] == score for score, where in found for place in where)
        tops = {(one_by_one(E(X("late")), world)[place], one_by_one(E(V * X("late")), world)[place]) for place in some}
        assert len(found) == len(tops) < len(some)


@pytest.mark.parametrize("many", [2, 3])
def test_few_policies_of_large_numbers_are_scored_one_by_one(monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    monkeypatch.setattr(vectorised, "FEW", 2)
    world = sb.World(ck.Model(act=ck.choice(0, 1, 2), value=lambda act: 10**30 + 0 * act), value="value")
    means = dense_means(MEAN, world)
    (block,) = blocks(means, 3)
    found = list(exact_scores(MEAN, world, means, block, np.arange(many)))
    assert len(found) == (2 if many == 2 else 1)
    assert list(exact_scores(MEAN, world, means, block, np.arange(0))) == []


# ---------------------------------------------------------------- rankings


@pytest.mark.parametrize("top", [1, 2, 3, 5, 16, 20])
@pytest.mark.parametrize("f", [MEAN, RATIO, -MEAN, MEAN - RATIO], ids=str)
@pytest.mark.parametrize("block", [4, 2**18])
def test_a_ranking_in_short_runs_is_that_of_every_policy(monkeypatch: pytest.MonkeyPatch, top: int, f: Formula, block: int) -> None:
    monkeypatch.setattr(vectorised, "BLOCK", block)
    monkeypatch.setattr(ranking, "BLOCK", 6 if block == 4 else block)  # runs that begin and end within rows
    world = sighted()
    scores = one_by_one(f, world)
    order = sorted((i for i, score in enumerate(scores) if score is not UNDEFINED), key=lambda i: (-scores[i], i))
    found = sb.rank(world, sb.Utility("u", f), top=top)
    assert found.places == tuple(order[:top])
    assert found.scores == tuple(scores[i] for i in order[:top])
    assert found.ties == len(places_of_best(scores))
    assert (found.undefined, found.looked_at, found.complete) == (scores.count(UNDEFINED), 16, True)
    assert bool(found)
    assert repr(found) == str(found)
    assert f"{found.ties:,} with the largest score; all 16 policies looked at, {found.undefined} of them undefined" in str(found)


def test_ties_are_listed_in_the_order_of_the_policies_across_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "BLOCK", 4)
    world = sb.World(ck.Model(act=ck.choice(*range(12)), value=lambda act: act % 3), value="value")
    found = sb.rank(world, sb.Utility("u", MEAN), top=6)
    assert (found.places, found.ties) == ((2, 5, 8, 11, 1, 4), 4)
    assert sb.rank(world, sb.Utility("u", MEAN), top=3).places == (2, 5, 8)


def test_a_formula_without_a_mean_ranks_all_policies_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "BLOCK", 4)
    found = sb.rank(sighted(), sb.Utility("seven", E(V) * 0 + 7), top=5)
    assert (found.places, found.ties) == ((0, 1, 2, 3, 4), 16)
    found = sb.rank(sighted(), sb.Utility("seven", 7), top=5)
    assert (found.places, found.scores, found.ties, found.undefined) == ((0, 1, 2, 3, 4), (7,) * 5, 16, 0)
    found = sb.rank(sighted(), sb.Utility("none", 1 / (E(V) * 0 + 0)), top=5)
    assert (found.places, found.ties, found.undefined, bool(found)) == ((), 0, 16, False)


@pytest.mark.parametrize("block", [4, 2**18])
def test_numbers_written_in_two_ways_are_one_score(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    """Roots within roots, and the same without: in one run and in several."""
    import sympy

    one, other = (sympy.sympify(text) for text in ("sqrt(sqrt(3) + 2)", "(sqrt(2) + sqrt(6))/2"))
    monkeypatch.setattr(ranking, "BLOCK", block)
    model = ck.Model(
        act=ck.choice(*range(6)), a=lambda act: int(act in (1, 4)), b=lambda act: int(act in (3, 5)), value=lambda act: int(act == 2)
    )
    world = sb.World(model, value="value")
    f = one * E(X("a")) + other * E(X("b"))
    asked = ((3, (1, 3, 4)), (20, (1, 3, 4, 5, 0, 2)))[: 1 if block == 4 else 2]
    assert asked
    for top, places in asked:
        found = sb.rank(world, sb.Utility("u", f), top=top)
        assert (found.places, found.ties) == (places, 4)


@pytest.mark.parametrize(("key", "value", "words"), [
    ("looked_at", 17, "17 policies were looked at"),
    ("undefined", 17, "policies were looked at"),
    ("scores", [["1", 1, [16]]], "not looked"), ("scores", [["1", 1, [0, 16]]], "not looked"),
    ("looked_at", -1, "looked_at"), ("undefined", -1, "undefined"),
])  # fmt: skip
def test_what_a_file_says_of_a_ranking_is_checked(tmp_path: Any, key: str, value: Any, words: str) -> None:
    import json

    file = tmp_path / "best.json"
    world, utility = sighted(), sb.Utility("u", MEAN)
    done = sb.rank(world, utility, top=2, resume=file)
    document = json.loads(file.read_text())
    held = next(part for part in [document, *(one for one in document.values() if isinstance(one, dict))] if "looked_at" in part)
    assert held["looked_at"] == 16
    assert sb.rank(world, utility, top=2, resume=file) == done
    held[key] = value
    file.write_text(json.dumps(document))
    with pytest.raises(WrongFile, match=words):
        sb.rank(world, utility, top=2, resume=file)


def test_a_condition_that_is_as_good_as_impossible_has_scores_still() -> None:
    """Chances from a half to less than any float, and none."""
    chances = [Fraction(1, 2), Fraction(1, 10**20), Fraction(1, 10**400), Fraction(0)]
    rare: Any = {i: ck.Dist({True: chance, False: 1 - chance}) if chance else ck.Dist({False: 1}) for i, chance in enumerate(chances)}
    world = sb.World(
        ck.Model(
            act=ck.choice(0, 1, 2, 3), there=ck.cpt(["act"], rare, domain=[False, True]),
            wish=lambda there: "stop" if there else "free", value=lambda act: 10 + act,
        ),
        intent="wish", value="value",
    )  # fmt: skip
    for f in (RATIO, -RATIO, RATIO * 10**30, 1 / (RATIO - 11)):
        scores = one_by_one(f, world)
        found = sb.rank(world, sb.Utility("u", f), top=4)
        order = sorted((i for i, score in enumerate(scores) if score is not UNDEFINED), key=lambda i: (-scores[i], i))
        assert found.places == tuple(order)
        assert found.undefined == scores.count(UNDEFINED) >= 1


def test_weights_and_cells_are_counted_of_every_part() -> None:
    """A mean is exact in floats as long as its weights add up to less than 2**53, condition and quantity together."""
    for size, exactly in ((2**53 - 3, True), (2**53 - 2, False), (2**53, False), (-(2**53) + 3, True), (-(2**53) + 2, False)):
        world = sb.World(ck.Model(act=ck.choice(0, 1), value=lambda act, size=size: size * act), value="value")
        (dense,) = dense_means(MEAN, world).values()
        assert dense.exact is exactly, size
        assert (dense.slips == (0.0, 0.0)) is exactly
        assert list(all_scores(MEAN, world) or ()) == [0, size]


def test_halves_agree_with_what_they_do() -> None:
    world = sighted(2, 2)
    (dense,) = dense_means(MEAN, world).values()
    scores = one_by_one(MEAN, world)
    table = dense.left @ dense.top
    assert [Fraction(int(x), dense.scale) for x in table.ravel()] == scores
    assert set(np.unique(dense.left)) | set(np.unique(dense.right)) == {0, 1}
    assert math.prod(table.shape) == len(list(itertools.product(range(2), repeat=2)))
