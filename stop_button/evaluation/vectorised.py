"""All policies at once: a mean as a product of matrices over two halves of the policy space, in exact integers.

A mean is a sum of monomials in the policy ("does this here, and that there"). Cut the slots of the policy space in two: every monomial is
a part on the left half times a part on the right half, so the values of all policies are ``L @ W @ R.T``, where ``L`` and ``R`` say which
half-policies agree with which half-monomials. Weights are scaled to integers, which float64 adds exactly below 2**53.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any, cast

from causalkit.errors import Impossible, TooLarge, Undecided
from causalkit.values.exact import Number, exact, is_symbolic
from causalkit.values.keeping import while_it_lives
from stop_button.decision.policy import Choices, InformationSet, PolicySpace, Slot
from stop_button.decision.world import World
from stop_button.evaluation.error_bounds import TINY, as_float, sum_slip
from stop_button.evaluation.policy_polynomial import policy_polynomial, score_or_undefined
from stop_button.evaluation.residues import layers, remainders
from stop_button.evaluation.undefined import UNDEFINED, Score
from stop_button.grounding.resolving import resolved
from stop_button.language.arithmetic import evaluate_means, mean_of
from stop_button.language.constraints import SubjectTo
from stop_button.language.formula import Constant, Expectation, Formula, Leaf, Least, Most, Product, Quotient, Sum
from stop_button.language.information import Shannon
from stop_button.language.parts import means as means_of
from stop_button.language.references import Agreed, LargestDefined, SmallestDefined
from stop_button.language.tests import Both, Comparison, Either, without_not
from stop_button.language.walking import Node, Walk, each_leaf

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float64]]
    Places = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]

__all__ = ["BLOCK", "Block", "DenseMean", "all_scores", "blocks", "dense_means", "exact_scores", "floats"]

EXACT_LIMIT = 2**53
NEAR = 1e-9
BLOCK = 1 << 18

MOST_CELLS = 1 << 27
"""Tables of a half of the policies against a half of the monomials hold at most so many numbers."""

FEW = 64
"""So few policies, of means that float64 does not hold exactly, are scored one by one: remainders would take longer."""

Half = frozenset[tuple[int, int]]


@dataclass(frozen=True)
class DenseMean:
    """A mean over all policies: weights of its numerator and denominator, and the two halves' agreement with monomials.

    ``exact`` says that the weights are integers whose sums stay in the range in which float64 is exact; ``cells`` holds the integers in
    any case: left half, right half, and the weights of both. ``slips`` says how far rounding may have moved the two; a denominator is 0
    in floats exactly when it is 0.
    """

    mean: Expectation
    scale: int
    left: Array
    top: Array
    bottom: Array | None
    exact: bool
    right: Array
    cells: tuple[tuple[int, int, int, int], ...]
    slips: tuple[float, float]

    def block(self, rows: slice) -> tuple[Array, Array | None]:
        """Numerators and denominators, both times ``scale``, for these left halves and every right half."""
        import numpy as np

        part = self.left[rows]
        with np.errstate(all="ignore"):  # weights beyond all floats give what is not finite, and that decides nothing
            return part @ self.top, None if self.bottom is None else part @ self.bottom

    def keys(self, places: Places) -> list[Array]:
        """Columns that are equal for two policies exactly when the mean's numerators and denominators are; the places are in the space."""
        rows, columns = places // self.right.shape[1], places % self.right.shape[1]
        return remainders(self.left, self._layers, rows, columns)

    @cached_property
    def _layers(self) -> list[tuple[int, Array]]:
        """The numerator's layers of remainders, and the denominator's where there is one."""
        sides = [0] if self.bottom is None else [0, 1]
        integers = [[(a, b, weights[side]) for a, b, *weights in self.cells] for side in sides]
        return [layer for cells in integers for layer in layers(cells, self.right, self.left.shape[1])]


@dataclass(frozen=True)
class Block:
    """The values of every mean for a run of consecutive policies, which begins at ``start``."""

    start: int
    size: int
    tops: Mapping[Expectation, Array]
    bottoms: Mapping[Expectation, Array | None]


@while_it_lives(1)
def dense_means(f: Formula, world: World) -> dict[Expectation, DenseMean]:
    """Every mean of a formula over all policies of a world.

    Raises ``Undecided`` when numbers hold symbols, ``TooLarge`` for too many policies, ``WrongShape`` for a reading outside a mean.
    """
    left, right = _halves(world.policies)
    for leaf in each_leaf(f):
        mean_of(leaf)
    return {mean: _dense(mean, world, left, right) for mean in dict.fromkeys(means_of(f))}


def _halves(space: PolicySpace) -> tuple[list[Slot], list[Slot]]:
    """The slots cut in two, with about as many policies on each side, and no more than a block on the right."""
    slots, total, size = list(space.slots), math.log(max(space.size, 1)), 0.0
    for cut in range(len(slots), -1, -1):
        if size >= total / 2 or (cut and size + math.log(len(slots[cut - 1][2])) > math.log(BLOCK)):
            return slots[:cut], slots[cut:]
        size += math.log(len(slots[cut - 1][2])) if cut else 0.0
    return [], slots


def _dense(mean: Expectation, world: World, left: Sequence[Slot], right: Sequence[Slot]) -> DenseMean:
    import numpy as np

    parts = policy_polynomial(mean, world).parts
    if any(is_symbolic(number) for _, mass, worth in parts for number in (mass, worth)):
        raise Undecided(f"{mean} holds symbols or irrationals in {world.title}; substitute fractions before ranking its policies")
    places = {slot[:2]: (side, i, slot[2]) for side, slots in enumerate((left, right)) for i, slot in enumerate(slots)}
    halves = [_cut(choices, places) for choices, _, _ in parts]
    lefts, rights = (_numbered(half[side] for half in halves) for side in (0, 1))
    _check_size(world, left, right, max(len(lefts), len(rights)))
    scale = math.lcm(*(cast("Fraction", number).denominator for _, mass, worth in parts for number in (mass, worth)))
    cells = [(lefts[a], rights[b], int(worth * scale), int(mass * scale)) for (a, b), (_, mass, worth) in zip(halves, parts, strict=True)]
    small = sum(abs(worth) + mass for _, _, worth, mass in cells) < EXACT_LIMIT
    top, bottom = np.zeros((2, len(lefts), len(rights)))
    for (a, b, *whole), (_, mass, worth) in zip(cells, parts, strict=True):
        # Floats round what is not small in any case, and a common denominator may be larger than any float.
        top[a, b] += whole[0] if small else as_float(worth)
        bottom[a, b] += whole[1] if small else max(as_float(mass), TINY) if mass else 0
    agree = np.ascontiguousarray(_agreement(right, list(rights)).T)
    slips = (0.0, 0.0) if small else (sum_slip(top), sum_slip(bottom))
    with np.errstate(all="ignore"):
        above, under = np.ascontiguousarray(top @ agree), None if mean.given is None else bottom @ agree
    return DenseMean(mean, scale if small else 1, _agreement(left, list(lefts)), above, under, small, agree, tuple(cells), slips)


def _check_size(world: World, left: Sequence[Slot], right: Sequence[Slot], monomials: int) -> None:
    """Raises ``TooLarge`` where even a half of the policy space is too many to list."""
    if max(math.prod(len(options) for _, _, options in side) for side in (left, right)) * max(monomials, 1) > MOST_CELLS:
        raise TooLarge(
            f"{world.title} has {world.policies.size:,} policies, too many to look at one by one; "
            "find the best with sb.solve(world, utility), or let decisions see less"
        )


def _cut(choices: Choices, places: Mapping[InformationSet, tuple[int, int, tuple[Any, ...]]]) -> tuple[Half, Half]:
    """A monomial as its two halves, each a set of (slot, option) by number."""
    halves: tuple[set[tuple[int, int]], set[tuple[int, int]]] = (set(), set())
    for decision, seen, option in choices:
        side, slot, options = places[decision, seen]
        halves[side].add((slot, options.index(option)))
    return frozenset(halves[0]), frozenset(halves[1])


def _numbered(halves: Iterator[Half]) -> dict[Half, int]:
    return {half: i for i, half in enumerate(dict.fromkeys(halves))}


def _agreement(slots: Sequence[Slot], halves: Sequence[Half]) -> Array:
    """For every half-policy and half-monomial, 1 when the policy does what the monomial says, else 0."""
    import numpy as np

    shape = tuple(len(options) for _, _, options in slots)
    digits = np.indices(shape).reshape(len(shape), -1) if shape else np.zeros((0, 1), dtype=int)
    agree = np.ones((digits.shape[1], len(halves)))
    for column, half in enumerate(halves):
        for slot, option in half:
            agree[:, column] *= digits[slot] == option
    return agree


def blocks(means: Mapping[Expectation, DenseMean], size: int, *, first: int = 0, last: int | None = None) -> Iterator[Block]:
    """The policies from ``first`` (rounded down to whole rows) to ``last`` in runs of bounded size, with the values of every mean."""
    some = next(iter(means.values()))
    width = some.top.shape[1]
    rows = max(1, BLOCK // width)
    for row in range(first // width, -(-(size if last is None else last) // width), rows):
        found = {mean: dense.block(slice(row, row + rows)) for mean, dense in means.items()}
        tops = {mean: top.ravel() for mean, (top, _) in found.items()}
        bottoms = {mean: None if bottom is None else bottom.ravel() for mean, (_, bottom) in found.items()}
        yield Block(row * width, len(tops[some.mean]), tops, bottoms)


def floats(f: Formula, leaf: Callable[[Any], Array]) -> Any:
    """A formula worked out in float64 for many policies at once; ``evaluate`` is the same for one, exactly."""
    return _FLOATS(f, leaf)


def _combined(ufunc: str) -> Callable[..., Any]:
    """What a combination of formulas is in arrays: its parts, joined by a function of numpy."""

    def combine(f: Any, visit: Callable[[Formula], Any], _leaf: Any) -> Any:
        import numpy as np

        return reduce(getattr(np, ufunc), map(visit, f.parts))

    return combine


def _subject_to(f: SubjectTo, visit: Callable[[Node], Any], leaf: Callable[[Any], Array]) -> Any:
    """The formula where the tests hold as far as floats can tell, and nan elsewhere."""
    import numpy as np

    return np.where(reduce(np.logical_and, [_HOLDS(without_not(test), leaf) for test in f.tests]), visit(f.inner), np.nan)


def _agreed(f: Agreed, visit: Callable[[Node], Any], _leaf: Any) -> Any:
    import numpy as np

    parts = [visit(part) for part in f.parts] or [np.nan]
    return np.where(reduce(np.logical_and, [np.isclose(part, parts[0], rtol=NEAR, atol=NEAR) for part in parts]), parts[0], np.nan)


def _of_defined(ufunc: str) -> Callable[..., Any]:
    def combine(f: LargestDefined, visit: Callable[[Node], Any], _leaf: Any) -> Any:
        import numpy as np

        return reduce(getattr(np, ufunc), [np.where(np.isinf(part), np.nan, part) for part in map(visit, f.parts)])

    return combine


def _shannon(f: Shannon, visit: Callable[[Formula], Any], _leaf: Any) -> Any:
    import numpy as np

    shares = [np.asarray(visit(part)) for part in f.parts]
    return reduce(np.add, [-share * np.log2(np.where(share > 0, share, 1.0)) for share in shares])


def _compared(test: Comparison, _visit: Any, leaf: Callable[[Any], Array]) -> Any:
    import numpy as np

    gap = floats(test.left, leaf) - floats(test.right, leaf)
    if test.relation == "==":
        return np.abs(gap) <= NEAR
    over = -gap if test.relation in ("<=", "<") else gap
    return over > NEAR if test.is_strict else over >= -NEAR


def _logical(ufunc: str, none: bool) -> Callable[..., Any]:
    def combine(test: Both | Either, visit: Callable[[Node], Any], _leaf: Any) -> Any:
        import numpy as np

        return reduce(getattr(np, ufunc), map(visit, test.tests), none)

    return combine


_HOLDS: Walk[Any] = Walk(
    "testing in floating point", {Comparison: _compared, Both: _logical("logical_and", True), Either: _logical("logical_or", False)}
)

_FLOATS: Walk[Any] = Walk(
    "floating point",
    {
        SubjectTo: _subject_to,
        Shannon: _shannon,
        Agreed: _agreed,
        SmallestDefined: _of_defined("fmin"),
        LargestDefined: _of_defined("fmax"),
        Constant: lambda f, _visit, _leaf: as_float(f.value),
        Sum: _combined("add"),
        Product: _combined("multiply"),
        Least: _combined("minimum"),
        Most: _combined("maximum"),
        Quotient: _combined("divide"),
        Leaf: lambda f, _visit, leaf: leaf(f),
    },
)


def exact_scores(
    f: Formula, world: World, means: Mapping[Expectation, DenseMean], block: Block, places: Places | None = None
) -> Iterator[tuple[Score, list[int]]]:
    """The scores of a block's policies, or of those at some places, each score with the places of its policies in the whole space.

    Policies whose means are the same integers are scored once. ``UNDEFINED`` where a condition is impossible.
    """
    import numpy as np

    some: Places = np.arange(block.size) if places is None else places
    if not len(some):
        return
    exactly = all(dense.exact for dense in means.values())
    if not exactly and len(some) <= FEW:
        yield from ((score_or_undefined(f, world, world.policies[place]), [place]) for place in (block.start + some).tolist())
        return
    if exactly:
        columns = [values[some] for values in (*block.tops.values(), *block.bottoms.values()) if values is not None]
    else:
        columns = [column for dense in means.values() for column in dense.keys(block.start + some)]
    keys, group = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    cuts = np.flatnonzero(np.diff(group.ravel()[order])) + 1
    for key, members in zip(keys, np.split(some[order], cuts), strict=True):
        alike = (block.start + members).tolist()
        yield _exact_score(f, means, block, key) if exactly else score_or_undefined(f, world, world.policies[alike[0]]), alike


def _exact_score(f: Formula, means: Mapping[Expectation, DenseMean], block: Block, key: Sequence[float]) -> Score:
    tops = dict(zip(block.tops, key, strict=False))
    conditioned = [mean for mean, bottom in block.bottoms.items() if bottom is not None]
    bottoms = dict(zip(conditioned, key[len(tops) :], strict=True))

    def value(mean: Expectation) -> Number:
        share = int(bottoms[mean]) if mean in bottoms else means[mean].scale
        if not share:
            raise Impossible(f"the condition of {mean} has probability 0")
        return exact(int(tops[mean])) / share

    try:
        return evaluate_means(f, value)
    except Impossible:
        return UNDEFINED


def all_scores(f: Formula, world: World) -> tuple[Score, ...] | None:
    """The score of every policy, in the order of ``world.policies``; None for a formula with symbols, or without a mean."""
    f = resolved(f, world)
    try:
        means = dense_means(f, world)
    except Undecided:
        return None
    if not means:
        return None
    found: list[Any] = [None] * world.policies.size
    for block in blocks(means, world.policies.size):
        for score, places in exact_scores(f, world, means, block):
            for place in places:
                found[place] = score
    return tuple(found)
