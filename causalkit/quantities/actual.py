"""Actual causation: which events of one story caused which, after Halpern and Pearl, in the modified definition.

A story is a model whose variables are functions of explicit noise, and a context: what the noise was. ``context`` may be any
observations that leave one value of the noise; without it, the model's own evidence must. ``effect`` is an event: ``{"y": value}``, a
function of variables, or the name of a variable that is true or false. Answers depend on which variables the model has; that is part of
the definition. Every variable counts as a possible cause, the noises too; ``among`` names those that do where others should not, which
Halpern and Pearl do by calling a variable endogenous.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from causalkit.errors import TooLarge, WrongShape
from causalkit.graphs.order import Names, several
from causalkit.mechanisms.event import assignment_text, check_name, check_value
from causalkit.model import Model
from causalkit.quantities.effects import Outcome
from causalkit.quantities.setting import CausalSetting, Values, possible_settings, single_setting
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact, tidy
from causalkit.values.render import Printed

__all__ = ["ActualCause", "Witness", "actual_cause", "actual_causes", "blame", "responsibility"]

MOST_SETTINGS = 1_000_000


@dataclass(frozen=True)
class Witness(Printed):
    """What shows a cause: with ``held`` kept at what it was and the cause set to ``instead``, the effect would not have happened.

    >>> print(Witness({"bh": False}, {"st": False}))
    with bh=False held as it was, st=False would have prevented it
    """

    held: Values
    instead: Values

    def __str__(self) -> str:
        hold = f"with {assignment_text(self.held)} held as it was, " if self.held else ""
        return f"{hold}{assignment_text(self.instead)} would have prevented it"


@dataclass(frozen=True)
class ActualCause(Printed):
    """Whether ``cause`` is an actual cause of ``effect``: true when all three conditions hold, with the witness or with what fails.

    ``happened``: cause and effect both occurred (AC1). ``witness``: how the effect depends on the cause (AC2), or ``None``; it holds as
    few variables as possible. ``smaller``: a part of the cause that does already (so AC3 fails), or ``None``.
    """

    cause: Values
    effect: str
    context: Values
    happened: bool
    witness: Witness | None = None
    smaller: Values | None = None

    def __bool__(self) -> bool:
        return self.happened and self.witness is not None and self.smaller is None

    @property
    def is_but_for(self) -> bool:
        """Whether the effect would not have happened but for the cause, with nothing else held.

        >>> from causalkit import coin
        >>> m = Model(lightning=coin("1/9"), match=coin("1/2"), fire=lambda lightning, match: lightning and match)
        >>> actual_cause(m, {"match": True}, "fire", context={"fire": True}).is_but_for
        True
        """
        return bool(self) and self.witness is not None and not self.witness.held

    def __str__(self) -> str:
        cause = assignment_text(self.cause)
        if self:
            return f"{cause} is an actual cause of {self.effect}: {self.witness}"
        if not self.happened:
            reason = "they did not both happen"
        elif self.smaller is not None:
            reason = f"{assignment_text(self.smaller)} is enough: {self.witness}"
        else:
            reason = "no change of it, whatever is held as it was, would have prevented the effect"
        return f"{cause} is not an actual cause of {self.effect}: {reason}"


@checked
def actual_cause(model: Model, cause: Values, effect: Outcome, *, context: Values | None = None) -> ActualCause:
    """Whether these variables having these values caused the effect, in this context; truthy when they did.

    (AC1) Both happened. (AC2) For some other values of the cause, and some variables held at what they were, the effect would not have
    happened. (AC3) No part of the cause does that already. Raises ``WrongShape`` when the context leaves several stories, or when a
    variable is a conditional table. Source: [halpern2015]; [halpern2016], section 2.2 (the modified definition).

    :param model: a model without conditional tables
    :param cause: the values whose part is asked about, by variable
    :param effect: what happened: values by variable, a function, or the name of a true-or-false variable
    :param context: values that fix the setting, by variable; with the model's evidence they leave one story
    :returns: a judgement, truthy when the cause is one, with its witness or with what fails

    >>> from causalkit import coin
    >>> m = Model(lightning=coin("1/9"), match=coin("1/2"), fire=lambda lightning, match: lightning or match)
    >>> both = {"lightning": True, "match": True}
    >>> print(actual_cause(m, {"match": True}, "fire", context=both))
    match=True is not an actual cause of fire=True: no change of it, whatever is held as it was, would have prevented the effect
    >>> bool(actual_cause(m, both, "fire", context=both))
    True
    """
    if not cause:
        raise WrongShape("a cause needs at least one variable with its value; type {'name': value}")
    for name, value in cause.items():
        check_value(name, value, model.domains)
    setting = single_setting(model, effect, context, also=cause)
    happened = setting.effect_happens({}) and all(setting.actual[name] == value for name, value in cause.items())
    found = (
        _first(setting, (part for size in range(1, len(cause) + 1) for part in itertools.combinations(cause, size))) if happened else None
    )
    part, witness = found or ((), None)
    smaller = {name: cause[name] for name in part} if 0 < len(part) < len(cause) else None
    return ActualCause(dict(cause), setting.effect.text, setting.context, happened, witness, smaller)


@checked
def actual_causes(model: Model, effect: Outcome, *, context: Values | None = None, among: Names | None = None) -> tuple[ActualCause, ...]:
    """Every actual cause of the effect in this context, smallest first; none when the effect did not happen.

    ``among`` names the variables that may be part of a cause: without it, all that the effect listens to, directly or through others,
    and not the effect's own. Raises ``TooLarge`` when there are too many settings to try. Source: [halpern2016], section 2.2.

    :param model: a model without conditional tables
    :param effect: what happened: values by variable, a function, or the name of a true-or-false variable
    :param context: values that fix the setting, by variable; with the model's evidence they leave one story
    :param among: a name, or names, of variables that may be part of a cause; by default all that the effect depends on
    :returns: the causes, those of fewest variables first

    >>> from causalkit import coin
    >>> m = Model(lightning=coin("1/9"), match=coin("1/2"), fire=lambda lightning, match: lightning or match)
    >>> [found.cause for found in actual_causes(m, "fire", context={"lightning": True, "match": True})]
    [{'lightning': True, 'match': True}]
    """
    names = _among(model, among)
    setting = single_setting(model, effect, context, also=names or ())
    return tuple(itertools.chain.from_iterable(_causes(setting, setting.candidates if names is None else names)))


@checked
def responsibility(model: Model, cause: Values, effect: Outcome, *, context: Values | None = None, among: Names | None = None) -> Fraction:
    """How much one variable's value shares in causing the effect: ``1/k``, or 0 when it is part of no cause.

    ``k`` is the least number of variables in a cause that it is part of, together with the variables held in a witness of that cause.
    Eleven votes to nil make each vote responsible by 1/6; six to five, by 1. Source: [halpern2016], chapter 6;
    [chockler2004], for the original definition of cause.

    :param model: a model without conditional tables
    :param cause: one variable with its value
    :param effect: what happened: values by variable, a function, or the name of a true-or-false variable
    :param context: values that fix the setting, by variable; with the model's evidence they leave one story
    :param among: a name, or names, of variables that may be part of a cause; by default all that the effect depends on
    :returns: ``1/k`` or 0

    >>> from causalkit import coin
    >>> m = Model(lightning=coin("1/9"), match=coin("1/2"), fire=lambda lightning, match: lightning or match)
    >>> responsibility(m, {"match": True}, "fire", context={"lightning": True, "match": True})
    Fraction(1, 2)
    """
    name = _one(model, cause)
    setting = single_setting(model, effect, context, also=cause)
    return _share(setting, name, _among(model, among)) if setting.actual[name] == cause[name] else Fraction(0)


@checked
def blame(model: Model, cause: Values, effect: Outcome, *, among: Names | None = None) -> Number:
    """The responsibility that doing this is expected to have: ``sum_u P(u) responsibility in the story u when the cause is done``.

    What the agent knows is the model's evidence. Source: [chockler2004]; [halpern2016], chapter 6.

    :param model: a model without conditional tables; its evidence is what the agent knows
    :param cause: one variable with its value
    :param effect: what happened: values by variable, a function, or the name of a true-or-false variable
    :param among: a name, or names, of variables that may be part of a cause; by default all that the effect depends on
    :returns: a mean of responsibilities, between 0 and 1

    >>> from causalkit import coin
    >>> m = Model(lightning=coin("1/4"), match=coin("1/2"), fire=lambda lightning, match: lightning or match)
    >>> blame(m, {"match": True}, "fire")
    Fraction(7, 8)
    """
    name, names = _one(model, cause), _among(model, among)
    weighed = possible_settings(model, model.do(cause), effect)
    return tidy(sum((weight * _share(setting, name, names) for setting, weight in weighed), exact(0)))


def _first(setting: CausalSetting, parts: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], Witness] | None:
    """The first of the sets of variables whose change, with some others held, prevents the effect, with the witness."""
    for part in parts:
        for held, instead in setting.contingencies(part):
            if not setting.effect_happens({**held, **instead}):
                return part, Witness(held, instead)
    return None


def _causes(setting: CausalSetting, among: tuple[str, ...]) -> Iterator[list[ActualCause]]:
    """The actual causes of one variable, of two, and so on. A part that keeps its value is one held, so only full changes are tried."""
    if not setting.effect_happens({}):
        return
    _check_size(setting, among)
    found: list[set[str]] = []
    for size in range(1, len(among) + 1):
        open_parts = [part for part in itertools.combinations(among, size) if not any(smaller <= set(part) for smaller in found)]
        hits = [hit for part in open_parts if (hit := _first(setting, [part]))]
        found += [set(part) for part, _ in hits]
        yield [
            ActualCause({name: setting.actual[name] for name in part}, setting.effect.text, setting.context, True, witness)
            for part, witness in hits
        ]


def _share(setting: CausalSetting, name: str, among: tuple[str, ...] | None) -> Fraction:
    if name not in setting.heard:
        return Fraction(0)
    best: int | None = None
    candidates = [one for one in setting.heard if one in among] if among is not None else setting.candidates
    for size, causes in enumerate(_causes(setting, tuple(dict.fromkeys([*candidates, name]))), start=1):
        counts = [size + len(cause.witness.held) for cause in causes if name in cause.cause and cause.witness is not None]
        best = min([*counts, *([best] if best else [])], default=None)
        if best is not None and best <= size + 1:
            break
    return Fraction(1, best) if best else Fraction(0)


def _check_size(setting: CausalSetting, among: Collection[str]) -> None:
    """Each variable may be left alone, changed to another value when it may be part of a cause, or held when it is not noise."""
    holdable = {name for name in setting.heard if setting.laws[name].parents and setting.effect.names != (name,)}
    contingencies = math.prod(
        (len(setting.domains[name]) if name in among else 1) + (name in holdable) for name in {*setting.heard, *among}
    )
    if contingencies > MOST_SETTINGS:
        raise TooLarge(
            f"finding the causes would try up to {contingencies:,} settings, and at most {MOST_SETTINGS:,} are tried; "
            "name fewer variables with among=[...], or ask about one cause with actual_cause"
        )


def _among(model: Model, among: Names | None) -> tuple[str, ...] | None:
    for name in several(among or ()):
        check_name(name, model.domains)
    return None if among is None else several(among)


def _one(model: Model, cause: Values) -> str:
    if len(cause) != 1:
        raise WrongShape(
            f"responsibility is that of one variable's value, and got {assignment_text(cause) or 'none'}; type {{'name': value}}"
        )
    ((name, value),) = cause.items()
    check_value(name, value, model.domains)
    return name
