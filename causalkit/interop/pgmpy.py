"""Bayesian networks of pgmpy, both ways; files in the formats that its readers know; the networks that it ships with.

A network's tables do not say how their rows share noise. A model read from one answers seeing and doing; for counterfactuals, state
``coupling="monotone"`` or ``"independent"``, for all tables or by name. Tables whose every row is certain need none.

Numbers are read by their shortest decimal form, and must sum to 1 exactly. Many files are rounded: ``rounded="scale"`` divides
such a row by its sum, ``rounded="largest"`` lets its largest weight take the difference; without it the row is named and refused.
UAI files go past pgmpy's reader, which does not follow the format: see ``causalkit.interop.uai``.
"""

from __future__ import annotations

import gzip
import itertools
import os
from collections.abc import Callable, Hashable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from pgmpy.factors.discrete import TabularCPD
from pgmpy.models import DiscreteBayesianNetwork
from pgmpy.readwrite import BIFReader, NETReader, XDSLReader, XMLBIFReader

from causalkit.arguments import checked
from causalkit.errors import CausalError, OpenChoice, UnknownName, WrongFile, WrongShape, listing, suggestion
from causalkit.interop.rounded_rows import Repair, dist_of_row, law_of_rows
from causalkit.interop.uai import parse_uai
from causalkit.mechanisms.mechanism import Choice, Coupling, Mechanism
from causalkit.mechanisms.network import Elsewhere
from causalkit.model import Model
from causalkit.values.exact import Number, exact, is_symbolic

__all__ = ["example", "example_names", "from_pgmpy", "read", "to_pgmpy"]

Couplings = Coupling | Mapping[str, Coupling] | None

READERS = {".bif": BIFReader, ".xml": XMLBIFReader, ".xmlbif": XMLBIFReader, ".net": NETReader, ".xdsl": XDSLReader}


def from_pgmpy(network: Any, *, coupling: Couplings = None, rounded: Repair | None = None) -> Model:
    """The model of a discrete Bayesian network: same names, same states in the same order.

    ``coupling`` is one for all conditional tables, or a mapping from names. Raises ``NotADistribution`` that names the row for one that
    does not sum to 1, ``WrongShape`` for anything but a discrete network with a table for every node.

    >>> network = DiscreteBayesianNetwork([("rain", "wet")])
    >>> network.add_cpds(TabularCPD("rain", 2, [[.75], [.25]]), TabularCPD("wet", 2, [[.9, .2], [.1, .8]], ["rain"], [2]))
    >>> from_pgmpy(network).do(rain=1).dist("wet")
    Dist({0: '1/5', 1: '4/5'})
    """
    if not isinstance(network, DiscreteBayesianNetwork):
        raise WrongShape(f"{type(network).__name__} is not a DiscreteBayesianNetwork, and only those are causal models with tables")
    tables = {name: network.get_cpds(name) for name in network.nodes}
    without = [name for name, cpd in tables.items() if cpd is None]
    if without:
        raise WrongShape(f"no table was given for: {listing(without)}; add one for each with network.add_cpds(TabularCPD(...))")
    unknown = [name for name in coupling if name not in tables] if isinstance(coupling, Mapping) else []
    if unknown:
        raise UnknownName(f"a coupling is stated for {unknown[0]!r}, which is not in the network{suggestion(unknown[0], tables)}")
    stated = coupling if isinstance(coupling, Mapping) else dict.fromkeys(tables, coupling)
    return Model({name: _law(cpd, stated.get(name), rounded) for name, cpd in tables.items()})


def _law(cpd: Any, coupling: Coupling | None, rounded: Repair | None) -> Any:
    name, *parents = cpd.variables
    domain = tuple(cpd.state_names[name])
    every = itertools.product(*(cpd.state_names[parent] for parent in parents))
    rows = {}
    for inputs, weights in zip(every, cpd.get_values().T, strict=True):
        given = ", ".join(f"{parent}={value!r}" for parent, value in zip(parents, inputs, strict=True))
        where = f"the row{f' with {given}' if given else ''} of {name!r}"
        rows[inputs] = dist_of_row(domain, [exact(str(weight)) for weight in weights], where, rounded)
    return law_of_rows(parents, rows, domain, coupling)


@checked
def to_pgmpy(model: Model) -> Any:
    """The discrete Bayesian network of a model, with float tables; what was done to variables is part of it.

    What a network cannot hold is refused: observations, edits of single arrows (``WrongShape``), open choices (``OpenChoice``), symbols.

    >>> from causalkit import coin
    >>> to_pgmpy(Model(rain=coin("1/4"), wet=lambda rain: rain)).get_cpds("rain").get_values().tolist()
    [[0.75], [0.25]]
    """
    if model._evidence:
        raise WrongShape("a network holds no observations; convert the model before given(...), and pass the evidence to the query")
    special = [key for key, edit in model._edits.items() if isinstance(key, tuple) or isinstance(edit, Elsewhere)]
    if special:
        raise WrongShape(f"a network cannot hold the edit of {special[0]!r}, which is one of a single arrow or refers to another branch")
    laws = {name: model.mechanism(name) for name in model.names}
    network = DiscreteBayesianNetwork()
    network.add_nodes_from(laws)
    network.add_edges_from((parent, name) for name, law in laws.items() for parent in law.parents)
    network.add_cpds(*(_cpd(name, law, model) for name, law in laws.items()))
    return network


def _cpd(name: str, law: Mechanism, model: Model) -> Any:
    if isinstance(law, Choice):
        raise OpenChoice(f"{name!r} is a choice that nobody has made, and a network needs a table; fill it with .choose({{{name!r}: ...}})")
    domains = [model.domain(parent) for parent in law.parents]
    columns = [_column(name, law, inputs, model.domain(name)) for inputs in itertools.product(*domains)]
    return TabularCPD(
        name,
        len(model.domain(name)),
        [list(row) for row in zip(*columns, strict=True)],
        evidence=list(law.parents),
        evidence_card=[len(domain) for domain in domains],
        state_names={each: list(model.domain(each)) for each in (name, *law.parents)},
    )


def _column(name: str, law: Mechanism, inputs: tuple[Hashable, ...], domain: tuple[Hashable, ...]) -> list[float]:
    """The weights of one row, added up where a coupling has cut a value into pieces."""
    weights: dict[Hashable, Number] = dict.fromkeys(domain, exact(0))
    for value, weight in law.row(inputs).outcomes:
        weights[value] += exact(1) if weight is None else weight
    symbolic = [weight for weight in weights.values() if is_symbolic(weight)]
    if symbolic:
        raise WrongShape(f"{name!r} has the weight {symbolic[0]}, and a network holds numbers; substitute the symbols first")
    return [float(weight) for weight in weights.values()]


@checked
def read(path: str | os.PathLike[str], *, coupling: Couplings = None, rounded: Repair | None = None) -> Model:
    """A model from a file of a network: ``.bif``, ``.xml`` or ``.xmlbif``, ``.net``, ``.xdsl``, ``.uai``, also compressed as ``.gz``.

    Raises ``WrongFile`` for a file that is not one, and the errors of ``from_pgmpy``.
    """
    name = os.fspath(path)
    kind = Path(name.lower().removesuffix(".gz")).suffix
    if kind == ".uai":
        return _named(name, lambda: parse_uai(_text(Path(path)), coupling=_one(coupling), rounded=rounded))
    if kind not in READERS:
        raise WrongFile(f"{name} ends in {kind!r}, and networks are read from: {', '.join([*READERS, '.uai'])}")
    return _from_text(_text(Path(path)), kind, name, coupling, rounded)


def _one(coupling: Couplings) -> Coupling | None:
    if coupling is None or isinstance(coupling, str):
        return coupling
    raise WrongShape("the variables of a UAI file have no names of their own; state one coupling for all")


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix.lower() == ".gz" else data).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise WrongFile(f"{os.fspath(path)} cannot be read: {error}") from error


def _from_text(text: str, kind: str, name: str, coupling: Couplings, rounded: Repair | None) -> Model:
    try:
        network = READERS[kind](string=text).get_model()
    except Exception as error:  # the readers raise whatever their parsers do
        raise WrongFile(f"{name} cannot be read as {kind}: {type(error).__name__}: {error}") from error
    if not network.nodes:
        raise WrongFile(f"{name} cannot be read as {kind}: no variable was found in it")
    return _named(name, lambda: from_pgmpy(network, coupling=coupling, rounded=rounded))


def _named(name: str, build: Callable[[], Model]) -> Model:
    """What is built, with the name of its file in front of what goes wrong."""
    try:
        return build()
    except CausalError as error:
        raise error if name in str(error) else type(error)(f"{name}: {error}") from error


def example_names() -> tuple[str, ...]:
    """The networks that come with pgmpy and need no download.

    >>> "asia" in example_names()
    True
    """
    return tuple(sorted(file.name.removesuffix(".bif.gz") for file in _examples().iterdir() if file.name.endswith(".bif.gz")))


def example(name: str, *, coupling: Couplings = None, rounded: Repair | None = None) -> Model:
    """One of the networks that come with pgmpy, as a model.

    Raises ``UnknownName``; ``NotADistribution`` for a rounded network when ``rounded`` does not say how it is repaired.

    >>> example("cancer").prob(Cancer="True")
    Fraction(1163, 100000)
    """
    if name not in example_names():
        raise UnknownName(f"pgmpy brings no network {name!r}; it has: {', '.join(example_names())}{suggestion(name, example_names())}")
    text = gzip.decompress((_examples() / f"{name}.bif.gz").read_bytes()).decode("utf-8")
    return _from_text(text, ".bif", name, coupling, rounded)


def _examples() -> Any:
    return resources.files("pgmpy.utils") / "example_models"
