"""Run a command that must not outlive whoever started it.

`leashed([...])` gives the command line to start instead: this file, run by a bare Python, asks the kernel for a signal
when the parent dies (kill -9 included), optionally becomes another user, and then turns into the command itself.
A little program of its own, because code between fork and exec is not safe in a process with threads.
Only the standard library, so that it starts in milliseconds. Outside Linux there is no such signal; there the watcher
of jobs/up.py and the lock of providers/embedded.py do what they can.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_SET_PARENT_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>


@dataclass(frozen=True, slots=True)
class SystemUser:
    """The user of the operating system a command runs as."""

    uid: int
    gid: int


def leashed(
    command: Sequence[str], *, death_signal: signal.Signals = signal.SIGTERM, user: SystemUser | None = None
) -> list[str]:
    """The command line that runs `command` on a leash held by this process (by the thread that starts it)."""
    who = f"{user.uid}:{user.gid}" if user else "-"
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(death_signal)), who, *command]


def main(arguments: Sequence[str]) -> None:
    """Put on the leash, then become the command."""
    parent, death_signal, who, *command = arguments
    if who != "-":
        uid, gid = (int(number) for number in who.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":  # after the change of user, which would take the leash off again
        ctypes.CDLL(None, use_errno=True).prctl(_SET_PARENT_DEATH_SIGNAL, int(death_signal), 0, 0, 0)
    if os.getppid() != int(parent):  # it died before the leash was on
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606  (the command line is our own, there is no shell to mislead)


if __name__ == "__main__":
    main(sys.argv[1:])
