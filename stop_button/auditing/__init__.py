"""From numbers to judgements of one world: flags with evidence, gains, scoreboards, verdicts, audits, reports."""

from typing import TYPE_CHECKING

from causalkit.loading import homes_in, later

if TYPE_CHECKING:
    from stop_button.auditing.audits import Audit, Remedy, audit
    from stop_button.auditing.flags import Flag
    from stop_button.auditing.frequencies import Frequency
    from stop_button.auditing.gains import Gain
    from stop_button.auditing.reporting import Report, report
    from stop_button.auditing.robustness import Robustness
    from stop_button.auditing.scoreboard import Scoreboard, score
    from stop_button.auditing.verdicts import VERDICTS, Judged, Verdict
    from stop_button.evaluation.branch_distance import distances
    from stop_button.evaluation.enclosure import Enclosure
    from stop_button.evaluation.sensitivity_analysis import sensitivity

__all__ = [
    "VERDICTS", "Audit", "Enclosure", "Flag", "Frequency", "Gain", "Judged", "Remedy", "Report", "Robustness", "Scoreboard", "Verdict",
    "audit", "distances", "report", "score", "sensitivity",
]  # fmt: skip

_HOMES = {
    "audits": ("Audit", "Remedy", "audit"),
    "flags": ("Flag",),
    "frequencies": ("Frequency",),
    "gains": ("Gain",),
    "reporting": ("Report", "report"),
    "robustness": ("Robustness",),
    "scoreboard": ("Scoreboard", "score"),
    "verdicts": ("VERDICTS", "Judged", "Verdict"),
}

_BELOW = {
    "Enclosure": "stop_button.evaluation.enclosure:Enclosure",
    "distances": "stop_button.evaluation.branch_distance:distances",
    "sensitivity": "stop_button.evaluation.sensitivity_analysis:sensitivity",
}

__getattr__, __dir__ = later(__name__, __all__, homes_in(__name__, _HOMES) | _BELOW)
