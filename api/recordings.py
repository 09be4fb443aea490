"""What a guest sent, for those in charge who hold its signed link."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Response
from fastapi import Path as InPath
from sqlalchemy.orm import Session

from api.cards import PRIVATE, Signature, not_found
from core.bookings.card import check
from models.messaging import Recording
from providers.house import Here

router = APIRouter(tags=["guests"], include_in_schema=False)

# Shown in the browser; anything else, such as a page with a script in it, is only saved.
_SHOWN: Final = frozenset(
    {"image/jpeg", "image/png", "image/webp", "audio/ogg", "audio/mpeg", "audio/mp4", "audio/amr"}
)
_HARMLESS: Final = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


@router.api_route("/r/{recording_id}/{signature}", methods=["GET", "HEAD"])
def recording(house: Here, recording_id: Annotated[int, InPath(ge=1, lt=2**62)], signature: Signature) -> Response:
    """The file, once it is here."""
    if not check(f"recording {recording_id}", signature, house.settings.secret("atithi_secret_key")):
        return not_found()
    with Session(house.engine) as session:
        row = session.get(Recording, recording_id)
        if row is None or row.body is None:
            return not_found()
        shown = row.content_type in _SHOWN
        kind = row.content_type if shown else "application/octet-stream"
        headers = PRIVATE | _HARMLESS
        if not shown:
            headers |= {"Content-Disposition": f"attachment; filename=from-a-guest-{row.id}"}
        return Response(row.body, media_type=kind, headers=headers)
