"""Refusals: for each a call that is refused, and what is said; where it matters, the nearest call that is not refused stands beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit import errors
from stop_button import STOP, B, E, V, X
from stop_button.agents.attention import inattentive
from stop_button.agents.noise import trembling
from stop_button.agents.weights import gains, shares
from stop_button.atlas import committed
from stop_button.atlas.asking import answered
from stop_button.atlas.cells import cell_of
from stop_button.atlas.plug_in import own
from stop_button.decision.players import Player
from stop_button.decision.world_file import load_worlds, world_from_json, world_to_json
from stop_button.definitions import learned_rewards
from stop_button.definitions.goal_directedness import goal_directedness
from stop_button.evaluation.sensitivity_analysis import sensitivity
from stop_button.evaluation.utility import as_utility
from stop_button.language.constraints import every, some
from stop_button.language.information import entropy
from stop_button.learning.forecast import Forecast
from stop_button.lotteries import orbit, share
from stop_button.parallel import each_in_order
from stop_button.sequences import Process
from stop_button.sequences.team import Team
from stop_button.sequences.traps import Trial, conditioned_on_return
from stop_button.solving.sequences.tied import checked_ties
from tests.refusing import TWO, Refused, check_refused

GAME = sb.worlds.off_switch_game()


def document(**changed: Any) -> dict[str, Any]:
    """A world as a document, with some fields as they should not be."""
    return {**world_to_json(TWO), **changed}


FILES: Refused = {
    "$: nothing is known of 'colour'; a world has model, roles": (errors.WrongFile, lambda: world_from_json(document(colour=1))),
    "$.name: expected text, and found '3'": (errors.WrongFile, lambda: world_from_json(document(name=3))),
    "$.roles: expected an object with names": (errors.WrongFile, lambda: world_from_json(document(roles=[]))),
    '$.roles.value: expected {"variable": name': (errors.WrongFile, lambda: world_from_json(document(roles={"value": {"variable": 3}}))),
    '$.roles.intent: expected {"variable": name': (
        errors.WrongFile,
        lambda: world_from_json(document(roles={"intent": {"variable": "wish", "more": 1}})),
    ),
    "$.roles.value.means: expected a list of pairs [value, meaning]": (
        errors.WrongFile,
        lambda: world_from_json(document(roles={"value": {"variable": "value", "means": [[0]]}})),
    ),
    "$.roles.value.means: 0 stands there twice; say it once": (
        errors.WrongFile,
        lambda: world_from_json(document(roles={"value": {"variable": "value", "means": [[0, 1], [0, 2]]}})),
    ),
    "$.baseline: expected an object from each decision": (errors.WrongFile, lambda: world_from_json(document(baseline=[]))),
    "$.baseline.first: expected what is seen as a list of values": (
        errors.WrongFile,
        lambda: world_from_json(document(baseline={"first": [[False, "stay"]]})),
    ),
    "$.baseline.first: expected a list of pairs [what is seen, what is done]": (
        errors.WrongFile,
        lambda: world_from_json(document(baseline={"first": {}})),
    ),
    "$: the role 'value' is played by 'nowhere', which is not in the model": (
        errors.WrongFile,
        lambda: world_from_json(document(roles={"value": {"variable": "nowhere"}})),
    ),
    "world.txt is neither a .json nor a .py file": (errors.WrongFile, lambda: load_worlds("world.txt")),
}

DEFINITIONS: Refused = {
    "has 2 decisions, and goal-directedness is worked out here for one": (errors.WrongShape, lambda: goal_directedness(TWO, TWO.baseline)),
    "name the rewards that may be learned": (errors.WrongShape, learned_rewards.unriggable),
    "a press at the end of a step has something to come after it from horizon=2 on, and got horizon=1": (
        errors.WrongShape,
        lambda: sb.definitions.utility_preserving.vary(horizon=1),
    ),
    "the auxiliary rewards are a list of variables, and got 'a'": (
        errors.WrongShape,
        lambda: sb.definitions.attainable_utility.vary(auxiliary="a"),
    ),
    "the auxiliary rewards are a list of variables, and got []": (
        errors.WrongShape,
        lambda: sb.definitions.attainable_utility.vary(auxiliary=[]),
    ),
    "relative reachability is about one or more states": (
        errors.WrongShape,
        lambda: sb.definitions.relative_reachability.vary(states=[]),
    ),
    "the updates are a list of decisions, and got 'update'": (
        errors.WrongShape,
        lambda: sb.definitions.corrigibility_transformation.vary(updates="update"),
    ),
    "2 lengths and 1 weights do not pair up": (
        errors.WrongShape,
        lambda: sb.definitions.neutrality_plus.vary(lengths=(1, 2), weights=("1/2",)),
    ),
    "0 lengths and 0 weights do not pair up": (errors.WrongShape, lambda: sb.definitions.neutrality_plus.vary(lengths=(), weights=())),
    "trajectories have one or more lengths; type lengths=": (errors.WrongShape, lambda: sb.definitions.usefulness.vary(lengths=())),
    "trajectories have one or more lengths; type by_length": (errors.WrongShape, lambda: sb.definitions.by_length([])),
    "5 is no utility; type Utility('mine', E(V))": (errors.WrongShape, lambda: as_utility(5)),
}

AGENTS: Refused = {
    "by='-1/100' is no probability": (errors.WrongShape, lambda: trembling(GAME, "wait", "-1/100")),
    "by='101/100' is no probability": (errors.WrongShape, lambda: trembling(GAME, "wait", "101/100")),
    "nothing that could be chosen has a score": (errors.Impossible, lambda: gains([sb.UNDEFINED])),
    "every option has the weight 0": (errors.WrongShape, lambda: shares(gains([1, 0]), lambda _: 0)),
    "the weight of a gain of 0 is -1, and weights are 0 or more": (
        errors.WrongShape,
        lambda: shares(gains([1, 0]), {0: -1, -1: 1}),
    ),
    "the table gives no weight to a gain of -1; it holds:": (
        errors.UnknownValue,
        lambda: shares(gains([1, 0]), {0: 1}),
    ),
    "the weight of a gain of 0: ": (errors.InvalidNumber, lambda: shares(gains([1]), lambda _: "many")),
    "is undefined under every policy that ignores 'rain'": (
        errors.Impossible,
        lambda: inattentive(TWO, sb.Utility("never", E(V, given={"wish": STOP, "rain": False})), to=["rain"]),
    ),
    "'first' is tied twice; put all that share one rule in one group": (
        errors.WrongShape,
        lambda: checked_ties(TWO, [["first", "then"], ["first"]]),
    ),
    "'wait' is no executor; give any concurrent.futures.Executor": (
        errors.WrongArgument,
        lambda: each_in_order(abs, [1], executor="wait"),  # type: ignore[arg-type]
    ),
}

QUESTIONS: Refused = {
    "baselines='some': type baselines='all'": (errors.WrongShape, lambda: sb.audit(TWO, sb.naive, baselines="some")),
    "is no row of the atlas; it has: ": (errors.UnknownName, lambda: answered(TWO, "nave", next(iter(sb.atlas.COLUMNS.values())))),
    "'nave' is not in the atlas; it has: ": (errors.UnknownName, lambda: cell_of(committed(), "nave", "gains_nothing_by_the_wish")),
    "'gains' is not in the atlas; it has: ": (errors.UnknownName, lambda: cell_of(committed(), "counterfactual", "gains")),
    "[] is no value of 'value': values are hashable": (errors.UnknownValue, lambda: TWO.role("value").meaning([])),  # type: ignore[arg-type]
    "is no claim; type claim=": (errors.WrongShape, lambda: sb.find_counterexample(sb.naive, claim="never")),  # type: ignore[arg-type]
    "most=0: look at one world or more": (errors.WrongShape, lambda: sb.find_counterexample(sb.naive, most=0)),
    "is no test; compare formulas": (errors.WrongShape, lambda: share(E(B), orbit("value"), GAME)),  # type: ignore[arg-type]
}

SECOND: Refused = {  # what is wrong stands in second place, behind what is right
    "every takes names of roles or variables and then a test": (errors.WrongShape, lambda: every("intent", 3, E(V) >= 1)),
    "some takes names of roles or variables and then a test": (errors.WrongShape, lambda: some("intent", 3, E(V) >= 1)),
    "an orbit permutes the payoffs of a variable's outcomes": (errors.WrongShape, lambda: orbit("value", 3)),  # type: ignore[arg-type]
    "entropy takes readings, and got ": (errors.WrongShape, lambda: entropy(X("first"), E(V))),
    "is no event of one draw; type given=": (errors.WrongShape, lambda: entropy(X("first"), given=X("rain").is_(True) * E(V))),
    "holds a mean inside a mean; take the inner E away": (errors.WrongShape, lambda: E(V * E(V))),
    "holds what is a number of the whole world already": (errors.WrongShape, lambda: E(V * entropy(V))),
    "the decisions of a player are ('first', 3)": (errors.WrongShape, lambda: Player(("first", 3), E(V))),  # type: ignore[arg-type]
    "is no list of groups of decisions": (errors.WrongShape, lambda: sb.solve(TWO, sb.naive, tied=[["first", 3]])),  # type: ignore[list-item]
    "weights are 0 or more and power is whole units, and got 3, 1 and 2, -1": (
        errors.WrongShape,
        lambda: Team(lambda x: x, weights=[3, 1], power=[2, -1]),
    ),
    "weights are 0 or more and power is whole units, and got 3, -1 and 2, 2": (
        errors.WrongShape,
        lambda: Team(lambda x: x, weights=[3, -1], power=[2, 2]),
    ),
    "there are 2 weights and 1 powers": (errors.WrongShape, lambda: Team(lambda x: x, weights=[3, 1], power=[2])),
    "a mapping gives the wishes of several by name": (
        errors.WrongShape,
        lambda: sb.World(TWO.model, intent={"anne": "wish", 3: "wish"}, value="value"),  # type: ignore[dict-item]
    ),
}

UNLIKE = sb.World(ck.Model(act=ck.choice(0, 1), v=lambda act: act, w=lambda act: act), value=sb.Role("v", {0: 1, 1: 0}))
SAID = ck.Model(says=ck.choice(0, 1), rain=ck.cpt(["says"], {0: ck.coin("1/2"), 1: ck.coin("1/3")}))

MORE: Refused = {
    "'rainy' is not in the model": (errors.UnknownName, lambda: sensitivity(TWO, sb.naive, TWO.baseline, of="rainy")),
    "no noise, it depends on rain": (errors.WrongShape, lambda: sensitivity(TWO, sb.naive, TWO.baseline, of=["rain", "wish"])),
    "there are 1 episodes, expected 2 or more": (errors.WrongShape, lambda: Trial(ck.Dist({1: "1/2", 0: "1/2"}), "1/2", episodes=1)),
    "the data take 'bet', and returns are given for: 'sure'": (
        errors.WrongShape,
        lambda: conditioned_on_return({"sure": 5}, 5, data=ck.uniform("sure", "bet")),
    ),
    "no data show a return of 6, so what was done for it is undefined; they show: 5": (
        errors.Impossible,
        lambda: conditioned_on_return({"sure": 5}, 6),
    ),
    "'says' cannot be 0.5; it takes: 0, 1": (errors.UnknownValue, lambda: Forecast(SAID, says="says", of="rain").excess("1/2")),
    "'sys' is not in the model": (errors.UnknownName, lambda: Forecast(SAID, says="sys", of="rain")),
    "'ran' is not in the model": (errors.UnknownName, lambda: Forecast(SAID, says="says", of="ran")),
    "type of='variable'": (errors.WrongShape, lambda: Forecast(SAID, says="says")),
    "type says='variable'": (errors.WrongShape, lambda: Forecast(SAID, of="rain")),
    "value, w pay the same outcomes differently": (errors.WrongShape, lambda: share(E(V) >= 1, orbit("value", "w"), UNLIKE)),
}

PROCESSES: Refused = {
    "the moves of 'a' name a state twice": (errors.WrongShape, lambda: Process({"a": ["b", "b"], "b": []})),
    "the moves of 'a' are 3, expected a list of states": (errors.WrongShape, lambda: Process({"a": 3, "b": []})),
    "'c' has a reward and is not a state": (errors.UnknownName, lambda: Process({"a": ["b"], "b": []}, {"c": 1})),
    "the reward is 3, expected a mapping": (errors.WrongShape, lambda: Process({"a": ["b"], "b": []}, 3)),  # type: ignore[arg-type]
    "the discount is 3/2, expected a number between 0 and 1": (
        errors.InvalidNumber,
        lambda: Process({"a": ["b"], "b": []}, discount="3/2"),
    ),
    "'states' is not a natural variable of a process; there is: 'choices'": (
        errors.UnknownName,
        lambda: Process({"a": ["b"], "b": []}).weighted_by("states"),
    ),
}

REFUSED: Refused = {**FILES, **DEFINITIONS, **AGENTS, **QUESTIONS, **SECOND, **MORE, **PROCESSES}


@pytest.mark.parametrize("words", REFUSED)
def test_what_is_refused_is_told_why(words: str) -> None:
    check_refused(REFUSED, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "from stop_button import E, V, Utility\nmine = Utility('naive', 2 * E(V))\n",
            "calls a definition 'naive', as a bundled one is called",
        ),
        ("mine = 1\nmine = mine / 0\n", "raised ZeroDivisionError in line 2 of mine.py: division by zero"),
        ("import causalkit as ck\nmine = ck.coin('1,4')\n", "raised InvalidNumber in line 2 of mine.py: '1,4' is not an exact number"),
        ("mine = 1\nmine = (\n", "raised SyntaxError in line 2 of mine.py: "),
        ("mine = 1\n", "holds no Utility and no World of its own"),
    ],
)
def test_a_file_of_definitions_that_cannot_be_plugged_in(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(errors.WrongFile) as told:
        own([file])
    assert words in str(told.value)
    bundled = "from stop_button import E, V, Utility, naive, counterfactual\nfrom stop_button.worlds import office\n"
    file.write_text(f"{bundled}mine = Utility('mine', 2 * E(V))\n_other = Utility('other', E(V))\n", encoding="utf-8")
    found = own([file])
    assert list(found.rows) == ["mine"]
    assert not found.worlds


def test_a_policy_that_draws_lots_is_read_back_from_a_document() -> None:
    lots = {"first": ck.Dist({"stay": "1/3", "go": "2/3"}), "then": "stay"}
    drawing = sb.World(TWO.model, intent="wish", value="value", baseline=lots, policies={"other": {**lots, "then": "go"}})
    again = world_from_json(world_to_json(drawing))
    assert again == drawing
    assert again.baseline is not None
    assert again.baseline.is_stochastic
    assert again.policy("other").weight("first", (True,), "go") == ck.Dist(lots["first"])["go"]  # type: ignore[arg-type]
