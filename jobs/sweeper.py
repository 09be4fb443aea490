"""The one who cleans up when the supervisor itself is killed.

A little process beside `atithi up` that reads from it, line by line, which process groups are alive (`+1234`) and which
have ended (`-1234`). When the pipe closes, however the supervisor died, it ends every group still in its book: first
asked, then made to. After an orderly end the book is empty and it just leaves. Only the standard library.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable
from typing import Final

_PATIENCE_S: Final = 6.0


def main(lines: Iterable[str]) -> None:
    """Keep the book while the supervisor lives, then sweep."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    alive: set[int] = set()
    for line in lines:
        (alive.add if line[0] == "+" else alive.discard)(int(line[1:]))
    end_groups(alive, patience_s=_PATIENCE_S)


def end_groups(groups: Iterable[int], *, patience_s: float) -> None:
    """Ask whole process groups to end, wait a little, then end them."""
    left = {group for group in groups if signal_group(group, signal.SIGTERM)}
    give_up_at = time.monotonic() + patience_s
    while left and time.monotonic() < give_up_at:
        time.sleep(0.05)
        left = {group for group in left if signal_group(group, 0)}
    for group in left:
        signal_group(group, signal.SIGKILL)


def signal_group(group: int, number: int) -> bool:
    """Whether anybody was there to be told."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:  # some systems say so of a group of which only a zombie is left
        return False
    return True


if __name__ == "__main__":
    main(sys.stdin)
