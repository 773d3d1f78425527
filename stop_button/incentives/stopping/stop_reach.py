"""How far a stop reaches: whether value still moves although the agent is stopped, through what, and which acts no stop comes after."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from causalkit.errors import Impossible, TooLarge
from causalkit.values.arguments import checked
from causalkit.values.render import Printed
from stop_button.decision.roles import STOP
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import sweep
from stop_button.evaluation.undefined import defined
from stop_button.evaluation.utility import Utility
from stop_button.language.formula import B, E, Formula, Quotient, V, X
from stop_button.solving.methods import solve

__all__ = ["StopReach", "stop_reach"]

FEW = 1_000
"""So few policies are looked at one by one; of more, the least and the most are found."""


@dataclass(frozen=True)
class StopReach(Printed):
    """What a stop leaves moving, had people wished it; truthy when nothing is found that it does not reach.

    ``moves`` says whether there is a way from an act to the value around the stop, and the mean value where the agent is stopped differs
    between policies; ``through`` are the variables on such ways that differ too; ``later`` are decisions that come after the stop and may
    move the value, which a verdict that reads the stop does not cover. ``alone`` says that there is no such way: in a draw of all noise in
    which the agent is stopped, the value is then the same under every policy that stops it. Equal means may hide what moves.
    """

    world: str
    moves: bool
    through: tuple[str, ...]
    later: tuple[str, ...]
    alone: bool = False

    def __bool__(self) -> bool:
        return not self.moves and not self.later

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of a verdict should know, a sentence each."""
        found = []
        if self.moves:
            by = f", through {', '.join(self.through)}" if self.through else ""
            found.append(
                f"mean value still differs between policies although the agent is stopped{by}: the stop does not reach what acts set "
                "going, or the value came before it, or other draws are stopped"
            )
        if self.later:
            found.append(f"{', '.join(self.later)} is decided after the stop: the verdict covers acts before it only")
        return tuple(found)

    def __str__(self) -> str:
        if self.warnings:
            return "\n".join(self.warnings)
        if self.alone:
            return f"in {self.world} acts move the value through the stop alone, had people wished it"
        return (
            f"in {self.world} the mean value where the agent is stopped, had people wished it, is the same under every policy that is ever "
            "stopped, and no decision that bears on it comes after the stop"
        )


@checked
def stop_reach(world: World) -> StopReach:
    """How far a stop reaches in a world with the roles intent, stopped and value.

    Where there are many policies, what differs is found by the least and the most of each mean, each by ``solve``: over decisions that
    recall what they need, whether value moves takes time that grows with the states, and through what takes that for each variable.

    :param world: the world, with any number of decisions.
    :returns: a ``StopReach``.
    :raises MissingRole: for a role that the world does not have.
    :raises TooLarge: when the least or the most is not proved.

    >>> import stop_button as sb
    >>> stop_reach(sb.worlds.sub_agent()).through
    ('sub_agent_runs',)
    >>> print(stop_reach(sb.worlds.office()))
    in office acts move the value through the stop alone, had people wished it
    """
    stopped, value = world.role("stopped").variable, world.role("value").variable
    graph = world.model.graph
    alone, around = _around(world, {stopped, world.role("intent").variable}, value)
    moves = not alone and _differs(world, V)
    through = tuple(name for name in world.model.names if name in around and _differs_in_kind(world, name)) if moves else ()
    after = set(graph.descendants(stopped)) & set(graph.ancestors(value))
    later = tuple(name for name in world.model.choices if name in after)
    return StopReach(world.title, moves, through, later, alone)


def _around(world: World, held: set[str], value: str) -> tuple[bool, set[str]]:
    """Whether every way from a decision to the value passes what is held, and the variables on ways that do not, both ends left out."""
    kept = [name for name in world.model.names if name not in held]
    parents = {name: [parent for parent in world.model.parents(name) if parent not in held] for name in kept}
    children: dict[str, list[str]] = {name: [] for name in kept}
    for name in kept:
        for parent in parents[name]:
            children[parent].append(name)
    below = _reached([name for name in world.model.choices if name not in held], children)
    above = _reached([value], parents) if value not in held else set()
    return not below & above, (below & above) - {value, *world.model.choices}


def _reached(start: Any, onward: dict[str, list[str]]) -> set[str]:
    found, waiting = set(start), list(start)
    while waiting:
        new = [name for name in onward[waiting.pop()] if name not in found]
        found.update(new)
        waiting.extend(new)
    return found


def _differs_in_kind(world: World, name: str) -> bool:
    """Whether how likely some value of a variable is, where the agent is stopped, differs between policies."""
    meanings = [world.role(name).meaning(value) for value in world.model.domain(name)]
    if all(isinstance(meaning, (int, Fraction)) for meaning in meanings) and _differs(world, X(name)):
        return True  # a mean that differs is a law that does, and the mean of a running total is found step by step
    return any(_differs(world, X(name).is_(meaning)) for meaning in meanings)


def _differs(world: World, read: Formula) -> bool:
    """Whether the mean of something, where people had wished a stop and the agent is stopped, differs between policies."""
    if world.policies.size > FEW:
        return _differs_at_the_ends(world, read)
    mean = Quotient(E((B * read).had(intent=STOP)), E(B.had(intent=STOP)))
    scores = [score for score in sweep(mean, world) if defined(score)]
    return any(score != scores[0] for score in scores)


def _differs_at_the_ends(world: World, read: Formula) -> bool:
    mean = E(read.had(intent=STOP), given=B.had(intent=STOP))
    try:
        most, least = (solve(world, Utility("what a stop leaves moving", sign * mean)) for sign in (1, -1))
    except Impossible:
        return False  # no policy is ever stopped
    if most.score != -least.score:
        return True
    if not (most and least):
        raise TooLarge(
            f"whether {mean} differs between policies of {world.title} is not proved: {most}; let decisions see less, fix some with "
            "model.choose(...), or shorten the horizon"
        )
    return False
