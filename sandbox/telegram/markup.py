"""Reads Telegram's HTML into plain text with entities, and checks inline keyboards."""

from html.parser import HTMLParser

from sandbox.lines import Json
from sandbox.telegram.errors import bad

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
CALLBACK_DATA_BYTES = 64


def utf16_length(text: str) -> int:
    """Length the way Telegram counts offsets."""
    return len(text.encode("utf-16-le")) // 2


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.entities: list[Json] = []
        self._open: list[tuple[str, int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TYPES:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {self._bytes()}')
        link = next((value or "" for key, value in attrs if key == "href"), "")
        self._open.append((tag, utf16_length(self.text), link))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            raise bad(f"can't parse entities: Unexpected end tag at byte offset {self._bytes()}")
        _, start, link = self._open.pop()
        length = utf16_length(self.text) - start
        if length:
            entity: Json = {"type": _TYPES[tag], "offset": start, "length": length}
            self.entities.append(entity | ({"url": link} if link else {}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def finish(self) -> None:
        self.close()
        if self._open:
            raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{self._open[-1][0]}\"")
        self.entities.sort(key=lambda one: (one["offset"], -one["length"]))

    def _bytes(self) -> int:
        return len(self.text.encode())


def read_html(raw: str) -> tuple[str, list[Json]]:
    """Turn HTML into text and entities, refusing what Telegram refuses."""
    reader = _Reader()
    reader.feed(raw)
    reader.finish()
    stripped = reader.text.rstrip()
    return stripped, reader.entities


def read_text(raw: str, parse_mode: str | None, entities: list[Json] | None) -> tuple[str, list[Json]]:
    """Read the words of a message; Markdown is shown as it was written."""
    if parse_mode and parse_mode.lower() == "html":
        return read_html(raw)
    return raw.strip(), list(entities or [])


def check_keyboard(markup: Json | None) -> list[list[Json]]:
    """Check an inline keyboard button by button."""
    rows: list[list[Json]] = (markup or {}).get("inline_keyboard") or []
    for button in (one for row in rows for one in row):
        if not button.get("text"):
            raise bad("Text buttons are unallowed in the inline keyboard")
        data = button.get("callback_data")
        if data is not None and not 1 <= len(str(data).encode()) <= CALLBACK_DATA_BYTES:
            raise bad("BUTTON_DATA_INVALID")
        if data is None and not button.get("url"):
            raise bad("Text buttons are unallowed in the inline keyboard")
    return rows
