"""Bayesian networks of pgmpy, both ways, in memory; the networks that it ships with.

A network's tables do not say how their rows share noise. A model read from one answers seeing and doing; for counterfactuals, state
``coupling="monotone"`` or ``"independent"``, for all tables or by name. Tables whose every row is certain need none.

Numbers are read by their shortest decimal form, and must sum to 1 exactly. Many files are rounded: ``rounded="scale"`` divides
such a row by its sum, ``rounded="largest"`` lets its largest weight take the difference; without it the row is named and refused.
Files are read by ``causalkit.networks``.
"""

from __future__ import annotations

import gzip
import itertools
import os
from collections.abc import Hashable, Mapping
from fractions import Fraction
from importlib import resources
from typing import Any, cast

from pgmpy.factors.discrete import TabularCPD
from pgmpy.models import DiscreteBayesianNetwork

from causalkit.errors import CausalError, OpenChoice, UnknownName, WrongShape, listing, suggestion
from causalkit.mechanisms.mechanism import Choice, Coupling, Mechanism
from causalkit.model import Model
from causalkit.networks import read as read_file
from causalkit.networks import read_text
from causalkit.networks.building import Couplings
from causalkit.networks.rounded_rows import Repair, dist_of_row, law_of_rows
from causalkit.values.arguments import checked
from causalkit.values.exact import Number, exact, is_symbolic

__all__ = ["example", "example_names", "from_pgmpy", "read", "to_pgmpy"]


def from_pgmpy(network: Any, *, coupling: Couplings = None, rounded: Repair | None = None) -> Model:
    """The model of a discrete Bayesian network: same names, same states in the same order.

    :param network: a ``DiscreteBayesianNetwork`` of pgmpy, with a table for every node
    :param coupling: how the rows of a table share noise, ``"monotone"`` or ``"independent"``: one for all conditional tables, or a mapping
        from names
    :param rounded: how a row is repaired whose sum rounding has moved off 1: ``"scale"`` divides it by its sum, ``"largest"`` lets its
        largest weight take the difference; by default it is refused
    :returns: a model with the variables of the network
    :raises NotADistribution: for a row that does not sum to 1, by its name
    :raises UnknownName: for a coupling of no variable
    :raises WrongShape: for anything but a discrete network with a table for every node

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
        rows[inputs] = dist_of_row(domain, [cast("Fraction", exact(str(weight))) for weight in weights], where, rounded)
    return law_of_rows(parents, rows, domain, coupling)


@checked
def to_pgmpy(model: Model) -> Any:
    """The discrete Bayesian network of a model, with float tables; what was done to variables is part of it.

    What a network cannot hold is refused: observations, edits of single arrows (``WrongShape``), open choices (``OpenChoice``), symbols.

    >>> from causalkit import coin
    >>> to_pgmpy(Model(rain=coin("1/4"), wet=lambda rain: rain)).get_cpds("rain").get_values().tolist()
    [[0.75], [0.25]]
    """
    if model.regime.evidence:
        raise WrongShape("a network holds no observations; convert the model before given(...), and pass the evidence to the query")
    special = model.regime.special_edits
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
    """A model from a file of a network, by the readers of ``causalkit.networks``; see ``causalkit.read``.

    :param path: the file; the ending of its name says the format
    :param coupling: how the rows of a table share noise, ``"monotone"`` or ``"independent"``: one for all conditional tables, or a mapping
        from names
    :param rounded: how a row is repaired whose sum rounding has moved off 1: ``"scale"`` divides it by its sum, ``"largest"`` lets its
        largest weight take the difference; by default it is refused
    :returns: a model with the variables in the order of the file
    :raises WrongFile: for a file that cannot be read, or a text that is not the format
    :raises WrongRows: for rows that do not sum to 1, all of them by name
    :raises UnknownName: for a coupling of no variable
    """
    return read_file(path, coupling=coupling, rounded=rounded)


def example_names() -> tuple[str, ...]:
    """The networks that come with pgmpy and need no download.

    >>> "asia" in example_names()
    True
    """
    return tuple(sorted(file.name.removesuffix(".bif.gz") for file in _examples().iterdir() if file.name.endswith(".bif.gz")))


def example(name: str, *, coupling: Couplings = None, rounded: Repair | None = None) -> Model:
    """One of the networks that come with pgmpy, as a model.

    :param name: one of ``example_names()``
    :param coupling: how the rows of a table share noise, ``"monotone"`` or ``"independent"``: one for all conditional tables, or a mapping
        from names
    :param rounded: how a row is repaired whose sum rounding has moved off 1: ``"scale"`` divides it by its sum, ``"largest"`` lets its
        largest weight take the difference; by default it is refused
    :returns: a model with the variables in the order of the network's file
    :raises UnknownName: for a name of no such network, or a coupling of no variable
    :raises NotADistribution: for a rounded network when ``rounded`` does not say how it is repaired

    >>> example("cancer").prob(Cancer="True")
    Fraction(1163, 100000)
    """
    if name not in example_names():
        raise UnknownName(f"pgmpy brings no network {name!r}; it has: {', '.join(example_names())}{suggestion(name, example_names())}")
    text = gzip.decompress((_examples() / f"{name}.bif.gz").read_bytes()).decode("utf-8")
    try:
        return read_text(text, "bif", coupling=coupling, rounded=rounded)
    except CausalError as error:
        error.args = (f"{name}: {error}", *error.args[1:])
        raise


def _examples() -> Any:
    return resources.files("pgmpy.utils") / "example_models"
