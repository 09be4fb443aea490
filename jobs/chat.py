"""`atithi chat`: a guest's phone in the terminal, by the way a real phone's words come.

Where a demo lends phones (our /sandbox page leads to them), one of those is used, because a carrier only carries
answers to somebody it has heard from. Elsewhere the words are posted to the webhook, signed as the carrier signs them.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import httpx
import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.replies import Links, phrase, render
from core.bookings.card import signer
from core.settings import load
from core.unit_of_work import unit_of_work
from jobs.chat_posting import address_of, posted
from jobs.sentences import Refusal
from models.account import Account, Line
from models.base import Json
from models.booking import Booking
from models.conversation import Conversation, Turn
from models.messaging import InboxEntry, Message
from models.states import Channel, InboxState, MessageState, TurnState
from providers.house import House, open_house
from providers.registry import LineRef

_ANSWER_S: Final = 60.0
_SENT_S: Final = 10.0
_LOOK_S: Final = 0.03
_UNDER_WAY: Final = (MessageState.QUEUED, MessageState.SENDING)

# Numbers that telephone companies keep for films: nobody real ever gets a message from a script.
_AREA_CODES: Final = range(201, 990)


def command(
    script: Annotated[Path | None, typer.Option(help='JSON lines {"id", "turns": [..]}, or a message a line.')] = None,
    account: Annotated[str, typer.Option(help="Whose desk to write to; the first account when not said.")] = "",
    channel: Annotated[Literal["whatsapp", "sms"], typer.Option(help="By which channel.")] = "whatsapp",
    number: Annotated[str, typer.Option(help="The guest's number, as +919829012345; made up when not said.")] = "",
) -> None:
    """Talk to the desk as a guest does, or play a script and print a JSON line for each conversation."""
    house = open_house(load())
    try:
        line = _line(house, account, Channel(channel))
        if script is None:
            _converse(Phone(house, line, number or _made_up()))
            return
        for dialogue in _dialogues(script):
            told = _play(Phone(house, line, number or _made_up()), dialogue)
            print(json.dumps(told, ensure_ascii=False), flush=True)
    finally:
        house.close()


@dataclass(frozen=True, slots=True)
class Said:
    """One message from the desk, as the phone shows it."""

    reply: str
    text: str
    options: tuple[Json, ...]

    def as_json(self) -> Json:
        """For a script's reader."""
        return {"reply": self.reply, "text": self.text, "options": list(self.options)}


class Phone:
    """A guest's phone: what it sends is signed as the provider signs it, what it shows is read from the database."""

    def __init__(self, house: House, line: LineRef, number: str) -> None:
        self._house = house
        self._line = line
        self._address = address_of(line, number)
        self._seen = 0
        self._number = number
        self._options: tuple[Json, ...] = ()
        self._lent = _lent_phones(house)
        self._links = Links(house.settings.public_base_url.rstrip("/"), signer(house.settings))

    def send(self, what: str | Json) -> list[Said]:
        """Send words, or tap; returns what the desk answers."""
        sid = self._post(what)
        _until(lambda session: _is_answered(session, sid), self._house, _ANSWER_S, "The desk did not answer.")
        _until(self._all_sent, self._house, _SENT_S, "")
        with unit_of_work(self._house.engine) as session:
            fresh = session.scalars(
                select(Message)
                .where(Message.line_id == self._line.id, Message.address == self._address, Message.id > self._seen)
                .order_by(Message.id)
            ).all()
            said = [self._shown(message) for message in fresh]
        if fresh:
            self._seen = fresh[-1].id
            self._options = next((each.options for each in reversed(said) if each.options), ())
        return said

    def state(self) -> Json:
        """Where the conversation stands, and the booking it has led to."""
        with unit_of_work(self._house.engine) as session:
            talk = session.scalars(
                select(Conversation).where(Conversation.line_id == self._line.id, Conversation.address == self._address)
            ).one()
            booking = session.scalar(
                select(Booking).where(Booking.conversation_id == talk.id).order_by(Booking.id.desc()).limit(1)
            )
            return {
                "state": {
                    "journey": talk.journey,
                    "asked": talk.asked,
                    "frame": talk.frame,
                    "options": talk.options,
                    "language": talk.language,
                    "mode": talk.mode.value,
                },
                "booking": None if booking is None else _booking(booking),
            }

    def _post(self, what: str | Json) -> str:
        return self._post_signed(what) if self._lent is None else self._post_lent(what)

    def _post_lent(self, what: str | Json) -> str:
        sent: Json = {"text": what} if isinstance(what, str) else dict(what)
        if "tap" in sent:
            sent = {"tap": self._option(str(sent["tap"]))["id"]}
        if "location" in sent:
            sent = {"location": {"latitude": sent["location"]["lat"], "longitude": sent["location"]["lon"]}}
        about = {"channel": self._line.channel.value, "to": self._line.address}
        answer = httpx.post(
            f"{self._lent}/guests/{self._number}/messages", json={**about, **sent}, timeout=15, trust_env=False
        )
        if not answer.is_success:
            raise Refusal(f"The phone could not send it: {answer.text[:200]}")
        sid: str = answer.json()["sid"]
        return sid

    def _post_signed(self, what: str | Json) -> str:
        tapped = None if isinstance(what, str) or "tap" not in what else self._option(str(what["tap"]))
        ready = posted(self._house, self._line, self._number, what, tapped)
        url = self._house.settings.public_base_url.rstrip("/") + ready.path
        try:
            answer = httpx.post(url, content=ready.body, headers=ready.headers, timeout=15, trust_env=False)
        except httpx.ConnectError:
            raise Refusal(f"Nobody answers at {url}: start the desk first (make demo, or atithi up).") from None
        if not answer.is_success:
            raise Refusal(f"The desk refused the message ({answer.status_code}). Does PUBLIC_BASE_URL fit?")
        return ready.sid

    def _option(self, wanted: str) -> Json:
        """By its number in the last list, its title or its id."""
        for place, option in enumerate(self._options, start=1):
            if wanted.casefold() in {str(place), option["id"], option["title"].casefold()}:
                return option
        raise Refusal(f"The last message has no option {wanted}.")

    def _all_sent(self, session: Session) -> bool:
        waiting = select(Message.id).where(Message.address == self._address, Message.state.in_(_UNDER_WAY)).limit(1)
        return session.scalar(waiting) is None

    def _shown(self, message: Message) -> Said:
        said = render(message.reply, message.facts, language=message.language, links=self._links, message_id=message.id)
        options = tuple(
            {
                "id": option["id"],
                "title": phrase(option["title"], option["value"], language=message.language)
                if option["title"].startswith("option_")
                else option["title"],
                "description": option["description"],
            }
            for option in message.options
        )
        return Said(message.reply, message.body or said.text, options)


def _converse(phone: Phone) -> None:
    print("You are a guest. Write as you would on a phone; #2 taps the second choice, Ctrl-D hangs up.\n")
    for written in _typed():
        for said in phone.send(_typed_turn(written)):
            print(f"\n{said.text}")
            for place, option in enumerate(said.options, start=1):
                about = f"  {option['description']}" if option["description"] else ""
                print(f"  [{place}] {option['title']}{about}")
        print()


def _typed_turn(written: str) -> str | Json:
    return {"tap": written[1:].strip()} if written.startswith("#") else written


def _typed() -> Iterator[str]:
    while True:
        try:
            written = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if written:
            yield written


def _dialogues(script: Path) -> Iterable[Json]:
    """JSON lines, one conversation each; or plain lines, which are the messages of one."""
    text = sys.stdin.read() if str(script) == "-" else script.read_text(encoding="utf-8")
    if not text.lstrip().startswith("{"):
        yield {"id": script.stem, "turns": [_typed_turn(line) for line in text.splitlines() if line.strip()]}
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            dialogue = json.loads(line)
            dialogue["turns"]
        except (ValueError, KeyError, TypeError):
            raise Refusal(f'Line {number} of {script} is not {{"id": …, "turns": […]}}.') from None
        yield dialogue


def _play(phone: Phone, dialogue: Json) -> Json:
    turns: list[Json] = []
    for what in dialogue["turns"]:
        try:
            turns.append({"guest": what, "replies": [said.as_json() for said in phone.send(what)]})
        except Refusal as refusal:
            turns.append({"guest": what, "replies": [], "problem": str(refusal)})
            break
    ended: dict[str, Any] = phone.state() if turns and "problem" not in turns[0] else {"state": None, "booking": None}
    return {"id": dialogue.get("id"), "turns": turns, **ended}


def _line(house: House, slug: str, channel: Channel) -> LineRef:
    """The line to write to, whoever its provider is."""
    with unit_of_work(house.engine) as session:
        wanted = select(Line.id).join(Account, Account.id == Line.account_id).where(Line.channel == channel)
        if slug:
            wanted = wanted.where(Account.slug == slug)
        line_id = session.scalar(wanted.order_by(Line.id).limit(1))
    if line_id is None:
        raise Refusal(f"No account has a {channel} line yet: run make demo, or connect one (atithi account connect).")
    return house.registry.line(line_id)


def _booking(booking: Booking) -> Json:
    return {
        "reference": booking.reference,
        "kind": booking.kind.value,
        "status": booking.status.value,
        "property_id": booking.property_id,
        "first_day": booking.first_day.isoformat(),
        "last_day": booking.last_day.isoformat(),
        "starts_at": booking.starts_at.isoformat(),
        "party_size": booking.party_size,
        "adults": booking.adults,
        "children": booking.children,
        "total": booking.total_paise.paise,
        "deposit": booking.deposit_paise.paise,
    }


def _is_answered(session: Session, sid: str) -> bool:
    entry = session.scalar(select(InboxEntry).where(InboxEntry.event_id == sid))
    if entry is None or entry.state in {InboxState.NEW, InboxState.TAKEN}:
        return False
    return entry.turn_id is None or session.get_one(Turn, entry.turn_id).state is not TurnState.OPEN


def _until(so: Callable[[Session], bool], house: House, within_s: float, complaint: str) -> None:
    """Look again until it is so; give up aloud when there is something to complain of."""
    give_up_at = time.monotonic() + within_s
    while True:
        with unit_of_work(house.engine) as session:
            if so(session):
                return
        if time.monotonic() > give_up_at:
            if complaint:
                raise Refusal(complaint)
            return
        time.sleep(_LOOK_S)


def _lent_phones(house: House) -> str | None:
    """Where a demo's phones are, if there are any."""
    url = f"{house.settings.public_base_url.rstrip('/')}/sandbox"
    try:
        answer = httpx.get(url, timeout=15, trust_env=False, follow_redirects=False)
    except httpx.ConnectError:
        raise Refusal(f"Nobody answers at {url}: start the desk first (make demo, or atithi up).") from None
    return answer.headers["location"].rstrip("/") if answer.is_redirect else None


def _made_up() -> str:
    return f"+1{secrets.choice(_AREA_CODES)}55501{secrets.randbelow(100):02d}"
