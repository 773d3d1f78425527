"""Agents with a wrong model of the world: what is best in the world that they believe in, judged in the true one.

Source: [savage1954], for beliefs and tastes apart; [neth2025], for an agent that does not value learning
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from causalkit import cpt
from causalkit.errors import Impossible, WrongShape, listing
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, tidy
from causalkit.values.render import html_text, number
from stop_button.agents.ideal import proved_best
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.evaluation.undefined import UNDEFINED, Score, defined, score_text
from stop_button.evaluation.utility import Utility

__all__ = ["Mistaken", "mistaken", "unmoved"]


@dataclass(frozen=True)
class Mistaken:
    """What is best in a believed world, judged in the true one: truthy when every policy that is believed to be best is best.

    ``policies`` are all that are best in the believed world, with the score that is ``believed`` of them; ``scores`` is what each has in
    the true world, and ``best`` what a best policy has there.
    """

    world: World
    believes: World
    utility: Utility
    policies: tuple[Policy, ...]
    believed: Number
    scores: tuple[Score, ...]
    best: Number

    def __bool__(self) -> bool:
        return all(loss == 0 for loss in self.losses)

    @property
    def losses(self) -> tuple[Score, ...]:
        """What each policy falls short of the best in the true world; ``UNDEFINED`` where it has no score there."""
        return tuple(tidy(self.best - score) if defined(score) else UNDEFINED for score in self.scores)

    @property
    def policy(self) -> Policy:
        """The policy that is best in the believed world; raises ``WrongShape`` where several are, since they may differ in the true one."""
        if len(self.policies) > 1:
            raise WrongShape(
                f"{len(self.policies):,} policies are best in the believed world, and none is picked silently; take one of .policies: "
                f"{listing(map(str, self.policies))}"
            )
        return self.policies[0]

    def __str__(self) -> str:
        each = "; ".join(f"{policy}: {score_text(score)}" for policy, score in zip(self.policies, self.scores, strict=True))
        believed = f"{self.utility.name} in {self.world.title}: believed {number(self.believed)}"
        return f"{believed}, in truth {each}, where the best is {number(self.best)}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<p>{html_text(str(self))}</p>"


@checked
def mistaken(world: World, utility: Utility, *, believes: World) -> Mistaken:
    """An agent with a wrong model: it does what is best in the world that it believes in, and is judged in the true one.

    Both worlds have the same decisions, which see the same; they differ in mechanisms, and may differ in variables. What it goes by is
    the same utility in both. Source: [savage1954], beliefs apart from tastes; [milli2017], section 5, robots with a misspecified model.

    :param world: the true world.
    :param utility: what it goes by.
    :param believes: the world that it believes in.
    :returns: a ``Mistaken``: all policies that are best in the believed world, and their scores in the true one.
    :raises WrongShape: where the decisions of the two worlds differ.
    :raises Impossible: where no policy has a score in one of the worlds.
    :raises TooLarge: where there are more than ``MOST_LISTED`` policies.

    >>> import stop_button as sb
    >>> game = sb.worlds.off_switch_game
    >>> print(mistaken(game(), sb.naive, believes=game(human="1/4")))
    naive in off_switch_game_rational: believed 0.25, in truth act: 0.25, where the best is 1
    """
    if world.decisions != believes.decisions:
        raise WrongShape(f"a policy of {believes.title} is no policy of {world.title}: {_difference(world, believes)}")
    evaluation = Evaluation(believes)
    found = evaluation.best(utility.formula)
    if not found:
        raise Impossible(f"in {believes.title}, {utility.name} is undefined under every policy that draws no lots, so that none is best")
    believed = evaluation.score(utility.formula, found[0])
    policies = tuple(world.policy(Policy(world.decisions, policy.acts)) for policy in found)
    scores = tuple(score_or_undefined(utility.formula, world, policy) for policy in policies)
    return Mistaken(world, believes, utility, policies, believed, scores, proved_best(world, utility).score)


def _difference(world: World, believes: World) -> str:
    """In which decision two worlds differ, and how."""
    mine, theirs = ({d.name: d for d in each.decisions} for each in (world, believes))
    if set(mine) != set(theirs):
        return f"the decisions are {listing(mine)} in one and {listing(theirs)} in the other"
    name = next((name for name in mine if mine[name] != theirs[name]), None)
    if name is None:
        return "the decisions are the same, in another order; declare them in one order"
    one, other = mine[name], theirs[name]
    if one.options != other.options:
        return f"the options of {name!r} are {listing(one.options)} in one and {listing(other.options)} in the other"
    if one.sees != other.sees:
        return f"{name!r} sees {listing(one.sees) or 'nothing'} in one and {listing(other.sees) or 'nothing'} in the other"
    return f"what {name!r} sees takes other values in one than in the other; declare the same domain in both"


@checked
def unmoved(world: World, utility: Utility, *, by: Iterable[str], base: Any = None) -> Mistaken:
    """An agent that plans as if some variables told nothing: each drawn on its own, as often as it comes out under a baseline.

    It does not value learning from them: in the world that it plans in, nothing else goes along with them, whatever goes along with them
    in truth. Source: [neth2025], an agent that does not value learning need not defer; the source's own formal model could not be
    confirmed, and this is a plain reading of it.

    :param world: the true world.
    :param utility: what it goes by.
    :param by: the variables that it learns nothing from; none of them a decision.
    :param base: the policy under which it knows how often they come out so; the world's baseline if left out.
    :returns: a ``Mistaken``, whose ``believes`` is the world that it plans in.
    :raises WrongShape: for a decision, or no variable.
    :raises UnknownName: for a variable that the world does not have.
    :raises MissingRole: where there is no baseline to go by.

    >>> import stop_button as sb
    >>> print(unmoved(sb.worlds.off_switch_game(), sb.naive, by=["allows"]))
    naive in off_switch_game_rational: believed 0.25, in truth act: 0.25, where the best is 1
    """
    names = list(dict.fromkeys(by))
    if not names:
        raise WrongShape("an agent is unmoved by one or more variables; type by=['wish']")
    chosen = next((name for name in names if name in world.model.choices), None)
    if chosen is not None:
        raise WrongShape(f"{chosen!r} is a decision, and nothing that an agent learns; name variables that it may learn from")
    under = world.under(world.reference(base))
    cut = {name: cpt([], {(): under.dist(name)}, domain=world.model.domain(name)) for name in names}
    return mistaken(world, utility, believes=world.with_mechanisms(cut))
