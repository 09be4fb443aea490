"""Whatever is posted, a door answers with a decision and never with a crash."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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


@_MANY
@given(update_id=st.integers(-(2**70), 2**70), rest=st.dictionaries(st.text(max_size=20), _ANYTHING, max_size=4))
def test_any_update(door: Door, update_id: int, rest: dict[str, object]) -> None:
    body = json.dumps(rest | {"update_id": update_id}).encode()
    assert door.telegram(body).status_code in _DECISIONS
