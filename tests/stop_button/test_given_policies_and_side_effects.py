"""Definitions that take a policy for granted, and side effects, by hand; families and rules told apart by what is second in them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible, WrongFile, WrongShape
from stop_button import definitions
from stop_button.auditing.flags import policy_flags
from stop_button.decision.world_file import world_from_json, world_to_json
from stop_button.evaluation.evaluation import Evaluation
from stop_button.games.audits import Conduct
from stop_button.grounding.resolving import owned
from stop_button.searching.families import persuasion
from tests.refusing import TWO
from tests.stop_button.pressed_world import WORLD

F = Fraction

TAKEN: dict[str, tuple[Any, dict[tuple[str, str], Any]]] = {
    # by what is taken for granted, and what is done; a press is a quarter under leave, and none under block
    "causal": (definitions.stable_causal, {
        ("leave", "leave"): 3 + F(1, 4), ("leave", "block"): F(3, 2) + F(1, 4), ("block", "leave"): 4, ("block", "block"): 2,
    }),
    "evidential": (definitions.stable_evidential, {("leave", "leave"): 3 + F(1, 4), ("leave", "block"): None, ("block", "leave"): 4}),
    "adaptive": (definitions.adaptive_weights.vary(penalty=8), {
        ("leave", "leave"): 3, ("leave", "block"): F(3, 2), ("block", "leave"): 4, ("block", "block"): 2,
    }),
    "bounded below": (definitions.lower_bounded_weights.vary(penalty=8, floor="1/2"), {
        ("leave", "leave"): 2, ("leave", "block"): 1, ("block", "leave"): 2, ("block", "block"): 1,
    }),
    "bounded by less": (definitions.lower_bounded_weights.vary(penalty=8, floor="1/8"), {
        ("leave", "leave"): 3, ("block", "block"): F(7, 4),
    }),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_a_definition_that_takes_a_policy_for_granted_is_what_it_says_by_hand(name: str) -> None:
    utility, expected = TAKEN[name]
    assert expected
    for (own, policy), score in expected.items():
        fixed = sb.Utility(name, owned(utility.formula, WORLD.policy(own)))
        if score is None:
            with pytest.raises(Impossible):
                fixed(WORLD, policy)
        else:
            assert fixed(WORLD, policy) == score, (own, policy)


def leaving_behind() -> sb.World:
    """What is done now decides what a later choice can still bring about."""
    reach = {("tidy", 0): 0, ("tidy", 1): 1, ("break", 0): 0, ("break", 1): 0, ("dig", 0): 1, ("dig", 1): 1}
    model = ck.Model(
        {
            "act": ck.choice("tidy", "break", "dig"),
            "later": ck.choice(0, 1),
            "state": ck.table(["act", "later"], reach, domain=[0, 1]),
            "auxiliary": ck.table(["act", "later"], {key: 6 * to + (key[0] == "dig") for key, to in reach.items()}, domain=[0, 6, 7]),
            "other": ck.table(["act"], {"tidy": 1, "break": 3, "dig": 1}, domain=[1, 3]),
            "value": ck.table(["act"], {"tidy": 0, "break": 10, "dig": 20}, domain=[0, 10, 20]),
        }
    )
    return sb.World(model, value="value")


def test_side_effects_are_what_moves_the_best_that_can_still_be_had() -> None:
    """Broken, 6 are lost of one reward and 2 won of another; dug, 1 is won. Broken, state 1 cannot be reached; dug, state 0 cannot."""
    world = leaving_behind()

    def under(utility: Any) -> list[Any]:
        return [utility(world, {"act": act, "later": 1}) for act in ("tidy", "break", "dig")]

    assert under(definitions.attainable_utility.vary(nothing="tidy")) == [0, 10 - 6, 20 - 1]
    both = definitions.attainable_utility.vary(nothing="tidy", auxiliary=("auxiliary", "other"), weight=2)
    assert under(both) == [0, 10 - (6 + 2), 20 - 1]
    assert under(definitions.relative_reachability.vary(nothing="tidy", weight=4)) == [0, 10 - 4 * F(1, 2), 20 - 4 * F(1, 2)]
    assert under(definitions.relative_reachability.vary(nothing="tidy", weight=4, states=(1,))) == [0, 6, 20]
    assert under(definitions.relative_reachability.vary(nothing="break", weight=4)) == [0, 10, 20 - 4 * F(1, 2)]


def test_rewards_and_states_are_lists_that_hold_something() -> None:
    for auxiliary in ("auxiliary", ()):
        with pytest.raises(WrongShape) as told:
            definitions.attainable_utility.vary(auxiliary=auxiliary)
        assert str(told.value) == f"the auxiliary rewards are a list of variables, and got {auxiliary!r}; type auxiliary=['auxiliary']"
    with pytest.raises(WrongShape) as empty:
        definitions.relative_reachability.vary(states=())
    assert str(empty.value) == "relative reachability is about one or more states; type states=[0, 1]"


def test_families_are_equal_by_their_worlds() -> None:
    small: dict[str, Any] = {"values": (0, 1), "bonuses": (0,), "states": ("1/2",)}
    one = persuasion(**small)
    assert one == persuasion(**small)
    assert hash(one) == hash(persuasion(**small))
    assert one != persuasion(**{**small, "bonuses": (1,)})
    assert one != list(one)
    assert len(one) == 2 * 2 * 2 * 16
    with pytest.raises(WrongShape) as told:
        persuasion(states=(sympy.Symbol("p"),))
    assert str(told.value).startswith("states holds p, and these worlds are told apart by numbers")


def test_what_is_seen_is_a_list_in_every_row_of_a_rule() -> None:
    document = world_to_json(TWO)
    rows = document["baseline"]["then"]
    assert world_from_json(document).baseline == TWO.baseline
    for place in (0, 1):
        odd = [[True, act] if at == place else [seen, act] for at, (seen, act) in enumerate(rows)]
        with pytest.raises(WrongFile, match="expected what is seen as a list of values"):
            world_from_json({**document, "baseline": {**document["baseline"], "then": odd}})
    with pytest.raises(WrongFile):
        world_from_json({**document, "baseline": {**document["baseline"], "then": [rows[0], rows[0]]}})


def test_conduct_says_who_against_what_and_which_flags_fire() -> None:
    """Blocking the button changes what people press; leaving it alone is the baseline itself."""
    leave, block = WORLD.policy("leave"), WORLD.policy("block")
    flags = {policy: tuple(policy_flags(Evaluation(WORLD), policy)) for policy in (leave, block)}
    assert str(Conduct("", leave, flags[leave])) == f"all together, against {leave}: no flag fires"
    one = Conduct("Ann", leave, flags[block])
    assert one.fired == tuple(flag for flag in flags[block] if flag)
    assert "influence" in {flag.kind for flag in one.fired}
    assert str(one) == f"Ann alone, against {leave}: {'; '.join(map(str, one.fired))}"
