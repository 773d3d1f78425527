"""The first world of a family that refutes a claim about a utility, or what was gone through without meeting one."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from causalkit.errors import WrongFile, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import count
from causalkit.values.render import html_text
from stop_button.auditing.scoreboard import score
from stop_button.bookmarks import Bookmark, digest
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility
from stop_button.loading.by_name import meant
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
    ``family`` is the family's name, or nothing where it has none.
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
            first = (
                f"{self.utility.name} refuted: {self.claim.sentence!r} fails in world {self.looked_at:,} of {self.family or 'those given'}"
            )
            order = "the first in the family's order that does"
            return f"{first}, {order}\n{self.world.description}\n{self.flag}\n{score(self.world, self.utility)}"
        if not self.looked_at:
            return f"{self.utility.name}: {self.claim.sentence!r} was asked of no world{self._of}"
        among = f"{'all' if self.complete else 'the first'} {self.looked_at:,} worlds{self._of or ' given'}"
        if self.looked_at == 1:
            among = f"the {'one' if self.complete else 'first'} world{self._of or ' given'}"
        if self.holds_in == self.looked_at:
            return f"{self.utility.name}: {self.claim.sentence!r} holds in {among}"
        return f"{self.utility.name}: {self.claim.sentence!r} holds in {self.holds_in:,} of {among}; {self._rest()}"

    @property
    def _of(self) -> str:
        return f" of {self.family}" if self.family else ""

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
    resume: str | Path | None = None,
) -> Counterexample:
    """Look through a family of worlds, in its own order, for one that refutes a claim about a utility.

    An interruption ends the search with what was looked at so far, and a ``WorkerFailed`` carries it in ``so_far``.

    :param utility: the utility whose best policies the claim is about.
    :param claim: one of ``stop_button.claims``, or a ``Claim`` of your own.
    :param worlds: any iterable of worlds; the family ``persuasion`` if left out.
    :param most: how many worlds to look at, at the most; all of them if left out.
    :param executor: any ``concurrent.futures.Executor``; the answer is the same.
    :param resume: a file that keeps how far the search is, written every few seconds and when it ends or is stopped; given again, the
        search goes on from there, and one that has ended is not done again. The worlds must come in the same order; the last is compared.
    :returns: a ``Counterexample``, truthy with a world that refutes the claim.
    :raises WrongShape: for a ``most`` below 1, or a claim that is none.
    :raises WrongFile: for a file of another question, or worlds that are not those of before.

    >>> import stop_button as sb
    >>> bool(find_counterexample(sb.counterfactual, most=40)), bool(find_counterexample(sb.switch))
    (False, True)
    """
    if not isinstance(claim, Claim):
        raise WrongShape(
            f"{claim!r} is no claim; "
            + (meant(claim, "Claim") or "type claim=stop_button.claims.never_pays_for_influence, or another of stop_button.claims")
        )
    if most is not None and most < 1:
        raise WrongShape(f"most={most!r}: look at one world or more, or leave it out to look at all")
    family = persuasion() if worlds is None else worlds
    name = getattr(family, "name", "")
    title = name or "the worlds given"
    size = len(family) if isinstance(family, Sequence) else None
    about = {"work": "counterexample", "utility": repr(utility), "claim": f"{claim.name}: {claim.sentence}", "worlds": f"{size} of {title}"}
    mark = Bookmark(resume, about)
    begin = Counterexample(utility, claim, 0, name, complete=False)
    nothing: tuple[Counterexample, World | None] = (begin, None)
    so_far, last = mark.picked_up(partial(_picked_up, begin, family, most), nothing)
    if so_far:
        return so_far

    def state() -> dict[str, Any]:
        tally = {"looked_at": so_far.looked_at, "without_best": so_far.without_best, "undecided": so_far.undecided}
        return {**tally, "refuted": bool(so_far), "last": "" if last is None else digest(last)}

    total = size if most is None or size is None else min(size, most)
    pieces = each_in_order(
        partial(claim.asked_of, utility), _between(family, so_far.looked_at, most), executor=executor, chunk=32,
        total=None if total is None else max(0, total - so_far.looked_at), what=title,
    )  # fmt: skip
    try:
        with mark.kept(state), keeping(lambda: so_far):
            for world, answer in pieces:
                so_far, last = _with(so_far, answer), world
                if answer.doubt is not None:
                    so_far = replace(so_far, world=world, flag=answer.doubt)
                    return so_far
                mark.keep(state)
    except KeyboardInterrupt:
        return so_far
    return replace(so_far, complete=so_far.looked_at == size if size is not None else most is None)


def _between(family: Iterable[World], first: int, most: int | None) -> Iterator[World]:
    """The worlds of a family from one on; those before it are not built where the family can be asked for one by its place."""
    if not isinstance(family, Sequence):
        return itertools.islice(family, first, most)
    return (family[i] for i in range(first, len(family) if most is None else min(most, len(family))))


def _picked_up(begin: Counterexample, family: Iterable[World], most: int | None, state: Any) -> tuple[Counterexample, World | None]:
    """How far a search was, and the last world that it looked at, from what was kept of it."""
    looked_at, without_best, undecided = (count(name, state[name], least=0) for name in ("looked_at", "without_best", "undecided"))
    so_far = replace(begin, looked_at=looked_at, without_best=without_best, undecided=undecided)
    if not looked_at:
        return so_far, None
    if most is not None and most < looked_at:
        raise WrongShape(f"{looked_at:,} worlds were looked at before, more than most={most}")
    world = next(_between(family, looked_at - 1, looked_at), None)
    if world is None or digest(world) != state["last"]:
        raise WrongFile(f"world {looked_at:,} is not the one that was looked at before")
    if not state["refuted"]:
        return so_far, world
    doubt = begin.claim.asked_of(begin.utility, world).doubt
    if doubt is None:
        raise WrongFile(f"world {looked_at:,} is said to refute the claim, and does not")
    return replace(so_far, world=world, flag=doubt), world


def _with(before: Counterexample, answer: Answer) -> Counterexample:
    """What a search has come to after one more world."""
    return replace(
        before,
        looked_at=before.looked_at + 1,
        without_best=before.without_best + (not answer.has_best),
        undecided=before.undecided + (answer.has_best and answer.doubt is None and answer.open > 0),
    )
