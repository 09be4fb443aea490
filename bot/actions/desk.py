"""One turn as the actions see it: what is known so far, what was heard, and how to ask the next question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.choosing import Option, choose
from bot.dates import Heard, understand
from bot.lookups import Directory, House, directory_of
from bot.places import Mentions
from bot.replies import known_replies, phrase
from bot.turns import Offered, TurnContext, plain_facts
from bot.wishes import StayWish, TableWish
from models.base import Json
from models.booking import Booking
from models.conversation import Conversation
from models.guest import Guest
from models.money import PAISE_PER_RUPEE, Money
from models.states import BookingStatus

DOOR: Final = "chat"
# Somebody wants what is near without having said where they are.
_NEAR_ME: Final = re.compile(
    r"near me|near by|nearby|around me|close to me|mere (?:aas ?)?paas|aas ?paas|मेरे पास|आस-?पास|नज़?दीक"
)
_SHORT: Final = 2
_LONGEST: Final = 1000
_ZONE: Final = "Asia/Kolkata"


class Desk:
    """The receptionist's view of one turn."""

    def __init__(self, context: TurnContext) -> None:
        self.context = context

    # ------------------------------------------------------------------------------------------- who and where

    @property
    def session(self) -> Session:
        """The turn's one transaction."""
        return self.context.session

    @property
    def now(self) -> datetime:
        """The instant it is."""
        return self.context.now

    @property
    def conversation(self) -> Conversation:
        """The conversation's row."""
        return self.context.conversation

    @property
    def guest(self) -> Guest:
        """Who writes."""
        return self.context.guest

    @property
    def account_id(self) -> int:
        """Whose guest this is."""
        return self.conversation.account_id

    @property
    def text(self) -> str:
        """What the guest wrote, as far as a wish is ever written."""
        return self.context.understood.text[:_LONGEST]

    @property
    def wants_near(self) -> bool:
        """Whether "near me" is said."""
        return bool(_NEAR_ME.search(self.text.casefold()))

    @property
    def asked(self) -> str:
        """What the last question asked for."""
        return self.conversation.asked

    @property
    def language(self) -> str:
        """What we speak with this guest."""
        return self.conversation.language

    @cached_property
    def directory(self) -> Directory:
        """The account's houses and rooms by name."""
        return directory_of(self.session, self.account_id)

    @property
    def held(self) -> Booking | None:
        """The unpaid booking this conversation waits for."""
        booking = self.session.get(Booking, self.conversation.booking_id) if self.conversation.booking_id else None
        waiting = booking is not None and booking.status is BookingStatus.HELD
        return booking if waiting and self.asked == "payment" else None

    @property
    def house_in_talk(self) -> House | None:
        """The house the guest speaks about: named now, picked, wished for, or booked."""
        picked = self.memory("picked") or {}
        booked = self.session.get(Booking, self.conversation.booking_id) if self.conversation.booking_id else None
        wished = self.table.property_name if self.conversation.journey == "table" else self.stay.property_name
        return (
            self.directory.named(self.mentions.property)
            or self.directory.by_id(picked.get("property_id"))
            or self.directory.named(wished)
            or self.directory.by_id(booked.property_id if booked else None)
            or self.directory.by_id(self.memory("about_house"))
            or (self.directory.houses[0] if len(self.directory.houses) == 1 else None)
        )

    # ------------------------------------------------------------------------------------------------- memory

    def memory(self, name: str) -> Any:  # noqa: ANN401 - what was remembered is plain JSON
        """Something kept in the conversation between turns."""
        return self.conversation.frame.get(name)

    def remember(self, **parts: Any) -> None:  # noqa: ANN401 - plain values of any kind
        """Keep these; what is None is forgotten."""
        kept = {**self.conversation.frame, **plain_facts(parts)}
        self.conversation.frame = {name: value for name, value in kept.items() if value is not None}

    @property
    def stay(self) -> StayWish:
        """The stay wished for so far."""
        return StayWish.from_json(self.memory("stay"))

    @property
    def table(self) -> TableWish:
        """The table wished for so far."""
        return TableWish.from_json(self.memory("table"))

    def forget_wishes(self) -> None:
        """The matter is closed: the next wish starts from nothing."""
        self.conversation.frame = {}
        self.conversation.journey = "none"
        self.conversation.asked = "none"
        self.conversation.options = []

    # ------------------------------------------------------------------------------------------------ hearing

    def hear(self, journey: str, text: str | None = None) -> Heard:
        """The days, numbers, people and money in the guest's words."""
        house = self.house_in_talk or next(iter(self.directory.houses), None)
        zone = ZoneInfo(house.time_zone if house else _ZONE)
        return understand(
            self._without_names(self.text if text is None else text),
            now=self.now.astimezone(zone),
            asked=self.asked if self.asked != "none" else None,
            journey=journey if journey in {"stay", "table"} else None,
            **({"day_starts": house.day_starts_at} if house else {}),
        )

    def without_names(self) -> str:
        """The guest's words without the names of houses."""
        return self._without_names(self.text)

    def _without_names(self, text: str) -> str:
        """Chhat Rooftop is no festival and Do Mez no two: names of houses say nothing of days and numbers.

        Neither do rooms counted by their type: "2 classic doubles and 1 suite" are no three people.
        """
        for phrase_of in self.mentions.counted:
            words_of = r"\W+".join(re.escape(word) for word in phrase_of.split())
            text = re.sub(rf"(?<!\w){words_of}(?!\w)", "~", text, flags=re.IGNORECASE)
        for house in self.directory.houses:
            words = [re.escape(word) for word in house.name.split() if len(word) > _SHORT]
            text = re.sub(re.escape(house.name), "~", text, flags=re.IGNORECASE)
            if house.name == self.mentions.property and words:
                text = re.sub(rf"\b(?:{'|'.join(words)})\b", "~", text, flags=re.IGNORECASE)
        return text

    @cached_property
    def mentions(self) -> Mentions:
        """The names in the guest's words."""
        return self.directory.finder.find(self.text)

    def choice(self, options: Sequence[Json]) -> Json | None:
        """Which of these options the guest's words mean."""
        shown = [
            Option(self.titled(each), each["description"], each["price"] and each["price"] // PAISE_PER_RUPEE)
            for each in options
        ]
        place = choose(self.text, shown) if shown else None
        return None if place is None else options[place]

    def titled(self, option: Json) -> str:
        """An option's title as the guest sees it."""
        title: str = option["title"]
        return self.words(title) if title.startswith("option_") else title

    # ----------------------------------------------------------------------------------------------- speaking

    def words(self, reply: str, facts: Mapping[str, Any] | None = None) -> str:
        """A few words in the guest's language."""
        return phrase(reply, plain_facts(facts or {}), language=self.language)

    def say(self, reply: str, facts: Mapping[str, Any] | None = None, *, booking_id: int | None = None) -> None:
        """Tell something; the open question stays open."""
        self.context.say(reply, facts, booking_id=booking_id)

    def say_with(self, reply: str, options: Sequence[Offered]) -> None:
        """Tell something with buttons of its own; the open question stays open behind them."""
        self.context.say(reply, {}, options)

    def ask(
        self,
        asked: str,
        reply: str,
        facts: Mapping[str, Any] | None = None,
        *,
        options: Sequence[Offered] = (),
        booking_id: int | None = None,
    ) -> None:
        """Ask something, and keep the question so that it can be asked again after a detour."""
        if not options:
            self.conversation.options = []
        self.context.say(reply, facts, options, asked, booking_id)
        self.remember(
            question={
                "asked": asked,
                "reply": reply.removesuffix("_again"),
                "facts": facts or {},
                "options": self.conversation.options,
                "booking_id": booking_id,
            }
        )

    def ask_again(self) -> None:
        """Lead back to the open question, in fewer words where there are some."""
        question = self.memory("question")
        if question is None or self.asked == "none":
            return
        short = f"{self.conversation.journey}_options" if question["asked"] == "option" else question["reply"]
        self.ask(
            question["asked"],
            f"{short}_again" if f"{short}_again" in known_replies(self.language) else question["reply"],
            question["facts"],
            options=[as_offered(option) for option in question["options"]],
            booking_id=question["booking_id"],
        )


def as_offered(option: Json) -> Offered:
    """An option as it was kept, to be offered again."""
    price = option["price"]
    return Offered(
        option["kind"],
        option["value"],
        option["title"],
        option["description"],
        None if price is None else Money(price),
    )
