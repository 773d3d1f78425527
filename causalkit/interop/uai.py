"""Bayesian networks in the UAI format; the reader and the writer are in ``causalkit.networks.uai``."""

from __future__ import annotations

import os

from causalkit.errors import WrongFile
from causalkit.mechanisms.mechanism import Coupling
from causalkit.model import Model
from causalkit.networks import read_text
from causalkit.networks.rounded_rows import Repair
from causalkit.networks.texts import decoded, file_bytes
from causalkit.values.arguments import checked

__all__ = ["parse_uai", "read_uai"]


@checked
def read_uai(path: str | os.PathLike[str], *, coupling: Coupling | None = None, rounded: Repair | None = None) -> Model:
    """A model from a UAI file.

    :param path: the file, with any ending; unpacked when it is ``.gz``
    :param coupling: how the rows of every table share their noise: ``"monotone"`` or ``"independent"``
    :param rounded: how a row is repaired whose sum rounding has moved off 1: ``"scale"`` divides it by its sum, ``"largest"`` lets its
        largest weight take the difference; by default it is refused
    :returns: a model with the variables ``var_0``, ``var_1`` and so on
    :raises WrongFile: for a file that cannot be read or is not UAI
    :raises WrongRows: for rows that do not sum to 1, all of them by name
    """
    try:
        return parse_uai(decoded(file_bytes(path)), coupling=coupling, rounded=rounded)
    except WrongFile as error:
        error.args = (f"{os.fspath(path)} cannot be read as UAI: {error}", *error.args[1:])
        raise


@checked
def parse_uai(text: str, *, coupling: Coupling | None = None, rounded: Repair | None = None) -> Model:
    """A model from the text of a UAI file.

    :param text: the text of the file
    :param coupling: how the rows of every table share their noise: ``"monotone"`` or ``"independent"``
    :param rounded: how a row is repaired whose sum rounding has moved off 1: ``"scale"`` divides it by its sum, ``"largest"`` lets its
        largest weight take the difference; by default it is refused
    :returns: a model with the variables ``var_0``, ``var_1`` and so on
    :raises WrongText: for a text that is not UAI, with line and column
    :raises WrongRows: for rows that do not sum to 1, all of them by name

    >>> model = parse_uai("BAYES 2 2 2 2 1 0 2 0 1 2 .25 .75 4 1 0 .5 .5")
    >>> model.do(var_0=1).dist("var_1")
    Dist({0: '1/2', 1: '1/2'})
    """
    return read_text(text, "uai", coupling=coupling, rounded=rounded)
