"""Manners: greeting, thanking, languages, and what to say to things the desk cannot read."""

from __future__ import annotations

from bot.actions import forgetting, handoff, my_booking, standing, stay, table
from bot.actions.changes import changed_by_words
from bot.actions.choosing import COUNTED, take_named
from bot.actions.desk import Desk
from bot.actions.taking import take, takes
from bot.language import asked_for
from bot.replies import LANGUAGES
from bot.swearing import is_insult
from bot.turns import Offered
from core.bookings.find import bookings_of_guest
from core.guests.merge import addresses_of
from core.messaging.recordings import note
from models.base import Json
from models.states import PropertyKind

_OPEN_FOR_ANSWERS = COUNTED | {"place", "option", "confirm", "name"}
_MOST_MISSES = 2  # after a person was offered and the next words fit nothing either, one is asked to come
_SURELY_A_COMPLAINT = 0.6
_A_PERSON = Offered("person", {}, "option_person")
_NAMES_OF_LANGUAGES = {"en": "option_english", "hi": "option_hindi", "hinglish": "option_hinglish"}


def greet(desk: Desk) -> None:
    """What this desk can do, in one line with three buttons; in the middle of something, back to it."""
    if desk.asked not in {"none", "journey"} and desk.memory("question"):
        desk.say("hello_again")
        desk.ask_again()
        return
    desk.forget_wishes()
    desk.ask("journey", "greet", {"desk": desk.directory.desk}, options=my_booking.start_options())


def goodbye(desk: Desk) -> None:
    """Until next time; what was open stays open."""
    desk.say("goodbye")


def thank(desk: Desk) -> None:
    """Thanks are taken kindly, and an open question is not forgotten."""
    if desk.asked in {"none", "journey"}:
        desk.say("thank")
        return
    desk.say("thank_open")
    desk.ask_again()


def language(desk: Desk) -> None:
    """Another language, for good."""
    wanted = asked_for(desk.text)
    if wanted is None:
        options = [Offered("language", {"language": each}, _NAMES_OF_LANGUAGES[each]) for each in LANGUAGES]
        desk.say_with("ask_language", options)
        return
    speak(desk, wanted)


def speak(desk: Desk, wanted: str) -> None:
    """From now on in this language, whatever the guest writes in."""
    desk.conversation.language = wanted
    desk.conversation.language_chosen = True
    desk.guest.language = wanted
    desk.say("language_changed")
    desk.ask_again()


def my_data(desk: Desk) -> None:
    """What is kept about the guest; or all of it shall go."""
    if forgetting.wants_to_be_forgotten(desk):
        forgetting.ask(desk)
        return
    bookings = bookings_of_guest(desk.session, desk.guest.id, now=desk.now, include_past=True)
    desk.say(
        "my_data",
        {
            "name": desk.guest.name,
            "phone": ", ".join(_numbers_of(desk)) or None,
            "language": desk.words(_NAMES_OF_LANGUAGES[desk.language]),
            "bookings": ", ".join(booking.reference for booking in bookings) or None,
            "since": desk.guest.created_at,
        },
    )
    desk.ask_again()


def _numbers_of(desk: Desk) -> list[str]:
    """Every number or name they are known under, each once."""
    known = [identity.address.removeprefix("whatsapp:") for identity in addresses_of(desk.session, desk.guest.id)]
    return list(dict.fromkeys([*([desk.guest.phone] if desk.guest.phone else []), *known]))


def tap(desk: Desk) -> None:
    """A button: of the last message it counts, of an older one it is told kindly and the question asked again."""
    option = desk.context.tapped
    if option is None and standing.tapped(desk):
        return
    if option is not None:
        take(desk, option)
        return
    desk.say("stale_tap")
    if desk.asked == "none" or desk.memory("question") is None:
        desk.ask("journey", "what_next", options=my_booking.start_options())
    else:
        desk.ask_again()


def location(desk: Desk) -> None:
    """A pin on the map: near there."""
    point = (float(desk.context.turn.content["lat"]), float(desk.context.turn.content["lon"]))
    match desk.conversation.journey:
        case "table":
            wish = desk.table
            table.proceed(desk, table.near(wish, point), before=wish)
        case "stay":
            wish_to_stay = desk.stay
            stay.proceed(desk, stay.near(wish_to_stay, point), before=wish_to_stay)
        case _:
            desk.remember(stay=stay.near(desk.stay, point).to_json(), table=table.near(desk.table, point).to_json())
            desk.ask("journey", "near_what", options=my_booking.start_options()[:2])


def media(desk: Desk) -> None:
    """A picture, a voice note, a file: the house keeps it, the guest is asked for words."""
    items = desk.context.turn.content.get("media") or [{}]
    kinds = " ".join(str(item.get("type", "")) for item in items)
    if kinds == "sticker":
        desk.say("sticker")
        desk.ask_again()
        return
    desk.say("voice_note" if "audio" in kinds else "media")
    keep_media(desk)
    desk.ask_again()


def keep_media(desk: Desk) -> None:
    """What came with the turn is fetched for the house, and its people get a card that leads to it."""
    items = desk.context.turn.content.get("media") or []
    if not items:
        return
    kinds = " ".join(str(item.get("type", "")) for item in items)
    what = "voice_note" if "audio" in kinds else "contact" if "contact" in kinds or "vcard" in kinds else "media"
    kept = note(desk.session, desk.context.turn, items, now=desk.now)
    told = {"what": desk.words(f"what_{what}"), "recording": kept[0].id if kept else None}
    handoff.tell_house(desk, "owner_media", told)


def unclear(desk: Desk) -> None:
    """Words that fit nothing: perhaps an answer after all; else ask kindly, and the second time offer a person."""
    if _is_an_answer(desk):
        desk.conversation.misses = 0
        return
    out_of_scope = desk.context.understood.intent == "out_of_scope"
    desk.conversation.misses += 1
    if desk.conversation.misses > _MOST_MISSES:
        handoff.hand_over(desk, "unclear")
    elif _is_open(desk):
        desk.say(_kind_words(desk, out_of_scope=out_of_scope))
        desk.ask_again()
    elif is_insult(desk.text):
        desk.ask("journey", "insulted", options=[*my_booking.start_options()[:2], _A_PERSON])
    elif desk.conversation.misses > 1:
        desk.ask("unclear", "unclear_again", options=[_A_PERSON, *my_booking.start_options()[:2]])
    else:
        desk.ask("journey", "out_of_scope" if out_of_scope else "unclear", options=my_booking.start_options())


def nothing_written(desk: Desk) -> bool:
    """Only spaces, by a slip of the thumb: no miss, and the question once more; False when something is written."""
    if desk.text.strip():
        return False
    if desk.asked in {"none", "journey"} or desk.memory("question") is None:
        desk.ask("journey", "what_next_empty", options=my_booking.start_options())
    else:
        desk.say("nothing_written")
        desk.ask_again()
    return True


def _is_open(desk: Desk) -> bool:
    return desk.asked not in {"none", "journey", "unclear"} and desk.memory("question") is not None


def _kind_words(desk: Desk, *, out_of_scope: bool) -> str:
    """What stands before the question when it is asked again; the second time it says how to reach a person."""
    if is_insult(desk.text):
        return "insulted_open"
    if desk.conversation.misses > 1:
        return "unclear_open_again"
    return "out_of_scope_open" if out_of_scope else "unclear_open"


def person(desk: Desk) -> None:
    """A person is fetched for who asks for one or complains; a guess at a complaint must not silence the desk."""
    heard = desk.context.understood
    if heard.intent == "complain" and (heard.confidence < _SURELY_A_COMPLAINT or is_insult(desk.text)):
        unclear(desk)
    else:
        handoff.handoff(desk)


def start_somewhere(desk: Desk) -> None:
    """Details before any journey: a table when they speak of eating, else a stay."""
    (table.table if _speaks_of_eating(desk) else stay.stay)(desk)


def _is_an_answer(desk: Desk) -> bool:
    """A name, a number or a detail the language engine could not place."""
    if desk.asked in {"option", "confirm"} and take_named(desk, desk.memory("offers") or []):
        return True
    if desk.conversation.journey in {"stay", "table"}:
        return desk.asked in _OPEN_FOR_ANSWERS and changed_by_words(desk)
    heard, named = desk.hear("stay"), desk.mentions
    ours = {house.city for house in desk.directory.houses}
    if named.property or named.city in ours or (heard.check_in and heard.guests):
        start_somewhere(desk)
        return True
    return False


def _speaks_of_eating(desk: Desk) -> bool:
    named = desk.mentions
    house = desk.directory.named(named.property)
    if house is not None:
        return house.kind is PropertyKind.RESTAURANT
    if not desk.directory.of_kind(PropertyKind.HOTEL):
        return True
    heard = desk.hear("")
    speaks_of_sleeping = bool(named.room_type or heard.nights or heard.rooms or named.stars)
    return bool(named.cuisine or named.occasion or heard.time or heard.meal) and not speaks_of_sleeping


@takes("language")
def take_language(desk: Desk, value: Json) -> None:
    """One of the three languages."""
    speak(desk, value["language"])


@takes("start")
def take_start(desk: Desk, value: Json) -> None:
    """A room, a table, or my booking."""
    match value["journey"]:
        case "stay":
            desk.conversation.journey = "stay"
            desk.conversation.asked = "none"
            stay.proceed(desk, desk.stay, before=desk.stay)
        case "table":
            desk.conversation.journey = "table"
            desk.conversation.asked = "none"
            table.proceed(desk, desk.table, before=desk.table)
        case _:
            my_booking.check(desk)
