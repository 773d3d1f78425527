"""Unrolled models equal models written out by hand, and runs of the step by plain Python."""

import itertools
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causalkit import Dist, Model, choice, coin, cpt, function, table
from causalkit.errors import CausalError, CyclicModel, InvalidName, NotADistribution, UnknownName, WrongShape
from causalkit.mechanisms.mechanism import CPT
from causalkit.unrolling import each_step, unroll

HORIZONS = [1, 2, 5]

# A button over time: doubts come and stay, a reassured human does not wish to stop, a press is for good, value adds up.
BUTTON = {
    "doubt": coin("1/4"),
    "action": choice("work", "reassure", sees=["doubt", "pressed_before"]),
    "wish": lambda doubt, action, wish_before: (doubt and action == "work") or wish_before,
    "pressed": lambda wish_before, pressed_before, attentive: (wish_before and attentive) or pressed_before,
    "total": lambda total_before, pressed: total_before + (not pressed),
}
START = {"wish": False, "pressed": lambda wish: wish, "total": 0}
SHARED = {"attentive": coin("2/3")}


def by_hand(horizon: int) -> Model:
    """The same model, every variable written out with its parents."""
    variables: dict[str, Any] = {
        "attentive": coin("2/3"),
        "wish[0]": False,
        "pressed[0]": function(lambda w: w, parents=["wish[0]"]),
        "total[0]": 0,
    }
    for t in range(1, horizon + 1):
        variables[f"doubt[{t}]"] = coin("1/4")
        variables[f"action[{t}]"] = choice("work", "reassure", sees=[f"doubt[{t}]", f"pressed[{t - 1}]"])
        variables[f"wish[{t}]"] = function(
            lambda d, a, w: (d and a == "work") or w, parents=[f"doubt[{t}]", f"action[{t}]", f"wish[{t - 1}]"]
        )
        variables[f"pressed[{t}]"] = function(lambda w, p, a: (w and a) or p, parents=[f"wish[{t - 1}]", f"pressed[{t - 1}]", "attentive"])
        variables[f"total[{t}]"] = function(lambda v, p: v + (not p), parents=[f"total[{t - 1}]", f"pressed[{t}]"])
    return Model(variables)


def run(horizon: int, rule: Callable[[bool, bool], str]) -> dict[int, Fraction]:
    """The distribution of the last total by running the step again and again for every draw of noise."""
    totals: defaultdict[int, Fraction] = defaultdict(Fraction)
    for attentive, *doubts in itertools.product([False, True], repeat=horizon + 1):
        weight = Fraction(2 if attentive else 1, 3)
        wish = pressed = False
        total = 0
        for doubt in doubts:
            weight *= Fraction(1 if doubt else 3, 4)
            action = rule(doubt, pressed)
            pressed = (wish and attentive) or pressed
            wish = (doubt and action == "work") or wish
            total += not pressed
        totals[total] += weight
    return dict(totals)


@pytest.mark.parametrize("horizon", HORIZONS)
def test_an_unrolled_model_is_the_model_written_by_hand(horizon: int) -> None:
    unrolled = unroll(BUTTON, horizon, start=START, shared=SHARED)
    assert unrolled == by_hand(horizon)
    assert unrolled.names == by_hand(horizon).names


@pytest.mark.parametrize("horizon", HORIZONS)
@pytest.mark.parametrize("rule", [lambda doubt, pressed: "work", lambda doubt, pressed: "reassure" if doubt and not pressed else "work"])
def test_answers_are_those_of_running_the_step(horizon: int, rule: Callable[[bool, bool], str]) -> None:
    unrolled = unroll(BUTTON, horizon, start=START, shared=SHARED)
    policy = each_step(unrolled, action=function(rule, parents=["doubt", "pressed_before"]))
    assert dict(unrolled.choose(policy).dist(f"total[{horizon}]")) == run(horizon, rule)


@pytest.mark.parametrize("horizon", HORIZONS)
def test_noise_is_drawn_afresh_in_every_step(horizon: int) -> None:
    m = unroll({"tired": coin("1/4"), "asleep": lambda tired, asleep_before: tired or asleep_before}, horizon, start={"asleep": False})
    assert m.prob({f"asleep[{horizon}]": True}) == 1 - Fraction(3, 4) ** horizon


@pytest.mark.parametrize("horizon", HORIZONS)
def test_what_is_shared_is_drawn_once(horizon: int) -> None:
    bias: Any = Dist({Fraction(1, 3): "1/2", Fraction(2, 3): "1/2"})
    toss = cpt(["bias"], {p: {"heads": p, "tails": 1 - p} for p in bias})
    m = unroll({"toss": toss}, horizon, shared={"bias": bias})
    every = {f"toss[{t}]": "heads" for t in range(1, horizon + 1)}
    assert m.prob(every) == sum(p**horizon for p in bias) / 2
    assert m.given(every).prob(bias=Fraction(2, 3)) == Fraction(2**horizon, 1 + 2**horizon)


def test_what_is_shared_may_listen_to_what_is_shared() -> None:
    m = unroll({"y": lambda twice: twice}, 2, shared={"once": coin("1/3"), "twice": lambda once: once})
    assert m.parents("twice") == ("once",)
    assert m.prob({"y[2]": True}) == Fraction(1, 3)


@pytest.mark.parametrize("horizon", HORIZONS)
def test_functions_tables_and_cpts_name_their_parents_alike(horizon: int) -> None:
    rows = {(u, x): u != x for u in (True, False) for x in (True, False)}
    forms = [
        lambda u, x_before: u != x_before,
        function(lambda u, x: u != x, parents=["u", "x_before"]),
        table(["u", "x_before"], rows),
        cpt(["u", "x_before"], {key: {value: 1} for key, value in rows.items()}),
    ]
    models = [unroll({"u": coin("1/3"), "x": form}, horizon, start={"x": False}) for form in forms]
    last = f"x[{horizon}]"
    assert len({m.prob({last: True}) for m in models}) == 1
    assert {m.parents(last) for m in models} == {(f"u[{horizon}]", f"x[{horizon - 1}]")}


@given(st.dictionaries(st.tuples(st.booleans(), st.booleans()), st.booleans(), min_size=4, max_size=4), st.integers(1, 4), st.booleans())
def test_any_step_equals_running_it(rows: dict[tuple[bool, bool], bool], horizon: int, first: bool) -> None:
    m = unroll({"u": coin("1/3"), "x": table(["u", "x_before"], rows, domain=[False, True])}, horizon, start={"x": first})
    weight = Fraction(0)
    for us in itertools.product([False, True], repeat=horizon):
        x = first
        for u in us:
            x = rows[u, x]
        weight += x * Fraction(1, 3) ** sum(us) * Fraction(2, 3) ** (horizon - sum(us))
    assert (m.prob({f"x[{horizon}]": True}) if True in m.domain(f"x[{horizon}]") else 0) == weight


@pytest.mark.parametrize("horizon", HORIZONS)
def test_a_table_holds_for_all_steps_although_some_rows_cannot_occur_at_the_first(horizon: int) -> None:
    grow = table(["level_before"], {0: 1, 1: 2, 2: 2})
    m = unroll({"level": grow}, horizon, start={"level": 0})
    assert m.mechanism("level[1]") == table(["level[0]"], {0: 1})
    assert m.dist(f"level[{horizon}]") == Dist({min(horizon, 2): 1})


def test_values_that_are_tuples_may_key_the_rows() -> None:
    swap = table(["pair_before"], {(1, 2): (2, 1), (2, 1): (1, 2)})
    single = table(["one_before"], {("a",): ("b",), ("b",): ("a",)})
    m = unroll({"pair": swap, "one": single}, 3, start={"pair": (1, 2), "one": ("a",)})
    assert m.prob({"pair[3]": (2, 1), "one[3]": ("b",)}) == 1


def test_a_monotone_cpt_keeps_its_order_in_every_step() -> None:
    rows = {"low": {"low": "1/2", "high": "1/2"}, "high": {"high": "3/4", "low": "1/4"}}
    m = unroll({"x": cpt(["x_before"], rows, coupling="monotone", domain=["low", "high"])}, 2, start={"x": "high"})
    assert m.domain("x[1]") == m.domain("x[2]") == ("low", "high")
    assert m.given({"x[1]": "high"}).do({"x[0]": "high"}).prob({"x[1]": "high"}) == 1


def test_counterfactuals_share_the_noise_of_every_step() -> None:
    m = unroll({"u": coin("1/3"), "x": lambda u, x_before: u or x_before}, 3, start={"x": False})
    assert m.given({"x[3]": True, "x[2]": False}).do({"x[1]": True}).prob({"u[3]": True}) == 1
    assert m.do({"x[1]": True}).prob({"x[3]": True}) == 1


def test_longer_memory_is_carried_along() -> None:
    m = unroll(
        {"u": coin("1/2"), "earlier": lambda u_before: u_before, "same": lambda u, earlier_before: u == earlier_before},
        3,
        start={"u": False, "earlier": False},
    )
    assert m.given({"u[1]": True, "u[3]": True}).prob({"same[3]": True}) == 1
    assert m.given({"u[1]": True, "u[3]": False}).prob({"same[3]": True}) == 0


def test_steps_may_differ() -> None:
    m = unroll(lambda t: {"x": lambda x_before: x_before + t, **({"last": lambda x: x > 5} if t == 3 else {})}, 3, start={"x": 0})
    assert m.names == ("x[0]", "x[1]", "x[2]", "x[3]", "last[3]")
    assert m.prob({"last[3]": True}) == 1


def test_start_may_be_random_and_need_not_be_read() -> None:
    m = unroll({"x": lambda x_before: not x_before, "y": coin("1/2")}, 2, start={"x": coin("1/5"), "y": True})
    assert m.prob({"x[2]": True}) == Fraction(1, 5)
    assert m.domain("y[0]") == (True,)


def test_choices_are_open_in_every_step_and_each_step_fills_them() -> None:
    m = unroll(BUTTON, 2, start=START, shared=SHARED)
    assert m.choices == ("action[1]", "action[2]")
    assert m.mechanism("action[2]") == choice("work", "reassure", sees=["doubt[2]", "pressed[1]"])
    assert m.choose(each_step(m, action="work")).choices == ()
    assert m.choose(each_step(m, action="work", steps=[2])).choices == ("action[1]",)


def test_each_step_edits_too() -> None:
    m = unroll(BUTTON, 3, start=START, shared=SHARED).choose({f"action[{t}]": "work" for t in (1, 2, 3)})
    assert each_step(m, wish=True, steps=range(2, 4)) == {"wish[2]": True, "wish[3]": True}
    assert m.do(each_step(m, wish=False)).prob({"total[3]": 3}) == 1
    soft = m.do(each_step(m, {"wish": lambda attentive, wish_before: attentive or wish_before}))
    assert soft.parents("wish[3]") == ("attentive", "wish[2]")


# ---- errors


COIN = coin("1/2")
WRONG: list[tuple[Callable[[], Any], type[CausalError], str]] = [
    (lambda: unroll({"x": COIN}, 0), WrongShape, "the horizon is 0, expected the number of steps, 1 or more"),
    (lambda: unroll({"x": COIN}, True), WrongShape, "the horizon is True, expected the number of steps, 1 or more"),
    (lambda: unroll({"x": COIN}, "3"), WrongShape, "the horizon is '3', expected the number of steps, 1 or more"),  # type: ignore[arg-type]
    (lambda: unroll({}, 2), WrongShape, "the step has no variables; type {'wish': ...}"),
    (
        lambda: unroll(["x"], 2),  # type: ignore[arg-type]
        WrongShape,
        "the step is ['x'], expected a mapping of names to mechanisms; type {'wish': ...}",
    ),
    (lambda: unroll(lambda t: t, 2), WrongShape, "step 1 is 1, expected a mapping of names to mechanisms; type {'wish': ...}"),  # type: ignore[arg-type, return-value]
    (lambda: unroll({3: COIN}, 2), InvalidName, "3 cannot name a variable; a name is a text that is not empty, without blanks around it"),  # type: ignore[dict-item]
    (
        lambda: unroll({"x_before": COIN}, 2),
        InvalidName,
        "'x_before' cannot name a variable here: it stands for 'x' one step earlier; choose another name",
    ),
    (
        lambda: unroll({"x": COIN}, 2, shared={"x": COIN}),
        InvalidName,
        "'x' is both shared and in a step; a variable is drawn once for all steps, or in every step",
    ),
    (
        lambda: unroll({"x": COIN}, 2, shared={"x[2]": COIN}),
        InvalidName,
        "the shared 'x[2]' has the name of a variable at a step; choose another name",
    ),
    (
        lambda: unroll({"wish": COIN}, 2, start={"wihs": True}),
        UnknownName,
        "start gives 'wihs', which is in no step; the steps have: wish; did you mean 'wish'?",
    ),
    (
        lambda: unroll({"wish": COIN, "pressed": lambda wihs: wihs}, 2),
        UnknownName,
        "'pressed' at step 1 listens to 'wihs', which is not there; the step has: wish, pressed, shared has: nothing; did you mean 'wish'?",
    ),
    (
        lambda: unroll({"x": lambda x_before: x_before}, 2),
        UnknownName,
        "'x' at step 1 listens to 'x_before', and nothing says what 'x' was before the first step; type start={'x': ...}",
    ),
    (
        lambda: unroll({"x": lambda p_before: p_before}, 2, shared={"p": COIN}),
        UnknownName,
        "'x' at step 1 listens to 'p_before', and 'p' is shared by all steps, so it is no other before; listen to 'p'",
    ),
    (
        lambda: unroll(lambda t: {"x": COIN} if t == 1 else {"y": lambda z_before: z_before}, 2),
        UnknownName,
        "'y' at step 2 listens to 'z_before', and step 1 has no 'z'; step 1 has: x",
    ),
    (
        lambda: unroll({"x": lambda x: x}, 2),
        CyclicModel,
        "'x' listens to itself in the same step; listen to 'x_before', its value one step earlier",
    ),
    (
        lambda: unroll({"x": COIN}, 2, start={"x": lambda y: y}, shared={"p": COIN}),
        UnknownName,
        "the start of 'x' listens to 'y', which has no start and is not shared; start has: x, shared has: p",
    ),
    (
        lambda: unroll({"x": COIN}, 2, shared={"p": lambda x: x}),
        UnknownName,
        "the shared 'p' listens to 'x', which is not shared; shared has: p",
    ),
    (
        lambda: unroll({"x": table(["y_before"], {0: 1, 1: 0, 2: 3}), "y": table(["y_before"], {0: 1, 1: 0})}, 2, start={"y": 0}),
        WrongShape,
        "'x[1]' has a row for 2, and 'y[0]' is 2 at no step; it is one of 0, 1",
    ),
    (
        lambda: unroll({"y": table(["y_before"], {0: 1})}, 2, start={"y": 0}),
        WrongShape,
        "'y[2]' has no row for y[1]=1; add 1: ... to its rows",
    ),
    (
        lambda: each_step(unroll({"x": COIN}, 2), y=1),
        UnknownName,
        "no step has 'y'; the steps have: x",
    ),
    (
        lambda: each_step(unroll({"x": COIN}, 2), x=True, steps=[3]),
        UnknownName,
        "'x[3]' is not in the model; it has: x[1], x[2]",
    ),
    (
        lambda: each_step(unroll({"x": COIN}, 2), x=lambda x_before: x_before),
        UnknownName,
        "the rule for 'x[1]' listens to 'x_before', and none of x_before[1], x[0], x_before is in the model",
    ),
]


@pytest.mark.parametrize(("wrong", "error", "text"), WRONG, ids=[text[:48] for _, _, text in WRONG])
def test_wrong_calls_say_what_was_found_and_what_to_type(wrong: Callable[[], Any], error: type[CausalError], text: str) -> None:
    with pytest.raises(error) as caught:
        wrong()
    assert str(caught.value) == text


def test_a_circle_within_a_step_names_the_step() -> None:
    with pytest.raises(CyclicModel, match=r"x\[1\] -> y\[1\] -> x\[1\]|y\[1\] -> x\[1\] -> y\[1\]"):
        unroll({"x": lambda y: y, "y": lambda x: x}, 2)


@pytest.mark.parametrize("place", [0, 1])
def test_a_row_that_is_no_distribution_is_refused_wherever_it_stands(place: int) -> None:
    rows: dict[Any, Any] = {False: coin("1/2"), True: coin("1/3")}
    rows[bool(place)] = 1
    with pytest.raises(NotADistribution, match="a row of a cpt is a Dist"):
        unroll({"x": CPT(("x_before",), {(key,): row for key, row in rows.items()})}, 2, start={"x": False})
