"""Equilibria of worlds with players: against brute force over full strategies, against another library, and the laws."""

import itertools
import random
import warnings
from fractions import Fraction
from typing import Any

import nashpy
import numpy as np
import pytest

import stop_button as sb
from causalkit import Dist, Model, choice, coin, uniform
from causalkit.errors import Impossible, TooLarge, Undecided, UnknownName, UnknownValue, WrongShape
from causalkit.values.exact import as_fraction
from causalkit.values.frozen import Frozen
from stop_button import E, V, World, X
from stop_button.decision.roles import MissingRole
from stop_button.games.extreme_points import MOST_MIXED, extreme_pairs, maximal_subsets
from stop_button.games.judgements import played
from tests.stop_button.brute_games import full_strategies, payoffs, pure_equilibria, random_world, tables

F = Fraction
SEEDS = range(6)


def game(a: Any, b: Any, **more: Any) -> World:
    return sb.games.matrix_game({"row": a, "column": b}, **more)


# ---------------------------------------------------------------- against brute force


@pytest.mark.parametrize("seed", SEEDS)
def test_pure_equilibria_are_those_of_brute_force_over_full_strategies(seed: int) -> None:
    world = random_world(random.Random(seed), players=2 + seed % 2)
    expected = pure_equilibria(world)
    found = sb.games.equilibria(world)
    assert all(found)
    reduced = {
        tuple(one for player, mine in zip(found.form.players, found.form.strategies, strict=True) for one in mine if agrees(one, full))
        for full in expected
    }
    assert {tuple(next(iter(dist)) for dist in judgement.profile.values()) for judgement in found} == reduced  # type: ignore[union-attr]


def agrees(strategy: Any, full: dict[str, Any]) -> bool:
    return all(full[name][seen] == act for (name, seen), act in strategy.acts.items())


@pytest.mark.parametrize("seed", SEEDS)
def test_payoffs_are_those_of_the_model_with_the_policy_plugged_in(seed: int) -> None:
    world = random_world(random.Random(seed))
    form = sb.games.strategic_form(world)
    assert form.profiles
    for profile in form.profiles:
        policy = form.policy(profile)
        rules = {d.name: {seen: policy.acts[d.name, seen] for seen in d.contexts} for d in world.decisions}
        assert form.payoffs[profile] == payoffs(world, rules)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_full_strategy_is_one_reduced_strategy_with_its_payoffs(seed: int) -> None:
    world = random_world(random.Random(seed))
    form = sb.games.strategic_form(world)
    assert form.players
    for place, player in enumerate(form.players):
        fulls = full_strategies(world, player)
        assert form.listed[place] == len(fulls)
        assert all(sum(agrees(one, full) for one in form.strategies[place]) == 1 for full in fulls)


@pytest.mark.parametrize("seed", range(15))
def test_mixed_equilibria_of_a_game_without_ties_are_those_of_another_library(seed: int) -> None:
    draw = random.Random(seed)
    size = draw.choice([(2, 2), (2, 3), (3, 3), (4, 3)])
    a, b = tables(draw, *size, low=-50, high=50)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            other = list(nashpy.Game(np.array(a), np.array(b)).vertex_enumeration())
        except RuntimeWarning:
            pytest.skip("the other library finds the game degenerate")
    expected = sorted((tuple(np.round(x, 6)), tuple(np.round(y, 6))) for x, y in other)
    found = extreme_pairs(*(([[F(v) for v in row] for row in table]) for table in (a, b)))
    assert sorted(tuple(tuple(round(float(w), 6) for w in side) for side in pair) for pair in found) == expected


@pytest.mark.parametrize("seed", range(15))
def test_extreme_equilibria_are_those_found_by_trying_every_pair_of_supports(seed: int) -> None:
    """With ties: a corner of the first polytope is the one weighting that a support and a set of best replies single out."""
    draw = random.Random(seed)
    a, b = tables(draw, *draw.choice([(2, 2), (2, 3), (3, 3)]), low=0, high=2)
    first, second = ([[F(v) for v in row] for row in table] for table in (a, b))
    found = set(extreme_pairs(first, second))
    expected = {
        (x, y)
        for x in corners([list(column) for column in zip(*second, strict=True)])
        for y in corners(first)
        if replies(first, y) >= support(x) and replies([list(column) for column in zip(*second, strict=True)], x) >= support(y)
    }
    assert found == expected
    assert found


def support(weights: tuple[F, ...]) -> set[int]:
    return {k for k, weight in enumerate(weights) if weight}


def replies(table: list[list[F]], weights: tuple[F, ...]) -> set[int]:
    worth = [sum((value * weight for value, weight in zip(row, weights, strict=True)), F(0)) for row in table]
    return {k for k, value in enumerate(worth) if value == max(worth)}


def corners(table: list[list[F]]) -> set[tuple[F, ...]]:
    """Weightings of the columns that a support and tied best rows single out."""
    import sympy

    columns, found = len(table[0]), set()
    for size in range(1, columns + 1):
        for played_ in itertools.combinations(range(columns), size):
            for tied in itertools.combinations(range(len(table)), size):
                lines = [[*(int(table[row][k]) for k in played_), -1] for row in tied] + [[1] * size + [0]]
                matrix = sympy.Matrix(lines)
                if matrix.det() == 0:
                    continue
                solved = matrix.solve(sympy.Matrix([0] * size + [1]))
                weights = [F(0)] * columns
                for k, value in zip(played_, solved[:-1], strict=True):
                    weights[k] = F(int(value.p), int(value.q))
                if min(weights) >= 0 and replies(table, tuple(weights)) >= set(tied):
                    found.add(tuple(weights))
    return found


# ---------------------------------------------------------------- laws


@pytest.mark.parametrize("seed", SEEDS)
def test_with_one_player_the_equilibria_are_the_best_policies(seed: int) -> None:
    world = random_world(random.Random(seed), players=1)
    found = sb.games.equilibria(world)
    solution = sb.solve(world, sb.Utility("own", world.players["p0"].utility))
    assert found
    assert {judgement.payoffs["p0"] for judgement in found} == {solution.score}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_strict_equilibrium_is_an_extreme_one(seed: int) -> None:
    draw = random.Random(seed)
    world = game(*tables(draw, 3, 4))
    pure = sb.games.equilibria(world)
    mixed = {judgement.profile for judgement in sb.games.equilibria(world, mixed=True)}
    assert {judgement.profile for judgement in pure} <= mixed
    assert all(judgement.is_strict == (judgement.is_pure and [one.count for one in judgement.deviations] == [1, 1]) for judgement in pure)


@pytest.mark.parametrize("seed", SEEDS)
def test_relabelling_players_and_strategies_changes_no_equilibrium(seed: int) -> None:
    draw = random.Random(seed)
    a, b = tables(draw, 3, 3)
    rows, columns = draw.sample(range(3), 3), draw.sample(range(3), 3)
    moved = [[[table[i][j] for j in columns] for i in rows] for table in (a, b)]
    turned = sb.games.matrix_game({"column": transposed(b), "row": transposed(a)})
    plain = profiles(sb.games.equilibria(game(a, b), mixed=True))
    assert profiles(sb.games.equilibria(game(*moved, options={"row": rows, "column": columns}), mixed=True)) == plain
    assert profiles(sb.games.equilibria(turned, mixed=True)) == plain


def transposed(table: list[list[int]]) -> list[list[int]]:
    return [list(column) for column in zip(*table, strict=True)]


def profiles(found: Any) -> set[Any]:
    return {frozenset((player, str(one), w) for player, dist in each.profile.items() for one, w in played(dist)) for each in found}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_strictly_dominated_strategy_is_played_in_no_equilibrium(seed: int) -> None:
    draw = random.Random(seed)
    a, b = tables(draw, 3, 3)
    a.append([value - 1 for value in a[0]])
    b.append([draw.randint(-3, 3) for _ in range(3)])
    found = sb.games.equilibria(game(a, b), mixed=True)
    assert found
    assert all(str(one) != "3" for judgement in found for one in judgement.profile["row"])  # type: ignore[index]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_mixture_within_a_maximal_subset_is_an_equilibrium(seed: int) -> None:
    draw = random.Random(seed)
    world = game(*tables(draw, 3, 3, low=0, high=1))
    found = sb.games.equilibria(world, mixed=True)
    assert found.subsets
    for mine, theirs in found.subsets:
        profile = {"row": evenly(mine), "column": evenly(theirs)}
        assert sb.games.is_equilibrium(world, profile)


def evenly(dists: tuple[Dist, ...]) -> Dist:
    weights: dict[Any, F] = {}
    for dist in dists:
        for one, weight in dist.items():
            weights[one] = weights.get(one, F(0)) + F(1, len(dists)) * as_fraction(weight)
    return Dist(weights)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_policy_that_is_verified_by_elimination_is_judged_as_its_reduced_strategies_are(seed: int) -> None:
    world = random_world(random.Random(seed), players=2)
    form = sb.games.strategic_form(world)
    assert form.profiles
    for profile in form.profiles[:: max(1, len(form.profiles) // 12)]:
        by_policy = sb.games.is_equilibrium(world, form.policy(profile))
        by_strategies = sb.games.is_equilibrium(world, dict(zip(form.players, form.named(profile), strict=True)))
        assert bool(by_policy) == bool(by_strategies)
        assert by_policy.payoffs == by_strategies.payoffs
        assert [one.best for one in by_policy.deviations] == [one.best for one in by_strategies.deviations]


@pytest.mark.parametrize("seed", SEEDS)
def test_best_of_a_player_is_what_its_best_reply_is_worth(seed: int) -> None:
    world = random_world(random.Random(seed), players=2)
    policy = world.policies[random.Random(seed).randrange(len(world.policies))]
    judgement = sb.games.is_equilibrium(world, policy)
    assert judgement.deviations
    for one in judgement.deviations:
        wanted = world.players[one.player].utility
        assert sb.Utility("reply", sb.language.best(wanted, of=one.player))(world, policy) == one.best


# ---------------------------------------------------------------- sizes, and what is refused


def test_all_strategies_of_a_matching_game_may_be_mixed_on_any_support() -> None:
    """Derived: where both are paid for choosing alike among n, each of the 2^n - 1 supports is one equilibrium."""
    same = [[F(i == j) for j in range(6)] for i in range(6)]
    pairs = extreme_pairs(same, same)
    assert len(pairs) == 2**6 - 1
    assert all(len(mine) == len(theirs) == 1 for mine, theirs in maximal_subsets(pairs))


def test_where_nothing_matters_every_mixture_is_an_equilibrium() -> None:
    found = sb.games.equilibria(game([[1, 1]] * 3, [[0, 0]] * 3), mixed=True)
    assert [(len(mine), len(theirs)) for mine, theirs in found.subsets] == [(3, 2)]
    assert not found.is_finite
    assert "all others are mixtures within the one maximal subset" in str(found)


def test_sizes_are_stated_before_the_work() -> None:
    wide = [[0] * (MOST_MIXED + 1)] * 2
    with pytest.raises(TooLarge, match=r"2 x 13 reduced strategies are not enumerated, and those of at most 12 x 12"):
        sb.games.equilibria(game(wide, wide), mixed=True)
    many = {f"p{k}": (f"d{k}", E(X("d0"))) for k in range(16)}
    world = World(Model({f"d{k}": choice(0, 1) for k in range(16)}), players=many)
    with pytest.raises(TooLarge, match=r"= 65,536 profiles of reduced strategies, and at most 50,000"):
        sb.games.strategic_form(world)
    assert sb.games.is_equilibrium(world, {f"d{k}": 1 for k in range(16)})
    sees = World(Model(s=uniform(*range(13)), d=choice(0, 1, sees=["s"]), u=lambda s, d: s * d), players={"p": ("d", "u")})
    with pytest.raises(TooLarge, match="p of the world has 8,192 strategies, and more than 4,096 that differ"):
        sb.games.strategic_form(sees)


def test_what_is_no_game_is_refused_in_words() -> None:
    alone = World(Model(act=choice(0, 1), own=lambda act: act))
    with pytest.raises(MissingRole, match="has no players"):
        sb.games.equilibria(alone)
    with pytest.raises(WrongShape, match=r"asks which policies are their own best reply under a utility, and none was given"):
        sb.replies.stable(alone)
    with pytest.raises(WrongShape, match=r"type stop_button\.games\.equilibria\(world\)"):
        sb.replies.stable(game([[1]], [[1]]))
    three = sb.games.matrix_game({name: [[[1]]] for name in "abc"})
    with pytest.raises(WrongShape, match="enumerated for two players, and the world has 3: a, b, c"):
        sb.games.equilibria(three, mixed=True)
    with pytest.raises(WrongShape, match="a table of payoffs takes two players"):
        sb.games.strategic_form(three).table("a")
    with pytest.raises(UnknownName, match="did you mean 'row'"):
        sb.games.strategic_form(game([[1]], [[1]])).table("rwo")
    with pytest.raises(UnknownValue, match=r"<row: 2> is no reduced strategy of row; there are: '0', '1'"):
        sb.games.is_equilibrium(game([[1], [2]], [[1], [2]]), {"row": sb.games.Strategy("row", Frozen(), "2"), "column": "0"})


def ratio_world() -> World:
    """A player who wants a mean given what its own act makes likely, and one who wants a sum."""
    return World(
        Model(u=coin("1/2"), a=choice(0, 1), b=choice(0, 1), c=lambda u, a: u or a, v=lambda u, b, a: u + 2 * b * a),
        value="v",
        players={"first": ("a", E(V, given={"c": True})), "second": ("b", "v")},
    )


def test_payoffs_that_are_no_sums_have_pure_equilibria_and_no_mixed_ones() -> None:
    found = sb.games.equilibria(ratio_world())
    assert [tuple(judgement.payoffs.values()) for judgement in found] == [(1, F(1, 2)), (F(5, 2), F(5, 2))]
    assert not found.form.linear
    assert sb.games.is_equilibrium(ratio_world(), {"a": 1, "b": 1})
    with pytest.raises(WrongShape, match="no weighted sum of means"):
        sb.games.equilibria(ratio_world(), mixed=True)
    with pytest.raises(WrongShape, match="no weighted sum of means"):
        sb.games.is_equilibrium(ratio_world(), {"a": Dist({0: "1/2", 1: "1/2"}), "b": 1})


def test_a_payoff_that_is_undefined_somewhere_is_refused() -> None:
    world = World(Model(a=choice(0, 1), v=lambda a: a), players={"p": ("a", E(X("v"), given={"a": 1}))})
    with pytest.raises(Impossible, match="has no value under a profile"):
        sb.games.strategic_form(world)


def test_own_policies_taken_for_granted_are_refused() -> None:
    world = World(Model(a=choice(0, 1), v=lambda a: a), players={"p": ("a", E(X("v").under(sb.language.OWN)))})
    with pytest.raises(WrongShape, match=r"takes the policy itself for granted \(OWN\)"):
        sb.games.strategic_form(world)


def test_symbols_stay_in_payoffs_and_decide_nothing() -> None:
    import sympy

    p = sympy.Symbol("p", positive=True)
    world = game([[p, 0], [0, 1]], [[1, 0], [0, 1]])
    assert len(sb.games.equilibria(world)) == 2
    with pytest.raises(Undecided, match="hold symbols"):
        sb.games.equilibria(world, mixed=True)


@pytest.mark.parametrize(
    ("payoffs", "options", "words"),
    [
        ({}, None, "one shape"),
        ({"a": [[1, 2]], "b": [[1], [2]]}, None, "one shape"),
        ({"a": [[1, 2], [3]], "b": [[1, 2], [3, 4]]}, None, "not of one length"),
        ({"a": [1], "b": [[1]]}, None, "is no list of payoffs"),
        ({"a": [[[1]]], "b": [[1]]}, None, "stands where a payoff should"),
        ({"a": [[1]], "b": [[1]]}, {"a": ["x", "y"]}, "as many as its table has"),
        ({"a": [[1]], "b": [[1]]}, {"c": ["x"]}, "as many as its table has"),
    ],
)
def test_tables_that_are_no_game_are_refused(payoffs: Any, options: Any, words: str) -> None:
    with pytest.raises(WrongShape, match=words):
        sb.games.matrix_game(payoffs, options=options)


# ---------------------------------------------------------------- teams, and how results print


def test_a_team_with_two_observations_and_its_other_equilibria() -> None:
    """Derived: both are paid for doing alike, and more for 1; doing 0 alike is an equilibrium, and not the best."""
    world = sb.games.matrix_game({"a": [[1, 0], [0, 2]], "b": [[1, 0], [0, 2]]})
    best = sb.games.team_optimum(world)
    assert (best.score, best.ties, bool(best)) == (2, 1, True)
    assert sb.games.is_equilibrium(world, best.policy)
    assert [judgement.payoffs["a"] for judgement in sb.games.equilibria(world)] == [1, 2]
    with pytest.raises(WrongShape, match=r"a wants .* and b wants .*not the same under every policy"):
        sb.games.team_optimum(sb.games.matrix_game({"a": [[1, 0]], "b": [[1, 2]]}))


def test_results_print_and_become_frames() -> None:
    found = sb.games.equilibria(game([[2, 0], [0, 1]], [[1, 0], [0, 2]]), mixed=True)
    frame = found.to_frame()
    assert list(frame.columns) == ["equilibrium", "player", "strategy", "probability", "payoff"]
    assert len(frame) == 8
    assert len(found.form.to_frame()) == 4
    assert "<table>" in found._repr_html_()
    assert "<table>" in found.form._repr_html_()
    pennies = sb.games.is_equilibrium(game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), {"row": 0, "column": 0})
    assert str(pennies) == "row: 0; column: 0: no equilibrium (row has 1, and no reply has more; column has -1 and would have 1 by 1)"
    assert list(pennies.to_frame()["best"]) == [1, 1]
    assert pennies._repr_html_().startswith("<p>row: 0")
    with pytest.raises(WrongShape, match="draws lots"):
        _ = next(judgement for judgement in found if not judgement.is_pure).policy
    assert found.found[0].policy.act("row") == 0
    hostile = game([[1]], [[1]], options={"row": ["<b>\x1b[31m"], "column": ["x"]})
    assert "\x1b" not in str(sb.games.equilibria(hostile)) + repr(sb.games.strategic_form(hostile).strategies)
    assert "<b>" not in sb.games.strategic_form(hostile)._repr_html_() + sb.games.equilibria(hostile)._repr_html_()
    three = sb.games.matrix_game({name: [[[1]]] for name in "abc"})
    assert "payoff of c" in str(sb.games.strategic_form(three))
    assert repr(sb.games.strategic_form(three)) == "<strategic form of the world: 1 x 1 x 1 reduced strategies of a, b, c>"
