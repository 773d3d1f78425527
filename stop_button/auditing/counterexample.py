"""The smallest world that refutes a claim about a utility, or a proof that a family holds none."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

from causalkit.arguments import checked
from causalkit.errors import WrongShape
from causalkit.values.render import html_text
from stop_button.auditing.claims import Claim, never_pays_to_manipulate
from stop_button.auditing.families import persuasion
from stop_button.auditing.flags import Flag
from stop_button.auditing.scoreboard import score
from stop_button.decision.world import World
from stop_button.evaluation.utility import Utility
from stop_button.parallel import each_in_order, keeping

__all__ = ["Counterexample", "find_counterexample"]


@dataclass(frozen=True)
class Counterexample:
    """What a search found: truthy with the first world that refutes the claim, falsy when every world looked at was in order.

    When falsy and ``complete``, it is a proof of the claim for the whole family, by going through all of it.
    """

    utility: Utility
    claim: Claim
    looked_at: int
    family: str
    complete: bool
    world: World | None = None
    flag: Flag | None = None

    def __bool__(self) -> bool:
        return self.world is not None

    def __str__(self) -> str:
        if self.world is not None and self.flag is not None:
            found = f"{self.utility.name} refuted: {self.claim.sentence!r} fails in world {self.looked_at:,} of {self.family}"
            return f"{found}\n{self.world.description}\n{self.flag}\n{score(self.world, self.utility)}"
        how = "all" if self.complete else "the first"
        return f"{self.utility.name}: {self.claim.sentence!r} holds in {how} {self.looked_at:,} worlds of {self.family}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        text = "<br>".join(html_text(line) for line in str(self).splitlines()[:3])
        return f"<p>{text}</p>" + (score(self.world, self.utility)._repr_html_() if self.world is not None else "")


@checked
def find_counterexample(
    utility: Utility,
    *,
    claim: Claim = never_pays_to_manipulate,
    worlds: Iterable[World] | None = None,
    most: int | None = None,
    executor: Executor | None = None,
) -> Counterexample:
    """Look through a family of worlds, the simplest first, for one that refutes a claim about a utility.

    ``worlds`` is any iterable of worlds, by default the family ``persuasion``; ``most`` bounds how many are looked at. An interruption
    ends the search with what was looked at so far, and a ``WorkerFailed`` carries it in ``so_far``. ``executor`` is any
    ``concurrent.futures.Executor``; the answer is the same.

    >>> import stop_button as sb
    >>> bool(find_counterexample(sb.counterfactual, most=40)), bool(find_counterexample(sb.switch))
    (False, True)
    """
    if most is not None and most < 0:
        raise WrongShape(f"most is {most}, and it counts worlds to look at; give 0 or more, or None for all of them")
    family = persuasion() if worlds is None else worlds
    title = getattr(family, "name", "the worlds given")
    size = len(family) if isinstance(family, Sequence) else None
    total = size if most is None or size is None else min(size, most)
    looked_at = 0
    pieces = each_in_order(
        partial(claim.refuted_by, utility), itertools.islice(family, most), executor=executor, chunk=32, total=total, what=title
    )

    def so_far() -> Counterexample:
        return Counterexample(utility, claim, looked_at, title, complete=False)

    try:
        with keeping(so_far):
            for world, flag in pieces:
                looked_at += 1
                if flag is not None:
                    return replace(so_far(), world=world, flag=flag)
    except KeyboardInterrupt:
        return so_far()
    return Counterexample(utility, claim, looked_at, title, complete=looked_at == size if size is not None else most is None)
