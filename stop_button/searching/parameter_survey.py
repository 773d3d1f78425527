"""One world with many settings of its parameters, under several utilities."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from causalkit.values.arguments import checked
from causalkit.values.render import html_table, number, text_table
from stop_button.auditing.audits import Audit, audit
from stop_button.auditing.verdicts import Verdict
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.undefined import defined
from stop_button.evaluation.utility import Utility
from stop_button.parallel import each_in_order, keeping

if TYPE_CHECKING:
    import pandas

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
class Survey:
    """The settings that were looked at, in order; ``complete`` says whether it was all of them."""

    settings: tuple[Setting, ...]
    complete: bool

    def to_frame(self) -> pandas.DataFrame:
        """A pandas table with a row for each setting and utility."""
        import pandas as pd

        return pd.DataFrame(
            [
                {**dict(s.parameters), "utility": s.utility, "verdict": s.verdict, "best": ", ".join(s.best), "score": s.score}
                for s in self.settings
            ]
        )

    def __str__(self) -> str:
        return f"{text_table(self._header, self._cells())}{'' if self.complete else _PARTLY}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return html_table(self._header, self._cells()) + ("" if self.complete else f"<p>{_PARTLY.strip()}</p>")

    @property
    def _header(self) -> list[str]:
        return (
            [*(name for name, _ in self.settings[0].parameters), "utility", "verdict", "best", "score", "flags"] if self.settings else [""]
        )

    def _cells(self) -> list[list[str]]:
        return [
            [*(_text(value) for _, value in s.parameters), s.utility, s.verdict, ", ".join(s.best), _text(s.score), ", ".join(s.flags)]
            for s in self.settings
        ]


_PARTLY = "\ninterrupted: these are the settings looked at so far"


@checked
def survey(
    build: Callable[..., World],
    utilities: Iterable[Utility] | Utility,
    *,
    over: Mapping[str, Sequence[Any]],
    executor: Executor | None = None,
) -> Survey:
    """Build a world for every combination of parameters and audit it under the utilities.

    An interruption keeps what was found so far, and a ``WorkerFailed`` carries it in ``so_far``.

    :param build: makes a world of the parameters, by keyword; called in this process.
    :param utilities: one utility, or several.
    :param over: for each parameter the values that it takes in turn; all combinations are built.
    :param executor: any ``concurrent.futures.Executor``, in which worlds are audited; this process if left out.
    :returns: a ``Survey`` with a row for each combination and utility.

    >>> import stop_button as sb
    >>> print(survey(sb.worlds.public_unsafe_act, sb.conditional_counterfactual, over={"loss": [5, 20]}))
    loss                     utility      verdict           best    score                     flags
    5     conditional_counterfactual  side effect  public_comply        7  influence, forces a stop
    20    conditional_counterfactual        clean   quiet_comply  362/101
    """
    asked = (utilities,) if isinstance(utilities, Utility) else tuple(utilities)
    names, combinations = list(over), list(itertools.product(*over.values()))
    built = ((values, build(**dict(zip(names, values, strict=True)))) for values in combinations)
    found: list[Setting] = []
    pieces = each_in_order(partial(_audits, asked), built, executor=executor, total=len(combinations), what="survey")

    def so_far() -> Survey:
        return Survey(tuple(found), complete=False)

    try:
        with keeping(so_far):
            for (values, _), audits in pieces:
                found += [_told(tuple(zip(names, values, strict=True)), one) for one in audits]
    except KeyboardInterrupt:
        return so_far()
    return Survey(tuple(found), complete=True)


def _audits(utilities: Sequence[Utility], setting: tuple[tuple[Any, ...], World]) -> list[Audit]:
    evaluation = Evaluation(setting[1])
    return [audit(evaluation, utility) for utility in utilities]


def _told(parameters: tuple[tuple[str, Any], ...], one: Audit) -> Setting:
    score = one.board.score(one.utility, one.best[0]) if one.best else None
    kinds = tuple(dict.fromkeys(flag.kind for flag in one.fired))
    return Setting(parameters, one.utility.name, one.verdict, tuple(map(str, one.best)), score, kinds)


def _text(value: Any) -> str:
    return "undefined" if value is None or not defined(value) else number(value)
