"""Bayesian networks in the UAI format (the header ``BAYES``), read digit by digit.

Variables are named ``var_0``, ``var_1``, ...; values are 0, 1, .... In a table the child is the last variable of its scope and changes
fastest, as the format says. pgmpy 1.1 writes UAI tables with the child changing slowest, and does not read back what it wrote;
such files are refused here, because their rows do not sum to 1.
"""

from __future__ import annotations

import itertools
import math
import os
import re
from collections.abc import Hashable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from causalkit.arguments import checked
from causalkit.errors import CausalError, WrongFile
from causalkit.interop.rounded_rows import Repair, dist_of_row, law_of_rows
from causalkit.mechanisms.mechanism import Coupling
from causalkit.model import Model
from causalkit.values.dist import Dist

__all__ = ["parse_uai", "read_uai"]


@checked
def read_uai(path: str | os.PathLike[str], *, coupling: Coupling | None = None, rounded: Repair | None = None) -> Model:
    """A model from a UAI file; raises ``WrongFile`` for a file that is none.

    ``coupling`` states how the rows of every table share their noise; ``rounded`` says how rows are repaired whose sums rounding
    has moved off 1 (``"scale"`` or ``"largest"``).
    """
    try:
        return parse_uai(Path(path).read_text(encoding="utf-8"), coupling=coupling, rounded=rounded)
    except UnicodeDecodeError:
        raise WrongFile(f"{os.fspath(path)} is not text, and a UAI file is") from None
    except CausalError as error:
        raise WrongFile(f"{os.fspath(path)} cannot be read as UAI: {error}") from error


@checked
def parse_uai(text: str, *, coupling: Coupling | None = None, rounded: Repair | None = None) -> Model:
    """A model from the text of a UAI file.

    >>> model = parse_uai("BAYES 2 2 2 2 1 0 2 0 1 2 .25 .75 4 1 0 .5 .5")
    >>> model.do(var_0=1).dist("var_1")
    Dist({0: '1/2', 1: '1/2'})
    """
    words = iter(re.sub(r"#.*", "", text).split())
    if next(words, None) != "BAYES":
        raise WrongFile("it does not begin with BAYES; only Bayesian networks are causal models")
    sizes = [_count(words, f"the size of variable {i}") for i in range(_count(words, "the number of variables"))]
    scopes = [_scope(words, i, len(sizes)) for i in range(_count(words, "the number of tables"))]
    if sorted(scope[-1] for scope in scopes) != list(range(len(sizes))):
        raise WrongFile("every variable must be the last one in the scope of exactly one table")
    laws = {f"var_{scope[-1]}": _table(words, scope, sizes, coupling, rounded) for scope in scopes}
    if next(words, None) is not None:
        raise WrongFile("there is more text behind the last table")
    return Model({f"var_{i}": laws[f"var_{i}"] for i in range(len(sizes))})


def _count(words: Iterator[str], what: str) -> int:
    word = next(words, "nothing")
    if not word.isdecimal() or len(word) > 9:
        raise WrongFile(f"{word!r} stands where {what} was expected")
    return int(word)


def _scope(words: Iterator[str], table: int, variables: int) -> list[int]:
    scope = [_count(words, f"a variable of table {table}") for _ in range(_count(words, f"the size of table {table}'s scope"))]
    if not scope or max(scope) >= variables or len(set(scope)) < len(scope):
        raise WrongFile(f"the scope of table {table} is {scope}, and it must name one or more different variables below {variables}")
    return scope


def _table(words: Iterator[str], scope: list[int], sizes: list[int], coupling: Coupling | None, rounded: Repair | None) -> Any:
    *parents, child = scope
    name, size = f"var_{child}", sizes[child]
    count = _count(words, f"the number of entries of the table of {name}")
    if count != math.prod(sizes[i] for i in scope):
        raise WrongFile(f"the table of {name} has {count} entries, and its scope asks for {math.prod(sizes[i] for i in scope)}")
    rows: dict[tuple[Hashable, ...], Dist] = {}
    for inputs in itertools.product(*(range(sizes[i]) for i in parents)):
        given = ", ".join(f"var_{i}={value}" for i, value in zip(parents, inputs, strict=True))
        where = f"the row{f' with {given}' if given else ''} of {name!r}"
        rows[inputs] = dist_of_row(range(size), [_weight(words, name) for _ in range(size)], where, rounded)
    return law_of_rows([f"var_{i}" for i in parents], rows, range(size), coupling)


def _weight(words: Iterator[str], name: str) -> Fraction:
    word = next(words, "nothing")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", word):
        raise WrongFile(f"{word!r} stands where a number of the table of {name} was expected")
    return Fraction(word)
