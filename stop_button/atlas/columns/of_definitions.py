"""Columns about definitions: what their scores and their best policies do, beyond what a policy is like by itself."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import partial
from typing import Any, Final

from causalkit import Dist
from causalkit.values.exact import exact, less
from causalkit.values.frozen import Frozen
from stop_button.atlas.columns.column import Column, Outcome
from stop_button.atlas.columns.standing import Standing, best_of
from stop_button.auditing.gains import via
from stop_button.decision.policy import Policy
from stop_button.decision.roles import Role
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.undefined import Score, defined
from stop_button.language.formula import E, Expectation, Formula, Reading, V, X, event
from stop_button.language.notation import whose
from stop_button.language.parts import conditioned

__all__ = ["DEFINITION_COLUMNS", "STEP", "rescaled", "shifted_chances"]

STEP: Final = Fraction(1, 100)
"""How far each probability is moved."""

CHANGES: Final = ((2, 0), (Fraction(1, 2), 0), (1, 1), (1, -1))
"""By how much values are multiplied, and what is then added."""


# ---------------------------------------------------------------- by way of the wish


def _gains_nothing(standing: Standing) -> Outcome:
    signs = [via(standing.evaluation, standing.fixed(policy), policy, "the wish").sign for policy in standing.best or ()]
    if "positive" in signs:
        return "by a tie" if "not positive" in signs else "fails"
    return "open" if "open" in signs else "holds"


def _lacks_wish(world: World) -> str:
    return "no intent" if not world.wishes else "" if world.baseline is not None else "no baseline"


# ---------------------------------------------------------------- lengths


def _lacks_length(world: World) -> str:
    return "" if "length" in world.model.names and "value" in world.roles else "no length"


def _sure_lengths(evaluation: Evaluation) -> tuple[Any, ...]:
    """For every policy the one length that it surely has, or None."""
    lengths = [X("length").is_(each) for each in evaluation.world.model.domain("length")]
    rows = zip(*(evaluation.scores(E(each)) for each in lengths), strict=True)
    return tuple(next((place for place, chance in enumerate(row) if chance == 1), None) for row in rows)


def _post(standing: Standing) -> Outcome:
    """Of two policies with one sure length each: the better where the lengths are the same, neither where they differ."""
    evaluation = standing.evaluation
    lengths = evaluation.kept("atlas: lengths", lambda: _sure_lengths(evaluation))
    values, scores = evaluation.scores(E(V)), standing.scores
    sure = [place for place, length in enumerate(lengths) if length is not None]
    answers = [_as_post(lengths, values, scores, a, b) for a, b in itertools.combinations(sure, 2)]
    if False in answers:
        return "fails"
    return "open" if None in answers or not answers else "holds"


def _as_post(lengths: Any, values: Any, scores: Any, a: int, b: int) -> bool | None:
    if not defined(scores[a]) or not defined(scores[b]):
        return None
    if lengths[a] != lengths[b]:
        return bool(scores[a] == scores[b])
    return less(scores[a], scores[b]) == less(values[a], values[b]) and less(scores[b], scores[a]) == less(values[b], values[a])


# ---------------------------------------------------------------- other units, other chances


def _lacks_value(world: World) -> str:
    return "" if "value" in world.roles else "no value"


def rescaled(world: World, factor: Any, plus: Any) -> World:
    """The same world with every value multiplied and raised.

    >>> import stop_button as sb
    >>> sb.naive(rescaled(sb.worlds.scale(), 2, 1), "commit"), sb.naive(sb.worlds.scale(), "commit")
    (Fraction(25, 1), Fraction(12, 1))
    """
    role = world.role("value")
    meanings = {value: exact(factor) * exact(role.meaning(value)) + exact(plus) for value in world.model.domain(role.variable)}
    return _with_roles(world, {"value": Role(role.variable, meanings)})


def _with_roles(world: World, new: Mapping[str, Role]) -> World:
    roles = {**world.roles, **new}
    wishes = {whose(name)[1]: roles[name] for name in world.wishes if whose(name)[1]} or roles.get("intent")
    levers = {name: role for name, role in roles.items() if name not in ("stopped", "value", *world.wishes)}
    return World(
        world.model, intent=wishes, stopped=roles.get("stopped"), value=roles["value"], levers=levers, policies=dict(world.named),
        baseline=world.baseline, players=world.players or None,
    )  # fmt: skip


def _keeps_its_best(standing: Standing) -> Outcome:
    if _moves_along(standing.utility.formula):
        return "holds"
    mine = set(standing.best or ())
    others = standing.evaluation.kept("atlas: other units", lambda: [Evaluation(rescaled(standing.world, *each)) for each in CHANGES])
    return "holds" if all(set(best_of(other, standing.utility.formula)) == mine for other in others) else "fails"


def _moves_along(f: Formula) -> bool:
    """Whether a formula is one mean of the value: then its scores are multiplied and raised as values are, and the best stay the best."""
    return isinstance(f, Expectation) and isinstance(f.inner, Reading) and f.inner.name == "value"


def shifted_chances(world: World) -> Iterator[World]:
    """The worlds in which one value of one cause without parents is likelier or less likely by ``STEP``, the others in proportion.

    Each world comes once.

    >>> import stop_button as sb
    >>> len(list(shifted_chances(sb.worlds.office())))
    2
    """
    for name in world.model.names:
        if not world.model.parents(name) and name not in world.model.choices:
            for law in dict.fromkeys(_shifted(world.model.dist(name))):
                yield world.with_mechanisms({name: law})


def _shifted(law: Dist) -> Iterator[Dist]:
    for value, chance in law.items():
        for to in (chance - STEP, chance + STEP):
            if 0 < to < 1 and 0 < chance < 1:
                moved = {other: to if other == value else weight * (1 - to) / (1 - chance) for other, weight in law.items()}
                yield Dist(moved)


def _is_robust(standing: Standing) -> Outcome:
    mine = set(standing.best or ())
    others = standing.evaluation.kept("atlas: other chances", lambda: list(map(Evaluation, shifted_chances(standing.world))))
    if not others:
        return "does not apply"
    return "holds" if all(set(best_of(other, standing.utility.formula)) <= mine for other in others) else "fails"


def _is_defined(standing: Standing) -> Outcome:
    return "holds" if all(map(defined, standing.scores)) else "fails"


# ---------------------------------------------------------------- telling, and later selves


def _lacks_telling(world: World) -> str:
    return "" if any({"tell", "silent"} <= {*decision.options} for decision in world.decisions) else "nobody to tell the truth to"


def _tells(standing: Standing) -> Outcome:
    best, filled = set(standing.best or ()), standing.world.policies.filled
    places = [slot[:2] for slot in standing.world.policies.slots if {"tell", "silent"} <= {*slot[2]}]
    told = (filled({**policy.acts, place: "tell"}) for policy in best for place in places if policy.acts[place] == "silent")
    return "holds" if best.issuperset(told) else "fails"


def _lacks_later(world: World) -> str:
    return "" if any(decision.sees for decision in world.decisions) else "no decision that sees anything"


def _stays(standing: Standing) -> Outcome:
    """Whether a later self with the same definition, told what it sees, has no reason to depart from the plan."""
    answers = [answer for policy in standing.best or () for answer in _departures(standing, policy)]
    if False in answers:
        return "fails"
    return "open" if None in answers else "holds"


def _departures(standing: Standing, policy: Policy) -> Iterator[bool | None]:
    for name, seen, options in standing.world.policies.slots:
        given = _seen(standing.world, name, seen)
        if given is None or not standing.evaluation.score_or_undefined(E(given), policy):
            continue
        f = conditioned(standing.fixed(policy).formula, given)
        mine = standing.evaluation.score_or_undefined(f, policy)
        for option in options:
            if option != policy.acts[name, seen]:
                other = Policy(policy.decisions, Frozen({**policy.acts, (name, seen): option}))
                yield _no_better(standing.evaluation.score_or_undefined(f, other), mine)


def _no_better(other: Score, mine: Score) -> bool | None:
    if not defined(mine):
        return None
    return not defined(other) or not less(mine, other)


def _seen(world: World, name: str, seen: Any) -> Formula | None:
    """The event that a decision sees what it sees; None where it sees nothing."""
    meant = {parent: world.role(parent).meaning(value) for parent, value in zip(world.model.parents(name), seen, strict=True)}
    return event(meant) if meant else None


_column: Final = partial(Column, of="definitions")

DEFINITION_COLUMNS: Final[tuple[Column, ...]] = (
    _column("gains_nothing_by_the_wish", "no best policy scores more than with people's wish held, draw by draw, as under the baseline",
           "ours", _lacks_wish, _gains_nothing),
    _column("POST",
            "of two policies that surely last equally long it prefers the one worth more, of two that surely last differently neither",
            "thornley2025", _lacks_length, _post, needs_best=False),
    _column("keeps_its_best_in_other_units", "the best policies are the same when values are doubled, halved, raised or lowered by 1",
           "ours", _lacks_value, _keeps_its_best),
    _column("defined_everywhere", "every policy has a score", "ours", lambda world: "", _is_defined, needs_best=False),
    _column("tells_the_truth_when_silence_ties", "wherever silence is among the best, so is telling the truth", "ours", _lacks_telling,
           _tells),
    _column("stays_with_its_plan", "a later self with the same definition, given what it sees, has no reason to depart from a best policy",
           "ours", _lacks_later, _stays),
    _column("robust",
            "no other policy becomes best when a chance of a cause without parents moves by 1/100, the others in proportion",
            "ours", lambda world: "", _is_robust),
)  # fmt: skip
"""What is asked of a definition's scores and best policies."""
