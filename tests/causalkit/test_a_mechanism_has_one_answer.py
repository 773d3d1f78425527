"""A function is asked twice for every row, in two orders; what is not one value for one question is refused, with the row."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import CausalError, MechanismFailed, NotADistribution, OutsideDomain, WrongShape

RANDOMNESS = "make the randomness a noise variable"


class Basket(list[int]):
    """A value that can be changed, and hashes all the same."""

    def __hash__(self) -> int:  # type: ignore[override]
        return 0


class Bag(list[int]):
    """A value that can be changed, and whose hash changes with it."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self))


class Incomparable:
    """A value that cannot be compared."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")

    def __hash__(self) -> int:
        return 0


def counting() -> Callable[[int], int]:
    count = itertools.count()
    return lambda x: next(count)


def once_only() -> Callable[[int], int]:
    asked: set[int] = set()

    def f(x: int) -> int:
        if x in asked:
            raise LookupError("twice")
        asked.add(x)
        return x

    return f


def read_once(x: int) -> Any:
    yield x


async def later(x: int) -> int:
    return x


def emptied(x: Basket) -> int:
    x.clear()
    return 0


DOORS: dict[str, Callable[[Any], Any]] = {
    "a variable": lambda f: ck.Model(x=ck.uniform(0, 1), y=ck.function(f, parents=["x"])),
    "an intervention": lambda f: ck.Model(x=ck.uniform(0, 1), y=ck.uniform(0, 1)).do(y=ck.function(f, parents=["x"])),
    "a rule": lambda f: ck.Model(x=ck.uniform(0, 1), y=ck.choice(0, 1, sees=["x"])).choose(y=ck.function(f, parents=["x"])),
    "a rule of a compiled mean": lambda f: ck.Model(x=ck.uniform(0, 1), y=ck.choice(0, 1, sees=["x"])).by_rule("y")(y=f),
    "a policy": lambda f: sb.World(ck.Model(x=ck.uniform(0, 1), y=ck.choice(0, 1, sees=["x"]), v=lambda y: y), value="v").policy(y=f),
}


@pytest.mark.parametrize("door", DOORS)
def test_two_answers_are_refused_with_the_row_wherever_functions_are_taken(door: str) -> None:
    draw = random.Random(1)
    with pytest.raises(
        MechanismFailed, match=r"(x|seen\[0\])=[01], and it must always give the same; make the randomness a noise variable"
    ):
        DOORS[door](lambda x: draw.random())


@pytest.mark.parametrize("door", DOORS)
def test_what_raises_says_for_which_row(door: str) -> None:
    with pytest.raises(MechanismFailed, match=r"raised ZeroDivisionError: .* for (x|seen\[0\])=0"):
        DOORS[door](lambda x: 1 // x)


@pytest.mark.parametrize(
    ("f", "kind", "says"),
    [
        (counting, MechanismFailed, f"gives 1 and then 2 for x=1, and it must always give the same; {RANDOMNESS}"),
        (once_only, MechanismFailed, "raised LookupError: 'twice' for x=1|raised LookupError: twice for x=1"),
        (lambda: read_once, OutsideDomain, "for x=1, which can be read only once; return a tuple"),
        (lambda: lambda x: iter([x]), OutsideDomain, "for x=1, which can be read only once; return a tuple"),
        (lambda: lambda x: object(), MechanismFailed, "must always give the same"),
        (lambda: lambda x: [x], OutsideDomain, r"\[0\] with x=0, and values must be hashable"),
        (lambda: lambda x: float("nan"), OutsideDomain, "with x=0, and a value must equal itself"),
        (lambda: lambda x: Incomparable(), OutsideDomain, "with x=0, and values must be comparable with =="),
        (lambda: lambda x: ck.coin(3), NotADistribution, "the function of 'y', for x=0: "),
    ],
)
def test_what_is_no_value_is_refused_with_the_row(f: Callable[[], Any], kind: type[CausalError], says: str) -> None:
    with pytest.raises(kind, match=says):
        ck.Model(x=ck.uniform(0, 1), y=f())


@pytest.mark.filterwarnings("ignore:coroutine")
def test_what_has_to_be_awaited_is_refused_with_the_row() -> None:
    with pytest.raises(OutsideDomain, match="which can be read only once"):
        ck.Model(x=ck.uniform(0, 1), y=later)


def test_a_pure_function_that_gives_iterators_is_refused_too() -> None:
    with pytest.raises(OutsideDomain, match=r"'y' is .* with x=0, which can be read only once"):
        ck.Model(x=ck.uniform(0, 1), y=ck.function(read_once, pure=True))
    with pytest.raises(OutsideDomain, match="which can be read only once"):
        ck.Model(x=iter([1, 2]))


@pytest.mark.parametrize("value", [Basket([1, 2]), Bag([1, 2])])
def test_what_is_given_may_not_be_changed(value: Any) -> None:
    with pytest.raises(
        MechanismFailed, match=r"the function of 'y', for .*: it changes what it is given, which was x=\[1, 2\]|changes what"
    ):
        ck.Model(x=value, y=ck.function(emptied, parents=["x"]))


def test_every_row_is_asked_twice_in_two_orders_and_once_when_it_is_stated_to_be_pure() -> None:
    calls: list[tuple[int, int]] = []

    def f(x: int, z: int) -> int:
        calls.append((x, z))
        return x + z

    rows = [(0, 0), (0, 1), (1, 0), (1, 1)]
    ck.Model(x=ck.uniform(0, 1), z=ck.uniform(0, 1), y=f)
    assert calls == [*rows, *reversed(rows)]
    calls.clear()
    ck.Model(x=ck.uniform(0, 1), z=ck.uniform(0, 1), y=ck.function(f, pure=True))
    assert calls == rows


def test_a_value_without_comparison_by_content_may_be_given_to_functions() -> None:
    thing = object()
    assert ck.Model(x=thing, y=lambda x: x is thing).prob(y=True) == 1


def test_an_answer_that_is_equal_and_not_the_same_is_one_answer() -> None:
    model = ck.Model(x=ck.uniform(0, 1), y=lambda x: tuple(part for part in (x, "é" + str(x))))
    assert model.domain("y") == ((0, "é0"), (1, "é1"))


# ---------------------------------------------------------------- one row, one key


def test_a_bare_key_and_the_tuple_of_it_are_one_row() -> None:
    for make in (ck.table, lambda parents, rows: ck.cpt(parents, {key: ck.coin("1/2") for key in rows})):
        with pytest.raises(WrongShape, match=r"both 1 and \(1,\), which are one row of 'x'; type \(1,\) for the value 1"):
            make(["x"], {1: "one", (1,): "tuple"})


def test_one_row_does_not_answer_for_two_values() -> None:
    with pytest.raises(WrongShape, match=r"'y' has one row \(1,\) for both x=1 and x=\(1,\); wrap each key in a tuple"):
        ck.Model(x=ck.uniform(1, (1,)), y=ck.table(["x"], {(1,): "one"}))
    model = ck.Model(x=ck.uniform(1, (1,)), y=ck.table(["x"], {(1,): "one", ((1,),): "tuple"}))
    assert (model.given(x=1).prob(y="one"), model.given(x=(1,)).prob(y="tuple")) == (1, 1)


def test_a_policy_does_not_hold_two_rows_for_one_sight() -> None:
    world = sb.World(ck.Model(x=ck.uniform(0, 1), y=ck.choice(0, 1, sees=["x"]), v=lambda y: y), value="v")
    with pytest.raises(WrongShape, match=r"has both 1 and \(1,\), which say the same; leave one of them out"):
        world.policy({0: 0, 1: 0, (1,): 1})


def test_large_tables_are_equal_when_all_rows_are_and_hash_alike_in_any_order() -> None:
    """A hash is made of some of the rows only: equality still sees a difference in any of them."""
    inputs = [(i, j) for i in range(8) for j in range(8)]
    rows = {each: ck.coin(Fraction(1 + each[0], 9 + each[1])) for each in inputs}
    first = ck.cpt(["a", "b"], rows)
    assert first == ck.cpt(["a", "b"], dict(reversed(rows.items())))
    assert hash(first) == hash(ck.cpt(["a", "b"], dict(reversed(rows.items()))))
    assert len({ck.cpt(["a", "b"], {**rows, each: ck.coin("9/10")}) for each in inputs} | {first}) == 1 + len(inputs)
