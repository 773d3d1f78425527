"""How much of a stranger's document is read: limits on its text, its numbers, its parts, its depth and its formulas."""

from __future__ import annotations

import math
import os
import re
import stat
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from causalkit.errors import WrongFile, WrongShape

__all__ = ["STANDARD", "Budget", "check_common", "check_document", "check_number", "check_text", "digits_of", "read_text"]

NUMBER = re.compile(r"[0-9_]+|[eE][+-]?([0-9_]+)")
BITS = math.log2(10)


@dataclass(frozen=True)
class Budget:
    """The most that is read of a document; each limit is checked before the work that it bounds.

    ``text`` counts bytes of a file or characters of a text, ``digits`` those of one number written out, ``nodes`` the values, lists and
    objects of a document or the parts of a formula, ``depth`` how deep they are nested, and ``operations`` bounds what a formula may
    grow to when it is simplified.

    >>> Budget(text=50_000_000).depth
    200
    """

    text: int = 1_000_000
    digits: int = 10_000
    nodes: int = 100_000
    depth: int = 200
    operations: int = 10_000

    def check(self, limit: str, size: int, what: str, at: str = "") -> None:
        """Raises ``WrongFile`` with the limit and the size, when a size is above a limit.

        >>> Budget(depth=3).check("depth", 4, "levels of nesting")
        Traceback (most recent call last):
        causalkit.errors.WrongFile: there are 4 levels of nesting, and at most 3 are read; raise the limit with budget=Budget(depth=4)
        """
        most: int = getattr(self, limit)
        if size > most:
            raise WrongFile(
                f"{at and at + ': '}there are {size:,} {what}, and at most {most:,} are read; "
                f"raise the limit with budget=Budget({limit}={size})"
            )

    @property
    def printable_digits(self) -> int:
        """The digits that a number may have: no more than Python itself is set to read and print."""
        return min(self.digits, sys.get_int_max_str_digits() or self.digits)


STANDARD = Budget()
"""The limits that hold where none are given."""


def read_text(path: Path, budget: Budget = STANDARD) -> str:
    """The text of a file in UTF-8, when it is a plain file within the budget; raises ``WrongFile``."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno())
        if not stat.S_ISREG(size.st_mode):
            raise WrongFile(f"{path} is no plain file; a document is read from one")
        budget.check("text", size.st_size, "bytes of text", str(path))
        content = file.read(budget.text + 1)
    budget.check("text", len(content), "bytes of text", str(path))
    return content.decode("utf-8")


def check_text(text: str, budget: Budget = STANDARD) -> None:
    """Raises ``WrongFile`` for text that is longer than the budget allows."""
    budget.check("text", len(text), "characters of text")


def check_document(document: Any, budget: Budget = STANDARD, at: str = "$") -> None:
    """Raises ``WrongFile`` for a document with more parts, deeper ones, or longer numbers than the budget allows, and for broken text.

    >>> check_document([[[1]]], Budget(depth=2))
    Traceback (most recent call last):
    causalkit.errors.WrongFile: $: there are 3 levels of nesting, and at most 2 are read; raise the limit with budget=Budget(depth=3)
    """
    level, depth, nodes = [document], 0, 0
    while level:
        nodes += len(level)
        budget.check("nodes", nodes, "parts", at)
        inner = [part for part in level if isinstance(part, Mapping | list | tuple)]
        depth += bool(inner)
        budget.check("depth", depth, "levels of nesting", at)
        for part in level:
            _check_plain(part, budget, at)
        level = [child for part in inner for child in _inside(part)]


def _inside(part: Any) -> Iterable[Any]:
    return [*part, *part.values()] if isinstance(part, Mapping) else part


def _check_plain(part: Any, budget: Budget, at: str) -> None:
    if isinstance(part, str) and re.search("[\ud800-\udfff]", part):
        raise WrongFile(f"{at}: the text {part[:40]!r} holds half a character (a lone surrogate), which no file can hold; write it whole")
    if type(part) is int:
        _check_whole(part, budget, at)


def _check_whole(number: int, budget: Budget, at: str) -> None:
    if number.bit_length() > budget.printable_digits * BITS and digits_of(number) > budget.printable_digits:
        _refuse_digits(digits_of(number), budget, at)


def digits_of(number: int) -> int:
    """How many digits a whole number has; it is not written out to find out.

    >>> digits_of(999), digits_of(-1000)
    (3, 4)
    """
    most = math.ceil(number.bit_length() / BITS)
    return most if most and abs(number) >= 10 ** (most - 1) else max(most - 1, 1)


def _refuse_digits(digits: int, budget: Budget, at: str) -> None:
    most = budget.printable_digits
    more = f"raise the limit with budget=Budget({digits=})" if most == budget.digits else "Python is set to print no more of one number"
    raise WrongFile(f"{at}: a number has {digits:,} digits, and at most {most:,} are read; {more}")


def check_number(text: str, budget: Budget = STANDARD, at: str = "$") -> None:
    """Raises ``WrongFile`` for a number that is not in the digits 0 to 9, or that would have too many of them when it is written out.

    >>> check_number("1e99999999")
    Traceback (most recent call last):
    causalkit.errors.WrongFile: $: a number has 100,000,009 digits, and at most 4,300 are read; Python is set to print no more of one number
    """
    if not text.isascii():
        raise WrongFile(f"{at}: the number {text[:40]!r} holds characters that are not ASCII; write it with the digits 0 to 9")
    exponents = [power.replace("_", "").lstrip("0") for power in NUMBER.findall(text) if power]
    digits = len(text) + sum(int(power[:15] or 0) for power in exponents)
    if digits > budget.printable_digits:
        _refuse_digits(digits, budget, at)


def check_written(number: int | Fraction, what: str) -> None:
    """Raises ``WrongShape`` for a number that no reader would take again.

    >>> check_written(10**5000, "a value")
    Traceback (most recent call last):
    causalkit.errors.WrongShape: a value is 5,001 characters long, and at most 4,300 of one number are read again
    """
    below = number.denominator
    many = digits_of(number.numerator) + (1 + digits_of(below) if below > 1 else 0)
    if many > (most := STANDARD.printable_digits):
        raise WrongShape(f"{what} is {many:,} characters long, and at most {most:,} of one number are read again")


def check_common(weights: Iterable[Any], budget: Budget = STANDARD, at: str = "$") -> None:
    """Raises ``WrongFile`` for fractions whose common denominator has more digits than a number may have.

    >>> check_common([Fraction(1, 10**3), Fraction(1, 7)], Budget(digits=3))
    Traceback (most recent call last):
    causalkit.errors.WrongFile: $: a number has 4 digits, and at most 3 are read; raise the limit with budget=Budget(digits=4)
    """
    common = 1
    for denominator in dict.fromkeys(weight.denominator for weight in weights if isinstance(weight, Fraction)):
        common = math.lcm(common, denominator)
        _check_whole(common, budget, at)
