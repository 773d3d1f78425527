"""Kernels for the cells of the pages that start at once: copies of one process that has imported what pages use.

A kernel of its own for each page takes about two seconds of a processor to import the same libraries; a copy takes a few hundredths.
Where processes cannot be copied (Windows), the pages run in Jupyter's own kernels, as they do in a reader's notebook.

This file is both ends: conf.py calls ``offer``, which starts ``copying``; Jupyter starts ``asking`` in place of a kernel, which asks for a
copy and lives as long as it does. So it imports nothing heavy by itself.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from select import select
from typing import NoReturn

KERNEL = "python3"
ENDED = b"."
PATIENCE = 1.0  # seconds between looks at whether who asked is still there


def offer() -> None:
    """Let Jupyter start copies under the name of its own kernel, until this process ends."""
    if not hasattr(os, "fork"):
        return
    folder = Path(tempfile.mkdtemp(prefix="kernels"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    address, place = str(folder / "socket"), folder / "kernels" / KERNEL
    place.mkdir(parents=True)
    asked = [sys.executable, "-I", "-S", __file__, "ask", address, "-f", "{connection_file}"]
    (place / "kernel.json").write_text(json.dumps({"argv": asked, "display_name": "Python 3", "language": "python"}), encoding="utf-8")
    os.environ["JUPYTER_PATH"] = os.pathsep.join([str(folder), *filter(None, [os.environ.get("JUPYTER_PATH")])])
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen()
    os.set_inheritable(server.fileno(), True)
    command = [sys.executable, __file__, "copy", str(server.fileno())]
    subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[server.fileno()])  # it ends when its input does
    server.close()


def asking(address: str, arguments: list[str]) -> int:
    """Ask for a copy that is a kernel of these arguments, and wait until it has ended, or whoever waits for us has."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a kernel is interrupted, and then told to end
    parent = os.getppid()
    with socket.socket(socket.AF_UNIX) as copy:
        copy.connect(address)
        copy.sendall(json.dumps({"arguments": arguments, "folder": str(Path.cwd()), "settings": dict(os.environ)}).encode() + b"\n")
        while os.getppid() == parent:
            if select([copy], [], [], PATIENCE)[0]:
                return 0 if copy.recv(1) == ENDED else 1
    return 1


def copying(server: socket.socket) -> None:
    """Copy this process for each that asks, until its input ends."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # matplotlib reads it when it is imported
    warm()
    while True:
        for ready in select([server, sys.stdin], [], [])[0]:
            if ready is sys.stdin:
                return
            asked, _ = server.accept()
            if os.fork() == 0:
                server.close()
                answering(asked)
            asked.close()
            reap()


def warm() -> None:
    """Import what the pages use."""
    import ipykernel.kernelapp
    import matplotlib.pyplot
    import numpy
    import pandas
    import sympy

    import causalkit.plot
    import stop_button.presentation.plot

    for package in (causalkit, stop_button):
        for name in package.__all__:
            getattr(package, name)  # some are loaded when they are asked for
    del ipykernel, matplotlib, numpy, pandas, sympy


def reap() -> None:
    """Let go of copies that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def answering(asked: socket.socket) -> NoReturn:
    """Be a kernel, until it is told to end or whoever asked is gone."""
    from ipykernel.kernelapp import IPKernelApp

    with asked.makefile("rb") as lines:
        question = json.loads(lines.readline())
    os.environ.clear()
    os.environ.update(question["settings"])
    os.chdir(question["folder"])
    threading.Thread(target=lambda: (asked.recv(1), os._exit(1)), daemon=True).start()
    IPKernelApp.launch_instance([*question["arguments"], f"--IPKernelApp.parent_handle={os.getppid()}"])
    asked.sendall(ENDED)
    sys.exit()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["ask", address, *arguments]:
            sys.exit(asking(address, arguments))
        case ["copy", number]:
            copying(socket.socket(fileno=int(number)))
        case other:
            sys.exit(f"kernels.py: expected 'ask' with a socket and a kernel's arguments, or 'copy' with a number; found: {other}")
