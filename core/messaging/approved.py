"""Which approved template may speak for us when WhatsApp's window is shut."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messaging import Template
from models.states import Provider

APPROVED: Final = "approved"


def approved_id(session: Session, account_id: int, provider: Provider, name: str, language: str) -> str | None:
    """The provider's id of this template in this language; None while it is not approved."""
    return session.scalar(
        select(Template.provider_id).where(
            Template.account_id == account_id,
            Template.provider == provider,
            Template.name == f"{name}.{language}",
            Template.approval == APPROVED,
        )
    )
