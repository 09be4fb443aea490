"""Turns a Content template and its variables into what a guest sees."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.lines import Json
from sandbox.twilio.errors import TwilioError

_VARIABLE = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
_UNFIT_FOR_TEMPLATE = re.compile(r"[\n\t]| {5}")
RICHEST_FIRST = (
    "twilio/list-picker",
    "twilio/quick-reply",
    "twilio/call-to-action",
    "twilio/location",
    "twilio/media",
    "twilio/text",
)
SMS_TYPES = ("twilio/media", "twilio/text")
IN_SESSION_BUTTONS = 3


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to be shown."""

    content_type: str
    body: str
    options: list[Json] = field(default_factory=list)
    links: list[Json] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    location: Json | None = None
    button: str = ""


def read_variables(raw: str | None) -> dict[str, str]:
    """Read ContentVariables: a JSON object, written as a string, of strings."""
    if not raw:
        return {}
    try:
        given = json.loads(raw)
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise TwilioError(400, 21656, "The Content Variables Parameter is invalid.")
    return given


def _fill(part: Any, values: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON goes in and comes out
    if isinstance(part, str):
        return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), part)
    if isinstance(part, list):
        return [_fill(one, values) for one in part]
    if isinstance(part, dict):
        return {key: _fill(value, values) for key, value in part.items()}
    return part


def pick_type(content: Json, *, whatsapp: bool) -> str:
    """Choose the richest type this channel can show."""
    for kind in RICHEST_FIRST if whatsapp else SMS_TYPES:
        if kind in content["types"]:
            return kind
    raise TwilioError(400, 63005, "Channel did not accept given content. Please see Channel specific error message.")


def render(content: Json, raw_variables: str | None, *, whatsapp: bool) -> Rendered:
    """Fill the template and lay it out."""
    values = {**(content.get("variables") or {}), **read_variables(raw_variables)}
    kind = pick_type(content, whatsapp=whatsapp)
    filled = _fill(content["types"][kind], values)
    body = filled.get("body") or ""
    if kind == "twilio/list-picker":
        options = [
            {"id": one["id"], "title": one["item"], "description": one.get("description") or ""}
            for one in filled["items"]
        ]
        return Rendered(kind, body, options=options, button=filled["button"])
    if kind == "twilio/quick-reply":
        options = [{"id": one["id"], "title": one["title"], "description": ""} for one in filled["actions"]]
        return Rendered(kind, body, options=options)
    if kind == "twilio/call-to-action":
        links = [
            {"title": one["title"], "url": one.get("url") or f"tel:{one.get('phone') or ''}"}
            for one in filled["actions"]
            if one.get("url") or one.get("phone")
        ]
        return Rendered(kind, body, links=links)
    if kind == "twilio/location":
        return Rendered(kind, filled.get("label") or "", location=filled)
    return Rendered(kind, body, media=list(filled.get("media") or []))


def check_in_window(rendered: Rendered) -> None:
    """Inside the 24 hours an unapproved quick reply may carry three buttons at most."""
    if rendered.content_type == "twilio/quick-reply" and len(rendered.options) > IN_SESSION_BUTTONS:
        raise TwilioError(400, 63013, "This message send failed because it violates Channel provider's policy.")


def check_as_template(raw_variables: str | None) -> None:
    """Outside the 24 hours Meta refuses line breaks and long gaps inside a variable."""
    if any(_UNFIT_FOR_TEMPLATE.search(value) for value in read_variables(raw_variables).values()):
        raise TwilioError(400, 21656, "The Content Variables Parameter is invalid.")
