"""What each channel can show; replies are written once and laid out by these numbers alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from models.states import Channel, Provider


@dataclass(frozen=True, slots=True)
class Capabilities:
    """One channel as its provider describes it; 0 means that it cannot be shown there at all.

    `body` is the longest plain text, `rich_body` the longest above buttons or a list, `caption` below a picture.
    `window`: free words only for a day after the guest's last; `templates`: approved ones may go at any time.
    """

    name: str
    body: int
    rich_body: int = 0
    buttons: int = 0
    button_title: int = 0
    rows: int = 0
    row_title: int = 0
    row_description: int = 0
    list_button: int = 0
    caption: int = 0
    picture_with_buttons: bool = False
    location: bool = False
    window: bool = False
    templates: bool = False
    seven_bit: bool = False
    per_second: float = 10.0
    per_chat_second: float = 0.0
    chat_burst: int = 1


TWILIO_WHATSAPP: Final = Capabilities(
    name="WhatsApp (Twilio)",
    body=1600,
    rich_body=1024,
    buttons=3,
    button_title=20,
    rows=10,
    row_title=24,
    row_description=72,
    list_button=20,
    caption=1024,
    location=True,
    window=True,
    templates=True,
    per_second=80,
)
TWILIO_SMS: Final = Capabilities(name="SMS (Twilio)", body=1600, seven_bit=True, per_second=10)
TELEGRAM: Final = Capabilities(
    name="Telegram",
    body=4096,
    rich_body=4096,
    buttons=100,
    button_title=60,
    caption=1024,
    picture_with_buttons=True,
    per_second=30,
    per_chat_second=1,
    chat_burst=5,
)
# The same phones; Meta takes longer words and a picture above buttons.
META_WHATSAPP: Final = replace(TWILIO_WHATSAPP, name="WhatsApp (Meta)", body=4096, picture_with_buttons=True)

CHANNELS: Final[dict[tuple[Provider, Channel], Capabilities]] = {
    (Provider.TWILIO, Channel.WHATSAPP): TWILIO_WHATSAPP,
    (Provider.TWILIO, Channel.SMS): TWILIO_SMS,
    (Provider.TELEGRAM, Channel.TELEGRAM): TELEGRAM,
    (Provider.META, Channel.WHATSAPP): META_WHATSAPP,
}


def of(provider: Provider, channel: Channel) -> Capabilities:
    """What a line with this provider can show; an unknown one gets plain words."""
    return CHANNELS.get((provider, channel), TWILIO_SMS)
