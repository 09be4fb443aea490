"""Logs as static event names with ids as fields; what could name a guest is masked before it is written."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

_PHONE: Final = re.compile(r"(?<![\w-])(\+?\d{2})\d{6,11}(\d{3})(?!\w)")
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_PAY_PATH: Final = re.compile(r"/p/[\w-]+")
_HIDDEN: Final = frozenset({"text", "body", "name", "payload", "token", "password", "authorization", "signature"})


def mask(text: str) -> str:
    """Phone numbers, mail addresses and pay links made unreadable, the rest as it was."""
    text = _PHONE.sub(r"\1*****\2", text)
    text = _EMAIL.sub("***@***", text)
    return _PAY_PATH.sub("/p/***", text)


def _mask_fields(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if key in _HIDDEN:
            event[key] = "***"
        elif isinstance(value, str) and key not in {"event", "level", "timestamp"}:
            event[key] = mask(value)
    return event


def configure(*, process: str, json_lines: bool = True) -> None:
    """Send every log line of this process to standard output, masked."""
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s", force=True)
    for chatty in ("httpx", "httpcore", "alembic", "apscheduler", "uvicorn.access", "twilio", "urllib3", "telegram"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _mask_fields,
            structlog.processors.JSONRenderer() if json_lines else structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)


def get_logger() -> structlog.stdlib.BoundLogger:
    """The logger everything writes to."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger()
    return logger
