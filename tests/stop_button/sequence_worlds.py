"""Random small worlds over time, of many shapes, drawn with a seed: what is hidden, what is seen, what is remembered, what is added up."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import causalkit as ck
import stop_button as sb
from stop_button import FREE, STOP, B, E, V, X

MEMORIES = ("all", "state", "sign", "late", "nothing", "mixed")
FORMULAS = ("sum", "discounted", "total", "branches", "each step", "conditional", "product", "both")
RATIOS = ("given a late wish", "given a stop", "quotient", "weighted given")


def random_world(seed: int, memory: str, steps: int = 2) -> sb.World:
    """Two values for everything; ``memory`` says what each act sees."""
    draw = random.Random(seed)
    variables: dict[str, Any] = {"state[0]": coin(draw), "total[0]": 0, "stopped[0]": coin(draw)}
    acts: list[str] = []
    for t in range(1, steps + 1):
        hears = draw.random() < 0.5
        variables[f"luck[{t}]"] = coin(draw)
        variables[f"wish[{t}]"] = table_of(draw, [f"luck[{t}]", *acts[-1:]], (STOP, FREE)) if hears else wish(draw)
        variables[f"sign[{t}]"] = noisy(draw, f"state[{t - 1}]")
        variables[f"noise[{t}]"] = coin(draw)
        name = f"act[{t}]"
        variables[name] = ck.choice(0, 1, sees=sees(draw, memory, t, acts))
        variables[f"state[{t}]"] = table_of(draw, [f"state[{t - 1}]", name, *([f"luck[{t}]"] if draw.random() < 0.5 else [])], (0, 1))
        variables[f"stopped[{t}]"] = table_of(draw, [f"wish[{t}]", name, f"stopped[{t - 1}]"], (0, 1))
        variables[f"reward[{t}]"] = table_of(draw, [f"state[{t}]", f"stopped[{t}]", name, f"noise[{t}]"][draw.randint(0, 1) :], (0, 1, 2))
        variables[f"total[{t}]"] = ck.function(lambda a, b: a + b, parents=[f"total[{t - 1}]", f"reward[{t}]"])
        acts.append(name)
    model = ck.Model(variables)
    last = f"[{steps}]"
    roles: dict[str, Any] = {"intent": f"wish{last}", "stopped": sb.Role(f"stopped{last}", {0: False, 1: True}), "value": f"total{last}"}
    levers = {f"wish[{t}]": f"wish[{t}]" for t in range(1, steps)}
    return sb.World(model, **roles, levers=levers, baseline=dict.fromkeys(acts, 0), name=f"world {seed} {memory}")


def sees(draw: random.Random, memory: str, t: int, acts: list[str]) -> list[str]:
    if memory == "all":
        return [name for u in range(1, t) for name in (f"sign[{u}]", f"act[{u}]")] + [f"sign[{t}]"]
    if memory == "late":
        return [f"sign[{t - 1}]", *acts[-1:]] if t > 1 else []
    if memory == "mixed":
        return draw.sample([f"sign[{t}]", f"wish[{t}]", f"luck[{t}]", *acts[-1:]], 2)
    return {"state": [f"state[{t - 1}]"], "sign": [f"sign[{t}]"], "nothing": []}[memory]


def coin(draw: random.Random) -> ck.Dist:
    part = Fraction(draw.randint(1, 3), 4)
    return ck.Dist({0: part, 1: 1 - part})


def wish(draw: random.Random) -> ck.Dist:
    part = Fraction(draw.randint(1, 2), 3)
    return ck.Dist({STOP: part, FREE: 1 - part})


def noisy(draw: random.Random, parent: str) -> Any:
    if draw.random() < 0.3:
        return ck.function(lambda value: value, parents=[parent])
    rows = {0: coin(draw), 1: coin(draw)}
    return ck.cpt([parent], rows, coupling=draw.choice(["monotone", "independent"]), domain=[0, 1])


def table_of(draw: random.Random, parents: list[str], values: tuple[Any, ...]) -> Any:
    kinds = [(STOP, FREE) if parent.startswith("wish") else (0, 1) for parent in parents]
    rows = {key if len(key) > 1 else key[0]: draw.choice(values) for key in itertools.product(*kinds)}
    return ck.table(parents, rows, domain=list(values))


def utility_of(kind: str, steps: int) -> sb.Utility:
    """A utility that is a sum over time, in one of several shapes."""
    every = range(1, steps + 1)
    rewards = [X(f"reward[{t}]") for t in every]
    stop, free = ({f"wish[{t}]": wished for t in range(1, steps)} | {"intent": wished} for wished in (STOP, FREE))
    formulas: dict[str, Any] = {
        "sum": sum((E(r) for r in rewards[1:]), E(rewards[0])),
        "discounted": sum((Fraction(9, 10) ** t * E(r) for t, r in enumerate(rewards[1:], 1)), E(rewards[0])),
        "total": E(V),
        "branches": 2 * E(B.had(stop)) + E(V.had(free)),
        "each step": sum(
            (E(X(f"stopped[{t}]").had({_lever(t, steps): STOP})) + E(X(f"reward[{t}]").had({_lever(t, steps): FREE})) for t in every), 0
        ),
        "conditional": E(V, given=X("state[0]").is_(1)) + E(B.had(intent=STOP), given=X("state[0]").is_(0)),
        "product": E(B * V - 2 * B) + E(sb.least(X("reward[1]"), X("state[1]"))),
        "given a late wish": E(V, given={"intent": STOP}),
        "given a stop": 3 - 2 * E(V + X("reward[1]"), given=X("stopped[1]").is_(1)),
        "weighted given": 2 * E(V, given={"intent": FREE}) + E(B.had(stop), given={"intent": FREE}) + 1,
        "quotient": (E(V) - 1) / (2 + E(B) + E(X("reward[1]"))),
        "both": E(B.had(stop) * X("reward[1]")) + E(V.had(free) - V),
    }
    return sb.Utility(kind, formulas[kind])


def _lever(t: int, steps: int) -> str:
    return "intent" if t == steps else f"wish[{t}]"
