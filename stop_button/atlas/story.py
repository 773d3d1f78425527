"""What a cell's first failure looks like: its world in a sentence, what is best there, and the code that shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from causalkit.values.render import Printed, number
from stop_button.atlas.cells import Cell, Place
from stop_button.atlas.columns.column import Column, outcome
from stop_button.atlas.columns.measure import Measure
from stop_button.atlas.columns.standing import Standing, standing
from stop_button.atlas.rows import Row
from stop_button.decision.roles import STOP
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.undefined import defined
from stop_button.evaluation.utility import Utility
from stop_button.language.formula import B, E, Formula, H, V
from stop_button.searching.canonical import Canonical

__all__ = ["Story", "asked_of", "lacking", "story", "world_at"]

MOST_NAMED = 3
MOST_LINES: Final = 16
"""So many policies at most stand in a story's table."""


@dataclass(frozen=True)
class Story(Printed):
    """A failure to look at: two sentences, the formula that was asked, a table of the policies, and the code that reproduces it.

    The first line of ``table`` says what stands in the columns; ``marked`` are the places, from 0, of the best policies in the others.
    ``left_out`` counts the policies that do not stand in it.
    """

    cell: Cell
    world: str
    best: str
    formula: str
    code: str
    gone: str
    table: tuple[tuple[str, ...], ...]
    marked: tuple[int, ...]
    left_out: int

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
    shown = _shown(stands)
    code = f"import stop_button as sb\n\nworld = {cell.first.code}\nprint(sb.atlas.ask(world, {_quoted(row.name)}, {_quoted(column.name)}))"
    told = world.description[:1].upper() + (world.description[1:] if cell.first.number else _first_sentence(world.description[1:]))
    table = (_head(stands, column), *_lines(stands, column, shown))
    marked = tuple(place for place, at in enumerate(shown) if world.policies[at] in (stands.best or ()))
    return Story(
        cell, told, _sentence(stands, column), asked_of(form), code, _gone(cell, families), table, marked,
        world.policies.size - len(shown),
    )  # fmt: skip


def asked_of(form: Utility | Measure) -> str:
    """What is asked: a formula, or the call of a function of a world.

    >>> from stop_button.atlas import ROWS
    >>> asked_of(ROWS["naive"].forms[0]), asked_of(ROWS["goal_directedness"].forms[0])
    ('E[V]', 'goal_directedness(world, policy)')
    """
    return str(form.formula)


def _quoted(name: str) -> str:
    """A name as Python reads it, in double quotes where that is the same."""
    return f'"{name}"' if name.isprintable() and not {'"', "\\"} & set(name) else repr(name)


def _sentence(stands: Standing, column: Column) -> str:
    best = [str(policy) for policy in (stands.best or ())[:MOST_NAMED]]
    more = len(stands.best or ()) - len(best)
    score = next(map(stands.score, stands.best or ()), None)
    worth = f" with {number(score)}" if score is not None and defined(score) and not stands.takes_itself_for_granted else ""
    names = "; ".join(best) + (f"; and {more} more" if more > 0 else "")
    kind = "Stable" if stands.takes_itself_for_granted else "Best"
    return f"{kind} by {stands.utility.name}: {names or 'no policy'}{worth}, so that this fails: {column.sentence}."


def _gone(cell: Cell, families: Mapping[str, Canonical]) -> str:
    """How many worlds of the family were gone through until this one; a tie does not end the search for a plain failure."""
    if cell.first is None or not cell.first.number:
        return ""
    if cell.status == "fails by a tie":
        return f"The first tie among the {len(families[cell.first.name]):,} worlds of the family, the smallest first; the search went on."
    return f"{cell.first.number:,} of {len(families[cell.first.name]):,} worlds of the family were gone through, the smallest first."


# ---------------------------------------------------------------- every policy


def _asked(world: World) -> dict[str, Formula]:
    """What is read off for every policy, where a world has it."""
    every = {"intent": {"a stop is wished": E(H.is_(STOP))}, "stopped": {"it is stopped": E(B)}, "value": {"worth for the task": E(V)}}
    return {name: f for role, formulas in every.items() if role in world.roles for name, f in formulas.items()}


def _shown(stands: Standing) -> list[int]:
    """The places of the policies that are shown: the best, and others until the table is full, in their own order."""
    policies = stands.world.policies
    best = [policies.index(policy) for policy in (stands.best or ())[:MOST_LINES]]
    others = [place for place in range(min(policies.size, 2 * MOST_LINES)) if place not in best]
    return sorted([*best, *others[: MOST_LINES - len(best)]])


def _head(stands: Standing, column: Column) -> tuple[str, ...]:
    return ("policy", "score", *_asked(stands.world), *([column.name] if column.of == "policies" else []))


def _lines(stands: Standing, column: Column, shown: list[int]) -> Iterator[tuple[str, ...]]:
    evaluation, policies = stands.evaluation, stands.world.policies
    for place in shown:
        policy = policies[place]
        texts = [_text(stands.score(policy)), *(_text(evaluation.score_or_undefined(f, policy)) for f in _asked(stands.world).values())]
        has = column.ask(Standing(evaluation, stands.utility, (policy,))) if column.of == "policies" else ""
        yield (str(policy), *texts, *([{"holds": "yes", "fails": "no"}.get(has, has)] if has else []))


def _text(score: Any) -> str:
    return number(score) if defined(score) else "undefined"


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].removesuffix(".") + "."


# ---------------------------------------------------------------- where nothing is asked


def lacking(row: Row, column: Column, families: Mapping[str, Canonical], worlds: Mapping[str, World]) -> Mapping[str, int]:
    """Why a property of a definition is not asked: for what the places lack, in how many of them; the commonest first.

    The worlds of a family lack the same, so that a family is one place.

    >>> from stop_button.atlas import COLUMNS, FAMILIES, ROWS
    >>> lacking(ROWS["usefulness"], COLUMNS["stops_what_it_built"], FAMILIES, {})
    {'no length': 9, 'nothing that the agent builds': 1}
    """
    places = [*(family[0] for family in families.values()), *worlds.values()]
    return dict(Counter(why for world in places if (why := _lacks(row, column, world))).most_common())


def _lacks(row: Row, column: Column, world: World) -> str:
    form = row.form(world)
    if form is None or column.lacks(world):
        return row.lacks(world) or column.lacks(world)
    if outcome(column, standing(Evaluation(world), form)) != "does not apply":
        return ""
    return "no formula" if isinstance(form, Measure) else "nothing that it could be asked of"
