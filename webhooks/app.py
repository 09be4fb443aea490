"""All doors for providers, in one list."""

from __future__ import annotations

from fastapi import APIRouter

from webhooks import razorpay, telegram, twilio

routers: tuple[APIRouter, ...] = (twilio.router, telegram.router, razorpay.router)
