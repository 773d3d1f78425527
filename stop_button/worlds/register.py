"""How a bundled world is declared: a builder whose docstring says what it shows, where it misleads, and where it comes from."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

from causalkit.errors import UnknownName, WrongShape, listing, suggestion
from causalkit.values.arguments import checked
from causalkit.values.exact import exact
from causalkit.values.frozen import Frozen
from stop_button.citing.recipes import call_text
from stop_button.decision.docstring import docstring
from stop_button.decision.world import Published, World

__all__ = ["Bundled", "bundled", "scores"]


@dataclass(frozen=True)
class Bundled:
    """A builder of one world with its documentation; called with parameters, it returns the world.

    ``variants`` are named settings of the parameters, each a bundled world of its own; ``published`` holds, per variant, the scores that
    the source prints and those that are derived from it; each says which it is. The variant ``""`` is the world with its default
    parameters.
    """

    name: str
    build: Callable[..., World]
    description: str
    caveat: str
    source: str
    variants: Mapping[str, Mapping[str, Any]]
    published: Mapping[str, tuple[Published, ...]] = field(default_factory=dict)

    def __call__(self, /, **parameters: Any) -> World:
        """The world with these parameters."""
        known = list(inspect.signature(self.build).parameters)
        unknown = next((name for name in parameters if name not in known), None)
        if unknown is not None:
            have = ", ".join(known) or "none"
            raise UnknownName(f"the world {self.name} has no parameter {unknown!r}; it has: {have}{suggestion(unknown, known)}")
        variant = next((title for title, settings in self.variants.items() if dict(settings) == parameters), None)
        name = f"{self.name}_{variant}" if variant else self.name
        made = call_text(f"sb.worlds.{self.build.__name__}", parameters)
        return self._named(name, self.build(**parameters), () if variant is None else self.published.get(variant, ()), made)

    def __reduce__(self) -> Any:
        return _revived, (self.build.__module__, self.build.__qualname__)  # it travels by its name, which its builder bears too

    def variant(self, title: str) -> World:
        """The world of a variant."""
        if title not in list(self.variants):
            raise UnknownName(
                f"the world {self.name} has no variant {title!r}; it has: {listing(self.variants)}{suggestion(title, self.variants)}"
            )
        return self(**self.variants[title])

    def _named(self, name: str, world: World, published: tuple[Published, ...], made: str) -> World:
        words = {"description": self.description, "caveat": self.caveat, "source": self.source}
        return world.told(name=name, published=published, made=made, **words)


def _revived(module: str, name: str) -> Bundled:
    found: Bundled = getattr(import_module(module), name)
    return found


@checked
def bundled(
    *,
    variants: Mapping[str, Mapping[str, Any]] | None = None,
    derived: Mapping[str, tuple[Published, ...]] | None = None,
    published: Mapping[str, tuple[Published, ...]] | None = None,
) -> Callable[[Callable[..., World]], Bundled]:
    """Declare a world: its docstring has a description, a paragraph that begins with ``CAVEAT:``, and a last line ``Source: [key], ...``
    (for a world of our own, ``Source: this project``).

    :param variants: for each named setting the parameters that make it; only the one without a name if left out.
    :param derived: per variant, the scores that follow from the source's definition and stand nowhere in it.
    :param published: per variant, the scores that the source prints.
    :returns: a decorator, which makes a ``Bundled`` of a builder.
    :raises WrongShape: for a builder whose docstring lacks one of these parts.
    """

    def make(build: Callable[..., World]) -> Bundled:
        text = docstring(build)
        found = re.fullmatch(
            r"(?P<description>.+?)\n\nCAVEAT: (?P<caveat>.+?)\n\nSource: (?P<source>(?:\[|this project)[^\n]*)", text, re.DOTALL
        )
        if found is None:
            raise WrongShape(
                f"the docstring of {build.__name__} needs a description, 'CAVEAT: ...', and a last line 'Source: [key], ...' "
                "or 'Source: this project'"
            )
        parts = {name: re.sub(r"\s+", " ", part.replace("``", "")) for name, part in found.groupdict().items()}
        return Bundled(
            build.__name__, build, **parts, variants=_frozen(variants or {"": {}}), published=_kept(derived or {}, published or {})
        )

    return make


def _frozen(variants: Mapping[str, Mapping[str, Any]]) -> Frozen[str, Mapping[str, Any]]:
    return Frozen({title: Frozen(settings) for title, settings in variants.items()})


def _kept(derived: Mapping[str, tuple[Published, ...]], published: Mapping[str, tuple[Published, ...]]) -> Mapping[str, Any]:
    """Both kinds of scores per variant, each marked as what it is."""
    marked = {
        title: (
            *(replace(one, kind="published") for one in published.get(title, ())),
            *(replace(one, kind="derived") for one in derived.get(title, ())),
        )
        for title in {**published, **derived}
    }
    return Frozen(marked)


@checked
def scores(definitions: str, rows: Mapping[str, str], /, **parameters: Any) -> tuple[Published, ...]:
    """A table of scores that a world is to have: the definitions as words, and for each policy its scores as words.

    A ``-`` stands where none is stated. Tables are joined by ``+``.

    :param definitions: names of definitions, with blanks between them.
    :param rows: for the name of each policy its scores in that order, as exact numbers or ``undefined``, with blanks between them.
    :param parameters: those with which every definition of the table is taken.
    :returns: a ``Published`` for each cell.
    :raises WrongShape: for a row with more or fewer scores than there are definitions.

    >>> scores("naive switch", {"none": "6.96 -"})
    (Published(definition='naive', policy='none', score=Fraction(174, 25), parameters=(), kind='derived'),)
    >>> scores("counterfactual", {"wait": "12"}, weight=3)
    (Published(definition='counterfactual', policy='wait', score=Fraction(12, 1), parameters=(('weight', 3),), kind='derived'),)
    """
    names, told = definitions.split(), tuple(parameters.items())
    return tuple(one for policy, row in rows.items() for one in _row(names, policy, row.split(), told))


def _row(names: Sequence[str], policy: str, cells: Sequence[str], told: tuple[tuple[str, Any], ...]) -> list[Published]:
    if len(cells) != len(names):
        raise WrongShape(f"{policy!r} has {len(cells)} scores, and there are {len(names)} definitions")
    read = zip(names, cells, strict=True)
    return [Published(name, policy, None if cell == "undefined" else exact(cell), told) for name, cell in read if cell != "-"]
