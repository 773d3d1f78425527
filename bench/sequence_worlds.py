"""Worlds over time for the benchmarks: a walk of five acts, the same with more in it, and decisions that recall everything."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import causalkit as ck
import stop_button as sb
from stop_button import FREE, STOP, E, V, X

ACTS = 5
PLACES, MOODS = range(5), range(3)


def walk(steps: int, *extras: str) -> sb.World:
    """Five acts move through five places and three moods; ``extras`` are "coin", "hidden", "idle" and "button"."""
    moved = {(p, a): (p + a) % 5 for p in PLACES for a in range(ACTS)}
    worth = {(p, m, a): (p * m) % 7 - a for p in PLACES for m in MOODS for a in range(ACTS)}
    sees = ["place_before", "mood_before"]
    step: dict[str, Any] = {
        "act": ck.choice(*range(ACTS), sees=sees),
        "place": ck.function(lambda place_before, act: moved[place_before, act], domain=list(PLACES)),
        "mood": ck.function(lambda mood_before, place: (mood_before + (place == 0)) % 3, domain=list(MOODS)),
        "reward": lambda place, mood, act: worth[place, mood, act],
    }
    start: dict[str, Any] = {"place": 0, "mood": 0}
    if "coin" in extras:
        step["slip"] = ck.coin("1/4")
        step["place"] = ck.function(lambda place_before, act, slip: (moved[place_before, act] + slip) % 5, domain=list(PLACES))
    if "hidden" in extras:  # the weather is seen a step late
        rows = {"wet": {"wet": "3/4", "dry": "1/4"}, "dry": {"wet": "1/3", "dry": "2/3"}}
        step["weather"] = ck.cpt(["weather_before"], {before: ck.Dist(row) for before, row in rows.items()})
        step["act"] = ck.choice(*range(ACTS), sees=[*sees, "weather_before"])
        step["reward"] = lambda place, mood, act, weather: worth[place, mood, act] + (2 * act if weather == "wet" else 0)
        start["weather"] = ck.Dist({"wet": "1/2", "dry": "1/2"})
    if "idle" in extras:  # seen, and of no importance
        step["idle"] = ck.function(lambda idle_before, toss: (idle_before + toss) % 3, domain=[0, 1, 2])
        step["toss"] = ck.coin("1/2")
        step["act"] = ck.choice(*range(ACTS), sees=[*step["act"].sees, "idle_before"])
        start["idle"] = 0
    if "button" in extras:  # a press holds the agent where it is
        step["wish"] = ck.Dist({STOP: "1/4", FREE: "3/4"})
        step["act"] = ck.choice(*range(ACTS), sees=[*sees, "wish"])
        step["stopped"] = ck.function(lambda wish, act: wish == STOP and act != 4, domain=[False, True])
        step["place"] = ck.function(
            lambda place_before, act, stopped: place_before if stopped else moved[place_before, act], domain=list(PLACES)
        )
        step["reward"] = lambda place, mood, act, stopped: 0 if stopped else worth[place, mood, act]
    if "total" in extras:
        step["reward"] = ck.function(lambda place, mood: int(place * mood > 3), domain=[0, 1])
        step["total"] = lambda total_before, reward: total_before + reward
        start["total"] = 0
    model = ck.unroll(step, steps, start=start)
    return sb.World(model, value=f"total[{steps}]" if "total" in extras else None, name=f"walk of {steps} steps")


def rewards(steps: int, discount: Any = 1) -> sb.Utility:
    """The sum of all rewards, each discounted once more than the one before."""
    by = Fraction(discount)
    return sb.Utility("rewards", sum((by ** (t - 1) * E(X(f"reward[{t}]")) for t in range(2, steps + 1)), E(X("reward[1]"))))


def had_at_every_step(steps: int) -> sb.Utility:
    """Being stopped at every step had people always wished it, and the rewards had they never."""
    stop, free = ({f"wish[{t}]": wished for t in range(1, steps + 1)} for wished in (STOP, FREE))
    every = range(1, steps + 1)
    read = [E(X(f"stopped[{t}]").had(stop)) for t in every] + [E(X(f"reward[{t}]").had(free)) for t in every]
    return sb.Utility("counterfactual", sum(read[1:], read[0]))


def conditional(steps: int) -> sb.Utility:
    """The rewards, given that people wished to stop at first."""
    return sb.Utility("conditional", E(sum((X(f"reward[{t}]") for t in range(2, steps + 1)), X("reward[1]")), given=X("wish[1]").is_(STOP)))


def recalling(decisions: int) -> sb.World:
    """A hidden state of three values, of which each step shows a noisy sign of two; each of two acts sees all signs and acts before it."""
    tables = recalled_tables()
    variables: dict[str, Any] = {"state0": ck.uniform(0, 1, 2), "total0": 0}
    past: list[str] = []
    for t in range(decisions):
        shown = {s: ck.Dist({o: tables["sign"][s][o] for o in (0, 1)}) for s in range(3)}
        moved = {(s, a): ck.Dist({n: tables["move"][a][s][n] for n in range(3)}) for s in range(3) for a in (0, 1)}
        variables[f"sign{t}"] = ck.cpt([f"state{t}"], shown, domain=[0, 1])
        variables[f"act{t}"] = ck.choice(0, 1, sees=[*past, f"sign{t}"])
        variables[f"reward{t}"] = ck.table([f"state{t}", f"act{t}"], tables["reward"])
        variables[f"state{t + 1}"] = ck.cpt([f"state{t}", f"act{t}"], moved, domain=[0, 1, 2])
        variables[f"total{t + 1}"] = ck.function(lambda a, b: a + b, parents=[f"total{t}", f"reward{t}"])
        past += [f"sign{t}", f"act{t}"]
    return sb.World(ck.Model(variables), value=f"total{decisions}", name=f"{decisions} decisions that recall everything")


def recalled_tables(seed: int = 0) -> dict[str, Any]:
    """The chances of signs and moves, in sixteenths, and the rewards of a world of ``recalling``."""
    draw = random.Random(seed)

    def row(values: int) -> list[Fraction]:
        cuts = sorted(draw.sample(range(1, 16), values - 1))
        return [Fraction(b - a, 16) for a, b in itertools.pairwise([0, *cuts, 16])]

    return {
        "sign": [row(2) for _ in range(3)],
        "move": [[row(3) for _ in range(3)] for _ in (0, 1)],
        "reward": {(s, a): draw.randint(0, 9) for s in range(3) for a in (0, 1)},
    }


def numpy_induction(decisions: int) -> float:
    """The best score of a world of ``recalling``, by backward induction over all histories, written by hand for it alone."""
    import numpy as np

    tables = recalled_tables()
    sign, move = np.array(tables["sign"], dtype=float), np.array(tables["move"], dtype=float)
    reward = np.array([[tables["reward"][s, a] for a in (0, 1)] for s in range(3)], dtype=float)
    belief, met = np.full((1, 3), 1 / 3), []
    for _ in range(decisions):
        met.append((belief[:, None, :] * sign.T[None]).reshape(-1, 3))
        belief = np.einsum("hs,asn->han", met[-1], move).reshape(-1, 3)
    value = np.zeros(len(belief))
    for now in reversed(met):
        value = (now @ reward + value.reshape(-1, 2)).max(axis=1).reshape(-1, 2).sum(axis=1)
    return float(value.sum())


NAIVE = sb.Utility("naive", E(V))


def noisy(noises: int) -> sb.World:
    """The agent acts first, and then a chain of three-valued noises decides what people come to wish."""
    thirds = {value: Fraction(1, 3) for value in range(3)}
    variables: dict[str, Any] = {"act": ck.choice("work", "soothe", "cut"), "mood0": ck.Dist(thirds)}
    for i in range(1, noises):
        variables[f"noise{i}"] = ck.Dist({0: "1/2", 1: "1/4", 2: "1/4"})
        variables[f"mood{i}"] = ck.function(lambda m, u: (m + u) % 3, parents=[f"mood{i - 1}", f"noise{i}"], domain=[0, 1, 2])
    last = f"mood{noises - 1}"
    variables["wish"] = ck.function(
        lambda mood, act: STOP if mood == 0 or (mood == 1 and act != "soothe") else FREE, parents=[last, "act"], domain=[STOP, FREE]
    )
    variables["stopped"] = ck.function(
        lambda wish, act, mood: wish == STOP and (act != "cut" or mood == 2), parents=["wish", "act", last], domain=[False, True]
    )
    variables["value"] = lambda stopped, act: 0 if stopped else 2 + (act == "cut")
    roles: dict[str, Any] = {"intent": "wish", "stopped": "stopped", "value": "value"}
    return sb.World(ck.Model(variables), **roles, baseline="work", name=f"{noises} noises")
