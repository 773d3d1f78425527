"""A page that says "for every", "never", "always", "cannot" or "identically" says by which theorem or law.

A general sentence has a link to a theorem in it, or names a test; or it stands in ``HELD`` below with the test that holds it to what it
says; or in ``OF_ONE_THING``, with the reason why it is no general statement about models, worlds, utilities or this library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from tests.source import ROOT

FOLDERS = ("explanation", "how-to", "tutorial")
PAGES = [
    ROOT / "README.md",
    ROOT / "docs" / "index.md",
    *(path for folder in FOLDERS for path in sorted((ROOT / "docs" / folder).glob("*.md"))),
]
GENERAL = re.compile(r"\b(for every|never|always|cannot|identically)\b", re.IGNORECASE)
THEOREM = re.compile(r"theorems\.md#theorem-(\d+)")
NAMED = re.compile(r"`(test_\w+)`")
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("*.py")))
STATED = re.findall(r"^## Theorem (\d+)$", (ROOT / "docs/explanation/theorems.md").read_text(encoding="utf-8"), re.MULTILINE)

HELD: Mapping[str, str] = {
    "On the tree a table of more than four million cells is never made": "test_tables_within_a_limit",
    "`causalkit` has never heard of buttons": "test_causalkit_has_never_heard_of_buttons",
    "Our own modules are imported at the top": "test_an_import_inside_a_function_is_for_a_library_or_a_leaf",
    "A function is worked out for every combination": "test_every_row_is_asked_twice_in_two_orders_and_once_when_it_is_stated_to_be_pure",
    "The functions have been run for every": "test_every_row_is_asked_twice_in_two_orders_and_once_when_it_is_stated_to_be_pure",
    "How much of that branch lies where": "test_distances_of_a_branch_that_never_happens",
    "The counterfactual terms are read in a branch": "test_distances_of_a_branch_that_never_happens",
    "The library says `undefined`": "test_c6_an_impossible_condition_leaves_the_score_undefined",
    "Evidence that cannot happen is an error": "test_impossible_exactly_when_the_brute_force_finds_no_unit",
    "The answer is a mean for every way of filling": "test_by_rule_is_what_choosing_gives",
    "and values that cannot be observed together": "test_observed_values_that_cannot_be_are_called_impossible",
    "The file holds tables only: reading one": "test_formulas_run_nothing",
    "Reading one never runs code": "test_formulas_run_nothing",
    "The best lots can then be no fractions": "test_what_is_approached_and_never_reached_is_not_proved",
    "A sum that rounding cannot explain": "test_a_sum_that_rounding_does_not_explain_is_refused_in_any_case",
    "What a model cannot represent": "test_what_is_not_represented_is_refused_by_name",
    "What the other form cannot hold": "test_what_a_file_cannot_hold",
    "`sb.survey` builds a world for every": "test_survey_over_several_parameters_and_an_executor",
    "JSON that never runs code": "test_formulas_run_nothing",
    "| `rewards or side effect`": "test_theorem_14_a_die_of_its_own_may_turn_undefined_into_a_verdict",
}
"""How a general sentence begins, and the test that holds it to what it says."""

OF_ONE_THING: Mapping[str, str] = {
    "In the world `scale`, committing": "the world scale",
    "In `scale`, committing is worth": "the world scale; the weight is theorem 1",
    "Each answer is a number in a bundled world": "the word never, in quotation marks",
    "Where the agent cannot see the danger": "the world reasons",
    "It cannot be told of unseen common causes": "another library",
    "PyCID cannot stand beside": "another library",
    "A library that cannot be installed": "the benchmark's own installation",
    "Take the driver of": "one driver, whose world is typed below it",
    "The value alone is best served": "the world office; the audit below it is printed",
    "| identified effects and counterfactuals on models": "the name of an answer, in quotation marks",
    "- **That a function has one answer.**": "what is not promised",
    "- **That an estimate's interval covers": "what is not promised",
    "- **That data which do not show an event": "what is not promised",
    "- Two compiled questions are equal only": "what is not promised",
}
"""How a sentence begins that uses such a word of one world, of a word, or of somebody else's program, and what it is about."""


def sentences(text: str) -> Iterator[str]:
    """The sentences of a page's prose: no code, no front matter; a row of a table and an item of a list stand by themselves."""
    prose = re.sub(r"\A---\n.*?\n---\n|^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    for block in re.split(r"\n\s*\n|\n(?=[-|:] )|\n(?=\d+\. )", prose):
        yield from re.split(r"(?<=[.:!?])\s+(?=[A-Z`*\[])", " ".join(block.split()))


def general(page: str) -> list[str]:
    """The general sentences of a page; on the pages of theorems all sentences of a theorem have its laws."""
    found = [sentence for sentence in sentences((ROOT / page).read_text(encoding="utf-8")) if GENERAL.search(sentence)]
    return [] if page.endswith(("explanation/theorems.md", "explanation/theorems-learning.md")) else found


ALL = [(str(path.relative_to(ROOT)), sentence) for path in PAGES for sentence in general(str(path.relative_to(ROOT)))]


@pytest.mark.parametrize(("page", "sentence"), ALL, ids=[f"{page}-{i}" for i, (page, _) in enumerate(ALL)])
def test_a_general_statement_has_a_theorem_or_a_law(page: str, sentence: str) -> None:
    theorems = THEOREM.findall(sentence)
    assert set(theorems) <= set(STATED), theorems
    laws = [*NAMED.findall(sentence), *(test for start, test in HELD.items() if sentence.startswith(start))]
    assert all(f"def {law}(" in TESTS for law in laws), laws
    excused = any(sentence.startswith(start) for start in OF_ONE_THING)
    assert theorems or laws or excused, f"{page} says in general: {sentence!r}; link a theorem, or add it to HELD with a law"


def test_every_theorem_names_a_law_that_exists() -> None:
    parts = re.split(r"^## Theorem \d+$", (ROOT / "docs/explanation/theorems.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(parts) == len(STATED) >= 16
    for number, part in zip(STATED, parts, strict=True):
        laws = NAMED.findall(part)
        assert any(law.startswith(f"test_theorem_{number}_") for law in laws)
        assert all(f"def {law}(" in TESTS for law in laws), number


def test_every_statement_about_training_and_credit_names_a_law_that_exists() -> None:
    page = (ROOT / "docs/explanation/theorems-learning.md").read_text(encoding="utf-8")
    stated, named = re.findall(r"^\*\*L(\d+)\.", page, re.MULTILINE), dict(re.findall(r"^\| L(\d+) \| `(test_\w+)`", page, re.MULTILINE))
    assert stated == [str(i) for i in range(1, len(stated) + 1)]
    assert set(named) == set(stated)
    assert all(f"def {law}(" in TESTS for law in named.values())


def test_nothing_is_held_or_excused_that_no_page_says() -> None:
    said = [sentence for _, sentence in ALL]
    assert len(said) > 20
    assert all(any(sentence.startswith(start) for sentence in said) for start in [*HELD, *OF_ONE_THING])


def test_a_general_statement_without_a_law_would_be_met() -> None:
    made_up = "No page says this. A model can never be\nwrong, and `code` is code.\n\n```python\nalways = 1\n```\n"
    assert [sentence for sentence in sentences(made_up) if GENERAL.search(sentence)] == ["A model can never be wrong, and `code` is code."]
