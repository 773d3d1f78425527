"""What is asked of a graph: the probability of variables, after interventions, given others; read from text or from names."""

from __future__ import annotations

import ast
import re
from collections.abc import Hashable, Iterable, Mapping

from causalkit.errors import WrongShape
from causalkit.graphs.graph import Graph
from causalkit.graphs.order import Names, several
from causalkit.identification.estimand import Probability
from causalkit.identification.symbol import At, Symbol

__all__ = ["asked", "events", "meant_as_done", "parsed", "read_value", "split_outside"]

WITHOUT_BRACKETS = re.compile(r"do\b\W*(.*?)\W*", re.IGNORECASE | re.DOTALL)

Events = Names | Mapping[str, Hashable]
"""Names of variables, or names with values."""


def asked(graph: Graph, query: Probability | Events, do: Events = (), given: Events = ()) -> Probability:
    """The query, from its text, its names or itself, when every name is in the graph and on one side only.

    Raises ``UnknownName``; ``WrongShape`` for text that is no query, for no outcome, and for a name on two sides.

    >>> graph = Graph.parse("x -> y, z")
    >>> print(asked(graph, "P(y | do(x), z)"), asked(graph, {"y": 1}, do="x"))
    P(y | do(x), z) P(y=1 | do(x))
    """
    text = isinstance(query, str) and ("(" in query or "|" in query) and query not in graph
    found = parsed(query) if isinstance(query, str) and text else query
    if isinstance(found, Probability) and (do or given):
        raise WrongShape(f"{found} already says what is done and given; leave do= and given= out, or give names instead")
    if not isinstance(found, Probability):
        found = Probability(events(found), events(given), events(do))
    sides = [[at.variable for at in side] for side in (found.events, found.do, found.given)]
    names = [name for side in sides for name in side]
    done = meant_as_done(graph, names) if text else None
    if done is not None:
        raise WrongShape(f"in {query!r} what is done has no brackets; behind the bar type do({done}=1), or do({done}) for any value")
    graph.select(names)
    if not sides[0]:
        raise WrongShape("the query asks for no variable; name at least one outcome, as in 'P(y | do(x))'")
    twice = [name for name in graph.nodes if names.count(name) > 1]
    if twice:
        raise WrongShape(f"{twice[0]!r} occurs twice in {found}; a variable is asked for, done, or given, and only one of these")
    return found


def parsed(text: str) -> Probability:
    """A query from its text.

    >>> parsed("P(y, w=1 | do(x='go'), z)")  # doctest: +ELLIPSIS
    Probability(events=(At(variable='w', value=1), At(variable='y', value=Symbol(...))), given=(At(...),), do=(At(...),))
    """
    inside = re.fullmatch(r"\s*P\((.*)\)\s*", text, re.DOTALL)
    halves = split_outside(inside[1], "|") if inside else []
    if not 1 <= len(halves) <= 2:
        raise WrongShape(f"{text!r} is not a query; write 'P(y | do(x), z)': the outcome, a bar, then do(...) and what is given")
    done, given = [], []
    for part in split_outside(halves[1], ",") if len(halves) == 2 else []:
        act = re.fullmatch(r"do\((.*)\)", part, re.DOTALL)
        done.extend(split_outside(act[1], ",") if act else [])
        given.extend([] if act else [part])
    return Probability(*(tuple(_event(part) for part in side) for side in (split_outside(halves[0], ","), given, done)))


def meant_as_done(graph: Graph, names: Iterable[str]) -> str | None:
    """What is said to be done in the first name that is none of the graph's, ``None`` where none of them says so.

    >>> meant_as_done(Graph.parse("x -> y"), ["y", "do x"])
    'x'
    """
    acts = (WITHOUT_BRACKETS.fullmatch(name) for name in names if name not in graph)
    return next((act[1] or "x" for act in acts if act), None)


def events(named: Events) -> tuple[At, ...]:
    """Variables at values, or at symbols of their own where only names are given.

    >>> events({"x": 1}), events("x")
    ((At(variable='x', value=1),), (At(variable='x', value=Symbol(variable='x', primes=0)),))
    """
    if isinstance(named, Mapping):
        try:
            return tuple(At(name, value) for name, value in named.items() if hash(value) is not None)
        except TypeError:
            raise WrongShape(f"a value in {named!r} is not hashable; give a tuple") from None
    return tuple(At(name, Symbol(name)) for name in several(named))


def read_value(text: str) -> Hashable:
    """A value as Python writes it; text needs its quotes.

    >>> read_value("1"), read_value("'go'"), read_value("True")
    (1, 'go', True)
    """
    try:
        value: Hashable = ast.literal_eval(text.strip())
        hash(value)
    except (ValueError, SyntaxError, TypeError):
        raise WrongShape(f"{text.strip()!r} is not a value; write a number, True, False, None, a tuple, or text in quotes") from None
    return value


def split_outside(text: str, separator: str) -> list[str]:
    """The parts of a text between separators that stand outside brackets and quotation marks; none of a blank text.

    Raises ``WrongShape`` where a separator has nothing on one of its sides.

    >>> split_outside("y, w[1,2], f='a,b'", ",")
    ['y', 'w[1,2]', "f='a,b'"]
    """
    parts, depth, quote = [""], 0, ""
    for i, letter in enumerate(text):
        # A quotation mark opens text only behind "=", "(" or ","; elsewhere it is a prime.
        opens = letter in "'\"" and text[:i].rstrip()[-1:] in ("=", "(", ",")
        quote = ("" if letter == quote else quote) if quote else (letter if opens and "=" in parts[-1] else "")
        depth += 0 if quote else (letter in "([{") - (letter in ")]}")
        if letter == separator and not depth and not quote:
            parts.append("")
        else:
            parts[-1] += letter
    stripped = [part.strip() for part in parts]
    if len(stripped) > 1 and not all(stripped):
        raise WrongShape(
            f"nothing stands on one side of a {separator!r} in {text.strip()!r}; write what is meant, or leave {separator!r} out"
        )
    return [part for part in stripped if part]


def _event(part: str) -> At:
    name, equals, value = part.partition("=")
    if "(" in name or ")" in name:
        raise WrongShape(f"{name.strip()!r} is not the name of a variable; a query reads 'P(y | do(x), z)', with every bracket closed")
    return At(name.strip(), read_value(value) if equals else Symbol(name.strip()))
