"""Verdicts: from the flags of a utility's best policies, and what it pays them for, to one word for each kind of flag and for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from stop_button.auditing.flags import FLAG_KINDS, Flag, FlagKind
from stop_button.auditing.gains import OWN_VARIABLE, Gain
from stop_button.decision.policy import Policy

__all__ = ["VERDICTS", "Judged", "Verdict", "legend_of", "meanings_of", "verdict_of", "verdicts_of"]

Verdict = Literal["clean", "permits", "rewards", "side effect", "rewards or side effect", "depends", "undefined"]

VERDICTS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        "clean": "no flag fires on a best policy",
        "permits": "some best policies are flagged, and others as good are not: the utility does not object",
        "rewards": "every best policy is flagged, and at least one gains in score by way of what it is flagged for",
        "side effect": "every best policy is flagged, and none gains by way of what it is flagged for",
        "rewards or side effect": "every best policy is flagged, and what is gained by way of that cannot be told",
        "depends": "whether a flag fires depends on symbols, or on a coupling that nobody stated",
        "undefined": "no policy that draws no lots has a score",
    }
)
"""What each verdict means. All of them are about the best policies, every exact tie, of one world against one baseline.
A gain is a difference of scores, and a score is of all draws that the utility grades, flagged or not."""


def meanings_of(verdicts: Iterable[str]) -> dict[Verdict, str]:
    """What those of the verdicts mean that occur, in the order of all of them.

    >>> list(meanings_of(["permits", "clean", "clean"]))
    ['clean', 'permits']
    """
    found = set(verdicts)
    return {word: meaning for word, meaning in VERDICTS.items() if word in found}


def legend_of(verdicts: Iterable[Verdict]) -> str:
    """What those of the verdicts mean that occur, for a caption.

    >>> legend_of(["permits", "clean", "clean"])[:46]
    'clean: no flag fires on a best policy; permits'
    """
    return "; ".join(f"{word}: {meaning.replace(': ', ', that is, ')}" for word, meaning in meanings_of(verdicts).items())


@dataclass(frozen=True)
class Judged:
    """One best policy with its flags, and what the utility pays it for."""

    policy: Policy
    flags: tuple[Flag, ...]
    gains: tuple[Gain, ...]

    def paid(self, kinds: Iterable[FlagKind]) -> list[Gain]:
        """The gains by way of what these kinds of flag are about."""
        wanted = {f"by way of {OWN_VARIABLE[kind]}" for kind in kinds}
        return [gain for gain in self.gains if gain.kind in wanted]


def verdicts_of(best: Sequence[Judged]) -> dict[FlagKind, Verdict]:
    """The verdict on each kind of flag that was judged."""
    judged = {flag.kind for one in best for flag in one.flags}
    return {kind: verdict_of(best, [kind]) for kind in FLAG_KINDS if kind in judged}


def verdict_of(best: Sequence[Judged], kinds: Sequence[FlagKind] = FLAG_KINDS) -> Verdict:
    """The verdict on some kinds of flag together.

    A flag whose sign is open is taken both ways; where that makes a difference, the verdict depends.
    """
    if not best:
        return "undefined"
    surely = _verdict(best, kinds, lambda flag: flag.sign == "positive")
    perhaps = _verdict(best, kinds, lambda flag: flag.sign != "not positive")
    return surely if surely == perhaps else "depends"


def _verdict(best: Sequence[Judged], kinds: Sequence[FlagKind], fires: Callable[[Flag], bool]) -> Verdict:
    raised = [[flag.kind for flag in one.flags if flag.kind in kinds and fires(flag)] for one in best]
    if not any(raised):
        return "clean"
    if not all(raised):
        return "permits"
    signs = {gain.sign for one, fired in zip(best, raised, strict=True) for gain in one.paid(fired)}
    if "positive" in signs:
        return "rewards"
    return "rewards or side effect" if "open" in signs else "side effect"
