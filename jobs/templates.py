"""`atithi templates sync`: the buttons and lists that must be registered with Twilio, made or found by their names."""

from __future__ import annotations

from sqlalchemy import select

from core.settings import load
from core.unit_of_work import unit_of_work
from models.account import Line
from models.states import Channel, Provider
from providers.content import forms
from providers.house import open_house
from providers.twilio import TwilioChannel


def sync_command() -> None:
    """Register the message templates of every account that has WhatsApp; what is there already stays."""
    house = open_house(load())
    try:
        with unit_of_work(house.engine) as session:
            lines = session.scalars(
                select(Line.id).where(Line.provider == Provider.TWILIO, Line.channel == Channel.WHATSAPP)
            ).all()
        for line_id in lines:
            line = house.registry.line(line_id)
            channel = house.registry.channel_for(line)
            if isinstance(channel, TwilioChannel):
                for form in forms():
                    channel.templates.sid(form)
                print(f"{line.address}: {len(forms())} templates are ready.")
        if not lines:
            print("No account has a WhatsApp number yet.")
    finally:
        house.close()
