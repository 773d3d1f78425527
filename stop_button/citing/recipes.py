"""The program that makes a result again, as text."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from causalkit import __version__
from causalkit.values.render import keywords_text, typed

__all__ = ["call_text", "loading", "recipe"]


def recipe(world: str, call: str) -> str:
    """A program that builds a world, asks one thing of it, and prints the answer as a LaTeX table.

    :param world: how the world is made.
    :param call: what is asked of ``world``.
    :returns: the text of the program.

    >>> print(recipe("sb.worlds.office()", "sb.score(world, [sb.definitions.naive])").splitlines()[-1])
    print(sb.score(world, [sb.definitions.naive]).to_latex())
    """
    spoken = ["from stop_button import Utility", "from stop_button.language import *"] if "Utility(" in call else []
    lines = [f"# causalkit {__version__}", "import stop_button as sb", *spoken, "", f"world = {world}", f"print({call}.to_latex())"]
    return "\n".join(lines)


def call_text(name: str, parameters: Mapping[str, Any]) -> str:
    """A call with keywords; fractions are written as text, which every parameter reads.

    >>> call_text("sb.worlds.office", {"doubt": Fraction(1, 3)})
    "sb.worlds.office(doubt='1/3')"
    """
    shown = {key: repr(str(value)) if isinstance(value, Fraction) else typed(value) for key, value in parameters.items()}
    return f"{name}({keywords_text(shown)})"


def loading(name: str, digest: str) -> str:
    """How a world of somebody's own is made again: read from the file that it was saved in.

    >>> loading("den", "0123")
    "sb.load('den.json')  # kept with sb.save(world, 'den.json'); its digest is 0123"
    """
    file = repr(f"{name or 'world'}.json")
    return f"sb.load({file})  # kept with sb.save(world, {file}); its digest is {digest}"
