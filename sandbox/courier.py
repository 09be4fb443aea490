"""Carries webhooks to the product: signed by whoever sends them, retried by that provider's habits."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace

import httpx

from sandbox.faults import Fault, Faults
from sandbox.lines import Json

OK_STATUSES = range(200, 300)
STARTING = {502, 503, 504}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a provider keeps trying before it gives up.

    Being unreachable is forgiven longest (`attempts`), an answer that refuses less long (`refusals`), and an answer
    in `final` not at all.
    """

    attempts: int
    first_wait: float = 0.25
    longest_wait: float = 4.0
    timeout: float = 15.0
    final: frozenset[int] = frozenset()
    refusals: int = 1_000

    def wait_before(self, attempt: int) -> float:
        """Seconds between one attempt and the next: doubled each time, up to the longest."""
        return min(self.first_wait * 2.0 ** min(attempt - 1, 12), self.longest_wait)


@dataclass(frozen=True, slots=True)
class Report:
    """How one attempt went."""

    attempt: int
    status: int | None
    text: str
    is_last: bool

    @property
    def arrived(self) -> bool:
        """Whether the product took it."""
        return self.status in OK_STATUSES


@dataclass(frozen=True, slots=True)
class Parcel:
    """One webhook ready to leave."""

    kind: str
    label: str
    url: str
    body: bytes
    headers: dict[str, str]
    patience: Patience
    tell: Callable[[Report], None] | None = None


@dataclass(slots=True)
class Courier:
    """Delivers parcels; those of one lane leave in order, each waiting for the one before."""

    faults: Faults
    record: deque[Json] = field(default_factory=lambda: deque(maxlen=5000))
    withheld: list[Parcel] = field(default_factory=list)
    _collected: list[Parcel] = field(default_factory=list)
    _lanes: dict[str, list[asyncio.Task[None]]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _client: httpx.AsyncClient | None = None
    _count: int = 0

    def send(self, parcel: Parcel, lane: str | None = None) -> None:
        """Take a parcel, unless the weather withholds it."""
        fault = self.faults.for_webhook(parcel.kind, parcel.label)
        if fault is None:
            self._start(parcel, lane)
        elif fault.withhold:
            self.withheld.append(parcel)
        elif fault.reorder is not None:
            self._collect(parcel, fault.reorder)
        else:
            copies = 1 + (fault.duplicate or 0)
            for _ in range(copies):
                self._start(parcel, lane if copies == 1 else None, fault)

    def release(self) -> int:
        """Send everything that was withheld or still being collected."""
        parcels = [*self.withheld, *reversed(self._collected)]
        self.withheld.clear()
        self._collected.clear()
        for parcel in parcels:
            self._start(parcel, "released")
        return len(parcels)

    def empty(self, lane: str) -> None:
        """Take back what waits in the lanes that begin so."""
        for name in [name for name in self._lanes if name.startswith(lane)]:
            for task in self._lanes.pop(name):
                task.cancel()

    def background(self, work: Coroutine[object, object, None]) -> None:
        """Run something beside the requests."""
        _ = self._spawn(work)

    def _spawn(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Start a task and remember it, so that it ends with the sandbox."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def stop(self) -> None:
        """Forget what is on the way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._lanes.clear()
        self.withheld.clear()
        self._collected.clear()

    async def close(self) -> None:
        """Stop and hang up."""
        await self.stop()
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def client(self) -> httpx.AsyncClient:
        """The one HTTP client of the sandbox; it ignores proxies because it only ever talks to this machine."""
        if self._client is None:
            limits = httpx.Limits(max_connections=100, max_keepalive_connections=20)
            self._client = httpx.AsyncClient(trust_env=False, limits=limits)
        return self._client

    def _collect(self, parcel: Parcel, wanted: int) -> None:
        self._collected.append(parcel)
        if len(self._collected) >= wanted:
            for held in reversed(self._collected):
                self._start(held, "reordered")
            self._collected.clear()

    def _start(self, parcel: Parcel, lane: str | None, fault: Fault | None = None) -> None:
        queue = [task for task in self._lanes.get(lane or "", []) if not task.done()]
        before = queue[-1] if lane and queue else None
        task = self._spawn(self._deliver(parcel, before, (fault.delay if fault else None) or 0.0))
        if lane:
            self._lanes[lane] = [*queue, task]

    async def _deliver(self, parcel: Parcel, before: asyncio.Task[None] | None, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        if before is not None and not before.done():
            await asyncio.wait([before])
        attempt = refused = 0
        while True:
            attempt += 1
            report = await self._attempt(parcel, attempt)
            refused += report.status is not None and report.status not in STARTING
            report = replace(report, is_last=report.is_last or refused >= parcel.patience.refusals)
            if parcel.tell is not None:
                parcel.tell(report)
            if report.arrived or report.is_last:
                return
            await asyncio.sleep(parcel.patience.wait_before(attempt))

    async def _attempt(self, parcel: Parcel, attempt: int) -> Report:
        started = time.time()
        clock = time.perf_counter()
        status: int | None = None
        text = ""
        try:
            timeout = httpx.Timeout(parcel.patience.timeout, connect=5.0)
            answer = await self.client().post(parcel.url, content=parcel.body, headers=parcel.headers, timeout=timeout)
            status, text = answer.status_code, answer.text
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            text = f"{type(problem).__name__}: {problem}"
        self._count += 1
        self.record.append(
            {
                "n": self._count,
                "t": started,
                "ms": round((time.perf_counter() - clock) * 1000, 2),
                "kind": parcel.kind,
                "label": parcel.label,
                "url": parcel.url,
                "attempt": attempt,
                "status": status,
                "error": None if status else text,
            }
        )
        is_last = attempt >= parcel.patience.attempts or status in parcel.patience.final
        return Report(attempt, status, text, is_last)
