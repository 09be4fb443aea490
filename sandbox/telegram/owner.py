"""An owner writes, taps a button or answers a card: the update goes to the bot."""

import base64
import re

from sandbox.clock import iso
from sandbox.lines import Json, Line
from sandbox.telegram.bots import push, show
from sandbox.telegram.memory import Bot
from sandbox.world import Upload, World, short_id


def write(world: World, bot: Bot, chat_id: int, content: Json, answers: Line | None) -> Line:
    """Send a message of the owner to the bot."""
    bot.blocked.discard(chat_id)
    known: Json = {"from": bot.owner(chat_id), "date": world.clock.unix()} | content
    command = re.match(r"/[A-Za-z0-9_]+", str(content.get("text") or ""))
    if command:
        known["entities"] = [{"type": "bot_command", "offset": 0, "length": len(command[0])}]
    if answers is not None:
        replied = _message_of(bot, chat_id, answers)
        if replied is not None:
            known["reply_to_message"] = {key: value for key, value in replied.items() if key != "reply_to_message"}
    message = bot.new_message(chat_id, **known)
    line = show(world, bot, message, direction="in", status="queued")
    push(world, bot, "message", message, line)
    return line


def tap(world: World, bot: Bot, chat_id: int, card: Line, option: Json) -> Line:
    """Press a button under one of the bot's messages."""
    message = _message_of(bot, chat_id, card)
    query_id = str(int.from_bytes(short_id("q").encode()[-7:]))
    line = world.lines.add(
        side=card.side,
        person=card.person,
        business=card.business,
        direction="in",
        channel="telegram",
        text=option["title"],
        at=iso(world.clock.now()),
        status="queued",
        sid=query_id,
        kind="tap",
        reply_to=card.id,
    )
    bot.callbacks[query_id] = line.id
    query: Json = {
        "id": query_id,
        "from": bot.owner(chat_id),
        "chat_instance": str(chat_id * 7919),
        "data": option["id"],
    }
    push(world, bot, "callback_query", query | ({"message": message} if message else {}), line)
    return line


def media_content(world: World, media: Json) -> tuple[Json, Json]:
    """A file of the owner, as Telegram describes it and as the phone shows it."""
    content = base64.b64decode(media["content"]) if media.get("content") else b""
    kind = media.get("content_type") or "audio/ogg"
    file_id = short_id("file")
    world.uploads[file_id] = Upload(content, kind, media.get("name") or "")
    described: Json = {"file_id": file_id, "file_unique_id": file_id[-12:], "file_size": len(content)}
    shown = {"url": f"/files/{file_id}", "content_type": kind, "name": media.get("name") or ""}
    if kind.startswith("audio/"):
        return {"voice": described | {"duration": int(media.get("seconds") or 3), "mime_type": kind}}, shown
    if kind.startswith("image/"):
        return {"photo": [described | {"width": 800, "height": 600}]}, shown
    return {"document": described | {"file_name": media.get("name") or "file", "mime_type": kind}}, shown


def _message_of(bot: Bot, chat_id: int, line: Line) -> Json | None:
    """The Telegram message behind a line on the phone."""
    for (chat, number), line_id in bot.line_of.items():
        if chat == chat_id and line_id == line.id:
            return bot.chats.get(chat, {}).get(number)
    return None
