"""What is kept of a run, so that whatever broke a law can be explained afterwards."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from sqlalchemy.engine import make_url

from providers.embedded import EmbeddedPostgres
from tests.chaos.audit import Check
from tests.chaos.guests import ChaosGuest
from tests.chaos.hunt import Kill
from tests.chaos.records import Calls, phone_lines
from tests.fixtures.stack import Stack

DATABASE: Final = "database.dump"


def keep(
    folder: Path,
    stack: Stack,
    server: EmbeddedPostgres,
    *,
    guests: Sequence[ChaosGuest],
    kills: Sequence[Kill],
    calls: Calls,
    checks: Sequence[Check],
) -> None:
    """The database, every phone, every delivery and call of the outside world, the kills and all logs."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "laws.jsonl", (asdict(check) for check in checks))
    _write(folder / "kills.jsonl", (_kill(kill) for kill in kills))
    _write(folder / "deliveries.jsonl", calls.deliveries)
    _write(folder / "calls.jsonl", calls.calls)
    _write(folder / "phones.jsonl", (_phone(stack, guest) for guest in guests))
    shutil.copytree(stack.home / "log", folder / "log", dirs_exist_ok=True)
    _dump(server, stack.database_url, folder / DATABASE)


def _kill(kill: Kill) -> dict[str, Any]:
    return {"victim": kill.victim, "at": kill.at, "under_way": dict(kill.under_way), "looked_ms": kill.looked_ms}


def _phone(stack: Stack, guest: ChaosGuest) -> dict[str, Any]:
    return {
        "number": guest.number,
        "outcome": guest.outcome.value,
        "where": guest.where,
        "agreed": guest.agreed,
        "paid": guest.paid,
        "sent": guest.sent,
        "lines": phone_lines(stack, guest.number),
    }


def _dump(server: EmbeddedPostgres, url: str, to: Path) -> None:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    subprocess.run(
        [server.binaries / "pg_dump", "--format=custom", f"--file={to}", f"--dbname={address}"],
        check=True,
        capture_output=True,
    )


def _write(to: Path, rows: Iterable[object]) -> None:
    to.write_text("".join(f"{json.dumps(row, ensure_ascii=False, default=str)}\n" for row in rows))
