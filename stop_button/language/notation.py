"""The three ways to write formulas down: as they are typed, as the papers write them, and in LaTeX.

A ``Style`` knows no kind of formula. Each kind says how it is written in a style, and how tightly it binds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol

from causalkit.values.render import keywords_text, latex_number, latex_text, number, typed

__all__ = ["CODE", "LATEX", "TEXT", "Style", "Writes", "bracketed", "code", "latex", "text"]

LETTERS = {"stopped": "B", "value": "V", "intent": "H"}
SHORT = {"stop": "s", "free": "f"}

SUM, QUOTIENT, PRODUCT, ATOM = range(4)
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
    of events, and not a product of numbers.
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


def code(f: Writes) -> str:
    """A formula as it is typed, so that it can be pasted back."""
    return f.written(CODE)


def text(f: Writes) -> str:
    """A formula as the papers write it."""
    return f.written(TEXT)


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
    base = LETTERS.get(name, f"X({name!r})")
    done = {of: typed(value) if written is None else written for of, value, written in edits}
    had = f".had({keywords_text(done)})" if done else ""
    return f"{base}{had}" if policy is None else f"{base}{had}.under({policy!r})"


def _reading_text(name: str, edits: Sequence[Edit], policy: Any) -> str:
    marks = _marks(edits, policy, str)
    base = LETTERS.get(name, name)
    joined = ", ".join(marks)
    return base if not joined else f"{base}_{joined}" if len(joined) == 1 else f"{base}_{{{joined}}}"


def _reading_latex(name: str, edits: Sequence[Edit], policy: Any) -> str:
    marks = _marks(edits, policy, _symbol)
    base = _symbol(LETTERS.get(name, name))
    return f"{base}_{{{', '.join(marks)}}}" if marks else base


def _marks(edits: Sequence[Edit], policy: Any, symbol: Callable[[str], str]) -> list[str]:
    """The subscripts of a reading: what had been done, and the policy followed; the intent goes without its letter."""
    marks = []
    for name, value, written in edits:
        shown = symbol(_short(value)) if written is None else written
        marks.append(shown if name == "intent" else f"{symbol(LETTERS.get(name, name))}={shown}")
    return [*marks, *([] if policy is None else [symbol(str(policy))])]


def _short(value: Any) -> str:
    return SHORT.get(value, value) if isinstance(value, str) else str(value)


def _symbol(name: str) -> str:
    return name if len(name) == 1 and name.isalnum() else rf"\text{{{latex_text(name)}}}"


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
)
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
)
