"""The list of commands Telegram shows beside the field one writes in is given to each bot when it has changed."""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.owner.orders import MENU
from core.errors import ProviderError
from core.log import get_logger
from core.unit_of_work import unit_of_work
from models.account import Line
from models.states import Provider
from providers.house import House

log = get_logger()

_KNOWS = "menu"


def offer_menus(house: House) -> int:
    """Every bot that shows another list is given ours; one that cannot be reached is tried again. Returns how many."""
    wanted = hashlib.sha256(json.dumps(MENU).encode()).hexdigest()[:16]
    with Session(house.engine) as session:
        lines = session.execute(select(Line.id, Line.settings).where(Line.provider == Provider.TELEGRAM)).all()
    given = 0
    for line_id, settings in lines:
        if settings.get(_KNOWS) == wanted:
            continue
        try:
            house.registry.telegram_for(house.registry.line(line_id)).offer(MENU)
        except ProviderError as trouble:
            log.info("menu_not_offered", line=line_id, code=trouble.code)
            continue
        with unit_of_work(house.engine) as session:
            line = session.get_one(Line, line_id, with_for_update=True)
            line.settings = line.settings | {_KNOWS: wanted}
        given += 1
    return given
