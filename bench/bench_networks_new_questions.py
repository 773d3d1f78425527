"""Questions that are new each time, on networks of every size: ours, pyAgrum's (kept and rebuilt) and pgmpy's, in turns within one run.

    python -m bench.bench_networks_new_questions --write docs/explanation/new-questions-tables.md
    python -m bench.bench_networks_new_questions alarm barley --rounds 5 --only many

Every row is a kind of question about a network. The engines take turns, one round after the other, each from nothing, and a cell shows
the least of the rounds, in seconds of the processor: on a machine that others use, these can be compared, and times of the clock and means
cannot. In brackets is how many times the cheaper of pyAgrum's two columns it takes. Answers are checked against our exact ones before
anything is shown.

- `first` is one question, some variables observed, asked of a model that was just read.
- `many` are 55 questions, each with other variables observed and another target.
- `marginals` are the distributions of all variables given three, from nothing.

What is there before the clock starts, the networks of all engines among it, is not walked through by the collector of garbage again.

A run that takes longer than the budget is not repeated; what an engine refuses, or does not finish in three times the budget, says so.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import importlib.util
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import causalkit as ck
from bench.networks import Net, drawn, net, pgmpy_network, pyagrum_network, units
from bench.table import ratio_text, seconds_text

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

NETWORKS = [
    "alarm", "hailfinder", "water", "mildew", "barley", "andes", "pigs", "munin1", "diabetes", "link", "munin", "random 50", "random 100",
]  # fmt: skip
WARMING = "random 8"
QUESTIONS = 55
TOLERANCE = 1e-9

Seen = dict[str, Any]
Answers = list[dict[str, float]]
Run = Callable[[], Answers]


@dataclass(frozen=True)
class Question:
    """Observed values, and the variable asked about."""

    seen: Seen
    target: str


# ---------------------------------------------------------------- networks and questions


@cache
def model(name: str) -> ck.Model:
    """A network that comes with pgmpy, or a random one. Where rounding has moved a row off 1, its largest weight takes the difference."""
    if name.startswith("random"):
        return drawn(int(name.split()[1])).model
    import pgmpy

    from causalkit.networks import read_text

    path = Path(pgmpy.__file__).parent / "utils" / "example_models" / f"{name}.bif.gz"
    return read_text(gzip.decompress(path.read_bytes()).decode("utf-8"), ".bif", rounded="largest")


def anew(of: ck.Model) -> ck.Model:
    """The same model with nothing worked out."""
    return ck.Model({name: of.mechanism(name) for name in of.names})


@cache
def questions(name: str) -> tuple[Question, ...]:
    """Questions with one to four variables observed, at values that come up together, and another target each time."""
    rng, of = random.Random(1), model(name)
    made = []
    for unit in units(of, QUESTIONS, seed=2):
        *seen, target = rng.sample(of.names, rng.randint(2, 5))
        made.append(Question({each: unit[each] for each in seen}, target))
    return tuple(made)


def asked(name: str, kind: str) -> Sequence[Question]:
    """What is asked: one question, many, or all marginals given three."""
    if kind == "many":
        return questions(name)
    if kind == "first":
        return [max(questions(name), key=lambda each: len(each.seen))]
    (unit,) = units(model(name), 1, seed=3)
    seen = {each: unit[each] for each in random.Random(4).sample(model(name).names, 3)}
    return [Question(seen, target) for target in model(name).names]


# ---------------------------------------------------------------- how each engine is asked


def exact(name: str, kind: str) -> Run:
    of, put = anew(model(name)), asked(name, kind)
    if kind == "marginals":
        return lambda: [texts(each) for each in of.given(put[0].seen).marginals().values()]
    return lambda: [texts(of.given(each.seen).dist(each.target)) for each in put]


def floats(name: str, kind: str) -> Run:
    of, put = anew(model(name)), asked(name, kind)
    if kind == "marginals":
        return lambda: [texts(each) for each in of.given(put[0].seen).marginals(floats=True).values()]

    def one(question: Question) -> dict[str, float]:
        compiled = of.given(question.seen).compile(question.target)
        found = compiled(*question.seen.values())
        return {str(value): float(p) for value, p in zip(compiled.values, found, strict=True) if p}

    return lambda: [one(each) for each in put]


def texts(found: Mapping[Any, Any]) -> dict[str, float]:
    return {str(value): float(weight) for value, weight in found.items()}


@cache
def network(name: str) -> Net:
    return net(model(name))


def observed(question: Question) -> dict[str, str]:
    return {each: str(value) for each, value in question.seen.items()}


def read_pyagrum(found: Any) -> dict[str, float]:
    labels = found.variable(0).labels()
    return {label: p for label, p in zip(labels, found.tolist(), strict=True) if p}


def pyagrum_rebuilt(name: str, kind: str) -> Run:
    import pyagrum

    of, put = pyagrum_network(network(name)), asked(name, kind)

    def engine(question: Question) -> Any:
        made = pyagrum.LazyPropagation(of)
        if kind != "marginals":
            made.addTarget(question.target)
        made.setEvidence(observed(question))
        made.makeInference()
        return made

    if kind == "marginals":
        return lambda: [read_pyagrum(made.posterior(each.target)) for made in [engine(put[0])] for each in put]
    return lambda: [read_pyagrum(engine(each).posterior(each.target)) for each in put]


def pyagrum_kept(name: str, kind: str) -> Run:
    import pyagrum

    of, put = pyagrum_network(network(name)), asked(name, kind)
    made = pyagrum.LazyPropagation(of)

    def one(question: Question) -> dict[str, float]:
        if kind != "marginals":
            made.eraseAllTargets()
            made.addTarget(question.target)
        made.eraseAllEvidence()
        made.setEvidence(observed(question))
        made.makeInference()
        return read_pyagrum(made.posterior(question.target))

    if kind == "marginals":
        return lambda: [one(put[0]), *(read_pyagrum(made.posterior(each.target)) for each in put[1:])]
    return lambda: [one(each) for each in put]


def pgmpy(name: str, kind: str) -> Run:
    from pgmpy.inference import VariableElimination

    engine, put = VariableElimination(pgmpy_network(network(name))), asked(name, kind)

    def one(question: Question) -> dict[str, float]:
        if question.target in question.seen:
            return {str(question.seen[question.target]): 1.0}
        found = engine.query([question.target], evidence=observed(question), show_progress=False)
        return {state: float(p) for state, p in zip(found.state_names[question.target], found.values, strict=True) if p}

    return lambda: [one(each) for each in put]


ENGINES: dict[str, Callable[[str, str], Run]] = {
    "causalkit exact": exact,
    "causalkit floats": floats,
    "pyagrum rebuilt": pyagrum_rebuilt,
    "pyagrum kept": pyagrum_kept,
    "pgmpy": pgmpy,
}


# ---------------------------------------------------------------- measuring


@dataclass(frozen=True)
class Cell:
    """The least seconds of some rounds, or why there are none."""

    seconds: float | None
    said: str = ""


def measured(name: str, kind: str, rounds: int, budget: float) -> dict[str, Cell]:
    """Each engine's least time, in turns; one that is over its budget has one turn, and is stopped at three times that."""
    times: dict[str, list[float]] = {}
    said: dict[str, str] = {}
    expected: Answers | None = None
    for _ in range(rounds):
        for engine in ENGINES:
            if engine in said or (times.get(engine) and min(times[engine]) > budget):
                continue
            found = in_a_process(engine, name, kind, 3 * budget)
            if isinstance(found, str):
                said[engine] = found
                continue
            seconds, answers = found
            times.setdefault(engine, []).append(seconds)
            expected = expected or answers
            said |= {} if agree(answers, expected) else {engine: "answers differ"}
    return {engine: Cell(None, said[engine]) if engine in said else Cell(min(times[engine])) for engine in ENGINES}


def in_a_process(engine: str, name: str, kind: str, most: float) -> tuple[float, Answers] | str:
    """One turn in a process of its own, forked with the network read: nothing is kept from other turns, and it can be stopped."""
    if importlib.util.find_spec(engine.split(maxsplit=1)[0]) is None:
        return "not installed"
    here, there = multiprocessing.Pipe(duplex=False)
    worker = multiprocessing.get_context("fork").Process(target=turn, args=(there, engine, name, kind))
    worker.start()
    there.close()
    try:
        first = here.recv() if here.poll(120) else "not made in two minutes"  # what is made before the clock starts
        if first != "ready":
            return str(first)
        found: tuple[float, Answers] | str = here.recv() if here.poll(most) else f"over {most:.0f} s"
        return found
    except EOFError:
        return "stopped by the system"
    finally:
        worker.kill()
        worker.join()


def turn(pipe: Any, engine: str, name: str, kind: str) -> None:
    try:
        ENGINES[engine](WARMING, kind)()  # loads what the engine loads with its first question, whatever the network
        run = ENGINES[engine](name, kind)
    except Exception as error:
        pipe.send(f"not made: {type(error).__name__}")
        return
    gc.collect()
    gc.freeze()
    pipe.send("ready")
    try:
        start = time.process_time()
        answers = run()
        pipe.send((time.process_time() - start, answers))
    except Exception as error:
        pipe.send(f"refused: {type(error).__name__}")


def agree(found: Answers, expected: Answers) -> bool:
    pairs = zip(found, expected, strict=True)
    return all(abs(a.get(value, 0) - b.get(value, 0)) < TOLERANCE for a, b in pairs for value in {*a, *b})


# ---------------------------------------------------------------- the table


def row(name: str, kind: str, cells: Mapping[str, Cell]) -> list[str]:
    peer = min(cells[each].seconds or float("inf") for each in ("pyagrum rebuilt", "pyagrum kept"))
    return [f"{kind}, {name}", *(text(cells[engine], peer) for engine in ENGINES)]


def text(cell: Cell, peer: float) -> str:
    if cell.seconds is None:
        return cell.said
    return seconds_text(cell.seconds) + (f" ({ratio_text(cell.seconds / peer)})" if peer < float("inf") else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", default=NETWORKS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--budget", type=float, default=10, help="seconds after which a run is not repeated")
    parser.add_argument("--only", choices=["first", "many", "marginals"], action="append")
    parser.add_argument("--write", metavar="PAGE.md", type=Path)
    options = parser.parse_args()
    lines = [["question", *ENGINES], ["---", *["---:"] * len(ENGINES)]]
    for name in options.networks:
        model(name), network(name)
        for kind in options.only or ["first", "many", "marginals"]:
            lines.append(row(name, kind, measured(name, kind, options.rounds, options.budget)))
            print(" | ".join(lines[-1]), file=sys.stderr, flush=True)
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
    if options.write is None:
        print(table, end="")
    else:
        options.write.write_text("<!-- written by bench/bench_networks_new_questions.py --write -->\n\n" + table, encoding="utf-8")


if __name__ == "__main__":
    main()
