"""The waiting line and requests, with everybody at once: first in line first, and the first answer counts."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import core.bookings.hold
from core.bookings.approve import approve
from core.bookings.cancel import cancel
from core.bookings.confirm import confirm
from core.bookings.expire import expire_due_holds
from core.bookings.offer import refuse
from core.bookings.release import release_hold
from core.bookings.waitlist import WaitWish, join
from core.bookings.waitlist_offer import serve_next
from core.errors import RoomsGone
from models.booking import Booking
from models.states import ActorKind, BookingKind, BookingStatus, WaitStatus
from models.waitlist import WaitlistCall, WaitlistEntry
from tests.builders.houses import Hotel, a_guest
from tests.races.conftest import NIGHT, Place, Wish, hold_it
from tests.races.rush import rush

TRIES = 60


def booked(place: Place, hotel: Hotel, rooms: int) -> list[int]:
    """So many agreed bookings."""
    wishes = place.stay_wishes(hotel, [(NIGHT, 1)] * rooms)
    with Session(place.engine) as session, session.begin():
        ids = [hold_it(session, wish, place.now) for wish in wishes]
        for booking_id in ids:
            confirm(session, booking_id, actor=ActorKind.STAFF, door="test", now=place.now)
    return ids


def line(place: Place, hotel: Hotel, length: int) -> list[int]:
    """So many who wait, first come first, and nothing left to look at."""
    with Session(place.engine) as session, session.begin():
        wish = WaitWish(hotel.property_id, BookingKind.STAY, NIGHT, NIGHT + timedelta(days=1), adults=2)
        entries = []
        for _ in range(length):
            visitor = a_guest(session, hotel, now=place.now)
            entries.append(
                join(
                    session, wish, guest_id=visitor.guest_id, conversation_id=visitor.conversation_id, now=place.now
                ).id
            )
    serve(place)
    return entries


def serve(place: Place) -> None:
    """The worker looks at every line until nothing is left to look at."""
    found = True
    while found:
        with Session(place.engine) as session, session.begin():
            found = serve_next(session, now=place.now)


def standing(place: Place) -> list[str]:
    """Where everybody in line stands."""
    with Session(place.engine) as session:
        return [status.value for status in session.scalars(select(WaitlistEntry.status).order_by(WaitlistEntry.id))]


def give_up(session: Session, booking_id: int, place: Place) -> str:
    """A guest cancels."""
    cancel(session, booking_id, actor=ActorKind.GUEST, door="chat", now=place.now)
    return "cancelled"


def keep_serving(session: Session, place: Place) -> str:
    """A worker at its work."""
    for _ in range(TRIES):
        serve_next(session, now=place.now)
        session.commit()
    return "served"


def keep_trying(session: Session, wish: Wish, place: Place) -> str:
    """Somebody who walks up and presses the button again and again."""
    for _ in range(TRIES):
        try:
            hold_it(session, wish, place.now)
        except RoomsGone:
            session.rollback()
        else:
            return "took it"
    return "never got it"


def test_nobody_walks_past_the_line_however_fast(place: Place) -> None:
    hotel = place.hotel(rooms=1)
    rivals = place.stay_wishes(hotel, [(NIGHT, 1)] * 4)
    (booking_id,) = booked(place, hotel, 1)
    line(place, hotel, 1)

    def work(session: Session, who: Wish | str) -> str:
        match who:
            case "cancel":
                return give_up(session, booking_id, place)
            case "worker":
                return keep_serving(session, place)
            case Wish():
                return keep_trying(session, who, place)
        raise AssertionError(who)

    everybody: list[Wish | str] = [*rivals, "cancel", "worker", "worker"]
    answers = rush(place.url, work, everybody)
    assert Counter(answers) == {"never got it": 4, "cancelled": 1, "served": 2}
    serve(place)
    assert standing(place) == ["offered"]
    assert place.counts(hotel) == {NIGHT: (1, 0)}


def test_without_the_look_at_the_line_somebody_walks_past(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: if the walk-up did not get it here, the test above would prove nothing."""
    monkeypatch.setattr(core.bookings.hold, "line_goes_first", lambda *_, **__: False)
    hotel = place.hotel(rooms=1)
    (rival,) = place.stay_wishes(hotel, [(NIGHT, 1)])
    (booking_id,) = booked(place, hotel, 1)
    line(place, hotel, 1)
    with Session(place.engine) as session, session.begin():
        give_up(session, booking_id, place)
    with Session(place.engine) as session, session.begin():
        assert hold_it(session, rival, place.now)
    serve(place)
    assert standing(place) == ["waiting"]


def test_two_who_cancel_at_once_serve_the_first_two(place: Place) -> None:
    hotel = place.hotel(rooms=2)
    first, second = booked(place, hotel, 2)
    line(place, hotel, 3)

    def work(session: Session, what: int) -> str:
        return give_up(session, what, place) if what else keep_serving(session, place)

    rush(place.url, work, [first, second, 0, 0, 0])
    serve(place)
    assert standing(place) == ["offered", "offered", "waiting"]
    assert place.counts(hotel) == {NIGHT: (2, 0)}


def test_an_offer_is_declined_or_lapses_and_goes_to_the_next_once(place: Place) -> None:
    hotel = place.hotel(rooms=1)
    (booking_id,) = booked(place, hotel, 1)
    entries = line(place, hotel, 3)
    with Session(place.engine) as session, session.begin():
        give_up(session, booking_id, place)
    serve(place)
    with Session(place.engine) as session:
        entry = session.get_one(WaitlistEntry, entries[0])
        offered, guest = entry.booking_id or 0, entry.guest_id
        ends = session.get_one(Booking, offered).hold_expires_at
    assert ends is not None

    def work(session: Session, what: str) -> bool:
        if what == "no":
            just_before = ends - timedelta(seconds=1)
            return bool(refuse(session, offered, guest_id=guest, door="chat", now=just_before).id)
        return bool(expire_due_holds(session, now=ends + timedelta(seconds=1)))

    answers = rush(place.url, work, ["no", "sweep", "sweep"])
    assert sum(answer is True for answer in answers) == 1
    serve(place)
    assert standing(place)[0] in {"declined", "lapsed"}
    assert standing(place)[1:] == ["offered", "waiting"]
    assert place.counts(hotel) == {NIGHT: (1, 0)}


def a_request(place: Place, hotel: Hotel) -> int:
    """A guest who asks the house."""
    (wish,) = place.stay_wishes(hotel, [(NIGHT, 1)])
    with Session(place.engine) as session, session.begin():
        return hold_it(session, wish, place.now)


def say_yes(session: Session, booking_id: int, place: Place) -> str:
    """Somebody of the house approves."""
    approve(session, booking_id, door="owner_chat", now=place.now, actor_id=None)
    return "approved"


def test_a_request_is_approved_once_by_eight_at_once(place: Place) -> None:
    hotel = place.hotel(rooms=1, needs_approval=True)
    booking_id = a_request(place, hotel)
    answers = rush(place.url, lambda session, _: say_yes(session, booking_id, place), range(8))
    assert Counter(answers) == {"approved": 1, "move_not_allowed": 7}
    assert place.counts(hotel) == {NIGHT: (0, 1)}


def test_who_looks_first_and_writes_later_approves_it_many_times(place: Place) -> None:
    """The control: looking at the status and then writing it lets everybody say yes."""
    hotel = place.hotel(rooms=1, needs_approval=True)
    booking_id = a_request(place, hotel)
    everybody_has_looked = threading.Barrier(4)

    def look_then_write(session: Session, _: int) -> bool:
        seen = session.scalar(select(Booking.status).where(Booking.id == booking_id))
        everybody_has_looked.wait()
        if seen is not BookingStatus.PENDING_APPROVAL:
            return False
        session.execute(update(Booking).where(Booking.id == booking_id).values(status=BookingStatus.CONFIRMED))
        return True

    assert rush(place.url, look_then_write, range(4)) == [True] * 4


def test_a_yes_and_the_end_of_its_time_cannot_both_happen(place: Place) -> None:
    hotel = place.hotel(rooms=1, needs_approval=True)
    booking_id = a_request(place, hotel)

    def work(session: Session, what: str) -> str:
        if what == "yes":
            return say_yes(session, booking_id, place)
        return "lapsed" if expire_due_holds(session, now=place.now + timedelta(days=2)) else "nothing"

    answers = rush(place.url, work, ["yes", "sweep"])
    assert sorted(answers) in (["approved", "nothing"], ["hold_lapsed", "lapsed"])
    with Session(place.engine) as session:
        status = session.get_one(Booking, booking_id).status
    held_or_sold = {BookingStatus.CONFIRMED: {NIGHT: (0, 1)}, BookingStatus.EXPIRED: {}}
    assert place.counts(hotel) == held_or_sold[status]


def test_a_yes_and_the_guests_no_cannot_both_happen(place: Place) -> None:
    hotel = place.hotel(rooms=1, needs_approval=True)
    booking_id = a_request(place, hotel)

    def work(session: Session, what: str) -> str:
        if what == "yes":
            return say_yes(session, booking_id, place)
        release_hold(session, booking_id, actor=ActorKind.GUEST, door="chat", now=place.now)
        return "released"

    answers = rush(place.url, work, ["yes", "no"])
    assert sorted(answers) in (["approved", "move_not_allowed"], ["move_not_allowed", "released"])
    with Session(place.engine) as session:
        status = session.get_one(Booking, booking_id).status
    assert status in {BookingStatus.CONFIRMED, BookingStatus.RELEASED}
    assert place.counts(hotel) == ({NIGHT: (0, 1)} if status is BookingStatus.CONFIRMED else {})


def test_every_call_is_answered_in_the_end(place: Place) -> None:
    hotel = place.hotel(rooms=2)
    bookings = booked(place, hotel, 2)
    line(place, hotel, 2)
    rush(place.url, lambda session, booking_id: give_up(session, booking_id, place), bookings)
    serve(place)
    with Session(place.engine) as session:
        assert session.scalars(select(WaitlistCall.id)).all() == []
        assert set(session.scalars(select(WaitlistEntry.status))) == {WaitStatus.OFFERED}
