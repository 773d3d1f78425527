"""Rules: what somebody writes for a policy, read as acts for everything that a decision may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from causalkit import Dist
from causalkit.errors import UnknownName, UnknownValue, WrongShape, listing, suggestion
from causalkit.mechanisms.constructors import argument_names, not_arguments
from causalkit.mechanisms.mechanism import CPT, Choice, Function, Mechanism, Noise, Table
from causalkit.mechanisms.rows import answers
from causalkit.unrolling import names_meant
from causalkit.values.frozen import Frozen
from causalkit.values.render import keywords_text
from stop_button.decision.policy import Decision, Policy, Seen

__all__ = ["read_policy"]


def read_policy(decisions: Sequence[Decision], given: Any, name: str = "") -> Policy:
    """A policy from what a user writes: an option, a rule, or a mapping of decisions to options or rules.

    A rule is a function of what is seen, a mapping from what is seen, a ``Dist``, a mechanism, as ``each_step`` gives one for each step,
    or an option. In a world over time a function may name what it sees as in ``unroll``, without the step.

    Raises ``WrongShape`` when a decision or something that may be seen is missed, ``UnknownName`` and ``UnknownValue`` for decisions and
    options that are not there.
    """
    if isinstance(given, Policy):
        if given.decisions != tuple(decisions):
            raise WrongShape(f"{given!r} was made for a world with other decisions; build it again with world.policy(...)")
        return given
    rules = (
        given
        if isinstance(given, Mapping) and not isinstance(given, Dist) and _is_by_decision(given, decisions)
        else _single(decisions, given)
    )
    for decision in rules:
        if decision not in {d.name for d in decisions}:
            known = [d.name for d in decisions]
            raise UnknownName(f"{decision!r} is not an open choice; the open choices are: {', '.join(known)}{suggestion(decision, known)}")
    missing = [d.name for d in decisions if d.name not in rules]
    if missing:
        raise WrongShape(f"the policy says nothing about {listing(missing)}; give an option or a rule for each decision")
    acts = {(d.name, seen): act for d in decisions for seen, act in _acts(d, rules[d.name]).items()}
    return Policy(tuple(decisions), Frozen(acts), name)


def _is_by_decision(given: Mapping[Any, Any], decisions: Sequence[Decision]) -> bool:
    """Whether a mapping names decisions, rather than what is seen in the only one."""
    return len(decisions) != 1 or decisions[0].name in given or not any(key in _keys(decisions[0]) for key in given)


def _keys(decision: Decision) -> set[Any]:
    return {key for seen in decision.contexts for key in ([seen, seen[0]] if len(seen) == 1 else [seen])}


def _single(decisions: Sequence[Decision], given: Any) -> dict[str, Any]:
    if len(decisions) != 1:
        names = [d.name for d in decisions]
        each = keywords_text(dict.fromkeys(names, "..."))
        raise WrongShape(f"{given!r} is one rule, and the decisions are: {', '.join(names) or 'none'}; give each its own: policy({each})")
    return {decisions[0].name: given}


def _acts(decision: Decision, rule: Any) -> dict[Seen, Any]:
    """What one rule does in every context, checked; a draw that is sure of an option is that option."""
    acts = {seen: act.support[0] if isinstance(act, Dist) and len(act) == 1 else act for seen, act in _read(decision, rule).items()}
    for seen, act in acts.items():
        for option in act if isinstance(act, Dist) else [act]:
            if option not in decision.options:
                where = f" when it sees {decision.text(seen)}" if seen else ""
                raise UnknownValue(
                    f"the policy does {option!r} in {decision.name!r}{where}; the options are: {listing(decision.options)}"
                    f"{suggestion(option, decision.options)}"
                )
    return acts


def _read(decision: Decision, rule: Any) -> dict[Seen, Any]:
    if isinstance(rule, Mapping) and not isinstance(rule, Dist):
        return _table_acts(decision, rule)
    if isinstance(rule, Function):
        return _function_acts(decision, rule.f, rule.parents)
    if isinstance(rule, Mechanism):
        return _mechanism_acts(decision, rule)
    return _function_acts(decision, rule, argument_names(rule)) if callable(rule) else dict.fromkeys(decision.contexts, rule)


def _table_acts(decision: Decision, rule: Mapping[Any, Any]) -> dict[Seen, Any]:
    acts = {}
    for seen in decision.contexts:
        bare = len(seen) == 1 and seen[0] not in decision.contexts  # what is seen may be a tuple that stands for seeing something else
        keys = [key for key in ([seen, seen[0]] if bare else [seen]) if key in rule]
        if len(keys) > 1:
            raise WrongShape(f"the rule for {decision.name!r} has both {seen[0]!r} and {seen!r}, which say the same; leave one of them out")
        if not keys:
            raise WrongShape(
                f"the policy does not say what to do in {decision.name!r} when it sees {decision.text(seen)}; add it to the rule"
            )
        acts[seen] = rule[keys[0]]
    unknown = [key for key in rule if key not in _keys(decision)]
    if unknown:
        raise UnknownValue(
            f"the rule for {decision.name!r} speaks of seeing {unknown[0]!r}, which never happens; "
            f"it sees: {', '.join(decision.sees) or 'nothing'}"
        )
    return acts


def _function_acts(decision: Decision, rule: Callable[..., Any], names: Sequence[str]) -> dict[Seen, Any]:
    where = _places(decision, names)
    done = answers(rule, f"the rule for {decision.name!r}", names, _seen_by(decision, where), needs="; it must return an option")
    return {seen: done[tuple(seen[i] for i in where)] for seen in decision.contexts}


def _mechanism_acts(decision: Decision, rule: Mechanism) -> dict[Seen, Any]:
    """What a constant, a law without parents or a table does; its lots are drawn as a policy's are, for each thing seen by itself."""
    if isinstance(rule, Choice):
        raise WrongShape(f"the rule for {decision.name!r} is itself an open choice; give an option, or a function of what it sees")
    where = _places(decision, rule.parents)
    seen_of = {parent: tuple(dict.fromkeys(seen[i] for seen in decision.contexts)) for parent, i in zip(rule.parents, where, strict=True)}
    law = rule.tabulated(decision.name, seen_of)
    if isinstance(law, CPT) and law.coupling not in (None, "independent"):
        raise WrongShape(
            f"the rule for {decision.name!r} has the coupling {law.coupling!r}, and a policy draws its lots for each thing seen by itself; "
            "leave coupling= out"
        )
    rows: Mapping[Seen, Any] = law.rows if isinstance(law, Table | CPT) else {(): law.dist if isinstance(law, Noise) else law.domain[0]}
    return {seen: rows[tuple(seen[i] for i in where)] for seen in decision.contexts}


def _places(decision: Decision, names: Sequence[str]) -> list[int]:
    """Where what a rule names stands in what the decision sees."""
    return [_place(decision, name) for name in names]


def _place(decision: Decision, name: str) -> int:
    for meant in (name, *names_meant(name, decision.name)):
        if meant in decision.sees:
            return decision.sees.index(meant)
    raise UnknownName(
        f"the rule for {decision.name!r} reads {name!r}, which it does not see; it sees: {', '.join(decision.sees) or 'nothing'}"
        f"{not_arguments(decision.sees) or suggestion(name, decision.sees)}"
    )


def _seen_by(decision: Decision, where: Sequence[int]) -> list[Seen]:
    """What may be seen of some of the variables that a decision sees."""
    return list(dict.fromkeys(tuple(seen[i] for i in where) for seen in decision.contexts))
