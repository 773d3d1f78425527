"""The command when things go wrong around it: world files that end the program, streams, interrupts, flags of Python, other users."""

from __future__ import annotations

import ast
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from causalkit.errors import WrongFile
from stop_button.decision.world_file import load_worlds, save_world
from stop_button.worlds import REGISTER, bundled_worlds
from tests.source import modules

ROOT = Path(__file__).resolve().parents[2]


def command(*words: str, flags: tuple[str, ...] = (), **options: Any) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **options.pop("env", {})}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment, "timeout": 60, **options}
    done: subprocess.CompletedProcess[bytes] = subprocess.run([sys.executable, *flags, "-m", "stop_button", *words], check=False, **options)
    return done


# ---------------------------------------------------------------- world files that end the program

ENDS = {
    "exit": "import sys; sys.exit(0)",
    "exit none": "import sys; sys.exit()",
    "exit word": "raise SystemExit('bye')",
    "quit": "quit()",
    "deep": "import stop_button as sb, sys\nimport causalkit as ck\nck.Model(a=ck.coin('1/2'), b=lambda a: sys.exit(0))",
    "generator": "raise GeneratorExit",
    "own": "class Over(BaseException): pass\nraise Over('and out')",
    "recursion": "def f(): f()\nf()",
    "syntax": "x = (",
    "bytes": "x = '\\xff'\n\x00",
}
LATE = """
import sys
import stop_button as sb
class World(sb.World):
    @property
    def title(self):
        sys.exit(0)
mine = sb.worlds.basic_button()
mine.__class__ = World
"""


@pytest.mark.parametrize("case", ENDS)
def test_a_world_file_that_ends_the_program(tmp_path: Path, case: str) -> None:
    path = tmp_path / "world.py"
    path.write_text(ENDS[case])
    with pytest.raises(WrongFile, match=r"world\.py"):
        load_worlds(path)


@pytest.mark.parametrize("code", [ENDS["exit"], LATE], ids=["at once", "later"])
def test_the_command_says_so_and_ends_with_2(tmp_path: Path, code: str) -> None:
    path = tmp_path / "world.py"
    path.write_text(code)
    done = command("audit", str(path))
    assert done.returncode == 2
    assert b"sys.exit(0)" in done.stderr
    assert b"Traceback" not in done.stderr


# ---------------------------------------------------------------- streams


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_any_stream_holds_the_whole_audit(tmp_path: Path, encoding: str) -> None:
    world = bundled_worlds()["basic_button"].told(name="größe … \u2603", description="\x1b]0;title\x07 \u202e [red]no markup[/] :smiley:")
    save_world(world, tmp_path / "world.json")
    done = command("audit", str(tmp_path / "world.json"), "--definition", "counterfactual", "--full", env={"PYTHONIOENCODING": encoding})
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode(encoding)
    assert "Which definitions reward influence" in " ".join(text.split())
    assert "\x1b" not in text
    assert r"\x1b]0;title\x07 \u202e [red]no markup[/] :smiley:" in text
    assert ("größe" in text) == (encoding != "ascii")


def test_whoever_reads_may_go() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = command("audit", "basic_button", stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device is always full here")
def test_a_full_device_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        done = command("list", stdout=full)
    assert done.returncode == 2
    assert b"No space left on device" in done.stderr


def test_without_standard_output() -> None:
    script = f'exec "{sys.executable}" -m stop_button audit basic_button >&-'
    done = subprocess.run(["sh", "-c", script], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


# ---------------------------------------------------------------- flags of Python


@pytest.mark.parametrize("flags", [("-O",), ("-OO",)])
def test_optimised_python_lists_the_same(flags: tuple[str, ...]) -> None:
    plain, optimised = command("list"), command("list", flags=flags)
    assert (plain.returncode, plain.stderr) == (optimised.returncode, optimised.stderr) == (0, b"")
    assert plain.stdout == optimised.stdout


def test_optimised_python_knows_what_the_worlds_and_definitions_mean() -> None:
    code = (
        "import stop_button as sb\n"
        "print([(one.description, one.caveat, one.source) for one in sb.worlds.REGISTER.values()])\n"
        "print([one.meaning for one in sb.definitions.REGISTER.values()])"
    )
    told = [
        subprocess.run([sys.executable, *flags, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=True)
        for flags in ((), ("-OO",))
    ]
    assert told[0].stdout == told[1].stdout
    assert all(one.caveat for one in REGISTER.values())


def test_no_check_is_an_assert() -> None:
    """``-O`` takes asserts away; those that we have narrow a type for the reader, after the check that decides."""
    every = modules()
    assert len(every) > 300
    for name, path in every.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assert):
                narrows = ast.unparse(node.test)
                assert narrows.startswith("isinstance(") or narrows.endswith(" is not None"), f"{name}: {narrows}"


def test_optimised_python_refuses_what_python_refuses() -> None:
    code = (
        "import sys; sys.path[:0] = ['.', 'tests/causalkit']\n"
        "import test_errors as t\n"
        "for name, (call, kind, text) in t.CASES.items():\n"
        "    try: call()\n"
        "    except kind as error: same = str(error) == text or '0x' in text\n"
        "    else: same = False\n"
        "    print(name, same)\n"
    )
    flags = ([sys.executable, *flag, "-c", code] for flag in ((), ("-O",), ("-OO",)))
    plain, *others = [subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False).stdout for words in flags]
    assert len(plain.splitlines()) > 50
    assert [plain, plain] == others


# ---------------------------------------------------------------- interrupts, and two at once


def interrupted(path: Path, after: float) -> tuple[int, str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "stop_button", "audit", "basic_button", "--html", str(path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    return process.returncode, error


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(4, 40))])
def test_an_interrupt_at_any_moment_ends_it_and_leaves_no_half_page(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "page.html"
    path.write_text("old")
    code, said = interrupted(path, random.Random(seed).uniform(0.02, 1.5))
    assert code in (130, -signal.SIGINT, 0) or "stop_button" not in said  # Python itself ends with 1 before it has begun with us
    text = path.read_text()
    assert text == "old" or text.endswith("</html>\n")
    assert list(tmp_path.iterdir()) == [path]


def test_two_runs_on_one_page(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    words = [sys.executable, "-m", "stop_button", "audit", "--html", str(path)]
    runs = [
        subprocess.Popen([*words, world], env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL)
        for world in ("basic_button", "jackpot_steering")
    ]
    assert [run.wait(60) for run in runs] == [0, 0]
    assert path.read_text().endswith("</html>\n")
    assert list(tmp_path.iterdir()) == [path]


def test_a_world_file_does_not_move_the_page(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "world.py").write_text("import os, stop_button as sb\nmine = sb.worlds.basic_button()\nos.chdir('elsewhere')\n")
    done = command("audit", "world.py", "--definition", "naive", "--html", "page.html", cwd=tmp_path)
    assert done.returncode == 0
    assert (tmp_path / "page.html").exists()


# ---------------------------------------------------------------- little memory, other users


def test_a_limit_on_memory_ends_in_words() -> None:
    script = f'ulimit -v 260000; exec "{sys.executable}" -m stop_button audit scale'
    done = subprocess.run(["sh", "-c", script], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False)
    assert done.returncode in (0, 2)
    assert b"Traceback" not in done.stderr


BROKEN_CACHES = {
    "no place": "caching.CacheImpl._locator_classes = []",
    "not to be written": "def save(*_): raise PermissionError('read-only')\ncaching.IndexDataCacheFile.save = save",
    "not to be read": "def load(*_): raise EOFError\ncaching.IndexDataCacheFile.load = load",
}


@pytest.mark.parametrize("case", BROKEN_CACHES)
def test_machine_code_where_nothing_can_be_cached(case: str, tmp_path: Path) -> None:
    pytest.importorskip("numba")
    code = (
        "from numba.core import caching\n"
        f"{BROKEN_CACHES[case]}\n"
        "import causalkit as ck\n"
        "m = ck.Model(n=ck.uniform(1, 2, 3, 4), odd=lambda n: n % 2).given(odd=0)\n"
        "print(m.compile('n', native=True)(0).tolist(), m.compile('n')(0).tolist())"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "[0.0, 0.5, 0.0, 0.5] [0.0, 0.5, 0.0, 0.5]\n"), done.stderr
