"""The best policy without listing them: equal to the best of the sweep, beyond what can be swept, and honest when it is stopped."""

from __future__ import annotations

import inspect
import itertools
import random
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given, settings

import causalkit as ck
import stop_button as sb
from causalkit.errors import CausalError, Impossible, TooLarge, Undecided, WrongShape
from stop_button import FREE, STOP, B, E, V, X
from stop_button.decision.roles import MissingRole
from stop_button.definitions import REGISTER
from stop_button.evaluation.evaluation import places_of_best, sweep
from stop_button.evaluation.utility import applies
from stop_button.testing import utilities, worlds
from tests.stop_button.sequence_worlds import random_world, utility_of
from tests.tries import tries

SEARCH, ELIMINATION = (inspect.unwrap(sb.solve).__globals__[name].__globals__ for name in ("branched", "maximised"))
WORLDS = sb.worlds.bundled_worlds()
BOTH = sb.Utility("both", E(B, given={"intent": STOP}) * E(V, given={"intent": FREE}))
RATIO = sb.Utility("ratio", E(V) / (1 + E(B)))
OF_EVERY_SHAPE = [sb.counterfactual, sb.conditional_counterfactual, sb.ccmin, sb.cond, BOTH, RATIO]


def best_of_sweep(world: sb.World, utility: sb.Utility) -> tuple[Any, int]:
    """The largest score, or ``None``, and how many policies have it: by listing them."""
    scores = sweep(utility.formula, world)
    places = places_of_best(scores)
    return (scores[places[0]] if places else None), len(places)


def check(world: sb.World, utility: sb.Utility, **ways: Any) -> sb.Solution | None:
    """Compare a solution with the best of the sweep, also where there is none."""
    best, ties = best_of_sweep(world, utility)
    if best is None:
        with pytest.raises(Impossible):
            sb.solve(world, utility, **ways)
        return None
    found = sb.solve(world, utility, **ways)
    assert found
    assert found.score == found.bound == best == utility(world, found.policy)
    assert found.ties in (None, ties)
    return found


def sighted(sights: int, acts: int, seed: int) -> sb.World:
    """A world with ``acts ** sights`` policies, in which tables drawn with a seed say what comes of each act in each sight."""
    draw = random.Random(seed)
    where, moods = list(itertools.product(range(sights), range(acts))), range(3)
    odds = [draw.randint(1, 9) for _ in range(sights)]
    wishes = {(*at, mood): draw.choice([STOP, FREE]) for at in where for mood in moods}
    heeds = {(*at, wish): draw.random() < chance for at in where for wish, chance in ((STOP, 0.8), (FREE, 0.2))}
    worth = {at: draw.randint(0, 20) for at in where}
    return sb.World(
        ck.Model(
            sight=ck.Dist({i: Fraction(odd, sum(odds)) for i, odd in enumerate(odds)}),
            mood=ck.uniform(*moods),
            act=ck.choice(*range(acts), sees=["sight"]),
            wish=ck.function(lambda sight, mood, act: wishes[sight, act, mood], domain=[STOP, FREE]),
            stopped=ck.function(lambda sight, wish, act: heeds[sight, act, wish], domain=[False, True]),
            value=lambda stopped, sight, act: 0 if stopped else worth[sight, act],
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        baseline=0,
        name="sighted",
    )


def two_steps(sights: int, seed: int) -> sb.World:
    """A world in which a second act follows the wish, so that runs meet two choices."""
    draw = random.Random(seed)
    seen = list(itertools.product(range(sights), range(3)))
    wishes = {(*at, mood): draw.choice([STOP, FREE]) for at in seen for mood in range(2)}
    heeds = {(*at, wish, then): draw.random() < 0.5 for at in seen for wish in (STOP, FREE) for then in range(2)}
    worth = {(*at, then): draw.randint(0, 9) for at in seen for then in range(2)}
    return sb.World(
        ck.Model(
            sight=ck.uniform(*range(sights)),
            mood=ck.uniform(0, 1),
            act=ck.choice(0, 1, 2, sees=["sight"]),
            wish=ck.function(lambda sight, mood, act: wishes[sight, act, mood], domain=[STOP, FREE]),
            then=ck.choice(0, 1, sees=["sight", "wish"]),
            stopped=ck.function(lambda sight, wish, act, then: heeds[sight, act, wish, then], domain=[False, True]),
            value=lambda stopped, sight, act, then: 0 if stopped else worth[sight, act, then],
        ),
        intent="wish",
        stopped="stopped",
        value="value",
        baseline={"act": 0, "then": 0},
    )


# ---------------------------------------------------------------- the best of the sweep


@settings(max_examples=tries(60))
@given(worlds(), utilities())
def test_the_solution_is_the_best_of_the_sweep(world: sb.World, utility: sb.Utility) -> None:
    check(world, utility)
    check(world, utility, method="branch and bound")


@settings(max_examples=tries(40))
@given(worlds(max_causes=3), utilities(), utilities(max_parts=2))
def test_nested_formulas_are_solved_too(world: sb.World, one: sb.Utility, other: sb.Utility) -> None:
    f, g = one.formula, other.formula
    for nested in (f * g - g, 2 * sb.least(f, g) + sb.most(f, -g), f / (3 + g * g), f / g):
        check(world, sb.Utility("nested", nested))


@pytest.mark.parametrize("name", sorted(WORLDS))
def test_every_definition_in_every_bundled_world(name: str) -> None:
    world, methods = WORLDS[name], set()
    for utility in filter(lambda utility: applies(utility, world), REGISTER.values()):
        found = check(world, utility)
        methods |= {found.method} if found else set()
        assert (check(world, utility, method="branch and bound") is None) == (found is None)
    assert methods


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("utility", OF_EVERY_SHAPE, ids=lambda utility: utility.name)
def test_runs_that_meet_two_choices(utility: sb.Utility, seed: int) -> None:
    world = two_steps(4, seed)
    assert sb.solve(world, utility).score == sb.rank(world, utility, top=1).scores[0]


@pytest.mark.parametrize("utility", OF_EVERY_SHAPE, ids=lambda utility: utility.name)
def test_without_a_first_guess_the_bounds_find_the_best(utility: sb.Utility, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SEARCH, "FEW_STARTS", 0)
    world = two_steps(3, 5)
    found = sb.solve(world, utility, method="branch and bound")
    assert found.score == sb.rank(world, utility, top=1).scores[0]


# ---------------------------------------------------------------- larger than any list


@pytest.mark.parametrize("utility", [sb.conditional_counterfactual, sb.ccmin, BOTH, RATIO], ids=lambda utility: utility.name)
def test_a_million_policies_by_a_handful_of_bounds(utility: sb.Utility) -> None:
    world = sighted(10, 4, 0)
    found, ranking = sb.solve(world, utility), sb.rank(world, utility, top=1)
    assert found
    assert (found.method, found.score) == ("branch and bound", ranking.scores[0])
    assert utility(world, found.policy) == found.score
    assert 0 < found.looked_at < world.policies.size / 1000


def test_more_policies_than_can_be_counted_through() -> None:
    """Each of 100 sights has its own best act; in every tenth, two acts are equally good."""
    sights, acts = 100, 5
    world = sb.World(
        ck.Model(
            sight=ck.uniform(*range(sights)),
            act=ck.choice(*range(acts), sees=["sight"]),
            value=lambda sight, act: 7 if act == sight % acts or (sight % 10 == 3 and act == 4) else -act,
        ),
        value="value",
    )
    found = sb.solve(world, sb.naive)
    assert (found.method, found.score, found.ties) == ("factorised", 7, 2**10)
    assert all(found.policy.act("act", sight) == sight % acts for sight in range(sights) if sight % 10 != 3)
    assert "more than 10^69 policies" in str(found)


def test_ten_to_the_twenty_policies_under_a_sum_of_ratios() -> None:
    world = sighted(33, 4, 1)
    assert world.policies.size > 10**19
    found = sb.solve(world, sb.conditional_counterfactual)
    assert found
    climbed = sb.solve(world, sb.conditional_counterfactual, method="local search", starts=5)
    assert found.score == sb.conditional_counterfactual(world, found.policy) >= climbed.score


def test_a_condition_that_no_policy_moves_leaves_one_polynomial() -> None:
    world = sighted(4, 3, 2)
    asleep = sb.World(world.model.do(wish=STOP), stopped="stopped", value="value")
    found = check(asleep, sb.Utility("at a sight", E(V, given=X("sight").is_(1)) + 3 * E(B, given=X("sight").is_(2)) - E(B)))
    assert found is not None
    assert found.method == "factorised"
    assert check(world, sb.cond).method == "branch and bound"  # type: ignore[union-attr]


def test_choices_that_hang_together_are_left_to_branch_and_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    acts = [f"act{i}" for i in range(4)]
    parity = ck.function(lambda *done: sum(done) % 2 + sum(done) // 4, parents=acts, domain=[0, 1])
    world = sb.World(ck.Model({**{act: ck.choice(0, 1) for act in acts}, "value": parity}), value="value")
    assert check(world, sb.naive).method == "backward induction"  # type: ignore[union-attr]
    assert check(world, sb.naive, method="factorised").method == "factorised"  # type: ignore[union-attr]
    monkeypatch.setitem(ELIMINATION, "MOST_CELLS", 8)
    assert check(world, sb.naive, method="branch and bound").method == "branch and bound"  # type: ignore[union-attr]
    with pytest.raises(TooLarge, match="4 choices hang together"):
        sb.solve(world, sb.naive, method="factorised")


# ---------------------------------------------------------------- ties


def test_policies_that_tie_do_not_have_to_be_looked_at_one_by_one() -> None:
    """Two of three acts are the same in each of 20 sights: a million best policies, and none of them is listed."""
    world = sb.World(
        ck.Model(
            sight=ck.uniform(*range(20)),
            mood=ck.coin("1/3"),
            act=ck.choice("left", "right", "away", sees=["sight"]),
            wish=lambda sight, mood, act: STOP if mood or (act == "away" and sight % 2) else FREE,
            stopped=lambda wish, act, sight: wish == STOP and (act != "away" or sight % 3 == 0),
            value=lambda stopped, act: 0 if stopped else 1 + (act == "away"),
        ),
        intent="wish",
        stopped="stopped",
        value="value",
    )
    for utility in (sb.conditional_counterfactual, sb.ccmin, BOTH):
        found = sb.solve(world, utility)
        assert found
        assert found.ties is None or found.ties > 1_000
        assert found.looked_at < 2_000


def test_ties_and_differences_are_those_of_fractions() -> None:
    third = Fraction(1, 10) + Fraction(2, 10)
    worth = {"less": third - Fraction(1, 10**15), "sum": third, "whole": Fraction(3, 10)}
    world = sb.World(ck.Model(act=ck.choice(*worth), value=lambda act: worth[act]), value="value")
    assert sb.solve(world, sb.naive).ties == 2
    for f in (E(V) * E(V), sb.least(E(V), 1), E(V) / (1 + E(V))):
        assert str(sb.solve(world, sb.Utility("f", f)).policy) in {"sum", "whole"}


def test_numbers_too_large_for_floats() -> None:
    big = Fraction(10**400 + 1, 3)
    world = sb.World(ck.Model(act=ck.choice("a", "b", "c"), value=lambda act: {"a": big - 1, "b": big, "c": -big}[act]), value="value")
    found = sb.solve(world, sb.Utility("square", E(V) * E(V) - E(V)))
    assert (str(found.policy), found.score) == ("c", big * big + big)
    assert found


def test_products_too_large_for_floats() -> None:
    big = Fraction(10**90)
    model = ck.Model(sight=ck.uniform(0, 1), act=ck.choice(-1, 0, 1, sees=["sight"]), value=lambda sight, act: act * big)
    f = E(V) * E(V) * E(V) * E(V) * (1 - E(V))
    for tall in (f, f / (1 + E(V) * E(V))):
        check(sb.World(model, value="value"), sb.Utility("tall", tall))


def test_what_makes_no_difference_is_the_first_option() -> None:
    model = ck.Model(
        sight=ck.uniform(0, 1), act=ck.choice("first", "other", sees=["sight"]), value=lambda sight, act: sight * (act == "other")
    )
    found = sb.solve(sb.World(model, value="value"), sb.Utility("square", E(V) * E(V)))
    assert (found.policy.act("act", 0), found.policy.act("act", 1)) == ("first", "other")


# ---------------------------------------------------------------- stopped before the end


def test_a_limit_leaves_a_bound_that_holds() -> None:
    world = sighted(12, 4, 3)
    best = sb.solve(world, sb.conditional_counterfactual)
    assert best
    assert best.looked_at > 8
    stopped = sb.solve(world, sb.conditional_counterfactual, most=8)
    assert not stopped
    assert stopped.looked_at >= 8
    assert stopped.score <= best.score <= stopped.bound
    assert sb.conditional_counterfactual(world, stopped.policy) == stopped.score
    assert "none of 16,777,216 policies has more than" in str(stopped)
    assert str(stopped).splitlines()[0].endswith("partial policies looked at, ties not counted: not proved)")


@pytest.mark.parametrize("calls", [1, 2, 5, 17])
def test_an_interruption_keeps_what_was_found(calls: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world = sighted(12, 4, 3)
    best = sb.solve(world, sb.conditional_counterfactual)
    bound, left = SEARCH["bound"], iter(range(calls))

    def interrupted(*args: Any) -> Any:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return bound(*args)

    monkeypatch.setitem(SEARCH, "bound", interrupted)
    stopped = sb.solve(world, sb.conditional_counterfactual)
    assert not stopped
    assert stopped.score <= best.score
    assert stopped.bound is None or stopped.bound >= best.score


def test_an_interruption_before_any_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setitem(SEARCH, "bound", interrupted)
    stopped = sb.solve(sighted(6, 3, 0), sb.ccmin)
    assert (stopped.bound, stopped.proved) == (None, False)
    assert "the best found, and no bound is known" in str(stopped)


def test_an_interruption_before_any_score(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: Any, **named: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setitem(SEARCH, "climbs", interrupted)
    with pytest.raises(TooLarge, match=r"among 0 partial policies of sighted none with a score was found; type most=1000000"):
        sb.solve(sighted(6, 3, 0), sb.ccmin)


# ---------------------------------------------------------------- local search


@settings(max_examples=tries(25))
@given(worlds(), utilities())
def test_local_search_claims_nothing_and_is_exact(world: sb.World, utility: sb.Utility) -> None:
    best, _ = best_of_sweep(world, utility)
    try:
        found = sb.solve(world, utility, method="local search")
    except Impossible:
        return
    assert not found
    assert found.bound is None
    assert found.score == utility(world, found.policy) <= best


def test_no_single_change_improves_what_local_search_finds() -> None:
    world = sighted(8, 4, 4)
    found = sb.solve(world, BOTH, method="local search", starts=3)
    assert found.policy.acts
    for (decision, seen), act in found.policy.acts.items():
        for other in set(range(4)) - {act}:
            changed = {at: other if (decision, at) == (decision, seen) else found.policy.acts[decision, at] for _, at in found.policy.acts}
            assert BOTH(world, {"act": changed}) <= found.score


def test_a_seed_decides_the_climbs() -> None:
    world = sighted(8, 4, 4)
    once, again = (sb.solve(world, BOTH, method="local search", seed=3, starts=2) for _ in range(2))
    assert once == again
    assert len({sb.solve(world, BOTH, method="local search", seed=seed, starts=2).looked_at for seed in range(5)}) > 1


def test_climbs_walk_out_of_what_is_undefined() -> None:
    """Under all policies but those that act in each of six sights the condition is impossible for some sight's mean."""
    model = ck.Model(
        sight=ck.uniform(*range(6)),
        act=ck.choice("rest", "go", sees=["sight"]),
        seen=lambda sight, act: sight if act == "go" else -1,
        value=lambda seen: seen,
    )
    world = sb.World(model, value="value")
    first, *others = (E(V, given=X("seen").is_(sight)) for sight in range(6))
    found = sb.solve(world, sb.Utility("all", sum(others, first)), method="local search", starts=1)
    assert (found.score, str(found.policy)) == (15, "go")


# ---------------------------------------------------------------- what is printed


@pytest.mark.parametrize(
    ("utility", "ways", "text"),
    [
        (sb.counterfactual, {}, "counterfactual: 11 by none, the best of 5 policies (factorised; 1 with this score)"),
        (
            sb.ccmin,
            {},
            "ccmin: 11 by none, the best of 5 policies (branch and bound; 1 partial policy looked at, 1 with this score)",
        ),
        (
            sb.naive,
            {"method": "local search", "starts": 1},
            "naive: 9.99 by disable, the best found of 5 policies (local search: nothing is proved; 9 looked at)",
        ),
        (
            sb.counterfactual,
            {"mixed": True},
            "counterfactual: 11 by none, the best of all policies that draw lots (linear program; 2 programs)",
        ),
    ],
)
def test_print(utility: sb.Utility, ways: dict[str, Any], text: str) -> None:
    found = sb.solve(sb.worlds.basic_button(), utility, **ways)
    assert str(found) == repr(found) == text
    assert found._repr_html_() == f"<p>{text}</p>"


def test_a_long_policy_has_a_line_of_its_own() -> None:
    found = sb.solve(sighted(12, 4, 0), sb.naive)
    first, second = str(found).splitlines()
    assert first.startswith("naive: ")
    assert second == str(found.policy)
    assert found._repr_html_().count("<br>") == 1


# ---------------------------------------------------------------- wrong on purpose


SYMBOLIC = sb.worlds.public_unsafe_act(loss=sympy.Symbol("L", positive=True))
HALF = sb.World(sb.worlds.basic_button().model, intent="wish", value="value", name="half")
NEVER = sb.Utility("never", E(B, given=X("first").is_(STOP) * X("first").is_(FREE)))


@pytest.mark.parametrize(
    ("ask", "error", "text"),
    [
        (lambda: sb.solve(HALF, sb.counterfactual), MissingRole, "half has no role or variable 'stopped'; "),
        (lambda: sb.solve(HALF, E(V)), WrongShape, "E(V) is a formula without a name; type Utility('mine', E(V))"),  # type: ignore[arg-type]
        (
            lambda: sb.solve(HALF, sb.naive, method="factorized"),  # type: ignore[arg-type]
            WrongShape,
            "there is no method 'factorized'; there are: factorised, backward induction, branch and bound, "
            "branch and bound over states, branch and bound over tied rules, local search, linear program, subdivision, "
            "subdivision over tied rules; "
            "did you mean 'factorised'?",
        ),
        (
            lambda: sb.solve(HALF, sb.naive, method="linear program"),
            WrongShape,
            "method='linear program' finds policies that draw lots; type mixed=True",
        ),
        (
            lambda: sb.solve(HALF, sb.naive, method="local search", mixed=True),
            WrongShape,
            "method='local search' finds no policies that draw lots; leave method= out, or mixed=True",
        ),
        (
            lambda: sb.solve(sb.worlds.basic_button(), sb.ccmin, method="factorised"),
            WrongShape,
            "ccmin = min(E[B_s | H=s] + E[V_f | H=s], E[B_s | H=f] + E[V_f | H=f]) is not one polynomial in the policy in basic_button: "
            "that takes a weighted sum of means whose conditions no policy makes more or less likely; type method='branch and bound', "
            "or leave method= out",
        ),
        (
            lambda: sb.solve(SYMBOLIC, sb.conditional_counterfactual, method="branch and bound"),
            Undecided,
            "E[V_f | H=f] holds symbols or irrationals in public_unsafe_act; substitute fractions before solving it",
        ),
        (
            lambda: sb.solve(sb.worlds.basic_button(), NEVER),
            Impossible,
            "in basic_button, E[B | first=s, first=f] is undefined under every policy: its condition has probability 0",
        ),
        (
            lambda: sb.solve(HALF, sb.Utility("nought", E(V) / (E(V) - E(V)))),
            Impossible,
            "in half, nought = E[V] / (E[V] - E[V]) is undefined under every policy that draws no lots: each makes a condition "
            "impossible, or divides by 0",
        ),
        (
            lambda: sb.solve(HALF, sb.Utility("nought", E(V) / (E(V) - E(V))), method="local search", starts=2),
            Impossible,
            "in half, 2 climbs met no policy for which nought = E[V] / (E[V] - E[V]) is defined; type starts=20, or "
            "method='branch and bound', which proves whether there is one",
        ),
    ],
)
def test_errors(ask: Any, error: type[CausalError], text: str) -> None:
    with pytest.raises(error) as found:
        ask()
    assert str(found.value).startswith(text)


def test_symbols_decide_where_they_can() -> None:
    loss = sympy.Symbol("L", positive=True)
    model = ck.Model(act=ck.choice("careful", "careless"), value=lambda act: -loss if act == "careless" else loss)
    found = sb.solve(sb.World(model, value="value"), sb.naive)
    assert (str(found.policy), found.score, found.ties) == ("careful", loss, 1)
    hidden = ck.Model(act=ck.choice("careful", "careless"), value=lambda act: -loss if act == "careless" else sympy.Symbol("x"))
    with pytest.raises(Undecided, match="depends on"):
        sb.solve(sb.World(hidden, value="value"), sb.naive)


LIMITS = [
    "evaluation.unfolding.beliefs.MOST_PADDED", "evaluation.unfolding.discovery.MOST_STATES", "evaluation.unfolding.frontier.FEW_ROWS",
    "evaluation.terms.objective.MOST_ROWS", "evaluation.unfolding.open_form.MOST_PARTS", "evaluation.terms.sums.MOST_PARTS",
    "evaluation.vectorised.MOST_CELLS", "solving.branch_and_bound.FEW_STARTS", "solving.methods.FEW_POLICIES",
    "solving.sequences.sequence.FEW_RULES", "solving.variable_elimination.MOST_CELLS",
]  # fmt: skip


@pytest.mark.parametrize("limit", LIMITS)
def test_what_is_too_large_for_one_method_is_solved_by_another(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each limit at which another route is taken, at its least: the answer is that of the usual route."""
    asked = [
        (random_world(seed, memory), utility_of(kind, 2))
        for seed, (memory, kind) in enumerate([("state", "sum"), ("sign", "branches"), ("all", "conditional"), ("late", "quotient")])
    ]
    expected = [sb.solve(world, utility) for world, utility in asked]
    monkeypatch.setattr(f"stop_button.{limit}", 0)
    assert all(expected)
    for (world, utility), usual in zip(asked, expected, strict=True):
        again = sb.solve(world.told(name="again"), utility)
        assert (again.score, bool(again)) == (usual.score, bool(usual))


@pytest.mark.parametrize("coins", [2, 10])
@pytest.mark.parametrize("mixed", [False, True])
def test_what_is_decided_after_a_condition_counts_however_many_draws_there_are(coins: int, mixed: bool) -> None:
    """Whether people are met depends on the first act, what it is worth on the second alone: high gives 3 or 1, and 2 in the mean."""
    world = sb.World(
        ck.Model(
            **{f"coin{i}": ck.coin("1/2") for i in range(coins)},
            first=ck.choice("stay", "go"),
            second=ck.choice("low", "high", sees=["coin0"]),
            met=lambda first, coin1: first == "go" or coin1,
            value=lambda second, coin0: (3 if coin0 else 1) if second == "high" else 0,
        ),
        value="value",
    )
    mean = E(V, given={"met": True})
    for f, worth in ((mean, 2), (mean * E(X("met")), 2), (sb.least(mean, 5 * E(X("met"))), 2)):
        found = sb.solve(world, sb.Utility("met", f), mixed=mixed, method=None if mixed else "branch and bound")
        assert (found.score, found.bound, found.proved) == (worth, worth, True)
