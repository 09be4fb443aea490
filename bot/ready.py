"""What a process learns before its first guest writes, so that nobody waits for it."""

from __future__ import annotations

import gc

from sqlalchemy.orm import configure_mappers

from bot.replies import LANGUAGES, known_replies


def get_ready() -> None:
    """Know the tables and all replies; what was learnt so far stays, so it is never again searched for garbage."""
    configure_mappers()
    for language in LANGUAGES:
        known_replies(language)
    gc.collect()
    gc.freeze()
