"""`atithi up`: the whole product on one machine, under one supervisor.

Pages come first: the web door answers while the language engine still loads or even trains; what guests send before
that waits in the inbox.
"""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer

from core.settings import Settings, load
from jobs.schema_seen import is_prepared
from jobs.supervisor import GaveUpError, Program, Supervisor
from providers.embedded import EmbeddedPostgres, server_of
from providers.engine import Engine

ROOT: Final = Path(__file__).resolve().parent.parent
_WEB_FIRST_S: Final = 4.0
_LOOK_EVERY_S: Final = 0.5


def command(
    web: Annotated[int, typer.Option(min=1, help="Web processes.")] = 1,
    worker: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
    rasa: Annotated[int, typer.Option(min=1, help="Language engine processes (about 600 MB each).")] = 1,
) -> None:
    """Start the database, the web door, the worker and the language engine, and keep them running."""
    settings = load()
    with (
        _only_one_here(settings.home),
        _listening(settings.atithi_bind, settings.atithi_web_port, "ATITHI_WEB_PORT") as web_door,
        _listening("127.0.0.1", settings.atithi_actions_port, "ATITHI_ACTIONS_PORT") as actions_door,
    ):
        if not settings.engine_urls:
            for number in range(rasa):
                _bound("127.0.0.1", settings.atithi_rasa_port + number, "ATITHI_RASA_PORT").close()
        House(settings, Doors(web_door, actions_door), web=web, worker=worker, rasa=rasa).run()


@dataclass(frozen=True, slots=True)
class Doors:
    """Listening sockets that are ours, so that a restarting process refuses nobody: callers wait a moment."""

    web: socket.socket
    actions: socket.socket


class House:
    """What runs, and in which order it comes up."""

    def __init__(self, settings: Settings, doors: Doors, *, web: int, worker: int, rasa: int) -> None:
        self._settings = settings
        self._doors = doors
        self._counts = {"web": web, "worker": worker, "rasa": 0 if settings.engine_urls else rasa}
        self._engine = Engine(ROOT, settings.home)
        self._database: EmbeddedPostgres | None = None if settings.database_url else server_of(settings)
        self._supervisor = Supervisor(logs=settings.home / "log", show=self._show, each_tick=self._look)
        self._environment = {
            "ATITHI_HOME": str(settings.home),
            "ENGINE_URLS": settings.engine_urls or self._engine_urls(),
        }
        self._looked_at = 0.0
        self._web_since: float | None = None
        self._waiting_for: dict[str, Callable[[], None]] = {}

    def run(self) -> None:
        """Until somebody stops it."""
        self._show("Starting. Ctrl-C stops everything.")
        if self._database is not None:
            self._database.start()
        if is_prepared(self._settings):  # as on every start but the first after an update: no need to wait
            self._add("prepare", sys.executable, "-m", "jobs.prepare", once=lambda: None)
            self._open_door()
        else:
            self._add("prepare", sys.executable, "-m", "jobs.prepare", once=self._open_door)
        try:
            self._supervisor.run()
        finally:
            if self._database is not None:
                self._database.release()
        self._show("Stopped.")

    def _open_door(self) -> None:
        for name in _numbered("web", self._counts["web"]):
            self._serve(name, "jobs.web:app_from_settings", self._doors.web)
        self._web_since = time.monotonic()
        self._waiting_for[f"http://{_reachable(self._settings)}/healthz"] = self._start_the_rest

    def _start_the_rest(self) -> None:
        self._web_since = None
        self._show(f"Pages are at {self._settings.public_base_url}")
        self._serve("actions", "bot.server:app_from_settings", self._doors.actions, last=True)
        for name in _numbered("worker", self._counts["worker"]):
            self._add(name, sys.executable, "-m", "jobs.worker")
        if not self._counts["rasa"]:
            return
        if self._engine.is_ready():
            self._start_engine()
        else:
            self._show("The bot learns its language first; messages sent meanwhile are answered afterwards.")
            self._add("train", sys.executable, "-m", "jobs.cli", "train", once=self._start_engine)

    def _start_engine(self) -> None:
        actions = self._settings.actions_url or f"http://127.0.0.1:{self._settings.atithi_actions_port}/webhook"
        for number, name in enumerate(_numbered("rasa", self._counts["rasa"])):
            port = self._settings.atithi_rasa_port + number
            serve = self._engine.serve(port=port, actions_url=actions, token=self._settings.secret("engine_token"))
            self._supervisor.add(
                Program(name, serve.argv, serve.environment, folder=serve.folder, last_to_stop=True, wordy=True)
            )
        first = f"http://127.0.0.1:{self._settings.atithi_rasa_port}/webhooks/turn/health"
        self._waiting_for[first] = lambda: self._show("The bot answers.")

    def _serve(self, name: str, factory: str, door: socket.socket, *, last: bool = False) -> None:
        uvicorn = [sys.executable, "-m", "uvicorn", factory, "--factory", "--no-access-log"]
        uvicorn += ["--log-level", "warning", "--fd", str(door.fileno()), "--timeout-graceful-shutdown", "5"]
        self._add(name, *uvicorn, descriptors=(door.fileno(),), last=last)

    def _add(
        self,
        name: str,
        *argv: str,
        descriptors: tuple[int, ...] = (),
        once: Callable[[], None] | None = None,
        last: bool = False,
    ) -> None:
        self._supervisor.add(
            Program(name, argv, self._environment, descriptors=descriptors, once=once, last_to_stop=last)
        )

    def _engine_urls(self) -> str:
        first = self._settings.atithi_rasa_port
        return ",".join(f"http://127.0.0.1:{first + number}" for number in range(self._counts["rasa"]))

    def _look(self) -> None:
        """Twice a second: is the database still kept, and who has come up meanwhile?"""
        now = time.monotonic()
        if now - self._looked_at < _LOOK_EVERY_S:
            return
        self._looked_at = now
        if self._database is not None and not self._database.is_running():
            self._show("The database server is gone; starting it again.")
            self._database.start()
        for url, then in list(self._waiting_for.items()):
            if _answers(url):
                del self._waiting_for[url]
                then()
        if self._web_since is not None and now - self._web_since > _WEB_FIRST_S:
            self._waiting_for.clear()
            self._start_the_rest()

    def _show(self, line: str) -> None:
        try:
            print(line, flush=True)
        except BrokenPipeError:  # whoever read our output has gone, and so do we
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self._supervisor.stop()


def _numbered(name: str, count: int) -> list[str]:
    return [name] if count == 1 else [f"{name}-{number}" for number in range(1, count + 1)]


def _reachable(settings: Settings) -> str:
    host = "127.0.0.1" if settings.atithi_bind in {"0.0.0.0", "::"} else settings.atithi_bind  # noqa: S104  (compared, not bound)
    return f"{host}:{settings.atithi_web_port}"


def _answers(url: str) -> bool:
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # our own processes are behind no proxy
    try:
        with directly.open(url, timeout=0.4) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (OSError, urllib.error.URLError):
        return False


@contextmanager
def _only_one_here(home: Path) -> Iterator[TextIO]:
    """Two supervisors over one database would each start what the other has."""
    with (home / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            message = f"Atithi already runs here (process {lock.read().strip() or 'unknown'}). Stop that one first."
            raise GaveUpError(message) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock


def is_up(home: Path) -> bool:
    """Whether a supervisor runs over this home."""
    with (home / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def _listening(host: str, port: int, setting: str) -> Iterator[socket.socket]:
    with _bound(host, port, setting) as door:
        door.listen(512)
        yield door


def _bound(host: str, port: int, setting: str) -> socket.socket:
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Inherited by each connection: uvicorn takes a socket it is handed for a Unix one, and answers would wait 40 ms.
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        door.bind((host, port))
    except OSError as error:
        door.close()
        message = f"Port {port} is taken by another program. Stop that one, or choose another port with {setting}."
        raise GaveUpError(message) from error
    return door
