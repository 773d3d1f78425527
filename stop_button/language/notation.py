"""The ways to write formulas down: as they are typed, as the papers write them, in HTML, and in LaTeX.

A ``Style`` knows no kind of formula. Each kind says how it is written in a style, and how tightly it binds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Protocol

from causalkit.values.dist import Dist
from causalkit.values.render import BELOW, LEVEL, html_formula, keywords_text, latex_number, latex_words, number, typed

__all__ = ["CODE", "LATEX", "TEXT", "Style", "Writes", "bracketed", "code", "html", "latex", "text"]

LETTERS = {"stopped": "B", "value": "V", "intent": "H"}
SHORT = {"stop": "s", "free": "f"}

EITHER, BOTH, COMPARISON, SUM, QUOTIENT, PRODUCT, ATOM = range(7)
"""How tightly an expression binds: what binds less than its surroundings goes in brackets."""

Edit = tuple[str, Any, "str | None"]
"""What had been done in a branch: the name, its value, and the value as it is written where it is a reading of its own."""


class Writes(Protocol):
    """What can be written down in any style."""

    precedence: ClassVar[int]
    """How tightly it binds."""

    def written(self, style: Style) -> str:
        """What it looks like in a style."""


@dataclass(frozen=True)
class Style:
    """One way to write formulas down.

    ``reading`` takes a name, what had been done, and the policy that had been followed; ``lists_events`` says that a condition is a list
    of events, and not a product of numbers; ``loosest_test`` is what needs brackets between ``&`` and ``|``.
    """

    number: Callable[[Any], str]
    reading: Callable[[str, Sequence[Edit], Any], str]
    event: Callable[[str, Any], str]
    mean: Callable[[str, str], str]
    quotient: Callable[[str, str], str]
    times: str
    least: str
    most: str
    indicator: str
    lists_events: bool
    relations: Mapping[str, str]
    both: str
    either: str
    negation: str
    loosest_test: int
    every: Callable[[Sequence[str], str, str], str]
    some: Callable[[Sequence[str], str, str], str]
    best: Callable[[str, Sequence[str]], str]
    worst: Callable[[str, Sequence[str]], str]
    subject_to: Callable[[str, Sequence[str]], str]
    entropy: Callable[[Sequence[str], str], str]


def code(f: Writes) -> str:
    """A formula as it is typed, so that it can be pasted back."""
    return f.written(CODE)


def text(f: Writes) -> str:
    """A formula as the papers write it."""
    return f.written(TEXT)


def html(f: Writes) -> str:
    """A formula as a part of a page, as the papers write it."""
    return html_formula(f.written(HTML))


def latex(f: Writes) -> str:
    """A formula in LaTeX, for mathematics mode."""
    return f.written(LATEX)


def bracketed(part: Writes, style: Style, loosest: int) -> str:
    """A part of an expression, in brackets when it binds no tighter than ``loosest``."""
    return f"({part.written(style)})" if part.precedence <= loosest else part.written(style)


def _number_code(value: Any) -> str:
    shown = number(value)
    return typed(value) if "/" in shown or "." in shown else shown


def _reading_code(name: str, edits: Sequence[Edit], policy: Any) -> str:
    role, person = whose(name)
    base = f"{LETTERS[role]}.of({person!r})" if person else LETTERS.get(name, f"X({name!r})")
    done = {of: typed(value) if written is None else written for of, value, written in edits}
    had = f".had({keywords_text(done)})" if done else ""
    return f"{base}{had}" if policy is None else f"{base}{had}.under({getattr(policy, 'code', None) or repr(policy)})"


def _reading_text(name: str, edits: Sequence[Edit], policy: Any) -> str:
    marks = _marks(edits, policy, str)
    base = _letter(name)
    joined = ", ".join(marks)
    return base if not joined else f"{base}_{joined}" if len(joined) == 1 else f"{base}_{{{joined}}}"


def _reading_html(name: str, edits: Sequence[Edit], policy: Any) -> str:
    marks = _marks(edits, policy, str)
    role, person = whose(name)
    base = f"{LETTERS[role]}{BELOW}{person}{LEVEL}" if person and role in LETTERS else LETTERS.get(name, name)
    return f"{base}{BELOW}{', '.join(marks)}{LEVEL}" if marks else base


def _reading_latex(name: str, edits: Sequence[Edit], policy: Any) -> str:
    marks = _marks(edits, policy, _symbol)
    base = _symbol(_letter(name))
    return f"{base}_{{{', '.join(marks)}}}" if marks else base


def _marks(edits: Sequence[Edit], policy: Any, symbol: Callable[[str], str]) -> list[str]:
    """The subscripts of a reading: what had been done, and the policy followed; the intent goes without its letter."""
    marks = []
    for name, value, written in edits:
        shown = symbol(_edit_text(value)) if written is None else written
        is_wiring = isinstance(value, Mapping) and not isinstance(value, Dist)
        marks.append(shown if name == "intent" or is_wiring else f"{symbol(_letter(name))}={shown}")
    return [*marks, *([] if policy is None else [symbol(str(policy))])]


def _call(name: str, parts: Sequence[str], **named: str) -> str:
    """A call of a function of the language, as it is typed."""
    return f"{name}({', '.join([*parts, *(f'{key}={value}' for key, value in named.items() if value)])})"


def _letter(name: str) -> str:
    """The letter of a role; with whose it is, where a role has several: ``H_alice``."""
    role, person = whose(name)
    return f"{LETTERS[role]}_{person}" if person and role in LETTERS else LETTERS.get(name, name)


def whose(name: str) -> tuple[str, str]:
    """A role with the person that it is of, which is empty where it is nobody's in particular.

    A number after another role than the wish is a step of a variable of that name, and no person.


    >>> whose("intent[alice]"), whose("intent"), whose("stopped[2]")
    (('intent', 'alice'), ('intent', ''), ('stopped[2]', ''))
    """
    role, bracket, person = name.removesuffix("]").partition("[")
    return (role, person) if bracket and role in LETTERS and (role == "intent" or not person.isdecimal()) else (name, "")


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(_letter, names))


def _quantified(sign: str, names: Sequence[str], inner: str, given: str) -> str:
    """A sign of LaTeX with names below it, and what it is about."""
    below = ", ".join(_symbol(_letter(name)) for name in names) + (rf" \mid {given}" if given else "")
    return rf"{sign}_{{{below}}}\left({inner}\right)" if below else rf"{sign}\left({inner}\right)"


def _edit_text(value: Any) -> str:
    """A value, a distribution, a mechanism or a wiring, as a subscript."""
    if isinstance(value, Dist):
        return f"{{{', '.join(f'{_short(outcome)}: {number(weight)}' for outcome, weight in value.items())}}}"
    parents = getattr(value, "parents", None)
    if parents is not None:
        return f"f({', '.join(parents)})"
    if isinstance(value, Mapping):
        return ", ".join(f"{child}({parent}:={other})" for child, heard in value.items() for parent, other in heard.items())
    return _short(value)


def _short(value: Any) -> str:
    return SHORT.get(value, value) if isinstance(value, str) else str(value)


def _symbol(name: str) -> str:
    return name if len(name) == 1 and name.isalnum() else latex_words(name)


CODE: Final = Style(
    number=_number_code,
    reading=_reading_code,
    event=lambda reading, meaning: f"{reading}.is_({typed(meaning)})",
    mean=lambda inner, given: f"E({inner}{f', given={given}' if given else ''})",
    quotient=lambda top, bottom: f"{top} / {bottom}",
    times=" * ",
    least="least({})",
    most="most({})",
    indicator="{}",
    lists_events=False,
    relations={relation: f"{{}} {relation} {{}}" for relation in ("<=", "<", ">=", ">")} | {"==": "{}.equals({})"},
    both=" & ",
    either=" | ",
    negation="~{}",
    loosest_test=COMPARISON,
    every=lambda names, test, given: _call("every", [*map(repr, names), test], given=given),
    some=lambda names, test, given: _call("some", [*map(repr, names), test], given=given),
    best=lambda inner, of: _call("best", [inner], of=repr([*of]) if of else ""),
    worst=lambda inner, of: _call("worst", [inner], of=repr([*of]) if of else ""),
    subject_to=lambda inner, tests: _call("subject_to", [inner, *tests]),
    entropy=lambda of, given: _call("entropy", of, given=given),
)
TEXT: Final = Style(
    number=number,
    reading=_reading_text,
    event=lambda reading, meaning: f"{reading}={_short(meaning)}",
    mean=lambda inner, given: f"E[{inner}{f' | {given}' if given else ''}]",
    quotient=lambda top, bottom: f"{top} / {bottom}",
    times=" ",
    least="min({})",
    most="max({})",
    indicator="1[{}]",
    lists_events=True,
    relations={relation: f"{{}} {relation} {{}}" for relation in ("<=", "<", ">=", ">")} | {"==": "{} = {}"},
    both=" and ",
    either=" or ",
    negation="not {}",
    loosest_test=EITHER,
    every=lambda names, test, given: f"for every {_names(names)}{f' given {given}' if given else ''} ({test})",
    some=lambda names, test, given: f"for some {_names(names)}{f' given {given}' if given else ''} ({test})",
    best=lambda inner, of: f"max{f' over {_names(of)}' if of else ''} ({inner})",
    worst=lambda inner, of: f"min{f' over {_names(of)}' if of else ''} ({inner})",
    subject_to=lambda inner, tests: f"{inner} subject to {'; '.join(tests)}",
    entropy=lambda of, given: f"entropy({', '.join(of)}{f' | {given}' if given else ''})",
)
HTML: Final = replace(TEXT, reading=_reading_html)
LATEX: Final = Style(
    number=latex_number,
    reading=_reading_latex,
    event=lambda reading, meaning: f"{reading}={_symbol(_short(meaning))}",
    mean=lambda inner, given: rf"\mathbb{{E}}\left[{inner} \mid {given}\right]" if given else rf"\mathbb{{E}}\left[{inner}\right]",
    quotient=lambda top, bottom: rf"\frac{{{top}}}{{{bottom}}}",
    times=r" \, ",
    least=r"\min\left({}\right)",
    most=r"\max\left({}\right)",
    indicator="1[{}]",
    lists_events=True,
    relations={"<=": r"{} \le {}", "<": "{} < {}", ">=": r"{} \ge {}", ">": "{} > {}", "==": "{} = {}"},
    both=r" \land ",
    either=r" \lor ",
    negation=r"\lnot {}",
    loosest_test=EITHER,
    every=lambda names, test, given: _quantified(r"\forall", names, test, given),
    some=lambda names, test, given: _quantified(r"\exists", names, test, given),
    best=lambda inner, of: _quantified(r"\max", of, inner, ""),
    worst=lambda inner, of: _quantified(r"\min", of, inner, ""),
    subject_to=lambda inner, tests: inner + r" \;\text{subject to}\; " + r",\; ".join(tests),
    entropy=lambda of, given: r"\operatorname{entropy}\left(" + ", ".join(of) + (rf" \mid {given}" if given else "") + r"\right)",
)
