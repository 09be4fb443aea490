"""Becomes another command, but one that ends when whoever started it ends.

Run as a file by a bare Python: `python -I -S leash.py PARENT_PID COMMAND...`. On Linux the kernel sends SIGTERM when
the parent dies, kill -9 included. Elsewhere there is no such signal; there the sandbox watches its parent itself.
Only the standard library and nothing beside this file, so that it starts in milliseconds.
"""

import ctypes
import os
import signal
import sys

_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>


def leashed(command: list[str]) -> list[str]:
    """The command line that runs `command` on a leash held by this process."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


def main(parent: int, command: list[str]) -> None:
    """Put on the leash, then become the command."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_SET_PARENT_DEATH_SIGNAL, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:  # it died before the leash was on
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606 - a command line of our own, no shell to mislead


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
