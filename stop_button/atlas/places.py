"""Where the atlas looks: a family gone through in its own order until each property fails, and a bundled world with all its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from causalkit.errors import CausalError
from causalkit.values.exact import Number, largest, smallest, tidy
from causalkit.values.render import number
from stop_button.atlas.columns.column import LETTERS, Column, outcome
from stop_button.atlas.columns.measure import Measure
from stop_button.atlas.columns.standing import OPEN, Standing, standing
from stop_button.atlas.mixing import Lots, lots
from stop_button.atlas.rows import Row
from stop_button.auditing.flags import policy_flags
from stop_button.auditing.gains import gains
from stop_button.auditing.verdicts import Judged, verdict_of
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation, places_of_best
from stop_button.evaluation.utility import Utility
from stop_button.incentives.through import possible_incentive
from stop_button.language.algebra import Quotient
from stop_button.language.constraints import SubjectTo
from stop_button.language.formula import E, V
from stop_button.language.parts import contains, means

__all__ = ["Entry", "Gone", "always_defined", "carries_nothing", "entry", "gone_through"]

MOST_JUDGED = 64
"""So many best policies at most are judged for a verdict."""


@dataclass(frozen=True)
class Gone:
    """How far a family was gone through for one definition and one property, and what was met.

    ``fails`` and ``tie`` are the places, from 1, of the first world in which it fails and of the first in which it fails by a tie; 0 where
    there was none. The search ends at the first failure. The other numbers count worlds, up to there.
    """

    through: int = 0
    fails: int = 0
    tie: int = 0
    holds: int = 0
    impossible: int = 0
    open: int = 0
    without_best: int = 0
    does_not_apply: int = 0

    def after(self, letter: str) -> Gone:
        """The same after one more world, by the letter of what it says.

        >>> Gone().after(".").after("t").after("x")
        Gone(through=3, fails=3, tie=2, holds=1, impossible=0, open=0, without_best=0, does_not_apply=0)
        """
        counted = {".": "holds", "i": "impossible", "o": "open", "b": "without_best", "n": "does_not_apply"}
        further = replace(self, through=self.through + 1)
        if letter == "x":
            return replace(further, fails=further.through)
        if letter == "t":
            return replace(further, tie=self.tie or further.through)
        name = counted[letter]
        return replace(further, **{name: getattr(self, name) + 1})


State = Mapping[tuple[str, str], Gone]


def gone_through(worlds: Sequence[World], rows: Iterable[Row], columns: Iterable[Column], *, since: State | None = None) -> Iterator[State]:
    """A family gone through world by world; after each of them, how far each definition and property has come.

    :param worlds: the family, in its own order.
    :param rows: the definitions.
    :param columns: the properties.
    :param since: a state from which to go on.
    :returns: an iterator over states; what has failed is not asked again, and it ends where everything has.

    >>> import stop_button as sb
    >>> from stop_button.atlas import COLUMNS, ROWS
    >>> *_, last = gone_through([sb.worlds.office()], [ROWS["naive"]], [COLUMNS["no_influence"]])
    >>> last["naive", "no_influence"].through
    1
    """
    asked, told = list(rows), list(columns)
    state = dict(since) if since is not None else {(row.name, column.name): Gone() for row in asked for column in told}
    start = max((one.through for one in state.values()), default=0)
    if not state:
        return
    for world in worlds[start:] if start else worlds:
        if all(one.fails for one in state.values()):
            return
        evaluation = Evaluation(world)
        for row in asked:
            alive = [column for column in told if not state[row.name, column.name].fails]
            letters = letters_of(evaluation, row, alive) if alive else {}
            for name, letter in letters.items():
                state[row.name, name] = state[row.name, name].after(letter)
        yield dict(state)


def letters_of(evaluation: Evaluation, row: Row, columns: Iterable[Column]) -> dict[str, str]:
    """What a world says of a definition by each of some columns, in letters."""
    form = row.form(evaluation.world)
    if form is None:
        return {column.name: LETTERS["does not apply"] for column in columns}
    stands = standing(evaluation, form)
    return {column.name: LETTERS[outcome(column, stands)] for column in columns}


@dataclass(frozen=True)
class Entry:
    """One definition in one bundled world: its form, the best policies, the verdict, the safety tax, and a letter for each property.

    ``tax`` is what the best policies cost in task value, least and most over ties; empty where the world has no value. ``best`` are their
    names, up to three; ``ties`` counts all of them. These policies are pure; ``lots`` says what drawing lots adds, and is None where no
    best policy that draws them is proved.
    """

    form: str
    verdict: str
    best: tuple[str, ...]
    ties: int
    tax: tuple[str, ...]
    letters: str
    lots: Lots | None = None

    @classmethod
    def told(cls, said: Sequence[Any]) -> Entry:
        """An entry as it stands in a document: its fields in order."""
        form, verdict, best, ties, tax, letters, drawn = said
        return cls(form, verdict, tuple(best), ties, tuple(tax), letters, None if drawn is None else Lots(*drawn))


def entry(evaluation: Evaluation, row: Row, columns: Iterable[Column]) -> Entry | None:
    """What a bundled world says of a definition; None where no form of it applies.

    >>> import stop_button as sb
    >>> from stop_button.atlas import ROWS
    >>> found = entry(Evaluation(sb.worlds.scale()), ROWS["counterfactual"], [])
    >>> found.verdict, found.best, found.tax, str(found.lots)
    ('side effect', ('commit',), ('0',), 'nothing gained')
    """
    form = row.form(evaluation.world)
    if form is None:
        return None
    stands = standing(evaluation, form)
    letters = "".join(LETTERS[outcome(column, stands)] for column in columns)
    best = stands.best or ()
    return Entry(form.name, _verdict(stands), tuple(map(str, best[:3])), len(best), _tax(stands), letters, lots(stands))


def _verdict(stands: Standing) -> str:
    world = stands.world
    if stands.best is None:
        return "depends"
    if isinstance(stands.utility, Measure) or not world.wishes or world.baseline is None or len(stands.best) > MOST_JUDGED:
        return ""
    try:
        judged = [
            Judged(policy, policy_flags(stands.evaluation, policy), gains(stands.evaluation, stands.fixed(policy), policy))
            for policy in stands.best
        ]
        return verdict_of(judged)
    except OPEN:
        return "depends"


def _tax(stands: Standing) -> tuple[str, ...]:
    world = stands.world
    if "value" not in world.roles or not stands.best:
        return ()
    try:
        values = stands.evaluation.scores(E(V))
        top = cast("Number", values[places_of_best(values)[0]])
        paid = [tidy(top - cast("Number", values[world.policies.index(policy)])) for policy in stands.best]
        least, most = smallest(paid), largest(paid)
    except (*OPEN, TypeError):
        return ()
    return tuple(dict.fromkeys((number(least), number(most))))


def carries_nothing(world: World, utility: Utility | Measure) -> bool:
    """Whether the graph alone says that a definition gains nothing by way of anybody's wish, for any numbers.

    >>> import stop_button as sb
    >>> carries_nothing(sb.worlds.office(), sb.counterfactual), carries_nothing(sb.worlds.office(), sb.switch)
    (True, False)
    """
    if isinstance(utility, Measure):
        return False
    try:
        return bool(world.wishes) and not any(possible_incentive(world, utility, name) for name in world.wishes)
    except CausalError:
        return False


def always_defined(utility: Utility | Measure) -> bool:
    """Whether a formula has a score under every policy of every world: its means have no conditions, and it divides and looks for nothing.

    >>> import stop_button as sb
    >>> always_defined(sb.counterfactual), always_defined(sb.cond)
    (True, False)
    """
    if isinstance(utility, Measure):
        return False
    f = utility.formula
    return not f.needs_world and not contains(f, Quotient, SubjectTo) and all(mean.given is None for mean in means(f))
