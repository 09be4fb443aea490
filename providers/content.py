"""Buttons and lists on WhatsApp: generic Content templates, one per number of choices, filled for each message.

A template is made once per account, found again by its name, and remembered in the `template` table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, func, select, update
from sqlalchemy.dialects.postgresql import insert
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList

from core.clock import Clock
from core.messaging.capabilities import TWILIO_WHATSAPP
from core.messaging.layout import Laid
from core.ports import TemplateBody
from core.unit_of_work import unit_of_work
from models.base import Json
from models.messaging import Template
from models.states import Provider

WHATSAPP_LANGUAGE: Final = {"en": "en", "hi": "hi", "hinglish": "en"}  # Hindi in Latin letters has no code of its own
_NONE: Final = "-"
_ONE_MAKER: Final = 41_001  # the advisory lock's first number: of all rows, none is locked while Twilio is asked


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with what this message puts into it."""

    form: str
    variables: dict[str, str]


def forms() -> tuple[str, ...]:
    """All templates a desk needs to talk: buttons for 1 to 3 choices, lists for 1 to 10."""
    return tuple(f"quick_{count}" for count in range(1, TWILIO_WHATSAPP.buttons + 1)) + tuple(
        f"list_{count}" for count in range(1, TWILIO_WHATSAPP.rows + 1)
    )


def fill(laid: Laid) -> Filled | None:
    """Buttons or a list with what this message puts into them; None for what needs no template."""
    match laid.kind:
        case "buttons":
            parts = [laid.text, *(part for each in laid.options for part in (each.title, each.id))]
            return Filled(f"quick_{len(laid.options)}", _numbered(parts))
        case "list":
            rows = (part for each in laid.options for part in (each.title, each.id, each.description or _NONE))
            return Filled(f"list_{len(laid.options)}", _numbered([laid.text, laid.list_title, *rows]))
        case _:
            return None


class Templates:
    """One account's templates at Twilio."""

    def __init__(self, client: Client, engine: Engine, account_id: int, clock: Clock) -> None:
        self._client = client
        self._engine = engine
        self._account_id = account_id
        self._clock = clock
        self._known: dict[str, str] = {}

    def sid(self, form: str) -> str:
        """The provider's id of a template; made now when it was never made."""
        if form not in self._known:
            types = _types(form)
            fingerprint = _fingerprint(types)
            self._known[form] = self._stored(form, fingerprint) or self._made(form, fingerprint, types)
        return self._known[form]

    def keep(self, body: TemplateBody) -> str:
        """See that a template for outside the window is there as it is written now, and put up for approval.

        Returns what WhatsApp thinks of it.
        """
        name = f"{body.name}.{body.language}"
        types = approved_types(body)
        fingerprint = _fingerprint([types, list(body.samples), body.category])
        sid = self._stored(name, fingerprint) or self._made(name, fingerprint, types, body)
        said = self._client.content.v1.contents(sid).approval_fetch().fetch().whatsapp or {}
        status = str(said.get("status") or "unsubmitted")
        if status == "unsubmitted":
            asked = ApprovalCreateList.ContentApprovalRequest({
                "name": f"atithi_{name.replace('.', '_')}_{fingerprint[:6]}", "category": body.category
            })  # fmt: skip
            made = self._client.content.v1.contents(sid).approval_create.create(content_approval_request=asked)
            status = str(made.status or "received")
        reason = str(said.get("rejection_reason") or "") or None
        with unit_of_work(self._engine) as session:
            session.execute(
                update(Template)
                .where(Template.account_id == self._account_id, Template.name == name)
                .where(Template.provider == Provider.TWILIO)
                .values(approval=status, rejected_because=reason, checked_at=self._clock.now())
            )
        return status

    def forget(self) -> None:
        """Ask the provider again next time: a template we knew is gone there."""
        self._known.clear()
        with unit_of_work(self._engine) as session:
            mine = select(Template).where(Template.account_id == self._account_id, Template.provider == Provider.TWILIO)
            for stale in session.scalars(mine):
                session.delete(stale)

    def _stored(self, form: str, fingerprint: str) -> str | None:
        with unit_of_work(self._engine) as session:
            return session.scalar(
                select(Template.provider_id).where(
                    Template.account_id == self._account_id,
                    Template.provider == Provider.TWILIO,
                    Template.name == form,
                    Template.fingerprint == fingerprint,
                )
            )

    def _made(self, form: str, fingerprint: str, types: Json, body: TemplateBody | None = None) -> str:
        """Found by its name at the provider, or created there; one process at a time, so that none is made twice."""
        name = f"atithi_{form}_{fingerprint[:8]}"
        with unit_of_work(self._engine) as session:
            session.execute(select(func.pg_advisory_xact_lock(_ONE_MAKER, self._account_id)))
            found = next(
                (each.sid for each in self._client.content.v1.contents.stream() if each.friendly_name == name), None
            )
            sid = found or self._create(name, types, body)
            row = insert(Template).values(
                account_id=self._account_id,
                provider=Provider.TWILIO,
                name=form,
                provider_id=sid,
                fingerprint=fingerprint,
                created_at=self._clock.now(),
            )
            session.execute(
                row.on_conflict_do_update(
                    index_elements=["account_id", "provider", "name"],
                    set_={
                        "provider_id": row.excluded.provider_id,
                        "fingerprint": row.excluded.fingerprint,
                        "approval": "unsubmitted",
                    },
                )
            )
        return sid

    def _create(self, name: str, types: Json, body: TemplateBody | None) -> str:
        wanted = ContentList.ContentCreateRequest({
            "friendly_name": name,
            "language": "en" if body is None else WHATSAPP_LANGUAGE[body.language],
            "variables": _samples(types) if body is None else approved_samples(body),
            "types": types,
        })  # fmt: skip
        made = self._client.content.v1.contents.create(content_create_request=wanted)
        return str(made.sid)


def approved_types(body: TemplateBody) -> Json:
    """An approved text, with fixed titles on its buttons; what a tap means is put in for each message."""
    if not body.buttons:
        return {"twilio/text": {"body": body.text}}
    first = len(body.samples) + 1
    actions = [
        {"type": "QUICK_REPLY", "title": title, "id": f"{{{{{number}}}}}"}
        for number, title in enumerate(body.buttons, start=first)
    ]
    return {"twilio/quick-reply": {"body": body.text, "actions": actions}}


def approved_samples(body: TemplateBody) -> dict[str, str]:
    """A likely value for each variable, as whoever approves wants to see."""
    return _numbered([*body.samples, *(f"1.{number}" for number in range(1, len(body.buttons) + 1))])


def _fingerprint(what: Any) -> str:  # noqa: ANN401 - any JSON
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]


def _types(form: str) -> Json:
    kind, _, count = form.partition("_")
    if kind == "quick":
        actions = [
            {"type": "QUICK_REPLY", "title": f"{{{{{2 * n}}}}}", "id": f"{{{{{2 * n + 1}}}}}"}
            for n in range(1, int(count) + 1)
        ]
        return {"twilio/quick-reply": {"body": "{{1}}", "actions": actions}}
    items = [
        {"item": f"{{{{{3 * n}}}}}", "id": f"{{{{{3 * n + 1}}}}}", "description": f"{{{{{3 * n + 2}}}}}"}
        for n in range(1, int(count) + 1)
    ]
    return {"twilio/list-picker": {"body": "{{1}}", "button": "{{2}}", "items": items}}


def _samples(types: Json) -> dict[str, str]:
    """Twilio wants a sample for every variable."""
    count = json.dumps(types).count("{{")
    return {str(number): f"sample {number}" for number in range(1, count + 1)}


def _numbered(parts: Sequence[str]) -> dict[str, str]:
    return {str(number): part for number, part in enumerate(parts, start=1)}
