"""Text, HTML, LaTeX, DOT and Mermaid forms of values and tables; every printed object uses these.

Text that somebody wrote (a name, a value, a caption) becomes part of a page, a formula or a picture here and nowhere else.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from causalkit.errors import visible
from causalkit.values.exact import digits, fraction_text, is_symbolic

__all__ = [
    "BELOW", "LEVEL", "Printed", "about", "dot_text", "html_formula", "html_table", "html_text", "keywords_text", "latex_number",
    "latex_table", "latex_text", "latex_words", "markdown_table", "markdown_text", "mermaid_text", "number", "text_table", "typed",
    "visible",
]  # fmt: skip

LATEX_SPECIAL = {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}", "<": "<{}"} | {c: "\\" + c for c in "_&%#${}"}
MARKDOWN_SPECIAL = "\\`*_{}[]<>()#+!|~$&"
MERMAID_SPECIAL = '#&"<>`\\;%{}$'

LONGEST_FRACTION = 9
"""A fraction of more characters has a decimal beside it where it is read."""

DECIMAL_PLACES = 6
"""A fraction that is a decimal of so many places at most is written as one."""


def number(value: Any) -> str:
    """A number as short exact text: integers and short decimals as such, else a fraction.

    >>> number(Fraction(12, 1)), number(Fraction(1099, 100)), number(Fraction(362, 101))
    ('12', '10.99', '362/101')
    """
    if not isinstance(value, Fraction):
        return str(value)
    if value.denominator == 1:
        return digits(value.numerator)
    places = _decimal_places(value.denominator)
    if places is None:
        return fraction_text(value)
    written = digits(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{written[:-places]}.{written[-places:]}"


def _decimal_places(denominator: int) -> int | None:
    return next((places for places in range(1, DECIMAL_PLACES + 1) if 10**places % denominator == 0), None)


def typed(value: Hashable) -> str:
    """A value as it would be typed, so that what is printed can be pasted back.

    >>> typed(Fraction(1, 4)), typed("stop"), typed(3)
    ('Fraction(1, 4)', "'stop'", '3')
    """
    if is_symbolic(value):
        return _symbolic(value)
    if isinstance(value, Enum) and value.name.isidentifier():
        return f"{type(value).__qualname__}.{value.name}"
    return repr(value)


def _symbolic(value: Any) -> str:
    """A sympy expression as it would be typed; spelt out when its symbols carry assumptions, which short text would lose."""
    import sympy

    plain = all(symbol == sympy.Symbol(symbol.name) for symbol in value.free_symbols)
    return f"sympify({str(value)!r})" if plain else str(sympy.srepr(value))


def keywords_text(shown: Mapping[Any, str]) -> str:
    """Names with values that are text already, as keywords of a call, or as a mapping when a name cannot be a keyword.

    >>> keywords_text({"a": "1"}), keywords_text({"class": "1"})
    ('a=1', "{'class': 1}")
    """
    if all(isinstance(name, str) and name.isidentifier() and not keyword.iskeyword(name) for name in shown):
        return ", ".join(f"{name}={value}" for name, value in shown.items())
    return f"{{{', '.join(f'{name!r}: {value}' for name, value in shown.items())}}}"


def text_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns aligned by spaces, the first to the left and the others to the right.

    >>> print(text_table(["policy", "score"], [["work", "2"], ["cut the wire", "1"]]))
    policy        score
    work              2
    cut the wire      1
    """
    lines = [[visible(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    return "\n".join(_aligned(line, widths) for line in lines)


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(cells, widths, strict=True)))
    return "  ".join([first, *rest]).rstrip()


def html_text(text: object) -> str:
    """Text as a part of a page, within an element or within quotes.

    >>> html_text("<b> & 'c'")
    '&lt;b&gt; &amp; &#x27;c&#x27;'
    """
    import html

    return html.escape(visible(str(text), lines=True), quote=True)


class Printed:
    """What prints itself in words, and has them for its form in a notebook: a paragraph, or lines as they are.

    >>> class Answer(Printed):
    ...     def __str__(self) -> str:
    ...         return "x -> y"
    >>> Answer()._repr_html_()
    '<p>x -&gt; y</p>'
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        text = html_text(self)
        return f"<pre>{text}</pre>" if "\n" in text else f"<p>{text}</p>"


def about(value: Any) -> str:
    """A decimal to stand beside a fraction whose digits are too many to be read at a glance; else nothing.

    >>> about(Fraction(362, 101)), about(Fraction(12345, 98765)), about(Fraction(1, 7**500))
    ('', '0.1250', '2.825e-423')
    """
    text = number(value) if isinstance(value, Fraction) else ""
    return f"{Decimal(value.numerator) / Decimal(value.denominator):.4g}" if "/" in text and len(text) > LONGEST_FRACTION else ""


BELOW, LEVEL = "\x02", "\x03"
"""What begins and ends a subscript in a formula that becomes HTML; names and values hold no such characters when they are shown."""


def html_formula(text: str) -> str:
    """A formula as a part of a page, which needs nothing outside itself; subscripts stand between ``BELOW`` and ``LEVEL``.

    >>> html_formula(f"E[B{BELOW}s{LEVEL}] < 1")
    '<span style="font-family:Georgia,serif">E[B<sub>s</sub>] &lt; 1</span>'
    """
    parts, depth = [], 0
    for piece in re.split(f"([{BELOW}{LEVEL}])", text):
        if piece == BELOW:
            depth += 1
            parts.append("<sub>")
        elif piece == LEVEL:
            parts.append("</sub>" if depth else "")
            depth = max(0, depth - 1)
        else:
            parts.append(html_text(piece))
    return f'<span style="font-family:Georgia,serif">{"".join(parts)}{"</sub>" * depth}</span>'


def html_table(header: Sequence[str], rows: Iterable[Sequence[str]], marked: Iterable[tuple[int, int]] = ()) -> str:
    """An HTML table that scrolls where it is wider than its place; the cells ``(row, column)`` in ``marked`` are set in bold.

    >>> html_table(["a"], [["1 < 2"]], marked=[(0, 0)])  # doctest: +ELLIPSIS
    '<div style="overflow-x:auto" tabindex="0"><table><thead><tr><th>a</th></tr></thead><tbody><tr><td><b>1 &lt; 2...
    """
    bold = set(marked)
    head = "".join(f"<th>{html_text(cell)}</th>" for cell in header)
    body = "".join(
        "<tr>" + "".join(f"<td>{_bold(html_text(cell), (i, j) in bold)}</td>" for j, cell in enumerate(row)) + "</tr>"
        for i, row in enumerate(rows)
    )
    return f'<div style="overflow-x:auto" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _bold(cell: str, yes: bool) -> str:
    return f"<b>{cell}</b>" if yes else cell


def latex_text(text: str) -> str:
    r"""Text with LaTeX's special characters escaped.

    >>> print(latex_text("P_1 & 50%"))
    P\_1 \& 50\%
    """
    return "".join(LATEX_SPECIAL.get(c, c) for c in visible(" ".join(text.splitlines())))


def latex_words(text: str) -> str:
    r"""Text within a formula, the same in LaTeX and in MathJax: the latter takes an escaped character in a formula, and not in its texts.

    >>> print(latex_words("cut it"), latex_words("per_step"))
    \text{cut it} {\text{per}\_\text{step}}
    """
    pieces = [piece for piece in re.split(r"(\\[_&%#${}])", latex_text(text)) if piece]
    written = "".join(piece if piece[0] == "\\" and len(piece) == 2 else rf"\text{{{piece}}}" for piece in pieces)
    return written if len(pieces) == 1 else f"{{{written}}}"


def latex_number(value: Any) -> str:
    r"""A number in LaTeX.

    >>> print(latex_number(Fraction(362, 101)))
    \tfrac{362}{101}
    """
    if is_symbolic(value):
        import sympy

        odd = {symbol: latex_words(symbol.name) for symbol in value.free_symbols if not symbol.name.isidentifier()}
        return str(sympy.latex(value, symbol_names=odd))
    text = number(value)
    if isinstance(value, Fraction) and "/" in text:
        sign = "-" if value < 0 else ""
        return rf"{sign}\tfrac{{{digits(abs(value.numerator))}}}{{{digits(value.denominator)}}}"
    return text


def latex_table(header: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[bool] | None = None) -> str:
    r"""A LaTeX tabular with the rules of booktabs; cells are LaTeX already.

    ``numbers`` says which columns are set to the right; all but the first if left out.

    >>> print(latex_table(["policy", "score"], [["work", "$2$"]]))
    \begin{tabular}{lr}
    \toprule
    policy & score \\
    \midrule
    work & $2$ \\
    \bottomrule
    \end{tabular}
    """
    right = [place > 0 for place in range(len(header))] if numbers is None else numbers
    lines = [_latex_row(header), r"\midrule", *map(_latex_row, rows)]
    sides = "".join("r" if yes else "l" for yes in right)
    return "\n".join([rf"\begin{{tabular}}{{{sides}}}", r"\toprule", *lines, r"\bottomrule", r"\end{tabular}"])


def _latex_row(cells: Sequence[str]) -> str:
    row = " & ".join(cells)
    return rf"{{}}{row} \\" if row.startswith(("[", "*")) else rf"{row} \\"  # after \\ these would be read as its argument


def markdown_text(text: str) -> str:
    r"""Text as a part of a cell of a Markdown table.

    >>> print(markdown_text("a|b *c*"))
    a\|b \*c\*
    """
    return "".join("\\" + c if c in MARKDOWN_SPECIAL else c for c in visible(" ".join(text.splitlines())))


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[bool]) -> str:
    """A Markdown table; cells are Markdown already, and columns of ``numbers`` are set to the right.

    >>> print(markdown_table(["policy", "score"], [["work", "2"]], [False, True]))
    | policy | score |
    | --- | ---: |
    | work | 2 |
    """
    lines = [header, ["---:" if yes else "---" for yes in numbers], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def dot_text(text: str) -> str:
    r"""Text as a part of a quoted label in the DOT language.

    >>> print(dot_text('say "yes"'))
    say \"yes\"
    """
    entities = re.sub(r"&(?=#?\w+;)", "&amp;", visible(text.replace("\n", " ")))
    return entities.replace("\\", "\\\\").replace('"', '\\"')


def mermaid_text(text: str) -> str:
    """Text as a part of a quoted label of a Mermaid diagram.

    >>> print(mermaid_text('say "a"'))
    say #34;a#34;
    """
    return "".join(f"#{ord(c)};" if c in MERMAID_SPECIAL else c for c in visible(text.replace("\n", " ")))
