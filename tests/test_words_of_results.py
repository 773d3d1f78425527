"""What results say in cases that few questions lead to: results put together by hand, with the whole sentence."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

import stop_button as sb
from causalkit.quantities.least_repairs import Repairs, Sweep
from stop_button import UNDEFINED
from stop_button.atlas.cells import BY_THE_GRAPH, Cell
from stop_button.auditing.robustness import Robustness
from stop_button.language.references import Agreed
from stop_button.learning.training import Tampering
from stop_button.lotteries.powers import Obstruction
from stop_button.properties.deception import Deception
from stop_button.replies.mixtures import Mixtures
from stop_button.replies.stability import Stable
from stop_button.searching import claims
from stop_button.searching.counterexample import Counterexample
from stop_button.sequences.allocation import Allocation
from stop_button.sequences.team import Grab
from stop_button.solving.solution import Solution
from stop_button.solving.variable_elimination import Optimum
from tests.source import modules

WORLD: Any = SimpleNamespace(title="the world", description="a world", people=())
SWEEP: Any = "what the sweep says"
HALF, ONE, NOTHING = Fraction(1, 2), Fraction(1), Fraction(0)
CLAIM = claims.never_pays_for_influence.sentence


def cell(**more: Any) -> Cell:
    return Cell(**{"row": "naive", "column": "clean", "status": "holds", "worlds": 1_200, "gone": 0, **more})


def deception(**more: Any) -> Deception:
    given: dict[str, Any] = {
        "world": WORLD, "by": "ann", "target": "bob", "about": {"rain": True}, "policy": "lie", "instead": "tell", "responds": True,
        "knows": True, "amount": HALF, "payoff": ONE, "payoff_instead": HALF, "payoff_secured": ONE,
    }  # fmt: skip
    return Deception(**{**given, **more})


def search(**more: Any) -> Counterexample:
    given: dict[str, Any] = {
        "utility": sb.naive, "claim": claims.never_pays_for_influence, "family": "a family", "looked_at": 1_000, "complete": True,
        "without_best": 0, "undecided": 0,
    }  # fmt: skip
    return Counterexample(**{**given, **more})


def solution(**more: Any) -> Solution:
    given: dict[str, Any] = {
        "world": SimpleNamespace(title="the world", policies=SimpleNamespace(size=1_000)), "utility": sb.naive, "policy": "act",
        "score": HALF, "bound": HALF, "ties": 1, "method": "factorised", "looked_at": 3, "proved": True,
    }  # fmt: skip
    return Solution(**{**given, **more})


def stable(**more: Any) -> Stable:
    return Stable(**{"world": WORLD, "utility": sb.naive, "policies": (), "count": 0, "cycle": (), "undefined": (), **more})


def mixtures(**more: Any) -> Mixtures:
    return Mixtures(**{"world": WORLD, "utility": sb.naive, "option": "act", "shares": (), "policies": (), **more})


PAID = (
    "0.5 of the draws decided as if it were so while it is not, and not so under tell; paid 1, instead 0.5, or {} had bob come out the same"
)
LATER = "for symbols, a missing coupling or an undefined score"
UNSURE = "no repair was found, and there may be one"
BEST = "0.5 by act, the best of"
WIDE = "x" * 101
LEFT = (
    "which no decision alone can better, and none of 1,000 policies has more than 0.75 (backward induction; 3 states, {}: a local optimum, "
)
SOLUTIONS: list[tuple[dict[str, Any], str]] = [
    ({}, f"{BEST} 1,000 policies (factorised; 1 with this score)"),
    ({"ties": 1_000}, f"{BEST} 1,000 policies (factorised; 1,000 with this score)"),
    (
        {"proved": False, "bound": Fraction(3, 4)},
        "0.5 by act, the best found, and none of 1,000 policies has more than 0.75 (factorised; 1 with this score: not proved)",
    ),
    (
        {"proved": False, "bound": None},
        "0.5 by act, the best found, and no bound is known (factorised; 1 with this score: not proved)",
    ),
    (
        {"method": "local search", "proved": False},
        "0.5 by act, the best found of 1,000 policies (local search: nothing is proved; 3 looked at)",
    ),
    ({"method": "linear program"}, f"{BEST} all policies that draw lots (linear program; 3 programs)"),
    ({"method": "linear program", "looked_at": 1}, f"{BEST} all policies that draw lots (linear program; 1 program)"),
    (
        {"method": "branch and bound over tied rules"},
        f"{BEST} all tied policies (branch and bound over tied rules; 3 states, 1 with this score)",
    ),
    (
        {"method": "branch and bound over states", "ties": None, "why": "too many"},
        f"{BEST} 1,000 policies (branch and bound over states; 3 states, ties not counted: too many)",
    ),
    (
        {"method": "branch and bound", "ties": None, "looked_at": 1},
        f"{BEST} 1,000 policies (branch and bound; 1 partial policy looked at, ties not counted)",
    ),
    (
        {"method": "branch and bound", "ties": None},
        f"{BEST} 1,000 policies (branch and bound; 3 partial policies looked at, ties not counted)",
    ),
    (
        {"method": "branch and bound", "ties": 2, "looked_at": 1},
        f"{BEST} 1,000 policies (branch and bound; 1 partial policy looked at, 2 with this score)",
    ),
    ({"method": "backward induction", "ties": 2}, f"{BEST} 1,000 policies (backward induction; 3 states, 2 with this score)"),
    ({"method": "backward induction", "ties": None}, f"{BEST} 1,000 policies (backward induction; 3 states, ties not counted)"),
    (
        {"method": "backward induction", "ties": None, "why": "too many"},
        f"{BEST} 1,000 policies (backward induction; 3 states, ties not counted: too many)",
    ),
    (
        {"method": "backward induction", "ties": None, "proved": False, "bound": Fraction(3, 4)},
        f"0.5 by act, {LEFT.format('ties not counted')}because decisions do not recall what they would need)",
    ),
    ({"policy": WIDE[:100]}, f"0.5 by {WIDE[:100]}, the best of 1,000 policies (factorised; 1 with this score)"),
    ({"policy": WIDE}, f"0.5, the best of 1,000 policies (factorised; 1 with this score)\n{WIDE}"),
    ({"score": Fraction(10**20)}, f"{10**20} by act, the best of 1,000 policies (factorised; 1 with this score)"),
    ({"score": Fraction(10**99)}, f"{10**99} by act, the best of 1,000 policies (factorised; 1 with this score)"),
    ({"score": Fraction(10**100)}, "about 1e+100 by act, the best of 1,000 policies (factorised; 1 with this score)"),
    ({"score": Fraction(1, 3)}, "1/3 by act, the best of 1,000 policies (factorised; 1 with this score)"),
    (
        {"score": Fraction(123456789, 1234567891)},
        "about 0.09999999992 by act, the best of 1,000 policies (factorised; 1 with this score)",
    ),
]
SAID: list[tuple[Any, str]] = [
    (cell(), "naive, clean: holds in all 1,200 worlds of the families and bundled that say something"),
    (
        cell(status="proved"),
        "naive, clean: proved by the formula; holds in all 1,200 worlds of the families and bundled that say something",
    ),
    (
        cell(column=BY_THE_GRAPH, status="proved"),
        f"naive, {BY_THE_GRAPH}: proved on the graph; holds in all 1,200 worlds of the families and bundled that say something",
    ),
    (Repairs("y", 1, SWEEP, ({"a": 1}, {"b": 1, "c": 0})), f"for y=1\n  sweep  {SWEEP}\n  exact  a=1; b=1, c=0"),
    (Repairs("y", 1, SWEEP, ()), f"for y=1\n  sweep  {SWEEP}\n  exact  none"),
    (
        Repairs("y", 1, SWEEP, None, bounds=(ONE, Fraction(2)), why="large"),
        f"for y=1\n  sweep  {SWEEP}\n  exact  not worked out (large); the least cost is at least 1; at most 2",
    ),
    (
        Repairs("y", 1, SWEEP, None, bounds=(ONE, None), why="large"),
        f"for y=1\n  sweep  {SWEEP}\n  exact  not worked out (large); the least cost is at least 1; {UNSURE}",
    ),
    (Repairs("y", 1, SWEEP, None, why="large"), f"for y=1\n  sweep  {SWEEP}\n  exact  not worked out (large); none"),
    (Sweep({}, 1_000, (), ()), "no single leaf (1,000 visits, exact here)"),
    (Sweep({"a": (1,), "b": (0,)}, 3, ("c", "d"), ("a",)), "a, b (3 visits, not exact here: ways meet again from c, d)"),
    (Sweep({"a": (1,)}, 3, tuple("bcdefg"), ("a",)), "a (3 visits, not exact here: ways meet again from b, c, d, e, f, g)"),
    (Sweep({"a": (1,)}, 3, tuple("bcdefgh"), ("a",)), "a (3 visits, not exact here: ways meet again from b, c, d, e, f, g, ...)"),
    (Optimum(ONE, 1, (), ()), "1 policy reaches the best expected utility, 1"),
    (Optimum(ONE, 1_000, (), ()), "1,000 policies reach the best expected utility, 1"),
    (cell(impossible=2), "naive, clean: holds in all 1,200 worlds of the families and bundled that say something (in 2 no policy has it)"),
    (cell(status="open", open=3, without_best=1_000), "naive, clean: open (1,000 without a best policy, 3 open)"),
    (cell(status="does not apply", open=3), "naive, clean: does not apply"),
    (Robustness(WORLD, sb.naive, "clean", ()), "naive in the world: clean; no probability to vary"),
    (
        Tampering({"cut": HALF, "wait": NOTHING}, None),  # type: ignore[dict-item]
        "no path from a decision over the meter to the loss; worth: cut 0.5, wait 0",
    ),
    (Tampering({"cut": HALF}, ("act", "meter")), "path act -> meter -> loss; worth: cut 0.5"),  # type: ignore[dict-item]
    (deception(), f"ann deceives bob about rain=True by lie ({PAID.format(1)})"),
    (deception(payoff_secured=HALF), f"ann does not deceive bob about rain=True by lie ({PAID.format(0.5)})"),
    (deception(responds=False), f"ann does not deceive bob about rain=True by lie ({PAID.format(1)}; bob does not respond to it)"),
    (deception(knows=False), f"ann does not deceive bob about rain=True by lie ({PAID.format(1)}; ann does not see it)"),
    (mixtures(), "naive in the world: no policy that draws is stable"),
    (mixtures(everywhere=True), "naive in the world: a policy that draws act with any probability is stable"),
    (mixtures(shares=(HALF, Fraction(1, 3))), "naive in the world: a policy that draws act with probability 1/2 or 1/3 is stable"),
    (stable(), "naive in the world: no policy is stable"),
    (stable(policies=("a", "b"), count=1_000), "naive in the world: 1,000 stable: a; b"),
    (stable(cycle=("a", "b")), "naive in the world: no policy is stable; best replies go round: a -> b -> a"),
    (stable(undefined=("a", "b")), "naive in the world: no policy is stable; no reply has a score to: a; b"),
    (search(), f"naive: {CLAIM!r} holds in all 1,000 worlds of a family"),
    (search(complete=False), f"naive: {CLAIM!r} holds in the first 1,000 worlds of a family"),
    (search(looked_at=0), f"naive: {CLAIM!r} was asked of no world of a family"),
    (search(without_best=2), f"naive: {CLAIM!r} holds in 998 of all 1,000 worlds of a family; 2 have no best policy"),
    (
        search(undecided=3, complete=False),
        f"naive: {CLAIM!r} holds in 997 of the first 1,000 worlds of a family; 3 are open, {LATER}",
    ),
    (
        search(undecided=3, without_best=2),
        f"naive: {CLAIM!r} holds in 995 of all 1,000 worlds of a family; 2 have no best policy, 3 are open, {LATER}",
    ),
    *[(solution(**more), f"naive: {words}") for more, words in SOLUTIONS],
    (Grab("S1", "S2", "U", HALF, None), "S1, picked by U, takes power from S2: a gain of 0.5"),
    (Grab("S1", "S2", "U", NOTHING, None), "S1, picked by U, may as well take power from S2: a gain of 0"),
    (Grab("S1", "S2", "itself", -HALF, None), "S1, picked by itself, does not take power from S2: a gain of -0.5"),
    (
        Obstruction(WORLD, HALF, NOTHING, None, None, None),
        "not obstructed for 0.5 of the goals in the world",
    ),
    (
        Obstruction(WORLD, HALF, Fraction(1, 4), "a", UNDEFINED, ONE),
        "not obstructed for 0.5 of the goals in the world, undefined for 0.25; obstructed: a (undefined with it, 1 without)",
    ),
]


@pytest.mark.parametrize("place", range(len(SAID)))
def test_a_result_says_what_it_holds(place: int) -> None:
    result, words = SAID[place]
    assert str(result) == words


def test_a_search_that_found_nothing_proves_only_what_it_went_through() -> None:
    assert search().proves
    for other in (search(complete=False), search(without_best=1), search(undecided=1), search(looked_at=0)):
        assert not other.proves


FIXED = {"Node", "Own", "Undefined"}  # these say the same whatever they hold, or are told by a style


def shown(method: str) -> dict[str, Callable[[Any], Any]]:
    """The methods of this name that classes of both packages have of their own, by class."""
    found = {}
    for name, path in modules().items():
        text = path.read_text(encoding="utf-8")
        for node in ast.parse(text).body if method in text else ():
            if isinstance(node, ast.ClassDef) and any(isinstance(one, ast.FunctionDef) and one.name == method for one in node.body):
                module = importlib.import_module(name.removesuffix(".py").replace("/", "."))
                found[node.name] = vars(module)[node.name]
    return {name: cls for name, cls in found.items() if name not in FIXED}


@pytest.mark.parametrize(("method", "words", "least"), [("__repr__", "what <it> says", 25), ("_repr_html_", "what &lt;it&gt; says", 22)])
def test_what_is_shown_is_what_is_said(method: str, words: str, least: int) -> None:
    """Of every class that shows what its text says, and nothing else of what it holds: without fields, and with a text that is known."""
    seen = 0
    for name, cls in shown(method).items():
        silent = type(name, (cls,), {"__str__": lambda _: "what <it> says"})  # type: ignore[arg-type]
        try:
            told = getattr(object.__new__(silent), method)()
        except AttributeError:  # it shows fields
            continue
        seen += 1
        assert words in told, name
    assert seen >= least


def test_a_best_on_which_policies_agree_is_written_as_the_first_says_it() -> None:
    for parts, words in (((sb.E(sb.V), sb.E(sb.B)), "E[V]"), ((sb.E(sb.B),), "E[B]"), ((), "0/0")):
        assert str(Agreed(parts)) == words


def test_an_allocation_holds_what_is_not_zero() -> None:
    found = Allocation.of({"a": HALF, "b": NOTHING, "c": -HALF})
    assert dict(found) == {"a": HALF, "c": -HALF}
    assert (found["b"], len(found)) == (0, 2)
    assert found == Allocation.of({"a": HALF, "c": -HALF})
