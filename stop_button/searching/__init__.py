"""From one world to many: claims that a world can refute, families of small worlds, the search through them, surveys of parameters."""

from typing import TYPE_CHECKING

from causalkit.loading import homes_in, later

if TYPE_CHECKING:
    from stop_button.searching.claims import Answer, Claim
    from stop_button.searching.counterexample import Counterexample, find_counterexample
    from stop_button.searching.families import Family, persuasion
    from stop_button.searching.parameter_survey import Survey, survey

__all__ = ["Answer", "Claim", "Counterexample", "Family", "Survey", "find_counterexample", "persuasion", "survey"]

_HOMES = {
    "claims": ("Answer", "Claim"),
    "counterexample": ("Counterexample", "find_counterexample"),
    "families": ("Family", "persuasion"),
    "parameter_survey": ("Survey", "survey"),
}

__getattr__, __dir__ = later(__name__, __all__, homes_in(__name__, _HOMES))
