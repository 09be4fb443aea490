"""What a price means when plans change: what is kept on cancelling, and what a rate without a refund would save."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.actions.desk import Desk
from bot.actions.finding import searches
from bot.wishes import StayWish
from core.availability.search import StayOffer, search_stays
from models.base import Json
from models.money import Money

_ALL = 100
_MANY = 60


def kept_words(desk: Desk, policy: Json, starts_at: datetime, zone: ZoneInfo) -> str | None:
    """The stored terms as a sentence: how much of the total is kept until when, and after that."""
    steps: list[tuple[int, datetime | None]] = []
    for tier in sorted(policy.get("tiers", ()), key=lambda tier: -tier["hours_before"]):
        until = starts_at - timedelta(hours=tier["hours_before"])
        if until > desk.now and tier["percent"]:
            steps.append((int(tier["percent"]), until.astimezone(zone)))
    steps.append((int(policy.get("no_show_percent", _ALL)), None))
    # Two steps that keep the same are one: it ends when the later one does.
    steps = [step for step, after in zip(steps, [*steps[1:], (-1, None)], strict=True) if after[0] != step[0]]
    if all(percent == _ALL for percent, _ in steps):
        return desk.words("kept_all")
    told = [
        desk.words("kept_until", {"percent": percent, "until": until})
        if until
        else desk.words("kept_after", {"percent": percent})
        for percent, until in steps
    ]
    return desk.words("kept_of_total", {"steps": ", ".join(told)})


def same_room(desk: Desk, wish: StayWish, picked: Json) -> StayOffer | None:
    """The room chosen, on the plan these words would have; None when it is not to be had."""
    for search in searches(desk, replace(wish, room_type=None, rooms=picked["rooms"])):
        there = replace(search, property_id=picked["property_id"], city=None, area=None, near=None, limit=_MANY)
        for offer in search_stays(desk.session, there, now=desk.now):
            if offer.room_type_id == picked["room_type_id"]:
                return offer
    return None


def without_refund(desk: Desk, wish: StayWish, picked: Json, total: Money) -> str | None:
    """How much less the same room is on a rate that gives nothing back, when it is less."""
    if "parts" in picked or wish.refundable:
        return None
    strict = same_room(desk, replace(wish, refundable=False, budget_min=None, budget_max=None), picked)
    if strict is None or strict.refundable or strict.total >= total:
        return None
    return desk.words("cheaper_strict", {"total": strict.total, "saved": total - strict.total})
