"""Worlds as plain tables, and what a policy does in them draw by draw: a second opinion that knows no formula, no branch and no flag.

A world here is a ``Spec``: names with tables, and a policy is a dictionary from ``(decision, what is seen)`` to an option or to options
with weights. Everything is worked out by going through every draw of all the noise and solving the world from top to bottom.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import causalkit as ck
import stop_button as sb
from causalkit.mechanisms.mechanism import Coupling

STOP, FREE = "stop", "free"
Policy = Mapping[tuple[str, tuple[Any, ...]], Any]
Values = dict[str, Any]
Hold = Callable[[str, Values], Any]


@dataclass(frozen=True)
class Variable:
    """A variable: how it comes about (noise, table, cpt, choice), from what, and its rows."""

    name: str
    kind: str
    parents: tuple[str, ...]
    domain: tuple[Any, ...]
    rows: Mapping[tuple[Any, ...], Any]
    coupling: Coupling | None = None


@dataclass(frozen=True)
class Spec:
    """A world: variables from top to bottom, among them ``wish``, ``stopped`` and ``value``; and a baseline."""

    variables: tuple[Variable, ...]
    base: Policy

    def world(self, couple: Coupling | None = None) -> sb.World:
        """The same as a world of the library; ``couple`` is stated for the tables that state no coupling."""
        mechanisms: dict[str, Any] = {}
        for v in self.variables:
            if v.kind == "noise":
                mechanisms[v.name] = ck.Dist(dict(v.rows[()]))
            elif v.kind == "choice":
                mechanisms[v.name] = ck.choice(*v.domain, sees=list(v.parents))
            elif v.kind == "table":
                mechanisms[v.name] = ck.table(list(v.parents), dict(v.rows), domain=v.domain)
            else:
                rows = {key: ck.Dist(dict(row)) for key, row in v.rows.items()}
                mechanisms[v.name] = ck.cpt(list(v.parents), rows, coupling=v.coupling or couple, domain=v.domain)
        baseline = {v.name: {seen: self.base[v.name, seen] for seen in v.rows} for v in self.choices}
        return sb.World(ck.Model(mechanisms), intent="wish", stopped="stopped", value="value", baseline=baseline)

    @property
    def choices(self) -> list[Variable]:
        return [v for v in self.variables if v.kind == "choice"]

    def policies(self) -> Iterator[dict[tuple[str, tuple[Any, ...]], Any]]:
        """Every policy without lots, in the library's order."""
        slots = [(v.name, seen, v.domain) for v in self.choices for seen in v.rows]
        for options in itertools.product(*(domain for _, _, domain in slots)):
            yield {(name, seen): option for (name, seen, _), option in zip(slots, options, strict=True)}


# ---------------------------------------------------------------- draws


def draws(spec: Spec, policy: Policy, couple: str = "independent") -> list[tuple[Fraction, dict[Any, Any]]]:
    """Every outcome of all the noise, the lots of the policy among it, with its weight."""
    sources: list[list[tuple[Any, Any, Fraction]]] = []
    for v in spec.variables:
        if v.kind == "noise":
            sources.append([(v.name, value, weight) for value, weight in v.rows[()]])
        elif v.kind == "cpt" and (v.coupling or couple) == "independent":
            sources += [[((v.name, key), value, weight) for value, weight in row] for key, row in v.rows.items()]
        elif v.kind == "cpt":
            sources.append(_monotone(v))
    sources += [[(slot, option, weight) for option, weight in act] for slot, act in policy.items() if isinstance(act, tuple)]
    found = []
    for parts in itertools.product(*sources):
        weight = Fraction(1)
        for _, _, share in parts:
            weight *= share
        found.append((weight, {key: value for key, value, _ in parts}))
    return found


def _monotone(v: Variable) -> list[tuple[Any, Any, Fraction]]:
    """One uniform number for all rows, each row read off its cumulative distribution in the order of the domain."""
    ends = {key: list(itertools.accumulate(dict(row).get(value, Fraction(0)) for value in v.domain)) for key, row in v.rows.items()}
    cuts = sorted({Fraction(0), *(end for row in ends.values() for end in row)})
    parts = []
    for low, high in itertools.pairwise(cuts):
        answers = {key: v.domain[next(i for i, end in enumerate(row) if end > low)] for key, row in ends.items()}
        parts.append((v.name, answers, high - low))
    return parts


def solved(
    spec: Spec, policy: Policy, draw: Mapping[Any, Any], *, wish: Any = None, hold: Hold | None = None, couple: str = "independent"
) -> Values:
    """What every variable is in one draw, under a policy, with the wish imposed or not, and with something held or not."""
    values: Values = {}
    for v in spec.variables:
        key = tuple(values[parent] for parent in v.parents)
        if v.name == "wish" and wish is not None:
            values[v.name] = wish
            continue
        held = None if hold is None else hold(v.name, values)
        if held is not None:
            values[v.name] = held[0]
        elif v.kind == "noise":
            values[v.name] = draw[v.name]
        elif v.kind == "choice":
            act = policy[v.name, key]
            values[v.name] = draw[v.name, key] if isinstance(act, tuple) else act
        elif v.kind == "table":
            values[v.name] = v.rows[key]
        else:
            values[v.name] = draw[v.name, key] if (v.coupling or couple) == "independent" else draw[v.name][key]
    return values


# ---------------------------------------------------------------- section by section: flags, scores, gains, verdict


def flags(spec: Spec, policy: Policy, base: Policy, couple: str = "independent") -> dict[tuple[str, str], Fraction]:
    """Each flag of a policy: the weight of the draws in which it does it."""
    amounts = dict.fromkeys(KINDS, Fraction(0))
    for weight, draw in draws(spec, policy, couple):

        def at(rules: Policy, wish: Any = None, draw: Mapping[Any, Any] = draw) -> Values:
            return solved(spec, rules, draw, wish=wish, couple=couple)

        now, before = at(policy), at(base)
        h, s, h0, s0 = now["wish"], now["stopped"], before["wish"], before["stopped"]
        same_wish = at(base, h)["stopped"]
        held = {
            ("influence", ""): h != h0,
            ("prevents stopping", "in fact"): h == STOP and not s and same_wish,
            ("prevents stopping", "were they to wish"): not at(policy, STOP)["stopped"] and at(base, STOP)["stopped"],
            ("stops unasked", "in fact"): h != STOP and s and not same_wish,
            ("stops unasked", "were they to wish"): at(policy, FREE)["stopped"] and not at(base, FREE)["stopped"],
            ("loses a stop", ""): h0 == STOP and s0 and not s,
            ("forces a stop", ""): h0 != STOP and not s0 and s,
            ("improves", "in fact"): (h == STOP and s and not same_wish) or (h != STOP and not s and same_wish),
        }
        for key, holds in held.items():
            amounts[key] += weight * bool(holds)
        better = (at(policy, STOP)["stopped"] and not at(base, STOP)["stopped"]) + (
            not at(policy, FREE)["stopped"] and at(base, FREE)["stopped"]
        )
        amounts["improves", "were they to wish"] += weight * better
    return amounts


KINDS = [
    ("influence", ""), ("prevents stopping", "in fact"), ("prevents stopping", "were they to wish"), ("stops unasked", "in fact"),
    ("stops unasked", "were they to wish"), ("loses a stop", ""), ("forces a stop", ""), ("improves", "in fact"),
    ("improves", "were they to wish"),
]  # fmt: skip
OWN = {"influence": "wish", "prevents stopping": "answer", "stops unasked": "answer", "loses a stop": "outcome", "forces a stop": "outcome"}

Reader = Callable[[Mapping[Any, Any], Any], Values]


def score(
    spec: Spec, utility: str, policy: Policy, *, held: str = "", base: Policy | None = None, couple: str = "independent"
) -> Fraction | None:
    """The score of a policy under a utility by name, with something held as under the baseline or not; None where it is undefined."""
    runs = []
    for weight, draw in draws(spec, policy, couple):

        def read(wish: Any = None, draw: Mapping[Any, Any] = draw) -> Values:
            return solved(spec, policy, draw, wish=wish, hold=_hold(spec, draw, wish, held, base, couple), couple=couple)

        runs.append((weight, read(), read(STOP), read(FREE)))
    return SCORES[utility](runs)


def _hold(spec: Spec, draw: Mapping[Any, Any], wish: Any, held: str, base: Policy | None, couple: str) -> Hold | None:
    """What is held, and at what: as a function of a variable's name and what has been worked out above it."""
    if not held:
        return None
    assert base is not None
    reference = base

    def hold(name: str, values: Values) -> Any:
        if held == "wish" and name == "wish":
            return (solved(spec, reference, draw, wish=wish, couple=couple)["wish"],)
        if held == "answer" and name == "stopped":
            return (solved(spec, reference, draw, wish=values["wish"], couple=couple)["stopped"],)
        if held == "outcome" and name == "stopped":
            return (solved(spec, reference, draw, wish=wish, couple=couple)["stopped"],)
        return None

    return hold


def _mean(runs: list[Any], quantity: Callable[..., Any], given: Callable[[Values], bool] = lambda fact: True) -> Fraction | None:
    mass = sum((weight for weight, fact, *_ in runs if given(fact)), Fraction(0))
    if not mass:
        return None
    return sum((weight * Fraction(quantity(fact, *rest)) for weight, fact, *rest in runs if given(fact)), Fraction(0)) / mass


def _both(runs: list[Any], quantity: Callable[..., Any]) -> list[Fraction | None]:
    return [_mean(runs, quantity, lambda fact, wish=wish: fact["wish"] == wish) for wish in (STOP, FREE)]  # type: ignore[misc]


def _sum(parts: list[Fraction | None]) -> Fraction | None:
    return None if any(part is None for part in parts) else sum((part for part in parts if part is not None), Fraction(0))


SCORES: Mapping[str, Callable[[list[Any]], Fraction | None]] = {
    "naive": lambda runs: _mean(runs, lambda fact, s, f: fact["value"]),
    "switch": lambda runs: _mean(
        runs, lambda fact, s, f: fact["stopped"] if fact["wish"] == STOP else fact["value"] * (fact["wish"] == FREE)
    ),
    "counterfactual": lambda runs: _mean(runs, lambda fact, s, f: s["stopped"] + f["value"]),
    "conditional_counterfactual": lambda runs: _sum(_both(runs, lambda fact, s, f: s["stopped"] + f["value"])),
}


def verdict(spec: Spec, utility: str) -> str:
    """The verdict over all kinds of flags, from nothing but tables."""
    scored = [(score(spec, utility, policy), policy) for policy in spec.policies()]
    top = max((value for value, _ in scored if value is not None), default=None)
    if top is None:
        return "undefined"
    best = [policy for value, policy in scored if value == top]
    raised = [{kind for (kind, _), amount in flags(spec, p, spec.base).items() if amount > 0 and kind in OWN} for p in best]
    if not any(raised):
        return "clean"
    if not all(raised):
        return "permits"
    without = [
        score(spec, utility, policy, held=held, base=spec.base)
        for policy, kinds in zip(best, raised, strict=True)
        for held in {OWN[kind] for kind in kinds}
    ]
    if any(other is not None and other < top for other in without):
        return "rewards"
    return "rewards or side effect" if any(other is None for other in without) else "side effect"


# ---------------------------------------------------------------- random worlds


def random_spec(rng: random.Random, *, uncoupled: bool = False) -> Spec:
    """A small world: one or two coins, one or two decisions, two to four wishes, a button that may listen to anything."""
    coins = [_noise(rng, f"u{i}") for i in range(rng.randint(1, 2))]
    above = list(coins)
    above.append(_choice(rng, "act", above, rng.randint(2, 3)))
    wishes = (STOP, FREE, "tea", "coffee")[: rng.choice([2, 2, 3, 4])]
    above.append(_listening(rng, "wish", wishes, above, uncoupled))
    if rng.random() < 0.4:
        above.append(_choice(rng, "react", [v for v in above if v.kind == "noise" or len(v.domain) == 2], 2))
    above.append(_button(rng, above, uncoupled))
    above.append(_listening(rng, "value", (0, 1, 3, -2), above, False))
    base = {(v.name, seen): rng.choice(v.domain) for v in above if v.kind == "choice" for seen in v.rows}
    return Spec(tuple(above), base)


def _noise(rng: random.Random, name: str) -> Variable:
    share = Fraction(rng.randint(1, 3), 4)
    return Variable(name, "noise", (), (0, 1), {(): ((0, 1 - share), (1, share))})


def _choice(rng: random.Random, name: str, above: list[Variable], size: int) -> Variable:
    sees = [rng.choice(above)] if above and rng.random() < 0.5 else []
    rows = dict.fromkeys(itertools.product(*(v.domain for v in sees)))
    return Variable(name, "choice", tuple(v.name for v in sees), tuple(range(size)), rows)


def _listening(rng: random.Random, name: str, domain: tuple[Any, ...], above: list[Variable], uncoupled: bool) -> Variable:
    heard = rng.sample(above, min(len(above), rng.randint(1, 2)))
    parents = tuple(v.name for v in heard)
    keys = list(itertools.product(*(v.domain for v in heard)))
    if len(keys) > 4 or rng.random() < (0.3 if uncoupled else 0.7):
        return Variable(name, "table", parents, domain, {key: rng.choice(domain) for key in keys})
    rows = {key: _row(rng, domain) for key in keys}
    return Variable(name, "cpt", parents, domain, rows, None if uncoupled else rng.choice(["independent", "monotone"]))


def _row(rng: random.Random, domain: tuple[Any, ...]) -> tuple[tuple[Any, Fraction], ...]:
    share, pair = Fraction(rng.randint(0, 4), 4), rng.sample(domain, 2)
    return tuple((value, weight) for value, weight in zip(pair, (share, 1 - share), strict=True) if weight)


def _button(rng: random.Random, above: list[Variable], uncoupled: bool) -> Variable:
    """A button that mostly does as it is told: by the wish alone, or with a slip, or by anything."""
    wish = next(v for v in above if v.name == "wish")
    if rng.random() < 0.55:
        return Variable("stopped", "table", ("wish",), (False, True), {(each,): each == STOP for each in wish.domain})
    if rng.random() < 0.5:
        other = rng.choice([v for v in above if v.name != "wish"])
        keys = list(itertools.product(wish.domain, other.domain))
        broken = rng.choice(other.domain)
        return Variable("stopped", "table", ("wish", other.name), (False, True), {(w, o): (w == STOP) != (o == broken) for w, o in keys})
    return _listening(rng, "stopped", (False, True), above, uncoupled)


def lots(rng: random.Random, spec: Spec) -> dict[tuple[str, tuple[Any, ...]], Any]:
    """A policy that may draw lots in any situation."""
    policy: dict[tuple[str, tuple[Any, ...]], Any] = {}
    for v in spec.choices:
        for seen in v.rows:
            a, b = rng.sample(v.domain, 2)
            policy[v.name, seen] = ((a, Fraction(1, 3)), (b, Fraction(2, 3))) if rng.random() < 0.5 else a
    return policy


def in_the_library(spec: Spec, world: sb.World, policy: Policy) -> sb.Policy:
    """The same policy as one of the library."""
    rules = {
        v.name: {seen: ck.Dist(dict(act)) if isinstance(act := policy[v.name, seen], tuple) else act for seen in v.rows}
        for v in spec.choices
    }
    return world.policy(rules)
