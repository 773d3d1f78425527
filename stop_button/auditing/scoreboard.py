"""Scoreboards: every policy of a world under several utilities, exactly, with every tie."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from causalkit.errors import Undecided, UnknownName, WrongShape, suggestion
from causalkit.values.arguments import checked
from causalkit.values.pictures import drawn
from causalkit.values.render import html_table, html_text, latex_number, latex_table, latex_text, number, text_table
from stop_button.auditing.flags import Flag, FlagKind, policy_flags
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation, all_policies, evaluation_of, places_of_best
from stop_button.evaluation.undefined import defined
from stop_button.evaluation.utility import Utility

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["Scoreboard", "score"]

MOST_ROWS = 60


@dataclass(frozen=True)
class Scoreboard:
    """The scores of policies under utilities, with what each policy does to people's wish and to the button.

    ``scores`` has a row for each policy and a column for each utility: exact numbers, or ``UNDEFINED``.
    """

    world: World
    utilities: tuple[Utility, ...]
    policies: Sequence[Policy]
    scores: tuple[tuple[Any, ...], ...]
    flags: tuple[tuple[Flag, ...], ...] = ()

    def score(self, utility: Utility | str, policy: Any) -> Any:
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

    def to_frame(self) -> pandas.DataFrame:
        """The scores as a pandas table: a row for each policy, a column for each utility, exact numbers as objects."""
        import pandas as pd

        names = [utility.name for utility in self.utilities]
        return pd.DataFrame(self.scores, index=pd.Index([str(p) for p in self.policies], name="policy"), columns=names, dtype=object)

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
        base = f"; flags: probability of the draws, against {self.world.baseline}" if self.flags else ""
        two = "; two numbers: in fact / were they to wish" if "prevents stopping" in self.kinds else ""
        return f"{best} under each utility, every exact tie{base}{two}{more}"

    def _cells(self, show: Callable[[Any], str] = number) -> list[list[str]]:
        return [[str(p), *(show(s) if defined(s) else "undefined" for s in scores), *flags] for p, scores, flags in self.lines()]

    @property
    def _header(self) -> list[str]:
        return ["policy", *(utility.name for utility in self.utilities), *self.kinds]

    def __str__(self) -> str:
        marked = {(i, j + 1) for i, j in self.winners()}
        cells = [[f"{cell} *" if (i, j) in marked else cell for j, cell in enumerate(row)] for i, row in enumerate(self._cells())]
        return f"{text_table(self._header, cells)}\n{self.note('* best')}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_html(self) -> str:
        """The board as an HTML table, the best of each utility in bold."""
        marked = {(i, j + 1) for i, j in self.winners()}
        return html_table(self._header, self._cells(), marked) + f"<p>{html_text(self.note('bold: best'))}</p>"

    def _repr_latex_(self) -> str:
        width = 1 + len(self.utilities)
        rows = self._cells(lambda s: f"${latex_number(s)}$")
        cells = [[latex_text(row[0]), *row[1:width], *map(latex_text, row[width:])] for row in rows]
        return latex_table([latex_text(name) for name in self._header], cells)


def _flag_text(flag: Flag) -> str:
    return "-" if flag.sign == "not positive" else flag.shown


@checked
def score(world: World | Evaluation, utilities: Iterable[Utility] | Utility, *, policies: Iterable[Any] | None = None) -> Scoreboard:
    """Every policy of a world (or those named) under the utilities, exactly; ``UNDEFINED`` where a condition is impossible.

    :param world: the world, or an evaluation of it that other judgements share.
    :param utilities: one utility, or several.
    :param policies: the policies to score, as ``world.policy`` takes them; every deterministic one if left out.
    :returns: a ``Scoreboard``, with the flags of each policy where the world has a baseline and at most 60 policies.
    :raises MissingRole: for a utility that speaks of a role that the world lacks.
    :raises TooLarge: for more policies than can be listed.

    >>> import stop_button as sb
    >>> board = score(sb.worlds.basic_button(), [sb.naive, sb.counterfactual])
    >>> [str(policy) for policy in board.best("counterfactual")]
    ['none']
    """
    asked = (utilities,) if isinstance(utilities, Utility) else tuple(utilities)
    for one in asked:
        if not isinstance(one, Utility):
            raise WrongShape(f"{one!r} is not a utility; give a formula a name: Utility('name', {one!r})")
    evaluation = evaluation_of(world)
    place = evaluation.world
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


def _flags_of(evaluation: Evaluation, policies: Sequence[Policy]) -> tuple[tuple[Flag, ...], ...]:
    """The flags of policies against the world's baseline, where there are few enough policies to show."""
    if evaluation.world.baseline is None or len(policies) > MOST_ROWS:
        return ()
    return tuple(policy_flags(evaluation, policy) for policy in policies)
