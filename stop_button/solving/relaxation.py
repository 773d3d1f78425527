"""How much the completions of a partial policy can score at most: relaxations that let every slot choose for itself.

A modular upper bound is, for each slot and option, a number such that no completion scores more than the sum over its options.
Monomials that speak of the same slots exclude each other, so of those that agree on one slot the largest counts, and it counts for that
slot. A ratio T/B is at most the t at which the relaxation of T - t*B has the maximum 0, found by Newton's steps as in [dinkelbach1967];
then T/B is at most t + (T - t*B) / (the largest B), modular again. Such bounds add up, and products are relaxed as in [mccormick1976].
Bounds in floats carry how far rounding may have moved them; bounds in fractions are exact.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from causalkit.values.exact import Number, exact
from stop_button.solving.fractional_form import Ratio
from stop_button.solving.relaxing.formulas import ULP, Above, LinearFunction, Unbounded, Undefined, added
from stop_button.solving.term_matrix import Cut, PartialAssignment, SearchProblem

if TYPE_CHECKING:
    from stop_button.solving.term_matrix import Array

__all__ = ["Bound", "bound"]


@dataclass(frozen=True)
class Bound:
    """The most that completions of a partial policy can score is at most ``value + slack``; ``hint`` are the options that the bound likes.

    ``value`` is ``None`` when no bound was found; ``slack`` is what rounding may have hidden, 0 in fractions.
    """

    value: Number | None
    slack: Number
    hint: PartialAssignment


def bound(problem: SearchProblem, partial: PartialAssignment) -> Bound | None:
    """A bound on the score of the policies that begin with these options; ``None`` when all of them are undefined.

    >>> import stop_button as sb
    >>> from stop_button.solving.fractional_form import in_ratios
    >>> from stop_button.solving.term_matrix import search_problem
    >>> button = sb.worlds.basic_button()
    >>> problem = search_problem(in_ratios(sb.ccmin.formula, button), button.policies).exact_twin()
    >>> bound(problem, ()).value
    Fraction(11, 1)
    """
    import numpy as np

    at = _At(problem, partial)
    try:
        with np.errstate(all="ignore"):  # what leaves the range of floats is no bound
            modular = at.above(problem.tree, 1)
    except Unbounded:
        return Bound(None, 0, (*partial, *([0] * (len(problem.sizes) - len(partial)))))
    except Undefined:
        return None
    value, hint = at.maximum(modular), at.best_options(modular.values)
    options = (*partial, *(int(pick) for pick in hint[len(partial) : -1]))
    if problem.exactly:
        return Bound(value, 0, options)
    slack = float(modular.slack + 64 * ULP * abs(value))
    return Bound(float(value) if math.isfinite(value + slack) else None, slack, options)


class _At(Above):
    """A partial policy of a problem, and the modular functions above formulas there."""

    def __init__(self, problem: SearchProblem, partial: PartialAssignment) -> None:
        import numpy as np

        self.problem, self.partial, self.exactly = problem, partial, problem.exactly
        self.cuts: dict[Ratio, Cut] = {}
        widest = max(problem.sizes, default=1)
        self.shape = (len(problem.sizes) + 1, widest)
        self.valid = np.arange(widest)[None, :] < np.array([*problem.sizes, 1])[:, None]

    # ---- modular functions

    def constant(self, value: Number) -> LinearFunction:
        values = self.zeros()
        values[-1, 0] = exact(value) if self.exactly else float(value)
        return LinearFunction(values, 0)

    def zeros(self) -> Array:
        import numpy as np

        return np.full(self.shape, exact(0), dtype=object) if self.exactly else np.zeros(self.shape)

    def best_options(self, values: Array) -> Array:
        """The best option of each slot."""
        import numpy as np

        options: Array = np.where(self.valid, values, values[:, :1]).argmax(axis=1)
        return options

    def total(self, values: Array, options: Array) -> Any:
        import numpy as np

        return values[np.arange(len(options)), options].sum()

    # ---- ratios

    def leaf(self, ratio: Ratio, sign: int) -> LinearFunction:
        matrix = self.problem.matrices[ratio]
        if ratio not in self.cuts:
            self.cuts[ratio] = Cut(matrix, self.partial, self.problem.sizes)
        cut = self.cuts[ratio]
        top, bottom = sign * matrix.top[cut.rows], matrix.bottom[cut.rows]
        if ratio.steady:
            values, _ = self.relaxed(cut, top)
            return LinearFunction(values, self.rounding(top))
        if not len(bottom):
            raise Undefined
        at, values, over = self.root(cut, top, bottom)
        largest = self.maximum(LinearFunction(self.relaxed(cut, bottom)[0], 0))
        slack = 0 if self.exactly else (2 * self.rounding(top, at * bottom) + max(over, 0.0)) / min(bottom)
        return added(LinearFunction(values / largest, slack), self.constant(at))

    def root(self, cut: Cut, top: Array, bottom: Array) -> tuple[Any, Array, Any]:
        """The ratio at which the relaxation of top - ratio * bottom has the maximum 0, that relaxation, and what is left of its maximum.

        The maximum falls as the ratio grows, along a line for each choice of options, so steps from below never overshoot.
        """
        at = min(top / bottom)
        while True:
            values, counted = self.relaxed(cut, top - at * bottom)
            options = self.best_options(values)
            over, slope = self.total(values, options), self.total(self.gathered(cut, counted, bottom), options)
            if not over > self.rounding(top, at * bottom) or not slope or not at + over / slope > at:
                return at, values, over
            at = at + over / slope

    def rounding(self, *numbers: Array) -> Any:
        """How far the rounding of sums of these numbers may go."""
        return 0 if self.exactly else sum(8 * ULP * (len(each) + 8) * abs(each).sum() for each in numbers)

    def relaxed(self, cut: Cut, weights: Array) -> tuple[Array, Array]:
        """What each option is worth when each slot chooses for itself, and the monomial that each group counts (-1: none)."""
        import numpy as np

        best = np.maximum.reduceat(weights, cut.starts)
        hits = np.flatnonzero(weights == np.repeat(best, cut.lengths))[::-1]
        counted = np.empty(len(best), dtype=int)
        counted[cut.group[hits]] = hits
        none = cut.partial & (best < 0)
        counted[none] = -1
        values = self.zeros()
        np.add.at(values.reshape(-1), cut.cell, np.where(none, 0, best))
        return values, counted

    def gathered(self, cut: Cut, counted: Array, weights: Array) -> Array:
        import numpy as np

        values = self.zeros()
        np.add.at(values.reshape(-1), cut.cell, np.where(counted < 0, 0, weights[counted]))
        return values
