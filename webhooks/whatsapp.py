"""WhatsApp's own door, for lines that come straight from Meta: what guests write, and what became of ours.

Meta may put several messages and statuses into one request, brings it again until it was taken, and keeps no order.
What is signed but cannot be read is left out with a word in the log: refusing it would only bring all of it again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request
from fastapi.responses import PlainTextResponse

from core.guests.identify import conversation_with
from core.log import get_logger
from core.messaging.delivery import record_tick
from core.messaging.inbox import LONGEST_EVENT_ID, IncomingEvent, record_once, storable
from core.owners.link import is_in_charge
from core.unit_of_work import unit_of_work
from models.base import Json
from models.states import MessageState, Provider
from providers.house import Here, House
from providers.registry import LineRef
from providers.whatsapp import APP_SECRETS, VERIFY_TOKEN, message_of
from webhooks.signatures import whose_secret
from webhooks.whatsapp_heard import from_guest, heard_in, objects, sender_of, words_of

router = APIRouter(tags=["webhooks"], include_in_schema=False)
log = get_logger()

_MAX_BODY: Final = 3 * 1024 * 1024
_SIGNATURE: Final = "sha256="
_REACHED: Final = {
    "sent": MessageState.SENT,
    "delivered": MessageState.DELIVERED,
    "read": MessageState.READ,
    "played": MessageState.READ,
}
_NOT_REACHED: Final = "failed"
_FIELDS: Final = frozenset({"messages", "user_preferences"})
_CHOICES: Final = {"stop": True, "resume": False, "signup": False}
_LINE_ID: Final = re.compile(r"[0-9]{5,30}")


async def _raw(request: Request) -> bytes:
    return await request.body()


@router.get("/webhooks/whatsapp")
def subscribe(
    house: Here,
    mode: Annotated[str, Query(alias="hub.mode")] = "",
    token: Annotated[str, Query(alias="hub.verify_token")] = "",
    challenge: Annotated[str, Query(alias="hub.challenge", max_length=200)] = "",
) -> PlainTextResponse:
    """Meta asks once whether this address is really ours."""
    if mode != "subscribe" or whose_secret(house.registry.secrets(Provider.META, VERIFY_TOKEN), token) is None:
        raise HTTPException(403, "not our token")
    return PlainTextResponse(challenge)


@router.post("/webhooks/whatsapp", max_body_size=_MAX_BODY)
def notified(
    body: Annotated[bytes, Depends(_raw)],
    house: Here,
    x_hub_signature_256: Annotated[str, Header()] = "",
) -> Json:
    """Guests have written to our lines, or messages of ours have got further."""
    signers = signed_for(house.registry.secrets(Provider.META, *APP_SECRETS), body, x_hub_signature_256)
    if not signers:
        raise HTTPException(403, "not signed by Meta")
    for line, value in _changes(house, body, signers):
        contacts = objects(value, "contacts")
        for message in objects(value, "messages"):
            _record_message(house, line, message, contacts)
        for status in objects(value, "statuses"):
            _record_status(house, line, status)
        for preference in objects(value, "user_preferences"):
            _record_preference(house, line, preference, contacts)
    return {"ok": True}


def signed_for(secrets: Iterable[tuple[int, str]], body: bytes, signature: str) -> frozenset[int]:
    """The accounts whose app secret signed these bytes; two are good while one is being replaced by the other."""
    if not signature.startswith(_SIGNATURE):
        return frozenset()
    given = signature.removeprefix(_SIGNATURE).encode()
    return frozenset(
        account_id
        for account_id, secret in secrets
        if secret and hmac.compare_digest(hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode(), given)
    )


def _changes(house: House, body: bytes, signers: frozenset[int]) -> Iterator[tuple[LineRef, Json]]:
    """Each part that is about a line of an account that signed."""
    try:
        posted = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "that is not JSON") from error
    for entry in objects(posted, "entry"):
        for change in objects(entry, "changes"):
            value = change.get("value")
            if change.get("field") not in _FIELDS or not isinstance(value, dict):
                continue
            line = _line(house, value)
            if line is not None and line.account_id in signers:
                yield line, storable(value)
            else:
                log.warning("whatsapp_line_unknown")


def _line(house: House, value: Json) -> LineRef | None:
    """The line it was sent to (or from, for a status) decides the account."""
    metadata = value.get("metadata")
    number = metadata.get("phone_number_id") if isinstance(metadata, dict) else None
    if not isinstance(number, str) or not _LINE_ID.fullmatch(number):
        return None
    return house.registry.line_at(Provider.META, number)


def _record_message(house: House, line: LineRef, message: Json, contacts: list[Json]) -> None:
    """One message into the inbox, in a transaction of its own: another's trouble is not this guest's."""
    wamid, sender = message.get("id"), sender_of(message, contacts)
    if not isinstance(wamid, str) or not wamid or sender is None or not from_guest(message):
        log.info("whatsapp_message_left_out", kind=words_of(message.get("type"))[:40])
        return
    heard = heard_in(message)
    now = house.clock.now()
    quiet = timedelta() if heard.stands_alone else timedelta(seconds=house.settings.burst_seconds)
    with unit_of_work(house.engine) as session:
        in_charge = is_in_charge(
            session, account_id=line.account_id, line_id=line.id, address=sender.address, text=heard.text
        )
        conversation_id = (
            None
            if in_charge
            else conversation_with(
                session,
                account_id=line.account_id,
                line_id=line.id,
                channel=line.channel,
                address=sender.address,
                now=now,
                name=sender.name,
                phone=sender.phone,
            )
        )
        event = IncomingEvent(
            account_id=line.account_id,
            provider=Provider.META,
            event_id=_short(wamid),
            kind="owner" if in_charge else "message",
            payload={"heard": heard.as_json(), "posted": message, "sender": sender.address},
            line_id=line.id,
            conversation_id=conversation_id,
        )
        record_once(session, event, now=now, wait=timedelta() if in_charge else quiet)


def _record_status(house: House, line: LineRef, status: Json) -> None:
    """One of our messages has got further; our own number of it comes back with the status."""
    wamid, state = words_of(status.get("id")), words_of(status.get("status"))
    message_id = message_of(words_of(status.get("biz_opaque_callback_data")))
    if not wamid:
        return
    now = house.clock.now()
    if state == _NOT_REACHED:  # worked like any event, so that nobody forgets to tell the owner
        errors = objects(status, "errors")
        code = errors[0].get("code") if errors else None
        event = IncomingEvent(
            account_id=line.account_id,
            provider=Provider.META,
            event_id=_short(f"{wamid}:{state}"),
            kind="status",
            payload={
                "sid": wamid,
                "status": state,
                "error_code": None if code is None else str(code)[:20],
                "message": "" if message_id is None else str(message_id),
            },
            line_id=line.id,
        )
        with unit_of_work(house.engine) as session:
            record_once(session, event, now=now)
    elif state in _REACHED:
        with house.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            record_tick(
                connection,
                line_id=line.id,
                message_id=message_id,
                provider_id=wamid,
                state=_REACHED[state],
                now=now,
            )


def _record_preference(house: House, line: LineRef, told: Json, contacts: list[Json]) -> None:
    """A guest has stopped or resumed offers in WhatsApp's own settings."""
    choice = words_of(told.get("value")).lower()
    who = {"from": told.get("wa_id"), "from_user_id": told.get("user_id")}
    sender = sender_of(who, contacts)
    if told.get("category") != "marketing_messages" or choice not in _CHOICES or sender is None:
        log.info("whatsapp_preference_left_out")
        return
    now = house.clock.now()
    told_at = _moment(told.get("timestamp"), now)
    event = IncomingEvent(
        account_id=line.account_id,
        provider=Provider.META,
        event_id=_short(f"preference:{sender.address}:{told_at.timestamp():.0f}:{choice}"),
        kind="preference",
        payload={
            "sender": sender.address,
            "opted_out": _CHOICES[choice],
            "wording": words_of(told.get("detail"))[:200] or choice,
            "at": told_at.isoformat(),
        },
        line_id=line.id,
    )
    with unit_of_work(house.engine) as session:
        record_once(session, event, now=now)


def _moment(told: object, now: datetime) -> datetime:
    """Meta's seconds, as a number or as text; never later than now."""
    try:
        return min(datetime.fromtimestamp(int(str(told)), UTC), now)
    except (ValueError, OverflowError, OSError):
        return now


def _short(event_id: str) -> str:
    return event_id if len(event_id) <= LONGEST_EVENT_ID else hashlib.sha256(event_id.encode()).hexdigest()
