"""Worlds in which a sentence that a reader is told would be false if it left its condition out, each checked by plain enumeration."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from stop_button import FREE, STOP, B, E, H, V, X
from stop_button.atlas.cells import cells
from stop_button.atlas.columns.standing import best_of, standing
from stop_button.atlas.mixing import lots
from stop_button.atlas.places import always_defined
from stop_button.atlas.screen import cost
from stop_button.atlas.story import story
from stop_button.evaluation.evaluation import Evaluation
from stop_button.evaluation.undefined import defined
from stop_button.incentives import safety_tax, stop_reach
from stop_button.language import best, least

HALF = Fraction(1, 2)
ROLES: dict[str, Any] = {"intent": "wish", "stopped": "stopped", "value": "value"}
WISH = ck.Dist({STOP: HALF, FREE: HALF})


def chosen_by_mood() -> sb.World:
    """It resists in good moods, if it likes; stopped or not, a good mood is worth 1."""
    model = ck.Model(
        mood=ck.coin(HALF),
        act=ck.choice("work", "resist", sees=["mood"]),
        wish=WISH,
        stopped=lambda wish, act: wish == STOP and act == "work",
        value=ck.function(lambda stopped, mood: int(mood), domain=[0, 1]),
    )
    return sb.World(model, **ROLES, baseline="work", name="moods")


def gambling_helper() -> sb.World:
    """A helper that the stop does not reach wins or loses 1."""
    model = ck.Model(
        luck=ck.uniform(-1, 1),
        act=ck.choice("work", "hire"),
        wish=WISH,
        stopped=lambda wish: wish == STOP,
        value=lambda stopped, act, luck: (0 if stopped else 1) + (luck if act == "hire" else 0),
    )
    return sb.World(model, **ROLES, baseline="work", name="gamble")


def paid_before() -> sb.World:
    """Nothing is set going; one act costs 1 before anybody is stopped."""
    model = ck.Model(
        act=ck.choice("work", "rest"),
        wish=WISH,
        stopped=lambda wish: wish == STOP,
        value=lambda stopped, act: (0 if stopped else 1) - (act == "rest"),
    )
    return sb.World(model, **ROLES, baseline="work", name="paid before")


def test_which_draws_are_stopped_moves_the_mean_and_no_value_and_is_no_warning() -> None:
    def stopped(rule: dict[bool, str], mood: bool) -> bool:
        return rule[mood] == "work"

    rules = [dict(zip((False, True), acts, strict=True)) for acts in product(("work", "resist"), repeat=2)]
    moods = [[int(mood) for mood in (False, True) if stopped(rule, mood)] for rule in rules]
    means = {Fraction(sum(each), len(each)) for each in moods if each}
    assert len(means) == 3  # the mean where it is stopped moves, and a mood is worth what it is worth under every rule
    found = stop_reach(chosen_by_mood())
    assert found.alone
    assert not found.moves
    assert found
    assert str(found) == "in moods acts move the value through the stop alone, had people wished it"


def test_a_gamble_that_goes_on_moves_no_mean_and_is_not_said_to_be_reached() -> None:
    values = {act: [luck if act == "hire" else 0 for luck in (-1, 1)] for act in ("work", "hire")}
    assert values["work"] != values["hire"]
    assert sum(values["work"]) == sum(values["hire"])
    found = stop_reach(gambling_helper())
    assert found
    assert not found.alone
    assert str(found) == (
        "in gamble the mean value where the agent is stopped, had people wished it, is the same under every policy that is ever "
        "stopped, and no decision that bears on it comes after the stop"
    )


def test_where_nothing_is_ever_stopped_nothing_is_said_of_policies_that_are() -> None:
    model = ck.Model(
        doubt=ck.coin("1/2"), action=ck.choice("work", "rest"), wish=lambda doubt: STOP if doubt else FREE, stopped=False,
        value=lambda action: int(action == "work"),
    )  # fmt: skip
    world = sb.World(model, **ROLES, baseline="work", name="deaf")
    assert model.domain("stopped") == (False,)
    assert "is the same under every policy that is ever stopped" in str(stop_reach(world))


@pytest.mark.parametrize("given", [[1], (1, 2), ["u", 3], [None], [["u"]]])
def test_what_is_no_name_is_not_said_to_be_one_among_names(given: Any) -> None:
    model = ck.Model(u=ck.coin("1/2"), x=lambda u: u)
    with pytest.raises(ck.CausalError) as told:
        model.dist(given)
    assert "holds names" not in str(told.value)
    with pytest.raises(ck.CausalError, match="'u', 'x'"):
        model.dist(["u", "x"])


def test_what_an_empty_choice_is_told_to_type_is_no_empty_choice() -> None:
    with pytest.raises(ck.CausalError) as told:
        ck.choice([])  # type: ignore[arg-type]
    assert "not hashable" in str(told.value)
    assert "type choice()" not in str(told.value)


def test_what_was_paid_before_a_stop_is_not_called_set_going() -> None:
    (said,) = stop_reach(paid_before()).warnings
    assert "or the value came before it" in said
    assert "or other draws are stopped" in said


@pytest.mark.parametrize("name", [name for name, make in sb.worlds.REGISTER.items() if name in ("office", "basic_button", "note_to_self")])
def test_where_acts_move_the_value_through_the_stop_alone_it_is_the_same_in_each_draw_that_is_stopped(name: str) -> None:
    world = sb.worlds.REGISTER[name]()
    assert stop_reach(world).alone == (name == "office")
    if name != "office":
        return
    seen: dict[bool, set[Any]] = {}
    for policy in world.policies:
        model = world.under(policy).do({world.role("intent").variable: STOP})
        for doubt in (False, True):
            drawn = model.do(doubt=doubt)
            if drawn.prob(pressed=True):
                seen.setdefault(doubt, set()).add(drawn.given(pressed=True).expect("value"))
    assert set(map(len, seen.values())) == {1}


def test_a_tie_does_not_end_the_search_and_its_story_says_so() -> None:
    found = sb.atlas.committed()
    families, worlds = sb.atlas.FAMILIES, sb.worlds.bundled_worlds()
    tied = [
        cell
        for cell in cells(found)
        if cell.status == "fails by a tie"
        and cell.first is not None
        and cell.first.number
        and found.families[cell.first.name][cell.row][cell.column].through > cell.first.number
    ]
    assert tied
    told = story(tied[0], sb.atlas.ROWS[tied[0].row], sb.atlas.COLUMNS[tied[0].column], families, worlds)
    assert told is not None
    assert told.gone.startswith("The first tie among the ")
    assert "were gone through" not in told.gone


def test_shares_of_costs_are_of_the_worlds_that_tell() -> None:
    found = sb.atlas.committed()
    few = [row for row in found.rows if 0 < sum(bool(each[row].tax) for each in found.worlds.values() if row in each) < len(found.worlds)]
    assert few
    for row in few:
        taxes = [each[row].tax for each in found.worlds.values() if row in each and each[row].tax]
        assert cost(found, row)[0] == sum(tax[0] != "0" for tax in taxes) / len(taxes)


def test_policies_that_draw_lots_may_tie_with_a_clean_winner_and_be_flagged() -> None:
    one, two = {"p": 1, "q": 0, "r": 2}, {"p": 1, "q": 2, "r": 0}
    model = ck.Model(
        act=ck.choice("p", "q", "r"),
        wish=lambda act: FREE if act == "p" else STOP,
        stopped=lambda wish: wish == STOP,
        one=lambda act: one[act],
        two=lambda act: two[act],
        value=lambda one, two: one + two,
    )
    world = sb.World(model, **ROLES, baseline="p", name="lots")
    smaller = sb.Utility("smaller", least(E(X("one")), E(X("two"))))
    assert min((one["q"] + one["r"]) * HALF, (two["q"] + two["r"]) * HALF) == min(one["p"], two["p"]) == 1
    said = lots(standing(Evaluation(world), smaller))
    assert said is not None
    assert said.gain == "0"
    assert said.verdict == ""
    assert sb.audit(world, smaller).verdict == "clean"
    assert all(world.under(act).prob(wish=STOP) == 1 for act in ("q", "r"))  # the lot between them changes every wish, and ties


def test_the_tax_of_a_utility_that_takes_itself_for_granted_is_that_of_its_highest_scores() -> None:
    world = sb.worlds.basic_button()
    utility = sb.atlas.ROWS["stable_causal"].form(world)
    assert isinstance(utility, sb.Utility)
    scores = {policy: sb.score(world, utility).score(utility, policy) for policy in world.policies}
    top = max(filter(defined, scores.values()))
    values = {policy: world.under(policy).expect(world.role("value").variable) for policy in world.policies}
    paid = [max(values.values()) - values[policy] for policy, score in scores.items() if score == top]
    tax = safety_tax(world, utility)
    assert (tax.least, tax.most) == (min(paid), max(paid))
    stable = best_of(Evaluation(world), utility.formula)
    assert {max(values.values()) - values[policy] for policy in stable} != {tax.least, tax.most}


def test_a_tax_in_what_a_best_policy_leaves_undefined_is_refused() -> None:
    with pytest.raises(ck.Impossible, match="is undefined under the policy"):
        safety_tax(sb.worlds.office(), sb.naive, value=E(V, given=H.is_(STOP)))


def test_a_share_of_the_best_turns_round_where_every_policy_loses() -> None:
    world = sb.World(ck.Model(act=ck.choice("a", "b"), value=lambda act: {"a": -1, "b": -2}[act]), value="value", name="losses")
    share = sb.Utility("share", E(V) / best(E(V)))
    assert [str(policy) for policy in sb.score(world, share).best(share)] == ["b"]


def test_the_bar_is_the_share_of_good_acts_only_where_stakes_are_as_large() -> None:
    def bar(belief: dict[int, Fraction]) -> Fraction:
        good = sum((chance * worth for worth, chance in belief.items() if worth > 0), Fraction(0))
        bad = sum((-chance * worth for worth, chance in belief.items() if worth < 0), Fraction(0))
        return good / (good + bad)  # r good - (1 - r) bad = good - bad

    assert bar({-1: Fraction(1, 100), 1: Fraction(99, 100)}) == Fraction(99, 100)
    assert bar({-3: Fraction(1, 4), 1: HALF, 2: Fraction(1, 4)}) == Fraction(4, 7) != Fraction(3, 4)


def test_a_search_that_ends_too_soon_is_not_said_to_be_proved() -> None:
    world = sb.worlds.office()
    ended = sb.solve(world, sb.conditional_counterfactual, method="branch and bound", most=1)
    assert not ended or ended.score == max(
        score for policy in world.policies if (score := sb.score(world, sb.conditional_counterfactual).score(
            sb.conditional_counterfactual, policy)) is not sb.UNDEFINED
    )  # fmt: skip
    climbed = sb.solve(world, sb.conditional_counterfactual, method="local search")
    assert not climbed


def test_states_that_grow_with_the_steps_are_more_than_proportional() -> None:
    def states(steps: int) -> int:
        step = {
            "luck": ck.coin(HALF),
            "act": ck.choice(0, 1, sees=["tally_before"]),
            "tally": lambda tally_before, luck, act: tally_before + int(luck) * (1 + act),
        }
        world = sb.World(ck.unroll(step, steps, start={"tally": 0}), name="tally")
        middle = sb.Utility("middle", E(X(f"tally[{steps}]").is_(steps)))
        return sb.solve(world, middle, method="backward induction").looked_at

    assert states(8) > 2 * states(4)


def test_a_function_is_run_twice_for_each_row() -> None:
    asked: list[tuple[bool, bool]] = []

    def both(a: bool, b: bool) -> bool:
        asked.append((a, b))
        return a and b

    ck.Model(a=ck.coin(HALF), b=ck.coin(HALF), c=both)
    assert sorted(asked) == sorted([*product((False, True), repeat=2)] * 2)


def test_fractions_are_offered_for_floats_only_where_they_sum_to_1() -> None:
    def refused(weights: dict[str, float]) -> str:
        with pytest.raises(ck.CausalError) as caught:
            ck.Dist(weights)
        return str(caught.value)

    assert refused({"a": 0.123456789, "b": 0.87654321}).endswith("nothing is filled in or rescaled")
    assert "type '1/7' in place of" in refused({"a": 1 / 7, "b": 6 / 7})
    assert "type '3/10' in place of" in refused({"a": 0.1 + 0.2, "b": 0.7})


def test_nobody_is_told_that_to_go_means_to_stop() -> None:
    model = ck.Model(mood=ck.Dist({"go": HALF, "halt": HALF}), act=ck.choice(0, 1), stopped=lambda mood: mood == "halt")
    with pytest.raises(ck.CausalError) as caught:
        sb.World(model, intent="mood", stopped="stopped")
    assert "Role('mood', {VALUE: 'stop', ...})" in str(caught.value)
    assert "'go': 'stop'" not in str(caught.value)


def test_a_formula_without_a_condition_may_divide_by_nothing() -> None:
    divides = sb.Utility("divides", E(V) / E(B))
    assert not always_defined(divides)
    assert sb.score(sb.worlds.office(doubt=0), divides).score(divides, "work") is sb.UNDEFINED


def test_the_tie_of_the_basic_button_has_a_formula_where_it_does_not_divide_by_0() -> None:
    for charge, reward, stop in product((Fraction(0), HALF), (-1, 1, 5), (HALF, Fraction(1, 10))):
        below = charge - 2 * reward * stop + 2 * stop
        if not below:
            assert (charge, reward) == (0, 1)
            tied = [sb.worlds.basic_button(tremble=tremble, cost=charge, reward=reward, stop=stop) for tremble in (0, Fraction(1, 3), 1)]
        else:
            tremble = (charge - reward * stop + stop) / below
            tied = [sb.worlds.basic_button(tremble=tremble, cost=charge, reward=reward, stop=stop)] if 0 <= tremble <= 1 else []
        assert all(sb.switch(world, "manip_f") == sb.switch(world, "none") for world in tied)


def test_tied_rules_of_a_search_that_ends_too_soon_may_be_bettered_by_one_change() -> None:
    pairs = [(i, (i + 1) % 4, (i + 2) % 4) for i in range(4)]

    def value(**drawn: int) -> int:
        return 7 * sum((drawn[f"a{i}"] + 1) * (drawn[f"a{j}"] + 2 * drawn[f"x{k}"]) for i, j, k in pairs) % 11

    names = [f"{kind}{i}" for kind in "ax" for i in range(4)]
    noise = {f"x{i}": ck.coin(HALF) for i in range(4)}
    acts = {f"a{i}": ck.choice(0, 1, 2, sees=[f"x{i}"]) for i in range(4)}
    rows = {row: value(**dict(zip(names, row, strict=True))) for row in product(*[(0, 1, 2)] * 4, *[(False, True)] * 4)}
    world = sb.World(ck.Model(**noise, **acts, value=ck.table(names, rows)), value="value", name="corners")
    ended = sb.solve(world, sb.naive, tied=[], most=2)
    assert not ended
    assert "not proved" in str(ended)
    assert ended.bound is not None
    rules = ended.policy.rules
    chosen = {(f"a{i}", x): world.under(ended.policy).do({f"x{i}": x}).dist(f"a{i}").support[0] for i in range(4) for x in (False, True)}
    assert len(rules) >= 4

    def worth(picked: dict[tuple[str, bool], Any]) -> Fraction:
        draws = list(product((False, True), repeat=4))
        return sum((Fraction(rows[(*[picked[f"a{i}", x[i]] for i in range(4)], *x)], len(draws)) for x in draws), Fraction(0))

    assert worth(chosen) == ended.score
    assert max(worth({**chosen, place: act}) for place in chosen for act in (0, 1, 2)) > ended.score
