"""`atithi db ...` and `atithi backup`: the embedded server's own matters."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url

from core.clock import SystemClock
from core.settings import Settings, load
from jobs.sentences import Refusal
from jobs.up import is_up
from providers.embedded import database_url, packaged_binaries, server_of


def stop() -> None:
    """Stop the embedded database server, should one have been left running."""
    settings = load()
    if settings.database_url:
        message = "DATABASE_URL is set: that server is not ours to stop."
        raise Refusal(message)
    if is_up(settings.home):
        message = "Atithi runs and needs its database: stop it first (Ctrl-C where it was started)."
        raise Refusal(message)
    print("Stopped." if server_of(settings).stop() else "It was not running.")


def backup(
    to: Annotated[Path | None, typer.Argument(help="The file to write; a name with the time is chosen.")] = None,
) -> None:
    """Write the whole database into one file, while everything runs; `pg_restore` reads it."""
    settings = load()
    target = to or settings.home / "backups" / f"atithi-{SystemClock().now():%Y%m%d-%H%M%S}.dump"
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.part")
    done = subprocess.run(
        [*_pg_dump(settings), "--format=custom", f"--file={unfinished}"], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        unfinished.unlink(missing_ok=True)
        message = f"The backup was not written: {done.stderr.strip()}"
        raise Refusal(message)
    unfinished.replace(target)
    print(f"Backed up into {target} ({target.stat().st_size / 1e6:.1f} MB).")


def _pg_dump(settings: Settings) -> list[str]:
    """The programs beside the embedded server are new enough for every server we support."""
    address = make_url(database_url(settings)).set(drivername="postgresql")
    program = packaged_binaries() / "pg_dump"
    if not os.access(program, os.X_OK):
        program = Path(shutil.which("pg_dump") or program)
    return [str(program), f"--dbname={address.render_as_string(hide_password=False)}"]
