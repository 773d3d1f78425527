"""The monomials of a score's ratios as rows of arrays, in floats or in fractions: what searches for a best policy look things up in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from causalkit.values.keeping import while_it_lives
from stop_button.decision.policy import InformationSet, Policy, PolicySpace, Slot
from stop_button.evaluation.vectorised import floats
from stop_button.language.formula import Formula
from stop_button.solving.fractional_form import Ratio, ratios_in

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

__all__ = ["Cut", "PartialAssignment", "SearchProblem", "TermMatrix", "combined", "search_problem", "suits_floats"]

PartialAssignment = tuple[int, ...]
"""An option for each of the first slots, by number: a partial policy."""

SMALLEST, LARGEST = Fraction(1, 10**100), Fraction(10**100)


@dataclass(frozen=True, eq=False)
class TermMatrix:
    """The monomials of a ratio: what each takes in each slot (-1: it does not say), its weights, and which options it agrees with.

    ``options`` has a row for each monomial and a column for each slot; ``fits[slot, option]`` says which monomials allow that option.
    """

    ratio: Ratio
    options: Array
    top: Array
    bottom: Array
    fits: Array


@dataclass(frozen=True, eq=False)
class SearchProblem:
    """A score with its slots in the order in which they are filled; slots that make no difference are left out.

    ``exactly`` says that the matrices hold fractions and not floats.
    """

    tree: Formula
    space: PolicySpace
    slots: tuple[Slot, ...]
    matrices: Mapping[Ratio, TermMatrix]
    exactly: bool

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many options each slot has."""
        return tuple(len(options) for _, _, options in self.slots)

    def policy(self, assignment: PartialAssignment) -> Policy:
        """The policy of an assignment that fills every slot, and that takes the first option where it makes no difference."""
        return self.space.filled(
            {(name, seen): options[taken] for (name, seen, options), taken in zip(self.slots, assignment, strict=True)}
        )

    def exact_twin(self) -> SearchProblem:
        """The same with fractions in place of floats."""
        matrices = {ratio: _term_matrix(ratio, self.slots, exactly=True) for ratio in self.matrices}
        return SearchProblem(self.tree, self.space, self.slots, matrices, True)


def search_problem(tree: Formula, space: PolicySpace) -> SearchProblem:
    """A formula of ``in_ratios`` over a policy space, the slots with most at stake first.

    >>> import stop_button as sb
    >>> from stop_button.solving.fractional_form import in_ratios
    >>> office = sb.worlds.office()
    >>> problem = search_problem(in_ratios(sb.counterfactual.formula, office), office.policies)
    >>> problem.sizes, str(problem.policy((1, 0)))
    ((4, 4), 'reassure if glance=False, work if glance=True')
    """
    ratios = ratios_in(tree)
    stakes: dict[InformationSet, Fraction] = {}
    for ratio in ratios:
        usual = sum(top for top, _ in ratio.pairs.values()) / sum(bottom for _, bottom in ratio.pairs.values())
        for choices, (top, bottom) in ratio.pairs.items():
            for name, seen, _ in choices:
                stakes[name, seen] = stakes.get((name, seen), Fraction(0)) + cast("Fraction", abs(top - usual * bottom) + bottom)
    slots = sorted((slot for slot in space.slots if slot[:2] in stakes), key=lambda slot: -stakes[slot[:2]])
    return SearchProblem(tree, space, tuple(slots), {ratio: _term_matrix(ratio, slots, exactly=False) for ratio in ratios}, False)


def suits_floats(tree: Formula) -> bool:
    """Whether every weight is of a size at which floats can be trusted."""
    numbers = [number for ratio in ratios_in(tree) for pair in ratio.pairs.values() for number in pair]
    return all(not number or SMALLEST < abs(number) < LARGEST for number in numbers)


def _term_matrix(ratio: Ratio, slots: Sequence[Slot], *, exactly: bool) -> TermMatrix:
    import numpy as np

    place = {slot[:2]: i for i, slot in enumerate(slots)}
    taken = np.full((len(ratio.pairs), len(slots)), -1)
    for row, choices in enumerate(ratio.pairs):
        for name, seen, option in choices:
            column = place[name, seen]
            taken[row, column] = slots[column][2].index(option)
    widest = max((len(options) for _, _, options in slots), default=1)
    fits = (taken.T[:, None, :] == -1) | (taken.T[:, None, :] == np.arange(widest)[None, :, None])
    top, bottom = (_column([cast("Fraction", pair[side]) for pair in ratio.pairs.values()], exactly) for side in (0, 1))
    return TermMatrix(ratio, taken, top, bottom, fits)


def _column(numbers: Sequence[Fraction], exactly: bool) -> Array:
    import numpy as np

    column = np.empty(len(numbers), dtype=object if exactly else float)
    for i, number in enumerate(numbers):
        column[i] = number if exactly else float(max(-LARGEST, min(number, LARGEST)))
    return column


def combined(tree: Formula, value: Callable[[Ratio], Array]) -> Array:
    """A formula of ratios in float64 for many policies at once; minus infinity where it is undefined."""
    import numpy as np

    with np.errstate(all="ignore"):
        scores = np.asarray(floats(tree, value), dtype=float)
        return np.where(np.isfinite(scores), scores, -np.inf)


@dataclass(frozen=True, eq=False)
class _Groups:
    """The monomials of a matrix gathered by slots spoken of and by their option in the first slot that is still open.

    ``of`` is each monomial's group, ``order`` sorts by it; ``cell`` is where a group counts, ``full`` how many make it exhaustive.
    """

    order: Array
    of: Array
    cell: Array
    full: Array


class Cut:
    """The monomials of a matrix that a partial policy agrees with, sorted into groups."""

    def __init__(self, matrix: TermMatrix, partial: PartialAssignment, sizes: Sequence[int]) -> None:
        import numpy as np

        groups = _groups(matrix, len(partial), tuple(sizes))
        alive = np.ones(len(matrix.top), dtype=bool)
        for slot, pick in enumerate(partial):
            alive &= matrix.fits[slot, pick]
        self.rows = groups.order[alive[groups.order]]
        of = groups.of[self.rows]
        self.starts = np.flatnonzero(np.diff(of, prepend=-1))
        self.lengths = np.diff(self.starts, append=len(of))
        self.group = np.repeat(np.arange(len(self.starts)), self.lengths)
        self.cell = groups.cell[of[self.starts]]
        self.partial = self.lengths < groups.full[of[self.starts]]


@while_it_lives(0)
def _groups(matrix: TermMatrix, depth: int, sizes: tuple[int, ...]) -> _Groups:
    import numpy as np

    rows, width = np.arange(len(matrix.options)), matrix.fits.shape[1]
    spoken = matrix.options >= 0
    spoken[:, :depth] = False
    lead = np.where(spoken.any(axis=1), spoken.argmax(axis=1), len(sizes)) if sizes else np.zeros(len(rows), dtype=int)
    option = np.where(lead < len(sizes), matrix.options[rows, np.minimum(lead, len(sizes) - 1)], 0) if sizes else lead
    slots = np.unique(matrix.options >= 0, axis=0, return_inverse=True)[1].ravel()
    keys, first, of = np.unique(np.stack([slots, lead, option], axis=1), axis=0, return_index=True, return_inverse=True)
    others = spoken & (np.arange(len(sizes)) != lead[:, None])
    full = np.where(others, np.array([*sizes], dtype=float), 1.0).prod(axis=1)
    return _Groups(np.argsort(of.ravel(), kind="stable"), of.ravel(), keys[:, 1] * width + keys[:, 2], full[first])
