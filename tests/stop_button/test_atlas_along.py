"""Along the numbers of bundled worlds: what is committed is so at numbers inside each interval, and outside it is not."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
import sympy

import causalkit as ck
import stop_button as sb
from causalkit.errors import WrongFile
from stop_button.atlas import ROWS
from stop_button.atlas.along.stored import ASKED, Along, Move, Piece, along, committed, looked_at, read, write
from stop_button.atlas.along.stretches import parameters, stretches
from stop_button.evaluation.undefined import defined
from stop_button.worlds import REGISTER
from stop_button.worlds.register import Bundled

FOUND = committed()
MOVES = [(one, move) for one in FOUND for move in one.moves]
SEED = 2026


def world_at(one: Along, value: Any) -> sb.World:
    return REGISTER[one.world](**{one.number: value})


def best_at(one: Along, move: Move, value: Fraction) -> set[str]:
    """The best policies with a number in the place of the symbol, each scored by itself."""
    world = world_at(one, value)
    form = ROWS[move.definition].form(world)
    assert isinstance(form, sb.Utility)
    scores = {str(policy): score for policy in world.policies if defined(score := sb.score(world, form).score(form, policy))}
    return {name for name, score in scores.items() if score == max(scores.values())}


def inside(piece: Piece, share: Fraction) -> Fraction:
    low, high = (Fraction(str(sympy.Rational(str(sympy.N(sympy.sympify(end, rational=True), 30))))) for end in (piece.low, piece.high))
    return low + (high - low) * share


def test_many_definitions_change_their_mind() -> None:
    assert len(FOUND) > 40
    assert len(MOVES) > 150
    assert {(one.world, one.number) for one in FOUND} == {(one.world.name, one.name) for one in looked_at()}


def test_inside_each_interval_those_are_best_and_that_fails() -> None:
    chosen = random.Random(SEED).sample(MOVES, 8)
    assert chosen
    assert all(move.pieces for _, move in chosen)
    for one, move in chosen:
        for piece, share in itertools.product(move.pieces, (Fraction(1, 50), Fraction(5, 7))):
            value = inside(piece, share)
            assert best_at(one, move, value) == set(piece.best), (one.world, one.number, move.definition, value)
        world = world_at(one, inside(move.pieces[0], Fraction(1, 3)))
        fails = {name for name in ASKED if sb.atlas.ask(world, move.definition, name).outcome in ("fails", "by a tie")}
        assert set(move.pieces[0].fails) <= fails <= set(move.pieces[0].fails) | set(move.pieces[0].undecided)


def test_intervals_lie_end_to_end_and_say_different_things() -> None:
    for one, move in MOVES:
        assert (move.pieces[0].low, move.pieces[-1].high) == ("0", one.high)
        for left, right in itertools.pairwise(move.pieces):
            assert left.high == right.low
            assert left.best != right.best


def ties() -> Iterator[tuple[Along, Move, int, str]]:
    for one, move in MOVES:
        for place, text in enumerate(move.surfaces):
            if " = " in text:
                yield one, move, place, text.partition(" where ")[2]


def test_a_surface_goes_through_the_end_that_it_belongs_to() -> None:
    """With the other numbers as they are by default, one of the roots is the end between the intervals."""
    some = list(ties())
    assert len(some) > 100
    assert sum("no formula" in text for _, move in MOVES for text in move.surfaces) < 0.2 * len(some)
    for one, move, place, text in random.Random(SEED).sample(some, 25):
        other = {p.name: p for p in parameters(REGISTER[one.world])}
        values = {name: sympy.Rational(str(_default(one.world, name))) for name in other}
        symbols = {name: sympy.Symbol(name) for name in other}
        roots = [sympy.sympify(root.partition(" = ")[2], locals=symbols, rational=True) for root in text.split(" or ")]
        at = {symbols[name]: value for name, value in values.items() if name != one.number}
        end = sympy.sympify(move.pieces[place].high, rational=True)
        assert any(sympy.simplify(root.subs(at) - end) == 0 for root in roots), (one.world, one.number, move.definition, text)


def _default(world: str, name: str) -> Fraction:
    import inspect

    return Fraction(inspect.signature(REGISTER[world].build).parameters[name].default)


def test_the_persuading_button_by_hand() -> None:
    """Untouched it is worth 10 (1 - w) + w with w = s (1 - e) + (1 - s) e; persuaded to be free, w is e and it costs c."""
    (found,) = [move for one, move in MOVES if (one.world, one.number, move.definition) == ("basic_button", "stop", "switch")]
    assert [(piece.low, piece.high, piece.best) for piece in found.pieces] == [
        ("0", "11/9800", ("none",)), ("11/9800", "1", ("manip_f",)),
    ]  # fmt: skip
    assert "no_influence" in found.pieces[1].fails
    assert "no_influence" not in found.pieces[0].fails


@pytest.mark.parametrize("place", random.Random(SEED).sample(range(len(FOUND)), 3))
def test_what_is_committed_is_what_is_found(place: int) -> None:
    one = FOUND[place]
    parameter = next(each for each in parameters(REGISTER[one.world]) if each.name == one.number)
    rows = {name: ROWS[name] for name in [*(move.definition for move in one.moves), *one.steady, *one.unknown][:6]}
    again = along(parameter, rows)
    assert again.moves == tuple(move for move in one.moves if move.definition in rows)
    assert set(again.steady) == set(one.steady) & set(rows)


def test_policies_that_read_alike_are_told_apart_along_a_number() -> None:
    """One option is the number 1 and one the text: up to a half the first is worth more, and then the second."""

    def build(pay: Any = "1/2") -> sb.World:
        model = ck.Model(act=ck.choice(1, "1"), good=ck.coin(pay), value=lambda act, good: good if act == "1" else sympy.Rational(1, 2))
        return sb.World(model, value="value", name="alike")

    pay, *_ = parameters(Bundled("alike", build, "", "", "", {"": {}}))
    found = stretches(pay, ROWS["naive"], [])
    assert found is not None
    assert [(one.low, one.high, [policy.act("act") for policy in one.best]) for one in found.stretches] == [
        (0, Fraction(1, 2), [1]), (Fraction(1, 2), 1, ["1"]),
    ]  # fmt: skip


def test_what_is_not_known_in_closed_form_is_said_to_be_so() -> None:
    stop, *_ = parameters(sb.worlds.basic_button)
    assert stretches(stop, ROWS["stable_causal"], []) is None
    assert stretches(stop, ROWS["goal_directedness"], []) is None
    assert "stable_causal" in next(one for one in FOUND if (one.world, one.number) == ("basic_button", "stop")).unknown


def test_it_is_read_as_it_is_written(tmp_path: Any) -> None:
    write(FOUND, tmp_path / "along.jsonl")
    assert read(tmp_path / "along.jsonl") == FOUND
    (tmp_path / "other.jsonl").write_text("{}\n[1]\n")
    with pytest.raises(WrongFile, match="is not of version"):
        read(tmp_path / "other.jsonl")
