"""The slow obvious meaning of comparisons, best replies and references: every policy is tried, every branch written out.

Shares with the package only what an expression is made of. ``brute.Undefined`` where there is no value; None for an undefined test.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.language.constraints import SubjectTo
from stop_button.language.formula import Expectation, Formula, Is, Least, Most, Product, Quotient, Reading, Sum
from stop_button.language.references import OWN, Best, BestPolicy
from stop_button.language.tests import Both, Comparison, Either, Every, Not, Some, Test
from tests import brute
from tests.stop_button import brute_scores


def value(f: Formula, world: World, policy: Policy, own: Policy | None = None) -> Fraction:
    """The score of a policy; ``own`` is the policy that is taken for granted, by default the same."""
    own = policy if own is None else own
    try:
        return brute_scores.combined(f, lambda leaf: _special(leaf, world, policy, own))
    except ZeroDivisionError:
        raise brute.Undefined from None


def _special(f: Formula, world: World, policy: Policy, own: Policy) -> Fraction:
    match f:
        case SubjectTo(inner, tests):
            if not all(truth(test, world, policy, own) is True for test in tests):
                raise brute.Undefined
            return value(inner, world, policy, own)
        case Best(inner, of, largest):
            scores = list(defined(lambda reply: value(inner, world, reply, own), replies(world, policy, of)))
            if not scores:
                raise brute.Undefined
            return (max if largest else min)(scores)
        case Expectation():
            values = {_score(mean, world, policy) for mean in read(f, world, own)}
            if len(values) != 1:
                raise brute.Undefined
            return values.pop()
    raise AssertionError(f)


def replies(world: World, policy: Policy, of: tuple[str, ...]) -> Iterator[Policy]:
    """Every policy that decides some decisions anew, and the others as the policy does."""
    anew = set(of) or {decision.name for decision in world.decisions}
    seen = set()
    for other in world.policies:
        acts = {place: other.acts[place] if place[0] in anew else act for place, act in policy.acts.items()}
        key = frozenset(acts.items())
        if key not in seen:
            seen.add(key)
            yield world.policies.filled(acts)


def defined(score: Callable[[Policy], Fraction], policies: Iterator[Policy]) -> Iterator[Fraction]:
    for policy in policies:
        try:
            yield score(policy)
        except brute.Undefined:
            continue


def read(mean: Expectation, world: World, own: Policy) -> list[Expectation]:
    """The mean with every reference replaced by a policy that it may stand for."""
    references = [reading.policy for reading in all_readings(mean) if isinstance(reading.policy, BestPolicy)]
    means = [replaced(mean, OWN, own)]
    for reference in dict.fromkeys(references):
        means = [replaced(each, reference, policy) for each in means for policy in best(reference.objective, world)]
    return means


@lru_cache(maxsize=4096)
def _score_or_none(mean: Expectation, world: World, policy: Policy) -> Fraction | None:
    try:
        return brute_scores.score(mean, world, policy)
    except (brute.Undefined, ZeroDivisionError):
        return None


def _score(mean: Expectation, world: World, policy: Policy) -> Fraction:
    score = _score_or_none(mean, world, policy)
    if score is None:
        raise brute.Undefined
    return score


@lru_cache(maxsize=256)
def best(f: Formula, world: World) -> list[Policy]:
    scores: dict[Policy, Fraction] = {}
    for policy in world.policies:
        try:
            scores[policy] = value(f, world, policy)
        except brute.Undefined:
            continue
    return [policy for policy, score in scores.items() if score == max(scores.values())]


def all_readings(f: Any) -> Iterator[Reading]:
    match f:
        case Reading():
            yield f
            for _, edit in f.edits:
                yield from all_readings(edit)
        case Is(reading, _):
            yield from all_readings(reading)
        case Expectation(inner, given):
            yield from all_readings(inner)
            yield from all_readings(given)
        case Quotient(top, bottom):
            yield from all_readings(top)
            yield from all_readings(bottom)
        case Sum(parts) | Product(parts) | Least(parts) | Most(parts):
            for part in parts:
                yield from all_readings(part)


def replaced(f: Any, old: Any, new: Any) -> Any:
    match f:
        case Reading(name, edits, policy):
            return Reading(name, tuple((key, replaced(edit, old, new)) for key, edit in edits), new if policy == old else policy)
        case Is(reading, meaning):
            return Is(replaced(reading, old, new), meaning)
        case Expectation(inner, given):
            return Expectation(replaced(inner, old, new), None if given is None else replaced(given, old, new))
        case Quotient(top, bottom):
            return Quotient(replaced(top, old, new), replaced(bottom, old, new))
        case Sum(parts) | Product(parts) | Least(parts) | Most(parts):
            return type(f)(tuple(replaced(part, old, new) for part in parts))
    return f


def truth(test: Test, world: World, policy: Policy, own: Policy | None = None) -> bool | None:
    """Whether a test holds; None where it is undefined."""
    own = policy if own is None else own
    match test:
        case Comparison(left, relation, right):
            try:
                a, b = value(left, world, policy, own), value(right, world, policy, own)
            except brute.Undefined:
                return None
            return {"<=": a <= b, "<": a < b, ">=": a >= b, ">": a > b, "==": a == b}[relation]
        case Not(inner):
            held = truth(inner, world, policy, own)
            return None if held is None else not held
        case Both(tests):
            return all_of([truth(part, world, policy, own) for part in tests])
        case Either(tests):
            held = all_of([truth(Not(part), world, policy, own) for part in tests])
            return None if held is None else not held
        case Some(names, inner, given):
            held = truth(Every(names, Not(inner), given), world, policy, own)
            return None if held is None else not held
        case Every(names, inner, given):
            cases = list(seen(names, given, world, policy, own))
            return all_of([truth(within(inner, case), world, policy, own) for case in cases]) if cases else None
    raise AssertionError(test)


def all_of(held: list[bool | None]) -> bool | None:
    return False if False in held else None if None in held else True


def seen(names: tuple[str, ...], given: Any, world: World, policy: Policy, own: Policy) -> Iterator[Formula]:
    """The events that have a positive probability, with the event given."""
    roles = [(Reading(name), world.role(name)) for name in names]
    meanings = [list(dict.fromkeys(role.meaning(each) for each in world.model.domain(role.variable))) for _, role in roles]
    for combination in itertools.product(*meanings):
        events = [Is(reading, meaning) for (reading, _), meaning in zip(roles, combination, strict=True)]
        event = Product((*([] if given is None else [given]), *events))
        if value(Expectation(event), world, policy, own) > 0:
            yield event


def within(node: Any, event: Formula) -> Any:
    match node:
        case Expectation(inner, given):
            return Expectation(inner, event if given is None else Product((given, event)))
        case Comparison(left, relation, right):
            return Comparison(within(left, event), relation, within(right, event))
        case Not(inner):
            return Not(within(inner, event))
        case Both(tests) | Either(tests):
            return type(node)(tuple(within(part, event) for part in tests))
        case Every(names, inner, given):
            return type(node)(names, inner, event if given is None else Product((given, event)))
        case Best(inner, of, largest):
            return Best(within(inner, event), of, largest)
        case Sum(parts) | Product(parts) | Least(parts) | Most(parts):
            return type(node)(tuple(within(part, event) for part in parts))
        case Quotient(top, bottom):
            return Quotient(within(top, event), within(bottom, event))
        case SubjectTo(inner, tests):
            return SubjectTo(within(inner, event), tuple(within(test, event) for test in tests))
    return node
