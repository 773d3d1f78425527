"""Worlds as tests change them, and how worlds with a policy are drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from causalkit import Model
from stop_button import Policy, World
from stop_button.testing import policies
from tests.tries import tries


def for_all(*strategies: st.SearchStrategy[Any]) -> Callable[[Any], Any]:
    """A property of everything that these strategies draw; half the usual number of examples, because there are many properties."""
    return lambda test: settings(max_examples=tries(50))(given(*strategies)(test))


def with_policy(of: st.SearchStrategy[World]) -> st.SearchStrategy[tuple[World, Policy]]:
    """A world and one of its policies, stochastic or not."""
    return of.flatmap(lambda world: st.tuples(st.just(world), st.one_of(policies(world), policies(world, stochastic=True))))


def rebuilt(world: World, **changed: Any) -> World:
    """The world with some mechanisms replaced, or added where there was none; it has no baseline."""
    return World(Model({**{name: world.model.mechanism(name) for name in world.model.names}, **changed}), **dict[str, Any](world.roles))


def acts_of(policy: Policy) -> dict[str, dict[Any, Any]]:
    """What a policy does, decision by decision, for a world with the same decisions."""
    return {d.name: {seen: policy.acts[d.name, seen] for seen in d.contexts} for d in policy.decisions}
