"""Scoreboards: every policy of a world under several utilities, exactly, with every tie."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from causalkit.arguments import checked
from causalkit.errors import Undecided, UnknownName, WrongShape, suggestion
from causalkit.values.render import html_table, html_text, latex_number, latex_table, latex_text, number, text_table
from stop_button.auditing.flags import Flag, policy_flags
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.evaluation.sweep import all_policies, places_of_best, sweep
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
        """The scores as grouped bars, the best of each utility marked; returns the Axes."""
        from stop_button.presentation.plot import plot_scores

        return plot_scores(self, ax=ax)

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
    def kinds(self) -> tuple[str, ...]:
        """The flags that the board has a column for."""
        return tuple(flag.kind for flag in self.flags[0]) if self.flags else ()

    def lines(self) -> Iterator[tuple[Policy, tuple[Any, ...], list[str]]]:
        """The first rows, at most ``MOST_ROWS``: the policy, its scores, its flags as text (``-`` for one that does not fire)."""
        flags = self.flags or ((),) * len(self.scores)
        for policy, scores, raised in list(zip(self.policies, self.scores, flags, strict=True))[:MOST_ROWS]:
            yield policy, scores, [_flag_text(flag) for flag in raised]

    def note(self, best: str) -> str:
        """What a reader of the table must know: what is marked, the baseline, and how many rows it leaves out."""
        hidden = len(self.scores) - MOST_ROWS
        more = f"; {hidden:,} more policies are in .scores and .to_frame()" if hidden > 0 else ""
        base = f"; baseline: {self.world.baseline}" if self.world.baseline else ""
        return f"{best} under each utility, every exact tie{base}{more}"

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
        marked = {(i, j + 1) for i, j in self.winners()}
        return html_table(self._header, self._cells(), marked) + f"<p>{html_text(self.note('bold: best'))}</p>"

    def _repr_latex_(self) -> str:
        width = 1 + len(self.utilities)
        rows = self._cells(lambda s: f"${latex_number(s)}$")
        cells = [[latex_text(row[0]), *row[1:width], *map(latex_text, row[width:])] for row in rows]
        return latex_table([latex_text(name) for name in self._header], cells)


def _flag_text(flag: Flag) -> str:
    try:
        return flag.shown if flag else "-"
    except Undecided:
        return number(flag.amount)


@checked
def score(world: World, utilities: Iterable[Utility] | Utility, *, policies: Iterable[Any] | None = None) -> Scoreboard:
    """Every policy of a world (or those named) under the utilities, exactly; ``UNDEFINED`` where a condition is impossible.

    Raises ``MissingRole`` for a utility that speaks of a role that the world lacks, ``TooLarge`` for too many policies.

    >>> import stop_button as sb
    >>> board = score(sb.worlds.basic_button(), [sb.naive, sb.counterfactual])
    >>> [str(policy) for policy in board.best("counterfactual")]
    ['none']
    """
    asked = (utilities,) if isinstance(utilities, Utility) else tuple(utilities)
    for one in asked:
        if not isinstance(one, Utility):
            raise WrongShape(f"{one!r} is not a utility; give a formula a name: Utility('name', {one!r})")
    if policies is None:
        rows: Sequence[Policy] = all_policies(world)
        columns = [sweep(utility.formula, world) for utility in asked]
    else:
        rows = tuple(world.policy(policy) for policy in policies)
        columns = [tuple(score_or_undefined(utility.formula, world, policy) for policy in rows) for utility in asked]
    scores = tuple(zip(*columns, strict=True)) if columns else ((),) * len(rows)
    flags = tuple(policy_flags(world, policy) for policy in rows) if _can_flag(world) else ()
    return Scoreboard(world, asked, rows, scores, flags)


def _can_flag(world: World) -> bool:
    return world.baseline is not None and world.policies.size <= MOST_ROWS
