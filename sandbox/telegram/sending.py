"""What a bot says: words, pictures, files, pins; and how it changes or takes back what it said."""

from sandbox.lines import Json
from sandbox.telegram.bots import fill, show
from sandbox.telegram.errors import bad
from sandbox.telegram.markup import check_keyboard
from sandbox.telegram.memory import Bot
from sandbox.telegram.reading import CAPTION_LIMIT, TEXT_LIMIT, chat_of, message_of, read_words
from sandbox.world import Upload, World, short_id


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
    chat_id = chat_of(bot, params)
    rows = check_keyboard(params.get("reply_markup"))
    replied = _replied(bot, chat_id, params)
    filled = {key: value for key, value in content.items() if value not in (None, [], "")}
    if rows:
        filled["reply_markup"] = {"inline_keyboard": rows}
    message = bot.new_message(chat_id, **{"from": bot.user}, date=world.clock.unix(), **filled, **replied)
    show(world, bot, message, direction="out", status="delivered")
    return message


async def send_message(world: World, bot: Bot, params: Json) -> Json:
    """Send words, with buttons if wanted."""
    chat_of(bot, params)
    text, entities = read_words(params, "text", TEXT_LIMIT)
    if not text:
        raise bad("message text is empty")
    return _send(world, bot, params, text=text, entities=entities)


async def send_photo(world: World, bot: Bot, params: Json) -> Json:
    """Send a picture."""
    file_id, upload = _file(world, params.get("photo"))
    caption, entities = read_words(params, "caption", CAPTION_LIMIT)
    photo = [{"file_id": file_id, "file_unique_id": file_id[-12:], "width": 800, "height": 600}]
    return _with_file(world, bot, params, file_id, upload, photo=photo, caption=caption, caption_entities=entities)


async def send_document(world: World, bot: Bot, params: Json) -> Json:
    """Send a file."""
    file_id, upload = _file(world, params.get("document"))
    caption, entities = read_words(params, "caption", CAPTION_LIMIT)
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
    message = message_of(bot, params, "edit")
    text, entities = read_words(params, "text", TEXT_LIMIT)
    if not text:
        raise bad("message text is empty")
    after = _with_keyboard(message, params) | {"text": text}
    after.pop("entities", None)
    return _changed(world, bot, message, after | ({"entities": entities} if entities else {}))


async def edit_message_caption(world: World, bot: Bot, params: Json) -> Json:
    """Say something else under a picture."""
    message = message_of(bot, params, "edit")
    caption, entities = read_words(params, "caption", CAPTION_LIMIT)
    after = _with_keyboard(message, params) | {"caption": caption}
    after.pop("caption_entities", None)
    return _changed(world, bot, message, after | ({"caption_entities": entities} if entities else {}))


async def edit_message_reply_markup(world: World, bot: Bot, params: Json) -> Json:
    """Change only the buttons."""
    message = message_of(bot, params, "edit")
    return _changed(world, bot, message, _with_keyboard(message, params))


async def delete_message(world: World, bot: Bot, params: Json) -> bool:
    """Take a message away."""
    message = message_of(bot, params, "delete")
    chat_id = message["chat"]["id"]
    del bot.chats[chat_id][message["message_id"]]
    line = world.lines.get(bot.line_of.get((chat_id, message["message_id"]), 0))
    if line is not None:
        line.deleted = True
        line.text, line.options, line.keyboard, line.media = "", [], [], []
        world.lines.changed(line)
    return True
