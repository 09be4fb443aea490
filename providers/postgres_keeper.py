"""The keeper of one embedded PostgreSQL: starts it, restarts it when it dies, stops it when nobody uses it any more.

Started by providers/embedded.py as a process of its own, so that the server belongs to all its users equally. Every
user holds a shared lock on `users.lock`; the kernel gives it back however that user ends, kill -9 included. When the
keeper gets that lock for itself alone, the last user has gone, and it shuts the server down. Should the keeper be
killed, the server goes with it (providers/leash.py); its users' next `start()` brings both back.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, TextIO

import psutil

from providers.leash import SystemUser, leashed

_LOOK_EVERY_S: Final = 0.1
_SETTLED_AFTER_S: Final = 5.0
_TRIES: Final = 7
_LONGEST_PAUSE_S: Final = 2.0
_PATIENCE_S: Final = 30.0
_LOG_LIMIT_BYTES: Final = 5_000_000

_SETTINGS: Final = {
    "listen_addresses": "",  # a socket file only: nothing listens on the network
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",  # our queries are short
    "wal_compression": "pglz",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "idle_in_transaction_session_timeout": "60s",  # a program that hangs must not hold rooms locked for ever
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] ",
}
_DURABLE: Final = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_FAST: Final = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}  # tests only


class Keeper:
    """Keeps one server alive in one folder."""

    def __init__(self, folder: Path, *, binaries: Path, sockets: Path, user: SystemUser | None, durable: bool) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.binaries = binaries
        self.sockets = sockets
        self.user = user
        self.durable = durable
        self.stopping = False

    def run(self) -> None:
        """Keep the server until nobody needs it, or until told to stop."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self._make_cluster()
        self._end_leftover()
        failures = 0
        with (self.folder / "users.lock").open("a") as users:
            while not self.stopping:
                started = time.monotonic()
                server = self._start()
                done = self._watch(server, users)
                self._end(server)
                if done:
                    return
                failures = failures + 1 if time.monotonic() - started < _SETTLED_AFTER_S else 1
                if failures > _TRIES:
                    sys.exit("The database server does not stay up")
                time.sleep(min(0.1 * 2 ** (failures - 1), _LONGEST_PAUSE_S))

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _make_cluster(self) -> None:
        """A new database appears whole or not at all: made aside, then renamed."""
        if (self.data / "PG_VERSION").exists():
            return
        fresh = self.folder / f"data.new.{os.getpid()}"
        for left in self.folder.glob("data.new.*"):
            subprocess.run(["rm", "-rf", str(left)], check=True)
        fresh.mkdir(mode=0o700)
        if self.user:
            os.chown(fresh, self.user.uid, self.user.gid)
        command = [str(self.binaries / "initdb"), "-D", str(fresh), "-U", "atithi", "--auth=trust", "--encoding=UTF8"]
        command += ["--locale=C.UTF-8", *([] if self.durable else ["--no-sync"])]
        subprocess.run(
            leashed(command, death_signal=signal.SIGKILL, user=self.user),
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=sys.stderr,
            cwd="/",
            env=self._environment(),
        )
        fresh.rename(self.data)

    def _end_leftover(self) -> None:
        """A server whose keeper was killed may still be shutting down; and a stale pid file may name a stranger."""
        pid_file = self.data / "postmaster.pid"
        try:
            process = psutil.Process(int(pid_file.read_text().split()[0]))
            if Path(process.cwd()) == self.data.resolve():
                _shut_down(process)
        except FileNotFoundError:
            return
        except (ValueError, IndexError, psutil.Error):
            pass  # nobody, or a stranger who got the number of a server that is gone
        pid_file.unlink(missing_ok=True)

    def _start(self) -> subprocess.Popen[bytes]:
        settings = _SETTINGS | (_DURABLE if self.durable else _FAST)
        settings["unix_socket_directories"] = str(self.sockets)
        command = [str(self.binaries / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self._log().open("ab") as log:
            return subprocess.Popen(
                leashed(command, death_signal=signal.SIGINT, user=self.user),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=self._environment(),
            )

    def _watch(self, server: subprocess.Popen[bytes], users: TextIO) -> bool:
        """True when the server is no longer needed, False when it died."""
        while not self.stopping:
            time.sleep(_LOOK_EVERY_S)
            if server.poll() is not None:
                return False
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            return True
        return True

    def _end(self, server: subprocess.Popen[bytes]) -> None:
        if server.poll() is None:
            _shut_down(psutil.Process(server.pid))
            server.wait()

    def _log(self) -> Path:
        log = self.folder / "server.log"
        if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
            log.replace(log.with_suffix(".old.log"))
        return log

    def _environment(self) -> dict[str, str]:
        """PostgreSQL's own variables of the caller must not change this server."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return ours | {"LC_ALL": "C", "TZ": "UTC"}


def _shut_down(process: psutil.Process) -> None:
    """Fast shutdown (running transactions are rolled back), then an immediate one, then no more asking."""
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        try:
            process.send_signal(how)
            process.wait(_PATIENCE_S)
        except psutil.TimeoutExpired:
            continue
        except psutil.NoSuchProcess:
            pass
        return


def _take_lock(path: Path) -> TextIO | None:
    """Only one keeper per folder; somebody who merely looks holds the lock for an instant, so try a few times."""
    lock = path.open("a+")
    for _ in range(20):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)
        else:
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            return lock
    return None


def main(arguments: Sequence[str]) -> None:
    """Leave the caller's session and keep the server of this folder."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--binaries", type=Path, required=True)
    parser.add_argument("--sockets", type=Path, required=True)
    parser.add_argument("--user", default="")
    parser.add_argument("--fast", action="store_true")
    options = parser.parse_args(arguments)
    if os.fork():
        os._exit(0)  # the caller goes on; the keeper is nobody's child
    os.setsid()
    lock = _take_lock(options.folder / "keeper.lock")
    if lock is None:
        return
    uid, _, gid = options.user.partition(":")
    user = SystemUser(int(uid), int(gid)) if uid else None
    failure = options.folder / "failure.txt"
    failure.unlink(missing_ok=True)
    try:
        Keeper(
            options.folder, binaries=options.binaries, sockets=options.sockets, user=user, durable=not options.fast
        ).run()
    except (OSError, subprocess.SubprocessError, SystemExit) as error:
        failure.write_text(str(error))
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
