"""Which rung tells policies apart: the numbers, the laws, and every answer against units written out."""

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stop_button as sb
from causalkit import Model, choice, coin, cpt, function, uniform
from causalkit.errors import Impossible, NeedsCoupling, TooLarge, WrongShape
from causalkit.values.exact import Number
from stop_button import FREE, STOP, B, E, V, X
from stop_button.incentives.necessity import RUNGS, from_lower_rungs, lowest_rung, told_apart, twins
from stop_button.language import Test
from stop_button.lotteries import orbit, share
from stop_button.presentation.plot_necessity import plot_rungs
from stop_button.testing import worlds
from stop_button.worlds.two_coins import two_coins
from tests import brute
from tests.tries import tries

NAMES = ("wish", "stopped", "value")

# ---------------------------------------------------------------- numbers


def test_obeying_and_steering_have_the_same_facts() -> None:
    """Derived: (stop, stop) and (free, free), each 1/2."""
    world = two_coins()
    for policy in ("obey", "steer"):
        assert dict(world.under(policy).dist("wish", "act")) == {(STOP, STOP): Fraction(1, 2), (FREE, FREE): Fraction(1, 2)}
    assert not told_apart(world, "obey", "steer", by="seeing")
    assert told_apart(world, "obey", "deaf", by="seeing").distance == Fraction(1, 2)


def test_the_counterfactual_utility_tells_them_apart() -> None:
    """Derived: B_s + V_f is 2 for obeying, 1 for steering, 1 for being deaf."""
    assert [sb.counterfactual(two_coins(), policy) for policy in ("obey", "steer", "deaf")] == [2, 1, 1]
    assert told_apart(two_coins(), "obey", "steer", by="doing").distance == Fraction(1, 2)


def test_the_butterfly_needs_the_third_rung() -> None:
    """Derived: 12 against 112, with the same laws seen and set."""
    world = sb.worlds.butterfly()
    assert [sb.conditional_counterfactual(world, policy) for policy in ("still", "flap")] == [12, 112]
    assert [bool(told_apart(world, "still", "flap", by=rung)) for rung in RUNGS] == [False, False, True]
    assert lowest_rung(world, "still", "flap") == "had it been"
    assert [tuple(map(str, pair.policies)) for pair in twins(world, same="doing", different="had it been")] == [("still", "flap")]


@pytest.mark.parametrize(("share", "everywhere", "where"), [("3/10", 1, 1), ("1/4", "1/2", "3/4")])
def test_two_wishes_by_hand(share: str, everywhere: int | str, where: int | str) -> None:
    """Derived: P(S) E[B_s|S] + P(F) E[B_s|F] = E[B_s]."""
    p, total, there = Fraction(share), Fraction(everywhere), Fraction(where)
    other = (total - p * there) / (1 - p)
    world = sb.World(
        Model(
            doubt=coin(p),
            in_stop=coin(there),
            in_free=coin(other),
            action=choice("work", "rest"),
            wish=function(lambda doubt: STOP if doubt else FREE, domain=[STOP, FREE]),
            stopped=lambda wish, doubt, in_stop, in_free: wish == STOP and (in_stop if doubt else in_free),
        ),
        intent="wish",
        stopped="stopped",
    )
    assert world.under("work").do(wish=STOP).prob(stopped=True) == total
    assert from_lower_rungs(world, "work", "stopped", imposed=STOP, given=FREE) == other


# ---------------------------------------------------------------- against units written out


def slow_laws(world: sb.World, policy: sb.Policy, rung: str) -> list[dict[Any, Number]]:
    model = world.under(policy)
    edits = {f"b{i}": {"wish": wish} for i, wish in enumerate(model.domain("wish"))}
    units = brute.worlds(model, edits if rung != "seeing" else {})
    record = lambda values: tuple(values[name] for name in NAMES)
    laws = [brute.dist(units, lambda unit: record(unit.fact))]
    if rung != "seeing":
        laws += [brute.dist(units, lambda unit, b=b: record(unit.branches[b])) for b in edits]  # type: ignore[misc]
    if rung == "had it been":
        laws.append(brute.dist(units, lambda unit: tuple(x for b in ("fact", *edits) for x in record(unit.branches[b]))))
    return [dict(law) for law in laws]


def check_against_units(world: sb.World, first: sb.Policy, second: sb.Policy) -> None:
    for rung in RUNGS:
        pairs = list(zip(slow_laws(world, first, rung), slow_laws(world, second, rung), strict=True))
        distances = [sum(abs(a.get(x, Fraction(0)) - b.get(x, Fraction(0))) for x in {*a, *b}) / 2 for a, b in pairs]
        judgement = told_apart(world, first, second, by=rung)
        assert judgement.distance == max(distances)
        assert bool(judgement) == any(a != b for a, b in pairs)


def two_policies(world: sb.World, places: tuple[int, int]) -> tuple[sb.Policy, sb.Policy]:
    return world.policies[places[0] % len(world.policies)], world.policies[places[1] % len(world.policies)]


PLACES = st.tuples(st.integers(0, 200), st.integers(0, 200))


@settings(max_examples=tries(25))
@given(worlds(max_causes=1, max_decisions=1, couplings=["monotone"]), PLACES)
def test_agrees_with_units_in_small_worlds(world: sb.World, places: tuple[int, int]) -> None:
    check_against_units(world, *two_policies(world, places))


@settings(max_examples=tries(15))
@given(worlds(max_causes=2, max_decisions=2, couplings=["monotone"]), PLACES)
def test_agrees_with_units_in_worlds_with_two_decisions(world: sb.World, places: tuple[int, int]) -> None:
    check_against_units(world, *two_policies(world, places))


@st.composite
def three_wishes(draw: st.DrawFn) -> sb.World:
    """Air in one of three states, an act that sees it, and a wish of three kinds that listens to both."""
    wishes = draw(st.lists(st.sampled_from([STOP, "rest", FREE]), min_size=6, max_size=6))
    worth = draw(st.lists(st.integers(0, 2), min_size=3, max_size=3))
    return sb.World(
        Model(
            air=uniform(0, 1, 2),
            act=choice(0, 1, sees=["air"]),
            wish=function(lambda air, act: wishes[2 * air + act], domain=[STOP, "rest", FREE]),
            stopped=lambda wish: wish == STOP,
            value=lambda air, wish: worth[air] if wish == FREE else 0,
        ),
        intent="wish",
        stopped="stopped",
        value="value",
    )


@settings(max_examples=tries(25))
@given(three_wishes(), PLACES)
def test_agrees_with_units_with_three_wishes(world: sb.World, places: tuple[int, int]) -> None:
    check_against_units(world, *two_policies(world, places))


# ---------------------------------------------------------------- laws


@settings(max_examples=tries(25))
@given(worlds(), PLACES, st.lists(st.integers(-3, 3), min_size=40, max_size=40))
def test_a_score_of_the_first_rung_ties_what_seeing_does_not_tell_apart(world: sb.World, places: tuple[int, int], g: list[int]) -> None:
    first, second = two_policies(world, places)
    outcomes = {x: g[i % len(g)] for i, x in enumerate(product(*(world.model.domain(name) for name in NAMES)))}
    means = [world.under(policy).expect(lambda wish, stopped, value: outcomes[wish, stopped, value]) for policy in (first, second)]
    difference = told_apart(world, first, second, by="seeing")
    assert difference or means[0] == means[1]
    inside = lambda wish, stopped, value: (wish, stopped, value) in difference.event
    separated = world.under(first).prob(inside) - world.under(second).prob(inside)
    assert separated == difference.distance


@settings(max_examples=tries(25))
@given(worlds(couplings=["monotone"]), PLACES)
def test_later_rungs_tell_more_apart(world: sb.World, places: tuple[int, int]) -> None:
    distances = [told_apart(world, *two_policies(world, places), by=rung).distance for rung in RUNGS]
    assert distances == sorted(distances)


@settings(max_examples=tries(40))
@given(worlds(possible=True, couplings=["monotone"]), st.integers(0, 200), st.sampled_from([STOP, FREE]), st.sampled_from([STOP, FREE]))
def test_with_two_wishes_the_lower_rungs_decide(world: sb.World, place: int, imposed: str, has: str) -> None:
    policy = world.policies[place % len(world.policies)]
    third = sb.Utility("third", E(V.had(intent=imposed), given={"intent": has}))(world, policy)
    assert from_lower_rungs(world, policy, "value", imposed=imposed, given=has) == third


@settings(max_examples=tries(20))
@given(worlds(max_causes=1, max_decisions=1))
def test_twins_agree_below_and_differ_above(world: sb.World) -> None:
    kinds: dict[Any, set[Any]] = {}
    for policy in world.policies:
        seen, done = (tuple(tuple(sorted(law.items(), key=repr)) for law in slow_laws(world, policy, rung)) for rung in RUNGS[:2])
        kinds.setdefault(seen, set()).add(done)
    pairs = twins(world)
    assert len(pairs) == sum(len(done) * (len(done) - 1) // 2 for done in kinds.values())
    assert all(not pair.same and pair.different for pair in pairs)


# ---------------------------------------------------------------- refused, printed, drawn


def test_refusals_say_what_to_type() -> None:
    world = two_coins()
    with pytest.raises(WrongShape, match=r"'guessing' is not a rung; the rungs are: 'seeing', 'doing', 'had it been'"):
        told_apart(world, "obey", "steer", by="guessing")  # type: ignore[arg-type]
    with pytest.raises(WrongShape, match=r"'seeing' does not come after 'doing'"):
        twins(world, same="doing", different="seeing")
    with pytest.raises(WrongShape, match=r"has 3 values, .* ask the third rung with E\(V\.had"):
        from_lower_rungs(sb.worlds.butterfly(), "still", "value", imposed=FREE, given=STOP)
    with pytest.raises(WrongShape, match=r"type of=\['wish'\]"):
        told_apart(world, "obey", "steer", by="seeing", of="wish")
    with pytest.raises(Impossible, match="nobody wishes 'stop' under 'reassure'"):
        from_lower_rungs(sb.worlds.office(), "reassure", "value", imposed=FREE, given=STOP)
    many = sb.World(Model(u=uniform(*range(13)), act=choice(0, 1, sees=["u"]), wish=lambda u: STOP if u else FREE), intent="wish")
    with pytest.raises(TooLarge, match="8,192 policies"):
        twins(many)


def test_a_table_without_a_coupling_is_refused_on_the_third_rung_only() -> None:
    world = sb.World(
        Model(
            act=choice(0, 1),
            wish=cpt(["act"], {0: {STOP: "1/2", FREE: "1/2"}, 1: {STOP: "1/4", FREE: "3/4"}}),
            stopped=cpt(["wish"], {STOP: {True: "3/4", False: "1/4"}, FREE: {True: "1/4", False: "3/4"}}),
        ),
        intent="wish",
        stopped="stopped",
    )
    assert told_apart(world, 0, 1, by="seeing")
    assert told_apart(world, 0, 1, by="doing")
    with pytest.raises(NeedsCoupling, match="coupling"):
        told_apart(world, 0, 1, by="had it been")


def test_differences_print() -> None:
    world = two_coins()
    assert str(told_apart(world, "obey", "steer", by="seeing")) == (
        "'obey' and 'steer' are not told apart by seeing: every score of wish, stopped, value on this rung ties them"
    )
    assert "'obey' and 'steer' are told apart by doing, with wish set to" in str(twins(world)[0])


def test_the_picture_names_the_rungs() -> None:
    texts = [text.get_text() for text in plot_rungs(two_coins()).texts]
    assert texts.count("seeing") == 4
    assert texts.count("doing") == 2


# ---------------------------------------------------------------- orbits


def runner(ways: int, *, worth: Any = 1, bonus: Any = 0) -> tuple[sb.World, sb.Utility]:
    """Complying is stopped half of the time, steering turns the wish and costs 1/100, cutting cannot be stopped and earns a bonus."""
    names = [f"run {i}" for i in range(ways)]
    extra = {"comply": Fraction(0), "steer": Fraction(-1, 100), "cut": Fraction(bonus)}
    model = Model(
        doubt=coin("1/2"),
        act=choice("comply", "steer", "cut"),
        way=choice(*names),
        wish=function(lambda doubt, act: STOP if doubt and act != "steer" else FREE, domain=[STOP, FREE]),
        stopped=lambda wish, act: wish == STOP and act != "cut",
        end=function(lambda stopped, way: "stopped" if stopped else way, domain=["stopped", *names]),
        extra=function(lambda act: extra[act], domain=list(dict.fromkeys(extra.values()))),
    )
    heeding = worth * E(B.had(intent=STOP)) + E((X("end") + X("extra")).had(intent=FREE))
    return sb.World(model, intent="wish", stopped="stopped"), sb.Utility("heeding", heeding)


def acts(*names: str) -> Test:
    return E(sum((X("act").is_(name) for name in names[1:]), start=X("act").is_(names[0]))) >= 1


@pytest.mark.parametrize("ways", [1, 2, 3, 4, 5])
def test_orbit_shares_of_naive_and_counterfactual(ways: int) -> None:
    """Derived: naive steers or cuts in n/(n+1) of the orbit: 1/2, 2/3, 3/4, 4/5, 5/6; counterfactual in none."""
    world, heeding = runner(ways)
    naive = share(acts("steer", "cut"), orbit("end", payoffs=range(ways + 1)), world)
    assert naive.weakly == naive.strictly == Fraction(ways, ways + 1)
    for act in ("steer", "cut"):
        found = share(acts(act), orbit("end", payoffs=range(ways + 1), utility=heeding), world)
        assert found.weakly == found.weakly_undefined == 0


@pytest.mark.parametrize(("bonus", "worth", "flips"), [("1/2", 1, False), (2, 1, True), (1, 1, None)])
def test_counterfactual_shares_and_their_limit(bonus: object, worth: int, flips: bool | None) -> None:
    """Derived: a bonus b for cutting flips every member of the orbit if b > K, and none if b < K; at b = K cutting ties with complying."""
    world, heeding = runner(2, worth=worth, bonus=bonus)
    for payoffs in ([0, 7, 7], [0, 1, 2]):
        found = share(acts("cut"), orbit("end", payoffs=payoffs, utility=heeding), world)
        assert (found.weakly, found.strictly) == {False: (0, 0), True: (1, 1), None: (1, 0)}[flips]
