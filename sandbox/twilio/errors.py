"""Twilio's refusals and its way of asking who is calling."""

import base64
import binascii
import re
import secrets
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import JSONResponse

from sandbox.lines import Json
from sandbox.settings import Account
from sandbox.world import Here, World

SID = re.compile(r"^(AC|MG|HX|SM|MM|ME)[0-9a-f]{32}$")


class TwilioError(Exception):
    """Twilio says no: an HTTP status, its own code and a sentence."""

    def __init__(self, status: int, code: int, message: str) -> None:
        """Remember what to answer."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def not_found(path: str) -> TwilioError:
    """The answer for anything that is not there."""
    return TwilioError(404, 20404, f"The requested resource {path} was not found")


async def answer_refused(_request: Request, refused: Exception) -> JSONResponse:
    """Write a refusal the way Twilio does."""
    if not isinstance(refused, TwilioError):
        raise refused
    return JSONResponse(
        {
            "code": refused.code,
            "message": refused.message,
            "more_info": f"https://www.twilio.com/docs/errors/{refused.code}",
            "status": refused.status,
        },
        status_code=refused.status,
        headers={"WWW-Authenticate": 'Basic realm="Twilio API"'} if refused.status == HTTPStatus.UNAUTHORIZED else None,
    )


def basic_credentials(request: Request) -> tuple[str, str] | None:
    """Read user and password from the request, if it carries any."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (user, password) if colon else None


def signed_in(request: Request, world: Here) -> Account:
    """Find the account whose sid and token these are, and check that the path names the same one."""
    given = basic_credentials(request)
    for account in world.settings.accounts:
        if given is None or given[0] != account.twilio_account_sid:
            continue
        if secrets.compare_digest(given[1].encode(), account.twilio_auth_token.encode()):
            named = request.path_params.get("account_sid", given[0])
            if named == given[0]:
                return account
            if not SID.match(named):
                raise not_found(request.url.path)
    raise TwilioError(401, 20003, "Authenticate")


def message_of(world: World, account: Account, sid: str, path: str) -> Json:
    """Find a message of this account."""
    message = world.twilio_messages.get(sid)
    if not SID.match(sid) or message is None or message["account_sid"] != account.twilio_account_sid:
        raise not_found(path)
    return message


def whole_number(raw: str) -> int:
    """Read a page number or size."""
    if not raw.isdecimal():
        raise TwilioError(400, 20001, f"{raw} is not a whole number")
    return int(raw)


Caller = Annotated[Account, Depends(signed_in)]
