"""A stand-in for Rasa's process: it speaks as the engine does on both sides and chooses one action for everything."""

from __future__ import annotations

from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI, HTTPException, Request

from core.settings import load


class StandIn:
    """Speaks as the engine does on both sides; which words lead to which action is not what is tried here."""

    def __init__(self, actions: str) -> None:
        self._actions = actions

    def call(self, turn: str, sender: str, text: str) -> bool:
        """Whether the action endpoint answered."""
        try:
            return httpx.post(
                self._actions, json=action_call(turn, sender, text), timeout=10, trust_env=False
            ).is_success
        except httpx.HTTPError:
            return False


def action_call(turn: str, sender: str, text: str) -> dict[str, Any]:
    """Rasa's order to run the one action of this town."""
    message = {"text": text, "intent": {"name": "book_stay", "confidence": 1.0}, "metadata": {"turn": turn}}
    tracker = {"sender_id": sender, "slots": {}, "latest_message": message}
    return {"next_action": "action_stay", "sender_id": sender, "tracker": tracker}


def run() -> None:
    """Listen where the engine would."""
    settings = load()
    token = settings.secret("engine_token")
    stand_in = StandIn(f"http://127.0.0.1:{settings.atithi_actions_port}/webhook?token={token}")
    app = FastAPI()

    @app.post("/webhooks/turn/webhook")
    def take(request: Request, body: dict[str, Any]) -> dict[str, bool]:
        if request.headers.get("authorization") != f"Bearer {token}":
            raise HTTPException(401)
        if not stand_in.call(body["turn"], body["sender"], body["text"]):
            raise HTTPException(502)
        return {"ok": True}

    @app.get("/healthz")
    def health() -> dict[str, bool]:
        return {"ok": True}

    uvicorn.run(app, port=settings.atithi_rasa_port, access_log=False, log_config=None)
