"""Meta's refusals and its way of asking who is calling."""

import secrets
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import JSONResponse

from sandbox.lines import Json
from sandbox.settings import Account
from sandbox.world import Here

OLDEST_VERSION = 17.0


class MetaError(Exception):
    """Meta says no: its own code, a title and what is wrong."""

    def __init__(self, code: int, title: str, details: str = "", *, status: int = 400) -> None:
        """Remember what to answer."""
        super().__init__(title)
        self.status = status
        self.body = error_json(code, title, details)


def error_json(code: int, title: str, details: str = "") -> Json:
    """A refusal in Meta's words."""
    return {
        "error": {
            "message": f"(#{code}) {title}",
            "type": "OAuthException",
            "code": code,
            "error_data": {"messaging_product": "whatsapp", "details": details or title},
            "fbtrace_id": secrets.token_urlsafe(8),
        }
    }


async def answer_refused(_request: Request, refused: Exception) -> JSONResponse:
    """Write a refusal the way Meta does."""
    if not isinstance(refused, MetaError):
        raise refused
    return JSONResponse(refused.body, status_code=refused.status)


def signed_in(request: Request, world: Here) -> Account:
    """Find the business whose token this is, and check that the path names its own number."""
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    for account in world.settings.accounts:
        if account.meta_token and secrets.compare_digest(given.encode(), account.meta_token.encode()):
            return account
    raise MetaError(190, "Invalid OAuth access token - Cannot parse access token", status=401)


def speaks(version: float) -> None:
    """Whether that version of the Graph API is still there."""
    if version < OLDEST_VERSION:
        raise MetaError(2635, "You are calling a deprecated version. Please update to a newer one.")


Caller = Annotated[Account, Depends(signed_in)]
