"""Provider keys at rest: encrypted with the installation's own key, readable only by its processes."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken


class VaultError(Exception):
    """A stored key cannot be read; the message is a sentence for the person who runs this."""


class Vault:
    """Seals and opens secrets with one key (ATITHI_SECRET_KEY)."""

    def __init__(self, secret: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()))

    def seal(self, plain: str) -> bytes:
        """What may be stored."""
        return self._fernet.encrypt(plain.encode())

    def open(self, sealed: bytes) -> str:
        """What was sealed here."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            message = (
                "A stored provider key was sealed with another ATITHI_SECRET_KEY: restore that key, or connect again."
            )
            raise VaultError(message) from None
