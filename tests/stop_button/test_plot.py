"""Pictures of worlds, scores and audits."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

import causalkit as ck
import stop_button as sb
from causalkit.drawing.colours import KNOWN
from causalkit.plot import ACCENT
from stop_button.presentation import plot
from stop_button.presentation.plot import ROLE_COLOURS, figure_of, roles_of, world_svg


@pytest.fixture(autouse=True)
def _closed() -> object:
    yield
    plt.close("all")


def words(ax: Axes) -> set[str]:
    return {text.get_text() for text in ax.texts}


def test_every_bundled_world_is_drawn_with_every_variable() -> None:
    before = plt.get_fignums()
    for world in sb.worlds.bundled_worlds().values():
        svg = world_svg(world)
        assert all(name.replace("&", "&amp;") in svg for name in world.model.names)
    assert plt.get_fignums() == before, "no figure is left open"


def test_roles_have_the_same_colour_in_every_world() -> None:
    world = sb.worlds.basic_button()
    assert roles_of(world) == {"wish": "intent", "pressed": "stopped", "value": "value", "action": "decision"}
    assert len(set(ROLE_COLOURS.values())) == 4
    shown = world._repr_html_().lower()
    assert all(colour.lower() in shown for colour in ROLE_COLOURS.values())
    assert {role: colour for role, colour in KNOWN.items() if role in ROLE_COLOURS}.items() <= ROLE_COLOURS.items()


def test_a_world_too_large_to_be_drawn_in_a_blink_says_how_it_is_drawn() -> None:
    world = sb.World(ck.Model({"act": ck.choice("a", "b"), **{f"x{i}": ck.coin("1/2") for i in range(40)}}))
    assert "draw it with causalkit.plot.draw" in world._repr_html_()


def test_the_path_of_an_incentive_is_pointed_out() -> None:
    rewarded = plot.audit(sb.audit(sb.worlds.office(), sb.naive))
    spared = plot.audit(sb.audit(sb.worlds.office(), sb.counterfactual))

    def marked(ax: Axes) -> int:
        return sum(to_hex(patch.get_edgecolor()).upper() == ACCENT.upper() for patch in ax.patches)

    assert marked(rewarded) == 3
    assert marked(spared) == 0
    legends = [ax.get_legend() for ax in (rewarded, spared)]
    told = ["possible incentive" in [text.get_text() for text in legend.get_texts()] for legend in legends if legend]
    assert told == [True, False]


def test_scores_are_bars_and_the_best_are_outlined() -> None:
    board = sb.score(sb.worlds.jackpot_steering(), [sb.counterfactual, sb.conditional_counterfactual])
    _, given = plt.subplots()
    ax = plot.scores(board, ax=given)
    assert ax is given
    lengths = [(bar.get_width(), bar.get_linewidth()) for bar in ax.patches if isinstance(bar, Rectangle)]
    assert len(lengths) == len(ax.patches)
    assert lengths == [(2.0, 1.6), (4.0, 0.0), (1.9, 0.0), (101.8, 1.6)]


def test_an_undefined_score_has_a_mark_and_no_bar() -> None:
    board = sb.score(sb.worlds.basic_button(tremble=0), sb.conditional_counterfactual)
    ax = plot.scores(board)
    assert len(ax.patches) == 3
    assert [text.get_text() for text in ax.texts] == ["?", "?"]


def test_flags_that_fire_are_filled() -> None:
    audit = sb.audit(sb.worlds.jackpot_steering(), sb.conditional_counterfactual)
    ax = plot.flags(audit)
    filled = [to_hex(bar.get_facecolor(), keep_alpha=True).upper() == f"{ACCENT}FF" for bar in ax.patches]
    assert filled == [bool(flag) for flag in audit.flags]


def test_a_figure_has_the_graph_the_scores_and_the_flags() -> None:
    audit = sb.audit(sb.worlds.jackpot_steering(), sb.conditional_counterfactual)
    graph, scores, flags = figure_of(audit).axes
    assert words(graph) >= {"wish", "action", "value"}
    assert scores.get_xlabel() == "score"
    assert next(label.get_text() for label in flags.get_yticklabels()) == "influence: steer"


def test_plot_world_draws_where_it_is_told() -> None:
    _, given = plt.subplots()
    assert plot.world(sb.worlds.scale(), ax=given, title="scale") is given
