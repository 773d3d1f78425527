"""Where the numbers of a bundled world decide: for which values of a parameter which policies are best, and which properties fail there.

Scores are rational functions of the parameter. They tie at exact values, and in several parameters on surfaces that have a formula.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from causalkit import break_even
from causalkit.errors import CausalError, InvalidNumber
from causalkit.symbols import Region, regions
from causalkit.values.exact import Number, exact
from causalkit.values.render import Printed, number
from stop_button.atlas.columns.column import Column, Outcome, outcome
from stop_button.atlas.columns.measure import Measure
from stop_button.atlas.columns.standing import OPEN, Standing
from stop_button.atlas.rows import Row
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.undefined import defined
from stop_button.evaluation.utility import Utility
from stop_button.language.parts import policies_read
from stop_button.language.references import OWN
from stop_button.worlds.register import Bundled

__all__ = ["Parameter", "Stretch", "Stretches", "parameters", "stretches"]


@dataclass(frozen=True)
class Parameter(Printed):
    """A number that a bundled world is built with, and between which values it is looked at.

    ``high`` is 1 for a probability, and else twice what the number is by default; ``others`` are the world's other numbers.
    """

    world: Bundled
    name: str
    high: Fraction
    others: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.world.name}, {self.name} from 0 to {number(self.high)}"


@dataclass(frozen=True)
class Stretch:
    """An open interval of the parameter, the policies that are best on the whole of it, and what is said there of each property."""

    low: Number
    high: Number
    best: tuple[Policy, ...]
    said: Mapping[str, Outcome]

    @property
    def fails(self) -> tuple[str, ...]:
        """The properties that fail on the whole interval, also those that fail by a tie."""
        return tuple(name for name, what in self.said.items() if what in ("fails", "by a tie"))

    @property
    def undecided(self) -> tuple[str, ...]:
        """The properties about which nothing is proved on the interval."""
        return tuple(name for name, what in self.said.items() if what == "open")


@dataclass(frozen=True)
class Stretches(Printed):
    """What is best along a parameter under a definition. ``surfaces`` are for each end between two stretches the ties in all numbers."""

    parameter: Parameter
    definition: str
    stretches: tuple[Stretch, ...]
    surfaces: tuple[str, ...]

    def __str__(self) -> str:
        lines = [
            f"{number(one.low)} to {number(one.high)}: {'; '.join(map(str, one.best))}; fails: {', '.join(one.fails) or 'nothing'}"
            for one in self.stretches
        ]
        return "\n".join([f"{self.definition} in {self.parameter}", *lines, *self.surfaces])


def parameters(world: Bundled) -> Iterator[Parameter]:
    """The numbers of a bundled world that may be any between 0 and 1, if they are probabilities, or 0 and twice the default.

    >>> import stop_button as sb
    >>> [str(one) for one in parameters(sb.worlds.backstop)]
    ['backstop, reward from 0 to 20', 'backstop, cost from 0 to 2']
    """
    numbers = {name: value for name, of in inspect.signature(world.build).parameters.items() if (value := _number(of.default)) is not None}
    found = {name: high for name, value in numbers.items() if (high := _range(world, name, value)) is not None}
    yield from (Parameter(world, name, high, tuple(other for other in found if other != name)) for name, high in found.items())


def _number(default: Any) -> Fraction | None:
    if isinstance(default, bool) or not isinstance(default, (int, str, Fraction)):
        return None
    try:
        value = exact(default)
    except CausalError:
        return None
    return value if isinstance(value, Fraction) and value >= 0 else None


def _range(world: Bundled, name: str, default: Fraction) -> Fraction | None:
    """Up to where a parameter may go; None where it is no number that may take every value on the way."""
    high = Fraction(1) if _refused(world, name, Fraction(2)) else 2 * default
    if not high or _refused(world, name, high) or _refused(world, name, high / 3) or _refused(world, name, _symbol(name)):
        return None
    return high


def _refused(world: Bundled, name: str, value: Any) -> bool:
    try:
        world(**{name: value})
    except (CausalError, TypeError, ValueError):
        return True
    return False


def _symbol(name: str) -> Any:
    import sympy

    return sympy.Symbol(name, positive=True)


# ---------------------------------------------------------------- along one parameter


Worlds = Callable[[Number, Number], Evaluation]


def stretches(parameter: Parameter, row: Row, columns: Sequence[Column], inside: Worlds | None = None) -> Stretches | None:
    """What is best along a parameter under a definition, and which properties fail where.

    None where that is not known in closed form: the definition does not apply or takes its own policy for granted, its scores are no
    rational functions of the parameter, or one is undefined somewhere on the way.

    :param parameter: the number that varies.
    :param row: the definition.
    :param columns: properties of policies.
    :param inside: the worlds of the intervals, where several definitions share them.
    :returns: the ``Stretches`` from 0 to the end of the parameter.

    >>> import stop_button as sb
    >>> from stop_button.atlas import COLUMNS, ROWS
    >>> stop, *_ = parameters(sb.worlds.basic_button)
    >>> print(stretches(stop, ROWS["switch"], [COLUMNS["no_influence"]]))
    switch in basic_button, stop from 0 to 1
    0 to 11/9800: none; fails: nothing
    11/9800 to 1: manip_f; fails: no_influence
    none ties with manip_f where stop = cost*(tremble - 1)/(2*reward*tremble - reward - 2*tremble + 1)
    """
    world = parameter.world(**{parameter.name: _symbol(parameter.name)})
    form = row.form(world)
    if not isinstance(form, Utility) or OWN in policies_read(form.formula):
        return None
    try:
        scores = Evaluation(world).scores(form.formula)
        named = {str(place): score for place, score in enumerate(scores) if defined(score)}  # two policies may read alike
        found = regions(named, parameter.name, 0, parameter.high) if named else ()
    except (CausalError, NotImplementedError):
        return None
    if not found:
        return None
    worlds = inside or worlds_inside(parameter)
    parts = tuple(_stretch(one, [world.policies[int(name)] for name in one.best], form, columns, worlds) for one in found)
    return Stretches(parameter, row.name, parts, tuple(_surfaces(parameter, row, parts)))


def worlds_inside(parameter: Parameter) -> Worlds:
    """For an interval the world whose parameter is anywhere in it: (low + high u) / (1 + u) with a positive u. Each is built once."""
    import sympy

    u, known = sympy.Symbol("u", positive=True), dict[tuple[Number, Number], Evaluation]()

    def inside(low: Number, high: Number) -> Evaluation:
        if (low, high) not in known:
            ends = [sympy.Rational(one.numerator, one.denominator) if isinstance(one, Fraction) else one for one in (low, high)]
            known[low, high] = Evaluation(parameter.world(**{parameter.name: (ends[0] + ends[1] * u) / (1 + u)}))
        return known[low, high]

    return inside


def _stretch(one: Region, best: Sequence[Policy], form: Utility, columns: Sequence[Column], worlds: Worlds) -> Stretch:
    evaluation = worlds(one.low, one.high)
    stands = Standing(evaluation, form, tuple(best))
    return Stretch(one.low, one.high, stands.best or (), {column.name: outcome(column, stands) for column in columns})


# ---------------------------------------------------------------- surfaces


def _surfaces(parameter: Parameter, row: Row, parts: Sequence[Stretch]) -> Iterator[str]:
    """Where the best on either side of an end tie, in all numbers of the world."""
    if len(parts) < 2:
        return
    world = parameter.world(**{name: _symbol(name) for name in (parameter.name, *parameter.others)})
    form = row.form(world)
    for left, right in itertools.pairwise(parts):
        one, other = _apart(left.best, right.best)
        yield f"{one} ties with {other} where {_tie(world, form, one, other, parameter.name)}"


def _apart(left: Sequence[Policy], right: Sequence[Policy]) -> tuple[Policy, Policy]:
    """A policy that is best on the left, and one on the right, two different ones."""
    return next((one, other) for one in left for other in right if one != other)


def _tie(world: World, form: Utility | Measure | None, one: Policy, other: Policy, name: str) -> str:
    assert isinstance(form, Utility)
    try:
        evaluation = Evaluation(world)
        left, right = (evaluation.score_or_undefined(form.formula, policy) for policy in (one, other))
        roots = break_even(left, right, name)
    except (*OPEN, CausalError, InvalidNumber, NotImplementedError):
        return f"no formula for {name} was found"
    return " or ".join(f"{name} = {root}" for root in roots)
