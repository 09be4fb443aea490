"""What guests write to a number that is Meta's is verified, recorded once and understood, whatever comes with it."""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pywa import utils as pywa
from pywa.client import WhatsApp
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.messaging.outbox import say_to_guest
from core.unit_of_work import unit_of_work
from jobs.inbox import Inbox
from models.conversation import Conversation
from models.guest import ConsentEvent, Guest, GuestIdentity
from models.messaging import Message
from models.states import Channel, MessageState, Purpose
from tests.webhooks.conftest import Door, payload
from tests.webhooks.meta import NEXT_SECRET, OTHER_NUMBER, OTHER_SECRET, PATH, VERIFY, connect_meta, post, value_of

_MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
_DECISIONS = {200, 400, 403, 413}
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@pytest.fixture
def meta(door: Door) -> Door:
    connect_meta(door)
    return door


def heard(door: Door) -> list[dict[str, Any]]:
    return [entry.payload["heard"] for entry in sorted(door.inbox(), key=lambda entry: entry.id)]


def test_meta_is_answered_its_own_challenge(meta: Door) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}
    answer = meta.http.get(PATH, params=asked)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    for wrong in ({"hub.verify_token": "guessed"}, {"hub.verify_token": ""}, {"hub.mode": "unsubscribe"}):
        assert meta.http.get(PATH, params=asked | wrong).status_code == 403


def test_only_what_meta_signed_is_taken_under_either_secret(meta: Door) -> None:
    posted = payload("meta/text")
    assert post(meta, posted, secret="0" * 32).status_code == 403
    assert post(meta, posted, **{"X-Hub-Signature-256": ""}).status_code == 403
    assert post(meta, posted, **{"X-Hub-Signature-256": "sha256=" + "0" * 64}).status_code == 403
    assert meta.inbox() == []
    assert post(meta, posted, secret=NEXT_SECRET).status_code == 200
    assert len(meta.inbox()) == 1


def test_our_way_of_checking_agrees_with_pywas(meta: Door) -> None:
    body = json.dumps(payload("meta/text"), ensure_ascii=False).encode()
    client = WhatsApp(app_secret=NEXT_SECRET, verify_token=VERIFY)
    signature = "sha256=" + hmac.new(NEXT_SECRET.encode(), body, "sha256").hexdigest()
    assert client.webhook_update_validator(body, signature) is None
    assert post(meta, body, **{pywa.HUB_SIG: signature}).status_code == 200


def test_one_accounts_secret_does_not_open_anothers_number(meta: Door) -> None:
    posted = payload("meta/text")
    assert post(meta, posted, secret=OTHER_SECRET).status_code == 200
    value_of(posted)["metadata"]["phone_number_id"] = "199999999999999"
    assert post(meta, posted).status_code == 200
    assert meta.inbox() == []
    value_of(posted)["metadata"]["phone_number_id"] = OTHER_NUMBER
    assert post(meta, posted, secret=OTHER_SECRET).status_code == 200
    assert len(meta.inbox()) == 1


def test_a_message_is_recorded_once_however_often_it_is_brought(meta: Door) -> None:
    for _ in range(3):
        assert post(meta, payload("meta/text")).status_code == 200
    (entry,) = meta.inbox()
    assert entry.event_id == value_of(payload("meta/text"))["messages"][0]["id"]
    assert entry.conversation_id is not None


def test_several_messages_in_one_request_are_several(meta: Door) -> None:
    assert post(meta, payload("meta/batch")).status_code == 200
    assert [each["text"] for each in heard(meta)] == ["first", "second", "third"]


@pytest.mark.parametrize(
    ("name", "kind", "text", "content"),
    [
        ("text", "text", "Room for 2 people this Saturday?", {}),
        ("button", "tap", "Confirm", {"id": "12.1", "title": "Confirm"}),
        ("list", "tap", "Lake View Room", {"id": "12.3", "title": "Lake View Room"}),
        ("template_button", "tap", "Keep my room", {"id": "12.2"}),
        ("location", "location", "", {"lat": 24.5764, "lon": 73.6835, "label": "City Palace"}),
        ("referral", "text", "Hi", {}),
    ],
)
def test_what_a_guest_did_is_understood(meta: Door, name: str, kind: str, text: str, content: dict[str, Any]) -> None:
    assert post(meta, payload(f"meta/{name}")).status_code == 200
    (said,) = heard(meta)
    assert (said["kind"], said["text"]) == (kind, text)
    assert content.items() <= said["content"].items()


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("image", "image/jpeg"),
        ("voice", "audio/ogg; codecs=opus"),
        ("video", "video/mp4"),
        ("document", "application/pdf"),
        ("sticker", "image/webp"),
        ("reaction", "reaction"),
        ("contacts", "contacts"),
        ("unsupported", "unsupported"),
    ],
)
def test_what_has_no_words_is_noticed_by_its_kind(meta: Door, name: str, type_: str) -> None:
    assert post(meta, payload(f"meta/{name}")).status_code == 200
    (said,) = heard(meta)
    assert said["kind"] == "media"
    assert said["content"]["media"][0]["type"] == type_


def test_the_advertisement_and_the_message_answered_stand_beside_the_words(meta: Door) -> None:
    post(meta, payload("meta/referral"))
    post(meta, payload("meta/button"))
    first, second = heard(meta)
    assert first["content"]["referral"]["headline"] == "Monsoon offer"
    assert second["content"]["answers"] == value_of(payload("meta/button"))["messages"][0]["context"]["id"]


def test_who_hides_their_number_is_known_by_the_id_meta_gives(meta: Door) -> None:
    assert post(meta, payload("meta/username")).status_code == 200
    (talk,) = meta.all(Conversation)
    (guest,) = meta.all(Guest)
    assert talk.address == "whatsapp:IN.13491208655302749999"
    assert (guest.name, guest.phone) == ("Dev", None)


def test_the_same_person_has_the_address_they_have_at_twilio(meta: Door) -> None:
    post(meta, payload("meta/text"))
    (talk,) = meta.all(Conversation)
    (guest,) = meta.all(Guest)
    assert (talk.address, guest.phone, guest.name) == ("whatsapp:+919876543210", "+919876543210", "Asha Rao")


def test_an_edited_message_counts_in_its_new_words_and_a_withdrawn_one_is_no_message(meta: Door) -> None:
    posted = payload("meta/text")
    (message,) = value_of(posted)["messages"]
    newer = {"type": "text", "text": {"body": "Room for 3 people"}, "id": message["id"]}
    edited = message | {"id": "wamid.EDIT", "type": "edit", "edit": {"original_message_id": "x", "message": newer}}
    revoked = message | {"id": "wamid.GONE", "type": "revoke", "revoke": {"original_message_id": "x"}}
    value_of(posted)["messages"] = [edited, revoked]
    assert post(meta, posted).status_code == 200
    assert [each["text"] for each in heard(meta)] == ["Room for 3 people"]


@pytest.fixture
def message_id(meta: Door) -> int:
    """A message of ours on its way to a guest."""
    post(meta, payload("meta/text"))
    with unit_of_work(meta.house.engine) as session:
        talk = session.scalars(select(Conversation)).one()
        found = say_to_guest(
            session,
            conversation_id=talk.id,
            reply="hello_again",
            facts={"reference": "AB12CD"},
            now=meta.house.clock.now(),
            purpose=Purpose.BOOKING_FACT,
        )
        assert found is not None
        session.get_one(Message, found).state = MessageState.SENDING
    return found


def tell(door: Door, message_id: int | str, status: str) -> int:
    posted = payload("meta/status_failed" if status == "failed" else "meta/status_delivered")
    value_of(posted)["statuses"][0] |= {"status": status, "biz_opaque_callback_data": f"atithi:{message_id}"}
    return post(door, posted).status_code


def state(door: Door, message_id: int) -> MessageState:
    with Session(door.house.engine) as session:
        return session.get_one(Message, message_id).state


@pytest.mark.parametrize(
    ("told", "ends_as"),
    [
        (["sent", "delivered", "read"], MessageState.READ),
        (["read", "delivered", "sent"], MessageState.READ),
        (["delivered", "sent"], MessageState.DELIVERED),
        (["delivered", "failed"], MessageState.DELIVERED),
        (["warning", "deleted"], MessageState.SENDING),
    ],
)
def test_a_late_status_never_hides_a_later_one(
    meta: Door, message_id: int, told: list[str], ends_as: MessageState
) -> None:
    for status in told:
        assert tell(meta, message_id, status) == 200
        while Inbox(meta.house).work_next():
            pass
    assert state(meta, message_id) is ends_as


def test_a_status_finds_its_message_by_our_own_number_then_by_theirs(meta: Door, message_id: int) -> None:
    assert tell(meta, message_id, "sent") == 200
    assert state(meta, message_id) is MessageState.SENT
    posted = payload("meta/status_delivered")
    del value_of(posted)["statuses"][0]["biz_opaque_callback_data"]
    assert post(meta, posted).status_code == 200
    assert state(meta, message_id) is MessageState.DELIVERED


def test_another_programs_callback_data_is_not_taken_for_ours(meta: Door, message_id: int) -> None:
    posted = payload("meta/status_delivered")
    for theirs in (str(message_id), f"x:{message_id}", "", "atithi:", "atithi:" + "9" * 40):
        value_of(posted)["statuses"][0]["biz_opaque_callback_data"] = theirs
        assert post(meta, posted).status_code == 200
    value_of(posted)["metadata"]["phone_number_id"] = OTHER_NUMBER
    value_of(posted)["statuses"][0]["biz_opaque_callback_data"] = f"atithi:{message_id}"
    assert post(meta, posted, secret=OTHER_SECRET).status_code == 200
    assert state(meta, message_id) is MessageState.SENDING


def test_a_message_shut_out_by_the_window_is_tried_another_way_once(meta: Door, message_id: int) -> None:
    for _ in range(2):
        assert tell(meta, message_id, "failed") == 200
    while Inbox(meta.house).work_next():
        pass
    with Session(meta.house.engine) as session:
        message = session.get_one(Message, message_id)
        assert message.state is MessageState.QUEUED
    assert sum(entry.kind == "status" for entry in meta.inbox()) == 1


def prefer(door: Door, value: str, *, at: int = 1789900000, **changed: object) -> None:
    """What a guest has set about our offers in WhatsApp's own settings."""
    posted = payload("meta/user_preferences")
    value_of(posted)["user_preferences"][0] |= {"value": value, "timestamp": at} | changed
    assert post(door, posted).status_code == 200
    while Inbox(door.house).work_next():
        pass


def wants_offers(door: Door) -> bool:
    (identity,) = door.all(GuestIdentity)
    assert identity.opted_out_at is None
    return identity.offers_out_at is None


def test_offers_stopped_in_whatsapp_itself_are_in_the_ledger_and_facts_still_come(meta: Door) -> None:
    post(meta, payload("meta/text"))
    prefer(meta, "stop")
    prefer(meta, "stop")
    assert not wants_offers(meta)
    (kept,) = meta.all(ConsentEvent)
    assert (kept.opted_out, kept.offers, kept.door, kept.channel) == (True, True, "whatsapp", Channel.WHATSAPP)
    assert kept.wording == "User requested to stop marketing messages"
    assert kept.at == datetime.fromtimestamp(1789900000, UTC)
    prefer(meta, "resume", at=1789900100)
    assert wants_offers(meta)


def test_an_older_preference_that_comes_late_changes_nothing(meta: Door) -> None:
    post(meta, payload("meta/text"))
    prefer(meta, "stop", at=1789900100)
    prefer(meta, "resume", at=1789900000)
    assert not wants_offers(meta)


def test_who_never_wrote_or_prefers_something_unknown_leaves_nothing(meta: Door) -> None:
    prefer(meta, "stop")
    post(meta, payload("meta/text"))
    prefer(meta, "sometimes")
    prefer(meta, "stop", category="something_else")
    assert wants_offers(meta)
    assert meta.all(ConsentEvent) == []


def test_an_offer_refused_because_they_want_none_is_noted_as_their_choice(meta: Door, message_id: int) -> None:
    posted = payload("meta/status_failed")
    told = {"biz_opaque_callback_data": f"atithi:{message_id}", "errors": [{"code": 131050, "title": "stopped"}]}
    value_of(posted)["statuses"][0] |= told
    assert post(meta, posted).status_code == 200
    while Inbox(meta.house).work_next():
        pass
    assert not wants_offers(meta)
    assert state(meta, message_id) is MessageState.FAILED


@_MANY
@given(
    changed=st.dictionaries(
        st.sampled_from(["wa_id", "user_id", "value", "timestamp", "category", "detail"]), _ANYTHING | st.integers()
    )
)
def test_any_preference(meta: Door, changed: dict[str, object]) -> None:
    posted = payload("meta/user_preferences")
    value_of(posted)["user_preferences"][0] |= changed
    assert post(meta, posted).status_code in _DECISIONS


@_MANY
@given(body=st.binary(max_size=300))
def test_any_bytes(meta: Door, body: bytes) -> None:
    assert post(meta, body).status_code in _DECISIONS
    assert meta.post(PATH, body).status_code == 403


@_MANY
@given(name=st.sampled_from(["messages", "statuses", "contacts", "metadata"]), what=_ANYTHING)
def test_any_part(meta: Door, name: str, what: object) -> None:
    posted = payload("meta/text")
    value_of(posted)[name] = what
    assert post(meta, posted).status_code in _DECISIONS


@_MANY
@given(
    kind=st.sampled_from(["text", "interactive", "button", "location", "image", "edit", "reaction", "new"]),
    said=_ANYTHING,
    beside=st.dictionaries(
        st.sampled_from(["from", "id", "from_user_id", "context", "referral", "type", "group_id", "edit"]), _ANYTHING
    ),
)
def test_any_message(meta: Door, kind: str, said: object, beside: dict[str, object]) -> None:
    posted = payload("meta/text")
    (message,) = value_of(posted)["messages"]
    value_of(posted)["messages"] = [message | {"type": kind, kind: said} | beside]
    assert post(meta, posted).status_code in _DECISIONS


@_MANY
@given(
    changed=st.dictionaries(
        st.sampled_from(["id", "status", "biz_opaque_callback_data", "errors", "timestamp"]), _ANYTHING
    ),
    failed=st.booleans(),
)
def test_any_status(meta: Door, changed: dict[str, object], *, failed: bool) -> None:
    posted = payload("meta/status_failed" if failed else "meta/status_delivered")
    value_of(posted)["statuses"][0] |= changed
    assert post(meta, posted).status_code in _DECISIONS
