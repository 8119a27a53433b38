"""How much an erasure is worth: does the reader key stand on the disk that the slots stand on, or is it bound?

`file`: whoever imaged slots and reader key beforehand is not kept out. `bound`: the key comes from a TPM or from a
second host, so a copy of the disk opens nothing. What cannot be known counts as `file`: a promise is never guessed.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from retention.base.machine import Machine, NotSeen
from retention.base.readerkey import WAS_FILE
from retention.base.state import State
from retention.base.translations import N_, translator

SECOND_HOST: Final = "reader.second-host"
READERS: Final = ("portier-calamity", "portier-desk")
_UNIT_FOLDERS: Final = ("/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system")
_STORES: Final = ("/etc/credstore.encrypted", "/run/credstore.encrypted", "/usr/lib/credstore.encrypted")
# How a file that systemd-creds encrypted begins: with the TPM's key alone, or the TPM's and the host's; each also
# with a signed policy, or scoped.
_BY_TPM: Final = frozenset(
    {
        "0c7cc07b117645919c4b0bea08bc20fe",
        "faf7eb9341e3412ca1a436f95a29362f",
        "93a894094874449090caf2fc93cab553",
        "af4950a849134eb1a73846304ff30c05",
        "ef4ac13679a9480ea7db68897f9f165d",
        "adbc4ca3efb64201ba881b6f2e4095ea",
    }
)
_MASK_AT: Final = 48  # after id, four lengths, and 12 bytes of nonce filled up to 16

_SAID: Final = {
    "file": N_(
        "Level of assurance: file. Keys are destroyed by overwriting them here. Whoever copied key slots and reader "
        "key before that is not kept out."
    ),
    "bound": N_(
        "Level of assurance: bound. Keys are destroyed by overwriting them here, and the reader key does not stand on "
        "this disk: a copy of the disk that was made before opens nothing by itself."
    ),
}
_FILE: Final = N_("the reader key is a file: %(path)s")
_BEFORE: Final = N_("the reader key stood in %(path)s before it was bound, so a copy of this disk may hold it")
_NO_UNIT: Final = N_("it cannot be known here how the reader key comes to the services, so it counts as a file")
_UNSEEN: Final = N_("%(path)s may not be read here, so the reader key counts as a file")
_NOT_TPM: Final = N_("%(path)s is not bound to a TPM, so the reader key counts as a file")
_TPM: Final = N_("the reader key is a credential bound to this machine's TPM")
_HOST: Final = N_("the reader key comes from a second host, as %(path)s states")


@dataclass(frozen=True)
class Level:
    """A level, and why it is this one. `measured` is set where the key opens only on a machine that started as now."""

    name: Literal["file", "bound"]
    why: str
    values: dict[str, str] = field(default_factory=dict, hash=False)
    measured: bool = False

    def sentence(self, language: str) -> str:
        """What the level means: for a certificate, `doctor`, a screen."""
        return translator(language, "oversight")(_SAID[self.name])

    def reason(self, language: str) -> str:
        return translator(language, "oversight")(self.why) % self.values


def assurance(state: State, machine: Machine | None = None) -> Level:
    """The level of this site. Needs no key; any user may ask, and who may see little is told `file`."""
    machine = machine or Machine()
    try:
        key = state.keys / "reader.key"
        if key.exists():
            return Level("file", _FILE, {"path": str(key)})
        if (state.keys / WAS_FILE).exists():
            return Level("file", _BEFORE, {"path": str(state.keys)})
        levels = [_of_unit(machine, state, unit) for unit in READERS if _directives(machine, unit)]
    except NotSeen as error:
        return Level("file", _UNSEEN, {"path": error.path})
    except OSError:
        return Level("file", _UNSEEN, {"path": str(state.keys)})
    # The weakest of the readers counts.
    return min(levels, key=lambda level: level.name == "bound", default=Level("file", _NO_UNIT))


def _of_unit(machine: Machine, state: State, unit: str) -> Level:
    directive, value = "", ""
    for name, said in _directives(machine, unit):
        if not said:
            directive, value = "", ""
        elif said.partition(":")[0] == "reader.key":
            directive, value = name, said.partition(":")[2]
    if directive in ("LoadCredentialEncrypted", "SetCredentialEncrypted"):
        return _encrypted(machine, directive, value)
    marker = state.keys / SECOND_HOST
    if directive == "LoadCredential" and machine.is_socket(value) and marker.exists():
        return Level("bound", _HOST, {"path": str(marker)})
    return Level("file", _FILE, {"path": value}) if value.startswith("/") else Level("file", _NO_UNIT)


def _encrypted(machine: Machine, directive: str, value: str) -> Level:
    places = [value] if value.startswith("/") else [f"{store}/{value or 'reader.key'}" for store in _STORES]
    inline = directive == "SetCredentialEncrypted"
    raw = value.encode() if inline else next((text for place in places if (text := machine.raw(place))), b"")
    try:
        header = base64.b64decode(b"".join(raw.split()))
    except binascii.Error:
        header = b""
    if header[:16].hex() not in _BY_TPM:
        return Level("file", _NOT_TPM, {"path": "SetCredentialEncrypted" if inline else places[0]})
    return Level("bound", _TPM, measured=any(header[_MASK_AT : _MASK_AT + 8]))


def _directives(machine: Machine, unit: str) -> list[tuple[str, str]]:
    """Every line of a unit about credentials, in the order in which systemd takes them."""
    files = next(([path] for folder in _UNIT_FOLDERS if machine.has(path := f"{folder}/{unit}.service")), [])
    if not files:
        return []
    added = {Path(path).name: path for folder in reversed(_UNIT_FOLDERS) for path in _drop_ins(machine, folder, unit)}
    files += [added[name] for name in sorted(added)]
    lines = [line for path in files for line in machine.text(path).replace("\\\n", " ").splitlines()]
    pairs = [(name.strip(), value.strip()) for name, _, value in (line.partition("=") for line in lines)]
    return [("unit", unit)] + [pair for pair in pairs if pair[0].removesuffix("Encrypted").endswith("Credential")]


def _drop_ins(machine: Machine, folder: str, unit: str) -> Iterator[str]:
    return (path for path in machine.within(f"{folder}/{unit}.service.d") if path.endswith(".conf"))
