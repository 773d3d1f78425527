"""How formulas in probabilities are written: as text, in HTML, and in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from causalkit.values.render import BELOW, LEVEL, html_formula, latex_number, latex_text, latex_words, number, typed

__all__ = ["LATEX", "TEXT", "Notation", "html_of"]


@dataclass(frozen=True)
class Notation:
    r"""A way to write formulas; the pieces arrive written, and are put together here.

    >>> TEXT.probability(["y"], ["x"], ["z"]), LATEX.probability(["y"], ["x"], ["z"])
    ('P(y | do(x), z)', 'P(y \\mid do(x), z)')
    """

    is_latex: bool

    def name(self, name: str) -> str:
        r"""The name of a value; in LaTeX with an index, or the digits behind a single letter, as a subscript.

        >>> TEXT.name("wish[3]'"), LATEX.name("wish[3]'"), LATEX.name("x1")
        ("wish[3]'", "\\mathit{wish}_{3}'", 'x_{1}')
        """
        if not self.is_latex:
            return name
        stem, index, primes = re.fullmatch(r"(.*?)(?:\[(.*)\])?('*)", name, re.DOTALL).groups()  # type: ignore[union-attr]
        if index is None and re.fullmatch(r"[A-Za-z]\d+", stem):
            stem, index = stem[0], stem[1:]
        written = stem if len(stem) == 1 and stem.isalpha() else rf"\mathit{{{latex_text(stem)}}}"
        return written + (f"_{{{latex_text(index)}}}" if index is not None else "") + primes

    def value(self, value: Hashable) -> str:
        """A constant."""
        if self.is_latex:
            return latex_number(value) if isinstance(value, (int, Fraction)) else latex_words(str(value))
        return number(value) if isinstance(value, Fraction) else typed(value)

    def probability(self, events: Sequence[str], do: Sequence[str], given: Sequence[str]) -> str:
        """A conditional probability; the interventions come first behind the bar."""
        behind = [f"do({', '.join(do)})"] if do else []
        bar = r" \mid " if self.is_latex else " | "
        return f"P({', '.join(events)}{bar if behind or given else ''}{', '.join([*behind, *given])})"

    def grouped(self, text: str, needed: bool) -> str:
        """A piece in parentheses, where it needs them."""
        if not needed:
            return text
        return rf"\left({text}\right)" if self.is_latex else f"({text})"

    def sum(self, over: Sequence[str], of: str) -> str:
        """A sum over the values of some variables."""
        if self.is_latex:
            return rf"\sum_{{{', '.join(over)}}} {of}"
        return f"Σ_{over[0]} {of}" if len(over) == 1 and re.fullmatch(r"\w+", over[0]) else f"Σ_{{{', '.join(over)}}} {of}"

    def quotient(self, above: str, below: str) -> str:
        """A ratio of two pieces."""
        return rf"\frac{{{above}}}{{{below}}}" if self.is_latex else f"{above} / {below}"

    def any_value(self, over: Sequence[str], of: str) -> str:
        """A formula that is the same at any value of some variables."""
        if self.is_latex:
            return rf"\left[{of}\right]_{{\text{{any }} {', '.join(over)}}}"
        return f"[{of} at any {', '.join(over)}]"


TEXT = Notation(is_latex=False)
LATEX = Notation(is_latex=True)


def html_of(text: str) -> str:
    """A formula in text as a part of a page, with what sums run over, and what had been done, below the line.

    >>> html_of("Σ_m P(m)")
    '<span style="font-family:Georgia,serif">Σ<sub>m</sub> P(m)</span>'
    """
    return html_formula(re.sub(r"_\{([^{}]*)\}|(?<=Σ)_(\w+)", lambda found: f"{BELOW}{found[1] or found[2]}{LEVEL}", text))
