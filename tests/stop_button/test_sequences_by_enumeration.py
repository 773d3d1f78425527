"""Best policies over time, their ties and what else they are worth, against every policy written out: all ways of seeing and forgetting."""

from __future__ import annotations

import itertools
import math
import random
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import Impossible, TooLarge, UnknownName, WrongShape
from stop_button import E, V, X, least, most
from stop_button.evaluation.policy_polynomial import score_or_undefined
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.evaluation.unfolding.open_form import landscape_of
from stop_button.language.formula import Formula
from stop_button.solving.sequences import counting, optimal_policies, sequence
from stop_button.solving.sequences.dinkelbach import ratio_in
from stop_button.solving.sequences.formulas_over_time import in_sums
from stop_button.solving.sequences.paths import best_between
from stop_button.solving.sequences.secondary import among_best
from stop_button.solving.sequences.sequence import SequenceSolution, solve_sequence, solve_tied
from stop_button.solving.sequences.tied import checked_ties, searched

SEES: dict[str, dict[str, list[str]]] = {
    "nothing": {"a": [], "b": [], "c": []},
    "forgets": {"a": ["u"], "b": ["w"], "c": ["u"]},
    "late": {"a": [], "b": ["a"], "c": ["b"]},
    "recalls": {"a": ["u"], "b": ["u", "a"]},
    "apart": {"a": ["u"], "b": ["w", "u"]},
}
STOP = {"intent": "stop"}


def small(seed: int, memory: str) -> sb.World:
    """Values of 0 and 1 drawn for everything that may happen, so that there are many ties."""
    draw = random.Random(f"{seed} {memory}")
    acts = SEES[memory]
    inputs = ["u", "w", *acts]

    def drawn(parents: list[str], values: list[Any]) -> Any:
        return ck.table(parents, {key: draw.choice(values) for key in itertools.product((0, 1), repeat=len(parents))}, domain=values)

    model = ck.Model({
        "u": ck.Dist({0: Fraction(1, 3), 1: Fraction(2, 3)}), "w": ck.Dist({0: Fraction(1, 2), 1: Fraction(1, 2)}),
        **{name: ck.choice(0, 1, sees=sees) for name, sees in acts.items()},
        "value": drawn(inputs, [0, 1]), "other": drawn(inputs, [0, 1, 3]), "wish": drawn(["u", "a"], ["stop", "free"]),
    })  # fmt: skip
    return sb.World(model, intent="wish", value="value", name=f"world {seed} {memory}")


FORMULAS: dict[str, Formula] = {
    "sum": E(V) + 2 * E(X("other")) + 3,
    "value": E(V),
    "ratio": E(V, given=STOP),
    "quotient": E(V) / (1 + E(X("other"))),
    "ratio and number": 2 * E(V, given=STOP) - E(X("other"), given=STOP) / 3 + 1,
}
TREES: dict[str, Formula] = {
    **FORMULAS,
    "least": least(E(V), E(X("other")) / 3),
    "most": most(E(V), 1 - E(X("other")) / 3, E(V)),
    "two conditions": E(V, given=STOP) + E(V, given={"intent": "free"}) + E(X("other")),
    "least of ratios": least(E(V, given=STOP), E(X("other")), 2 * E(V)),
    "product": (E(V) + 1) * (E(X("other")) + 1),
}


def every(f: Formula, world: sb.World) -> dict[sb.Policy, Fraction]:
    scores = {policy: score_or_undefined(f, world, policy) for policy in world.policies}
    return {policy: score for policy, score in scores.items() if score is not UNDEFINED}  # type: ignore[misc]


def check_best(seed: int, memory: str, kind: str) -> None:
    world, f = small(seed, memory), FORMULAS[kind]
    scores = every(f, world)
    try:
        found = solve_sequence(world, sb.Utility("u", f))
    except Impossible:
        assert not scores
        return
    if isinstance(found, str):
        assert memory in ("nothing", "forgets", "late", "apart") or kind == "quotient"
        return
    top = max(scores.values())
    best = {policy for policy, score in scores.items() if score == top}
    assert found.score <= top <= found.bound
    assert scores[found.policy] == found.score
    if found.optimal is None:
        assert (found.ties, found.is_local) == (None, True)
        assert found.proves in ("global", "local")
        return
    assert (found.score, found.bound, found.proves, bool(found)) == (top, top, "global", True)
    assert found.ties == len(best)
    assert found.policy in best
    listed = list(found.optimal.policies())
    assert len(listed) == len(set(listed))
    assert set(listed) == best
    assert {policy for policy in world.policies if policy in found.optimal} == best
    assert found.optimal.is_reached
    behaviours = list(found.optimal.behaviours())
    assert all(any(all(policy.acts[slot] == act for slot, act in one.items()) for policy in best) for one in behaviours) or kind != "sum"


@pytest.mark.parametrize("kind", FORMULAS)
def test_all_best_policies_are_those_of_the_list_where_nothing_is_seen(kind: str) -> None:
    check_best(1, "nothing", kind)


@pytest.mark.parametrize("kind", FORMULAS)
def test_all_best_policies_are_those_of_the_list_where_only_the_last_act_is_seen(kind: str) -> None:
    check_best(0, "late", kind)


@pytest.mark.parametrize("kind", ["sum", "ratio"])
def test_all_best_policies_are_those_of_the_list_where_decisions_forget(kind: str) -> None:
    check_best(0, "forgets", kind)


@pytest.mark.parametrize("kind", ["value", "ratio and number"])
def test_all_best_policies_are_those_of_the_list_where_decisions_recall(kind: str) -> None:
    check_best(1, "recalls", kind)


@pytest.mark.parametrize("kind", ["sum", "quotient"])
def test_all_best_policies_are_those_of_the_list_where_more_is_seen_and_the_act_forgotten(kind: str) -> None:
    check_best(0, "apart", kind)


def rules_of(world: sb.World, groups: list[list[str]]) -> list[sb.Policy]:
    """The policies in which the decisions of a group do the same on seeing the same."""

    def alike(policy: sb.Policy) -> bool:
        return all(
            policy.acts[group[0], seen] == policy.acts[name, seen]
            for group in groups
            for name in group
            for seen in dict(policy.acts) and [seen for decision, seen in policy.acts if decision == name]
        )

    return [policy for policy in world.policies if alike(policy)]


GROUPS: dict[str, list[list[list[str]]]] = {
    "nothing": [[], [["a", "b"]], [["a", "c"]], [["c", "b"]], [["a", "b", "c"]]],
    "forgets": [[], [["a", "b"]], [["a", "c"]], [["b", "c"]], [["a", "b", "c"]]],
    "late": [[], [["b", "c"]]],
    "recalls": [[]],
    "apart": [[]],
}


def check_rules(kind: str, memory: str, groups: list[list[str]]) -> None:
    seed = len(str(groups)) + len(kind)
    world, f = small(seed, memory), TREES[kind]
    scores = every(f, world)
    rules = [policy for policy in rules_of(world, groups) if policy in scores]
    try:
        found = solve_tied(world, sb.Utility("u", f), groups)
    except Impossible:
        assert not rules
        return
    assert isinstance(found, SequenceSolution)
    top = max(scores[policy] for policy in rules)
    assert (found.score, found.bound) == (top, top)
    assert found.policy in rules
    assert scores[found.policy] == top
    assert found.ties == sum(scores[policy] == top for policy in rules)
    for limit in (1, 3) if memory == "nothing" else ():
        try:
            few = solve_tied(world, sb.Utility("u", f), groups, most=limit)
        except TooLarge:
            continue
        if isinstance(few, SequenceSolution):
            assert few.score <= top <= few.bound
            assert few.policy in rules
            assert (few.ties is None) or few.ties == found.ties


SOME = [(kind, groups) for i, kind in enumerate(TREES) for j, groups in enumerate(GROUPS["nothing"]) if (i + j) % 5 == 0]


@pytest.mark.parametrize(("kind", "groups"), SOME)
def test_the_best_rules_are_those_of_the_list_where_nothing_is_seen(kind: str, groups: list[list[str]]) -> None:
    check_rules(kind, "nothing", groups)


@pytest.mark.parametrize(("kind", "place"), [("value", 0), ("least", 1), ("most", 0), ("ratio", 1), ("two conditions", 0)])
def test_the_best_rules_are_those_of_the_list_where_the_last_act_is_seen(kind: str, place: int) -> None:
    check_rules(kind, "late", GROUPS["late"][place])


@pytest.mark.parametrize(("kind", "place"), [("value", 2), ("least", 0)])
def test_the_best_rules_are_those_of_the_list_where_decisions_forget(kind: str, place: int) -> None:
    check_rules(kind, "forgets", GROUPS["forgets"][place])


@pytest.mark.parametrize(("kind", "memory"), [("least", "recalls"), ("most", "apart")])
def test_the_best_rules_are_those_of_the_list_where_more_is_seen(kind: str, memory: str) -> None:
    check_rules(kind, memory, [])


@pytest.mark.parametrize(("kind", "groups"), [("most", []), ("quotient", [["c", "b"]])])
def test_a_rule_between_what_was_met_and_what_is_liked_is_found_before_any_branching(kind: str, groups: list[list[str]]) -> None:
    """In one of the two, the first decisions are those of what is liked; in the other, the last."""
    world = small(0, "nothing")
    scores = every(TREES[kind], world)
    tree, means = in_sums(TREES[kind], world)
    found = searched(landscape_of(world, means), checked_ties(world, groups), most=0, tree=tree)
    assert found.looked_at == 0
    assert found.score == max(scores[policy] for policy in rules_of(world, groups))


@pytest.mark.parametrize(("memory", "kind", "seed"), [
    *((memory, kind, 1) for memory in ("nothing", "late") for kind in FORMULAS), ("recalls", "ratio", 0), ("recalls", "sum", 1),
    ("apart", "value", 0), ("apart", "quotient", 1),
])  # fmt: skip
def test_what_else_the_best_are_worth_is_what_the_list_says(memory: str, kind: str, seed: int) -> None:
    world, f = small(seed, memory), FORMULAS[kind]
    other = E(X("w")) - E(X("other"))
    scores, others = every(f, world), every(other, world)
    try:
        found = among_best(world, sb.Utility("u", f), other)
    except Impossible:
        assert not scores
        return
    if isinstance(found, str):
        assert found.startswith(f"u in world {seed} {memory}: ")
        return
    worth = [others[policy] for policy, score in scores.items() if score == max(scores.values())]
    assert found == (min(worth), max(worth))


# ---------------------------------------------------------------- limits of counting


def pair(value: Any, **more: Any) -> sb.World:
    return sb.World(ck.Model(a=ck.choice(0, 1), b=ck.choice(0, 1), value=value, **more), value="value")


def test_rules_are_counted_and_not_policies_where_decisions_share_one() -> None:
    """All but one way is best, and of these two are those of one rule."""
    world = pair(lambda a, b: int(not (a == 1 and b == 0)))
    tied = solve_tied(world, sb.naive, [["a", "b"]])
    free = solve_tied(world, sb.naive, [])
    assert isinstance(tied, SequenceSolution)
    assert isinstance(free, SequenceSolution)
    assert (tied.score, tied.ties, free.score, free.ties) == (1, 2, 1, 3)


def test_decisions_that_share_nothing_are_counted_without_their_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a third decision does changes nothing that is counted: its rules are not kept apart."""
    monkeypatch.setattr(counting, "MOST_STANDINGS", 4)
    world = sb.World(
        ck.Model(
            sight=ck.uniform(0, 1, 2, 3), a=ck.choice(0, 1), b=ck.choice(0, 1), c=ck.choice(0, 1, sees=["sight"]),
            value=lambda a, b: int(a == b), other=lambda sight, c: 1 - c,
        ),
        value="value",
    )  # fmt: skip
    found = solve_tied(world, sb.Utility("u", E(V) + 0 * E(X("other"))), [["a", "b"]])
    assert isinstance(found, SequenceSolution)
    assert (found.score, found.ties) == (1, 2 * 2**4)


def blind() -> sb.World:
    """Alike is best: one sees a coin and acts, and then acts again without seeing what one did."""
    return sb.World(
        ck.Model(
            u=ck.coin("1/2"), a=ck.choice(0, 1, sees=["u"]), b=ck.choice(0, 1), value=lambda a, b: int(a == b), idle=ck.choice(0, 1, 2)
        ),
        value="value",
    )  # fmt: skip


@pytest.mark.parametrize(("name", "enough"), [("MOST_STANDINGS", 3), ("MOST_STEPS", 5), ("MOST_ORIGINS", 8)])
def test_what_takes_more_than_a_limit_is_not_counted(monkeypatch: pytest.MonkeyPatch, name: str, enough: int) -> None:
    """Two states, then two that look alike: of these one is met, or the other, or both. Two things are met, and then one, three times."""
    assert (counting.MOST_STANDINGS, counting.MOST_STEPS, counting.MOST_ORIGINS, counting.MOST_PARTS) == (4_096, 100_000, 100_000, 6)
    for limit in (enough, enough - 1):
        monkeypatch.setattr(counting, name, limit)
        found = solve_tied(blind(), sb.naive, [])
        assert isinstance(found, SequenceSolution)
        assert (found.score, found.ties) == (1, 6 if limit == enough else None)


@pytest.mark.parametrize(("name", "enough"), [("MOST_SETS", 3), ("MOST_STEPS", 5)])
def test_best_policies_are_counted_within_limits(monkeypatch: pytest.MonkeyPatch, name: str, enough: int) -> None:
    assert (optimal_policies.MOST_SETS, optimal_policies.MOST_STEPS) == (4_096, 200_000)
    for limit in (enough, enough - 1):
        monkeypatch.setattr(optimal_policies, name, limit)
        found = solve_sequence(blind(), sb.naive)
        assert isinstance(found, SequenceSolution)
        assert (found.score, found.ties) == (1, 6 if limit == enough else None)


def test_many_parts_of_a_largest_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    world = pair(lambda a, b: a + b, other=lambda a, b: a - b)
    f = most(E(V), E(X("other")), E(V), E(X("other")) * 2)
    for limit, ties in ((4, 2), (3, None)):
        monkeypatch.setattr(counting, "MOST_PARTS", limit)
        found = solve_tied(world, sb.Utility("u", f), [])
        assert isinstance(found, SequenceSolution)
        assert (found.score, found.ties) == (2, ties)


# ---------------------------------------------------------------- ratios


@pytest.mark.parametrize("place", range(4))
def test_a_quotient_of_means_with_a_condition_anywhere_is_no_ratio_of_sums(place: int) -> None:
    """Wherever the condition stands among several means."""
    means = [E(V), E(X("a")), E(X("b")), E(X("c"))]
    assert ratio_in((means[0] + means[1]) / (means[2] + means[3] + 1)) is not None
    means[place] = E(V, given=STOP)
    assert ratio_in((means[0] + means[1]) / (means[2] + means[3] + 1)) is None


def test_means_that_share_a_condition_are_one_ratio_and_a_number() -> None:
    found = ratio_in(2 * E(V, given=STOP) + 3 - E(X("a"), given=STOP) + 4)
    assert found is not None
    assert (found.constant, found.may_be_zero) == (7, True)
    assert [(mean.scale, mean.channel, mean.given is None) for mean in found.means] == [(2, 0, False), (-1, 0, False), (1, 1, False)]
    assert ratio_in(E(V, given=STOP) + E(V)) is None
    assert ratio_in(E(V)) is None
    assert ratio_in(E(V) * E(V)) is None
    assert ratio_in(E(V) / (E(V) * E(V))) is None
    assert ratio_in(E(V) * E(V) / E(V)) is None
    plain = ratio_in(E(V) / (1 + E(X("a"))))
    assert plain is not None
    assert (plain.constant, plain.may_be_zero, plain.what) == (0, False, str(E(V) / (1 + E(X("a")))))


@pytest.mark.parametrize(("least_bottom", "fits"), [(-1, False), (0, False), (1, True)])
def test_a_quotient_is_solved_where_what_divides_is_above_0(least_bottom: int, fits: bool) -> None:
    world = pair(lambda a, b: 1 + 2 * b, other=lambda a: a + least_bottom)
    found = solve_sequence(world, sb.Utility("u", E(V) / E(X("other"))))
    if fits:
        assert isinstance(found, SequenceSolution)
        assert (found.score, found.ties, found.policy.acts["a", ()]) == (3, 1, 0)
    else:
        assert isinstance(found, str)
        assert "what it divides by may be 0, or less than 0" in found


# ---------------------------------------------------------------- decisions that recall too little


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("memory", ["nothing", "forgets", "late"])
def test_a_local_optimum_cannot_be_bettered_in_one_decision(monkeypatch: pytest.MonkeyPatch, memory: str, seed: int) -> None:
    monkeypatch.setattr(sequence, "FEW_RULES", 1)
    world, f = small(seed, memory), E(V) + E(X("other")) / 7
    scores = every(f, world)
    found = solve_sequence(world, sb.Utility("u", f))
    assert isinstance(found, SequenceSolution)
    assert scores[found.policy] == found.score <= max(scores.values()) <= found.bound
    for name in SEES[memory]:
        alike = [p for p in scores if all(p.acts[slot] == act for slot, act in found.policy.acts.items() if slot[0] != name)]
        assert len(alike) > 1
        assert max(scores[policy] for policy in alike) == found.score
    if found.optimal is None:
        assert found.parts is not None
        assert found.proves == ("global" if found.score == found.bound else "local")


def test_what_is_proved_has_a_name() -> None:
    found = solve_sequence(pair(lambda a, b: a + b), sb.naive)
    assert isinstance(found, SequenceSolution)
    assert found.proves == "global"
    made = SequenceSolution(found.world, found.policy, Fraction(1), Fraction(2), None, 1, None)
    assert (bool(made), made.proves, made.is_local, made.parts) == (False, "bound", False, None)
    assert SequenceSolution(found.world, found.policy, Fraction(1), Fraction(2), None, 1, None, is_local=True).proves == "local"


# ---------------------------------------------------------------- rules between rules


@pytest.mark.parametrize("length", [0, 1, 2, 7, 8, 9, 16, 40])
def test_the_best_rule_between_two_is_found_where_there_is_one_peak(length: int) -> None:
    assert length >= 0
    for peak in range(length + 1):
        looked: list[int] = []

        def score(picks: Any, peak: int = peak, looked: list[int] = looked) -> int:
            assert len(picks) == length
            looked.append(sum(picks))
            assert list(picks) == [1] * sum(picks) + [0] * (length - sum(picks))
            return -abs(int(sum(picks)) - peak)

        found = best_between([1] * length, [0] * length, (), score)
        assert found == (0, (1,) * peak + (0,) * (length - peak))
        assert len(looked) == len(set(looked)) <= 10 + 2 * math.ceil(math.log2(length + 1) + 1)


def test_places_that_are_named_are_looked_at_and_what_is_undefined_is_not_best() -> None:
    def spike(picks: Any) -> int | None:
        return {37: 5, 0: None}.get(sum(picks), -1)

    first, last = [1] * 64, [0] * 64
    assert best_between(first, last, (), spike) == (-1, best_between(first, last, (), spike)[1])  # type: ignore[index]
    assert best_between(first, last, (37,), spike) == (5, (1,) * 37 + (0,) * 27)
    many = (*range(9, 17), 37, *range(50, 58))
    assert best_between(first, last, many, spike)[0] == -1  # type: ignore[index]
    assert best_between(first, last, many[8:], spike)[0] == (-1 if len(many[8:]) > 16 else 5)  # type: ignore[index]
    assert best_between(first, last, (), lambda picks: None) is None


# ---------------------------------------------------------------- what is asked


def test_groups_of_decisions_are_checked() -> None:
    world = sb.World(
        ck.Model(s=ck.coin("1/2"), a=ck.choice(0, 1), b=ck.choice(0, 1), c=ck.choice(0, 1, 2), d=ck.choice(0, 1, sees=["s"]),
                 value=lambda a, b, c, d: a + b + c + d),
        value="value",
    )  # fmt: skip
    for groups, error, words in (
        ([["a", "c"]], WrongShape, "'a' and 'c' cannot share a rule"), ([["b", "a"], ["a"]], WrongShape, "'a' is tied twice"),
        ([["a", "d"]], WrongShape, "'a' and 'd' cannot share a rule"), ([["a", "e"]], UnknownName, "'e' is no decision"),
        ([["a", "b", "d"]], WrongShape, "'a' and 'd' cannot share a rule"), ([["a", "a"]], WrongShape, "'a' is tied twice"),
    ):  # fmt: skip
        with pytest.raises(error, match=words):
            solve_tied(world, sb.naive, groups)
    alone = solve_tied(world, sb.naive, ["a", ["b"], ("d",)])
    assert isinstance(alone, SequenceSolution)
    assert (alone.score, alone.ties) == (5, 1)


def test_a_behaviour_says_just_what_is_done_where_it_leads() -> None:
    """Three acts, each of which sees all before it, for the same worth: 8 ways to go, and 128 policies to go them."""
    acts = {"a": ck.choice(0, 1), "b": ck.choice(0, 1, sees=["a"]), "c": ck.choice(0, 1, sees=["a", "b"])}
    world = sb.World(ck.Model({**acts, "v": ck.function(lambda a, b, c: 1, parents=["a", "b", "c"])}), value="v")
    found = solve_sequence(world, sb.Utility("value", E(V)))
    assert isinstance(found, SequenceSolution)
    assert found.optimal is not None
    behaviours = list(found.optimal.behaviours())
    gone = [tuple(one.values()) for one in behaviours]
    assert sorted(gone) == list(itertools.product((0, 1), repeat=3))
    assert all(set(one) == {("a", ()), ("b", (a,)), ("c", (a, b))} for one, (a, b, _) in zip(behaviours, gone, strict=True))
    assert len(set(found.optimal.policies())) == len(list(world.policies)) == 128
