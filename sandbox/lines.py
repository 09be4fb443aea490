"""What appears on a phone: one line per message, kept in order and announced when it changes."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Direction = Literal["in", "out"]

GUEST = "guest"
OWNER = "owner"


@dataclass(slots=True)
class Line:
    """One message as a person sees it; `in` means towards the product."""

    id: int
    side: str
    person: str
    business: str
    direction: Direction
    channel: str
    text: str
    at: str
    status: str
    sid: str = ""
    kind: str = "text"
    options: list[Json] = field(default_factory=list)
    links: list[Json] = field(default_factory=list)
    media: list[Json] = field(default_factory=list)
    location: Json | None = None
    reply_to: int | None = None
    button: str = ""
    entities: list[Json] = field(default_factory=list)
    keyboard: list[list[Json]] = field(default_factory=list)
    edited: bool = False
    deleted: bool = False
    answer: str | None = None
    alert: bool = False
    error_code: int | None = None
    attempts: int = 0

    def as_json(self) -> Json:
        """The line as scripts and phones read it."""
        return {
            "id": self.id,
            "direction": self.direction,
            "channel": self.channel,
            "text": self.text,
            "options": self.options,
            "media": self.media,
            "status": self.status,
            "at": self.at,
            "sid": self.sid,
            "kind": self.kind,
            "side": self.side,
            "person": self.person,
            "business": self.business,
            "links": self.links,
            "location": self.location,
            "reply_to": self.reply_to,
            "button": self.button,
            "entities": self.entities,
            "keyboard": self.keyboard,
            "edited": self.edited,
            "deleted": self.deleted,
            "answer": self.answer,
            "alert": self.alert,
            "error_code": self.error_code,
            "attempts": self.attempts,
        }


class Lines:
    """Every line of every phone, with the pages and scripts that are watching."""

    def __init__(self) -> None:
        """Start with silent phones."""
        self._next = 1
        self._by_id: dict[int, Line] = {}
        self._by_person: dict[tuple[str, str], list[Line]] = {}
        self._watchers: set[asyncio.Queue[Json]] = set()

    def clear(self) -> None:
        """Forget every line; numbers keep growing so that `after` stays meaningful."""
        self._by_id.clear()
        self._by_person.clear()
        self.announce({"type": "reset"})

    def add(self, **known: Any) -> Line:  # noqa: ANN401 - the fields of Line, checked by its constructor
        """Write a line at the bottom of a phone."""
        line = Line(id=self._next, **known)
        self._next += 1
        self._by_id[line.id] = line
        self._by_person.setdefault((line.side, line.person), []).append(line)
        self.changed(line)
        return line

    def get(self, line_id: int) -> Line | None:
        """Find a line by its number."""
        return self._by_id.get(line_id)

    def of(self, side: str, person: str, after: int = 0) -> list[Line]:
        """One phone's lines, oldest first, leaving out those already seen."""
        return [line for line in self._by_person.get((side, person), []) if line.id > after]

    def people(self, side: str) -> list[str]:
        """Everyone who has a conversation on this side."""
        return [person for kind, person in self._by_person if kind == side]

    def changed(self, line: Line) -> None:
        """Tell every watcher what the line looks like now."""
        self.announce({"type": "line", "line": line.as_json()})

    def announce(self, event: Json) -> None:
        """Send an event to every watcher; a watcher too slow to keep up loses its oldest ones."""
        for queue in self._watchers:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[Json]]:
        """Listen to everything that changes, for as long as the block lasts."""
        queue: asyncio.Queue[Json] = asyncio.Queue(maxsize=2000)
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)
