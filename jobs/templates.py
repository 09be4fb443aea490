"""`atithi templates sync`: what must be registered with Twilio or Meta, made, found again or put up for approval."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.templates import all_templates
from core.messaging.approved import APPROVED
from core.settings import load
from core.unit_of_work import unit_of_work
from models.account import Line
from models.messaging import Template
from models.states import Channel
from providers.content import forms
from providers.house import House, open_house
from providers.twilio import TwilioChannel
from providers.whatsapp import WhatsAppChannel


def sync_command() -> None:
    """Register the message templates of every account that has WhatsApp; what is there already stays."""
    house = open_house(load())
    try:
        with unit_of_work(house.engine) as session:
            lines = session.scalars(select(Line.id).where(Line.channel == Channel.WHATSAPP).order_by(Line.id)).all()
        for line_id in lines:
            print(sync(house, line_id))
        if not lines:
            print("No account has a WhatsApp number yet.")
    finally:
        house.close()


def sync(house: House, line_id: int) -> str:
    """Bring one number's templates up to date; says in a sentence how far they are."""
    line = house.registry.line(line_id)
    channel = house.registry.channel_for(line)
    if isinstance(channel, TwilioChannel):
        for form in forms():
            channel.templates.sid(form)
        how_far = Counter(channel.templates.keep(body) for body in all_templates())
        ready = f"{len(forms())} forms for talking are ready; "
    elif isinstance(channel, WhatsAppChannel) and channel.makes_templates:
        channel.look_again()
        how_far = Counter(channel.keep(body) for body in all_templates())
        ready = ""
    elif isinstance(channel, WhatsAppChannel):
        return f"{line.address}: without the WhatsApp Business Account's id (business_account_id) none can be made."
    else:
        return f"{line.address}: not a WhatsApp number."
    said = ", ".join(f"{count} {status}" for status, count in sorted(how_far.items()))
    lines = [f"{line.address}: {ready}for outside the window: {said}."]
    if how_far.keys() != {APPROVED}:
        lines.append("  Until WhatsApp approves the others, what they would say goes by SMS. Run this again to look.")
    with Session(house.engine) as session:
        refused = session.scalars(
            select(Template).where(
                Template.account_id == line.account_id,
                Template.provider == line.provider,
                Template.rejected_because.is_not(None),
            )
        )
        lines += [f"  {each.name} was refused: {each.rejected_because}" for each in refused]
    return "\n".join(lines)
