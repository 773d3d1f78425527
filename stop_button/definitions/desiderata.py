"""The desiderata of corrigibility as tests of a policy; a utility meets one when its best policies do.

The fourth, that they are preserved in what the agent builds, is a matter of the world: build it there.

Source: [soares2015]
"""

from __future__ import annotations

from stop_button.decision.roles import FREE, STOP
from stop_button.language.formula import BASELINE, B, E, V, X
from stop_button.language.references import best
from stop_button.properties import Property

__all__ = ["causes_no_press", "keeps_what_shutdown_needs", "prevents_no_press", "pursues_its_task", "shuts_down_when_pressed"]

_PRESS = E(X("pressing").is_(STOP))
_PRESS_BY_DEFAULT = E(X("pressing").under(BASELINE).is_(STOP))
_TASK = E(V, given={"pressing": FREE})

shuts_down_when_pressed = Property(
    "shuts_down_when_pressed", E(B.had(pressing=STOP)) >= 1, source="soares2015", meaning="had the button been pressed, it would stop"
)
prevents_no_press = Property(
    "prevents_no_press", _PRESS >= _PRESS_BY_DEFAULT, source="soares2015", meaning="the press is as likely as under the baseline, or more"
)
causes_no_press = Property(
    "causes_no_press", _PRESS <= _PRESS_BY_DEFAULT, source="soares2015", meaning="the press is as likely as under the baseline, or less"
)
pursues_its_task = Property(
    "pursues_its_task",
    best(_TASK) <= _TASK,
    source="soares2015",
    meaning="unpressed, the task is done as well as can be",
)
keeps_what_shutdown_needs = Property(
    "keeps_what_shutdown_needs",
    E(B.had(pressing=STOP)) >= E(B.had(pressing=STOP).under(BASELINE)),
    source="holtman2019",
    meaning="had the button been pressed, stopping would work as well as under the baseline",
)
