"""Docstrings that are data, such as what a bundled world shows: they are there under ``python -OO`` too."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

__all__ = ["docstring"]


def docstring(f: Callable[..., Any]) -> str:
    """The docstring of a function, read from its source where ``python -OO`` has taken it away; empty when it has none.

    >>> docstring(docstring).split()[:2]
    ['The', 'docstring']
    """
    if f.__doc__ is not None:
        return inspect.cleandoc(f.__doc__)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(f))).body[0]
    except (OSError, TypeError, SyntaxError):
        return ""
    return (ast.get_docstring(tree) or "") if isinstance(tree, ast.FunctionDef) else ""
