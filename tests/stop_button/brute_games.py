"""Games by brute force: full strategies listed one by one, payoffs by plugging each profile into the model; nothing of the games room."""

import itertools
from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from causalkit import Dist, Model, choice, function
from stop_button import World
from stop_button.decision.policy import Policy

Full = dict[str, dict[tuple[Hashable, ...], Any]]
"""What to do at each decision, for everything seen."""


def full_strategies(world: World, player: str) -> list[Full]:
    """Every way in which a player can act at its decisions."""
    own = [decision for decision in world.decisions if decision.name in world.players[player].decisions]
    rules = [[dict(zip(d.contexts, acts, strict=True)) for acts in itertools.product(d.options, repeat=len(d.contexts))] for d in own]
    return [dict(zip([d.name for d in own], rule, strict=True)) for rule in itertools.product(*rules)]


def payoffs(world: World, rules: Full) -> tuple[Fraction, ...]:
    """What each player has, by asking the model with the rules plugged in."""
    policy = world.policy({name: rule.get((), rule) for name, rule in rules.items()})
    return tuple(value(world, player, policy) for player in world.players)


def value(world: World, player: str, policy: Policy) -> Fraction:
    """The mean of what a player wants, which is one variable."""
    (mean,) = [world.players[player].utility]
    total: Fraction = world.under(policy).expect(mean.inner.name)  # type: ignore[attr-defined, assignment]
    return total


def pure_equilibria(world: World) -> list[Full]:
    """Every full profile in which nobody gains by any other full strategy."""
    strategies = {player: full_strategies(world, player) for player in world.players}
    names = list(strategies)
    worth = {
        places: payoffs(world, merged([strategies[name][k] for name, k in zip(names, places, strict=True)]))
        for places in itertools.product(*(range(len(each)) for each in strategies.values()))
    }
    return [
        merged([strategies[name][k] for name, k in zip(names, places, strict=True)])
        for places in worth
        if all(
            worth[(*places[:i], k, *places[i + 1 :])][i] <= worth[places][i]
            for i, name in enumerate(names)
            for k in range(len(strategies[name]))
        )
    ]


def merged(parts: Sequence[Full]) -> Full:
    return {name: rule for part in parts for name, rule in part.items()}


def random_world(draw: Any, *, players: int = 2, decisions: int = 3) -> World:
    """A small world: a coin that some see, decisions that may see the coin and earlier ones, whole payoffs by a table."""
    names = [f"d{k}" for k in range(decisions)]
    parts: dict[str, Any] = {"u": Dist({0: "1/3", 1: "2/3"})}
    budget = 0
    for k, name in enumerate(names):
        earlier = ["u", *names[:k]]
        sees = [each for each in earlier if draw.random() < 0.4][: 2 if budget < 3 else 0]
        budget += len(sees)
        parts[name] = choice(0, 1, sees=sees)
    owners = [k % players for k in range(decisions)]
    draw.shuffle(owners)
    for player in range(players):
        rows = {key: draw.randint(-2, 2) for key in itertools.product((0, 1), repeat=decisions + 1)}
        parts[f"pay{player}"] = function(_payoff(rows, names))
    return World(
        Model(parts),
        players={f"p{i}": (tuple(n for n, owner in zip(names, owners, strict=True) if owner == i), f"pay{i}") for i in range(players)},
    )


def _payoff(rows: dict[tuple[int, ...], int], names: Sequence[str]) -> Any:
    """A function whose parameters are the coin and the decisions."""
    made: dict[str, Any] = {"rows": rows}
    exec(f"def pay(u, {', '.join(names)}): return rows[u, {', '.join(names)}]", made)
    return made["pay"]


def tables(draw: Any, rows: int, columns: int, low: int = -3, high: int = 3) -> Iterator[list[list[int]]]:
    """Two tables of small whole payoffs, in which ties are common."""
    for _ in range(2):
        yield [[draw.randint(low, high) for _ in range(columns)] for _ in range(rows)]
