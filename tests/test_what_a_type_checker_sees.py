"""What a user's type checker sees: exact numbers and scores are numbers, and a wrong use of one is an error before anything runs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.source import ROOT

SNIPPET = """
import math
from fractions import Fraction

import causalkit as ck

m = ck.Model(x=ck.coin("1/3"), n=lambda x: int(x))
half: float = float(m.prob(x=True)) / 2
likelier: bool = m.prob(x=True) > Fraction(1, 2)
total = m.prob(x=True) + m.prob(x=False) * 2 - 1
m.branches(on={"x": True}).prob(lambda b: b.fact.x) + m.expect("n")
print(sum(m.dist("n").values(), total))
shown: int = round(100 * m.prob(x=True)) + math.ceil(total) + math.floor(-total)
places = round(m.prob(x=True), 2) % 1 + 2 ** m.prob(x=True)
change = {"x": (False, True)}
print(ck.quantities.causation_bounds(*ck.quantities.studies(m, lambda n: n == 1, change)))
print(ck.quantities.causation_bounds({(True, True): "1/4", (True, False): "1/4", (False, True): "1/4", (False, False): "1/4"}))
"""

WRONG = {
    "m.prob(x=True).upper()": "upper",
    "m.expect('n').numerators": "numerators",
    "m.dist('n')[1].title()": "title",
    "m.dist('n').expect().title()": "title",
    "m.branches(on={'x': True}).expect(lambda b: b.fact.n).title()": "title",
    "(m.prob(x=True) + 1).title()": "title",
    "round(m.prob(x=True), 2).title()": "title",
}

USES = {
    "from fractions import Fraction; import stop_button as sb; world = sb.worlds.office(); score = sb.naive(world, 'work')": "",
    "half = score / 2": "",
    "share = world.under('work').prob(pressed=True) + 1": "",
    "score.upper()": '"Number" has no attribute "upper"',
    "len(score)": 'Argument 1 to "len" has incompatible type "Number"',
    "world.under('work').prob(pressed=True).upper()": '"Number" has no attribute "upper"',
    "sb.solve(world, sb.naive, method='factorized')": "incompatible type \"Literal['factorized']\"",
    "wanted = sb.Utility('wanted', sum(sb.E(sb.X(name)) for name in ['pressed', 'value']))": "",
    "nothing = sb.Utility('nothing', 0, source='here')": "",
    "sb.Utility('mine', 'value')": 'Argument 2 to "Utility" has incompatible type "str"',
    "players = sb.games.Player('act', 'own'), sb.games.Player(('act', 'wait'), sb.E(sb.V)), sb.games.Player([], sb.naive)": "",
    "sb.games.Player('act', 3)": 'Argument 2 to "Player" has incompatible type "int"',
    "moves = {0: [1, 2], 1: [3], 2: [3]}; paid = {3: 1}; best = {0: 1, 1: 3, 2: 3}": "",
    "walk = sb.sequences.Process(moves, paid, discount='1/2'); paid_early = walk.with_reward({1: 1})": "",
    "hope = walk.hope(0, 1, policy=best); visits = walk.visits(0, 1, policy=best)": "",
    "drawn = sb.plot.hope_shares({action: walk.hope(0, action) for action in walk.actions(0)}, lambda state: state == 3)": "",
    "result = walk.result(0, 1, paid); off = result.distance({state: walk.discount for state in paid})": "",
    "scores = [score for score, in sb.score(world, sb.naive).scores if score is not sb.UNDEFINED]; highest = max(scores) / 2": "",
    "max(score for score, in sb.score(world, sb.naive).scores)": '"max"',
    "amount = sb.flags.influence(world, 'work').amount; assert amount is not sb.UNDEFINED": "",
    "low = amount.low if isinstance(amount, sb.auditing.Enclosure) else amount; likely = low > Fraction(1, 2)": "",
    "amount > 0": 'Unsupported operand types for < ("int" and "Enclosure")',
    "returns = {'sure': 5, 'late': 4}; asked = sb.sequences.conditioned_on_return(returns, 5)": "",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The errors of both files, from one run: what takes long is reading the packages."""
    pytest.importorskip("mypy")
    folder = tmp_path_factory.mktemp("used")
    snippet, used = folder / "snippet.py", folder / "used.py"
    snippet.write_text(SNIPPET + "\n".join(WRONG) + "\n", encoding="utf-8")
    used.write_text("\n".join(USES) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "pyproject.toml", "--no-error-summary", str(snippet), str(used)]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert not checked.stderr
    return [line for line in checked.stdout.splitlines() if ": error: " in line]


def line_of(error: str, file: str) -> int:
    return int(error.split(f"{file}:")[1].partition(":")[0])


def test_a_wrong_use_of_a_probability_is_an_error(told: list[str]) -> None:
    errors = [error for error in told if "snippet.py:" in error]
    first = SNIPPET.count("\n") + 1
    assert [line_of(error, "snippet.py") for error in errors] == list(range(first, first + len(WRONG)))
    assert all(f'"Number" has no attribute "{name}"' in error for name, error in zip(WRONG.values(), errors, strict=True))


def test_a_type_checker_sees_what_a_score_is(told: list[str]) -> None:
    errors = [error for error in told if "used.py:" in error]
    faults = [[error for error in errors if line_of(error, "used.py") == number] for number in range(1, len(USES) + 1)]
    assert len(errors) == sum(map(bool, USES.values()))
    for fault, lines in zip(USES.values(), faults, strict=True):
        assert len(lines) == bool(fault), told
        assert all(fault in line for line in lines), told
