"""What stands in the repository: the project alone, in its own words."""

import importlib
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import entry_points

import click
import pytest
from click.testing import CliRunner
from pydantic import BaseModel

from retention.base.config import Config
from tests.project.house import ROOT, texts

README = (ROOT / "README.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
# Written in halves, so that this file passes its own test.
FOREIGN = {
    "a path of one machine": r"/" + r"(work|root|home)/",
    "a registry's host": r"py" + r"pi\.org|pythonhost" + r"ed|registry\.npm" + r"js|deb\.deb" + r"ian",
    "unfinished work": r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK|lorem ip" + r"sum)\b",
    "an index address": r"--(extra-)?index-" + r"url|--find-" + r"links",
}
OWN_BUSINESS = {("Makefile", "an index address")}  # it tells the lock tool to leave them out


def test_nothing_foreign_stands_in_the_repository() -> None:
    found = [
        f"{name}: {what}"
        for name, text in texts().items()
        for what, pattern in FOREIGN.items()
        if (name, what) not in OWN_BUSINESS and re.search(pattern, text)
    ]
    assert found == []


def test_every_locked_package_carries_hashes() -> None:
    for lock in ("run", "test"):
        text = (ROOT / f"requirements/{lock}.txt").read_text(encoding="utf-8")
        blocks = re.split(r"\n(?=\S)", text.strip())
        assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {"run": project["dependencies"], "test": project["optional-dependencies"]["test"]}
    for lock, names in asked.items():
        text = (ROOT / f"requirements/{lock}.txt").read_text(encoding="utf-8")
        assert [name for name in names if f"\n{name.partition('[')[0]}==" not in f"\n{text}"] == []


def commands(group: click.Group, *words: str) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, *words, name)
        elif not command.hidden:
            yield " ".join((*words, name))


def test_every_command_is_in_the_readme() -> None:
    missing = [command for command in commands(importlib.import_module("portier").cli) if f"`{command}" not in README]
    assert missing == []


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = [part for part in _parts(field.annotation) if isinstance(part, type) and issubclass(part, BaseModel)]
        path = prefix + (field.alias or name)
        yield from keys(inner[0], f"{path}.") if inner else [path]


def _parts(annotation: object) -> Iterator[object]:
    yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _parts(part)


def test_every_configuration_key_has_a_row_in_the_readme() -> None:
    missing = [key for key in keys(Config) if f"| `{key}` |" not in README]
    assert missing == []


def test_the_readme_names_no_configuration_key_that_does_not_exist() -> None:
    chapter = README.partition("## Configuration")[2].partition("\n## ")[0]
    rows = set(re.findall(r"^\| `([a-z_.]+)` \|", chapter, re.MULTILINE))
    assert rows - set(keys(Config)) == set()


@pytest.mark.parametrize(
    "page", ["README.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))]
)
def test_what_a_document_points_at_exists(page: str) -> None:
    text, folder = (ROOT / page).read_text(encoding="utf-8"), (ROOT / page).parent
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^):]+)\)", text)]
    tests = re.findall(r"`(tests/[a-z_/.]+)`", text)
    missing = [link for link in links if link and not (folder / link).exists()]
    assert missing + [name for name in tests if not (ROOT / name).exists()] == []


def test_every_table_is_in_the_glossary() -> None:
    tables = [
        name
        for entry in entry_points(group="portier.tables")
        for name, value in vars(entry.load()).items()
        if isinstance(value, type) and "__tablename__" in vars(value)
    ]
    assert [name for name in tables if f"**{name}**" not in GLOSSARY] == []


def test_the_command_says_whole_sentences_of_itself() -> None:
    told = CliRunner().invoke(importlib.import_module("portier").cli, ["--help"], terminal_width=100).output
    assert "kiosk window if there is a display" in " ".join(told.split())
    assert "..." not in told.replace("[ARGS]...", "")
