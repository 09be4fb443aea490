"""Twilio's door: messages from guests on WhatsApp and SMS, and what became of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from fastapi import HTTPException
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, ImmutableMultiDict
from starlette.types import ASGIApp, Receive, Scope, Send

from core.guests.identify import conversation_with
from core.messaging.delivery import record_tick
from core.messaging.heard import Heard
from core.messaging.inbox import LONGEST_EVENT_ID, IncomingEvent, record_once, record_once_of_known, storable
from core.owners.link import BRINGS_CODE, is_in_charge
from core.unit_of_work import unit_of_work
from models.base import Json
from models.messaging import Message
from models.states import MessageState, Provider
from providers.house import House
from providers.registry import LineRef
from webhooks.patience import AWAY
from webhooks.signatures import signed_by_twilio

type Posted = ImmutableMultiDict[str, str]
type Work = Callable[[Asked, House], None]

_MAX_BODY: Final = 64 * 1024
_MOST_FIELDS: Final = 200
_LONGEST_ADDRESS: Final = 200
_PHONE: Final = re.compile(r"(?:whatsapp:)?(\+\d{7,15})")
_LONGEST_REFERRAL: Final = 500
_WORDLESS: Final = frozenset({"sticker", "contacts", "order", "system", "unsupported", "unknown"})
_REACHED: Final = {
    "sent": MessageState.SENT,
    "delivered": MessageState.DELIVERED,
    "read": MessageState.READ,
}
_NOT_REACHED: Final = frozenset({"failed", "undelivered", "canceled"})
_HEADER: Final = re.compile(r"[A-Za-z0-9]{3,11}")
_ROW_ID: Final = re.compile(r"[0-9]{1,18}")
_NOTHING_TO_SAY: Final = b'<?xml version="1.0" encoding="UTF-8"?><Response />'


@dataclass(frozen=True, slots=True)
class Asked:
    """What was posted to us, and what decides whether it comes from Twilio."""

    path: str
    query: str
    headers: Headers
    posted: Posted


class TwilioDoor:
    """Twilio's two addresses, standing before the application: most of what comes in comes here.

    The ways through an application for people's pages would cost several times what recording a message does.
    """

    def __init__(self, app: ASGIApp, house: House) -> None:
        self._app = app
        self._house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let everything else through untouched."""
        work = _WORK.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if work is None:
            await self._app(scope, receive, send)
            return
        body = await _body(receive)
        status = (
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            if body is None
            else await run_in_threadpool(self._do, work, scope, body)
        )
        kind = b"application/xml" if status == HTTPStatus.OK else b"text/plain"
        said = _NOTHING_TO_SAY if status == HTTPStatus.OK else b""
        headers = [(b"content-type", kind), (b"content-length", str(len(said)).encode())]
        await send({"type": "http.response.start", "status": int(status), "headers": headers})
        await send({"type": "http.response.body", "body": said})

    def _do(self, work: Work, scope: Scope, body: bytes) -> int:
        query = scope["query_string"].decode("latin-1")
        try:
            work(Asked(scope["path"], query, Headers(scope=scope), _form(body)), self._house)
        except HTTPException as refusal:
            return refusal.status_code
        except AWAY:
            return HTTPStatus.SERVICE_UNAVAILABLE
        return HTTPStatus.OK


async def _body(receive: Receive) -> bytes | None:
    """All of it; None when it is longer than anything Twilio sends."""
    parts, length = list[bytes](), 0
    while True:
        heard = await receive()
        if heard["type"] != "http.request":
            return b""  # whoever began to send has gone
        parts.append(heard.get("body", b""))
        length += len(parts[-1])
        if length > _MAX_BODY:
            return None
        if not heard.get("more_body"):
            return b"".join(parts)


def _form(body: bytes) -> Posted:
    """The form as it was posted: blank fields count for the signature."""
    try:
        fields = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:
        raise HTTPException(400, "that is not a form") from error
    return ImmutableMultiDict(fields)


def message(asked: Asked, house: House) -> None:
    """A guest has written to one of our numbers."""
    posted = asked.posted
    line = _line(house, posted.get("To", ""))
    _verify(asked, house, line)
    sid, sender = _needed(posted, "MessageSid", LONGEST_EVENT_ID), _needed(posted, "From", _LONGEST_ADDRESS)
    params: Json = storable(dict(posted))
    heard = heard_in(params)
    now = house.clock.now()
    quiet = timedelta() if heard.stands_alone else timedelta(seconds=house.settings.burst_seconds)
    event = IncomingEvent(
        account_id=line.account_id,
        provider=Provider.TWILIO,
        event_id=storable(sid),
        kind="message",
        payload={"heard": heard.as_json(), "posted": params},
        line_id=line.id,
    )
    address = storable(sender)
    with unit_of_work(house.engine) as session:
        brings_code = BRINGS_CODE.fullmatch(heard.text.strip())
        if brings_code or not record_once_of_known(session, event, address=address, now=now, wait=quiet):
            _record_of_anyone(session, line, event, address, heard, now, quiet)


def _record_of_anyone(
    session: Session, line: LineRef, event: IncomingEvent, address: str, heard: Heard, now: datetime, quiet: timedelta
) -> None:
    """Somebody in charge, a guest who writes for the first time, or a message that came twice."""
    if is_in_charge(session, account_id=line.account_id, line_id=line.id, address=address, text=heard.text):
        record_once(session, replace(event, kind="owner"), now=now)
        return
    conversation_id = conversation_with(
        session,
        account_id=line.account_id,
        line_id=line.id,
        channel=line.channel,
        address=address,
        now=now,
        name=event.payload["posted"].get("ProfileName"),
        phone=found[1] if (found := _PHONE.fullmatch(address)) else None,
    )
    record_once(session, replace(event, conversation_id=conversation_id), now=now, wait=quiet)


def status(asked: Asked, house: House) -> None:
    """One of our messages has got further; `m` in the address is the message it is about."""
    posted = asked.posted
    m = dict(parse_qsl(asked.query)).get("m", "")
    line = _line_behind(house, posted.get("From", ""), m)
    _verify(asked, house, line)
    sid, state = _needed(posted, "MessageSid", LONGEST_EVENT_ID // 2), _needed(posted, "MessageStatus", 32)
    now = house.clock.now()
    if state in _NOT_REACHED:  # worked like any event, so that nobody forgets to tell the owner
        event = IncomingEvent(
            account_id=line.account_id,
            provider=Provider.TWILIO,
            event_id=storable(f"{sid}:{state}"),
            kind="status",
            payload={"sid": sid, "status": state, "error_code": posted.get("ErrorCode") or None, "message": m},
            line_id=line.id,
        )
        with unit_of_work(house.engine) as session:
            record_once(session, event, now=now)
    elif state in _REACHED:
        with house.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            record_tick(
                connection,
                line_id=line.id,
                message_id=int(m) if _ROW_ID.fullmatch(m) else None,
                provider_id=storable(sid),
                state=_REACHED[state],
                now=now,
            )


def heard_in(params: Json) -> Heard:
    """What the guest did, read from Twilio's fields; what is not there is not missed."""
    words, kind = str(params.get("Body", "")).strip(), params.get("MessageType", "")
    beside = _beside(params)
    if kind == "reaction":  # its Body may be a thumb, which is no yes to anything
        return Heard("media", "", {"media": [{"url": "", "type": kind}]})
    if tapped := _tapped(params):
        return Heard("tap", words, {"id": tapped, "title": words})  # the button says what it answers
    place = _place(params)
    if place is not None:
        return Heard("location", words, place | beside)
    media = [
        {"url": params[f"MediaUrl{n}"], "type": params.get(f"MediaContentType{n}", "")}
        for n in range(10)
        if params.get(f"MediaUrl{n}")
    ]
    if media or (not words and kind in _WORDLESS):
        return Heard("media", words, {"media": media or [{"url": "", "type": kind}]} | beside)
    return Heard("text", words, beside)


def _beside(params: Json) -> Json:
    """What stands beside the words: the message they answer, the advertisement, whether they were passed on."""
    found: Json = {}
    if params.get("OriginalRepliedMessageSid"):
        found["answers"] = params["OriginalRepliedMessageSid"][:LONGEST_EVENT_ID]
    referral = {
        _snake(name.removeprefix("Referral")): str(value)[:_LONGEST_REFERRAL]
        for name, value in params.items()
        if name.startswith("Referral") and value and name != "ReferralNumMedia"
    }
    if referral:
        found["referral"] = referral
    if "true" in {params.get("Forwarded"), params.get("FrequentlyForwarded")}:
        found["forwarded"] = True
    if params.get("OptOutType") in {"STOP", "START"}:
        found["opt_out"] = params["OptOutType"]
    return found


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _tapped(params: Json) -> str:
    """The id behind a button or a list row, under any of the names it goes by."""
    for name in ("ButtonPayload", "ListId"):
        if params.get(name):
            return str(params[name])
    try:
        data = json.loads(params.get("InteractiveData") or "null")
    except (ValueError, RecursionError):
        return ""
    return str(data.get("id") or "") if isinstance(data, dict) else ""


def _place(params: Json) -> Json | None:
    try:
        lat, lon = float(params["Latitude"]), float(params["Longitude"])
    except (KeyError, ValueError):
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):  # noqa: PLR2004 - the earth's own limits
        return None
    return {"lat": lat, "lon": lon, "label": params.get("Label", ""), "address": params.get("Address", "")}


def _line(house: House, address: str) -> LineRef:
    """The number it was sent to (or from, for a status) decides the account."""
    line = house.registry.line_at(Provider.TWILIO, storable(address)) if 0 < len(address) <= _LONGEST_ADDRESS else None
    if line is None:
        raise HTTPException(404, "no such number here")
    return line


def _line_behind(house: House, sender: str, m: str) -> LineRef:
    """The line a message of ours left by; under a header of India's register the message itself tells."""
    if sender.isdigit() or not _HEADER.fullmatch(sender) or not _ROW_ID.fullmatch(m):
        return _line(house, sender)
    with house.engine.connect() as connection:
        line_id = connection.scalar(select(Message.line_id).where(Message.id == int(m)))
    line = None if line_id is None else house.registry.line(line_id)
    if line is None or line.provider is not Provider.TWILIO or (line.settings.get("dlt") or {}).get("header") != sender:
        raise HTTPException(404, "no such number here")
    return line


def _verify(asked: Asked, house: House, line: LineRef) -> None:
    keys = house.registry.keys(line.account_id, Provider.TWILIO)
    url = house.settings.public_base_url.rstrip("/") + asked.path + (f"?{asked.query}" if asked.query else "")
    tokens = (keys.get("auth_token", ""), keys.get("auth_token_next", ""))
    if not signed_by_twilio(tokens, url, asked.posted, asked.headers):
        raise HTTPException(403, "not signed by Twilio")


def _needed(posted: Posted, name: str, longest: int) -> str:
    value = posted.get(name, "")
    if not 0 < len(value) <= longest:
        raise HTTPException(400, f"{name} is missing or too long")
    return value


_WORK: Final[Mapping[str, Work]] = {"/webhooks/twilio": message, "/webhooks/twilio/status": status}
