"""The level of assurance: bound only where that can be seen, else file."""

import base64
import socket
from pathlib import Path

import pytest

from retention.base.assurance import SECOND_HOST, assurance
from retention.base.machine import Machine
from retention.base.readerkey import private_half
from retention.base.state import State

TPM = bytes.fromhex("0c7cc07b117645919c4b0bea08bc20fe")
HOST = bytes.fromhex("5a1c6a86df9d4096b1d5a65e0862f19a")
CREDENTIAL = "/etc/portier/reader.cred"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "root")


def put(machine: Machine, path: str, content: str) -> None:
    machine.at(path).parent.mkdir(parents=True, exist_ok=True)
    machine.at(path).write_text(content)


def units(machine: Machine, line: str) -> None:
    for unit in ("portier-calamity", "portier-desk"):
        put(machine, f"/etc/systemd/system/{unit}.service", f"[Service]\n{line}\n")


def sealed(kind: bytes, mask: int = 0) -> str:
    """The head of a file as systemd-creds writes it."""
    return base64.encodebytes(kind + bytes(32) + mask.to_bytes(8, "little") + bytes(99)).decode()


def test_a_key_in_the_state_directory_is_a_file(state: State, machine: Machine) -> None:
    (state.keys / "reader.key").write_bytes(bytes(32))
    units(machine, f"LoadCredentialEncrypted=reader.key:{CREDENTIAL}")
    put(machine, CREDENTIAL, sealed(TPM))
    assert assurance(state, machine).name == "file"


def test_what_cannot_be_known_is_a_file(state: State, machine: Machine) -> None:
    level = assurance(state, machine)
    assert (level.name, "cannot be known" in level.reason("en")) == ("file", True)


def test_a_credential_bound_to_a_tpm_is_bound(state: State, machine: Machine) -> None:
    units(machine, f"LoadCredentialEncrypted=reader.key:{CREDENTIAL}")
    put(machine, CREDENTIAL, sealed(TPM))
    level = assurance(state, machine)
    assert (level.name, level.measured) == ("bound", False)
    assert "gebonden" in level.sentence("nl")


def test_a_credential_bound_to_how_the_machine_started_says_so(state: State, machine: Machine) -> None:
    units(machine, f"LoadCredentialEncrypted=reader.key:{CREDENTIAL}")
    put(machine, CREDENTIAL, sealed(TPM, 1 << 7))
    assert assurance(state, machine).measured


@pytest.mark.parametrize("kind", [HOST, bytes(16)])
def test_a_credential_that_the_disk_alone_opens_is_a_file(state: State, machine: Machine, kind: bytes) -> None:
    units(machine, f"LoadCredentialEncrypted=reader.key:{CREDENTIAL}")
    put(machine, CREDENTIAL, sealed(kind))
    assert assurance(state, machine).name == "file"


@pytest.mark.parametrize("content", ["", "no base64 at all!", "x"])
def test_a_credential_that_cannot_be_read_is_a_file(state: State, machine: Machine, content: str) -> None:
    units(machine, f"LoadCredentialEncrypted=reader.key:{CREDENTIAL}")
    put(machine, CREDENTIAL, content)
    assert assurance(state, machine).name == "file"


def test_one_reader_that_takes_a_plain_file_makes_it_a_file(state: State, machine: Machine) -> None:
    units(machine, f"LoadCredentialEncrypted=reader.key:{CREDENTIAL}")
    put(machine, CREDENTIAL, sealed(TPM))
    put(machine, "/etc/systemd/system/portier-desk.service", "LoadCredential=reader.key:/root.key\n")
    level = assurance(state, machine)
    assert (level.name, "/root.key" in level.reason("en")) == ("file", True)


def test_a_drop_in_takes_the_place_of_the_units_own_line(state: State, machine: Machine) -> None:
    units(machine, "LoadCredential=reader.key:/var/lib/portier/keys/reader.key")
    for unit in ("portier-calamity", "portier-desk"):
        drop_in = f"LoadCredential=\nLoadCredentialEncrypted=reader.key:{CREDENTIAL}\n"
        put(machine, f"/etc/systemd/system/{unit}.service.d/key.conf", drop_in)
    put(machine, CREDENTIAL, sealed(TPM))
    assert assurance(state, machine).name == "bound"


def test_a_credential_in_the_unit_itself_is_read(state: State, machine: Machine) -> None:
    units(machine, "SetCredentialEncrypted=reader.key: \\\n  " + sealed(TPM).replace("\n", " \\\n  "))
    assert assurance(state, machine).name == "bound"


def test_a_second_host_is_believed_only_with_its_marker(
    state: State, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    units(machine, "LoadCredential=reader.key:/run/key.socket")
    place = machine.at("/run/key.socket")
    place.parent.mkdir(parents=True)
    monkeypatch.chdir(place.parent)  # a socket's path has at most 107 bytes
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("key.socket")
        before = assurance(state, machine)
        (state.keys / SECOND_HOST).touch()
        assert (before.name, assurance(state, machine).name) == ("file", "bound")


def test_a_key_that_was_a_file_before_stays_a_file(state: State, machine: Machine) -> None:
    units(machine, f"LoadCredentialEncrypted=reader.key:{CREDENTIAL}")
    put(machine, CREDENTIAL, sealed(TPM))
    private_half(state)
    (state.keys / "reader.key").unlink()
    level = assurance(state, machine)
    assert (level.name, "before" in level.reason("en")) == ("file", True)


def test_a_key_that_only_ever_came_as_a_credential_leaves_no_mark(
    state: State, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials/reader.key").write_bytes(b"k" * 32)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    units(machine, f"LoadCredentialEncrypted=reader.key:{CREDENTIAL}")
    put(machine, CREDENTIAL, sealed(TPM))
    private_half(state)
    assert assurance(state, machine).name == "bound"
