"""All doors for providers, in one list."""

from __future__ import annotations

from fastapi import APIRouter

from webhooks import razorpay, telegram, twilio, whatsapp

routers: tuple[APIRouter, ...] = (twilio.router, whatsapp.router, telegram.router, razorpay.router)
