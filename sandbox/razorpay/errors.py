"""Razorpay's refusals and its way of asking who is calling."""

import secrets
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import JSONResponse

from sandbox.lines import Json
from sandbox.settings import Account
from sandbox.twilio.errors import basic_credentials
from sandbox.world import Here

LEAST_AMOUNT = 100
NOTES_LIMIT = 15
NOTE_LIMIT = 255


class RazorpayError(Exception):
    """Razorpay says no."""

    def __init__(self, description: str, *, field: str | None = None, status: int = 400) -> None:
        """Remember what to answer."""
        super().__init__(description)
        self.description = description
        self.field = field
        self.status = status


def error_json(description: str, field: str | None = None) -> Json:
    """A refusal in Razorpay's words."""
    return {
        "error": {
            "code": "BAD_REQUEST_ERROR",
            "description": description,
            "field": field,
            "source": "business",
            "step": "payment_initiation",
            "reason": "input_validation_failed",
            "metadata": {},
        }
    }


async def answer_refused(_request: Request, refused: Exception) -> JSONResponse:
    """Write a refusal the way Razorpay does."""
    if not isinstance(refused, RazorpayError):
        raise refused
    return JSONResponse(error_json(refused.description, refused.field), status_code=refused.status)


def signed_in(request: Request, world: Here) -> Account:
    """Find the merchant whose key and secret these are."""
    given = basic_credentials(request)
    for account in world.settings.accounts:
        if given is None or given[0] != account.razorpay_key_id:
            continue
        if secrets.compare_digest(given[1].encode(), account.razorpay_key_secret.encode()):
            return account
    raise RazorpayError("Authentication failed", status=401)


Merchant = Annotated[Account, Depends(signed_in)]


async def read_body(request: Request) -> Json:
    """Read a JSON object; an empty body is an empty one."""
    raw = await request.body()
    if not raw:
        return {}
    try:
        given = await request.json()
    except ValueError as problem:
        raise RazorpayError("The request body is not valid JSON") from problem
    if not isinstance(given, dict):
        raise RazorpayError("The request body must be an object")
    return given


def check_amount(value: object, too_small: str) -> int:
    """Amounts are whole paise, one rupee at least."""
    if value in (None, ""):
        raise RazorpayError("amount: cannot be blank.", field="amount")
    if isinstance(value, bool) or not str(value).isdigit():
        raise RazorpayError("The amount must be an integer.", field="amount")
    amount = int(str(value))
    if amount < LEAST_AMOUNT:
        raise RazorpayError(too_small, field="amount")
    return amount


def check_notes(notes: object) -> object:
    """Notes are fifteen short pairs at most; an empty one comes back as a list, as the real one does."""
    if notes in (None, {}, []):
        return []
    if not isinstance(notes, dict) or len(notes) > NOTES_LIMIT:
        raise RazorpayError("Number of fields in notes should be less than or equal to 15", field="notes")
    if any(len(str(value)) > NOTE_LIMIT for value in notes.values()):
        raise RazorpayError("The notes value may not be greater than 255 characters.", field="notes")
    return notes
