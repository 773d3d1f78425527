"""How formulas print: as they are typed, as the papers write them, and in LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from causalkit.values.exact import is_symbolic
from causalkit.values.render import keywords_text, latex_number, latex_text, number, typed
from stop_button.language.formula import Constant, Expectation, Formula, Is, Least, Product, Quotient, Reading, Sum

__all__ = ["code", "latex", "text"]

LETTERS = {"stopped": "B", "value": "V", "intent": "H"}
SHORT = {"stop": "s", "free": "f"}


@dataclass(frozen=True)
class Style:
    """One way to write formulas down."""

    number: Callable[[Any], str]
    reading: Callable[[Reading], str]
    event: Callable[[str, Any], str]
    mean: Callable[[str, str], str]
    quotient: Callable[[str, str], str]
    times: str
    least: str
    most: str
    indicator: str
    condition: Callable[[Formula, Style], str]


def code(f: Formula) -> str:
    """A formula as it is typed, so that it can be pasted back."""
    return _shown(f, _CODE)


def text(f: Formula) -> str:
    """A formula as the papers write it."""
    return _shown(f, _TEXT)


def latex(f: Formula) -> str:
    """A formula in LaTeX, for mathematics mode."""
    return _shown(f, _LATEX)


def _shown(f: Formula, style: Style) -> str:
    match f:
        case Constant(value):
            return style.number(value)
        case Reading():
            return style.reading(f)
        case Is(reading, meaning):
            return style.indicator.format(style.event(style.reading(reading), meaning))
        case Expectation(inner, given):
            return style.mean(_shown(inner, style), "" if given is None else style.condition(given, style))
        case Quotient(top, bottom):
            return style.quotient(_bracketed(top, style, Quotient), _bracketed(bottom, style, Quotient, Product))
        case Sum(parts):
            return _shown(parts[0], style) + "".join(_added(part, style) for part in parts[1:])
        case Product(parts):
            return _product(parts, style)
    shape = style.least if isinstance(f, Least) else style.most
    return shape.format(", ".join(_shown(part, style) for part in f.parts))  # type: ignore[attr-defined]


def _added(part: Formula, style: Style) -> str:
    """A part of a sum behind the first, with its sign."""
    head = part.parts[0] if isinstance(part, Product) else part
    if isinstance(head, Constant) and not is_symbolic(head.value) and head.value < 0:
        return f" - {_bracketed(-part, style)}"
    return f" + {_shown(part, style)}"


def _product(parts: Sequence[Formula], style: Style) -> str:
    negative = parts[0] == Constant(-1) and len(parts) > 1
    shown = style.times.join(_bracketed(part, style, Quotient) for part in (parts[1:] if negative else parts))
    return f"-{shown}" if negative else shown


def _bracketed(part: Formula, style: Style, *others: type[Formula]) -> str:
    return f"({_shown(part, style)})" if isinstance(part, (Sum, *others)) else _shown(part, style)


def _listed(f: Formula, style: Style) -> str:
    """A condition: events that hold together, separated by commas."""
    if isinstance(f, Product):
        return ", ".join(_listed(part, style) for part in f.parts)
    return style.event(style.reading(f.reading), f.meaning) if isinstance(f, Is) else _shown(f, style)


def _number_code(value: Any) -> str:
    shown = number(value)
    return typed(value) if "/" in shown or "." in shown else shown


def _reading_code(r: Reading) -> str:
    base = LETTERS.get(r.name, f"X({r.name!r})")
    policy = "" if r.policy is None else f".under({r.policy!r})"
    return f"{base}{_had_code(r)}{policy}"


def _had_code(r: Reading) -> str:
    edits = {name: code(value) if isinstance(value, Reading) else typed(value) for name, value in r.edits}
    return f".had({keywords_text(edits)})" if edits else ""


def _reading_text(r: Reading) -> str:
    joined = ", ".join(_marks(r, str, _reading_text))
    base = LETTERS.get(r.name, r.name)
    return base if not joined else f"{base}_{joined}" if len(joined) == 1 else f"{base}_{{{joined}}}"


def _reading_latex(r: Reading) -> str:
    joined = ", ".join(_marks(r, _symbol, _reading_latex))
    base = _symbol(LETTERS.get(r.name, r.name))
    return f"{base}_{{{joined}}}" if joined else base


def _marks(r: Reading, symbol: Callable[[str], str], inner: Callable[[Reading], str]) -> list[str]:
    """The subscripts of a reading: what had been done, and the policy followed; the intent goes without its letter."""
    marks = []
    for name, value in r.edits:
        shown = inner(value) if isinstance(value, Reading) else symbol(_short(value))
        marks.append(shown if name == "intent" else f"{symbol(LETTERS.get(name, name))}={shown}")
    return [*marks, *([] if r.policy is None else [symbol(str(r.policy))])]


def _short(value: Any) -> str:
    return SHORT.get(value, value) if isinstance(value, str) else str(value)


def _symbol(name: str) -> str:
    return name if len(name) == 1 and name.isalnum() else rf"\text{{{latex_text(name)}}}"


_CODE = Style(
    number=_number_code,
    reading=_reading_code,
    event=lambda reading, meaning: f"{reading}.is_({typed(meaning)})",
    mean=lambda inner, given: f"E({inner}{f', given={given}' if given else ''})",
    quotient=lambda top, bottom: f"{top} / {bottom}",
    times=" * ",
    least="least({})",
    most="most({})",
    indicator="{}",
    condition=_shown,
)
_TEXT = Style(
    number=number,
    reading=_reading_text,
    event=lambda reading, meaning: f"{reading}={_short(meaning)}",
    mean=lambda inner, given: f"E[{inner}{f' | {given}' if given else ''}]",
    quotient=lambda top, bottom: f"{top} / {bottom}",
    times=" ",
    least="min({})",
    most="max({})",
    indicator="1[{}]",
    condition=_listed,
)
_LATEX = Style(
    number=latex_number,
    reading=_reading_latex,
    event=lambda reading, meaning: f"{reading}={_symbol(_short(meaning))}",
    mean=lambda inner, given: rf"\mathbb{{E}}\left[{inner} \mid {given}\right]" if given else rf"\mathbb{{E}}\left[{inner}\right]",
    quotient=lambda top, bottom: rf"\frac{{{top}}}{{{bottom}}}",
    times=r" \, ",
    least=r"\min\left({}\right)",
    most=r"\max\left({}\right)",
    indicator="1[{}]",
    condition=_listed,
)
