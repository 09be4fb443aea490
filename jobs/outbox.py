"""Messages leave here: claimed and committed first, then sent, then recorded, so that a crash is never a silence.

While a message may or may not have been taken, the provider is asked; only Telegram cannot be asked, so an owner's card
may come a second time, marked as such.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.replies import BrokenReply
from core.errors import ProviderRefused, ProviderUnavailable, ProviderUnknown
from core.log import get_logger
from core.messaging import capabilities, delivery, reminders
from core.messaging.consent import MayReceive, may_receive
from core.messaging.cost import estimate
from core.messaging.delivery import AGAIN, Claimed
from core.messaging.dlt import registered_only
from core.messaging.handoff import show_fact
from core.messaging.layout import Laid, lay_out
from core.messaging.outbox import continue_later
from core.messaging.pace import Places
from core.messaging.plain import segments
from core.messaging.reroute import (
    NO_OFFERS,
    NOT_ON_WHATSAPP,
    OPTED_OUT,
    another_way,
    has_blocked,
    has_opted_out,
    not_on_whatsapp,
    tell_people,
)
from core.messaging.window import is_open
from core.ports import Outgoing, Sent
from core.unit_of_work import unit_of_work
from jobs.presence import Presence
from jobs.wording import Wording
from models.conversation import Conversation
from models.messaging import Message
from models.states import Channel, ConversationMode, MessageState, Provider, Purpose
from providers.house import House
from providers.telegram import BLOCKED

log = get_logger()

_SORRY: Final = "error"
_AT_ONCE: Final = 20

type Settle = Callable[[Session], None]


@dataclass(frozen=True, slots=True)
class _Parcel:
    """One message, rendered, with what is needed after the call."""

    message: Message
    outgoing: Outgoing
    laid: Laid
    guest_id: int | None


class Outbox:
    """Sends what is queued, one message at a time; many threads may share it."""

    def __init__(self, house: House, presence: Presence | None = None) -> None:
        self._house = house
        self._presence = presence or Presence()
        self._wording = Wording(house)
        self._places = Places(house.engine)

    def send_next(self) -> bool:
        """Send one message; False when none is due."""
        found, settle = self._send_one(None)
        self._settle(settle)
        return found

    def send_some(self) -> bool:
        """Send what is due, up to a handful; what became of one is recorded as the next is claimed, in one commit."""
        found, settle = self._send_one(None)
        for _ in range(_AT_ONCE - 1):
            if not found:
                break
            found, settle = self._send_one(settle)
        self._settle(settle)
        return found

    def _send_one(self, settle: Settle | None) -> tuple[bool, Settle | None]:
        """Record the one before, claim one and send it: whether there was one, and what is to be recorded of it."""
        now = self._house.clock.now()
        try:
            with unit_of_work(self._house.engine) as session:
                if settle is not None:
                    settle(session)
                claimed = delivery.claim_next(session, now=now, worker=self._presence.number)
                waits = claimed is not None and self._waits(session, claimed.message, now)
                parcel = None if claimed is None or waits else self._prepare(session, claimed, now)
        except Exception:
            self._settle(settle)  # whatever is wrong with the next one, this one has been sent
            raise
        return claimed is not None, None if parcel is None else self._send(parcel, now)

    def _settle(self, settle: Settle | None) -> None:
        if settle is not None:
            with unit_of_work(self._house.engine) as session:
                settle(session)

    def settle_next(self) -> bool:
        """Find out about one message nobody knows the fate of; False when there is none."""
        now = self._house.clock.now()
        with unit_of_work(self._house.engine) as session:
            message = delivery.claim_unknown(session, now=now)
            if message is None:
                return False
            besides = delivery.known_ids(session, message)
            outgoing = self._render(session, message, shut=message.shown_as == "template")
        line = self._house.registry.line(message.line_id)
        if line.provider is Provider.TELEGRAM:
            self._cannot_be_asked(message, now)
            return True
        if line.provider is Provider.META:
            self._wait_for_status(message, now)
            return True
        since = message.sent_at or message.created_at
        long_enough = delivery.asked_long_enough(message)
        try:
            channel = self._house.registry.channel_for(line)
            found = None if outgoing is None else channel.find(outgoing, since=since, besides=besides)
        except (ProviderUnavailable, ProviderUnknown, ProviderRefused) as trouble:
            log.warning("provider_not_asked", message=message.id, code=trouble.code)
            found = None
            since = now  # nothing was learnt
        with unit_of_work(self._house.engine) as session:
            if found is not None and outgoing is not None:
                self._record(session, message, outgoing, self._laid(message, outgoing), found, mark=None)
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
        shut = message.by_template or not is_open(message.channel, last_inbound_at=claimed.last_inbound_at, now=now)
        never_wrote = message.purpose is Purpose.STAFF and claimed.last_inbound_at is None
        if may is MayReceive.ELSEWHERE:
            another_way(session, message, claimed.guest_id, now=now, reason="opted_out")
            return None
        try:
            return self._parcel(session, claimed, shut=shut and (message.by_template or not never_wrote), now=now)
        except BrokenReply as broken:
            log.exception("reply_broken", message=message.id, reply=message.reply, why=str(broken))
        if message.purpose is not Purpose.CONVERSATION or message.reply == _SORRY:
            delivery.fail(session, message.id, error_code="broken_reply")
            return None
        message.reply, message.options = _SORRY, []  # a mistake of ours must not leave a guest without an answer
        return self._parcel(session, claimed, shut=shut, now=now)

    def _parcel(self, session: Session, claimed: Claimed, *, shut: bool, now: datetime) -> _Parcel | None:
        """Words, an approved template, another channel or a person: whichever reaches them."""
        message = claimed.message
        outgoing, extra = self._wording.freely(message)
        laid = self._laid(message, outgoing)
        if extra and (shut or laid.kind == "text"):  # a pin or a picture: only where it can be seen, never by template
            delivery.cancel(session, message.id, reason="not_shown_here")
            return None
        listed = registered_only(self._house.registry.line(message.line_id).settings, message.address)
        if shut or listed:
            approved = self._render(session, message, shut=shut)
            if approved is None:
                why = "not_registered" if listed else "window_shut"
                another_way(session, message, claimed.guest_id, now=now, reason=why)
                return None
            outgoing, laid = approved, self._laid(message, approved)
            message.shown_as = laid.kind  # whoever has to ask about it must know which words it left in
        continue_later(session, message, laid.more, now=now)
        return _Parcel(message, outgoing, laid, claimed.guest_id)

    def _send(self, parcel: _Parcel, now: datetime) -> Settle:
        """Call the provider; returns how what came of it is recorded."""
        message, outgoing = parcel.message, parcel.outgoing
        try:
            sent: Sent = self._house.registry.channel_for(self._house.registry.line(message.line_id)).send(outgoing)
        except ProviderUnavailable as trouble:
            self._log("provider_unavailable", message, trouble)
            later, after = self._house.clock.now(), trouble.facts.get("retry_after")
            return lambda session: delivery.put_back(session, message, now=later, error_code="unavailable", after=after)
        except ProviderUnknown as trouble:
            self._log("provider_unknown", message, trouble)
            kept = AGAIN if message.error_code == AGAIN else "unknown"
            return lambda session: delivery.wait_for_word(session, message.id, now=now, error_code=kept)
        except ProviderRefused as refusal:
            self._log("provider_refused", message, refusal)
            code = refusal.facts.get("provider_code")
            return lambda session: self._refused(session, parcel, code, now)
        return lambda session: self._sent(session, parcel, sent, now)

    def _sent(self, session: Session, parcel: _Parcel, sent: Sent, now: datetime) -> None:
        message, outgoing = parcel.message, parcel.outgoing
        mark = AGAIN if message.error_code == AGAIN else None
        self._record(session, message, outgoing, parcel.laid, sent, mark=mark)
        show_fact(session, message, outgoing.text, now=now)

    def _refused(self, session: Session, parcel: _Parcel, code: int | None, now: datetime) -> None:
        """It will be refused again, so it goes another way or to a person."""
        message = parcel.message
        if str(code) in NOT_ON_WHATSAPP and message.channel is Channel.WHATSAPP:
            not_on_whatsapp(session, message, parcel.guest_id, code=str(code), now=now)
            return
        if code == BLOCKED and message.channel is Channel.TELEGRAM:
            has_blocked(session, message, now=now)
            return
        delivery.fail(session, message.id, error_code=str(code))
        if str(code) in OPTED_OUT | NO_OFFERS:
            has_opted_out(session, message, offers=str(code) in NO_OFFERS, now=now)
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

    def _render(self, session: Session, message: Message, *, shut: bool) -> Outgoing | None:
        """As it may be said now; None when it may not be said here."""
        if shut:
            return self._wording.by_template(session, message)
        if registered_only(self._house.registry.line(message.line_id).settings, message.address):
            return self._wording.as_registered(message)
        outgoing, _ = self._wording.freely(message)
        return outgoing

    def _laid(self, message: Message, outgoing: Outgoing) -> Laid:
        line = self._house.registry.line(message.line_id)
        return lay_out(outgoing, capabilities.of(line.provider, line.channel))

    def _waits(self, session: Session, message: Message, now: datetime) -> bool:
        """Whether its line has to draw breath first."""
        line = self._house.registry.line(message.line_id)
        can = capabilities.of(line.provider, line.channel)
        per_second = float(line.settings.get("per_second", can.per_second))
        return self._places.waits_its_turn(session, message, can, per_second=per_second, now=now)

    def _record(
        self, session: Session, message: Message, outgoing: Outgoing, laid: Laid, sent: Sent, *, mark: str | None
    ) -> None:
        """It was taken: what was read, as what, in how many parts, and what it will probably cost."""
        settings = self._house.registry.line(message.line_id).settings
        parts = sent.segments or (segments(laid.text) if message.channel is Channel.SMS else None)
        delivery.record_sent(
            session,
            message.id,
            provider_id=sent.provider_id,
            body=laid.text if laid.more else outgoing.text,
            shown_as=laid.kind,
            error_code=mark,
            segments=parts,
            cost_micros=estimate(
                message.channel,
                message.address,
                segments=parts,
                by_template=outgoing.template is not None,
                prices=settings.get("prices"),
            ),
        )

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
