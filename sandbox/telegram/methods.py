"""The Bot API methods the product calls, by name."""

import base64
import re
from collections.abc import Awaitable, Callable

from sandbox.lines import Json
from sandbox.telegram import sending, updates
from sandbox.telegram.errors import TelegramError, bad
from sandbox.telegram.memory import Bot
from sandbox.telegram.reading import chat_of
from sandbox.world import World

Method = Callable[[World, Bot, Json], Awaitable[object]]
DESCRIPTION_LIMIT = 256


async def get_me(_world: World, bot: Bot, _params: Json) -> Json:
    """Say who the bot is."""
    return bot.user | {
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


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
        {"type": "typing", "side": "owner", "person": str(chat_of(bot, params)), "business": bot.account.name}
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
    return bot.chat(chat_of(bot, params)) | {"accent_color_id": 0, "max_reaction_count": 11}


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
    "setwebhook": updates.set_webhook,
    "deletewebhook": updates.delete_webhook,
    "getwebhookinfo": updates.get_webhook_info,
    "getupdates": updates.get_updates,
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "senddocument": sending.send_document,
    "sendlocation": sending.send_location,
    "editmessagetext": sending.edit_message_text,
    "editmessagecaption": sending.edit_message_caption,
    "editmessagereplymarkup": sending.edit_message_reply_markup,
    "deletemessage": sending.delete_message,
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
