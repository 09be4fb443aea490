"""The worker: answers guests, sends messages, works events and looks after money and holds, until it is told to stop.

Any number of workers may run on one database; each piece of work is claimed row by row.
"""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler

from bot.ready import get_ready
from core.log import configure, get_logger
from core.messaging.wake import WAKE_EVENTS, WAKE_INBOX, WAKE_LINE, WAKE_OUTBOX, WAKE_PAYMENTS, WAKE_TURNS
from core.settings import load
from jobs.holds import free_late_tables, sweep_holds
from jobs.horizon import extend_horizons, heal_missing_days
from jobs.inbox import Inbox
from jobs.media import fetch_all
from jobs.menus import offer_menus
from jobs.outbox import Outbox
from jobs.payments import Payments
from jobs.people import remind_guests, remind_people, tell_of_the_day
from jobs.pollers import Listener, Poller
from jobs.presence import Heirs, Presence
from jobs.rooms import number_rooms
from jobs.turns import Turns
from jobs.waitlist import look_after_lines, remind_of_requests, serve_line
from providers.house import House, open_house
from providers.rasa import RasaEngine, engine_urls

log = get_logger()

_TURN_THREADS: Final = 8
_RETRY_THREADS: Final = 4
_SEND_THREADS: Final = 6
_MONEY_THREADS: Final = 2
# How often to look without being nudged: for what a person waits for, and for what only has its hour.
_SOON_S: Final = 1.0
_LATER_S: Final = 5.0
_OPEN_DAYS_EVERY_S: Final = 3600.0
_MISSING_DAYS_EVERY_S: Final = 60.0
_NUMBER_EVERY_S: Final = 30.0
_TELL_EVERY_S: Final = 60.0
_REMIND_EVERY_S: Final = 10.0
_FETCH_EVERY_S: Final = 3.0
_MENU_EVERY_S: Final = 300
_LOOK_AT_LINES_EVERY_S: Final = 300.0
_BEAT_EVERY_S: Final = 2.0
_TO_END_S: Final = 8.0
_TO_BE_SEEN_S: Final = 10.0


class Worker:
    """All pollers of one process, and what wakes them."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._engine = RasaEngine(engine_urls(house.settings), house.settings.secret("engine_token"))
        self._presence = presence = Presence()
        turns, outbox = Turns(house, self._engine, presence), Outbox(house, presence)
        inbox, money = Inbox(house), Payments(house, presence)
        talking = Poller("turns", turns.take_next, threads=_TURN_THREADS, every=_SOON_S)
        sending = Poller("outbox", outbox.send_some, threads=_SEND_THREADS, every=_SOON_S)
        events = Poller("events", inbox.work_next, every=_SOON_S)
        paying = Poller("payments", money.work_next, threads=_MONEY_THREADS, every=_SOON_S)
        ending = Poller("holds", lambda: sweep_holds(house) > 0, every=_SOON_S)
        retrying = Poller("retries", turns.take_again, threads=_RETRY_THREADS, every=_SOON_S)
        offering = Poller("line", lambda: serve_line(house), every=_LATER_S)
        self.pollers = (
            talking,
            sending,
            events,
            paying,
            ending,
            retrying,
            offering,
            Poller("unknown", outbox.settle_next, every=_SOON_S),
            Poller("leases_of_the_dead", Heirs(house).look, every=_SOON_S),
            Poller("reconciling", money.reconcile_next, every=_LATER_S),
            Poller("late_tables", lambda: free_late_tables(house) > 0, every=_LATER_S),
            Poller("waiting_guests", lambda: remind_people(house), every=_LATER_S),
            Poller("requests", lambda: remind_of_requests(house), every=_LATER_S),
            Poller("horizon", lambda: extend_horizons(house) > 0, every=_OPEN_DAYS_EVERY_S),
        )
        self._listener = Listener(
            house.engine.url.render_as_string(hide_password=False),
            {
                WAKE_INBOX: (talking,),
                WAKE_TURNS: (retrying,),
                WAKE_EVENTS: (events,),
                WAKE_OUTBOX: (sending,),
                WAKE_PAYMENTS: (paying, ending),
                WAKE_LINE: (offering,),
            },
            presence,
        )
        self._scheduler = BackgroundScheduler(timezone="UTC")

    def start(self) -> None:
        """Begin everything."""
        self._listener.start()
        if not self._presence.wait(_TO_BE_SEEN_S):
            log.warning("worker_not_seen_yet")
        for poller in self.pollers:
            poller.start()
        self._scheduler.add_job(
            tell_of_the_day, "interval", [self._house], seconds=_TELL_EVERY_S, coalesce=True, max_instances=1
        )
        self._scheduler.add_job(
            look_after_lines, "interval", [self._house], seconds=_LOOK_AT_LINES_EVERY_S, coalesce=True, max_instances=1
        )
        for work, seconds in (
            (heal_missing_days, _MISSING_DAYS_EVERY_S),
            (number_rooms, _NUMBER_EVERY_S),
            (remind_guests, _REMIND_EVERY_S),
            (fetch_all, _FETCH_EVERY_S),
            (offer_menus, _MENU_EVERY_S),
        ):
            self._scheduler.add_job(work, "interval", [self._house], seconds=seconds, coalesce=True, max_instances=1)
        self._scheduler.add_job(offer_menus, args=[self._house])  # once now
        self._scheduler.start()
        log.info("worker_started")

    def stop(self) -> None:
        """Finish what is under way, then let go; what was not begun is a row and waits for the next worker."""
        self._scheduler.shutdown(wait=False)
        for poller in self.pollers:
            poller.stop()
        self._listener.stop()
        for poller in self.pollers:
            if not poller.join(_TO_END_S):
                log.warning("poller_still_busy", poller=poller.name)
        self._engine.close()
        self._house.close()
        log.info("worker_stopped")


class Heartbeat:
    """A file that is touched while this process lives, for whoever watches over it."""

    def __init__(self, home: Path) -> None:
        folder = home / "run"
        folder.mkdir(exist_ok=True)
        self.file = folder / f"worker-{os.getpid()}.alive"

    def beat_until(self, stopping: threading.Event) -> None:
        """Every two seconds, until the end."""
        try:
            while not stopping.is_set():
                self.file.touch()
                stopping.wait(_BEAT_EVERY_S)
        finally:
            self.file.unlink(missing_ok=True)


def main() -> None:
    """Run until SIGTERM or Ctrl-C."""
    configure(process="worker")
    get_ready()
    settings = load()
    worker = Worker(open_house(settings, ping=False, plan_once=True))  # what fails is tried again
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    worker.start()
    Heartbeat(settings.home).beat_until(stopping)
    worker.stop()


if __name__ == "__main__":
    main()
