"""A guest writes to a number that is Meta's: the message as Meta posts it, and the files kept at Meta."""

import base64
import hashlib
import mimetypes

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from sandbox.clock import iso
from sandbox.lines import GUEST, Json, Line
from sandbox.settings import Account
from sandbox.twilio.inbound import SILENT_VOICE_NOTE, Writing
from sandbox.whatsapp.errors import Caller, MetaError, speaks
from sandbox.whatsapp.messages import wamid
from sandbox.whatsapp.webhooks import contact, envelope, post, user_id
from sandbox.world import Here, Upload, World

router = APIRouter(include_in_schema=False)


def _message_id(wanted: str) -> str:
    """Keep a proper id; make one out of any other word, always the same one for the same word."""
    if not wanted or wanted.startswith("wamid."):
        return wanted or wamid()
    return "wamid." + base64.b64encode(hashlib.sha256(wanted.encode()).digest()).decode()


def _upload(world: World, media: Json) -> Json:
    """Keep the guest's file where Meta would keep it."""
    kind = media.get("content_type") or mimetypes.guess_type(media.get("url") or "")[0] or "audio/ogg"
    content = base64.b64decode(media["content"]) if media.get("content") else b""
    if not content and kind.startswith("audio/"):
        content = SILENT_VOICE_NOTE
    media_id = str(int.from_bytes(hashlib.sha256(wamid().encode()).digest()[:6]))
    world.uploads[media_id] = Upload(content, kind, media.get("name") or "")
    return {"id": media_id, "mime_type": kind, "sha256": base64.b64encode(hashlib.sha256(content).digest()).decode()}


def _content(world: World, writing: Writing) -> tuple[str, Json]:
    """What was sent, by its kind."""
    if writing.option is not None:
        told = {"id": writing.option["id"], "title": writing.option["title"]}
        if writing.option.get("of_template"):
            return "button", {"payload": told["id"], "text": told["title"]}
        if not writing.is_list:
            return "interactive", {"type": "button_reply", "button_reply": told}
        described = {"description": writing.option["description"]} if writing.option.get("description") else {}
        return "interactive", {"type": "list_reply", "list_reply": told | described}
    if writing.location is not None:
        pin = {name: writing.location[name] for name in ("latitude", "longitude")}
        named = {"name": writing.location.get("label"), "address": writing.location.get("address")}
        return "location", pin | {name: value for name, value in named.items() if value}
    if writing.media is not None:
        file = _upload(world, writing.media)
        family = file["mime_type"].partition("/")[0]
        kind = family if family in {"image", "audio", "video"} else "document"
        if kind == "audio":
            return kind, file | {"voice": "ogg" in file["mime_type"]}
        return kind, file | ({"caption": writing.text} if writing.text else {})
    return "text", {"body": writing.text}


def receive(world: World, number: str, writing: Writing) -> Line:
    """Take a guest's message and send it on; an id seen before is only delivered again."""
    account = writing.account
    sid = _message_id(writing.sid)
    if (known := world.meta_inbound.get(sid)) is not None:
        line = world.lines.get(known["line"])
        if line is not None:
            post(world, account, known["posted"], kind="meta", label=sid, lane=None, line=line)
            return line
    kind, content = _content(world, writing)
    hidden = number in world.hidden
    message: Json = {
        **({} if hidden else {"from": number.removeprefix("+")}),
        "from_user_id": user_id(number),
        "id": sid,
        "timestamp": str(world.clock.unix()),
        "type": kind,
        kind: content,
    }
    if writing.answers is not None and writing.answers.sid:
        sender = account.meta_number if writing.answers.direction == "out" else number
        message["context"] = {"from": sender.removeprefix("+"), "id": writing.answers.sid}
    posted = envelope(account, contacts=[contact(number, writing.name, hidden=hidden)], messages=[message])
    file = {"url": f"/files/{content.get('id')}", "content_type": content.get("mime_type", ""), "name": ""}
    line = world.lines.add(
        side=GUEST,
        person=number,
        business=account.name,
        direction="in",
        channel="whatsapp",
        text=writing.option["title"] if writing.option else writing.text,
        at=iso(world.clock.now()),
        status="queued",
        sid=sid,
        kind="tap" if writing.option else "location" if writing.location else "media" if writing.media else "text",
        media=[file] if writing.media else [],
        location=writing.location,
        reply_to=writing.answers.id if writing.answers else None,
    )
    world.last_inbound[(number, account.meta_number_id)] = world.clock.now().timestamp()
    world.meta_inbound[sid] = {"line": line.id, "posted": posted}
    post(world, account, posted, kind="meta", label=sid, lane=f"guest:{number}:{account.meta_number_id}", line=line)
    return line


def prefer(world: World, account: Account, number: str, wanted: str) -> None:
    """The guest stops offers, or wants them again, in WhatsApp's own settings."""
    told: Json = {
        **({} if number in world.hidden else {"wa_id": number.removeprefix("+")}),
        "user_id": user_id(number),
        "detail": f"User requested to {wanted} marketing messages",
        "category": "marketing_messages",
        "value": wanted,
        "timestamp": world.clock.unix(),
    }
    who = contact(number, hidden=number in world.hidden)
    posted = envelope(account, "user_preferences", contacts=[who], user_preferences=[told])
    post(world, account, posted, kind="meta_preference", label=wanted, lane=f"guest:{number}:{account.meta_number_id}")


@router.get("/v{version:float}/{media_id}")
async def find_media(version: float, media_id: str, _caller: Caller, world: Here) -> Response:
    """Say where a file is, for a few minutes."""
    speaks(version)
    upload = world.uploads.get(media_id)
    if upload is None:
        raise MetaError(100, f"Unsupported get request. Object with ID '{media_id}' does not exist")
    return JSONResponse(
        {
            "messaging_product": "whatsapp",
            "url": f"{world.settings.base_url}/whatsapp_business/attachments/{media_id}?ext={world.clock.unix() + 300}",
            "mime_type": upload.content_type,
            "sha256": hashlib.sha256(upload.content).hexdigest(),
            "file_size": str(len(upload.content)),
            "id": media_id,
        }
    )


@router.get("/whatsapp_business/attachments/{media_id}")
async def fetch_media(media_id: str, _caller: Caller, world: Here) -> Response:
    """Give the file itself, to who holds the business's token."""
    upload = world.uploads.get(media_id)
    if upload is None:
        raise MetaError(100, "The file is not there any more", status=404)
    return Response(upload.content, media_type=upload.content_type)
