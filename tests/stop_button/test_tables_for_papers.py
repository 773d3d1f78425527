"""Tables for papers: exact, with the program that makes them, and the sources of what they are about."""

from __future__ import annotations

import contextlib
import io
import math
import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import causalkit as ck
import stop_button as sb
from causalkit.errors import InvalidName, WrongFile, WrongShape
from causalkit.plot import column
from causalkit.values.tables import ResultTable
from stop_button.bookmarks import digest
from stop_button.citing.bibliography import cited
from stop_button.decision.world_file import world_from_json, world_to_json

WORLD = sb.worlds.public_unsafe_act(loss=20)
MINE = sb.Utility("mine", sb.E(sb.V) + sb.E(sb.B.had(intent=sb.STOP)))


def program(latex: str) -> str:
    """The program in the remarks above a table."""
    return "\n".join(line[4:] for line in latex.splitlines() if line.startswith("%   ") or line == "%")


def printed(code: str) -> str:
    """What a program prints, run on its own."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    return out.getvalue()


@pytest.mark.parametrize(
    "table",
    [
        sb.score(WORLD, [sb.naive, MINE, sb.counterfactual.vary(weight=Fraction(1, 3))]),
        sb.score(WORLD, sb.naive, policies=["quiet_comply", "public_ignore"]),
        sb.audit(WORLD, sb.conditional_counterfactual, base="public_comply", baselines="all"),
        sb.audit(sb.worlds.off_switch_game(), sb.naive, mixed=True),
        sb.report(WORLD, [sb.naive, sb.ref]),
        ck.Dist({"a": "1/3", "b": "2/3"}),
    ],
    ids=["scores", "some policies", "an audit", "lots", "a report", "a distribution"],
)
def test_the_program_above_a_table_makes_the_table(table: Any) -> None:
    latex = table.to_latex()
    assert printed(program(latex)) == latex + "\n"


def test_a_world_of_ones_own_is_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    mine = WORLD.with_mechanisms({}).told(name="mine")
    latex = sb.score(mine, sb.naive).to_latex(caption="Mine")
    assert "world = sb.load('mine.json')  # kept with sb.save(world, 'mine.json')" in latex
    sb.save(mine, "mine.json")
    assert printed(program(latex)).replace(r"mine under naive", "").count(r"\tabular") == latex.count(r"\tabular")
    assert f"its digest is {digest(sb.load('mine.json'))}" in latex
    with pytest.raises(WrongFile, match=r"type save\(world, 'mine.json'\)"):
        sb.save(mine, "mine.txt")


def test_a_digest_outlives_a_file() -> None:
    worlds = [build() for build in sb.worlds.REGISTER.values()]
    assert len(worlds) > 20
    for world in worlds:
        if not world.players:
            assert digest(world_from_json(world_to_json(world))) == digest(world)


def test_a_bundled_world_says_how_it_is_made() -> None:
    for name, build in sb.worlds.REGISTER.items():
        variants = {title: build.variant(title) for title in build.variants}
        assert variants, name
        for world in variants.values():
            assert world.code.startswith(f"sb.worlds.{name}(")
            assert eval(world.code, {"sb": sb}) == world
    assert "sb.load" in WORLD.with_mechanisms({}).code, "a world that was changed is made by no builder"


def test_a_definition_says_how_it_is_made() -> None:
    found = [utility for utility in vars(sb.definitions).values() if isinstance(utility, sb.Utility)]
    assert len(found) > 20
    for utility in found:
        assert eval(utility.code, {"sb": sb}) == utility
    assert sb.counterfactual.vary(weight="1/3").code == "sb.definitions.counterfactual.vary(weight='1/3')"
    assert MINE.code == repr(MINE)


def test_numbers_are_exact_and_the_best_are_bold() -> None:
    latex = sb.score(WORLD, sb.ref).to_latex(caption="", recipe="none")
    assert latex.splitlines()[1] == r"\begin{tabular}{lrrrrrr}"
    assert r"public\_comply & $\boldsymbol{\tfrac{2162}{101}}$ & $0.495$ &" in latex
    assert latex.count(r"\boldsymbol") == 1


@pytest.mark.parametrize(
    "told", [{"caption": "Mine: 50%"}, {"caption": "Mine", "label": "tab:m"}, {"caption": "It's", "recipe": "caption"}]
)
def test_the_program_keeps_caption_and_label(told: dict[str, Any]) -> None:
    latex = sb.score(WORLD, sb.naive).to_latex(**told)
    code = program(sb.score(WORLD, sb.naive).to_latex(**{**told, "recipe": "comment"}))
    assert code.endswith(", ".join(f"{name}={value!r}" for name, value in told.items() if name != "recipe") + "))")
    again = code if "recipe" not in told else code.removesuffix("))") + ", recipe='caption'))"
    assert printed(again) == latex + "\n"


@pytest.mark.parametrize(
    ("table", "legend"),
    [
        (sb.score(WORLD, sb.naive), "bold: best under each utility, every exact tie; flags: probability of the draws, against"),
        (sb.audit(WORLD, sb.naive), "flags: probability of the draws, against"),
        (
            sb.report(WORLD, [sb.naive]),
            "rewards: every best policy is flagged, and at least one gains in score by way of what it is flagged",
        ),
    ],
    ids=["scores", "audit", "report"],
)
def test_a_caption_of_ones_own_is_followed_by_the_legend(table: Any, legend: str) -> None:
    said = table.to_latex(caption="Mine", recipe="none").replace(r"\_", "_")
    assert r"\caption{Mine; " in said
    assert legend in said
    assert legend in table.to_latex(recipe="none").replace(r"\_", "_")
    assert r"\caption" not in table.to_latex(caption="")


def test_a_caption_may_hold_the_program() -> None:
    latex = sb.score(WORLD, sb.naive).to_latex(caption="Scores", label="tab:a", recipe="caption")
    assert r". Made by {\ttfamily world = sb.worlds.public\_unsafe\_act(loss=20); print(" in latex
    assert r"\label{tab:a}" in latex


def test_labels_and_recipes_that_are_none() -> None:
    table = ResultTable(["a"], [[1]])
    with pytest.raises(InvalidName, match="cannot be a label in LaTeX"):
        table.to_latex(caption="c", label="50%")
    with pytest.raises(WrongShape, match="refers to a table with a caption"):
        table.to_latex(label="tab:a")
    with pytest.raises(WrongShape, match="'comment', in the 'caption', or nowhere"):
        table.to_latex(recipe="aloud")  # type: ignore[arg-type]


def test_frames_hold_flags_and_floats() -> None:
    board = sb.score(sb.worlds.office(), [sb.naive, sb.ccmin])
    exact, floats = board.to_frame(), board.to_frame(flags=True, floats=True)
    assert exact.loc["work", "naive"] == Fraction(3, 4)
    assert len(floats.columns) > len(exact.columns)
    assert floats["naive"].dtype == float
    assert math.isnan(floats.loc["reassure", "ccmin"])
    assert exact.loc["reassure", "ccmin"] is sb.UNDEFINED
    audit = sb.audit(sb.worlds.office(), sb.naive)
    assert audit.to_frame(flags=True, floats=True)["amount"].max() > 0
    assert audit.to_frame(flags=False).equals(audit.board.to_frame())
    assert ck.coin("1/4").to_frame(floats=True)["probability"].tolist() == [0.75, 0.25]


def test_every_world_and_definition_cites_its_sources() -> None:
    things: list[Any] = [build() for build in sb.worlds.REGISTER.values()]
    things += [utility for utility in vars(sb.definitions).values() if isinstance(utility, sb.Utility)]
    assert any(cited(thing.source) for thing in things)
    for thing in things:
        keys = re.findall(r"^@misc\{([^,]+),$", thing.bibtex(), re.MULTILINE)
        assert keys[1:] == list(cited(thing.source))
        assert keys[0].startswith("stop-button:")


def test_figures_at_the_width_of_a_column() -> None:
    with column(height=1.5) as ax:
        sb.score(WORLD, sb.naive).plot(ax)
    figure = ax.get_figure(root=True)
    assert figure is not None
    assert figure.get_size_inches().tolist() == [3.4, 1.5]
    with pytest.raises(WrongShape, match="width=0 is no size in inches"), column(width=0):
        pass


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_reads_the_table(tmp_path: Path) -> None:
    body = sb.score(WORLD, [sb.naive, sb.ref]).to_latex(label="tab:a")
    head = "\\documentclass{article}\\usepackage{amsmath, booktabs}\\begin{document}\n"
    (tmp_path / "a.tex").write_text(f"{head}{body}\n\\end{{document}}\n", encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "a.tex"]
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
    assert made.returncode == 0, made.stdout[-2000:]
