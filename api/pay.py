"""The guest's own pay link: on to the payment page, or an honest word in its place."""

from __future__ import annotations

from html import escape
from typing import Final

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from core.errors import LinkNotFound
from core.payments.ask import PageState, PayPage, open_page
from core.unit_of_work import unit_of_work
from providers.house import Here

router = APIRouter(tags=["guests"], include_in_schema=False)

_AGAIN_S: Final = 2
_WORDS: Final[dict[PageState, tuple[str, str]]] = {
    "open": ("Payment", "One moment …"),
    "soon": ("One moment", "Your payment page is being prepared. This page goes on by itself."),
    "paid": ("Thank you", "Your payment has arrived. The confirmation is in your chat."),
    "lapsed": ("The time is up", "The booking was not paid in time and is free again. Write to us to book again."),
    "closed": ("Nothing to pay", "There is nothing to pay here any more."),
    "failed": ("Not possible now", "Payments are not possible at this moment. Please write to us in the chat."),
}
_CHECKING: Final = ("Checking", "Your bank has sent you back to us. As soon as the payment is confirmed, we say so.")


@router.get("/p/{token}")
def pay(token: str, house: Here) -> Response:
    """Where the guest's pay link leads."""
    page = _open(token, house)
    if page.state == "open" and page.short_url:
        return RedirectResponse(page.short_url, status_code=302, headers={"Cache-Control": "no-store"})
    if page.state == "soon" and page.token != token:
        return RedirectResponse(f"/p/{page.token}", status_code=302, headers={"Cache-Control": "no-store"})
    return _page(page, *_WORDS[page.state], wait=page.state == "soon")


@router.get("/p/{token}/done")
def done(token: str, house: Here) -> Response:
    """Where the bank sends the guest back to; only the gateway's signed word says that money has arrived."""
    page = _open(token, house)
    if page.state in {"open", "soon"}:
        return _page(page, *_CHECKING, wait=True)
    return _page(page, *_WORDS[page.state], wait=False)


def _open(token: str, house: Here) -> PayPage:
    try:
        with unit_of_work(house.engine) as session:
            return open_page(session, token, now=house.clock.now())
    except LinkNotFound as missing:
        raise HTTPException(404, "no such payment") from missing


def _page(page: PayPage, title: str, words: str, *, wait: bool) -> HTMLResponse:
    rupees = f"₹{page.amount.paise / 100:,.2f}".removesuffix(".00")
    return HTMLResponse(
        _PAGE.format(
            refresh=f'<meta http-equiv="refresh" content="{_AGAIN_S}">' if wait else "",
            title=escape(title),
            words=escape(words),
            house=escape(page.facts["property"]),
            reference=escape(page.facts["reference"]),
            amount=rupees,
        ),
        headers={"Cache-Control": "no-store"},
    )


_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">{refresh}
<title>{title}</title><style>
:root {{ color-scheme: light dark }}
body {{ font: 1.05rem/1.6 system-ui, sans-serif; max-width: 26rem; margin: 14vh auto; padding: 0 1.2rem;
  text-align: center }}
h1 {{ margin: 0 0 .4rem }} p {{ margin: .4rem 0 }} .facts {{ opacity: .7; margin-top: 1.6rem }}
</style></head><body>
<h1>{title}</h1>
<p>{words}</p>
<p class="facts">{house}<br>{reference} · {amount}</p>
</body></html>"""
