"""Means read off the states of small worlds of rare shapes, against the model asked for every policy; and how formulas are taken apart."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible, TooLarge
from stop_button import B, E, H, V, X
from stop_button.evaluation.policy_polynomial import PolicyPolynomial
from stop_button.evaluation.terms import integers, objective, sums
from stop_button.evaluation.terms.integers import added_up, code_type, combined, in_order, largest, numbered, runs, starts, times, whole
from stop_button.evaluation.terms.objective import Mean, Refusal, grounded
from stop_button.evaluation.terms.scheme import bits, scheme
from stop_button.evaluation.terms.sums import linear_means, products
from stop_button.evaluation.unfolding import discovery, frontier, open_form
from stop_button.evaluation.unfolding.following import Following
from stop_button.evaluation.unfolding.open_form import has_many_draws, how_many_parts, landscape_of, open_parts
from stop_button.language.arithmetic import evaluate
from stop_button.language.formula import Constant, Expectation, Formula, Product, Quotient
from stop_button.language.parts import means

ONE = Fraction(1)


def check(f: Formula, world: sb.World) -> None:
    """Every mean of a formula under every policy: as the states have it, and as the model does."""
    found = list(dict.fromkeys(means(f)))
    assert found
    for mean in found:
        opened = PolicyPolynomial(mean, world.title, tuple(open_parts(mean, world)))
        defined = 0
        for policy in world.policies:
            try:
                expected = sb.Utility("u", mean)(world, policy)
            except Impossible:
                with pytest.raises(Impossible):
                    opened.score(policy)
                continue
            defined += 1
            assert opened.score(policy) == expected
        assert defined


def shared(coupling: Any, parents: int = 1) -> sb.World:
    """A table whose noise several branches share."""
    chances = {0: ("1/2", "1/3"), 1: ("1/4", "1/4"), 2: ("1/6", "5/6")}
    rows: Any = {}
    for i in range(3):
        low, middle = map(Fraction, chances[i])
        for j in range(parents):
            of = {0: low, 1: middle, 2: 1 - low - middle} if not j else {0: middle, 1: low, 2: 1 - low - middle}
            rows[(i, j) if parents > 1 else i] = ck.Dist({value: p for value, p in of.items() if p})
    names = ["lever", "flag"] if parents > 1 else ["lever"]
    return sb.World(
        ck.Model(
            flag=ck.Dist({0: Fraction(1, 3), 1: Fraction(2, 3)}), act=ck.choice(0, 1, 2),
            lever=lambda act, flag: (act + flag) % 3, end=ck.cpt(names, rows, coupling=coupling, domain=[0, 1, 2]),
            wish=lambda flag: "stop" if flag else "free", stopped=lambda end: end == 2, value=lambda end, act: 3 * end + act,
        ),
        intent="wish", stopped="stopped", value="value", baseline=0,
    )  # fmt: skip


@pytest.mark.parametrize("parents", [1, 2])
@pytest.mark.parametrize("coupling", ["monotone", "independent"])
def test_noise_that_branches_share_is_drawn_once(coupling: str, parents: int) -> None:
    world = shared(coupling, parents)
    at = [V.had(lever=i) for i in range(3)]
    check(E(V * at[0]) + E(at[0] * at[1]) + E(at[0] * at[1] * at[2]) + E(V * V) + E(B.had(lever=0) * at[2], given=B.had(lever=1)), world)
    check(E(V.under("baseline") * V) + E(V * at[1], given={"intent": "stop"}), world)


def test_a_table_that_branches_read_apart_shares_nothing() -> None:
    """Each mean reads one branch; then how the noise is shared need not be said."""
    world = shared(None)
    check(E(V.had(lever=0)) + E(V.had(lever=1)), world)
    with pytest.raises(ck.errors.NeedsCoupling):
        open_parts(E(V.had(lever=0) * V.had(lever=1)), world)
    with pytest.raises(ck.errors.NeedsCoupling):
        open_parts(E(V.had(lever=0), given=B.had(lever=1)), world)


def act_world(value: Any, **more: Any) -> sb.World:
    return sb.World(ck.Model(u=ck.uniform(0, 1, 2), act=ck.choice(0, 1, sees=["u"]), value=value, **more), value="value")


@pytest.mark.parametrize("value", [
    lambda u, act: u + 2 * act, lambda u, act: u * act, lambda u, act: 2**61 * u + act, lambda u, act: 2**60 * u * act,
    lambda u, act: Fraction(u, 7) - Fraction(act, 3), lambda act: 5 * act - 2, lambda u: u * u, lambda: 7,
    lambda u, act: max(u, act, 0),
])  # fmt: skip
def test_what_functions_add_up_is_taken_apart_to_the_same_mean(value: Any) -> None:
    world = act_world(value)
    check(E(V) + E(V * V) + E(2 * V - X("u")) + E((V + 1) * (X("act") - 2)) + E(V, given=X("act")), world)


def test_totals_of_three_parts_are_taken_apart_by_each_that_adds_alone() -> None:
    """Two parts act together and the third adds alone; twice the same parent is no sum."""
    world = sb.World(
        ck.Model(
            u=ck.uniform(0, 1), w=ck.uniform(0, 1), act=ck.choice(0, 1), other=ck.choice(0, 2),
            gain=lambda u, act: u * act, total=lambda gain, other, w: gain * w + 3 * other, value=lambda total, gain: total + gain,
            same=lambda gain, total, w: gain * total * w,
        ),
        value="value",
    )  # fmt: skip
    check(E(V) + E(X("same")) + E(X("total") * X("same")) + E(V * V * V), world)
    one = grounded(world, [Mean(ONE, X("total"), None)])
    assert sorted(len(term.nodes) for term in one.terms) == [1, 3] or len(one.terms) > 1


def test_large_tables_are_not_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    world = act_world(lambda u, act: u + 2 * act)
    assert objective.MOST_ROWS == 50_000
    for limit, apart in ((6, True), (5, False)):
        monkeypatch.setattr(objective, "MOST_ROWS", limit)
        terms = grounded(world, [Mean(ONE, V, None)]).terms
        assert (max(len(term.nodes) for term in terms) == 1 and len(terms) > 1) is apart
        assert {node.variable for term in terms for node in term.nodes} == ({"u", "act"} if apart else {"value"})


def test_values_that_are_no_numbers_matter_only_where_they_are_read() -> None:
    world = sb.World(
        ck.Model(
            u=ck.uniform(0, 1), act=ck.choice(0, 1), value=lambda u: u, word=lambda u, act: "big" if u + act > 1 else "small" if u else 3
        ),
        value="value",
    )  # fmt: skip
    check(E(X("word").is_("big")) + E(X("word").is_(3) * V) + E(V, given=X("word").is_("small")), world)
    with pytest.raises((TypeError, ValueError, ck.errors.CausalError)):
        open_parts(E(X("word")), world)


@pytest.mark.parametrize("given", [
    {"intent": "stop"}, B, H.is_("stop") * B, H.is_("stop") * X("act").is_(1), 2 * B, B + X("act"), B - B, H.is_("free") * H.is_("free"),
])  # fmt: skip
def test_conditions_of_every_kind(given: Any) -> None:
    """What is no product of events holds where it is not 0."""
    world = sb.World(
        ck.Model(
            u=ck.uniform(0, 1, 2), seen=lambda u: u > 0, act=ck.choice(0, 1, 2, sees=["seen"]), wish=lambda u: "stop" if u == 1 else "free",
            stopped=lambda u, act: act == 1 and u < 2, value=lambda u, act: u + 10 * act,
        ),
        intent="wish", stopped="stopped", value="value",
    )  # fmt: skip
    mean = E(V * 2 + X("u"), given=given)
    if given == B - B:
        with pytest.raises(Impossible):
            PolicyPolynomial(mean, "the world", tuple(open_parts(mean, world))).score(world.policies[0])
        return
    check(mean, world)
    check(E(V.had(act=1) * V, given=given), world)


def test_symbols_are_refused() -> None:
    import sympy

    p = sympy.Symbol("p", positive=True)
    world = act_world(lambda u, act: u + act)
    for refused, words in (
        (lambda: open_parts(E(p * V), world), "hold symbols"),
        (lambda: open_parts(E(V + 0), act_world(lambda u, act: p * u * act)), "hold symbols"),
        (lambda: open_parts(E(V * X("act")), sb.World(
            ck.Model(u=ck.Dist({0: p, 1: 1 - p}), act=ck.choice(0, 1), value=lambda u, act: u * act), value="value")), "hold symbols"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=words):
            refused()


def test_decisions_are_taken_in_the_order_in_which_they_are_made() -> None:
    """Those that come first of all that are declared; in branches in which each hears the other, none does."""
    world = sb.World(
        ck.Model(
            last=ck.choice(0, 1, sees=["middle"]), first=ck.choice(0, 1), other=ck.choice(0, 1), middle=ck.choice(0, 1, sees=["first"]),
            value=lambda last, first, other: first + last + other,
        ),
        value="value",
    )  # fmt: skip
    found = scheme(grounded(world, [Mean(ONE, V, None)]))
    assert [decision.name for decision in found.decisions] == ["first", "middle", "last", "other"] or [
        decision.name for decision in found.decisions
    ] == ["first", "other", "middle", "last"]
    names = [found.copies[copy].name for copy in found.choices]
    assert names.index("first") < names.index("last")
    check(E(V) + E(X("middle") * V), world)


# ---------------------------------------------------------------- sums


F0: tuple[Any, ...] = (V, B, X("x"))
READ = {V: Fraction(3), B: Fraction(5), X("x"): Fraction(-7)}


@pytest.mark.parametrize("f", [
    V + B, 2 * V, V * B * 3, (V + B) * (V - 2), (V + 1) * (B + 2) * (X("x") - 3), (V + B) / 4, V / B, (V * B + 1) / 3 * 2, V / B * (V + 1),
    Constant(Fraction(4)), Product((Constant(Fraction(2)), Constant(Fraction(3)))), -V,
], ids=str)  # fmt: skip
@pytest.mark.parametrize("limit", [64, 4, 3, 1])
def test_a_formula_multiplied_out_is_the_same(monkeypatch: pytest.MonkeyPatch, f: Formula, limit: int) -> None:
    monkeypatch.setattr(sums, "MOST_PARTS", limit)
    found = products(f)
    assert sum(scale * math.prod(evaluate(one, READ.__getitem__) for one in many) for scale, many in found) == evaluate(f, READ.__getitem__)
    assert len(found) <= max(limit, 2)


def test_so_many_products_are_multiplied_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sums.MOST_PARTS == 64
    f = (V + B) * (V + 2)
    for limit, many in ((4, 4), (3, 1)):
        monkeypatch.setattr(sums, "MOST_PARTS", limit)
        assert len(products(f)) == many
    assert products(V / 4) == [(Fraction(1, 4), (V,))]
    assert products(V / B) == [(1, (V / B,))]
    assert products(Quotient(V, Constant(Fraction(0)))) == [(1, (Quotient(V, Constant(Fraction(0))),))]


def test_weighted_sums_of_means_are_told_from_others() -> None:
    v, b = E(V), E(B)
    assert linear_means(2 * (v + 3 * b) - 1) == [(2, v), (6, b), (-1, None)]
    assert linear_means((v - b) / 4 + 6) == [(Fraction(1, 4), v), (Fraction(-1, 4), b), (6, None)]
    assert linear_means(Product((Constant(Fraction(2)), Constant(Fraction(3))))) == [(6, None)]
    for f in (v * b, v + v * b, v * b + v, v / b, 1 / v, v / Constant(Fraction(0)), sb.least(v, b), 2 * sb.most(v, b), (v * b) / 2):
        assert linear_means(f) is None, f


# ---------------------------------------------------------------- states


def landscape(world: sb.World, *inner: Any) -> Any:
    return landscape_of(world, [Mean(ONE, one, None, channel) for channel, one in enumerate(inner or (V,))])


def test_too_many_states_and_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three states of one decision; nine rows where two draws are met."""
    assert (discovery.MOST_STATES, frontier.MOST_ROWS) == (2_000_000, 4_000_000)
    world = act_world(lambda u, act: u * act)
    monkeypatch.setattr(discovery, "MOST_STATES", 3)
    assert landscape(world).layers[0].size == 3
    monkeypatch.setattr(discovery, "MOST_STATES", 2)
    with pytest.raises(TooLarge, match=r"more than 2 states \(3 up to 'act'\)"):
        landscape(world)


def test_where_acts_lead_with_what_weight() -> None:
    """One sees a coin, acts, and then sees whether both are alike."""
    world = sb.World(
        ck.Model(
            u=ck.Dist({0: Fraction(1, 3), 1: Fraction(2, 3)}), a=ck.choice(0, 1, sees=["u"]), w=ck.uniform(0, 1),
            seen=lambda a, u, w: int(a == u) * (1 + w), b=ck.choice(0, 1, 2, sees=["seen"]), value=lambda a, b, u, w: a + b * (u + 2 * w),
        ),
        value="value",
    )  # fmt: skip
    follow = Following(landscape(world))
    first, second = follow.landscape.layers
    assert (first.size, first.options, second.options, follow.offsets) == (2, 2, 3, (0, 2, 2 + second.size))
    assert sorted(weight for _, weight in follow.with_weights(0)) == [Fraction(1, 3), Fraction(2, 3)]
    assert follow.after(0) == [state for state, _ in follow.with_weights(0)]
    for state in range(2):
        for option in range(2):
            origin = follow.origin(0, state, option)
            assert sum(weight * math.gcd(1, 1) for _, weight in follow.with_weights(origin)) > 0
            assert follow.led_to(0, [state], option) == follow.after(origin)
    assert follow.after(10**6) == [] == follow.after(follow.origin(1, second.size - 1, 2))
    met = follow.met(1, range(2, 2 + second.size))
    assert sorted(state for states in met.values() for state in states) == list(range(second.size))
    assert follow.met(0, [1, 0, 5]) == {int(first.context[0]): [0], int(first.context[1]): [1]}
    assert follow.met(1, [0, 1]) == {}
    assert (follow.recalls, follow.is_tree) == (second.size == len(second.seen), False)
    assert follow.all_policies == 2**2 * 3**3


def test_nothing_to_decide_has_no_states() -> None:
    world = sb.World(ck.Model(u=ck.uniform(0, 1), act=ck.choice(0, 1), value=lambda u: u), value="value")
    found = landscape(world)
    follow = Following(found)
    assert (len(found.layers), follow.after(0), follow.with_weights(0), follow.offsets) == (0, [], [], (0,))
    assert (follow.recalls, follow.is_tree, follow.all_policies) == (True, True, 2)
    assert how_many_parts(found) == 1
    check(E(V) + E(X("act") * V), world)


def test_ways_of_deciding_are_counted_over_states() -> None:
    world = sb.World(
        ck.Model(u=ck.uniform(0, 1), a=ck.choice(0, 1, sees=["u"]), b=ck.choice(0, 1, 2), value=lambda a, b, u: a + b + u), value="value"
    )
    both = sb.World(
        ck.Model(u=ck.uniform(0, 1), a=ck.choice(0, 1, sees=["u"]), b=ck.choice(0, 1, 2), value=lambda a, b, u: a * b + u), value="value"
    )
    assert how_many_parts(landscape(both)) >= len(open_parts(E(V), both))
    assert how_many_parts(landscape(world)) >= len(open_parts(E(V), world)) > 4


@pytest.mark.parametrize(("coins", "many"), [(8, False), (9, True)])
def test_noises_of_more_than_500_ways_are_many(coins: int, many: bool) -> None:
    assert open_form.MANY_DRAWS == 500
    model = ck.Model(
        {**{f"c{i}": ck.coin("1/2") for i in range(coins)}, "act": ck.choice(0, 1), "value": ck.function(lambda act: act, parents=["act"])}
    )
    assert has_many_draws(sb.World(model, value="value")) is many


def test_many_draws_of_exactly_as_many_as_are_few() -> None:
    for sides, many in ((25, False), (26, True)):
        model = ck.Model(a=ck.uniform(*range(20)), b=ck.uniform(*range(sides)), act=ck.choice(0, 1), value=lambda act, a: act * a)
        assert has_many_draws(sb.World(model, value="value")) is many


# ---------------------------------------------------------------- whole numbers


def test_arrays_of_whole_numbers_hold_what_does_not_fit() -> None:
    assert (integers.MOST, integers.FEW, integers.MANY) == (2**62, 4, 4_096)
    assert [whole([n]).dtype == object for n in (2**62 - 1, 2**62, -(2**62), -(2**62) + 1)] == [False, True, True, False]
    assert (largest(whole([3, -5, 4])), largest(whole([3, -5, 9])), largest(whole([]))) == (5, 9, 0)
    assert list(bits(0b10110)) == [1, 2, 4]
    assert list(bits(0)) == []
    assert [code_type(size) for size in (2, 127, 128)] == [np.int8, np.int8, np.int32]


@pytest.mark.parametrize("a", [[3, -4], [2**31, -(2**31)], [2**61, 1], [2**70, -1], [0, 0]])
@pytest.mark.parametrize("b", [1, 5, -3, 2**31, 2**62, 2**63, -(2**70), [2, 3], [-(2**31), 2**31], [2**61, -1], [2**70, 1], [0, 2**62]])
def test_products_are_those_of_whole_numbers(a: list[int], b: Any) -> None:
    found = times(whole(a), whole(b) if isinstance(b, list) else b)
    expected = [x * (b[i] if isinstance(b, list) else b) for i, x in enumerate(a)]
    assert found.tolist() == expected
    assert all(isinstance(one, int) for one in found.tolist())


@pytest.mark.parametrize("size", [1, 2**59, 2**60, 2**61, 2**62, 2**70])
def test_sums_of_runs_are_those_of_whole_numbers(size: int) -> None:
    for numbers, first in (([size, size, -size, size, 3], [0, 2]), ([size] * 5, [0]), ([size, 1], [0, 1]), ([-size] * 4, [0, 1])):
        ends = [*first[1:], len(numbers)]
        expected = [sum(numbers[low:high]) for low, high in zip(first, ends, strict=True)]
        assert added_up(whole(numbers), np.array(first)).tolist() == expected
    assert added_up(whole([]), np.array([], dtype=int)).tolist() == []


def test_runs_begin_where_any_key_changes() -> None:
    assert starts(whole([1, 1, 2, 2]), whole([5, 5, 5, 6])).tolist() == [0, 2, 3]
    assert starts(whole([1, 1])).tolist() == [0]
    assert starts(whole([])).tolist() == []
    assert starts(whole([7])).tolist() == [0]
    assert runs(whole([5, 0, 9]), whole([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]
    assert runs(whole([5, 0]), 3).tolist() == [5, 6, 7, 0, 1, 2]


@pytest.mark.parametrize("size", [2, 2**30, 2**31, 2**32, 2**61])
def test_rows_have_a_number_each_in_their_order(size: int) -> None:
    rows = [(a, b, c) for a in (0, size - 1) for b in (0, 1) for c in (0, size - 1, size // 2)]
    rows += rows[:3]
    columns = [np.array([row[i] for row in rows], dtype=np.int64) for i in range(3)]
    key = combined(columns, [size, 2, size], len(rows)).tolist()
    for i, one in enumerate(rows):
        for j, other in enumerate(rows):
            assert (key[i] < key[j], key[i] == key[j]) == (one < other, one == other)
    assert combined([], [], 3).tolist() == [0, 0, 0]
    order = in_order(*columns).tolist()
    assert order == sorted(range(len(rows)), key=lambda i: (rows[i], i))
    assert in_order(*(-column for column in columns)).tolist() == sorted(range(len(rows)), key=lambda i: (tuple(-x for x in rows[i]), i))


@pytest.mark.parametrize("size", [10, 4_096 + 4 * 5, 4_096 + 4 * 5 + 1, 10**12])
def test_numbers_are_told_apart_whatever_their_range(size: int) -> None:
    key = whole([7, 2, 7, 5, 2])
    first, number = numbered(key, size)
    assert (first.tolist(), number.tolist()) == ([1, 3, 0], [2, 0, 2, 1, 0])


@pytest.mark.parametrize("shown", ["turned", "sure", "u"])
def test_a_decision_that_is_shown_another_variable_sees_its_values(shown: str) -> None:
    """Their places in the domain of the one are not those in the domain of the other."""
    world = sb.World(
        ck.Model(
            u=ck.coin("1/3"),
            turned=ck.Dist({True: "1/5", False: "4/5"}),
            sure=True,
            act=ck.choice(False, True, sees=["u"]),
            hit=lambda u, act: (1 + 2 * u) * (u == act),
        )
    )
    hits = E(X("hit").had(u=X(shown))) + E(X("hit")) / 7
    check(hits, world)
    best = sb.solve(world, sb.Utility("hits", hits), method="backward induction")
    worth = {"turned": Fraction(7, 5), "sure": Fraction(3), "u": Fraction(5, 3)}[shown] + Fraction(5, 3) / 7
    assert (best.score, best.policy.act("act", True), best.proved) == (worth, True, True)


def test_a_mean_is_of_one_of_several_sums() -> None:
    world = act_world(lambda u, act: u * act)
    found = landscape(world, V, X("u"), X("act"))
    assert found.channels == 3
    assert {batch.channel for batch in found.batches} == {0, 1, 2}
    assert landscape_of(world, [Mean(ONE, V, None, 4)]).channels == 5


def test_a_mean_without_parts_is_nothing() -> None:
    assert isinstance(E(V), Expectation)
    world = act_world(lambda u, act: u * act)
    assert open_parts(E(V * 0), world) == [(frozenset(), 1, 0)]
