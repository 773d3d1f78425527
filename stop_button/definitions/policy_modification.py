"""Policy-modification corrigibility: how much people can tell the agent's later behaviour what to be, at most.

Source: [turner2021b]
"""

from __future__ import annotations

from causalkit.errors import WrongShape
from causalkit.values.arguments import checked
from causalkit.values.channels import Capacity, capacity
from stop_button.decision.world import World

__all__ = ["policy_modification"]


@checked
def policy_modification(world: World, policy: object, *, human: str = "order", after: str = "after") -> Capacity:
    """The capacity of the channel from what people do to what the agent then is: the largest mutual information over laws of what they do.

    0 bits where nothing that people do changes what the agent later does; log2 n where
    each thing that they may do surely brings about one of n behaviours. What
    people do is set from outside, to each of its values, and the agent's policy until then is held fixed. Source: [turner2021b]: the
    maximum, over laws of people's policies, of the mutual information between these and the agent's policy n steps later, given the
    present state and policy. Here people's policy is the value of one variable, and the agent's later policy that of another; the source's
    step n is whichever the world's variable stands for. Its own example is a grid and was not reproduced.

    :param world: where it is asked.
    :param policy: the agent's policy; a policy, or what ``world.policy`` makes one of.
    :param human: the role or variable that people set.
    :param after: the role or variable that holds what the agent later does.
    :returns: a ``Capacity`` in bits: exact where a best law is found, else enclosed.
    :raises WrongShape: for a variable that the agent chooses itself, in the place of what people set.
    :raises MissingRole: for a variable that the world does not have.

    >>> from causalkit import Model, choice, uniform
    >>> world = World(
    ...     Model(
    ...         order=uniform("left", "right", "stay"),
    ...         act=choice("listen", "disable"),
    ...         after=lambda order, act: order if act == "listen" else "stay",
    ...     )
    ... )
    >>> policy_modification(world, "listen"), policy_modification(world, "disable")
    (log(3)/log(2) bits, 0 bits)
    """
    variable, later = world.role(human).variable, world.role(after).variable
    if variable in world.model.choices:
        raise WrongShape(f"{human!r} is what the agent chooses, and people set it here; name a variable of theirs: human='order'")
    model = world.under(policy)
    return capacity([model.do({variable: value}).dist(later) for value in model.domain(variable)])
