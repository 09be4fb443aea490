"""What becomes of a message after Meta took it: sent, delivered, read or failed, each told by a webhook."""

import asyncio

from sandbox.lines import Json
from sandbox.settings import Account
from sandbox.whatsapp.webhooks import contact, envelope, post, user_id
from sandbox.world import World

RANK = {"accepted": 0, "sent": 1, "delivered": 2, "read": 3}
ABOUT_ERRORS = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


def _status(world: World, message: Json, refusal: tuple[int, str] | None) -> Json:
    number = message["to"]
    status = {
        "id": message["id"],
        "status": message["status"],
        "timestamp": str(world.clock.unix()),
        "recipient_id": number.removeprefix("+"),
        "recipient_user_id": user_id(number),
    }
    if message["tracker"]:
        status["biz_opaque_callback_data"] = message["tracker"]
    if refusal is not None:
        code, title = refusal
        error = {"code": code, "title": title, "message": title, "error_data": {"details": title}, "href": ABOUT_ERRORS}
        return status | {"errors": [error]}
    pricing = {"billable": False, "pricing_model": "PMP", "category": "service", "type": "free_customer_service"}
    return status | {"pricing": pricing}


def move_to(world: World, account: Account, message: Json, status: str, refusal: tuple[int, str] | None = None) -> None:
    """Move a message forward, show it on the phone and tell the product."""
    if status != "failed" and RANK[status] <= RANK.get(message["status"], 9):
        return
    message["status"] = status
    line = world.lines.get(message["line"])
    if line is not None:
        line.status, line.error_code = status, refusal[0] if refusal else None
        world.lines.changed(line)
    if not world.policy.statuses:
        return
    told = envelope(account, contacts=[contact(message["to"])], statuses=[_status(world, message, refusal)])
    post(world, account, told, kind="meta_status", label=status, lane=f"status:{message['id']}")


async def progress(world: World, account: Account, message: Json, refusal: tuple[int, str] | None) -> None:
    """Take a message through its life."""
    delay = world.settings.status_delay
    await asyncio.sleep(delay / 3)
    if refusal is not None:
        move_to(world, account, message, "failed", refusal)
        return
    for status in ("sent", "delivered"):
        move_to(world, account, message, status)
        await asyncio.sleep(delay)
    if world.policy.read == "always":
        move_to(world, account, message, "read")


def person_reads(world: World, number: str, business: str | None = None) -> int:
    """The guest looks at the conversation: everything delivered is now read."""
    if world.policy.read == "never":
        return 0
    seen = 0
    for line in world.lines.of("guest", number):
        message = world.meta_messages.get(line.sid)
        account = world.account_named(line.business)
        if (
            message is None
            or account is None
            or message["status"] != "delivered"
            or business not in {None, account.name}
        ):
            continue
        move_to(world, account, message, "read")
        seen += 1
    return seen
