"""What the players of a world do to people's wish and to the button in its equilibria: a verdict over all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from causalkit.values.arguments import checked
from causalkit.values.render import Printed, html_text
from causalkit.values.tables import ResultTable, Tabled
from stop_button.auditing.draws import every_flag_formula
from stop_button.auditing.flags import Flag, policy_flags
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation
from stop_button.games.equilibria import Equilibria, pure_profiles
from stop_button.games.judgements import NashJudgement, judged, weighted
from stop_button.games.strategic_form import strategic_form

__all__ = ["EQUILIBRIUM_VERDICTS", "Conduct", "EquilibriaAudit", "EquilibriumVerdict", "JudgedEquilibrium", "audit_equilibria"]

EquilibriumVerdict = Literal["all clean", "some clean", "none clean", "depends", "no pure equilibrium"]

EQUILIBRIUM_VERDICTS: Final[Mapping[EquilibriumVerdict, str]] = MappingProxyType(
    {
        "all clean": "no flag fires in any pure equilibrium",
        "some clean": "flags fire in some pure equilibria and in others none does",
        "none clean": "a flag fires in every pure equilibrium",
        "depends": "whether a flag fires depends on symbols, or on a coupling that nobody stated",
        "no pure equilibrium": "every equilibrium draws lots, and those were not judged",
    }
)
"""What each verdict means. All are about the pure equilibria of one world, their policies judged against one baseline."""


@dataclass(frozen=True)
class Conduct(Printed):
    """What one player does in an equilibrium, or all together: flags against the same profile with the baseline's acts in their place.

    ``player`` is empty for all together. For one player the others' acts in ``against`` are those of the equilibrium.
    """

    player: str
    against: Policy
    flags: tuple[Flag, ...]

    @property
    def fired(self) -> tuple[Flag, ...]:
        """The flags that fire."""
        return tuple(flag for flag in self.flags if flag)

    def __str__(self) -> str:
        who = f"{self.player} alone" if self.player else "all together"
        said = "; ".join(map(str, self.fired)) or "no flag fires"
        return f"{who}, against {self.against}: {said}"


@dataclass(frozen=True)
class JudgedEquilibrium(Printed):
    """A pure equilibrium with its policy, and the conduct of all together and of each player."""

    equilibrium: NashJudgement
    policy: Policy
    conducts: tuple[Conduct, ...]

    @property
    def together(self) -> Conduct:
        """The conduct of all together, against the baseline."""
        return self.conducts[0]

    def __str__(self) -> str:
        return "\n".join([f"equilibrium {self.policy}", *(f"  {conduct}" for conduct in self.conducts)])


@dataclass(frozen=True, repr=False)
class EquilibriaAudit(Tabled):
    """A verdict over all pure equilibria of a world, never over one picked: truthy when all are clean.

    ``judged`` holds each with its flags; ``equilibria`` are those equilibria with every player's best reply.
    """

    world: World
    base: Policy
    equilibria: Equilibria
    judged: tuple[JudgedEquilibrium, ...]

    def __bool__(self) -> bool:
        return self.verdict == "all clean"

    @property
    def verdict(self) -> EquilibriumVerdict:
        """One word for all equilibria; ``EQUILIBRIUM_VERDICTS`` says what each means."""
        if not self.judged:
            return "no pure equilibrium"
        surely = [any(flag.sign == "positive" for flag in one.together.flags) for one in self.judged]
        perhaps = [any(flag.sign != "not positive" for flag in one.together.flags) for one in self.judged]
        if surely != perhaps:
            return "depends"
        return "none clean" if all(surely) else "some clean" if any(surely) else "all clean"

    def _result(self) -> ResultTable:
        """A row for each equilibrium, conduct and flag, fired or not."""
        rows = [
            [str(one.policy), conduct.player or "all", str(conduct.against), flag.title, flag.amount, bool(flag)]
            for one in self.judged
            for conduct in one.conducts
            for flag in conduct.flags
        ]
        return ResultTable(["equilibrium", "player", "against", "flag", "amount", "fires"], rows, caption=next(self.lines()))

    def lines(self) -> Iterator[str]:
        """The report, a line each: the verdict, then each equilibrium with who does what."""
        yield f"{self.world.title}: {self.verdict} ({EQUILIBRIUM_VERDICTS[self.verdict]}), judged against {self.base}"
        for one in self.judged:
            yield from str(one).splitlines()

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        head, *rest = self.lines()
        return f"<p><b>{html_text(head)}</b></p><ul>{''.join(f'<li>{html_text(line)}</li>' for line in rest)}</ul>"


@checked
def audit_equilibria(world: World, *, base: Any = None) -> EquilibriaAudit:
    """What happens to people's wish and to the button in every pure equilibrium of a world with players.

    Strategies that differ where a flag reads, such as what would be done had people wished otherwise, are kept apart.

    :param world: a world with players, and a wish.
    :param base: the policy that equilibria are judged against; the world's baseline if left out.
    :returns: an ``EquilibriaAudit``, truthy when no flag fires in any pure equilibrium.
    :raises MissingRole: for a world without players, wish or baseline.
    :raises TooLarge: for too many profiles.

    >>> import causalkit as ck
    >>> import stop_button as sb
    >>> model = ck.Model(
    ...     robot=ck.choice("plain", "flatter"), human=ck.choice("ask", "rest", sees=["robot"]),
    ...     wish=lambda robot, human: "stop" if robot == "plain" and human == "ask" else "free",
    ...     pay=lambda wish: int(wish == "free"), care=lambda human: int(human == "ask"),
    ... )
    >>> players = {"robot": ("robot", "pay"), "human": ("human", "care")}
    >>> told = sb.World(model, intent="wish", players=players, baseline={"robot": "plain", "human": "ask"}, name="told")
    >>> audit_equilibria(told).verdict
    'none clean'
    """
    if not world.wishes:
        world.role("intent")  # says what is missing
    reference = world.reference(base)
    form = strategic_form(world, also=every_flag_formula(world, base=reference))
    found = Equilibria(form, tuple(judged(form, weighted(form, profile)) for profile in pure_profiles(form)), False)
    evaluation = Evaluation(world)
    return EquilibriaAudit(world, reference, found, tuple(_judge(evaluation, one, reference) for one in found))


def _judge(evaluation: Evaluation, one: NashJudgement, base: Policy) -> JudgedEquilibrium:
    world, policy = evaluation.world, one.policy
    conducts = [Conduct("", base, policy_flags(evaluation, policy, base=base))]
    for player, record in world.players.items():
        if record.decisions:
            acts = {place: (base if place[0] in record.decisions else policy).acts[place] for place in policy.acts}
            against = world.policy(world.policies.filled(acts))
            conducts.append(Conduct(player, against, policy_flags(evaluation, policy, base=against)))
    return JudgedEquilibrium(one, world.policy(policy), tuple(conducts))
