"""Messages leave here: claimed and committed first, then sent, then recorded, so that a crash is never a silence.

While a message may or may not have been taken, the provider is asked; only Telegram cannot be asked, so an owner's card
may come a second time, marked as such.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.replies import BrokenReply, Links, phrase, render
from core.bookings.card import signer
from core.errors import ProviderRefused, ProviderUnavailable, ProviderUnknown
from core.log import get_logger
from core.messaging import delivery, reminders
from core.messaging.consent import MayReceive, may_receive
from core.messaging.delivery import AGAIN, Claimed
from core.messaging.handoff import show_fact
from core.messaging.reroute import NOT_ON_WHATSAPP, another_way, has_opted_out, tell_people
from core.messaging.window import is_open
from core.ports import Option, Outgoing, Sent
from core.unit_of_work import unit_of_work
from jobs.presence import Presence
from models.account import OwnerChat
from models.base import Json
from models.conversation import Conversation
from models.messaging import Message
from models.states import Channel, ConversationMode, MessageState, Provider, Purpose
from providers.house import House
from providers.telegram import BLOCKED

log = get_logger()

_OPTED_OUT: Final = 21610
_OPTION_REPLY: Final = "option_"
_AGAIN: Final = "↻ "
_SORRY: Final = "error"


@dataclass(frozen=True, slots=True)
class _Parcel:
    """One message, rendered, with what is needed after the call."""

    message: Message
    outgoing: Outgoing
    guest_id: int | None


class Outbox:
    """Sends what is queued, one message at a time; many threads may share it."""

    def __init__(self, house: House, presence: Presence | None = None) -> None:
        self._house = house
        self._presence = presence or Presence()
        self._links = Links(house.settings.public_base_url.rstrip("/"), signer(house.settings))

    def send_next(self) -> bool:
        """Send one message; False when none is due."""
        now = self._house.clock.now()
        with unit_of_work(self._house.engine) as session:
            claimed = delivery.claim_next(session, now=now, worker=self._presence.number)
            parcel = None if claimed is None else self._prepare(session, claimed, now)
        if parcel is not None:
            self._send(parcel, now)
        return claimed is not None

    def settle_next(self) -> bool:
        """Find out about one message nobody knows the fate of; False when there is none."""
        now = self._house.clock.now()
        with unit_of_work(self._house.engine) as session:
            message = delivery.claim_unknown(session, now=now)
            if message is None:
                return False
            besides = delivery.known_ids(session, message)
        line = self._house.registry.line(message.line_id)
        if line.provider is Provider.TELEGRAM:
            self._cannot_be_asked(message, now)
            return True
        if line.provider is Provider.META:
            self._wait_for_status(message, now)
            return True
        outgoing = self._render(message)
        since = message.sent_at or message.created_at
        long_enough = delivery.asked_long_enough(message)
        try:
            found = self._house.registry.channel_for(line).find(outgoing, since=since, besides=besides)
        except (ProviderUnavailable, ProviderUnknown, ProviderRefused) as trouble:
            log.warning("provider_not_asked", message=message.id, code=trouble.code)
            found = None
            since = now  # nothing was learnt
        with unit_of_work(self._house.engine) as session:
            if found is not None:
                delivery.record_sent(session, message.id, provider_id=found.provider_id, body=outgoing.text)
            elif now - since >= long_enough:
                delivery.send_again(session, message, now=now, marked=False)
            else:
                kept = message.error_code if message.error_code == delivery.SENDER_DIED else None
                delivery.wait_for_word(session, message.id, now=now, error_code=kept)
        return True

    def _prepare(self, session: Session, claimed: Claimed, now: datetime) -> _Parcel | None:
        """Rendered, when it may go; else cancelled or sent another way."""
        message = claimed.message
        if _a_human_is_talking(claimed):
            delivery.cancel(session, message.id, reason="human")
            return None
        if message.reply in reminders.REMINDERS and not _still_true(session, message, now):
            return None
        may = may_receive(
            message.purpose,
            opted_out_at=claimed.opted_out_at,
            last_inbound_at=claimed.last_inbound_at,
            answers_guest=message.turn_id is not None,
        )
        if may is MayReceive.NO:
            delivery.cancel(session, message.id, reason="opted_out")
            return None
        shut = not is_open(message.channel, last_inbound_at=claimed.last_inbound_at, now=now)
        to_staff = message.purpose is Purpose.STAFF and claimed.last_inbound_at is None
        if may is MayReceive.ELSEWHERE or (shut and not to_staff):
            why = "window_shut" if shut else "opted_out"
            another_way(session, message, claimed.guest_id, now=now, reason=why)
            return None
        try:
            return _Parcel(message, self._render(message), claimed.guest_id)
        except BrokenReply as broken:
            log.exception("reply_broken", message=message.id, reply=message.reply, why=str(broken))
        if message.purpose is not Purpose.CONVERSATION or message.reply == _SORRY:
            delivery.fail(session, message.id, error_code="broken_reply")
            return None
        message.reply, message.options = _SORRY, []  # a mistake of ours must not leave a guest without an answer
        return _Parcel(message, self._render(message), claimed.guest_id)

    def _send(self, parcel: _Parcel, now: datetime) -> None:
        message, outgoing = parcel.message, parcel.outgoing
        try:
            sent: Sent = self._house.registry.channel_for(self._house.registry.line(message.line_id)).send(outgoing)
        except ProviderUnavailable as trouble:
            self._log("provider_unavailable", message, trouble)
            with unit_of_work(self._house.engine) as session:
                after = trouble.facts.get("retry_after")
                delivery.put_back(session, message, now=self._house.clock.now(), error_code="unavailable", after=after)
        except ProviderUnknown as trouble:
            self._log("provider_unknown", message, trouble)
            with unit_of_work(self._house.engine) as session:
                kept = AGAIN if message.error_code == AGAIN else "unknown"
                delivery.wait_for_word(session, message.id, now=now, error_code=kept)
        except ProviderRefused as refusal:
            self._log("provider_refused", message, refusal)
            with unit_of_work(self._house.engine) as session:
                self._refused(session, parcel, refusal.facts.get("provider_code"), now)
        else:
            with unit_of_work(self._house.engine) as session:
                mark = AGAIN if message.error_code == AGAIN else None
                delivery.record_sent(
                    session, message.id, provider_id=sent.provider_id, body=outgoing.text, error_code=mark
                )
                show_fact(session, message, outgoing.text, now=now)

    def _refused(self, session: Session, parcel: _Parcel, code: int | None, now: datetime) -> None:
        """It will be refused again, so it goes another way or to a person."""
        message = parcel.message
        if str(code) in NOT_ON_WHATSAPP and message.channel is Channel.WHATSAPP:
            another_way(session, message, parcel.guest_id, now=now, reason=str(code))
            return
        delivery.fail(session, message.id, error_code=str(code))
        if code == _OPTED_OUT:
            has_opted_out(session, message, now=now)
        elif code == BLOCKED and message.channel is Channel.TELEGRAM:
            session.execute(
                update(OwnerChat)
                .where(OwnerChat.line_id == message.line_id, OwnerChat.address == message.address)
                .where(OwnerChat.unlinked_at.is_(None))
                .values(unlinked_at=now)
            )
        if message.purpose is Purpose.BOOKING_FACT:
            tell_people(session, message, now=now)

    def _wait_for_status(self, message: Message, now: datetime) -> None:
        """Meta cannot be asked either, but its status carries our number; without one it goes another way in the end.

        It is never sent there twice: a guest who got it after all hears it by SMS too, or a person is told.
        """
        with unit_of_work(self._house.engine) as session:
            if now - (message.sent_at or message.created_at) < delivery.STATUS_COMES_WITHIN:
                delivery.wait_for_word(session, message.id, now=now, error_code="unknown")
                return
            still = session.get_one(Message, message.id, with_for_update={"key_share": True})
            if still.state is not MessageState.UNKNOWN:
                return  # the word came at this very moment
            talk = None if still.conversation_id is None else session.get(Conversation, still.conversation_id)
            another_way(session, still, None if talk is None else talk.guest_id, now=now, reason="no_word")

    def _cannot_be_asked(self, message: Message, now: datetime) -> None:
        with unit_of_work(self._house.engine) as session:
            if message.error_code == AGAIN:
                delivery.fail(session, message.id, error_code="lost")
            else:
                delivery.send_again(session, message, now=now, marked=True)

    def _render(self, message: Message) -> Outgoing:
        said = render(message.reply, message.facts, language=message.language, links=self._links, message_id=message.id)
        outgoing = Outgoing(
            message_id=message.id,
            sender=self._house.registry.line(message.line_id).address,
            recipient=message.address,
            text=said.text,
            options=tuple(_option(each, message.language) for each in message.options),
            list_title=said.list_title,
            media_url=said.media_url,
            place=said.place,
            template=said.template,
            variables=said.variables,
        )
        return replace(outgoing, text=_AGAIN + said.text) if message.error_code == AGAIN else outgoing

    def _log(self, event: str, message: Message, trouble: Exception) -> None:
        facts = getattr(trouble, "facts", {})
        log.warning(event, message=message.id, reply=message.reply, attempts=message.attempts, **facts)


def _a_human_is_talking(claimed: Claimed) -> bool:
    """Then the desk is silent, but for facts about the guest's own money and the words of the handing over itself."""
    if claimed.mode is not ConversationMode.HUMAN:
        return False
    if claimed.message.purpose in {Purpose.BOOKING_FACT, Purpose.STAFF, Purpose.PERSON}:
        return False
    handing_over = claimed.message.purpose is Purpose.CONVERSATION and claimed.message.created_at == claimed.mode_since
    return not handing_over


def _still_true(session: Session, message: Message, now: datetime) -> bool:
    """Whether a reminder may go now; it says what is true at this moment, or waits for morning, or never goes."""
    ruling = reminders.check(session, message, now=now)
    if ruling.facts is not None:
        message.facts = ruling.facts
    elif ruling.later is not None:
        reminders.put_off(message, ruling.later)
    else:
        delivery.cancel(session, message.id, reason="no_longer_true")
    return ruling.facts is not None


def _option(option: Json, language: str) -> Option:
    title = option["title"]
    if title.startswith(_OPTION_REPLY):
        title = phrase(title, option.get("value") or {}, language=language)
    return Option(option["id"], title, option.get("description") or "")
