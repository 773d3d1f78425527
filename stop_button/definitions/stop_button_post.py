"""The counterfactual stop-button utilities of one author, and their nearest relatives.

Source: [tailcalled2021]; [tailcalled2022]
"""

from __future__ import annotations

from typing import Any

from stop_button.decision.roles import FREE, STOP
from stop_button.evaluation.utility import definition
from stop_button.language.formula import BASELINE, E, Formula, H, V, X, least

__all__ = ["ccmin", "cond", "conditional_counterfactual", "counterfactual", "naive", "ref", "switch"]


@definition("naive", source="tailcalled2021")
def naive() -> Formula:
    """The task's value alone: E[V]. It never rewards being stopped."""
    return E(V)


@definition("switch", source="soares2015")
def switch(*, lever: str = "intent", goal: str = "stopped") -> Formula:
    """Being stopped where people want it, the task's value where they do not: E[B if H=s else V].

    ``lever`` is the role or variable that decides which of the two is scored; ``goal`` is what counts where people want a stop.
    """
    wish = X(lever)
    return E(X(goal) * wish.is_(STOP) + V * wish.is_(FREE))


@definition("counterfactual", source="tailcalled2021")
def counterfactual(*, weight: Any = 1, lever: str = "intent", goal: str = "stopped") -> Formula:
    """Stopped if people had wished to stop, plus value if they had wished it free: weight * E[B_s] + E[V_f].

    It is interventional: a sum of two branches, and it does not depend on how the wish comes about. ``weight`` says how many units
    of value stoppability is worth; ``lever`` is the role or variable that is set (wanting, trying, pressing); ``goal`` is what counts
    had people wished to stop: being stopped, or a variable that says what stopping is worth.
    """
    stopped: Formula = weight * E(X(goal).had({lever: STOP}))
    return stopped + E(V.had({lever: FREE}))


def control(condition: Any, *, weight: Any = 1, lever: str = "intent", goal: str = "stopped") -> Formula:
    """How far people control, in a condition, whether the agent stops or runs: weight * E[B_s | C] + E[V_f | C].

    >>> print(control({"intent": STOP}))
    E[B_s | H=s] + E[V_f | H=s]
    """
    stopped: Formula = weight * E(X(goal).had({lever: STOP}), given=condition)
    return stopped + E(V.had({lever: FREE}), given=condition)


@definition("conditional_counterfactual", source="tailcalled2022")
def conditional_counterfactual(*, weight: Any = 1, lever: str = "intent", condition: str = "intent", goal: str = "stopped") -> Formula:
    """Control where people in fact wish to stop, plus control where they in fact wish it free.

    ``lever`` is the role that is set, ``condition`` the role whose factual value is conditioned on, ``goal`` what counts had people
    wished to stop. Undefined under a policy that makes one of the conditions impossible.
    """
    where_stop = control({condition: STOP}, weight=weight, lever=lever, goal=goal)
    return where_stop + control({condition: FREE}, weight=weight, lever=lever, goal=goal)


@definition("cond", source="tailcalled2022")
def cond(*, condition: str = "intent", goal: str = "stopped") -> Formula:
    """The factual cells alone: E[B | H=s] + E[V | H=f]."""
    return E(X(goal), given={condition: STOP}) + E(V, given={condition: FREE})


@definition("ccmin", source="ours")
def ccmin(*, lever: str = "intent") -> Formula:
    """The smaller of the two controls, so that neither can buy the other."""
    return least(control({"intent": STOP}, lever=lever), control({"intent": FREE}, lever=lever))


@definition("ref", source="ours")
def ref(*, policy: Any = BASELINE, lever: str = "intent") -> Formula:
    """Conditional + counterfactual with the conditions read under a fixed reference policy, so that no policy chooses what is graded."""
    wish = H.under(policy)
    return control(wish.is_(STOP), lever=lever) + control(wish.is_(FREE), lever=lever)
