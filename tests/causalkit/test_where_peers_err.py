"""Questions that other libraries were found to answer wrongly without a word, each with its true value by enumeration.

What went wrong elsewhere: conditioning in the graph before surgery although the question was about after it; two interventions at
once; soft interventions; noise that became dependent by what was observed; identification on the napkin graph; models changed by a
question; weights that do not sum to 1 rescaled in silence.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
from causalkit import Dist, Model, coin
from causalkit.errors import NotADistribution, OpenChoice, UnknownName
from tests import brute

F = Fraction
CASES = 400

# ---------------------------------------------------------------- thousands of random cases


def random_table(chance: random.Random, parents: list[str]) -> Any:
    inputs = [tuple(bool(k >> i & 1) for i in range(len(parents))) for k in range(2 ** len(parents))]
    return ck.table(parents, {key: chance.random() < 0.5 for key in inputs}, domain=[False, True])


def random_model(chance: random.Random, *, hidden: int = 3, seen: int = 3) -> Model:
    """Fair and unfair coins, and truth tables over up to three of what comes before; coins have several listeners."""
    laws: dict[str, Any] = {f"u{i}": coin(F(chance.randint(1, 4), 5)) for i in range(hidden)}
    for i in range(seen):
        before = list(laws)
        laws[f"v{i}"] = random_table(chance, chance.sample(before, chance.randint(1, 3)))
    return Model(laws)


def random_values(chance: random.Random, names: list[str]) -> dict[str, bool]:
    return {name: chance.random() < 0.5 for name in names}


def ask_then(chance: random.Random, model: Model, edit: dict[str, Any], *, first: str) -> None:
    """One question with an intervention and evidence, on one side of it or the other, against the brute force."""
    worlds = brute.worlds(model, {"done": edit})
    seen = random_values(chance, chance.sample(model.names, chance.randint(1, 2)))
    of = (lambda w: w.done) if first == "do" else (lambda w: w.fact)
    condition = lambda w: brute.agrees(seen)(of(w))
    ask = lambda: (model.do(edit).given(seen) if first == "do" else model.given(seen).do(edit)).dist(*model.names)
    if brute.weight(worlds, condition):
        assert ask() == brute.dist(worlds, lambda w: tuple(w.done[name] for name in model.names), condition)
    else:
        with pytest.raises(ck.Impossible):
            ask()


def hard(chance: random.Random, model: Model, count: int) -> dict[str, Any]:
    return random_values(chance, chance.sample([name for name in model.names if name.startswith("v")], count))


def soft(chance: random.Random, model: Model) -> dict[str, Any]:
    name = chance.choice([name for name in model.names if name.startswith("v")])
    before = list(model.names[: model.names.index(name)])
    return {name: chance.choice([coin(F(chance.randint(1, 4), 5)), random_table(chance, chance.sample(before, 2))])}


KINDS: dict[str, tuple[Callable[[random.Random, Model], dict[str, Any]], str]] = {
    "do with evidence after it": (lambda chance, model: hard(chance, model, 1), "do"),
    "do after evidence, noise made dependent": (lambda chance, model: hard(chance, model, 1), "given"),
    "two interventions, evidence after": (lambda chance, model: hard(chance, model, 2), "do"),
    "two interventions, evidence before": (lambda chance, model: hard(chance, model, 2), "given"),
    "a soft intervention, evidence after": (soft, "do"),
    "a soft intervention, evidence before": (soft, "given"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_random_cases(kind: str) -> None:
    draw, first = KINDS[kind]
    for seed in range(CASES):
        chance = random.Random(seed)
        model = random_model(chance)
        ask_then(chance, model, draw(chance, model), first=first)


# ---------------------------------------------------------------- conditioning after surgery


def confounded() -> Model:
    """z drives x and y, x drives y."""
    return Model(
        z=coin("3/10"),
        x=ck.cpt(["z"], {False: {0: ".8", 1: ".2"}, True: {0: ".1", 1: ".9"}}),
        y=ck.cpt(["z", "x"], {(z, x): coin(F(1 + 2 * z + 4 * x, 10)) for z in (False, True) for x in (0, 1)}),
    )


def test_do_with_evidence_on_a_confounder() -> None:
    """P(y | do(x = 1), z = 1) is a row of the table."""
    assert confounded().do(x=1).given(z=True).prob(y=True) == F(7, 10)
    assert confounded().do(x=1).prob(y=True) == F(7, 10) * F(5, 10) + F(3, 10) * F(7, 10)


def test_do_with_evidence_on_the_effect() -> None:
    """P(z | do(x = 1), y = 1): the arrow from z into x carries nothing any more."""
    assert confounded().do(x=1).given(y=True).prob(z=True) == F(3, 10) * F(7, 10) / (F(3, 10) * F(7, 10) + F(7, 10) * F(5, 10))
    assert confounded().given(x=1, y=True).prob(z=True) != confounded().do(x=1).given(y=True).prob(z=True)


def test_a_chain_conditioned_after_do() -> None:
    """V0 -> V1 -> V2: once V1 is set, V2 tells nothing about V0."""
    chain = Model(
        V0=coin("1/3"),
        V1=ck.cpt(["V0"], {False: coin("1/4"), True: coin("3/4")}),
        V2=ck.cpt(["V1"], {False: coin("1/10"), True: coin("9/10")}),
    )
    assert chain.do(V1=True).given(V2=True).prob(V0=True) == F(1, 3)
    assert chain.given(V1=True, V2=True).prob(V0=True) == F(3, 5)


def test_two_interventions() -> None:
    model = confounded()
    assert model.do(x=1, z=False).prob(y=True) == F(5, 10)
    assert model.do(x=0).do(z=True).prob(y=True) == F(3, 10)


def test_a_soft_intervention_gives_the_distribution_that_was_asked_for() -> None:
    model = confounded().do(x=Dist({0: ".6", 1: ".4"}))
    assert model.prob(x=1) == F(2, 5)
    assert model.prob(y=True) == sum(
        F(p, 10) * F(q, 10) * F(1 + 2 * z + 4 * x, 10) for z, p in ((0, 7), (1, 3)) for x, q in ((0, 6), (1, 4))
    )


def test_a_soft_intervention_may_listen_to_other_variables() -> None:
    follow = confounded().do(x=lambda z: 1 if z else 0)
    assert follow.prob(y=True) == F(7, 10) * F(1, 10) + F(3, 10) * F(7, 10)


# ---------------------------------------------------------------- dependent noise after abduction


def test_xor_keeps_what_was_observed() -> None:
    """Each noise by itself is as uncertain as before; together they are not."""
    model = Model(u1=coin("1/2"), u2=coin("1/2"), z=coin("1/2"), y=lambda u1, u2: u1 != u2)
    assert [model.given(y=True).prob({u: True}) for u in ("u1", "u2")] == [F(1, 2), F(1, 2)]
    assert model.given(y=True).do(z=False).prob(y=True) == 1


def test_or_is_consistent() -> None:
    model = Model(u1=coin("1/2"), u2=coin("1/2"), x=coin("1/2"), y=lambda u1, u2: u1 or u2)
    assert model.given(y=True).prob(u1=True) == F(2, 3)  # independent, the two would give 8/9
    assert model.given(y=True, x=True).do(x=True).prob(y=True) == 1


def test_what_would_have_been_uses_the_noise_together() -> None:
    """x = u1 xor u2, y = x and u1: had x been true after seeing x false, u1 stays a fair coin, tied to u2."""
    model = Model(u1=coin("1/2"), u2=coin("1/4"), x=lambda u1, u2: u1 != u2, y=lambda x, u1: x and u1)
    seen = model.given(x=False)
    assert seen.do(x=True).prob(y=True) == seen.prob(u1=True) == F(1, 4)
    assert seen.do(x=True).prob(lambda y, u2: y == u2) == 1


# ---------------------------------------------------------------- the napkin graph


def napkin() -> Model:
    """W -> R -> X -> Y with W <-> X and W <-> Y: P(y | do(x)) is a ratio, and not P(y | x)."""
    return Model(
        a=coin("1/2"),
        b=coin("1/3"),
        W=ck.cpt(["a", "b"], {(a, b): coin(F(1 + 3 * a + 4 * b, 10)) for a in (False, True) for b in (False, True)}),
        R=ck.cpt(["W"], {False: coin("1/4"), True: coin("2/3")}),
        X=ck.cpt(["R", "a"], {(r, a): coin(F(1 + 4 * r + 3 * a, 10)) for r in (False, True) for a in (False, True)}),
        Y=ck.cpt(["X", "b"], {(x, b): coin(F(2 + 3 * x + 4 * b, 10)) for x in (False, True) for b in (False, True)}),
    )


def test_the_napkin_graph() -> None:
    model = napkin()
    truth = F(2, 3) * F(5, 10) + F(1, 3) * F(9, 10)
    assert model.do(X=True).prob(Y=True) == truth
    assert model.given(X=True).prob(Y=True) != truth
    formula = lambda r, **event: sum(model.prob(W=w) * model.given(W=w, R=r).prob(event) for w in (False, True))
    assert all(formula(r, X=True, Y=True) / formula(r, X=True) == truth for r in (False, True))


# ---------------------------------------------------------------- manners


def test_a_question_changes_nothing() -> None:
    model = confounded()
    before = repr(model)
    model.do(x=1).given(y=True).prob(z=True)
    model.given(y=True).dist("x", "z")
    assert repr(model) == before
    assert model.names == ("z", "x", "y")


def test_the_two_orders_are_two_questions() -> None:
    """What is seen after doing, and what would have been done to what was seen."""
    model = Model(u=coin("1/2"), x=lambda u: u, y=lambda x, u: x == u)
    assert model.do(x=True).given(y=True).prob(u=True) == 1
    assert model.given(y=True).do(x=True).prob(u=True) == F(1, 2)


@pytest.mark.parametrize("weights", [{0: 0.5, 1: 0.49}, {0: 0.5, 1: 0.5000001}, {0: 0.0, 1: 0.0}])
def test_weights_that_do_not_sum_to_1_are_not_rescaled(weights: dict[int, float]) -> None:
    with pytest.raises(NotADistribution, match="they must sum to 1; nothing is filled in or rescaled"):
        Dist(weights)


def test_a_misspelt_decision_is_refused() -> None:
    model = Model(act=ck.choice("x", "y"), v=lambda act: act == "x")
    with pytest.raises(UnknownName, match="did you mean 'act'"):
        model.choose(atc="x")
    with pytest.raises(OpenChoice, match="'act' is a choice that nobody has made"):
        model.prob(v=True)


def test_sums_of_decimals_tie_exactly() -> None:
    """.1 + .2 and .3 are one number."""
    model = Model(a=ck.uniform(0.1, 0.2), b=ck.point(0.3))
    assert 2 * model.expect("a") == model.expect("b")


def test_an_observation_of_probability_zero_is_no_obstacle_elsewhere() -> None:
    """Values that never come up stay in the model, and only conditioning on them is refused."""
    model = Model(u=coin("1/2"), x=ck.table(["u"], {False: 0, True: 1}, domain=[0, 1, 2]), y=lambda x: x == 2)
    assert model.prob(x=2) == 0
    assert model.do(x=2).prob(y=True) == 1
    with pytest.raises(ck.Impossible):
        model.given(x=2)
