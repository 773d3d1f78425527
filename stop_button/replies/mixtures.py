"""Stable policies that draw between two options: the probabilities at which neither option is the better reply, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from causalkit import Dist
from causalkit.errors import WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact, is_zero, less, tidy
from causalkit.values.render import Printed
from stop_button.decision.policy import Policy, Slot
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility
from stop_button.grounding.resolving import owned, resolved
from stop_button.language.algebra import Formula
from stop_button.language.parts import means, policies_read
from stop_button.language.references import OWN
from stop_button.replies.relevance import met, spoken

if TYPE_CHECKING:
    import sympy

__all__ = ["Mixtures", "mixed_stable"]


@dataclass(frozen=True)
class Mixtures(Printed):
    """The probabilities strictly between 0 and 1 with which a policy may draw its first option and be stable.

    ``policies`` draw so; ``everywhere`` says that every such probability will do, because both options are worth the same whatever is
    taken for granted.
    """

    world: World
    utility: Utility
    option: object
    shares: tuple[Number, ...]
    policies: tuple[Policy, ...]
    everywhere: bool = False

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.shares)

    def __str__(self) -> str:
        what = "with any probability" if self.everywhere else f"with probability {' or '.join(map(str, self.shares))}" if self else "never"
        return f"{self.utility.name} in {self.world.title}: a policy that draws {self.option} {what} is stable" if self else (
            f"{self.utility.name} in {self.world.title}: no policy that draws is stable"
        )  # fmt: skip

    def __repr__(self) -> str:
        return str(self)


@checked
def mixed_stable(world: World, utility: Utility) -> Mixtures:
    """The stable policies that draw, where one choice between two options is all that matters to a utility.

    A draw is stable exactly when both options are equally good replies to it. The difference of their scores is a ratio of polynomials in
    the probability of the first option, and its roots are exact numbers. Raises ``WrongShape`` where more matters, or where the score has
    kinks (``least``, ``most``, a constraint); a policy that is given can be verified: ``is_stable``.

    >>> import causalkit as ck
    >>> import stop_button as sb
    >>> from stop_button import E, X
    >>> from stop_button.language import OWN
    >>> world = sb.World(ck.Model(call=ck.choice("heads", "tails"), heads=lambda call: int(call == "heads"), value=0), value="value")
    >>> expected, heads = E(X("heads").under(OWN)), E(X("heads"))
    >>> mixed_stable(world, sb.Utility("surprise", 3 * expected * (1 - heads) + (1 - expected) * heads)).shares
    (Fraction(1, 4),)
    """
    import sympy

    name, seen, (first, second) = _only_slot(world, utility.formula)
    p = sympy.Symbol("p", positive=True)
    space = world.policies
    taken = world.policy(space.filled({(name, seen): Dist({first: p, second: 1 - p})}))
    fixed = Utility(utility.name, owned(utility.formula, taken))
    one, other = (space.filled({(name, seen): option}) for option in (first, second))
    gap = tidy(fixed(world, one) - fixed(world, other))
    if is_zero(gap):
        return Mixtures(world, utility, first, (), (), everywhere=True)
    shares = tuple(_roots(gap, p, utility))
    drawn = (space.filled({(name, seen): Dist({first: share, second: 1 - share})}) for share in shares)
    return Mixtures(world, utility, first, shares, tuple(map(world.policy, drawn)))


def _only_slot(world: World, f: Formula) -> Slot:
    """The one information set that matters to a formula, with its two options."""
    found = resolved(f, world)
    sets = set(spoken(found, world))
    for mean in means(f):
        if {None, OWN} <= policies_read(mean):
            sets |= set(met(mean, world))
    slots = [slot for slot in world.policies.slots if slot[:2] in sets]
    if len(slots) != 1 or len(slots[0][2]) != 2:
        what = f"{len(slots)} choices" if len(slots) != 1 else f"a choice between {len(slots[0][2])} options"
        raise WrongShape(
            f"draws that are stable are found where one choice between two options matters, and in {world.title} {what} matter to {f}; "
            "verify one that you know: is_stable(world, utility, policy)"
        )
    return slots[0]


def _roots(gap: Number, p: sympy.Symbol, utility: Utility) -> list[Number]:
    """Where the gap is zero between 0 and 1, in rising order."""
    import sympy

    top, bottom = sympy.fraction(sympy.together(gap))
    if not top.is_polynomial(p) or not bottom.is_polynomial(p):
        raise WrongShape(
            f"the score of {utility} has kinks in what is taken for granted; verify a policy: is_stable(world, utility, policy)"
        )
    roots = [tidy(root) for root in dict.fromkeys(sympy.real_roots(sympy.Poly(top, p)))]
    return [root for root in roots if less(exact(0), root) and less(root, exact(1)) and not is_zero(bottom.subs(p, root))]
