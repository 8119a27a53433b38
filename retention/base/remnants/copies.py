"""Remnants in copies: print jobs that CUPS keeps, and back-ups that take the keys along."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from retention.base.machine import Machine, NotSeen
from retention.base.remnants.disk import IN_MEMORY
from retention.base.remnants.trace import Trace, problem, unseen, well
from retention.base.translations import N_

CUPSD, CUPS_FILES = "/etc/cups/cupsd.conf", "/etc/cups/cups-files.conf"
_OFF: Final = ("no", "off", "0")
_TOOLS = re.compile(
    r"\b(borg|borgmatic|restic|duplicity|duply|deja-dup|rsnapshot|rsync|timeshift|rclone|tar|bareos|bacula|kopia|dump)\b"
)
_PLACES: Final = (
    "/etc/borgmatic",
    "/etc/borgmatic.d",
    "/etc/restic",
    "/etc/duply",
    "/etc/bacula",
    "/etc/bareos",
    "/etc/timeshift",
    "/etc/cron.d",
    "/etc/cron.hourly",
    "/etc/cron.daily",
    "/etc/cron.weekly",
    "/etc/cron.monthly",
    "/etc/systemd/system",
    "/var/spool/cron/crontabs",
)
_FILES: Final = ("/etc/crontab", "/etc/rsnapshot.conf", "/etc/timeshift.json", "/etc/default/restic")
_PATH = re.compile(r"(?:^|(?<=[\s\"'=\[,(:]))(/[\w.@/+-]*)(?=[\s\"',\])*]|$)")
_EXCLUDES = re.compile(r"exclude", re.IGNORECASE)
_EXCLUDED_NEXT = re.compile(r"exclude(-from)?[=\s]+[\"']?$", re.IGNORECASE)
_KEY = re.compile(r"^[\s\"'-]*[\w-]+[\"']?\s*[:=\[{]")
_HEEDS_MARKS = re.compile(r"exclude[-_](caches|if[-_]present|tag)(?!\S*\s*:?\s*(false|no)\b)", re.IGNORECASE)


def spool(machine: Machine) -> Trace:
    """Print jobs hold names: CUPS shall keep them in memory, and none of them afterwards."""
    settings = _cups(machine, CUPS_FILES) | _cups(machine, CUPSD)
    place = settings.get("requestroot", "/var/spool/cups")
    if not machine.has(place) and not machine.has(CUPSD):
        return well(N_("there is none here"))
    values = {"place": place, "file": CUPSD}
    if machine.mount(place).kind not in IN_MEMORY:
        return problem(
            N_("%(place)s is on a disk and print jobs hold names: put it in memory (docs/install.md)"), **values
        )
    if settings.get("preservejobfiles", "86400").lower() not in _OFF:
        return problem(N_("CUPS keeps printed files: write PreserveJobFiles No in %(file)s"), **values)
    if settings.get("preservejobhistory", "yes").lower() not in _OFF:
        return problem(N_("CUPS keeps who printed what: write PreserveJobHistory No in %(file)s"), **values)
    if settings.get("loglevel", "warn").lower().startswith("debug"):
        return problem(N_("CUPS logs the titles of print jobs: write LogLevel warn in %(file)s"), **values)
    return well(N_("%(place)s is in memory, printed files are not kept"), **values)


def _cups(machine: Machine, path: str) -> dict[str, str]:
    words = [line.split(None, 1) for line in machine.lines(path)]
    return {pair[0].lower(): pair[1].strip() for pair in words if len(pair) == 2}


def backups(machine: Machine, state: Path) -> Trace:
    """Whether a back-up that can be found takes the slots along."""
    keys, hidden = state / "keys", list[str]()
    for path in _files(machine, hidden):
        try:
            takes = _takes(machine, path, machine.text(path), keys)
        except NotSeen as error:
            hidden.append(error.path)
            continue
        if takes:
            return problem(
                N_(
                    "the back-up in %(file)s seems to take %(keys)s along, so it keeps erased keys: exclude that folder"
                ),
                file=path,
                keys=str(keys),
            )
    if hidden:
        return unseen(", ".join(hidden))
    return well(N_("none that can be found takes %(keys)s along"), keys=str(keys))


def _files(machine: Machine, hidden: list[str]) -> Iterator[str]:
    """Every configuration in the usual places; what may not be looked into goes to `hidden`."""
    yield from (path for path in _FILES if machine.has(path))
    folders = list(_PLACES)
    while folders:
        try:
            inside = machine.within(folders.pop(0))
        except NotSeen as error:
            hidden.append(error.path)
            continue
        folders += [path for path in inside if machine.is_folder(path) and not path.endswith((".wants", ".requires"))]
        yield from (path for path in inside if not machine.is_folder(path))


def _takes(machine: Machine, path: str, text: str, keys: Path) -> bool:
    if not _TOOLS.search(text) and not _TOOLS.search(path):
        return False
    included, excluded = _paths(machine, text)
    if "timeshift" in path and '"true"' in text:
        included.add("/")  # it takes the whole system unless told otherwise
    marked = all(machine.has(keys / name) for name in ("CACHEDIR.TAG", ".nobackup"))
    if marked and _HEEDS_MARKS.search(text):
        return False
    return any(_holds(one, keys) for one in included) and not any(_holds(one, keys) for one in excluded)


def _paths(machine: Machine, text: str) -> tuple[set[str], set[str]]:
    """Absolute paths that a configuration names, and those of them that it leaves out."""
    included, excluded, leaves_out = set[str](), set[str](), False
    for line in text.splitlines():
        if line.lstrip().startswith(("#", ";")):
            continue
        if _KEY.match(line):
            leaves_out = bool(_EXCLUDES.search(line.partition("/")[0]))
        for match in _PATH.finditer(line):
            before = line[: match.start(1)]
            if _EXCLUDED_NEXT.search(before):
                excluded.add(match[1])
                if before.rstrip("=\"' ").endswith("-from"):
                    excluded |= {inner for one in machine.lines(match[1]) if (inner := one.rstrip("*"))}
            else:
                (excluded if leaves_out else included).add(match[1])
    return included, excluded


def _holds(path: str, keys: Path) -> bool:
    """Whether a path is that of the keys or of a folder around them."""
    return path.startswith("/") and keys.is_relative_to(path.rstrip("/") or "/")
