"""Texts for outside WhatsApp's window on a number that is Meta's: made there, and asked how far their approval is.

Their names carry the text's fingerprint, so a changed text is a new template and the old one goes on until it is there.
"""

from __future__ import annotations

import hashlib
import json
from typing import Final

from pywa.client import WhatsApp
from pywa.types.templates import (
    BodyText,
    Buttons,
    ParamFormat,
    QuickReplyButton,
    TemplateCategory,
    TemplateDetails,
    TemplateLanguage,
    TemplateRejectionReason,
)
from pywa.types.templates import Template as MetaTemplate
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql import insert

from core.clock import Clock
from core.messaging.approved import APPROVED
from core.ports import TemplateBody
from core.unit_of_work import unit_of_work
from models.messaging import Template
from models.states import Provider
from providers.content import WHATSAPP_LANGUAGE

_LONGEST_NAME: Final = 512


class MetaTemplates:
    """One account's templates at Meta."""

    def __init__(self, meta: WhatsApp, engine: Engine, account_id: int, clock: Clock, business_id: str) -> None:
        self._meta = meta
        self._engine = engine
        self._account_id = account_id
        self._clock = clock
        self._business_id = business_id
        self._there: dict[tuple[str, str], TemplateDetails] | None = None

    def keep(self, body: TemplateBody) -> str:
        """See that it is there as it is written now; returns what WhatsApp thinks of it."""
        name, fingerprint = name_of(body), _fingerprint(body)
        found = self._known().get((name, WHATSAPP_LANGUAGE[body.language]))
        if found is None:
            status, reason = str(self._made(name, body)).lower(), None
        else:
            status, reason = found.status.value.lower(), _reason(found)
        row = insert(Template).values(
            account_id=self._account_id,
            provider=Provider.META,
            name=f"{body.name}.{body.language}",
            provider_id=name,
            fingerprint=fingerprint,
            approval=status,
            rejected_because=reason,
            checked_at=self._clock.now(),
            created_at=self._clock.now(),
        )
        news = ("provider_id", "fingerprint", "approval", "rejected_because", "checked_at")
        with unit_of_work(self._engine) as session:
            # What was approved speaks on until the new text is.
            stands = (Template.approval != APPROVED) | (Template.fingerprint == fingerprint)
            session.execute(
                row.on_conflict_do_update(
                    index_elements=["account_id", "provider", "name"],
                    set_={each: row.excluded[each] for each in news},
                    where=stands | (row.excluded.approval == APPROVED),
                )
            )
        return status

    def forget(self) -> None:
        """Ask again next time."""
        self._there = None

    def _known(self) -> dict[tuple[str, str], TemplateDetails]:
        """All of ours that are there, asked for once."""
        if self._there is None:
            listed = self._meta.get_templates(name="atithi_", waba_id=self._business_id).all()
            self._there = {(each.name, each.language.value): each for each in listed}
        return self._there

    def _made(self, name: str, body: TemplateBody) -> str:
        replies = [QuickReplyButton(text=title) for title in body.buttons]
        wanted = MetaTemplate(
            name=name,
            language=language_of(body.language),
            category=TemplateCategory(body.category),
            parameter_format=ParamFormat.POSITIONAL,
            components=[BodyText(body.text, *body.samples), *([Buttons(buttons=list(replies))] if replies else [])],
        )
        return self._meta.create_template(wanted, waba_id=self._business_id).status.value


def name_of(body: TemplateBody) -> str:
    """What it is called at Meta: small letters, digits and underscores; Hindi in Latin letters is English there."""
    return f"atithi_{body.name}_{body.language}_{_fingerprint(body)[:6]}"[:_LONGEST_NAME]


def language_of(language: str) -> TemplateLanguage:
    """The language as Meta calls it."""
    return TemplateLanguage(WHATSAPP_LANGUAGE[language])


def _fingerprint(body: TemplateBody) -> str:
    said = [body.text, list(body.samples), list(body.buttons), body.category]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _reason(found: TemplateDetails) -> str | None:
    reason = found.rejected_reason
    return None if reason in {None, TemplateRejectionReason.NONE} else str(reason)
