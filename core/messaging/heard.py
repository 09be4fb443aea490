"""What a guest sent, in one shape for all channels; doors translate their provider's words into it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Self

from core.messaging.consent import Choice, choice_in
from models.base import Json

type Kind = Literal["text", "tap", "location", "media"]

# Answers that are whole in themselves: whoever sends one is waiting, not writing on.
_ANSWERS: Final = frozenset({
    "yes", "y", "yeah", "yep", "yup", "ok", "okay", "sure", "no", "n", "nope", "nah", "confirm", "cancel",
    "haan", "han", "ha", "haa", "haan ji", "han ji", "ji", "ji haan", "theek hai", "thik hai", "nahi", "nahin", "nai",
    "na", "mat", "हाँ", "हां", "जी", "जी हाँ", "जी हां", "ठीक है", "नहीं", "नही", "ना",
    "👍", "👎",
})  # fmt: skip
_BESIDE: Final = frozenset({"answers", "referral", "forwarded"})
_NUMBER: Final = re.compile(r"[#(]?\s*\d{1,3}\s*[.)]?")
_GO_ON: Final = frozenset({
    "go on", "go on please", "please go on", "continue", "carry on", "go ahead", "aage", "aage badho", "aage badhiye",
    "aage chalo", "jaari rakho", "jari rakho", "आगे", "आगे बढ़ो", "आगे बढ़िए", "आगे बढ़िये", "जारी रखो", "जारी रखें",
})  # fmt: skip


def wants_desk_back(words: str) -> bool:
    """Whether somebody who waits for a person would rather go on with the desk."""
    return " ".join(words.casefold().split()).rstrip(".!। ") in _GO_ON


@dataclass(frozen=True, slots=True)
class Heard:
    """One message, or several that belong together."""

    kind: Kind
    text: str = ""
    content: Json = field(default_factory=dict)

    @classmethod
    def of(cls, payload: Json) -> Self:
        """Read back what the door wrote beside the provider's own words."""
        heard = payload["heard"]
        return cls(heard["kind"], heard["text"], heard["content"])

    def as_json(self) -> Json:
        """For the inbox row."""
        return {"kind": self.kind, "text": self.text, "content": self.content}

    @classmethod
    def together(cls, parts: Sequence[Heard]) -> Heard:
        """A burst as one: the words below each other, pictures and recordings kept beside them."""
        if len(parts) == 1 and (parts[0].kind != "media" or not parts[0].text):
            return parts[0]
        words = "\n".join(part.text for part in parts if part.text)
        media = [item for part in parts for item in part.content.get("media", ())]
        # What stands beside the words (what they answer, the advertisement they came by): the newest of each.
        beside = {name: value for part in parts for name, value in part.content.items() if name in _BESIDE}
        return Heard("text" if words else "media", words, beside | ({"media": media} if media else {}))

    @property
    def is_reaction(self) -> bool:
        """A little heart on one of our messages: nice, and no answer to anything."""
        return self.kind == "media" and any(item.get("type") == "reaction" for item in self.content.get("media", ()))

    @property
    def choice(self) -> Choice | None:
        """A STOP or START, in their own words or as the carrier tells it."""
        told = self.content.get("opt_out")
        if told in {"STOP", "START"}:
            return Choice(told == "STOP")
        return choice_in(self.text) if self.kind == "text" else None

    @property
    def stands_alone(self) -> bool:
        """Whether it neither waits for more words nor joins others."""
        if self.kind in {"tap", "location"} or self.is_reaction or self.choice is not None:
            return True
        if self.kind == "media":
            return False
        words = " ".join(self.text.casefold().split()).rstrip(".!")
        return words in _ANSWERS or bool(_NUMBER.fullmatch(words))
