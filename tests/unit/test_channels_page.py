"""The page about channels knows every code the adapters branch on, and says the numbers that are used."""

from __future__ import annotations

import re
from pathlib import Path

from core.messaging import reroute
from core.messaging.capabilities import META_WHATSAPP, TELEGRAM, TWILIO_SMS, TWILIO_WHATSAPP
from providers import telegram, twilio

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


def test_the_table_of_capabilities_says_what_is_used() -> None:
    channels = (TWILIO_WHATSAPP, TWILIO_SMS, TELEGRAM, META_WHATSAPP)
    assert "| | " + " | ".join(each.name for each in channels) + " |" in PAGE
    assert "| longest text | " + " | ".join(str(each.body) for each in channels) + " |" in PAGE
    assert "| location | " + " | ".join("pin" if each.location else "map link" for each in channels) + " |" in PAGE
