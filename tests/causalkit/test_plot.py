"""Pictures: where boxes stand, how arrows run, what is written on them, and the SVG text."""

import math
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from time import process_time
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, PathPatch, Polygon, Rectangle

from causalkit import Dist, Model, as_in, choice, coin, cpt, function
from causalkit.drawing.colours import INK, PALETTE, PLAIN, role_colours
from causalkit.drawing.layout import Box, count_items, layer_rows, layered, layers
from causalkit.drawing.levels import apart, joined_levels
from causalkit.drawing.paint import COPY_DASHES, CUT_DASHES, GAP, PAIR_DASHES, Scene, placed, placed_branches, size_of
from causalkit.drawing.picture import Link, Mark, Picture, picture_of
from causalkit.drawing.routes import Curve, arcs, inside, routes
from causalkit.drawing.twins import Twins
from causalkit.errors import CausalError, UnknownName, WrongShape
from causalkit.graphs.graph import Graph
from causalkit.plot import draw, draw_branches, to_svg
from causalkit.testing import dags
from tests.reading_pictures import legend_of, unreadable
from tests.tries import tries

mpl.use("Agg")

STOP, FREE = "stop", "free"


def pictured(drawn: Model | Graph, roles: Mapping[str, str] | None = None) -> Picture:
    return picture_of(drawn.regime if isinstance(drawn, Model) else drawn, roles)


def office() -> Model:
    return Model(
        doubt=coin("1/4"),
        glance=lambda doubt: doubt,
        action=choice("work", "reassure", "cut the wire", "press it myself", sees=["glance"]),
        wish=lambda doubt, action: STOP if doubt and action != "reassure" else FREE,
        pressed=lambda wish, action: (wish == STOP and action != "cut the wire") or action == "press it myself",
        value=lambda pressed: 0 if pressed else 1,
    )


ROLES = {"wish": "intent", "pressed": "stopped", "value": "value", "action": "decision"}


def twenty() -> Graph:
    names = [f"variable {i}" if i % 5 == 0 else f"x{i}" for i in range(20)]
    return Graph(names, [(names[(7 * i * i + 3 * k) % i], names[i]) for i in range(1, 20) for k in range(1 + i % 3)])


def unrolled(horizon: int) -> Graph:
    one = "doubt[{t}] -> wish[{t}] -> pressed[{t}] -> value[{t}], action[{t}] -> wish[{t}]"
    links = "wish[{b}] -> wish[{t}], pressed[{b}] -> pressed[{t}], wish[{b}] -> action[{t}], value[{b}] -> value[{t}]"
    steps = [one.format(t=t) for t in range(1, horizon + 1)] + [links.format(b=t - 1, t=t) for t in range(2, horizon + 1)]
    return Graph.parse(", ".join(steps))


EXAMPLES: dict[str, Callable[[], Model | Graph]] = {
    "office": office,
    "office after do": lambda: office().choose(action="work").do(wish=STOP),
    "chain": lambda: Graph.parse("smoking -> tar -> damage -> cancer"),
    "diamond with long edges": lambda: Graph.parse("a -> b -> d, a -> c -> d, a -> d, d -> e, a -> e"),
    "twenty": twenty,
    "unrolled": lambda: unrolled(4),
    "asia": lambda: Graph.parse("asia -> tub -> either <- lung <- smoke -> bronc -> dysp <- either -> xray"),
    "napkin": lambda: Graph.parse("W1 -> W2 -> X -> Y, W1 <-> X, W1 <-> Y"),
    "apart": lambda: Graph.parse("a -> b, c, d -> e, f"),
    "one": lambda: Graph(["alone"]),
}


@pytest.fixture(autouse=True)
def _close_figures() -> Any:
    yield
    plt.close("all")


@cache
def scenes(name: str) -> list[Scene]:
    return [placed(pictured(EXAMPLES[name]()), direction) for direction in ("right", "down")]


def no_overlaps(boxes: Mapping[str, Box]) -> bool:
    return not any(a.overlaps(b) for a, b in combinations(boxes.values(), 2))


def clear_of_others(curve: Curve, edge: tuple[str, str], boxes: Mapping[str, Box]) -> bool:
    others = [box for name, box in boxes.items() if name not in edge]
    return not any(inside("box", box, point) for point in curve.sampled(60) for box in others)


# ---- layout


def sizes_for(graph: Graph) -> dict[str, tuple[float, float]]:
    return {name: (20.0 + 17 * (i % 5), 16.0 + 9 * (i % 3)) for i, name in enumerate(graph.nodes)}


@settings(max_examples=tries(40))
@given(dags(max_nodes=8))
def test_boxes_never_overlap_and_parents_stand_before_children(graph: Graph) -> None:
    right = layered(graph.nodes, graph.edges, sizes=sizes_for(graph))
    down = layered(graph.nodes, graph.edges, sizes=sizes_for(graph), direction="down")
    assert no_overlaps(right)
    assert no_overlaps(down)
    assert all(right[a].right < right[b].left for a, b in graph.edges)
    assert all(down[a].bottom > down[b].top for a, b in graph.edges)
    assert {name: (box.width, box.height) for name, box in right.items()} == sizes_for(graph)


@settings(max_examples=tries(40))
@given(dags(max_nodes=8))
def test_a_layout_starts_at_the_corner_and_is_always_the_same(graph: Graph) -> None:
    boxes = layered(graph.nodes, graph.edges)
    assert boxes == layered(graph.nodes, graph.edges)
    assert min(box.left for box in boxes.values()) == pytest.approx(0)
    assert min(box.bottom for box in boxes.values()) == pytest.approx(0)


@settings(max_examples=tries(40))
@given(dags(max_nodes=8))
def test_layers_point_one_way_and_are_all_in_use(graph: Graph) -> None:
    rank = layers(graph.nodes, graph.edges)
    assert all(rank[a] < rank[b] for a, b in graph.edges)
    assert set(rank.values()) == set(range(max(rank.values()) + 1))
    rows = layer_rows(graph.nodes, graph.edges)
    assert sorted(name for row in rows for name in row) == sorted(graph.nodes)
    assert all(rank[name] == i for i, row in enumerate(rows) for name in row)


def test_causes_stand_close_to_what_listens_to_them() -> None:
    graph = Graph.parse("a -> b -> c -> d, u -> v -> d")
    assert layers(graph.nodes, graph.edges) == {"a": 0, "b": 1, "c": 2, "d": 3, "u": 1, "v": 2}


def test_a_group_moves_towards_its_children_as_a_whole() -> None:
    graph = Graph.parse("a -> b -> c -> d -> e, p -> q, p -> r, q -> s, r -> s, s -> e")
    rank = layers(graph.nodes, graph.edges)
    assert (rank["p"], rank["q"], rank["r"], rank["s"], rank["e"]) == (1, 2, 2, 3, 4)


def test_crossings_are_undone() -> None:
    graph = Graph.parse("a -> z, b -> y, c -> x")
    rows = layer_rows([*"abcxyz"], graph.edges)
    assert rows == [["a", "b", "c"], ["z", "y", "x"]]


def test_a_chain_is_level_and_a_diamond_is_symmetric() -> None:
    chain = layered([*"abcd"], [("a", "b"), ("b", "c"), ("c", "d")])
    assert len({box.y for box in chain.values()}) == 1
    diamond = layered([*"abcd"], [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("a", "d")])
    assert diamond["a"].y == pytest.approx(diamond["d"].y)
    assert diamond["b"].y - diamond["a"].y == pytest.approx(diamond["a"].y - diamond["c"].y)


def test_the_same_layout_whatever_the_hash_seed() -> None:
    script = "import causalkit.drawing.layout as l; print(l.layered([*'abcdef'], [('a','d'),('b','d'),('c','e'),('a','f'),('d','f')]))"
    outputs = set()
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        outputs.add(subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True).stdout)
    assert len(outputs) == 1


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 9)), min_size=1, max_size=5), st.data())
def test_apart_keeps_its_distances_and_no_small_move_is_better(wishes: list[tuple[float, float]], data: st.DataObject) -> None:
    gaps = data.draw(st.lists(st.integers(0, 20), min_size=len(wishes) - 1, max_size=len(wishes) - 1))
    places = apart(wishes, [float(gap) for gap in gaps])
    assert all(b - a >= gap - 1e-9 for a, b, gap in zip(places, places[1:], gaps, strict=False))

    def cost(at: list[float]) -> float:
        return sum(w * (x - to) ** 2 for x, (to, w) in zip(at, wishes, strict=True))

    for i in range(len(places)):
        for j in range(i + 1, len(places) + 1):
            for step in (-0.01, 0.01):
                moved = [x + step * (i <= k < j) for k, x in enumerate(places)]
                if all(b - a >= gap for a, b, gap in zip(moved, moved[1:], gaps, strict=False)):
                    assert cost(moved) >= cost(places) - 1e-9


def test_an_unknown_direction_is_refused() -> None:
    with pytest.raises(WrongShape, match=re.escape("the direction 'up' is not known; type direction='right' or direction='down'")):
        layered(["a"], [], direction="up")  # type: ignore[arg-type]


# ---- arrows


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_arrow_runs_over_a_box(name: str) -> None:
    drawn = list(scenes(name))
    assert drawn
    for scene in drawn:
        assert scene.boxes
        assert no_overlaps(scene.boxes)
        for edge, curve in [*scene.curves.items(), *scene.bows.items()]:
            assert clear_of_others(curve, edge, scene.boxes), edge


@settings(max_examples=tries(30))
@given(dags(max_nodes=7, confounded=True))
def test_no_arrow_of_any_graph_runs_over_a_box(graph: Graph) -> None:
    boxes = layered(graph.nodes, graph.edges, sizes=sizes_for(graph))
    for edge, curve in routes(boxes, graph.edges).items():
        assert clear_of_others(curve, edge, boxes), edge
    assert set(arcs(boxes, graph.confounded)) == set(graph.confounded)


@pytest.mark.parametrize("name", EXAMPLES)
def test_arrows_end_at_the_borders_of_their_boxes(name: str) -> None:
    drawn = list(scenes(name))
    assert drawn
    for scene in drawn:
        for (a, b), curve in [*scene.curves.items(), *scene.bows.items()]:
            for key, point in ((a, curve.points[0]), (b, curve.points[-1])):
                shape, box = scene.picture.marks[key].shape, scene.boxes[key]
                assert not inside(shape, box.grown(0.9 * GAP), point)
                assert inside(shape, box.grown(1.1 * GAP), point)


def test_arrows_are_straight_unless_a_box_is_in_the_way() -> None:
    boxes = {"a": Box(0, 0, 20, 10), "b": Box(60, 0, 20, 10), "c": Box(120, 0, 20, 10), "d": Box(120, 60, 20, 10)}
    found = routes(boxes, [("a", "b"), ("a", "c"), ("a", "d")])
    assert {edge: curve.straight for edge, curve in found.items()} == {("a", "b"): True, ("a", "c"): False, ("a", "d"): True}


def test_an_arrow_finds_its_way_through_a_wall_of_boxes() -> None:
    boxes = {"a": Box(0, 0, 20, 20), "z": Box(200, 0, 20, 20), **{f"w{i}": Box(100, 45 * i - 180, 60, 25) for i in range(9)}}
    curve = routes(boxes, [("a", "z")])["a", "z"]
    assert clear_of_others(curve, ("a", "z"), boxes)
    assert max(abs(y) for _, y in curve.sampled()) < 60


def test_two_pairs_at_one_variable_take_different_bows() -> None:
    boxes = {"a": Box(0, 0, 20, 10), "b": Box(60, 0, 20, 10), "c": Box(120, 0, 20, 10)}
    found = arcs(boxes, [("a", "b"), ("a", "c")])
    assert found["a", "b"].at(0.5)[1] * found["a", "c"].at(0.5)[1] < 0


@pytest.mark.parametrize("shape", ["box", "rounded", "ellipse", "hexagon"])
def test_a_shape_touches_the_sides_of_its_box_and_only_rectangles_fill_its_corners(shape: str) -> None:
    box = Box(0, 0, 40, 20)
    assert all(inside(shape, box, point) for point in [(0, 0), (19.9, 0), (-19.9, 0), (0, 9.9), (0, -9.9)])
    assert inside(shape, box, (19.9, 9.9)) == (shape == "box")
    assert not any(inside(shape, box, point) for point in [(20.1, 0), (0, 10.1)])


def test_curves_meet_their_corners_halfway() -> None:
    curve = Curve.rounded([(0, 0), (50, 0), (50, 50)], 20)
    assert curve.points[0] == (0.0, 0.0)
    assert curve.points[-1] == (50.0, 50.0)
    assert len(curve.pieces) == 3
    assert min(math.dist(p, (50, 0)) for p in curve.sampled(100)) == pytest.approx(20 * math.sqrt(2) / 4, rel=1e-3)
    assert not curve.straight
    assert Curve.bow((0, 0), (10, 0), 0.3).at(0.5) == pytest.approx((5, 3))


@given(st.data())
def test_levels_are_joined_unless_a_layer_would_turn_around(data: st.DataObject) -> None:
    rows = [[f"{i}{j}" for j in range(size)] for i, size in enumerate(data.draw(st.lists(st.integers(1, 5), min_size=2, max_size=5)))]
    items = [item for row in rows for item in row]
    gaps = [(a, b, 1.0) for row in rows for a, b in pairwise(row)]
    arrows = data.draw(st.lists(st.tuples(st.sampled_from(items), st.sampled_from(items)), max_size=12))
    level = {item: item for item in items}
    for a, b in arrows:
        trial = {item: level[a] if at == level[b] else at for item, at in level.items()}
        if networkx.is_directed_acyclic_graph(networkx.DiGraph([(trial[x], trial[y]) for x, y, _ in gaps])):
            level = trial
    assert joined_levels(arrows, items, gaps) == level


def listening(parents: Mapping[str, list[str]]) -> Model:
    return Model({name: function(lambda *_: True, parents=of, domain=[False, True]) if of else coin("1/2") for name, of in parents.items()})


def far_reaching(n: int) -> Model:
    return listening({f"v{i}": [f"v{p}" for p in sorted({i - 1, (i * 7) % (i - 1)})] if i > 1 else [] for i in range(n)})


def test_what_is_large_is_drawn_when_it_is_asked_for_and_not_when_it_is_displayed() -> None:
    large, small = far_reaching(80), far_reaching(20)
    start = process_time()
    assert "draw it with causalkit.plot.draw" in large._repr_html_()
    assert process_time() - start < 0.5
    assert "<svg" not in large._repr_html_()
    assert small._repr_html_().startswith("<svg")
    assert large.branches(on={"v3": True})._repr_svg_() is None
    assert (small.branches(on={"v18": True})._repr_svg_() or "").startswith("<svg")


def test_many_arrows_across_many_layers_are_not_drawn_unasked() -> None:
    parents = {f"v{i}": [f"v{p}" for p in sorted({0, i - 1})] if i else [] for i in range(28)}
    assert count_items(list(parents), [(a, b) for b, of in parents.items() for a in of]) > 200
    assert "draw it with causalkit.plot.draw" in listening(parents)._repr_html_()


# ---- what is written


def marks_of(model: Model | Graph, **roles: str) -> Mapping[str, Mark]:
    return pictured(model, roles or None).marks


def test_decisions_payoffs_and_noise_have_their_shapes() -> None:
    marks = marks_of(office(), value="utility")
    assert [marks[name].shape for name in ("doubt", "glance", "action", "wish", "value")] == [
        "ellipse",
        "rounded",
        "box",
        "rounded",
        "hexagon",
    ]
    assert marks["doubt"].tone == "noise"
    assert marks_of(office().choose(action="work"), action="decision")["action"].shape == "box"


def test_roots_of_a_bayesian_network_are_no_noise() -> None:
    network = Model(smoke=coin("1/2"), lung=cpt(["smoke"], {s: {True: "1/10", False: "9/10"} for s in (True, False)}))
    assert marks_of(network)["smoke"] == Mark(("smoke",))
    mixed = office().choose(action=Dist({"work": "1/2", "reassure": "1/2"}))
    assert marks_of(mixed)["doubt"].tone == "noise"


def test_an_intervention_is_written_out_and_its_cut_arrows_stay_visible() -> None:
    picture = pictured(office().choose(action="work").do(wish=STOP))
    assert picture.marks["wish"].lines == ("do(wish=stop)",)
    assert picture.marks["wish"].set
    assert {link for link in picture.links if link.end == "wish"} == {Link("doubt", "wish", "cut"), Link("action", "wish", "cut")}
    assert Link("wish", "pressed") in picture.links


def test_seeing_then_doing_is_told_from_doing_then_seeing() -> None:
    m = Model(u=coin("1/2"), x=lambda u: u, y=lambda x: x)
    assert marks_of(m.given(x=True).do(x=False))["x"].lines == ("given x=True", "do(x=False)")
    assert marks_of(m.do(x=False).given(x=False))["x"].lines == ("do(x=False)", "given x=False")
    assert marks_of(m.given(y=True).do(x=False))["y"] == Mark(("given y=True",), seen=True)


def test_soft_interventions_and_edited_edges_say_so() -> None:
    m = Model(u=coin("1/2"), w=coin("1/3"), x=lambda u: u, y=lambda x: x)
    soft = pictured(m.do(x=lambda w: w))
    assert soft.marks["x"].lines == ("do(x: new mechanism)",)
    assert set(soft.links) == {Link("w", "x"), Link("x", "y"), Link("u", "x", "cut")}
    edge = pictured(m.do({("x", "y"): True}))
    assert edge.marks["y"].lines == ("y", "sees x=True")
    assert set(edge.links) == {Link("u", "x"), Link("x", "y", "cut")}


def test_a_cut_arrow_that_would_close_a_circle_is_left_out() -> None:
    m = Model(x=coin("1/2"), y=lambda x: x).do(y=True).do(x=lambda y: y)
    assert pictured(m).links == (Link("y", "x"),)


def test_evidence_is_read_off_events_as_far_as_it_can_be() -> None:
    m = Model(a=Dist(dict.fromkeys(range(4), "1/4")), b=Dist(dict.fromkeys(range(4), "1/4")), c=lambda a, b: a + b)
    assert marks_of(m.given(lambda a, b: a == 1 and b == 2))["b"].lines == ("given b=2",)
    assert marks_of(m.given(lambda a: a > 1))["a"].lines == ("given a in {2, 3}",)
    assert marks_of(m.given(lambda a, b: a > b))["a"].lines == ("given an event on a",)
    tied = Model(a=Dist(dict.fromkeys(range(4), "1/4")), b=lambda a: 3 - a)
    assert marks_of(tied.given(lambda a, b: 6 / (a + b) == 2 and a == 1))["b"].lines == ("given b=2",)
    assert not marks_of(m.given(a=1))["c"].seen


def test_every_label_is_on_the_picture_and_fits_its_box() -> None:
    model = Model({"wish[3]": coin("1/2"), "a_rather_long_name_of_a_variable": coin("1/3"), "x $y$ ^2": coin("1/5")})
    ax = draw(model)
    texts = {text.get_text(): text for text in ax.texts}
    assert set(texts) == set(model.names)
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.canvas.draw()
    to_points = ax.transData.inverted()
    scene = placed(pictured(model), "right")
    for name, text in texts.items():
        area = text.get_window_extent()
        (left, bottom), (right, top) = to_points.transform([(area.x0, area.y0), (area.x1, area.y1)])
        box = scene.boxes[name]
        assert box.left < left < right < box.right
        assert box.bottom < bottom + 1 < top - 1 < box.top


def test_boxes_grow_with_their_words() -> None:
    assert size_of(Mark(("a long name",)))[0] > size_of(Mark(("a",)))[0]
    assert size_of(Mark(("a", "b")))[1] > size_of(Mark(("a",)))[1]
    assert size_of(Mark(("a",), seen=True)) > size_of(Mark(("a",)))


# ---- painting


def test_draw_returns_axes_and_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(plt, "show", lambda *a, **k: shown.append(a))
    monkeypatch.setattr(Figure, "show", lambda *a, **k: shown.append(a))
    assert isinstance(draw(office(), roles=ROLES, title="office"), Axes)
    assert isinstance(draw_branches(office().choose(action="work").branches(go={"wish": FREE})), Axes)
    assert to_svg(office())
    assert not shown


def test_draw_uses_the_axes_it_is_given_and_fits_into_them() -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(5, 3))
    assert draw(twenty(), ax=left) is left
    assert not right.patches
    assert plt.get_fignums() == [figure.number]
    scene = placed(pictured(twenty()), "right")
    (x0, x1), (y0, y1) = left.get_xlim(), left.get_ylim()
    assert all(x0 < box.left < box.right < x1 and y0 < box.bottom < box.top < y1 for box in scene.boxes.values())
    assert all(float(text.get_fontsize()) < 11 for text in left.texts)


def test_a_new_figure_has_the_size_of_the_picture() -> None:
    small, large = (draw(graph).get_figure(root=True) for graph in (Graph(["a"]), twenty()))
    assert small is not None
    assert large is not None
    assert small.get_figwidth() < 1 < 4 < large.get_figwidth()


def test_a_legend_is_there_only_where_there_is_something_to_explain() -> None:
    assert draw(Graph.parse("a -> b")).get_legend() is None
    assert legend_of(draw(office())) == ["noise"]
    assert legend_of(draw(office(), roles=ROLES)) == ["intent", "stopped", "value", "decision", "noise"]


def test_the_legend_says_what_each_kind_of_line_means() -> None:
    road = office()
    assert legend_of(draw(road.choose(action="work").do(wish=STOP))) == ["noise", "cut by an intervention"]
    assert legend_of(draw(EXAMPLES["napkin"]())) == ["unseen common cause"]
    assert legend_of(draw(road, path=["glance", "action"])) == ["path", "noise"]
    assert legend_of(draw(road, path=["glance", "action"], path_label="what it sees")) == ["what it sees", "noise"]
    nested = road.choose(action="work").branches(stop={"wish": STOP}, quiet={"pressed": as_in("stop")})
    assert "value from another branch" in legend_of(draw_branches(nested))


def test_a_path_is_told_from_other_arrows_without_its_colour() -> None:
    ax = draw(Graph.parse("a -> b -> c"), path=["a", "b"])
    widths = sorted(patch.get_linewidth() for patch in ax.patches if isinstance(patch, PathPatch))
    legend = ax.get_legend()
    assert legend is not None
    assert widths[1] == pytest.approx(2.2 * widths[0])
    assert legend.get_lines()[0].get_linewidth() == pytest.approx(widths[1])


def test_every_dashed_line_has_dashes_of_its_own_in_the_legend() -> None:
    assert len({COPY_DASHES, PAIR_DASHES, CUT_DASHES}) == 3
    (pair,) = [
        line
        for line in getattr(draw(Graph.parse("a <-> b")).get_legend(), "legend_handles", [])
        if line.get_label() == "unseen common cause"
    ]
    assert pair.get_linestyle() != "-"


@pytest.mark.parametrize("width", [3.3, 6.4, 12.0])
def test_words_below_and_above_a_diagram_can_be_read(width: float) -> None:
    _, ax = plt.subplots(figsize=(width, 3), layout="constrained")
    draw(office(), roles=ROLES, path=["glance", "action"], title="a title that is rather longer than the picture is wide", ax=ax)
    assert unreadable(ax) == []
    legend = ax.get_legend()
    assert legend is not None
    assert min(float(text.get_fontsize()) for text in legend.get_texts()) > 6


def test_laying_out_a_figure_with_a_diagram_warns_of_nothing(caplog: pytest.LogCaptureFixture) -> None:
    figure, ax = plt.subplots(figsize=(3.3, 3), layout="constrained")
    draw(office(), ax=ax)
    figure.draw_without_rendering()
    assert caplog.messages == []


def test_roles_colour_their_boxes() -> None:
    ax = draw(office(), roles=ROLES, colours={"stopped": "#123456"})
    fills = {mpl.colors.to_hex(patch.get_facecolor()).upper() for patch in ax.patches if patch.get_zorder() == 2}
    assert fills == {PALETTE[0], "#123456", PALETTE[1], PALETTE[3], PLAIN, "#FFFFFF"}
    kinds = [type(patch) for patch in ax.patches if patch.get_zorder() == 2]
    assert kinds.count(Rectangle) == 1
    assert kinds.count(Ellipse) == 1
    assert kinds.count(Polygon) == 1


def test_every_arrow_has_a_head_and_a_cut_one_has_none() -> None:
    def heads(ax: Axes) -> int:
        return sum(isinstance(patch, Polygon) and patch.get_zorder() == 1.5 for patch in ax.patches)

    model = office().choose(action="work")
    assert heads(draw(model)) == len(model.graph.edges) == 7
    assert heads(draw(model.do(wish=STOP))) == 5
    assert heads(draw(Graph.parse("x -> y, x <-> y"))) == 3


# ---- branches


def test_the_twin_network_shares_noise_and_copies_what_the_edit_touches() -> None:
    """The twin network of [balke1994]: one copy of the noise, two of everything below the intervention."""
    twins = Twins(office().choose(action="work").branches(free={"wish": FREE}))
    assert twins.shared == ("doubt", "glance", "action")
    assert twins.own == ("wish", "pressed", "value")
    picture = twins.picture()
    assert set(picture.marks) == {"doubt", "glance", "action"} | {f"{b}: {n}" for b in ("fact", "free") for n in twins.own}
    assert picture.marks["free: wish"].lines == ("do(wish=free)",)
    assert picture.marks["fact: wish"].lines == ("wish",)
    assert Link("doubt", "fact: wish") in picture.links
    assert Link("doubt", "free: wish", "cut") in picture.links
    assert Link("action", "free: pressed") in picture.links


def test_fact_stands_left_of_what_is_shared_and_the_other_branches_right() -> None:
    scene = placed_branches(office().choose(action="work").branches(stop={"wish": STOP}, go={"wish": FREE}))
    panels = dict(scene.panels)
    assert list(panels) == ["fact", "shared", "stop", "go"]
    assert all(a.right < b.left for a, b in zip(panels.values(), list(panels.values())[1:], strict=False))
    for key, box in scene.boxes.items():
        panel = panels[key.partition(": ")[0] if ": " in key else "shared"]
        assert panel.left < box.left < box.right < panel.right
        assert panel.bottom < box.bottom < box.top < panel.top
    assert scene.boxes["stop: wish"].y == scene.boxes["go: wish"].y == scene.boxes["fact: wish"].y


def test_no_arrow_between_branches_runs_over_a_box() -> None:
    model = office().choose(action="work")
    for branches in [
        model.branches(free={"wish": FREE}),
        model.branches(stop={"wish": STOP}, go={"wish": FREE}).given(lambda b: b.fact.pressed),
        model.branches(stop={"wish": STOP}, dead={"pressed": False}),
    ]:
        scene = placed_branches(branches)
        assert no_overlaps(scene.boxes)
        assert all(clear_of_others(curve, edge, scene.boxes) for edge, curve in scene.curves.items())


def test_a_copy_that_an_edit_does_not_touch_is_pale_in_later_branches() -> None:
    twins = Twins(office().choose(action="work").branches(stop={"wish": STOP}, dead={"pressed": False}))
    mark = twins.picture().marks["dead: wish"]
    assert mark == Mark(("wish", "as in fact"), tone="copy")
    assert not [link for link in twins.picture().links if link.end == "dead: wish"]


def test_a_nested_counterfactual_shows_where_its_value_comes_from() -> None:
    m = Model(u=coin("1/3"), x=coin("1/2"), z=lambda x, u: x or u, y=lambda x, z: x and z)
    picture = Twins(m.branches(off={"x": False}, direct={"x": True, "z": as_in("off")})).picture()
    assert picture.marks["direct: z"].lines == ("do(z as in off)",)
    assert Link("off: z", "direct: z", "copy") in picture.links
    assert Link("direct: z", "direct: y") in picture.links


def test_evidence_on_a_branch_is_marked_on_its_copy() -> None:
    m = Model(u=coin("1/3"), x=coin("1/2"), y=lambda x, u: x or u)
    picture = Twins(m.branches(on={"x": True}).given(lambda b: b.fact.y and b.on.y)).picture()
    assert picture.marks["fact: y"].lines == ("given y=True",)
    assert picture.marks["on: y"].lines == ("given y=True",)
    assert not picture.marks["u"].seen


def test_branches_without_a_difference_are_all_shared() -> None:
    scene = placed_branches(Model(u=coin("1/3"), x=lambda u: u).branches())
    assert [title for title, _ in scene.panels] == ["shared"]


# ---- SVG


def labels(svg: str) -> str:
    return ElementTree.fromstring(svg).attrib["aria-label"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_svg_is_xml_and_holds_every_label(name: str) -> None:
    shown = EXAMPLES[name]()
    svg = to_svg(shown, title="A <title> & more")
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    words = labels(svg).split(", ")
    picture = pictured(shown)
    assert set(words) == {"A <title> & more", *picture.key.values(), *(line for mark in picture.marks.values() for line in mark.lines)}


def test_svg_needs_nothing_outside_itself() -> None:
    svg = to_svg(office(), roles=ROLES)
    root = ElementTree.fromstring(svg)
    ids = {element.attrib["id"] for element in root.iter() if "id" in element.attrib}
    refs = [value for element in root.iter() for name, value in element.attrib.items() if name.endswith("href")]
    assert refs
    assert all(ref.startswith("#") and ref[1:] in ids for ref in refs)
    assert not [element for element in root.iter() if element.tag.endswith(("}style", "}script", "}image", "}metadata", "}text"))]
    assert not re.search(r"\d{4}-\d\d-\d\dT", svg)
    assert not svg.startswith("<?xml")


def test_two_pictures_on_one_page_do_not_share_names() -> None:
    one, two = (set(re.findall(r'\sid="([^"]+)"', to_svg(Graph(["x", "y"], [edge])))) for edge in (("x", "y"), ("y", "x")))
    assert one
    assert not one & two


def test_svg_is_the_same_on_every_run() -> None:
    code = (
        "from causalkit import *; from causalkit.plot import to_svg\n"
        "m = Model(u=coin('1/3'), x=lambda u: u, y=lambda x, u: x and u)\n"
        "print(to_svg(m.given(y=True).do(x=False), roles={'y': 'outcome'}))\n"
        "print(to_svg(m.branches(on={'x': True})))"
    )
    outputs = set()
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        outputs.add(subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout)
    assert len(outputs) == 1


def test_svg_of_a_plot_and_of_a_model_leave_no_figure_behind() -> None:
    to_svg(office(), roles=ROLES, title="office", direction="down")
    to_svg(office().choose(action="work").branches(free={"wish": FREE}))
    assert not plt.get_fignums()
    figure, ax = plt.subplots()
    ax.plot([0, 1])
    ax.set_xlabel("steps")
    assert "steps" in labels(to_svg(ax))
    assert plt.get_fignums() == [figure.number]


# ---- colours


def luminance(colour: str) -> float:
    return float(np.array([0.2126, 0.7152, 0.0722]) @ linear(colour))


def linear(colour: str) -> np.ndarray[Any, Any]:
    v = np.array(mpl.colors.to_rgb(colour))
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb / np.array([0.9505, 1, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


# Machado, Oliveira and Fernandes (2009), severity 1.
SIGHTS = {
    "normal": np.eye(3),
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}


@pytest.mark.parametrize("sight", SIGHTS)
def test_the_palette_stays_apart_in_every_kind_of_sight(sight: str) -> None:
    seen = [lab(np.clip(SIGHTS[sight] @ linear(colour), 0, 1)) for colour in PALETTE]
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)) > 15


def test_the_palette_stays_apart_in_grey_print_and_text_on_it_is_readable() -> None:
    lightness = sorted(float(lab(linear(colour))[0]) for colour in PALETTE)
    assert min(b - a for a, b in pairwise(lightness)) > 3
    assert min((luminance(colour) + 0.05) / (luminance(INK) + 0.05) for colour in [*PALETTE, PLAIN]) > 4.5


def test_roles_take_colours_in_order() -> None:
    assert role_colours(["a", "b", "a"]) == {"a": PALETTE[0], "b": PALETTE[1]}
    assert role_colours(["a", "b"], {"b": PALETTE[0]}) == {"a": PALETTE[1], "b": PALETTE[0]}


# ---- errors


WRONG: list[tuple[Callable[[], Any], type[CausalError], str]] = [
    (
        lambda: draw("x -> y"),  # type: ignore[arg-type]
        WrongShape,
        "str cannot be drawn; draw takes a Model or a Graph, draw_branches takes Branches; "
        "type draw(Graph.from_networkx(...)) for a networkx graph",
    ),
    (
        lambda: draw(Graph(["wish"]), roles={"wihs": "intent"}),
        UnknownName,
        "'wihs' has a role and is not in the picture; it has: wish; did you mean 'wish'?",
    ),
    (
        lambda: draw(Graph(["wish"]), roles={"intent": "wish"}),
        UnknownName,
        "'intent' has a role and is not in the picture; it has: wish; roles go from variables to roles, type roles={'wish': 'intent'}",
    ),
    (
        lambda: draw(Graph(["wish"]), roles={"wish": 3}),  # type: ignore[dict-item]
        WrongShape,
        "the role of 'wish' is 3; a role is a text, such as 'intent'",
    ),
    (
        lambda: draw(Graph(["wish"]), roles=["wish"]),  # type: ignore[arg-type]
        WrongShape,
        "roles are ['wish'], expected a mapping from variables to roles; type roles={'wish': 'intent'}",
    ),
    (
        lambda: draw(Graph(["wish"]), roles={"wish": "intent"}, colours={"intend": "red"}),
        UnknownName,
        "'intend' has a colour and is not a role here; the roles are: 'intent'; did you mean 'intent'?",
    ),
    (
        lambda: role_colours("abcdefgh"),
        WrongShape,
        "8 roles need a colour, and 7 stay apart in every kind of sight; "
        "give one role to several variables, or type colours={'h': '#rrggbb', ...}",
    ),
]


@pytest.mark.parametrize(("wrong", "error", "text"), WRONG, ids=[text[:40] for _, _, text in WRONG])
def test_wrong_calls_say_what_was_found_and_what_to_type(wrong: Callable[[], Any], error: type[CausalError], text: str) -> None:
    with pytest.raises(error) as caught:
        wrong()
    assert str(caught.value) == text


def test_the_pure_parts_load_no_matplotlib() -> None:
    modules = ", ".join(f"causalkit.drawing.{name}" for name in ("colours", "layout", "levels", "routes", "picture", "twins"))
    code = f"import {modules}, sys; print('matplotlib' in sys.modules)"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).resolve().parents[2]), *sys.path])}
    assert subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout.strip() == "False"
