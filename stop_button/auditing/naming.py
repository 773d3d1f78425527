"""How an audit speaks of policies with long descriptions: they are listed once, with a number, and called by it from then on."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from stop_button.decision.policy import Policy

__all__ = ["called_by_number", "listed"]

LONGEST: Final = 60
"""A policy of more characters is called by its number where it is spoken of again."""

MOST: Final = 10
"""So many policies at most are listed in a line, where they are long; the rest is counted."""


def listed(policies: Sequence[Policy], *, beyond: str = "") -> str:
    """Policies in one line, with numbers where they are long, or hold the mark that stands between them.

    :param policies: the policies.
    :param beyond: where the others are found that are too many to be listed; all are listed if left out.

    >>> from causalkit import Model, choice
    >>> from stop_button import World
    >>> listed(World(Model(ask=choice("yes", "no"), act=choice("go", "rest"))).policies[:2])
    '[1] ask: yes; act: go; [2] ask: yes; act: rest'
    """
    texts = list(map(str, policies))
    if not _are_numbered(texts):
        return "; ".join(texts) or "none"
    few = texts[:MOST] if beyond else texts
    more = [f"{len(texts) - MOST:,} more are in {beyond}"] if len(few) < len(texts) else []
    return "; ".join([*(f"[{i}] {text}" for i, text in enumerate(few, 1)), *more])


def called_by_number(lines: Iterable[str], policies: Sequence[Policy]) -> Iterator[str]:
    """Lines in which the long ones of listed policies are called by their numbers.

    Where one option's text begins with another's, a policy could be taken for another, and the lines stay as they are.
    """
    numbers = {str(policy): f"[{i}]" for i, policy in enumerate(policies, 1) if len(str(policy)) > LONGEST}
    if not numbers or not _are_told_apart(policies[0]):
        yield from lines
        return
    longest_first = sorted(numbers, key=len, reverse=True)
    any_of_them = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w| if | \()")
    for line in lines:
        yield any_of_them.sub(lambda match: numbers[match[0]], line)


def _are_numbered(texts: Sequence[str]) -> bool:
    return any(len(text) > LONGEST for text in texts) or (len(texts) > 1 and any(";" in text for text in texts))


def _are_told_apart(policy: Policy) -> bool:
    texts = [sorted(map(str, decision.options)) for decision in policy.decisions]
    return not any(later.startswith(earlier) for options in texts for earlier, later in itertools.pairwise(options))
