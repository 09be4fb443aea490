"""Whose data a command is about is asked only when it is not clear."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from jobs.sentences import Refusal
from jobs.whose import account_named, property_named
from models.account import Account
from models.property import Property
from tests.builders.houses import Hotel, a_hotel


@pytest.fixture
def hotel(session: Session, now: datetime) -> Hotel:
    hotel = a_hotel(session, now=now)
    session.get_one(Property, hotel.property_id).name = "Kesar Kothi"
    session.flush()
    return hotel


def test_the_only_account_need_not_be_named(session: Session, hotel: Hotel) -> None:
    assert account_named(session, "") == hotel.account_id


def test_of_several_the_one_with_that_house_is_meant(session: Session, hotel: Hotel, now: datetime) -> None:
    a_hotel(session, now=now)
    assert account_named(session, "", "kesar kothi") == hotel.account_id
    assert property_named(session, hotel.account_id, "kesar kothi") == hotel.property_id


def test_of_several_with_nothing_said_all_are_named_and_nothing_is_guessed(
    session: Session, hotel: Hotel, now: datetime
) -> None:
    other = a_hotel(session, now=now)
    names = [session.get_one(Account, each.account_id).slug for each in (hotel, other)]
    for house in ("", "Amber Palace"):
        with pytest.raises(Refusal) as told:
            account_named(session, "", house)
        assert all(name in str(told.value) for name in names)
