"""The short code that is read out to people: not guessable, and with no two signs that look or sound alike."""

from __future__ import annotations

import re
import secrets
from typing import Final

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V twins, and no A, E, U: six of them never spell a word.
ALPHABET: Final = "CDFGHJKMNPQRTVWXY34679"
LENGTH: Final = 6
_NOT_OURS: Final = re.compile(f"[^{ALPHABET}]")


def new_reference() -> str:
    """Six signs, one of a hundred million codes."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def as_reference(typed: str) -> str | None:
    """A reference as a guest may type it (small letters, spaces, dashes), or None when it cannot be one."""
    code = re.sub(r"[\s-]", "", typed).upper()
    return None if len(code) != LENGTH or _NOT_OURS.search(code) else code
