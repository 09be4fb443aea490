"""Outside events other than a guest's words are worked here: owners' chats, payments, failed deliveries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from telegram import Message as TelegramMessage
from telegram import Update

from bot.owner.commands import MENU, Heard, answer
from bot.owner.counter import Edit
from core.errors import ProviderError
from core.log import get_logger
from core.messaging.consent import told_by_provider
from core.messaging.delivery import apply_status
from core.messaging.inbox import fail, finish
from core.messaging.reroute import (
    NO_OFFERS,
    NOT_ON_WHATSAPP,
    OPTED_OUT,
    has_opted_out,
    not_on_whatsapp,
    tell_people,
)
from core.owners.link import BRINGS_CODE
from core.unit_of_work import unit_of_work
from models.base import Json
from models.conversation import Conversation
from models.messaging import InboxEntry
from models.states import Channel, InboxState, MessageState, Provider, Purpose
from providers.house import House
from webhooks.razorpay import work_gateway_event

log = get_logger()

type AfterCommit = Callable[[], None]


class Inbox:
    """Works what is waiting, in the order it came."""

    def __init__(self, house: House) -> None:
        self._house = house

    def work_next(self) -> bool:
        """Work the next event; False when none is waiting.

        One in each transaction: an event may lock a booking and its nights, and two of them in one would lock in a
        circle with somebody else's (docs/locking.md).
        """
        afterwards: list[AfterCommit] = []
        now = self._house.clock.now()
        with unit_of_work(self._house.engine) as session:
            entries = session.scalars(
                select(InboxEntry)
                .where(
                    InboxEntry.state == InboxState.NEW,
                    InboxEntry.conversation_id.is_(None),
                    InboxEntry.next_attempt_at <= now,
                )
                .order_by(InboxEntry.id)
                .limit(1)
                .with_for_update(skip_locked=True, key_share=True)
            ).all()
            for entry in entries:
                self._work(session, entry, now, afterwards)
        for step in afterwards:
            step()
        return bool(entries)

    def _work(self, session: Session, entry: InboxEntry, now: datetime, afterwards: list[AfterCommit]) -> None:
        try:
            with session.begin_nested():
                after = self._effect(session, entry, now)
        except Exception as error:
            # Whatever it is, the event is kept: it is tried again, and left for a person in the end.
            log.exception("event_failed", entry=entry.id, provider=entry.provider.value, kind=entry.kind)
            if fail(session, entry.id, attempts=entry.attempts + 1, error=f"{type(error).__name__}: {error}", now=now):
                log.critical("event_left", entry=entry.id)
            return
        finish(session, entry.id, now=now)
        if after is not None:
            afterwards.append(after)

    def _effect(self, session: Session, entry: InboxEntry, now: datetime) -> AfterCommit | None:
        match entry.provider, entry.kind:
            case Provider.TELEGRAM, _:
                return self._owner(session, entry, now)
            case Provider.RAZORPAY, _:
                work_gateway_event(session, entry, now=now)
            case Provider.TWILIO | Provider.META, "owner":
                return self._owner_on_whatsapp(session, entry, now)
            case Provider.TWILIO | Provider.META, "status":
                _not_delivered(session, entry, now)
            case Provider.META, "preference":
                _prefers(session, entry, now)
            case _:
                log.info("event_ignored", provider=entry.provider.value, kind=entry.kind)
        return None

    def _owner(self, session: Session, entry: InboxEntry, now: datetime) -> AfterCommit | None:
        """Words, or a button, from a Telegram chat of those who run the place."""
        update = Update.de_json(entry.payload)
        chat, query = update.effective_chat, update.callback_query
        if chat is None or entry.line_id is None:
            return None
        message = update.effective_message
        card = message if query is not None else message.reply_to_message if message is not None else None
        heard = Heard(
            account_id=entry.account_id,
            line_id=entry.line_id,
            address=str(chat.id),
            text="" if message is None or query is not None else message.text or message.caption or "",
            channel=Channel.TELEGRAM,
            pressed=None if query is None else query.data or "",
            answers=None if card is None else f"{chat.id}:{card.message_id}",
            key=str(entry.id),
            media=() if message is None or query is not None else _pictures(message),
        )
        edits = answer(session, heard, now=now)
        started = BRINGS_CODE.fullmatch(heard.text.strip()) is not None
        return self._afterwards(entry.line_id, None if query is None else query.id, edits, offer=started)

    def _owner_on_whatsapp(self, session: Session, entry: InboxEntry, now: datetime) -> AfterCommit | None:
        """The same from WhatsApp: what was written to our number by somebody in charge."""
        said, posted = entry.payload["heard"], entry.payload["posted"]
        tapped = said["kind"] == "tap"
        heard = Heard(
            account_id=entry.account_id,
            line_id=entry.line_id or 0,
            address=entry.payload.get("sender") or posted["From"],
            text="" if tapped else said["text"],
            channel=Channel.WHATSAPP,
            pressed=said["content"]["id"] if tapped else None,
            answers=said["content"].get("answers"),
            key=str(entry.id),
            media=tuple(each for each in said["content"].get("media", ()) if each.get("url")),
        )
        return self._afterwards(0, None, answer(session, heard, now=now), offer=False)

    def _afterwards(
        self, line_id: int, callback_id: str | None, edits: Sequence[Edit], *, offer: bool
    ) -> AfterCommit | None:
        """What the provider is asked for once the order is committed; nothing of it matters if it fails."""
        steps = [partial(self._edit, each) for each in edits]
        if callback_id is not None:
            steps.append(partial(self._acknowledge, line_id, callback_id))
        if offer:
            steps.append(partial(self._offer, line_id))

        def all_of_them() -> None:
            for step in steps:
                try:
                    step()
                except ProviderError as trouble:
                    log.info("card_not_changed", code=trouble.code, **trouble.facts)

        return all_of_them if steps else None

    def _edit(self, edit: Edit) -> None:
        line = self._house.registry.line(edit.line_id)
        if line.provider is Provider.TELEGRAM:
            self._house.registry.telegram_for(line).edit(edit.provider_id, edit.text)

    def _offer(self, line_id: int) -> None:
        self._house.registry.telegram_for(self._house.registry.line(line_id)).offer(MENU)

    def _acknowledge(self, line_id: int, callback_id: str) -> None:
        self._house.registry.telegram_for(self._house.registry.line(line_id)).acknowledge(callback_id)


def _pictures(message: TelegramMessage) -> tuple[Json, ...]:
    """What came with the words: a photo in its largest size, or a file."""
    if message.photo:
        return ({"url": message.photo[-1].file_id, "type": "image/jpeg"},)
    file = message.document or message.voice
    return () if file is None else ({"url": file.file_id, "type": file.mime_type or "application/octet-stream"},)


def _prefers(session: Session, entry: InboxEntry, now: datetime) -> None:
    """Offers were stopped or wanted again in WhatsApp's own settings."""
    said: dict[str, Any] = entry.payload
    told_by_provider(
        session,
        entry.account_id,
        said["sender"],
        opted_out=said["opted_out"],
        wording=said["wording"],
        told_at=datetime.fromisoformat(said["at"]),
        now=now,
    )


def _not_delivered(session: Session, entry: InboxEntry, now: datetime) -> None:
    """A message of ours did not arrive: about a booking, those who run the place must know."""
    said: dict[str, Any] = entry.payload
    message = apply_status(
        session,
        line_id=entry.line_id or 0,
        message_id=int(said["message"]) if str(said["message"]).isdigit() else None,
        provider_id=said["sid"],
        state=MessageState.FAILED,
        error_code=said["error_code"],
        now=now,
    )
    if message is None:
        return
    if message.channel is Channel.WHATSAPP and said["error_code"] in NOT_ON_WHATSAPP:
        guest_id = session.scalar(select(Conversation.guest_id).where(Conversation.id == message.conversation_id))
        not_on_whatsapp(session, message, guest_id, code=said["error_code"], now=now)
        return
    if said["error_code"] in NO_OFFERS:
        has_opted_out(session, message, offers=True, now=now)
    elif said["error_code"] in OPTED_OUT:
        has_opted_out(session, message, now=now)
    if message.purpose is Purpose.BOOKING_FACT:
        tell_people(session, message, now=now)
