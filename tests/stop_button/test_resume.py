"""Long work that is put down and taken up again comes to what it comes to in one go."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import WrongFile, WrongShape
from stop_button import FREE, STOP, E, V
from stop_button.auditing import reporting
from stop_button.bookmarks import Bookmark
from stop_button.evaluation import ranking
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.parallel import each_in_order
from stop_button.searching.claims import Claim, never_pays_for_influence
from stop_button.searching.families import persuasion
from stop_button.solving.branch_and_bound import Found, branched
from stop_button.solving.fractional_form import in_ratios
from stop_button.solving.term_matrix import PartialAssignment, search_problem
from tests.stop_button.wide_world import wide

FAMILY = persuasion(values=(0, 1), bonuses=(0,), states=("1/2",))


class Stopper:
    """Calls something, and stops the program at one call."""

    def __init__(self, function: Any, at: int | None) -> None:
        self.function, self.at, self.calls = function, at, 0

    def __call__(self, *args: Any) -> Any:
        self.calls += 1
        if self.calls == self.at:
            raise KeyboardInterrupt
        return self.function(*args)


def asked(utility: sb.Utility, stop: Stopper | None, resume: Path | None) -> Any:
    claim = never_pays_for_influence
    if stop is not None:
        stop.function = claim.doubts
        claim = Claim(claim.name, claim.sentence, stop)
    return sb.find_counterexample(utility, claim=claim, worlds=FAMILY, resume=resume)


def plainly(found: Any) -> Any:
    return found.looked_at, found.without_best, found.undecided, found.complete, found.world, str(found.flag)


@pytest.mark.parametrize("utility", [sb.counterfactual, sb.switch, sb.cond], ids=lambda utility: utility.name)
def test_a_search_for_a_counterexample_goes_on_where_it_was_stopped(tmp_path: Path, utility: sb.Utility) -> None:
    whole = sb.find_counterexample(utility, worlds=FAMILY)
    for at in (1, 3, 10):
        file = tmp_path / f"{at}.json"
        first = asked(utility, Stopper(None, at), file)
        assert plainly(asked(utility, Stopper(None, None), file)) == plainly(whole)
        if not first:
            assert first.looked_at < whole.looked_at
        again = Stopper(None, None)
        assert plainly(asked(utility, again, file)) == plainly(whole)
        assert again.calls <= 2, "a search that has ended is not done again"


def test_a_search_of_worlds_that_are_others_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "search.json"
    asked(sb.counterfactual, Stopper(None, 5), file)
    with pytest.raises(WrongFile, match="kept for another question: its worlds is"):
        sb.find_counterexample(sb.counterfactual, resume=file)
    with pytest.raises(WrongFile, match="kept for another question: its utility is"):
        sb.find_counterexample(sb.naive, worlds=FAMILY, resume=file)

    def given(first: int) -> Iterator[sb.World]:
        return iter([FAMILY[i] for i in (first, 1, 2, 3)])

    other = tmp_path / "iterator.json"
    sb.find_counterexample(sb.counterfactual, worlds=given(0), most=1, resume=other)
    assert sb.find_counterexample(sb.counterfactual, worlds=given(0), most=3, resume=other).looked_at == 3
    with pytest.raises(WrongFile, match="world 3 is not the one"):
        sb.find_counterexample(sb.counterfactual, worlds=iter([FAMILY[7]] * 4), resume=other)
    with pytest.raises(WrongFile, match="more than most=2"):
        sb.find_counterexample(sb.counterfactual, worlds=given(0), most=2, resume=other)


def test_a_survey_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    over = {"loss": [5, 10, 15, 20]}
    utilities = [sb.conditional_counterfactual, sb.naive]
    whole = sb.survey(sb.worlds.public_unsafe_act, utilities, over=over)
    for at in (1, 2, 4):
        file = tmp_path / f"{at}.json"

        def build(at: int = at, calls: list[int] = [], **parameters: Any) -> sb.World:  # noqa: B006
            calls.append(1)
            if len(calls) == at:
                raise KeyboardInterrupt
            return sb.worlds.public_unsafe_act(**parameters)

        first = sb.survey(build, utilities, over=over, resume=file)
        assert not first.complete
        assert first.settings == whole.settings[: len(first.settings)]
        assert sb.survey(sb.worlds.public_unsafe_act, utilities, over=over, resume=file) == whole
    with pytest.raises(WrongFile, match="its over is"):
        sb.survey(sb.worlds.public_unsafe_act, utilities, over={"loss": [5]}, resume=file)
    with pytest.raises(WrongFile, match="the world of setting 4 is not the one"):
        sb.survey(lambda loss: sb.worlds.office(), utilities, over=over, resume=file)


def stopped_after(pieces: int) -> Any:
    """Work in order that is interrupted after some pieces."""

    def each(*args: Any, **how: Any) -> Iterator[Any]:
        for done, piece in enumerate(each_in_order(*args, **how)):
            if done == pieces:
                raise KeyboardInterrupt
            yield piece

    return each


@pytest.mark.parametrize("utility", [sb.naive, sb.conditional_counterfactual], ids=lambda utility: utility.name)
def test_a_ranking_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, utility: sb.Utility) -> None:
    world = wide(6, 3)
    whole = sb.rank(world, utility)
    monkeypatch.setattr(ranking, "BLOCK", 100)
    for at in (0, 1, 4):
        file = tmp_path / f"{at}.json"
        with monkeypatch.context() as patch:
            patch.setattr(ranking, "each_in_order", stopped_after(at))
            first = sb.rank(world, utility, resume=file)
        assert first.looked_at == 100 * at
        assert not first.complete
        assert sb.rank(world, utility, resume=file) == whole
        with monkeypatch.context() as patch:
            patch.setattr(ranking, "each_in_order", stopped_after(0))
            assert sb.rank(world, utility, resume=file) == whole, "a ranking that has ended is not done again"
    with pytest.raises(WrongFile, match="its top is '10', and now it is '3'"):
        sb.rank(world, utility, top=3, resume=file)
    with pytest.raises(WrongFile, match="its world is"):
        sb.rank(wide(5, 3), utility, resume=file)


@pytest.mark.parametrize(
    ("where", "instead", "said"),
    [
        (("scores", 0, 2, 0), 100, "was not looked at"),
        (("scores", 0, 2, 0), -1, "place"),
        (("looked_at",), 10**6, "1,000,000 policies were looked at, and there are 729"),
        (("undefined",), 101, "policies were looked at"),
    ],
)
def test_what_was_kept_of_a_ranking_and_cannot_be_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: tuple[Any, ...], instead: int, said: str
) -> None:
    file = tmp_path / "kept.json"
    monkeypatch.setattr(ranking, "BLOCK", 100)
    with monkeypatch.context() as patch:
        patch.setattr(ranking, "each_in_order", stopped_after(1))
        sb.rank(wide(6, 3), sb.naive, resume=file)
    document = json.loads(file.read_text(encoding="utf-8"))
    inside = document["state"]
    for step in where[:-1]:
        inside = inside[step]
    inside[where[-1]] = instead
    file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ck.CausalError, match=said):
        sb.rank(wide(6, 3), sb.naive, resume=file)


def drawn(seed: int) -> sb.World:
    draw = random.Random(seed)
    worth = {(sight, act): draw.randint(-2, 3) for sight in range(3) for act in range(3)}
    model = ck.Model(
        sight=ck.uniform(*range(3)),
        act=ck.choice(*range(3), sees=["sight"]),
        more=ck.choice(0, 1, sees=["act"]),
        wish=lambda sight, act: STOP if (sight + act) % 2 else FREE,
        value=lambda sight, act, more: worth[sight, act] + more,
    )
    return sb.World(model, value="value", intent="wish")


def test_branch_and_bound_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    f = E(V, given={"intent": STOP}) * E(V) + E(V, given={"intent": FREE})
    stops = 0
    for seed in range(6):
        world = drawn(seed)
        problem = search_problem(in_ratios(f, world), world.policies)

        def score(assignment: PartialAssignment, world: sb.World = world, problem: Any = problem) -> Any:
            return score_or_undefined(f, world, problem.policy(assignment))

        whole = branched(problem, score, most=10_000)
        assert whole.proved
        for most in (1, 3, 8, 20):
            file = tmp_path / f"{seed} {most}.json"
            found: Found | None = None
            for limit in (most, 2 * most, 10_000):
                found = branched(problem, score, most=limit, mark=Bookmark(file, {"seed": str(seed)}))
                stops += not found.proved
                if not found.proved and found.bound is not None:
                    assert whole.score is not None
                    assert found.bound >= whole.score
            assert found is not None
            assert (found.score, found.bound, found.proved) == (whole.score, whole.bound, True)
        file = tmp_path / f"{seed}.json"
        cut = Stopper(score, 12)
        branched(problem, cut, most=10_000, mark=Bookmark(file, {}))
        stops += cut.calls == 12
        assert branched(problem, score, most=10_000, mark=Bookmark(file, {})).score == whole.score
    assert stops > 6


def test_solve_keeps_its_search_in_a_file(tmp_path: Path) -> None:
    utility = sb.Utility("three means", E(V, given={"intent": STOP}) * E(V) + E(V, given={"intent": FREE}))
    file, world = tmp_path / "search.json", drawn(1)
    whole = sb.solve(world, utility, method="branch and bound")
    first = sb.solve(world, utility, method="branch and bound", most=2, resume=file)
    assert whole.proved
    assert not first.proved
    assert sb.solve(world, utility, method="branch and bound", resume=file).score == whole.score
    again = sb.solve(world, utility, method="branch and bound", resume=file)
    assert (again.score, again.proved) == (whole.score, True)
    with pytest.raises(WrongFile, match="its world is"):
        sb.solve(drawn(2), utility, method="branch and bound", resume=file)
    assert sb.solve(world, sb.naive, resume=tmp_path / "none.json")
    assert not (tmp_path / "none.json").exists(), "what needs no search keeps nothing"


HOSTILE: list[Any] = [
    None, [], {}, 7, "text", {"looked_at": -1}, {"looked_at": 10**9, "without_best": 0, "undecided": 0, "refuted": False, "last": ""},
    {"looked_at": 1, "without_best": 0, "undecided": 0, "refuted": True, "last": "x"}, {"scores": [[1]], "looked_at": 3, "undefined": 0},
    {"scores": [["1/0", 1, [0]]], "looked_at": 3, "undefined": 0}, {"scores": [], "looked_at": 10**9, "undefined": 0},
    {"scores": [[1, 1, [99]]], "looked_at": 3, "undefined": 0}, {"settings": [[0]], "last": ""},
    {"settings": [[99, "u", "clean", [], None, []], [99, "u", "clean", [], None, []]], "last": ""},
    {"settings": [[0, "u", "no verdict", [], None, []]], "last": ""}, {"settings": [[0, "u", "clean", [[]], None, []]], "last": ""},
]  # fmt: skip


def test_a_file_that_keeps_nonsense_is_refused_in_words(tmp_path: Path) -> None:
    runs = {
        "ranking": lambda file: sb.rank(wide(3, 2), sb.naive, resume=file),
        "survey": lambda file: sb.survey(sb.worlds.public_unsafe_act, sb.naive, over={"loss": [5]}, resume=file),
        "search": lambda file: sb.find_counterexample(sb.naive, worlds=FAMILY, most=2, resume=file),
    }
    refused = 0
    for name, run in runs.items():
        file = tmp_path / f"{name}.json"
        whole = run(file)
        document = json.loads(file.read_text())
        for state in HOSTILE:
            file.write_text(json.dumps({**document, "state": state}))
            try:
                assert state is None or run(file) == whole
            except (WrongFile, WrongShape):
                refused += 1
        for text in ("", "{", "[]", '{"format": "other"}', "\x00", '{"format": "stop_button bookmark", "question": 3, "state": 1}'):
            file.write_text(text)
            with pytest.raises(WrongFile, match=str(file)):
                run(file)
    assert refused >= 3 * len(HOSTILE) - 8


SLOW = """
import sys, time
import stop_button as sb
from stop_button import bookmarks
from stop_button.parallel import each_in_order
from stop_button.searching.claims import Claim, never_pays_for_influence as claim
from stop_button.searching.families import persuasion
bookmarks.SECONDS = 0
def doubts(*args):
    time.sleep(.05)
    return claim.doubts(*args)
family = persuasion(values=(0, 1), bonuses=(0,), states=("1/2",))
sb.find_counterexample(sb.counterfactual, claim=Claim(claim.name, claim.sentence, doubts), worlds=family, resume=sys.argv[1])
"""


def test_a_killed_search_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    process = subprocess.Popen([sys.executable, "-c", SLOW, str(file)])
    try:
        until = time.monotonic() + 60
        while not file.exists() and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.3)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    kept = json.loads(file.read_text())["state"]["looked_at"]
    assert 0 < kept < len(FAMILY)
    stop = Stopper(None, None)
    assert plainly(asked(sb.counterfactual, stop, file)) == plainly(sb.find_counterexample(sb.counterfactual, worlds=FAMILY))
    assert stop.calls <= 3 * (len(FAMILY) - kept)


def test_an_interrupted_report_keeps_what_was_audited(monkeypatch: pytest.MonkeyPatch) -> None:
    utilities = [sb.counterfactual, sb.cond, sb.naive]
    whole = sb.report(sb.worlds.basic_button(), utilities)
    assert whole.complete
    assert "interrupted" not in str(whole)
    for at in (1, 2, 3):
        with monkeypatch.context() as patch:
            patch.setattr(reporting, "audit", Stopper(sb.audit, at))
            found = sb.report(sb.worlds.basic_button(), utilities)
        assert not found
        assert not found.complete
        assert found.verdicts == whole.verdicts[: at - 1]
        assert "interrupted: these are the definitions audited so far" in str(found)
