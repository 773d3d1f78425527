"""Wrong arguments of every public callable: what comes out is an error of the project, or a TypeError of the call itself."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import WrongArgument, WrongShape
from causalkit.graphs import Graph, adjustment_sets
from causalkit.values.arguments import checked
from tests.arguments import calls, leak, modules, wrong_calls
from tests.calls_of_examples import leaks_of_examples

GATE, SEED = 6_000, 1


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Calls that write a file write it into a folder of their own, and pictures are put away."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["stop-button"])
    with np.errstate(all="ignore"):
        yield
    plt.close("all")


def test_the_walk_finds_what_is_public() -> None:
    names = {call.name for call in calls()}
    assert {module.__name__ for module in modules()} >= {"causalkit.graphs", "causalkit.documents.json", "stop_button.incentives"}
    assert len(names) > 250
    for name in (
        "causalkit.model.Model.prob",
        "causalkit.graphs.adjustment_sets",
        "stop_button.audit",
        "stop_button.decision.world.World.under",
    ):
        assert name in names


@pytest.mark.parametrize("part", range(4))
@pytest.mark.filterwarnings("ignore")
def test_no_error_from_inside_comes_out(part: int, capsys: pytest.CaptureFixture[str]) -> None:
    sample = random.Random(SEED).sample(list(wrong_calls()), GATE)[part::4]
    leaks = {name: found for name, tried in sample if (found := leak(tried))}
    plt.close("all")
    assert not leaks
    capsys.readouterr()


@pytest.mark.parametrize("part", range(4))
@pytest.mark.filterwarnings("ignore")
def test_no_error_from_inside_comes_out_where_one_argument_of_an_example_is_another(part: int) -> None:
    """All other arguments are those of the docstring, so that nothing else is refused before."""
    tried, leaks = leaks_of_examples(part, 4, every=5)
    assert not leaks
    assert tried > 400


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
def test_no_error_from_inside_comes_out_of_any_example() -> None:
    tried, leaks = leaks_of_examples(0, 1)
    assert not leaks
    assert tried > 10_000


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
def test_no_error_from_inside_comes_out_of_any_call(capsys: pytest.CaptureFixture[str]) -> None:
    leaks = {name: found for name, tried in wrong_calls() if (found := leak(tried))}
    plt.close("all")
    assert not leaks
    capsys.readouterr()


# ---------------------------------------------------------------- what such an error says


def test_it_says_what_was_got_and_what_to_type() -> None:
    with pytest.raises(WrongArgument, match=r"rank takes world as World, and got None; type rank\(world: World, utility: Utility\)$"):
        sb.rank(None, sb.naive)  # type: ignore[arg-type]
    with pytest.raises(WrongArgument, match=r"adjustment_sets takes graph as Graph, and got 'x -> y'"):
        adjustment_sets("x -> y", "x", "y")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"adjustment_sets takes graph as Graph, and got None"):
        adjustment_sets(None, "x", "y")  # type: ignore[arg-type]
    with pytest.raises(WrongShape, match="samples=None is no number of things"):
        ck.Model(a=ck.coin("1/2")).estimate("a", samples=None)  # type: ignore[arg-type]
    with pytest.raises(WrongShape, match="seed=-1 is no number of things"):
        ck.Model(a=ck.coin("1/2")).estimate("a", seed=-1)


def test_what_a_function_says_in_its_own_words_stays() -> None:
    @checked
    def halves(count: int) -> int:
        if count == 3:
            raise WrongShape("three cannot be halved")
        return [0, 1, 2][count // 2]

    assert halves(4) == 2
    with pytest.raises(WrongShape, match="three cannot be halved"):
        halves(3)
    with pytest.raises(IndexError):
        halves(100)
    with pytest.raises(WrongArgument, match="halves takes count as int, and got 'x'"):
        halves("x")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("annotation", "fits", "misfits"),
    [
        ("int", [0, -3, np.int64(2)], [True, 1.5, "1", None]),
        ("float", [0.5, 1, np.float64(1)], [True, "1", None]),
        ("str | None", ["", None], [3, []]),
        ("Sequence[str]", [["a"], ("a", "b"), []], ["a", b"a", [1], {"a"}, 3]),
        ("Iterable[str]", [["a"], {"a"}, iter([1])], ["a", [None], 3]),
        ("Mapping[str, int]", [{"a": 1}, {}], [{1: 1}, {"a": "b"}, [("a", 1)]]),
        ("Callable[..., Any]", [len, lambda: 0], ["len", None]),
        ("Literal['right', 'down']", ["right"], ["left", None]),
        ("Graph", [Graph.parse("a -> b")], ["a -> b", Graph, None]),
        ("Model | Graph", [ck.Model(a=1), Graph.parse("a -> b")], [3]),
        ("Any", [None, 3, []], []),
    ],
)
def test_annotations_are_read_as_they_are_meant(annotation: str, fits: list[object], misfits: list[object]) -> None:
    def fails(value: object) -> None:
        raise LookupError

    fails.__annotations__["value"] = annotation
    tried = checked(fails)
    for value in fits:
        with pytest.raises(LookupError, match=r"^$"):
            tried(value)
    for value in misfits:
        with pytest.raises(WrongArgument):
            tried(value)
