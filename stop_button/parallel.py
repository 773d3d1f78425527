"""Long work, piece by piece: in order, over any executor, with a bar where somebody watches, and without losing what is done."""

from __future__ import annotations

import itertools
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from typing import Any, TypeVar

from causalkit import CausalError
from causalkit.errors import WrongArgument
from causalkit.values.arguments import checked

__all__ = ["WorkerFailed", "each_in_order", "keeping"]

Item = TypeVar("Item")
Result = TypeVar("Result")

WAITING = 16


class WorkerFailed(CausalError, RuntimeError):
    """A piece of work failed, again after it was tried once more; the message names the piece.

    ``so_far`` is the result of all that came before it, as an interruption would have left it: a ``Ranking``, a ``Counterexample``, a
    ``Survey``.
    """

    so_far: Any = None


@checked
def each_in_order(
    task: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    executor: Executor | None = None,
    chunk: int = 1,
    total: int | None = None,
    what: str = "",
) -> Iterator[tuple[Item, Result]]:
    """Each item with the result of a task on it, in the order of the items, while a bar shows how far it is.

    ``executor`` is any ``concurrent.futures.Executor``: a pool of threads or processes, Dask's ``client.get_executor()``; items are
    handed out ``chunk`` at a time. A piece that fails in a worker is tried once more and then reported as ``WorkerFailed`` with the
    item that caused it; where a dying worker takes a whole pool along, with the first item that may have.

    >>> list(each_in_order(abs, [-1, 2]))
    [(-1, 1), (2, 2)]
    """
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise WrongArgument(f"{executor!r} is no executor; give any concurrent.futures.Executor, or None")
    if not callable(task):
        raise WrongArgument(f"{task!r} is no task; give a function of one item")
    results = ((item, task(item)) for item in items) if executor is None else _through(executor, task, items, chunk)
    return results if total is None or not _is_watched() else _shown(results, total, what)


@contextmanager
def keeping(so_far: Callable[[], Any]) -> Iterator[None]:
    """A failure inside carries with it what was found until then.

    >>> try:
    ...     with keeping(lambda: ["one", "two"]):
    ...         raise WorkerFailed("the third failed")
    ... except WorkerFailed as error:
    ...     print(error, error.so_far)
    the third failed ['one', 'two']
    """
    try:
        yield
    except WorkerFailed as error:
        error.so_far = so_far()
        raise


def _through(executor: Executor, task: Callable[[Item], Result], items: Iterable[Item], chunk: int) -> Iterator[tuple[Item, Result]]:
    """Results by way of an executor, with a bounded number of pieces handed out at a time."""
    waiting: deque[tuple[tuple[Item, ...], Future[list[Result]]]] = deque()
    rest = iter(items)
    try:
        while piece := tuple(itertools.islice(rest, chunk)):
            waiting.append((piece, _submitted(executor, task, piece)))
            if len(waiting) >= WAITING:
                yield from _settled(executor, task, *waiting.popleft())
        while waiting:
            yield from _settled(executor, task, *waiting.popleft())
    finally:
        for _, future in waiting:
            future.cancel()


def _submitted(executor: Executor, task: Callable[[Item], Result], piece: tuple[Item, ...]) -> Future[list[Result]]:
    """The future of a piece; where the executor is broken already, a failed one, which waits for its turn behind what is done."""
    try:
        return executor.submit(_all, task, piece)
    except BrokenExecutor as error:
        failed: Future[list[Result]] = Future()
        failed.set_exception(error)
        return failed


def _all(task: Callable[[Item], Result], piece: tuple[Item, ...]) -> list[Result]:
    return [task(item) for item in piece]


def _settled(
    executor: Executor, task: Callable[[Item], Result], piece: tuple[Item, ...], future: Future[list[Result]]
) -> Iterator[tuple[Item, Result]]:
    try:
        yield from zip(piece, future.result(), strict=True)
    except CausalError:
        raise
    except Exception:
        for item in piece:
            yield item, _again(executor, task, item)


def _again(executor: Executor, task: Callable[[Item], Result], item: Item) -> Result:
    try:
        return executor.submit(task, item).result()
    except BrokenExecutor as error:
        # A broken pool fails everything that it holds, so the first to be asked for need not be the one that broke it.
        raise WorkerFailed(
            f"a worker died, and its pool with it, over {item!r} or something handed out after it: {error}; run it without executor="
        ) from error
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise WorkerFailed(f"{item!r} failed twice in a worker: {why}; run it without executor= to see more") from error


def _is_watched() -> bool:
    """Whether a bar can be taken away again: a notebook that is run through and kept would hold each of its steps."""
    return sys.stderr is not None and sys.stderr.isatty()


def _shown(results: Iterator[Any], total: int, what: str) -> Iterator[Any]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True, force_jupyter=False), transient=True) as progress:
        bar = progress.add_task(what, total=total)
        for result in results:
            progress.advance(bar)
            yield result
