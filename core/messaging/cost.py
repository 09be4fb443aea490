"""What a message will probably cost: an estimate for the owner's eyes, never a bill.

The figures are rough guesses in millionths of a US dollar and come from no price list: put your own under `prices` in
a line's settings before you trust a sum. A message inside WhatsApp's window carries no fee of Meta's; a utility
template outside it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from models.states import Channel

PER_SEGMENT: Final[Mapping[str, int]] = {
    "+91": 83_200,
    "+1": 8_300,
    "+44": 56_000,
    "+971": 105_000,
    "+65": 48_000,
    "+61": 51_500,
    "": 80_000,  # anywhere else
}
PER_WHATSAPP: Final = 5_000  # Twilio's own fee, either way
PER_TEMPLATE: Final[Mapping[str, int]] = {"+91": 1_400, "+1": 3_400, "+44": 22_000, "": 10_000}


def estimate(
    channel: Channel,
    recipient: str,
    *,
    segments: int | None,
    by_template: bool,
    prices: Mapping[str, int] | None = None,
) -> int:
    """Millionths of a dollar; Telegram costs nothing.

    `prices` are the line's own: `sms:+91`, `whatsapp`, `template:+91`.

    >>> estimate(Channel.SMS, "+919876543210", segments=2, by_template=False)
    166400
    >>> estimate(Channel.SMS, "+919876543210", segments=2, by_template=False, prices={"sms:+91": 2000})
    4000
    >>> estimate(Channel.WHATSAPP, "whatsapp:+919876543210", segments=None, by_template=True)
    6400
    """
    number, own = recipient.removeprefix("whatsapp:"), prices or {}
    match channel:
        case Channel.SMS:
            return (segments or 1) * _of(number, PER_SEGMENT, own, "sms:")
        case Channel.WHATSAPP:
            fee = _of(number, PER_TEMPLATE, own, "template:") if by_template else 0
            return own.get("whatsapp", PER_WHATSAPP) + fee
        case _:
            return 0


def _of(number: str, listed: Mapping[str, int], own: Mapping[str, int], kind: str) -> int:
    """The price of the longest prefix that fits; the line's own before the listed one."""
    mine = {name.removeprefix(kind): price for name, price in own.items() if name.startswith(kind)}
    known = {**listed, **mine}
    return known[max((prefix for prefix in known if number.startswith(prefix)), key=len)]
