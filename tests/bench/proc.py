"""What each process used, read from the kernel's own books (Linux)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_MEMORY: Final = "Pss:"  # shared pages counted once, divided among their users


@dataclass(frozen=True, slots=True)
class Used:
    """Processor seconds since it started, and memory now in bytes."""

    cpu_s: float
    memory: int


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [pid]
    if children.exists():
        for child in children.read_text().split():
            found += family(int(child))
    return found


def used(pid: int) -> Used:
    """What a process and its descendants have used so far, children that have ended included."""
    cpu, memory = 0.0, 0
    for member in family(pid):
        try:
            fields = Path(f"/proc/{member}/stat").read_text().rsplit(")", 1)[1].split()
            rollup = Path(f"/proc/{member}/smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        cpu += sum(int(ticks) for ticks in fields[11:15]) / _TICKS_PER_S
        memory += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith(_MEMORY)) * 1024
    return Used(cpu, memory)


def snapshot(pids: Mapping[str, int]) -> dict[str, Used]:
    """All processes by name."""
    return {name: used(pid) for name, pid in pids.items()}
