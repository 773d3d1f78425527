"""What can be built from tests: quantified tests, a formula under constraints, formulas in order of importance."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from causalkit.errors import Impossible, WrongShape
from stop_button.language.algebra import Formula, formula
from stop_button.language.formula import event
from stop_button.language.notation import SUM, Style
from stop_button.language.references import best
from stop_button.language.tests import Every, Some, Test

__all__ = ["Infeasible", "SubjectTo", "every", "lexicographic", "some", "subject_to"]


class Infeasible(Impossible):
    """A policy breaks a constraint, or every policy does; it has no score."""


@dataclass(frozen=True, repr=False)
class SubjectTo(Formula):
    """A formula that has a value where tests hold, and none elsewhere, nor where a test is undefined."""

    precedence: ClassVar[int] = SUM
    inner: Formula
    tests: tuple[Test, ...]

    def children(self) -> tuple[Any, ...]:
        return (self.inner, *self.tests)

    def rebuilt(self, children: Sequence[Any], /) -> SubjectTo:
        return SubjectTo(children[0], tuple(children[1:]))

    def written(self, style: Style) -> str:
        return style.subject_to(self.inner.written(style), [test.written(style) for test in self.tests])


def subject_to(f: Any, /, *tests: Test) -> Formula:
    """A formula under constraints: policies that break one have no score.

    >>> from stop_button import B, E, V
    >>> print(subject_to(E(V), E(B) >= "1/2"))
    E[V] subject to E[B] >= 0.5
    """
    for test in tests:
        if not isinstance(test, Test):
            raise WrongShape(f"{test!r} is no test; constraints are tests, such as E(V) >= 1")
    return SubjectTo(formula(f), tests) if tests else formula(f)


def every(*names: Any, given: Mapping[str, Hashable] | Formula | None = None) -> Test:
    """The test, named last, of every combination of values of roles or variables that may be seen, its means conditioned on each.

    Seen may be what has a positive probability under the policy; with ``given``, given that event, which the means are conditioned on
    too. With nothing to be seen it is undefined.

    >>> from stop_button import B, E, V
    >>> print(every("intent", E(V) >= E(V.had(stopped=True))))
    for every H (E[V] >= E[V_{B=True}])
    """
    return Every(*_quantified("every", names, given))


def some(*names: Any, given: Mapping[str, Hashable] | Formula | None = None) -> Test:
    """The test, named last, of some combination of values that may be seen; the counterpart of ``every``.

    >>> from stop_button import B, E
    >>> some("intent", E(B) >= 1)
    some('intent', E(B) >= 1)
    """
    return Some(*_quantified("some", names, given))


def _quantified(called: str, names: tuple[Any, ...], given: Any) -> tuple[tuple[str, ...], Test, Formula | None]:
    *seen, test = names or (None,)
    if not seen or not all(isinstance(name, str) for name in seen) or not isinstance(test, Test):
        raise WrongShape(f"{called} takes names of roles or variables and then a test; type {called}('intent', E(V) >= 1)")
    return tuple(seen), test, event(given) if isinstance(given, Mapping) else given


def lexicographic(*formulas: Any) -> Formula:
    """Formulas in order of importance: the last one, among the policies that are best for the first, and of those for the second, ...

    A policy that is not best for those before has no score. One formula is itself.

    >>> from stop_button import B, E, V
    >>> print(lexicographic(E(B), E(V)))
    E[V] subject to E[B] >= max (E[B])
    """
    if not formulas:
        raise WrongShape("lexicographic() takes one or more formulas, the most important first; type lexicographic(E(B), E(V))")
    read = [formula(f) for f in formulas]
    tests: list[Test] = []
    for f in read[:-1]:
        tests.append(f >= best(subject_to(f, *tests)))
    return subject_to(read[-1], *tests)
