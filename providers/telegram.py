"""Owners' cards through Telegram, with python-telegram-bot's Bot in an event loop of its own thread."""

from __future__ import annotations

import asyncio
import html
import os
import threading
from collections.abc import Collection, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from core.errors import ProviderRefused, ProviderUnavailable, ProviderUnknown
from core.messaging.capabilities import TELEGRAM
from core.messaging.layout import lay_out
from core.messaging.plain import shortened
from core.messaging.recordings import LARGEST
from core.ports import Option, Outgoing, Sent

_TIMEOUT_S: Final = 10.0
os.environ.setdefault("PTB_TIMEDELTA", "true")  # how the library asks us to agree to its next version's timedeltas
_LONGEST_ANSWER: Final = 200
BLOCKED: Final = 403


class Loop:
    """One event loop in a thread, for libraries that speak only async."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="telegram", daemon=True)
        self._thread.start()

    def run[Answer](self, work: Coroutine[Any, Any, Answer], *, timeout: float) -> Answer:
        """Wait for it, from any other thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)

    def close(self) -> None:
        """Stop the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=2)
        self._loop.close()


class TelegramChannel:
    """One bot's way to the chats of those who run the place."""

    def __init__(self, token: str, base_url: str, loop: Loop) -> None:
        self._request = HTTPXRequest(
            connection_pool_size=8, connect_timeout=5.0, read_timeout=_TIMEOUT_S, write_timeout=5.0, pool_timeout=5.0
        )
        base = base_url.rstrip("/") or "https://api.telegram.org"
        self._bot = Bot(token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot", request=self._request)
        self._loop = loop

    def send(self, message: Outgoing) -> Sent:
        """Send a card with its buttons below it."""
        laid = lay_out(message, TELEGRAM)
        keyboard = _keyboard(laid.options)
        chat = int(message.recipient)
        words = html.escape(laid.text)
        work: Coroutine[Any, Any, Message]
        if laid.media_url is not None:
            work = self._bot.send_photo(
                chat, laid.media_url, caption=words, parse_mode=ParseMode.HTML, reply_markup=keyboard
            )
        else:
            work = self._bot.send_message(chat, words, parse_mode=ParseMode.HTML, reply_markup=keyboard)
        sent = self._ask(work)
        return Sent(f"{chat}:{sent.message_id}")

    def find(self, message: Outgoing, *, since: datetime, besides: Collection[str] = ()) -> Sent | None:  # noqa: ARG002 - see below
        """Telegram cannot be asked what a bot has sent."""
        return None

    def acknowledge(self, callback_id: str, text: str = "") -> None:
        """Stop the spinner on a button that was pressed."""
        self._ask(self._bot.answer_callback_query(callback_id, text=text[:_LONGEST_ANSWER] or None))

    def edit(self, provider_id: str, text: str | None, options: Collection[Option] = ()) -> None:
        """Change a card that was sent: its words and buttons, or (without words) only its buttons."""
        chat, _, number = provider_id.partition(":")
        keyboard = _keyboard(options)
        if text is None:
            self._ask(self._bot.edit_message_reply_markup(int(chat), int(number), reply_markup=keyboard))
        else:
            self._ask(
                self._bot.edit_message_text(
                    html.escape(shortened(text, TELEGRAM.body)),
                    int(chat),
                    int(number),
                    parse_mode=ParseMode.HTML,
                    reply_markup=keyboard,
                )
            )

    def download(self, file_id: str) -> bytes:
        """A picture somebody in charge sent; Telegram keeps it for an hour under an address of its own."""
        return self._ask(self._fetched(file_id))

    async def _fetched(self, file_id: str) -> bytes:
        found = await self._bot.get_file(file_id)
        if (found.file_size or 0) > LARGEST:
            raise ProviderRefused(reason="too large")
        return bytes(await found.download_as_bytearray())

    def offer(self, commands: Mapping[str, str]) -> None:
        """Show these commands in the bot's menu."""
        self._ask(self._bot.set_my_commands(list(commands.items())))

    def close(self) -> None:
        """Let the connections go."""
        self._loop.run(self._request.shutdown(), timeout=_TIMEOUT_S)

    def _ask[Answer](self, work: Coroutine[Any, Any, Answer]) -> Answer:
        try:
            return self._loop.run(work, timeout=3 * _TIMEOUT_S)
        except RetryAfter as error:
            pause = error.retry_after
            seconds = pause.total_seconds() if isinstance(pause, timedelta) else float(pause)
            raise ProviderUnavailable(provider_code=429, retry_after=seconds) from error
        except (Forbidden, InvalidToken) as error:
            raise ProviderRefused(provider_code=BLOCKED) from error
        except BadRequest as error:
            raise ProviderRefused(provider_code=400, reason=error.message) from error
        except TimedOut as error:
            raise _lost(error) from error
        except NetworkError as error:
            raise _lost(error) from error
        except TelegramError as error:
            raise ProviderRefused(provider_code=0, reason=error.message) from error
        except TimeoutError as error:
            raise ProviderUnknown(provider_code=0) from error


def _lost(error: NetworkError) -> ProviderUnavailable | ProviderUnknown:
    """Without a connection nothing was sent; otherwise nobody knows."""
    if isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return ProviderUnavailable(provider_code=0)
    return ProviderUnknown(provider_code=0)


def _keyboard(options: Collection[Option]) -> InlineKeyboardMarkup | None:
    if not options:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(each.title, callback_data=each.id)] for each in options])
