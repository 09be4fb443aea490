"""The Graph API's messages of one number: checked as Meta checks them, then shown on the guest's phone."""

import base64
import json
import mimetypes
import re
import secrets
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.clock import iso
from sandbox.lines import GUEST, Json
from sandbox.settings import Account
from sandbox.whatsapp.errors import Caller, MetaError, speaks
from sandbox.whatsapp.statuses import progress
from sandbox.whatsapp.templates import BLANK, approved, filled
from sandbox.whatsapp.webhooks import number_of
from sandbox.world import Here, World

router = APIRouter(include_in_schema=False)

NUMBER = re.compile(r"^\+?[1-9]\d{6,14}$")
WINDOW_SECONDS = 24 * 3600
OUTSIDE_WINDOW = (131047, "Re-engagement message")
LONGEST_TRACKER = 512
_UNFIT_FOR_TEMPLATE = re.compile(r"[\n\t]| {5}")


def wamid() -> str:
    """A fresh message id in Meta's form."""
    return "wamid." + base64.b64encode(secrets.token_bytes(27)).decode()


def _bad(details: str, code: int = 131009) -> MetaError:
    return MetaError(code, "Invalid parameter" if code == 100 else "Parameter value is not valid", details)  # noqa: PLR2004 - Meta's own code


def _text(holder: Any, key: str, longest: int, least: int = 1) -> str:  # noqa: ANN401 - any JSON
    value = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(value, str) or len(value.strip()) < least:
        raise MetaError(100, "Invalid parameter", f"The parameter {key} is required.")
    if len(value) > longest:
        raise _bad(f"{key} is longer than {longest} characters")
    return value


def _list(holder: Any, key: str, least: int, most: int) -> list[Json]:  # noqa: ANN401 - any JSON
    found = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise MetaError(100, "Invalid parameter", f"The parameter {key} is required.")
    if not least <= len(found) <= most:
        raise _bad(f"Invalid {key} count. Min allowed: {least}, Max allowed: {most}", 100)
    return found


def _unique(options: list[Json], *names: str) -> list[Json]:
    for name in names:
        if len({one[name] for one in options}) != len(options):
            raise _bad(f"Duplicated {name}")
    return options


def _buttons(action: Json) -> Json:
    replies = [one.get("reply") for one in _list(action, "buttons", 1, 3)]
    options = [{"id": _text(one, "id", 256), "title": _text(one, "title", 20), "description": ""} for one in replies]
    return {"options": _unique(options, "id", "title")}


def _rows(action: Json) -> Json:
    button = _text(action, "button", 20)
    sections = _list(action, "sections", 1, 10)
    rows = []
    for section in sections:
        if len(sections) > 1:
            _text(section, "title", 24)
        rows += _list(section, "rows", 1, 10)
    if len(rows) > 10:  # noqa: PLR2004 - Meta's own limit
        raise _bad("Total row count exceed max allowed count: 10", 100)
    options = [
        {
            "id": _text(one, "id", 200),
            "title": _text(one, "title", 24),
            "description": _text(one, "description", 72) if "description" in one else "",
        }
        for one in rows
    ]
    return {"options": _unique(options, "id"), "button": button}


def _interactive(said: Json) -> Json:
    kind = said.get("type")
    action = said.get("action") or {}
    body = _text(said.get("body"), "text", 1024 if kind == "button" else 4096)
    header = said.get("header") or {}
    media = [_link(header.get("image"))] if header.get("type") == "image" else []
    if kind == "button":
        return {"text": body, "media": media} | _buttons(action)
    if kind == "list" and not media:
        return {"text": body} | _rows(action)
    raise _bad(f"interactive type {kind} is not one the sandbox knows, or its header is not")


def _link(holder: Any) -> Json:  # noqa: ANN401 - any JSON
    url = _text(holder, "link", 2048)
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise _bad("link is not a valid URL", 100)
    kind = mimetypes.guess_type(urlsplit(url).path)[0] or ""
    return {"url": url, "content_type": kind, "name": url.rsplit("/", 1)[-1]}


def _location(said: Json) -> Json:
    try:
        found = {"latitude": float(said["latitude"]), "longitude": float(said["longitude"])}
    except (KeyError, TypeError, ValueError) as problem:
        raise MetaError(131008, "Required parameter is missing", "latitude and longitude are required") from problem
    return {"location": found | {"label": said.get("name") or "", "address": said.get("address") or ""}}


def _template(world: World, account: Account, said: Json) -> Json:
    """The words Meta keeps under that name, with what is put into them; a tap brings back its button's payload."""
    name = _text(said, "name", 512)
    template = approved(world, account, name, _text(said.get("language"), "code", 10))
    if template is None:
        raise MetaError(
            132001, "Template name does not exist in the translation", f"template name ({name})", status=404
        )
    parts = said.get("components") or []
    blanks = [
        _text(blank, "text", 1024)
        for part in parts
        for blank in part.get("parameters") or []
        if blank.get("type") == "text"
    ]
    if any(_UNFIT_FOR_TEMPLATE.search(blank) for blank in blanks):
        raise MetaError(132018, "Invalid parameter", "Param text cannot have new-line/tab characters")
    if len(blanks) != len(BLANK.findall(template["components"][0]["text"])):
        raise MetaError(132000, "Number of parameters does not match the expected number of params")
    payloads = {
        int(part["index"]): _text(part["parameters"][0], "payload", 128)
        for part in parts
        if str(part.get("type")).lower() == "button"
    }
    titles = [one["text"] for part in template["components"][1:] for one in part["buttons"]]
    options = [
        {"id": payloads.get(number, title), "title": title, "description": "", "of_template": True}
        for number, title in enumerate(titles)
    ]
    return {"text": filled(template, blanks), "options": options}


def _shown(world: World, account: Account, posted: Json) -> Json:
    kind = str(posted.get("type") or "text")
    said = posted.get(kind)
    if not isinstance(said, dict):
        raise MetaError(100, "Invalid parameter", f"The parameter {kind} is required.")
    match kind:
        case "text":
            return {"text": _text(said, "body", 4096)}
        case "image":
            return {"text": _text(said, "caption", 1024) if said.get("caption") else "", "media": [_link(said)]}
        case "interactive":
            return _interactive(said)
        case "location":
            return _location(said)
        case "template":
            return _template(world, account, said)
    raise MetaError(131051, "Unsupported message type", f"{kind} is not one the sandbox knows")


def _guest(posted: Json) -> str:
    to, person = posted.get("to"), posted.get("recipient")
    if isinstance(to, str) and NUMBER.match(to):
        return "+" + to.removeprefix("+")
    found = number_of(person) if isinstance(person, str) else None
    if found is None:
        raise MetaError(131009, "Parameter value is not valid", "to or recipient is not a WhatsApp user")
    return found


@router.post("/v{version:float}/{number_id}/messages")
async def send_message(version: float, number_id: str, request: Request, caller: Caller, world: Here) -> Response:
    """Take a message for a guest; what becomes of it is told later."""
    speaks(version)
    if number_id != caller.meta_number_id:
        raise MetaError(100, "Unsupported post request. Object with this id does not exist")
    try:
        posted = json.loads(await request.body())
    except ValueError as problem:
        raise MetaError(100, "Invalid parameter", "the body is not JSON") from problem
    if not isinstance(posted, dict) or posted.get("messaging_product") != "whatsapp":
        raise MetaError(100, "The parameter messaging_product is required.")
    guest = _guest(posted)
    tracker = str(posted.get("biz_opaque_callback_data") or "")
    if len(tracker) > LONGEST_TRACKER:
        raise _bad("biz_opaque_callback_data is too long")
    shown = _shown(world, caller, posted)
    message = _show(world, caller, guest, shown) | {"tracker": tracker}
    world.meta_messages[message["id"]] = message
    last = world.last_inbound.get((guest, caller.meta_number_id))
    is_open = last is not None and world.clock.now().timestamp() - last <= WINDOW_SECONDS
    refusal = None if is_open or posted.get("type") == "template" else OUTSIDE_WINDOW
    world.courier.background(progress(world, caller, message, refusal))
    known_as = {"wa_id": guest.removeprefix("+")} if posted.get("to") else {"user_id": posted["recipient"]}
    sent: Json = {"id": message["id"]} | ({"message_status": "accepted"} if posted.get("type") == "template" else {})
    return JSONResponse(
        {
            "messaging_product": "whatsapp",
            "contacts": [{"input": posted.get("to") or posted["recipient"], **known_as}],
            "messages": [sent],
        }
    )


def _show(world: World, account: Account, guest: str, shown: Json) -> Json:
    """Put the message on the guest's phone."""
    sid = wamid()
    line = world.lines.add(
        side=GUEST,
        person=guest,
        business=account.name,
        direction="out",
        channel="whatsapp",
        text=shown.get("text", ""),
        at=iso(world.clock.now()),
        status="accepted",
        sid=sid,
        kind="location" if "location" in shown else "media" if shown.get("media") else "text",
        options=shown.get("options", []),
        media=shown.get("media", []),
        location=shown.get("location"),
        button=shown.get("button", ""),
    )
    return {"id": sid, "to": guest, "status": "accepted", "line": line.id}
