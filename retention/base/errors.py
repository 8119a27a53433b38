"""Every error Portier raises on purpose, in one family.

    PortierError                    70  our fault
    ├── UsageRefused                64  the command's words or standard input are off
    ├── ConfigurationRefused        78  the configuration; every problem at once
    ├── StateRefused                78  the state directory or schema does not fit this version
    │   ├── ReaderKeyMissing        78  slots without the key that opens them
    │   └── SchemaDiffers           78  live and declared tables disagree
    ├── Unavailable                 69  something needed is not there now
    │   ├── DiskRefused             69  the disk is full, read-only or failing
    │   ├── DatabaseUnavailable     69
    │   └── TypesettingRefused      69  a PDF cannot be made
    ├── TryAgain                    75  busy; the same call may succeed later
    └── VaultError                  70
        ├── EpochErased             69  the key of this epoch is destroyed, or past its deadline
        ├── NoFreeSlot              69  every slot of the stream is live
        └── SealBroken              70  bytes on disk do not match their seal

A message names the thing and the remedy; never a person's name, never a URL with a password.
"""


class PortierError(Exception):
    """Root of the family; `exit_code` is what a command ends with (sysexits.h)."""

    exit_code = 70


class UsageRefused(PortierError):
    """The caller asked for something that cannot be meant."""

    exit_code = 64


class ConfigurationRefused(PortierError):
    """The configuration is wrong; `problems` holds one sentence for each."""

    exit_code = 78

    def __init__(self, source: str, problems: list[str]) -> None:
        self.problems = problems
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"{source} is refused, {len(problems)} to put right:\n{lines}")


class StateRefused(PortierError):
    """What is on disk does not fit this version of Portier."""

    exit_code = 78


class ReaderKeyMissing(StateRefused):
    """There are slots, and no key that opens them."""


class SchemaDiffers(StateRefused):
    """The database's tables are not the ones this version declares."""


class Unavailable(PortierError):
    """Something needed is not there now; nothing of ours is wrong."""

    exit_code = 69


class DiskRefused(Unavailable):
    """The disk is full, read-only or failing."""


class DatabaseUnavailable(Unavailable):
    """The database does not answer."""


class TypesettingRefused(Unavailable):
    """A PDF cannot be made."""


class TryAgain(PortierError):
    """Somebody else is busy with it; the same call may succeed later."""

    exit_code = 75


class VaultError(PortierError):
    """Root of what goes wrong with keys, slots and sealed files."""


class EpochErased(VaultError):
    """The epoch's key is destroyed or past its deadline: nothing opens it any more."""

    exit_code = 69


class NoFreeSlot(VaultError):
    """Every slot of the stream holds a live epoch."""

    exit_code = 69


class SealBroken(VaultError):
    """Bytes on disk do not match their seal."""
