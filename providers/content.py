"""Buttons and lists on WhatsApp: generic Content templates, one per number of choices, filled for each message.

A template is made once per account, found again by its name, and remembered in the `template` table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine, func, select
from sqlalchemy.dialects.postgresql import insert
from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList

from core.clock import Clock
from core.ports import Option
from core.unit_of_work import unit_of_work
from models.base import Json
from models.messaging import Template
from core.messaging.plain import shortened

MOST_BUTTONS: Final = 3
MOST_ROWS: Final = 10
LONGEST_BODY: Final = 1024
LONGEST_BUTTON: Final = 20
_LONGEST_ROW: Final = 24
_LONGEST_DESCRIPTION: Final = 72
_NO_DESCRIPTION: Final = "-"
_ONE_MAKER: Final = 41_001  # the advisory lock's first number: of all rows, none is locked while Twilio is asked


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with what this message puts into it."""

    form: str
    variables: dict[str, str]


def forms() -> tuple[str, ...]:
    """All templates a desk needs: buttons for 1 to 3 choices, lists for 2 to 10."""
    return tuple(f"quick_{count}" for count in range(1, MOST_BUTTONS + 1)) + tuple(
        f"list_{count}" for count in range(2, MOST_ROWS + 1)
    )


def fill(text: str, options: Sequence[Option], list_title: str) -> Filled:
    """Buttons where they fit, else a list; ten choices at most."""
    options = options[:MOST_ROWS]
    if len(options) == 1 or (
        len(options) <= MOST_BUTTONS
        and all(len(option.title) <= LONGEST_BUTTON and not option.description for option in options)
    ):
        parts = [text]
        for option in options:
            parts += [shortened(option.title, LONGEST_BUTTON), option.id]
        return Filled(f"quick_{len(options)}", _numbered(parts))
    parts = [text, shortened(list_title or "☰", LONGEST_BUTTON)]
    for option in options:
        title = shortened(option.title, _LONGEST_ROW)
        said = option.description if title == option.title else f"{option.title}. {option.description}"
        parts += [title, option.id, shortened(said.strip(), _LONGEST_DESCRIPTION) or _NO_DESCRIPTION]
    return Filled(f"list_{len(options)}", _numbered(parts))


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
            fingerprint = hashlib.sha256(json.dumps(types, sort_keys=True).encode()).hexdigest()[:16]
            self._known[form] = self._stored(form, fingerprint) or self._made(form, fingerprint, types)
        return self._known[form]

    def forget(self) -> None:
        """Ask the provider again next time: a template we knew is gone there."""
        self._known.clear()
        with unit_of_work(self._engine) as session:
            for stale in session.scalars(select(Template).where(Template.account_id == self._account_id)):
                session.delete(stale)

    def _stored(self, form: str, fingerprint: str) -> str | None:
        with unit_of_work(self._engine) as session:
            return session.scalar(
                select(Template.provider_id).where(
                    Template.account_id == self._account_id,
                    Template.name == form,
                    Template.fingerprint == fingerprint,
                )
            )

    def _made(self, form: str, fingerprint: str, types: Json) -> str:
        """Found by its name at the provider, or created there; one process at a time, so that none is made twice."""
        name = f"atithi_{form}_{fingerprint[:8]}"
        with unit_of_work(self._engine) as session:
            session.execute(select(func.pg_advisory_xact_lock(_ONE_MAKER, self._account_id)))
            found = next(
                (each.sid for each in self._client.content.v1.contents.stream() if each.friendly_name == name), None
            )
            sid = found or self._create(name, types)
            row = insert(Template).values(
                account_id=self._account_id,
                name=form,
                provider_id=sid,
                fingerprint=fingerprint,
                created_at=self._clock.now(),
            )
            session.execute(
                row.on_conflict_do_update(
                    index_elements=["account_id", "provider", "name"],
                    set_={"provider_id": row.excluded.provider_id, "fingerprint": row.excluded.fingerprint},
                )
            )
        return sid

    def _create(self, name: str, types: Json) -> str:
        wanted = ContentList.ContentCreateRequest(
            {"friendly_name": name, "language": "en", "variables": _samples(types), "types": types}
        )
        made = self._client.content.v1.contents.create(content_create_request=wanted)
        return str(made.sid)


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
