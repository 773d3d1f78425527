"""Whether an agent can move what it is going to learn that it should want: the mean of it, or the thing itself.

Source: [armstrong2017]
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from causalkit.errors import WrongShape
from stop_button.language.formula import BASELINE, E, Formula, X
from stop_button.language.references import best, worst
from stop_button.language.tests import Test
from stop_button.properties import Property

__all__ = ["uninfluenceable", "unriggable"]


def unriggable(*values: Hashable, learned: str = "learned") -> Property:
    """No policy makes any of the rewards that may be learned more, or less, likely to be learned than another policy does.

    ``values`` are the values of the variable ``learned``. Source: [armstrong2017], for learning processes: unriggable.

    >>> print(unriggable("red", "blue").test)
    max (E[1[learned=red]]) = min (E[1[learned=red]]) and max (E[1[learned=blue]]) = min (E[1[learned=blue]])
    """
    _check(values)
    tests: list[Test] = [best(E(X(learned).is_(v))).equals(worst(E(X(learned).is_(v)))) for v in values]
    test = tests[0]
    for other in tests[1:]:
        test = test & other
    return Property("unriggable", test, source="armstrong2017", meaning="no policy moves how likely a reward is to be learned")


def uninfluenceable(*values: Hashable, learned: str = "learned", default: Hashable = BASELINE) -> Property:
    """No policy changes what is learned, draw by draw: it is what would have been learned under the default.

    Uninfluenceable learning is unriggable. Source: [armstrong2017], for learning processes: uninfluenceable.

    :param values: the rewards that may be learned, as values of the variable.
    :param learned: the variable that holds what is learned.
    :param default: the policy that learning is compared with.
    :returns: a property, the same for every policy of a world.
    :raises WrongShape: without a value.

    >>> print(uninfluenceable("red", "blue").test)
    min (E[1[learned=red] 1[learned_{baseline}=red] + 1[learned=blue] 1[learned_{baseline}=blue]]) >= 1
    """
    _check(values)
    same: list[Formula] = [X(learned).is_(v) * X(learned).under(default).is_(v) for v in values]
    test = worst(E(sum(same[1:], same[0]))) >= 1
    return Property("uninfluenceable", test, source="armstrong2017", meaning="what is learned is the same under all policies, draw by draw")


def _check(values: Sequence[Hashable]) -> None:
    if not values:
        raise WrongShape("name the rewards that may be learned; type unriggable('red', 'blue')")
