"""The shape of the packages, read from their source: what may import what, and how large a piece may grow."""

import ast
import graphlib
import sys
from collections.abc import Container, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Lowest first; a module imports only from rows above its own, so the modules of one row know nothing of each other.
# `*` stands for every module of a package that no other row names.
LAYERS = {
    "causalkit": [
        ["errors"],
        ["exact", "frozen", "graphs.order", "graphs.parsing", "quantities.linear", "drawing.colours", "drawing.levels"],
        ["render", "graphs.sources", "identification.observed", "drawing.layout"],
        ["dist", "rows", "graphs.graph", "identification.notation", "drawing.routes"],
        ["coupling", "graphs.paths", "identification.hedge", "identification.symbol"],
        ["mechanism", "graphs.separation", "identification.estimand"],
        ["declare", "identification.estimand_algebra", "identification.query"],
        ["event", "network", "graphs.adjustment", "identification.counterfactual", "identification.adjusting"],
        ["graphs.direct", "graphs.independence", "graphs.instrument", "identification.id_algorithm", "identification.counterfactual_graph"],
        ["graphs"],
        ["identification.id_star"],
        ["identification"],
        ["assembly", "wording", "tabular"],
        ["engine.ordering", "engine.trace", "engine.enumerate"],
        ["engine.factors"],
        ["engine.rings", "engine.readout", "engine.circuit", "engine.query", "engine.monomials"],
        ["engine.plan", "engine.run", "engine.open_ratio", "engine.native"],
        ["engine.eliminate", "engine.legs"],
        ["engine.*"],
        ["engine"],
        ["branches", "standing"],
        ["model"],
        ["quantities.effects", "quantities.responses", "drawing.picture", "unrolled"],
        ["symbols", "quantities.causation", "quantities.story", "quantities.bounding", "drawing.twins"],
        ["quantities.actual"],
        ["quantities"],
        [""],
        ["drawing"],
        ["drawing.paint"],
        ["interop.symbols", "networks.texts"],
        ["interop.json", "networks.record", "networks.noisy"],
        ["networks.markup", "networks.notes"],
        ["networks.building", "networks.bif", "networks.net", "networks.xmlbif"],
        ["networks.uai", "networks.xdsl"],
        ["networks"],
        ["interop.*"],
        ["interop", "plot", "examples.*"],
        ["examples"],
        ["testing"],
    ],
    "stop_button": [
        ["roles", "undefined", "formula", "work", "remainders"],
        ["policy", "notation"],
        ["world", "solving.maximise"],
        ["readings"],
        ["policy_form"],
        ["utility", "dense", "solving.ratios"],
        ["sweep"],
        ["solving.sheets", "solving.recovery"],
        ["solving.bounding", "solving.climbing", "solving.mixing", "solving.symmetry"],
        ["solving.branching", "solving.linear_parts"],
        ["solving.solution"],
        ["solving"],
        ["definitions.*"],
        ["definitions"],
        ["worlds.register"],
        ["worlds.*"],
        ["worlds"],
        ["incentives.diagram", "incentives.judgement", "incentives.optimum"],
        ["incentives.evidence", "incentives.requisite", "incentives.quantitative"],
        ["incentives.relevance"],
        ["incentives.*"],
        ["incentives"],
        ["flags", "distribution", "sensitivity", "ranking"],
        ["score"],
        ["audit", "claims"],
        ["families", "report", "survey"],
        ["search"],
        [""],
        ["world_file", "plot", "testing"],
        ["page"],
        ["cli"],
        ["__main__"],
    ],
}

# Methods that open a module further down when they are called: "importer -> imported".
DOORWAYS = {
    "causalkit.branches -> causalkit.plot",
    "causalkit.model -> causalkit.plot",
    "stop_button.auditing.verdicts -> stop_button.presentation.plot",
    "stop_button.language.formula -> stop_button.language.notation",
    "stop_button.auditing.reporting -> stop_button.presentation.html",
    "stop_button.auditing.scoreboard -> stop_button.presentation.plot",
}

# Modules that may import other projects when they are loaded; nothing but each other may load them.
LEAVES = ["*.plot", "causalkit.drawing.paint", "*.testing", "*.cli", "*.__main__", "causalkit.interop.pgmpy", "causalkit.interop.networkx"]

# What stop_button may see of causalkit: the names in `__all__` of the package and of these modules.
PUBLIC = [
    "causalkit",
    "causalkit.mechanisms.constructors",
    "causalkit.errors",
    "causalkit.values.exact",
    "causalkit.values.frozen",
    "causalkit.graphs",
    "causalkit.graphs.graph",
    "causalkit.graphs.path_search",
    "causalkit.mechanisms.rows",
    "causalkit.graphs.separation",
    "causalkit.examples",
    "causalkit.interop",
    "causalkit.interop.*",
    "causalkit.networks",
    "causalkit.plot",
    "causalkit.values.render",
    "causalkit.testing",
]

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


def statements(node: ast.AST, when: str = "loading") -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    """Every import statement under a node, with when it is run."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, when
        elif isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            yield from statements(ast.Module(child.body, []), "typing")
            yield from statements(ast.Module(child.orelse, []), when)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from statements(child, "called")
        else:
            yield from statements(child, when)


def targets(statement: ast.Import | ast.ImportFrom, known: Container[str]) -> list[str]:
    """The modules that a statement names; in `from package import x`, `package.x` where that is a module."""
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    origin = statement.module or ""
    names = (f"{origin}.{alias.name}" for alias in statement.names)
    return list(dict.fromkeys(name if name in known else origin for name in names))


def imports(module: str) -> list[Import]:
    found = statements(parsed(module))
    return [Import(target, when, statement.lineno) for statement, when in found for target in targets(statement, MODULES)]


def ours(module: str) -> list[Import]:
    """Imports of the project's own modules that a running program makes."""
    return [each for each in imports(module) if root(each.target) in LAYERS and each.when != "typing"]


def root(module: str) -> str:
    return module.partition(".")[0]


def is_one_of(module: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(module, pattern) for pattern in patterns)


def level(module: str) -> int | None:
    """The row of a module in LAYERS: where it is named, or else where a pattern covers it."""
    package, _, rest = module.partition(".")
    rows = LAYERS[package]
    named = [i for i, row in enumerate(rows) if rest in row]
    covered = [i for i, row in enumerate(rows) if is_one_of(rest, [pattern for pattern in row if "*" in pattern])]
    return next(iter(named + covered), None)


def is_upwards(module: str, target: str) -> bool:
    """Whether a target stands in a row above a module's own; a module without a row is another test's business."""
    rows = level(module), level(target)
    return None in rows or rows[1] < rows[0]  # type: ignore[operator]


# ---------------------------------------------------------------- what may import what


def test_the_packages_are_there() -> None:
    assert set(LAYERS) <= set(MODULES), "a package has no __init__.py"


def test_every_folder_is_a_package() -> None:
    folders = {path.parent for path in MODULES.values()}
    assert not [folder.relative_to(ROOT) for folder in folders if not (folder / "__init__.py").exists()], "a wheel leaves it out"


@pytest.mark.parametrize("module", OURS)
def test_every_module_has_its_layer(module: str) -> None:
    assert level(module) is not None, f"give {module} its place in LAYERS"


@pytest.mark.parametrize("module", OURS)
def test_imports_go_up_the_list_only(module: str) -> None:
    wrong = [
        f"line {each.line}: {module} -> {each.target}"
        for each in ours(module)
        if root(each.target) == root(module)
        and not is_upwards(module, each.target)
        and not (each.when == "called" and f"{module} -> {each.target}" in DOORWAYS)
    ]
    assert not wrong, wrong


def test_every_doorway_is_in_use() -> None:
    opened_doors = {f"{module} -> {each.target}" for module in OURS for each in ours(module) if each.when == "called"}
    assert opened_doors >= DOORWAYS


def test_no_import_cycles() -> None:
    graph = {module: {each.target for each in ours(module) if each.when == "loading"} - {module} for module in OURS}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("module", [name for name in OURS if root(name) == "causalkit"])
def test_causalkit_has_never_heard_of_buttons(module: str) -> None:
    assert not [each for each in imports(module) if root(each.target) == "stop_button"]


@pytest.mark.parametrize("module", [name for name in OURS if not is_one_of(name, LEAVES)])
def test_only_leaves_load_other_projects(module: str) -> None:
    loaded = [each for each in imports(module) if each.when == "loading"]
    foreign = [each for each in loaded if root(each.target) not in sys.stdlib_module_names and root(each.target) not in LAYERS]
    assert not foreign, "import it inside the function that uses it"
    assert not [each for each in loaded if is_one_of(each.target, LEAVES)], "a leaf brings in its libraries"


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
    return is_public(where) and (alias.name in exported(where) or is_public(f"{where}.{alias.name}"))


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


@pytest.mark.parametrize("module", [name for name in OURS if root(name) == "stop_button"])
def test_stop_button_uses_public_names_only(module: str) -> None:
    uses = private_uses(parsed(module))
    assert not uses, f"export it from causalkit, or do without: {uses}"


@pytest.mark.parametrize(
    "source",
    [
        "from causalkit.mechanisms.network import Node",
        "from causalkit import network",
        "from causalkit import *",
        "from causalkit.errors import difflib",
        "import causalkit.mechanisms.network",
        "import causalkit as ck; ck.network.Node",
        "import causalkit as ck\ndef f(): return ck.anything_else",
        "import causalkit.errors as e; e.difflib",
    ],
)
def test_private_uses_are_seen(source: str) -> None:
    assert private_uses(ast.parse(source))


@pytest.mark.parametrize("source", ["from causalkit.errors import CausalError", "import causalkit as ck; ck.errors.CausalError"])
def test_public_uses_are_allowed(source: str) -> None:
    assert not private_uses(ast.parse(source))


def test_imports_are_told_apart_by_when_they_run() -> None:
    source = "import a\nif TYPE_CHECKING:\n    import b\nelse:\n    import c\nclass D:\n    import d\n    def f(self):\n        import e"
    assert [(node.names[0].name, when) for node, when in statements(ast.parse(source))] == [
        ("a", "loading"),
        ("b", "typing"),
        ("c", "loading"),
        ("d", "loading"),
        ("e", "called"),
    ]


# ---------------------------------------------------------------- sizes and names


@pytest.mark.parametrize("module", OURS)
def test_modules_stay_small(module: str) -> None:
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("module", OURS)
def test_functions_stay_small(module: str) -> None:
    functions = [node for node in ast.walk(parsed(module)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert not [f"{node.name}: {length(node)} lines" for node in functions if length(node) > LONGEST_BODY]


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function's body, its docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("module", OURS)
def test_names_say_what_is_inside(module: str) -> None:
    assert not EMPTY_NAMES & set(module.split("."))
