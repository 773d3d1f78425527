"""Everything about one world for the terminal: its story, all scores, and each verdict with its evidence."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from causalkit.values.render import visible
from stop_button.auditing.audits import Audit
from stop_button.auditing.naming import listed
from stop_button.auditing.reporting import Report
from stop_button.evaluation.undefined import score_text
from stop_button.presentation.command.terminal import COLOUR, heading, words

__all__ = ["print_report"]

WIDEST = len("side effect")


def print_report(console: Console, one: Report) -> None:
    """One world with all its scores and verdicts, and the definitions that do not apply to it."""
    world = one.world
    console.rule(words(world.title, style="bold"), align="left")
    console.print(words(world.description))
    if world.caveat:
        console.print(words(f"Caveat: {world.caveat}", style="dim"))
    if world.source:
        console.print(words(f"Source: {world.source}", style="dim"))
    console.print(_scores(one))
    for each in one.audits:
        _print_audit(console, each)
    if one.left_out:
        lacks = "; ".join(f"{fits.utility} (no {_some(fits.missing)})" for fits in one.left_out)
        console.print(words(f"  do not apply: {lacks}", style="dim"))
    console.print()


def _some(missing: Sequence[str]) -> str:
    return missing[0] if len(missing) == 1 else f"{missing[0]} and {len(missing) - 1} more"


def _scores(one: Report) -> Table:
    board, winners = one.board, one.board.winners()
    table = Table(title_justify="left", caption=board.note("* best"), caption_justify="left")
    table.add_column("policy", overflow="fold")
    for utility in board.utilities:
        table.add_column(heading(utility.name), justify="right", overflow="fold")
    for kind in board.kinds:
        table.add_column(heading(kind), justify="right", style="yellow", overflow="fold")
    for i, (policy, scores, flags) in enumerate(board.lines()):
        cells = [
            words(f"{score_text(s)} *", style="bold green") if (i, j) in winners else words(score_text(s)) for j, s in enumerate(scores)
        ]
        table.add_row(words(str(policy)), *cells, *map(words, flags))
    return table


def _print_audit(console: Console, one: Audit) -> None:
    best = visible(listed(one.best, beyond="--json"))
    console.print(Text.assemble(("  " + one.verdict.ljust(WIDEST), COLOUR[one.verdict]), " ", (one.utility.name, "bold"), f" picks {best}"))
    for flag in one.fired:
        console.print(Text.assemble("            ", (f"{flag.title}: ", "yellow"), visible(flag.sentence)))
    for flag in (flag for flag in one.flags if flag.sign == "open"):
        console.print(words(f"            open: {flag.title} of {flag.policy} is {flag.shown}", style="magenta"))
    for gain in (gain for gain in (*one.gains, *one.offers) if gain.sign != "not positive" and one.fired):
        console.print(Text.assemble("            ", (f"{gain.kind}: ", "yellow"), visible(gain.sentence)))
    for path in one.paths if one.fired else ():
        console.print(words(f"            on the graph: {path}", style="dim"))
    if one.remedy is not None:
        console.print(words(f"            to change it: {one.remedy}", style="dim"))
