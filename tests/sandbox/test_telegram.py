"""The Bot API, called by python-telegram-bot, and the owner's phone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from sandbox.settings import DEFAULT_ACCOUNTS, Account
from tests.sandbox.conftest import OWNER, Sandbox
from tests.sandbox.desk import Desk

WithBot = Callable[..., Any]
CARD = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("Take", callback_data="h:17:take"),
            InlineKeyboardButton("Later", callback_data="h:17:no"),
        ],
        [InlineKeyboardButton("Open", url="https://desk.test/17")],
    ]
)


def test_a_card_with_buttons_is_sent_edited_and_taken_away(sandbox: Sandbox, with_bot: WithBot) -> None:
    async def work(bot: telegram.Bot) -> None:
        sent = await bot.send_message(OWNER, "<b>New</b> booking <i>K7QM2</i> &amp; more 🙏", "HTML", reply_markup=CARD)
        assert sent.text == "New booking K7QM2 & more 🙏"
        assert [(one.type, one.offset, one.length) for one in sent.entities] == [("bold", 0, 3), ("italic", 12, 5)]
        edited = await sent.edit_text("Taken by Meera")
        assert isinstance(edited, telegram.Message)
        assert (edited.text, edited.reply_markup, edited.message_id) == ("Taken by Meera", None, sent.message_id)
        buttons = await edited.edit_reply_markup(CARD)
        assert isinstance(buttons, telegram.Message)
        assert buttons.reply_markup == CARD
        assert await buttons.delete()

    with_bot(work)
    (line,) = sandbox.owner_lines()
    assert (line["edited"], line["deleted"], line["options"]) == (True, True, [])


def test_the_phone_shows_the_buttons_and_a_tap_reaches_the_webhook(
    sandbox: Sandbox, desk: Desk, with_bot: WithBot
) -> None:
    url = f"{desk.url}/hooks/tg"

    async def prepare(bot: telegram.Bot) -> telegram.Message:
        assert await bot.set_webhook(url, secret_token="s3cret-Token_1", allowed_updates=["message", "callback_query"])
        return await bot.send_message(OWNER, "Guest needs you", reply_markup=CARD)

    sent = with_bot(prepare)
    card = sandbox.owner_lines()[0]
    assert [one["id"] for one in card["options"]] == ["h:17:take", "h:17:no"]
    assert card["links"] == [{"title": "Open", "url": "https://desk.test/17"}]
    sandbox.post(f"/owners/{OWNER}/messages", tap="h:17:take")
    heard = desk.wait_for("/hooks/tg")[0]
    assert heard.headers["x-telegram-bot-api-secret-token"] == "s3cret-Token_1"

    async def answer(bot: telegram.Bot) -> None:
        update = Update.de_json(heard.json, bot)
        query = update.callback_query
        assert query is not None
        assert (query.data, query.from_user.id) == ("h:17:take", OWNER)
        assert query.message is not None
        assert query.message.message_id == sent.message_id
        await query.answer("It is yours.")
        with pytest.raises(BadRequest, match="Query is too old"):
            await query.answer("again")

    with_bot(answer)
    assert sandbox.owner_lines()[-1]["answer"] == "It is yours."


def test_an_answer_to_a_card_says_which_card(sandbox: Sandbox, desk: Desk, with_bot: WithBot) -> None:
    sent = with_bot(lambda bot: bot.send_message(OWNER, "Guest asks: is there parking?"))
    card = sandbox.owner_lines()[0]
    sandbox.post(f"/owners/{OWNER}/messages", text="Yes, free", reply_to=card["id"])
    update = Update.de_json(desk.wait_for("/webhooks/telegram")[0].json, None)
    assert update.message is not None
    assert update.message.reply_to_message is not None
    assert (update.message.text, update.message.reply_to_message.message_id) == ("Yes, free", sent.message_id)
    assert sandbox.owner_lines()[-1]["reply_to"] == card["id"]


def test_without_a_webhook_updates_wait_for_polling(sandbox: Sandbox, with_bot: WithBot) -> None:
    async def work(bot: telegram.Bot) -> None:
        with pytest.raises(Conflict):
            await bot.get_updates()
        await bot.delete_webhook()
        polling = asyncio.create_task(bot.get_updates(timeout=5))
        await asyncio.sleep(0.1)
        await asyncio.to_thread(sandbox.post, f"/owners/{OWNER}/messages", text="/start abc123")
        (update,) = await polling
        assert update.message is not None
        assert (update.message.text, update.message.chat.id) == ("/start abc123", OWNER)
        assert update.message.entities[0].type == "bot_command"
        assert [one.update_id for one in await bot.get_updates()] == [update.update_id]
        assert await bot.get_updates(offset=update.update_id + 1) == ()

    with_bot(work)


def test_what_waited_goes_to_the_webhook_once_there_is_one(sandbox: Sandbox, desk: Desk, with_bot: WithBot) -> None:
    with_bot(lambda bot: bot.delete_webhook())
    sandbox.post(f"/owners/{OWNER}/messages", text="anybody there?")
    assert sandbox.owner_lines()[0]["status"] == "sent"
    assert with_bot(lambda bot: bot.get_webhook_info()).pending_update_count == 1
    with_bot(lambda bot: bot.set_webhook(f"{desk.url}/hooks/late"))
    assert desk.wait_for("/hooks/late")[0].json["message"]["text"] == "anybody there?"
    sandbox.until(lambda: sandbox.owner_lines()[0]["status"] == "delivered")


def test_nonsense_is_a_bad_request_and_not_a_crash(sandbox: Sandbox, account: Account) -> None:
    url = f"/bot{account.telegram_bot_token}/editMessageText"
    answer = sandbox.http.post(url, json={"chat_id": OWNER, "message_id": "one", "text": "x"})
    assert (answer.status_code, answer.json()["ok"]) == (400, False)
    assert sandbox.http.post(f"/bot{account.telegram_bot_token}/flyToTheMoon").status_code == 404
    assert sandbox.http.post("/bot123/getMe").status_code == 404


def test_a_failing_webhook_is_tried_again_until_it_takes_the_update(
    sandbox: Sandbox, desk: Desk, with_bot: WithBot
) -> None:
    answers = iter([500, 502])
    desk.reactions.append(lambda _: (next(answers, 200), {}, b""))
    made = sandbox.post(f"/owners/{OWNER}/messages", text="hello")
    assert len({one.body for one in desk.wait_for("/webhooks/telegram", 3)}) == 1
    sandbox.until(lambda: sandbox.owner_lines()[-1]["status"] == "delivered")
    info = with_bot(lambda bot: bot.get_webhook_info())
    assert (info.pending_update_count, made["direction"]) == (0, "in")
    assert "502" in info.last_error_message


def test_every_other_call_python_telegram_bot_makes_for_us(
    sandbox: Sandbox, with_bot: WithBot, account: Account
) -> None:
    async def work(bot: telegram.Bot) -> None:
        me = await bot.get_me()
        assert (me.id, me.is_bot, me.username) == (account.bot_id, True, account.telegram_bot_username)
        assert await bot.set_my_commands([("today", "Arrivals and departures")])
        assert [one.command for one in await bot.get_my_commands()] == ["today"]
        photo = await bot.send_photo(OWNER, b"\x89PNG picture", caption="<b>Room</b> 204", parse_mode="HTML")
        assert (photo.caption, len(photo.photo)) == ("Room 204", 1)
        document = await bot.send_document(OWNER, b"a,b\n1,2\n", filename="guests.csv")
        assert document.document is not None
        assert document.document.file_name == "guests.csv"
        file = await bot.get_file(document.document.file_id)
        assert bytes(await file.download_as_bytearray()) == b"a,b\n1,2\n"
        place = await bot.send_location(OWNER, latitude=26.9, longitude=75.8)
        assert place.location is not None
        assert await bot.send_chat_action(OWNER, "typing")
        assert (await bot.get_chat(OWNER)).first_name == account.owner_name

    with_bot(work)
    assert [one["kind"] for one in sandbox.owner_lines()] == ["media", "media", "location"]


def test_mistakes_get_telegrams_own_words(sandbox: Sandbox, with_bot: WithBot) -> None:
    async def work(bot: telegram.Bot) -> None:
        sent = await bot.send_message(OWNER, "same")
        cases: list[tuple[str, Awaitable[Any]]] = [
            ("Message is not modified", sent.edit_text("same")),
            ("(?i)text is empty", bot.send_message(OWNER, " ")),
            ("(?i)too long", bot.send_message(OWNER, "x" * 4097)),
            ("(?i)chat not found", bot.send_message(-5, "x")),
            ("(?i)can't parse entities", bot.send_message(OWNER, "<b>open", parse_mode="HTML")),
            ("(?i)unsupported start tag", bot.send_message(OWNER, "<table>", parse_mode="HTML")),
            ("(?i)message to edit not found", bot.edit_message_text("x", OWNER, 999)),
            ("(?i)message to delete not found", bot.delete_message(OWNER, 999)),
            ("(?i)replied not found", bot.send_message(OWNER, "x", reply_to_message_id=999)),
            ("(?i)unallowed characters", bot.set_webhook("https://a.test/x", secret_token="no spaces")),
            ("(?i)https url must be provided", bot.set_webhook("http://a.test/x")),
        ]
        for words, call in cases:
            with pytest.raises(BadRequest, match=words):
                await call
        long = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="é" * 33)]])
        with pytest.raises(BadRequest, match=r"BUTTON_DATA_INVALID|Button_data_invalid"):
            await bot.send_message(OWNER, "x", reply_markup=long)

    with_bot(work)
    assert len(sandbox.owner_lines()) == 1


def test_strangers_blockers_and_crowds_are_refused(
    sandbox: Sandbox, with_bot: WithBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    with pytest.raises(InvalidToken, match="rejected by the server"):
        with_bot(lambda bot: bot.get_me(), token="123456:" + "x" * 35)
    sandbox.post(f"/owners/{OWNER}/block")
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        with_bot(lambda bot: bot.send_message(OWNER, "hello"))
    sandbox.post(f"/owners/{OWNER}/messages", text="I am back")
    sandbox.post("/debug/faults", provider="telegram", match="sendMessage", status=429, retry_after=7)
    with pytest.raises(RetryAfter) as caught:
        with_bot(lambda bot: bot.send_message(OWNER, "hello"))
    assert caught.value.retry_after == timedelta(seconds=7)
    sandbox.post("/debug/faults", provider="telegram", match="sendMessage", drop=True)
    with pytest.raises(NetworkError):
        with_bot(lambda bot: bot.send_message(OWNER, "sent, but nobody says so"))
    assert sandbox.owner_lines()[-1]["text"] == "sent, but nobody says so"


def test_each_business_has_its_own_bot(sandbox: Sandbox, desk: Desk) -> None:
    second = DEFAULT_ACCOUNTS[1]
    sandbox.post(f"/owners/{second.owner_chat_id}/messages", text="hello", to=second.telegram_bot_username)
    heard = desk.wait_for("/webhooks/telegram")[0]
    assert heard.headers["x-telegram-bot-api-secret-token"] == second.telegram_webhook_secret
