"""A reply as one channel shows it: a picture, a pin, buttons, a list or numbered words.

What does not fit is said in words below, numbered, and what is too long for one message is continued in the next;
no word, no price and no choice is ever lost or cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from core.messaging.capabilities import Capabilities
from core.messaging.plain import numbered, pieces, plain, shortened
from core.ports import Option, Outgoing, Place

type Kind = Literal["text", "buttons", "list", "photo", "pin", "template"]

_MAP: Final = "https://maps.google.com/?q={lat},{lon}"
_DOTS: Final = "☰"


@dataclass(frozen=True, slots=True)
class Laid:
    """What the channel is given now, and the words that must follow in messages of their own."""

    kind: Kind
    text: str
    options: tuple[Option, ...] = ()
    list_title: str = ""
    media_url: str | None = None
    place: Place | None = None
    more: tuple[str, ...] = ()


def lay_out(message: Outgoing, can: Capabilities) -> Laid:
    """The richest form in which everything fits."""
    if message.template is not None:
        return Laid("template", message.text)
    text = _plain(message.text, can)
    options = tuple(_spoken(each, can) for each in message.options)
    if can.seven_bit and message.note:
        text = f"{text}\n{_plain(message.note, can)}"
    if message.place is not None and not options and can.location and len(text) <= can.body:
        return Laid("pin", text, place=message.place)
    text = _with_links(text, message, can)
    if message.media_url and 0 < len(text) <= can.caption and (not options or _pictured(text, options, can)):
        return Laid("photo", text, options, media_url=message.media_url)
    if options and can.buttons:
        rich = _buttons(text, options, can) or _rows(text, options, message.list_title, can)
        if rich is not None:
            return rich
    first, *more = pieces(numbered(text, options), can.body)
    return Laid("text", first, more=tuple(more))


def _pictured(text: str, options: tuple[Option, ...], can: Capabilities) -> bool:
    """Whether the buttons may stand below the picture itself."""
    laid = _buttons(text, options, can) if can.picture_with_buttons else None
    return laid is not None and laid.text == text


def _buttons(text: str, options: tuple[Option, ...], can: Capabilities) -> Laid | None:
    """Buttons, where every title fits; what else is said of a choice stands in the words above."""
    if len(options) > can.buttons or any(len(each.title) > can.button_title for each in options):
        return None
    if any(each.description for each in options):
        if can.rows:
            return None  # a list shows descriptions better
        text = numbered(text, options)
    return Laid("buttons", text, options) if len(text) <= can.rich_body else None


def _rows(text: str, options: tuple[Option, ...], list_title: str, can: Capabilities) -> Laid | None:
    """A list; a title too long for its row is told in full below it, what is too long for that in the words above."""
    if len(options) > can.rows:
        return None
    rows = [_row(each, can) for each in options]
    if any(row is None for row in rows):
        text = numbered(text, options)
        rows = [
            Option(each.id, shortened(f"{number}. {each.title}", can.row_title))
            for number, each in enumerate(options, start=1)
        ]
    if len(text) > can.rich_body:
        return None
    title = list_title if 0 < len(list_title) <= can.list_button else _DOTS
    return Laid("list", text, tuple(row for row in rows if row is not None), title)


def _row(option: Option, can: Capabilities) -> Option | None:
    title = shortened(option.title, can.row_title)
    whole = title == option.title
    said = option.description if whole else f"{option.title}. {option.description}".removesuffix(". ")
    return Option(option.id, title, said) if len(said) <= can.row_description else None


def _with_links(text: str, message: Outgoing, can: Capabilities) -> str:
    """What cannot be shown can still be opened."""
    lines = [text]
    if message.place is not None:
        link = _MAP.format(lat=message.place.lat, lon=message.place.lon)
        lines += [] if link in text else [link]
    if message.media_url and not can.caption and not message.options and message.media_url not in text:
        lines.append(message.media_url)
    return "\n".join(lines)


def _spoken(option: Option, can: Capabilities) -> Option:
    return Option(option.id, _plain(option.title, can), _plain(option.description, can)) if can.seven_bit else option


def _plain(text: str, can: Capabilities) -> str:
    return plain(text) if can.seven_bit else text
