"""The script API: what a guest, an owner or a payer would do by hand, for programs."""

import asyncio
import re
import time
from typing import Annotated, Any, Literal

import httpx
from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from sandbox.lines import GUEST, OWNER, Json, Line
from sandbox.razorpay.money import CannotPayError, callback, pay_link, pay_order, sign
from sandbox.razorpay.webhooks import account_of, public
from sandbox.settings import Account
from sandbox.telegram import owner
from sandbox.telegram.bots import bot_of
from sandbox.twilio.inbound import Writing, receive
from sandbox.twilio.statuses import person_reads
from sandbox.whatsapp import inbound as meta
from sandbox.whatsapp import statuses as meta_statuses
from sandbox.world import Here, World

router = APIRouter(tags=["script"])
TOKEN_ATTEMPTS = 20
Wait = Annotated[float, Query(ge=0, le=60, description="seconds to wait for something new")]


class Pin(BaseModel):
    """A place on the map."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    address: str = ""
    label: str = ""


class Media(BaseModel):
    """A file: an address, or its bytes in base64, or nothing but its kind."""

    url: str | None = None
    content_type: str = ""
    content: str | None = None
    name: str = ""
    seconds: float | None = None


class Message(BaseModel):
    """What a person sends: words, a tap, a pin or a file."""

    model_config = ConfigDict(extra="forbid")

    channel: Literal["whatsapp", "sms", "telegram"] | None = None
    text: str | None = None
    tap: str | None = None
    location: Pin | None = None
    media: Media | None = None
    sid: str = ""
    to: str | None = Field(None, description="the business's number, name or bot; default the first")
    reply_to: int | None = None
    name: str = ""
    hidden: bool | None = Field(None, description="on a number of Meta's: whether they go by a user name from now on")

    def check_one(self) -> None:
        """Exactly one thing is sent, except that a file may have a caption."""
        given = [self.tap is not None, self.location is not None, self.media is not None]
        if sum(given) > 1 or (sum(given) == 0 and self.text is None):
            raise HTTPException(422, "Give one of text, tap, location or media.")


class Preference(BaseModel):
    """What a guest has set in WhatsApp itself about a business's offers."""

    model_config = ConfigDict(extra="forbid")

    offers: Literal["stop", "resume"]
    to: str | None = None


class Payment(BaseModel):
    """How an attempt to pay goes."""

    model_config = ConfigDict(extra="forbid")

    outcome: Literal["paid", "failed", "authorized"]
    method: Literal["upi", "card", "netbanking", "wallet"] = "upi"
    amount: int | None = None
    late: bool = False


def phone_number(raw: str) -> str:
    """A number with its plus sign, however it was written into the address."""
    digits = re.sub(r"[^\d]", "", raw)
    if not re.fullmatch(r"\d{7,15}", digits):
        raise HTTPException(422, f"{raw} is not a phone number.")
    return "+" + digits


def _account(world: World, to: str | None) -> Account:
    if to is None:
        return world.settings.default_account
    found = world.account_named(to) or world.account_named("+" + to.strip().lstrip("+"))
    if found is None:
        raise HTTPException(404, f"No business answers at {to}.")
    return found


def _option(world: World, side: str, person: str, given: Message) -> tuple[Line, Json]:
    """The latest message offering what was tapped."""
    wanted = None if given.to is None else _account(world, given.to).name
    for line in reversed(world.lines.of(side, person)):
        if given.channel not in {None, line.channel} or line.deleted or wanted not in {None, line.business}:
            continue
        if given.reply_to not in {None, line.id}:
            continue
        for option in line.options:
            if option["id"] == given.tap:
                return line, option
    raise HTTPException(404, f"No message offers the option {given.tap}.")


def _answered(world: World, side: str, person: str, line_id: int | None) -> Line | None:
    if line_id is None:
        return None
    line = world.lines.get(line_id)
    if line is None or line.side != side or line.person != person:
        raise HTTPException(404, f"There is no message {line_id} in this conversation.")
    return line


async def _lines(world: World, side: str, person: str, after: int, wait: float) -> list[Json]:
    """New lines, waiting for the first one as long as asked."""
    deadline = time.monotonic() + wait
    with world.lines.watch() as events:
        while True:
            found = [line.as_json() for line in world.lines.of(side, person, after)]
            left = deadline - time.monotonic()
            if found or left <= 0:
                return found
            try:
                await asyncio.wait_for(events.get(), left)
            except TimeoutError:
                return []


@router.post("/guests/{number}/messages", status_code=201)
async def guest_writes(number: str, given: Message, world: Here) -> Json:
    """A guest sends something; the same sid again is a redelivery of the same message."""
    given.check_one()
    guest = phone_number(number)
    channel = given.channel or "whatsapp"
    if channel == "telegram":
        raise HTTPException(422, "Guests write on whatsapp or sms.")
    account = _account(world, given.to)
    answers = _answered(world, GUEST, guest, given.reply_to)
    option: Json | None = None
    if given.tap is not None:
        given.channel = channel
        answers, option = _option(world, GUEST, guest, given)
        account = _account(world, answers.business)
    writing = Writing(
        channel=channel,
        account=account,
        text=given.text or "",
        option=option,
        answers=answers,
        is_list=bool(answers and answers.button),
        location=given.location.model_dump() if given.location else None,
        media=given.media.model_dump() if given.media else None,
        sid=given.sid,
        name=given.name,
    )
    if given.hidden is not None:
        (world.hidden.add if given.hidden else world.hidden.discard)(guest)
    if channel == "whatsapp" and _by_meta(account, given, answers):
        return meta.receive(world, guest, writing).as_json()
    return receive(world, guest, writing).as_json()


def _by_meta(account: Account, given: Message, answers: Line | None) -> bool:
    """Whether it goes to the number that is Meta's: named, or the one that is being answered."""
    if answers is not None:
        return answers.sid.startswith("wamid.")
    return bool(given.to) and given.to in {account.meta_number, account.meta_number_id}


@router.post("/guests/{number}/preferences", status_code=202)
async def guest_prefers(number: str, given: Preference, world: Here) -> Json:
    """A guest stops a business's offers on WhatsApp, or wants them again: Meta tells the business."""
    meta.prefer(world, _account(world, given.to), phone_number(number), given.offers)
    return {"offers": given.offers}


@router.get("/guests/{number}/messages")
async def guest_messages(number: str, world: Here, after: int = 0, wait: Wait = 0) -> list[dict[str, Any]]:
    """What is on a guest's phone; `wait` holds the answer until something is."""
    return await _lines(world, GUEST, phone_number(number), after, wait)


@router.post("/guests/{number}/read")
async def guest_reads(number: str, world: Here, business: str | None = None) -> Json:
    """The guest looks at the conversation."""
    guest = phone_number(number)
    return {"read": person_reads(world, guest, business) + meta_statuses.person_reads(world, guest, business)}


@router.post("/owners/{chat_id}/messages", status_code=201)
async def owner_writes(chat_id: int, given: Message, world: Here) -> Json:
    """An owner sends something to the bot, or taps one of its buttons."""
    given.check_one()
    person = str(chat_id)
    if given.tap is not None:
        card, option = _option(world, OWNER, person, given.model_copy(update={"channel": None}))
        bot = bot_of(world, _account(world, card.business))
        return owner.tap(world, bot, chat_id, card, option).as_json()
    answers = _answered(world, OWNER, person, given.reply_to)
    bot = bot_of(world, _account(world, answers.business if answers else given.to))
    if given.media is not None:
        content, shown = owner.media_content(world, given.media.model_dump())
        line = owner.write(world, bot, chat_id, content | ({"caption": given.text} if given.text else {}), answers)
        line.media, line.kind = [shown], "media"
        world.lines.changed(line)
        return line.as_json()
    if given.location is not None:
        pin = {"latitude": given.location.latitude, "longitude": given.location.longitude}
        return owner.write(world, bot, chat_id, {"location": pin}, answers).as_json()
    return owner.write(world, bot, chat_id, {"text": given.text}, answers).as_json()


@router.get("/owners/{chat_id}/messages")
async def owner_messages(chat_id: int, world: Here, after: int = 0, wait: Wait = 0) -> list[dict[str, Any]]:
    """What is on an owner's phone."""
    return await _lines(world, OWNER, str(chat_id), after, wait)


@router.post("/owners/{chat_id}/block")
async def owner_blocks(chat_id: int, world: Here, to: str | None = None) -> Json:
    """The owner blocks the bot; writing to it again unblocks it."""
    bot_of(world, _account(world, to)).blocked.add(chat_id)
    return {"blocked": True}


async def _link_of_token(world: World, token: str) -> Json | None:
    """Learn the link behind the product's own pay link by asking where it leads, as a browser would."""
    url = f"{world.settings.product_url}/p/{token}"
    for _ in range(TOKEN_ATTEMPTS):
        try:
            answer = await world.courier.client().get(url, timeout=10.0, follow_redirects=False)
        except httpx.HTTPError as problem:
            raise HTTPException(502, f"The product does not answer at {url}.") from problem
        found = re.search(r"plink_[A-Za-z0-9]{14}", answer.headers.get("location", ""))
        if found:
            return world.payment_links.get(found[0])
        if answer.status_code not in {200, 202, 425, 429, 503}:
            return None
        # The link behind the page may still be in the making.
        await asyncio.sleep(0.25)
    return None


@router.post("/payments/{payable_id}")
async def pay(payable_id: str, given: Payment, world: Here) -> Json:
    """Pay, or fail to pay, a payment link, an order, or whatever stands behind the product's own token."""
    try:
        order = world.orders.get(payable_id)
        if order is not None:
            return _paid_order(world, order, pay_order(world, order, given.outcome, given.method))
        link = world.payment_links.get(payable_id)
        if link is None and not payable_id.startswith(("plink_", "order_")):
            link = await _link_of_token(world, payable_id)
        if link is None:
            raise HTTPException(404, f"There is nothing to pay at {payable_id}.")
        payment = pay_link(world, link, given.outcome, given.method, given.amount, late=given.late)
    except CannotPayError as refusal:
        raise HTTPException(409, str(refusal)) from refusal
    return {"payment": public(payment), "payment_link": public(link), "callback": callback(world, link, payment)}


def _paid_order(world: World, order: Json, payment: Json) -> Json:
    """What the checkout form hands to the product's page after an order was paid."""
    answer: Json = {"payment": public(payment), "order": public(order)}
    if payment["status"] == "captured":
        answer |= {
            "razorpay_order_id": order["id"],
            "razorpay_payment_id": payment["id"],
            "razorpay_signature": sign(account_of(world, order), order["id"], payment["id"]),
        }
    return answer
