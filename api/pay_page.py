"""The page behind a pay link, for a phone: how much, what for and how long, in the guest's language."""

from __future__ import annotations

import json
from datetime import datetime
from html import escape
from typing import Final, Literal

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from core.payments.ask import PayPage
from models.base import Json

# What a page says: the states of a payment, "checking" after the bank, and "pay" where our own page takes the money.
type Screen = Literal["open", "soon", "paid", "lapsed", "closed", "failed", "desk", "checking", "pay"]

AGAIN_S: Final = 2
_WAITS: Final = frozenset({"open", "soon", "checking"})
_MOOD: Final = {"paid": "good", "lapsed": "over", "closed": "over", "failed": "over", "desk": "over"}
_SIGN: Final = {
    "good": "M12 25l9 9 17-20",
    "over": "M25 13v15M25 35v.5",
}
_WORDS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "en": {
        "open": ("Payment", "One moment …"),
        "pay": ("Payment", "Your money is safe: the booking stands the moment it arrives."),
        "soon": ("One moment", "Your payment page is being prepared. This page goes on by itself."),
        "paid": ("Thank you", "Your payment has arrived. The confirmation is in your chat."),
        "lapsed": ("The time is up", "It was not paid in time and is free again. Write to us to book again."),
        "closed": ("Nothing to pay", "There is nothing to pay here any more."),
        "failed": ("Not possible now", "Payments are not possible at this moment. Please write to us in the chat."),
        "desk": ("Pay at the house", "Nothing can be paid online here. Your booking is with the house: pay there."),
        "checking": ("Checking", "Your bank has sent you back to us. As soon as the payment is confirmed, we say so."),
    },
    "hi": {
        "open": ("भुगतान", "एक पल …"),
        "pay": ("भुगतान", "पैसे पहुँचते ही बुकिंग पक्की हो जाती है।"),
        "soon": ("एक पल", "आपका भुगतान पेज बन रहा है। यह पेज अपने आप आगे बढ़ेगा।"),
        "paid": ("धन्यवाद", "आपका भुगतान मिल गया। पुष्टि आपकी चैट में है।"),
        "lapsed": ("समय पूरा हुआ", "समय पर भुगतान नहीं हुआ, इसलिए यह फिर से ख़ाली है। दोबारा बुक करने के लिए हमें लिखिए।"),
        "closed": ("कुछ देना नहीं है", "यहाँ अब कुछ देना नहीं है।"),
        "failed": ("अभी संभव नहीं", "इस समय भुगतान नहीं हो सकता। कृपया हमें चैट में लिखिए।"),
        "desk": ("वहीं चुकाइए", "यहाँ ऑनलाइन भुगतान नहीं होता। आपकी बुकिंग उनके पास है: वहीं चुकाइए।"),
        "checking": ("जाँच हो रही है", "आपके बैंक ने आपको वापस भेजा है। भुगतान की पुष्टि होते ही हम बताएँगे।"),
    },
    "hinglish": {
        "open": ("Payment", "Ek pal …"),
        "pay": ("Payment", "Paise pahunchte hi booking pakki ho jaati hai."),
        "soon": ("Ek pal", "Aapka payment page ban raha hai. Yeh page apne aap aage badhega."),
        "paid": ("Dhanyavaad", "Aapka payment mil gaya. Confirmation aapki chat mein hai."),
        "lapsed": ("Samay poora hua", "Samay par payment nahi hua, yeh phir khaali hai. Dobara ke liye likhiye."),
        "closed": ("Kuch dena nahi hai", "Yahan ab kuch dena nahi hai."),
        "failed": ("Abhi possible nahi", "Is samay payment nahi ho sakta. Please hamein chat mein likhiye."),
        "desk": ("Wahin pay kijiye", "Yahan online payment nahi hota. Aapki booking unke paas hai: wahin pay kijiye."),
        "checking": ("Check ho raha hai", "Aapke bank ne aapko wapas bheja hai. Confirm hote hi hum batayenge."),
    },
}  # fmt: skip
_LABELS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "amount": "To pay", "booking": "Booking", "until": "Kept for you until {at}", "left": "left",
        "call": "Call {phone}", "pay": "Pay {amount}", "other": "Other ways to pay",
    },
    "hi": {
        "amount": "देना है", "booking": "बुकिंग", "until": "आपके लिए {at} तक रखा है", "left": "बाक़ी",
        "call": "फ़ोन कीजिए {phone}", "pay": "{amount} चुकाइए", "other": "भुगतान के दूसरे तरीक़े",
    },
    "hinglish": {
        "amount": "Dena hai", "booking": "Booking", "until": "Aapke liye {at} tak rakha hai", "left": "baaki",
        "call": "Call kijiye {phone}", "pay": "{amount} pay kijiye", "other": "Pay karne ke doosre tareeke",
    },
}  # fmt: skip


def pay_page(page: PayPage, screen: Screen, *, now: datetime, checkout: str = "") -> str:
    """One screen of the page; `checkout` is the gateway's script where our own page takes the money."""
    language = page.language if page.language in _WORDS else "en"
    title, words = _WORDS[language][screen]
    labels, facts = _LABELS[language], page.facts
    amount = rupees(page.amount.paise)
    shows_bill = screen in _WAITS | {"pay", "desk"}
    return _PAGE.format(
        lang="hi" if language == "hi" else "en",
        refresh=f'<meta http-equiv="refresh" content="{AGAIN_S}">' if screen in _WAITS else "",
        title=escape(title),
        words=escape(words),
        sign=_sign(screen),
        house=escape(facts["property"]),
        town=escape(", ".join(part for part in (facts["area"], facts["city"]) if part)),
        bill=_bill(labels, amount) if shows_bill else "",
        what=escape(_what(facts, language)),
        booking=escape(labels["booking"]),
        reference=escape(facts["reference"]),
        clock=_countdown(page, labels, language, now) if shows_bill else "",
        actions="".join(_actions(page, screen, labels, amount)),
        script=_script(page, checkout) if screen == "pay" else "",
    )


def missing_page() -> str:
    """For a link that was cut off or never made: kind words in both scripts, for nobody knows whose it was."""
    return _MISSING


def rupees(paise: int) -> str:
    """₹12,600, and paise only where there are some."""
    return "₹" + format_decimal(paise / 100, "#,##,##0.00" if paise % 100 else "#,##,##0", locale="en_IN")


def _sign(screen: str) -> str:
    mood = _MOOD.get(screen)
    if mood is None:
        return '<span class="spin" aria-hidden="true"></span>' if screen in _WAITS else ""
    return (
        f'<svg class="sign {mood}" viewBox="0 0 50 50" aria-hidden="true"><circle cx="25" cy="25" r="23"/>'
        f'<path d="{_SIGN[mood]}"/></svg>'
    )


def _bill(labels: dict[str, str], amount: str) -> str:
    return f'<p class="amount"><small>{escape(labels["amount"])}</small> {amount}</p>'


def _what(facts: Json, language: str) -> str:
    """What the money is for, in one line."""
    starts, ends = (datetime.fromisoformat(facts[name]) for name in ("starts", "ends"))
    if facts["kind"] == "stay":
        rooms = f"{facts['rooms']} × {facts['room_type']}" if facts["rooms"] > 1 else str(facts["room_type"])
        return f"{rooms}, {_day(starts, language)} – {_day(ends, language)}"
    return f"{_day(starts, language)}, {_clock(starts, language)}"


def _countdown(page: PayPage, labels: dict[str, str], language: str, now: datetime) -> str:
    """The end of the hold by the clock on the wall, and counted down where the browser can."""
    if page.hold_until is None or not page.facts["hold_until"]:
        return ""
    at = _clock(datetime.fromisoformat(page.facts["hold_until"]), language)
    left = max(0, int((page.hold_until - now).total_seconds()))
    return (
        f'<p class="clock">{escape(labels["until"].format(at=at))}<br><span role="timer" data-left="{left}">'
        f"{left // 60}:{left % 60:02}</span> {escape(labels['left'])}</p>"
    )


def _actions(page: PayPage, screen: str, labels: dict[str, str], amount: str) -> list[str]:
    actions = []
    if screen == "pay":
        actions.append(f'<button id="pay" class="main">{escape(labels["pay"].format(amount=amount))}</button>')
        if page.short_url:
            actions.append(f'<a href="{escape(page.short_url)}">{escape(labels["other"])}</a>')
    phone = page.facts["property_phone"]
    if phone and screen in {"desk", "failed", "lapsed"}:
        dialled = escape(phone.replace(" ", ""))
        actions.append(f'<a href="tel:{dialled}">{escape(labels["call"].format(phone=phone))}</a>')
    return actions


def _script(page: PayPage, checkout: str) -> str:
    """Asks for an order when the guest presses, lets the gateway's own form take the money, and has it verified."""
    here = json.dumps(f"/p/{page.token}")
    return f'<script src="{escape(checkout)}" defer></script><script>{_CHECKOUT.replace("HERE", here)}</script>'


def _day(at: datetime, language: str) -> str:
    return format_date(at, "EEE d MMM", locale="hi_IN" if language == "hi" else "en_IN")


def _clock(at: datetime, language: str) -> str:
    return format_time(at.replace(tzinfo=None), "h:mm a", locale="hi_IN" if language == "hi" else "en_IN")


_CHECKOUT: Final = """
const here = HERE, button = document.getElementById("pay");
const post = (where, what) => fetch(here + where, {method: "POST", headers: {"Content-Type": "application/json"},
  body: JSON.stringify(what || {})}).then(answer => answer.ok ? answer.json() : Promise.reject(answer));
button.addEventListener("click", async () => {
  button.disabled = true;
  try {
    const order = await post("/order");
    new Razorpay({key: order.key, order_id: order.order_id, amount: order.amount, currency: order.currency,
      name: order.name, description: order.description, modal: {ondismiss: () => { button.disabled = false }},
      handler: signed => post("/verify", signed).finally(() => location.assign(here + "/done"))}).open();
  } catch { location.reload() }
});
"""

_STYLE: Final = """
:root { color-scheme: light dark; --paper: #fbf3e8; --card: #fff; --ink: #2b2118; --soft: #75675a; --line: #efe4d6;
  --accent: #b4532f; --good: #2f7d4f; --over: #9a6412 }
@media (prefers-color-scheme: dark) { :root { --paper: #17120e; --card: #221b16; --ink: #f4ece2; --soft: #b8aa9a;
  --line: #3b3028; --accent: #f08a5d; --good: #6fcf97; --over: #f2b84b } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 1rem; background: var(--paper);
  color: var(--ink); font: 1.05rem/1.55 system-ui, "Noto Sans Devanagari", sans-serif }
main { width: 100%; max-width: 25rem; background: var(--card); border: 1px solid var(--line); border-radius: 1.4rem;
  padding: 1.8rem 1.5rem 1.5rem; text-align: center; box-shadow: 0 1.2rem 2.6rem -1.6rem #3a1c0a55 }
header { padding-bottom: 1rem; margin-bottom: 1.4rem; border-bottom: 1px dashed var(--line) }
header strong { display: block; font-size: 1.15rem } header small { color: var(--soft); font-size: .95rem }
h1 { font-size: 1.55rem; line-height: 1.25; margin: .2rem 0 .3rem } p { margin: .5rem 0 }
p, footer { text-wrap: balance }
.amount { font-size: 2.5rem; font-weight: 700; letter-spacing: -.02em; line-height: 1.15; margin: 1rem 0 .6rem }
.amount small { display: block; font-size: .95rem; font-weight: 400; letter-spacing: 0; color: var(--soft) }
.clock { color: var(--soft); font-size: .98rem }
[role=timer] { color: var(--accent); font-size: 1.35rem; font-weight: 650; font-variant-numeric: tabular-nums }
.sign { width: 4.2rem; fill: none; stroke-width: 3.2; stroke-linecap: round; stroke-linejoin: round }
.sign circle { opacity: .3 } .good { stroke: var(--good) } .over { stroke: var(--over) }
.spin { display: inline-block; width: 2.6rem; height: 2.6rem; border: .3rem solid var(--line);
  border-top-color: var(--accent); border-radius: 50%; animation: turn 1s linear infinite }
@keyframes turn { to { rotate: 1turn } }
@media (prefers-reduced-motion: reduce) { .spin { animation-duration: 6s } }
nav { display: grid; gap: .6rem; margin-top: 1.3rem } nav:empty { display: none }
nav a, nav button { font: inherit; font-weight: 600; padding: .85rem; border-radius: .9rem; text-decoration: none;
  color: var(--accent); background: none; border: 1px solid var(--line); cursor: pointer }
nav .main { background: var(--accent); color: var(--card); border-color: var(--accent) }
nav .main:disabled { opacity: .6 } :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
footer { margin-top: 1.4rem; padding-top: 1rem; border-top: 1px dashed var(--line); color: var(--soft);
  font-size: .95rem }
footer b { letter-spacing: .08em; color: var(--ink) }
"""

_COUNT: Final = """
const clock = document.querySelector("[role=timer]");
if (clock) {
  const end = performance.now() + clock.dataset.left * 1000;
  setInterval(() => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    clock.textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
    if (!left) location.reload();
  }, 1000);
}
"""

_PAGE: Final = (
    """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">{refresh}
<title>{title} · {house}</title><style>"""
    + _STYLE.replace("{", "{{").replace("}", "}}")
    + """</style></head><body><main>
<header><strong>{house}</strong><small>{town}</small></header>
{sign}<div role="status"><h1>{title}</h1><p>{words}</p></div>
{bill}{clock}<nav>{actions}</nav>
<footer>{what}<br>{booking} <b>{reference}</b></footer>
</main><script>"""
    + _COUNT.replace("{", "{{").replace("}", "}}")
    + """</script>{script}</body></html>"""
)

_MISSING: Final = (
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">
<title>Nothing to pay here</title><style>"""
    + _STYLE
    + """</style></head><body><main>"""
    + _sign("closed")
    + """<div role="status"><h1>Nothing to pay here</h1>
<p>This link is not complete, or not one of ours. Please open the link in our message again, or write to us there.</p>
<p lang="hi">यह लिंक अधूरा है या हमारा नहीं है। कृपया हमारे संदेश का लिंक फिर से खोलिए, या वहीं हमें लिखिए।</p></div>
</main></body></html>"""
)
