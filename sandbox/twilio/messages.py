"""The Messages API: create, fetch, list, cancel, redact, delete."""

import mimetypes
import re
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData

from sandbox.clock import iso, rfc2822
from sandbox.lines import GUEST, Json
from sandbox.settings import Account
from sandbox.twilio.errors import SID, Caller, TwilioError
from sandbox.twilio.render import Rendered, check_as_template, check_in_window, render
from sandbox.twilio.segments import segments
from sandbox.twilio.statuses import progress
from sandbox.world import Here, World, hex_sid

router = APIRouter(include_in_schema=False)

MESSAGES = "/2010-04-01/Accounts/{account_sid}/Messages"
NUMBER = re.compile(r"^(whatsapp:)?\+[1-9]\d{6,14}$")
BODY_LIMIT = 1600
MEDIA_COUNT_LIMIT = 10
WINDOW_SECONDS = 24 * 3600
OUTSIDE_WINDOW = (
    63016,
    (
        "Failed to send freeform message because you are outside the allowed window. "
        "If you are using WhatsApp, please use a Message Template."
    ),
)
HEADER = re.compile(r"^[A-Za-z0-9]{3,11}$")


def public(message: Json) -> Json:
    """The message without the sandbox's own notes."""
    return {key: value for key, value in message.items() if not key.startswith("_")}


def blank_message(world: World, account: Account, sid: str, **known: object) -> Json:
    """A message resource with every field the real API returns."""
    now = rfc2822(world.clock.now())
    uri = f"/2010-04-01/Accounts/{account.twilio_account_sid}/Messages/{sid}.json"
    message: Json = {
        "account_sid": account.twilio_account_sid,
        "api_version": "2010-04-01",
        "body": "",
        "date_created": now,
        "date_sent": None,
        "date_updated": now,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": None,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "status": "queued",
        "subresource_uris": {"media": uri.replace(".json", "/Media.json")},
        "to": None,
        "uri": uri,
        "_callback": "",
        "_line": 0,
        "_media": [],
        "_media_sids": [],
        "_at": world.clock.now(),
    }
    return message | known


def _text(form: FormData, key: str) -> str:
    value = form.get(key)
    return value if isinstance(value, str) else ""


def _sender(world: World, caller: Account, form: FormData, to: str) -> tuple[str, str | None]:
    """Which of the business's lines sends this, and through which Messaging Service."""
    whatsapp = to.startswith("whatsapp:")
    given = _text(form, "From")
    service = _text(form, "MessagingServiceSid") or None
    if service is not None and not SID.match(service):
        raise TwilioError(400, 21703, f"The Messaging Service {service} is invalid.")
    if not given:
        if service is None:
            raise TwilioError(400, 21603, "A 'From' phone number is required.")
        return (caller.whatsapp_number if whatsapp else caller.sms_number), service
    if given.startswith("whatsapp:") != whatsapp:
        raise TwilioError(400, 21910, "Invalid From and To pair. From and To should be of the same channel")
    if not whatsapp and HEADER.match(given) and not given.isdigit():
        return given, service  # a name in place of a number, as India's operators have it on their list
    if given not in {caller.whatsapp_number, caller.sms_number} or world.account_by_number(given) is None:
        if whatsapp:
            raise TwilioError(400, 63007, "Twilio could not find a Channel with the specified From address")
        raise TwilioError(
            400, 21606, f"The 'From' phone number provided ({given}) is not a valid message-capable Twilio phone number"
        )
    return given, service


def _what(world: World, caller: Account, form: FormData, *, whatsapp: bool) -> Rendered:
    """What is to be sent: a template with its variables, or words and files."""
    content_sid = _text(form, "ContentSid")
    if content_sid:
        content = world.twilio_contents.get(content_sid)
        if not SID.match(content_sid) or content is None or content["account_sid"] != caller.twilio_account_sid:
            raise TwilioError(400, 21655, f"The Content SID {content_sid} is invalid")
        return render(content, _text(form, "ContentVariables"), whatsapp=whatsapp)
    media = [url for url in form.getlist("MediaUrl") if isinstance(url, str)]
    body = _text(form, "Body")
    if not body.strip() and not media and not form.getlist("PersistentAction"):
        raise TwilioError(400, 21602, "Message body is required.")
    if len(body) > BODY_LIMIT:
        raise TwilioError(400, 21617, f"The concatenated message body exceeds the {BODY_LIMIT} character limit")
    return Rendered("", body, media=media)


def _check_media(urls: list[str], *, whatsapp: bool) -> None:
    if len(urls) > (1 if whatsapp else MEDIA_COUNT_LIMIT):
        raise TwilioError(400, 21623, "Number of media files exceeds allowed limit")
    for url in urls:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise TwilioError(400, 21620, f"Invalid media URL(s) {url}")


def _window(world: World, form: FormData, rendered: Rendered, to: str, sender: str) -> tuple[int, str] | None:
    """Why WhatsApp would not let this through now, if so."""
    last = world.last_inbound.get((to.removeprefix("whatsapp:"), sender))
    if last is not None and world.clock.now().timestamp() - last <= WINDOW_SECONDS:
        check_in_window(rendered)
        return None
    content = world.twilio_contents.get(_text(form, "ContentSid"))
    out_of_session_types = {"twilio/list-picker", "twilio/location"}
    if content is None or rendered.content_type in out_of_session_types:
        return OUTSIDE_WINDOW
    approved = world.policy.templates_approved or content.get("_approval", {}).get("status") == "approved"
    if not approved:
        return OUTSIDE_WINDOW
    check_as_template(_text(form, "ContentVariables"))
    return None


def _callback(form: FormData) -> str:
    url = _text(form, "StatusCallback")
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise TwilioError(400, 21609, f"The 'StatusCallback' URL {url} is not a valid URL")
    return url


def _location(form: FormData, rendered: Rendered) -> Json | None:
    """A pin: from a location template or from PersistentAction=geo:lat,long|label."""
    if rendered.location is not None:
        return rendered.location
    for action in form.getlist("PersistentAction"):
        found = re.match(r"geo:(-?[\d.]+),(-?[\d.]+)(?:\|(.*))?$", action if isinstance(action, str) else "")
        if found:
            return {"latitude": float(found[1]), "longitude": float(found[2]), "label": found[3] or ""}
    return None


@router.post(MESSAGES + ".json")
async def create_message(request: Request, caller: Caller, world: Here) -> Response:
    """Accept a message for a guest."""
    form = await request.form()
    to = _text(form, "To")
    if not to:
        raise TwilioError(400, 21604, "A 'To' phone number is required.")
    if not NUMBER.match(to):
        raise TwilioError(400, 21211, f"Invalid 'To' Phone Number: {to}")
    whatsapp = to.startswith("whatsapp:")
    sender, service = _sender(world, caller, form, to)
    callback = _callback(form)
    rendered = _what(world, caller, form, whatsapp=whatsapp)
    _check_media(rendered.media, whatsapp=whatsapp)
    guest = to.removeprefix("whatsapp:")
    if not whatsapp and (guest, sender) in world.opted_out:
        raise TwilioError(400, 21610, "Attempt to send to unsubscribed recipient")
    doom = _window(world, form, rendered, to, sender) if whatsapp else None
    if doom is not None and world.policy.window_refusal == "answer":
        raise TwilioError(400, *doom)
    message = blank_message(
        world,
        caller,
        hex_sid("MM" if rendered.media or whatsapp else "SM"),
        body=rendered.body,
        to=to,
        messaging_service_sid=service,
        num_media=str(len(rendered.media)),
        num_segments="0" if service else str(1 if whatsapp else segments(rendered.body)),
        status="accepted" if service else "queued",
        _callback=callback,
        _media=rendered.media,
        _media_sids=[hex_sid("ME") for _ in rendered.media],
    )
    message["from"] = sender
    answer = public(message)
    message["num_segments"] = str(1 if whatsapp else segments(rendered.body))
    _show(world, caller, message, rendered, _location(form, rendered))
    world.twilio_messages[message["sid"]] = message
    world.courier.background(progress(world, caller, message, doom))
    return JSONResponse(answer, status_code=201)


def _show(world: World, account: Account, message: Json, rendered: Rendered, location: Json | None) -> None:
    """Put the message on the guest's phone."""
    whatsapp = message["to"].startswith("whatsapp:")
    media = [
        {"url": url, "content_type": mimetypes.guess_type(urlsplit(url).path)[0] or "", "name": url.rsplit("/", 1)[-1]}
        for url in rendered.media
    ]
    line = world.lines.add(
        side=GUEST,
        person=message["to"].removeprefix("whatsapp:"),
        business=account.name,
        direction="out",
        channel="whatsapp" if whatsapp else "sms",
        text=rendered.body,
        at=iso(world.clock.now()),
        status=message["status"],
        sid=message["sid"],
        kind="location" if location else "media" if media else "text",
        options=rendered.options,
        links=rendered.links,
        media=media,
        location=location,
        button=rendered.button,
    )
    message["_line"] = line.id
