"""Hypothesis strategies for worlds, policies, formulas and utilities, and a ready-made property: for property tests of your own.

In a test file::

    from hypothesis import given
    from stop_button.searching import claims
    from stop_button.testing import assert_holds, worlds

    @given(worlds())
    def test_my_utility(world):
        assert_holds(claims.never_pays_for_influence, my_utility, world)

Nothing is drawn and thrown away; everything shrinks to few variables, few arrows and plain weights.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from functools import reduce
from typing import Any

from causalkit.testing import dists, domains, mechanisms, models  # first: it says what to type when hypothesis is missing

# isort: split
from hypothesis import strategies as st

from causalkit import Dist, Model, choice, table
from stop_button.decision.policy import Policy
from stop_button.decision.roles import FREE, STOP
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility
from stop_button.language.formula import BASELINE, B, E, Formula, H, Reading, V, least, most
from stop_button.searching.claims import Claim

__all__ = ["assert_holds", "formulas", "policies", "utilities", "worlds"]

WISHES = (STOP, FREE)

_Known = dict[str, tuple[Any, tuple[Any, ...]]]
"""Variables that have been drawn: a mechanism and its values."""


@st.composite
def worlds(
    draw: st.DrawFn,
    max_causes: int = 2,
    max_decisions: int = 2,
    *,
    values: Sequence[Any] = (0, 1, 3, -2),
    possible: bool = False,
    couplings: Collection[Any] = (),
) -> World:
    """A small world with intent, stopped, value and a baseline: causes, then a decision, a wish, a second decision, a stop, a value.

    A decision may see what comes before it, the second one the wish too. Often a wish is impossible under some policies, so that
    conditions on it are; with ``possible`` either wish is possible under every policy. ``values`` are what the task may be worth;
    ``couplings`` are those of ``causalkit.testing.mechanisms``. Shrinks to one cause, one decision that sees nothing, and a wish, a
    stop and a value that nothing moves.

    :param max_causes: how many causes come before the first decision, at most
    :param max_decisions: one or two
    :param values: what the task may be worth, the first being the simplest
    :param possible: whether either wish has positive probability under every policy
    :param couplings: the kinds of conditional tables that may come up
    :returns: a strategy for ``World``

    >>> from hypothesis import given
    >>> @given(worlds(possible=True))
    ... def test_either_wish_is_possible(world):
    ...     assert 0 < world.under(world.baseline).prob(wish=STOP) < 1
    >>> test_either_wish_is_possible()
    """
    causes = draw(models(max_causes, 2, max_parents=1, couplings=couplings))
    known: _Known = {name: (causes.mechanism(name), causes.domain(name)) for name in causes.names}
    known |= draw(_deciding("act", draw(domains(3)), known))
    known |= draw(_slipping_wish(known, couplings) if possible else _listening("wish", WISHES, known, couplings))
    if draw(st.integers(1, max_decisions)) > 1:
        known |= draw(_deciding("react", (0, 1), known))
    known |= draw(_listening("stopped", (False, True), known, couplings))
    known |= draw(_listening("value", tuple(values), known, couplings))
    return draw(_with_baseline(Model({name: mechanism for name, (mechanism, _) in known.items()})))


@st.composite
def _deciding(draw: st.DrawFn, name: str, options: tuple[Any, ...], known: _Known) -> _Known:
    """A decision that sees nothing or one of the variables before it."""
    return {name: (choice(*options, sees=draw(_some(known, most=1))), options)}


@st.composite
def _listening(draw: st.DrawFn, name: str, domain: tuple[Any, ...], known: _Known, couplings: Collection[Any]) -> _Known:
    """A variable with these values that listens to some of those before it."""
    heard = {parent: known[parent][1] for parent in draw(_some(known, most=3))}
    return {name: (draw(mechanisms(heard, domain, couplings=couplings)), domain)}


@st.composite
def _slipping_wish(draw: st.DrawFn, known: _Known, couplings: Collection[Any]) -> _Known:
    """A first wish, and a wish that may slip either way whatever was wished at first."""
    first = draw(_listening("first", WISHES, known, couplings))
    ways = ("none", *WISHES)
    rows = {(wanted, way): wanted if way == "none" else way for wanted in WISHES for way in ways}
    return {**first, "slip": (draw(dists(ways, full=True)), ways), "wish": (table(["first", "slip"], rows, domain=WISHES), WISHES)}


def _some(known: _Known, *, most: int) -> st.SearchStrategy[list[str]]:
    """Some of the variables, few and early ones when shrunk."""
    return st.lists(st.sampled_from(list(known)), unique=True, max_size=most)


@st.composite
def _with_baseline(draw: st.DrawFn, model: Model) -> World:
    roles: dict[str, Any] = {"intent": "wish", "stopped": "stopped", "value": "value"}
    return World(model, **roles, baseline=draw(policies(World(model, **roles))))


@st.composite
def policies(draw: st.DrawFn, world: World, *, stochastic: bool = False) -> Policy:
    """A policy of a world; with ``stochastic``, one that may draw lots in any situation. Shrinks to the first option whatever is seen.

    >>> from hypothesis import find
    >>> import stop_button as sb
    >>> office = sb.worlds.office()
    >>> print(find(policies(office), lambda soothing: soothing.act("action", True) == "reassure"))
    work if glance=False, reassure if glance=True
    >>> find(policies(office, stochastic=True), lambda mixed: mixed.is_stochastic).act("action", False)
    'work'
    """
    if not stochastic:
        return world.policies[draw(st.integers(0, world.policies.size - 1))]
    return world.policy({d.name: {seen: draw(_acts(d.options)) for seen in d.contexts} for d in world.decisions})


def _acts(options: Sequence[Hashable]) -> st.SearchStrategy[Any]:
    """An option, or a distribution over options."""
    drawn: st.SearchStrategy[Dist] = dists(options)
    return drawn.map(lambda dist: dist.support[0] if len(dist) == 1 else dist)


def formulas(max_parts: int = 3) -> st.SearchStrategy[Formula]:
    """A formula that any world with intent, stopped, value and a baseline can be asked: up to ``max_parts`` means, combined.

    Means read the roles where people had wished otherwise, where the baseline had been followed, or where the wish had been that of
    the baseline (nested); some are conditioned. Shrinks to ``E(B)``.

    >>> from fractions import Fraction
    >>> from hypothesis import given
    >>> @given(formulas())
    ... def test_what_is_printed_can_be_pasted_back(formula):
    ...     assert eval(repr(formula)) == formula
    >>> test_what_is_printed_can_be_pasted_back()
    """
    return st.lists(_means(), min_size=1, max_size=max_parts).flatmap(_combined)


def utilities(max_parts: int = 3) -> st.SearchStrategy[Utility]:
    """A utility with a formula of ``formulas``.

    >>> from hypothesis import given
    >>> from stop_button.evaluation.utility import applies
    >>> @given(utilities(), worlds())
    ... def test_it_can_be_asked_of_any_world(utility, world):
    ...     assert applies(utility, world)
    >>> test_it_can_be_asked_of_any_world()
    """
    return formulas(max_parts).map(lambda formula: Utility("drawn", formula))


def _combined(parts: list[Formula]) -> st.SearchStrategy[Formula]:
    """The parts under sums, products, the smallest and the largest, each with a weight that is drawn."""
    weights = st.lists(st.sampled_from([1, 2, -1, "1/2"]), min_size=len(parts), max_size=len(parts))
    kinds: Any = st.sampled_from([sum, lambda of: reduce(lambda a, b: a * b, of), lambda of: least(*of), lambda of: most(*of)])
    return st.tuples(weights, kinds).map(lambda drawn: drawn[1]([w * part for w, part in zip(drawn[0], parts, strict=True)]))


def _means() -> st.SearchStrategy[Formula]:
    inner = st.lists(_numbers(), min_size=1, max_size=2).flatmap(_combined)
    given_ = st.one_of(st.none(), st.sampled_from(WISHES).map(lambda wish: {"intent": wish}), _events())
    return st.builds(lambda inside, event: E(inside, given=event), inner, given_)


def _numbers() -> st.SearchStrategy[Formula]:
    return st.one_of(_readings([B, V]), _events())


def _events() -> st.SearchStrategy[Formula]:
    return st.tuples(_readings([H]), st.sampled_from(WISHES)).map(lambda drawn: drawn[0].is_(drawn[1]))


def _readings(of: Sequence[Reading]) -> st.SearchStrategy[Reading]:
    """One of the readings, as it is, or where something else had been the case."""
    edits: list[dict[str, Any]] = [
        {},
        *({"intent": wish} for wish in WISHES),
        {"intent": H.under(BASELINE)},
        {"stopped": True},
        {"intent": H.had(stopped=False)},
    ]
    place = st.tuples(st.sampled_from(of), st.sampled_from(edits), st.sampled_from([None, BASELINE]))
    return place.map(lambda drawn: Reading(drawn[0].name, tuple(drawn[1].items()), drawn[2]))


def assert_holds(claim: Claim, utility: Utility, world: World) -> None:
    """Fail when a world refutes a claim about a utility; the claims are in ``stop_button.searching.claims``.

    Raises ``AssertionError`` with the flag that refutes it and a world that can be pasted back.

    :param claim: the claim, such as ``claims.never_pays_for_influence``
    :param utility: the utility that it is about
    :param world: the world that may refute it
    :raises AssertionError: the world refutes it; the message is the flag

    >>> import stop_button as sb
    >>> assert_holds(sb.claims.never_pays_for_influence, sb.counterfactual, sb.worlds.basic_button())
    >>> assert_holds(sb.claims.never_pays_for_influence, sb.switch, sb.worlds.basic_button())
    Traceback (most recent call last):
    AssertionError: switch: 'no best policy gains by way of what people want' fails in basic_button
    ...
    """
    flag = claim.refuted_by(utility, world)
    if flag is not None:
        roles = ", ".join(f"{name}: {role.variable}" for name, role in world.roles.items())
        where = f"{roles}, baseline: {world.baseline}\n{world.model!r}"
        raise AssertionError(f"{utility.name}: {claim.sentence!r} fails in {world.title}\n{flag}\n{utility}\n{where}")
