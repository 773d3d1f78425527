"""The best policy of a world under a utility without listing the policies: by elimination, by bounds, by linear programs, by climbing."""

from typing import TYPE_CHECKING

from causalkit.loading import later
from stop_button.solving.methods import solve
from stop_button.solving.solution import Solution

if TYPE_CHECKING:
    from stop_button.solving.replies.mixtures import Mixtures as Mixtures
    from stop_button.solving.replies.mixtures import mixed_stable as mixed_stable
    from stop_button.solving.replies.stability import Stable as Stable
    from stop_button.solving.replies.stability import is_stable as is_stable
    from stop_button.solving.replies.stability import stable as stable

__all__ = ["Mixtures", "Solution", "Stable", "is_stable", "mixed_stable", "solve", "stable"]

_LATER = {  # policies inside formulas are a room that stands on this one
    "Mixtures": "stop_button.solving.replies:Mixtures",
    "Stable": "stop_button.solving.replies:Stable",
    "is_stable": "stop_button.solving.replies:is_stable",
    "mixed_stable": "stop_button.solving.replies:mixed_stable",
    "stable": "stop_button.solving.replies:stable",
}

__getattr__, __dir__ = later(__name__, __all__, _LATER)
