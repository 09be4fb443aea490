"""A booking's own page is reached by its reference and a signature only we can make, so nobody reads it by guessing."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Final

from core.settings import Settings

_PURPOSE: Final = b"booking card:"  # the same key signs other things; a signature for one is none for another
_BYTES: Final = 12


def sign(reference: str, secret: str) -> str:
    """Sixteen signs that fit into a link.

    >>> sign("K7QM2", "secret") == sign("K7QM2", "secret") != sign("K7QM3", "secret")
    True
    """
    digest = hmac.digest(secret.encode(), _PURPOSE + reference.encode(), sha256)
    return urlsafe_b64encode(digest[:_BYTES]).decode()


def check(reference: str, signature: str, secret: str) -> bool:
    """Whether we signed that reference."""
    return hmac.compare_digest(sign(reference, secret).encode(), signature.encode())


def signer(settings: Settings) -> Callable[[str], str]:
    """What signs the references of this installation."""
    return partial(sign, secret=settings.secret("atithi_secret_key"))
