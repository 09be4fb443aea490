"""The sandbox's own clock: real time plus whatever a test or the "skip" button added."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

_DURATION = re.compile(
    r"^P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?$"
)


def parse_duration(text: str | float) -> timedelta:
    """Read an ISO 8601 duration such as PT21M or P1DT2H, or a number of seconds."""
    if not isinstance(text, str):
        return timedelta(seconds=max(0, text))
    match = _DURATION.match(text)
    if match is None or not any(match.groupdict().values()):
        message = f"not an ISO 8601 duration: {text!r}"
        raise ValueError(message)
    return timedelta(**{unit: float(amount) for unit, amount in match.groupdict().items() if amount})


class Clock:
    """Tells the time that every part of the sandbox goes by."""

    def __init__(self) -> None:
        """Start at real time."""
        self.offset = timedelta()

    def now(self) -> datetime:
        """Give the sandbox's present instant."""
        return datetime.now(UTC) + self.offset

    def unix(self) -> int:
        """Give the present instant the way Razorpay and Telegram write it."""
        return int(self.now().timestamp())

    def advance(self, by: timedelta) -> None:
        """Move forward; time never goes back."""
        self.offset += by


def rfc2822(at: datetime) -> str:
    """Write an instant the way Twilio's older API does."""
    return format_datetime(at.astimezone(UTC)).replace("GMT", "+0000")


def iso(at: datetime) -> str:
    """Write an instant the way Twilio's newer API and our scripts do."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
