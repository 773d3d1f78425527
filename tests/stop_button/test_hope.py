"""Hope and result: the numbers, the laws, and every answer against the definition followed step by step."""

import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any, cast

import pytest
import sympy
from hypothesis import event, given, settings
from hypothesis import strategies as st

import stop_button as sb
from causalkit import Dist, Model, choice, coin, cpt, table, uniform, unroll
from causalkit.errors import Impossible, InvalidNumber, MechanismFailed, TooLarge, UnknownName, UnknownValue, WrongArgument, WrongShape
from causalkit.values.exact import Number, as_fraction
from stop_button.sequences import Process, Trial, conditioned_on_return, halfway
from stop_button.sequences.linear_equations import solution
from stop_button.sequences.optimum import optimum
from stop_button.worlds.reassurance import reassurance
from tests.tries import tries

F = Fraction
ONE = F(1)
NINE_TENTHS = F(9, 10)

BASE = Process({"A": ["B", "E"], "B": ["C"], "D": ["A"], "E": ["F"], "G": []}, {"C": 1, "F": -1, "G": 10}, discount="9/10")
BACK = BASE.with_edge("E", "B")
SHORT = BASE.with_edge("A", "C")
FAR = BASE.with_edge("F", "G")
ALL = BACK.with_edge("A", "C").with_edge("F", "G")
GRAPHS = {"base": BASE, "+E->B": BACK, "+A->C": SHORT, "+F->G": FAR}

# ---------------------------------------------------------------- the numbers of the source's graph


def test_hope_on_the_graph_of_the_source() -> None:
    """[tailcalled2021d] for the graph; derived: the amounts."""
    hopes = {name: (dict(graph.hope("D", "A")), dict(graph.hope("A", "E"))) for name, graph in GRAPHS.items()}
    assert hopes == {
        "base": ({"C": F(81, 100)}, {"F": F(-9, 10)}),
        "+E->B": ({"C": F(81, 100)}, {"C": F(81, 100)}),
        "+A->C": ({"C": F(9, 10)}, {"F": F(-9, 10)}),
        "+F->G": ({"F": F(-81, 100), "G": F(729, 100)}, {"F": F(-9, 10), "G": F(81, 10)}),
    }
    assert FAR.hope("D", "A").total == FAR.value("D") == F(162, 25)
    assert FAR.hope("A", "B") == BASE.hope("A", "B") == {"C": F(9, 10)}
    assert FAR.hope("E", "F") == {"F": -1, "G": 9}
    assert BACK.hope("E", "B") == {"C": F(9, 10)}
    assert SHORT.hope("A", "C") == {"C": 1}


def test_the_bellman_equation_is_off_in_one_state() -> None:
    """Derived."""
    assert [graph.residual(BASE) for graph in GRAPHS.values()] == [{}, {"E": F(19, 10)}, {"A": F(1, 10)}, {"F": F(10)}]


def test_how_news_travels() -> None:
    """Derived: 4 sweeps in one order, 1 in another; a rollout sees the new reward from 4 steps on."""
    assert FAR.sweeps(BASE, "DAEF") == 4
    assert FAR.sweeps(BASE, "FEAD") == 1
    assert [FAR.rollout("D", steps, BASE) for steps in range(6)] == [F(81, 100)] * 4 + [F(162, 25)] * 2


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS)
def test_result_does_not_move_when_the_target_was_reached(graph: Process) -> None:
    """Derived."""
    assert graph.result("D", "A", {"C": "81/100"}) == {"C": F(81, 100)}
    for state in graph.states:
        for action in graph.actions(state):
            assert graph.result(state, action, graph.hope(state, action)) == graph.hope(state, action)


def test_result_of_a_bad_target() -> None:
    """Derived."""
    assert BASE.result("D", "A", {"F": "-81/100"}) == {"F": F(-81, 100)}


def test_successor_representation_and_its_limits() -> None:
    """Derived: visits are 1, 9/10, 81/100; a new reward at B is seen by visits and not by hope; a new best policy by neither."""
    visits = BASE.visits("D", "A")
    assert visits == {"A": 1, "B": F(9, 10), "C": F(81, 100)}
    new_reward: dict[Any, int] = {"B": 2, "C": 1}
    assert sum(amount * new_reward.get(state, 0) for state, amount in visits.items()) == F(261, 100)
    assert BASE.with_reward(new_reward).hope("D", "A").total == F(261, 100)
    assert "B" not in BASE.hope("D", "A")
    stale = sum(amount * FAR.reward[state] for state, amount in visits.items())
    assert stale == F(81, 100) != FAR.value("D")


def test_natural_variables() -> None:
    """Derived: a state with k sure successors weighs 1 - 1/k."""
    assert BASE.weighted_by("choices").hope("D", "A") == {"A": F(1, 2)}
    assert ALL.weighted_by("choices").hope("D", "A") == {"A": F(2, 3), "E": F(9, 20)}
    luck = Process({"A": {"x": Dist({"B": "1/2", "C": "1/2"}), "y": "B"}, "S": ["A"]}, {})
    assert luck.weighted_by("choices").hope("S", "A") == {"A": F(1, 8)}


def office(steps: int = 1, discount: object = 1) -> Process:
    world = reassurance(steps=steps)
    return Process.of(world, state=["running", "reassured"], action="act", reward=lambda s: int(s.running), discount=discount)


def test_what_lies_behind_a_manipulated_person() -> None:
    """Derived: asking earns 3/4, none of it behind manipulation; reassuring earns 1, all of it."""
    process = office()
    start = process.states[0]
    ask, reassure = process.hope(start, "ask"), process.hope(start, "reassure")
    assert [(hope.total, hope.share(lambda s: s.reassured)) for hope in (ask, reassure)] == [(F(3, 4), 0), (1, 1)]
    assert process.behind(start, "reassure", lambda s: s.reassured) == (1, 1)


def test_what_lies_behind_over_several_steps() -> None:
    """Derived: asking twice earns 3/4 + 9/16; asking and then reassuring 3/4 + 3/4, of which the second half lies behind."""
    process = office(steps=2)
    start = process.states[0]
    asking = dict.fromkeys(process.states, "ask")
    assert process.hope(start, "ask", policy=asking).total == F(3, 4) + F(9, 16)
    later = process.hope(start, "ask")
    assert (later.total, later.behind(lambda s: s.reassured), later.share(lambda s: s.reassured)) == (F(3, 2), F(3, 4), F(1, 2))
    assert process.hope(start, "reassure").total == process.value(start) == 2
    world = reassurance(steps=2)
    runs = [world.under(dict.fromkeys(("act[1]", "act[2]"), act)).prob({"running[2]": True}) for act in ("ask", "reassure")]
    assert runs == [F(9, 16), 1]


def test_luck_is_taken_for_skill() -> None:
    """Derived: asked for 10, a gamble worth 1 is taken, and 5 was sure."""
    trap = conditioned_on_return({"sure": 5, "gamble": Dist({10: "1/10", 0: "9/10"})}, 10)
    assert dict(trap.policy) == {"gamble": 1}
    assert (trap.worth, trap.best, trap.regret, bool(trap)) == (1, 5, 4, False)
    assert conditioned_on_return({"sure": 5, "gamble": Dist({10: "1/10", 0: "9/10"})}, 5)


def test_the_rest_of_a_target_after_luck() -> None:
    """Derived: a fair coin pays 1 or nothing; of 1/2 there is -5/9 or 5/9 left, and 0 in the mean."""
    lottery = Process(
        {"S": {"go": Dist({"won": "1/2", "lost": "1/2"})}, "won": ["pay", "stay"], "lost": ["pay", "stay"]}, {"won": 1}, discount="9/10"
    )
    left = [(F(1, 2) - paid) / NINE_TENTHS for paid in (1, 0)]
    assert (left, sum(left) / 2) == ([F(-5, 9), F(5, 9)], 0)
    with pytest.raises(WrongShape, match=r"luck moves the rest of the target .* expected=True"):
        lottery.result("S", "go", {"won": "1/2"})
    assert lottery.result("S", "go", {"won": "1/2"}, expected=True) == {"won": F(1, 2)}


def test_the_value_of_trying_once() -> None:
    """Derived: 991/100 against never trying; 81/100 against the better of always and never, which is Howard's value of information."""
    trial = Trial(Dist({100: "1/10", 0: "9/10"}), BASE.value("A"), episodes=2)
    assert (trial.gain, trial.information) == (F(991, 100), F(81, 100))
    assert trial.totals == {"never": F(9, 5), "always": 20, "once, then as it turns out": F(2081, 100)}
    assert trial
    assert not Trial(Dist({1: "1/10", 0: "9/10"}), 1)


def test_a_plan_that_is_split_needs_doing() -> None:
    """Derived: P(goal | midpoint seen) = 1, P(goal | do(midpoint)) = 1/2."""
    road = Model(luck=coin("1/2"), there=lambda luck: luck, home=lambda there, luck: there and luck)
    split = halfway(road, {"there": True}, {"home": True})
    assert (split.seen, split.done, split.confounded, bool(split)) == (1, F(1, 2), F(1, 2), False)
    assert halfway(Model(there=coin("1/2"), home=lambda there: there), {"there": True}, {"home": True})


# ---------------------------------------------------------------- the definitions, step by step


def add(first: dict[Any, Fraction], second: dict[Any, Fraction], times: Number = ONE) -> dict[Any, Fraction]:
    factor = as_fraction(times)
    summed = {state: first.get(state, F(0)) + factor * second.get(state, F(0)) for state in {*first, *second}}
    return {state: amount for state, amount in summed.items() if amount}


def slow_hope(p: Process, state: Any, action: Any, left: int | None = None) -> dict[Any, Fraction]:
    """Every first of tied actions, by recursion over paths."""
    amounts: dict[Any, Fraction] = {}
    for to, weight in p.leads_to(state, action).items():
        amounts = add(amounts, {to: weight * p.reward[to]})  # type: ignore[dict-item]
        after = [slow_hope(p, to, onward, None if left is None else left - 1) for onward in (p.actions(to) if left != 1 else ())]
        amounts = add(amounts, max(after, key=lambda hope: sum(hope.values()), default={}), weight * p.discount)
    return amounts


def slow_results(p: Process, state: Any, action: Any, aim: dict[Any, Fraction]) -> list[dict[Any, Fraction]]:
    """Every result that some choice among tied replies gives, without chance."""
    (to,) = p.leads_to(state, action)
    rest = {s: v / p.discount for s, v in add(aim, {to: p.reward[to]}, F(-1)).items()}
    replies = [reply for onward in p.actions(to) for reply in slow_results(p, to, onward, rest)]
    distance = lambda reply: sum(abs(v) for v in add(reply, rest, F(-1)).values())
    least = min(map(distance, replies), default=F(0))
    nearest = [reply for reply in replies if distance(reply) == least] or [{}]
    return [add({to: p.reward[to]}, reply, p.discount) for reply in nearest]


REWARDS = st.lists(st.sampled_from([F(0), F(1), F(-1), F(2), F(1, 2)]), min_size=8, max_size=8)
DISCOUNTS = st.sampled_from([F(1, 2), F(9, 10), F(1), F(2, 3)])


@st.composite
def graphs(draw: st.DrawFn) -> Process:
    """No chance, no cycle: every state leads to some later ones."""
    size = draw(st.integers(2, 7))
    moves = {
        s: draw(st.lists(st.integers(s + 1, size), unique=True, min_size=int(s == 0), max_size=3)) if s < size else []
        for s in range(size + 1)
    }
    rewards = draw(REWARDS)
    return Process(moves, lambda s: rewards[s], discount=draw(DISCOUNTS))


@st.composite
def lotteries(draw: st.DrawFn) -> Process:
    """Layers with chance: each action leads to one or two states of the next layer."""
    rewards, width, depth = draw(REWARDS), 2, draw(st.integers(1, 3))
    target = lambda layer: st.one_of(
        st.integers(0, width - 1).map(lambda i: (layer, i)),
        st.sampled_from(["1/2", "1/3"]).map(lambda w: Dist({(layer, 0): w, (layer, 1): 1 - F(w)})),
    )
    moves = {(k, i): {a: draw(target(k + 1)) for a in "ab"[: draw(st.integers(1, 2))]} for k in range(depth) for i in range(width)}
    return Process(moves, lambda s: rewards[(2 * s[0] + s[1]) % 8], discount=draw(DISCOUNTS))


@st.composite
def rounds(draw: st.DrawFn) -> Process:
    """Cycles with chance, and a discount below 1."""
    size, rewards = draw(st.integers(1, 3)), draw(REWARDS)
    target = st.one_of(
        st.integers(0, size),
        st.tuples(st.integers(0, size - 1), st.sampled_from(["1/2", "1/4"])).map(lambda t: Dist({t[0]: t[1], t[0] + 1: 1 - F(t[1])})),
    )
    moves = {s: {a: draw(target) for a in "ab"[: draw(st.integers(1, 2))]} for s in range(size)}
    return Process(moves | {size: []}, lambda s: rewards[s], discount=draw(st.sampled_from([F(1, 2), F(9, 10)])))


def every_move(p: Process) -> list[tuple[Any, Any]]:
    moves = [(state, action) for state in p.states for action in p.actions(state)]
    assert moves
    return moves


@settings(max_examples=tries(60))
@given(graphs())
def test_hope_without_chance(p: Process) -> None:
    for edge in every_move(p):
        assert p.hope(*edge) == slow_hope(p, *edge)


@settings(max_examples=tries(60))
@given(lotteries())
def test_hope_with_chance(p: Process) -> None:
    for edge in every_move(p):
        assert p.hope(*edge) == slow_hope(p, *edge)


@settings(max_examples=tries(30))
@given(rounds(), st.integers(1, 4))
def test_hope_with_a_horizon(p: Process, horizon: int) -> None:
    for edge in every_move(p):
        assert p.hope(*edge, horizon=horizon) == slow_hope(p, *edge, horizon)


def slow_ties(p: Process, state: Any, action: Any, left: int) -> set[tuple[Any, tuple[Any, ...]]]:
    """The states that are met, with the actions that are best there with the moves then left, where there are several."""
    found = set()
    for to in p.leads_to(state, action) if left > 1 else ():
        worth = {onward: sum(slow_hope(p, to, onward, left - 1).values()) for onward in p.actions(to)}
        best = tuple(onward for onward, value in worth.items() if value == max(worth.values()))
        found |= {(to, best)} if len(best) > 1 else set()
        found |= slow_ties(p, to, best[0], left - 1) if best else set()
    return found


@settings(max_examples=tries(30))
@given(rounds(), st.integers(1, 4))
def test_ties_with_a_horizon_are_those_with_the_moves_then_left(p: Process, horizon: int) -> None:
    for edge in every_move(p):
        ties = p.hope(*edge, horizon=horizon).ties
        event(f"ties: {len(ties)}")
        assert len(set(ties)) == len(ties)
        assert set(ties) == slow_ties(p, *edge, horizon)
        assert p.visits(*edge, horizon=horizon).ties == ties


def policies(p: Process) -> Iterator[dict[Any, Any]]:
    states = [state for state in p.states if p.actions(state)]
    return (dict(zip(states, picks, strict=True)) for picks in product(*(p.actions(state) for state in states)))


def flow_by_sympy(p: Process, policy: dict[Any, Any]) -> sympy.Matrix:
    """``(I - g P)^-1``: how often, discounted, one state is left after another."""
    moved = sympy.Matrix(
        len(p.states),
        len(p.states),
        lambda i, j: rational(p.leads_to(p.states[i], policy[p.states[i]])[p.states[j]]) if p.states[i] in policy else 0,
    )
    return moved, (sympy.eye(len(p.states)) - rational(p.discount) * moved).inv()


def rational(value: Number) -> sympy.Rational:
    fraction = as_fraction(value)
    return sympy.Rational(fraction.numerator, fraction.denominator)


@settings(max_examples=tries(30))
@given(rounds())
def test_cycles_against_every_policy(p: Process) -> None:
    reward = sympy.Matrix([rational(p.reward[state]) for state in p.states])
    worths = []
    for policy in policies(p):
        moved, flow = flow_by_sympy(p, policy)
        worths.append((policy, flow * moved * reward, moved, flow))
    assert worths
    for place, state in enumerate(p.states):
        best = max(worth[place] for _, worth, _, _ in worths)
        assert rational(p.value(state)) == best
        for action in p.actions(state):
            hope = p.hope(state, action)
            first = sympy.Matrix([[rational(p.leads_to(state, action)[to]) for to in p.states]])
            candidates = [
                first * flow
                for _, worth, moved, flow in worths
                if all(worth[i] >= other[i] for _, other, _, _ in worths for i in range(len(p.states)))
            ]
            assert any(all(rational(hope[to]) == row[i] * reward[i] for i, to in enumerate(p.states)) for row in candidates)


@settings(max_examples=tries(80))
@given(graphs(), st.dictionaries(st.integers(0, 7), st.sampled_from([F(1), F(-1), F(1, 2), F(81, 100)]), max_size=3))
def test_result_is_what_the_definition_says(p: Process, wanted: dict[int, Fraction]) -> None:
    aim = {state: amount for state, amount in wanted.items() if state in p.states}
    for edge in every_move(p):
        assert dict(p.result(*edge, aim)) in slow_results(p, *edge, aim)


@settings(max_examples=tries(60))
@given(graphs(), st.dictionaries(st.integers(0, 7), st.sampled_from([F(1), F(-1), F(1, 2)]), max_size=3))
def test_result_is_the_nearest_path(p: Process, wanted: dict[int, Fraction]) -> None:
    """L6: the one-step definition finds the nearest of all paths."""
    aim = {state: amount for state, amount in wanted.items() if state in p.states}

    def paths(state: Any, action: Any) -> Iterator[dict[Any, Fraction]]:
        (to,) = p.leads_to(state, action)
        for tail in [tail for onward in p.actions(to) for tail in paths(to, onward)] if p.actions(to) else [{}]:
            yield add({to: p.reward[to]}, tail, p.discount)

    for edge in every_move(p):
        nearest = min(sum(abs(v) for v in add(path, aim, F(-1)).values()) for path in paths(*edge))
        assert p.result(*edge, aim).distance(aim) == nearest


# ---------------------------------------------------------------- laws


def by_shape(test: Callable[[Process], None]) -> Callable[[], None]:
    """A law on all three shapes."""
    return settings(max_examples=tries(60))(given(st.one_of(graphs(), lotteries(), rounds()))(test))


@by_shape
def test_hope_is_reward_times_visits_and_sums_to_the_value(p: Process) -> None:
    for state, action in every_move(p):
        hope, visits = p.hope(state, action), p.visits(state, action)
        assert hope == {s: v * p.reward[s] for s, v in visits.items() if p.reward[s]}
        assert hope.total <= p.value(state)
        assert (hope.total == p.value(state)) == (action in p.best(state))


@by_shape
def test_best_values_leave_no_residual(p: Process) -> None:
    assert p.residual(p) == {}


@by_shape
def test_what_lies_behind_is_between_the_least_and_the_most(p: Process) -> None:
    for edge in every_move(p):
        event = lambda state: hash(state) % 2 == 0
        least, most = p.behind(*edge, event)
        assert least <= p.hope(*edge).behind(event) <= most
        assert sum(p.behind(*edge, lambda state: True)) == 2 * p.hope(*edge).total


@settings(max_examples=tries(30))
@given(st.one_of(graphs(), lotteries()), REWARDS, REWARDS)
def test_hope_is_linear_in_reward_for_a_fixed_policy(p: Process, one: list[Fraction], two: list[Fraction]) -> None:
    policy = {state: p.actions(state)[-1] for state in p.states if p.actions(state)}
    rewards = [{s: values[i % 8] for i, s in enumerate(p.states)} for values in (one, two)]
    both = p.with_reward({s: 2 * rewards[0][s] - rewards[1][s] for s in p.states})
    for edge in every_move(p):
        parts = [p.with_reward(reward).hope(*edge, policy=policy) for reward in rewards]
        assert both.hope(*edge, policy=policy) == add(add({}, dict(parts[0]), F(2)), dict(parts[1]), F(-1))


@settings(max_examples=tries(60))
@given(graphs(), st.integers(0, 6), st.integers(1, 7))
def test_result_of_the_hope_is_the_hope_and_a_new_edge_does_not_move_it(p: Process, start: int, end: int) -> None:
    for edge in every_move(p):
        hope = p.hope(*edge)
        assert p.result(*edge, hope) == hope
        if start < end and start in p.states and end in p.states and p.actions(start) and end not in p.actions(start):
            assert p.with_edge(start, end).result(*edge, hope) == hope


@by_shape
def test_what_is_printed_can_be_pasted_back(p: Process) -> None:
    assert eval(repr(p), {"Process": Process, "Dist": Dist, "Fraction": Fraction}) == p


def slow_expected(p: Process, state: Any, action: Any, aim: dict[Any, Fraction], left: int | None = None) -> dict[Any, Fraction]:
    """The definition with what is left of the aim taken in the mean, the first of tied replies."""
    law = p.leads_to(state, action)
    paid: dict[Any, Fraction] = {to: as_fraction(weight) * p.reward[to] for to, weight in law.items()}
    rest = {s: v / p.discount for s, v in add(aim, paid, F(-1)).items()}
    amounts = add({}, paid)
    for to, weight in law.items():
        moves = p.actions(to) if left != 1 else ()
        replies = [slow_expected(p, to, onward, rest, None if left is None else left - 1) for onward in moves]
        distance = lambda reply, rest=rest: sum(abs(v) for v in add(reply, rest, F(-1)).values())
        amounts = add(amounts, min(replies, key=distance, default={}), weight * p.discount)
    return amounts


AIMS = st.dictionaries(st.integers(0, 5), st.sampled_from([F(1), F(-1), F(1, 2)]), max_size=3)


@settings(max_examples=tries(40))
@given(lotteries(), AIMS)
def test_expected_results_follow_the_definition(p: Process, wanted: dict[int, Fraction]) -> None:
    aim = {p.states[place % len(p.states)]: amount for place, amount in wanted.items()}
    for edge in every_move(p):
        assert p.result(*edge, aim, expected=True) == slow_expected(p, *edge, aim)


@settings(max_examples=tries(30))
@given(rounds(), AIMS, st.integers(1, 4))
def test_results_with_a_horizon_follow_the_definition(p: Process, wanted: dict[int, Fraction], horizon: int) -> None:
    aim = {p.states[place % len(p.states)]: amount for place, amount in wanted.items()}
    for edge in every_move(p):
        assert p.result(*edge, aim, horizon=horizon, expected=True) == slow_expected(p, *edge, aim, horizon)


def test_a_result_with_a_horizon_on_a_cycle_follows_the_definition() -> None:
    ring = Process({"a": ["b", "c"], "b": ["a"], "c": ["a"]}, {"b": 1, "c": -1}, discount="1/2")
    assert ring.result("a", "b", {"b": 1, "c": "-1/4"}, horizon=3) == {"b": 1, "c": F(-1, 4)}
    assert ring.result("a", "b", {"b": "5/4"}, horizon=4) == {"b": F(5, 4)}


def test_an_edge_out_of_an_end_takes_the_end_away() -> None:
    """Where a process could stop it must now go on, so the result of a target that was reached exactly moves."""
    stop = Process({"S": ["A"], "A": [], "B": []}, {"B": 1})
    assert stop.result("S", "A", {}) == {}
    assert stop.with_edge("A", "B").result("S", "A", {}) == {"B": 1}


def test_ties_are_reported() -> None:
    fork = Process({"S": ["A"], "A": ["B", "C"]}, {"B": 1, "C": 1})
    assert fork.hope("S", "A").ties == (("A", ("B", "C")),)
    assert fork.best("A") == ("B", "C")
    assert fork.result("S", "A", {}).ties == (("A", ("B", "C")),)
    assert fork.behind("S", "A", lambda state: state == "C") == (0, 1)
    ring = Process({"S": ["A"], "A": ["B", "C"], "B": ["A"], "C": ["A"]}, {"B": 1, "C": 1}, discount="1/2")
    assert ring.hope("S", "A").ties == (("A", ("B", "C")),)


@settings(max_examples=tries(30))
@given(st.integers(1, 5).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.integers(-3, 3), min_size=n * n + n, max_size=n * n + n))))
def test_linear_equations_against_sympy(drawn: tuple[int, list[int]]) -> None:
    size, numbers = drawn
    matrix, right = sympy.Matrix(size, size, numbers[: size * size]), sympy.Matrix(numbers[size * size :])
    rows = [{j: F(int(matrix[i, j]), 3) for j in range(size) if matrix[i, j]} for i in range(size)]
    if matrix.det() == 0:
        with pytest.raises(WrongShape, match="no single solution"):
            solution(rows, [F(1)] * size)
    else:
        answer = matrix.LUsolve(right) * 3
        assert [rational(value) for value in solution(rows, [F(int(value)) for value in right])] == list(answer)


# ---------------------------------------------------------------- read from a model


def test_a_process_of_a_world_over_time() -> None:
    step = {"slip": coin("1/3"), "go": choice(-1, 0, 1), "at": lambda go, slip, at_before: max(0, min(2, at_before + (0 if slip else go)))}
    model = unroll(step, 3, start={"at": 0})
    p = Process.of(model, state=["at"], action="go", reward=lambda s: s.at, discount="1/2")
    start = p.states[0]
    best = max(
        sum(F(1, 2) ** t * model.choose({f"go[{k}]": plan[k - 1] for k in (1, 2, 3)}).expect(f"at[{t + 1}]") for t in range(3))
        for plan in product([-1, 0, 1], repeat=3)
    )
    assert p.value(start) == best
    world = sb.World(unroll(step, 1, start={"at": 0}))
    assert Process.of(world, state=["at"], action="go").leads_to(Process.of(world, state=["at"], action="go").states[0], 1)[(1, 1)] == F(
        2, 3
    )


@pytest.mark.parametrize("other", [1, 2, 3])
def test_each_step_has_moves_of_its_own(other: int) -> None:
    """An action leads elsewhere at one step, whichever it is."""
    alike: dict[Any, Any] = {0: Dist({0: 1}), 1: Dist({1: 1})}
    laws: dict[str, Any] = {"on[0]": 0}
    for t in (1, 2, 3):
        laws[f"go[{t}]"] = choice(0, 1, sees=[f"on[{t - 1}]"])
        laws[f"on[{t}]"] = cpt([f"go[{t}]"], {0: alike[1], 1: alike[0]} if t == other else alike, coupling="independent")
    found = Process.of(Model(laws), state=["on"], action="go")
    assert set(found.states) == {(0, 0), *((t, on) for t in (1, 2, 3) for on in (0, 1))}
    for state in found.states:
        before, _ = cast("tuple[int, int]", state)
        for go in (0, 1) if before < 3 else ():
            assert found.leads_to(state, go) == Dist({(before + 1, 1 - go if before + 1 == other else go): 1})


def test_a_state_that_holds_too_little_is_refused() -> None:
    hidden = unroll(
        {"go": choice(0, 1), "was": lambda go: go, "on": lambda go, was_before: go and was_before}, 2, start={"was": 0, "on": 0}
    )
    with pytest.raises(WrongShape, match="depends on more of the past than the state holds"):
        Process.of(hidden, state=["on"], action="go")
    assert Process.of(hidden, state=["on", "was"], action="go").states
    glance = unroll({"rain": coin("1/2"), "go": choice(0, 1, sees=["rain"]), "on": lambda go: go}, 1, start={"on": 0})
    with pytest.raises(WrongShape, match=r"'go' sees 'rain\[1\]' at step 1"):
        Process.of(glance, state=["on"], action="go")
    with pytest.raises(UnknownName, match=r"no step has the choice 'went'"):
        Process.of(glance, state=["on"], action="went")
    unknown = unroll({"go": choice(0, 1), "on": lambda go: go}, 1)
    with pytest.raises(UnknownName, match=r"'on\[0\]' is not in the model.*start="):
        Process.of(unknown, state=["on"], action="go")
    random = unroll({"go": choice(0, 1), "on": lambda go: go}, 1, start={"on": uniform(0, 1)})
    with pytest.raises(WrongShape, match=r"can start in 2 states"):
        Process.of(random, state=["on"], action="go")


# ---------------------------------------------------------------- refused


def ring_of(size: int) -> Process:
    return Process({k: [(k + 1) % size] for k in range(size)}, {0: 1}, discount="1/2")


REFUSED: dict[str, tuple[type[Exception], str, Callable[[], Any]]] = {
    "an unknown state": (UnknownName, r"'X' is not a state; there are: 'A'", lambda: BASE.hope("X", "A")),
    "an unknown action": (UnknownValue, r"'G' cannot be done in 'A'; its actions are: 'B', 'E'", lambda: BASE.hope("A", "G")),
    "an end": (UnknownValue, r"'A' cannot be done in 'C'; the process ends there", lambda: BASE.hope("C", "A")),
    "symbols": (InvalidNumber, r"symbols are not carried here", lambda: Process({"A": ["B"]}, {"B": sympy.Symbol("r")})),
    "a symbolic discount": (InvalidNumber, r"the discount is g, and symbols", lambda: Process({"A": ["B"]}, discount=sympy.Symbol("g"))),
    "a discount above 1": (InvalidNumber, r"between 0 and 1", lambda: Process({"A": ["B"]}, discount=2)),
    "a text of states": (WrongShape, r"the moves of 'A' are 'BE', expected a list", lambda: Process({"A": "BE"})),
    "a reward for nobody": (UnknownName, r"'Z' has a reward and is not a state", lambda: Process({"A": ["B"]}, {"Z": 1})),
    "a state named twice": (WrongShape, r"name a state twice", lambda: Process({"A": ["B", "B"]})),
    "a cycle without an end": (
        WrongShape,
        r"with a discount of 1 its worth has no end; type horizon",
        lambda: Process({"A": ["A"]}).value("A"),
    ),
    "a large cycle": (TooLarge, r"201 states, .* at most 200 are solved exactly", lambda: ring_of(201).value(0)),
    "a result on a cycle": (WrongShape, r"lies on a cycle, so a path may have no end; type horizon", lambda: ring_of(3).result(0, 1, {})),
    "sweeps on a cycle": (WrongShape, r"sweeps come closer and never end", lambda: ring_of(3).sweeps(ring_of(3), [0])),
    "a result without discount": (WrongShape, r"discount of 0", lambda: Process({"A": ["B"]}, discount=0).result("A", "B", {})),
    "a horizon of nothing": (WrongShape, r"the horizon is 0, expected a number of moves", lambda: BASE.hope("D", "A", horizon=0)),
    "a share of nothing": (Impossible, r"sum to 0, so a share", lambda: Process({"A": ["B"]}).hope("A", "B").share(bool)),
    "an edge that is there": (WrongShape, r"has the action 'B' already", lambda: BASE.with_edge("A", "B")),
    "another natural variable": (UnknownName, r"there is: 'choices'", lambda: BASE.weighted_by("power")),
    "a policy with a gap": (WrongShape, r"says nothing about 'A'", lambda: BASE.hope("D", "A", policy={"B": "C"})),
    "a new state": (UnknownName, r"had no value in the old process", lambda: BASE.with_edge("G", "H").residual(BASE)),
    "a return nobody saw": (Impossible, r"no data show a return of 7.*they show: 5", lambda: conditioned_on_return({"sure": 5}, 7)),
    "one episode": (WrongShape, r"expected 2 or more", lambda: Trial(Dist({1: 1}), 0, episodes=1)),
    "a law without a name": (
        WrongShape,
        r"a move needs a name; type \{'A': \{'go': Dist",
        lambda: Process({"A": Dist({"B": "1/2", "C": "1/2"})}),
    ),
    "a variable named twice": (WrongShape, r"'step' is named twice", lambda: stepping("step", "step")),
    "a state in a list": (WrongShape, r"\['B'\] cannot be a state or an action", lambda: Process({"A": {"go": ["B"]}})),
    "an edge to a list": (WrongShape, r"\['B'\] cannot be a state", lambda: BASE.with_edge("A", ["B"])),  # type: ignore[arg-type]
    "a state of a list": (UnknownName, r"\['A'\] is not a state", lambda: BASE.value(["A"])),  # type: ignore[arg-type]
    "a reward that raises": (MechanismFailed, r"the reward raised KeyError: 'A' for 'A'", lambda: Process({"A": ["B"]}, {}.__getitem__)),
    "an aim that is none": (WrongArgument, r"takes aim as Mapping.*, and got 5", lambda: BASE.result("D", "A", 5)),  # type: ignore[arg-type]
    "no old process": (WrongArgument, r"takes old as Process, and got 5", lambda: BASE.residual(5)),  # type: ignore[arg-type]
    "steps back": (WrongShape, r"steps=-1 is no number", lambda: BASE.rollout("A", -1, BASE)),
    "an amount that is none": (InvalidNumber, r"'much' is not an exact number", lambda: BASE.hope("D", "A").distance({"C": "much"})),  # type: ignore[dict-item]
    "no law of what it pays": (WrongArgument, r"takes pays as Dist|what it pays is \{\}", lambda: Trial({}, 0)),  # type: ignore[arg-type]
    "too many replies": (TooLarge, r"more than 20,000 replies", lambda: wide().result(0, "x", dict.fromkeys(range(3), 1), horizon=40)),
}


def stepping(*state: str) -> Process:
    """A model whose variable, of any name, is changed by one act and kept by another."""
    (name,) = set(state)
    kept = table(["act", f"{name}_before"], {("keep", 0): 0, ("keep", 1): 1, ("turn", 0): 1, ("turn", 1): 0}, domain=[0, 1])
    model = unroll({"act": choice("keep", "turn"), name: kept}, 2, start={name: 0})
    return Process.of(model, state=state, action="act", reward=lambda s: s[1])


@pytest.mark.parametrize("name", ["running", "step", "my wish", "class", "1a", "<&\"'"])
def test_a_state_may_hold_a_variable_of_any_name(name: str) -> None:
    """Turned at once and kept, it pays twice; it stands in the second place of a state."""
    process = stepping(name)
    assert tuple(cast("Any", process.states[0])) == (0, 0)
    assert (process.value(process.states[0]), process.best(process.states[0])) == (2, ("turn",))


def wide() -> Process:
    return Process({k: {a: (k + i) % 3 for i, a in enumerate("xyz")} for k in range(3)}, {0: 1, 1: 2, 2: 5}, discount="1/2")


@pytest.mark.parametrize("case", REFUSED)
def test_misuse_is_refused_in_words(case: str) -> None:
    error, words, call = REFUSED[case]
    with pytest.raises(error, match=words):
        call()


# ---------------------------------------------------------------- sizes


def test_ten_thousand_states_without_cycles() -> None:
    """The target is 5 seconds; the bound here is wide, for slow machines."""
    chain = Process({k: [k + 1, min(k + 3, 10_000)] if k < 9_990 else [k + 1] for k in range(10_000)}, lambda k: k % 3 - 1, discount="9/10")
    start = time.process_time()
    hope = chain.hope(0, 1)
    assert time.process_time() - start < 20
    assert hope.total == chain.value(0) or 1 not in chain.best(0)
    start = time.process_time()
    two_hundred = Process(
        {
            k: {
                a: Dist({(k + 1) % 200: "1/2", (k * m + 3) % 200: "1/2"}) if (k * m + 3) % 200 != (k + 1) % 200 else (k + 1) % 200
                for a, m in (("x", 7), ("y", 11))
            }
            for k in range(200)
        },
        lambda k: k % 5,
        discount="9/10",
    )
    assert two_hundred.residual(two_hundred) == {}
    assert time.process_time() - start < 20


def test_processes_are_equal_when_their_moves_rewards_and_discount_are() -> None:
    moves: dict[str, list[str]] = {"A": ["B", "C"], "B": [], "C": []}
    pays = {"B": 1, "C": 2}
    one = Process(moves, pays)
    others = [Process({**moves, "A": ["B"]}, pays), Process(moves, {"B": 1}), Process(moves, pays, discount="1/2"), moves, None]
    assert Process(moves, pays) == one
    assert hash(Process(moves, pays)) == hash(one)
    assert all(one != other for other in others)


@settings(max_examples=tries(30))
@given(rounds())
def test_improvement_begins_where_floats_end(p: Process) -> None:
    """Each strongly connected part is evaluated exactly as often as its policy is bettered, and once more: floats leave ties at most."""
    solved: list[int] = []

    def counted(rows: Any, right: Any) -> Any:
        solved.append(len(rows))
        return solution(rows, right)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(optimum.__globals__, "solution", counted)
        transitions = p.transitions
        found = optimum(transitions, range(len(transitions.states)))
    cyclic = [part for part in transitions.components(set(range(len(transitions.states)))) if transitions.cyclic(part)]
    assert [found.value(place) for place in range(len(p.states))] == [p.value(state) for state in p.states]
    assert sorted(solved) == sorted(map(len, cyclic))


@pytest.mark.parametrize(("state", "to", "action"), [("A", "B", None), ("A", "G", "B"), ("D", "new", "A")])
def test_a_move_that_is_there_is_not_replaced(state: str, to: str, action: str | None) -> None:
    with pytest.raises(WrongShape, match=r"has the action '[AB]' already; give the new one a name of its own"):
        BASE.with_edge(state, to, action)
    assert BASE.with_edge(state, to, "other").actions(state) == (*BASE.actions(state), "other")
    assert BASE.with_edge("new", "A").actions("new") == ("A",)
