"""The sandbox's back room: move time, script misfortunes, read what happened, start over."""

from typing import Any

import httpx
from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict

from sandbox.clock import iso, parse_duration
from sandbox.faults import Fault
from sandbox.lines import Json
from sandbox.razorpay.money import expire_due, settle
from sandbox.razorpay.webhooks import public
from sandbox.world import Here, Policy, World

router = APIRouter(prefix="/debug", tags=["debug"])


class Advance(BaseModel):
    """How far to move the clock."""

    model_config = ConfigDict(extra="forbid")

    advance: str | float


def _clock(world: World) -> Json:
    return {"now": iso(world.clock.now()), "offset_seconds": world.clock.offset.total_seconds()}


def _advance(world: World, given: Advance) -> Json:
    try:
        world.clock.advance(parse_duration(given.advance))
    except ValueError as problem:
        raise HTTPException(422, str(problem)) from problem
    expire_due(world)
    world.lines.announce({"type": "clock", **_clock(world)})
    return _clock(world)


@router.get("/clock")
async def read_clock(world: Here) -> Json:
    """What time it is here."""
    return _clock(world)


@router.post("/clock")
async def move_clock(given: Advance, world: Here) -> Json:
    """Move the sandbox's own clock forward."""
    return _advance(world, given)


@router.post("/skip")
async def skip(given: Advance, world: Here) -> Json:
    """Move both clocks, the product's first: what the button on the phone does."""
    url = f"{world.settings.product_url}/debug/clock"
    product: Json
    try:
        answer = await world.courier.client().post(url, json={"advance": given.advance}, timeout=10.0)
        product = {"moved": answer.is_success, "status": answer.status_code}
    except httpx.HTTPError:
        product = {"moved": False, "status": None}
    return _advance(world, given) | {"product": product}


@router.post("/faults", status_code=201)
async def add_faults(given: Fault | list[Fault], world: Here) -> Json:
    """Script one misfortune or several."""
    for fault in given if isinstance(given, list) else [given]:
        if (fault.provider is None) == (fault.webhook is None):
            raise HTTPException(422, "Name either a provider (its API) or a webhook (its deliveries).")
        world.faults.add(fault)
    return {"waiting": len(world.faults.waiting)}


@router.get("/faults")
async def list_faults(world: Here) -> list[dict[str, Any]]:
    """The misfortunes still to happen."""
    return [fault.model_dump(exclude_none=True) for fault in world.faults.waiting]


@router.delete("/faults")
async def clear_faults(world: Here) -> Json:
    """Fair weather, and everything withheld is let go."""
    world.faults.clear()
    return {"released": world.courier.release()}


@router.post("/release")
async def release(world: Here) -> Json:
    """Deliver what was withheld."""
    return {"released": world.courier.release()}


@router.get("/calls")
async def calls(
    world: Here, provider: str | None = None, after: int = 0, method: str | None = None, match: str | None = None
) -> list[dict[str, Any]]:
    """The calls the product made, oldest first."""
    return [
        entry
        for entry in world.calls
        if entry["n"] > after
        and provider in {None, entry["provider"]}
        and (method is None or entry["method"] == method.upper())
        and (match is None or match in entry["path"])
    ]


@router.get("/deliveries")
async def deliveries(world: Here, kind: str | None = None, after: int = 0) -> list[dict[str, Any]]:
    """The webhooks delivered to the product, one entry for each attempt."""
    return [entry for entry in world.courier.record if entry["n"] > after and kind in {None, entry["kind"]}]


@router.get("/policy")
async def read_policy(world: Here) -> Policy:
    """The outside world's habits."""
    return world.policy


@router.patch("/policy")
async def change_policy(changes: dict[str, Any], world: Here) -> Policy:
    """Change some of the outside world's habits."""
    try:
        world.policy = Policy.model_validate(world.policy.model_dump() | changes)
    except ValueError as problem:
        raise HTTPException(422, str(problem)) from problem
    return world.policy


@router.post("/refunds/{refund_id}")
async def finish_refund(refund_id: str, given: dict[str, str], world: Here) -> Json:
    """Let a pending refund arrive or fail."""
    refund = world.refunds.get(refund_id)
    if refund is None or refund["status"] != "pending" or given.get("outcome") not in {"processed", "failed"}:
        raise HTTPException(404, "Name a pending refund, and an outcome: processed or failed.")
    await settle(world, refund, given["outcome"])
    return public(refund)


@router.get("/payment_links")
async def payment_links(world: Here) -> list[dict[str, Any]]:
    """Every payment link, newest first."""
    return [public(link) for link in reversed(world.payment_links.values())]


@router.post("/reset")
async def reset(world: Here) -> Json:
    """Forget everything."""
    await world.reset()
    return {"reset": True}
