"""From numbers to judgements: flags with evidence, scoreboards, verdicts, reports, claims and the search for what breaks them."""

from typing import TYPE_CHECKING

from causalkit.loading import later

if TYPE_CHECKING:
    from stop_button.auditing.audits import Audit, Remedy, audit
    from stop_button.auditing.claims import Claim
    from stop_button.auditing.counterexample import Counterexample, find_counterexample
    from stop_button.auditing.families import Family
    from stop_button.auditing.flags import Flag
    from stop_button.auditing.frequencies import Frequency
    from stop_button.auditing.gains import Gain
    from stop_button.auditing.parameter_survey import Survey, survey
    from stop_button.auditing.reporting import Report, report
    from stop_button.auditing.scoreboard import Scoreboard, score
    from stop_button.auditing.verdicts import VERDICTS, Judged, Verdict

__all__ = [
    "VERDICTS", "Audit", "Claim", "Counterexample", "Family", "Flag", "Frequency", "Gain", "Judged", "Remedy", "Report", "Scoreboard",
    "Survey", "Verdict", "audit", "find_counterexample", "report", "score", "survey",
]  # fmt: skip

_HOMES = {
    "audits": ("Audit", "Remedy", "audit"),
    "claims": ("Claim",),
    "counterexample": ("Counterexample", "find_counterexample"),
    "families": ("Family",),
    "flags": ("Flag",),
    "frequencies": ("Frequency",),
    "gains": ("Gain",),
    "parameter_survey": ("Survey", "survey"),
    "reporting": ("Report", "report"),
    "scoreboard": ("Scoreboard", "score"),
    "verdicts": ("VERDICTS", "Judged", "Verdict"),
}

__getattr__, __dir__ = later(__name__, __all__, {name: f"{__name__}.{module}:{name}" for module, names in _HOMES.items() for name in names})
