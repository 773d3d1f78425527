"""The games of chapters 2 and 3 of [osborne1994]; the payoffs are those of the book's figures as commonly told, the rest is derived."""

from fractions import Fraction

import stop_button as sb
from stop_button import World


def game(first: list[list[int]], second: list[list[int]]) -> World:
    return sb.games.matrix_game({"one": first, "two": second})


def test_the_prisoners_dilemma_has_one_equilibrium_in_which_both_confess() -> None:
    world = game([[3, 0], [4, 1]], [[3, 4], [0, 1]])
    found = sb.games.equilibria(world, mixed=True)
    assert [tuple(one.payoffs.values()) for one in found] == [(1, 1)]
    assert found.found[0].is_strict
    assert found.is_finite


def test_bach_or_stravinsky_has_two_pure_equilibria_and_one_mixed() -> None:
    found = sb.games.equilibria(game([[2, 0], [0, 1]], [[1, 0], [0, 2]]), mixed=True)
    assert [tuple(one.payoffs.values()) for one in found] == [(2, 1), (Fraction(2, 3), Fraction(2, 3)), (1, 2)]
    (mixed,) = [one for one in found if not one.is_pure]
    chances = {player: sorted(dict(dist.items()).values()) for player, dist in dict(mixed.profile.items()).items()}  # type: ignore[union-attr]
    assert chances == {player: [Fraction(1, 3), Fraction(2, 3)] for player in ("one", "two")}


def test_matching_pennies_has_no_pure_equilibrium_and_the_value_0() -> None:
    world = game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    assert not sb.games.equilibria(world)
    assert len(sb.games.equilibria(world, mixed=True)) == 1
    assert sb.games.zero_sum_value(world).value == 0


def test_hawk_and_dove_has_three_equilibria() -> None:
    found = sb.games.equilibria(game([[3, 1], [4, 0]], [[3, 4], [1, 0]]), mixed=True)
    assert [tuple(one.payoffs.values()) for one in found] == [(1, 4), (2, 2), (4, 1)]


def test_a_correlated_equilibrium_that_pays_both_more_than_the_mixed_one() -> None:
    """Payoffs 6, 6; 2, 7; 7, 2; 0, 0: a third on each of three cells pays 5 to both, more than the mixed equilibrium."""
    world = game([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    found = sb.games.equilibria(world, mixed=True)
    assert {tuple(one.payoffs.values()) for one in found} == {(2, 7), (7, 2), (Fraction(14, 3), Fraction(14, 3))}
    advice = sb.games.is_correlated(world, {("0", "0"): "1/3", ("0", "1"): "1/3", ("1", "0"): "1/3"})
    assert advice
    assert set(advice.payoffs.values()) == {5}
