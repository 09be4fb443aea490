"""A guest's message comes in once, whoever posts it, however often and however odd."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from models.conversation import Conversation
from models.guest import Guest, GuestIdentity
from models.states import Channel, InboxState
from tests.fixtures.clock import StillClock
from tests.webhooks.conftest import NEXT_TOKEN, OTHER_TOKEN, Door, payload


def test_a_message_is_recorded_and_answered_with_nothing_to_say(door: Door) -> None:
    answer = door.twilio(payload("twilio/whatsapp_text"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response />'
    (entry,) = door.inbox()
    assert entry.event_id == "SM5ea1a8c6b9fd4e64a0b6d6f5f0a1c001"
    assert entry.payload["heard"] == {
        "kind": "text",
        "text": "double room in Jaipur for 2, 24 to 27 December",
        "content": {},
    }
    assert entry.payload["posted"]["ProfileName"] == "Asha Rao"
    assert entry.state is InboxState.NEW


def test_the_guest_is_known_by_the_address_as_it_came(door: Door) -> None:
    door.twilio(payload("twilio/whatsapp_text"))
    (guest,), (identity,), (talk,) = door.all(Guest), door.all(GuestIdentity), door.all(Conversation)
    assert (identity.channel, identity.address) == (Channel.WHATSAPP, "whatsapp:+919876543210")
    assert (guest.name, guest.phone) == ("Asha Rao", "+919876543210")
    assert talk.guest_id == guest.id == identity.guest_id


def test_a_guest_without_a_phone_number_is_welcome(door: Door) -> None:
    door.twilio(payload("twilio/whatsapp_text", From="whatsapp:IN.13491208655302741918"))
    (guest,), (identity,) = door.all(Guest), door.all(GuestIdentity)
    assert guest.phone is None
    assert identity.address == "whatsapp:IN.13491208655302741918"


def test_the_same_person_on_sms_is_another_identity(door: Door) -> None:
    door.twilio(payload("twilio/whatsapp_text"))
    door.twilio(payload("twilio/sms_text"))
    assert {each.channel for each in door.all(Conversation)} == {Channel.WHATSAPP, Channel.SMS}
    assert len(door.all(Guest)) == 2  # merging them needs proof


def test_a_redelivered_message_changes_nothing(door: Door) -> None:
    answers = [door.twilio(payload("twilio/whatsapp_text")) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 200]
    assert len(door.inbox()) == 1


def test_twenty_copies_at_once_are_one_message_of_one_guest(door: Door) -> None:
    with ThreadPoolExecutor(20) as together:
        answers = list(together.map(lambda _: door.twilio(payload("twilio/whatsapp_text")), range(20)))
    assert {each.status_code for each in answers} == {200}
    assert len(door.inbox()) == len(door.all(Guest)) == len(door.all(Conversation)) == 1


def test_twenty_first_messages_at_once_are_one_guest(door: Door) -> None:
    with ThreadPoolExecutor(20) as together:
        forms = [payload("twilio/whatsapp_text", MessageSid=f"SM{number:032x}") for number in range(20)]
        answers = list(together.map(door.twilio, forms))
    assert {each.status_code for each in answers} == {200}
    assert len(door.inbox()) == 20
    assert len(door.all(Guest)) == len(door.all(GuestIdentity)) == len(door.all(Conversation)) == 1


def test_words_wait_for_more_and_plain_answers_do_not(door: Door, clock: StillClock) -> None:
    door.twilio(payload("twilio/whatsapp_text"))
    for number, words in enumerate(("2", "Yes!", "haan ji", "हाँ", "STOP", "band karo")):
        door.twilio(payload("twilio/whatsapp_text", MessageSid=f"SM{number:032x}", Body=words))
    door.twilio(payload("twilio/whatsapp_button"))
    door.twilio(payload("twilio/whatsapp_location"))
    waits = [entry.next_attempt_at - clock.now() for entry in sorted(door.inbox(), key=lambda each: each.id)]
    assert waits == [timedelta(seconds=1)] + [timedelta()] * 8


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        ("whatsapp_button", "tap", {"id": "3.1", "title": "Confirm"}),
        ("whatsapp_list", "tap", {"id": "2.3", "title": "Deluxe Double"}),
        ("whatsapp_location", "location", {"lat": 26.9124, "lon": 75.7873, "label": "Hawa Mahal", "address": ""}),
        ("whatsapp_reaction", "media", {"media": [{"url": "", "type": "reaction"}]}),
    ],
)
def test_what_is_not_words_is_understood(door: Door, name: str, kind: str, content: dict[str, object]) -> None:
    assert door.twilio(payload(f"twilio/{name}")).status_code == 200
    (entry,) = door.inbox()
    assert (entry.payload["heard"]["kind"], entry.payload["heard"]["content"]) == (kind, content)


def test_a_voice_note_has_no_body_and_is_no_trouble(door: Door) -> None:
    assert door.twilio(payload("twilio/whatsapp_voice")).status_code == 200
    (entry,) = door.inbox()
    assert entry.payload["heard"]["kind"] == "media"
    assert entry.payload["heard"]["content"]["media"][0]["type"] == "audio/ogg"


def test_a_place_that_is_not_on_earth_is_only_words(door: Door) -> None:
    door.twilio(payload("twilio/whatsapp_location", Latitude="126.9", Body="here"))
    assert door.inbox()[0].payload["heard"]["kind"] == "text"


@pytest.mark.parametrize(
    "words",
    ["नमस्ते 🙏🏽 दो कमरे चाहिए", "أريد غرفة مزدوجة", "x" * 10_000, "   \n  ", "", "nul\x00byte", "ﷺ" * 300, "<b>&amp;"],
    ids=["hindi and emoji", "right to left", "ten thousand", "only spaces", "nothing", "nul", "wide", "markup"],
)
def test_odd_words_are_kept_as_they_are(door: Door, words: str) -> None:
    assert door.twilio(payload("twilio/whatsapp_text", Body=words)).status_code == 200
    (entry,) = door.inbox()
    assert entry.payload["heard"]["text"] == words.replace("\x00", "").strip()


def test_blank_and_unknown_fields_count_for_the_signature(door: Door) -> None:
    form = payload("twilio/whatsapp_text", ButtonPayload="", ButtonText="", SomethingNew="2027")
    assert door.twilio(form).status_code == 200
    assert door.inbox()[0].payload["posted"]["SomethingNew"] == "2027"


def test_the_next_token_is_good_already(door: Door) -> None:
    assert door.twilio(payload("twilio/whatsapp_text"), token=NEXT_TOKEN).status_code == 200


def test_unsigned_is_refused_and_nothing_is_kept(door: Door) -> None:
    form = payload("twilio/whatsapp_text")
    answers = [
        door.post("/webhooks/twilio", urlencode(form)),
        door.twilio(form, **{"X-Twilio-Signature": ""}),
        door.twilio(form, **{"X-Twilio-Signature": "AAAA"}),
        door.twilio(form, token="0" * 32),
        door.twilio(form, **{"X-Twilio-Webhooks-Signature-Settings": "key=1,algorithm=NOBODY_KNOWS"}),
    ]
    assert [each.status_code for each in answers] == [403] * 5
    assert not door.inbox()
    assert not door.all(Guest)


def test_signed_for_another_address_is_refused(door: Door) -> None:
    form = payload("twilio/whatsapp_text")
    signed = door.twilio(form, "/webhooks/twilio?extra=1")
    assert signed.status_code == 200  # the query is part of what is signed
    unsigned = door.twilio(
        form, "/webhooks/twilio", **{"X-Twilio-Signature": signed.request.headers["X-Twilio-Signature"]}
    )
    assert unsigned.status_code == 403


def test_an_account_cannot_speak_for_another(door: Door) -> None:
    assert door.twilio(payload("twilio/whatsapp_text"), token=OTHER_TOKEN).status_code == 403
    to_other = payload("twilio/whatsapp_text", To="whatsapp:+14155550202")
    assert door.twilio(to_other).status_code == 403
    assert door.twilio(to_other, token=OTHER_TOKEN).status_code == 200
    (talk,) = door.all(Conversation)
    assert talk.account_id == next(each.account_id for each in door.inbox())


@pytest.mark.parametrize("number", ["whatsapp:+14155559999", "", "x" * 5000])
def test_a_number_that_is_not_ours_is_unknown(door: Door, number: str) -> None:
    assert door.twilio(payload("twilio/whatsapp_text", To=number)).status_code == 404
    assert door.inbox() == []


@pytest.mark.parametrize("field", ["MessageSid", "From"])
@pytest.mark.parametrize("value", ["", "x" * 300])
def test_a_message_without_a_name_or_sender_is_refused(door: Door, field: str, value: str) -> None:
    assert door.twilio(payload("twilio/whatsapp_text", **{field: value})).status_code == 400
    assert door.inbox() == []


def test_an_enormous_message_is_refused_unread(door: Door) -> None:
    assert door.twilio(payload("twilio/whatsapp_text", Body="x" * 70_000)).status_code == 413
    assert door.inbox() == []


def test_what_a_message_answers_and_the_advertisement_it_came_by_are_kept(door: Door) -> None:
    form = payload(
        "twilio/whatsapp_text",
        OriginalRepliedMessageSid="MM" + "1" * 32,
        ReferralHeadline="Winter in Jaipur",
        ReferralSourceUrl="https://fb.me/1",
        ReferralCtwaClid="clid-1",
        ReferralNumMedia="0",
        FrequentlyForwarded="true",
    )
    assert door.twilio(form).status_code == 200
    assert door.inbox()[0].payload["heard"]["content"] == {
        "answers": "MM" + "1" * 32,
        "referral": {"headline": "Winter in Jaipur", "source_url": "https://fb.me/1", "ctwa_clid": "clid-1"},
        "forwarded": True,
    }


def test_a_thumb_on_a_message_is_no_yes(door: Door, clock: StillClock) -> None:
    door.twilio(payload("twilio/whatsapp_reaction", Body="👍"))
    (entry,) = door.inbox()
    assert entry.payload["heard"] == {
        "kind": "media",
        "text": "",
        "content": {"media": [{"url": "", "type": "reaction"}]},
    }
    assert entry.next_attempt_at == clock.now()


def test_a_stop_the_carrier_has_understood_waits_for_nothing(door: Door, clock: StillClock) -> None:
    door.twilio(payload("twilio/sms_text", Body="QUIT", OptOutType="STOP"))
    (entry,) = door.inbox()
    assert entry.payload["heard"]["content"] == {"opt_out": "STOP"}
    assert entry.next_attempt_at == clock.now()
