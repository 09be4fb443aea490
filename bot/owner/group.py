"""What some kinds of orders have in common, and others have not."""

from __future__ import annotations

from typing import Final

ABOUT_NIGHTS: Final = frozenset(
    {"block", "open", "price", "min_stay", "free", "book", "walk_in", "promo", "calendar", "season"}
)
ABOUT_MONEY: Final = frozenset({"price", "promo", "refund", "paid", "handed", "cancel", "deposit", "season"})
NO_ROOM_NUMBERS: Final = frozenset(
    {
        "price",
        "promo",
        "promo_stop",
        "calendar",
        "min_stay",
        "figures",
        "refund",
        "paid",
        "handed",
        "deposit",
        "end_deposit",
        "season",
        "end_season",
        "seasons",
        "buffer",
        "response_times",
    }
)
OF_A_BOOKING: Final = frozenset(
    {
        "approve", "decline", "propose", "check_in", "check_out", "seat", "no_show", "cancel", "refund", "paid",
        "handed", "note", "invoice", "no_service",
    }
)  # fmt: skip
OF_SOMEBODY: Final = frozenset(
    {"waitlist", "offer_line", "unline", "find", "book", "walk_in", "take", "hand_back", "reply"}
)
OF_PEOPLE: Final = frozenset({"invite", "remove", "role"})
