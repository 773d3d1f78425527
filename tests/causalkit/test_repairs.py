"""Credit backwards: the numbers, the laws, and every answer against all changes of leaves tried out."""

import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from causalkit import Model, choice, coin, cpt, function, uniform
from causalkit.errors import CyclicModel, InvalidNumber, MechanismFailed, OpenChoice, TooLarge, UnknownName, UnknownValue, WrongShape
from causalkit.examples.vase import vase
from causalkit.plots.repairs import plot_repairs
from causalkit.quantities.execution import Execution, execution_of
from causalkit.quantities.least_repairs import adjusted, repairs, sweep
from tests.tries import tries

OPS: dict[str, Callable[..., int]] = {"xor": lambda a, b: a ^ b, "and": lambda a, b: a & b, "or": lambda a, b: a | b}
ITSELF = lambda a: a

# ---------------------------------------------------------------- the numbers


def one(op: str, a: int = 0, b: int = 0) -> Execution:
    return Execution({"a": a, "b": b}, {"y": OPS[op]})


def shared(op: str) -> Execution:
    return Execution({"x": 0}, {"a": (ITSELF, ("x",)), "b": (ITSELF, ("x",)), "y": OPS[op]})


def tree(depth: int, op: str = "xor") -> Execution:
    def steps(left: int, name: str) -> dict[str, Any]:
        below = {**steps(left - 1, name + "0"), **steps(left - 1, name + "1")} if left > 1 else {}
        return {**below, name: (OPS[op], (name + "0", name + "1"))}

    return Execution({"r" + "".join(bits): 0 for bits in product("01", repeat=depth)}, steps(depth, "r"))


def diamonds(count: int) -> tuple[Execution, str]:
    steps: dict[str, Any] = {}
    last = "x"
    for k in range(count):
        steps |= {f"l{k}": (ITSELF, (last,)), f"r{k}": (ITSELF, (last,)), f"m{k}": (OPS["and"], (f"l{k}", f"r{k}"))}
        last = f"m{k}"
    return Execution({"x": 1}, steps), last


VASE = Execution(
    {"vase_breakable": 0, "floor_wet": 0, "door_open": 0},
    {
        "lookup": lambda vase_breakable: vase_breakable,
        "careful": lambda lookup: lookup,
        "unhurt": lambda careful: careful,
        "wet": lambda floor_wet: floor_wet,
        "open": lambda door_open: door_open,
        "idle": (OPS["and"], ("wet", "open")),
        "good": lambda unhurt, idle: unhurt | idle,
    },
)


@pytest.mark.parametrize(("op", "single", "minimal"), [("xor", "ab", ["a", "b"]), ("or", "ab", ["a", "b"]), ("and", "", ["ab"])])
def test_one_step(op: str, single: str, minimal: list[str]) -> None:
    """Derived: xor and or are repaired by either leaf; and only by both, where the sweep says none."""
    found = repairs(one(op), "y", wanted=1)
    assert set(found.single) == set(single)
    assert ["".join(change) for change in found.minimal or ()] == minimal
    assert found.exact
    assert found.misleads == ()


def test_adjusting_all_never_repairs_a_parity() -> None:
    """Derived: (1,1), (0,0), (1,1), (0,0) for ever; one at a time, one step."""
    odd = one("xor", 1, 1)
    everything, single = (adjusted(odd, "y", wanted=1, adjust=how) for how in ("all", "one"))
    assert [tuple(state.values()) for state in everything.states] == [(1, 1), (0, 0)]
    assert (everything.cycle, bool(everything)) == (2, False)
    assert (len(single.states), bool(single)) == (2, True)


@pytest.mark.parametrize(("depth", "visits"), [(2, 7), (3, 15), (4, 31)])
def test_trees_of_parities(depth: int, visits: int) -> None:
    """Derived: one visit a node, 7, 15, 31, against 16, 256, 65,536 sets of leaves."""
    found = repairs(tree(depth), "r", wanted=1)
    assert found.sweep.visits == visits
    assert 2 ** len(tree(depth).leaves) == {2: 16, 3: 256, 4: 65_536}[depth]
    assert len(found.single) == len(found.minimal or ()) == 2**depth
    assert found.exact


@pytest.mark.parametrize(("count", "visits", "ways"), [(3, 10, 8), (5, 16, 32), (10, 31, 1_024)])
def test_diamonds_in_a_row(count: int, visits: int, ways: int) -> None:
    """Derived: 10, 16, 31 visits for 8, 32, 1,024 ways."""
    run, root = diamonds(count)
    by_node = {"x": 1}
    for name in run.order:
        by_node[name] = sum(by_node[each] for each in run.steps[name][1])
    found = repairs(run, root, wanted=0)
    assert (found.sweep.visits, by_node[root]) == (visits, ways)
    assert not found.exact
    assert [set(change) for change in found.smallest] == [{"x"}]


def test_one_visit_is_wrong_both_ways_where_ways_meet() -> None:
    """Derived: on one leaf, xor(x, x) is claimed and cannot be repaired; and(x, x) is not claimed and can."""
    claimed, missed = (repairs(shared(op), "y", wanted=1) for op in ("xor", "and"))
    assert (set(claimed.single), claimed.minimal, claimed.misleads) == ({"x"}, (), ("x",))
    assert (dict(missed.single), missed.minimal, missed.misleads) == ({}, ({"x": 1},), ("x",))
    assert not claimed.exact
    assert not missed.exact
    assert not claimed
    assert missed
    assert "not exact here: ways meet again from x" in str(claimed)


def test_the_node_itself_is_at_fault() -> None:
    """Derived: with the method as a leaf, 1 or 0 is repaired by the input or by the method."""
    run = Execution({"a": 1, "b": 0, "m": "or"}, {"y": lambda a, b, m: OPS[m](a, b)}, domains={"m": ["or", "and"]})
    assert repairs(run, "y", wanted=0).minimal == ({"a": 0}, {"m": "and"})


def test_the_vase() -> None:
    """Derived: the sweep names the missing fact in 10 visits; exactly, two idle facts together would do as well."""
    found = repairs(VASE, "good", wanted=1)
    assert (set(found.single), found.sweep.visits, found.exact) == ({"vase_breakable"}, 10, True)
    assert found.minimal == ({"vase_breakable": 1}, {"floor_wet": 1, "door_open": 1})
    assert found.smallest == ({"vase_breakable": 1},)
    assert VASE.run(found.smallest[0])["good"] == 1
    dear = repairs(VASE, "good", wanted=1, costs={"vase_breakable": 5})
    assert dear.smallest == ({"floor_wet": 1, "door_open": 1},)


def test_a_model_is_an_execution_once_its_noise_is_settled() -> None:
    model = Model(
        breakable=coin("1/2"),
        wet=coin("1/2"),
        door=coin("1/2"),
        careful=lambda breakable: breakable,
        good=lambda careful, wet, door: careful or (wet and door),
    )
    settled = {"breakable": False, "wet": False, "door": False}
    found = repairs(model, "good", wanted=True, context=settled)
    assert found.minimal == ({"breakable": True}, {"wet": True, "door": True})
    assert model.given(settled).do(found.smallest[0]).prob(good=True) == 1
    assert repairs(model.given(settled), "good", wanted=True, among=["careful"]).minimal == ({"careful": True},)
    nothing = dict.fromkeys(("vase_breakable", "floor_wet", "door_open"), False)
    bundled = repairs(vase(), "good", wanted=True, context=nothing)
    assert bundled.minimal == ({"vase_breakable": True}, {"floor_wet": True, "door_open": True})
    assert set(bundled.single) == {"vase_breakable"}


def test_symbols_have_several_explanations() -> None:
    run = Execution(
        {"noun": "vase", "verb": "drop"},
        {"said": lambda noun, verb: f"{verb} the {noun}", "harm": lambda said: said == "drop the vase"},
        domains={"noun": ["vase", "ball"], "verb": ["drop", "hold", "move"]},
    )
    found = repairs(run, "harm", wanted=False)
    assert dict(found.single) == {"noun": ("ball",), "verb": ("hold", "move")}
    assert found.minimal == ({"noun": "ball"}, {"verb": "hold"})


# ---------------------------------------------------------------- all changes tried out


def slow_minimal(run: Execution, root: str, wanted: object) -> list[frozenset[str]]:
    """Every set of leaves of which some change of all gives what is wanted, and no part does."""
    working: list[frozenset[str]] = []
    for size in range(len(run.leaves) + 1):
        for leaves in combinations(run.leaves, size):
            if any(part <= set(leaves) for part in working):
                continue
            others = [[v for v in run.domains[leaf] if v != run.leaves[leaf]] for leaf in leaves]
            if any(forward(run, dict(zip(leaves, values, strict=True)), root) == wanted for values in product(*others)):
                working.append(frozenset(leaves))
    return working


def forward(run: Execution, changes: Mapping[str, object], node: str) -> object:
    """By recursion from the answer, with nothing kept."""
    if node in run.leaves:
        return changes.get(node, run.leaves[node])
    function, inputs = run.steps[node]
    return function(*(forward(run, changes, each) for each in inputs))


BITS = st.sampled_from([0, 1])


@st.composite
def trees(draw: st.DrawFn) -> Execution:
    """Every node is used once."""
    leaves: dict[str, int] = {}
    steps: dict[str, Any] = {}

    def grown(name: str, depth: int) -> str:
        if depth == 0 or not draw(st.booleans()):
            leaves[name] = draw(BITS)
            return name
        steps[name] = (OPS[draw(st.sampled_from(sorted(OPS)))], (grown(name + "0", depth - 1), grown(name + "1", depth - 1)))
        return name

    steps["y"] = (OPS[draw(st.sampled_from(sorted(OPS)))], (grown("s0", 2), grown("s1", 1)))
    return Execution(leaves, steps)


@st.composite
def dags(draw: st.DrawFn) -> Execution:
    """Nodes are used again and again, even twice by one."""
    leaves = {f"x{k}": draw(BITS) for k in range(draw(st.integers(1, 4)))}
    names, steps = list(leaves), {}
    for name in [*(f"s{k}" for k in range(draw(st.integers(0, 4)))), "y"]:
        steps[name] = (OPS[draw(st.sampled_from(sorted(OPS)))], tuple(draw(st.sampled_from(names)) for _ in range(2)))
        names.append(name)
    return Execution(leaves, steps)


def looked_up(rows: Mapping[tuple[str, ...], str]) -> Callable[[str, str], str]:
    return lambda a, b: rows[a, b]


@st.composite
def wide(draw: st.DrawFn) -> Execution:
    """Leaves of three values, steps as tables of three values."""
    leaves = {f"x{k}": draw(st.sampled_from("uvw")) for k in range(draw(st.integers(1, 3)))}
    names, steps = list(leaves), {}
    for name in [*(f"s{k}" for k in range(draw(st.integers(0, 2)))), "y"]:
        inputs = tuple(draw(st.sampled_from(names)) for _ in range(2))
        rows = dict(zip(product("uvw", repeat=2), draw(st.lists(st.sampled_from("uvw"), min_size=9, max_size=9)), strict=True))
        steps[name] = (looked_up(rows), inputs)
        names.append(name)
    return Execution(leaves, steps, domains=dict.fromkeys(leaves, "uvw"))


def flipped(run: Execution) -> object:
    """A value that the answer could have, and has not; else the one it has."""
    return next((v for v in run.domains["y"] if v != run.values["y"]), 1 - run.values["y"] if run.values["y"] in (0, 1) else "t")


@settings(max_examples=tries(150))
@given(st.one_of(trees(), dags(), wide()))
def test_minimal_repairs_against_all_changes(run: Execution) -> None:
    wanted = flipped(run)
    found = repairs(run, "y", wanted=wanted)
    assert found.minimal is not None
    assert {frozenset(change) for change in found.minimal} == set(slow_minimal(run, "y", wanted))
    assert all(forward(run, change, "y") == wanted for change in found.minimal)
    assert [len(change) for change in found.minimal] == sorted(len(change) for change in found.minimal)
    reachable = any(
        forward(run, dict(zip(run.leaves, values, strict=True)), "y") == wanted for values in product(*(run.domains[x] for x in run.leaves))
    )
    assert bool(found) == reachable


@settings(max_examples=tries(100))
@given(st.one_of(trees(), dags(), wide()))
def test_the_sweep_is_right_about_leaves_with_one_way(run: Execution) -> None:
    """L12; on trees that is every leaf."""
    wanted = flipped(run)
    swept = sweep(run, "y", wanted=wanted)
    for leaf in run.leaves:
        truth = tuple(v for v in run.domains[leaf] if v != run.leaves[leaf] and forward(run, {leaf: v}, "y") == wanted)
        if swept.exact_for(leaf):
            assert swept.single.get(leaf, ()) == truth
    ways = dict.fromkeys(run.leaves, 0)

    def walk(node: str) -> None:
        if node in ways:
            ways[node] += 1
        for each in run.steps[node][1] if node in run.steps else ():
            walk(each)

    walk("y")
    assert set(swept.several) == {leaf for leaf, count in ways.items() if count > 1}


@settings(max_examples=tries(50))
@given(trees())
def test_on_trees_nothing_misleads(run: Execution) -> None:
    found = repairs(run, "y", wanted=flipped(run))
    assert found.exact
    assert found.misleads == ()


@settings(max_examples=tries(60))
@given(st.one_of(dags(), wide()), st.lists(st.integers(1, 4), min_size=4, max_size=4))
def test_costs_and_bounds(run: Execution, prices: list[int]) -> None:
    from causalkit.quantities.repair_search import least_cost_bounds

    wanted, costs = flipped(run), {leaf: Fraction(price) for leaf, price in zip(run.leaves, prices, strict=False)}
    found = repairs(run, "y", wanted=wanted, costs=costs)
    sets = slow_minimal(run, "y", wanted)
    least = min((sum(costs[leaf] for leaf in leaves) for leaves in sets), default=None)
    assert {frozenset(change) for change in found.smallest} == {s for s in sets if sum(costs[leaf] for leaf in s) == least}
    low, high = least_cost_bounds(run, "y", wanted, costs, [{leaf: v} for leaf in run.leaves for v in run.domains[leaf]])
    assert least is None or (low is not None and low <= least and (high is None or least <= high))


@settings(max_examples=tries(40))
@given(dags())
def test_names_do_not_matter(run: Execution) -> None:
    new = {name: f"n{place}" for place, name in enumerate(reversed([*run.leaves, *run.steps]))}
    again = Execution(
        {new[leaf]: value for leaf, value in run.leaves.items()},
        {new[name]: (function, tuple(new[each] for each in inputs)) for name, (function, inputs) in run.steps.items()},
    )
    wanted = flipped(run)
    first, second = repairs(run, "y", wanted=wanted), repairs(again, new["y"], wanted=wanted)
    assert {frozenset(new[leaf] for leaf in change) for change in first.minimal or ()} == {frozenset(c) for c in second.minimal or ()}
    assert {new[leaf] for leaf in first.single} == set(second.single)


def test_what_is_wanted_already_needs_no_change() -> None:
    found = repairs(one("or", 1, 0), "y", wanted=1)
    assert (found.minimal, dict(found.single), bool(found)) == (({},), {}, True)


# ---------------------------------------------------------------- too wide, refused, drawn


def majority(width: int) -> Execution:
    """A step over many leaves: half of them must change, in any choice."""
    steps: dict[str, Any] = {"s0": (ITSELF, ("x0",))}
    for k in range(1, width):
        steps[f"s{k}"] = (lambda total, x: total + x, (f"s{k - 1}", f"x{k}"))
    return Execution({f"x{k}": 0 for k in range(width)}, {**steps, "most": (lambda total: int(2 * total >= width), (f"s{width - 1}",))})


def test_what_is_too_wide_gets_bounds() -> None:
    found = repairs(majority(18), "most", wanted=1)
    assert found.minimal is None
    assert found.bounds == (Fraction(1), None)
    with pytest.raises(TooLarge, match=r"sets of leaves would be compared .* bounded by 1 and none; name fewer leaves with among"):
        _ = found.smallest
    assert len(repairs(majority(18), "most", wanted=1, among=[f"x{k}" for k in range(9)]).minimal or ()) == 1


def test_a_hundred_thousand_nodes() -> None:
    """Linear: twice the nodes take about twice as long; the bound here is wide."""
    seconds = {}
    for count in (4_000, 32_000):
        run, root = diamonds(count)
        start = time.process_time()
        assert sweep(run, root, wanted=0).visits == 3 * count + 1
        seconds[count] = time.process_time() - start
    assert seconds[32_000] < 40 * seconds[4_000]


REFUSED: dict[str, tuple[type[Exception], str, Callable[[], Any]]] = {
    "an unknown root": (UnknownName, r"'z' is neither a leaf nor a step", lambda: repairs(one("or"), "z", wanted=1)),
    "an unknown leaf": (UnknownName, r"'z' is no leaf; the leaves are: a, b", lambda: repairs(one("or"), "y", wanted=1, among=["z"])),
    "a cycle": (CyclicModel, r"need each other", lambda: Execution({}, {"a": lambda b: b, "b": lambda a: a})),
    "an input from nowhere": (UnknownName, r"takes 'z'", lambda: Execution({"a": 0}, {"y": lambda z: z})),
    "unsaid values": (WrongShape, r"what else the leaf 'a' could be is not said", lambda: Execution({"a": "red"}, {})),
    "a value outside": (UnknownValue, r"not among its values", lambda: Execution({"a": 2}, {}, domains={"a": [0, 1]})),
    "a cost of nothing": (InvalidNumber, r"expected a number above 0", lambda: repairs(one("or"), "y", wanted=1, costs={"a": 0})),
    "a symbolic cost": (
        InvalidNumber,
        r"symbols are not carried",
        lambda: repairs(one("or"), "y", wanted=1, costs={"a": sympy.Symbol("c")}),
    ),
    "a cost of nobody": (UnknownName, r"'z' has a cost and is no leaf", lambda: repairs(one("or"), "y", wanted=1, costs={"z": 1})),
    "a step that fails": (
        MechanismFailed,
        r"'y' raised ZeroDivisionError",
        lambda: repairs(Execution({"a": 1}, {"y": lambda a: 1 // a}), "y", wanted=2),
    ),
    "a wide step": (
        TooLarge,
        r"has 8,192 combinations",
        lambda: sweep(Execution({f"x{k}": 0 for k in range(13)}, {"y": (lambda *x: 0, [f"x{k}" for k in range(13)])}), "y", wanted=1),
    ),
    "two at once": (WrongShape, r"expected 'all' or 'one'", lambda: adjusted(one("or"), "y", wanted=1, adjust="two")),  # type: ignore[arg-type]
    "several contexts": (WrongShape, r"contexts are possible", lambda: repairs(Model(a=coin("1/2"), y=lambda a: a), "y", wanted=True)),
    "a table without a coupling": (
        WrongShape,
        r"is a conditional table",
        lambda: repairs(Model(a=uniform(0, 1), y=cpt(["a"], {0: coin("1/2"), 1: coin("1/4")})), "y", wanted=True, context={"a": 0}),
    ),
    "an open choice": (OpenChoice, r"nobody has made", lambda: repairs(Model(a=choice(0, 1), y=function(lambda a: a)), "y", wanted=1)),
    "a context of an execution": (WrongShape, r"takes no context", lambda: repairs(one("or"), "y", wanted=1, context={"a": 1})),
    "a step of another shape": (WrongShape, r"expected a function of its inputs", lambda: Execution({"a": 0}, {"y": "a"})),
    "a name used twice": (WrongShape, r"both a leaf and a step", lambda: Execution({"a": 0}, {"a": lambda: 0})),
    "an unknown variable": (UnknownName, r"'z' is not in the model", lambda: execution_of(Model(a=1), "z")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_misuse_is_refused_in_words(case: str) -> None:
    error, words, call = REFUSED[case]
    with pytest.raises(error, match=words):
        call()


def test_the_picture_tells_the_leaves_apart() -> None:
    legend = lambda ax: sorted(text.get_text() for text in ax.get_legend().get_texts())
    assert legend(plot_repairs(VASE, repairs(VASE, "good", wanted=1))) == ["came out wrong", "part of a joint repair", "repairs it alone"]
    for op, word in (("xor", "sweep claims it, wrongly"), ("and", "repairs it alone, sweep misses it")):
        assert word in legend(plot_repairs(shared(op), repairs(shared(op), "y", wanted=1)))


def test_bounds_that_leave_open_whether_there_is_a_repair_are_no_verdict() -> None:
    found = repairs(majority(18), "most", wanted=1)
    assert "at least 1; no repair was found, and there may be one" in str(found)
    with pytest.raises(TooLarge):
        bool(found)
    never = repairs(majority(18), "most", wanted=7)
    assert not never


def test_values_that_cannot_be_hashed_are_refused_with_the_step() -> None:
    with pytest.raises(MechanismFailed, match="unhashable"):
        repairs(Execution({"a": 0}, {"y": lambda a: [a]}), "y", wanted=1)
    with pytest.raises(UnknownName, match="'z'"):
        adjusted(Execution({"a": 0}, {"y": lambda a: a}), "z", wanted=1)
