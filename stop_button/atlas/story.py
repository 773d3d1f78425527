"""What a cell's first failure looks like: its world in a sentence, what is best there, and the code that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from causalkit.values.render import number
from stop_button.atlas.cells import Cell, Place
from stop_button.atlas.columns.column import Column
from stop_button.atlas.columns.standing import standing
from stop_button.atlas.rows import Row
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.undefined import defined
from stop_button.searching.canonical import Canonical

__all__ = ["Story", "story", "world_at"]

MOST_NAMED = 3


@dataclass(frozen=True)
class Story:
    """A failure to look at: two sentences, the formula that was asked, and the code that reproduces it."""

    cell: Cell
    world: str
    best: str
    formula: str
    code: str

    def __str__(self) -> str:
        return f"{self.world} {self.best}"


def world_at(place: Place, families: Mapping[str, Canonical], worlds: Mapping[str, World]) -> World:
    """The world that stands at a place.

    >>> from stop_button.atlas import FAMILIES, Place
    >>> print(world_at(Place("one decision", 1), FAMILIES, {}).description)
    people wish free, and still do once it acts, running is worth 2, and 2 once it acts.
    """
    return families[place.name][place.number - 1] if place.number else worlds[place.name]


def story(cell: Cell, row: Row, column: Column, families: Mapping[str, Canonical], worlds: Mapping[str, World]) -> Story | None:
    """The first failure of a cell, as two sentences with the code that reproduces it; None where nothing fails.

    :param cell: what was found of the definition and the property.
    :param row: the definition.
    :param column: the property.
    :param families: the families by name.
    :param worlds: the bundled worlds by name.
    :returns: a ``Story``, or None.

    >>> from stop_button.atlas import COLUMNS, FAMILIES, ROWS, cell_of, committed
    >>> told = story(cell_of(committed(), "switch", "no_influence"), ROWS["switch"], COLUMNS["no_influence"], FAMILIES, {})
    >>> told.code.splitlines()[-1]
    'print(sb.atlas.ask(world, "switch", "no_influence"))'
    """
    if cell.first is None:
        return None
    world = world_at(cell.first, families, worlds)
    form = row.form(world)
    if form is None:
        return None
    stands = standing(Evaluation(world), form)
    best = [str(policy) for policy in (stands.best or ())[:MOST_NAMED]]
    more = len(stands.best or ()) - len(best)
    score = next((stands.scores[world.policies.index(policy)] for policy in stands.best or ()), None)
    worth = f" with {number(score)}" if score is not None and defined(score) and not stands.takes_itself_for_granted else ""
    names = "; ".join(best) + (f"; and {more} more" if more > 0 else "")
    kind = "Stable" if stands.takes_itself_for_granted else "Best"
    sentence = f"{kind} by {form.name}: {names or 'no policy'}{worth}, so that this fails: {column.sentence}."
    code = f'import stop_button as sb\n\nworld = {cell.first.code}\nprint(sb.atlas.ask(world, "{row.name}", "{column.name}"))'
    told = world.description[:1].upper() + (world.description[1:] if cell.first.number else _first_sentence(world.description[1:]))
    return Story(cell, told, sentence, str(form.formula), code)


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].removesuffix(".") + "."
