"""Worlds in which people may wish two, three or four things, and some of them are impossible on purpose."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from causalkit import Model, choice, table
from causalkit.mechanisms.mechanism import Coupling
from causalkit.testing import dists, mechanisms
from stop_button import FREE, STOP, World
from stop_button.decision.policy import Policy
from stop_button.testing import policies

__all__ = ["WISHES", "many_wishes", "two_wishes", "with_policy"]

WISHES = (STOP, FREE, "tea", "silence")
COUPLINGS: tuple[Coupling, ...] = ("monotone", "independent")
ROLES: dict[str, Any] = {"intent": "wish", "stopped": "stopped", "value": "value"}


@st.composite
def many_wishes(draw: st.DrawFn, least: int = 2, most: int = 4, *, possible: bool = False, decisions: int = 2) -> World:
    """A world with a cause, a decision that may see it, a wish, a second decision that may see the wish, a stop and a value.

    With ``possible`` a slip of the wish makes either of stop and free possible under every policy. Without it a wish is often
    impossible, and now and then certain. With one of ``decisions`` the second is left out.
    """
    wishes = WISHES[: draw(st.integers(least, most))]
    before: dict[str, Any] = {"cause": (0, 1), "act": (0, 1, 2)}
    laws: dict[str, Any] = {
        "cause": draw(dists((0, 1), full=True)),
        "act": choice(0, 1, 2, sees=draw(st.sampled_from([[], ["cause"]]))),
    }
    if possible:
        laws["first"] = draw(mechanisms(before, wishes, couplings=COUPLINGS))
        laws["slip"] = draw(dists(("none", STOP, FREE), full=True))
        rows = {(w, slip): w if slip == "none" else slip for w in wishes for slip in ("none", STOP, FREE)}
        laws["wish"] = table(["first", "slip"], rows, domain=wishes)
    else:
        laws["wish"] = draw(mechanisms(before, wishes, couplings=COUPLINGS))
    after = {**before, "wish": wishes}
    if decisions > 1 and draw(st.booleans()):
        laws["react"] = choice(0, 1, sees=draw(st.sampled_from([[], ["wish"]])))
        after["react"] = (0, 1)
    heard = {name: after[name] for name in draw(st.lists(st.sampled_from(sorted(after)), unique=True, max_size=3))}
    laws["stopped"] = draw(mechanisms(heard, (False, True), couplings=COUPLINGS))
    told = {**after, "stopped": (False, True)}
    heard = {name: told[name] for name in draw(st.lists(st.sampled_from(sorted(told)), unique=True, max_size=3))}
    laws["value"] = draw(mechanisms(heard, (0, 1, 3, -2), couplings=COUPLINGS))
    world = World(Model(laws), **ROLES)
    return World(world.model, **ROLES, baseline=draw(policies(world)))


def two_wishes(*, possible: bool = False) -> st.SearchStrategy[World]:
    return many_wishes(2, 2, possible=possible)


def with_policy(worlds: st.SearchStrategy[World]) -> st.SearchStrategy[tuple[World, Policy]]:
    """A world and one of its policies, drawing lots or not."""
    return worlds.flatmap(lambda world: st.tuples(st.just(world), st.one_of(policies(world), policies(world, stochastic=True))))
