"""India's register of texts (DLT): who writes, under which header, and which texts the operators let through.

On the domestic route anything that is not registered word for word is thrown away by the carriers, so nothing else is
sent there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from models.base import Json

INDIA: Final = "+91"
NEEDED: Final = ("entity_id", "header")


def registered_only(settings: Json, recipient: str) -> bool:
    """Whether only registered texts may go from this line to this number."""
    dlt = settings.get("dlt") or {}
    return recipient.startswith(INDIA) and all(dlt.get(name) for name in NEEDED)


def sender_for(settings: Json, recipient: str, address: str) -> str:
    """The header instead of the number, where the house has one."""
    return str(settings["dlt"]["header"]) if registered_only(settings, recipient) else address


def is_registered(settings: Json, template: str) -> bool:
    """Whether this text, as `booking_confirmed_stay.en`, has its number at the operators."""
    return bool(((settings.get("dlt") or {}).get("templates") or {}).get(template))


def missing(settings: Json, templates: Iterable[str]) -> tuple[str, ...]:
    """What is still to be registered before an SMS to India can say it.

    >>> missing({"dlt": {"entity_id": "1", "header": "KESARK", "templates": {"a.en": "7"}}}, ["a.en", "b.en"])
    ('b.en',)
    >>> missing({}, ["a.en"])
    ('entity_id', 'header', 'a.en')
    """
    dlt = settings.get("dlt") or {}
    return tuple(name for name in NEEDED if not dlt.get(name)) + tuple(
        name for name in templates if not is_registered(settings, name)
    )
