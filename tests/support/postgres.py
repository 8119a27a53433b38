"""A real PostgreSQL of the tests' own: started by the first test that asks, gone with the process that started it.

    with PostgreSQL() as server:
        url = server.create("mine")                # empty
        url = server.create("other", like="mine")  # a copy, made in some hundredths of a second
        server.freeze(); server.thaw(); server.kill(); server.start()

It listens on a Unix socket alone and loses what a power cut would take unless `durable`. A guard beside it ends it,
and takes its folder away, also when the tests are killed.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg

from tests.support.processes import kill_tree, tree

BINARIES = Path("/usr/lib/postgresql")
OWNER = "portier"
LOCKED = "locked"  # a role that needs a password
PASSWORD = "vier losse woorden"

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "40",
    "shared_buffers": "16MB",
    "autovacuum": "off",
    "jit": "off",
    "log_min_messages": "fatal",
    "lc_messages": "C",
}
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ACCESS = f"local all {LOCKED} scram-sha-256\nlocal all all trust\n"
# Ends by itself when nobody holds the other end of its standard input any more.
GUARD = 'trap "" INT TERM; "$@" & read -r _; kill -QUIT $!; kill -CONT $!; wait; [ -e "$KEEP" ] || rm -rf "$FOLDER"'


class PostgreSQL:
    """One server in a folder of its own; every role but `locked` comes in without a password."""

    def __init__(self, *, durable: bool = False) -> None:
        # A socket's path may have 107 characters, which pytest's own folders may exceed.
        self.folder = Path(tempfile.mkdtemp(prefix="portier-pg-", dir=None if durable else _quick_disk()))
        self.folder.chmod(0o755)
        self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(self.folder, "postgres", "postgres")
        self._settings = SETTINGS if durable else SETTINGS | HASTY
        self._guard: subprocess.Popen[bytes] | None = None
        try:
            self._lay_out()
            self.start()
            self._run(f"CREATE ROLE {OWNER} LOGIN CREATEDB", f"CREATE ROLE {LOCKED} LOGIN PASSWORD '{PASSWORD}'")
        except BaseException:
            self.close()
            raise

    def url(self, name: str, *, user: str = OWNER, password: str = "") -> str:
        """What `database.url` must say for a database of this name."""
        secret = f":{quote(password)}" if password else ""
        return f"postgresql://{user}{secret}@/{name}?host={self.folder}"

    def create(self, name: str, *, like: str = "template0") -> str:
        """Make a database, empty or a copy of another that nobody uses now; its URL."""
        self._run(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {like} STRATEGY FILE_COPY")
        return self.url(name)

    def drop(self, name: str) -> None:
        """Take a database away from whoever uses it."""
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def run(self, name: str, *statements: str, user: str = "postgres") -> list[tuple[object, ...]]:
        """Do something in a database as its administrator; the rows of the last statement."""
        with psycopg.connect(self.url(name, user=user), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def disconnect(self, name: str) -> None:
        """Every connection to a database is lost; the server lives."""
        ours = f"datname = '{name}' AND pid <> pg_backend_pid()"
        self.run("postgres", f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {ours}")

    @property
    def pid(self) -> int:
        """The server's first process; all others are its children."""
        return int((self.folder / "data/postmaster.pid").read_text().split()[0])

    def start(self) -> None:
        """Start it, and return once it answers."""
        options = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        words = [str(_binary("postgres")), "-D", str(self.folder / "data"), "-k", str(self.folder), *options]
        surroundings = {**os.environ, "FOLDER": str(self.folder), "KEEP": str(self.folder / "keep"), "LC_ALL": "C"}
        self._guard = subprocess.Popen(
            [*self._as, "sh", "-c", GUARD, "guard", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=surroundings,
            start_new_session=True,
        )
        pause = threading.Event()
        for _ in range(600):
            if self._answers():
                return
            pause.wait(0.05)
        raise RuntimeError("PostgreSQL did not start: `make test` installs what it needs")

    def stop(self) -> None:
        """As its machine shuts down: at once, and in good order."""
        os.kill(self.pid, signal.SIGINT)
        self._end_guard()

    def kill(self) -> None:
        """The power goes: all its processes at once."""
        kill_tree(self.pid)
        self._end_guard()

    def freeze(self) -> None:
        """It takes connections and answers none, as behind a disk that hangs."""
        for pid in tree(self.pid):
            os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        for pid in reversed(tree(self.pid)):
            os.kill(pid, signal.SIGCONT)

    def close(self) -> None:
        if self._guard is not None and self._guard.poll() is None:
            assert self._guard.stdin
            self._guard.stdin.close()
            self._guard.wait(timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _lay_out(self) -> None:
        data = self.folder / "data"
        words = ["initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        # The program changes into the folder it stands in: its user may not stand where the tests do.
        subprocess.run(
            [*self._as, str(_binary(words[0])), *words[1:]], cwd="/", check=True, capture_output=True, timeout=120
        )
        (data / "pg_hba.conf").write_text(ACCESS)

    def _end_guard(self) -> None:
        """Leave the folder where it is: the server comes back."""
        assert self._guard
        assert self._guard.stdin
        keep = self.folder / "keep"
        keep.touch()
        self._guard.stdin.close()
        self._guard.wait(timeout=60)
        keep.unlink()

    def _answers(self) -> bool:
        assert self._guard
        if self._guard.poll() is not None:
            raise RuntimeError("PostgreSQL ended at once: `make test` installs what it needs")
        try:
            psycopg.connect(self.url("postgres", user="postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, *statements: str) -> None:
        self.run("postgres", *statements)


def _binary(name: str) -> Path:
    """The newest of Debian's; they stand beside the path, a folder for each version."""
    found = sorted(BINARIES.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError(f"{name} is not installed: `make test` installs what it needs")
    return found[-1]


def _quick_disk() -> Path | None:
    """Memory, where there is room: a database is some hundreds of files."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 1_000_000_000 else None
