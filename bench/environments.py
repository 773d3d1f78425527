"""Environments of their own for libraries that cannot share ours: `python bench/environments.py` makes them in build/peers.

PyCID 0.8.2 asks for a pgmpy of 2021 and for pygambit 16.0.2. The one cannot stand beside today's pgmpy; the other does not compile, and
PyCID imports it at the top although only its games use it. So PyCID gets an environment with what solving one agent's diagram needs,
and an empty module in the place of pygambit. pgmpy also names torch, which it does without.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).resolve().parent
PLACE = HERE.parent / "build" / "peers"
SETTINGS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}


class Unavailable(RuntimeError):
    """An environment that could not be made, or whose worker stopped; the message says what was tried."""


@dataclass(frozen=True)
class Peer:
    """What goes into an environment: packages without what they ask for, packages with it, and modules that are empty there."""

    name: str
    alone: tuple[str, ...]
    whole: tuple[str, ...]
    empty: tuple[str, ...] = ()

    @property
    def python(self) -> Path:
        folder = PLACE / self.name
        return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


PYCID = Peer(
    "pycid",
    alone=("pycid==0.8.2", "pgmpy==0.1.17"),
    whole=("numpy<2", "networkx<3", "pandas<2.2", "scipy", "matplotlib", "scikit-learn", "statsmodels", "tqdm", "joblib", "pyparsing"),
    empty=("pygambit",),
)


def ready(peer: Peer) -> Path:
    """The Python of a peer's environment, which is made unless it stands; raises ``Unavailable``."""
    stamp = PLACE / peer.name / "made.json"
    wanted = json.dumps([sys.version_info[:2], peer.alone, peer.whole, peer.empty])
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        make(peer)
        stamp.write_text(wanted, encoding="utf-8")
    return peer.python


def make(peer: Peer) -> None:
    """Make the environment anew, with Python's own tools."""
    run(peer, [sys.executable, "-m", "venv", "--clear", str(PLACE / peer.name)])
    pip = [str(peer.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(peer, [*pip, "--no-deps", *peer.alone])
    run(peer, [*pip, *peer.whole])
    where = run(peer, [str(peer.python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
    for module in peer.empty:
        Path(where.strip(), f"{module}.py").write_text('"""Stands in for a library that is not needed here."""\n', encoding="utf-8")
    run(peer, [str(peer.python), "-W", "ignore", "-c", f"import {peer.name}"])


def run(peer: Peer, command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "nothing was said").splitlines()[-1]
        what = " ".join([Path(command[0]).name, *command[1:4]])
        error = Unavailable(f"no environment for {peer.name}: `{what} ...` failed with {last!r}; to see all: python bench/environments.py")
        error.add_note(done.stderr)
        raise error
    return done.stdout


@dataclass(eq=False)
class Worker:
    """A script that runs in a peer's environment, reads requests on its input and answers on its output, a line of JSON each."""

    peer: Peer
    script: str
    _process: subprocess.Popen[str] = field(init=False)

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [str(ready(self.peer)), "-W", "ignore", str(HERE / self.script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, **SETTINGS},
        )
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.communicate()

    def ask(self, **request: Any) -> Mapping[str, Any]:
        """The answer to one request; raises ``Unavailable`` with what went wrong in the worker."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise Unavailable(f"the worker of {self.peer.name} stopped with code {self._process.wait()} when asked to {request['what']}")
        found: Mapping[str, Any] = json.loads(answer)
        if "error" in found:
            raise Unavailable(f"{self.peer.name} failed to {request['what']}: {found['error']}")
        return found


if __name__ == "__main__":
    for peer in [PYCID]:
        try:
            print(peer.name, "runs under", ready(peer).relative_to(PLACE.parent.parent))
        except Unavailable as error:
            sys.exit("\n".join([*getattr(error, "__notes__", []), str(error)]))
