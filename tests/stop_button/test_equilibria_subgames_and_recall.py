"""Values, correlated equilibria, subgames, recall and verdicts of worlds with players: laws, brute force, and what is refused."""

import itertools
import random
from fractions import Fraction
from typing import Any

import pytest

import stop_button as sb
from causalkit import Dist, Model, choice, coin, uniform
from causalkit.errors import TooLarge, UnknownValue, WrongShape
from stop_button import E, V, World, X
from stop_button.decision.roles import MissingRole
from stop_button.games.judgements import played
from tests.stop_button.brute_games import payoffs, random_world, tables

SEEDS = range(6)


def game(a: Any, b: Any, **more: Any) -> World:
    return sb.games.matrix_game({"row": a, "column": b}, **more)


def negative(table: list[list[int]]) -> list[list[int]]:
    return [[-value for value in row] for row in table]


# ---------------------------------------------------------------- zero-sum games and correlated equilibria


@pytest.mark.parametrize("seed", SEEDS)
def test_the_value_of_a_zero_sum_game_is_what_each_equilibrium_pays_and_what_both_programs_say(seed: int) -> None:
    table, _ = tables(random.Random(seed), 3, 4)
    value = sb.games.zero_sum_value(game(table, negative(table)))
    turned = sb.games.zero_sum_value(
        game(negative([list(c) for c in zip(*table, strict=True)]), [list(c) for c in zip(*table, strict=True)])
    )
    assert value
    assert turned
    assert value.value == -turned.value
    found = sb.games.equilibria(game(table, negative(table)), mixed=True)
    assert {judgement.payoffs["row"] for judgement in found} == {value.value}
    assert sb.games.is_equilibrium(game(table, negative(table)), {"row": value.first, "column": value.second})


@pytest.mark.parametrize("seed", SEEDS)
def test_the_correlated_set_holds_every_extreme_equilibrium_and_pays_no_less(seed: int) -> None:
    world = game(*tables(random.Random(seed), 3, 3))
    found = sb.games.equilibria(world, mixed=True)
    assert found
    best = sb.games.correlated_optimum(world)
    assert best
    assert best.value == best.bound == sum(best.payoffs.values())
    for judgement in found:
        mine, theirs = (played(dist) for dist in judgement.profile.values())  # type: ignore[union-attr]
        weights = {(a, b): v * w for (a, v), (b, w) in itertools.product(mine, theirs)}
        assert sb.games.is_correlated(world, weights)
        assert best.value is not None
        assert sum(judgement.payoffs.values()) <= best.value


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mixture_of_correlated_equilibria_is_one(seed: int) -> None:
    world = game(*tables(random.Random(seed), 3, 3))
    one, other = (sb.games.correlated_optimum(world, player) for player in ("row", "column"))
    half: dict[Any, Any] = {}
    for each in (one, other):
        for profile, weight in each.weights.items():
            told = each.form.named(profile)
            half[told] = half.get(told, 0) + weight / 2
    assert sb.games.is_correlated(world, half)


def test_who_disobeys_and_what_cannot_be_asked() -> None:
    world = game([[3, 0], [4, 1]], [[3, 4], [0, 1]], name="dilemma")
    judged = sb.games.is_correlated(world, {("0", "0"): 1})
    assert str(judged) == "1 0 | 0: no correlated equilibrium: row, told 0, gains 1 by 1"
    assert len(judged.to_frame()) == 1
    assert "<table>" in judged._repr_html_()
    with pytest.raises(UnknownValue, match="'2' is no reduced strategy of row"):
        sb.games.is_correlated(world, {("2", "0"): 1})
    with pytest.raises(WrongShape, match="is no profile"):
        sb.games.is_correlated(world, {"0": 1})
    for told in (("0",), (), ("0", "0", "0"), "00"):
        with pytest.raises(WrongShape, match="is no profile; type a tuple with a strategy for each of"):
            sb.games.is_correlated(world, {("0", "0"): "1/2", told: "1/2"})
    with pytest.raises(WrongShape, match="add up to 2 here and 6 there"):
        sb.games.zero_sum_value(world)
    with pytest.raises(WrongShape, match="is of two players"):
        sb.games.zero_sum_value(sb.games.matrix_game({"a": [1, 2]}))
    wide = [[0] * 9] * 9
    with pytest.raises(TooLarge, match="satisfy 144 inequalities, and at most 64"):
        sb.games.correlated_optimum(game(wide, wide))
    long = [[0] * 65]
    with pytest.raises(TooLarge, match="1 x 65 reduced strategies, and at most 64 x 64"):
        sb.games.zero_sum_value(game(long, long))
    assert sb.games.correlated_optimum(world, E(X("payoff of row")) * 2).value == 2


# ---------------------------------------------------------------- subgames


@pytest.mark.parametrize("seed", range(10))
def test_subgame_perfect_equilibria_are_those_of_brute_force_over_histories(seed: int) -> None:
    """Perfect information: a policy is subgame-perfect when no single change of one act helps who makes it, after any history."""
    draw = random.Random(seed)
    names = ["a", "b", "c"]
    worth = [{key: draw.randint(0, 3) for key in itertools.product((0, 1), repeat=3)} for _ in range(2)]
    world = World(
        Model(
            a=choice(0, 1), b=choice(0, 1, sees=["a"]), c=choice(0, 1, sees=["a", "b"]),
            first=lambda a, b, c: worth[0][a, b, c], second=lambda a, b, c: worth[1][a, b, c],
        ),
        players={"one": (("a", "c"), "first"), "two": ("b", "second")},
    )  # fmt: skip
    found = sb.games.subgame_perfect(world)
    assert found
    assert all(found)
    expected = [policy for policy in world.policies if all(no_gain(policy, past, worth, names) for past in pasts())]
    assert [judgement.policy for judgement in sorted(found, key=lambda one: world.policies.index(one.policy))] == expected
    assert all(sb.games.is_equilibrium(world, judgement.policy) for judgement in found)


def pasts() -> list[tuple[int, ...]]:
    return [past for length in range(3) for past in itertools.product((0, 1), repeat=length)]


def no_gain(policy: Any, past: tuple[int, ...], worth: list[dict[Any, int]], names: list[str]) -> bool:
    owner = (0, 1, 0)[len(past)]
    ends = [follow(policy, (*past, act), names) for act in (0, 1)]
    mine = follow(policy, past, names)
    return all(worth[owner][end] <= worth[owner][mine] for end in ends)


def follow(policy: Any, past: tuple[int, ...], names: list[str]) -> tuple[int, ...]:
    while len(past) < 3:
        past = (*past, policy.act(names[len(past)], *past))
    return past


@pytest.mark.parametrize("seed", SEEDS)
def test_a_subgame_perfect_equilibrium_is_an_equilibrium(seed: int) -> None:
    world = random_world(random.Random(seed))
    found = sb.games.subgame_perfect(world)
    assert isinstance(found.found, tuple)
    assert all(sb.games.is_equilibrium(world, judgement.policy) for judgement in found)
    form = sb.games.extensive_form(world)
    policy = world.policies[random.Random(seed).randrange(len(world.policies))]
    rules = {d.name: {seen: policy.acts[d.name, seen] for seen in d.contexts} for d in world.decisions}
    ends = [worth for end, worth in form.ends.items() if all(policy.acts[place] == act for _, place, act in form.passed(end))]
    assert tuple(sum(column) for column in zip(*ends, strict=True)) == payoffs(world, rules)


def entry() -> World:
    """An owner who threatens to fight whoever enters."""
    gain = {("out", "fight"): 1, ("out", "share"): 1, ("in", "fight"): 0, ("in", "share"): 2}
    profit = {("out", "fight"): 2, ("out", "share"): 2, ("in", "fight"): 0, ("in", "share"): 1}
    return World(
        Model(
            entrant=choice("in", "out"), owner=choice("fight", "share", sees=["entrant"]),
            gain=lambda entrant, owner: gain[entrant, owner], profit=lambda entrant, owner: profit[entrant, owner],
        ),
        players={"entrant": ("entrant", "gain"), "owner": ("owner", "profit")},
        name="entry",
    )  # fmt: skip


def test_a_profile_speaks_of_players_or_of_decisions() -> None:
    """Players who are called otherwise than what they decide: strategies by the player's name, acts by the decision's."""
    named = World(entry().model, players={"rival": ("entrant", "gain"), "owner": ("owner", "profit")}, name="entry")
    form = sb.games.strategic_form(named)
    assert [len(of) for of in form.strategies] == [2, 4]
    for rival, owner in itertools.product(*form.strategies):
        acts = {"entrant": rival.acts["entrant", ()], "owner": {seen: owner.acts["owner", (seen,)] for seen in ("in", "out")}}
        by_decision = sb.games.is_equilibrium(
            named, {"entrant": acts["entrant"], "owner": lambda entrant, acts=acts: acts["owner"][entrant]}
        )
        by_player = sb.games.is_equilibrium(named, {"rival": rival, "owner": owner})
        by_name = sb.games.is_equilibrium(named, {"rival": str(rival), "owner": str(owner)})
        assert by_player.payoffs == by_name.payoffs == by_decision.payoffs
        assert bool(by_player) == bool(by_name) == bool(by_decision)


@pytest.mark.parametrize("order", [["entrant", "owner", "idle"], ["entrant", "idle", "owner"], ["idle", "entrant", "owner"]])
@pytest.mark.parametrize("whose", ["rival", "shop", "nobody else"])
def test_where_nothing_is_decided_makes_no_difference_to_subgames(order: list[str], whose: str) -> None:
    """A decision with one option, wherever it stands: the owner still gives in once the entrant is in, as it does without it."""
    gains = {("out", "fight"): 1, ("out", "share"): 1, ("in", "fight"): 0, ("in", "share"): 2}
    laws: dict[str, Any] = {
        "entrant": choice("in", "out"), "owner": choice("fight", "share", sees=["entrant"]), "idle": choice("only"),
    }  # fmt: skip
    rest = {
        "gain": lambda entrant, owner: gains[entrant, owner],
        "profit": lambda entrant, owner: 2 * (entrant == "out") + (owner == "share"),
    }
    owns: dict[str, list[str]] = {"rival": ["entrant"], "shop": ["owner"], "nobody else": []}
    owns[whose].append("idle")
    wants = {"rival": "gain", "shop": "profit", "nobody else": "gain"}
    players = {name: (tuple(decisions), wants[name]) for name, decisions in owns.items() if decisions}
    world = World(Model({**{name: laws[name] for name in order}, **rest}), players=players)
    found = sb.games.subgame_perfect(world)
    assert [one.policy for one in found] == [world.policy(entrant="in", owner="share", idle="only")]
    assert all(found)
    threat = world.policy(entrant="out", owner={"in": "fight", "out": "share"}, idle="only")
    assert sb.games.is_equilibrium(world, threat)
    assert not sb.games.is_subgame_perfect(world, threat)


def test_an_empty_threat_is_an_equilibrium_and_not_subgame_perfect() -> None:
    """Derived, the chain-store game with one rival: two equilibrium outcomes, one of which rests on a threat."""
    outcomes = {(one.policy.act("entrant"), tuple(one.payoffs.values())) for one in sb.games.equilibria(entry())}
    assert outcomes == {("in", (2, 1)), ("out", (1, 2))}
    found = sb.games.subgame_perfect(entry())
    assert {(one.policy.act("entrant"), one.policy.act("owner", "in")) for one in found} == {("in", "share")}
    assert str(found).startswith("2 pure subgame-perfect in entry")
    threat = sb.games.is_subgame_perfect(entry(), {"entrant": "out", "owner": "fight"})
    assert not threat
    assert "<table>" in threat._repr_html_()
    assert "<li>entrant: in" in found._repr_html_()
    assert [list(row) for row in threat.to_frame().values if row[2] != row[3]] == [["entrant=in", "owner", 0, 1]]


def test_what_has_no_histories_is_refused() -> None:
    seen = World(Model(a=choice(0, 1), v=lambda a: a), value="v", players={"p": ("a", E(V, given={"a": 1}) * 0 + E(V.had(a=1)))})
    with pytest.raises(WrongShape, match="histories are of what happens"):
        sb.games.extensive_form(seen)
    wide = World(
        Model({f"d{k}": choice(0, 1) for k in range(15)}),
        players={"p": (tuple(f"d{k}" for k in range(15)), E(X("d0")))},
    )
    with pytest.raises(TooLarge, match="has up to 32,768 histories"):
        sb.games.subgame_perfect(wide)


# ---------------------------------------------------------------- recall


def forgetful() -> World:
    """A player who is not told at the second decision what it did at the first."""
    return World(
        Model(
            a=choice(0, 1), b=choice(0, 1), c=choice(0, 1), own=lambda a, b, c: int(a == b != c), other=lambda a, b, c: -int(a == b != c)
        ),
        players={"p": (("a", "b"), "own"), "q": ("c", "other")},
    )


def test_a_mixture_of_a_forgetful_player_is_no_lot_at_each_decision() -> None:
    """Derived: together the mixture makes sure of 1/2; lots drawn apart make sure of 1/4 only."""
    found = sb.games.equilibria(forgetful(), mixed=True)
    assert {one.payoffs["p"] for one in found} == {Fraction(1, 2)}
    with pytest.raises(WrongShape, match=r"p of the world has no perfect recall: deciding 'b' .*Kuhn's theorem"):
        sb.games.behavioural(found.found[0])
    lots = {name: Dist({0: "1/2", 1: "1/2"}) for name in "abc"}
    assert sb.games.is_equilibrium(forgetful(), lots).payoffs["p"] == Fraction(1, 4)


def test_with_perfect_recall_lots_at_each_decision_are_the_same_equilibrium() -> None:
    """Kuhn's theorem, on a game of two cards: what both have, and that nobody gains, is the same."""
    world = World(
        Model(
            card=coin("1/2"), bet=choice(0, 1, sees=["card"]), call=choice(0, 1, sees=["bet"]),
            pay=lambda card, bet, call: (1 if not bet else 2 if call else 1) * (1 if card else -1) if not bet or call else 1,
        ),
        players={"bettor": ("bet", "pay"), "caller": ("call", -E(X("pay")))},
        name="poker",
    )  # fmt: skip
    found = sb.games.equilibria(world, mixed=True)
    assert found
    for judgement in found:
        drawn = sb.games.is_equilibrium(world, sb.games.behavioural(judgement))
        assert drawn
        assert drawn.payoffs == judgement.payoffs
    assert {judgement.payoffs["bettor"] for judgement in found} == {sb.games.zero_sum_value(world).value} == {Fraction(1, 3)}
    handed = sb.games.is_equilibrium(world, sb.games.behavioural(found.found[0]))
    assert sb.games.behavioural(handed) == handed.profile


# ---------------------------------------------------------------- verdicts over all equilibria


def persuaded(reward: int) -> World:
    """A robot that may flatter, a human who may trust it; both are paid for meeting, and the robot's flattery turns the wish."""
    return World(
        Model(
            mood=uniform(0, 1), robot=choice("plain", "flatter"), human=choice("doubt", "trust"),
            wish=lambda mood, robot, human: "stop" if mood and not (robot == "flatter" and human == "trust") else "free",
            stopped=lambda wish: wish == "stop",
            pay=lambda robot, human: {("plain", "doubt"): 1, ("flatter", "trust"): reward}.get((robot, human), 0),
        ),
        intent="wish", stopped="stopped", players={"robot": ("robot", "pay"), "human": ("human", "pay")},
        baseline={"robot": "plain", "human": "doubt"}, name="persuaded",
    )  # fmt: skip


def test_a_verdict_is_over_all_equilibria_and_says_who_moves_whose_wish() -> None:
    some = sb.games.audit_equilibria(persuaded(1))
    assert (some.verdict, bool(some), len(some.judged)) == ("some clean", False, 2)
    assert "those that draw lots were not looked for" in some.equilibria.scope
    flattered = next(one for one in some.judged if one.policy.act("robot") == "flatter")
    assert next(flag.title for flag in flattered.together.fired) == "influence"
    alone = {conduct.player: [flag.title for flag in conduct.fired] for conduct in flattered.conducts[1:]}
    assert "influence" in alone["robot"]
    assert "influence" in alone["human"]
    against = {conduct.player: str(conduct.against) for conduct in flattered.conducts}
    assert against["robot"] == "robot: plain; human: trust"
    assert "some clean" in str(some)
    assert "robot alone, against robot: plain; human: trust: " in str(some)
    assert "<li>" in some._repr_html_()
    assert set(some.to_frame()["player"]) == {"all", "robot", "human"}


def test_the_other_verdicts() -> None:
    world = persuaded(1)
    clean = World(world.model, **{**roles(world), "players": {"robot": ("robot", -E(X("pay"))), "human": ("human", "pay")}})
    assert sb.games.audit_equilibria(clean).verdict == "no pure equilibrium"
    alone = {"robot": ("robot", E(X("robot").is_("plain"))), "human": ("human", E(X("human").is_("doubt")))}
    assert sb.games.audit_equilibria(World(world.model, **{**roles(world), "players": alone})).verdict == "all clean"
    lulled = {"robot": ("robot", E(X("robot").is_("flatter"))), "human": ("human", E(X("human").is_("trust")))}
    assert sb.games.audit_equilibria(World(world.model, **{**roles(world), "players": lulled})).verdict == "none clean"
    with pytest.raises(MissingRole, match="no role or variable 'intent'"):
        sb.games.audit_equilibria(entry())
    with pytest.raises(MissingRole, match="no baseline"):
        sb.games.audit_equilibria(World(world.model, intent="wish", players=dict(world.players)))


def roles(world: World) -> dict[str, Any]:
    return {"intent": "wish", "stopped": "stopped", "baseline": {"robot": "plain", "human": "doubt"}}


# ---------------------------------------------------------------- bundled worlds with players


def test_the_optimum_of_a_team_is_one_of_several_equilibria_of_the_off_switch_game() -> None:
    """Derived, example 4.1 of [garber2024]: the one optimum is 7/4; always waiting, at 1, is no equilibrium."""
    world = sb.worlds.garber_example_4_1()
    best = sb.games.team_optimum(world)
    assert (best.score, best.ties, bool(best)) == (Fraction(7, 4), 1, True)
    found = sb.games.equilibria(world)
    assert max(one.payoffs["human"] for one in found) == Fraction(7, 4)
    assert [one.is_strict for one in found if one.payoffs["human"] == Fraction(7, 4)] == [True]
    assert all(one.payoffs["human"] == one.payoffs["assistant"] for one in found)


def test_pure_equilibria_of_bundled_worlds_are_verified_by_elimination() -> None:
    worlds = [make() for make in (sb.worlds.garber_example_4_1, sb.worlds.carey_cirl, sb.worlds.nayebi_yes_human, sb.worlds.ward_war_game)]
    assert all(world.players for world in worlds)
    assert worlds
    for world in worlds:
        found = sb.games.equilibria(world)
        assert all(sb.games.is_equilibrium(world, one.policy) for one in found.found[:20])
        assert all(sb.games.is_equilibrium(world, one.policy).payoffs == one.payoffs for one in found.found[:20])


@pytest.mark.parametrize("seed", range(4))
def test_a_policy_of_two_decisions_is_an_equilibrium_of_quotients_where_enumeration_says_so(seed: int) -> None:
    draw = random.Random(seed)
    worth = {(a, b, c): Fraction(draw.randint(-3, 3), draw.randint(1, 3)) for a in range(2) for b in range(3) for c in range(2)}
    size = {key: draw.randint(1, 3) for key in worth}
    model = Model(
        a=choice(0, 1), b=choice(0, 1, 2), c=choice(0, 1), top=lambda a, b, c: worth[a, b, c], size=lambda a, b, c: size[a, b, c]
    )  # fmt: skip
    quotient = E(X("top")) / E(X("size"))
    world = World(model, players={"one": (("a", "b"), quotient), "other": ("c", 0 - quotient)})
    paid = {key: worth[key] / size[key] for key in worth}
    assert len(paid) == 12
    for (a, b, c), value in paid.items():
        most, least = max(paid[i, j, c] for i in range(2) for j in range(3)), min(paid[a, b, k] for k in range(2))
        assert bool(sb.games.is_equilibrium(world, {"a": a, "b": b, "c": c})) == (most == value == least)
