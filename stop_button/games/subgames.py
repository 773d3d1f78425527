"""Subgame-perfect equilibria: profiles in which nobody gains by another strategy in any subgame, also where play never leads."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from causalkit.errors import TooLarge
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact, less, tidy
from causalkit.values.render import html_table, html_text, number
from causalkit.values.tables import ResultTable, Tabled
from stop_button.decision.policy import Choices, InformationSet, Policy
from stop_button.decision.world import World
from stop_button.games.histories import ExtensiveForm, History, extensive_form
from stop_button.games.judgements import Deviation, deviation

__all__ = ["MOST_PERFECT", "SubgameJudgement", "SubgamePerfect", "is_subgame_perfect", "subgame_perfect"]

MOST_PERFECT: Final = 2_000
"""So many subgame-perfect equilibria are listed at most."""

MOST_WAYS: Final = 50_000
"""So many ways to decide in one subgame, outside those within it, are compared at most."""

Acts = Mapping[InformationSet, Any]


@dataclass(frozen=True, repr=False)
class SubgameJudgement(Tabled):
    """Whether a policy is a subgame-perfect equilibrium: truthy when in no subgame anybody gains by another strategy.

    ``subgames`` holds where each begins, as what has been seen and done so far, with what each player that decides in it has there and
    could have at most; payoffs are of the histories through it, weighted with the chances on the way.
    """

    form: ExtensiveForm
    policy: Policy
    subgames: tuple[tuple[History, tuple[Deviation, ...]], ...]

    def __bool__(self) -> bool:
        return not any(one for _, deviations in self.subgames for one in deviations)

    def _result(self) -> ResultTable:
        """A row for each subgame and player that decides in it: what it has there, and could have at most."""
        each = [(_text(self.form, root), one) for root, deviations in self.subgames for one in deviations]
        rows = [[after, one.player, one.payoff, one.best] for after, one in each]
        return ResultTable(["after", "player", "payoff", "best"], rows, caption=str(self))

    def __str__(self) -> str:
        lost = next(((root, one) for root, deviations in self.subgames for one in deviations if one), None)
        count = f"{len(self.subgames):,} subgame{'s' * (len(self.subgames) != 1)}"
        if lost is None:
            return f"{self.policy}: subgame-perfect (nobody gains in any of {count})"
        return f"{self.policy}: not subgame-perfect (after {_text(self.form, lost[0])}, {lost[1]})"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        each = ((_text(self.form, root), one) for root, deviations in self.subgames for one in deviations)
        rows = [[after, one.player, number(one.payoff), number(one.best)] for after, one in each]
        return f"<p>{html_text(self)}</p>{html_table(['after', 'player', 'has', 'could have'], rows)}"


@dataclass(frozen=True, repr=False)
class SubgamePerfect:
    """Every pure subgame-perfect equilibrium, each with its evidence: truthy when there is one."""

    form: ExtensiveForm
    found: tuple[SubgameJudgement, ...]

    def __bool__(self) -> bool:
        return bool(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __iter__(self) -> Iterator[SubgameJudgement]:
        return iter(self.found)

    def __str__(self) -> str:
        head = f"{len(self.found):,} pure subgame-perfect in {self.form.world.title}; those that draw lots were not looked for"
        return "\n".join([head, *(str(one.policy) for one in self.found)])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        head, *rest = str(self).splitlines()
        return f"<p>{html_text(head)}</p><ul>{''.join(f'<li>{html_text(line)}</li>' for line in rest)}</ul>"


def _text(form: ExtensiveForm, root: History) -> str:
    return ", ".join(f"{name}={value}" for name, value in zip(form.order, root, strict=False)) or "nothing"


@checked
def is_subgame_perfect(world: World, policy: Any) -> SubgameJudgement:
    """Whether a policy is a subgame-perfect equilibrium: nobody gains by another strategy in any subgame of the extensive form.

    :param world: a world whose players want weighted sums of unconditioned means of what happens.
    :param policy: a policy of the world, or what ``world.policy`` makes one of; it may draw lots.
    :returns: a ``SubgameJudgement``, truthy when nobody gains; it holds each subgame with each player's best.
    :raises WrongShape: for payoffs that are something else.
    :raises TooLarge: for too many histories.

    Source: [selten1975].

    >>> import causalkit as ck
    >>> import stop_button as sb
    >>> pay = {("out", "fight"): 1, ("out", "share"): 1, ("in", "fight"): 0, ("in", "share"): 2}
    >>> model = ck.Model(
    ...     entrant=ck.choice("in", "out"), owner=ck.choice("fight", "share", sees=["entrant"]),
    ...     gain=lambda entrant, owner: pay[entrant, owner], profit=lambda entrant, owner: 2 * (entrant == "out") + (owner == "share"),
    ... )
    >>> entry = sb.World(model, players={"entrant": ("entrant", "gain"), "owner": ("owner", "profit")})
    >>> print(is_subgame_perfect(entry, {"entrant": "out", "owner": "fight"}))
    entrant: out; owner: fight: not subgame-perfect (after entrant=in, owner has 0 and would have 1 by share)
    """
    form = extensive_form(world)
    chosen = world.policy(policy)
    return _judged(form, chosen, form.subgames())


def _judged(form: ExtensiveForm, policy: Policy, subgames: Sequence[tuple[History, frozenset[InformationSet]]]) -> SubgameJudgement:
    players = list(form.world.players)
    found = []
    for root, sets in subgames:
        deciders = [name for name in players if any(form.world.player_of(place[0]) == name for place in sets)]
        found.append((root, tuple(_deviation(form, policy, root, sets, name, players.index(name)) for name in deciders)))
    return SubgameJudgement(form, policy, tuple(found))


def _deviation(form: ExtensiveForm, policy: Policy, root: History, sets: frozenset[InformationSet], player: str, index: int) -> Deviation:
    """What a player has in a subgame beside its best there, the others staying as in the policy."""
    world, has = form.world, exact(0)
    left: dict[Choices, Number] = {}
    for end, worth in _within(form, root):
        acts = [(*place, act) for before, place, act in form.passed(end) if len(before) >= len(root)]
        own = frozenset(act for act in acts if act[:2] in sets and world.player_of(act[0]) == player)
        others = math.prod((policy.weight(*act) for act in acts if act not in own), start=worth[index])
        left[own] = left.get(own, exact(0)) + others
        has = has + math.prod((policy.weight(*act) for act in own), start=others)
    mine = [place for place in sets if world.player_of(place[0]) == player]
    return deviation(world, player, tidy(has), left, mine)


def _within(form: ExtensiveForm, root: History) -> list[tuple[History, tuple[Number, ...]]]:
    return [(end, worth) for end, worth in form.ends.items() if end[: len(root)] == root]


@checked
def subgame_perfect(world: World) -> SubgamePerfect:
    """Every pure subgame-perfect equilibrium of a world with players, from the smallest subgames to the whole game.

    Where everybody sees all that was done and nothing is decided at once, this is backward induction, ties kept.

    :param world: a world whose players want weighted sums of unconditioned means of what happens.
    :returns: a ``SubgamePerfect``; its members are policies of the world, told everywhere.
    :raises WrongShape: for payoffs that are something else.
    :raises TooLarge: for too many histories, ways to decide in one subgame, or equilibria.
    :raises Undecided: where symbols decide.

    Source: [selten1975].

    >>> import stop_button as sb
    >>> print(subgame_perfect(sb.games.matrix_game({"a": [[2, 0], [0, 1]], "b": [[1, 0], [0, 2]]})))
    2 pure subgame-perfect in the world; those that draw lots were not looked for
    a: 0; b: 0
    a: 1; b: 1
    """
    form = extensive_form(world)
    subgames = form.subgames()
    solved: dict[frozenset[InformationSet], list[dict[InformationSet, Any]]] = {}
    for root, sets in subgames:
        solved[sets] = _solved(form, root, sets, solved)
    whole = solved[max(solved, key=len)] if solved else [{}]
    policies = dict.fromkeys(world.policy(world.policies.filled(acts)) for acts in whole)
    return SubgamePerfect(form, tuple(_judged(form, policy, subgames) for policy in policies))


def _solved(
    form: ExtensiveForm, root: History, sets: frozenset[InformationSet], solved: Mapping[frozenset[InformationSet], Sequence[Acts]]
) -> list[dict[InformationSet, Any]]:
    """The pure equilibria of a subgame that are equilibria of those within it, too."""
    inner = [other for other in solved if other < sets and not any(other < third < sets for third in solved)]
    own = sorted(sets.difference(*inner), key=[slot[:2] for slot in form.world.policies.slots].index)
    options = {slot[:2]: slot[2] for slot in form.world.policies.slots}
    ways = math.prod(len(options[place]) for place in own)
    if ways > MOST_WAYS:
        raise TooLarge(f"{ways:,} ways to decide in one subgame of {form.world.title}, and at most {MOST_WAYS:,} are compared")
    found: list[dict[InformationSet, Any]] = []
    for parts in itertools.product(*(solved[other] for other in inner)):
        fixed = {place: act for part in parts for place, act in part.items()}
        found += [{**fixed, **acts} for acts in _stable(form, root, fixed, own, options)]
        if len(found) > MOST_PERFECT:
            raise TooLarge(
                f"more than {MOST_PERFECT:,} pure subgame-perfect equilibria in {form.world.title}; judge one: is_subgame_perfect"
            )
    return found


def _stable(
    form: ExtensiveForm, root: History, fixed: Acts, own: Sequence[InformationSet], options: Mapping[InformationSet, Sequence[Any]]
) -> list[dict[InformationSet, Any]]:
    """The ways to decide at some information sets in which no player gains alone, what is decided below being fixed."""
    players = list(form.world.players)
    owner = {place: players.index(form.world.player_of(place[0])) for place in own}
    terms: dict[frozenset[tuple[InformationSet, Any]], list[Number]] = {}
    for end, worth in _within(form, root):
        acts = [(place, act) for before, place, act in form.passed(end) if len(before) >= len(root)]
        if all(fixed.get(place, act) == act for place, act in acts):
            key = frozenset((place, act) for place, act in acts if place in owner)
            terms[key] = [a + b for a, b in zip(terms.get(key, [exact(0)] * len(players)), worth, strict=True)]
    payoffs = {
        picks: _total(terms, dict(zip(own, picks, strict=True)), len(players)) for picks in itertools.product(*(options[p] for p in own))
    }
    deciders = set(owner.values())
    others = {
        (picks, k): (k, tuple(act for place, act in zip(own, picks, strict=True) if owner[place] != k))
        for picks in payoffs
        for k in deciders
    }
    best: dict[Any, Number] = {}
    for (picks, k), rest in others.items():
        if rest not in best or less(best[rest], payoffs[picks][k]):
            best[rest] = payoffs[picks][k]
    return [
        dict(zip(own, picks, strict=True))
        for picks, has in payoffs.items()
        if not any(less(has[k], best[others[picks, k]]) for k in deciders)
    ]


def _total(terms: Mapping[frozenset[tuple[InformationSet, Any]], Sequence[Number]], acts: Acts, players: int) -> list[Number]:
    total = [exact(0)] * players
    for key, each in terms.items():
        if all(acts[place] == act for place, act in key):
            total = [a + b for a, b in zip(total, each, strict=True)]
    return total
