"""Bad weather on request: provider calls that fail, hang or drop, and webhooks that repeat, wait or vanish."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Fault(BaseModel):
    """One scripted misfortune, used up after `times` occasions."""

    model_config = ConfigDict(extra="forbid")

    times: int = Field(1, ge=1, le=100_000)
    provider: str | None = Field(None, description="twilio, meta, telegram or razorpay: calls to that provider")
    webhook: str | None = Field(None, description="twilio, meta (either with _status), telegram or razorpay")
    method: str | None = Field(None, description="only calls with this HTTP method")
    match: str | None = Field(None, description="only calls whose path, or webhooks whose label, contains this")
    status: int | None = Field(None, ge=400, le=599)
    retry_after: int | None = None
    body: dict[str, Any] | None = Field(None, description="answer with this JSON instead of the provider's usual one")
    hang: float | None = Field(None, ge=0, le=600, description="seconds to wait")
    drop: bool = False
    act: bool | None = Field(None, description="let the call take effect first; default only for drop")
    duplicate: int | None = Field(None, ge=1, le=100, description="send this many extra copies at once")
    delay: float | None = Field(None, ge=0, le=3600, description="seconds before the delivery leaves")
    withhold: bool = False
    reorder: int | None = Field(None, ge=2, le=100, description="collect this many, then deliver last first")

    @property
    def acts(self) -> bool:
        """Whether the call takes effect although the caller sees it fail."""
        return self.drop if self.act is None else self.act


@dataclass(slots=True)
class Faults:
    """The scripted misfortunes that are still to happen."""

    waiting: list[Fault] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        """Queue a misfortune behind those already waiting."""
        self.waiting.append(fault)

    def clear(self) -> None:
        """Fair weather again."""
        self.waiting.clear()

    def for_call(self, provider: str, method: str, path: str) -> Fault | None:
        """Take the misfortune, if any, that befalls this provider call."""
        for fault in self.waiting:
            if fault.provider != provider or (fault.method and fault.method.upper() != method):
                continue
            if fault.match and fault.match not in path:
                continue
            return self._use(fault)
        return None

    def for_webhook(self, kind: str, label: str) -> Fault | None:
        """Take the misfortune, if any, that befalls this delivery."""
        for fault in self.waiting:
            if fault.webhook == kind and (not fault.match or fault.match in label):
                return self._use(fault)
        return None

    def _use(self, fault: Fault) -> Fault:
        fault.times -= 1
        if fault.times == 0:
            self.waiting.remove(fault)
        return fault
