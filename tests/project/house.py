"""The project as its own tests see it: its files, its modules, what each imports."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("retention", "recorder", "kiosk", "desk")


def modules() -> dict[str, ast.Module]:
    """Every module of the product, by its dotted name."""
    paths = [*ROOT.glob("portier.py"), *(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))]
    return {_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def imports(tree: ast.AST) -> Iterator[str]:
    """What a module imports, wherever in it, as dotted names (`from a import b` counts as `a.b`)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def eager_imports(tree: ast.Module) -> Iterator[str]:
    """What a module imports as soon as it is imported itself."""
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from imports(node)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def texts() -> dict[str, str]:
    """Every text file git knows, or would take, by its path."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found = {}
    for name in filter(None, listed.stdout.split("\0")):
        try:
            found[name] = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
    return found


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
