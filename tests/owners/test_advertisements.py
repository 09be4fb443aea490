"""Who came by an advertisement is shown as such to those who answer them and take their booking."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from models.states import Channel
from tests.fixtures.clock import StillClock
from tests.owners.chat import Office

MEERA = "owner@marigold.example"


@pytest.mark.parametrize(
    ("referral", "shown"),
    [
        ({"headline": "Winter in Jaipur", "body": "Rooms", "source_url": "https://fb.me/1"}, "Winter in Jaipur"),
        ({"body": "Rooms by the lake"}, "Rooms by the lake"),
        ({"ctwa_clid": "clid-1"}, None),
        (None, None),
    ],
)
def test_the_cards_of_a_handoff_and_of_a_booking_name_the_advertisement(
    sample: Session, clock: StillClock, referral: dict[str, str] | None, shown: str | None
) -> None:
    office = Office(sample, clock)
    chat = office.chat(MEERA, Channel.TELEGRAM)
    office.guest("Asha Mehta").referral = referral
    office.stay("a", {"guest": "Asha Mehta"})
    office.hand_over("Asha Mehta", "I need a person")
    chat.news()
    cards = {card.reply: card.body or "" for card in chat.messages()}
    for reply in ("owner_new_booking", "owner_handoff"):
        assert ("advertisement" in cards[reply]) is (shown is not None)
        assert shown is None or shown in cards[reply]
