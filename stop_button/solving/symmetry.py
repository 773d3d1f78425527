"""What a search need not look at twice: options that do the same, and slots that could change places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from stop_button.decision.policy import Act, Choices
from stop_button.solving.fractional_form import Ratio
from stop_button.solving.term_matrix import PartialAssignment, SearchProblem

__all__ = ["Symmetry", "symmetry"]


@dataclass(frozen=True)
class Symmetry:
    """For each slot, the options that stand for all, and the slot before it with which it could change places (``None``: none)."""

    options: tuple[tuple[int, ...], ...]
    interchangeable: tuple[int | None, ...]

    def extensions(self, partial: PartialAssignment) -> tuple[int, ...]:
        """The options with which a partial policy goes on: some best policy has options that
        stand for all, in order among slots that could change places.
        """
        partner = self.interchangeable[len(partial)]
        return tuple(option for option in self.options[len(partial)] if partner is None or option >= partial[partner])


def symmetry(problem: SearchProblem) -> Symmetry:
    """The options and slots of a problem whose exchange changes no monomial's weights.

    >>> import causalkit as ck
    >>> import stop_button as sb
    >>> from stop_button.solving.fractional_form import in_ratios
    >>> from stop_button.solving.term_matrix import search_problem
    >>> model = ck.Model(
    ...     sight=ck.uniform(0, 1, 2), act=ck.choice("go", "run", "stay", sees=["sight"]), value=lambda sight, act: int(act == "stay")
    ... )
    >>> world = sb.World(model, value="value")
    >>> found = symmetry(search_problem(in_ratios(sb.naive.formula, world), world.policies))
    >>> found.options, found.interchangeable
    (((0, 2), (0, 2), (0, 2)), (None, 0, 1))
    """
    spoken = {ratio: _by_act(ratio) for ratio in problem.matrices}
    return Symmetry(tuple(_unlike(problem, spoken, slot) for slot in range(len(problem.slots))), tuple(_interchangeable(problem, spoken)))


_Spoken = Mapping[Ratio, Mapping[Act, list[Choices]]]


def _by_act(ratio: Ratio) -> dict[Act, list[Choices]]:
    found: dict[Act, list[Choices]] = {}
    for choices in ratio.pairs:
        for act in choices:
            found.setdefault(act, []).append(choices)
    return found


def _acts(problem: SearchProblem, slot: int) -> list[Act]:
    name, seen, options = problem.slots[slot]
    return [(name, seen, option) for option in options]


def _unlike(problem: SearchProblem, spoken: _Spoken, slot: int) -> tuple[int, ...]:
    acts, kept = _acts(problem, slot), list[int]()
    for i, act in enumerate(acts):
        if not any(_exchangeable(spoken, {act: acts[j], acts[j]: act}) for j in kept):
            kept.append(i)
    return tuple(kept)


def _interchangeable(problem: SearchProblem, spoken: _Spoken) -> Iterable[int | None]:
    alike: dict[Any, list[int]] = {}
    for slot in range(len(problem.slots)):
        acts = _acts(problem, slot)
        known = alike.setdefault(_looks(spoken, acts), [])
        partner = next((i for i, other in enumerate(known) if _exchangeable(spoken, _places(acts, _acts(problem, other)))), None)
        yield None if partner is None else known[partner]
        if partner is None:
            known.append(slot)
        else:
            known[partner] = slot


def _looks(spoken: _Spoken, acts: list[Act]) -> Any:
    """What slots that could change places have in common at first sight."""
    return tuple(
        tuple(frozenset((len(choices), ratio.pairs[choices]) for choices in by_act.get(act, ())) for act in acts)
        for ratio, by_act in spoken.items()
    )


def _places(acts: list[Act], others: list[Act]) -> dict[Act, Act]:
    return dict(zip([*acts, *others], [*others, *acts], strict=True))


def _exchangeable(spoken: _Spoken, exchange: Mapping[Act, Act]) -> bool:
    """Whether every monomial has the weights of the one that it becomes."""
    return all(
        ratio.pairs.get(frozenset(exchange.get(act, act) for act in choices)) == ratio.pairs[choices]
        for ratio, by_act in spoken.items()
        for changed in exchange
        for choices in by_act.get(changed, ())
    )
