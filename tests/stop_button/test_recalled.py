"""Decisions that recall everything: their states from products of tables, against states found row by row and against plain recursion."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import causalkit as ck
import stop_button as sb
from causalkit.errors import TooLarge
from stop_button import E, V, X
from stop_button.evaluation.terms.integers import MOST, plus, whole
from stop_button.evaluation.terms.objective import Mean, grounded
from stop_button.evaluation.terms.scheme import Scheme, scheme
from stop_button.evaluation.unfolding import blocks, discovery, histories, open_form
from stop_button.evaluation.unfolding.certified import Certified, InFloats, certified_best, tables_in_floats
from stop_button.evaluation.unfolding.discovery import Landscape, discovered
from stop_button.evaluation.unfolding.histories import passed
from stop_button.evaluation.unfolding.open_form import landscape_of
from stop_button.evaluation.unfolding.recalled import recalled
from stop_button.solving.sequences import answers, sequence
from stop_button.solving.sequences.answers import sequence_answer, solve_certainly
from stop_button.solving.sequences.backward_induction import induced
from stop_button.solving.sequences.optimal_policies import OptimalPolicies
from stop_button.solving.sequences.sequence import SequenceSolution, solve_sequence

ONE = Fraction(1)
Rows = dict[tuple[int, ...], dict[int, Fraction]]
Plan = dict[str, tuple[list[str], Rows | range]]
"""For each variable, in order, what it listens to, and its chances in each case; the options of a decision."""

ENDS = ("first", "second")


def plan(seed: int, steps: int = 2, parts: int = 6) -> Plan:
    """Some variables of two or three values before each decision, and two numbers at the end; decisions see more and more, in any order."""
    draw = random.Random(seed)
    sizes: dict[str, int] = {}
    found: Plan = {}
    recalls: list[str] = []

    def add(name: str, values: list[int], sharp: bool, most: int) -> None:
        parents = draw.sample(list(sizes), draw.randint(min(len(sizes), sharp), min(len(sizes), most)))
        cases = itertools.product(*(range(sizes[parent]) for parent in parents))
        found[name] = parents, {case: {draw.choice(values): ONE} if sharp else chances(draw, values, parts) for case in cases}

    for t in range(steps):
        for i in range(draw.choice([1, 1, 2])):
            name, size = f"hidden{t}{i}", draw.choice([2, 2, 3])
            add(name, list(range(size)), draw.random() < 0.3, 2)
            sizes[name] = size
        unseen = [name for name in sizes if name not in recalls]
        recalls += draw.sample(unseen, draw.randint(0, min(2, len(unseen))))
        draw.shuffle(recalls)
        size = draw.choice([2, 2, 3])
        found[f"act{t}"] = list(recalls), range(size)
        sizes[f"act{t}"] = size
        recalls.append(f"act{t}")
    for name in ENDS:
        add(name, [-2, -1, 0, 1, 2], True, 3)
    return found


def chances(draw: random.Random, values: list[int], parts: int) -> dict[int, Fraction]:
    """Chances in so many parts, some of them 0."""
    cuts = sorted(draw.randint(0, parts) for _ in values[1:])
    found = {value: Fraction(b - a, parts) for value, a, b in zip(values, [0, *cuts], [*cuts, parts], strict=True)}
    return {value: chance for value, chance in found.items() if chance}


def world_of(found: Plan) -> sb.World:
    variables: dict[str, Any] = {}
    for name, (parents, rows) in found.items():
        values = sorted({value for row in rows.values() for value in row}) if isinstance(rows, dict) else []
        if isinstance(rows, range):
            variables[name] = ck.choice(*rows, sees=parents)
        elif not parents:
            variables[name] = ck.Dist(rows[()])
        else:
            domain = values if name in ENDS else range(3 if max(values) == 2 else 2)
            rows_by_key = {key if len(key) > 1 else key[0]: ck.Dist(row) for key, row in whole_rows(rows, found, parents).items()}
            variables[name] = ck.cpt(parents, rows_by_key, domain=list(domain))
    variables["value"] = ck.function(lambda a, b: a + b, parents=list(ENDS))
    return sb.World(ck.Model(variables), value="value", name="a world that recalls")


def whole_rows(rows: Rows, found: Plan, parents: list[str]) -> Rows:
    """The rows that the parents' domains ask for: what a parent never takes is in no domain of the model."""
    taken = [domain_of(found, parent) for parent in parents]
    return {key: row for key, row in rows.items() if all(value in domain for value, domain in zip(key, taken, strict=True))}


def domain_of(found: Plan, name: str) -> set[int]:
    parents, rows = found[name]
    if isinstance(rows, range):
        return set(rows)
    values = {value for row in rows.values() for value in row}
    return values if not parents else set(range(3 if max(values) == 2 else 2))


def plain_best(found: Plan, value: Any) -> Fraction:
    """The best mean by recursion over what is seen, with every way that things may stand written out."""
    names = list(found)

    def best(place: int, ways: list[tuple[Fraction, dict[str, int]]]) -> Fraction:
        if place == len(names):
            return sum((weight * value(way) for weight, way in ways), Fraction(0))
        name = names[place]
        parents, rows = found[name]
        if isinstance(rows, dict):
            after = [
                (weight * chance, {**way, name: one})
                for weight, way in ways
                for one, chance in rows[tuple(way[parent] for parent in parents)].items()
            ]
            return best(place + 1, after)
        apart: dict[tuple[int, ...], list[tuple[Fraction, dict[str, int]]]] = {}
        for weight, way in ways:
            apart.setdefault(tuple(way[parent] for parent in parents), []).append((weight, way))
        return sum((max(best(place + 1, [(w, {**way, name: act}) for w, way in like]) for act in rows) for like in apart.values()), ONE * 0)

    return best(0, [(ONE, {})])


def row_by_row(found: Scheme, channels: int, monkeypatch: pytest.MonkeyPatch) -> Landscape:
    with monkeypatch.context() as patch:
        patch.setattr(discovery, "recalled", lambda *_: None)
        return discovered(found, channels)


def seen_in(landscape: Landscape) -> dict[str, set[tuple[int, ...]]]:
    return {layer.decision.name: set(map(tuple, layer.seen.tolist())) for layer in landscape.layers}


# ---------------------------------------------------------------- against recursion, and against rows


def check_best(seed: int, steps: int, parts: int) -> None:
    one = plan(seed, steps, parts)
    world = world_of(one)
    for formula, value in (
        (E(V), lambda way: way["first"] + way["second"]),
        (E(X("first") * X("second")) + 1, lambda way: way["first"] * way["second"] + 1),
    ):
        found = solve_sequence(world, sb.Utility("u", formula))
        assert isinstance(found, SequenceSolution)
        assert found.score == found.bound == plain_best(one, value)


@given(st.integers(0, 10**9))
def test_the_best_score_is_that_of_plain_recursion(seed: int) -> None:
    check_best(seed, 2, 6)


@given(st.integers(0, 10**9))
def test_the_best_score_of_three_decisions_is_that_of_plain_recursion(seed: int) -> None:
    check_best(seed, 3, 4)


@given(st.integers(0, 10**9))
def test_numbers_beyond_64_bits_are_added_up_exactly(seed: int) -> None:
    check_best(seed, 2, 2**40 + 15)


@pytest.mark.parametrize("seed", range(40))
def test_states_from_tables_are_those_found_row_by_row(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(plan(seed, 2 + seed % 2, [6, 2**40 + 15][seed % 3 == 0]))
    means = [Mean(Fraction(1, 3), X("first"), None, 0), Mean(ONE, X("second"), None, 1), Mean(ONE, X("first") * X("second"), None, 1)]
    tables = scheme(grounded(world, means))
    found, rows = discovered(tables, 2), row_by_row(tables, 2, monkeypatch)
    assert seen_in(found) == seen_in(rows)
    for weights in [*found.units, (Fraction(-2), Fraction(1, 7))]:
        one, other = induced(found, weights), induced(rows, weights)
        assert one.score == other.score
        assert OptimalPolicies(one).count == OptimalPolicies(other).count
        assert OptimalPolicies(one).first() == OptimalPolicies(other).first()


def test_some_of_these_worlds_take_the_tables() -> None:
    taken = [recalled(scheme(grounded(world_of(plan(seed)), [Mean(ONE, V, None)])), 10**6) for seed in range(40)]
    assert sum(one is not None for one in taken) > 20


# ---------------------------------------------------------------- when states are found row by row


def tables_of(world: sb.World, formula: Any = V, given_that: Any = None) -> Any:
    return recalled(scheme(grounded(world, [Mean(ONE, formula, given_that)])), 10**6)


def two(sees: list[str], **more: Any) -> sb.World:
    model = ck.Model(
        u=ck.coin("1/3"), a=ck.choice(0, 1, sees=["u"]), b=ck.choice(0, 1, sees=sees), value=lambda u, a, b: (u == a) + 2 * (a != b), **more
    )
    return sb.World(model, value="value")


def test_decisions_that_forget_are_met_row_by_row() -> None:
    assert tables_of(two(["u", "a"])) is not None
    assert tables_of(two(["a"])) is None
    assert tables_of(two(["u"])) is None
    assert tables_of(two(["u", "a"]), given_that=X("u").is_(1)) is None


def test_one_decision_has_nothing_to_recall() -> None:
    model = ck.Model(u=ck.coin("1/3"), a=ck.choice(0, 1, sees=["u"]), value=lambda u, a: u == a)
    assert tables_of(sb.World(model, value="value")) is None


@pytest.mark.parametrize(("module", "limit"), [(blocks, "MOST_BLOCK"), (histories, "MOST_CELLS")])
def test_large_tables_are_gone_through_row_by_row_to_the_same_end(module: Any, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world = two(["u", "a"])
    score = induced(landscape_of(world, [Mean(ONE, V, None)])).score
    monkeypatch.setattr(module, limit, 1)
    assert tables_of(world) is None
    assert induced(landscape_of(world, [Mean(ONE, V, None)])).score == score == 3


def test_rows_of_a_large_table_are_not_laid_out_before_its_size_is_known() -> None:
    many = range(20)
    rows = {(i, j): ck.Dist({i: "1/3", (i + 1) % 20: "2/3"}) for i in many for j in many}
    model = ck.Model(
        u=ck.uniform(0, 1), c=ck.table(["u"], {0: 0, 1: 1}, domain=list(many)), a=ck.choice(0, 1, sees=["c"]),
        d=ck.table(["u"], {0: 1, 1: 0}, domain=list(many)), b=ck.choice(0, 1, sees=["c", "a", "d"]),
        large=ck.cpt(["c", "d"], rows, domain=list(many)), value=lambda large, b, a: large * b - a,
    )  # fmt: skip
    world = sb.World(model, value="value")
    assert tables_of(world) is None
    assert not {"counted", "dense", "grid"} & set(vars(model.mechanism("large")))
    assert induced(landscape_of(world, [Mean(ONE, V, None)])).score == Fraction(7, 6)


def test_what_is_no_number_matters_only_where_it_comes_about() -> None:
    model = ck.Model(
        u=ck.Dist({0: 1}), w=ck.table(["u"], {0: 1}, domain=[1, "none"]), a=ck.choice(0, 1, sees=["u"]),
        b=ck.choice(0, 1, sees=["u", "a"]), value=lambda a, b: a + b, heard=lambda w, b: w if b else 0,
    )  # fmt: skip
    found = solve_sequence(sb.World(model, value="value"), sb.Utility("u", E(X("heard"))))
    assert isinstance(found, SequenceSolution)
    assert (found.score, tables_of(sb.World(model, value="value"), X("heard"))) == (1, None)


def test_too_many_states_are_told_before_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "MOST_STATES", 5)
    with pytest.raises(TooLarge, match=r"more than 5 states \(6 up to 'b'\)"):
        landscape_of(two(["u", "a"]), [Mean(ONE, V, None)])


def test_sums_of_large_numbers_are_exact() -> None:
    assert plus(whole([MOST - 1]), whole([MOST - 1])).tolist() == [2 * MOST - 2]
    assert plus(whole([3, -4]), whole([2**70, 1])).tolist() == [2**70 + 3, -3]
    assert plus(whole([3]), whole([4])).dtype.kind == "i"


# ---------------------------------------------------------------- in floats, certified


def certified(world: sb.World, formula: Any = V) -> Certified | None:
    return certified_best(scheme(grounded(world, [Mean(ONE, formula, None)])))


def agrees_with_whole_numbers(world: sb.World) -> bool:
    found, sure = solve_sequence(world, sb.naive), certified(world)
    assert isinstance(found, SequenceSolution)
    if sure is None:
        return False
    assert (sure.score, sure.ties, sure.states) == (found.score, found.ties, found.states)
    assert world.policy(world.policies.filled(sure.behaviour)) == found.policy
    return True


def test_what_floats_certify_is_what_whole_numbers_find() -> None:
    sure = [agrees_with_whole_numbers(world_of(plan(seed, 2 + seed % 2, [6, 2**40 + 15, 997][seed % 3]))) for seed in range(72)]
    assert 10 < sum(sure) < 72


@given(st.integers(0, 10**9))
def test_floats_certify_nothing_else(seed: int) -> None:
    agrees_with_whole_numbers(world_of(plan(seed, 3, 10**6 + 3)))


@pytest.mark.parametrize("power", [40, 52, 60, 100])
def test_what_is_nearly_as_good_is_left_to_whole_numbers(power: int) -> None:
    model = ck.Model(
        u=ck.coin("1/3"), a=ck.choice(0, 1, sees=["u"]), b=ck.choice(0, 1, sees=["u", "a"]),
        value=ck.function(lambda u, a, b: 1 + u * (a + Fraction(b, 2**power)) - (1 - u) * (a + b)),
    )  # fmt: skip
    world = sb.World(model, value="value")
    sure = certified(world)
    assert (sure is None) == (power > 20)
    found = solve_sequence(world, sb.naive)
    assert isinstance(found, SequenceSolution)
    assert found.score == 1 + Fraction(1, 3) * (1 + Fraction(1, 2**power))
    assert found.policy.act("b", True, 1) == 1


def test_a_lead_that_floats_can_tell_is_certified() -> None:
    model = ck.Model(u=ck.coin("1/3"), a=ck.choice(0, 1, sees=["u"]), b=ck.choice(0, 1, sees=["u", "a"]), value=lambda u, a, b: u * a + b)
    sure = certified(sb.World(model, value="value"), V)
    assert sure is None  # without u, it does not matter what a is
    sure = certified(sb.World(model, value="value"), V + X("u") * X("a") - X("a") / 5)
    assert sure is not None
    assert (sure.score, sure.ties, len(sure.behaviour)) == (1 + Fraction(1, 3) * Fraction(9, 5), 2**2, 4)


@pytest.mark.parametrize("worth", [2**401, Fraction(1, 2**401)])
def test_numbers_that_floats_do_not_hold_are_left_to_whole_numbers(worth: Fraction) -> None:
    model = ck.Model(a=ck.choice(0, 1), b=ck.choice(0, 1, sees=["a"]), value=ck.function(lambda a, b: worth * (2 * a + b)))
    assert certified(sb.World(model, value="value")) is None
    assert certified(sb.World(model, value="value"), X("a") + 2 * X("b")) is not None


def test_a_score_is_added_up_exactly_where_each_history_fits_a_machine_number_and_all_do_not() -> None:
    model = ck.Model(
        u=ck.uniform(*range(64)), a=ck.choice(0, 1, sees=["u"]), b=ck.choice(0, 1, sees=["u", "a"]),
        value=ck.function(lambda u, a, b: 2**58 * (1 + a + b)),
    )  # fmt: skip
    sure = certified(sb.World(model, value="value"))
    assert sure is not None
    assert sure.score == 3 * 2**58


@pytest.mark.parametrize("large", [2**59, 2**62 - 1, 2**64, 2**70 + 1])
def test_totals_of_large_numbers_are_taken_apart_exactly(large: int) -> None:
    model = ck.Model(
        u=ck.coin("1/3"), a=ck.choice(0, 1, sees=["u"]), b=ck.choice(0, 1, sees=["u", "a"]),
        one=ck.function(lambda u, a: large * (u == a)), other=ck.function(lambda a, b: large * (a != b) + b),
        value=ck.function(lambda one, other: one + other),
    )  # fmt: skip
    found = solve_sequence(sb.World(model, value="value"), sb.naive)
    assert isinstance(found, SequenceSolution)
    assert found.score == 2 * large + Fraction(2, 3)


def test_chances_that_floats_do_not_hold_are_left_to_whole_numbers() -> None:
    small = Fraction(1, 2**401)
    model = ck.Model(
        u=ck.Dist({0: small, 1: 1 - small}), a=ck.choice(0, 1, sees=["u"]), b=ck.choice(0, 1, sees=["u", "a"]), value=lambda a, b: a + b
    )
    world = sb.World(model, value="value")
    assert certified(world) is None
    assert agrees_with_whole_numbers(world) is False


@given(st.integers(0, 10**9))
def test_floats_are_off_by_no_more_than_is_said(seed: int) -> None:
    """What each option is worth in each state, times the chance of the state: in floats, and in whole numbers."""
    world = world_of(plan(seed, 3, 10**6 + 3))
    terms = scheme(grounded(world, [Mean(ONE, V, None)]))
    tables = recalled(terms, 10**6)
    if tables is None:
        return
    induction = induced(Landscape(terms, *tables, 1, recalls=True))
    walk = InFloats(terms)
    passed(terms, walk)
    chance = {0: ONE}
    assert len(walk.moments) == len(induction.worths) > 0
    for layer, exactly, roughly, moment in zip(
        induction.landscape.layers, induction.worths, tables_in_floats(walk.moments), walk.moments, strict=True
    ):
        for state, origin in enumerate(layer.edges.origins.tolist()):
            here = chance[origin] * Fraction(int(layer.edges.weights[state]), layer.edges.denominator)
            for option in range(layer.options):
                chance[layer.first + state * layer.options + option] = here
                worth = here * Fraction(int(exactly.numerators[state, option]), exactly.denominator)
                assert abs(worth - Fraction(float(roughly[state, option]))) <= walk.off * Fraction(float(moment.met.mass[state]))


def test_many_histories_are_solved_in_floats_and_few_in_whole_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def counted(*args: Any) -> Any:
        asked.append(args)
        return solve_certainly(*args)

    monkeypatch.setattr(answers, "solve_certainly", counted)
    found = sb.solve(world_of(plan(5)), sb.naive)
    assert not asked
    monkeypatch.setattr(answers, "MANY_HISTORIES", 1)
    again = sb.solve(world_of(plan(5)), sb.Utility("again", E(V) + 0))
    assert len(asked) == 1
    assert (again.score, again.ties, again.policy, again.method) == (found.score, found.ties, found.policy, found.method)


def test_floats_come_first_in_whatever_order_decisions_are_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def counted(*args: Any) -> Any:
        asked.append(args)
        return solve_certainly(*args)

    monkeypatch.setattr(answers, "solve_certainly", counted)
    monkeypatch.setattr(answers, "MANY_HISTORIES", 2)
    model = ck.Model(
        u=ck.coin("1/3"), b=ck.choice(0, 1, sees=["u", "a"]), a=ck.choice(0, 1, sees=["u"]), value=lambda u, a, b: 2 * (u == a) + (a != b)
    )
    found = sb.solve(sb.World(model, value="value"), sb.naive)
    assert (found.score, len(asked)) == (3, 1)


def test_floats_say_nothing_of_what_they_do_not_take() -> None:
    def is_certified(world: sb.World, utility: sb.Utility) -> bool:
        found = solve_certainly(world, utility)
        if isinstance(found, Certified):
            return True
        again = solve_sequence(world, utility)
        assert found == again if isinstance(again, str) else isinstance(found, SequenceSolution) and found.score == again.score
        return False

    world = two(["u", "a"])
    assert is_certified(world, sb.naive)
    assert not is_certified(two(["a"]), sb.naive)
    assert not is_certified(world, sb.Utility("product", E(V) * E(V)))
    assert not is_certified(world, sb.Utility("moves", E(V, given=X("a").is_(1))))
    assert not is_certified(world, sb.Utility("symbol", E(V) * sympy.Symbol("w")))


@pytest.mark.parametrize("given_that", [None, X("seen").is_(1), X("a").is_(1)], ids=["all", "steady", "moves"])
def test_terms_are_found_once_where_floats_say_nothing(given_that: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether floats are asked first or not, a world and a utility are grounded equally often."""
    model = ck.Model(
        u=ck.coin("1/3"), seen=ck.cpt(["u"], {False: ck.Dist({0: "1/4", 1: "3/4"}), True: ck.Dist({0: "1/2", 1: "1/2"})}),
        a=ck.choice(0, 1, sees=["seen"]), b=ck.choice(0, 1, sees=["seen"]), value=lambda u, a, b: (u == a) + 2 * (a != b),
    )  # fmt: skip
    often = {1: 0, 4_096: 0}
    for many in often:

        def counted(world: sb.World, means: Any, many: int = many) -> Any:
            often[many] += 1
            return grounded(world, means)

        for module in (sequence, open_form):
            monkeypatch.setattr(module, "grounded", counted)
        monkeypatch.setattr(answers, "MANY_HISTORIES", many)
        sequence_answer(sb.Utility("u", E(V, given=given_that) + many), sb.World(model, value="value"))  # another utility: answers are kept
    assert often[1] == often[4_096] > 0
