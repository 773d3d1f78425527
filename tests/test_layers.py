"""The shape of the packages, read from their source: what may import what, what each room keeps to itself, how large it may grow."""

import ast
import graphlib
import sys
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# A room is a folder, or a module on a package's top floor. Lowest first: a room imports only from rows above its own, so the rooms of
# one row know nothing of each other. Inside a room there are no rows, only no circles. The package itself is the room "".
LAYERS = {
    "causalkit": [
        ["errors"],
        ["loading", "values"],
        ["graphs", "mechanisms", "symbols"],
        ["engine.compiling", "identification"],
        ["engine.contraction"],
        ["engine.exact"],
        ["engine"],
        ["regime"],
        ["branches"],
        ["model", "drawing", "twin_network"],
        ["unrolling", "quantities", "examples", "documents", "plot", "testing"],
        ["networks", "plots"],
        ["interop"],
        [""],
    ],
    "stop_button": [
        ["bookmarks", "citing", "loading", "parallel", "language"],
        ["decision"],
        ["grounding", "solving.relaxing"],
        ["evaluation.terms"],
        ["evaluation.unfolding"],
        ["evaluation", "sequences", "worlds"],
        ["learning", "properties", "solving.lots", "solving.sequences"],
        ["solving"],
        ["agents", "definitions", "replies", "incentives", "incentives.stopping", "lotteries"],
        ["auditing", "games.graphs"],
        ["searching", "games"],
        ["atlas.columns"],
        ["atlas"],
        ["atlas.along"],
        ["presentation.atlas", "presentation.command"],
        ["presentation", "testing"],
        [""],
        ["__main__"],
    ],
}
MOST_ROWS = 32
MOST_FILES = 12
COLLECTIONS = {"causalkit/examples", "stop_button/definitions", "stop_button/worlds"}  # one thing a file, as many as there are

# Modules that may import other projects when they are loaded; nothing but each other may load them.
LEAVES = [
    "*.plot", "causalkit.drawing.paint", "causalkit.plots.*", "stop_button.presentation.plot_*", "stop_button.presentation.command.*",
    "*.testing", "*.cli", "*.__main__",
    "causalkit.testing.*", "causalkit.interop.pgmpy", "causalkit.interop.networkx",
]  # fmt: skip

# What stop_button may see of causalkit: the names in `__all__` of the package and of these modules.
PUBLIC = [
    "causalkit", "causalkit.documents.*", "causalkit.errors", "causalkit.examples", "causalkit.graphs", "causalkit.graphs.*",
    "causalkit.interop", "causalkit.interop.*", "causalkit.loading", "causalkit.mechanisms.constructors", "causalkit.mechanisms.mechanism",
    "causalkit.mechanisms.rows", "causalkit.networks", "causalkit.plot", "causalkit.plots.*", "causalkit.quantities",
    "causalkit.symbols", "causalkit.testing", "causalkit.twin_network", "causalkit.unrolling", "causalkit.values.*",
]  # fmt: skip

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "types", "core"}
LONGEST_MODULE = 350
LONGEST_BODY = 40


# ---------------------------------------------------------------- reading the source


@dataclass(frozen=True)
class Import:
    """One imported module, and when it is imported: as the module loads, when a function is called, or for types only."""

    target: str
    when: str
    line: int


def modules_on_disk() -> dict[str, Path]:
    paths = [path for package in LAYERS for path in sorted((ROOT / package).rglob("*.py"))]
    dotted = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths}
    return {name.removesuffix(".__init__"): path for path, name in dotted.items()}


MODULES = modules_on_disk()
OURS = sorted(MODULES)


@cache
def parsed(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"), filename=str(MODULES[module]))


def statements(node: ast.AST, when: str = "loading") -> Iterator[tuple[ast.AST, str]]:
    """Every import under a node, with when it is run; `import_module` of a literal is one, too."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom) or literal_import(child):
            yield child, when
        if isinstance(child, ast.If) and last_name(child.test) == "TYPE_CHECKING":
            yield from statements(ast.Module(child.body, []), "typing")
            yield from statements(ast.Module(child.orelse, []), when)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from statements(child, "called")
        else:
            yield from statements(child, when)


def literal_import(node: ast.AST) -> str | None:
    """The module that `import_module("...")` names."""
    if isinstance(node, ast.Call) and last_name(node.func) in ("import_module", "__import__") and node.args:
        first = node.args[0]
        return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
    return None


def last_name(node: ast.AST) -> str | None:
    """`b` of `b` and of `a.b`."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None


def targets(statement: ast.AST, known: Container[str]) -> list[str]:
    """The modules that a statement names; in `from package import x`, `package.x` where that is a module."""
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    if not isinstance(statement, ast.ImportFrom):
        return [literal_import(statement) or ""]
    origin = statement.module or ""
    names = (f"{origin}.{alias.name}" for alias in statement.names)
    return list(dict.fromkeys(name if name in known else origin for name in names))


@cache
def imports(module: str) -> list[Import]:
    found = statements(parsed(module))
    return [Import(target, when, getattr(statement, "lineno", 0)) for statement, when in found for target in targets(statement, MODULES)]


def ours(module: str) -> list[Import]:
    """Imports of the project's own modules that a running program makes, now or when something is called."""
    return [each for each in imports(module) if root(each.target) in LAYERS and each.when != "typing"]


def root(module: str) -> str:
    return module.partition(".")[0]


def room(module: str) -> str:
    """The room of a module, without its package: a folder, or the module itself on the top floor; a folder's `__init__` is in it."""
    inside = module.partition(".")[2]
    is_folder = MODULES[module].name == "__init__.py"
    return inside if is_folder or "." not in inside else inside.rpartition(".")[0]


def is_one_of(module: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(module, pattern) for pattern in patterns)


def level(package: str, place: str) -> int | None:
    return next((i for i, row in enumerate(LAYERS[package]) if place in row), None)


# ---------------------------------------------------------------- what may import what


def test_the_plan_fits_on_a_page() -> None:
    assert sum(map(len, LAYERS.values())) <= MOST_ROWS


def test_every_room_has_its_row_and_every_row_its_rooms() -> None:
    rooms = {package: {room(module) for module in OURS if root(module) == package} for package in LAYERS}
    assert {package: {place for row in rows for place in row} for package, rows in LAYERS.items()} == rooms


def test_rooms_import_only_from_rows_above_their_own() -> None:
    wrong = []
    for module in OURS:
        for each in ours(module):
            if root(each.target) != root(module) or each.target not in MODULES or room(each.target) == room(module):
                continue
            mine, theirs = level(root(module), room(module)), level(root(module), room(each.target))
            if mine is None or theirs is None or theirs >= mine:
                wrong.append(f"line {each.line} of {module} -> {each.target}")
    assert not wrong, wrong


def test_no_room_has_a_circle() -> None:
    """Imports inside functions count: there are no doorways."""
    graph = {module: {each.target for each in ours(module)} - {module} for module in OURS if MODULES[module].name != "__init__.py"}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_an_import_inside_a_function_is_for_a_library_or_a_leaf() -> None:
    inside = [
        f"line {each.line} of {module} -> {each.target}"
        for module in OURS
        for each in ours(module)
        if each.when == "called" and not is_one_of(each.target, LEAVES) and room(module)  # the top floor says how rooms are loaded
    ]
    assert not inside, inside


def test_nobody_reads_a_private_field_of_another_module() -> None:
    reads = [f"line {line} of {module}: .{name}" for module in OURS for line, name in private_reads(parsed(module))]
    assert not reads, reads


def private_reads(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Underscored attributes of others that a module reads, and `getattr(x, "_...")`, where it defines no such name itself."""
    own = defined_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in own:
            if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")):
                yield node.lineno, node.attr
        elif isinstance(node, ast.Call) and last_name(node.func) == "getattr" and len(node.args) > 1:
            name = node.args[1]
            if isinstance(name, ast.Constant) and is_private(str(name.value)):
                yield node.lineno, str(name.value)


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def defined_names(tree: ast.Module) -> set[str]:
    """The functions, classes, fields and variables that a module defines."""
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    stored = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store))
    return names | {node.attr for node in stored if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls", "new")}


def test_no_folder_is_crowded() -> None:
    sizes = Counter(path.parent.relative_to(ROOT).as_posix() for path in MODULES.values() if path.name != "__init__.py")
    assert not {folder: size for folder, size in sizes.items() if size > MOST_FILES and folder not in COLLECTIONS}


def test_the_packages_are_there() -> None:
    assert set(LAYERS) <= set(MODULES), "a package has no __init__.py"


def test_every_folder_is_a_package() -> None:
    folders = {path.parent for path in MODULES.values()}
    assert not [folder.relative_to(ROOT) for folder in folders if not (folder / "__init__.py").exists()], "a wheel leaves it out"


def test_causalkit_has_never_heard_of_buttons() -> None:
    inside = [name for name in OURS if root(name) == "causalkit"]
    assert not [(module, each) for module in inside for each in imports(module) if root(each.target) == "stop_button"]


def test_only_leaves_load_other_projects() -> None:
    wrong = []
    for module in OURS:
        if is_one_of(module, LEAVES):
            continue
        loaded = [each for each in imports(module) if each.when == "loading"]
        foreign = [each for each in loaded if root(each.target) not in sys.stdlib_module_names and root(each.target) not in LAYERS]
        wrong += [(module, each.target, "import it inside the function that uses it") for each in foreign]
        wrong += [(module, each.target, "a leaf brings in its libraries") for each in loaded if is_one_of(each.target, LEAVES)]
    assert not wrong, wrong


# ---------------------------------------------------------------- stop_button sees what any user sees


@cache
def exported(module: str) -> frozenset[str]:
    """The names in a module's `__all__`, which must be written out."""
    for statement in parsed(module).body if module in MODULES else []:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
            return frozenset(ast.literal_eval(statement.value))
    return frozenset()


def is_public(module: str) -> bool:
    return is_one_of(module, PUBLIC)


def private_uses(tree: ast.AST, package: str = "causalkit") -> list[str]:
    """Names of a package that a module uses although they are not public."""
    statements_ = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    taken = [(node, alias) for node in statements_ for alias in node.names if root(origin(node, alias)) == package]
    aliases = {alias.asname or root(alias.name): opened(node, alias) for node, alias in taken}
    used = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return [
        *(f"line {node.lineno}: {opened(node, alias)}" for node, alias in taken if not allowed_import(node, alias)),
        *(f"line {node.lineno}: {ast.unparse(node)}" for node in used if not allowed_attribute(node, aliases)),
    ]


def origin(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    return alias.name if isinstance(node, ast.Import) else node.module or ""


def opened(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    """What an import gives a name to: a module, or something in one."""
    if isinstance(node, ast.ImportFrom):
        return f"{node.module}.{alias.name}"
    return alias.name if alias.asname else root(alias.name)


def allowed_import(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> bool:
    where = origin(node, alias)
    if isinstance(node, ast.Import):
        return is_public(where)
    return is_public(where) and (alias.name in {*exported(where), "__version__"} or is_public(f"{where}.{alias.name}"))


def allowed_attribute(node: ast.Attribute, aliases: dict[str, str]) -> bool:
    where = module_named(node.value, aliases)
    if where is None or not is_public(where):
        return True
    return node.attr in exported(where) or is_public(f"{where}.{node.attr}") or node.attr == "__version__"


def module_named(expression: ast.expr, aliases: dict[str, str]) -> str | None:
    """The module that an expression such as `ck.testing` stands for."""
    if isinstance(expression, ast.Name):
        return aliases.get(expression.id)
    if isinstance(expression, ast.Attribute):
        outer = module_named(expression.value, aliases)
        return f"{outer}.{expression.attr}" if outer is not None else None
    return None


def test_stop_button_uses_public_names_only() -> None:
    inside = [name for name in OURS if root(name) == "stop_button"]
    assert inside
    uses = {module: private_uses(parsed(module)) for module in inside}
    assert not {module: each for module, each in uses.items() if each}, "export it from causalkit, or do without"


@pytest.mark.parametrize(
    "source",
    [
        "from causalkit.mechanisms.network import Node",
        "from causalkit import regime",
        "from causalkit import *",
        "from causalkit.errors import inspect",
        "import causalkit.mechanisms.network",
        "import causalkit as ck; ck.regime.Regime",
        "import causalkit as ck\ndef f(): return ck.anything_else",
        "import causalkit.errors as e; e.inspect",
    ],
)
def test_private_uses_are_seen(source: str) -> None:
    assert private_uses(ast.parse(source))


@pytest.mark.parametrize("source", ["from causalkit.errors import CausalError", "import causalkit as ck; ck.errors.CausalError"])
def test_public_uses_are_allowed(source: str) -> None:
    assert not private_uses(ast.parse(source))


def test_imports_are_told_apart_by_when_they_run() -> None:
    source = (
        "import a\nif TYPE_CHECKING:\n    import b\nelse:\n    import c\nclass D:\n    import d\n    def f(self):\n        import e\n"
        "import_module('g')\nlater = lambda: importlib.import_module('h')"
    )
    assert [(targets(node, ())[0], when) for node, when in statements(ast.parse(source))] == [
        ("a", "loading"), ("b", "typing"), ("c", "loading"), ("d", "loading"), ("e", "called"), ("g", "loading"), ("h", "called"),
    ]  # fmt: skip


def test_private_reads_are_seen() -> None:
    source = "class A:\n  def __init__(self, b):\n    self._x = b._y\n  def f(self, o):\n    return o._x, getattr(o, '_z'), self._w"
    assert [name for _, name in private_reads(ast.parse(source))] == ["_y", "_z"]


# ---------------------------------------------------------------- sizes and names


def test_modules_stay_small() -> None:
    sizes = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in MODULES.items()}
    assert not {module: size for module, size in sizes.items() if size > LONGEST_MODULE}


def test_functions_stay_small() -> None:
    long = []
    for module in OURS:
        functions = [node for node in ast.walk(parsed(module)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        long += [f"{module}.{node.name}: {length(node)} lines" for node in functions if length(node) > LONGEST_BODY]
    assert not long


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function's body, its docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_names_say_what_is_inside() -> None:
    assert not [module for module in OURS if EMPTY_NAMES & set(module.split("."))]
