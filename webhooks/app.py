"""All doors for providers but Twilio's, which stands before the application, in one list."""

from __future__ import annotations

from fastapi import APIRouter

from webhooks import razorpay, telegram, whatsapp

routers: tuple[APIRouter, ...] = (whatsapp.router, telegram.router, razorpay.router)
