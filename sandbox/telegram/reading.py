"""Reads the parameters most methods share: the chat, the message, the words."""

import re

from sandbox.lines import Json
from sandbox.telegram.errors import TelegramError, bad
from sandbox.telegram.markup import read_text
from sandbox.telegram.memory import Bot

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024


def chat_of(bot: Bot, params: Json) -> int:
    """The private chat meant, which must exist and not have blocked the bot."""
    raw = params.get("chat_id")
    if raw in (None, ""):
        raise bad("chat_id is empty")
    if not re.fullmatch(r"\d{1,15}", str(raw)) or int(raw) == 0:
        raise bad("chat not found")
    if int(raw) in bot.blocked:
        raise TelegramError(403, "Forbidden: bot was blocked by the user")
    return int(raw)


def message_of(bot: Bot, params: Json, what: str) -> Json:
    """The message of the bot that is meant."""
    chat_id = chat_of(bot, params)
    message = bot.chats.get(chat_id, {}).get(int(params.get("message_id") or 0))
    if message is None:
        raise bad(f"message to {what} not found")
    return message


def read_words(params: Json, key: str, limit: int) -> tuple[str, list[Json]]:
    """The words of a message or caption, within their limit."""
    text, entities = read_text(
        str(params.get(key) or ""), params.get("parse_mode"), params.get("entities") or params.get("caption_entities")
    )
    if len(text) > limit:
        raise bad("message is too long" if key == "text" else "message caption is too long")
    return text, entities
