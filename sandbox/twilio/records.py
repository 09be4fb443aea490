"""Messages already made: fetched, listed, cancelled, blanked out, thrown away."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from sandbox.lines import Json
from sandbox.twilio.errors import Caller, TwilioError, message_of, whole_number
from sandbox.twilio.messages import MESSAGES, public
from sandbox.world import Here

router = APIRouter(include_in_schema=False)


@router.get(MESSAGES + "/{sid}.json")
async def fetch_message(request: Request, sid: str, caller: Caller, world: Here) -> Response:
    """Give one message as it stands."""
    return JSONResponse(public(message_of(world, caller, sid, request.url.path)))


@router.post(MESSAGES + "/{sid}.json")
async def update_message(request: Request, sid: str, caller: Caller, world: Here) -> Response:
    """Cancel a message that has not left, or blank out its words."""
    message = message_of(world, caller, sid, request.url.path)
    form = await request.form()
    if form.get("Status") == "canceled":
        if message["status"] not in {"queued", "accepted", "scheduled"}:
            raise TwilioError(400, 30409, "Message cannot be canceled because it is not in a cancelable state")
        message["status"] = "canceled"
    elif form.get("Body") == "":
        message["body"] = ""
    else:
        raise TwilioError(400, 20001, "Only Body='' or Status=canceled can be set")
    return JSONResponse(public(message))


@router.delete(MESSAGES + "/{sid}.json")
async def delete_message(request: Request, sid: str, caller: Caller, world: Here) -> Response:
    """Remove a message from Twilio's records."""
    message_of(world, caller, sid, request.url.path)
    del world.twilio_messages[sid]
    return Response(status_code=204)


def _moment(raw: str) -> datetime:
    """Read a date filter: ISO 8601 with or without time, or RFC 2822."""
    try:
        found = datetime.fromisoformat(raw)
    except ValueError:
        try:
            found = parsedate_to_datetime(raw)
        except ValueError as problem:
            raise TwilioError(400, 20001, f"Invalid date {raw}") from problem
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _matches(message: Json, query: dict[str, str]) -> bool:
    at: datetime = message["_at"]
    wanted = query.get("DateSent")
    return all(
        (
            message["to"] == query.get("To", message["to"]),
            message["from"] == query.get("From", message["from"]),
            wanted is None or at.date() == _moment(wanted).date(),
            "DateSent>" not in query or at >= _moment(query["DateSent>"]),
            "DateSent<" not in query or at <= _moment(query["DateSent<"]),
        )
    )


@router.get(MESSAGES + ".json")
async def list_messages(request: Request, caller: Caller, world: Here) -> Response:
    """List messages, newest first, by To, From and day sent."""
    query = dict(request.query_params)
    size = max(1, min(whole_number(query.get("PageSize", "50")), 1000))
    page = whole_number(query.get("Page", "0"))
    mine = [
        message
        for message in reversed(world.twilio_messages.values())
        if message["account_sid"] == caller.twilio_account_sid and _matches(message, query)
    ]
    here = mine[page * size : (page + 1) * size]

    def uri(number: int) -> str:
        return f"{request.url.path}?{urlencode(query | {'PageSize': size, 'Page': number})}"

    return JSONResponse(
        {
            "messages": [public(message) for message in here],
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + max(len(here) - 1, 0),
            "first_page_uri": uri(0),
            "previous_page_uri": uri(page - 1) if page else None,
            "next_page_uri": uri(page + 1) if len(mine) > (page + 1) * size else None,
            "uri": uri(page),
        }
    )
