"""Hypothesis strategies for distributions, graphs, models, interventions, evidence and events, for property tests of your own.

    @hypothesis.given(causalkit.testing.models())
    def test_something_holds_in_every_model(model): ...

Everything that is drawn prints as text that can be pasted back, and shrinks to few variables, few arrows and plain weights.
Nothing is drawn and thrown away: evidence has positive probability, and edits make no cycles, by construction.
"""

from causalkit.testing.questions import Event, edits, events, evidence, interventions, rules
from causalkit.testing.structures import AWKWARD_NAMES, dags, dists, domains, extensions, mechanisms, models

__all__ = [
    "AWKWARD_NAMES", "Event", "dags", "dists", "domains", "edits", "events", "evidence", "extensions", "interventions", "mechanisms",
    "models", "rules",
]  # fmt: skip
