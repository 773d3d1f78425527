"""The best over policies inside a formula: as a number, as the largest of a few formulas, or as the policies that reach it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from causalkit.errors import Impossible, TooLarge, Undecided, UnknownName, suggestion
from causalkit.values.arguments import checked
from stop_button.decision.players import decisions_meant
from stop_button.decision.policy import MOST_LISTED, InformationSet, Policy
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import places_of_best, sweep
from stop_button.evaluation.utility import Utility
from stop_button.grounding.resolving import Mode, finds, resolved
from stop_button.language.algebra import Constant, Formula, Least, Most, Product, Sum
from stop_button.language.formula import Expectation, Reading
from stop_button.language.information import Shannon
from stop_button.language.parts import contains, followed, means, policies_read, rewritten
from stop_button.language.references import OWN, Agreed, Ambiguous, Best, BestPolicy, LargestDefined, SmallestDefined
from stop_button.language.walking import Node
from stop_button.replies.relevance import assignments, count_of, deciding, met, opened, spoken
from stop_button.replies.separable import separately
from stop_button.solving.fractional_form import single_polynomial
from stop_button.solving.methods import solve
from stop_button.solving.variable_elimination import maximised

__all__ = ["MOST_COPIES", "best_value", "optimal_policies", "read_under_best"]

MOST_COPIES = 512
"""So many copies of a formula, one for each way to decide, are compared at most."""

MOST_TIES = 512
"""So many best policies are read as references at most."""


@checked
@finds(Best)
def best_value(node: Best, world: World, mode: Mode) -> Formula:
    """What stands for the best over policies; the formula inside has been resolved, but for OWN."""
    names = [decision.name for decision in world.decisions]
    meant = decisions_meant(node.of, world.players)
    for name in meant:
        if name not in names:
            known = f"it has: {', '.join(names)}{suggestion(name, [*names, *world.players])}"
            raise UnknownName(f"best(..., of={name!r}) names no decision of {world.title}; {known}")
    of = set(meant) or set(names)
    if of == set(names) and OWN not in policies_read(node.inner):
        if mode == "value":
            number = _number(node, world)
            if number is not None:
                return number
        elif mode == "best policies":
            policies = optimal_policies(node.inner if node.largest else -node.inner, world, _touching(node.inner, world, mode))
            return _extreme(node, [followed(node.inner, policy) for policy in policies])
    if count_of(world, _decided_in(node.inner, world, of, mode)) > MOST_COPIES:
        apart = separately(node, world, lambda f, policy: _decided(f, policy, world, of))
        if apart is not None:
            return apart
    return _extreme(node, list(_copies(node.inner, world, of, mode)))


def _decided_in(f: Formula, world: World, of: Collection[str], mode: Mode) -> list[InformationSet]:
    """The information sets of some decisions that make a difference to a formula."""
    return [place for place in _touching(f, world, mode) if place[0] in of]


def _touching(f: Formula, world: World, mode: Mode) -> tuple[InformationSet, ...]:
    """The information sets that make a difference to a formula, or, where its noise is going to move, that may come to make one."""
    if mode == "value":
        return spoken(f, world)
    return tuple(dict.fromkeys(place for mean in means(f) for place in met(mean, world)))


def _number(node: Best, world: World) -> Formula | None:
    """The best value as a number; ``None`` where symbols decide, or where a reading has no one value under policies that are best.

    ``None`` for an entropy, too: the ways to decide are then compared one by one.
    """
    if contains(node.inner, Shannon):
        return None
    try:
        solution = solve(world, Utility("best", node.inner if node.largest else -node.inner))
    except (Ambiguous, Undecided):
        return None
    except Impossible:
        return Agreed(())
    if not solution:
        raise TooLarge(f"{node} was not proved in {world.title}: {solution}; let decisions see less")
    return Constant(solution.score if node.largest else -solution.score)


def _copies(f: Formula, world: World, of: Collection[str], mode: Mode) -> Iterator[Formula]:
    """The formula with some decisions made in each way that makes a difference to it."""
    about = _decided_in(f, world, of, mode)
    ways = count_of(world, about)
    if ways > MOST_COPIES:
        raise TooLarge(
            f"the best of {f} over {', '.join(sorted(of))} compares {ways:,} ways to decide in {world.title}, more than {MOST_COPIES:,}; "
            "let these decisions see less, or take the best over all decisions"
        )
    for acts in assignments(world, about):
        yield _decided(f, world.policies.filled(acts), world, of)


def _decided(f: Formula, policy: Policy, world: World, of: Collection[str]) -> Formula:
    """The formula where the scored policy had made some decisions as another does; those that the formula itself sets stay set."""
    if len(of) == len(world.decisions):
        return followed(f, policy)  # type: ignore[no-any-return]
    rules = {name: rule for name, rule in policy.rules.items() if name in of}

    def decided(r: Reading) -> Reading:
        if r.policy is not None:
            return r
        inner = {name: decided(value) for name, value in r.read_by_edits()}
        done = {**dict(r.edits), **inner}
        edited = {world.role(name).variable for name in r.settings}
        return Reading(r.name, tuple({**{name: rule for name, rule in rules.items() if name not in edited}, **done}.items()), r.policy)

    return rewritten(f, decided)


def _extreme(node: Best, parts: list[Formula]) -> Formula:
    """The largest (or the smallest) of formulas, those left out that are undefined."""
    distinct = tuple(dict.fromkeys(parts))
    if len(distinct) == 1:
        return distinct[0]
    if _is_total(node.inner):
        return Most(distinct) if node.largest else Least(distinct)
    return LargestDefined(distinct) if node.largest else SmallestDefined(distinct)


def _is_total(f: Formula) -> bool:
    """Whether a formula certainly has a value under every policy: a sum, product or extreme of numbers and unconditioned means."""
    return all(mean.given is None for mean in means(f)) and all(isinstance(node, TOTAL) for node in _nodes(f))


TOTAL = (Constant, Expectation, Sum, Product, Least, Most)


def _nodes(f: Node) -> Iterator[Node]:
    yield f
    if not f.is_leaf:
        for part in f.children():
            yield from _nodes(part)


# ---------------------------------------------------------------- best policies as references


def optimal_policies(f: Formula, world: World, also: Collection[InformationSet] = ()) -> list[Policy]:
    """The policies that are best for a formula, one for each way to fill the information sets on which it, or ``also``, depends.

    The others are filled with the first option. Raises ``Impossible`` when no policy has a score, ``TooLarge`` for too many.

    >>> import stop_button as sb
    >>> from stop_button import E, V
    >>> [str(policy) for policy in optimal_policies(E(V), sb.worlds.basic_button())]
    ['disable']
    """
    f = resolved(f, world)
    about = {*spoken(f, world), *also}
    polynomial = single_polynomial(f, world)
    if polynomial is not None:
        best = maximised(polynomial, deciding(world.decisions, about))
        _check_ties(best.count, f, world)
        return [world.policies.filled(policy.acts) for policy in best.policies()]
    if world.policies.size > MOST_LISTED:
        raise TooLarge(
            f"all policies that are best for {f} are found by listing {world.policies.size:,} policies of {world.title}, more than "
            f"{MOST_LISTED:,}; name the reference policy: .under(policy)"
        )
    places = places_of_best(sweep(f, world))
    if not places:
        raise Impossible(f"in {world.title}, {f} is undefined under every policy that draws no lots, so that none is best")
    space = world.policies
    policies = dict.fromkeys(
        space.filled({place: act for place, act in policy.acts.items() if place in about}) for policy in map(space.__getitem__, places)
    )
    _check_ties(len(policies), f, world)
    return list(policies)


def _check_ties(count: int, f: Formula, world: World) -> None:
    if count > MOST_TIES:
        raise TooLarge(
            f"{count:,} policies are best for {f} in {world.title}, and at most {MOST_TIES} are compared as references; "
            "name the one that is meant: .under(policy)"
        )


@finds(Expectation)
def read_under_best(mean: Expectation, world: World, _mode: Mode) -> Formula:
    """A mean with the best policies found that it reads branches under: one mean when all of them agree, else what they are to agree on."""
    references = _references(mean)
    free = mean
    for reference in references:
        free = followed(free, None, instead_of=reference)
    parts, also = [mean], met(free, world)
    for reference in references:
        try:
            policies = optimal_policies(reference.objective, world, also)
        except Impossible:
            return Agreed(())
        parts = [followed(part, policy, instead_of=reference) for part in parts for policy in policies]
    if OWN in policies_read(mean):
        return parts[0] if len(parts) == 1 else Agreed(tuple(parts))
    distinct = {opened(part, world): part for part in reversed(parts)}
    return parts[0] if len(distinct) == 1 else Agreed(tuple(reversed(distinct.values())))


def _references(mean: Expectation) -> list[BestPolicy]:
    return sorted((policy for policy in policies_read(mean) if isinstance(policy, BestPolicy)), key=repr)
