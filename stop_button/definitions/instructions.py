"""The two stop-button utilities for more instructions than stop and free: what is wanted, and what should come of it.

Source: [tailcalled2022]; for k instructions it follows from the definition
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from causalkit.errors import WrongShape
from stop_button.decision.roles import FREE, STOP
from stop_button.evaluation.utility import definition
from stop_button.language.formula import E, Formula, X

__all__ = ["STOP_OR_RUN", "instructed", "instructed_conditional"]

Instructions = Sequence[tuple[Hashable, str]]

STOP_OR_RUN: Instructions = ((STOP, "stopped"), (FREE, "value"))
"""The instructions of a stop button: had people wished to stop, being stopped counts; had they wished it free, value does."""


def _wishes(instructions: Instructions) -> list[Hashable]:
    wanted = [meaning for meaning, _ in instructions]
    if len(wanted) < 2 or len(set(wanted)) < len(wanted):
        raise WrongShape(f"instructions are two or more different wishes with their goals, and got {instructions!r}; type {STOP_OR_RUN!r}")
    return wanted


def _followed(instructions: Instructions, lever: str, given: dict[str, Hashable] | None) -> Formula:
    first, *others = (E(X(goal).had({lever: meaning}), given=given) for meaning, goal in instructions)
    return sum(others, first)


@definition("instructed", source="tailcalled2021")
def instructed(*, instructions: Instructions = STOP_OR_RUN, lever: str = "intent") -> Formula:
    """For each instruction, what should come of it had people wanted it: the sum over i of E[goal_i had they wanted i].

    ``instructions`` are pairs of what is wanted and the role or variable that then counts; with stop and free alone it is the
    counterfactual utility. Raises ``WrongShape`` for fewer than two instructions, or one given twice.
    """
    _wishes(instructions)
    return _followed(instructions, lever, None)


@definition("instructed_conditional", source="tailcalled2022")
def instructed_conditional(*, instructions: Instructions = STOP_OR_RUN, lever: str = "intent", condition: str = "intent") -> Formula:
    """Every instruction in the condition of every wish: the sum over c and i of E[goal_i had they wanted i | they want c].

    Of its k * k terms k lie on what people really want. Undefined under a policy that makes one of the conditions impossible. Raises
    ``WrongShape`` for fewer than two instructions, or one given twice.
    """
    first, *others = (_followed(instructions, lever, {condition: wanted}) for wanted in _wishes(instructions))
    return sum(others, first)
