"""From the record of a network file to a model, and back: exact, and refused where one cannot hold the other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import cast

from causalkit.documents.plain import plain_mechanisms
from causalkit.errors import CyclicModel, NotADistribution, OpenChoice, UnknownName, WrongRows, WrongShape, suggestion
from causalkit.mechanisms.building import parents_first
from causalkit.mechanisms.constructors import as_mechanism, choice, table
from causalkit.mechanisms.mechanism import CPT, Choice, Constant, Coupling, Mechanism, Table
from causalkit.model import Model
from causalkit.networks.notes import agreed, note_of, read_note, weights_of
from causalkit.networks.record import Network, Node, refuse
from causalkit.networks.rounded_rows import Repair, dist_of_row, fitting_row, law_of_rows
from causalkit.networks.texts import is_decimal
from causalkit.values.dist import Dist
from causalkit.values.exact import digits, exact, is_symbolic

__all__ = ["Couplings", "built", "recorded"]

Value = Hashable
Couplings = Coupling | Mapping[str, Coupling] | None
Row = tuple[Fraction, ...]
Problems = list[tuple[int, str]]
Representable = Callable[[str], bool]


def built(network: Network, *, coupling: Couplings = None, rounded: Repair | None = None) -> Model:
    """The model of a network; ``coupling`` is one for all conditional tables, or a mapping from names.

    Raises ``WrongText`` with the place of a contradiction, ``WrongRows`` that names every row that does not sum to 1, ``UnknownName``
    for a coupling stated for no variable.
    """
    if rounded not in (None, "scale", "largest"):
        raise WrongShape(f"rounded={rounded!r} is not known; type rounded='scale' or rounded='largest'")
    network.checked()
    notes = {node.name: read_note(node) for node in network.nodes}
    called = {name: note.name if note else name for name, note in notes.items()}
    _check_names(network, called)
    values = {node.name: note.mechanism.domain if (note := notes[node.name]) else node.states for node in network.nodes}
    problems: Problems = []
    laws: dict[str, Mechanism] = {}
    for node in network.nodes:
        note, domains = notes[node.name], [values[parent] for parent in node.parents]
        known = replace(node, name=called[node.name], parents=tuple(called[parent] for parent in node.parents))
        laws[known.name] = agreed(note, node, domains, known.parents) if note else _law(known, domains, rounded, problems)
    if problems:
        raise _wrong_rows(problems)
    _check_coupling(coupling, laws)
    model = Model({name: _coupled(law, name, coupling) for name, law in laws.items()})
    _count(model)
    return model


def _count(model: Model) -> None:
    """The rows of a file may be thousands: they are counted as they are read, and the first question does not wait for it."""
    for name in model.names:
        law = model.mechanism(name)
        if isinstance(law, CPT):
            law.counted  # noqa: B018  (it is kept with the mechanism)


def _check_names(network: Network, called: Mapping[str, str]) -> None:
    twice = [name for name in called if list(called.values()).count(called[name]) > 1] if len(set(called.values())) < len(called) else []
    if twice:
        refuse(network.by_name()[twice[-1]].place, f"two variables are called {called[twice[-1]]!r}")
    try:
        parents_first({node.name: node.parents for node in network.nodes})
    except CyclicModel as error:
        circle = str(error)
        refuse(next((node.place for node in network.nodes if f" {node.name} -> " in circle), (1, 1)), circle)


def _law(node: Node, domains: Sequence[tuple[Value, ...]], rounded: Repair | None, problems: Problems) -> Mechanism:
    """A decision as a choice, a utility as a table of numbers, a chance node as the plainest mechanism; wrong rows go to ``problems``."""
    if node.kind == "decision":
        return choice(*node.states, sees=node.parents)
    every = product(*domains)
    if node.kind == "utility":
        return table(node.parents, {inputs: row[0] for inputs, row in zip(every, node.rows, strict=True)})
    rows: dict[tuple[Value, ...], Dist] = {}
    dists: dict[int, Dist] = {}  # a row that comes again is the same object again
    for inputs, row, line in zip(every, node.rows, node.lines, strict=True):
        try:
            rows[inputs] = dists.get(id(row)) or dists.setdefault(id(row), _dist(node, row, inputs, rounded))
        except NotADistribution as error:
            problems.append((line, str(error)))
    if len(rows) < len(node.rows):
        return Constant(node.states[0])  # never used: the rows that are wrong are raised first
    return as_mechanism(law_of_rows(node.parents, rows, node.states, None))


def _dist(node: Node, row: Row, inputs: tuple[Value, ...], rounded: Repair | None) -> Dist:
    if (fitting := fitting_row(node.states, row)) is not None:
        return fitting
    given = ", ".join(f"{parent}={value!r}" for parent, value in zip(node.parents, inputs, strict=True))
    return dist_of_row(node.states, row, f"the row{f' with {given}' if given else ''} of {node.name!r}", rounded)


def _wrong_rows(problems: Problems) -> WrongRows:
    rows = tuple(sorted(problems))
    first = f"{rows[0][1]} (line {rows[0][0]})"
    if len(rows) == 1:
        return WrongRows(first, rows)
    others = "\n".join(f"  line {line}: {message.partition(', and ')[0]}" for line, message in rows[1:])
    return WrongRows(f"{first}\n{len(rows)} rows are no distributions; the others are\n{others}", rows)


def _check_coupling(coupling: Couplings, laws: Mapping[str, Mechanism]) -> None:
    named = list(coupling.items()) if isinstance(coupling, Mapping) else [(None, coupling)]
    for name, stated in named:
        if name is not None and name not in laws:
            raise UnknownName(f"a coupling is stated for {name!r}, which is not in the network{suggestion(name, laws)}")
        if stated not in (None, "monotone", "independent"):
            raise WrongShape(f"the coupling {stated!r} is not known; type coupling='monotone' or coupling='independent'")


def _coupled(law: Mechanism, name: str, coupling: Couplings) -> Mechanism:
    stated = coupling.get(name) if isinstance(coupling, Mapping) else coupling
    return replace(law, coupling=stated) if stated and isinstance(law, CPT) and law.parents else law


# ---- from a model


def recorded(model: Model, *, names: Representable, labels: Representable, decisions: bool = False, numbered: bool = False) -> Network:
    """The record of a model, with a note at every node that a table of labels does not give back as it is.

    ``names`` and ``labels`` say which texts the format can hold; ``decisions`` whether it has decisions and utilities; ``numbered``
    whether its states are numbers instead of texts. In a model with open choices, decimal numbers that nobody listens to are utilities.
    Raises ``WrongShape`` for observations, edits and symbols, ``OpenChoice`` for choices where there are no decisions.
    """
    laws = plain_mechanisms(model, "file", "read(path)")
    opened = [name for name, law in laws.items() if isinstance(law, Choice)]
    if opened and not decisions:
        raise OpenChoice(
            f"{opened[0]!r} is a choice that nobody has made, and the format has no decisions; fill it with .choose({{{opened[0]!r}: ...}})"
        )
    heard = {parent for law in laws.values() for parent in law.parents}
    payoffs = {name for name, law in laws.items() if opened and name not in heard and _is_payoff(law)}
    called = dict(zip(laws, _shown(tuple(laws), names, "n"), strict=True))
    texts = {name: law.domain if numbered else _shown(law.domain, labels, "s") for name, law in laws.items()}
    return Network(tuple(_node(name, law, name in payoffs, called, texts, laws) for name, law in laws.items()))


def _is_payoff(law: Mechanism) -> bool:
    """Whether a mechanism is a table of decimal numbers, as files hold utilities."""
    numbers = law.domain if isinstance(law, Table) and set(law.domain) == set(law.rows.values()) else ()
    return bool(numbers) and all(type(number) in (int, Fraction) and is_decimal(cast("Fraction", exact(number))) for number in numbers)


def _node(
    name: str,
    law: Mechanism,
    is_utility: bool,
    called: Mapping[str, str],
    texts: Mapping[str, tuple[Value, ...]],
    laws: Mapping[str, Mechanism],
) -> Node:
    parents = tuple(called[parent] for parent in law.parents)
    if isinstance(law, Choice):
        bare = Node(called[name], "decision", texts[name], parents)
        same = called[name] == name and texts[name] == law.domain and parents == law.parents
        return bare if same else replace(bare, note=note_of(name, law))
    inputs = list(product(*(laws[parent].domain for parent in law.parents)))
    if is_utility:
        payoffs = tuple((cast("Fraction", exact(law.row(each).outcomes[0][0])),) for each in inputs)
        bare = Node(called[name], "utility", (), parents, payoffs, (1,) * len(payoffs))
    else:
        bare = Node(called[name], "chance", texts[name], parents, tuple(_weights(name, law, each) for each in inputs), (1,) * len(inputs))
    same = (bare.name, parents) == (name, law.parents) and all(texts[parent] == laws[parent].domain for parent in law.parents)
    if same and all(is_decimal(weight) for row in bare.rows for weight in row):
        again = _law(bare, [texts[parent] for parent in parents], None, [])
        same = again == law and again.domain == law.domain
    else:
        same = False
    return bare if same else replace(bare, note=note_of(name, law))


def _weights(name: str, law: Mechanism, inputs: tuple[Value, ...]) -> Row:
    weights = tuple(weights_of(law, inputs).values())
    symbol = next((weight for weight in weights if is_symbolic(weight)), None)
    if symbol is not None:
        raise WrongShape(f"{name!r} has the weight {symbol}, and a file of a network holds numbers; substitute the symbols first")
    return weights


def _shown(values: Sequence[Value], representable: Representable, letter: str) -> tuple[str, ...]:
    """Every value as a text that the format can hold, different for each; text that it can hold stays."""
    kept = {value for value in values if isinstance(value, str) and representable(value)}
    texts: list[str] = []
    for i, value in enumerate(values):
        text, number = digits(value) if type(value) is int else str(value) if isinstance(value, (str, int)) else f"{letter}{i}", i
        while value not in kept and (text in kept or text in texts or not representable(text)):
            text, number = f"{letter}{number}", number + 1
        texts.append(text)
    return tuple(texts)
