"""Whoever writes down voice notes here: none, unless the settings name an adapter."""

from __future__ import annotations

from importlib import import_module

from core.ports import SpeechToText


def listener(name: str) -> SpeechToText | None:
    """The adapter of that name, made without arguments; a name that leads nowhere stops the start.

    >>> listener("") is None
    True
    """
    if not name:
        return None
    module, _, made_by = name.partition(":")
    found: SpeechToText = getattr(import_module(module), made_by)()
    return found
