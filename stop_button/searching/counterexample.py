"""The first world of a family that refutes a claim about a utility, or what was gone through without meeting one."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

from causalkit.errors import WrongShape
from causalkit.values.arguments import checked
from causalkit.values.render import html_text
from stop_button.auditing.scoreboard import score
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility
from stop_button.parallel import each_in_order, keeping
from stop_button.searching.claims import Answer, Claim, Doubt, never_pays_for_influence
from stop_button.searching.families import persuasion

__all__ = ["Counterexample", "find_counterexample"]


@dataclass(frozen=True)
class Counterexample:
    """What a search came to: truthy with the first world that refutes the claim, falsy when none of those looked at did.

    ``looked_at`` counts the worlds, in the family's own order; ``without_best`` those in which no policy has a score, so that the claim
    says nothing of them; ``undecided`` those in which symbols or a missing coupling leave it open. Falsy, ``complete`` and with a best
    policy in every world, it is a proof of the claim for the whole family, by going through all of it: ``proves`` says so.
    """

    utility: Utility
    claim: Claim
    looked_at: int
    family: str
    complete: bool
    without_best: int = 0
    undecided: int = 0
    world: World | None = None
    flag: Doubt | None = None

    def __bool__(self) -> bool:
        return self.world is not None

    @property
    def holds_in(self) -> int:
        """In how many of the worlds there was a best policy, and the claim held of every one."""
        return self.looked_at - self.without_best - self.undecided - bool(self)

    @property
    def proves(self) -> bool:
        """Whether the claim is proved for the family: all of it was gone through, and each world had a best policy and supported it."""
        return self.complete and not self and self.holds_in == self.looked_at > 0

    def __str__(self) -> str:
        if self.world is not None and self.flag is not None:
            first = f"{self.utility.name} refuted: {self.claim.sentence!r} fails in world {self.looked_at:,} of {self.family}"
            order = "the first in the family's order that does"
            return f"{first}, {order}\n{self.world.description}\n{self.flag}\n{score(self.world, self.utility)}"
        if not self.looked_at:
            return f"{self.utility.name}: {self.claim.sentence!r} was asked of no world of {self.family}"
        how = "all" if self.complete else "the first"
        if self.holds_in == self.looked_at:
            return f"{self.utility.name}: {self.claim.sentence!r} holds in {how} {self.looked_at:,} worlds of {self.family}"
        where = f"{self.holds_in:,} of {how} {self.looked_at:,} worlds of {self.family}"
        return f"{self.utility.name}: {self.claim.sentence!r} holds in {where}; {self._rest()}"

    def _rest(self) -> str:
        parts = [
            f"{self.without_best:,} have no best policy" if self.without_best else "",
            f"{self.undecided:,} are open, for symbols, a missing coupling or an undefined score" if self.undecided else "",
        ]
        return ", ".join(part for part in parts if part)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        text = "<br>".join(html_text(line) for line in str(self).splitlines()[:3])
        return f"<p>{text}</p>" + (score(self.world, self.utility).to_html() if self.world is not None else "")


@checked
def find_counterexample(
    utility: Utility,
    *,
    claim: Claim = never_pays_for_influence,
    worlds: Iterable[World] | None = None,
    most: int | None = None,
    executor: Executor | None = None,
) -> Counterexample:
    """Look through a family of worlds, in its own order, for one that refutes a claim about a utility.

    An interruption ends the search with what was looked at so far, and a ``WorkerFailed`` carries it in ``so_far``.

    :param utility: the utility whose best policies the claim is about.
    :param claim: one of ``stop_button.claims``, or a ``Claim`` of your own.
    :param worlds: any iterable of worlds; the family ``persuasion`` if left out.
    :param most: how many worlds to look at, at the most; all of them if left out.
    :param executor: any ``concurrent.futures.Executor``; the answer is the same.
    :returns: a ``Counterexample``, truthy with a world that refutes the claim.
    :raises WrongShape: for a ``most`` below 1, or a claim that is none.

    >>> import stop_button as sb
    >>> bool(find_counterexample(sb.counterfactual, most=40)), bool(find_counterexample(sb.switch))
    (False, True)
    """
    if not isinstance(claim, Claim):
        raise WrongShape(f"{claim!r} is no claim; type claim=stop_button.claims.never_pays_for_influence, or another of stop_button.claims")
    if most is not None and most < 1:
        raise WrongShape(f"most={most!r}: look at one world or more, or leave it out to look at all")
    family = persuasion() if worlds is None else worlds
    title = getattr(family, "name", "the worlds given")
    size = len(family) if isinstance(family, Sequence) else None
    total = size if most is None or size is None else min(size, most)
    so_far = Counterexample(utility, claim, 0, title, complete=False)
    pieces = each_in_order(
        partial(claim.asked_of, utility), itertools.islice(family, most), executor=executor, chunk=32, total=total, what=title
    )
    try:
        with keeping(lambda: so_far):
            for world, answer in pieces:
                so_far = _with(so_far, answer)
                if answer.doubt is not None:
                    return replace(so_far, world=world, flag=answer.doubt)
    except KeyboardInterrupt:
        return so_far
    return replace(so_far, complete=so_far.looked_at == size if size is not None else most is None)


def _with(before: Counterexample, answer: Answer) -> Counterexample:
    """What a search has come to after one more world."""
    return replace(
        before,
        looked_at=before.looked_at + 1,
        without_best=before.without_best + (not answer.has_best),
        undecided=before.undecided + (answer.has_best and answer.doubt is None and answer.open > 0),
    )
