"""Guests who wait for a person: the inbox, taking one, answering by answering the card, handing back to the desk."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from bot.owner.counter import Counter, Edit, Halt, Shower, button
from bot.owner.order import Order
from bot.owner.resolve import card_answered
from bot.replies import phrase
from core.bookings.find import by_reference
from core.messaging import handoff as talk
from core.messaging.outbox import chats_of, tell_chats
from core.messaging.pictures import Sender, from_house
from core.messaging.wake import WAKE_OUTBOX, wake
from models.base import Json
from models.conversation import Conversation, Handoff
from models.guest import Guest
from models.messaging import Message
from models.states import ConversationMode, Role

CANNED: Final = ("wait", "yes", "call", "wifi", "checkin", "sorry", "thanks")
_MOST: Final = 9


def show_inbox(counter: Counter, _order: Order) -> None:
    """Who waits, longest first, and who is being answered."""
    found = talk.running(counter.session, counter.account_id, counter.person.property_ids)
    if not found:
        counter.say("owner_inbox_empty")
        return
    lines, options = [], []
    for handoff in found[:_MOST]:
        facts = talk.card_facts(counter.session, handoff)
        minutes = int((counter.now - handoff.opened_at).total_seconds() // 60)
        name = "owner_inbox_waiting" if handoff.taken_by_id is None else "owner_inbox_taken"
        guest = facts["guest"] or facts["phone"]
        lines.append(counter.words(name, {"guest": guest, "minutes": minutes, "count": handoff.id}))
        if handoff.taken_by_id is None:
            options.append(button(f"ht:{handoff.id}", "option_owner_take_named", {"guest": guest}))
    counter.say("owner_inbox", {"lines": "\n".join(lines)}, options=options)


def take(counter: Counter, order: Order) -> None:
    """Mine, unless somebody was quicker."""
    handoff = _meant(counter, order)
    taken = talk.take(counter.session, handoff.id, counter.account_id, user_id=counter.person.user_id, now=counter.now)
    if taken is None:
        raise Halt("owner_no_chat")
    facts = talk.card_facts(counter.session, taken.handoff)
    if not taken.won:
        counter.say("owner_taken_by", {"name": taken.by, "guest": facts["guest"] or facts["phone"]})
        return
    counter.say("owner_taken", facts, options=talk.buttons(taken.handoff))
    _tell_the_others(counter, handoff, taken.by, facts)


def reply(counter: Counter, order: Order) -> None:
    """A person's own words to the guest; whoever answers first has the conversation."""
    handoff = _meant(counter, order)
    pictures = counter.heard.media
    if not order.text and not pictures:
        raise Halt("owner_need_words")
    taken = talk.take(counter.session, handoff.id, counter.account_id, user_id=counter.person.user_id, now=counter.now)
    if taken is None or not taken.won:
        facts = talk.card_facts(counter.session, handoff)
        raise Halt("owner_taken_by", {"name": taken.by if taken else "", "guest": facts["guest"] or facts["phone"]})
    if pictures:
        sender = Sender(counter.person.user_id, counter.heard.line_id)
        from_house(counter.session, handoff, sender, pictures, words=order.text, now=counter.now)
    else:
        talk.say_as_person(
            counter.session,
            handoff,
            words=order.text or "",
            name=counter.person.name,
            now=counter.now,
            key=f"person:{counter.heard.key or counter.now.isoformat()}",
        )
    wake(counter.session, WAKE_OUTBOX)
    facts = talk.card_facts(counter.session, handoff)
    counter.say(
        "owner_replied",
        {"handoff": handoff.id, "guest": facts["guest"] or facts["phone"]},
        options=[button(f"hb:{handoff.id}", "option_owner_hand_back")],
    )


def canned(counter: Counter, order: Order) -> None:
    """A ready answer, with the guest's name and the person's own; without a name of one, the list of them."""
    names = {topic: topic for topic in CANNED}
    topic = names.get((order.topic or "").partition(" ")[0])
    handoff = None
    if topic is None:
        handoff = _perhaps(counter, order)
        shown = "\n".join(f"{name}: {_ready(counter, name, '…', counter.person.language)}" for name in CANNED)
        options = [] if handoff is None else [button(f"c:{handoff.id}:{name}", name) for name in CANNED]
        counter.say("owner_canned", {"lines": shown}, options=options)
        return
    handoff = _meant(counter, order)
    conversation = counter.session.get_one(Conversation, handoff.conversation_id)
    guest = counter.session.get_one(Guest, conversation.guest_id)
    words = _ready(counter, topic, guest.name or "", conversation.language)
    reply(counter, Order("reply", number=handoff.id, text=words))


def hand_back(counter: Counter, order: Order) -> None:
    """The desk speaks again, from where it was."""
    handoff = _meant(counter, order)
    back = talk.hand_back(
        counter.session, handoff.id, counter.account_id, user_id=counter.person.user_id, now=counter.now
    )
    if back is None:
        raise Halt("already_so")
    facts = talk.card_facts(counter.session, back)
    first = back.first_response_at
    counter.say(
        "owner_handed_back",
        {
            "guest": facts["guest"] or facts["phone"],
            "waited": None if first is None else int((first - back.opened_at).total_seconds() // 60),
            "minutes": int((counter.now - back.opened_at).total_seconds() // 60),
        },
    )
    _plain_cards(counter, back)


def show_chat(counter: Counter, order: Order) -> None:
    """The ready answers for one guest."""
    canned(counter, Order("canned", number=order.number))


def _ready(counter: Counter, topic: str, guest: str, language: str) -> str:
    facts: Json = {"guest": guest, "name": counter.person.name}
    return phrase(f"canned_{topic}", facts, language=language)


def _meant(counter: Counter, order: Order) -> Handoff:
    found = _perhaps(counter, order)
    if found is None:
        raise Halt("owner_which_chat")
    counter.require(Role.STAFF, found.property_id)
    return found


def _perhaps(counter: Counter, order: Order) -> Handoff | None:
    """The conversation meant: by number, the card answered, a booking, a name, or the only one there is."""
    session = counter.session
    if order.number is not None:
        return session.scalar(
            select(Handoff).where(Handoff.id == order.number, Handoff.account_id == counter.account_id)
        )
    card = card_answered(counter)
    if card is not None and card.facts.get("handoff"):
        return session.scalar(
            select(Handoff).where(Handoff.id == card.facts["handoff"], Handoff.account_id == counter.account_id)
        )
    open_ones = talk.running(session, counter.account_id, counter.person.property_ids)
    if order.reference is not None:
        booking = by_reference(session, counter.account_id, order.reference)
        return _of_booking(counter, booking.conversation_id, booking.property_id)
    if order.name or order.phone:
        fitting = [each for each in open_ones if _is_called(counter, each, order)]
        return fitting[0] if len(fitting) == 1 else None
    mine = [each for each in open_ones if each.taken_by_id == counter.person.user_id]
    if len(mine) == 1:
        return mine[0]
    return open_ones[0] if len(open_ones) == 1 else None


def _of_booking(counter: Counter, conversation_id: int | None, property_id: int) -> Handoff | None:
    """The house may also write first: the conversation of the booking is then a person's."""
    if conversation_id is None:
        raise Halt("owner_no_chat")
    found = talk.of_conversation(counter.session, conversation_id)
    if found is not None:
        return found
    conversation = counter.session.get_one(Conversation, conversation_id)
    if conversation.mode is ConversationMode.HUMAN:
        return None
    return talk.open_handoff(counter.session, conversation, reason="house", now=counter.now, property_id=property_id)


def _is_called(counter: Counter, handoff: Handoff, order: Order) -> bool:
    facts = talk.card_facts(counter.session, handoff)
    if order.phone is not None:
        return str(facts["phone"]).endswith(order.phone[-10:])
    return (order.name or "").casefold() in (facts["guest"] or "").casefold()


def _tell_the_others(counter: Counter, handoff: Handoff, by: str, facts: Json) -> None:
    """The others' cards lose their button, and say who has it."""
    others = [
        chat
        for chat in chats_of(counter.session, counter.account_id, handoff.property_id)
        if (chat.row.line_id, chat.row.address) != (counter.heard.line_id, counter.heard.address)
    ]
    shown = {"name": by, "guest": facts["guest"] or facts["phone"]}
    tell_chats(
        counter.session,
        counter.account_id,
        others,
        "owner_taken_by",
        shown,
        counter.now,
        key=f"taken:{handoff.id}:{handoff.taken_by_id}",
    )
    _plain_cards(counter, handoff, counter.words("owner_taken_by", shown))


def _plain_cards(counter: Counter, handoff: Handoff, news: str | None = None) -> None:
    """Cards of this conversation that were sent say who has it now, and lose their buttons."""
    cards = counter.session.scalars(
        select(Message)
        .where(Message.account_id == counter.account_id, Message.key.like(f"owner_handoff:{handoff.id}:%"))
        .order_by(Message.id)
    )
    counter.edits += [
        Edit(card.line_id, card.provider_id, f"{card.body}\n\n✓ {news}" if card.body and news else None)
        for card in cards
        if card.provider_id
    ]


SHOWS: Final[dict[str, Shower]] = {
    "inbox": show_inbox,
    "take": take,
    "reply": reply,
    "canned": canned,
    "hand_back": hand_back,
    "show_chat": show_chat,
}
