"""What a search need not look at twice: options that do the same, and slots that could change places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from stop_button.solving.fractional_form import Ratio
from stop_button.solving.term_matrix import Frame, Picks
from stop_button.solving.variable_elimination import Chosen

__all__ = ["Symmetry", "symmetry"]

Act = tuple[str, tuple[Any, ...], Any]


@dataclass(frozen=True)
class Symmetry:
    """For each slot, the options that stand for all, and the slot before it with which it could change places (``None``: none)."""

    options: tuple[tuple[int, ...], ...]
    twins: tuple[int | None, ...]

    def extensions(self, prefix: Picks) -> tuple[int, ...]:
        """The options with which a partial policy goes on: some best policy has options that stand for all, in order among twins."""
        twin = self.twins[len(prefix)]
        return tuple(option for option in self.options[len(prefix)] if twin is None or option >= prefix[twin])


def symmetry(frame: Frame) -> Symmetry:
    """The options and slots of a frame whose exchange changes no monomial's weights.

    >>> import causalkit as ck
    >>> import stop_button as sb
    >>> from stop_button.solving.fractional_form import in_ratios
    >>> from stop_button.solving.term_matrix import framed
    >>> model = ck.Model(
    ...     sight=ck.uniform(0, 1, 2), act=ck.choice("go", "run", "stay", sees=["sight"]), value=lambda sight, act: int(act == "stay")
    ... )
    >>> world = sb.World(model, value="value")
    >>> found = symmetry(framed(in_ratios(sb.naive.formula, world), world.policies))
    >>> found.options, found.twins
    (((0, 2), (0, 2), (0, 2)), (None, 0, 1))
    """
    spoken = {ratio: _by_act(ratio) for ratio in frame.sheets}
    return Symmetry(tuple(_unlike(frame, spoken, slot) for slot in range(len(frame.slots))), tuple(_twins(frame, spoken)))


_Spoken = Mapping[Ratio, Mapping[Act, list[Chosen]]]


def _by_act(ratio: Ratio) -> dict[Act, list[Chosen]]:
    found: dict[Act, list[Chosen]] = {}
    for chosen in ratio.pairs:
        for act in chosen:
            found.setdefault(act, []).append(chosen)
    return found


def _acts(frame: Frame, slot: int) -> list[Act]:
    name, seen, options = frame.slots[slot]
    return [(name, seen, option) for option in options]


def _unlike(frame: Frame, spoken: _Spoken, slot: int) -> tuple[int, ...]:
    acts, kept = _acts(frame, slot), list[int]()
    for i, act in enumerate(acts):
        if not any(_exchangeable(spoken, {act: acts[j], acts[j]: act}) for j in kept):
            kept.append(i)
    return tuple(kept)


def _twins(frame: Frame, spoken: _Spoken) -> Iterable[int | None]:
    alike: dict[Any, list[int]] = {}
    for slot in range(len(frame.slots)):
        acts = _acts(frame, slot)
        known = alike.setdefault(_looks(spoken, acts), [])
        twin = next((i for i, other in enumerate(known) if _exchangeable(spoken, _places(acts, _acts(frame, other)))), None)
        yield None if twin is None else known[twin]
        if twin is None:
            known.append(slot)
        else:
            known[twin] = slot


def _looks(spoken: _Spoken, acts: list[Act]) -> Any:
    """What slots that could change places have in common at first sight."""
    return tuple(
        tuple(frozenset((len(chosen), ratio.pairs[chosen]) for chosen in by_act.get(act, ())) for act in acts)
        for ratio, by_act in spoken.items()
    )


def _places(acts: list[Act], others: list[Act]) -> dict[Act, Act]:
    return dict(zip([*acts, *others], [*others, *acts], strict=True))


def _exchangeable(spoken: _Spoken, exchange: Mapping[Act, Act]) -> bool:
    """Whether every monomial has the weights of the one that it becomes."""
    return all(
        ratio.pairs.get(frozenset(exchange.get(act, act) for act in chosen)) == ratio.pairs[chosen]
        for ratio, by_act in spoken.items()
        for changed in exchange
        for chosen in by_act.get(changed, ())
    )
