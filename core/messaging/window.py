"""WhatsApp lets a business speak freely for a day after the guest's last words; later only approved templates go."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from models.states import Channel

# Ten minutes short of a day: a message must not find the window shut on its way.
WINDOW: Final = timedelta(hours=23, minutes=50)


def is_open(channel: Channel, *, last_inbound_at: datetime | None, now: datetime) -> bool:
    """Whether anything may be said there now; only WhatsApp ever shuts."""
    if channel is not Channel.WHATSAPP:
        return True
    return last_inbound_at is not None and now - last_inbound_at < WINDOW
