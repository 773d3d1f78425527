"""Best policies and amounts of incentives against trying every policy; what a graph excludes, no model pays for."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from causalkit import Dist, Model, as_in, choice, coin, cpt
from causalkit.errors import CausalError, Impossible, InvalidNumber, NeedsCoupling, TooLarge, Undecided, UnknownName, WrongShape
from causalkit.testing import evidence, models
from causalkit.values.exact import Number, as_fraction
from stop_button import incentives
from stop_button.decision.policy import Choices, Policy, PolicySpace, decisions_of
from stop_button.incentives import Diagram
from stop_button.incentives.optimum import optimum, polynomial
from stop_button.incentives.quantitative import (
    expected_utility,
    introduced_total_effect,
    quantitative_value_of_control,
    quantitative_value_of_information,
    uniform_policy,
)
from stop_button.incentives.realised import quantitative_instrumental_control_incentive, quantitative_response_incentive
from stop_button.solving.variable_elimination import maximised
from tests.reached import came_to, reaches
from tests.tries import tries

PAY = {"pay": [0, 1, 3]}
MOST_POLICIES = 300

one_choice = models(5, 2, min_variables=3, choices=1, then=PAY, couplings=["monotone", "independent"])
two_choices = models(5, 2, min_variables=4, choices=2, then={**PAY, "bonus": [0, 2]}, couplings=[None])


def policies(model: Model) -> PolicySpace:
    return PolicySpace(decisions_of(model))


def few(model: Model) -> bool:
    return len(policies(model)) <= MOST_POLICIES


def parts(model: Model) -> dict[str, Any]:
    return {name: model.mechanism(name) for name in model.names}


def tried(model: Model, utilities: Sequence[str]) -> tuple[Fraction, set[Policy]]:
    """The best expected utility and the policies that reach it, by trying every one."""
    scores = {policy: as_fraction(expected_utility(model, utilities, policy=policy)) for policy in policies(model)}
    best = max(scores.values())
    return best, {policy for policy, score in scores.items() if score == best}


# ---------------------------------------------------------------- best policies


@settings(max_examples=tries(20))
@given(st.one_of(one_choice, two_choices).filter(few))
def test_the_optimum_is_what_trying_every_policy_finds(model: Model) -> None:
    utilities = [name for name in ("pay", "bonus") if name in model.names]
    found = optimum(model, utilities)
    best, reaching = tried(model, utilities)
    assert found.expected_utility == best
    assert found.count == len(reaching)
    assert set(found.policies()) == reaching
    assert found.policy == next(found.policies())


@settings(max_examples=tries(15))
@given(st.data())
def test_the_optimum_on_evidence_is_that_of_the_conditional_mean(data: st.DataObject) -> None:
    model = data.draw(one_choice.filter(few))
    (decision,) = model.choices
    before = [name for name in model.names if name not in model.graph.descendants(decision, include_self=True)]
    played = model.choose({decision: model.domain(decision)[0]})
    seen = data.draw(evidence(played, among=before))
    assert optimum(model.given(seen), "pay").expected_utility == max(
        expected_utility(model.choose(policy.rules).given(seen), "pay") for policy in policies(model)
    )


def test_every_tie_counts() -> None:
    """What floats lose: .1 + .2 and -.3 at even odds are exactly as good as nothing."""
    lottery = Dist({0.1: "1/3", 0.2: "1/3", -0.3: "1/3"})
    model = Model(win=lottery, bet=choice(False, True), pay=lambda win, bet: win if bet else 0)
    assert optimum(model, "pay").count == 2
    assert str(optimum(model, "pay")) == "2 policies reach the best expected utility, 0"


def test_a_decision_that_changes_nothing_leaves_every_policy_best() -> None:
    state = Dist(dict.fromkeys(range(6), Fraction(1, 6)))
    model = Model(state=state, act=choice(1, 2, 3, sees=["state"]), pay=lambda state: state)
    found = optimum(model, "pay")
    assert (found.expected_utility, found.count) == (Fraction(5, 2), 3**6)
    assert len(set(itertools.islice(found.policies(), 50))) == 50


def test_policies_that_are_too_many_to_list_are_counted() -> None:
    """Ten bits are seen: 2 ** 1024 policies, of which the best agree on every one of them."""
    bits = {f"bit{i}": coin("1/2") for i in range(10)}
    variables: dict[str, Any] = {**bits, "act": choice(False, True, sees=list(bits)), "pay": lambda act, bit3: int(act == bit3)}
    found = optimum(Model(variables), "pay")
    assert (found.expected_utility, found.count) == (1, 1)
    assert found.policy.act("act", *([False] * 3), True, *([False] * 6)) is True


def test_decisions_that_must_agree_without_a_word() -> None:
    model = Model(left=choice(0, 1, 2), right=choice(0, 1, 2), pay=lambda left, right: int(left == right))
    found = optimum(model, "pay")
    assert {(p.act("left"), p.act("right")) for p in found.policies()} == {(0, 0), (1, 1), (2, 2)}


def test_symbols() -> None:
    p = sympy.Symbol("p", positive=True)
    model = Model(rain=coin("1/2"), coat=choice(True, False, sees=["rain"]), pay=lambda rain, coat: int(coat == rain))
    dear = Model({**parts(model), "pay": lambda rain, coat: p if rain and coat else 0})
    assert optimum(dear, "pay").expected_utility == p / 2
    with pytest.raises(Undecided):
        optimum(Model({**parts(model), "pay": lambda rain, coat: p if coat else 1}), "pay")


def test_an_optimum_can_be_put_in_a_set() -> None:
    model = Model(act=choice(0, 1), pay=lambda act: act)
    assert len({optimum(model, "pay"), optimum(model, "pay")}) == 1


@settings(max_examples=tries(25))
@given(two_choices)
def test_the_polynomial_gives_the_score_of_every_policy(model: Model) -> None:
    score = polynomial(model, ["pay", "bonus"])
    uniform = uniform_policy(model)
    first = policies(model)[0]
    for policy in (uniform, first):
        total = Fraction(0)
        for chosen, amount in score.items():
            weights = [as_fraction(policy.weight(name, seen, option)) for name, seen, option in chosen]
            total += math.prod(weights, start=as_fraction(amount))
        assert total == expected_utility(model, ["pay", "bonus"], policy=policy)


# ---------------------------------------------------------------- soundness: a "cannot" is never refuted


@settings(max_examples=tries(20))
@given(one_choice)
def test_what_the_graph_excludes_is_worth_nothing_in_any_model(model: Model) -> None:
    diagram = Diagram.of(model, "pay")
    (decision,) = model.choices
    check_information_and_control(model, diagram, ["pay"])
    for node in set(model.names) - set(incentives.response_incentive(diagram, decision)):
        assert not quantitative_response_incentive(model, "pay", decision=decision, node=node)
    for node in set(model.names) - set(incentives.instrumental_control_incentive(diagram, decision)):
        assert not quantitative_instrumental_control_incentive(model, "pay", decision=decision, node=node)


@settings(max_examples=tries(20))
@given(two_choices.filter(few))
def test_what_the_graph_excludes_is_worth_nothing_to_two_decisions_with_or_without_recall(model: Model) -> None:
    check_information_and_control(model, Diagram.of(model, ["pay", "bonus"]), ["pay", "bonus"])


def check_information_and_control(model: Model, diagram: Diagram, utilities: Sequence[str]) -> None:
    for decision in model.choices:
        after = model.graph.descendants(decision, include_self=True)
        for node in set(model.names) - set(after) - set(incentives.value_of_information(diagram, decision)):
            assert not quantitative_value_of_information(model, utilities, decision=decision, node=node)
    for node in set(model.names) - set(model.choices) - set(incentives.value_of_control(diagram)):
        assert not quantitative_value_of_control(model, utilities, node=node)


@reaches("a node that is known")
@settings(max_examples=15)
@given(one_choice)
def test_knowledge_and_control_never_hurt(model: Model) -> None:
    (decision,) = model.choices
    after = model.graph.descendants(decision, include_self=True)
    for node in set(model.names) - {decision}:
        assert quantitative_value_of_control(model, "pay", node=node).value >= 0
        assert quantitative_response_incentive(model, "pay", decision=decision, node=node).value >= 0
        if node not in after:
            came_to("a node that is known")
            assert quantitative_value_of_information(model, "pay", decision=decision, node=node).value >= 0


# ---------------------------------------------------------------- amounts against their definitions


small = models(4, 2, min_variables=3, choices=1, then=PAY, couplings=["monotone", "independent"]).filter(lambda m: len(policies(m)) <= 16)


@reaches("a node")
@settings(max_examples=15)
@given(small)
def test_a_response_incentive_is_there_when_every_best_policy_responds(model: Model) -> None:
    (decision,) = model.choices
    best, reaching = tried(model, ["pay"])
    for node in set(model.names) - {decision}:
        came_to("a node")
        deaf = [policy for policy in policies(model) if not responds(model, policy, decision, node)]
        found = quantitative_response_incentive(model, "pay", decision=decision, node=node)
        assert bool(found) == all(policy not in reaching for policy in deaf)
        assert found.value == best - max(expected_utility(model, "pay", policy=policy) for policy in deaf)


def responds(model: Model, policy: Policy, decision: str, node: str) -> bool:
    played = model.choose(policy.rules)
    others = (played.branches(other={node: value}) for value in model.domain(node))
    return any(b.prob(lambda b: b["fact"][decision] != b["other"][decision]) for b in others)


@settings(max_examples=tries(15))
@given(small)
def test_an_instrumental_control_incentive_is_there_when_every_best_policy_has_control_somewhere(model: Model) -> None:
    (decision,) = model.choices
    _, reaching = tried(model, ["pay"])
    for node in model.names:
        found = quantitative_instrumental_control_incentive(model, "pay", decision=decision, node=node)
        assert bool(found) == any(all(controls(model, policy, decision, node, seen) for policy in reaching) for seen in contexts(model))


def contexts(model: Model) -> list[tuple[Any, ...]]:
    (decision,) = decisions_of(model)
    played = model.choose({decision.name: decision.options[0]})
    return [seen for seen in decision.contexts if not seen or played.prob(dict(zip(decision.sees, seen, strict=True)))]


def controls(model: Model, policy: Policy, decision: str, node: str, seen: tuple[Any, ...]) -> bool:
    played = model.choose(policy.rules)
    saw = dict(zip(model.parents(decision), seen, strict=True))
    for option in model.domain(decision):
        b = played.branches(under={decision: option}, through={node: as_in("under")})
        b = b.given(lambda b: all(b["fact"][name] == value for name, value in saw.items())) if saw else b
        if b.expect(lambda b: b["fact"]["pay"]) != b.expect(lambda b: b["through"]["pay"]):
            return True
    return False


def test_a_best_action_without_control_is_enough_to_have_no_incentive() -> None:
    """Both 'safe' and 'risky' are best, and only 'risky' earns its score by way of x."""
    model = Model(
        act=choice("safe", "risky", "idle"),
        x=lambda act: int(act == "risky"),
        pay=lambda act, x: 1 if act == "safe" else int(act == "risky" and x),
    )
    assert not quantitative_instrumental_control_incentive(model, "pay", decision="act", node="x")
    assert quantitative_instrumental_control_incentive(model.do(pay=lambda act, x: x), "pay", decision="act", node="x").value == 1


def test_the_amounts_in_words() -> None:
    model = Model(
        mood=coin("1/4"),
        post=choice("calm", "loud", sees=["mood"]),
        view=lambda post: int(post == "loud"),
        clicks=lambda view, mood: 2 * view + int(mood),
    )
    assert str(quantitative_instrumental_control_incentive(model, "clicks", decision="post", node="view")) == (
        "view has an instrumental control incentive for post worth 2: "
        "with post='loud', mood=False the score is 2, and 0 if view is as under 'calm'"
    )
    assert str(quantitative_instrumental_control_incentive(model, "clicks", decision="post", node="mood")) == (
        "mood has an instrumental control incentive for post worth 0: some best policy earns nothing by way of mood, whatever it sees"
    )
    assert str(quantitative_response_incentive(model, "clicks", decision="post", node="mood")) == (
        "mood has a response incentive for post worth 0: the best score is 9/4 with a response to it and 9/4 without"
    )
    assert str(quantitative_value_of_control(model, "clicks", node="mood")) == (
        "mood has value of control 3/4: the best score is 3 with control and 9/4 without"
    )


def test_the_effect_that_predicting_introduces() -> None:
    """A, Z fair, X = A and Z, Y = X + Z: a predictor that says E[Y | X] shows A an effect of 5/6, Y shows 1/2."""
    model = Model(a=coin("1/2"), z=coin("1/2"), x=lambda a, z: a and z, y=lambda x, z: int(x) + int(z))
    means = {x: model.given(x=x).expect("y") for x in (False, True)}
    guessing = Model({**parts(model), "guess": lambda x: means[x]})
    assert introduced_total_effect(guessing, "guess", target="y", of={"a": (False, True)}) == Fraction(1, 3)


# ---------------------------------------------------------------- refusals


RAIN = Model(rain=coin("1/4"), coat=choice(True, False), wet=lambda rain, coat: rain and not coat, pay=lambda wet: -int(wet))
TWO = Model(a=choice(0, 1), b=choice(0, 1), pay=lambda a, b: a + b)
UNCOUPLED = Model(
    u=coin("1/2"),
    a=choice(0, 1),
    w=cpt(["a"], {0: {0: "1/2", 1: "1/2"}, 1: {0: "1/4", 1: "3/4"}}),
    x=lambda w: w,
    pay=lambda x, w: x * w,
)


@pytest.mark.parametrize(
    ("ask", "error", "text"),
    [
        (
            lambda: optimum(RAIN.choose(coat=True), "pay"),
            WrongShape,
            "the model has no open choice, so there is nothing to choose; ask for model.expect(...), or declare choice(...)",
        ),
        (
            lambda: optimum(Model(act=choice("go", "stay"), pay=lambda act: act), "pay"),
            InvalidNumber,
            "'pay' cannot be a utility: it takes 'go', 'stay', and 'go' is not a number",
        ),
        (lambda: optimum(RAIN, "pya"), UnknownName, "'pya' is not in the model; it has: rain, coat, wet, pay; did you mean 'pay'?"),
        (
            lambda: quantitative_value_of_information(RAIN, "pay", decision="coat", node="wet"),
            WrongShape,
            "'coat' cannot see 'wet', which is not known before it is made; name one of: rain",
        ),
        (
            lambda: quantitative_value_of_information(RAIN, "pay", decision="coats", node="rain"),
            UnknownName,
            "'coats' is not an open choice; the open choices are: coat; did you mean 'coat'?",
        ),
        (
            lambda: quantitative_value_of_control(RAIN, "pay", node="coat"),
            WrongShape,
            "'coat' is an open choice, and under control already; name a variable that is not",
        ),
        (
            lambda: quantitative_response_incentive(TWO, "pay", decision="a", node="b"),
            WrongShape,
            "this is defined for a model with one open choice, 'a', and the open choices are: a, b; fill the others with .choose(...)",
        ),
    ],
)
def test_errors(ask: object, error: type[CausalError], text: str) -> None:
    assert callable(ask)
    with pytest.raises(error) as found:
        ask()
    assert str(found.value) == text


def test_a_counterfactual_needs_a_coupling() -> None:
    with pytest.raises(NeedsCoupling):
        quantitative_instrumental_control_incentive(UNCOUPLED, "pay", decision="a", node="x")


def test_evidence_that_cannot_be_is_refused_before_anything_is_chosen() -> None:
    with pytest.raises(Impossible):
        optimum(RAIN.given(rain=True).given(rain=False), "pay")


def test_too_many_choices_that_hang_together_are_counted_and_refused() -> None:
    names = [f"a{i}" for i in range(21)]
    decisions = decisions_of(Model({name: choice(0, 1) for name in names}))
    together: dict[Choices, Number] = {frozenset((name, (), 1) for name in names): Fraction(1)}
    with pytest.raises(TooLarge, match="a table of 2,097,152 cells, more than 1,000,000, because 21 choices hang together"):
        maximised(together, decisions)
