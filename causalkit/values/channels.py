"""The capacity of a channel: how much an input that is chosen can tell by way of an output, at most."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from causalkit.errors import WrongShape
from causalkit.values.arguments import checked
from causalkit.values.dist import Dist
from causalkit.values.exact import Number, as_fraction, less, tidy
from causalkit.values.logarithms import Between, entropy_between, logarithms
from causalkit.values.render import html_text

__all__ = ["Capacity", "InBits", "capacity"]

STEPS = 2_000
"""So often is a guess for the law of the input improved, at most, before what it proves is said."""

CLOSE = 1e-11
SIMPLE = (12, 120)
"""Denominators up to these are tried for a law that is exactly best."""

FINE = 10**11

Law = tuple[Fraction, ...]
Terms = list[tuple[Fraction, Fraction]]


@dataclass(frozen=True, repr=False)
class InBits:
    """A number of bits: ``bits`` where it was found exactly, else ``None``; ``within`` encloses it."""

    bits: Number | None
    within: Between

    def __str__(self) -> str:
        return f"{self.within} bits" if self.bits is None else f"{self.bits} bits"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{html_text(str(self))}</p>"


@dataclass(frozen=True, repr=False)
class Capacity(InBits):
    """The largest mutual information between input and output, over the laws of the input, in bits.

    ``bits`` is that number where a law was found that is proved to be best, and then ``within`` is exact up to the logarithms in it; else
    ``None``, and ``within`` encloses it. ``inputs`` is the law that gives the lower end.
    """

    inputs: Dist


@checked
def capacity(laws: Sequence[Dist]) -> Capacity:
    """The capacity of a channel that turns input i into a draw of ``laws[i]``, in bits: exact where a best law of the input is found.

    Let r be any law of the input, q the law of the output that it makes, and D(i) the divergence of ``laws[i]`` from q. Then the mean of D
    under r is attained, and no law attains more than the largest D. A guess is improved as by Blahut and Arimoto, in floats; what is said
    of the result is worked out in fractions. Source: [blahut1972]

    :param laws: the law of the output for each input, one or more.
    :returns: a ``Capacity``, with its law of inputs, by their places.
    :raises WrongShape: without an input.
    :raises InvalidNumber: for probabilities with symbols.

    >>> print(capacity([Dist({"a": 1}), Dist({"b": 1}), Dist({"b": 1})]))
    1 bits
    >>> print(capacity([Dist({0: 1}), Dist({0: "1/2", 1: "1/2"})]))
    -2 + log(5)/log(2) bits
    """
    if not laws:
        raise WrongShape("a channel has one or more inputs; type capacity([Dist({'a': 1}), Dist({'b': 1})])")
    outputs = list(dict.fromkeys(output for law in laws for output in law))
    rows: list[Law] = [tuple(as_fraction(law[output]) for output in outputs) for law in laws]
    distinct = list(dict.fromkeys(rows))
    places = [rows.index(row) for row in distinct]
    guess = _improved([[float(share) for share in row] for row in distinct])
    for inputs in [_law([1.0] * len(distinct), 1), *(_law(guess, most) for most in SIMPLE)]:
        bits = _proved_best(inputs, distinct)
        if bits is not None:
            low, high = entropy_between(_information(inputs, distinct))
            return Capacity(bits, Between(low, high), _named(inputs, places))
    inputs = _law([weight + 1 / FINE for weight in guess], FINE)  # of every input a little, so that every divergence is finite
    output = _output(inputs, distinct)
    low, _ = entropy_between(_information(inputs, distinct))
    high = max(entropy_between(_divergence(row, output))[1] for row in distinct)
    return Capacity(None, Between(max(low, Fraction(0)), high), _named(inputs, places))


def _named(inputs: Law, places: Sequence[int]) -> Dist:
    return Dist(dict(zip(places, inputs, strict=True)))


def _improved(rows: Sequence[Sequence[float]]) -> list[float]:
    """A law of the input that is nearly best, in floats: each weight is multiplied by two to the power of its divergence."""
    inputs = [1 / len(rows)] * len(rows)
    for _ in range(STEPS):
        output = [sum(weight * row[y] for weight, row in zip(inputs, rows, strict=True)) for y in range(len(rows[0]))]
        gains = [sum(p * math.log2(p / q) for p, q in zip(row, output, strict=True) if p > 0 and q > 0) for row in rows]
        mean = sum(weight * gain for weight, gain in zip(inputs, gains, strict=True))
        if max(gains) - mean < CLOSE:
            break
        scaled = [weight * 2 ** (gain - mean) for weight, gain in zip(inputs, gains, strict=True)]
        inputs = [weight / sum(scaled) for weight in scaled]
    return inputs


def _law(weights: Sequence[float], most: int) -> Law:
    """Weights as fractions with denominators up to a number, that sum to 1."""
    read = [Fraction(weight).limit_denominator(most) for weight in weights]
    total = sum(read, Fraction(0))
    return tuple(weight / total for weight in read) if total else tuple(Fraction(1, len(read)) for _ in read)


def _output(inputs: Law, rows: Sequence[Law]) -> Law:
    return tuple(sum((weight * row[y] for weight, row in zip(inputs, rows, strict=True)), Fraction(0)) for y in range(len(rows[0])))


def _divergence(row: Law, output: Law) -> Terms:
    """How far a row is from the law of the output, as weights and arguments of logarithms; the output has what the row has."""
    return [(p, p / q) for p, q in zip(row, output, strict=True) if p]


def _information(inputs: Law, rows: Sequence[Law]) -> Terms:
    output = _output(inputs, rows)
    return [(weight * p, ratio) for weight, row in zip(inputs, rows, strict=True) if weight for p, ratio in _divergence(row, output)]


def _proved_best(inputs: Law, rows: Sequence[Law]) -> Number | None:
    """The information under a law of the input, if no row is farther from the output than that; so nothing attains more."""
    output = _output(inputs, rows)
    if any(p and not q for row in rows for p, q in zip(row, output, strict=True)):
        return None
    terms, others = _information(inputs, rows), [_divergence(row, output) for row in rows]
    most = entropy_between(terms)[1]
    if any(entropy_between(other)[0] > most for other in others):
        return None
    found: Number = tidy(logarithms(terms))
    return None if any(less(found, logarithms(other)) for other in others) else found
