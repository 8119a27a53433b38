"""What `portier doctor` says of the machine with the touch screen: whether a keyboard leads out of it, and the PIN."""

from collections.abc import Iterator
from pathlib import Path

from kiosk.pin import pin_path
from retention.base.command import Office
from retention.base.doctor import Line

SYSRQ = Path("/proc/sys/kernel/sysrq")


def look_at_kiosk(office: Office) -> Iterator[Line]:
    """Keys and PIN of the screen by the door."""
    yield Line("keyboard", *keyboard(office, SYSRQ))
    yield Line("PIN", *pin(office))


def keyboard(office: Office, sysrq: Path) -> tuple[bool, str]:
    """Whether the kernel's own key is off; asked where the screen is the visitors' (`kiosk.fullscreen`) alone."""
    if not office.config.kiosk.fullscreen:
        return True, "the screen is a window here (kiosk.fullscreen = false), so its keyboard is not looked at"
    try:
        value = sysrq.read_text().strip()
    except OSError:
        return True, "this kernel has no key of its own"
    if value == "0":
        return True, "the kernel's own key is off, so no keyboard leads out of the kiosk"
    said = (
        f"with SysRq (kernel.sysrq = {value}) a keyboard leads out of the kiosk: install systemd/sysctl.d/portier.conf"
    )
    return False, said


def pin(office: Office) -> tuple[bool, str]:
    path = pin_path(office.config.kiosk, office.state)
    if path.is_file():
        return True, f"{path} holds its hash"
    return True, "none is set, so staff can raise the alarm at the screen and no more: `portier account pin`"
