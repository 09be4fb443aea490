"""What an order sees: who gives it, in which chat, which houses they run, and how to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.replies import phrase
from bot.turns import plain_facts
from core.bookings.facts import booking_facts
from core.messaging.outbox import say_to_chat
from core.owners.acts import Where
from core.owners.link import Person
from core.owners.today import business_day, houses_of
from models.base import Json
from models.booking import Booking
from models.owners import OwnerAct
from models.property import Property
from models.states import Channel, Role

DOOR: Final = "owner_chat"


@dataclass(frozen=True, slots=True)
class Heard:
    """Something written in the chat of somebody in charge, or a button pressed there.

    `pressed` is the button's own value, `answers` the provider's id of the message it replies to or was pressed under,
    `media` are pictures that came with it, each where it can be fetched.
    """

    account_id: int
    line_id: int
    address: str
    text: str
    channel: Channel = Channel.TELEGRAM
    pressed: str | None = None
    answers: str | None = None
    key: str = ""
    media: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """A card already shown that must say something else now, or lose its buttons."""

    line_id: int
    provider_id: str
    text: str | None
    options: tuple[Json, ...] = ()


class Halt(Exception):  # noqa: N818 - not an error: the order needs something before it can go on
    """Say this instead of going on; None when it was said already."""

    def __init__(self, reply: str | None, facts: Mapping[str, Any] | None = None, *, keep: str | None = None) -> None:
        super().__init__(reply or "said")
        self.reply = reply
        self.facts = dict(facts or {})
        self.keep = keep  # what is missing, so that the next words may fill it


class Choose(Exception):  # noqa: N818 - not an error: somebody has to choose
    """It may be one of these: a title and what to change in the order."""

    def __init__(self, question: str, choices: Sequence[tuple[str, Json]]) -> None:
        super().__init__(question)
        self.question = question
        self.choices = list(choices)


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done, resolved to rows, with what it means in words; `sure` when nobody need be asked first."""

    kind: str
    args: Json
    effect: str
    property_id: int | None = None
    booking_id: int | None = None
    role: Role = Role.STAFF
    sure: bool = False


type Planner = Callable[["Counter", Any], Plan]
type Doer = Callable[["Counter", Json, OwnerAct], Json | None]
type Undoer = Callable[["Counter", Json], None]
type Shower = Callable[["Counter", Any], None]


@dataclass
class Counter:
    """One order inside its one transaction."""

    session: Session
    heard: Heard
    person: Person
    now: datetime
    edits: list[Edit] = field(default_factory=list)

    @property
    def where(self) -> Where:
        """The chat and its person."""
        heard = self.heard
        return Where(heard.account_id, heard.line_id, heard.channel, heard.address, self.person.user_id)

    @property
    def pressed_on_card(self) -> bool:
        """Whether this is a button of one booking's own card: it says what it does, nobody need be asked again."""
        return (self.heard.pressed or "").startswith("do:")

    @property
    def account_id(self) -> int:
        """Whose houses these are."""
        return self.heard.account_id

    @cached_property
    def houses(self) -> Sequence[Property]:
        """The houses this person runs."""
        return houses_of(self.session, self.account_id, self.person)

    @property
    def house_ids(self) -> list[int]:
        """Their numbers."""
        return [house.id for house in self.houses]

    def house(self, property_id: int) -> Property:
        """One of them.

        Raises:
            Halt: this person does not run it.
        """
        found = next((house for house in self.houses if house.id == property_id), None)
        if found is None:
            raise Halt("owner_not_allowed")
        return found

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the houses (of one account they share a zone, nearly always)."""
        return ZoneInfo(self.houses[0].time_zone if self.houses else "Asia/Kolkata")

    @property
    def today(self) -> date:
        """The day the houses are working on."""
        return business_day(self.houses[0], self.now) if self.houses else self.now.date()

    def require(self, role: Role, property_id: int | None) -> None:
        """Only who has the right may go on; it is looked up at every order."""
        if not self.person.may(role, property_id):
            raise Halt("owner_not_allowed")

    # ----------------------------------------------------------------------------------------------- speaking

    def say(
        self,
        reply: str,
        facts: Mapping[str, Any] | None = None,
        *,
        options: Sequence[Json] = (),
        booking_id: int | None = None,
    ) -> None:
        """Answer in this chat."""
        say_to_chat(
            self.session,
            account_id=self.account_id,
            line_id=self.heard.line_id,
            address=self.heard.address,
            reply=reply,
            facts=plain_facts(facts or {}),
            now=self.now,
            language=self.person.language,
            options=options,
            booking_id=booking_id,
        )

    def words(self, reply: str, facts: Mapping[str, Any] | None = None) -> str:
        """A few words in this person's language."""
        return phrase(reply, plain_facts(facts or {}), language=self.person.language)

    def money(self, paise: int) -> str:
        """Rupees as they are written."""
        return self.words("owner_money", {"amount": paise})

    def nights(self, first: date, until: date) -> str:
        """Which nights, and how many."""
        return self.words("owner_nights", {"arrival": first, "departure": until, "nights": (until - first).days})

    def days(self, first: date, last: date) -> str:
        """Which days, both included."""
        if first == last:
            return self.words("owner_one_day", {"day": first})
        return self.words("owner_days", {"arrival": first, "departure": last})

    def line_of(self, booking: Booking) -> str:
        """One booking in one line."""
        return self.words(f"owner_line_{booking.kind.value}", booking_facts(self.session, booking))


def button(name: str, title: str, value: Json | None = None, description: str = "") -> Json:
    """A button under an answer; a title beginning with `option_` is a reply."""
    return {"id": name, "title": title, "description": description, "value": value or {}}


def next_day(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)
