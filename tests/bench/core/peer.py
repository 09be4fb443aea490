"""libres from PyPI, in an environment of its own, on a database of its own of the same server."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import make_url

_HERE: Final = Path(__file__).parent
_ROOT: Final = _HERE.parents[2]
_HOME: Final = _ROOT / "var" / "bench" / "libres"
_UV: Final = _ROOT / ".uv" / "bin" / "uv"


@dataclass(frozen=True, slots=True)
class Peer:
    """How it did."""

    version: str
    rate: float
    p50_ms: float
    p99_ms: float


def libres(url: str, clients: int, seconds: float) -> Peer | None:
    """Reserve, approve and commit stays of one to five nights, tried again when the database says so."""
    python = _environment()
    if python is None:
        return None
    name = f"libres_{secrets.token_hex(4)}"
    ours = make_url(url)
    admin = ours.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        theirs = ours.set(drivername="postgresql+psycopg2", database=name).render_as_string(hide_password=False)
        command = [str(python), str(_HERE / "libres_clients.py"), theirs, str(clients), str(seconds)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            print(ran.stderr[-2_000:], file=sys.stderr)
            return None
        return Peer(**json.loads(ran.stdout.splitlines()[-1]))
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _environment() -> Path | None:
    """Its own libraries, pinned; None when they cannot be had here."""
    python = _HOME / "bin" / "python"
    wanted = _HERE / "libres.txt"
    done = _HOME / "made_from.txt"
    if done.exists() and done.read_text() == wanted.read_text():
        return python
    for command in (
        [str(_UV), "venv", "--quiet", "--clear", "--python", "3.12", str(_HOME)],
        [str(_UV), "pip", "sync", "--quiet", "--python", str(python), str(wanted)],
    ):
        if subprocess.run(command, check=False).returncode != 0:
            return None
    done.write_text(wanted.read_text())
    return python
