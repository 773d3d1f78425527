"""A pytest plugin that tries mutants in forks of a process that has everything imported and collected; tools/mutants.py starts it.

It reads a line of JSON for each mutant (a number, its module, the module's text with the fault, tests in order, processor seconds), and
writes one for each that is done: ``passed``, ``noticed``, ``late``, or ``unfit`` where the fault is not in the body of a function. In the
fork each function of the module gets the body that the fault gives it, and everything that was remembered is forgotten. What modules have
made while they were imported stays as it was: so what passes here is yet to be tried in a process of its own; what fails is noticed.
"""

from __future__ import annotations

import functools
import gc
import inspect
import json
import os
import resource
import select
import signal
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

from tools.statements import test_of

AT_ONCE, ASKED, TOLD = (int(each) for each in os.environ["MUTANTS"].split(","))
"""How many forks there are at a time, and the descriptors that mutants are read from and results are written to: pytest has the others."""


class Unfit(Exception):
    """A fault that cannot be put into a process that has imported its module."""


# ---------------------------------------------------------------- new bodies


def parts(code: CodeType) -> Iterator[CodeType]:
    """A body and those inside it, in the order of the text."""
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from parts(const)


def is_of_function(code: CodeType) -> bool:
    return bool(code.co_flags & inspect.CO_OPTIMIZED)


def at_import(code: CodeType) -> tuple[Any, ...]:
    """What a body of a module or a class does, whatever the functions in it do."""
    return code.co_code, code.co_names, tuple(const for const in code.co_consts if not isinstance(const, CodeType))


def bodies(path: str, old: str, new: str) -> dict[tuple[str, int], CodeType | None]:
    """The body that a fault gives each function of a module, by name and first line; raises ``Unfit``."""
    before, after = (numbered(compile(text, path, "exec", dont_inherit=True)) for text in (old, new))
    for key, one in before.items():
        if not is_of_function(one) and (key not in after or at_import(one) != at_import(after[key])):
            raise Unfit
    return {(one.co_qualname, one.co_firstlineno): after.get(key) for key, one in before.items() if is_of_function(one)}


def numbered(code: CodeType) -> dict[tuple[str, int], CodeType]:
    """The bodies in a module by their names, and the number among those of one name."""
    found: dict[tuple[str, int], CodeType] = {}
    many: Counter[str] = Counter()
    for one in parts(code):
        found[one.co_qualname, many[one.co_qualname]] = one
        many[one.co_qualname] += 1
    return found


class Living:
    """The functions of both packages in this process, by the file they are from, and what remembers answers."""

    def __init__(self) -> None:
        self.functions: dict[str, list[FunctionType]] = {}
        self.remembering: list[Any] = []
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(str(Path.cwd())):
                self.functions.setdefault(each.__code__.co_filename, []).append(each)
            elif isinstance(each, functools._lru_cache_wrapper) and str(each.__module__).startswith(("causalkit", "stop_button", "tests")):
                self.remembering.append(each)

    def put(self, path: str, old: str, new: str) -> None:
        """Give each function of a module its new body, and forget what was remembered."""
        given = bodies(path, old, new)
        for function in self.functions.get(path, ()):
            code = given.get((function.__code__.co_qualname, function.__code__.co_firstlineno))
            if code is None or code.co_freevars != function.__code__.co_freevars:
                raise Unfit
            function.__code__ = code
        for each in self.remembering:
            each.cache_clear()


# ---------------------------------------------------------------- one fork


@dataclass
class Job:
    number: int
    said: Path
    until: float


class Fork:
    """The plugin."""

    def __init__(self) -> None:
        self.failed = ""
        self.living: Living | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid

    def tried(self, items: dict[str, list[pytest.Item]], told: dict[str, Any]) -> tuple[str, str]:
        path = Path.cwd() / told["module"]
        try:
            assert self.living is not None
            self.living.put(str(path), path.read_text(encoding="utf-8"), told["text"])
        except Unfit:
            return "unfit", ""
        chosen = [item for name in told["tests"] for item in items.get(name, ())]
        for item, following in zip(chosen, [*chosen[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                return "noticed", self.failed
        return "passed", ""

    def forked(self, items: dict[str, list[pytest.Item]], told: dict[str, Any], said: Path) -> int:
        """The number of a new process that tries one mutant and writes what became of it."""
        number = os.fork()
        if number:
            return number
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CPU, (told["seconds"], told["seconds"]))
            said.write_text(json.dumps(self.tried(items, told)), encoding="utf-8")
        except BaseException as error:
            said.write_text(json.dumps(("noticed", repr(error)[:200])), encoding="utf-8")
        finally:
            os._exit(0)

    # ---- all of them

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items: dict[str, list[pytest.Item]] = {}
        for item in session.items:
            items.setdefault(test_of(item.nodeid), []).append(item)
        self.living = Living()
        gc.collect()
        gc.freeze()
        tell({"ready": len(session.items)})
        waiting: deque[dict[str, Any]] = deque()
        running: dict[int, Job] = {}
        is_open = True
        while is_open or waiting or running:
            if is_open and select.select([ASKED], [], [], 0.05)[0]:
                line = read_line()
                is_open = bool(line)
                waiting.extend([json.loads(line)] if line else [])
            while waiting and len(running) < AT_ONCE:
                told = waiting.popleft()
                said = Path.cwd() / f"said{told['number']}.json"
                running[self.forked(items, told, said)] = Job(told["number"], said, time.monotonic() + 8 * told["seconds"])
            ended(running)
            time.sleep(0 if is_open else 0.05)
        return True


def read_line() -> str:
    """A line of what is asked, read without a buffer, so that ``select`` knows of what is left."""
    found = bytearray()
    while not found.endswith(b"\n"):
        byte = os.read(ASKED, 1)
        if not byte:
            break
        found += byte
    return found.decode()


def ended(running: dict[int, Job]) -> None:
    """Tell of the processes that are done, and end those that are late."""
    for process, job in list(running.items()):
        done, _ = os.waitpid(process, os.WNOHANG)
        if not done and time.monotonic() < job.until:
            continue
        if not done:
            os.killpg(process, signal.SIGKILL)
            os.waitpid(process, 0)
        result, by = json.loads(job.said.read_text(encoding="utf-8")) if job.said.exists() else ("late", "")
        job.said.unlink(missing_ok=True)
        del running[process]
        tell({"number": job.number, "result": result, "by": by})


def tell(said: dict[str, Any]) -> None:
    os.write(TOLD, (json.dumps(said) + "\n").encode())


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Fork())
