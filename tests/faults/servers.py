"""Servers of the tests of many machines: PostgreSQL of Debian's package, and an S3 server that can be made to fail."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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


SLOW_DOWN = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Ask less often.</Message></Error>"


class Storage:
    """An S3 server behind a gate that throttles every so many requests, or all of them."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.throttle_every = 0
        """Each so many-th request is answered with 503; 1 for all, 0 for none."""
        self.counts = {"asked": 0, "throttled": 0}
        self._turn = threading.Lock()
        self._gate = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._gate.daemon_threads = True
        threading.Thread(target=self._gate.serve_forever, daemon=True).start()

    @property
    def environment(self) -> dict[str, str]:
        """What a host needs to reach it."""
        return {
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self._gate.server_port}",
        }

    def bucket(self, name: str) -> str:
        """A new bucket, as SILLOK_DATA names a place in it."""
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}/{name}", method="PUT")
        urllib.request.urlopen(request, timeout=30).close()
        return f"s3://{name}/press"

    def stop(self) -> None:
        self._gate.shutdown()
        self._gate.server_close()

    def _is_throttled(self) -> bool:
        with self._turn:
            self.counts["asked"] += 1
            is_it = bool(self.throttle_every) and self.counts["asked"] % self.throttle_every == 0
            self.counts["throttled"] += is_it
            return is_it

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gate = self

        class Gate(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if gate._is_throttled():
                    status, headers, content, length = 503, [("Content-Type", "application/xml")], SLOW_DOWN, None
                else:
                    there = HTTPConnection("127.0.0.1", gate._port, timeout=60)
                    there.request(self.command, self.path, body, dict(self.headers.items()))
                    response = there.getresponse()
                    status, headers, content = response.status, response.getheaders(), response.read()
                    length = response.getheader("Content-Length") if self.command == "HEAD" else None
                    there.close()
                self.send_response_only(status)
                for name, value in headers:
                    if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                        self.send_header(name, value)
                self.send_header("Content-Length", length or str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        return Gate


@contextmanager
def storage() -> Iterator[Storage]:
    """Start one; what it holds is in its memory."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/moto-api/", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.2)
        gate = Storage(port)
        yield gate
        gate.stop()
    finally:
        server.terminate()
        server.wait(30)
