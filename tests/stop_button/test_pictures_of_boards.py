"""Pictures of boards, flags and surveys: what is written can be read at any size, and what is drawn has its length and its meaning."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import matplotlib.pyplot as plt
import pytest
import sympy
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

import causalkit as ck
import stop_button as sb
from causalkit.plot import column
from stop_button.auditing.scoreboard import Scoreboard
from stop_button.searching.parameter_survey import Setting, Survey
from stop_button.sequences import Process
from tests.reading_pictures import figure_of, legend_of, texts_of, unreadable

THREE = [sb.naive, sb.counterfactual, sb.conditional_counterfactual]


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


def world_of(names: list[str]) -> sb.World:
    """A world in which an action is worth its place, counted from zero, and whatever people wish stops nothing."""
    worth = {name: place for place, name in enumerate(names)}
    model = ck.Model(
        wish=ck.uniform("stop", "free"),
        act=ck.choice(*names),
        stopped=lambda wish: wish == "stop",
        value=lambda act, stopped: 0 if stopped else worth[act],
    )
    return sb.World(model, intent="wish", stopped="stopped", value="value")


def long_names(many: int) -> list[str]:
    return [f"ask the overseer {i} times and then go on with the task_of_the_day unless it was withdrawn ({i})" for i in range(many)]


def board_of(many: int, utilities: int = 3, *, long: bool = True) -> Scoreboard:
    names = long_names(many) if long else [f"a{i}" for i in range(many)]
    return sb.score(world_of(names), THREE[:utilities])


def names_on(ax: Axes) -> list[str]:
    return [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]


SHAPES = {
    "2 x 1": (2, 1, False),
    "5 x 3": (5, 3, False),
    "5 x 3 long": (5, 3, True),
    "16 x 3 long": (16, 3, True),
    "40 x 3 long": (40, 3, True),
}


@pytest.fixture(scope="module")
def boards() -> dict[str, Scoreboard]:
    return {name: board_of(many, utilities, long=long) for name, (many, utilities, long) in SHAPES.items()}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [(3.3, 2.4), (3.3, 4.0), (6.4, 4.8), (12.0, 4.0), (12.0, 9.0)], ids=str)
def test_no_words_of_a_board_lie_over_each_other_or_leave_the_figure(
    boards: dict[str, Scoreboard], shape: str, size: tuple[float, float]
) -> None:
    _, ax = plt.subplots(figsize=size, layout="constrained")
    boards[shape].plot(ax)
    assert len(texts_of(ax)) > 4
    assert unreadable(ax) == []


@pytest.mark.parametrize("shape", SHAPES)
def test_words_of_a_board_can_be_read_without_a_layout_of_the_figure(boards: dict[str, Scoreboard], shape: str) -> None:
    _, ax = plt.subplots()
    boards[shape].plot(ax)
    assert unreadable(ax) == []


@pytest.mark.parametrize("shape", SHAPES)
def test_words_of_a_board_can_be_read_in_a_column(boards: dict[str, Scoreboard], shape: str) -> None:
    with column(3.3, 3.0) as ax:
        boards[shape].plot(ax)
        assert unreadable(ax) == []


@pytest.mark.parametrize("shape", SHAPES)
def test_a_figure_of_its_own_is_as_high_as_its_rows_need_and_cuts_no_name(boards: dict[str, Scoreboard], shape: str) -> None:
    board = boards[shape]
    ax = board.plot()
    assert unreadable(ax) == []
    assert names_on(ax) == [str(policy) for policy in board.policies]
    assert figure_of(ax).get_figheight() >= 0.19 * len(board.policies)


def test_a_figure_of_its_own_grows_by_the_same_height_for_each_row() -> None:
    heights = [figure_of(board_of(many, 1, long=False).plot()).get_figheight() for many in (4, 8, 12)]
    assert heights[2] - heights[1] == pytest.approx(heights[1] - heights[0])
    assert heights[1] > heights[0]


def test_bundled_worlds_with_long_names_can_be_read_in_a_column() -> None:
    worlds = sb.worlds.bundled_worlds()
    for name in ("office", "garber_example_4_1", "delegation"):
        with column(3.3, 4.0) as ax:
            sb.score(worlds[name], THREE[:2]).plot(ax)
            assert unreadable(ax) == []


def test_a_name_that_is_cut_has_its_number_and_the_picture_says_where_it_is_in_full(boards: dict[str, Scoreboard]) -> None:
    _, ax = plt.subplots(figsize=(3.3, 4.0), layout="constrained")
    board = boards["16 x 3 long"]
    board.plot(ax)
    names = names_on(ax)
    assert names
    assert all("…" in name and name.startswith(f"[{place}] ask") for place, name in enumerate(names))
    assert "[i] in full: .policies[i]" in ax.get_xlabel()
    assert str(board.policies[3]) == long_names(16)[3]


def test_where_a_name_has_hardly_any_room_its_number_stands_alone(boards: dict[str, Scoreboard]) -> None:
    _, ax = plt.subplots(figsize=(3.3, 2.5))
    boards["16 x 3 long"].plot(ax)
    places = [round(float(place)) for place in ax.get_yticks()]
    assert names_on(ax) == [f"[{place}]" for place in places]
    assert len(places) > 4


def test_a_board_that_cannot_be_drawn_leaves_no_figure_open() -> None:
    board = sb.score(sb.worlds.scale(committed=sympy.Symbol("k", positive=True)), sb.naive)
    before = plt.get_fignums()
    with pytest.raises(TypeError):
        board.plot()
    assert plt.get_fignums() == before


def test_where_no_more_fit_some_rows_are_named_and_the_picture_says_how_many(boards: dict[str, Scoreboard]) -> None:
    _, ax = plt.subplots(figsize=(3.3, 2.4), layout="constrained")
    boards["40 x 3 long"].plot(ax)
    labels = ax.get_yticklabels()
    step = ax.get_yticks()[1] - ax.get_yticks()[0]
    assert f"one name in {step:.0f};" in ax.get_xlabel().replace("\n", " ")
    assert [label.get_text()[:4] for label in labels][:2] == ["[0] ", f"[{step:.0f}] "]


def test_bars_are_as_long_as_scores_in_the_row_of_their_policy() -> None:
    """An action worth k pays k in the half of the draws that nobody stops: k / 2."""
    ax = board_of(4, 1, long=False).plot()
    bars = [bar for bar in ax.patches if isinstance(bar, Rectangle)]
    assert [bar.get_width() for bar in bars] == [0.0, 0.5, 1.0, 1.5]
    assert [round(bar.get_y() + bar.get_height() / 2, 9) for bar in bars] == [0, 1, 2, 3]
    assert [bar.get_linewidth() > 0 for bar in bars] == [False, False, False, True]
    assert ax.yaxis_inverted()


def test_utilities_are_told_apart_by_a_pattern_too(boards: dict[str, Scoreboard]) -> None:
    ax = boards["5 x 3"].plot()
    patterns = [bar.get_hatch() for bar in ax.patches[:3]]
    legend = ax.get_legend()
    assert legend is not None
    assert len(set(patterns)) == 3
    assert [handle.get_hatch() for handle in legend.get_patches()[:3]] == patterns


def test_the_legend_explains_every_mark() -> None:
    board = sb.score(sb.worlds.basic_button(tremble=0), sb.conditional_counterfactual)
    legend = board.plot().get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["conditional_counterfactual", "best, every tie", "undefined"]


def test_of_many_policies_the_best_are_drawn_and_the_picture_says_how_many_are_not() -> None:
    board = sb.score(world_of([f"a{i}" for i in range(75)]), sb.naive)
    ax = board.plot()
    assert names_on(ax) == [*(f"a{i}" for i in range(59)), "a74"]
    assert ax.get_xlabel().replace("\n", " ") == "score; 15 more policies in .scores"


def test_of_more_best_policies_than_are_drawn_the_picture_says_how_many_are_best_too() -> None:
    model = ck.Model(act=ck.choice(*(f"a{i}" for i in range(75))), value=ck.function(lambda act: 1, parents=["act"]))
    ax = sb.score(sb.World(model, value="value"), sb.naive).plot()
    assert names_on(ax) == [f"a{i}" for i in range(60)]
    assert ax.get_xlabel().replace("\n", " ") == "score; 15 more policies in .scores, 15 of them best"


# ---- flags


@pytest.mark.parametrize("size", [(3.3, 3.0), (6.4, 4.8), (12.0, 4.0)], ids=str)
def test_words_of_flags_can_be_read(size: tuple[float, float]) -> None:
    audit = sb.audit(sb.worlds.office(), sb.counterfactual)
    _, ax = plt.subplots(figsize=size, layout="constrained")
    sb.plot.flags(audit, ax=ax)
    assert unreadable(ax) == []


def test_what_a_filled_bar_means_stands_in_the_legend() -> None:
    audit = sb.audit(sb.worlds.jackpot_steering(), sb.conditional_counterfactual)
    legend = sb.plot.flags(audit).get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["the flag fires", "it does not fire"]


# ---- surveys


def setting(utility: str, verdict: str, n: int) -> Setting:
    return Setting((("n", n),), utility, verdict, ("work",), Fraction(n), ())  # type: ignore[arg-type]


FOUND = Survey(
    (
        *(setting("plain", "clean", n) for n in range(3)),
        setting("plain", "rewards", 3),
        *(setting("strict", "rewards", n) for n in range(2)),
        *(setting("strict", "depends", n) for n in range(2, 4)),
    ),
    complete=True,
)


def test_a_survey_has_a_bar_for_each_utility_cut_into_its_verdicts() -> None:
    ax = FOUND.plot()
    drawn = [
        (bar.get_x(), bar.get_width(), round(bar.get_y() + bar.get_height() / 2, 9)) for bar in ax.patches if isinstance(bar, Rectangle)
    ]
    assert drawn == [(0, 3, 0), (3, 1, 0), (0, 2, 1), (2, 2, 1)]
    assert names_on(ax) == ["plain", "strict"]
    assert ax.get_xlabel() == "settings"


def test_a_survey_tells_verdicts_apart_in_its_legend_by_colour_and_by_pattern() -> None:
    _, given = plt.subplots()
    ax = FOUND.plot(given)
    legend = ax.get_legend()
    assert ax is given
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["clean", "rewards", "depends"]
    looks = [(patch.get_facecolor(), patch.get_hatch()) for patch in legend.get_patches()]
    assert [(bar.get_facecolor(), bar.get_hatch()) for bar in ax.patches] == [looks[0], looks[1], looks[1], looks[2]]


def test_a_survey_that_was_interrupted_says_so_in_its_picture() -> None:
    assert "interrupted" in Survey(FOUND.settings, complete=False).plot().get_xlabel()
    assert list(Survey((), complete=False).plot().patches) == []


@pytest.mark.parametrize("size", [(3.3, 2.4), (6.4, 4.8), (12.0, 3.0)], ids=str)
def test_words_of_a_survey_can_be_read(size: tuple[float, float]) -> None:
    utilities = ["counterfactual", "conditional_counterfactual_of_the_overseer_and_of_everyone_else", "x"]
    verdicts = ["clean", "permits", "rewards", "side effect", "rewards or side effect", "depends", "undefined"]
    _, ax = plt.subplots(figsize=size, layout="constrained")
    Survey(tuple(setting(u, v, n) for u in utilities for n, v in enumerate(verdicts)), complete=False).plot(ax)
    assert unreadable(ax) == []


# ---- other pictures


def test_circles_and_arrows_of_a_process_are_told_in_its_legend() -> None:
    road = Process({"A": ["B", "E"], "B": ["C"], "D": ["A"], "E": ["F"]}, {"C": 1, "F": -1}, discount="9/10")
    ax = sb.plot.hope(road, "D", "A")
    assert legend_of(ax) == ["gain", "where one stands", "way that is taken", "other ways"]
    assert legend_of(sb.plot.hope(Process({"A": ["B"]}, {"B": -1}, discount="9/10"), "A", "B"))[0] == "loss"


def test_curves_are_told_apart_by_their_lines_too() -> None:
    ax = sb.plot.bits({"one": {0: 0, 1: 1}, "other": {0: 1, 1: 0}})
    lines = [(line.get_linestyle(), line.get_marker()) for line in ax.lines if line.get_linestyle() != "None"]
    assert lines == [("-", "o"), ("--", "s")]


def test_cells_that_fail_are_told_apart_by_a_pattern_too() -> None:
    left, right = sb.plot.survivors(sb.atlas.committed())
    legend = left.get_legend()
    assert legend is not None
    patterns = {patch.get_label(): patch.get_hatch() for patch in legend.get_patches()}
    assert len({patterns["fails"], patterns["fails by a tie"], patterns["holds"]}) == 3
    assert legend_of(right) == ["every best policy", "only some of them"]
