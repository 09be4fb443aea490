"""What becomes of a message after it was accepted: sent, delivered, read or failed, each told to the callback URL."""

import asyncio
from urllib.parse import urlencode, urlsplit

import httpx
from twilio.request_validator import RequestValidator

from sandbox.clock import rfc2822
from sandbox.courier import Parcel, Patience
from sandbox.lines import Json, Line
from sandbox.settings import Account
from sandbox.world import Upload, World

# Twilio tries a callback once more when it could not connect, then lets it go.
CALLBACK_PATIENCE = Patience(attempts=2, first_wait=0.5, final=frozenset(range(300, 600)))
RANK = {"accepted": 0, "queued": 0, "sending": 1, "sent": 2, "delivered": 3, "read": 4}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
MEDIA_LIMIT = 16 * 1024 * 1024


def signed_form(account: Account, url: str, params: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    """Write a form and sign it with Twilio's own package."""
    signature = RequestValidator(account.twilio_auth_token).compute_signature(url, params)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        "X-Twilio-Signature": signature,
        "User-Agent": "TwilioProxy/1.1",
    }
    return urlencode(params).encode(), headers


def tell_callback(world: World, account: Account, message: Json) -> None:
    """Post the message's present status to the URL its sender gave."""
    url = message["_callback"]
    if not url or not world.policy.statuses:
        return
    whatsapp = message["to"].startswith("whatsapp:")
    params = {
        "AccountSid": account.twilio_account_sid,
        "ApiVersion": "2010-04-01",
        "From": message["from"],
        "MessageSid": message["sid"],
        "MessageStatus": message["status"],
        "SmsSid": message["sid"],
        "SmsStatus": message["status"],
        "To": message["to"],
    }
    if message["messaging_service_sid"]:
        params["MessagingServiceSid"] = message["messaging_service_sid"]
    if message["error_code"]:
        params["ErrorCode"] = str(message["error_code"])
        params["ErrorMessage"] = message["error_message"] or ""
    if whatsapp:
        params |= {"ChannelPrefix": "whatsapp", "ChannelToAddress": message["to"], "StructuredMessage": "false"}
        if message["status"] in {"delivered", "read"}:
            params["EventType"] = message["status"].upper()
    body, headers = signed_form(account, url, params)
    parcel = Parcel("twilio_status", message["status"], world.reachable(url), body, headers, CALLBACK_PATIENCE)
    world.courier.send(parcel, lane=f"status:{message['sid']}")


def move_to(
    world: World, account: Account, message: Json, status: str, code: int | None = None, why: str | None = None
) -> None:
    """Move a message forward, show it on the phone and tell the sender."""
    if status != "failed" and RANK.get(status, 9) <= RANK.get(message["status"], 9):
        return
    message["status"] = status
    message["error_code"] = code
    message["error_message"] = why
    message["date_updated"] = rfc2822(world.clock.now())
    if status == "sent":
        message["date_sent"] = message["date_updated"]
    line = world.lines.get(message["_line"])
    if line is not None:
        line.status = status
        line.error_code = code
        world.lines.changed(line)
    tell_callback(world, account, message)


async def progress(world: World, account: Account, message: Json, doom: tuple[int, str] | None = None) -> None:
    """Take a message through its life after acceptance."""
    delay = world.settings.status_delay
    await asyncio.sleep(delay / 3)
    if doom is None and message["_media"]:
        doom = await _fetch_media(world, message)
    if doom is not None:
        move_to(world, account, message, "failed", *doom)
        return
    for status in ("sent", "delivered"):
        move_to(world, account, message, status)
        await asyncio.sleep(delay)
    if world.policy.read == "always":
        mark_read(world, account, message)


def mark_read(world: World, account: Account, message: Json) -> bool:
    """Blue ticks: only WhatsApp has them."""
    can_be = message["status"] == "delivered" and message["to"].startswith("whatsapp:")
    if can_be:
        move_to(world, account, message, "read")
    return bool(can_be)


def person_reads(world: World, number: str, business: str | None = None) -> int:
    """The guest looks at the conversation: everything delivered on WhatsApp is now read."""
    if world.policy.read == "never":
        return 0
    seen = 0
    for line in world.lines.of("guest", number):
        message = world.twilio_messages.get(line.sid)
        if line.direction != "out" or message is None or line.status != "delivered":
            continue
        account = world.account_by_number(message["from"])
        if account is not None and business in {None, line.business}:
            seen += mark_read(world, account, message)
    return seen


def media_url(world: World, message: Json, media_sid: str) -> str:
    """Where Twilio keeps a file of this message."""
    path = message["uri"].removesuffix(".json")
    return f"{world.settings.base_url}{path}/Media/{media_sid}"


async def _fetch_media(world: World, message: Json) -> tuple[int, str] | None:
    """Fetch each file as Twilio does before sending; addresses beyond this machine are only shown, never fetched."""
    line = world.lines.get(message["_line"])
    for position, url in enumerate(message["_media"]):
        if urlsplit(world.reachable(url)).hostname not in LOOPBACK:
            continue
        try:
            answer = await world.courier.client().get(world.reachable(url), timeout=10.0, follow_redirects=True)
            answer.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL):
            return 63019, "Media failed to download"
        if len(answer.content) > MEDIA_LIMIT:
            return 11751, "MMS -> Media exceeds messaging provider limit"
        _keep(world, message, line, position, answer)
    return None


def _keep(world: World, message: Json, line: Line | None, position: int, answer: httpx.Response) -> None:
    media_sid = message["_media_sids"][position]
    content_type = answer.headers.get("content-type", "application/octet-stream").partition(";")[0]
    name = urlsplit(str(answer.url)).path.rsplit("/", 1)[-1]
    world.uploads[media_sid] = Upload(answer.content, content_type, name)
    if line is not None:
        line.media[position] |= {"content_type": content_type, "url": f"/files/{media_sid}", "name": name}
        world.lines.changed(line)
