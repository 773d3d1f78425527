"""Games of two and of three in which ties, lots, constants and shared labels matter, with values worked out by hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy

from causalkit import Dist, Model, choice, coin, uniform
from causalkit.errors import Impossible, TooLarge, Undecided, UnknownValue, WrongShape
from causalkit.values.exact import as_fraction
from stop_button import E, World, X
from stop_button.games import correlated_optimum, equilibria, is_correlated, is_equilibrium, matrix_game, strategic_form, team_optimum
from stop_button.games import judgements as judging
from stop_button.games.correlated import Disobedience
from stop_button.games.equilibria import Equilibria, pure_profiles
from stop_button.games.extreme_points import extreme_pairs, maximal_subsets
from stop_button.games.histories import extensive_form
from stop_button.games.recall import behavioural
from stop_button.games.strategic_form import payoff_table
from stop_button.games.subgames import is_subgame_perfect, subgame_perfect
from stop_button.games.zero_sum import GameValue, zero_sum_value
from stop_button.language import OWN
from stop_button.language.formula import formula

F = Fraction

MEETING = matrix_game({"he": [[2, 0], [0, 1]], "she": [[1, 0], [0, 2]]}, name="meeting")
TIED = matrix_game({"he": [[1, 1], [0, 2]], "she": [[1, 1], [0, 1]]}, name="tied")
"""At 0, she does not mind what she does, and he is content there as long as she does 0 at least half of the time."""

BETS = matrix_game({"row": [[3, -1], [-2, 1]], "column": [[-1, 3], [4, 1]]}, name="bets")
"""What both get is 2 in all: row plays 0 with 3/7, which gets 1/7 against either column; column plays 0 with 2/7."""


def threes() -> World:
    """Three players of two, three and two options, whose payoffs are all different."""
    places = list(itertools.product(range(2), range(3), range(2)))
    worth = {
        player: {place: (5 * place[0] + 3 * place[1] + 7 * place[2] + k) ** 2 % 23 for place in places} for k, player in enumerate("abc")
    }
    tables = {player: [[[worth[player][i, j, k] for k in range(2)] for j in range(3)] for i in range(2)] for player in worth}
    return matrix_game(tables, name="threes")


# ---------------------------------------------------------------- equilibria


def test_the_set_of_equilibria_is_told_as_points_and_as_subsets() -> None:
    found = equilibria(TIED, mixed=True)
    texts = {judging.profile_text(one.profile) for one in found}
    assert texts == {"he: 0 | she: 0", "he: 0 | she: 0.5 0, 0.5 1", "he: 1 | she: 1"}
    assert sorted((len(mine), len(theirs)) for mine, theirs in found.subsets) == [(1, 1), (1, 2)]
    assert not found.is_finite
    assert found.scope == ("all extreme equilibria of 2 x 2 reduced strategies; all others are mixtures within one of 2 maximal subsets")
    assert (len(found), bool(found), len(list(found))) == (3, True, 3)


def test_a_list_of_equilibria_says_what_was_looked_for() -> None:
    pure, mixed = equilibria(MEETING), equilibria(MEETING, mixed=True)
    assert (pure.mixed, mixed.mixed) == (False, True)
    assert (pure.is_finite, mixed.is_finite) == (False, True)
    assert pure.subsets == ()
    assert pure.scope == "all pure equilibria of 2 x 2 reduced strategies; those that draw lots were not looked for"
    assert mixed.scope == "all equilibria of 2 x 2 reduced strategies"
    assert repr(pure) == str(pure) == (f"2 in meeting: {pure.scope}\nhe: 0 | she: 0 (payoffs 2, 1)\nhe: 1 | she: 1 (payoffs 1, 2)")
    assert pure._repr_html_().startswith(f"<p>2 in meeting: {pure.scope}</p>")
    assert "he: 1 | she: 1" in pure._repr_html_()
    none = equilibria(matrix_game({"even": [[1, -1], [-1, 1]], "odd": [[-1, 1], [1, -1]]}))
    assert (bool(none), len(none), list(none)) == (False, 0, [])


def test_a_frame_of_equilibria_has_a_row_for_each_strategy_that_is_played() -> None:
    frame = equilibria(MEETING, mixed=True).to_frame()
    rows = [list(row) for row in frame.values]
    assert list(frame.columns) == ["equilibrium", "player", "strategy", "probability", "payoff"]
    assert rows == [
        [0, "he", "0", 1, 2], [0, "she", "0", 1, 1],
        [1, "he", "0", F(2, 3), F(2, 3)], [1, "he", "1", F(1, 3), F(2, 3)],
        [1, "she", "0", F(1, 3), F(2, 3)], [1, "she", "1", F(2, 3), F(2, 3)],
        [2, "he", "1", 1, 1], [2, "she", "1", 1, 2],
    ]  # fmt: skip


def test_a_policy_among_listed_equilibria_has_no_rows() -> None:
    pure = equilibria(MEETING)
    told = Equilibria(pure.form, (is_equilibrium(MEETING, {"he": 0, "she": 0}),), False)
    with pytest.raises(WrongShape, match="equilibria that are listed hold reduced strategies, and this is a policy"):
        told.to_frame()


def test_equilibria_of_three_are_those_that_nobody_leaves_alone() -> None:
    world = threes()
    form = strategic_form(world)
    expected = []
    for profile in itertools.product(range(2), range(3), range(2)):
        others = [[(*profile[:k], i, *profile[k + 1 :]) for i in range(form.shape[k])] for k in range(3)]
        if all(form.payoffs[profile][k] == max(form.payoffs[each][k] for each in others[k]) for k in range(3)):
            expected.append(profile)
    assert pure_profiles(form) == expected
    found = equilibria(world)
    assert [tuple(form.strategies[k].index(next(iter(dist))) for k, dist in enumerate(one.profile.values())) for one in found] == expected  # type: ignore[union-attr]
    assert found.scope.startswith("all pure equilibria of 2 x 3 x 2 reduced")


LOTS = {"a": ["1/3", "2/3"], "b": ["1/2", "1/3", "1/6"], "c": ["3/4", "1/4"]}


def test_what_each_of_three_has_and_could_have_is_the_mean_over_what_the_others_draw() -> None:
    world = threes()
    form = strategic_form(world)
    weights = [[F(one) for one in each] for each in LOTS.values()]
    acts = {player: Dist(dict(enumerate(each))) for player, each in LOTS.items()}
    named = {player: Dist({form.strategies[i][k]: w for k, w in enumerate(LOTS[player])}) for i, player in enumerate("abc")}
    assert len(form.profiles) == 12
    for given in (acts, named):
        found = is_equilibrium(world, given)
        for place, one in enumerate(found.deviations):
            worth = [F(0)] * form.shape[place]
            for each in form.profiles:
                rest = [weights[k][each[k]] for k in range(3) if k != place]
                worth[each[place]] += rest[0] * rest[1] * as_fraction(form.payoffs[each][place])
            assert one.payoff == sum(w * v for w, v in zip(weights[place], worth, strict=True))
            assert one.best == max(worth)
            assert [str(each) for each in one.replies] == [str(k) for k, value in enumerate(worth) if value == max(worth)]
            assert one.count == worth.count(max(worth))


def test_all_replies_as_good_as_the_best_are_told() -> None:
    form = strategic_form(TIED)
    at_first = judging.judged(form, judging.weighted(form, (0, 0)))
    he, she = at_first.deviations
    assert ([str(each) for each in he.replies], he.count) == (["0"], 1)
    assert ([str(each) for each in she.replies], she.count) == (["0", "1"], 2)
    assert (at_first.is_pure, at_first.is_strict, bool(at_first)) == (True, False, True)
    both = judging.judged(form, judging.weighted(form, (1, 1)))
    assert (both.is_pure, both.is_strict) == (True, True)
    left = judging.judged(form, judging.weighted(form, (1, 0)))
    assert (bool(left), left.is_strict) == (False, False)
    assert [(str(one.replies[0]), one.gain) for one in left.deviations] == [("0", 1), ("1", 1)]


def test_a_judgement_is_a_row_for_each_player_and_a_page() -> None:
    found = is_equilibrium(MEETING, {"he": 0, "she": 1})
    text = "he: 0; she: 1: no equilibrium (he has 0 and would have 1 by 1; she has 0 and would have 1 by 0)"
    assert str(found) == repr(found) == text
    assert found._repr_html_() == f"<p>{text}</p>"
    frame = found.to_frame()
    assert list(frame.columns) == ["player", "payoff", "best", "best reply", "best replies"]
    assert [list(row) for row in frame.values] == [["he", 0, 1, "1", 1], ["she", 0, 1, "0", 1]]


def test_a_pure_profile_of_strategies_is_a_policy_and_a_mixture_is_none() -> None:
    found = equilibria(MEETING, mixed=True).found
    assert [one.is_pure for one in found] == [True, False, True]
    assert found[0].policy == MEETING.policy({"he": 0, "she": 0})
    assert found[2].policy == MEETING.policy({"he": 1, "she": 1})
    with pytest.raises(WrongShape) as told:
        _ = found[1].policy
    assert str(told.value) == ("he: 2/3 0, 1/3 1 | she: 1/3 0, 2/3 1 draws lots; ask for stop_button.games.behavioural(judgement)")


def test_one_who_draws_among_others_who_do_not_makes_a_profile_mixed() -> None:
    form = strategic_form(MEETING)
    (one, other), (hers, _) = form.strategies
    found = is_equilibrium(MEETING, {"he": Dist({one: "1/2", other: "1/2"}), "she": hers})
    assert (found.is_pure, bool(found)) == (False, False)
    assert [(each.payoff, each.best) for each in found.deviations] == [(1, 2), (F(1, 2), 1)]


def test_as_many_profiles_as_the_limit_says_are_drawn_by_one_that_mixes(monkeypatch: pytest.MonkeyPatch) -> None:
    form = strategic_form(MEETING)
    profile = {player: Dist(dict.fromkeys(mine, "1/2")) for player, mine in zip(form.players, form.strategies, strict=True)}
    monkeypatch.setattr(judging, "MOST_SUPPORT", 4)
    assert is_equilibrium(MEETING, profile).payoffs["he"] == F(3, 4)
    monkeypatch.setattr(judging, "MOST_SUPPORT", 3)
    with pytest.raises(TooLarge, match="the profile draws among 4 pure ones, and at most 3 are gone through"):
        is_equilibrium(MEETING, profile)


def test_a_lot_over_options_is_a_policy_also_where_options_are_called_as_players_are() -> None:
    world = World(Model(act=choice("x", "y"), pay=lambda act: int(act == "y")), players={"x": ("act", "pay")})
    assert is_equilibrium(world, Dist({"x": 1})).payoffs["x"] == 0
    both = World(Model(act=choice("x", "y"), pay=lambda act: int(act == "y")), players={"x": ("act", "pay"), "y": ((), "pay")})
    found = is_equilibrium(both, Dist({"x": "1/4", "y": "3/4"}))
    assert [(one.payoff, one.best) for one in found.deviations] == [(F(3, 4), 1), (F(3, 4), F(3, 4))]


def test_parts_of_a_lot_with_one_name_are_added_up() -> None:
    form = strategic_form(MEETING)
    one = form.strategies[0][0]
    named = World(MEETING.model, players={"him": ("he", "payoff of he"), "she": ("she", "payoff of she")})
    found = is_equilibrium(named, {"him": "1", "she": "1"})
    assert found.payoffs == {"him": 1, "she": 2}
    drawn = is_correlated(MEETING, {(one, "0"): "1/4", ("0", "0"): "1/4", ("1", "1"): "1/2"})
    assert dict(drawn.weights) == {(0, 0): F(1, 2), (1, 1): F(1, 2)}
    assert dict(drawn.payoffs) == {"he": F(3, 2), "she": F(3, 2)}
    again = is_equilibrium(MEETING, {"he": Dist({one: "1/4", "0": "1/4", "1": "1/2"}), "she": "0"})
    assert again.payoffs == {"he": 1, "she": F(1, 2)}


def quotients() -> World:
    """He wants a quotient, and acts on a coin; she wants nothing in particular."""
    model = Model(
        coin=coin("1/2"), he=choice(0, 1, sees=["coin"]), she=choice(0, 1),
        top=lambda coin, he, she: 1 + he * (2 if coin else -1), size=lambda he, she: 1 + she,
    )  # fmt: skip
    return World(model, players={"him": ("he", E(X("top")) / E(X("size"))), "her": ("she", "size")}, name="quotients")


def test_a_policy_of_quotients_is_read_at_every_information_set() -> None:
    world = quotients()
    for at_tails, at_heads, she in itertools.product((0, 1), repeat=3):
        found = is_equilibrium(world, {"he": lambda coin, a=at_tails, b=at_heads: b if coin else a, "she": she})
        has = (1 + F(2 * at_heads - at_tails, 2)) / (1 + she)
        assert found.payoffs == {"him": has, "her": 1 + she}
        assert found.deviations[0].best == F(2, 1 + she)
        assert bool(found) == ((at_tails, at_heads, she) == (0, 1, 1))


def test_a_draw_is_not_compared_with_what_another_draw_would_have_done() -> None:
    model = Model(he=choice(0, 1), she=choice(0, 1), sum=lambda he, she: he + she)
    half = Dist({0: "1/2", 1: "1/2"})
    drawn: Any = {"he": half, "she": 0}
    settled: Any = {"he": 1, "she": 0}
    read = E(X("sum")) - E(X("sum").under(drawn))
    world = World(model, players={"he": ("he", "sum"), "she": ("she", read)})
    assert is_equilibrium(world, {"he": 1, "she": 1}).payoffs == {"he": 2, "she": F(3, 2)}
    with pytest.raises(WrongShape) as told:
        is_equilibrium(world, {"he": half, "she": 1})
    assert str(told.value) == (
        f"{read} reads what a policy that draws lots would have done, and draws are shared; verify a policy that draws none"
    )
    plain = World(model, players={"he": ("he", "sum"), "she": ("she", E(X("sum")) - E(X("sum").under(settled)))})
    assert is_equilibrium(plain, {"he": half, "she": 1}).payoffs == {"he": F(3, 2), "she": F(1, 2)}


# ---------------------------------------------------------------- teams


def test_a_team_wants_one_thing_in_one_shape_or_in_another() -> None:
    model = Model(a=choice(0, 1), b=choice(0, 1), sum=lambda a, b: a + b, twice=lambda sum: 2 * sum)
    wants: dict[str, Any] = {"a": E(X("a")) + E(X("b")), "b": E(X("sum"))}
    best = team_optimum(World(model, players={name: (name, f) for name, f in wants.items()}))
    assert (best.score, best.ties) == (2, 1)
    quotient = E(X("a")) / E(X("sum") + 1)
    same = World(model, players={"a": ("a", quotient), "b": ("b", quotient)})
    assert team_optimum(same).score == F(1, 2)
    for other in (E(X("twice")), E(X("sum")) + 1, quotient):
        for first, second in ((E(X("sum")), other), (other, E(X("sum")))):
            with pytest.raises(WrongShape, match="which are not the same under every policy of"):
                team_optimum(World(model, players={"a": ("a", first), "b": ("b", second)}))
    third = World(Model(a=choice(0, 1), b=choice(0, 1), c=choice(0, 1)), players={"a": ("a", "a"), "b": ("b", "a"), "c": ("c", "c")})
    with pytest.raises(WrongShape, match=r"^a wants .* and c wants"):
        team_optimum(third)


# ---------------------------------------------------------------- strategic form


def test_a_strategic_form_of_three_is_listed_and_one_of_two_is_a_table() -> None:
    three, two_ = strategic_form(threes()), strategic_form(MEETING)
    assert three.shape == (2, 3, 2)
    frame = three.to_frame()
    assert list(frame.columns) == ["a", "b", "c", "payoff of a", "payoff of b", "payoff of c"]
    assert len(frame) == 12
    assert list(frame.iloc[7]) == ["1", "0", "1", *three.payoffs[1, 0, 1]]
    assert "payoff of c" in str(three)
    assert str(two_).split() == ["he", "/", "she", "0", "1", "0", "2,", "1", "0,", "0", "1", "0,", "0", "1,", "2"]
    assert repr(two_) == "<strategic form of meeting: 2 x 2 reduced strategies of he, she>"
    assert two_.table("he") == ((2, 0), (0, 1))
    assert two_.table("she") == ((1, 0), (0, 2))
    assert two_._repr_html_().count("<tr>") == 3
    assert (two_.place("he"), two_.place("she"), two_.linear, two_.listed) == (0, 1, True, (2, 2))
    assert repr(two_.strategies[1]) == "(<she: 0>, <she: 1>)"


def test_a_mixture_leaves_out_what_has_no_weight() -> None:
    form = strategic_form(threes())
    mixed = form.mixture(1, [F(1, 3), F(0), F(2, 3)])
    assert {str(one): weight for one, weight in mixed.items()} == {"0": F(1, 3), "2": F(2, 3)}


def test_the_table_of_a_game_that_is_not_of_two_and_symbols_in_it_are_refused() -> None:
    with pytest.raises(WrongShape, match="a table of payoffs takes two players, and threes has 3"):
        strategic_form(threes()).table("a")
    p = sympy.Symbol("p", positive=True)
    later = matrix_game({"row": [[1, 0], [0, 2]], "column": [[1, 0], [0, p]]}, name="later")
    with pytest.raises(Undecided, match="payoffs in later hold symbols"):
        strategic_form(later).check_mixtures()
    strategic_form(BETS).check_mixtures()


def test_what_takes_itself_for_granted_is_refused_of_any_player() -> None:
    model = Model(a=choice(0, 1), b=choice(0, 1))
    world = World(model, players={"a": ("a", "a"), "b": ("b", E(X("b")) + E(X("a").under(OWN)))}, name="own")
    with pytest.raises(WrongShape, match=r"^b of own wants .* which takes the policy itself for granted"):
        strategic_form(world)


def test_strategies_in_words_name_what_is_decided_and_what_is_seen() -> None:
    model = Model(
        coin=uniform(0, 1), a=choice("l", "r", sees=["coin"]), b=choice("x", "y"), c=choice("u", "d"), pay=lambda a, b, c: 0
    )  # fmt: skip
    world = World(model, players={"two": (("a", "b"), "pay"), "one": ("c", "pay"), "none": ((), "pay")})
    form = strategic_form(world)
    two_, one, none = ([str(each) for each in mine] for mine in form.strategies)
    assert one == ["u", "d"]
    assert none == ["nothing to decide"]
    assert len(two_) == 8
    assert {"a: l; b: x", "a: r; b: y"} < set(two_)
    assert any(text.startswith("a: l if coin=0, r if coin=1; b: ") for text in two_)
    assert form.listed == (8, 2, 1)


def test_payoffs_that_are_quotients_are_worked_out_profile_by_profile() -> None:
    form = strategic_form(quotients())
    assert not form.linear
    values = {}
    for profile in form.profiles:
        policy = form.policy(profile)
        values[policy.act("he", False), policy.act("he", True), policy.act("she")] = form.payoffs[profile]
    assert values == {(t, h, she): ((1 + F(2 * h - t, 2)) / (1 + she), 1 + she) for t, h, she in itertools.product((0, 1), repeat=3)}
    given = World(
        Model(u=coin("1/4"), a=choice(0, 1), b=choice(0, 1), c=lambda u, a: u or a, v=lambda u, b: 2 * u + b),
        players={"a": ("a", E(X("v"), given={"c": True})), "b": ("b", E(X("v")))}, name="given",
    )  # fmt: skip
    assert dict(strategic_form(given).payoffs) == {
        (0, 0): (2, F(1, 2)), (0, 1): (3, F(3, 2)), (1, 0): (F(1, 2), F(1, 2)), (1, 1): (F(3, 2), F(3, 2))
    }  # fmt: skip
    never = World(given.model, players={"a": ("a", E(X("v"), given={"a": 1})), "b": ("b", E(X("v")))}, name="never")
    with pytest.raises(Impossible) as told:
        strategic_form(never)
    assert str(told.value).startswith("in never the payoff E[v | a=1] has no value under a profile, and a game needs one under each: ")
    assert "its condition has probability 0" in str(told.value)


def test_a_formula_over_lots_has_a_table() -> None:
    form = strategic_form(MEETING)
    assert dict(payoff_table(2 * E(X("payoff of he")) - E(X("payoff of she")) + 1, form)) == {
        (0, 0): 4, (0, 1): 1, (1, 0): 1, (1, 1): 1
    }  # fmt: skip


# ---------------------------------------------------------------- zero sums, correlated equilibria


def test_a_game_with_one_sum_has_a_value_and_says_how_it_is_made_sure_of() -> None:
    value = zero_sum_value(BETS)
    assert (value.value, value.total) == (F(1, 7), 2)
    assert value.against_first == (F(1, 7), F(1, 7))
    assert value.against_second == (F(1, 7), F(1, 7))
    assert {str(one): w for one, w in value.first.items()} == {"0": F(3, 7), "1": F(4, 7)}
    assert {str(one): w for one, w in value.second.items()} == {"0": F(2, 7), "1": F(5, 7)}
    text = "bets: row can make sure of 1/7 by 3/7 0, 4/7 1, and column can hold it to that by 2/7 0, 5/7 1"
    assert str(value) == repr(value) == text
    assert value._repr_html_() == f"<p>{text}</p>"


def test_a_saddle_is_a_value_although_other_strategies_get_less() -> None:
    """Row 1 makes sure of 2, and column 0 holds row to it; against row 1 column 1 gives away 5, and row 0 gets 1."""
    value = zero_sum_value(matrix_game({"row": [[1, 7], [2, 5]], "column": [[-1, -7], [-2, -5]]}))
    assert value
    assert (value.value, value.total, value.against_first, value.against_second) == (2, 0, (2, 5), (1, 2))


@pytest.mark.parametrize(("first", "second"), [((0, 1), (1, 1)), ((1, 1), (1, 2)), ((2, 2), (1, 1)), ((0, 2), (0, 2))])
def test_a_value_is_proved_by_both_sides_or_not_at_all(first: tuple[int, int], second: tuple[int, int]) -> None:
    found = zero_sum_value(BETS)
    proofs = [tuple(map(F, each)) for each in (first, second)]
    assert not GameValue(found.form, F(1), F(0), found.first, found.second, *proofs)
    assert GameValue(found.form, F(1), F(0), found.first, found.second, (F(1), F(3)), (F(0), F(1)))


def test_a_lot_that_is_disobeyed_says_by_whom_and_what_for() -> None:
    found = is_correlated(MEETING, {("0", "0"): "1/2", ("0", "1"): "1/4", ("1", "1"): "1/4"})
    gains = {(one.player, str(one.told), str(one.instead)): one.gain for one in found.disobediences}
    assert gains == {
        ("he", "0", "1"): F(-2, 2) + F(1, 4), ("he", "1", "0"): F(-1, 4),
        ("she", "0", "1"): F(-1, 2), ("she", "1", "0"): F(1, 4) - F(2, 4),
    }  # fmt: skip
    assert found
    assert (found.objective, found.value, found.bound) == ("", None, None)
    assert str(found) == "0.5 0 | 0; 0.25 0 | 1; 0.25 1 | 1: a correlated equilibrium"
    lost = is_correlated(MEETING, {("0", "0"): "1/2", ("0", "1"): "1/2"})
    assert not lost
    assert "no correlated equilibrium: she, told 1, gains 0.5 by 0" in str(lost)
    frame = lost.to_frame()
    assert list(frame.columns) == ["he", "she", "probability"]
    assert [list(row) for row in frame.values] == [["0", "0", F(1, 2)], ["0", "1", F(1, 2)]]
    one, other = strategic_form(MEETING).strategies[0]
    assert [bool(Disobedience("he", one, other, F(gain))) for gain in (-1, 0, 1)] == [False, False, True]


def test_profiles_without_weight_are_left_out_of_a_lot() -> None:
    found = is_correlated(MEETING, {("0", "0"): 1, ("1", "1"): 0})
    assert dict(found.weights) == {(0, 0): 1}


def test_a_correlated_optimum_is_of_one_player_of_a_formula_or_of_all() -> None:
    best = [correlated_optimum(MEETING, objective) for objective in ("he", "she", None, -E(X("payoff of he")))]
    assert [one.value for one in best] == [2, 2, 3, F(-2, 3)]
    assert [one.bound for one in best] == [2, 2, 3, F(-2, 3)]
    assert [one.objective for one in best] == ["the payoff of he", "the payoff of she", "the sum of payoffs", str(-E(X("payoff of he")))]
    assert str(best[1]) == "1 1 | 1: a correlated equilibrium; the payoff of she is 2, the most of any"
    assert best[1]._repr_html_().startswith("<p>a correlated equilibrium; the payoff of she is 2, the most of any</p>")


def test_mixtures_of_quotients_are_refused_everywhere() -> None:
    asked: list[Callable[[], Any]] = [
        lambda: is_correlated(quotients(), {("0", "0"): 1}), lambda: correlated_optimum(quotients()),
        lambda: equilibria(quotients(), mixed=True), lambda: zero_sum_value(quotients()),
        lambda: is_equilibrium(quotients(), {"he": Dist({0: "1/2", 1: "1/2"}), "she": 1}),
    ]  # fmt: skip
    assert len(asked) == 5
    for ask in asked:
        with pytest.raises(WrongShape, match="a player of quotients wants what is no weighted sum of means"):
            ask()


# ---------------------------------------------------------------- histories, subgames and recall


def test_a_constant_is_shared_out_over_what_may_happen() -> None:
    model = Model(u=coin("1/4"), a=choice(0, 1, sees=["u"]), v=lambda u, a: 2 * a)
    world = World(model, players={"a": ("a", E(X("v")) + 4), "flat": ((), formula(8))})
    form = extensive_form(world)
    assert dict(form.ends) == {(False, 0): (3, 6), (False, 1): (F(9, 2), 6), (True, 0): (1, 2), (True, 1): (F(3, 2), 2)}
    again = World(model, players={"a": ("a", E(X("v")) + 2 * E(X("v") + 1))})
    assert dict(extensive_form(again).ends) == {(False, 0): (F(3, 2),), (False, 1): (6,), (True, 0): (F(1, 2),), (True, 1): (2,)}


def test_what_chance_does_that_nobody_sees_is_averaged_in_every_history() -> None:
    model = Model(u=uniform(0, 1, 2), a=choice(0, 1), b=choice(0, 1, sees=["a"]), v=lambda u, a, b: u * (a + 2 * b))
    form = extensive_form(World(model, players={"a": ("a", "v"), "b": ("b", -E(X("v")))}))
    assert form.order == ("a", "b")
    assert dict(form.ends) == {(a, b): (a + 2 * b, -a - 2 * b) for a, b in itertools.product((0, 1), repeat=2)}


def test_what_is_forgotten_is_the_first_that_was_done_otherwise() -> None:
    """The third decision sees what the first did, and not what the second did."""
    model = Model(
        first=choice("l", "r"), second=choice("x", "y"), third=choice(0, 1, sees=["first"]), pay=lambda first, second, third: third
    )  # fmt: skip
    world = World(model, players={"one": (("first", "second", "third"), "pay")}, name="thrice")
    lost = extensive_form(world).forgotten()
    assert lost is not None
    assert (lost[0], lost[2]) == ("one", "first")
    seen = Model(
        first=choice("l", "r"), second=choice("x", "y", sees=["first"]), third=choice(0, 1, sees=["first"]),
        pay=lambda first, second, third: third,
    )  # fmt: skip
    later = extensive_form(World(seen, players={"one": (("first", "second", "third"), "pay")})).forgotten()
    assert later in {("one", ("third", (side,)), "second") for side in "lr"}


def entry() -> World:
    """The owner shares where one has entered; it has nothing to say where one stays out."""
    gain = {"out": 1, "in": {"fight": 0, "share": 2}}
    return World(
        Model(
            entrant=choice("in", "out"), owner=choice("fight", "share", sees=["entrant"]),
            gain=lambda entrant, owner: 1 if entrant == "out" else gain["in"][owner],  # type: ignore[index]
            profit=lambda entrant, owner: 2 if entrant == "out" else int(owner == "share"),
        ),
        players={"rival": ("entrant", "gain"), "owner": ("owner", "profit")}, name="entry",
    )  # fmt: skip


def test_a_judgement_of_subgames_says_where_somebody_gains() -> None:
    threat = is_subgame_perfect(entry(), {"entrant": "out", "owner": "fight"})
    assert (
        str(threat)
        == repr(threat)
        == ("entrant: out; owner: fight: not subgame-perfect (after entrant=in, owner has 0 and would have 1 by share)")
    )
    frame = threat.to_frame()
    assert list(frame.columns) == ["after", "player", "payoff", "best"]
    assert [list(row) for row in frame.values] == [
        ["entrant=in", "owner", 0, 1], ["entrant=out", "owner", 2, 2], ["nothing", "rival", 1, 1], ["nothing", "owner", 2, 2]
    ]  # fmt: skip
    assert threat._repr_html_().startswith(f"<p>{threat}</p><div")
    assert threat._repr_html_().count("<tr>") == 5
    shared = is_subgame_perfect(entry(), {"entrant": "in", "owner": "share"})
    assert shared
    assert str(shared) == "entrant: in; owner: share: subgame-perfect (nobody gains in any of 3 subgames)"
    entered = is_subgame_perfect(entry(), {"entrant": "out", "owner": "share"})
    assert str(entered).endswith("not subgame-perfect (after nothing, rival has 1 and would have 2 by in)")
    alone = is_subgame_perfect(MEETING, {"he": 0, "she": 0})
    assert str(alone).endswith("subgame-perfect (nobody gains in any of 1 subgame)")


def test_a_lot_is_judged_in_each_subgame_by_what_it_draws_there() -> None:
    half = Dist({"fight": "1/2", "share": "1/2"})
    found = is_subgame_perfect(entry(), {"entrant": Dist({"in": "1/4", "out": "3/4"}), "owner": half})
    told = {(len(root), root[:1], one.player): (one.payoff, one.best) for root, each in found.subgames for one in each}
    assert told == {
        (1, ("in",), "owner"): (F(1, 2), 1), (1, ("out",), "owner"): (2, 2),
        (0, (), "rival"): (1, 1), (0, (), "owner"): (F(13, 8), F(7, 4)),
    }  # fmt: skip


def test_lists_of_subgame_perfect_equilibria_say_how_many_and_which() -> None:
    found = subgame_perfect(entry())
    assert (len(found), bool(found)) == (2, True)
    acts = {(one.policy.act("entrant"), one.policy.act("owner", "in"), one.policy.act("owner", "out")) for one in found}
    assert acts == {("in", "share", "fight"), ("in", "share", "share")}
    head, *rest = str(found).splitlines()
    assert head == "2 pure subgame-perfect in entry; those that draw lots were not looked for"
    assert rest == [str(one.policy) for one in found]
    assert repr(found) == str(found)
    assert found._repr_html_().count("<li>") == 2
    none = subgame_perfect(matrix_game({"even": [[1, -1], [-1, 1]], "odd": [[-1, 1], [1, -1]]}))
    assert (len(none), bool(none)) == (0, False)


def test_within_a_subgame_that_holds_two_others_each_of_them_is_settled() -> None:
    """He goes left or right; on the left she chooses for both, on the right he does, and all are paid alike but for ties."""
    model = Model(
        go=choice("l", "r"), hers=choice(0, 1, sees=["go"]), his=choice(0, 1, sees=["go", "hers"]),
        pay=lambda go, hers, his: {"l": [[1, 4], [2, 0]], "r": [[3, 3], [0, 5]]}[go][hers][his],
    )  # fmt: skip
    world = World(model, players={"him": (("go", "his"), "pay"), "her": ("hers", -E(X("pay")))}, name="nested")
    found = subgame_perfect(world)
    lines = {(one.policy.act("go"), one.policy.act("hers", "l"), one.policy.act("hers", "r")) for one in found}
    assert lines == {("r", 1, 0)}
    assert {one.policy.act("his", "l", 0) for one in found} == {1}
    assert {one.policy.act("his", "l", 1) for one in found} == {0}
    assert {one.policy.act("his", "r", 0) for one in found} == {0, 1}
    assert {one.policy.act("his", "r", 1) for one in found} == {1}
    assert len(found) == 2


def test_a_lot_at_each_decision_is_drawn_by_the_weights_of_strategies_that_come_there() -> None:
    model = Model(u=coin("1/2"), a=choice(0, 1), b=choice(0, 1, sees=["a"]), c=choice(0, 1), pay=lambda u, a, b, c: a + b + c)
    world = World(model, players={"one": (("a", "b"), "pay"), "two": ("c", -E(X("pay")))})
    form = strategic_form(world)
    texts = {(one.acts["a", ()], one.acts["b", (one.acts["a", ()],)]): one for one in form.strategies[0]}
    assert len(texts) == 4
    lot = Dist({texts[0, 0]: "1/8", texts[0, 1]: "3/8", texts[1, 1]: "1/2"})
    judged = is_equilibrium(world, {"one": lot, "two": form.strategies[1][1]})
    policy = behavioural(judged)
    assert policy.weight("a", (), 0) == F(1, 2)
    assert policy.weight("b", (0,), 0) == F(1, 4)
    assert policy.weight("b", (1,), 1) == 1
    assert policy.weight("c", (), 1) == 1
    assert is_equilibrium(world, policy).payoffs == judged.payoffs


# ---------------------------------------------------------------- extreme points and tables


def test_extreme_points_are_listed_from_the_first_strategies_on() -> None:
    one, zero = F(1), F(0)
    same = [[one, zero], [zero, one]]
    pairs = extreme_pairs(same, same)
    assert pairs == [((1, 0), (1, 0)), ((F(1, 2), F(1, 2)), (F(1, 2), F(1, 2))), ((0, 1), (0, 1))]
    assert maximal_subsets(pairs) == [((mine,), (theirs,)) for mine, theirs in pairs]
    flat = extreme_pairs([[one, one]], [[one, zero]])
    assert flat == [((1,), (1, 0))]


def test_payoffs_in_fractions_of_any_size_have_the_points_of_their_multiples() -> None:
    first, second = [[F(1, 3), F(-2, 5)], [F(0), F(1, 7)]], [[F(-1, 2), F(1, 4)], [F(1, 6), F(0)]]
    (pair,) = extreme_pairs(first, second)
    (x, _), (y, _) = pair
    assert x * F(-1, 2) + (1 - x) * F(1, 6) == x * F(1, 4)
    assert y * F(1, 3) + (1 - y) * F(-2, 5) == (1 - y) * F(1, 7)


def test_a_game_of_one_and_a_game_with_named_options() -> None:
    alone = matrix_game({"p": [1, 3, 2]}, options={"p": ["a", "b", "c"]})
    assert dict(equilibria(alone).found[0].payoffs) == {"p": 3}
    assert [str(one) for one in strategic_form(alone).strategies[0]] == ["a", "b", "c"]
    half = matrix_game({"r": [[1, 2]], "c": [[3, 4]]}, options={"c": ["x", "y"]}, name="half")
    assert [[str(one) for one in mine] for mine in strategic_form(half).strategies] == [["0"], ["x", "y"]]
    assert half.title == "half"


def test_a_strategy_that_is_misspelt_is_told_with_what_is_near() -> None:
    world = matrix_game({"r": [[1], [2]], "c": [[1], [2]]}, options={"r": ["stay", "leave"]})
    with pytest.raises(UnknownValue, match="'lave' is no reduced strategy of r; there are: 'stay', 'leave'; did you mean 'leave'"):
        is_correlated(world, {("lave", "0"): 1})
