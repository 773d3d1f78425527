"""The bibliography of the project as BibTeX: entries by key, and those of what has a source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from causalkit import __version__
from causalkit.values.arguments import checked
from causalkit.values.render import latex_text

__all__ = ["SOURCES", "as_bibtex", "cited", "entries", "entry", "own_entry"]

SOURCES: Final = Path(__file__).with_name("sources.bib")
"""Every source of the project; written by ``tools/bibliography.py`` from the page of the bibliography."""

KEY: Final = re.compile(r"\b[a-z]+\d{4}[a-z]?\b")


@cache
def entries() -> Mapping[str, str]:
    """Every source that the project cites, as a BibTeX entry by its key.

    >>> print(entries()["soares2015"].splitlines()[2])
      title = {{Corrigibility}},
    """
    texts = SOURCES.read_text(encoding="utf-8").strip().split("\n\n")
    return MappingProxyType({text.partition("{")[2].partition(",")[0]: text for text in texts})


def cited(source: str) -> tuple[str, ...]:
    """The keys of a text that names sources, each once.

    >>> cited("[tailcalled2021], Properties; [soares2015]")
    ('tailcalled2021', 'soares2015')
    """
    return tuple(dict.fromkeys(KEY.findall(source)))


def as_bibtex(key: str, fields: Iterable[tuple[str, str]]) -> str:
    """A BibTeX entry with fields that are LaTeX already.

    >>> print(as_bibtex("mine", [("title", "{Corrigibility}")]))
    @misc{mine,
      title = {{Corrigibility}}
    }
    """
    told = ",\n".join(f"  {name} = {{{text}}}" for name, text in fields)
    return f"@misc{{{key},\n{told}\n}}"


@checked
def entry(key: str, fields: Mapping[str, str]) -> str:
    r"""A BibTeX entry with text in its fields, which is escaped; fields without text are left out.

    >>> print(entry("mine", {"title": "50% & more", "year": ""}))
    @misc{mine,
      title = {50\% \& more}
    }
    """
    return as_bibtex(key, ((name, latex_text(text)) for name, text in fields.items() if text))


@checked
def own_entry(kind: str, name: str, *, source: str, code: str) -> str:
    """An entry for a world or a definition, followed by the entries of its sources.

    A key that the project does not know is told in the note alone.

    :param kind: what it is.
    :param name: its name; what cannot stand in a key is left out of the key.
    :param source: the text that names its sources by their keys.
    :param code: how it is made again.
    :returns: BibTeX, an entry for each.
    """
    key = f"stop-button:{kind}:{re.sub(r'[^A-Za-z0-9_.-]', '', name)}"
    note = "; ".join(filter(None, [f"source: {source}" if source else "", f"made by {code}"]))
    made = {"title": f"{name}, a {kind} of stop_button", "note": note, "howpublished": f"causalkit {__version__}"}
    known = entries()
    return "\n\n".join([entry(key, made), *(known[each] for each in cited(source) if each in known)]) + "\n"
