"""Counterfactual events, such as ``y`` had ``x`` been done, and queries about several worlds at once."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from causalkit.errors import WrongShape
from causalkit.graphs.graph import Graph
from causalkit.identification.notation import LATEX, TEXT, Notation
from causalkit.identification.query import meant_as_done, read_value, split_outside
from causalkit.identification.symbol import At, Symbol
from causalkit.values.render import Printed

__all__ = ["Counterfactual", "CounterfactualQuery", "counterfactual_query", "parsed_events"]

EVENT = re.compile(r"(?P<name>[^={}']+?)(?P<primes>'*)\s*(?:_\{(?P<world>.*)\})?\s*(?:=\s*(?P<value>.+))?", re.DOTALL)


@dataclass(frozen=True)
class Counterfactual(Printed):
    """The event that a variable takes a value in the world where other variables are set.

    >>> print(Counterfactual("y", Symbol("y"), (At("x", Symbol("x")),)), Counterfactual("y", 1, (At("x", 0),)))
    y_{x} y_{x=0}=1
    """

    variable: str
    value: Hashable
    world: tuple[At, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "world", tuple(sorted(set(self.world), key=lambda at: (at.variable, str(at.value)))))

    @property
    def symbols(self) -> frozenset[Symbol]:
        """The values that the event leaves open."""
        return frozenset(value for value in (self.value, *(at.value for at in self.world)) if isinstance(value, Symbol))

    def shown(self, notation: Notation) -> str:
        """The event in a notation, its world as a subscript."""
        at = At(self.variable, self.value).shown({}, notation)
        if not self.world:
            return at
        name, equals, value = at.partition("=")
        return f"{name}_{{{', '.join(each.shown({}, notation) for each in self.world)}}}{equals}{value}"

    def __str__(self) -> str:
        return self.shown(TEXT)


@dataclass(frozen=True)
class CounterfactualQuery(Printed):
    """The probability that several counterfactual events happen together, given that others did.

    Symbols that differ by primes alone, such as ``x`` and ``x'``, stand for different values of the variable.

    >>> print(CounterfactualQuery(parsed_events("y_{x}"), parsed_events("x'")))
    P(y_{x} | x')
    """

    events: tuple[Counterfactual, ...]
    given: tuple[Counterfactual, ...] = ()

    @property
    def free(self) -> tuple[Symbol, ...]:
        """The values that the query leaves open."""
        return tuple(sorted({symbol for event in (*self.events, *self.given) for symbol in event.symbols}))

    def __str__(self) -> str:
        return self._shown(TEXT)

    def latex(self) -> str:
        r"""The query in LaTeX, without dollar signs.

        >>> print(CounterfactualQuery(parsed_events("y_{x}"), parsed_events("x'")).latex())
        P(y_{x} \mid x')
        """
        return self._shown(LATEX)

    def _shown(self, notation: Notation) -> str:
        return notation.probability([event.shown(notation) for event in self.events], [], [event.shown(notation) for event in self.given])


def counterfactual_query(
    graph: Graph, query: CounterfactualQuery | str | Iterable[Counterfactual], given: Iterable[Counterfactual] = ()
) -> CounterfactualQuery:
    """The query, from its text or its events, when every name is in the graph.

    Raises ``UnknownName``, and ``WrongShape`` for text that is no query, or when nothing is asked.

    >>> print(counterfactual_query(Graph.parse("x -> y"), "P(y_{x}=1 | x=0, y=0)"))
    P(y_{x}=1 | x=0, y=0)
    """
    found = _parsed(query) if isinstance(query, str) else query
    if not isinstance(found, CounterfactualQuery):
        found = CounterfactualQuery(tuple(found), tuple(given))
    if not found.events:
        raise WrongShape('the query asks for no event; name at least one, as in "P(y_{x} | x\')"')
    asked = (*found.events, *found.given)
    done = meant_as_done(graph, [event.variable for event in asked]) if isinstance(query, str) else None
    if done is not None:
        raise WrongShape(f"in {query!r} what is done is no event; behind what is asked type y_{{{done}=1}}, or y_{{{done}}} for any value")
    for event in asked:
        graph.select([event.variable, *(at.variable for at in event.world)])
        twice = [at.variable for at in event.world if [other.variable for other in event.world].count(at.variable) > 1]
        if twice:
            raise WrongShape(f"{event} sets {twice[0]!r} to two values; a world has one value for each variable")
    return found


def parsed_events(text: str) -> tuple[Counterfactual, ...]:
    """Counterfactual events from text: a variable, primes for other values, its world in braces, and a value if it has one.

    >>> [str(event) for event in parsed_events("y'_{x, z=1}, x', w=0")]
    ["y'_{x, z=1}", "x'", 'w=0']
    """
    return tuple(_event(part) for part in split_outside(text, ","))


def _parsed(text: str) -> CounterfactualQuery:
    inside = re.fullmatch(r"\s*P\((.*)\)\s*", text, re.DOTALL)
    halves = split_outside(inside[1], "|") if inside else []
    if not 1 <= len(halves) <= 2:
        raise WrongShape(f'{text!r} is not a counterfactual query; write "P(y_{{x}}, z | x\')": worlds in braces, a bar, what is given')
    return CounterfactualQuery(*(parsed_events(half) for half in halves))


def _event(part: str) -> Counterfactual:
    read = EVENT.fullmatch(part)
    if read is None or "(" in read["name"] or ")" in read["name"]:
        raise WrongShape(f"{part!r} is not a counterfactual event; write y_{{x}}, y', y_{{x=0}}=1, with every bracket closed")
    if read["primes"] and read["value"]:
        raise WrongShape(f"{part!r} has both primes and a value; a value needs no primes")
    world = [_event(each) for each in split_outside(read["world"] or "", ",")]
    if any(each.world for each in world):
        raise WrongShape(f"{part!r} has a world within a world; set each variable of a world to a value")
    value = read_value(read["value"]) if read["value"] else Symbol(read["name"].strip(), len(read["primes"]))
    return Counterfactual(read["name"].strip(), value, tuple(At(each.variable, each.value) for each in world))


def in_world(event: Counterfactual, more: Mapping[str, Hashable]) -> Counterfactual:
    """The event in a world where more is set.

    >>> print(in_world(parsed_events("y_{x}")[0], {"z": 1}))
    y_{x, z=1}
    """
    return Counterfactual(event.variable, event.value, (*event.world, *(At(name, value) for name, value in more.items())))
