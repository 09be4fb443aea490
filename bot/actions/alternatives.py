"""Something else than what was offered: cheaper, elsewhere, at another time, or simply more."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.actions import rooms, stay, tables
from bot.actions.changes import changed_by_words
from bot.actions.desk import Desk
from bot.actions.taking import takes
from models.base import Json

_AGAIN: Final = re.compile(r"\bagain\b|once more|phir se|fir se|dobara|dubara|फिर से|दोबारा")

_TOO_DEAR: Final = re.compile(
    r"\b(?:so|too|very|bit|little|quite|really) (?:expensive|costly|dear|pricey|high|much money)\b|\bover ?priced\b"
    r"|\b(?:bahut|bohot|kaafi|itna|zyada|thoda) (?:zyada )?(?:mehe?ng[ai]|mahe?ng[ai])|\bmehe?ng[ai] (?:hai|lag)"
    r"|(?:बहुत|इतना|ज़्यादा|ज्यादा|थोड़ा) (?:महंगा|महँगा)|मह[ंँ]गा (?:है|लग)",
    re.IGNORECASE,
)


def alternatives(desk: Desk) -> None:
    """What these words ask for instead; just more of the same when they say nothing particular."""
    match desk.conversation.journey:
        case "stay" if desk.mentions.price_word == "cheap":
            cheaper(desk)
        case "stay" | "table" if changed_by_words(desk):
            pass
        case "stay" | "table":
            others(desk)
        case _:
            stay.stay(desk)


def too_dear(desk: Desk) -> bool:
    """Somebody finds the price high: what costs less is what they want to see; False when nobody says so."""
    spoken_of = desk.memory("picked") is not None or desk.memory("offers")
    if desk.conversation.journey != "stay" or not spoken_of or not _TOO_DEAR.search(desk.text):
        return False
    if desk.held is not None or "starts_at" in (desk.memory("picked") or {}):
        return False
    cheaper(desk)
    return True


def others(desk: Desk) -> None:
    """What has not been shown yet, else other days or houses."""
    offers = desk.memory("offers") or []
    picked = desk.memory("picked") or {}
    if desk.conversation.journey == "table":
        shown = [option["value"] for option in offers] or ([picked] if picked else [])
        wish = replace(desk.table, property_name=None) if desk.mentions.cuisine else desk.table
        tables.look(desk, wish, besides=shown, more=True)
        return
    if desk.stay.missing() is not None:
        stay.proceed(desk, desk.stay)
    elif picked:
        rooms.other_ways(desk, picked)
    else:
        rooms.more(desk, besides=desk.memory("seen") or ())


def again(desk: Desk) -> bool:
    """The same once more, after its hold has lapsed; False when that is not what these words say."""
    picked = desk.memory("picked")
    if picked is None or desk.asked != "none":
        return False
    if not _AGAIN.search(desk.text.casefold()) and desk.context.understood.intent != "affirm":
        return False
    (tables.quote if "starts_at" in picked else rooms.quote)(desk, picked)
    return True


def cheaper(desk: Desk) -> None:
    """Below the price talked about, cheapest first."""
    wish = replace(desk.stay, sort="cheap")
    offers = rooms.find(desk, wish) if wish.missing() is None else []
    if wish.missing() is not None:
        stay.stay(desk)
        return
    picked = desk.memory("picked")
    known = [option["price"] for option in desk.memory("offers") or () if option["price"] is not None]
    below = picked["total"] if picked else max(known, default=0)
    found = [offer for offer in offers if offer.total.paise < below]
    if not found:
        desk.say("stay_no_cheaper")
        desk.ask_again()
        return
    desk.remember(stay=wish.to_json(), picked=None, quote_id=None)
    rooms.offer(desk, wish, found, "stay_cheaper")


@takes("other")
def take_other(desk: Desk, _value: Json) -> None:
    """The button beside a price."""
    others(desk)
