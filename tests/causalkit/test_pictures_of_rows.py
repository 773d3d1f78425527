"""Pictures in rows: names that are broken or cut, and the regions of a symbol as bars."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

import matplotlib.pyplot as plt
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

import causalkit as ck
from causalkit.drawing.paint import text_width
from causalkit.plots.rows import cut, labelled, named_rows, wrapped
from causalkit.symbols import Regions, regions
from tests.reading_pictures import legend_of, unreadable

NAMES = st.text(st.sampled_from("abcW _/.=,"), min_size=1, max_size=60)
P = sympy.Symbol("p")


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


# ---- names


@given(NAMES, st.integers(30, 200))
def test_a_broken_text_has_all_its_letters_and_no_line_is_too_wide(text: str, width: int) -> None:
    broken = wrapped(text, width, 8)
    assert broken.replace("\n", "").replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line.strip(), 8) <= 1.02 * width for line in broken.split("\n") if line.strip())


@given(NAMES, st.integers(30, 200), st.integers(1, 3))
def test_a_cut_text_fits_and_keeps_its_beginning_and_its_end(text: str, width: int, lines: int) -> None:
    short = cut(text, width, 8, lines=lines)
    assert wrapped(short, width, 8).count("\n") < lines
    head, _, tail = short.partition("…")
    assert short == text or (text.startswith(head) and text.endswith(tail) and len(short) <= len(text))


def test_texts_break_at_spaces_and_underscores_before_they_break_inside_words() -> None:
    assert wrapped("press it_myself", 1000, 10) == "press it_myself"
    assert wrapped("press it_myself", 42, 10).split("\n") == ["press it_", "myself"]
    assert len(wrapped("m" * 20, 50, 10).split("\n")) > 2


def test_rows_stand_one_under_the_other_and_bars_of_a_row_do_not_leave_it() -> None:
    for names in (["a", "b", "c"], ["a name that is so long that it stands over its bars " * 4] * 3):
        rows = named_rows(names, bars=3)
        middles = [rows.at(row, bar) for row in range(3) for bar in range(3)]
        assert all(b - a >= rows.height - 1e-9 for a, b in pairwise(middles))
        assert all(row - 0.5 <= rows.at(row, 0) - rows.height / 2 for row in range(3))
        assert all(rows.at(row, 2) + rows.height / 2 <= row + 0.5 for row in range(3))


def test_a_name_that_is_cut_has_the_number_that_was_given_for_it() -> None:
    _, ax = plt.subplots(figsize=(3.3, 3.2), layout="constrained")
    rows = named_rows(["long " * 40, "short"] * 6, numbers=range(100, 112), full=".names", ax=ax)
    labelled(rows, "length")
    assert ax.get_yticklabels()[0].get_text().startswith("[100] long")
    assert ax.get_yticklabels()[1].get_text() == "short"
    assert ax.get_xlabel().replace("\n", " ") == "length; [i] in full: .names[i]"


def test_names_are_text_and_no_formulas() -> None:
    ax = named_rows(["$x_1$", "a\x00b"]).ax
    assert not any(label.get_parse_math() for label in ax.get_yticklabels())
    assert ax.get_yticklabels()[0].get_text() == "$x_1$"
    assert "\x00" not in ax.get_yticklabels()[1].get_text()


# ---- regions


def spans(ax: Axes) -> list[tuple[float, float, float, bool]]:
    """Each bar: where it begins and ends, in which row, and whether it is hatched."""
    bars = [(bar, bar.get_y() + bar.get_height() / 2) for bar in ax.patches if isinstance(bar, Rectangle)]
    return [(bar.get_x(), bar.get_x() + bar.get_width(), round(y, 9), bool(bar.get_hatch())) for bar, y in bars]


def drawn_by_hand() -> Regions:
    """1 against 4p and p/2: equal at p = 1/4; p/2 is never the largest."""
    return regions({"keep": 1, "bet": 4 * P, "run": P / 2}, P, 0, 2)


def test_a_region_is_a_bar_in_the_row_of_what_is_best_there() -> None:
    ax = drawn_by_hand().plot()
    assert spans(ax) == [(0, 0.25, 0, False), (0.25, 2, 1, False)]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["keep", "bet"]
    assert ax.get_xlim() == (0, 2)
    assert ax.get_xlabel() == "p; the best on no interval: run"
    assert legend_of(ax) == []


def test_what_is_best_together_is_hatched_in_every_row_and_the_legend_says_so() -> None:
    ax = regions({"keep": 1, "stay": 1, "bet": 4 * P}, P, 0, 1).plot()
    assert spans(ax) == [(0, 0.25, 0, True), (0, 0.25, 1, True), (0.25, 1, 2, False)]
    assert legend_of(ax) == ["the best alone", "the best with others"]
    assert legend_of(regions({"keep": 1, "stay": 1}, P, 0, 1).plot()) == ["the best with others"]


def test_what_is_best_twice_has_two_bars_in_one_row() -> None:
    """p(1 - p) is 3/16 at 1/4 and at 3/4."""
    ax = regions({"flat": "3/16", "hill": P * (1 - P)}, P, 0, 1).plot()
    assert spans(ax) == [(0, 0.25, 0, False), (0.25, 0.75, 1, False), (0.75, 1, 0, False)]


def test_many_answers_that_are_never_the_best_are_counted() -> None:
    ax = regions({"best": 2, **{f"an answer that is never the best, number {i}": P / (i + 1) for i in range(5)}}, P, 0, 1).plot()
    assert ax.get_xlabel() == "p; the best on no interval: 5 others"


def test_an_answer_that_is_best_at_one_point_is_said_to_be_so_on_no_interval() -> None:
    """Where two lines cross a third answer ties with both, so that "never the best" would be false of it."""
    found = regions({"up": P, "down": 1 - P, "even": Fraction(1, 2)}, P, 0, 1)
    assert found.at(Fraction(1, 2)) == ("up", "down", "even")
    assert found.plot().get_xlabel() == "p; the best on no interval: even"


def test_regions_are_drawn_where_they_are_told() -> None:
    _, given_ = plt.subplots()
    assert drawn_by_hand().plot(given_) is given_
    assert ck.plot.regions(drawn_by_hand(), ax=given_) is given_


@pytest.mark.parametrize("size", [(3.3, 2.0), (6.4, 3.0), (12.0, 2.5)], ids=str)
def test_words_of_regions_can_be_read(size: tuple[float, float]) -> None:
    _, ax = plt.subplots(figsize=size, layout="constrained")
    names = ["press it myself if glance=False, cut the wire if glance=True", "obey", "obey in every case that the overseer spoke of"]
    regions({names[0]: 3 * P, names[1]: 1, names[2]: 1, "walk": 4 * P**2}, P, 0, 2).plot(ax)
    assert unreadable(ax) == []
