"""Methods of ``solve`` for policies that draw lots: a linear program where it applies, else dividing the space of their chances."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from causalkit import Dist
from causalkit.errors import TooLarge, WrongShape
from causalkit.values.exact import Number
from stop_button.decision.policy import Choices, InformationSet, Policy
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import score_of
from stop_button.evaluation.undefined import nowhere_defined
from stop_button.language.constraints import Infeasible, SubjectTo
from stop_button.language.formula import Expectation
from stop_button.language.parts import leaves
from stop_button.solving.fractional_form import Ratio, in_ratios, ratios_in
from stop_button.solving.linear_fractional import linear_parts, refuse_shared_lots
from stop_button.solving.lots.bernstein import Monomial
from stop_button.solving.lots.formula_of_chances import Polynomials
from stop_button.solving.lots.linear_program import Behaviour, mixed_best
from stop_button.solving.lots.subdivision import divided
from stop_button.solving.problem import Problem
from stop_button.solving.sequences.tied import checked_ties
from stop_button.solving.solution import LINEAR_PROGRAM, SUBDIVISION, SUBDIVISION_TIED, MethodName, Solution

__all__ = ["LinearProgram", "Subdivision"]

PARTS = 20
"""A part of the space of chances takes as long as so many partial policies, so that fewer of them are looked at."""


@dataclass(frozen=True)
class LinearProgram:
    """A behavioural policy for the smallest of parts that are linear over linear in its probabilities."""

    name: Final[MethodName] = LINEAR_PROGRAM

    def accepts(self, problem: Problem) -> bool:
        return problem.mixed and problem.tied is None

    def apply(self, problem: Problem) -> Solution:
        world, utility = problem.world, problem.utility
        parts = linear_parts(problem.formula, world)
        spoken = {act[:2] for part in parts for line in (part.top, part.bottom) for act in line.weights}
        try:
            best = mixed_best(parts, [slot for slot in world.policies.slots if slot[:2] in spoken])
        except Infeasible as error:
            raise Infeasible(f"in {world.title}, {utility} is infeasible: {error}") from None
        policy = world.policy(_behavioural(world, best.behaviour))
        score = score_of(problem.formula, world, policy)
        return Solution(world, utility, policy, score, best.bound, None, self.name, best.programs, score == best.bound)


def _behavioural(world: World, behaviour: Behaviour) -> Policy:
    """The policy that behaves so, and takes the first option where it makes no difference."""
    shares: dict[InformationSet, dict[Any, Number]] = {}
    for (name, seen, option), share in behaviour.items():
        shares.setdefault((name, seen), {})[option] = share
    return world.policies.filled({slot: next(iter(of)) if len(of) == 1 else Dist(of) for slot, of in shares.items()})


@dataclass(frozen=True)
class Subdivision:
    """Chances for each group of decisions that follow one rule, by dividing the space of chances until nothing better is left."""

    name: Final[MethodName] = SUBDIVISION

    def accepts(self, problem: Problem) -> bool:
        return problem.mixed and (problem.tied is not None or not isinstance(problem.formula, SubjectTo))

    def apply(self, problem: Problem) -> Solution:
        world, utility, formula = problem.world, problem.utility, problem.formula
        if isinstance(formula, SubjectTo):
            fix = "leave them out" if problem.tied else "leave mixed=True out, or the constraints"
            raise WrongShape(f"{utility.name} has constraints, and chances are divided without any; {fix}")
        for leaf in leaves(formula):
            if isinstance(leaf, Expectation):
                refuse_shared_lots(leaf, world)
        stands = checked_ties(world, problem.tied or ())
        tree = in_ratios(formula, world)
        groups = _Groups(world, stands, ratios_in(tree))
        found = divided(
            tree, groups.polynomials, groups.sizes, most=max(1, problem.most // PARTS), starts=problem.starts, seed=problem.seed
        )
        if found.point is None:
            if found.bound is None:
                raise nowhere_defined(utility, world.title, "every policy")
            raise TooLarge(f"among {found.parts:,} parts of the chances in {world.title} none with a score was found")
        policy = groups.policy(found.point)
        score = score_of(formula, world, policy)
        bound = None if found.bound == math.inf else cast("Number", found.bound)
        name: MethodName = SUBDIVISION_TIED if problem.ties_decisions else SUBDIVISION
        return Solution(world, utility, policy, score, bound, None, name, found.parts, score == bound)


class _Groups:
    """The groups of options of which some ratio speaks: a decision that stands for those tied to it, and what is seen."""

    def __init__(self, world: World, stands: Mapping[str, str], ratios: Sequence[Ratio]) -> None:
        self._world, self._stands, self._ratios = world, stands, ratios
        self._options = {decision.name: decision.options for decision in world.decisions}
        spoken = {(stands[name], seen) for ratio in ratios for choices in ratio.pairs for name, seen, _ in choices}
        every = dict.fromkeys((stands[name], seen) for name, seen, _ in world.policies.slots)
        self._places = {key: place for place, key in enumerate(key for key in every if key in spoken)}

    @property
    def sizes(self) -> list[int]:
        return [len(self._options[name]) for name, _ in self._places]

    @property
    def polynomials(self) -> dict[Ratio, Polynomials]:
        return {ratio: Polynomials(tuple(self._monomials(ratio)), ratio.steady) for ratio in self._ratios}

    def _monomials(self, ratio: Ratio) -> Iterator[Monomial]:
        for choices, (top, bottom) in ratio.pairs.items():
            yield self._powers(choices), cast("Any", top), cast("Any", bottom)

    def _powers(self, choices: Choices) -> dict[int, tuple[int, ...]]:
        powers: dict[int, list[int]] = {}
        for name, seen, option in choices:
            options = self._options[self._stands[name]]
            at = powers.setdefault(self._places[self._stands[name], seen], [0] * len(options))
            at[options.index(option)] += 1
        return {place: tuple(power) for place, power in powers.items()}

    def policy(self, point: Sequence[Sequence[Any]]) -> Policy:
        """The policy that draws with these chances, and takes the first option where it makes no difference."""
        acts: dict[InformationSet, Any] = {}
        for name, seen, options in self._world.policies.slots:
            place = self._places.get((self._stands[name], seen))
            shares = {o: share for o, share in zip(options, point[place], strict=True) if share} if place is not None else {options[0]: 1}
            acts[name, seen] = next(iter(shares)) if len(shares) == 1 else Dist(shares)
        return self._world.policy(self._world.policies.filled(acts))
