"""Every order there is: how it is worked out, done, taken back, or answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.owner import (
    approving,
    billwork,
    changing,
    desk,
    eventwork,
    guests,
    moneywork,
    nightrules,
    people,
    prices,
    pricework,
    roomwork,
    seasonwork,
    shows,
    supply,
    tablerules,
    tablework,
    talks,
    undelivered,
)
from bot.owner.counter import Doer, Planner, Shower, Undoer

PLANS: Final[Mapping[str, Planner]] = (
    supply.PLANS
    | prices.PLANS
    | guests.PLANS
    | approving.PLANS
    | desk.PLANS
    | people.PLANS
    | moneywork.PLANS
    | tablework.PLANS
    | eventwork.PLANS
    | tablerules.PLANS
    | roomwork.PLANS
    | changing.PLANS
    | nightrules.PLANS
    | pricework.PLANS
    | seasonwork.PLANS
    | billwork.PLANS
)
DOES: Final[Mapping[str, Doer]] = (
    supply.DOES
    | prices.DOES
    | guests.DOES
    | approving.DOES
    | desk.DOES
    | people.DOES
    | moneywork.DOES
    | tablework.DOES
    | eventwork.DOES
    | tablerules.DOES
    | roomwork.DOES
    | changing.DOES
    | nightrules.DOES
    | pricework.DOES
    | seasonwork.DOES
    | billwork.DOES
)
UNDOES: Final[Mapping[str, Undoer]] = (
    supply.UNDOES
    | prices.UNDOES
    | guests.UNDOES
    | desk.UNDOES
    | people.UNDOES
    | moneywork.UNDOES
    | tablework.UNDOES
    | eventwork.UNDOES
    | tablerules.UNDOES
    | roomwork.UNDOES
    | nightrules.UNDOES
    | pricework.UNDOES
    | seasonwork.UNDOES
    | billwork.UNDOES
)
SHOWS: Final[Mapping[str, Shower]] = (
    shows.SHOWS
    | approving.SHOWS
    | talks.SHOWS
    | people.SHOWS
    | moneywork.SHOWS
    | pricework.SHOWS
    | tablerules.SHOWS
    | seasonwork.SHOWS
    | billwork.SHOWS
    | undelivered.SHOWS
)
# What Telegram shows beside the field one writes in.
MENU: Final[Mapping[str, str]] = {
    "today": "Arrivals, departures, covers of today",
    "tomorrow": "The same for tomorrow",
    "free": "What is free: /free deluxe 24-26 dec",
    "block": "Take off sale: /block 101 24-26 dec",
    "open": "Put back on sale: /open 101 24-26 dec",
    "price": "Set a price: /price deluxe 4500 weekends",
    "season": "A season: /season Diwali 25 oct to 5 nov +20%",
    "deposit": "What secures a table: /deposit 300 per cover",
    "find": "Find a booking: /find Sharma",
    "invoice": "A guest's bill: /invoice K7QM9C",
    "waitlist": "Who waits for something free",
    "inbox": "Guests who wait for a person",
    "times": "How fast guests are answered",
    "figures": "Occupancy, ADR, RevPAR, covers, revenue",
    "staff": "Who works here",
    "log": "Who did what",
    "undo": "Take the last order back",
    "help": "Everything with examples",
}
