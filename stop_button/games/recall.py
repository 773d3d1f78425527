"""Perfect recall, and mixtures of strategies as lots that are drawn at each decision."""

from __future__ import annotations

from typing import Any

from causalkit import Dist
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact
from stop_button.decision.policy import InformationSet, Policy
from stop_button.games.histories import extensive_form
from stop_button.games.judgements import NashJudgement, played

__all__ = ["behavioural"]


@checked
def behavioural(judgement: NashJudgement) -> Policy:
    """A profile of mixtures as a policy that draws at each decision, with the same chances of everything that happens.

    At an information set a player draws among the acts of the strategies that lead there, by their weights; where none does, it takes the
    first option. Source: [kuhn1953].

    :param judgement: a judged profile, such as ``equilibria(world, mixed=True)`` holds.
    :returns: a policy of the world.
    :raises WrongShape: where a player has no perfect recall, or wants what is no weighted sum of means of what happens.

    >>> import stop_button as sb
    >>> pennies = sb.games.matrix_game({"even": [[1, -1], [-1, 1]], "odd": [[-1, 1], [1, -1]]})
    >>> print(behavioural(sb.games.equilibria(pennies, mixed=True).found[0]))
    even: 0 (1/2) or 1 (1/2); odd: 0 (1/2) or 1 (1/2)
    """
    if isinstance(judgement.profile, Policy):
        return judgement.profile
    world = judgement.world
    extensive_form(world).check_recall()
    weights: dict[InformationSet, dict[Any, Number]] = {}
    for dist in judgement.profile.values():
        for strategy, weight in played(dist):
            for place, act in strategy.acts.items():
                drawn = weights.setdefault(place, {})
                drawn[act] = drawn.get(act, exact(0)) + weight
    acts: dict[InformationSet, Any] = {}
    for place, drawn in weights.items():
        total = sum(drawn.values(), exact(0))
        acts[place] = next(iter(drawn)) if len(drawn) == 1 else Dist({act: weight / total for act, weight in drawn.items()})
    return world.policy(world.policies.filled(acts))
