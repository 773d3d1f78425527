"""Readers and writers of network formats, one file a format: BIF, XMLBIF, XDSL, NET and UAI.

A reader loses nothing of what the tables say: numbers are read by their decimals, however many; what a model cannot represent is refused
by the name of its node, and a contradiction with its line and column.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from causalkit.documents.json import write_whole
from causalkit.errors import CausalError, UnknownName, WrongFile, suggestion
from causalkit.model import Model
from causalkit.networks import bif, net, uai, xdsl, xmlbif
from causalkit.networks.building import Couplings, built, recorded
from causalkit.networks.record import Network, Node
from causalkit.networks.rounded_rows import Repair
from causalkit.networks.texts import decoded, file_bytes
from causalkit.values.arguments import checked

__all__ = ["Network", "Node", "read", "read_record", "read_text", "to_text", "write"]


@dataclass(frozen=True)
class _Format:
    read: Callable[[str], Network]
    write: Callable[[Network], str]
    names: Callable[[str], bool]
    labels: Callable[[str], bool]
    decisions: bool = False


_FORMATS = {
    ".bif": _Format(bif.read_bif, bif.write_bif, bif.representable, bif.representable),
    ".xml": _Format(xmlbif.read_xmlbif, xmlbif.write_xmlbif, xmlbif.representable, xmlbif.representable, decisions=True),
    ".xmlbif": _Format(xmlbif.read_xmlbif, xmlbif.write_xmlbif, xmlbif.representable, xmlbif.representable, decisions=True),
    ".net": _Format(net.read_net, net.write_net, net.is_identifier, net.representable, decisions=True),
    ".xdsl": _Format(xdsl.read_xdsl, xdsl.write_xdsl, xdsl.is_identifier, xdsl.is_identifier, decisions=True),
}


@checked
def read(path: str | os.PathLike[str], *, rounded: Repair | None = None, coupling: Couplings = None, encoding: str | None = None) -> Model:
    """A model from a file of a network: ``.bif``, ``.xml`` or ``.xmlbif``, ``.net``, ``.xdsl``, ``.uai``, also compressed as ``.gz``.

    :param path: the file; the ending of its name says the format
    :param rounded: how a row is repaired whose sum rounding has moved off 1: ``"scale"`` divides it by its sum, ``"largest"`` lets its
        largest weight take the difference; by default it is refused
    :param coupling: how the rows of a table share noise, ``"monotone"`` or ``"independent"``: one for all conditional tables, or a mapping
        from names
    :param encoding: the name of the text's encoding, where no mark and no header says it and it is not UTF-8
    :returns: a model with the variables in the order of the file; decisions are open choices, utilities are tables of numbers
    :raises WrongText: for a text that is not the format or contradicts itself, with line and column
    :raises WrongRows: for rows that do not sum to 1, all of them by name
    :raises WrongFile: for a file that cannot be read, or another ending
    :raises UnknownName: for a coupling of no variable
    """
    name = os.fspath(path)
    kind = _kind(name, "read from")
    data = file_bytes(path)
    try:
        return read_text(decoded(data, encoding), kind, rounded=rounded, coupling=coupling)
    except WrongFile as error:
        raise _named(error, f"{name} cannot be read as {kind}" if kind != ".uai" else name) from error
    except CausalError as error:
        raise _named(error, name) from error


@checked
def read_text(text: str, format: str, *, rounded: Repair | None = None, coupling: Couplings = None) -> Model:
    """A model from the text of a network file; ``format`` is the ending that its file would have. See ``read``.

    >>> text = "network n { } variable rain { type discrete [2] { yes, no }; } probability (rain) { table 0.25, 0.75; }"
    >>> read_text(text, "bif").prob(rain="yes")
    Fraction(1, 4)
    """
    return built(read_record(text, format), coupling=coupling, rounded=rounded)


@checked
def read_record(text: str, format: str) -> Network:
    """What a network file says, before it is a model: its nodes with kinds, states, parents and rows.

    >>> read_record("BAYES 1 2 1 1 0 2 .25 .75", "uai").nodes[0].states
    (0, 1)
    """
    kind = "." + format.removeprefix(".").lower()
    return (uai.read_uai if kind == ".uai" else _format(kind).read)(text)


@checked
def to_text(model: Model, format: str) -> str:
    """The text of a network file for a model; reading it gives an equal model.

    What the format cannot hold as it is (values that are no text, weights without finitely many decimals, couplings, some names) is
    written in a property beside a table that other readers understand. Raises ``WrongShape`` for observations, edits, symbols and values
    without a written form; ``OpenChoice`` where the format has no decisions.

    >>> from causalkit import coin
    >>> rain = Model(rain=coin("1/4"))
    >>> read_text(to_text(rain, "bif"), "bif") == rain
    True
    """
    kind = "." + format.removeprefix(".").lower()
    if kind == ".uai":
        return uai.write_uai(model)
    form = _format(kind)
    return form.write(recorded(model, names=form.names, labels=form.labels, decisions=form.decisions))


@checked
def write(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a model to a network file, in the format that the ending of its name says; with ``.gz`` behind it, compressed.

    The endings are ``.bif``, ``.xml`` or ``.xmlbif``, ``.net``, ``.xdsl`` and ``.uai``.

    Raises the errors of ``to_text``, and ``WrongFile`` for another ending.
    """
    name = os.fspath(path)
    text = to_text(model, _kind(name, "written to"))
    if name.lower().endswith(".gz"):
        Path(name).write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))
    else:
        write_whole(Path(name), text)


def _kind(name: str, verb: str) -> str:
    kind = Path(name.lower().removesuffix(".gz")).suffix
    if kind not in (*_FORMATS, ".uai"):
        ends = f"ends in {kind!r}" if kind else "has no ending that says the format"
        raise WrongFile(f"{name} {ends}, and networks are {verb}: {', '.join([*_FORMATS, '.uai'])}")
    return kind


def _format(kind: str) -> _Format:
    if kind not in _FORMATS:
        raise UnknownName(f"the format {kind!r} is not known; there are: {', '.join([*_FORMATS, '.uai'])}{suggestion(kind, _FORMATS)}")
    return _FORMATS[kind]


def _named(error: CausalError, name: str) -> CausalError:
    error.args = (f"{name}: {error}", *error.args[1:])
    return error
