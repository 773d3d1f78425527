"""One self-contained HTML page of reports: per world the causal graph, the scores, and the flags with their evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from causalkit import Dist
from causalkit.values.arguments import checked
from causalkit.values.render import html_table, html_text, number
from stop_button.auditing.audits import Audit
from stop_button.auditing.flags import Flag
from stop_button.auditing.gains import Gain
from stop_button.auditing.naming import listed
from stop_button.auditing.reporting import Report
from stop_button.auditing.verdicts import VERDICTS
from stop_button.evaluation.enclosure import amount_text
from stop_button.language.notation import html

__all__ = ["page", "world_section"]

STYLE = """
:root { color-scheme: light; --ink: #1d2733; --pale: #5d6b7a; --line: #d9dfe6; --good: #00664f; --bad: #a33b00; --soft: #f5f7f9; }
* { box-sizing: border-box; }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); margin: 0 auto; max-width: 76rem; padding: 2rem 1.5rem 5rem; }
h1 { font-size: 1.9rem; margin-bottom: .2rem; } h2 { margin-top: 3.5rem; border-top: 1px solid var(--line); padding-top: 1.5rem; }
h3 { font-size: 1.05rem; margin: 1.8rem 0 .5rem; }
a { color: #005a9c; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; }
th { text-align: right; font-weight: 600; color: var(--pale); vertical-align: bottom; }
th, td { padding: .32rem .8rem; border-bottom: 1px solid var(--line); text-align: right; }
th:first-child, td:first-child { text-align: left; }
td b { background: #e3f1ec; color: var(--good); padding: .1rem .35rem; border-radius: .25rem; }
figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; }
.caveat, .source, .note { color: var(--pale); font-size: .92rem; }
.verdict { border-left: 4px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: .9rem 0; }
.verdict.clean { border-color: var(--good); } .verdict.rewards { border-color: var(--bad); }
.verdict.permits, .verdict.side-effect, .verdict.rewards-or-side-effect, .verdict.depends { border-color: #d0a000; }
.verdict p { margin: .25rem 0; }
.word { font-weight: 650; } .clean .word { color: var(--good); } .rewards .word { color: var(--bad); }
.permits .word, .side-effect .word, .rewards-or-side-effect .word, .depends .word { color: #8a6a00; }
.verdicts td, .verdicts th { text-align: left; padding: .32rem .5rem; } td.none, td.none .word { color: var(--pale); font-weight: 400; }
.formula { font-family: Georgia, serif; font-size: 1.04em; } td { white-space: nowrap; } td:first-child { white-space: normal; }
details { margin: .3rem 0; } summary { cursor: pointer; }
""".strip()


@checked
def page(reports: Iterable[Report], *, title: str = "Stop-button audit") -> str:
    """A whole HTML page, without anything outside itself."""
    told = list(reports)
    legend = "".join(f"<li><b>{html_text(word)}</b>: {html_text(meaning)}</li>" for word, meaning in VERDICTS.items())
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html_text(title)}</title><style>{STYLE}</style></head><body><h1>{html_text(title)}</h1>"
        f"<p>Every policy of {len(told)} {'world' if len(told) == 1 else 'worlds'} under each of the definitions asked about that applies; "
        f"all numbers are exact.</p><ul>{legend}</ul>"
        f"<p class='note'>A flag says what the best policies of a world do; it proves nothing about other worlds.</p>"
        f"{_summary(told)}{''.join(world_section(one) for one in told)}</body></html>\n"
    )


def _summary(reports: Sequence[Report]) -> str:
    """Worlds by definitions, a verdict in each cell."""
    names = list(dict.fromkeys(name for one in reports for name, _ in one.verdicts))
    head = "".join(f"<th>{html_text(name).replace('_', '_<wbr>')}</th>" for name in ["world", *names])
    body = "".join(
        f"<tr><td><a href='#{_anchor(one)}'>{html_text(one.world.title)}</a></td>{_verdict_cells(one, names)}</tr>" for one in reports
    )
    return f"<h3>Verdicts</h3><div class='scroll'><table class='verdicts'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _verdict_cells(one: Report, names: Sequence[str]) -> str:
    verdicts = dict(one.verdicts)
    words = [verdicts.get(name, "-") for name in names]
    return "".join(f"<td class='{_css(word) if word in VERDICTS else 'none'}'><span class='word'>{word}</span></td>" for word in words)


def world_section(one: Report) -> str:
    """One world: the causal graph, the scores, the flags with their evidence."""
    world = one.world
    parts = [
        f'<section><h2 id="{_anchor(one)}">{html_text(world.title)}</h2>',
        f"<p>{html_text(world.description)}</p>" if world.description else "",
        f"<p class='caveat'><b>Caveat:</b> {html_text(world.caveat)}</p>" if world.caveat else "",
        f"<p class='source'>Source: {html_text(world.source)}</p>" if world.source else "",
        f"<figure>{_graph(one)}</figure>",
        f"<h3>Scores and what each policy does</h3><div class='scroll'>{one.board.to_html()}</div>",
        "<h3>What each definition rewards</h3>",
        *(_verdict(each) for each in one.audits),
        *(f"<p class='note'>{html_text(str(fits))}</p>" for fits in one.left_out),
        "</section>",
    ]
    return "".join(parts)


def _graph(one: Report) -> str:
    from stop_button.presentation.plot import world_svg

    return world_svg(one.world)


def _verdict(one: Audit) -> str:
    best = listed(one.best)
    flags = "".join(_flag(flag) for flag in one.fired)
    silent = "".join(_flag(flag) for flag in one.flags if not flag)
    paid = "".join(_gain(gain) for gain in (*one.gains, *one.offers) if gain.sign != "not positive")
    remedy = "" if one.remedy is None else f"<p class='note'>What would have to change: {html_text(str(one.remedy))}.</p>"
    rest = f"<details><summary>{len(one.flags) - len(one.fired)} flags that do not fire</summary>{silent}</details>" if silent else ""
    kinds = "; ".join(f"{kind}: {word}" for kind, word in one.verdicts.items())
    graph = "".join(f"<p class='note'>On the graph, {html_text(str(path))}.</p>" for path in one.paths)
    return (
        f"<div class='verdict {_css(one.verdict)}'><p><b>{html_text(one.utility.name)}</b> = {_formula(one)}</p>"
        f"<p><span class='word'>{one.verdict}</span>: {html_text(one.meaning)}. "
        f"Best of {one.scope}: {html_text(best)}.</p>{flags}{paid}{rest}"
        f"<p class='note'>Judged against {html_text(str(one.base))}, a baseline that somebody chose: {html_text(kinds)}.</p>"
        f"{graph}{remedy}</div>"
    )


def _css(verdict: str) -> str:
    """A verdict as the name of a style: the words that need a colour of their own, and those of open cases."""
    return verdict.replace(" ", "-")


def _formula(one: Audit) -> str:
    """A utility's formula with its subscripts set as such."""
    return f"<span class='formula'>{html(one.utility.formula)}</span>"


def _flag(flag: Flag) -> str:
    rows = [[name, _evidence(value)] for name, value in flag.evidence.items()]
    return (
        f"<details><summary><b>{html_text(flag.title)}</b> {html_text(flag.shown)}: {html_text(flag.sentence)}</summary>"
        f"{html_table(['draws', 'probability'], [*rows, ['as a formula', str(flag.formula)]])}</details>"
    )


def _gain(gain: Gain) -> str:
    rows = [[name, _evidence(value)] for name, value in gain.evidence.items()]
    return (
        f"<details><summary><b>{html_text(gain.kind)}</b> {html_text(gain.shown)}: {html_text(gain.sentence)}</summary>"
        f"{html_table(['compared', 'value'], rows)}</details>"
    )


def _evidence(value: Any) -> str:
    if isinstance(value, Dist):
        return ", ".join(f"{outcome}: {number(weight)}" for outcome, weight in value.items())
    return amount_text(value)


def _anchor(one: Report) -> str:
    return re.sub(r"[^a-z0-9]+", "-", one.world.title.lower()).strip("-")
