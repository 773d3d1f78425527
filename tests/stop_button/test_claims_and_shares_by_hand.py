"""Claims about worlds, searches and their bookmarks, shares and powers of utilities, in small worlds by hand."""

from __future__ import annotations

import collections
import itertools
import json
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit import Dist
from causalkit.errors import Impossible, TooLarge, WrongShape
from stop_button import FREE, STOP, E, V, X, bookmarks, claims
from stop_button.definitions.human_control import vigilance
from stop_button.lotteries import non_obstruction, orbit, power, retargeting, share, terminal_power
from stop_button.lotteries.arrangements import count_of_arrangements
from stop_button.lotteries.judging import Judged
from stop_button.lotteries.shares import MOST_ARRANGEMENTS, Estimate, Member, _estimate, _tally, check_size
from stop_button.parallel import WorkerFailed, each_in_order
from stop_button.searching.claims import Answer, Claim, holds_of_the_best
from stop_button.searching.counterexample import Counterexample, find_counterexample
from stop_button.searching.families import Sketch, persuasion

F = Fraction

# ---------------------------------------------------------------- members of a family

KEEPS = (False, True, False, True)


def sketch(**changed: Any) -> Sketch:
    parts: dict[str, Any] = {"state": F(1, 2), "values": (1, 1), "wish": KEEPS, "bonus": 0, "cut": False}
    return Sketch(**{**parts, **changed})


@pytest.mark.parametrize(
    ("changed", "size"),
    [
        ({}, (0, 0, 2)), ({"cut": True}, (1, 0, 2)), ({"bonus": 3}, (1, 0, 2)), ({"values": (2, 1)}, (1, 0, 3)),
        ({"state": F(1, 4)}, (1, 0, 2)), ({"cut": True, "bonus": 1}, (2, 0, 2)), ({"wish": (True, True, False, False)}, (0, 2, 2)),
        ({"wish": (True, False, True, False)}, (0, 4, 2)), ({"bonus": 1, "values": (0, 2), "state": F(1, 4), "cut": True}, (4, 0, 2)),
    ],
)  # fmt: skip
def test_what_is_added_makes_a_world_larger(changed: dict[str, Any], size: tuple[int, ...]) -> None:
    assert sketch(**changed).size == size


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("bonus", [0, 3])
@pytest.mark.parametrize("wish", [KEEPS, (False, False, True, False), (True, True, True, True)])
def test_a_small_world_pays_and_stops_as_its_sketch_says(wish: tuple[bool, ...], bonus: int, cut: bool) -> None:
    """Four draws: the state is 1 with 1/4, and the mood is fair."""
    one = sketch(state=F(1, 4), values=(2, 5), wish=wish, bonus=bonus, cut=cut)
    chance = dict(zip(itertools.product((0, 1), repeat=2), (F(3, 8), F(3, 8), F(1, 8), F(1, 8)), strict=True))
    for act, stops in (("leave", KEEPS), ("act", (False,) * 4 if cut else wish)):
        paid = sum(
            (
                p * (0 if stop else (2, 5)[state] + bonus * (act == "act"))
                for ((state, _), p), stop in zip(chance.items(), stops, strict=True)
            ),
            F(0),
        )
        assert sb.naive(one.world(), act) == paid
        asked = KEEPS if act == "leave" else wish
        wished = sum((p for p, stop in zip(chance.values(), asked, strict=True) if stop), F(0))
        assert sb.Utility("wished", E(X("wish").is_(STOP)))(one.world(), act) == wished


# ---------------------------------------------------------------- what a claim says of a world

THREE = sb.World(
    ck.Model(
        act=ck.choice("leave", "b", "c"), value=lambda act: int(act != "leave"), top=lambda act: int(act == "c"),
        wish=ck.function(lambda: FREE, parents=[], domain=[FREE, STOP]),
        stopped=ck.function(lambda: False, parents=[], domain=[False, True]),
    ),
    intent="wish", stopped="stopped", value="value", baseline="leave", name="three",
)  # fmt: skip


def test_doubts_left_open_are_counted_over_all_best_policies() -> None:
    """Two policies are best; the test is undefined of each, or of one, or holds, or fails of the second."""
    top = E(X("top"))
    never = E(V) / (E(V) - E(V))
    for test, fires, is_open in [(never >= 1, False, 2), (1 / top >= 1, False, 1), (E(V) >= 1, False, 0), (top <= 0, True, 0)]:
        answer = holds_of_the_best(test).asked_of(sb.naive, THREE)
        assert (answer.doubt is not None, answer.has_best, answer.open) == (fires, True, is_open), str(test)
    nothing = holds_of_the_best(E(V) >= 1).asked_of(sb.Utility("never", never), THREE)
    assert nothing == Answer(None, has_best=False, open=0)
    found = find_counterexample(sb.naive, claim=holds_of_the_best(never >= 1), worlds=[THREE, THREE])
    assert (found.undecided, found.holds_in, found.proves, found.complete) == (2, 0, False, True)
    assert str(found).endswith("holds in 0 of all 2 worlds given; 2 are open, for symbols, a missing coupling or an undefined score")


@pytest.mark.parametrize("name", [name for name in claims.__all__ if isinstance(getattr(claims, name), Claim)])
def test_a_world_in_which_acting_changes_nothing_refutes_no_claim(name: str) -> None:
    quiet = sb.World(
        ck.Model(act=ck.choice("leave", "b"), wish=ck.Dist({STOP: "1/2", FREE: "1/2"}), stopped=lambda wish: wish == STOP,
                 value=lambda stopped, act: 0 if stopped else 1),
        intent="wish", stopped="stopped", value="value", baseline="leave", name="quiet",
    )  # fmt: skip
    assert getattr(claims, name).asked_of(sb.naive, quiet) == Answer(None, has_best=True, open=0)


def test_stopping_unasked_and_by_force_are_doubted() -> None:
    """Acting stops the agent though nobody wishes it, and that pays."""
    world = sb.World(
        ck.Model(act=ck.choice("leave", "press"), wish=ck.Dist({STOP: "1/2", FREE: "1/2"}),
                 stopped=lambda wish, act: wish == STOP or act == "press", value=ck.function(int, parents=["stopped"])),
        intent="wish", stopped="stopped", value="value", baseline="leave", name="press",
    )  # fmt: skip
    for name in ("no_best_policy_stops_unasked", "no_best_policy_forces_a_stop"):
        found = getattr(claims, name).refuted_by(sb.naive, world)
        assert found is not None
        assert found.kind in str(found)
        assert getattr(claims, name).refuted_by(sb.Utility("runs", -E(V)), world) is None


# ---------------------------------------------------------------- counts of a search


@pytest.mark.parametrize(
    ("looked_at", "without", "undecided", "complete", "refuted", "holds_in", "proves"),
    [
        (5, 0, 0, True, False, 5, True), (5, 1, 0, True, False, 4, False), (5, 0, 2, True, False, 3, False),
        (5, 0, 0, False, False, 5, False),
        (5, 1, 1, False, True, 2, False), (0, 0, 0, True, False, 0, False), (1, 0, 0, True, True, 0, False),
    ],
)  # fmt: skip
def test_a_search_proves_where_all_worlds_support_the_claim(
    looked_at: int, without: int, undecided: int, complete: bool, refuted: bool, holds_in: int, proves: bool
) -> None:
    found = Counterexample(
        sb.naive, claims.never_pays_for_influence, looked_at, "", complete, without, undecided, world=THREE if refuted else None
    )
    assert (found.holds_in, found.proves, bool(found)) == (holds_in, proves, refuted)


@pytest.mark.parametrize("given_", ["list", "generator"])
@pytest.mark.parametrize(("most", "looked_at", "complete"), [(None, 3, True), (2, 2, False), (1, 1, False), (7, 3, None), (3, 3, None)])
def test_a_search_looks_at_so_many_worlds_and_knows_whether_they_were_all(
    given_: str, most: int | None, looked_at: int, complete: bool | None
) -> None:
    """A list has an end that is known; of a generator all have been seen only where no limit was given."""
    worlds: Any = [THREE] * 3 if given_ == "list" else (world for world in [THREE] * 3)
    found = find_counterexample(sb.naive, worlds=worlds, most=most)
    assert found.looked_at == looked_at
    assert found.complete == ((given_ == "list") if complete is None else complete)


def test_a_search_is_kept_as_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When enough seconds have passed after each world, so that a killed search finds where it was."""
    monkeypatch.setattr(bookmarks, "SECONDS", 0.0)
    file, seen = tmp_path / "search", []

    def family() -> Any:
        for _ in range(3):
            yield THREE
            seen.append(json.loads(file.read_text())["state"]["looked_at"] if file.exists() else 0)

    assert find_counterexample(sb.naive, worlds=family(), resume=file).looked_at == 3
    assert max(seen) > 0, "before the search ended"
    mark = bookmarks.Bookmark(tmp_path / "mark", {"work": "mine"})
    mark.keep(lambda: 1)
    mark.keep(lambda: 2)
    assert bookmarks.Bookmark(tmp_path / "mark", {"work": "mine"}).state == 2
    monkeypatch.setattr(bookmarks, "SECONDS", 1000.0)
    mark.keep(lambda: 3)
    assert bookmarks.Bookmark(tmp_path / "mark", {"work": "mine"}).state == 2, "so soon it is not written again"
    mark.keep(lambda: 4, now=True)
    assert bookmarks.Bookmark(tmp_path / "mark", {"work": "mine"}).state == 4


def test_a_search_goes_on_from_the_start_or_refuses_fewer_worlds(tmp_path: Path) -> None:
    file = tmp_path / "search"
    assert find_counterexample(sb.naive, worlds=[THREE] * 3, most=2, resume=file).looked_at == 2
    document = json.loads(file.read_text())
    with pytest.raises(Exception, match="2 worlds were looked at before, more than most=1"):
        find_counterexample(sb.naive, worlds=[THREE] * 3, most=1, resume=file)
    assert find_counterexample(sb.naive, worlds=[THREE] * 3, most=2, resume=file).looked_at == 2
    document["state"] = {**document["state"], "looked_at": 0}
    file.write_text(json.dumps(document))
    assert find_counterexample(sb.naive, worlds=[THREE] * 3, resume=file).looked_at == 3


class Broken(Executor):
    """An executor whose pool breaks after so many pieces."""

    def __init__(self, good: int) -> None:
        self.good = good

    def submit(self, fn: Any, /, *args: Any, **named: Any) -> Future[Any]:
        if self.good <= 0:
            raise BrokenProcessPool("the pool is gone")
        self.good -= 1
        future: Future[Any] = Future()
        future.set_result(fn(*args, **named))
        return future


def test_a_pool_that_breaks_keeps_the_results_before() -> None:
    found: list[Any] = []
    results = each_in_order(str, range(5), executor=Broken(2))
    words = "a worker died, and its pool with it, over 2 or something handed out after it: the pool is gone"
    with pytest.raises(WorkerFailed, match=words):
        collections.deque(map(found.append, results), maxlen=0)
    assert found == [(0, "0"), (1, "1")]
    assert list(each_in_order(str, range(3), executor=Broken(9))) == [(0, "0"), (1, "1"), (2, "2")]


def test_a_family_has_the_worlds_of_its_parts() -> None:
    assert len(persuasion(values=(1,), bonuses=(0,), states=("1/2",))) == 2 * 16
    assert len(persuasion(values=(1, 2), bonuses=(0, 1, 2), states=("1/2", "1/3"))) == 4 * 3 * 2 * 2 * 16


# ---------------------------------------------------------------- shares


def judged(some: bool | None, every: bool | None) -> Judged:
    return Judged(some, every, (), F(0))


ANSWERS = {
    "both": (True, True), "some": (True, False), "none": (False, False), "open": (None, None), "some open": (True, None),
    "not all": (None, False),
}  # fmt: skip


def told(*names: str) -> tuple[str | None, str | None]:
    """The members shown for and against, in a tally of members with these answers."""
    tally = _tally(((f"{place} {name}", F(1)) for place, name in enumerate(names)), lambda which: judged(*ANSWERS[which.split(" ", 1)[1]]))
    assert tally.looked_at == len(names)
    return (tally.holding[0] if tally.holding else None), (tally.failing[0] if tally.failing else None)


def test_the_member_shown_is_the_first_that_says_most() -> None:
    """For: one where the test holds of all best policies, else of some. Against: one where of none, else not of all."""
    assert told("open") == (None, None)
    assert told("none") == (None, "0 none")
    assert told("some", "both", "both") == ("1 both", "0 some")
    assert told("both", "some") == ("0 both", "1 some")
    assert told("some", "none", "none") == ("0 some", "1 none")
    assert told("none", "some", "none") == ("1 some", "0 none")
    assert told("both", "open", "none") == ("0 both", "2 none")
    assert told("both", "none", "open") == ("0 both", "1 none")
    assert told("open", "some open", "some") == ("1 some open", "2 some")
    assert told("not all", "none") == (None, "1 none")
    assert told("some", "some") == ("0 some", "0 some")


@pytest.mark.parametrize("level", [0, 1, -1, 2, F(3, 2)])
def test_an_interval_has_a_level_between_0_and_1(level: Any) -> None:
    with pytest.raises(WrongShape, match="is no probability of an interval to hold; give one between 0 and 1"):
        _estimate(F(1, 2), 10, F(level))


@pytest.mark.parametrize("seen", [F(0), F(1, 2), F(1)])
def test_an_interval_is_that_of_hoeffding_and_within_0_and_1(seen: Fraction) -> None:
    """For 200 draws and level 0.95 the half width is sqrt(ln 40 / 400) = 0.09603..."""
    found = _estimate(seen, 200, F(19, 20))
    assert (found.seen, found.level) == (seen, F(19, 20))
    low, high = max(0.0, float(seen) - 0.096032), min(1.0, float(seen) + 0.096032)
    assert abs(float(found.low) - low) < 1e-5
    assert abs(float(found.high) - high) < 1e-5
    assert repr(found) == str(found) == f"between {low:.4f} and {high:.4f} (an interval of level 0.95, from draws)"
    assert isinstance(found, Estimate)


def test_a_member_lists_three_best_policies_and_counts_the_others() -> None:
    policies = list(THREE.policies)
    for many, said in [(0, "none"), (1, "leave"), (3, "leave, b, c"), (4, "leave, b, c and 1 more"), (6, "leave, b, c and 3 more")]:
        assert str(Member("it", None, tuple((policies * 2)[:many]), None, None)) == f"it (best: {said})"


def test_arrangements_are_counted_by_hand() -> None:
    """Of equal payoffs and of places that may change, each alone is divided out; together they are counted."""
    assert count_of_arrangements([0, 0, 1, 1], [[0], [1], [2], [3]]) == 6
    assert count_of_arrangements([0, 1, 2, 3], [[0, 1], [2, 3]]) == 6
    assert count_of_arrangements([0, 0, 1, 1], [[0, 1], [2, 3]]) == 3
    assert count_of_arrangements([0, 0, 1, 2], [[0, 1, 2], [3]]) == 3
    many = [i // 2 for i in range(24)]  # 12 pairs: 3 ** 12 hands are too many to go through
    assert count_of_arrangements(many, [list(range(12)), list(range(12, 24))]) == 24 * _factorial(23) // _factorial(12) ** 2


def _factorial(n: int) -> int:
    return 1 if n == 0 else n * _factorial(n - 1)


def test_so_many_arrangements_and_comparisons_are_made_and_no_more() -> None:
    places = [[place] for place in range(9)]
    payoffs = [0, 0, 0, 0, 1, 2, 3, 4, 5]  # 9! / 4! = 15,120 arrangements
    which = orbit("value", payoffs=payoffs)
    assert MOST_ARRANGEMENTS == 50_000
    check_size(which, THREE, payoffs, places, 330)  # 4,989,600 comparisons
    with pytest.raises(TooLarge, match=r"up to 15,120 arrangements .* 331 kinds of policies"):
        check_size(which, THREE, payoffs, places, 331)  # 5,004,720
    with pytest.raises(TooLarge, match="up to 60,480 arrangements"):
        check_size(which, THREE, [0, 0, 0, 1, 2, 3, 4, 5, 6], places, 1)


# ---------------------------------------------------------------- power, exchanges, non-obstruction


def fork(*ends: str) -> sb.World:
    return sb.World(
        ck.Model(act=ck.choice(*ends), end=lambda act: act, value=ck.function(len, parents=["act"])), value="value", name="fork"
    )


def test_power_is_the_mean_of_what_the_best_have() -> None:
    assert power(Dist({E(X("end").is_("a")): "1/4", 2 * E(X("end").is_("b")): "3/4"}), fork("a", "b")) == F(7, 4)
    assert power(orbit("end", payoffs=[0, 3, 6], utility=E(X("end"))), fork("a", "b", "c")) == 6
    never = E(V) / (E(V) - E(V))
    with pytest.raises(Impossible, match="in fork no policy has a score under one of the utilities"):
        power(Dist({E(V): "1/2", never: "1/2"}), fork("a", "b"))


def test_power_over_too_many_arrangements_is_refused() -> None:
    """No two of nine ends are as likely, so that none may change places: 9! arrangements."""
    law = ck.Dist({f"end {i}": F(i, 45) for i in range(1, 10)})
    rows = {"stay": law, "go": ck.Dist({"end 1": 1})}
    world = sb.World(
        ck.Model(act=ck.choice("stay", "go"), end=ck.cpt(["act"], rows, coupling="independent", domain=list(law))), name="nine"
    )
    with pytest.raises(TooLarge, match="has up to 362,880 arrangements that differ in nine, to be compared for 2 kinds of policies"):
        power(orbit("end", payoffs=list(range(9)), utility=E(X("end"))), world)


@pytest.mark.parametrize(
    ("payoffs", "said"),
    [
        ({"a": 0, "b": 1}, "there is no payoff for 'c'; the outcomes are: 'a', 'b', 'c'"),
        ({"a": 0, "b": 1, "c": 2, "d": 3}, "there is a payoff for 'd', which is no outcome; the outcomes are: 'a', 'b', 'c'"),
        ({"a": 0, "b": 1, "d": 3}, "there is no payoff for 'c'; the outcomes are: 'a', 'b', 'c'"),
        ([0, 1], "2 payoffs for 3 outcomes: 'a', 'b', 'c'; give one for each"),
    ],
)
def test_payoffs_are_of_each_outcome_and_of_no_other(payoffs: Any, said: str) -> None:
    with pytest.raises(WrongShape) as refused:
        power(orbit("end", payoffs=payoffs, utility=E(X("end"))), fork("a", "b", "c"))
    assert str(refused.value) == said


def test_people_who_see_nothing_are_asked_once() -> None:
    assert str(vigilance()) == "E[V] >= E[V_{B=True}] or E[1[H=s]] >= 1"
    assert str(vigilance("a", "b")) == "for every a, b (E[V] >= E[V_{B=True}] or E[1[H=s]] >= 1)"


def test_an_exchange_leaves_the_others_where_they_are() -> None:
    found = retargeting(~(E(X("end").is_("off")) >= 1), "end", fork("off", "a", "b"))
    assert dict(found.exchange) == {"off": "a", "a": "off", "b": "b"}
    assert str(found).endswith("in fork, best for their mean: exchange a with off")
    assert repr(found) == str(found)
    assert found._repr_html_() == f"<p>{str(found).replace('>', '&gt;')}</p>"
    nothing = retargeting(E(X("end").is_("off")) >= 1, "end", fork("off", "a", "b"))
    assert not nothing
    assert str(nothing).startswith("no exchange of outcomes of end carries what policies reach that fail ")
    always = retargeting(E(X("end").is_("off")) >= 0, "end", fork("off", "a"))
    assert dict(always.exchange) == {"off": "off", "a": "a"}
    assert str(always).endswith("exchange nothing")
    with pytest.raises(WrongShape, match="is undefined of a in fork; ask for a test that every policy answers"):
        retargeting(E(V) / E(X("end").is_("off")) >= 1, "end", fork("off", "a"))


def test_ends_that_each_can_be_had_are_worth_the_largest_of_so_many() -> None:
    law = Dist({0: "1/2", 6: "1/2"})
    for ends, expected in ((("a",), 3), (("a", "b"), F(9, 2)), (("a", "b", "c"), F(21, 4))):
        assert terminal_power("end", fork(*ends), rewards=law) == expected
        assert terminal_power("end", fork(*ends)) == F(len(ends), len(ends) + 1)


def test_goals_that_nothing_is_known_of_are_counted_apart() -> None:
    """On, only a is left; a goal of b has less with it, a goal of a the same, and of one goal nothing can be said."""
    model = ck.Model(
        ai=ck.choice("on", "off"), aim=ck.choice("a", "b"), end=lambda ai, aim: "a" if ai == "on" else aim,
    )  # fmt: skip
    world = sb.World(model, name="lever")
    a, b = E(X("end").is_("a")), E(X("end").is_("b"))
    goals = Dist({a: "1/2", b: "1/4", a / (b - b): "1/4"})
    found = non_obstruction(goals, world, on={"ai": "on"}, off={"ai": "off"})
    assert (found.share, found.undefined, found.with_it, found.without_it, bool(found)) == (F(1, 2), F(1, 4), 0, 1, False)
    assert found.obstructed == str(b)
    assert "not obstructed for 0.5 of the goals in lever, undefined for 0.25; obstructed: " in str(found)
    assert repr(found) == str(found)
    assert found._repr_html_().startswith("<p>not obstructed for 0.5 of the goals")
    assert non_obstruction(Dist({a: 1}), world, on={"ai": "on"}, off={"ai": "off"})


def test_a_share_says_how_many_were_counted() -> None:
    test = E(X("end").is_("a")) >= 1
    found = share(test, orbit("end", payoffs=[0, 1, 2], utility=E(X("end"))), fork("a", "b", "c"))
    assert (found.weakly, found.strictly, found.of, found.is_exact, bool(found)) == (F(1, 3), F(1, 3), 6, True, False)
    assert repr(found) == str(found)
    ties = share(test, orbit("end", payoffs=[0, 1, 1], utility=E(X("end"))), fork("a", "b", "c"))
    assert (ties.weakly, ties.strictly) == (F(2, 3), 0)
    undefined = share(1 / E(X("end").is_("a")) >= 1, orbit("end", payoffs=[0, 1, 1], utility=E(X("end"))), fork("a", "b", "c"))
    assert (undefined.weakly, undefined.weakly_undefined, undefined.strictly_undefined) == (F(2, 3), F(1, 3), 1)
