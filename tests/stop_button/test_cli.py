"""The command, as a user types it: what it prints, what it writes, what it refuses."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from rich.console import Console

import stop_button as sb
from causalkit.errors import CausalError
from stop_button.auditing.reporting import Report, report
from stop_button.auditing.verdicts import VERDICTS
from stop_button.decision.world_file import load_worlds, save_world
from stop_button.presentation import cli
from stop_button.presentation.cli import main
from stop_button.presentation.command.brief import print_brief
from stop_button.presentation.html import page

SEVEN = [sb.naive, sb.switch, sb.counterfactual, sb.cond, sb.conditional_counterfactual, sb.ccmin, sb.ref]


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(words) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    return " ".join(streams.err.split())


def test_list_names_every_world_and_definition_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "list")
    for name in [*sb.worlds.bundled_worlds(), *sb.definitions.REGISTER]:
        assert name in text
    assert "[tailcalled2021]" in text


def test_audit_prints_scores_verdicts_and_flags(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "audit", "jackpot_steering", "--full")
    assert re.search(r"steer .* 101\.8 \*", text)
    assert "rewards     conditional_counterfactual picks steer" in text
    assert "clean       counterfactual picks quiet" in text
    assert "conditioning shift: conditional_counterfactual of steer is 101.8" in text


def test_a_world_with_variants_stands_for_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "audit", "public_unsafe_act", "--definition", "counterfactual")
    assert len(text.splitlines()) < 10
    assert all(f"public_unsafe_act_{variant}" in text for variant in "abc")
    assert "switch" not in text


def test_the_page_is_one_self_contained_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    printed(capsys, "audit", "public_unsafe_act", "jackpot_steering", "--html", str(target))
    text = target.read_text(encoding="utf-8")
    assert re.search(r"""(?:src|href)\s*=\s*["'](?!#)""", text) is None, "nothing outside the page"
    assert "<script" not in text
    assert "@import" not in text
    assert "url(http" not in text
    graphs = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(graphs) == 4
    assert all(ElementTree.fromstring(graph) is not None for graph in graphs)
    assert text.count("<table") >= 6
    assert "101.8" in text
    assert list(tmp_path.iterdir()) == [target]


def test_a_page_shows_every_flag_with_its_evidence() -> None:
    one = report(sb.worlds.jackpot_steering(), SEVEN)
    text = page([one])
    for each in one.audits:
        for flag in each.flags:
            assert flag.sentence.replace("'", "&#x27;") in text
    assert "a gain of conditional_counterfactual may come by way of wish: action -&gt; wish" in text


def test_text_on_a_page_is_escaped() -> None:
    world = sb.worlds.basic_button().told(name="<b>bold</b> & co", description="<script>alert(1)</script>")
    text = page([report(world, [sb.naive])])
    assert "<script>" not in text
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; co" in text


def test_worlds_from_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    save_world(sb.worlds.scale(), tmp_path / "scale.json")
    program = tmp_path / "mine.py"
    program.write_text("import stop_button as sb\nmine = sb.worlds.jackpot_steering().told(name='')\n", encoding="utf-8")
    text = printed(capsys, "audit", str(tmp_path / "scale.json"), str(program), "--definition", "naive")
    assert "scale" in text
    assert "mine" in text
    assert load_worlds(program)[0] == sb.worlds.jackpot_steering()


@pytest.mark.parametrize("name", sorted(sb.worlds.bundled_worlds()))
def test_every_bundled_world_survives_its_file(name: str, tmp_path: Path) -> None:
    world = sb.worlds.bundled_worlds()[name]
    save_world(world, tmp_path / "world.json")
    (back,) = load_worlds(tmp_path / "world.json")
    assert back == world
    assert back.named == world.named
    assert back.caveat == world.caveat


WRONG_FILES = {
    "cut.json": ("{", r"cut\.json: not JSON: .* in line 1, column 2"),
    "list.json": ("[]", r"list\.json: \$: expected an object with format 'stop_button world' and version 2"),
    "model.json": ('{"format": "causalkit model", "version": 1, "variables": {}}', r"a model alone is not a world, it needs roles"),
    "raises.py": ("x = 1\ny = x / 0\n", r"raises\.py raised ZeroDivisionError in line 2 of raises\.py: division by zero"),
    "own_line.py": (
        "import causalkit as ck\ndef chance():\n    return ck.coin('1,4')\n\nm = ck.Model(a=chance())\n",
        r"own_line\.py raised InvalidNumber in line 3 of own_line\.py: '1,4' is not an exact number",
    ),
    "function.py": (
        "import causalkit as ck\nm = ck.Model(\n    a=ck.coin('1/4'),\n    b=lambda a: 1 / a,\n)\n",
        r"function\.py raised MechanismFailed in line 4 of function\.py: ",
    ),
    "empty.py": ("x = 1\n", r"empty\.py leaves no World at its top level; assign one: my_world = stop_button\.World\(\.\.\.\)"),
    "syntax.py": ("x = (\n", r"syntax\.py raised SyntaxError in line 1 of syntax\.py: "),
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_a_world_file_that_is_not_one(name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    content, wanted = WRONG_FILES[name]
    (tmp_path / name).write_text(content, encoding="utf-8")
    message = refused(capsys, "audit", str(tmp_path / name), "--html", str(tmp_path / "page.html"))
    assert re.search(wanted, message), message
    assert [path.name for path in tmp_path.iterdir()] == [name], "nothing half-written is left"


def test_a_json_world_never_runs_code(tmp_path: Path) -> None:
    document = json.loads(json.dumps({"format": "stop_button world", "version": 1, "model": {"__reduce__": "os.system"}, "roles": {}}))
    (tmp_path / "trap.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(CausalError, match=r"\$\.model"):
        load_worlds(tmp_path / "trap.json")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["audit", "basic_buton"], r"'basic_buton' is neither a bundled world nor a \.py or \.json file; .*did you mean 'basic_button'\?"),
        (["audit", "--definition", "swich"], r"'swich' is not a definition; there are: naive, .*did you mean 'switch'\?"),
        (["audit", "nowhere.json"], r"nowhere\.json is not there; name a \.json or \.py file that holds a world"),
    ],
)
def test_a_wrong_word(words: list[str], wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert re.search(wanted, refused(capsys, *words))


def test_a_page_that_cannot_be_written_leaves_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["audit", "scale", "--definition", "naive", "--html", str(tmp_path / "no" / "page.html")]) == 2
    assert "No such file or directory" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_definition_with_policies_inside_is_named_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "audit", "hobson_three_actions", "--definition", "naive_indifference", "--full")
    assert "naive_indifference" in text
    assert len(re.findall(r"0\.9 \*", text)) == 3


# ---------------------------------------------------------------- one table first


def shown(reports: list[Report], width: int) -> list[str]:
    stream = io.StringIO()
    print_brief(Console(file=stream, width=width), reports, then="")
    return stream.getvalue().splitlines()


def test_the_table_over_all_worlds_is_a_screen_and_so_is_that_of_each() -> None:
    utilities = list({utility.formula: utility for utility in reversed(list(sb.definitions.REGISTER.values()))}.values())[::-1]
    reports = [report(world, utilities) for world in sb.worlds.bundled_worlds().values()]
    together = shown(reports, 80)
    assert len(together) < 24
    got = [word for one in reports for name, word in one.verdicts if name == "switch"]
    (row,) = (line for line in together if line.startswith("│ switch "))
    assert re.findall(r"\d+", row) == [str(got.count(word)) for word in ("clean", "permits", "rewards", "side effect")]
    named = next(one.world.title for one in reports if dict(one.verdicts).get("switch") == "rewards")
    assert f"│ {named} " in next(line for line in shown(reports, 130) if line.startswith("│ switch "))
    assert max(len(shown([one], 80)) for one in reports) < 24
    assert max(len(shown([one], 130)) for one in reports) < 24


def test_few_worlds_have_a_column_each_and_say_where_a_definition_does_not_apply(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "audit", "hobson_three_actions", "scale")
    assert re.search(r"utility_indifference +│ permits +│ does not apply", text)
    assert "6 of 16 verdicts are clean; clean wherever they apply here: none." in text


def test_the_table_of_one_world_names_best_policies_and_their_flags(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "audit", "office")
    assert re.search(r"naive +│ rewards +│ work if glance=False, reassure if glance=\.\.\. and 5 more +│ influence, loses a stop", text)
    assert "clean in this world: conditional_counterfactual, ccmin." in text


def test_a_page_and_the_rest_are_named_where_they_were_not_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--full" in printed(capsys, "audit", "scale", "--definition", "naive")
    assert "--full" not in printed(capsys, "audit", "scale", "--definition", "naive", "--full")


def test_the_words_of_a_table_are_explained_below_it_and_no_others(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "audit", "basic_button", "--definition", "naive", "--definition", "counterfactual")
    told = re.findall(r"^  ([a-z ]+): (.*)$", text, re.MULTILINE)
    assert told == [(word, VERDICTS[word]) for word in VERDICTS if word in ("clean", "rewards")]


def test_help_explains_every_verdict_and_says_which_definitions_are_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["audit", "--help"])
    text = capsys.readouterr().out
    assert all(f"  {word}: {meaning}" in text for word, meaning in VERDICTS.items())
    assert "by default all that list names" in " ".join(text.split())


@pytest.mark.parametrize(("height", "explained"), [(22, False), (23, True)])
def test_a_low_terminal_keeps_its_one_screen(height: int, explained: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(cli, "console", lambda: Console(file=stream, width=100, height=height, force_terminal=True, color_system=None))
    assert main(["audit", "basic_button", "--definition", "naive", "--definition", "counterfactual"]) == 0
    assert ("  rewards: " in stream.getvalue()) is explained
    assert len(stream.getvalue().splitlines()) < height


# ---------------------------------------------------------------- for programs


def test_json_is_one_document_with_exact_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(printed(capsys, "audit", "jackpot_steering", "basic_button", "--json"))
    assert (document["format"], document["version"]) == ("stop_button audits", 1)
    assert [one["world"] for one in document["worlds"]] == ["jackpot_steering", "basic_button"]
    audits = {one["definition"]: one for one in document["worlds"][0]["audits"]}
    steer = audits["conditional_counterfactual"]
    assert (steer["verdict"], steer["best"]) == ("rewards", [{"policy": "steer", "score": "509/5"}])
    board = sb.score(sb.worlds.jackpot_steering(), sb.conditional_counterfactual)
    assert [each["score"] for each in steer["scores"]] == [str(row[0]) for row in board.scores]
    assert any(gain["kind"] == "conditioning shift" for gain in steer["gains"])
    assert "per_step_a" in [each["definition"].partition(" ")[0] for each in document["worlds"][0]["do not apply"]]


def test_json_with_a_page_is_still_one_document(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = printed(capsys, "audit", "scale", "--definition", "naive", "--json", "--html", str(tmp_path / "page.html"))
    assert json.loads(text)["worlds"][0]["world"] == "scale"
    assert (tmp_path / "page.html").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [("rewards,permits", 1), ("permits", 0), ("rewards", 1), ("side-effect", 0), ("side effect, rewards", 1), ("clean", 0), ("", 0)],
)
def test_fail_on_ends_with_1_where_a_verdict_is_among_the_words(words: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "basic_button", "--definition", "naive", "--fail-on", words]) == code
    streams = capsys.readouterr()
    assert "Which definitions" in streams.out
    assert ("naive in basic_button: rewards" in " ".join(streams.err.split())) == (code == 1)


def test_without_fail_on_a_verdict_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert "rewards" in printed(capsys, "audit", "basic_button", "--definition", "naive")


def test_fail_on_knows_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    message = refused(capsys, "audit", "basic_button", "--fail-on", "reward")
    assert re.search(r"'reward' is not a verdict; --fail-on knows: clean, permits, .*did you mean 'rewards'\?", message)


# ---------------------------------------------------------------- a world to begin with


def test_a_new_world_is_audited_as_it_stands(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = printed(capsys, "new", "world.py")
    _, _, typed = said.strip().partition("type: stop-button ")
    assert typed == "audit world.py"
    text = printed(capsys, *typed.split())
    assert re.search(r"naive +│ rewards +│ reassure and 1 more", text)
    commands = re.findall(r"^    stop-button (.+)$", (tmp_path / "world.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) == 3
    for words in commands:
        printed(capsys, *words.split())
    assert (tmp_path / "page.html").exists()


def test_what_the_new_world_says_of_seeing_is_so(tmp_path: Path) -> None:
    assert main(["new", str(tmp_path / "world.py")]) == 0
    text = (tmp_path / "world.py").read_text(encoding="utf-8")
    assert "9 policies, not 3" in text
    (plain,) = load_worlds(tmp_path / "world.py")
    (tmp_path / "sees.py").write_text(text.replace('"cut the wire"),', '"cut the wire", sees=["doubt"]),'), encoding="utf-8")
    (sees,) = load_worlds(tmp_path / "sees.py")
    assert (len(plain.policies), len(sees.policies)) == (3, 9)


def test_a_new_world_is_never_written_over_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "world.py"
    path.write_text("mine", encoding="utf-8")
    assert "is there already, and nothing is written over it" in refused(capsys, "new", str(path))
    assert path.read_text(encoding="utf-8") == "mine"
    assert "type: stop-button new world.py" in refused(capsys, "new", str(tmp_path / "world.txt"))


def test_definitions_that_do_not_apply_are_named_with_the_reason_or_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "audit", "office", "--definition", "naive", "--definition", "mixture")
    assert "1 of 1 verdicts" in text or "0 of 1 verdicts" in text
    assert "mixture does not apply to office, which has no pressing." in text
    text = " ".join(printed(capsys, "audit", "office").split())
    left_out = [utility.name for utility in sb.definitions.REGISTER.values() if not report(sb.worlds.office(), utility).audits]
    assert len(left_out) > 3
    assert f"{len(left_out)} definitions do not apply, and --full says why: {', '.join(left_out)}." in text
    full = " ".join(printed(capsys, "audit", "office", "--full").split())
    assert all(f"{name} (no " in full for name in left_out)


def test_a_check_of_definitions_of_which_none_applies_does_not_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "office", "--definition", "mixture"]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert told == "stop-button: no definition that was named could be judged: mixture does not apply to office, which has no pressing"
    assert main(["audit", "office", "--definition", "mixture", "--json"]) == 2
    (world,) = json.loads(capsys.readouterr().out)["worlds"]
    assert world["do not apply"] == [{"definition": "mixture", "missing": ["pressing"]}]
