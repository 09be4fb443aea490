"""What a browser sees: the phones, the payment page, and the stream that keeps them fresh."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Literal

import httpx
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel

from sandbox.clock import iso
from sandbox.lines import GUEST, OWNER, Json
from sandbox.razorpay.money import OPEN, CannotPayError, callback, expire_if_due, pay_link
from sandbox.razorpay.webhooks import account_of
from sandbox.telegram.bots import bot_of
from sandbox.world import Here, World

router = APIRouter(include_in_schema=False)
PHONES = Path(__file__).parent / "phones"
static = StaticFiles(directory=PHONES)
HEARTBEAT_SECONDS = 15.0


@router.get("/")
async def phones() -> FileResponse:
    """The phones, side by side."""
    return FileResponse(PHONES / "index.html", headers={"Cache-Control": "no-cache"})


@router.get("/healthz")
async def health(world: Here) -> Json:
    """The sandbox is up."""
    return {"ok": True, "now": iso(world.clock.now())}


@router.get("/phones/config")
async def config(world: Here) -> Json:
    """Who can be written to, and from which phones."""
    businesses = [
        {
            "name": account.name,
            "whatsapp": account.whatsapp_number.removeprefix("whatsapp:"),
            "sms": account.sms_number,
            "bot": account.telegram_bot_username,
            "owner": account.owner_chat_id,
            "ownerName": account.owner_name,
        }
        for account in world.settings.accounts
    ]
    return {
        "businesses": businesses,
        "guest": world.settings.guest,
        "product": world.settings.product_url,
        "offsetSeconds": world.clock.offset.total_seconds(),
        "guests": world.lines.people(GUEST),
    }


@router.get("/phones/desk")
async def desk(world: Here) -> Json:
    """Whether the product answers at the moment."""
    url = f"{world.settings.product_url}/healthz"
    try:
        answer = await world.courier.client().get(url, timeout=2.0)
        answering = not answer.is_server_error
    except httpx.HTTPError:
        answering = False
    world.desk_is(answering=answering)
    return {"answering": answering}


@router.get("/phones/commands")
async def commands(business: str, world: Here) -> list[Json]:
    """The commands a business's bot offers in its menu."""
    account = world.account_named(business)
    return bot_of(world, account).commands if account else []


def _concerns(event: Json, guest: str, owner: str) -> bool:
    """Whether an event is about one of the two people this page shows."""
    about = event["line"] if event["type"] == "line" else event
    if "person" not in about:
        return True
    return (about["side"], about["person"]) in {(GUEST, guest), (OWNER, owner)}


async def _events(request: Request, world: World, guest: str, owner: str) -> AsyncIterator[str]:
    yield "retry: 1000\n\n"
    with world.lines.watch() as queue:
        while not await request.is_disconnected():
            try:
                event = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if _concerns(event, guest, owner):
                yield f"data: {json.dumps(event)}\n\n"


@router.get("/phones/events")
async def events(request: Request, world: Here, guest: str = "", owner: str = "") -> StreamingResponse:
    """Everything that happens to these two people, as it happens."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(request, world, guest, owner), media_type="text/event-stream", headers=headers)


@router.get("/files/{file_id}")
async def file(file_id: str, world: Here) -> Response:
    """A picture, voice note or document, for the phones only."""
    upload = world.uploads.get(file_id)
    if upload is None:
        raise HTTPException(404, "There is no such file.")
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
    return Response(upload.content, media_type=upload.content_type, headers=headers)


class Attempt(BaseModel):
    """What the payer chose on the payment page."""

    outcome: Literal["paid", "failed"]
    method: Literal["upi", "card"] = "upi"
    amount: int | None = None


def _link(world: World, link_id: str) -> Json:
    link = world.payment_links.get(link_id)
    if link is None:
        raise HTTPException(404, "This payment link does not exist.")
    expire_if_due(world, link)
    return link


def _pay_by(world: World, link: Json) -> int:
    """Until when the payer should pay: what the business noted on the link while that is to come, else its own end."""
    notes = link["notes"]
    noted = notes.get("pay_by") if isinstance(notes, dict) else None
    try:
        promised = int(datetime.fromisoformat(str(noted)).timestamp()) if noted else 0
    except ValueError:
        promised = 0
    expires: int = link["expire_by"]
    if promised <= world.clock.unix():
        return expires
    return min(promised, expires) if expires else promised


def _bill(world: World, link: Json) -> Json:
    """What the payment page shows."""
    return {
        "id": link["id"],
        "merchant": account_of(world, link).name,
        "amount": link["amount"],
        "amountPaid": link["amount_paid"],
        "description": link["description"],
        "reference": link["reference_id"],
        "status": link["status"],
        "isOpen": link["status"] in OPEN,
        "expireBy": _pay_by(world, link),
        "now": world.clock.unix(),
        "acceptPartial": link["accept_partial"],
        "contact": (link["customer"] or {}).get("contact") or "",
        "name": (link["customer"] or {}).get("name") or "",
    }


@router.get("/pay/{link_id}")
async def pay_page(link_id: str, world: Here) -> FileResponse:
    """The checkout page of a payment link."""
    status = 200 if link_id in world.payment_links else 404
    return FileResponse(PHONES / "pay.html", status_code=status, headers={"Cache-Control": "no-cache"})


@router.get("/pay/{link_id}/bill")
async def bill(link_id: str, world: Here) -> Json:
    """What is to be paid."""
    return _bill(world, _link(world, link_id))


@router.post("/pay/{link_id}/attempt")
async def attempt(link_id: str, given: Attempt, world: Here) -> Json:
    """Try to pay."""
    link = _link(world, link_id)
    try:
        payment = pay_link(world, link, given.outcome, given.method, given.amount)
    except CannotPayError as refusal:
        raise HTTPException(409, str(refusal)) from refusal
    return {
        "payment": payment["id"],
        "status": payment["status"],
        "why": payment["error_description"],
        "callback": callback(world, link, payment),
        "bill": _bill(world, link),
    }
