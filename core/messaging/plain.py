"""Words for a plain phone: the seven-bit alphabet where it can be, because every other sign makes a message dearer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from core.ports import Option

# GSM 03.38; those of the extension table count twice.
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = frozenset("^{}\\[~]|€\f")
_PLAIN: Final = str.maketrans({
    "₹": "Rs.", "–": "-", "—": "-", "\u2212": "-", "\u2011": "-", "’": "'", "\u2018": "'", "“": '"', "”": '"',
    "…": "...", "•": "-", "·": "-", "★": "*", "☆": "", "×": "x", "→": "->", "✓": "", "✔": "",
    "\u00a0": " ", "\u202f": " ", "\u200b": "", "\u200d": "", "\ufe0f": "", "\t": " ",
})  # fmt: skip
_OTHER_SCRIPT: Final = re.compile(r"[\u0900-\u097f]")
_GSM_ONE, _GSM_PART = 160, 153
_UCS_ONE, _UCS_PART = 70, 67


def plain(text: str) -> str:
    """The text as a plain phone shows it; Devanagari stays, since its reader wrote it."""
    text = text.translate(_PLAIN)
    if not _OTHER_SCRIPT.search(text):
        text = "".join(_seven_bit(sign) for sign in text)
    return re.sub(r" +(?=\n|$)", "", re.sub(r"(?<=\S) {2,}", " ", text)).strip()


def numbered(text: str, options: Sequence[Option]) -> str:
    """The options below the text, to be answered by their numbers."""
    lines = [
        f"{number}. {option.title}" + (f" - {option.description}" if option.description else "")
        for number, option in enumerate(options, start=1)
    ]
    return "\n".join([text, *lines]) if lines else text


def shortened(text: str, limit: int) -> str:
    """At most that long, never ending inside a word or an amount."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 3]
    cut = max(kept.rfind(" "), kept.rfind("\n"))
    return (kept[:cut] if cut > 0 else kept).rstrip(" ,;:\n") + "..."


def pieces(text: str, limit: int) -> list[str]:
    r"""The whole text in pieces of at most that length: cut between lines, else between words, never inside an amount.

    >>> pieces("Deluxe ₹4,000\nSuite ₹9,500", 20)
    ['Deluxe ₹4,000', 'Suite ₹9,500']
    """
    found: list[str] = []
    rest = text.strip()
    while len(rest) > limit:
        head = rest[: limit + 1]
        line, word = head.rfind("\n"), max(head.rfind(" "), head.rfind("\n"))
        cut = line if line > limit // 2 else word
        cut = cut if cut > 0 else limit  # one word longer than a message: nothing else can be done
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*found, rest]


def segments(text: str) -> int:
    """How many parts the carrier charges."""
    if all(sign in _BASIC or sign in _EXTENSION for sign in text):
        length = sum(2 if sign in _EXTENSION else 1 for sign in text)
        one, part = _GSM_ONE, _GSM_PART
    else:
        length = len(text.encode("utf-16-le")) // 2
        one, part = _UCS_ONE, _UCS_PART
    return 1 if length <= one else -(-length // part)


def _seven_bit(sign: str) -> str:
    if sign in _BASIC or sign in _EXTENSION:
        return sign
    bare = unicodedata.normalize("NFKD", sign)
    return "".join(part for part in bare if part in _BASIC)
