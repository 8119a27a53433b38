"""Files that a command of root's makes before any service does: the services' group can go on with them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OF_ONE_ALONE = ("reader.key", "evidence.key", "configuration-0.toml")
ASKED = json.dumps({"kind": "access", "name": "Fatima el Amrani", "reach": "Kerkstraat 12", "words": "Wat weet u?"})


def _command(state: Path, *words: str, given: str = "") -> None:
    toml = state.parent / "portier.toml"
    toml.write_text('[site]\nname = "Lobby"\n')
    surroundings = os.environ | {"PORTIER_STATE": str(state), "PORTIER_CONFIG": str(toml)}
    command = [sys.executable, "-m", "portier", *words]
    subprocess.run(command, input=given, env=surroundings, cwd=ROOT, umask=0o022, text=True, check=True)


@pytest.mark.timeout(120)
def test_what_root_makes_first_the_group_may_write(tmp_path: Path) -> None:
    state = tmp_path / "state"
    _command(state, "request", "new", given=ASKED)
    _command(state, "retention", "step")
    made = {path: path.stat().st_mode for path in state.rglob("*") if path.is_file()}
    shared = {path: mode for path, mode in made.items() if path.name not in OF_ONE_ALONE and "audit" in str(path)}
    shared |= {path: mode for path, mode in made.items() if path.name in (".turn", ".keeper", ".slots.lock")}
    assert len(shared) >= 4
    assert [path.name for path, mode in shared.items() if not mode & 0o020] == []
    assert [path.name for path, mode in shared.items() if mode & 0o007] == []
