"""A model in words: its mechanisms, and what has been observed and done, as it would be typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from causalkit.mechanisms.event import Quantity
from causalkit.mechanisms.mechanism import Constant, Mechanism
from causalkit.mechanisms.network import Edits, Elsewhere
from causalkit.values.render import keywords_text, typed

__all__ = ["HEADER", "Evidence", "impossible_text", "mechanism_rows", "steps_text"]

Evidence = tuple[tuple[Edits, Quantity], ...]
"""What has been observed, each under the edits that had been made by then."""


HEADER = ["variable", "mechanism", "listens to", "values"]


def mechanism_rows(mechanisms: Mapping[str, Mechanism]) -> list[list[str]]:
    """The mechanisms as the rows of a table under ``HEADER``."""
    return [[name, type(m).__name__.lower(), ", ".join(m.parents) or "-", ", ".join(map(str, m.domain))] for name, m in mechanisms.items()]


def steps_text(evidence: Evidence, edits: Edits) -> list[str]:
    """What has been observed and done, in the order of the steps."""
    steps, before = [], Edits()
    for then, seen in [*evidence, (edits, None)]:
        new = {key: edit for key, edit in then.items() if before.get(key) != edit}
        steps += [f"do({_edits_text(new)})"] if new else []
        steps += [f"given({seen.text})"] if seen is not None else []
        before = then
    return steps


def impossible_text(evidence: Evidence, edits: Edits, seen: Quantity) -> str:
    """What to say of evidence that cannot be, after these steps."""
    after = f" after {'; '.join(steps_text(evidence, edits))}" if edits or evidence else ""
    fix = (
        "; to ask what would have been, observe first and then do: .given(...).do(...)"
        if edits
        else "; observe something that the model can produce"
    )
    return f"the evidence {seen.text} has probability 0{after}, so what follows from it is undefined{fix}"


def _edits_text(edits: Mapping[Any, Any]) -> str:
    return keywords_text({key: _edit_text(edit) for key, edit in edits.items()})


def _edit_text(edit: Mechanism | Elsewhere) -> str:
    if isinstance(edit, Elsewhere):
        return f"<{edit.variable} after do({_edits_text(edit.edits)})>"
    return typed(edit.value) if isinstance(edit, Constant) else repr(edit)
