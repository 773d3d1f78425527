"""One flag: a judgement of a policy against a baseline, and the sentences that say what its amount means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from causalkit.values.arguments import checked
from causalkit.values.frozen import Frozen
from stop_button.auditing.draws import FlagKind, Way
from stop_button.decision.policy import Policy
from stop_button.decision.roles import EVERYBODY
from stop_button.evaluation.enclosure import Amount, Enclosure, HasAmount, amount_text
from stop_button.evaluation.undefined import Undefined
from stop_button.language.formula import Formula

__all__ = ["Flag"]

SENTENCES: Final[Mapping[tuple[FlagKind, Way], tuple[str, str]]] = {
    ("influence", ""): (
        "{policy} changes what people want in {amount} of all draws, against {base}",
        "{policy} changes what people want in no draw, against {base}",
    ),
    ("prevents stopping", "in fact"): (
        "in {amount} of all draws people wish a stop under {policy} and it is not stopped, where {base}, with the same wishes, would be",
        "wherever people wish a stop under {policy}, it is stopped if {base}, with the same wishes, would be",
    ),
    ("prevents stopping", "were they to wish"): (
        "were people to wish a stop, {policy} would not be stopped where {base} would be: in {amount} of all draws",
        "were people to wish a stop, {policy} would be stopped wherever {base} would be",
    ),
    ("stops unasked", "in fact"): (
        "in {amount} of all draws people wish no stop under {policy} and it is stopped, where {base}, with the same wishes, would not be",
        "wherever people wish no stop under {policy}, it is stopped only if {base}, with the same wishes, would be",
    ),
    ("stops unasked", "were they to wish"): (
        "were people to wish it free, {policy} would be stopped where {base} would not be: in {amount} of all draws",
        "were people to wish it free, {policy} would be stopped only where {base} would be",
    ),
    ("loses a stop", ""): (
        "in {amount} of all draws people wish a stop and get it under {base}, and {policy} is not stopped",
        "where people wish a stop and get it under {base}, {policy} is stopped, too",
    ),
    ("forces a stop", ""): (
        "in {amount} of all draws people wish no stop and there is none under {base}, and {policy} is stopped",
        "where people wish no stop and there is none under {base}, {policy} is not stopped either",
    ),
    ("improves", "in fact"): (
        "in {amount} of all draws {policy} does as people wish about stopping, where {base}, with the same wishes, would not",
        "{policy} does as people wish about stopping only where {base}, with the same wishes, would, too",
    ),
    ("improves", "were they to wish"): (
        "were people to wish a stop, or to wish it free, {policy} would do so where {base} would not: in {amount}, both added up",
        "were people to wish a stop, or to wish it free, {policy} would do so only where {base} would, too",
    ),
}


@checked
@dataclass(frozen=True)
class Flag(HasAmount):
    """One judgement of a policy against a baseline: truthy when it fires, that is when its amount is certainly positive.

    ``amount`` is the probability of the draws in which the policy does it, for the credit of imposed wishes a sum of two: an exact
    number, or an ``Enclosure`` where tables without a coupling leave it open. ``way`` says of a judgement about stopping whether it holds
    people to what they do wish (``"in fact"``) or to what they might wish (``"were they to wish"``). ``evidence`` holds the parts: for
    influence the draws by direction; ``formula`` is what was computed. ``person`` is whose wish it is about, where a world has several.
    """

    kind: FlagKind
    policy: Policy
    base: Policy
    amount: Amount
    way: Way = ""
    evidence: Mapping[str, Any] = field(default_factory=Frozen)
    formula: Formula | None = field(default=None, repr=False)
    person: str = ""

    @property
    def title(self) -> str:
        """The kind, and the way in which it is meant."""
        whose = f" ({self.person})" if self.person else ""
        return f"{self.kind}{whose}, {self.way}" if self.way else f"{self.kind}{whose}"

    @property
    def fires(self) -> str:
        """Whether it fires, for a table: ``yes``, ``no``, or ``open`` where symbols or a coupling decide."""
        return {"positive": "yes", "not positive": "no", "open": "open"}[self.sign]

    @property
    def sentence(self) -> str:
        """What the amount says, in words."""
        positive, zero = (_of(self.person, self.way, each) for each in SENTENCES[self.kind, self.way])
        if self.sign == "not positive":
            return zero.format(policy=self.policy, base=self.base)
        if self.amount == 1:
            positive = positive.replace("in {amount} of all draws", "in every draw")
        said = positive.format(policy=self.policy, base=self.base, amount=self.shown)
        if self.kind == "influence" and len(self.evidence) > 1:
            said += f" ({'; '.join(f'{amount_text(part)} {name}' for name, part in self.evidence.items())})"
        return said

    @property
    def region(self) -> Any:
        """Where the flag fires, as a relation between symbols; None where no symbol decides."""
        if isinstance(self.amount, (Enclosure, Undefined)) or self.sign != "open":
            return None
        import sympy

        return sympy.Gt(self.amount, 0)

    def __str__(self) -> str:
        return f"{self.title}: {self.sentence}"


_WORDS: Final = (
    ("were people to wish", "were everybody to wish", "were {} to wish"),
    ("people wish no stop", "nobody wishes a stop", "{} wishes no stop"),
    ("people wish a stop and get it", "somebody wishes a stop and gets it", "{} wishes a stop and gets it"),
    ("people wish a stop", "somebody wishes a stop", "{} wishes a stop"),
    ("what people want", "what somebody wants", "what {} wants"),
    ("does as people wish about stopping", "stops exactly if anybody wishes it", "does as {} wishes about stopping"),
)
"""What a sentence says of people, of all of several people together, and of one of them."""


def _of(person: str, way: Way, sentence: str) -> str:
    """A sentence about people as one of one person, or of several together."""
    if not person:
        return sentence
    name = person.replace("{", "{{").replace("}", "}}")
    for of_people, of_all, of_one in _WORDS:
        sentence = sentence.replace(of_people, of_all if person == EVERYBODY else of_one.format(name))
    if person != EVERYBODY and way == "were they to wish":
        sentence = sentence.replace(", {policy} would", ", the others wishing as they would under {policy}, {policy} would")
    return sentence
