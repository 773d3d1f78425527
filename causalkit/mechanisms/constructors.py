"""What a user types for a mechanism: tables, functions, choices, distributions, constants."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from causalkit.errors import CausalError, WrongShape, listing
from causalkit.mechanisms.mechanism import CPT, Choice, Constant, Coupling, Function, Mechanism, Noise, Table
from causalkit.values.arguments import checked
from causalkit.values.dist import Dist, Value
from causalkit.values.exact import is_symbolic
from causalkit.values.frozen import Frozen

__all__ = ["argument_names", "as_mechanism", "choice", "cpt", "function", "is_law", "not_arguments", "table"]


@checked
def table(parents: Sequence[str], rows: Mapping[Any, Value], *, domain: Sequence[Value] | None = None) -> Table:
    """A deterministic mechanism given row by row: the parents' values (a tuple, or the bare value for one parent) to the value.

    A model that holds it raises ``WrongShape`` when a row is missing or names a value that a parent does not take.

    :param parents: the names of the variables that it listens to, each once.
    :param rows: the parents' values to the value; a key is a tuple in the order of ``parents``, or the bare value for one parent.
    :param domain: the values that the variable can take, each once; those of the rows if left out.
    :returns: the mechanism, to be given to a model.
    :raises WrongShape: where a parent is named twice, a row is given twice, or the domain is empty or repeats a value.

    >>> table(["wish"], {"stop": True, "free": False})
    table(['wish'], {'stop': True, 'free': False})
    """
    names = _names(parents)
    return Table(names, Frozen(_rows(rows, "table", names)), _domain(domain))


@checked
def cpt(parents: Sequence[str], rows: Mapping[Any, Any], *, coupling: Coupling | None = None, domain: Sequence[Value] | None = None) -> CPT:
    """A conditional probability table: a distribution for each combination of the parents' values.

    :param parents: the names of the variables that it listens to, each once.
    :param rows: the parents' values (a tuple, or the bare value for one parent) to a ``Dist``, or to a mapping that is read as one.
    :param coupling: how the noise is shared between rows, which a table alone does not determine and a counterfactual needs:
        ``"monotone"`` (one uniform draw, inverse CDF along the order of ``domain``), ``"independent"`` (one draw per row), or not stated.
    :param domain: the values that the variable can take, each once; those of the rows if left out, which ``"monotone"`` does not allow.
    :returns: the mechanism, to be given to a model.
    :raises WrongShape: where the coupling is not known, is monotone without a domain, or a parent, a row or a value comes twice.

    >>> cpt(["treated"], {True: {"well": "4/5", "ill": "1/5"}, False: {"well": "1/2", "ill": "1/2"}}).coupling is None
    True
    """
    if coupling not in (None, "monotone", "independent"):
        raise WrongShape(f"the coupling {coupling!r} is not known; type coupling='monotone' or coupling='independent'")
    if coupling == "monotone" and domain is None:
        raise WrongShape("the monotone coupling goes along the order of the values; state it: cpt(..., coupling='monotone', domain=[...])")
    names = _names(parents)
    read = {key: _dist(key, row) for key, row in _rows(rows, "cpt", names).items()}
    return CPT(names, Frozen(read), coupling, _domain(domain))


@checked
def choice(*options: Value, sees: Sequence[str] = ()) -> Choice:
    """A decision with these options, made after seeing the variables in ``sees``.

    >>> choice("work", "rest", sees=["weather"])
    choice('work', 'rest', sees=['weather'])
    """
    alone: Any = options[0] if len(options) == 1 else None
    if isinstance(alone, list | set | dict) and alone:
        raise WrongShape(f"a choice takes its options one by one, and got {alone!r}; type choice({listing(alone)})")
    if not options or len(_distinct(options)) < len(options):
        raise WrongShape(f"a choice takes one or more different options, and got {options!r}")
    return Choice(options, _names(sees))


@checked
def function(
    f: Callable[..., Value], *, parents: Sequence[str] | None = None, domain: Sequence[Value] | None = None, pure: bool = False
) -> Function:
    """A function as a mechanism, with its parents named (for names that are not identifiers) or its domain declared.

    A model asks it twice for every row, and refuses two answers to one question with ``MechanismFailed``.

    :param f: the function of the parents' values that gives the variable's value.
    :param parents: the parents' names, in the order of the arguments; the names of the arguments without a default value if left out.
    :param domain: the values that the variable can take, each once; those that the function gives if left out.
    :param pure: state that it always gives the same answer, so that a slow one is asked once for every row.
    :returns: the mechanism, to be given to a model.
    :raises WrongShape: where the names of the arguments cannot be the parents, a parent is named twice, or the domain repeats a value.

    >>> function(lambda wish: wish == "stop").parents
    ('wish',)
    >>> function(lambda w: not w, parents=["wish[3]"]).parents
    ('wish[3]',)
    """
    return Function(f, argument_names(f) if parents is None else _names(parents), _domain(domain), bool(pure))


def as_mechanism(given: Any) -> Mechanism:
    """Anything that a model accepts, as a mechanism: a mechanism, a ``Dist``, a function, or a constant.

    >>> as_mechanism(Dist({0: 1})), as_mechanism(3)
    (Dist({0: '1'}), Constant(3))
    """
    if isinstance(given, Mechanism):
        return given
    if isinstance(given, Dist):
        return Noise(given)
    return function(given) if is_law(given) else Constant(given)


def is_law(given: Any) -> bool:
    """Whether something is a mechanism or becomes one, rather than being a plain value.

    >>> is_law(Dist({0: 1})), is_law(lambda x: x), is_law("stop")
    (True, True, False)
    """
    return isinstance(given, (Mechanism, Dist)) or (callable(given) and not is_symbolic(given))


def argument_names(f: Callable[..., Any]) -> tuple[str, ...]:
    """The arguments of a function that have no default value.

    >>> argument_names(lambda wish, pressed, k=3: None)
    ('wish', 'pressed')
    """
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        raise WrongShape(f"{f!r} does not tell its argument names; name its parents: function(f, parents=['this', 'that'])") from None
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) or (p.kind is p.KEYWORD_ONLY and p.default is p.empty) for p in parameters):
        raise WrongShape(
            f"{f!r} takes *args, **kwargs or keyword-only arguments, and the parents of a function are its plain argument names; "
            "name them one by one"
        )
    return tuple(p.name for p in parameters if p.default is p.empty)


def not_arguments(names: Iterable[str]) -> str:
    """What to type for a function that is to read one of these variables, where a name cannot be that of an argument; else nothing.

    >>> not_arguments(["doubt", "doubt[1]"]), not_arguments(["doubt"])
    ("; 'doubt[1]' cannot name an argument: type causalkit.function(rule, parents=['doubt[1]'])", '')
    """
    odd = next((name for name in names if not name.isidentifier() or keyword.iskeyword(name)), None)
    return "" if odd is None else f"; {odd!r} cannot name an argument: type causalkit.function(rule, parents=[{odd!r}])"


def _distinct(values: Sequence[Value]) -> set[Value]:
    try:
        return set(values)
    except TypeError:
        raise WrongShape(f"a value in {values!r} is not hashable; give a tuple or a frozenset") from None


def _rows(rows: Any, kind: str, parents: Sequence[str]) -> Mapping[Any, Any]:
    """The rows by tuples of the parents' values; for one parent its bare value may be typed."""
    if not isinstance(rows, Mapping):
        raise WrongShape(f"the rows of a {kind} are a mapping from the parents' values, and got {rows!r}; type {{(value, value): ...}}")
    if len(parents) != 1:
        return rows
    wrapped: dict[Any, Any] = {}
    for key, row in rows.items():
        whole = key if isinstance(key, tuple) else (key,)
        if whole in wrapped:
            raise WrongShape(
                f"the rows of the {kind} hold both {whole[0]!r} and {whole!r}, which are one row of {parents[0]!r}; "
                f"type ({whole[0]!r},) for the value {whole[0]!r}, and ({whole!r},) for the value {whole!r}"
            )
        wrapped[whole] = row
    return wrapped


def _dist(key: Any, row: Any) -> Dist:
    try:
        return row if isinstance(row, Dist) else Dist(row)
    except CausalError as error:
        raise type(error)(f"the row {key!r} of the cpt: {error}") from None


def _names(names: Sequence[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise WrongShape(f"{names!r} is one text where a list of names was expected; type [{names!r}]")
    if len(set(names)) < len(names):
        raise WrongShape(f"a parent is named twice in {listing(names)}")
    return tuple(names)


def _domain(domain: Sequence[Value] | None) -> tuple[Value, ...] | None:
    if domain is None:
        return None
    if isinstance(domain, str) or not domain or len(set(domain)) < len(domain):
        raise WrongShape(f"a domain is a list of one or more different values, and got {domain!r}")
    return tuple(domain)
