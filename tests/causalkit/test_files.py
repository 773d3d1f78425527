"""Replacing a file: its mode, its links, what is beside it, and whoever looks while it is written or when the program is killed."""

from __future__ import annotations

import os
import random
import re
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from causalkit.documents.files import write_whole
from causalkit.errors import WrongShape

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o666, 0o755])
def test_a_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "x"
    path.write_text("old")
    path.chmod(mode)
    write_whole(path, "new")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", mode)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_gets_what_the_umask_allows(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        write_whole(tmp_path / "x", "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == mode


@pytest.mark.parametrize("links", [1, 3])
def test_a_symbolic_link_stays_and_its_file_is_replaced(tmp_path: Path, links: int) -> None:
    (tmp_path / "deep").mkdir()
    path = tmp_path / "deep" / "text"
    path.write_text("old")
    for i in range(links):
        (tmp_path / f"link{i}").symlink_to(path)
        path = tmp_path / f"link{i}"
    write_whole(path, "new")
    assert path.is_symlink()
    assert (tmp_path / "deep" / "text").read_text() == "new"
    assert not (tmp_path / "deep" / "text").is_symlink()


def test_a_link_to_nothing_makes_the_file_it_names(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("later")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "later").read_text() == "new"


def test_another_hard_link_keeps_the_old_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    write_whole(tmp_path / "a", "new")
    assert ((tmp_path / "a").read_text(), (tmp_path / "b").read_text()) == ("new", "old")


def test_what_is_no_plain_file_is_written_to(tmp_path: Path) -> None:
    write_whole(Path(os.devnull), "gone")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    os.mkfifo(tmp_path / "pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_text()))
    reader.start()
    write_whole(tmp_path / "pipe", "through")
    reader.join(10)
    assert read == ["through"]
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path, "x")


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"], ids=ascii)
def test_text_that_no_file_can_hold_leaves_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "x").write_text("old")
    with pytest.raises(WrongShape, match="half a character"):
        write_whole(tmp_path / "x", text)
    assert (tmp_path / "x").read_text() == "old"


def child(code: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


WRITES = """
import sys
from pathlib import Path
from causalkit.documents.files import write_whole
print("begun", flush=True)
for i in range(10**9):
    write_whole(Path(sys.argv[1]), sys.argv[2][i % 2] * 300_000)
"""


def killed_while_writing(path: Path, after: float) -> None:
    process = child(WRITES, str(path), "ab")
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    text = path.read_text()
    assert len(text) == 300_000
    assert len(set(text)) == 1


@pytest.mark.parametrize("seed", [*range(5), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(5, 50))])
def test_a_kill_leaves_the_old_text_or_the_new(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "x"
    path.write_text("o" * 300_000)
    killed_while_writing(path, random.Random(seed).uniform(0, 0.03))
    assert path.exists()
    for left in tmp_path.iterdir():
        assert left == path or (left.name.startswith(".x.") and left.suffix == ".part")


def test_two_writers_and_a_reader(tmp_path: Path) -> None:
    """Whoever reads while two programs write finds the whole text of one of them."""
    path = tmp_path / "x"
    path.write_text("o" * 300_000)
    writers = [child(WRITES, str(path), letters) for letters in ("ab", "cd")]
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.readline()
    texts = [path.read_text() for _ in range(200)]
    for writer in writers:
        writer.kill()
        writer.communicate()
    assert {(len(text), len(set(text))) for text in texts} == {(300_000, 1)}


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that an ordinary user can enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become an ordinary user")
def test_an_ordinary_user_is_told_what_cannot_be_written(open_folder: Path) -> None:
    shut, mine = open_folder / "shut", open_folder / "mine"
    for folder in (shut, mine):
        folder.mkdir()
        (folder / "x").write_text("old")
        (folder / "x").chmod(0o666)
    shut.chmod(0o555)
    mine.chmod(0o777)
    (mine / "x").chmod(0o444)
    refused = {shut / "x": f"no file can be made in the folder: '{shut}'", mine / "x": "it is read-only, and is left as it was"}
    for path, said in refused.items():
        os.seteuid(NOBODY)
        try:
            with pytest.raises(PermissionError, match=re.escape(said)):
                write_whole(path, "new")
        finally:
            os.seteuid(0)
        assert path.read_text() == "old"
        assert list(path.parent.iterdir()) == [path]
