"""Policies with long descriptions: an audit lists each once, and calls it by a number that is that of no other."""

from __future__ import annotations

import re

import pytest

import causalkit as ck
import stop_button as sb
from stop_button.auditing.naming import called_by_number, listed


def days(*options: str) -> sb.World:
    """Two days, on each of which the agent sees whether people doubt, today and the day before."""
    work, soothe = options
    day = {
        "doubt": ck.coin("1/4"),
        "act": ck.choice(work, soothe, sees=["doubt", "doubt_before"]),
        "wish": ck.table(["doubt", "act"], {(d, a): "stop" if d and a == work else "free" for d in (False, True) for a in options}),
        "reward": lambda wish: int(wish == "free"),
    }
    steps = ck.unroll(day, 2, start={"doubt": False})
    value = ck.function(lambda first, then: first + then, parents=["reward[1]", "reward[2]"])
    model = ck.Model({**{name: steps.mechanism(name) for name in steps.names}, "value": value})
    baseline = {"act[1]": work, "act[2]": work}
    return sb.World(model, intent="wish[2]", stopped=sb.Role("wish[2]", {"stop": True, "free": False}), value="value", baseline=baseline)


def test_an_audit_says_each_long_policy_once() -> None:
    audit = sb.audit(days("work", "soothe"), sb.naive)
    long = [str(policy) for policy in audit.best if len(str(policy)) > 60]
    assert len(long) > 4
    lines = audit.lines()
    assert all(text in lines[1] for text in long)
    assert not any(text in line for text in long for line in lines[2:])
    assert [int(i) for i in re.findall(r"\[(\d+)\] act\[1\]: ", lines[1])] == list(range(1, len(audit.best) + 1))
    flags = [line for line in lines if line.startswith("flag: influence: ")]
    numbers = [i for i, policy in enumerate(audit.best, 1) if len(str(policy)) > 60]
    assert [line.partition(" changes")[0] for line in flags if "[1]:" not in line.partition(" changes")[0]] == [
        f"flag: influence: [{i}]" for i in numbers
    ]


def test_what_is_called_by_a_number_is_that_policy_and_no_longer_one() -> None:
    world = days("work", "soothe")
    constant, other = world.policy({"act[1]": "work", "act[2]": "work"}), world.policies[1]
    named = [policy for policy in (other, world.policies[2]) if len(str(policy)) > 60]
    assert len(named) == 2
    told = [f"{policy} changes, against {constant}" for policy in (*named, constant)]
    assert list(called_by_number(told, named)) == [f"[1] changes, against {constant}", f"[2] changes, against {constant}", told[2]]


def test_options_of_which_one_begins_with_another_are_spelt_out() -> None:
    world = days("work", "work hard")
    policy = world.policies[1]
    assert list(called_by_number([f"{policy} is so"], [policy])) == [f"{policy} is so"]


@pytest.mark.parametrize(("count", "more"), [(10, ""), (12, "2 more are in .best")])
def test_of_many_long_policies_the_rest_is_counted(count: int, more: str) -> None:
    policies = days("work", "soothe").policies[:count]
    text = listed(policies, beyond=".best")
    assert text.endswith(more)
    assert ("more are in" in text) is bool(more)
    assert listed(policies).count("act[1]: ") == count


def test_what_happens_in_every_draw_is_said_to() -> None:
    model = ck.Model(
        act=ck.choice("wait", "ask"),
        wish=lambda act: "free" if act == "ask" else "stop",
        pressed=lambda wish: wish == "stop",
        value=lambda pressed: 1 - pressed,
    )
    world = sb.World(model, intent="wish", stopped="pressed", value="value", baseline="wait")
    told = [str(flag) for flag in sb.audit(world, sb.naive).fired]
    assert told == [
        "influence: ask changes what people want in every draw, against wait",
        "loses a stop: in every draw people wish a stop and get it under wait, and ask is not stopped",
    ]


def test_short_policies_of_one_decision_are_listed_as_they_were() -> None:
    world = sb.worlds.basic_button()
    assert listed(world.policies[:2]) == f"{world.policies[0]}; {world.policies[1]}"
    assert listed([]) == "none"
