"""What a program says: as it is into a file, shortened and with its name in front onto the screen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

_LIMIT_BYTES: Final = 10_000_000
_OLD_FILES: Final = 3
_NAME_WIDTH: Final = 8
_TROUBLE: Final = re.compile(r"\b(WARNING|ERROR|CRITICAL|Traceback)\b")
_NOT_SHOWN: Final = frozenset({"event", "level", "timestamp", "process", "exception"})


class ProcessLog:
    """The log of one program, cut into lines, the file kept from growing for ever."""

    def __init__(self, name: str, path: Path, show: Callable[[str], None], *, wordy: bool = False) -> None:
        self.path = path
        self._wordy = wordy
        self._name = name
        self._show = show
        self._begun = b""
        path.parent.mkdir(parents=True, exist_ok=True)

    def write(self, said: bytes) -> None:
        """Take what came out of the pipe, whole lines or not."""
        *lines, self._begun = (self._begun + said).split(b"\n")
        if not lines:
            return
        self._keep(b"".join(line + b"\n" for line in lines))
        for line in lines:
            text = line.decode(errors="replace").rstrip()
            if text and not (self._wordy and not _TROUBLE.search(text)):
                self._show(f"{self._name:<{_NAME_WIDTH}}| {readable(text)}")

    def close(self) -> None:
        """It will say no more: a last line without an end counts too."""
        if self._begun:
            self.write(b"\n")

    def _keep(self, said: bytes) -> None:
        if self.path.exists() and self.path.stat().st_size > _LIMIT_BYTES:
            for number in range(_OLD_FILES - 1, 0, -1):
                older = self.path.with_suffix(f".log.{number}")
                if older.exists():
                    older.replace(self.path.with_suffix(f".log.{number + 1}"))
            self.path.replace(self.path.with_suffix(".log.1"))
        with self.path.open("ab") as file:
            file.write(said)


def readable(line: str) -> str:
    """A structured line as a person reads it: the event, then what it is about; anything else as it is."""
    if not line.startswith("{"):
        return line
    try:
        facts = json.loads(line)
    except ValueError:
        return line
    level = str(facts.get("level", "info"))
    about = " ".join(f"{key}={value}" for key, value in facts.items() if key not in _NOT_SHOWN)
    shout = "" if level in {"debug", "info"} else f"{level.upper()} "
    trace = f"\n{facts['exception']}" if facts.get("exception") else ""
    return f"{shout}{facts.get('event', '')} {about}".rstrip() + trace
