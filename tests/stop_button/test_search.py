"""Counterexamples, surveys, and the work behind them."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import pytest
import sympy

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible
from stop_button.auditing import Flag, Gain
from stop_button.auditing.flags import influence
from stop_button.evaluation.evaluation import Evaluation
from stop_button.parallel import WorkerFailed, each_in_order
from stop_button.searching import claims
from stop_button.searching.counterexample import find_counterexample
from stop_button.searching.families import Family, Sketch, persuasion
from stop_button.searching.parameter_survey import survey

SMALL = persuasion(values=(0, 1), bonuses=(0,), states=("1/2",))


def test_a_refutation_holds_in_the_world_that_is_shown() -> None:
    found = find_counterexample(sb.conditional_counterfactual, worlds=SMALL)
    assert found
    assert found.world is not None
    assert isinstance(found.flag, Gain)
    best = sb.score(found.world, sb.conditional_counterfactual).best(sb.conditional_counterfactual)
    assert found.flag.policy in best
    assert found.flag.kind == "by way of the wish"
    assert found.flag.sign == "positive"


def test_worlds_are_counted_by_what_became_of_the_claim() -> None:
    """The claim holds in the worlds that were looked at, but the one that refutes it and those without an answer."""
    found = find_counterexample(sb.conditional_counterfactual, worlds=SMALL)
    assert found.holds_in == found.looked_at - 1 - found.without_best - found.undecided
    every = find_counterexample(sb.counterfactual, worlds=SMALL)
    assert not every
    assert every.holds_in == every.looked_at - every.without_best - every.undecided


@pytest.mark.parametrize(("bonus", "cut"), [(0, False), (2, False), (0, True), (2, True)])
def test_a_small_world_says_what_is_in_it(bonus: int, cut: bool) -> None:
    sketch = Sketch(Fraction(1, 4), (0, 1), (True, False, False, True), bonus, cut)
    expected = (
        "state 1 has probability 1/4; running is worth 0 in state 0 and 1 in state 1; left alone people wish to stop exactly in mood 1 "
        "(a fair coin); once the agent acts they wish: stop if state=0 and mood=0, free if state=0 and mood=1, free if state=1 and mood=0, "
        "stop if state=1 and mood=1" + f"; acting adds {bonus} to the value of running" * bool(bonus) + "; acting cuts the wire" * cut
    )
    assert str(sketch) == sketch.world().description == expected


def test_no_world_before_it_refutes_the_claim() -> None:
    found = find_counterexample(sb.conditional_counterfactual, worlds=SMALL)
    before = list(SMALL)[: found.looked_at - 1]
    assert not any(claims.never_pays_for_influence.refuted_by(sb.conditional_counterfactual, world) for world in before)


@pytest.mark.parametrize("utility", [sb.counterfactual, sb.ref], ids=lambda u: u.name)
def test_fact_d2_nothing_comes_through_the_wish_in_the_whole_family(utility: sb.Utility) -> None:
    found = find_counterexample(utility, worlds=SMALL)
    assert not found
    assert found.complete
    assert found.looked_at == len(SMALL)


ALL = [claim for claim in vars(claims).values() if isinstance(claim, claims.Claim)]


@pytest.mark.parametrize("claim", [claim for claim in ALL if claim is not claims.no_best_policy_stops_unasked], ids=lambda c: c.name)
def test_every_claim_is_refuted_by_some_utility(claim: claims.Claim) -> None:
    family = persuasion(values=(0, 2), bonuses=(0,), states=("1/4",))
    assert any(find_counterexample(utility, claim=claim, worlds=family) for utility in (sb.naive, sb.switch, sb.conditional_counterfactual))


def test_wanting_to_be_stopped_is_refuted_where_the_agent_can_press() -> None:
    wants = sb.Utility("wants to be stopped", sb.E(sb.B))
    found = find_counterexample(wants, claim=claims.no_best_policy_stops_unasked, worlds=[sb.worlds.basic_button()])
    assert isinstance(found.flag, Flag)
    assert str(found.flag.policy) == "self_press"


def test_families_are_ordered_by_size_and_count_their_worlds() -> None:
    family = persuasion()
    sizes = [sketch.size for sketch in family._ordered]
    assert sizes == sorted(sizes)
    assert len(family) == 1152
    assert len(set(family._ordered)) == len(family)
    assert family[0].policies.size == 2
    assert [w.description for w in family[:2]] == [family[0].description, family[1].description]


def test_a_bounded_search_says_that_it_is() -> None:
    found = find_counterexample(sb.counterfactual, worlds=SMALL, most=3)
    assert not found
    assert not found.complete
    assert found.looked_at == 3
    assert str(found).endswith("holds in the first 3 worlds of persuasion")


@pytest.mark.parametrize(
    ("count", "most", "said"),
    [(2, None, "holds in all 2 worlds given"), (3, 2, "holds in the first 2 worlds given"), (1, None, "holds in the one world given"),
     (2, 1, "holds in the first world given"), (0, None, "was asked of no world")],
)  # fmt: skip
def test_worlds_without_a_family_are_those_given(count: int, most: int | None, said: str) -> None:
    found = find_counterexample(sb.counterfactual, worlds=list(SMALL[:count]), most=most)
    assert str(found).endswith(said)


def test_an_interruption_keeps_what_was_looked_at() -> None:
    def interrupted() -> Iterator[sb.World]:
        yield from SMALL[:4]
        raise KeyboardInterrupt

    found = find_counterexample(sb.counterfactual, worlds=interrupted())
    assert (found.looked_at, found.complete, bool(found)) == (4, False, False)


def test_an_executor_finds_the_same() -> None:
    with ProcessPoolExecutor(2) as executor:
        for utility in (sb.counterfactual, sb.switch):
            assert find_counterexample(utility, worlds=SMALL, executor=executor) == find_counterexample(utility, worlds=SMALL)


def test_print() -> None:
    found = find_counterexample(sb.switch, worlds=SMALL)
    lines = str(found).splitlines()
    assert lines[0].startswith("switch refuted: 'no best policy gains by way of what people want' fails in world ")
    assert lines[1].startswith("state 1 has probability 1/2;")
    assert lines[2].startswith("by way of the wish: switch of act is ")
    assert "<table>" in found._repr_html_()


# ---------------------------------------------------------------- surveys


def test_survey_of_the_loss_in_the_public_unsafe_act() -> None:
    looked = survey(sb.worlds.public_unsafe_act, sb.conditional_counterfactual, over={"loss": [8, "90/11", 9]})
    assert [one.verdict for one in looked.settings] == ["side effect", "permits", "clean"]
    assert [one.score for one in looked.settings] == [4, Fraction(42, 11), Fraction(384, 101)]
    assert list(looked.to_frame()["loss"]) == [8, "90/11", 9]


def test_survey_over_several_parameters_and_an_executor() -> None:
    over: dict[str, list[Any]] = {"loss": [5, 20], "oblivious": [0, "1/100"]}
    with ThreadPoolExecutor(2) as executor:
        there = survey(sb.worlds.public_unsafe_act, [sb.counterfactual, sb.ccmin], over=over, executor=executor)
    here = survey(sb.worlds.public_unsafe_act, [sb.counterfactual, sb.ccmin], over=over)
    assert there == here
    assert len(here.settings) == 8
    assert here.complete


def test_an_interrupted_survey_keeps_what_it_has() -> None:
    def build(loss: int) -> sb.World:
        if loss > 5:
            raise KeyboardInterrupt
        return sb.worlds.public_unsafe_act(loss=loss)

    looked = survey(build, sb.counterfactual, over={"loss": [4, 5, 6, 7]})
    assert len(looked.settings) == 2
    assert not looked.complete
    assert str(looked).endswith("interrupted: these are the settings looked at so far")


# ---------------------------------------------------------------- work


def tenfold(number: int) -> int:
    if number == 3:
        raise RuntimeError("three")
    return 10 * number


def impossible(number: int) -> int:
    raise Impossible("never")


def test_results_come_in_order_whatever_the_chunk() -> None:
    with ThreadPoolExecutor(2) as executor:
        for chunk in (1, 4, 100):
            assert list(each_in_order(abs, range(-50, 0), executor=executor, chunk=chunk)) == [(n, -n) for n in range(-50, 0)]


def test_a_failing_worker_is_reported_with_the_item_and_keeps_the_results_before() -> None:
    kept: list[int] = []
    with ThreadPoolExecutor(2) as executor, pytest.raises(WorkerFailed, match=r"3 failed twice in a worker: RuntimeError: three"):
        kept.extend(result for _, result in each_in_order(tenfold, range(6), executor=executor, chunk=2))
    assert kept == [0, 10, 20]


def test_a_typed_error_of_a_worker_is_raised_as_it_is() -> None:
    with ThreadPoolExecutor(1) as executor, pytest.raises(Impossible, match="never"):
        list(each_in_order(impossible, [1], executor=executor))


@pytest.mark.parametrize("utility", [*sb.definitions.REGISTER.values(), sb.counterfactual.vary(weight=3)], ids=lambda u: u.name)
def test_definitions_travel_to_workers(utility: sb.Utility) -> None:
    back = pickle.loads(pickle.dumps(utility))
    assert back == utility
    assert back.parameters == utility.parameters
    assert back.family is utility.family


def test_families_are_sequences() -> None:
    assert isinstance(SMALL, Family)
    assert "every one of the 16 ways" in repr(SMALL)


def test_a_world_in_which_symbols_decide_what_is_best_is_open_and_not_without_a_best_policy() -> None:
    p, q = sympy.symbols("p q", real=True)
    model = ck.Model(
        action=ck.choice("a", "b"),
        wish=ck.Dist({sb.STOP: "1/2", sb.FREE: "1/2"}),
        stopped=lambda wish: wish == sb.STOP,
        value=ck.table(["action"], {"a": p, "b": q}),
    )
    world = sb.World(model, intent="wish", stopped="stopped", value="value", baseline="a")
    mine = sb.Utility("mine", sb.E(sb.V))
    for claim in (claims.never_pays_for_influence, claims.no_best_policy_has_influence):
        assert claim.asked_of(mine, world) == claims.Answer(None, has_best=True, open=1)
        found = find_counterexample(mine, claim=claim, worlds=[world, *list(SMALL)[:1]])
        assert (found.looked_at, found.undecided, found.without_best) == (2, 1, 0)
        alone = str(find_counterexample(mine, claim=claim, worlds=[world]))
        assert alone.endswith("; 1 are open, for symbols, a missing coupling or an undefined score")


def test_no_best_policy_without_influence_is_the_same_as_each_having_some() -> None:
    world, seen = sb.worlds.basic_button(), set()
    for utility in (sb.naive, sb.switch, sb.counterfactual, sb.conditional_counterfactual):
        influences = [bool(influence(Evaluation(world), best)) for best in sb.score(world, utility).best(utility)]
        assert bool(claims.some_best_policy_has_no_influence.refuted_by(utility, world)) == all(influences)
        seen.add(all(influences))
    assert seen == {True, False}
