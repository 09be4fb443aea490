"""Whatever is posted, a door answers with a decision and never with a crash."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.inbox import Inbox
from models.states import InboxState
from tests.webhooks.conftest import Door, payload

# The doors and their database are the same for all examples: nothing an example leaves there decides another's answer.
_MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
_DECISIONS = {200, 400, 403, 404, 413}
_FIELDS = st.sampled_from([
    "Body", "From", "MessageSid", "NumMedia", "MediaUrl0", "MediaContentType0", "Latitude", "Longitude",
    "ButtonPayload", "ListId", "InteractiveData", "MessageType", "ProfileName", "WaId", "MessageStatus",
    "ErrorCode", "Label", "OriginalRepliedMessageSid", "ReferralBody", "Referral", "OptOutType", "Forwarded",
])  # fmt: skip
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@_MANY
@given(changed=st.dictionaries(_FIELDS, st.text(max_size=200), max_size=6))
def test_any_field_of_a_signed_message(door: Door, changed: dict[str, str]) -> None:
    changed = {name: value.encode("utf-8", "replace").decode() for name, value in changed.items()}
    assert door.twilio(payload("twilio/whatsapp_text", **changed)).status_code in _DECISIONS


@_MANY
@given(changed=st.dictionaries(_FIELDS, st.text(max_size=200), max_size=4), about=st.text("0123456789-x", max_size=30))
def test_any_field_of_a_signed_status(door: Door, changed: dict[str, str], about: str) -> None:
    changed = {name: value.encode("utf-8", "replace").decode() for name, value in changed.items()}
    form = payload("twilio/status_delivered", **changed)
    assert door.twilio(form, f"/webhooks/twilio/status?m={about}").status_code in _DECISIONS


@_MANY
@given(body=st.binary(max_size=400))
def test_any_bytes_at_every_door(door: Door, body: bytes) -> None:
    assert door.post("/webhooks/twilio", body).status_code in _DECISIONS
    assert door.post("/webhooks/twilio/status", body + b"&From=whatsapp:%2B14155550101").status_code in _DECISIONS
    assert door.telegram(body).status_code in _DECISIONS
    assert door.post("/webhooks/razorpay", body).status_code in _DECISIONS


_EVENTS = st.sampled_from([
    "payment_link.paid", "payment_link.partially_paid", "payment_link.expired", "payment_link.cancelled",
    "payment.authorized", "payment.captured", "payment.failed", "order.paid", "refund.created", "refund.processed",
    "refund.failed", "refund.speed_changed", "settlement.processed",
])  # fmt: skip
_PART = st.sampled_from(["payment_link", "payment", "order", "refund"])
_ENTITY = st.dictionaries(
    st.sampled_from([
        "id", "amount", "currency", "status", "notes", "reference_id", "payment_id", "order_id", "created_at",
        "payments", "receipt", "description", "amount_refunded", "method", "short_url",
    ]),
    _ANYTHING | st.integers() | st.sampled_from(["captured", "paid", "pay_1", "plink_1", "K7QM9C-1"]),
    max_size=8,
)  # fmt: skip


@_MANY
@given(
    name=_EVENTS,
    entities=st.dictionaries(_PART, _ENTITY.map(lambda entity: {"entity": entity}) | _ANYTHING, max_size=4),
    event_id=st.text("abc123\u00e9", max_size=8),
)
def test_any_signed_event_about_money_is_taken_once_and_stops_nobody(
    door: Door, name: str, entities: dict[str, object], event_id: str
) -> None:
    event = {"entity": "event", "event": name, "payload": entities}
    with door.house.engine.begin() as connection:
        connection.exec_driver_sql("TRUNCATE inbox_entry CASCADE")
    given_id = event_id.encode("ascii", "ignore").decode()
    assert [door.razorpay(event, given_id).status_code for _ in range(2)] == [200, 200]
    (kept,) = door.inbox()
    assert kept.kind == name
    while Inbox(door.house).work_next():
        pass
    (worked,) = door.inbox()
    assert worked.state is InboxState.DONE or worked.attempts == 1


@_MANY
@given(event=_ANYTHING | st.dictionaries(st.sampled_from(["event", "payload", "entity"]), _ANYTHING))
def test_any_signed_json_about_money(door: Door, event: object) -> None:
    assert door.razorpay(event).status_code in _DECISIONS


@_MANY
@given(body=st.text(max_size=300))
def test_any_signed_words_about_money(door: Door, body: str) -> None:
    assert door.razorpay(body.encode("utf-8", "replace")).status_code in _DECISIONS


@_MANY
@given(update_id=st.integers(-(2**70), 2**70), rest=st.dictionaries(st.text(max_size=20), _ANYTHING, max_size=4))
def test_any_update(door: Door, update_id: int, rest: dict[str, object]) -> None:
    body = json.dumps(rest | {"update_id": update_id}).encode()
    assert door.telegram(body).status_code in _DECISIONS
