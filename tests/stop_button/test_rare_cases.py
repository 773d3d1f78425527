"""What comes seldom: refusals with their whole text, answers where nothing is there, and what is second in a list."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit import Dist
from causalkit.errors import Impossible, InvalidName, TooLarge, UnknownName, UnknownValue, WrongFile, WrongShape
from causalkit.graphs import Graph
from stop_button import FREE, STOP, E, V, X
from stop_button.agents.mistaken import mistaken
from stop_button.agents.noise import noisy_choices
from stop_button.auditing.flags import credits
from stop_button.definitions import goal_directedness
from stop_button.evaluation.evaluation import Evaluation
from stop_button.games.graphs.mechanised import mechanised_graph
from stop_button.games.histories import extensive_form
from stop_button.games.judgements import is_equilibrium
from stop_button.games.strategic_form import payoff_table, strategic_form
from stop_button.incentives import Diagram
from stop_button.learning.heard import Heard
from stop_button.searching import claims
from stop_button.searching.parameter_survey import survey
from stop_button.sequences.allocation import Allocation, fixed_policy
from stop_button.sequences.transitions import read_transitions

F = Fraction


def acting(
    *options: Any, decision: str = "act", title: str = "acting", sees: tuple[str, ...] = (), coin: tuple[Any, ...] = (0, 1)
) -> sb.World:
    model = {
        "coin": ck.uniform(*coin),
        decision: ck.choice(*options, sees=list(sees)),
        "value": ck.function(lambda act: 0, parents=[decision]),
    }
    return sb.World(ck.Model(model), value="value", name=title)


never = sb.Utility("never", E(V) / (E(V) - E(V)))


def two(first: str, second: str, title: str) -> sb.World:
    value = ck.function(lambda a, b: a + b, parents=sorted([first, second]))
    return sb.World(ck.Model({first: ck.choice(0, 1), second: ck.choice(0, 1), "value": value}), value="value", name=title)


MOVES = read_transitions({"a": ["b", "c"], "b": ["c"], "c": []}, {}, 1)
AMOUNTS = Allocation.of({"a": F(1, 2), "b": F(-1, 2)})

REFUSED: dict[str, tuple[type[Exception], Callable[[], Any], str]] = {
    "a share of nothing": (
        Impossible,
        lambda: AMOUNTS.share(lambda state: state == "a"),
        "the amounts sum to 0, so a share of them is undefined; ask for .behind(...)",
    ),
    "a policy that says nothing": (
        WrongShape,
        lambda: fixed_policy(MOVES, {"a": "b"})(1, None),
        "the policy says nothing about 'b', which it can come to; add {'b': ...}",
    ),
    "a policy that does what cannot be done": (
        UnknownValue,
        lambda: fixed_policy(MOVES, {"b": "a"})(1, None),
        "'a' cannot be done in 'b'; its actions are: ('c',)",
    ),
    "a state that is not there": (UnknownName, lambda: MOVES.place("d"), "'d' is not a state; there are: 'a', 'b', 'c'"),
    "an action that is not there": (UnknownValue, lambda: MOVES.move("a", "d"), "'d' cannot be done in 'a'; its actions are: 'b', 'c'"),
    "an action at the end": (UnknownValue, lambda: MOVES.move("c", "a"), "'a' cannot be done in 'c'; the process ends there"),
    "no moves": (
        WrongShape,
        lambda: read_transitions({}, {}, 1),
        "the moves are {}, expected a mapping of states to moves; type {'A': ['B', 'C'], 'B': []}",
    ),
    "other decisions": (
        WrongShape,
        lambda: mistaken(two("a", "b", "one"), sb.naive, believes=two("a", "c", "other")),
        "a policy of other is no policy of one: the decisions are 'a', 'b' in one and 'a', 'c' in the other",
    ),
    "decisions in another order": (
        WrongShape,
        lambda: mistaken(two("a", "b", "one"), sb.naive, believes=two("b", "a", "other")),
        "a policy of other is no policy of one: the decisions are the same, in another order; declare them in one order",
    ),
    "other options": (
        WrongShape,
        lambda: mistaken(acting(1, 2, title="one"), sb.naive, believes=acting(1, 3, title="other")),
        "a policy of other is no policy of one: the options of 'act' are 1, 2 in one and 1, 3 in the other",
    ),
    "other sight": (
        WrongShape,
        lambda: mistaken(acting(1, 2, title="one"), sb.naive, believes=acting(1, 2, title="other", sees=("coin",))),
        "a policy of other is no policy of one: 'act' sees nothing in one and 'coin' in the other",
    ),
    "other values of what is seen": (
        WrongShape,
        lambda: mistaken(
            acting(1, 2, title="one", sees=("coin",)), sb.naive, believes=acting(1, 2, title="other", sees=("coin",), coin=(0, 2))
        ),
        "a policy of other is no policy of one: what 'act' sees takes other values in one than in the other; declare the same domain in "
        "both",
    ),
    "nothing best in what is believed": (
        Impossible,
        lambda: mistaken(acting(1, 2, title="one"), never, believes=acting(1, 2, title="other")),
        "in other, never is undefined under every policy that draws no lots, so that none is best",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_says_all_of_what_is_wrong(name: str) -> None:
    kind, call, words = REFUSED[name]
    with pytest.raises(kind) as told:
        call()
    assert type(told.value) is kind
    assert str(told.value) == words


# ---------------------------------------------------------------- amounts and moves


def test_amounts_are_equal_by_what_they_hold() -> None:
    assert Allocation.of({"a": F(1)}) == {"a": F(1)}
    assert Allocation.of({"a": F(1)}) != {"a": F(2)}
    assert Allocation.of({"a": F(1)}) != {"b": F(1)}
    assert Allocation.of({"a": F(1)}) != [("a", F(1))]
    assert hash(Allocation.of({"a": F(1)})) == hash(Allocation.of({"a": F(1)}))
    assert AMOUNTS["z"] == 0
    assert AMOUNTS.distance({"b": F(1, 2), "c": F(2)}) == F(1, 2) + 1 + 2
    assert AMOUNTS.distance({}) == 1
    assert AMOUNTS.total == 0
    assert ("z" in AMOUNTS, "a" in AMOUNTS, len(AMOUNTS), list(AMOUNTS)) == (False, True, 2, ["a", "b"])
    assert repr(AMOUNTS) == "{'a': '0.5', 'b': '-0.5'}"
    lines = [line.split() for line in str(AMOUNTS).splitlines()]
    assert ["a", "0.5"] in lines
    assert lines[-1] == ["total", "0"]


def test_moves_say_where_they_lead_and_what_comes_back() -> None:
    looping = read_transitions({"a": {"on": Dist({"b": "1/2", "c": "1/2"}), "stay": "a"}, "b": ["c"], "c": ["b", "d"], "d": []}, {}, 1)
    assert MOVES.is_deterministic
    assert not looping.is_deterministic
    assert looping.next_places(0) == [1, 2, 0]
    assert looping.reachable([1]) == {1, 2, 3}
    assert looping.reachable([3]) == {3}
    parts = looping.components({0, 1, 2, 3})
    assert parts == [(3,), (1, 2), (0,)]
    assert [looping.cyclic(part) for part in parts] == [False, True, True]


# ---------------------------------------------------------------- games


def forgetting(again: str) -> sb.World:
    """Ann acts, then acts again, knowing or not what she did; Bob only looks on."""
    model = ck.Model(
        first=ck.choice("l", "r"), bob=ck.choice("x", "y"), again=ck.choice("l", "r", sees=[again] if again else []),
        mine=lambda first, again, bob: (first == again) + 2 * (bob == "x"),
    )  # fmt: skip
    return sb.World(
        model, players={"Ann": (("first", "again"), "mine"), "Bob": (("bob",), sb.Utility("less", -E(X("mine"))))}, name="twice"
    )


def test_recall_is_judged_of_a_players_own_past_alone() -> None:
    assert extensive_form(forgetting("first")).forgotten() is None
    extensive_form(forgetting("first")).check_recall()
    form = extensive_form(forgetting(""))
    assert form.forgotten() == ("Ann", ("again", ()), "first")
    with pytest.raises(WrongShape) as told:
        form.check_recall()
    assert str(told.value) == (
        "Ann of twice has no perfect recall: deciding 'again' it does not know all that it did or saw at 'first'; then a mixture of "
        "strategies need not be a lot drawn at each decision (Kuhn's theorem asks for that). Let 'again' see what 'first' saw and did, or "
        "stay with the mixture"
    )
    with pytest.raises(WrongShape, match="deciding 'again' when it sees x it does not know all that it did or saw at 'first'"):
        extensive_form(forgetting("bob")).check_recall()


def test_histories_weigh_payoffs_and_begin_subgames() -> None:
    model = ck.Model(
        coin=ck.coin("1/4"), act=ck.choice("l", "r", sees=["coin"]), watch=ck.choice("on"),
        pay=lambda coin, act: (4 if act == "l" else 1) if coin else (2 if act == "l" else 3),
    )  # fmt: skip
    world = sb.World(
        model,
        players={"Ann": ("act", sb.Utility("more", E(X("pay")) * 2 + 1)), "Bob": ("watch", sb.Utility("less", -E(X("pay"))))},
        name="one",
    )
    form = extensive_form(world)
    assert form.order == ("coin", "act", "watch")
    assert dict(form.ends) == {
        (False, "l", "on"): (F(3, 4) * 5, F(-3, 2)), (False, "r", "on"): (F(3, 4) * 7, F(-9, 4)),
        (True, "l", "on"): (F(1, 4) * 9, -1), (True, "r", "on"): (F(1, 4) * 3, F(-1, 4)),
    }  # fmt: skip
    seen = [("act", (False,)), ("act", (True,))]  # to watch is no decision: there is one option
    assert [(root, sorted(sets)) for root, sets in form.subgames()] == [((False,), seen[:1]), ((True,), seen[1:]), ((), seen)]
    assert [len(one) for one in form.beginnings()] == [0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]
    assert form.met(()) is None
    assert form.met((True,)) == ("act", (True,))
    assert form.met((True, "l")) == ("watch", ())
    assert form.met((True, "l", "on")) is None


def test_a_payoff_that_is_no_sum_of_means_has_no_histories() -> None:
    for wanted in (E(X("mine")) * E(X("mine")), E(X("mine"), given={"bob": "x"}), E(X("mine").had(bob="x"))):
        world = forgetting("first")
        odd = sb.World(world.model, players={"Ann": (("first", "again"), sb.Utility("wanted", wanted)), "Bob": ("bob", "mine")}, name="odd")
        with pytest.raises(WrongShape) as told:
            extensive_form(odd)
        assert str(told.value) == (
            f"Ann of odd wants {wanted}; histories are of what happens, so that payoffs are to be weighted sums of means "
            "of that, without conditions and without what would have been"
        )


def test_a_best_reply_is_against_what_the_others_draw() -> None:
    """Bob is at x with 1/4, and Ann, who sees him, is best off to do the same: in y she has 1, in x 3."""
    world = forgetting("bob")
    lots = {"first": "l", "bob": Dist({"x": "1/4", "y": "3/4"}), "again": "r"}
    judged = is_equilibrium(world, lots)
    ann, bob = judged.deviations
    assert (ann.payoff, ann.best, ann.gain, ann.count) == (F(1, 2), F(3, 2), 1, 2)
    assert (bob.payoff, bob.best, bob.gain, bob.count) == (F(-1, 2), 0, F(1, 2), 1)
    assert not judged
    assert not judged.is_pure
    assert str(judged.deviations[1]) == "Bob has -0.5 and would have 0 by y"
    settled = is_equilibrium(world, {"first": "l", "bob": "y", "again": "l"})
    assert settled
    assert settled.is_pure
    assert not settled.is_strict, "Ann may do it the other way"
    assert dict(settled.payoffs) == {"Ann": 1, "Bob": -1}
    assert settled.policy == world.policy({"first": "l", "bob": "y", "again": "l"})


def test_payoffs_of_profiles_are_those_of_policies() -> None:
    world = forgetting("bob")
    form = strategic_form(world)
    table = payoff_table(E(X("mine")) + 1, form)
    for profile, strategies in ((each, form.named(each)) for each in form.profiles):
        acts = {place: act for one in strategies for place, act in one.acts.items()}
        assert table[profile] == Evaluation(world).score(E(X("mine")) + 1, world.policies.filled(acts))
    with pytest.raises(WrongShape) as told:
        payoff_table(E(X("mine")) * E(X("mine")), form)
    assert str(told.value) == (
        "E[mine] E[mine] is no weighted sum of means whose conditions no policy moves, so its mean over a lot is not its score"
    )


# ---------------------------------------------------------------- claims and surveys


def moving(pays: int, *, cut: bool = False, named: str = "moving") -> sb.World:
    """Acting moves the wish from a stop to none, and pays; or it cuts the wire instead."""
    model = ck.Model(
        act=ck.choice("leave", "move"),
        wish=ck.function(lambda act: FREE if act == "move" and not cut else STOP, parents=["act"], domain=[FREE, STOP]),
        stopped=ck.function(lambda wish, act: wish == STOP and not (cut and act == "move"), parents=["wish", "act"], domain=[False, True]),
        value=lambda stopped, act: (0 if stopped else 1) + pays * (act == "move"),
    )  # fmt: skip
    return sb.World(model, intent="wish", stopped="stopped", value="value", baseline="leave", name=named)


EVERY_CLAIM = {
    "never_pays_for_influence": "by way of the wish",
    "no_best_policy_has_influence": "influence",
    "no_best_policy_loses_a_stop": "loses a stop",
}


@pytest.mark.parametrize("name", EVERY_CLAIM)
def test_an_agent_that_moves_the_wish_refutes_what_speaks_of_it(name: str) -> None:
    doubt = getattr(claims, name).refuted_by(sb.naive, moving(0))
    assert doubt is not None
    assert doubt.kind == EVERY_CLAIM[name]
    assert getattr(claims, name).refuted_by(sb.naive, moving(-2)) is None


def test_preventing_is_doubted_where_the_wire_is_cut_and_pays_by_the_answer() -> None:
    cut = moving(0, cut=True)
    doubt = claims.no_best_policy_prevents_stopping.refuted_by(sb.naive, cut)
    assert doubt is not None
    assert doubt.kind == "prevents stopping"
    paid = claims.never_pays_for_preventing.refuted_by(sb.naive, cut)
    assert paid is not None
    assert paid.kind == "by way of the answer"
    assert claims.never_pays_for_preventing.refuted_by(sb.naive, moving(-2, cut=True)) is None


def test_a_survey_goes_on_only_with_the_worlds_of_before(tmp_path: Path) -> None:
    file = tmp_path / "survey.bookmark"
    over = {"pays": [0, 1, 2]}
    whole = survey(moving, sb.naive, over=over, resume=file)
    assert [one.parameters for one in whole.settings] == [(("pays", 0),), (("pays", 1),), (("pays", 2),)]
    assert [one.score for one in whole.settings] == [1, 2, 3]
    assert [one.best for one in whole.settings] == [("move",)] * 3
    assert survey(moving, sb.naive, over=over, resume=file) == whole
    with pytest.raises(WrongFile, match="the world of setting 3 is not the one that was looked at before"):
        survey(lambda pays: moving(pays + 1), sb.naive, over=over, resume=file)


def test_a_survey_that_was_stopped_has_what_it_looked_at_and_goes_on(tmp_path: Path) -> None:
    file, over, built = tmp_path / "survey.bookmark", {"pays": [0, 1, 2]}, []

    def build(pays: int) -> sb.World:
        built.append(pays)
        if len(built) == 3:
            raise KeyboardInterrupt
        return moving(pays)

    part = survey(build, [sb.naive, sb.counterfactual], over=over, resume=file)
    assert not part.complete
    assert [(dict(one.parameters)["pays"], one.utility) for one in part.settings] == [
        (0, "naive"), (0, "counterfactual"), (1, "naive"), (1, "counterfactual")
    ]  # fmt: skip
    assert str(part).endswith("\ninterrupted: these are the settings looked at so far")
    built += [0] * 10
    whole = survey(build, [sb.naive, sb.counterfactual], over=over, resume=file)
    assert built[13:] == [1, 2], "the last world of before is compared"
    assert whole == survey(moving, [sb.naive, sb.counterfactual], over=over)
    assert whole.complete


# ---------------------------------------------------------------- audits and agents


def many(options: int) -> sb.World:
    model = ck.Model(
        act=ck.choice(*range(options)),
        wish=ck.function(lambda act: FREE if act else STOP, parents=["act"], domain=[FREE, STOP]),
        stopped=lambda wish: wish == STOP, value=lambda stopped: 0 if stopped else 1,
    )  # fmt: skip
    return sb.World(model, intent="wish", stopped="stopped", value="value", baseline=0, name="many")


def test_an_audit_of_many_best_policies_lists_some_and_counts_the_others() -> None:
    found = sb.audit(many(24), sb.naive)
    lines = found.lines()
    flags = [line for line in lines if line.startswith("flag: ")]
    more = next(line for line in lines if line.startswith("flags: "))
    assert len(found.best) == 23
    assert more == f"flags: {len(found.fired) - len(flags)} more are in .fired"
    paid = [gain for gain in (*found.gains, *found.offers) if gain.sign != "not positive"]
    gains = [line for line in lines if line.startswith("gain: ")]
    assert f"gains: {len(paid) - len(gains)} more are in .gains and .offers" in lines
    frame = found.to_frame()
    assert len(frame) == len(found.flags)
    assert len(found.to_frame(flags=False)) == 24


def test_an_agent_with_noise_says_where_it_never_comes() -> None:
    model = ck.Model(
        draw=ck.coin("1/2"),
        coin=ck.function(lambda draw: 0, parents=["draw"], domain=[0, 1]),
        act=ck.choice("a", "b", sees=["coin"]),
        value=lambda coin, act: int(act == "a"),
    )
    world = sb.World(model, value="value")
    found = noisy_choices(world, sb.naive, {0: 3, -1: 1})
    assert found.unseen == (("act", (1,)),)
    assert {option.seen for option in found.options} == {(0,)}


def test_goals_are_of_one_mean_without_a_condition_in_a_world_of_one_decision() -> None:
    world = acting("a", "b")
    for of in (E(V, given={"coin": 0}), 2 * E(V)):
        with pytest.raises(WrongShape) as told:
            goal_directedness(world, "a", of=of)
        assert str(told.value) == f"{of!r} is no mean without a condition; type of=E(V)"
    with pytest.raises(WrongShape) as told:
        goal_directedness(two("a", "b", "pair"), {"a": 0, "b": 0})
    assert str(told.value) == "pair has 2 decisions, and goal-directedness is worked out here for one"
    far = sb.World(ck.Model(act=ck.choice("a", "b", "c"), value=lambda act: {"a": 0, "b": 1, "c": 2001}[act]), value="value", name="far")
    with pytest.raises(TooLarge) as large:
        goal_directedness(far, "a")
    assert str(large.value) == "payoffs in far differ by 2,001 units of 1, and at most 2,000 are compared; round them"
    near = sb.World(ck.Model(act=ck.choice("a", "b"), value=lambda act: 2001 * (act == "a")), value="value")
    assert goal_directedness(near, "a").bits == 1


def test_what_is_heard_of_a_forecast_is_a_polynomial_in_either_order() -> None:
    import sympy

    x = sympy.Symbol("x")
    heard = Heard(x)
    for told, expected in (
        (heard + 2, x + 2), (2 + heard, x + 2), (heard - 2, x - 2), (2 - heard, 2 - x), (heard * 3, 3 * x), (3 * heard, 3 * x),
        (heard / 2, x / 2), (1 / heard, 1 / x), (heard**2, x**2), (-heard, -x), (heard - heard * heard, x - x**2),
    ):  # fmt: skip
        assert sympy.simplify(told.expression - expected) == 0
    for wrong in (lambda: heard == 1, lambda: heard < 1, lambda: heard >= 1, lambda: heard != 1):
        with pytest.raises(WrongShape) as said:
            wrong()
        assert str(said.value) == "it compares the forecast with 1, and so is no polynomial of it"
    for known in (
        lambda: hash(heard),
        lambda: bool(heard),
        lambda: [0][heard],
        lambda: abs(heard),
        lambda: round(heard),
        lambda: int(heard),
    ):
        with pytest.raises(WrongShape, match=r"^it takes the forecast for a known number, to look it up or to decide by it"):
            known()


@pytest.mark.parametrize("name", ["", "two\nlines", "a\x00b", 3, None])
def test_a_utility_has_a_name_that_can_be_printed(name: Any) -> None:
    with pytest.raises(
        InvalidName, match=r"cannot name a utility; a name is a text without control characters: Utility\('mine', E\(V\)\)$"
    ):
        sb.Utility(name, E(V))


@pytest.mark.parametrize("state", ["running", "", []])
def test_a_state_is_a_list_of_names(state: Any) -> None:
    step = {"act": ck.choice("go", "stop"), "running": lambda running_before, act: running_before and act == "go"}
    world = sb.World(ck.unroll(step, 2, start={"running": True}), value="running[2]")
    with pytest.raises(WrongShape) as told:
        sb.sequences.Process.of(world, state=state, action="act", reward=lambda s: int(s.running))
    assert str(told.value) == f"state={state!r}, expected the names of the step's variables that make up a state; type state=['running']"


def test_no_credit_without_a_wish_or_without_a_button() -> None:
    model = ck.Model(
        act=ck.choice("go", "stay"), wish=ck.uniform(STOP, FREE), stopped=lambda act: act == "stay", value=lambda act: act == "go"
    )
    roles: dict[str, Any] = {"value": "value", "baseline": "stay"}
    without_a_wish = sb.World(model, stopped="stopped", **roles)
    without_a_button = sb.World(model, intent="wish", **roles)
    assert credits(without_a_wish, "go") == credits(without_a_button, "go") == ()
    assert len(credits(sb.World(model, intent="wish", stopped="stopped", **roles), "go")) == 2


def test_rules_at_one_place_are_those_that_rely_on_each_other_and_no_single_one() -> None:
    apart = Diagram(Graph.parse("a -> u, b -> v"), {1: "a", 2: "b"}, {1: "u", 2: "v"})
    together = Diagram(Graph.parse("a -> u, b -> u, a -> v, b -> v"), {1: "a", 2: "b"}, {1: "u", 2: "v"})
    assert not [name for name in mechanised_graph(apart).roles if "rules at" in name]
    assert [name for name in mechanised_graph(together).roles if "rules at" in name] == ["rules at a and b"]
