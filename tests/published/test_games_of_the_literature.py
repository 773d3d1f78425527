"""The bundled games: which pairs of policies are equilibria, by the library and policy by policy; teams and their optimum."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import stop_button as sb
from stop_button.decision.policy import Policy
from stop_button.games import equilibria, is_equilibrium, team_optimum
from stop_button.properties import deceives
from tests.stop_button import brute_scores

GAMES = {name: world for name, world in sb.worlds.bundled_worlds().items() if world.players}
Payoffs = dict[Policy, dict[str, Fraction]]


def payoffs(world: sb.World) -> Payoffs:
    """What every player is paid under every policy, slowly."""
    return {
        policy: {name: brute_scores.score(player.utility, world, policy) for name, player in world.players.items()}
        for policy in world.policies
    }


def nobody_gains_alone(world: sb.World, paid: Payoffs, policy: Policy) -> bool:
    """Whether no player is paid more under a policy that differs in the player's own decisions only."""
    for name, player in world.players.items():
        for other, theirs in paid.items():
            same = all(other.acts[place] == act for place, act in policy.acts.items() if place[0] not in player.decisions)
            if same and theirs[name] > paid[policy][name]:
                return False
    return True


def test_the_games_are_there() -> None:
    assert len(GAMES) == 8


@pytest.mark.parametrize("name", GAMES)
def test_equilibria_policy_by_policy(name: str) -> None:
    world = GAMES[name]
    paid = payoffs(world)
    by_hand = {policy for policy in paid if nobody_gains_alone(world, paid, policy)}
    assert by_hand
    assert {policy for policy in paid if is_equilibrium(world, policy)} == by_hand
    found = {tuple(sorted(one.payoffs.items())) for one in equilibria(world)}
    assert found == {tuple(sorted(paid[policy].items())) for policy in by_hand}


@pytest.mark.parametrize(
    ("name", "policy", "stable"),
    [
        ("garber_example_4_1", "act on L", True),
        ("garber_example_4_1", "always wait", False),
        ("wangberg_feeling_human_careful", "wait", True),
        ("wangberg_feeling_human_careless", "wait", False),
        ("wangberg_feeling_human_careless", "act", True),
        ("nayebi_yes_human_harmful", "yes, wait", False),
        ("nayebi_yes_human_harmful", "yes, off", True),
        ("nayebi_yes_human_harmful", "no, wait", True),
        ("nayebi_yes_human_helpful", "yes, act", True),
        ("carey_cirl_right", "obey", True),
        ("carey_cirl_flipped", "obey", False),
        ("carey_cirl_flipped", "play a", True),
        ("ward_war_game", "all sound", True),
        ("ward_war_game", "honest", False),
    ],
)
def test_named_policies_that_are_equilibria_and_that_are_not(name: str, policy: str, stable: bool) -> None:
    assert bool(is_equilibrium(GAMES[name], policy)) == stable


def test_the_team_of_garber_has_one_optimum() -> None:
    found = team_optimum(GAMES["garber_example_4_1"])
    assert (found.score, found.ties) == (Fraction(7, 4), 1)
    assert GAMES["garber_example_4_1"].policy(found.policy) == GAMES["garber_example_4_1"].policy("act on L")


def test_in_every_equilibrium_of_the_flipped_robot_it_disobeys() -> None:
    """It plays a after both orders, and the human may order as she likes: she is paid -24."""
    found = list(equilibria(GAMES["carey_cirl_flipped"]))
    assert found
    assert {one.payoffs["human"] for one in found} == {-24}


def test_where_candour_counts_for_less_than_running_some_equilibrium_deceives_and_honesty_is_none() -> None:
    world = GAMES["ward_war_game"]
    asked: dict[str, Any] = {"by": "agent", "target": "order", "about": {"kind": "sound"}, "told": {True: "leave on", False: "stop"}}
    assert deceives(world, "all sound", **asked, instead="honest")
    assert is_equilibrium(world, "all sound")
    candid = sb.worlds.ward_war_game(candour=3)
    assert is_equilibrium(candid, "honest")
    assert not is_equilibrium(candid, "all sound")
