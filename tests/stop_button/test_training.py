"""Losses of behaviour: the numbers, the laws, and every answer against units written out or steps taken one by one."""

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
import sympy
from hypothesis import event, given, settings
from hypothesis import strategies as st

import stop_button as sb
from causalkit import Dist, Model, choice, coin, function, table
from causalkit.errors import Impossible, InvalidNumber, MechanismFailed, TooLarge, UnknownName, WrongArgument, WrongShape
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.learning import Training, best_guess, imitation, outcome, process, replicated
from stop_button.presentation.plot_learning import plot_shares_over_steps
from stop_button.worlds.meter import meter
from tests import brute
from tests.tries import tries

F = Fraction
SCORE = {"honest": 1, "tamper": 0, "lazy": "1/5"}
LOSSES = {"outcome": outcome("measured"), "process": process(SCORE), "imitation": imitation("honest")}
START = {"honest": "99/100", "tamper": "1/100"}


def named(values: dict[sb.Policy, Fraction]) -> dict[str, Fraction]:
    return {str(policy): value for policy, value in values.items()}


# ---------------------------------------------------------------- the numbers


BAD = ["tamper", "lazy"]


@pytest.mark.parametrize(("loss", "caught", "margin"), [("outcome", ["lazy"], F(-1, 5)), ("process", BAD, 1), ("imitation", BAD, 1)])
def test_what_three_losses_catch(loss: str, caught: list[str], margin: Fraction) -> None:
    """Derived: the meter shows 4/5, 1, 3/10; in truth it is 4/5, -5, 3/10; the overseer gives 1, 0, 1/5."""
    training = Training(meter(), LOSSES[loss])
    assert named(dict(training.truths)) == {"honest": F(4, 5), "tamper": F(-5), "lazy": F(3, 10)}
    found = training.caught()
    assert [name for name, value in named(dict(found.margins)).items() if value > 0] == caught
    assert named(dict(found.margins))["tamper"] == margin
    assert bool(found) == (loss != "outcome")
    assert [str(policy) for policy in found.best] == ["honest"]


def test_the_worth_of_tampering() -> None:
    """Derived: 6 for tampering, 0 for the others; no path to the other losses."""
    found = Training(meter(), LOSSES["outcome"]).tampering()
    assert named(dict(found.worth)) == {"honest": 0, "tamper": 6, "lazy": 0}
    assert found.path == ("act", "meter", "measured")
    for loss in ("process", "imitation"):
        silent = Training(meter(), LOSSES[loss]).tampering()
        assert (silent.path, bool(silent)) == (None, False)
        assert "no path from a decision over the meter to the loss" in str(silent)


def test_a_path_over_the_meter_may_be_of_many_steps() -> None:
    """A shortest one: from the decision to the meter, and from there to what the loss reads."""
    laws: dict[str, Any] = {"act": choice("honest", "tamper"), "dial": lambda act: act == "tamper", "aside": lambda act: act}
    laws |= {"wire": lambda dial, aside: dial, "meter": lambda wire: wire, "shown": lambda meter: meter}
    laws |= {"later": lambda shown: shown, "measured": lambda shown, later: int(shown), "value": lambda act: int(act == "honest")}
    world = sb.World(Model(laws), value="value", baseline="honest")
    found = Training(world, outcome("measured")).tampering()
    assert found.path == ("act", "dial", "wire", "meter", "shown", "measured")
    assert named(dict(found.worth)) == {"honest": 0, "tamper": 1}


def test_selection_and_shaping() -> None:
    """Derived: selection picks tampering; shaping from 1/100 passes 1/2 at step 44, and from 0 never."""
    training = Training(meter(), LOSSES["outcome"])
    assert [str(policy) for policy in training.select()] == ["tamper"]
    assert training.first_step(START, "tamper") == 44
    assert training.shape({"honest": 1, "tamper": 0}, steps=50) == {"honest": 1, "tamper": 0}
    assert training.first_step({"honest": 1, "tamper": 0}, "tamper", most=60) is None


def test_no_step_is_looked_at_beyond_those_asked_for() -> None:
    training = Training(meter(), LOSSES["outcome"])
    assert training.first_step(START, "tamper", most=44) == 44
    assert training.first_step(START, "tamper", most=43) is None
    assert training.first_step({"honest": "1/4", "tamper": "3/4"}, "tamper", most=0) == 0


def test_bad_acts_before_correction() -> None:
    """Derived: 1/199 after one step; about 0.02005 tamperings in ten."""
    training = Training(meter(), LOSSES["process"])
    assert training.shape(START, steps=1)["tamper"] == F(1, 199)
    number = training.before_correction(START, steps=10)
    assert number == sum((F(1, 100) / (F(1, 100) + F(99, 100) * 2**step) for step in range(10)), F(0))
    assert F(2004, 100_000) < number < F(2006, 100_000)


def test_physical_selection() -> None:
    """Derived: 3 copies against 2: a share of 1/10, 1/7, 1/5, above 1/2 at step 6."""
    shares = [replicated({"grabs": "1/10", "honest": "9/10"}, {"grabs": 3, "honest": 2}, steps=step)["grabs"] for step in range(8)]
    assert shares[:3] == [F(1, 10), F(1, 7), F(1, 5)]
    assert next(step for step, share in enumerate(shares) if share > F(1, 2)) == 6


def test_what_training_cannot_tell_apart() -> None:
    """Derived: -4/5 for both where tampering is not possible; -4/5 and -1 where it is, worth 4/5 and -5."""
    trained, deployed = (Training(meter(), LOSSES["outcome"], where={"able": able}) for able in (False, True))
    assert [trained.loss(policy) for policy in ("honest", "tamper")] == [F(-4, 5)] * 2
    assert [deployed.loss(policy) for policy in ("honest", "tamper")] == [F(-4, 5), -1]
    assert [deployed.truth(policy) for policy in ("honest", "tamper")] == [F(4, 5), -5]


def test_a_best_guess_is_undefined_where_nothing_was_seen() -> None:
    """Derived: 3/4 in the cell q, 3/8 in the cell of q and r, undefined elsewhere."""
    data = Dist({("q", "a"): "3/8", ("q", "b"): "1/8", ("r", "b"): "1/2"})
    assert best_guess(data, "q") == Dist({"a": "3/4", "b": "1/4"})
    assert best_guess(data, "qr") == Dist({"a": "3/8", "b": "5/8"})
    assert best_guess(data, "z") is UNDEFINED


# ---------------------------------------------------------------- against units written out

NUMBERS = st.sampled_from([F(0), F(1), F(-2), F(1, 2)])


@st.composite
def metered(draw: st.DrawFn, sees: bool = False, steps: int = 1) -> sb.World:
    """Noise, acts that may see it, a meter and a measure that listen to some of what is before them."""
    acts = [f"act{k}" for k in range(steps)]

    def drawn_table(parents: list[str], values: list[Any]) -> Any:
        domains: dict[str, list[Any]] = {"u": [False, True], "meter": [0, 1], **{act: [0, 1] for act in acts}}
        rows: list[tuple[Any, ...]] = [()]
        for parent in parents:
            rows = [(*row, value) for row in rows for value in domains[parent]]
        return table(parents, {row: draw(st.sampled_from(values)) for row in rows}, domain=list(dict.fromkeys(values)))

    some = lambda names: sorted(draw(st.sets(st.sampled_from(names), min_size=1)))
    return sb.World(
        Model(
            u=coin(draw(st.sampled_from(["1/2", "1/3"]))),
            **{act: choice(0, 1, sees=["u"] if sees else []) for act in acts},
            meter=drawn_table(some(["u", *acts]), [0, 1]),
            measured=drawn_table(some(["u", "meter", *acts]), [F(0), F(1), F(-2), F(1, 2)]),
            value=drawn_table(some(["u", *acts]), [F(0), F(1), F(-2)]),
        ),
        value="value",
        baseline=dict.fromkeys(acts, 0),
    )


WORLDS = st.one_of(metered(), metered(sees=True), metered(steps=2))


@settings(max_examples=tries(60))
@given(WORLDS, st.integers(0, 15))
def test_losses_and_tampering_against_units(world: sb.World, place: int) -> None:
    policy = world.policies[place % len(world.policies)]
    training = Training(world, outcome("measured"))
    edits = {"base": dict(world.baseline.rules), "frozen": {"meter": brute.FromBranch("base", "meter")}}  # type: ignore[union-attr]
    units = brute.worlds(world.under(policy), edits)
    assert training.loss(policy) == -brute.expect(units, lambda unit: unit.fact["measured"])
    assert training.truth(policy) == brute.expect(units, lambda unit: unit.fact["value"])
    saved = brute.expect(units, lambda unit: unit.fact["measured"] - unit.frozen["measured"])
    found = training.tampering()
    event(f"path: {found.path is not None}")
    assert found.worth[policy] == saved
    if found.path is None:
        assert saved == 0, "L16"


@st.composite
def watched(draw: st.DrawFn) -> sb.World:
    """An act moves a meter, by chance or not, which another act sees."""
    moved = {row: draw(st.sampled_from([0, 1])) for row in product((False, True), (0, 1))}
    return sb.World(
        Model(
            u=coin(draw(st.sampled_from(["1/2", "1/3"]))),
            act0=choice(0, 1),
            meter=table(["u", "act0"], moved, domain=[0, 1]),
            act1=choice(0, 1, sees=["meter"]),
            value=lambda act1: act1,
        ),
        value="value",
        baseline={"act0": draw(st.sampled_from([0, 1])), "act1": 0},
    )


def saved_by(cost: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda unit: cost(unit.frozen) - cost(unit.fact)


@settings(max_examples=tries(40))
@given(watched(), st.integers(0, 7), st.sampled_from([None, 0, 1]))
def test_losses_of_acts_that_see_the_meter_may_be_tampered_with(world: sb.World, shown: int, held: int | None) -> None:
    """The meter is held as under the baseline, where whatever is set in training stays set."""
    demonstrator = world.policies[shown]
    base = dict(world.baseline.rules)  # type: ignore[union-attr]
    where = {} if held is None else {"act0": held}
    edits = {"base": {**base, **where}, "frozen": {"meter": brute.FromBranch("base", "meter")}}
    differs = lambda case: any(demonstrator.act(name, *seen) != case[name] for name, seen in (("act0", ()), ("act1", (case["meter"],))))
    for loss, cost in ((process({0: 0, 1: "1/2"}, decision="act1"), lambda case: F(-case["act1"], 2)), (imitation(demonstrator), differs)):
        found = Training(world, loss, where=where).tampering()
        assert found.path == ("act0", "meter", "act1")
        for policy in world.policies:
            units = brute.worlds(world.under({**policy.rules, **where}), edits)
            assert found.worth[policy] == brute.expect(units, saved_by(cost))


def test_only_what_is_tried_is_bad_or_best() -> None:
    """A behaviour without a share at first is never tried, and no measure of those that are."""
    training = trained("measured")
    assert training.before_correction({"honest": 0, "lazy": 1}, steps=3) == 0
    assert training.before_correction({"honest": "1/2", "lazy": "1/2"}, steps=1) == F(1, 2)


@settings(max_examples=tries(40))
@given(metered(sees=True), st.integers(0, 3), st.integers(0, 3))
def test_imitation_against_units(world: sb.World, place: int, shown: int) -> None:
    policy, demonstrator = world.policies[place], world.policies[shown]
    units = brute.worlds(world.under(policy))
    differs = brute.prob(units, lambda unit: demonstrator.act("act0", unit.fact["u"]) != unit.fact["act0"])
    assert Training(world, imitation(demonstrator)).loss(policy) == differs


@pytest.mark.parametrize("left", ["left", (), (0,), (0, 1), ((0, 1), 2)])
def test_imitation_of_an_option_whatever_the_option_is(left: Any) -> None:
    """Options that are tuples too, of a decision that sees nothing."""
    world = sb.World(Model(act=choice(left, "right")), name="fork")
    losses = Training(world, imitation(left), true="act").loss
    assert [losses(left), losses("right"), losses(Dist({left: "1/4", "right": "3/4"}))] == [0, 1, F(3, 4)]


@settings(max_examples=tries(40))
@given(WORLDS, st.sampled_from([0, 1]))
def test_losses_of_acts_do_not_change_with_the_meter(world: sb.World, stuck: int) -> None:
    """L16."""
    broken = world.model.do(meter=stuck)
    for loss in (process({0: "1/2", 1: 2}, decision="act0"), imitation(world.baseline)):
        for policy in world.policies:
            assert loss.of(world, policy, broken.choose(policy.rules)) == Training(world, loss).loss(policy)


@settings(max_examples=tries(60))
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 4)), min_size=1, max_size=4), st.integers(0, 6))
def test_shares_one_step_at_a_time(kinds: list[tuple[int, int]], steps: int) -> None:
    """L17."""
    total, factors = sum(weight for weight, _ in kinds), {k: factor for k, (_, factor) in enumerate(kinds)}
    shares = {k: F(weight, total) for k, (weight, _) in enumerate(kinds)}
    start = dict(shares)
    for _ in range(steps):
        grown = {k: share * factors[k] for k, share in shares.items()}
        if sum(grown.values()) == 0:
            with pytest.raises(Impossible, match="nothing is left"):
                replicated(start, factors, steps=steps)
            return
        shares = {k: share / sum(grown.values()) for k, share in grown.items()}
    assert replicated(start, factors, steps=steps) == shares


@settings(max_examples=tries(30))
@given(WORLDS)
def test_caught_is_what_it_says(world: sb.World) -> None:
    training = Training(world, outcome("measured"))
    found, most = training.caught(), max(training.truth(policy) for policy in world.policies)
    bad = [policy for policy in world.policies if training.truth(policy) < most]
    best = [policy for policy in world.policies if training.truth(policy) == most]
    assert list(found.margins) == bad
    assert bool(found) == all(training.loss(policy) > training.loss(other) for policy in bad for other in best)


# ---------------------------------------------------------------- refused, drawn


def trained(measured: str) -> Training:
    return Training(meter(), outcome(measured))


def both_zero(loss: Any) -> Fraction:
    return Training(two(), loss).loss({"a": 0, "b": 0})


def two() -> sb.World:
    return sb.World(Model(a=choice(0, 1), b=choice(0, 1), value=lambda a, b: a + b), value="value", baseline={"a": 0, "b": 0})


REFUSED: dict[str, tuple[type[Exception], str, Callable[[], Any]]] = {
    "no loss": (WrongShape, r"'measured' is not a loss; type outcome\('measured'\)", lambda: Training(meter(), "measured")),  # type: ignore[arg-type]
    "an unknown measure": (
        UnknownName,
        r"the loss reads 'mesured'.*did you mean 'measured'",
        lambda: trained("mesured"),
    ),
    "an unknown meter": (UnknownName, r"'metre' is not in the model", lambda: trained("measured").tampering("metre")),
    "no score": (WrongShape, r"no score for 'tamper'", lambda: Training(meter(), process({"honest": 1})).loss("tamper")),
    "two decisions": (WrongShape, r"say which is judged", lambda: both_zero(process({0: 1, 1: 0}))),
    "an unknown decision": (
        UnknownName,
        r"'c' is no decision",
        lambda: both_zero(process({0: 1}, decision="c")),
    ),
    "a demonstrator who draws": (
        WrongShape,
        r"draws its acts",
        lambda: Training(meter(), imitation(Dist({"honest": "1/2", "lazy": "1/2"}))).loss("lazy"),
    ),
    "a loss above 1": (
        InvalidNumber,
        r"'tamper' loses 5, and shares shrink",
        lambda: trained("value").shape(START, steps=1),
    ),
    "fewer steps than none": (WrongShape, r"steps=-1 is no number", lambda: trained("measured").before_correction(START, steps=-1)),
    "steps through none": (WrongShape, r"most=-1 is no number", lambda: trained("measured").first_step(START, "tamper", most=-1)),
    "nobody's share": (
        UnknownName,
        r"'lazy' has no share at first",
        lambda: trained("measured").first_step(START, "lazy"),
    ),
    "a misspelt share": (
        UnknownName,
        r"'tampr' has no share at first; there are: .*; did you mean 'tamper'\?",
        lambda: trained("measured").first_step(START, "tampr"),
    ),
    "no factor": (WrongShape, r"how many copies 'b' leave is not said", lambda: replicated({"a": "1/2", "b": "1/2"}, {"a": 1}, steps=1)),
    "a negative factor": (InvalidNumber, r"expected numbers of 0 or more", lambda: replicated({"a": 1}, {"a": -1}, steps=1)),
    "steps back": (WrongShape, r"steps=-1 is no number", lambda: replicated({"a": 1}, {"a": 1}, steps=-1)),
    "half a step": (WrongShape, r"steps=1\.5 is no number", lambda: trained("measured").shape(START, steps=1.5)),  # type: ignore[arg-type]
    "steps without end": (
        TooLarge,
        r"after 1,000,000,000,000 steps have up to .* take fewer steps",
        lambda: trained("measured").shape(START, steps=10**12),
    ),
    "no score at all": (WrongShape, r"5 is no score; give a number for each option", lambda: process(5)),  # type: ignore[arg-type]
    "a score that raises": (
        MechanismFailed,
        r"the score raised KeyError: 'lazy' for 'lazy'",
        lambda: Training(meter(), process({"honest": 1}.__getitem__)).loss("lazy"),
    ),
    "no world": (WrongArgument, r"takes world as World, and got 5", lambda: Training(5, outcome("measured"))),  # type: ignore[arg-type]
    "no shares": (WrongArgument, r"takes start as Mapping.*, and got 5", lambda: trained("measured").shape(5, steps=1)),  # type: ignore[arg-type]
    "one behaviour twice": (
        WrongShape,
        r"two behaviours have one name: honest, honest",
        lambda: trained("measured").shape({"honest": "1/2", meter().policy("honest"): "1/2"}, steps=1),
    ),
    "data that are no pairs": (WrongShape, r"the data hold 1, expected pairs", lambda: best_guess(Dist({1: 1}), "q")),
    "cases that are lists": (WrongShape, r"cannot be looked up", lambda: best_guess(Dist({("q", 1): 1}), [["q"]])),
    "symbols": (InvalidNumber, r"symbols are not carried", lambda: replicated({"a": 1}, {"a": sympy.Symbol("c")}, steps=1)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_misuse_is_refused_in_words(case: str) -> None:
    error, words, call = REFUSED[case]
    with pytest.raises(error, match=words):
        call()


def test_a_meter_cannot_be_held_without_a_baseline() -> None:
    world = sb.World(Model(act=choice(0, 1), meter=lambda act: act, value=function(lambda meter: meter)), value="value")
    with pytest.raises(LookupError, match="no baseline policy"):
        Training(world, outcome("value")).tampering()


def test_the_picture_stacks_shares() -> None:
    training = Training(meter(), LOSSES["outcome"])
    ax = plot_shares_over_steps([training.shape(START, steps=step) for step in range(60)])
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["honest", "tamper"]
    assert ax.get_xlim() == (0.0, 59.0)
