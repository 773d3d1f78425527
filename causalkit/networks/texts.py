"""The text of a network file: from bytes to text, places by line and column, numbers by their decimals."""

from __future__ import annotations

import codecs
import gzip
import math
import os
import re
import zlib
from bisect import bisect_right
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import NoReturn

from causalkit.errors import WrongFile, WrongText
from causalkit.values.exact import digits, whole_of

__all__ = ["MOST_DIGITS", "PLACES", "Numbers", "Scanner", "Text", "decimal_text", "decoded", "file_bytes", "is_decimal"]

MOST_DIGITS = 10_000
"""A number may have this many digits, written out without an exponent."""

PLACES = 18
"""Numbers that are no decimals are written with this many places."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,7}))?")


def file_bytes(path: str | os.PathLike[str]) -> bytes:
    """What a file holds, unpacked when its name ends in ``.gz``; raises ``WrongFile``."""
    try:
        data = Path(path).read_bytes()
        return gzip.decompress(data) if os.fspath(path).lower().endswith(".gz") else data
    except FileNotFoundError as error:
        raise WrongFile(f"{os.fspath(path)} is not there; name a file that holds a network") from error
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise WrongFile(f"{os.fspath(path)} cannot be read: {error}") from error


def decoded(data: bytes, encoding: str | None = None) -> str:
    r"""Bytes as text: by the encoding named, else by the byte order mark, else as an XML header declares, else UTF-8.

    Raises ``WrongText`` with the place of the first byte that does not fit.

    >>> decoded("größe".encode("utf-16")), decoded(b"<?xml version='1.0' encoding='latin-1'?><a>\xf6</a>")[-5:-4]
    ('größe', 'ö')
    """
    declared = _DECLARED.match(data)
    named = encoding or next((name for mark, name in _BOMS if data.startswith(mark)), None) or _unmarked(data)
    named = named or (declared[1].decode("ascii") if declared else "utf-8")
    try:
        text = data.decode(named)
    except LookupError:
        raise WrongText(f"line 1, column 1: the encoding {named!r} is not known", 1, 1) from None
    except UnicodeDecodeError as error:
        start = data[: error.start].decode(named, errors="replace")
        at = Text(start).place(len(start))
        raise WrongText(
            f"line {at[0]}, column {at[1]}: the byte 0x{data[error.start]:02x} is not {named}; type encoding='latin-1' if that is it",
            *at,
        ) from None
    return text.removeprefix("\ufeff")


def _unmarked(data: bytes) -> str | None:
    """UTF-16 without a mark: a format's first letter is plain ASCII, so one byte of it is zero."""
    zeros = [byte == 0 for byte in data[:2]]
    return {(False, True): "utf-16-le", (True, False): "utf-16-be"}.get(tuple(zeros))  # type: ignore[arg-type]


class Text:
    """A text that knows the line and the column of every place in it; line ends of every kind count as one."""

    def __init__(self, text: str) -> None:
        self.text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def place(self, at: int) -> tuple[int, int]:
        r"""Line and column of an offset, both from 1.

        >>> Text("one\r\ntwo").place(5)
        (2, 2)
        """
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1

    def line(self, at: int) -> int:
        """The line of an offset."""
        return bisect_right(self._starts, at)

    def fail(self, message: str, at: int) -> NoReturn:
        """Raises ``WrongText`` with the place in front of the message."""
        line, column = self.place(at)
        raise WrongText(f"line {line}, column {column}: {message}", line, column)


class Scanner(Text):
    """A text read from front to back; ``blanks`` is what may stand between two tokens, comments included."""

    def __init__(self, text: str, blanks: re.Pattern[str]) -> None:
        super().__init__(text)
        self.at = 0
        self._blanks = blanks

    def skip(self) -> int:
        """Past blanks and comments; returns the offset of what comes next."""
        match = self._blanks.match(self.text, self.at)
        self.at = match.end() if match else self.at
        if self.text.startswith("/*", self.at):
            self.fail("the comment is not closed; expected '*/'", self.at)
        return self.at

    def done(self) -> bool:
        """Whether nothing but blanks is left."""
        return self.skip() >= len(self.text)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What a pattern matches next, behind blanks, or None; what is matched is passed."""
        match = pattern.match(self.text, self.skip())
        if match:
            self.at = match.end()
        return match

    def accept(self, mark: str) -> bool:
        """Whether this mark comes next; then it is passed."""
        here = self.text.startswith(mark, self.skip())
        self.at += len(mark) * here
        return here

    def expect(self, mark: str, where: str) -> None:
        """Passes this mark, or raises."""
        if not self.accept(mark):
            self.wrong(f"{mark!r} {where}")

    def wrong(self, expected: str) -> NoReturn:
        """Raises ``WrongText`` for what comes next."""
        at = self.skip()
        rest = re.match(r"[^\s]{1,30}", self.text[at : at + 30])
        shown = repr(rest[0]) if rest else "the end of the text"
        self.fail(f"found {shown} where {expected} was expected", at)


class Numbers:
    """Decimal numbers as fractions, exactly; a number or a row that comes again is the same object again."""

    def __init__(self) -> None:
        self._numbers: dict[str, Fraction | None] = {}
        self._rows: dict[tuple[str, ...], tuple[Fraction, ...]] = {}

    def number(self, word: str) -> Fraction | None:
        """The number that a word stands for, or None when it is no decimal number of at most 10,000 digits.

        >>> Numbers().number("2.5e-3"), Numbers().number("1e999999"), Numbers().number("1_0")
        (Fraction(1, 400), None, None)
        """
        if word not in self._numbers:
            self._numbers[word] = decimal(word)
        return self._numbers[word]

    def row(self, words: tuple[str, ...]) -> tuple[Fraction, ...] | None:
        """The numbers that words stand for, or None when one is no number."""
        row = self._rows.get(words)
        if row is None:
            numbers = [self.number(word) for word in words]
            row = tuple(number for number in numbers if number is not None)
            if len(row) < len(words):
                return None
            self._rows[words] = row
        return row


def decimal(word: str) -> Fraction | None:
    """The fraction that a decimal number stands for, or None for anything else."""
    match = _NUMBER.fullmatch(word)
    if match is None:
        return None
    sign, before, after, exponent = match.groups()
    written, places = before + (after or ""), len(after or "") - int(exponent or 0)
    if not written or len(written) > MOST_DIGITS or abs(places) > MOST_DIGITS:
        return None
    whole = -whole_of(written) if sign == "-" else whole_of(written)
    return Fraction(whole, 10**places) if places > 0 else Fraction(whole * 10**-places)


def is_decimal(number: Fraction) -> bool:
    """Whether a number has finitely many decimals.

    >>> is_decimal(Fraction(1, 40)), is_decimal(Fraction(1, 3))
    (True, False)
    """
    return _places(number) is not None


def decimal_text(number: Fraction) -> str:
    """A number as a decimal: exactly when it is one, else rounded to eighteen places.

    >>> decimal_text(Fraction(1, 40)), decimal_text(Fraction(-2, 3)), decimal_text(Fraction(10))
    ('0.025', '-0.666666666666666667', '10.0')
    """
    places = _places(number)
    places = PLACES if places is None else max(places, 1)
    written = digits(abs(round(number * 10**places))).rjust(places + 1, "0")
    return f"{'-' * (number < 0)}{written[:-places]}.{written[-places:]}"


def _places(number: Fraction) -> int | None:
    below, twos, fives = number.denominator, 0, 0
    twos = (below & -below).bit_length() - 1
    below >>= twos
    fives = max(0, round(math.log(below, 5))) if below > 1 else 0
    return max(twos, fives) if below == 5**fives else None
