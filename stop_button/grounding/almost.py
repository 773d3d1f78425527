"""Numbers of a world that are almost simple ones: floats are read as they print, and a tie that was meant may then be none."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from causalkit.mechanisms.mechanism import CPT, Noise
from causalkit.values.exact import almost_simple, exact
from causalkit.values.keeping import while_it_lives
from stop_button.decision.world import World

__all__ = ["almost_simple_numbers"]


@while_it_lives(0)
def almost_simple_numbers(world: World) -> str:
    """A sentence on the first number of a world that is almost a simple one, and how many there are; empty for none.

    Of chances only those that a float prints as they are: a small chance beside a large one is meant, and fractions of many digits are.

    >>> import causalkit as ck
    >>> almost_simple_numbers(World(ck.Model(act=ck.choice(1, 3), value=lambda act: act * .1), value="value"))
    "0.30000000000000004 of value is read as it prints, and is not 3/10: for exact ties give Fraction('3/10')"
    >>> almost_simple_numbers(World(ck.Model(act=ck.choice(1, 3), value=lambda act: act / 10), value="value"))
    ''
    """
    found = list(_found(world))
    if not found:
        return ""
    where, shown, simple = found[0]
    more = f" (and {len(found) - 1:,} more like it)" if len(found) > 1 else ""
    return f"{shown} of {where} is read as it prints, and is not {simple}{more}: for exact ties give Fraction('{simple}')"


def _found(world: World) -> Iterator[tuple[str, str, Fraction]]:
    for name in world.model.names:
        numbers: dict[Any, None] = dict.fromkeys(value for value in world.model.domain(name) if isinstance(value, float))
        mechanism = world.model.mechanism(name)
        rows = mechanism.rows.values() if isinstance(mechanism, CPT) else [mechanism.dist] if isinstance(mechanism, Noise) else []
        chances = dict.fromkeys(weight for row in rows for weight in row.values() if isinstance(weight, Fraction))
        for number in numbers:
            if (simple := almost_simple(number)) is not None:
                yield name, str(number), simple
        for chance in chances:
            simple = almost_simple(chance)
            if simple is not None and simple.denominator > 1 and exact(shown := float(chance)) == chance:
                yield f"the chances of {name}", str(shown), simple
