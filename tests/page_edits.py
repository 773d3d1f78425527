"""Edits of a world as the page makes them, made by Python: what the page must then say, worked out by the real packages."""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

import causalkit as ck
import stop_button as sb
from causalkit.mechanisms import mechanism as mechanisms
from causalkit.mechanisms.mechanism import Noise
from causalkit.values.exact import as_fraction
from stop_button import BASELINE, UNDEFINED, B, E, H, V, X, least, most
from stop_button.auditing.flags import FLAG_KINDS
from stop_button.decision.world import World

LANGUAGE = {"B": B, "E": E, "H": H, "V": V, "X": X, "BASELINE": BASELINE, "least": least, "most": most, "Fraction": Fraction}
UTILITIES = (
    "E(V)",
    "E(B * H.is_('stop') + V * H.is_('free'))",
    "E(B.had(intent='stop')) + E(V.had(intent='free'))",
    "E(B, given=H.is_('stop')) + E(V, given=H.is_('free'))",
    "E(B.had(intent='stop'), given={'intent': 'stop'}) + E(V.had(intent='free'), given={'intent': 'free'})",
    "least(E(B.had(intent='stop'), given=H.is_('stop')), E(V.had(intent='free'), given=H.is_('free')))",
    "E(V.had(intent='free'), given=H.under(BASELINE).is_('stop')) - 2 * E(B)",
    "E(V.had(intent='free').had(stopped=B.had(intent='stop'))) + E(B * V.under(BASELINE)) - E(B.had(stopped=B.had(intent=H)))",
    "E(V) / E(B) + most(E(V), Fraction(1, 2) * E(B.under('baseline')))",
    "E(V.had(stopped=B.under(BASELINE)) * (1 - B / 3)) - '1/4' * E(V.had(intent=H.under(BASELINE)))",
)
WORLDS = (
    "basic_button", "backstop", "scale", "careyeveritt_figure_1", "public_unsafe_act_b", "jackpot_steering", "off_switch_game_coin",
    "wanting_and_trying", "two_coins", "delegation", "precursor_bet_on_the_wish", "hobson_three_actions", "reasons_hidden",
)  # fmt: skip
OF_THE_BASIC_BUTTON = (
    "E(V.had(stopped=B.had(intent='stop'))) + E(V.had(action='manip_f').had(intent=H)) - E(B.had(slip=X('pressed').under(BASELINE)))",
    "E(V.had(action='manip_s')) + E(B * V.had(slip=X('slip').under(BASELINE)), given=H.had(first='stop').is_('stop'))",
    "E(B.had(action='manip_f').had(intent='stop')) + E(V.had(stopped=B.had(first=H)))"
    " + 2 * E((V - B.had(slip=X('pressed').under(BASELINE))) * B.had(slip=X('slip').under(BASELINE)))",
)
"""Settings above the wish, settings one after the other, and readings inside settings."""
THROUGH = ("by way of the wish", "by way of the answer", "by way of the outcome")
MOST_POLICIES, FEW_POLICIES = 64, 16


@dataclass
class Table:
    """One variable: noise with weights, a table with rows, or a choice."""

    kind: str
    parents: list[str]
    domain: list[Hashable]
    rows: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    weights: list[Fraction] = field(default_factory=list)


@dataclass
class Draft:
    """A world that is being edited."""

    world: World
    tables: dict[str, Table]
    policies: dict[str | None, dict[str, dict[tuple[Any, ...], Any]]]

    @classmethod
    def of(cls, world: World) -> Draft:
        """A draft of a bundled world."""
        known: dict[Any, Any] = {**world.named, None: world.baseline}
        acts = {
            name: {d.name: {seen: policy.act(d.name, *seen) for seen in d.contexts} for d in world.decisions}
            for name, policy in known.items()
        }
        return cls(world, {name: _table(world.model, name) for name in world.model.names}, acts)

    def listeners(self, name: str) -> list[str]:
        """Who listens to a variable."""
        return [other for other, one in self.tables.items() if name in one.parents]

    def inputs(self, parents: list[str]) -> Iterator[tuple[Any, ...]]:
        """Every combination of the parents' values."""
        return itertools.product(*(self.tables[parent].domain for parent in parents))

    def built(self) -> World:
        """The world; raises what the packages raise where there is none."""
        roles = dict(self.world.roles)
        standard = {name: roles.pop(name) for name in ("intent", "stopped", "value") if name in roles}
        model = ck.Model({name: self._mechanism(one) for name, one in self.tables.items()})
        named = {name: rules for name, rules in self.policies.items() if name is not None}
        return World(model, **standard, levers=roles, policies=named, baseline=self.policies[None])  # type: ignore[arg-type]

    def _mechanism(self, one: Table) -> Any:
        if one.kind == "choice":
            return ck.choice(*one.domain, sees=one.parents)
        if one.kind == "table":
            return ck.table(one.parents, one.rows, domain=one.domain)
        dist = ck.Dist(dict(zip(one.domain, one.weights, strict=True)))
        return dist if all(one.weights) else ck.cpt([], {(): dist}, coupling="independent", domain=one.domain)


def _table(model: ck.Model, name: str) -> Table:
    mechanism = model.mechanism(name)
    domain = list(model.domain(name))
    if isinstance(mechanism, Noise):
        return Table("noise", [], domain, weights=[as_fraction(mechanism.dist[value]) for value in domain])
    if isinstance(mechanism, mechanisms.Table):
        return Table("table", list(mechanism.parents), domain, rows=dict(mechanism.rows))
    return Table("choice", list(model.parents(name)), domain)


Step = dict[str, Any]


def edited(draft: Draft, step: Step) -> Draft | None:
    """The draft after an edit, or nothing where the page is to refuse it."""
    new = copy.deepcopy(draft)
    if not EDITS[step["do"]](new, step):
        return None
    try:
        world = new.built()
    except ck.CausalError:
        return None
    return new if world.policies.size <= MOST_POLICIES else None


def _add_arrow(draft: Draft, step: Step) -> bool:
    child, heard = draft.tables[step["to"]], draft.tables[step["from"]].domain
    if step["from"] in child.parents or child.kind == "noise":
        return False
    child.parents.append(step["from"])
    child.rows = {(*inputs, value): row for inputs, row in child.rows.items() for value in heard}
    if child.kind == "choice":
        for rules in draft.policies.values():
            rules[step["to"]] = {(*seen, value): act for seen, act in rules[step["to"]].items() for value in heard}
    return True


def _remove_arrow(draft: Draft, step: Step) -> bool:
    child = draft.tables[step["to"]]
    at, value = child.parents.index(step["from"]), draft.tables[step["from"]].domain[step["place"]]
    cut = lambda rows: {(*key[:at], *key[at + 1 :]): row for key, row in rows.items() if key[at] == value}
    child.parents.pop(at)
    child.rows = cut(child.rows)
    if child.kind == "choice":
        for rules in draft.policies.values():
            rules[step["to"]] = cut(rules[step["to"]])
    return True


def _set_weight(draft: Draft, step: Step) -> bool:
    one, place, weight = draft.tables[step["name"]], step["place"], Fraction(step["weight"])
    before, others = 1 - one.weights[place], len(one.weights) - 1
    if not 0 <= weight <= 1 or (not others and weight != 1):
        return False
    one.weights = [
        weight if i == place else (1 - weight) * (w / before if before else Fraction(1, others)) for i, w in enumerate(one.weights)
    ]
    return True


def _set_row(draft: Draft, step: Step) -> bool:
    one = draft.tables[step["name"]]
    one.rows[list(draft.inputs(one.parents))[step["row"]]] = one.domain[step["place"]]
    return True


EDITS = {"add arrow": _add_arrow, "remove arrow": _remove_arrow, "set weight": _set_weight, "set row": _set_row}


def random_step(draft: Draft, chance: random.Random) -> Step:
    """Some edit, possible or not."""
    tables = [name for name, one in draft.tables.items() if one.kind == "table"]
    noises = [name for name, one in draft.tables.items() if one.kind == "noise"]
    arrows = [(parent, name) for name, one in draft.tables.items() for parent in one.parents]
    kind = chance.choice(["add arrow", "add arrow", "remove arrow", "set weight", "set weight", "set row"])
    if kind == "add arrow":
        tail, head = chance.sample(list(draft.tables), 2)
        return {"do": kind, "from": tail, "to": head}
    if kind == "remove arrow" and arrows:
        tail, head = chance.choice(arrows)
        return {"do": kind, "from": tail, "to": head, "place": chance.randrange(len(draft.tables[tail].domain))}
    if kind == "set row":
        name = chance.choice(tables)
        rows = len(list(draft.inputs(draft.tables[name].parents)))
        return {"do": kind, "name": name, "row": chance.randrange(rows), "place": chance.randrange(len(draft.tables[name].domain))}
    name = chance.choice(noises)
    weight = chance.choice(["0", "1", "1/2", "1/3", "2/7", "0.35", "3/2"])
    return {"do": "set weight", "name": name, "place": chance.randrange(len(draft.tables[name].domain)), "weight": weight}


def _small_step(draft: Draft, chance: random.Random) -> tuple[Step, Draft | None]:
    """Some edit that leaves few policies, which Python is quick to judge, or that is refused."""
    while True:
        step = random_step(draft, chance)
        new = edited(draft, step)
        if new is None or new.built().policies.size <= FEW_POLICIES:
            return step, new


def judged(world: World, text: str) -> dict[str, Any]:
    """What the real packages say of a utility in a world, in the page's words."""
    found = sb.audit(world, sb.Utility("mine", eval(text, dict(LANGUAGE))))
    board = found.board
    return {
        "policies": [str(policy) for policy in board.policies],
        "scores": ["undefined" if score is UNDEFINED else str(score) for (score,) in board.scores],
        "flags": [[" / ".join(str(f.amount or "-") for f in flags if f.kind == kind) for kind in FLAG_KINDS] for flags in board.flags],
        "best": [str(policy) for policy in found.best],
        "verdict": found.verdict,
        "kinds": [list(pair) for pair in found.verdicts.items()],
        "gains": [[str(gain.amount) for gain in one.gains if gain.kind in THROUGH] for one in found.judged],
    }


@dataclass(frozen=True)
class Course:
    """A bundled world, a utility, and edits one after the other, with what is to be said after each; nothing for a refusal."""

    world: str
    utility: str
    steps: tuple[Step, ...]
    said: tuple[Mapping[str, Any] | None, ...]
    worlds: tuple[World, ...]


@cache
def bundled() -> Mapping[str, World]:
    """The bundled worlds, built once."""
    return sb.worlds.bundled_worlds()


@cache
def courses(count: int, length: int, seed: int = 0) -> tuple[Course, ...]:
    """Random courses, the same each time."""
    chance = random.Random(seed)
    plain = [(WORLDS[i % len(WORLDS)], UTILITIES[i % len(UTILITIES)]) for i in range(count - len(OF_THE_BASIC_BUTTON))]
    pairs = [*plain, *(("basic_button", utility) for utility in OF_THE_BASIC_BUTTON)]
    return tuple(_course(world, utility, length, chance) for world, utility in pairs)


def _course(name: str, utility: str, length: int, chance: random.Random) -> Course:
    draft = Draft.of(bundled()[name])
    steps, said, worlds = [], [], []
    for _ in range(length):
        step, new = _small_step(draft, chance)
        draft = new or draft
        steps.append(step)
        worlds.append(draft.built())
        said.append(None if new is None else judged(worlds[-1], utility))
    return Course(name, utility, tuple(steps), tuple(said), tuple(worlds))
