"""What a guest did on WhatsApp, read from Meta's own words; what is not there is not missed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from core.messaging.heard import Heard
from core.messaging.inbox import LONGEST_EVENT_ID
from models.base import Json
from providers.whatsapp import media_address

_PHONE: Final = re.compile(r"\d{7,15}")
_PERSON: Final = re.compile(r"[A-Za-z]{2}\.[A-Za-z0-9.]{1,140}")
_LONGEST_REFERRAL: Final = 500
_FILES: Final = frozenset({"image", "audio", "video", "document", "sticker"})
# What WhatsApp itself says in a guest's name, or what a guest has taken back: nobody waits for an answer.
_NOT_SAID: Final = frozenset({"system", "request_welcome", "ephemeral", "revoke"})


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote: a phone number, or the id WhatsApp gives us for somebody who hides theirs."""

    address: str
    phone: str | None
    name: str | None


def objects(holder: object, name: str) -> list[Json]:
    """The objects listed there, and nothing that is none."""
    listed = holder.get(name) if isinstance(holder, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def words_of(value: object) -> str:
    """A text, or nothing."""
    return value if isinstance(value, str) else ""


def from_guest(message: Json) -> bool:
    """Whether a guest has said this, to us alone."""
    return words_of(message.get("type")) not in _NOT_SAID and not message.get("group_id")


def sender_of(message: Json, contacts: Sequence[Json]) -> Sender | None:
    """By the phone number where there is one, else by the id WhatsApp gives for a user name."""
    written, person = words_of(message.get("from")), words_of(message.get("from_user_id"))
    contact = _contact(contacts, {written, person} - {""})
    phone = next((each for each in (written, words_of(contact.get("wa_id"))) if _PHONE.fullmatch(each)), None)
    someone = (person, words_of(contact.get("user_id")), written)
    found = f"+{phone}" if phone else next((each for each in someone if _PERSON.fullmatch(each)), None)
    if found is None:
        return None
    profile = _part(contact, "profile")
    name = words_of(profile.get("name")) or words_of(profile.get("username"))
    return Sender(f"whatsapp:{found}", f"+{phone}" if phone else None, name or None)


def heard_in(message: Json) -> Heard:
    """One message, in the house's own shape."""
    edited = _part(_part(message, "edit"), "message")
    if message.get("type") == "edit":  # the guest has corrected what was written: the new words count
        return _wordless("edit") if edited.get("type") == "edit" else heard_in(edited)
    heard = _said(message)
    return heard if heard.is_reaction else replace(heard, content=heard.content | _beside(message))


def _said(message: Json) -> Heard:
    kind = words_of(message.get("type"))
    said = _part(message, kind)
    match kind:
        case "text":
            return Heard("text", words_of(said.get("body")).strip())
        case "button":
            return _button(said)
        case "interactive":
            return _chosen(said)
        case "location":
            return _place(said) or _wordless(kind)
        case _ if kind in _FILES:
            return _file(kind, said)
        case _:
            return _wordless(kind)


def _beside(message: Json) -> Json:
    """What stands beside the words: the message they answer, the advertisement, whether they were passed on."""
    found: Json = {}
    context = _part(message, "context")
    if words_of(context.get("id")):
        found["answers"] = context["id"][:LONGEST_EVENT_ID]
    referral = _part(message, "referral").items()
    if told := {name: str(each)[:_LONGEST_REFERRAL] for name, each in referral if isinstance(each, str) and each}:
        found["referral"] = told
    if True in (context.get("forwarded"), context.get("frequently_forwarded")):
        found["forwarded"] = True
    return found


def _button(said: Json) -> Heard:
    """A template's button; one without a payload of its own repeats its words."""
    words, payload = words_of(said.get("text")).strip(), words_of(said.get("payload"))
    return Heard("tap", words, {"id": payload, "title": words}) if payload not in {"", words} else Heard("text", words)


def _chosen(said: Json) -> Heard:
    """A button or a row of a list."""
    for name in ("button_reply", "list_reply"):
        reply = _part(said, name)
        if words_of(reply.get("id")):
            words = words_of(reply.get("title")).strip()
            return Heard("tap", words, {"id": reply["id"], "title": words})
    return _wordless("interactive")


def _place(said: Json) -> Heard | None:
    try:
        lat, lon = float(said["latitude"]), float(said["longitude"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):  # noqa: PLR2004 - the earth's own limits
        return None
    named = {"label": words_of(said.get("name")), "address": words_of(said.get("address"))}
    return Heard("location", "", {"lat": lat, "lon": lon} | named)


def _file(kind: str, said: Json) -> Heard:
    """A picture, voice note or file, which stays at Meta until somebody fetches it."""
    about = {"url": media_address(words_of(said.get("id"))), "type": words_of(said.get("mime_type")) or kind}
    return Heard("media", words_of(said.get("caption")).strip(), {"media": [about]})


def _wordless(kind: str) -> Heard:
    return Heard("media", "", {"media": [{"url": "", "type": kind or "unknown"}]})


def _contact(contacts: Sequence[Json], known_as: set[str]) -> Json:
    """Who is who, where several have written at once."""
    for each in contacts:
        if not known_as.isdisjoint({words_of(each.get("wa_id")), words_of(each.get("user_id"))}):
            return each
    return contacts[0] if len(contacts) == 1 else {}


def _part(holder: Any, name: str) -> Json:  # noqa: ANN401 - whatever came
    part = holder.get(name) if isinstance(holder, dict) else None
    return part if isinstance(part, dict) else {}
