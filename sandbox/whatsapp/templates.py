"""Message templates of a business at Meta: made, looked at by somebody at WhatsApp, listed."""

import json
import re
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.lines import Json
from sandbox.settings import Account
from sandbox.whatsapp.errors import Caller, MetaError, speaks
from sandbox.world import Here, World

router = APIRouter(include_in_schema=False)

NAME: Final = re.compile(r"^[a-z0-9_]{1,512}$")
LANGUAGE: Final = re.compile(r"^[a-z]{2}(_[A-Z]{2})?$")
CATEGORIES: Final = frozenset({"UTILITY", "MARKETING", "AUTHENTICATION"})
LONGEST_BODY: Final = 1024
LONGEST_TITLE: Final = 25
MOST_BUTTONS: Final = 10
BLANK: Final = re.compile(r"\{\{(\d+)\}\}")


def _bad(details: str) -> MetaError:
    return MetaError(100, "Invalid parameter", details)


def _check_body(part: Json) -> None:
    text = part.get("text")
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_BODY:
        raise _bad(f"the body has 1 to {LONGEST_BODY} characters")
    numbers = [int(each) for each in BLANK.findall(text)]
    if numbers != list(range(1, len(numbers) + 1)):
        raise _bad("the variables of a body are {{1}}, {{2}} and so on, in order")
    if re.match(r"\s*\{\{", text) or re.search(r"\}\}[\s.!?,]*$", text):
        raise _bad("a body neither begins nor ends with a variable")
    if re.search(r"\}\}\s*\{\{", text):
        raise _bad("no two variables touch")
    given = (part.get("example") or {}).get("body_text") or [[]]
    if numbers and (len(given[0]) != len(numbers) or not all(isinstance(one, str) and one for one in given[0])):
        raise _bad("every variable of the body needs an example")


def _check_buttons(part: Json) -> None:
    titles = [one.get("text") for one in part.get("buttons") or []]
    if not 0 < len(titles) <= MOST_BUTTONS or len(set(titles)) != len(titles):
        raise _bad(f"1 to {MOST_BUTTONS} buttons, each with its own text")
    if any(not isinstance(title, str) or not 0 < len(title) <= LONGEST_TITLE for title in titles):
        raise _bad(f"a button has 1 to {LONGEST_TITLE} characters")


def _check(given: Any) -> Json:  # noqa: ANN401 - whatever JSON the caller wrote
    if not isinstance(given, dict) or not NAME.match(str(given.get("name"))):
        raise _bad("name: small letters, digits and underscores")
    if not LANGUAGE.match(str(given.get("language"))) or given.get("category") not in CATEGORIES:
        raise _bad("language or category is not one of Meta's")
    parts = given.get("components")
    if not isinstance(parts, list) or [one.get("type") for one in parts] not in (["BODY"], ["BODY", "BUTTONS"]):
        raise _bad("the sandbox knows a body, and buttons below it")
    _check_body(parts[0])
    if len(parts) > 1:
        _check_buttons(parts[1])
    return given


def approved(world: World, account: Account, name: str, language: str) -> Json | None:
    """A template that may be sent."""
    found = world.meta_templates.get((account.name, name, language))
    return found if found is not None and _seen(world, found)["status"] == "APPROVED" else None


def filled(template: Json, blanks: list[str]) -> str:
    """What the guest reads."""
    return BLANK.sub(lambda found: blanks[int(found[1]) - 1], template["components"][0]["text"])


def _seen(world: World, template: Json) -> Json:
    """Somebody at WhatsApp looks at it, sooner or later."""
    if template["status"] == "PENDING" and world.policy.templates_approved:
        template["status"] = "APPROVED"
    return template


def _of(business_id: str, caller: Account) -> None:
    if business_id != caller.meta_business_id:
        raise MetaError(100, f"Unsupported request. Object with ID '{business_id}' does not exist")


@router.post("/v{version:float}/{business_id}/message_templates")
async def create(version: float, business_id: str, request: Request, caller: Caller, world: Here) -> Response:
    """Put a text up for approval."""
    speaks(version)
    _of(business_id, caller)
    try:
        given = _check(json.loads(await request.body()))
    except ValueError as problem:
        raise _bad("the body is not JSON") from problem
    key = (caller.name, given["name"], given["language"])
    if key in world.meta_templates:
        raise MetaError(100, "Content in this language already exists")
    made: Json = {
        "id": str(900_000_000_000_000 + len(world.meta_templates)),
        "name": given["name"],
        "language": given["language"],
        "status": "PENDING",
        "category": given["category"],
        "parameter_format": given.get("parameter_format") or "POSITIONAL",
        "components": given["components"],
    }
    world.meta_templates[key] = made
    return JSONResponse({name: made[name] for name in ("id", "status", "category")})


@router.get("/v{version:float}/{business_id}/message_templates")
async def listed(version: float, business_id: str, caller: Caller, world: Here, name: str = "") -> Response:
    """All of a business's templates, by a part of their names."""
    speaks(version)
    _of(business_id, caller)
    mine = [_seen(world, one) for (whose, _, _), one in world.meta_templates.items() if whose == caller.name]
    found = [one for one in mine if name in one["name"]]
    summary = {
        "total_count": len(found),
        "message_template_count": len(mine),
        "message_template_limit": 6000,
        "are_translations_complete": True,
    }
    return JSONResponse(
        {"data": found, "paging": {"cursors": {"before": "MAZDZD", "after": "MjQZD"}}, "summary": summary}
    )
