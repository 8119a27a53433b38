"""A real print server of the test's own: CUPS on a private socket, with queues that work and queues that do not.

    with PrintServer(folder) as server:
        subprocess.run(["lp", "-d", "paper", "list.pdf"], env=server.environment(), check=True)
        sheet = server.wait_for_paper()

Queues: `paper` (a printer that takes PDF, as today's do; its sheets can be read and searched), `postscript` (Debian's
cups-pdf: filtered to PostScript and back into a PDF, letters as pictures; for root alone), `broken` (its backend
fails at once), `mute` (a network printer that is switched off). The machine's own CUPS is neither asked nor changed.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Self

BACKENDS = Path("/usr/lib/cups/backend")
MODEL = Path("/usr/share/ppd/cups-pdf/CUPS-PDF_noopt.ppd")

CUPSD = """\
LogLevel warn
MaxLogSize 0
Listen {folder}/socket
Browsing Off
DefaultAuthType None
PreserveJobFiles {keeps}
PreserveJobHistory Yes
WebInterface No
<Location />
  Order deny,allow
  Allow all
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  <Limit All>
    Order deny,allow
    Allow all
  </Limit>
</Policy>
"""
FILES = """\
ServerRoot {folder}
ServerBin {folder}/bin
DataDir /usr/share/cups
CacheDir {folder}/cache
StateDir {folder}/state
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
AccessLog {folder}/access_log
ErrorLog {folder}/error_log
PageLog {folder}/page_log
{owner}
"""
# What reaches the printer's wire, kept as a file.
PAPER = """\
#!/bin/sh
[ $# -eq 0 ] && echo 'direct paper "Unknown" "Paper"' && exit 0
cat -- "${{6:--}}" > "{paper}/job_$1.part" && mv "{paper}/job_$1.part" "{paper}/job_$1.pdf"
"""
TAKES_PDF = '*cupsFilter2: "application/pdf application/pdf 0 -"\n'
BROKEN = """\
#!/bin/sh
[ $# -eq 0 ] && echo 'direct broken "Unknown" "Broken"' && exit 0
echo 'ERROR: the paper is jammed' >&2
exit 1
"""


class PrintServer:
    """A private cupsd and the paper that came out of it, in `paper_folder`."""

    def __init__(self, paper_folder: Path, *, keeps: bool = False) -> None:
        """`keeps`: documents stay in the spool after they were printed, as CUPS does unless told otherwise."""
        self._keeps = keeps
        self.paper_folder = paper_folder
        paper_folder.mkdir(parents=True, exist_ok=True)
        # A socket's path may have 107 characters, which pytest's own folders may exceed.
        self._folder = Path(tempfile.mkdtemp(prefix="cups-"))
        self._folder.chmod(0o755)
        self._cups_pdf = Path(f"/etc/cups/cups-pdf-{self._folder.name}.conf") if os.geteuid() == 0 else None
        self._lay_out()
        self._process = self._start()
        try:
            self._set_up_queues()
        except RuntimeError:
            self.close()
            raise

    @property
    def server(self) -> str:
        """What CUPS_SERVER must say."""
        return str(self._folder / "socket")

    @property
    def spool(self) -> Path:
        """Where CUPS keeps the documents of waiting jobs."""
        return self._folder / "spool"

    def environment(self) -> dict[str, str]:
        return {**os.environ, "CUPS_SERVER": self.server}

    def disable(self, queue: str) -> None:
        """Stop a queue as an empty paper tray does: jobs wait."""
        self._run("cupsdisable", queue)

    def enable(self, queue: str) -> None:
        self._run("cupsenable", queue)

    def waiting(self, queue: str) -> int:
        """How many jobs wait in a queue."""
        return len(self._run("lpstat", "-o", queue).splitlines())

    def papers(self) -> list[Path]:
        """The PDFs that came out, oldest first."""
        return sorted(self.paper_folder.glob("*.pdf"), key=lambda path: path.stat().st_mtime_ns)

    def wait_for_paper(self, count: int = 1, seconds: float = 30, queue: str = "paper") -> Path:
        """The newest PDF once `count` of them are out and their jobs are done."""
        pause = threading.Event()
        for _ in range(round(seconds * 20)):
            if len(self.papers()) >= count and not self.waiting(queue):
                return self.papers()[-1]
            pause.wait(0.05)
        log = self._folder / "error_log"
        raise TimeoutError(f"no paper came out: {log.read_text()[-2000:] if log.exists() else ''}")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._cups_pdf:
            self._cups_pdf.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _lay_out(self) -> None:
        for name in ("bin/backend", "cache", "state", "spool/tmp", "tmp"):
            (self._folder / name).mkdir(parents=True)
        for name in ("daemon", "filter", "notifier", "monitor", "cgi-bin", "driver"):
            (self._folder / "bin" / name).symlink_to(BACKENDS.parent / name)
        # Copies: Debian's AppArmor profiles bind the installed paths to the machine's own print service.
        shutil.copy("/usr/sbin/cupsd", self._folder / "cupsd")
        shutil.copy(BACKENDS / "socket", self._folder / "bin/backend/socket")
        self._script("broken", BROKEN)
        self._script("paper", PAPER.format(paper=self.paper_folder))
        (self._folder / "paper.ppd").write_text(MODEL.read_text(encoding="utf-8") + TAKES_PDF, encoding="utf-8")
        if self._cups_pdf:
            shutil.copy(BACKENDS / "cups-pdf", self._folder / "bin/backend/cups-pdf")
            user = pwd.getpwuid(os.geteuid()).pw_name
            out = f"Out {self.paper_folder}\nAnonDirName {self.paper_folder}\nAnonUser {user}\nLogType 0\n"
            self._cups_pdf.write_text(f"{out}Spool {self._folder}/tmp\nLog {self._folder}\nLabel 1\n")
        owner = f"User {pwd.getpwuid(os.geteuid()).pw_name}\n" if not self._cups_pdf else "SystemGroup root\n"
        (self._folder / "cupsd.conf").write_text(
            CUPSD.format(folder=self._folder, keeps="Yes" if self._keeps else "No")
        )
        (self._folder / "cups-files.conf").write_text(FILES.format(folder=self._folder, owner=owner))

    def _script(self, name: str, text: str) -> None:
        path = self._folder / "bin/backend" / name
        path.write_text(text)
        # CUPS gives up root for a backend that others may run; without root it never had it.
        path.chmod(0o700 if os.geteuid() == 0 else 0o755)

    def _start(self) -> subprocess.Popen[bytes]:
        words = [str(self._folder / "cupsd"), "-f", "-c", str(self._folder / "cupsd.conf")]
        words += ["-s", str(self._folder / "cups-files.conf")]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        pause = threading.Event()
        while process.poll() is None:
            if "not running" not in self._run("lpstat", "-r"):
                return process
            pause.wait(0.05)
        raise RuntimeError("cupsd did not start: `make test` installs what it needs")

    def _set_up_queues(self) -> None:
        self._queue("paper", "paper:/", self._folder / "paper.ppd")
        if self._cups_pdf:
            self._queue("postscript", f"cups-pdf:/{self._folder.name}", MODEL)
        self._queue("broken", "broken:/", MODEL, "-o", "printer-error-policy=stop-printer")
        self._queue("mute", "socket://127.0.0.1:9", MODEL)

    def _queue(self, name: str, uri: str, model: Path, *options: str) -> None:
        self._run("lpadmin", "-p", name, "-v", uri, "-E", "-P", str(model), *options)

    def _run(self, *words: str) -> str:
        done = subprocess.run(words, env=self.environment(), capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: exit {done.returncode} {done.stderr.strip()}")
        return done.stdout
