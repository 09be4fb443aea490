"""All doors for providers, in one list."""

from __future__ import annotations

from fastapi import APIRouter

from webhooks import telegram, twilio

routers: tuple[APIRouter, ...] = (twilio.router, telegram.router)
