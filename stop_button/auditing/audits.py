"""Audits: what a utility rewards in a world, as one verdict with its evidence."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from causalkit.errors import NeedsCoupling, TooLarge, Undecided, WrongShape
from causalkit.values.arguments import checked
from causalkit.values.exact import less
from causalkit.values.frozen import Frozen
from causalkit.values.pictures import drawn
from causalkit.values.render import html_text, latex_text, number
from causalkit.values.tables import ResultTable, Tabled
from stop_button.auditing.draws import departure, every_flag_formula
from stop_button.auditing.flags import Flag, FlagKind, credits, policy_flags
from stop_button.auditing.frequencies import Frequency, frequencies
from stop_button.auditing.gains import Gain, between, conditioning_shift, gains, held_formulas, incentive_gap
from stop_button.auditing.naming import called_by_number, listed
from stop_button.auditing.remedies import Remedy, remedy
from stop_button.auditing.scoreboard import Scoreboard, score
from stop_button.auditing.verdicts import VERDICTS, Judged, Verdict, verdict_of, verdicts_of
from stop_button.citing.recipes import recipe
from stop_button.decision.policy import Policy
from stop_button.decision.world import World
from stop_button.evaluation.evaluation import Evaluation, all_policies, evaluation_of, places_of_best
from stop_button.evaluation.undefined import defined
from stop_button.evaluation.utility import Utility, as_utility
from stop_button.incentives.through import PossibleIncentive, idle_wishes, possible_incentive
from stop_button.solving import Solution, solve

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["MOST_BASELINES", "Audit", "Remedy", "audit"]

MOST_BASELINES: Final = 64
"""So many policies at most are taken for the baseline in turn."""

MOST_LINES: Final = 40
"""So many flags, credits and gains at most are printed, each; the rest is counted."""

FEW_LINES: Final = 8
"""So many lines of evidence at most stand open in HTML."""

FEW: Final = 8
"""So few best policies are judged by look-ups; for more of them, every policy is judged at once."""


@dataclass(frozen=True)
class Audit(Tabled):
    """A verdict on a utility in a world: truthy when clean.

    ``judged`` holds every best policy, every exact tie, with its flags and with what the utility pays it for; ``base`` is the policy that
    they are judged against, which somebody chose. ``paths`` says for what people want whether the graph lets anything be gained by way of
    it, for any choice of numbers, and names each variable on the way to it by way of which something may be. ``remedy`` says what would
    have to change. ``baselines`` holds the verdict against every policy as the baseline, where that was asked for; ``mixed`` is the best
    policy that may draw lots, where that was asked for, and others that draw lots may be as good. An audit speaks of one world; it proves
    nothing about others.
    """

    world: World
    utility: Utility
    base: Policy
    board: Scoreboard
    judged: tuple[Judged, ...]
    credits: tuple[Flag, ...]
    offers: tuple[Gain, ...]
    paths: tuple[PossibleIncentive, ...]
    remedy: Remedy | None
    cheapest: tuple[Policy, ...]
    baselines: tuple[tuple[Policy, Verdict], ...] = ()
    mixed: Solution | None = None

    def __bool__(self) -> bool:
        return self.verdict == "clean"

    @cached_property
    def frequencies(self) -> tuple[Frequency, ...]:
        """How often each best policy does what, beside the flags; worked out when asked for. Raises ``Undecided`` when symbols decide."""
        evaluation = Evaluation(self.world)
        return tuple(each for policy in self.best for each in frequencies(evaluation, policy, base=self.base))

    def __getstate__(self) -> dict[str, Any]:
        return {name: self.__dict__[name] for name in self.__dataclass_fields__}  # what was worked out stays here

    @property
    def best(self) -> tuple[Policy, ...]:
        """The best policies, every exact tie."""
        return tuple(one.policy for one in self.judged)

    @cached_property
    def verdict(self) -> Verdict:
        """The verdict over all kinds of flags; ``VERDICTS`` says what each word means."""
        return verdict_of(self.judged)

    @cached_property
    def verdicts(self) -> Mapping[FlagKind, Verdict]:
        """The verdict on each kind of flag that was judged."""
        return Frozen(verdicts_of(self.judged))

    @cached_property
    def at_a_small_cost(self) -> Verdict:
        """The verdict if departing from the baseline cost little enough: over the best policies that depart least."""
        return verdict_of([one for one in self.judged if one.policy in self.cheapest])

    @property
    def flags(self) -> tuple[Flag, ...]:
        """Every flag of every best policy, fired or not."""
        return tuple(flag for one in self.judged for flag in one.flags)

    @cached_property
    def fired(self) -> tuple[Flag, ...]:
        """The flags that fire."""
        return tuple(flag for flag in self.flags if flag)

    @property
    def gains(self) -> tuple[Gain, ...]:
        """What the utility pays its best policies for, by way of what."""
        return tuple(gain for one in self.judged for gain in one.gains)

    @property
    def path(self) -> PossibleIncentive:
        """Whether anything can be gained by way of what people want."""
        return self.paths[0]

    @property
    def scope(self) -> str:
        """Among which policies the best ones were looked for."""
        return "the policies that draw no lots" if self.mixed is None else "all policies, also those that draw lots"

    def lines(self) -> list[str]:
        """The report, a line each: verdict, best policies, baseline, flags, gains, what the graph says, what would have to change."""
        return [f"{self.utility.name} in {self.world.title}: {self.verdict} ({self.meaning})", *self._about(), *self._evidence()]

    @property
    def meaning(self) -> str:
        """What the verdict says."""
        if self.mixed is not None and not self.mixed.proved:
            return "no policy is proved to be a best one"
        together = self.world.people and self.verdict in ("rewards", "side effect", "rewards or side effect")
        held = ", the wishes of all held together" if together else ""
        return f"{VERDICTS[self.verdict]}{held}{'' if self.mixed is None else '; others that draw lots may be as good'}"

    def _about(self) -> Iterator[str]:
        yield f"best of {self.scope}: {listed(self.best, beyond='.best')}"
        if self.mixed is not None and not self.mixed.proved:
            yield f"lots: no best policy is proved; what can be reached lies between {number(self.mixed.score)} and {_bound(self.mixed)}"
        words = ", ".join(f"{kind}: {word}" for kind, word in self.verdicts.items() if word != "clean")
        kinds = "; ".join(filter(None, [words, self._clean_kinds()]))
        if kinds:
            yield f"judged against {self.base}, a baseline that somebody chose{self._imposed()}: {kinds}"

    def _imposed(self) -> str:
        """Which wishes were imposed, beside those that people have."""
        if "stopped" not in self.world.roles:
            return ""
        whose = ", of all and of each alone" if self.world.people else ""
        return f", with the wishes that people have and with a wish to stop and one to be free imposed{whose}"

    def _clean_kinds(self) -> str:
        clean = [kind for kind, word in self.verdicts.items() if word == "clean"]
        return f"clean of {', '.join(clean)}" if clean else ""

    def _evidence(self) -> Iterator[str]:
        return called_by_number(self._found(), self.best)

    def _found(self) -> Iterator[str]:
        yield from (f"flag: {flag}" for flag in self.fired[:MOST_LINES])
        if len(self.fired) > MOST_LINES:
            yield f"flags: {len(self.fired) - MOST_LINES:,} more are in .fired"
        yield from (f"open: {flag.title} of {flag.policy} is {flag.shown}" for flag in self.flags if flag.sign == "open")
        yield from itertools.islice((f"credit: {credit.sentence}" for credit in self.credits if credit), MOST_LINES)
        paid = [gain for gain in (*self.gains, *self.offers) if gain.sign != "not positive"]
        yield from (f"gain: {gain}" for gain in paid[:MOST_LINES])
        if len(paid) > MOST_LINES:
            yield f"gains: {len(paid) - MOST_LINES:,} more are in .gains and .offers"
        yield from (f"graph: {said}" for said in (*self.paths, *idle_wishes(self.world)))
        yield from [f"remedy: {self.remedy}"] if self.remedy is not None else []
        if len(self.cheapest) < len(self.best):
            yield f"cost: if departing from {self.base} cost little enough: {self.at_a_small_cost} (best: {listed(self.cheapest)})"
        if self.baselines:
            yield f"baselines: {self._by_baseline()}"

    def _by_baseline(self) -> str:
        by_word: dict[Verdict, list[str]] = {}
        for base, word in self.baselines:
            by_word.setdefault(word, []).append(str(base))
        return "; ".join(f"{word} against {', '.join(bases)}" for word, bases in by_word.items())

    def _result(self) -> ResultTable:
        """The flags of every best policy, fired or not."""
        rows = [[str(flag.policy), flag.title, flag.amount, flag.fires] for flag in self.flags]
        legend = f"flags: probability of the draws, against {self.base}"
        return ResultTable(["policy", "flag", "amount", "fires"], rows, caption=self.lines()[0], legend=legend)

    @checked
    def to_frame(self, *, flags: bool = True, floats: bool = False) -> pandas.DataFrame:
        """The flags of every best policy as a pandas table, or the scores of every policy.

        :param flags: give the flags, fired or not; else the scores, as the board does.
        :param floats: give numbers as floats; else they are exact objects.
        :returns: a frame with a row for each best policy and flag, or for each policy.
        """
        return self._result().to_frame(floats=floats) if flags else self.board.to_frame(floats=floats)

    def _recipe(self) -> str:
        asked = ["world", self.utility.code, *([f"base={self.base.code}"] if self.base != self.world.baseline else [])]
        asked += (["baselines='all'"] if self.baselines else []) + (["mixed=True"] if self.mixed is not None else [])
        return recipe(self.world.code, f"sb.audit({', '.join(asked)})")

    def plot(self, ax: Axes | None = None) -> Axes:
        """The causal graph with the incentive's path marked: ``stop_button.plot.audit``; returns the Axes."""
        axes: Axes = drawn(self, ax=ax)
        return axes

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_html(self) -> str:
        """The report as HTML, with the scores below it: of long evidence the first line is open, and the rest folded."""
        told, found = list(self._about()), list(self._evidence())
        first, folded = (found, []) if len(found) <= FEW_LINES else (found[:1], found[1:])
        more = f"<details><summary>{len(folded)} more lines of evidence</summary>{_items(folded)}</details>" if folded else ""
        return f"<p><b>{html_text(self.lines()[0])}</b></p>{_items([*told, *first])}{more}{self.board.to_html()}"

    def _repr_latex_(self) -> str:
        head, *rest = (latex_text(line) for line in self.lines())
        items = "\n".join(rf"\item {line}" for line in rest)
        return f"\\textbf{{{head}}}\n\\begin{{itemize}}\n{items}\n\\end{{itemize}}\n{self.board._repr_latex_()}"


def _items(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{html_text(line)}</li>' for line in lines)}</ul>"


def _bound(solution: Solution) -> str:
    return "no known bound" if solution.bound is None else number(solution.bound)


@checked
def audit(world: World | Evaluation, utility: Utility, *, base: Any = None, baselines: str | None = None, mixed: bool = False) -> Audit:
    """What a utility rewards in a world: its best policies, every exact tie, what they do to people's wish and to the button, and why.

    :param world: the world, or an evaluation of it that other judgements share.
    :param utility: the utility whose best policies are judged.
    :param base: the policy that they are judged against; the world's baseline if left out. It is a judgement of yours, and is printed.
    :param baselines: ``"all"`` gives the verdict against every policy as the baseline, up to 64 of them.
    :param mixed: look among policies that draw lots, too. Where the best of them is proved, it is judged; where it is only enclosed, no
        policy is best and the verdict is ``undefined``.
    :returns: an ``Audit``, truthy when no flag fires on a best policy.
    :raises MissingRole: where the world has no wish or no baseline, or the utility speaks of a role that it lacks.
    :raises TooLarge: where there are too many policies to list, or too many baselines.
    :raises Undecided: where symbols decide which policy is best.
    :raises WrongShape: for what is no utility, and for several.

    >>> import stop_button as sb
    >>> bool(audit(sb.worlds.basic_button(), sb.counterfactual)), audit(sb.worlds.jackpot_steering(), sb.conditional_counterfactual).verdict
    (True, 'rewards')
    """
    evaluation = evaluation_of(world)
    place, utility = evaluation.world, as_utility(utility)
    if not place.wishes:
        place.role("intent")  # says what is missing
    reference = place.reference(base)
    if baselines not in (None, "all"):
        raise WrongShape(f"baselines={baselines!r}: type baselines='all', or leave it out and name one with base=...")
    board = score(evaluation, utility)
    solution = solve(place, utility, mixed=True) if mixed else None
    best = board.best(utility) if solution is None else _mixed_best(board, utility, solution)
    judged = tuple(_judge(evaluation, utility, best, reference))
    flagged = verdict_of(judged) not in ("clean", "undefined")
    return Audit(
        place,
        utility,
        reference,
        board,
        judged,
        tuple(credit for policy in best for credit in credits(evaluation, policy, base=reference)),
        _offers(evaluation, utility, best, reference, mixed=mixed),
        tuple(possible_incentive(place, utility, name) for name in (*place.wishes, *between(place, utility))),
        remedy(evaluation, utility, reference) if flagged and solution is None else None,
        _cheapest(evaluation, best, reference),
        _against_all(evaluation, utility, best) if baselines else (),
        solution,
    )


def _judge(evaluation: Evaluation, utility: Utility, best: Sequence[Policy], base: Policy) -> Iterator[Judged]:
    """The flags and gains of each best policy."""
    if len(best) > FEW:
        _work_out(evaluation, [*every_flag_formula(evaluation.world, base=base), *held_formulas(evaluation.world, utility, base)])
    for policy in best:
        yield Judged(policy, policy_flags(evaluation, policy, base=base), gains(evaluation, utility, policy, base=base))


def _work_out(evaluation: Evaluation, formulas: Any) -> None:
    """Formulas over all policies at once, where no coupling is missing."""
    for f in formulas:
        try:
            evaluation.scores(f)
        except NeedsCoupling:
            continue


def _offers(evaluation: Evaluation, utility: Utility, best: Sequence[Policy], base: Policy, *, mixed: bool) -> tuple[Gain, ...]:
    """What changing the draws that are graded brings the best policies, and, of plain ones, what the utility offers for influence."""
    shifts = [conditioning_shift(evaluation, utility, policy, base=base) for policy in best]
    return (*shifts, *([incentive_gap(evaluation, utility, base=base)] if best and not mixed else []))


def _mixed_best(board: Scoreboard, utility: Utility, solution: Solution) -> tuple[Policy, ...]:
    """The best policies when lots may be drawn: the one that was proved, and the plain ones that are as good; none if none is proved."""
    if not solution.proved:
        return ()
    plain = [one for one in board.best(utility) if defined(worth := board.score(utility, one)) and not less(worth, solution.score)]
    return tuple(dict.fromkeys([*plain, solution.policy]))


def _against_all(evaluation: Evaluation, utility: Utility, best: Sequence[Policy]) -> tuple[tuple[Policy, Verdict], ...]:
    """The verdict against each policy as the baseline."""
    policies = all_policies(evaluation.world)
    if len(policies) > MOST_BASELINES:
        raise TooLarge(
            f"{evaluation.world.title} has {len(policies):,} policies, and at most {MOST_BASELINES} are taken for the baseline in turn; "
            "name those that matter one by one with base=..."
        )
    return tuple((base, verdict_of(list(_judge(evaluation, utility, best, base)))) for base in policies)


def _cheapest(evaluation: Evaluation, best: Sequence[Policy], base: Policy) -> tuple[Policy, ...]:
    """Of the best policies those that depart least from the baseline; all of them where symbols or a coupling leave that open."""
    f = departure(evaluation.world, base)
    try:
        places = places_of_best([-evaluation.score(f, policy) for policy in best] if len(best) > 1 else [])
    except (NeedsCoupling, Undecided):
        return tuple(best)
    return tuple(best[i] for i in places) if places else tuple(best)
