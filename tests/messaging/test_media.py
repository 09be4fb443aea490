"""Files from guests: only from where the provider keeps them, only so large, shown only to who holds the link."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.errors import ProviderRefused, ProviderUnavailable
from core.messaging import recordings
from core.messaging.recordings import LARGEST
from models.conversation import Conversation, Turn
from models.states import TurnState
from providers.media import META, TWILIO, Origin, fetch, fetch_from_meta
from providers.speech import listener
from tests.builders.houses import a_guest, a_hotel, put

# What Meta tells of a file when it is asked where it is.
ABOUT = {
    "/v23.0/77": {"url": "HERE/voice", "file_size": "7"},
    "/v23.0/78": {"url": "http://169.254.169.254/latest/meta-data/", "file_size": 7},
    "/v23.0/79": {"url": "HERE/voice", "file_size": LARGEST + 1},
    "/v23.0/80": ["HERE/voice"],
}


class Twin(BaseHTTPRequestHandler):
    """Answers as a provider would, and not so well-behaved ones."""

    asked: list[tuple[str, str | None]] = []  # noqa: RUF012 - shared by all requests on purpose

    def do_GET(self) -> None:
        """One file for each kind of trouble."""
        self.asked.append((self.path, self.headers.get("Authorization")))
        if self.path in ABOUT:
            told = json.dumps(ABOUT[self.path]).replace("HERE", f"http://{self.headers['Host']}")
            self._say(200, told.encode(), "application/json")
            return
        match self.path:
            case "/voice":
                self._say(200, b"OggS...", "audio/ogg; codecs=opus")
            case "/away":
                self.send_response(302)
                self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
                self.end_headers()
            case "/round":
                self.send_response(302)
                self.send_header("Location", "/round")
                self.end_headers()
            case "/busy":
                self._say(503, b"", "text/plain")
            case "/endless":
                self.send_response(200)
                self.end_headers()
                piece = b"x" * (1 << 20)
                try:
                    for _ in range(64):
                        self.wfile.write(piece)
                except OSError:
                    return  # they hung up, as they should
            case _:
                self._say(404, b"", "text/plain")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _say(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def provider() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Twin)
    Twin.asked.clear()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


HELD = (("Authorization", "Basic AC1:secret"),)


def at(base_url: str) -> Origin:
    """A provider whose stand-in is there."""
    return Origin(TWILIO.hosts, HELD, base_url, TWILIO.bucket)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1",
        "https://media.twiliocdn.com/AC1/x",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC1/x",
    ],
)
def test_the_providers_own_hosts_are_fetched_from(url: str) -> None:
    assert TWILIO.has(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://graph.facebook.com/v23.0/1",
        "http://api.twilio.com/x",
        "https://api.twilio.com.evil.example/x",
        "https://eviltwilio.com/x",
        "https://api.twilio.com@evil.example/x",
        "https://user:pw@api.twilio.com/x",
        "https://api.twilio.com:8443/x",
        "https://s3-external-1.amazonaws.com/somebody-elses/x",
        "https://127.0.0.1/x",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "gopher://api.twilio.com/x",
        "https://[::1]/x",
        "https://api.twilio.com:99999999/x",
        "//api.twilio.com/x",
    ],
)
def test_hostile_addresses_are_never_asked(url: str, provider: str) -> None:
    assert not TWILIO.has(url)
    for base_url in ("", provider):
        with pytest.raises(ProviderRefused):
            fetch(url, at(base_url))
    assert Twin.asked == []


@given(st.text(max_size=60))
def test_no_text_at_all_is_an_address_by_accident(text: str) -> None:
    assert not TWILIO.has(text) or text.startswith("https://")
    assert not META.has(text) or text.startswith("https://")


def test_a_voice_note_is_fetched_with_the_accounts_keys(provider: str) -> None:
    assert fetch(f"{provider}/voice", at(provider)) == (b"OggS...", "audio/ogg")
    ((_, key),) = Twin.asked
    assert key is not None
    assert key.startswith("Basic ")


def test_meta_is_asked_where_the_file_is_and_then_for_the_file_with_its_token(provider: str) -> None:
    meta = Origin(META.hosts, (("Authorization", "Bearer EAA"),), provider)
    assert fetch_from_meta("https://graph.facebook.com/v23.0/77", meta) == (b"OggS...", "audio/ogg")
    assert Twin.asked == [("/v23.0/77", "Bearer EAA"), ("/voice", "Bearer EAA")]


@pytest.mark.parametrize(
    ("number", "why"), [(78, "not the provider's host"), (79, "too large"), (80, "no address"), (81, "404")]
)
def test_what_meta_tells_of_a_file_is_not_simply_believed(provider: str, number: int, why: str) -> None:
    meta = Origin(META.hosts, (("Authorization", "Bearer EAA"),), provider)
    with pytest.raises(ProviderRefused, match=why):
        fetch_from_meta(f"https://graph.facebook.com/v23.0/{number}", meta)
    assert [path for path, _ in Twin.asked] == [f"/v23.0/{number}"]


@pytest.mark.parametrize("url", ["https://graph.facebook.com/v23.0/1", "https://lookaside.fbsbx.com/x?mid=1"])
def test_metas_own_hosts_are_fetched_from_and_twilios_are_not_metas(url: str) -> None:
    assert META.has(url)
    assert not META.has("https://api.twilio.com/x")
    assert not META.has(url.replace(".com/", ".com.evil.example/"))


def test_a_redirect_elsewhere_is_not_followed(provider: str) -> None:
    with pytest.raises(ProviderRefused):
        fetch(f"{provider}/away", at(provider))
    assert [path for path, _ in Twin.asked] == ["/away"]


def test_nobody_is_sent_round_for_ever_and_keys_are_shown_once(provider: str) -> None:
    with pytest.raises(ProviderRefused):
        fetch(f"{provider}/round", at(provider))
    assert [key is not None for _, key in Twin.asked] == [True, False, False, False]


def test_more_than_the_largest_is_not_read_to_its_end(provider: str) -> None:
    assert LARGEST == 16 << 20
    with pytest.raises(ProviderRefused, match="too large"):
        fetch(f"{provider}/endless", at(provider))


@pytest.mark.parametrize(("path", "error"), [("/busy", ProviderUnavailable), ("/gone", ProviderRefused)])
def test_busy_is_tried_again_and_gone_is_not(provider: str, path: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        fetch(provider + path, at(provider))


def test_each_recording_is_fetched_by_one_worker_and_given_up_in_the_end(session: Session, now: datetime) -> None:
    visitor = a_guest(session, a_hotel(session, now=now), now=now)
    talk = session.get_one(Conversation, visitor.conversation_id)
    turn = put(
        session,
        Turn(
            account_id=talk.account_id,
            conversation_id=talk.id,
            kind="media",
            text="",
            content={},
            first_received_at=now,
            state=TurnState.DONE,
            next_attempt_at=now,
            created_at=now,
        ),
    )
    (row,) = recordings.note(
        session, turn, [{"url": "u", "type": "audio/ogg"}, {"url": "", "type": "sticker"}], now=now
    )
    for _ in range(5):
        at = row.next_attempt_at
        claimed = recordings.claim_next(session, now=at)
        assert claimed is row
        assert recordings.claim_next(session, now=at) is None
        recordings.try_later(session, row.id, "busy", now=at)
    assert (row.state, row.error, row.attempts) == ("refused", "busy", 5)


def test_nobody_listens_unless_somebody_is_named() -> None:
    assert listener("") is None
    assert listener("tests.messaging.test_media:Parrot") is not None


class Parrot:
    """Writes down what it is given."""

    def write_down(self, audio: bytes, content_type: str, *, language: str) -> str:
        """The bytes as words."""
        return f"{language} {content_type} {audio.decode()}"
