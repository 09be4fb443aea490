"""Telegram's door: raw updates into the inbox, worked from there."""

from __future__ import annotations

import json
from typing import Annotated, Final, NoReturn

from fastapi import APIRouter, Depends, Header, HTTPException, Request

from core.messaging.inbox import IncomingEvent, record_once
from core.unit_of_work import unit_of_work
from models.base import Json
from models.states import Provider
from providers.house import Here
from webhooks.signatures import whose_secret

router = APIRouter(tags=["webhooks"], include_in_schema=False)

_MAX_BODY: Final = 64 * 1024
_LARGEST_ID: Final = 2**63


async def _raw(request: Request) -> bytes:
    return await request.body()


@router.post("/webhooks/telegram", max_body_size=_MAX_BODY)
def update(
    body: Annotated[bytes, Depends(_raw)],
    house: Here,
    x_telegram_bot_api_secret_token: Annotated[str, Header()] = "",
) -> Json:
    """Somebody has written to, or pressed a button of, one of our bots."""
    account_id = whose_secret(house.registry.webhook_secrets(Provider.TELEGRAM), x_telegram_bot_api_secret_token)
    if account_id is None:
        raise HTTPException(403, "not sent by Telegram")
    posted = _update(body)
    line = house.registry.line_of(account_id, Provider.TELEGRAM)
    event = IncomingEvent(
        account_id=account_id,
        provider=Provider.TELEGRAM,
        event_id=str(posted["update_id"]),
        kind="update",
        payload=posted,
        line_id=None if line is None else line.id,
    )
    with unit_of_work(house.engine) as session:
        record_once(session, event, now=house.clock.now())
    return {}


def _update(body: bytes) -> Json:
    """An object with a number of its own, or it is no update."""
    try:
        posted = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "that is not JSON") from error
    number = posted.get("update_id") if isinstance(posted, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or abs(number) >= _LARGEST_ID:
        raise HTTPException(400, "an update has an update_id")
    return dict(posted)


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)
