"""Refusals: for each a call that is refused, and what is said; where it matters, the nearest call that is not refused stands beside it."""

from __future__ import annotations

import pytest
import sympy

import causalkit as ck
from causalkit import errors
from causalkit.documents.symbols import read_symbols, sympy_text
from causalkit.graphs.sources import from_pairs
from causalkit.mechanisms.mechanism import CPT
from causalkit.quantities.effects import transition
from causalkit.symbols import between
from causalkit.values.exact import tidy
from causalkit.values.logarithms import sign_of_logarithms
from tests.refusing import Refused, check_refused

p = sympy.Symbol("p", positive=True)
treated = ck.Model(x=ck.coin("1/2"), z=ck.coin("1/2"), y=lambda x, z: x and z)
opened = ck.Model(x=ck.coin("1/2"), y=lambda x: x).do(x=ck.choice(False, True))
near = 1 + sympy.Rational(1, 10**400)

REFUSED: Refused = {
    "a symbol of the formula is declared twice; declare it once": (
        errors.WrongFile,
        lambda: read_symbols({"symbols": "p", "with": [["p", {}], ["p", {"positive": True}]]}),
    ),
    'a formula is {"symbols": text': (errors.WrongFile, lambda: read_symbols({"symbols": "p", "with": [["p"]]})),
    "5 is no formula of sympy; give one, such as sympy.Symbol('p')": (errors.WrongShape, lambda: sympy_text(5)),
    "is no networkx graph; give a networkx.DiGraph, or a pgmpy model": (errors.WrongShape, lambda: ck.Graph.from_networkx("a -> b")),
    "found 3, which describes no graph; give names": (errors.WrongShape, lambda: from_pairs(3)),  # type: ignore[arg-type]
    "'y' with x=True is 1, and a row of a cpt is a Dist": (
        errors.NotADistribution,
        lambda: CPT(("x",), {(False,): ck.Dist({0: 1}), (True,): 1}).tabulated("y", {"x": (False, True)}),  # type: ignore[dict-item]
    ),
    "sum to p + 1/2, and they must sum to 1; nothing is filled in or rescaled": (errors.NotADistribution, lambda: ck.Dist({0: p, 1: 0.5})),
    "is not a change of treatment; type {'x': (before, after)}": (errors.WrongShape, lambda: transition(treated, {"x": (0, 1), "z": 3})),
    "nothing stands on one side of a ','": (errors.WrongShape, lambda: ck.identify(ck.Graph.parse("x -> y"), "P(y, | do(x))")),
    "'x' was opened by do, which stands in front of the model; fill it with .do({'x': ...})": (
        errors.WrongShape,
        lambda: opened.choose(x=True),
    ),
    "are too close to tell apart with 256 digits": (errors.Undecided, lambda: between(tidy(sympy.sqrt(2)), tidy(sympy.sqrt(2) * near))),
    "is not a finite real number": (errors.InvalidNumber, lambda: tidy(sympy.I * sympy.sqrt(2))),
    "holds logarithms of other things than fractions, which are not compared": (
        errors.Undecided,
        lambda: sign_of_logarithms(sympy.log(p) + 1),
    ),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_is_refused_is_told_why(words: str) -> None:
    check_refused(REFUSED, words)


def test_signs_that_do_not_show() -> None:
    near_zero = sympy.log(2) * sympy.log(3) - sympy.Rational(sympy.log(2).n(2000) * sympy.log(3).n(2000))
    with pytest.raises(errors.Undecided, match="does not show in 4,096 binary digits: nobody may know whether it is 0"):
        sign_of_logarithms(near_zero)
