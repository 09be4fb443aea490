"""What the desk says: the reply's words from nlu/<journey>/responses.<language>.yml, with the facts put in.

The files have Rasa's `responses:` form. Of several texts one is picked by the message's number, so that a message sent
again says the same. A text with a `condition` is preferred when its facts fit. A line whose fact is not known (null)
is left out; a fact that was never given, or a form nobody wrote, is a mistake of ours and raises.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from bot.forms import FORMS, Links, Voice
from core.ports import Place
from models.base import Json

__all__ = ["LANGUAGES", "BrokenReply", "Language", "Links", "Rendered", "known_replies", "phrase", "render"]

type Language = Literal["en", "hi", "hinglish"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "hi", "hinglish")

_NLU: Final = Path(__file__).parent.parent / "nlu"
_FACT: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")


class BrokenReply(LookupError):  # noqa: N818 - named for the fact, as the house's other errors
    """A reply that nobody wrote, or whose facts are not there."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A reply in the guest's language, ready for any channel to show as it can.

    `note` is read on plain phones only; an `extra`, such as a pin, is left out where it cannot be shown.
    """

    text: str
    list_title: str = ""
    media_url: str | None = None
    place: Place | None = None
    template: str | None = None
    variables: tuple[str, ...] = ()
    note: str = ""
    extra: bool = False


@dataclass(frozen=True, slots=True)
class _Wording:
    """One way to say a reply, and when it fits."""

    text: str
    metadata: Json
    fits: tuple[tuple[str, Any], ...]

    def suits(self, facts: Json) -> bool:
        """Whether the facts are those this wording is for."""
        return all(facts.get(name) == value for name, value in self.fits)


def render(reply: str, facts: Json, *, language: str, links: Links, message_id: int = 0) -> Rendered:
    """The reply in that language with its facts.

    Raises:
        BrokenReply: nobody wrote it in that language, or a fact it speaks of was not given.
    """
    wording = _pick(reply, facts, language, message_id)
    voice = Voice(language, links, facts)
    about = wording.metadata
    return Rendered(
        text=_filled(reply, wording.text, voice),
        list_title=_filled(reply, about.get("list_title", ""), voice),
        media_url=_filled(reply, about.get("media", ""), voice) or None,
        place=_place(facts) if about.get("place") else None,
        template=about.get("template"),
        variables=tuple(_filled(reply, each, voice) for each in about.get("variables", ())),
        note=_filled(reply, about.get("sms", ""), voice),
        extra=bool(about.get("extra")),
    )


def phrase(reply: str, facts: Json, *, language: str) -> str:
    """A few words for a title or a description, without any link."""
    wording = _pick(reply, facts, language, 0)
    return _filled(reply, wording.text, Voice(language, Links("", lambda _: ""), facts))


def known_replies(language: str) -> frozenset[str]:
    """The names of all replies written in that language."""
    return frozenset(_book(language))


def _pick(reply: str, facts: Json, language: str, message_id: int) -> _Wording:
    """The most particular wordings that suit, and of these always the same one for the same message."""
    wordings = _book(language).get(reply)
    if wordings is None:
        raise BrokenReply(f"{reply} is not written in {language}")
    suiting = [wording for wording in wordings if wording.suits(facts)]
    most = max((len(wording.fits) for wording in suiting), default=0)
    best = [wording for wording in suiting if len(wording.fits) == most]
    if not best:
        raise BrokenReply(f"no wording of {reply} suits its facts in {language}")
    return best[message_id % len(best)]


def _filled(reply: str, text: str, voice: Voice) -> str:
    """The text with its facts; lines about something unknown are left out."""
    lines = (_line(reply, line, voice) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line for line in lines if line is not None)).strip()


def _line(reply: str, line: str, voice: Voice) -> str | None:
    parts: list[str] = []
    end = 0
    for found in _FACT.finditer(line):
        name, form = found[1], found[2] or "text"
        if name not in voice.facts or form not in FORMS:
            raise BrokenReply(f"{reply} speaks of {found[0]}, which is not there")
        value = voice.facts[name]
        said = None if value is None else FORMS[form](value, voice)
        if said is None:
            return None
        parts += [line[end : found.start()], said]
        end = found.end()
    return "".join([*parts, line[end:]])


def _place(facts: Json) -> Place | None:
    if facts.get("lat") is None or facts.get("lon") is None:
        return None
    return Place(facts["lat"], facts["lon"], facts.get("property") or "", facts.get("address") or "")


@cache
def _book(language: str) -> Mapping[str, tuple[_Wording, ...]]:
    """All replies of a language; the same name in two files would let one of them silently lose."""
    book: dict[str, tuple[_Wording, ...]] = {}
    for path in sorted(_NLU.glob(f"*/responses.{language}.yml")):
        for name, entries in _read(path)["responses"].items():
            reply = name.removeprefix("utter_")
            if reply in book:
                raise BrokenReply(f"{reply} is written twice in {language}, the second time in {path.name}")
            book[reply] = tuple(_wording(entry) for entry in entries)
    if not book:
        raise BrokenReply(f"no replies are written in {language}")
    return book


def _read(path: Path) -> Json:
    """Read in C where the library can: ten times as fast, and a process knows its replies in a blink."""
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    read: Json = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are the safe one
    return read


def _wording(entry: Json) -> _Wording:
    fits = tuple((each["name"], each["value"]) for each in entry.get("condition", ()))
    return _Wording(entry["text"].strip("\n"), entry.get("metadata", {}), fits)
