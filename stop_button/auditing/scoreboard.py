"""Scoreboards: every policy of a world under several utilities, exactly, with every tie."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from causalkit.errors import TooLarge, Undecided, UnknownName, suggestion
from causalkit.values.arguments import checked
from causalkit.values.pictures import drawn
from causalkit.values.render import html_text, text_table
from causalkit.values.tables import ResultTable, Tabled, as_float
from stop_button.auditing.flags import Flag, FlagKind, policy_flags
from stop_button.citing.recipes import recipe
from stop_button.decision.policy import Policy, PolicySpace
from stop_button.decision.world import World
from stop_button.evaluation.behaviours import Behaviour, behaviours
from stop_button.evaluation.evaluation import Evaluation, all_policies, evaluation_of, places_of_best
from stop_button.evaluation.undefined import Score, defined
from stop_button.evaluation.utility import Utility, as_utilities, say_whose
from stop_button.grounding.almost import almost_simple_numbers

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["Scoreboard", "score"]

MOST_ROWS = 60


@dataclass(frozen=True)
class Scoreboard(Tabled):
    """The scores of policies under utilities, with what each policy does to people's wish and to the button.

    ``scores`` has a row for each policy and a column for each utility: exact numbers, or ``UNDEFINED``.
    """

    world: World
    utilities: tuple[Utility, ...]
    policies: Sequence[Policy]
    scores: tuple[tuple[Score, ...], ...]
    flags: tuple[tuple[Flag, ...], ...] = ()

    def score(self, utility: Utility | str, policy: Any) -> Score:
        """The score of one policy under one utility."""
        chosen, column = self.world.policy(policy), self._column(utility)
        if chosen not in self.policies:
            raise UnknownName(f"the policy {chosen} is not on this board; score it with {self.utilities[column].name}(world, policy)")
        return self.scores[self.policies.index(chosen)][column]

    @checked
    def best(self, utility: Utility | str) -> tuple[Policy, ...]:
        """The policies with the largest score under a utility, every exact tie; empty when all scores are undefined.

        Raises ``Undecided`` when the order depends on symbols.
        """
        return tuple(self.policies[i] for i in self._places(self._column(utility)))

    @checked
    def to_frame(self, *, flags: bool = False, floats: bool = False) -> pandas.DataFrame:
        """The scores as a pandas table: a row for each policy, a column for each utility.

        :param flags: give a column for each flag as well, with its amount; where the board has any.
        :param floats: give numbers as floats, and what is undefined as no number (NaN); else they are exact objects.
        :returns: a frame of all policies, with the policies as its index.

        >>> import stop_button as sb
        >>> score(sb.worlds.basic_button(), sb.naive).to_frame(flags=True, floats=True).loc["manip_f", "influence"].item()
        0.3
        """
        rows = [[str(p), *map(_float_or_none if floats else _same, row)] for p, row in zip(self.policies, self.scores, strict=True)]
        titles: list[str] = []
        if flags and self.flags:
            titles = [flag.title for flag in self.flags[0]]
            rows = [[*row, *(flag.amount for flag in raised)] for row, raised in zip(rows, self.flags, strict=True)]
        header = ["policy", *(utility.name for utility in self.utilities), *titles]
        return ResultTable(header, rows).to_frame(floats=floats).set_index("policy")

    @checked
    def plot(self, ax: Axes | None = None) -> Axes:
        """The scores as grouped bars, the best of each utility marked: ``stop_button.plot.scores``; returns the Axes."""
        axes: Axes = drawn(self, ax=ax)
        return axes

    def _column(self, utility: Utility | str) -> int:
        name = utility if isinstance(utility, str) else utility.name
        names = [u.name for u in self.utilities]
        if name not in names:
            raise UnknownName(f"{name!r} is not on this board; it has: {', '.join(names)}{suggestion(name, names)}")
        return names.index(name)

    def _places(self, column: int) -> tuple[int, ...]:
        return places_of_best([row[column] for row in self.scores])

    def winners(self) -> set[tuple[int, int]]:
        """The cells ``(policy, utility)`` that hold a largest score; a column whose order depends on symbols has none."""
        cells = set()
        for column in range(len(self.utilities)):
            try:
                cells |= {(row, column) for row in self._places(column)}
            except Undecided:
                continue
        return cells

    @property
    def kinds(self) -> tuple[FlagKind, ...]:
        """The flags that the board has a column for."""
        return tuple(dict.fromkeys(flag.kind for flag in self.flags[0])) if self.flags else ()

    def lines(self) -> Iterator[tuple[Policy, tuple[Any, ...], list[str]]]:
        """The first rows, at most ``MOST_ROWS``: the policy, its scores, its flags as text (``-`` for one that does not fire).

        A kind that is judged in two ways shows both: what it is in fact, and what it were if people wished so.
        """
        flags = self.flags or ((),) * len(self.scores)
        for policy, scores, raised in list(zip(self.policies, self.scores, flags, strict=True))[:MOST_ROWS]:
            yield policy, scores, [" / ".join(_flag_text(flag) for flag in raised if flag.kind == kind) for kind in self.kinds]

    def note(self, best: str) -> str:
        """What a reader of the table must know: what is marked, the baseline, and how many rows it leaves out."""
        hidden = len(self.scores) - MOST_ROWS
        more = f"; {hidden:,} more policies are in .scores and .to_frame()" if hidden > 0 else ""
        base = f"; flags: probability of the draws, against {self.world.baseline}" if self.kinds else ""
        return f"{best} under each utility, every exact tie{base}{self._numbers()}{more}{self._almost()}"

    def _almost(self) -> str:
        """Why a tie that was meant may be none."""
        said = almost_simple_numbers(self.world)
        return f"; {said}" if said else ""

    def _numbers(self) -> str:
        """What the numbers of a cell are that has several: for which people, and whether as they wish in fact or as if they wished so."""
        if not self.world.people:
            return "; two numbers: in fact / were they to wish" if "prevents stopping" in self.kinds else ""
        alike: dict[str, list[FlagKind]] = {}
        for kind in self.kinds:
            each = " / ".join(f"{flag.person} {flag.way}".strip() for flag in self.flags[0] if flag.kind == kind)
            alike.setdefault(each, []).append(kind)
        return "".join(f"; in a cell of {', '.join(kinds)}: {each}" for each, kinds in alike.items())

    @property
    def behaviours(self) -> tuple[Behaviour, ...]:
        """The policies of the world by what they do where they lead, in every branch that the utilities ask about.

        All policies of a behaviour have the same scores. Each says how many do so (``count``), its full rule is ``rule``, and what it is
        called says in what it differs from the baseline. Raises ``TooLarge`` where they are too many to list.
        """
        return behaviours(self.world, [utility.formula for utility in self.utilities])

    @cached_property
    def _grouped(self) -> tuple[Behaviour, ...]:
        """What the table has a row for when policies are too many to be shown and most of them differ where they never lead."""
        if not self._is_whole or self.flags or len(self.world.decisions) < 2 or len(self.scores) <= MOST_ROWS:
            return ()
        try:
            return self.behaviours
        except TooLarge:
            return ()

    def _said(self, best: str) -> str:
        if not self._grouped:
            return self.note(best)
        hidden = len(self._grouped) - MOST_ROWS
        more = f", of which {hidden:,} more are in .behaviours" if hidden > 0 else ""
        return (
            f"{best} under each utility, every exact tie; {len(self._grouped):,} behaviours of {len(self.scores):,} policies{more}; each "
            f"one's full rule is .behaviours[i].rule, and every policy with its score is in .policies and .scores{self._almost()}"
        )

    def _by_behaviour(self) -> ResultTable:
        winners, names = self.winners(), [utility.name for utility in self.utilities]
        at = [self.policies.index(one.policy) for one in self._grouped]
        won = {place for place, _ in winners}
        few = rows_shown(len(at), {i for i, place in enumerate(at) if place in won})
        shown, places = zip(*((self._grouped[i], at[i]) for i in few), strict=True)
        rows = [[one.name, one.count, *self.scores[place]] for one, place in zip(shown, places, strict=True)]
        marked = frozenset((i, j + 2) for i, place in enumerate(places) for j in range(len(names)) if (place, j) in winners)
        caption = f"{self.world.title} under {', '.join(names)}"
        return ResultTable(["behaviour", "policies", *names], rows, marked, caption, self._said("bold: best"))

    def _result(self) -> ResultTable:
        """The first rows, as they are printed."""
        if self._grouped:
            return self._by_behaviour()
        raised = self.flags or ((),) * len(self.scores)
        shown = list(zip(self.policies, self.scores, raised, strict=True))[:MOST_ROWS]
        rows = [[str(policy), *scores, *(_amounts(flags, kind) for kind in self.kinds)] for policy, scores, flags in shown]
        header = ["policy", *(utility.name for utility in self.utilities), *self.kinds]
        names = ", ".join(utility.name for utility in self.utilities)
        marked = frozenset((i, j + 1) for i, j in self.winners() if i < len(rows))
        return ResultTable(header, rows, marked, f"{self.world.title} under {names}", self.note("bold: best"))

    def _recipe(self) -> str:
        utilities = ", ".join(utility.code for utility in self.utilities)
        few = "" if self._is_whole else f", policies=[{', '.join(policy.code for policy in self.policies)}]"
        return recipe(self.world.code, f"sb.score(world, [{utilities}]{few})")

    @property
    def _is_whole(self) -> bool:
        """Whether every policy that draws no lots is on the board."""
        return isinstance(self.policies, PolicySpace)

    def __str__(self) -> str:
        table = self._result()
        cells = [[f"{cell} *" if (i, j) in table.marked else cell for j, cell in enumerate(row)] for i, row in enumerate(table.texts)]
        return f"{text_table(table.header, cells)}\n{self._said('* best')}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_html(self) -> str:
        """The board as an HTML table, the best of each utility in bold."""
        return f"{self._result().html()}<p>{html_text(self._said('bold: best'))}</p>"

    def _repr_latex_(self) -> str:
        return self._result().tabular()


def _flag_text(flag: Flag) -> str:
    return "-" if flag.sign == "not positive" else flag.shown


def _amounts(flags: Sequence[Flag], kind: FlagKind) -> Any:
    """What a cell shows of the flags of one kind: an amount, or one for each way in which it is judged."""
    shown = ["-" if flag.sign == "not positive" else flag.amount for flag in flags if flag.kind == kind]
    return shown[0] if len(shown) == 1 else tuple(shown)


def _same(score: Any) -> Any:
    return score


def _float_or_none(score: Any) -> Any:
    return as_float(score) if defined(score) else math.nan


@checked
def score(world: World | Evaluation, utilities: Iterable[Utility] | Utility, *, policies: Iterable[Any] | None = None) -> Scoreboard:
    """Every policy of a world (or those named) under the utilities, exactly; ``UNDEFINED`` where a condition is impossible.

    :param world: the world, or an evaluation of it that other judgements share.
    :param utilities: one utility, or several.
    :param policies: the policies to score, as ``world.policy`` takes them; every deterministic one if left out.
    :returns: a ``Scoreboard``, with the flags of each policy where the world has a baseline and at most 60 policies.
    :raises MissingRole: for a utility that speaks of a role that the world lacks.
    :raises TooLarge: for more policies than can be listed.
    :raises WrongShape: for what is no utility.

    >>> import stop_button as sb
    >>> board = score(sb.worlds.basic_button(), [sb.naive, sb.counterfactual])
    >>> [str(policy) for policy in board.best("counterfactual")]
    ['none']
    """
    evaluation = evaluation_of(world)
    asked = as_utilities(utilities)
    place = evaluation.world
    for utility in asked:
        say_whose(utility, place)
    if policies is None:
        rows: Sequence[Policy] = all_policies(place)
        columns = [evaluation.scores(utility.formula) for utility in asked]
    else:
        rows = tuple(place.policy(policy) for policy in policies)
        columns = [tuple(evaluation.score_or_undefined(utility.formula, policy) for policy in rows) for utility in asked]
    scores = tuple(zip(*columns, strict=True)) if columns else ((),) * len(rows)
    return Scoreboard(
        place,
        asked,
        rows,
        scores,
        _flags_of(evaluation, rows) if policies is not None else evaluation.kept("flags", lambda: _flags_of(evaluation, place.policies)),
    )


def rows_shown(many: int, best: Collection[int]) -> list[int]:
    """Which of so many rows are shown, at most ``MOST_ROWS``: the best wherever they stand, as far as there is room, then the first."""
    return sorted(sorted(range(many), key=lambda place: place not in best)[:MOST_ROWS])


def _flags_of(evaluation: Evaluation, policies: Sequence[Policy]) -> tuple[tuple[Flag, ...], ...]:
    """The flags of policies against the world's baseline, where there are few enough policies to show."""
    if evaluation.world.baseline is None or len(policies) > MOST_ROWS:
        return ()
    return tuple(policy_flags(evaluation, policy) for policy in policies)
