"""The best policy of decisions that recall everything, found in floats and certified: proved to be the only best one, its score exact.

Every number is a sum of products, each of them rounded so many times at most; as chances are not negative, the sum is then off by no more
than that many roundings of the sum of absolute values. Where the best option in every state that the policy reaches is ahead by more than
what both may be off, no other policy is as good, and its exact score is worked out along the states that it reaches. Where one is not,
nothing is said, and whole numbers decide. Source: [higham2002], for the bound.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from stop_button.decision.policy import Decision, InformationSet
from stop_button.evaluation.terms.scheme import Scheme
from stop_button.evaluation.unfolding.blocks import MOST_BLOCK, Block, Unfit, held
from stop_button.evaluation.unfolding.histories import Histories, Met, passed, recalls, summed

if TYPE_CHECKING:
    from stop_button.evaluation.terms.integers import Array

__all__ = ["Certified", "InFloats", "Moment", "certified_best", "tables_in_floats"]

ROUNDING = Fraction(1, 2**53)
LARGE = 2**400
"""Chances and worths with denominators or sizes beyond this are left to whole numbers: products of others neither vanish nor overflow."""


@dataclass(frozen=True, eq=False)
class Certified:
    """What the only best policy does where it leads, its score, how many states decisions are met in, and how many policies do the same."""

    behaviour: dict[InformationSet, Hashable]
    score: Fraction
    states: int
    ties: int


@dataclass(frozen=True, eq=False)
class Moment:
    """A decision in all of its states, and what terms add there with each option."""

    number: int
    decision: Decision
    met: Met
    added: list[Array]

    @property
    def size(self) -> int:
        return len(self.met.now)

    @property
    def options(self) -> int:
        return len(self.decision.options)


def certified_best(scheme: Scheme) -> Certified | None:
    """The only best policy, or ``None`` where floats do not prove that there is one, and for decisions that do not recall everything.

    >>> import causalkit as ck
    >>> import stop_button as sb
    >>> from causalkit.values.exact import exact
    >>> from stop_button.evaluation.terms.objective import Mean, grounded
    >>> from stop_button.evaluation.terms.scheme import scheme
    >>> model = ck.Model(a=ck.choice(0, 1), b=ck.choice(0, 1, sees=["a"]), value=lambda a, b: 3 * (a > b) + b)
    >>> found = certified_best(scheme(grounded(sb.World(model, value="value"), [Mean(exact(1), sb.V, None)])))
    >>> found.behaviour, found.score, found.ties
    ({('a', ()): 1, ('b', (1,)): 0}, Fraction(3, 1), 2)
    """
    if not recalls(scheme):
        return None
    walk = InFloats(scheme)
    try:
        passed(scheme, walk)
        picks = _picks(walk)
        if picks is None:
            return None
        follow = _Followed(scheme, [acts for _, acts in picks])
        start = passed(scheme, follow)
    except Unfit:
        return None
    behaviour: dict[InformationSet, Hashable] = {}
    for moment, (rows, acts) in zip(walk.moments, picks, strict=True):
        behaviour.update(_done(scheme, moment, rows, acts))
    met = math.prod(moment.options ** len(rows) for moment, (rows, _) in zip(walk.moments, picks, strict=True))
    return Certified(
        behaviour, follow.score + sum(start.values()), sum(moment.size for moment in walk.moments), scheme.world.policies.size // met
    )


def _done(scheme: Scheme, moment: Moment, rows: Array, acts: Array) -> dict[InformationSet, Hashable]:
    now, copy = moment.met.now, scheme.copies[moment.number]
    columns = now.seen[rows][:, [now.shown.index(parent) for parent in copy.parents]].tolist()
    name, options = moment.decision.name, moment.decision.options
    seen = (tuple([domain[code] for domain, code in zip(copy.parent_domains, codes, strict=True)]) for codes in columns)
    return {(name, values): options[act] for values, act in zip(seen, acts.tolist(), strict=True)}


# ---------------------------------------------------------------- in floats


class InFloats:
    """All histories in floats, and the sum of the largest absolute values of all terms."""

    in_floats = True

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.moments: list[Moment] = []
        self.worth = Fraction(0)

    @property
    def roundings(self) -> int:
        """So often at most is any number on the way to another rounded: when copies are joined, terms added, and worths added up."""
        steps = len(self.scheme.copies) + len(self.scheme.terms) + 2 * len(self.moments)
        return steps * (MOST_BLOCK + 8)

    @property
    def off(self) -> Fraction:
        """By no more than this, times a state's chance as it is found, is what an option is worth there, times that chance, off."""
        share = self.roundings * ROUNDING
        return share / (1 - share) * self.worth / (1 - 2 * share)

    def met(self, met: Met, number: int) -> Histories:
        if met.now.scale > LARGE:
            raise Unfit
        self.moments.append(Moment(number, self.scheme.decision(number), met, []))
        return met.now

    def added(self, now: Histories, block: Block, t: int, number: int) -> None:
        if block.unit > LARGE or block.most > LARGE:
            raise Unfit
        self.worth += Fraction(block.most, block.unit)
        moment = self.moments[-1]
        moment.added.append(summed(now, block.in_floats(), number, moment.options))


def _picks(walk: InFloats) -> list[tuple[Array, Array]] | None:
    """The states that the best policy reaches, with what it does there, for each decision; None where it is not surely the only best."""
    import numpy as np

    tables = tables_in_floats(walk.moments)
    off = float(walk.off)
    found: list[tuple[Array, Array]] = []
    taken = np.ones(1, dtype=bool)
    for moment, table in zip(walk.moments, tables, strict=True):
        rows = np.flatnonzero(taken[_origins(moment, walk.moments[len(found) - 1].options if found else 0)])
        here = table[rows]
        acts = here.argmax(axis=1)
        every = np.arange(len(rows))
        best = here[every, acts]
        here[every, acts] = -np.inf
        if (best - here.max(axis=1) <= 3 * off * moment.met.mass[rows]).any():
            return None
        taken = np.zeros(moment.size * moment.options, dtype=bool)
        taken[rows * moment.options + acts] = True
        found.append((rows, acts))
    return found


def _origins(moment: Moment, options: int) -> Array:
    """For each state the state before and what was done there, as one number; 0 for the first decision."""
    return moment.met.before * options + moment.met.codes[0] if options else moment.met.before


def tables_in_floats(moments: Sequence[Moment]) -> list[Array]:
    """What each option is worth in each state when all that follows is decided best."""
    import numpy as np

    found: list[Array] = []
    after: Array | None = None
    for place in reversed(range(len(moments))):
        moment = moments[place]
        table = sum(moment.added, np.zeros((moment.size, moment.options)))
        if after is not None:
            table += after.reshape(table.shape)
        found.append(table)
        if place:
            before = moments[place - 1]
            after = np.bincount(_origins(moment, before.options), table.max(axis=1), before.size * before.options)
    return found[::-1]


# ---------------------------------------------------------------- in whole numbers, along one policy


class _Followed:
    """The histories that a policy leads to, in whole numbers, and what is added on them."""

    in_floats = False

    def __init__(self, scheme: Scheme, acts: Sequence[Array]) -> None:
        self.scheme, self.acts = scheme, iter(acts)
        self.score = Fraction(0)

    def met(self, met: Met, number: int) -> Histories:
        import numpy as np

        now = met.now
        column = next(self.acts).astype(np.int32)[:, None]
        return replace(now, shown=(*now.shown, number), seen=np.concatenate([now.seen, column], axis=1), mass=int(met.mass.max()))

    def added(self, now: Histories, block: Block, t: int, number: int) -> None:
        numbers = held(summed(now, block, None, 1), now.scale * block.most)
        self.score += Fraction(int(numbers.sum()), now.scale * block.unit)
