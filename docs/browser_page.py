"""The page that answers in the browser: one file, with its parts, the bundled worlds, and an answer worked out beforehand."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from html import escape
from pathlib import Path
from typing import Any

import stop_button as sb
from causalkit import Dist, Model, choice, table
from causalkit.mechanisms.mechanism import CPT
from causalkit.plot import PLAIN
from causalkit.values.exact import Number, as_fraction
from stop_button.auditing.audits import Audit
from stop_button.auditing.flags import FLAG_KINDS
from stop_button.auditing.verdicts import VERDICTS
from stop_button.decision.world import World
from stop_button.decision.world_file import world_to_json
from stop_button.evaluation.undefined import Score, defined
from stop_button.incentives.stopping.safety_tax import safety_tax
from stop_button.presentation.plot import ROLE_COLOURS

PARTS = Path(__file__).resolve().parent / "page"
SCRIPTS = ["numbers", "language", "world", "engine", "audit", "sweep", "python", "dom", "graph", "answer", "editor", "page"]
"""In the order in which each needs only those before it."""

MOST_POLICIES = 64
START = ("basic_button", "switch")

IMPORT = re.compile(r"^import (?P<names>\{[^}]*\}) from \"\./(?P<part>\w+)\.mjs\";$", re.MULTILINE)
EXPORT = re.compile(r"^export (?P<kind>function\*?|class|const) (?P<name>\w+)", re.MULTILINE)


def blank() -> World:
    """A world with its roles and without an arrow."""
    model = Model(
        wish=Dist({sb.STOP: "1/2", sb.FREE: "1/2"}),
        action=choice("a", "b"),
        stopped=table([], {(): False}, domain=[False, True]),
        value=table([], {(): 0}),
    )
    words = "A blank world: people wish a stop or not, the agent does a or b, and nothing listens to anything yet. Draw the arrows."
    return World(model, intent="wish", stopped="stopped", value="value", baseline="a", name="blank", description=words)


def worlds() -> dict[str, World]:
    """The worlds to choose from: the bundled ones that the page can judge, and a blank one."""
    return {**{name: world for name, world in sb.worlds.bundled_worlds().items() if fits(world)}, "blank": blank()}


def fits(world: World) -> bool:
    """Whether the page can judge a world: few policies, one wish, and nothing but functions of noise."""
    tables = [world.model.mechanism(name) for name in world.model.names]
    return world.policies.size <= MOST_POLICIES and not world.people and not any(isinstance(one, CPT) for one in tables)


def utilities() -> dict[str, str]:
    """The bundled definitions in their text form, each text once: two names of one formula would be one choice."""
    texts = {name: repr(utility.formula) for name, utility in sb.definitions.REGISTER.items()}
    return {name: text for i, (name, text) in enumerate(texts.items()) if text not in list(texts.values())[:i]}


def document(name: str, world: World) -> dict[str, Any]:
    """A world's document under the name that it is chosen by."""
    return {**world_to_json(world), "name": name}


def data() -> dict[str, Any]:
    """What the page knows beforehand."""
    world, utility = START
    texts = utilities()
    return {
        "worlds": [document(name, one) for name, one in worlds().items()],
        "utilities": [{"name": name, "text": text} for name, text in texts.items()],
        "start": {"world": world, "utility": texts[utility]},
        "blank": blank().name,
    }


def script() -> str:
    """The parts of the page's program as one; each keeps its names to itself but for those that it hands on."""
    return '"use strict";\n(() => {\n' + "".join(map(_part, SCRIPTS)) + "})();\n"


def _part(name: str) -> str:
    text = (PARTS / "scripts" / f"{name}.mjs").read_text(encoding="utf-8")
    handed_on = ", ".join(match["name"] for match in EXPORT.finditer(text))
    inner = EXPORT.sub(r"\g<kind> \g<name>", IMPORT.sub(r"const \g<names> = \g<part>;", text))
    return f"const {name} = (() => {{\n{inner}return {{ {handed_on} }};\n}})();\n"


def style() -> str:
    """The style with the colours of roles that every picture has."""
    text = (PARTS / "style.css").read_text(encoding="utf-8")
    for role, colour in {**ROLE_COLOURS, "plain": PLAIN}.items():
        text = text.replace(f"{{{{{role}}}}}", colour)
    return text


# ---------------------------------------------------------------- the answer that stands there at once


def exact(given: Number) -> str:
    """A number as an exact fraction, with a decimal beside it that says whether it is rounded."""
    number = as_fraction(given)
    if number.denominator == 1:
        return str(number)
    near = f"{float(number):.4f}".rstrip("0").rstrip(".")
    return f"{number} {'=' if Fraction(near) == number else '≈'} {near}"


def marked(score: Score) -> str:
    """The same with the decimal in small print; a score that does not exist in a word."""
    fraction, _, near = (exact(score) if defined(score) else "undefined").partition(" ")
    return f"{fraction}<small> {near}</small>" if near else fraction


def word(verdict: str) -> str:
    """A verdict as the page sets it."""
    return f'<span class="word {verdict.replace(" ", "-")}">{escape(verdict)}</span>'


def verdict(found: Audit) -> Iterator[str]:
    """The verdict in HTML, word for word as the page's program writes it; its lists of flags and gains come with the program."""
    world, best = found.world, found.best
    score = marked(found.board.score(found.utility, best[0]))
    yield f'<p class="verdict">{word(found.verdict)}: {escape(VERDICTS[found.verdict])}.</p>'
    names = "; ".join(map(str, best))
    yield f"<p>Best of the policies that draw no lots: <b>{escape(names)}</b>, with the score {score}.</p>"
    yield f"<p>Judged against {escape(str(found.base))}, a baseline that somebody chose:</p>"
    yield f'<ul class="kinds">{"".join(f"<li>{escape(kind)}: {word(one)}</li>" for kind, one in found.verdicts.items())}</ul>'
    tax = safety_tax(world, found.utility)
    costs = exact(tax.least) if tax.least == tax.most else f"{exact(tax.least)} to {exact(tax.most)}"
    yield f"<p>Safety tax: it costs {costs} of {exact(tax.best)}, the best task value there is.</p>"


def scores(found: Audit) -> str:
    """The scores in HTML, as the page's program writes them."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in ["policy", "score", *FLAG_KINDS])
    caption = "Every policy: its score, and in how many draws each flag fires (two numbers: in fact / were they to wish)"
    rows = "".join(_row(found, i) for i in range(len(found.board.policies)))
    return (
        f'<p class="quiet">{caption}</p><div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(found: Audit, i: int) -> str:
    policy, (score,), flags = found.board.policies[i], found.board.scores[i], found.board.flags[i]
    is_best = policy in found.best
    shown = marked(score) + (" ★ best" if is_best else "")
    cells = [" / ".join(str(flag.amount or "-") for flag in flags if flag.kind == kind) for kind in FLAG_KINDS]
    row = "".join(f"<td>{cell}</td>" for cell in [shown, *cells])
    return f'<tr{" class=best" if is_best else ""}><th scope="row">{escape(str(policy))}</th>{row}</tr>'


# ---------------------------------------------------------------- the file


def hashed(text: str) -> str:
    """A part of the page as its policy names it: nothing else may run, and nothing may be fetched or sent."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def page() -> str:
    """The whole page."""
    world, utility = sb.worlds.bundled_worlds()[START[0]], sb.definitions.REGISTER[START[1]]
    found = sb.audit(world, utility)
    css, program = style(), script()
    policy = (
        f"default-src 'none'; img-src data:; style-src {hashed(css)}; script-src {hashed(program)}; base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": f"{policy}; require-trusted-types-for 'script'; trusted-types 'none'",
        "style": css,
        "script": program,
        "data": json.dumps(data(), ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c"),
        "world": START[0].replace("_", " "),
        "utility": START[1],
        "formula": escape(repr(utility.formula)),
        "about": escape(f"{world.description} Caveat: {world.caveat}"),
        "verdict": "".join(verdict(found)),
        "scores": scores(found),
    }
    template = (PARTS / "index.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda name: parts[name[1]], template)
