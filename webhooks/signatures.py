"""Whether a request really comes from who it says; every comparison takes the same time right or wrong."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from typing import Final

from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import SIGNATURE_SETTINGS_HEADER, RequestValidator, get_signature_algorithm

_TWILIO_HEADER: Final = "X-Twilio-Signature"


def signed_by_twilio(
    tokens: Iterable[str], url: str, params: ImmutableMultiDict[str, str], headers: Mapping[str, str]
) -> bool:
    """Signed with one of the tokens: two are good while one is being replaced by the other."""
    signature = headers.get(_TWILIO_HEADER)
    if not signature:  # Twilio's own package would stumble over a missing one
        return False
    algorithm = get_signature_algorithm(headers.get(SIGNATURE_SETTINGS_HEADER))
    return any(RequestValidator(token).validate(url, params, signature, algorithm) for token in tokens if token)


def whose_secret(secrets: Iterable[tuple[int, str]], given: str) -> int | None:
    """The account whose secret this is."""
    found = None
    for account_id, secret in secrets:
        if secret and hmac.compare_digest(secret.encode(), given.encode()):
            found = account_id
    return found
