"""Files guests send are fetched from their provider's own hosts only, and only so many bytes of them.

The address comes with a signed webhook, yet it is never simply believed: another host, another scheme, a redirect
elsewhere or an endless answer is refused before anything of it is read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from core.errors import ProviderRefused, ProviderUnavailable
from core.messaging.recordings import LARGEST
from models.states import Provider
from providers.house import House
from providers.registry import LineRef

# Where Twilio's own answers lead: its bucket, nobody else's.
_BUCKET: Final = ("s3-external-1.amazonaws.com", "/media.twiliocdn.com/")
_MOST_HOPS: Final = 3
_TIMEOUT_S: Final = 10.0
_LONGEST_CARD: Final = 64 * 1024  # what Meta tells about a file is short


@dataclass(frozen=True, slots=True)
class Origin:
    """From where a provider's files may come, and what opens them; `base_url` is the stand-in's address in a demo."""

    hosts: tuple[str, ...]
    headers: tuple[tuple[str, str], ...] = ()
    base_url: str = ""
    bucket: tuple[str, str] | None = None

    def has(self, url: str) -> bool:
        """Whether a file may come from there.

        >>> TWILIO.has("https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1")
        True
        >>> TWILIO.has("https://twilio.com.example.org/x"), TWILIO.has("http://api.twilio.com/x")
        (False, False)
        """
        try:
            asked, base = urlsplit(url), urlsplit(self.base_url)
            port, base_port = asked.port, base.port
        except ValueError:
            return False
        host = asked.hostname or ""
        if self.base_url:
            return (asked.scheme, host, port) == (base.scheme, base.hostname, base_port) and asked.username is None
        if asked.scheme != "https" or port not in {None, 443} or asked.username is not None:
            return False
        if self.bucket is not None and (host, asked.path[: len(self.bucket[1])]) == self.bucket:
            return True
        return any(host == ours or host.endswith(f".{ours}") for ours in self.hosts)


TWILIO: Final = Origin(("twilio.com", "twiliocdn.com"), bucket=_BUCKET)
# Meta says at the Graph API where a file is; the files themselves stand elsewhere.
META: Final = Origin(("facebook.com", "fbsbx.com", "fbcdn.net", "whatsapp.net"))


def fetch_sent(house: House, line: LineRef, url: str) -> tuple[bytes, str]:
    """What a guest sent to this line, and its kind, with the account's own keys.

    Raises:
        ProviderRefused: it is not there, too large, or from somewhere it may not come from.
        ProviderUnavailable: try again later.
    """
    keys, settings = house.registry.keys(line.account_id, line.provider), house.settings
    if line.provider is Provider.META:
        held = (("Authorization", f"Bearer {keys.get('token', '')}"),)
        return fetch_from_meta(url, Origin(META.hosts, held, settings.whatsapp_cloud_api_base_url))
    basic = httpx.BasicAuth(keys.get("account_sid", ""), keys.get("auth_token", ""))
    signed = next(basic.auth_flow(httpx.Request("GET", "https://api.twilio.com")))
    held = (("Authorization", signed.headers["Authorization"]),)
    return fetch(url, Origin(TWILIO.hosts, held, settings.twilio_api_base_url, TWILIO.bucket))


def fetch_from_meta(url: str, origin: Origin) -> tuple[bytes, str]:
    """Meta is first asked where the file is, then for the file; both with the token, and only of Meta itself."""
    if origin.base_url:
        url = urljoin(origin.base_url, urlsplit(url).path)
    told, _ = fetch(url, origin, most=_LONGEST_CARD)
    try:
        about = json.loads(told)
        where, size = str(about["url"]), int(about.get("file_size") or 0)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as unreadable:
        raise ProviderRefused(reason="no address of a file") from unreadable
    if size > LARGEST:
        raise ProviderRefused(reason="too large")
    return fetch(where, origin)


def fetch(url: str, origin: Origin, *, most: int = LARGEST) -> tuple[bytes, str]:
    """The file and its kind; what opens it is shown once, to the first address, and to nobody that is redirected to.

    Raises:
        ProviderRefused: it is not there, too large, or from somewhere it may not come from.
        ProviderUnavailable: try again later.
    """
    try:
        with httpx.Client(timeout=_TIMEOUT_S, trust_env=False, follow_redirects=False) as http:
            for hop in range(_MOST_HOPS + 1):
                if not origin.has(url):
                    raise ProviderRefused(reason="not the provider's host")
                with http.stream("GET", url, headers=origin.headers if hop == 0 else ()) as answer:
                    if answer.is_redirect:
                        url = urljoin(url, answer.headers.get("location", ""))
                        continue
                    return _read(answer, most)
    except (httpx.HTTPError, httpx.InvalidURL) as trouble:
        raise ProviderUnavailable(reason=type(trouble).__name__) from trouble
    raise ProviderRefused(reason="sent from one place to another")


def _read(answer: httpx.Response, most: int) -> tuple[bytes, str]:
    if answer.status_code >= 500 or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:  # noqa: PLR2004 - HTTP's own
        raise ProviderUnavailable(reason=f"HTTP {answer.status_code}")
    if not answer.is_success:
        raise ProviderRefused(reason=f"HTTP {answer.status_code}")
    body = bytearray()
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > most:
            raise ProviderRefused(reason="too large")
    return bytes(body), answer.headers.get("content-type", "").partition(";")[0].strip()
