"""The guest's own pay link: on to the payment page, or an honest word in its place."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from api.pay_page import Screen, missing_page, pay_page
from core.errors import HoldLapsed, LinkNotFound, NothingToPay, ProviderError
from core.log import get_logger
from core.payments.ask import PayPage, open_page
from core.payments.orders import account_of_order, apply_to_order, record_order, want_order
from core.unit_of_work import unit_of_work
from models.base import Json
from providers.house import Here, House

router = APIRouter(tags=["guests"], include_in_schema=False)
log = get_logger()

_FRESH: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_LONGEST_ID: Final = 64
_ASCII: Final = r"^[!-~]*$"


class Signed(BaseModel):
    """What the gateway's form hands to the page after a payment."""

    model_config = ConfigDict(extra="ignore")

    razorpay_order_id: Annotated[str, Field(max_length=_LONGEST_ID, pattern=_ASCII)]
    razorpay_payment_id: Annotated[str, Field(max_length=_LONGEST_ID, pattern=_ASCII)]
    razorpay_signature: Annotated[str, Field(max_length=256, pattern=_ASCII)]


@router.get("/p/{token}")
def pay(token: str, house: Here) -> Response:
    """Where the guest's pay link leads."""
    page = _seen(token, house)
    if page is None:
        return _nothing_here()
    if page.state == "open" and house.settings.razorpay_checkout_url and page.token == token:
        return _show(house, page, "pay")
    if page.state == "open" and page.short_url:
        return RedirectResponse(page.short_url, status_code=302, headers=_FRESH)
    if page.state == "soon" and page.token != token:
        return RedirectResponse(f"/p/{page.token}", status_code=302, headers=_FRESH)
    return _show(house, page, page.state)


@router.get("/p/{token}/done")
def done(token: str, house: Here) -> Response:
    """Where the bank sends the guest back to; only the gateway's signed word says that money has arrived."""
    page = _seen(token, house)
    if page is None:
        return _nothing_here()
    return _show(house, page, "checking" if page.state in {"open", "soon"} else page.state)


@router.post("/p/{token}/order")
def order(token: str, house: Here) -> Json:
    """The same sum as an order, for the gateway's form on our own page; asked again it is the same one."""
    now = house.clock.now()
    if not _may_be_one(token):
        raise HTTPException(404, "no such payment")
    try:
        with unit_of_work(house.engine) as session:
            wanted = want_order(session, token, now=now)
        gateway = house.registry.gateway_for(wanted.account_id)
        order_id = wanted.order_id
        if order_id is None:
            made = gateway.open_order(wanted.reference, wanted.amount)
            with unit_of_work(house.engine) as session:
                order_id = record_order(session, wanted.link_id, made.order_id, provider=gateway.provider)
    except LinkNotFound as missing:
        raise HTTPException(404, "no such payment") from missing
    except (HoldLapsed, NothingToPay) as over:
        raise HTTPException(409, over.code) from over
    except ProviderError as trouble:
        log.warning("order_not_made", code=trouble.code, **trouble.facts)
        raise HTTPException(503, "payments are not possible now", headers={"Retry-After": "5"}) from trouble
    page = _open(token, house)
    return {
        "order_id": order_id,
        "amount": wanted.amount.paise,
        "currency": wanted.amount.currency,
        "key": gateway.public_key,
        "name": page.facts["property"],
        "description": wanted.reference,
    }


@router.post("/p/{token}/verify")
def verify(token: str, signed: Signed, house: Here) -> Json:
    """The gateway's signature is checked, the payment itself is fetched, and it takes effect as by any other door."""
    if not _may_be_one(token):
        raise HTTPException(404, "no such payment")
    try:
        with unit_of_work(house.engine) as session:
            account_id = account_of_order(session, token, signed.razorpay_order_id)
        gateway = house.registry.gateway_for(account_id)
        if not gateway.is_signed(signed.razorpay_order_id, signed.razorpay_payment_id, signed.razorpay_signature):
            raise HTTPException(400, "not signed by the gateway")
        payment = gateway.fetch_payment(signed.razorpay_payment_id)
    except LinkNotFound as missing:
        raise HTTPException(404, "no such payment") from missing
    except ProviderError as trouble:
        # Signed for, but not to be seen yet: its event or the next comparing brings it.
        log.warning("payment_not_fetched", code=trouble.code, **trouble.facts)
        return {"state": "checking"}
    with unit_of_work(house.engine) as session:
        applied = apply_to_order(
            session, account_id=account_id, payment=payment, now=house.clock.now(), provider=gateway.provider
        )
        return {"state": applied.outcome.value}


def _open(token: str, house: House) -> PayPage:
    page = _seen(token, house)
    if page is None:
        raise HTTPException(404, "no such payment")
    return page


def _seen(token: str, house: House) -> PayPage | None:
    """What is to be paid there, if anything ever was."""
    if not _may_be_one(token):
        return None
    try:
        with unit_of_work(house.engine) as session:
            return open_page(session, token, now=house.clock.now())
    except LinkNotFound:
        return None


def _may_be_one(token: str) -> bool:
    """What no database can keep was never a token."""
    return token.isprintable() and 0 < len(token) <= _LONGEST_ID


def _nothing_here() -> HTMLResponse:
    return HTMLResponse(missing_page(), status_code=404, headers=_FRESH)


def _show(house: House, page: PayPage, screen: Screen) -> HTMLResponse:
    checkout = house.settings.razorpay_checkout_url
    return HTMLResponse(pay_page(page, screen, now=house.clock.now(), checkout=checkout), headers=_FRESH)
