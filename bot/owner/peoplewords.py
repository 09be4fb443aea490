"""People in an order, and what belongs to one kind only: names, roles, lists, alerts, periods, how money was paid."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dates.words import known
from bot.owner import group
from bot.owner import words as w
from bot.owner.order import Order


def with_words(order: Order, everything: str, flat: str, said: str) -> Order:  # noqa: PLR0911 - one line for each kind
    """Lists, periods, roles, alerts, names: what belongs to one kind only."""
    match order.kind:
        case "day":
            section = next((name for name, pattern in w.SECTIONS if pattern.search(everything)), None)
            return replace(order, section=section)
        case "figures" | "response_times":
            return _with_period(order, everything)
        case "invite" | "role" | "remove":
            role = next((role for word, role in w.ROLES.items() if f" {word} " in everything), None)
            email = re.search(r"\S+@\S+\.\w+", said)
            return replace(order, role=role, text=email[0] if email else None, name=name_in(flat, order.kind))
        case "mute" | "unmute":
            return replace(order, topic=next((name for name, each in w.ALERTS if each.search(everything)), "all"))
        case "language":
            return replace(order, language=next((code for code, each in w.LANGUAGES if each.search(everything)), None))
        case "quiet":
            hours = re.findall(r"\d{1,2}(?::\d\d)?", everything)
            return replace(
                order, text=" ".join(hours[:2]) or ("off" if re.search(r" (?:off|band|no) ", everything) else None)
            )
        case "digest":
            hours = re.findall(r"\d{1,2}(?::\d\d)?", everything)
            return replace(order, text=hours[0] if hours else None)
        case "cancel" | "refund":
            return replace(order, full=bool(w.IN_FULL.search(everything)), name=name_in(flat, order.kind))
        case kind if kind in group.OF_A_BOOKING or kind in group.OF_SOMEBODY:
            return replace(order, name=name_in(flat, kind), topic=_paid_by(kind, everything))
        case _:
            return order


def _paid_by(kind: str, everything: str) -> str | None:
    """Cash, card or UPI, when it is about money over the counter."""
    said = (how for how, each in w.PAID_BY if each.search(everything))
    return next(said, None) if kind in {"paid", "handed"} else None


def _with_period(order: Order, everything: str) -> Order:
    for period, past, pattern in w.PERIODS:
        if pattern.search(everything):
            return replace(order, period=period, past=past)
    whole_week = order.kind == "response_times" and order.first is None
    return replace(order, period="week" if whole_week else "day")


def name_in(flat: str, kind: str) -> str | None:
    """What is left when the words of the order, days and numbers are gone is a person's name."""
    for name, pattern in w.KINDS:
        if name == kind or (kind in {"take", "hand_back"} and name in {"take", "hand_back"}):
            flat = pattern.sub(" ", flat)
    kept = [
        token
        for token in flat.split()
        if token not in w.NOT_A_NAME and token not in w.ROLES and not re.search(r"[\d~₹%@]", token) and _spoken(token)
    ]
    return " ".join(kept[:4]) or None


def _spoken(token: str) -> bool:
    """A word, and none of the calendar's."""
    return len(token) > 1 and known(token) is None and (token[0].isalpha() or token[0] > "\u0900")
