"""From what a user writes to the checked, tabulated mechanisms of a model, its edits and its rules."""

from __future__ import annotations

import graphlib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from causalkit.errors import UNSEEN, CyclicModel, InvalidName, OutsideDomain, UnknownName, WrongShape, listing, suggestion
from causalkit.mechanisms.constructors import as_mechanism, is_law, not_arguments
from causalkit.mechanisms.event import check_name, check_value
from causalkit.mechanisms.mechanism import CPT, Choice, Constant, Mechanism, Noise, Table
from causalkit.mechanisms.network import BranchReference, EdgeKey, Edits, NestedCounterfactual
from causalkit.mechanisms.rows import Domains, every_input
from causalkit.values.frozen import Frozen

__all__ = ["apply_edits", "build_mechanisms", "fill_choices", "parents_after"]

Mechanisms = Mapping[str, Mechanism]


def build_mechanisms(variables: Mapping[str, Any] | None, named: Mapping[str, Any]) -> dict[str, Mechanism]:
    """Names and mechanisms checked, and every function tabulated, in the order of declaration."""
    if variables is not None and not isinstance(variables, Mapping):
        raise WrongShape(
            f"{variables!r} is not a mapping of names to mechanisms; type Model(name=mechanism) or Model({{'name': mechanism}})"
        )
    twice = [name for name in named if variables and name in variables]
    if twice:
        raise InvalidName(f"{twice[0]!r} is declared twice, in the mapping and by keyword; declare each variable once")
    declared = {check_new(name): as_mechanism(given) for name, given in {**(variables or {}), **named}.items()}
    return tabulated(declared)


def check_new(name: Any) -> str:
    """A name that a variable may have."""
    if not isinstance(name, str) or not name.strip() or name != name.strip():
        raise InvalidName(f"{name!r} cannot name a variable; a name is a text that is not empty, without blanks around it")
    if UNSEEN.search(name):
        raise InvalidName(f"{name!r} cannot name a variable: it holds control characters; type {UNSEEN.sub('', name) or 'x'!r}")
    if name.startswith("_"):
        raise InvalidName(f"{name!r} cannot name a variable: names that begin with '_' are reserved; type {name.lstrip('_') or 'x'!r}")
    return name


def tabulated(declared: Mechanisms) -> dict[str, Mechanism]:
    """Every mechanism with its rows, computed parents first; raises for unknown parents and cycles."""
    for name, one in declared.items():
        for parent in one.parents:
            if parent not in declared:
                raise UnknownName(
                    f"{name!r} listens to {parent!r}, which is not in the model; it has: {', '.join(declared)}"
                    f"{suggestion(parent, declared)}"
                )
    done: dict[str, Mechanism] = {}
    domains: dict[str, tuple[Hashable, ...]] = {}
    for name in parents_first({name: one.parents for name, one in declared.items()}):
        done[name] = declared[name].tabulated(name, domains)
        domains[name] = done[name].domain
    return {name: done[name] for name in declared}


def parents_first(parents: Mapping[str, Iterable[str]]) -> list[str]:
    """The names, parents first; raises ``CyclicModel`` with the cycle.

    >>> parents_first({"b": ["a"], "a": []})
    ['a', 'b']
    """
    try:
        return list(graphlib.TopologicalSorter({name: list(of) for name, of in parents.items()}).static_order())
    except graphlib.CycleError as error:
        cycle = " -> ".join(error.args[1])
        raise CyclicModel(f"the variables listen to each other in a circle: {cycle}; break it at one of its arrows") from None


def apply_edits(mechanisms: Mechanisms, before: Edits, new: Mapping[Any, Any], domains: Domains) -> Edits:
    """The edits after an intervention, checked against the model."""
    if not new:
        raise WrongShape("do needs at least one name=value, or a mapping of names to values")
    edits: dict[Any, Mechanism | NestedCounterfactual] = dict(before)
    for key in sorted(new, key=lambda key: isinstance(key, tuple)):  # variables first: they decide which edges there are
        place = _edit_key(key, edits, mechanisms, domains)
        edits[place] = _edit(key, new[key], domains)
    if not all(isinstance(edits[key], Constant) for key in new):  # a value takes arrows away, and cannot close a circle
        parents_first({name: parents_after(name, edits, mechanisms) for name in mechanisms})
    return Edits(edits)


def parents_after(name: str, edits: Mapping[Any, Any], mechanisms: Mechanisms) -> tuple[str, ...]:
    """The variables of the same branch that a variable listens to after the edits; an edited edge leads to what its edit listens to."""
    one = edits.get(name, mechanisms[name])
    if isinstance(one, NestedCounterfactual):
        return ()
    through = {parent: edits.get(EdgeKey((parent, name))) for parent in one.parents}
    heard = [[parent] if edit is None else edit.parents if isinstance(edit, Mechanism) else [] for parent, edit in through.items()]
    return tuple(dict.fromkeys(parent for parents in heard for parent in parents))


def _edit_key(key: Any, edits: Mapping[Any, Mechanism | NestedCounterfactual], mechanisms: Mechanisms, domains: Domains) -> Any:
    if not isinstance(key, tuple):
        return key
    if len(key) != 2:
        raise WrongShape(f"{key!r} is not an edge; type ('parent', 'child')")
    parent, child = key
    check_name(parent, domains)
    check_name(child, domains)
    now = edits.get(child, mechanisms[child])
    parents = () if isinstance(now, NestedCounterfactual) else now.parents
    if parent not in parents:
        raise WrongShape(f"{child!r} does not listen to {parent!r}; it listens to: {', '.join(parents) or 'nothing'}")
    return EdgeKey(key)


def _edit(key: Any, edit: Any, domains: Domains) -> Mechanism | NestedCounterfactual:
    name = key[0] if isinstance(key, tuple) else key
    check_name(name, domains)
    if isinstance(edit, NestedCounterfactual):
        _check_inside(name, domains[edit.variable], domains)
        return edit
    if isinstance(edit, BranchReference):
        raise WrongShape(
            f"as_in({edit.branch!r}) names another branch, and do knows none; type .branches({edit.branch}={{...}}, other={{...}})"
        )
    if not is_law(edit):
        check_value(name, edit, domains)
        return Constant(edit)
    law = as_mechanism(edit)
    for parent in law.parents:
        check_name(parent, domains)
    done = law.tabulated(name, domains)
    _check_inside(name, done.domain, domains)
    return done


def _check_inside(name: str, values: Iterable[Hashable], domains: Domains) -> None:
    for value in values:
        if value not in domains[name]:
            raise OutsideDomain(
                f"the edit would let {name!r} take {value!r}, and it takes: {listing(domains[name])}; "
                "declare a wider domain when the model is built"
            )


def fill_choices(mechanisms: Mechanisms, rules: Mapping[str, Any], domains: Domains) -> dict[str, Mechanism]:
    """The mechanisms with open choices filled by rules; each rule keeps the options as its domain."""
    for name in rules:
        check_name(name, domains)
        if not isinstance(mechanisms[name], Choice):
            raise WrongShape(f"{name!r} is not an open choice; the open choices are: {', '.join(_open(mechanisms)) or 'none'}")
    return {
        name: _rule(name, one, rules[name], domains) if name in rules and isinstance(one, Choice) else one
        for name, one in mechanisms.items()
    }


def _open(mechanisms: Mechanisms) -> list[str]:
    return [name for name, one in mechanisms.items() if isinstance(one, Choice)]


def _rule(name: str, open_choice: Choice, rule: Any, domains: Domains) -> Mechanism:
    law = as_mechanism(rule) if is_law(rule) else Constant(rule)
    if isinstance(law, Choice):
        raise WrongShape(f"the rule for {name!r} is itself an open choice; give an option, or a function of what it sees")
    unseen = [parent for parent in law.parents if parent not in open_choice.sees]
    if unseen:
        raise WrongShape(
            f"the rule for {name!r} reads {unseen[0]!r}, which it does not see; it sees: {', '.join(open_choice.sees) or 'nothing'}"
            f"{not_arguments(open_choice.sees) or suggestion(unseen[0], open_choice.sees)}"
        )
    for option in (full := _widened(name, law, open_choice, domains)).domain:
        check_value(name, option, {name: open_choice.options})
    return replace(full, declared=open_choice.options)


def _widened(name: str, law: Mechanism, open_choice: Choice, domains: Domains) -> Table | CPT:
    """A rule as a table over everything that the choice sees."""
    done = law.tabulated(name, domains)
    where = [open_choice.sees.index(parent) for parent in done.parents]
    inputs = {seen: tuple(seen[i] for i in where) for seen in every_input(name, open_choice.sees, domains)}
    if isinstance(done, (CPT, Noise)):
        dists = {seen: done.rows[own] if isinstance(done, CPT) else done.dist for seen, own in inputs.items()}
        return CPT(open_choice.sees, Frozen(dists), (done.coupling if isinstance(done, CPT) else None) or "independent")
    return Table(open_choice.sees, Frozen({seen: done.row(own).outcomes[0][0] for seen, own in inputs.items()}))
