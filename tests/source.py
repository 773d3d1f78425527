"""The project's own files, for tests that read them."""

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def project_files() -> list[Path]:
    """Every file that belongs to the project: what git has or would take, or, without git, what stands in its folders."""
    if shutil.which("git") and (ROOT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
        return [ROOT / name for name in listed if name and (ROOT / name).is_file()]
    built = {"build", "dist", "__pycache__"}
    parts = ((path, path.relative_to(ROOT).parts) for path in sorted(ROOT.rglob("*")) if path.is_file())
    return [path for path, names in parts if not built & set(names) and not any(is_left_out(name) for name in names)]


def modules() -> dict[str, Path]:
    """Every module of both packages by its path, where it is imported from: beside the tests, or where a wheel was installed."""
    found: dict[str, Path] = {}
    for package in ("causalkit", "stop_button"):
        spec = find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        folder = Path(spec.origin).parent
        found |= {path.relative_to(folder.parent).as_posix(): path for path in sorted(folder.rglob("*.py"))}
    return found


def is_left_out(name: str) -> bool:
    ours = {".ci", ".github", ".gitignore", ".gitattributes", ".pre-commit-config.yaml"}
    return name.endswith(".egg-info") or name in {"PKG-INFO", "setup.cfg"} or (name.startswith(".") and name not in ours)
