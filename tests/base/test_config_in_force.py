"""The configuration of what must never stop: a wrong file, a full disk or a lost copy takes no list away."""

from pathlib import Path

import pytest

from retention.base.config import Config, load_in_force
from retention.base.errors import ConfigurationRefused


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory that the environment names."""
    monkeypatch.setenv("PORTIER_STATE", str(tmp_path / "state"))
    (tmp_path / "state" / "keys").mkdir(parents=True)
    return tmp_path / "state"


def test_a_valid_file_is_in_force_on_a_disk_that_takes_no_copy(directory: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "portier.toml", '[site]\nname = "Zuid"\n')
    (directory / "keys").rmdir()
    directory.rmdir()
    directory.write_text("where the copy would go nothing can be written")
    config, refused = load_in_force(path)
    assert (config.site.name, refused) == ("Zuid", None)


def test_a_refused_file_without_any_copy_leaves_the_defaults_in_force(directory: Path, tmp_path: Path) -> None:
    config, refused = load_in_force(write(tmp_path / "portier.toml", "[site"))
    assert config.site == Config().site
    assert refused is not None


def test_a_copy_that_is_itself_refused_leaves_the_defaults_in_force(directory: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "portier.toml", '[site]\nname = "Zuid"\n')
    load_in_force(path)
    (copy,) = directory.glob("configuration-*.toml")
    write(copy, "of an older version = ")
    config, refused = load_in_force(write(path, "[site"))
    assert config.site == Config().site
    assert refused is not None


def test_defaults_in_force_are_those_of_the_state_directory_that_the_file_names(tmp_path: Path) -> None:
    (tmp_path / "elders" / "keys").mkdir(parents=True)
    path = write(tmp_path / "portier.toml", f'[state]\ndirectory = "{tmp_path}/elders"\n[site]\nnaam = "x"\n')
    config, _ = load_in_force(path)
    assert config.where().directory == tmp_path / "elders"


def test_a_file_nested_beyond_reason_is_refused_like_any_other(directory: Path, tmp_path: Path) -> None:
    _, refused = load_in_force(write(tmp_path / "portier.toml", "a = " + "[" * 100_000))
    assert refused is not None


def test_a_refused_file_is_told_at_once_where_nothing_is_kept_yet(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused):
        load_in_force(write(tmp_path / "portier.toml", f'[state]\ndirectory = "{tmp_path}"\n[site]\nnaam = "x"\n'))
