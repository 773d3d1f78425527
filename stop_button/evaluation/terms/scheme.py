"""Who needs what: the copies of variables by number, the terms that each is needed for, and the order of the decisions.

Sets of copies and of terms are the bits of integers, so that a step of the induction costs the same whatever the horizon.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from causalkit.mechanisms.mechanism import CPT, Choice, Mechanism, Noise
from causalkit.twin_network import Node
from causalkit.values.dist import Dist
from causalkit.values.exact import is_symbolic
from stop_button.decision.policy import Decision
from stop_button.decision.world import World
from stop_button.evaluation.terms.laws import Law, Outcome, law_of
from stop_button.evaluation.terms.objective import Factor, Ground, Refusal, Term

if TYPE_CHECKING:
    from stop_button.evaluation.terms.integers import Array

__all__ = ["Copy", "Scheme", "bits", "scheme"]

ONE = Fraction(1)


@dataclass(frozen=True, eq=False)
class Copy:
    """One copy of a variable by number: what it listens to, and what it does for each combination of their values.

    ``inputs`` says how many of its parents are those of its mechanism; those after them decide whether its noise is drawn again:
    each of ``twins`` is the place among the parents of an earlier copy with the same noise, followed by the parents of that copy.
    """

    name: str
    domain: tuple[Hashable, ...]
    parents: tuple[int, ...]
    mechanism: Mechanism
    parent_domains: tuple[tuple[Hashable, ...], ...]
    twins: tuple[int, ...] = ()
    piece: bool = False

    @property
    def is_choice(self) -> bool:
        """Whether the agent decides it."""
        return isinstance(self.mechanism, Choice)

    @cached_property
    def _known(self) -> dict[tuple[int, ...], tuple[Outcome, ...]]:
        return {}

    @cached_property
    def _code(self) -> dict[Hashable, int]:
        return {value: i for i, value in enumerate(self.domain)}

    @cached_property
    def law(self) -> Law | None:
        """What it may be in every case, the last parent changing fastest; None where that is to be asked case by case."""
        return None if self.twins or self.piece else law_of(self.mechanism, self._code, self.parent_domains)

    @property
    def table(self) -> tuple[Array, int] | None:
        """What it may be in every case as a table of whole numbers over one, where its mechanism keeps one that stands in this order."""
        one = self.mechanism
        if self.twins or self.piece or not isinstance(one, CPT) or one.grid != self.parent_domains or one.counted.domain != self.domain:
            return None
        return None if one.dense is None else (one.dense, one.counted.scale)

    def outcomes(self, codes: tuple[int, ...]) -> tuple[Outcome, ...]:
        """What it may be when its parents are at these places of their domains; raises ``Refusal`` for chances with symbols."""
        if codes not in self._known:
            self._known[codes] = self._outcomes(tuple(domain[code] for domain, code in zip(self.parent_domains, codes, strict=True)))
        return self._known[codes]

    def _outcomes(self, values: tuple[Hashable, ...]) -> tuple[Outcome, ...]:
        count = len(self.mechanism.parents)
        inputs, rest = values[:count], values[count:]
        for place in self.twins:
            earlier, before = values[place], values[place + 1 : place + 1 + count]
            if before == inputs:
                return ((self._code[earlier], ONE),)
        outcomes = self.mechanism.row(inputs).outcomes
        if self.piece:
            piece: Any = rest[0]
            return ((self._code[outcomes[piece][0]], ONE),)
        if len(outcomes) == 1:
            return ((self._code[outcomes[0][0]], ONE),)
        merged: dict[int, Any] = {}
        for value, weight in outcomes:
            if is_symbolic(weight):
                raise Refusal("its numbers hold symbols or irrationals")
            code = self._code[value]
            merged[code] = merged[code] + weight if code in merged else weight
        return tuple(merged.items())


@dataclass(frozen=True, eq=False)
class Scheme:
    """Copies, terms and decisions with all that follows from who listens to whom; sets are integers, a bit for each member."""

    world: World
    copies: tuple[Copy, ...]
    terms: tuple[Term, ...]
    scopes: tuple[tuple[int, ...], ...]
    decisions: tuple[Decision, ...]
    children: tuple[tuple[int, ...], ...]
    ancestors: tuple[int, ...]
    users: tuple[int, ...]
    readers: tuple[int, ...]
    choices: tuple[int, ...]
    choices_of: tuple[int, ...]
    number: Mapping[Node, int]

    def numbers_of(self, factor: Factor) -> tuple[int, ...]:
        """The numbers of the copies that a factor reads."""
        return tuple(self.number[node] for node in factor.nodes)

    def value(self, factor: Factor, codes: Iterable[int]) -> Fraction:
        """What a factor is where the copies that it reads are at these places of their domains."""
        domains = (self.copies[copy].domain for copy in self.numbers_of(factor))
        return factor.value(tuple(domain[code] for domain, code in zip(domains, codes, strict=True)))

    def worth(self, t: int, codes: Mapping[int, int]) -> Fraction:
        """What a term is where the copies that it reads are at these places; nothing is read after a factor that is 0."""
        term = self.terms[t]
        number = term.scale
        for factor in term.factors:
            if not number:
                break
            number = number * self.value(factor, [codes[copy] for copy in self.numbers_of(factor)])
        return number

    def worths(self, t: int) -> Iterator[Fraction]:
        """What a term is in every case of the copies that it reads, the last changing fastest."""
        term, scope = self.terms[t], self.scopes[t]
        domains = [self.copies[copy].domain for copy in scope]
        if len(term.factors) == 1:
            factor, scale = term.factors[0], term.scale
            numbers = map(factor.value, itertools.product(*domains))
            yield from numbers if scale == 1 else (scale * number for number in numbers)
            return
        for codes in itertools.product(*(range(len(domain)) for domain in domains)):
            yield self.worth(t, dict(zip(scope, codes, strict=True)))

    @cached_property
    def events(self) -> tuple[tuple[Factor, int], ...]:
        """The conditions of terms, each with the terms that it holds for."""
        found: dict[Factor, int] = {}
        for t, term in enumerate(self.terms):
            for factor in term.factors:
                if factor.is_event:
                    found[factor] = found.get(factor, 0) | 1 << t
        return tuple(found.items())

    @cached_property
    def roots(self) -> int:
        """The copies that listen to nothing and are no choice."""
        return sum(1 << i for i, copy in enumerate(self.copies) if not copy.parents and not copy.is_choice)

    @cached_property
    def all_choices(self) -> int:
        """The copies that the agent decides."""
        return sum(1 << copy for copy in self.choices)

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each decision stands in the order of the induction."""
        return {decision.name: i for i, decision in enumerate(self.decisions)}

    def decision(self, choice: int) -> Decision:
        """The decision that a copy is of."""
        return self.decisions[self.place[self.copies[choice].name]]

    @cached_property
    def stage(self) -> tuple[int, ...]:
        """For each choice, in their order, the place of its decision."""
        return tuple(self.place[self.copies[c].name] for c in self.choices)


def bits(of: int) -> Iterator[int]:
    """The members of a set, in order.

    >>> list(bits(0b1101))
    [0, 2, 3]
    """
    while of:
        low = of & -of
        yield low.bit_length() - 1
        of ^= low


def scheme(ground: Ground) -> Scheme:
    """The terms of a world, numbered and ordered; raises ``Refusal`` for decisions that wait for each other."""
    copies, number = _numbered(ground)
    scopes = tuple(tuple(number[node] for node in term.nodes) for term in ground.terms)
    ancestors = _ancestors([copy.parents for copy in copies])
    children: list[list[int]] = [[] for _ in copies]
    for i, copy in enumerate(copies):
        for parent in dict.fromkeys(copy.parents):
            children[parent].append(i)
    readers = [0] * len(copies)
    for t, scope in enumerate(scopes):
        for i in scope:
            readers[i] |= 1 << t
    users = list(readers)
    for i in reversed(range(len(copies))):
        for parent in copies[i].parents:
            users[parent] |= users[i]
    decisions = _in_order(ground.world, copies)
    place = {decision.name: i for i, decision in enumerate(decisions)}
    choices = sorted((i for i, copy in enumerate(copies) if copy.is_choice), key=lambda i: (place[copies[i].name], i))
    bit = {i: 1 << c for c, i in enumerate(choices)}
    before: list[int] = []
    for i, copy in enumerate(copies):
        before.append(_union([bit.get(i, 0), *(before[parent] for parent in copy.parents)]))
    of_term = [_union(before[i] for i in scope) for scope in scopes]
    return Scheme(
        ground.world, copies, ground.terms, scopes, decisions, tuple(map(tuple, children)), ancestors, tuple(users), tuple(readers),
        tuple(choices), tuple(of_term), number,
    )  # fmt: skip


def _ancestors(parents: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """For each copy, itself and all that it depends on."""
    done: list[int] = []
    for i, of in enumerate(parents):
        found = 1 << i
        for parent in of:
            found |= done[parent]
        done.append(found)
    return tuple(done)


def _in_order(world: World, copies: Sequence[Copy]) -> tuple[Decision, ...]:
    """The decisions, those made earlier first, else as they are declared."""
    number = {decision.name: i for i, decision in enumerate(world.decisions)}
    before: list[int] = []
    waits = [0] * len(number)
    for copy in copies:
        found = _union(before[parent] for parent in copy.parents)
        if copy.is_choice:
            waits[number[copy.name]] |= found
            found |= 1 << number[copy.name]
        before.append(found)
    waiting, done, places = list(range(len(number))), 0, []
    while waiting:
        ready = next((i for i in waiting if not waits[i] & ~done), None)
        if ready is None:
            raise Refusal(f"its decisions wait for each other: {', '.join(world.decisions[i].name for i in waiting)}")
        places.append(ready)
        done |= 1 << ready
        waiting.remove(ready)
    return tuple(world.decisions[i] for i in places)


# ---------------------------------------------------------------- numbering, and noise that copies share


def _numbered(ground: Ground) -> tuple[tuple[Copy, ...], dict[Node, int]]:
    plain = {node: i for i, node in enumerate(ground.nodes)}
    shared = _sharing(ground, plain)
    pieces = {key: i for i, key in enumerate(key for key in shared if key[1].coupling == "monotone")}
    number = {node: i + len(pieces) for node, i in plain.items()}
    copies = [_pieces(key) for key in pieces]
    earlier: dict[Any, list[Node]] = {key: [] for key in shared}
    domains = ground.world.model.domains
    for node in ground.nodes:
        key = (node.variable, node.mechanism)
        parents, twins = [number[parent] for parent in node.parents], []
        within = [domains[parent.variable] for parent in node.parents]
        if key in pieces:
            parents.append(pieces[key])
            within.append(copies[pieces[key]].domain)
        elif key in shared:
            for other in earlier[key]:
                twins.append(len(parents))
                parents += [number[other], *(number[parent] for parent in other.parents)]
                within += [domains[other.variable], *(domains[parent.variable] for parent in other.parents)]
            earlier[key].append(node)
        copies.append(
            Copy(node.variable, domains[node.variable], tuple(parents), node.mechanism, tuple(within), tuple(twins), key in pieces)
        )
    return tuple(copies), number


def _sharing(ground: Ground, number: dict[Node, int]) -> dict[Any, None]:
    """The conditional tables whose noise some term reads in two copies or more."""
    copies: dict[Any, list[Node]] = {}
    for node in ground.nodes:
        if isinstance(node.mechanism, CPT):
            copies.setdefault((node.variable, node.mechanism), []).append(node)
    several = {key: sum(1 << number[node] for node in of) for key, of in copies.items() if len(of) > 1}
    if not several:
        return {}
    ancestors = _ancestors([[number[parent] for parent in node.parents] for node in ground.nodes])
    needs = [_union(ancestors[number[node]] for node in term.nodes) for term in ground.terms]
    return {key: None for key, of in several.items() if any((need & of).bit_count() > 1 for need in needs)}


def _union(sets: Iterable[int]) -> int:
    found = 0
    for one in sets:
        found |= one
    return found


def _pieces(key: tuple[str, CPT]) -> Copy:
    """The noise of a monotone table as a variable of its own: which piece of the unit interval was drawn."""
    name, mechanism = key
    row = mechanism.row(next(iter(mechanism.rows)))
    noise = Noise(Dist({number: weight for number, (_, weight) in enumerate(row.outcomes)}))
    return Copy(f"noise of {name}", noise.domain, (), noise, ())
