"""A business written down becomes rows: the account, its people, its houses, on sale up to their horizon."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

import bcrypt
from sqlalchemy.orm import Session

from core.availability.horizon import extend_horizon
from jobs.sample.house import AccountFile, AreaFile, Business, HouseFile, PromotionFile, RoomTypeFile, SeasonFile, Words
from models.account import Account, AppUser, Membership
from models.base import Base, Json
from models.money import Money
from models.property import (
    Answer,
    DiningArea,
    DiningTable,
    JoinedTables,
    Property,
    Room,
    RoomType,
    Season,
    Sitting,
    TurnTime,
)
from models.rates import CancellationPolicy, Promotion, Rate, RatePlan

_SEASON_YEARS: Final = 3


def add_business(session: Session, business: Business, *, now: datetime) -> int:
    """One account with its people and houses, on sale up to their horizon; returns the account's id."""
    account = _add(session, Account(slug=business.account.slug, name=business.account.name, created_at=now))
    _add_people(session, business.account, account.id, now)
    policies = {key: _add_policy(session, business.account, account.id, key) for key in business.account.policies}
    _add_promotions(session, business.account.promotions, account.id, None, now)
    for house in business.houses:
        property_id = _add_house(session, house, account.id, policies, now)
        _add_answers(session, house, property_id, business.account)
        _add_rooms_and_rates(session, house, property_id, policies)
        _add_seasons(session, house.seasons, property_id, now.year)
        _add_promotions(session, house.promotions, account.id, property_id, now)
        _add_tables(session, house, property_id)
        session.flush()
        extend_horizon(session, property_id, now=now)
    return account.id


def _add_people(session: Session, file: AccountFile, account_id: int, now: datetime) -> None:
    for person in file.people:
        password = bcrypt.hashpw(person.password.encode(), bcrypt.gensalt()).decode()
        user = _add(
            session,
            AppUser(
                email=person.email,
                name=person.name,
                password_hash=password,
                phone=None,
                language=person.language,
                created_at=now,
            ),
        )
        session.add(
            Membership(user_id=user.id, account_id=account_id, property_id=None, role=person.role, created_at=now)
        )


def _add_policy(session: Session, file: AccountFile, account_id: int, key: str) -> int:
    policy = file.policies[key]
    terms: Json = {
        "tiers": [{"hours_before": tier.hours_before, "percent": tier.percent} for tier in policy.tiers],
        "no_show_percent": policy.no_show_percent,
    }
    return _add(session, CancellationPolicy(account_id=account_id, name=policy.name, terms=terms)).id


def _add_house(session: Session, house: HouseFile, account_id: int, policies: dict[str, int], now: datetime) -> int:
    row = Property(
        account_id=account_id,
        kind=house.kind,
        name=house.name,
        description=_in_languages(house.description),
        city=house.city,
        area=house.area,
        address=house.address,
        lat=house.lat,
        lon=house.lon,
        phone=house.phone,
        stars=house.stars,
        cuisines=house.cuisines,
        amenities=house.amenities,
        picture=house.picture,
        check_in_at=house.check_in_at,
        check_out_at=house.check_out_at,
        gstin=house.gstin,
        specified_premises=house.specified_premises,
        lead_minutes=house.lead_minutes,
        needs_approval=house.needs_approval,
        bring=_in_languages(house.bring),
        cancellation_policy_id=policies[house.policy],
        created_at=now,
    )
    return _add(session, row).id


def _add_answers(session: Session, house: HouseFile, property_id: int, account: AccountFile) -> None:
    """What the house says itself, and for the rest what all houses of its kind say."""
    for topic, words in {**account.answers[house.kind], **house.answers}.items():
        said = {
            language: text.format(
                name=house.name,
                check_in_at=_clock_words(house.check_in_at, language),
                check_out_at=_clock_words(house.check_out_at, language),
            )
            for language, text in _in_languages(words).items()
        }
        session.add(Answer(property_id=property_id, topic=topic, words=said))


def _add_rooms_and_rates(session: Session, house: HouseFile, property_id: int, policies: dict[str, int]) -> None:
    plan_ids: dict[str, int] = {}
    for plan in house.plans:
        row = RatePlan(
            property_id=property_id,
            code=plan.code,
            name=plan.name,
            meal_plan=plan.meal_plan,
            parent_id=plan_ids[plan.parent] if plan.parent else None,
            percent=plan.percent,
            deposit_percent=plan.deposit_percent,
            cancellation_policy_id=policies[plan.policy],
            stay_price_paise=Money.rupees(plan.stay_price),
            includes={} if plan.includes is None else _in_languages(plan.includes),
            min_nights=plan.min_nights,
            max_nights=plan.max_nights,
            long_stay=[{"nights": each.nights, "percent": each.percent} for each in plan.long_stay],
            access_code=plan.access_code,
            company=plan.company,
        )
        plan_ids[plan.code] = _add(session, row).id
    for room_type in house.room_types:
        type_id = _add_room_type(session, room_type, property_id)
        price = room_type.price
        session.add(
            Rate(
                rate_plan_id=plan_ids["BAR"],
                room_type_id=type_id,
                base_paise=Money.rupees(price.base),
                weekend_paise=Money.rupees(price.weekend),
                extra_adult_paise=Money.rupees(price.extra_adult),
                child_paise=Money.rupees(price.child),
            )
        )


def _add_promotions(
    session: Session, files: list[PromotionFile], account_id: int, property_id: int | None, now: datetime
) -> None:
    session.add_all(
        Promotion(
            account_id=account_id,
            property_id=property_id,
            code=file.code,
            percent=file.percent,
            amount_paise=None if file.amount is None else Money.rupees(file.amount),
            min_nights=file.min_nights,
            max_uses=file.max_uses,
            once_per_guest=file.once_per_guest,
            created_at=now,
        )
        for file in files
    )


def _add_room_type(session: Session, file: RoomTypeFile, property_id: int) -> int:
    row = RoomType(
        property_id=property_id,
        name=file.name,
        description=_in_languages(file.description),
        base_adults=file.adults,
        max_adults=file.max_adults,
        max_guests=file.max_guests,
        extra_beds=file.extra_beds,
        picture=file.picture,
    )
    type_id = _add(session, row).id
    session.add_all(Room(property_id=property_id, room_type_id=type_id, number=number) for number in file.rooms)
    return type_id


def _add_seasons(session: Session, files: list[SeasonFile], property_id: int, year: int) -> None:
    """Written once in MM-DD, kept for the years around; one that passes New Year's Eve ends in the next year."""
    for file in files:
        for first_year in range(year - 1, year + _SEASON_YEARS):
            last_year = first_year + (file.last < file.first)
            session.add(
                Season(
                    property_id=property_id,
                    name=file.name,
                    first_night=date.fromisoformat(f"{first_year}-{file.first}"),
                    last_night=date.fromisoformat(f"{last_year}-{file.last}"),
                    percent=file.percent,
                )
            )


def _add_tables(session: Session, house: HouseFile, property_id: int) -> None:
    for area in house.areas:
        _add_area(session, area, property_id)
    session.add_all(
        TurnTime(property_id=property_id, up_to_covers=covers, minutes=minutes)
        for covers, minutes in house.turn_times.items()
    )
    session.add_all(
        Sitting(
            property_id=property_id,
            name=sitting.name,
            weekdays=sitting.weekdays,
            opens_at=sitting.opens_at,
            last_order_at=sitting.last_order_at,
            slot_minutes=sitting.slot_minutes,
            pacing_covers=sitting.pacing_covers,
            cover_deposit_paise=Money.rupees(sitting.cover_deposit),
            cover_price_paise=Money.rupees(sitting.cover_price),
        )
        for sitting in house.sittings
    )


def _add_area(session: Session, file: AreaFile, property_id: int) -> None:
    area_id = _add(session, DiningArea(property_id=property_id, name=file.name)).id
    table_ids = {
        number: _add(
            session,
            DiningTable(dining_area_id=area_id, number=number, min_covers=covers.fewest, max_covers=covers.most),
        ).id
        for number, covers in file.tables.items()
    }
    session.add_all(
        JoinedTables(
            dining_area_id=area_id,
            table_ids=sorted(table_ids[number] for number in join.tables),
            min_covers=join.covers.fewest,
            max_covers=join.covers.most,
        )
        for join in file.joined
    )


def _add[Row: Base](session: Session, row: Row) -> Row:
    """The row with its id."""
    session.add(row)
    session.flush()
    return row


def _in_languages(words: Words) -> dict[str, str]:
    return {"en": words.en, "hi": words.hi, "hinglish": words.hinglish}


def _clock_words(at: time, language: str) -> str:
    """Two in the afternoon as people say it: `2 pm`, `दोपहर 2 बजे`, `dopahar 2 baje`."""
    hour = at.hour % 12 or 12
    shown = f"{hour}:{at.minute:02d}" if at.minute else f"{hour}"
    if language == "en":
        return f"{shown} {'am' if at.hour < 12 else 'pm'}"  # noqa: PLR2004 - noon
    part = sum(at.hour >= start for start in (4, 12, 16, 20)) % 4
    if language == "hi":
        return f"{('रात', 'सुबह', 'दोपहर', 'शाम')[part]} {shown} बजे"
    return f"{('raat', 'subah', 'dopahar', 'shaam')[part]} {shown} baje"
