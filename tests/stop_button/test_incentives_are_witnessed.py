"""What a diagram says of incentives, held against models: each "may" that is complete has a witness, each "cannot" has none."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest

import causalkit as ck
from causalkit.errors import UnknownName
from causalkit.graphs import Graph
from stop_button import incentives
from stop_button.incentives import Diagram, Judgement
from stop_button.incentives.quantitative import quantitative_value_of_control, quantitative_value_of_information
from stop_button.incentives.requisite import is_requisite

PER_DECISION: dict[str, Callable[[Diagram, str, str], Judgement]] = {
    "value of information": incentives.admits_value_of_information,
    "response incentive": incentives.admits_response_incentive,
    "indirect value of control": incentives.admits_indirect_value_of_control,
    "instrumental control incentive": incentives.admits_instrumental_control_incentive,
    "intent": incentives.admits_intent,
    "impact incentive": incentives.admits_impact_incentive,
}
PER_DIAGRAM: dict[str, Callable[[Diagram, str], Judgement]] = {
    "value of control": incentives.admits_value_of_control,
    "direct value of control": incentives.admits_direct_value_of_control,
}


def diagrams(chances: tuple[str, ...], decisions: tuple[str, ...]) -> Iterator[Diagram]:
    """Every diagram over some nodes, with decisions in this order and one utility that comes last."""
    seen: set[frozenset[tuple[str, str]]] = set()
    for order in itertools.permutations((*chances, *decisions)):
        pairs = list(itertools.combinations((*order, "pay"), 2))
        if [name for name in order if name in decisions] != list(decisions):
            continue
        for kept in itertools.product((False, True), repeat=len(pairs)):
            edges = frozenset(itertools.compress(pairs, kept))
            if edges not in seen:
                seen.add(edges)
                yield Diagram(Graph(sorted((*order, "pay")), sorted(edges)), list(decisions), "pay")


def some_model(diagram: Diagram, draw: random.Random) -> ck.Model:
    """A model with a diagram's graph: two or three values each, deterministic or fair mechanisms, small whole payoffs."""
    sizes = {name: draw.choice((2, 2, 3)) for name in diagram.graph.nodes}
    variables: dict[str, Any] = {}
    for name in diagram.graph.order:
        heard = list(diagram.graph.parents(name))
        rows = list(itertools.product(*(range(sizes[parent]) for parent in heard)))
        values = list(range(sizes[name]))
        if name in diagram.decisions:
            variables[name] = ck.choice(*values, sees=heard)
        elif name in diagram.utilities:
            variables[name] = ck.table(heard, {row: draw.choice((0, 0, 1, 2)) for row in rows})
        elif not heard:
            variables[name] = ck.uniform(*values)
        else:
            drawn = {row: draw.choice([*(ck.Dist({value: 1}) for value in values), ck.uniform(*values)]) for row in rows}
            variables[name] = ck.cpt(heard, drawn, domain=values)
    return ck.Model(variables)


def is_worth_seeing(diagram: Diagram, decision: str, node: str, draw: random.Random) -> bool:
    return bool(quantitative_value_of_information(some_model(diagram, draw), "pay", decision=decision, node=node))


def judged() -> list[tuple[Diagram, str, str, Judgement]]:
    found = []
    for diagram in diagrams(("chance",), ("first", "second")):
        for decision in diagram.decisions:
            nodes = sorted(set(diagram.graph.nodes) - set(diagram.graph.descendants(decision, include_self=True)))
            found += [(diagram, decision, node, incentives.admits_value_of_information(diagram, decision, node)) for node in nodes]
    return found


def test_what_cannot_have_value_of_information_has_none_in_models_of_two_decisions() -> None:
    draw, cannot = random.Random(1), [case for case in judged() if not case[3]]
    assert len(cannot) > 300
    assert all(judgement.complete for *_, judgement in cannot)
    wrong = [case for case in cannot for _ in range(2) if is_worth_seeing(*case[:3], draw)]
    assert not wrong


def test_what_may_have_value_of_information_has_some_in_a_model_of_two_decisions() -> None:
    """Every "may" about a chance node that is said to be realised is, and every "may" about a decision, of which nothing is said."""
    draw = random.Random(2)
    may = [case for case in judged() if case[3] and (case[3].complete or case[2] in case[0].decisions)]
    assert sum(judgement.complete for *_, judgement in may) > 20
    missing = [case for case in may if not any(is_worth_seeing(*case[:3], draw) for _ in range(2000))]
    assert not missing


def test_no_theorem_is_claimed_for_seeing_another_decision() -> None:
    assert not [case for case in judged() if case[3] and case[3].complete and case[2] in case[0].decisions]


def test_a_decision_that_is_known_beforehand_is_worth_nothing_to_see() -> None:
    diagram = Diagram(Graph.parse("first -> pay, second -> pay"), ["first", "second"], "pay")
    assert str(incentives.admits_value_of_information(diagram, "second", "first")) == (
        "first cannot have value of information for second: first is a decision, and in the minimal reduction it depends on nothing but "
        "what second sees without it"
    )
    sees = Diagram(Graph.parse("sign -> first -> pay, second -> pay, sign -> pay"), ["first", "second"], "pay")
    assert incentives.admits_value_of_information(sees, "second", "first")
    both = Diagram(Graph.parse("sign -> first -> pay, second -> pay, sign -> pay, sign -> second"), ["first", "second"], "pay")
    assert not incentives.admits_value_of_information(both, "second", "first")


def test_that_what_several_decisions_see_is_material_is_no_theorem() -> None:
    diagram = Diagram(Graph.parse("first -> pay, second -> pay, first -> second"), ["first", "second"], "pay")
    assert not is_requisite(diagram, "second", "first").complete
    assert is_requisite(Diagram(Graph.parse("sign -> act -> pay, sign -> pay"), "act", "pay"), "act", "sign").complete


# ---------------------------------------------------------------- control


def test_value_of_control_is_direct_or_indirect() -> None:
    every = list(diagrams(("a", "b"), ("act",)))
    assert every
    for diagram in every:
        for node in diagram.graph.nodes:
            control = incentives.admits_value_of_control(diagram, node)
            direct = incentives.admits_direct_value_of_control(diagram, node)
            indirect = incentives.admits_indirect_value_of_control(diagram, "act", node)
            assert bool(control) == bool(direct or indirect), (diagram, node)
            assert control.complete
            if not direct:
                assert indirect.complete
            assert all(set(path.nodes) <= set(diagram.graph.nodes) for path in indirect.paths)


def test_control_that_makes_another_signal_better() -> None:
    diagram = Diagram(Graph.parse("dial -> sign -> act -> pay, state -> sign, state -> pay"), "act", "pay")
    model = ck.Model(
        dial=ck.Dist({0: "99/100", 1: "1/100"}),
        state=ck.coin("1/2"),
        sign=lambda dial, state: int(state) if dial else 0,
        act=ck.choice(0, 1, sees=["sign"]),
        pay=lambda act, state: int(act == state),
    )
    assert quantitative_value_of_control(model, "pay", node="dial").value == Fraction(99, 200)
    assert str(incentives.admits_indirect_value_of_control(diagram, "act", "dial")) == (
        "dial may have indirect value of control for act: dial -> sign -> act -> pay, and sign <- state -> pay is open given act"
    )
    assert not incentives.admits_direct_value_of_control(diagram, "dial")
    assert incentives.indirect_value_of_control(diagram, "act") == ("dial", "sign")


def test_what_cannot_have_value_of_control_has_none_and_what_may_has_some() -> None:
    draw, counts = random.Random(3), {True: 0, False: 0}
    for diagram in itertools.islice(diagrams(("a", "b"), ("act",)), 0, None, 3):
        for node in ("a", "b"):
            judgement = incentives.admits_value_of_control(diagram, node)
            worth = (
                bool(quantitative_value_of_control(some_model(diagram, draw), "pay", node=node)) for _ in range(300 if judgement else 2)
            )
            assert any(worth) == bool(judgement), (diagram, node)
            counts[bool(judgement)] += 1
    assert min(counts.values()) > 20


def test_where_control_is_direct_that_it_is_not_indirect_is_no_theorem() -> None:
    diagram = Diagram(Graph.parse("cause -> state -> pay, act -> pay, state -> sign -> act"), "act", "pay")
    judgement = incentives.admits_indirect_value_of_control(diagram, "act", "cause")
    assert not judgement
    assert not judgement.complete
    assert str(judgement).endswith("by an open path backwards (so says the source's criterion, without a proof)")


# ---------------------------------------------------------------- every criterion


@pytest.mark.parametrize("name", [*PER_DECISION, *PER_DIAGRAM])
def test_every_criterion_refuses_a_node_that_is_not_there(name: str) -> None:
    for decisions in (["act"], ["act", "sign"]):
        diagram = Diagram(Graph.parse("state -> sign -> act -> pay, state -> pay"), decisions, "pay")
        with pytest.raises(UnknownName, match="'nobody'"):
            PER_DIAGRAM[name](diagram, "nobody") if name in PER_DIAGRAM else PER_DECISION[name](diagram, "act", "nobody")
        if name in PER_DECISION:
            with pytest.raises(UnknownName, match="'state' is not a decision"):
                PER_DECISION[name](diagram, "state", "sign")


@pytest.mark.parametrize("name", [*PER_DECISION, *PER_DIAGRAM])
def test_cannot_is_complete_for_every_criterion(name: str) -> None:
    """But where the criterion of the source is no proof, which a test of its own pins."""
    looked_at = 0
    for diagram in itertools.chain(diagrams(("a",), ("act",)), diagrams(("a",), ("act", "then"))):
        for node in diagram.graph.nodes:
            for decision in diagram.decisions if name in PER_DECISION else ("act",):
                found = PER_DECISION[name](diagram, decision, node) if name in PER_DECISION else PER_DIAGRAM[name](diagram, node)
                if not found and not (name == "indirect value of control" and incentives.admits_direct_value_of_control(diagram, node)):
                    looked_at += 1
                    assert found.complete
    assert looked_at > 50


def test_may_is_complete_for_one_decision_and_not_for_several() -> None:
    """Save where a theorem covers several: value of information with sufficient recall."""
    one = Diagram(Graph.parse("state -> sign -> act -> pay, state -> pay"), "act", "pay")
    two = Diagram(Graph.parse("state -> sign -> act -> pay, state -> pay, then -> pay"), ["act", "then"], "pay")
    for name, ask in PER_DECISION.items():
        node = "pay" if name in ("instrumental control incentive", "intent", "impact incentive") else "sign"
        assert ask(one, "act", node)
        assert ask(one, "act", node).complete
        assert ask(two, "act", node)
        assert not ask(two, "act", node).complete
    for name, asked in PER_DIAGRAM.items():
        node = "state" if name.startswith("direct") else "sign"
        assert asked(one, node).complete
        assert not asked(two, node).complete
