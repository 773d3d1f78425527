"""Strategies for distributions, graphs, mechanisms and models."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

from causalkit.errors import WrongShape
from causalkit.graphs.graph import Graph
from causalkit.mechanisms.constructors import choice, cpt, table
from causalkit.mechanisms.mechanism import Choice, Coupling, Mechanism
from causalkit.model import Model
from causalkit.testing.subsets import Some, digits, some, st
from causalkit.values.dist import Dist, Value

__all__ = ["AWKWARD_NAMES", "Couplings", "dags", "dists", "domains", "extensions", "mechanisms", "models"]

Domains = Mapping[str, Sequence[Value]]
Couplings = Collection[Coupling | None]

AWKWARD_NAMES = ("wish[3]", "class", "two words", "x'", "b", "größe", "lambda", "1st", "a.b", "self")
"""Names that are allowed but that most code forgets about: for ``models(names=AWKWARD_NAMES)``."""

_NAMES = tuple("abcdefghijklmnopqrstuvwxyz")


@st.composite
def dists(draw: st.DrawFn, values: Sequence[Value], *, full: bool = False, largest: int = 4) -> Dist:
    """A distribution over some of the values, or with ``full`` over all of them; weights are multiples of one small fraction.

    :param values: the values that may come up; shrinks to the first value alone (with ``full``: to equal weights).
    :param full: give every value a positive probability.
    :param largest: the greatest relative weight, a whole number from 1; the weights are whole numbers up to it.

    >>> from hypothesis import find
    >>> find(dists(["sun", "rain"]), lambda weather: "rain" in weather)
    Dist({'rain': '1'})
    >>> find(dists(["sun", "rain"], full=True), lambda full: full["rain"] > full["sun"])
    Dist({'sun': '1/3', 'rain': '2/3'})
    """
    least = 1 if full else 0
    shares = [least + share for share in draw(digits(len(values), largest - least + 1))]
    shares = shares if any(shares) else [1, *shares[1:]]
    return Dist({value: Fraction(share, sum(shares)) for value, share in zip(values, shares, strict=True)})


def domains(max_domain: int = 3) -> st.SearchStrategy[tuple[Value, ...]]:
    """The values of one variable: two or more, up to ``max_domain``; numbers first, then truth values and words.

    >>> from hypothesis import find
    >>> find(domains(3), lambda domain: len(domain) == 3)
    (0, 1, 2)
    """
    sizes = range(2, max(max_domain, 2) + 1)
    words = ("low", "high", "middle", *(f"level {i}" for i in range(4, max_domain + 1)))
    return st.sampled_from([*(tuple(range(n)) for n in sizes), (False, True), *(words[:n] for n in sizes)])


@st.composite
def dags(draw: st.DrawFn, max_nodes: int = 5, *, names: Sequence[str] = _NAMES, min_nodes: int = 1, confounded: bool = False) -> Graph:
    """A causal graph whose names are a causal order; with ``confounded``, also pairs that share a latent cause.

    Shrinks to few nodes and few arrows.

    :param max_nodes: the most nodes, from ``min_nodes``.
    :param names: the nodes' names, used in order; as many as ``max_nodes``.
    :param min_nodes: the fewest nodes, from 0.
    :param confounded: let pairs come up that share a latent cause.

    >>> from hypothesis import find
    >>> print(find(dags(), lambda graph: graph.children("a") and "c" in graph))
    c, a -> b
    """
    nodes = names[: draw(st.integers(min_nodes, max_nodes))]
    pairs = list(itertools.combinations(nodes, 2))
    return Graph(nodes, draw(some(pairs)), draw(some(pairs)) if confounded else [])


@st.composite
def mechanisms(
    draw: st.DrawFn, parents: Domains, domain: Sequence[Value], *, couplings: Couplings = (), deterministic: bool = True
) -> Mechanism | Dist:
    """How a variable with these values could listen to these parents: a ``Dist`` for no parents, else a table of either kind.

    :param parents: the parents' names to the values of each.
    :param domain: the variable's values, two or more; shrinks to a deterministic table of the first of them.
    :param couplings: the kinds of conditional tables that may come up beside deterministic ones (``None``: coupling not stated).
    :param deterministic: let deterministic tables come up; they do in any case where ``couplings`` is empty.

    >>> from hypothesis import find
    >>> find(mechanisms({"a": [0, 1]}, ["x", "y"]), lambda mechanism: True)
    table(['a'], {0: 'x', 1: 'x'}, domain=['x', 'y'])
    """
    if not parents:
        return draw(dists(domain, full=True))
    kinds: list[Any] = [*(["table"] if deterministic or not couplings else []), *couplings]
    kind = draw(st.sampled_from(kinds))
    inputs = list(itertools.product(*parents.values()))
    if kind == "table":
        rows = dict(zip(inputs, (domain[i] for i in draw(digits(len(inputs), len(domain)))), strict=True))
        return table(list(parents), rows, domain=_unless_seen(domain, list(rows.values())))
    dists_ = {key: draw(dists(domain)) for key in inputs}
    seen = [] if kind == "monotone" else [value for dist in dists_.values() for value in dist]
    return cpt(list(parents), dists_, coupling=kind, domain=_unless_seen(domain, seen))


def _unless_seen(domain: Sequence[Value], values: Sequence[Value]) -> Sequence[Value] | None:
    """The domain to declare: none when the rows show it already, which keeps what is printed short."""
    return None if tuple(dict.fromkeys(values)) == tuple(domain) else domain


@st.composite
def extensions(
    draw: st.DrawFn,
    model: Model | None,
    name: str,
    domain: Sequence[Value],
    *,
    parents: Some = None,
    max_parents: int = 3,
    couplings: Couplings = (),
    deterministic: bool = True,
    chosen: bool = False,
) -> Model:
    """The model with one more variable, which listens to ``parents`` or, when none are named, to some of the model's variables.

    What has been done to the model and observed in it is not carried over.

    :param model: the model that is extended; ``None`` stands for a model without variables.
    :param name: the new variable's name.
    :param domain: its values, two or more.
    :param parents: the variables that it listens to; left out, some of the model's are drawn.
    :param max_parents: the most that are drawn.
    :param couplings: as for ``mechanisms``, where the variable listens to something.
    :param deterministic: as for ``mechanisms``.
    :param chosen: make the variable an open choice that sees those parents, in place of a mechanism.

    >>> from hypothesis import find
    >>> u = Model(u=Dist({0: "1/2", 1: "1/2"}))
    >>> find(extensions(u, "wish", ["stop", "free"], parents=["u"]), lambda extended: extended.prob(wish="free") > 0)
    Model(u=Dist({0: '1/2', 1: '1/2'}), wish=table(['u'], {0: 'stop', 1: 'free'}))
    """
    known: dict[str, Any] = {} if model is None else {each: model.mechanism(each) for each in model.names}
    listens = draw(some(list(known), most=max_parents)) if parents is None else list(parents)
    if chosen:
        return Model({**known, name: choice(*domain, sees=listens)})
    heard = {parent: known[parent].domain for parent in listens}
    return Model({**known, name: draw(mechanisms(heard, domain, couplings=couplings, deterministic=deterministic))})


@st.composite
def models(
    draw: st.DrawFn,
    max_variables: int = 5,
    max_domain: int = 3,
    *,
    min_variables: int = 1,
    choices: int = 0,
    then: Domains | None = None,
    max_parents: int = 3,
    couplings: Couplings = (),
    deterministic: bool = True,
    names: Sequence[str] = _NAMES,
) -> Model:
    """A model: variables that listen to some of those before them, as tables, or to none, as noise.

    Shrinks to few variables with few parents.

    :param max_variables: the most variables; ``choices`` and one more where that is greater.
    :param max_domain: the most values of one variable, from 2.
    :param min_variables: the fewest variables, from 1.
    :param choices: how many of the variables are open choices; the first variable is none.
    :param then: names to values of variables that come behind the others, each listening to some of those before it.
    :param max_parents: the most variables that one listens to.
    :param couplings: as for ``mechanisms``.
    :param deterministic: as for ``mechanisms``.
    :param names: the variables' names, used in order.
    :raises WrongShape: for fewer names than variables.

    >>> from hypothesis import find
    >>> find(models(), lambda with_parents: any(with_parents.parents(name) for name in with_parents.names))
    Model(a=Dist({0: '1/2', 1: '1/2'}), b=table(['a'], {0: 0, 1: 0}, domain=[0, 1]))
    >>> find(models(2, then={"wish": ["stop", "free"]}), lambda with_wish: True)
    Model(a=Dist({0: '1/2', 1: '1/2'}), wish=Dist({'stop': '1/2', 'free': '1/2'}))
    """
    most = max(max_variables, choices + 1)
    if len(names) < most:
        raise WrongShape(f"up to {most} variables need as many names, and got {len(names)}; pass names=[...] or a smaller max_variables")
    laws: dict[str, Any] = {}
    heard: dict[str, tuple[Value, ...]] = {}
    kinds: dict[str, Any] = {"couplings": couplings, "deterministic": deterministic}
    for i, name in enumerate(names[:most]):
        left = choices - sum(isinstance(law, Choice) for law in laws.values())
        chosen = [False] if i == 0 or not left else [True] if left == most - i else [True, False]
        step = draw(_step(heard, max_domain, max_parents, kinds, chosen, stop=i >= max(min_variables, 1) and not left))
        if step is None:
            break
        heard[name], laws[name] = step
    model = Model(laws)
    for name, domain in (then or {}).items():
        model = draw(extensions(model, name, domain, max_parents=max_parents, **kinds))
    return model


@st.composite
def _step(
    draw: st.DrawFn, heard: Domains, max_domain: int, max_parents: int, kinds: Mapping[str, Any], chosen: list[bool], *, stop: bool
) -> tuple[tuple[Value, ...], Any] | None:
    """The values and the mechanism of one more variable, or no more; all in one piece, so that shrinking can drop it."""
    if stop and not draw(st.integers(0, 3)):
        return None
    domain = draw(domains(max_domain))
    listens = draw(some(list(heard), least=draw(st.integers(0, 1)), most=max_parents))
    if draw(st.sampled_from(chosen)):
        return domain, choice(*domain, sees=listens)
    return domain, draw(mechanisms({parent: heard[parent] for parent in listens}, domain, **kinds))
