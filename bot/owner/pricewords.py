"""How owners speak of promotions: the code, how often, from how many nights."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.dates.lexicon import listed
from bot.dates.words import fold
from bot.owner.order import Order

KINDS: Final = frozenset({"promo", "promo_stop"})
_CODE: Final = re.compile(r"(?<![\w₹])([A-Za-z][A-Za-z0-9]{3,19})(?![\w%])")
_ORDINARY: Final = frozenset(
    listed("""
    promo promos promotion promotions promocode coupon coupons code codes offer stop start new create end cancel band
    karo kardo list show banao chalu hatao hata nights night stays stay raat least minimum only uses times guests
    bookings from till until with off flat percent rupees every each sirf ke liye jan january feb february mar march
    april june july august sept september october november december next week month weekend this hotel rooms room
    deluxe double suite first sabhi sab please
    """)
)
_USES: Final = re.compile(
    r"(?:max(?:imum)?|only|first|sirf|up to|limit) (\d{1,5})(?: |$)(?!nights?|raat)"
    r"|(\d{1,5}) (?:uses|times|bookings|guests|baar)"
)
_NIGHTS: Final = re.compile(
    r"(?:min(?:imum)?|at least|kam se kam|from) (\d{1,2}) ?(?:nights?|raat\w*)|(\d{1,2})\+ ?nights?"
)


def with_code(order: Order, said: str) -> Order:
    """The code in capitals, the most uses, the fewest nights; days play no part in stopping one."""
    flat = fold(said)
    uses, nights = _USES.search(flat), _NIGHTS.search(flat)
    order = replace(
        order,
        reference=None,
        name=None,
        text=_code_in(said),
        number=None if uses is None else int(uses[1] or uses[2]),
        nights=None if nights is None else int(nights[1] or nights[2]),
        percent=None if order.percent is None else abs(order.percent),
    )
    return replace(order, first=None, last=None) if order.kind == "promo_stop" else order


def _code_in(said: str) -> str | None:
    """The word in capitals, or with a number in it; else the one after "promo"."""
    words = [word for word in _CODE.findall(said) if word.casefold() not in _ORDINARY]
    telling = [word for word in words if word.isupper() or any(sign.isdigit() for sign in word)]
    return (telling or words or [""])[0].upper() or None
