"""How much a score moves when the probability of a source of noise moves: exact derivatives, and the score as a formula of the move."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from typing import Any

from causalkit import Dist, Model
from causalkit.errors import Impossible, UnknownName, UnknownValue, WrongShape, listing, suggestion
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, Numeric, exact, is_symbolic, is_zero, less, tidy
from causalkit.values.render import html_text, number
from causalkit.values.tables import ResultTable, Tabled
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import score_directly
from stop_button.evaluation.utility import Utility
from stop_button.grounding.queries import Query, ground
from stop_button.grounding.resolving import resolved
from stop_button.language.arithmetic import evaluate_means
from stop_button.language.constraints import SubjectTo
from stop_button.language.formula import Combination, Constant, Expectation, Formula, Leaf, Least, Most, Product, Quotient, Sum
from stop_button.language.parts import means
from stop_button.language.references import Agreed, Ambiguous, LargestDefined, SmallestDefined
from stop_button.language.walking import Walk

__all__ = ["Sensitivity", "Slope", "leaning", "sensitivity"]

Pair = tuple[Number, Number]
"""A number, and how fast it moves."""


@dataclass(frozen=True)
class Slope:
    """How fast a score moves as one noise leans towards one of its values.

    With weight t on the value and 1 - t on the distribution as it is, ``slope`` is the derivative of the score at t = 0, from the right
    where there is a kink.
    """

    noise: str
    value: Hashable
    probability: Number
    slope: Number


@dataclass(frozen=True)
class Sensitivity(Tabled):
    """The slopes of one policy's score, for every value of some sources of noise. Truthy when the score moves with any of them.

    The slopes of one noise, weighted by the probabilities of its values, sum to zero, unless a least or most has a kink there.
    """

    utility: Utility
    policy: Policy
    score: Number
    slopes: tuple[Slope, ...]

    def __bool__(self) -> bool:
        return not all(is_zero(one.slope) for one in self.slopes)

    def slope(self, noise: str, value: Hashable) -> Number:
        """How fast the score moves as a noise leans towards a value; raises ``UnknownName`` and ``UnknownValue``."""
        names = list(dict.fromkeys(one.noise for one in self.slopes))
        if noise not in names:
            raise UnknownName(f"no slope was taken for {noise!r}, only for: {', '.join(names)}{suggestion(noise, names)}")
        slopes = {one.value: one.slope for one in self.slopes if one.noise == noise}
        if value not in slopes:
            raise UnknownValue(f"{noise!r} has no weight on {value!r}; its values are: {listing(slopes)}{suggestion(value, slopes)}")
        return slopes[value]

    def moving(self, noise: str, *, out_of: Hashable, into: Hashable) -> Number:
        """How fast the score moves as probability moves from one value of a noise to another.

        >>> import stop_button as sb
        >>> world = sb.worlds.public_unsafe_act()
        >>> sensitivity(world, sb.counterfactual, "public_comply").moving("situation", out_of="normal", into="black_hole")
        Fraction(-30, 1)
        """
        return tidy(self.slope(noise, into) - self.slope(noise, out_of))

    @property
    def steepest(self) -> Slope:
        """The slope that is largest in size, the first of equals; raises ``Undecided`` when symbols decide."""
        best = self.slopes[0]
        for one in self.slopes[1:]:
            best = one if less(abs(best.slope), abs(one.slope)) else best
        return best

    @property
    def sentence(self) -> str:
        """The score, in words, and whether it moves."""
        head = f"{self.utility.name} of {self.policy} is {number(self.score)}"
        names = ", ".join(dict.fromkeys(one.noise for one in self.slopes))
        if not self:
            return f"{head}, and does not move with the probabilities of {names}"
        if any(is_symbolic(one.slope) for one in self.slopes):
            return f"{head}, and moves with the probabilities of {names}"
        top = self.steepest
        return f"{head}, and moves fastest as {top.noise} leans towards {top.value}: by {number(top.slope)} per unit of probability"

    def __str__(self) -> str:
        return f"{self.sentence}\n{self._result()}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{html_text(self.sentence)}</p>{self._result().html()}"

    def _result(self) -> ResultTable:
        rows = [[one.noise, str(one.value), one.probability, one.slope] for one in self.slopes]
        return ResultTable(_HEADER, rows, caption=f"How fast {self.utility.name} of {self.policy} moves with each noise")


_HEADER = ["noise", "leans towards", "probability", "slope"]


@checked
def sensitivity(world: World, utility: Utility, policy: Any, *, of: str | Sequence[str] | None = None) -> Sensitivity:
    """How fast the score of a policy moves as each noise of a world leans towards each of its values, exactly.

    ``of`` names the sources of noise, variables that listen to nothing; by default all of them. Raises ``WrongShape`` for a variable that
    listens to something, ``UnknownName`` for one that is not there, ``Impossible`` where the score is undefined.
    Source: [ours], for a doubt of [tailcalled2022].

    >>> import stop_button as sb
    >>> print(sensitivity(sb.worlds.scale(), sb.switch, "wait"))
    switch of wait is 5, and moves fastest as wish leans towards stop: by -4 per unit of probability
    noise  leans towards  probability  slope
    wish            stop          0.5     -4
    wish            free          0.5      4
    """
    chosen = world.policy(policy)
    model = world.under(chosen)
    score = score_directly(utility.formula, world, chosen)
    return Sensitivity(
        utility, chosen, score, tuple(_slopes(world, resolved(utility.formula, world, "best policies"), model, _noises(world, of)))
    )


def leaning(world: World, utility: Utility, policy: Any, *, noise: str, value: Hashable, weight: Numeric) -> Number:
    """The score of a policy with one noise leaning towards a value: ``weight`` on it, and the rest on the distribution as it is.

    ``weight`` may be a symbol; the derivative of the answer at 0 is the slope. Raises ``WrongShape`` for a variable that listens to
    something, ``UnknownName`` and ``UnknownValue`` for what is not there, ``Impossible`` where the score is undefined.

    >>> import stop_button as sb, sympy
    >>> t = sympy.Symbol("t", positive=True)
    >>> print(leaning(sb.worlds.scale(), sb.switch, "wait", noise="wish", value=sb.STOP, weight=t))
    5 - 4*t
    """
    (name,) = _noises(world, noise)
    model = world.under(policy)
    before, share = model.dist(name), exact(weight)
    if value not in before:
        raise UnknownValue(f"{name!r} has no weight on {value!r}; its values are: {listing(before)}{suggestion(value, before)}")
    leaned = model.do({name: Dist({each: (1 - share) * p + (share if each == value else 0) for each, p in before.items()})})

    def mean(leaf: Expectation) -> Number:
        question = ground(leaf, world, leaned)
        return (question.branches if question.condition is None else question.branches.given(question.condition)).expect(question.quantity)

    return evaluate_means(resolved(utility.formula, world, "all policies"), mean)


def _noises(world: World, of: str | Sequence[str] | None) -> Iterator[str]:
    model = world.model
    roots = [name for name in model.names if not model.parents(name) and name not in model.choices]
    if of is None:
        yield from (name for name in roots if len(model.domain(name)) > 1)
        return
    for name in [of] if isinstance(of, str) else of:
        model.domain(name)
        if name not in roots:
            heard = ", ".join(model.parents(name)) or "an open choice"
            raise WrongShape(f"{name!r} is no noise, it depends on {heard}; the sources of noise are: {', '.join(roots) or 'none'}")
        yield name


def _slopes(world: World, f: Formula, model: Model, names: Iterable[str]) -> Iterator[Slope]:
    terms = list(means(f))
    now = [_parts(ground(mean, world, model)) for mean in terms]
    for name in names:
        for value, probability in model.dist(name).items():
            sure = model.do({name: value})
            then = [_parts(ground(mean, world, sure)) for mean in terms]
            moving: dict[Formula, Pair] = {mean: _mean(*parts) for mean, *parts in zip(terms, now, then, strict=True)}
            yield Slope(name, value, probability, _MOVE(f, moving.__getitem__)[1])


def _mean(now: Pair, then: Pair) -> Pair:
    """A mean and how fast it moves: both of its parts are linear in the distribution of a noise, which is drawn once."""
    (holds, total), (then_holds, then_total) = now, then
    return _quotient((total, then_total - total), (holds, then_holds - holds))


def _parts(question: Query) -> Pair:
    """The probability of the condition of a mean, and the mean of its quantity over where it holds; both without a division."""
    condition = question.condition
    runs = question.branches.dist(lambda run: question.quantity(run) if condition is None or condition(run) else None)
    held = {value: weight for value, weight in runs.items() if value is not None}
    return tidy(sum(held.values(), exact(0))), tidy(sum((exact(value) * weight for value, weight in held.items()), exact(0)))


Visit = Callable[[Formula], Pair]


def _joined(join: Callable[[Pair, Pair], Pair]) -> Callable[..., Pair]:
    """How a combination of formulas moves: its parts, joined two at a time."""

    def moved(f: Combination | Quotient, visit: Visit, _leaf: Any) -> Pair:
        number, slope = reduce(join, map(visit, f.parts))
        return tidy(number), tidy(slope)

    return moved


def _product(a: Pair, b: Pair) -> Pair:
    return a[0] * b[0], a[1] * b[0] + a[0] * b[1]


def _quotient(a: Pair, b: Pair) -> Pair:
    return a[0] / b[0], (a[1] * b[0] - a[0] * b[1]) / b[0] ** 2


def _smaller(a: Pair, b: Pair) -> Pair:
    """The smaller number; of equal ones that which is about to be smaller."""
    which = 1 if is_zero(a[0] - b[0]) else 0
    return b if less(b[which], a[which]) else a


def _larger(a: Pair, b: Pair) -> Pair:
    which = 1 if is_zero(a[0] - b[0]) else 0
    return b if less(a[which], b[which]) else a


def _defined(f: LargestDefined, visit: Visit) -> list[Pair]:
    pairs = []
    for part in f.parts:
        with suppress(ZeroDivisionError, Impossible):
            pairs.append(visit(part))
    return pairs


def _agreed(f: Agreed, visit: Visit, _leaf: Any) -> Pair:
    """How a number moves on which several best references agree; raises ``Ambiguous`` where they move it differently."""
    pairs = [visit(part) for part in f.parts]
    if not all(is_zero(slope - pairs[0][1]) for _, slope in pairs):
        raise Ambiguous(f"{f} moves differently under the {len(pairs)} policies that are best")
    return pairs[0]


_MOVE: Walk[Pair] = Walk(
    "differentiating",
    {
        Constant: lambda f, _visit, _leaf: (f.value, exact(0)),
        Sum: _joined(lambda a, b: (a[0] + b[0], a[1] + b[1])),
        Product: _joined(_product),
        Quotient: _joined(_quotient),
        Least: _joined(_smaller),
        Most: _joined(_larger),
        Agreed: _agreed,
        SmallestDefined: lambda f, visit, _leaf: reduce(_smaller, _defined(f, visit)),
        LargestDefined: lambda f, visit, _leaf: reduce(_larger, _defined(f, visit)),
        SubjectTo: lambda f, visit, _leaf: visit(f.inner),
        Leaf: lambda f, _visit, leaf: leaf(f),
    },
)
"""A formula's number and how fast it moves, from those of its means: sums, products and quotients as one differentiates them."""
