"""Hostile text in every field that a person may fill, through every form in which an object prints."""

from __future__ import annotations

import ast
import importlib
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure

import causalkit as ck
import stop_button as sb
from causalkit.errors import UNSEEN, CausalError, InvalidName, visible
from causalkit.graphs.graph import Graph
from causalkit.identification import P, identify
from causalkit.interop.dot import to_dot, to_mermaid
from causalkit.plot import to_svg
from causalkit.values.render import dot_text, html_table, html_text, latex_text, mermaid_text, text_table
from stop_button import STOP, B, E, V
from stop_button.auditing.reporting import report
from stop_button.evaluation.branch_distance import distances
from stop_button.evaluation.sensitivity_analysis import sensitivity
from stop_button.incentives.criteria import admits_value_of_control
from stop_button.incentives.diagram import Diagram
from stop_button.presentation import plot
from stop_button.presentation.html import page

HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "' onmouseover='alert(1)",
    "&lt;script&gt;&#60;b&#62;",
    "]]><!-- -->",
    "\x1b]0;title\x07\x1b[2J",
    "\u202eright to left\u2066",
    "line\nend\r\nclick n0 href javascript:alert(1)",
    "\\input{/etc/passwd} $x$ \\href{javascript:alert(1)}{x}",
    "%%{init: {}}%% `code` #quot; ; end",
    "lone \ud800 surrogate",
    "$",
    "\\",
    "<",
)
TAGS = {
    "a", "b", "body", "br", "circle", "clippath", "defs", "details", "div", "ellipse", "figure", "g", "h1", "h2", "h3", "head", "html",
    "li", "meta", "p", "path", "pre", "rect", "section", "span", "style", "sub", "summary", "svg", "table", "tbody", "td", "th", "thead",
    "title", "tr", "ul", "use", "wbr",
}  # fmt: skip
COMMANDS = {
    "begin", "end", "toprule", "midrule", "bottomrule", "caption", "centering", "smallskip", "renewcommand", "arraystretch", "ttfamily",
    "boldsymbol", "tfrac", "frac", "text", "mathit", "left", "right", "mid", "sum", "textbackslash", "textbf", "item",
    "mathbb", "cdot", "operatorname", "max", "min", "quad", "alpha", "in",
}  # fmt: skip


class Reader(HTMLParser):
    """The tags, attributes and words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.words = ""
        self.remarks = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.remarks += data


def check_text(text: str) -> None:
    assert not [c for c in UNSEEN.findall(text) if c != "\n"], repr(text)[:300]
    text.encode("utf-8")


def check_html(text: str) -> None:
    check_text(text)
    read = Reader(text)
    assert read.tags <= TAGS, read.tags - TAGS
    wrong = [(name, value) for name, value in read.attributes if name.startswith("on") or (name == "href" and not value.startswith("#"))]
    assert not wrong, wrong


def check_svg(text: str) -> None:
    check_html(text)
    ElementTree.fromstring(text)


def check_latex(text: str) -> None:
    check_text(text)
    bare = text.replace(r"\\", "")
    assert set(re.findall(r"\\([a-zA-Z]+)", bare)) <= COMMANDS, text
    assert not re.search(r"<\w", text)
    assert re.sub(r"\\.", "", bare).count("{") == re.sub(r"\\.", "", bare).count("}")
    assert len(re.findall(r"(?<!\\)\$", bare)) % 2 == 0


def check_paper(text: str) -> None:
    """A table for a paper: remarks that end with their line, and below them a table that says only what we wrote."""
    check_text(text)
    lines = text.splitlines()
    assert lines == text.split("\n")
    remarks = [line for line in lines if line.startswith("%")]
    assert remarks == lines[: len(remarks)], "a remark is above the table"
    check_latex("\n".join(lines[len(remarks) :]))


def check_markdown(text: str) -> None:
    """A table in Markdown: as many cells in each line, and nothing in them that is read as a mark, but for ours in bold."""
    check_text(text)
    cells = [line.replace(r"\|", "").count("|") for line in text.splitlines()]
    assert len(set(cells)) == 1, text
    for line in text.splitlines()[2:]:
        plain = re.sub(r"\\[!-/:-@[-`{-~]", "", line)
        assert not re.search(r"[<>`_\[\]$&\\]", plain), line
        assert not re.search(r"(?<!\*)\*(?!\*)", plain), line


def check_bibtex(text: str) -> None:
    check_text(text)
    bare = re.sub(r"\\.", "", text)
    assert bare.count("{") == bare.count("}")
    assert all(re.fullmatch(r"@misc\{[\w:.-]+,|  [a-z]+ = \{.*\},?|\}|", line) for line in text.splitlines()), text


def check_lines(text: str) -> None:
    """Text of DOT or Mermaid: every line is a statement about nodes that we have named."""
    check_text(text)
    for line in text.splitlines():
        assert re.match(r"digraph \{|\}|flowchart TD|  n\d+|  style n\d+", line), line
        quoted = re.sub(r'"(?:[^"\\]|\\.)*"', "", line)
        assert '"' not in quoted
        assert "%%" not in line or "label=" in line


CHECKS: dict[str, Callable[[str], None]] = {
    "_repr_html_": check_html,
    "_repr_svg_": check_svg,
    "_repr_latex_": check_latex,
    "latex": check_latex,
    "to_latex": check_paper,
    "to_markdown": check_markdown,
    "bibtex": check_bibtex,
}


def check_all(shown: object) -> None:
    check_text(str(shown))
    check_text(repr(shown))
    for name, check in CHECKS.items():
        if callable(getattr(type(shown), name, None)):
            check(getattr(shown, name)())


def office(bad: str) -> sb.World:
    """A world in which everything that may be text is hostile."""
    name = UNSEEN.sub("", bad).replace("--", "").strip() + " name"
    model = ck.Model(
        {
            name: ck.Dist({bad: "1/2", "other": "1/2"}),
            "wish": ck.table([name], {bad: STOP, "other": sb.FREE}),
            "act": ck.choice("work", bad + "!", sees=[name]),
            "pressed": ck.table(["wish", "act"], {(w, a): w == STOP and a == "work" for w in (STOP, sb.FREE) for a in ("work", bad + "!")}),
            "value": ck.table(["pressed"], {True: 0, False: 1}),
        }
    )
    world = sb.World(model, intent="wish", stopped="pressed", value="value", baseline="work", policies={bad: bad + "!"})
    return world.told(name=bad, description=bad, caveat=bad, source=bad)


def printed(bad: str) -> Iterator[Any]:
    """What prints itself: one object of every kind that can hold text of somebody's."""
    world = office(bad)
    model, name = world.under(world.baseline), world.model.names[0]
    yield from (world, world.model, model, model.given({name: bad}), model.do({name: bad}), model.dist(name), model.dist(name, "value"))
    yield model.branches({"stay": {name: bad}, "go": {"wish": STOP}})
    yield from (Graph([name, "y"], [(name, "y")]), *world.policies)
    utility = sb.Utility(UNSEEN.sub("", bad), E(B.had(intent=STOP)) + E(V, given={"intent": STOP}), source=bad, meaning=bad)
    yield from (utility, utility.formula, E(sb.X(bad)), E(V.under(bad)))
    board = sb.score(world, [utility, sb.naive])
    yield from (board, sb.audit(world, utility), report(world, [utility, sb.ccmin]), sb.rank(world, utility), sb.solve(world, sb.naive))
    yield from (distances(world, utility, world.baseline), sensitivity(world, utility, world.baseline))
    yield sb.find_counterexample(utility, worlds=[world])
    yield sb.survey(office, [utility], over={"bad": [bad]})
    yield identify(Graph([name, "y"], [(name, "y")]), P("y", do=name))
    yield from judged(world, model, name, bad)
    yield admits_value_of_control(Diagram(Graph([name, "y"], [(name, "y")]), name, "y"), name)


def judged(world: sb.World, model: ck.Model, name: str, bad: str) -> Iterator[Any]:
    """What says something in words: of graphs, of questions to a model, and of policies."""
    graph = Graph([name, "y", "z"], [(name, "y"), ("y", "z")])
    yield from (
        ck.d_separated(graph, name, "z"),
        ck.d_separated(graph, name, "z", given="y"),
        next(ck.d_separated(graph, name, "z").paths()),
    )
    open_pair = ck.Model({name: ck.Dist({bad: "1/2", "other": "1/2"}), "y": ck.cpt([name], {bad: ck.coin("1/3"), "other": ck.coin("1/4")})})
    found = ck.bounds(open_pair.given({name: bad}).do({name: "other"}), {"y": True})
    yield from (found, found.lowest, model.most_probable(2), model.plan(name), model.estimate("value", samples=10))
    yield model.branches({"stay": {name: bad}})
    yield from (world.policies[0], world.policy(bad + "!"), world.policy(ck.Dist({bad + "!": "1/3", "work": "2/3"})))
    audit = sb.audit(world, sb.naive)
    yield from (*audit.flags, *audit.gains, audit.remedy, sb.rank(world, sb.naive), Diagram(graph, name, "y"), *audit.paths)


WITHOUT_A_FORM = {"Between", "CausalError"}  # numbers between numbers, below all that is printed; errors


def test_whatever_has_words_has_them_in_a_notebook() -> None:
    root = Path(ck.__file__).parent.parent
    found = 0
    for path in [path for package in ("causalkit", "stop_button") for path in sorted((root / package).rglob("*.py"))]:
        classes = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)]
        module = ".".join(path.relative_to(root).with_suffix("").parts)
        for node in classes:
            if node.name in WITHOUT_A_FORM or not any(isinstance(part, ast.FunctionDef) and part.name == "__str__" for part in node.body):
                continue
            kind = getattr(importlib.import_module(module), node.name)
            assert hasattr(kind, "_repr_html_") or hasattr(kind, "html") or node.name.startswith("_"), f"{module}.{node.name}"
            found += 1
    assert found > 100


@pytest.mark.parametrize("bad", HOSTILE, ids=ascii)
def test_whatever_prints_itself_prints_text(bad: str) -> None:
    things = list(printed(bad))
    assert len(things) > 20
    for shown in things:
        check_all(shown)


@pytest.mark.parametrize("bad", HOSTILE, ids=ascii)
def test_tables_for_papers_say_how_they_are_made(bad: str) -> None:
    world = office(bad)
    board = sb.score(world, [sb.naive, sb.Utility(UNSEEN.sub("", bad), E(V))], policies=["work", bad])
    for where in ("comment", "caption", "none"):
        check_paper(board.to_latex(caption=bad, recipe=where))
    assert board.to_frame(flags=True, floats=True).shape[0] == 2


@pytest.mark.parametrize("bad", HOSTILE, ids=ascii)
def test_pictures_and_pages(bad: str) -> None:
    world = office(bad)
    model = world.under(world.baseline)
    for drawn in (model, model.do({model.names[0]: bad}), model.given({model.names[0]: bad})):
        for text in (to_dot(drawn, roles={"wish": bad}), to_mermaid(drawn, roles={"wish": bad})):
            check_lines(text)
        check_svg(to_svg(drawn, roles={"wish": bad + "r"}, title=bad))
    audit = sb.audit(world, sb.Utility(UNSEEN.sub("", bad), E(V)))
    check_svg(to_svg(plot.world(world, title=bad, ax=Figure().add_subplot())))
    check_svg(to_svg(plot.audit(audit, ax=Figure().add_subplot())))
    check_svg(to_svg(plot.flags(audit, ax=Figure().add_subplot())))
    check_svg(to_svg(plot.scores(audit.board, ax=Figure().add_subplot())))
    check_html(page([report(world, [sb.Utility(UNSEEN.sub("", bad), E(V)), sb.naive])], title=bad))


@pytest.mark.parametrize("bad", HOSTILE, ids=ascii)
def test_the_text_is_still_there(bad: str) -> None:
    """Nothing is dropped: what was hostile is read as the characters that it is."""
    assert Reader(f"<p>{html_text(bad)}</p>").words == visible(bad, lines=True)
    assert visible(bad) in Reader(html_table([bad], [])).words.replace("\n", "\\n")
    assert visible(bad) in text_table([bad], [[bad]])
    marks = latex_text(bad).replace(r"\textbackslash{}", "\\\\").replace("<{}", "<")
    assert re.sub(r"\\([~^])\{\}|\\(.)", lambda m: m[1] or m[2], marks) == visible(" ".join(bad.splitlines()))
    assert re.sub(r"\\(.)", r"\1", dot_text(bad)).replace("&amp;", "&") == visible(bad.replace("\n", " "))
    assert re.sub(r"#(\d+);", lambda m: chr(int(m[1])), mermaid_text(bad)) == visible(bad.replace("\n", " "))


@pytest.mark.parametrize("bad", ["a\x1b[2J", "a\ud800", "a\u202eb", "a\nb"], ids=ascii)
def test_names_hold_no_control_characters(bad: str) -> None:
    with pytest.raises(InvalidName):
        ck.Model({bad: 1})
    with pytest.raises(InvalidName):
        Graph([bad])


def test_errors_print_what_they_name_without_obeying_it() -> None:
    for bad in HOSTILE:
        with pytest.raises(CausalError) as caught:
            ck.Model({"y": ck.Dist({bad: 1})}).prob({"y": "no", bad: bad})
        check_text(str(caught.value))


def test_one_module_escapes() -> None:
    root = Path(ck.__file__).parent.parent
    sources = [path for package in ("causalkit", "stop_button") for path in (root / package).rglob("*.py")]
    doors = {path.name for path in sources if re.search(r"html import escape|html\.escape", path.read_text(encoding="utf-8"))}
    assert doors == {"render.py"}
