"""Files written at once: whoever looks finds the old text or the new one, never a part."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path
from typing import BinaryIO

from causalkit.errors import WrongShape
from causalkit.values.arguments import checked

__all__ = ["write_whole"]


@checked
def write_whole(path: Path, text: str) -> None:
    """Write a file at once: it is either replaced by the whole text, or left as it was, whenever the program is stopped.

    A file that is replaced keeps its mode; a new one gets what the umask allows. A symbolic link stays, and the file that it leads to is
    replaced; further hard links keep the old text. What is no plain file, such as ``/dev/stdout``, is written to. A program that is killed
    may leave a file ``.name.*.part`` beside it.

    Raises ``WrongShape`` for text that holds half a character, ``OSError`` where the file or its folder cannot be written.
    """
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise WrongShape(f"the text holds half a character ({text[error.start]!r}), which no file can hold; write it whole") from None
    target = Path(os.path.realpath(path))
    try:
        before = target.stat()
    except FileNotFoundError:
        _replace(target, content, None)
        return
    if stat.S_ISREG(before.st_mode):
        if not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise PermissionError(errno.EACCES, "it is read-only, and is left as it was", str(path))
        _replace(target, content, stat.S_IMODE(before.st_mode))
    else:
        with target.open("wb") as file:
            file.write(content)


def _replace(target: Path, content: bytes, mode: int | None) -> None:
    """Put the content in the place of a file, through a new file beside it, which is its owner's alone until it has its mode."""
    part = target.with_name(f".{target.name[:50]}.{secrets.token_hex(6)}.part")
    try:
        with _opened(part, 0o666 if mode is None else 0o600) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            part.chmod(mode)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _opened(part: Path, mode: int) -> BinaryIO:
    """A file that was not there before, to be written; raises ``PermissionError`` naming the folder in which none can be made."""
    try:
        return os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), mode), "wb")
    except PermissionError as error:
        raise PermissionError(error.errno, "no file can be made in the folder", str(part.parent)) from None
