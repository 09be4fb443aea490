"""Keeps a handful of programs running: restarts what dies, gives up loudly, takes everything with it when it goes.

Nothing survives it. An orderly end stops the programs group by group; if the supervisor is killed (kill -9), each
program gets a signal from the kernel (providers/leash.py) and the sweeper ends what they may have started themselves.
One thread, because the kernel's signal follows the thread that started a program.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from jobs.process_log import ProcessLog
from jobs.sweeper import signal_group
from providers.leash import leashed

_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_TICK_S: Final = 0.25


class GaveUpError(Exception):
    """A program does not stay up; the message is a sentence for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a program that keeps dying is started again, and how long one that is asked to end may take."""

    first_pause_s: float = 0.3
    longest_pause_s: float = 8.0
    settled_after_s: float = 15.0
    tries: int = 10
    to_end_s: float = 10.0


@dataclass(frozen=True)
class Program:
    """Something to keep running.

    `once` programs are expected to end, with code 0. Of `wordy` ones only warnings and errors are shown.
    """

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None
    descriptors: tuple[int, ...] = ()
    once: Callable[[], None] | None = None
    last_to_stop: bool = False
    wordy: bool = False


@dataclass
class _Running:
    program: Program
    log: ProcessLog
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    start_at: float = 0.0


class Supervisor:
    """Starts programs when told to and keeps them until `run` is left."""

    def __init__(
        self,
        *,
        logs: Path,
        show: Callable[[str], None],
        each_tick: Callable[[], None] = lambda: None,
        patience: Patience | None = None,
    ) -> None:
        self._logs = logs
        self._patience = patience or Patience()
        self._show = show
        self._each_tick = each_tick
        self._running: dict[str, _Running] = {}
        self._selector = selectors.DefaultSelector()
        self._stop_asked = 0
        self._sweeper = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).parent / "sweeper.py")],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def add(self, program: Program) -> None:
        """Start it at the next tick."""
        log = ProcessLog(program.name, self._logs / f"{program.name}.log", self._show, wordy=program.wordy)
        self._running[program.name] = _Running(program, log, start_at=time.monotonic())

    def run(self) -> None:
        """Keep everything running until a signal asks to stop; then stop everything, also on an error."""
        waker, wakes = socket.socketpair()
        for end in (waker, wakes):
            os.set_blocking(end.fileno(), False)
        self._selector.register(waker, selectors.EVENT_READ, None)
        before = {number: signal.signal(number, self._ask_to_stop) for number in _STOP_SIGNALS}
        wakeup_before = signal.set_wakeup_fd(wakes.fileno(), warn_on_full_buffer=False)
        try:
            while not self._stop_asked:
                self._tick()
                self._each_tick()
        finally:
            self._stop()
            signal.set_wakeup_fd(wakeup_before)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._selector.unregister(waker)
            waker.close()
            wakes.close()

    def stop(self) -> None:
        """Leave `run` at the next tick."""
        self._stop_asked += 1

    def _ask_to_stop(self, *_: object) -> None:
        self._stop_asked += 1

    def _tick(self) -> None:
        now = time.monotonic()
        for running in list(self._running.values()):
            if running.process is None and now >= running.start_at:
                self._start(running)
        self._read(_TICK_S)
        for running in list(self._running.values()):
            if running.process is not None and running.process.poll() is not None:
                self._ended(running)

    def _start(self, running: _Running) -> None:
        program = running.program
        process = subprocess.Popen(
            leashed(program.command),
            cwd=program.folder,
            env=os.environ | program.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=program.descriptors,
            start_new_session=True,
        )
        self._tell_sweeper(f"+{process.pid}")
        running.process = process
        running.started_at = time.monotonic()
        if process.stdout is not None:
            os.set_blocking(process.stdout.fileno(), False)
            self._selector.register(process.stdout, selectors.EVENT_READ, running)

    def _read(self, patience_s: float) -> None:
        for key, _ in self._selector.select(patience_s):
            if key.data is None:
                key.fileobj.recv(100)  # type: ignore[union-attr]  # the waker is a socket
            else:
                self._read_from(key.data)

    def _read_from(self, running: _Running) -> bool:
        """Pass on what it says; False when it has nothing more to say."""
        if running.process is None or running.process.stdout is None:
            return False
        try:
            said = os.read(running.process.stdout.fileno(), 65_536)
        except BlockingIOError:
            return False
        if not said:
            self._selector.unregister(running.process.stdout)
            running.process.stdout.close()
            running.process.stdout = None
            return False
        running.log.write(said)
        return True

    def _ended(self, running: _Running) -> None:
        code = self._bury(running)
        program = running.program
        if program.once is not None and code == 0:
            del self._running[program.name]
            program.once()
            return
        lived_s = time.monotonic() - running.started_at
        running.failures = 1 if lived_s > self._patience.settled_after_s else running.failures + 1
        if program.once is not None or running.failures > self._patience.tries:
            often = "" if program.once is not None else f" {running.failures} times in a row"
            message = f"{program.name} ended with {_cause(code)}{often}; its last words are in {running.log.path}"
            raise GaveUpError(message)
        pause_s = min(self._patience.first_pause_s * 2 ** (running.failures - 1), self._patience.longest_pause_s)
        running.start_at = time.monotonic() + pause_s
        self._show(f"{program.name} ended with {_cause(code)}; it starts again in {pause_s:.1f} s ({running.log.path})")

    def _bury(self, running: _Running) -> int:
        """Read its last words, end whatever it left behind, strike it from the sweeper's book."""
        process = running.process
        if process is None:
            return 0
        code = process.wait()
        signal_group(process.pid, signal.SIGKILL)
        while self._read_from(running):
            pass
        if process.stdout is not None:
            self._selector.unregister(process.stdout)
            process.stdout.close()
        running.log.close()
        self._tell_sweeper(f"-{process.pid}")
        running.process = None
        return code

    def _stop(self) -> None:
        """Doors first, then what the doors need to finish what they have begun."""
        self._show("Stopping ...")
        for last in (False, True):
            self._stop_these([one for one in self._running.values() if one.program.last_to_stop is last])
        if self._sweeper.stdin is not None:
            self._sweeper.stdin.close()
        self._sweeper.wait()

    def _stop_these(self, these: list[_Running]) -> None:
        for running in these:
            if running.process is not None:
                signal_group(running.process.pid, signal.SIGTERM)
        give_up_at = time.monotonic() + self._patience.to_end_s
        while any(one.process is not None and one.process.poll() is None for one in these):
            if time.monotonic() > give_up_at or self._stop_asked > 1:  # asked a second time: hurry
                break
            self._read(0.05)
        for running in these:
            if running.process is not None:
                signal_group(running.process.pid, signal.SIGKILL)
                self._bury(running)

    def _tell_sweeper(self, line: str) -> None:
        if self._sweeper.stdin is not None:
            self._sweeper.stdin.write(f"{line}\n".encode())
            self._sweeper.stdin.flush()


def _cause(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"code {code}"
