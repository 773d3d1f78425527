"""Scores and what is read off them, by hand: what a world lacks, slopes, distances, behaviours, and amounts of which bounds are known."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import InvalidName, TooLarge, UnknownName, UnknownValue, WrongShape
from stop_button import UNDEFINED, B, E, H, V, X, least, most
from stop_button.evaluation import behaviours as behaviours_module
from stop_button.evaluation import evaluation as evaluation_module
from stop_button.evaluation.behaviours import behaviours
from stop_button.evaluation.branch_distance import cells, distances, reveals
from stop_button.evaluation.enclosure import Enclosure, difference, joint, sign, value
from stop_button.evaluation.evaluation import Evaluation, all_policies, evaluation_of, extreme, places_of_best, sweep
from stop_button.evaluation.policy_polynomial import policy_polynomial, score_or_undefined
from stop_button.evaluation.sensitivity_analysis import leaning, sensitivity
from stop_button.evaluation.utility import applies, as_utilities, as_utility
from stop_button.language.formula import Formula
from stop_button.language.references import LargestDefined, SmallestDefined, best

F = Fraction
STOP = {"intent": "stop"}


def pressed() -> sb.World:
    """People wish a stop with a third; who acts wins 3, and 1 more where they wish it."""
    return sb.World(
        ck.Model(
            wish=ck.Dist({"stop": F(1, 3), "free": F(2, 3)}), luck=ck.Dist({0: F(1, 4), 1: F(3, 4)}), act=ck.choice("wait", "go"),
            stopped=lambda wish, act: wish == "stop" and act == "wait",
            value=lambda act, wish, luck: (3 + (wish == "stop")) * luck * (act == "go"),
        ),
        intent="wish", stopped="stopped", value="value", baseline="wait", name="pressed",
    )  # fmt: skip


# ---------------------------------------------------------------- what a world lacks


@pytest.mark.parametrize(("f", "missing"), [
    (E(V), ()), (E(X("nowhere")), ("nowhere",)), (E(V.had(nowhere=1)), ("nowhere",)), (E(V.had(intent="calm")), ("intent='calm'",)),
    (E(H.is_("calm")), ("intent='calm'",)), (E(H.is_("stop")), ()), (E(X("nowhere").is_(1)), ("nowhere",)),
    (E(V.had(intent=H.had(act="go"))), ()),
    (E(V.had(intent=X("nowhere"))), ("nowhere",)), (E(V.had(intent="calm", other=1)), ("other", "intent='calm'")),
    (E(X("one")) + E(X("two")) + E(X("one")), ("one", "two")), (E(V, given=X("nowhere")), ("nowhere",)),
    (best(E(V), of=["act"]), ()), (best(E(V), of=["act", "leap"]), ("decision leap",)),
    (best(E(V), of=["leap"]), ("decision leap",)),
    (best(E(X("nowhere")), of=["leap", "act"]), ("decision leap", "nowhere")),
])  # fmt: skip
def test_what_a_world_lacks_is_named_once(f: Formula, missing: tuple[str, ...]) -> None:
    found = applies(sb.Utility("u", f), pressed())
    assert found.missing == missing
    assert bool(found) is (not missing)
    lacks = ", no ".join(missing)
    assert str(found) == ("u applies to pressed" if not missing else f"u does not apply to pressed, which has no {lacks}")


def test_a_baseline_is_lacked_where_there_is_none() -> None:
    world = sb.World(pressed().model, intent="wish", stopped="stopped", value="value")
    utility = sb.Utility("u", E(V.under("baseline")))
    assert applies(utility, world).missing == ("baseline",)
    assert applies(utility, pressed()).missing == ()


def test_utilities_and_what_is_none() -> None:
    utility = sb.Utility("mine", E(V), source="book", meaning="more")
    assert as_utility(utility) is utility
    assert as_utilities(utility) == (utility,)
    assert as_utilities([utility, sb.naive]) == (utility, sb.naive)
    for given, words in (
        (E(V), "is a formula without a name"), ("naive", "is text, and no utility"), (pressed(), "a world was given"),
        (max, "is a function"),
        ([utility], "several were given where one utility"), (5, "5 is no utility"),
    ):  # fmt: skip
        with pytest.raises(WrongShape, match=words):
            as_utility(given)
    with pytest.raises(WrongShape, match="is text, and no utility"):
        as_utilities("naive")
    for name in ("", 5, "a\x07b"):
        with pytest.raises(InvalidName):
            sb.Utility(name, E(V))  # type: ignore[arg-type]
    again = pickle.loads(pickle.dumps(utility))
    assert (again, again.source, again.meaning) == (utility, "book", "more")
    varied = sb.counterfactual.vary(weight=3)
    again = pickle.loads(pickle.dumps(varied))
    assert (again.name, again.formula, dict(again.parameters)) == (varied.name, varied.formula, dict(varied.parameters))
    assert pickle.loads(pickle.dumps(sb.counterfactual)) is sb.counterfactual


def test_varied_utilities_show_what_is_varied() -> None:
    varied = sb.counterfactual.vary(weight=3)
    assert varied.name == "counterfactual[weight=3]"
    assert (varied.source, varied.meaning) == (sb.counterfactual.source, sb.counterfactual.meaning)
    back = varied.vary(weight=sb.counterfactual.parameters["weight"])
    assert (back.name, back.formula) == ("counterfactual", sb.counterfactual.formula)
    assert varied.code == "sb.definitions.counterfactual.vary(weight=3)"
    assert sb.counterfactual.code == "sb.definitions.counterfactual"
    own = sb.Utility("own", E(V))
    assert (own.code, own.vary()) == (repr(own), own)
    for utility, words in ((own, "own has no parameter 'weight'; it has: none"), (varied, "has no parameter 'wait'; it has: ")):
        with pytest.raises(UnknownName, match=words):
            utility.vary(**({"weight": 1} if utility is own else {"weight": 1, "wait": 2}))
    assert own.of("Ann") is own
    whose = sb.switch.of("Ann")
    assert (whose.name, whose.source, whose.meaning) == ("switch[Ann]", sb.switch.source, sb.switch.meaning)
    assert hash(own) == hash(sb.Utility("own", E(V), source="other"))


# ---------------------------------------------------------------- evaluations


def test_the_largest_scores_stand_where_they_stand() -> None:
    assert places_of_best([UNDEFINED, 2, 1, UNDEFINED, 2, F(4, 2)]) == (1, 4, 5)
    assert places_of_best([UNDEFINED]) == ()
    assert places_of_best([1, 2, 3]) == (2,)
    assert places_of_best([3, 2, 1]) == (0,)
    evaluation = Evaluation(pressed())
    assert [policy.description for policy in evaluation.best(E(V))] == ["go"]
    policy, score = evaluation.extreme(E(V))
    assert (policy.description, score) == ("go", F(3, 4) * (3 + F(1, 3)))
    policy, score = evaluation.extreme(E(V) + 1, largest=False)
    assert (policy.description, score) == ("wait", 1)
    assert extreme(E(V) + 1, pressed(), largest=False)[1] == 1
    assert extreme(E(V) + 1, pressed())[1] == F(7, 2)
    assert repr(evaluation) == "<evaluation of pressed: 2 formulas over all policies>" == repr(evaluation)
    made = iter([1, 2])
    assert [evaluation.kept("one", lambda: next(made)) for _ in range(2)] == [1, 1]
    assert evaluation.kept("two", lambda: 7) == 7
    assert evaluation_of(evaluation) is evaluation
    world = pressed()
    assert evaluation_of(world).world is world


def test_scores_are_the_same_listed_alone_and_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (evaluation_module.MANY_OPTIONS, evaluation_module.MANY_ON_A_RUN, evaluation_module.FEW) == (512, 1_000, 16)
    world = sb.World(
        ck.Model(
            u=ck.uniform(0, 1), a=ck.choice(0, 1, sees=["u"]), b=ck.choice(0, 1, 2, sees=["a"]), value=lambda u, a, b: u + 2 * a * b,
            wish=lambda u, a: "stop" if u and a else "free",
        ),
        intent="wish", value="value",
    )  # fmt: skip
    f = E(V, given=STOP) + E(V)
    expected = tuple(score_or_undefined(f, world, policy) for policy in world.policies)
    assert UNDEFINED in expected
    for few in (16, 1000):
        for many_options in (512, 1):
            for on_a_run in (1000, 1):
                monkeypatch.setattr(evaluation_module, "FEW", few)
                monkeypatch.setattr(evaluation_module, "MANY_OPTIONS", many_options)
                monkeypatch.setattr(evaluation_module, "MANY_ON_A_RUN", on_a_run)
                assert sweep(f, world) == expected
                evaluation = Evaluation(world)
                alone = tuple(evaluation.score_or_undefined(f, policy) for policy in world.policies)
                assert alone == expected == evaluation.scores(f)
                assert tuple(evaluation.score_or_undefined(f, policy) for policy in world.policies) == expected


def test_policies_are_listed_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation_module, "MOST_LISTED", 2)
    assert len(all_policies(pressed())) == 2
    monkeypatch.setattr(evaluation_module, "MOST_LISTED", 1)
    with pytest.raises(TooLarge, match="pressed has 2 policies, and at most 1 are listed"):
        all_policies(pressed())


def test_a_mean_in_which_choices_hang_together_is_not_flat() -> None:
    world = sb.World(ck.Model(a=ck.choice(0, 1), b=ck.choice(0, 1), value=lambda a, b: a + b, both=lambda a, b: a * b), value="value")
    assert policy_polynomial(E(X("a")), world).is_flat
    assert not policy_polynomial(E(X("both") * X("a")), world).is_flat
    lots = world.policy({"a": ck.uniform(0, 1), "b": ck.Dist({0: F(1, 3), 1: F(2, 3)})})
    for mean, expected in ((E(X("a")), F(1, 2)), (E(X("both")), F(1, 3)), (E(V, given=X("a")), 1 + F(2, 3)), (E(V), F(1, 2) + F(2, 3))):
        assert policy_polynomial(mean, world).score(lots) == expected


# ---------------------------------------------------------------- slopes


def test_slopes_by_hand() -> None:
    """Go is worth 3/4 (3 + 1/3): luck 1 for sure 10/3, never 0; a stop for sure 3, free for sure 9/4."""
    found = sensitivity(pressed(), sb.Utility("u", E(V)), "go")
    assert found.score == F(5, 2)
    assert [(one.noise, one.value, one.probability, one.slope) for one in found.slopes] == [
        ("wish", "stop", F(1, 3), F(1, 2)), ("wish", "free", F(2, 3), -F(1, 4)), ("luck", 0, F(1, 4), -F(5, 2)),
        ("luck", 1, F(3, 4), F(5, 6)),
    ]  # fmt: skip
    assert found.steepest is found.slopes[2]
    assert found.moving("luck", out_of=0, into=1) == F(10, 3)
    assert found.sentence == "u of go is 2.5, and moves fastest as luck leans towards 0: by -2.5 per unit of probability"
    assert bool(found)
    assert repr(found) == str(found)
    still = sensitivity(pressed(), sb.Utility("u", E(V)), "wait", of=["luck", "wish"])
    assert not still
    assert still.sentence == "u of wait is 0, and does not move with the probabilities of luck, wish"
    only = sensitivity(pressed(), sb.Utility("u", E(V)), "go", of="luck")
    assert [one.noise for one in only.slopes] == ["luck", "luck"]


@pytest.mark.parametrize("f", [
    E(V) * E(V), E(V) / (1 + E(V)), least(E(V), 2), least(E(V), 3), most(E(V), 2), most(E(V), 3), least(E(V), E(V) * 2 - F(5, 2)),
    most(E(V), E(V) * 2 - F(5, 2)), E(V, given=STOP) + 2 * E(V), E(V, given=V), -E(V), LargestDefined((E(V) * 2, E(V), 1 / (E(V) - E(V)))),
    SmallestDefined((E(V) * 2, 1 / (E(V) - E(V)), E(V))), E(V) * E(V, given=STOP) * E(B + V),
], ids=str)  # fmt: skip
def test_a_slope_is_what_leaning_a_little_changes(f: Formula) -> None:
    """From the right, to first order: the difference quotients of two small steps come as near as the steps are small."""
    utility = sb.Utility("u", f)
    found = sensitivity(pressed(), utility, "go")
    assert len(found.slopes) == 4
    for one in found.slopes:
        quotients = []
        for step in (F(1, 10**6), F(1, 10**9)):
            leant = leaning(pressed(), utility, "go", noise=one.noise, value=one.value, weight=step)
            quotients.append((leant - found.score) / step)
        assert abs(quotients[0] - one.slope) < F(1, 10**3)
        assert abs(quotients[1] - one.slope) < F(1, 10**6)


def test_what_is_no_noise_has_no_slope() -> None:
    utility = sb.Utility("u", E(V))
    for of, error, words in (
        ("value", WrongShape, "'value' is no noise, it depends on act, wish, luck; the sources of noise are: wish, luck"),
        ("act", WrongShape, "'act' is no noise, it depends on an open choice"), ("luke", UnknownName, "luke"),
        (["luck", "stopped"], WrongShape, "'stopped' is no noise"),
    ):  # fmt: skip
        with pytest.raises(error, match=words):
            sensitivity(pressed(), utility, "go", of=of)
    found = sensitivity(pressed(), utility, "go", of="luck")
    with pytest.raises(UnknownName, match="no slope was taken for 'wish', only for: luck"):
        found.slope("wish", "stop")
    with pytest.raises(UnknownValue, match="'luck' has no weight on 2"):
        found.slope("luck", 2)
    with pytest.raises(UnknownValue, match="'luck' has no weight on 2"):
        leaning(pressed(), utility, "go", noise="luck", value=2, weight=F(1, 2))
    assert leaning(pressed(), utility, "go", noise="luck", value=1, weight=1) == F(10, 3)


# ---------------------------------------------------------------- distances


def test_distances_by_hand() -> None:
    """Over what listens to something: had a stop been wished, who waits is stopped for sure, and in fact with a third."""
    found = distances(pressed(), sb.Utility("u", E(B.had(intent="stop")) + E(V)), "wait")
    assert found.over == ("stopped", "value")
    first, second = found.parts
    assert (first.total_variation, first.off_support, first.factual) == (F(2, 3), 0, F(1, 3))
    assert first.surprise == pytest.approx(math.log2(3))
    assert (second.total_variation, second.off_support, second.surprise, second.factual) == (0, 0, 0, 1)
    assert found.factual_share == F(2, 3)
    assert str(found).endswith("share on factual cells: 2/3; over stopped, value")
    assert repr(found) == str(found)
    off = distances(pressed(), sb.Utility("u", E(V.had(act="go"))), "wait", over=["value", "act"])
    (part,) = off.parts
    assert (part.total_variation, part.off_support, part.surprise, part.factual) == (1, 1, math.inf, 0)
    under = distances(pressed(), sb.Utility("u", E(V.under("go"))), "go").parts[0]
    assert (under.total_variation, under.factual) == (0, 1)
    given = distances(pressed(), sb.Utility("u", E(B, given=STOP)), "wait").parts[0]
    assert (given.total_variation, given.factual) == (F(2, 3), 1)


def test_cells_and_what_is_revealed_by_hand() -> None:
    both = cells(pressed(), sb.Utility("u", E(B.had(intent="stop")) + 5 * E(V, given={"intent": "free"})), "go")
    assert dict(both.items()) == {("stop", "stop"): F(1, 6), ("free", "stop"): F(1, 3), ("free", "free"): F(1, 2)}
    assert reveals(pressed(), "go") == 0
    model = ck.Model(wish=ck.uniform("stop", "free"), seen=lambda wish: wish, act=ck.choice(0, 1, sees=["seen"]), value=lambda act: act)
    assert reveals(sb.World(model, intent="wish", value="value"), 0) == pytest.approx(1)


# ---------------------------------------------------------------- behaviours


def test_behaviours_are_policies_that_differ_where_they_lead(monkeypatch: pytest.MonkeyPatch) -> None:
    world = sb.World(
        ck.Model(a=ck.choice("stay", "go"), seen=lambda a: a, b=ck.choice(0, 1, sees=["seen"]), value=lambda a, b: 2 * (a == "go") + b),
        value="value", baseline={"a": "stay", "b": 0},
    )  # fmt: skip
    found = behaviours(world, [E(V)])
    assert [one.count for one in found] == [2, 2, 2, 2]
    assert sum(one.count for one in found) == world.policies.size
    for policy in world.policies:
        inside = [one for one in found if policy in one]
        assert len(inside) == 1
        assert score_or_undefined(E(V), world, policy) == score_or_undefined(E(V), world, inside[0].policy)
    assert [str(one) for one in found] == ["a: stay; b: 0", "b: 1 if seen='stay'", "a: go", "a: go; b: 1 if seen='go'"]
    assert all(one.rule == one.policy.description for one in found)
    monkeypatch.setattr(behaviours_module, "MOST_LISTED", 4)
    assert len(behaviours(world, [E(V)])) == 4
    monkeypatch.setattr(behaviours_module, "MOST_LISTED", 3)
    with pytest.raises(TooLarge, match="more than 3 behaviours"):
        behaviours(world, [E(V)])


# ---------------------------------------------------------------- bounds where a coupling is missing


def uncoupled(*, act: Any = ("a",)) -> sb.World:
    """A table of which nobody says how it shares its noise: a half and a quarter."""
    rows: Any = {0: ck.Dist({0: F(1, 2), 1: F(1, 2)}), 1: ck.Dist({0: F(1, 4), 1: F(3, 4)})}
    model = ck.Model(lever=ck.uniform(0, 1), act=ck.choice(*act), end=ck.cpt(["lever"], rows, domain=[0, 1]), value=lambda end: 4 * end)
    return sb.World(model, value="value", stopped=sb.Role("end", {0: False, 1: True}))


def test_bounds_of_sums_by_hand() -> None:
    """Both ends together: at least a quarter, at most a half; the product of the values is 16 times that."""
    evaluation = Evaluation(uncoupled())
    policy = evaluation.world.policies[0]
    both = E(V.had(lever=0) * V.had(lever=1))
    for f, low, high, sharp in (
        (both, 4, 8, True), (2 * both + 1, 9, 17, True), (-both, -8, -4, True), (3 - both, -5, -1, True), (both + both, 8, 16, False),
        (both - both * F(1, 2), 0, 6, False), (both + E(V), 4 + F(5, 2), 8 + F(5, 2), True), (E(V) + both, 4 + F(5, 2), 8 + F(5, 2), True),
    ):  # fmt: skip
        found = value(f, evaluation, policy)
        assert isinstance(found, Enclosure), f
        assert (found.low, found.high) == (low, high), f
        assert found.sharp is sharp or f == both + both, f
    for f in (both * both, least(both, 1), both / 2 * E(V), 1 / both, both + 1 / both, both * E(V)):
        assert value(f, evaluation, policy) is UNDEFINED or isinstance(value(f, evaluation, policy), Enclosure), f
    assert value(both * both, evaluation, policy) is UNDEFINED
    assert value(1 / both + both, evaluation, policy) is UNDEFINED
    assert value(E(V), evaluation, policy) == F(5, 2)


def test_bounds_of_events_by_hand() -> None:
    evaluation = Evaluation(uncoupled())
    policy = evaluation.world.policies[0]
    events = [((B.had(lever=0), True), (B.had(lever=1), True)), ((B.had(lever=0), False), (B.had(lever=1), False))]
    found = value(joint(events), evaluation, policy, events)
    assert isinstance(found, Enclosure)
    assert (found.low, found.high) == (F(1, 4), F(3, 4))
    assert str(joint([])) == "0"
    assert F(1, 4) in found
    assert F(3, 4) in found
    assert F(1, 2) in found
    assert F(1, 5) not in found
    assert F(4, 5) not in found


def test_differences_and_signs_by_hand() -> None:
    some, loose = Enclosure(F(1), F(2), sharp=True), Enclosure(F(0), F(5), sharp=False)
    pairs: Any = (
        (F(3), F(1), 2), (some, F(1), Enclosure(F(0), F(1), sharp=True)), (F(1), some, Enclosure(F(-1), F(0), sharp=True)),
        (loose, F(1), Enclosure(F(-1), F(4), sharp=False)), (some, some, Enclosure(F(-1), F(1), sharp=False)),
        (some, UNDEFINED, UNDEFINED), (UNDEFINED, F(1), UNDEFINED),
    )  # fmt: skip
    for a, b, expected in pairs:
        assert difference(a, b) == expected
    signs: Any = (
        (F(1), "positive"), (F(0), "not positive"), (F(-1), "not positive"), (some, "positive"), (loose, "open"), (UNDEFINED, "open"),
        (Enclosure(F(-1), F(0), sharp=True), "not positive"), (Enclosure(F(-1), F(1), sharp=True), "open"),
    )  # fmt: skip
    assert len(signs) == 8
    for amount, expected in signs:
        assert sign(amount) == expected
