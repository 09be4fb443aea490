"""What people in charge write, in English, Hindi and Hinglish: nearly all of it must be read right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from bot.owner.names import Names
from bot.owner.order import Order, Thing, ThingKind
from bot.owner.parse import NOON, press, read
from jobs.sample.house import read_business
from jobs.seed import SAMPLE_FOLDER

RIGHT: Final = 0.95
_NAMED: Final = ("house", "type", "room", "table", "area", "staff")


@cache
def phrasings() -> list[dict[str, Any]]:
    """Words and what they mean."""
    found: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "phrasings.yml").read_text(encoding="utf-8"))
    return found


@cache
def names() -> Names:
    """The first sample business, without a database."""
    business = read_business(Path(SAMPLE_FOLDER) / "marigold")
    things: list[Thing] = []

    def add(kind: ThingKind, name: str, house: int) -> None:
        things.append(Thing(kind, len(things) + 1, name, house))

    for house, file in enumerate(business.houses, start=1):
        add("house", file.name, house)
        for room_type in file.room_types:
            add("type", room_type.name, house)
            for room in room_type.rooms:
                add("room", room, house)
        for area in file.areas:
            add("area", area.name, house)
            for table in area.tables:
                add("table", table, house)
    for person in business.account.people:
        add("staff", person.name, 0)
    return Names(tuple(things))


def mistakes(words: str, means: Mapping[str, Any]) -> list[str]:
    """What was read otherwise than it was meant."""
    order = read(words, names(), now=NOON)
    seen = {**vars_of(order), **{kind: named(order, kind) for kind in _NAMED}, "rooms": all_named(order, "room")}
    return [f"{name} {seen[name]!r}, not {wanted!r}" for name, wanted in means.items() if seen[name] != meant(wanted)]


def vars_of(order: Order) -> dict[str, Any]:
    """The order's parts as the file writes them."""
    parts = {name: getattr(order, name) for name in Order.__slots__}
    parts["unsure"] = ",".join(order.unsure)
    parts["weekdays"] = list(order.weekdays)
    for name in ("first", "last", "at"):
        parts[name] = parts[name].isoformat() if parts[name] else None
    return parts


def named(order: Order, kind: str) -> str | None:
    """The one name a target of that kind stands for."""
    return next(iter(all_named(order, kind)), None)


def all_named(order: Order, kind: str) -> list[str]:
    """All names of that kind, each once."""
    by_id = {thing.id: thing.name for thing in names().things}
    return list(dict.fromkeys(by_id[each] for target in order.targets if target.kind == kind for each in target.ids))


def meant(wanted: Any) -> Any:  # noqa: ANN401 - a value of the file
    """`+1` is tomorrow."""
    if isinstance(wanted, str) and wanted.startswith("+") and len(wanted) <= 3:
        return (NOON.date() + timedelta(days=int(wanted))).isoformat()
    return wanted.isoformat() if isinstance(wanted, date) else wanted


def test_nearly_every_phrasing_is_read_right() -> None:
    wrong = {each["words"]: found for each in phrasings() if (found := mistakes(each["words"], each["means"]))}
    right = 1 - len(wrong) / len(phrasings())
    assert right >= RIGHT, "\n".join(f"{words}: {found}" for words, found in wrong.items())


def test_there_are_enough_phrasings_in_each_language() -> None:
    words = [each["words"] for each in phrasings()]
    assert len(words) == len(set(words)) >= 200
    assert sum(not each.isascii() for each in words) >= 40


@pytest.mark.parametrize(
    ("data", "kind", "number"), [("y:17", "yes", 17), ("n:3", "no", 3), ("u:9", "undo", 9), ("ht:5", "take", 5)]
)
def test_a_button_means_what_it_was_made_for(data: str, kind: str, number: int) -> None:
    order = press(data)
    assert order is not None
    assert (order.kind, order.number) == (kind, number)


@pytest.mark.parametrize("data", ["", "1.2", "y:", "y:x", "do", "zz:1", "p:1"])
def test_a_button_of_somebody_else_is_none_of_ours(data: str) -> None:
    assert press(data) is None


@pytest.mark.parametrize("each", phrasings()[::7], ids=lambda each: each["words"])
def test_an_order_that_waits_is_read_back_as_it_was(each: dict[str, Any]) -> None:
    order = read(each["words"], names(), now=NOON)
    assert Order.from_json(order.to_json()) == order
