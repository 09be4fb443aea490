"""Recordings and pictures are fetched after the guest was answered, so that nobody waits for a file."""

from __future__ import annotations

from core.errors import ProviderRefused, ProviderUnavailable
from core.log import get_logger
from core.messaging import pictures, recordings
from core.unit_of_work import unit_of_work
from models.messaging import Recording
from models.states import Provider
from providers.house import House
from providers.media import fetch_sent

log = get_logger()


def fetch_next(house: House) -> bool:
    """One file; False when none is due."""
    now = house.clock.now()
    with unit_of_work(house.engine) as session:
        row = recordings.claim_next(session, now=now)
    if row is None:
        return False
    try:
        body, kind = _file(house, row)
    except ProviderRefused as refusal:
        log.warning("recording_refused", recording=row.id, **refusal.facts)
        with unit_of_work(house.engine) as session:
            recordings.give_up(session, row.id, str(refusal.facts.get("reason")))
            pictures.lost(session, row.id, now=now)
    except ProviderUnavailable as trouble:
        with unit_of_work(house.engine) as session:
            if recordings.try_later(session, row.id, str(trouble.facts.get("reason")), now=now):
                pictures.lost(session, row.id, now=now)
    else:
        with unit_of_work(house.engine) as session:
            recordings.keep(session, row.id, body, kind)
            pictures.here(session, row.id, now=now)
    return True


def _file(house: House, row: Recording) -> tuple[bytes, str]:
    """From Telegram by its id, from anybody else by its address."""
    line = house.registry.line(row.line_id)
    if line.provider is Provider.TELEGRAM:
        return house.registry.telegram_for(line).download(row.url), row.content_type
    return fetch_sent(house, line, row.url)


def fetch_all(house: House) -> None:
    """Everything that is due."""
    while fetch_next(house):
        pass
