"""The command ``stop-button``: audit worlds under definitions, write a world to begin with, list what is bundled."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from causalkit import CausalError, __version__
from causalkit.errors import UnknownName, suggestion
from causalkit.values.arguments import checked
from causalkit.values.render import visible
from stop_button.auditing.reporting import Report, report
from stop_button.auditing.verdicts import VERDICTS, Verdict, meanings_of
from stop_button.decision.world import World
from stop_button.decision.world_file import load_worlds, write_whole
from stop_button.definitions import NAMED
from stop_button.definitions import REGISTER as DEFINITIONS
from stop_button.evaluation.utility import Utility
from stop_button.language.formula import Formula
from stop_button.presentation.atlas.command import add_arguments, atlas_lines
from stop_button.presentation.command.brief import MOST_LINES_BESIDE, legend, print_brief
from stop_button.presentation.command.document import audits_to_json
from stop_button.presentation.command.full import print_report
from stop_button.presentation.command.starter import write_starter
from stop_button.presentation.command.terminal import bar, console, words
from stop_button.presentation.html import page
from stop_button.worlds import REGISTER as WORLDS
from stop_button.worlds import bundled_worlds

__all__ = ["main"]


@checked
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 when done, 2 for a wrong call, a file that is none, or definitions of which none that was named applies,
    with the reason on the error stream.

    1 says that a verdict is among those of ``--fail-on``, 130 that it was interrupted, 141 that whoever read its output has gone.
    """
    _tolerate()
    asked = _parser().parse_args(arguments)
    try:
        code = _run(asked)
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
    return code


def _run(asked: argparse.Namespace) -> int:
    if asked.command == "list":
        _list(console())
    elif asked.command == "atlas":
        _atlas(asked)
    elif asked.command == "new":
        write_starter(asked.file)
        console().print(words(f"wrote {asked.file}; change it, and type: stop-button audit {asked.file}"))
    else:
        return _audit(asked)
    return 0


def _refused(reason: str) -> int:
    Console(stderr=True, soft_wrap=True).print(words(f"stop-button: {reason}", "red"))
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="stop-button", description="What stop-button utilities reward in a world: influence on people, or being hard to stop."
    )
    parser.add_argument("--version", action="version", version=f"stop-button {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    audit = commands.add_parser(
        "audit", help="score worlds under definitions, and flag what the best policies do",
        epilog=f"verdicts:\n{legend(VERDICTS)}", formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    audit.add_argument(
        "worlds", nargs="*", metavar="WORLD", help="names of bundled worlds, or .py or .json files; all bundled worlds by default"
    )
    audit.add_argument(
        "--definition",
        action="append",
        metavar="NAME",
        help="a definition to audit; may be given several times; by default all that list names",
    )
    audit.add_argument("--full", action="store_true", help="after the table, print every score, flag and gain")
    audit.add_argument("--json", action="store_true", help="print one JSON document in place of the table")
    audit.add_argument("--html", type=Path, metavar="FILE", help="also write one self-contained page")
    audit.add_argument(
        "--fail-on", metavar="VERDICTS", default="", help="end with 1 where a verdict is among these, as in: --fail-on rewards,permits"
    )
    add_arguments(commands.add_parser("atlas", help="every definition by every property, with the first world in which it fails"))
    new = commands.add_parser("new", help="write a commented world to begin with")
    new.add_argument("file", type=Path, metavar="FILE.py", help="the file to write; nothing is written over one that is there")
    commands.add_parser("list", help="name the bundled worlds and definitions with their sources")
    return parser


def _audit(asked: argparse.Namespace) -> int:
    html = None if asked.html is None else asked.html.absolute()
    failing, worlds, utilities = _verdicts(asked.fail_on), _worlds(asked.worlds), _definitions(asked.definition)
    reports: list[Report] = []
    try:
        _work_out(reports, worlds, utilities)
    finally:  # also what was done before an interruption
        _tell(asked, reports)
    if html is not None:
        write_whole(html, page(reports))
        if not asked.json:
            console().print(words(f"wrote {html}"))
    if asked.definition and not any(one.audits or not one.complete for one in reports):
        return _refused(f"no definition that was named could be judged: {'; '.join(str(fits) for one in reports for fits in one.left_out)}")
    return _failed(reports, failing)


def _work_out(reports: list[Report], worlds: Sequence[World], utilities: Sequence[Utility]) -> None:
    """Add a report on each world."""
    with bar() as progress:
        task = progress.add_task("auditing", total=len(worlds))
        for world in worlds:
            progress.update(task, description=visible(world.title))
            reports.append(report(world, utilities))
            progress.advance(task)


def _tell(asked: argparse.Namespace, reports: Sequence[Report]) -> None:
    if asked.json:
        sys.stdout.write(json.dumps(audits_to_json(reports), indent=1, ensure_ascii=False) + "\n")
        return
    then = "" if asked.full or asked.html else "Type --full for scores and evidence, --html FILE for a page with graphs."
    print_brief(console(), reports, then=then)
    if reports and (asked.full or _has_room(console(), reports)):
        console().print(words(legend(word for one in reports for _, word in one.verdicts), style="dim"))
    for one in reports if asked.full else ():
        print_report(console(), one)


def _has_room(where: Console, reports: Sequence[Report]) -> bool:
    """Whether what the verdicts mean goes on one screen with the table, or is printed where there are no screens."""
    return not where.is_terminal or where.height > len({name for one in reports for name, _ in one.verdicts}) + MOST_LINES_BESIDE


def _failed(reports: Sequence[Report], failing: Sequence[Verdict]) -> int:
    """1 where a verdict is among those that were asked about, and where it is, on the error stream."""
    found = [f"{name} in {one.world.title}: {word}" for one in reports for name, word in one.verdicts if word in failing]
    if found:
        Console(stderr=True, soft_wrap=True).print(words(f"stop-button: of --fail-on there are {len(found)}: {'; '.join(found)}", "red"))
    return 1 if found else 0


def _atlas(asked: argparse.Namespace) -> None:
    with bar() as progress:
        task = progress.add_task("reading")
        for text in atlas_lines(
            asked, lambda place, done, total: progress.update(task, description=visible(place), completed=done, total=total)
        ):
            (progress.console if progress.console.is_terminal else console()).print(words(text), soft_wrap=True)


def _verdicts(text: str) -> list[Verdict]:
    """The verdicts of ``--fail-on``."""
    wanted = [word.strip().replace("-", " ") for word in text.split(",") if word.strip()]
    for word in wanted:
        if word not in VERDICTS:
            raise UnknownName(f"{word!r} is not a verdict; --fail-on knows: {', '.join(VERDICTS)}{suggestion(word, VERDICTS)}")
    return list(meanings_of(wanted))


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


def _list(console: Console) -> None:
    worlds = Table(title="Worlds", title_justify="left")
    for column in ("world", "what it shows", "source"):
        worlds.add_column(column, overflow="fold")
    for one in WORLDS.values():
        names = [one.variant(title).name for title in one.variants]
        worlds.add_row("\n".join(names), words(one.description.partition(". ")[0].removesuffix(".")), words(one.source))
    definitions = Table(title="Definitions", title_justify="left")
    for column in ("definition", "formula", "source"):
        definitions.add_column(column, overflow="fold")
    for utility in DEFINITIONS.values():
        definitions.add_row(utility.name, words(str(utility.formula)), words(f"[{utility.source}]"))
    console.print(worlds)
    console.print(definitions)
