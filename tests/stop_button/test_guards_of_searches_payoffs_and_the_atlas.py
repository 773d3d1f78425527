"""Guards of searches, of payoffs left open and of entries of the atlas: what each lets through, and what it keeps out, by hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy

import stop_button as sb
from causalkit import Model, choice, coin, cpt, function, uniform
from causalkit.errors import CausalError, Impossible, NeedsCoupling, TooLarge, Undecided, WrongShape
from causalkit.values.dist import Dist
from causalkit.values.exact import exact
from stop_button import FREE, STOP, B, E, H, V, World, X
from stop_button.atlas import ROWS, places
from stop_button.atlas.columns.measure import Measure
from stop_button.atlas.places import Entry, carries_nothing, entry
from stop_button.atlas.rows import Row
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.terms.objective import Mean
from stop_button.evaluation.undefined import UNDEFINED
from stop_button.evaluation.unfolding.open_form import landscape_of
from stop_button.evaluation.utility import definition
from stop_button.grounding.resolving import resolved
from stop_button.incentives import optimum as expected
from stop_button.incentives.stopping import safety_tax as taxes
from stop_button.language import OWN, Formula, Test, best, conditional_entropy, entropy, every, least, most, some, subject_to, worst
from stop_button.language.notation import latex
from stop_button.lotteries import judging, opened, orbit
from stop_button.lotteries.arrangements import Payoffs, payoffs_of
from stop_button.replies import best_values, stability
from stop_button.solving.sequences import tied
from stop_button.solving.sequences.dinkelbach import best_ratio
from stop_button.solving.sequences.formulas_over_time import in_sums
from stop_button.solving.sequences.over_states import StatesAbove
from stop_button.solving.sequences.tied import checked_ties, searched
from stop_button.solving.variable_elimination import Optimum
from tests.refusing import TWO
from tests.stop_button.nudged_world import nudge

F = Fraction
ONE, HALF = F(1), F(1, 2)
NUDGE = nudge()
NEVER = sb.Utility("never", E(V) / (E(V) - E(V)))


class Unproved:
    """A solution that is not proved."""

    score = F(0)

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return "not proved"


# ---------------------------------------------------------------- a ratio of two sums


@pytest.mark.parametrize(("bottom", "top"), [(lambda b: 0, None), (lambda b: b, F(3, 2)), (lambda b: 1 + b, 2)])
def test_a_ratio_is_the_greatest_among_policies_whose_bottom_is_above_0(bottom: Callable[[int], int], top: Fraction | None) -> None:
    """With a bottom of 0 everywhere there is no ratio; of two policies the one without a ratio is left out."""
    model = Model(b=choice(0, 1), over=lambda b: (2 + b) * min(bottom(b), 1), under=lambda b: bottom(b) * (1 + b * (bottom(0) == 0)))
    landscape = landscape_of(World(model), [Mean(ONE, X("over"), None, 0), Mean(ONE, X("under"), None, 1)])
    found = best_ratio(landscape, may_be_zero=True)
    if top is None:
        assert found is None
    else:
        assert found is not None
        assert found.score == top


# ---------------------------------------------------------------- one rule for several decisions


def apart() -> World:
    """Each for itself earns 3, by 0, 1 and 0; by one rule 1 is best, and earns 1. A fourth decision earns nothing."""
    return World(
        Model(
            a=choice(0, 1), b=choice(0, 1), c=choice(0, 1), d=choice(0, 1),
            value=lambda a, b, c, d: 3 * ((a, b, c) == (0, 1, 0)) + a * b * c + 0 * d,
        ),
        value="value", name="apart",
    )  # fmt: skip


@pytest.mark.parametrize(("looks", "score", "bound", "bounded"), [(0, 0, 3, 1), (1, 0, 1, 3), (2, 1, 1, 3), (9, 1, 1, 3)])
def test_no_more_partial_rules_are_bounded_than_it_takes(
    looks: int, score: int, bound: int, bounded: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is split into two; the second reaches its own bound, so that it is split no further, whatever is open in it."""
    made: list[StatesAbove] = []

    def counted(*given: Any) -> StatesAbove:
        made.append(StatesAbove(*given))
        return made[-1]

    monkeypatch.setattr(tied, "StatesAbove", counted)
    world = apart()
    tree, means = in_sums(resolved(E(V), world), world)
    found = searched(landscape_of(world, means), checked_ties(world, [["a", "b", "c"]]), most=looks, tree=tree)
    assert (found.score, found.bound, found.looked_at, len(made)) == (score, bound, min(looks, 2), bounded)


# ---------------------------------------------------------------- payoffs left open


def calm() -> World:
    """Nobody wishes a stop where the agent calms people; nobody ever wishes to sleep. Two acts earn the outcomes the other way round."""
    rows = {"left": Dist({1: "2/3", 2: "1/3"}), "right": Dist({1: "1/3", 2: "2/3"}), "calm": Dist({3: 1})}
    model = Model(
        tired=coin("1/3"),
        act=choice("left", "right", "calm"),
        wish=function(lambda tired, act: STOP if tired and act != "calm" else FREE, parents=["tired", "act"], domain=[FREE, STOP, "sleep"]),
        stopped=lambda wish, act: wish == STOP and act == "left",
        value=cpt(["act"], rows, coupling="independent", domain=[1, 2, 3]),
    )
    return World(model, intent="wish", stopped="stopped", value="value", baseline="left", name="calm")


CALM = calm()
AWAKE, ASLEEP = E(V, given={"intent": STOP}), E(V, given={"intent": "sleep"})
PLAIN: Test = E(B) >= F(1, 4)
READS: Test = E(V) >= 2


def payoffs_in(world: World, payoffs: list[Any]) -> Payoffs:
    return payoffs_of(orbit("value", payoffs=payoffs, utility=E(V)), world)


@pytest.mark.parametrize("test", [PLAIN, READS, AWAKE >= 1, ASLEEP >= 1])
@pytest.mark.parametrize("f", [E(V), AWAKE, 2 * AWAKE + E(B), ASLEEP, ASLEEP - AWAKE, AWAKE * E(V), least(AWAKE, E(V)), E(V * V)])
def test_payoffs_looked_up_once_judge_as_the_world_does_with_each_arrangement(f: Formula, test: Test) -> None:
    """Also where some act, or each, leaves a condition with no chance: without a score it is never best."""
    payoffs = payoffs_in(CALM, [5, 7, -1])
    judge = judging.judge_of(f, test, payoffs, CALM)
    assert len(payoffs.paid) == 3
    for arrangement in itertools.permutations(payoffs.paid):
        slow = judging.by_definition(opened.paid(f, payoffs, arrangement, CALM), opened.paid(test, payoffs, arrangement, CALM), CALM)
        assert judge.judge(arrangement) == slow, arrangement


def test_without_a_score_nothing_is_judged() -> None:
    for test in (PLAIN, READS):
        judge = judging.judge_of(ASLEEP, test, payoffs_in(CALM, [5, 7, -1]), CALM)
        assert judge.judge((F(5), F(7), F(-1))) == judging.Judged(None, None, (), UNDEFINED)


@pytest.mark.parametrize(("most_kinds", "groups"), [(3, ((0, 1), (2,))), (2, ((0,), (1,), (2,)))])
def test_outcomes_that_may_change_places_are_looked_for_among_so_many_kinds(
    most_kinds: int, groups: tuple[tuple[int, ...], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """There are three kinds of policies, and the first two outcomes are reached alike by two acts."""
    monkeypatch.setattr(judging, "MOST_KINDS", most_kinds)
    for f in (E(V), E(V * V)):
        judge = judging.judge_of(f, E(X("act").is_("calm")) <= 1, payoffs_in(CALM, [5, 7, -1]), CALM)
        assert judge.kinds == 3
        assert judge.apart == groups


def test_a_sum_or_product_with_payoffs_in_an_extreme_is_not_opened() -> None:
    payoffs = payoffs_in(CALM, [5, 7, -1])
    for inner in (V + least(V, B), least(V, B) + V, V * least(V, B), least(V, B) * V, B * (B + V * least(V, B))):
        assert opened.terms_of_mean(E(inner), payoffs, CALM) is None, inner
    assert sorted(opened.terms_of_mean(E(B * (B + V)), payoffs, CALM) or ()) == [(), (0,), (1,), (2,)]


@pytest.mark.parametrize(("most_terms", "is_opened"), [(9, True), (8, False)])
def test_so_many_products_of_payoffs_are_opened(most_terms: int, is_opened: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three outcomes times three make nine products, before those are put together that are the same."""
    monkeypatch.setattr(opened, "MOST_TERMS", most_terms)
    assert (opened.terms_of_mean(E(V * V), payoffs_in(CALM, [5, 7, -1]), CALM) is not None) is is_opened


# ---------------------------------------------------------------- definitions, and how they are written


def test_a_definition_is_documented_by_its_function() -> None:
    @definition("half", source="here")
    def half(*, weight: Any = 2) -> Formula:
        """Half of the value.

        And more of it.
        """
        return E(V) / exact(weight)

    assert half.__doc__ is not None
    assert half.__doc__.startswith("Half of the value.")
    assert "And more of it." in half.__doc__
    assert half.meaning.startswith("Half of the value")
    own = [sb.counterfactual, sb.switch, sb.ccmin]
    assert all(one.__doc__ and one.meaning.split()[0] in one.__doc__ and one.__doc__ != sb.Utility.__doc__ for one in own)


@pytest.mark.parametrize(
    ("f", "tex"),
    [
        (
            subject_to(E(V), E(B) <= HALF, E(B) >= 0),
            r"\mathbb{E}\left[V\right] \;\text{subject to}\; "
            r"\mathbb{E}\left[B\right] \le 0.5,\; \mathbb{E}\left[B\right] \ge 0",
        ),
        (
            subject_to(E(V), every("act", E(B) < 1)),
            r"\mathbb{E}\left[V\right] \;\text{subject to}\; "
            r"\forall_{\text{act}}\left(\mathbb{E}\left[B\right] < 1\right)",
        ),
        (
            subject_to(E(V), some("act", E(B) > 1)),
            r"\mathbb{E}\left[V\right] \;\text{subject to}\; "
            r"\exists_{\text{act}}\left(\mathbb{E}\left[B\right] > 1\right)",
        ),
        (best(E(V)), r"\max\left(\mathbb{E}\left[V\right]\right)"),
        (best(E(V), of="act"), r"\max_{\text{act}}\left(\mathbb{E}\left[V\right]\right)"),
        (worst(E(V), of=["act", "then"]), r"\min_{\text{act}, \text{then}}\left(\mathbb{E}\left[V\right]\right)"),
        (least(E(V), E(B)), r"\min\left(\mathbb{E}\left[V\right], \mathbb{E}\left[B\right]\right)"),
        (most(E(V), E(B)), r"\max\left(\mathbb{E}\left[V\right], \mathbb{E}\left[B\right]\right)"),
        (entropy(H), r"\operatorname{entropy}\left(H\right)"),
        (entropy(H, given=B), r"\operatorname{entropy}\left(H \mid B\right)"),
        (conditional_entropy(H, B), r"\operatorname{entropy}\left(H, B\right) - \operatorname{entropy}\left(B\right)"),
    ],
)  # fmt: skip
def test_formulas_in_latex(f: Formula, tex: str) -> None:
    assert latex(f) == tex


# ---------------------------------------------------------------- entries of the atlas


def entry_of(f: Formula, world: World = NUDGE) -> Entry:
    found = entry(Evaluation(world), Row("own", (sb.Utility("own", f),)), [])
    assert found is not None
    return found


def act(name: str) -> Formula:
    return E(X("act").is_(name))


def test_an_entry_says_what_the_best_policies_come_to() -> None:
    """To leave people alone forgoes a quarter; all three acts tie where nothing counts, and then a quarter at the most is forgone."""
    said = {name: (found.verdict, found.tax) for name, found in ((name, entry_of(act(name))) for name in ("leave", "move", "cut"))}
    assert said == {"leave": ("clean", ("0.25",)), "move": ("side effect", ("0",)), "cut": ("side effect", ("0",))}
    free = entry_of(0 * E(V))
    assert (free.verdict, free.ties, free.tax) == ("permits", 3, ("0", "0.25"))
    none = entry_of(NEVER.formula)
    assert (none.best, none.ties, none.tax) == ((), 0, ())


def test_an_entry_is_open_where_symbols_decide() -> None:
    p = sympy.Symbol("p", real=True)
    open_ = entry_of(p * act("move"))
    assert (open_.verdict, open_.best, open_.ties, open_.tax) == ("depends", (), 0, ())
    priced = World(
        Model(
            wish=uniform(STOP, FREE), act=choice("leave", "move"), stopped=lambda wish, act: wish == STOP and act == "leave",
            value=lambda act: p if act == "move" else 1,
        ),
        intent="wish", stopped="stopped", value="value", baseline="leave",
    )  # fmt: skip
    assert entry_of(act("leave"), priced).tax == ()
    assert entry_of(act("leave"), priced).best == ("leave",)


@pytest.mark.parametrize(
    ("roles", "verdict", "tax"),
    [
        ({"intent": "wish", "stopped": "stopped", "value": "value"}, "", ("0.25",)),
        ({"stopped": "stopped", "value": "value", "baseline": "leave"}, "", ("0.25",)),
        ({"intent": "wish", "stopped": "stopped", "baseline": "leave"}, "clean", ()),
    ],
)
def test_an_entry_has_no_verdict_without_a_wish_or_a_baseline_and_no_tax_without_a_value(
    roles: dict[str, Any], verdict: str, tax: tuple[str, ...]
) -> None:
    found = entry_of(act("leave"), World(NUDGE.model, **roles))
    assert (found.verdict, found.tax) == (verdict, tax)


def test_an_entry_of_a_function_of_worlds_has_no_verdict() -> None:
    """It has no formula, in which something could be held to see what is gained."""
    form, found = ROWS["goal_directedness"].form(NUDGE), entry(Evaluation(NUDGE), ROWS["goal_directedness"], [])
    assert found is not None
    assert isinstance(form, Measure)
    assert carries_nothing(NUDGE, form) is False
    assert (found.verdict, found.ties > 0) == ("", True)


@pytest.mark.parametrize(("most_judged", "verdict"), [(3, "permits"), (2, "")])
def test_so_many_best_policies_are_judged(most_judged: int, verdict: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MOST_JUDGED", most_judged)
    assert entry_of(0 * E(V)).verdict == verdict


@pytest.mark.parametrize("kind", [Undecided, NeedsCoupling, TooLarge, Impossible])
def test_a_verdict_depends_where_a_flag_is_open(kind: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> None:
        raise kind("open")

    monkeypatch.setattr(places, "policy_flags", refused)
    found = entry_of(act("leave"))
    assert (found.verdict, found.tax) == ("depends", ("0.25",))


def test_a_graph_says_nothing_of_a_formula_that_is_not_for_its_world(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> bool:
        raise CausalError("no graph")

    assert carries_nothing(World(NUDGE.model, value="value"), sb.naive) is False, "nobody wishes anything"
    assert carries_nothing(sb.worlds.office(), sb.counterfactual) is True
    monkeypatch.setattr(places, "possible_incentive", refused)
    assert carries_nothing(sb.worlds.office(), sb.counterfactual) is False


# ---------------------------------------------------------------- the best inside a formula, and what costs how much


def test_what_moving_and_cutting_earn_alike_are_two_best_policies_and_one_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    for f in (E(V), E(V) * E(V)):
        monkeypatch.setattr(best_values, "MOST_TIES", 2)
        assert list(map(str, best_values.optimal_policies(f, NUDGE))) == ["move", "cut"]
        monkeypatch.setattr(best_values, "MOST_TIES", 1)
        with pytest.raises(TooLarge, match=r"^2 policies are best for .* in nudge, and at most 1 are compared as references"):
            best_values.optimal_policies(f, NUDGE)


def test_best_policies_are_listed_where_no_polynomial_tells_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(best_values, "MOST_LISTED", 3)
    assert list(map(str, best_values.optimal_policies(E(V) * act("leave"), NUDGE))) == ["leave"]
    with pytest.raises(Impossible, match=r"^in nudge, .* is undefined under every policy that draws no lots, so that none is best"):
        best_values.optimal_policies(NEVER.formula, NUDGE)
    monkeypatch.setattr(best_values, "MOST_LISTED", 2)
    with pytest.raises(TooLarge, match="are found by listing 3 policies of nudge, more than 2; name the reference policy"):
        best_values.optimal_policies(E(V) * act("leave"), NUDGE)


def test_so_many_ways_to_decide_are_compared_where_they_cannot_be_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two acts on seeing rain or none are four ways; a mean is taken apart by what is seen, a product of means is not."""
    product, mean = best(E(V) * E(V), of="first"), best(E(V), of="first")
    policy = TWO.policy({"first": "stay", "then": "go"})
    for limit, f, score in ((4, product, 4), (3, mean, 2)):
        monkeypatch.setattr(best_values, "MOST_COPIES", limit)
        assert Evaluation(TWO).score(resolved(f, TWO), policy) == score
    with pytest.raises(TooLarge, match=r"over first compares 4 ways to decide in .*, more than 3; let these decisions see less"):
        resolved(best(E(V) * E(V) * E(V), of="first"), TWO)


def test_what_is_not_proved_is_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (best_values, stability, taxes):
        monkeypatch.setattr(place, "solve", lambda *_: Unproved())
    with pytest.raises(TooLarge, match=r"^max \(E\[V\]\) was not proved in nudge: not proved; let decisions see less"):
        resolved(best(E(V)), NUDGE)
    with pytest.raises(TooLarge, match=r"^the best reply to leave was not proved: not proved"):
        stability.stable(NUDGE, sb.Utility("own", E(V) + E(X("act").under(OWN).is_("leave"))))
    with pytest.raises(TooLarge, match=r"^the best task value of nudge is not proved: not proved; let decisions see less"):
        taxes.safety_tax(NUDGE, sb.naive)
    seen = World(
        Model(wish=uniform(STOP, FREE), act=choice(0, 1), stopped=lambda wish: wish == STOP, value=lambda act: act),
        intent="wish", stopped="stopped", value="value", baseline=0, name="seen",
    )  # fmt: skip
    with pytest.raises(WrongShape, match=r"^the best task value of seen is not proved: not proved; fix other decisions"):
        taxes.press_tells(seen)


def test_the_tax_of_a_formula_that_only_a_list_solves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever does not cut ties: to leave people alone forgoes a quarter, and to move them nothing."""
    against = sb.Utility("against", -act("cut") * act("cut"))
    monkeypatch.setattr(taxes, "MOST_LISTED", 3)
    found = taxes.safety_tax(NUDGE, against)
    assert (found.best, found.least, found.most) == (1, 0, F(1, 4))
    with pytest.raises(Impossible, match=r"^in nudge, never .* is undefined under every policy that draws no lots$"):
        taxes.safety_tax(NUDGE, NEVER)
    monkeypatch.setattr(taxes, "MOST_LISTED", 2)
    with pytest.raises(TooLarge, match=r"^nudge has more than 2 policies to list, and against in nudge: .* no weighted sum of means"):
        taxes.safety_tax(NUDGE, against)


@pytest.mark.parametrize("kind", [TooLarge, NeedsCoupling])
def test_what_is_too_large_over_time_is_found_by_elimination(kind: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """Two decisions that each match the rain, of which one sees it: 1 and 3/4."""
    model = Model(
        rain=coin("1/4"), a=choice(False, True, sees=["rain"]), b=choice(False, True), fine=lambda rain, a, b: (a == rain) + (b == rain)
    )
    asked = []

    def refused(*given: Any) -> None:
        asked.append(given)
        raise kind("too much")

    over_time = expected.optimum(model, "fine")
    monkeypatch.setattr(expected, "solve_sequence", refused)
    found = expected.optimum(model, "fine")
    assert len(asked) == 1
    assert isinstance(found, Optimum)
    assert found.expected_utility == over_time.expected_utility == expected.best_expected_utility(model, "fine") == F(7, 4)
    assert (found.count, over_time.count) == (1, 1)
    assert str(found.policy) == str(over_time.policy)
