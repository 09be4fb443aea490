"""Telegram's answers: `ok` with a result, or not, with its code and sentence."""

from typing import Any

from fastapi.responses import JSONResponse

from sandbox.lines import Json


class TelegramError(Exception):
    """Telegram says no."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        """Remember what to answer."""
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def answer(self) -> JSONResponse:
        """Write the refusal as JSON."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return JSONResponse(body, status_code=self.code)


def bad(description: str) -> TelegramError:
    """A mistake in the request."""
    return TelegramError(400, f"Bad Request: {description}")


def answer(result: Any) -> JSONResponse:  # noqa: ANN401 - any JSON may be a result
    """Write a result as JSON."""
    return JSONResponse({"ok": True, "result": result})
