"""Searches for a best policy by hand and by every policy: climbs, eliminations, partial policies, and what is said of a solution."""

from __future__ import annotations

import itertools
import json
import random
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible, TooLarge, WrongFile, WrongShape
from stop_button import UNDEFINED, E, V, X, least, most
from stop_button.decision.policy import Decision, PolicySpace
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.language.arithmetic import evaluate
from stop_button.language.constraints import SubjectTo
from stop_button.language.formula import Constant, Formula, Least, Most, Product, Quotient
from stop_button.language.tests import Both
from stop_button.solving import variable_elimination
from stop_button.solving.branch_and_bound import branched
from stop_button.solving.fractional_form import anchored, in_ratios, ratios_in, single_polynomial, weighted_means
from stop_button.solving.local_search import climbs
from stop_button.solving.problem import check_question, groups_of
from stop_button.solving.sequences.sequence import SequenceSolution, solve_tied
from stop_button.solving.solution import METHOD_NAMES, Solution
from stop_button.solving.symmetry import symmetry
from stop_button.solving.term_matrix import search_problem
from stop_button.solving.variable_elimination import largest, maximised

STOP = {"intent": "stop"}


def acts(*worth: Any) -> sb.World:
    return sb.World(ck.Model(act=ck.choice(*range(len(worth))), value=lambda act: worth[act]), value="value")


def seen(seed: int) -> sb.World:
    """Two decisions with values drawn for everything; an act may make a wish impossible."""
    draw = random.Random(seed)

    def drawn(parents: list[str], values: list[Any]) -> Any:
        return ck.table(parents, {key: draw.choice(values) for key in itertools.product((0, 1), repeat=len(parents))}, domain=values)

    model = ck.Model({
        "u": ck.Dist({0: Fraction(1, 3), 1: Fraction(2, 3)}), "w": ck.Dist({0: Fraction(1, 2), 1: Fraction(1, 2)}),
        "a": ck.choice(0, 1, sees=["u"]), "b": ck.choice(0, 1, sees=["w"]), "value": drawn(["u", "w", "a", "b"], [0, 1, 3]),
        "other": drawn(["u", "w", "b"], [0, 1]),
        "wish": ck.function(lambda u, a: "stop" if u == a else "free", parents=["u", "a"]),
        "early": ck.function(lambda w: "stop" if w else "free", parents=["w"]),
    })  # fmt: skip
    return sb.World(model, intent="wish", value="value", name=f"world {seed}")


EARLY = X("early").is_("stop")
FORMULAS: dict[str, Formula] = {
    "sum": 2 * E(V) - E(X("other")) / 3 + 1,
    "steady condition": E(V, given=EARLY) + 2 * E(X("other")),
    "moving condition": E(V, given=STOP) - E(X("other"), given=STOP) + 2,
    "two conditions": E(V, given=STOP) + E(V, given={"intent": "free"}) + E(X("other"), given=EARLY) + 5,
    "least": least(E(V), 2 * E(X("other")), 3 * E(V, given=STOP)),
    "most": most(E(V) - 1, E(X("other")), E(V, given=EARLY) / 2),
    "product": (E(V) + 1) * E(X("other")),
    "quotient": E(V) / (1 + E(X("other"))),
    "quotient that may fail": (E(V) + 1) / E(X("other")),
    "tests": SubjectTo(E(V), (E(X("other")) >= Fraction(1, 2), E(V) <= 2)),
    "both or either": SubjectTo(E(V), (Both((E(X("other")) > 0, E(X("other")) < 1)),)),
}


@pytest.mark.parametrize("kind", FORMULAS)
def test_ratios_have_the_score_of_every_policy(kind: str) -> None:
    world, f = seen(3), FORMULAS[kind]
    tree = in_ratios(f, world)
    assert ratios_in(tree)
    for policy in world.policies:

        def value(ratio: Any, policy: Any = policy) -> Any:
            taken = [
                pair for choices, pair in ratio.pairs.items() if all(policy.acts[name, what] == option for name, what, option in choices)
            ]
            top, bottom = (sum((pair[side] for pair in taken), Fraction(0)) for side in (0, 1))
            assert ratio.steady is (bottom == 1) or not ratio.steady
            if not bottom:
                raise Impossible("nothing")
            return top / bottom

        try:
            found: Any = evaluate(tree, value)
        except Impossible:
            found = UNDEFINED
        assert found == score_or_undefined(f, world, policy)


@pytest.mark.parametrize("kind", [kind for kind in FORMULAS if kind != "both or either"])
def test_branch_and_bound_finds_the_best_of_the_list(kind: str) -> None:
    world, f = seen(5), FORMULAS[kind]
    scores = [score for policy in world.policies if (score := score_or_undefined(f, world, policy)) is not UNDEFINED]
    found = sb.solve(world, sb.Utility("u", f), method="branch and bound")
    assert (found.score, found.bound, bool(found), found.ties) == (max(scores), max(scores), True, scores.count(max(scores)))
    for limit in (1, 2, 5):
        few = sb.solve(world, sb.Utility("u", f), method="branch and bound", most=limit)
        assert few.score <= max(scores)
        assert few.bound is None or max(scores) <= few.bound
        assert few.proved is (few.score == few.bound)
        assert few.looked_at <= limit + 1 or few.proved


@pytest.mark.parametrize("seed", range(4))
def test_what_is_not_looked_at_is_no_better(seed: int) -> None:
    """Some best policy takes options that stand for all, in an order among slots that could change places."""
    world = seen(seed)
    for f in (E(V), E(V, given=STOP)):
        problem = search_problem(in_ratios(f, world), world.policies)
        found, left = symmetry(problem), [()]
        for _ in problem.sizes:
            left = [(*partial, option) for partial in left for option in found.extensions(partial)]  # type: ignore[misc]
        every = [score_or_undefined(f, world, policy) for policy in world.policies]
        some = [score_or_undefined(f, world, problem.policy(one)) for one in left]
        assert max(s for s in some if s is not UNDEFINED) == max(s for s in every if s is not UNDEFINED)
        assert len(set(left)) == len(left) <= len(every)


def test_slots_that_could_change_places_are_taken_in_order() -> None:
    """Three sights alike and one that is not: of eight ways for the three, four are left."""
    model = ck.Model(
        sight=ck.uniform(0, 1, 2, 3), act=ck.choice(0, 1, sees=["sight"]), value=lambda sight, act: act * (1 if sight else 5),
        more=lambda act: act,
    )  # fmt: skip
    world = sb.World(model, value="value")
    problem = search_problem(in_ratios(E(V) * E(X("more")), world), world.policies)
    found, left = symmetry(problem), [()]
    for _ in problem.sizes:
        left = [(*partial, option) for partial in left for option in found.extensions(partial)]  # type: ignore[misc]
    assert len(left) == 2 * 4
    assert problem.slots[0][1] == (0,)
    assert sorted(slot is None for slot in found.interchangeable) == [False, False, True, True]


# ---------------------------------------------------------------- forms


def test_what_is_a_weighted_sum_of_means() -> None:
    world = seen(1)
    for f, scales in (
        (2 * E(V) + 3 * E(X("other")), [2, 3]), (Least((E(V),)), [1]), (Most((2 * E(V),)), [2]), (E(V) / 4, [Fraction(1, 4)]),
        (Product((Constant(Fraction(2)), Constant(Fraction(5)), E(V))), [10]),
        (Quotient(E(V), Constant(Fraction(2)) + 3), [Fraction(1, 5)]),
        (Constant(Fraction(3)) + 4, [1]),
    ):  # fmt: skip
        found = weighted_means(f, world)
        assert found is not None
        assert [each.scale for each in found] == scales, f
    for f in (least(E(V), 1), most(E(V), E(X("other"))), E(V) * E(V), 1 / E(V), E(V) / E(V), E(V) + E(V) * E(V), E(V) * E(V) + E(V)):
        assert weighted_means(f, world) is None, f
    assert single_polynomial(E(V) + E(V, given=EARLY), world) is not None
    moving = [single_polynomial(f, world) for f in (E(V, given=STOP) + E(V), E(V) + E(V, given=STOP))]
    assert moving == [None, None]
    with pytest.raises(Impossible):
        weighted_means(E(V) / (Constant(Fraction(1)) - 1), world)


@pytest.mark.parametrize("seed", range(5))
def test_polynomials_keep_their_values_and_lose_what_is_idle(seed: int) -> None:
    draw = random.Random(seed)
    decisions = [Decision("a", (0, 1, 2), ("s",), ((0,), (1,))), Decision("b", (0, 1), (), ((),))]
    space = PolicySpace(decisions)
    slots = [(name, what, options) for name, what, options in space.slots]
    polynomial: dict[Any, Any] = {}
    for many in (0, 1, 2, 3):
        for some in itertools.combinations(slots, many):
            polynomial[frozenset((name, what, draw.choice(options)) for name, what, options in some)] = Fraction(draw.randint(-2, 2))
    found = anchored(polynomial, space)
    assert all(weight for weight in found.values())
    assert not any(option == 0 for choices in found for _, _, option in choices)
    best = maximised(polynomial, decisions)
    totals = {}
    for policy in space:
        values = [sum(w for c, w in form.items() if all(policy.acts[n, s] == o for n, s, o in c)) for form in (polynomial, found)]
        assert values[0] == values[1]
        totals[policy] = values[0]
    top = max(totals.values())
    assert (best.expected_utility, best.count) == (top, list(totals.values()).count(top))
    listed = list(best.policies())
    assert [dict(policy.acts) for policy in listed] == [dict(policy.acts) for policy, total in totals.items() if total == top] or len(
        listed
    ) == best.count
    assert {tuple(sorted(policy.acts.items(), key=str)) for policy in listed} == {
        tuple(sorted(policy.acts.items(), key=str)) for policy, total in totals.items() if total == top
    }
    assert best.policy == listed[0]


def test_an_optimum_is_told_in_words() -> None:
    act = Decision("act", ("go", "stay", "run"), (), ((),))
    one = maximised({frozenset({("act", (), "go")}): Fraction(2)}, [act])
    assert (str(one), len(one.stages)) == ("1 policy reaches the best expected utility, 2", 1)
    two = maximised({frozenset({("act", (), "go")}): Fraction(-2)}, [act])
    assert str(two) == "2 policies reach the best expected utility, 0"
    assert [policy.acts["act", ()] for policy in two.policies()] == ["stay", "run"]
    none = maximised({}, [act])
    assert (none.count, none.expected_utility, none.policy.acts["act", ()]) == (3, 0, "go")
    assert maximised({frozenset(): Fraction(7)}, [act]).expected_utility == 7


def test_tables_of_an_elimination_have_so_many_cells_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two decisions of two and three options that hang together."""
    assert variable_elimination.MOST_CELLS == 1_000_000
    decisions = [Decision("a", (0, 1), (), ((),)), Decision("b", (0, 1, 2), (), ((),))]
    polynomial: dict[Any, Any] = {frozenset({("a", (), 1), ("b", (), 2)}): Fraction(4), frozenset({("b", (), 1)}): Fraction(5)}
    monkeypatch.setattr(variable_elimination, "MOST_CELLS", 6)
    assert maximised(polynomial, decisions).expected_utility == 5
    monkeypatch.setattr(variable_elimination, "MOST_CELLS", 5)
    with pytest.raises(TooLarge, match="a table of 6 cells, more than 5, because 2 choices hang together"):
        maximised(polynomial, decisions)


def test_the_largest_are_all_that_tie_in_their_order() -> None:
    assert largest({"a": 1, "b": 3, "c": 2, "d": 3}) == ("b", "d")
    assert largest({"a": 3, "b": 3, "c": 4}) == ("c",)
    assert largest({"a": Fraction(1, 2), "b": Fraction(2, 4), "c": 0}) == ("a", "b")


# ---------------------------------------------------------------- climbs


@pytest.mark.parametrize(("worth", "end", "looked_at"), [
    ((3, 1, 2), 0, 3), ((1, 3, 2), 1, 5), ((1, 2, 3), 2, 5), ((1, 1, 1), 0, 3), ((5,), 0, 1), ((1, 1 + Fraction(1, 10**14)), 0, 2),
    ((10**9, 10**9 + Fraction(1, 10**5)), 0, 2), ((1, 1 + Fraction(1, 10**9)), 1, 3), ((0, Fraction(1, 10**11)), 1, 3), ((-1, 0), 1, 3),
    ((0, Fraction(1, 10**13)), 0, 2),
])  # fmt: skip
def test_a_climb_takes_what_gains_more_than_rounding(worth: Any, end: int, looked_at: int) -> None:
    world = acts(*worth)
    problem = search_problem(in_ratios(E(V), world), world.policies)
    (climb,) = climbs(problem, seed=0, starts=1)
    if problem.sizes:
        assert (climb.assignment, climb.looked_at) == ((end,), looked_at)
    else:
        assert (climb.assignment, climb.looked_at) == ((), 1)
    assert len(list(climbs(problem, seed=0, starts=3))) == 3


def test_a_climb_ends_where_no_slot_can_gain() -> None:
    world = seen(2)
    problem = search_problem(in_ratios(E(V) * (1 + E(X("other"))), world), world.policies)
    score: dict[Any, Any] = {
        one: score_or_undefined(E(V) * (1 + E(X("other"))), world, problem.policy(one)) for one in itertools.product((0, 1), repeat=4)
    }
    assert problem.sizes == (2, 2, 2, 2)
    for climb in climbs(problem, seed=1, starts=6):
        at: Any = climb.assignment
        near = [(*at[:i], 1 - at[i], *at[i + 1 :]) for i in range(4)]
        assert all(score[one] <= score[at] for one in near)
        assert climb.looked_at >= 5


def test_a_stopped_local_search_keeps_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    world = seen(2)

    def stopped(*given: Any, **named: Any) -> Any:
        yield from itertools.islice(climbs(*given, **named), 2)
        raise KeyboardInterrupt

    monkeypatch.setattr("stop_button.solving.methods.climbs", stopped)
    found = sb.solve(world, sb.Utility("u", E(V)), method="local search")
    assert (found.bound, found.proved, found.ties) == (None, False, None)
    assert found.score == score_or_undefined(E(V), world, found.policy)


# ---------------------------------------------------------------- files, questions and words


@pytest.mark.parametrize(("key", "value", "words"), [
    ("best", [0], "its best policy does not say everything"), ("best", [0, 0, 0, 7], "a partial policy in it is none of this world"),
    ("waiting", [[0, 0, 0, 0, 0]], "a partial policy in it is none of this world"), ("waiting", [[2]], "none of this world"),
    ("waiting", [[], [0, 2]], "none of this world"), ("waiting", [[-1]], "option"), ("looked_at", -1, "looked_at"),
])  # fmt: skip
def test_what_a_file_says_of_a_search_is_checked(tmp_path: Any, key: str, value: Any, words: str) -> None:
    file = tmp_path / "search.json"
    world, utility = seen(2), sb.Utility("u", E(V) * (1 + E(X("other"))))
    done = sb.solve(world, utility, method="branch and bound", resume=file, most=2)
    document = json.loads(file.read_text())
    held = next(part for part in [document, *(one for one in document.values() if isinstance(one, dict))] if "waiting" in part)
    assert len(held["best"]) == 4
    again = sb.solve(world, utility, method="branch and bound", resume=file)
    assert again.proved
    assert again.score >= done.score
    held[key] = value
    file.write_text(json.dumps(document))
    with pytest.raises(WrongFile, match=words):
        sb.solve(world, utility, method="branch and bound", resume=file)


def test_a_bound_that_is_not_proved_is_rounded_up() -> None:
    world = acts(*(Fraction(1, n) for n in (3, 7, 9)))
    f = E(V) * (2 - E(V))
    problem = search_problem(in_ratios(f, world), world.policies)
    found = branched(problem, lambda one: score_or_undefined(f, world, problem.policy(one)), most=1)  # type: ignore[arg-type, return-value]
    assert found.score == Fraction(5, 9)
    assert found.proved or (found.bound is not None and found.bound * 10**9 == int(found.bound * 10**9) and found.bound >= found.score)


@pytest.mark.parametrize(("tied", "expected"), [
    ([], ()), ([["a", "b"]], (("a", "b"),)), ([("a", "b"), ["c"]], (("a", "b"), ("c",))), ([[]], ((),)), ("ab", None), (["a", "b"], None),
    (["a"], None), (5, None), ([["a", 1]], None), ([5], None), ([["a"], "b"], None),
])  # fmt: skip
def test_groups_are_lists_of_lists(tied: Any, expected: Any) -> None:
    if expected is not None:
        assert groups_of(tied) == expected
        return
    with pytest.raises(WrongShape, match="is no list of groups of decisions") as told:
        groups_of(tied)
    typed = "type tied=[['a', 'b']]" if tied == ["a", "b"] else "type tied=[['act[1]', 'act[2]']]"
    assert typed in str(told.value)


TIES: Any = (("a", "b"),)
LOTS = ("linear program", "subdivision", "subdivision over tied rules")


@pytest.mark.parametrize("method", [None, *METHOD_NAMES])
@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("tied", [None, TIES, ()])
def test_which_methods_find_policies_of_which_kind(method: Any, mixed: bool, tied: Any) -> None:
    fits: dict[Any, bool] = {None: True}
    for name in METHOD_NAMES:
        if tied is None:
            fits[name] = (name in LOTS) is mixed and "tied" not in name
        else:
            fits[name] = name in (
                ("subdivision", "subdivision over tied rules") if mixed else ("branch and bound", "branch and bound over tied rules")
            )
    if fits[method]:
        check_question(sb.naive, method, mixed, tied)
        assert method is None or method in METHOD_NAMES
    else:
        with pytest.raises(WrongShape):
            check_question(sb.naive, method, mixed, tied)


def told(
    score: Any, method: Any = "branch and bound", *, bound: Any = None, ties: Any = None, looked_at: int = 1, proved: bool = True
) -> str:
    world = acts(1, 2)
    return str(Solution(world, sb.naive, world.policy(1), score, bound, ties, method, looked_at, proved))


@pytest.mark.parametrize(("score", "shown"), [
    (10**99, "1" + "0" * 99), (10**100, "about 1e+100"), (Fraction(10**6 + 1, 10**7 + 3), None),
    (Fraction(10**320 + 1, 3), "about 3.333333333e+319"),
    (Fraction(1, 3 * 10**301), "about 3.333333333e-302"), (-(10**100), "about -1e+100"), (Fraction(12345678, 9876543), None),
])  # fmt: skip
def test_long_numbers_are_shortened(score: Any, shown: str | None) -> None:
    text = told(score, proved=True, bound=score)
    number = text.removeprefix("naive: ").partition(" by ")[0]
    if shown is None:
        exact = str(score)
        assert number == (exact if len(exact) <= 16 else f"about {float(score):.10g}")
    else:
        assert number.replace(",", "") == shown


def test_solutions_are_told_in_words() -> None:
    assert told(2, bound=2) == "naive: 2 by 1, the best of 2 policies (branch and bound; 1 partial policy looked at, ties not counted)"
    assert told(2, bound=3, looked_at=2, proved=False) == (
        "naive: 2 by 1, the best found, and none of 2 policies has more than 3 (branch and bound; 2 partial policies looked at, ties not "
        "counted: not proved)"
    )
    assert "and no bound is known" in told(2, proved=False)
    assert "(factorised; 1,200 with this score)" in told(2, "factorised", ties=1200)
    for method in ("backward induction", "branch and bound over states", "branch and bound over tied rules"):
        assert f"({method}; 1 state, 5 with this score)" in told(2, method, ties=5)
        assert f"({method}; 2 states, ties not counted)" in told(2, method, looked_at=2)
    assert "1 program)" in told(2, "linear program")
    assert "3 programs)" in told(2, "linear program", looked_at=3)
    for method in LOTS[1:]:
        assert "1 part of the space of chances, ties not counted)" in told(2, method)
        assert "2 parts of the space of chances" in told(2, method, looked_at=2)
    assert "the best of all policies that draw lots (" in told(2, "linear program")
    assert "the best of all tied policies that draw lots (" in told(2, "subdivision over tied rules")
    assert "the best of all tied policies (" in told(2, "branch and bound over tied rules")
    assert "which no decision alone can better, and none of 2 policies has more than 3 (" in told(
        2, "backward induction", bound=3, proved=False
    )
    assert "the best found of 2 policies (local search: nothing is proved; 1,000 looked at)" in told(
        2, "local search", looked_at=1000, proved=False
    )
    assert "more than 10^30 with this score" in told(2, "backward induction", ties=10**30 + 10**29 * 4)
    assert f"{10**30 - 1:,} with this score" in told(2, "backward induction", ties=10**30 - 1)
    world = acts(1, 2)
    solution = Solution(world, sb.naive, world.policy(1), 2, 2, None, "branch and bound", 1, True)
    assert (repr(solution), bool(solution), solution.why) == (str(solution), True, "")
    assert "<p>naive: 2 by 1" in solution._repr_html_()


# ---------------------------------------------------------------- what divides by 0 under some rules


def test_rules_under_which_a_quotient_fails_are_left_out() -> None:
    def over(bottom: Any) -> sb.World:
        return sb.World(ck.Model(a=ck.choice(0, 1, 2), b=ck.choice(0, 1), value=lambda a, b: 4 - a + b, under=bottom), value="value")

    some = solve_tied(over(lambda a, b: a * (1 + b)), sb.Utility("u", E(V) / E(X("under"))), [])
    assert isinstance(some, SequenceSolution)
    assert (some.score, some.bound, some.policy.acts["a", ()], some.policy.acts["b", ()]) == (3, 3, 1, 0)
    with pytest.raises(Impossible, match="undefined under every policy that draws no lots"):
        solve_tied(over(lambda a: 0 * a), sb.Utility("u", E(V) / E(X("under"))), [])
    signed = solve_tied(over(lambda a, b: (a - 1) * (1 + b)), sb.Utility("u", E(V) / E(X("under"))), [])
    assert isinstance(signed, SequenceSolution)
    assert signed.score == signed.bound == 2


def test_limits_that_hold_together_take_a_linear_program() -> None:
    world = acts(0, 2, 5)
    f = SubjectTo(E(V), (Both((E(X("act").is_(2)) <= Fraction(1, 3), E(X("act").is_(1)) <= Fraction(1, 4))),))
    found = sb.solve(world, sb.Utility("u", f), mixed=True)
    assert (found.score, found.bound, found.method) == (Fraction(5, 3) + Fraction(1, 2), Fraction(13, 6), "linear program")
