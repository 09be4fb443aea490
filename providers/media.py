"""Files guests send are fetched from their provider's own hosts only, and only so many bytes of them.

The address comes with a signed webhook, yet it is never simply believed: another host, another scheme, a redirect
elsewhere or an endless answer is refused before anything of it is read.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from core.errors import ProviderRefused, ProviderUnavailable
from core.messaging.recordings import LARGEST

_OURS: Final = ("twilio.com", "twiliocdn.com")
# Where Twilio's own answers lead: its bucket, nobody else's.
_BUCKET: Final = ("s3-external-1.amazonaws.com", "/media.twiliocdn.com/")
_MOST_HOPS: Final = 3
_TIMEOUT_S: Final = 10.0


def may_fetch(url: str, base_url: str = "") -> bool:
    """Whether a file may come from there; `base_url` is the stand-in's address in a demo.

    >>> may_fetch("https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1")
    True
    >>> may_fetch("https://twilio.com.example.org/x"), may_fetch("http://api.twilio.com/x")
    (False, False)
    """
    try:
        asked, base = urlsplit(url), urlsplit(base_url)
        port, base_port = asked.port, base.port
    except ValueError:
        return False
    host = asked.hostname or ""
    if base_url:
        return (asked.scheme, host, port) == (base.scheme, base.hostname, base_port) and asked.username is None
    if asked.scheme != "https" or port not in {None, 443} or asked.username is not None:
        return False
    if (host, asked.path[: len(_BUCKET[1])]) == _BUCKET:
        return True
    return any(host == ours or host.endswith(f".{ours}") for ours in _OURS)


def fetch(url: str, *, auth: tuple[str, str], base_url: str = "") -> tuple[bytes, str]:
    """The file and its kind.

    Raises:
        ProviderRefused: it is not there, too large, or from somewhere it may not come from.
        ProviderUnavailable: try again later.
    """
    try:
        with httpx.Client(timeout=_TIMEOUT_S, trust_env=False, follow_redirects=False) as http:
            for hop in range(_MOST_HOPS + 1):
                if not may_fetch(url, base_url):
                    raise ProviderRefused(reason="not the provider's host")
                with http.stream("GET", url, auth=auth if hop == 0 else None) as answer:
                    if answer.is_redirect:
                        url = urljoin(url, answer.headers.get("location", ""))
                        continue
                    return _read(answer)
    except httpx.HTTPError as trouble:
        raise ProviderUnavailable(reason=type(trouble).__name__) from trouble
    raise ProviderRefused(reason="sent from one place to another")


def _read(answer: httpx.Response) -> tuple[bytes, str]:
    if answer.status_code >= 500 or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:  # noqa: PLR2004 - HTTP's own
        raise ProviderUnavailable(reason=f"HTTP {answer.status_code}")
    if not answer.is_success:
        raise ProviderRefused(reason=f"HTTP {answer.status_code}")
    body = bytearray()
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > LARGEST:
            raise ProviderRefused(reason="too large")
    return bytes(body), answer.headers.get("content-type", "").partition(";")[0].strip()
