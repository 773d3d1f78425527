"""The one table that carries the point, a screen at most: the verdict on each definition, in one world, in a few, or counted over many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from stop_button.auditing.audits import Audit
from stop_button.auditing.reporting import Report
from stop_button.auditing.verdicts import Verdict, meanings_of
from stop_button.presentation.command.terminal import COLOUR, heading, words

__all__ = ["MOST_CHARACTERS", "MOST_LINES_BESIDE", "MOST_WORLDS_APART", "legend", "print_brief"]

MOST_WORLDS_APART = 3
"""So many worlds at most have a column each; over more of them, verdicts are counted."""

MOST_LINES_BESIDE = 20
"""So many lines at most stand beside the definitions of a table, with what the verdicts mean."""

MOST_CHARACTERS = (20, 44)
"""A policy's text is cut after so many characters, with three dots, on a narrow terminal and on a wide one."""

MOST_REASONS = 3
"""Of so many definitions that do not apply the table is followed by the reasons, of more of them by their names."""

TITLE = "Which definitions reward influence on people, or stopping other than asked"

WIDE_ENOUGH = 110
"""From this width on a terminal is wide: a table of counts names a world for each
definition, and that of one world the flags of the best policies."""


def print_brief(console: Console, reports: Sequence[Report], *, then: str) -> None:
    """The table for so many worlds, one sentence on what it says, and what to type for the rest."""
    if not reports:
        return
    console.print(words(f"{TITLE}: {reports[0].world.title}" if len(reports) == 1 else TITLE, style="bold"))
    if len(reports) == 1:
        console.print(_one(reports[0], wide=console.width >= WIDE_ENOUGH))
    else:
        console.print(_apart(reports) if len(reports) <= MOST_WORLDS_APART else _counted(reports, name_one=console.width >= WIDE_ENOUGH))
    console.print(words(sentence(reports)))
    for line in not_judged(reports):
        console.print(words(line))
    if then:
        console.print(words(then, style="dim"))


def legend(verdicts: Iterable[Verdict]) -> str:
    """What those of the verdicts mean that occur, a line each."""
    return "\n".join(f"  {word}: {meaning}" for word, meaning in meanings_of(verdicts).items())


def sentence(reports: Sequence[Report]) -> str:
    """How many verdicts are clean, and which definitions are clean wherever they apply."""
    verdicts = _by_definition(reports)
    all_words = [word for found in verdicts.values() for word in found.values()]
    never_flagged = [name for name, found in verdicts.items() if set(found.values()) == {"clean"}]
    where = "in this world" if len(reports) == 1 else "wherever they apply here"
    return f"{all_words.count('clean')} of {len(all_words)} verdicts are clean; clean {where}: {', '.join(never_flagged) or 'none'}."


def not_judged(reports: Sequence[Report]) -> list[str]:
    """In one world the definitions that do not apply: each with its reason where they are few. A table of several worlds shows them."""
    left_out = reports[0].left_out if len(reports) == 1 else ()
    if len(left_out) <= MOST_REASONS:
        return [f"{fits}." for fits in left_out]
    return [f"{len(left_out)} definitions do not apply, and --full says why: {', '.join(fits.utility for fits in left_out)}."]


def _by_definition(reports: Sequence[Report]) -> dict[str, dict[str, Verdict]]:
    """For each definition the worlds to which it applies, with its verdicts."""
    names = dict.fromkeys(name for one in reports for name, _ in one.verdicts)
    return {name: {one.world.title: dict(one.verdicts)[name] for one in reports if name in dict(one.verdicts)} for name in names}


UNBROKEN = ("definition", "verdict")


def _table(*columns: str) -> Table:
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in UNBROKEN)
    return table


def _word(verdict: Verdict | None) -> Text:
    return words("does not apply", style="dim") if verdict is None else words(verdict, style=COLOUR[verdict])


def _one(report: Report, *, wide: bool) -> Table:
    """One world: the verdict on each definition, its best policies, and where there is room the kinds of flag that fire on one of them."""
    table = _table("definition", "verdict", "best policy", *(["flags of the best"] if wide else []))
    for each in report.audits:
        flags = ", ".join(dict.fromkeys(flag.kind for flag in each.fired))
        name, best = words(each.utility.name, style="bold"), words(_best(each, MOST_CHARACTERS[wide]))
        table.add_row(name, _word(each.verdict), best, *([words(flags)] if wide else []))
    return table


def _best(each: Audit, longest: int) -> str:
    if not each.best:
        return "none"
    text = str(each.best[0])
    more = f" and {len(each.best) - 1} more" if len(each.best) > 1 else ""
    return (text if len(text) <= longest else f"{text[: longest - 3]}...") + more


def _apart(reports: Sequence[Report]) -> Table:
    """A few worlds: a column each."""
    table = _table("definition", *(one.world.title for one in reports))
    for name in _by_definition(reports):
        table.add_row(words(name, style="bold"), *(_word(dict(one.verdicts).get(name)) for one in reports))
    return table


def _counted(reports: Sequence[Report], *, name_one: bool) -> Table:
    """Many worlds: in how many of them each definition got each verdict, and where wished the first in which it rewards what is flagged."""
    by_definition = _by_definition(reports)
    got = list(meanings_of(word for found in by_definition.values() for word in found.values()))
    table = _table("definition")
    for word in got:
        table.add_column(heading(word), justify="right")
    if name_one:
        table.add_column("rewards, for one, in", overflow="fold")
    for name, found in by_definition.items():
        first = next((at for at, word in found.items() if word == "rewards"), "")
        table.add_row(words(name, style="bold"), *_counts(found, got), *([words(first)] if name_one else []))
    return table


def _counts(found: Mapping[str, Verdict], got: Sequence[Verdict]) -> list[Text]:
    counts = [(list(found.values()).count(word), word) for word in got]
    return [words(count or "", style=COLOUR[word]) for count, word in counts]
