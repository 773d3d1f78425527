"""Policies and the space of all of them."""

from __future__ import annotations

import copy
import itertools
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit import Dist, Model, choice
from causalkit.errors import MechanismFailed, TooLarge, UnknownName, UnknownValue, WrongShape
from causalkit.mechanisms.constructors import as_mechanism
from causalkit.mechanisms.mechanism import Constant
from causalkit.unrolling import each_step
from stop_button.decision.policy import Decision, InformationSet, Policy, PolicySpace, decisions_in_order, decisions_of
from stop_button.decision.world import World
from stop_button.evaluation.behaviours import behaviours
from stop_button.testing import policies, worlds
from tests.refusing import refusal

OFFICE = sb.worlds.office()
UNSAFE = sb.worlds.public_unsafe_act()
ALIKE = ("work", "work")


def two_sighted() -> World:
    """A world whose one decision sees two variables."""
    return World(Model(a=ck.coin("1/2"), b=ck.uniform(0, 1, 2), act=choice("go", "stay", sees=["a", "b"])))


# ---------------------------------------------------------------- their order


CHAIN: dict[str, Any] = {
    "first": choice("go", "stay"),
    "seen": ck.function(lambda first: first == "go", parents=["first"]),
    "then": choice("go", "stay", sees=["seen"]),
    "aside": choice("go", "stay"),
}


@pytest.mark.parametrize("declared", list(itertools.permutations(CHAIN)))
def test_decisions_follow_those_that_they_may_depend_on_and_else_stand_as_declared(declared: tuple[str, ...]) -> None:
    model = Model({name: CHAIN[name] for name in declared})
    found = decisions_in_order(model)
    allowed = [order for order in itertools.permutations(model.choices) if order.index("first") < order.index("then")]
    assert found == min(allowed, key=lambda order: [declared.index(name) for name in order])


def test_histories_and_behaviours_are_in_one_order() -> None:
    parts = {"then": CHAIN["then"], "aside": CHAIN["aside"], "seen": CHAIN["seen"], "first": CHAIN["first"]}
    model = Model({**parts, "value": lambda first, then, aside: (first, then, aside).count("go")})
    world = World(model, value="value", players={"one": (("first", "then", "aside"), "value")})
    order = decisions_in_order(model)
    assert order == ("aside", "first", "then")
    assert tuple(name for name in sb.games.extensive_form(world).order if name in order) == order
    first = behaviours(world, [sb.E(sb.V)])[0]
    assert [name for name, _ in first.acts] == list(order)


# ---------------------------------------------------------------- what a user may write


@pytest.mark.parametrize(
    "rule",
    [
        lambda glance: "work" if glance else "reassure",
        {True: "work", False: "reassure"},
        {(True,): "work", (False,): "reassure"},
        {"action": lambda glance: "work" if glance else "reassure"},
        {"action": {True: "work", False: "reassure"}},
    ],
)
def test_ways_to_write_a_rule(rule: Any) -> None:
    policy = OFFICE.policy(rule)
    assert (policy.act("action", True), policy.act("action", False)) == ("work", "reassure")
    assert policy == OFFICE.policy(action=lambda glance: "work" if glance else "reassure")
    assert policy == OFFICE.policies[OFFICE.policies.index(policy)]


def test_an_option_is_done_whatever_is_seen() -> None:
    policy = OFFICE.policy("reassure")
    assert {policy.act("action", glance) for glance in (True, False)} == {"reassure"}
    assert str(policy) == policy.description == "reassure"


def test_a_rule_may_ignore_what_it_sees_and_read_it_in_any_order() -> None:
    world = two_sighted()
    swapped = world.policy(lambda b, a: "go" if a and b == 2 else "stay")
    assert swapped == world.policy(lambda a, b: "go" if a and b == 2 else "stay")
    assert world.policy(lambda: "go") == world.policy("go")
    assert swapped.act("act", True, 2) == "go"


def test_arguments_with_a_default_are_no_observations() -> None:
    assert OFFICE.policy(lambda glance, calm="work": calm) == OFFICE.policy("work")


def test_a_policy_for_several_decisions_by_name_by_mapping_and_by_keyword() -> None:
    named = UNSAFE.policy("public_comply")
    assert named == UNSAFE.policy({"act": "public", "heed": "comply"}) == UNSAFE.policy(act="public", heed="comply")
    assert str(UNSAFE.policy(act="public", heed="comply")) == "public_comply"
    assert named.description == "act: public; heed: comply"


def test_a_policy_is_a_policy() -> None:
    assert OFFICE.policy(OFFICE.policy("work")) == OFFICE.policy("work")
    assert OFFICE.under(OFFICE.policy("work")) == OFFICE.under("work")


def test_equal_policies_are_equal_whatever_their_names() -> None:
    plain = sb.World(UNSAFE.model, intent="wish", stopped="stopped", value="value").policy(act="public", heed="comply")
    assert plain == UNSAFE.policy("public_comply")
    assert hash(plain) == hash(UNSAFE.policy("public_comply"))
    assert str(plain) == "act: public; heed: comply"


@pytest.mark.parametrize(
    "sure", [Dist({"work": 1}), ck.cpt(["glance"], {False: {"work": 1}, True: {"work": 1}}), {False: Dist({"work": 1}), True: "work"}]
)
def test_a_draw_that_is_sure_of_an_option_is_that_option(sure: Any) -> None:
    policy = OFFICE.policy(action=sure)
    assert not policy.is_stochastic
    assert policy == OFFICE.policy("work")
    assert OFFICE.policies[OFFICE.policies.index(policy)] == policy
    assert sb.score(OFFICE, [sb.naive]).score(sb.naive, policy) == sb.naive(OFFICE, "work")


def test_a_rule_tells_what_is_seen_from_the_tuple_of_it() -> None:
    """A value that is seen, and the tuple that holds it, seen alone: each is a case of its own where it is wrapped."""
    world = World(Model(glimpse=ck.uniform(1, (1,), ((1,),)), act=choice("a", "b", "c", sees=["glimpse"])))
    rule = {(1,): "a", ((1,),): "b", (((1,),),): "c"}
    policy = world.policy(rule)
    assert policy == world.policy({"act": rule}) == world.policy(act=ck.table(["glimpse"], rule))
    assert [policy.act("act", value) for value in (1, (1,), ((1,),))] == ["a", "b", "c"]
    assert policy == world.policy({1: "a", **{key: rule[key] for key in list(rule)[1:]}})
    with pytest.raises(WrongShape, match="which say the same"):
        world.policy({1: "a", (1,): "b", ((1,),): "c"})


def days() -> World:
    """Two days, on each of which the agent sees whether people doubt."""
    day = {"doubt": ck.coin("1/4"), "act": choice("work", "soothe", sees=["doubt", "doubt_before"])}
    return World(ck.unroll(day, 2, start={"doubt": False}), name="days")


def test_rules_of_a_world_over_time_leave_out_the_step_of_what_they_see() -> None:
    world = days()
    by_hand = {
        "act[1]": {(False, False): "work", (True, False): "soothe"},
        "act[2]": {(now, before): "soothe" if now and not before else "work" for now in (False, True) for before in (False, True)},
    }

    def rule(doubt: bool, doubt_before: bool) -> str:
        return "soothe" if doubt and not doubt_before else "work"

    assert world.policy({"act[1]": rule, "act[2]": rule}) == world.policy(by_hand)
    assert world.policy(each_step(world.model, act=rule)) == world.policy(by_hand)
    assert world.under(each_step(world.model, act=rule)) == world.model.choose(each_step(world.model, act=rule))
    assert World(world.model, baseline=each_step(world.model, act=rule)).baseline == world.policy(by_hand)


def test_a_rule_may_be_a_mechanism() -> None:
    world = two_sighted()
    parity = {(a, b): "go" if a else "stay" for a in (False, True) for b in (0, 1, 2)}
    assert world.policy(ck.table(["a"], {False: "stay", True: "go"})) == world.policy(parity)
    assert world.policy(ck.function(lambda seen: "go" if seen else "stay", parents=["a"])) == world.policy(parity)
    lots = Dist({"go": "1/3", "stay": "2/3"})
    drawn = {seen: lots if seen[1] == 2 else "go" for seen in parity}
    rows = {b: lots if b == 2 else Dist({"go": 1}) for b in (0, 1, 2)}
    assert world.under(ck.cpt(["b"], rows)) == world.under(drawn)
    assert world.policy(as_mechanism(lots)) == world.policy(lots)
    assert world.policy(Constant("go")) == world.policy("go")


def test_mechanisms_that_are_no_rule() -> None:
    world, rows = two_sighted(), {False: {"go": 1}, True: {"go": "1/2", "stay": "1/2"}}
    message = refusal(WrongShape, lambda: world.policy(ck.cpt(["a"], rows, coupling="monotone", domain=["go", "stay"])))
    assert message == (
        "the rule for 'act' has the coupling 'monotone', and a policy draws its lots for each thing seen by itself; leave coupling= out"
    )
    message = refusal(WrongShape, lambda: world.policy(choice("go", "stay")))
    assert message == "the rule for 'act' is itself an open choice; give an option, or a function of what it sees"
    assert refusal(UnknownName, lambda: world.policy(ck.table(["c"], {0: "go"}))).startswith("the rule for 'act' reads 'c', which it does")


def test_what_is_to_be_typed_where_a_name_is_no_word_of_python() -> None:
    world = days()
    message = refusal(WrongShape, lambda: world.policy("work"))
    assert message == (
        "'work' is one rule, and the decisions are: act[1], act[2]; give each its own: policy({'act[1]': ..., 'act[2]': ...})"
    )
    rules = {"act[1]": lambda dubt: "work", "act[2]": "work"}
    fix = "it sees: doubt[1], doubt[0]; 'doubt[1]' cannot name an argument: type causalkit.function(rule, parents=['doubt[1]'])"
    assert refusal(UnknownName, lambda: world.policy(rules)).endswith(fix)
    assert refusal(WrongShape, lambda: world.model.choose(rules)).endswith(fix)
    assert refusal(WrongShape, lambda: sb.V.had({"act[1]": lambda: 0})) == (
        "had({'act[1]': ...}) was given a function, which cannot be printed; give its table, "
        "had({'act[1]': causalkit.table(['parent'], {...})}), or what another reading is, had({'act[1]': X('other')})"
    )
    assert refusal(WrongShape, lambda: sb.V.had({"act[1]": sb.V + 1})) == (
        "had({'act[1]': V + 1}) sets a variable to a reading or a value, and this is neither; type had({'act[1]': X('other')})"
    )
    assert refusal(UnknownValue, lambda: sb.V.had({"act[1]": []})).startswith("had({'act[1]': []}): what something means is hashable")


def test_a_stochastic_policy_is_a_mixture() -> None:
    lots = OFFICE.policy(lambda glance: Dist({"work": "1/3", "reassure": "2/3"}) if glance else "work")
    assert lots.is_stochastic
    assert not OFFICE.policy("work").is_stochastic
    assert lots not in OFFICE.policies
    assert lots.description == "work if glance=False, work (1/3) or reassure (2/3) if glance=True"
    assert sb.switch(OFFICE, lots) == OFFICE.under(lots).expect(lambda wish, pressed, value: pressed if wish == sb.STOP else value)
    assert OFFICE.under(lots).prob(action="reassure") == lots.weight("action", (True,), "reassure") / 4


def test_the_draw_of_a_stochastic_policy_is_shared_by_all_branches() -> None:
    m = OFFICE.under(Dist({"work": "1/2", "reassure": "1/2"}))
    branches = m.branches(stop={"wish": sb.STOP}, go={"wish": sb.FREE})
    assert branches.prob(lambda b: b.fact.action == b.stop.action == b.go.action) == 1


@given(worlds(), st.data())
def test_a_policy_survives_a_pickle(world: World, data: st.DataObject) -> None:
    policy = data.draw(policies(world, stochastic=True))
    assert pickle.loads(pickle.dumps(policy)) == policy
    assert hash(pickle.loads(pickle.dumps(policy))) == hash(policy)


# ---------------------------------------------------------------- what is refused, and how


def test_a_rule_that_misses_an_observation() -> None:
    message = refusal(WrongShape, lambda: OFFICE.policy({True: "work"}))
    assert message == "the policy does not say what to do in 'action' when it sees glance=False; add it to the rule"
    message = refusal(WrongShape, lambda: two_sighted().policy({(True, 0): "go"}))
    assert message == "the policy does not say what to do in 'act' when it sees a=False, b=0; add it to the rule"


def test_a_rule_for_what_is_never_seen() -> None:
    message = refusal(UnknownValue, lambda: OFFICE.policy({True: "work", False: "work", "maybe": "work"}))
    assert message == "the rule for 'action' speaks of seeing 'maybe', which never happens; it sees: glance"


def test_an_unknown_action() -> None:
    message = refusal(UnknownValue, lambda: OFFICE.policy("wrok"))
    assert message == (
        "the policy does 'wrok' in 'action' when it sees glance=False; the options are: "
        "'work', 'reassure', 'cut the wire', 'press it myself'; did you mean 'work'?"
    )
    message = refusal(UnknownValue, lambda: OFFICE.policy(lambda glance: Dist({"work": "1/2", "sleep": "1/2"})))
    assert message.startswith("the policy does 'sleep' in 'action' when it sees glance=False; the options are: ")


def test_an_unknown_action_where_nothing_is_seen() -> None:
    message = refusal(UnknownValue, lambda: sb.worlds.scale().policy("waits"))
    assert message == "the policy does 'waits' in 'action'; the options are: 'commit', 'wait'; did you mean 'wait'?"


def test_an_unknown_decision() -> None:
    message = refusal(UnknownName, lambda: OFFICE.policy(acton="work"))
    assert message == "'acton' is not an open choice; the open choices are: action; did you mean 'action'?"
    message = refusal(UnknownName, lambda: UNSAFE.policy(act="public", heed="comply", rest="yes"))
    assert message == "'rest' is not an open choice; the open choices are: act, heed"


def test_a_missing_decision() -> None:
    message = refusal(WrongShape, lambda: UNSAFE.policy(act="public"))
    assert message == "the policy says nothing about 'heed'; give an option or a rule for each decision"


def test_one_rule_for_several_decisions() -> None:
    message = refusal(WrongShape, lambda: UNSAFE.policy("public"))
    assert message == (
        "'public' is one rule, and the decisions are: act, heed; give each its own: policy(act=..., heed=...); "
        "the named policies are: quiet_comply, quiet_ignore, public_comply, public_ignore; did you mean 'public_ignore'?"
    )


def test_a_rule_that_raises_names_what_it_saw() -> None:
    message = refusal(MechanismFailed, lambda: OFFICE.policy(lambda glance: 1 // glance))
    assert message.startswith("the rule for 'action' raised ZeroDivisionError")
    assert "for glance=False; it must return an option" in message


def test_an_act_on_something_never_seen() -> None:
    message = refusal(UnknownValue, lambda: OFFICE.policy("work").act("action", "never"))
    assert message.startswith("the policy never sees 'never' in 'action'; it covers: ")


def test_a_slice_of_too_many_policies_is_refused() -> None:
    wide = World(Model(seen=ck.uniform(*range(20)), act=choice(0, 1, 2, 3, sees=["seen"])))
    assert len(wide.policies[:3]) == 3
    message = refusal(TooLarge, lambda: wide.policies[: 10**12])
    assert message.startswith("a list of 1,000,000,000,000 policies; at most 100,000 are listed")


def test_a_rule_that_reads_what_it_does_not_see() -> None:
    message = refusal(UnknownName, lambda: OFFICE.policy(lambda glanse: "work"))
    assert message == "the rule for 'action' reads 'glanse', which it does not see; it sees: glance; did you mean 'glance'?"
    message = refusal(UnknownName, lambda: sb.worlds.scale().policy(lambda wish: "wait"))
    assert message == "the rule for 'action' reads 'wish', which it does not see; it sees: nothing"


def test_a_rule_that_reads_anything() -> None:
    message = refusal(WrongShape, lambda: OFFICE.policy(lambda *seen: "work"))
    assert " takes *args" in message
    assert message.endswith("; name them one by one")


def test_no_rule_and_two_rules() -> None:
    assert refusal(WrongShape, OFFICE.policy) == "a policy needs a rule for each decision: action"
    message = refusal(WrongShape, lambda: OFFICE.policy("work", action="work"))
    assert message == "a policy is given once: either one rule, or a rule for each decision by keyword"


def test_a_policy_of_another_world() -> None:
    message = refusal(WrongShape, lambda: OFFICE.policy(UNSAFE.policy("public_comply")))
    assert message == "<policy public_comply> was made for a world with other decisions; build it again with world.policy(...)"


# ---------------------------------------------------------------- the space


def test_every_policy_once() -> None:
    space = OFFICE.policies
    assert len(space) == space.size == len(set(space)) == 16
    assert [str(policy) for policy in space[:2]] == ["work", "work if glance=False, reassure if glance=True"]
    assert space[-1] == space[15] == list(space)[-1]
    assert repr(space) == "<16 policies of action>"
    assert repr(UNSAFE.policies) == "<4 policies of act, heed>"


def test_named_policies_bear_their_names_in_the_space() -> None:
    assert [str(policy) for policy in UNSAFE.policies] == ["quiet_comply", "quiet_ignore", "public_comply", "public_ignore"]


@given(worlds(), st.data())
def test_index_and_place_agree(world: World, data: st.DataObject) -> None:
    space = world.policies
    place = data.draw(st.integers(0, len(space) - 1))
    policy = space[place]
    assert policy in space
    assert space.index(policy) == place
    assert space[place - len(space)] == policy
    assert space[place : place + 1] == [policy]
    assert all(policy.act(d.name, *seen) in d.options for d in world.decisions for seen in d.contexts)


@given(worlds())
def test_slices_are_those_of_a_list(world: World) -> None:
    space, every = world.policies, list(world.policies)
    assert space[::2] == every[::2]
    assert space[::-1] == every[::-1]
    assert space[1:3] == every[1:3]
    assert list(reversed(space)) == every[::-1]


@pytest.mark.parametrize("place", [16, -17, 10**30])
def test_a_place_outside(place: int) -> None:
    assert refusal(IndexError, lambda: OFFICE.policies[place]) == f"policy {place} of 16"


def test_a_policy_that_is_not_in_the_space() -> None:
    lots = OFFICE.policy(Dist({"work": "1/2", "reassure": "1/2"}))
    assert refusal(ValueError, lambda: OFFICE.policies.index(lots)) == (
        "<policy work (1/2) or reassure (1/2)> is not a deterministic policy of this space"
    )
    assert UNSAFE.policy("public_comply") not in OFFICE.policies
    name: Any = "work"
    assert name not in OFFICE.policies
    assert refusal(ValueError, lambda: OFFICE.policies.index(OFFICE.policy("work"), 1)) == "<policy work> is not between 1 and None"


def large_space(sights: int) -> PolicySpace:
    sees = {f"sight{i}": ck.coin("1/2") for i in range(sights)}
    return PolicySpace(
        decisions_of(Model({**sees, "act": choice(*range(10), sees=list(sees)[:2]), "then": choice(*range(10), sees=list(sees))}))
    )


def test_a_space_of_ten_to_the_twelve_is_lazy() -> None:
    space = large_space(3)
    assert len(space) == 10**12
    assert space.index(space[123_456_789_012]) == 123_456_789_012
    assert space[-1].act("then", True, True, True) == 9
    assert next(iter(space)) == space[0]
    assert len(space[10**11 : 10**11 + 3]) == 3
    assert repr(space) == "<1,000,000,000,000 policies of act, then>"


def test_a_space_beyond_what_len_can_say_has_a_size() -> None:
    space = large_space(6)
    assert space.size == 10**68
    assert space.index(space[10**67 + 7]) == 10**67 + 7
    assert space[-1] in space


@given(worlds(), st.data())
def test_a_policy_plugged_in_does_what_it_says(world: World, data: st.DataObject) -> None:
    policy: Policy = data.draw(policies(world, stochastic=True))
    m = world.under(policy)
    for d in world.decisions:
        for seen in d.contexts:
            known = dict(zip(d.sees, seen, strict=True))
            if not known or m.prob(known) > 0:
                given_ = m.given(known) if known else m
                assert all(given_.prob({d.name: option}) == policy.weight(d.name, seen, option) for option in d.options)


def test_a_policy_of_some_acts_is_written_out_only_when_the_others_are_asked_for() -> None:
    """The same as one that lists all: equal, of the same hash, in a file too, and in error; made without going through what may be seen."""
    world = two_sighted()
    some: dict[InformationSet, Any] = {("act", (True, 2)): "stay"}
    lazy, full = world.policies.filled(some), world.policy(act=lambda a, b: "stay" if a and b == 2 else "go")
    assert lazy.act("act", False, 0) == "go"
    assert lazy == full == pickle.loads(pickle.dumps(lazy)) == copy.deepcopy(lazy)
    assert hash(lazy) == hash(full)
    assert list(lazy.acts) == [("act", seen) for seen in world.decisions[0].contexts]
    assert str(lazy) == str(full)
    assert world.policies.index(lazy) == world.policies.index(full)
    with pytest.raises(UnknownValue, match="never sees 7"):
        lazy.act("act", 7)

    unread = Decision("act", ("go", "stay"), ("a", "b"), Unread(world.decisions[0].contexts))
    assert PolicySpace([unread]).filled(some).act("act", True, 2) == "stay"


class Unread(tuple):
    """What may be seen, when it is not to be gone through."""

    def __iter__(self) -> Any:
        raise AssertionError("it was gone through")
