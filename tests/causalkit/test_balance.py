"""Conserved flows: the numbers, the laws, and every surgery against amounts passed on by hand."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import combinations
from typing import Any

import networkx as nx
import pytest
import sympy
from hypothesis import event, given, settings
from hypothesis import strategies as st

from causalkit import Dist, Model, coin, function, table, uniform, unroll
from causalkit.errors import CyclicModel, Impossible, InvalidNumber, UnknownName, WrongArgument, WrongShape
from causalkit.plots.flow import plot_flow
from causalkit.quantities.flow import Flow, balance, paid
from causalkit.values.exact import as_fraction
from tests.tries import tries

F = Fraction
TOWN = Flow({"source": 10, "reserve": 0}, {"source": {"factory": "3/5", "town": "2/5"}, "factory": {"clips": "1/2", "heat": "1/2"}})
OUT = ["town", "clips", "heat", "reserve"]
PAYERS: dict[str, str | None] = {"nobody": None, "the town": "town", "a reserve": "reserve"}

# ---------------------------------------------------------------- the numbers


def amounts(model: Model, names: list[str]) -> list[Fraction]:
    return [as_fraction(model.expect(name)) for name in names]


def test_a_flow_balances() -> None:
    """Derived: clips 3, heat 3, town 4 of a source of 10."""
    assert amounts(TOWN.model, OUT) == [4, 3, 3, 0]
    assert balance(TOWN.model, into="source", out=OUT)


def test_who_pays_for_a_factory_that_is_gone() -> None:
    """Derived: 6 units vanish, or the town has 10, or a reserve has 6."""
    plain, town, reserve = (TOWN.do({"factory": 0}, paid_by=payer) for payer in PAYERS.values())
    assert (amounts(plain, OUT), balance(plain, into="source", out=OUT).residual) == ([4, 0, 0, 0], 6)
    assert (amounts(town, OUT), bool(balance(town, into="source", out=OUT))) == ([10, 0, 0, 0], True)
    assert (amounts(reserve, OUT), bool(balance(reserve, into="source", out=OUT))) == ([4, 0, 0, 6], True)


def test_a_payer_that_cannot_pay() -> None:
    """Derived: a factory of 20 needs 14 more than there is; the town would be left with -10."""
    assert balance(TOWN.do({"factory": 20}), into="source", out=OUT).residual == -14
    with pytest.raises(Impossible, match=r"'town' cannot pay: it would be left with -10"):
        TOWN.do({"factory": 20}, paid_by="town")


def test_how_far_the_outside_is_from_a_factory_that_vanished() -> None:
    """Derived: 3, 9, 3 for town and heat: encapsulation depends on who pays."""
    real = amounts(TOWN.model, ["town", "heat"])
    gone = [amounts(TOWN.do({"factory": 0}, paid_by=payer), ["town", "heat"]) for payer in PAYERS.values()]
    assert [sum(abs(a - b) for a, b in zip(real, each, strict=True)) for each in gone] == [3, 9, 3]


def test_copies_against_splits() -> None:
    """Derived: three copies of 10 are 30, three parts are 10."""
    copies = Model(told=10, a=lambda told: told, b=lambda told: told, c=lambda told: told)
    parts = Flow({"given": 10}, {"given": dict.fromkeys("abc", F(1, 3))}).model
    assert [sum(amounts(model, list("abc"))) for model in (copies, parts)] == [30, 10]


def test_conservation_binds_without_an_arrow() -> None:
    """Derived: covariance -9 of two parts of 10, and 9 of two copies."""
    parts = Model(x=uniform(2, 8), y=lambda x: 10 - x)
    copies = Model(x=uniform(2, 8), y=lambda x: x)
    covariance = lambda m: m.expect(lambda x, y: x * y) - m.expect("x") * m.expect("y")
    assert [covariance(model) for model in (parts, copies)] == [-9, 9]
    assert balance(Model(all=10, x=uniform(2, 8), y=lambda all, x: all - x), into="all", out=["x", "y"])


def test_the_largest_flow_is_the_least_cut() -> None:
    """Derived: 5."""
    capacity = {("s", "a"): 3, ("s", "b"): 2, ("a", "b"): 1, ("a", "t"): 2, ("b", "t"): 3}
    sides = [{"s", *inner} for size in range(3) for inner in combinations("ab", size)]
    cuts = [sum(c for (u, v), c in capacity.items() if u in side and v not in side) for side in sides]
    graph = nx.DiGraph((u, v, {"capacity": c}) for (u, v), c in capacity.items())
    assert nx.maximum_flow_value(graph, "s", "t") == min(cuts) == 5


# ---------------------------------------------------------------- by hand

SHARES = st.sampled_from([F(0), F(1, 4), F(1, 2), F(1)])
Drawn = tuple[Flow, dict[str, Any], dict[str, dict[str, Fraction]]]


@st.composite
def flows(draw: st.DrawFn, chance: bool = False, sources: int = 1) -> Drawn:
    """Sources, and nodes that each split what they get between two later ones."""
    size = draw(st.integers(2, 4))
    names = [f"n{k}" for k in range(size + 2)]
    supply: dict[str, Any] = {f"s{k}": uniform(2, 6) if chance and k == 0 else 6 + k for k in range(sources)} | {"spare": 0}
    shares = {}
    for source in [name for name in supply if name != "spare"]:
        first, second = draw(st.sampled_from(list(combinations(names, 2))))
        share = draw(SHARES)
        shares[source] = {first: share, second: 1 - share}
    fed = {to for row in shares.values() for to in row}
    for place, name in enumerate(names[:-2]):
        if name in fed and draw(st.booleans()):
            later = draw(st.sampled_from(list(combinations(names[place + 1 :], 2))))
            share = draw(SHARES)
            shares[name] = {later[0]: share, later[1]: 1 - share}
            fed |= set(later)
    return Flow(supply, shares), supply, shares


FLOWS = st.one_of(flows(), flows(chance=True), flows(sources=2))


Amounts = dict[str, Fraction]


def by_hand(source: Amounts, shares: dict[str, Amounts], edits: Amounts, payers: Amounts) -> Amounts:
    """Pass amounts on from the sources, the set stocks first, until nothing moves; payers get what the stocks have not."""
    names = [*source, *(f"n{k}" for k in range(6))]
    now: Amounts = dict.fromkeys(names, F(0))
    for _ in range(20):
        arrived = lambda name, now=now: sum((row.get(name, F(0)) * now[one] for one, row in shares.items()), F(0))
        natural = {name: source.get(name, F(0)) + arrived(name) for name in names}
        owed = sum((natural[stock] - value for stock, value in edits.items()), F(0))
        now = {name: edits[name] if name in edits else natural[name] + payers.get(name, F(0)) * owed for name in names}
    return now


@settings(max_examples=tries(80))
@given(FLOWS, st.integers(0, 9), st.integers(0, 9), st.sampled_from([F(0), F(1), F(5, 2)]), st.booleans())
def test_surgery_against_amounts_passed_on_by_hand(drawn: Drawn, stock_at: int, payer_at: int, value: Fraction, plain: bool) -> None:
    flow, supply, shares = drawn
    nodes = [name for name in flow.order if name not in supply]
    stock, payer = nodes[stock_at % len(nodes)], ["spare", *nodes][payer_at % (len(nodes) + 1)]
    payers = {} if plain else {payer: F(1)}
    lows: Iterable[Any] = supply["s0"] if isinstance(supply["s0"], Dist) else [supply["s0"]]
    units = [{name: law if isinstance(law, int) else low for name, law in supply.items()} for low in lows]
    hands = [by_hand({name: F(amount) for name, amount in unit.items()}, shares, {stock: value}, payers) for unit in units]
    try:
        model = flow.do({stock: value}, paid_by=None if plain else payer)
    except (CyclicModel, WrongShape):
        assert payer == stock or payer in flow.model.graph.ancestors(stock)
        return
    except Impossible:
        assert min(hand[payer] for hand in hands) < 0
        return
    for unit, hand in zip(units, hands, strict=True):
        seen = model.given(s0=unit["s0"])
        assert {name: seen.expect(name) for name in flow.order} == {name: hand[name] for name in flow.order}
    judged = balance(model, into=[name for name in supply if name != "spare"], out=flow.sinks)
    event(f"plain: {plain}, balances: {bool(judged)}")
    if plain:
        assert bool(judged) == (flow.model.dist(stock) == Dist({value: 1}))
    else:
        assert judged, "L18: a compensated surgery balances"


@settings(max_examples=tries(40))
@given(flows(), st.integers(0, 9), st.sampled_from([F(0), F(1, 2), F(1)]))
def test_payment_is_linear_and_sums_to_the_residual(drawn: Drawn, stock_at: int, part: Fraction) -> None:
    """L18: what payers pay is the residual of the plain surgery, split as said."""
    flow, supply, _ = drawn
    nodes = [name for name in flow.order if name not in supply]
    stock = nodes[stock_at % len(nodes)]
    sink = next((name for name in flow.sinks if name not in (stock, "spare") and stock not in flow.model.graph.ancestors(name)), None)
    if sink is None:
        return
    residual = balance(flow.do({stock: 0}), into="s0", out=[name for name in flow.sinks if name != "spare"]).residual
    both = flow.do({stock: 0}, paid_by={sink: part, "spare": 1 - part})
    assert both.expect("spare") == (1 - part) * residual
    assert both.expect(sink) - flow.model.expect(sink) == part * residual
    assert balance(both, into="s0", out=flow.sinks)


@st.composite
def stocks(draw: st.DrawFn) -> Model:
    """A source split by a table of noise, into a stock and a rest, over wide domains."""
    cuts = draw(st.lists(st.integers(0, 4), min_size=2, max_size=2))
    return Model(
        u=coin("1/3"),
        stock=table(["u"], {False: cuts[0], True: cuts[1]}, domain=range(5)),
        rest=function(lambda stock: 4 - stock, domain=range(-4, 9)),
        other=table(["u"], {False: 0, True: 1}, domain=range(-4, 9)),
    )


@settings(max_examples=tries(40))
@given(stocks(), st.integers(0, 4))
def test_a_model_of_ones_own_is_compensated(model: Model, value: int) -> None:
    after = paid(model, {"stock": value}, by="other")
    for u in (False, True):
        natural = model.given(u=u).expect("stock")
        assert after.given(u=u).expect("other") == int(u) + natural - value
        assert after.given(u=u).expect("rest") == 4 - value


def test_balance_holds_in_every_step_of_a_tank() -> None:
    step = {
        "rain": uniform(0, 2),
        "used": lambda tank_before: min(1, tank_before),
        "tank": lambda tank_before, rain, used: tank_before + rain - used,
    }
    tank = unroll(step, 3, start={"tank": 1})
    for t in (1, 2, 3):
        assert balance(tank, into=[f"tank[{t - 1}]", f"rain[{t}]"], out=[f"tank[{t}]", f"used[{t}]"])
    leaking = unroll({**step, "tank": lambda tank_before, rain, used: tank_before + rain}, 1, start={"tank": 1})
    found = balance(leaking, into=["tank[0]", "rain[1]"], out=["tank[1]", "used[1]"])
    assert (found.residual, bool(found)) == (-1, False)
    assert str(found).startswith("1 more comes out than goes in, with ")
    turned = balance(leaking, into=["tank[1]", "used[1]"], out=["tank[0]", "rain[1]"])
    assert turned.residual == 1
    assert str(turned).startswith("1 more goes in than comes out, with ")
    assert str(balance(tank, into=["tank[0]", "rain[1]"], out=["tank[1]", "used[1]"])) == "what goes in comes out"
    for into, out in ((["tank[0]", "rian[1]"], []), ([], ["tank[0]", "rian[1]"])):
        with pytest.raises(UnknownName, match=r"'rian\[1\]' is not in the model"):
            balance(tank, into=into, out=out)


# ---------------------------------------------------------------- refused, drawn

REFUSED: dict[str, tuple[type[Exception], str, Callable[[], Any]]] = {
    "shares above one": (WrongShape, r"the shares of 's' are .* sum to 1", lambda: Flow({"s": 1}, {"s": {"a": "1/2", "b": "3/4"}})),
    "a circle": (CyclicModel, r"flow into each other", lambda: Flow({"s": 1}, {"s": {"a": 1}, "a": {"b": 1}, "b": {"a": 1}})),
    "a fed source": (WrongShape, r"'t' is a source and 's' flows into it", lambda: Flow({"s": 1, "t": 1}, {"s": {"t": 1}})),
    "a dry node": (WrongShape, r"nothing flows into 'a'", lambda: Flow({"s": 1}, {"a": {"b": 1}})),
    "a debt": (InvalidNumber, r"what is held or supplied is 0 or more", lambda: Flow({"s": -1}, {})),
    "a symbol": (InvalidNumber, r"symbols are not carried", lambda: Flow({"s": sympy.Symbol("x")}, {})),
    "an unknown node": (UnknownName, r"'fabric' is no node", lambda: TOWN.do({"fabric": 0})),
    "an upstream payer": (CyclicModel, r"'clips' gets its flow by way of 'factory'", lambda: TOWN.do({"clips": 0}, paid_by="factory")),
    "no shares": (WrongShape, r"the shares of 's' are 5, expected the share of each", lambda: Flow({"s": 1}, {"s": 5})),  # type: ignore[dict-item]
    "no edits": (WrongArgument, r"takes edits as Mapping.*, and got 5", lambda: TOWN.do(5)),  # type: ignore[arg-type]
    "a set payer": (WrongShape, r"is set and pays for it", lambda: TOWN.do({"town": 0}, paid_by="town")),
    "payers' shares": (WrongShape, r"the payers' shares", lambda: TOWN.do({"factory": 0}, paid_by={"town": "1/2"})),
    "nothing": (WrongShape, r"nothing to balance", lambda: balance(TOWN.model, into=[], out=[])),
    "words": (InvalidNumber, r"'much' is not an exact number", lambda: balance(Model(a="much", b=1), into="a", out="b")),
    "a payer outside its domain": (
        Impossible,
        r"'town' would have to be 6 with source=10, and it can be: 4",
        lambda: paid(Model(source=10, clips=function(lambda source: 2, domain=[0, 2]), town=lambda source: 4), {"clips": 0}, by="town"),
    ),
    "a payer left to chance": (WrongShape, r"left to chance", lambda: paid(Model(a=coin("1/2"), b=lambda a: 1), {"b": 1}, by="a")),
    "a payer upstream": (CyclicModel, r"'b' listens to 'a'", lambda: paid(Model(a=1, b=lambda a: a), {"b": 1}, by="a")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_misuse_is_refused_in_words(case: str) -> None:
    error, words, call = REFUSED[case]
    with pytest.raises(error, match=words):
        call()


def test_the_picture_shows_what_vanished() -> None:
    models = {title: TOWN.do({"factory": 0}, paid_by=payer) for title, payer in PAYERS.items()}
    ax = plot_flow(models, into="source", out=OUT)
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [*OUT, "vanished"]
    assert [float(bar.get_width()) for bar in ax.containers[-1]] == [6.0, 0.0, 0.0]


def test_what_cannot_happen_needs_no_amount_to_be_paid() -> None:
    """Derived: with u and v alike, b has 4 in either case; were they unlike, it would have to be 8, which it cannot be."""
    alike = Model(u=uniform(0, 1), v=lambda u: u, a=lambda u: 4 * u, b=lambda v: 4 - 4 * v)
    assert amounts(paid(alike, {"a": 0}, by="b"), ["a", "b"]) == [0, 4]
    unlike = Model(u=uniform(0, 1), v=uniform(0, 1), a=lambda u: 4 * u, b=lambda v: 4 - 4 * v)
    with pytest.raises(Impossible, match="'b' would have to be 8"):
        paid(unlike, {"a": 0}, by="b")


def test_sources_pay_for_a_source_by_their_shares() -> None:
    """What is set to 3 instead of 4 leaves 1 to the payers, a quarter and three quarters of it; set to 6 it takes 2 from them."""
    pool = Flow({"a": 10, "b": 4, "c": 2}, {each: {"sink": 1} for each in "abc"})
    for value, a, c in ((3, F(41, 4), F(11, 4)), (6, F(19, 2), F(1, 2))):
        done = pool.do({"b": value}, paid_by={"a": "1/4", "c": "3/4"})
        assert {name: done.dist(name) for name in done.names} == {
            name: Dist({worth: 1}) for name, worth in {"a": a, "b": F(value), "c": c, "sink": F(16)}.items()
        }


def test_a_payer_whose_supply_is_left_to_chance_is_refused() -> None:
    pool = Flow({"a": Dist({10: "1/2", 9: "1/2"}), "b": 4}, {each: {"sink": 1} for each in "ab"})
    with pytest.raises(WrongShape, match="'a' pays and its supply is left to chance; let it pass on to a node that pays"):
        pool.do({"b": 3}, paid_by="a")


@settings(max_examples=tries(40))
@given(st.lists(st.integers(0, 2), min_size=2, max_size=2), st.integers(0, 4), st.sampled_from(["1/2", 2, -1, 0]), st.booleans())
def test_a_payer_that_listens_to_another_pays_from_what_it_then_has(stock: list[int], cut: int, part: Any, first: bool) -> None:
    """Stock, payer, payer behind it: amounts worked out one after the other for each unit."""
    amount, wide = dict(zip((False, True), stock, strict=True)), [F(k, 2) for k in range(-30, 31)]
    own = lambda x: F(min(5, int(x * x)))
    model = Model(
        u=coin("1/3"),
        stock=function(lambda u: amount[u], domain=[0, 1, 2]),
        near=function(lambda u: F(1 + u), domain=wide),
        far=table(["near"], {x: own(x) for x in wide}, domain=wide if first else [F(k) for k in range(6)]),
    )
    shares = {"far": 1 - F(part), "near": F(part)}
    due = {}
    for u in (False, True):
        owed = F(amount[u] - min(cut, 2))
        near = 1 + u + shares["near"] * owed
        due[u] = near, own(near) + shares["far"] * owed
    edits = {"stock": min(cut, 2)}
    if all(far in model.domain("far") for _, far in due.values()):
        assert paid(model, edits, by=shares).dist("u", "near", "far") == Dist(
            {(u, *row): F(1, 3) if u else F(2, 3) for u, row in due.items()}
        )
    else:
        with pytest.raises(Impossible, match="'far' would have to be"):
            paid(model, edits, by=shares)
