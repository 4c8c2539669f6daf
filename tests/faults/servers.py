"""Servers of the tests of many machines: a PostgreSQL of Debian's package, on a socket in a folder of its own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class Postgres:
    """A PostgreSQL server for as long as a test; it refuses to run as root, so it runs as `postgres` there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._bin = BINARIES[-1]
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(folder, self._user)
        self._call(
            "initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "sillok", "-E", "UTF8", "--locale=C.UTF-8"
        )
        self.start()

    def start(self) -> None:
        self._control("start", "-o", f"-k {self.folder} -h ''", "-l", str(self.folder / "log"))

    def restart(self) -> None:
        """As an upgrade of the package does: every connection is cut."""
        self._control("restart", "-m", "fast", "-l", str(self.folder / "log"))

    def stop(self) -> None:
        self._control("stop", "-m", "immediate")

    def database(self, name: str) -> str:
        """A new database, as SILLOK_CATALOGUE names it."""
        self._call("createdb", "-h", str(self.folder), "-U", "sillok", name)
        return f"postgres:host={self.folder} user=sillok dbname={name}"

    def _control(self, verb: str, *words: str) -> None:
        self._call("pg_ctl", "-D", str(self.folder / "data"), "-w", *words, verb)

    def _call(self, program: str, *words: str) -> None:
        user = pwd.getpwnam(self._user) if self._user else None
        done = subprocess.run(
            [str(self._bin / program), *words],
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # the server keeps a pipe open for good
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, f"{program}: {(self.folder / 'log').read_text()[-2000:]}"


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Start one; its folder is gone afterwards. The folder's path is short: a socket's is bounded to 107 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="sillok-pg-", dir="/tmp"))
    folder.chmod(0o755)
    server = Postgres(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
