"""The page that answers in the browser says what the packages say, asks for nothing, and does nothing that a stranger's link wants."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

import stop_button as sb
from causalkit.mechanisms.mechanism import CPT
from docs.browser_page import START, page, utilities, worlds
from stop_button.decision.world_file import world_from_json, world_to_json
from tests.browser import CHROMIUM, NOTICE, Browser, browser
from tests.page_edits import Course, bundled, courses, judged
from tests.source import ROOT

NODE = shutil.which("node")
AXE = ROOT / "build" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
COURSES, LENGTH = 20, 10

in_node = pytest.mark.skipif(NODE is None, reason="no node is on this machine, and the page's program is run in it")
in_browser = pytest.mark.skipif(CHROMIUM is None, reason=NOTICE)


def in_engine(**asked: Any) -> Any:
    """What the page's program answers outside a browser."""
    command = [str(NODE), str(ROOT / "tests" / "page_engine.mjs")]
    answer = subprocess.run(command, input=json.dumps(asked), capture_output=True, encoding="utf-8", check=False, timeout=120)
    assert not answer.returncode, answer.stderr
    return json.loads(answer.stdout)


def document(course: Course) -> dict[str, Any]:
    return world_to_json(bundled()[course.world])


def test_the_random_edits_hold_what_is_hard() -> None:
    said = [one for course in courses(COURSES, LENGTH) for one in course.said]
    steps = [step for course in courses(COURSES, LENGTH) for step in course.steps]
    assert len(said) == 200
    assert {"clean", "permits", "rewards", "side effect", "undefined"} <= {one["verdict"] for one in said if one}
    assert sum("undefined" in one["scores"] for one in said if one) > 10
    assert sum(len(one["best"]) > 1 for one in said if one) > 10
    assert {"0", "1"} <= {step.get("weight") for step in steps}
    assert None in said


@in_node
def test_two_hundred_random_edits_give_the_fractions_of_python() -> None:
    found = in_engine(courses=[{"document": document(one), "utility": one.utility, "steps": one.steps} for one in courses(COURSES, LENGTH)])
    refusals: Counter[str] = Counter()
    for course, answers in zip(courses(COURSES, LENGTH), found["courses"], strict=True):
        for said, answer, world in zip(course.said, answers, course.worlds, strict=True):
            assert answer["said"] == said, (course.world, course.utility, answer)
            if said is None:
                refusals.update(re.findall("in a circle|is noise|policies|listens to .* already", answer["refusal"]))
                continue
            assert world_from_json(answer["document"]) == world
            names: dict[str, Any] = {}
            exec(answer["program"].rsplit("print(", 2)[0], names)
            assert names["world"] == world
    assert refusals["in a circle"] > 3
    assert refusals["is noise"] > 3


@in_node
def test_the_program_that_is_copied_prints_the_scores_and_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    course = courses(COURSES, LENGTH)[0]
    (answers,) = in_engine(courses=[{"document": document(course), "utility": course.utility, "steps": course.steps}])["courses"]
    said, program = next((one, answer["program"]) for one, answer in zip(course.said, answers, strict=True) if one)
    exec(program, {})
    printed = capsys.readouterr().out
    assert f": {said['verdict']} (" in printed
    assert said["policies"][0] in printed


@in_node
def test_a_hostile_name_stays_a_name_in_the_program_that_is_copied() -> None:
    for name in (HOSTILE, "');import os#", "a\"b'c\\", "line\nend", "\u202e\u2028\x1b", "'''"):
        world = sb.World(sb.worlds.scale().model, intent="wish", stopped="stopped", value="value", baseline="wait", name=name)
        text = json.dumps(world_to_json(world)).replace('"commit"', json.dumps(name))
        steps = [{"do": "set weight", "name": "wish", "place": 0, "weight": "1/3"}]
        ((answer,),) = in_engine(courses=[{"document": json.loads(text), "utility": "E(V)", "steps": steps}])["courses"]
        names: dict[str, Any] = {}
        exec(answer["program"].rsplit("print(", 2)[0], names)
        assert set(names) - {"__builtins__", "Fraction"} == {"ck", "sb", "E", "V", "world", "utility"}
        assert names["world"].name == name
        assert names["world"].model.domain("action") == (name, "wait")


FLIPS = (
    ("basic_button", "switch", "first", 0),
    ("jackpot_steering", "conditional_counterfactual", "first", 0),
    ("office", "cond", "doubt", 1),
)


@in_node
def test_where_the_page_says_that_the_verdict_flips_it_does() -> None:
    names = utilities()
    asked = [
        {"document": world_to_json(bundled()[world]), "utility": names[utility], "name": name, "place": place}
        for world, utility, name, place in FLIPS
    ]
    found = in_engine(sweeps=asked)["sweeps"]
    assert [len(pieces) > 1 for pieces in found] == [True] * len(FLIPS)
    for (name, utility, noise, place), pieces in zip(FLIPS, found, strict=True):
        world = bundled()[name]
        values = list(world.model.domain(noise))
        assert not any(piece["about"][end] for piece in pieces for end in ("from", "to"))
        for piece in pieces:
            weight = (Fraction(piece["from"]) + Fraction(piece["to"])) / 2
            other = values[1 - place]
            moved = world.with_mechanisms({noise: sb_noise(values, {values[place]: weight, other: 1 - weight})})
            said = judged(moved, names[utility])
            assert (said["verdict"], said["best"]) == (piece["verdict"], piece["best"]), (name, piece)


IRRATIONAL = "E(V) + E(H.is_('stop')) * (E(H.is_('stop')) * E(H.is_('stop')) + E(H.is_('stop')) - 1)"


@in_node
def test_a_change_at_no_fraction_is_enclosed_and_said_to_be() -> None:
    document = world_to_json(sb.worlds.office())
    (pieces,) = in_engine(sweeps=[{"document": document, "utility": IRRATIONAL, "name": "doubt", "place": 1}])["sweeps"]
    below, above = (piece for piece in pieces if piece["from"] != piece["to"])
    assert (below["from"], below["about"]) == ("0", {"from": False, "to": True})
    assert (above["to"], above["about"]) == ("1", {"from": True, "to": False})
    near = Fraction(below["to"])
    assert near == Fraction(above["from"])
    assert abs(near * near + near - 1) < Fraction(1, 10**11)


def sb_noise(values: list[Any], weights: dict[Any, Fraction]) -> Any:
    """Noise that may have values of probability zero."""
    import causalkit as ck

    return ck.cpt([], {(): ck.Dist(weights)}, coupling="independent", domain=values)


UNREAD = (
    ("best(E(V))", "best is a form of the language that this page does not judge"),
    ("subject_to(E(V), E(B) >= 1)", "subject_to is a form of the language that this page does not judge"),
    ("E(V) >= 1", 'the comparison ">=" is a form'),
    ("E(V.had(wiring={'a': {'b': 'c'}}))", "wiring is a form"),
    ("E(B / V)", "division by a reading inside E(...) is a form"),
    ("utility(V)", '"utility" is an unknown form'),
    ("E(V).mean()", ".mean is an unknown form"),
    ("E(V) * 1/3 + 1/3", "Python makes a rounded number of a quotient such as 1/3"),
    ("E(V", '")" was expected at the end'),
    ("V", "V stands outside a mean"),
    ("E(E(V))", "a mean stands inside a mean"),
    ("E(V) $ 2", '"$ 2" is no part of a formula'),
    ("(" * 100 + "E(V)" + ")" * 100, "brackets are read 60 deep"),
    ("E(V)" + " + E(V)" * 2000, "at most 4000 characters"),
    ("__proto__", '"__proto__" is an unknown form'),
    ("E(X('\u202e'))", "characters that cannot be seen"),
    ("E(V)))\nimport os\n((E(V)", "nothing can follow"),
)


@in_node
def test_a_form_that_the_page_does_not_know_is_named() -> None:
    answers = in_engine(read=[text for text, _ in UNREAD])["read"]
    assert [answer for (_, said), answer in zip(UNREAD, answers, strict=True) if answer is None or said not in answer] == []


@in_node
def test_the_page_reads_every_bundled_definition_that_it_offers() -> None:
    assert len(utilities()) > 10
    assert set(in_engine(read=list(utilities().values()))["read"]) == {None}


@in_node
def test_every_world_that_is_offered_is_judged_as_python_judges_it() -> None:
    offered = {name: world for name, world in worlds().items() if {"intent", "stopped", "value"} <= set(world.roles) and world.baseline}
    assert len(offered) > 40
    assert {START[0], "blank"} <= set(offered)
    text = utilities()["conditional_counterfactual"]
    found = in_engine(judged=[{"document": world_to_json(world), "utility": text} for world in offered.values()])["judged"]
    wrong = [name for (name, world), said in zip(offered.items(), found, strict=True) if said != judged(world, text)]
    assert wrong == []


def test_what_is_left_out_of_the_page_has_a_reason() -> None:
    offered = worlds()
    assert [name for name, world in bundled().items() if bool(reasons(world)) == (name in offered)] == []


def reasons(world: sb.World) -> list[str]:
    tables = [world.model.mechanism(name) for name in world.model.names]
    why = {
        "many policies": world.policies.size > 64,
        "several wish": bool(world.people),
        "a coupling": any(isinstance(t, CPT) for t in tables),
    }
    return [reason for reason, holds in why.items() if holds]


# ---------------------------------------------------------------- in a browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("site") / "page.html"
    place.write_text(page(), encoding="utf-8")
    return place.as_uri()


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as one:
        yield one


DRIVE = (ROOT / "tests" / "page_drive.js").read_text(encoding="utf-8")


def open_page(opened: Browser, address: str, **size: Any) -> Browser:
    opened.events.clear()
    opened.open(address, **size)
    opened.run(DRIVE)
    return opened


@in_browser
def test_two_hundred_random_edits_in_a_browser_give_the_fractions_of_python(opened: Browser, address: str) -> None:
    one = open_page(opened, address)
    for course in courses(COURSES, LENGTH):
        domains = [{name: world.model.domain(name) for name in world.model.names} for world in course.worlds]
        steps = [
            {**step, "text": str(known[step["name"]][step["place"]])} if step["do"] == "set row" else step
            for step, known in zip(course.steps, domains, strict=True)
        ]
        one.run(f"drive.start({json.dumps(course.world)}, {json.dumps(course.utility)})")
        answers = one.run(f"drive.follow({json.dumps(steps)})")
        for step, said, answer in zip(steps, course.said, answers, strict=True):
            problem = answer.pop("problem")
            assert bool(problem) == (said is None), (course.world, step, problem)
            assert said is None or answer == {name: said[name] for name in answer}, (course.world, course.utility, step)
    assert one.complaints() == []
    assert one.requests() == [address]


@in_browser
def test_the_answer_that_stands_there_at_once_is_the_one_that_the_program_gives(opened: Browser, address: str) -> None:
    one = opened
    one.ask("Emulation.setScriptExecutionDisabled", value=True)
    one.open(address)
    before = {part: one.run(f"document.getElementById('{part}').textContent") for part in ("verdict", "scores", "about")}
    one.ask("Emulation.setScriptExecutionDisabled", value=False)
    open_page(one, address)
    after = {part: one.run(f"document.getElementById('{part}').textContent") for part in before}
    assert "rewards" in before["verdict"]
    assert after["verdict"].startswith(before["verdict"])
    assert (after["scores"], after["about"]) == (before["scores"], before["about"])


@in_browser
def test_every_field_is_reached_and_used_with_the_keyboard(opened: Browser, address: str) -> None:
    one = open_page(opened, address)
    reached = []
    for _ in range(40):
        one.press("Tab", code=9)
        reached.append(one.run("document.activeElement.id || document.activeElement.getAttribute('aria-label') || ''"))
    fields = ["world", "definition", "baseline", "utility", "from", "to", "add-arrow", "arrow", "as-if", "remove-arrow", "edited"]
    assert [name for name in dict.fromkeys(reached) if name in fields] == fields
    assert {"swept", "slider", "link", "copy-link", "copy-python", "P(first = stop), as a number such as 1/4"} <= set(reached)
    one.run("document.getElementById('slider').focus()")
    one.press("ArrowRight", code=39)
    assert one.run("document.querySelector('#variable input').value") == "31/100"
    one.run("document.getElementById('remove-arrow').focus()")
    arrows = one.run("document.querySelectorAll('.arrow').length")
    one.press("Enter", code=13, text="\r")
    assert one.run("document.querySelectorAll('.arrow').length") == arrows - 1
    one.run("document.getElementById('back').focus()")
    one.press("Enter", code=13, text="\r")
    assert one.run("document.querySelectorAll('.arrow').length") == arrows


@in_browser
def test_an_arrow_is_dragged_from_one_variable_to_another(opened: Browser, address: str) -> None:
    one = open_page(opened, address)
    one.run("document.getElementById('graph').scrollIntoView()")
    one.drag(one.run("drive.place('slip')"), one.run("drive.place('pressed')"))
    assert "slip → pressed" in one.run("document.getElementById('arrow').textContent")
    one.drag(one.run("drive.place('value')"), one.run("drive.place('wish')"))
    assert "in a circle: wish → pressed → value → wish" in one.run("document.getElementById('problem').textContent")


@in_browser
def test_a_link_holds_all_that_is_seen(opened: Browser, address: str) -> None:
    one = open_page(opened, address)
    one.run("drive.start('jackpot_steering', 'E(V.had(intent=\"free\")) + 2 * E(B)')")
    one.run("drive['add arrow']({from: 'lucky', to: 'action'})")
    one.run("drive['set weight']({name: 'first', place: 0, weight: '1/3'})")
    before, link = one.run("drive.read()"), one.run("document.getElementById('link').value")
    one.wait(f"location.href === {json.dumps(link)}")
    assert before["problem"] == ""
    assert len(before["policies"]) == 4
    open_page(one, link)
    assert one.run("drive.read()") == before
    assert one.run("document.getElementById('utility').value") == 'E(V.had(intent="free")) + 2 * E(B)'


HOSTILE = '<img src=x onerror="window.hit=1">\'"</script><script>window.hit=1</script>'


def in_link(what: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(what).encode()).decode().rstrip("=")


@in_browser
def test_hostile_text_in_the_link_and_in_fields_does_nothing(opened: Browser, address: str) -> None:
    world = world_to_json(sb.worlds.basic_button())
    text = json.dumps({**world, "name": HOSTILE, "description": HOSTILE, "caveat": HOSTILE}).replace('"manip_f"', json.dumps(HOSTILE))
    renamed = text.replace('"slip"', json.dumps(HOSTILE[:50]))
    links = [
        in_link({"v": 1, "w": json.loads(renamed), "u": f"E(X({HOSTILE[:50]!r}))"}),
        in_link({"v": 1, "w": HOSTILE, "u": HOSTILE}),
        in_link({"v": 1, "w": {**world, "policies": {"__proto__": {"action": []}}}, "u": "E(V)"}),
        in_link({"v": 1, "w": {**world, "model": None}, "u": "E(V)"}),
        in_link({"v": 1, "w": "constructor", "u": "E(V)"}),
        in_link([]), HOSTILE, "%00", "e30", "A" * 100_000,
    ]  # fmt: skip
    for link in links:
        one = open_page(opened, f"{address}#{link}")
        one.wait("document.querySelector('#pieces li') !== null || document.querySelector('#answer.none') !== null")
        assert one.run("window.hit") is None
        assert one.run("document.querySelectorAll('img, iframe, script:not([type]):not(:last-of-type)').length") == 0
        assert one.complaints() == []
        assert all(url.startswith(address) for url in one.requests())
    one = open_page(opened, f"{address}#{links[0]}")
    assert HOSTILE in one.run("document.getElementById('about').textContent")
    assert HOSTILE in one.run("document.getElementById('scores').textContent")
    for field in ("utility", "new-name", "new-values"):
        one.run(f"document.getElementById('{field}').value = {json.dumps(HOSTILE)}")
        one.run("document.getElementById('utility').dispatchEvent(new Event('input')); document.getElementById('add-variable').click()")
    assert one.run("document.getElementById('problem').textContent") != ""
    assert one.run("document.getElementById('python').textContent") == ""
    assert one.run("window.hit") is None
    assert one.complaints() == []


@in_browser
def test_an_edit_is_answered_in_no_longer_than_a_few_sums_of_half_a_million_numbers(opened: Browser, address: str) -> None:
    """Eight such sums took about a tenth of a second on the machine on which this was written; a busy one slows both sides down."""
    one = open_page(opened, address)
    for name in ("office", "changing_minds_four_steps", "reasons_seen"):
        one.run(f"drive.start({json.dumps(name)}, {json.dumps(utilities()['ccmin'])})")
        times = one.run("drive.slide(12)")
        assert len(times) == 12
        assert min(edit for edit, _ in times) < 8 * min(beside for _, beside in times), (name, times)


@in_browser
@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not in build/npm; type: npm install --prefix build/npm axe-core")
def test_axe_finds_nothing_on_five_states_of_the_page(opened: Browser, address: str) -> None:
    states: dict[str, tuple[dict[str, Any], str]] = {
        "as it opens": ({}, "0"),
        "dark": ({"dark": True}, "drive.start('careyeveritt_figure_1', 'E(V.had(intent=\"stop\"))')"),
        "on a phone": ({"width": 390, "height": 844}, "drive.start('changing_minds', 'E(V)')"),
        "unread": ({}, "drive.start('office', 'best(E(V))')"),
        "changed": ({"dark": True}, "drive.start('blank', 'E(V)'); drive['add arrow']({from: 'wish', to: 'value'})"),
    }
    for name, (size, change) in states.items():
        one = open_page(opened, address, **size)
        one.run(change)
        one.wait("document.querySelector('#pieces li') !== null || document.querySelector('#answer.none') !== null")
        one.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        one.run(AXE.read_text(encoding="utf-8"))
        found = one.run(
            "axe.run().then((r) => r.violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 160) + n.failureSummary)]))"
        )
        assert found == [], (name, found)
