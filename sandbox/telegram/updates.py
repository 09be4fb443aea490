"""Where a bot's updates go: to a webhook, or to whoever polls."""

import asyncio
import re
import time
from urllib.parse import urlsplit

from sandbox.lines import Json
from sandbox.telegram.bots import deliver_pending, drop_pending
from sandbox.telegram.errors import TelegramError, bad
from sandbox.telegram.memory import Bot
from sandbox.world import World

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
LONG_POLL_LIMIT = 50
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


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
    is_new = (bot.webhook_url, bot.secret_token) != (url, secret)
    bot.webhook_url, bot.secret_token = url, secret
    if params.get("allowed_updates") is not None:
        bot.allowed_updates = list(params["allowed_updates"])
    if params.get("drop_pending_updates"):
        drop_pending(world, bot)
    if is_new:
        deliver_pending(world, bot)
    return True


async def delete_webhook(world: World, bot: Bot, params: Json) -> bool:
    """Stop posting updates."""
    bot.webhook_url, bot.secret_token = "", ""
    deliver_pending(world, bot)
    if params.get("drop_pending_updates"):
        drop_pending(world, bot)
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
