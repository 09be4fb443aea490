"""The page about channels knows every code the adapters branch on, and says the numbers that are used."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from core.messaging import capabilities, reroute
from core.messaging.capabilities import META_WHATSAPP, TELEGRAM, TWILIO_SMS, TWILIO_WHATSAPP, Capabilities
from models.states import Channel, Provider
from providers import telegram, twilio, whatsapp

MOST_ON_WHATSAPP = 3

PAGE = Path("docs/channels.md").read_text(encoding="utf-8")


def test_every_code_something_is_done_about_is_on_the_page() -> None:
    codes = {*twilio._TOO_MANY, *twilio._UNKNOWN_TEMPLATE, telegram.BLOCKED}
    codes |= {int(code) for code in reroute.NOT_ON_WHATSAPP | reroute.OPTED_OUT | reroute.NO_OFFERS}
    for path in ("providers/twilio.py", "providers/telegram.py"):
        codes |= {int(code) for code in re.findall(r"provider_code=(\d+)", Path(path).read_text(encoding="utf-8"))}
    table = PAGE.partition("## Error codes")[2].partition("## SMS")[0]
    known = {int(code) for row in re.findall(r"(?m)^\| ([\d, ]+) \|", table) for code in row.split(", ")}
    assert codes <= known
    assert len(codes) >= 10


def test_every_code_meta_may_send_again_after_is_on_the_page() -> None:
    table = PAGE.partition("## WhatsApp Cloud API (Meta)")[2]
    known = {int(code) for row in re.findall(r"(?m)^\| ([\d, ]+) \|", table) for code in row.split(", ")}
    assert known >= whatsapp._LATER
    assert {131047, 131026, 131050} <= known


CHANNELS = (TWILIO_WHATSAPP, TWILIO_SMS, TELEGRAM, META_WHATSAPP)


def _yes(*, so: bool) -> str:
    return "yes" if so else "no"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("", lambda can: can.name),
        ("longest text", lambda can: str(can.body)),
        ("text above buttons or a list", lambda can: str(can.rich_body or "-")),
        ("picture with words", lambda can: str(can.caption or "link")),
        ("picture above buttons", lambda can: _yes(so=can.picture_with_buttons)),
        ("location", lambda can: "pin" if can.location else "map link"),
        ("free words only within 24 h", lambda can: _yes(so=can.window)),
        ("approved templates", lambda can: _yes(so=can.templates)),
        ("alphabet", lambda can: "GSM-7 unless Hindi is written" if can.seven_bit else "any"),
    ],
)
def test_each_row_of_the_table_of_capabilities_says_what_is_used(row: str, said: Callable[[Capabilities], str]) -> None:
    assert f"| {row} | ".replace("|  |", "| |") + " | ".join(said(can) for can in CHANNELS) + " |" in PAGE


def test_the_rows_of_buttons_lists_and_pace_say_what_is_used() -> None:
    rows = dict(re.findall(r"(?m)^\| ([^|]+) \| (.+) \|$", PAGE.partition("## Which message")[0]))
    buttons, lists, pace = (
        rows[name].split(" | ") for name in ("buttons, title", "list rows, title, description", "messages a second")
    )
    for can, button, shown, speed in zip(CHANNELS, buttons, lists, pace, strict=True):
        many = "any" if can.buttons > MOST_ON_WHATSAPP else str(can.buttons)
        assert button == (f"{many}, {can.button_title}" if can.buttons else "numbered")
        if can.rows:
            assert shown == f"{can.rows}, {can.row_title}, {can.row_description}"
        assert speed.startswith(f"{can.per_second:g}")
        assert ("one a chat" in speed) is (can.per_chat_second == 1)


def test_what_a_provider_offers_is_known_for_every_pair_that_a_line_can_be() -> None:
    assert set(capabilities.CHANNELS.values()) == set(CHANNELS)
    assert capabilities.of(Provider.META, Channel.WHATSAPP) is META_WHATSAPP
    assert capabilities.of(Provider.META, Channel.SMS) is TWILIO_SMS
