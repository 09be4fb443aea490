"""The engine's door: who may speak, what is refused, and that a failure is never an empty success."""

from __future__ import annotations

import socket
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from providers.engine import Engine
from tests.nlu.conftest import TOKEN, Actions, RasaProcess, free_port

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("engine")]

JOURNEYS = ("none", "stay", "table", "my_booking")


def test_health_names_the_model_that_belongs_to_the_files(rasa: RasaProcess, engine: Engine) -> None:
    answer = rasa.client.get(rasa.url("health"))
    assert answer.json() == {"ok": True, "model": engine.model.name}


def test_a_message_reaches_exactly_one_action_with_its_turn(rasa: RasaProcess, actions: Actions) -> None:
    answer = rasa.take("table for 4 tomorrow 8pm", turn="t-77", sender="c-5", journey="none", asked="none")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "actions": ["action_table"]})
    (call,) = actions.calls
    assert (call.action, call.turn, call.body["sender_id"], call.token) == ("action_table", "t-77", "c-5", TOKEN)
    assert call.slots == {"journey": "none", "asked": "none"}
    heard = call.body["tracker"]["latest_message"]
    assert (heard["text"], heard["intent"]["name"]) == ("table for 4 tomorrow 8pm", "book_table")
    assert heard["intent"]["confidence"] > 0.5
    assert "domain" not in call.body


def test_the_same_words_are_answered_by_what_is_going_on(rasa: RasaProcess, actions: Actions) -> None:
    for journey in JOURNEYS:
        rasa.take("for 4 people", journey=journey, asked="guests")
    assert [call.action for call in actions.calls] == [
        "action_stay",
        "action_stay",
        "action_table",
        "action_change_booking",
    ]


def test_nothing_is_kept_from_one_message_to_the_next(rasa: RasaProcess, actions: Actions) -> None:
    rasa.take("book a table", sender="one", journey="table", asked="time")
    rasa.take("hello", sender="two")
    rasa.take("hello", sender="one")
    assert [call.slots for call in actions.calls[1:]] == [{"journey": "none", "asked": "none"}] * 2
    assert actions.calls[2].body["tracker"]["events"] is None  # nor would an action hear of anything earlier


def test_a_decision_asked_again_is_the_same_for_its_situation_alone(rasa: RasaProcess, actions: Actions) -> None:
    for _ in range(2):
        for journey in ("stay", "table"):
            rasa.take("for 4 people", journey=journey, asked="guests")
    assert [call.action for call in actions.calls] == ["action_stay", "action_table"] * 2
    assert [call.slots["journey"] for call in actions.calls] == ["stay", "table"] * 2


def test_many_guests_at_once_never_see_each_others_situation(rasa: RasaProcess, actions: Actions) -> None:
    sent = {f"t{number}": JOURNEYS[number % 4] for number in range(80)}
    actions.pause_s = 0.02
    with ThreadPoolExecutor(16) as crowd:
        answers = list(crowd.map(lambda turn: rasa.take("2 log", turn=turn, sender=turn, journey=sent[turn]), sent))
    assert {answer.status_code for answer in answers} == {200}
    assert {call.turn: call.slots["journey"] for call in actions.calls} == sent
    assert len(actions.calls) == len(sent)


def test_two_messages_of_one_guest_do_not_wait_for_each_other(rasa: RasaProcess, actions: Actions) -> None:
    """Rasa's own lock would be looked at once a second; our turns share nothing that needs one."""
    actions.together = threading.Barrier(2)  # whoever had to wait for the other would never be answered in time
    with ThreadPoolExecutor(2) as hands:
        answers = list(hands.map(lambda turn: rasa.take("hi", turn=turn, sender="same"), ["t1", "t2"]))
    assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.parametrize("path", ["webhook", "parse"])
@pytest.mark.parametrize("token", [None, "wrong", TOKEN[:-1], TOKEN + "x"])
def test_who_does_not_know_the_token_is_turned_away(
    rasa: RasaProcess, actions: Actions, path: str, token: str | None
) -> None:
    body = {"sender": "a", "turn": "b", "text": "hi"}
    assert rasa.post(path, body, token=token).status_code == httpx.codes.UNAUTHORIZED
    assert actions.calls == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        [],
        {},
        {"sender": "a", "turn": "b"},
        {"sender": "a", "turn": "b", "text": 7},
        {"sender": "", "turn": "b", "text": "hi"},
        {"sender": "a", "turn": "", "text": "hi"},
        {"sender": "a", "turn": "b", "text": "hi", "slots": []},
        {"sender": "a", "turn": "b", "text": "hi", "slots": {"frame": "x"}},
        {"sender": "a", "turn": "b", "text": "hi", "slots": {"journey": 3}},
    ],
)
def test_what_is_not_a_turn_is_refused(rasa: RasaProcess, actions: Actions, body: object) -> None:
    answer = rasa.post("webhook", body)
    assert (answer.status_code, answer.json()["ok"]) == (400, False)
    assert actions.calls == []


def test_an_oversized_body_is_refused(rasa: RasaProcess, actions: Actions) -> None:
    body = {"sender": "a", "turn": "b", "text": "a" * 200_000}
    assert rasa.post("webhook", body).status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE
    assert actions.calls == []


@pytest.mark.parametrize("text", ["", " ", "?", "👍", "a" * 10_000, "שלום עולם", "\u202eolleh", "\x00\x01", "😀" * 500])
def test_strange_messages_still_reach_one_action(rasa: RasaProcess, actions: Actions, text: str) -> None:
    assert rasa.take(text).status_code == httpx.codes.OK
    assert len(actions.calls) == 1


@pytest.mark.parametrize(
    "text", ["/restart", "/back", "/session_start", "/book_stay", '/inform{"place": "Goa"}', "//tap"]
)
def test_a_guest_cannot_give_the_engine_orders(rasa: RasaProcess, actions: Actions, text: str) -> None:
    assert rasa.take(text).status_code == httpx.codes.OK
    (call,) = actions.calls
    heard = call.body["tracker"]["latest_message"]
    assert heard["intent"]["confidence"] < 1.0
    assert not heard["text"].startswith("/")


@pytest.mark.parametrize(
    ("text", "action"),
    [("/tap", "action_tap"), ("/share_location", "action_location"), ("/send_media", "action_media")],
)
def test_turns_without_words_are_ours_to_name(rasa: RasaProcess, actions: Actions, text: str, action: str) -> None:
    rasa.take(text, journey="stay", asked="option")
    assert [call.action for call in actions.calls] == [action]


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, b"boom"),
        (502, b"boom"),
        (400, b'{"error": "no", "action_name": "action_greet"}'),
        (404, b"{}"),
        (200, b"not json"),
        (200, b"[]"),
        (200, b'{"events": "none", "responses": []}'),
        (200, b'{"events": [], "responses": [7]}'),
    ],
)
def test_an_action_that_fails_is_a_failure(rasa: RasaProcess, actions: Actions, status: int, answer: bytes) -> None:
    actions.status, actions.answer = status, answer
    failed = rasa.take("hi")
    assert (failed.status_code, failed.json()["ok"]) == (502, False)
    assert failed.json()["reason"]
    actions.reset()
    assert rasa.take("hi").status_code == httpx.codes.OK


def test_actions_that_are_not_there_are_no_failure_of_the_turn(
    rasa: RasaProcess, actions: Actions, engine: Engine, tmp_path: Path
) -> None:
    actions.status = 503  # their database is away
    assert rasa.take("hi").status_code == httpx.codes.SERVICE_UNAVAILABLE
    actions.reset()
    assert rasa.take("hi").status_code == httpx.codes.OK
    alone = RasaProcess(engine, free_port(), free_port(), tmp_path / "log")
    alone.start()
    try:
        assert alone.take("hi").status_code == httpx.codes.SERVICE_UNAVAILABLE
    finally:
        alone.kill()
        alone.client.close()


def test_an_action_that_never_answers_is_given_up(rasa: RasaProcess, actions: Actions) -> None:
    actions.pause_s = 30.0
    failed = rasa.take("hi")
    assert (failed.status_code, failed.json()["ok"]) == (502, False)
    assert failed.json()["reason"] == "no action answered within 10 s"


def test_figures_count_what_was_answered_and_what_failed(rasa: RasaProcess, actions: Actions) -> None:
    before = _figures(rasa)
    rasa.take("hi")
    actions.status = 500
    rasa.take("hi")
    after = _figures(rasa)
    assert {name: after[name] - before[name] for name in ('outcome="answered"', 'outcome="failed"')} == {
        'outcome="answered"': 1,
        'outcome="failed"': 1,
    }


def test_only_this_machine_can_reach_the_engine(rasa: RasaProcess) -> None:
    assert [address for address, port in _listeners() if port == rasa.port] == ["127.0.0.1"]
    assert f":{rasa.port:04X} " not in Path("/proc/net/tcp6").read_text()


def test_any_engine_may_take_any_turn_and_a_killed_one_comes_back(
    rasa: RasaProcess, actions: Actions, engine: Engine, tmp_path: Path
) -> None:
    other = RasaProcess(engine, free_port(), actions.port, tmp_path / "log")
    other.start()
    slots = {"journey": "table", "asked": "party"}
    assert rasa.take("4 log", turn="same", **slots).json() == other.take("4 log", turn="same", **slots).json()
    actions.pause_s = 0.5
    with ThreadPoolExecutor(1) as hand:
        cut_off = hand.submit(other.take, "4 log", turn="cut off", **slots)
        while len(actions.calls) < 3:
            assert not cut_off.done()
        other.kill()
        with pytest.raises(httpx.TransportError):
            cut_off.result()
    actions.pause_s = 0.0
    other.start()
    assert other.take("4 log", turn="cut off", **slots).status_code == httpx.codes.OK
    other.kill()
    other.client.close()
    assert [(call.turn, call.action, call.slots) for call in actions.calls] == [
        (turn, "action_table", slots) for turn in ("same", "same", "cut off", "cut off")
    ]


def test_an_engine_without_a_token_does_not_start(engine: Engine) -> None:
    command = engine.serve(port=1, actions_url="http://127.0.0.1:1", token="")
    opening = "from nlu.engine.channel import TurnInput; TurnInput.from_credentials({'token': ''})"
    done = subprocess.run(
        [command.argv[0], "-c", opening],
        cwd=command.folder,
        env=command.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "needs ENGINE_TOKEN" in done.stderr


def _figures(rasa: RasaProcess) -> dict[str, float]:
    """The turn counters by outcome."""
    lines = rasa.client.get(rasa.url("metrics")).text.splitlines()
    pairs = [line.removeprefix("engine_turns_total{").split("} ") for line in lines if "{" in line]
    return {name: float(value) for name, value in pairs}


def _listeners() -> list[tuple[str, int]]:
    """Every listening TCP socket of this machine: where and on which port."""
    found = []
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, *_ = line.split()
        address, port = local.split(":")
        if state == "0A":
            found.append((socket.inet_ntoa(bytes.fromhex(address)[::-1]), int(port, 16)))
    return found
