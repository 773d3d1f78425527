"""Tables of results, once as values: as text, HTML, LaTeX for a paper, Markdown, and a pandas frame."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from causalkit.errors import InvalidName, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import has_symbols, is_symbolic
from causalkit.values.render import (
    html_table,
    latex_number,
    latex_table,
    latex_text,
    markdown_table,
    markdown_text,
    number,
    text_table,
    visible,
)  # fmt: skip

if TYPE_CHECKING:
    import pandas

__all__ = ["Recipe", "ResultTable", "Tabled", "as_float", "frame_of_values"]

Recipe = Literal["comment", "caption", "none"]
"""Where a LaTeX table says how it was made: in a comment above it, at the end of its caption, or nowhere."""

DASH: Final = "-"
"""What stands in the place of a number where there is nothing to say."""

CALL: Final = ".to_latex())"
"""How a program ends that prints a table."""

LABEL: Final = re.compile(r"[A-Za-z0-9:._/+ -]*")


@dataclass(frozen=True)
class ResultTable:
    """A table of results: text and numbers below a header.

    A cell is a text, a number, a tuple of these, or anything that prints itself. ``marked`` are the cells ``(row, column)`` to be pointed
    out, ``caption`` says in words what the table shows, ``legend`` what its marks and words mean, under any caption, and ``joint`` stands
    between the parts of a tuple.

    >>> from causalkit import coin
    >>> print(ResultTable(["coin", "heads"], [["fair", coin("1/2")[True]]]))
    coin  heads
    fair    0.5
    """

    header: Sequence[str]
    rows: Sequence[Sequence[Any]]
    marked: frozenset[tuple[int, int]] = frozenset()
    caption: str = ""
    legend: str = ""
    joint: str = " / "

    @property
    def texts(self) -> list[list[str]]:
        """The cells as short exact text."""
        return [[self._text(cell) for cell in row] for row in self.rows]

    def __str__(self) -> str:
        return text_table(self.header, self.texts)

    def html(self) -> str:
        """The table as HTML, with what is marked in bold."""
        return html_table(self.header, self.texts, self.marked)

    def tabular(self) -> str:
        r"""The table as a LaTeX ``tabular`` with the rules of booktabs; it needs ``\usepackage{amsmath, booktabs}``."""
        rows = [[self._latex(cell, (i, j) in self.marked) for j, cell in enumerate(row)] for i, row in enumerate(self.rows)]
        return latex_table([latex_text(name) for name in self.header], rows, numbers=self._numbers())

    def _text(self, cell: Any) -> str:
        return self.joint.join(map(self._text, cell)) if isinstance(cell, tuple) else number(cell)

    def _latex(self, cell: Any, strong: bool) -> str:
        if isinstance(cell, tuple):
            return latex_text(self.joint).join(self._latex(part, strong) for part in cell)
        if cell == DASH:
            return "--"
        if isinstance(cell, bool) or not _is_numeric(cell):
            text = latex_text(number(cell))
            return rf"\textbf{{{text}}}" if strong else text
        return rf"$\boldsymbol{{{latex_number(cell)}}}$" if strong else f"${latex_number(cell)}$"

    def _numbers(self) -> list[bool]:
        """Which columns are set to the right: those in which some cell is a number, or a dash in the place of one."""
        return [any(_is_numeric(row[column]) for row in self.rows) for column in range(len(self.header))]

    @checked
    def to_latex(self, *, caption: str | None = None, label: str = "", recipe: Recipe = "comment", code: str = "") -> str:
        r"""The table for a paper; numbers are exact fractions.

        :param caption: text, not LaTeX; what the table says of itself if left out. What its marks and words mean follows it. Where it is
            empty, a ``tabular`` alone is given.
        :param label: what ``\ref`` calls it.
        :param recipe: where the program that makes the table is told, if it is known: ``"comment"``, ``"caption"`` or ``"none"``.
        :param code: that program, which ends with a call of ``to_latex``; the arguments of this one are put into it.
        :returns: a ``table`` with the rules of booktabs; it needs ``\usepackage{amsmath, booktabs}``.
        :raises InvalidName: for a label that LaTeX could not read.
        :raises WrongShape: for a label without a caption, and a recipe that is none of these.

        >>> print(ResultTable(["coin", "heads"], [["bent", Fraction(1, 3)]]).to_latex(caption="A coin", label="tab:coin"))
        % \usepackage{amsmath, booktabs}
        \begin{table}
        \centering
        \caption{A coin}
        \label{tab:coin}
        \smallskip
        \renewcommand{\arraystretch}{1.25}
        \begin{tabular}{lr}
        \toprule
        coin & heads \\
        \midrule
        bent & $\tfrac{1}{3}$ \\
        \bottomrule
        \end{tabular}
        \end{table}
        """
        said = "; ".join(filter(None, [self.caption if caption is None else caption, self.legend]))
        if caption == "":
            said = ""
        _check(label, said, recipe)
        code = _with_arguments(code, caption, label, recipe)
        above = ["\\usepackage{amsmath, booktabs}"]
        if code and recipe == "comment":
            above += ["made by", *(f"  {line}" for line in code.splitlines())]
        comment = "\n".join(f"% {visible(line)}".rstrip() for line in above)
        if not said:
            return f"{comment}\n{self.tabular()}"
        told = latex_text(said)
        if code and recipe == "caption":
            told += rf". Made by {{\ttfamily {latex_text('; '.join(line for line in code.splitlines() if _does(line)))}}}"
        table = self.tabular()
        named = [rf"\label{{{label}}}"] if label else []
        high = [r"\renewcommand{\arraystretch}{1.25}"] if "frac{" in table else []
        head = [comment, r"\begin{table}", r"\centering", rf"\caption{{{told}}}", *named, r"\smallskip", *high]
        return "\n".join([*head, table, r"\end{table}"])

    def to_markdown(self) -> str:
        """The table in Markdown, with what is marked in bold.

        >>> print(ResultTable(["coin", "heads"], [["bent", Fraction(1, 3)]], marked=frozenset({(0, 1)})).to_markdown())
        | coin | heads |
        | --- | ---: |
        | bent | **1/3** |
        """
        cells = [[_strong(markdown_text(cell), (i, j) in self.marked) for j, cell in enumerate(row)] for i, row in enumerate(self.texts)]
        return markdown_table([markdown_text(name) for name in self.header], cells, numbers=self._numbers())

    def to_frame(self, *, floats: bool = False) -> pandas.DataFrame:
        """The table as a pandas frame; numbers are exact objects, or floats if so wished, and what holds symbols stays as it is."""
        import pandas as pd

        rows = [[as_float(cell) if floats else cell for cell in row] for row in self.rows]
        frame = pd.DataFrame(rows, columns=pd.Index(list(self.header), dtype=object), dtype=object)
        return frame.infer_objects() if floats else frame


class Tabled:
    """What has a table as its result, and so a form for a paper, for a page and for pandas."""

    __slots__ = ()

    def _result(self) -> ResultTable:
        """The table, as values."""
        raise NotImplementedError

    def _recipe(self) -> str:
        """The program that makes the table, where it is known."""
        return ""

    def to_latex(self, *, caption: str | None = None, label: str = "", recipe: Recipe = "comment") -> str:
        r"""The table for a paper, with exact fractions: ``ResultTable.to_latex``; it needs ``\usepackage{amsmath, booktabs}``.

        :param caption: text, not LaTeX; what the table says of itself if left out. What its marks and words mean follows it. Where it is
            empty, a ``tabular`` alone is given.
        :param label: what ``\ref`` calls it.
        :param recipe: where the program that makes the table is told, if it is known: ``"comment"``, ``"caption"`` or ``"none"``.
        :returns: the text of a ``table``.
        :raises InvalidName: for a label that LaTeX could not read.
        :raises WrongShape: for a label without a caption, and a recipe that is none of these.
        """
        return self._result().to_latex(caption=caption, label=label, recipe=recipe, code=self._recipe())

    def to_markdown(self) -> str:
        """The table in Markdown, with exact numbers."""
        return self._result().to_markdown()

    @checked
    def to_frame(self, *, floats: bool = False) -> pandas.DataFrame:
        """The table as a pandas frame.

        :param floats: give numbers as floats; else they are exact objects.
        :returns: a frame with a row for each row of the table.
        """
        return self._result().to_frame(floats=floats)


def frame_of_values(rows: Sequence[Sequence[Any]], domains: Mapping[str, Sequence[Any]], names: Sequence[str]) -> pandas.DataFrame:
    """A pandas frame of values as they are: a column has a kind of its own where that loses none of the values that may stand in it.

    >>> frame = frame_of_values([(None, 1)], {"x": [None, 1], "y": [1, 2]}, ["x", "y"])
    >>> frame["x"].tolist(), str(frame["y"].dtype)
    ([None], 'int64')
    """
    import pandas as pd

    kinds = {name: pd.Series(list(domain), dtype=object).infer_objects() for name, domain in domains.items()}
    kept = {name: kind.dtype for name, kind in kinds.items() if kind.tolist() == list(domains[name])}
    return pd.DataFrame(rows, columns=pd.Index(names, dtype=object), dtype=object).astype(kept)


def as_float(cell: Any) -> Any:
    """A number as the nearest float; anything else, and what holds symbols, as it is.

    >>> as_float(Fraction(1, 4)), as_float("1/4")
    (0.25, '1/4')
    """
    if isinstance(cell, bool | str | tuple) or not _is_numeric(cell):
        return cell
    return cell if has_symbols(cell) else float(cell)


def _is_numeric(cell: Any) -> bool:
    if isinstance(cell, tuple):
        return any(map(_is_numeric, cell))
    return cell == DASH or isinstance(cell, int | float | Fraction) or is_symbolic(cell)


def _strong(text: str, yes: bool) -> str:
    return f"**{text}**" if yes and text else text


def _does(line: str) -> bool:
    """Whether a line of a program does more than load names or remark on it."""
    return bool(line.strip()) and not line.startswith(("import ", "from ", "#"))


def _with_arguments(code: str, caption: str | None, label: str, recipe: str) -> str:
    """A program that ends with a call of ``to_latex``, with the arguments with which it was called."""
    given = {"caption": caption, "label": label or None, "recipe": None if recipe == "comment" else recipe}
    told = ", ".join(f"{name}={value!r}" for name, value in given.items() if value is not None)
    return f"{code.removesuffix(CALL)}{CALL[:-2]}{told}))" if code.endswith(CALL) else code


def _check(label: str, caption: str, recipe: str) -> None:
    if recipe not in get_args(Recipe):
        raise WrongShape(f"recipe={recipe!r}: a recipe stands in the 'comment', in the 'caption', or nowhere: 'none'")
    if not LABEL.fullmatch(label):
        raise InvalidName(f"{label!r} cannot be a label in LaTeX; type letters, digits and : . _ / + -, as in label='tab:scores'")
    if label and not caption:
        raise WrongShape(f"label={label!r} refers to a table with a caption; give one: caption='...'")
