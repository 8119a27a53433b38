"""The lobby that most tests of the calamity list start from, and the service as it is."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from retention.base.state import State
from tests.calamity.lobby import Lobby
from tests.project.house import ROOT
from tests.support.cups import PrintServer


@pytest.fixture
def lobby(state: State) -> Iterator[Lobby]:
    lobby = Lobby(state)
    yield lobby
    lobby.close()


@pytest.fixture
def service(state: State, print_server: PrintServer, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`portier calamity run` as it is, with a printer."""
    (tmp_path / "portier.toml").write_text('[calamity]\nprinters = ["paper"]\n')
    surroundings = {"PORTIER_STATE": str(state.directory), "PORTIER_CONFIG": str(tmp_path / "portier.toml")}
    environment = {**os.environ, **surroundings, "PYTHONPATH": str(ROOT), "CUPS_SERVER": print_server.server}
    process = subprocess.Popen([sys.executable, "-m", "portier", "calamity", "run"], env=environment)
    yield process
    process.terminate()
    process.wait(60)
