"""Numbers and orders of results by hand: replies, boards, forms, surveys, and work that is put down on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit import Dist
from causalkit.errors import TooLarge
from stop_button import FREE, STOP, E, V, X, bookmarks
from stop_button.atlas import ROWS
from stop_button.atlas.columns.of_definitions import rescaled
from stop_button.atlas.places import carries_nothing
from stop_button.atlas.running import Asked, _proofs
from stop_button.auditing.audits import _mixed_best
from stop_button.auditing.scoreboard import score
from stop_button.games.graphs.interventions import Comparison
from stop_button.games.strategic_form import payoff_table, strategic_form
from stop_button.grounding.resolving import resolved
from stop_button.incentives.realised import quantitative_response_incentive
from stop_button.incentives.stopping import stop_reach as reaches
from stop_button.language.formula import Expectation, least
from stop_button.language.references import OWN, best, best_policy
from stop_button.parallel import each_in_order
from stop_button.replies import best_values, stability
from stop_button.replies.relevance import settled
from stop_button.searching.counterexample import find_counterexample
from stop_button.searching.parameter_survey import survey
from stop_button.sequences.optimum import optimum
from stop_button.sequences.transitions import MOST_LISTED, read_transitions

F = Fraction

PLAIN = sb.World(ck.Model(act=ck.choice(0, 1, 2), value=lambda act: act), value="value", baseline=0, name="plain")
SEES = sb.World(
    ck.Model(rain=ck.coin("1/4"), act=ck.choice(0, 1, sees=["rain"]), value=lambda rain, act: int(rain == act), cost=lambda act: 3 * act),
    value="value",
    name="sees",
)


# ---------------------------------------------------------------- what a stop reaches, one by one and by the ends


def stopping(*, leak: int, stops: bool = True) -> sb.World:
    """Acting leaves something running that pays a stopped agent so much; or nothing is ever stopped."""
    model = ck.Model(
        wish=ck.uniform(STOP, FREE),
        act=ck.choice("wait", "build"),
        off=lambda wish: wish == STOP and stops,
        runs=lambda act: act == "build",
        value=lambda off, runs: (0 if off else 5) + leak * runs,
    )
    return sb.World(model, intent="wish", stopped="off", value="value", name="works")


@pytest.mark.parametrize("few", [0, 1, 2, 1_000])
@pytest.mark.parametrize(("leak", "stops", "moves"), [(1, True, True), (-1, True, True), (0, True, False), (1, False, False)])
def test_what_a_stop_leaves_moving_is_the_same_one_by_one_and_by_the_ends(
    leak: int, stops: bool, moves: bool, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaches, "FEW", few)
    found = reaches.stop_reach(stopping(leak=leak, stops=stops))
    assert (found.moves, found.through, found.later, found.alone) == (moves, ("runs",) if moves else (), (), False)
    assert bool(found) is not moves
    assert ("through runs" in str(found)) is moves


def test_what_is_not_proved_of_the_ends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unproved:
        score = F(0)

        def __bool__(self) -> bool:
            return False

    monkeypatch.setattr(reaches, "FEW", 0)
    monkeypatch.setattr(reaches, "solve", lambda *_: Unproved())
    with pytest.raises(TooLarge, match="differs between policies of works is not proved"):
        reaches.stop_reach(stopping(leak=1))


# ---------------------------------------------------------------- replies


def test_a_policy_fills_information_sets_where_it_agrees_in_all_of_them() -> None:
    policy = SEES.policy({(False,): 0, (True,): 1})
    places: list[tuple[str, tuple[Any, ...]]] = [("act", (False,)), ("act", (True,))]
    for first in (0, 1):
        for second in (0, 1):
            filled = dict(zip(places, (first, second), strict=True))
            assert stability._fills(policy, filled) is ((first, second) == (0, 1))
    assert stability._fills(policy, {})


@pytest.mark.parametrize("weight", [2, -2, "1/3"])
@pytest.mark.parametrize("most", [3, 4])
def test_the_best_of_a_weighed_sum_is_that_of_every_policy(weight: Any, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """best(w E[value] + E[cost] / 2 + 7) is the largest of that over the four policies, w/4 or 3w/4 and so on by hand."""
    f = weight * E(V) + "1/2" * E(X("cost")) + 7
    worths = []
    for dry in (0, 1):
        for wet in (0, 1):
            value = F(3, 4) * (dry == 0) + F(1, 4) * (wet == 1)
            cost = 3 * (F(3, 4) * dry + F(1, 4) * wet)
            worths.append(F(weight) * value + cost / 2 + 7)
    monkeypatch.setattr(best_values, "MOST_COPIES", most)  # three are too few for the four ways: it is taken apart
    world = sb.World(ck.Model({**{name: SEES.model.mechanism(name) for name in SEES.model.names}, "idle": ck.choice(0, 1)}), value="value")
    most_of, least_of = sb.Utility("best", best(f, of="act")), sb.Utility("least", -1 * best(-1 * f, of="act"))
    assert [most_of(world, policy) for policy in world.policies] == [max(worths)] * 8
    assert [least_of(world, policy) for policy in world.policies] == [min(worths)] * 8


def test_means_that_no_policy_moves_are_numbers_and_others_stay() -> None:
    model = ck.Model(
        a=ck.coin("1/4"), b=ck.cpt(["a"], {False: Dist({0: "1/2", 1: "1/2"}), True: Dist({0: "1/3", 6: "2/3"})}), act=ck.choice(0, 1),
        value=lambda b, act: b + act,
    )  # fmt: skip
    world = sb.World(model, value="value")
    wet, never = X("a").is_(True), X("b").is_(6) * X("a").is_(False)
    assert str(settled(E(X("b")), world)) == "1.375"  # 3/4 * 1/2 + 1/4 * 4
    assert str(settled(E(X("b"), given=wet), world)) == "4"
    assert str(settled(E(X("b").is_(1), given=wet), world)) == "0"
    assert settled(E(X("b"), given=never), world) == E(X("b"), given=never)
    assert settled(E(V), world) == E(V)
    assert settled(E(V, given=wet), world) == E(V, given=wet)


def test_a_mean_under_the_one_best_policy_is_a_mean() -> None:
    space = PLAIN.policies
    chosen = V.under(best_policy(E(V)))
    for mean in (E(chosen), E(chosen - V.under(OWN)), E(chosen - V)):
        assert isinstance(resolved(mean, PLAIN), Expectation)
    tied = best_policy(0 * E(V))
    assert not isinstance(resolved(E(V.under(tied)), PLAIN), Expectation)
    assert not isinstance(resolved(E(V.under(tied) - V.under(OWN)), PLAIN), Expectation)
    assert [sb.Utility("own", E(chosen - V))(PLAIN, policy) for policy in space] == [2, 1, 0]


# ---------------------------------------------------------------- processes that go round


def test_the_worth_of_a_process_that_goes_round_is_its_geometric_sum() -> None:
    """Round a and b: b pays 1, a pays nothing, each step counts half. From a: 1 + 1/4 + ..., from b: half of that; c ends with 1/3."""
    process = read_transitions({"a": ["b", "c"], "b": ["a"], "c": []}, {"b": 1, "c": "1/3"}, "1/2")
    found = optimum(process, range(3))
    assert [found.value(place) for place in range(3)] == [F(4, 3), F(2, 3), 0]
    assert [found.best[place, None] for place in range(2)] == [(0,), (0,)]
    tie = optimum(read_transitions({"a": ["b", "c"], "b": ["a"], "c": []}, {"b": 1, "c": "4/3"}, "1/2"), range(3))
    assert tie.value(0) == F(4, 3)
    assert tie.best[0, None] == (0, 1)


# ---------------------------------------------------------------- responses


def test_a_response_to_a_node_is_worth_what_all_that_it_may_put_in_its_place_costs() -> None:
    """Of three kinds of weather the coat is told; told nothing of it, the best is right in half of the cases."""
    model = ck.Model(
        sky=Dist({0: "1/2", 1: "1/3", 2: "1/6"}), day=ck.coin("1/2"), coat=ck.choice(0, 1, 2, sees=["sky", "day"]),
        fine=lambda sky, coat, day: int(coat == (sky + day) % 3),
    )  # fmt: skip
    assert quantitative_response_incentive(model, "fine", decision="coat", node="sky").value == F(1, 2)
    # Blind to the day: at each sky right on half of the days.
    assert quantitative_response_incentive(model, "fine", decision="coat", node="day").value == F(1, 2)
    assert quantitative_response_incentive(model, "fine", decision="coat", node="coat").value == 0
    assert quantitative_response_incentive(model, "fine", decision="coat", node="fine").value == 0


# ---------------------------------------------------------------- boards, forms, comparisons, audits


def test_flags_of_a_board_of_one_policy_are_columns_of_its_frame() -> None:
    frame = score(sb.worlds.basic_button(), sb.naive, policies=["manip_f"]).to_frame(flags=True)
    assert frame.loc["manip_f", "influence"] == F(3, 10)
    assert "naive" in frame.columns


@pytest.mark.parametrize(("floats", "kind"), [(None, F), (False, F), (True, float)])
def test_payoffs_in_a_frame_are_exact_unless_floats_are_asked_for(floats: bool | None, kind: type) -> None:
    world = sb.World(
        ck.Model(a=ck.choice(0, 1), b=ck.choice(0, 1), gain=lambda a, b: a + 2 * b, pay=lambda a, b: a * b),
        players={"first": ("a", "gain"), "second": ("b", "pay")}, name="game",
    )  # fmt: skip
    form = strategic_form(world)
    frame = form.to_frame() if floats is None else form.to_frame(floats=floats)
    assert list(frame.columns) == ["first", "second", "payoff of first", "payoff of second"]
    assert [tuple(row[2:]) for row in frame.itertuples(index=False)] == [(0, 0), (2, 0), (1, 0), (3, 1)]
    assert all(isinstance(row[2], kind) for row in frame.itertuples(index=False))
    assert dict(payoff_table(E(X("gain") * X("a").is_(1)), form)) == {(0, 0): 0, (0, 1): 0, (1, 0): 1, (1, 1): 3}


def test_a_comparison_of_interventions_reads_the_same_as_text_html_and_table() -> None:
    found = Comparison((("a", 1), ("b", 2)), ("<one>", "two"), (F(1), F(2)), (F(3), F(4)), (F(5), F(6)))
    assert str(found).splitlines() == ["do(a=1, b=2): without it, after policies are fixed, before", "<one>: 1, 3, 5", "two: 2, 4, 6"]
    assert found._repr_html_() == (
        "<p>do(a=1, b=2): without it, after policies are fixed, before</p><p>&lt;one&gt;: 1, 3, 5</p><p>two: 2, 4, 6</p>"
    )
    assert found._result().caption == "do(a=1, b=2)"


@pytest.mark.parametrize(
    ("proved", "reached", "best_names"),
    [(True, F(1, 2), ["lot"]), (True, F(0), ["0", "1", "lot"]), (False, F(0), []), (True, F(-1), ["0", "1", "lot"])],
)
def test_plain_policies_are_among_the_best_where_lots_reach_no_more(proved: bool, reached: Fraction, best_names: list[str]) -> None:
    """The smaller of P(0) and P(1) is 0 for every plain policy, and undefined for the last, which is never among the best."""
    never_last = E(X("act").is_(0)) + E(X("act").is_(1))
    smaller = sb.Utility("smaller", least(E(X("act").is_(0)), E(X("act").is_(1))) / never_last)
    solution: Any = SimpleNamespace(proved=proved, score=reached, policy="lot")
    assert [str(policy) for policy in _mixed_best(score(PLAIN, smaller), smaller, solution)] == best_names


# ---------------------------------------------------------------- the atlas


def test_wishes_of_several_people_stay_when_values_are_rescaled() -> None:
    model = ck.Model(
        u=ck.coin("1/2"), act=ck.choice(0, 1), a=lambda u: STOP if u else FREE, b=lambda u: FREE if u else STOP,
        off=lambda a, b: a == b, value=lambda act: act,
    )  # fmt: skip
    world = sb.World(model, intent={"alice": "a", "bob": "b"}, stopped="off", value="value", baseline=0)
    moved = rescaled(world, "1/2", -1)
    assert moved.people == ("alice", "bob")
    assert set(moved.roles) == set(world.roles)
    assert [sb.naive(moved, policy) for policy in moved.policies] == [-1, F(-1, 2)]
    assert moved.baseline == world.baseline


def test_a_family_of_one_world_is_proved_by_its_graph() -> None:
    office = sb.worlds.office()
    rows = {name: ROWS[name] for name in ("counterfactual", "switch")}
    proofs = set(_proofs(Asked(rows, {}, {"alone": [office]}, {"office": office})))  # type: ignore[dict-item]
    assert {place for name, place in proofs if name == "counterfactual"} >= {"alone", "office"}
    assert not {place for name, place in proofs if name == "switch"} & {"alone", "office"}
    form = ROWS["counterfactual"].form(office)
    assert form is not None
    assert carries_nothing(office, form)


# ---------------------------------------------------------------- work that is put down


def test_a_search_is_put_down_while_it_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookmarks, "SECONDS", 0.0)
    file, seen = tmp_path / "search.json", []

    def worlds() -> Iterator[sb.World]:
        for _ in range(3):
            seen.append(json.loads(file.read_text(encoding="utf-8"))["state"]["looked_at"] if file.exists() else None)
            yield sb.worlds.basic_button()

    found = find_counterexample(sb.counterfactual, worlds=worlds(), resume=file)
    assert (found.looked_at, found.complete, found.proves) == (3, True, True)
    assert seen == [None, 1, 2]


def test_a_survey_is_put_down_while_it_goes_on_and_goes_on_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookmarks, "SECONDS", 0.0)
    file, seen = tmp_path / "survey.json", []

    def build(doubt: str) -> sb.World:
        seen.append(len(json.loads(file.read_text(encoding="utf-8"))["state"]["settings"]) if file.exists() else None)
        return sb.worlds.office(doubt=doubt)

    over = {"doubt": ["1/2", "1/3", "1/4"]}
    found = survey(build, [sb.naive, sb.counterfactual], over=over, resume=file)
    assert seen == [None, 2, 4]
    assert [(one.parameters, one.utility) for one in found.settings] == [
        ((("doubt", doubt),), name) for doubt in over["doubt"] for name in ("naive", "counterfactual")
    ]
    assert survey(build, [sb.naive, sb.counterfactual], over=over, resume=file).settings == found.settings


@pytest.mark.parametrize("resumed", [False, True])
def test_a_survey_under_no_utility_has_no_setting(tmp_path: Path, resumed: bool) -> None:
    file = tmp_path / "survey.json"
    if resumed:
        survey(sb.worlds.office, [], over={"doubt": ["1/2"]}, resume=file)
    found = survey(sb.worlds.office, [], over={"doubt": ["1/2"]}, resume=file)
    assert (found.settings, found.complete) == ((), True)
    assert str(found)


@pytest.mark.parametrize(("chunk", "pieces"), [(None, [1, 1, 1, 1, 1]), (1, [1, 1, 1, 1, 1]), (2, [2, 2, 1]), (9, [5])])
def test_items_are_handed_out_so_many_at_a_time(chunk: int | None, pieces: list[int]) -> None:
    class Counting(ThreadPoolExecutor):
        def __init__(self) -> None:
            super().__init__(1)
            self.sizes: list[int] = []

        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            self.sizes.append(len(args[1]))
            return super().submit(fn, *args, **kwargs)

    with Counting() as executor:
        more: Any = {} if chunk is None else {"chunk": chunk}
        assert list(each_in_order(abs, range(-5, 0), executor=executor, **more)) == [(n, -n) for n in range(-5, 0)]
        assert executor.sizes == pieces


def test_states_are_listed_up_to_the_limit_and_the_others_are_counted() -> None:
    for many in (MOST_LISTED, MOST_LISTED + 1):
        process = read_transitions({f"s{n:02}": [] for n in range(many)}, {}, 1)
        with pytest.raises(Exception, match="s11") as told:
            process.place("nowhere")
        assert ("and 1 more" in str(told.value)) is (many > MOST_LISTED)
        assert MOST_LISTED == 12
