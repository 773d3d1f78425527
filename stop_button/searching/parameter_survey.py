"""One world with many settings of its parameters, under several utilities."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from causalkit.documents.json import read_value, written_value
from causalkit.errors import WrongFile, WrongShape
from causalkit.values.arguments import check_takes, checked
from causalkit.values.pictures import drawn
from causalkit.values.tables import ResultTable, Tabled
from stop_button.auditing.audits import Audit, audit
from stop_button.auditing.verdicts import Verdict, legend_of
from stop_button.bookmarks import Bookmark, digest
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.evaluation.utility import Utility, as_utilities
from stop_button.parallel import each_in_order, keeping

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Setting", "Survey", "survey"]


@dataclass(frozen=True)
class Setting:
    """One setting of the parameters under one utility: the verdict, the best policies and their score, the kinds of flags that fire."""

    parameters: tuple[tuple[str, Any], ...]
    utility: str
    verdict: Verdict
    best: tuple[str, ...]
    score: Any
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Survey(Tabled):
    """The settings that were looked at, in order; ``complete`` says whether it was all of them."""

    settings: tuple[Setting, ...]
    complete: bool

    @checked
    def plot(self, ax: Axes | None = None) -> Axes:
        """How many settings have which verdict, as a bar for each utility: ``stop_button.plot.survey``.

        :param ax: where to draw; without it, on a figure of its own. Nothing is shown.
        :returns: the Axes.

        >>> import stop_button as sb
        >>> found = survey(sb.worlds.public_unsafe_act, sb.conditional_counterfactual, over={"loss": [5, 20]})
        >>> [float(bar.get_width()) for bar in found.plot().patches]
        [1.0, 1.0]
        """
        axes: Axes = drawn(self, ax=ax)
        return axes

    def __str__(self) -> str:
        return f"{self._result()}{'' if self.complete else _PARTLY}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return self._result().html() + ("" if self.complete else f"<p>{_PARTLY.strip()}</p>")

    def _result(self) -> ResultTable:
        names = [name for name, _ in self.settings[0].parameters] if self.settings else []
        rows = [
            [*(value for _, value in s.parameters), s.utility, s.verdict, ", ".join(s.best), _or_undefined(s.score), ", ".join(s.flags)]
            for s in self.settings
        ]
        return ResultTable(
            [*names, "utility", "verdict", "best", "score", "flags"],
            rows,
            caption=f"Verdicts by {', '.join(names)}{'' if self.complete else '; ' + _PARTLY.strip()}",
            legend=legend_of(one.verdict for one in self.settings),
        )


_PARTLY = "\ninterrupted: these are the settings looked at so far"


@checked
def survey(
    build: Callable[..., World],
    utilities: Iterable[Utility] | Utility,
    *,
    over: Mapping[str, Sequence[Any]],
    executor: Executor | None = None,
    resume: str | Path | None = None,
) -> Survey:
    """Build a world for every combination of parameters and audit it under the utilities.

    An interruption keeps what was found so far, and a ``WorkerFailed`` carries it in ``so_far``.

    :param build: makes a world of the parameters, by keyword; called in this process.
    :param utilities: one utility, or several.
    :param over: for each parameter the values that it takes in turn; all combinations are built.
    :param executor: any ``concurrent.futures.Executor``, in which worlds are audited; this process if left out.
    :param resume: a file that keeps the rows, written every few seconds and when the survey ends or is stopped; given again, the survey
        goes on from there. The worlds must be the same as before; the last one is compared.
    :returns: a ``Survey`` with a row for each combination and utility.
    :raises WrongFile: for a file of another question, or a world that is not the one of before.

    >>> import stop_button as sb
    >>> print(survey(sb.worlds.public_unsafe_act, sb.conditional_counterfactual, over={"loss": [5, 20]}))
    loss                     utility      verdict           best    score                     flags
    5     conditional_counterfactual  side effect  public_comply        7  influence, forces a stop
    20    conditional_counterfactual        clean   quiet_comply  362/101
    """
    asked = as_utilities(utilities)
    _check_listed(over)
    check_takes(build, over, "what builds the worlds")
    names, combinations = list(over), list(itertools.product(*over.values()))
    about = {"work": "survey", "utilities": repr(asked), "over": repr([(name, *over[name]) for name in names])}
    mark = Bookmark(resume, about)

    def made(values: tuple[Any, ...]) -> World:
        return build(**dict(zip(names, values, strict=True)))

    def rows(state: Any) -> tuple[list[Setting], World | None]:
        found = [_read(combinations, names, one) for one in state["settings"]]
        done = len(found) // max(1, len(asked))
        last = made(combinations[done - 1]) if done else None
        if last is not None and digest(last) != state["last"]:
            raise WrongFile(f"the world of setting {done:,} is not the one that was looked at before")
        return found, last

    nothing: tuple[list[Setting], World | None] = ([], None)
    found, last = mark.picked_up(rows, nothing)
    done = len(found) // max(1, len(asked))
    built = ((values, made(values)) for values in combinations[done:])
    pieces = each_in_order(partial(_audits, asked), built, executor=executor, total=len(combinations) - done, what="survey")

    def state() -> dict[str, Any]:
        return {"settings": [_written(i // len(asked), one) for i, one in enumerate(found)], "last": "" if last is None else digest(last)}

    def so_far() -> Survey:
        return Survey(tuple(found), complete=False)

    try:
        with mark.kept(state), keeping(so_far):
            for (values, world), audits in pieces:
                found += [_told(tuple(zip(names, values, strict=True)), one) for one in audits]
                last = world
                mark.keep(state)
    except KeyboardInterrupt:
        return so_far()
    return Survey(tuple(found), complete=True)


def _check_listed(over: Mapping[str, Any]) -> None:
    """Refuse one value where values are expected in turn, of which text would give its characters."""
    for name, values in over.items():
        if isinstance(values, str | bytes) or not isinstance(values, Iterable):
            raise WrongShape(f"over gives {name!r} the value {values!r}, and takes values in turn; type over={{{name!r}: [{values!r}]}}")


def _written(place: int, setting: Setting) -> list[Any]:
    """A row as it is kept, with the place of its combination."""
    score = None if setting.score is None else written_value(setting.score)
    return [place, setting.utility, setting.verdict, list(setting.best), score, list(setting.flags)]


def _read(combinations: Sequence[tuple[Any, ...]], names: Sequence[str], row: Any) -> Setting:
    place, utility, verdict, best, score, flags = row
    if verdict not in get_args(Verdict):
        raise WrongFile(f"{verdict!r} is no verdict")
    parameters = tuple(zip(names, combinations[place], strict=True))
    texts = [(utility,), best, flags]
    if not all(isinstance(text, str) for of in texts for text in of):
        raise WrongFile(f"row {row!r} holds what is no text")
    return Setting(parameters, utility, verdict, tuple(best), None if score is None else read_value(score), tuple(flags))


def _audits(utilities: Sequence[Utility], setting: tuple[tuple[Any, ...], World]) -> list[Audit]:
    evaluation = Evaluation(setting[1])
    return [audit(evaluation, utility) for utility in utilities]


def _told(parameters: tuple[tuple[str, Any], ...], one: Audit) -> Setting:
    score = one.board.score(one.utility, one.best[0]) if one.best else None
    kinds = tuple(dict.fromkeys(flag.kind for flag in one.fired))
    return Setting(parameters, one.utility.name, one.verdict, tuple(map(str, one.best)), score, kinds)


def _or_undefined(score: Any) -> Any:
    return UNDEFINED if score is None else score
