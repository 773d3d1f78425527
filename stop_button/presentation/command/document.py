"""Audits as a document for programs: every verdict with its best policies, flags and gains, numbers as exact fractions in text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from causalkit.values.arguments import checked
from stop_button.auditing.audits import Audit
from stop_button.auditing.flags import Flag
from stop_button.auditing.reporting import Report
from stop_button.evaluation.undefined import defined

__all__ = ["FORMAT", "VERSION", "audits_to_json"]

FORMAT = "stop_button audits"
VERSION = 1


@checked
def audits_to_json(reports: Iterable[Report]) -> dict[str, Any]:
    """Reports as a JSON document: for each world each definition's verdict, best policies, scores, flags that fire, and gains.

    Numbers are text, exact: ``"1/4"``.

    >>> import stop_button as sb
    >>> document = audits_to_json([sb.report(sb.worlds.jackpot_steering(), [sb.conditional_counterfactual])])
    >>> document["worlds"][0]["audits"][0]["verdict"]
    'rewards'
    """
    return {"format": FORMAT, "version": VERSION, "worlds": [_world(one) for one in reports]}


def _world(one: Report) -> dict[str, Any]:
    return {
        "world": one.world.title,
        "source": one.world.source,
        "audits": [_audit(each) for each in one.audits],
        "do not apply": [{"definition": str(fits.utility), "missing": list(map(str, fits.missing))} for fits in one.left_out],
    }


def _audit(one: Audit) -> dict[str, Any]:
    return {
        "definition": one.utility.name,
        "formula": str(one.utility.formula),
        "baseline": str(one.base),
        "verdict": one.verdict,
        "verdicts": dict(one.verdicts),
        "best": [{"policy": str(policy), "score": _number(one.board.score(one.utility, policy))} for policy in one.best],
        "scores": [{"policy": str(p), "score": _number(row[0])} for p, row in zip(one.board.policies, one.board.scores, strict=True)],
        "flags": [_flag(flag) for flag in one.flags if flag.sign != "not positive"],
        "gains": [{"kind": gain.kind, "says": gain.sentence} for gain in (*one.gains, *one.offers) if gain.sign != "not positive"],
    }


def _flag(flag: Flag) -> dict[str, Any]:
    return {"kind": flag.kind, "policy": str(flag.policy), "fires": flag.sign == "positive", "amount": flag.shown, "says": flag.sentence}


def _number(score: Any) -> str | None:
    return str(score) if defined(score) else None
