#!/usr/bin/env python3
"""Everything a fresh clone needs, with nothing but Python.

    python3 make.py demo     score the bundled worlds and name what the utilities reward
    python3 make.py test     run the whole bar: lint, format, types, tests, docs
    python3 make.py docs     build the site into build/docs
    python3 make.py bench    run the benchmarks
    python3 make.py matrix   run the quick tests in other surroundings: other Pythons, lowest versions, the built wheel
    python3 make.py changelog 0.2.0    join the fragments of changelog.d into CHANGELOG.md

Each command first makes a virtual environment in .venv and installs the project there, unless that is done already.
For work on the project: `test --quick` leaves out the site and what tests/slow_tests.py lists; `test --long` runs the runs of
10^4 and more, and tests of random cases on twice as many, and goes on where it was stopped; `test --only lint,tests`, `test --jobs 4`;
what follows `--` goes to the program that is run, as in `test --only tests -- -x tests/test_layers.py` or `demo -- --html audit.html`.
"""

# This file must start on any Python 3, to be able to say that it is too old: no newer syntax, no newer library at the top.
import sys

OLDEST = (3, 11)


def stop(message):
    """Leave with a message that says what is wrong and what to type."""
    sys.exit("make.py: " + message)


def refuse_old_python():
    if sys.version_info >= OLDEST:
        return
    import shlex

    newer = next(filter(starts, ["python3.%d" % minor for minor in range(20, OLDEST[1] - 1, -1)]), None)
    typed = " ".join(map(shlex.quote, [newer or "", *sys.argv]))
    remedy = "type: " + typed if newer else "install one from https://www.python.org/downloads/"
    stop("this is Python %d.%d, and the project needs %d.%d or newer; %s" % (sys.version_info[:2] + OLDEST + (remedy,)))


def starts(name):
    import subprocess

    try:
        return subprocess.call([name, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


refuse_old_python()

import argparse  # noqa: E402
import contextlib  # noqa: E402
import hashlib  # noqa: E402
import importlib.util  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import shutil  # noqa: E402
import subprocess  # noqa: E402
import tempfile  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "installed.json"
EXTRAS = {
    "demo": set(),
    "test": {"test", "docs", "cluster", "fast"},
    "docs": {"docs"},
    "bench": {"test", "peers", "fast"},
    "matrix": set(),
    "changelog": set(),
}

VENV_REMEDY = "on Debian or Ubuntu type: sudo apt install python3-venv"

SETTINGS = {
    "OMP_NUM_THREADS": "1",  # many small tensors: threads only get into each other's way
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
    "PYTHONUTF8": "1",
    "PYTHONDONTWRITEBYTECODE": "",  # each of many processes would compile every module and every test again
    "PYTHONOPTIMIZE": "",  # -O would take the asserts out of the tests, and every test would pass
}

PYTEST = ["-p", "no:benchmark"]

# What `test` runs, in this order; what takes one process alone runs beside the tests.
CHECKS = {
    "lint": lambda options: [["-m", "ruff", "check", "."], ["-m", "ruff", "format", "--check", "."]],
    "types": lambda options: [["-m", "mypy"]],
    "tests": lambda options: [["-m", "pytest", *split, *PYTEST, *chosen(options), *options.rest] for split in splits(options)],
    "docs": lambda options: [site(), ["tools/accessible.py", str(ROOT / "build" / "docs")]],
}
BESIDE = ["types", "docs"]
TOGETHER = ["tests"]

# Without --quick or --long, pyproject.toml says `-m "not long"`.
MARKED = {"quick": "not slow and not long", "long": "long or hypothesis"}
NO_TEST_LEFT = 5  # what pytest returns when every test is left out
CHECKED = {"quick": ["lint", "types", "tests"], "long": ["tests"]}


def splits(options):
    """How the tests are split among processes. A page's code blocks share one namespace, so a file stays with one process."""
    if options.jobs < 2:
        return [[]]
    if options.kind == "quick" and not options.rest:
        # Handing quick tests out one by one takes longer than many of them, and every process would collect all.
        share_out()
        return [["--part", "%d/%d" % (part, options.jobs)] for part in range(1, options.jobs + 1)]
    return [["-n", str(options.jobs), "--dist", "loadfile", "--no-loadscope-reorder"]]  # conftest.py puts the longest files first


def share_out():
    """Put together what each process measured the last time, before any of them starts: all go by the same table."""
    seconds = {}
    for path in sorted((ROOT / "build").glob("seconds.*.json")):
        with contextlib.suppress(ValueError):  # what was cut off is measured again
            seconds.update(json.loads(path.read_text(encoding="utf-8")))
        path.unlink()
    if seconds:
        kept = ROOT / "build" / "seconds.json"
        before = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
        kept.write_text(json.dumps({**before, **seconds}, indent=1), encoding="utf-8")


def chosen(options):
    """Which tests: all but the long ones, the quick ones with two fifths of the random cases, or those that have not passed on these
    sources yet of the long ones and of the tests of random cases, which then try twice as many.
    """
    if options.kind is None:
        return ["--hypothesis-profile=fixed"]
    if options.kind == "quick":
        return ["--hypothesis-profile=few", "-m", MARKED["quick"]]
    return ["--hypothesis-profile=many", "-m", MARKED["long"], "--unpassed", str(ROOT / "build" / "long.json")]


def site():
    build = ROOT / "build"
    strict = ["-W", "--keep-going", "--quiet", "--fresh-env"]
    return ["-m", "sphinx", *strict, "-b", "html", "-d", str(build / "doctrees"), str(ROOT / "docs"), str(build / "docs")]


def main(arguments):
    before, after = split(arguments)
    options = read(before, after)
    prepare(EXTRAS[options.command])
    return COMMANDS[options.command](options)


def split(arguments):
    """What stands before and after a lone `--`."""
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def read(arguments, rest):
    parser = argparse.ArgumentParser(prog="make.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=list(COMMANDS))
    parser.add_argument("--only", metavar="NAMES", help="with test: some of %s; with matrix: some of its cells" % ",".join(CHECKS))
    parser.add_argument("--quick", dest="kind", action="store_const", const="quick", help="with test: what is done in 90 s")
    parser.add_argument("--long", dest="kind", action="store_const", const="long", help="with test: only what tries many cases")
    parser.add_argument("--jobs", type=int, metavar="N", default=min(2, os.cpu_count() or 1), help="processes for pytest")
    parser.add_argument("version", nargs="?", help="with changelog: the version that is released")
    options = parser.parse_args(arguments, argparse.Namespace(rest=rest))
    if options.command == "matrix":
        return options
    options.only = [name.strip() for name in options.only.split(",")] if options.only else CHECKED.get(options.kind, list(CHECKS))
    unknown = [name for name in options.only if name not in CHECKS]
    if unknown:
        parser.error("--only does not know %s; it has: %s" % (", ".join(unknown), ", ".join(CHECKS)))
    return options


# ---------------------------------------------------------------- the virtual environment


def prepare(extras):
    """Make .venv and install the project in it, unless that was done since pyproject.toml last changed."""
    found = stamp()
    if found.get("place") != place() or not PYTHON.exists():
        create()
        found = {}
    known = set(found.get("extras", []))
    if found.get("declared") == declared() and extras <= known:
        return
    install(extras | known)
    STAMP.write_text(json.dumps({"place": place(), "declared": declared(), "extras": sorted(extras | known)}), encoding="utf-8")


def stamp():
    """What was installed, as the last complete installation wrote it down."""
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def place():
    """An environment holds paths, so it does not survive a move to another folder or another Python."""
    return [str(ROOT), "%d.%d" % sys.version_info[:2]]


def declared():
    return hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()


def create():
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            stop("this Python has no '%s' module, so it cannot make a virtual environment; %s" % (module, VENV_REMEDY))
    say("making a virtual environment in " + str(VENV))
    if run([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        stop("the virtual environment could not be made; " + VENV_REMEDY)


def install(extras):
    target = ".[%s]" % ",".join(sorted(extras)) if extras else "."
    say("installing %s (a few minutes the first time)" % target)
    STAMP.unlink(missing_ok=True)
    if run([str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", target]):
        stop("the installation failed; what pip said stands above. It needs a network connection; type the same command to try again")


# ---------------------------------------------------------------- the commands


def demo(options):
    program = shutil.which("stop-button", path=str(BIN))
    return run([program or str(BIN / "stop-button"), "audit", *options.rest])


def test(options):
    """Run every check, even after one that failed, and report on each."""
    begun, asked = time.monotonic(), [name for name in CHECKS if name in options.only]
    results = dict.fromkeys(asked, (1, 0.0))
    beside = [name for name in asked if name in BESIDE] if "tests" in asked and options.jobs > 1 else []
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        other = threading.Thread(target=lambda: results.update((name, check(name, options, output)) for name in beside), daemon=True)
        other.start()
        results.update((name, check(name, options)) for name in asked if name not in beside)
        other.join()
        output.seek(0)
        shutil.copyfileobj(output, sys.stdout)
    say("the bar, in %.1f s:" % (time.monotonic() - begun))
    for name in asked:
        print("    %-6s %s  %.1f s" % (name, "passed" if results[name][0] == 0 else "FAILED", results[name][1]), flush=True)
    return next((results[name][0] for name in asked if results[name][0]), 0)


def check(name, options, output=None):
    """How a check ended and how long it took; what it prints goes to a file, if there is one."""
    begun = time.monotonic()
    commands = CHECKS[name](options)
    codes = together(commands, output) if name in TOGETHER else [python(command, output) for command in commands]
    if options.kind == "long" and codes == [NO_TEST_LEFT]:
        say("every long run has passed on these sources already; remove build/long.json to run them again")
        codes = [0]
    return next((code for code in codes if code), 0), time.monotonic() - begun


def together(commands, output):
    """Run programs beside each other; what the first prints is seen at once, and what the others print after it."""
    codes = [1] * len(commands)

    def one(number, to):
        codes[number] = python(commands[number], to)

    with contextlib.ExitStack() as files:
        others = [files.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")) for _ in commands[1:]]
        threads = [threading.Thread(target=one, args=(n, to), daemon=True) for n, to in enumerate(others, 1)]
        for thread in threads:
            thread.start()
        one(0, output)
        for thread, to in zip(threads, others):  # noqa: B905  (as any Python 3 reads it)
            thread.join()
            to.seek(0)
            shutil.copyfileobj(to, output or sys.stdout)
    return codes


def docs(options):
    code = python(site())
    if code == 0:
        say("the site is at " + str(ROOT / "build" / "docs" / "index.html"))
    return code


def bench(options):
    return python(["-m", "pytest", "bench", "--benchmark-only", *options.rest])


def matrix(options):
    only = ["--only", options.only] if options.only else []
    return python(["tools/matrix.py", *only, "--jobs", str(options.jobs), "--", *options.rest])


def changelog(options):
    return python(["tools/changelog.py", *([options.version] if options.version else [])])


COMMANDS = {"demo": demo, "test": test, "docs": docs, "bench": bench, "matrix": matrix, "changelog": changelog}


def python(command, output=None):
    say("python " + " ".join(command), output)
    return run([str(PYTHON), *command], output)


def run(command, output=None):
    """Run a program in the project's folder; its exit code."""
    try:
        return subprocess.run(command, cwd=ROOT, env={**os.environ, **SETTINGS}, check=False, stdout=output, stderr=output).returncode
    except OSError as error:
        stop("%s could not be started: %s" % (command[0], error))


def say(message, output=None):
    print("==> " + message, file=output, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
