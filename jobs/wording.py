"""A row of the outbox as it will be read: its reply in the person's language, or an approved template's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from bot.replies import Links, phrase, render
from bot.templates import filled, flat, template_in
from core.bookings.card import signer
from core.messaging import capabilities
from core.messaging.approved import approved_id
from core.messaging.delivery import AGAIN
from core.messaging.dlt import is_registered, sender_for
from core.ports import Option, Outgoing, TemplateBody
from models.base import Json
from models.messaging import Message
from models.states import Purpose
from providers.house import House

_OPTION_REPLY: Final = "option_"
_AGAIN: Final = "↻ "
# What has no template of its own may be carried by one for everything of its kind, as one line.
_CARRIERS: Final = {Purpose.STAFF: "owner_alert", Purpose.PERSON: "staff_reply"}


class Wording:
    """Puts a queued message into words."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._links = Links(house.settings.public_base_url.rstrip("/"), signer(house.settings))

    def freely(self, message: Message) -> tuple[Outgoing, bool]:
        """In our own words; and whether it is an extra, left out where it cannot be shown."""
        line = self._house.registry.line(message.line_id)
        said = render(message.reply, message.facts, language=message.language, links=self._links, message_id=message.id)
        outgoing = Outgoing(
            message_id=message.id,
            sender=sender_for(line.settings, message.address, line.address),
            recipient=message.address,
            text=said.text,
            options=tuple(_option(each, message.language) for each in message.options),
            list_title=said.list_title,
            media_url=said.media_url,
            place=said.place,
            note=said.note,
        )
        return (replace(outgoing, text=_AGAIN + said.text) if message.error_code == AGAIN else outgoing), said.extra

    def as_registered(self, message: Message) -> Outgoing | None:
        """In the words India's operators have on their list; None when they have none for this."""
        line = self._house.registry.line(message.line_id)
        for body, words, _ in self._bodies(message):
            if is_registered(line.settings, f"{body.name}.{body.language}"):
                return Outgoing(
                    message_id=message.id,
                    sender=sender_for(line.settings, message.address, line.address),
                    recipient=message.address,
                    text=words,
                )
        return None

    def by_template(self, session: Session, message: Message) -> Outgoing | None:
        """In the words WhatsApp has approved, in the person's language or else in English; None when there are none."""
        line = self._house.registry.line(message.line_id)
        if not capabilities.of(line.provider, line.channel).templates:
            return None
        for body, words, variables in self._bodies(message):
            if body.buttons and len(body.buttons) != len(message.options):
                continue
            approved = approved_id(session, message.account_id, line.provider, body.name, body.language)
            if approved is not None:
                chosen = message.options if body.buttons else []
                return Outgoing(
                    message_id=message.id,
                    sender=line.address,
                    recipient=message.address,
                    text=words,
                    options=tuple(Option(each["id"], title) for each, title in zip(chosen, body.buttons, strict=False)),
                    template=approved,
                    template_language=body.language,
                    variables=variables,
                )
        return None

    def _bodies(self, message: Message) -> Iterator[tuple[TemplateBody, str, tuple[str, ...]]]:
        """The texts that may carry it, in the person's language and then in English, filled."""
        said = render(message.reply, message.facts, language=message.language, links=self._links, message_id=message.id)
        name, variables = said.template, tuple(flat(each) for each in said.variables)
        if name is None and message.purpose in _CARRIERS:
            name, variables = _CARRIERS[message.purpose], (flat(said.text),)
        for language in dict.fromkeys((message.language, "en")):
            body = None if name is None else template_in(name, language)
            words = None if body is None else filled(body, variables)
            if body is not None and words is not None:
                yield body, words, variables


def _option(option: Json, language: str) -> Option:
    title = option["title"]
    if title.startswith(_OPTION_REPLY):
        title = phrase(title, option.get("value") or {}, language=language)
    return Option(option["id"], title, option.get("description") or "")
