"""Puts the sandbox together: providers behind their turnstile, phones, scripts and the back room."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
from fastapi import FastAPI

from sandbox import debug, pages, script
from sandbox.razorpay import errors as razorpay_errors
from sandbox.razorpay import ledger, links
from sandbox.razorpay.money import expire_due
from sandbox.settings import Settings
from sandbox.telegram import door as telegram
from sandbox.turnstile import Turnstile
from sandbox.twilio import content, media, messages, records
from sandbox.twilio import errors as twilio_errors
from sandbox.whatsapp import errors as meta_errors
from sandbox.whatsapp import inbound as meta_inbound
from sandbox.whatsapp import messages as meta_messages
from sandbox.whatsapp import templates as meta_templates
from sandbox.world import World

SWEEP_SECONDS = 1.0


async def _sweep(world: World) -> None:
    """Let links expire on time, whoever is looking."""
    while True:
        expire_due(world)
        await asyncio.sleep(SWEEP_SECONDS)


async def _agree_on_the_time(world: World) -> None:
    """A product whose clock was moved before we started keeps its time, so ours is moved as far, once."""
    url = f"{world.settings.product_url}/debug/clock"
    while True:
        try:
            answer = await world.courier.client().get(url, timeout=2.0)
        except httpx.HTTPError:
            await asyncio.sleep(SWEEP_SECONDS)
            continue
        if answer.is_success:
            ahead = timedelta(seconds=answer.json().get("offset_seconds", 0.0))
            world.clock.offset = max(world.clock.offset, ahead)
        if not answer.is_server_error:
            return
        await asyncio.sleep(SWEEP_SECONDS)


def create_app(settings: Settings) -> FastAPI:
    """Build the outside world."""
    world = World(settings)

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        chores = [loop.create_task(_sweep(world)), loop.create_task(_agree_on_the_time(world))]
        yield
        for chore in chores:
            chore.cancel()
        await world.courier.close()

    app = FastAPI(title="Atithi sandbox", docs_url="/docs", redoc_url=None, lifespan=life)
    app.state.world = world
    for door in (
        content,
        messages,
        records,
        media,
        links,
        ledger,
        meta_messages,
        meta_inbound,
        meta_templates,
        telegram,
        script,
        debug,
        pages,
    ):
        app.include_router(door.router)
    app.mount("/phones", pages.static)
    app.add_exception_handler(twilio_errors.TwilioError, twilio_errors.answer_refused)
    app.add_exception_handler(razorpay_errors.RazorpayError, razorpay_errors.answer_refused)
    app.add_exception_handler(meta_errors.MetaError, meta_errors.answer_refused)
    app.add_middleware(Turnstile, world=world)
    return app
