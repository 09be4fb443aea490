"""Recordings and pictures are fetched after the guest was answered, so that nobody waits for a file."""

from __future__ import annotations

from core.errors import ProviderRefused, ProviderUnavailable
from core.log import get_logger
from core.messaging import recordings
from core.unit_of_work import unit_of_work
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
        body, kind = fetch_sent(house, house.registry.line(row.line_id), row.url)
    except ProviderRefused as refusal:
        log.warning("recording_refused", recording=row.id, **refusal.facts)
        with unit_of_work(house.engine) as session:
            recordings.give_up(session, row.id, str(refusal.facts.get("reason")))
    except ProviderUnavailable as trouble:
        with unit_of_work(house.engine) as session:
            recordings.try_later(session, row.id, str(trouble.facts.get("reason")), now=now)
    else:
        with unit_of_work(house.engine) as session:
            recordings.keep(session, row.id, body, kind)
    return True


def fetch_all(house: House) -> None:
    """Everything that is due."""
    while fetch_next(house):
        pass
