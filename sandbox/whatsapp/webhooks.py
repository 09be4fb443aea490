"""What Meta posts to the product: its envelope, signed over the very bytes with the app secret."""

import hashlib
import hmac
import json

from sandbox.courier import Parcel, Patience, Report
from sandbox.lines import GUEST, Json, Line
from sandbox.settings import Account
from sandbox.twilio.inbound import profile_name
from sandbox.world import World

PATH = "/webhooks/whatsapp"
LONGEST_WAIT = 30.0
BSUID_STEP = 7919


def user_id(number: str) -> str:
    """The id Meta gives this business for a person, whatever becomes of their number."""
    return f"IN.{int(number.removeprefix('+')) * BSUID_STEP}"


def number_of(person: str) -> str | None:
    """Whose id that is."""
    digits = person.partition(".")[2]
    known = digits.isdecimal() and int(digits) % BSUID_STEP == 0
    return f"+{int(digits) // BSUID_STEP}" if known else None


def contact(number: str, name: str = "", *, hidden: bool = False) -> Json:
    """A person as Meta describes them beside their messages; who goes by a user name shows no number."""
    profile = {"name": name or profile_name(number)}
    if hidden:
        return {"profile": profile | {"username": f"guest.{number[-4:]}"}, "user_id": user_id(number)}
    return {"profile": profile, "wa_id": number.removeprefix("+"), "user_id": user_id(number)}


def envelope(account: Account, field: str = "messages", **what: object) -> Json:
    """One change of one number, in Meta's envelope."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": account.meta_number.removeprefix("+"),
            "phone_number_id": account.meta_number_id,
        },
        **what,
    }
    entry = {"id": account.meta_business_id, "changes": [{"value": value, "field": field}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def signed(account: Account, posted: Json) -> tuple[bytes, dict[str, str]]:
    """The bytes and their signature."""
    body = json.dumps(posted, separators=(",", ":")).encode()
    signature = hmac.new(account.meta_app_secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": f"sha256={signature}",
        "User-Agent": "facebookexternalua",
    }
    return body, headers


def post(
    world: World, account: Account, posted: Json, *, kind: str, label: str, lane: str | None, line: Line | None = None
) -> None:
    """Bring it, and bring it again until it is taken."""
    body, headers = signed(account, posted)
    patience = Patience(
        attempts=max(world.settings.redelivery_attempts, 2),
        first_wait=world.settings.redelivery_wait,
        longest_wait=LONGEST_WAIT,
        refusals=5,
    )

    def tell(report: Report) -> None:
        world.desk_is(answering=report.status is not None)
        if line is None or line.side != GUEST or line.status == "delivered":
            return
        line.attempts = report.attempt
        if report.arrived or report.is_last:
            line.status = "delivered" if report.arrived else "failed"
        world.lines.changed(line)

    url = world.settings.product_url + PATH
    world.courier.send(Parcel(kind, label, url, body, headers, patience, tell), lane)
