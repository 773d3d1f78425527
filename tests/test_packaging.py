"""What is declared about the distribution is so: one version, one list of files, libraries that say what to type when they are missing."""

import ast
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch

import pytest

import causalkit
import stop_button
from stop_button.presentation.cli import main
from tests.source import ROOT, project_files

DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_there_is_one_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert stop_button.__version__ is causalkit.__version__
    assert f"\nversion: {causalkit.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"stop-button {causalkit.__version__}\n"


def test_the_build_reads_the_version_without_importing() -> None:
    """Setuptools reads a plain string from the source; anything else would import the package, whose libraries are not there yet."""
    assert DECLARED["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "causalkit.__version__"}
    tree = ast.parse((ROOT / "causalkit" / "__init__.py").read_text(encoding="utf-8"))
    values = [node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__version__"]
    assert [ast.literal_eval(value) for value in values] == [causalkit.__version__]


def test_every_file_of_the_project_is_in_the_source_distribution() -> None:
    lines = [line.split() for line in (ROOT / "MANIFEST.in").read_text(encoding="utf-8").splitlines()]
    grafted = [line[1] for line in lines if line[:1] == ["graft"]] + ["causalkit", "stop_button"]
    included = [pattern for line in lines if line[:1] == ["include"] for pattern in line[1:]]
    names = [path.relative_to(ROOT).as_posix() for path in project_files()]
    assert len(names) > 300
    lost = [
        name
        for name in names
        if name.partition("/")[0] not in grafted and not ("/" not in name and any(fnmatch(name, pattern) for pattern in included))
    ]
    assert not lost, "add them to MANIFEST.in"


def test_an_index_shows_the_readme_without_pictures_of_the_repository() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "](docs/" in readme
    script = """if True:
        import sys, types
        sys.modules["setuptools"] = types.SimpleNamespace(setup=lambda **said: print(said["long_description"]))
        exec(open("setup.py").read())
    """
    shown = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", f"__file__ = 'setup.py'\n{script}"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "](docs/" not in shown
    assert shown.strip().splitlines()[0] == readme.splitlines()[0]
    assert set(shown.splitlines()) <= set(re.sub(r"\[([^\]]+)\]\(docs/[^)]*\)", r"\1", readme).splitlines())


@pytest.mark.parametrize("module", ["causalkit.testing", "stop_button.testing"])
def test_without_hypothesis_it_is_said_what_to_type(module: str) -> None:
    script = f"""if True:
        import sys
        sys.modules["hypothesis"] = None
        try:
            import {module}
        except ImportError as error:
            print(type(error).__name__, error)
    """
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == (
        "MissingExtra causalkit.testing and stop_button.testing need hypothesis, which is not installed; "
        "type: pip install 'causalkit[testing]'\n"
    )
    assert "testing" in DECLARED["project"]["optional-dependencies"]


def test_the_workflow_tries_every_python_that_is_declared() -> None:
    declared = [line.rpartition(" ")[2] for line in DECLARED["project"]["classifiers"] if re.search(r":: 3\.\d+$", line)]
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert declared[0] == DECLARED["project"]["requires-python"].removeprefix(">=")
    assert f"python: {declared}".replace("'", '"') in workflow


def test_the_hooks_run_the_linter_that_is_declared() -> None:
    (declared,) = (line for line in DECLARED["project"]["optional-dependencies"]["test"] if line.startswith("ruff"))
    hooked = re.search(r"ruff-pre-commit\n\s+rev: v(\d+\.\d+)", (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert hooked is not None
    assert declared.startswith(f"ruff>={hooked[1]},")
