"""Decisions over time: the best score, the number of ties and the best policies are those of plain enumeration, in every shape of world."""

from __future__ import annotations

import gc
import itertools
import math
import random
import weakref
from collections import Counter

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import causalkit as ck
import stop_button as sb
from bench.bench_sequences import SHAPES, STATES_A_STEP
from bench.sequence_worlds import rewards, walk
from causalkit.errors import Impossible, NeedsCoupling, TooLarge, UnknownName, WrongShape
from causalkit.mechanisms.mechanism import Coupling
from stop_button import FREE, STOP, B, E, V, X
from stop_button.evaluation.evaluation import places_of_best, sweep
from stop_button.evaluation.policy_polynomial import score_of
from stop_button.evaluation.unfolding.discovery import discovered
from stop_button.solving.sequences.sequence import SequenceSolution, solve_sequence, solve_tied
from tests.stop_button import brute_scores
from tests.stop_button.sequence_worlds import FORMULAS, MEMORIES, RATIOS, random_world, utility_of

seeds = st.integers(0, 10**6)


def check(world: sb.World, utility: sb.Utility) -> str:
    """Compare with all policies, listed; says what the solver proved, or that it refused."""
    scores = sweep(utility.formula, world)
    best = places_of_best(scores)
    if not best:
        with pytest.raises(Impossible):
            solve_sequence(world, utility)
        return "undefined"
    found = solve_sequence(world, utility)
    if isinstance(found, str):
        return found
    score = scores[best[0]]
    assert found.score == scores[world.policies.index(found.policy)]
    assert found.score <= score <= found.bound
    if found:
        assert found.score == score
        assert found.ties in (len(best), None)
    if found and found.optimal is not None:
        assert found.ties == len(best)
        among = random.Random(0).sample(range(world.policies.size), min(world.policies.size, 64))
        wanted = set(best)
        assert all((world.policies[i] in found.optimal) == (i in wanted) for i in {*among, *best[:64]})
    return found.proves


@pytest.mark.parametrize("kind", FORMULAS)
@pytest.mark.parametrize("memory", MEMORIES)
@settings(max_examples=4)
@given(seed=seeds)
def test_the_best_of_all_policies_with_every_tie(memory: str, kind: str, seed: int) -> None:
    check(random_world(seed, memory), utility_of(kind, 2))


@pytest.mark.parametrize("memory", ["state", "nothing", "sign"])
@settings(max_examples=4)
@given(seed=seeds, kind=st.sampled_from(FORMULAS))
def test_three_steps(memory: str, seed: int, kind: str) -> None:
    check(random_world(seed, memory, 3), utility_of(kind, 3))


@settings(max_examples=4)
@given(seed=seeds, memory=st.just("nothing"), kind=st.sampled_from(FORMULAS))
def test_against_enumeration_that_shares_no_code(seed: int, memory: str, kind: str) -> None:
    world, utility = random_world(seed, memory), utility_of(kind, 2)
    found = solve_sequence(world, utility)
    if isinstance(found, SequenceSolution):
        scores = [brute_scores.score(utility.formula, world, policy) for policy in world.policies]
        assert found.score <= max(scores) <= found.bound
        if found:
            assert found.score == max(scores)
            assert found.ties == (None if found.optimal is None else scores.count(max(scores)))


@pytest.mark.parametrize("kind", RATIOS)
@pytest.mark.parametrize("memory", MEMORIES)
@settings(max_examples=4)
@given(seed=seeds)
def test_the_greatest_ratio_with_every_tie(memory: str, kind: str, seed: int) -> None:
    check(random_world(seed, memory), utility_of(kind, 2))


@pytest.mark.parametrize("limit", ["MOST_SETS", "MOST_STEPS"])
def test_best_policies_that_take_too_long_to_count_are_not_counted(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said of how many there are is right or is not said; all else stays as it was."""
    uncounted = 0
    for seed in range(12):
        world, utility = random_world(seed, "sign"), utility_of("sum", 2)
        wanted = solve_sequence(world, utility)
        monkeypatch.setattr(f"stop_button.solving.sequences.optimal_policies.{limit}", 0)
        found = solve_sequence(world, utility)
        monkeypatch.undo()
        if isinstance(wanted, SequenceSolution):
            assert isinstance(found, SequenceSolution)
            assert (found.score, found.policy, bool(found)) == (wanted.score, wanted.policy, bool(wanted))
            assert found.ties in (wanted.ties, None)
            uncounted += found.ties is None and wanted.ties is not None
    assert uncounted


def tied_policies(world: sb.World, stands: dict[str, str]) -> list[sb.Policy]:
    """Every policy in which tied decisions follow one rule."""
    of = {decision.name: decision for decision in world.decisions}
    keys = [(name, seen) for name in dict.fromkeys(stands.values()) for seen in of[name].contexts]
    rules = (dict(zip(keys, picks, strict=True)) for picks in itertools.product(*(of[name].options for name, _ in keys)))
    return [world.policies.filled({(name, seen): rule[stands[name], seen] for name in of for seen in of[name].contexts}) for rule in rules]


@pytest.mark.parametrize("memory", ["state", "sign", "nothing", "mixed"])
@settings(max_examples=5)
@given(seed=seeds, kind=st.sampled_from(FORMULAS), loose=st.booleans())
def test_tied_decisions(memory: str, seed: int, kind: str, loose: bool) -> None:
    world, utility = random_world(seed, memory, 3 if memory != "mixed" else 2), utility_of(kind, 3 if memory != "mixed" else 2)
    names = [decision.name for decision in world.decisions]
    loose = loose or memory == "mixed"
    groups = [] if loose else [names]
    found = solve_tied(world, utility, groups)
    if isinstance(found, str):
        return
    stands = {name: name if loose else names[0] for name in names}
    scores = [score_of(utility.formula, world, policy) for policy in tied_policies(world, stands)]
    assert found
    assert found.score == max(scores) == score_of(utility.formula, world, found.policy)
    assert found.ties == scores.count(found.score)
    if not loose:
        assert len({tuple(found.policy.act(name, *seen) for seen in world.decisions[0].contexts) for name in names}) == 1


def test_decisions_that_differ_cannot_be_tied() -> None:
    world = sb.World(ck.Model(a=ck.choice(0, 1), b=ck.choice(0, 1, 2), value=lambda a, b: a + b), value="value")
    with pytest.raises(WrongShape, match="'a' and 'b' cannot share a rule"):
        sb.solve(world, sb.naive, tied=[["a", "b"]])
    with pytest.raises(UnknownName, match="'c' is no decision; the decisions are: a, b"):
        sb.solve(world, sb.naive, tied=[["a", "c"]])
    nothings: list[list[list[str]]] = [[], [[]], [["a"]], [["a"], ["b"]]]
    for nothing in nothings:
        assert str(sb.solve(world, sb.naive, tied=nothing)) == (
            "naive: 3 by a: 1; b: 2, the best of 6 policies (branch and bound over states; 2 states, 1 with this score)"
        )
        assert sb.solve(world, sb.naive, tied=nothing, mixed=True).method == "subdivision"


def test_most_shapes_are_solved_outright() -> None:
    proved = Counter(
        check(random_world(seed, memory), utility_of(kind, 2)) for seed in range(3) for memory in MEMORIES for kind in FORMULAS
    )
    assert proved["global"] > 0.7 * proved.total(), proved


def test_no_decision_alone_betters_a_local_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(solve_sequence.__globals__, "FEW_RULES", 0)
    looked_at = 0
    for seed in range(12):
        world, utility = random_world(seed, "sign"), utility_of("sum", 2)
        found = solve_sequence(world, utility)
        assert isinstance(found, SequenceSolution)
        if found.proves != "local":
            continue
        looked_at += 1
        for decision in world.decisions:
            others = dict(found.policy.acts)
            for picks in itertools.product(decision.options, repeat=len(decision.contexts)):
                new = dict(zip(((decision.name, seen) for seen in decision.contexts), picks, strict=True))
                assert score_of(utility.formula, world, world.policies.filled(others | new)) <= found.score
    assert looked_at


def test_what_is_not_proved_is_called_local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(solve_sequence.__globals__, "FEW_RULES", 0)
    proved = Counter(check(random_world(seed, memory), utility_of("sum", 2)) for seed in range(8) for memory in ("sign", "mixed"))
    assert proved["local"] > 0
    assert proved["global"] > 0


def by_linear_program(steps: int) -> float:
    """The best sum of rewards of the walk with a coin, by the linear program of its decision process, written from its rules alone."""
    places, moods, acts = range(5), range(3), range(5)
    states = [(t, p, m) for t in range(steps + 1) for p in places for m in moods]
    number = {state: i for i, state in enumerate(states)}
    left, right = [], []
    for t, p, m in states:
        for a in acts if t < steps else ():
            row, earned = [0.0] * len(states), 0.0
            row[number[t, p, m]] = -1.0
            for slip, chance in ((1, 0.25), (0, 0.75)):
                q = (p + a + slip) % 5
                n = (m + (q == 0)) % 3
                earned += chance * ((q * n) % 7 - a)
                row[number[t + 1, q, n]] += chance
            left.append(row)
            right.append(-earned)
    last = [(0, 0) if t == steps else (None, None) for t, _, _ in states]
    found = linprog([float(state == (0, 0, 0)) for state in states], A_ub=left, b_ub=right, bounds=last)
    return float(found.fun)


@pytest.mark.parametrize("steps", [1, 3, 6])
def test_the_linear_program_of_the_decision_process(steps: int) -> None:
    found = solve_sequence(walk(steps, "coin"), rewards(steps))
    assert isinstance(found, SequenceSolution)
    assert found
    assert abs(float(found.score) - by_linear_program(steps)) < 1e-8


def test_what_does_not_matter_is_in_no_state() -> None:
    plain, idle = (solve_sequence(walk(6, "coin", *more), rewards(6)) for more in ((), ("idle",)))
    assert isinstance(plain, SequenceSolution)
    assert isinstance(idle, SequenceSolution)
    assert (plain.score, plain.states) == (idle.score, idle.states)


@pytest.mark.parametrize("shape", SHAPES)
def test_each_step_has_as_many_states_as_its_future_depends_on(shape: str) -> None:
    """Places times moods, and twice that where the last weather or the wish matters, however long the past is."""
    extras, utility = SHAPES[shape]
    shorter, longer = (solve_sequence(walk(steps, *extras), utility(steps)) for steps in (8, 12))
    assert isinstance(shorter, SequenceSolution)
    assert isinstance(longer, SequenceSolution)
    assert longer.states - shorter.states == 4 * STATES_A_STEP[shape]


# ---------------------------------------------------------------- what is refused, and how


def one_table(coupling: Coupling | None) -> sb.World:
    """A table of the wish, read where people had wished to stop and where they had wished otherwise."""
    rows = {STOP: ck.Dist({True: "3/4", False: "1/4"}), FREE: ck.Dist({True: "1/4", False: "3/4"})}
    return sb.World(
        ck.Model(
            wish=ck.Dist({STOP: "1/2", FREE: "1/2"}),
            heard=ck.cpt(["wish"], rows, coupling=coupling, domain=[False, True]),
            first=ck.choice(0, 1, sees=["heard"]),
            then=ck.choice(0, 1),
            stopped=lambda heard, first: bool(heard and first),
            value=lambda heard, then: int(heard) + then,
        ),
        intent="wish",
        stopped="stopped",
        value="value",
    )


def test_a_table_without_a_coupling_is_refused_where_it_matters() -> None:
    together = sb.Utility("together", E(B.had(intent=STOP) + V.had(intent=FREE)))
    with pytest.raises(NeedsCoupling, match="'heard' is a conditional table whose noise would be shared"):
        solve_sequence(one_table(None), together)
    apart = solve_sequence(one_table(None), sb.counterfactual)
    assert isinstance(apart, SequenceSolution)
    couplings: tuple[Coupling, ...] = ("monotone", "independent")
    for coupling in couplings:
        assert check(one_table(coupling), together) == "global"
        coupled = solve_sequence(one_table(coupling), together)
        assert isinstance(coupled, SequenceSolution)
        assert coupled.score == apart.score


def test_numbers_with_symbols_are_refused_in_words() -> None:
    chance = sympy.Symbol("p", positive=True)
    model = ck.Model(u=ck.coin(chance), a=ck.choice(0, 1, sees=["u"]), b=ck.choice(0, 1), value=lambda u, a, b: (a == u) + b)
    world = sb.World(model, value="value")
    assert solve_sequence(world, sb.naive) == "naive in the world: its numbers hold symbols or irrationals"


def test_a_state_space_beyond_the_limit_is_an_error_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    world = random_world(1, "state", 3)
    monkeypatch.setitem(discovered.__globals__, "MOST_STATES", 3)
    with pytest.raises(TooLarge, match=r"the decisions of world 1 state have more than 3 states \(6 up to 'act\[2\]'\); let them see less"):
        sb.solve(world, utility_of("sum", 3), method="backward induction")


def test_a_formula_that_is_no_sum_over_time_is_refused() -> None:
    with pytest.raises(WrongShape, match="ccmin is no weighted sum of means, and no ratio of such sums; backward induction does not apply"):
        sb.solve(sb.worlds.office(), sb.ccmin, method="backward induction")


def test_a_world_too_long_to_list_is_solved_and_printed() -> None:
    found = sb.solve(walk(40), rewards(40))
    assert found
    assert found.method == "backward induction"
    assert found.ties is not None
    assert str(found).partition("\n")[0] == (
        f"rewards: {found.score}, the best of more than 10^{math.floor(math.log10(found.world.policies.size))} policies "
        f"(backward induction; {found.looked_at} states, more than 10^{math.floor(math.log10(found.ties))} with this score)"
    )


@pytest.mark.long
@settings(max_examples=10_000)
@given(seed=seeds, memory=st.sampled_from(MEMORIES), kind=st.sampled_from([*FORMULAS, *RATIOS]))
def test_ten_thousand_worlds(seed: int, memory: str, kind: str) -> None:
    check(random_world(seed, memory), utility_of(kind, 2))


@pytest.mark.parametrize("tied", [3, "act[1]", [3], [["act[1]", None]], [["act[1]"], [None, "act[2]"]], dict])
def test_what_is_no_list_of_groups(tied: object) -> None:
    with pytest.raises(WrongShape, match="is no list of groups of decisions; type tied="):
        sb.solve(walk(2), rewards(2), tied=tied)  # type: ignore[arg-type]


def test_tied_rules_need_ties() -> None:
    with pytest.raises(WrongShape, match="asks which decisions follow one rule"):
        sb.solve(walk(2), rewards(2), method="branch and bound over tied rules")
    assert sb.solve(walk(2), rewards(2), tied=[], method="branch and bound over tied rules")


def test_tied_rules_may_draw_lots() -> None:
    with_lots = sb.solve(walk(2), rewards(2), tied=[["act[1]", "act[2]"]], mixed=True)
    assert with_lots.method == "subdivision over tied rules"
    assert with_lots.score >= sb.solve(walk(2), rewards(2), tied=[["act[1]", "act[2]"]]).score


def test_what_is_kept_does_not_hold_the_world() -> None:
    world = walk(3)
    first = sb.solve(world, rewards(3))
    assert sb.solve(world, rewards(3)) == first
    assert first.method == "backward induction"
    of = weakref.ref(world)
    del world, first
    gc.collect()
    assert of() is None


def test_formulas_with_the_best_inside_are_resolved_first() -> None:
    world = walk(4)
    best = sb.solve(world, rewards(4)).score
    gain = sb.Utility("gain", rewards(4).formula - sb.language.best(rewards(4).formula))
    found = solve_sequence(world, gain)
    assert isinstance(found, SequenceSolution)
    assert best
    assert found.score == 0
    assert solve_tied(world, gain, [], most=100_000).score == 0  # type: ignore[union-attr]


@pytest.mark.parametrize("tied", [[], [["act[1]", "act[2]"]]])
def test_of_rules_that_are_as_good_the_first_is_taken(tied: list[list[str]]) -> None:
    """Where all options are as good, or all but the first are."""
    world = random_world(3, "state")
    found = solve_tied(world, sb.Utility("nothing", 0 * E(V)), tied)
    assert not isinstance(found, str)
    assert set(found.policy.acts.values()) == {0}
    model = ck.Model(a=ck.choice(0, 1, 2), b=ck.choice(0, 1, 2), value=lambda a, b: min(a, 1) + min(b, 1))
    several = solve_tied(sb.World(model, value="value"), sb.naive, [["a", "b"]] if tied else [])
    assert not isinstance(several, str)
    assert (several.score, several.policy.act("a"), several.policy.act("b")) == (2, 1, 1)


TWO_ACTS = sb.World(ck.Model(a=ck.choice(0, 1), b=ck.choice(0, 1, sees=["a"]), value=lambda a, b: a + b), value="value")


@pytest.mark.parametrize("less", [0, 1, 2, 3])
def test_what_may_divide_by_nothing_or_less_is_refused(less: int) -> None:
    """E[V] is 0, 1 or 2: less a number of these it is 0 under some policy, and below; from 2 on under every one."""
    refused = "what it divides by may be 0, or less than 0"
    for top in (E(V) + 1, 3 - E(X("a"))):
        assert refused in str(solve_sequence(TWO_ACTS, sb.Utility("ratio", top / (E(V) - less))))
    assert check(TWO_ACTS, sb.Utility("ratio", (E(V) + 1) / (1 + E(X("b"))))) == "global"


@pytest.mark.parametrize(("name", "best"), [("a", 2), ("b", 2), ("value", 1)])
def test_a_condition_that_some_policies_make_impossible_leaves_them_out(name: str, best: int) -> None:
    utility = sb.Utility("given", E(V, given=X(name).is_(1)))
    assert check(TWO_ACTS, utility) == "global"
    found = solve_sequence(TWO_ACTS, utility)
    assert isinstance(found, SequenceSolution)
    assert found.score == best
