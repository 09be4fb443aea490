"""Finds bots, shows their messages on the owner's phone and carries updates to them."""

import json

from sandbox.clock import iso
from sandbox.courier import Parcel, Patience, Report
from sandbox.lines import OWNER, Json, Line
from sandbox.settings import Account
from sandbox.telegram.memory import Bot
from sandbox.world import World


def bot_of(world: World, account: Account) -> Bot:
    """The account's bot; its webhook starts as if it had been set by hand some day before."""
    bot = world.bots.get(account.telegram_bot_token)
    if bot is None:
        bot = Bot(account)
        if account.telegram_webhook_secret:
            bot.webhook_url = world.settings.product_public_url + "/webhooks/telegram"
            bot.secret_token = account.telegram_webhook_secret
        world.bots[account.telegram_bot_token] = bot
    return bot


def show(world: World, bot: Bot, message: Json, *, direction: str, status: str, kind: str = "text") -> Line:
    """Put a message on the owner's phone."""
    chat_id: int = message["chat"]["id"]
    replied = message.get("reply_to_message") or {}
    line = world.lines.add(
        side=OWNER,
        person=str(chat_id),
        business=bot.account.name,
        direction=direction,
        channel="telegram",
        text="",
        at=iso(world.clock.now()),
        status=status,
        sid=f"{chat_id}:{message['message_id']}",
        kind=kind,
        reply_to=bot.line_of.get((chat_id, replied.get("message_id", 0))),
    )
    bot.line_of[(chat_id, message["message_id"])] = line.id
    fill(line, message)
    world.lines.changed(line)
    return line


def fill(line: Line, message: Json) -> None:
    """Make a line say what its message says now."""
    line.text = message.get("text") or message.get("caption") or ""
    line.entities = message.get("entities") or message.get("caption_entities") or []
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or []
    line.keyboard = rows
    buttons = [one for row in rows for one in row]
    line.options = [
        {"id": one["callback_data"], "title": one["text"], "description": ""}
        for one in buttons
        if "callback_data" in one
    ]
    line.links = [{"title": one["text"], "url": one["url"]} for one in buttons if one.get("url")]
    if "location" in message:
        line.location = message["location"]
        line.kind = "location"


def push(world: World, bot: Bot, kind: str, content: Json, line: Line | None) -> None:
    """Give the bot an update: to its webhook, or to wait for getUpdates."""
    if bot.allowed_updates and kind not in bot.allowed_updates:
        return
    update: Json = {"update_id": bot.take_update_id(), kind: content}
    bot.pending.append(update)
    if line is not None:
        bot.line_of_update[update["update_id"]] = line.id
    if not bot.webhook_url:
        world.lines.announce({"type": "update"})
        if line is not None:
            line.status = "sent"
            world.lines.changed(line)
        return
    deliver(world, bot, update)


def deliver_pending(world: World, bot: Bot) -> None:
    """Send everything that waits to where updates go now."""
    world.courier.empty(_lane(bot))
    for update in list(bot.pending) if bot.webhook_url else []:
        deliver(world, bot, update)


def drop_pending(world: World, bot: Bot) -> None:
    """Forget what waits."""
    world.courier.empty(_lane(bot))
    bot.pending.clear()
    bot.line_of_update.clear()


def _lane(bot: Bot, chat_id: int | str = "") -> str:
    return f"telegram:{bot.account.bot_id}:{chat_id}"


def deliver(world: World, bot: Bot, update: Json) -> None:
    """Post an update, again and again until the product takes it."""
    line = world.lines.get(bot.line_of_update.get(update["update_id"], 0))
    headers = {"Content-Type": "application/json"}
    if bot.secret_token:
        headers["X-Telegram-Bot-Api-Secret-Token"] = bot.secret_token
    chat_id = _chat_of(update)

    patience = Patience(
        attempts=max(world.settings.redelivery_attempts, 2),
        first_wait=world.settings.redelivery_wait,
        timeout=10.0,
        refusals=20,
    )

    def tell(report: Report) -> None:
        world.desk_is(answering=report.status is not None)
        if report.arrived and update in bot.pending:
            bot.pending.remove(update)
            bot.line_of_update.pop(update["update_id"], None)
        if not report.arrived:
            bot.last_error = f"Wrong response from the webhook: {report.status or report.text}"
            bot.last_error_date = world.clock.unix()
        if line is None or line.status == "delivered":
            return
        line.attempts = report.attempt
        line.status = "delivered" if report.arrived else "failed" if report.is_last else "queued"
        world.lines.changed(line)

    parcel = Parcel(
        "telegram",
        f"{next(key for key in update if key != 'update_id')} {update['update_id']}",
        world.reachable(bot.webhook_url),
        json.dumps(update).encode(),
        headers,
        patience,
        tell,
    )
    world.courier.send(parcel, lane=_lane(bot, chat_id))


def _chat_of(update: Json) -> int:
    message = update.get("message") or update.get("callback_query", {}).get("message") or {}
    chat_id: int = message.get("chat", {}).get("id", 0)
    return chat_id
