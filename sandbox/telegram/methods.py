"""The Bot API methods the product calls, one function each."""

import asyncio
import base64
import re
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from sandbox.lines import Json
from sandbox.telegram.bots import deliver, fill, show
from sandbox.telegram.errors import TelegramError, bad
from sandbox.telegram.markup import check_keyboard, read_text
from sandbox.telegram.memory import Bot
from sandbox.world import Upload, World, short_id

Method = Callable[[World, Bot, Json], Awaitable[object]]
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
DESCRIPTION_LIMIT = 256
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
LONG_POLL_LIMIT = 50


def _chat_id(bot: Bot, params: Json) -> int:
    """The private chat meant, which must exist and not have blocked the bot."""
    raw = params.get("chat_id")
    if raw in (None, ""):
        raise bad("chat_id is empty")
    if not re.fullmatch(r"\d{1,15}", str(raw)) or int(raw) == 0:
        raise bad("chat not found")
    if int(raw) in bot.blocked:
        raise TelegramError(403, "Forbidden: bot was blocked by the user")
    return int(raw)


def _message(bot: Bot, params: Json, what: str) -> Json:
    chat_id = _chat_id(bot, params)
    message = bot.chats.get(chat_id, {}).get(int(params.get("message_id") or 0))
    if message is None:
        raise bad(f"message to {what} not found")
    return message


def _words(params: Json, key: str, limit: int) -> tuple[str, list[Json]]:
    text, entities = read_text(
        str(params.get(key) or ""), params.get("parse_mode"), params.get("entities") or params.get("caption_entities")
    )
    if len(text) > limit:
        raise bad("message is too long" if key == "text" else "message caption is too long")
    return text, entities


def _replied(bot: Bot, chat_id: int, params: Json) -> Json:
    """The message this one answers, if any."""
    given = params.get("reply_parameters") or {}
    wanted = given.get("message_id") or params.get("reply_to_message_id")
    if not wanted:
        return {}
    found = bot.chats.get(chat_id, {}).get(int(wanted))
    if found is None:
        if given.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    return {"reply_to_message": {key: value for key, value in found.items() if key != "reply_to_message"}}


def _send(world: World, bot: Bot, params: Json, **content: object) -> Json:
    """Write a message of the bot into a chat and show it on the phone."""
    chat_id = _chat_id(bot, params)
    rows = check_keyboard(params.get("reply_markup"))
    replied = _replied(bot, chat_id, params)
    filled = {key: value for key, value in content.items() if value not in (None, [], "")}
    if rows:
        filled["reply_markup"] = {"inline_keyboard": rows}
    message = bot.new_message(chat_id, **{"from": bot.user}, date=world.clock.unix(), **filled, **replied)
    show(world, bot, message, direction="out", status="delivered")
    return message


async def get_me(_world: World, bot: Bot, _params: Json) -> Json:
    """Say who the bot is."""
    return bot.user | {
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def set_webhook(world: World, bot: Bot, params: Json) -> bool:
    """Choose where updates go."""
    url = str(params.get("url") or "")
    parts = urlsplit(url)
    # The real Telegram insists on https; this one also knows the machine it runs on.
    if url and parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    secret = str(params.get("secret_token") or "")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad("secret token contains unallowed characters")
    bot.webhook_url, bot.secret_token = url, secret
    if params.get("allowed_updates") is not None:
        bot.allowed_updates = list(params["allowed_updates"])
    if params.get("drop_pending_updates"):
        bot.pending.clear()
    if url:
        for update in list(bot.pending):
            deliver(world, bot, update, None)
    return True


async def delete_webhook(_world: World, bot: Bot, params: Json) -> bool:
    """Stop posting updates."""
    bot.webhook_url, bot.secret_token = "", ""
    if params.get("drop_pending_updates"):
        bot.pending.clear()
    return True


async def get_webhook_info(_world: World, bot: Bot, _params: Json) -> Json:
    """Say where updates go and how that is working."""
    info: Json = {
        "url": bot.webhook_url,
        "has_custom_certificate": False,
        "pending_update_count": len(bot.pending),
        "max_connections": 40,
    }
    if bot.allowed_updates:
        info["allowed_updates"] = bot.allowed_updates
    if bot.last_error:
        info |= {"last_error_date": bot.last_error_date, "last_error_message": bot.last_error}
    return info


async def get_updates(world: World, bot: Bot, params: Json) -> list[Json]:
    """Hand over what waits, or wait for it as long as asked."""
    if bot.webhook_url:
        raise TelegramError(409, WEBHOOK_ACTIVE)
    if params.get("allowed_updates") is not None:
        bot.allowed_updates = list(params["allowed_updates"])
    offset = int(params.get("offset") or 0)
    if offset > 0:
        bot.pending[:] = [update for update in bot.pending if update["update_id"] >= offset]
    deadline = time.monotonic() + min(float(params.get("timeout") or 0), LONG_POLL_LIMIT)
    with world.lines.watch() as events:
        while not bot.pending and (left := deadline - time.monotonic()) > 0:
            try:
                await asyncio.wait_for(events.get(), left)
            except TimeoutError:
                break
    return bot.pending[: int(params.get("limit") or 100)]


async def send_message(world: World, bot: Bot, params: Json) -> Json:
    """Send words, with buttons if wanted."""
    _chat_id(bot, params)
    text, entities = _words(params, "text", TEXT_LIMIT)
    if not text:
        raise bad("message text is empty")
    return _send(world, bot, params, text=text, entities=entities)


async def send_photo(world: World, bot: Bot, params: Json) -> Json:
    """Send a picture."""
    file_id, upload = _file(world, params.get("photo"))
    caption, entities = _words(params, "caption", CAPTION_LIMIT)
    photo = [{"file_id": file_id, "file_unique_id": file_id[-12:], "width": 800, "height": 600}]
    return _with_file(world, bot, params, file_id, upload, photo=photo, caption=caption, caption_entities=entities)


async def send_document(world: World, bot: Bot, params: Json) -> Json:
    """Send a file."""
    file_id, upload = _file(world, params.get("document"))
    caption, entities = _words(params, "caption", CAPTION_LIMIT)
    document: Json = {"file_id": file_id, "file_unique_id": file_id[-12:], "file_name": upload.name}
    document |= {"mime_type": upload.content_type, "file_size": len(upload.content)}
    said = {"caption": caption, "caption_entities": entities}
    return _with_file(world, bot, params, file_id, upload, document=document, **said)


def _file(world: World, given: object) -> tuple[str, Upload]:
    """Keep an uploaded file, or find one named by its id or address."""
    if isinstance(given, Upload):
        file_id = short_id("file")
        world.uploads[file_id] = given
        return file_id, given
    known = world.uploads.get(str(given or ""))
    if known is not None:
        return str(given), known
    if str(given or "").startswith(("http://", "https://")):
        return str(given), Upload(b"", "image/jpeg", str(given).rsplit("/", 1)[-1])
    raise bad("there is no file in the request" if not given else "wrong file identifier/HTTP URL specified")


def _with_file(world: World, bot: Bot, params: Json, file_id: str, upload: Upload, **content: object) -> Json:
    message = _send(world, bot, params, **content)
    line = world.lines.get(bot.line_of[(message["chat"]["id"], message["message_id"])])
    if line is not None:
        url = file_id if "://" in file_id else f"/files/{file_id}"
        line.kind = "media"
        line.media = [{"url": url, "content_type": upload.content_type, "name": upload.name}]
        world.lines.changed(line)
    return message


async def send_location(world: World, bot: Bot, params: Json) -> Json:
    """Send a pin."""
    try:
        pin = {"latitude": float(params["latitude"]), "longitude": float(params["longitude"])}
    except (KeyError, ValueError, TypeError) as problem:
        raise bad("latitude and longitude must be numbers") from problem
    return _send(world, bot, params, location=pin)


def _changed(world: World, bot: Bot, message: Json, after: Json) -> Json:
    """Edit a message in place, unless nothing is different."""
    keys = ("text", "entities", "caption", "caption_entities", "reply_markup")
    if all(message.get(key) == after.get(key) for key in keys):
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    only_buttons = all(message.get(key) == after.get(key) for key in keys[:-1])
    message.clear()
    message.update(after, edit_date=world.clock.unix())
    line = world.lines.get(bot.line_of.get((message["chat"]["id"], message["message_id"]), 0))
    if line is not None:
        fill(line, message)
        line.edited = line.edited or not only_buttons
        world.lines.changed(line)
    return message


def _with_keyboard(message: Json, params: Json) -> Json:
    rows = check_keyboard(params.get("reply_markup"))
    kept = {key: value for key, value in message.items() if key not in {"reply_markup", "edit_date"}}
    return kept | ({"reply_markup": {"inline_keyboard": rows}} if rows else {})


async def edit_message_text(world: World, bot: Bot, params: Json) -> Json:
    """Say something else in the same place; buttons not given again are gone."""
    message = _message(bot, params, "edit")
    text, entities = _words(params, "text", TEXT_LIMIT)
    if not text:
        raise bad("message text is empty")
    after = _with_keyboard(message, params) | {"text": text}
    after.pop("entities", None)
    return _changed(world, bot, message, after | ({"entities": entities} if entities else {}))


async def edit_message_caption(world: World, bot: Bot, params: Json) -> Json:
    """Say something else under a picture."""
    message = _message(bot, params, "edit")
    caption, entities = _words(params, "caption", CAPTION_LIMIT)
    after = _with_keyboard(message, params) | {"caption": caption}
    after.pop("caption_entities", None)
    return _changed(world, bot, message, after | ({"caption_entities": entities} if entities else {}))


async def edit_message_reply_markup(world: World, bot: Bot, params: Json) -> Json:
    """Change only the buttons."""
    message = _message(bot, params, "edit")
    return _changed(world, bot, message, _with_keyboard(message, params))


async def delete_message(world: World, bot: Bot, params: Json) -> bool:
    """Take a message away."""
    message = _message(bot, params, "delete")
    chat_id = message["chat"]["id"]
    del bot.chats[chat_id][message["message_id"]]
    line = world.lines.get(bot.line_of.get((chat_id, message["message_id"]), 0))
    if line is not None:
        line.deleted = True
        line.text, line.options, line.keyboard, line.media = "", [], [], []
        world.lines.changed(line)
    return True


async def answer_callback_query(world: World, bot: Bot, params: Json) -> bool:
    """Let the tapped button go, with a word if wanted."""
    line = world.lines.get(bot.callbacks.pop(str(params.get("callback_query_id")), 0))
    if line is None:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    line.answer = str(params.get("text") or "")
    line.alert = bool(params.get("show_alert"))
    world.lines.changed(line)
    return True


async def send_chat_action(world: World, bot: Bot, params: Json) -> bool:
    """Show that the bot is typing."""
    world.lines.announce(
        {"type": "typing", "side": "owner", "person": str(_chat_id(bot, params)), "business": bot.account.name}
    )
    return True


async def set_my_commands(_world: World, bot: Bot, params: Json) -> bool:
    """Offer commands in the menu."""
    commands = params.get("commands") or []
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= DESCRIPTION_LIMIT:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    bot.commands = list(commands)
    return True


async def get_my_commands(_world: World, bot: Bot, _params: Json) -> list[Json]:
    """List the commands in the menu."""
    return bot.commands


async def delete_my_commands(_world: World, bot: Bot, _params: Json) -> bool:
    """Empty the menu."""
    bot.commands = []
    return True


async def get_chat(_world: World, bot: Bot, params: Json) -> Json:
    """Describe a private chat."""
    return bot.chat(_chat_id(bot, params)) | {"accent_color_id": 0, "max_reaction_count": 11}


async def get_file(world: World, _bot: Bot, params: Json) -> Json:
    """Say where a file can be fetched."""
    file_id = str(params.get("file_id") or "")
    upload = world.uploads.get(file_id)
    if upload is None:
        raise bad("invalid file_id")
    return {
        "file_id": file_id,
        "file_unique_id": base64.b32encode(file_id.encode()).decode()[:12],
        "file_size": len(upload.content),
        "file_path": f"files/{file_id}",
    }


async def close(_world: World, _bot: Bot, _params: Json) -> bool:
    """Close or log out: nothing to do for a bot that lives here."""
    return True


async def unknown_method(_world: World, _bot: Bot, _params: Json) -> bool:
    """Refuse a method nobody has heard of."""
    raise TelegramError(404, "Not Found: method not found")


METHODS: dict[str, Method] = {
    "getme": get_me,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "getupdates": get_updates,
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "senddocument": send_document,
    "sendlocation": send_location,
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback_query,
    "sendchataction": send_chat_action,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "getchat": get_chat,
    "getfile": get_file,
    "close": close,
    "logout": close,
}
