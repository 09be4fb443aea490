"""The sample houses: complete, sellable, and put in once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from shutil import copytree
from typing import Final

import bcrypt
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from core.availability.horizon import missing_days
from jobs.sample.house import SampleError, read_business
from jobs.seed import BUSINESSES, SAMPLE_FOLDER, seed_business, seed_if_empty
from jobs.sentences import Refusal
from models.account import Account, AppUser
from models.property import Answer, Property
from models.states import PropertyKind
from providers.embedded import EmbeddedPostgres
from tests.fixtures.clock import SUNDAY_NOON
from tests.fixtures.database import clone

HOTEL_TOPICS: Final = frozenset(
    [
        "check_in",
        "check_out",
        "parking",
        "breakfast",
        "wifi",
        "pool",
        "pets",
        "payment",
        "children",
        "distance",
        "cancellation",
        "smoking",
    ]
)
RESTAURANT_TOPICS: Final = frozenset(
    ["menu", "veg", "dress_code", "parking", "alcohol", "birthday", "outdoor", "wheelchair"]
)


@pytest.fixture(scope="module")
def sampled(postgres: EmbeddedPostgres) -> Iterator[Engine]:
    """A database with the sample houses."""
    with clone(postgres) as database:
        assert seed_if_empty(database.engine, now=SUNDAY_NOON)
        yield database.engine


def test_an_empty_database_gets_both_businesses_with_every_night_on_sale(sampled: Engine) -> None:
    with Session(sampled) as session:
        rows = session.execute(
            select(Account.slug, Property.kind, Property.city).join(Account, Account.id == Property.account_id)
        )
        houses = Counter((slug, kind, city) for slug, kind, city in rows)
        missing = [
            missing_days(session, property_id, now=SUNDAY_NOON, within_days=365)
            for property_id in session.scalars(select(Property.id))
        ]
    assert sum(count for (slug, kind, _), count in houses.items() if (slug, kind) == ("marigold", "hotel")) == 4
    assert sum(count for (slug, kind, _), count in houses.items() if (slug, kind) == ("marigold", "restaurant")) == 4
    assert houses["marigold", PropertyKind.HOTEL, "Jaipur"] >= 2
    assert houses["marigold", PropertyKind.RESTAURANT, "Jaipur"] >= 2
    assert houses["palmgrove", PropertyKind.HOTEL, "Goa"] == houses["palmgrove", PropertyKind.RESTAURANT, "Goa"] == 1
    assert missing == [0] * 10


def test_a_second_time_changes_nothing(sampled: Engine) -> None:
    assert not seed_if_empty(sampled, now=SUNDAY_NOON)
    with Session(sampled) as session:
        assert session.scalar(select(func.count()).select_from(Property)) == 10


def test_a_business_of_ones_own_is_added_once(engine: Engine, now: datetime, tmp_path: Path) -> None:
    folder = Path(copytree(SAMPLE_FOLDER / "palmgrove", tmp_path / "mine"))
    (folder / "cashew_lane_house.yml").unlink()
    account = folder / "account.yml"
    account.write_text(account.read_text().replace("slug: palmgrove", "slug: mine"))

    assert seed_business(engine, folder, now=now) == "mine"
    with pytest.raises(Refusal, match="There is an account mine already"):
        seed_business(engine, folder, now=now)
    with Session(engine) as session:
        assert session.scalars(select(Property.name)).all() == ["Solkadhi Shack"]


def test_owners_sign_in_with_the_password_of_the_demo(sampled: Engine) -> None:
    with Session(sampled) as session:
        kept = session.scalar(select(AppUser.password_hash).where(AppUser.email == "owner@marigold.example"))
    assert kept is not None
    assert bcrypt.checkpw(b"marigold-demo", kept.encode())


def test_every_house_answers_every_topic_in_three_languages(sampled: Engine) -> None:
    with Session(sampled) as session:
        for house in session.scalars(select(Property)):
            answers = {a.topic: a.words for a in session.scalars(select(Answer).where(Answer.property_id == house.id))}
            wanted = HOTEL_TOPICS if house.kind is PropertyKind.HOTEL else RESTAURANT_TOPICS
            assert wanted <= set(answers), house.name
            for topic, words in answers.items():
                assert set(words) == {"en", "hi", "hinglish"}, (house.name, topic)
                assert not any("{" in text for text in words.values()), (house.name, topic)


@pytest.mark.parametrize("slug", BUSINESSES)
def test_every_picture_a_house_names_has_been_drawn(slug: str) -> None:
    houses = read_business(SAMPLE_FOLDER / slug).houses
    named = {house.picture for house in houses} | {room.picture for house in houses for room in house.room_types}

    assert named <= {path.name for path in (SAMPLE_FOLDER / "pictures").glob("*.jpg")}


@pytest.mark.parametrize(
    ("written", "instead", "complaint"),
    [
        ("stars: 4", "sters: 4", "marigold/kesar_kothi.yml: sters"),
        ("policy: moderate}", "policy: lenient}", "no such cancellation policy: lenient"),
        ("rooms: [201-208]", "rooms: [101-108]", "room numbers given twice: 101"),
        ("covers: 7-12", "covers: 7-40", "together do not seat 40"),
        ("from: 12-20", "from: 20-12", "seasons.0.from"),
        ("base: 4200", "base: 0", "room_types.0.price.base"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_place(
    tmp_path: Path, written: str, instead: str, complaint: str
) -> None:
    folder = Path(copytree(SAMPLE_FOLDER / "marigold", tmp_path / "marigold"))
    broken = 0
    for path in folder.glob("*.yml"):
        text = path.read_text()
        broken += written in text
        path.write_text(text.replace(written, instead))

    assert broken
    with pytest.raises(SampleError, match=complaint):
        read_business(folder)
