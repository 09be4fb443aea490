"""An order as it was understood: plain values, kept as JSON while it waits for a yes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date, time
from typing import Any, Literal, Self

from models.base import Json

type ThingKind = Literal["house", "type", "room", "table", "area", "staff", "city"]


@dataclass(frozen=True, slots=True)
class Thing:
    """Something of the account that has a name or a number."""

    kind: ThingKind
    id: int
    name: str
    house_id: int


@dataclass(frozen=True, slots=True)
class Target:
    """Something that was named: `ids` are all it may be, one in each house that has it."""

    kind: ThingKind
    said: str
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody in charge wants done or shown; None is not said.

    `first` and `last` are days as they were said (of a range both ends), `amount` and `change` whole rupees, `weekdays`
    ISO numbers, `text` words for a guest or a note. `unsure` names what could mean two things.
    """

    kind: str
    targets: tuple[Target, ...] = ()
    first: date | None = None
    last: date | None = None
    nights: int | None = None
    at: time | None = None
    until: time | None = None
    weekdays: tuple[int, ...] = ()
    amount: int | None = None
    percent: int | None = None
    change: int | None = None
    count: int | None = None
    party: int | None = None
    reference: str | None = None
    phone: str | None = None
    name: str | None = None
    text: str | None = None
    number: int | None = None
    section: str | None = None
    period: str | None = None
    role: str | None = None
    language: str | None = None
    topic: str | None = None
    full: bool = False
    past: bool = False
    unsure: tuple[str, ...] = ()

    def of_kind(self, *kinds: ThingKind) -> tuple[Target, ...]:
        """The targets of these kinds."""
        return tuple(target for target in self.targets if target.kind in kinds)

    def to_json(self) -> Json:
        """Only what was said."""
        known = {
            name: value
            for name, value in asdict(self).items()
            if value is not None and value is not False and value != ()
        }
        return {
            name: value.isoformat() if isinstance(value, date | time) else list(value) if _is_list(value) else value
            for name, value in known.items()
        }

    @classmethod
    def from_json(cls, kept: Json) -> Self:
        """Read back what was kept."""
        readers: dict[str, Any] = {
            "first": date.fromisoformat,
            "last": date.fromisoformat,
            "at": time.fromisoformat,
            "until": time.fromisoformat,
            "weekdays": tuple,
            "unsure": tuple,
            "targets": lambda rows: tuple(Target(row["kind"], row["said"], tuple(row["ids"])) for row in rows),
        }
        names = {field.name for field in fields(cls)}
        return cls(**{name: readers.get(name, _same)(value) for name, value in kept.items() if name in names})


def _is_list(value: object) -> bool:
    return isinstance(value, tuple)


def _same(value: object) -> object:
    return value
