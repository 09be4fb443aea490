"""A guest writes: the message becomes a signed form posted to the product, as Twilio posts it."""

import base64
import hashlib
import json
import mimetypes
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Any

from sandbox.clock import iso
from sandbox.courier import Parcel, Patience, Report
from sandbox.lines import GUEST, Json, Line
from sandbox.settings import Account
from sandbox.twilio.messages import blank_message
from sandbox.twilio.segments import segments
from sandbox.twilio.statuses import media_url, signed_form
from sandbox.world import Upload, World, hex_sid

STOP_WORDS = {"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"}
START_WORDS = {"START", "UNSTOP", "YES"}
STOPPED = "You have been unsubscribed and will get no more messages from this number. Reply START to subscribe again."
STARTED = "You are subscribed again. Reply HELP for help or STOP to unsubscribe."
FINAL_ANSWERS = frozenset(range(400, 500)) - {408, 425, 429}
NAMES = (
    "Asha Rao",
    "Rohan Mehta",
    "Priya Nair",
    "Kabir Singh",
    "Fatima Khan",
    "Vikram Iyer",
    "Neha Gupta",
    "Dev Patel",
)
SILENT_VOICE_NOTE = base64.b64decode("T2dnUwACAAAAAAAAAAAAAAAAAAAAAAAAAAABE09wdXNIZWFkAQE4AYC7AAAAAAA=")


@dataclass(frozen=True, slots=True)
class Writing:
    """What the guest did: words, a tap, a pin or a file."""

    channel: str
    account: Account
    text: str = ""
    option: Json | None = None
    answers: Line | None = None
    is_list: bool = False
    location: Json | None = None
    media: Json | None = None
    sid: str = ""
    name: str = ""


def message_sid(wanted: str, *, media: bool) -> str:
    """Keep a proper sid; make one out of any other word, always the same one for the same word."""
    if re.match(r"^(SM|MM)[0-9a-f]{32}$", wanted):
        return wanted
    prefix = "MM" if media else "SM"
    if wanted:
        return prefix + hashlib.md5(wanted.encode(), usedforsecurity=False).hexdigest()
    return hex_sid(prefix)


def profile_name(number: str) -> str:
    """A name for a number, always the same one."""
    return NAMES[int(number[-4:] or 0) % len(NAMES)]


def _upload(world: World, message: Json, media: Json) -> Json:
    """Keep the guest's file where Twilio would keep it."""
    content_type = media.get("content_type") or mimetypes.guess_type(media.get("url") or "")[0] or "audio/ogg"
    media_sid = hex_sid("ME")
    content = base64.b64decode(media["content"]) if media.get("content") else b""
    if not content and content_type.startswith("audio/"):
        content = SILENT_VOICE_NOTE
    world.uploads[media_sid] = Upload(content, content_type, media.get("name") or "")
    message["_media_sids"] = [media_sid]
    message["num_media"] = "1"
    shown = media.get("url") or f"/files/{media_sid}"
    return {
        "url": shown,
        "content_type": content_type,
        "name": media.get("name") or "",
        "seconds": media.get("seconds"),
        "provider_url": media.get("url") or media_url(world, message, media_sid),
    }


def _message_type(writing: Writing, media: Json | None) -> str:
    if media is not None:
        family = media["content_type"].partition("/")[0]
        return family if family in {"image", "audio", "video"} else "document"
    if writing.location is not None:
        return "location"
    return "interactive" if writing.option is not None else "text"


def _form(number: str, writing: Writing, message: Json, media: Json | None) -> dict[str, str]:
    """Every field Twilio posts for this message."""
    account = writing.account
    params: dict[str, str] = {
        "MessageSid": message["sid"],
        "SmsSid": message["sid"],
        "SmsMessageSid": message["sid"],
        "AccountSid": account.twilio_account_sid,
        "From": message["from"],
        "To": message["to"],
        "Body": message["body"],
        "NumMedia": message["num_media"],
        "NumSegments": message["num_segments"],
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
    }
    if media is not None:
        params |= {"MediaUrl0": media["provider_url"], "MediaContentType0": media["content_type"]}
    if writing.channel == "sms":
        params |= {"FromCountry": "IN", "FromState": "", "FromCity": "", "FromZip": ""}
        params |= {"ToCountry": "US", "ToState": "CA", "ToCity": "SAN FRANCISCO", "ToZip": "94105"}
        return params
    kind = _message_type(writing, media)
    name = writing.name or profile_name(number)
    params |= {
        "ProfileName": name,
        "WaId": number.removeprefix("+"),
        "ExternalUserId": f"whatsapp:IN.{int(number.removeprefix('+')) * 7919}",
        "MessageType": kind,
        "ChannelMetadata": json.dumps({"type": "whatsapp", "data": {"context": {"ProfileName": name}}}),
        "Forwarded": "false",
        "ReferralNumMedia": "0",
        "ButtonText": "",
        "ButtonPayload": "",
    }
    if writing.option is not None and writing.is_list:
        params |= {"ListId": writing.option["id"], "ListTitle": writing.option["title"]}
    elif writing.option is not None:
        params |= {"ButtonText": writing.option["title"], "ButtonPayload": writing.option["id"]}
    if writing.location is not None:
        params |= {
            "Latitude": str(writing.location["latitude"]),
            "Longitude": str(writing.location["longitude"]),
            "Address": str(writing.location.get("address") or ""),
            "Label": str(writing.location.get("label") or ""),
        }
    if writing.answers is not None and writing.answers.sid:
        params |= {
            "OriginalRepliedMessageSender": account.whatsapp_number
            if writing.answers.direction == "out"
            else message["from"],
            "OriginalRepliedMessageSid": writing.answers.sid,
        }
    return params


def receive(world: World, number: str, writing: Writing) -> Line:
    """Take a guest's message and send it on; a sid seen before is only delivered again."""
    sid = message_sid(writing.sid, media=writing.media is not None)
    known = world.twilio_inbound.get(sid)
    if known is not None:
        line = world.lines.get(known["line"])
        if line is not None:
            line.status = "queued" if line.status == "failed" else line.status
            _post(world, known["account"], known["params"], line, lane=None)
            return line
    account = writing.account
    whatsapp = writing.channel == "whatsapp"
    body = writing.option["title"] if writing.option else writing.text
    message = blank_message(world, account, sid, body=body, direction="inbound", status="received")
    message["from"] = f"whatsapp:{number}" if whatsapp else number
    message["to"] = account.whatsapp_number if whatsapp else account.sms_number
    message["num_segments"] = str(1 if whatsapp else segments(body))
    media = _upload(world, message, writing.media) if writing.media is not None else None
    line = world.lines.add(
        side=GUEST,
        person=number,
        business=account.name,
        direction="in",
        channel=writing.channel,
        text=body,
        at=iso(world.clock.now()),
        status="queued",
        sid=sid,
        kind="tap" if writing.option else "location" if writing.location else "media" if media else "text",
        media=[{key: value for key, value in media.items() if key != "provider_url"}] if media else [],
        location=writing.location,
        reply_to=writing.answers.id if writing.answers else None,
    )
    message["_line"] = line.id
    world.twilio_messages[sid] = message
    if whatsapp:
        world.last_inbound[(number, account.whatsapp_number)] = world.clock.now().timestamp()
    params = _form(number, writing, message, media)
    world.twilio_inbound[sid] = {"line": line.id, "params": params, "account": account}
    if not whatsapp:
        _carrier_words(world, number, account, body)
    _post(world, account, params, line, lane=f"guest:{number}:{account.twilio_account_sid}")
    return line


def _carrier_words(world: World, number: str, account: Account, body: str) -> None:
    """STOP and START on SMS are obeyed by Twilio itself, before the product hears of them."""
    word = body.strip().upper()
    key = (number, account.sms_number)
    if word in STOP_WORDS:
        world.opted_out.add(key)
        _reply(world, number, account, "sms", STOPPED)
    elif word in START_WORDS and key in world.opted_out:
        world.opted_out.discard(key)
        _reply(world, number, account, "sms", STARTED)


def _reply(world: World, number: str, account: Account, channel: str, text: str) -> None:
    world.lines.add(
        side=GUEST,
        person=number,
        business=account.name,
        direction="out",
        channel=channel,
        text=text,
        at=iso(world.clock.now()),
        status="delivered",
    )


def _post(world: World, account: Account, params: dict[str, Any], line: Line, lane: str | None) -> None:
    """Post the form; what Twilio gives up after one retry waits here a while longer, as at a fallback URL."""
    path = "/webhooks/twilio"
    body, headers = signed_form(account, world.settings.product_public_url + path, params)
    patience = Patience(
        attempts=max(world.settings.redelivery_attempts, 2),
        first_wait=world.settings.redelivery_wait,
        final=FINAL_ANSWERS,
        refusals=5,
    )

    def tell(report: Report) -> None:
        world.desk_is(answering=report.status is not None)
        if line.status == "delivered":
            return
        line.attempts = report.attempt
        if report.arrived:
            line.status = "delivered"
            for text in _twiml_messages(report.text):
                _reply(world, line.person, account, line.channel, text)
        elif report.is_last:
            line.status = "failed"
            line.error_code = 11200
        world.lines.changed(line)

    parcel = Parcel("twilio", params["MessageSid"], world.settings.product_url + path, body, headers, patience, tell)
    world.courier.send(parcel, lane)


def _twiml_messages(text: str) -> list[str]:
    """Read the words of <Message> elements in the product's answer."""
    if "<Message" not in text:
        return []
    try:
        root = ET.fromstring(text)  # noqa: S314 - the product under demonstration wrote it
    except ET.ParseError:
        return []
    found = ["".join(one.itertext()).strip() for one in root.iter("Message")]
    return [words for words in found if words]
