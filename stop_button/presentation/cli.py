"""The command ``stop-button``: audit worlds under definitions, list what is bundled."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from causalkit import CausalError, __version__
from causalkit.errors import UnknownName, suggestion
from causalkit.values.arguments import checked
from causalkit.values.render import number, visible
from stop_button.auditing.audits import Audit
from stop_button.auditing.reporting import Report, report
from stop_button.auditing.verdicts import VERDICTS, Verdict
from stop_button.decision.world import World
from stop_button.decision.world_file import load_worlds, write_whole
from stop_button.definitions import NAMED
from stop_button.definitions import REGISTER as DEFINITIONS
from stop_button.evaluation.undefined import Score, defined
from stop_button.evaluation.utility import Utility
from stop_button.language.formula import Formula
from stop_button.presentation.atlas_command import add_arguments, atlas_lines
from stop_button.presentation.html import page
from stop_button.worlds import REGISTER as WORLDS
from stop_button.worlds import bundled_worlds

__all__ = ["main"]

WIDE = 160
COLOUR: Mapping[Verdict, str] = {
    "clean": "green", "permits": "yellow", "rewards": "bold red", "side effect": "yellow", "rewards or side effect": "red",
    "depends": "magenta", "undefined": "dim",
}  # fmt: skip
WIDEST = len("side effect")


class _Terminal(Console):
    """A terminal, or what stands for it."""

    def on_broken_pipe(self) -> None:
        """Whoever read the output has gone."""
        raise BrokenPipeError


@checked
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 when done, 2 for a wrong call or a file that is none, with the reason on the error stream.

    130 says that it was interrupted, 141 that whoever read its output has gone.
    """
    _tolerate()
    asked = _parser().parse_args(arguments)
    try:
        _run(asked)
        _flush()
    except BrokenPipeError:
        _discard()
        return 141
    except (CausalError, OSError) as error:
        return _refused(str(error))
    except MemoryError:
        return _refused("the memory is used up; ask for fewer worlds or definitions at once, or for smaller worlds")
    except SystemExit as error:
        return _refused(f"a world of a .py file ended the program with sys.exit({error.code!r}); take the call out of its functions")
    except KeyboardInterrupt:
        Console(stderr=True).print("stop-button: interrupted; what was audited so far is printed above, and no file was written")
        return 130
    return 0


def _run(asked: argparse.Namespace) -> None:
    console = _console()
    if asked.command == "list":
        _list(console)
    elif asked.command == "atlas":
        _atlas(console, asked)
    else:
        _audit(console, asked.worlds, asked.definition, None if asked.html is None else asked.html.absolute())


def _refused(reason: str) -> int:
    Console(stderr=True, soft_wrap=True).print(_words(f"stop-button: {reason}", "red"))
    return 2


def _tolerate() -> None:
    """Characters that a stream cannot hold are written out by their numbers, and end nothing half-way."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _discard() -> None:
    """Send what is left for standard output nowhere, so that the interpreter does not complain about it on its way out."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _console() -> Console:
    """The terminal as wide as it is; a file or a pipe as wide as the tables need. What is printed is text, never markup."""
    terminal = _plain()
    return terminal if terminal.is_terminal or "COLUMNS" in os.environ else _plain(width=WIDE)


def _plain(*, stderr: bool = False, width: int | None = None) -> Console:
    return _Terminal(stderr=stderr, width=width, markup=False, highlight=False, emoji=False)


def _words(text: object, style: str = "") -> Text:
    """Text of somebody's for the terminal, with what a terminal would obey written out."""
    return Text(visible(str(text), lines=True), style=style)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stop-button", description="What stop-button utilities reward in a world: influence on people, or being hard to stop."
    )
    parser.add_argument("--version", action="version", version=f"stop-button {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    audit = commands.add_parser("audit", help="score worlds under definitions, and flag what the best policies do")
    audit.add_argument(
        "worlds", nargs="*", metavar="WORLD", help="names of bundled worlds, or .py or .json files; all bundled worlds by default"
    )
    audit.add_argument(
        "--definition", action="append", metavar="NAME", help="a definition to audit; may be given several times; all by default"
    )
    audit.add_argument("--html", type=Path, metavar="FILE", help="also write one self-contained page")
    add_arguments(commands.add_parser("atlas", help="every definition by every property, with the first world in which it fails"))
    commands.add_parser("list", help="name the bundled worlds and definitions with their sources")
    return parser


def _audit(console: Console, names: Sequence[str], definitions: Sequence[str] | None, html: Path | None) -> None:
    worlds, utilities = _worlds(names), _definitions(definitions)
    reports = []
    with _progress() as progress:
        task = progress.add_task("auditing", total=len(worlds))
        for world in worlds:
            progress.update(task, description=visible(world.title))
            reports.append(report(world, utilities))
            _print(progress.console if progress.console.is_terminal else console, reports[-1])
            progress.advance(task)
    console.print(_summary(reports))
    if html is not None:
        write_whole(html, page(reports))
        console.print(_words(f"wrote {html}"))


def _atlas(console: Console, asked: argparse.Namespace) -> None:
    with _progress() as progress:
        task = progress.add_task("reading")
        for text in atlas_lines(
            asked, lambda place, done, total: progress.update(task, description=visible(place), completed=done, total=total)
        ):
            (progress.console if progress.console.is_terminal else console).print(_words(text), soft_wrap=True)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = _plain(stderr=sys.stdout is None or not sys.stdout.isatty())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _worlds(names: Sequence[str]) -> list[World]:
    if not names:
        return list(bundled_worlds().values())
    return [world for name in names for world in _found(name)]


def _found(name: str) -> list[World]:
    """The worlds that one word of the command line names."""
    if name.endswith((".py", ".json")):
        return load_worlds(Path(name))
    bundled = bundled_worlds()
    if name in bundled:
        return [bundled[name]]
    if name in WORLDS:
        return [WORLDS[name].variant(title) for title in WORLDS[name].variants]
    raise UnknownName(
        f"{name!r} is neither a bundled world nor a .py or .json file; 'stop-button list' names the worlds{suggestion(name, bundled)}"
    )


def _definitions(names: Sequence[str] | None) -> list[Utility]:
    for name in names or []:
        if name not in NAMED:
            raise UnknownName(f"{name!r} is not a definition; there are: {', '.join(NAMED)}{suggestion(name, NAMED)}")
    if names:
        return [NAMED[name] for name in names]
    once: dict[Formula, Utility] = {}
    for utility in DEFINITIONS.values():
        once.setdefault(utility.formula, utility)
    return list(once.values())


def _print(console: Console, one: Report) -> None:
    world = one.world
    console.rule(_words(world.title, style="bold"), align="left")
    console.print(_words(world.description))
    if world.caveat:
        console.print(_words(f"Caveat: {world.caveat}", style="dim"))
    if world.source:
        console.print(_words(f"Source: {world.source}", style="dim"))
    console.print(_scores(one))
    for each in one.audits:
        _print_audit(console, each)
    if one.left_out:
        lacks = "; ".join(f"{fits.utility} (no {_some(fits.missing)})" for fits in one.left_out)
        console.print(_words(f"  do not apply: {lacks}", style="dim"))
    console.print()


def _some(missing: Sequence[str]) -> str:
    return missing[0] if len(missing) == 1 else f"{missing[0]} and {len(missing) - 1} more"


def _scores(one: Report) -> Table:
    board, winners = one.board, one.board.winners()
    table = Table(title_justify="left", caption=board.note("* best"), caption_justify="left")
    table.add_column("policy", overflow="fold")
    for utility in board.utilities:
        table.add_column(_heading(utility.name), justify="right", overflow="fold")
    for kind in board.kinds:
        table.add_column(_heading(kind), justify="right", style="yellow", overflow="fold")
    for i, (policy, scores, flags) in enumerate(board.lines()):
        cells = [_words(f"{_shown(s)} *", style="bold green") if (i, j) in winners else _words(_shown(s)) for j, s in enumerate(scores)]
        table.add_row(_words(str(policy)), *cells, *map(_words, flags))
    return table


def _heading(name: str) -> str:
    """A long name on several lines."""
    return name.replace("_", "_\n").replace(" ", "\n")


def _shown(score: Score) -> str:
    return number(score) if defined(score) else "undefined"


def _print_audit(console: Console, one: Audit) -> None:
    best = visible("; ".join(str(policy) for policy in one.best) or "none")
    console.print(Text.assemble(("  " + one.verdict.ljust(WIDEST), COLOUR[one.verdict]), " ", (one.utility.name, "bold"), f" picks {best}"))
    for flag in one.fired:
        console.print(Text.assemble("            ", (f"{flag.title}: ", "yellow"), visible(flag.sentence)))
    for flag in (flag for flag in one.flags if flag.sign == "open"):
        console.print(_words(f"            open: {flag.title} of {flag.policy} is {flag.shown}", style="magenta"))
    for gain in (gain for gain in (*one.gains, *one.offers) if gain.sign != "not positive" and one.fired):
        console.print(Text.assemble("            ", (f"{gain.kind}: ", "yellow"), visible(gain.sentence)))
    for path in one.paths if one.fired else ():
        console.print(_words(f"            on the graph: {path}", style="dim"))
    if one.remedy is not None:
        console.print(_words(f"            to change it: {one.remedy}", style="dim"))


def _summary(reports: Sequence[Report]) -> Table:
    """Definitions with how often they got each verdict, and the worlds in which what is flagged pays."""
    table = Table(
        title="Which definitions reward influence on what people want, or stopping other than asked, and where", title_justify="left"
    )
    table.add_column("definition")
    for verdict in VERDICTS:
        table.add_column(verdict, justify="right")
    table.add_column("rewards it in", overflow="fold")
    for name in dict.fromkeys(name for one in reports for name, _ in one.verdicts):
        got = {one.world.title: dict(one.verdicts)[name] for one in reports if name in dict(one.verdicts)}
        counts = [_words(str(list(got.values()).count(verdict)), style=COLOUR[verdict]) for verdict in VERDICTS]
        table.add_row(
            _words(name, style="bold"), *counts, _words(", ".join(world for world, verdict in got.items() if verdict == "rewards"))
        )
    return table


def _list(console: Console) -> None:
    worlds = Table(title="Worlds", title_justify="left")
    for column in ("world", "what it shows", "source"):
        worlds.add_column(column, overflow="fold")
    for one in WORLDS.values():
        names = [one.variant(title).name for title in one.variants]
        worlds.add_row("\n".join(names), _words(one.description.partition(". ")[0].removesuffix(".")), _words(one.source))
    definitions = Table(title="Definitions", title_justify="left")
    for column in ("definition", "formula", "source"):
        definitions.add_column(column, overflow="fold")
    for utility in DEFINITIONS.values():
        definitions.add_row(utility.name, _words(str(utility.formula)), _words(f"[{utility.source}]"))
    console.print(worlds)
    console.print(definitions)
