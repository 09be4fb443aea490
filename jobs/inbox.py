"""Outside events other than a guest's words are worked here: owners' chats, payments, failed deliveries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from telegram import Update

from bot.owner.commands import Heard, answer
from core.errors import ProviderError
from core.log import get_logger
from core.messaging.delivery import apply_status
from core.messaging.inbox import fail, finish
from core.messaging.reroute import NOT_ON_WHATSAPP, another_way, tell_people
from core.unit_of_work import unit_of_work
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
            case Provider.TWILIO, "status":
                _not_delivered(session, entry, now)
            case _:
                log.info("event_ignored", provider=entry.provider.value, kind=entry.kind)
        return None

    def _owner(self, session: Session, entry: InboxEntry, now: datetime) -> AfterCommit | None:
        """Words, or a button, from a chat of those who run the place."""
        update = Update.de_json(entry.payload)
        chat, text = update.effective_chat, ""
        if update.callback_query is not None:
            text = update.callback_query.data or ""
        elif update.message is not None:
            text = update.message.text or ""
        if chat is not None and entry.line_id is not None:
            heard = Heard(entry.account_id, entry.line_id, str(chat.id), text)
            answer(session, heard, now=now)
        if update.callback_query is None or entry.line_id is None:
            return None
        return self._acknowledge(entry.line_id, update.callback_query.id)

    def _acknowledge(self, line_id: int, callback_id: str) -> AfterCommit:
        def stop_the_spinner() -> None:
            try:
                self._house.registry.telegram_for(self._house.registry.line(line_id)).acknowledge(callback_id)
            except ProviderError as trouble:
                log.info("button_not_acknowledged", code=trouble.code)

        return stop_the_spinner


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
        another_way(session, message, guest_id, now=now, reason=said["error_code"])
    elif message.purpose is Purpose.BOOKING_FACT:
        tell_people(session, message, now=now)
