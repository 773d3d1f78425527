"""What has to be found in a world before a formula can be scored: what may be seen, the best policies, the scored policy's own.

Afterwards a formula is made of means, arithmetic and tests alone. How the best over policies is found is entered here by the room that
finds it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any, Literal

from causalkit.errors import TooLarge
from causalkit.values.exact import exact
from causalkit.values.keeping import while_it_lives
from stop_button.decision.world import World
from stop_button.language.algebra import Constant, Formula, Product
from stop_button.language.formula import E, Expectation, Leaf, Reading
from stop_button.language.information import Entropy, Shannon
from stop_button.language.parts import conditioned, followed, rewritten
from stop_button.language.references import OWN, Best
from stop_button.language.tests import Both, Comparison, Either, Every, Relation, Some, Test
from stop_button.language.walking import Node, Walk

__all__ = ["Mode", "finds", "for_people", "owned", "resolved", "when_first_wanted"]

Mode = Literal["value", "best policies", "all policies"]
"""What stands for a best over all policies: its value, the formula under each best policy, or the formula under every policy."""

Finder = Callable[[Any, World, Mode], Formula]

MOST_MEANINGS = 4_096
"""Entropies are taken of so many combinations of meanings, at most."""

FINDERS: dict[type, Finder] = {}
"""What finds the best over policies (``Best``), and reads a mean under best policies (``Expectation``)."""

LOADERS: list[Callable[[], Any]] = []


def when_first_wanted(load: Callable[[], Any]) -> None:
    """Enter how the room that finds best policies is loaded; it is, once, when one is first wanted."""
    LOADERS.append(load)


def finds(kind: type) -> Callable[[Finder], Finder]:
    """Enter a function as the one that finds what a kind of node stands for in a world."""

    def enter(finder: Finder) -> Finder:
        FINDERS[kind] = finder
        return finder

    return enter


def _found(kind: type, node: Any, world: World, mode: Mode) -> Formula:
    for load in LOADERS:
        load()
    LOADERS.clear()
    return FINDERS[kind](node, world, mode)


def resolved(node: Any, world: World, mode: Mode = "value") -> Any:
    """The formula, or the test, with everything found that depends on the world alone; what is read under OWN is the scored policy's.

    >>> import stop_button as sb
    >>> from stop_button.language.constraints import every
    >>> print(resolved(every("intent", sb.E(sb.B) >= 1), sb.worlds.office()))
    (E[1[H=s]] <= 0 or E[B | H=s] >= 1) and (E[1[H=f]] <= 0 or E[B | H=f] >= 1)
    """
    asked = for_people(node, world)
    return _resolved(asked, world, mode) if asked.needs_world else asked


def for_people(node: Any, world: World) -> Any:
    """A formula, or a test, in which ``.had(intent=...)`` sets the wish of everybody, in a world in which several wish.

    >>> from causalkit import Model, choice, coin
    >>> from stop_button import B, STOP, FREE
    >>> two = World(
    ...     Model(
    ...         u=coin("1/2"), act=choice(0, 1), off=lambda a, b: a == b,
    ...         a=lambda u: STOP if u else FREE, b=lambda u: FREE if u else STOP,
    ...     ),
    ...     intent={"alice": "a", "bob": "b"}, stopped="off",
    ... )
    >>> for_people(E(B.had(intent="stop")), two)
    E(B.had({'intent[alice]': 'stop', 'intent[bob]': 'stop'}))
    """
    return rewritten(node, lambda reading: _everybody(reading, world)) if world.people else node


def _everybody(reading: Reading, world: World) -> Reading:
    edits: dict[str, Any] = {}
    for name, value in reading.edits:
        deeper = _everybody(value, world) if isinstance(value, Reading) else value
        edits |= dict.fromkeys(world.wishes, deeper) if name == "intent" else {name: deeper}
    return Reading(reading.name, tuple(edits.items()), reading.policy)


@while_it_lives(1)
def _resolved(node: Any, world: World, mode: Mode) -> Any:
    return followed(_RESOLVE(node, world, mode), None, instead_of=OWN)


def owned(node: Any, policy: Any) -> Any:
    """The formula with what is read under OWN read under a policy that is held fixed.

    >>> from stop_button import V
    >>> owned(E(V.under(OWN)), "work")
    E(V.under('work'))
    """
    return followed(node, policy, instead_of=OWN)


def _cases(test: Every, world: World) -> list[Formula]:
    """The events of what may be seen: every combination of values that the names can take."""
    roles = [(Reading(name), world.role(name)) for name in test.names]
    events = [
        [reading.is_(meaning) for meaning in dict.fromkeys(role.meaning(value) for value in world.model.domain(role.variable))]
        for reading, role in roles
    ]
    return [case[0] if len(case) == 1 else Product(case) for case in itertools.product(*events)]


def _every(test: Every, visit: Callable[[Node], Any], world: World, _mode: Mode) -> Test:
    """It is never seen, or the test holds of it: for each case."""
    return Both(tuple(Either((_often(test, case, "<="), visit(_within(test, case)))) for case in _cases(test, world)))


def _some(test: Some, visit: Callable[[Node], Any], world: World, _mode: Mode) -> Test:
    """It is sometimes seen, and the test holds of it: for some case."""
    return Either(tuple(Both((_often(test, case, ">"), visit(_within(test, case)))) for case in _cases(test, world)))


def _often(test: Every, case: Formula, relation: Relation) -> Test:
    """How the probability of a case compares with 0."""
    return Comparison(E(case, given=test.given), relation, Constant(exact(0)))


def _within(test: Every, case: Formula) -> Any:
    """The test with its means conditioned on a case; what is best is then found given the case."""
    return conditioned(test.test if test.given is None else conditioned(test.test, test.given), case)


def _rebuilt(node: Node, visit: Callable[[Node], Any], *_: Any) -> Any:
    return node.rebuilt([visit(part) for part in node.children()]) if node.needs_world else node


def _best(node: Best, visit: Callable[[Node], Any], world: World, mode: Mode) -> Formula:
    return _found(Best, node.rebuilt([visit(node.inner)]), world, mode)


def _mean(mean: Expectation, _visit: Any, world: World, mode: Mode) -> Formula:
    return _found(Expectation, mean, world, mode) if mean.needs_world else mean


def _entropy(node: Entropy, visit: Callable[[Node], Any], world: World, _mode: Mode) -> Formula:
    """The probabilities of everything that the readings may mean together."""
    meanings = [list(dict.fromkeys(map(role.meaning, world.model.domain(role.variable)))) for role in (world.role(r.name) for r in node.of)]
    many = math.prod(map(len, meanings))
    if many > MOST_MEANINGS:
        raise TooLarge(
            f"{node} is about {many:,} combinations of meanings in {world.title}, and at most {MOST_MEANINGS:,} are looked at; "
            "take the entropy of fewer readings"
        )
    events = ([reading.is_(meaning) for reading, meaning in zip(node.of, case, strict=True)] for case in itertools.product(*meanings))
    return Shannon(tuple(visit(E(case[0] if len(case) == 1 else Product(tuple(case)), given=node.given)) for case in events))


_RESOLVE: Walk[Any] = Walk(
    "resolving",
    {Some: _some, Every: _every, Best: _best, Entropy: _entropy, Expectation: _mean, Leaf: lambda leaf, *_: leaf, Node: _rebuilt},
)
