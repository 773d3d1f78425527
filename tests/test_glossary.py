"""The glossary is a list of words with one meaning and one source each."""

import re

from tests.source import ROOT

TEXT = (ROOT / "docs" / "reference" / "glossary.md").read_text(encoding="utf-8")
ENTRIES = re.findall(r"^(\S.*)\n: (.+)$", TEXT, re.MULTILINE)
KEYS = set(re.findall(r"^\((\w+)\)=$", (ROOT / "docs" / "bibliography.md").read_text(encoding="utf-8"), re.MULTILINE))


def test_every_word_stands_once_and_in_order() -> None:
    words = [word for word, _ in ENTRIES]
    assert len(words) == TEXT.count("\n: ") >= 25
    assert words == sorted(set(words), key=str.casefold)


def test_every_word_has_a_source() -> None:
    assert ENTRIES
    for word, meaning in ENTRIES:
        found = re.search(r" Source: \[(\w+)\]\(#(\w+)\)$", meaning)
        assert found, word
        assert found[1] == found[2], word
        assert found[1] in KEYS, word


def test_every_word_that_a_meaning_leans_on_has_an_entry() -> None:
    """A word in italics is an entry, or is explained where it stands: then it appears in that entry alone."""
    words = {word.casefold() for word, _ in ENTRIES}
    leaning = [(word, each.casefold()) for word, meaning in ENTRIES for each in re.findall(r"\*([^*]+)\*", meaning)]
    assert leaning
    stray = {each for _, each in leaning if each not in words and each.removesuffix("s") not in words}
    assert all(len({word for word, other in leaning if other == each}) == 1 for each in stray), stray
