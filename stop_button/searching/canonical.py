"""Families of worlds without isomorphic repeats: a few equally likely draws, and for each of them what it would answer to every act.

A world of n draws is a multiset of n *types*. A type says, for one draw, all that follows from each of the agent's options (a response
type). What all draws share is the *frame*. Two worlds that differ only in the names of draws, of options or of signals are one world.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

from causalkit.values.render import Printed
from stop_button.decision.world import World
from stop_button.searching.multisets import Symmetry, count, listed

__all__ = ["Canonical", "Part", "Sketch"]

Values = tuple[Any, ...]


@dataclass(frozen=True)
class Part:
    """One thing that may differ between draws, or between worlds: its name, and its values, the plainest first."""

    name: str
    values: Values


@dataclass(frozen=True)
class Sketch(Printed):
    """One world of a family: the frame, and the types of its draws, each by the names of its parts."""

    family: str
    frame: Mapping[str, Any]
    types: tuple[Mapping[str, Any], ...]
    build: Callable[..., World]
    tell: Callable[..., str]

    def world(self) -> World:
        """The world of this sketch, with one sentence that says all of it."""
        return self.build(self.frame, self.types).told(name=f"a world of {self.family}", description=str(self))

    def __str__(self) -> str:
        return self.tell(self.frame, self.types)


class Canonical(Sequence[World]):
    """Worlds of a family in an order of growing size, each once up to names.

    The size is the number of draws, then how many parts of the frame and of the types are not the plainest. ``len`` is the closed form;
    listing comes to as many.
    """

    def __init__(
        self,
        name: str,
        description: str,
        *,
        frame: Sequence[Part] = (),
        types: Sequence[Part],
        draws: int,
        build: Callable[..., World],
        tell: Callable[..., str],
        renamings: Sequence[Callable[[dict[str, Any]], dict[str, Any]]] = (),
    ) -> None:
        self.name, self.description, self.draws = name, description, draws
        self._frame, self._types = tuple(frame), tuple(types)
        self._build, self._tell, self._renamings = build, tell, tuple(renamings)

    def bounded(self, draws: int) -> Canonical:
        """The same family with at most so many draws."""
        return Canonical(
            self.name, self.description, frame=self._frame, types=self._types, draws=draws, build=self._build, tell=self._tell,
            renamings=self._renamings,
        )  # fmt: skip

    @cached_property
    def frames(self) -> tuple[Values, ...]:
        """Every frame, as the values of its parts."""
        return tuple(itertools.product(*(part.values for part in self._frame)))

    @cached_property
    def types(self) -> tuple[Values, ...]:
        """Every type, as the values of its parts."""
        return tuple(itertools.product(*(part.values for part in self._types)))

    @cached_property
    def symmetries(self) -> tuple[Symmetry, ...]:
        """The group of renamings: those that were given, each of which undoes itself and commutes with the others, and what they make."""
        ways: list[Any] = [lambda named: named]
        for renaming in self._renamings:
            ways += [_after(renaming, way) for way in ways]
        return tuple(self._symmetry(way) for way in ways)

    def _symmetry(self, way: Callable[[dict[str, Any]], dict[str, Any]]) -> Symmetry:
        return Symmetry(_carried(self._frame, self.frames, way), _carried(self._types, self.types, way))

    @property
    def by_draws(self) -> dict[int, int]:
        """How many worlds there are of each number of draws, by Burnside's lemma."""
        return {size: count(self.symmetries, size) for size in range(1, self.draws + 1)}

    def __len__(self) -> int:
        return sum(self.by_draws.values())

    @cached_property
    def _places(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        found = [pair for size in range(1, self.draws + 1) for pair in listed(self.symmetries, size)]
        return tuple(sorted(found, key=lambda pair: (self._size(*pair), pair)))

    def _size(self, frame: int, types: tuple[int, ...]) -> tuple[int, int]:
        odd = _odd(self._frame, self.frames[frame]) + sum(_odd(self._types, self.types[each]) for each in types)
        return len(types), odd

    def sketch(self, index: int) -> Sketch:
        """What the world at a place is made from."""
        frame, types = self._places[index]
        return Sketch(
            self.name, _named(self._frame, self.frames[frame]), tuple(_named(self._types, self.types[each]) for each in types),
            self._build, self._tell,
        )  # fmt: skip

    @overload
    def __getitem__(self, index: int) -> World: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[World]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self.sketch(place).world() for place in range(len(self._places))[index]]
        return self.sketch(range(len(self._places))[index]).world()

    def __iter__(self) -> Iterator[World]:
        return (self.sketch(place).world() for place in range(len(self._places)))

    def __repr__(self) -> str:
        return f"<family {self.name!r}: {len(self):,} worlds of at most {self.draws} draws, none twice; {self.description}>"


def _named(parts: Sequence[Part], values: Values) -> dict[str, Any]:
    return {part.name: value for part, value in zip(parts, values, strict=True)}


def _odd(parts: Sequence[Part], values: Values) -> int:
    return sum(value != part.values[0] for part, value in zip(parts, values, strict=True))


def _after(then: Callable[[Any], Any], first: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda named: then(first(named))


def _carried(parts: Sequence[Part], every: Sequence[Values], way: Callable[[dict[str, Any]], dict[str, Any]]) -> tuple[int, ...]:
    """Where a renaming carries each combination of values."""
    places = {values: place for place, values in enumerate(every)}
    new = [way(_named(parts, values)) for values in places]
    return tuple(places[tuple(named[part.name] for part in parts)] for named in new)
