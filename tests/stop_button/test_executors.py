"""Processes and clusters find what is found here, and a piece that fails there is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

import stop_button as sb
from causalkit.errors import Impossible
from stop_button.evaluation.ranking import Ranking
from stop_button.parallel import WorkerFailed, each_in_order
from stop_button.searching.families import persuasion
from tests.stop_button.wide_world import wide

SMALL = persuasion(values=(0, 1), bonuses=(0,), states=("1/2",))


@contextmanager
def processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(2) as executor:
        yield executor


@contextmanager
def dask(**how: Any) -> Iterator[Executor]:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed; type: pip install 'causalkit[cluster]'")
    with (
        distributed.LocalCluster(threads_per_worker=1, dashboard_address="127.0.0.1:0", **how) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client.get_executor()


PLACES = {
    "processes": processes,
    "dask in threads": lambda: dask(n_workers=1, processes=False),
    "dask in processes": lambda: dask(n_workers=2, processes=True, host="127.0.0.1"),
}


@pytest.fixture(scope="module", params=PLACES)
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    with PLACES[request.param]() as opened:
        yield opened


@pytest.mark.parametrize("utility", [sb.naive, sb.counterfactual, sb.conditional_counterfactual], ids=lambda utility: utility.name)
def test_ranking(executor: Executor, utility: sb.Utility) -> None:
    world = wide(5, 3)
    here, there = sb.rank(world, utility), sb.rank(world, utility, executor=executor, pieces=5)
    assert there == here
    assert there.complete
    assert there.looked_at == 3**5


@pytest.mark.parametrize("utility", [sb.switch, sb.counterfactual], ids=lambda utility: utility.name)
def test_search(executor: Executor, utility: sb.Utility) -> None:
    here = sb.find_counterexample(utility, worlds=SMALL)
    assert sb.find_counterexample(utility, worlds=SMALL, executor=executor) == here


def test_survey(executor: Executor) -> None:
    over = {"loss": [5, "90/11", 20], "oblivious": [0, "1/100"]}
    utilities = [sb.counterfactual, sb.ccmin]
    here = sb.survey(sb.worlds.public_unsafe_act, utilities, over=over)
    there = sb.survey(sb.worlds.public_unsafe_act, utilities, over=over, executor=executor)
    assert there == here
    assert len(there.settings) == 12


# ---------------------------------------------------------------- what fails there


def verdict(world: sb.World) -> str:
    """Fails in the fourth world of the family, as if a worker had trouble with it."""
    if world.description == SMALL[3].description:
        raise OSError("the disk is full")
    return sb.audit(world, sb.counterfactual).verdict


def unstoppable(world: sb.World) -> str:
    raise Impossible("people never wish to stop")


@pytest.mark.parametrize("chunk", [1, 3])
def test_a_failure_names_the_world_and_keeps_the_results_before_it(executor: Executor, chunk: int) -> None:
    kept: list[str] = []
    with pytest.raises(WorkerFailed) as caught:
        kept.extend(result for _, result in each_in_order(verdict, SMALL, executor=executor, chunk=chunk))
    assert kept == [verdict(SMALL[i]) for i in range(3)]
    assert str(caught.value).startswith(f"{SMALL[3]!r} failed twice in a worker: OSError: the disk is full; ")


class FailsAtThe(Executor):
    """Does what it is asked to at once, and fails from a certain piece on."""

    def __init__(self, piece: int) -> None:
        self.left = piece

    def submit(self, task: Any, /, *args: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        self.left -= 1
        if self.left > 0:
            done.set_result(task(*args, **named))
        else:
            done.set_exception(OSError("the disk is full"))
        return done


def test_a_failure_carries_what_rank_found_before_it() -> None:
    world = sb.worlds.basic_button()
    with pytest.raises(WorkerFailed) as caught:
        sb.rank(world, sb.counterfactual, executor=FailsAtThe(4), pieces=5)
    so_far = caught.value.so_far
    assert isinstance(so_far, Ranking)
    assert (so_far.looked_at, so_far.complete) == (3, False)
    assert so_far.scores[0] == sb.rank(world, sb.counterfactual).scores[0]


def test_a_failure_carries_what_a_search_and_a_survey_found_before_it() -> None:
    with pytest.raises(WorkerFailed) as caught:
        sb.find_counterexample(sb.counterfactual, worlds=SMALL, executor=FailsAtThe(2))
    assert (caught.value.so_far.looked_at, caught.value.so_far.complete) == (32, False)
    with pytest.raises(WorkerFailed) as caught:
        sb.survey(sb.worlds.public_unsafe_act, sb.counterfactual, over={"loss": [5, 10, 20]}, executor=FailsAtThe(3))
    whole = sb.survey(sb.worlds.public_unsafe_act, sb.counterfactual, over={"loss": [5, 10, 20]})
    assert caught.value.so_far.settings == whole.settings[:2]
    assert not caught.value.so_far.complete


def test_a_typed_error_is_raised_as_it_is(executor: Executor) -> None:
    with pytest.raises(Impossible, match="people never wish to stop"):
        list(each_in_order(unstoppable, SMALL[:2], executor=executor))


def deadly(number: int) -> int:
    if number == 5:
        os._exit(1)
    return number


def kept_until_a_worker_dies(executor: Executor, chunk: int) -> tuple[list[int], str]:
    kept: list[int] = []
    with pytest.raises(WorkerFailed) as caught:
        kept.extend(result for _, result in each_in_order(deadly, range(40), executor=executor, chunk=chunk))
    return kept, str(caught.value)


@pytest.mark.parametrize("chunk", [1, 4])
def test_a_dead_worker_breaks_its_pool_and_nobody_is_blamed_for_certain(chunk: int) -> None:
    with ProcessPoolExecutor(2) as executor:
        kept, told = kept_until_a_worker_dies(executor, chunk)
    assert kept == list(range(len(kept)))
    assert len(kept) <= 5
    assert told.startswith(f"a worker died, and its pool with it, over {len(kept)} or something handed out after it: ")


def test_a_dead_worker_of_a_cluster_is_replaced_and_the_culprit_named() -> None:
    config = pytest.importorskip("dask.config", reason="Dask is not installed; type: pip install 'causalkit[cluster]'")
    with config.set({"distributed.scheduler.allowed-failures": 0}), dask(n_workers=2, processes=True, host="127.0.0.1") as executor:
        kept, told = kept_until_a_worker_dies(executor, 4)
    assert kept == [0, 1, 2, 3, 4]
    assert told.startswith("5 failed twice in a worker: KilledWorker: ")


class Breaks(Executor):
    """Breaks at the second submission, before the first was asked for."""

    def __init__(self) -> None:
        self.taken = 0

    def submit(self, task: Any, /, *args: Any, **named: Any) -> Future[Any]:
        self.taken += 1
        if self.taken > 1:
            raise BrokenExecutor("gone")
        done: Future[Any] = Future()
        done.set_result(task(*args, **named))
        return done


def test_what_is_done_comes_out_though_no_more_can_be_handed_out() -> None:
    kept: list[int] = []
    with pytest.raises(WorkerFailed, match=r"over 2 or something handed out after it: gone; run it without executor="):
        kept.extend(result for _, result in each_in_order(abs, range(40), executor=Breaks(), chunk=2))
    assert kept == [0, 1]
