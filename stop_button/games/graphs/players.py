"""The diagram of a world with players: whose decisions are whose, and the variables whose sum each wants."""

from __future__ import annotations

from collections.abc import Iterator

from causalkit.errors import WrongShape
from causalkit.graphs.graph import Graph
from causalkit.values.arguments import checked
from stop_button.decision.world import World
from stop_button.incentives.diagram import Diagram
from stop_button.language.algebra import Constant, Formula, Product, Quotient, Sum
from stop_button.language.formula import Expectation, Is, Reading

__all__ = ["game_diagram", "variables_wanted"]


@checked
def game_diagram(world: World) -> Diagram:
    """The multi-agent influence diagram of a world with players.

    What a player wants must be a sum over variables, each weighed by a number: they become that player's utilities. A variable that several
    want, or that is a decision, is copied for each, as ``"value for robot"``. A player without a decision is no agent of the diagram.
    Raises ``WrongShape`` for a world without players, and for a formula that is no such sum. Source: [koller2003].

    >>> from causalkit import Model, choice
    >>> from stop_button import E, X
    >>> world = World(
    ...     Model(order=choice(0, 1), act=choice(0, 1, sees=["order"]), gain=lambda order, act: int(order == act)),
    ...     players={"human": ("order", "gain"), "robot": ("act", E(X("gain")) - E(X("act"))/2)},
    ... )
    >>> for agent in game_diagram(world).agents:
    ...     print(agent.name, agent.utilities)
    human ('gain for human',)
    robot ('act for robot', 'gain for robot')
    """
    players = {name: player for name, player in world.players.items() if player.decisions}
    if not players:
        raise WrongShape(f"{world.title} has no players with decisions; type World(..., players={{'human': ('order', 'true'), ...}})")
    wanted = {name: variables_wanted(world, name) for name in players}
    everyone = [name for each in wanted.values() for name in each]
    nodes, edges, utilities = list(world.model.graph.nodes), list(world.model.graph.edges), {}
    for player, names in wanted.items():
        own = []
        for name in names:
            if everyone.count(name) > 1 or name in world.model.choices:
                copy = f"{name} for {player}"
                while copy in nodes:
                    copy += "'"
                nodes.append(copy)
                edges.append((name, copy))
                own.append(copy)
            else:
                own.append(name)
        utilities[player] = own
    decisions = {name: player.decisions for name, player in players.items()}
    return Diagram(Graph(nodes, edges, world.model.graph.confounded), decisions, utilities)


@checked
def variables_wanted(world: World, player: str) -> tuple[str, ...]:
    """The variables whose weighed sum a player wants, in declared order.

    :param world: a world with players
    :param player: one of them
    :returns: the names of variables
    :raises WrongShape: where there is no such player, and where what it wants is no sum over variables

    >>> from causalkit import Model, choice
    >>> from stop_button import E, X
    >>> world = World(Model(act=choice(0, 1), pay=lambda act: act), players={"robot": ("act", 2 * E(X("pay")))})
    >>> variables_wanted(world, "robot")
    ('pay',)
    """
    if player not in world.players:
        raise WrongShape(f"{world.title} has no player {player!r}; its players are: {', '.join(world.players) or 'none'}")
    utility = world.players[player].utility
    names = {world.role(reading.name).variable for reading in _terms(utility, player, utility)}
    if not names:
        raise WrongShape(f"the player {player!r} wants {utility}, which reads no variable, so the diagram would have no utility for it")
    return world.model.graph.select(names)


def _terms(f: Formula, player: str, whole: Formula) -> Iterator[Reading]:
    """The readings that a formula sums up, each weighed by a number."""
    inner: list[Formula]
    if isinstance(f, Constant):
        return
    if isinstance(f, Reading) and not f.edits and f.policy is None:
        yield f
        return
    if isinstance(f, Expectation) and f.given is None:
        inner = [f.inner]
    elif isinstance(f, Is):
        inner = [f.reading]
    elif isinstance(f, Sum) or (isinstance(f, Product) and sum(not isinstance(part, Constant) for part in f.parts) <= 1):
        inner = list(f.parts)
    elif isinstance(f, Quotient) and isinstance(f.bottom, Constant):
        inner = [f.top]
    else:
        raise WrongShape(
            f"the player {player!r} wants {whole}, in which {f} is no sum over variables; a diagram has one utility for each variable that "
            "is summed: make it a variable of the model, and let the player want that"
        )
    for part in inner:
        yield from _terms(part, player, whole)
