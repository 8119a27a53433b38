"""Shape of the code: short functions, short files, few broad excepts, every module introduced."""

import ast

from tests.project.house import ROOT, modules, texts

MODULES = modules()
LONGEST_FUNCTION = 60
LONGEST_FILE = 400
BROAD_EXCEPTS = 5


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{module}.{node.name}"
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_no_file_is_longer_than_two_nouns() -> None:
    long = [name for name, text in texts().items() if name.endswith(".py") and text.count("\n") > LONGEST_FILE]
    assert long == []


def test_every_module_says_what_it_holds() -> None:
    silent = [name for name, tree in MODULES.items() if tree.body and not ast.get_docstring(tree)]
    assert silent == []


def passes_on(handler: ast.ExceptHandler) -> bool:
    """Whether a handler only tidies up, and lets the error go on."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_broad_excepts_stand_at_named_boundaries_only() -> None:
    broad = [
        f"{module}:{node.lineno}"
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and not passes_on(node)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    ]
    assert len(broad) <= BROAD_EXCEPTS, broad


def test_every_package_has_its_tables_declared() -> None:
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert [name for name in MODULES if name.endswith(".tables") and f'"{name}"' not in declared] == []
