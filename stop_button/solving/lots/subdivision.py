"""The best chances for a formula of ratios of polynomials, by dividing the space of chances, with a proof of what none exceeds.

Climbs in floats propose chances, which are rounded to simple fractions and scored in fractions. The space is then divided, the part with
the highest bound first, and at the best chances found before anywhere else, so that they become a corner of the parts around them: where
the formula falls away from a corner, the bound of such a part is the value at it, and that proves it. Elsewhere parts are halved, until
nothing is left that could be better, or until what is left is better by a billionth of what values differ by at the most.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stop_button.language.formula import Formula
from stop_button.solving.lots.bernstein import Chances, Form
from stop_button.solving.lots.formula_of_chances import FormulaOfChances, Point, Polynomials, in_floats
from stop_button.solving.lots.intervals import between
from stop_button.solving.relaxing.formulas import Unbounded, Undefined

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]

__all__ = ["Mixture", "divided"]

ONE, HALF = Fraction(1), Fraction(1, 2)
NEAR = Fraction(1, 10**9)
ROUNDINGS = (1, 12, 10**2, 10**3, 10**4, 10**6, 10**8)
FEW_CORNERS = 1_000
MOST_CLIMBS, STEPS = 8, 400
RESTARTS = 10
SOME_CORNERS = 16


@dataclass(frozen=True)
class Mixture:
    """Chances, the value that they reach, and what none exceeds: proved where both are equal. ``parts`` counts what was looked at.

    ``point`` and ``value`` are ``None`` when no chances were found that give a value; ``bound`` is infinite when none is known, and
    ``None`` when nothing is left that could have a value.
    """

    point: Point | None
    value: Fraction | None
    bound: Any
    parts: int


def divided(tree: Formula, leaves: Mapping[Any, Polynomials], sizes: Sequence[int], *, most: int, starts: int, seed: int) -> Mixture:
    """The chances under which a formula is greatest, among at most ``most`` parts of the space.

    :param tree: sums, products, quotients, the least and the most of numbers and leaves.
    :param leaves: what each leaf of the formula is.
    :param sizes: how many options each group has.
    :param most: the most parts that are looked at.
    :param starts: how many climbs there are at the most.
    :param seed: of the chances from which they start.
    :returns: what was found; interrupted by the user, what was found so far.
    :raises TooLarge: for polynomials with too many coefficients.
    """
    formula = FormulaOfChances(tree, leaves, tuple(sizes))
    search = _Search(formula, most)
    with suppress(KeyboardInterrupt):
        search.propose(starts, seed)
        search.run()
    best = search.best
    if best is None:
        return Mixture(None, None, search.bound, search.parts)
    return Mixture(best[1], best[0], best[0] if search.bound is None else max(best[0], search.bound), search.parts)


# ---------------------------------------------------------------- proposals


Best = tuple[Fraction, Point]


def _better(formula: FormulaOfChances, best: Best | None, points: Iterable[Point]) -> Best | None:
    for point in points:
        value = formula.value(point)
        if value is not None and (best is None or value > best[0]):
            best = value, point
    return best


def _row(point: Iterable[Iterable[Any]]) -> Array:
    """All chances in one row of floats."""
    import numpy as np

    return np.array([float(share) for group in point for share in group])


def _climbed(formula: FormulaOfChances, chances: Array) -> list[Point]:
    """Simple fractions near where a climb in floats ends."""
    import numpy as np
    from scipy.optimize import minimize

    ends = np.cumsum(formula.sizes)[:-1]

    def shares(roots: Array) -> Array:
        squares = [group**2 for group in np.split(roots, ends)]
        return np.concatenate([group / group.sum() if group.sum() > 0 else np.ones_like(group) / len(group) for group in squares])

    def loss(roots: Array) -> float:
        value = formula.near(shares(roots))
        return -value if math.isfinite(value) else 1e300

    options = {"maxfev": STEPS * len(chances), "maxiter": STEPS * len(chances), "xatol": 1e-12, "fatol": 1e-15, "adaptive": True}
    found = shares(minimize(loss, np.sqrt(chances), method="Nelder-Mead", options=options).x)
    return _roundings([list(map(Fraction, map(float, group))) for group in np.split(found, ends)])


def _roundings(point: Sequence[Sequence[Fraction]]) -> list[Point]:
    """The simpler fractions near chances, and the chances themselves."""
    return [tuple(_rounded(group, most) for group in point) for most in (*ROUNDINGS, None)]


def _rounded(group: Sequence[Fraction], most: int | None) -> Chances:
    """Chances as fractions with denominators of at most so much, the largest left to make them add up to 1."""
    near = [share if most is None else share.limit_denominator(most) for share in group]
    largest = max(range(len(near)), key=near.__getitem__)
    near[largest] = ONE - sum(near[:largest] + near[largest + 1 :])
    return tuple(near) if near[largest] >= 0 else tuple(Fraction(1, len(near)) for _ in near)


# ---------------------------------------------------------------- parts


@dataclass(frozen=True, eq=False)
class _Part:
    """A product of simplices: its corners, the forms on it, and for each group where the best chances lie between the corners, if there."""

    corners: tuple[tuple[Chances, ...], ...]
    forms: Mapping[Any, Form]
    inside: Point | None
    bound: Any

    @cached_property
    def middle(self) -> Point:
        return tuple(_mean(group, (Fraction(1, len(group)),) * len(group)) for group in self.corners)


def _corners(size: int) -> tuple[Chances, ...]:
    """The corners of the simplex of so many options."""
    return tuple(tuple(ONE * (j == i) for j in range(size)) for i in range(size))


def _mean(corners: Sequence[Chances], weights: Chances) -> Chances:
    return tuple(sum((w * c[at] for w, c in zip(weights, corners, strict=True)), Fraction(0)) for at in range(len(corners[0])))


def _between_corners(weights: Chances, corner: int, point: Chances) -> Chances | None:
    """Where something lies between corners, one of which a point has replaced; ``None`` where that is outside."""
    share = weights[corner] / point[corner]
    moved = tuple(share if at == corner else old - new * share for at, (old, new) in enumerate(zip(weights, point, strict=True)))
    return moved if min(moved) >= 0 else None


class _Search:
    """The parts that are still open, the best chances so far, and how many parts were looked at."""

    def __init__(self, formula: FormulaOfChances, most: int) -> None:
        self.formula, self.most, self.parts = formula, most, 0
        self.best: Best | None = None
        self.bound: Any = math.inf
        self._order = itertools.count()
        self._open: list[tuple[Any, int, _Part]] = []

    def propose(self, starts: int, seed: int) -> None:
        """The best of some corners of the space, and of where climbs end."""
        import numpy as np

        self._begin()
        sizes, draw = self.formula.sizes, np.random.default_rng(seed)
        even: Point = tuple((Fraction(1, size),) * size for size in sizes)
        self._took([even, *itertools.islice(itertools.product(*map(_corners, sizes)), FEW_CORNERS)])
        for start in range(min(starts, MOST_CLIMBS)):
            if self.bound is None or (self.best is not None and self.bound <= self.best[0]):
                return
            begun = even if not start else [draw.dirichlet(np.ones(size)) for size in sizes]
            self._took(_climbed(self.formula, _row(begun)))

    def run(self) -> None:
        """Search, and begin anew around better chances whenever some are found."""
        for restart in range(RESTARTS + 1):
            self._begin()
            if not self._searched(restart < RESTARTS) or self.parts >= self.most:
                return

    def _begin(self) -> None:
        at = self.formula
        corners = tuple(map(_corners, at.sizes))
        self._open = []
        try:
            whole = _Part(corners, at.forms, None if self.best is None else self.best[1], at.bound(at.forms))
            if not at.sizes and at.value(()) is None:
                raise Undefined
        except Undefined:
            self.bound = None
            return
        self._open = [(-whole.bound, next(self._order), whole)]
        self.bound = min(self.bound, whole.bound)

    def _searched(self, may_begin_anew: bool) -> bool:
        """Divide until nothing better is left, or as much as may be; whether better chances were found on the way."""
        near = self._near()
        while self._open and self.parts < self.most:
            part = self._open[0][2]
            if self.best is not None and part.bound <= self.best[0] + near:
                return may_begin_anew and part.bound > self.best[0] and self._took(_roundings(part.middle))
            if self._improved(part) and may_begin_anew:
                return True
            cut = _cut(part, self.formula.forms.values())
            if cut is None:  # one number, whatever the chances are
                break
            made = list(self._made(part, *cut))
            heapq.heappop(self._open)  # only now, so that an interruption leaves nothing out of the bound
            for each in made:
                heapq.heappush(self._open, (-each.bound, next(self._order), each))
            self.bound = min(self.bound, self._open[0][2].bound) if self._open else None
        return False

    def _near(self) -> Any:
        """How far a bound may be above the best for the search to end: a billionth of what values differ by, or of the best if unknown."""
        at = self.formula
        try:
            low, high = between(at.tree, {leaf: of.interval for leaf, of in at.forms.items()}.__getitem__)
        except (Unbounded, Undefined):
            return NEAR * abs(self.best[0]) if self.best is not None else 0
        return NEAR * (high - low)

    def _improved(self, part: _Part) -> bool:
        """Whether the middle of a part, or one of a few corners, is better than the best; what is near it then becomes the best."""
        points = [part.middle, *itertools.islice(itertools.product(*part.corners), SOME_CORNERS)]
        value, chances = max(((self.formula.near(row), row) for row in map(_row, points)), key=lambda one: one[0])
        if value == -math.inf or (self.best is not None and value <= in_floats(self.best[0])):
            return False
        return self._took([*points, *_climbed(self.formula, chances)])

    def _took(self, points: Iterable[Point]) -> bool:
        """Whether some points are better than the best; the best of them then becomes it."""
        found = _better(self.formula, self.best, points)
        took, self.best = found is not self.best, found
        return took

    def _made(self, part: _Part, group: int, point: Chances) -> Iterator[_Part]:
        """The parts into which one is divided at a point of a group, without those that hold nothing better."""
        middle = _mean(part.corners[group], point)
        for corner, share in enumerate(point):
            if not share:
                continue
            self.parts += 1
            forms = {leaf: of.with_corner(group, corner, point) for leaf, of in part.forms.items()}
            try:
                bound = self.formula.bound(forms)
            except Undefined:
                continue
            if self.best is not None and bound <= self.best[0]:
                continue
            corners = tuple(middle if at == corner else old for at, old in enumerate(part.corners[group]))
            inside = None if part.inside is None else _between_corners(part.inside[group], corner, point)
            yield _Part(
                (*part.corners[:group], corners, *part.corners[group + 1 :]),
                forms,
                None if inside is None or part.inside is None else (*part.inside[:group], inside, *part.inside[group + 1 :]),
                min(bound, part.bound),
            )


def _cut(part: _Part, forms: Iterable[Form]) -> tuple[int, Chances] | None:
    """The group that is divided, and where: at the best chances, if they lie there and are no corner, else in the middle of an edge.

    ``None`` where no form depends on any group.
    """
    counts = [any(degrees) for degrees in zip(*(of.degrees for of in forms), strict=True)]
    if part.inside is not None:
        for group, weights in enumerate(part.inside):
            if max(weights) < 1 and counts[group]:
                return group, weights
    edges = [
        (max(abs(a - b) for a, b in zip(one, other, strict=True)), -group, -i, -j)
        for group, corners in enumerate(part.corners)
        for (i, one), (j, other) in itertools.combinations(enumerate(corners), 2)
        if counts[group]
    ]
    if not edges:
        return None
    _, group, i, j = max(edges)
    return -group, tuple(HALF * (at in (-i, -j)) for at in range(len(part.corners[-group])))
