"""Policies spoken of inside a formula by what they are: the best ones, and the scored policy's own."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from causalkit.errors import Impossible, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import exact
from causalkit.values.frozen import Frozen
from stop_button.language.algebra import Combination, Formula, formula
from stop_button.language.formula import E, H, Leaf, Reading, Reference, V, Wiring, X, event
from stop_button.language.notation import TEXT, Style
from stop_button.language.parts import conditioned, rewritten
from stop_button.language.tests import Every
from stop_button.language.walking import Node, Walk

__all__ = [
    "BEST",
    "OWN",
    "Agreed",
    "Ambiguous",
    "Best",
    "BestPolicy",
    "LargestDefined",
    "Own",
    "SmallestDefined",
    "best",
    "best_policy",
    "discounted",
    "of_person",
    "worst",
]


class Ambiguous(Impossible):
    """Several policies are best, and what is read under them differs."""


@dataclass(frozen=True, repr=False)
class Best(Formula):
    """The largest value (or the smallest) of a formula over the policies that have one; other decisions stay as in the scored policy.

    ``of`` names the decisions that are made anew; empty: all of them.
    """

    asks_world: ClassVar[bool] = True
    inner: Formula
    of: tuple[str, ...] = ()
    largest: bool = True

    def children(self) -> tuple[Formula, ...]:
        return (self.inner,)

    def rebuilt(self, children: Sequence[Any], /) -> Best:
        return Best(children[0], self.of, self.largest)

    def written(self, style: Style) -> str:
        return (style.best if self.largest else style.worst)(self.inner.written(style), self.of)


@dataclass(frozen=True, repr=False)
class Agreed(Combination):
    """Formulas that are to be the same number, one for each of several best references; where they are not, there is no value.

    Without any, there is none either.
    """

    def written(self, style: Style) -> str:
        return self.parts[0].written(style) if self.parts else style.number(exact(0)) + "/" + style.number(exact(0))


@dataclass(frozen=True, repr=False)
class LargestDefined(Combination):
    """The largest of the formulas that have a value."""

    def written(self, style: Style) -> str:
        return style.most.format(", ".join(part.written(style) for part in self.parts))


@dataclass(frozen=True, repr=False)
class SmallestDefined(LargestDefined):
    """The smallest of the formulas that have a value."""

    def written(self, style: Style) -> str:
        return style.least.format(", ".join(part.written(style) for part in self.parts))


class Own(Reference):
    """The policy that is scored, as the one that is taken for granted: ``stable`` holds it fixed while replies are compared."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Own)

    def __hash__(self) -> int:
        return hash(Own)

    def __repr__(self) -> str:
        return "OWN"

    def __str__(self) -> str:
        return "own"


@dataclass(frozen=True, repr=False)
class BestPolicy(Reference):
    """A policy that is best for a formula, whatever is scored; ``best_policy`` builds one."""

    objective: Formula

    def __repr__(self) -> str:
        return "BEST" if self == BEST else f"best_policy({self.objective!r})"

    def __str__(self) -> str:
        return "best" if self == BEST else f"best for {self.objective.written(TEXT)}"


OWN: Final = Own()
"""The scored policy's own, as a reference: ``X("pressing").under(OWN)``."""

BEST: Final = BestPolicy(E(V))
"""A policy that is best for the task's value, as a reference: ``V.under(BEST)``."""


def best_policy(f: Any) -> BestPolicy:
    """A policy that is best for a formula, as a reference.

    >>> from stop_button import B, E, V
    >>> E(V.under(best_policy(E(B))))
    E(V.under(best_policy(E(B))))
    """
    return BestPolicy(formula(f))


@checked
def best(f: Any, *, of: str | Iterable[str] = (), given: Mapping[str, Hashable] | Formula | None = None) -> Formula:
    """The largest value that a formula takes over deterministic policies; those for which it is undefined are left out.

    Undefined where the formula is under every policy.

    :param f: a formula of means.
    :param of: the decisions that are made anew, the others stay as in the scored policy; a player's name stands for its decisions, and the
        value is then that of its best reply. All if left out, and then the value is the same for every policy.
    :param given: an event on which every mean of the formula is conditioned.
    :returns: a formula.

    >>> from stop_button import E, V
    >>> print(best(E(V), of="act[2]", given={"pressing": "free"}))
    max over act[2] (E[V | pressing=f])
    """
    return Best(_conditioned(f, given), _decisions(of))


@checked
def worst(f: Any, *, of: str | Iterable[str] = (), given: Mapping[str, Hashable] | Formula | None = None) -> Formula:
    """The smallest value that a formula takes over deterministic policies; the counterpart of ``best``.

    >>> from stop_button import E, V
    >>> worst(E(V))
    worst(E(V))
    """
    return Best(_conditioned(f, given), _decisions(of), largest=False)


def of_person(node: Any, person: str) -> Any:
    """The formula, or the test, with the wish of one person, or of one step, wherever people's wish is read or set.

    >>> from stop_button import B, E
    >>> of_person(E(B.had(intent="stop"), given={"intent": "free"}), "alice")
    E(B.had({'intent[alice]': 'stop'}), given=H.of('alice').is_('free'))
    """
    wish = H.of(person).name

    def called(name: str) -> str:
        return wish if name == H.name else name

    def edited(value: Any) -> Any:
        if isinstance(value, Wiring):
            heard = {child: {called(parent): called(other) for parent, other in each.items()} for child, each in value.items()}
            return Wiring({called(child): Frozen(each) for child, each in heard.items()})
        return whose(value) if isinstance(value, Reading) else value

    def whose(r: Reading) -> Reading:
        edits = {called(name): edited(value) for name, value in r.edits}
        best = BestPolicy(of_person(r.policy.objective, person)) if isinstance(r.policy, BestPolicy) else r.policy
        return Reading(called(r.name), tuple(edits.items()), best)

    return _SEEN(rewritten(node, whose), called)


def _named_anew(test: Every, visit: Callable[[Node], Any], called: Callable[[str], str]) -> Every:
    return type(test)(tuple(map(called, test.names)), *map(visit, test.children()))


_SEEN: Walk[Any] = Walk(
    "naming what is seen",
    {
        Every: _named_anew,
        Leaf: lambda leaf, *_: leaf,
        Node: lambda node, visit, *_: node.rebuilt([visit(part) for part in node.children()]),
    },
)


def _conditioned(f: Any, given: Mapping[str, Hashable] | Formula | None) -> Formula:
    return formula(f) if given is None else conditioned(formula(f), event(given) if isinstance(given, Mapping) else given)


def _decisions(of: str | Iterable[str]) -> tuple[str, ...]:
    return (of,) if isinstance(of, str) else tuple(of)


@checked
def discounted(name: str, factor: Any, horizon: int, *, start: int = 1) -> Formula:
    """The sum of a variable over steps, ``name[1]`` to ``name[horizon]``, each step counting ``factor`` times the one before it.

    :param name: the variable, whose steps are called ``name[1]``, ``name[2]``, ...
    :param factor: what a step counts, compared with the one before it; a number.
    :param horizon: the number of the last step.
    :param start: the number of the first step, which counts whole.
    :returns: a formula of readings, to be put inside ``E(...)``.
    :raises WrongShape: for a horizon before the start.

    >>> print(discounted("reward", "9/10", 3))
    reward[1] + 0.9 reward[2] + 0.81 reward[3]
    """
    if horizon < start:
        raise WrongShape(f"a sum of steps from {start} to {horizon} has no step; type discounted({name!r}, {factor!r}, {start})")
    each: list[Reading] = [X(f"{name}[{step}]") for step in range(start, horizon + 1)]
    share = exact(factor)
    return sum(((share**i) * reading for i, reading in enumerate(each)), start=formula(0))
